"""A diagram in characters for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from cooperon.diagrams.diagram import ELECTRONS, Diagram
from cooperon.diagrams.picture import LETTERS
from cooperon.diagrams.polygons import Polygon, polygons
from cooperon.diagrams.strands import read_bubble
from cooperon.diagrams.text_bubble import DOTS, MARKS, draw_bubble

__all__ = ["text_picture"]

JOINTS = {kind: f"┄{mark}┄" for kind, mark in MARKS.items()} | {"diffuson": "░D░", "cooperon": "░C░"}
PLAIN = str.maketrans("╭╮╰╯┬┴┼─│┊┄▶◀●○⊗×≈░╲╱┤├", "+++++++-|:.><*o@x~ \\/[]")


def text_picture(diagram: Diagram, *, ascii_only: bool = False) -> str:
    """Draw each connected part under the one before: a bubble as a picture, anything else as a list."""
    parts = sorted(nx.weakly_connected_components(diagram.graph), key=min)
    drawn = "\n\n".join(_part(diagram, frozenset(part)) for part in parts)
    return drawn.translate(PLAIN) if ascii_only else drawn


def _part(diagram: Diagram, part: frozenset[int]) -> str:
    bubble = read_bubble(diagram, part)
    return "\n".join(_listed(diagram, part)) if bubble is None else draw_bubble(diagram, bubble)


def _listed(diagram: Diagram, part: frozenset[int]) -> Iterator[str]:
    """Write each polygon of electron lines as a chain, then what joins its numbered vertices."""
    yield from (_chain(diagram, ring) for ring in polygons(diagram) if ring.corners[0] in part)
    joined = [line for line in diagram.lines if line.kind not in ELECTRONS and line.start in part]
    if joined:
        yield "  ".join(f"{line.start}{JOINTS[line.kind]}{line.end}" for line in joined)


def _chain(diagram: Diagram, polygon: Polygon) -> str:
    names = [DOTS.get(diagram.kinds[vertex], "") + str(vertex) for vertex in polygon.corners]
    links = [
        f"─{LETTERS[side.line.kind]}▶" if side.sign > 0 else f"◀{LETTERS[side.line.kind]}─"
        for side in polygon.sides
    ]
    return " ".join(part for pair in zip(names, links, strict=True) for part in pair) + f" {names[0]}"
