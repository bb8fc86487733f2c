"""Numbers of undone integrals, sums and averages, against their closed forms; no number where there is none."""

from __future__ import annotations

import cmath
import math

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import cooperon as cp
from cooperon.numerics.evaluation import number
from cooperon.symbolic.fast import Advanced, AngularAverage, Retarded, cosine

s = cp.symbols
X = sp.Symbol("x", real=True)
J = sp.Symbol("j", integer=True)
OO = sp.oo


def integral(function, lower, upper):
    return sp.Integral(function, (X, lower, upper))


INTEGRALS = {
    "polynomial": (integral(X**2, 0, 3), 9),
    "reversed": (integral(X, 1, 0), -0.5),
    "empty": (integral(X, 2, 2), 0),
    "to a negative end": (integral(X**3, -2, -1), -3.75),
    "root at the end": (integral(1 / sp.sqrt(X), 0, 1), 2),
    "logarithm": (integral(sp.log(X), 0, 1), -1),
    "half-line": (integral(sp.exp(-X), 0, OO), 1),
    "other half-line": (integral(sp.exp(X), -OO, 1), math.e),
    "axis": (integral(1 / (1 + X**2), -OO, OO), math.pi),
    "algebraic tail": (integral(X ** sp.Rational(-5, 4), 2, OO), 4 / 2**0.25),
    "slow decay": (integral(sp.exp(-X / 100), 0, OO), 100),
    "root and decay": (integral(sp.exp(-X) / sp.sqrt(X), 0, OO), math.sqrt(math.pi)),
    "complex": (integral(sp.exp((-1 + 2 * sp.I) * X), 0, OO), 1 / (1 - 2j)),
    "far off the origin": (integral(sp.exp(-X), 30, OO), math.exp(-30)),
    "times and plus": (3 * integral(X, 0, 2) + sp.pi, 6 + math.pi),
    "inside a function": (sp.exp(-integral(X, 0, 2)), math.exp(-2)),
    "integral of an integral": (integral(X * sp.Integral(J, (J, 0, X)), 0, 2), 2),
    "geometric sum": (sp.Sum(sp.Rational(9, 10) ** J, (J, 0, OO)), 10),
    "complex geometric sum": (sp.Sum((sp.I / 2) ** J, (J, 0, OO)), 1 / (1 - 0.5j)),
    "finite sum": (sp.Sum(J**2, (J, 1, 10)), 385),
    "finite product": (sp.Product(2 * J + 1, (J, 1, 3)), 105),
}


@pytest.mark.parametrize("name", INTEGRALS)
def test_known_values(name):
    expr, value = INTEGRALS[name]
    assert number(expr, {}) == pytest.approx(value, rel=1e-11, abs=1e-12)


