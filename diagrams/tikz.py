"""A laid out diagram as a TikZ picture that needs the package tikz and none of its libraries."""

from __future__ import annotations

from collections.abc import Iterator

from cooperon.diagrams.diagram import ELECTRONS
from cooperon.diagrams.geometry import Path
from cooperon.diagrams.picture import Dot, Label, Picture, Stroke, cross
from cooperon.diagrams.style import DOTS, OPACITY, PATCHES, PENS, UNIT, Pen, dash_offset

__all__ = ["tikzpicture"]

CENTIMETRES = 0.8  # per unit of the layout
BASELINE = "baseline={([yshift=-0.5ex]current bounding box.center)}"  # level with the signs of a formula
POINTS = CENTIMETRES * 28.45 / UNIT  # per pixel of the styles


def tikzpicture(picture: Picture) -> str:
    """Write a tikzpicture: styles and colours first, then one command a line of the picture."""
    body = [*_colours(), *_ground(picture), *_lines(picture), *map(_dot, picture.dots)]
    body += map(_label, picture.labels)
    return "\n".join([_opening(), *(f"  {line}" for line in body), r"\end{tikzpicture}", ""])


def _opening() -> str:
    styles = [f"x={CENTIMETRES:g}cm", f"y={CENTIMETRES:g}cm", "inner sep=0pt", BASELINE]
    styles += [f"{name}/.style={{{_pen(name, pen)}}}" for name, pen in PENS.items()]
    return "% needs \\usepackage{tikz}\n\\begin{tikzpicture}[\n  " + ",\n  ".join(styles) + ",\n]"


def _pen(name: str, pen: Pen) -> str:
    dash = ""
    if pen.dash:
        on, off = (_n(POINTS * length) for length in pen.dash)
        dash = f", dash pattern=on {on}pt off {off}pt"
    return f"draw=cooperon-{name}, line width={_n(POINTS * pen.width)}pt{dash}"


def _colours() -> Iterator[str]:
    colours = {name: pen.colour for name, pen in PENS.items()} | PATCHES
    return (
        rf"\definecolor{{cooperon-{name}}}{{HTML}}{{{colour.upper()}}}" for name, colour in colours.items()
    )


def _ground(picture: Picture) -> Iterator[str]:
    for patch in picture.patches:
        corners = " -- ".join(map(_p, patch.corners))
        yield rf"\fill[cooperon-{patch.kind}, fill opacity={OPACITY}] {corners} -- cycle;"


def _lines(picture: Picture) -> Iterator[str]:
    for stroke in picture.painted:
        dash = f", dash phase={_n(POINTS * dash_offset(stroke))}pt" if PENS[stroke.kind].dash else ""
        yield rf"\draw[{stroke.kind}{dash}] {_path(stroke.path)};"
    yield from (_mark(stroke) for stroke in picture.painted if stroke.mark is not None)


def _mark(stroke: Stroke) -> str:
    if stroke.kind in ELECTRONS:
        return rf"\fill[cooperon-{stroke.kind}] {' -- '.join(map(_p, stroke.arrowhead))} -- cycle;"
    return _cross(stroke.cross, "cross")


def _cross(bars: tuple[Path, Path], style: str) -> str:
    return rf"\draw[{style}] {' '.join(map(_path, bars))};"


def _dot(dot: Dot) -> str:
    style = DOTS[dot.kind]
    fill = "cooperon-dot" if style.filled else "white"
    draw = "" if style.filled else "dot, "
    circle = rf"\path[{draw}fill={fill}] {_p(dot.at)} circle[radius={_n(style.radius)}];"
    return circle + (" " + _cross(cross(dot.at, 0.5 * style.radius), "dot") if style.crossed else "")


def _label(label: Label) -> str:
    colour = (
        f"text=cooperon-{label.kind}"
        if label.kind in PENS
        else f"circle, inner sep=1pt, fill=cooperon-{label.kind}"
    )
    return rf"\node[{colour}] at {_p(label.at)} {{${label.text}$}};"


def _path(path: Path) -> str:
    return _p(path.start) + "".join(map(_piece, path.pieces))


def _piece(piece: tuple[complex, ...]) -> str:
    if len(piece) == 1:
        return f" -- {_p(piece[0])}"
    return " .. controls {} and {} .. {}".format(*map(_p, piece))


def _p(point: complex) -> str:
    return f"({_n(point.real)}, {_n(point.imag)})"


def _n(number: float) -> str:
    return f"{round(number, 3) + 0.0:g}"
