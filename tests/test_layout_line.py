"""Pictures of single Green's functions, of bubbles of two like lines and of pairs of bubbles."""

from __future__ import annotations

import shutil
import subprocess
from itertools import combinations, pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from cooperon.diagrams import Diagram, DiagramBuilder, contractions, drawing
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.contraction import Contraction
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.layout import lay_out

R, A, X, D, C = "retarded", "advanced", "impurity", "diffuson", "cooperon"
END = "end"
SVG = "{http://www.w3.org/2000/svg}"

LINES = [diagram for order in range(4) for diagram in diagrams_of_order(order, of="line")]
PAIRS = [diagram for order in range(3) for diagram in diagrams_of_order(order, of="pair", connected=True)]
LIKE = [d for kind in ("RR", "AA") for order in range(3) for d in diagrams_of_order(order, lines=kind)]
OPEN = {
    "two lines with a diffuson": Diagram.build(
        [END] * 4 + [X] * 2, [(R, 0, 4), (R, 5, 1), (A, 2, 5), (A, 4, 3), (D, 4, 5)]
    ),
    "two lines with two rungs": Diagram.build(
        [END] * 4 + [X] * 4,
        [(R, 0, 4), (R, 4, 5), (R, 5, 1), (A, 2, 6), (A, 6, 7), (A, 7, 3), (X, 4, 7), (X, 5, 6)],
    ),
    "a line with a vertex": Diagram.build(
        [END, "density", END, X, X], [(R, 0, 3), (R, 3, 1), (R, 1, 4), (R, 4, 2), (X, 3, 4)]
    ),
    "a line and a loop": Diagram.build(
        [END, END, X, X, "density"], [(R, 0, 2), (R, 2, 1), (A, 3, 4), (A, 4, 3), (X, 2, 3)]
    ),
}


PICTURES = {}


def laid_out(diagram):
    """The picture of a diagram, made once for all tests."""
    if id(diagram) not in PICTURES:
        PICTURES[id(diagram)] = (lay_out(diagram), diagram)  # kept alive, so that no id is used twice
    return PICTURES[id(diagram)][0]


def curve(path):
    """Points along a Bezier path, by de Casteljau's construction."""
    t, points, here = np.linspace(0, 1, 41)[1:], [np.array([path.start])], path.start
    for piece in path.pieces:
        corners = [np.full(t.shape, corner) for corner in (here, *piece)]
        while len(corners) > 1:
            corners = [a + t * (b - a) for a, b in pairwise(corners)]
        points.append(corners[0])
        here = piece[-1]
    return np.concatenate(points)


def meetings(one, other):
    """How often two curves cross: segments on both sides of each other, by signs of determinants."""

    def side(p, q, r):
        return ((q - p).conjugate() * (r - p)).imag > 0

    a, b = one[:-1, None], one[1:, None]
    c, d = other[None, :-1], other[None, 1:]
    return int(np.sum((side(a, b, c) != side(a, b, d)) & (side(c, d, a) != side(c, d, b))))


def seats(diagram):
    return {dot.vertex: dot.at for dot in laid_out(diagram).dots}


def impurity_curves(diagram):
    """The curve of every impurity line, found by the vertices at which it begins and ends."""
    at = seats(diagram)
    curves = [curve(stroke.path) for stroke in laid_out(diagram).strokes if stroke.kind == X]
    lines = diagram.lines_of(X)
    assert len(curves) == len(lines)
    found = {}
    for line in lines:
        ends = {at[line.start], at[line.end]}
        (found[line],) = (points for points in curves if {points[0], points[-1]} == ends)
    return found


# --- single lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["R", "A"])
def test_a_single_line_runs_to_the_right_with_its_impurity_lines_above(kind):
    for diagram in diagrams_of_order(2, of="line", lines=kind):
        picture = laid_out(diagram)
        assert {dot.at.imag for dot in picture.dots} == {0.0}
        electrons = [stroke for stroke in picture.strokes if stroke.kind in (R, A)]
        assert {stroke.kind for stroke in electrons} == {{"R": R, "A": A}[kind]}
        assert all(stroke.path.end.real > stroke.path.start.real for stroke in electrons)
        assert all(points[1:-1].imag.min() > 0 for points in impurity_curves(diagram).values())


