"""Numbers for sums and products of matrices that are not carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp
from sympy.matrices import MatrixBase

from cooperon.diagrams.errors import InputError
from cooperon.numerics.evaluation import number

__all__ = ["entries"]


def entries(expr: sp.Basic, values: Mapping[sp.Symbol, Any]) -> npt.NDArray[np.complex128]:
    """Return a matrix in numbers; an expression that is none has one entry.

    Parameters
    ----------
    expr : sympy.Expr or sympy matrix
        May contain sums, products and Kronecker products of matrices that are not carried out.
    values : mapping of Symbol to number
        A value for every free symbol.

    Raises
    ------
    InputError
        When shapes do not fit together, or a symbol has no value.

    Examples
    --------
    >>> turn = sp.ImmutableDenseMatrix([[0, 1], [1, 0]])
    >>> entries(sp.MatMul(2, turn, turn), {}).real.tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """
    try:
        return np.atleast_2d(_value(expr, values))
    except ValueError as error:
        raise InputError(f"{expr}", expected="matrices whose shapes fit together") from error


def _value(expr: sp.Basic, values: Mapping[sp.Symbol, Any]) -> Any:
    if isinstance(expr, MatrixBase):
        return np.array([[number(one, values) for one in row] for row in expr.tolist()])
    rule = _RULES.get(type(expr))
    if rule is None:
        return number(expr, values)
    return reduce(rule, (_value(part, values) for part in expr.args))


def _product(left: Any, right: Any) -> Any:
    return left * right if np.isscalar(left) or np.isscalar(right) else left @ right


def _total(left: Any, right: Any) -> Any:
    if np.shape(left) != np.shape(right):
        raise ValueError("matrices of two shapes")
    return left + right


_RULES: Mapping[type, Callable[[Any, Any], Any]] = {
    sp.MatAdd: _total,
    sp.MatMul: _product,
    sp.KroneckerProduct: np.kron,
}
"""How numpy does what is left undone."""
