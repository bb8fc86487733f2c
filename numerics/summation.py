"""Infinite sums that a formula leaves undone, for arrays of parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["add_up"]

_FIRST = 16
_MOST = 1 << 14
"""Numbers of terms: of the first block, which is doubled again and again, and at most."""
_ENOUGH = 1e-16


def add_up(function: Callable[..., Any], first: int, *parameters: npt.ArrayLike) -> Any:
    """Add up the terms of a number ``first``, ``first + 1``, ... until they no longer count.

    What is left out is judged by the last two terms, as if they went on geometrically.

    Parameters
    ----------
    function : callable
        The term, ``function(n, *parameters)``, of arrays.
    first : int
        Where n starts.
    *parameters : array_like
        They broadcast.

    Returns
    -------
    ndarray
        Of the shape to which the parameters broadcast; nan where 16384 terms are not enough.

    Examples
    --------
    >>> value = add_up(lambda n, x: x**n, 0, np.array([0.5, 0.9]))
    >>> bool(np.max(abs(value - np.array([2, 10]))) < 1e-14)
    True
    >>> float(add_up(lambda n: 1.0 / n, 1))
    nan
    """
    values = np.broadcast_arrays(*parameters)
    shape = values[0].shape if values else ()
    total: Any = np.zeros(shape)
    start, size = 0, _FIRST
    while start < _MOST:
        numbers = first + np.arange(start, start + size, dtype=float).reshape(-1, *[1] * len(shape))
        terms = np.broadcast_to(function(numbers, *values), (size, *shape))
        total = total + np.sum(terms, axis=0)
        missing = _rest(abs(terms[-2]), abs(terms[-1])) > _ENOUGH * abs(total)
        if not missing.any():
            return total
        start, size = start + size, start + size
    return np.where(missing, np.nan, total)


def _rest(last_but_one: npt.NDArray[Any], last: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sum of a geometric series that goes on from two terms; infinite where they do not fall."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(last < last_but_one, last**2 / (last_but_one - last), np.inf)
    return np.where(last == 0, 0, rest)
