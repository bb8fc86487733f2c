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

from cooperon.diagrams.arguments import is_count, require_order, whole
from cooperon.diagrams.chord_arrays import (
    HIGHEST,
    INNER,
    choices,
    number_of_batches,
    partners_in,
    self_energies,
)
from cooperon.diagrams.chord_kernels import IRREDUCIBLE, SKELETON, compiled, installed
from cooperon.diagrams.chords import LARGEST, Mask, Words, is_least, is_least_ring, pack, repeated
from cooperon.diagrams.contraction import Contraction
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.repl import PublicNames

__all__ = [
    "KERNELS",
    "Batch",
    "batch",
    "batches",
    "choose_kernel",
    "classes",
    "pair_words",
]

HIGHEST_COMPILED = 30  # impurity lines: a bit of an integer for each point
WORTH_COMPILING = 9  # impurity lines from which on loading compiled code pays


@dataclass(frozen=True, eq=False)
class Batch(PublicNames):
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


def batches(order: int, *, kernel: str | None = None, start: int = 0) -> Iterator[Batch]:
    """Yield all diagrams of a single Green's function in batches, in the order of ``contractions``.

    Parameters
    ----------
    order : int
        Number of impurity lines, at most 32.
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
    made_by, order, start = KERNELS[choose_kernel(order, kernel)], whole(order), whole(start)
    if not is_count(start):
        raise DiagramError(f"start = {start!r}", expected="the number of a batch: 0, 1, 2, ...")
    return (made_by(order, index) for index in range(start, number_of_batches(order)))


def classes(order: int) -> Iterator[Contraction]:
    """Yield one diagram of a single Green's function for each class under rotations and reflections.

    Such diagrams have one value in the trace, in which the electron line is closed to a ring (a reflection
    needs time-reversal symmetry).

    Parameters
    ----------
    order : int
        Number of impurity lines.

    Raises
    ------
    DiagramError
        When the order is not a number 0, 1, ..., 32.

    Examples
    --------
    >>> for each in classes(2):
    ...     print(each.pairs)
    ((0, 1), (2, 3))
    ((0, 2), (1, 3))
    >>> [sum(1 for _ in classes(order)) for order in range(1, 7)]
    [1, 2, 5, 17, 79, 554]
    """
    order = require_order(order, HIGHEST)
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

    Raises
    ------
    DiagramError
        When there is no such batch or kernel.
    CooperonError
        When the kernel needs numba and it is not installed.

    Examples
    --------
    >>> [hex(word) for word in batch(2, 0).words]
    ['0x1313', '0x2222', '0x3131']
    """
    chosen, order = choose_kernel(order, kernel), whole(order)
    if not is_count(index) or index >= number_of_batches(order):
        raise DiagramError(f"batch {index!r}", expected=f"less than {number_of_batches(order)}")
    return KERNELS[chosen](order, index)


def choose_kernel(order: int, kernel: str | None) -> str:
    """Choose the kernel for an order, or check the one that is asked for.

    Raises
    ------
    DiagramError
        When there is no such order or kernel.
    CooperonError
        When the kernel needs numba and it is not installed.

    Examples
    --------
    >>> choose_kernel(6, None)
    'numpy'
    """
    require_order(order, HIGHEST)
    if kernel is None:
        pays = WORTH_COMPILING <= order <= HIGHEST_COMPILED
        return "numba" if pays and installed() else "numpy"
    if kernel not in KERNELS:
        raise DiagramError(f"kernel = {kernel!r}", expected="one of " + ", ".join(KERNELS))
    if kernel == "numba" and order > HIGHEST_COMPILED:
        raise DiagramError(
            f'kernel = "numba" with {order} impurity lines', f"at most {HIGHEST_COMPILED}", '"numpy"'
        )
    if kernel == "numba":
        compiled()
    return kernel


# --- The kernels


def _by_numpy(order: int, index: int) -> Batch:
    partners, crossings = partners_in(order, index)
    irreducible, skeleton = self_energies(partners)
    words = pack(partners) if order <= LARGEST else None
    least = is_least_ring(partners) if words is None else is_least(words, order)
    return Batch(order, words, crossings, irreducible, skeleton, least)


def _by_numba(order: int, index: int) -> Batch:
    if order == 0:
        return _by_numpy(order, index)
    loops, size = compiled(), prod(range(1, 2 * min(order, INNER), 2))
    words, rings = np.empty(size, np.uint64), np.empty((size, 2 * order), np.uint8)
    crossings, kinds, least = np.empty(size, np.uint16), np.empty(size, np.uint8), np.empty(size, np.bool_)
    loops.fill(2 * order, np.array(choices(order, index), np.int64), pair_words(order), words, rings)
    loops.look(rings, crossings, kinds)
    if order <= LARGEST:
        loops.survive(8 * order, repeated(2 * order - 1, order), repeated(1, order), words, least)
    else:
        loops.survive_rings(rings, least)
    found = words if order <= LARGEST else None
    return Batch(order, found, crossings, kinds & IRREDUCIBLE != 0, kinds & SKELETON != 0, least)


@cache
def pair_words(order: int) -> NDArray[np.uint64]:
    """Write down the bits of each possible impurity line in a word; none where words are too short.

    Examples
    --------
    >>> hex(pair_words(2)[0, 3]), hex(pair_words(2)[1, 2])
    ('0x3001', '0x130')
    """
    points = 2 * order
    found = np.zeros((points, points), np.uint64)
    for a in range(points if order <= LARGEST else 0):
        for b in range(a + 1, points):
            found[a, b] = b - a << 4 * (points - 1 - a) | points - b + a << 4 * (points - 1 - b)
    return found


Kernel = Callable[[int, int], Batch]
KERNELS: Mapping[str, Kernel] = {"numpy": _by_numpy, "numba": _by_numba}
