"""Anything else laid out on circles: one for each sequence of electron lines, closed or open."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from dataclasses import dataclass

from cooperon.diagrams import geometry
from cooperon.diagrams.chains import Chain, chains
from cooperon.diagrams.diagram import BLOCKS, ELECTRONS, Diagram
from cooperon.diagrams.picture import Dot, Label, Picture, Stroke, block
from cooperon.diagrams.routing import route

__all__ = ["lay_out_rings"]

MIN_RADIUS = 1.0
SPACING = 1.1  # of neighbouring vertices along a circle
BETWEEN = 1.5  # from circle to circle
BAND = 0.6  # width of a block
TIP = 0.2  # the part of a block's length over which each end narrows
LETTER_GAP = 0.28
APART = {
    False: 0.45,
    True: BAND / 2 + 0.2,
}  # of the middles of an arc and of the line, or block, that spans it


@dataclass(frozen=True)
class _Placed:
    """A chain on a circle: the centre, the angle of the first corner, the sense in which it is walked."""

    ring: Chain
    centre: complex
    first: float
    sense: int

    def angle(self, index: float) -> float:
        return self.first + self.sense * 2 * math.pi * index / _places(self.ring)

    def at(self, index: float, radius: float | None = None) -> complex:
        return self.centre + cmath.rect(_radius(self.ring) if radius is None else radius, self.angle(index))

    @property
    def dots(self) -> dict[int, complex]:
        return {vertex: self.at(i) for i, vertex in enumerate(self.ring.corners)}

    def lift(self, start: complex, end: complex, wanted: float) -> complex:
        """How far towards the centre the middle of a chord has to go to be as far from its arc as wanted."""
        inward = self.centre - (start + end) / 2
        rise = _radius(self.ring) - abs(inward)
        return max(0.0, wanted - rise) * inward / (abs(inward) or 1.0)


def lay_out_rings(diagram: Diagram, part: frozenset[int]) -> Picture:
    """Place a connected part of a diagram."""
    placed = _place(diagram, [chain for chain in chains(diagram) if chain.corners[0] in part])
    at = {vertex: p for ring in placed for vertex, p in ring.dots.items()}
    dots = tuple(Dot(str(diagram.kinds[vertex]), p, vertex) for vertex, p in at.items())
    joining = [line for line in diagram.lines if line.kind not in ELECTRONS and line.start in at]
    seats = list(at.values())
    drawn = Picture()
    for line in joining:
        home = next((ring for ring in placed if {line.start, line.end} <= ring.dots.keys()), None)
        lift = home.lift(at[line.start], at[line.end], APART[line.kind in BLOCKS]) if home else 0j
        drawn += _join(str(line.kind), at[line.start], at[line.end], seats, lift)
    for ring in placed:
        chords = any(line.start in ring.dots and line.end in ring.dots for line in joining)
        drawn += _ring_picture(ring, chords=chords)
    return drawn + Picture(dots=dots)


def _places(ring: Chain) -> int:
    """Count the places on the circle: an open chain leaves one free."""
    return len(ring.corners) + (ring.last is not None)


def _radius(ring: Chain) -> float:
    return max(MIN_RADIUS, SPACING * _places(ring) / (2 * math.pi))


def _place(diagram: Diagram, rings: list[Chain]) -> list[_Placed]:
    """Set the rings on a row or a circle, each turned so that the lines to the others are short."""
    centres = _centres([_radius(ring) for ring in rings])
    seats = {vertex: c for ring, c in zip(rings, centres, strict=True) for vertex in ring.corners}
    partner = {line.start: line.end for line in diagram.lines if line.kind not in ELECTRONS}
    partner |= {end: start for start, end in partner.items()}
    placed = []
    for ring, centre in zip(rings, centres, strict=True):
        choices = [_Placed(ring, centre, math.pi - turn, sense) for turn, sense in _turns(ring)]
        best = min(choices, key=lambda choice: round(_stretch(choice, partner, seats), 6))
        placed.append(best)
        seats |= best.dots
    return placed


def _centres(radii: list[float]) -> list[complex]:
    if len(radii) < 3:
        reach = sum(radii) + BETWEEN
        return [0j, complex(reach)][: len(radii)]
    around = sum(2 * radius + BETWEEN for radius in radii)
    angles = [math.pi - 2 * math.pi * i / len(radii) for i in range(len(radii))]
    widest = (2 * max(radii) + BETWEEN) / (2 * math.sin(math.pi / len(radii)))
    return [cmath.rect(max(widest, around / (2 * math.pi)), angle) for angle in angles]


def _turns(ring: Chain) -> Iterator[tuple[float, int]]:
    half_step = math.pi / _places(ring)
    return ((i * half_step, sense) for sense in (-1, 1) for i in range(2 * _places(ring)))


def _stretch(placed: _Placed, partner: dict[int, int], seats: dict[int, complex]) -> float:
    """How long the lines from this ring to others are, and how far they run inside it."""
    own = placed.dots
    ends = [(p, seats[partner[v]]) for v, p in own.items() if partner.get(v, v) not in own]
    inside = sum(
        abs(p + t / 10 * (other - p) - placed.centre) < 0.98 * _radius(placed.ring)
        for p, other in ends
        for t in range(1, 10)
    )
    return inside + sum(abs(p - other) for p, other in ends)


def _join(kind: str, start: complex, end: complex, dots: list[complex], lift: complex) -> Picture:
    """Join two vertices by a line past all others, or by a block that narrows to them; lift its middle."""
    if kind in BLOCKS:
        left, right = sorted((start, end), key=lambda p: (p.real, p.imag))
        side = 1j * (right - left) / abs(right - left) * BAND / 2
        inner = (left + TIP * (right - left), right - TIP * (right - left))
        top, bottom = ((inner[0] + each + lift, inner[1] + each + lift) for each in (side, -side))
        return block(kind, top, bottom, tips=(left, right))
    path = geometry.bow(start, end, lift) if lift else route(start, end, dots)
    return Picture((Stroke.carried(kind, path),))


def _ring_picture(placed: _Placed, *, chords: bool) -> Picture:
    """Draw the electron lines of a ring, with a letter wherever their kind changes: outside of chords."""
    ring = placed.ring
    letters = _radius(ring) + (LETTER_GAP if chords else -LETTER_GAP)
    strokes, labels = [], []
    for i, side in enumerate(ring.sides):
        path = geometry.arc(placed.centre, _radius(ring), placed.angle(i), placed.angle(i + 1))
        strokes.append(Stroke(str(side.line.kind), path if side.sign > 0 else geometry.reverse(path), 0.5))
        if i == 0 or side.line.kind != ring.sides[i - 1].line.kind:
            labels.append(Label(str(side.line.kind), placed.at(i + 0.5, letters)))
    return Picture(tuple(strokes), labels=tuple(labels))
