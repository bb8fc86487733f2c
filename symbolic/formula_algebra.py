"""Sums, differences, multiples and ratios of formulas: derivations and assumptions are merged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError, UnitError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.relations import rewriting
from cooperon.symbolic.requests import combined

__all__ = ["added", "divided", "multiplied", "subtracted"]


def added(left: Formula, other: Any) -> Formula:
    """Add a formula of the same metal, or 0.

    Raises
    ------
    InputError
        For anything else, or a formula of another metal or convention.
    UnitError
        For a formula of another physical dimension.
    """
    if other == 0:
        return left
    right = _same_metal(left, other)
    if right.expr != 0 and left.expr != 0 and left.dimension != right.dimension:
        raise UnitError(
            f"{left.name} [{left.dimension}] + {right.name} [{right.dimension}]",
            expected="formulas of the same physical dimension",
        )
    return _merged(left, right, "+", left.expr + right.expr, left.asymptote + right.asymptote)


def subtracted(left: Formula, other: Any) -> Formula:
    """Subtract a formula of the same metal; errors as of :func:`added`."""
    right = _same_metal(left, other)
    return _merged(left, right, "-", added(left, -right).expr, left.asymptote - right.asymptote)


def multiplied(formula: Formula, number: Any) -> Formula:
    """Multiply by a number.

    Raises
    ------
    InputError
        For what is no number.
    """
    factor = expression(number, "the factor of a formula")
    if not factor.is_number:
        raise InputError(f"a formula times {number!r}", expected="a number")
    return replace(
        formula,
        name=f"{_sign(str(factor))}({formula.name})",
        symbol=rf"{_sign(sp.latex(factor))}\left({formula.symbol}\right)",
        expr=factor * formula.expr,
        asymptote=factor * formula.asymptote,
        request=combined("mul", formula.request, factor),
    )


def divided(left: Formula, other: Any) -> Formula:
    """Divide by a formula of the same metal, or by a number.

    Raises
    ------
    InputError
        For anything else, or a formula that is 0.
    """
    if not isinstance(other, Formula):
        return multiplied(left, 1 / expression(other, "the divisor of a formula"))
    right = _same_metal(left, other)
    if right.expr == 0:
        raise InputError(f"{left.name} / {right.name}, which is 0", expected="a formula that is not 0")
    ratio = _merged(left, right, "/", left.expr / right.expr, left.asymptote / right.asymptote)
    if not ratio.dimension.is_dimensionless:
        return ratio
    table = rewriting([s.k_F, s.ell], left.metal.relations)
    return ratio.rewritten(table, "written in k_F and ell by the relations of the metal")


def _same_metal(left: Formula, other: Any) -> Formula:
    if not isinstance(other, Formula):
        raise InputError(f"{other!r} beside a formula", expected="another formula")
    if other.metal != left.metal:
        raise InputError(
            f"formulas of {left.metal} and {other.metal}", expected="formulas of one and the same metal"
        )
    if other.convention != left.convention and "cooperon" not in (other.convention, left.convention):
        raise InputError(
            f"a formula in the convention {left.convention!r} and one in {other.convention!r}",
            expected="formulas in one convention: the same symbols stand for other fields",
            hint=f"formula.in_convention({left.convention!r})",
        )
    return other


def _merged(left: Formula, right: Formula, sign: str, expr: sp.Expr, asymptote: sp.Expr) -> Formula:
    symbol = f"{left.symbol} {sign} {right.symbol}"
    if sign == "/":
        symbol = rf"\frac{{{left.symbol}}}{{{right.symbol}}}"
    return Formula(
        f"{left.name} {sign} {right.name}",
        expr,
        asymptote,
        left.metal,
        tuple(dict.fromkeys(left.diagrams + right.diagrams)),
        left.derivation + right.derivation,
        tuple(dict.fromkeys(left.assumptions + right.assumptions)),
        symbol,
        left.convention if right.convention == "cooperon" else right.convention,
        combined({"+": "add", "-": "sub", "/": "truediv"}[sign], left.request, right.request),
    )


def _sign(factor: str) -> str:
    return {"-1": "-", "1": ""}.get(factor, f"{factor} ")
