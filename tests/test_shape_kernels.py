"""Kernels of shapes against mpmath."""

import mpmath
import numpy as np
import pytest

from cooperon.numerics.shape_kernels import langevin


@pytest.mark.parametrize("angle", [0.0, -0.3, 0.6, np.pi / 4, 1.4])
def test_langevin(angle):
    points = np.exp(1j * angle) * np.concatenate([10.0 ** np.arange(-9, 5), [0.3, 0.9999, 1.0001, 2.0, 25.0]])
    points = points.real if angle == 0 else points
    found = langevin(points)
    assert found.dtype == points.dtype
    with mpmath.workdps(40):
        exact = [complex((z * mpmath.coth(z) - 1) / z**2) for z in map(mpmath.mpmathify, points)]
    assert np.max(abs(found - exact) / np.abs(exact)) < 2e-15


def test_at_zero_and_of_any_shape():
    assert langevin([0.0, np.inf]).tolist() == [1 / 3, 0]
    assert langevin(np.ones((2, 3))).shape == (2, 3)
