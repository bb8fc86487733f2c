"""The Bessel function K against mpmath, and against its integral."""

import mpmath
import numpy as np
import pytest

from cooperon.numerics.bessel import besselk

PLACES = np.concatenate([np.geomspace(1e-8, 500, 50), np.linspace(1.5, 2.5, 41)])


def worst(order, points):
    with mpmath.workdps(50):
        true = [mpmath.besselk(mpmath.mpf(order), mpmath.mpmathify(x)) for x in points.tolist()]
        found = map(mpmath.mpmathify, besselk(order, points).tolist())
        return max(float(abs(v - t) / abs(t)) for v, t in zip(found, true, strict=True))


@pytest.mark.parametrize("order", [0.5, 1.5, 0.25, -0.75, 1 / 3, 1.3, 2.7, 0.4999999, 1e-9])
def test_it_keeps_its_digits(order):
    assert worst(order, PLACES) < 3e-15
    assert worst(order, PLACES[::2] * np.exp(-0.6j)) < 5e-15
    assert worst(order, PLACES[::2] * np.exp(1.5j)) < 5e-15


@pytest.mark.slow
@pytest.mark.parametrize("order", [0, 1, 2])
def test_whole_orders(order):
    assert worst(order, PLACES) < 3e-15


def test_it_is_its_integral():
    """K(x) is the integral of exp(-x cosh t) cosh(order t), by the trapezoid rule."""
    t = np.linspace(0, 12, 2401)
    for order in (0.0, 0.3, 1.7):
        values = np.exp(-0.8 * np.cosh(t)) * np.cosh(order * t)
        assert besselk(order, 0.8) == pytest.approx((values.sum() - values[0] / 2) * (t[1] - t[0]), rel=1e-14)


def test_shapes_types_and_ends():
    assert besselk(np.full((2, 1), 0.3), np.ones(3)).shape == (2, 3)
    assert besselk(0.3, [1j + 1]).dtype == np.complex128
    assert besselk(0.3, [0.0, np.inf]).tolist() == [np.inf, 0]
    assert np.isnan(besselk(0.3, -1.0))
    assert besselk(-0.3, 1.0) == besselk(0.3, 1.0)
