"""The proof that the diagrams are complete: it holds for all of them, and for nothing else."""

from __future__ import annotations

import dataclasses
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cooperon as cp
from cooperon.diagrams import Contraction, enumeration, read_contraction
from cooperon.diagrams import enumerate as drawn
from cooperon.diagrams.errors import DiagramError, InputError
from cooperon.numerics.disorder import Disorder
from cooperon.numerics.exact_arrays import ExactArray
from cooperon.numerics.impurity_words import impurity_words
from cooperon.numerics.lattice_average import lattice_average
from cooperon.numerics.lattice_diagrams import LatticeRules, lattice_value

WHITE_RING = cp.lattice.ring(4, hopping=1)
LATTICES = [
    cp.lattice.ring(4),
    cp.lattice.torus(2, 2),
    cp.lattice.random_hamiltonian(3, real=True),
    cp.lattice.random_hamiltonian(4, seed=9),
]
QUANTITIES = {
    "G^R": {"of": "line"},
    "G^A": {"of": "line", "lines": "A"},
    "G^R G^A": {"of": "bubble", "open_ends": True},
    "bubble": {"of": "bubble"},
    "RR": {"of": "bubble", "lines": "RR", "open_ends": True},
    "AA": {"of": "bubble", "lines": "AA", "vertex": "density"},
}
ALL = {(of, order): list(drawn(order, of=of)) for of in ("line", "bubble") for order in (2, 3)}
ALL["line", 4] = list(drawn(4, of="line"))


@pytest.mark.parametrize("name", QUANTITIES)
@pytest.mark.parametrize("lattice", LATTICES, ids=str)
def test_diagrams_are_the_average(lattice, name):
    """Exactly, in rational numbers."""
    orders = range(5) if name in ("G^R", "G^A") else range(3)
    proof = cp.lattice_proof(orders, lattice=lattice, **QUANTITIES[name])
    assert proof.holds
    assert all(order.difference == 0 and order.total == order.average for order in proof.orders)


@pytest.mark.parametrize("name", QUANTITIES)
def test_to_order_three_and_four(name):
    """<G> and <G^R G^A> to order 4, <Tr v G^R v G^A> to order 3, on three sites, exactly."""
    proof = cp.lattice_proof(4 if name in ("G^R", "G^R G^A") else 3, **QUANTITIES[name])
    assert proof.holds
    assert not proof.blind


@pytest.mark.slow
@pytest.mark.parametrize("name", QUANTITIES)
def test_in_floating_point_numbers(name):
    for lattice in LATTICES:
        proof = cp.lattice_proof(
            range(1, 5 if name != "RR" else 4), lattice=lattice, exact=False, **QUANTITIES[name]
        )
        assert proof.holds
        assert max(order.difference for order in proof.orders) < 1e-12


def test_torus_of_nine_sites():
    assert cp.lattice_proof(3, lattice=cp.lattice.torus(3, 3), exact=False).holds
    assert cp.lattice_proof(1, lattice=cp.lattice.torus(3, 3), of="bubble").holds


@pytest.mark.parametrize("connected", [False, True])
def test_pairs_of_bubbles(connected):
    proof = cp.lattice_proof((1, 2), of="pair", connected=connected)
    assert proof.holds
    assert not proof.blind
    assert cp.lattice_proof(2, of="pair", lines="RRAA", connected=connected).holds


@given(
    st.integers(0, 10**6),
    st.fractions(-2, 2, max_denominator=9),
    st.fractions(Fraction(1, 9), 3, max_denominator=9),
)
@settings(max_examples=15, deadline=None)
def test_any_hamiltonian_energy_and_width(seed, energy, eta):
    lattice = cp.lattice.random_hamiltonian(2, seed=seed, energy=energy, eta=eta)
    assert cp.lattice_proof((1, 2, 3), lattice=lattice).holds
    assert cp.lattice_proof(1, lattice=lattice, of="bubble", open_ends=True).holds


def test_order_of_the_letters_does_not_matter():
    proof = cp.lattice_proof(2, of="bubble", lines="AR", open_ends=True)
    assert proof.holds
    assert proof.quantity == "<G^R_ab G^A_cd>"
    assert cp.lattice_proof(1, of="pair", lines="AARA").holds


