"""The two sides of a lattice proof in parts, on the workers of a cluster or with a record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from cooperon.diagrams.chunk_record import Record
from cooperon.diagrams.chunks import recorded_chunks, require_client
from cooperon.diagrams.progress import Bar
from cooperon.numerics.exact_arrays import ExactArray
from cooperon.numerics.finite_lattice import Lattice
from cooperon.numerics.lattice_diagrams import LatticeRules

__all__ = ["Sides", "sides_in_chunks"]

_TOGETHER = 100
"""Diagrams in a chunk."""

_Chunk = tuple[int, tuple[Any, ...] | None]


@dataclass(frozen=True)
class Sides:
    """Evaluates some diagrams of an order, or the average over disorder; can be pickled.

    Parameters
    ----------
    lattice : Lattice
        Where.
    average : callable
        Averages the terms of an order.
    exact, open_ends : bool
        As in :func:`cooperon.lattice_proof`.
    """

    lattice: Lattice
    average: Callable[[int], Any]
    exact: bool
    open_ends: bool

    def __call__(self, chunk: _Chunk) -> list[Any]:
        """Return the values in what can be written down."""
        order, diagrams = chunk
        if diagrams is None:
            return [_plain(self.average(order))]
        rules = _rules(self.lattice, self.exact, self.open_ends)
        return [_plain(rules(diagram)) for diagram in diagrams]


def sides_in_chunks(
    work: Sides,
    diagrams: Mapping[int, Iterable[Any]],
    *,
    about: Mapping[str, Any],
    client: Any,
    to: str | Path | None,
) -> Iterator[tuple[int, tuple[Any, ...], Any]]:
    """Yield each order with the values of its diagrams and the average.

    Parameters
    ----------
    work : Sides
        What evaluates.
    diagrams : mapping of int to iterable
        The diagrams of each order.
    about : mapping
        What is computed, for the record.
    client, to
        As in :func:`cooperon.run_chunks`.

    Raises
    ------
    InputError
        When the record is one of something else.
    """
    require_client(client)
    chunks = [(order, part) for order, drawn in diagrams.items() for part in (None, *_parts(drawn))]
    known = {**about, "lattice": _fingerprint(work.lattice), "chunks": len(chunks)}
    found: dict[int, list[Any]] = {}
    with ExitStack() as stack:
        record = None if to is None else stack.enter_context(Record(to, known))
        bar = stack.enter_context(Bar("lattice proof", len(chunks)))
        for index, values in recorded_chunks(work, chunks, record=record, client=client):
            found[index] = [_read(value) if work.exact else value for value in values]
            bar.show(len(found))
    for order in diagrams:
        average, *parts = (found[index] for index, chunk in enumerate(chunks) if chunk[0] == order)
        yield order, tuple(value for part in parts for value in part), average[0]


def _parts(drawn: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    left = iter(drawn)
    while part := tuple(islice(left, _TOGETHER)):
        yield part


@lru_cache(maxsize=8)
def _rules(lattice: Lattice, exact: bool, open_ends: bool) -> LatticeRules:
    return LatticeRules(lattice, exact=exact, open_ends=open_ends)


def _plain(value: Any) -> Any:
    if not isinstance(value, ExactArray):
        return value
    return [np.asarray(value.real).tolist(), np.asarray(value.imaginary).tolist(), value.denominator]


def _read(written: Any) -> ExactArray:
    real, imaginary, denominator = written
    return ExactArray(np.array(real, dtype=object), np.array(imaginary, dtype=object), denominator)


def _fingerprint(lattice: Lattice) -> str:
    parts = (lattice.hamiltonian, lattice.velocity, lattice.disorder, lattice.energy, lattice.eta)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
