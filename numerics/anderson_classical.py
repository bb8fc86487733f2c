"""Ohm's law of a disordered wire whose channels have velocities of their own: Boltzmann's equation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.numerics.anderson_wire import AndersonWire

__all__ = ["classical_conductance"]

_LONGEST = 1e8

_Array = npt.NDArray[np.float64]


def classical_conductance(wire: AndersonWire, lengths: Sequence[float] | _Array) -> _Array:
    """Return the conductance of a wire without interference, in e²/h.

    Parameters
    ----------
    wire : AndersonWire
        Without a field between walls, in which waves there and back do not overlap alike.
    lengths : sequence of float
        In sites.

    Raises
    ------
    InputError
        For a wire in a field, or lengths that are none.

    Notes
    -----
    A wave of the channel m goes over into n, forwards as often as backwards, at the rate per length of
    Fermi's golden rule, ``<|V_mn|²>/(hbar² v_m v_n)``. Where all channels are alike this is N/(1 + L/ell).
    Probabilities to be let through and sent back are found for a short piece, and doubled.

    Examples
    --------
    >>> alike = AndersonWire(5, disorder=0.4, across=0.01)
    >>> bool(abs(classical_conductance(alike, [alike.free_path])[0] - 2.5) < 1e-4)
    True
    >>> apart = AndersonWire(5, disorder=0.4, across=0.5)
    >>> bool(2.5 < classical_conductance(apart, [apart.free_path])[0] < 2.52)
    True
    """
    far = np.asarray(lengths, dtype=float)
    if not np.all((far >= 0) & (far <= _LONGEST)):
        raise InputError(
            f"lengths = {shortened(lengths)}", expected=f"numbers of sites, 0 ... {_LONGEST:.0e}"
        )
    if wire.field:
        raise InputError(f"field = {wire.field:g}", expected="a wire without", hint="a cylinder with a flux")
    levels, waves = np.linalg.eigh(wire.slice)
    along = wire.energy - levels
    moving = np.abs(along) < 2
    velocities = np.sqrt(4 - along[moving] ** 2)
    # waves around a cylinder are everywhere alike; of a degenerate pair eigh may have given standing ones
    densities = (
        np.abs(waves[:, moving]) ** 2 if wire.walls else np.full((wire.width, wire.channels), 1 / wire.width)
    )
    rates = wire.disorder**2 / 12 * (densities.T @ densities) / np.outer(velocities, velocities)
    return np.array([_through(rates, float(length)) for length in far])


def _through(rates: _Array, length: float) -> float:
    """Sum the probabilities to be let through."""
    from scipy.linalg import expm

    lost, one = np.diag(2 * rates.sum(axis=1)), np.eye(len(rates))
    doublings = max(0, math.ceil(math.log2(max(length * lost.max(), 1.0))))
    grown = expm(np.block([[rates - lost, rates], [-rates, lost - rates]]) * length / 2**doublings)
    first, second = np.vsplit(grown, 2)
    size = len(rates)
    back = -np.linalg.solve(second[:, size:], second[:, :size])
    through = first[:, :size] + first[:, size:] @ back
    for _ in range(doublings):
        again = np.linalg.solve(one - back @ back, through)
        through, back = through @ again, back + through @ back @ again
    return float(through.sum())
