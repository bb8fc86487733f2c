"""All ways to place n impurity lines on a single Green's function, a bubble or a pair of bubbles."""

from __future__ import annotations

from collections.abc import Iterator

from cooperon.diagrams.arguments import require_order
from cooperon.diagrams.contraction import Contraction, Pairing, read_contraction
from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.shapes import SHAPES, require_shape

__all__ = ["bubble", "chord_diagram", "contractions", "enumerate", "multiplicity", "pairings", "shares"]


def chord_diagram(
    upper: int, lower: int, pairs: Pairing, *, vertex: str = "current", lines: str = "RA"
) -> Diagram:
    """Draw a bubble with impurity vertices joined in pairs.

    Parameters
    ----------
    upper, lower : int
        Number of impurity vertices on the retarded line (from the left to the right external
        vertex) and on the advanced line (back from the right to the left one).
    pairs : tuple of pairs of int
        Which impurity vertices an impurity line joins. They are numbered 0, 1, ... along the
        retarded and then along the advanced line.
    vertex : str
        Kind of the two external vertices.
    lines : str
        Kinds of the two electron lines: ``"RA"``, ``"RR"`` or ``"AA"``.

    Raises
    ------
    DiagramError
        When a number is not one, a vertex is not in exactly one pair, or the kind is not external.

    Examples
    --------
    >>> chord_diagram(1, 1, ((0, 1),))  # one rung
    Diagram(2 current, 2 retarded, 2 advanced, 1 impurity)
    """
    return Contraction("bubble", lines, (upper, lower), pairs, vertex).diagram


def bubble(vertex: str = "current", *, lines: str = "RA") -> Diagram:
    """Draw the bubble without impurity lines: two vertices, G^R above, G^A below.

    Parameters
    ----------
    vertex : str
        Kind of both vertices: ``"current"``, ``"density"`` or ``"spin"``.
    lines : str
        Kinds of the two electron lines, ``"R"`` for a retarded and ``"A"`` for an advanced one.

    Examples
    --------
    >>> bubble()
    Diagram(2 current, 1 retarded, 1 advanced)
    """
    return chord_diagram(0, 0, (), vertex=vertex, lines=lines)


def enumerate(
    order: int,
    *,
    of: str = "bubble",
    lines: str | None = None,
    vertex: str = "current",
    connected: bool = False,
) -> Iterator[Diagram]:
    """Yield every diagram with ``order`` impurity lines, once, in a fixed order.

    For a bubble, the 2n impurity vertices are shared out between the two electron lines in 2n + 1 ways and
    joined in pairs in (2n - 1)!! ways: (2n + 1)!! diagrams. Each stands with weight one in the
    average over Gaussian disorder (Wick's theorem), unless two electron lines are of one kind and can
    change places: then :func:`multiplicity` says how many contractions a diagram stands for. The
    diagrams are made one at a time.

    Parameters
    ----------
    order : int
        Number of impurity lines, n >= 0.
    of : str
        ``"line"`` (a single Green's function: (2n - 1)!! diagrams), ``"bubble"`` or ``"pair"`` (two
        bubbles).
    lines : str, optional
        The kinds of the electron lines, one letter each: ``"R"`` or ``"A"`` for a line, ``"RA"`` (the
        default), ``"RR"`` or ``"AA"`` for a bubble, ``"RARA"`` (the default) for a pair.
    vertex : str
        Kind of the external vertices of a bubble.
    connected : bool
        For a pair: only diagrams in which an impurity line joins the two bubbles.

    Raises
    ------
    DiagramError
        When ``order`` is not a number 0, 1, 2, ..., or another argument is unknown.

    Examples
    --------
    >>> [sum(1 for _ in enumerate(order)) for order in range(4)]
    [1, 3, 15, 105]
    >>> [sum(1 for _ in enumerate(order, of="line")) for order in range(4)]
    [1, 1, 3, 15]
    """
    found = contractions(order, of=of, lines=lines, vertex=vertex)
    return (each.diagram for each in found if each == min(each.images) and (each.connected or not connected))


def contractions(
    order: int, *, of: str = "bubble", lines: str | None = None, vertex: str = "current"
) -> Iterator[Contraction]:
    """Yield every Wick contraction with ``order`` impurity lines, in integers, in a fixed order.

    Contractions tell all electron lines apart; where two can change places, several give one diagram.

    Parameters
    ----------
    order, of, lines, vertex
        As in :func:`enumerate`.

    Raises
    ------
    DiagramError
        When an argument is not one of those.

    Examples
    --------
    >>> sum(1 for _ in contractions(2, lines="RR")), sum(1 for _ in enumerate(2, lines="RR"))
    (15, 9)
    """
    number = require_order(order)
    letters, kind = require_shape(of, lines, vertex)
    return (
        Contraction(of, letters, sizes, pairs, kind)
        for sizes in shares(2 * number, len(SHAPES[of].joints))
        for pairs in pairings(tuple(range(2 * number)))
    )


def multiplicity(diagram: Diagram) -> int:
    """Count the Wick contractions that give one diagram: its weight in the average over disorder.

    It is one unless two electron lines of one kind can change places, as in a bubble of two
    retarded lines.

    Parameters
    ----------
    diagram : Diagram
        One with impurity lines only.

    Raises
    ------
    DiagramError
        When the diagram is none of those that :func:`enumerate` yields.

    Examples
    --------
    >>> [multiplicity(diagram) for diagram in enumerate(1, lines="RR")]
    [2, 1]
    """
    return len(read_contraction(diagram).images)


def pairings(points: tuple[int, ...]) -> Iterator[Pairing]:
    """Yield all ways to join points in pairs, in a fixed order.

    Examples
    --------
    >>> list(pairings((0, 1, 2, 3)))
    [((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))]
    """
    if not points:
        yield ()
        return
    first, rest = points[0], points[1:]
    for i, partner in zip(range(len(rest)), rest, strict=True):
        for others in pairings(rest[:i] + rest[i + 1 :]):
            yield ((first, partner), *others)


def shares(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Yield all ways to share a number out among parts, in order.

    Examples
    --------
    >>> list(shares(2, 2))
    [(0, 2), (1, 1), (2, 0)]
    """
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in shares(total - first, parts - 1))
