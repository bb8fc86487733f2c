"""Array functions for the modes of a wire between leads: poles, pairs of poles, and the thermal window.

Near zero, poles are added up: a few as they are, the others by powers with the tails of zeta functions. Far
from it, their closed forms lose no digits.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.incomplete_gamma import Values
from cooperon.numerics.shape_kernels import langevin

__all__ = ["langevin_fall", "pole_pairs", "pole_squares", "thermal_window"]

_NEAR = 4.0
"""Below this modulus of a - i w poles are added up."""
_FIRST, _TERMS = 4, 14
"""Poles that are added up as they are, and powers for all others."""


def langevin_fall(x: npt.ArrayLike) -> Values:
    """Return (x coth(x) + x**2/sinh(x)**2 - 2)/x**4 of a real or complex x: 2/45 at 0.

    It is four times the sum of 1/(pi**2 n**2 + x**2)**2 over n = 1, 2, ...

    Examples
    --------
    >>> bool(abs(langevin_fall(0.0) * 45 / 2 - 1) < 1e-15)
    True
    """
    given = np.asarray(x)
    with np.errstate(over="ignore", invalid="ignore"):
        square = given.astype(complex if np.iscomplexobj(given) else float) ** 2
    return 4 * (_squared_poles(square) if np.iscomplexobj(given) else pole_pairs(square, 0.0))


def pole_pairs(a: npt.ArrayLike, w: npt.ArrayLike) -> Values:
    """Return the sum of 1/((pi**2 n**2 + a)**2 + w**2) over n = 1, 2, ...

    Parameters
    ----------
    a, w : array_like
        Real, a not negative.

    Returns
    -------
    ndarray
        Relative error below 5e-15.

    Examples
    --------
    >>> pole_pairs(0.0, [0.0, 1e-9]).round(15).tolist()
    [0.011111111111111, 0.011111111111111]
    """
    x, y = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(w, dtype=float))
    found = np.empty(x.shape)
    with np.errstate(all="ignore"):
        size = np.hypot(x, y)
        close, beyond = size < _NEAR, ~np.isfinite(size)
        away = ~close & ~beyond
        found[close] = _near_pairs(x[close], y[close])
        found[away] = _far_pairs(x[away], y[away], size[away])
        found[beyond] = np.where(np.isinf(size[beyond]), 0.0, np.nan)
    return found


def pole_squares(a: npt.ArrayLike, w: npt.ArrayLike) -> Values:
    """Return the sum of the real parts of 1/(pi**2 n**2 + a - i w)**2 over n = 1, 2, ...

    Parameters
    ----------
    a, w : array_like
        Real, a not negative.

    Returns
    -------
    ndarray
        Error below 5e-15 of the sum of the moduli.

    Examples
    --------
    >>> pole_squares(0.0, [0.0, np.inf]).round(15).tolist()
    [0.011111111111111, 0.0]
    """
    x, y = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(w, dtype=float))
    with np.errstate(all="ignore"):
        return np.asarray(_squared_poles(x - 1j * y).real)


def thermal_window(u: npt.ArrayLike) -> Values:
    """Return (y coth(y) - 1)/(2 sinh(y)**2) at y = u/2: 1/6 at 0.

    Examples
    --------
    >>> bool(abs(thermal_window([0.0, 1e-9]) * 6 - 1).max() < 1e-15)
    True
    """
    y = np.asarray(u, dtype=float) / 2
    with np.errstate(all="ignore"):
        ratio = np.where(y == 0, 1.0, y / np.sinh(y))
        return np.asarray(np.where(np.isinf(y), 0.0, langevin(y) * ratio**2 / 2))


@cache
def _tails() -> tuple[float, ...]:
    """Sum (pi n)**(-2k) over the poles that are not added up as they are, k = 1, 2, ..."""
    from scipy import special

    return tuple(float(special.zeta(2 * k, _FIRST + 1)) / np.pi ** (2 * k) for k in range(1, _TERMS + 3))


def _places(a: Values) -> Values:
    return (np.pi * np.arange(1, _FIRST + 1)) ** 2 + a[..., None]


def _powers(a: Values, w: Values) -> Any:
    """Yield the real part of (-a + i w)**k, and its imaginary part over w, k = 0, 1, ..."""
    real, slope = np.ones_like(a), np.zeros_like(a)
    for _ in range(_TERMS):
        yield real, slope
        real, slope = -a * real - w**2 * slope, real - a * slope


def _near_pairs(a: Values, w: Values) -> Values:
    tail = sum(slope * z for (_, slope), z in zip(_powers(a, w), _tails(), strict=False))
    return np.asarray(np.sum(1 / (_places(a) ** 2 + w[..., None] ** 2), axis=-1) + tail)


def _near_sum(z: Values) -> Values:
    tail = np.zeros_like(z)
    for k, rest in reversed(list(enumerate(_tails()[1 : _TERMS + 1], 1))):
        tail = k * rest - z * tail
    return np.asarray(np.sum(1 / _places(z) ** 2, axis=-1) + tail)


def _far_pairs(a: Values, w: Values, size: Values) -> Values:
    u = np.sqrt((size + a) / 2)
    v, fall = w / (2 * u), np.exp(-2 * u)
    bottom = (1 - fall) ** 2 + 4 * fall * np.sin(v) ** 2
    over = (u * (1 - fall**2) + 2 * v * fall * np.sin(2 * v)) / bottom - 1
    under = (2 * fall * np.sinc(2 * v / np.pi) - (1 - fall**2) / (2 * u)) / bottom
    return np.asarray((over + a * under) / (2 * size) / size)


def _far_sum(z: Values) -> Values:
    x = np.sqrt(z)
    fall = np.exp(-2 * x)
    coth = (1 + fall) / (1 - fall)
    return np.asarray((coth / x + 4 * fall / (1 - fall) ** 2 - 2 / z) / z / 4)


def _squared_poles(z: Values) -> Values:
    """Sum 1/(pi**2 n**2 + z)**2 over n = 1, 2, ... for complex z."""
    found, size = np.empty_like(z), np.abs(z)
    with np.errstate(all="ignore"):
        near, far = size < _NEAR, np.isfinite(size) & (size >= _NEAR)
        found[near], found[far] = _near_sum(z[near]), _far_sum(z[far])
        found[~(near | far)] = np.where(np.isinf(size[~(near | far)]), 0.0, np.nan)
    return found[()]
