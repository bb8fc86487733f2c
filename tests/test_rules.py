"""Feynman rules: conserved momenta, as many as there are cycles, signs, traces, and values by quadrature."""

import dataclasses
from collections import Counter
from math import pi

import networkx as nx
import numpy as np
import pytest
import sympy as sp
from graph_tools import (
    BLOCKS,
    ELECTRONS,
    A,
    C,
    D,
    J,
    R,
    W,
    X,
    content,
    crossed_pairs,
    external,
    free_momenta,
    has_insertion,
    ladder,
    low_orders,
    maximally_crossed,
    on_bubble,
    relabelled,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.diagrams import Diagram, bubble, classify, dress, resum
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.errors import DiagramError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import FastLoop, feynman_rules, impurity_line

METAL = Metal(dim=s.d)
COOPERON = resum(maximally_crossed(2))
FOURTH = dict.fromkeys(resum(diagram) for diagram in low_orders(4) if classify(diagram).leading)
DRESSED = dict.fromkeys(
    new for whole in FOURTH if not whole.order and len(whole.blocks) < 4 for new in dress(whole)[:20]
)
FLUCTUATIONS = Diagram.build(
    [J] * 4 + [X] * 4,
    [(R, 0, 4), (R, 5, 1), (A, 3, 5), (A, 4, 2), (R, 2, 6), (R, 7, 3), (A, 1, 7), (A, 6, 0)]
    + [(D, 4, 5), (D, 6, 7)],
)
UNSUMMED = [ladder(number) for number in range(1, 5)]
DRAWN = dict.fromkeys([*FOURTH, *DRESSED, *UNSUMMED, FLUCTUATIONS, on_bubble([D, C, D], [0, 1, 2])])
RULED = [(diagram, feynman_rules(diagram, METAL)) for diagram in DRAWN]


def slow(momentum):
    return {symbol for symbol in momentum.free_symbols if symbol.name.startswith("q")}


def fast(momentum):
    return momentum.free_symbols - slow(momentum)


# --- Momenta


def test_every_line_carries_a_momentum():
    for diagram, rules in RULED:
        assert sorted(rules.momenta) == sorted(diagram.lines)


def test_momentum_is_conserved_at_every_vertex():
    for diagram, rules in RULED:
        gain = [sp.S.Zero] * len(diagram.kinds)
        for line, momentum in rules.momenta.items():
            gain[line.start] -= momentum
            gain[line.end] += momentum
        assert [sp.expand(momentum) for momentum in gain] == [0] * len(gain)


def test_as_many_independent_momenta_as_cycles():
    """The cycle basis of the diagram, its lines subdivided; the momenta on the lines have that rank."""
    for diagram, rules in RULED:
        graph = nx.Graph()
        for number, line in enumerate(diagram.lines):
            graph.add_edges_from([(line.start, ("line", number)), (("line", number), line.end)])
        cycles = len(nx.cycle_basis(graph))
        assert cycles == len(diagram.lines) - len(diagram.kinds) + nx.number_connected_components(graph)
        momenta = sorted({x for momentum in rules.momenta.values() for x in momentum.free_symbols}, key=str)
        routed = np.array(
            [[float(momentum.coeff(x)) for x in momenta] for momentum in rules.momenta.values()]
        )
        assert len(momenta) == np.linalg.matrix_rank(routed) == cycles
        assert set(np.unique(routed)) <= {-1.0, 0.0, 1.0}


def test_slow_momenta_run_through_the_blocks():
    for diagram, rules in RULED:
        assert [kind for kind, _ in rules.blocks] == [line.kind for line in diagram.blocks]
        assert [momentum for _, momentum in rules.blocks] == [rules.momenta[line] for line in diagram.blocks]
        assert all(not fast(momentum) for _, momentum in rules.blocks)
        assert len(rules.slow_momenta) == free_momenta(diagram)
        routed = [[float(momentum.coeff(x)) for x in rules.slow_momenta] for _, momentum in rules.blocks]
        assert not rules.blocks or np.linalg.matrix_rank(np.array(routed)) == len(rules.slow_momenta)


def test_one_slow_momentum_is_called_q():
    assert feynman_rules(COOPERON, METAL).blocks == ((C, s.q),)
    assert feynman_rules(COOPERON, METAL).slow_momenta == (s.q,)
    assert feynman_rules(resum(ladder(1)), METAL).blocks == ((D, 0),)
    two = feynman_rules(on_bubble([D, D], [0, 1]), METAL)
    assert [symbol.name for symbol in two.slow_momenta] == ["q_1", "q_2"]


def test_the_electrons_of_a_block_carry_its_momentum():
    """Two that come in together add up to the Cooperon's momentum; those of a diffuson differ by it."""
    for diagram, rules in RULED:
        for block in diagram.blocks:
            arriving, leaving = (
                {line.kind: p for line, p in rules.momenta.items() if line.kind in ELECTRONS and at(line)}
                for at in (
                    lambda line, v=block.start: line.end == v,
                    lambda line, v=block.start: line.start == v,
                )
            )
            if block.kind == C:
                assert sp.expand(arriving[R] + arriving[A] - rules.momenta[block]) == 0
            else:
                (carried,), (returned,) = arriving.values(), leaving.values()
                assert sp.expand(carried - returned - rules.momenta[block]) == 0


def test_fast_momenta_belong_to_one_face_each():
    for diagram, rules in RULED:
        used = [fast(rules.momenta[line]) for line in diagram.lines if line.kind in ELECTRONS]
        assert all(len(symbols) == 1 for symbols in used)
        assert len(set().union(*used)) == len(rules.fast)


def test_an_impurity_line_carries_the_difference_of_two_fast_momenta():
    for diagram, rules in RULED:
        for line in diagram.lines_of(X):
            (one, a), (other, b) = rules.momenta[line].as_coefficients_dict().items()
            assert one.name[0] == other.name[0] == "k"
            assert {a, b} == {1, -1}


# --- Fast integrals


def test_green_functions_of_every_face():
    for diagram, rules in RULED:
        assert sorted((loop.retarded, loop.advanced) for loop in rules.fast) == content(diagram)
        assert sum(loop.retarded for loop in rules.fast) == len(diagram.lines_of(R))


def test_velocities_follow_the_momenta_at_the_current_vertices():
    """The sign of a velocity is that of the fast momentum on the two lines at its vertex."""
    for diagram, rules in RULED:
        found = Counter()
        for vertex in external(diagram):
            around = [
                momentum
                for line, momentum in rules.momenta.items()
                if line.kind in ELECTRONS and vertex in (line.start, line.end)
            ]
            (one,), (other,) = map(fast, around)
            assert one == other
            signs = {int(momentum.coeff(one)) for momentum in around}
            assert len(signs) == 1
            found[int(one.name[2:]), *signs] += 1
        expected = Counter((i, v) for i, loop in enumerate(rules.fast, start=1) for v in loop.velocities)
        assert found == expected


def test_velocities_of_known_diagrams():
    assert [loop.velocities for loop in feynman_rules(bubble(), METAL).fast] == [(1, 1)]
    assert [loop.velocities for loop in feynman_rules(COOPERON, METAL).fast] == [(1, -1)]
    assert [loop.velocities for loop in feynman_rules(resum(ladder(2)), METAL).fast] == [(1,), (1,)]
    density = feynman_rules(bubble("density"), METAL)
    assert [loop.velocities for loop in density.fast] == [()]


TAU, NU, HBAR, V = 0.7, 0.45, 1.3, 0.9
VALUES = {s.tau: TAU, s.nu: NU, s.hbar: HBAR, s.v_F: V}


def axis(number=2000):
    """Nodes and weights of an integral over the energy: trapezoids in an angle."""
    angle = np.pi * (np.arange(number) + 0.5) / number - np.pi / 2
    scale = HBAR / (2 * TAU)
    return scale * np.tan(angle), scale * np.pi / number / np.cos(angle) ** 2


def by_quadrature(loop, dim, omega=0.0):
    """The integral of a face over energy, and over directions as points on a circle or a sphere."""
    xi, weight = axis()
    retarded = 1 / (HBAR * omega - xi + 0.5j * HBAR / TAU)
    advanced = 1 / (-xi - 0.5j * HBAR / TAU)
    cosine = {
        1: np.array([-1, 1]),
        2: np.cos(2 * np.pi * np.arange(24) / 24),
        3: np.linspace(-1, 1, 40001),
    }[dim]
    directions = np.mean(np.prod([sign * V * cosine for sign in loop.velocities], axis=0))
    return NU * directions * np.sum(weight * retarded**loop.retarded * advanced**loop.advanced)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_polygons_by_quadrature(dim):
    metal = Metal(dim=dim)
    for diagram in [COOPERON, *dress(COOPERON), bubble(), *UNSUMMED[:2], FLUCTUATIONS, resum(ladder(1))]:
        rules = feynman_rules(diagram, metal)
        expected = np.prod([by_quadrature(loop, dim) for loop in rules.fast])
        expected *= (HBAR / (2 * pi * NU * TAU)) ** diagram.order
        assert complex(rules.polygons().xreplace(VALUES)) == pytest.approx(expected, rel=1e-4, abs=1e-9)


def test_polygons_at_a_frequency_by_quadrature():
    for diagram in [bubble("density"), resum(ladder(1)), bubble(), COOPERON]:
        rules = feynman_rules(diagram, Metal(dim=2))
        expected = np.prod([by_quadrature(loop, 2, omega=0.3) for loop in rules.fast])
        assert complex(rules.polygons(0.3).xreplace(VALUES)) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("dim", [1, 2, 3, sp.Rational(5, 2), s.d])
def test_the_box_of_weak_localization(dim):
    """Bare -(4 pi nu tau^3 v_F^2/d)/hbar^3; dressed ones vanish for scatterers without range."""
    bare, *dressed = (feynman_rules(diagram, Metal(dim=dim)).polygons() for diagram in dress(COOPERON))
    box = -4 * sp.pi * s.nu * s.tau**3 * s.v_F**2 / (dim * s.hbar**3)
    assert sp.simplify(bare - box) == 0
    assert dressed == [0, 0]


def test_boxes_of_density_vertices_conserve_particles():
    crossed = resum(list(diagrams_of_order(2, vertex="density"))[7])
    assert crossed.blocks[0].kind == C
    bare, *dressed = (feynman_rules(diagram, METAL).polygons() for diagram in dress(crossed))
    assert sp.simplify(bare - 4 * sp.pi * s.nu * s.tau**3 / s.hbar**3) == 0
    assert [sp.simplify(value + 2 * sp.pi * s.nu * s.tau**3 / s.hbar**3) for value in dressed] == [0, 0]


def test_a_rung_gives_back_what_it_takes():
    """Particle conservation: an impurity line times a bubble of density is one, at rest."""
    one, two = (
        feynman_rules(list(diagrams_of_order(n, vertex="density"))[i], METAL) for n, i in ((0, 0), (1, 1))
    )
    assert sp.simplify(one.polygons() * impurity_line()) == 1
    assert sp.simplify(two.polygons() - one.polygons()) == 0


def test_the_unevaluated_form_has_the_integrals_in_it():
    rules = feynman_rules(dress(COOPERON)[1], METAL)
    undone = rules.unevaluated_polygons()
    assert len(undone.atoms(sp.Integral)) >= 1
    for loop in rules.fast:
        (integral,) = loop.unevaluated(METAL).atoms(sp.Integral)
        product = integral.function.doit().xreplace({s.tau: sp.Float(TAU), s.hbar: sp.Float(HBAR)})
        xi, weight = axis()
        value = np.sum(weight * sp.lambdify(s.xi, product)(xi))
        bare = FastLoop(loop.retarded, loop.advanced, ()).evaluate(METAL) / s.nu
        assert complex(bare.xreplace(VALUES)) == pytest.approx(value, rel=1e-9)
    assert undone.free_symbols <= {s.nu, s.v_F, s.hbar, s.tau, s.d}


# --- Prefactors


@pytest.mark.parametrize("spin", [0, sp.Rational(1, 2), 1, sp.Rational(3, 2), 4])
def test_the_trace_over_spin(spin):
    states = 2 * spin + 1
    for diagram in [bubble(), COOPERON, resum(ladder(1)), *UNSUMMED[:2], on_bubble([D, C], [0, 1])]:
        prefactor = feynman_rules(diagram, Metal(spin=spin)).prefactor
        assert prefactor == states * s.e**2 * s.hbar / (2 * sp.pi)


@pytest.mark.parametrize("spin", [0, sp.Rational(1, 2), 1])
def test_two_bubbles_are_a_product_of_two_responses(spin):
    """Kubo's hbar/(2 pi), the charges and the trace stand in front of each of them."""
    metal = Metal(spin=spin)
    alone = feynman_rules(bubble(), metal)
    apart = feynman_rules(Diagram.build([J] * 4, [(R, 0, 1), (A, 1, 0), (R, 2, 3), (A, 3, 2)]), metal)
    assert apart.prefactor * apart.polygons() == (alone.prefactor * alone.polygons()) ** 2
    assert feynman_rules(FLUCTUATIONS, metal).prefactor == alone.prefactor**2


def test_the_fluctuations_of_a_wire():
    """Four of the twelve parts of Var G = (2/15) (2 e^2/h)^2 = 12 sum 1/(pi n)^4 are this diagram's."""
    rules = feynman_rules(FLUCTUATIONS, Metal(dim=1))
    pole = impurity_line() / (s.tau * s.D * s.q**2)  # each block, at omega = 0
    product = (rules.prefactor * rules.polygons()).xreplace({s.v_F: sp.sqrt(s.D / s.tau)}) * pole**2
    mode = product.xreplace({s.q: sp.pi / s.L}) / s.L**4  # G = sigma/L, and a sum in place of L int dq/pi
    assert sp.simplify(mode * sp.zeta(4) / (s.e**2 / (sp.pi * s.hbar)) ** 2) == sp.Rational(4, 90)


def test_charges_stand_for_current_vertices_only():
    assert feynman_rules(bubble("density"), Metal(spin=0)).prefactor == s.hbar / (2 * sp.pi)
    mixed = Diagram.build([J, "density"], [(R, 0, 1), (A, 1, 0)])
    assert feynman_rules(mixed, Metal(spin=0)).prefactor == s.e * s.hbar / (2 * sp.pi)


def test_the_impurity_line_is_what_the_lifetime_asks_for():
    """Born: 2 pi nu <V V>/hbar = 1/tau."""
    assert 2 * sp.pi * s.nu * impurity_line() / s.hbar == 1 / s.tau


def test_what_the_rules_were_applied_to_is_kept():
    rules = feynman_rules(COOPERON, METAL)
    assert rules.diagram is COOPERON
    assert rules.metal is METAL


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_numbers_do_not_matter(data):
    diagram = data.draw(st.sampled_from([COOPERON, *dress(COOPERON), FLUCTUATIONS, *UNSUMMED]))
    numbers = data.draw(st.permutations(range(len(diagram.kinds))))
    order = data.draw(st.permutations(range(len(diagram.lines))))
    one, other = (feynman_rules(d, METAL) for d in (diagram, relabelled(diagram, numbers, order)))
    assert other.polygons() == one.polygons()
    assert other.prefactor == one.prefactor
    assert len(other.slow_momenta) == len(one.slow_momenta)


# --- What has no rule


def test_rules_for_exactly_the_diagrams_that_are_products_of_fast_integrals():
    for diagram in low_orders(3):
        given = (diagram, resum(diagram))
        for candidate in given:
            if crossed_pairs(candidate) or has_insertion(candidate):
                with pytest.raises(DiagramError) as caught:
                    feynman_rules(candidate, METAL)
                assert "resum" in caught.value.hint
            else:
                assert feynman_rules(candidate, METAL).diagram is candidate


def test_insertions_would_be_counted_twice():
    insertion, _, _ = diagrams_of_order(1)
    with pytest.raises(DiagramError, match=r"self-energy insertion.*counted twice"):
        feynman_rules(insertion, METAL)


@pytest.mark.parametrize("number", [2, 3])
def test_crossed_lines_are_refused_with_their_number(number):
    crossings = number * (number - 1) // 2
    with pytest.raises(DiagramError, match=rf"with {crossings} crossings? of.*power of 1/\(k_F l\)"):
        feynman_rules(maximally_crossed(number), METAL)


def test_a_line_from_bubble_to_bubble_is_called_that():
    lines = [(R, 0, 4), (R, 4, 1), (A, 1, 0), (R, 2, 5), (R, 5, 3), (A, 3, 2), (X, 4, 5)]
    with pytest.raises(DiagramError, match="from one closed polygon"):
        feynman_rules(Diagram.build([J] * 4 + [X] * 2, lines), METAL)


@pytest.mark.parametrize(
    ("diagram", "named"),
    [
        (bubble("spin"), "vertices of kind spin"),
        (next(diagrams_of_order(1, of="line")), "vertices of kind end"),
        (
            Diagram.build([J, J, W, W], [(R, 0, 2), (R, 2, 1), (A, 1, 3), (A, 3, 0), (W, 2, 3)]),
            "vertices of kind interaction",
        ),
    ],
)
def test_vertices_and_lines_without_a_rule(diagram, named):
    with pytest.raises(DiagramError, match=named):
        feynman_rules(diagram, METAL)


@pytest.mark.parametrize(
    ("diagram", "metal"),
    [(None, METAL), ("bubble", METAL), (bubble(), None), (bubble(), 2), (METAL, bubble())],
)
def test_something_else_is_refused(diagram, metal):
    with pytest.raises(InputError, match="given: "):
        feynman_rules(diagram, metal)


def test_what_is_tried_here_is_varied():
    assert {len(rules.slow_momenta) for _, rules in RULED} == {0, 1, 2, 3, 4}
    assert {len(rules.fast) for _, rules in RULED} >= {1, 2, 3, 4}
    assert {line.kind for diagram in DRAWN for line in diagram.lines} == {*ELECTRONS, *BLOCKS, X}


def test_what_the_rules_make_is_a_value():
    rules = feynman_rules(COOPERON, METAL)
    assert rules.fast == (FastLoop(2, 2, (1, -1)),)
    for value, name in ((rules, "prefactor"), (rules.fast[0], "retarded")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, 0)
