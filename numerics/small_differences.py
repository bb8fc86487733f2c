"""Array functions for differences of nearly equal numbers, and for functions that scipy has under other names.

Errors that the docstrings state are relative; the tests hold them against mpmath.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cooperon.numerics.incomplete_gamma import Values

__all__ = ["besselk", "expm1", "langevin", "log1p", "powm1"]

_SMALL = 1.0
_SERIES = 20


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
    """Return (1 + x)**power - 1, real or complex.

    Examples
    --------
    >>> float(powm1(1e-20, 0.5))
    5e-21
    """
    return expm1(np.asarray(power) * log1p(x))


def langevin(x: npt.ArrayLike) -> Values:
    """Return (x coth x - 1)/x**2: 1/3 at 0, as 1/x at infinity.

    Parameters
    ----------
    x : array_like
        Real or complex, off the poles i pi n, n = 1, 2, ...

    Returns
    -------
    ndarray
        Relative error below 5e-15 for Re x >= abs(Im x), the values of a length over a coherence length.

    Examples
    --------
    >>> langevin([0.0, np.inf]).tolist()
    [0.3333333333333333, 0.0]
    """
    values = np.asarray(x) + 0.0
    small = np.abs(values) < _SMALL
    with np.errstate(all="ignore"):
        inverse = 1 / np.where(small, 1.0, values)
        far = inverse / np.tanh(np.where(small, 1.0, values)) - inverse**2
    return np.where(small, _langevin_series(np.where(small, values, 0.0)), far)


def _langevin_series(x: Values) -> Values:
    """2 sum_k (-1)**k zeta(2k+2)/pi**(2k+2) x**(2k): the poles of coth, one after the other."""
    from scipy import special

    k = np.arange(_SERIES)
    coefficients = 2 * (-1.0) ** k * special.zeta(2 * k + 2) / np.pi ** (2 * k + 2)
    return np.asarray(np.polynomial.polynomial.polyval(x**2, coefficients))


def besselk(order: npt.ArrayLike, x: npt.ArrayLike) -> Values:
    """Modified Bessel function K of a real order.

    Parameters
    ----------
    order : array_like
        Real.
    x : array_like
        Real or complex with Re x > 0.

    Returns
    -------
    ndarray
        Relative error below 1e-14 for integer and half-integer orders, below 1e-13 for others.

    Examples
    --------
    >>> print(f"{float(besselk(0, 1.0)):.12f}")
    0.421024438241
    """
    from scipy import special

    return np.asarray(special.kv(np.asarray(order, dtype=float), np.asarray(x) + 0.0))
