"""All ways to place impurity lines on the bubble: counts that are public facts, completeness, laziness."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice, permutations
from math import comb

import networkx as nx
import pytest
from graph_tools import (
    ELECTRONS,
    A,
    J,
    R,
    X,
    chords,
    intersections,
    isomorphic,
    ladder,
    low_orders,
    maximally_crossed,
    rings,
)

from cooperon.diagrams import (
    Contraction,
    Diagram,
    bubble,
    chord_diagram,
    contractions,
    dress,
    multiplicity,
    read_contraction,
    resum,
)
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.errors import DiagramError


def of_order(order):
    return [diagram for diagram in low_orders(4) if diagram.order == order]


def odd_factorial(number):
    """1 * 3 * 5 * ... * number."""
    return 1 if number < 2 else number * odd_factorial(number - 2)


def touchard_riordan(order):
    """How many chord diagrams of 2n points on a circle have 0, 1, 2, ... crossings (Touchard, Riordan)."""
    powers = Counter()
    for k in range(-order, order + 1):
        powers[k * (k - 1) // 2] += (-1) ** k * comb(2 * order, order + k)
    series = [powers[i] for i in range(order * (order - 1) // 2 + 1)]
    for _ in range(order):
        series = [sum(series[: i + 1]) for i in range(len(series))]
    return series


@pytest.mark.parametrize("order", range(5))
def test_as_many_as_theory_counts_and_none_twice(order):
    found = of_order(order)
    assert len(found) == len(set(found)) == odd_factorial(2 * order + 1)
    assert all(diagram.order == order for diagram in found)


@pytest.mark.parametrize("order", range(5))
def test_each_sharing_out_has_as_many_pairings(order):
    shares = Counter(len(diagram.lines_of(R)) - 1 for diagram in of_order(order))
    assert shares == dict.fromkeys(range(2 * order + 1), odd_factorial(2 * order - 1))


@pytest.mark.parametrize("order", range(1, 4))
def test_crossings_are_distributed_as_touchard_and_riordan_found(order):
    found = Counter()
    for diagram in of_order(order):
        (ring,) = rings(diagram)
        found[intersections(ring, chords(diagram))] += 1
    expected = [(2 * order + 1) * number for number in touchard_riordan(order)]
    assert [found[i] for i in range(len(expected))] == expected
    assert sum(found.values()) == sum(expected)
    assert expected[0] == (2 * order + 1) * comb(2 * order, order) // (order + 1)  # Catalan


@pytest.mark.parametrize("order", [1, 2])
def test_every_diagram_drawn_in_another_way_is_found_once(order):
    """All bubbles with 2n impurities on them and all ways to pair these, up to isomorphism."""
    found = of_order(order)
    for upper in range(2 * order + 1):
        for points in permutations(range(2, 2 + 2 * order)):
            ends = list(zip(points[::2], points[1::2], strict=True))
            if ends != sorted(ends) or any(a < b for a, b in ends):
                continue
            graph = nx.MultiDiGraph()
            graph.add_nodes_from([0, 1], kind=J)
            graph.add_nodes_from(points, kind=X)
            nx.add_path(graph, [0, *range(2, 2 + upper), 1], kind=R)
            nx.add_path(graph, [1, *range(2 + upper, 2 + 2 * order), 0], kind=A)
            graph.add_edges_from(ends, kind=X)
            made = Diagram.from_graph(graph)
            assert [other for other in found if isomorphic(made, other)] == [made]


def test_every_diagram_is_one_bubble():
    for diagram in low_orders(3):
        assert diagram.kinds.count(J) == 2
        (ring,) = rings(diagram)
        assert len(ring) == 2 + 2 * diagram.order
        electrons = [(a, b) for a, b, kind in diagram.graph.edges(data="kind") if kind in ELECTRONS]
        assert nx.is_strongly_connected(nx.DiGraph(electrons))
        left = next(a for a, _, kind in diagram.graph.edges(data="kind") if kind == R and a in (0, 1))
        assert diagram.kinds[left] == J


def test_the_families_are_among_them():
    for number in (1, 2, 3, 4):
        assert of_order(number).count(ladder(number)) == 1
        assert of_order(number).count(maximally_crossed(number)) == 1


def test_order_zero_is_the_bubble():
    assert list(diagrams_of_order(0)) == [bubble()]
    assert bubble() == Diagram.build([J, J], [(R, 0, 1), (A, 1, 0)])


@pytest.mark.parametrize("vertex", ["density", "spin"])
def test_other_vertices(vertex):
    found = list(diagrams_of_order(2, vertex=vertex))
    assert len(set(found)) == 15
    assert all(diagram.kinds.count(vertex) == 2 for diagram in found)
    assert not set(found) & set(of_order(2))
    assert bubble(vertex) == next(diagrams_of_order(0, vertex=vertex))


# --- Lazily, in a fixed order


def test_the_first_of_an_order_that_no_machine_could_hold_comes_at_once():
    found = diagrams_of_order(50)
    assert isinstance(found, Iterator)
    first, *others = islice(found, 4)
    assert first.order == 50
    assert len({first, *others}) == 4


def test_the_first_of_order_eight():
    assert next(iter(diagrams_of_order(8))).order == 8


def test_one_diagram_at_a_time(monkeypatch):
    made = []
    monkeypatch.setattr(Contraction, "diagram", property(made.append))
    found = diagrams_of_order(6)
    assert made == []
    list(islice(found, 3))
    assert len(made) == 3


def test_the_order_is_fixed():
    """The advanced line is filled first; partners of the first free impurity come nearest first."""
    lines = [[(line.start, line.end) for line in diagram.lines_of(X)] for diagram in diagrams_of_order(2)]
    assert lines[:3] == [[(2, 3), (4, 5)], [(2, 4), (3, 5)], [(2, 5), (3, 4)]]
    assert [len(diagram.lines_of(R)) - 1 for diagram in diagrams_of_order(2)] == sorted([*range(5)] * 3)


def test_the_order_is_the_same_in_another_process():
    script = (
        "from cooperon.diagrams import enumerate, resum, dress; "
        "print([[str(d.lines), [str(x.lines) for x in dress(resum(d))]] for d in enumerate(2)])"
    )
    here = [[str(d.lines), [str(x.lines) for x in dress(resum(d))]] for d in diagrams_of_order(2)]
    seed = {**os.environ, "PYTHONHASHSEED": "1"}
    there = subprocess.run(
        [sys.executable, "-c", script], env=seed, capture_output=True, check=True, text=True
    )
    assert there.stdout.strip() == str(here)


# --- What is refused


@pytest.mark.parametrize("order", [-1, 1.0, 2.5, "2", None, True, [], float("nan")])
def test_an_order_that_is_no_number_of_lines(order):
    with pytest.raises(DiagramError, match=r"order = .*number of impurity lines"):
        diagrams_of_order(order)


@pytest.mark.parametrize("vertex", ["impurity", "interaction", "heat", "", None, 3, [], ("current",)])
def test_a_vertex_that_is_not_external_is_refused_before_anything_is_made(vertex):
    for make in (lambda: diagrams_of_order(2, vertex=vertex), lambda: bubble(vertex)):
        with pytest.raises(DiagramError, match=r"vertex = .*one of current, density, spin"):
            make()
    with pytest.raises(DiagramError, match="vertex = "):
        chord_diagram(1, 1, ((0, 1),), vertex=vertex)


@pytest.mark.parametrize(
    ("upper", "lower", "pairs"),
    [
        (1, 1, ()),
        (1, 1, ((0, 0),)),
        (1, 1, ((0, 2),)),
        (1, 1, ((-1, 0),)),
        (2, 2, ((0, 1),)),
        (2, 2, ((0, 1), (1, 2))),
        (2, 2, ((0, 1, 2, 3),)),
        (2, 2, (0, 1, 2, 3)),
        (1, 1, ((0.0, 1.0),)),
        (1, 1, ((False, True),)),
        (1, 1, (("0", "1"),)),
        (1, 1, None),
        (1, 1, 1),
        (-1, 3, ((0, 1),)),
        (3, -1, ((0, 1),)),
        (1.0, 1, ((0, 1),)),
        ("1", "1", ((0, 1),)),
        (None, 2, ((0, 1),)),
    ],
)
def test_pairs_that_are_no_pairing(upper, lower, pairs):
    with pytest.raises(DiagramError, match="in exactly one pair"):
        chord_diagram(upper, lower, pairs)


def weight_of_shares(order, lines):
    """Ways to share 2n points out among electron lines, times the ways to join them in pairs."""
    return comb(2 * order + lines - 1, lines - 1) * odd_factorial(2 * order - 1)


@pytest.mark.parametrize(
    ("of", "lines", "electrons", "highest"),
    [
        *(("line", letter, 1, 5) for letter in "RA"),
        *(("bubble", letters, 2, 4) for letters in ("RA", "AR", "RR", "AA")),
        *(("pair", letters, 4, 3) for letters in ("RARA", "RAAR", "RRRR", "RRAA", "RAAA")),
    ],
)
def test_every_shape_is_complete(of, lines, electrons, highest):
    """No diagram twice; with their multiplicities they stand for all contractions."""
    for order in range(highest):
        found = list(diagrams_of_order(order, of=of, lines=lines))
        assert len(found) == len(set(found))
        assert sum(map(multiplicity, found)) == weight_of_shares(order, electrons)
        assert set(found) == {each.diagram for each in contractions(order, of=of, lines=lines)}


def test_multiplicities_count_equal_contractions():
    for lines, order in (("RR", 3), ("AA", 2), ("RA", 2)):
        counted = Counter(each.diagram for each in contractions(order, lines=lines))
        assert counted == {diagram: multiplicity(diagram) for diagram in counted}
    counted = Counter(each.diagram for each in contractions(2, of="pair"))
    assert counted == {diagram: multiplicity(diagram) for diagram in counted}


def test_connected_pairs():
    """What is left of all pairs when the products of two bubbles are taken out."""
    for order in range(4):
        apart = sum(odd_factorial(2 * k + 1) * odd_factorial(2 * (order - k) + 1) for k in range(order + 1))
        found = list(diagrams_of_order(order, of="pair", connected=True))
        assert sum(map(multiplicity, found)) == weight_of_shares(order, 4) - apart
        assert all(nx.is_connected(nx.Graph(diagram.graph)) for diagram in found)


def test_a_contraction_is_read_back():
    for of, lines in (("line", "A"), ("bubble", "RA"), ("bubble", "RR"), ("pair", "RARA")):
        for each in contractions(2, of=of, lines=lines, vertex="density"):
            again = read_contraction(each.diagram)
            assert again in each.images
            assert again.diagram == each.diagram


@pytest.mark.parametrize(
    "given",
    [
        {"of": "triangle"},
        {"lines": "R"},
        {"lines": "RX"},
        {"of": "line", "lines": "RA"},
        {"of": 3},
        {"vertex": 1},
    ],
)
def test_unknown_shapes_are_refused(given):
    with pytest.raises(DiagramError, match="expected"):
        diagrams_of_order(1, **given)


def test_what_is_no_contraction_is_refused():
    four_currents = Diagram.build([J] * 4, [(R, 0, 1), (A, 1, 2), (R, 2, 3), (A, 3, 0)])
    for diagram in (resum(maximally_crossed(2)), four_currents, 7):
        with pytest.raises(DiagramError, match="expected"):
            read_contraction(diagram)


def test_far_too_many_vertices_for_the_pairs_are_refused_at_once():
    for many in (10**9, 10**30):
        with pytest.raises(DiagramError, match="in exactly one pair"):
            chord_diagram(many, 1, ((0, 1),))


@pytest.mark.parametrize("order", [301, 1000, 10**9])
def test_an_order_that_nobody_enumerates_is_refused(order):
    with pytest.raises(DiagramError, match="300"):
        diagrams_of_order(order, of="line")
    assert next(diagrams_of_order(300, of="line")).order == 300
