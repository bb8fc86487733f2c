"""All ways to place n impurity lines on the bubble of the Kubo formula."""

from __future__ import annotations

from collections.abc import Iterator

from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind
from cooperon.diagrams.errors import DiagramError

__all__ = ["bubble", "chord_diagram", "enumerate"]

Pairing = tuple[tuple[int, int], ...]


def chord_diagram(upper: int, lower: int, pairs: Pairing, *, vertex: str = "current") -> Diagram:
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

    Examples
    --------
    >>> chord_diagram(1, 1, ((0, 1),))  # one rung
    Diagram(2 current, 2 retarded, 2 advanced, 1 impurity)
    """
    total = upper + lower
    if upper < 0 or lower < 0 or sorted(v for pair in pairs for v in pair) != list(range(total)):
        raise DiagramError(
            f"pairs {pairs} of {upper} + {lower} impurity vertices",
            expected="every impurity vertex 0, 1, ... in exactly one pair",
        )
    impurity = (VertexKind.IMPURITY,)
    external = (VertexKind(vertex),)
    kinds = external + impurity * upper + external + impurity * lower
    lines = [
        Line(LineKind.RETARDED if i <= upper else LineKind.ADVANCED, i, (i + 1) % len(kinds))
        for i in range(len(kinds))
    ]
    position = [i + 1 if i < upper else i + 2 for i in range(total)]
    lines += [Line(LineKind.IMPURITY, position[a], position[b]) for a, b in pairs]
    return Diagram(kinds, tuple(lines))


def bubble(vertex: str = "current") -> Diagram:
    """Draw the bubble without impurity lines: two vertices, G^R above, G^A below.

    Examples
    --------
    >>> bubble()
    Diagram(2 current, 1 retarded, 1 advanced)
    """
    return chord_diagram(0, 0, (), vertex=vertex)


def enumerate(order: int, *, vertex: str = "current") -> Iterator[Diagram]:  # noqa: A001
    """Yield every diagram of the bubble with ``order`` impurity lines, once, in a fixed order.

    The 2n impurity vertices are shared out between the retarded and the advanced line in 2n + 1
    ways and joined in pairs in (2n - 1)!! ways: (2n + 1)!! diagrams. Each stands with weight one in
    the average over Gaussian disorder (Wick's theorem). The diagrams are made one at a time.

    Parameters
    ----------
    order : int
        Number of impurity lines, n >= 0.
    vertex : str
        Kind of the two external vertices.

    Raises
    ------
    DiagramError
        When ``order`` is not a number 0, 1, 2, ...

    Examples
    --------
    >>> [sum(1 for _ in enumerate(order)) for order in range(4)]
    [1, 3, 15, 105]
    """
    if not isinstance(order, int) or isinstance(order, bool) or order < 0:
        raise DiagramError(f"order = {order!r}", expected="a number of impurity lines 0, 1, 2, ...")
    if vertex not in set(VertexKind):
        raise DiagramError(f"vertex = {vertex!r}", expected="one of " + ", ".join(VertexKind))
    return (
        chord_diagram(upper, 2 * order - upper, pairs, vertex=vertex)
        for upper in range(2 * order + 1)
        for pairs in _pairings(tuple(range(2 * order)))
    )


def _pairings(points: tuple[int, ...]) -> Iterator[Pairing]:
    if not points:
        yield ()
        return
    first, rest = points[0], points[1:]
    for i, partner in zip(range(len(rest)), rest, strict=True):
        for others in _pairings(rest[:i] + rest[i + 1 :]):
            yield ((first, partner), *others)
