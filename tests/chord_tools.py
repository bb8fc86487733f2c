"""Chord diagrams by plain Python and networkx: nothing here comes from the package."""

from functools import cache
from itertools import combinations, pairwise

import networkx as nx


@cache
def all_pairings(order):
    """Every way to join 0, ..., 2n - 1 in pairs, by inserting the last point's partner."""
    if order == 0:
        return ((),)
    last = 2 * order - 1
    found = []
    for smaller in all_pairings(order - 1):
        for partner in range(last):
            moved = [tuple(p + (p >= partner) for p in pair) for pair in smaller]
            found.append(tuple(sorted([*moved, (partner, last)])))
    return tuple(found)


def crossings(pairs):
    return sum(a < c < b < d or c < a < d < b for (a, b), (c, d) in combinations(pairs, 2))


def line_graph(pairs):
    """The diagram as a graph: two ends, and every electron line an edge with its number."""
    points = 2 * len(pairs)
    graph = nx.MultiGraph()
    graph.add_nodes_from([-1, points])
    for i in range(points + 1):
        graph.add_edge(i - 1, i, key=("electron", i))
    for a, b in pairs:
        graph.add_edge(a, b, key="impurity")
    return graph


def falls_apart(graph, *electrons):
    """Whether cutting electron lines disconnects the graph; each is an end vertex and a number."""
    less = graph.copy()
    less.remove_edges_from(electrons)
    return not nx.is_connected(less)


def irreducible(pairs):
    """No inner electron line whose loss disconnects the diagram."""
    graph, points = line_graph(pairs), 2 * len(pairs)
    inner = [(i - 1, i, ("electron", i)) for i in range(1, points)]
    return points > 0 and not any(falls_apart(graph, edge) for edge in inner)


def hangs_together(pairs):
    """Whether the lines that cross make one connected piece: then nothing is inserted anywhere."""
    graph = nx.Graph()
    graph.add_nodes_from(pairs)
    graph.add_edges_from(both for both in combinations(pairs, 2) if crossings(both))
    return len(pairs) > 0 and nx.is_connected(graph)


def turned(pairs, shift, over=False):
    """A rotation of the ring, or a reflection."""
    points = 2 * len(pairs)
    moved = (tuple(sorted(((-p if over else p) + shift) % points for p in pair)) for pair in pairs)
    return tuple(sorted(moved))


def ring_orbit(pairs):
    points = 2 * len(pairs)
    return {turned(pairs, shift, over) for shift in range(points) for over in (False, True)} or {pairs}


def ring_classes(order):
    """How many orbits, each counted when its first member comes."""
    return sum(pairs == min(ring_orbit(pairs)) for pairs in all_pairings(order))


def word(pairs):
    """The digits of a word, base 16, one for each point."""
    points = 2 * len(pairs)
    partner = {p: q for a, b in pairs for p, q in ((a, b), (b, a))}
    return int("0" + "".join(f"{(partner[p] - p) % points:x}" for p in range(points)), 16)


def bubble_edges(pairs, place):
    """A bubble as a graph, the second external vertex before point ``place``, and its two electron lines."""
    points = 2 * len(pairs)
    graph = nx.MultiGraph()
    upper, lower = ["L", *range(place), "R"], ["R", *range(place, points), "L"]
    strands = []
    for name, strand in (("upper", upper), ("lower", lower)):
        edges = [(a, b, (name, i)) for i, (a, b) in enumerate(pairwise(strand))]
        graph.add_edges_from(edges)
        strands.append(edges)
    graph.add_edges_from((a, b, "impurity") for a, b in pairs)
    return graph, strands


def has_insertion(pairs, place):
    """Two electron lines of one strand that cut something off: a self-energy insertion."""
    graph, strands = bubble_edges(pairs, place)
    return any(falls_apart(graph, e, f) for strand in strands for e, f in combinations(strand, 2))


def is_vertex(pairs, place):
    """No cut of one upper and one lower line takes the bubble apart but next to an external vertex."""
    graph, (upper, lower) = bubble_edges(pairs, place)
    if len(upper) == 1 or len(lower) == 1:
        return False
    trivial = ((upper[0], lower[-1]), (upper[-1], lower[0]))
    return not any(falls_apart(graph, e, f) for e in upper for f in lower if (e, f) not in trivial)
