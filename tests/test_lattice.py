"""Lattices in exact numbers: Hamiltonians, Green's functions, velocities, random potentials."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.numerics.disorder import LAWS
from cooperon.numerics.exact_arrays import ExactArray
from cooperon.numerics.finite_lattice import exact_matrix
from cooperon.numerics.rational import complex_inverse, independent_sources, read_complex, read_matrix

SOME = [cp.lattice.ring(5), cp.lattice.torus(3, 2), cp.lattice.random_hamiltonian(4, seed=3)]
small = st.fractions(min_value=-3, max_value=3, max_denominator=7)
pairs = st.lists(st.tuples(small, small), min_size=4, max_size=4)


def plain(matrix):
    return np.array([[complex(float(a), float(b)) for a, b in row] for row in matrix])


@pytest.mark.parametrize("lattice", SOME, ids=str)
def test_greens_functions_are_resolvents(lattice):
    """In exact numbers: (E ± i eta - H) G = 1, and the advanced one is the adjoint of the retarded one."""
    unit = ExactArray.read(np.eye(lattice.sites, dtype=int).astype(object))
    for letter, sign in (("R", 1), ("A", -1)):
        z = ExactArray.read([[lattice.energy]], [[sign * lattice.eta]])
        assert (unit * z - exact_matrix(lattice.hamiltonian)) @ lattice.green(letter) == unit
    retarded, advanced = lattice.green("R").numbers(), lattice.green("A").numbers()
    assert np.array_equal(retarded, advanced.conj().T)
    wanted = np.linalg.inv(
        (float(lattice.energy) + 1j * float(lattice.eta)) * np.eye(lattice.sites) - plain(lattice.hamiltonian)
    )
    assert np.allclose(retarded, wanted, rtol=1e-12, atol=0)


@pytest.mark.parametrize("hopping", [1, 0.5 - 0.25j])
@pytest.mark.parametrize("sites", [3, 4, 5])
def test_velocity_of_a_ring_is_the_slope_of_its_band(sites, hopping):
    """On a plane wave exp(iks): E(k) = -2 Re(t exp(-ik)), v = dE/dk = -2 Im(t exp(-ik))."""
    ring = cp.lattice.ring(sites, hopping=hopping)
    for number in range(sites):
        k = 2 * math.pi * number / sites
        wave = np.exp(1j * k * np.arange(sites))
        turned = hopping * np.exp(-1j * k)
        assert np.allclose(plain(ring.hamiltonian) @ wave, -2 * turned.real * wave)
        assert np.allclose(plain(ring.velocity) @ wave, -2 * turned.imag * wave)


def test_velocity_of_a_torus_is_along_x():
    torus = cp.lattice.torus(3, 4)
    t = 0.6 + 0.8j
    for a in range(3):
        for b in range(4):
            kx, ky = 2 * math.pi * a / 3, 2 * math.pi * b / 4
            wave = np.array([np.exp(1j * (kx * x + ky * y)) for y in range(4) for x in range(3)])
            energy = -2 * (t * np.exp(-1j * kx)).real - 2 * (t * np.exp(-1j * ky)).real
            assert np.allclose(plain(torus.hamiltonian) @ wave, energy * wave)
            assert np.allclose(plain(torus.velocity) @ wave, -2 * (t * np.exp(-1j * kx)).imag * wave)


def test_ways_round_two_sites_cancel_without_flux():
    assert not plain(cp.lattice.torus(2, 2, hopping=1).velocity).any()
    assert plain(cp.lattice.torus(2, 2).velocity).any()


def test_a_lattice_is_a_value():
    assert cp.lattice.ring(4) == cp.lattice.ring(4)
    assert hash(cp.lattice.ring(4)) == hash(cp.lattice.ring(4))
    assert cp.lattice.random_hamiltonian(3, seed=1) != cp.lattice.random_hamiltonian(3, seed=2)
    with pytest.raises(AttributeError):
        cp.lattice.ring(4).energy = 2


def test_numbers_are_read_exactly():
    third = sp.Rational(1, 3)
    assert read_complex(third + sp.I * third / 2) == (Fraction(1, 3), Fraction(1, 6))
    assert read_complex(sp.Float(0.1)) == (Fraction(0.1), 0)
    assert read_complex((Fraction(1, 3), 2)) == (Fraction(1, 3), 2)
    assert read_complex(np.float64(0.1)) == (Fraction(0.1), 0)
    assert read_complex(np.complex128(1j)) == (0, 1)


@pytest.mark.parametrize("value", [sp.sqrt(2), sp.Symbol("x"), "one", None, float("nan"), float("inf")])
def test_what_is_no_rational_number_is_refused(value):
    with pytest.raises(InputError, match="a rational number"):
        read_complex(value)


@given(pairs, pairs)
@settings(max_examples=30, deadline=None)
def test_exact_arrays_do_what_arrays_do(left, right):
    a, b = (ExactArray.read(*np.array(x, dtype=object).T).reshape((2, 2)) for x in (left, right))
    x, y = a.numbers(), b.numbers()
    for found, wanted in (
        (a * b, x * y),
        (a @ b, x @ y),
        (a + b, x + y),
        (a - b, x - y),
        (a.sum(1), x.sum(1)),
        (a.transpose((1, 0)) @ b.reshape((2, 2)), x.T @ y),
    ):
        assert np.allclose(found.numbers(), wanted, rtol=1e-12, atol=1e-12)
    assert (a == b) == (left == right)
    assert a != "a"


@given(pairs)
@settings(max_examples=30, deadline=None)
def test_inverse(entries):
    matrix = (tuple(entries[:2]), tuple(entries[2:]))
    array = exact_matrix(matrix)
    determinant = (
        array.numbers()[0, 0] * array.numbers()[1, 1] - array.numbers()[0, 1] * array.numbers()[1, 0]
    )
    if abs(determinant) < 1e-9:
        return
    unit = ExactArray.read([[1, 0], [0, 1]])
    assert exact_matrix(complex_inverse(matrix)) @ array == unit


def test_no_inverse():
    with pytest.raises(InputError, match="without inverse"):
        complex_inverse((((Fraction(0), Fraction(0)),),))


@given(st.lists(small, min_size=9, max_size=9))
@settings(max_examples=30, deadline=None)
def test_sources_give_the_covariance_back(entries):
    """Also of a singular covariance: two of the three columns are enough for one of rank two."""
    for columns in (1, 2, 3):
        b = np.array(entries, dtype=object).reshape(3, 3)[:, :columns]
        covariance = b @ b.T
        mixing, variances = independent_sources(read_matrix(covariance, "covariance"))
        a = np.array(mixing, dtype=object)
        assert (a @ np.diag(variances) @ a.T == covariance).all()
        assert min(variances) >= 0


@pytest.mark.parametrize(
    "covariance", [[[-1]], [[1, 2], [2, 1]], [[0, 1], [1, 0]], [[1, 1], [0, 1]], [[1, 0], [1, 1]]]
)
def test_no_variables_have_such_a_covariance(covariance):
    with pytest.raises(InputError, match="symmetric matrix without negative eigenvalues"):
        cp.disorder.gaussian(covariance)


def test_moments_of_the_laws_by_quadrature():
    """Unit variance: the normal density and the box, integrated numerically."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    box_nodes, box_weights = np.polynomial.legendre.leggauss(20)
    for half in range(5):
        normal = (weights * nodes ** (2 * half)).sum() / math.sqrt(2 * math.pi)
        box = (box_weights / 2 * (math.sqrt(3) * box_nodes) ** (2 * half)).sum()
        assert float(LAWS["gaussian"](half)) == pytest.approx(normal, rel=1e-12)
        assert float(LAWS["box"](half)) == pytest.approx(box, rel=1e-12)


