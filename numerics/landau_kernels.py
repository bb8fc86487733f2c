"""Sums over Landau levels of a closed path, with the flights of any field.

The lowest levels are added up one by one, even and odd ones apart; what is above them is an integral over
continuous levels, joined by differences (Euler-Maclaurin).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.landau_asymptotics import Levels, Values, smooth_levels, upward
from cooperon.numerics.quadrature import quadrature
from cooperon.numerics.tolerance import asking

__all__ = ["level_sum", "lowest_levels"]

_LEVELS = 128
"""Levels that are added up one by one; even."""
_WEAK = 0.05
"""Fields in which, whatever the frequency, nothing is reflected to the levels above."""
_DIFFERENCES = 6
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PANEL, _REACH = 4.0, 80.0
"""Panels of the integral in ln t, and how far it goes: what is summed falls as t**(-3/2)."""
_AT_ONCE = 500
_COMPLEX = 1e-11
"""Relative error of the integral with a frequency, whatever a call asks for."""
_EVEN = np.array(1.0)
_PARITIES = np.array([1.0, -1.0])

Summand = Callable[[Values, Values, Values, Values], Values]


def level_sum(summand: Summand, b: npt.ArrayLike, gap: npt.ArrayLike) -> Any:
    """Sum b f(P_n, 1 - P_n, Q_n, Q_(n-1)) over all Landau levels.

    Parameters
    ----------
    summand : callable
        f, of arrays; it falls as P_n**3.
    b : array_like
        Strength of the field, 2 e B ell**2/hbar, not negative; at 0 the sum is an integral.
    gap : array_like
        What a flight loses at rest beside the impurities, tau/tau_phi - i omega tau; not negative real part.

    Returns
    -------
    ndarray
        Relative error below 1e-12 for real values, 1e-11 for complex ones.

    Examples
    --------
    >>> three = level_sum(lambda stays, lost, up, down: stays**3, [0.0, 1.0], 0.5)
    >>> print(np.round(three, 10))
    [0.66666667 0.66575668]
    """
    fields, gaps = np.broadcast_arrays(np.asarray(b, dtype=float), np.asarray(gap) + 0.0)
    shape, fields, gaps = fields.shape, fields.ravel(), gaps.ravel()
    chunks = -(-fields.size // _AT_ONCE) or 1
    parts = zip(np.array_split(fields, chunks), np.array_split(gaps, chunks), strict=True)
    return np.concatenate([_sum(summand, *part) for part in parts]).reshape(shape)


def _sum(summand: Summand, b: Values, gap: Values) -> Values:
    def of(levels: Levels) -> Values:
        return np.asarray(summand(levels.stays, levels.lost, levels.up, levels.down))

    with np.errstate(all="ignore"):
        number = _number(b, gap)
        values = b * of(lowest_levels(number + 2 * _DIFFERENCES, b, gap))
        joined = sum(
            weight * (values[number + 2 * k + odd] - values[number - 2 * k - 2 + odd])
            for k, weight in enumerate(_differences())
            for odd in (0, 1)
        )
        start, end = (number - 0.5) * b, (number + 0.5) * b
        between = (end - start) / 2
        places = start + (1 + _NODES[:, np.newaxis]) * between
        first = np.sum(_WEIGHTS[:, np.newaxis] * of(smooth_levels(places, _EVEN, b, gap)), axis=0) * between

        def both(t: Values, b: Values, gap: Values) -> Values:
            parity = _PARITIES.reshape(-1, *[1] * t.ndim)
            return np.asarray(np.sum(of(smooth_levels(t, parity, b, gap)), axis=0))

        rest = _to_infinity(both, end, b, gap)
    return np.asarray(np.sum(values[:number], axis=0) + joined + (first + rest) / 2)


def _number(b: Values, gap: Values) -> int:
    """Levels to add up: with a frequency those that a path is reflected to, up to t = abs(s)**2."""
    strong = (b > _WEAK) & np.isfinite(gap) & (np.imag(gap) != 0)
    highest = np.max(abs(1 + gap) ** 2 / b, initial=0.0, where=strong)
    return _LEVELS + 2 * int(np.ceil(highest / 2))


def _to_infinity(function: Callable[..., Values], start: Values, b: Values, gap: Values) -> Values:
    """Integrate over t; poles lie at -gap, and for complex gaps close to the path."""
    if np.iscomplexobj(gap):
        with asking(_COMPLEX):
            return np.asarray(quadrature(function, start, np.inf, b, gap))
    scale = start + gap
    length = _REACH - np.minimum(np.log(scale), 0)
    panels = int(np.ceil(np.max(length, initial=_PANEL, where=np.isfinite(length)) / _PANEL))
    places = (np.arange(panels)[:, np.newaxis] + (1 + _NODES) / 2).reshape(-1, 1) / panels * length
    weights = np.tile(_WEIGHTS, panels)[:, np.newaxis] / 2 / panels * length
    growth = scale * np.exp(places)
    t = start + scale * np.expm1(places)
    return np.asarray(np.sum(weights * growth * function(t, b, gap), axis=0))


def lowest_levels(number: int, b: Values, gap: Values) -> Levels:
    """Flights in the lowest levels, one a row, from the two continued fractions.

    Examples
    --------
    >>> lowest = lowest_levels(2, np.array([0.0]), np.array([1.0]))
    >>> lowest.stays.ravel().tolist()
    [0.5, 0.5]
    """
    kind = np.result_type(b, gap)
    n = np.arange(number).reshape(-1, *[1] * np.ndim(b))
    loss = 1 + gap
    start = max(number, _LEVELS)
    above = np.empty((start, *np.shape(b)), dtype=kind)
    value = upward((start + 0.5) * b, b, gap)
    for level in range(start - 1, -1, -1):
        above[level] = value  # y of the level above this one
        value = loss + b / 2 * (level + 1) / value
    above = above[:number]
    below = np.empty((number, *np.shape(b)), dtype=kind)
    value = np.broadcast_to(loss, np.shape(b)).astype(kind)
    for level in range(number):
        below[level] = value  # w of the level below this one; in the lowest it is not used
        value = loss + b / 2 * level / value
    missing = gap + b / 2 * ((n + 1) / above + n / below)
    stays = 1 / (1 + missing)
    up, down = np.sqrt(b * (n + 1) / 2) / above, np.sqrt(b * n / 2) / below
    return Levels(stays, missing * stays, stays * up, stays * down)


@cache
def _differences() -> tuple[float, ...]:
    """Return weights w_k of f(k - 1/2) - f(1/2 - k): what midpoints from 0 on lack of their integral.

    In the derivative D the sum is 1/(2 sinh(D/2)) and the integral 1/D, both with a minus sign at the lower
    end; the odd series of 1/D - 1/(2 sinh(D/2)) is matched by that of 2 sinh((k - 1/2) D).
    """
    import sympy as sp

    half = sp.Rational(1, 2)
    orders = range(1, _DIFFERENCES + 1)
    right = sp.Matrix([-sp.bernoulli(2 * m, half) / factorial(2 * m) for m in orders])
    left = sp.Matrix([[2 * (k - half) ** (2 * m - 1) / factorial(2 * m - 1) for k in orders] for m in orders])
    return tuple(float(x) for x in left.LUsolve(right))
