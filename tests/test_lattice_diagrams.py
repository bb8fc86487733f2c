"""Diagrams on a lattice against sums over sites in plain loops, and what relates their values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import cooperon as cp
from cooperon.diagrams import Contraction, Diagram, contractions, enumerate, multiplicity, read_contraction
from cooperon.diagrams.errors import DiagramError, InputError
from cooperon.numerics.finite_lattice import exact_matrix
from cooperon.numerics.impurity_words import ImpurityWords, impurity_words
from cooperon.numerics.lattice_diagrams import LatticeRules, lattice_value

COMPLEX = cp.lattice.random_hamiltonian(2, seed=4)
THREE = cp.lattice.random_hamiltonian(3)
BOX = cp.lattice.random_hamiltonian(2, disorder=cp.disorder.box(2, width=3, profile=[[1, 2], [-1, 1]]))


def numbers(lattice):
    green = {letter: lattice.green(letter).numbers() for letter in "RA"}
    covariance = np.array(lattice.disorder.covariance, dtype=float)
    return green, exact_matrix(lattice.velocity).numbers(), covariance


def path(green, sites):
    """G along the arrow: from the first site to the last one, G[to, from] at each step."""
    product = 1
    for start, end in itertools.pairwise(sites):
        product *= green[end, start]
    return product


def bubble_by_loops(contraction, lattice):
    """Sum over the sites of all impurity vertices and of both ends of both lines, one by one."""
    green, v, covariance = numbers(lattice)
    first, sites = contraction.sizes[0], range(lattice.sites)
    total = 0
    for at in itertools.product(sites, repeat=2 * contraction.order):
        weight = np.prod([covariance[at[a], at[b]] for a, b in contraction.pairs])
        for a, b, c, d in itertools.product(sites, repeat=4):
            upper = path(green[contraction.lines[0]], (a, *at[:first], b))
            lower = path(green[contraction.lines[1]], (c, *at[first:], d))
            total += weight * v[c, b] * upper * v[a, d] * lower
    return total


@pytest.mark.parametrize("lines", ["RA", "RR"])
def test_bubbles_by_loops(lines):
    for contraction in contractions(2, lines=lines):
        wanted = bubble_by_loops(contraction, COMPLEX)
        assert lattice_value(contraction, COMPLEX) == pytest.approx(wanted, rel=1e-12)
        exactly = lattice_value(contraction, COMPLEX, exact=True)
        assert exactly.numbers() == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("letter", ["R", "A"])
def test_lines_by_loops(letter):
    green, _, covariance = numbers(COMPLEX)
    for contraction in contractions(3, of="line", lines=letter):
        wanted = np.zeros((2, 2), dtype=complex)
        for start, *at, end in itertools.product(range(2), repeat=8):
            weight = np.prod([covariance[at[a], at[b]] for a, b in contraction.pairs])
            wanted[end, start] += weight * path(green[letter], (start, *at, end))
        assert np.allclose(lattice_value(contraction.diagram, COMPLEX), wanted, rtol=1e-12, atol=0)


def test_many_legs_by_loops():
    """Impurities with two, four and six vertices: sum over sources k of the cumulant times profiles."""
    green, _, _ = numbers(BOX)
    profile = np.array(BOX.disorder.mixing, dtype=float)
    kappa = {n: [float(BOX.disorder.cumulant(k, n)) for k in range(2)] for n in (2, 4, 6)}
    for words in impurity_words(3):
        wanted = np.zeros((2, 2), dtype=complex)
        (word,) = words.words
        for start, *at, end in itertools.product(range(2), repeat=8):
            weight = path(green["R"], (start, *at, end))
            for label, legs in zip(range(6), words.legs, strict=False):
                own = [s for s, met in zip(at, word, strict=True) if met == label]
                weight *= sum(kappa[legs][k] * np.prod(profile[own, k]) for k in range(2))
            wanted[end, start] += weight
        assert np.allclose(lattice_value(words, BOX), wanted, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("lines", ["RA", "RR", "AA"])
def test_closing_the_ends_gives_the_bubble(lines):
    """Tr v G v G from the tensor with open ends, diagram by diagram."""
    v = exact_matrix(THREE.velocity).numbers()
    for diagram in enumerate(2, lines=lines):
        tensor = lattice_value(diagram, THREE, open_ends=True)
        closed = np.einsum("da,abcd,bc->", v, tensor, v)
        assert lattice_value(diagram, THREE) == pytest.approx(closed, rel=1e-11)


def test_density_vertices_are_unit_matrices():
    for diagram in enumerate(1, vertex="density"):
        tensor = lattice_value(diagram, THREE, open_ends=True)
        assert lattice_value(diagram, THREE) == pytest.approx(np.einsum("abba->", tensor), rel=1e-12)


def test_bubbles_that_nothing_connects_multiply():
    """A pair of bubbles, each with its own rung, is the square of one; four lines share the impurities."""
    rung = Contraction("bubble", "RA", (1, 1), ((0, 1),))
    both = Contraction("pair", "RARA", (1, 1, 1, 1), ((0, 1), (2, 3)))
    assert lattice_value(both, THREE) == pytest.approx(lattice_value(rung, THREE) ** 2, rel=1e-12)


def test_one_impurity_on_four_lines():
    words = ImpurityWords("pair", "RARA", ((0,), (0,), (0,), (0,)))
    green, v, _ = numbers(BOX)
    profile = np.array(BOX.disorder.mixing, dtype=float)
    wanted = 0
    for k in range(2):
        met = np.diag(profile[:, k])
        dressed = {letter: green[letter] @ met @ green[letter] for letter in "RA"}
        trace = np.trace(v @ dressed["R"] @ v @ dressed["A"])
        wanted += float(BOX.disorder.cumulant(k, 4)) * trace**2
    assert lattice_value(words, BOX) == pytest.approx(wanted, rel=1e-12)


def test_exact_and_rounded_values_agree():
    for order, of in ((3, "line"), (3, "bubble"), (2, "pair")):
        rounded, exact = LatticeRules(THREE), LatticeRules(THREE, exact=True)
        for diagram in enumerate(order, of=of):
            wanted = exact(diagram).numbers()
            assert np.abs(rounded(diagram) - wanted).max() <= 1e-12 * np.abs(wanted).max()


def test_numbering_of_vertices_does_not_matter():
    """A diagram read from a graph whose advanced line comes first."""
    relabelled = Diagram.build(
        ["impurity", "current", "impurity", "current"],
        [("advanced", 1, 2), ("advanced", 2, 3), ("retarded", 3, 0), ("retarded", 0, 1), ("impurity", 2, 0)],
    )
    rung = Contraction("bubble", "RA", (1, 1), ((0, 1),)).diagram
    assert relabelled == rung
    for open_ends in (False, True):
        found = lattice_value(relabelled, THREE, exact=True, open_ends=open_ends)
        assert found == lattice_value(rung, THREE, exact=True, open_ends=open_ends)


def test_a_diagram_counts_as_often_as_it_occurs():
    """Two retarded lines: a diagram is worth all its contractions."""
    for diagram in enumerate(2, lines="RR"):
        images = read_contraction(diagram).images
        assert len(images) == multiplicity(diagram)
        total = sum(lattice_value(image, THREE, open_ends=True) for image in images)
        assert np.allclose(lattice_value(diagram, THREE, open_ends=True), total, rtol=1e-12)


def test_impurity_words():
    """Even set partitions: 1, 1, 4, 31, 379, times the ways to share 2n vertices out between two lines."""
    assert [sum(1 for _ in impurity_words(n)) for n in range(5)] == [1, 1, 4, 31, 379]
    found = list(impurity_words(2, of="bubble"))
    assert len(found) == len(set(found)) == 4 * 5
    assert {words.legs for words in found} == {(4,), (2, 2)}
    gaussian = {ImpurityWords.of_contraction(contraction) for contraction in contractions(2)}
    assert {words for words in found if words.legs == (2, 2)} == gaussian


def test_errors():
    with pytest.raises(DiagramError, match="one of line, bubble, pair"):
        next(impurity_words(1, of="triangle"))
    with pytest.raises(DiagramError, match=r"0, 1, 2, \.\.\."):
        next(impurity_words(-1))
    with pytest.raises(DiagramError, match="1 tuples"):
        ImpurityWords("line", "R", ((1, 1),))
    with pytest.raises(InputError, match="current or density vertices"):
        lattice_value(cp.diagrams.bubble("spin"), THREE)
    with pytest.raises(DiagramError, match="a single line, a bubble"):
        lattice_value("bubble", THREE)
