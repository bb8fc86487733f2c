"""Galleries: every diagram of an order once, sorted by class, on a sheet on which nothing overlaps."""

from __future__ import annotations

import re
import sys
from collections import Counter
from itertools import combinations
from math import comb
from xml.etree import ElementTree

import pytest

from cooperon.cli import main
from cooperon.diagrams import contractions, drawing, gallery, multiplicity
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.errors import CooperonError, DiagramError, InputError

SHEETS = {
    "bubble 0": {"order": 0},
    "bubble 1": {"order": 1},
    "bubble 2": {"order": 2, "vertex": "density"},
    "two retarded lines": {"order": 2, "lines": "RR"},
    "line 3": {"order": 3, "of": "line"},
    "pair 1": {"order": 1, "of": "pair"},
    "connected pairs": {"order": 2, "of": "pair", "connected": True},
}


@pytest.mark.parametrize("name", SHEETS)
def test_every_diagram_hangs_there_once(name):
    options = SHEETS[name]
    shown = gallery(**options)
    hung = [diagram for group in shown.groups for diagram in group.diagrams]
    assert Counter(hung) == Counter(diagrams_of_order(**options))
    assert len(shown) == len(hung)
    assert re.search(r": (\d+) diagrams?$", shown.title)[1] == str(len(hung))


@pytest.mark.parametrize(("order", "number"), [(1, 3), (2, 15), (3, 105)])
def test_bubbles_by_number_of_crossings(order, number):
    """Chords on a ring: Touchard and Riordan's numbers; the bubble's vertices mark where the ring is cut."""
    shown = gallery(order)
    assert len(shown) == number
    found = Counter()
    for group in shown.groups:
        words = re.search(r", (no|\d+) crossings?$", group.name)[1]
        found[0 if words == "no" else int(words)] += len(group.diagrams)
    expected = {crossings: (2 * order + 1) * t for crossings, t in touchard_riordan(order).items()}
    assert found == expected


@pytest.mark.parametrize("order", range(1, 5))
def test_lines_are_sorted_by_their_class(order):
    shown = gallery(order, of="line")
    assert len(shown) == sum(touchard_riordan(order).values())
    assert len({group.name for group in shown.groups}) == len(shown.groups) > (order > 1)


