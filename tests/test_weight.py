"""Power counting, against phase space counted at random and a search through all sets of slow momenta."""

from functools import cache
from itertools import combinations, product
from math import gcd

import numpy as np
import pytest
from graph_tools import ladder, low_orders, maximally_crossed
from scipy import special

from cooperon.diagrams import (
    Contraction,
    Diagram,
    chord_diagram,
    classify,
    contractions,
    resum,
    weight,
)
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.errors import DiagramError, InputError
from cooperon.diagrams.resummation import resum_contraction

DIMENSIONS = (2, 2.5, 3, 4)


def line(*pairs):
    return Contraction("line", "R", (2 * len(pairs),), tuple(pairs)).diagram


CROSSED = ((0, 2), (1, 3))
RAINBOW = ((0, 3), (1, 2))
SKELETONS = (
    CROSSED,
    ((0, 3), (1, 4), (2, 5)),
    ((0, 2), (1, 4), (3, 5)),
    ((0, 3), (1, 5), (2, 4)),
    ((0, 4), (1, 3), (2, 5)),
)


# --- Momenta for the tests: on a line, p less the momenta of the impurity lines that are open there


def flows(pairs):
    """The different momenta of the electron lines of a single line."""
    found = []
    for place in range(2 * len(pairs) + 1):
        vector = np.array([1, *(-(a < place <= b) for a, b in pairs)])
        if not any(np.array_equal(vector, known) for known in found):
            found.append(vector)
    return found


def relations(pairs):
    """Independent momenta, p first, and the others in terms of them."""
    free, others = [], []
    for vector in flows(pairs):
        longer = [*free, vector]
        (free if np.linalg.matrix_rank(np.array(longer)) == len(longer) else others).append(vector)
    basis = np.array(free).T
    return len(free), [
        np.rint(np.linalg.lstsq(basis, vector, rcond=None)[0]).astype(int) for vector in others
    ]


def on_shell(momenta, terms, width):
    """How often all combinations of sampled momenta are on shell too."""
    alive = np.arange(momenta.shape[1])
    for term in terms:
        length = np.linalg.norm(np.tensordot(term, momenta[:, alive], axes=1), axis=-1)
        alive = alive[abs(length - 1) < width]
    return len(alive)


@cache
def exponent(pairs, dim, samples=400_000, widths=(0.08, 0.02)):
    """How fast the phase space shrinks with the width 1/(k_F l) of the shell."""
    rng = np.random.default_rng(7)
    number, terms = relations(pairs)
    direction = rng.standard_normal((number, samples, dim))
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    off = rng.uniform(-1, 1, (number, samples, 1))
    hits = [on_shell(direction * (1 + width * off), terms, width) for width in widths]
    return np.log(hits[0] / hits[1]) / np.log(widths[0] / widths[1])


# --- Phase space at random


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("pairs", [*SKELETONS, ((0, 1), (2, 4), (3, 5)), ((0, 5), (1, 3), (2, 4))])
def test_phase_space_counted_at_random(pairs, dim):
    """A logarithm makes the phase space shrink more slowly, by 1/ln(1/width)."""
    found = weight(line(*pairs))
    power, measured = found.power(dim), exponent(pairs, dim)
    if found.logarithm(dim):
        assert power - 0.4 < measured < power - 0.08
    else:
        assert measured == pytest.approx(power, abs=0.1)


def test_parallel_momenta_win_in_two_dimensions():
    """Within an angle of width**(1/2) the fraction on shell does not shrink: a direction costs 1/2 only."""
    pairs = ((0, 5), (1, 8), (2, 6), (3, 9), (4, 7))
    number, terms = relations(pairs)
    signs = next(
        s for s in product((1, -1), repeat=number) if all(abs(np.dot(term, s)) == 1 for term in terms)
    )
    rng = np.random.default_rng(5)
    angle, off = rng.uniform(-2, 2, (number, 200_000)), rng.uniform(-1, 1, (number, 200_000))

    def fraction(width):
        along = np.stack([np.cos(angle * width**0.5), np.sin(angle * width**0.5)], axis=-1)
        momenta = along * (np.array(signs)[:, None, None] * (1 + width * off)[..., None])
        return on_shell(momenta, terms, width) / angle.shape[1]

    fine, finer = fraction(1e-4), fraction(1e-6)
    assert fine == pytest.approx(finer, rel=0.05)
    assert finer > 0.001
    found = weight(line(*pairs))
    assert (found.power(2), found.power(3)) == (2.5, 4)
    assert min(region.power(2) for region in found.regions if not region.parallel) == 3


# --- All sets of slow momenta


