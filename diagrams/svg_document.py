"""A laid out diagram as SVG text: no style sheet, no font, no script from outside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from cooperon.diagrams.diagram import ELECTRONS
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.geometry import Path
from cooperon.diagrams.picture import Dot, Label, Patch, Picture, Stroke, cross
from cooperon.diagrams.sheet import CAPTION_SIZE, INDENT, Heading, Placed, Sheet
from cooperon.diagrams.style import DOTS, INK, LETTER_SIZE, OPACITY, PATCHES, PENS, UNIT, Pen, dash_offset

__all__ = ["document"]

FONT = "font-family=\"STIX Two Text, Latin Modern Roman, 'Times New Roman', Times, serif\""
BASELINE = 0.33  # from the middle of a letter down to its foot, in letter sizes


def document(sheet: Sheet, *, title: str, width: float | None = None) -> str:
    """Write a sheet as an SVG document, by default in its natural size.

    Raises
    ------
    InputError
        When ``width`` is not a positive number.
    """
    if width is not None and not (isinstance(width, (int, float)) and 0 < width < math.inf):
        raise InputError(f"width = {width!r}", "a positive number of pixels")
    body = [*map(_heading, sheet.headings), *map(_tile, sheet.tiles)]
    wide, high = sheet.width, sheet.height
    width = wide if width is None else width
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


def _heading(heading: Heading) -> str:
    return (
        f'<text class="heading" x="{_n(INDENT)}" y="{_n(heading.baseline)}" {FONT} font-weight="bold" '
        f'font-size="{_n(heading.size)}" fill="#{INK}">{escape(heading.text)}</text>'
    )


def _tile(placed: Placed) -> str:
    x, y = placed.origin
    lines = [f'<g transform="translate({_n(x)} {_n(y)})">', *_picture(placed.tile.picture), "</g>"]
    if placed.tile.caption:
        lines.append(
            f'<text class="caption" x="{_n(placed.centre)}" y="{_n(placed.baseline)}" {FONT} '
            f'font-size="{_n(CAPTION_SIZE)}" text-anchor="middle" fill="#{INK}">'
            f"{escape(placed.tile.caption)}</text>"
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
