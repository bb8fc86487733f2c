"""Array functions for differences of nearly equal numbers, and what scipy has under another name.

Errors that the docstrings state are relative; the tests hold them against mpmath.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cooperon.numerics.incomplete_gamma import Values

__all__ = ["besselk", "expm1", "log1p", "powm1"]


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


def besselk(order: npt.ArrayLike, x: npt.ArrayLike) -> Values:
    """Return the modified Bessel function K of a real order.

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
