"""Graph theory for the tests, from networkx and plane geometry: it shares no code with the package."""

from collections import Counter
from functools import cache
from itertools import combinations, product

import networkx as nx
import numpy as np

from cooperon.diagrams import Diagram
from cooperon.diagrams import enumerate as diagrams_of_order

R, A, X, D, C, W = "retarded", "advanced", "impurity", "diffuson", "cooperon", "interaction"
J = "current"
ELECTRONS = (R, A)
BLOCKS = (D, C)
UNDIRECTED = (X, D, W)


@cache
def low_orders(highest):
    """Every diagram of the bubble up to an order."""
    return tuple(diagram for order in range(highest + 1) for diagram in diagrams_of_order(order))


def chords(diagram):
    """Impurity lines as pairs of vertices."""
    return [(a, b) for a, b, kind in diagram.graph.edges(data="kind") if kind == X]


def external(diagram):
    """External vertices."""
    return [v for v, kind in diagram.graph.nodes(data="kind") if kind not in {X, W}]


def incidence(diagram):
    """The diagram as a simple directed graph: every line becomes a node between its two ends.

    A line whose direction means nothing has arrows both ways.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from((("vertex", v), {"kind": kind}) for v, kind in diagram.graph.nodes(data="kind"))
    for number, (a, b, kind) in enumerate(diagram.graph.edges(data="kind")):
        line = ("line", number)
        graph.add_node(line, kind=kind)
        graph.add_edges_from([(("vertex", a), line), (line, ("vertex", b))])
        if kind in UNDIRECTED:
            graph.add_edges_from([(("vertex", b), line), (line, ("vertex", a))])
    return graph


def isomorphic(one, other):
    """Whether a relabelling carries one diagram into the other, by networkx."""
    return nx.is_isomorphic(incidence(one), incidence(other), node_match=lambda a, b: a["kind"] == b["kind"])


def relabelled(diagram, numbers, order=None, flips=()):
    """The same diagram with other numbers, its lines in another order, some undirected ones turned round."""
    kinds = [None] * len(numbers)
    for old, new in enumerate(numbers):
        kinds[new] = diagram.kinds[old]
    lines = [(line.kind, numbers[line.start], numbers[line.end]) for line in diagram.lines]
    lines = [
        (kind, b, a) if kind in UNDIRECTED and i in flips else (kind, a, b)
        for i, (kind, a, b) in enumerate(lines)
    ]
    return Diagram.build(kinds, [lines[i] for i in order] if order else lines)


def exchanged(diagram):
    """The diagram with retarded and advanced lines exchanged."""
    other = {R: A, A: R}
    return Diagram.build(
        diagram.kinds, [(other.get(line.kind, line.kind), line.start, line.end) for line in diagram.lines]
    )


def ladder(number):
    """A bubble with rungs."""
    return drawn([(i, i) for i in range(number)], number, crossed=False)


def maximally_crossed(number):
    """A bubble with impurity lines every two of which cross."""
    return drawn([(i, i) for i in range(number)], number, crossed=True)


def drawn(pairs, number, *, crossed):
    """Bubble of vertices 0 (left) and 1 (right): impurity i of the retarded with j of the advanced line.

    Both are counted from the left (the advanced one from the right when ``crossed``).
    """
    upper = [2 + i for i in range(number)]
    lower = [2 + number + i for i in range(number)]
    back = lower if crossed else lower[::-1]
    lines = [(R, a, b) for a, b in zip([0, *upper], [*upper, 1], strict=True)]
    lines += [(A, a, b) for a, b in zip([1, *back], [*back, 0], strict=True)]
    lines += [(X, upper[i], lower[j]) for i, j in pairs]
    return Diagram.build([J, J] + [X] * (2 * number), lines)


def on_bubble(kinds, lower):
    """Bubble of vertices 0 and 1 with blocks: in order on the retarded line from 0, as given on the other."""
    lines = []
    for electron, start, stop, order in ((R, 0, 1, range(len(kinds))), (A, 1, 0, lower)):
        at = start
        for i in order:
            arrival = 3 + 2 * i if (electron, kinds[i]) == (A, D) else 2 + 2 * i
            lines.append((electron, at, arrival))
            at = 5 + 4 * i - arrival
        lines.append((electron, at, stop))
    lines += [(kind, 2 + 2 * i, 3 + 2 * i) for i, kind in enumerate(kinds)]
    return Diagram.build([J, J] + [X] * (2 * len(kinds)), lines)


def skeleton(diagram):
    """The diagram without arrows; every line has a key of its own (networkx would merge opposite ones)."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(diagram.graph)
    for number, (a, b, kind) in enumerate(diagram.graph.edges(data="kind")):
        graph.add_edge(a, b, key=number, kind=kind)
    return graph


