"""A bubble laid out along its two electron lines: retarded above, advanced below, impurities between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from cooperon.diagrams import geometry
from cooperon.diagrams.diagram import BLOCKS, ELECTRONS, Diagram
from cooperon.diagrams.geometry import Path
from cooperon.diagrams.picture import Dot, Label, Picture, Stroke, block
from cooperon.diagrams.strands import Bubble, Stop, Strand

__all__ = ["CORNER", "arch", "electrons", "lay_out_bubble"]

CORNER = 1.15  # length of the bent piece at an external vertex
PAD = 0.1  # from there to the nearest stop
MIN_WIDTH = 2.7
ARCH, ARCH_SLOPE = 0.28, 0.28  # height of an impurity line over its own strand: at no span, and per span
FEW, CROSSED = 3, 0.14  # more impurity lines than so many through a bubble make it higher, each by so much
LETTER = 0.2 + 0.95j  # where the letter of the upper strand stands when half the height is 1


@dataclass(frozen=True)
class _Frame:
    """Half the height of a bubble, the width of its blocks, how far down them their letters stand."""

    half: float
    block: float
    letter: float


UPRIGHT = _Frame(half=0.9, block=2.1, letter=0.5)
SLANTED = _Frame(half=1.5, block=1.5, letter=0.2)  # taller, and the letters off the place where blocks cross

_Span = tuple[float, float]


@dataclass(frozen=True)
class _Columns:
    """Where the stops of both strands begin and end, and the width of it all."""

    above: tuple[_Span, ...]
    below: tuple[_Span, ...]
    width: float


def lay_out_bubble(diagram: Diagram, bubble: Bubble) -> Picture:
    """Place a bubble with its left vertex at the origin."""
    through = _through(diagram, bubble)
    half = UPRIGHT.half + CROSSED * (through - FEW) if through > FEW else None
    drawn = electrons(diagram, bubble, half=half)
    return drawn + _impurity_lines(diagram, drawn.dots)


def _through(diagram: Diagram, bubble: Bubble) -> int:
    """Count the impurity lines from one strand to the other."""
    upper = {stop.left for stop in bubble.upper.stops}
    lower = {stop.left for stop in bubble.lower.stops}
    single = [line for line in diagram.lines if line.kind not in ELECTRONS | BLOCKS]
    return sum({line.start, line.end} & upper != set() != {line.start, line.end} & lower for line in single)


def electrons(
    diagram: Diagram, bubble: Bubble, *, half: float | None = None, min_width: float = MIN_WIDTH
) -> Picture:
    """Place the electron lines, vertices and blocks of a bubble, and nothing that joins single vertices."""
    frame = UPRIGHT if set(bubble.upright) == set(bubble.upper.blocks) else SLANTED
    frame = frame if half is None else replace(frame, half=half)
    columns = _columns(bubble, frame.block, min_width)
    upper = _strand(bubble.upper, columns.above, columns.width, frame.half)
    lower = _strand(bubble.lower, columns.below, columns.width, -frame.half)
    ends = Picture(dots=(Dot("", 0j, bubble.left), Dot("", complex(columns.width), bubble.right)))
    drawn = upper + lower + ends + _blocks(bubble, columns, frame)
    dots = tuple(Dot(str(diagram.kinds[dot.vertex]), dot.at, dot.vertex) for dot in drawn.dots)
    return Picture(drawn.strokes, drawn.patches, dots, drawn.labels)


def _columns(bubble: Bubble, block_width: float, min_width: float) -> _Columns:
    """Spread the stops evenly on each strand; a block that stands upright has the same place on both."""
    start = x = CORNER + PAD - 1.0
    above: list[_Span] = []
    below: list[_Span] = []
    regions = zip(_regions(bubble, bubble.upper), _regions(bubble, bubble.lower), strict=True)
    for i, (high, low) in enumerate(regions):
        if i:
            above.append((x, x + block_width))
            below.append((x, x + block_width))
            x += block_width
        length = max(_natural(high, block_width), _natural(low, block_width))
        above += _spread(high, x, length, block_width)
        below += _spread(low, x, length, block_width)
        x += length
    slack = max(0.0, min_width - (x + start)) / 2
    return _Columns(_moved(above, slack), _moved(below, slack), x + start + 2 * slack)


def _regions(bubble: Bubble, strand: Strand) -> list[list[Stop]]:
    """Cut a strand's stops at the upright blocks."""
    regions: list[list[Stop]] = [[]]
    for stop in strand.stops:
        if stop.block in bubble.upright:
            regions.append([])
        else:
            regions[-1].append(stop)
    return regions


