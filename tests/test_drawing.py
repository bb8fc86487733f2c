"""Pictures: every diagram is drawn, with everything in it, legibly, the same way each time."""

from __future__ import annotations

import builtins
import shutil
import subprocess
import sys
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.diagrams import Diagram, bubble, chord_diagram, drawing, dress, geometry, resum
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.diagrams.layout import lay_out

R, A, X, D, C = "retarded", "advanced", "impurity", "diffuson", "cooperon"
J = "current"
SVG = "{http://www.w3.org/2000/svg}"

DIFFUSON = Diagram.build([J, J, X, X], [(R, 0, 2), (R, 3, 1), (A, 1, 3), (A, 2, 0), (D, 2, 3)])
COOPERON = Diagram.build([J, J, X, X], [(R, 0, 2), (R, 3, 1), (A, 1, 2), (A, 3, 0), (C, 2, 3)])
TWO_BUBBLES_WITH_DIFFUSONS = Diagram.build(
    [J] * 4 + [X] * 4,
    [
        (R, 0, 4),
        (D, 4, 5),
        (R, 5, 1),
        (A, 3, 5),
        (A, 4, 2),
        (R, 2, 6),
        (D, 6, 7),
        (R, 7, 3),
        (A, 1, 7),
        (A, 6, 0),
    ],
)
ODD = {
    "two bubbles with diffusons": TWO_BUBBLES_WITH_DIFFUSONS,
    "two bubbles apart": Diagram.build([J] * 4, [(R, 0, 1), (A, 1, 0), (R, 2, 3), (A, 3, 2)]),
    "triangle": Diagram.build([J] * 3, [(R, 0, 1), (R, 1, 2), (A, 2, 0)]),
    "vacuum": Diagram.build([X] * 4, [(R, 0, 1), (R, 1, 2), (R, 2, 3), (R, 3, 0), (X, 0, 2), (X, 1, 3)]),
    "two retarded lines": Diagram.build(
        [J, J, X, X], [(R, 0, 2), (R, 2, 1), (R, 1, 3), (R, 3, 0), (X, 2, 3)]
    ),
}
LOW_ORDERS = [diagram for order in range(4) for diagram in diagrams_of_order(order)]
RESUMMED = [dressed for whole in dict.fromkeys(map(resum, LOW_ORDERS)) for dressed in dress(whole)]


@st.composite
def bubbles(draw):
    """Draw a bubble of two random words: a block stands once on each, a single line twice in all."""
    blocks = draw(st.lists(st.sampled_from([D, C]), max_size=4))
    singles = draw(st.lists(st.sampled_from([X, "interaction"]), max_size=3))
    ends = [(i, draw(st.booleans())) for i in range(len(singles)) for _ in range(2)]
    through = [("block", i) for i in range(len(blocks))]
    words = [
        draw(st.permutations(through + [("single", i) for i, at in ends if at is side]))
        for side in (True, False)
    ]
    vertex = draw(st.sampled_from([J, "density", "spin"]))
    kinds = [vertex, vertex] + [X] * (2 * len(blocks)) + [kind for kind in singles for _ in range(2)]
    first = 2 + 2 * len(blocks)
    free = {i: [first + 2 * i, first + 2 * i + 1] for i in range(len(singles))}
    lines = [(kind, 2 + 2 * i, 3 + 2 * i) for i, kind in builtins.enumerate(blocks)]
    lines += [(kind, *free[i]) for i, kind in builtins.enumerate(singles)]
    for kind, here, there, word in ((R, 0, 1, words[0]), (A, 1, 0, words[1])):
        at = here
        for what, i in word:
            if what == "single":
                arrival = departure = free[i].pop()
            else:
                backward = kind == A and blocks[i] == D
                arrival, departure = (3 + 2 * i, 2 + 2 * i) if backward else (2 + 2 * i, 3 + 2 * i)
            lines.append((kind, at, arrival))
            at = departure
        lines.append((kind, at, there))
    return Diagram.build(kinds, lines)


