"""Cutting a diagram at its blocks: polygons of electron lines, their chords and their faces.

Every vertex has two electron ends, so the electron lines alone form closed polygons. An impurity
line is a chord of a polygon. Chords that do not cross divide a polygon into faces; the scatterers
have no range, so every face has a fast momentum of its own and the integrals factorise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import networkx as nx

from cooperon.diagrams.chains import Side, chains
from cooperon.diagrams.diagram import ELECTRONS, Diagram, Line, LineKind, VertexKind, require_diagram
from cooperon.diagrams.errors import DiagramError

__all__ = [
    "Polygon",
    "Side",
    "bridges",
    "chords",
    "crossings",
    "electron_loops",
    "faces",
    "polygons",
    "slow_loops",
]


@dataclass(frozen=True)
class Polygon:
    """A closed walk along electron lines: ``sides[i]`` leads from corner i to corner i + 1."""

    sides: tuple[Side, ...]

    @property
    def corners(self) -> tuple[int, ...]:
        """The vertices in the order of the walk."""
        return tuple(side.vertex for side in self.sides)


def polygons(diagram: Diagram) -> tuple[Polygon, ...]:
    """Cut a diagram at its blocks into polygons of electron lines.

    The walk starts at the lowest vertex that is left and along the arrow of the line going out.

    Parameters
    ----------
    diagram : Diagram
        A resummed one.

    Raises
    ------
    DiagramError
        When an electron line has an open end.

    Examples
    --------
    >>> from cooperon.diagrams.enumeration import bubble
    >>> [polygon.corners for polygon in polygons(bubble())]
    [(0, 1)]
    """
    require_diagram(diagram)
    if diagram.vertices_of(VertexKind.END):
        raise DiagramError(repr(diagram), expected="electron lines that close", hint="a bubble")
    return tuple(Polygon(chain.sides) for chain in chains(diagram))


def chords(diagram: Diagram, polygon: Polygon) -> tuple[tuple[int, int], ...]:
    """Impurity lines with both ends on a polygon, as pairs of positions on its walk."""
    position = {vertex: i for i, vertex in enumerate(polygon.corners)}
    pairs = (
        sorted((position[line.start], position[line.end]))
        for line in diagram.lines_of(LineKind.IMPURITY)
        if line.start in position and line.end in position
    )
    return tuple((a, b) for a, b in sorted(pairs))


def crossings(diagram: Diagram) -> int:
    """Count the pairs of impurity lines that cross.

    Two chords of a polygon cross when their ends alternate around it; a line that joins two
    polygons counts as crossing the block between them.

    Examples
    --------
    >>> from cooperon.diagrams.enumeration import chord_diagram
    >>> crossings(chord_diagram(2, 2, ((0, 2), (1, 3))))
    1
    """
    found = [chords(diagram, polygon) for polygon in polygons(diagram)]
    astray = diagram.order - sum(map(len, found))
    return astray + sum(1 for pairs in found for (a, b), (c, e) in combinations(pairs, 2) if a < c < b < e)


def faces(polygon: Polygon, pairs: Sequence[tuple[int, int]]) -> tuple[tuple[Side, ...], ...]:
    """Divide a polygon along chords that do not cross into its faces.

    Parameters
    ----------
    polygon : Polygon
        The polygon.
    pairs : sequence of pairs of int
        Chords, as positions on the walk (see :func:`chords`); no two may cross.

    Returns
    -------
    tuple of tuple of Side
        The electron lines around each face; one face more than there are chords.
    """
    across = {a: b for pair in pairs for a, b in (pair, pair[::-1])}
    left = set(range(len(polygon.sides)))
    return tuple(
        tuple(polygon.sides[i] for i in _around(across, len(polygon.sides), min(left), left))
        for _ in range(len(pairs) + 1)
    )


def _around(across: dict[int, int], size: int, start: int, left: set[int]) -> Iterator[int]:
    side = start
    while side in left:
        left.remove(side)
        yield side
        corner = (side + 1) % size
        side = across.get(corner, corner)


def slow_loops(diagram: Diagram) -> int:
    """Count the independent slow momenta: those of the blocks, less what conservation fixes.

    With the polygons as nodes and the blocks as edges it is the cyclomatic number: the number of
    blocks that join what other blocks have joined already.

    Parameters
    ----------
    diagram : Diagram
        A resummed one.

    Examples
    --------
    >>> from cooperon.diagrams.enumeration import bubble
    >>> slow_loops(bubble())
    0
    """
    return _join(_parts(diagram), diagram.blocks)[1]


def bridges(diagram: Diagram) -> int:
    """Count the impurity lines that hold polygons together which nothing else joins.

    Such a line is drawn from one polygon to another without crossing anything, and restricts nothing.

    Examples
    --------
    >>> from cooperon.diagrams.contraction import Contraction
    >>> bridges(Contraction("pair", "RARA", (1, 0, 1, 0), ((0, 1),)).diagram)
    1
    """
    lines = diagram.lines_of(LineKind.IMPURITY)
    joined, _ = _join(_parts(diagram), diagram.blocks)
    return len(lines) - _join(joined, lines)[1]


def electron_loops(diagram: Diagram) -> int:
    """Count the closed electron lines: an electron that enters a block leaves it at the other end.

    Examples
    --------
    >>> from cooperon.diagrams import chord_diagram, resum
    >>> crossed = resum(chord_diagram(2, 2, ((0, 2), (1, 3))))
    >>> len(polygons(crossed)), electron_loops(crossed)
    (1, 1)
    """
    other_end = {a: b for line in diagram.blocks for a, b in permutations((line.start, line.end))}
    electrons = diagram.lines_of(*ELECTRONS)
    graph: nx.Graph[Line] = nx.Graph()
    for line in electrons:
        vertex = other_end.get(line.end, line.end)
        leaving = [other for other in electrons if other.start == vertex]
        graph.add_edge(line, next((other for other in leaving if other.kind is line.kind), leaving[0]))
    return int(nx.number_connected_components(graph))


def _parts(diagram: Diagram) -> dict[int, int]:
    """Tell for each vertex on which polygon it is."""
    return {vertex: i for i, polygon in enumerate(polygons(diagram)) for vertex in polygon.corners}


def _join(part: dict[int, int], lines: Sequence[Line]) -> tuple[dict[int, int], int]:
    """Join parts by lines; return what is left and how many lines joined what was joined already."""
    closing = 0
    for line in lines:
        kept, joined = part[line.start], part[line.end]
        closing += kept == joined
        part = {vertex: kept if home == joined else home for vertex, home in part.items()}
    return part, closing
