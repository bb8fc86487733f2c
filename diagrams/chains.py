"""The electron lines of a diagram alone: closed rings, and open chains of single Green's functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from cooperon.diagrams.diagram import ELECTRONS, Diagram, Line, VertexKind

__all__ = ["Chain", "Side", "chains"]

_Ends = list[list[tuple[int, Line]]]


@dataclass(frozen=True)
class Side:
    """An electron line as a side of a polygon.

    ``sign`` is +1 where the polygon is walked along the arrow of the line and -1 where against it.
    ``vertex`` is the corner at which the side begins on this walk.
    """

    line: Line
    sign: int
    vertex: int


@dataclass(frozen=True)
class Chain:
    """A walk along electron lines: ``sides[i]`` leads from corner i to corner i + 1.

    Attributes
    ----------
    sides : tuple of Side
        The electron lines.
    last : int or None
        The vertex at which an open chain ends; None where the walk closes.
    """

    sides: tuple[Side, ...]
    last: int | None = None

    @cached_property
    def corners(self) -> tuple[int, ...]:
        """The vertices in the order of the walk, each once."""
        return tuple(side.vertex for side in self.sides) + (() if self.last is None else (self.last,))


def chains(diagram: Diagram) -> tuple[Chain, ...]:
    """Walk along all electron lines, through the ends of blocks from one kind of line to the other.

    Open chains come first, from an end that an electron leaves where there is one.

    Examples
    --------
    >>> from cooperon.diagrams import enumerate
    >>> [chain.corners for diagram in enumerate(1, of="line") for chain in chains(diagram)]
    [(0, 1, 2, 3)]
    """
    at: _Ends = [[] for _ in diagram.kinds]
    for line in diagram.lines_of(*ELECTRONS):
        at[line.start].append((1, line))
        at[line.end].append((-1, line))
    open_ends = sorted(diagram.vertices_of(VertexKind.END), key=lambda vertex: -at[vertex][0][0])
    found, seen = [], set[int]()
    for vertex in (*open_ends, *range(len(at))):
        if vertex not in seen:
            sides = tuple(_walk(at, vertex))
            far = sides[-1].line.start + sides[-1].line.end - sides[-1].vertex
            found.append(Chain(sides, None if far == vertex else far))
            seen.update(found[-1].corners)
    return tuple(found)


def _walk(at: _Ends, start: int) -> Iterator[Side]:
    vertex, (sign, line) = start, max(at[start])
    while True:
        yield Side(line, sign, vertex)
        vertex = line.end if sign == 1 else line.start
        onward = [end for end in at[vertex] if end[1] is not line]
        if vertex == start or not onward:
            return
        sign, line = onward[0]
