"""Wick contractions in integers: how many impurity vertices each electron line has, and who is joined.

The average over Gaussian disorder joins the impurity vertices of the electron lines in pairs, in all ways.
What the lines are part of is a shape (:mod:`cooperon.diagrams.shapes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

from cooperon.diagrams.arguments import is_count
from cooperon.diagrams.diagram import ELECTRONS, Diagram, Line, LineKind, VertexKind
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.repl import PublicNames
from cooperon.diagrams.shapes import LETTERS, SHAPES, require_shape

__all__ = ["Contraction", "Pairing", "Wordings", "find_contraction", "read_contraction"]

Pairing = tuple[tuple[int, int], ...]
Wordings = tuple[tuple[int, ...], ...]
"""The labels of the impurity lines met along each electron line."""


@dataclass(frozen=True, order=True)
class Contraction(PublicNames):
    """One way to join the impurity vertices of the electron lines of a shape in pairs.

    Impurity vertices are numbered 0, 1, ... along the first electron line, then along the second, and so
    on, each line in the direction of its arrow.

    Parameters
    ----------
    of : str
        ``"line"`` (a single Green's function), ``"bubble"`` or ``"pair"`` (two bubbles).
    lines : str
        The kind of each electron line: ``"R"`` or ``"A"`` for a line, two letters for a bubble (from the
        left vertex to the right one, then back), four for a pair.
    sizes : tuple of int
        Number of impurity vertices on each electron line.
    pairs : tuple of pairs of int
        Which impurity vertices an impurity line joins.
    vertex : str
        Kind of the external vertices of bubbles; a single line has two of kind ``end``.

    Raises
    ------
    DiagramError
        When the numbers do not describe a contraction.

    Examples
    --------
    >>> rainbow = Contraction("line", "R", (4,), ((0, 3), (1, 2)))
    >>> rainbow.order, rainbow.diagram
    (2, Diagram(2 end, 5 retarded, 2 impurity))
    """

    of: str
    lines: str
    sizes: tuple[int, ...]
    pairs: Pairing
    vertex: str = VertexKind.CURRENT

    def __post_init__(self) -> None:
        lines, vertex = require_shape(self.of, self.lines, self.vertex)
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "vertex", vertex)
        fits = len(self.sizes) == len(lines) and all(map(is_count, self.sizes))
        if not (fits and _are_pairs(self.pairs, sum(self.sizes))):
            total = " + ".join(map(str, self.sizes)) or "no"
            raise DiagramError(
                f"pairs {shortened(self.pairs)} of {total} impurity vertices on the lines {lines}",
                expected="a number of vertices for each line, every vertex 0, 1, ... in exactly one pair",
            )

    @property
    def order(self) -> int:
        """Number of impurity lines."""
        return len(self.pairs)

    @property
    def words(self) -> Wordings:
        """The labels 0, 1, ... of the impurity lines met along each electron line."""
        label = {vertex: i for i, pair in enumerate(sorted(self.pairs)) for vertex in pair}
        bounds = (0, *accumulate(self.sizes))
        return tuple(tuple(label[v] for v in range(a, b)) for a, b in pairwise(bounds))

    @property
    def diagram(self) -> Diagram:
        """The same as a :class:`~cooperon.diagrams.Diagram`, vertices numbered along the electron lines."""
        joints = SHAPES[self.of].joints
        met: list[tuple[str, int]] = []
        bounds = pairwise((0, *accumulate(self.sizes)))
        stretches = [tuple(("impurity", i) for i in range(a, b)) for a, b in bounds]
        for (start, _), stretch in zip(joints, stretches, strict=True):
            met += [("external", start), *stretch]
        met += [("external", end) for _, end in joints if ("external", end) not in met]
        number = {stop: i for i, stop in enumerate(met)}
        lines = [
            Line(LETTERS[letter], number[a], number[b])
            for letter, (start, end), stretch in zip(self.lines, joints, stretches, strict=True)
            for a, b in pairwise([("external", start), *stretch, ("external", end)])
        ]
        impurity = [number["impurity", i] for i in range(2 * self.order)]
        lines += [Line(LineKind.IMPURITY, impurity[a], impurity[b]) for a, b in self.pairs]
        kinds = {"external": VertexKind(self.vertex), "impurity": VertexKind.IMPURITY}
        return Diagram(tuple(kinds[what] for what, _ in met), tuple(lines))

    def permuted(self, permutation: Iterable[int]) -> Contraction:
        """Return the contraction with its electron lines in another order."""
        order = tuple(permutation)
        starts = (0, *accumulate(self.sizes[line] for line in order))
        new = {
            sum(self.sizes[:line]) + i: starts[place] + i
            for place, line in enumerate(order)
            for i in range(self.sizes[line])
        }
        pairs = sorted((min(new[a], new[b]), max(new[a], new[b])) for a, b in self.pairs)
        lines = "".join(self.lines[line] for line in order)
        return Contraction(
            self.of, lines, tuple(self.sizes[line] for line in order), tuple(pairs), self.vertex
        )

    @property
    def images(self) -> set[Contraction]:
        """The contractions that give an equal diagram: this one under the symmetries of its shape."""
        permuted = (self.permuted(order) for order in SHAPES[self.of].symmetries if self._keeps(order))
        return set(permuted)

    def _keeps(self, order: Iterable[int]) -> bool:
        return "".join(self.lines[line] for line in order) == self.lines

    @property
    def connected(self) -> bool:
        """True when impurity lines hold the loops of the shape together."""
        joints = SHAPES[self.of].joints
        part = {vertex: min(joint) for joint in joints for vertex in joint}
        loop = [part[a] for (a, _), size in zip(joints, self.sizes, strict=True) for _ in range(size)]
        return len(set(part.values())) == 1 or any(loop[a] != loop[b] for a, b in self.pairs)


def read_contraction(diagram: Diagram) -> Contraction:
    """Read a diagram with impurity lines only as a Wick contraction.

    Of the contractions that give the same diagram, the first in order is returned.

    Parameters
    ----------
    diagram : Diagram
        A single line, a bubble or a pair of bubbles.

    Raises
    ------
    DiagramError
        When the diagram has blocks or interaction lines, or none of the shapes.

    Examples
    --------
    >>> contraction = Contraction("bubble", "RA", (1, 1), ((0, 1),))
    >>> read_contraction(contraction.diagram) == contraction
    True
    """
    found = find_contraction(diagram) if isinstance(diagram, Diagram) else None
    if found is None:
        raise DiagramError(
            repr(diagram),
            expected="a single line, a bubble or a pair of bubbles with impurity lines only",
            hint="one of the diagrams of cooperon.diagrams.enumerate",
        )
    return min(found.images)


def find_contraction(diagram: Diagram) -> Contraction | None:
    """Read a diagram as one of the contractions that give it, or return None when it is of no shape.

    Retarded lines come first as far as the symmetry of the shape allows.
    """
    externals = [v for v, kind in enumerate(diagram.kinds) if kind is not VertexKind.IMPURITY]
    kinds = {diagram.kinds[v] for v in externals}
    if len(kinds) != 1 or not {line.kind for line in diagram.lines} <= ELECTRONS | {LineKind.IMPURITY}:
        return None
    strands = list(_strands({line.start: line for line in diagram.lines_of(*ELECTRONS)}, externals))
    of = _shape(strands)
    stops = [v for strand in strands for v in strand.stops]
    if of is None or len(stops) != 2 * diagram.order or any(strand.letter == "" for strand in strands):
        return None
    number = {v: i for i, v in enumerate(stops)}
    joined = ((number[line.start], number[line.end]) for line in diagram.lines_of(LineKind.IMPURITY))
    pairs = tuple(sorted((min(pair), max(pair)) for pair in joined))
    sizes = tuple(len(strand.stops) for strand in strands)
    found = Contraction(of, "".join(strand.letter for strand in strands), sizes, pairs, kinds.pop())
    # retarded lines first, as far as the symmetry of the shape allows
    return min(
        (found.permuted(order) for order in SHAPES[of].symmetries),
        key=lambda each: [letter != "R" for letter in each.lines],
    )


@dataclass(frozen=True)
class _Strand:
    """An electron line between external vertices; no letter where its kind changes on the way."""

    letter: str
    start: int
    stops: tuple[int, ...]
    end: int


def _strands(leaving: Mapping[int, Line], externals: list[int]) -> Iterator[_Strand]:
    """Follow the electron lines loop by loop."""
    left = [v for v in externals if v in leaving]
    start = left[0] if left else None
    while start is not None:
        left.remove(start)
        met = [leaving[start]]
        while met[-1].end not in externals:
            met.append(leaving[met[-1].end])
        kinds = {line.kind for line in met}
        letter = next((name for name, kind in LETTERS.items() if kinds == {kind}), "")
        yield _Strand(letter, start, tuple(line.end for line in met[:-1]), met[-1].end)
        start = met[-1].end if met[-1].end in left else next(iter(left), None)


def _shape(strands: list[_Strand]) -> str | None:
    """Find the shape whose joints are those of the strands, external vertices numbered as they are met."""
    number: dict[int, int] = {}
    for strand in strands:
        for vertex in (strand.start, strand.end):
            number.setdefault(vertex, len(number))
    joints = tuple((number[strand.start], number[strand.end]) for strand in strands)
    return next((name for name, shape in SHAPES.items() if shape.joints == joints), None)


def _are_pairs(pairs: object, total: int) -> bool:
    try:
        paired = [vertex for a, b in pairs for vertex in (a, b)]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return False
    return len(paired) == total and all(map(is_count, paired)) and sorted(paired) == list(range(total))
