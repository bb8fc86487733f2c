"""A vertex put on every line of a single Green's function: bubbles and irreducible vertices.

The retarded line runs up to the vertex and the advanced one goes on from there. Cutting every inner line
of a self-energy in this way gives the irreducible vertices that belong to it; cutting every line of an
averaged Green's function, the diagrams of a density response.
"""

from __future__ import annotations

from collections.abc import Iterable

from cooperon.diagrams.contraction import Contraction, read_contraction
from cooperon.diagrams.cuts import cut_by_one_line
from cooperon.diagrams.diagram import Diagram, VertexKind, require_diagram
from cooperon.diagrams.errors import DiagramError

__all__ = ["closed_up", "insertions", "require_irreducible", "with_density"]


def insertions(diagram: Diagram, *, amputated: bool = False) -> tuple[Diagram, ...]:
    """Put a density vertex on every electron line of a diagram of the single Green's function.

    Parameters
    ----------
    diagram : Diagram
        A single line with impurity lines (``enumerate(n, of="line")``).
    amputated : bool
        True for a self-energy: only the inner lines are cut, for the two outer ones do not belong to it.

    Returns
    -------
    tuple of Diagram
        Bubbles of a retarded and an advanced line, in the order of the lines. The first vertex of each joins
        the two ends of the line, the second one is the vertex put in.

    Raises
    ------
    DiagramError
        When the diagram is not a single line.

    Examples
    --------
    >>> from cooperon.diagrams import chord_diagram
    >>> born = Contraction("line", "R", (2,), ((0, 1),)).diagram
    >>> insertions(born, amputated=True) == (chord_diagram(1, 1, ((0, 1),), vertex="density"),)
    True
    >>> len(insertions(born))
    3
    """
    line = _read_line(diagram)
    last = 2 * line.order
    cuts = range(1, last) if amputated else range(last + 1)
    return tuple(
        Contraction("bubble", "RA", (cut, last - cut), line.pairs, VertexKind.DENSITY).diagram for cut in cuts
    )


def closed_up(diagram: Diagram) -> Diagram:
    """Take out the second vertex of a bubble and join its lines: the line on which it was put.

    Examples
    --------
    >>> born = Contraction("line", "R", (2,), ((0, 1),)).diagram
    >>> {closed_up(each) for each in insertions(born)} == {born}
    True
    """
    bubble = _read_bubble(diagram)
    return Contraction("line", "R", (sum(bubble.sizes),), bubble.pairs).diagram


def require_irreducible(diagram: Diagram) -> None:
    """Raise an error unless a diagram of the single Green's function is one-particle irreducible.

    Raises
    ------
    DiagramError
        When it falls apart on cutting one of its lines (apart from the two outer ones).

    Examples
    --------
    >>> require_irreducible(Contraction("line", "R", (4,), ((0, 3), (1, 2))).diagram)
    """
    (word,) = _read_line(diagram).words
    if cut_by_one_line(word):
        raise DiagramError(
            f"{diagram!r}, which falls apart on cutting one line",
            expected="one-particle irreducible self-energies",
        )


def with_density(diagram: Diagram) -> Diagram:
    """Put density vertices in the place of the current vertices.

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> with_density(bubble()) == bubble("density")
    True
    """
    require_diagram(diagram)
    kinds: Iterable[VertexKind] = (
        VertexKind.DENSITY if kind is VertexKind.CURRENT else kind for kind in diagram.kinds
    )
    return Diagram(tuple(kinds), diagram.lines)


def _read_line(diagram: Diagram) -> Contraction:
    line = read_contraction(diagram)
    if line.of != "line":
        raise DiagramError(
            repr(diagram), expected="a diagram of a single Green's function", hint='enumerate(2, of="line")'
        )
    return line


def _read_bubble(diagram: Diagram) -> Contraction:
    bubble = read_contraction(diagram)
    if bubble.of != "bubble" or bubble.lines != "RA":
        raise DiagramError(
            repr(diagram), expected="a bubble of a retarded and an advanced line", hint="enumerate(2)"
        )
    return bubble
