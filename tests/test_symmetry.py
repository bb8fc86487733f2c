"""Exchange of R and A, reversal and rotation: what they do to values, and how many classes there are."""

from itertools import product
from string import ascii_letters

import networkx as nx
import numpy as np
import pytest
from chord_tools import all_pairings, ring_classes
from graph_tools import incidence, low_orders, maximally_crossed, relabelled
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.diagrams import (
    Diagram,
    bubble,
    canonical,
    chord_diagram,
    contractions,
    count,
    dress,
    equivalent,
    exchange,
    resum,
    reverse,
    rotate,
    symmetry_class,
)
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.symmetry import OPERATIONS

SITES = 3
RNG = np.random.default_rng(7)


def drawn_matrices(*, real):
    """A small disordered metal: Green's functions, an antisymmetric current, correlated disorder."""
    hopping = RNG.normal(size=(SITES, SITES)) + (0 if real else 1j * RNG.normal(size=(SITES, SITES)))
    retarded = np.linalg.inv((0.3 + 0.7j) * np.eye(SITES) - hopping - hopping.conj().T)
    current = 1j * np.triu(RNG.normal(size=(SITES, SITES)), 1)
    root = RNG.normal(size=(SITES, SITES))
    return {
        "retarded": retarded,
        "advanced": retarded.conj().T,
        "impurity": root @ root.T,
        "current": current + current.conj().T,
    }


def value(diagram, matrices):
    """The sum over all sites: a matrix element for each electron line, from its end to its start."""
    letters = iter(ascii_letters)
    before, after = {}, {}
    for vertex, kind in enumerate(diagram.kinds):
        before[vertex] = after[vertex] = next(letters)
        if kind == "current":
            after[vertex] = next(letters)
    factors = [(matrices["current"], after[v] + before[v]) for v in diagram.vertices_of("current")]
    for line in diagram.lines:
        ends = (
            before[line.end] + after[line.start]
            if line.kind != "impurity"
            else before[line.end] + before[line.start]
        )
        factors.append((matrices[line.kind], ends))
    return np.einsum(",".join(ends for _, ends in factors) + "->", *[m for m, _ in factors], optimize=True)


def some_bubbles():
    rest = [chord_diagram(3, 3, ((0, 3), (1, 5), (2, 4))), chord_diagram(4, 2, ((0, 2), (1, 4), (3, 5)))]
    return [*low_orders(2), *rest, *diagrams_of_order(1, lines="RR"), *diagrams_of_order(1, of="pair")]


def test_exchange_and_reversal_together_are_complex_conjugation():
    matrices = drawn_matrices(real=False)
    for diagram in some_bubbles():
        conjugate = value(reverse(exchange(diagram)), matrices)
        assert conjugate == pytest.approx(np.conj(value(diagram, matrices)))


def test_with_time_reversal_symmetry_the_reversed_diagram_has_the_same_value():
    matrices = drawn_matrices(real=True)
    for diagram in some_bubbles():  # an even number of currents, each odd
        assert value(reverse(diagram), matrices) == pytest.approx(value(diagram, matrices))
        assert value(exchange(diagram), matrices) == pytest.approx(np.conj(value(diagram, matrices)))


def test_without_it_some_values_differ():
    matrices = drawn_matrices(real=False)
    pairs = [(value(reverse(d), matrices), value(d, matrices)) for d in low_orders(2) if reverse(d) != d]
    assert pairs
    assert not any(one == pytest.approx(other, rel=1e-6) for one, other in pairs)


def test_rotation_keeps_the_trace_of_a_closed_line():
    """Close the line by one more line between its ends: with n = 3, all 15 diagrams."""
    matrices = drawn_matrices(real=False)

    def closed(diagram):
        points = 2 * diagram.order
        kinds = ["impurity"] * points
        order = {v: i for i, v in enumerate(strand(diagram))}
        lines = [("retarded", i, (i + 1) % points) for i in range(points)]
        lines += [("impurity", order[x.start], order[x.end]) for x in diagram.lines_of("impurity")]
        return Diagram.build(kinds, lines)

    def strand(diagram):
        follow = {line.start: line.end for line in diagram.lines_of("retarded")}
        at = next(v for v in diagram.vertices_of("end") if v in follow)
        met = []
        while follow[at] in follow:
            at = follow[at]
            met.append(at)
        return met

    for diagram in diagrams_of_order(3, of="line"):
        assert value(closed(rotate(diagram)), matrices) == pytest.approx(value(closed(diagram), matrices))
        assert closed(rotate(diagram)) == closed(diagram)


# --- As operations


def many():
    found = [*low_orders(3), *diagrams_of_order(2, of="line"), *diagrams_of_order(1, of="pair")]
    found += [bubble("density", lines="AA"), resum(maximally_crossed(3))]
    return found + [other for diagram in low_orders(2) for other in dress(resum(diagram))]


def test_twice_is_nothing_and_the_two_can_change_places():
    for diagram in many():
        assert exchange(exchange(diagram)) == reverse(reverse(diagram)) == diagram
        assert exchange(reverse(diagram)) == reverse(exchange(diagram))


