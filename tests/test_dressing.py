"""The dressings of a Hikami box: complete, each once, none too many; particle conservation proves it."""

from cmath import isclose
from collections import Counter
from itertools import chain, combinations, combinations_with_replacement
from math import comb, pi

import networkx as nx
import pytest
from graph_tools import (
    BLOCKS,
    ELECTRONS,
    A,
    C,
    D,
    J,
    R,
    X,
    chords,
    content,
    crossed_pairs,
    exchanged,
    external,
    ladder,
    low_orders,
    maximally_crossed,
    on_bubble,
    relabelled,
    rings,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.diagrams import Diagram, bubble, classify, dress, resum, slow_loops
from cooperon.diagrams.errors import DiagramError

COOPERON = resum(maximally_crossed(2))
WHOLE = tuple(dict.fromkeys(map(resum, low_orders(3))))
BOXES = tuple(diagram for diagram in WHOLE if not diagram.order)


HEXAGON = on_bubble([D, D], [0, 1])
OCTAGON = on_bubble([D, C, D], [0, 1, 2])
TWO_SQUARES = on_bubble([D, D, D], [0, 1, 2])


def value(diagram, tau=1.3, nu=0.7):
    """Polygons at zero slow momentum, vertices left out: residues, and 1/(2 pi nu tau) an impurity line."""
    result = (2 * pi * nu * tau) ** -diagram.order
    for m, n in content(diagram):
        mixed = m > 0 and n > 0
        result *= mixed and nu * 2 * pi * 1j ** (n - m) * comb(m + n - 2, m - 1) * tau ** (m + n - 1)
    return result


def dressings(diagram, highest):
    """All dressings by up to a number of lines, by brute force, over all ways to join sides of one kind."""
    graph = nx.MultiDiGraph(diagram.graph)
    sides = [(a, b, key) for a, b, key, kind in graph.edges(keys=True, data="kind") if kind in ELECTRONS]
    home = {corner: i for i, ring in enumerate(rings(diagram)) for corner in ring}
    pairs = [
        (e, f)
        for e, f in combinations(sides, 2)
        if graph.edges[e]["kind"] == graph.edges[f]["kind"] and home[e[0]] == home[f[0]]
    ]
    sizes = range(highest + 1)
    chosen = chain.from_iterable(combinations_with_replacement(pairs, size) for size in sizes)
    found = (drawing for pairs in chosen for drawing in drawings(graph, pairs))
    return {drawing for drawing in found if all(m and n for m, n in content(drawing))}


def drawings(graph, pairs):
    """Draw the lines with their ends in all orders along the sides; keep what has no crossing."""
    orders = [()]
    for number, pair in enumerate(pairs):
        orders = list(places(orders, number, pair))
    for order in orders:
        drawing = Diagram.from_graph(inserted(graph, order, len(pairs)))
        if not crossed_pairs(drawing):
            yield drawing


def places(orders, number, pair):
    """Put the two ends of a line anywhere among the ends that are on its sides already."""
    for order in orders:
        one, other = ([i for i, (side, _) in enumerate(order) if side == end] for end in pair)
        for i in [*one, len(order)]:
            for j in [*other, len(order)]:
                new = [*order]
                for at, side, name in sorted([(i, pair[0], 0), (j, pair[1], 1)], reverse=True):
                    new.insert(at, (side, (number, name)))
                yield tuple(new)


def inserted(graph, order, number):
    dressed = nx.MultiDiGraph(graph)
    for side in dict.fromkeys(side for side, _ in order):
        kind = dressed.edges[side]["kind"]
        ends = [end for where, end in order if where == side]
        dressed.add_nodes_from(ends, kind=X)
        nx.add_path(dressed, [side[0], *ends, side[1]], kind=kind)
        dressed.remove_edge(*side)
    dressed.add_edges_from(((i, 0), (i, 1), {"kind": X}) for i in range(number))
    return dressed


# --- The box of weak localization


def with_line(kind):
    """The Cooperon bubble with an impurity line between its two lines of one kind, drawn by hand."""
    lines = {R: [(R, 0, 4), (R, 4, 2), (R, 3, 5), (R, 5, 1), (A, 1, 2), (A, 3, 0)]}
    lines[A] = [(R, 0, 2), (R, 3, 1), (A, 1, 4), (A, 4, 2), (A, 3, 5), (A, 5, 0)]
    return Diagram.build([J, J] + [X] * 4, [*lines[kind], (C, 2, 3), (X, 4, 5)])


def test_the_box_of_weak_localization():
    bare, *dressed = dress(COOPERON)
    assert bare is COOPERON
    assert Counter(dressed) == Counter([with_line(R), with_line(A)])


def at_current_vertex(diagram):
    """Whether a diffuson ends right at a current vertex: both lines there come from one end of it."""
    graph = nx.MultiGraph([(a, b) for a, b, kind in diagram.graph.edges(data="kind") if kind in ELECTRONS])
    ends = {v for a, b, kind in diagram.graph.edges(data="kind") if kind == D for v in (a, b)}
    return any(graph.number_of_edges(v, end) == 2 for v in external(diagram) for end in ends)


def test_what_has_one_loop_is_the_dressed_cooperon_or_has_a_diffuson_at_a_current_vertex():
    third = [diagram for diagram in low_orders(3) if diagram.order == 3]
    one_loop = {resum(diagram) for diagram in third if (k := classify(diagram)).leading and k.loops == 1}
    box = set(dress(COOPERON))
    assert len(box) == 3
    assert box < one_loop
    assert all(at_current_vertex(diagram) for diagram in one_loop - box)
    assert not any(at_current_vertex(diagram) for diagram in box)


# --- Particle conservation, and brute force


def test_four_lines():
    bare, *dressed = (value(diagram) for diagram in dress(COOPERON))
    assert isclose(bare, 4 * pi * 0.7 * 1.3**3)
    assert all(isclose(new, -2 * pi * 0.7 * 1.3**3) for new in dressed)


@pytest.mark.parametrize(
    ("box", "sides", "number"),
    [(COOPERON, [4], 3), (HEXAGON, [6], 16), (OCTAGON, [8], 109), (TWO_SQUARES, [4, 4], 9)],
)
def test_the_sum_over_dressings_vanishes_at_rest(box, sides, number):
    """A box without slow momenta conserves particles, and does not if one dressing is left out."""
    assert sorted(map(len, rings(box))) == sides
    values = [value(diagram) for diagram in dress(box)]
    assert len(values) == number
    assert abs(sum(values)) < 1e-12 * sum(map(abs, values))
    assert all(abs(sum(values) - left_out) > 1e-3 * abs(values[0]) for left_out in values)


def test_every_box_of_low_order_conserves_particles():
    for box in BOXES:
        values = [value(diagram) for diagram in dress(box)]
        boxes = [ring for ring in rings(box) if len(ring) > 2]
        assert (abs(sum(values)) < 1e-12 * abs(values[0])) is bool(boxes)
        assert len(values) > 1 or not boxes


@pytest.mark.parametrize("box", [box for box in BOXES if max(map(len, rings(box))) < 6] + [TWO_SQUARES])
def test_squares_against_all_sets_of_lines(box):
    found = dress(box)
    assert len(found) == len(set(found))
    assert set(found) == dressings(box, 3)


def test_a_hexagon_against_all_sets_of_lines():
    found = dress(HEXAGON)
    assert Counter(diagram.order for diagram in found) == {0: 1, 1: 6, 2: 9}
    assert set(found) == dressings(HEXAGON, 3)


# --- What a dressing is


@pytest.mark.parametrize("box", BOXES)
def test_dressings_differ_by_lines_that_do_not_cross(box):
    first, *others = dress(box)
    assert first is box
    for new in others:
        assert new.order > 0
        assert slow_loops(new) == slow_loops(box)
        assert Counter(line.kind for line in new.blocks) == Counter(line.kind for line in box.blocks)
        assert not crossed_pairs(new)
        assert all(m and n for m, n in content(new))
        assert undressed(new) == box


def undressed(diagram):
    """Take the impurity lines out and join the loose ends."""
    graph = nx.MultiDiGraph(diagram.graph)
    for vertex in {v for pair in chords(diagram) for v in pair}:
        (before, _, kind), (_, after, _) = (
            next(e for e in edges(vertex, data="kind") if e[2] in ELECTRONS)
            for edges in (graph.in_edges, graph.out_edges)
        )
        graph.remove_node(vertex)
        graph.add_edge(before, after, kind=kind)
    return Diagram.from_graph(graph)


def test_several_polygons_are_dressed_each():
    one_each = Counter(diagram.order for diagram in dress(TWO_SQUARES))
    assert one_each == {0: 1, 1: 4, 2: 4}
    assert len(set(dress(TWO_SQUARES))) == 9


def test_lines_of_different_kind_are_never_joined():
    for box in BOXES:
        for new in dress(box):
            kinds = {b: kind for _, b, kind in new.graph.edges(data="kind") if kind in ELECTRONS}
            assert all(kinds[a] == kinds[b] for a, b in chords(new))


@pytest.mark.parametrize("diagram", [bubble(), resum(ladder(1))])
def test_a_polygon_of_two_lines_has_no_dressing(diagram):
    assert dress(diagram) == (diagram,)


def test_a_dressed_diagram_comes_back_alone():
    for diagram in chain(dress(COOPERON)[1:], (whole for whole in WHOLE if whole.order)):
        assert dress(diagram) == (diagram,)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_numbers_do_not_matter(data):
    box = data.draw(st.sampled_from(BOXES))
    other = relabelled(box, data.draw(st.permutations(range(len(box.kinds)))))
    assert set(dress(other)) == set(dress(box))
    assert len(dress(other)) == len(dress(box))


def test_retarded_and_advanced_lines_play_the_same_part():
    for box in BOXES:
        assert set(dress(exchanged(box))) == set(map(exchanged, dress(box)))


@pytest.mark.parametrize("given", [None, "box", 4, []])
def test_something_else_is_refused(given):
    with pytest.raises(DiagramError, match="a Diagram"):
        dress(given)


def test_the_boxes_tried_here_have_blocks_of_both_kinds():
    assert {line.kind for box in BOXES for line in box.blocks} == set(BLOCKS)
    assert {slow_loops(box) for box in BOXES} == {0, 1, 2}


@pytest.mark.parametrize("letters", ["RR", "AA"])
def test_lines_of_one_kind_are_not_dressed(letters):
    """Every face would have its poles on one side."""
    assert dress(bubble(lines=letters)) == (bubble(lines=letters),)
