"""Which momenta of a diagram can be on shell together: generic, slow and parallel ones.

The momenta are vectors of integers (see ``momenta.py``), told apart up to their sign, because the energy is
the same for k and -k. All arithmetic is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import gcd

from cooperon.diagrams.momenta import Vector

__all__ = ["Component", "Groups", "Shells", "rank", "slow_regions"]

Groups = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class Component:
    """Momenta that hang together by linear relations.

    Attributes
    ----------
    momenta, independent : int
        Number of momenta, and how many of them are linearly independent.
    alignable : bool
        True when all of them can be on shell and parallel or antiparallel to each other.
    """

    momenta: int
    independent: int
    alignable: bool


@dataclass(frozen=True)
class Shells:
    """Momenta modulo slow ones.

    Parameters
    ----------
    vectors : tuple of tuple of int
        The momenta, as vectors of what the slow momenta leave.
    slow : int
        Number of independent slow momenta.

    Examples
    --------
    >>> Shells(((1, 0), (0, 1), (-1, 0))).groups
    (((0, 1), (2, -1)), ((1, 1),))
    """

    vectors: tuple[Vector, ...]
    slow: int = 0

    @cached_property
    def distinct(self) -> tuple[Vector, ...]:
        """The momenta that differ by more than a sign."""
        return tuple(sorted({_unsigned(vector) for vector in self.vectors}))

    @cached_property
    def groups(self) -> Groups:
        """The places of equal momenta, each with its sign relative to the first of them."""
        found: dict[Vector, list[tuple[int, int]]] = {}
        for place, vector in enumerate(self.vectors):
            kept = _unsigned(vector)
            found.setdefault(kept, []).append((place, 1 if kept == vector else -1))
        return tuple(tuple((place, sign * group[0][1]) for place, sign in group) for group in found.values())

    @cached_property
    def independent(self) -> int:
        """Number of linearly independent momenta."""
        return rank(self.distinct)

    @property
    def conditions(self) -> int:
        """Number of momenta that depend on the others."""
        return len(self.distinct) - self.independent

    @property
    def components(self) -> tuple[Component, ...]:
        """The momenta sorted into sets without linear relations between them."""
        pivots, rows = _echelon(self.distinct)
        factor = rows[0][pivots[0]] if rows else 1
        linked = [{i for i, row in enumerate(rows) if row[place]} for place in range(len(self.distinct))]
        parts: list[set[int]] = []
        for link in linked:
            joined = link.union(*(part for part in parts if part & link))
            parts = [part for part in parts if not part & link] + [joined]
        return tuple(_component(rows, factor, part) for part in parts)


def rank(vectors: Sequence[Vector]) -> int:
    """Return the number of linearly independent vectors.

    Examples
    --------
    >>> rank(((1, 2), (2, 4), (0, 1)))
    2
    """
    return len(_echelon(vectors)[0])


def slow_regions(vectors: tuple[Vector, ...]) -> Iterator[tuple[Shells, ...]]:
    """Yield the ways to make 0, 1, 2, ... sums and differences of momenta small that can pay.

    A further slow momentum costs a factor (1/(k_F l))**(d-1); for d >= 2 it pays only if
    it takes away an on-shell condition, so it has to be the sum or difference of two pairs of momenta
    at least. The slow momenta are taken one after the other, each by this measure; the tests hold
    the outcome against a search through all sets of slow momenta. No momentum itself
    may become small, because it would be off shell.

    Examples
    --------
    >>> crossed = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, -1, 1))
    >>> [[(each.slow, each.conditions) for each in regions] for regions in slow_regions(crossed)]
    [[(0, 1)], [(1, 0), (1, 0), (1, 0)]]
    """
    level = [Shells(vectors)]
    while level:
        yield tuple(level)
        found: dict[Groups, Shells] = {}
        for shells in level:
            for less in _with_one_more(shells):
                found.setdefault(less.groups, less)
        level = list(found.values())


def _with_one_more(shells: Shells) -> Iterator[Shells]:
    pairs = combinations(shells.distinct, 2)
    made = Counter(
        _unsigned(_primitive(tuple(a + sign * b for a, b in zip(*pair, strict=True))))
        for pair in pairs
        for sign in (-1, 1)
    )
    for small, times in made.items():
        left = _modulo(shells.vectors, small) if times > 1 else ()
        if left and all(map(any, left)):
            fewer = Shells(left, shells.slow + 1)
            if fewer.conditions < shells.conditions:
                yield fewer


def _unsigned(vector: Vector) -> Vector:
    first = next((x for x in vector if x), 0)
    return vector if first >= 0 else tuple(-x for x in vector)


def _primitive(vector: Vector) -> Vector:
    common = gcd(*vector)
    return tuple(x // common for x in vector)


def _modulo(vectors: tuple[Vector, ...], small: Vector) -> tuple[Vector, ...]:
    """Set a combination to zero: eliminate one coordinate from all vectors, without fractions."""
    pivot = min((i for i, x in enumerate(small) if x), key=lambda i: abs(small[i]))
    left = [
        tuple(
            small[pivot] * x - vector[pivot] * y
            for i, (x, y) in enumerate(zip(vector, small, strict=True))
            if i != pivot
        )
        for vector in vectors
    ]
    common = gcd(*(x for vector in left for x in vector)) or 1
    return tuple(tuple(x // common for x in vector) for vector in left)


def _echelon(vectors: Sequence[Vector]) -> tuple[list[int], list[list[int]]]:
    """Solve for the vectors in terms of independent ones, in integers (Bareiss).

    Returns the places of the independent vectors and a matrix: its columns are the vectors in terms of
    those, times a common factor, which stands in the columns of the independent ones themselves.
    """
    rows = [list(row) for row in zip(*vectors, strict=True)]
    pivots: list[int] = []
    factor = 1
    for place in range(len(vectors)):
        done = len(pivots)
        found = next((i for i in range(done, len(rows)) if rows[i][place]), None)
        if found is not None:
            rows[done], rows[found] = rows[found], rows[done]
            rows = _eliminated(rows, done, place, factor)
            factor = rows[done][place]
            pivots.append(place)
    return pivots, rows[: len(pivots)]


def _eliminated(rows: list[list[int]], done: int, place: int, factor: int) -> list[list[int]]:
    lead = rows[done]
    top = lead[place]
    return [
        row if row is lead else [(top * x - row[place] * y) // factor for x, y in zip(row, lead, strict=True)]
        for row in rows
    ]


def _component(rows: list[list[int]], factor: int, part: set[int]) -> Component:
    inner = [rows[i] for i in sorted(part)]
    members = [column for column in zip(*inner, strict=True) if any(column)]
    return Component(len(members), len(inner), _alignable(members, abs(factor)))


def _alignable(members: Sequence[Vector], factor: int) -> bool:
    """Look for signs of the independent momenta for which all momenta are of one length."""
    return any(
        all(abs(sum(s * x for s, x in zip(signs, member, strict=True))) == factor for member in members)
        for signs in product((1, -1), repeat=len(members[0]))
    )