# how much a proof sees


def test_white_noise_on_a_ring_is_blind():
    """Of the 105 diagrams of order 4 only 26 differ in value, so that a wrong set passes for right."""
    (order,) = cp.lattice_proof(4, lattice=WHITE_RING).orders
    assert (len(order.values), order.different) == (105, 26)
    diagrams = ALL["line", 4]
    entries = [value.entries for value in order.values]
    one, twin = next((i, j) for i in range(105) for j in range(i) if entries[i] == entries[j])
    wrong = [diagrams[twin] if i == one else diagram for i, diagram in enumerate(diagrams)]
    assert len(set(wrong)) == 104
    proof = cp.lattice_proof(4, lattice=WHITE_RING, diagrams=wrong)
    assert proof.holds
    assert proof.blind
    assert not cp.lattice_proof(4, diagrams=wrong).holds


@pytest.mark.parametrize("exact", [True, False])
def test_what_tells_diagrams_apart(exact):
    """Values among 105 diagrams: correlations tell apart what white noise does not, matrices what traces do not."""
    white = cp.disorder.white_noise(4)
    cases = [
        (WHITE_RING, 26),
        (cp.lattice.random_hamiltonian(4, real=True, disorder=white), 39),
        (cp.lattice.random_hamiltonian(4, disorder=white), 61),
        (cp.lattice.random_hamiltonian(4), 105),
        (cp.lattice.random_hamiltonian(4, real=True), 105),
    ]
    for lattice, different in cases:
        assert cp.lattice_proof(4, lattice=lattice, exact=exact).orders[0].different == different


def test_traces_see_less_than_matrices():
    """With time reversal a line and its reverse have one trace: 65 of 105."""
    (order,) = cp.lattice_proof(4, lattice=cp.lattice.random_hamiltonian(4, real=True)).orders
    traces = {complex(np.trace(value.numbers())).real for value in order.values}
    assert len({f"{trace:.8e}" for trace in traces}) == 65


# what a proof does not let pass


@pytest.mark.parametrize(("of", "order"), [("line", 3), ("bubble", 2)])
@pytest.mark.parametrize("exact", [True, False])
def test_leaving_out_doubling_or_exchanging_any_diagram_is_seen(of, order, exact):
    diagrams = ALL[of, order]

    def holds(some):
        return cp.lattice_proof(order, of=of, diagrams=some, exact=exact).holds

    assert holds(diagrams)
    assert holds(diagrams[::-1])
    for i, diagram in enumerate(diagrams):
        rest = diagrams[:i] + diagrams[i + 1 :]
        assert not holds(rest)
        assert not holds([*diagrams, diagram])
        assert not holds([*rest, diagrams[i - 1]])
    assert not holds([])


@pytest.mark.parametrize(("of", "order"), [("line", 4), ("bubble", 3)])
def test_any_of_105_diagrams_in_place_of_any_other_is_seen(of, order):
    """By the values: leaving out, doubling and all 105 x 104 exchanges, as differences of exact numbers."""
    (proof,) = cp.lattice_proof(order, of=of, diagrams=ALL[of, order]).orders
    assert proof.holds
    entries = [value.entries for value in proof.values]
    assert len(entries) == 105
    assert all(any(map(any, value)) for value in entries)
    assert len(set(entries)) == 105


def test_weights_are_fixed_by_the_average():
    """Solving sum_i w_i D_i = <G> for the weights gives 1 for each of the 15 diagrams of order 3."""
    columns, wanted = [], []
    for seed in range(3):
        (order,) = cp.lattice_proof(3, lattice=cp.lattice.random_hamiltonian(4, seed=seed)).orders
        scale = np.abs(order.average.numbers()).max()
        columns.append(np.array([value.numbers().ravel() / scale for value in order.values]).T)
        wanted.append(order.average.numbers().ravel() / scale)
    matrix = np.concatenate(columns)
    weights, _, rank, _ = np.linalg.lstsq(matrix, np.concatenate(wanted), rcond=1e-13)
    assert rank == 15
    assert np.allclose(weights, 1, atol=1e-6)


