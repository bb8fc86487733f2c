"""Integrals that a formula leaves undone, for arrays of parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["quadrature"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PANEL = 2.0
_LARGEST = 1_000_000
_END = 200.0
"""Integrals run over u = ln(x - lower) from -200 on, and to 200 where they have no upper end."""
_ENOUGH = 1e-11
"""Panels are halved until their halves agree with the whole to this part of the integral of the size."""
_DEEPEST = 14
_LOST = 1e-7


def quadrature(
    function: Callable[..., Any], lower: npt.ArrayLike, upper: npt.ArrayLike, *parameters: npt.ArrayLike
) -> Any:
    """Integrate over x, in u = ln(x - lower), by Gauss-Legendre panels that are halved where they have to be.

    A kink-free integrand that varies as powers of x at both ends is analytic in a strip about the real u
    axis; panels of width 2 and 16 points then reach machine precision. Where it has a narrow resonance in
    between, the panels there become smaller.

    Parameters
    ----------
    function : callable
        The integrand, ``function(x, *parameters)``, of arrays.
    lower, upper : array_like
        The ends; lower finite, upper above it or ``inf``.
    *parameters : array_like
        They broadcast with the ends.

    Returns
    -------
    ndarray
        Of the shape to which all arguments broadcast; nan where the panels do not settle.

    Examples
    --------
    >>> value = quadrature(lambda x, a: 1 / (x**2 + a**2), 0.0, np.inf, np.array([1.0, 2.0]))
    >>> bool(np.max(abs(value - np.pi / np.array([2, 4]))) < 1e-14)
    True
    >>> narrow = quadrature(lambda x: 0.3 / ((x - 30) ** 2 + 0.09), 0.0, np.inf)
    >>> bool(abs(narrow - np.pi / 2 - np.arctan(100)) < 1e-11)
    True
    """
    lower, upper, *values = np.broadcast_arrays(lower, upper, *parameters)
    with np.errstate(divide="ignore", invalid="ignore"):
        last = np.where(np.isposinf(upper), _END, np.log(upper - lower))
    length = last + _END

    def integrals(starts: npt.NDArray[np.float64], width: float) -> npt.NDArray[Any]:
        """Integrate over each panel; starts and width in units of the whole length."""
        parts = -(-starts.size * _NODES.size * lower.size // _LARGEST) or 1
        return np.concatenate([chunk(some, width) for some in np.array_split(starts, parts)])

    def chunk(starts: npt.NDArray[np.float64], width: float) -> npt.NDArray[Any]:
        places = starts[:, np.newaxis] + (1 + _NODES) / 2 * width
        growth = np.exp(places.reshape(*places.shape, *[1] * lower.ndim) * length - _END)
        weights = (_WEIGHTS / 2 * width).reshape(-1, *[1] * lower.ndim)
        height = np.where(growth < gone, function(lower + growth, *values), 0.0)
        return np.asarray(np.sum(weights * growth * height, axis=1))

    gone = (
        np.inf
        if np.isfinite(upper).all()
        else _fallen_to_zero(lambda x: function(lower + x, *values), lower.shape)
    )
    longest = np.max(length, initial=_PANEL, where=np.isfinite(length))
    number = int(np.ceil(longest / _PANEL))
    return _settled(integrals, np.arange(number) / number, 1 / number) * length


def _fallen_to_zero(function: Callable[..., Any], shape: tuple[int, ...]) -> Any:
    """Find where an integrand has fallen to zero for good: farther out, powers may be infinite times zero.

    That is so where it is zero, and farther out zero or undefined; infinity elsewhere.
    """
    begins, dead = np.full(shape, np.inf), np.ones(shape, dtype=bool)
    for place in np.exp(np.arange(_END, 0, -_PANEL)):
        height = function(place)
        dead &= (height == 0) | np.isnan(height)
        if not dead.any():
            break
        begins = np.where(dead & (height == 0), place, begins)
    return begins


def _settled(
    integrals: Callable[[npt.NDArray[np.float64], float], npt.NDArray[Any]],
    starts: npt.NDArray[np.float64],
    width: float,
) -> Any:
    """Add up panels, halving those that their halves do not confirm."""
    whole = integrals(starts, width)
    size = np.sum(abs(whole), axis=0)
    total: Any = 0.0
    for _ in range(_DEEPEST):
        width /= 2
        halves = np.concatenate([starts, starts + width])
        parts = integrals(halves, width)
        both = parts[: starts.size] + parts[starts.size :]
        error = abs(both - whole)
        open_ = np.any((error > _ENOUGH * size).reshape(starts.size, -1), axis=1)
        total = total + np.sum(both[~open_], axis=0)
        if not open_.any():
            return total
        again = np.concatenate([open_, open_])
        starts, whole = halves[again], parts[again]
    unsettled = np.sum(error[open_], axis=0) > _LOST * size
    return np.where(unsettled, np.nan, total + np.sum(whole, axis=0))
