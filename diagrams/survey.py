"""Counting diagrams by drawing them up: every diagram is made and looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cooperon.diagrams.arguments import require_order
from cooperon.diagrams.chord_arrays import HIGHEST, closed_stretches, number_of_batches, partners_in
from cooperon.diagrams.chord_batches import batch, choose_kernel
from cooperon.diagrams.chunk_record import Record
from cooperon.diagrams.chunks import in_order, recorded_chunks, require_client, workers_of
from cooperon.diagrams.counting import count
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.progress import Bar, duration
from cooperon.diagrams.repl import PublicNames

__all__ = ["DAY", "Tally", "tally"]

DAY = 86_400.0  # seconds
LONG = 1_000_000  # diagrams; fewer take no time
SAMPLES = 5  # batches that are made for one
_CHUNKS = 1000  # at most so many lines has a record


@dataclass(frozen=True)
class Tally(PublicNames):
    """What :func:`tally` found so far.

    Attributes
    ----------
    order : int
        Number of impurity lines.
    of : str
        ``"line"`` or ``"bubble"``.
    batches : int
        How many batches of diagrams have been counted.
    numbers : tuple of int
        Number of diagrams of each kind.
    crossings : tuple of int
        Number of diagrams with 0, 1, 2, ... crossings of impurity lines.
    """

    order: int
    of: str
    batches: int
    numbers: tuple[int, ...]
    crossings: tuple[int, ...]

    @property
    def counts(self) -> dict[str, int]:
        """The number of diagrams of each kind, by the names that :func:`~cooperon.diagrams.count` has.

        Of an unfinished tally ``classes`` is the number of classes whose first member has been met.
        """
        return dict(zip(_SURVEYS[self.of].kinds, self.numbers, strict=True))

    @property
    def done(self) -> int:
        """Number of diagrams counted."""
        return self.numbers[0]

    @property
    def total(self) -> int:
        """Number of diagrams there are."""
        return count(_SURVEYS[self.of].kinds[0], self.order)

    @property
    def complete(self) -> bool:
        """True when every diagram has been counted."""
        return self.batches == number_of_batches(self.order)

    def __str__(self) -> str:
        part = "all" if self.complete else f"{self.done} of the"
        rows = {**self.counts, "crossings": " ".join(map(str, self.crossings))}
        width = max(map(len, rows))
        return "\n".join(
            [
                f"{part} {self.total} diagrams of a {self.of} with {self.order} impurity lines",
                *(f"  {name:{width}}  {number}" for name, number in rows.items()),
            ]
        )


def tally(
    order: int,
    *,
    of: str = "line",
    start: Tally | None = None,
    limit: float | None = DAY,
    kernel: str | None = None,
    progress: bool = True,
    client: Any = None,
    to: str | Path | None = None,
) -> Tally:
    """Draw up every diagram of an order and count what it is: the proof of :func:`~cooperon.diagrams.count`.

    On a terminal a bar shows how far it is. A keyboard interrupt ends the counting and not the program: what
    was counted by then comes back, with ``complete`` False, and ``start`` takes it up again. With ``to`` it
    is kept in a file, too, and the same call goes on with it, also after a crash.

    Parameters
    ----------
    order : int
        Number of impurity lines.
    of : str
        ``"line"`` (a single Green's function) or ``"bubble"``.
    start : Tally, optional
        An unfinished tally to go on with.
    limit : float or None
        Seconds; what would take longer, by the time that the first diagrams take, is refused before it is
        begun. A day unless given; None for no limit.
    kernel : str, optional
        ``"numpy"`` or ``"numba"``, for a single line; the faster one unless given.
    progress : bool
        False for no bar.
    client : dask.distributed.Client, optional
        Whose workers count, as in :func:`~cooperon.run_chunks`.
    to : str or Path, optional
        A file for what is counted so far, in place of ``start``.

    Returns
    -------
    Tally

    Raises
    ------
    DiagramError
        When it would take too long, with the number of diagrams and the time; when an argument is not one
        of those, or ``start`` is a tally of something else.
    CooperonError
        When numba or dask is asked for and not installed.

    Examples
    --------
    >>> found = tally(4)
    >>> found.counts
    {'all': 105, '1PI': 74, 'skeleton': 27, 'non-crossing': 14, 'classes': 17}
    >>> found.crossings
    (14, 28, 28, 20, 10, 4, 1)
    >>> print(tally(2, of="bubble"))
    all 15 diagrams of a bubble with 2 impurity lines
      bubble           15
      skeleton bubble  4
      vertex           3
      skeleton vertex  3
      crossings        10 5
    """
    so_far = _begin(order, of, start)
    chosen = _kernel(so_far, kernel)
    require_client(client)
    if to is not None and so_far.batches:
        raise DiagramError("start beside to", expected="one of them", hint="to, which goes on by itself")
    chunks, about = _chunks(so_far), {"tally": of, "order": so_far.order, "chunks": _CHUNKS}
    with ExitStack() as stack:
        record = None if to is None else stack.enter_context(Record(to, about))
        known = {} if record is None else record.finished
        left = number_of_batches(so_far.order) - so_far.batches - sum(len(chunks[index]) for index in known)
        _refuse_what_takes_too_long(so_far, limit, chosen, left / workers_of(client))
        total, done = so_far.total, so_far.done + sum(numbers[0][0] for numbers in known.values())
        bar = stack.enter_context(Bar(f"{of}, {order} lines", total, done=done, shown=progress))
        stack.enter_context(suppress(KeyboardInterrupt))
        alone = client is None and record is None
        parts = _one_by_one(so_far, chosen) if alone else _together(so_far, chosen, record, client)
        for batches, numbers in parts:
            so_far = _and(so_far, numbers, batches)
            bar.show(max(done, so_far.done))
    return so_far


def _begin(order: int, of: str, start: Tally | None) -> Tally:
    if not isinstance(of, str) or of not in _SURVEYS:
        raise DiagramError(f"of = {of!r}", expected="one of " + ", ".join(_SURVEYS))
    if start is None:
        return Tally(require_order(order, HIGHEST), of, 0, (0,) * len(_SURVEYS[of].kinds), ())
    if not isinstance(start, Tally) or (start.order, start.of) != (order, of):
        raise DiagramError(f"start = {start!r}", expected=f'a Tally of order {order!r}, of="{of}"')
    return start


def _kernel(so_far: Tally, kernel: str | None) -> str:
    chosen = choose_kernel(so_far.order, kernel)
    if kernel == "numba" and not _SURVEYS[so_far.of].compiled:
        raise DiagramError(f'kernel = "numba" of="{so_far.of}"', expected='kernel="numpy"')
    return chosen


def _one_by_one(so_far: Tally, kernel: str) -> Iterator[tuple[int, _Numbers]]:
    for index in range(so_far.batches, number_of_batches(so_far.order)):
        yield 1, _SURVEYS[so_far.of].read(so_far.order, index, kernel)


def _chunks(so_far: Tally) -> list[range]:
    """Share out the batches that are left."""
    number = number_of_batches(so_far.order)
    step = -(-number // _CHUNKS)
    return [range(first, min(first + step, number)) for first in range(so_far.batches, number, step)]


def _together(
    so_far: Tally, kernel: str, record: Record | None, client: Any
) -> Iterator[tuple[int, _Numbers]]:
    """Read many batches at a time, elsewhere or with a record: each time costs a message or a line."""
    read, chunks = partial(_read_all, so_far.of, so_far.order, kernel), _chunks(so_far)
    for index, numbers in in_order(recorded_chunks(read, chunks, record=record, client=client)):
        yield len(chunks[index]), numbers


def _read_all(of: str, order: int, kernel: str, chunk: range) -> _Numbers:
    """Count the diagrams of some batches."""
    found: _Numbers = ((0,) * len(_SURVEYS[of].kinds), ())
    for index in chunk:
        found = _added(found, _SURVEYS[of].read(order, index, kernel))
    return found


def _added(one: _Numbers, more: _Numbers) -> _Numbers:
    numbers = tuple(map(sum, zip(one[0], more[0], strict=True)))
    return numbers, tuple(a + b for a, b in zip_longest(one[1], more[1], fillvalue=0))


def _and(so_far: Tally, more: _Numbers, batches: int) -> Tally:
    """Add batches in one stroke: an interrupt leaves the old tally or gives the new one."""
    numbers = _added((so_far.numbers, so_far.crossings), more)
    return Tally(so_far.order, so_far.of, so_far.batches + batches, *numbers)


def _refuse_what_takes_too_long(so_far: Tally, limit: float | None, kernel: str, left: float) -> None:
    if limit is None:
        return
    if not isinstance(limit, int | float) or not limit > 0:
        raise DiagramError(f"limit = {limit!r}", expected="a number of seconds, or None for no limit")
    seconds = left * _seconds_a_batch(so_far, kernel) if so_far.total > LONG else 0.0
    if seconds > limit:
        raise DiagramError(
            f"order = {so_far.order}: {so_far.total} diagrams, which would take about {duration(seconds)}",
            expected=f"what takes at most {duration(limit)}",
            hint=f'count("{next(iter(so_far.counts))}", {so_far.order}), which draws none up, or limit=None',
        )


def _seconds_a_batch(so_far: Tally, kernel: str) -> float:
    """Measure some batches of all parts of the enumeration, after one that makes tables or compiles."""
    read, number = _SURVEYS[so_far.of].read, number_of_batches(so_far.order)
    read(so_far.order, 0, kernel)
    begun = perf_counter()
    for sample in range(SAMPLES):
        read(so_far.order, (2 * sample + 1) * number // (2 * SAMPLES), kernel)
    return (perf_counter() - begun) / SAMPLES


# --- What is counted of a batch

_Numbers = tuple[tuple[int, ...], tuple[int, ...]]


def _lines(order: int, index: int, kernel: str) -> _Numbers:
    """Count the diagrams of a single Green's function."""
    found = batch(order, index, kernel)
    crossings = _histogram(found.crossings)
    kinds = (found.irreducible, found.skeleton, found.crossings == 0, found.least)
    return (len(found), *(int(np.count_nonzero(kind)) for kind in kinds)), crossings


def _bubbles(order: int, index: int, kernel: str) -> _Numbers:  # noqa: ARG001
    """Count the bubbles: the second external vertex is at any of 2n + 1 places of a Green's function.

    A closed stretch on one side of it is a self-energy insertion. One that reaches it, from either side or
    both, can be cut out with one electron line on each side of the bubble; and where one electron line has
    no impurities there is no vertex.
    """
    partners, crossed = partners_in(order, index)
    points = 2 * order
    inserted = np.zeros((points + 1, crossed.size), np.bool_)
    reducible = inserted.copy()
    reducible[[0, points]] = True
    for begin, end, closed in closed_stretches(partners):
        inserted[end:] |= closed
        inserted[: begin + 1] |= closed
        if end - begin < points:
            reducible[begin : end + 1] |= closed
    kinds = (inserted, reducible, inserted | reducible)
    crossings = tuple((points + 1) * number for number in _histogram(crossed))
    return (inserted.size, *(int(np.count_nonzero(~kind)) for kind in kinds)), crossings


def _histogram(numbers: NDArray[np.unsignedinteger]) -> tuple[int, ...]:
    return tuple(np.bincount(numbers).tolist())


@dataclass(frozen=True)
class _Survey:
    """Which kinds of diagrams are counted, the first of them all; how a batch is read, and if numba can."""

    kinds: tuple[str, ...]
    read: Callable[[int, int, str], _Numbers]
    compiled: bool


_SURVEYS: Mapping[str, _Survey] = {
    "line": _Survey(("all", "1PI", "skeleton", "non-crossing", "classes"), _lines, compiled=True),
    "bubble": _Survey(("bubble", "skeleton bubble", "vertex", "skeleton vertex"), _bubbles, compiled=False),
}
