"""Infinite sums that a formula leaves undone, for arrays of parameters, with the error that they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.tolerance import requested

__all__ = ["add_up", "add_up_with_error"]

_FIRST = 16
_MOST = 1 << 14
"""Numbers of terms: of the first block, which is doubled again and again, and at most."""
_ENOUGH = 1e-16
_WINDOW = 8
"""Terms of which the largest stands for all of them; twice as many are no more than the first block."""
_EPSILON = float(np.finfo(float).eps)


def add_up(function: Callable[..., Any], first: int, *parameters: npt.ArrayLike) -> Any:
    """Add up the terms of a number ``first``, ``first + 1``, ... until they no longer count.

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
        Of the shape to which the parameters broadcast; nan where 16384 terms do not reach the relative error
        that the call asks for.

    Examples
    --------
    >>> value = add_up(lambda n, x: x**n, 0, np.array([0.5, 0.9]))
    >>> bool(np.max(abs(value - np.array([2, 10]))) < 1e-14)
    True
    >>> float(add_up(lambda n: 1.0 / n, 1))
    nan
    """
    return add_up_with_error(function, first, *parameters)[0]


def add_up_with_error(
    function: Callable[..., Any], first: int, *parameters: npt.ArrayLike
) -> tuple[Any, Any]:
    """Add up as :func:`add_up`; return the achieved error, too.

    What is left out is judged by the last terms, as if they went on falling as a power of their number;
    terms that fall off faster leave less.

    Returns
    -------
    tuple of ndarray
        Value and absolute error; nan and infinite where the error is more than what is asked for.

    Examples
    --------
    >>> value, error = add_up_with_error(lambda n: 0.5**n, 0)
    >>> bool(abs(value - 2) <= error < 1e-14)
    True
    """
    values = np.broadcast_arrays(*parameters)
    shape = values[0].shape if values else ()
    total: Any = np.zeros(shape)
    size: Any = np.zeros(shape)
    start, number = 0, _FIRST
    while start < _MOST:
        places = first + np.arange(start, start + number, dtype=float).reshape(-1, *[1] * len(shape))
        terms = np.broadcast_to(function(places, *values), (number, *shape))
        total = total + np.sum(terms, axis=0)
        size = size + np.sum(abs(terms), axis=0)
        start, number = start + number, start + number
        rest = _rest(abs(terms), start)
        if not np.any(rest > _ENOUGH * abs(total)):
            break
    error = rest + _EPSILON * size
    missed = ~(rest <= requested() * abs(total))
    return np.where(missed, np.nan, total)[()], np.where(missed, np.inf, error)[()]


def _rest(terms: npt.NDArray[Any], number: int) -> npt.NDArray[Any]:
    """Sum of what follows the term of some number if it falls as a power; infinite where it does not do so.

    The largest of some terms is taken each time: every other one may be zero.
    """
    before, last = np.max(terms[-2 * _WINDOW : -_WINDOW], axis=0), np.max(terms[-_WINDOW:], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = number / _WINDOW * (1 - last / before) - 1
        rest = np.where(excess > 0, last * number / excess, np.inf)
    return np.where(last == 0, 0, rest)
