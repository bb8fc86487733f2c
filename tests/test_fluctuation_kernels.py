"""Larkin's beta function against the sums that define it, done by other means."""

import mpmath
import numpy as np
import pytest

from cooperon.numerics.fluctuation_kernels import larkin_beta, larkin_beta_slope

DIGITS = 20
PLACES = [1e-9, 0.03, 0.7, 1.999, 2.001, 4.5, 9.99, 10.01, 27.6]


def inverse(log_t, m):
    return log_t + mpmath.psi(0, (1 + m) / 2) - mpmath.psi(0, mpmath.mpf(1) / 2)


def curvature(log_t, m):
    """Second derivative of G = 1/inverse by m."""
    d, z = inverse(log_t, m), (1 + m) / 2
    return mpmath.psi(1, z) ** 2 / 2 / d**3 - mpmath.psi(2, z) / 4 / d**2


def by_abel_and_plana(log_t, begin=9):
    """Both sums from an odd m on as integrals along the imaginary axis, which fall off exponentially."""
    log_t, m = mpmath.mpf(log_t), mpmath.mpf(begin)
    alternating = 1 / log_t + 2 * sum((-1) ** k / inverse(log_t, mpmath.mpf(k)) for k in range(1, begin))
    alternating += (-1) ** begin / inverse(log_t, m)
    alternating -= (
        2
        * (-1) ** begin
        * mpmath.quad(
            lambda y: mpmath.im(1 / inverse(log_t, m + 1j * y)) / mpmath.sinh(mpmath.pi * y), [0, 1, 3, 8, 16]
        )
    )
    curvatures = sum(curvature(log_t, mpmath.mpf(k)) for k in range(1, begin, 2)) + curvature(log_t, m) / 2
    curvatures += mpmath.psi(1, (1 + m) / 2) / 4 / inverse(log_t, m) ** 2
    curvatures -= 2 * mpmath.quad(
        lambda y: mpmath.im(curvature(log_t, m + 2j * y)) / mpmath.expm1(2 * mpmath.pi * y),
        [0, 0.5, 1.5, 4, 8],
    )
    return mpmath.pi**2 / 4 * alternating - curvatures


def by_adding_up(log_t):
    """Averages of partial sums for the alternating one, the integral beyond the last term for the other."""
    number = 4000
    from scipy.special import polygamma, psi

    m = np.arange(number + 1.0)
    z = (1 + m) / 2
    d = log_t + psi(z) - psi(0.5)
    sums = np.cumsum(np.where(m == 0, 1, 2) * (-1) ** m / d)
    for _ in range(4):
        sums = (sums[1:] + sums[:-1]) / 2
    odd = slice(1, None, 2)
    curvatures = np.sum((polygamma(1, z) ** 2 / 2 / d**3 - polygamma(2, z) / 4 / d**2)[odd])
    beyond = number + 1.0
    rest = polygamma(1, (beyond) / 2) / 4 / (log_t + psi(beyond / 2) - psi(0.5)) ** 2
    return np.pi**2 / 4 * sums[-1] - curvatures - rest


@pytest.mark.parametrize("log_t", [0.1, 1.0, 6.0])
def test_it_is_the_sums_that_define_it(log_t):
    assert float(larkin_beta(log_t)) == pytest.approx(by_adding_up(log_t), rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("log_t", PLACES)
def test_it_keeps_its_digits(log_t):
    with mpmath.workdps(DIGITS):
        assert float(abs(larkin_beta(log_t).item() / by_abel_and_plana(log_t) - 1)) < 2e-15


@pytest.mark.slow
@pytest.mark.parametrize("log_t", [0.5, 3.0, 15.0])
def test_its_slope(log_t):
    step = mpmath.mpf("1e-4")
    with mpmath.workdps(DIGITS):
        up, down, far_up, far_down = (by_abel_and_plana(log_t + k * step) for k in (1, -1, 2, -2))
        slope = (8 * (up - down) - (far_up - far_down)) / (12 * step)
    assert float(larkin_beta_slope(log_t)) == pytest.approx(float(slope), rel=1e-12)


def test_the_slope_is_that_of_the_function_everywhere():
    """The integral of the slope between two places is the rise."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    for begin, end in (
        (0.01, 0.02),
        (0.5, 1.5),
        (1.8, 2.2),
        (5.0, 9.0),
        (9.5, 10.5),
        (50.0, 60.0),
        (1e3, 2e3),
    ):
        places = begin + (1 + nodes) / 2 * (end - begin)
        rise = np.sum(weights * larkin_beta_slope(places)) * (end - begin) / 2
        assert rise == pytest.approx(larkin_beta(end) - larkin_beta(begin), rel=1e-12)


def test_it_is_smooth_across_the_ends_of_its_pieces():
    """Values next to the ends of the pieces follow the slope from one to the other."""
    for place in (2.0, 10.0):
        before, after = np.nextafter(place, 0), place
        assert larkin_beta(before) == pytest.approx(larkin_beta(after), rel=2e-15)
        assert larkin_beta_slope(before) == pytest.approx(larkin_beta_slope(after), rel=2e-15)


def test_limits():
    near, far = 1e-13, 1e9
    assert larkin_beta(near) * near == pytest.approx(np.pi**2 / 4, rel=1e-12)
    assert larkin_beta(far) * far**2 == pytest.approx(np.pi**2 / 6, rel=1e-8)
    assert larkin_beta_slope(near) * near**2 == pytest.approx(-(np.pi**2) / 4, rel=1e-12)


def test_at_and_below_the_transition():
    found = larkin_beta([0.0, -0.1, np.nan, np.inf, 1.0])
    assert found[0] == np.inf
    assert np.isnan(found[1:3]).all()
    assert found[3] == 0
    assert found[4] == larkin_beta(1.0)
    assert larkin_beta(np.ones((2, 3))).shape == (2, 3)
    assert np.isnan(larkin_beta_slope(-1.0))
