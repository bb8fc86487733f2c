"""Cutting at the blocks: closed polygons, their chords and faces, and the independent slow momenta."""

import dataclasses
from collections import Counter
from itertools import pairwise

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
    cells,
    chords,
    crossed_pairs,
    external,
    free_momenta,
    ladder,
    low_orders,
    maximally_crossed,
    on_bubble,
    relabelled,
    rings,
    skeleton,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.diagrams import Diagram, bubble, dress, polygons, resum, slow_loops
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.polygons import chords as chords_of
from cooperon.diagrams.polygons import crossings, faces

WHOLE = tuple(dict.fromkeys(map(resum, low_orders(3))))
BOXES = tuple(
    on_bubble(kinds, lower)
    for kinds, lower in [
        ([D, C, D], [0, 1, 2]),
        ([C, C], [1, 0]),
        ([C, C, D, C], [2, 0, 3, 1]),
        ([D, D, D], [0, 1, 2]),
    ]
)
FLUCTUATIONS = Diagram.build(
    [J] * 4 + [X] * 4,
    [(R, 0, 4), (R, 5, 1), (A, 3, 5), (A, 4, 2), (R, 2, 6), (R, 7, 3), (A, 1, 7), (A, 6, 0)]
    + [(D, 4, 5), (D, 6, 7)],
)
APART = Diagram.build([J] * 4, [(R, 0, 1), (A, 1, 0), (R, 2, 3), (R, 3, 2)])
TRIANGLE = Diagram.build([J] * 3, [(R, 0, 1), (R, 1, 2), (A, 2, 0)])
DRAWN = (*low_orders(2), *WHOLE, *BOXES, FLUCTUATIONS, APART, TRIANGLE)
DRESSED = [new for whole in (*WHOLE, *BOXES[:1]) for new in dress(whole)]
PLANAR = [diagram for diagram in (*DRAWN, *DRESSED) if not crossed_pairs(diagram)]


# --- Polygons


def test_every_electron_line_is_a_side_of_exactly_one_polygon():
    for diagram in DRAWN:
        sides = [side.line for polygon in polygons(diagram) for side in polygon.sides]
        assert Counter(sides) == Counter(line for line in diagram.lines if line.kind in ELECTRONS)


def test_every_vertex_is_a_corner_of_exactly_one_polygon():
    for diagram in DRAWN:
        corners = [corner for polygon in polygons(diagram) for corner in polygon.corners]
        assert sorted(corners) == list(range(len(diagram.kinds)))


def test_polygons_are_the_parts_that_electron_lines_connect():
    for diagram in DRAWN:
        assert {frozenset(polygon.corners) for polygon in polygons(diagram)} == set(
            map(frozenset, rings(diagram))
        )


def test_the_walk_is_closed_and_knows_its_direction():
    for diagram in DRAWN:
        for polygon in polygons(diagram):
            first = polygon.sides[0]
            for side, after in pairwise((*polygon.sides, first)):
                ends = (side.line.start, side.line.end)[:: side.sign]
                assert (side.vertex, after.vertex) == ends
                assert side.sign in {1, -1}


def test_where_the_walk_begins():
    """At the lowest vertex left, along an arrow where one goes out; retarded before advanced."""
    for diagram in DRAWN:
        cut = polygons(diagram)
        lowest = [min(polygon.corners) for polygon in cut]
        assert [polygon.corners[0] for polygon in cut] == lowest == sorted(lowest)
        for polygon in cut:
            corner = polygon.corners[0]
            out = [line.kind for line in diagram.lines_of(R, A) if line.start == corner]
            first = polygon.sides[0]
            assert first.sign == (1 if out else -1)
            assert first.line.kind == (max(out) if out else R)


def test_walks_along_and_against_the_arrows():
    """Through a Cooperon's end both electrons come in: the walk turns against the arrows."""
    (polygon,) = polygons(on_bubble([C], [0]))
    assert [(side.line.kind, side.sign) for side in polygon.sides] == [(R, 1), (A, -1), (R, -1), (A, 1)]
    left, right = polygons(on_bubble([D], [0]))
    assert [(side.line.kind, side.sign) for side in left.sides + right.sides] == [
        (R, 1),
        (A, 1),
        (A, 1),
        (R, 1),
    ]


# --- Chords and faces


def test_chords_are_the_impurity_lines_within_a_polygon():
    for diagram in DRAWN:
        for polygon in polygons(diagram):
            corners = polygon.corners
            found = [(corners[a], corners[b]) for a, b in chords_of(diagram, polygon)]
            expected = [pair for pair in chords(diagram) if set(pair) <= set(corners)]
            assert Counter(map(frozenset, found)) == Counter(map(frozenset, expected))
            assert all(a < b for a, b in chords_of(diagram, polygon))
            assert list(chords_of(diagram, polygon)) == sorted(chords_of(diagram, polygon))


def test_crossings_as_drawn_in_the_plane():
    for diagram in (*low_orders(3), *DRAWN, *DRESSED):
        assert crossings(diagram) == crossed_pairs(diagram)


