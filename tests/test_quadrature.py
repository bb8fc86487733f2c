"""Integrals that formulas leave undone, as functions of arrays, and the arctangent of small complex numbers."""

import numpy as np
import pytest
import sympy as sp
from scipy.special import gamma

from cooperon.diagrams.errors import AssumptionWarning, InputError
from cooperon.numerics.evaluation import number
from cooperon.numerics.lambdify import lambdify
from cooperon.numerics.quadrature import quadrature
from cooperon.symbolic import symbols as s

X = sp.Symbol("x", positive=True)


@pytest.mark.parametrize("power", [-0.5, 0.0, 1.3])
def test_powers_at_both_ends(power):
    """Beta functions: x**p/(1 + x)**(p + 2) from 0 to infinity is 1/(p + 1)."""
    value = quadrature(lambda x: x**power / (1 + x) ** (power + 2), 0.0, np.inf)
    assert abs(value * (power + 1) - 1) < 1e-12


def test_shapes_and_ends_broadcast():
    a = np.array([[0.5], [2.0]])
    upper = np.array([1e-3, 1.0, 1e6])
    value = quadrature(lambda x, a: a / (a**2 + x**2), 0.0, upper, a)
    assert value.shape == (2, 3)
    assert np.allclose(value, np.arctan(upper / a), rtol=1e-13)


def test_a_lower_end_and_exponentials():
    value = quadrature(lambda x: (x - 2.0) ** 1.5 * np.exp(-(x - 2.0)), 2.0, np.inf)
    assert abs(value / gamma(2.5) - 1) < 1e-12


def test_large_arrays_are_done_in_pieces():
    upper = np.geomspace(0.1, 10, 5000)
    assert np.allclose(quadrature(np.cos, 0.0, upper), np.sin(upper), atol=1e-12)


@pytest.mark.parametrize("width", [1.0, 0.1, 1e-2])
def test_a_narrow_resonance(width):
    """A logarithm's branch point close to the axis, at 30."""
    value = quadrature(lambda x: np.log1p(1 / ((x - 30) ** 2 + width**2)), 0.0, np.array([40.0, np.inf]))

    def primitive(y):
        at = [y * np.log(y**2 + a**2) + 2 * a * np.arctan(y / a) for a in (np.hypot(1, width), width)]
        return at[0] - at[1]

    expected = primitive(10.0) - primitive(-30.0), 2 * np.pi * (np.hypot(1, width) - width)
    assert abs(value[0] - expected[0]) < 1e-11
    beyond = quadrature(lambda x: np.log1p(1 / ((x + 30) ** 2 + width**2)), 0.0, np.inf)
    assert abs(value[1] + beyond - expected[1]) < 1e-11


def test_ends_that_are_no_numbers_give_none():
    value = quadrature(lambda x: np.exp(-x), 0.0, np.array([np.nan, 1.0, -1.0]))
    assert np.isnan(value).tolist() == [True, False, True]
    assert abs(value[1] - (1 - np.exp(-1))) < 1e-14
    function = lambdify(sp.Integral(1 / (1 + X), (X, 0, s.L)), ["L"])
    with pytest.warns(AssumptionWarning):
        assert np.isnan(function(np.array([np.inf, np.nan]))).all()


def test_what_does_not_settle_is_no_number():
    rng = np.random.default_rng(1)
    assert np.isnan(quadrature(lambda x: rng.normal(size=x.shape) * np.exp(-x), 0.0, np.inf))


def test_no_values_give_no_values():
    assert quadrature(lambda x, a: a * x, 0.0, 1.0, np.array([])).shape == (0,)


def test_integrals_of_formulas_become_functions_of_arrays():
    undone = sp.Integral(1 / (X**2 + s.tau_phi**2), (X, 0, s.L)) + sp.Integral(sp.exp(-X), (X, 0, sp.oo))
    function = lambdify(s.tau * undone**2, ["tau_phi", "L"])
    tau_phi, length = np.array([1.0, 3.0]), 2.0
    expected = 5.0 * (np.arctan(length / tau_phi) / tau_phi + 1) ** 2
    assert np.allclose(function(tau_phi, length, tau=5.0), expected, rtol=1e-13)


def test_a_complex_integral():
    function = lambdify(sp.Integral(1 / (X + 1 - sp.I * s.omega) ** 2, (X, 0, sp.oo)), ["omega"])
    assert abs(function(0.4) - 1 / (1 - 0.4j)) < 1e-13


def test_an_integral_over_a_symbol_of_the_library_is_refused():
    with pytest.raises(InputError, match="Integral"):
        lambdify(sp.Integral(s.q * s.tau, (s.q, 0, 1)), ["tau"])


def test_the_arctangent_keeps_the_digits_of_a_small_complex_argument():
    """mpmath's own has none left at 1e-80; here against the Taylor series, integrated term by term."""
    w = 0.9 + 0.1j
    found = number(sp.Integral(sp.atan(sp.sympify(w) * X) / X ** sp.Rational(3, 2), (X, 0, 1)), {})
    series = sum((-1) ** n * w ** (2 * n + 1) / ((2 * n + 1) * (2 * n + 0.5)) for n in range(400))
    assert abs(found - series) < 1e-12
