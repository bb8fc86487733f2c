"""Limits of a formula in one parameter at a time, followed in numbers: which an expression has right.

A parameter is followed over twenty decades from random points, all others held. No closed form is needed,
and no limit is trusted that is not steady.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.digits import Digits, UndecidedError
from cooperon.symbolic.points import Point, random_points
from cooperon.symbolic.recognition import factor_form

__all__ = ["ENDS", "End", "Seen", "followed", "is_leading"]

_DIGITS = 140
_POINTS = 2
_DECADES = (12, 16, 20)
_STEADY = 1e-4
_EXACT = 1e-40
_NOTHING = 1e-5
_TRIAL = 7
_FEW = 50


@dataclass(frozen=True)
class End:
    """A limit: symbols that go to 0 or to infinity together.

    Attributes
    ----------
    name : str
        As it is said.
    symbols : tuple of Symbol
        What is followed.
    grows : bool
        To infinity, or to zero.
    small : str
        The small parameter.
    """

    name: str
    symbols: tuple[sp.Symbol, ...]
    grows: bool
    small: str


def _axes(name: str) -> tuple[sp.Symbol, ...]:
    return tuple(s.lookup(name + axis) for axis in ("", "_x", "_y", "_z"))


ENDS: tuple[End, ...] = (
    End("B -> 0", (s.B,), False, "B/B_phi"),
    End("B -> oo", (s.B,), True, "B_phi/B"),
    End("L -> 0", (s.L,), False, "L/L_phi"),
    End("L -> oo", (s.L,), True, "L_phi/L"),
    End("tau_so -> 0", _axes("tau_so"), False, "tau_so/tau_phi"),
    End("tau_so -> oo", _axes("tau_so"), True, "tau_phi/tau_so"),
    End("tau_s -> 0", _axes("tau_s"), False, "tau_s/tau_phi"),
    End("tau_s -> oo", _axes("tau_s"), True, "tau_phi/tau_s"),
    End("omega -> 0", (s.omega,), False, "omega tau_phi"),
    End("omega -> oo", (s.omega,), True, "1/(omega tau_phi)"),
    End("thickness -> 0", (s.thickness,), False, "thickness/L_phi"),
    End("thickness -> oo", (s.thickness,), True, "L_phi/thickness"),
    End("width -> 0", (s.width,), False, "width/L_phi"),
    End("width -> oo", (s.width,), True, "L_phi/width"),
    End("q -> 0", (s.q,), False, "q L_phi"),
    End("t -> oo", (s.t,), True, "tau_phi/t"),
    End("t -> 0", (s.t,), False, "t/tau_phi"),
    End("tau_phi -> oo", (s.tau_phi, s.tau_phi_0), True, "1/tau_phi"),
)
"""The limits that are looked at, where a formula knows the parameter."""


@dataclass(frozen=True)
class Seen:
    """What a hand's expression and a formula do in a limit.

    Attributes
    ----------
    end : End
        Which limit.
    agrees : bool
        Whether the two become equal.
    told : str
        What they do, in words.
    """

    end: End
    agrees: bool
    told: str

    def __str__(self) -> str:
        return f"for {self.end.name} {self.told}"


def followed(
    hand: sp.Expr, formula: sp.Expr, values: Mapping[sp.Symbol, sp.Expr], unit: sp.Expr, name: str
) -> Iterator[Seen]:
    """Follow an expression and a formula, both in base symbols, into every limit that the formula knows.

    Parameters
    ----------
    hand, formula : sympy.Expr
        The two.
    values : mapping of Symbol to Expr
        Numbers that tau or tau_phi are held at.
    unit : sympy.Expr
        What values are given in, in base symbols.
    name : str
        The unit, in words.

    Yields
    ------
    Seen
        For each limit that is steady.
    """
    for end in ENDS:
        if formula.has(*end.symbols) and not any(symbol in values for symbol in end.symbols):
            try:
                found = _seen(_Track(end, values), hand, formula, unit, name)
            except UndecidedError:
                continue
            if found is not None:
                yield found


def is_leading(hand: sp.Expr, formula: sp.Expr, end: End, values: Mapping[sp.Symbol, sp.Expr]) -> bool:
    """Whether an expression is the formula's leading term in a limit: one power or a logarithm, and no more.

    Examples
    --------
    >>> (end,) = (one for one in ENDS if one.name == "B -> 0")
    >>> is_leading(s.B**2, s.B**2 / (1 + s.B**4), end, {})
    True
    >>> is_leading(s.B**2 / (1 + s.B), s.B**2 / (1 + s.B**4), end, {})
    False
    """
    if not hand.has(*end.symbols) or any(symbol in values for symbol in end.symbols):
        return False
    track = _Track(end, values)
    try:
        return track.is_plain(hand) and track.meet(hand, formula)
    except UndecidedError:
        return False


class _Track:
    """Values of expressions along the way to a limit."""

    def __init__(self, end: End, values: Mapping[sp.Symbol, sp.Expr]) -> None:
        self.digits = Digits(_DIGITS)
        self.end = end
        self.points = random_points(_POINTS, self.digits, values)

    def at(self, point: Point, factor: Any) -> Point:
        """Move the followed symbols toward the limit by a factor."""
        scale = factor if self.end.grows else 1 / factor
        return {x: value * scale if x in self.end.symbols else value for x, value in point.items()}

    def values(self, expr: sp.Expr, point: Point) -> list[Any]:
        """Values along the way from a point."""
        ten = self.digits.number(10)
        return [self.digits.value(expr, self.at(point, ten**power)) for power in _DECADES]

    def is_plain(self, expr: sp.Expr) -> bool:
        """Whether an expression is one power of the followed symbols, not the zeroth, or their logarithm."""
        for point in self.points:
            first, second, third = (
                self.digits.value(expr, self.at(point, self.digits.number(_TRIAL) ** i)) for i in range(3)
            )
            power = abs(first * third - second**2) <= _EXACT * abs(second**2)
            logarithm = abs(first + third - 2 * second) <= _EXACT * abs(second - first)
            constant = abs(first - second) <= _EXACT * abs(first)
            if first == 0 or constant or not (power or logarithm):
                return False
        return True

    def meet(self, hand: sp.Expr, formula: sp.Expr) -> bool:
        """Whether the difference vanishes against the formula, as a power, from every point."""
        return all(
            _vanishing([abs(h - f) / abs(f) if f != 0 else None for h, f in zip(*pair, strict=True)])
            for pair in ((self.values(hand, point), self.values(formula, point)) for point in self.points)
        )


def _vanishing(sizes: list[Any]) -> bool:
    if None in sizes or sizes[-1] > _NOTHING:
        return False
    return bool(sizes[-1] <= _EXACT or sizes[-1] < sizes[0] / 10)


def _seen(track: _Track, hand: sp.Expr, formula: sp.Expr, unit: sp.Expr, name: str) -> Seen | None:
    found = []
    for point in track.points:
        measure = track.digits.value(unit, point)
        theirs, ours = ([value / measure for value in track.values(one, point)] for one in (hand, formula))
        found.append(_at_one_point(track, theirs, ours, name))
    agreeing = {one is not None and one.agrees for one in found}
    if None in found or len(agreeing) > 1:
        return None
    first, second = found
    same = first is None or second is None or first.told == second.told
    return first if same or first is None else replace(first, told=f"{first.told} (at one point)")


def _at_one_point(track: _Track, hand: list[Any], ours: list[Any], name: str) -> Seen | None:
    """Say what the two do on the way from one point: numbers, a ratio, or a distance that stays."""
    if all(ours) and _vanishing([abs(h - f) / abs(f) for h, f in zip(hand, ours, strict=True)]):
        return Seen(track.end, True, "the two become equal")
    if _settled(hand) and _settled(ours) and not (_dying(hand) and _dying(ours)):
        theirs, mine = (f"{_number(values[-1], track)} {name}".strip() for values in (hand, ours))
        return Seen(track.end, False, f"the expression tends to {theirs}, the formula to {mine}")
    ratios = [h / f for h, f in zip(hand, ours, strict=True)] if all(ours) else []
    if ratios and _settled(ratios):
        return Seen(track.end, False, f"the expression becomes {_ratio(ratios[-1], track)} times the formula")
    apart = [h - f for h, f in zip(hand, ours, strict=True)]
    if _settled(apart) and not _dying(apart):
        told = f"the expression stays {_small(apart[-1], track)} {name} off the formula"
        return Seen(track.end, False, told.replace("  ", " "))
    does, should = (_tends(values, name, track) for values in (hand, ours))
    if does is None or should is None:
        return None
    return Seen(track.end, False, f"the expression {does}, the formula {should}")


def _settled(values: list[Any]) -> bool:
    """Whether values have come to rest: next to nothing counts as 0."""
    before, last = values[-2:]
    return bool(abs(last - before) <= _STEADY * abs(last)) or _dying(values)


def _dying(values: list[Any]) -> bool:
    return bool(abs(values[-1]) < _NOTHING and abs(values[-1]) <= abs(values[-2]) / 2)


def _tends(values: list[Any], name: str, track: _Track) -> str | None:
    """Say what values do that do not come to rest beside each other: end, follow a power or a logarithm."""
    context = track.digits.context
    if _settled(values):
        return f"tends to {_number(values[-1], track)} {name}".rstrip()
    powers = [context.log10(abs(b) / abs(a)) / 4 for a, b in pairwise(values) if a and b]
    if len(powers) == 2 and abs(powers[1] - powers[0]) < _STEADY < abs(powers[1]):
        power = float(powers[1]) * (1 if track.end.grows else -1)
        return f"follows {track.end.symbols[0]}^{power:.3g}"
    rises = [b - a for a, b in pairwise(values)]
    if abs(rises[1] - rises[0]) <= _STEADY * abs(rises[1]):
        sign = 1 if track.end.grows else -1
        slope = _number(sign * rises[1] / (4 * context.ln(10)), track)
        return f"goes as {slope} {name} ln {track.end.symbols[0]}".replace("  ", " ")
    return None


def _ratio(value: Any, track: _Track) -> str:
    """Write a ratio; next to 1, by how much it is not."""
    off = value - 1
    if abs(off) > _STEADY:
        return _number(value, track)
    if track.digits.context.im(off):
        return f"1 + {_small(off, track)}"
    return f"1 {'-' if off < 0 else '+'} {_small(abs(off), track)}"


def _small(value: Any, track: _Track) -> str:
    return str(track.digits.context.nstr(value, 3)) if abs(value) < _NOTHING else _number(value, track)


def _number(value: Any, track: _Track) -> str:
    context = track.digits.context
    if abs(value) < _NOTHING:
        return "0"
    if abs(context.im(value)) > _STEADY * abs(value):
        return str(context.nstr(value, 6))
    closed = factor_form(context.re(value), track.digits, tolerance=1e-9, largest=_FEW)
    short = str(context.nstr(context.re(value), 6))
    return f"{closed} = {short}" if closed is not None and not closed.is_Integer else str(closed or short)
