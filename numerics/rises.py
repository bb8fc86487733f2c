"""Differences F(B) - F(0) with all of their digits at a small field.

F(B) - F(0) is the integral of F' from 0 to B. F' has no difference in it where F has none, and at a small
field a few Gauss points give its integral to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["rise"]

_SMALL = 0.1
"""The integral is taken where the difference is below this part of the function."""
_AGREED = 1e-13
_ROUNDING = 1e-16
"""Part of the function that its difference is not right to."""
_RULES = tuple(np.polynomial.legendre.leggauss(points) for points in (16, 24))


def rise(
    function: Callable[..., Any],
    slope: Callable[..., Any],
    at_zero: Callable[..., Any],
    field: npt.ArrayLike,
    *parameters: npt.ArrayLike,
) -> Any:
    """Return F(B) - F(0).

    Parameters
    ----------
    function, slope : callable
        F(B, ...) and its derivative by B.
    at_zero : callable
        F(0), a function of the same arguments.
    field : array_like
        B.
    *parameters : array_like
        They broadcast with B.

    Returns
    -------
    ndarray
        The integral, where two rules of quadrature agree on it; else the difference.

    Examples
    --------
    >>> root, slope = (lambda b, a: np.sqrt(a + b**2)), (lambda b, a: b / np.sqrt(a + b**2))
    >>> found = rise(root, slope, lambda b, a: np.sqrt(a), 1e-9, 1.0)
    >>> print(f"{found:.12g}")
    5e-19
    """
    field, *values = np.broadcast_arrays(field, *parameters)
    start = np.broadcast_to(at_zero(field, *values), field.shape)
    direct = np.array(function(field, *values) - start)
    small = np.abs(direct) < _SMALL * np.abs(start)
    if not small.any():
        return direct
    part, *rest = (np.asarray(value)[small] for value in (field, *values))
    coarse, fine = (_integral(slope, rule, part, rest) for rule in _RULES)
    agreed = np.abs(fine - coarse) <= np.maximum(_AGREED * np.abs(fine), _ROUNDING * np.abs(start[small]))
    direct[small] = np.where(agreed, fine, direct[small])
    return direct


def _integral(slope: Callable[..., Any], rule: Any, field: npt.NDArray[Any], rest: list[Any]) -> Any:
    nodes, weights = rule
    steps = [w / 2 * slope(field * (1 + u) / 2, *rest) for u, w in zip(nodes, weights, strict=True)]
    return field * np.sum(steps, axis=0)
