"""Routed momenta, against conservation at every vertex and counts of cycles by networkx."""

import networkx as nx
import numpy as np
import pytest
from graph_tools import ELECTRONS, J, R, W, low_orders, skeleton

from cooperon.diagrams import Diagram, contractions, resum, route_momenta
from cooperon.diagrams.errors import DiagramError

LINES = [c for order in range(4) for c in contractions(order, of="line")]
PAIRS = [c.diagram for order in range(3) for c in contractions(order, of="pair")]
INTERACTION = Diagram.build(
    [J, J, W, W], [(R, 0, 2), (R, 2, 1), ("advanced", 1, 3), ("advanced", 3, 0), (W, 2, 3)]
)
BLOCKS = [resum(diagram) for diagram in low_orders(3)]
EVERY = [*(c.diagram for c in LINES), *low_orders(3), *PAIRS, *BLOCKS, INTERACTION]


def incoming(diagram):
    """For every vertex the sum of what comes in less what goes out."""
    momenta = route_momenta(diagram).momenta
    total = np.zeros((len(diagram.kinds), len(momenta[0])), int)
    for line, momentum in zip(diagram.lines, momenta, strict=True):
        total[line.start] -= momentum
        total[line.end] += momentum
    return total


def test_every_vertex_conserves_momentum():
    for diagram in EVERY:
        ends = diagram.vertices_of("end")
        total = incoming(diagram)
        assert not np.delete(total, ends, axis=0).any()
        if ends:
            external = [1] + [0] * (total.shape[1] - 1)
            assert sorted(map(tuple, total[list(ends)])) == sorted(
                [tuple(external), tuple(-x for x in external)]
            )


def test_as_many_free_momenta_as_there_are_cycles():
    for diagram in EVERY:
        graph = skeleton(diagram)
        cycles = graph.number_of_edges() - graph.number_of_nodes() + nx.number_connected_components(graph)
        routing = route_momenta(diagram)
        assert routing.external == bool(diagram.vertices_of("end"))
        matrix = np.array(routing.momenta)
        assert matrix.shape == (len(diagram.lines), cycles + routing.external)
        assert np.linalg.matrix_rank(matrix) == matrix.shape[1]
        assert set(np.unique(matrix)) <= {-1, 0, 1}


def test_the_momenta_along_a_single_line():
    """The momentum is p less those that the impurity lines open at this place have taken up."""
    for contraction in LINES:
        (word,) = contraction.words
        flows = [[1] + [0] * contraction.order]
        for label in word:
            last = flows[-1].copy()
            last[1 + label] = 0 if last[1 + label] else -1
            flows.append(last)
        diagram = contraction.diagram
        routed = route_momenta(diagram).momenta
        mine = np.array([routed[i] for i, line in enumerate(diagram.lines) if line.kind in ELECTRONS])
        rank = np.linalg.matrix_rank
        assert rank(np.hstack([flows, mine])) == rank(np.array(flows)) == rank(mine)
        assert tuple(mine[0]) == tuple(mine[-1]) == (1,) + (0,) * contraction.order


def test_free_momenta_are_those_of_electrons():
    for diagram in low_orders(3):
        momenta = route_momenta(diagram).momenta
        pure = [momentum for momentum in momenta if sum(map(abs, momentum)) == 1]
        kinds = {
            momentum: {
                line.kind for line, each in zip(diagram.lines, momenta, strict=True) if each == momentum
            }
            for momentum in pure
        }
        assert all(kinds[unit] & set(ELECTRONS) for unit in map(tuple, np.eye(len(momenta[0]), dtype=int)))


@pytest.mark.parametrize("given", [None, 3, INTERACTION.graph])
def test_only_diagrams_have_momenta(given):
    with pytest.raises(DiagramError, match="a Diagram"):
        route_momenta(given)
