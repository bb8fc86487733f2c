"""In and out: JSON, node-link data, DOT, the builder. What comes back is the same; anything else is refused clearly."""

from __future__ import annotations

import inspect
import io
import json
import re
import shutil
import subprocess

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cooperon as cp
from cooperon.cli import main
from cooperon.diagrams import (
    Diagram,
    DiagramBuilder,
    bubble,
    chord_diagram,
    drawing,
    dress,
    from_json,
    from_node_link,
    resum,
    to_dot,
    to_json,
    to_node_link,
)
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.kinds import LineKind, VertexKind

R, A, X, D, C = "retarded", "advanced", "impurity", "diffuson", "cooperon"
CROSSED = resum(chord_diagram(2, 2, ((0, 2), (1, 3))))
PLAIN = [
    *(d for order in range(4) for d in diagrams_of_order(order)),
    *(d for order in range(4) for d in diagrams_of_order(order, of="line", lines="A")),
    *(d for order in range(3) for d in diagrams_of_order(order, of="pair", vertex="density")),
    *diagrams_of_order(2, lines="RR", vertex="spin"),
]
DRESSED = [new for old in dict.fromkeys(map(resum, diagrams_of_order(3))) for new in dress(old)]
INTERACTING = Diagram.build(
    ["current"] * 2 + ["interaction"] * 2,
    [(R, 0, 2), (R, 2, 1), (A, 1, 3), (A, 3, 0), ("interaction", 2, 3)],
)
ALL = [*PLAIN, *DRESSED, INTERACTING]


def document(**changes):
    """The bubble as an object of JSON, with changes; a change to None takes the key out."""
    whole = {
        "cooperon": "diagram",
        "version": 1,
        "vertices": ["current", "current"],
        "lines": [[R, 0, 1], [A, 1, 0]],
    }
    return json.dumps({key: value for key, value in (whole | changes).items() if value is not None})


# --- there and back ---------------------------------------------------------------------------------------


def test_json_comes_back_vertex_by_vertex_and_line_by_line():
    assert len(DRESSED) > 20
    for diagram in ALL:
        back = from_json(to_json(diagram))
        assert (back.kinds, back.lines) == (diagram.kinds, diagram.lines)


def test_node_link_data_come_back():
    for diagram in ALL:
        back = from_node_link(to_node_link(diagram))
        assert back.kinds == diagram.kinds
        assert sorted(back.lines) == sorted(diagram.lines)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ALL), st.randoms(use_true_random=False))
def test_the_order_of_vertices_and_lines_does_not_matter(diagram, random):
    new = list(range(len(diagram.kinds)))
    random.shuffle(new)
    kinds = [None] * len(new)
    for old, number in enumerate(new):
        kinds[number] = diagram.kinds[old]
    lines = [[line.kind, new[line.start], new[line.end]] for line in diagram.lines]
    random.shuffle(lines)
    assert from_json(document(vertices=kinds, lines=lines)) == diagram
    names = [f"v{number}" for number in new]
    nodes = [{"id": names[old], "kind": str(kind)} for old, kind in enumerate(diagram.kinds)]
    links = [
        {"source": names[line.start], "target": names[line.end], "kind": str(line.kind)}
        for line in diagram.lines
    ]
    random.shuffle(links)
    assert from_node_link({"nodes": nodes, "links": links}) == diagram


def test_json_is_what_the_documentation_says():
    assert json.loads(to_json(CROSSED)) == {
        "cooperon": "diagram",
        "version": 1,
        "vertices": [str(kind) for kind in CROSSED.kinds],
        "lines": [[str(line.kind), line.start, line.end] for line in CROSSED.lines],
    }


def test_node_link_data_are_those_of_networkx():
    new = "edges" in inspect.signature(nx.node_link_data).parameters
    options = {"edges" if new else "link": "edges"}
    for diagram in (CROSSED, PLAIN[-1], DRESSED[-1]):
        data = to_node_link(diagram)
        assert data == nx.node_link_data(diagram.graph, **options)
        assert json.loads(json.dumps(data)) == data
        read = nx.node_link_graph(data, **options)
        assert Diagram.from_graph(read) == diagram


def test_what_is_read_is_evaluated_like_any_other():
    metal = cp.Metal(dim=2)
    for back in (from_json(to_json(CROSSED)), from_node_link(to_node_link(CROSSED))):
        assert cp.evaluate(back, metal).expr == cp.evaluate(CROSSED, metal).expr != 0
        assert cp.feynman_rules(back, metal) == cp.feynman_rules(CROSSED, metal)


