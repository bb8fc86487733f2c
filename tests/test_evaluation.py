"""Numbers of undone integrals, sums and averages, against their closed forms; no number where there is none."""

from __future__ import annotations

import cmath
import math

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import cooperon as cp
from cooperon.numerics.evaluation import number
from cooperon.numerics.matrices import entries
from cooperon.symbolic.fast import Advanced, AngularAverage, Retarded, cosine

s = cp.symbols
X = sp.Symbol("x", real=True)
J = sp.Symbol("j", integer=True)
OO = sp.oo
HALF = sp.Rational(1, 2)


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
    "infinite product": sp.Product(1 + 1 / J, (J, 1, OO)),
}


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


@pytest.mark.parametrize("rate", [0, 1e-3, 2.0])
def test_what_oscillates(rate):
    """int_1^oo exp((i w - rate) x)/x = E_1(rate - i w), also where nothing but the oscillation ends it."""
    frequency = sp.Rational(7, 10)
    expr = integral(sp.exp((sp.I * frequency - rate) * X) / X, 1, OO)
    assert number(expr, {}) == pytest.approx(complex(mpmath.expint(1, rate - 0.7j)), rel=1e-12)


def test_what_oscillates_without_an_end_has_no_value():
    for power in (1, HALF, 0):
        with pytest.raises(cp.CooperonError):
            number(integral(sp.exp(sp.I * X) * X**power, 0, OO), {})


def test_what_cancels_at_an_end_gets_more_digits():
    """int (x/sinh(x) - 1) x**(s-2) dx = 2**(1-s) Gamma(s) zeta(s, 1/2), continued from s > 1; s = -1/2."""
    found = number(integral((X / sp.sinh(X) - 1) / X ** sp.Rational(5, 2), 0, OO), {})
    expected = 2**1.5 * mpmath.gamma(-0.5) * mpmath.zeta(-0.5, 0.5)
    assert found == pytest.approx(float(expected), rel=1e-11)


TURN = sp.ImmutableDenseMatrix([[0, -sp.I], [sp.I, 0]])


def test_matrices_that_are_not_multiplied_out():
    undone = sp.MatAdd(sp.MatMul(s.tau, TURN, TURN), sp.MatMul(2, TURN))
    assert np.allclose(entries(undone, {s.tau: 3}), [[3, -2j], [2j, 3]])
    pair = sp.KroneckerProduct(TURN, TURN)
    assert np.allclose(entries(pair, {}), np.fliplr(np.diag([-1, 1, 1, -1])))
    assert entries(s.tau, {s.tau: 3}).tolist() == [[3]]
    with pytest.raises(cp.InputError, match="tau"):
        entries(undone, {})


def test_a_missing_value():
    with pytest.raises(cp.InputError) as caught:
        number(s.tau * s.hbar, {s.hbar: 1})
    assert "tau" in caught.value.given
