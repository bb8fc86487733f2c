"""Leading forms against the exact results, far out in the limit tau/tau_phi -> 0."""

from __future__ import annotations

import itertools
from dataclasses import replace

import mpmath
import pytest
import sympy as sp

import cooperon as cp
from cooperon.symbolic.asymptotics import leading
from cooperon.symbolic.cutoffs import CUTOFFS, Regulator, find_cutoff
from cooperon.symbolic.slow import evaluate, split

s = cp.symbols
D, Q, TAU, TAU_PHI, L, OMEGA = s.D, s.q, s.tau, s.tau_phi, s.L, s.omega
HALF = sp.Rational(1, 2)
DIMENSIONS = (1, 2, 3, 4, 5, HALF, 5 * HALF, 7 * HALF)
POINT = {D: "0.83", TAU_PHI: "9", L: "6.3", OMEGA: "0.21"}


def put(expr, tau, **more):
    """Value to 60 digits, through mpmath alone."""
    values = POINT | {TAU: tau} | {s.lookup(name): value for name, value in more.items()}
    names = sorted(expr.free_symbols, key=str)
    function = sp.lambdify(names, expr, "mpmath")
    with mpmath.workdps(60):
        return mpmath.mpmathify(function(*(mpmath.mpf(values[name]) for name in names)))


def is_accepted(cutoff, infrared, moving):
    in_time = CUTOFFS[cutoff].regulator is not Regulator.MOMENTUM
    return not (infrared == "L" and in_time and (moving or cutoff in ("window", "smooth")))


CASES = [case for case in itertools.product(CUTOFFS, ("tau_phi", "L"), (False, True)) if is_accepted(*case)]


def pole_of(cutoff, infrared, moving):
    ends = infrared == "L" or cutoff == "window"
    gap = (0 if ends else 1 / TAU_PHI) - (sp.I * OMEGA if moving else 0)
    (pole,) = split(1 / (D * Q**2 + gap))
    return pole


def both(cutoff, infrared, moving, dim):
    """Exact result and leading form; None where the integral has no value."""
    pole, chosen = pole_of(cutoff, infrared, moving), find_cutoff(cutoff)
    try:
        return evaluate(pole, sp.sympify(dim), chosen, infrared), leading(
            pole, sp.sympify(dim), chosen, infrared
        )
    except cp.DivergenceError:
        return None


EVERYWHERE = [(*case, dim) for case in CASES for dim in ((2, 3, 5 * HALF) if case[2] else DIMENSIONS)]


@pytest.mark.parametrize(("cutoff", "infrared", "moving", "dim"), EVERYWHERE, ids=str)
def test_right_down_to_the_first_term_that_knows_tau_phi(cutoff, infrared, moving, dim):
    """With tau -> eps tau alone, soft terms stay as they are and the k-th hard one goes as eps^(k+1-d/2).

    The first term that knows tau_phi is the soft one (d <= 4) or the hard one with k = 1 (d > 4).
    """
    found = both(cutoff, infrared, moving, dim)
    if found is None:
        assert cutoff == "dimensional" or (cutoff == "smooth" and dim >= 4)
        return
    exact, form = found
    kept = float(max(sp.sympify(dim) / 2 - 2, sp.S.Zero))
    grid = ("1e-6", "1e-9", "1e-12")
    apart = [abs(put(exact - form.expr, tau)) for tau in grid]
    if max(apart) < 1e-30:
        return
    errors = [error * mpmath.mpf(tau) ** kept for error, tau in zip(apart, grid, strict=True)]
    assert errors[2] < errors[1] / 3 < errors[0] / 9
    assert errors[2] < 0.02 * abs(put(form.expr, grid[2]))
    relative = [error / abs(put(form.expr, tau)) for error, tau in zip(apart, grid, strict=True)]
    measured = mpmath.log10(relative[1] / relative[2]) / 3
    assert measured > float(form.order) - 0.1, "the error does not vanish as fast as the order says"


@pytest.mark.parametrize(("cutoff", "infrared", "moving"), CASES)
def test_symbolic_dimension(cutoff, infrared, moving):
    found = both(cutoff, infrared, moving, s.d)
    exact, form = found
    for dim in ("1.3", "2.7"):
        errors = [abs(put(exact - form.expr, tau, d=dim)) for tau in ("1e-6", "1e-9", "1e-12")]
        if max(errors) > 1e-30:
            assert errors[2] < errors[1] / 3 < errors[0] / 9


@pytest.mark.parametrize(("cutoff", "infrared", "moving"), CASES)
def test_symbolic_dimension_is_the_same_expansion(cutoff, infrared, moving):
    """At a number between the integers: the general leading form and the one for the number."""
    general = both(cutoff, infrared, moving, s.d)[1].expr
    special = both(cutoff, infrared, moving, sp.Rational(5, 2))[1].expr
    left, right = put(general, "0.01", d="2.5"), put(special, "0.01")
    assert abs(left - right) < 1e-25 * abs(right)