# --- what is refused --------------------------------------------------------------------------------------

REFUSED = {
    "": "Expecting value",
    "{": "JSON text",
    "[" * 100_000: "too deeply nested",
    "9" * 6000: "too many digits",
    "x" * 1_000_001: "1000001 characters",
    '{"version": 1, "version": 1}': "'version' twice",
    '{"cooperon": NaN}': "the number NaN",
    "null": "an object with the keys",
    "[1]": "an object with the keys",
    document(cooperon=None): "no key 'cooperon'",
    document(lines=None): "no key 'lines'",
    document(cooperon="formula"): "cooperon = 'formula'",
    document(version=2): "version = 2; expected: version 1",
    document(version=True): "version = True",
    document(version="1"): "version = '1'",
    document(comment="mine"): "the key 'comment'",
    document(vertices=[]): "no vertices",
    document(vertices="current"): "vertices = 'current'",
    document(vertices=["current", "currant"]): r"vertices\[1\] = 'currant'; expected: one of current",
    document(vertices=["current", ["current"]]): r"vertices\[1\]",
    document(lines={}): "lines = {}",
    document(lines=[[R, 0, 1], [A, 1]]): r"lines\[1\] = \['advanced', 1\]",
    document(lines=[[R, 0, 1], [A, 1, 0.0]]): r"lines\[1\]",
    document(lines=[[R, 0, 1], [A, True, 0]]): r"lines\[1\]",
    document(lines=[[R, 0, 1], [A, 1, 2]]): "two different vertices of 0 to 1",
    document(lines=[[R, 0, 1], [A, 1, -1]]): "two different vertices of 0 to 1",
    document(lines=[[R, 0, 1], [A, 1, 1]]): "two different vertices of 0 to 1",
    document(lines=[[R, 0, 1], ["photon", 1, 0]]): r"the kind of lines\[1\] = 'photon'",
    document(lines=[[R, 0, 1], [["advanced"], 1, 0]]): r"the kind of lines\[1\]",
    document(lines=[[R, 0, 1], [A, 0, 1]]): "current vertex 0 with the line ends: advanced out, retarded out",
    document(
        vertices=["current", "current", X], lines=[[R, 0, 2], [R, 2, 1], [A, 1, 0]]
    ): "impurity vertex 2.*exactly one end",
    document(
        vertices=["current", "current", X], lines=[[R, 0, 2], [R, 2, 1], [A, 1, 0], [X, 2]]
    ): r"lines\[3\] = \['impurity', 2\]; expected: the kind of a line and the numbers of the two vertices",
    document(
        vertices=["current", "current", X, X],
        lines=[[R, 0, 2], [R, 2, 1], [A, 1, 3], [A, 3, 0], [X, 2, 3], [X, 2, 3]],
    ): "impurity vertex 2",
    document(
        vertices=["current", "current", X, X], lines=[[R, 0, 2], [A, 2, 1], [A, 1, 3], [R, 3, 0], [X, 2, 3]]
    ): "two of the same kind at a single impurity",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_json_that_is_no_diagram_is_refused(text):
    with pytest.raises(DiagramError, match=REFUSED[text]) as caught:
        from_json(text)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("given", [None, 3, b"{}", ["{}"], bubble()])
def test_what_is_no_text_is_refused(given):
    with pytest.raises(DiagramError, match="JSON text"):
        from_json(given)


def nearly():
    """Objects of JSON that look like a diagram in most places."""
    kinds = st.sampled_from([*map(str, VertexKind), *map(str, LineKind), "photon", "\ud800", 1])
    numbers = st.integers(-1, 6) | st.sampled_from([True, 1.0, None, "0", 10**30])
    line = st.tuples(kinds, numbers, numbers).map(list) | st.lists(numbers, max_size=4)
    return st.fixed_dictionaries(
        {
            "cooperon": st.just("diagram") | numbers,
            "version": st.just(1) | numbers,
            "vertices": st.lists(kinds, max_size=5) | numbers,
            "lines": st.lists(line, max_size=8) | numbers,
        },
        optional={"links": numbers, "nodes": numbers},
    )


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
GARBAGE = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(GARBAGE | nearly())
def test_no_json_text_leads_to_a_foreign_error(value):
    for text in (json.dumps(value), json.dumps(value)[:-1], repr(value)):
        try:
            diagram = from_json(text)
        except DiagramError:
            continue
        assert from_json(to_json(diagram)) == diagram


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([to_json(bubble()), to_json(CROSSED)]), st.data())
def test_text_with_a_flaw_is_a_diagram_or_a_clear_error(text, data):
    at = data.draw(st.integers(0, len(text) - 1))
    flaw = data.draw(st.text(max_size=3))
    try:
        diagram = from_json(text[:at] + flaw + text[at + data.draw(st.integers(0, 3)) :])
    except DiagramError:
        return
    assert isinstance(diagram, Diagram)


