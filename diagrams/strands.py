"""The electron lines of a bubble, a pair of bubbles or a single Green's function, read off the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cooperon.diagrams.chains import chains
from cooperon.diagrams.diagram import BLOCKS, ELECTRONS, EXTERNAL, Diagram, Line, LineKind, VertexKind

__all__ = ["Bubble", "Stop", "Strand", "read_bubble", "read_line", "read_pair"]


@dataclass(frozen=True)
class Stop:
    """A vertex on a strand, or the way through a block from its ``left`` to its ``right`` end."""

    left: int
    right: int
    block: Line | None = None


@dataclass(frozen=True)
class Strand:
    """What lies between the external vertices, left to right: one line more than stops."""

    lines: tuple[Line, ...]
    stops: tuple[Stop, ...]

    @property
    def blocks(self) -> tuple[Line, ...]:
        """The blocks that the strand passes, left to right."""
        return tuple(stop.block for stop in self.stops if stop.block)


@dataclass(frozen=True)
class Bubble:
    """A loop with two external vertices: the upper strand runs to the right, the lower one back."""

    left: int
    right: int
    upper: Strand
    lower: Strand

    @property
    def upright(self) -> tuple[Line, ...]:
        """The blocks with the same blocks on their left above and below: they can stand upright."""
        above, below = self.upper.blocks, self.lower.blocks
        places = enumerate(zip(above, below, strict=False))
        return tuple(a for i, (a, b) in places if a == b and set(above[:i]) == set(below[:i]))


def read_line(diagram: Diagram, part: frozenset[int]) -> tuple[int, ...] | None:
    """Read a connected part as one open electron line: the vertices that it meets along its arrows.

    None is returned when it is something else.
    """
    if len([vertex for vertex in part if diagram.kinds[vertex] is VertexKind.END]) != 2:
        return None
    (chain,) = (chain for chain in chains(diagram) if chain.last in part)
    along = all(side.sign == 1 for side in chain.sides)
    return chain.corners if along and set(chain.corners) == part else None


def read_bubble(diagram: Diagram, part: frozenset[int]) -> Bubble | None:
    """Read a connected part of a diagram as a bubble, or return None when it is not one.

    A retarded or advanced line that enters a block leaves it at the other end. The left vertex is
    the one that a retarded line leaves.
    """
    bubble = _read(diagram, [vertex for vertex in sorted(part) if diagram.kinds[vertex] in EXTERNAL])
    if bubble is None or not _complete(diagram, part, [bubble]):
        return None
    return bubble if set(bubble.upper.blocks) == set(bubble.lower.blocks) else None


def read_pair(diagram: Diagram, part: frozenset[int]) -> tuple[Bubble, Bubble] | None:
    """Read a connected part as two bubbles that impurity lines or blocks join, or return None."""
    external = [vertex for vertex in sorted(part) if diagram.kinds[vertex] in EXTERNAL]
    if len(external) != 4:
        return None
    met = {stop.left for _, stop in _walk(diagram, external[0])}
    one = _read(diagram, [vertex for vertex in external if vertex in met])
    other = _read(diagram, [vertex for vertex in external if vertex not in met])
    if one is None or other is None or not _complete(diagram, part, [one, other]):
        return None
    return one, other


_Step = tuple[Line, Stop]


def _read(diagram: Diagram, external: list[int]) -> Bubble | None:
    """Follow the electron lines from the left of two external vertices to the right one and back."""
    if len(external) != 2:
        return None
    left = min(external, key=lambda vertex: _leaving(diagram, vertex)[0].kind != LineKind.RETARDED)
    right = external[0] + external[1] - left
    steps = list(_walk(diagram, left))
    turn = next((i for i, (_, stop) in enumerate(steps) if stop.left == right), None)
    if turn is None or steps[-1][1].left != left:
        return None
    return Bubble(left, right, _strand(steps[: turn + 1]), _reversed(_strand(steps[turn + 1 :])))


def _complete(diagram: Diagram, part: frozenset[int], bubbles: list[Bubble]) -> bool:
    """Whether the bubbles pass every electron line of a part once."""
    passed = [line for b in bubbles for strand in (b.upper, b.lower) for line in strand.lines]
    return sorted(passed) == sorted(line for line in diagram.lines_of(*ELECTRONS) if line.start in part)


def _leaving(diagram: Diagram, vertex: int, kind: str | None = None) -> list[Line]:
    lines = diagram.lines_of(*ELECTRONS)
    return [line for line in lines if line.start == vertex and kind in (None, line.kind)]


def _walk(diagram: Diagram, start: int) -> Iterator[_Step]:
    """Follow the arrows from ``start`` until they lead back to it or nowhere."""
    ends = {end: block for block in diagram.lines_of(*BLOCKS) for end in (block.start, block.end)}
    line = _leaving(diagram, start)[0]
    for _ in diagram.lines:
        block = ends.get(line.end)
        far = line.end if block is None else block.start + block.end - line.end
        yield line, Stop(line.end, far, block)
        onward = _leaving(diagram, far, None if block is None else line.kind)
        if line.end == start or not onward:
            return
        line = onward[0]


def _strand(steps: list[_Step]) -> Strand:
    return Strand(tuple(line for line, _ in steps), tuple(stop for _, stop in steps[:-1]))


def _reversed(strand: Strand) -> Strand:
    stops = tuple(Stop(stop.right, stop.left, stop.block) for stop in reversed(strand.stops))
    return Strand(tuple(reversed(strand.lines)), stops)