def test_cumulants_follow_from_moments():
    """Known: a box has -W^4/120 and W^6/252; two values the derivatives of ln cosh; a normal law none."""
    width = Fraction(3, 2)
    box = cp.disorder.box(2, width=width)
    assert [box.cumulant(1, n) for n in range(1, 7)] == [
        0,
        width**2 / 12,
        0,
        -(width**4) / 120,
        0,
        width**6 / 252,
    ]
    two = cp.disorder.two_valued(1)
    assert [two.cumulant(0, n) for n in (2, 4, 6, 8)] == [1, -2, 16, -272]
    normal = cp.disorder.white_noise(1, strength=Fraction(2, 3))
    assert [normal.cumulant(0, n) for n in (2, 4, 6, 8)] == [Fraction(2, 3), 0, 0, 0]


def test_profile_makes_correlations():
    wide = cp.disorder.box(2, width=6, profile=[[1, 1], [0, 1]])
    assert wide.covariance == ((6, 3), (3, 3))
    assert wide.correlated
    assert str(wide) == "correlated box disorder"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: cp.lattice.ring(1), "2, 3, 4"),
        (lambda: cp.lattice.torus(2, 2.5), "2, 3, 4"),
        (lambda: cp.lattice.ring(3, eta=0), "eta > 0"),
        (lambda: cp.lattice.ring(3, energy=1j), "a real number"),
        (lambda: cp.lattice.ring(3, disorder=cp.disorder.white_noise(4)), "on 3 sites"),
        (lambda: cp.lattice.ring(3, disorder="box"), "on 3 sites"),
        (lambda: cp.lattice.from_matrices([[0, 1], [2, 0]], [[0]]), "Hermitian"),
        (lambda: cp.lattice.from_matrices([[0, 1]], [[0]]), "square"),
        (lambda: cp.lattice.from_matrices([[1]], [[1, 0], [0, 1]]), "1 rows of 1"),
        (lambda: cp.lattice.from_matrices(7, [[1]]), "rows of a square matrix"),
        (lambda: cp.lattice.random_hamiltonian(0), "1, 2, 3"),
        (lambda: cp.disorder.box(0), "1, 2, 3"),
        (lambda: cp.disorder.box(2, width=0), "varies"),
        (lambda: cp.disorder.box(2, profile=[[1]]), "2 rows of 2"),
    ],
)
def test_errors_say_what_was_expected(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_what_a_lattice_says():
    assert str(cp.lattice.ring(3, energy=Fraction(2, 7), eta=0.1)).endswith("E = 2/7, eta = 0.1")
    assert str(cp.lattice.random_hamiltonian(2, real=True)).startswith(
        "random real Hamiltonian of 2 sites, corr"
    )
