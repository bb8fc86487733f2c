"""Which momentum each line of a diagram carries: along blocks, around polygons, through impurity lines."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import networkx as nx
import sympy as sp

from cooperon.diagrams.diagram import ELECTRONS, Diagram, Line, LineKind
from cooperon.diagrams.polygons import Polygon, Side, polygons
from cooperon.symbolic import symbols as s

__all__ = ["block_momenta", "impurity_momenta", "offsets"]


def block_momenta(diagram: Diagram) -> dict[Line, sp.Expr]:
    """Momentum of each block: a slow momentum for each block that closes a cycle of blocks."""
    cut = polygons(diagram)
    home = {vertex: i for i, polygon in enumerate(cut) for vertex in polygon.corners}
    tree: nx.Graph[int] = nx.Graph()
    tree.add_nodes_from(range(len(cut)))
    closing = []
    for line in diagram.blocks:
        if nx.has_path(tree, home[line.start], home[line.end]):
            closing.append(line)
        else:
            tree.add_edge(home[line.start], home[line.end], line=line)
    momenta: dict[Line, sp.Expr] = dict.fromkeys(diagram.blocks, sp.S.Zero)
    for i, line in enumerate(closing):
        momentum = s.q if len(closing) == 1 else sp.Symbol(f"q_{i + 1}")
        momenta[line] += momentum
        for x, y in pairwise(nx.shortest_path(tree, home[line.end], home[line.start])):
            back = tree[x][y]["line"]
            momenta[back] += momentum if home[back.start] == x else -momentum
    return momenta


def offsets(polygon: Polygon, flow: Mapping[Line, sp.Expr]) -> dict[Side, sp.Expr]:
    """Slow momentum gathered on the walk around a polygon, for each side."""
    gain: dict[int, sp.Expr] = {}
    for line, momentum in flow.items():
        gain[line.start] = gain.get(line.start, sp.S.Zero) - momentum
        gain[line.end] = gain.get(line.end, sp.S.Zero) + momentum
    offsets, gathered = {}, sp.S.Zero
    for i, side in enumerate(polygon.sides):
        gathered += gain.get(side.vertex, sp.S.Zero) if i else sp.S.Zero
        offsets[side] = gathered
    return offsets


def impurity_momenta(diagram: Diagram, momenta: Mapping[Line, sp.Expr]) -> dict[Line, sp.Expr]:
    """Find what an impurity line carries from its start to its end, by conservation at its start."""

    def surplus(vertex: int) -> sp.Expr:
        arriving = sum(momenta[line] for line in diagram.lines_of(*ELECTRONS) if line.end == vertex)
        leaving = sum(momenta[line] for line in diagram.lines_of(*ELECTRONS) if line.start == vertex)
        return sp.expand(arriving - leaving)

    return {line: surplus(line.start) for line in diagram.lines_of(LineKind.IMPURITY)}
