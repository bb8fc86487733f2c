"""Small finite lattices on which every diagram is a sum over sites that can be carried out."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from cooperon.diagrams.errors import InputError
from cooperon.numerics.disorder import Disorder, gaussian_disorder, white_noise
from cooperon.numerics.exact_arrays import ExactArray
from cooperon.numerics.rational import (
    Complex,
    ComplexMatrix,
    complex_inverse,
    read_complex,
    read_complex_matrix,
    read_fraction,
)

__all__ = ["Lattice", "lattice", "random_lattice", "ring", "torus"]

ENERGY, ETA = Fraction(1, 3), Fraction(1, 2)
FLUX = (Fraction(3, 5), Fraction(4, 5))  # of size one, so that only the phase matters


@dataclass(frozen=True)
class Lattice:
    """A clean Hamiltonian on a few sites, a velocity, a random potential, and an energy (hbar = 1).

    All numbers are exact. Made by :func:`ring`, :func:`torus`, :func:`random_lattice` or, from matrices of
    one's own, :func:`lattice`.

    Parameters
    ----------
    hamiltonian, velocity : tuple of tuples of (Fraction, Fraction)
        H and v, Hermitian; real and imaginary parts.
    disorder : Disorder
        The random potential.
    energy, eta : Fraction
        G^{R/A} = 1/(energy ± i eta - H).
    name : str
        What to call it.

    Examples
    --------
    >>> print(ring(4))
    ring of 4 sites, uncorrelated gaussian disorder, E = 1/3, eta = 1/2
    """

    hamiltonian: ComplexMatrix
    velocity: ComplexMatrix
    disorder: Disorder
    energy: Fraction
    eta: Fraction
    name: str

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.hamiltonian)

    def green(self, letter: str) -> ExactArray:
        """Return the clean Green's function as a matrix, retarded (``"R"``) or advanced (``"A"``).

        Examples
        --------
        >>> retarded, advanced = ring(4).green("R"), ring(4).green("A")
        >>> bool((retarded.numbers() == advanced.numbers().conj().T).all())
        True
        """
        return self._retarded if letter == "R" else self._advanced

    @cached_property
    def _retarded(self) -> ExactArray:
        return self._resolvent(self.eta)

    @cached_property
    def _advanced(self) -> ExactArray:
        return self._resolvent(-self.eta)

    def _resolvent(self, eta: Fraction) -> ExactArray:
        size = range(self.sites)
        inverse = tuple(
            tuple((self.energy * (a == b) - h[0], eta * (a == b) - h[1]) for b, h in zip(size, row, strict=True))
            for a, row in zip(size, self.hamiltonian, strict=True)
        )
        return exact_matrix(complex_inverse(inverse))

    def __str__(self) -> str:
        return f"{self.name}, {self.disorder}, E = {self.energy}, eta = {self.eta}"


def exact_matrix(matrix: ComplexMatrix) -> ExactArray:
    """Make an array of a matrix.

    Examples
    --------
    >>> print(exact_matrix(ring(2).velocity).numbers()[0, 1])
    (-0-1.6j)
    """
    parts = [[[entry[part] for entry in row] for row in matrix] for part in (0, 1)]
    return ExactArray.read(*parts)


def lattice(
    hamiltonian: Any,
    velocity: Any = None,
    *,
    disorder: Disorder | None = None,
    energy: Any = ENERGY,
    eta: Any = ETA,
    name: str = "lattice of one's own",
) -> Lattice:
    """Make a lattice from matrices.

    Parameters
    ----------
    hamiltonian : matrix
        Clean Hamiltonian, Hermitian.
    velocity : matrix, optional
        What stands at a current vertex, Hermitian; the Hamiltonian itself unless given.
    disorder : Disorder, optional
        The random potential; white noise of strength one unless given.
    energy, eta : number
        G^{R/A} = 1/(energy ± i eta - H), eta > 0.
    name : str
        What to call it.

    Raises
    ------
    InputError
        When a matrix is not Hermitian, the sizes do not fit or eta is not positive.

    Examples
    --------
    >>> print(lattice([[0, 1], [1, 0]]))
    lattice of one's own, uncorrelated gaussian disorder, E = 1/3, eta = 1/2
    """
    rows = read_complex_matrix(hamiltonian, "hamiltonian")
    potential = white_noise(len(rows)) if disorder is None else disorder
    if not isinstance(potential, Disorder) or potential.sites != len(rows):
        expected = f"a random potential on {len(rows)} sites"
        raise InputError(f"disorder = {potential}", expected, f"white_noise({len(rows)})")
    width = read_fraction(eta)
    if width <= 0:
        raise InputError(f"eta = {eta}", expected="eta > 0")
    vertex = read_complex_matrix(hamiltonian if velocity is None else velocity, "velocity", len(rows))
    return Lattice(rows, vertex, potential, read_fraction(energy), width, name)


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
        t in H = -sum_s (t |s+1><s| + h.c.). A complex one is a magnetic flux through the ring; unless
        given it is (3 + 4i)/5, so that no line equals its own reverse.
    disorder, energy, eta
        As in :func:`lattice`.

    Returns
    -------
    Lattice
        With the velocity i[H, x], in sites per unit of time.

    Examples
    --------
    >>> ring(4, hopping=1).hamiltonian == ring(4, hopping=1.0).hamiltonian
    True
    """
    _require_sides(sites)
    hop = FLUX if hopping is None else read_complex(hopping)
    bonds = [(s, (s + 1) % sites, hop, 1) for s in range(sites)]
    rows, velocity = _from_bonds(sites, bonds)
    name = f"ring of {sites} sites"
    return lattice(rows, velocity, disorder=disorder, energy=energy, eta=eta, name=name)


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
        As in :func:`lattice`.

    Returns
    -------
    Lattice
        With the velocity along x, i[H, x].

    Examples
    --------
    >>> print(torus(2, 2))
    torus of 2 x 2 sites, uncorrelated gaussian disorder, E = 1/3, eta = 1/2
    """
    _require_sides(width, height)
    hop = FLUX if hopping is None else read_complex(hopping)
    places = [(x, y) for y in range(height) for x in range(width)]
    number = {place: i for i, place in enumerate(places)}
    along = [(number[x, y], number[(x + 1) % width, y], hop, 1) for x, y in places]
    across = [(number[x, y], number[x, (y + 1) % height], hop, 0) for x, y in places]
    rows, velocity = _from_bonds(width * height, along + across)
    name = f"torus of {width} x {height} sites"
    return lattice(rows, velocity, disorder=disorder, energy=energy, eta=eta, name=name)


def random_lattice(
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
        As in :func:`lattice`.

    Examples
    --------
    >>> print(random_lattice(3))
    random Hamiltonian of 3 sites, correlated gaussian disorder, E = 1/3, eta = 1/2
    """
    draw = random.Random(seed)
    rows = _random_hermitian(draw, sites, real)
    velocity = _random_hermitian(draw, sites, False)
    if disorder is None:
        factor = [[Fraction(draw.randrange(-3, 4), 2) for _ in range(sites)] for _ in range(sites)]
        share = [[sum(a * b for a, b in zip(s, t, strict=True)) for t in factor] for s in factor]
        # the unit matrix makes it positive definite whatever was drawn
        disorder = gaussian_disorder([[c + (s == t) for t, c in enumerate(row)] for s, row in enumerate(share)])
    name = f"random {'real ' * real}Hamiltonian of {sites} sites"
    return lattice(rows, velocity, disorder=disorder, energy=energy, eta=eta, name=name)


def _require_sides(*sides: Any) -> None:
    for side in sides:
        if not isinstance(side, int) or side < 2:
            raise InputError(f"{side!r} sites in a row", expected="a number of sites 2, 3, 4, ...")


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
