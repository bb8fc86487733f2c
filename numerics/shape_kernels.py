"""Array functions that keep their digits in the return sums of short samples."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.incomplete_gamma import Values
from cooperon.numerics.ratios import Ratio, between, blockwise, in_pieces

__all__ = ["langevin"]

_NEAR = 1.0
_TERMS, _SIZE = 17, 5


def langevin(x: npt.ArrayLike) -> Values:
    """Return (x coth(x) - 1)/x**2: 1/3 at 0, 1/x far out.

    Parameters
    ----------
    x : array_like
        Real or complex, off the poles i pi k on the imaginary axis.

    Returns
    -------
    ndarray
        Relative error below 2e-15 from abs(x) = 0 to infinity, except next to the poles.

    Examples
    --------
    >>> langevin([0.0, np.inf]).tolist()
    [0.3333333333333333, 0.0]
    """
    points = np.asarray(x) + 0.0
    if not np.iscomplexobj(points):
        return np.asarray(blockwise(_of_real, points))
    near = np.abs(points) < _NEAR
    result = np.empty_like(points)
    result[near] = _series(points[near] ** 2)
    result[~near] = _far(points[~near])
    return result


def _of_real(x: Values) -> Values:
    return in_pieces(np.abs(x), (_NEAR,), (lambda x: _near()(x * x), _far))


def _far(x: Values) -> Values:
    inverse = 1 / x
    return np.asarray(inverse / np.tanh(x) - inverse**2)


@cache
def _near() -> Ratio:
    import mpmath

    def smooth(square: Any) -> Any:
        x = mpmath.sqrt(square)
        return (x * mpmath.coth(x) - 1) / square

    return between(smooth, 0.0, _NEAR**2, _SIZE)


def _series(square: Values) -> Values:
    """2 sum_k (-1)**k zeta(2k + 2) x**(2k)/pi**(2k + 2), by Horner's rule."""
    from scipy import special

    total = np.zeros_like(square)
    for k in range(_TERMS, 0, -1):
        total = special.zeta(2 * k) - square / np.pi**2 * total
    return np.asarray(total * (2 / np.pi**2))