def test_arches_cross_exactly_where_chords_cross():
    for contraction in (c for order in range(5) for c in contractions(order, of="line")):
        curves = impurity_curves(contraction.diagram)
        for (one, p), (other, q) in combinations(curves.items(), 2):
            (a, b), (c, d) = sorted((one.start, one.end)), sorted((other.start, other.end))
            assert meetings(p, q) == (a < c < b < d or c < a < d < b)


def test_an_arch_over_another_keeps_its_distance():
    for diagram in LINES:
        curves = impurity_curves(diagram)
        for p, q in combinations(curves.values(), 2):
            if meetings(p, q) == 0:
                assert abs(p[:, None] - q[None, :]).min() > 0.25


def test_six_lines_are_told_apart():
    pairs = {
        "maximally crossed": tuple((i, i + 6) for i in range(6)),
        "rainbow": tuple((i, 11 - i) for i in range(6)),
    }
    for name, crossings in (("maximally crossed", 15), ("rainbow", 0)):
        diagram = Contraction("line", "R", (12,), pairs[name]).diagram
        curves = list(impurity_curves(diagram).values())
        assert sum(meetings(p, q) for p, q in combinations(curves, 2)) == crossings
        for p, q in combinations(curves, 2):
            # where both run side by side for long they would be taken for one line
            close = np.abs(p[:, None] - q[None, :]).min(axis=1) < 0.12
            assert close.sum() <= 4


@pytest.mark.parametrize("what", ["lines", "bubbles", "pairs"])
def test_crosses_and_arrowheads_stay_clear(what):
    for diagram in {"lines": LINES, "bubbles": LIKE, "pairs": PAIRS}[what]:
        strokes = [(s, curve(s.path)) for s in laid_out(diagram).strokes]
        marks = {id(s): np.mean([b.start + b.end for b in s.cross]) / 2 for s, _ in strokes if s.kind == X}
        assert all(abs(a - b) > 0.2 for a, b in combinations(marks.values(), 2))
        heads = {id(s): np.mean(s.arrowhead) for s, _ in strokes if s.kind in (R, A)}
        for stroke, points in strokes:
            if stroke.kind == X:
                assert all(abs(points - head).min() > 0.1 for head in heads.values())
            assert all(abs(points - at).min() > 0.09 for key, at in marks.items() if key != id(stroke))


# --- bubbles and pairs ----------------------------------------------------------------------------------


def test_two_like_lines_have_one_colour_and_run_round():
    for diagram in LIKE:
        picture = laid_out(diagram)
        electrons = [s for s in picture.strokes if s.kind in (R, A)]
        assert len({s.kind for s in electrons}) == 1
        for stroke in electrons:
            middle = curve(stroke.path)[20]
            along = stroke.path.end - stroke.path.start
            assert (along.real > 0) == (middle.imag > 0)
        assert [label.text for label in picture.labels] == [
            "R" if R in {s.kind for s in electrons} else "A"
        ] * 2


def test_lines_of_a_pair_pass_no_vertex_that_they_do_not_touch():
    for diagram in PAIRS:
        at = seats(diagram)
        for line, points in impurity_curves(diagram).items():
            others = [p for vertex, p in at.items() if vertex not in (line.start, line.end)]
            assert all(abs(points - p).min() > 0.15 for p in others)


def test_electron_lines_of_a_pair_do_not_meet():
    for diagram in PAIRS:
        pieces = [curve(s.path)[2:-2] for s in laid_out(diagram).strokes if s.kind in (R, A)]
        assert all(meetings(p, q) == 0 for p, q in combinations(pieces, 2))