WIRE, FILM, BULK = sp.Integer(1), sp.Integer(2), sp.Integer(3)
PLAIN = {
    (WIRE, "diffusive"): sp.sqrt(D * TAU_PHI) / (2 * D),
    (WIRE, "mean_free_path"): sp.sqrt(D * TAU_PHI) / (2 * D),
    (WIRE, "time"): sp.sqrt(D * TAU_PHI) / (2 * D),
    (WIRE, "window"): sp.sqrt(D * TAU_PHI) / (sp.sqrt(sp.pi) * D),
    (WIRE, "dimensional"): sp.sqrt(D * TAU_PHI) / (2 * D),
    (FILM, "diffusive"): sp.log(TAU_PHI / TAU) / (4 * sp.pi * D),
    (FILM, "mean_free_path"): sp.log(TAU_PHI / (2 * TAU)) / (4 * sp.pi * D),
    (FILM, "time"): (sp.log(TAU_PHI / TAU) - sp.EulerGamma) / (4 * sp.pi * D),
    (FILM, "window"): sp.log(TAU_PHI / TAU) / (4 * sp.pi * D),
    (BULK, "dimensional"): -1 / (4 * sp.pi * D * sp.sqrt(D * TAU_PHI)),
}
BULK_CONSTANTS = {
    "diffusive": 1 / sp.sqrt(D * TAU) / (2 * sp.pi**2 * D),
    "mean_free_path": 1 / sp.sqrt(3 * D * TAU) / (2 * sp.pi**2 * D),
    "time": 2 / sp.sqrt(TAU) / (4 * sp.pi * D) ** sp.Rational(3, 2),
}
PLAIN |= {
    (BULK, name): constant - 1 / (4 * sp.pi * D * sp.sqrt(D * TAU_PHI))
    for name, constant in BULK_CONSTANTS.items()
}
PLAIN[BULK, "window"] = (2 / sp.sqrt(TAU) - 2 / sp.sqrt(TAU_PHI)) / (4 * sp.pi * D) ** sp.Rational(3, 2)


@pytest.mark.parametrize(("dim", "cutoff"), list(PLAIN), ids=str)
def test_known_leading_forms(dim, cutoff):
    """The constant beside the logarithm, the constant of the cutoff and the term in 1/L_phi."""
    form = both(cutoff, "tau_phi", False, dim)[1].expr
    assert sp.simplify(sp.expand_log(sp.expand(form - PLAIN[dim, cutoff]), force=True)) == 0


IN_A_SAMPLE = {
    (1, "diffusive"): L / sp.pi / D,
    (2, "diffusive"): sp.log(L / sp.sqrt(D * TAU)) / (2 * sp.pi * D),
    (2, "mean_free_path"): sp.log(L / sp.sqrt(2 * D * TAU)) / (2 * sp.pi * D),
    (2, "time"): (sp.log(L**2 / (D * TAU)) - sp.EulerGamma) / (4 * sp.pi * D),
    (3, "diffusive"): (1 / sp.sqrt(D * TAU) - 1 / L) / (2 * sp.pi**2 * D),
    (3, "dimensional"): -1 / L / (2 * sp.pi**2 * D),
}


@pytest.mark.parametrize(("dim", "cutoff"), list(IN_A_SAMPLE), ids=str)
def test_known_leading_forms_in_a_sample(dim, cutoff):
    form = both(cutoff, "L", False, dim)[1].expr
    assert sp.simplify(sp.expand_log(sp.expand(form - IN_A_SAMPLE[dim, cutoff]), force=True)) == 0


def test_leading_forms_hold_no_special_function():
    for cutoff, dim in itertools.product(CUTOFFS, (1, 2, 3, sp.Rational(5, 2), s.d)):
        found = both(cutoff, "tau_phi", False, dim)
        assert found is None or not found[1].expr.has(sp.hyper, sp.atan, sp.erfc, sp.uppergamma, sp.expint)


def test_four_and_more_dimensions_by_hand():
    """q_c^2/2 - (gamma/2) ln(q_c^2/gamma), and in six dimensions the first two powers."""
    form = both("diffusive", "tau_phi", False, 4)[1].expr
    expected = (1 / (D * TAU) - sp.log(TAU_PHI / TAU) / (D * TAU_PHI)) / (16 * sp.pi**2 * D)
    assert sp.simplify(sp.expand_log(sp.expand(form - expected), force=True)) == 0
    form = both("diffusive", "tau_phi", False, 6)[1].expr
    expected = (1 / (4 * (D * TAU) ** 2) - 1 / (2 * D * TAU * D * TAU_PHI)) / (64 * sp.pi**3 * D)
    assert sp.simplify(sp.expand(form - expected)) == 0


@pytest.mark.parametrize("dim", [1, 2, 3, 4, 6, 5 * HALF])
@pytest.mark.parametrize(
    ("cutoff", "infrared"),
    [("diffusive", "tau_phi"), ("time", "tau_phi"), ("window", "tau_phi"), ("time", "L")],
)
def test_two_blocks_of_one_momentum(cutoff, infrared, dim):
    """The square of a diffusion pole, and every line of how it was found."""
    build = cp.diagrams.DiagramBuilder().current(*"abcd").cooperon(1, 2).cooperon(3, 4)
    build.retarded("a", 1).retarded(2, "b").retarded("c", 3).retarded(4, "d")
    pair = build.advanced("d", 1).advanced(2, "c").advanced("b", 3).advanced(4, "a").freeze()
    found = cp.evaluate(pair, cp.Metal(dim=dim, spin=0), cutoff=cutoff, infrared=infrared)
    pages = cp.Derivation(tuple(found.derivation)[-4:])
    assert replace(found, derivation=pages).verify().confirmed
    exact, form = (x.xreplace({s.e: sp.S.One, s.hbar: sp.S.One}) for x in (found.expr, found.leading()))
    errors = [abs(put(form, tau) / put(exact, tau) - 1) for tau in ("1e-9", "1e-12")]
    assert errors[1] < 1e-5
    assert errors[1] < max(errors[0] / 20, 1e-40)
