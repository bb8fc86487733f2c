"""A single Green's function drawn in characters: its line with the impurity lines over it."""

from __future__ import annotations

from itertools import pairwise

from cooperon.diagrams.diagram import ELECTRONS, Diagram
from cooperon.diagrams.picture import LETTERS
from cooperon.diagrams.text_bubble import DOTS, GAP, LEFT, MARKS, UPPER, Wire, levels
from cooperon.diagrams.text_canvas import Canvas

__all__ = ["draw_line"]


def draw_line(diagram: Diagram, corners: tuple[int, ...]) -> str:
    """Draw the line to the right; an impurity line lies over the shorter ones that it overlaps."""
    at = {vertex: LEFT + (GAP + 1) * i for i, vertex in enumerate(corners)}
    kinds = {line.start: str(line.kind) for line in diagram.lines_of(*ELECTRONS)}
    wires = [
        Wire(str(line.kind), (UPPER, UPPER), (min(ends), max(ends)))
        for line in diagram.lines
        if line.kind not in ELECTRONS and line.start in at
        for ends in [(at[line.start], at[line.end])]
    ]
    over = levels(wires, UPPER)
    row = max(over.values(), default=0)
    canvas = Canvas()
    runs = [
        canvas.wire((row, a), (row - over[wire], a), (row - over[wire], b), (row, b))
        for wire in wires
        for a, b in [wire.columns]
    ]
    canvas.write(row, 0, f"{LETTERS[kinds[corners[0]]]} {'─' * (at[corners[-1]] - LEFT + 1)}")
    for a, b in pairwise(at.values()):
        canvas.write(row, (a + b) // 2, "▶")
    for vertex in corners[1:-1]:
        canvas.write(row, at[vertex], DOTS.get(diagram.kinds[vertex], "┴"))
    for wire, cells in zip(wires, runs, strict=True):
        canvas.mark(cells, MARKS[wire.kind])
    return str(canvas)
