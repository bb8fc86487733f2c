"""The diagram as a value: equality against graph isomorphism, and what is refused as no diagram."""

import builtins
import copy
import dataclasses
import pickle
from collections import Counter
from contextlib import suppress
from itertools import product

import networkx as nx
import numpy as np
import pytest
from graph_tools import (
    BLOCKS,
    UNDIRECTED,
    A,
    C,
    D,
    J,
    R,
    W,
    X,
    exchanged,
    isomorphic,
    low_orders,
    maximally_crossed,
    relabelled,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.diagrams import Diagram, Line, LineKind, VertexKind, bubble, chord_diagram, resum
from cooperon.diagrams.errors import CooperonError, DiagramError

LOW = low_orders(2)
THIRD = tuple(diagram for diagram in low_orders(3) if diagram.order == 3)
COOPERON = Diagram.build([J, J, X, X], [(R, 0, 2), (A, 1, 2), (R, 3, 1), (A, 3, 0), (C, 2, 3)])
DIFFUSON = Diagram.build([J, J, X, X], [(R, 0, 2), (A, 2, 0), (R, 3, 1), (A, 1, 3), (D, 2, 3)])
EXCHANGE = Diagram.build(["density", "spin", W, W], [(R, 0, 2), (R, 2, 1), (A, 1, 3), (A, 3, 0), (W, 2, 3)])
HARTREE_LIKE = Diagram.build(
    [J, J, W, W, J], [(R, 0, 2), (A, 2, 1), (R, 1, 0), (A, 3, 4), (R, 4, 3), (W, 3, 2)]
)
TWO_BUBBLES = Diagram.build(
    [J] * 4 + [X] * 4,
    [(R, 0, 4), (R, 5, 1), (A, 3, 5), (A, 4, 2), (R, 2, 6), (R, 7, 3), (A, 1, 7), (A, 6, 0)]
    + [(D, 4, 5), (D, 6, 7)],
)
APART = Diagram.build(
    ["density", J, J, "density", J], [(R, 1, 2), (A, 2, 1), (R, 0, 3), (A, 3, 4), (R, 4, 0)]
)
SPECIAL = (COOPERON, DIFFUSON, EXCHANGE, HARTREE_LIKE, TWO_BUBBLES, APART)
RESUMMED = tuple(dict.fromkeys(resum(diagram) for diagram in low_orders(3)))


def refused(make, *arguments):
    """The error, which says what was given and what is expected."""
    with pytest.raises(DiagramError) as caught:
        make(*arguments)
    assert caught.value.given
    assert caught.value.expected
    return caught.value


def parts(diagram):
    return list(diagram.kinds), [(line.kind, line.start, line.end) for line in diagram.lines]


# --- Equality and hash


def test_equal_exactly_when_isomorphic_at_low_orders():
    for one, other in product(LOW + SPECIAL, LOW + SPECIAL):
        assert (one == other) is isomorphic(one, other)
        assert one != other or hash(one) == hash(other)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_relabelling_changes_nothing(data):
    diagram = data.draw(st.sampled_from(LOW + SPECIAL))
    numbers = data.draw(st.permutations(range(len(diagram.kinds))))
    order = data.draw(st.permutations(range(len(diagram.lines))))
    flips = data.draw(st.sets(st.sampled_from(range(len(diagram.lines)))))
    other = relabelled(diagram, numbers, order, flips)
    assert isomorphic(diagram, other)
    assert other == diagram
    assert hash(other) == hash(diagram)
    assert {other: 1}[diagram] == 1


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_third_order_against_isomorphism(data):
    one, other = (data.draw(st.sampled_from(THIRD + RESUMMED)) for _ in range(2))
    other = relabelled(other, data.draw(st.permutations(range(len(other.kinds)))))
    assert (one == other) is isomorphic(one, other)
    assert one != other or hash(one) == hash(other)


def test_near_twins_are_told_apart_as_by_isomorphism():
    """Exchanging the two kinds of electron lines gives a twin of the same shape, sometimes the same."""
    twins = [(diagram, exchanged(diagram)) for diagram in THIRD]
    same = [one == other for one, other in twins]
    assert same == [isomorphic(one, other) for one, other in twins]
    assert 0 < sum(same) < len(same)


def test_third_order_diagrams_are_all_different():
    assert len(set(THIRD)) == len({diagram.key for diagram in THIRD}) == 105


def test_vertices_that_differ_by_kind_only():
    kinds = ["current", "density", "spin"]
    pairs = {bubble(kind) for kind in kinds} | {
        Diagram.build(ends, [(R, 0, 1), (A, 1, 0)]) for ends in product(kinds, kinds)
    }
    assert len(pairs) == 9


def test_a_cooperon_has_a_direction_and_a_diffuson_has_none():
    kinds, lines = parts(DIFFUSON)
    assert Diagram.build(kinds, [(k, b, a) if k == D else (k, a, b) for k, a, b in lines]) == DIFFUSON
    kinds, lines = parts(COOPERON)
    refused(Diagram.build, kinds, [(k, b, a) if k == C else (k, a, b) for k, a, b in lines])


def test_parts_in_either_order():
    def union(first, second):
        shift = len(first.kinds)
        moved = [(line.kind, line.start + shift, line.end + shift) for line in second.lines]
        return Diagram.build(first.kinds + second.kinds, parts(first)[1] + moved)

    assert union(LOW[1], COOPERON) == union(COOPERON, LOW[1]) != union(COOPERON, LOW[2])


def test_equality_with_something_else():
    assert bubble() != "bubble"
    assert bubble() != bubble().key


# --- What a diagram shows


@pytest.mark.parametrize("diagram", LOW + SPECIAL + RESUMMED)
def test_the_graph_holds_every_vertex_and_line(diagram):
    graph = diagram.graph
    assert type(graph) is nx.MultiDiGraph
    assert dict(graph.nodes(data="kind")) == dict(builtins.enumerate(diagram.kinds))
    assert Counter((k, a, b) for a, b, k in graph.edges(data="kind")) == Counter(parts(diagram)[1])
    assert graph is diagram.graph


@pytest.mark.parametrize(
    "change",
    [
        lambda graph: graph.add_node(9),
        lambda graph: graph.add_edge(0, 1, kind=R),
        lambda graph: graph.remove_node(0),
        lambda graph: graph.remove_edge(0, 1),
        lambda graph: graph.clear(),
    ],
)
def test_the_graph_is_frozen(change):
    diagram = bubble()
    with pytest.raises(nx.NetworkXError):
        change(diagram.graph)
    assert Diagram.from_graph(diagram.graph) == diagram


def test_a_diagram_cannot_be_changed():
    for name in ("kinds", "lines"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(bubble(), name, ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        bubble().lines[0].start = 1


@pytest.mark.parametrize("diagram", LOW + SPECIAL + RESUMMED)
def test_there_and_back(diagram):
    assert Diagram.from_graph(diagram.graph) == diagram
    assert Diagram.build(*parts(diagram)) == diagram
    assert pickle.loads(pickle.dumps(diagram)) == copy.deepcopy(diagram) == diagram


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_from_a_graph_with_any_names(data):
    diagram = data.draw(st.sampled_from(LOW + SPECIAL))
    names = st.one_of(st.integers(), st.text(max_size=3), st.tuples(st.integers()))
    size = len(diagram.kinds)
    chosen = data.draw(st.lists(names, unique=True, min_size=size, max_size=size))
    graph = nx.relabel_nodes(diagram.graph, dict(builtins.enumerate(chosen)))
    assert Diagram.from_graph(graph) == diagram


def test_from_a_graph_without_parallel_lines():
    assert Diagram.from_graph(nx.DiGraph(maximally_crossed(3).graph)) == maximally_crossed(3)


def test_numbers_of_any_integer_type_and_lines_of_any_sequence():
    lines = np.array([[0, 1], [1, 0]])
    made = Diagram.build(iter([J, J]), ([kind, *ends] for kind, ends in zip([R, A], lines, strict=True)))
    assert made == bubble()
    assert {type(line.start) for line in made.lines} == {int}


def test_lines_and_vertices_by_kind():
    diagram = TWO_BUBBLES
    assert diagram.vertices_of("current", "density") == (0, 1, 2, 3)
    assert diagram.vertices_of(X) == (4, 5, 6, 7)
    assert diagram.lines_of(D) == diagram.blocks == diagram.lines[-2:]
    assert Counter(line.kind for line in diagram.lines_of(R, A)) == {R: 4, A: 4}
    assert diagram.order == 0
    assert [made.order for made in (bubble(), LOW[1], THIRD[0], COOPERON)] == [0, 1, 3, 0]
    assert [len(made.blocks) for made in (bubble(), COOPERON, DIFFUSON)] == [0, 1, 1]


def test_what_it_says_of_itself():
    assert repr(COOPERON) == "Diagram(2 current, 2 retarded, 2 advanced, 1 cooperon)"
    assert repr(EXCHANGE) == "Diagram(1 density, 1 spin, 2 retarded, 2 advanced, 1 interaction)"


# --- What is no diagram

# What may meet at a vertex, written out: (kind, "in", "out" or "" without direction).
_PAIRS = [Counter([(a, "in"), (b, "out")]) for a, b in product((R, A), (R, A))]
_SAME = [Counter([(k, "in"), (k, "out")]) for k in (R, A)]
_MIXED = [Counter([(R, "in"), (A, "out")]), Counter([(A, "in"), (R, "out")])]
MEETINGS = {
    "end": [Counter([(kind, way)]) for kind, way in product((R, A), ("in", "out"))],
    "current": _PAIRS,
    "density": _PAIRS,
    "spin": _PAIRS,
    "interaction": [pair + Counter([(W, "")]) for pair in _PAIRS],
    "impurity": [pair + Counter([(X, "")]) for pair in _SAME]
    + [pair + Counter([(D, "")]) for pair in _MIXED]
    + [Counter([(R, "in"), (A, "in"), (C, "out")]), Counter([(R, "out"), (A, "out"), (C, "in")])],
}


def allowed(kinds, lines):
    """Whether vertices and lines make a diagram, by the table of what may meet."""
    met = [Counter() for _ in kinds]
    for kind, a, b in lines:
        if a == b or not (0 <= a < len(kinds) and 0 <= b < len(kinds)):
            return False
        met[a][kind, "" if kind in UNDIRECTED else "out"] += 1
        met[b][kind, "" if kind in UNDIRECTED else "in"] += 1
    passed = all(met[a][R, "in"] + met[b][R, "in"] == 1 for kind, a, b in lines if kind == D)
    return passed and all(meeting in MEETINGS[kind] for kind, meeting in zip(kinds, met, strict=True))


def corruptions(kinds, lines):
    """Everything that differs from a diagram in one place."""
    for i, (kind, a, b) in builtins.enumerate(lines):
        without = lines[:i] + lines[i + 1 :]
        yield kinds, without
        yield kinds, [*lines, lines[i]]
        yield kinds, [*without, (kind, b, a)]
        yield from ((kinds, [*without, (str(other), a, b)]) for other in LineKind if other != kind)
        yield from ((kinds, [*without, (kind, a, c)]) for c in range(-1, len(kinds) + 1) if c != b)
        yield from ((kinds, [*without, (kind, c, b)]) for c in range(-1, len(kinds) + 1) if c != a)
    for i, kind in builtins.enumerate(kinds):
        yield from (
            (kinds[:i] + [str(other)] + kinds[i + 1 :], lines) for other in VertexKind if other != kind
        )
        yield kinds[:i] + kinds[i + 1 :], lines
    yield from (([*kinds, str(kind)], lines) for kind in VertexKind)


@pytest.mark.parametrize("diagram", [*low_orders(1), LOW[7], *SPECIAL, RESUMMED[-1]])
def test_whatever_is_changed_in_one_place_is_judged_rightly(diagram):
    outcomes = Counter()
    for kinds, lines in corruptions(*parts(diagram)):
        outcomes[allowed(kinds, lines)] += 1
        if allowed(kinds, lines):
            assert parts(Diagram.build(kinds, lines)) == (kinds, lines)
        else:
            refused(Diagram.build, kinds, lines)
    assert outcomes[True] > 0
    assert outcomes[False] > 10 * outcomes[True] / 3


BUBBLE = [(R, 0, 1), (A, 1, 0)]
BROKEN = {
    "nothing": ([], [], "no vertices"),
    "a vertex alone": ([J], [], "nothing"),
    "a tadpole": (["density"], [(R, 0, 0)], "start=0, end=0"),
    "two outgoing lines": ([J, J], [(R, 0, 1), (A, 0, 1)], "current vertex 0"),
    "a line too few": ([J, J], [(R, 0, 1)], "current vertex 0"),
    "a line too many": ([J, J], [*BUBBLE, (R, 0, 1)], "current vertex 0"),
    "an impurity line with one end": ([J, J, X], [(R, 0, 2), (R, 2, 1), (A, 1, 0), (X, 2, 3)], "end=3"),
    "an impurity without a line": ([J, J, X], [(R, 0, 2), (R, 2, 1), (A, 1, 0)], "impurity vertex 2"),
    "an impurity line between currents": ([J, J], [*BUBBLE, (X, 0, 1)], "current vertex 0"),
    "an impurity line from a vertex to itself": (
        [J, J, X],
        [(R, 0, 2), (R, 2, 1), (A, 1, 0), (X, 2, 2)],
        "start=2, end=2",
    ),
    "three lines at an impurity": (
        [J, J, X, X, X],
        [(R, 0, 2), (R, 2, 3), (R, 3, 4), (R, 4, 1), (A, 1, 0), (X, 2, 3), (X, 3, 4)],
        "impurity vertex 3",
    ),
    "retarded in and advanced out of an impurity": (
        [J, J, X, X],
        [(R, 0, 2), (A, 2, 1), (A, 1, 3), (A, 3, 0), (X, 2, 3)],
        "impurity vertex 2",
    ),
    "an impurity line at an interaction": (
        [J, J, W, W],
        [(R, 0, 2), (R, 2, 1), (A, 1, 3), (A, 3, 0), (X, 2, 3)],
        "interaction vertex 2",
    ),
    "a cooperon the wrong way": (
        [J, J, X, X],
        [(R, 0, 2), (A, 1, 2), (R, 3, 1), (A, 3, 0), (C, 3, 2)],
        "impurity vertex 2",
    ),
    "a cooperon in the place of a diffuson": (
        [J, J, X, X],
        [(R, 0, 2), (A, 2, 0), (R, 3, 1), (A, 1, 3), (C, 2, 3)],
        "impurity vertex 2",
    ),
    "a diffuson that no electron passes": (
        [J, J, X, X],
        [(R, 0, 2), (A, 2, 0), (R, 1, 3), (A, 3, 1), (D, 2, 3)],
        "going in at both ends",
    ),
    "a diffuson that sends out only": (
        [J, J, X, X],
        [(A, 0, 2), (R, 2, 0), (A, 1, 3), (R, 3, 1), (D, 2, 3)],
        "going out at both ends",
    ),
    "a diffuson between two retarded lines": (
        [J, J, X, X],
        [(R, 0, 2), (R, 2, 1), (R, 1, 3), (R, 3, 0), (D, 2, 3)],
        "impurity vertex 2",
    ),
    "a vertex number too high": ([J, J], [(R, 0, 2), (A, 1, 0)], "end=2"),
    "a negative vertex number": ([J, J], [(R, 0, -1), (A, 1, 0)], "end=-1"),
    "an unknown line": ([J, J], [("keldysh", 0, 1), (A, 1, 0)], "'keldysh'"),
    "an unknown vertex": ([J, "phonon"], BUBBLE, "'phonon'"),
    "a vertex without a kind": ([J, None], BUBBLE, "None"),
    "a kind that cannot be hashed": ([J, J], [([], 0, 1), (A, 1, 0)], "[]"),
    "a line that is a number": ([J, J], [3], "3"),
    "a line of two entries": ([J, J], [(R, 0), (A, 1, 0)], "('retarded', 0)"),
    "a line of four entries": ([J, J], [(R, 0, 1, 2), (A, 1, 0)], "2)"),
    "vertices by name": ([J, J], [(R, "left", "right"), (A, "right", "left")], "'left'"),
    "a vertex number that is not whole": ([J, J], [(R, 0, 1.0), (A, 1, 0)], "1.0"),
    "a vertex that is None": ([J, J], [(R, 0, None), (A, 1, 0)], "None"),
    "lines that are None": ([J, J], None, "None"),
    "lines that are a number": ([J, J], 2, "2"),
    "kinds that are a number": (2, BUBBLE, "2"),
    "one kind for all": (J, BUBBLE, "'c'"),
}


@pytest.mark.parametrize(("kinds", "lines", "named"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_named(kinds, lines, named):
    assert named in refused(Diagram.build, kinds, lines).given


@pytest.mark.parametrize(
    ("kinds", "lines"),
    [
        ((J, J), (Line(LineKind.RETARDED, 0, 1), Line(LineKind.ADVANCED, 1, 0))),
        ((VertexKind.CURRENT,) * 2, ((R, 0, 1), (A, 1, 0))),
        ((VertexKind.CURRENT,) * 2, (Line(R, 0, 1), Line(A, 1, 0))),
        ([VertexKind.CURRENT] * 2, (Line(LineKind.RETARDED, 0, 1), Line(LineKind.ADVANCED, 1, 0))),
        ((VertexKind.CURRENT,) * 2, [Line(LineKind.RETARDED, 0, 1), Line(LineKind.ADVANCED, 1, 0)]),
        ((VertexKind.CURRENT,) * 2, (Line(LineKind.RETARDED, 0.0, 1), Line(LineKind.ADVANCED, 1, 0))),
        ((VertexKind.CURRENT,) * 2, (Line(LineKind.RETARDED, False, True), Line(LineKind.ADVANCED, 1, 0))),
        ((VertexKind.CURRENT,) * 2, None),
        (None, ()),
        ((), ()),
    ],
)
def test_the_constructor_takes_kinds_and_lines_only(kinds, lines):
    refused(Diagram, kinds, lines)


def test_the_error_says_what_may_meet():
    assert refused(Diagram.build, *BROKEN["two outgoing lines"][:2]).expected == (
        "electron lines going in and out"
    )
    crossed = refused(Diagram.build, *BROKEN["a cooperon the wrong way"][:2])
    assert crossed.expected == "electron lines going out and out"
    assert refused(Diagram.build, *BROKEN["an unknown line"][:2]).expected == "one of " + ", ".join(LineKind)


def graph_of(nodes, edges, kind=nx.MultiDiGraph):
    graph = kind()
    for name, data in nodes:
        graph.add_node(name, **data)
    for a, b, data in edges:
        graph.add_edge(a, b, **data)
    return graph


NODES = [("l", {"kind": J}), ("r", {"kind": J})]
EDGES = [("l", "r", {"kind": R}), ("r", "l", {"kind": A})]


@pytest.mark.parametrize(
    "graph",
    [
        nx.MultiDiGraph(),
        graph_of([("l", {}), NODES[1]], EDGES),
        graph_of(NODES, [("l", "r", {}), EDGES[1]]),
        graph_of(NODES, [("l", "r", {"kind": 3}), EDGES[1]]),
        graph_of([("l", {"kind": ["current"]}), NODES[1]], EDGES),
        graph_of(NODES[:1], EDGES),
        graph_of(NODES, EDGES, nx.MultiGraph),
        graph_of(NODES, EDGES, nx.Graph),
        graph_of(NODES, [*EDGES, ("l", "l", {"kind": R})]),
        None,
        "graph",
        {"l": ["r"]},
        bubble(),
    ],
)
def test_a_graph_that_is_no_diagram(graph):
    refused(Diagram.from_graph, graph)


_ENTRY = st.one_of(
    st.sampled_from([*LineKind, *VertexKind, R, A, X, J]),
    st.integers(-1, 3),
    st.none(),
    st.text(max_size=2),
    st.floats(),
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(
    kinds=st.one_of(st.lists(_ENTRY, max_size=4), _ENTRY),
    lines=st.one_of(st.lists(st.one_of(_ENTRY, st.lists(_ENTRY, max_size=4)), max_size=4), _ENTRY),
)
def test_garbage_is_never_another_error(kinds, lines):
    for make in (Diagram.build, Diagram):
        with suppress(DiagramError):
            assert allowed(*parts(make(kinds, lines)))


def test_the_error_is_one_of_the_library_and_a_value_error():
    assert issubclass(DiagramError, CooperonError)
    assert issubclass(DiagramError, ValueError)


def test_blocks_of_a_diagram_made_by_hand_are_those_of_resummation():
    assert resum(chord_diagram(2, 2, ((0, 2), (1, 3)))) == COOPERON
    assert resum(chord_diagram(2, 2, ((0, 3), (1, 2)))) == DIFFUSON
    assert {line.kind for line in COOPERON.blocks + DIFFUSON.blocks} == set(BLOCKS)
