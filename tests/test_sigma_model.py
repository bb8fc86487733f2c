"""The stored table against the curvature of the manifolds on which the sigma models live.

The metric of a sigma model is renormalised by its curvature: with R the Riemann tensor in orthonormal axes,
dt/d ln(1/L) = epsilon t - Ricci t**2 - (1/2) R R t**3 - ... (D. Friedan, Ann. Phys. 163, 318 (1985); third order:
S. J. Graham, Phys. Lett. B 197, 543 (1987)), and the zeta(3) of the fourth order is that of M. T. Grisaru,
A. E. M. van de Ven and D. Zanon, Nucl. Phys. B 277, 409 (1986). The coefficients are polynomials of the sizes p, q
of the Grassmannians of real (symplectic class), complex (unitary) and quaternionic matrices (orthogonal), which
curvature gives for whole numbers; the replica limit is p = q = 0. How orders are normalised is held against the
spheres, whose beta function is known to this order. No part of this is in the library.

The rational number of the fourth order follows, in the unitary class, from manifolds that are the same, and the fifth
order from the fourth. What is left to the literature: that there is no rational number in the fourth order of the
orthogonal class, and nothing but zeta(4) in the fifth.
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


def sphere(n):
    """What is rational in the fourth order of O(n) (Bernreuther and Wegner, Phys. Rev. Lett. 57, 1383 (1986))."""
    return -(n - 2) * (n**2 - 22 * n + 34) / sp.Integer(12)


def test_the_rational_fourth_order_of_the_unitary_class():
    """Polynomials as above, even in (p, q) for complex matrices, fixed where manifolds coincide.

    The metric scales as in the lower orders: a curvature k times as large makes k**4 of the fourth.
    """
    real = dict(
        zip([(0, 0), (1, 0), (2, 0), (3, 0), (0, 1), (1, 1), (2, 1), (0, 2)], sp.symbols("r:8"), strict=True)
    )
    even = dict(zip([(0, 0), (2, 0), (0, 1), (2, 1), (0, 2)], sp.symbols("c:5"), strict=True))

    def at(polynomial, p, q):
        return sum(c * (p + q) ** i * (p * q) ** j for (i, j), c in polynomial.items())

    n, epsilon = sp.Symbol("n"), sp.Symbol("epsilon")
    same = sp.Poly(sp.expand(at(real, 1, n - 1) - sphere(n)), n).coeffs()
    same += [
        at(real, 2, 2) - 2**4 * sphere(3),  # SO(4) over SO(2) x SO(2): two spheres
        2**4 * at(real, -2, -2) - 4**4 * sphere(5),  # the quaternionic line, a sphere; real of negative sizes
        at(even, 1, 1) - 4**4 * sphere(3),  # the complex line, a sphere
        at(even, 2, 2) - 2**4 * at(real, 2, 4),  # SU(4) is SO(6)
        at(even, 2, -1) - at(real, 2, -2),  # SU(2|1) is OSp(2|2)
        at(even, 1, -1),  # U(1|1): flat
        even[0, 2] - 2**4 * real[0, 2],  # large p and q: planar diagrams of all three are the same
        even[2, 1] - 2**4 * real[2, 1],
    ]
    # complex projective spaces at large n: 1/nu - epsilon, times n, is of closed form, and 48/pi**2 in d = 3
    d = 2 + epsilon
    exponent = 2 * d * epsilon * sp.gamma(d) * sp.sin(sp.pi * epsilon / 2) / (sp.pi * sp.gamma(d / 2) ** 2)
    assert sp.simplify(exponent.subs(epsilon, 1) - 48 / sp.pi**2) == 0
    series = sp.series(exponent, epsilon, 0, 5).removeO()
    # which the lower orders have, too: 8 n t**2 and 12 n**2 t**3 beside 2 n t make 2 epsilon**2 + 3 epsilon**3
    orders = [sp.simplify(series.coeff(epsilon, k)) for k in (2, 3, 4)]
    assert orders[:2] == [sp.Rational(8, 4), 2 * sp.Rational(12, 8)]
    same.append(3 * even[2, 1] / 2**4 - orders[2])
    (found,) = sp.solve(same, [*real.values(), *even.values()], dict=True)
    stored = TABLE["unitary"].coefficients[4]
    assert -found[even[0, 0]] * sp.Rational(METRIC_OF_T) ** 4 == stored == -6


@pytest.mark.parametrize("name", TABLE)
def test_the_fifth_order(name):
    """With each zeta(3) of minimal subtraction goes zeta(3) + (3/4)(4 - d) zeta(4), or 2 - d in the sigma model.

    A change of the coupling takes the second part off beta at n loops and leaves it, times the one-loop term, at n + 1
    (P. A. Baikov and K. G. Chetyrkin, JHEP 06, 141 (2018)). In phi**4 theory it makes 18 zeta(4) of 12 zeta(3).
    """

    def following(n, first, zeta3):
        return sp.Rational(3, 4) * sp.Rational(n - 1, n) * first * zeta3

    assert following(3, 3, 12) == 18
    c = TABLE[name].coefficients
    first, fourth, fifth = (sp.sympify(c.get(n, 0)) for n in (1, 4, 5))
    assert sp.simplify(fifth - following(4, first, fourth.coeff(sp.zeta(3))) * sp.zeta(4)) == 0
