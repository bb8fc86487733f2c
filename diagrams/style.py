"""How each kind of thing is drawn, in every format alike: colours, widths, dashes, sizes."""

from __future__ import annotations

from dataclasses import dataclass

from cooperon.diagrams import geometry
from cooperon.diagrams.picture import Stroke

__all__ = [
    "DOTS",
    "INK",
    "LETTER_SIZE",
    "OPACITY",
    "PATCHES",
    "PENS",
    "UNIT",
    "DotStyle",
    "Pen",
    "dash_offset",
]

UNIT = 44.0  # pixels per unit of the layout
LETTER_SIZE = 15.0  # pixels
INK = "222222"


@dataclass(frozen=True)
class Pen:
    """Colour (red, green, blue in hexadecimal), width in pixels, lengths of dash and gap in pixels."""

    colour: str
    width: float
    dash: tuple[float, float] | None = None


@dataclass(frozen=True)
class DotStyle:
    """Radius in units of the layout, whether the dot is filled, whether a cross is drawn in it."""

    radius: float
    filled: bool = True
    crossed: bool = False


PENS = {
    "retarded": Pen("1f4e8c", 1.7),
    "advanced": Pen("b03a2e", 1.7),
    "impurity": Pen(INK, 1.2, (4.5, 3.0)),
    "interaction": Pen(INK, 1.3),
    "rung": Pen("777777", 1.0, (3.5, 2.6)),
    "cross": Pen(INK, 1.4),
    "dot": Pen(INK, 1.4),
}
OPACITY = 0.85  # of the ground of a block
PATCHES = {"diffuson": "e3e8ef", "cooperon": "f3e8d6"}
DOTS = {
    "current": DotStyle(0.1),
    "density": DotStyle(0.1, filled=False),
    "spin": DotStyle(0.1, filled=False, crossed=True),
    "impurity": DotStyle(0.045),
    "interaction": DotStyle(0.045),
    "end": DotStyle(0.03),
}


def dash_offset(stroke: Stroke) -> float:
    """Pixels by which the dashes of a line begin late or early, so that its cross falls into a gap.

    A line without a cross begins with half a dash.
    """
    dash = PENS[stroke.kind].dash
    if dash is None:
        return 0.0
    if stroke.mark is None:
        return dash[0] / 2
    return (dash[0] + dash[1] / 2 - UNIT * stroke.mark * geometry.length(stroke.path)) % sum(dash)
