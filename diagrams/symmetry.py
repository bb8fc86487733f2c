"""Diagrams that a symmetry carries into each other, and one of them that stands for all.

Relabelling is no matter here: two diagrams that differ by one are equal. What is left are operations that
make another diagram of a diagram, the rows of a table, `OPERATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from cooperon.diagrams.contraction import Contraction, read_contraction
from cooperon.diagrams.diagram import ELECTRONS, Diagram, Line, LineKind, require_diagram
from cooperon.diagrams.errors import DiagramError

__all__ = ["OPERATIONS", "canonical", "equivalent", "exchange", "reverse", "rotate", "symmetry_class"]

_EXCHANGED = {LineKind.RETARDED: LineKind.ADVANCED, LineKind.ADVANCED: LineKind.RETARDED}
_DIRECTED = ELECTRONS | {LineKind.COOPERON}
BOTH = ("exchange", "reversal")


def exchange(diagram: Diagram) -> Diagram:
    """Make every retarded line an advanced one, and the other way round.

    With all arrows turned besides, this gives the complex conjugate: G^A is the adjoint of G^R.

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
    >>> exchange(bubble(lines="RR")) == bubble(lines="AA")
    True
    """
    require_diagram(diagram)
    lines = (Line(_EXCHANGED.get(line.kind, line.kind), line.start, line.end) for line in diagram.lines)
    return Diagram(diagram.kinds, tuple(lines))


def reverse(diagram: Diagram) -> Diagram:
    """Turn the arrows of all electron lines, and with them those of Cooperons: time runs backwards.

    Where time reversal is a symmetry, the diagram keeps its value.

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
    >>> from cooperon.diagrams import chord_diagram
    >>> before = chord_diagram(3, 1, ((0, 1), (2, 3)))  # a self-energy insertion before a rung
    >>> behind = chord_diagram(3, 1, ((0, 3), (1, 2)))
    >>> before == behind, reverse(before) == behind
    (False, True)
    """
    require_diagram(diagram)
    lines = (
        Line(line.kind, line.end, line.start) if line.kind in _DIRECTED else line for line in diagram.lines
    )
    return Diagram(diagram.kinds, tuple(lines))


def rotate(diagram: Diagram) -> Diagram:
    """Carry the first impurity vertex of a single Green's function over to its end.

    The trace of the Green's function, in which the electron line is closed to a ring, does not tell the
    two apart.

    Parameters
    ----------
    diagram : Diagram
        A single line with impurity lines.

    Raises
    ------
    DiagramError
        When it is no single Green's function with impurity lines.

    Examples
    --------
    >>> rainbow = Contraction("line", "R", (4,), ((0, 3), (1, 2))).diagram
    >>> rotate(rainbow) == Contraction("line", "R", (4,), ((0, 1), (2, 3))).diagram
    True
    """
    read = read_contraction(diagram)
    if read.of != "line":
        raise DiagramError(
            f"{diagram!r} to rotate",
            expected="a single Green's function",
            hint='under=("exchange", "reversal")',
        )
    points = 2 * read.order
    turned = (sorted(((a - 1) % points, (b - 1) % points)) for a, b in read.pairs)
    pairs = tuple(sorted((a, b) for a, b in turned))
    return Contraction("line", read.lines, read.sizes, pairs).diagram


OPERATIONS: Mapping[str, Callable[[Diagram], Diagram]] = {
    "exchange": exchange,
    "reversal": reverse,
    "rotation": rotate,
}


def symmetry_class(diagram: Diagram, under: Iterable[str] = BOTH) -> tuple[Diagram, ...]:
    """Find all diagrams that operations, one after the other, make of a diagram, itself among them.

    Parameters
    ----------
    diagram : Diagram
        Any diagram; for a rotation a single Green's function.
    under : sequence of str
        Which operations: ``"exchange"`` of retarded and advanced lines, ``"reversal"`` of all arrows,
        ``"rotation"`` of a line that is closed to a ring.

    Returns
    -------
    tuple of Diagram
        No two equal, in a fixed order.

    Raises
    ------
    DiagramError
        When an operation is unknown, or cannot be done on the diagram.

    Examples
    --------
    >>> from cooperon.diagrams import enumerate
    >>> [len(symmetry_class(diagram)) for diagram in enumerate(1)]
    [2, 1, 2]
    """
    require_diagram(diagram)
    operations = _operations(under)
    found, new = {diagram}, [diagram]
    while new:
        images = [operation(each) for each in new for operation in operations]
        new = [image for image in dict.fromkeys(images) if image not in found]
        found.update(new)
    return tuple(sorted(found, key=lambda each: each.key))


def canonical(diagram: Diagram, under: Iterable[str] = BOTH) -> Diagram:
    """Choose one diagram of a class: the same whichever member is given.

    Parameters
    ----------
    diagram, under
        As in :func:`symmetry_class`.

    Raises
    ------
    DiagramError
        When an operation is unknown, or cannot be done on the diagram.

    Examples
    --------
    >>> from cooperon.diagrams import enumerate
    >>> len({canonical(diagram) for diagram in enumerate(2)})
    8
    >>> len({canonical(each, ("rotation", "reversal")) for each in enumerate(4, of="line")})
    17
    """
    return symmetry_class(diagram, under)[0]


def equivalent(first: Diagram, second: Diagram, under: Iterable[str] = BOTH) -> bool:
    """Tell whether operations carry one diagram into another.

    Parameters
    ----------
    first, second : Diagram
        The diagrams.
    under : sequence of str
        As in :func:`symmetry_class`; none at all asks for equality.

    Raises
    ------
    DiagramError
        When an operation is unknown, or cannot be done on the first diagram.

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> equivalent(bubble(lines="RR"), bubble(lines="AA")), equivalent(bubble(lines="RR"), bubble())
    (True, False)
    """
    require_diagram(second)
    return second in symmetry_class(first, under)


def _operations(under: Iterable[str]) -> list[Callable[[Diagram], Diagram]]:
    names = (under,) if isinstance(under, str) or not isinstance(under, Iterable) else tuple(under)
    if not all(isinstance(name, str) and name in OPERATIONS for name in names):
        raise DiagramError(f"under = {under!r}", expected="some of " + ", ".join(OPERATIONS))
    return [OPERATIONS[name] for name in names]
