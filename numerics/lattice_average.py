"""The exact average over disorder of Green's functions, power by power of the potential, without diagrams.

With V = sum_k x_k V_k and independent x_k, the term G0 (V G0)^m is a polynomial in the x_k whose coefficients are
matrices. Its average needs the moments <x_k^p> of each variable and nothing else: no pairing, no cumulant.
Complex N x N matrices are written as real ones of twice the size.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cooperon.numerics.disorder import Disorder
from cooperon.numerics.exact_arrays import ExactArray, integers
from cooperon.numerics.lattice import Lattice, exact_matrix
from cooperon.numerics.rational import read_complex_matrix

__all__ = ["average_of_bubble", "average_of_line", "average_of_two_lines"]

Exponents = tuple[int, ...]
Moments = list[list[Fraction]]
Polynomial = dict[Exponents, NDArray[Any]]
"""Coefficients, real parts above imaginary ones, by the powers of the x_k."""


def average_of_line(letter: str, power: int, lattice: Lattice, *, exact: bool = False) -> Any:
    """Average the term of G that has a given power of the potential.

    Parameters
    ----------
    letter : str
        ``"R"`` or ``"A"``.
    power : int
        The power of the potential.
    lattice : Lattice
        Where.
    exact : bool
        True for exact numbers.

    Returns
    -------
    array of complex or ExactArray
        The matrix <G_ab>.

    Examples
    --------
    >>> from cooperon.numerics.lattice import ring
    >>> average_of_line("R", 0, ring(4), exact=True) == ring(4).green("R")
    True
    """
    series = _Series(letter, lattice, power, exact)
    polynomial = series.terms[power]
    moments = _moments(lattice.disorder, power)
    weights, under = _numbers([[_average(moments, alpha) for alpha in polynomial]], exact)
    parts = (weights[0] @ _flat(polynomial)).reshape((2, lattice.sites, lattice.sites))
    return _complex(parts[0], parts[1], series.under(power) * under, exact)


def average_of_two_lines(letters: str, power: int, lattice: Lattice, *, exact: bool = False) -> Any:
    """Average the terms of a product of two Green's functions that have a given power of the potential.

    Parameters
    ----------
    letters : str
        ``"RA"``, ``"RR"`` or ``"AA"``.
    power, lattice, exact
        As in :func:`average_of_line`.

    Returns
    -------
    array of complex or ExactArray
        The tensor <G_ab G_cd>.

    Examples
    --------
    >>> from cooperon.numerics.lattice import ring
    >>> average_of_two_lines("RA", 2, ring(3)).shape
    (3, 3, 3, 3)
    """
    left, right = (_Series(letter, lattice, power, exact) for letter in letters)
    moments = _moments(lattice.disorder, power)
    shares = (_share(left, right, first, power - first, moments) for first in range(power + 1))
    return reduce(add, shares)


def average_of_bubble(
    letters: str, power: int, lattice: Lattice, *, vertex: str = "current", exact: bool = False
) -> Any:
    """Average the terms of Tr v G v G that have a given power of the potential.

    Parameters
    ----------
    letters, power, lattice, exact
        As in :func:`average_of_two_lines`.
    vertex : str
        ``"current"`` for the velocity, ``"density"`` for the unit matrix.

    Returns
    -------
    array of complex or ExactArray
        One number.

    Examples
    --------
    >>> from cooperon.numerics.lattice import lattice
    >>> two_levels = lattice([[1, 0], [0, -1]], energy=0, eta=1)
    >>> print(average_of_bubble("RA", 0, two_levels, vertex="density", exact=True))
    1
    """
    n = lattice.sites
    rows = lattice.velocity if vertex == "current" else read_complex_matrix(np.eye(n), "unit matrix")
    matrix = exact_matrix(rows) if exact else exact_matrix(rows).numbers()
    # Tr v G v G = sum of v_da G_ab v_bc G_cd
    weights = matrix.transpose((1, 0)).reshape((n, 1, 1, n)) * matrix.reshape((1, n, n, 1))
    product = weights * average_of_two_lines(letters, power, lattice, exact=exact)
    return product.reshape((n**4,)).sum(0)


class _Series:
    """The terms G0 (V G0)^m, m = 0, 1, ..., as polynomials in the x_k.

    In exact arithmetic the coefficients are integers, over ``under(m)``.
    """

    def __init__(self, letter: str, lattice: Lattice, power: int, exact: bool) -> None:
        green = lattice.green(letter)
        numbers = green.numbers()
        real, imaginary = (green.real, green.imaginary) if exact else (numbers.real, numbers.imag)
        both = np.block([[real, -imaginary], [imaginary, real]])
        mixing, self._mixing_under = _numbers(lattice.disorder.mixing, exact)
        self._green_under = green.denominator if exact else 1
        # G0 V_k, V_k the potential of one source
        self._steps = [both * np.concatenate([profile, profile]) for profile in mixing.T]
        self.exact, self.sites = exact, lattice.sites
        self.terms: list[Polynomial] = [{(0,) * len(self._steps): both[:, : lattice.sites]}]
        for _ in range(power):
            self.terms.append(self._longer(self.terms[-1]))

    def _longer(self, polynomial: Polynomial) -> Polynomial:
        longer: Polynomial = {}
        for alpha, coefficient in polynomial.items():
            for k, step in enumerate(self._steps):
                raised = (*alpha[:k], alpha[k] + 1, *alpha[k + 1 :])
                longer[raised] = longer.get(raised, 0) + step @ coefficient
        return longer

    def under(self, power: int) -> int:
        """Return the denominator of a term."""
        return int(self._green_under ** (power + 1) * self._mixing_under**power)


def _share(left: _Series, right: _Series, first: int, second: int, moments: Moments) -> Any:
    """Average the products with given powers of the potential in the two lines."""
    a, b = left.terms[first], right.terms[second]
    table = [[_average(moments, map(add, alpha, beta)) for beta in b] for alpha in a]
    weights, under = _numbers(table, left.exact)
    n = left.sites
    parts = (_flat(a).T @ weights @ _flat(b)).reshape((2, n, n, 2, n, n))
    real, imaginary = parts[0, :, :, 0] - parts[1, :, :, 1], parts[0, :, :, 1] + parts[1, :, :, 0]
    return _complex(real, imaginary, left.under(first) * right.under(second) * under, left.exact)


def _moments(disorder: Disorder, power: int) -> Moments:
    return [[disorder.moment(k, p) for p in range(power + 1)] for k in range(len(disorder.variances))]


def _average(moments: Moments, alpha: Iterable[int]) -> Fraction:
    """Average a monomial: the variables are independent."""
    return math.prod((row[p] for row, p in zip(moments, alpha, strict=True) if p), start=Fraction(1))


def _numbers(table: Any, exact: bool) -> tuple[NDArray[Any], int]:
    """Return fractions as integers and what is under them, or as floating-point numbers and 1."""
    numerators, under = integers(table)
    return (numerators, under) if exact else ((numerators / under).astype(float), 1)


def _flat(polynomial: Polynomial) -> NDArray[Any]:
    """Return the coefficients as rows of a matrix."""
    return np.array([coefficient.ravel() for coefficient in polynomial.values()])


def _complex(real: NDArray[Any], imaginary: NDArray[Any], under: int, exact: bool) -> Any:
    return ExactArray(real, imaginary, under) if exact else real + 1j * imaginary