DIVERGENT = {
    "1/x at infinity": integral(1 / X, 1, OO),
    "1/x at zero": integral(1 / X, 0, 1),
    "1/x on both ends": integral(1 / X, 0, OO),
    "1/x through zero": integral(1 / X, -1, 1),
    "pole inside": integral(1 / (X - sp.Rational(1, 2)), 0, 1),
    "pole off the grid": integral(1 / (X - sp.pi / 7), 0, 1),
    "double pole inside": integral(1 / (X - 3) ** 2, 1, OO),
    "double pole at the end": integral(1 / X**2, 0, 1),
    "root": integral(1 / sp.sqrt(X), 1, OO),
    "nearly integrable": integral(1 / X ** sp.Rational(101, 100), 1, OO),
    "constant": integral(sp.S.One, 0, OO),
    "growing": integral(sp.exp(X), 0, OO),
    "oscillating": integral(sp.sin(X), 0, OO),
    "odd": integral(X, -OO, OO),
    "odd with a tail": integral(X / (1 + X**2), -OO, OO),
    "inside a sum": 1 + integral(1 / X, 1, OO),
    "average": AngularAverage(1 / cosine**2, cosine, sp.Integer(2)),
    "harmonic": sp.Sum(1 / J, (J, 1, OO)),
    "ones": sp.Sum(1, (J, 1, OO)),
    "alternating": sp.Sum((-1) ** J, (J, 0, OO)),
    "growing sum": sp.Sum(sp.Rational(11, 10) ** J, (J, 0, OO)),
    "growing alternating": sp.Sum(sp.Rational(-21, 20) ** J, (J, 0, OO)),
    "slowly growing sum": sp.Sum(1 / (J * sp.log(J)), (J, 2, OO)),
    "nearly summable": sp.Sum(J ** sp.Rational(-101, 100), (J, 1, OO)),
    "oscillating without decay": sp.Sum(sp.cos(J), (J, 0, OO)),
    "harmonic in a difference": sp.Sum(1 / J - 1 / sp.sqrt(J), (J, 1, OO)),
    "both ends": sp.Sum(1 / (1 + sp.Abs(J)), (J, -OO, OO)),
    "infinite product": sp.Product(1 + 1 / J, (J, 1, OO)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DIVERGENT)
def test_what_has_no_value_gets_none(name):
    with pytest.raises(cp.DivergenceError) as caught:
        number(DIVERGENT[name], {})
    assert caught.value.expected


@pytest.mark.parametrize("power", [1.05, 1.2, 2, 3.5])
def test_algebraic_tails_are_right_or_refused(power):
    expr = integral(X ** -sp.nsimplify(power), 1, OO)
    try:
        value = number(expr, {})
    except cp.DivergenceError:
        assert power < 1.2
    else:
        assert value == pytest.approx(1 / (power - 1), rel=1e-11)


@settings(max_examples=15, deadline=None)
@given(
    power=st.floats(min_value=-0.7, max_value=4),
    rate=st.floats(min_value=0.05, max_value=20),
    turn=st.floats(min_value=-3, max_value=3),
)
def test_gamma_integrals(power, rate, turn):
    """int x^p exp(-(a + i b) x) dx = Gamma(p + 1)/(a + i b)^(p+1): right, or refused where it turns fast."""
    gap = rate + 1j * turn * rate
    expr = integral(
        X ** sp.Float(power) * sp.exp(-(sp.Float(gap.real) + sp.I * sp.Float(gap.imag)) * X), 0, OO
    )
    expected = math.gamma(power + 1) * cmath.exp(-(power + 1) * cmath.log(gap))
    try:
        value = number(expr, {})
    except cp.DivergenceError:
        assert abs(turn) > 1
    else:
        assert value == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("dim", "value"),
    [
        (2, 0.762477150623828719 + 0.142426936963321833j),
        (3, 0.810393047297023641 + 0.178077801317328648j),
        (4, 0.8352992051403988 + 0.197735818496411302j),
    ],
)
def test_angular_average_of_a_propagator(dim, value):
    z = 1 - sp.I * sp.Rational(3, 10)
    expr = AngularAverage(1 / (z + sp.I * sp.Rational(4, 5) * cosine), cosine, dim)
    assert number(expr, {}) == pytest.approx(value, abs=1e-14)


@pytest.mark.parametrize("dim", [0.5, 1, 1.5, 2, 2.5, 3, 4.2])
def test_angular_averages_of_powers(dim):
    """<c^2> = 1/d, <c^4> = 3/(d(d+2)), odd ones vanish."""
    values = {0: 1, 1: 0, 2: 1 / dim, 3: 0, 4: 3 / (dim * (dim + 2))}
    for power, value in values.items():
        expr = AngularAverage(cosine**power, cosine, sp.nsimplify(dim))
        assert number(expr, {}) == pytest.approx(value, abs=1e-12)


def test_one_dimension_has_two_directions():
    expr = AngularAverage(1 / (1 + sp.I * cosine), cosine, 1)
    assert number(expr, {}) == pytest.approx(0.5, abs=1e-12)


