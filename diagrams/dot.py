"""A diagram in the DOT language of Graphviz."""

from __future__ import annotations

from collections.abc import Mapping

from cooperon.diagrams.diagram import ELECTRONS, Diagram, require_diagram
from cooperon.diagrams.kinds import LineKind, VertexKind
from cooperon.diagrams.picture import LETTERS
from cooperon.diagrams.style import DOTS, INK, PENS

__all__ = ["to_dot"]

_LINES: Mapping[LineKind, Mapping[str, str]] = {
    LineKind.IMPURITY: {"style": "dashed", "dir": "none"},
    LineKind.INTERACTION: {"style": "bold", "dir": "none"},
    LineKind.DIFFUSON: {"style": "solid", "dir": "none", "penwidth": "6", "color": "#b8c4d6"},
    LineKind.COOPERON: {"style": "solid", "arrowhead": "empty", "penwidth": "6", "color": "#e0c496"},
}


def to_dot(diagram: Diagram) -> str:
    """Write a diagram as DOT text; every node and edge carries its ``kind``.

    Electron lines have arrows and the letter R or A, impurity lines are dashed, blocks are thick.

    Parameters
    ----------
    diagram : Diagram
        Any diagram.

    Raises
    ------
    DiagramError
        When it is no diagram.

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> print(to_dot(bubble()))
    digraph diagram {
      rankdir="LR"; node [shape="circle", label="", style="filled"];
      0 [kind="current", width="0.2", fillcolor="#222222"];
      1 [kind="current", width="0.2", fillcolor="#222222"];
      0 -> 1 [kind="retarded", color="#1f4e8c", label="R"];
      1 -> 0 [kind="advanced", color="#b03a2e", label="A"];
    }
    """
    require_diagram(diagram)
    nodes = [f"  {i} [{_attributes(_node(kind))}];" for i, kind in enumerate(diagram.kinds)]
    edges = [f"  {line.start} -> {line.end} [{_attributes(_edge(line.kind))}];" for line in diagram.lines]
    opening = '  rankdir="LR"; node [shape="circle", label="", style="filled"];'
    return "\n".join(["digraph diagram {", opening, *nodes, *edges, "}"])


def _node(kind: VertexKind) -> dict[str, str]:
    style = DOTS[kind]
    fill = PENS["dot"].colour if style.filled else "ffffff"
    return {"kind": kind, "width": f"{2 * style.radius:g}", "fillcolor": f"#{fill}"}


def _edge(kind: LineKind) -> dict[str, str]:
    pen = PENS[kind].colour if kind in PENS else INK
    label = {"label": LETTERS[kind]} if kind in LETTERS else {}
    return {"kind": kind, "color": f"#{pen}", **({} if kind in ELECTRONS else _LINES[kind]), **label}


def _attributes(table: Mapping[str, str]) -> str:
    return ", ".join(f'{name}="{value}"' for name, value in table.items())
