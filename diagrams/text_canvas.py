"""A grid of characters on which dashed lines turn, meet and cross."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["Canvas", "Cell"]

Cell = tuple[int, int]  # row and column, row 0 on top
NORTH, EAST, SOUTH, WEST = 1, 2, 4, 8
STRAIGHT = {NORTH | SOUTH: "┊", EAST | WEST: "┄"}
WIRES = STRAIGHT | {
    NORTH | SOUTH | EAST | WEST: "┼",
    SOUTH | EAST: "╭",
    SOUTH | WEST: "╮",
    NORTH | EAST: "╰",
    NORTH | WEST: "╯",
}
_WAYS = {(1, 0): (SOUTH, NORTH), (-1, 0): (NORTH, SOUTH), (0, 1): (EAST, WEST), (0, -1): (WEST, EAST)}


@dataclass
class Canvas:
    """Three layers: the ground is hidden by wires, wires by ink. It is filled while a picture is drawn."""

    ground: dict[Cell, str] = field(default_factory=dict)
    wires: dict[Cell, int] = field(default_factory=dict)
    ink: dict[Cell, str] = field(default_factory=dict)

    def write(self, row: int, column: int, text: str) -> None:
        """Write from a cell to the right."""
        self.ink |= {(row, column + i): character for i, character in enumerate(text)}

    def wire(self, *corners: Cell) -> list[Cell]:
        """Run a dashed line through corners and return its cells without the two ends."""
        cells = [corners[0]]
        for (row, column), (to_row, to_column) in pairwise(corners):
            step = (_sign(to_row - row), _sign(to_column - column))
            for _ in range(abs(to_row - row) + abs(to_column - column)):
                cells.append((cells[-1][0] + step[0], cells[-1][1] + step[1]))
        for a, b in pairwise(cells):
            leaving, arriving = _WAYS[b[0] - a[0], b[1] - a[1]]
            self.wires[a] = self.wires.get(a, 0) | leaving
            self.wires[b] = self.wires.get(b, 0) | arriving
        return cells[1:-1]

    def mark(self, cells: list[Cell], character: str) -> None:
        """Set a character on a wire, as near to its middle as it keeps clear of corners and crossings."""
        straight = [
            i for i, cell in enumerate(cells) if self.wires[cell] in STRAIGHT and cell not in self.ink
        ]
        if straight:
            nearest = min(straight, key=lambda i: abs(2 * i - len(cells) + 1))
            self.ink[cells[nearest]] = character

    def __str__(self) -> str:
        drawn = (
            self.ground | {cell: WIRES[ways] for cell, ways in self.wires.items() if ways in WIRES} | self.ink
        )
        rows = range(max(row for row, _ in drawn) + 1)
        width = max(column for _, column in drawn) + 1
        return "\n".join("".join(drawn.get((row, c), " ") for c in range(width)).rstrip() for row in rows)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
