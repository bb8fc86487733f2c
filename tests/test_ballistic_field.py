"""The exact kernel in a magnetic field, against closed paths in real space and levels added up by hand."""

from __future__ import annotations

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.special import eval_genlaguerre, eval_laguerre, j0

import cooperon as cp
from cooperon.diagrams.errors import AssumptionError, AssumptionWarning, InputError
from cooperon.numerics.landau_asymptotics import polynomials, smooth_levels
from cooperon.numerics.landau_kernels import level_sum, lowest_levels
from cooperon.numerics.level_sums import level_sums_apart
from cooperon.numerics.translate import array_function
from cooperon.symbolic import ballistic_field, landau_levels, metal
from cooperon.symbolic import symbols as s
from cooperon.symbolic.ballistic_strong_field import strong_field
from cooperon.symbolic.kubo import families
from cooperon.symbolic.landau_levels import LEVEL, FlightBetweenLevels, FlightInLevel
from cooperon.symbolic.rules import feynman_rules

METAL = cp.Metal(dim=2, field=cp.PerpendicularField())
PLAIN = cp.Metal(dim=2)
UNIT = s.e**2 / (2 * sp.pi**2 * s.hbar)
FIELDS = np.geomspace(1e-3, 1e3, 7)
HALF = sp.Rational(1, 2)


def back(stays, lost, up, down):
    return stays**3 / lost


def other(stays, lost, up, down):
    return stays / lost * (up**2 + down**2) / 2


@pytest.fixture(scope="module")
def parts():
    return cp.interference(METAL)


def bracket(formula, b, gap=0.1, **more):
    """Value in units of e**2/(2 pi**2 hbar) at B/B_tr = b and tau/tau_phi = gap."""
    function = formula.lambdify("B", checks=False)
    given = {"tau": 1.0, "tau_phi": 1 / gap, "D": 0.5, "e": 1.0, "hbar": 1.0} | more
    wanted = {name: given[name] for name in function.keywords}
    return function(np.asarray(b) / 2, **wanted) * 2 * np.pi**2


# --- one flight: integrals over its length ---


NODES, WEIGHTS = np.polynomial.legendre.leggauss(60)


def panels(ends):
    """Gauss-Legendre points and weights between successive ends."""
    return [(a + (c - a) * (1 + NODES) / 2, WEIGHTS * (c - a) / 2) for a, c in pairwise(ends)]


def flight(n, b, loss, turned=False):
    """P_n, or Q_n, as an integral over the length of a flight in units of 1/sqrt(b)."""
    last = np.sqrt(8 * n + 4) + 14  # beyond the turning point of the oscillator
    total = 0.0
    for y, weights in panels([0, 0.1, 0.3, *np.arange(1, last)]):
        phase = eval_laguerre(n, y**2 / 2)
        if turned:
            phase = y / np.sqrt(2 * (n + 1)) * eval_genlaguerre(n, 1, y**2 / 2)
        total += np.sum(weights * np.exp(-loss * y / np.sqrt(b) - y**2 / 4) * phase)
    return total / np.sqrt(b)


@pytest.mark.parametrize("b", [0.02, 1.0, 300.0])
@pytest.mark.parametrize("gap", [0.0, 0.3, 0.2 - 0.9j])
def test_flights_of_the_lowest_levels(b, gap):
    found = lowest_levels(9, np.array([b]), np.array([gap]))
    for n in (0, 1, 2, 5, 8):
        stays, up = flight(n, b, 1 + gap), flight(n, b, 1 + gap, turned=True)
        assert found.stays[n, 0] == pytest.approx(stays, rel=1e-12)
        assert found.lost[n, 0] == pytest.approx(1 - stays, rel=1e-10)
        assert found.up[n, 0] == pytest.approx(up, rel=1e-12)
        below = flight(n - 1, b, 1 + gap, turned=True) if n else 0.0
        assert found.down[n, 0] == pytest.approx(below, rel=1e-12)


