"""The way of an impurity line past the vertices that it does not touch."""

from __future__ import annotations

from collections.abc import Iterable

from cooperon.diagrams import geometry
from cooperon.diagrams.geometry import Path

__all__ = ["route"]

CLEAR = 0.22  # distance wanted between a line and a vertex that it passes
BULGES = (0.16, -0.16, 0.3, -0.3, 0.45, -0.45, 0.65, -0.65)  # lifts of the middle, in lengths, best first


def route(start: complex, end: complex, dots: Iterable[complex]) -> Path:
    """Join two vertices straight, or bowed as little as keeps clear of all others."""
    others = [dot for dot in dots if dot not in (start, end)]
    straight = geometry.line(start, end)
    if _clearance(straight, others) >= CLEAR:
        return straight
    bows = [geometry.bow(start, end, 1j * bulge * (end - start)) for bulge in BULGES]
    return max([straight, *bows], key=lambda path: _clearance(path, others))


def _clearance(path: Path, others: list[complex]) -> float:
    sampled = geometry.points(path)[::2]
    return min([CLEAR, *(abs(p - dot) for p in sampled for dot in others)])