def node_link(**changes):
    return to_node_link(bubble()) | changes


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (3, "node-link data"),
        ({}, "nodes = None"),
        (node_link(nodes=None), "nodes = None"),
        (node_link(edges={}), "edges = {}"),
        (node_link(directed=False), "a directed graph"),
        (node_link(nodes=[3]), r"nodes\[0\] = 3"),
        (node_link(nodes=[{"kind": "current"}]), r"id of nodes\[0\] = None"),
        (node_link(nodes=[{"id": [1], "kind": "current"}]), r"id of nodes\[0\]"),
        (node_link(nodes=[{"id": 0, "kind": "current"}] * 2), "two nodes with the id 0"),
        (node_link(nodes=[{"id": 0}]), r"the kind of nodes\[0\] = None"),
        (node_link(edges=["retarded"]), r"edges\[0\] = 'retarded'"),
        (node_link(edges=[{"source": 0, "kind": R}]), r"target of edges\[0\] = None"),
        (node_link(edges=[{"source": 0, "target": 7, "kind": R}]), r"edges\[0\] at the node 7"),
        (node_link(edges=[{"source": 0, "target": 1}]), r"the kind of edges\[0\] = None"),
        (node_link(edges=[{"source": 0, "target": 0, "kind": R}]), "two different vertices"),
        (node_link(edges=[{"source": 0, "target": 1, "kind": R}] * 2), "retarded out, retarded out"),
    ],
)
def test_node_link_data_that_are_no_diagram_are_refused(data, message):
    with pytest.raises(DiagramError, match=message):
        from_node_link(data)


@settings(max_examples=100, deadline=None)
@given(
    GARBAGE
    | st.fixed_dictionaries(
        {
            "nodes": st.lists(st.dictionaries(st.sampled_from(["id", "kind"]), GARBAGE), max_size=3),
            "edges": st.lists(
                st.dictionaries(st.sampled_from(["source", "target", "kind"]), GARBAGE), max_size=3
            ),
        }
    )
)
def test_no_node_link_data_lead_to_a_foreign_error(value):
    with pytest.raises(DiagramError):
        from_node_link(value)


@pytest.mark.parametrize("write", [to_json, to_node_link, to_dot])
def test_only_diagrams_are_written(write):
    with pytest.raises(DiagramError, match="a Diagram"):
        write("bubble")


# --- DOT --------------------------------------------------------------------------------------------------

STATEMENT = re.compile(r"^  (\d+)(?: -> (\d+))? \[(.*)\];$")


@pytest.mark.parametrize("diagram", [CROSSED, INTERACTING, PLAIN[-1], DRESSED[-1], PLAIN[120]], ids=repr)
def test_dot_says_everything(diagram):
    graph = nx.MultiDiGraph()
    opening, _, *statements, closing = to_dot(diagram).splitlines()
    assert (opening, closing) == ("digraph diagram {", "}")
    for statement in statements:
        a, b, attributes = STATEMENT.match(statement).groups()
        table = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        if b is None:
            graph.add_node(int(a), kind=table["kind"])
        else:
            graph.add_edge(int(a), int(b), kind=table["kind"])
            assert (table.get("dir") == "none") == (table["kind"] in (X, D, "interaction"))
    assert Diagram.from_graph(graph) == diagram


