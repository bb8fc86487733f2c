"""Curves in the plane for drawing: points are complex numbers, y points upward."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

__all__ = [
    "Path",
    "arc",
    "bow",
    "carry",
    "crossings",
    "join",
    "length",
    "line",
    "locate",
    "points",
    "reverse",
    "wave",
]

POINTED = 0.13  # how far an arch leans inward, in spans: arches side by side cross at a clear angle
SAMPLES = 24  # per curved piece: enough for lengths and distances to a percent


@dataclass(frozen=True)
class Path:
    """A curve: where it starts, then its pieces, straight ``(end,)`` or cubic ``(control, control, end)``."""

    start: complex
    pieces: tuple[tuple[complex, ...], ...]

    @property
    def end(self) -> complex:
        """Where the curve ends."""
        return self.pieces[-1][-1] if self.pieces else self.start


def line(*corners: complex) -> Path:
    """Join points by straight pieces."""
    return Path(corners[0], tuple((corner,) for corner in corners[1:]))


def join(*paths: Path) -> Path:
    """Join curves end to start, leaving out straight pieces without length."""
    pieces: list[tuple[complex, ...]] = []
    end = paths[0].start
    for piece in (piece for path in paths for piece in path.pieces):
        if len(piece) > 1 or abs(piece[-1] - end) > 1e-9:
            pieces.append(piece)
        end = piece[-1]
    return Path(paths[0].start, tuple(pieces))


def reverse(path: Path) -> Path:
    """Run through the same curve the other way."""
    ends = [path.start, *(piece[-1] for piece in path.pieces)]
    backward = zip(reversed(path.pieces), reversed(ends[:-1]), strict=True)
    return Path(path.end, tuple((*reversed(piece[:-1]), end) for piece, end in backward))


def carry(path: Path, motion: Callable[[complex], complex]) -> Path:
    """Move, turn or mirror a curve."""
    return Path(motion(path.start), tuple(tuple(map(motion, piece)) for piece in path.pieces))


def bow(start: complex, end: complex, height: complex, *, pointed: float = POINTED) -> Path:
    """Arch from one point to another; ``height`` is how far, and where to, its middle is lifted."""
    lift, inward = height * 4 / 3, pointed * (end - start)
    return Path(start, ((start + lift + inward, end + lift - inward, end),))


def arc(centre: complex, radius: float, start: float, stop: float) -> Path:
    """Arc of a circle between two angles, in cubic pieces of at most a right angle."""
    count = max(1, math.ceil(abs(stop - start) / (math.pi / 2) - 1e-9))
    step = (stop - start) / count
    reach = 4 / 3 * math.tan(step / 4)
    spokes = [cmath.rect(radius, start + i * step) for i in range(count + 1)]
    pieces = tuple(
        (centre + a * (1 + 1j * reach), centre + b * (1 - 1j * reach), centre + b)
        for a, b in pairwise(spokes)
    )
    return Path(centre + spokes[0], pieces)


def points(path: Path) -> list[complex]:
    """Sample a curve, its ends included."""
    sampled = [path.start]
    for piece in path.pieces:
        a, z = sampled[-1], piece[-1]
        b, c = piece[:2] if len(piece) > 1 else ((2 * a + z) / 3, (a + 2 * z) / 3)
        for t in (i / SAMPLES for i in range(1, SAMPLES + 1)):
            s = 1 - t
            sampled.append(s**3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t**3 * z)
    return sampled


def crossings(one: Sequence[complex], other: Sequence[complex]) -> int:
    """Count the points that two sampled curves have in common."""
    return sum(_cross(a, b, c, d) for a, b in pairwise(one) for c, d in pairwise(other))


def _cross(a: complex, b: complex, c: complex, d: complex) -> bool:
    return _left(a, c, d) != _left(b, c, d) and _left(c, a, b) != _left(d, a, b)


def _left(p: complex, a: complex, b: complex) -> bool:
    return ((b - a).conjugate() * (p - a)).imag > 0


def length(path: Path) -> float:
    """Measure a curve."""
    return sum(abs(b - a) for a, b in pairwise(points(path)))


def locate(path: Path, fraction: float) -> tuple[complex, complex]:
    """Find the point at a fraction of a curve's length, and the unit vector along the curve there."""
    sampled = points(path)
    steps = [b - a for a, b in pairwise(sampled)]
    lengths = list(accumulate((abs(step) for step in steps), initial=0.0))
    wanted = fraction * lengths[-1]
    at = next((i for i in range(len(steps)) if lengths[i + 1] >= wanted and steps[i]), len(steps) - 1)
    along = steps[at] / (abs(steps[at]) or 1.0)
    return sampled[at] + (wanted - lengths[at]) * along, along or 1.0 + 0j


def wave(path: Path, *, amplitude: float = 0.07, period: float = 0.26) -> Path:
    """Turn a curve into a wavy line with the same ends."""
    halves = max(2, 2 * round(length(path) / period))
    nodes = [locate(path, i / halves) for i in range(halves + 1)]
    return Path(path.start, tuple(_half_waves(nodes, amplitude * 4 / 3)))


def _half_waves(
    nodes: list[tuple[complex, complex]], height: float
) -> Iterable[tuple[complex, complex, complex]]:
    for i, ((a, along_a), (b, along_b)) in enumerate(pairwise(nodes)):
        side = 1j * height * (-1) ** i
        yield a + (b - a) / 3 + side * along_a, b - (b - a) / 3 + side * along_b, b
