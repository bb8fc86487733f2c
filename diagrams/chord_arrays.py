"""Pairings of points as arrays, a row a point and a column a diagram, in numbered batches.

The diagrams of a batch begin with the same impurity lines; each batch can be made on its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from cooperon.diagrams.arguments import require_order
from cooperon.diagrams.chords import Mask, Partners

__all__ = [
    "HIGHEST",
    "INNER",
    "choices",
    "closed_stretches",
    "number_of_batches",
    "open_lines",
    "partners_in",
    "self_energies",
]

INNER = 6  # impurity lines that vary within a batch: 10395 diagrams, which the cache of a processor holds
HIGHEST = 32  # impurity lines: an integer has a bit for each point


def number_of_batches(order: int) -> int:
    """Count the batches of an order.

    Examples
    --------
    >>> number_of_batches(6), number_of_batches(8)
    (1, 195)
    """
    return prod(_radices(require_order(order, HIGHEST)))


def _radices(order: int) -> list[int]:
    """In how many ways each of the first lines can end."""
    return [2 * (order - k) - 1 for k in range(order - INNER)]


def choices(order: int, index: int) -> list[int]:
    """Write the number of a batch in mixed radix: how many free points each of its first lines passes over.

    Examples
    --------
    >>> choices(8, 14)  # the first of 15 ways for the first line, the second of 13 for the second
    [1, 1]
    """
    found = []
    for radix in reversed(_radices(order)):
        index, digit = divmod(index, radix)
        found.append(digit)
    return found[::-1]


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
    for passed in choices(order, index):
        a, b = free.pop(0), free.pop(passed)
        first.append((a, b))
    partners = np.empty((2 * order, crossings.size), np.uint8)
    partners[free] = np.array(free, np.uint8).take(inner.partners)
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
    places = open_lines(partners)
    for begin in range(len(partners)):
        for end in range(begin + 2, len(places), 2):
            yield begin, end, places[begin] == places[end]


def open_lines(partners: Partners) -> NDArray[np.unsignedinteger]:
    """Write down the impurity lines over each of the 2n + 1 places, a bit for the point where each begins.

    Examples
    --------
    >>> open_lines(np.array([[3], [2], [1], [0]], dtype=np.uint8)).T
    array([[0, 1, 3, 1, 0]], dtype=uint16)
    """
    points = np.arange(len(partners), dtype=np.uint8)[:, None]
    size = next(size for size in (16, 32, 64) if size >= len(partners))
    bits = np.left_shift(1, np.minimum(partners, points), dtype=f"u{size // 8}")
    found = np.zeros((len(partners) + 1, partners.shape[1]), bits.dtype)
    for place, bit in enumerate(bits):
        np.bitwise_xor(found[place], bit, out=found[place + 1])
    return found


def self_energies(partners: Partners) -> tuple[Mask, Mask]:
    """Tell which columns are irreducible self-energies, and which of them have no insertion.

    Where the first points are closed, an electron line can be cut behind them; any closed stretch but the
    whole is an insertion.

    Examples
    --------
    >>> self_energies(partners_in(2, 0)[0])
    (array([False,  True,  True]), array([False,  True, False]))
    """
    reducible = np.full(partners.shape[1], fill_value=len(partners) == 0)
    inserted = reducible.copy()
    for begin, end, closed in closed_stretches(partners):
        if end - begin < len(partners):
            inserted |= closed
            if begin == 0:
                reducible |= closed
    return ~reducible, ~inserted
