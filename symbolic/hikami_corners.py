"""What stands at the corners of a Hikami box, and what the arguments of one must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import comb, prod
from operator import mul
from types import MappingProxyType
from typing import Any

import sympy as sp

from cooperon.diagrams.boxes import count_dressings
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import count, expression
from cooperon.symbolic.scattering import Potential

__all__ = [
    "CORNERS",
    "Corner",
    "arrows",
    "require_corners",
    "require_direction",
    "require_frequencies",
    "require_harmonics",
    "require_lines",
    "require_size",
    "sign",
    "velocities",
]


@dataclass(frozen=True)
class Corner:
    """What a corner does to the electron: whether its arrow turns round, whether it is a velocity."""

    turns: bool
    velocity: bool = False


CORNERS = MappingProxyType(
    {
        "cooperon": Corner(turns=True),
        "diffuson": Corner(turns=False),
        "current": Corner(turns=False, velocity=True),
        "density": Corner(turns=False),
    }
)
"""What may stand at a corner. ``None`` is a block that nothing is said about, taken as a Cooperon."""

_MOST = 30_000_000  # members times terms times pairs of orders: half an hour or so
_MEMBER = 300  # what a member costs in any order, on the same scale
_LARGEST, _HIGHEST = 20, 2000  # too many lines in any order, too high an order for any box
_DIRECTIONS = ("average", "x")


def velocities(corners: Sequence[str | None]) -> int:
    """Count the current vertices.

    Examples
    --------
    >>> velocities((None, "current", None, "current"))
    2
    """
    return sum(_kind(corner).velocity for corner in corners)


def sign(corners: Sequence[str | None]) -> int:
    """Product of the signs of the velocities on the walk: the arrow turns round between some of them.

    Examples
    --------
    >>> sign((None, "current", None, "current")), sign(("diffuson", "current", "diffuson", "current"))
    (-1, 1)
    """
    signs = arrows(corners)
    return prod(sign for sign, corner in zip(signs, map(_kind, corners), strict=True) if corner.velocity)


def arrows(corners: Sequence[str | None]) -> tuple[int, ...]:
    """Sign of the momentum along the arrow at each corner, the walk beginning along the arrow.

    Examples
    --------
    >>> arrows((None, "current", None, "current"))
    (1, -1, -1, 1)
    """
    turns = (-1 if _kind(corner).turns else 1 for corner in corners[:-1])
    return tuple(accumulate(turns, mul, initial=1))


def _kind(corner: str | None) -> Corner:
    return CORNERS[corner or "cooperon"]


def require_lines(lines: Any) -> int:
    """Check the number of lines.

    Raises
    ------
    InputError
        When it is not 2, 4, 6, ...
    """
    number = count(lines, "lines", "lines=4")
    if number % 2 or not number:
        raise InputError(
            f"lines = {shortened(number)}",
            expected="an even number, 2 or more: retarded and advanced lines in turn",
            hint="lines=4",
        )
    return number


def require_size(lines: int, order: int) -> None:
    """Refuse a box that would take hours: by the members of the set and the terms of each polynomial.

    Raises
    ------
    InputError
        With the number of members and terms.

    Examples
    --------
    >>> require_size(8, 4)
    """
    sides, half = min(lines, _LARGEST), min(order, _HIGHEST) // 2
    members, terms = count_dressings(sides), comb(sides * (sides - 1) // 2 + half, half)
    if lines > _LARGEST or members * max(terms * (half + 1) ** 2, _MEMBER) > _MOST:
        more = "more than " if lines > _LARGEST else ""
        raise InputError(
            f"lines = {shortened(lines)}, order = {shortened(order)}",
            expected="a set that can be added up within an hour; "
            f"here it has {more}{members} members, of up to {terms:.2g} terms each",
            hint="fewer lines or a lower order",
        )


def require_corners(corners: Any, lines: int) -> tuple[str | None, ...]:
    """Check what stands at the corners; ``None`` gives every corner nothing.

    Raises
    ------
    InputError
        When there is not one for each line, one is unknown, or arrows do not close around velocities.
    """
    if corners is None:
        return (None,) * lines
    hint = f"corners={(None, 'current') * (lines // 2)}"
    if isinstance(corners, str) or not isinstance(corners, Sequence) or len(corners) != lines:
        raise InputError(f"corners = {corners!r}", expected=f"one for each of the {lines} corners", hint=hint)
    for corner in corners:
        if corner is not None and (not isinstance(corner, str) or corner not in CORNERS):
            raise InputError(f"the corner {corner!r}", expected="None or one of " + ", ".join(CORNERS))
    kinds = [_kind(corner) for corner in corners]
    if sum(kind.turns for kind in kinds) % 2 and any(kind.velocity for kind in kinds):
        raise InputError(
            f"corners = {tuple(corners)!r}",
            expected="an even number of corners at which the arrow turns round: Cooperons, and None",
            hint='"diffuson" for a block at which the arrow goes on',
        )
    return tuple(corners)


def require_direction(direction: Any, corners: Sequence[str | None]) -> None:
    """Check the direction of the currents.

    Raises
    ------
    InputError
        When it is unknown, or an odd number of currents is averaged over it.
    """
    if not isinstance(direction, str) or direction not in _DIRECTIONS:
        raise InputError(f"direction = {direction!r}", expected="one of " + ", ".join(_DIRECTIONS))
    number = velocities(corners)
    if number % 2 and direction == "average":
        raise InputError(
            f"an odd number of current vertices ({number}), averaged over the direction of the current",
            expected="an even number: the average of an odd number vanishes",
            hint='direction="x" for the component along x',
        )


def require_frequencies(frequencies: Any, lines: int) -> tuple[sp.Expr, ...]:
    """Check the frequencies of the lines; ``None`` is omega on every retarded line.

    Raises
    ------
    InputError
        When there is not one for each line.
    """
    if frequencies is None:
        return (s.omega, sp.S.Zero) * (lines // 2)
    if isinstance(frequencies, str) or not isinstance(frequencies, Sequence) or len(frequencies) != lines:
        raise InputError(
            f"frequencies = {frequencies!r}",
            expected=f"one for each of the {lines} lines",
            hint=f"frequencies={(s.omega, 0) * (lines // 2)}",
        )
    return tuple(expression(each, "a frequency", "cooperon.symbols.omega") for each in frequencies)


def require_harmonics(harmonics: Any, order: int) -> tuple[sp.Expr, ...]:
    """Check the harmonics w_1, w_2, ... of the scattering rate; they are for a box at rest.

    Raises
    ------
    InputError
        For what is no sequence of numbers between -1 and 1 or expressions, and for slow momenta beside
        harmonics.
    """
    if isinstance(harmonics, str) or not isinstance(harmonics, Sequence):
        raise InputError(f"harmonics = {harmonics!r}", expected="w_1, w_2, ...", hint="harmonics=(w_1,)")
    if harmonics and order:
        raise InputError(
            f"harmonics with order={order}",
            expected="order=0: with slow momenta scatterers have no range here",
            hint="order=0",
        )
    return tuple(Potential(harmonics=harmonics).harmonics)
