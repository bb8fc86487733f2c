"""What a check says of what is nearly right: too small to see, wrong from its first line, too long to add up."""

import io
import json

import pytest
import sympy as sp

import cooperon as cp
from cooperon.cli import main
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dimensions import dimension_of
from cooperon.symbolic.reading import read

FIELD = cp.PerpendicularField()


def test_a_factor_next_to_one_is_no_agreement():
    wl = cp.conductivity(cp.Metal(dim=2), loops=1)
    for power in (25, 55, 90):
        verdict = cp.check(wl.expr * (1 + sp.Rational(1, 10**power)), wl)
        assert not verdict
        assert f"e-{power}" in verdict.sentence
        assert not verdict.mistakes


def test_a_channel_left_out_is_no_cutoff_constant():
    metal = cp.Metal(dim=2, field=FIELD, scattering=[cp.SpinOrbit()])
    x = r"\frac{B_\phi}{B}+\frac{4B_{so}}{3B}"
    hand = rf"\frac{{3e^2}}{{4\pi^2\hbar}}\left[\psi\left(\frac12+{x}\right)-\ln\left({x}\right)\right]"
    verdict = cp.check(hand, cp.magnetoconductivity(metal))
    assert verdict.kind in ("differs", "wrong limit")
    assert verdict.mistakes == ("triplets alone",)


def test_no_momenta_where_there_are_levels_and_no_levels_where_there_are_none():
    levels = cp.magnetoconductivity(cp.Metal(dim=2, field=FIELD))
    film = cp.Metal(dim=2, field=cp.ParallelField(), geometry=cp.Film(thickness=s.thickness))
    inside = cp.magnetoconductivity(film)
    assert cp.check(levels.expr / 2, levels).mistakes == ("spin left out", "states of a level")
    assert cp.check(inside.expr / 2, inside).mistakes == ("spin left out", "one side of q")


def test_a_first_line_that_is_wrong_is_named():
    wl = cp.conductivity(cp.Metal(dim=2), loops=1)
    wrong = cp.check_steps([f"2 ({wl.expr})", str(wl.expr)], wl)
    assert wrong.first_wrong == 1
    assert wrong.sentence.endswith("Line 2, which does not follow from it, is the formula.")
    assert cp.check_steps([str(wl.expr), f"2 ({wl.expr})", str(wl.expr)], wl).first_wrong == 2


def test_an_integral_has_the_dimension_of_its_variable_too():
    integral = read(r"\int_\tau^\infty\frac{dt}{t}e^{-t/\tau_\phi}")
    assert dimension_of(integral, s.dimensions()).is_dimensionless
    longer = read(r"\int_\tau^\infty\frac{dt}{t}\tau e^{-t/\tau_\phi}")
    assert str(dimension_of(longer, s.dimensions())) == "s"


@pytest.mark.parametrize("end", ["1000000000", "100000"])
def test_sums_of_very_many_terms_are_undecided(end):
    hand = rf"\frac{{e^2}}{{\hbar}}\sum_{{n=0}}^{{{end}}}\frac{{1}}{{n+1/2+B_\phi/B}}"
    verdict = cp.check(hand, cp.conductivity(cp.Metal(dim=2), loops=1))
    assert verdict.kind == "undecided"
    assert "terms to add up" in verdict.sentence


def test_errors_are_json_too_and_steps_come_from_standard_input(capsys, monkeypatch):
    assert main(["check", "", "--format", "json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert (found["agrees"], found["kind"]) == (False, "input error")
    monkeypatch.setattr("sys.stdin", io.StringIO("2 tau\ntau + tau\n"))
    assert main(["check", "--steps", "-"]) == 0


@pytest.mark.parametrize(
    "hand",
    [
        r"\sum_{n=0}^\infty\sum_{m=0}^\infty 1/(n+m+1)^4",
        r"\sum_{n=0}^\infty\int_0^1 e^{-n t} dt",
        r"\int_0^\infty e^{e^{q}}dq",
        r"\int_1^\infty\int_1^\infty (x+y)^{-3}dx dy",
    ],
)
def test_what_takes_too_long_is_undecided(hand):
    verdict = cp.check(hand, cp.conductivity(cp.Metal(dim=2), loops=1))
    assert verdict.kind == "undecided"


def test_exponentials_that_fall_far_out_are_summed_up():
    wl = cp.conductivity(cp.Metal(dim=2), loops=1)
    for factor, agrees in (("\\frac{1}{2}", True), ("\\frac{1}{3}", False)):
        hand = rf"\frac{{{wl.latex().split('=')[1]}}}{{{factor}}}\int_0^\infty x e^{{-x^2}}dx"
        assert bool(cp.check(hand, wl)) is agrees
