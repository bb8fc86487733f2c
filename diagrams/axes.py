"""A laid out diagram on matplotlib axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cooperon.diagrams.diagram import ELECTRONS
from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.diagrams.geometry import Path
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.picture import Dot, Label, Picture, Stroke, cross
from cooperon.diagrams.sheet import CAPTION_SIZE, INDENT, Sheet
from cooperon.diagrams.style import DOTS, INK, LETTER_SIZE, OPACITY, PATCHES, PENS, UNIT, Pen, dash_offset

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["figure", "paint", "sheet_figure"]

POINT = 0.75  # points a pixel
INCH = 96.0  # pixels an inch


def figure(picture: Picture) -> Figure:
    """Paint a picture on a figure of its own size that no window shows."""
    _require()
    from matplotlib.figure import Figure

    left, bottom, right, top = picture.box
    canvas = Figure(figsize=((right - left) * UNIT / INCH, (top - bottom) * UNIT / INCH))
    paint(picture, canvas.add_axes((0.0, 0.0, 1.0, 1.0)))
    return canvas


def sheet_figure(sheet: Sheet) -> Figure:
    """Paint a sheet with its captions and headings on a figure of its own size that no window shows."""
    _require()
    from matplotlib.figure import Figure

    canvas = Figure(figsize=(sheet.width / INCH, sheet.height / INCH))
    ax = canvas.add_axes((0.0, 0.0, 1.0, 1.0))
    for placed in sheet.tiles:
        x, y = placed.origin
        _paint_all(ax, placed.tile.picture.shifted(complex(x, -y) / UNIT))
        _write(ax, placed.tile.caption, placed.centre, placed.baseline, size=CAPTION_SIZE, ha="center")
    for heading in sheet.headings:
        _write(ax, heading.text, INDENT, heading.baseline, size=heading.size, ha="left", weight="bold")
    _frame(ax, (0.0, -sheet.height / UNIT, sheet.width / UNIT, 0.0))
    return canvas


def _write(ax: Axes, text: str, x: float, y: float, *, size: float, **style: Any) -> None:
    ax.text(x / UNIT, -y / UNIT, text, size=POINT * size, family="serif", color=f"#{INK}", **style)


def paint(picture: Picture, ax: Axes | None) -> Axes:
    """Paint a picture on axes, new ones without ``ax``."""
    _require()
    if ax is None:
        ax = _new_axes(picture)
    elif not hasattr(ax, "add_artist"):
        raise InputError(f"ax = {shortened(ax)}", "axes of matplotlib, or None for new ones")
    _paint_all(ax, picture)
    _frame(ax, picture.box)
    return ax


def _frame(ax: Axes, box: tuple[float, float, float, float]) -> None:
    left, bottom, right, top = box
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
    ax.set_axis_off()


def _paint_all(ax: Axes, picture: Picture) -> None:
    for patch in picture.patches:
        _fill(ax, patch.corners, PATCHES[patch.kind], alpha=OPACITY, zorder=1)
    for stroke in picture.painted:
        _add(ax, stroke.path, PENS[stroke.kind], offset=dash_offset(stroke))
        if stroke.mark is not None:
            _mark(ax, stroke)
    for dot in picture.dots:
        _dot(ax, dot)
    for label in picture.labels:
        _label(ax, label)


def _require() -> None:
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise CooperonError(
            "a picture on matplotlib axes",
            "matplotlib installed",
            'pip install "cooperon[plot]", or an .svg file',
        ) from None


def _new_axes(picture: Picture) -> Axes:
    from matplotlib import pyplot

    left, bottom, right, top = picture.box
    size = ((right - left) * UNIT / INCH, (top - bottom) * UNIT / INCH)
    return pyplot.subplots(figsize=size, layout="constrained")[1]


def _fill(ax: Axes, corners: tuple[complex, ...], colour: str, **style: Any) -> None:
    from matplotlib.patches import Polygon

    # as an artist, not by ax.fill: its limits of the data would cost most of the time of a large sheet
    ax.add_artist(Polygon([(p.real, p.imag) for p in corners], color=f"#{colour}", linewidth=0.0, **style))


def _add(ax: Axes, path: Path, pen: Pen, *, offset: float = 0.0, zorder: int = 2) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    corners = [path.start, *(p for piece in path.pieces for p in piece)]
    codes = [Outline.MOVETO]
    for piece in path.pieces:
        codes += [Outline.LINETO] if len(piece) == 1 else [Outline.CURVE4] * 3
    scaled = [length / pen.width for length in (offset, *(pen.dash or ()))]  # matplotlib's own measure
    dash: Any = (scaled[0], tuple(scaled[1:])) if pen.dash else "solid"
    outline = Outline([(p.real, p.imag) for p in corners], codes)
    width, colour = POINT * pen.width, f"#{pen.colour}"
    ax.add_artist(
        PathPatch(outline, fill=False, linewidth=width, edgecolor=colour, linestyle=dash, zorder=zorder)
    )


def _mark(ax: Axes, stroke: Stroke) -> None:
    if stroke.kind in ELECTRONS:
        _fill(ax, stroke.arrowhead, PENS[stroke.kind].colour, zorder=3)
    else:
        _bars(ax, stroke.cross, PENS["cross"])


def _bars(ax: Axes, bars: tuple[Path, Path], pen: Pen) -> None:
    for bar in bars:
        _add(ax, bar, pen, zorder=5)


def _dot(ax: Axes, dot: Dot) -> None:
    from matplotlib.patches import Circle

    style, pen = DOTS[dot.kind], PENS["dot"]
    fill = f"#{pen.colour}" if style.filled else "white"
    width = 0.0 if style.filled else POINT * pen.width
    centre = (dot.at.real, dot.at.imag)
    ax.add_artist(
        Circle(centre, style.radius, facecolor=fill, edgecolor=f"#{pen.colour}", linewidth=width, zorder=4)
    )
    if style.crossed:
        _bars(ax, cross(dot.at, 0.5 * style.radius), pen)


def _label(ax: Axes, label: Label) -> None:
    colour = f"#{PENS[label.kind if label.kind in PENS else 'dot'].colour}"
    halo = (
        {"boxstyle": "circle,pad=0.1", "fc": f"#{PATCHES[label.kind]}", "ec": "none"}
        if label.kind in PATCHES
        else None
    )
    ax.text(
        label.at.real,
        label.at.imag,
        f"${label.text}$",
        math_fontfamily="cm",
        color=colour,
        size=POINT * LETTER_SIZE,
        ha="center",
        va="center",
        bbox=halo,
        zorder=6,
    )
