"""The kernels of Landau levels against mpmath at many digits, over all of their range and at its corners."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.numerics.field_kernels import at_ratio, digamma_rest, hurwitz_zeta, powered_zeta_rest, zeta_rest

MODULI = np.concatenate([np.geomspace(1e-12, 1e16, 57), np.linspace(0.05, 12, 80), [0.3, 0.8, 10.0]])
PHASES = [-0.5 * np.pi, -1.2, -0.3, 1.5]
ORDERS = [0.5, 1.5, 0.75, 0.25, 1.9, -0.5, 1.0, 1 + 1e-9, 1 - 1e-5, 0.1, 2.0, 3.0, -1.7]


def exact(s, x):
    """h(s, x) with as many digits as cancel, and twenty more."""
    with mpmath.workdps(40 + int(3 * abs(np.log10(abs(x))))):
        x = mpmath.mpmathify(x)
        if s == 1:
            return +(mpmath.log(x) - mpmath.digamma(mpmath.mpf(1) / 2 + x))
        if s < 0 and abs(x) > 30:
            return by_abel_and_plana(s, x)
        s = mpmath.mpf(s)
        return +(mpmath.zeta(s, mpmath.mpf(1) / 2 + x) - x ** (1 - s) / (s - 1))


def by_abel_and_plana(s, x):
    """int_0^oo i [f(-iy) - f(iy)]/(exp(2 pi y) + 1) dy, f(t) = (x + t)**(-s): mpmath's zeta of s < 0 is slow."""

    def integrand(y):
        rise = (x - 1j * y) ** -s - (x + 1j * y) ** -s
        return 1j * rise / (mpmath.exp(2 * mpmath.pi * y) + 1)

    return mpmath.quad(integrand, [0, 1, 3, 6, 12])


def error(value, true):
    return float(abs(mpmath.mpmathify(complex(value)) - true) / abs(true))


def bound(s):
    return 1e-14 if s > 0.2 else 5e-14


def turned(modulus, phase):
    return 1j * np.sign(phase) * modulus if abs(phase) > 1.57 else modulus * np.exp(1j * phase)


def test_the_digamma_rest_keeps_its_digits():
    for x, value in zip(MODULI, digamma_rest(MODULI), strict=True):
        assert error(-value, exact(1, float(x))) < 4e-15
    for phase in PHASES:
        points = np.array([turned(m, phase) for m in MODULI])
        for x, value in zip(points, digamma_rest(points), strict=True):
            assert error(-value, exact(1, complex(x))) < 4e-15


@pytest.mark.slow
@pytest.mark.parametrize("s", ORDERS)
def test_the_zeta_rest_keeps_its_digits(s):
    points = MODULI[::5]
    for x, value in zip(points, zeta_rest(s, points), strict=True):
        assert error(value, exact(s, float(x))) < (5e-15 if s > 0.2 else 5e-14)
    for phase in PHASES:
        turns = np.array([turned(m, phase) for m in points[::3]])
        for x, value in zip(turns, zeta_rest(s, turns), strict=True):
            assert error(value, exact(s, complex(x))) < bound(s)


@settings(max_examples=40, deadline=None)
@given(st.floats(-1, 3).filter(lambda s: abs(s) > 1e-3), st.floats(-12, 16), st.floats(-1.57, 1.57))
def test_the_zeta_rest_at_random_points(s, exponent, phase):
    x = complex(10**exponent * np.exp(1j * phase))
    assert error(zeta_rest(s, x), exact(s, x)) < bound(s) / min(1, abs(s))
    assert zeta_rest(s, x.conjugate()) == pytest.approx(np.conj(zeta_rest(s, x)), rel=1e-15)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.2, 2.5), st.floats(-3, 3))
def test_a_step_of_one_takes_one_level_out(s, exponent):
    """h(s, x) - h(s, x + 1) is one level less the integral over its width, by quadrature."""
    x = 10**exponent
    nodes, weights = np.polynomial.legendre.leggauss(60)
    u = np.log(x) + (1 + nodes) / 2 * np.log1p(1 / x)
    integral = np.sum(weights * np.exp((1 - s) * u)) * np.log1p(1 / x) / 2
    step = zeta_rest(s, x) - zeta_rest(s, x + 1)
    assert step == pytest.approx((x + 0.5) ** -s - integral, abs=1e-13 * (integral + (x + 0.5) ** -s))


