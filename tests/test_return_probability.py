"""The second route: the diffusion equation against walks and Fourier integrals, and both routes compared."""

from __future__ import annotations

from math import comb

import mpmath
import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.numerics.verification import verify
from cooperon.symbolic.derivation import Derivation

s = cp.symbols
HALF = sp.Rational(1, 2)
DIMENSIONS = (1, 2, 3, 5 * HALF, s.d)
IN_TIME = ("time", "window", "dimensional")
VALUES = {
    "D": "0.83",
    "tau": "0.57",
    "tau_phi": "9.1",
    "e": "1.1",
    "hbar": "0.9",
    "nu": "2.3",
    "omega": "0.2",
    "t": "1.7",
}


def put(expr, **more):
    values = VALUES | more
    names = sorted(expr.free_symbols, key=str)
    with mpmath.workdps(30):
        return mpmath.mpmathify(
            sp.lambdify(names, expr, "mpmath")(*(mpmath.mpf(values[x.name]) for x in names))
        )


def vanishes(expr):
    return expr == 0 or sp.simplify(sp.expand_log(sp.expand(expr), force=True)) == 0


def both(dim, *, metal=None, **options):
    metal = metal or cp.Metal(dim=dim)
    return [
        cp.conductivity(metal, loops=1, route=route, **options)
        for route in ("diagrams", "return_probability")
    ]


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_return_probability(dim):
    found = cp.return_probability(cp.Metal(dim=dim))
    assert vanishes(found.expr - (4 * sp.pi * s.D * s.t) ** (-sp.sympify(dim) / 2))
    assert found.leading() == found.expr
    assert not found.diagrams


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_against_a_walk_on_a_lattice(dim):
    """The chance to be back after 2n steps in each direction is (C(2n, n)/4^n)^d on every second site."""
    expr = cp.return_probability(cp.Metal(dim=dim)).expr
    for n in (50, 400):
        walk = (comb(2 * n, n) / 4**n / 2) ** dim
        assert float(put(expr, D="0.5", t=str(2 * n))) == pytest.approx(walk, rel=dim * 0.2 / n)


@pytest.mark.parametrize("dim", [1, 2, 3, 5 * HALF])
def test_against_the_fourier_integral(dim):
    half = mpmath.mpf(dim) / 2
    around = 2 * mpmath.pi**half / mpmath.gamma(half) / (2 * mpmath.pi) ** (2 * half)
    spread = mpmath.mpf(VALUES["D"]) * mpmath.mpf(VALUES["t"])
    integral = mpmath.quad(lambda q: q ** (2 * half - 1) * mpmath.exp(-spread * q * q), [0, 1, mpmath.inf])
    assert abs(put(cp.return_probability(cp.Metal(dim=dim)).expr) / (around * integral) - 1) < 1e-10


@pytest.mark.parametrize("dim", [1, 2, 3, s.d])
def test_the_diffusion_equation_is_solved_and_normalised(dim):
    """By finite differences in r and t on the density of the pages."""
    steps = cp.return_probability(cp.Metal(dim=dim)).derivation.steps
    conserved = next(step for step in steps if step.rhs == 1)
    density = conserved.lhs.function / s.r ** (sp.sympify(dim) - 1)
    density = sp.lambdify((s.r, s.t), density.subs({s.d: 2.3, s.D: 0.83}), "numpy")
    d = 2.3 if dim == s.d else float(dim)
    step = 1e-3
    for r, t in ((0.4, 0.7), (1.1, 1.9), (2.5, 0.6)):
        rate = (density(r, t + step) - density(r, t - step)) / (2 * step)
        slope = (density(r + step, t) - density(r - step, t)) / (2 * step)
        bend = (density(r + step, t) - 2 * density(r, t) + density(r - step, t)) / step**2
        assert rate == pytest.approx(0.83 * (bend + (d - 1) / r * slope), rel=1e-4)
    total = np.trapezoid(
        density(np.linspace(1e-9, 40, 40001), 1.3) * np.linspace(1e-9, 40, 40001) ** (d - 1), dx=1e-3
    )
    assert total == pytest.approx(1, rel=2e-3)


