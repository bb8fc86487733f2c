"""A finite lattice as a value: Hamiltonian, velocity, random potential and energy in exact numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.disorder import Disorder, white_noise
from cooperon.numerics.exact_arrays import ExactArray
from cooperon.numerics.rational import (
    ComplexMatrix,
    complex_inverse,
    read_complex_matrix,
    read_fraction,
)

__all__ = ["ENERGY", "ETA", "Lattice", "exact_matrix", "from_matrices"]

ENERGY, ETA = Fraction(1, 3), Fraction(1, 2)


@dataclass(frozen=True)
class Lattice(PublicNames):
    """A clean Hamiltonian on a few sites, a velocity, a random potential, and an energy (hbar = 1).

    Made by the functions of :mod:`cooperon.numerics.lattice` or, from matrices of one's own, by
    :func:`from_matrices`.

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
    >>> from cooperon.numerics.lattice import ring
    >>> print(ring(4))
    ring of 4 sites, uncorrelated Gaussian disorder, E = 1/3, eta = 1/2
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
        >>> from cooperon.numerics.lattice import ring
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

    def vertex(self, kind: str) -> ExactArray:
        """Return what stands at an external vertex: the velocity, or the unit matrix for a density.

        Raises
        ------
        InputError
            For another kind: there is no spin on a lattice.
        """
        if kind not in self._vertices:
            raise InputError(
                f"{kind} vertices",
                expected="current or density vertices on a lattice",
                hint='vertex="current"',
            )
        return self._vertices[kind]

    @cached_property
    def _vertices(self) -> dict[str, ExactArray]:
        unit = [[Fraction(a == b) for b in range(self.sites)] for a in range(self.sites)]
        return {"current": exact_matrix(self.velocity), "density": ExactArray.read(unit)}

    def _resolvent(self, eta: Fraction) -> ExactArray:
        size = range(self.sites)
        inverse = tuple(
            tuple(
                (self.energy * (a == b) - h[0], eta * (a == b) - h[1]) for b, h in zip(size, row, strict=True)
            )
            for a, row in zip(size, self.hamiltonian, strict=True)
        )
        return exact_matrix(complex_inverse(inverse))

    def __str__(self) -> str:
        return f"{self.name}, {self.disorder}, E = {_written(self.energy)}, eta = {_written(self.eta)}"


def _written(number: Fraction) -> str:
    """Write a fraction, or the decimal number that it was read from."""
    if number.denominator < 10**6 and abs(number) < 10**12:
        return str(number)
    try:
        rounded = float(number)
    except OverflowError:
        rounded = 0.0
    return str(rounded) if rounded else f"{Decimal(number.numerator) / Decimal(number.denominator):.6e}"


def exact_matrix(matrix: ComplexMatrix) -> ExactArray:
    """Make an array of a matrix.

    Examples
    --------
    >>> exact_matrix(from_matrices([[0, 2j], [-2j, 0]], [[1, 0], [0, 1]]).hamiltonian).shape
    (2, 2)
    """
    parts = [[[entry[part] for entry in row] for row in matrix] for part in (0, 1)]
    return ExactArray.read(*parts)


def from_matrices(
    hamiltonian: Any,
    velocity: Any,
    *,
    disorder: Disorder | None = None,
    energy: Any = ENERGY,
    eta: Any = ETA,
    name: str | None = None,
) -> Lattice:
    """Make a lattice from matrices.

    Numbers may be integers, fractions, floats (each stands for the binary fraction that it is), complex or
    rational numbers of sympy, or pairs of a real and an imaginary part.

    Parameters
    ----------
    hamiltonian : matrix
        Clean Hamiltonian, Hermitian.
    velocity : matrix
        What stands at a current vertex, Hermitian.
    disorder : Disorder, optional
        The random potential; white noise of strength one unless given.
    energy, eta : number
        G^{R/A} = 1/(energy ± i eta - H), eta > 0.
    name : str, optional
        What to call it.

    Raises
    ------
    InputError
        When a matrix is not Hermitian, the sizes do not fit or eta is not positive.

    Examples
    --------
    >>> print(from_matrices([[0, 1], [1, 0]], [[1, 0], [0, -1]], energy=0))
    Hamiltonian of 2 sites, uncorrelated Gaussian disorder, E = 0, eta = 1/2
    """
    rows = read_complex_matrix(hamiltonian, "hamiltonian")
    potential = white_noise(len(rows)) if disorder is None else disorder
    if not isinstance(potential, Disorder) or potential.sites != len(rows):
        expected = f"a random potential on {len(rows)} sites"
        raise InputError(f"disorder = {disorder}", expected, f"cooperon.disorder.white_noise({len(rows)})")
    width = read_fraction(eta)
    if width <= 0:
        raise InputError(f"eta = {eta}", expected="eta > 0")
    vertex = read_complex_matrix(velocity, "velocity", len(rows))
    title = f"Hamiltonian of {len(rows)} sites" if name is None else name
    return Lattice(rows, vertex, potential, read_fraction(energy), width, title)