def test_known_numbers():
    """Published values of f2 and of Kawabata's f3, and both limits of each."""
    assert digamma_rest([10.0, 1.0, 0.1]) == pytest.approx(
        [0.000415941303640691255, 0.0364899739785765206, 0.761965879100855269], rel=1e-14
    )
    assert -zeta_rest(0.5, [1.0, 0.01]) == pytest.approx(
        [0.019112205794725419, 0.42855063673580496], rel=1e-14
    )
    assert -zeta_rest(0.5, 0.0) == pytest.approx(0.60489864342163037, rel=1e-15)
    assert digamma_rest(1e-300) == pytest.approx(300 * np.log(10) - np.euler_gamma - 2 * np.log(2), rel=1e-15)
    assert digamma_rest(np.inf) == 0
    assert digamma_rest(0.0) == np.inf
    assert zeta_rest(0.5, np.inf) == 0
    assert zeta_rest(0.5, 1e200) == pytest.approx(-1e-300 / 48, rel=1e-14)
    assert np.isnan(digamma_rest(np.nan))
    for phase in (1, np.exp(1j), -1j):
        assert digamma_rest(1e300 * phase) == 0
        assert zeta_rest(0.5, 1e180 * phase) == pytest.approx(-1e-270 / 48 * phase**-1.5, rel=1e-13)


@pytest.mark.parametrize(("s", "power"), [(1.5, 0.5), (1.5, 1.2), (1.25, 0.25), (0.5, -0.2), (0.75, 0.3)])
def test_the_powered_rest_is_the_product_and_has_its_limits(s, power):
    for x in [1e-12, 1e-3, 0.7, 9.9, 10.1, 1e6, 2 - 3j, 20j]:
        true = mpmath.mpmathify(x) ** power * exact(s, x)
        assert error(powered_zeta_rest(s, power, x), true) < 1e-14
    assert powered_zeta_rest(s, power, np.inf) == 0
    at_zero = powered_zeta_rest(s, power, 0.0)
    if s > 1:
        assert at_zero == pytest.approx(-1 / (s - 1) if power == s - 1 else 0, rel=1e-15)
    else:
        assert at_zero == (0 if power > 0 else -np.inf)


def test_a_ratio_may_have_no_denominator():
    kernel = at_ratio(zeta_rest)
    assert kernel(0.5, [2 - 1j, 2.0], [0.0, 4.0]) == pytest.approx([0, float(zeta_rest(0.5, 0.5))], rel=2e-15)
    assert kernel(0.5, 0.0, 1.0) == zeta_rest(0.5, 0.0)
    assert np.isnan(kernel(0.5, 0.0, 0.0))


def test_to_the_left_mpmath_takes_over():
    assert error(digamma_rest(-0.3 + 0.1j), -exact(1, -0.3 + 0.1j)) < 1e-15
    assert error(zeta_rest(12.5, 0.7), exact(12.5, 0.7)) < 1e-15
    assert np.isnan(zeta_rest(0.5, -0.7))


def test_shapes_and_types():
    assert zeta_rest(np.zeros((2, 1)), np.ones(3)).shape == (2, 3)
    assert digamma_rest([1, 2]).dtype == np.float64
    assert digamma_rest([1j]).dtype == np.complex128
    assert digamma_rest([]).shape == (0,)


@pytest.mark.parametrize("s", [-0.5, 0.5, 1.5, 2.0, 3.3])
def test_the_zeta_function(s):
    for a in [1e-8, 0.2, 0.4999, 0.5, 1.0, 7.3, 1e5, 0.1 - 3j, 4 + 5j]:
        with mpmath.workdps(30):
            true = mpmath.zeta(s, mpmath.mpmathify(a))
        assert error(hurwitz_zeta(s, a), true) < (6e-15 if s > 1 else 2e-14)


@pytest.mark.parametrize("s", [*ORDERS[:6], 1.0, 0.1, 2.0, 3.0, -1.7])
def test_many_places_of_one_order(s):
    """Long arrays are interpolated; the same values as one at a time."""
    points = np.concatenate([[0.0], np.geomspace(1e-12, 30, 700), np.linspace(0.2, 10.5, 700)])
    each = zeta_rest(np.full_like(points, s), points)
    together = zeta_rest(s, points)
    assert together == pytest.approx(each, rel=bound(s))
    assert digamma_rest(points) == pytest.approx(-zeta_rest(np.ones_like(points), points), rel=1e-14)
