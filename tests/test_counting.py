"""How many diagrams there are: public facts, brute force over graphs, recurrences of other authors."""

from fractions import Fraction
from itertools import product
from math import comb, exp, factorial

import numpy as np
import pytest
from chord_tools import (
    all_pairings,
    crossings,
    hangs_together,
    has_insertion,
    irreducible,
    is_vertex,
    ring_classes,
)

from cooperon.diagrams import count, crossing_numbers
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.counting import RULES
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.series import multiply, power, undress

KINDS = [
    *("all", "1PI", "skeleton", "non-crossing", "classes", "bubble"),
    *("skeleton bubble", "vertex", "skeleton vertex", "pair", "connected pair"),
]


def odd_factorial(number):
    return 1 if number < 2 else number * odd_factorial(number - 2)


@pytest.mark.parametrize(
    ("kind", "first", "numbers"),
    [
        ("all", 0, [1, 1, 3, 15, 105, 945, 10395, 135135, 2027025]),
        ("1PI", 0, [0, 1, 2, 10, 74, 706, 8162, 110410]),
        ("skeleton", 0, [0, 1, 1, 4, 27, 248, 2830, 38232]),
        ("non-crossing", 0, [1, 1, 2, 5, 14, 42, 132, 429, 1430]),
        ("classes", 0, [1, 1, 2, 5, 17, 79, 554, 5283, 65346]),
        ("bubble", 0, [1, 3, 15, 105, 945, 10395, 135135]),
        ("skeleton bubble", 0, [1, 1, 4, 27, 248, 2830]),
    ],
)
def test_public_facts(kind, first, numbers):
    assert [count(kind, first + n) for n in range(len(numbers))] == numbers


# --- By brute force


@pytest.mark.parametrize("order", range(6))
def test_lines_by_brute_force(order):
    pairings = all_pairings(order)
    assert count("all", order) == len(set(pairings))
    assert count("1PI", order) == sum(map(irreducible, pairings))
    assert count("skeleton", order) == sum(map(hangs_together, pairings))
    assert count("non-crossing", order) == sum(crossings(pairs) == 0 for pairs in pairings)
    assert count("classes", order) == ring_classes(order)


@pytest.mark.parametrize("order", range(4))
def test_bubbles_and_vertices_by_brute_force(order):
    bubbles = [(pairs, place) for pairs in all_pairings(order) for place in range(2 * order + 1)]
    assert count("bubble", order) == len(bubbles)
    assert count("skeleton bubble", order) == sum(not has_insertion(*each) for each in bubbles)
    vertices = [each for each in bubbles if is_vertex(*each)]
    assert count("vertex", order) == len(vertices)
    assert count("skeleton vertex", order) == sum(not has_insertion(*each) for each in vertices)


@pytest.mark.parametrize("order", range(4))
def test_pairs_by_brute_force(order):
    """Two bubbles share the points out; exchanging them changes the numbers of the points."""
    seen, joined = set(), set()
    for sizes in product(range(2 * order + 1), repeat=4):
        if sum(sizes) != 2 * order:
            continue
        first = sizes[0] + sizes[1]
        for pairs in all_pairings(order):
            moved = ([(p - first) % (2 * order) for p in pair] for pair in pairs)
            other = (sizes[2:] + sizes[:2], tuple(sorted(tuple(sorted(pair)) for pair in moved)))
            one = min((sizes, pairs), other)
            seen.add(one)
            if any(a < first <= b for a, b in pairs):
                joined.add(one)
    assert (count("pair", order), count("connected pair", order)) == (len(seen), len(joined))


@pytest.mark.parametrize("order", range(3))
def test_pairs_are_those_that_are_drawn(order):
    assert count("pair", order) == sum(1 for _ in diagrams_of_order(order, of="pair"))
    connected = diagrams_of_order(order, of="pair", connected=True)
    assert count("connected pair", order) == sum(1 for _ in connected)


# --- High orders, by recurrences that others found


def test_irreducible_self_energies_are_indecomposable_matchings():
    """What is left of all diagrams when the first irreducible piece is split off."""
    for n in range(1, 41):
        split = sum(odd_factorial(2 * k - 1) * count("1PI", n - k) for k in range(1, n))
        assert count("1PI", n) == odd_factorial(2 * n - 1) - split


def test_skeletons_obey_the_recurrence_of_connected_chord_diagrams():
    """Stein's: s(n) = (n - 1) sum s(i) s(n - i)."""
    s = [count("skeleton", n) for n in range(41)]
    assert all(s[n] == (n - 1) * sum(s[i] * s[n - i] for i in range(1, n)) for n in range(2, 41))


def test_vertices_are_derivatives_of_self_energies():
    """Any of the 2n - 1 lines inside a skeleton may be opened; a bubble with a line in front is a skeleton."""
    for n in range(1, 30):
        assert count("skeleton vertex", n) == (2 * n - 1) * count("skeleton", n)
        assert count("skeleton bubble", n) == count("skeleton", n + 1)


