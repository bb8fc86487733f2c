"""The chords of a polygon: which impurity lines dress a Hikami box, and the faces that they cut out.

The sides of a polygon are numbered 0, 1, 2, ... on the walk around it; corner i lies between side i and
the next one. A chord is a pair of sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

__all__ = ["Chord", "Face", "count_dressings", "crossing", "cut_out", "dressings", "without_crossings"]

Chord = tuple[int, int]


@dataclass(frozen=True)
class Face:
    """A part of a polygon between chords.

    Attributes
    ----------
    sides : tuple of int
        The sides around the face, in the order of the walk; a side that carries the end of a chord
        has a part in the face on either hand.
    corners : tuple of int
        The corners of the polygon that belong to the face.
    """

    sides: tuple[int, ...]
    corners: tuple[int, ...]


def dressings(kinds: Sequence[str]) -> tuple[tuple[Chord, ...], ...]:
    """Find every set of chords that dresses a polygon.

    A chord joins two sides of the same kind. The chords of a set do not cross, and every face that they
    cut out has sides of both kinds (with one kind only the poles lie on one side, and it vanishes).

    Parameters
    ----------
    kinds : sequence of str
        The kind of each side, in the order of the walk.

    Returns
    -------
    tuple of tuple of Chord
        The empty set (the bare polygon) first, then by the number of chords. A set of up to k chords cuts
        out up to k + 1 faces.

    Notes
    -----
    With 2, 4, 6, 8, 10 lines, in turn retarded and advanced, there are 1, 3, 16, 109 and 841 sets
    (:func:`count_dressings`).

    Examples
    --------
    >>> dressings("RARA")
    ((), ((0, 2),), ((1, 3),))
    >>> [len(dressings("RA" * half)) for half in (1, 2, 3, 4)]
    [1, 3, 16, 109]
    """
    return _dressings(tuple(kinds))


@lru_cache(maxsize=64)
def _dressings(kinds: tuple[str, ...]) -> tuple[tuple[Chord, ...], ...]:
    possible = [(i, j) for i, j in combinations(range(len(kinds)), 2) if kinds[i] == kinds[j]]
    bare, *others = without_crossings(possible)
    return bare, *(chords for chords in others if _mixed(kinds, chords))


def without_crossings(possible: Sequence[Chord]) -> list[tuple[Chord, ...]]:
    """List every set of chords that do not cross, the empty one first, then by the number of chords.

    Examples
    --------
    >>> without_crossings([(0, 2), (1, 3)])
    [(), ((0, 2),), ((1, 3),)]
    """
    return sorted(_apart(possible), key=len)


def _apart(possible: Sequence[Chord]) -> Iterator[tuple[Chord, ...]]:
    yield ()
    for i, one in enumerate(possible):
        left = [other for other in possible[i + 1 :] if not crossing(one, other)]
        yield from ((one, *others) for others in _apart(left))


def crossing(one: Chord, other: Chord) -> bool:
    """Whether two chords cross: their ends alternate around the polygon.

    Examples
    --------
    >>> crossing((0, 2), (1, 3)), crossing((0, 2), (2, 3))
    (True, False)
    """
    (a, b), (c, e) = one, other
    return a < c < b < e or c < a < e < b


def _mixed(kinds: Sequence[str], chords: Sequence[Chord]) -> bool:
    faces = cut_out(len(kinds), chords)
    return all(len({kinds[side] for side in face.sides}) > 1 for face in faces)


def count_dressings(lines: int) -> int:
    """Count the sets of chords that dress a polygon of lines in turn retarded and advanced.

    With z for a corner and P for what lies beyond a chord, words of lines around a face are summed by
    powers of the matrix ((P, z), (z, P)). From R to A they are T = z/((1-P)**2 - z**2), the sets with the
    last corner taken off; from R to R, less the words of R alone, P = z**2/((1-P) ((1-P)**2 - z**2)).

    Examples
    --------
    >>> [count_dressings(lines) for lines in (2, 4, 6, 8, 10, 20)]
    [1, 3, 16, 109, 841, 48835945]
    """
    size = lines // 2
    corner = [0, 1, *([0] * size)][:size]
    beyond = [0] * size
    for _ in range(size):
        rest = [int(k == 0) - p for k, p in enumerate(beyond)]
        mixed = [x - y for x, y in zip(_times(rest, rest), corner, strict=True)]
        beyond = _times(corner, _inverse(_times(rest, mixed)))
    rest = [int(k == 0) - p for k, p in enumerate(beyond)]
    return _inverse([x - y for x, y in zip(_times(rest, rest), corner, strict=True)])[-1]


def _times(one: list[int], other: list[int]) -> list[int]:
    """Multiply two power series."""
    return [sum(one[i] * other[k - i] for i in range(k + 1)) for k in range(len(one))]


def _inverse(series: list[int]) -> list[int]:
    """Invert a power series that begins with 1."""
    found: list[int] = []
    for k in range(len(series)):
        found.append(int(k == 0) - sum(series[i] * found[k - i] for i in range(1, k + 1)))
    return found


def cut_out(size: int, chords: Sequence[Chord]) -> tuple[Face, ...]:
    """Divide a polygon along chords that do not cross into its faces.

    Examples
    --------
    >>> cut_out(4, [(0, 2)])
    (Face(sides=(0, 1, 2), corners=(0, 1)), Face(sides=(0, 2, 3), corners=(2, 3)))
    """
    parts = [tuple(range(size))]
    for one, other in chords:
        # two sides lie on one face in common, unless a chord joins them already
        whole = next(part for part in parts if one in part and other in part)
        i, j = sorted((whole.index(one), whole.index(other)))
        parts.remove(whole)
        parts += [whole[i : j + 1], whole[: i + 1] + whole[j:]]
    return tuple(Face(part, _corners(part, size)) for part in sorted(parts))


def _corners(sides: tuple[int, ...], size: int) -> tuple[int, ...]:
    following = dict(zip(sides, sides[1:] + sides[:1], strict=True))
    return tuple(side for side in sorted(sides) if following[side] == (side + 1) % size)
