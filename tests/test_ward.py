"""Particle conservation as a check: it holds for complete sets and fails for every diagram left out."""

import random
from itertools import chain, combinations
from math import factorial

import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams import bubble, chord_diagram, contractions, dress, enumerate, resum
from cooperon.diagrams.vertex_insertions import closed_up, insertions
from cooperon.symbolic.kubo import families

s = cp.symbols
CROSSED = chord_diagram(2, 2, ((0, 2), (1, 3)))
LADDER = resum(chord_diagram(1, 1, ((0, 1),)))
# two diffusons and a Cooperon between them: a polygon of eight lines
OCTAGON = resum(chord_diagram(4, 4, ((0, 5), (1, 6), (2, 4), (3, 7))))


def irreducible(diagram):
    """Self-energy: no stretch of impurity vertices from the start on is joined within itself."""
    (word,) = cp.diagrams.read_contraction(diagram).words
    return all(set(word[:i]) & set(word[i:]) for i in range(1, len(word)))


def self_energies(order):
    return [each for each in enumerate(order, of="line") if irreducible(each)]


# --- Hikami boxes


@pytest.mark.slow
@pytest.mark.parametrize("lines", [4, 6, 8])
def test_a_box_conserves_particles_and_not_without_any_of_its_members(lines):
    box = cp.hikami_box(lines)
    assert cp.ward_identity(box).holds
    assert cp.ward_identity(list(box)).holds
    at_rest = [each.value for each in cp.hikami_box(lines, order=0)]
    for i, left_out in zip(range(len(box)), box, strict=True):
        report = cp.ward_identity(box.without(i))
        assert not report.holds
        assert report.left_over == -at_rest[i] != 0
        assert report.missing == (left_out,)
        assert left_out.label in report.sentence


@pytest.mark.parametrize(
    "options", [{"corners": (None, "current", None, "current")}, {"order": 4}, {"hbar": s.hbar}, {"dim": 2}]
)
def test_vertices_and_orders_do_not_matter(options):
    box = cp.hikami_box(4, **options)
    assert cp.ward_identity(box)
    assert [cp.ward_identity(box.without(i)).holds for i in range(3)] == [False] * 3


def test_what_cancels_by_accident_is_found():
    """Some members of the hexagon that add up to nothing: without them the sum still vanishes."""
    box = cp.hikami_box(6, order=0)
    values = [each.value for each in box]
    out = next(three for three in combinations(range(16), 3) if sum(values[i] for i in three) == 0)
    report = cp.ward_identity(box.without(*out))
    assert report.left_over == 0
    assert not report.holds
    assert set(report.missing) == {box[i] for i in out}
    assert "cancel" in report.sentence


def test_a_member_that_stands_twice():
    box = cp.hikami_box(4)
    report = cp.ward_identity([*box, box[1]])
    assert not report
    assert report.extra == (box[1],)
    assert report.left_over == -2 * sp.pi * s.nu * s.tau**3


def test_long_lists_are_shortened():
    report = cp.ward_identity([cp.hikami_box(8)[0]])
    assert len(report.missing) == 108
    assert report.sentence.endswith("8 lines, dressed 2-4 and 104 more")
    with pytest.raises(cp.InputError) as error:
        cp.ward_identity([each.value for each in cp.hikami_box(6)])
    assert len(str(error.value)) < 500


def test_a_bubble_alone_does_not_conserve_particles():
    report = cp.ward_identity(cp.hikami_box(2))
    assert not report
    assert "diffuson" in report.sentence


# --- Resummed diagrams


@pytest.mark.parametrize("diagram", [resum(CROSSED), OCTAGON])
def test_dressed_diagrams(diagram):
    whole = dress(diagram)
    assert len(whole) in (3, 9, 16, 109)
    assert cp.ward_identity(whole)
    for i in range(len(whole)) if len(whole) < 20 else random.Random(1).sample(range(len(whole)), 5):
        report = cp.ward_identity(whole[:i] + whole[i + 1 :])
        assert not report.holds
        assert report.left_over != 0
        assert len(report.missing) == 1
        assert report.missing[0].order == whole[i].order


def test_all_diagrams_with_one_loop():
    whole = families(1)
    assert len(whole) > 3
    assert cp.ward_identity(whole)
    assert not any(cp.ward_identity(whole[:i] + whole[i + 1 :]) for i in range(len(whole)))
    assert not cp.ward_identity((*whole, whole[-1]))


def test_bubble_and_ladder_are_the_density_response():
    assert cp.ward_identity([bubble("density"), LADDER])
    assert cp.ward_identity(families(0))
    without_ladder, without_bubble = cp.ward_identity([bubble()]), cp.ward_identity([LADDER])
    assert not without_ladder
    assert not without_bubble
    # hbar = 1: -i omega 2 pi nu tau/(1 - i omega tau) for the bubble alone, and the remainder for the ladder
    alone = -sp.I * s.omega * 2 * sp.pi * s.nu * s.tau / (1 - sp.I * s.omega * s.tau)
    states = 2 * sp.pi * s.nu
    assert sp.simplify(without_ladder.left_over.subs(s.hbar, 1) - (alone - states)) == 0
    assert sp.simplify(without_bubble.left_over.subs(s.hbar, 1) + alone) == 0


# --- Plain impurity lines


@pytest.mark.parametrize("order", [1, 2, 3])
def test_all_bubbles_of_an_order(order):
    whole = list(enumerate(order))
    report = cp.ward_identity(whole)
    assert report.holds
    assert len(whole) == factorial(2 * order + 2) // (2 ** (order + 1) * factorial(order + 1))
    for i in range(len(whole)) if order < 3 else (0, 40, 104):
        lacking = cp.ward_identity(whole[:i] + whole[i + 1 :])
        assert not lacking
        assert lacking.missing == (chord_density(whole[i]),)
        assert lacking.left_over == 1


