"""Array functions for differences of nearly equal numbers.

Errors that the docstrings state are relative; the tests hold them against mpmath.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cooperon.numerics.incomplete_gamma import Values

__all__ = ["expm1", "log1p", "powm1"]


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