def test_what_they_do_to_the_graph():
    for diagram in many():
        swapped = exchange(diagram).graph.edges(data="kind")
        kinds = {"retarded": "advanced", "advanced": "retarded"}
        assert sorted(swapped) == sorted(
            (a, b, kinds.get(k, k)) for a, b, k in diagram.graph.edges(data="kind")
        )
        turned = nx.reverse(incidence(diagram))
        same = nx.is_isomorphic(
            incidence(reverse(diagram)), turned, node_match=lambda a, b: a["kind"] == b["kind"]
        )
        assert same


def test_a_cooperon_is_turned_round_a_diffuson_is_not():
    crossed = resum(maximally_crossed(2))
    (block,) = crossed.blocks
    (turned,) = reverse(crossed).blocks
    assert (turned.start, turned.end) == (block.end, block.start)
    ladder = resum(chord_diagram(2, 2, ((0, 3), (1, 2))))
    assert reverse(ladder).blocks == ladder.blocks


def test_the_ladder_is_its_own_image():
    assert symmetry_class(bubble()) == (bubble(),)
    assert symmetry_class(resum(maximally_crossed(2))) == (resum(maximally_crossed(2)),)


# --- Classes


def bubble_orbits(order, exchanged=True, reversed_=True):
    """Orbits of bubbles in plain Python, a bubble as its retarded and its advanced word."""

    def written(upper, lower):
        names = {}
        return tuple(tuple(names.setdefault(x, len(names)) for x in each) for each in (upper, lower))

    found = set()
    for pairs, place in product(all_pairings(order), range(2 * order + 1)):
        label = {p: i for i, pair in enumerate(pairs) for p in pair}
        both = [label[p] for p in range(2 * order)]
        images = [(both[:place], both[place:])]
        if exchanged:
            images += [(b, a) for a, b in images]
        if reversed_:
            images += [(a[::-1], b[::-1]) for a, b in images]
        found.add(min(written(*each) for each in images))
    return len(found)


@pytest.mark.parametrize("order", range(4))
def test_classes_of_bubbles_by_brute_force(order):
    found = [diagram for diagram in low_orders(3) if diagram.order == order]
    assert len({canonical(each) for each in found}) == bubble_orbits(order)
    assert len({canonical(each, ["exchange"]) for each in found}) == bubble_orbits(order, reversed_=False)
    assert len({canonical(each, ["reversal"]) for each in found}) == bubble_orbits(order, exchanged=False)
    assert len({canonical(each, []) for each in found}) == len(found)


@pytest.mark.parametrize("order", range(1, 5))
def test_rings_of_diagrams_are_rings_of_integers(order):
    found = {canonical(each, ("rotation", "reversal")) for each in diagrams_of_order(order, of="line")}
    assert len(found) == ring_classes(order) == count("classes", order)


def test_classes_share_everything_out():
    left = {d for d in low_orders(3) if d.order == 3}
    for diagram in list(left):
        members = symmetry_class(diagram)
        assert len(members) == len(set(members)) in {1, 2, 4}
        assert diagram in members
        assert all(symmetry_class(member) == members for member in members)
        left -= set(members)
    assert left == set()


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_class_does_not_depend_on_names(data):
    diagram = data.draw(st.sampled_from(many()))
    other = relabelled(diagram, data.draw(st.permutations(range(len(diagram.kinds)))))
    operations = data.draw(st.lists(st.sampled_from(["exchange", "reversal"]), max_size=3))
    for name in operations:
        other = OPERATIONS[name](other)
    assert canonical(other) == canonical(diagram)
    assert hash(canonical(other)) == hash(canonical(diagram))
    assert equivalent(diagram, other)
    assert equivalent(other, diagram)


def test_not_equivalent():
    rainbow, crossed = chord_diagram(4, 0, ((0, 3), (1, 2))), chord_diagram(4, 0, ((0, 2), (1, 3)))
    assert not equivalent(rainbow, crossed)
    assert not equivalent(bubble(lines="RR"), bubble())
    before, behind = chord_diagram(3, 1, ((0, 1), (2, 3))), chord_diagram(3, 1, ((0, 3), (1, 2)))
    assert equivalent(before, behind)
    assert equivalent(before, behind, "reversal")
    assert not equivalent(before, behind, "exchange")
    assert not equivalent(before, behind, ())


def test_a_line_turned_round():
    for each in contractions(3, of="line"):
        points = 2 * each.order
        turned = sorted(tuple(sorted(points - 1 - p for p in pair)) for pair in each.pairs)
        image = next(c for c in contractions(3, of="line") if list(c.pairs) == turned)
        assert reverse(each.diagram) == image.diagram


def test_what_is_refused():
    with pytest.raises(DiagramError, match=r"under = .*some of exchange, reversal, rotation"):
        canonical(bubble(), ("mirror",))
    with pytest.raises(DiagramError, match="single Green's function"):
        canonical(bubble(), ("rotation",))
    with pytest.raises(DiagramError, match="expected"):
        rotate(resum(maximally_crossed(2)))
    for function in (exchange, reverse, rotate, canonical, symmetry_class):
        with pytest.raises(DiagramError, match="3; expected"):
            function(3)
    with pytest.raises(DiagramError, match="3; expected"):
        equivalent(bubble(), 3)
    with pytest.raises(DiagramError, match="under = 3"):
        canonical(bubble(), 3)
    with pytest.raises(DiagramError, match="under = "):
        canonical(bubble(), [["exchange"]])
