"""Derivatives of formulas as functions of arrays: for fits, and for how one number changes with another."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.numerics.translate import Translation, translated

__all__ = ["derivative"]


@lru_cache(maxsize=256)
def derivative(expr: sp.Expr, x: sp.Symbol) -> Translation:
    """Differentiate an expression, keeping the digits that its translation keeps.

    The derivative is taken of what the expression is translated to, where large terms have cancelled already;
    where x is in an integral or a sum that is left undone, of the expression itself, under the integral.

    Raises
    ------
    InputError
        When the derivative has no array form.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> derivative(sp.log(1 + x), x).expr
    1/(x + 1)
    """
    translation = translated(expr)
    undone = [node for node in translation.expr.atoms(sp.Function) if node.func in translation.own]
    if any(x in node.free_symbols for node in undone):
        return translated(sp.diff(expr, x))
    found = sp.diff(translation.expr, x)
    if found.has(sp.Derivative, sp.Subs):
        raise InputError(f"d/d{x} of {expr}", expected="a derivative in functions with an array form")
    return Translation(found, translation.own)
