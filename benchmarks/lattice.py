"""How long a proof on a lattice takes, order by order, and how many diagrams it tells apart.

Every proof evaluates all diagrams of its order, takes the exact average and compares. Times are processor
seconds, the best of a few runs, in one process.

    python benchmarks/lattice.py
"""

from __future__ import annotations

import sys
import time

import cooperon as cp

ALLOWED = 0.8  # seconds for the ring of four sites at order 4, in exact numbers
WHITE = cp.lattice.ring(4, hopping=1)
CORRELATED = cp.lattice.random_hamiltonian(3)
BOX = cp.lattice.ring(4, disorder=cp.disorder.box(4))
LINE, BUBBLE, OPEN = {"of": "line"}, {"of": "bubble"}, {"of": "bubble", "open_ends": True}

ROWS = (
    ("<G^R>, ring of 4, white noise", LINE, WHITE, 5),
    ("<G^R>, random, 3 sites, correlated", LINE, CORRELATED, 5),
    ("<Tr v G^R v G^A>, random, 3 sites", BUBBLE, CORRELATED, 4),
    ("<G^R G^A>, all entries, random, 3 sites", OPEN, CORRELATED, 4),
    ("<G^R>, ring of 4, box disorder", LINE, BOX, 4),
    ("pair of bubbles, random, 3 sites", {"of": "pair"}, CORRELATED, 2),
)


def prove(order: int, asked: dict, lattice: cp.lattice.Lattice, exact: bool) -> tuple[float, cp.LatticeProof]:
    """Return the processor time of a proof and what it found."""
    seconds, spent = [], 0.0
    while spent < 0.5 and len(seconds) < 5:
        start = time.process_time()
        proof = cp.lattice_proof(order, lattice=lattice, exact=exact, **asked)
        assert proof.holds, str(proof)
        seconds.append(time.process_time() - start)
        spent += seconds[-1]
    return min(seconds), proof


def main() -> bool:
    """Print the table; return whether the proof that has a limit keeps it."""
    limited = 0.0
    for name, asked, lattice, last in ROWS:
        print(name)
        before = None
        for order in range(1, last + 1):
            exactly, proof = prove(order, asked, lattice, True)
            rounded, _ = prove(order, asked, lattice, False)
            found = proof.orders[0]
            grown = f", {exactly / before:5.1f} times the order before" if before else ""
            print(
                f"  n = {order}: {len(found.values):5} diagrams, {found.different:5} values, "
                f"exact {exactly:7.4f} s, floating-point {rounded:7.4f} s{grown}"
            )
            before = exactly
            if lattice is WHITE and order == 4:
                limited = exactly
    print(f"ring of 4 at n = 4 in exact numbers: {limited:.2f} s (allowed: {ALLOWED} s)")
    return limited < ALLOWED


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
