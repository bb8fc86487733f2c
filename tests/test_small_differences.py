"""Logarithms and powers against mpmath."""

import mpmath
import numpy as np
import pytest

from cooperon.numerics.small_differences import expm1, log1p, powm1

SIZES = 10.0 ** np.arange(-25, 1)
POINTS = np.concatenate([SIZES * 0.7, -SIZES * 0.3])
TURNED = np.concatenate([SIZES * np.exp(1j * angle) * 0.8 for angle in (0.3, -1.2, np.pi / 2, 2.5)])


def worst(values, points, exact):
    with mpmath.workdps(60):
        pairs = [
            (mpmath.mpmathify(v), exact(mpmath.mpmathify(x))) for v, x in zip(values, points, strict=True)
        ]
        return max(float(abs(value - true) / abs(true)) for value, true in pairs)


@pytest.mark.parametrize("points", [POINTS, TURNED], ids=["real", "complex"])
def test_small_differences_keep_their_digits(points):
    assert worst(log1p(points), points, lambda x: mpmath.log(1 + x)) < 5e-16
    assert worst(expm1(points), points, mpmath.expm1) < 5e-16
    for power in (0.5, -1.5, 0.25):
        exact = lambda x, power=power: (1 + x) ** power - 1  # noqa: E731
        assert worst(powm1(points, power), points, exact) < 2e-15


def test_large_powers_keep_their_digits():
    points = np.geomspace(0.1, 1e8, 60)
    for power in (0.5, 1.5, -2.5):
        exact = lambda x, power=power: (1 + x) ** power - 1  # noqa: E731
        assert worst(powm1(points, power), points, exact) < 1e-15
