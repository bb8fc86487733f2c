"""Ladders at the current vertices: what anisotropic scattering makes of a vertex."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from cooperon.diagrams.diagram import (
    ELECTRONS,
    EXTERNAL,
    Diagram,
    Line,
    LineKind,
    VertexKind,
    require_diagram,
)
from cooperon.diagrams.polygons import Polygon, polygons

__all__ = ["attach_ladders"]


def attach_ladders(diagram: Diagram) -> tuple[Diagram, ...]:
    """Attach a ladder to the current vertices of a diagram, in all ways.

    A ladder at a vertex stands between the vertex and all that comes after it: one retarded and one
    advanced line lead from the vertex to its near end, and from its far end on. A vertex that has its
    ladder gets no second one. In a bubble of two lines the ladder at one vertex is the ladder at the
    other, and attached once.

    Parameters
    ----------
    diagram : Diagram
        A resummed diagram (see :func:`~cooperon.diagrams.resum`).

    Returns
    -------
    tuple of Diagram
        The diagram itself first, then with a ladder at one vertex, at two, and so on.

    Examples
    --------
    >>> from cooperon.diagrams import bubble, chord_diagram, resum
    >>> attach_ladders(bubble())[1] == resum(chord_diagram(1, 1, ((0, 1),)))
    True
    >>> crossed = resum(chord_diagram(2, 2, ((0, 2), (1, 3))))
    >>> [len(new.blocks) for new in attach_ladders(crossed)]
    [1, 2, 2, 3]
    """
    require_diagram(diagram)
    free = [vertex for polygon in polygons(diagram) for vertex in _without_ladder(diagram, polygon)]
    chosen = (some for number in range(len(free) + 1) for some in combinations(free, number))
    return tuple(_attach(diagram, some) for some in chosen)


def _without_ladder(diagram: Diagram, polygon: Polygon) -> tuple[int, ...]:
    """Find the current vertices of a polygon, between lines of both kinds, that can have a ladder."""
    corners, sides = polygon.corners, polygon.sides
    found = tuple(
        vertex
        for i, vertex in enumerate(corners)
        if diagram.kinds[vertex] is VertexKind.CURRENT
        and {sides[i - 1].line.kind, sides[i].line.kind} == ELECTRONS
    )
    if len(corners) > 2:
        return found
    alone = all(diagram.kinds[vertex] in EXTERNAL for vertex in corners)
    return found[:1] if alone else ()


def _attach(diagram: Diagram, vertices: tuple[int, ...]) -> Diagram:
    for vertex in vertices:
        near = len(diagram.kinds)
        far = near + 1
        moved = [_moved(line, vertex, far) if line.kind in ELECTRONS else line for line in diagram.lines]
        (leaving,) = (line.kind for line in diagram.lines if line.start == vertex)
        (arriving,) = (line.kind for line in diagram.lines if line.end == vertex)
        lines = [
            *moved,
            Line(leaving, vertex, near),
            Line(arriving, near, vertex),
            Line(LineKind.DIFFUSON, near, far),
        ]
        diagram = Diagram((*diagram.kinds, VertexKind.IMPURITY, VertexKind.IMPURITY), tuple(lines))
    return diagram


def _moved(line: Line, old: int, new: int) -> Line:
    """Let a line begin or end at another vertex."""
    start, end = (new if vertex == old else vertex for vertex in (line.start, line.end))
    return replace(line, start=start, end=end)
