"""A numerical experiment: conductance and Lyapunov exponents of disordered wires, many at a time.

Examples
--------
>>> import cooperon as cp
>>> wire = cp.anderson.AndersonWire(5, disorder=1.0)
>>> lengths = [round(s * wire.free_path) for s in (0.5, 1, 2)]
>>> found = cp.anderson.conductances(wire, lengths, samples=500).compare()
>>> bool(abs(found.correction + 1 / 3) < 4 * found.correction_error + 0.1)
True
>>> cp.anderson.localization(wire, 2000).localization_length > wire.free_path
True
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.arguments import is_count, whole
from cooperon.diagrams.chunks import run_chunks
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.numerics import anderson_green, anderson_lyapunov
from cooperon.numerics.anderson_many_channels import Extrapolation, extrapolate
from cooperon.numerics.anderson_result import Conductances, Lyapunov
from cooperon.numerics.anderson_theory import Comparison
from cooperon.numerics.anderson_wire import AndersonWire

__all__ = [
    "AndersonWire",
    "Comparison",
    "Conductances",
    "Extrapolation",
    "Lyapunov",
    "conductances",
    "extrapolate",
    "localization",
]

_TOGETHER = 250
"""Wires in a chunk."""
_ENERGIES = 4_000_000
"""Random numbers in a chunk, at most."""
_LONGEST = 10**7
_MOST = 10**9

_Array = npt.NDArray[np.float64]


def conductances(
    wire: AndersonWire,
    lengths: int | Iterable[int],
    samples: int = 1000,
    *,
    seed: int = 0,
    client: Any = None,
    to: str | Path | None = None,
    overwrite: bool = False,
    progress: bool = True,
) -> Conductances:
    """Measure the conductance of many wires, each at several lengths as it grows.

    Parameters
    ----------
    wire : AndersonWire
        What they have in common.
    lengths : int or iterable of int
        Numbers of slices.
    samples : int
        How many wires.
    seed : int
        Of the random numbers. Each chunk of wires has a stream of its own, so that the same call gives the
        same numbers here and on any cluster, and more samples begin with the same ones.
    client, to, overwrite, progress
        As in :func:`cooperon.run_chunks`: the workers of a cluster, a file to go on from.

    Returns
    -------
    Conductances
        In e²/h, one spin direction.

    Raises
    ------
    InputError
        When an argument is not one of those, or the file is about something else.

    Examples
    --------
    >>> found = conductances(AndersonWire(5, disorder=0.0), [1, 30], samples=2)
    >>> found.mean.round(9).tolist()
    [5.0, 5.0]
    >>> found = conductances(AndersonWire(1, disorder=1.0, energy=0.5), [20, 40], samples=200, seed=1)
    >>> found.values.shape, bool(found.mean[0] > found.mean[1])
    ((200, 2), True)
    """
    wanted = _read_lengths(wire, lengths)
    # all that tells one measurement from another is in the arguments, so that a record can be compared
    measure = partial(_conductances, wire.numbers, wanted, _count("seed", seed, 2**63, least=0))
    chunks = _chunks(_count("samples", samples, _MOST), wanted[-1] * wire.width)
    done = run_chunks(measure, chunks, client=client, to=to, overwrite=overwrite, progress=progress)
    return Conductances(wire, wanted, np.concatenate(done))


def localization(
    wire: AndersonWire,
    length: int,
    samples: int = 16,
    *,
    skip: int | None = None,
    seed: int = 0,
    client: Any = None,
    to: str | Path | None = None,
    overwrite: bool = False,
    progress: bool = True,
) -> Lyapunov:
    """Measure the Lyapunov exponents of long wires, and with them the localization length.

    Parameters
    ----------
    wire : AndersonWire
        What they have in common.
    length : int
        Slices that are counted; many more than the localization length of a wire, or its exponents are those
        of short wires.
    samples : int
        How many wires, 2 or more: their spread gives the errors.
    skip : int, optional
        Slices before those, in which directions settle; a tenth of the length unless given.
    seed, client, to, overwrite, progress
        As in :func:`conductances`.

    Returns
    -------
    Lyapunov

    Raises
    ------
    InputError
        When an argument is not one of those.

    Examples
    --------
    >>> found = localization(AndersonWire(1, disorder=1.0, energy=0.5), 2000, samples=16)
    >>> expected = 1**2 / (96 * (1 - 0.5**2 / 4))  # Thouless, weak disorder
    >>> bool(abs(found.exponents[0] - expected) < 4 * found.errors[0] + 0.02 * expected)
    True
    """
    counted = _read_lengths(wire, [length])[0]
    if not wire.disorder:
        raise InputError("disorder = 0, which localizes nothing", expected="a wire with disorder")
    passed = counted // 10 if skip is None else _count("skip", skip, _LONGEST, least=0)
    if _count("samples", samples, _MOST) < 2:
        raise InputError("samples = 1, which has no spread", expected="2 or more")
    measure = partial(_exponents, wire.numbers, counted, passed, _count("seed", seed, 2**63, least=0))
    chunks = _chunks(samples, (counted + passed) * wire.width)
    done = run_chunks(measure, chunks, client=client, to=to, overwrite=overwrite, progress=progress)
    return Lyapunov(wire, counted, np.concatenate(done))


def _conductances(wire: Sequence[Any], lengths: Sequence[int], seed: int, chunk: tuple[int, int]) -> _Array:
    own = AndersonWire(*wire)
    potential = _potential(own, lengths[-1], seed, chunk)
    return anderson_green.transmissions(own.slice, own.hop, own.energy, own.leads, potential, lengths)


def _exponents(wire: Sequence[Any], length: int, skip: int, seed: int, chunk: tuple[int, int]) -> _Array:
    own = AndersonWire(*wire)
    potential = _potential(own, length + skip, seed, chunk)
    return anderson_lyapunov.lyapunov_exponents(own.slice, own.hop, own.energy, potential, skip=skip)


def _potential(wire: AndersonWire, length: int, seed: int, chunk: tuple[int, int]) -> _Array:
    index, count = chunk
    # what SeedSequence(seed).spawn gives to its child of this number
    stream = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(index,)))
    return wire.disorder * (stream.random((count, length, wire.width)) - 0.5)


def _chunks(samples: int, energies: int) -> list[tuple[int, int]]:
    each = max(1, min(_TOGETHER, _ENERGIES // energies))
    return [(i, min(each, samples - first)) for i, first in enumerate(range(0, samples, each))]


def _read_lengths(wire: Any, lengths: Any) -> tuple[int, ...]:
    if not isinstance(wire, AndersonWire):
        raise InputError(f"wire = {shortened(wire)}", expected="an AndersonWire")
    given = lengths if isinstance(lengths, Iterable) and not isinstance(lengths, str) else (lengths,)
    found = tuple(sorted({_count("length", one, _LONGEST) for one in given}))
    if not found:
        raise InputError("no length", expected="one or several", hint="range(10, 101, 10)")
    return found


def _count(name: str, value: Any, most: int, *, least: int = 1) -> int:
    found = whole(value)
    if not is_count(found) or not least <= found <= most:
        raise InputError(f"{name} = {shortened(value)}", expected=f"a whole number, {least} ... {most:.0e}")
    return int(found)
