"""The error of a formula's value that comes from integrals and sums it leaves undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.numerics.translate import Translation, translated

__all__ = ["has_undone", "value_and_error"]

_ROUNDING = 1e-14
"""What the arithmetic of a formula and its array functions may lose, as a part of the value."""
_STATED, _STATED_COMPLEX = 1e-12, 1e-11
"""Error of functions that have no error of their own: sums over Landau levels of flights."""
_Valued = Callable[..., tuple[Any, Any]]


def has_undone(expr: sp.Basic) -> bool:
    """Say whether integrals or sums are left undone.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> has_undone(sp.Integral(sp.exp(-x), (x, 0, sp.oo)))
    True
    """
    return bool(expr.has(sp.Integral, sp.Sum))


@lru_cache(maxsize=64)
def value_and_error(expr: sp.Expr, arguments: tuple[sp.Symbol, ...]) -> _Valued:
    """Return a function of arrays that gives the value of an expression and a bound of its error.

    Each undone integral is moved by its own error, up and down: by as much the value moves, and these moves
    are added up, with 1e-14 of the value for the arithmetic.

    Raises
    ------
    InputError
        For an integral in an integral, or in a sum: what error the inner one has, is not known outside.

    Examples
    --------
    >>> x, a = sp.symbols("x a", positive=True)
    >>> value, error = value_and_error(sp.Integral(sp.exp(-a * x), (x, 0, sp.oo)) ** 2, (a,))(2.0)
    >>> bool(abs(value - 0.25) <= error < 1e-10)
    True
    """
    _require_no_nesting(expr)
    translation = translated(expr)
    nodes = sorted(
        (node for node in translation.expr.atoms(sp.Function) if node.func in translation.own), key=str
    )
    places = [sp.Dummy(f"undone_{k}") for k in range(len(nodes))]
    outer = translation.make(
        (*arguments, *places), translation.expr.xreplace(dict(zip(nodes, places, strict=True)))
    )
    inner = [_inner(translation, node, arguments) for node in nodes]

    def evaluate(*values: Any) -> tuple[Any, Any]:
        found = [function(*values) for function in inner]
        known = [value for value, _ in found]
        value = outer(*values, *known)
        error = _ROUNDING * abs(value)
        for k, (middle, width) in enumerate(found):
            moved = [outer(*values, *known[:k], middle + way, *known[k + 1 :]) for way in (width, -width)]
            error = error + np.maximum(*(abs(other - value) for other in moved))
        return value, np.where(np.isfinite(value) & np.isfinite(error), error, np.inf)

    return evaluate


def _inner(translation: Translation, node: Any, arguments: Sequence[sp.Symbol]) -> _Valued:
    """Return one of the expression's own functions as a function of the formula's arguments."""
    ends = translation.make(tuple(arguments), tuple(node.args))
    function = translation.own[node.func]

    def evaluate(*values: Any) -> tuple[Any, Any]:
        inside = ends(*values)
        if hasattr(function, "with_error"):
            value, error = function.with_error(*inside)
            return value, np.where(np.isfinite(value), error, 0.0)
        value = function(*inside)
        return value, (_STATED_COMPLEX if np.iscomplexobj(value) else _STATED) * abs(value)

    return evaluate


def _require_no_nesting(expr: sp.Expr) -> None:
    for node in expr.atoms(sp.Integral, sp.Sum):
        if any(part.has(sp.Integral, sp.Sum) for part in node.args):
            raise InputError(
                f"the error of {node}",
                expected="integrals and sums that stand in no other",
                hint="the value without its error: function(...)",
            )
