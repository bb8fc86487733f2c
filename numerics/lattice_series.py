"""Green's functions in powers of a random potential: polynomials in independent variables, averaged.

With V = sum_k x_k V_k the term G0 (V G0)^m is a polynomial in the x_k whose coefficients are matrices. Its
average needs the moments <x_k^p> of each variable and nothing else: no pairing, no cumulant.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cooperon.numerics.disorder import Disorder
from cooperon.numerics.exact_arrays import ExactArray, integers
from cooperon.numerics.finite_lattice import Lattice

__all__ = ["Polynomial", "average", "average_of_product", "bubble_series", "green_series"]

Exponents = tuple[int, ...]
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Polynomial:
    """A homogeneous polynomial in the x_k with complex arrays for coefficients.

    Parameters
    ----------
    exponents : tuple of tuple of int
        The powers of the x_k in each monomial.
    real, imaginary : array
        Coefficients, the first axis counts the monomials; integers when ``exact``.
    under : int
        What all coefficients are to be divided by; 1 unless ``exact``.
    exact : bool
        True for integers, False for floating-point numbers.

    Examples
    --------
    >>> from cooperon.numerics.lattice import ring
    >>> [len(term.exponents) for term in green_series("R", ring(2), 3, exact=True)]
    [1, 2, 3, 4]
    """

    exponents: tuple[Exponents, ...]
    real: Array
    imaginary: Array
    under: int
    exact: bool


def green_series(letter: str, lattice: Lattice, power: int, *, exact: bool) -> list[Polynomial]:
    """Return the terms G0 (V G0)^m of a Green's function, m = 0, 1, ..., ``power``.

    Parameters
    ----------
    letter : str
        ``"R"`` or ``"A"``.
    lattice : Lattice
        Where.
    power : int
        The highest power of the potential.
    exact : bool
        True for exact numbers.

    Examples
    --------
    >>> from cooperon.numerics.lattice import ring
    >>> green_series("R", ring(2), 0, exact=True)[0].exponents
    ((0, 0),)
    """
    (real, imaginary), under = _parts(lattice.green(letter), exact)
    mixing, mixing_under = _numbers(lattice.disorder.mixing, exact)
    # a complex matrix as a real one of twice the size; of a product the first half of the columns is enough
    both = np.block([[real, -imaginary], [imaginary, real]])
    steps = [both * np.concatenate([profile, profile]) for profile in mixing.T]
    sites = lattice.sites
    coefficients: dict[Exponents, Array] = {(0,) * len(steps): both[:, :sites]}
    terms = []
    for m in range(power + 1):
        halves = np.array(list(coefficients.values())).reshape((-1, 2, sites, sites))
        over = under ** (m + 1) * mixing_under**m
        terms.append(Polynomial(tuple(coefficients), halves[:, 0], halves[:, 1], over, exact))
        coefficients = _times_potential(coefficients, steps)
    return terms


def _times_potential(coefficients: dict[Exponents, Array], steps: Sequence[Array]) -> dict[Exponents, Array]:
    """Multiply by G0 V = sum_k x_k (G0 V_k)."""
    longer: dict[Exponents, Array] = {}
    for alpha, coefficient in coefficients.items():
        for k, step in enumerate(steps):
            raised = (*alpha[:k], alpha[k] + 1, *alpha[k + 1 :])
            longer[raised] = longer.get(raised, 0) + step @ coefficient
    return longer


def bubble_series(
    left: Sequence[Polynomial], right: Sequence[Polynomial], vertex: ExactArray
) -> list[Polynomial]:
    """Return the terms of Tr v G v G' from those of G and of G'.

    Examples
    --------
    >>> from cooperon.numerics.finite_lattice import exact_matrix
    >>> from cooperon.numerics.lattice import ring
    >>> line = green_series("R", ring(2), 2, exact=False)
    >>> bubble_series(line, line, exact_matrix(ring(2).velocity))[1].exponents
    ((1, 0), (0, 1))
    """
    (real, imaginary), under = _parts(vertex, left[0].exact)
    a, b = ([_times_matrix(real, imaginary, under, term) for term in terms] for terms in (left, right))
    return [_added([_traces(a[j], b[m - j]) for j in range(m + 1)]) for m in range(len(a))]


def _times_matrix(real: Array, imaginary: Array, under: int, term: Polynomial) -> Polynomial:
    x, y = real @ term.real - imaginary @ term.imaginary, real @ term.imaginary + imaginary @ term.real
    return Polynomial(term.exponents, x, y, under * term.under, term.exact)


def _traces(a: Polynomial, b: Polynomial) -> Polynomial:
    """Multiply two polynomials of matrices and take the trace; equal monomials are not added up."""

    def trace(x: Array, y: Array) -> Array:
        return (x.reshape(len(x), -1) @ y.transpose((0, 2, 1)).reshape(len(y), -1).T).ravel()

    exponents = tuple(tuple(map(add, alpha, beta)) for alpha in a.exponents for beta in b.exponents)
    return Polynomial(exponents, *_complex_product(a, b, trace), a.under * b.under, a.exact)


def _added(parts: Sequence[Polynomial]) -> Polynomial:
    """Add up polynomials with numbers for coefficients."""
    under = math.lcm(*(part.under for part in parts))
    coefficients: dict[Exponents, tuple[Any, Any]] = {}
    for part in parts:
        scale = under // part.under
        for alpha, x, y in zip(part.exponents, part.real, part.imaginary, strict=True):
            real, imaginary = coefficients.get(alpha, (0, 0))
            coefficients[alpha] = (real + scale * x, imaginary + scale * y)
    kind = object if parts[0].exact else float
    columns = np.array(list(coefficients.values()), dtype=kind).T
    return Polynomial(tuple(coefficients), columns[0], columns[1], under, parts[0].exact)


def average(polynomial: Polynomial, disorder: Disorder) -> Any:
    """Average a polynomial over disorder.

    Returns
    -------
    array of complex or ExactArray

    Examples
    --------
    >>> from cooperon.numerics.lattice import ring
    >>> clean = green_series("R", ring(3), 0, exact=True)[0]
    >>> average(clean, ring(3).disorder) == ring(3).green("R")
    True
    """
    one = (np.ones(1, dtype=object), np.zeros(1, dtype=object))
    unit = Polynomial(((0,) * len(polynomial.exponents[0]),), *one, 1, polynomial.exact)
    return average_of_product(unit, polynomial, disorder)


def average_of_product(a: Polynomial, b: Polynomial, disorder: Disorder) -> Any:
    """Average the product of two polynomials: all entries of the one times all entries of the other.

    Returns
    -------
    array of complex or ExactArray

    Examples
    --------
    >>> from cooperon.numerics.lattice import ring
    >>> term = green_series("R", ring(3), 1, exact=False)[1]
    >>> average_of_product(term, term, ring(3).disorder).shape
    (3, 3, 3, 3)
    """
    degree = sum(a.exponents[0]) + sum(b.exponents[0])
    sources = range(len(disorder.variances))
    moments = [[disorder.moment(k, p) for p in range(degree + 1)] for k in sources]
    table = [[_moment(moments, map(add, alpha, beta)) for beta in b.exponents] for alpha in a.exponents]
    weights, under = _numbers(table, a.exact)

    def weigh(x: Array, y: Array) -> Array:
        summed = x.reshape(len(x), -1).T @ weights @ y.reshape(len(y), -1)
        return np.asarray(summed).reshape((*x.shape[1:], *y.shape[1:]))

    real, imaginary = _complex_product(a, b, weigh)
    return ExactArray(real, imaginary, a.under * b.under * under) if a.exact else real + 1j * imaginary


def _moment(moments: list[list[Fraction]], alpha: Iterable[int]) -> Fraction:
    """Average a monomial: the variables are independent."""
    return math.prod((row[p] for row, p in zip(moments, alpha, strict=True) if p), start=Fraction(1))


def _complex_product(
    a: Polynomial, b: Polynomial, multiply: Callable[[Array, Array], Array]
) -> tuple[Array, Array]:
    real = multiply(a.real, b.real) - multiply(a.imaginary, b.imaginary)
    return real, multiply(a.real, b.imaginary) + multiply(a.imaginary, b.real)


def _parts(matrix: ExactArray, exact: bool) -> tuple[tuple[Array, Array], int]:
    numbers = matrix.numbers()
    rounded = (numbers.real, numbers.imag), 1
    return ((matrix.real, matrix.imaginary), matrix.denominator) if exact else rounded


def _numbers(table: Any, exact: bool) -> tuple[Array, int]:
    """Return fractions as integers and what is under them, or as floating-point numbers and 1."""
    numerators, under = integers(table)
    return (numerators, under) if exact else ((numerators / under).astype(float), 1)
