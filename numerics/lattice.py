"""Small lattices, on which the sums over sites of a diagram can be carried out: rings, tori, random ones.

Examples
--------
>>> import cooperon as cp
>>> cp.lattice.ring(3).sites
3
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from cooperon.diagrams.arguments import is_count, whole
from cooperon.diagrams.errors import InputError
from cooperon.numerics.disorder import Disorder, gaussian
from cooperon.numerics.finite_lattice import ENERGY, ETA, Lattice, from_matrices
from cooperon.numerics.rational import Complex, read_complex

__all__ = ["Lattice", "from_matrices", "random_hamiltonian", "ring", "torus"]

FLUX = (Fraction(3, 5), Fraction(4, 5))  # of size one, so that only the phase matters


def ring(
    sites: int,
    *,
    hopping: Any = None,
    disorder: Disorder | None = None,
    energy: Any = ENERGY,
    eta: Any = ETA,
) -> Lattice:
    """Return a ring of sites with hopping between neighbours.

    Parameters
    ----------
    sites : int
        Number of sites, two or more.
    hopping : number, optional
        The amplitude t from the site s to the site s + 1 in -H, and its conjugate back. A complex one is a
        magnetic flux through the ring; unless given it is (3 + 4i)/5, so that no line equals its own reverse.
    disorder, energy, eta
        As in :func:`from_matrices`.

    Returns
    -------
    Lattice
        With the velocity i[H, x], in sites per unit of time.

    Examples
    --------
    >>> ring(4, hopping=1).hamiltonian == ring(4, hopping=1.0).hamiltonian
    True
    """
    (sites,) = _require_sides(sites)
    hop = FLUX if hopping is None else read_complex(hopping)
    bonds = [(s, (s + 1) % sites, hop, 1) for s in range(sites)]
    rows, velocity = _from_bonds(sites, bonds)
    name = f"ring of {sites} sites"
    return from_matrices(rows, velocity, disorder=disorder, energy=energy, eta=eta, name=name)


def torus(
    width: int,
    height: int,
    *,
    hopping: Any = None,
    disorder: Disorder | None = None,
    energy: Any = ENERGY,
    eta: Any = ETA,
) -> Lattice:
    """Return a square lattice closed in both directions, with hopping between neighbours.

    Parameters
    ----------
    width, height : int
        Number of sites along x and y, two or more.
    hopping : number, optional
        As in :func:`ring`, for both directions. With a real one and a width of 2 the two ways round cancel
        in the velocity.
    disorder, energy, eta
        As in :func:`from_matrices`.

    Returns
    -------
    Lattice
        With the velocity along x, i[H, x].

    Examples
    --------
    >>> print(torus(2, 2))
    torus of 2 x 2 sites, uncorrelated Gaussian disorder, E = 1/3, eta = 1/2
    """
    width, height = _require_sides(width, height)
    hop = FLUX if hopping is None else read_complex(hopping)
    places = [(x, y) for y in range(height) for x in range(width)]
    number = {place: i for i, place in enumerate(places)}
    along = [(number[x, y], number[(x + 1) % width, y], hop, 1) for x, y in places]
    across = [(number[x, y], number[x, (y + 1) % height], hop, 0) for x, y in places]
    rows, velocity = _from_bonds(width * height, along + across)
    name = f"torus of {width} x {height} sites"
    return from_matrices(rows, velocity, disorder=disorder, energy=energy, eta=eta, name=name)


def random_hamiltonian(
    sites: int = 3,
    *,
    seed: int = 0,
    real: bool = False,
    disorder: Disorder | None = None,
    energy: Any = ENERGY,
    eta: Any = ETA,
) -> Lattice:
    """Return a random Hamiltonian with a random velocity: without symmetries, no two diagrams are equal.

    Parameters
    ----------
    sites : int
        Number of sites.
    seed : int
        Of the random numbers, which are fractions with small denominators.
    real : bool
        True for a real Hamiltonian (time reversal holds).
    disorder : Disorder, optional
        Unless given, Gaussian with a random covariance: potentials on different sites are correlated.
    energy, eta
        As in :func:`from_matrices`.

    Examples
    --------
    >>> print(random_hamiltonian(3))
    random Hamiltonian of 3 sites, correlated Gaussian disorder, E = 1/3, eta = 1/2
    """
    (sites,) = _require_sides(sites, least=1)
    if not is_count(whole(seed)):
        raise InputError(f"seed = {seed!r}", expected="a number 0, 1, 2, ...")
    draw = random.Random(whole(seed))
    rows = _random_hermitian(draw, sites, real)
    velocity = _random_hermitian(draw, sites, False)
    if disorder is None:
        factor = [[Fraction(draw.randrange(-3, 4), 2) for _ in range(sites)] for _ in range(sites)]
        share = [[sum(a * b for a, b in zip(s, t, strict=True)) for t in factor] for s in factor]
        # the unit matrix makes it positive definite whatever was drawn
        disorder = gaussian([[c + (s == t) for t, c in enumerate(row)] for s, row in enumerate(share)])
    name = f"random {'real ' * real}Hamiltonian of {sites} site{'s' * (sites > 1)}"
    return from_matrices(rows, velocity, disorder=disorder, energy=energy, eta=eta, name=name)


def _require_sides(*sides: Any, least: int = 2) -> tuple[int, ...]:
    for side in sides:
        if not is_count(whole(side)) or side < least:
            expected = f"a number of sites {least}, {least + 1}, {least + 2}, ..."
            raise InputError(f"{side!r} sites", expected=expected)
    return tuple(map(whole, sides))


def _from_bonds(
    sites: int, bonds: Iterable[tuple[int, int, Complex, int]]
) -> tuple[list[list[Complex]], list[list[Complex]]]:
    """Add up H and v = i[H, x] from bonds: from where to where, the hopping, how far along x."""
    zero = (Fraction(0), Fraction(0))
    rows = [[zero] * sites for _ in range(sites)]
    velocity = [[zero] * sites for _ in range(sites)]
    for start, end, (real, imaginary), step in bonds:
        for a, b, sign in ((end, start, 1), (start, end, -1)):
            rows[a][b] = _plus(rows[a][b], (-real, -sign * imaginary))
            velocity[a][b] = _plus(velocity[a][b], (-step * imaginary, sign * step * real))
    return rows, velocity


def _plus(a: Complex, b: Complex) -> Complex:
    return a[0] + b[0], a[1] + b[1]


def _random_hermitian(draw: random.Random, sites: int, real: bool) -> list[list[Complex]]:
    rows = [[(Fraction(0), Fraction(0))] * sites for _ in range(sites)]
    for a in range(sites):
        for b in range(a + 1):
            parts = [Fraction(draw.randrange(-4, 5), 4) for _ in range(2)]
            imaginary = Fraction(0) if real or a == b else parts[1]
            rows[a][b], rows[b][a] = (parts[0], imaginary), (parts[0], -imaginary)
    return rows


def __dir__() -> list[str]:
    return sorted(__all__)
