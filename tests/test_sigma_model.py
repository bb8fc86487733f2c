"""The stored table against the curvature of the manifolds on which the sigma models live.

The metric of a sigma model is renormalised by its curvature: with R the Riemann tensor in orthonormal axes,
dt/d ln(1/L) = epsilon t - Ricci t**2 - (1/2) R R t**3 - ... (D. Friedan, Ann. Phys. 163, 318 (1985); third order:
S. J. Graham, Phys. Lett. B 197, 543 (1987)), and the zeta(3) of the fourth order is that of M. T. Grisaru,
A. E. M. van de Ven and D. Zanon, Nucl. Phys. B 277, 409 (1986). The coefficients are polynomials of the sizes p, q
of the Grassmannians of real (symplectic class), complex (unitary) and quaternionic matrices (orthogonal), which
curvature gives for whole numbers; the replica limit is p = q = 0. How orders are normalised is held against the
spheres, whose beta function is known to this order. No part of this is in the library. What is left to the literature
is the rational number of the fourth order in the unitary class, -6, and the fifth order.
"""

import functools

import numpy as np
import pytest
import sympy as sp

from cooperon.symbolic.sigma_model import TABLE

UNITS = {
    "real": [np.eye(1)],
    "complex": [np.eye(1), 1j * np.eye(1)],
    "quaternionic": [
        np.eye(2),
        np.diag([1j, -1j]),
        np.array([[0, 1], [-1, 0]]),
        np.array([[0, 1j], [1j, 0]]),
    ],
}
SIZES = [(1, 1), (1, 2), (1, 3), (2, 2), (1, 4), (2, 3), (1, 5), (3, 3)]
METRIC_OF_T = 1 / 2
"""The t of a metric tr(dX dX^+)/2 of complex matrices, in the table's: fixed by one number, the one-loop term of the
orthogonal class, which the library derives. Complex matrices lie within quaternionic ones (what is left without time
reversal, at the same conductance) and within real ones twice as large (what is left of the symplectic class, whose
unit of conductance is twice that), so that the other classes have no constant of their own."""
FIELDS = {"orthogonal": "quaternionic", "unitary": "complex", "symplectic": "real"}


@functools.cache
def curvature(field, p, q):
    """R_ijkl of p + q over p and q at a point: tr([X_i, X_j][X_k, X_l]) of off-diagonal matrices."""
    size = UNITS[field][0].shape[0]
    axes = []
    for i in range(p):
        for j in range(q):
            for unit in UNITS[field]:
                block = np.zeros((p * size, q * size), complex)
                block[i * size : (i + 1) * size, j * size : (j + 1) * size] = unit
                x = np.zeros(((p + q) * size,) * 2, complex)
                x[: p * size, p * size :] = block
                x[p * size :, : p * size] = -block.conj().T
                axes.append(x)
    both = np.array([[a @ b - b @ a for b in axes] for a in axes])
    return -np.einsum("ijab,klba->ijkl", both, both).real / (2 * size)


def orders(field, p, q):
    """Coefficients of t**2, t**3, t**4, and of zeta(3) t**5; the metric must be of Einstein's kind."""
    r = curvature(field, p, q)
    square = np.einsum("kmnp,lmnp->kl", r, r)
    third = np.einsum("klmn,imlp,jkpn->ij", r, r, r, optimize=True) / 2
    third = third + 3 / 8 * np.einsum("iklj,kl->ij", r, square)
    fourth = np.einsum("mhki,jrtm,kqsr,tqsh->ij", r, r, r, r, optimize=True)
    fourth = fourth + np.einsum("mhki,jrtm,kqst,hrsq->ij", r, r, r, r, optimize=True)
    found = []
    for tensor in (np.einsum("ikjk->ij", r), np.einsum("iklm,jklm->ij", r, r) / 2, -third, fourth / 2):
        assert tensor == pytest.approx(tensor[0, 0] * np.eye(len(tensor)), abs=1e-9)
        found.append(tensor[0, 0])
    return np.array(found)


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_the_orders_of_spheres(n):
    """O(n): (n-2) t**2 + (n-2) t**3 + (n-2)(n+2) t**4/4 + (3/2)(n-2)(n-3) zeta(3) t**5 + ... (Wegner 1989)."""
    known = [n - 2, n - 2, (n - 2) * (n + 2) / 4, 1.5 * (n - 2) * (n - 3)]
    assert orders("real", 1, n - 1) == pytest.approx(known, abs=1e-9)


@pytest.mark.parametrize("name", TABLE)
def test_one_to_three_loops_and_the_zeta_of_the_fourth(name):
    """The polynomials of degree 1 to 4, with N = p + q of degree 1 and p q of degree 2, at p = q = 0."""
    powers = [
        [(0, 0), (1, 0)],
        [(0, 0), (1, 0), (2, 0), (0, 1)],
        None,
        [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)],
    ]
    powers[2] = [*powers[1], (3, 0), (1, 1)]
    sizes = SIZES if name == "symplectic" else SIZES[:7]
    values = np.array([orders(FIELDS[name], p, q) for p, q in sizes])
    entry = TABLE[name]
    for loop, terms in enumerate(powers, start=1):
        matrix = np.array([[(p + q) ** i * (p * q) ** j for i, j in terms] for p, q in sizes], float)
        at, *_ = np.linalg.lstsq(matrix, values[:, loop - 1], rcond=None)
        assert matrix @ at == pytest.approx(values[:, loop - 1], abs=1e-6)  # more sizes than powers
        stored = entry.coefficients.get(loop, sp.S.Zero)
        stored = stored.coeff(sp.zeta(3)) if loop == 4 else stored
        assert -at[0] * METRIC_OF_T**loop == pytest.approx(float(stored), abs=1e-6)