def test_contractions_without_their_multiplicity_are_not_enough():
    """Two retarded lines: each diagram once is too little where two contractions give one diagram."""
    diagrams = list(drawn(2, lines="RR"))
    question = {"of": "bubble", "lines": "RR"}
    assert cp.lattice_proof(2, diagrams=diagrams, **question).holds
    assert not cp.lattice_proof(2, diagrams=map(read_contraction, diagrams), **question).holds
    every = [image for diagram in diagrams for image in read_contraction(diagram).images]
    assert cp.lattice_proof(2, diagrams=every, **question).holds


def test_unconnected_pairs_are_no_fluctuations():
    every, connected = list(drawn(1, of="pair")), list(drawn(1, of="pair", connected=True))
    assert not cp.lattice_proof(1, of="pair", diagrams=connected).holds
    assert not cp.lattice_proof(1, of="pair", diagrams=every, connected=True).holds
    assert cp.lattice_proof(1, of="pair", diagrams=connected, connected=True).holds


def test_nothing_is_proved_where_both_sides_vanish():
    """Without a flux the velocity of a torus two sites wide is zero, and so is every bubble."""
    proof = cp.lattice_proof(1, of="bubble", lattice=cp.lattice.torus(2, 2, hopping=1))
    assert not proof.holds
    assert "BOTH SIDES VANISH" in str(proof)
    assert not cp.lattice_proof(1, of="bubble", lattice=cp.lattice.torus(2, 2, hopping=1), exact=False).holds


def test_a_sum_where_the_average_vanishes_is_not_equal():
    """The diagrams of order 1 held against nothing."""
    (order,) = cp.lattice_proof(1).orders
    zero = order.average - order.average
    wrong = dataclasses.replace(order, average=zero)
    assert not wrong.holds
    assert wrong.difference == math.inf
    assert "NOT EQUAL" in str(wrong)


def test_exact_means_exact():
    """Off by a part in 10^40 is off."""
    (order,) = cp.lattice_proof(2).orders
    tiny = ExactArray.read([[1 + Fraction(1, 10**40)]])
    assert order.holds
    assert not dataclasses.replace(order, average=order.average * tiny).holds


# the two sides share nothing but the clean Green's function


def refuse(*_, **__):
    raise AssertionError("asked for what belongs to the other side")


def with_disorder(lattice, **changes):
    return dataclasses.replace(lattice, disorder=dataclasses.replace(lattice.disorder, **changes))


@pytest.mark.parametrize(
    "asked", [{"of": "line"}, {"of": "bubble", "open_ends": True}, {"of": "pair"}], ids=str
)
def test_the_average_knows_of_no_pairs(monkeypatch, asked):
    """No enumeration, no rules, no cumulant, no covariance."""
    lattice = cp.lattice.random_hamiltonian(3)
    wanted = lattice_average(4, lattice, exact=True, **asked)
    for owner, name in (
        (enumeration, "pairings"),
        (enumeration, "contractions"),
        (Contraction, "__post_init__"),
        (LatticeRules, "__init__"),
        (Disorder, "cumulant"),
    ):
        monkeypatch.setattr(owner, name, refuse)
    zero = ((Fraction(0),) * 3,) * 3
    assert lattice_average(4, with_disorder(lattice, covariance=zero), exact=True, **asked) == wanted


@pytest.mark.parametrize("of", ["line", "bubble", "pair"])
def test_diagrams_know_of_no_moments(monkeypatch, of):
    """No moment and no independent variables: of a Gaussian potential only the covariance."""
    lattice = cp.lattice.random_hamiltonian(3)
    wanted = [lattice_value(diagram, lattice, exact=True) for diagram in drawn(2, of=of)]
    monkeypatch.setattr(Disorder, "moment", refuse)
    zero = ((Fraction(0),) * 3,) * 3
    other = with_disorder(lattice, mixing=zero, variances=zero[0])
    assert [lattice_value(diagram, other, exact=True) for diagram in drawn(2, of=of)] == wanted


# disorder that is not Gaussian

BOX = cp.lattice.random_hamiltonian(3, disorder=cp.disorder.box(3, width=2))
TWO = cp.lattice.ring(3, disorder=cp.disorder.two_valued(3, profile=[[1, 1, 0], [0, 1, 0], [0, 1, 2]]))