@st.composite
def loops(draw):
    """Draw loops of one kind of electron line each, with random impurity lines within and between them."""
    pairs = draw(st.integers(0, 4))
    sizes = draw(st.lists(st.integers(0, 2), min_size=1, max_size=4))
    homes = draw(st.lists(st.integers(0, len(sizes) - 1), min_size=2 * pairs, max_size=2 * pairs))
    kinds, lines, impurities = [], [], []
    for home, externals in builtins.enumerate(sizes):
        corners = [J] * externals + [X] * homes.count(home)
        corners += [J] * (2 - len(corners))
        numbers = range(len(kinds), len(kinds) + len(corners))
        kinds += corners
        kind = draw(st.sampled_from([R, A]))
        lines += [(kind, a, b) for a, b in zip(numbers, [*numbers[1:], numbers[0]], strict=True)]
        impurities += [number for number, corner in zip(numbers, corners, strict=True) if corner == X]
    shuffled = draw(st.permutations(impurities))
    lines += [(X, a, b) for a, b in zip(shuffled[::2], shuffled[1::2], strict=True)]
    return Diagram.build(kinds, lines)


def classes(text):
    """Count the elements of an SVG document by their class."""
    found = [element.get("class") for element in ElementTree.fromstring(text).iter()]
    return {name: found.count(name) for name in found}


def number_of(diagram, *kinds):
    return len(diagram.lines_of(*kinds))


def check_complete(diagram):
    """Everything in the diagram is in the picture, and no two vertices lie on each other."""
    drawn = classes(drawing.svg(diagram))
    assert drawn.get("arrow", 0) == number_of(diagram, R, A)
    assert drawn.get("cross", 0) == number_of(diagram, X)
    for kind in (R, A, X, "interaction", D, C):
        lines = drawn.get(kind, 0) - (len(dots_of(diagram, kind)) if kind in (X, "interaction") else 0)
        assert lines == number_of(diagram, kind)
    dots = lay_out(diagram).dots
    assert {dot.vertex for dot in dots} == set(range(len(diagram.kinds)))
    assert all(abs(a.at - b.at) > 0.3 for a, b in combinations(dots, 2))
    assert drawing.tikz(diagram).count(r"\draw[impurity") == number_of(diagram, X)
    assert isinstance(drawing.text(diagram), str)


def dots_of(diagram, kind):
    return [dot for dot in lay_out(diagram).dots if dot.kind == kind]


@pytest.mark.slow
@pytest.mark.parametrize("order", range(4))
def test_every_diagram_of_low_order_is_drawn_completely(order):
    for diagram in diagrams_of_order(order):
        check_complete(diagram)


def test_every_resummed_and_dressed_diagram_is_drawn_completely():
    assert len(RESUMMED) > 20
    for diagram in RESUMMED:
        check_complete(diagram)


@pytest.mark.parametrize("name", ODD)
def test_what_is_not_a_bubble_is_drawn_too(name):
    check_complete(ODD[name])


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(bubbles())
def test_any_bubble_is_drawn(diagram):
    check_complete(diagram)


@settings(max_examples=40, deadline=None)
@given(loops())
def test_any_loops_are_drawn(diagram):
    check_complete(diagram)


def test_retarded_line_runs_above_to_the_right_and_advanced_below_to_the_left():
    for diagram in LOW_ORDERS:
        for stroke in lay_out(diagram).strokes:
            if stroke.kind in (R, A):
                at, along = geometry.locate(stroke.path, 0.5)
                assert at.imag > 0 if stroke.kind == R else at.imag < 0
                assert along.real > 0 if stroke.kind == R else along.real < 0


def crossings(one, other):
    """Number of points that two sampled curves have in common."""

    def side(p, a, b):
        return ((b - a).conjugate() * (p - a)).imag > 0

    return sum(
        side(a, c, d) != side(b, c, d) and side(c, a, b) != side(d, a, b)
        for a, b in pairwise(one)
        for c, d in pairwise(other)
    )


