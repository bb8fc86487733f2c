"""Momenta routed through a diagram along a basis of its cycles, as vectors of integers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cooperon.diagrams.diagram import ELECTRONS, Diagram, VertexKind, require_diagram
from cooperon.diagrams.repl import PublicNames

__all__ = ["Routing", "Vector", "route_momenta"]

Vector = tuple[int, ...]
_Edge = tuple[int, int]


@dataclass(frozen=True)
class Routing(PublicNames):
    """The momentum of every line as an integer combination of free momenta.

    Attributes
    ----------
    momenta : tuple of tuple of int
        For every line of the diagram, in the order of ``diagram.lines``, its coefficients. A momentum
        counts along the line, from its start to its end.
    external : int
        How many of the free momenta, the first ones, are given from outside: one for each electron line
        with open ends. The others are integrated over.

    Examples
    --------
    >>> from cooperon.diagrams.contraction import Contraction
    >>> route_momenta(Contraction("line", "R", (2,), ((0, 1),)).diagram)
    Routing(momenta=((1, 0), (0, 1), (1, 0), (1, -1)), external=1)
    """

    momenta: tuple[Vector, ...]
    external: int


def route_momenta(diagram: Diagram) -> Routing:
    """Route momenta through a diagram such that every vertex conserves momentum.

    The lines outside a spanning tree carry the free momenta, one each; a line of the tree carries those
    whose cycles pass through it. The tree prefers impurity lines and blocks, so that the
    free momenta are those of electrons. External vertices bring in no momentum. An electron line
    with open ends is closed in thought by a line that brings its momentum back.

    Parameters
    ----------
    diagram : Diagram
        Any diagram.

    Returns
    -------
    Routing

    Raises
    ------
    DiagramError
        When it is no diagram.

    Examples
    --------
    >>> from cooperon.diagrams.enumeration import bubble
    >>> route_momenta(bubble()).momenta
    ((1,), (1,))
    """
    require_diagram(diagram)
    outer = tuple(_outer(diagram))
    edges = [*outer, *((line.start, line.end) for line in diagram.lines)]
    carriers = [i + len(outer) for i, line in enumerate(diagram.lines) if line.kind not in ELECTRONS]
    electrons = [i + len(outer) for i, line in enumerate(diagram.lines) if line.kind in ELECTRONS]
    tree = _spanning_tree(edges, [*carriers, *electrons])
    free = [i for i in range(len(edges)) if i not in tree]
    cycles = [_cycle(edges, tree, edge) for edge in free]
    momenta = (tuple(cycle.get(i, 0) for cycle in cycles) for i in range(len(outer), len(edges)))
    return Routing(tuple(momenta), len(outer))


def _outer(diagram: Diagram) -> Iterator[_Edge]:
    """Join the open ends of each electron line, from where it ends to where it starts."""
    follows = {line.start: line.end for line in diagram.lines_of(*ELECTRONS)}
    for start in diagram.vertices_of(VertexKind.END):
        if start in follows:
            end = start
            while end in follows:
                end = follows[end]
            yield end, start


def _spanning_tree(edges: Sequence[_Edge], order: Sequence[int]) -> frozenset[int]:
    """Take edges in the given order as long as they close no cycle."""
    part: dict[int, int] = {}
    tree = set[int]()
    for i in order:
        one, other = (part.setdefault(vertex, vertex) for vertex in edges[i])
        if one != other:
            tree.add(i)
            part = {vertex: one if home == other else home for vertex, home in part.items()}
    return frozenset(tree)


def _cycle(edges: Sequence[_Edge], tree: frozenset[int], edge: int) -> dict[int, int]:
    """Send one unit along an edge and back through the tree: what each edge carries."""
    start, end = edges[edge]
    came: dict[int, tuple[int, int, int]] = {}
    queue = deque([end])
    while start not in came and queue and start != end:
        vertex = queue.popleft()
        for i in tree:
            for sign, (a, b) in ((1, edges[i]), (-1, edges[i][::-1])):
                if a == vertex and b not in came and b != end:
                    came[b] = (i, sign, a)
                    queue.append(b)
    carried = {edge: 1}
    while start != end:
        i, sign, start = came[start]
        carried[i] = sign
    return carried
