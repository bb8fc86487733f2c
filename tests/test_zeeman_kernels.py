"""Zeeman functions against the integrals that define them, and against mpmath over the whole range."""

import mpmath
import numpy as np
import pytest

from cooperon.numerics.zeeman_kernels import zeeman_2d, zeeman_2d_slope, zeeman_3d, zeeman_3d_slope

BOUND = 3e-15
SPLITTINGS = np.concatenate(
    [
        np.geomspace(1e-8, 1e8, 60),
        np.linspace(0.05, 50, 80),
        2 * np.pi * np.array([1.2499, 1.2501, 2.4999, 2.5001, 3.9999, 4.0001, 5.9999, 6.0001]),
        10 ** np.random.default_rng(5).uniform(-3, 3, 60),
    ]
)


def curvature(w):
    """Second derivative of w/(exp(w) - 1): by its series next to zero, where the closed form cancels."""
    if w < 0.2:
        return mpmath.fsum(
            mpmath.bernoulli(k) / mpmath.factorial(k) * k * (k - 1) * w ** (k - 2) for k in range(2, 26, 2)
        )
    e = mpmath.exp(w)
    return e * (w * (e + 1) - 2 * (e - 1)) / (e - 1) ** 3


def by_quadrature(weight, h):
    ends = [0, h / 2, h, 2 * h, h + 10, h + 40, h + 90]
    return mpmath.quad(lambda w: curvature(w) * weight(w), ends)


@pytest.mark.parametrize("h", [0.05, 1.0, 7.0, 45.0])
def test_they_are_the_integrals_that_define_them(h):
    with mpmath.workdps(20):
        h = mpmath.mpf(h)
        two = by_quadrature(lambda w: mpmath.log(abs(1 - (h / w) ** 2)), h)
        three = by_quadrature(lambda w: mpmath.sqrt(w + h) + mpmath.sqrt(abs(w - h)) - 2 * mpmath.sqrt(w), h)
    assert float(zeeman_2d(float(h))) == pytest.approx(float(two), rel=1e-13)
    assert float(zeeman_3d(float(h))) == pytest.approx(float(three), rel=1e-13)


def levels_2d(x):
    """Sum over poles, the first ones one by one and the rest as two zeta functions of complex places."""
    z = mpmath.mpc(1, x)
    return mpmath.euler + mpmath.re(mpmath.psi(0, z) + 1j * x * mpmath.zeta(2, z))


def levels_3d(x):
    z, half = mpmath.mpc(1, x), mpmath.mpf(1) / 2
    levels = mpmath.zeta(half) - mpmath.zeta(half, z) + 1j * x * mpmath.zeta(3 * half, z)
    return mpmath.sqrt(mpmath.pi) / 2 * mpmath.re(levels)


def worst(kernel, exact):
    values = kernel(SPLITTINGS)
    with mpmath.workdps(60):
        true = [exact(mpmath.mpf(h) / (2 * mpmath.pi)) for h in SPLITTINGS.tolist()]
        return max(float(abs(mpmath.mpf(v) - t) / abs(t)) for v, t in zip(values.tolist(), true, strict=True))


def slope_2d(x):
    z = mpmath.mpc(1, x)
    return mpmath.re(2j * mpmath.zeta(2, z) + 2 * x * mpmath.zeta(3, z)) / (2 * mpmath.pi)


def slope_3d(x):
    z, half = mpmath.mpc(1, x), mpmath.mpf(1) / 2
    levels = 3j * half * mpmath.zeta(3 * half, z) + 3 * half * x * mpmath.zeta(5 * half, z)
    return mpmath.sqrt(mpmath.pi) / 2 * mpmath.re(levels) / (2 * mpmath.pi)


@pytest.mark.parametrize(("kernel", "exact"), [(zeeman_2d, levels_2d), (zeeman_3d, levels_3d)])
def test_they_keep_their_digits(kernel, exact):
    assert worst(kernel, exact) < BOUND


@pytest.mark.slow
@pytest.mark.parametrize(("kernel", "exact"), [(zeeman_2d_slope, slope_2d), (zeeman_3d_slope, slope_3d)])
def test_slopes_keep_their_digits(kernel, exact):
    assert worst(kernel, exact) < BOUND


@pytest.mark.parametrize(("function", "slope"), [(zeeman_2d, zeeman_2d_slope), (zeeman_3d, zeeman_3d_slope)])
def test_the_integral_of_the_slope_is_the_rise(function, slope):
    nodes, weights = np.polynomial.legendre.leggauss(40)
    for begin, end in ((0.1, 1.0), (6.0, 9.0), (14.0, 17.0), (24.0, 27.0), (35.0, 40.0), (500.0, 900.0)):
        places = begin + (1 + nodes) / 2 * (end - begin)
        rise = np.sum(weights * slope(places)) * (end - begin) / 2
        assert rise == pytest.approx(function(end) - function(begin), rel=1e-12)


def test_limits_of_small_and_large_splittings():
    small, large = 1e-6, 1e12
    zeta3, zeta52 = 1.2020569031595942, 1.3414872572509171
    assert zeeman_2d(small) / small**2 == pytest.approx(3 * zeta3 / (4 * np.pi**2), rel=1e-11)
    assert zeeman_3d(small) / small**2 == pytest.approx(15 * zeta52 / (64 * np.pi**1.5), rel=1e-11)
    assert zeeman_2d(large) == pytest.approx(np.log(large / 2 / np.pi) + np.euler_gamma + 1, rel=1e-15)
    assert zeeman_3d(1e4) == pytest.approx(100 + np.sqrt(np.pi) / 2 * -1.4603545088095868, rel=1e-7)
    assert zeeman_2d_slope(large) * large == pytest.approx(1, rel=1e-14)
    assert zeeman_3d_slope(large) * 2 * np.sqrt(large) == pytest.approx(1, rel=1e-14)


def test_they_are_even_and_have_ends():
    for kernel, sign in ((zeeman_2d, 1), (zeeman_3d, 1), (zeeman_2d_slope, -1), (zeeman_3d_slope, -1)):
        points = np.array([[0.3, 5.0], [20.0, 1e3]])
        assert np.array_equal(kernel(-points), sign * kernel(points))
        assert kernel(points).shape == (2, 2)
        assert kernel(0.0) == 0
        assert np.isnan(kernel([np.nan, 1.0])).tolist() == [True, False]
        assert kernel([np.nan, 1.0])[1] == kernel(1.0)
        assert kernel([]).shape == (0,)
    assert zeeman_2d(np.inf) == zeeman_3d(np.inf) == np.inf
    assert zeeman_2d_slope(np.inf) == zeeman_3d_slope(np.inf) == 0
