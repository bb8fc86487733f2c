"""States of two spins: common eigenvectors of commuting matrices, their names and weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy as sp
from sympy import ImmutableDenseMatrix as Matrix

from cooperon.diagrams.diagram import LineKind
from cooperon.diagrams.errors import InputError
from cooperon.symbolic.scattering import AXES
from cooperon.symbolic.spin import identity, spin_matrices

__all__ = [
    "common_eigenvectors",
    "component_of",
    "eigenvalue_of",
    "labels",
    "name_of",
    "swap_of",
    "together_of",
    "weight_of",
]

_MIXING = (sp.Rational(3, 7), sp.Rational(5, 11), sp.Rational(13, 17), sp.Rational(19, 23))


def together_of(kind: LineKind, spin: sp.Rational) -> tuple[Matrix, ...]:
    """Return the components of the spin of both lines together."""
    one = identity(spin)
    if spin == 0:
        return (Matrix([[0]]),) * len(AXES)
    unit = sp.sqrt(spin * (spin + 1) / 3)
    return tuple(
        Matrix(
            unit
            * (
                sp.kronecker_product(m, one)
                + (1 if kind is LineKind.COOPERON else -1)
                * sp.kronecker_product(one, m if kind is LineKind.COOPERON else m.T)
            )
        )
        for m in spin_matrices(spin)
    )


def labels(
    kind: LineKind, spin: sp.Rational, square: Matrix, together: Sequence[Matrix], swap: Matrix
) -> Iterator[Matrix]:
    """Yield matrices beside the kernel whose eigenvalues tell channels apart."""
    yield square
    if kind is LineKind.COOPERON:
        yield swap
    if spin == sp.Rational(1, 2):
        yield from (Matrix(one**2) for one in together)
    else:
        yield together[-1]


def swap_of(size: int) -> Matrix:
    """Return the matrix that exchanges the two spins."""
    return Matrix(size**2, size**2, lambda row, column: int(divmod(row, size) == divmod(column, size)[::-1]))


def common_eigenvectors(family: Sequence[Matrix]) -> Iterator[Matrix]:
    """Yield an orthonormal basis in which all matrices of a commuting family are diagonal."""
    mixed = sp.zeros(*family[0].shape)
    for i, matrix in enumerate(family):
        mixed += _MIXING[i % len(_MIXING)] ** (i + 1) * matrix
    for _, _, basis in mixed.eigenvects():
        for vector in sp.GramSchmidt([sp.Matrix(one) for one in basis], orthonormal=True):
            yield Matrix(vector.applyfunc(sp.nsimplify))


def eigenvalue_of(matrix: Matrix, vector: Matrix) -> sp.Expr:
    """Return the eigenvalue of a vector.

    Raises
    ------
    InputError
        When it is no eigenvector.
    """
    image = (matrix * vector).applyfunc(sp.expand)
    value = sp.expand((vector.H * image)[0])
    if (image - value * vector).applyfunc(sp.expand) != sp.zeros(*vector.shape):
        raise InputError(
            "mechanisms whose matrices have no common eigenvectors",
            expected="mechanisms that share the channels singlet, triplet x, y, z",
        )
    return value


def component_of(together: Sequence[Matrix], vector: Matrix) -> str:
    """Return the axis along which the spin has the component 0, or the component along z."""
    nothing = sp.zeros(*vector.shape)
    still = [axis for axis, one in zip(AXES, together, strict=True) if one * vector == nothing]
    if len(still) == 1:
        return still[0]
    return "" if still else str((vector.H * together[-1] * vector)[0])


def name_of(own: sp.Expr, component: str) -> str:
    """Return the name of a state: singlet, triplet x, ...

    Examples
    --------
    >>> name_of(sp.S.One, "z"), name_of(sp.Integer(2), "-1")
    ('triplet z', 'spin 2 -1')
    """
    known = {sp.S.Zero: "singlet", sp.S.One: "triplet"}
    return f"{known.get(own, f'spin {own}')} {component}".strip()


def weight_of(kind: LineKind, vector: Matrix, swap: Matrix, size: int) -> sp.Expr:
    """Return the trace over the spins that a closed path brings back, or the overlap with a density."""
    if kind is LineKind.COOPERON:
        return (vector.H * swap * vector)[0] / size
    density = Matrix(list(sp.eye(size)))
    overlap = (density.T * vector)[0]
    return sp.Abs(overlap) ** 2 / size