@pytest.mark.parametrize("n", [60, 61])
@pytest.mark.parametrize("b", [0.02, 3.0, 1000.0])
def test_flights_of_a_high_level(n, b):
    """Even and odd levels part in strong fields; the series in b/u**2 has both."""
    t, parity = np.array((n + 0.5) * b), np.array((-1.0) ** n)
    found = smooth_levels(t, parity, np.array(b), np.array(0.1))
    assert found.stays == pytest.approx(flight(n, b, 1.1).real, rel=1e-11)
    assert found.up == pytest.approx(flight(n, b, 1.1, turned=True).real, rel=1e-11)
    assert found.down == pytest.approx(flight(n - 1, b, 1.1, turned=True).real, rel=1e-11)
    assert found.lost == pytest.approx(1 - flight(n, b, 1.1).real, rel=1e-11)


def test_even_and_odd_levels_differ_in_strong_fields():
    found = lowest_levels(4, np.array([1e6]), np.array([0.0])).stays[:, 0]
    assert found[1] < 0.01 * found[0]
    assert found[3] < 0.01 * found[2]


def test_the_series_solves_its_equation():
    """y(t) y(t + b) = s y(t + b) + t/2 + b/4, order by order in b, with sympy's derivatives."""
    b, t, loss = sp.symbols("b t s", positive=True)
    size = sp.sqrt(loss**2 + 2 * t)
    y = sum(
        b**k
        * size ** (1 - 2 * k)
        * sp.nsimplify(sp.Poly.from_list(list(table), b).as_expr().subs(b, loss / size))
        for k, table in enumerate(polynomials()[:4])
    )
    shifted = sum(b**m / sp.factorial(m) * sp.diff(y, t, m) for m in range(4))
    rest = y * shifted - loss * shifted - t / 2 - b / 4
    at = {t: sp.Rational(7, 3), loss: sp.Rational(6, 5)}
    series = sp.series(rest.subs(at), b, 0, 4).removeO()
    assert all(abs(series.coeff(b, k).evalf(30)) < 1e-15 for k in range(4))


# --- closed paths in real space ---


def over_triangles(weight, loss):
    """Integrate over closed paths through three scatterers.

    The first flight r joins the foci of an ellipse; r_2 + r_3 = r cosh(theta), the rest is in the weight.
    """
    total = 0.0
    for theta, of_theta in panels([0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 32.0]):
        for u, of_u in panels([0.0, 0.3, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 9.0, 12.0, 16.0, 40.0]):
            size = loss * (1 + np.cosh(theta))[:, None]
            value = np.exp(-u) / size * weight(u / size, theta[:, None])
            total += of_theta @ value @ of_u
    return total


def triangles(b, loss):
    """The phase of the flux; averaged over r_2 - r_3 it is a Bessel function."""
    return over_triangles(lambda r, theta: j0(b * r**2 * np.sinh(theta) / 4), loss)


def turning_triangles(b, loss):
    """The same weighted with minus the cosine between the second flight and the third."""
    nu = np.cos(np.pi * (np.arange(400) + 0.5) / 400)  # Gauss-Chebyshev: the weight 1/sqrt(1 - nu**2)

    def weight(r, theta):
        # mu**2 - nu**2 with all digits next to the foci
        apart = np.sinh(theta)[..., None] ** 2 + 1 - nu**2
        cosine = (1 - nu**2 - np.sinh(theta)[..., None] ** 2) / apart
        flux = b * r[..., None] ** 2 * np.sinh(theta)[..., None] * np.sqrt(1 - nu**2) / 4
        # without a flux the average of minus the cosine is 2 tanh(theta) - 1
        return 2 * np.tanh(theta) - 1 + np.mean(-cosine * (np.cos(flux) - 1), axis=-1)

    return over_triangles(weight, loss)


