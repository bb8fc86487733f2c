"""All diagrams of a single Green's function as arrays of integers, batch by batch, in constant memory.

A batch holds the diagrams that begin with the same impurity lines. Batches are numbered, and made on their
own: an enumeration can begin anywhere. Two kernels make the same numbers: one of array operations, and one
that numba compiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from cooperon.diagrams.chord_kernels import IRREDUCIBLE, SKELETON, compiled, installed
from cooperon.diagrams.chords import LARGEST, Mask, Partners, Words, full_word, is_least, is_least_ring, pack
from cooperon.diagrams.contraction import Contraction, is_count
from cooperon.diagrams.errors import DiagramError

__all__ = [
    "KERNELS",
    "Batch",
    "batch",
    "batches",
    "choose_kernel",
    "classes",
    "closed_stretches",
    "number_of_batches",
    "partners_in",
    "require_order",
]

INNER = 6  # impurity lines that vary within a batch: 10395 diagrams, which the cache of a processor holds
HIGHEST = 60  # impurity lines: 120 points are numbered in one byte
HIGHEST_COMPILED = 30  # impurity lines: a bit of an integer for each point
WORTH_COMPILING = 9  # impurity lines from which on loading compiled code pays


@dataclass(frozen=True, eq=False)
class Batch:
    """Some diagrams of a single Green's function, each a place in arrays.

    Attributes
    ----------
    order : int
        Number of impurity lines.
    words : array of uint64, or None
        The diagrams as integers (see ``cooperon.diagrams.chords``), up to eight impurity lines.
    crossings : array of int
        How many pairs of impurity lines cross.
    irreducible : array of bool
        Whether no cut of one electron line takes the diagram apart: a self-energy.
    skeleton : array of bool
        Whether, besides, it has no self-energy insertion.
    least : array of bool
        Whether the diagram, closed to a ring, comes first among its rotations and reflections. In all
        batches together this is so once for each class.
    """

    order: int
    words: Words | None
    crossings: NDArray[np.unsignedinteger]
    irreducible: Mask
    skeleton: Mask
    least: Mask

    def __len__(self) -> int:
        return len(self.crossings)


def number_of_batches(order: int) -> int:
    """Count the batches of an order.

    Examples
    --------
    >>> number_of_batches(6), number_of_batches(8)
    (1, 195)
    """
    return prod(_radices(require_order(order)))


def batches(order: int, *, kernel: str | None = None, start: int = 0) -> Iterator[Batch]:
    """Yield all diagrams of a single Green's function in batches, in the order of ``contractions``.

    Parameters
    ----------
    order : int
        Number of impurity lines, at most 60.
    kernel : str, optional
        ``"numpy"``, or ``"numba"`` (up to 30 impurity lines). Unless given: numba from nine lines on, where
        it is installed, numpy otherwise.
    start : int
        The number of the batch to begin with.

    Raises
    ------
    DiagramError
        When an argument is not one of those.
    CooperonError
        When the kernel needs numba and it is not installed.

    Examples
    --------
    >>> [(len(each), int(each.skeleton.sum()), int(each.least.sum())) for each in batches(4)]
    [(105, 27, 17)]
    """
    made_by = KERNELS[choose_kernel(require_order(order), kernel)]
    return (made_by(order, index) for index in range(start, number_of_batches(order)))


def classes(order: int) -> Iterator[Contraction]:
    """Yield one diagram of a single Green's function for each class under rotations and reflections.

    Such diagrams have one value in the trace, in which the electron line is closed to a ring (a reflection
    needs time-reversal symmetry).

    Raises
    ------
    DiagramError
        When the order is not a number 0, 1, ..., 60.

    Examples
    --------
    >>> for each in classes(2):
    ...     print(each.pairs)
    ((0, 1), (2, 3))
    ((0, 2), (1, 3))
    >>> [sum(1 for _ in classes(order)) for order in range(1, 7)]
    [1, 2, 5, 17, 79, 554]
    """
    require_order(order)
    return (
        Contraction("line", "R", (2 * order,), tuple((a, b) for a, b in enumerate(column) if a < b))
        for index in range(number_of_batches(order))
        for column in _least_columns(order, index)
    )


def _least_columns(order: int, index: int) -> list[list[int]]:
    partners, _ = partners_in(order, index)
    found: list[list[int]] = partners[:, batch(order, index).least].T.tolist()
    return found


def batch(order: int, index: int, kernel: str | None = None) -> Batch:
    """Make one batch.

    Examples
    --------
    >>> [hex(word) for word in batch(2, 0).words]
    ['0x1313', '0x2222', '0x3131']
    """
    return KERNELS[choose_kernel(order, kernel)](order, index)


def choose_kernel(order: int, kernel: str | None) -> str:
    """Choose the kernel for an order, or check the one that is asked for."""
    if kernel is None:
        pays = WORTH_COMPILING <= order <= HIGHEST_COMPILED
        return "numba" if pays and installed() else "numpy"
    if kernel not in KERNELS:
        raise DiagramError(f"kernel = {kernel!r}", expected="one of " + ", ".join(KERNELS))
    if kernel == "numba" and order > HIGHEST_COMPILED:
        raise DiagramError(
            f'kernel = "numba" with {order} impurity lines', f"at most {HIGHEST_COMPILED}", '"numpy"'
        )
    return kernel


def require_order(order: int) -> int:
    """Check the number of impurity lines."""
    if not is_count(order) or order > HIGHEST:
        raise DiagramError(f"order = {order!r}", expected=f"a number of impurity lines 0, 1, ..., {HIGHEST}")
    return order


# --- The first lines of a batch


def _radices(order: int) -> list[int]:
    """In how many ways each of the first lines can end."""
    return [2 * (order - k) - 1 for k in range(order - INNER)]


def _choices(order: int, index: int) -> list[int]:
    """Write the number of a batch in mixed radix: how many free points each first line passes over."""
    found = []
    for radix in reversed(_radices(order)):
        index, digit = divmod(index, radix)
        found.append(digit)
    return found[::-1]


# --- Arrays


@dataclass(frozen=True, eq=False)
class _Table:
    """All pairings of some points: partners, crossings, and how many lines pass over each gap."""

    partners: Partners
    crossings: NDArray[np.uint16]
    over: NDArray[np.uint16]


@cache
def _table(lines: int) -> _Table:
    """Join the first point to each other one, and the rest in all ways."""
    if lines == 0:
        return _Table(np.zeros((0, 1), np.uint8), np.zeros(1, np.uint16), np.zeros((1, 1), np.uint16))
    rest = _table(lines - 1)
    blocks = []
    for passed in range(2 * lines - 1):
        block = np.empty((2 * lines, rest.crossings.size), np.uint8)
        free = np.delete(np.arange(2 * lines, dtype=np.uint8), [0, passed + 1])
        block[free] = free[rest.partners]
        block[0], block[passed + 1] = passed + 1, 0
        blocks.append(block)
    partners = np.concatenate(blocks, axis=1)
    crossings = np.concatenate([rest.crossings + rest.over[passed] for passed in range(2 * lines - 1)])
    over = np.array([(partners[:gap] >= gap).sum(axis=0) for gap in range(2 * lines + 1)], np.uint16)
    return _Table(partners, crossings, over)


def partners_in(order: int, index: int) -> tuple[Partners, NDArray[np.uint16]]:
    """Make the partners of one batch, a row for each of the 2n points, a column a diagram, and the crossings.

    Examples
    --------
    >>> partners, crossings = partners_in(2, 0)
    >>> partners.T
    array([[1, 0, 3, 2],
           [2, 3, 0, 1],
           [3, 2, 1, 0]], dtype=uint8)
    >>> crossings
    array([0, 1, 0], dtype=uint16)
    """
    inner = _table(min(order, INNER))
    free, first = list(range(2 * order)), []
    crossings = inner.crossings.copy()
    for passed in _choices(order, index):
        a, b = free.pop(0), free.pop(passed)
        first.append((a, b))
    partners = np.empty((2 * order, crossings.size), np.uint8)
    partners[free] = np.array(free, np.uint8)[inner.partners]
    for a, b in first:
        partners[a], partners[b] = b, a
        crossings += inner.over[sum(point < b for point in free)]
        crossings += np.uint16(sum(a < x < b < y for x, y in first))
    return partners, crossings


def closed_stretches(partners: Partners) -> Iterator[tuple[int, int, Mask]]:
    """Find the stretches of points that are paired among themselves.

    Yields
    ------
    begin, end : int
        The stretch has the points begin, ..., end - 1.
    closed : array of bool
        In which columns it is closed.

    Examples
    --------
    >>> rainbow = np.array([[3], [2], [1], [0]], dtype=np.uint8)
    >>> [(begin, end) for begin, end, closed in closed_stretches(rainbow) if closed[0]]
    [(0, 4), (1, 3)]
    """
    points = len(partners)
    for begin in range(points):
        lowest, highest = partners[begin].copy(), partners[begin].copy()
        for end in range(begin + 1, points, 2):
            np.minimum(lowest, partners[end], out=lowest)
            np.maximum(highest, partners[end], out=highest)
            yield begin, end + 1, (lowest == begin) & (highest == end)
            if end + 1 < points:
                np.minimum(lowest, partners[end + 1], out=lowest)
                np.maximum(highest, partners[end + 1], out=highest)


def _by_numpy(order: int, index: int) -> Batch:
    partners, crossings = partners_in(order, index)
    irreducible = np.full(crossings.size, fill_value=order > 0)
    whole = irreducible.copy()
    for begin, end, closed in closed_stretches(partners):
        if (begin, end) != (0, 2 * order):
            whole &= ~closed
            if begin == 0:
                irreducible &= ~closed
    words = pack(partners) if order <= LARGEST else None
    least = is_least_ring(partners) if words is None else is_least(words, order)
    return Batch(order, words, crossings, irreducible, whole, least)


# --- Compiled


def _by_numba(order: int, index: int) -> Batch:
    if order == 0:
        return _by_numpy(order, index)
    loops, size = compiled(), prod(range(1, 2 * min(order, INNER), 2))
    words, rings = np.empty(size, np.uint64), np.empty((size, 2 * order), np.uint8)
    crossings, kinds, least = np.empty(size, np.uint16), np.empty(size, np.uint8), np.empty(size, np.bool_)
    loops.fill(2 * order, np.array(_choices(order, index), np.int64), _pair_words(order), words, rings)
    loops.look(rings, crossings, kinds)
    if order <= LARGEST:
        loops.survive(8 * order, full_word(order), words, least)
    else:
        loops.survive_rings(rings, least)
    found = words if order <= LARGEST else None
    return Batch(order, found, crossings, kinds & IRREDUCIBLE != 0, kinds & SKELETON != 0, least)


@cache
def _pair_words(order: int) -> NDArray[np.uint64]:
    """Write down the bits of each possible impurity line in a word; none where words are too short."""
    points = 2 * order
    found = np.zeros((points, points), np.uint64)
    for a in range(points if order <= LARGEST else 0):
        for b in range(a + 1, points):
            found[a, b] = b - a << 4 * (points - 1 - a) | points - b + a << 4 * (points - 1 - b)
    return found


Kernel = Callable[[int, int], Batch]
KERNELS: Mapping[str, Kernel] = {"numpy": _by_numpy, "numba": _by_numba}