def insertions(diagram):
    """Every cut of two electron lines of one kind that sets free a part without external vertices."""
    graph = skeleton(diagram)
    kept = set(external(diagram))
    electrons = [(a, b, key) for a, b, key, kind in graph.edges(keys=True, data="kind") if kind in ELECTRONS]
    for one, other in combinations(electrons, 2):
        if graph.edges[one]["kind"] == graph.edges[other]["kind"]:
            cut = graph.copy()
            cut.remove_edges_from([one, other])
            yield from (part for part in nx.connected_components(cut) if not part & kept)


def has_insertion(diagram):
    return any(True for _ in insertions(diagram))


def averaged(diagram):
    """Cut out self-energy insertions one by one and join the loose ends."""
    part = min(insertions(diagram), key=len, default=None)
    if part is None:
        return diagram
    graph = nx.MultiDiGraph(diagram.graph)
    kind, start = next((kind, a) for a, b, kind in graph.edges(data="kind") if a not in part and b in part)
    end = next(b for a, b in graph.edges() if a in part and b not in part)
    graph.remove_nodes_from(part)
    graph.add_edge(start, end, kind=kind)
    return averaged(Diagram.from_graph(graph))


def with_insertion(diagram, line):
    """The diagram with one more impurity line, both ends of it on one electron line."""
    graph = nx.MultiDiGraph(diagram.graph)
    a, b, key = [(a, b, k) for a, b, k, kind in graph.edges(keys=True, data="kind") if kind in ELECTRONS][
        line
    ]
    kind = graph.edges[a, b, key]["kind"]
    graph.remove_edge(a, b, key)
    graph.add_nodes_from(["in", "out"], kind=X)
    for start, end in ((a, "in"), ("in", "out"), ("out", b)):
        graph.add_edge(start, end, kind=kind)
    graph.add_edge("in", "out", kind=X)
    return Diagram.from_graph(graph)


def separating_cuts(diagram):
    """Parts left when a retarded and an advanced line are cut such that the external vertices part."""
    graph = skeleton(diagram)
    left, right = external(diagram)
    lines = {
        kind: [(a, b, key) for a, b, key, found in graph.edges(keys=True, data="kind") if found == kind]
        for kind in ELECTRONS
    }
    for pair in product(lines[R], lines[A]):
        cut = graph.copy()
        cut.remove_edges_from(pair)
        if not nx.has_path(cut, left, right):
            yield list(nx.connected_components(cut))


def rings(diagram):
    """The closed polygons of electron lines: corners in cyclic order, each with the kind of the next line."""
    graph = nx.Graph()
    for number, (a, b, kind) in enumerate(diagram.graph.edges(data="kind")):
        if kind in ELECTRONS:
            graph.add_node(("line", number), kind=kind)
            graph.add_edges_from([(a, ("line", number)), (("line", number), b)])
    for cycle in nx.cycle_basis(graph):
        first = next(i for i, node in enumerate(cycle) if isinstance(node, int))
        walk = cycle[first:] + cycle[:first]
        yield {corner: graph.nodes[line]["kind"] for corner, line in zip(walk[::2], walk[1::2], strict=True)}


