"""What a diagram is, against definitions by cuts and by intersections of chords in the plane."""

import dataclasses
from collections import Counter
from functools import cache

import pytest
from graph_tools import (
    A,
    C,
    D,
    J,
    R,
    W,
    X,
    averaged,
    chords,
    crossed_pairs,
    exchanged,
    external,
    free_momenta,
    has_insertion,
    intersections,
    joins_both_kinds,
    ladder,
    low_orders,
    maximally_crossed,
    relabelled,
    rings,
    separating_cuts,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.diagrams import Diagram, Family, bubble, chord_diagram, classify, resum
from cooperon.diagrams.errors import DiagramError

LOW = low_orders(3)


def of_order(order):
    return [diagram for diagram in low_orders(4) if diagram.order == order]


@cache
def without_insertions(order):
    return tuple(diagram for diagram in low_orders(order) if not has_insertion(diagram))


# --- Counts that are public facts


@pytest.mark.parametrize(("order", "number"), list(enumerate([1, 1, 4, 27, 248])))
def test_bubbles_without_self_energy_insertions(order, number):
    families = Counter(classify(diagram).family for diagram in of_order(order))
    assert sum(families.values()) - families[Family.SELF_ENERGY] == number
    assert families[Family.BUBBLE] == (order == 0)
    assert families[Family.LADDER] == (order >= 1)
    assert families[Family.MAXIMALLY_CROSSED] == (order >= 2)


def test_irreducible_ones_sum_up_to_all_as_a_geometric_series():
    """With u_n irreducible vertices of order n, the ladder of them is 1/(1 - sum u_n x^n)."""
    found = [
        [kind for kind in map(classify, of_order(order)) if kind.family is not Family.SELF_ENERGY]
        for order in range(5)
    ]
    irreducible = [0] + [sum(not kind.reducible for kind in kinds) for kinds in found[1:]]
    series = [1]
    for order in range(1, 5):
        series.append(sum(irreducible[k] * series[order - k] for k in range(1, order + 1)))
    assert series == [len(kinds) for kinds in found] == [1, 1, 4, 27, 248]
    assert irreducible[1:3] == [1, 3]  # the rung; two crossed lines, and the two vertex corrections


@pytest.mark.parametrize("order", range(1, 5))
def test_non_crossing_diagrams_are_catalan(order):
    catalan = [1, 1, 2, 5, 14][order]
    plain = [kind for kind in map(classify, of_order(order)) if kind.crossings == 0]
    assert len(plain) == (2 * order + 1) * catalan


# --- Against independent definitions


def test_the_family_by_cuts_and_crossings():
    for diagram in LOW:
        family = classify(diagram).family
        rungs, meets = joins_both_kinds(diagram), crossed_pairs(diagram)
        every = diagram.order * (diagram.order - 1) // 2
        if diagram.order == 0:
            assert family is Family.BUBBLE
        elif has_insertion(diagram):
            assert family is Family.SELF_ENERGY
        elif rungs and meets == 0:
            assert family is Family.LADDER
        elif rungs and meets == every:
            assert family is Family.MAXIMALLY_CROSSED
        else:
            assert family is Family.OTHER


def test_a_ladder_falls_apart_between_any_two_rungs():
    """Ladders are the insertion-free diagrams with the most cuts between the external vertices."""
    for diagram in without_insertions(3):
        cuts = len(list(separating_cuts(diagram)))
        assert cuts <= diagram.order + 1
        assert (cuts == diagram.order + 1) is (classify(diagram).family in (Family.LADDER, Family.BUBBLE))


@pytest.mark.parametrize("seed", [0, 1])
def test_crossings_as_drawn_in_the_plane(seed):
    for diagram in LOW:
        (ring,) = rings(diagram)
        assert classify(diagram).crossings == intersections(ring, chords(diagram), seed)


def test_reducible_by_cutting_two_lines():
    """One retarded and one advanced line, and impurities on both sides of the cut."""
    for diagram in LOW:
        kept = averaged(diagram)
        halves = [parts for parts in separating_cuts(kept) if all(len(part) > 1 for part in parts)]
        assert all(len(parts) == 2 for parts in halves)
        assert classify(diagram).reducible is bool(halves)


def test_loops_by_conservation_of_momentum():
    for diagram in LOW:
        assert classify(diagram).loops == free_momenta(resum(diagram))


def test_leading_by_crossings_in_the_plane():
    """After resummation, and among the lines of the insertions."""
    for diagram in LOW:
        within = crossed_pairs(diagram) - crossed_pairs(averaged(diagram))
        assert classify(diagram).leading is (crossed_pairs(resum(diagram)) == within == 0)


def test_every_combination_occurs():
    kinds = [classify(diagram) for diagram in LOW]
    assert {kind.family for kind in kinds} == set(Family) - {Family.LINE}
    assert {(kind.reducible, kind.leading) for kind in kinds} == {(a, b) for a in (0, 1) for b in (0, 1)}
    assert {kind.loops for kind in kinds} == {0, 1, 2}
    assert {kind.crossings for kind in kinds} == {0, 1, 2, 3}


# --- Named diagrams


@pytest.mark.parametrize("number", range(1, 7))
def test_the_ladder(number):
    kind = classify(ladder(number))
    assert kind.family is Family.LADDER
    assert (kind.crossings, kind.loops, kind.reducible, kind.leading) == (0, 0, number > 1, True)


@pytest.mark.parametrize("number", range(2, 7))
def test_maximally_crossed(number):
    kind = classify(maximally_crossed(number))
    assert kind.family is Family.MAXIMALLY_CROSSED
    assert (kind.crossings, kind.loops) == (number * (number - 1) // 2, 1)
    assert (kind.reducible, kind.leading) == (False, True)


NAMED = {
    "bubble": (bubble(), "bubble", 0, 0, False, True),
    "rainbow": (chord_diagram(4, 0, ((0, 3), (1, 2))), "self-energy insertion", 0, 0, False, True),
    "crossed self-energy": (
        chord_diagram(4, 0, ((0, 2), (1, 3))),
        "self-energy insertion",
        1,
        0,
        False,
        False,
    ),
    "insertions on both lines": (
        chord_diagram(2, 2, ((0, 1), (2, 3))),
        "self-energy insertion",
        0,
        0,
        False,
        True,
    ),
    "vertex correction of second order": (chord_diagram(3, 1, ((0, 2), (1, 3))), "other", 1, 0, False, False),
    "dressed Hikami box": (
        chord_diagram(4, 2, ((0, 3), (1, 4), (2, 5))),
        "other",
        3,
        1,
        False,
        True,
    ),
    "crossed lines and a rung": (
        chord_diagram(3, 3, ((0, 4), (1, 5), (2, 3))),
        "other",
        1,
        1,
        True,
        True,
    ),
    "two crossed diffusons": (chord_diagram(3, 3, ((0, 4), (1, 3), (2, 5))), "other", 2, 2, False, True),
    "an insertion inside a ladder": (
        chord_diagram(4, 2, ((0, 5), (1, 2), (3, 4))),
        "self-energy insertion",
        0,
        0,
        True,
        True,
    ),
}


@pytest.mark.parametrize(
    ("diagram", "family", "crossings", "loops", "reducible", "leading"), NAMED.values(), ids=NAMED
)
def test_named_diagrams(diagram, family, crossings, loops, reducible, leading):
    kind = classify(diagram)
    assert str(kind.family) == family
    assert (kind.crossings, kind.loops) == (crossings, loops)
    assert (kind.reducible, kind.leading) == (reducible, leading)


# --- It is read off the graph


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_numbers_and_order_of_lines_do_not_matter(data):
    diagram = data.draw(st.sampled_from(LOW))
    numbers = data.draw(st.permutations(range(len(diagram.kinds))))
    order = data.draw(st.permutations(range(len(diagram.lines))))
    flips = data.draw(st.sets(st.sampled_from(range(len(diagram.lines)))))
    assert classify(relabelled(diagram, numbers, order, flips)) == classify(diagram)


def test_retarded_and_advanced_lines_play_the_same_part():
    for diagram in LOW:
        assert classify(exchanged(diagram)) == classify(diagram)


def test_the_kind_of_the_external_vertices_does_not_matter():
    for diagram in low_orders(2):
        lines = [(line.kind, line.start, line.end) for line in diagram.lines]
        for vertex in ("density", "spin"):
            kinds = [vertex if i in external(diagram) else X for i in range(len(diagram.kinds))]
            assert classify(Diagram.build(kinds, lines)) == classify(diagram)


# --- What is refused

BUBBLE = [(R, 0, 1), (A, 1, 0)]
NO_BUBBLES = {
    "blocks already": resum(ladder(1)),
    "a cooperon already": resum(maximally_crossed(2)),
    "a retarded line that comes back": Diagram.build(
        [J, J, X, X], [(R, 0, 2), (R, 2, 0), (A, 1, 3), (A, 3, 1), (X, 2, 3)]
    ),
    "three bubbles": Diagram.build([J] * 6, [*BUBBLE, (R, 2, 3), (A, 3, 2), (R, 4, 5), (A, 5, 4)]),
    "three vertices": Diagram.build([J] * 3, [(R, 0, 1), (A, 1, 2), (A, 2, 0)]),
    "vertices of two kinds": Diagram.build([J, "density"], BUBBLE),
    "an interaction": Diagram.build([J, J, W, W], [(R, 0, 2), (R, 2, 1), (A, 1, 3), (A, 3, 0), (W, 2, 3)]),
    "a closed line beside it": Diagram.build([J, J, X, X], [*BUBBLE, (R, 2, 3), (R, 3, 2), (X, 2, 3)]),
    "a closed line joined to it": Diagram.build(
        [J, J] + [X] * 4,
        [(R, 0, 2), (R, 2, 3), (R, 3, 1), (A, 1, 0), (A, 4, 5), (A, 5, 4), (X, 2, 4), (X, 3, 5)],
    ),
    "a vacuum": Diagram.build([X, X], [(R, 0, 1), (R, 1, 0), (X, 0, 1)]),
    "a mixture": Diagram.build(
        [J, J, X, X, X, X],
        [(R, 0, 2), (A, 2, 0), (R, 3, 4), (R, 4, 1), (A, 1, 5), (A, 5, 3), (X, 4, 5), (D, 2, 3)],
    ),
}


@pytest.mark.parametrize("diagram", NO_BUBBLES.values(), ids=NO_BUBBLES)
def test_nothing_but_lines_and_bubbles_with_impurity_lines_is_classified(diagram):
    with pytest.raises(DiagramError, match="one bubble") as caught:
        classify(diagram)
    assert repr(diagram) in caught.value.given
    assert "enumerate" in caught.value.hint


@pytest.mark.parametrize("given", [None, 3, "ladder", [], bubble().graph])
def test_something_else_is_refused(given):
    with pytest.raises(DiagramError, match="a Diagram"):
        classify(given)


def test_blocks_are_named_as_such():
    assert [line.kind for line in NO_BUBBLES["blocks already"].blocks] == [D]
    assert [line.kind for line in NO_BUBBLES["a cooperon already"].blocks] == [C]


def test_a_classification_is_a_value():
    assert classify(ladder(2)) == classify(ladder(3))
    assert len({classify(ladder(2)), classify(ladder(3)), classify(maximally_crossed(3))}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        classify(bubble()).loops = 1