def test_bare_vertices_are_skeletons_dressed_everywhere():
    """Each of the 2n - 2 lines inside a skeleton vertex becomes a full Green's function."""
    order = 12
    green = tuple(odd_factorial(2 * n - 1) for n in range(order + 1))
    for n in range(order + 1):
        dressed = sum(count("skeleton vertex", k) * power(green, 2 * k - 2)[n - k] for k in range(1, n + 1))
        assert count("vertex", n) == dressed


def test_the_ladder_of_vertices_gives_all_bubbles():
    """Add up G², G² U G², ... order by order."""
    order = 10
    green = tuple(odd_factorial(2 * n - 1) for n in range(order + 1))
    vertex = tuple(count("vertex", n) for n in range(order + 1))
    lines = multiply(green, green)
    rung, total = lines, lines
    for _ in range(order):
        rung = multiply(multiply(rung, vertex), lines)
        total = tuple(map(sum, zip(total, rung, strict=True)))
    assert list(total) == [odd_factorial(2 * n + 1) for n in range(order + 1)]


def test_one_diagram_in_e_is_a_skeleton_at_last():
    ratio = Fraction(count("skeleton", 300), count("all", 300))
    assert float(ratio) == pytest.approx(exp(-1), rel=0.01)
    assert abs(float(ratio) - exp(-1)) < abs(count("skeleton", 30) / count("all", 30) - exp(-1))


def test_catalan():
    assert all(count("non-crossing", n) == comb(2 * n, n) // (n + 1) for n in range(60))


def test_classes_are_a_bit_more_than_one_in_4n():
    for n in (10, 40):
        share = Fraction(4 * n * count("classes", n), odd_factorial(2 * n - 1))
        assert 1 < share < 1 + Fraction(1, 10)


def test_double_factorials_are_gaussian_moments():
    assert all(count("all", n) * 2**n * factorial(n) == factorial(2 * n) for n in range(100))


# --- Crossings


def touchard_riordan(order):
    """Riordan's closed sum for the numbers of crossings."""
    top = order * (order - 1) // 2
    return [
        sum(
            (-1) ** j
            * (comb(2 * order, order - j) - comb(2 * order, order - j - 1))
            * comb(order + k - j * (j + 1) // 2 - 1, order - 1)
            for j in range(order)
            if j * (j + 1) // 2 <= k
        )
        for k in range(top + 1)
    ]


@pytest.mark.parametrize("order", range(1, 16))
def test_crossing_numbers_are_those_of_touchard_and_riordan(order):
    assert list(crossing_numbers(order)) == touchard_riordan(order)


@pytest.mark.parametrize("order", range(1, 6))
def test_crossing_numbers_by_brute_force(order):
    found = [crossings(pairs) for pairs in all_pairings(order)]
    assert [found.count(k) for k in range(max(found) + 1)] == list(crossing_numbers(order))


def test_crossing_numbers_add_up():
    for order in (0, 1, 30):
        numbers = crossing_numbers(order)
        assert sum(numbers) == count("all", order)
        mean = Fraction(sum(k * number for k, number in enumerate(numbers)), sum(numbers))
        assert mean == Fraction(order * (order - 1), 6)  # two lines cross in one case of three


# --- What can be asked


def test_all_kinds_are_named():
    assert list(RULES) == KINDS
    assert all(isinstance(count(kind, n), int) for kind in KINDS for n in range(3))


def test_order_zero():
    assert [count(kind, 0) for kind in KINDS] == [1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 0]


def test_high_orders():
    assert all(count(kind, 50) > 10**26 for kind in KINDS)


@pytest.mark.parametrize("kind", ["", "ALL", "1pi", "planar", None, 1, ["all"], ("all",)])
def test_unknown_kinds(kind):
    with pytest.raises(
        DiagramError, match=r"kind = .*one of all, 1PI, skeleton, non-crossing, classes, bubble"
    ):
        count(kind, 2)


@pytest.mark.parametrize("order", [-1, 1.0, "2", None, True, 301, 10**9])
def test_orders_that_are_none(order):
    with pytest.raises(DiagramError, match=r"order = .*number of impurity lines"):
        count("all", order)
    with pytest.raises(DiagramError, match="order = "):
        crossing_numbers(order)


def test_crossing_numbers_of_high_orders_are_refused():
    with pytest.raises(DiagramError, match="60"):
        crossing_numbers(61)


def test_undressing_undoes_dressing():
    """Written in y = x f(x), a series has the coefficients that give it back."""
    series, dressing = (3, 1, -4, 1, 5, -9), (1, 2, 0, -1, 3, 1)
    coefficients = [undress(series, dressing, n) for n in range(6)]
    back = [0] * 6
    for n, coefficient in enumerate(coefficients):
        for k, term in enumerate(power(dressing, n)[: 6 - n]):
            back[n + k] += coefficient * term
    assert tuple(back) == series


@pytest.mark.parametrize("kind", RULES)
def test_whole_numbers_of_numpy_do_not_overflow(kind):
    assert count(kind, np.int8(40)) == count(kind, 40)
    assert crossing_numbers(np.int8(20)) == crossing_numbers(20)
