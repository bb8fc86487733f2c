r"""Digamma and Hurwitz zeta functions at places a + x and a + i x, and what they rise by from x = 0.

With Z(s, z) = zeta(s, z) for s != 1 and Z(1, z) = -psi(z), so that dZ(s, z)/dz = -s Z(s + 1, z) for all s::

    levels_rise(s, a, x)      = Z(s, a + x) - Z(s, a)
    levels_real_rise(s, a, x) = Re Z(s, a + i x) - Z(s, a)        (even in x)
    levels_real(s, a, x)      = Re Z(s, a + i x)
    levels_imag(s, a, x)      = Im Z(s, a + i x)                  (odd in x)

Interaction corrections are sums over Matsubara frequencies of this kind. Half-integer orders at a = 1/2 and
a = 1 are ratios of polynomials; all other ones are added up, Euler and Maclaurin's formula for what is far,
each term as the difference that it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.curves import LOGARITHM, Curve, curve_values
from cooperon.numerics.field_kernels import digamma_rest, hurwitz_zeta, zeta_rest
from cooperon.numerics.incomplete_gamma import Values
from cooperon.numerics.midpoint_sums import midpoint_coefficients
from cooperon.numerics.ratios import Ratio, between

__all__ = [
    "NEAR_RISE",
    "curve_of",
    "levels_imag",
    "levels_real",
    "levels_real_rise",
    "levels_rise",
    "near_rise",
    "start_value",
]

NEAR_RISE = 1.0
"""Below this x a rise is x times a ratio; from here on what it rises from is subtracted."""
_FAR, _FAR_TERMS = 10.0, 15
_SIZE = 9
_LARGEST_ORDER = 3.0
_BEGINS = {0.5: (0.625, 1.25, 2.5, 4.0, 6.0), 1.0: (1.25, 2.5, 4.0, 6.0)}
"""Of the pieces, by the place a, which is the distance of the nearest pole."""

Function = Callable[..., Any]


def levels_rise(s: npt.ArrayLike, a: npt.ArrayLike, x: npt.ArrayLike) -> Any:
    """Return Z(s, a + x) - Z(s, a).

    Parameters
    ----------
    s, a : array_like
        Order and place, real; a > 0.
    x : array_like
        Real, not negative.

    Returns
    -------
    ndarray
        Relative error below 5e-15.

    Examples
    --------
    >>> print(f"{levels_rise(1, 1, 1.0).item():.12f} {levels_rise(1, 1, 1e-30).item() * 1e30:.12f}")
    -1.000000000000 -1.644934066848
    """
    known = _known(s, a)
    if known is None:
        return _shaped(_added_rise, s, a, x)
    order, place = known
    places = np.asarray(x, dtype=float)
    with np.errstate(all="ignore"):
        near = places < NEAR_RISE
        clipped = np.where(near, places, NEAR_RISE)
        low = clipped * near_rise(order, place)(clipped)
        return np.where(near, low, _far_rise(order, place, np.where(near, NEAR_RISE, places)))


def levels_real_rise(s: npt.ArrayLike, a: npt.ArrayLike, x: npt.ArrayLike) -> Any:
    """Return Re Z(s, a + i x) - Z(s, a).

    Parameters
    ----------
    s, a : array_like
        Order and place, real; a > 0.
    x : array_like
        Real; the function is even.

    Returns
    -------
    ndarray
        Relative error below 1e-14, below 4e-15 for half-integer orders up to 5/2 and a = 1/2 or 1.

    Examples
    --------
    >>> print(f"{levels_real_rise(1, 1, 1e-100).item() * 1e200:.12f}")
    -1.202056903160
    """
    known = _known(s, a)
    if known is None or (curve := curve_of("levels_real_rise", *known)) is None:
        return _shaped(_added_real_rise, s, a, x)
    return curve_values(curve, x)


def levels_real(s: npt.ArrayLike, a: npt.ArrayLike, x: npt.ArrayLike) -> Any:
    """Return Re Z(s, a + i x); relative error below 1e-14 of the modulus of Z.

    Examples
    --------
    >>> print(f"{levels_real(3, 1, 1e-9).item():.12f}")
    1.202056903160
    """
    return _shaped(_real, s, a, x)


def levels_imag(s: npt.ArrayLike, a: npt.ArrayLike, x: npt.ArrayLike) -> Any:
    """Return Im Z(s, a + i x), odd in x.

    Parameters
    ----------
    s, a, x : array_like
        As for :func:`levels_real_rise`.

    Returns
    -------
    ndarray
        Relative error below 1e-14; below 1e-14 of the modulus of Z for orders above 3.

    Examples
    --------
    >>> print(f"{levels_imag(2, 1, 1e-9).item() * 1e9:.12f}")
    -2.404113806319
    """
    known = _known(s, a)
    if known is None or (curve := curve_of("levels_imag", *known)) is None:
        return _shaped(_imaginary, s, a, x)
    return curve_values(curve, x)


def start_value(s: float, a: float) -> float:
    """Return Z(s, a).

    Examples
    --------
    >>> print(f"{start_value(1.0, 1.0):.12f}")
    0.577215664902
    """
    import mpmath

    with mpmath.workdps(30):
        return float(_exact(s, mpmath.mpf(a)))


@lru_cache(maxsize=256)
def near_rise(s: float, a: float) -> Ratio:
    """Return the rise over x as a ratio, for x up to ``NEAR_RISE``.

    Examples
    --------
    >>> print(f"{near_rise(1.0, 1.0).numerator[0]:.12f}")
    -1.644934066848
    """
    return between(lambda x: (_exact(s, a + x) - _exact(s, a)) / x, 0.0, NEAR_RISE, _SIZE)


@lru_cache(maxsize=256)
def curve_of(name: str, s: float, a: float) -> Curve | None:
    """Return a function of half-integer order at a = 1/2 or 1 as a curve; None where it has none.

    Next to a zero of a function a ratio has no digits, and what falls off exponentially is none.

    Examples
    --------
    >>> curve_of("levels_imag", 1.5, 1.0).at_zero, curve_of("levels_imag", 1.0, 1.0)
    (1, None)
    """
    if not 0 < s < _LARGEST_ORDER or 2 * s % 1 or a not in _BEGINS:
        return None
    if s % 1 == 0 and s % 2 == (0 if name == "levels_real_rise" else 1):
        return None
    if name == "levels_real_rise":
        return Curve(partial(_exact_rise, s, a), partial(_tail, s, a, 0), -s - 1, 2, _BEGINS[a])
    return Curve(partial(_exact_imag, s, a), partial(_tail, s, a, 1), -s - 1, 1, _BEGINS[a])


def _exact(s: float, z: Any) -> Any:
    """Z(s, z) with mpmath."""
    import mpmath

    return -mpmath.psi(0, z) if s == 1 else mpmath.zeta(mpmath.mpf(s), z)


def _exact_rise(s: float, a: float, x: Any) -> Any:
    import mpmath

    with mpmath.extradps(2 * max(0, int(-mpmath.log10(x))) + 5):
        return mpmath.re(_exact(s, mpmath.mpc(a, x))) - _exact(s, mpmath.mpf(a))


def _exact_imag(s: float, a: float, x: Any) -> Any:
    import mpmath

    return mpmath.im(_exact(s, mpmath.mpc(a, x)))


def _tail(s: float, a: float, part: int) -> tuple[tuple[Any, Any], ...]:
    """Z(s, i x) without its series: (i x)**(1-s)/(s-1), or -ln(i x); at a = 1 also -(i x)**(-s)/2."""
    import mpmath

    order = mpmath.mpf(s)

    def power(exponent: Any, weight: Any) -> tuple[Any, Any]:
        turned = mpmath.expjpi(exponent / 2)
        return weight * (mpmath.im(turned) if part else mpmath.re(turned)), float(exponent)

    constant = [] if part else [(-_exact(s, mpmath.mpf(a)), 0.0)]
    integral = [(mpmath.mpf(-1), LOGARITHM)] if s == 1 else [power(1 - order, 1 / (order - 1))]
    half = [power(-order, -mpmath.mpf(1) / 2)] if a == 1 else []
    return tuple((c, p) for c, p in (*constant, *integral, *half) if abs(c) > mpmath.mpf(10) ** -20)


def _known(s: npt.ArrayLike, a: npt.ArrayLike) -> tuple[float, float] | None:
    """Return order and place where they are single numbers that have ratios."""
    if np.ndim(s) or np.ndim(a):
        return None
    order, place = float(np.asarray(s)), float(np.asarray(a))
    good = 0 < order < _LARGEST_ORDER and 2 * order % 1 == 0 and place in _BEGINS
    return (order, place) if good else None


def _far_rise(s: float, a: float, x: Values) -> Values:
    y = x + (a - 0.5)
    start = start_value(s, a)
    if s == 1:
        return np.asarray(-np.log(y) - digamma_rest(y) - start)
    return np.asarray(y ** (1 - s) / (s - 1) + zeta_rest(s, y) - start)


def _shaped(function: Function, s: npt.ArrayLike, a: npt.ArrayLike, x: npt.ArrayLike) -> Any:
    """Call a function of flat arrays of one length."""
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (s, a, x)))
    with np.errstate(all="ignore"):
        return np.asarray(function(*(value.reshape(-1) for value in arrays))).reshape(arrays[0].shape)


def _real(s: Values, a: Values, x: Values) -> Values:
    from scipy import special

    place = a + 1j * x
    return np.where(s == 1, -special.digamma(place), hurwitz_zeta(np.where(s == 1, 2.0, s), place)).real


def _imaginary(s: Values, a: Values, x: Values) -> Values:
    """As Hurwitz' zeta function is made, with the pole at s = 1 taken out of its integral."""
    low = a < 1
    place = a + low - 0.5 + 1j * x
    first = np.where(low, (a + 1j * x) ** -s, 0.0)
    logarithm, p = np.log(place), s - 1
    turn = -logarithm.imag * np.sinc(p * logarithm.imag / np.pi)
    return np.asarray((first + zeta_rest(s, place)).imag + np.exp(-p * logarithm.real) * turn)