def intersections(ring, pairs, seed=0):
    """Count the intersections of chords between the corners of a polygon, drawn at random and convex."""
    angles = np.sort(np.random.default_rng(seed).uniform(0, 2 * np.pi, len(ring)))
    at = dict(zip(list(ring), np.column_stack([3 * np.cos(angles), np.sin(angles)]), strict=True))
    return sum(_meet(*(at[v] for v in (*one, *other))) for one, other in combinations(pairs, 2))


def _meet(a, b, c, e):
    """Whether the segments from a to b and from c to e intersect."""

    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) > (q[1] - p[1]) * (r[0] - p[0])

    return bool(side(a, b, c) != side(a, b, e) and side(c, e, a) != side(c, e, b))


def crossed_pairs(diagram):
    """Crossings as drawn in the plane: the polygons are far apart, and a chord between two crosses once."""
    pairs = chords(diagram)
    inner = [[pair for pair in pairs if set(pair) <= set(ring)] for ring in rings(diagram)]
    apart = len(pairs) - sum(map(len, inner))
    return apart + sum(map(intersections, rings(diagram), inner))


def joins_both_kinds(diagram):
    """Whether every impurity line joins the retarded with the advanced line."""
    kinds = {b: kind for _, b, kind in diagram.graph.edges(data="kind") if kind in ELECTRONS}
    return all({kinds[a], kinds[b]} == set(ELECTRONS) for a, b in chords(diagram))


def free_momenta(diagram):
    """Number of momenta of blocks left free when each polygon conserves momentum: a null space."""
    home = {v: i for i, ring in enumerate(rings(diagram)) for v in ring}
    lines = [(a, b) for a, b, kind in diagram.graph.edges(data="kind") if kind in BLOCKS]
    flow = np.zeros((len(set(home.values())), len(lines)))
    for column, (a, b) in enumerate(lines):
        flow[home[a], column] -= 1
        flow[home[b], column] += 1
    return len(lines) - (np.linalg.matrix_rank(flow) if lines else 0)


def cells(ring, pairs):
    """Cut a ring of vertices along chords that do not cross; every cell lists its corners in order.

    A corner of a cell stands for the electron line that follows it around the cell; a chord's end is
    a corner of both cells beside it.
    """
    if not pairs:
        return [ring]
    (a, b), *others = pairs
    i, j = sorted((ring.index(a), ring.index(b)))
    inside, outside = ring[i:j], ring[j:] + ring[:i]
    cut = [[], []]
    for pair in others:
        cut[pair[0] not in inside].append(pair)
    return cells(inside, cut[0]) + cells(outside, cut[1])


def content(diagram):
    """Numbers of retarded and advanced lines of every cell of a diagram without crossings."""
    found = []
    for ring in rings(diagram):
        inner = [pair for pair in chords(diagram) if pair[0] in ring]
        counts = (Counter(ring[corner] for corner in cell) for cell in cells(list(ring), inner))
        found += [(count[R], count[A]) for count in counts]
    return sorted(found)


def expanded(diagram, lengths):
    """Put a number of rungs or of maximally crossed lines in the place of every block."""
    graph = nx.MultiDiGraph(diagram.graph)
    blocks = [(a, b, kind) for a, b, kind in diagram.graph.edges(data="kind") if kind in BLOCKS]
    for name, (block, length) in enumerate(zip(blocks, lengths, strict=True)):
        stops = {kind: [(name, kind, i) for i in range(length)] for kind in ELECTRONS}
        for kind, places in stops.items():
            graph.add_nodes_from(places, kind=X)
            start = next(a for a, b, k in graph.in_edges(block[:2], data="kind") if k == kind)
            end = next(b for a, b, k in graph.out_edges(block[:2], data="kind") if k == kind)
            nx.add_path(graph, [start, *places, end], kind=kind)
        partners = stops[A] if block[2] == C else stops[A][::-1]
        graph.add_edges_from((a, b, {"kind": X}) for a, b in zip(stops[R], partners, strict=True))
        graph.remove_nodes_from(block[:2])
    return Diagram.from_graph(graph)
