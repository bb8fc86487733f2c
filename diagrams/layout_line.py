"""A single Green's function: a horizontal line with its impurity lines arched above it."""

from __future__ import annotations

from itertools import pairwise

from cooperon.diagrams import geometry
from cooperon.diagrams.diagram import ELECTRONS, Diagram
from cooperon.diagrams.layout_bubble import arch
from cooperon.diagrams.picture import Dot, Label, Picture, Stroke

__all__ = ["lay_out_line"]

MIN_LENGTH = 2.0
POINTED = 0.28  # arches of one span next to each other cross well below their tops
LETTER = -0.3  # where the letter stands, from the end at which the line begins


def lay_out_line(diagram: Diagram, corners: tuple[int, ...]) -> Picture:
    """Place the vertices in a row, the first at the origin."""
    step = max(1.0, MIN_LENGTH / (len(corners) - 1))
    at = {vertex: complex(i * step) for i, vertex in enumerate(corners)}
    kinds = {line.start: str(line.kind) for line in diagram.lines_of(*ELECTRONS)}
    lines = tuple(Stroke(kinds[a], geometry.line(at[a], at[b]), 0.5) for a, b in pairwise(corners))
    joined = (line for line in diagram.lines if line.kind not in ELECTRONS and line.start in at)
    arches = tuple(_arch(str(line.kind), at[line.start], at[line.end]) for line in joined)
    dots = tuple(Dot(str(diagram.kinds[vertex]), p, vertex) for vertex, p in at.items())
    return Picture(lines + arches, dots=dots, labels=(Label(kinds[corners[0]], complex(LETTER)),))


def _arch(kind: str, one: complex, other: complex) -> Stroke:
    path = arch(one, other, 1j, pointed=POINTED)
    return Stroke.carried(kind, path)