def _added_rise(s: Values, a: Values, x: Values) -> Values:
    return _added(s, a, lambda power, y: np.expm1(-power * np.log1p(x / y)), lambda y: -np.log1p(x / y))


def _added_real_rise(s: Values, a: Values, x: Values) -> Values:
    """Re (1 + i u)**(-p) - 1 = exp(-p L) cos(p t) - 1 with L = ln|1 + i u| and t = atan(u)."""

    def rise(power: Values, y: Values) -> Values:
        u = x / y
        size, angle = np.log1p(u * u) / 2, np.arctan(u)
        return np.asarray(
            np.expm1(-power * size) * np.cos(power * angle) - 2 * np.sin(power * angle / 2) ** 2
        )

    return _added(s, a, rise, lambda y: -np.log1p((x / y) ** 2) / 2)


def _added(s: Values, a: Values, rise: Function, at_pole: Function) -> Values:
    """Add up y**(-s) rise(s) at y = a, a + 1, ..., the far ones by the midpoint formula.

    ``rise(p, y)`` is that of (1 + x/y)**(-p), ``at_pole(y)`` its slope by p at p = 0.
    """
    total = np.zeros_like(a)
    steps = int(np.max(np.ceil(_FAR + 0.5 - a), initial=0))
    for n in range(steps):
        total += (a + n) ** -s * rise(s, a + n)
    y, p = a + steps - 0.5, s - 1
    pole = p == 0
    divisor = np.where(pole, 1.0, p)
    integral = y**-p * np.where(pole, at_pole(y), rise(p, y) / divisor)
    rising, series = s, np.zeros_like(a)
    for k, coefficient in enumerate(midpoint_coefficients()[:_FAR_TERMS], 1):
        power = s + 2 * k - 1
        series += coefficient * rising * y**-power * rise(power, y)
        rising = rising * power * (power + 1)
    return np.asarray(total + integral + series)