def test_what_can_be_drawn_without_crossings_is():
    """Ladders between the bubbles, one for each choice of facing lines, and their self-energies."""
    plain = {
        "one line between facing lines": Contraction("pair", "RARA", (0, 1, 1, 0), ((0, 1),)),
        "a ladder, unlike lines": Contraction("pair", "RARA", (0, 2, 2, 0), ((0, 3), (1, 2))),
        "both ladders of conductance fluctuations": Contraction(
            "pair", "RARA", (1, 1, 1, 1), ((0, 3), (1, 2))
        ),
        "two ladders of two": Contraction("pair", "RARA", (2, 2, 2, 2), ((0, 7), (1, 6), (2, 5), (3, 4))),
    }
    for name, contraction in plain.items():
        diagram = contraction.diagram
        impurity = list(impurity_curves(diagram).values())
        assert sum(meetings(p, q) for p, q in combinations(impurity, 2)) == 0, name
        electrons = [curve(s.path) for s in laid_out(diagram).strokes if s.kind in (R, A)]
        assert sum(meetings(p[1:-1], q) for p in impurity for q in electrons) == 0, name


def test_two_bubbles_that_nothing_joins_stand_side_by_side():
    for diagram in diagrams_of_order(1, of="pair"):
        at = seats(diagram)
        loops = [
            {line.start for line in diagram.lines if line.kind in (R, A)} & set(part)
            for part in parts(diagram)
        ]
        if len(loops) == 2:
            left, right = sorted([at[v].real for v in loop] for loop in loops)
            assert max(left) < min(right)


def parts(diagram):
    """Connected parts, by merging the vertices of every line."""
    home = {vertex: {vertex} for vertex in range(len(diagram.kinds))}
    for line in diagram.lines:
        merged = home[line.start] | home[line.end]
        home |= dict.fromkeys(merged, merged)
    return {frozenset(part) for part in home.values()}


def fluctuations(block):
    """Two bubbles whose unlike lines are joined by two blocks."""
    build = DiagramBuilder().current(*"abcd")
    getattr(build, block)(1, 2)
    getattr(build, block)(3, 4)
    build.retarded("a", 1).retarded(2, "b").retarded("c", 3).retarded(4, "d")
    ends = [(2, 1), (4, 3)] if block == D else [(1, 2), (3, 4)]
    build.advanced("d", ends[0][0]).advanced(ends[0][1], "c").advanced("b", ends[1][0]).advanced(
        ends[1][1], "a"
    )
    return build.freeze()


@pytest.mark.parametrize("block", [D, C])
def test_blocks_between_two_bubbles_lie_between_the_lines_that_they_join(block):
    diagram = fluctuations(block)
    picture = laid_out(diagram)
    rungs = [curve(s.path) for s in picture.strokes if s.kind == "rung"]
    electrons = [curve(s.path) for s in picture.strokes if s.kind in (R, A)]
    assert len(picture.patches) == 2
    assert sum(meetings(p, q) for p, q in combinations(rungs, 2)) == 0
    assert sum(meetings(p[1:-1], q) for p in rungs for q in electrons) == 0
    places = {vertex: {d.at for d in picture.dots if d.vertex == vertex} for vertex in diagram.vertices_of(X)}
    assert all(len(at) == 2 for at in places.values())
    # a rung at either end of a block joins its end on one bubble to its end on the other
    ends = [{p[0], p[-1]} for p in rungs]
    assert all(at in ends for at in places.values())


def test_blocks_that_cross_have_their_letters_apart():
    build = DiagramBuilder().current(*"abcd").diffuson(1, 2).diffuson(3, 4)
    build.retarded("a", 1).retarded(2, 3).retarded(4, "b").advanced("b", "a")
    diagram = build.retarded("c", "d").advanced("d", 2).advanced(1, 4).advanced(3, "c").freeze()
    one, other = (label.at for label in laid_out(diagram).labels if label.text == "D")
    assert abs(one - other) > 0.4


