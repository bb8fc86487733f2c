"""All ways to place n impurity lines on the bubble of the Kubo formula."""

from __future__ import annotations

from collections.abc import Iterator

from cooperon.diagrams.diagram import EXTERNAL, Diagram, Line, LineKind, VertexKind
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

    Raises
    ------
    DiagramError
        When a number is not one, a vertex is not in exactly one pair, or the kind is not external.

    Examples
    --------
    >>> chord_diagram(1, 1, ((0, 1),))  # one rung
    Diagram(2 current, 2 retarded, 2 advanced, 1 impurity)
    """
    if not (_is_count(upper) and _is_count(lower) and _are_pairs(pairs, upper + lower)):
        raise DiagramError(
            f"pairs {pairs} of {upper} + {lower} impurity vertices",
            expected="every impurity vertex 0, 1, ... in exactly one pair",
        )
    impurity = (VertexKind.IMPURITY,)
    external = (_external(vertex),)
    kinds = external + impurity * upper + external + impurity * lower
    lines = [
        Line(LineKind.RETARDED if i <= upper else LineKind.ADVANCED, i, (i + 1) % len(kinds))
        for i in range(len(kinds))
    ]
    position = [i + 1 if i < upper else i + 2 for i in range(upper + lower)]
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


def enumerate(order: int, *, vertex: str = "current") -> Iterator[Diagram]:
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
        When ``order`` is not a number 0, 1, 2, ..., or the kind is not external.

    Examples
    --------
    >>> [sum(1 for _ in enumerate(order)) for order in range(4)]
    [1, 3, 15, 105]
    """
    if not _is_count(order):
        raise DiagramError(f"order = {order!r}", expected="a number of impurity lines 0, 1, 2, ...")
    external = _external(vertex)
    return (
        chord_diagram(upper, 2 * order - upper, pairs, vertex=external)
        for upper in range(2 * order + 1)
        for pairs in _pairings(tuple(range(2 * order)))
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_pairs(pairs: Pairing, total: int) -> bool:
    try:
        paired = [vertex for a, b in pairs for vertex in (a, b)]
    except (TypeError, ValueError):
        return False
    return all(map(_is_count, paired)) and sorted(paired) == list(range(total))


def _external(vertex: str) -> VertexKind:
    if isinstance(vertex, str) and vertex in EXTERNAL:
        return VertexKind(vertex)
    raise DiagramError(f"vertex = {vertex!r}", expected="one of " + ", ".join(sorted(EXTERNAL)))


def _pairings(points: tuple[int, ...]) -> Iterator[Pairing]:
    if not points:
        yield ()
        return
    first, rest = points[0], points[1:]
    for i, partner in zip(range(len(rest)), rest, strict=True):
        for others in _pairings(rest[:i] + rest[i + 1 :]):
            yield ((first, partner), *others)
