"""Sums over levels of one order at real places: ratios of polynomials, block by block.

A block of places that all lie far out takes the shortest of the ratios of
:mod:`cooperon.numerics.level_rationals` that holds there: sorted places, such as those of a sweep, are
quicker than shuffled ones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.level_rationals import LARGEST_ORDER, LOWEST_ORDER, NEAR, PIECES, far_ratio, near_ratio

__all__ = ["has_rationals", "rest_of_real"]

_Array = npt.NDArray[np.float64]
# Places that are worked on at once: what is in use fits into a core's nearest memory.
_BLOCK = 16384
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


def rest_of_real(s: float, x: _Array) -> _Array:
    """Return h(s, x) for a flat array of finite x >= 0; relative error below 5e-15.

    Examples
    --------
    >>> print(f"{rest_of_real(1.0, np.array([1.0])).item():.14f}")
    -0.03648997397858
    """
    result = np.empty_like(x)
    for start in range(0, x.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        _fill(float(s), x[part], result[part])
    return result


def _fill(s: float, x: _Array, result: _Array) -> None:
    lowest, near = x.min(), None
    if lowest < NEAR:
        near = x < NEAR
        if near.all():
            result[:] = _near(s, x)
            return
        result[near] = _near(s, x[near])
        result[~near] = _far(s, x[~near], NEAR)
    else:
        result[:] = _far(s, x, lowest)


def _far(s: float, x: _Array, lowest: float) -> Any:
    ratio = far_ratio(s, bisect_right(PIECES, lowest) - 1)
    y = 1 / x
    u = y * y
    value = _polynomial(ratio.numerator, u)
    value /= _polynomial(ratio.denominator, u)
    value *= _raised(y, u, s + 1)
    return value


def _near(s: float, x: _Array) -> Any:
    ratio = near_ratio(s)
    value = _polynomial(ratio.numerator, x)
    value /= _polynomial(ratio.denominator, x)
    value += np.log(x) if s == 1 else _raised(x, x * x, 1 - s) / (1 - s)
    return value


def _polynomial(coefficients: Sequence[float], u: _Array) -> Any:
    """Horner's rule, in place."""
    value = np.full_like(u, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        value *= u
        value += coefficient
    return value


def _raised(y: _Array, square: _Array, power: float) -> Any:
    """y**power, by roots and products where it is a half-integer."""
    if power == 2:
        return square
    whole, half = divmod(power, 1)
    if half not in (0, 0.5) or not 0 <= whole <= 4:
        return y**power
    value = np.sqrt(y) if half else np.ones_like(y)
    for _ in range(int(whole)):
        value *= y
    return value