def test_blocks_that_would_cover_an_electron_line_are_drawn_between_polygons():
    """One retarded line of a bubble joined to both advanced lines of another: they cannot all face it."""
    build = DiagramBuilder().current(*"abcd").diffuson(1, 2).diffuson(3, 4)
    build.retarded("a", 1).retarded(2, 3).retarded(4, "b", "a")
    diagram = build.advanced("c", 2).advanced(1, "d").advanced("d", 4).advanced(3, "c").freeze()
    picture = laid_out(diagram)
    assert len(picture.patches) == 2
    assert len({dot.vertex for dot in picture.dots}) == len(picture.dots)  # a vertex of a polygon lies once
    for stroke in picture.strokes:
        if stroke.kind == "rung":
            electrons = [curve(s.path) for s in picture.strokes if s.kind in (R, A)]
            assert all(meetings(curve(stroke.path), electron) == 0 for electron in electrons)


# --- everything -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["lines", "like lines", "pairs", "open"])
def test_everything_is_drawn_and_within_the_frame(what):
    for diagram in {"lines": LINES, "like lines": LIKE, "pairs": PAIRS, "open": OPEN.values()}[what]:
        root = ElementTree.fromstring(drawing.svg(diagram))
        count = [element.get("class") for element in root.iter()].count
        assert count("arrow") == len(diagram.lines_of(R, A))
        assert count("cross") == len(diagram.lines_of(X))
        assert set(seats(diagram)) == set(range(len(diagram.kinds)))
        picture = laid_out(diagram)
        left, bottom, right, top = picture.box
        points = np.concatenate([curve(stroke.path) for stroke in picture.strokes])
        assert left < points.real.min()
        assert points.real.max() < right
        assert bottom < points.imag.min()
        assert points.imag.max() < top
        assert all(abs(a.at - b.at) > 0.3 for a, b in combinations(picture.dots, 2))
        assert drawing.tikz(diagram).count(r"\draw[impurity") == len(diagram.lines_of(X))


def test_text_of_a_single_line():
    diagram = Contraction("line", "A", (4,), ((0, 2), (1, 3))).diagram
    assert drawing.text(diagram).splitlines() == [
        "          ╭┄┄┄×┄┄┄╮",
        "      ╭┄┄×┼┄┄┄╮   ┊",
        "A ──▶─┴─▶─┴─▶─┴─▶─┴─▶──",
    ]


def test_text_of_lines_holds_every_line():
    for diagram in LINES:
        text = drawing.text(diagram)
        assert text.count("×") == diagram.order
        assert (text.count("▶"), text.count("┴")) == (2 * diagram.order + 1, 2 * diagram.order)


def test_text_lists_open_lines():
    assert drawing.text(OPEN["two lines with a diffuson"]).splitlines() == [
        "0 ─R▶ 4 ─A▶ 3",
        "2 ─A▶ 5 ─R▶ 1",
        "4░D░5",
    ]
    assert drawing.text(OPEN["a line and a loop"], ascii_only=True).isascii()


def test_axes_take_lines_and_pairs(tmp_path):
    pytest.importorskip("matplotlib")
    for i, diagram in enumerate([LINES[-1], PAIRS[-1], OPEN["a line and a loop"]]):
        drawing.save(diagram, tmp_path / f"{i}.png")
        assert (tmp_path / f"{i}.png").stat().st_size > 1000


def test_a_picture_too_large_to_look_at_is_refused(tmp_path):
    pairs = tuple((2 * i, 2 * i + 1) for i in range(200))
    chain = Contraction("line", "R", (400,), pairs).diagram
    for draw in (drawing.svg, drawing.text, drawing.tikz):
        with pytest.raises(InputError, match="402 vertices"):
            draw(chain)
    drawing.save(chain, tmp_path / "chain.dot")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_tikz_of_lines_and_pairs_compiles(tmp_path):
    pictures = "\n".join(map(drawing.tikz, [*LINES[:6], *LIKE[:3], *PAIRS[::6], *OPEN.values()]))
    document = rf"\documentclass{{article}}\usepackage{{tikz}}\begin{{document}}{pictures}\end{{document}}"
    (tmp_path / "page.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