def test_impurity_lines_cross_in_the_picture_where_they_cross_in_the_diagram():
    for diagram in LOW_ORDERS:
        curves = [geometry.points(s.path)[::3] for s in lay_out(diagram).strokes if s.kind == X]
        ends = [sorted((line.start, line.end)) for line in diagram.lines_of(X)]
        _, right = diagram.vertices_of(J)
        for (one, (a, b)), (other, (c, d)) in combinations(zip(curves, ends, strict=True), 2):
            straight = [x < right < y for x, y in ((a, b), (c, d))]
            if len(set(straight)) == 1:
                assert crossings(one, other) == (a < c < b < d or c < a < d < b)
            else:
                assert crossings(one, other) == 0


def test_crosses_keep_clear_of_one_another():
    for diagram in LOW_ORDERS:
        crosses = [geometry.locate(s.path, s.mark)[0] for s in lay_out(diagram).strokes if s.kind == X]
        assert all(abs(a - b) > 0.15 for a, b in combinations(crosses, 2))


def test_a_diffuson_has_rungs_and_a_cooperon_a_fan():
    for diagram, crossing in ((DIFFUSON, 0), (COOPERON, 6)):
        rungs = [
            geometry.points(s.path)[:: geometry.SAMPLES] for s in lay_out(diagram).strokes if s.kind == "rung"
        ]
        assert sum(crossings(one, other) for one, other in combinations(rungs, 2)) == crossing


def test_a_block_lies_between_its_vertices():
    (patch,) = lay_out(COOPERON).patches
    corners = {(round(p.real, 6), round(p.imag, 6)) for p in patch.corners}
    assert corners == {(round(d.at.real, 6), round(d.at.imag, 6)) for d in dots_of(COOPERON, X)}


def test_vertices_are_told_apart():
    filled = ElementTree.fromstring(drawing.svg(bubble())).find(f"{SVG}g/{SVG}circle")
    empty = ElementTree.fromstring(drawing.svg(bubble("density"))).find(f"{SVG}g/{SVG}circle")
    assert filled.get("fill") != empty.get("fill") == "#ffffff"
    assert classes(drawing.svg(bubble("spin")))["spin-cross"] == 2


def test_svg_is_self_contained_and_deterministic():
    text = drawing.svg(RESUMMED[-1])
    assert text == drawing.svg(RESUMMED[-1]) == RESUMMED[-1]._repr_svg_()
    assert "href" not in text
    assert "<style" not in text
    assert "url(" not in text


def test_width_scales_the_whole():
    root = ElementTree.fromstring(drawing.svg(COOPERON))
    wide = ElementTree.fromstring(drawing.svg(COOPERON, width=2 * float(root.get("width"))))
    assert wide.get("viewBox") == root.get("viewBox")
    assert float(wide.get("height")) == pytest.approx(2 * float(root.get("height")), rel=1e-3)


def test_sheet_holds_every_diagram_with_its_caption():
    names = [f"<{i}>" for i in range(15)]
    text = drawing.sheet(diagrams_of_order(2), columns=4, captions=names)
    captions = [e.text for e in ElementTree.fromstring(text).iter() if e.get("class") == "caption"]
    assert captions == names
    assert classes(text)["cross"] == 30


def test_tiles_of_a_sheet_do_not_overlap():
    root = ElementTree.fromstring(drawing.sheet(diagrams_of_order(1), columns=3))
    _, _, width, _ = map(float, root.get("viewBox").split())
    captions = [float(e.get("x")) for e in root.iter() if e.get("class") == "caption"]
    assert all(b - a > 100 for a, b in pairwise(captions))
    assert captions[-1] < width


def test_text_of_the_bubble():
    assert drawing.text(bubble()).splitlines() == [
        "R ╭───▶───╮",
        "  │       │",
        "  ●       ●",
        "  │       │",
        "A ╰───◀───╯",
    ]


