"""The Feynman diagram as an immutable value: vertices, lines, and equality up to relabelling."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import networkx as nx

from cooperon.diagrams.errors import DiagramError

__all__ = ["BLOCKS", "ELECTRONS", "EXTERNAL", "Diagram", "Line", "LineKind", "VertexKind"]


class VertexKind(StrEnum):
    """What happens at a vertex."""

    CURRENT = "current"
    DENSITY = "density"
    SPIN = "spin"
    IMPURITY = "impurity"
    INTERACTION = "interaction"


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
_CARRIER = {
    VertexKind.IMPURITY: frozenset({LineKind.IMPURITY}) | BLOCKS,
    VertexKind.INTERACTION: frozenset({LineKind.INTERACTION}),
}


@dataclass(frozen=True, order=True)
class Line:
    """A line of a diagram, from vertex ``start`` to vertex ``end``.

    Electron lines point along the arrow of the electron. A Cooperon points from the end where both
    electrons come in to the end where both go out. The direction of the others means nothing.
    """

    kind: LineKind
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Diagram:
    """A diagram: the kinds of its vertices 0, 1, 2, ... and the lines between them.

    Every vertex has exactly two electron ends. At an external, an impurity or an interaction vertex
    one comes in and one goes out. A ``diffuson`` or ``cooperon`` line stands for the sum of an
    infinite family; its two ends are impurity vertices where a retarded and an advanced line meet
    (diffuson: one in, one out; Cooperon: both in at its start, both out at its end).

    Two diagrams that a relabelling of the vertices carries into each other are equal and have the
    same hash.

    Parameters
    ----------
    kinds : tuple of VertexKind
        The kind of each vertex.
    lines : tuple of Line
        The lines.

    Raises
    ------
    DiagramError
        When the lines do not make a diagram; the message names the vertex.

    Examples
    --------
    >>> bubble = Diagram.build(
    ...     ["current", "current"], [("retarded", 0, 1), ("advanced", 1, 0)]
    ... )
    >>> bubble
    Diagram(2 current, 1 retarded, 1 advanced)
    >>> bubble == Diagram.build(["current", "current"], [("advanced", 0, 1), ("retarded", 1, 0)])
    True
    """

    kinds: tuple[VertexKind, ...]
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        _validate(self)

    @classmethod
    def build(cls, kinds: Iterable[str], lines: Iterable[tuple[str, int, int]]) -> Diagram:
        """Make a diagram from plain names and numbers.

        Raises
        ------
        DiagramError
            When a kind is unknown or the lines do not make a diagram.
        """
        return cls(
            tuple(_kind(VertexKind, kind) for kind in kinds),
            tuple(Line(_kind(LineKind, kind), start, end) for kind, start, end in lines),
        )

    @classmethod
    def from_graph(cls, graph: nx.MultiDiGraph) -> Diagram:
        """Make a diagram from a graph whose nodes and edges carry the attribute ``kind``.

        Raises
        ------
        DiagramError
            When a ``kind`` is missing or unknown, or the lines do not make a diagram.

        Examples
        --------
        >>> graph = nx.MultiDiGraph()
        >>> graph.add_node("left", kind="current")
        >>> graph.add_node("right", kind="current")
        >>> _ = graph.add_edge("left", "right", kind="retarded")
        >>> _ = graph.add_edge("right", "left", kind="advanced")
        >>> Diagram.from_graph(graph)
        Diagram(2 current, 1 retarded, 1 advanced)
        """
        number = {node: i for i, node in enumerate(graph)}
        return cls.build(
            [str(kind) for _, kind in graph.nodes(data="kind")],
            [(str(kind), number[a], number[b]) for a, b, kind in graph.edges(data="kind")],
        )

    @cached_property
    def graph(self) -> nx.MultiDiGraph:
        """The same diagram as a frozen ``networkx.MultiDiGraph`` with attribute ``kind``."""
        graph = nx.MultiDiGraph()
        graph.add_nodes_from((i, {"kind": str(kind)}) for i, kind in enumerate(self.kinds))
        graph.add_edges_from((line.start, line.end, {"kind": str(line.kind)}) for line in self.lines)
        return nx.freeze(graph)

    def lines_of(self, *kinds: str) -> tuple[Line, ...]:
        """Return the lines of the given kinds."""
        return tuple(line for line in self.lines if line.kind in kinds)

    def vertices_of(self, *kinds: str) -> tuple[int, ...]:
        """Return the vertices of the given kinds."""
        return tuple(i for i, kind in enumerate(self.kinds) if kind in kinds)

    @property
    def blocks(self) -> tuple[Line, ...]:
        """The resummed blocks: diffuson and cooperon lines."""
        return self.lines_of(*BLOCKS)

    @property
    def order(self) -> int:
        """Number of impurity lines outside the blocks."""
        return len(self.lines_of(LineKind.IMPURITY))

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Canonical form: equal exactly when two diagrams differ by a relabelling only."""
        ports = _ports(self)
        parts = [min(_walk(self.kinds, ports, start) for start in part) for part in _parts(ports)]
        return tuple(sorted(parts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Diagram) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        vertices = Counter(str(kind) for kind in self.kinds if kind in EXTERNAL)
        lines = Counter(str(line.kind) for line in self.lines)
        counts = [f"{number} {kind}" for table in (vertices, lines) for kind, number in table.items()]
        return f"Diagram({', '.join(counts)})"

    def _repr_svg_(self) -> str:
        from cooperon.diagrams.drawing import svg

        return svg(self)


_Port = tuple[str, str]
_Ports = list[dict[_Port, tuple[int, _Port]]]


def _kind(table: type[VertexKind] | type[LineKind], name: str) -> VertexKind | LineKind:  # type: ignore[misc]
    try:
        return table(name)
    except ValueError:
        raise DiagramError(f"the kind {name!r}", expected="one of " + ", ".join(table)) from None


def _port_names(line: Line) -> tuple[_Port, _Port]:
    if line.kind in _UNDIRECTED:
        return (line.kind, ""), (line.kind, "")
    return (line.kind, "out"), (line.kind, "in")


def _ports(diagram: Diagram) -> _Ports:
    """Every vertex's line ends, by kind and direction: at a valid vertex no two are alike."""
    ports: _Ports = [{} for _ in diagram.kinds]
    for line in diagram.lines:
        leaving, arriving = _port_names(line)
        ports[line.start][leaving] = (line.end, arriving)
        ports[line.end][arriving] = (line.start, leaving)
    return ports


def _parts(ports: _Ports) -> list[set[int]]:
    graph = nx.Graph()
    graph.add_nodes_from(range(len(ports)))
    graph.add_edges_from((a, b) for a, ends in enumerate(ports) for b, _ in ends.values())
    return list(nx.connected_components(graph))


def _walk(kinds: tuple[VertexKind, ...], ports: _Ports, start: int) -> tuple[object, ...]:
    """Write down what a walk from ``start`` meets, vertices numbered as they are met."""
    number = {start: 0}
    queue, written = deque([start]), []
    while queue:
        vertex = queue.popleft()
        ends = []
        for port, (neighbour, _) in sorted(ports[vertex].items()):
            if neighbour not in number:
                number[neighbour] = len(number)
                queue.append(neighbour)
            ends.append((*port, number[neighbour]))
        written.append((str(kinds[vertex]), tuple(ends)))
    return tuple(written)


def _validate(diagram: Diagram) -> None:
    vertices = range(len(diagram.kinds))
    ends: list[list[_Port]] = [[] for _ in vertices]
    for line in diagram.lines:
        for vertex in (line.start, line.end):
            if vertex not in vertices:
                raise DiagramError(f"{line}", expected=f"vertices numbered 0 to {len(vertices) - 1}")
        leaving, arriving = _port_names(line)
        ends[line.start].append(leaving)
        ends[line.end].append(arriving)
    for vertex in vertices:
        _validate_vertex(vertex, diagram.kinds[vertex], ends[vertex])


def _validate_vertex(vertex: int, kind: VertexKind, ends: list[_Port]) -> None:
    electrons = sorted(port for port in ends if port[0] in ELECTRONS)
    carried = [port for port in ends if port[0] not in ELECTRONS]
    found = ", ".join(" ".join(port).strip() for port in electrons + carried) or "nothing"
    where = f"{kind} vertex {vertex} with the line ends: {found}"
    if kind in EXTERNAL:
        if carried:
            raise DiagramError(where, expected="electron lines only at an external vertex")
    elif len(carried) != 1 or carried[0][0] not in _CARRIER[kind]:
        allowed = " or ".join(sorted(_CARRIER[kind]))
        raise DiagramError(where, expected=f"exactly one end of one {allowed} line")
    expected = _expected_directions(carried)
    if sorted(direction for _, direction in electrons) != expected:
        raise DiagramError(where, expected=f"electron lines going {' and '.join(expected)}")
    met = {name for name, _ in electrons}
    if kind is VertexKind.IMPURITY and len(met) != (2 if carried[0][0] in BLOCKS else 1):
        raise DiagramError(
            where,
            expected="one retarded and one advanced line at the end of a block, "
            "two of the same kind at a single impurity",
        )


def _expected_directions(carried: list[_Port]) -> list[str]:
    if carried and carried[0][0] == LineKind.COOPERON:
        return ["in", "in"] if carried[0][1] == "out" else ["out", "out"]
    return ["in", "out"]
