"""From families to blocks: members give one diagram, and the diagram gives its members back."""

from collections import Counter
from itertools import product

import pytest
from graph_tools import (
    ELECTRONS,
    A,
    C,
    D,
    J,
    R,
    X,
    averaged,
    chords,
    exchanged,
    expanded,
    has_insertion,
    isomorphic,
    joins_both_kinds,
    ladder,
    low_orders,
    maximally_crossed,
    relabelled,
    with_insertion,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.diagrams import (
    Diagram,
    Family,
    bubble,
    chord_diagram,
    classify,
    enumerate,
    read_contraction,
    resum,
    turn_round,
)
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.resummation import without_insertions

LOW = low_orders(3)
PLAIN = tuple(diagram for diagram in LOW if not has_insertion(diagram))
DIFFUSON = Diagram.build([J, J, X, X], [(R, 0, 2), (A, 2, 0), (R, 3, 1), (A, 1, 3), (D, 2, 3)])
COOPERON = Diagram.build([J, J, X, X], [(R, 0, 2), (A, 1, 2), (R, 3, 1), (A, 3, 0), (C, 2, 3)])


# --- The two infinite families


@pytest.mark.parametrize("number", range(1, 7))
def test_every_ladder_is_the_diffuson(number):
    assert resum(ladder(number)) == DIFFUSON


@pytest.mark.parametrize("number", range(2, 7))
def test_every_maximally_crossed_diagram_is_the_cooperon(number):
    assert resum(maximally_crossed(number)) == COOPERON


def test_the_cooperon_begins_with_two_lines():
    assert ladder(1) == maximally_crossed(1)
    assert resum(maximally_crossed(1)) == DIFFUSON


def test_nothing_else_becomes_the_bare_diffuson_or_cooperon():
    families = {DIFFUSON: Family.LADDER, COOPERON: Family.MAXIMALLY_CROSSED, bubble(): Family.BUBBLE}
    for diagram in PLAIN:
        assert families.get(resum(diagram), Family.OTHER) is classify(diagram).family


# --- What a block stands for


def test_a_family_read_back_contains_the_diagram():
    """Rungs and crossed lines put back in the place of the blocks, of all lengths, give the diagram too."""
    for diagram in PLAIN:
        whole = resum(diagram)
        lines = diagram.order - whole.order
        lengths = [
            chosen
            for chosen in product(range(1, lines + 1), repeat=len(whole.blocks))
            if sum(chosen) == lines
        ]
        assert sum(isomorphic(expanded(whole, chosen), diagram) for chosen in lengths) >= 1


def test_every_member_of_a_family_gives_the_same_diagram():
    for whole in dict.fromkeys(map(resum, LOW)):
        for lengths in product((2, 3), repeat=len(whole.blocks)):
            member = expanded(whole, lengths)
            assert member.order == whole.order + sum(lengths)
            assert resum(member) == whole


def test_no_two_families_share_a_member_without_insertions():
    """A diagram belongs to one family only: those of order 3 are shared out among the families."""
    wholes = dict.fromkeys(map(resum, PLAIN))
    members = Counter(
        member
        for whole in wholes
        for chosen in product(range(1, 4), repeat=len(whole.blocks))
        if whole.order + sum(chosen) == 3 and resum(member := expanded(whole, chosen)) == whole
    )
    third = {diagram for diagram in PLAIN if diagram.order == 3}
    assert set(members) == third
    assert set(members.values()) == {1}


def test_lines_that_join_both_electron_lines_all_go_into_blocks():
    for diagram in PLAIN:
        whole = resum(diagram)
        assert joins_both_kinds(diagram) is (whole.order == 0)
        electrons = {b: kind for _, b, kind in whole.graph.edges(data="kind") if kind in ELECTRONS}
        assert all(electrons[a] == electrons[b] for a, b in chords(whole))


def test_blocks_are_as_long_as_can_be():
    """A block of three lines is not a block beside a single line."""
    mixed = chord_diagram(5, 5, ((0, 9), (1, 8), (2, 5), (3, 6), (4, 7)))
    assert Counter(line.kind for line in resum(mixed).blocks) == {D: 1, C: 1}
    assert resum(mixed) == resum(chord_diagram(3, 3, ((0, 5), (1, 3), (2, 4))))


def test_a_line_between_parts_the_family():
    """An impurity line of one electron line that ends between two rungs keeps them apart."""
    parted = chord_diagram(4, 2, ((0, 2), (1, 5), (3, 4)))
    whole = resum(parted)
    assert [line.kind for line in whole.blocks] == [D, D]
    assert whole.order == 1


# --- Self-energies


def test_insertions_do_not_matter():
    for diagram in low_orders(2):
        for line in range(len(diagram.lines_of(*ELECTRONS))):
            dirty = with_insertion(diagram, line)
            assert dirty.order == diagram.order + 1
            assert has_insertion(dirty)
            assert resum(dirty) == resum(diagram)


def test_insertions_of_any_kind_do_not_matter():
    for diagram in LOW:
        clean = averaged(diagram)
        assert resum(diagram) == resum(clean)
        assert not has_insertion(resum(diagram))


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_insertions_within_insertions_do_not_matter(data):
    diagram = clean = data.draw(st.sampled_from([ladder(2), maximally_crossed(2), bubble(), LOW[40]]))
    for _ in range(data.draw(st.integers(1, 4))):
        lines = len(diagram.lines_of(*ELECTRONS))
        diagram = with_insertion(diagram, data.draw(st.integers(0, lines - 1)))
    assert resum(diagram) == resum(clean)


def test_stripping_is_done_once_and_for_all():
    for diagram in LOW:
        kept = without_insertions(read_contraction(diagram).words)
        assert without_insertions(kept) == kept
        assert sum(map(len, kept)) == 2 * averaged(diagram).order


def test_words_are_read_along_the_arrows():
    read = read_contraction(chord_diagram(3, 1, ((0, 2), (1, 3)), vertex="density"))
    assert (read.words, str(read.vertex)) == (((0, 1, 0), (1,)), "density")


# --- Once and for all, whatever the numbers


def test_resummation_is_idempotent():
    for diagram in LOW:
        assert resum(resum(diagram)) == resum(diagram)
        assert resum(DIFFUSON) is DIFFUSON


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_equal_diagrams_have_equal_families(data):
    diagram = data.draw(st.sampled_from(LOW))
    numbers = data.draw(st.permutations(range(len(diagram.kinds))))
    flips = data.draw(st.sets(st.sampled_from(range(len(diagram.lines)))))
    assert resum(relabelled(diagram, numbers, flips=flips)) == resum(diagram)
    assert turn_round(relabelled(diagram, numbers, flips=flips)) == turn_round(diagram)


def test_retarded_and_advanced_lines_play_the_same_part():
    for diagram in LOW:
        assert resum(exchanged(diagram)) == exchanged(resum(diagram))


def test_external_vertices_keep_their_kind():
    crossed = chord_diagram(2, 2, ((0, 2), (1, 3)), vertex="spin")
    assert resum(crossed).kinds.count("spin") == 2
    assert turn_round(crossed).kinds.count("spin") == 2


# --- Turning round the advanced line


def test_turning_round_twice_changes_nothing():
    for diagram in LOW:
        assert turn_round(turn_round(diagram)) == diagram
        assert turn_round(diagram).order == diagram.order


@pytest.mark.parametrize("number", range(1, 7))
def test_ladder_and_maximally_crossed_change_places(number):
    assert turn_round(ladder(number)) == maximally_crossed(number)
    assert turn_round(maximally_crossed(number)) == ladder(number)


def test_turning_round_moves_the_ends_on_the_advanced_line_only():
    for diagram in LOW:
        turned = turn_round(diagram)
        for kind, step in ((R, 1), (A, -1)):
            assert partners(turned, kind) == partners(diagram, kind)[::step]


def partners(diagram, kind):
    """Along one electron line, whether the impurity line met there goes to the other line."""
    other = {a: b for pair in chords(diagram) for a, b in (pair, pair[::-1])}
    follow = {a: b for a, b, found in diagram.graph.edges(data="kind") if found == kind}
    (start,) = {a for a in follow if diagram.kinds[a] == J}
    walk = []
    while diagram.kinds[start := follow[start]] != J:
        walk.append(other[start] in follow)
    return walk


def test_families_change_places_too():
    for diagram in LOW:
        before, after = classify(diagram).family, classify(turn_round(diagram)).family
        swapped = {Family.LADDER: Family.MAXIMALLY_CROSSED, Family.MAXIMALLY_CROSSED: Family.LADDER}
        expected = before if diagram.order < 2 else swapped.get(before, before)
        assert after is expected


# --- What is refused


@pytest.mark.parametrize("change", [resum, turn_round])
@pytest.mark.parametrize("given", [None, "bubble", 7, Diagram, bubble().graph])
def test_something_else_is_refused(change, given):
    with pytest.raises(DiagramError, match="a Diagram"):
        change(given)


def test_two_bubbles_cannot_be_turned_round():
    two = Diagram.build([J] * 4, [(R, 0, 1), (A, 1, 0), (R, 2, 3), (A, 3, 2)])
    with pytest.raises(DiagramError, match="one bubble"):
        turn_round(two)
    assert resum(two) == two


def test_an_open_line_has_no_family():
    for change in (resum, turn_round):
        with pytest.raises(DiagramError, match="bubble"):
            change(next(enumerate(2, of="line")))


@pytest.mark.parametrize("letters", ["RR", "AA"])
def test_lines_of_one_kind_have_no_blocks(letters):
    for diagram in enumerate(2, lines=letters):
        assert resum(diagram).blocks == ()
    assert resum(bubble(lines=letters)) == bubble(lines=letters)


def test_a_diagram_with_blocks_cannot_be_turned_round():
    for block in (DIFFUSON, COOPERON):
        with pytest.raises(DiagramError, match="impurity lines only"):
            turn_round(block)