def test_text_of_the_dressed_cooperon():
    dressed = next(d for d in dress(COOPERON) if d.order and "×" in drawing.text(d).splitlines()[0])
    assert drawing.text(dressed).splitlines() == [
        "      ╭┄┄┄┄┄┄┄×┄┄┄┄┄┄┄╮",
        "R ╭─▶─┴─▶─┬───────┬─▶─┴─▶─╮",
        "  │       ╲░░░░░░░╱       │",
        "  ●       ░░░░C░░░░       ●",
        "  │       ╱░░░░░░░╲       │",
        "A ╰───◀───┴───────┴───◀───╯",
    ]


def test_text_of_crossing_lines():
    assert drawing.text(chord_diagram(2, 2, ((0, 2), (1, 3)))).splitlines() == [
        "R ╭───▶───┬─▶─┬─▶─╮",
        "  │       ×   ┊   │",
        "  ●   ╭┄┄┄┼×┄┄╯   ●",
        "  │   ┊   ┊       │",
        "A ╰─◀─┴─◀─┴───◀───╯",
    ]


def test_text_holds_every_line():
    for diagram in LOW_ORDERS + [d for i, d in builtins.enumerate(diagrams_of_order(4)) if i % 7 == 0]:
        text = drawing.text(diagram)
        assert text.count("×") == diagram.order
        assert (text.count("▶"), text.count("◀")) == (number_of(diagram, R), number_of(diagram, A))
        assert sum(map(text.count, "┬┴")) == 2 * diagram.order


def test_text_in_ascii():
    for diagram in [*RESUMMED, *ODD.values()]:
        assert drawing.text(diagram, ascii_only=True).isascii()


def test_text_names_blocks_that_cross():
    two = [(R, 0, 2), (D, 2, 3), (R, 3, 4), (D, 4, 5), (R, 5, 1), (A, 1, 3), (A, 2, 5), (A, 4, 0)]
    assert drawing.text(Diagram.build([J, J] + [X] * 4, two)).count("┤D1├") == 2


def test_text_lists_what_is_not_a_bubble():
    assert drawing.text(TWO_BUBBLES_WITH_DIFFUSONS).splitlines() == [
        "●0 ─R▶ 4 ─A▶ ●2 ─R▶ 6 ─A▶ ●0",
        "●1 ─A▶ 7 ─R▶ ●3 ─A▶ 5 ─R▶ ●1",
        "4░D░5  6░D░7",
    ]


@pytest.mark.parametrize("suffix", [".svg", ".tex", ".txt", ".pdf", ".png", ".PNG"])
def test_save(tmp_path, suffix):
    path = tmp_path / f"cooperon{suffix}"
    drawing.save(COOPERON, path)
    first = path.read_bytes()
    drawing.save(COOPERON, str(path))
    assert len(first) > 100
    assert path.read_bytes() == first


def test_draw_on_axes_of_ones_own():
    figure = pytest.importorskip("matplotlib.figure").Figure()
    ax = figure.add_subplot()
    for diagram in (bubble("spin"), COOPERON, TWO_BUBBLES_WITH_DIFFUSONS):
        assert drawing.draw(diagram, ax) is ax
    figure.canvas.draw()


def test_draw_makes_axes():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    with pyplot.rc_context({"backend": "agg"}):
        ax = drawing.draw(DIFFUSON)
        pyplot.close(ax.figure)
    assert len(ax.patches) > 10


def test_missing_matplotlib_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(CooperonError, match=r"cooperon\[plot\]"):
        drawing.save(bubble(), tmp_path / "bubble.png")
    drawing.save(bubble(), tmp_path / "bubble.svg")


