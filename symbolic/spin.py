"""Matrices that act on the spin of an electron."""

from __future__ import annotations

from functools import cache

import sympy as sp

from cooperon.diagrams.errors import InputError

__all__ = ["identity", "spin_matrices"]


def identity(spin: sp.Rational) -> sp.ImmutableDenseMatrix:
    """Return the unit matrix of the states of a spin.

    Examples
    --------
    >>> identity(sp.Rational(1, 2)).shape
    (2, 2)
    """
    return sp.ImmutableDenseMatrix(sp.eye(int(2 * spin + 1)))


@cache
def spin_matrices(spin: sp.Rational) -> tuple[sp.ImmutableDenseMatrix, ...]:
    """Return the components x, y, z of a spin, in units in which their squares add up to 3.

    For spin 1/2 they are the Pauli matrices.

    Raises
    ------
    InputError
        For spin 0.

    Examples
    --------
    >>> spin_matrices(sp.Rational(1, 2))[0]
    Matrix([
    [0, 1],
    [1, 0]])
    >>> sum((m**2 for m in spin_matrices(sp.Integer(1))), sp.zeros(3)) == 3 * sp.eye(3)
    True
    """
    if spin == 0:
        raise InputError(
            "a mechanism that acts on the spin of carriers with spin 0",
            expected="carriers with a spin",
            hint="spin=Fraction(1, 2), or scattering=[cooperon.Potential()]",
        )
    size = int(2 * spin + 1)
    unit = sp.sqrt(spin * (spin + 1) / 3)

    def raised(row: int, column: int) -> sp.Expr:
        below = spin - column  # quantum number of the state that is raised
        return sp.sqrt(spin * (spin + 1) - below * (below + 1)) if row == column - 1 else sp.S.Zero

    up = sp.Matrix(size, size, raised)
    along = sp.diag(*(spin - row for row in range(size)))
    components = ((up + up.T) / 2, (up - up.T) / (2 * sp.I), along)
    return tuple(sp.ImmutableDenseMatrix(component / unit) for component in components)
