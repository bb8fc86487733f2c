"""A laid out diagram as SVG text: no style sheet, no font, no script from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from cooperon.diagrams.diagram import ELECTRONS
from cooperon.diagrams.geometry import Path
from cooperon.diagrams.picture import Dot, Label, Patch, Picture, Stroke, cross
from cooperon.diagrams.style import DOTS, INK, LETTER_SIZE, OPACITY, PATCHES, PENS, UNIT, Pen, dash_offset

__all__ = ["Tile", "document"]

FONT = "font-family=\"STIX Two Text, Latin Modern Roman, 'Times New Roman', Times, serif\""
CAPTION_SIZE = 13.0
CAPTION_HEIGHT = 1.6 * CAPTION_SIZE
CHARACTER = 0.56 * CAPTION_SIZE  # typical width of a letter of a caption
TILE_GAP = 14.0
BASELINE = 0.33  # from the middle of a letter down to its foot, in letter sizes


@dataclass(frozen=True)
class Tile:
    """A picture with a caption under it."""

    picture: Picture
    caption: str = ""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        left, bottom, right, top = self.picture.box
        wide = max(UNIT * (right - left), CHARACTER * len(self.caption))
        return wide, UNIT * (top - bottom) + (CAPTION_HEIGHT if self.caption else 0.0)


def document(tiles: Iterable[Tile], *, title: str, columns: int = 1, width: float | None = None) -> str:
    """Write an SVG document with the tiles in rows, left to right."""
    rows = _rows(list(tiles), columns)
    widths = [max(row[i].size[0] for row in rows if i < len(row)) for i in range(len(rows[0]))]
    heights = [max(tile.size[1] for tile in row) for row in rows]
    full = sum(widths) + TILE_GAP * (len(widths) - 1), sum(heights) + TILE_GAP * (len(heights) - 1)
    body: list[str] = []
    y = 0.0
    for row, height in zip(rows, heights, strict=True):
        x = 0.0
        for tile, wide in zip(row, widths, strict=False):
            body.append(_tile(tile, x + wide / 2, y + height))
            x += wide + TILE_GAP
        y += height + TILE_GAP
    return _frame(body, full, title, full[0] if width is None else width)


def _rows(tiles: list[Tile], columns: int) -> list[list[Tile]]:
    return [tiles[i : i + columns] for i in range(0, len(tiles), columns)]


def _frame(body: list[str], size: tuple[float, float], title: str, width: float) -> str:
    wide, high = size
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(width * high / wide)}" '
            f'viewBox="0 0 {_n(wide)} {_n(high)}" role="img">',
            f"<title>{escape(title)}</title>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *body,
            "</svg>",
            "",
        ]
    )


def _tile(tile: Tile, centre: float, bottom: float) -> str:
    """Set a picture's box over its caption, in the middle of a column and at the bottom of a row."""
    left, low, right, _ = tile.picture.box
    foot = bottom - (CAPTION_HEIGHT if tile.caption else 0.0)
    x, y = centre - UNIT * (left + right) / 2, foot + UNIT * low
    lines = [f'<g transform="translate({_n(x)} {_n(y)})">', *_picture(tile.picture), "</g>"]
    if tile.caption:
        lines.append(
            f'<text class="caption" x="{_n(centre)}" y="{_n(bottom - 0.4 * CAPTION_SIZE)}" {FONT} '
            f'font-size="{_n(CAPTION_SIZE)}" text-anchor="middle" fill="#{INK}">'
            f"{escape(tile.caption)}</text>"
        )
    return "\n".join(lines)


def _picture(picture: Picture) -> Iterator[str]:
    yield from map(_patch, picture.patches)
    yield from map(_stroke, picture.painted)
    yield from (_mark(stroke) for stroke in picture.painted if stroke.mark is not None)
    yield from map(_dot, picture.dots)
    yield from map(_label, picture.labels)


def _patch(patch: Patch) -> str:
    corners = " ".join(_p(corner) for corner in patch.corners)
    colour = PATCHES[patch.kind]
    return f'<polygon class="{patch.kind}" points="{corners}" fill="#{colour}" fill-opacity="{OPACITY}"/>'


def _stroke(stroke: Stroke) -> str:
    name = stroke.kind if stroke.mark is not None or stroke.kind not in ELECTRONS else "rail"
    return (
        f'<path class="{name}" d="{_path(stroke.path)}" {_outline(PENS[stroke.kind], dash_offset(stroke))}/>'
    )


def _outline(pen: Pen, offset: float = 0.0) -> str:
    dash = ""
    if pen.dash:
        dash = f' stroke-dasharray="{_n(pen.dash[0])} {_n(pen.dash[1])}" stroke-dashoffset="{_n(offset)}"'
    return f'fill="none" stroke="#{pen.colour}" stroke-width="{_n(pen.width)}"{dash}'


def _path(path: Path) -> str:
    commands = [("L" if len(piece) == 1 else "C") + " ".join(map(_p, piece)) for piece in path.pieces]
    return f"M{_p(path.start)}" + "".join(commands)


def _mark(stroke: Stroke) -> str:
    """Draw an arrowhead on an electron line, a cross on an impurity line."""
    pen = PENS[stroke.kind]
    if stroke.kind in ELECTRONS:
        corners = " ".join(map(_p, stroke.arrowhead))
        return f'<polygon class="arrow" points="{corners}" fill="#{pen.colour}"/>'
    return _cross(stroke.cross, "cross", PENS["cross"])


def _cross(bars: tuple[Path, Path], name: str, pen: Pen) -> str:
    return f'<path class="{name}" d="{"".join(map(_path, bars))}" {_outline(pen)}/>'


def _dot(dot: Dot) -> str:
    style, pen = DOTS[dot.kind], PENS["dot"]
    fill = pen.colour if style.filled else "ffffff"
    x, y = _p(dot.at).split(",")
    outline = "" if style.filled else f' stroke="#{pen.colour}" stroke-width="{_n(pen.width)}"'
    radius = _n(UNIT * style.radius)
    circle = f'<circle class="{dot.kind}" cx="{x}" cy="{y}" r="{radius}" fill="#{fill}"{outline}/>'
    return circle + (_cross(cross(dot.at, 0.5 * style.radius), "spin-cross", pen) if style.crossed else "")


def _label(label: Label) -> str:
    colour = PENS[label.kind].colour if label.kind in PENS else INK
    x, y = UNIT * label.at.real, -UNIT * label.at.imag
    halo = ""
    if label.kind in PATCHES:
        radius = _n(0.75 * LETTER_SIZE)
        halo = f'<circle class="halo" cx="{_n(x)}" cy="{_n(y)}" r="{radius}" fill="#{PATCHES[label.kind]}"/>'
    return (
        f'{halo}<text x="{_n(x)}" y="{_n(y + BASELINE * LETTER_SIZE)}" {FONT} font-style="italic" '
        f'font-size="{_n(LETTER_SIZE)}" text-anchor="middle" fill="#{colour}">{label.text}</text>'
    )


def _p(point: complex) -> str:
    return f"{_n(UNIT * point.real)},{_n(-UNIT * point.imag)}"


def _n(number: float) -> str:
    """Write a number with at most two decimals, and zero without a sign."""
    return f"{round(number, 2) + 0.0:g}" if abs(number) < 1e4 else f"{number:.0f}"
