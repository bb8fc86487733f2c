"""Ratios of polynomials through a function's values, and their values block by block.

A function that is smooth between its known ends is, to all digits of double precision, one short ratio of
polynomials, or a few of them side by side. The ratios interpolate values of mpmath at Chebyshev's points; no
number is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "Array",
    "Ratio",
    "between",
    "blockwise",
    "chebyshev",
    "in_pieces",
    "interpolated",
    "outward",
    "polynomial",
    "raised",
]

Array = npt.NDArray[np.float64]
_BLOCK = 16384
"""Places that are worked on at once: what is in use fits into a core's nearest memory."""
_DIGITS = 45
_LARGEST_PRODUCT = 4


@dataclass(frozen=True)
class Ratio:
    """A ratio of polynomials, coefficients from that of the power 0 on.

    Examples
    --------
    >>> Ratio((1.0, 2.0), (1.0,))(np.array([3.0])).item()
    7.0
    """

    numerator: tuple[float, ...]
    denominator: tuple[float, ...]

    def __call__(self, u: Array) -> Any:
        """Evaluate at real places."""
        value = polynomial(self.numerator, u)
        value /= polynomial(self.denominator, u)
        return value


def polynomial(coefficients: Sequence[float], u: Array) -> Any:
    """Horner's rule, in place.

    Examples
    --------
    >>> polynomial((1.0, 2.0), np.array([3.0])).item()
    7.0
    """
    value = np.full_like(u, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        value *= u
        value += coefficient
    return value


def raised(y: Array, power: float) -> Any:
    """y**power, by roots and products where it is a half-integer.

    Examples
    --------
    >>> raised(np.array([4.0]), -1.5).item()
    0.125
    """
    if power == 2:
        return y * y
    whole, half = divmod(abs(power), 1)
    if half not in (0, 0.5) or whole > _LARGEST_PRODUCT:
        return y**power
    value = np.sqrt(y) if half else np.ones_like(y)
    for _ in range(int(whole)):
        value *= y
    return value if power >= 0 else 1 / value


def chebyshev(number: int) -> list[Any]:
    """Chebyshev's points between 0 and 1.

    Examples
    --------
    >>> [round(float(w), 6) for w in chebyshev(2)]
    [0.853553, 0.146447]
    """
    import mpmath

    return [(1 + mpmath.cospi(mpmath.mpf(2 * k + 1) / (2 * number))) / 2 for k in range(number)]


def interpolated(function: Callable[[Any], Any], points: Sequence[Any], size: int) -> Ratio:
    """Return the ratio with ``size`` coefficients above, the rest of them below, through all points.

    Examples
    --------
    >>> interpolated(lambda u: 1 / (1 + u), [0, 1], 1)
    Ratio(numerator=(1.0,), denominator=(1.0, 1.0))
    """
    import mpmath

    below = len(points) - size
    rows = mpmath.matrix(len(points), len(points))
    right = mpmath.matrix(len(points), 1)
    for i, u in enumerate(points):
        value = function(u)
        for j in range(size):
            rows[i, j] = u**j / value
        for j in range(1, below + 1):
            rows[i, size + j - 1] = -(u**j)
        right[i] = 1
    solved = [float(x) for x in mpmath.lu_solve(rows, right)]
    return Ratio(tuple(solved[:size]), (1.0, *solved[size:]))


def between(function: Callable[[Any], Any], lower: float, upper: float, size: int) -> Ratio:
    """Return a function of x between two ends as a ratio in x, ``size`` coefficients above and below.

    Examples
    --------
    >>> import mpmath
    >>> ratio = between(mpmath.exp, 0.0, 1.0, 7)
    >>> bool(abs(ratio(np.array([0.5])).item() - np.exp(0.5)) < 1e-15)
    True
    """
    import mpmath

    with mpmath.workdps(_DIGITS):
        points = [lower + (upper - lower) * w for w in chebyshev(2 * size - 1)]
        return interpolated(function, points, size)


def outward(function: Callable[[Any], Any], begin: float, spread: float, size: int, power: int = 1) -> Ratio:
    """Return a function of x from ``begin`` to infinity as a ratio in x**(-power).

    Parameters
    ----------
    function : callable
        Of an mpmath number; tends to a finite limit that is not zero.
    begin, spread : float
        The points lie at begin + spread (1/w - 1) for w from 0 to 1.
    size : int
        Number of coefficients above, and of those below.
    power : int
        1 or 2.

    Examples
    --------
    >>> ratio = outward(lambda x: x / (1 + x), 1.0, 1.0, 2)
    >>> bool(abs(ratio(np.array([1 / 3.0])).item() - 0.75) < 1e-15)
    True
    """
    import mpmath

    with mpmath.workdps(_DIGITS):
        places = [begin + spread * (1 / w - 1) for w in chebyshev(2 * size - 1)]
        values = {x**-power: function(x) for x in places}
        return interpolated(values.__getitem__, list(values), size)


def in_pieces(x: Array, begins: Sequence[float], pieces: Sequence[Callable[[Array], Any]]) -> Array:
    """Evaluate each place with the piece that begins below it; what is not a number stays such.

    Examples
    --------
    >>> in_pieces(np.array([1.0, 3.0]), [2.0], [np.negative, np.sqrt]).round(3).tolist()
    [-1.0, 1.732]
    """
    lowest, highest = np.searchsorted(begins, [np.fmin.reduce(x), np.fmax.reduce(x)], side="right")
    result = np.array(pieces[int(highest)](x))
    for k in range(int(lowest), int(highest)):
        # All places go through every piece: quicker than to pick them out.
        np.copyto(result, pieces[k](x), where=(x < begins[k]) & (x >= (begins[k - 1] if k else -np.inf)))
    return result


def blockwise(function: Callable[[Array], Any], x: npt.ArrayLike) -> Any:
    """Evaluate a function of real places block by block; the shape stays.

    Examples
    --------
    >>> blockwise(np.sqrt, [[4.0, 9.0]]).tolist()
    [[2.0, 3.0]]
    """
    points = np.asarray(x, dtype=float)
    flat = points.reshape(-1)
    result = np.empty_like(flat)
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, _BLOCK):
            part = slice(start, start + _BLOCK)
            result[part] = function(flat[part])
    return result.reshape(points.shape)
