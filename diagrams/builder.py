"""Building a diagram line by line, with vertices called by names of one's own."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from itertools import pairwise

from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.serialise import is_name

__all__ = ["DiagramBuilder"]


class DiagramBuilder:
    """A diagram while it is drawn; :meth:`freeze` makes the Diagram.

    Vertices are called by names of your own. Declare the external ones (:meth:`current`, :meth:`density`,
    :meth:`spin`, :meth:`end`); where an impurity line, an interaction line or a block ends there is no
    need to. Every method but ``freeze`` returns the builder, and raises a DiagramError for what cannot be
    part of a diagram.

    Examples
    --------
    >>> build = DiagramBuilder().current("left", "right")
    >>> build = build.retarded("left", 1, 2, "right").advanced("right", 4, 3, "left")
    >>> crossed = build.impurity(1, 4).impurity(2, 3).freeze()
    >>> crossed
    Diagram(2 current, 3 retarded, 3 advanced, 2 impurity)
    >>> from cooperon.diagrams import classify
    >>> str(classify(crossed).family)
    'maximally crossed'
    """

    def __init__(self) -> None:
        self._kinds: dict[Hashable, VertexKind] = {}
        self._lines: list[tuple[LineKind, Hashable, Hashable]] = []

    def current(self, *names: Hashable) -> DiagramBuilder:
        """Declare current vertices."""
        return self._declare(VertexKind.CURRENT, names)

    def density(self, *names: Hashable) -> DiagramBuilder:
        """Declare density vertices."""
        return self._declare(VertexKind.DENSITY, names)

    def spin(self, *names: Hashable) -> DiagramBuilder:
        """Declare spin vertices."""
        return self._declare(VertexKind.SPIN, names)

    def end(self, *names: Hashable) -> DiagramBuilder:
        """Declare open ends of single Green's functions."""
        return self._declare(VertexKind.END, names)

    def retarded(self, *path: Hashable) -> DiagramBuilder:
        """Draw retarded lines along the arrow, from each vertex of a path to the next."""
        return self._electron(LineKind.RETARDED, path)

    def advanced(self, *path: Hashable) -> DiagramBuilder:
        """Draw advanced lines along the arrow, from each vertex of a path to the next."""
        return self._electron(LineKind.ADVANCED, path)

    def impurity(self, one: Hashable, other: Hashable) -> DiagramBuilder:
        """Join two vertices by an impurity line."""
        return self._carried(LineKind.IMPURITY, one, other)

    def interaction(self, one: Hashable, other: Hashable) -> DiagramBuilder:
        """Join two vertices by an interaction line."""
        return self._carried(LineKind.INTERACTION, one, other)

    def diffuson(self, one: Hashable, other: Hashable) -> DiagramBuilder:
        """Join two vertices, at each of which a retarded and an advanced line meet, by a diffuson."""
        return self._carried(LineKind.DIFFUSON, one, other)

    def cooperon(self, start: Hashable, end: Hashable) -> DiagramBuilder:
        """Join the vertex where both electrons come in to the one where both go out by a Cooperon."""
        return self._carried(LineKind.COOPERON, start, end)

    def ladder(self, upper: Sequence[Hashable], lower: Sequence[Hashable]) -> DiagramBuilder:
        """Join the vertices of two rows, both named from left to right, by rungs.

        Examples
        --------
        >>> build = DiagramBuilder().current("L", "R").ladder("ab", "cd")
        >>> build.retarded(*"LabR").advanced(*"RdcL").freeze()
        Diagram(2 current, 2 impurity, 3 retarded, 3 advanced)
        """
        rows = isinstance(upper, Sequence) and isinstance(lower, Sequence)
        if not rows or len(upper) != len(lower):
            raise DiagramError(
                f"the rows {shortened(upper)} and {shortened(lower)}",
                expected="two sequences of vertices of one length",
            )
        for above, below in zip(upper, lower, strict=True):
            self.impurity(above, below)
        return self

    def crossed(self, upper: Sequence[Hashable], lower: Sequence[Hashable]) -> DiagramBuilder:
        """Join two rows, both named from left to right, by lines that all cross each other."""
        return self.ladder(upper, lower[::-1] if isinstance(lower, Sequence) else lower)

    def freeze(self) -> Diagram:
        """Make the diagram.

        Raises
        ------
        DiagramError
            When what has been drawn is no diagram; the message calls the vertices by their names.
        """
        for _, *ends in self._lines:
            for name in ends:
                if name not in self._kinds:
                    raise DiagramError(
                        f"the vertex {shortened(name)}, where nothing but electron lines end",
                        expected="a vertex that is declared, or an impurity line that ends there",
                        hint=f"current({shortened(name)})",
                    )
        names = list(self._kinds)
        number = {name: i for i, name in enumerate(names)}
        lines = tuple(Line(kind, number[a], number[b]) for kind, a, b in self._lines)
        try:
            return Diagram(tuple(self._kinds.values()), lines)
        except DiagramError as error:
            given = re.sub(
                r"vertex (\d+)", lambda found: f"vertex {shortened(names[int(found[1])])}", error.given
            )
            raise DiagramError(given, error.expected, error.hint) from None

    def _declare(self, kind: VertexKind, names: Sequence[Hashable]) -> DiagramBuilder:
        for name in names:
            _require_name(name)
            if self._kinds.setdefault(name, kind) is not kind:
                raise DiagramError(
                    f"the {self._kinds[name]} vertex {shortened(name)} as a vertex of kind {kind}",
                    expected="one kind for a vertex",
                    hint="another name",
                )
        return self

    def _electron(self, kind: LineKind, path: Sequence[Hashable]) -> DiagramBuilder:
        if len(path) < 2:
            raise DiagramError(
                f"{kind} line at {', '.join(map(shortened, path)) or 'no vertex'}",
                expected="two vertices or more",
                hint=f'{kind}("left", "right")',
            )
        for a, b in pairwise(path):
            self._add(kind, a, b)
        return self

    def _carried(self, kind: LineKind, one: Hashable, other: Hashable) -> DiagramBuilder:
        at = VertexKind.INTERACTION if kind is LineKind.INTERACTION else VertexKind.IMPURITY
        self._add(kind, one, other)
        return self._declare(at, (one, other))

    def _add(self, kind: LineKind, one: Hashable, other: Hashable) -> None:
        for name in (one, other):
            _require_name(name)
        if one == other:
            raise DiagramError(
                f"{kind} line from {shortened(one)} to itself",
                expected="a line between two different vertices",
            )
        self._lines.append((kind, one, other))


def _require_name(name: object) -> None:
    if not is_name(name):
        raise DiagramError(f"the name {shortened(name)}", expected="a word, a number, or anything hashable")
