"""The kernels against mpmath at 40 digits, on grids and at random points, and against their recurrences."""

import subprocess
import sys

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.numerics import kernels

# Every kind of order: integers, half-integers, next to an integer, anything else.
ORDERS = [
    -3.0,
    -2.5,
    -1.0,
    -0.5,
    0.0,
    0.5,
    1.0,
    2.0,
    3.5,
    -1 - 1e-9,
    1e-12,
    -1e-6,
    1 + 1e-14,
    -0.37,
    0.61,
    1.3,
]
MODULI = [1e-12, 1e-6, 1e-2, 0.3, 0.999, 1.0, 1.001, 1.7, 2.5, 5.0, 11.0, 41.0, 150.0, 600.0]
PHASES = [-0.5 * np.pi, -1.1, 0.4, 0.5 * np.pi]
RADIAL_MODULI = [0.0, 1e-8, 1e-3, 0.3, 0.999, 1.001, 3.0, 30.0, 1e4, 1e8, 1e12]
RADIAL_ORDERS = [0.05, 0.25, 0.5, 0.75, 1.0, 1 + 1e-9, 1.25, 1.5, 2.0 - 1e-13, 2.0, 2.5, 3.0]


def right_half(phase):
    """exp(i phase), and exactly imaginary at the edge."""
    return 1j * np.sign(phase) if abs(phase) > 1.57 else np.exp(1j * phase)


def worst_error(kernel, reference, orders, points):
    """Largest relative error over all pairs."""
    s, x = (values.ravel() for values in np.meshgrid(orders, points))
    with mpmath.workdps(40):
        exact = [
            reference(mpmath.mpf(a), mpmath.mpmathify(b)) for a, b in zip(s.tolist(), x.tolist(), strict=True)
        ]
        errors = [
            float(abs(mpmath.mpmathify(value) - true) / abs(true))
            for value, true in zip(kernel(s, x).tolist(), exact, strict=True)
        ]
    return max(errors)


def complex_points(moduli):
    return np.array([modulus * right_half(phase) for modulus in moduli for phase in PHASES])


def radial(a, z):
    return mpmath.hyp2f1(1, a, 1 + a, -z)


@pytest.mark.parametrize(
    ("kernel", "reference"), [(kernels.upper_gamma, mpmath.gammainc), (kernels.expint, mpmath.expint)]
)
def test_incomplete_gammas_keep_their_digits(kernel, reference):
    assert worst_error(kernel, reference, ORDERS, np.array(MODULI)) < 4e-15
    assert worst_error(kernel, reference, ORDERS[::3], complex_points(MODULI[::2])) < 5e-15


@pytest.mark.parametrize(
    ("kernel", "reference"), [(kernels.upper_gamma, mpmath.gammainc), (kernels.expint, mpmath.expint)]
)
def test_incomplete_gammas_at_the_largest_orders(kernel, reference):
    moduli = np.array([1e-3, 0.7, 1.2, 8.0, 60.0])
    orders = [-10.0, -9.7, -6.3, 7.0, 9.9, 10.0]
    assert worst_error(kernel, reference, orders, np.append(moduli, complex_points(moduli))) < 5e-15


def test_the_radial_integral_keeps_its_digits():
    assert worst_error(kernels.hyp2f1_radial, radial, RADIAL_ORDERS, np.array(RADIAL_MODULI)) < 4e-15
    assert (
        worst_error(kernels.hyp2f1_radial, radial, RADIAL_ORDERS[::2], complex_points(RADIAL_MODULI)) < 4e-15
    )
    assert worst_error(kernels.hyp2f1_radial, radial, [7.3, 10.0], np.array(RADIAL_MODULI)) < 4e-15


def test_digamma_keeps_its_digits():
    points = np.concatenate([np.geomspace(1e-8, 1e8, 60), np.linspace(1.3, 1.6, 40)])
    assert worst_error(lambda _, x: kernels.digamma(x), lambda _, x: mpmath.digamma(x), [0.0], points) < 5e-15
    turned = points * np.exp(1.2j)
    assert worst_error(lambda _, x: kernels.digamma(x), lambda _, x: mpmath.digamma(x), [0.0], turned) < 5e-15


