"""Sums over levels of one order at real places: ratios of polynomials, block by block.

A block of places that all lie far out takes the shortest of the ratios of
:mod:`cooperon.numerics.level_rationals` that holds there: sorted places, such as those of a sweep, are
quicker than shuffled ones.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from typing import Any

import numpy as np

from cooperon.numerics.level_rationals import LARGEST_ORDER, LOWEST_ORDER, NEAR, PIECES, far_ratio, near_ratio
from cooperon.numerics.ratios import Array, blockwise, raised

__all__ = ["has_rationals", "rest_of_real"]

# Next to s = 1 zeta and the power have a pole that cancels.
_POLE = 0.05


def has_rationals(s: float) -> bool:
    """Say whether there are ratios of an order.

    Examples
    --------
    >>> has_rationals(1.0), has_rationals(1.0 + 1e-9)
    (True, False)
    """
    return LOWEST_ORDER <= s <= LARGEST_ORDER and (s == 1 or abs(s - 1) > _POLE)


def rest_of_real(s: float, x: Array) -> Array:
    """Return h(s, x) for a flat array of finite x >= 0; relative error below 5e-15.

    Examples
    --------
    >>> print(f"{rest_of_real(1.0, np.array([1.0])).item():.14f}")
    -0.03648997397858
    """
    return np.asarray(blockwise(partial(_of_block, float(s)), x))


def _of_block(s: float, x: Array) -> Any:
    lowest = x.min()
    if lowest >= NEAR:
        return _far(s, x, lowest)
    near = x < NEAR
    if near.all():
        return _near(s, x)
    result = np.empty_like(x)
    result[near], result[~near] = _near(s, x[near]), _far(s, x[~near], NEAR)
    return result


def _far(s: float, x: Array, lowest: float) -> Any:
    ratio = far_ratio(s, bisect_right(PIECES, lowest) - 1)
    y = 1 / x
    u = y * y
    value = ratio(u)
    value *= u if s == 1 else raised(y, s + 1)
    return value


def _near(s: float, x: Array) -> Any:
    value = near_ratio(s)(x)
    value += np.log(x) if s == 1 else raised(x, 1 - s) / (1 - s)
    return value
