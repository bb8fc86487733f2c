"""Matrices in numbers: sums and products that are written out are carried out by numpy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp
from sympy.matrices.expressions.kronecker import KroneckerProduct

from cooperon.diagrams.errors import InputError
from cooperon.numerics.evaluation import number

__all__ = ["side"]

Entries = npt.NDArray[np.complex128]


def side(expr: Any, values: Mapping[sp.Symbol, Any]) -> Entries:
    """Put numbers into one side of an equation, a scalar or a matrix.

    Parameters
    ----------
    expr : sympy.Expr or matrix
        A scalar; a matrix; or sums, products, powers and Kronecker products of matrices.
    values : mapping of Symbol to number
        A value for every free symbol.

    Returns
    -------
    ndarray
        Of no dimension for a scalar, of two for a matrix.

    Raises
    ------
    InputError
        When a symbol has no value, or a matrix is not made of matrices with entries.

    Examples
    --------
    >>> flip = sp.Matrix([[0, 1], [1, 0]]).as_immutable()
    >>> side(sp.MatMul(sp.Integer(3), flip, flip), {}).real.tolist()
    [[3.0, 0.0], [0.0, 3.0]]
    """
    if isinstance(expr, sp.MatrixBase):
        return np.array([[number(x, values) for x in row] for row in expr.tolist()]).reshape(expr.shape)
    if not isinstance(expr, sp.MatrixExpr):
        return np.asarray(number(expr, values))
    rule = next((rule for kind, rule in _RULES.items() if isinstance(expr, kind)), None)
    if rule is None:
        raise InputError(f"the matrix {expr}", expected="a matrix with entries, or sums and products of such")
    return rule(*(side(x, values) for x in expr.args))


def _product(*factors: Entries) -> Entries:
    scalars = [factor for factor in factors if factor.ndim == 0]
    matrices = [factor for factor in factors if factor.ndim == 2]
    return np.asarray(np.prod(scalars) * reduce(np.matmul, matrices))


def _power(base: Entries, exponent: Entries) -> Entries:
    return np.linalg.matrix_power(base, round(exponent.item().real))


_RULES: Mapping[type, Callable[..., Entries]] = {
    sp.MatAdd: lambda *terms: np.asarray(sum(terms)),
    sp.MatMul: _product,
    sp.MatPow: _power,
    sp.Transpose: np.transpose,
    sp.Adjoint: lambda x: np.asarray(x.conj().T),
    KroneckerProduct: lambda *factors: reduce(np.kron, factors),
    sp.Identity: lambda size: np.eye(int(size.item().real), dtype=complex),
    sp.ZeroMatrix: lambda rows, columns: np.zeros([int(x.item().real) for x in (rows, columns)], complex),
}
