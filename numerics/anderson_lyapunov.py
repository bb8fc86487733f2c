"""Lyapunov exponents of a disordered wire: the rates at which waves grow along it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["lyapunov_exponents"]

_EACH = 4
"""Slices between two orthogonalisations."""


def lyapunov_exponents(
    slice_: npt.NDArray[Any],
    hop: npt.NDArray[Any],
    energy: float,
    potential: npt.NDArray[np.float64],
    *,
    skip: int = 0,
) -> npt.NDArray[np.float64]:
    """Return the exponents of products of transfer matrices, of many wires at once.

    Parameters
    ----------
    slice_, hop, energy, potential
        As in :func:`~cooperon.numerics.anderson_green.transmissions`.
    skip : int
        Slices at the beginning that are passed but not counted; the others are ``length`` less these.

    Returns
    -------
    array
        Of each wire: one for each site of a slice, per slice, falling. All 2 W exponents are these and
        their negatives.

    Notes
    -----
    W vectors are carried along and made orthogonal every few slices; what they grow by is on the
    diagonal of R.

    References
    ----------
    Benettin, Galgani, Giorgilli and Strelcyn, Meccanica 15, 9 (1980); MacKinnon and Kramer, Z. Phys. B 53,
    1 (1983).

    Examples
    --------
    >>> gap = np.zeros((1, 1)), -np.ones(1), 3.0
    >>> found = lyapunov_exponents(*gap, np.zeros((1, 400, 1)), skip=100)[0, 0]
    >>> bool(abs(found - np.arccosh(1.5)) < 1e-12)
    True
    """
    count, length, width = potential.shape
    clean = energy * np.eye(width) - slice_
    both = np.iscomplexobj(hop) or np.iscomplexobj(slice_)
    now = np.repeat(np.eye(width)[None], count, axis=0).astype(complex if both else float)
    before = np.zeros_like(now)
    grown = np.zeros((count, width))
    for x in range(length):
        # hop is of modulus 1, so that it undoes hop^+
        following = hop[:, None] * (clean @ now - potential[:, x, :, None] * now - hop[:, None] * before)
        now, before = following, now
        if (x + 1) % _EACH == 0 or x + 1 in (skip, length):
            directions, sizes = np.linalg.qr(np.concatenate([now, before], axis=1))
            now, before = directions[:, :width], directions[:, width:]
            if x >= skip:
                grown += np.log(np.abs(np.diagonal(sizes, axis1=1, axis2=2)))
    found: npt.NDArray[np.float64] = grown / (length - skip)
    return found
