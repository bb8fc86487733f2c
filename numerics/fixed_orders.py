"""Exponential integrals and radial integrals of one order at real places, as ratios of polynomials.

What is smooth is a ratio; what is not is written beside it, and only where the two do not cancel: a power or
a logarithm at x = 0, exp(-x) far out, an arctangent or logarithm of z. With n the order,

    E_n(x) = Gamma(1 - n) x**(n-1) + smooth(x),    exp(x) E_n(x) smooth in x, and in 1/x far out,

a logarithm in place of the power for whole n. The radial integrals F_a(z) = 2F1(1, a; 1 + a; -z) are smooth
in z near zero; far out they follow from F of the lowest order by F_(a+1) = (1 - F_a) (a+1)/(a z).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from cooperon.numerics.ratios import Array, Ratio, between, blockwise, in_pieces, outward, raised

__all__ = ["expint_of_real", "has_expint", "has_radial", "radial_of_real", "upper_gamma_of_real"]

_LARGEST = 10.0
_DISTANCE = 0.2
"""From whole numbers that are not met: next to them poles cancel."""
_BEGINS = (0.25, 2.0)
_EXPINT_SIZES = (7, 13, 12)
_GONE = 1e3
"""Where exp(-x) is zero."""
_RADIAL_BEGIN, _RADIAL_SIZE, _RADIAL_FAR_SIZE = 4.0, 11, 7


def has_expint(n: float) -> bool:
    """Say whether there are ratios of an order.

    Examples
    --------
    >>> has_expint(1.5), has_expint(1.0), has_expint(1.0 + 1e-9)
    (True, True, False)
    """
    return abs(n) <= _LARGEST and _apart(n)


def has_radial(a: float) -> bool:
    """Say whether there are ratios of an order.

    Examples
    --------
    >>> has_radial(1.5), has_radial(0.9)
    (True, False)
    """
    return 0 < a <= _LARGEST and _apart(a)


def _apart(order: float) -> bool:
    distance = abs(order - round(order))
    return distance == 0 or distance >= _DISTANCE


def expint_of_real(n: float, x: Array) -> Any:
    """Return E_n(x) for x >= 0, of any shape; relative error below 4e-15.

    Examples
    --------
    >>> print(f"{expint_of_real(1.0, np.array([0.1])).item():.14f}")
    1.82292395841939
    """
    pieces: tuple[Callable[[Array], Any], ...] = (
        lambda x: _power_at_zero(n, x) + _smooth_at_zero(n)(x),
        lambda x: _between(n)(x) * np.exp(-x) * raised(x, -_weight(n)),
        lambda x: _far(n)(1 / x) * np.exp(-x) / x,
    )
    return blockwise(lambda x: in_pieces(x, _BEGINS, pieces), x)


def upper_gamma_of_real(s: float, x: Array) -> Any:
    """Return Gamma(s, x) for x >= 0, of any shape; relative error below 4e-15.

    Examples
    --------
    >>> print(f"{upper_gamma_of_real(-0.5, np.array([1.0])).item():.12f}")
    0.178147711782
    """
    n = 1 - s

    def at_zero(x: Array) -> Any:
        if n == round(n) and n >= 1:
            return raised(x, s) * (_power_at_zero(n, x) + _smooth_at_zero(n)(x))
        return math.gamma(s) + raised(x, s) * _smooth_at_zero(n)(x)

    pieces: tuple[Callable[[Array], Any], ...] = (
        at_zero,
        lambda x: _between(n)(x) * np.exp(-x) * raised(x, s - _weight(n)),
        lambda x: _far(n)(1 / x) * np.exp(-x) * raised(np.minimum(x, _GONE), s - 1),
    )
    return blockwise(lambda x: in_pieces(x, _BEGINS, pieces), x)


def _weight(n: float) -> float:
    """Power of x that E_n(x) is taken with, so that it does not vary by orders of magnitude."""
    return max(1.0, float(math.ceil(1 - n)))


def _power_at_zero(n: float, x: Any) -> Any:
    """Return what is not smooth in E_n at x = 0."""
    from scipy import special

    if n == round(n) and n >= 1:
        return (-1) ** int(n) / math.factorial(int(n) - 1) * special.xlogy(raised(x, n - 1), x)
    if n > 0.5 or 2 * n == round(2 * n):
        return math.gamma(1 - n) * raised(x, n - 1)
    # The rounding of n - 1 would show at small x.
    return math.gamma(1 - n) * np.where(x == 0, np.inf, x**n / x)


@lru_cache(maxsize=64)
def _smooth_at_zero(n: float) -> Ratio:
    """E_n less what is not smooth: its series -sum (-x)**k/(k! (k + 1 - n)) without the pole's term."""
    import mpmath

    whole = n == round(n) and n >= 1

    def series(x: Any) -> Any:
        order = mpmath.mpf(n)
        terms = (
            -((-x) ** k) / mpmath.factorial(k) / (k + 1 - order) for k in range(60) if not whole or k != n - 1
        )
        pole = (-x) ** int(n - 1) / mpmath.factorial(int(n) - 1) * mpmath.digamma(order) if whole else 0
        return mpmath.fsum(terms) + pole

    return between(series, 0.0, _BEGINS[0], _EXPINT_SIZES[0])


