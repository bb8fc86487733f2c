"""Ratios of polynomials for exponential and radial integrals of one order, against mpmath at 50 digits."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.numerics import kernels
from cooperon.numerics.fixed_orders import (
    expint_of_real,
    has_expint,
    has_radial,
    radial_of_real,
    upper_gamma_of_real,
)

BOUND = 5e-15
HALVES = [-10.0, -2.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 5.5, 10.0]
OTHERS = [-1.7, 0.25, 1.3, 4.7]
ENDS = [0.25 * (1 - 1e-15), 0.25, 2 * (1 - 1e-15), 2.0, 4 * (1 - 1e-15), 4.0]
PLACES = np.concatenate([np.geomspace(1e-12, 600, 60), np.linspace(0.01, 9, 40), ENDS])
FAR = np.concatenate([np.geomspace(1e-10, 1e12, 60), np.linspace(0.01, 9, 40), ENDS])


def worst(values, places, exact):
    with mpmath.workdps(50):
        true = [exact(mpmath.mpf(x)) for x in places.tolist()]
        return max(float(abs(mpmath.mpf(v) / t - 1)) for v, t in zip(values.tolist(), true, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("n", [*HALVES, *OTHERS])
def test_exponential_integrals_keep_their_digits(n):
    assert worst(expint_of_real(n, PLACES), PLACES, lambda x: mpmath.expint(n, x)) < BOUND
    s = 1 - n
    assert worst(upper_gamma_of_real(s, PLACES), PLACES, lambda x: mpmath.gammainc(s, x)) < BOUND


@pytest.mark.slow
@pytest.mark.parametrize("a", [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 10.0, 0.25, 0.75, 1.3])
def test_radial_integrals_keep_their_digits(a):
    def exact(z):
        return mpmath.hyp2f1(1, a, 1 + mpmath.mpf(a), -z)

    assert worst(radial_of_real(a, FAR), FAR, exact) < BOUND


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.sampled_from([0.5, 1.0, 1.5, 2.0]), st.floats(-12, 2.7), st.floats(-10, 12))
def test_at_random_places(order, exponent, radial_exponent):
    x, z = np.array([10**exponent]), np.array([10**radial_exponent])
    assert worst(expint_of_real(order, x), x, lambda x: mpmath.expint(order, x)) < BOUND
    assert worst(upper_gamma_of_real(-order, x), x, lambda x: mpmath.gammainc(-order, x)) < BOUND
    radial = worst(radial_of_real(order, z), z, lambda z: mpmath.hyp2f1(1, order, 1 + mpmath.mpf(order), -z))
    assert radial < BOUND


def test_ends_of_the_range():
    x = np.array([0.0, np.inf, np.nan])
    assert expint_of_real(1.0, x)[:2].tolist() == [np.inf, 0]
    assert expint_of_real(0.5, x)[:2].tolist() == [np.inf, 0]
    assert expint_of_real(2.0, x)[:2].tolist() == [1, 0]
    assert expint_of_real(-1.0, x)[:2].tolist() == [np.inf, 0]
    assert upper_gamma_of_real(0.5, x)[:2] == pytest.approx([np.sqrt(np.pi), 0], rel=1e-15)
    assert upper_gamma_of_real(0.0, x)[:2].tolist() == [np.inf, 0]
    assert upper_gamma_of_real(-1.5, x)[:2].tolist() == [np.inf, 0]
    assert upper_gamma_of_real(3.0, x)[:2].tolist() == [2, 0]
    for a in (0.5, 1.0, 2.5, 0.3):
        assert radial_of_real(a, x)[:2] == pytest.approx([1, 0], rel=1e-15)
        assert np.isnan(radial_of_real(a, x)[2])
    assert np.isnan(expint_of_real(1.0, x)[2])


def test_orders_next_to_whole_numbers_have_no_ratios():
    assert [has_expint(n) for n in (1.0, 1.5, 1 + 1e-12, 0.9, 11.0)] == [True, True, False, False, False]
    assert [has_radial(a) for a in (0.5, 0.9, 0.0, -0.5, 10.5)] == [True, False, False, False, False]


@pytest.mark.parametrize("kernel", [kernels.expint, kernels.upper_gamma, kernels.hyp2f1_radial])
def test_one_order_or_many_of_them(kernel):
    """An order for each place takes the other way; the values are the same."""
    places = np.geomspace(1e-6, 500, 300)
    for order in (0.5, 1.5, 2.0):
        assert kernel(order, places) == pytest.approx(kernel(np.full(300, order), places), rel=4e-15)
    shaped = kernel(1.5, places.reshape(10, 30))
    assert shaped.shape == (10, 30)
    assert kernel(1.5, 2).dtype == np.float64
