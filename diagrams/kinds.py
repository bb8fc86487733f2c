"""The vocabulary of diagrams: kinds of vertices and lines, and the ends that a line has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cooperon.diagrams.repl import PublicNames

__all__ = ["BLOCKS", "CARRIER", "ELECTRONS", "EXTERNAL", "Line", "LineKind", "Port", "VertexKind", "ports"]

Port = tuple[str, str]
"""The end of a line at a vertex: the line's kind, and "in", "out" or "" where direction means nothing."""


class VertexKind(StrEnum):
    """What happens at a vertex."""

    CURRENT = "current"
    DENSITY = "density"
    SPIN = "spin"
    IMPURITY = "impurity"
    INTERACTION = "interaction"
    END = "end"


class LineKind(StrEnum):
    """What propagates along a line."""

    RETARDED = "retarded"
    ADVANCED = "advanced"
    IMPURITY = "impurity"
    INTERACTION = "interaction"
    DIFFUSON = "diffuson"
    COOPERON = "cooperon"


EXTERNAL = frozenset({VertexKind.CURRENT, VertexKind.DENSITY, VertexKind.SPIN})
ELECTRONS = frozenset({LineKind.RETARDED, LineKind.ADVANCED})
BLOCKS = frozenset({LineKind.DIFFUSON, LineKind.COOPERON})
_UNDIRECTED = frozenset({LineKind.IMPURITY, LineKind.INTERACTION, LineKind.DIFFUSON})
CARRIER = {
    VertexKind.IMPURITY: frozenset({LineKind.IMPURITY}) | BLOCKS,
    VertexKind.INTERACTION: frozenset({LineKind.INTERACTION}),
}


@dataclass(frozen=True, order=True)
class Line(PublicNames):
    """A line of a diagram, from vertex ``start`` to vertex ``end``.

    Electron lines point along the arrow of the electron. A Cooperon points from the end where both
    electrons come in to the end where both go out. The direction of the others means nothing.
    """

    kind: LineKind
    start: int
    end: int


def ports(line: Line) -> tuple[Port, Port]:
    """Name the two ends of a line, at its start and at its end.

    Examples
    --------
    >>> [" ".join(port) for port in ports(Line(LineKind.RETARDED, 0, 1))]
    ['retarded out', 'retarded in']
    """
    if line.kind in _UNDIRECTED:
        return (line.kind, ""), (line.kind, "")
    return (line.kind, "out"), (line.kind, "in")
