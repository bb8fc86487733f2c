"""Matrices of exact numbers: reading them, inverting them, splitting a covariance into sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from cooperon.diagrams.errors import InputError

__all__ = [
    "Complex",
    "ComplexMatrix",
    "Matrix",
    "complex_inverse",
    "independent_sources",
    "read_complex",
    "read_complex_matrix",
    "read_fraction",
    "read_matrix",
]

Complex = tuple[Fraction, Fraction]
"""An exact complex number: real and imaginary part."""
Matrix = tuple[tuple[Fraction, ...], ...]
ComplexMatrix = tuple[tuple[Complex, ...], ...]


def read_complex(value: Any) -> Complex:
    """Read an exact complex number; a float stands for the binary fraction that it is.

    Parameters
    ----------
    value : number
        Integer, ``Fraction``, float, complex, numpy or sympy number, or a pair of them: the real and the
        imaginary part.

    Raises
    ------
    InputError
        When it is not a finite number, or not a rational one.

    Examples
    --------
    >>> read_complex(0.5 - 2j)
    (Fraction(1, 2), Fraction(-2, 1))
    """
    if isinstance(value, tuple) and len(value) == 2:
        return read_fraction(value[0]), read_fraction(value[1])
    try:
        if hasattr(value, "as_real_imag"):  # sympy: a Float is a binary fraction, sqrt(2) is refused
            parts = [Fraction(int(part.p), int(part.q)) for part in map(_rational, value.as_real_imag())]
        elif isinstance(value, Fraction | int):
            parts = [Fraction(value), Fraction(0)]
        else:
            number = complex(value)
            parts = [Fraction(number.real), Fraction(number.imag)]
    except (TypeError, ValueError, AttributeError, OverflowError):
        hint = "Fraction(1, 3), or a pair of them"
        raise InputError(f"{value!r}", expected="a rational number", hint=hint) from None
    return parts[0], parts[1]


def _rational(part: Any) -> Any:
    import sympy as sp

    return sp.Rational(part) if part.is_Float else part


def read_fraction(value: Any) -> Fraction:
    """Read an exact real number.

    Raises
    ------
    InputError
        When it is none.

    Examples
    --------
    >>> read_fraction(0.25)
    Fraction(1, 4)
    """
    real, imaginary = read_complex(value)
    if imaginary:
        raise InputError(f"{value!r}", expected="a real number")
    return real


def read_complex_matrix(values: Any, name: str, size: int | None = None) -> ComplexMatrix:
    """Read a square matrix of exact complex numbers that equals its adjoint.

    Parameters
    ----------
    values : sequence of sequences of numbers
        The rows.
    name : str
        What the matrix is called in an error message.
    size : int, optional
        The number of rows that it must have.

    Raises
    ------
    InputError
        When it is not square, of another size, or not Hermitian.

    Examples
    --------
    >>> read_complex_matrix([[1, 2j], [-2j, 0]], "hamiltonian")[0][1]
    (Fraction(0, 1), Fraction(2, 1))
    """
    rows = tuple(tuple(map(read_complex, row)) for row in _rows(values, name))
    _require_square(rows, name, size)
    if any(rows[a][b] != (rows[b][a][0], -rows[b][a][1]) for a in range(len(rows)) for b in range(a + 1)):
        raise InputError(f"{name} = {values}", expected="a Hermitian matrix")
    return rows


def read_matrix(values: Any, name: str, size: int | None = None) -> Matrix:
    """Read a square matrix of exact real numbers.

    Raises
    ------
    InputError
        When it is not square or not of the size asked for.

    Examples
    --------
    >>> read_matrix([[1]], "covariance", 1)
    ((Fraction(1, 1),),)
    """
    rows = tuple(tuple(map(read_fraction, row)) for row in _rows(values, name))
    _require_square(rows, name, size)
    return rows


def _rows(values: Any, name: str) -> Iterable[Iterable[Any]]:
    values = values.tolist() if hasattr(values, "tolist") else values
    if not isinstance(values, Sequence) or not all(isinstance(row, Sequence) for row in values):
        raise InputError(
            f"{name} = {values!r}", expected="the rows of a square matrix", hint="[[1, 0], [0, 1]]"
        )
    return values


def _require_square(rows: Sequence[Sequence[Any]], name: str, size: int | None) -> None:
    expected = len(rows) if size is None else size
    if not rows or len(rows) != expected or any(len(row) != expected for row in rows):
        shape = f"{len(rows)} rows of {sorted({len(row) for row in rows})}"
        wanted = f"{expected} rows of {expected}" if rows and size is not None else "a square matrix"
        raise InputError(f"{name} with {shape}", expected=wanted)


def complex_inverse(matrix: ComplexMatrix) -> ComplexMatrix:
    """Invert a matrix of exact complex numbers, by the real matrix of twice the size that stands for it.

    Raises
    ------
    InputError
        When it has no inverse.

    Examples
    --------
    >>> complex_inverse((((Fraction(0), Fraction(2)),),))
    (((Fraction(0, 1), Fraction(-1, 2)),),)
    """
    size = len(matrix)
    upper = [[*(a for a, _ in row), *(-b for _, b in row)] for row in matrix]
    lower = [[*(b for _, b in row), *(a for a, _ in row)] for row in matrix]
    inverse = _inverse(upper + lower)
    return tuple(tuple((inverse[a][b], inverse[size + a][b]) for b in range(size)) for a in range(size))


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Invert by Gauss's elimination."""
    size = len(matrix)
    rows = [row + [Fraction(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = next((j for j in range(i, size) if rows[j][i]), None)
        if pivot is None:
            raise InputError("a matrix without inverse", expected="eta > 0 in E + i eta - H")
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for j in range(size):
            if j != i and rows[j][i]:
                factor = rows[j][i]
                rows[j] = [x - factor * y for x, y in zip(rows[j], rows[i], strict=True)]
    return [row[size:] for row in rows]


def independent_sources(covariance: Matrix) -> tuple[Matrix, tuple[Fraction, ...]]:
    """Write correlated Gaussian variables as sums of independent ones, V = A x.

    ``C = A diag(variances) A^T`` with a lower triangular A that has ones on its diagonal: no square roots,
    so that everything stays rational.

    Returns
    -------
    A, variances

    Raises
    ------
    InputError
        When the matrix is not symmetric or not positive semidefinite: no variables have such a covariance.

    Examples
    --------
    >>> A, variances = independent_sources(read_matrix([[4, 2], [2, 3]], "covariance"))
    >>> [str(a) for a in A[1]], [str(variance) for variance in variances]
    (['1/2', '1'], ['4', '2'])
    """
    size = len(covariance)
    left = [list(row) for row in covariance]
    mixing = [[Fraction(i == j) for j in range(size)] for i in range(size)]
    variances = []
    for k in range(size):
        column = [left[i][k] for i in range(size)]
        if column != left[k] or column[k] < 0 or (column[k] == 0 and any(column)):
            rows = "; ".join(" ".join(map(str, row)) for row in covariance)
            expected = "a symmetric matrix without negative eigenvalues"
            raise InputError(f"covariance = [{rows}]", expected=expected)
        variances.append(column[k])
        for i in range(size if column[k] else 0):
            share = column[i] / column[k]
            mixing[i][k] = share if i >= k else Fraction(0)
            left[i] = [x - share * y for x, y in zip(left[i], column, strict=True)]
    return tuple(map(tuple, mixing)), tuple(variances)
