"""Functions of Matsubara sums, ln(1 + x)/x and slow sums, against mpmath over the whole range."""

import mpmath
import numpy as np
import pytest

from cooperon.numerics.matsubara_kernels import levels_imag, levels_real, levels_real_rise, levels_rise
from cooperon.numerics.precise_sums import smooth_sum
from cooperon.numerics.small_differences import log_ratio, log_ratio_rise
from cooperon.numerics.smooth_sums import block_rule
from cooperon.numerics.summation import add_up_with_error

PLACES = np.concatenate(
    [
        np.geomspace(1e-8, 1e8, 15),
        np.linspace(0.05, 8, 12),
        [0.6249, 0.6251, 0.9999, 1.0001, 1.2499, 1.2501, 2.4999, 2.5001, 3.9999, 4.0001, 5.9999, 6.0001],
        10 ** np.random.default_rng(5).uniform(-2, 2, 8),
    ]
)
BOUND = 6e-15
ORDERS = [0.5, 1.0, 1.5, 2.0, 2.5, 0.3]


def levels(s, z):
    return -mpmath.psi(0, z) if s == 1 else mpmath.zeta(mpmath.mpf(s), z)


def start(s, a):
    return levels(s, mpmath.mpf(a))


EXACT = {
    levels_rise: lambda s, a, x: levels(s, a + x) - start(s, a),
    levels_real_rise: lambda s, a, x: mpmath.re(levels(s, mpmath.mpc(a, x))) - start(s, a),
    levels_imag: lambda s, a, x: mpmath.im(levels(s, mpmath.mpc(a, x))),
}


def worst(values, exact, sizes=None):
    sizes = exact if sizes is None else sizes
    pairs = zip(values.tolist(), exact, sizes, strict=True)
    return max(float(abs(mpmath.mpf(v) - t) / abs(size)) for v, t, size in pairs)


@pytest.mark.parametrize("kernel", EXACT)
@pytest.mark.parametrize("s", ORDERS)
@pytest.mark.parametrize("a", [0.5, 1.0])
def test_they_keep_their_digits(kernel, s, a):
    places = PLACES if s != 0.3 else PLACES[::5]
    with mpmath.workdps(40):
        true = [EXACT[kernel](s, a, mpmath.mpf(x)) for x in places.tolist()]
    assert worst(kernel(s, a, places), true) < BOUND


@pytest.mark.parametrize(("s", "a"), [(3.0, 1.0), (0.5, 0.5), (1.0, 1.0), (4.5, 1.0)])
def test_real_parts_keep_the_digits_of_the_modulus(s, a):
    with mpmath.workdps(40):
        true = [levels(s, mpmath.mpc(a, x)) for x in PLACES.tolist()]
    assert worst(levels_real(s, a, PLACES), [mpmath.re(x) for x in true], true) < BOUND


def test_orders_and_places_broadcast_and_pass_the_pole_smoothly():
    orders = np.array([[0.5], [1.0], [1 + 1e-9], [1.7]])
    for kernel, exact in EXACT.items():
        found = kernel(orders, 1.0, np.array([0.3, 4.0]))
        assert found.shape == (4, 2)
        for i, s in enumerate(orders[:, 0].tolist()):
            with mpmath.workdps(40):
                true = [exact(s, 1, mpmath.mpf(x)) for x in (0.3, 4.0)]
            assert worst(found[i], true) < BOUND


def test_zero_signs_and_what_is_no_number():
    for kernel in (levels_real_rise, levels_imag):
        odd = kernel is levels_imag
        for s, a in ((0.5, 1.0), (0.7, 1.3)):
            assert kernel(s, a, 0.0) == 0
            assert kernel(s, a, -2.0) == (-1 if odd else 1) * kernel(s, a, 2.0)
            assert np.isnan(kernel(s, a, [np.nan, 1.0])).tolist() == [True, False]
    assert levels_rise(1.0, 1.0, 0.0) == 0
    assert levels_rise(0.5, 1.0, [[1.0], [2.0]]).shape == (2, 1)
    assert levels_rise(1, 1, 1.0) == pytest.approx(-1.0, rel=1e-15)


def place_of_log_ratio(n, x):
    x = mpmath.mpf(x)
    if abs(x) < 1e-8:
        return mpmath.fsum((-x) ** k * mpmath.binomial(n + k, k) / (n + k + 1) for k in range(8))
    value = mpmath.log1p(x) / x
    for k in range(1, n + 1):
        value = (value - (1 + x) ** -k / k) / x
    return value


