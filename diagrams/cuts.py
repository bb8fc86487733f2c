"""What falls apart when electron lines are cut, and which impurity lines cross: read off words.

A word lists the impurity lines met along one electron line. Closed electron lines come in couples, a
bubble each: from the left external vertex to the right one, and back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

from cooperon.diagrams.contraction import Wordings

__all__ = ["crossed_pairs", "cut_by_one_line", "cut_by_two_lines", "loops_of"]


def cut_by_one_line(word: tuple[int, ...]) -> bool:
    """Tell whether a line with open ends falls apart, impurities on both sides, when cut at one place.

    Examples
    --------
    >>> cut_by_one_line((0, 0, 1, 1)), cut_by_one_line((0, 1, 0, 1))
    (True, False)
    """
    return any(not set(word[:i]) & set(word[i:]) for i in range(1, len(word)))


def cut_by_two_lines(words: Wordings) -> bool:
    """Tell whether one cut through each of the two electron lines of a bubble splits the impurities.

    The cuts part the external vertices of that bubble. Both sides have to hold impurity vertices,
    and no impurity line may lead from one to the other, not even by way of another bubble.

    Examples
    --------
    >>> cut_by_two_lines(((0, 1), (1, 0))), cut_by_two_lines(((0, 1), (0, 1)))
    (True, False)
    """
    rings = loops_of(words)
    return any(
        _parted(ring, {label for other in rings if other is not ring for word in other for label in word})
        for ring in rings
    )


def _parted(ring: Wordings, elsewhere: set[int]) -> bool:
    upper, lower = ring[0], ring[1][::-1]
    cuts = ((i, j) for i in range(len(upper) + 1) for j in range(len(lower) + 1))
    inner = ((i, j) for i, j in cuts if 0 < i + j < len(upper) + len(lower))
    for i, j in inner:
        left, right = set(upper[:i] + lower[:j]), set(upper[i:] + lower[j:])
        if not left & right and not (left & elsewhere and right & elsewhere):
            return True
    return False


def loops_of(words: Wordings) -> tuple[Wordings, ...]:
    """Take closed electron lines two by two: the bubbles.

    Examples
    --------
    >>> loops_of(((0,), (1,), (1,), (0,)))
    (((0,), (1,)), ((1,), (0,)))
    """
    return tuple(words[i : i + 2] for i in range(0, len(words), 2))


def crossed_pairs(words: Wordings, labels: Collection[int] | None = None) -> int:
    """Count the pairs of impurity lines that cross, as drawn inside each closed ring of electron lines.

    A line with open ends is closed to a ring. Lines that join two rings are drawn between them, with the
    rings turned such that as few as possible cross; the arrows of the rings run against each other
    there, so that the rungs of a ladder do not cross.

    Parameters
    ----------
    words : tuple of tuple of int
        One word for a line with open ends, two for each bubble.
    labels : collection of int, optional
        Count only among these impurity lines.

    Examples
    --------
    >>> crossed_pairs(((0, 1, 0, 1),)), crossed_pairs(((0, 1), (1, 0)))
    (1, 0)
    >>> crossed_pairs(((0, 1, 2), (), (), (0, 1, 2))), crossed_pairs(((0, 1, 2), (), (), (2, 1, 0)))
    (1, 0)
    """
    rings = [[x for word in ring for x in word if labels is None or x in labels] for ring in loops_of(words)]
    return sum(map(_within, rings)) + sum(_between(*pair) for pair in combinations(rings, 2))


def _within(ring: list[int]) -> int:
    places: dict[int, list[int]] = {}
    for place, label in enumerate(ring):
        places.setdefault(label, []).append(place)
    chords = [ends for ends in places.values() if len(ends) == 2]
    return sum(a < c < b < e for (a, b), (c, e) in combinations(chords, 2))


def _between(one: list[int], other: list[int]) -> int:
    shared = [label for label in one if label in other]
    facing = [label for label in other[::-1] if label in shared]
    return min((_inversions(shared, turned) for turned in _turned(facing)), default=0)


def _turned(ring: list[int]) -> Iterator[list[int]]:
    yield from (ring[i:] + ring[:i] for i in range(len(ring)))


def _inversions(one: list[int], other: list[int]) -> int:
    place = {label: i for i, label in enumerate(other)}
    return sum(place[a] > place[b] for a, b in combinations(one, 2))
