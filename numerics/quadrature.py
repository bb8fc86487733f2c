"""Integrals that a formula leaves undone, for arrays of parameters, with the error that they have.

The double-exponential rule of ``scipy.integrate.tanhsinh`` at two levels, one with twice the points of the
other: their difference is the error, not what scipy estimates, which was found too small by up to a factor of
1000. Where two levels do not agree, the next one is taken, and at last panels
(:mod:`cooperon.numerics.panels`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.panels import by_panels
from cooperon.numerics.tolerance import requested

__all__ = ["quadrature", "quadrature_with_error"]

_LEVELS = range(5, 8)
_AT_ONCE = 2000
"""Integrals that are worked on at once."""
_Array = npt.NDArray[Any]
_Integrand = Callable[..., Any]
_Parts = tuple[_Array, ...]


def quadrature(
    function: _Integrand, lower: npt.ArrayLike, upper: npt.ArrayLike, *parameters: npt.ArrayLike
) -> Any:
    """Integrate over x to the relative error that the call asks for.

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
        Of the shape to which all arguments broadcast; nan where the error asked for is not reached.

    Examples
    --------
    >>> value = quadrature(lambda x, a: 1 / (x**2 + a**2), 0.0, np.inf, np.array([1.0, 2.0]))
    >>> bool(np.max(abs(value - np.pi / np.array([2, 4]))) < 1e-14)
    True
    >>> narrow = quadrature(lambda x: 0.3 / ((x - 30) ** 2 + 0.09), 0.0, np.inf)
    >>> bool(abs(narrow - np.pi / 2 - np.arctan(100)) < 1e-10)
    True
    """
    return quadrature_with_error(function, lower, upper, *parameters)[0]


def quadrature_with_error(
    function: _Integrand, lower: npt.ArrayLike, upper: npt.ArrayLike, *parameters: npt.ArrayLike
) -> tuple[Any, Any]:
    """Integrate as :func:`quadrature`; return the achieved error, too.

    Returns
    -------
    tuple of ndarray
        Value and absolute error: what two rules differ by. Where the error is more than what is asked for,
        of the value or, by panels, of the integral of the modulus, they are nan and infinite.

    Examples
    --------
    >>> value, error = quadrature_with_error(lambda x, a: np.exp(-a * x), 0.0, np.inf, np.array([1.0, 2.0]))
    >>> bool(np.all(abs(value - [1, 0.5]) <= error) and np.all(error < 1e-10))
    True
    """
    ends_and_values = np.broadcast_arrays(lower, upper, *parameters)
    shape = ends_and_values[0].shape
    flat = [np.asarray(part).reshape(-1) for part in ends_and_values]
    pieces = -(-flat[0].size // _AT_ONCE) or 1
    chunks = zip(*(np.array_split(part, pieces) for part in flat), strict=True)
    found = [_chunk(function, chunk, requested()) for chunk in chunks]
    value, error = (np.concatenate(parts).reshape(shape)[()] for parts in zip(*found, strict=True))
    return value, error


def _chunk(function: _Integrand, parts: _Parts, rtol: float) -> tuple[_Array, _Array]:
    """Do a few integrals: level by level, those that are left by panels."""
    lower, upper = parts[:2]
    open_ = np.flatnonzero(np.isfinite(lower) & (upper > lower))
    kind = complex if any(np.iscomplexobj(part) for part in parts) else float
    value, error = np.full(lower.shape, np.nan, dtype=kind), np.full(lower.shape, np.inf)
    value[upper == lower], error[upper == lower] = 0.0, 0.0
    with np.errstate(all="ignore"):
        coarse = _by_level(function, parts, open_, _LEVELS[0] - 1)
        for level in _LEVELS:
            fine = _by_level(function, parts, open_, level)
            value = value.astype(np.result_type(value, fine), copy=False)
            gap = abs(fine - coarse) + 4 * np.finfo(float).eps * abs(fine)
            good = gap <= rtol * abs(fine)
            value[open_[good]], error[open_[good]] = fine[good], gap[good]
            open_, coarse = open_[~good], fine[~good]
            if not open_.size:
                return value, error
        some = tuple(part[open_] for part in parts)
        last, gap = by_panels(function, some[0], some[1], some[2:], rtol)
    settled = np.isfinite(gap)
    value = value.astype(np.result_type(value, last), copy=False)
    value[open_], error[open_] = np.where(settled, last, np.nan), gap
    return value, error


def _by_level(function: _Integrand, parts: _Parts, chosen: _Array, level: int) -> _Array:
    """Integrals by the double-exponential rule of one level."""
    from scipy.integrate import tanhsinh

    if not chosen.size:
        return np.empty(0)
    lower, upper, *values = (part[chosen] for part in parts)
    found = tanhsinh(function, lower, upper, args=tuple(values), minlevel=level, maxlevel=level)
    return np.asarray(found.integral)
