"""Where everything of a drawn diagram lies: from a Diagram to curves, patches, dots and letters."""

from __future__ import annotations

from functools import reduce

import networkx as nx

from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.layout_bubble import lay_out_bubble
from cooperon.diagrams.layout_line import lay_out_line
from cooperon.diagrams.layout_pair import lay_out_pair
from cooperon.diagrams.layout_rings import lay_out_rings
from cooperon.diagrams.picture import Picture
from cooperon.diagrams.strands import read_bubble, read_line, read_pair

__all__ = ["lay_out"]

GAP = 0.5  # between parts that no line joins


def lay_out(diagram: Diagram) -> Picture:
    """Lay a diagram out: single lines, bubbles and pairs of them along electron lines, the rest on circles.

    Examples
    --------
    >>> from cooperon.diagrams import chord_diagram
    >>> picture = lay_out(chord_diagram(1, 1, ((0, 1),)))
    >>> len(picture.strokes), len(picture.dots)
    (5, 4)
    """
    parts = sorted(nx.weakly_connected_components(diagram.graph), key=min)
    return reduce(_beside, (_lay_out_part(diagram, frozenset(part)) for part in parts), Picture())


def _beside(left: Picture, right: Picture) -> Picture:
    return left + right.shifted(complex(left.box[2] - right.box[0] + GAP)) if left.dots else right


def _lay_out_part(diagram: Diagram, part: frozenset[int]) -> Picture:
    return _placed(diagram, part).marked()


def _placed(diagram: Diagram, part: frozenset[int]) -> Picture:
    if line := read_line(diagram, part):
        return lay_out_line(diagram, line)
    if bubble := read_bubble(diagram, part):
        return lay_out_bubble(diagram, bubble)
    pair = read_pair(diagram, part)
    drawn = lay_out_pair(diagram, pair) if pair else None
    return drawn or lay_out_rings(diagram, part)