def test_a_line_between_two_polygons_counts_as_a_crossing():
    """The vertex correction of an end of the diffuson: its line joins both sides of the block."""
    whole = resum(
        next(d for d in low_orders(2) if d.order == 2 and len(resum(d).blocks) == 1 == resum(d).order)
    )
    assert len(polygons(whole)) == 2
    assert [chords_of(whole, polygon) for polygon in polygons(whole)] == [(), ()]
    assert crossings(whole) == 1


def test_faces_share_out_the_sides():
    for diagram in PLANAR:
        for polygon in polygons(diagram):
            pairs = chords_of(diagram, polygon)
            found = faces(polygon, pairs)
            assert len(found) == len(pairs) + 1
            assert Counter(side for face in found for side in face) == Counter(polygon.sides)


def test_faces_are_the_cells_between_the_chords():
    for diagram in PLANAR:
        for polygon in polygons(diagram):
            pairs = [pair for pair in chords(diagram) if pair[0] in polygon.corners]
            expected = cells(list(polygon.corners), pairs)
            found = faces(polygon, chords_of(diagram, polygon))
            assert {frozenset(side.vertex for side in face) for face in found} == set(
                map(frozenset, expected)
            )


def test_faces_of_nested_chords():
    """Two insertions within insertions on a ring of ten corners: the faces by hand."""
    ring = (
        [(R, i, i + 1) for i in range(4)] + [(R, 4, 5)] + [(A, i, i + 1) for i in range(5, 9)] + [(A, 9, 0)]
    )
    kinds = [X] * 4 + [J] + [X] * 4 + [J]
    diagram = Diagram.build([kinds[-1], *kinds[:-1]], [*ring, (X, 1, 4), (X, 2, 3), (X, 6, 9), (X, 7, 8)])
    (polygon,) = polygons(diagram)
    found = [tuple(side.vertex for side in face) for face in faces(polygon, chords_of(diagram, polygon))]
    assert sorted(map(sorted, found)) == [[0, 4, 5, 9], [1, 3], [2], [6, 8], [7]]
    assert found[0] == (0, 4, 5, 9)


# --- Slow momenta


def test_slow_momenta_that_conservation_leaves_free():
    for diagram in DRAWN:
        assert slow_loops(diagram) == free_momenta(diagram)


def test_slow_momenta_as_a_cyclomatic_number():
    """Contract the polygons by networkx and count edges, nodes and parts."""
    for diagram in DRAWN:
        graph = skeleton(diagram)
        blocks = nx.MultiGraph()
        home = {v: i for i, ring in enumerate(rings(diagram)) for v in ring}
        blocks.add_nodes_from(home.values())
        blocks.add_edges_from((home[a], home[b]) for a, b, kind in graph.edges(data="kind") if kind in BLOCKS)
        parts = nx.number_connected_components(blocks)
        assert slow_loops(diagram) == blocks.number_of_edges() - blocks.number_of_nodes() + parts


@pytest.mark.parametrize(
    ("diagram", "loops"),
    [
        (bubble(), 0),
        (ladder(3), 0),
        (resum(ladder(3)), 0),
        (resum(maximally_crossed(3)), 1),
        (on_bubble([D, D], [0, 1]), 2),
        (on_bubble([D, D], [1, 0]), 0),
        (on_bubble([C, D], [1, 0]), 1),
        (BOXES[0], 3),
        (FLUCTUATIONS, 1),
        (APART, 0),
    ],
)
def test_slow_momenta_of_known_diagrams(diagram, loops):
    assert slow_loops(diagram) == loops


# --- Whatever the numbers


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_numbers_do_not_matter(data):
    diagram = data.draw(st.sampled_from(DRAWN))
    numbers = data.draw(st.permutations(range(len(diagram.kinds))))
    order = data.draw(st.permutations(range(len(diagram.lines))))
    other = relabelled(diagram, numbers, order)
    assert slow_loops(other) == slow_loops(diagram)
    assert crossings(other) == crossings(diagram)
    shapes = [Counter(tuple(sorted(numbers[v] for v in polygon.corners)) for polygon in polygons(diagram))]
    assert shapes == [Counter(tuple(sorted(polygon.corners)) for polygon in polygons(other))]


def test_what_is_tried_here_is_varied():
    assert {len(polygon.sides) for diagram in DRAWN for polygon in polygons(diagram)} >= {2, 3, 4, 5, 6, 8}
    assert {slow_loops(diagram) for diagram in DRAWN} >= {0, 1, 2, 3}
    assert {len(external(diagram)) for diagram in DRAWN} == {2, 3, 4}


@pytest.mark.parametrize("ask", [polygons, crossings, slow_loops])
@pytest.mark.parametrize("given", [None, "bubble", 3, bubble().graph])
def test_something_else_is_refused(ask, given):
    with pytest.raises(DiagramError, match="a Diagram"):
        ask(given)


def test_polygons_are_values():
    (polygon,) = polygons(bubble())
    assert {polygon} == set(polygons(bubble()))
    for value, name in ((polygon, "sides"), (polygon.sides[0], "sign")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, ())