def touchard_riordan(n):
    """Numbers of chord diagrams with n chords by crossings, from the coefficients of their product formula."""
    series = Counter()
    for k in range(n + 1):
        sign = (-1) ** k * (comb(2 * n, n - k) - comb(2 * n, n - k - 1) if n > k else 1)
        series[k * (k + 1) // 2] += sign
    for _ in range(n):  # divide by (1 - q) n times
        running, divided = 0, Counter()
        for power in range(n * (n + 1) // 2 + 1):
            running += series[power]
            divided[power] = running
        series = divided
    return {power: number for power, number in series.items() if number}


def test_the_families_of_two_lines():
    sizes = {group.name: len(group.diagrams) for group in gallery(2).groups}
    assert sizes["ladder, no crossing"] == sizes["maximally crossed, 1 crossing"] == 1
    assert sum(number for name, number in sizes.items() if name.startswith("self-energy")) == 15 - 4
    assert next(iter(sizes)).startswith("self-energy")


def test_captions_number_the_diagrams_and_say_their_weight():
    shown = gallery(2, lines="RR")
    captions = texts(shown.svg(), "caption")
    weights = [int(m[1]) if (m := re.search(r"\(×(\d+)\)", caption)) else 1 for caption in captions]
    assert [int(caption.split()[0]) for caption in captions] == list(range(1, len(shown) + 1))
    assert sum(weights) == sum(1 for _ in contractions(2, lines="RR"))
    hung = [diagram for group in shown.groups for diagram in group.diagrams]
    assert weights == [multiplicity(diagram) for diagram in hung]


def texts(svg, kind):
    return [e.text for e in ElementTree.fromstring(svg).iter() if e.get("class") == kind]


def test_headings_say_the_class_and_how_many():
    shown = gallery(2)
    title, *headings = texts(shown.svg(), "heading")
    assert title == shown.title == "Bubble with 2 impurity lines: 15 diagrams"
    assert headings == [group.heading for group in shown.groups]
    assert sum(int(re.search(r": (\d+)", heading)[1]) for heading in headings) == 15


@pytest.mark.parametrize("columns", [None, 1, 4])
def test_nothing_overlaps(columns):
    root = ElementTree.fromstring(gallery(2, of="pair", connected=True, columns=columns).svg())
    _, _, width, height = map(float, root.get("viewBox").split())
    boxes = [box(element) for element in root.iter() if element.get("transform")]
    boxes += [text_box(e) for e in root.iter() if e.get("class") in ("heading", "caption")]
    for left, top, right, bottom in boxes:
        assert -2 <= left < right <= width + 2
        assert -2 <= top < bottom <= height + 2
    for (a, b, c, d), (e, f, g, h) in combinations(boxes, 2):
        assert c <= e or g <= a or d <= f or h <= b


def box(group):
    """Left, top, right and bottom of all points in a picture, the control points of its curves included."""
    x, y = map(float, re.findall(r"[-\d.]+", group.get("transform")))
    numbers = []
    for element in group.iter():
        numbers += re.findall(r"-?[\d.]+,-?[\d.]+", (element.get("d") or "") + (element.get("points") or ""))
    points = [tuple(map(float, number.split(","))) for number in numbers]
    return (
        x + min(p for p, _ in points),
        y + min(q for _, q in points),
        x + max(p for p, _ in points),
        y + max(q for _, q in points),
    )


def text_box(element):
    size, x, y = (float(element.get(name)) for name in ("font-size", "x", "y"))
    half = 0.25 * size * len(element.text)
    middle = x if element.get("text-anchor") == "middle" else x + half
    return middle - half, y - 0.7 * size, middle + half, y


def test_columns_are_those_asked_for():
    root = ElementTree.fromstring(gallery(2, columns=4).svg())
    places = [float(e.get("x")) for e in root.iter() if e.get("class") == "caption"]
    assert len(set(places)) == 4


def test_a_sheet_is_about_as_wide_as_high():
    root = ElementTree.fromstring(gallery(3).svg())
    assert 0.3 < float(root.get("width")) / float(root.get("height")) < 3


def test_a_notebook_shows_it_and_width_scales_it():
    shown = gallery(1)
    assert shown._repr_svg_() == shown.svg()
    assert 'width="300"' in shown.svg(width=300)
    with pytest.raises(InputError, match="width = 0"):
        shown.svg(width=0)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_it_is_written_to_a_file(tmp_path, suffix):
    pytest.importorskip("matplotlib")
    path = tmp_path / f"sheet.{suffix}"
    gallery(1, of="pair").save(path)
    first = path.read_bytes()
    gallery(1, of="pair").save(str(path))
    assert path.read_bytes() == first
    assert len(first) > 2000


def test_the_figure_holds_every_caption_and_heading():
    pytest.importorskip("matplotlib")
    from cooperon.diagrams import axes

    shown = gallery(1)
    (ax,) = axes.sheet_figure(shown.sheet()).axes
    written = {text.get_text() for text in ax.texts}
    assert {shown.title, *(group.heading for group in shown.groups), "1", "2", "3"} <= written


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gallery(9), "order = 9: 654729075 contractions"),
        (lambda: gallery(4), "limit=945"),
        (lambda: gallery(10**30), "more than 10"),
        (lambda: gallery(3, of="pair"), "1260 contractions"),
        (lambda: gallery(2, limit=14), "15 contractions; expected: at most 14"),
        (lambda: gallery(1, limit="all"), "limit = 'all'"),
        (lambda: gallery(1, columns=0), "columns = 0"),
        (lambda: gallery(1, columns=True), "columns = True"),
        (lambda: gallery(-1), "order = -1"),
        (lambda: gallery(0, of="pair", connected=True), "an impurity line between the bubbles"),
        (lambda: gallery(1, of="triangle"), "one of line, bubble, pair"),
        (lambda: gallery(1, lines="RX"), "2 letters"),
        (lambda: gallery(1, vertex="end"), "vertex = 'end'"),
        (lambda: gallery(1).save("sheet.docx"), r"\.svg, \.pdf, \.png"),
        (lambda: gallery(1).save("no/such/folder/sheet.svg"), "can be written"),
        (lambda: gallery(1).save(3), "the name of a file"),
    ],
)
def test_bad_input_is_one_clear_error(call, message):
    with pytest.raises((InputError, DiagramError), match=message):
        call()


def test_limit_can_be_raised():
    assert len(gallery(2, limit=15)) == 15


def test_without_matplotlib_svg_still_works(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    gallery(1).save(tmp_path / "sheet.svg")
    with pytest.raises(CooperonError, match=r"cooperon\[plot\]"):
        gallery(1).save(tmp_path / "sheet.pdf")


# --- the command ------------------------------------------------------------------------------------------


def test_command_writes_the_sheet(tmp_path, capsys):
    path = tmp_path / "sheet.svg"
    assert main(["gallery", "--order", "2", "--of", "line", "--columns", "2", "--output", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == gallery(2, of="line", columns=2).svg()
    assert str(path) in capsys.readouterr().err


def test_command_prints_what_no_file_is_named_for(capsys):
    assert main(["gallery", "--order", "1", "--lines", "RR", "--vertex", "density"]) == 0
    out = capsys.readouterr().out
    shown = gallery(1, lines="RR", vertex="density")
    assert out.splitlines()[0] == shown.title
    for group in shown.groups:
        assert group.heading in out
        assert all(drawing.text(diagram) in out for diagram in group.diagrams)


@pytest.mark.parametrize(
    "options",
    [
        ["--order", "5"],
        ["--order", "x"],
        [],
        ["--order", "1", "--of", "ring"],
        ["--order", "1", "--limit", "2"],
    ],
)
def test_command_refuses_in_one_line(options, capsys):
    assert main(["gallery", *options]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
