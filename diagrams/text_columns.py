"""In which column of a text picture each stop of a bubble stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cooperon.diagrams.diagram import BLOCKS, ELECTRONS, Diagram
from cooperon.diagrams.strands import Bubble, Stop

__all__ = ["Column", "columns", "partners"]


@dataclass(frozen=True)
class Column:
    """What stands one over the other: on the retarded line, on the advanced one, and whether joined."""

    upper: Stop | None = None
    lower: Stop | None = None
    joined: bool = False


def partners(diagram: Diagram) -> dict[int, int]:
    """Which vertex a single impurity or interaction line joins each vertex to."""
    lines = [line for line in diagram.lines if line.kind not in ELECTRONS | BLOCKS]
    return {line.start: line.end for line in lines} | {line.end: line.start for line in lines}


def columns(bubble: Bubble, partner: dict[int, int]) -> list[Column]:
    """Join what goes upright without crossing, blocks first, and give the rest columns of their own."""
    upper, lower = bubble.upper.stops, bubble.lower.stops
    found: list[Column] = []
    done_upper = done_lower = 0
    for i, j in (*_upright(bubble, partner), (len(upper), len(lower))):
        found += _between(upper[done_upper:i], lower[done_lower:j], bubble, partner)
        found += [Column(upper[i], lower[j], joined=True)] if i < len(upper) else []
        done_upper, done_lower = i + 1, j + 1
    return found


def _upright(bubble: Bubble, partner: dict[int, int]) -> list[tuple[int, int]]:
    """Find the heaviest set of joined pairs that do not cross, a block weighing more than all else."""
    lower = {_name(stop, partner): j for j, stop in enumerate(bubble.lower.stops)}
    heavy = len(lower) + 1
    chains: list[tuple[int, list[tuple[int, int]]]] = [(0, [])]
    for i, stop in enumerate(bubble.upper.stops):
        j = lower.get(stop.block or stop.left)
        if j is not None:
            weight, chain = max(
                (known for known in chains if not known[1] or known[1][-1][1] < j), key=lambda known: known[0]
            )
            chains.append((weight + (heavy if stop.block else 1), [*chain, (i, j)]))
    return max(chains, key=lambda known: known[0])[1]


def _name(stop: Stop, partner: dict[int, int]) -> object:
    """Call a stop of the lower strand by the one of the upper strand that it may be joined to."""
    return stop.block or partner[stop.left]


def _between(
    upper: Sequence[Stop], lower: Sequence[Stop], bubble: Bubble, partner: dict[int, int]
) -> Iterator[Column]:
    """Let two stops share a column unless both send a line into the bubble."""
    strands = [{stop.left for stop in strand.stops} for strand in (bubble.upper, bubble.lower)]
    for above, below in zip_longest(upper, lower):
        inward = [
            stop is not None and stop.block is None and partner[stop.left] in opposite
            for stop, opposite in ((above, strands[1]), (below, strands[0]))
        ]
        if all(inward):
            yield Column(upper=above)
            yield Column(lower=below)
        else:
            yield Column(above, below)
