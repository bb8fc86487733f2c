"""A bubble drawn in characters: retarded line above, advanced line below, impurity lines between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from cooperon.diagrams.diagram import Diagram, Line
from cooperon.diagrams.picture import LETTERS
from cooperon.diagrams.strands import Bubble, Stop, Strand
from cooperon.diagrams.text_canvas import Canvas, Cell
from cooperon.diagrams.text_columns import Column, columns, partners

__all__ = ["DOTS", "GAP", "LEFT", "MARKS", "UPPER", "Wire", "draw_bubble", "levels"]

DOTS = {"current": "●", "density": "○", "spin": "⊗"}
MARKS = {"impurity": "×", "interaction": "≈"}
LEFT = 2  # column of the left vertex
GAP = 3  # characters between neighbouring stops: an arrow between two dashes
BLOCK = 9  # characters of a block
MIN_WIDTH = 8
MIN_ROWS = 3  # between the strands
UPPER, LOWER = 0, 1

_Span = tuple[int, int]  # first and last column


@dataclass(frozen=True)
class Wire:
    """An impurity or interaction line: the strands on which its two ends lie, and their columns."""

    kind: str
    strands: tuple[int, int]
    columns: tuple[int, int]


@dataclass(frozen=True)
class _Plan:
    """Columns of the stops on both strands and of the right vertex, the wires, names of blocks cut in two."""

    spans: tuple[dict[Stop, _Span], dict[Stop, _Span]]
    upright: dict[Line, _Span]
    names: dict[Line, str]
    wires: tuple[Wire, ...]
    right: int

    @property
    def arcs(self) -> tuple[dict[Wire, int], dict[Wire, int]]:
        """How far outside of their strand the wires along it run, above and below."""
        return levels(self.wires, UPPER), levels(self.wires, LOWER)

    @property
    def tracks(self) -> list[Wire]:
        """The wires that cross the bubble from one column to another."""
        return [
            wire
            for wire in self.wires
            if wire.strands == (UPPER, LOWER) and wire.columns[0] != wire.columns[1]
        ]

    @property
    def rows(self) -> tuple[int, int]:
        """The rows of the upper and of the lower strand."""
        upper = max(self.arcs[UPPER].values(), default=0)
        return upper, upper + max(MIN_ROWS, 2 * len(self.tracks) + 1) + 1


def draw_bubble(diagram: Diagram, bubble: Bubble) -> str:
    """Draw a bubble: what goes without crossing stands upright, the other impurity lines turn corners."""
    plan = _plan(diagram, bubble)
    canvas = Canvas()
    _draw_ends(canvas, plan, [DOTS[diagram.kinds[vertex]] for vertex in (bubble.left, bubble.right)])
    runs = [canvas.wire(*_corners(plan, wire)) for wire in plan.wires]
    _draw_strand(canvas, plan, UPPER, bubble.upper)
    _draw_strand(canvas, plan, LOWER, bubble.lower)
    for block, span in plan.upright.items():
        _draw_block(canvas, plan.rows, str(block.kind), span)
    for wire, cells in zip(plan.wires, runs, strict=True):
        canvas.mark(cells, MARKS[wire.kind])
    return str(canvas)


def _plan(diagram: Diagram, bubble: Bubble) -> _Plan:
    stood = columns(bubble, partners(diagram))
    joined = {column.upper.block for column in stood if column.joined and column.upper}
    cut = [block for block in bubble.upper.blocks if block not in joined]
    names = {block: f"┤{LETTERS[block.kind]}{i}├" for i, block in enumerate(cut, start=1)}
    spans, right = _spans(stood, names)
    upright = {stop.block: span for stop, span in spans[UPPER].items() if stop.block and stop.block in joined}
    at = {stop.left: (i, strand[stop][0]) for i, strand in enumerate(spans) for stop in strand}
    wires = tuple(_wire(line, at) for line in diagram.lines if str(line.kind) in MARKS and line.start in at)
    return _Plan(spans, upright, names, wires, right)


def _spans(
    stood: list[Column], names: dict[Line, str]
) -> tuple[tuple[dict[Stop, _Span], dict[Stop, _Span]], int]:
    """First and last column of every stop on both strands, and the column of the right vertex."""
    spans: tuple[dict[Stop, _Span], dict[Stop, _Span]] = ({}, {})
    x = LEFT + GAP + 1
    for column in stood:
        stops = (column.upper, column.lower)
        widest = max(_width(stop, names) for stop in stops)
        for stop, strand in zip(stops, spans, strict=True):
            if stop:
                first = x + (widest - _width(stop, names)) // 2
                strand[stop] = (first, first + _width(stop, names) - 1)
        x += widest + GAP
    return spans, max(x, LEFT + MIN_WIDTH)


def _width(stop: Stop | None, names: dict[Line, str]) -> int:
    if stop is None or stop.block is None:
        return 1
    return len(names.get(stop.block, BLOCK * " "))


def _wire(line: Line, at: dict[int, tuple[int, int]]) -> Wire:
    (a, start), (b, end) = sorted((at[line.start], at[line.end]))
    return Wire(str(line.kind), (a, b), (start, end))


def levels(wires: Iterable[Wire], strand: int) -> dict[Wire, int]:
    """Lay arcs over arcs, the short ones nearest to the strand."""
    levels: dict[Wire, int] = {}
    arcs = [wire for wire in wires if wire.strands == (strand, strand)]
    for arc in sorted(arcs, key=lambda wire: wire.columns[1] - wire.columns[0]):
        below = [level for other, level in levels.items() if _overlap(arc.columns, other.columns)]
        levels[arc] = max(below, default=0) + 1
    return levels


def _overlap(one: _Span, other: _Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _corners(plan: _Plan, wire: Wire) -> list[Cell]:
    """Where a wire starts, turns and ends."""
    (upper, lower), (start, end) = plan.rows, wire.columns
    if wire in plan.arcs[UPPER]:
        turn = upper - plan.arcs[UPPER][wire]
        ends = (upper, upper)
    elif wire in plan.arcs[LOWER]:
        turn = lower + plan.arcs[LOWER][wire]
        ends = (lower, lower)
    else:
        turn = upper + 2 + 2 * plan.tracks.index(wire) if wire in plan.tracks else lower
        ends = (upper, lower)
    return [(ends[0], start), (turn, start), (turn, end), (ends[1], end)]


def _draw_ends(canvas: Canvas, plan: _Plan, dots: list[str]) -> None:
    upper, lower = plan.rows
    for row in range(upper + 1, lower):
        dotted = row == (upper + lower) // 2
        for column, dot in zip((LEFT, plan.right), dots, strict=True):
            canvas.write(row, column, dot if dotted else "│")


def _draw_strand(canvas: Canvas, plan: _Plan, number: int, strand: Strand) -> None:
    """Draw an electron line with its arrows; the upper one runs to the right, the lower one back."""
    row, spans = plan.rows[number], plan.spans[number]
    letter, corners = LETTERS[strand.lines[0].kind], ("╭╮", "╰╯")[number]
    canvas.write(row, 0, f"{letter} {corners[0]}{'─' * (plan.right - LEFT - 1)}{corners[1]}")
    reach = [(LEFT, LEFT), *(spans[stop] for stop in strand.stops), (plan.right, plan.right)]
    for (_, before), (after, _) in pairwise(reach):
        canvas.write(row, (before + after) // 2, "▶◀"[number])
    for stop in strand.stops:
        outward = any(spans[stop][0] in arc.columns for arc in plan.arcs[number])
        vertex = "┬┴"[outward != bool(number)]
        canvas.write(row, spans[stop][0], plan.names.get(stop.block, vertex) if stop.block else vertex)


def _draw_block(canvas: Canvas, rows: tuple[int, int], kind: str, span: _Span) -> None:
    """Shade a block: rungs in a diffuson, two crossing lines in a Cooperon, its letter in the middle."""
    first, last = span
    upper, lower = rows
    inside = lower - upper - 1
    canvas.write(upper, last, "┬")
    canvas.write(lower, last, "┴")
    for i in range(inside):
        line = ["░"] * BLOCK
        if kind == "diffuson":
            line[::2] = "┊" * len(line[::2])
        else:
            across = round(i * (BLOCK - 1) / (inside - 1))
            line[across], line[BLOCK - 1 - across] = "╲╱"
        if i == inside // 2:
            line[BLOCK // 2] = LETTERS[kind]
        canvas.ground |= {(upper + 1 + i, first + j): character for j, character in enumerate(line)}