def test_a_dimension_that_is_a_symbol():
    expr = AngularAverage(cosine**2, cosine, s.d)
    assert number(expr, {s.d: 2.7}) == pytest.approx(1 / 2.7, rel=1e-12)


def test_folded_greens_functions():
    values = {s.hbar: 0.9, s.tau: 0.7}
    product = Retarded(s.xi) ** 2 * Advanced(s.xi) ** 2
    found = number(sp.Integral(product, (s.xi, -OO, OO)), values)
    assert found == pytest.approx(4 * math.pi * (0.7 / 0.9) ** 3, rel=1e-11)
    assert number(sp.Integral(Retarded(s.xi) ** 2, (s.xi, -OO, OO)), values) == pytest.approx(0, abs=1e-11)


def test_special_functions():
    point = {s.tau: sp.Rational(1, 5), s.d: sp.Rational(3, 2)}
    expr = (
        sp.uppergamma(1 - s.d / 2, s.tau)
        + sp.expint(1, s.tau)
        + sp.hyper((1, s.d / 2), (1 + s.d / 2,), -1 / s.tau)
    )
    direct = complex(expr.subs(point).evalf(20))
    assert number(expr, point) == pytest.approx(direct, rel=1e-14)


def test_a_missing_value():
    with pytest.raises(cp.InputError) as caught:
        number(s.tau * s.hbar, {s.hbar: 1})
    assert "tau" in caught.value.given


N = sp.Symbol("n", integer=True)
A, C = sp.symbols("a c", positive=True)
GAPS = [(0.3, 2.0), (100.0, 1000.0), (1e-3, 5.0), (1e4, 1e6), (0.3 - 0.2j, 4 - 1j), (50 - 90j, 3.0)]


def levels(power, place, places=40):
    """Hurwitz zeta, or minus digamma, of 1/2 + place."""
    with mpmath.workdps(places):
        half = mpmath.mpmathify(place) + 0.5
        return -mpmath.digamma(half) if power == 1 else mpmath.zeta(power, half)


@pytest.mark.parametrize("gaps", GAPS, ids=str)
@pytest.mark.parametrize("power", [1, 0.5, 1.5, 0.75])
def test_slow_sums_over_levels(gaps, power):
    """Differences of sums that converge as n**(-1-p), with numbers of any size."""
    exponent = sp.nsimplify(power)
    terms = (N + sp.S.Half + A) ** -exponent - (N + sp.S.Half + C) ** -exponent
    expected = complex(levels(power, gaps[0]) - levels(power, gaps[1]))
    assert number(sp.Sum(terms, (N, 0, OO)), dict(zip((A, C), gaps, strict=True))) == pytest.approx(
        expected, rel=1e-11
    )


@pytest.mark.parametrize("place", [0.3, 40.0, 0.3 - 0.2j])
def test_levels_less_their_integral(place):
    """Each term is a difference of numbers that agree in ever more digits."""
    terms = 1 / sp.sqrt(N + sp.S.Half + A) - 2 * (sp.sqrt(N + 1 + A) - sp.sqrt(N + A))
    with mpmath.workdps(40):
        expected = complex(levels(0.5, place) + 2 * mpmath.sqrt(mpmath.mpmathify(place)))
    assert number(sp.Sum(terms, (N, 0, OO)), {A: place}) == pytest.approx(expected, rel=1e-11)


