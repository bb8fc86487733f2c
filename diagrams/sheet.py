"""Where the pictures, captions and headings of a sheet lie, in pixels, y downward."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from cooperon.diagrams.picture import Picture
from cooperon.diagrams.style import UNIT

__all__ = ["CAPTION_SIZE", "INDENT", "Heading", "Placed", "Section", "Sheet", "Tile", "arrange", "fitting"]

CAPTION_SIZE, HEADING_SIZE, TITLE_SIZE = 13.0, 16.0, 20.0
CAPTION_HEIGHT = 1.6 * CAPTION_SIZE
HEADING_HEIGHT = 2.2 * HEADING_SIZE
TITLE_HEIGHT = 2.2 * TITLE_SIZE
INDENT = 8.0  # of headings
CHARACTER = 0.56  # typical width of a letter, in sizes
TILE_GAP = 14.0
MOST_COLUMNS = 6


@dataclass(frozen=True)
class Tile:
    """A picture with a caption under it."""

    picture: Picture
    caption: str = ""

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        left, bottom, right, top = self.picture.box
        wide = max(UNIT * (right - left), CHARACTER * CAPTION_SIZE * len(self.caption))
        return wide, UNIT * (top - bottom) + (CAPTION_HEIGHT if self.caption else 0.0)


@dataclass(frozen=True)
class Section:
    """Tiles under a heading, if there is one."""

    tiles: tuple[Tile, ...]
    heading: str = ""


@dataclass(frozen=True)
class Placed:
    """A tile in its place: the middle of its column and the bottom of its row."""

    tile: Tile
    centre: float
    bottom: float

    @property
    def origin(self) -> tuple[float, float]:
        """Where the origin of the picture lies."""
        left, low, right, _ = self.tile.picture.box
        foot = self.bottom - (CAPTION_HEIGHT if self.tile.caption else 0.0)
        return self.centre - UNIT * (left + right) / 2, foot + UNIT * low

    @property
    def baseline(self) -> float:
        """The foot of the letters of the caption."""
        return self.bottom - 0.4 * CAPTION_SIZE


@dataclass(frozen=True)
class Heading:
    """A heading: its text and the foot of its letters."""

    text: str
    baseline: float
    size: float = HEADING_SIZE


@dataclass(frozen=True)
class Sheet:
    """Everything in its place."""

    tiles: tuple[Placed, ...]
    headings: tuple[Heading, ...]
    width: float
    height: float


def arrange(sections: Sequence[Section], columns: int, *, title: str = "") -> Sheet:
    """Set the tiles of each section in rows, left to right, in columns that all sections share."""
    grids = [_rows(section.tiles, columns) for section in sections]
    widths = _column_widths([row for grid in grids for row in grid])
    tiles: list[Placed] = []
    headings = [Heading(title, 0.7 * TITLE_HEIGHT, TITLE_SIZE)] if title else []
    y = TITLE_HEIGHT if title else 0.0
    for section, grid in zip(sections, grids, strict=True):
        if section.heading:
            headings.append(Heading(section.heading, y + 0.7 * HEADING_HEIGHT))
            y += HEADING_HEIGHT
        for row in grid:
            bottom = y + max(tile.size[1] for tile in row)
            tiles += _row(row, widths, bottom)
            y = bottom + TILE_GAP
    written = [INDENT + CHARACTER * heading.size * len(heading.text) for heading in headings]
    width = max([sum(widths) + TILE_GAP * (len(widths) - 1), *written])
    return Sheet(tuple(tiles), tuple(headings), width, y - TILE_GAP)


def fitting(sections: Sequence[Section], *, title: str = "") -> Sheet:
    """Arrange a sheet in the number of columns that brings it nearest to a square."""
    most = min(MOST_COLUMNS, max(len(section.tiles) for section in sections))
    sheets = [arrange(sections, columns, title=title) for columns in range(1, most + 1)]
    return min(sheets, key=lambda sheet: abs(math.log(sheet.width / sheet.height)))


def _rows(tiles: Sequence[Tile], columns: int) -> list[Sequence[Tile]]:
    return [tiles[i : i + columns] for i in range(0, len(tiles), columns)]


def _column_widths(rows: Sequence[Sequence[Tile]]) -> list[float]:
    columns = max(map(len, rows))
    return [max(row[i].size[0] for row in rows if i < len(row)) for i in range(columns)]


def _row(row: Sequence[Tile], widths: Sequence[float], bottom: float) -> Iterator[Placed]:
    x = 0.0
    for tile, wide in zip(row, widths, strict=False):
        yield Placed(tile, x + wide / 2, bottom)
        x += wide + TILE_GAP
