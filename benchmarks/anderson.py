"""How long wires of an Anderson model take: against whole matrices, one at a time, and more channels.

Times are processor seconds for one wire and slice, the best of three; ratios are what to look at.

    python benchmarks/anderson.py
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from cooperon.numerics.anderson import AndersonWire
from cooperon.numerics.anderson_green import transmissions
from cooperon.numerics.anderson_lyapunov import lyapunov_exponents

ALLOWED = 0.7  # time of many wires at once against that of one at a time
LENGTH, MANY = 40, 250


def seconds(work: Callable[..., object], *given: object) -> float:
    """Return the least processor time of three runs."""
    found = []
    for _ in range(3):
        start = time.process_time()
        work(*given)
        found.append(time.process_time() - start)
    return min(found)


def whole_matrix(wire: AndersonWire, potential: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Invert the matrix of all sites of each wire."""
    length, width = potential.shape[1:]
    links = np.kron(np.eye(length, k=-1), np.diag(wire.hop))
    clean = np.kron(np.eye(length), wire.slice) + links + links.conj().T
    start, end = wire.leads.broadening("left"), wire.leads.broadening("right")
    found = []
    for one in potential:
        inverse = wire.energy * np.eye(length * width) - clean - np.diag(one.ravel()).astype(complex)
        inverse[:width, :width] -= wire.leads.left
        inverse[-width:, -width:] -= wire.leads.right
        first = np.eye(length * width, width)
        across = np.linalg.solve(inverse, first)[-width:]
        found.append(np.trace(end @ across @ start @ across.conj().T).real)
    return np.array(found)


def one_by_one(*given: object) -> None:
    """Go through each wire on its own."""
    *parts, potential, lengths = given
    for one in potential:
        transmissions(*parts, one[None], lengths)


def main() -> bool:
    """Print the table; return whether many wires at once are faster than one at a time."""
    ratios = []
    print("microseconds for a wire and slice: many at once; one at a time; the whole matrix; exponents")
    for width in (3, 5, 9, 13, 20):
        wire = AndersonWire(width, disorder=1.0)
        potential = np.random.default_rng(0).random((MANY, LENGTH, width)) - 0.5
        few, parts = potential[:20], (wire.slice, wire.hop, wire.energy)
        ends = wire.leads
        at_once = seconds(transmissions, *parts, ends, potential, [LENGTH]) / MANY
        single = seconds(one_by_one, *parts, ends, few, [LENGTH]) / len(few)
        whole = seconds(whole_matrix, wire, few) / len(few)
        rates = seconds(lyapunov_exponents, *parts, potential) / MANY
        shown = (f"{1e6 * x / LENGTH:9.2f}" for x in (at_once, single, whole, rates))
        print(f"N = {width:2}: {' '.join(shown)}, at once/single {at_once / single:.2f}")
        assert np.allclose(whole_matrix(wire, few), transmissions(*parts, ends, few, [LENGTH])[:, 0])
        ratios.append(at_once / single)
    kept = ratios[0] < ALLOWED
    print(f"narrow wires at once take {ratios[0]:.2f} of the time ({'' if kept else 'not '}below {ALLOWED})")
    return kept


if __name__ == "__main__":
    sys.exit(not main())
