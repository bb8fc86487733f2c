"""Integrals that formulas leave undone, as functions of arrays, and the arctangent of small complex numbers."""

import pickle

import numpy as np
import pytest
import sympy as sp
from scipy.special import gamma

import cooperon as cp
from cooperon.diagrams.errors import AssumptionWarning, InputError
from cooperon.numerics.evaluation import number
from cooperon.numerics.lambdify import lambdify
from cooperon.numerics.quadrature import quadrature, quadrature_with_error
from cooperon.numerics.summation import add_up, add_up_with_error
from cooperon.numerics.tolerance import asking, requested
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


def hollow(x, a):
    """Integrand of a hollow cylinder: scipy's own estimate of its error is too small here."""
    return (1 / np.tanh(a * (x**2 + 1) / 2) + 1) * np.exp(-a * (x**2 + 1)) / np.sqrt(x**2 + 2) / 2


def test_the_error_is_honest():
    """Against sums of Bessel functions: 1/(exp(y) - 1) is a geometric series."""
    from scipy.special import k0e

    a = np.geomspace(0.02, 20, 200)
    n = np.arange(1, 4000)[:, np.newaxis]
    # int_0^oo exp(-n a (x**2 + 1))/sqrt(x**2 + 2) dx = K_0(n a)/2
    exact = np.sum(k0e(n * a) * np.exp(-n * a), axis=0) / 2
    for rtol in (1e-4, 1e-8, 1e-12):
        with asking(rtol):
            value, error = quadrature_with_error(hollow, 0.0, np.inf, a)
        assert np.all(abs(value - exact) <= error + 1e-14 * exact)
        assert np.all(error <= rtol * value)


@pytest.mark.parametrize("width", [0.3, 1e-2, 1e-4])
def test_the_error_of_a_resonance_is_honest(width):
    """Either the value is right to what is said, or there is none."""
    for centre in (0.7, 30.0, 1e3):
        exact = np.pi / 2 + np.arctan(centre / width)
        value, error = quadrature_with_error(
            lambda x, c=centre: width / ((x - c) ** 2 + width**2), 0.0, np.inf
        )
        assert np.isnan(value) if np.isinf(error) else abs(value - exact) <= error + 1e-14


def test_a_step_has_no_value_to_ten_digits():
    """A jump converges slowly: what is reached is not enough, and what is enough is reached."""

    def step(x):
        return np.where(x < np.pi / 10, 1.0, 0.0)

    with asking(1e-13):
        assert np.isnan(quadrature(step, 0.0, 1.0))
    with asking(1e-2):
        value, error = quadrature_with_error(step, 0.0, 1.0)
    assert abs(value - np.pi / 10) <= error < 1e-2


def test_what_diverges_has_no_value():
    assert np.isnan(quadrature(lambda x: 1 / (1 + x), 0.0, np.inf))
    assert np.isnan(quadrature(lambda x: x**-1.5, 0.0, 1.0))
    assert np.isnan(quadrature(lambda x: 1 / x, 0.0, 1.0))
    assert np.isnan(quadrature(lambda x: 1 / (x * np.log(x)), 2.0, np.inf))


def test_what_converges_too_slowly_has_no_value():
    """The integral of 1/(x ln(x)**2) beyond any number that there is, is more than a thousandth of it."""
    assert np.isnan(quadrature(lambda x: 1 / (x * np.log(x) ** 2), 2.0, np.inf))
    assert np.isnan(quadrature(lambda x: x**-0.995, 0.0, 1.0))


def test_what_diverges_and_oscillates_has_no_value():
    assert np.isnan(quadrature(np.cos, 0.0, np.inf))


def test_equal_ends_give_zero():
    value, error = quadrature_with_error(np.exp, 2.0, [2.0, 3.0])
    assert value[0] == error[0] == 0
    assert abs(value[1] - np.exp(3) + np.exp(2)) <= error[1]


def test_what_is_asked_for_ends_with_the_block():
    with pytest.raises(InputError), asking(1e-3):
        raise InputError("what", expected="anything")
    assert requested() == 1e-10


@pytest.mark.parametrize("power", [4.0, 3.0, 2.0])
def test_the_error_of_a_slow_sum_is_honest(power):
    from scipy.special import zeta

    with asking(1e-3):
        value, error = add_up_with_error(lambda n: n**-power, 1)
    assert abs(value - zeta(power)) <= error < 1e-3
    # where a smaller error is asked for, blocks of terms reach it
    assert abs(add_up(lambda n: n**-power, 1) - zeta(power)) < 1e-14


def test_terms_of_which_every_other_one_vanishes():
    value, error = add_up_with_error(lambda n: (1 - (-1) ** n) / 2 / n**2.0, 1)
    assert np.isnan(value)
    assert np.isinf(error)
    with asking(1e-2):
        value, error = add_up_with_error(lambda n: (1 - (-1) ** n) / 2 / n**2.0, 1)
    assert abs(value - np.pi**2 / 8) <= error < 1e-2


