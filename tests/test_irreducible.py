"""One- and two-particle irreducible diagrams, skeletons and families of every shape, by cuts with networkx."""

from collections import Counter
from functools import cache
from itertools import combinations, product

import networkx as nx
import pytest
from graph_tools import ELECTRONS, exchanged, free_momenta, low_orders, relabelled, skeleton

from cooperon.diagrams import Contraction, Diagram, Family, classify, contractions, multiplicity, resum
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.resummation import resum_contraction


@cache
def of_order(order, of="line", lines=None):
    return tuple(diagrams_of_order(order, of=of, lines=lines))


def electrons(graph):
    return [(a, b, key) for a, b, key, kind in graph.edges(keys=True, data="kind") if kind in ELECTRONS]


def holds_together(graph, cuts):
    """Whether the graph stays connected whichever electron lines are cut."""
    for edges in combinations(electrons(graph), cuts):
        left = graph.copy()
        left.remove_edges_from(edges)
        if not nx.is_connected(left):
            return False
    return True


def self_energy(diagram):
    """A single line without its ends, or None without impurities."""
    graph = skeleton(diagram)
    graph.remove_nodes_from(diagram.vertices_of("end"))
    return graph if len(graph) else None


# --- Counts that are public facts


@pytest.mark.parametrize(
    ("order", "one", "two", "plain"),
    [(0, 0, 0, 1), (1, 1, 1, 1), (2, 2, 1, 2), (3, 10, 4, 5), (4, 74, 27, 14), (5, 706, 248, 42)],
)
def test_irreducible_self_energies(order, one, two, plain):
    kinds = [classify(diagram) for diagram in of_order(order)]
    assert sum(kind.one_particle_irreducible for kind in kinds) == one
    assert sum(kind.skeleton for kind in kinds) == two
    assert [kind.skeleton for kind in kinds] == [kind.two_particle_irreducible for kind in kinds]
    assert sum(kind.crossings == 0 for kind in kinds) == plain


def series_product(one, other):
    return [sum(one[k] * other[n - k] for k in range(n + 1)) for n in range(len(one))]


def inverse(series):
    found = [1]
    for n in range(1, len(series)):
        found.append(-sum(series[k] * found[n - k] for k in range(1, n + 1)))
    return found


@pytest.mark.parametrize("lines", ["RA", "RR"])
def test_irreducible_vertices(lines):
    """B = G²/(1 - U G²): all bubbles are strings of irreducible vertices between pairs of dressed lines."""
    highest = 4
    single = [1, 1, 3, 15, 105]
    every = [1, 3, 15, 105, 945]
    bare = [a - b for a, b in zip(inverse(series_product(single, single)), inverse(every), strict=True)]
    assert bare[:3] == [0, 1, 3]
    for order in range(highest + 1):
        kinds = [(classify(each), multiplicity(each)) for each in of_order(order, "bubble", lines)]
        assert sum(times for _, times in kinds) == every[order]
        assert sum(times for kind, times in kinds if kind.two_particle_irreducible) == bare[order]


def test_irreducible_skeleton_vertices():
    """Without insertions: 1/(1 - u) = the bubbles without insertions."""
    plain = [1, 1, 4, 27, 248]
    assert [sum(classify(each).skeleton for each in of_order(n, "bubble")) for n in range(5)] == plain
    irreducible = [-x for x in inverse(plain)[1:]]
    for order, number in zip(range(1, 5), irreducible, strict=True):
        kinds = map(classify, of_order(order, "bubble"))
        assert sum(kind.skeleton and kind.two_particle_irreducible for kind in kinds) == number


# --- Against cuts


@pytest.mark.parametrize("order", range(4))
def test_a_self_energy_is_irreducible_when_it_holds_together(order):
    for diagram in of_order(order):
        kind, graph = classify(diagram), self_energy(diagram)
        one = graph is not None and holds_together(graph, 1)
        assert kind.one_particle_irreducible is one
        assert kind.skeleton is (one and holds_together(graph, 2))
        assert kind.reducible is (graph is not None and not one)


@pytest.mark.parametrize(
    ("of", "lines", "order"),
    [("bubble", "RA", 2), ("bubble", "RA", 3), ("bubble", "RR", 2), ("pair", "RARA", 2)],
)
def test_irreducible_bubbles(of, lines, order):
    """Cut one line of each of a bubble's two electron lines: impurities on two sides make it reducible."""
    for diagram in of_order(order, of, lines):
        kind, graph = classify(diagram), skeleton(diagram)
        assert kind.one_particle_irreducible is nx.is_connected(graph)
        if nx.is_connected(graph) and order:
            expected = not any(_splits(diagram, graph)) and (of == "pair" or _joins_lines(diagram))
            assert kind.two_particle_irreducible is expected


def strands(diagram):
    """The electron lines between external vertices: for each its edges, with those of the way back."""
    graph = nx.MultiDiGraph(diagram.graph)
    follows = {a: (a, b, key) for a, b, key, kind in graph.edges(keys=True, data="kind") if kind in ELECTRONS}
    found, outer = {}, [v for v, kind in enumerate(diagram.kinds) if kind != "impurity"]
    for start in outer:
        path = [follows[start]]
        while path[-1][1] not in outer:
            path.append(follows[path[-1][1]])
        found[start] = path
    return [(found[start], found[found[start][-1][1]]) for start in outer]


