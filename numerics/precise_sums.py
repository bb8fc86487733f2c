"""Slow sums of smooth terms to any number of digits: Euler and Maclaurin's formula and Gauss' quadrature.

The integral from some place to infinity is done in panels of which each is twice as long as the one before;
a term whose singularities are as far from a panel as zero is, is a polynomial in it. Terms are asked for at
real places only, so that they may contain real parts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import mpmath

__all__ = ["smooth_sum"]

_SMOOTH = 0.3
"""Terms change by less than this from one to the next where the formula begins."""
_FALL = 1e-3
"""Terms that fall off by more than this while their number doubles do not fall off as a power."""
_BEGIN = 3
"""Times the number of digits: terms that are added up one by one."""
_MOST_PANELS = 1500
_DIGITS_A_NODE = 1.5

Function = Callable[[Any], Any]


def smooth_sum(function: Function, first: int) -> Any | None:
    """Add up function(first) + function(first + 1) + ... to mpmath's precision.

    Returns
    -------
    mpmath number or None
        None where the term is not smooth, falls off exponentially, or hardly falls off.

    Examples
    --------
    >>> with mpmath.workdps(30):
    ...     print(mpmath.nstr(smooth_sum(lambda n: mpmath.log(n) / n**2, 1) + mpmath.zeta(2, 1, 1), 5))
    0.0
    >>> smooth_sum(lambda n: mpmath.cos(n) / n**2, 1)
    """
    digits = mpmath.mp.dps
    start = max(first, 0) + _BEGIN * digits
    if not _falls_smoothly(function, start):
        return None
    with mpmath.workdps(digits + 8):
        here, there = (_boundary(function, begin, digits) for begin in (start, start + digits))
        between = mpmath.fsum(function(mpmath.mpf(n)) for n in range(start, start + digits))
        apart = here - there + _panel(function, start, digits, digits) - between
        head = mpmath.fsum(function(mpmath.mpf(n)) for n in range(first, start))
        if not abs(apart) <= mpmath.mpf(10) ** (2 - digits) * (abs(head) + abs(between)):
            return None
        tail = _integral(function, start, digits, abs(head))
    return None if tail is None else head + here + tail


def _falls_smoothly(function: Function, start: int) -> bool:
    near = [function(mpmath.mpf(start + k)) for k in (0, 1, 2)]
    far = function(mpmath.mpf(2 * start))
    if not all(mpmath.isfinite(value) for value in (*near, far)) or near[0] == 0:
        return False
    even = all(abs(b - a) <= _SMOOTH * abs(a) for a, b in pairwise(near))
    return even and abs(far) > _FALL * abs(near[0])


def _boundary(function: Function, begin: int, digits: int) -> Any:
    """Return what a sum from ``begin`` on has beyond the integral."""
    order, size = 2, mpmath.mpf(1)
    while size > mpmath.mpf(10) ** (-digits - 4):
        order, size = order + 2, size * order * (order + 1) / (2 * mpmath.pi * begin) ** 2
    slopes = mpmath.taylor(function, mpmath.mpf(begin), order)
    series = (mpmath.bernoulli(k) / k * slopes[k - 1] for k in range(2, order + 1, 2))
    return slopes[0] / 2 - mpmath.fsum(series)


def _panel(function: Function, begin: Any, length: Any, digits: int) -> Any:
    return length * mpmath.fsum(w * function(begin + length * u) for u, w in _nodes(digits + 8))


def _integral(function: Function, start: int, digits: int, size: Any) -> Any | None:
    """Integrate to infinity; None where it hardly converges."""
    enough = mpmath.mpf(10) ** (-digits - 4)
    total, before, begin = mpmath.mpf(0), None, mpmath.mpf(start)
    for _ in range(_MOST_PANELS):
        panel = _panel(function, begin, begin, digits)
        total += panel
        if before and abs(panel) < abs(before):
            ratio = abs(panel / before)
            if abs(panel) * ratio / (1 - ratio) <= enough * max(abs(total), size):
                return total
        before, begin = panel, 2 * begin
    return None


@lru_cache(maxsize=64)
def _nodes(digits: int) -> tuple[tuple[Any, Any], ...]:
    """Gauss' places and weights between 0 and 1."""
    from mpmath.calculus.quadrature import GaussLegendre

    degree = 1
    while 3 * 2 ** (degree - 1) * _DIGITS_A_NODE < digits + 4:
        degree += 1
    with mpmath.workdps(digits):
        nodes = GaussLegendre(mpmath.mp).calc_nodes(degree, mpmath.mp.prec)
        return tuple(((1 + x) / 2, w / 2) for x, w in nodes)
