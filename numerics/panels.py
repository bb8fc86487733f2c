"""Integrals by Gauss-Legendre panels in a logarithmic variable, halved where they have to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["by_panels"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PANEL = 2.0
_LARGEST = 1_000_000
_END = 200.0
"""Integrals run over u = ln(x - lower) from -200 on, and to 200 where they have no upper end."""
_BEYOND = 100.0
"""What lies beyond an end is taken for no more than this many panels like the last one."""
_DEEPEST = 14
_Array = npt.NDArray[Any]


def by_panels(
    function: Callable[..., Any], lower: _Array, upper: _Array, values: tuple[_Array, ...], rtol: float
) -> tuple[_Array, _Array]:
    """Integrate over x, in u = ln(x - lower).

    A kink-free integrand that varies as powers of x at both ends is analytic in a strip about the real u
    axis; panels of width 2 and 16 points then reach machine precision. Where it has a narrow resonance in
    between, the panels there become smaller.

    Parameters
    ----------
    function : callable
        The integrand, ``function(x, *values)``, of arrays.
    lower, upper : ndarray
        The ends; lower finite, upper above it or ``inf``.
    values : tuple of ndarray
        All of one shape with the ends.
    rtol : float
        Panels are halved until their halves agree with the whole to a tenth of this part of the integral of
        the modulus.

    Returns
    -------
    tuple of ndarray
        Value and error: what the halves differ from the wholes, and what may lie beyond the ends. It is
        infinite where it is more than ``rtol`` of the integral of the modulus.

    Examples
    --------
    >>> value, error = by_panels(lambda x: np.exp(-x), np.array([0.0]), np.array([np.inf]), (), 1e-10)
    >>> bool(abs(value[0] - 1) <= error[0] < 1e-10)
    True
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        last = np.where(np.isposinf(upper), _END, np.log(upper - lower))
    length = last + _END

    def integrals(starts: npt.NDArray[np.float64], width: float) -> _Array:
        """Integrate over each panel; starts and width in units of the whole length."""
        parts = -(-starts.size * _NODES.size * lower.size // _LARGEST) or 1
        return np.concatenate([chunk(some, width) for some in np.array_split(starts, parts)])

    def chunk(starts: npt.NDArray[np.float64], width: float) -> _Array:
        places = starts[:, np.newaxis] + (1 + _NODES) / 2 * width
        growth = np.exp(places.reshape(*places.shape, *[1] * lower.ndim) * length - _END)
        weights = (_WEIGHTS / 2 * width).reshape(-1, *[1] * lower.ndim)
        return np.asarray(np.sum(weights * growth * function(lower + growth, *values), axis=1))

    longest = np.max(length, initial=_PANEL, where=np.isfinite(length))
    number = int(np.ceil(longest / _PANEL))
    value, error, size = _settled(integrals, np.arange(number) / number, 1 / number, rtol)
    edges = abs(integrals(np.array([0.0, 1 - 1 / number]), 1 / number))
    error = error + _BEYOND * (edges[0] + np.where(np.isposinf(upper), edges[1], 0.0))
    return value * length, np.where(error <= rtol * size, error * length, np.inf)


def _settled(
    integrals: Callable[[npt.NDArray[np.float64], float], _Array],
    starts: npt.NDArray[np.float64],
    width: float,
    rtol: float,
) -> tuple[Any, Any, Any]:
    """Add up panels, halving those that their halves do not confirm: value, error, size of all."""
    whole = integrals(starts, width)
    size = np.sum(abs(whole), axis=0)
    total: Any = 0.0
    left: Any = np.finfo(float).eps * size
    for _ in range(_DEEPEST):
        width /= 2
        halves = np.concatenate([starts, starts + width])
        parts = integrals(halves, width)
        both = parts[: starts.size] + parts[starts.size :]
        error = abs(both - whole)
        open_ = np.any((error > rtol / 10 * size).reshape(starts.size, -1), axis=1)
        total = total + np.sum(both[~open_], axis=0)
        left = left + np.sum(error[~open_], axis=0)
        if not open_.any():
            break
        again = np.concatenate([open_, open_])
        starts, whole = halves[again], parts[again]
    else:
        total, left = total + np.sum(whole, axis=0), left + np.sum(error[open_], axis=0)
    return total, left, size