def _natural(stops: list[Stop], block_width: float) -> float:
    return len(stops) + 1 + block_width * sum(stop.block is not None for stop in stops)


def _spread(stops: list[Stop], x: float, length: float, block_width: float) -> Iterator[_Span]:
    gap = (length - _natural(stops, block_width)) / (len(stops) + 1) + 1.0
    for stop in stops:
        left = x + gap
        x = left + (block_width if stop.block else 0.0)
        yield left, x


def _moved(spans: list[_Span], by: float) -> tuple[_Span, ...]:
    return tuple((a + by, b + by) for a, b in spans)


def _strand(strand: Strand, spans: tuple[_Span, ...], width: float, level: float) -> Picture:
    """Draw one strand: the upper one runs to the right, the lower one back to the left."""
    paths = _electron_paths(spans, width, 1j * level)
    forward = paths if level > 0 else [geometry.reverse(path) for path in paths]
    strokes = [Stroke(str(line.kind), path, 0.5) for line, path in zip(strand.lines, forward, strict=True)]
    dots: list[Dot] = []
    for stop, line, (a, b) in zip(strand.stops, strand.lines[:-1], spans, strict=True):
        ends = (a + 1j * level, b + 1j * level)
        dots.append(Dot("", ends[0], stop.left))
        if stop.block:
            dots.append(Dot("", ends[1], stop.right))
            strokes.append(Stroke(str(line.kind), geometry.line(*ends)))
    letter = Label(str(strand.lines[0].kind), complex(LETTER.real, LETTER.imag * level))
    return Picture(tuple(strokes), dots=tuple(dots), labels=(letter,))


def _electron_paths(spans: tuple[_Span, ...], width: float, level: complex) -> list[Path]:
    """Electron lines left to right; the first and the last bend to the external vertices."""
    reach = [(0.0, CORNER), *spans, (width - CORNER, width)]
    paths = [geometry.line(a + level, b + level) for (_, a), (b, _) in pairwise(reach)]
    bend = Path(0j, ((0.3 * CORNER + 0.72 * level, 0.55 * CORNER + level, CORNER + level),))
    mirrored = Path(complex(width), (tuple(width - p.conjugate() for p in bend.pieces[0]),))
    paths[0] = geometry.join(bend, paths[0])
    paths[-1] = geometry.join(paths[-1], geometry.reverse(mirrored))
    return paths


def _blocks(bubble: Bubble, columns: _Columns, frame: _Frame) -> Picture:
    """Shade the blocks; one that cannot stand upright becomes a slanted band."""
    below = zip(bubble.lower.stops, columns.below, strict=True)
    low = {stop.block: span for stop, span in below if stop.block}
    drawn = Picture()
    for stop, (a, b) in zip(bubble.upper.stops, columns.above, strict=True):
        if stop.block and stop.block in low:
            c, d = low[stop.block]
            top, bottom = (
                (a + 1j * frame.half, b + 1j * frame.half),
                (c - 1j * frame.half, d - 1j * frame.half),
            )
            letter = UPRIGHT.letter if stop.block in bubble.upright else frame.letter
            drawn += block(str(stop.block.kind), top, bottom, letter=letter)
    return drawn


def _impurity_lines(diagram: Diagram, dots: tuple[Dot, ...]) -> Picture:
    """Join impurity vertices: straight across the bubble, arched outside along one strand."""
    at = {dot.vertex: dot.at for dot in dots}
    inner = (line for line in diagram.lines if line.kind not in ELECTRONS | BLOCKS and line.start in at)
    return Picture(tuple(_impurity_line(str(line.kind), at[line.start], at[line.end]) for line in inner))


def _impurity_line(kind: str, start: complex, end: complex) -> Stroke:
    path = geometry.line(start, end)
    if start.imag == end.imag:
        path = arch(start, end, 1j if start.imag > 0 else -1j)
    return Stroke.carried(kind, path)


def arch(start: complex, end: complex, outward: complex, *, pointed: float = geometry.POINTED) -> Path:
    """Arch from one vertex of an electron line to another, the higher the farther."""
    return geometry.bow(start, end, outward * (ARCH + ARCH_SLOPE * abs(end - start)), pointed=pointed)
