"""Dressing the polygons of a resummed diagram: the rest of each Hikami box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from cooperon.diagrams.boxes import Chord, dressings
from cooperon.diagrams.diagram import ELECTRONS, Diagram, Line, LineKind, VertexKind, require_diagram
from cooperon.diagrams.polygons import Polygon, Side, polygons

__all__ = ["dress", "undress"]


def dress(diagram: Diagram) -> tuple[Diagram, ...]:
    """Draw impurity lines between the lines of one kind of every polygon, in all ways that count.

    A Hikami box is the set of these diagrams: the bare polygon and its dressings. An impurity line
    joins two retarded or two advanced sides of a polygon. It counts when the lines drawn do not cross
    each other (a crossing costs a power of 1/(k_F l)) and when every face that they cut out still
    has both retarded and advanced lines: a face with one kind only has its poles on one side and
    vanishes. Rungs of a block (between a retarded and an advanced line) belong to the block.

    Parameters
    ----------
    diagram : Diagram
        A resummed diagram (see :func:`~cooperon.diagrams.resum`).

    Returns
    -------
    tuple of Diagram
        The diagram itself first, then its dressings. A diagram that has impurity lines already is
        one of such a set and comes back alone.

    Examples
    --------
    >>> from cooperon.diagrams import chord_diagram, resum
    >>> crossed = resum(chord_diagram(2, 2, ((0, 2), (1, 3))))
    >>> [dressed.order for dressed in dress(crossed)]
    [0, 1, 1]
    """
    require_diagram(diagram)
    dressed: tuple[Diagram, ...] = (diagram,)
    if diagram.order:
        return dressed
    for index in range(len(polygons(diagram))):
        dressed = tuple(new for old in dressed for new in _dress_polygon(old, index))
    return dressed


def _dress_polygon(diagram: Diagram, index: int) -> Iterator[Diagram]:
    polygon = polygons(diagram)[index]
    yield diagram
    for chosen in dressings([side.line.kind for side in polygon.sides])[1:]:
        yield _insert(diagram, polygon, chosen)


def _insert(diagram: Diagram, polygon: Polygon, chosen: Sequence[Chord]) -> Diagram:
    """Attach an impurity line to the middle of each chosen pair of sides."""
    size = len(polygon.sides)
    first = len(diagram.kinds)
    ends = [(i, j, first + 2 * c) for c, (i, j) in enumerate(chosen)]
    on_side: dict[int, list[tuple[int, int]]] = {}
    for i, j, vertex in ends:
        # the nearer the partner on the walk, the later on the side: no two lines cross
        on_side.setdefault(i, []).append(((i - j) % size, vertex))
        on_side.setdefault(j, []).append(((j - i) % size, vertex + 1))
    split = {
        polygon.sides[i].line: _split(polygon.sides[i], [v for _, v in sorted(places)])
        for i, places in on_side.items()
    }
    lines = [piece for line in diagram.lines for piece in split.get(line, (line,))]
    lines += [Line(LineKind.IMPURITY, vertex, vertex + 1) for _, _, vertex in ends]
    return Diagram(diagram.kinds + (VertexKind.IMPURITY,) * (2 * len(chosen)), tuple(lines))


def _split(side: Side, vertices: list[int]) -> tuple[Line, ...]:
    line = side.line
    stops = [line.start, *vertices[:: side.sign], line.end]
    return tuple(Line(line.kind, a, b) for a, b in pairwise(stops))


def undress(diagram: Diagram) -> Diagram:
    """Take the impurity lines out and join what they cut: the bare diagram of the same set.

    Parameters
    ----------
    diagram : Diagram
        A resummed one, with impurity lines beside its blocks.

    Examples
    --------
    >>> from cooperon.diagrams import chord_diagram, resum
    >>> bare, *dressed = dress(resum(chord_diagram(2, 2, ((0, 2), (1, 3)))))
    >>> all(undress(each) == bare for each in dressed)
    True
    """
    require_diagram(diagram)
    gone = {v for line in diagram.lines_of(LineKind.IMPURITY) for v in (line.start, line.end)}
    onward = {line.start: line.end for line in diagram.lines_of(*ELECTRONS) if line.start in gone}
    number = {v: i for i, v in enumerate(v for v in range(len(diagram.kinds)) if v not in gone)}
    lines = []
    for line in diagram.lines:
        if line.start in gone:
            continue
        end = line.end
        while end in gone:
            end = onward[end]
        lines.append(Line(line.kind, number[line.start], number[end]))
    return Diagram(tuple(diagram.kinds[v] for v in number), tuple(lines))
