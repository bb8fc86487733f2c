"""Sums up to a last term N, held against formulas and against each other."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

import cooperon as cp
from cooperon.symbolic.last_terms import carried_on
from cooperon.symbolic.reading_undone import LAST_N

X = r"n+\frac12+\frac{B_\phi}{B}"


def film():
    return cp.magnetoconductivity(cp.Metal(dim=2, field=cp.PerpendicularField()))


@pytest.mark.parametrize(
    ("hand", "kind"),
    [
        (
            rf"\frac{{e^2}}{{2\pi^2\hbar}}\left[\ln\frac{{NB}}{{B_\phi}}-\sum_{{n=0}}^{{N}}\frac{{1}}{{{X}}}\right]",
            "agrees",
        ),
        (
            rf"\frac{{e^2}}{{2\pi^2\hbar}}\left[\ln\frac{{NB}}{{B_\phi}}-\sum_{{n=0}}^{{N-1}}\frac{{1}}{{{X}}}\right]",
            "agrees",
        ),
        (
            rf"\frac{{e^2}}{{\pi^2\hbar}}\left[\ln\frac{{NB}}{{B_\phi}}-\sum_{{n=0}}^{{N}}\frac{{1}}{{{X}}}\right]",
            "differs by a factor",
        ),
        (
            rf"\frac{{e^2}}{{2\pi^2\hbar}}\left[\ln\frac{{2NB}}{{B_\phi}}-\sum_{{n=0}}^{{N}}\frac{{1}}{{{X}}}\right]",
            "differs",
        ),
        (
            rf"\frac{{e^2}}{{2\pi^2\hbar}}\left[\ln\frac{{NB}}{{B_\phi}}-\sum_{{n=1}}^{{N}}\frac{{1}}{{{X}}}\right]",
            "differs",
        ),
        (rf"-\frac{{e^2}}{{2\pi^2\hbar}}\sum_{{n=0}}^{{N}}\frac{{1}}{{{X}}}", "undecided"),
    ],
)
def test_a_sum_up_to_n_is_held_against_a_formula_without_end(hand, kind):
    verdict = cp.check(hand, film())
    assert verdict.kind == kind
    assert any("to infinity" in note for note in verdict.notes)
    if kind == "undecided":
        assert "subtract what it grows with" in verdict.sentence


@pytest.mark.slow
def test_lines_with_n_are_compared_at_values_of_n_and_for_many_terms():
    lines = [
        rf"\sum_{{n=0}}^{{N}}\frac{{1}}{{{X}}}",
        r"\psi\left(N+\frac32+\frac{B_\phi}{B}\right)-\psi\left(\frac12+\frac{B_\phi}{B}\right)",
        r"\ln N-\psi\left(\frac12+\frac{B_\phi}{B}\right)",
    ]
    right = cp.check_steps(lines)
    assert right.kind == "agrees to leading order"
    assert [step.verdict.kind for step in right.steps] == ["agrees", "agrees to leading order"]
    assert "N -> infinity" in right.steps[1].verdict.sentence
    for wrong, line in (
        (lines[1].replace(r"-\psi\left(\frac12", r"-\psi\left(1"), 2),
        (lines[2].replace(r"\ln N", r"\ln 2N"), 3),
    ):
        changed = [*lines[: line - 1], wrong, *lines[line:]]
        assert cp.check_steps(changed).first_wrong == line


def test_the_limit_of_a_harmonic_sum_is_eulers_constant():
    n = sp.Symbol("n", integer=True, positive=True)
    limit = carried_on(sp.Sum(1 / n, (n, 1, LAST_N)) - sp.log(LAST_N))
    index = next(one for one in limit.atoms(sp.Sum) if one.limits[0][2] == sp.oo).limits[0][0]
    (tail,) = (one.function for one in limit.atoms(sp.Sum) if one.limits[0][2] == sp.oo)
    term = sp.lambdify(index, tail, "mpmath")
    head = mpmath.mpf(1) + mpmath.mpf(1) / 2 + mpmath.mpf(1) / 3 - mpmath.log(3)
    assert abs(head + mpmath.nsum(term, [4, mpmath.inf]) - mpmath.euler) < 1e-12


def test_a_sum_in_a_product_with_n_is_left_undecided():
    verdict = cp.check(rf"\frac{{1}}{{N}}\sum_{{n=0}}^{{N}}\frac{{1}}{{{X}}}", film())
    assert verdict.kind == "undecided"
    assert not verdict