@pytest.mark.skipif(not shutil.which("dot"), reason="needs Graphviz")
def test_graphviz_reads_it():
    for diagram in (CROSSED, INTERACTING, DRESSED[-1]):
        done = subprocess.run(
            ["dot", "-Tplain"], input=to_dot(diagram), capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("\nedge ") == len(diagram.lines)


# --- the builder ------------------------------------------------------------------------------------------


def cooperon_bubble():
    build = DiagramBuilder().current("left", "right").cooperon("in", "out")
    build.retarded("left", "in").retarded("out", "right")
    return build.advanced("right", "in").advanced("out", "left")


def test_a_diagram_built_line_by_line_is_evaluated():
    diagram = cooperon_bubble().freeze()
    assert diagram == CROSSED
    metal = cp.Metal(dim=2)
    assert cp.evaluate(diagram, metal).expr == cp.conductivity(metal, loops=1).expr


def test_ladders_and_crossed_lines():
    rows = {
        "ladder": chord_diagram(3, 3, ((0, 5), (1, 4), (2, 3))),
        "crossed": chord_diagram(3, 3, ((0, 3), (1, 4), (2, 5))),
    }
    for name, expected in rows.items():
        build = DiagramBuilder().current("L", "R")
        getattr(build, name)("abc", ("d", "e", "f"))
        assert build.retarded(*"LabcR").advanced(*"RfedL").freeze() == expected


def test_every_kind_of_vertex_and_line_can_be_built():
    line = (
        DiagramBuilder().end("in", "out").density(0).interaction(1, 2).retarded("in", 1, 0, 2, "out").freeze()
    )
    kinds = ["end", "end", "density", "interaction", "interaction"]
    assert line == Diagram.build(kinds, [(R, 0, 3), (R, 3, 2), (R, 2, 4), (R, 4, 1), ("interaction", 3, 4)])
    diffuson = DiagramBuilder().spin("L", "R").diffuson(1, 2).retarded("L", 1).retarded(2, "R")
    read = diffuson.advanced("R", 2).advanced(1, "L").freeze()
    assert read == resum(chord_diagram(1, 1, ((0, 1),), vertex="spin"))


def test_the_builder_goes_on_after_a_diagram_was_made():
    build = DiagramBuilder().current("L", "R").retarded("L", "R").advanced("R", "L")
    first = build.freeze()
    build.density("l", "r").retarded("l", "r").advanced("r", "l")
    assert first == bubble()
    assert len(build.freeze().kinds) == 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda build: build.freeze(), "no vertices"),
        (lambda build: build.current("L").density("L"), "the current vertex 'L' as a vertex of kind density"),
        (
            lambda build: build.current("L").impurity("L", 1),
            "the current vertex 'L' as a vertex of kind impurity",
        ),
        (lambda build: build.current("L").retarded("L", "x").freeze(), "the vertex 'x'.*try: current"),
        (
            lambda build: build.current("L", "R").retarded("L", "R").retarded("L", "R").freeze(),
            "current vertex 'L'",
        ),
        (
            lambda build: (
                build.current("L", "R").impurity("a", "b").retarded("L", "a", "R").advanced("R", "L").freeze()
            ),
            "impurity vertex 'b' with the line ends: impurity",
        ),
        (lambda build: build.retarded("L"), "two vertices or more"),
        (lambda build: build.retarded(), "no vertex"),
        (lambda build: build.impurity("a", "a"), "from 'a' to itself"),
        (lambda build: build.advanced("a", "b", "b"), "from 'b' to itself"),
        (lambda build: build.current(["L"]), r"the name \['L'\]"),
        (lambda build: build.retarded("L", ([],)), "the name"),
        (lambda build: build.ladder("ab", "c"), "of one length"),
        (lambda build: build.ladder(3, 4), "two sequences"),
        (lambda build: build.crossed("ab", None), "two sequences"),
    ],
)
def test_the_builder_refuses_what_cannot_be(call, message):
    with pytest.raises(DiagramError, match=message):
        call(DiagramBuilder())


# --- the command ------------------------------------------------------------------------------------------


def test_command_draws_ones_own_diagram(tmp_path, capsys):
    source, target = tmp_path / "mine.json", tmp_path / "mine.svg"
    source.write_text(to_json(CROSSED), encoding="utf-8")
    assert main(["draw", str(source), "--output", str(target)]) == 0
    assert target.read_text(encoding="utf-8") == drawing.svg(CROSSED)
    assert main(["draw", str(source)]) == 0
    assert drawing.text(CROSSED) in capsys.readouterr().out


def test_command_reads_standard_input(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.stdin", io.StringIO(to_json(CROSSED)))
    assert main(["draw", "-", "--output", str(tmp_path / "mine.dot")]) == 0
    assert (tmp_path / "mine.dot").read_text(encoding="utf-8").strip() == to_dot(CROSSED)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b"[" * 5_000_000, None])
def test_command_refuses_in_one_line(content, tmp_path, capsys):
    path = tmp_path / "mine.json"
    if content is not None:
        path.write_bytes(content)
    assert main(["draw", str(path)]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert "expected" in error