def chord_density(diagram):
    (density,) = {
        each.diagram
        for each in contractions(diagram.order, vertex="density")
        if same_lines(each.diagram, diagram)
    }
    return density


def same_lines(one, other):
    kinds = tuple("current" if kind == "density" else str(kind) for kind in one.kinds)
    return cp.Diagram.build(kinds, [(str(x.kind), x.start, x.end) for x in one.lines]) == other


def test_several_orders_at_once():
    assert cp.ward_identity(chain.from_iterable(map(enumerate, range(3))))


def test_insertions_are_all_bubbles():
    """(2n - 1)!! lines with 2n + 1 places each are the (2n + 1)!! bubbles, each once."""
    for order in range(4):
        found = [each for line in enumerate(order, of="line") for each in insertions(line)]
        assert len(found) == len(set(found))
        assert set(found) == set(enumerate(order, vertex="density"))


def test_closing_up_undoes_an_insertion():
    for line in enumerate(3, of="line"):
        assert {closed_up(each) for each in insertions(line)} == {line}


def random_matrices():
    draw = np.random.default_rng(3)
    upper, lower = (draw.normal(size=(4, 4)) + 1j * draw.normal(size=(4, 4)) for _ in range(2))
    scatterer = draw.normal(size=(3, 4, 4))
    return upper, lower, scatterer


def along(lines, vertices, middle):
    """Sum over scatterers of the product of matrices along an electron line; ``middle`` cuts one line."""
    (sizes, pairs) = vertices
    upper, lower, scatterer = lines
    total = 0
    for choice in np.ndindex(*([len(scatterer)] * len(pairs))):
        at = {v: scatterer[c] for pair, c in zip(pairs, choice, strict=True) for v in pair}
        product = np.eye(4)
        for v in range(sum(sizes) + 1):
            line = upper if v < sizes[0] else lower
            product = product @ (middle if v == sizes[0] else line) @ at.get(v, np.eye(4))
        total = total + product
    return total


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_identity_in_matrices(order):
    """Sigma_R - Sigma_A = sum of U (G_R - G_A) and <G_R> - <G_A> for any matrices, diagram by diagram.

    Amputated: the self-energy of 2n vertices has 2n - 1 inner lines, here all lines of a shorter product.
    """
    R, A, V = random_matrices()
    for line in enumerate(order, of="line"):
        pairs = cp.diagrams.read_contraction(line).pairs
        whole = {}
        for letter, G in (("R", R), ("A", A)):
            whole[letter] = along((G, G, V), ((0, 2 * order), pairs), G)
        cut = sum(
            along(
                (R, A, V),
                (cp.diagrams.read_contraction(each).sizes, cp.diagrams.read_contraction(each).pairs),
                R - A,
            )
            for each in insertions(line)
        )
        assert np.allclose(cut, whole["R"] - whole["A"])


# --- Self-energies and irreducible vertices


@pytest.mark.parametrize("order", [1, 2, 3])
def test_irreducible_vertices_are_the_cuts_of_self_energies(order):
    sigma = self_energies(order)
    assert len(sigma) == {1: 1, 2: 2, 3: 10}[order]
    vertices = [each for line in sigma for each in insertions(line, amputated=True)]
    assert len(vertices) == (2 * order - 1) * len(sigma)
    assert len(set(vertices)) == len(vertices)
    assert cp.ward_identity(vertices, self_energies=sigma)
    for i in range(0, len(vertices), 7):
        report = (
            cp.ward_identity(vertices[:i] + vertices[i + 1 :], self_energies=sigma) if vertices[1:] else None
        )
        assert report is None or report.missing == (vertices[i],)
        assert report is None or not report.holds
    doubled = cp.ward_identity([*vertices, vertices[0]], self_energies=sigma)
    assert not doubled
    assert doubled.extra == (vertices[0],)


def test_one_rung_belongs_to_the_born_self_energy():
    rung = chord_diagram(1, 1, ((0, 1),))
    assert cp.ward_identity([rung], self_energies=self_energies(1))
    assert not cp.ward_identity([rung], self_energies=self_energies(2))
    assert not cp.ward_identity([rung])


# --- What is refused


@pytest.mark.parametrize("given", [None, 4, "box", [], [1], [bubble(), cp.hikami_box(4)[0]], bubble()])
def test_what_is_no_set_of_diagrams(given):
    with pytest.raises(cp.InputError):
        cp.ward_identity(given)


def test_members_of_different_boxes():
    with pytest.raises(cp.InputError, match="one Hikami box"):
        cp.ward_identity([cp.hikami_box(4)[0], cp.hikami_box(6)[0]])


def test_what_is_no_self_energy():
    reducible = next(each for each in enumerate(2, of="line") if not irreducible(each))
    rung = chord_diagram(1, 1, ((0, 1),))
    with pytest.raises(cp.DiagramError, match="irreducible"):
        cp.ward_identity([rung], self_energies=[reducible])
    with pytest.raises(cp.DiagramError, match="single Green"):
        cp.ward_identity([rung], self_energies=[rung])
    with pytest.raises(cp.DiagramError, match="bubble"):
        cp.ward_identity(enumerate(1, of="line"))


def test_a_report_is_a_value():
    report = cp.ward_identity(cp.hikami_box(4))
    assert str(report) == report.sentence
    with pytest.raises(AttributeError):
        report.holds = False
