"""Infinite sums that a formula leaves undone, for arrays of parameters, with the error that they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.smooth_sums import smooth_tail
from cooperon.numerics.tolerance import requested

__all__ = ["add_up", "add_up_with_error"]

_FIRST = 16
_MOST = 1 << 14
"""Numbers of terms: of the first block, which is doubled again and again, and at most."""
_BEFORE_BLOCKS = 256
"""From here on slow sums are taken in blocks."""
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
        Of the shape to which the parameters broadcast; nan where neither blocks of smooth terms nor 16384
        terms one by one reach the relative error that the call asks for.

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
    values = tuple(np.broadcast_arrays(*parameters))
    shape = values[0].shape if values else ()
    total, error, missed = _one_by_one(function, first, shape, values, _BEFORE_BLOCKS, _ENOUGH)
    if missed.any():
        tail, tail_error, size = _in_blocks(function, first, shape, values)
        good = missed & (tail_error <= requested() * abs(tail))
        total, error = np.where(good, tail, total), np.where(good, tail_error + _EPSILON * size, error)
        missed = missed & ~good
    if missed.any():
        slow = _one_by_one(function, first, shape, values, _MOST, requested())
        total, error = (np.where(missed, slow[i], (total, error)[i]) for i in (0, 1))
        missed = missed & slow[2]
    return np.where(missed, np.nan, total)[()], np.where(missed, np.inf, error)[()]


def _one_by_one(
    function: Callable[..., Any],
    first: int,
    shape: tuple[int, ...],
    values: tuple[Any, ...],
    most: int,
    wanted: float,
) -> tuple[Any, Any, Any]:
    """Return the sum of up to some number of terms, its error, and where that is larger than wanted."""
    total: Any = np.zeros(shape)
    size: Any = np.zeros(shape)
    start, number = 0, _FIRST
    while start < most:
        places = first + np.arange(start, start + number, dtype=float).reshape(-1, *[1] * len(shape))
        terms = np.broadcast_to(function(places, *values), (number, *shape))
        total = total + np.sum(terms, axis=0)
        size = size + np.sum(abs(terms), axis=0)
        start, number = start + number, start + number
        rest = _rest(abs(terms), start)
        if not np.any(rest > _ENOUGH * abs(total)):
            break
    return total, rest + _EPSILON * size, np.asarray(~(rest <= wanted * abs(total)))


def _in_blocks(
    function: Callable[..., Any], first: int, shape: tuple[int, ...], values: tuple[Any, ...]
) -> tuple[Any, Any, Any]:
    """Return the sum of smooth terms, the error of its tail, and the size of its terms."""
    places = first + np.arange(_BEFORE_BLOCKS, dtype=float).reshape(-1, *[1] * len(shape))
    terms = np.broadcast_to(function(places, *values), (_BEFORE_BLOCKS, *shape))
    head = np.sum(terms, axis=0)
    tail, error = smooth_tail(function, first, _BEFORE_BLOCKS, head, values)
    return head + tail, error, np.sum(abs(terms), axis=0) + abs(tail)


def _rest(terms: npt.NDArray[Any], number: int) -> npt.NDArray[Any]:
    """Sum of what follows the term of some number if it falls as a power; infinite where it does not do so.

    The largest of some terms is taken each time: every other one may be zero.
    """
    before, last = np.max(terms[-2 * _WINDOW : -_WINDOW], axis=0), np.max(terms[-_WINDOW:], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = number / _WINDOW * (1 - last / before) - 1
        rest = np.where(excess > 0, last * number / excess, np.inf)
    return np.where(last == 0, 0, rest)
