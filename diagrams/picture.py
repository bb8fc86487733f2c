"""The pieces of a drawn diagram, the same for every format: strokes, patches, dots and labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property

from cooperon.diagrams import geometry
from cooperon.diagrams.geometry import Path
from cooperon.diagrams.kinds import ELECTRONS

__all__ = ["Dot", "Label", "Patch", "Picture", "Stroke", "block", "cross"]

MARGIN = 0.24
LETTERS = {"retarded": "R", "advanced": "A", "diffuson": "D", "cooperon": "C"}
RUNGS = 4  # impurity lines shown inside a block
CROSSES = (0.5, 0.3, 0.7, 0.4, 0.6, 0.2, 0.8)  # where along an impurity line its cross may sit, best first
HEADS = (0.5, 0.36, 0.64, 0.25, 0.75)  # where along an electron line its arrowhead may sit
ARROW, ARROW_HALF, NOTCH = 0.25, 0.095, 0.06  # length and half width of an arrowhead, depth of its back
CROSS = 0.09  # half width
CLEAR = 0.22  # distance wanted between a cross or an arrowhead and any other line
_LAYERS = {"rung": 0, "retarded": 2, "advanced": 2}


@dataclass(frozen=True)
class Stroke:
    """A line: ``kind`` is the kind of a diagram's line, or ``rung``, an impurity line inside a block.

    ``mark`` says how far along it the arrowhead or the cross sits; an electron line inside a block has none.
    """

    kind: str
    path: Path
    mark: float | None = None

    @classmethod
    def carried(cls, kind: str, path: Path) -> Stroke:
        """Draw an impurity line, or an interaction line, which is wavy, along a path."""
        return cls(kind, geometry.wave(path) if kind == "interaction" else path)

    @property
    def arrowhead(self) -> tuple[complex, ...]:
        """Corners of the arrowhead at the mark, the tip first."""
        at, along = geometry.locate(self.path, self.mark or 0.0)
        corners = (ARROW / 2, -ARROW / 2 + 1j * ARROW_HALF, -ARROW / 2 + NOTCH, -ARROW / 2 - 1j * ARROW_HALF)
        return tuple(at + along * corner for corner in corners)

    @property
    def cross(self) -> tuple[Path, Path]:
        """The two bars of the cross at the mark, aslant to the line."""
        at, along = geometry.locate(self.path, self.mark or 0.0)
        return cross(at, CROSS * along)


@dataclass(frozen=True)
class Patch:
    """The shaded ground of a block."""

    kind: str
    corners: tuple[complex, ...]


@dataclass(frozen=True)
class Dot:
    """A vertex of the diagram. The end of a block lies on both strands of a bubble: a dot on each."""

    kind: str
    at: complex
    vertex: int


@dataclass(frozen=True)
class Label:
    """A letter: R or A beside an electron line, D or C inside a block."""

    kind: str
    at: complex

    @property
    def text(self) -> str:
        """The letter itself."""
        return LETTERS[self.kind]


@dataclass(frozen=True)
class Picture:
    """A diagram laid out: the unit is the distance between neighbouring vertices, y points upward."""

    strokes: tuple[Stroke, ...] = ()
    patches: tuple[Patch, ...] = ()
    dots: tuple[Dot, ...] = ()
    labels: tuple[Label, ...] = ()

    def __add__(self, other: Picture) -> Picture:
        """Draw both, one over the other."""
        return Picture(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def painted(self) -> list[Stroke]:
        """The strokes in the order in which they are painted: electron lines over all others."""
        return sorted(self.strokes, key=lambda stroke: _LAYERS.get(stroke.kind, 1))

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top, with a margin."""
        reach = [p for stroke in self.strokes for p in geometry.points(stroke.path)]
        reach += [dot.at for dot in self.dots] + [label.at for label in self.labels] or [0j]
        x, y = [p.real for p in reach], [p.imag for p in reach]
        return min(x) - MARGIN, min(y) - MARGIN, max(x) + MARGIN, max(y) + MARGIN

    def moved(self, motion: Callable[[complex], complex]) -> Picture:
        """Return the same picture elsewhere, turned or mirrored."""
        return Picture(
            tuple(replace(stroke, path=geometry.carry(stroke.path, motion)) for stroke in self.strokes),
            tuple(Patch(patch.kind, tuple(map(motion, patch.corners))) for patch in self.patches),
            tuple(replace(dot, at=motion(dot.at)) for dot in self.dots),
            tuple(replace(label, at=motion(label.at)) for label in self.labels),
        )

    def shifted(self, by: complex) -> Picture:
        """Return the same picture elsewhere."""
        return self.moved(lambda p: p + by)

    def marked(self) -> Picture:
        """Set crosses and arrowheads in the middle of their lines, or where they keep clear of the rest."""
        curves = [(stroke, geometry.points(stroke.path)) for stroke in self.strokes if stroke.kind != "rung"]
        crosses: list[complex] = []
        strokes = []
        for stroke in self.strokes:
            electron = stroke.kind in ELECTRONS
            mark = stroke.mark
            if stroke.kind == "impurity" or (electron and mark):
                # electron lines meet at vertices and nowhere else: an arrowhead need not keep clear of them
                others = (c for s, c in curves if s is not stroke and not (electron and s.kind in ELECTRONS))
                mark = _mark(stroke.path, HEADS if electron else CROSSES, others, crosses)
            if stroke.kind == "impurity":
                crosses.append(geometry.locate(stroke.path, mark or 0.0)[0])
            strokes.append(replace(stroke, mark=mark))
        return replace(self, strokes=tuple(strokes))


def cross(at: complex, arm: complex) -> tuple[Path, Path]:
    """Two bars across each other, at half a right angle to the direction of ``arm``."""
    return geometry.line(at - arm * (1 + 1j), at + arm * (1 + 1j)), geometry.line(
        at - arm * (1 - 1j), at + arm * (1 - 1j)
    )


def _mark(
    path: Path, places: tuple[float, ...], curves: Iterable[list[complex]], crosses: list[complex]
) -> float:
    others = [p for curve in curves for p in curve]

    def clearance(fraction: float) -> float:
        at = geometry.locate(path, fraction)[0]
        return min([CLEAR, *(abs(at - p) for p in others), *(abs(at - p) / 2 for p in crosses)])

    return max(places, key=clearance)


def block(
    kind: str,
    top: tuple[complex, complex],
    bottom: tuple[complex, complex],
    *,
    letter: float = 0.5,
    crossed: bool | None = None,
    tips: tuple[()] | tuple[complex, complex] = (),
) -> Picture:
    """Draw the inside of a block between its upper and its lower edge, both given left to right.

    The impurity lines of a diffuson are rungs; those of a Cooperon run to the opposite corners, a fan
    of crossing lines, unless ``crossed`` says otherwise. The letter sits the fraction ``letter`` of the
    way from top to bottom. ``tips`` are the points in which its left and its right end run out, where
    they do.
    """
    fan = kind == "cooperon" if crossed is None else crossed
    far = bottom[::-1] if fan else bottom
    rungs = tuple(Stroke("rung", geometry.line(a, b)) for a, b in zip(_along(top), _along(far), strict=True))
    middle = (1 - letter) * sum(top) / 2 + letter * sum(bottom) / 2
    outline = (*tips[:1], *top, *tips[1:], *bottom[::-1])
    return Picture(rungs, (Patch(kind, outline),), labels=(Label(kind, middle),))


def _along(edge: tuple[complex, complex]) -> Iterator[complex]:
    return (edge[0] + i / (RUNGS - 1) * (edge[1] - edge[0]) for i in range(RUNGS))
