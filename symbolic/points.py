"""Points at which two expressions are compared: random, reproducible, and such as a metal can have.

All symbols are positive, but for harmonics of scattering, between -1 and 1; k_F ell is large, tau_phi above
tau, the sample larger than the mean free path.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.digits import Digits
from cooperon.symbolic.reading_undone import LAST_N

__all__ = [
    "Point",
    "in_other_units",
    "random_points",
    "toward_the_limit",
    "with_one_other",
    "with_other_temperature",
]

Point = dict[sp.Symbol, Any]

_SEED = 1979
_BITS = 256
_SHORTEST, _LONGEST = "1.5", "1e6"

# In the limit tau/tau_phi -> 0 all that ends interference grows alike: times as 1/small, lengths as its root.
_INFRARED: Mapping[sp.Symbol, sp.Rational] = {
    s.tau_phi: sp.Integer(-1),
    s.tau_phi_0: sp.Integer(-1),
    s.t: sp.Integer(-1),
    s.omega: sp.Integer(1),
    s.B: sp.Integer(1),
    s.L: sp.Rational(-1, 2),
    s.L_phi: sp.Rational(-1, 2),
    s.q: sp.Rational(1, 2),
}


def random_points(
    count: int, digits: Digits, values: Mapping[sp.Symbol, sp.Expr] | None = None
) -> tuple[Point, ...]:
    """Random values for every symbol; tau_phi/tau runs through six decades from the first point to the last.

    Parameters
    ----------
    count : int
        How many points.
    digits : Digits
        What makes the numbers.
    values : mapping of Symbol to Expr, optional
        Numbers that tau or tau_phi are held at.

    Examples
    --------
    >>> first, second = random_points(2, Digits(20))
    >>> bool(1 < first[s.tau_phi] / first[s.tau] < second[s.tau_phi] / second[s.tau] < 10**6)
    True
    """
    source = random.Random(_SEED)
    held = {symbol: digits.value(value) for symbol, value in (values or {}).items() if value.is_number}

    def uniform(low: str | int, high: str | int) -> Any:
        fraction = digits.number(source.getrandbits(_BITS)) / 2**_BITS
        return digits.number(low) + (digits.number(high) - digits.number(low)) * fraction

    return tuple(
        _point(index, (index + uniform(0, 1)) / count, digits, uniform, held) for index in range(count)
    )


def _point(index: int, fraction: Any, digits: Digits, uniform: Callable[..., Any], held: Point) -> Point:
    low, high = digits.number(_SHORTEST), digits.number(_LONGEST)
    ratio = low * (high / low) ** fraction
    point: Point = {entry.symbol: uniform("0.5", 2) for entry in s.TABLE.values()}
    tau = held.get(s.tau, held[s.tau_phi] / ratio if s.tau_phi in held else point[s.tau])
    mass, hbar = point[s.m], point[s.hbar]
    point[s.k_F] = digits.context.sqrt(uniform(5, 50) * mass / (hbar * tau))
    path = hbar * point[s.k_F] * tau / mass
    point[s.tau_phi] = point[s.tau_phi_0] = tau * ratio
    point[s.tau] = tau
    point[s.L] = path * uniform(3, 30)
    point[s.omega] = uniform("0.05", "0.5") / tau
    point[s.B] = hbar / (point[s.e] * path**2) * uniform("0.001", "0.1")
    point[s.T] = point[s.T_0] * uniform("0.3", "0.9")
    point |= {
        s.tau_tr: tau * uniform("0.6", "1.4"),
        s.w_1: uniform("-0.9", "0.9"),
        s.w_2: uniform("-0.9", "0.9"),
    }
    point[LAST_N] = digits.number(3 + 2 * index)
    point[s.d] = uniform("1.2", "1.8") if index % 2 else uniform("2.2", "2.8")
    return point


def toward_the_limit(point: Point, small: Any, known: Set[sp.Symbol]) -> Point:
    """Make tau/tau_phi smaller by a factor, together with all that ends interference in a formula.

    What the formula does not know, a size of the sample say, stays where it is.
    """
    return {
        symbol: value * small ** float(_INFRARED[symbol])
        if symbol in known and symbol in _INFRARED
        else value
        for symbol, value in point.items()
    }


def with_other_temperature(point: Point) -> Point:
    """Change what temperature is and does, and leave all else as it is."""
    return point | {s.T: point[s.T] / 2, s.T_0: point[s.T_0] * 3, s.p: point[s.p] + 1}


def with_one_other(point: Point, known: Set[sp.Symbol]) -> Iterator[Point]:
    """Change what ends interference in a formula one by one: tau_phi, a field, a frequency, ..."""
    yield from (point | {symbol: 2 * point[symbol]} for symbol in _INFRARED if symbol in known)


def in_other_units(point: Point, factors: tuple[Any, ...]) -> Point:
    """Measure in other units of mass, length, time, current and temperature."""
    return {symbol: value * _unit(symbol, point, factors) for symbol, value in point.items()}


def _unit(symbol: sp.Symbol, point: Point, factors: tuple[Any, ...]) -> Any:
    unit = 1
    if symbol == LAST_N:
        return unit
    for factor, exponent in zip(factors, s.dimension(symbol).exponents, strict=True):
        power = exponent.xreplace({s.d: sp.S.Zero})
        slope = exponent.coeff(s.d)
        unit = unit * factor ** (int(power) + int(slope) * point[s.d])
    return unit