@settings(max_examples=15, deadline=None)
@given(st.floats(-10, 10), st.floats(-12, 2.7), st.floats(-1.57, 1.57))
def test_upper_gamma_at_random_points(s, exponent, phase):
    point = 10**exponent * np.exp(1j * phase)
    assert worst_error(kernels.upper_gamma, mpmath.gammainc, [s], np.array([10**exponent])) < 5e-15
    assert worst_error(kernels.upper_gamma, mpmath.gammainc, [s], np.array([point])) < 5e-15


@settings(max_examples=25, deadline=None)
@given(st.floats(0.02, 10), st.floats(-10, 12), st.floats(-1.57, 1.57))
def test_the_radial_integral_at_random_points(a, exponent, phase):
    point = 10**exponent * np.exp(1j * phase)
    assert worst_error(kernels.hyp2f1_radial, radial, [a], np.array([10**exponent])) < 5e-15
    assert worst_error(kernels.hyp2f1_radial, radial, [a], np.array([point])) < 5e-15


@settings(max_examples=60, deadline=None)
@given(st.floats(-8, 8), st.floats(-3, 1.5), st.floats(-1.57, 1.57))
def test_recurrences_of_the_incomplete_gammas(s, exponent, phase):
    x = 10**exponent * np.exp(1j * phase)
    terms = np.array([s * kernels.upper_gamma(s, x), x**s * np.exp(-x), -kernels.upper_gamma(s + 1, x)])
    assert abs(terms.sum()) < 1e-13 * np.abs(terms).max()
    assert kernels.upper_gamma(s, x) == pytest.approx(x**s * kernels.expint(1 - s, x), rel=1e-13)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 6), st.floats(-3, 9), st.floats(-1.57, 1.57))
def test_recurrence_of_the_radial_integral(a, exponent, phase):
    z = 10**exponent * np.exp(1j * phase)
    low, high = kernels.hyp2f1_radial(a, z) / a, kernels.hyp2f1_radial(a + 1, z) / (a + 1)
    assert z * high + low == pytest.approx(1 / a, rel=1e-13, abs=1e-13 * abs(z * high))


@pytest.mark.parametrize(
    ("kernel", "reference", "order", "point"),
    [
        (kernels.upper_gamma, mpmath.gammainc, 0.3, -0.5 + 0.2j),
        (kernels.upper_gamma, mpmath.gammainc, 14.5, 2.0),
        (kernels.expint, mpmath.expint, 33.0, 1.5),
        (kernels.hyp2f1_radial, radial, 0.7, -0.4),
        (kernels.hyp2f1_radial, radial, 25.0, 1e3),
    ],
)
def test_outside_of_their_domain_mpmath_takes_over(kernel, reference, order, point):
    assert worst_error(kernel, reference, [order], np.array([point])) < 1e-15


def test_limits_and_undefined_values():
    assert kernels.upper_gamma([0.5, 0.0, -1.0], 0.0).tolist() == pytest.approx(
        [np.sqrt(np.pi), np.inf, np.inf]
    )
    assert kernels.expint([1.0, 2.0, 3.0], 0.0).tolist() == [np.inf, 1.0, 0.5]
    assert kernels.upper_gamma(-0.5, np.inf) == 0
    assert kernels.hyp2f1_radial([0.5, 1.0], [np.inf, 0.0]).tolist() == [0.0, 1.0]
    assert np.isnan(kernels.upper_gamma(0.5, [np.nan, -1.0])).all()
    assert np.isnan(kernels.expint(np.nan, 1.0))
    assert np.isnan(kernels.hyp2f1_radial(1.0, -3.0))


def test_shapes_and_types():
    assert kernels.upper_gamma(np.zeros((2, 1)), np.ones(3)).shape == (2, 3)
    assert kernels.upper_gamma(0, [1, 2]).dtype == np.float64
    assert kernels.expint(1, [1j]).dtype == np.complex128
    assert kernels.hyp2f1_radial(1.0, []).shape == (0,)


def test_importing_numerics_imports_neither_scipy_nor_matplotlib():
    modules = "from cooperon.numerics import kernels, lambdify, quantity, sample, plot"
    code = f"import sys; {modules}; print({{'scipy', 'matplotlib'}} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
