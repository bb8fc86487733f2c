"""From infinite families to one diagram: self-energies, ladders, maximally crossed lines.

A set of closed electron lines is written as words: the impurity lines met along each electron line, in
the direction of its arrow. Impurity lines that follow one another both on a retarded and on an advanced
line are one block: the rungs of a ladder, a diffuson, where their order along the two is opposite; lines
that cross each other maximally, a Cooperon, where it is the same. Turning round the advanced line makes the
one of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cooperon.diagrams.contraction import Contraction, Wordings, read_contraction
from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind, require_diagram
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.shapes import LETTERS, SHAPES

__all__ = ["inserted", "resum", "resum_contraction", "turn_round", "without_insertions"]

_BLOCKS = ((LineKind.DIFFUSON, -1, 1), (LineKind.COOPERON, 1, 2))
"""Kind of block, step along the advanced line, least number of impurity lines."""


def resum(diagram: Diagram) -> Diagram:
    """Replace a diagram by the infinite family to which it belongs, as one diagram with blocks.

    Self-energy insertions go into the averaged Green's functions; one or more successive rungs
    become a ``diffuson``, two or more successive maximally crossed lines a ``cooperon``, on one bubble
    or between two. Members of one family give equal diagrams. A diagram that has blocks already is
    returned as it is.

    Parameters
    ----------
    diagram : Diagram
        A ladder, or a maximally crossed one.

    Raises
    ------
    DiagramError
        When the diagram is neither a bubble nor a pair of bubbles.

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
    contraction = read_contraction(diagram)
    if not SHAPES[contraction.of].closed:
        raise DiagramError(
            repr(diagram),
            expected="closed electron lines, a bubble or a pair of bubbles: a block needs a retarded and an "
            "advanced line",
            hint='one of the diagrams of cooperon.diagrams.enumerate(2, of="bubble")',
        )
    return resum_contraction(contraction)


def resum_contraction(contraction: Contraction) -> Diagram:
    """Draw the family of a contraction of closed electron lines as one diagram with blocks.

    Examples
    --------
    >>> rungs = Contraction("pair", "RARA", (2, 0, 0, 2), ((0, 3), (1, 2)))
    >>> resum_contraction(rungs)
    Diagram(4 current, 3 retarded, 3 advanced, 1 diffuson)
    """
    words = without_insertions(contraction.words)
    return _draw(contraction, words, tuple(_runs(contraction.lines, words)))


def turn_round(diagram: Diagram) -> Diagram:
    """Turn round the advanced line of a bubble: ladder and maximally crossed change places.

    The impurity vertices of the advanced line are put in the opposite order; the impurity lines keep
    their ends. This is the exchange of the diffuson channel (two electrons with momenta k and k - q)
    with the Cooperon channel (k and q - k).

    Parameters
    ----------
    diagram : Diagram
        A bubble with impurity lines from one electron line to the other.

    Raises
    ------
    DiagramError
        When the diagram is not one bubble of a retarded and an advanced line, with impurity lines only.

    Examples
    --------
    >>> from cooperon.diagrams.enumeration import chord_diagram
    >>> crossed = chord_diagram(2, 2, ((0, 2), (1, 3)))
    >>> turn_round(crossed) == chord_diagram(2, 2, ((0, 3), (1, 2)))
    True
    """
    require_diagram(diagram)
    read = read_contraction(diagram)
    if read.lines != "RA":
        raise DiagramError(
            repr(diagram),
            expected="one bubble of a retarded and an advanced line",
            hint="one of the diagrams of cooperon.diagrams.enumerate",
        )
    upper, lower = read.sizes
    place = [*range(upper), *reversed(range(upper, upper + lower))]
    pairs = tuple((place[a], place[b]) for a, b in read.pairs)
    return Contraction(read.of, read.lines, read.sizes, pairs, read.vertex).diagram


def without_insertions(words: Wordings) -> Wordings:
    """Take the self-energy insertions out of words: they are part of the averaged Green's functions.

    An insertion is a stretch of one electron line whose impurity lines have both ends on it.

    Examples
    --------
    >>> without_insertions(((0, 1, 1), (0,)))
    ((0,), (0,))
    """
    gone = set[int]().union(*map(inserted, words))
    return tuple(tuple(label for label in word if label not in gone) for word in words)


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


@dataclass(frozen=True)
class _Run:
    """Impurity lines that make one block, in their order along the retarded line."""

    kind: LineKind
    labels: tuple[int, ...]


def _runs(letters: str, words: Wordings) -> Iterator[_Run]:
    below = {
        label: (line, i)
        for line, (letter, word) in enumerate(zip(letters, words, strict=True))
        if letter == "A"
        for i, label in enumerate(word)
    }
    for letter, word in zip(letters, words, strict=True):
        rest = word if letter == "R" else ()
        while rest:
            kind, labels, least = max(
                ((kind, _run(rest, below, step), least) for kind, step, least in _BLOCKS),
                key=lambda found: len(found[1]),
            )
            if len(labels) >= least:
                yield _Run(kind, labels)
            rest = rest[max(len(labels), 1) :]


def _run(word: tuple[int, ...], below: dict[int, tuple[int, int]], step: int) -> tuple[int, ...]:
    """Take labels from the start of a word as long as they are neighbours on one advanced line too."""
    places = [below.get(label) for label in word]
    length = int(places[0] is not None)
    for one, other in pairwise(places):
        if one is None or other != (one[0], one[1] + step):
            break
        length += 1
    return word[:length]


def _draw(contraction: Contraction, words: Wordings, runs: tuple[_Run, ...]) -> Diagram:
    joints = SHAPES[contraction.of].joints
    externals = 1 + max(vertex for joint in joints for vertex in joint)
    block_of = {label: i for i, run in enumerate(runs) for label in run.labels}
    singles = sorted({label for word in words for label in word} - set(block_of))
    # the two vertices of a block, and after them those of the impurity lines that are left
    pairs = [(externals + 2 * i, externals + 2 * i + 1) for i in range(len(runs) + len(singles))]
    left = {label: iter(pairs[len(runs) + i]) for i, label in enumerate(singles)}

    def stops(letter: str, word: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """Where the electron arrives and from where it goes on."""
        met = set[int]()
        for label in word:
            if label in left:
                vertex = next(left[label])
                yield vertex, vertex
            elif (block := block_of[label]) not in met:
                met.add(block)
                turned = letter == "A" and runs[block].kind is LineKind.DIFFUSON
                yield pairs[block][::-1] if turned else pairs[block]

    lines: list[Line] = []
    for letter, word, (at, end) in zip(contraction.lines, words, joints, strict=True):
        departure = at
        for arrival, onward in stops(letter, word):
            lines.append(Line(LETTERS[letter], departure, arrival))
            departure = onward
        lines.append(Line(LETTERS[letter], departure, end))
    kinds = [run.kind for run in runs] + [LineKind.IMPURITY] * len(singles)
    lines += [Line(kind, *pair) for kind, pair in zip(kinds, pairs, strict=True)]
    vertices = (VertexKind(contraction.vertex),) * externals + (VertexKind.IMPURITY,) * (2 * len(pairs))
    return Diagram(vertices, tuple(lines))