@pytest.mark.parametrize("lattice", [BOX, TWO], ids=str)
def test_higher_cumulants(lattice):
    assert cp.lattice_proof(range(5), lattice=lattice).holds
    assert cp.lattice_proof(range(1, 4), lattice=lattice, of="bubble").holds
    assert cp.lattice_proof(2, lattice=lattice, of="bubble", open_ends=True).holds
    assert cp.lattice_proof(2, lattice=lattice, of="pair").holds
    assert cp.lattice_proof(2, lattice=lattice, of="pair", connected=True).holds
    assert cp.lattice_proof(4, lattice=lattice, exact=False).holds


@pytest.mark.parametrize("lattice", [BOX, TWO], ids=str)
def test_pairs_alone_fail_at_the_fourth_power(lattice):
    """What is missing is the impurity met four times: <V^4> = 3 <V^2>^2 + kappa_4."""
    assert cp.lattice_proof(1, lattice=lattice, diagrams=drawn(1, of="line")).holds
    (pairs,) = cp.lattice_proof(2, lattice=lattice, diagrams=drawn(2, of="line")).orders
    assert not pairs.holds
    assert pairs.difference > 0.01
    four = [words for words in impurity_words(2) if words.legs == (4,)]
    assert len(four) == 1
    missing = cp.lattice_proof(2, lattice=lattice, diagrams=four).orders[0].total
    assert pairs.total + missing == pairs.average


def test_each_kind_of_impurity_is_needed():
    """At order 3: 15 of three pairs, 15 of a pair and a four, one of six."""
    words = list(impurity_words(3))
    kinds = {tuple(sorted(each.legs)) for each in words}
    assert kinds == {(2, 2, 2), (2, 4), (6,)}
    for kind in kinds:
        some = [each for each in words if tuple(sorted(each.legs)) != kind]
        assert not cp.lattice_proof(3, lattice=BOX, diagrams=some).holds


def test_of_a_gaussian_potential_the_higher_cumulants_vanish():
    assert cp.lattice_proof(3, diagrams=impurity_words(3)).holds


def test_the_cumulant_is_used(monkeypatch):
    """Another fourth cumulant, another sum: the average stays what it is."""
    right = type(BOX.disorder).cumulant

    def wrong(disorder, source, power):
        return right(disorder, source, power) * (2 if power == 4 else 1)

    assert cp.lattice_proof(2, lattice=BOX).holds
    monkeypatch.setattr(type(BOX.disorder), "cumulant", wrong)
    assert not cp.lattice_proof(2, lattice=BOX).holds


# what it says


def test_report():
    proof = cp.lattice_proof((1, 4), lattice=WHITE_RING)
    assert str(proof).splitlines() == [
        "<G^R_ab>: ring of 4 sites, uncorrelated Gaussian disorder, E = 1/3, eta = 1/2, exact numbers",
        "order 1: 1 diagram: equal",
        "order 4: 105 diagrams with 26 different values: equal",
        "proved, but diagrams of equal values could stand for one another",
    ]
    assert repr(proof) == str(proof)
    assert isinstance(proof, cp.LatticeProof)
    rounded = cp.lattice_proof(1, exact=False, of="bubble", lines="AA", vertex="density", lattice=WHITE_RING)
    assert str(rounded).splitlines()[0].startswith("<Tr G^A G^A>: ring of 4 sites")
    assert "floating-point" in str(rounded)
    assert "equal to 1e-12" in str(rounded)


def test_report_of_a_failure():
    proof = cp.lattice_proof(2, diagrams=ALL["line", 2][1:])
    lines = str(proof).splitlines()
    off = proof.orders[0].difference
    assert lines[1] == f"order 2: 2 diagrams: NOT EQUAL, off by {off:.1e} of the average"
    assert lines[2] == "NOT PROVED"
    assert 1e-3 < off < 10