def _splits(diagram, graph):
    inner = set(diagram.vertices_of("impurity"))
    for there, back in strands(diagram):
        for (a, b, _), (c, e, _) in product(there, back):
            left = graph.copy()
            for x, y in ((a, b), (c, e)):
                left.remove_edge(x, y, next(k for k, d in left[x][y].items() if d["kind"] in ELECTRONS))
            parts = [part & inner for part in nx.connected_components(left)]
            yield sum(map(bool, parts)) > 1


def _joins_lines(diagram):
    return all(len(path) > 1 for couple in strands(diagram) for path in couple)


# --- Families


def test_families_of_a_single_line():
    for order in range(5):
        for diagram in of_order(order):
            kind = classify(diagram)
            if order == 0:
                assert kind.family is Family.LINE
            elif order == 1 or not kind.skeleton:
                assert kind.family is Family.SELF_ENERGY
            elif kind.crossings == order * (order - 1) // 2:
                assert kind.family is Family.MAXIMALLY_CROSSED
            else:
                assert kind.family is Family.OTHER
            assert kind.loops == 0
            assert kind.leading is (kind.crossings == 0)


def test_bubbles_of_one_kind_have_no_slow_momenta():
    """The same topologies as with a retarded and an advanced line, but nothing to resum."""
    mixed = Counter()
    for contraction in (c for n in range(4) for c in contractions(n)):
        kind = classify(contraction.diagram)
        same = classify(Contraction("bubble", "AA", contraction.sizes, contraction.pairs).diagram)
        assert (same.loops, same.leading) == (0, kind.crossings == 0)
        for name in ("family", "crossings", "reducible", "skeleton", "two_particle_irreducible"):
            assert getattr(same, name) == getattr(kind, name)
        mixed[kind.loops] += 1
    assert set(mixed) == {0, 1, 2}


def fluctuations(block):
    """Two bubbles joined by two blocks, drawn line by line: what conductance fluctuations begin with."""
    retarded = [("retarded", 0, 4), ("retarded", 5, 1), ("retarded", 2, 6), ("retarded", 7, 3)]
    ways = {"diffuson": [(3, 5), (4, 2), (1, 7), (6, 0)], "cooperon": [(3, 4), (5, 2), (1, 6), (7, 0)]}
    advanced = [("advanced", *ends) for ends in ways[block]]
    blocks = [(block, 4, 5), (block, 6, 7)]
    return Diagram.build(["current"] * 4 + ["impurity"] * 4, [*retarded, *advanced, *blocks])


@pytest.mark.parametrize(("block", "least"), [("diffuson", 1), ("cooperon", 2)])
def test_the_families_of_conductance_fluctuations(block, least):
    """Any number of lines between the retarded line of each bubble and the advanced one of the other."""
    for m, n in product(range(least, least + 3), repeat=2):
        turn = reversed if block == "diffuson" else list
        ends = zip(range(m), turn(range(m + 2 * n, 2 * m + 2 * n)), strict=True)
        others = zip(turn(range(m, m + n)), range(m + n, m + 2 * n), strict=True)
        pair = Contraction("pair", "RARA", (m, n, n, m), (*ends, *others))
        assert resum(pair.diagram) == fluctuations(block)
        assert classify(pair.diagram).loops == 1


def test_slow_momenta_of_two_bubbles():
    for contraction in contractions(2, of="pair"):
        kind = classify(contraction.diagram)
        assert kind.loops == free_momenta(resum_contraction(contraction))
        if not contraction.connected:
            assert not kind.two_particle_irreducible


def test_two_bubbles_that_nothing_joins():
    """Their crossings and slow momenta add up."""
    for one, other in product(contractions(2), contractions(1)):
        offset = sum(one.sizes)
        pairs = one.pairs + tuple((a + offset, b + offset) for a, b in other.pairs)
        both = classify(Contraction("pair", "RARA", one.sizes + other.sizes, pairs).diagram)
        kinds = classify(one.diagram), classify(other.diagram)
        assert both.crossings == sum(kind.crossings for kind in kinds)
        assert both.loops == sum(kind.loops for kind in kinds)
        assert both.leading is all(kind.leading for kind in kinds)
        assert both.skeleton is all(kind.skeleton for kind in kinds)
        assert both.reducible is any(kind.reducible for kind in kinds)
        assert not both.one_particle_irreducible


@pytest.mark.parametrize("turned", [False, True])
def test_lines_between_two_bubbles(turned):
    """A ladder between them is drawn without crossings; turned round, two of three lines cross."""
    order = 3
    ends = range(order, 2 * order)
    pairs = tuple(zip(range(order), ends if turned else ends[::-1], strict=True))
    kind = classify(Contraction("pair", "RARA", (order, 0, 0, order), pairs).diagram)
    assert kind.family is (Family.MAXIMALLY_CROSSED if turned else Family.LADDER)
    assert (kind.crossings, kind.loops, kind.leading) == (int(turned), 1, True)


# --- It is read off the graph


def test_equal_diagrams_are_classified_alike():
    for contraction in contractions(2, of="pair"):
        assert len({classify(image.diagram) for image in contraction.images}) == 1


def test_numbers_and_kinds_of_a_single_line_do_not_matter():
    for order in range(4):
        for diagram in of_order(order):
            numbers = list(range(len(diagram.kinds)))[::-1]
            assert classify(relabelled(diagram, numbers)) == classify(diagram) == classify(exchanged(diagram))


def test_low_orders_of_the_bubble_are_connected():
    assert all(classify(diagram).one_particle_irreducible for diagram in low_orders(2))
