"""From infinite families to one diagram: self-energies, ladders, maximally crossed lines.

A bubble with impurity lines is written as two words: the impurity lines met along the retarded line
from left to right, and along the advanced line from right to left. Impurity lines that follow one
another in opposite order on the two words are the rungs of a ladder; in the same order, they cross
each other maximally, and turning round the advanced line makes a ladder of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cooperon.diagrams.diagram import (
    ELECTRONS,
    EXTERNAL,
    Diagram,
    Line,
    LineKind,
    VertexKind,
    require_diagram,
)
from cooperon.diagrams.errors import DiagramError

__all__ = ["Words", "resum", "resum_words", "strip_self_energies", "turn_round", "words"]

_MINIMUM = {LineKind.DIFFUSON: 1, LineKind.COOPERON: 2}
_PLAIN = ELECTRONS | {LineKind.IMPURITY}
_STEP = {LineKind.DIFFUSON: -1, LineKind.COOPERON: +1}


@dataclass(frozen=True)
class Words:
    """The impurity lines met along the two electron lines of a bubble.

    ``upper`` lists the labels along the retarded line from the left external vertex to the right
    one, ``lower`` those along the advanced line back from the right to the left. Every label stands
    twice in all.
    """

    upper: tuple[int, ...]
    lower: tuple[int, ...]
    vertex: VertexKind = VertexKind.CURRENT

    def without(self, labels: set[int]) -> Words:
        """Return the same words with some impurity lines taken out."""
        upper, lower = (tuple(x for x in word if x not in labels) for word in (self.upper, self.lower))
        return Words(upper, lower, self.vertex)


def words(diagram: Diagram) -> Words:
    """Read the two words off the graph of a bubble.

    Raises
    ------
    DiagramError
        When the diagram is not one bubble of a retarded and an advanced line, or has blocks already.

    Examples
    --------
    >>> from cooperon.diagrams.enumeration import chord_diagram
    >>> words(chord_diagram(2, 2, ((0, 2), (1, 3)))) == Words((0, 1), (0, 1))
    True
    """
    require_diagram(diagram)
    read = _read(diagram)
    if read is None:
        raise DiagramError(
            repr(diagram),
            expected="one bubble of a retarded and an advanced line, two external vertices of one kind and "
            "impurity lines only",
            hint="one of the diagrams of cooperon.diagrams.enumerate",
        )
    return read


def _read(diagram: Diagram) -> Words | None:
    ends = diagram.vertices_of(*EXTERNAL)
    if len(ends) != 2 or not {line.kind for line in diagram.lines} <= _PLAIN:
        return None
    leaving = {line.start: line for line in diagram.lines_of(*ELECTRONS)}
    left, right = sorted(ends, key=lambda v: leaving[v].kind, reverse=True)
    upper, lower = _follow(leaving, left, ends), _follow(leaving, right, ends)
    one_bubble = upper.pop() == right and lower.pop() == left and len(upper + lower) == 2 * diagram.order
    sides = {leaving[v].kind for v in ends}, {diagram.kinds[v] for v in ends}
    if not one_bubble or sides[0] != ELECTRONS or len(sides[1]) != 1:
        return None
    label = {
        v: i for i, line in enumerate(diagram.lines_of(LineKind.IMPURITY)) for v in (line.start, line.end)
    }
    return Words(tuple(label[v] for v in upper), tuple(label[v] for v in lower), diagram.kinds[left])


def _follow(leaving: dict[int, Line], start: int, stops: tuple[int, ...]) -> list[int]:
    path = [leaving[start].end]
    while path[-1] not in stops:
        path.append(leaving[path[-1]].end)
    return path


def turn_round(diagram: Diagram) -> Diagram:
    """Turn round the advanced line of a bubble: ladder and maximally crossed change places.

    The impurity vertices of the advanced line are put in the opposite order; the impurity lines keep
    their ends. This is the exchange of the diffuson channel (two electrons with momenta k and k - q)
    with the Cooperon channel (k and q - k).

    Examples
    --------
    >>> from cooperon.diagrams.enumeration import chord_diagram
    >>> crossed = chord_diagram(2, 2, ((0, 2), (1, 3)))
    >>> turn_round(crossed) == chord_diagram(2, 2, ((0, 3), (1, 2)))
    True
    """
    read = words(diagram)
    return _draw(Words(read.upper, read.lower[::-1], read.vertex), ())


def strip_self_energies(read: Words) -> Words:
    """Take out every self-energy insertion: its lines are part of the averaged Green's function.

    An insertion is a stretch of one electron line whose impurity lines have both ends on it.

    Examples
    --------
    >>> strip_self_energies(Words((0, 1, 1), (0,)))
    Words(upper=(0,), lower=(0,), vertex=<VertexKind.CURRENT: 'current'>)
    """
    return read.without(inserted(read.upper) | inserted(read.lower))


def inserted(word: tuple[int, ...]) -> set[int]:
    """Collect the labels of all stretches on which every label stands twice."""
    found = set[int]()
    for start in range(len(word)):
        unpaired = set[int]()
        for stop in range(start, len(word)):
            unpaired ^= {word[stop]}
            if not unpaired:
                found.update(word[start : stop + 1])
                break
    return found


def resum(diagram: Diagram) -> Diagram:
    """Replace a diagram by the infinite family to which it belongs, as one diagram with blocks.

    Self-energy insertions go into the averaged Green's functions; one or more successive rungs
    become a ``diffuson``, two or more successive maximally crossed lines a ``cooperon``. Members of
    one family give equal diagrams. A diagram that has blocks already is returned as it is.

    Raises
    ------
    DiagramError
        When the diagram is not a bubble.

    Examples
    --------
    >>> from cooperon.diagrams.enumeration import chord_diagram
    >>> resum(chord_diagram(2, 2, ((0, 2), (1, 3))))
    Diagram(2 current, 2 retarded, 2 advanced, 1 cooperon)
    >>> resum(chord_diagram(1, 1, ((0, 1),))) == resum(chord_diagram(2, 2, ((0, 3), (1, 2))))
    True
    """
    require_diagram(diagram)
    if diagram.blocks:
        return diagram
    return resum_words(strip_self_energies(words(diagram)))


def resum_words(read: Words) -> Diagram:
    """Draw the bubble of two words without self-energy insertions, its families resummed to blocks.

    Examples
    --------
    >>> resum_words(Words((0, 1), (0, 1)))
    Diagram(2 current, 2 retarded, 2 advanced, 1 cooperon)
    """
    return _draw(read, tuple(_runs(read)))


def _runs(read: Words) -> Iterator[tuple[LineKind, tuple[int, ...]]]:
    """Longest stretches of the upper word that are consecutive on the lower word too."""
    below = {label: i for i, label in enumerate(read.lower)}
    start = 0
    while start < len(read.upper):
        kind, run = max(
            ((kind, _run(read.upper[start:], below, _STEP[kind])) for kind in _MINIMUM),
            key=lambda found: len(found[1]),
        )
        if len(run) >= _MINIMUM[kind]:
            yield kind, run
        start += max(len(run), 1)


def _run(word: tuple[int, ...], below: dict[int, int], step: int) -> tuple[int, ...]:
    if word[0] not in below:
        return ()
    length = 1
    while length < len(word) and below.get(word[length]) == below[word[length - 1]] + step:
        length += 1
    return word[:length]


def _draw(read: Words, runs: tuple[tuple[LineKind, tuple[int, ...]], ...]) -> Diagram:
    """Draw the bubble of two words, with the given runs of labels replaced by blocks."""
    inner = {label for _, run in runs for label in run}
    singles = sorted(set(read.upper + read.lower) - inner)
    copies = {label: iter((2 + 2 * i, 3 + 2 * i)) for i, label in enumerate(singles)}
    block_of = {label: i for i, (_, run) in enumerate(runs) for label in run}
    first = 2 + 2 * len(singles)

    def stops(word: tuple[int, ...], *, lower: bool) -> Iterator[tuple[int, int]]:
        """Where the electron arrives and from where it goes on: one vertex, or both ends of a block."""
        met: set[int] = set()
        for label in word:
            if label in copies:
                vertex = next(copies[label])
                yield vertex, vertex
            elif (block := block_of[label]) not in met:
                met.add(block)
                ends = first + 2 * block, first + 2 * block + 1
                backwards = lower and runs[block][0] is LineKind.DIFFUSON
                yield ends[::-1] if backwards else ends

    left, right = 0, 1
    lines = [
        *_chain(LineKind.RETARDED, left, stops(read.upper, lower=False), right),
        *_chain(LineKind.ADVANCED, right, stops(read.lower, lower=True), left),
    ]
    lines += [Line(LineKind.IMPURITY, 2 + 2 * i, 3 + 2 * i) for i in range(len(singles))]
    lines += [Line(kind, first + 2 * i, first + 2 * i + 1) for i, (kind, _) in enumerate(runs)]
    impurities = 2 * (len(singles) + len(runs))
    return Diagram((read.vertex,) * 2 + (VertexKind.IMPURITY,) * impurities, tuple(lines))


def _chain(kind: LineKind, start: int, stops: Iterable[tuple[int, int]], end: int) -> Iterator[Line]:
    for arrival, departure in stops:
        yield Line(kind, start, arrival)
        start = departure
    yield Line(kind, start, end)
