"""Two bubbles joined by impurity lines: one over the other, or one inside the other, as fewer lines cross.

Side by side, the advanced line of the upper bubble faces the retarded line of the lower one. One inside the
other, unlike lines face each other above and below: the ladders of conductance fluctuations are short then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import combinations

from cooperon.diagrams import geometry
from cooperon.diagrams.diagram import BLOCKS, ELECTRONS, EXTERNAL, Diagram, Line
from cooperon.diagrams.layout_bubble import CORNER, arch, electrons
from cooperon.diagrams.picture import Picture, Stroke, block
from cooperon.diagrams.routing import route
from cooperon.diagrams.strands import Bubble

__all__ = ["lay_out_pair"]

HALF = 0.75  # half the height of a bubble that holds nothing but impurity lines
GAP = 1.1  # between electron lines that face each other, when no arch stands between them
ROOM = 0.5  # over an arch
ELECTRON_COST = 0.5  # of crossing an electron line, in crossings of impurity lines
CROSSING = 0.6  # the middles of two blocks are no nearer unless they cross
OFF_MIDDLE = 0.28  # where the letters of blocks that cross stand, from top to bottom
INNER = {"impurity", "interaction", "rung"}
SAMPLE = 3  # every how many points of a curve count in looking for crossings

Pair = tuple[Bubble, Bubble]


def lay_out_pair(diagram: Diagram, pair: Pair) -> Picture | None:
    """Place both bubbles in the way in which the fewest lines cross.

    None is returned when a block would lie over an electron line.
    """
    best = min(_candidates(diagram, pair), key=_cost)
    return None if _covered(best) else best


def _candidates(diagram: Diagram, pair: Pair) -> Iterator[Picture]:
    yield _stacked(diagram, pair)
    for outer, inner in (pair, pair[::-1]):
        for turned in (complex.conjugate, complex.__neg__):
            yield _nested(diagram, outer, inner, turned)


def _stacked(diagram: Diagram, pair: Pair) -> Picture:
    """Set the second bubble under the first, both with their retarded line above."""
    drawn = [electrons(diagram, bubble, half=HALF) for bubble in pair]
    width = max(_right(picture) for picture in drawn)
    upper, lower = (electrons(diagram, bubble, half=HALF, min_width=width) for bubble in pair)
    gap = max(GAP, _arches(diagram, upper, below=True) + _arches(diagram, lower, below=False) + ROOM)
    return _joined(diagram, upper, lower.shifted(-1j * (2 * HALF + gap)))


def _nested(diagram: Diagram, outer: Bubble, inner: Bubble, turned: Callable[[complex], complex]) -> Picture:
    """Set one bubble into the other, turned such that unlike lines face each other."""
    core = electrons(diagram, inner, half=HALF).moved(turned)
    left, right = (min(d.at.real for d in core.dots), max(d.at.real for d in core.dots))
    arches = max(_arches(diagram, core, below=below) for below in (False, True))
    half = HALF + max(GAP, arches + ROOM)
    shell = electrons(diagram, outer, half=half, min_width=right - left + 2 * CORNER)
    return _joined(diagram, shell, core.shifted((_right(shell) - left - right) / 2))


def _right(picture: Picture) -> float:
    return max(dot.at.real for dot in picture.dots)


def _arches(diagram: Diagram, picture: Picture, *, below: bool) -> float:
    """How far arches along one electron line of a bubble reach beyond it."""
    at = {dot.vertex: dot.at for dot in picture.dots if (dot.at.imag < 0) is below}
    single = [line for line in _single(diagram) if {line.start, line.end} <= at.keys()]
    ends = [(at[line.start], at[line.end]) for line in single]
    return max((abs(geometry.locate(arch(a, b, 1j), 0.5)[0].imag - a.imag) for a, b in ends), default=0.0)


def _joined(diagram: Diagram, one: Picture, other: Picture) -> Picture:
    """Draw the impurity lines of two placed bubbles: arched along one electron line, else past vertices."""
    dots = {dot.vertex: dot.at for dot in one.dots + other.dots}
    places = [dot.at for dot in one.dots + other.dots]
    side = _sides(diagram, one) | _sides(diagram, other)
    strokes = []
    for line in _single(diagram):
        a, b = line.start, line.end
        if a in dots:
            along = side[a] == side[b]
            path = arch(dots[a], dots[b], side[a][1]) if along else route(dots[a], dots[b], places)
            strokes.append(Stroke.carried(str(line.kind), path))
    return one + other + _shared_blocks(diagram, one, other) + Picture(tuple(strokes))


def _shared_blocks(diagram: Diagram, one: Picture, other: Picture) -> Picture:
    """Shade the blocks between the bubbles; their impurity lines join both bubbles from start to end."""
    places = [{dot.vertex: dot.at for dot in picture.dots} for picture in (one, other)]
    shared = [line for line in diagram.blocks if all(line.start in at for at in places)]
    edges = [sorted(((at[line.start], at[line.end]) for at in places), key=_level) for line in shared]
    middles = [sum(top + bottom) / 4 for top, bottom in edges]
    crossing = any(abs(p - q) < CROSSING for p, q in combinations(middles, 2))
    drawn = Picture()
    for line, (top, bottom) in zip(shared, edges, strict=True):
        turned = [edge[0].real > edge[1].real for edge in (top, bottom)]
        rightward = [edge[::-1] if back else edge for edge, back in zip((top, bottom), turned, strict=True)]
        drawn += block(
            str(line.kind),
            *rightward,
            crossed=turned[0] != turned[1],
            letter=OFF_MIDDLE if crossing else 0.5,
        )
    return drawn


def _level(edge: tuple[complex, complex]) -> float:
    return -edge[0].imag


def _sides(diagram: Diagram, picture: Picture) -> dict[int, tuple[int, complex]]:
    """Name the electron line on which each vertex of a bubble lies, with the direction out of the bubble."""
    centre = next(dot for dot in picture.dots if diagram.kinds[dot.vertex] in EXTERNAL)
    return {dot.vertex: (centre.vertex, 1j if dot.at.imag > centre.at.imag else -1j) for dot in picture.dots}


def _single(diagram: Diagram) -> Iterator[Line]:
    return (line for line in diagram.lines if line.kind not in ELECTRONS | BLOCKS)


def _cost(picture: Picture) -> float:
    """Count the crossings of impurity lines, and with less weight those of electron lines by them."""
    inner = _sampled(picture, INNER)
    among = sum(geometry.crossings(a, b) for a, b in combinations(inner, 2))
    across = sum(geometry.crossings(a, b) for a in inner for b in _sampled(picture, ELECTRONS))
    return among + ELECTRON_COST * across


def _covered(picture: Picture) -> bool:
    electrons = _sampled(picture, ELECTRONS)
    return any(geometry.crossings(a, b) for a in _sampled(picture, {"rung"}) for b in electrons)


def _sampled(picture: Picture, kinds: Collection[str]) -> list[list[complex]]:
    """Sample curves, all but electron lines without the vertices at which they end."""
    return [
        geometry.points(stroke.path)[0 if stroke.kind in ELECTRONS else 1 : -1 : SAMPLE]
        for stroke in picture.strokes
        if stroke.kind in kinds
    ]
