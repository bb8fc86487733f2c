"""Array functions of the Cooperon in a noise: the ratio of Airy functions, and Lambert's function.

scipy's Airy functions lose three digits where their scale changes, and vanish at large places. The ratio is
smooth: one ratio of polynomials below, and above one in x**(-3/2), the variable of its asymptotic series.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.incomplete_gamma import Values
from cooperon.numerics.ratios import Ratio, between, blockwise, in_pieces, raised

__all__ = ["BEYOND", "airy_ratio", "far_airy", "lambertw", "lambertw_exp", "near_airy"]

BEYOND = 2.0
"""From here on the ratio is one in x**(-3/2)."""
_NEAR_SIZE, _FAR_SIZE = 7, 8
_LARGEST_EXPONENT = 300.0
"""Beyond it W(r exp(a)) is found from ln r + a, which keeps fewer digits of small parts of complex values."""


def airy_ratio(x: npt.ArrayLike) -> Values:
    """Return Ai(x)/Ai'(x).

    Parameters
    ----------
    x : array_like
        Real, 0 or larger; or complex with a real part that is not negative.

    Returns
    -------
    ndarray
        Relative error below 2e-15 for real x from 0 to infinity, below 2e-13 for complex ones; nan for
        negative x.

    Examples
    --------
    >>> print(f"{float(airy_ratio(0.0)):.12f} {float(airy_ratio(1e8)) * 1e4:.12f}")
    -1.371721164198 -1.000000000000
    """
    points = np.asarray(x) + 0.0
    if not np.iscomplexobj(points):
        return np.asarray(blockwise(_of_real, points))
    from scipy import special

    function, slope, _, _ = special.airye(points)
    with np.errstate(all="ignore"):
        return np.asarray(function / slope)


def _of_real(x: Values) -> Values:
    return np.where(x >= 0, in_pieces(x, (BEYOND,), (lambda x: -near_airy()(x), _far)), np.nan)


def _far(x: Values) -> Values:
    return np.asarray(-far_airy()(raised(x, -1.5)) / np.sqrt(x))


def _ratio(x: Any) -> Any:
    import mpmath

    return -mpmath.airyai(x) / mpmath.airyai(x, derivative=1)


@cache
def near_airy() -> Ratio:
    """Return -Ai(x)/Ai'(x) between 0 and :data:`BEYOND`.

    Examples
    --------
    >>> len(near_airy().numerator)
    7
    """
    return between(_ratio, 0.0, BEYOND, _NEAR_SIZE)


@cache
def far_airy() -> Ratio:
    """Return -sqrt(x) Ai(x)/Ai'(x) beyond, in x**(-3/2).

    Examples
    --------
    >>> round(far_airy()(np.array([0.0])).item(), 12)
    1.0
    """
    import mpmath

    def scaled(w: Any) -> Any:
        x = w ** (-mpmath.mpf(2) / 3)
        return _ratio(x) * mpmath.sqrt(x)

    return between(scaled, 0.0, BEYOND**-1.5, _FAR_SIZE)


def lambertw(x: npt.ArrayLike) -> Values:
    """Return Lambert's function W of real or complex places: W exp(W) = x.

    Parameters
    ----------
    x : array_like
        Real and -1/e or larger, or complex.

    Returns
    -------
    ndarray
        The principal branch; relative error below 1e-15 for x >= 0, nan for real x below -1/e.

    Examples
    --------
    >>> print(f"{float(lambertw(1.0)):.15f}")
    0.567143290409784
    >>> print(f"{complex(lambertw(-1j)):.12f}")
    0.374699020737-0.576412723031j
    """
    from scipy import special

    function: Any = special.lambertw
    if np.iscomplexobj(x):
        return np.asarray(function(np.asarray(x, dtype=complex)))
    found = function(np.asarray(x, dtype=float))
    return np.where(found.imag == 0, found.real, np.nan)


def lambertw_exp(r: npt.ArrayLike, a: npt.ArrayLike) -> Values:
    """Return Lambert's function W(r exp(a)), also where exp(a) is larger than any double.

    Parameters
    ----------
    r : array_like
        Real and positive, or complex.
    a : array_like
        Real.

    Returns
    -------
    ndarray
        The principal branch.

    Examples
    --------
    >>> print(f"{float(lambertw_exp(1.0, 0.0)):.15f} {float(lambertw_exp(1.0, 1000.0)):.10f}")
    0.567143290409784 993.0991694724
    """
    from scipy import special

    front, exponent = np.broadcast_arrays(r, a)
    small = exponent < _LARGEST_EXPONENT
    inside = lambertw(front * np.exp(np.where(small, exponent, 0.0)))
    beyond = special.wrightomega(np.log(np.where(front == 0, 1.0, front)) + np.where(small, 0.0, exponent))
    return np.asarray(np.where(small | (front == 0), inside, beyond))
