"""Array functions for differences of nearly equal numbers.

Errors that the docstrings state are relative; the tests hold them against mpmath.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cooperon.numerics.incomplete_gamma import Values

__all__ = ["expm1", "log1p", "log_ratio", "log_ratio_rise", "powm1"]


def log1p(x: npt.ArrayLike) -> Values:
    """Return ln(1 + x), also of complex x; numpy's own loses the digits of a small complex one.

    Examples
    --------
    >>> log1p(1e-20 + 1e-20j).item()
    (1e-20+1e-20j)
    """
    from scipy import special

    values = np.asarray(x)
    return np.asarray(special.log1p(values) if np.iscomplexobj(values) else np.log1p(values))


def expm1(x: npt.ArrayLike) -> Values:
    """Return exp(x) - 1, real or complex.

    Examples
    --------
    >>> float(expm1(1e-20))
    1e-20
    """
    return np.asarray(np.expm1(x))


def powm1(x: npt.ArrayLike, power: npt.ArrayLike) -> Values:
    """Return (1 + x)**power - 1, real or complex; relative error below 2e-15 for real x.

    Examples
    --------
    >>> float(powm1(1e-20, 0.5))
    5e-21
    """
    base, powers = np.asarray(x) + 1.0, np.asarray(power)
    exponent = powers * log1p(x)
    if np.iscomplexobj(exponent):
        return expm1(exponent)
    # What is large is no small difference, and the rounding of its logarithm would show.
    with np.errstate(over="ignore"):
        return np.where(exponent > 1, base**powers - 1, expm1(exponent))


def log_ratio(n: npt.ArrayLike, x: npt.ArrayLike) -> Values:
    """Return the integral of t**n/(1 + x t)**(n + 1) from 0 to 1; for n = 0 it is ln(1 + x)/x.

    Parameters
    ----------
    n : array_like
        0, 1, 2, ...: (-1)**n/n! times the n-th derivative of ln(1 + x)/x.
    x : array_like
        Above -1, real; for n = 0 also complex.

    Returns
    -------
    ndarray
        Relative error below 1e-15 for n = 0, below 4e-15 for n = 1 and 2.

    Examples
    --------
    >>> log_ratio(0, [0.0, 1e-20]).tolist(), log_ratio(1, 0.0).item()
    ([1.0, 1.0], 0.5)
    """
    order, place = np.broadcast_arrays(np.asarray(n), np.asarray(x) + 0.0)
    highest = int(np.max(order, initial=0))
    with np.errstate(all="ignore"):
        zero = place == 0
        value = np.where(zero, 1.0, np.asarray(log1p(place)) / np.where(zero, 1.0, place))
        value = np.where(place == np.inf, 0.0, value)
        for k in range(1, highest + 1):
            near = (place > _LOWEST) & (place < _HIGHEST)
            far = np.where(near, 1.0, place)
            # from the order below, by parts
            above = (value - (1 + far) ** -k / k) / far
            close = _log_ratio_series(k, np.where(near, place, 0.0))
            value = np.where(order < k, value, np.where(near, close, above))
    return np.asarray(value)


def log_ratio_rise(x: npt.ArrayLike) -> Values:
    """Return ln(1 + x)/x - 1 for real x above -1; relative error below 2e-15.

    Examples
    --------
    >>> log_ratio_rise([0.0, 1e-20]).tolist()
    [0.0, -5e-21]
    """
    place = np.asarray(x, dtype=float)
    with np.errstate(all="ignore"):
        near = (place > _LOWEST) & (place < _HIGHEST)
        close = np.where(near, place, 0.0)
        # ln(1 + x) = 2 artanh(w)
        w = close / (2 + close)
        square, total = w * w, np.zeros_like(w)
        for k in range(_SERIES_TERMS // 3, 0, -1):
            total = square * (1 / (2 * k + 1) + total)
        return np.asarray(np.where(near, (1 - w) * total - w, log_ratio(0, place) - 1))


_LOWEST, _HIGHEST = -0.5, 0.75
_SERIES_TERMS = 64


def _log_ratio_series(n: int, x: Values) -> Values:
    """(1 + x)**(-n - 1) sum over k of w**k/(n + 1 + k) with w = x/(1 + x), or its alternating counterpart.

    For x < 0 it is the series in -x: all terms of either are positive.
    """
    below = x < 0
    w = np.where(below, -x, x / (1 + x))
    total = np.zeros_like(w)
    for k in range(_SERIES_TERMS, -1, -1):
        ratio = np.where(
            below, (n + k + 1) * (n + 1 + k) / ((k + 1) * (n + 2 + k)), (n + 1 + k) / (n + 2 + k)
        )
        total = 1 + ratio * w * total
    return np.where(below, 1.0, (1 + x) ** -(n + 1.0)) * total / (n + 1)