def test_ln_of_one_plus_x_over_x_and_its_derivatives():
    x = np.concatenate([-np.geomspace(1e-14, 0.999999, 30), np.geomspace(1e-14, 1e8, 40), [0.0, -0.5, 0.75]])
    with mpmath.workdps(60):
        for n, bound in ((0, 1e-15), (1, 4e-15), (2, 4e-15)):
            assert worst(log_ratio(n, x), [place_of_log_ratio(n, y) for y in x.tolist()]) < bound
        rise = [-mpmath.mpf(y) * mpmath.quad(lambda t, y=y: t / (1 + y * t), [0, 1]) for y in x[:-3].tolist()]
        assert worst(log_ratio_rise(x[:-3]), rise) < 2e-15
    assert log_ratio(0, [-1.0, np.inf]).tolist() == [np.inf, 0.0]
    assert log_ratio_rise(0.0) == 0
    assert np.isnan(log_ratio(0, -2.0))


def test_a_block_of_integers_is_summed_exactly():
    for number in (16, 1000, 10**9):
        places, weights = block_rule(number, 6)
        for power in range(12):
            exact = sum(k**power for k in range(number)) if number < 10**4 else None
            if exact is not None:
                assert weights @ places**power == pytest.approx(exact, rel=1e-12)
        assert weights.sum() == pytest.approx(number, rel=1e-13)


def test_slow_sums_reach_their_digits():
    smooth = {
        1.6449340668482264: lambda n: 1 / n**2,
        2.612375348685488: lambda n: n**-1.5,
        0.937548254315844: lambda n: np.log(n) / n**2,
        1.0766740474685811: lambda n: 1 / (n * n + 1),
    }
    for exact, term in smooth.items():
        value, error = add_up_with_error(term, 1)
        assert value == pytest.approx(exact, rel=2e-14)
        assert error < 1e-13 * exact
    # sum over n of x/(n**2 + x**2) = (pi coth(pi x) - 1/x)/2
    x = np.geomspace(0.1, 1e6, 9)
    value, _ = add_up_with_error(lambda n, x: (1 / (n - 1j * x)).imag, 1, x)
    assert value == pytest.approx((np.pi / np.tanh(np.pi * x) - 1 / x) / 2, rel=1e-13)


def test_small_differences_of_large_terms_are_summed_by_extrapolation():
    """sum over n of (n + a)**-p - (n + b)**-p = zeta(p, 1 + a) - zeta(p, 1 + b): far out only rounding is left."""
    for p in (0.5, 0.7, 1.0001):
        a, b = np.array([0.0, 1.3, 40.0]), np.array([1.0, 1e3, 41.0])
        value, error = add_up_with_error(lambda n, a, b, p=p: (n + a) ** -p - (n + b) ** -p, 1, a, b)
        with mpmath.workdps(30):
            exact = [float(mpmath.zeta(p, 1 + x) - mpmath.zeta(p, 1 + y)) for x, y in zip(a, b, strict=True)]
        assert value == pytest.approx(exact, rel=1e-11)
        assert np.all(abs(value - exact) <= error + 1e-15)
        assert np.all(error < 1e-10 * abs(value))


def test_what_is_not_smooth_or_does_not_converge_has_no_value():
    for term in (lambda n: 1 / n, lambda n: 1 / (n * np.log(n + 1)), lambda n: np.cos(n) / n**1.1):
        assert np.isnan(add_up_with_error(term, 1)[0])


def test_slow_sums_to_many_digits():
    with mpmath.workdps(30):
        found = smooth_sum(lambda n: mpmath.log(n) / n**2, 1)
        assert abs(found + mpmath.zeta(2, 1, 1)) < mpmath.mpf(10) ** -28
        x = mpmath.mpf(300)
        found = smooth_sum(lambda n: mpmath.im(1 / (n - 1j * x)), 1)
        assert abs(found - (mpmath.pi * mpmath.coth(mpmath.pi * x) - 1 / x) / 2) < mpmath.mpf(10) ** -27
        assert smooth_sum(lambda n: 1 / n, 1) is None
        assert smooth_sum(lambda n: mpmath.cos(n) / n**2, 1) is None
