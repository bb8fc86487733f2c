"""Rational functions that are sums over levels to all digits of double precision.

With ``h(s, x)`` of :mod:`cooperon.numerics.field_kernels` and ``y = 1/x``, the function

    x**(s+1) h(s, x) = A(y**2)/B(y**2)

is a ratio of polynomials whose coefficients have one sign each: nothing cancels, at no x. That is so since h
is a Stieltjes function of x**2, ``h(1, x) = -2 int_0^oo t dt/[(t**2 + x**2)(exp(2 pi t) + 1)]`` for s = 1
(Binet). Each piece holds from some x to infinity, with fewer coefficients the farther out. Nearer to
zero, zeta(s, 1/2 + x) itself is such a ratio. The ratios interpolate mpmath's zeta at Chebyshev's points; no
number is stored.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cooperon.numerics.ratios import Ratio, chebyshev, interpolated

__all__ = ["LARGEST_ORDER", "LOWEST_ORDER", "NEAR", "PIECES", "far_ratio", "near_ratio"]

NEAR = 0.125
"""Below this x, zeta(s, 1/2 + x) and x**(1-s)/(s-1) are put together; from here on they never are."""
LOWEST_ORDER, LARGEST_ORDER = 0.2, 4.0
_NEAR_DEGREE = 6
_DIGITS = 90


PIECES = (NEAR, 0.5, 1.0, 2.0, 8.0, 32.0)
"""Where the pieces begin."""
# Of each piece, the number of coefficients and how its points are spread.
_SIZES = ((22, 0.25), (15, 0.5), (11, 1.0), (8, 1.5), (5, 4.0), (3, 16.0))


@lru_cache(maxsize=256)
def near_ratio(s: float) -> Ratio:
    """Return zeta(s, 1/2 + x), or -psi(1/2 + x) for s = 1, for x from 0 to ``NEAR`` as a ratio in x.

    Examples
    --------
    >>> print(f"{near_ratio(1.0).numerator[0]:.12f}")
    1.963510026021
    """
    import mpmath

    with mpmath.workdps(_DIGITS):
        points = [NEAR * w for w in chebyshev(2 * _NEAR_DEGREE + 1)]
        return interpolated(lambda x: _levels(mpmath.mpf(s), x), points, _NEAR_DEGREE + 1)


@lru_cache(maxsize=256)
def far_ratio(s: float, piece: int) -> Ratio:
    """Return x**(s+1) h(s, x) for x from ``PIECES[piece]`` on as a ratio in 1/x**2.

    Examples
    --------
    >>> last = far_ratio(0.5, 5)
    >>> print(f"{last.numerator[0] * 48:.12f}", len(last.numerator))
    -1.000000000000 3
    """
    import mpmath

    size, spread = _SIZES[piece]
    with mpmath.workdps(_DIGITS):
        order = mpmath.mpf(s)
        places = [PIECES[piece] + spread * (1 / w - 1) for w in chebyshev(2 * size)]
        values = {x**-2: x ** (order + 1) * _rest(order, x) for x in places}
        return interpolated(values.__getitem__, list(values), size)


def _levels(s: Any, x: Any) -> Any:
    import mpmath

    return -mpmath.digamma(x + 0.5) if s == 1 else mpmath.zeta(s, x + 0.5)


def _rest(s: Any, x: Any) -> Any:
    """h(s, x), with as many more digits as cancel."""
    import mpmath

    with mpmath.workdps(_DIGITS + int(3 * max(0, mpmath.log10(x)))):
        integral = -mpmath.log(x) if s == 1 else x ** (1 - s) / (s - 1)
        return _levels(s, x) - integral