@pytest.mark.parametrize("b", [0.0, 0.3, 3.0, 40.0])
def test_three_flights_are_triangles_with_a_flux(b):
    found = level_sum(lambda stays, lost, up, down: stays**3, b, 0.1)
    assert found == pytest.approx(triangles(b, 1.1), rel=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("b", [0.0, 0.3, 3.0, 40.0])
def test_two_flights_weighted_with_their_directions_are_triangles_with_a_flux(b):
    found = level_sum(lambda stays, lost, up, down: stays * (up**2 + down**2) / 2, b, 0.1)
    assert found == pytest.approx(turning_triangles(b, 1.1), rel=1e-7)


# --- the sums: levels added up one by one ---


def by_hand(b, loss, levels):
    """Add up levels one by one; above them the integral without field and the first difference."""
    up = [0.0] * (levels + 1)
    up[levels] = (loss + math.sqrt(loss**2 + 2 * levels * b)) / 2
    for n in range(levels - 1, -1, -1):
        up[n] = loss + b / 2 * (n + 1) / up[n + 1]
    down, sums = loss, [[], []]
    for n in range(levels):
        first, second = b / 2 * (n + 1) / up[n + 1], (b / 2 * n / down if n else 0.0)
        stays = 1 / (loss + first + second)
        up2, down2 = first / up[n + 1], (second / down if n else 0.0)
        sums[0].append(b * stays**3 / (1 - stays))
        sums[1].append(b * stays**3 / (1 - stays) * (up2 + down2) / 2)
        down = loss + second
    end = math.sqrt(loss**2 + 2 * levels * b)
    shapes = (lambda u: 1 / (u**2 * (u - 1)), lambda u: (u - loss) / ((u + loss) * u**2 * (u - 1)))
    tails = [quad(lambda x, f=f: f(1 / x) / x**3, 0, 1 / end, epsabs=0, epsrel=1e-13)[0] for f in shapes]
    slopes = [(f(end * (1 + 1e-4)) - f(end * (1 - 1e-4))) / (2e-4 * end**2) for f in shapes]
    return [
        math.fsum(terms) + tail + b**2 * slope / 24
        for terms, tail, slope in zip(sums, tails, slopes, strict=True)
    ]


@pytest.mark.parametrize(("b", "levels"), [(1e-3, 20000), (0.1, 20000), (5.0, 50000), (1e3, 400000)])
@pytest.mark.parametrize("gap", [0.003, 0.1, 0.8])
def test_both_parts_against_levels_added_up(parts, b, levels, gap):
    first, second = by_hand(b, 1 + gap, levels)
    assert bracket(parts.backscattering, b, gap) == pytest.approx(-first, rel=2e-10)
    assert bracket(parts.nonbackscattering, b, gap) == pytest.approx(second, rel=2e-10)
    assert bracket(parts.total, b, gap) == pytest.approx(second - first, rel=4e-10)


def test_more_levels_one_by_one_change_nothing(monkeypatch):
    few = [level_sum(f, FIELDS, gap) for f in (back, other) for gap in (0.01, 0.5, 0.1 - 0.5j, 0.1 - 4j)]
    monkeypatch.setattr("cooperon.numerics.landau_kernels._LEVELS", 2048)
    many = [level_sum(f, FIELDS, gap) for f in (back, other) for gap in (0.01, 0.5, 0.1 - 0.5j, 0.1 - 4j)]
    for some, all_ in zip(few, many, strict=True):
        assert np.max(abs(some / all_ - 1)) < 1e-12


def test_a_frequency_against_levels_added_up(parts):
    b, omega, gap = 0.7, 0.4, 0.1
    found = cp.interference(METAL, omega=s.omega)
    loss = complex(1 + gap, -omega)
    levels = 200
    stays = [flight(n, b, loss) for n in range(levels)]
    t = (np.arange(levels, 4000) + 0.5) * b
    size = np.sqrt(loss**2 + 2 * t)
    rest = np.sum(b / (size**2 * (size - 1)))
    end = np.sqrt(loss**2 + 2 * 4000 * b)
    expected = sum(b * p**3 / (1 - p) for p in stays) + rest + np.log(end / (end - 1))
    value = bracket(found.backscattering, b, gap, omega=omega)
    assert value * (1 - 1j * omega) ** 2 == pytest.approx(-expected, rel=1e-7)


# --- limits ---


@pytest.mark.parametrize("gap", [1e-6, 0.01, 0.1, 1.0])
def test_without_a_field_it_is_the_closed_form(parts, gap):
    plain = cp.interference(PLAIN)
    for name in ("backscattering", "nonbackscattering", "total"):
        expected = sp.N((getattr(plain, name).expr / UNIT).subs({s.tau_phi: s.tau / sp.Float(gap, 30)}), 20)
        assert bracket(getattr(parts, name), 0.0, gap) == pytest.approx(float(expected), rel=1e-13)
        assert bracket(getattr(parts, name), 1e-9 * gap, gap) == pytest.approx(float(expected), rel=1e-12)


def test_the_known_number_without_field(parts):
    assert bracket(parts.nonbackscattering, 0.0) == pytest.approx(0.545954682780977888, rel=1e-14)
    assert bracket(parts.nonbackscattering, 1e-4) == pytest.approx(0.545954682780977888, rel=1e-7)


def test_leading_form_is_that_of_diffusion_with_its_constant(parts):
    """Hikami, Larkin, Nagaoka: psi(1/2 + B_phi/B) - ln(B_phi/B) beside the logarithm without field."""
    ratio = s.hbar / (4 * s.e * s.D * s.tau_phi * s.B)
    change = parts.total.leading() - cp.interference(PLAIN).total.leading()
    expected = UNIT * (sp.polygamma(0, HALF + ratio) - sp.log(ratio))
    assert sp.simplify(sp.expand_log(sp.expand(change - expected), force=True)) == 0
    size = sp.Symbol("size", positive=True)  # B/B_phi
    in_size = (change / UNIT).subs(s.B, size * s.hbar / (4 * s.e * s.D * s.tau_phi))
    assert (
        sp.simplify(sp.series(sp.expand_log(sp.expand(in_size), force=True), size, 0, 3).removeO())
        == size**2 / 24
    )
    strong = sp.limit(sp.expand_log(sp.expand(in_size), force=True) - sp.log(size), size, sp.oo)
    assert sp.simplify(strong + sp.EulerGamma + 2 * sp.log(2)) == 0


@pytest.mark.parametrize("ratio", [0.1, 1.0, 30.0])
def test_weak_field_and_long_coherence_are_diffusion(parts, ratio):
    """B/B_phi = ratio, tau/tau_phi = 1e-7: what is left is of the order of tau/tau_phi times a logarithm."""
    gap = 1e-7
    change = bracket(parts.total, ratio * gap, gap) - bracket(parts.total, 0.0, gap)
    expected = mpmath.digamma(0.5 + 1 / ratio) - mpmath.log(1 / ratio)
    assert change == pytest.approx(float(expected), abs=1e-5)


def test_strong_field(parts):
    found = strong_field(METAL)
    first, second = (
        (getattr(found, name).expr / UNIT * sp.sqrt(4 * s.e * s.B * s.D * s.tau / s.hbar))
        for name in ("backscattering", "nonbackscattering")
    )
    assert sp.simplify(first + sp.pi ** (5 * HALF) / sp.gamma(3 * HALF**2) ** 4) == 0
    assert sp.simplify(second - sp.pi ** (3 * HALF) / 2) == 0
    # even levels one by one, with Stirling's tail
    m = np.arange(1, 10**6)
    central = np.concatenate([[1.0], np.cumprod((2 * m - 1) / (2 * m))])
    tail = 2 / np.sqrt(10**6) / np.pi**1.5
    assert float(first) == pytest.approx(-(np.pi**1.5) * (np.sum(central**3) + tail), rel=1e-8)
    tail = 1 / np.sqrt(np.pi) / np.sqrt(10**6)
    series = np.sum(central / (2 * np.arange(10**6) + 1)) + tail
    assert float(second) == pytest.approx(np.sqrt(np.pi) * series, rel=1e-8)


def test_published_coefficient_of_strong_fields():
    """Delta sigma = -0.25 (e**2/hbar) sqrt(B_tr/B), 0.39 of it from backscattering."""
    found = strong_field(METAL)
    unit = s.e**2 / s.hbar * sp.sqrt(s.hbar / (4 * s.e * s.B * s.D * s.tau))
    assert float(sp.simplify(found.total.expr / unit)) == pytest.approx(-0.25, abs=0.005)
    assert float(sp.simplify(found.backscattering.expr / unit)) == pytest.approx(-0.39, abs=0.005)


def test_the_sum_tends_to_its_strong_form(parts):
    """The error falls as ln(b)/sqrt(b): at b = 1e16 it is below 1e-6."""
    strong = strong_field(METAL)
    for name in ("backscattering", "nonbackscattering"):
        exact = bracket(getattr(parts, name), 1e16)
        assert exact == pytest.approx(bracket(getattr(strong, name), 1e16), rel=1e-6)


def test_magnetoconductance_is_positive_and_monotonic(parts):
    values = bracket(parts.total, np.geomspace(1e-4, 1e4, 200))
    assert np.all(np.diff(values) > 0)
    assert np.all(values < 0)


# --- what it is ---


@pytest.mark.slow
def test_every_line_is_confirmed(parts):
    report = parts.total.verify()
    assert report.confirmed, str(report)


@pytest.mark.slow
@pytest.mark.parametrize("omega", [None, s.omega])
@pytest.mark.parametrize("dephasing", [cp.Dephasing(), None])
def test_every_line_of_other_metals_is_confirmed(dephasing, omega):
    report = cp.interference(METAL.replace(dephasing=dephasing), omega=omega).total.verify()
    assert report.confirmed, str(report)


@pytest.mark.slow
def test_every_line_of_a_strong_field_is_confirmed():
    report = strong_field(METAL).total.verify()
    assert report.confirmed, str(report)


@pytest.mark.slow
def test_a_wrong_flight_is_found_out(monkeypatch):
    """Twice the amplitude to turn: neither the flights without field nor those in levels agree."""
    right = FlightBetweenLevels._phase
    monkeypatch.setattr(FlightBetweenLevels, "_phase", lambda *given: 2 * right(*given))
    found = cp.interference(METAL).nonbackscattering
    faults = {line.step.rule for line in found.verify().lines if not line.confirmed}
    assert faults == {"a flight between levels, weighted with its direction"}


def test_a_wrong_pair_of_turns_is_found_out(monkeypatch):
    right = ballistic_field._over_levels

    def wrong(*given):
        return right(*given).replace(FlightBetweenLevels, lambda *args: 2 * FlightBetweenLevels(*args))

    monkeypatch.setattr(ballistic_field, "_over_levels", wrong)
    found = cp.interference(METAL).nonbackscattering
    faults = {line.step.rule for line in found.verify().lines if not line.confirmed}
    assert faults == {"sum over Landau levels", "leading form"}


def test_spin_degeneracy_multiplies_the_result(monkeypatch, parts):
    monkeypatch.setattr(metal.Metal, "spin_degeneracy", property(lambda self: sp.Integer(7)))
    assert bracket(cp.interference(METAL).total, 2.0) == pytest.approx(3.5 * bracket(parts.total, 2.0))


def test_the_charge_of_the_levels_is_a_rule(monkeypatch, parts):
    """With the charge e in place of 2e every field would have to be twice as strong."""
    right = landau_levels.field_strength
    monkeypatch.setattr(ballistic_field, "field_strength", lambda dim: right(dim) / 2)
    assert bracket(cp.interference(METAL).total, 6.0) == pytest.approx(bracket(parts.total, 3.0), rel=1e-12)


def test_flights_without_field_are_the_integrand():
    """P**3/(1 - P) and P Q**2/(1 - P), Q = (1 - z P)/(q ell), with the signs of the boxes."""
    stays, turns = ballistic_field._STAYS, ballistic_field._TURNS
    values = []
    for diagram in families(1):
        rules = feynman_rules(diagram, METAL)
        if ballistic_field.vanishing_step(rules) is None:
            values.append(ballistic_field.flights(rules, sp.S.Zero))
    whole = sum(values) * sp.pi * s.hbar / (s.e**2 * s.ell**2)
    assert sp.simplify(whole - (-(stays**3) + stays * turns**2) / (1 - stays)) == 0


def test_conductivity_with_the_exact_kernel_is_the_total(parts):
    assert cp.conductivity(METAL, loops=1, kernel="exact").expr == parts.total.expr


def test_the_field_keeps_it_finite_without_dephasing():
    found = cp.interference(METAL.replace(dephasing=None)).total
    b = 1e-6
    expected = np.log(b) + float(mpmath.digamma(0.5)) + np.log(2)
    assert bracket(found, b) == pytest.approx(expected, abs=1e-4)
    assert found.leading().has(s.B)
    assert not found.expr.has(s.tau_phi)


def test_without_anything_that_ends_paths_there_is_no_number():
    function = cp.interference(METAL.replace(dephasing=None)).total.lambdify("B")
    with pytest.warns(AssumptionWarning, match="finiteness"):
        values = function([0.0, 1.0], tau=1.0, D=0.5, e=1.0, hbar=1.0)
    assert np.isnan(values[0])
    assert values[1] == pytest.approx(function(1.0, tau=1.0, D=0.5, e=1.0, hbar=1.0), rel=1e-14)


def test_values_that_are_no_numbers_stay_so():
    found = level_sum(back, [[np.nan, 1.0], [2.0, np.inf]], [[0.1], [np.nan]])
    assert found.shape == (2, 2)
    assert np.isfinite(found).tolist() == [[False, True], [False, False]]


@pytest.mark.slow
def test_values_of_the_metal_are_put_in(parts):
    found = cp.interference(METAL.replace(tau=1, tau_phi=10)).total
    value = found.lambdify("B", checks=False)(1.0, D=0.5, e=1.0, hbar=1.0) * 2 * np.pi**2
    assert value == pytest.approx(bracket(parts.total, 2.0), rel=1e-14)
    assert found.verify().confirmed


@pytest.mark.slow
def test_a_film_in_a_field(parts):
    film = cp.Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12, T=1.0)
    numbers = {name: getattr(film, name) for name in ("D", "tau", "tau_phi")}
    expected = parts.total.lambdify("B", si=True)(0.01, **numbers)
    assert parts.total.evaluate(film, B=0.01).value == pytest.approx(expected, rel=1e-12)
    plain = cp.interference(PLAIN).total.evaluate(film).value
    assert parts.total.evaluate(film, B=0).value == pytest.approx(plain, rel=1e-12)
    assert abs(expected) < abs(plain)
    with pytest.raises(AssumptionError, match="straight"):
        parts.total.evaluate(film, B=5.0)