@pytest.mark.parametrize(
    "call",
    [
        lambda: drawing.svg("bubble"),
        lambda: drawing.svg(bubble(), width=0),
        lambda: drawing.svg(bubble(), width=float("nan")),
        lambda: drawing.svg(bubble(), width="wide"),
        lambda: drawing.text(None),
        lambda: drawing.tikz(3),
        lambda: drawing.draw("bubble"),
        lambda: drawing.sheet([]),
        lambda: drawing.sheet([bubble()], columns=0),
        lambda: drawing.sheet([bubble()], captions=["one", "two"]),
        lambda: drawing.save(bubble(), "bubble.docx"),
        lambda: drawing.save(bubble(), "no/such/folder/bubble.svg"),
        lambda: drawing.save("bubble", "bubble.svg"),
    ],
)
def test_bad_input_is_one_clear_error(call):
    with pytest.raises(InputError, match="expected"):
        call()


def test_unknown_file_type_lists_the_known_ones():
    with pytest.raises(InputError, match=r"\.svg, \.tex, \.txt, \.pdf, \.png"):
        drawing.save(bubble(), "bubble")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_tikz_compiles_with_the_package_tikz_alone(tmp_path):
    pictures = "\n".join(map(drawing.tikz, [*RESUMMED[:8], *ODD.values(), bubble("spin")]))
    document = rf"\documentclass{{article}}\usepackage{{tikz}}\begin{{document}}{pictures}\end{{document}}"
    (tmp_path / "page.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("diagrams", [None, 3, "bubbles", b"b", bubble()])
def test_a_sheet_of_no_list_is_refused(diagrams):
    with pytest.raises(InputError, match="Diagrams, in a list"):
        drawing.sheet(diagrams)


@pytest.mark.parametrize("captions", [True, 3, "a"])
def test_captions_that_are_no_list_are_refused(captions):
    with pytest.raises(InputError, match="captions, in a list"):
        drawing.sheet([bubble()], captions=captions)


def test_captions_are_written_as_they_read():
    assert ">7<" in drawing.sheet([bubble()], captions=[7])


def test_columns_are_a_number():
    for columns in (True, 0, 1.0, "2"):
        with pytest.raises(InputError, match="columns"):
            drawing.sheet([bubble()], columns=columns)


@pytest.mark.parametrize("ax", [3, "axes", []])
def test_something_else_than_axes_is_refused(ax):
    pytest.importorskip("matplotlib")
    with pytest.raises(InputError, match="ax = "):
        drawing.draw(bubble(), ax)


@pytest.mark.parametrize("more", [0, 1, 3, 6])
def test_what_joins_neighbours_on_a_circle_keeps_clear_of_the_line_between_them(more):
    """An arrowhead under a block, or under a dashed line, could not be seen."""
    currents = range(4, 7 + more)
    ring = [(R, a, b) for a, b in pairwise([3, *currents, 2])]
    dressed = Diagram.build(
        [X, X] * 2 + [J] * (3 + more), [*ring, (R, 2, 0), (R, 0, 1), (R, 1, 3), (X, 0, 1), (X, 2, 3)]
    )
    with_block = Diagram.build(
        [J, J, X, X] + [J] * (1 + more),
        [*((R, a, b) for a, b in pairwise([3, 0, *range(4, 5 + more), 1, 2])), (A, 2, 3), (D, 2, 3)],
    )
    for diagram in (dressed, with_block):
        picture = lay_out(diagram)
        sides = [stroke for stroke in picture.strokes if stroke.kind in (R, A)]
        arrows = [geometry.locate(stroke.path, 0.5)[0] for stroke in sides]
        dashed = [p for stroke in picture.strokes if stroke.kind == X for p in geometry.points(stroke.path)]
        assert all(abs(arrow - p) > 0.15 for arrow in arrows for p in dashed)
        assert not any(inside(arrow, patch.corners) for arrow in arrows for patch in picture.patches)


def inside(point, corners):
    """Whether a ray from a point leaves a polygon."""
    ray = [point, point + 100 + 1j]
    return geometry.crossings(ray, [*corners, corners[0]]) % 2 == 1
