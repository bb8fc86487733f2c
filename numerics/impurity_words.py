"""Impurities met along electron lines, each any number of times: for a potential that is not Gaussian.

A Gaussian potential joins its vertices in pairs. Any other one has higher cumulants: three, four or more
vertices may hang on one cross.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from cooperon.diagrams.arguments import require_order
from cooperon.diagrams.contraction import Contraction
from cooperon.diagrams.enumeration import shares
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.shapes import SHAPES, require_shape

__all__ = ["ImpurityWords", "impurity_words"]

Blocks = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, order=True)
class ImpurityWords:
    """The impurities met along each electron line, in the order of its arrow.

    Parameters
    ----------
    of : str
        ``"line"``, ``"bubble"`` or ``"pair"``.
    lines : str
        The kind of each electron line, R or A.
    words : tuple of tuple of int
        For each line the numbers 0, 1, ... of the impurities that it meets.
    vertex : str
        Kind of the external vertices of bubbles.

    Raises
    ------
    DiagramError
        When the shape or the letters are unknown, or there is not one word for each line.

    Examples
    --------
    >>> ImpurityWords("line", "R", ((0, 0, 0, 0),)).legs
    (4,)
    """

    of: str
    lines: str
    words: tuple[tuple[int, ...], ...]
    vertex: str = "current"

    def __post_init__(self) -> None:
        lines, vertex = require_shape(self.of, self.lines, self.vertex)
        object.__setattr__(self, "vertex", vertex)
        met = {label for word in self.words for label in word}
        if len(self.words) != len(lines) or met != set(range(len(met))):
            expected = f"{len(lines)} tuples of the numbers 0, 1, ... of impurities"
            raise DiagramError(f"words = {self.words}", expected=expected)

    @classmethod
    def of_contraction(cls, contraction: Contraction) -> ImpurityWords:
        """Read a contraction, in which every impurity has two vertices."""
        return cls(contraction.of, contraction.lines, contraction.words, contraction.vertex)

    @property
    def power(self) -> int:
        """Number of impurity vertices: the power of the potential."""
        return sum(map(len, self.words))

    @property
    def legs(self) -> tuple[int, ...]:
        """Number of vertices of each impurity."""
        counts = Counter(label for word in self.words for label in word)
        return tuple(counts[label] for label in range(len(counts)))

    @property
    def connected(self) -> bool:
        """True when impurities hold the loops of the shape together."""
        bubbles = [{*self.words[i], *self.words[i + 1]} for i in range(0, len(self.words) - 1, 2)]
        return len(bubbles) < 2 or bool(bubbles[0] & bubbles[1])


def impurity_words(
    order: int, *, of: str = "line", lines: str | None = None, vertex: str = "current"
) -> Iterator[ImpurityWords]:
    """Yield the diagrams with 2n impurity vertices in which every impurity has two, four, six, ... of them.

    These are all that a potential needs whose odd cumulants vanish.

    Parameters
    ----------
    order : int
        n, half of the power of the potential.
    of, lines, vertex
        As in :func:`cooperon.diagrams.contractions`.

    Raises
    ------
    DiagramError
        When an argument is not one of those.

    Examples
    --------
    >>> [sum(1 for _ in impurity_words(order)) for order in range(5)]
    [1, 1, 4, 31, 379]
    """
    number = require_order(order)
    letters, kind = require_shape(of, lines, vertex)
    return (
        ImpurityWords(of, letters, words, kind)
        for blocks in _even_blocks(tuple(range(2 * number)))
        for words in _cut(blocks, 2 * number, len(SHAPES[of].joints))
    )


def _even_blocks(points: tuple[int, ...]) -> Iterator[Blocks]:
    """Yield all ways to put points into sets with an even number of elements."""
    if not points:
        yield ()
        return
    first, rest = points[0], points[1:]
    for chosen in range(2 ** len(rest)):
        block = tuple(p for i, p in enumerate(rest) if chosen >> i & 1)
        if len(block) % 2:
            left = tuple(p for p in rest if p not in block)
            yield from (((first, *block), *others) for others in _even_blocks(left))


def _cut(blocks: Blocks, total: int, parts: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield the words of the blocks, shared out between electron lines in all ways."""
    label = {point: i for i, block in enumerate(blocks) for point in block}
    word = tuple(label[point] for point in range(total))
    for sizes in shares(total, parts):
        yield tuple(word[a:b] for a, b in pairwise((0, *accumulate(sizes))))