@pytest.mark.parametrize("cutoff", IN_TIME)
@pytest.mark.parametrize("dim", DIMENSIONS)
def test_the_routes_agree_identically(dim, cutoff):
    if (dim, cutoff) == (2, "dimensional"):
        with pytest.raises(cp.DivergenceError):
            both(dim, cutoff=cutoff)
        return
    for options in ({}, {"omega": s.omega}):
        graphs, returns = both(dim, cutoff=cutoff, **options)
        assert vanishes(graphs.expr - returns.expr)
        assert vanishes(graphs.leading() - returns.leading())
        said = [{a.statement for a in formula.assumptions} for formula in (graphs, returns)]
        assert said[0] == said[1]


@pytest.mark.parametrize(
    "metal", [cp.Metal(dim=3, spin=0), cp.Metal(dim=2, dephasing=cp.PowerLaw(2))], ids=str
)
def test_the_routes_agree_for_other_metals(metal):
    graphs, returns = both(None, metal=metal, cutoff="time")
    assert vanishes(graphs.expr - returns.expr)
    assert not returns.expr.has(s.tau_phi) or metal.dephasing == cp.Dephasing()


def test_the_routes_agree_without_dephasing_in_three_dimensions():
    graphs, returns = both(None, metal=cp.Metal(dim=3, dephasing=None), cutoff="time")
    assert vanishes(graphs.expr - returns.expr)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_with_different_regulators_the_power_or_logarithm_agrees(dim):
    """Slopes in ln(tau_phi), far out; a sharp window carries 1/Gamma(2 - d/2)."""
    graphs = cp.conductivity(cp.Metal(dim=dim), loops=1, cutoff="diffusive").expr
    slope = put(s.tau_phi * sp.diff(graphs, s.tau_phi), tau="1e-12")
    for cutoff in IN_TIME:
        if (dim, cutoff) != (2, "dimensional"):
            returns = both(dim, cutoff=cutoff)[1].expr
            other = put(s.tau_phi * sp.diff(returns, s.tau_phi), tau="1e-12")
            factor = 1 / mpmath.gamma(2 - mpmath.mpf(dim) / 2) if cutoff == "window" else 1
            assert abs(other / slope - factor) < 1e-5


@pytest.mark.parametrize(("dim", "factor"), [(1, "1.128"), (3, "0.5642")])
def test_the_window_says_what_it_does(dim, factor):
    said = " ".join(a.statement for a in both(dim, cutoff="window")[1].assumptions)
    assert factor in said
    assert factor not in " ".join(a.statement for a in both(dim, cutoff="time")[1].assumptions)


def test_without_a_diagram():
    graphs, returns = both(3, cutoff="time")
    assert graphs.diagrams
    assert not returns.diagrams
    rules = {step.rule for step in returns.derivation}
    assert not any("ooperon" in rule or "Hikami" in rule for rule in rules)
    assert "diffusion equation" in rules


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dim", "cutoff"), [(1, "window"), (2, "time"), (s.d, "time"), (5 * HALF, "dimensional")], ids=str
)
def test_every_line_is_confirmed(dim, cutoff):
    returns = both(dim, cutoff=cutoff)[1]
    report = returns.verify()
    assert report.confirmed, report


@pytest.mark.parametrize("dim", [1, 2, 3, s.d])
def test_pages_of_the_return_probability_are_confirmed(dim):
    metal = cp.Metal(dim=dim)
    report = verify(Derivation(cp.return_probability(metal).derivation.steps), metal)
    assert report.confirmed, report


@pytest.mark.parametrize(
    "options",
    [
        {"cutoff": "diffusive"},
        {"cutoff": "mean_free_path"},
        {"cutoff": "time", "infrared": "L"},
        {"loops": 0},
    ],
    ids=str,
)
def test_what_the_route_does_not_know(options):
    options = {"loops": 1, "cutoff": "time"} | options
    with pytest.raises(cp.InputError) as caught:
        cp.conductivity(cp.Metal(), route="return_probability", **options)
    assert caught.value.expected


@pytest.mark.parametrize("dim", [1, 2])
def test_infinite_without_dephasing(dim):
    with pytest.raises(cp.DivergenceError):
        both(None, metal=cp.Metal(dim=dim, dephasing=None), cutoff="time")
