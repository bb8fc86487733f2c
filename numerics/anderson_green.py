"""Slice by slice through many disordered wires at once: transmission, and the whole scattering matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.anderson_leads import Leads

__all__ = ["scattering_matrices", "transmissions"]

_Real = npt.NDArray[np.float64]
_Matrix = npt.NDArray[Any]


def transmissions(
    slice_: npt.NDArray[Any],
    hop: npt.NDArray[Any],
    energy: float,
    ends: Leads,
    potential: _Real,
    lengths: Sequence[int],
) -> _Real:
    """Return the transmission of wires that grow, each time a length is reached.

    Parameters
    ----------
    slice_, hop, energy
        As in :func:`~cooperon.numerics.anderson_leads.leads`.
    ends : Leads
        Of the same.
    potential : array
        Of each wire, slice and site.
    lengths : sequence of int
        Numbers of slices, rising.

    Returns
    -------
    array
        Of each wire and length: the sum of all transmission probabilities.

    Notes
    -----
    Green's functions from the last slice to itself and to the first one, of a wire with its left lead; the
    right lead is joined to it wherever a length is asked for.

    References
    ----------
    Lee and Fisher, Phys. Rev. Lett. 47, 882 (1981); MacKinnon, Z. Phys. B 59, 385 (1985).

    Examples
    --------
    >>> from cooperon.numerics.anderson_leads import leads
    >>> chain = np.zeros((1, 1)), -np.ones(1), 0.0
    >>> barrier = np.array([[[1.0], [0.0]]])
    >>> transmissions(*chain, leads(*chain), barrier, [1, 2]).round(12).tolist()
    [[0.8, 0.8]]
    """
    wanted, found = set(lengths), []
    width = len(hop)
    start, end = ends.broadening("left"), ends.broadening("right")
    clean, one = energy * np.eye(width) - slice_, np.eye(width)
    sites = np.arange(width)
    inner, across = ends.left[None], np.broadcast_to(one, (len(potential), width, width))
    for x in range(max(lengths)):
        rest = clean - inner
        rest = np.repeat(rest, len(potential), axis=0) if len(rest) == 1 else rest
        rest[:, sites, sites] -= potential[:, x]
        last = np.linalg.inv(rest)
        across = last @ across if x == 0 else last @ (hop[:, None] * across)
        inner = hop[:, None] * last * hop.conj()
        if x + 1 in wanted:
            joined = np.linalg.solve(one - last @ ends.right, across)
            found.append(np.einsum("ij,bjk,kl,bil->b", end, joined, start, joined.conj(), optimize=True).real)
    return np.stack(found, axis=-1)


def scattering_matrices(
    slice_: npt.NDArray[Any],
    hop: npt.NDArray[Any],
    energy: float,
    ends: Leads,
    potential: _Real,
) -> _Matrix:
    """Return the scattering matrix of each of many wires, in the basis of the modes that carry a current.

    Parameters
    ----------
    slice_, hop, energy, ends, potential
        As in :func:`transmissions`.

    Returns
    -------
    array
        Of each wire: rows and columns are the channels of the left lead, then those of the right one.

    Notes
    -----
    S = -1 + i V^+ G V with V V^+ the broadening by the leads and G Green's function of the whole wire
    between its first and its last slice.

    References
    ----------
    Mahaux and Weidenmueller, *Shell-model approach to nuclear reactions* (1969); Fisher and Lee,
    Phys. Rev. B 23, 6851 (1981).

    Examples
    --------
    >>> from cooperon.numerics.anderson_leads import leads
    >>> chain = np.zeros((1, 1)), -np.ones(1), 0.0
    >>> s = scattering_matrices(*chain, leads(*chain), np.array([[[1.0], [0.0]]]))[0]
    >>> np.allclose(s.conj().T @ s, np.eye(2), atol=1e-14), round(float(abs(s[0, 1]) ** 2), 12)
    (True, 0.8)
    """
    width, count = len(hop), len(potential)
    clean, sites = energy * np.eye(width) - slice_, np.arange(width)
    first, forward, backward, last = _slice(clean - ends.left, potential[:, 0], sites)
    for x in range(1, potential.shape[1]):
        rest = np.repeat(clean[None], count, axis=0) - hop[:, None] * last * hop.conj()
        rest[:, sites, sites] -= potential[:, x]
        last = np.linalg.inv(rest)
        out, back = hop[:, None] * forward, backward * hop.conj()
        first = first + back @ last @ out
        forward, backward = last @ out, back @ last
    joined = np.linalg.solve(np.eye(width) - last @ ends.right, np.concatenate([forward, last], axis=2))
    forward, last = joined[..., :width], joined[..., width:]
    first = first + backward @ ends.right @ forward
    backward = backward + backward @ ends.right @ last
    left, right = (_couplings(ends.broadening(side), ends.channels) for side in ("left", "right"))
    blocks = [
        [left.conj().T @ first @ left, left.conj().T @ backward @ right],
        [right.conj().T @ forward @ left, right.conj().T @ last @ right],
    ]
    return 1j * np.block(blocks) - np.eye(2 * ends.channels)


def _slice(clean: _Matrix, potential: _Real, sites: npt.NDArray[np.intp]) -> tuple[_Matrix, ...]:
    rest = np.repeat(clean[None], len(potential), axis=0)
    rest[:, sites, sites] -= potential
    return (np.linalg.inv(rest),) * 4


def _couplings(broadening: _Matrix, channels: int) -> _Matrix:
    """Split a positive matrix into V V^+, one column for each channel."""
    values, vectors = np.linalg.eigh(broadening)
    return np.asarray(vectors[:, -channels:] * np.sqrt(values[-channels:]))
