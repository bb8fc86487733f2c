"""Electron rings with one interaction line, counted by hand and by brute force."""

from collections import Counter
from itertools import combinations

import pytest

from cooperon.diagrams.diagram import LineKind, VertexKind
from cooperon.diagrams.interaction_rings import (
    Ring,
    at_given_frequency,
    interaction_rings,
    ring_diagrams,
    sectors,
)

CURRENTS = ((VertexKind.CURRENT, (1, 0)), (VertexKind.CURRENT, (-1, 0)))
PLACE = ((VertexKind.DENSITY, (0, 0)),)
RINGS = interaction_rings(CURRENTS)
REGIONS = {"Omega < omega": (7, 3), "Omega > omega": (3, 7)}
"""Numbers of the frequencies omega and Omega, in units of 2 pi k_B T/hbar."""


def signs(ring, flow, omega, inside):
    """How often each set of signs occurs while the electron's frequency runs over all half-integers."""
    shifts = [a * omega + flow * b * inside for a, b in ring.shifts]
    found = Counter()
    for twice in range(-61, 62, 2):
        found["".join("R" if twice / 2 + shift > 0 else "A" for shift in shifts)] += 1
    return {kinds: times for kinds, times in found.items() if len(set(kinds)) == 2}


def test_three_orders_of_the_vertices():
    assert len(RINGS) == 3
    orders = {tuple(kind is VertexKind.CURRENT for kind in ring.vertices) for ring in RINGS}
    assert orders == {(True, True, False, False), (True, False, True, False), (True, False, False, True)}


def test_a_frequency_that_goes_round_comes_back():
    for ring in RINGS:
        assert ring.shifts[-1] == (0, 0)
        assert [sum(gain[i] for gain in ring.gains) for i in (0, 1)] == [0, 0]


@pytest.mark.parametrize("ring", RINGS)
@pytest.mark.parametrize("region", REGIONS)
def test_stretches_are_those_that_a_count_finds(ring, region):
    omega, inside = REGIONS[region]
    expected = Counter()
    for flow in (1, -1):
        for kinds, times in signs(ring, flow, omega, inside).items():
            expected[kinds, times] += 1
    found = Counter(
        (each.kinds, each.count[0] * omega + each.count[1] * inside)
        for each in sectors(ring)
        if each.region == region
    )
    assert found == expected


def test_a_given_frequency_has_one_set_of_signs_for_each_direction():
    (ring,) = interaction_rings(PLACE)
    for each in at_given_frequency(ring):
        omega, inside = REGIONS[each.region]
        # omega itself is the electron's frequency: a half-integer
        frequencies = [omega + 0.5 + b * inside for _, b in each.ring.shifts]
        assert each.kinds == "".join("R" if one > 0 else "A" for one in frequencies)
    assert len(at_given_frequency(ring)) == 4


def test_both_ends_of_the_interaction_are_dressed():
    for ring in RINGS:
        for each in sectors(ring):
            ends = [each.kinds[i - 1] + each.kinds[i] for i in each.ring.interacting]
            assert each.dressed == all(end in ("RA", "AR") for end in ends)


def crossing(one, other):
    """Whether two chords between sides of a ring cross: the ends of one lie on both hands of the other."""
    low, high = one
    apart = [low < end < high for end in other if end not in one]
    return len(apart) == 2 and apart[0] != apart[1]


def test_ladders_are_all_sets_that_do_not_cross():
    drawn = Counter((id(each.sector), each.ladders) for each in ring_diagrams(CURRENTS))
    assert set(drawn.values()) == {1}
    for each in ring_diagrams(CURRENTS):
        kinds = each.sector.kinds
        assert all({kinds[a], kinds[b]} == {"R", "A"} for a, b in each.ladders)
        assert not any(crossing(*pair) for pair in combinations(each.ladders, 2))
        for vertex in each.sector.ring.interacting:
            assert tuple(sorted(((vertex - 1) % 4, vertex))) in each.ladders
    expected = 0
    for ring in RINGS:
        for sector in sectors(ring):
            if not sector.dressed:
                continue
            pairs = [pair for pair in combinations(range(4), 2) if len({sector.kinds[i] for i in pair}) == 2]
            needed = {tuple(sorted(((v - 1) % 4, v))) for v in sector.ring.interacting}
            for size in range(len(pairs) + 1):
                for chosen in combinations(pairs, size):
                    free = not any(crossing(*pair) for pair in combinations(chosen, 2))
                    expected += needed <= set(chosen) and free
    assert len(ring_diagrams(CURRENTS)) == expected == 34


def test_a_ladder_carries_the_frequency_between_its_sides():
    for each in ring_diagrams(CURRENTS):
        omega, inside = REGIONS[each.sector.region]
        for ladder in each.ladders:
            a, b = each.frequency(ladder)
            assert a * omega + b * inside > 0


def test_drawn_diagrams_have_the_lines_of_the_ring():
    for each in ring_diagrams(CURRENTS):
        drawn = each.diagram
        assert len(drawn.lines_of(LineKind.DIFFUSON)) == len(each.ladders)
        assert len(drawn.lines_of(LineKind.INTERACTION)) == 1
        # each end of a ladder cuts its side once more
        for kind, letter in ((LineKind.RETARDED, "R"), (LineKind.ADVANCED, "A")):
            sides = [i for i, name in enumerate(each.sector.kinds) if name == letter]
            cuts = sum(side in ladder for side in sides for ladder in each.ladders)
            assert len(drawn.lines_of(kind)) == len(sides) + cuts


def test_a_ring_without_interaction_has_the_sector_of_the_drude_bubble():
    bubble = Ring((VertexKind.CURRENT, VertexKind.CURRENT), ((1, 0), (-1, 0)))
    assert {(each.kinds, each.count) for each in sectors(bubble)} == {("RA", (1, 0))}