def test_names_of_what_is_averaged():
    def name(**asked):
        return cp.lattice_proof(0, **asked).quantity

    assert name() == "<G^R_ab>"
    assert name(of="bubble") == "<Tr v G^R v G^A>"
    assert name(of="bubble", open_ends=True) == "<G^R_ab G^A_cd>"
    assert name(of="pair", lines="AARA") == "<Tr v G^R v G^A Tr v G^A v G^A>"
    fluctuation = "<Tr v G^R v G^A Tr v G^R v G^A> - <Tr v G^R v G^A> <Tr v G^R v G^A>"
    assert name(of="pair", connected=True) == fluctuation


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: cp.lattice_proof(-1), r"0, 1, 2"),
        (lambda: cp.lattice_proof([]), r"0, 1, 2"),
        (lambda: cp.lattice_proof("two"), r"0, 1, 2"),
        (lambda: cp.lattice_proof(1, of="triangle"), "one of line, bubble, pair"),
        (lambda: cp.lattice_proof(1, of="bubble", lines="R"), "2 letters"),
        (lambda: cp.lattice_proof(1, open_ends=True), 'of="bubble"'),
        (lambda: cp.lattice_proof(1, connected=True), 'of="pair"'),
        (lambda: cp.lattice_proof((1, 2), diagrams=[]), "one order"),
        (lambda: cp.lattice_proof(1, diagrams=ALL["line", 2][0]), "an iterable"),
        (lambda: cp.lattice_proof(1, lattice=4), "a Lattice"),
        (lambda: cp.lattice_proof(1, diagrams=ALL["line", 2]), "2 of them at order 1"),
        (lambda: cp.lattice_proof(2, diagrams=ALL["bubble", 2]), "a line of the lines R"),
        (lambda: cp.lattice_proof(2, of="bubble", diagrams=drawn(2, lines="RR")), "bubble of the lines RA"),
        (
            lambda: cp.lattice_proof(2, of="bubble", diagrams=drawn(2, vertex="density")),
            "with current vertices",
        ),
        (lambda: cp.lattice_proof(1, diagrams=["rainbow"]), "a single line, a bubble"),
        (lambda: cp.lattice_proof(12), "hours"),
        (lambda: cp.lattice_proof(6, lattice=cp.lattice.torus(3, 3)), "GB"),
    ],
)
def test_errors_say_what_was_expected(ask, message):
    with pytest.raises((InputError, DiagramError), match=message):
        ask()


def test_ring_of_four_at_order_four():
    assert cp.lattice_proof(4, lattice=cp.lattice.ring(4)).holds


def test_a_diagram_of_value_zero_is_seen_to_be_unseen():
    """Without hopping and with a velocity off the diagonal a rung joins nothing: it could be missing."""
    lattice = cp.lattice.from_matrices([[0, 0], [0, 0]], [[0, 1], [1, 0]])
    for exact in (True, False):
        proof = cp.lattice_proof(1, of="bubble", lattice=lattice, exact=exact)
        assert proof.holds
        assert proof.blind
        assert proof.orders[0].vanishing == 1
        assert "3 diagrams, 1 of value zero" in str(proof)
        assert "one of value zero could be missing" in str(proof)
    without = [each for each in drawn(1) if cp.lattice_value(each, lattice) != 0]
    assert len(without) == 2
    assert cp.lattice_proof(1, of="bubble", lattice=lattice, diagrams=without).holds


@pytest.mark.parametrize("orders", [10**9, range(10**9), itertools.count()], ids=str)
def test_orders_that_nobody_can_wait_for(orders):
    with pytest.raises(InputError, match="0, 1, 2"):
        cp.lattice_proof(orders)
    with pytest.raises(InputError, match="monomials"):
        cp.lattice_proof(300, diagrams=[])


def test_whole_numbers_of_numpy():
    assert cp.lattice_proof(np.arange(1, 3), lattice=cp.lattice.ring(np.int64(2))).holds
    assert cp.disorder.white_noise(np.int64(2)) == cp.disorder.white_noise(2)


def test_lattices_say_what_they_are():
    assert str(cp.lattice.random_hamiltonian(1)).startswith("random Hamiltonian of 1 site,")
    assert str(cp.lattice.ring(3, eta=1e300)).endswith("eta = 1e+300")
    assert str(cp.lattice.ring(3, eta=10**400)).endswith("eta = 1.000000e+400")
    assert str(cp.lattice.ring(3, eta=Fraction(1, 10**400))).endswith("eta = 1.000000e-400")
    for wrong in (True, None, [1], 1.5):
        with pytest.raises(InputError, match="expected"):
            cp.lattice.random_hamiltonian(wrong)
        with pytest.raises(InputError, match="expected"):
            cp.lattice.random_hamiltonian(3, seed=wrong)