WINDINGS = {
    "slow decay": (2 * sp.exp(-A * N), 0.01, 0.0, lambda a, _: mpmath.coth(a / 2) - 1),
    "slow decay with a phase": (
        *(2 * sp.exp(-A * N) * sp.cos(N * C), 0.01, 3.1),
        lambda a, c: mpmath.sinh(a) / (mpmath.cosh(a) - mpmath.cos(c)) - 1,
    ),
    "complex decay": (
        *(2 * sp.exp(-A * N) * sp.cos(N * C), 0.02 - 0.01j, 0.7),
        lambda a, c: mpmath.sinh(a) / (mpmath.cosh(a) - mpmath.cos(c)) - 1,
    ),
    "modes of a wire": (1 / (sp.pi**2 * N**2 + A), 300.0, 0.0, lambda a, _: modes(a)),
    "complex modes": (1 / (sp.pi**2 * N**2 + A), 3 - 5j, 0.0, lambda a, _: modes(a)),
    "alternating": (
        *((-1) ** N / (N**2 + A), 0.09, 0.0),
        lambda a, _: (mpmath.pi * a**0.5 / mpmath.sinh(mpmath.pi * a**0.5) - 1) / (2 * a),
    ),
    "slowly alternating": ((-1) ** N / sp.sqrt(N), 0.0, 0.0, lambda *_: -mpmath.altzeta(0.5)),
    "algebraic with a phase": (
        *(sp.cos(N * C) / (N**2 + A), 0.09, 0.7),
        lambda a, c: (
            (mpmath.pi * a**0.5 * mpmath.cosh((mpmath.pi - c) * a**0.5) / mpmath.sinh(mpmath.pi * a**0.5) - 1)
            / (2 * a)
        ),
    ),
    "logarithms": (
        *(sp.log(1 + A / N**2), 0.3, 0.0),
        lambda a, _: mpmath.log(mpmath.sinh(mpmath.pi * a**0.5) / (mpmath.pi * a**0.5)),
    ),
}


def modes(a):
    root = mpmath.sqrt(a)
    return (root * mpmath.coth(root) - 1) / (2 * a)


@pytest.mark.parametrize("name", WINDINGS)
def test_sums_over_windings_and_modes(name):
    term, a, c, exact = WINDINGS[name]
    with mpmath.workdps(30):
        expected = complex(exact(mpmath.mpmathify(a), mpmath.mpf(c)))
    assert number(sp.Sum(term, (N, 1, OO)), {A: a, C: c}) == pytest.approx(expected, rel=1e-11)


def test_sums_over_all_integers():
    lorentzian = sp.Sum(1 / ((N + C) ** 2 + A**2), (N, -OO, OO))
    a, c = 2 * math.pi * 0.3, 2 * math.pi * 0.2
    expected = math.pi / 0.3 * math.sinh(a) / (math.cosh(a) - math.cos(c))
    assert number(lorentzian, {A: 0.3, C: 0.2}) == pytest.approx(expected, rel=1e-11)


@settings(max_examples=12, deadline=None)
@given(
    dim=st.sampled_from([1, 2, 3, 2.5]),
    field=st.floats(-3, 3),
    turn=st.floats(min_value=-3, max_value=3),
)
def test_the_change_by_a_field_as_an_integral_over_durations(dim, field, turn):
    """int t**(-d/2) exp(-g t) (b t/sinh(b t) - 1) dt against digamma and Hurwitz zeta functions."""
    t = sp.Symbol("t", positive=True)
    rate, gap = 10**field, complex(1, turn)
    integrand = t ** (-sp.nsimplify(dim) / 2) * sp.exp(-A * t) * (C * t / sp.sinh(C * t) - 1)
    with mpmath.workdps(40):
        g, b, half = mpmath.mpmathify(gap), mpmath.mpf(rate), mpmath.mpf(dim) / 2
        x = g / (2 * b)
        if dim == 2:
            expected = mpmath.log(x) - mpmath.digamma(0.5 + x)
        else:
            expected = mpmath.gamma(2 - half) * (2 * b) ** (half - 1) * mpmath.zeta(2 - half, 0.5 + x)
            expected -= mpmath.gamma(1 - half) * g ** (half - 1)
    found = number(sp.Integral(integrand, (t, 0, OO)), {A: gap, C: rate})
    assert found == pytest.approx(complex(expected), rel=1e-11, abs=1e-14)