@lru_cache(maxsize=64)
def _between(n: float) -> Ratio:
    import mpmath

    if _is_finite(n):
        return Ratio(_finite(n), (1.0,))
    return between(
        lambda x: mpmath.exp(x) * x ** _weight(n) * mpmath.expint(n, x), *_BEGINS, _EXPINT_SIZES[1]
    )


@lru_cache(maxsize=64)
def _far(n: float) -> Ratio:
    import mpmath

    if _is_finite(n):
        return Ratio(_finite(n)[::-1], (1.0,))
    return outward(lambda x: mpmath.exp(x) * x * mpmath.expint(n, x), _BEGINS[1], 4.0, _EXPINT_SIZES[2])


def _is_finite(n: float) -> bool:
    """Say whether E_n is exp(-x) times finitely many powers."""
    return n <= 0 and n == round(n)


def _finite(n: float) -> tuple[float, ...]:
    """Coefficients of exp(x) x**(1-n) E_n(x) for n = 0, -1, ..."""
    last = math.factorial(-int(n))
    return tuple(last / math.factorial(j) for j in range(1 - int(n)))


def radial_of_real(a: float, z: Array) -> Any:
    """Return 2F1(1, a; 1 + a; -z) for z >= 0, of any shape; relative error below 4e-15.

    Examples
    --------
    >>> bool(abs(radial_of_real(1.0, np.array([3.0])).item() - np.log(4) / 3) < 1e-15)
    True
    """

    def near(z: Array) -> Any:
        return _radial_near(a)(z)

    def far(z: Array) -> Any:
        return _radial_far(a, z)

    return blockwise(lambda z: in_pieces(z, (_RADIAL_BEGIN,), (near, far)), z)


@lru_cache(maxsize=64)
def _radial_near(a: float) -> Ratio:
    import mpmath

    order = mpmath.mpf(a)
    return between(lambda z: mpmath.hyp2f1(1, order, 1 + order, -z), 0.0, _RADIAL_BEGIN, _RADIAL_SIZE)


def _radial_far(a: float, z: Array) -> Any:
    order = a - math.ceil(a) + 1
    value = _radial_lowest(order, z)
    while order < a:
        value = (order + 1) / order * (1 - value) / z
        order += 1
    value[np.isposinf(z)] = 0.0
    return value


def _radial_lowest(a: float, z: Array) -> Any:
    """F_a far out, 0 < a <= 1."""
    if a == 1:
        return np.log1p(z) / z
    if a == 0.5:
        root = np.sqrt(z)
        return np.arctan(root) / root
    return raised(z, -a) / np.sinc(a) - _radial_rest(a)(1 / z) / z


@lru_cache(maxsize=64)
def _radial_rest(a: float) -> Ratio:
    """Return what F_a lacks of its power, times z."""
    import mpmath

    order = mpmath.mpf(a)
    return outward(
        lambda z: order / (1 - order) * mpmath.hyp2f1(1, 1 - order, 2 - order, -1 / z),
        _RADIAL_BEGIN,
        4.0,
        _RADIAL_FAR_SIZE,
    )
