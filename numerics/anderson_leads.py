"""The leads of an Anderson wire: clean wires without end, by their modes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError

__all__ = ["Leads", "leads"]

_Matrix = npt.NDArray[Any]
_ON_SHELL = 1e-7
"""How far from 1 a propagating mode's factor from one slice to the next may be."""


@dataclass(frozen=True, eq=False)
class Leads:
    """Self-energies of the leads at both ends.

    Attributes
    ----------
    left, right : array
        Retarded self-energies of the first and of the last slice.
    channels : int
        Modes that propagate in one direction.

    Examples
    --------
    >>> chain = leads(np.zeros((1, 1)), -np.ones(1), 0.0)
    >>> chain.channels, chain.broadening("left").real.item()
    (1, 2.0)
    """

    left: _Matrix
    right: _Matrix
    channels: int

    def broadening(self, side: str) -> _Matrix:
        """Return Gamma = i (Sigma - Sigma^+) of the lead ``"left"`` or ``"right"``."""
        own = self.left if side == "left" else self.right
        found: _Matrix = 1j * (own - own.conj().T)
        return found


def leads(slice_: npt.NDArray[Any], hop: npt.NDArray[Any], energy: float) -> Leads:
    """Find the self-energies of leads that continue a clean wire.

    Parameters
    ----------
    slice_ : array
        The Hamiltonian of one slice.
    hop : array
        The matrix elements from each site to that of the next slice; of modulus 1.
    energy : float
        E, in units of the hopping along the wire.

    Raises
    ------
    InputError
        At an energy at which a mode does not move, or no mode propagates.

    Notes
    -----
    With (E - h) f = z U^+ f + U f/z a mode grows by z from slice to slice. Those that decay, or carry a
    current, to the right are the columns of F in the matrix F z F^-1 that continues a wave to the right.

    References
    ----------
    Ando, Phys. Rev. B 44, 8017 (1991).

    Examples
    --------
    >>> strip = -np.eye(3, k=1) - np.eye(3, k=-1)
    >>> leads(strip, -np.ones(3), 0.3).channels, leads(strip, -np.ones(3), 0.8).channels
    (3, 2)
    """
    width, forth = len(hop), np.diag(hop)
    step = forth @ (energy * np.eye(width) - slice_)
    factors, waves = np.linalg.eig(np.block([[step, -forth @ forth], [np.eye(width), np.zeros_like(step)]]))
    waves = waves[width:] / np.linalg.norm(waves[width:], axis=0)
    sizes = np.abs(factors)
    moving = np.abs(sizes - 1) < _ON_SHELL
    current = -2 * np.imag(factors * np.einsum("im,i,im->m", waves.conj(), hop.conj(), waves))
    rightward = np.where(moving, current > 0, sizes < 1)
    channels = int(np.count_nonzero(moving & rightward))
    if np.count_nonzero(rightward) != width or not channels:
        raise InputError(
            f"energy = {energy!r}, at which {channels} modes move to the right of {np.count_nonzero(moving)}",
            expected="an energy at which modes propagate, and at the edge of no subband",
            hint="another energy, in units of the hopping along the wire",
        )
    onward = _continued(waves[:, rightward], factors[rightward])
    back = _continued(waves[:, ~rightward], 1 / factors[~rightward])
    return Leads(left=forth @ back, right=forth.conj().T @ onward, channels=channels)


def _continued(waves: _Matrix, factors: _Matrix) -> _Matrix:
    found: _Matrix = np.linalg.solve(waves.T, (waves * factors).T).T
    return found