def reduced(vectors, small):
    """Momenta modulo a small one, all times a common factor; None when one of them becomes small."""
    pivot = next(i for i, x in enumerate(small) if x)
    left = {tuple(small[pivot] * x - v[pivot] * y for x, y in zip(v, small, strict=True)) for v in vectors}
    common = gcd(*(x for v in left for x in v)) or 1
    kept = {max(tuple(x // common for x in v), tuple(-x // common for x in v)) for v in left}
    return frozenset(kept) if all(map(any, kept)) else None


def thorough(vectors):
    """For each number of slow momenta the least number of conditions, searched without leaving any out."""
    independent = np.linalg.matrix_rank(np.array(list(vectors)))
    level, least, slow = {frozenset(max(v, tuple(-x for x in v)) for v in vectors)}, {}, 0
    while level:
        least[slow] = min(map(len, level)) - (independent - slow)
        if slow >= least[0]:
            break
        level = {
            reduced(state, tuple(x + sign * y for x, y in zip(*pair, strict=True)))
            for state in level
            for pair in combinations(state, 2)
            for sign in (1, -1)
        } - {None}
        slow += 1
    return least


@pytest.mark.parametrize("pairs", [*SKELETONS, ((0, 2), (1, 4), (3, 6), (5, 7))])
def test_no_region_of_slow_momenta_is_missed(pairs):
    least = thorough({tuple(map(int, flow)) for flow in flows(pairs)})
    found = [region for region in weight(line(*pairs)).regions if not region.parallel]
    for dim in DIMENSIONS:
        assert min(region.power(dim) for region in found) == min(s * (dim - 1) + c for s, c in least.items())


# --- Named diagrams


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_named_weights(dim):
    assert weight(line(*RAINBOW)).power(dim) == 0
    assert weight(line(*CROSSED)).power(dim) == 1
    assert weight(line(*CROSSED)).logarithm(dim) is (dim == 2)
    for number in range(2, 6):
        assert weight(ladder(number)).power(dim) == 0
        found = weight(maximally_crossed(number))
        assert found.power(dim) == min(number - 1, dim - 1)
        assert found.logarithm(dim) is (number == dim)


def test_the_regions_of_the_crossed_self_energy():
    """p and k1 are close, or p and k3, or p and -k2: each makes the other two equal, up to their sign."""
    diagram = line(*CROSSED)
    generic, slow = weight(diagram).regions
    assert (generic.slow, generic.momenta, generic.independent, generic.conditions) == (0, 4, 3, 1)
    assert (slow.slow, slow.momenta, slow.independent, slow.conditions) == (1, 2, 2, 0)
    ends = {
        i for i, each in enumerate(diagram.lines) if set(diagram.vertices_of("end")) & {each.start, each.end}
    }
    for region in (generic, slow):
        places = sorted(place for group in region.groups for place, _ in group)
        assert places == [i for i, each in enumerate(diagram.lines) if each.kind == "retarded"]
        assert any(ends <= {place for place, _ in group} for group in region.groups)
    assert sorted(map(len, generic.groups)) == [1, 1, 1, 2]
    assert sorted(map(len, slow.groups)) == [2, 3]


def test_nothing_is_small_in_one_dimension():
    for pairs in SKELETONS:
        assert weight(line(*pairs)).power(1) == 0


# --- Beside the classification


def test_leading_without_loops_is_of_order_zero():
    for diagram in low_orders(3):
        kind = classify(diagram)
        powers = [kind.weight.power(dim) for dim in DIMENSIONS]
        assert (kind.leading and kind.loops == 0) is (powers == [0] * len(powers))
        assert kind.leading or min(powers) >= 1
        if kind.leading:
            assert all(kind.weight.power(dim) <= kind.loops * (dim - 1) for dim in DIMENSIONS)
        if kind.leading and kind.skeleton:
            assert all(kind.weight.power(dim, poles=True) <= kind.loops * (dim - 1) for dim in DIMENSIONS)


@pytest.mark.slow
def test_leading_without_loops_is_of_order_zero_with_four_lines():
    for contraction in contractions(4):
        kind = classify(contraction.diagram)
        zero = len({tuple(v) for v in _shells(contraction)}) == 5
        assert (kind.leading and kind.loops == 0) is zero


def _shells(contraction):
    """The momenta of a bubble's electron lines up to a sign: p less what is open, all the way round."""
    taken = [0] * contraction.order
    for word in contraction.words:
        yield 1, *taken
        for label in word:
            taken[label] = 0 if taken[label] else -1
            yield 1, *taken


def test_the_weight_is_counted_when_asked_for():
    kind = classify(maximally_crossed(3))
    assert "weight" not in vars(kind)
    assert kind.weight is kind.weight
    assert kind == classify(maximally_crossed(3))


def test_mesoscopic_fluctuations():
    """Two bubbles joined by two ladders, or by two sets of maximally crossed lines, have one slow momentum."""
    for order in (1, -1):
        rungs = ((0, 6), (1, 7), (2, 4), (3, 5)) if order == 1 else ((0, 7), (1, 6), (2, 5), (3, 4))
        contraction = Contraction("pair", "RARA", (2, 2, 2, 2), rungs)
        kind = classify(contraction.diagram)
        assert resum_contraction(contraction).blocks[0].kind == ("cooperon" if order == 1 else "diffuson")
        assert kind.family == ("maximally crossed" if order == 1 else "ladder")
        assert (kind.loops, kind.leading, len(resum_contraction(contraction).blocks)) == (1, True, 2)
        assert kind.weight.power(3, poles=True) == 2


# --- Poles on one side


def test_retarded_lines_alone_lose_a_power_with_every_impurity_line():
    """Energy integrals of retarded functions can be moved off shell: u nu/E_F = 1/(k_F l) a line is left."""
    for order in (1, 2, 3):
        for contraction in contractions(order, of="line"):
            kind = classify(contraction.diagram)
            for dim in DIMENSIONS if kind.one_particle_irreducible else ():
                assert kind.weight.power(dim, poles=True) == order - 1
                assert not kind.weight.logarithm(dim, poles=True)


def logarithm_of(values, x):
    """The coefficient of 1/x in the tail of a radial integrand, averaged over whole periods."""
    return float(np.sum(values) / np.sum(1 / x))


def test_logarithms_of_the_crossed_diagrams_of_the_bubble():
    """In two dimensions by the tails of their radial integrals: J0 or J1 squared times H² or |H|², times x."""
    x = 4000 * np.pi + (np.arange(400_000) + 0.5) * (np.pi / 100)
    hankel = special.hankel1(0, x)
    two_sided, one_sided = (
        x * special.j1(x) ** 2 * abs(hankel) ** 2,
        x * special.j1(x) ** 2 * (hankel**2).real,
    )
    self_energy = x * special.j0(x) * (hankel**3).real
    measured = {
        (2, 2): logarithm_of(two_sided, x),
        (3, 1): logarithm_of(one_sided, x),
        (1, 3): logarithm_of(one_sided, x),
        (4, 0): logarithm_of(self_energy, x),
        (0, 4): logarithm_of(self_energy, x),
    }
    for sizes, coefficient in measured.items():
        found = weight(chord_diagram(*sizes, CROSSED))
        assert found.logarithm(2)
        assert found.logarithm(2, poles=True) is (abs(coefficient) > 0.01)
    assert sum(measured.values()) == pytest.approx(0, abs=1e-4)  # together they leave no logarithm


# --- Words and errors


def test_the_rule_says_what_was_counted():
    found = weight(line(*CROSSED))
    assert "4 momenta, 3 independent: 1" in found.rule
    assert "with 1 slow, 2 momenta, 2 independent" in found.rule
    assert found.explain(2).startswith("(1/k_F l)^1, with a logarithm, in d = 2")
    assert found.explain(2).endswith(": 1 (d - 1) (1 more with poles)")
    assert "slow" not in found.explain(3)
    assert "logarithm" not in found.explain(2, poles=True)
    assert weight(line(*RAINBOW)).explain(3, poles=True) == (
        "(1/k_F l)^1 in d = 3 from momenta anywhere, 3 momenta, 3 independent: 0 (1 more with poles)"
    )


def test_powers_are_whole_where_they_can_be():
    assert isinstance(weight(maximally_crossed(4)).power(3.0), int)
    assert weight(maximally_crossed(4)).power(2.5) == 1.5


@pytest.mark.parametrize("dim", [0, 1.5, -2, "2", None, True, float("nan")])
def test_other_dimensions_are_refused(dim):
    with pytest.raises(InputError, match="2 or more"):
        weight(ladder(1)).power(dim)


INTERACTION = Diagram.build(
    ["current"] * 2 + ["interaction"] * 2,
    [("retarded", 0, 2), ("retarded", 2, 1), ("advanced", 1, 3), ("advanced", 3, 0), ("interaction", 2, 3)],
)


@pytest.mark.parametrize("given", [resum(ladder(2)), INTERACTION])
def test_only_impurity_lines_are_weighed(given):
    with pytest.raises(DiagramError, match="impurity lines only"):
        weight(given)


@pytest.mark.parametrize("lines", ["RARA", "RRAA", "RARR", "RRRR"])
def test_of_two_bubbles_what_is_not_leading_is_small(lines):
    """The line that holds two bubbles together restricts nothing, whatever electron lines it joins."""
    for order in range(3):
        for diagram in diagrams_of_order(order, of="pair", lines=lines):
            kind = classify(diagram)
            powers = [kind.weight.power(dim) for dim in (2, 3)]
            assert kind.leading or min(powers) >= 1
            assert not (kind.leading and kind.loops == 0) or powers == [0, 0]


def test_dimensions_of_numpy():
    counted = weight(maximally_crossed(3))
    assert [counted.power(dim) for dim in np.arange(2, 4)] == [1, 2]
