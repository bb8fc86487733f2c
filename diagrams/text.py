"""A diagram in characters for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

import networkx as nx

from cooperon.diagrams.chains import Chain, chains
from cooperon.diagrams.diagram import ELECTRONS, Diagram
from cooperon.diagrams.picture import LETTERS
from cooperon.diagrams.strands import read_bubble, read_line
from cooperon.diagrams.text_bubble import DOTS, MARKS, draw_bubble
from cooperon.diagrams.text_line import draw_line

__all__ = ["text_picture"]

JOINTS = {kind: f"┄{mark}┄" for kind, mark in MARKS.items()} | {"diffuson": "░D░", "cooperon": "░C░"}
PLAIN = str.maketrans("╭╮╰╯┬┴┼─│┊┄▶◀●○⊗×≈░╲╱┤├", "+++++++-|:.><*o@x~ \\/[]")


def text_picture(diagram: Diagram, *, ascii_only: bool = False) -> str:
    """Draw each connected part under the one before: a line or bubble as a picture, the rest as a list."""
    parts = sorted(nx.weakly_connected_components(diagram.graph), key=min)
    drawn = "\n\n".join(_part(diagram, frozenset(part)) for part in parts)
    return drawn.translate(PLAIN) if ascii_only else drawn


def _part(diagram: Diagram, part: frozenset[int]) -> str:
    if line := read_line(diagram, part):
        return draw_line(diagram, line)
    if bubble := read_bubble(diagram, part):
        return draw_bubble(diagram, bubble)
    return "\n".join(_listed(diagram, part))


def _listed(diagram: Diagram, part: frozenset[int]) -> Iterator[str]:
    """Write each sequence of electron lines as a chain, then what joins its numbered vertices."""
    yield from (_chain(diagram, chain) for chain in chains(diagram) if chain.corners[0] in part)
    joined = [line for line in diagram.lines if line.kind not in ELECTRONS and line.start in part]
    if joined:
        yield "  ".join(f"{line.start}{JOINTS[line.kind]}{line.end}" for line in joined)


def _chain(diagram: Diagram, chain: Chain) -> str:
    names = [DOTS.get(diagram.kinds[vertex], "") + str(vertex) for vertex in chain.corners]
    names += names[:1] if chain.last is None else []
    links = [
        f"─{LETTERS[side.line.kind]}▶" if side.sign > 0 else f"◀{LETTERS[side.line.kind]}─"
        for side in chain.sides
    ]
    return " ".join(part for pair in zip_longest(names, links, fillvalue="") for part in pair).rstrip()
