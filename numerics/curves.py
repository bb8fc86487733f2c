"""Even and odd functions of a real number as ratios of polynomials side by side.

Next to zero such a function is a power times a ratio in x**2, and so it is, piece by piece, until it has come
near to what it tends to: powers of x and a logarithm, beside which a ratio in x**(-2) is left. The pieces are
data: numpy runs them here, other writers print them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.ratios import Array, Ratio, between, blockwise, in_pieces, outward, raised

__all__ = ["LOGARITHM", "Curve", "curve_values"]

LOGARITHM = "log"
"""In place of a power: the logarithm."""
_FIRST, _MIDDLE, _LAST = 9, 10, 5
"""Coefficients above, and as many below, of the first piece, the last one and those between."""
_BEGINS = (1.25, 2.5, 4.0, 6.0)
_SPREAD = 4.0


@dataclass(frozen=True)
class Curve:
    """A function of a real x, even or odd.

    Attributes
    ----------
    exact : callable
        It, of an mpmath number x > 0.
    tail : callable
        Makes pairs of a coefficient and a power (or ``LOGARITHM``): what it tends to for large x.
    far : float
        Beside that there is x**far times a series in x**(-2).
    at_zero : int
        Its power next to zero, which makes it even or odd.
    begins : tuple of float
        Where all pieces but the first begin. The nearest poles are about as far from zero as the first one;
        at the last one exp(-2 pi x) is below the last digit.

    Examples
    --------
    >>> curve = Curve(lambda x: x / (1 + x * x), lambda: (), -1.0, 1)
    >>> print(f"{curve_values(curve, -3.0).item():.12f}")
    -0.300000000000
    """

    exact: Callable[[Any], Any]
    tail: Callable[[], tuple[tuple[Any, Any], ...]]
    far: float
    at_zero: int
    begins: tuple[float, ...] = _BEGINS

    @property
    def odd(self) -> bool:
        """Whether it changes its sign with x."""
        return self.at_zero % 2 == 1

    def ratio(self, piece: int) -> Ratio:
        """Return the ratio of a piece: in x**2, of the last one in x**(-2)."""
        return _ratio(self, piece)

    def tail_in_numbers(self) -> tuple[tuple[float, Any], ...]:
        """Return what it tends to."""
        return _tail(self)


@lru_cache(maxsize=512)
def _ratio(curve: Curve, piece: int) -> Ratio:
    import mpmath

    if piece == len(curve.begins):

        def rest(x: Any) -> Any:
            limit = mpmath.fsum(
                c * (mpmath.log(x) if power is LOGARITHM else x**power) for c, power in curve.tail()
            )
            return (curve.exact(x) - limit) / x ** mpmath.mpf(curve.far)

        return outward(rest, curve.begins[-1], _SPREAD, _LAST, power=2)
    power = 0 if piece else curve.at_zero

    def smooth(y: Any) -> Any:
        x = mpmath.sqrt(y)
        return curve.exact(x) / x**power

    lower = curve.begins[piece - 1] if piece else 0.0
    return between(smooth, lower**2, curve.begins[piece] ** 2, _MIDDLE if piece else _FIRST)


@lru_cache(maxsize=512)
def _tail(curve: Curve) -> tuple[tuple[float, Any], ...]:
    import mpmath

    with mpmath.workdps(30):
        return tuple((float(c), power) for c, power in curve.tail())


def curve_values(curve: Curve, x: npt.ArrayLike) -> Any:
    """Evaluate a curve at real places; a piece is made when a place first falls into it.

    Examples
    --------
    >>> curve = Curve(lambda x: (1 + x * x) ** -1.5, lambda: (), -3.0, 0)
    >>> curve_values(curve, [0.0, 7.0]).round(12).tolist()
    [1.0, 0.002828427125]
    """
    places = np.asarray(x, dtype=float)
    pieces = [partial(_near, curve, k) for k in range(len(curve.begins))] + [partial(_far, curve)]
    values = blockwise(lambda y: in_pieces(y, curve.begins, pieces), np.abs(places))
    return np.sign(places) * values if curve.odd else values


def _near(curve: Curve, piece: int, x: Array) -> Any:
    value = curve.ratio(piece)(x * x)
    power = 0 if piece else curve.at_zero
    return value * x**power if power else value


def _far(curve: Curve, x: Array) -> Any:
    inverse = 1 / x
    value = curve.ratio(len(curve.begins))(inverse * inverse) * raised(inverse, -curve.far)
    for coefficient, power in curve.tail_in_numbers():
        value = value + coefficient * (np.log(x) if power is LOGARITHM else raised(x, power))
    return value
