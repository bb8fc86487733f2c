"""The Feynman diagram as an immutable value: vertices, lines, and equality up to relabelling."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import index
from typing import Any, TypeVar

import networkx as nx

from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.kinds import BLOCKS, ELECTRONS, EXTERNAL, Line, LineKind, Port, VertexKind, ports
from cooperon.diagrams.repl import PublicNames
from cooperon.diagrams.validation import validate

__all__ = ["BLOCKS", "ELECTRONS", "EXTERNAL", "Diagram", "Line", "LineKind", "VertexKind", "require_diagram"]


@dataclass(frozen=True, eq=False)
class Diagram(PublicNames):
    """A diagram: the kinds of its vertices 0, 1, 2, ... and the lines between them.

    Every vertex has exactly two electron ends, but for an ``end`` of a single Green's function, which
    has one. At an external, an impurity or an interaction vertex one comes in and one goes out. A
    ``diffuson`` or ``cooperon`` line stands for the sum of an infinite family; its two ends are
    impurity vertices where a retarded and an advanced line meet (diffuson: one in, one out; Cooperon:
    both in at its start, both out at its end).

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
        validate(self.kinds, self.lines)

    @classmethod
    def build(cls, kinds: Iterable[str], lines: Iterable[tuple[str, int, int]]) -> Diagram:
        """Make a diagram from plain names and numbers.

        Raises
        ------
        DiagramError
            When a kind is unknown or the lines do not make a diagram.
        """
        return cls(
            tuple(_kind(VertexKind, kind) for kind in _entries(kinds, "kinds of vertices")),
            tuple(_line(line) for line in _entries(lines, "lines")),
        )

    @classmethod
    def from_graph(cls, graph: nx.MultiDiGraph[Any]) -> Diagram:
        """Make a diagram from a graph whose nodes and edges carry the attribute ``kind``.

        Raises
        ------
        DiagramError
            When it is not a directed graph, a ``kind`` is missing or unknown, or the lines do not make
            a diagram.

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
        if not isinstance(graph, nx.DiGraph):
            raise DiagramError(f"{graph!r}", expected="a directed graph", hint="networkx.MultiDiGraph()")
        number = {node: i for i, node in enumerate(graph)}
        kinds: list[Any] = [data.get("kind") for _, data in graph.nodes(data=True)]
        lines: list[Any] = [(data.get("kind"), number[a], number[b]) for a, b, data in graph.edges(data=True)]
        return cls.build(kinds, lines)

    @cached_property
    def graph(self) -> nx.MultiDiGraph[int]:
        """The same diagram as a frozen ``networkx.MultiDiGraph`` with attribute ``kind``."""
        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
        graph.add_nodes_from((i, {"kind": str(kind)}) for i, kind in enumerate(self.kinds))
        graph.add_edges_from((line.start, line.end, {"kind": str(line.kind)}) for line in self.lines)
        nx.freeze(graph)
        return graph

    def lines_of(self, *kinds: str) -> tuple[Line, ...]:
        """Return the lines of the given kinds.

        Parameters
        ----------
        *kinds : str
            ``"retarded"``, ``"advanced"``, ``"impurity"``, ``"interaction"``, ``"diffuson"``, ``"cooperon"``.

        Examples
        --------
        >>> from cooperon.diagrams import bubble
        >>> len(bubble().lines_of("retarded", "advanced"))
        2
        """
        return tuple(line for line in self.lines if line.kind in kinds)

    def vertices_of(self, *kinds: str) -> tuple[int, ...]:
        """Return the vertices of the given kinds.

        Parameters
        ----------
        *kinds : str
            ``"current"``, ``"density"``, ``"spin"``, ``"impurity"``, ``"interaction"``.

        Examples
        --------
        >>> from cooperon.diagrams import bubble
        >>> bubble().vertices_of("current")
        (0, 1)
        """
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
        at = _neighbours(self)
        return tuple(sorted(_written(self.kinds, at, part) for part in _parts(at)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Diagram) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        vertices = Counter(str(kind) for kind in self.kinds if kind in _NAMED)
        lines = Counter(str(line.kind) for line in self.lines)
        counts = [f"{number} {kind}" for table in (vertices, lines) for kind, number in table.items()]
        return f"Diagram({', '.join(counts)})"

    def _repr_svg_(self) -> str:
        from cooperon.diagrams.drawing import svg

        return svg(self)


def require_diagram(given: object) -> None:
    """Raise an error unless what was handed over is a diagram.

    Raises
    ------
    DiagramError
        When it is not.

    Examples
    --------
    >>> require_diagram(Diagram.build(["density"] * 2, [("retarded", 0, 1), ("retarded", 1, 0)]))
    """
    if not isinstance(given, Diagram):
        raise DiagramError(f"{given!r}", expected="a Diagram", hint="cooperon.diagrams.bubble()")


_NAMED = EXTERNAL | {VertexKind.END}
_Neighbours = list[list[tuple[Port, int]]]
_Kind = TypeVar("_Kind", VertexKind, LineKind)


def _entries(values: object, what: str) -> tuple[Any, ...]:
    if not isinstance(values, Iterable):
        raise DiagramError(f"{values!r}", expected=f"a sequence of {what}")
    return tuple(values)


def _kind(table: type[_Kind], name: Any) -> _Kind:
    try:
        return table(name)
    except ValueError:
        raise DiagramError(f"the kind {name!r}", expected="one of " + ", ".join(table)) from None


def _line(entry: Any) -> Line:
    try:
        kind, start, end = entry
        numbers = index(start), index(end)
    except (TypeError, ValueError):
        raise DiagramError(
            f"the line {entry!r}",
            expected="its kind and the numbers of the two vertices that it joins",
            hint='("retarded", 0, 1)',
        ) from None
    return Line(_kind(LineKind, kind), *numbers)


def _neighbours(diagram: Diagram) -> _Neighbours:
    """List each vertex's line ends, no two alike, in a fixed order, and the vertices beyond."""
    at: _Neighbours = [[] for _ in diagram.kinds]
    for line in diagram.lines:
        leaving, arriving = ports(line)
        at[line.start].append((leaving, line.end))
        at[line.end].append((arriving, line.start))
    return [sorted(ends) for ends in at]


def _parts(at: _Neighbours) -> Iterator[set[int]]:
    """Yield the vertices of each connected part."""
    left = set(range(len(at)))
    while left:
        part, reached = set[int](), {min(left)}
        while reached:
            part |= reached
            reached = {other for vertex in reached for _, other in at[vertex]} - part
        left -= part
        yield part


def _written(kinds: tuple[VertexKind, ...], at: _Neighbours, part: set[int]) -> tuple[object, ...]:
    """Walk a connected part from every vertex of its lowest kind and keep what comes first in order."""
    lowest = min(kinds[vertex] for vertex in part)
    return min(_walk(kinds, at, start) for start in part if kinds[start] is lowest)


def _walk(kinds: tuple[VertexKind, ...], at: _Neighbours, start: int) -> tuple[object, ...]:
    """Write down what a walk from ``start`` meets, vertices numbered as they are met."""
    number = {start: 0}
    queue, written = deque([start]), []
    while queue:
        vertex = queue.popleft()
        ends = []
        for port, neighbour in at[vertex]:
            if neighbour not in number:
                number[neighbour] = len(number)
                queue.append(neighbour)
            ends.append((*port, number[neighbour]))
        written.append((kinds[vertex], tuple(ends)))
    return tuple(written)