def test_a_formula_says_its_error():
    undone = sp.Integral(1 / (X**2 + s.tau_phi**2), (X, 0, s.L))
    n = sp.Symbol("n", integer=True)
    function = lambdify(
        s.tau * undone**2 + sp.Sum(sp.exp(-n * s.tau), (n, 0, sp.oo)), ["tau_phi", "L"], rtol=1e-5
    )
    tau_phi = np.array([1.0, 3.0])
    value, error = function.with_error(tau_phi, 2.0, tau=5.0)
    expected = 5.0 * (np.arctan(2.0 / tau_phi) / tau_phi) ** 2 + 1 / (1 - np.exp(-5.0))
    assert np.all(abs(value - expected) <= error)
    assert np.all(error < 2e-5 * expected)
    assert np.array_equal(value, function(tau_phi, 2.0, tau=5.0))
    one = function.with_error(1.0, 2.0, tau=5.0)
    assert all(isinstance(x, float) for x in one)


def test_the_error_is_carried_through_what_stands_around_an_integral():
    """Near a zero of the formula the error is that of the integral, not a part of the value."""
    function = lambdify(sp.Integral(sp.exp(-X), (X, 0, sp.oo)) - s.L, ["L"], rtol=1e-6)
    value, error = function.with_error(1.0)
    assert abs(value) <= error < 1e-6


def test_what_does_not_converge_is_named():
    function = lambdify(sp.Integral(1 / (s.L + X), (X, 0, sp.oo)), ["L"], rtol=1e-6)
    with pytest.warns(AssumptionWarning, match="rtol = 1e-06.*first at L = 1"):
        assert np.isnan(function(np.array([1.0, 2.0]))).all()
    with pytest.warns(AssumptionWarning, match="rtol = 1e-06"):
        value, error = function.with_error(1.0)
    assert np.isnan(value)
    assert np.isinf(error)


def test_closed_formulas_have_the_error_of_rounding():
    value, error = lambdify(sp.log(1 + s.L), ["L"]).with_error(2.0)
    assert abs(value - np.log(3)) < error < 1e-13


def test_the_tolerance_is_checked_and_kept():
    for wrong in (0, -1e-3, 1e-16, 1.0, "small", np.nan):
        with pytest.raises(InputError, match="rtol"):
            lambdify(s.L, ["L"], rtol=wrong)
    function = lambdify(sp.Integral(sp.exp(-X * s.L), (X, 0, sp.oo)), ["L"], rtol=1e-4)
    assert pickle.loads(pickle.dumps(function)).rtol == 1e-4


def test_the_error_of_nested_integrals_is_refused():
    y = sp.Symbol("y", positive=True)
    inner = sp.Integral(sp.exp(-y * X), (y, 0, 1))
    function = lambdify(sp.Integral(inner * sp.exp(-X * s.L), (X, 0, 1)), ["L"])
    with pytest.raises(InputError, match="stand in no other"):
        function.with_error(1.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("derived", "numbers"),
    [
        (lambda: cp.conductivity(cp.Metal(dim=2, geometry=cp.Wire()), loops=1), (3.0, 500.0)),
        (lambda: cp.conductivity(cp.Metal(dim=3), loops=1, kernel="exact"), (20.0, 2e4)),
    ],
)
def test_errors_of_derived_formulas_are_honest(derived, numbers):
    """Against mpmath's quadrature of the same formula, which shares no code."""
    import mpmath

    formula = derived()
    names = sorted(x.name for x in formula.expr.free_symbols)
    given = {"tau": 1.0, "D": 1.0, "e": 1.0, "hbar": 1.0, "k_F": 30.0, "width": numbers[0]}
    given["tau_phi"] = numbers[1]
    value, error = formula.lambdify(*names).with_error(*(given[name] for name in names))
    with mpmath.workdps(25):
        exact = 0
        for term in sp.Add.make_args(formula.expr):
            constant, parts = 1, sp.Mul.make_args(term)
            for part in parts:
                constant *= by_mpmath(part, given)
            exact += constant
    assert abs(value - exact) <= error
    assert error < 1e-9 * abs(value)


def by_mpmath(part, given):
    import mpmath

    numbers = {x: mpmath.mpf(given[x.name]) for x in part.free_symbols}
    if not isinstance(part, sp.Integral):
        return sp.lambdify(list(numbers), part, "mpmath")(*numbers.values())
    x, _, upper = part.limits[0]
    function = sp.lambdify([x, *numbers], part.function, "mpmath")
    end = mpmath.inf if upper == sp.oo else sp.lambdify(list(numbers), upper, "mpmath")(*numbers.values())
    ends = [mpmath.mpf(0), *(mpmath.mpf(10) ** k for k in range(-3, 3) if 10**k < end), end]
    return mpmath.quad(lambda y: function(y, *numbers.values()), ends)
