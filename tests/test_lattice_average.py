"""The exact average over disorder against quadrature, which is exact for polynomials."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.numerics.finite_lattice import exact_matrix
from cooperon.numerics.lattice_average import lattice_average

PROFILE = [[1, 0.5, 0], [0, 1, 0.5], [0.25, 0, 1]]
LATTICES = {
    "gaussian": cp.lattice.random_hamiltonian(3, seed=5),
    "white": cp.lattice.ring(3),
    "box": cp.lattice.ring(3, disorder=cp.disorder.box(3, width=3, profile=PROFILE)),
    "two-valued": cp.lattice.random_hamiltonian(3, disorder=cp.disorder.two_valued(3)),
}
NODES = 6


def realisations(lattice, law):
    """Potentials and their weights: a grid that integrates polynomials up to degree 11 exactly."""
    if law in ("gaussian", "white"):
        # V = B x, B the square root of the covariance by its eigenvectors
        x, w = np.polynomial.hermite_e.hermegauss(NODES)
        values, vectors = np.linalg.eigh(np.array(lattice.disorder.covariance, dtype=float))
        factor = vectors * np.sqrt(values)
    else:
        factor = np.array(PROFILE) * 3 / 2 if law == "box" else np.eye(3)
        x, w = np.polynomial.legendre.leggauss(NODES) if law == "box" else (np.array([-1, 1]), np.ones(2))
    grid = np.array(list(itertools.product(range(len(x)), repeat=3)))
    return x[grid] @ factor.T, (w / w.sum())[grid].prod(axis=1)


def resolvent(lattice, letter, potentials):
    """1/(E ± i eta - H - V) for potentials along the leading axes."""
    z = float(lattice.energy) + (1j if letter == "R" else -1j) * float(lattice.eta)
    clean = z * np.eye(lattice.sites) - exact_matrix(lattice.hamiltonian).numbers()
    return np.linalg.inv(clean - potentials[..., None] * np.eye(lattice.sites))


def series(lattice, quantity, law, powers):
    """Average whole resolvents with the potential times lambda, on a circle of lambdas; pick the powers.

    Nothing is expanded in the potential: Cauchy's formula takes the coefficients out of the resolvents.
    """
    points, radius = 32, 0.03
    circle = radius * np.exp(2j * np.pi * np.arange(points) / points)
    potentials, weights = realisations(lattice, law)
    averaged = np.tensordot(weights, quantity(lattice, potentials[:, None] * circle[:, None]), 1)
    return [np.tensordot(circle**-p, averaged, 1) / points for p in powers]


def line(lattice, potentials):
    return resolvent(lattice, "R", potentials)


def two_lines(lattice, potentials):
    a, b = (resolvent(lattice, letter, potentials) for letter in "RA")
    return np.einsum("...ab,...cd->...abcd", a, b)


def bubble(lattice, potentials, letters="RA"):
    v = exact_matrix(lattice.velocity).numbers()
    a, b = (v @ resolvent(lattice, letter, potentials) for letter in letters)
    return np.einsum("...ab,...ba->...", a, b)


def density(lattice, potentials):
    green = resolvent(lattice, "R", potentials)
    return np.einsum("...ab,...ba->...", green, green)


def pair(lattice, potentials):
    return bubble(lattice, potentials) * bubble(lattice, potentials, "RR")


QUANTITIES = {
    "line": (line, {"of": "line"}),
    "two lines": (two_lines, {"of": "bubble", "open_ends": True}),
    "bubble": (bubble, {"of": "bubble"}),
    "density": (density, {"of": "bubble", "vertex": "density", "lines": "RR"}),
    "pair": (pair, {"of": "pair", "lines": "RARR"}),
}


@pytest.mark.parametrize("name", QUANTITIES)
@pytest.mark.parametrize("law", LATTICES)
def test_average_is_that_of_whole_resolvents(law, name):
    quantity, asked = QUANTITIES[name]
    lattice = LATTICES[law]
    powers = (0, 1, 2, 4)
    for power, wanted in zip(powers, series(lattice, quantity, law, powers), strict=True):
        found = lattice_average(power, lattice, **asked)
        exactly = lattice_average(power, lattice, **asked, exact=True).numbers()
        largest = np.abs(exactly).max()
        assert np.abs(found - exactly).max() <= 1e-12 * largest
        assert np.abs(wanted - exactly).max() <= 1e-7 * max(largest, 1)


@pytest.mark.parametrize("law", LATTICES)
def test_terms_by_quadrature_to_the_last_digits(law):
    """G0 (V G0)^m at the nodes, up to m = 8: the quadrature is exact for these polynomials."""
    lattice = LATTICES[law]
    potentials, weights = realisations(lattice, law)
    terms = {letter: [resolvent(lattice, letter, 0 * potentials)] for letter in "RA"}
    for found in terms.values():
        for m in range(8):
            found.append(found[0] @ (potentials[:, :, None] * found[m]))
    for n in range(1, 5):
        wanted = np.einsum("x,xab->ab", weights, terms["R"][2 * n])
        found = lattice_average(2 * n, lattice)
        assert np.abs(found - wanted).max() <= 1e-12 * np.abs(wanted).max()
        products = [
            np.einsum("x,xab,xcd->abcd", weights, terms["R"][m], terms["A"][2 * n - m])
            for m in range(2 * n + 1)
        ]
        found = lattice_average(2 * n, lattice, of="bubble", open_ends=True)
        assert np.abs(found - sum(products)).max() <= 1e-12 * np.abs(sum(products)).max()


def test_odd_powers_vanish():
    assert not lattice_average(3, LATTICES["box"]).any()


def test_connected_average_is_a_covariance():
    """<XY> - <X><Y>, put together from the averages of X, of Y and of XY, power by power."""
    lattice = LATTICES["gaussian"]
    whole = lattice_average(4, lattice, of="pair")
    single = [lattice_average(p, lattice, of="bubble") for p in range(5)]
    product = sum(single[p] * single[4 - p] for p in range(5))
    assert lattice_average(4, lattice, of="pair", connected=True) == pytest.approx(whole - product, rel=1e-9)
    assert abs(product) > 1e-3 * abs(whole)


def test_spin_has_no_place_on_a_lattice_without_spin():
    with pytest.raises(InputError, match="current or density"):
        lattice_average(2, LATTICES["white"], of="bubble", vertex="spin")


def test_a_power_is_a_number():
    with pytest.raises(InputError, match=r"0, 1, 2"):
        lattice_average(-2, LATTICES["white"])