def test_latex_has_the_sum_and_its_flights(parts):
    text = parts.total.latex()
    assert r"\sum_{n=0}^{\infty}" in text
    assert r"P_{n}^{3}\!\left(" in text
    assert r"Q_{n - 1}^{2}\!\left(" in text
    assert r"\begin{document}" in parts.total.latex(document=True)


def test_b_equal_to_0_in_a_sum_over_levels_is_not_0(parts):
    assert parts.total.expr.subs(s.B, 0) is sp.nan


@pytest.mark.parametrize(
    ("changes", "given"),
    [
        ({"dim": 3}, "3 dimensions"),
        ({"field": cp.ParallelField()}, "ParallelField"),
        ({"scattering": [cp.Potential(), cp.SpinOrbit()]}, "SpinOrbit"),
        ({"scattering": [cp.Potential(), cp.Magnetic()]}, "Magnetic"),
        ({"scattering": [cp.Potential(harmonics=(s.w_1,))]}, "harmonics"),
        ({"geometry": cp.Wire()}, "Wire"),
        ({"diffusion": "xyz"}, "diffusion"),
    ],
)
def test_what_it_does_not_know_it_refuses(changes, given):
    for asked in (cp.interference, strong_field):
        with pytest.raises(InputError, match=given):
            asked(METAL.replace(**changes))


def test_a_strong_field_needs_a_field():
    with pytest.raises(InputError, match="a metal with a field"):
        strong_field(PLAIN)
    with pytest.raises(InputError, match="a metal with a field"):
        strong_field(2)


def test_sums_that_are_no_sums_over_levels_of_one_field_are_refused():
    b, gap = s.g, sp.S.Zero
    stays = FlightInLevel(LEVEL, b, gap)
    for summand, first in (
        (b * stays**3, 1),
        (b * stays * FlightInLevel(LEVEL, 2 * b, gap) ** 2, 0),
        (b * stays**3 * s.p, 0),
        (b * stays**2 * FlightInLevel(LEVEL + 1, b, gap), 0),
    ):
        with pytest.raises(InputError, match="the sum"):
            level_sums_apart(sp.Sum(summand, (LEVEL, first, sp.oo)), array_function)
