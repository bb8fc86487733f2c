"""What makes a diagram of vertices and lines; everything else is refused, and the vertex or line is named."""

from __future__ import annotations

from collections.abc import Sequence

from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.kinds import (
    BLOCKS,
    CARRIER,
    ELECTRONS,
    EXTERNAL,
    Line,
    LineKind,
    Port,
    VertexKind,
    ports,
)

__all__ = ["validate"]

_AT_IMPURITY = (
    "one retarded and one advanced line at the end of a block, two of the same kind at a single impurity"
)


def validate(kinds: tuple[VertexKind, ...], lines: tuple[Line, ...]) -> None:
    """Check the vertices and lines of a diagram.

    Raises
    ------
    DiagramError
        When they do not make a diagram (see :class:`~cooperon.diagrams.Diagram`).

    Examples
    --------
    >>> current = VertexKind.CURRENT
    >>> validate((current, current), (Line(LineKind.RETARDED, 0, 1), Line(LineKind.ADVANCED, 1, 0)))
    """
    if kinds == ():
        raise DiagramError("no vertices", expected="a diagram", hint="cooperon.diagrams.bubble()")
    _require_tuple(kinds, VertexKind)
    _require_tuple(lines, Line)
    ends: list[list[Port]] = [[] for _ in kinds]
    for line in lines:
        _validate_line(line, len(kinds))
        for vertex, port in zip((line.start, line.end), ports(line), strict=True):
            ends[vertex].append(port)
    for vertex, kind in enumerate(kinds):
        _validate_vertex(vertex, kind, ends[vertex])
    for line in lines:
        if line.kind is LineKind.DIFFUSON:
            _validate_diffuson(line, ends)


def _require_tuple(values: object, kind: type) -> None:
    if not isinstance(values, tuple) or not all(isinstance(value, kind) for value in values):
        raise DiagramError(
            f"{values!r}",
            expected=f"a tuple of {kind.__name__}",
            hint="cooperon.diagrams.Diagram.build takes plain names and numbers",
        )


def _validate_line(line: Line, vertices: int) -> None:
    if not isinstance(line.kind, LineKind):
        raise DiagramError(f"{line}", expected="a LineKind: " + ", ".join(LineKind))
    for vertex in (line.start, line.end):
        if type(vertex) is not int or not 0 <= vertex < vertices:
            raise DiagramError(f"{line}", expected=f"vertices numbered 0 to {vertices - 1}")
    if line.start == line.end:
        raise DiagramError(f"{line}", expected="a line between two different vertices")


def _validate_vertex(vertex: int, kind: VertexKind, ends: Sequence[Port]) -> None:
    expected = _expected(kind, ends)
    if expected:
        found = ", ".join(" ".join(port).strip() for port in sorted(ends)) or "nothing"
        raise DiagramError(f"{kind} vertex {vertex} with the line ends: {found}", expected=expected)


def _expected(kind: VertexKind, ends: Sequence[Port]) -> str:
    """Say what a vertex should have and has not; nothing where all is well."""
    carried = [port for port in ends if port[0] not in ELECTRONS]
    if kind is VertexKind.END:
        return "" if len(ends) == 1 and not carried else "one electron line that begins or ends here"
    if kind in EXTERNAL and carried:
        return "electron lines only at an external vertex"
    if kind not in EXTERNAL and (len(carried) != 1 or carried[0][0] not in CARRIER[kind]):
        return f"exactly one end of one {' or '.join(sorted(CARRIER[kind]))} line"
    directions = _directions(carried)
    if sorted(direction for name, direction in ends if name in ELECTRONS) != directions:
        return f"electron lines going {' and '.join(directions)}"
    met = {name for name, _ in ends if name in ELECTRONS}
    if kind is VertexKind.IMPURITY and len(met) != (2 if carried[0][0] in BLOCKS else 1):
        return _AT_IMPURITY
    return ""


def _directions(carried: Sequence[Port]) -> list[str]:
    """List the directions that the two electron lines of a vertex have, by what else it carries."""
    if carried and carried[0][0] == LineKind.COOPERON:
        return ["in", "in"] if carried[0][1] == "out" else ["out", "out"]
    return ["in", "out"]


def _validate_diffuson(line: Line, ends: Sequence[Sequence[Port]]) -> None:
    arriving = [(LineKind.RETARDED, "in") in ends[vertex] for vertex in (line.start, line.end)]
    if arriving[0] is arriving[1]:
        raise DiagramError(
            f"{line} with the retarded line going {'in' if arriving[0] else 'out'} at both ends",
            expected="each electron comes in at one end and goes out at the other",
        )
