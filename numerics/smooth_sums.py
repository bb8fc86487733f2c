"""Slow sums of smooth terms: blocks of ever more terms, each by a few places that need not be integers.

The terms from n to 2 n of a sum are a polynomial in n to all digits where the term is analytic about there:
a power, a logarithm, anything whose singularities are as far from the block as zero is. A sum of a polynomial
over N integers is done exactly by Gauss' quadrature for the measure that gives each of them the weight one.
Its polynomials are Chebyshev's discrete ones; for large N they become Legendre's, and the sum an integral.

Where a term is the small difference of large ones, far blocks are noise. Powers of n, summed over ever more
blocks, are a constant and what falls off geometrically with the number of blocks; Wynn's epsilon algorithm
finds the constant from the first few (P. Wynn, Math. Tables Aids Comput. 10, 91 (1956)).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["block_rule", "smooth_tail"]

_PLACES, _FEWER = 14, 10
_MOST_BLOCKS = 190
_AGREED, _NOISE = 1e-13, 1e-10
"""Relative misfits of the rule that are none, and that may be rounding of the terms and count as an error."""
_ENOUGH = 1e-16
_ROUNDING, _ROUNDED = 1e-15, 16
"""A block that is so small a part of the sum may be rounding; then as many as this may come."""
_FIRST_SUMS, _MOST_SUMS = 7, 40
"""Numbers of sums that are extrapolated, at least and at most."""
_FALLING = 0.8
"""Blocks that are extrapolated are each a part of the one before that is less than this."""
_MAGNIFIED = 32
"""How much extrapolation magnifies rounding: the first step 3.4 times for blocks that fall as 1/sqrt(2)."""


@lru_cache(maxsize=1024)
def block_rule(number: int, places: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return places between 0 and ``number - 1``, and weights, that sum polynomials over all integers there.

    Parameters
    ----------
    number : int
        Of integers.
    places : int
        Polynomials of a degree below twice this are summed exactly.

    Examples
    --------
    >>> places, weights = block_rule(100, 3)
    >>> print(f"{weights @ places**5 / sum(k**5 for k in range(100)):.13f}")
    1.0000000000000
    """
    from scipy.linalg import eigh_tridiagonal

    k = np.arange(1.0, places)
    squares = k**2 * (1 - (k / number) ** 2) / (4 * (4 * k**2 - 1))
    found, vectors = eigh_tridiagonal(np.zeros(places), np.sqrt(squares))
    return (number - 1) / 2 + number * found, number * vectors[0] ** 2


def smooth_tail(
    function: Callable[..., Any], first: int, start: int, done: Any, values: tuple[Any, ...]
) -> tuple[Any, Any]:
    """Add up function(n, *values) for n from first + start to infinity.

    Parameters
    ----------
    function : callable
        The term, of arrays.
    first, start : int
        Where the sum begins, and how many of its terms are added up already; the last half of them shows
        whether the rule holds.
    done : ndarray
        The sum of the terms before, whose digits decide how many of these count.
    values : tuple of ndarray
        The other arguments, all of one shape.

    Returns
    -------
    tuple of ndarray
        Value and absolute error; infinite where the term is not smooth, or the sum not convergent.

    Examples
    --------
    >>> value, error = smooth_tail(lambda n: np.log(n) / n**2, 1, 256, np.array(0.0), ())
    >>> print(f"{value:.13f}", bool(error < 1e-14))
    0.0255248431652 True
    """
    shape = np.shape(done)
    total: Any = np.zeros(shape)
    before: Any = np.full(shape, np.nan)
    rest: Any = np.full(shape, np.inf)
    sums = []
    with np.errstate(all="ignore"):
        misfit = _misfit(function, first, start, shape, values)
        error = np.zeros(shape)
        for _ in range(_MOST_BLOCKS):
            block, doubt = _block(function, first + start, start, shape, values)
            total, error = total + block, error + doubt
            sums.append((total, error))
            rest = _left(abs(block), before, abs(done + total))
            size = abs(done + total)
            settled = (
                (rest <= _ENOUGH * size) | (abs(block) <= _ROUNDING * size) | ~np.isfinite(misfit + error)
            )
            if settled.all():
                break
            before, start = abs(block), 2 * start
        error = error + rest
        if np.any(error > _AGREED * size):
            total, error = _extrapolated(sums[:_MOST_SUMS], total, error)
        error = error + misfit * abs(total)
    return total, np.where(np.isfinite(error) & np.isfinite(total), error, np.inf)


def _extrapolated(sums: list[tuple[Any, Any]], total: Any, error: Any) -> tuple[Any, Any]:
    """Return the limit of sums over ever more blocks where it is known better than the last of them."""
    for number in range(_FIRST_SUMS, len(sums) + 1):
        parts = np.array([one for one, _ in sums[:number]])
        blocks = abs(np.diff(parts[-_FIRST_SUMS:], axis=0))
        falling = np.all(blocks[1:] < _FALLING * blocks[:-1], axis=0)
        limits = [_epsilon(parts[: number - k]) for k in range(3)]
        apart = np.maximum(abs(limits[0] - limits[1]), abs(limits[0] - limits[2]))
        rounding = _MAGNIFIED * (sums[number - 1][1] + _ENOUGH * abs(parts[-1]))
        doubt = np.where(falling & np.isfinite(apart), apart + rounding, np.inf)
        better = doubt < error
        total, error = np.where(better, limits[0], total), np.where(better, doubt, error)
    return total, error


def _epsilon(sums: npt.NDArray[Any]) -> Any:
    """Wynn's epsilon algorithm: the last entry of the last column of even order."""
    before, column = np.zeros_like(sums), sums
    found = sums[-1]
    for order in range(1, len(sums)):
        before, column = column, before[1 : len(column)] + 1 / np.diff(column, axis=0)
        if order % 2 == 0:
            found = column[-1]
    return found


def _left(block: Any, before: Any, size: Any) -> Any:
    """Return what the blocks to come add up to, from the last two; rounding does not fall off."""
    ratio = block / before
    falling = np.where(ratio < 1, block * ratio / (1 - ratio), np.inf)
    return np.where(block <= _ROUNDING * size, np.minimum(falling, _ROUNDED * block), falling)


def _misfit(
    function: Callable[..., Any], first: int, start: int, shape: tuple[int, ...], values: tuple[Any, ...]
) -> Any:
    """Return with which relative error the rule adds up the last half of some terms; infinite where large."""
    half = start // 2
    rule, _ = _block(function, first + half, half, shape, values)
    terms = _terms(function, first + half + np.arange(half), shape, values)
    apart = abs(np.sum(terms, axis=0) - rule) / np.sum(abs(terms), axis=0)
    return np.where(apart <= _AGREED, 0.0, np.where(apart <= _NOISE, apart, np.inf))


def _block(
    function: Callable[..., Any], begin: int, number: int, shape: tuple[int, ...], values: tuple[Any, ...]
) -> tuple[Any, Any]:
    """Sum over a block of integers, and by how much the rule of fewer places differs."""
    sums = []
    for count in (_PLACES, _FEWER):
        places, weights = block_rule(number, count)
        sums.append(np.tensordot(weights, _terms(function, begin + places, shape, values), axes=1))
    return sums[0], abs(sums[0] - sums[1])


def _terms(function: Callable[..., Any], places: Any, shape: tuple[int, ...], values: tuple[Any, ...]) -> Any:
    column = np.asarray(places, dtype=float).reshape(-1, *[1] * len(shape))
    return np.broadcast_to(function(column, *values), (column.shape[0], *shape))
