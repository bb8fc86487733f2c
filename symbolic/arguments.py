"""What users hand over, turned into exact sympy expressions or refused with a clear error."""

from __future__ import annotations

from fractions import Fraction
from numbers import Integral
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s

__all__ = ["count", "expression", "positive", "require"]


def expression(value: Any, name: str, hint: str = "") -> sp.Expr:
    """Make an expression of a number or a sympy expression; a string is never evaluated.

    Symbols are taken by their names.

    Raises
    ------
    InputError
        For anything else, and for what is not finite.

    Examples
    --------
    >>> expression(2.5, "dim")
    5/2
    """
    value = float(value) if isinstance(value, sp.Float) else value
    found = _named(value) if isinstance(value, sp.Expr) else _number(value)
    if found is None or found.is_finite is False or found.has(sp.nan):
        raise InputError(f"{name} = {value!r}", expected="a number or a sympy expression", hint=hint)
    return found


def _named(value: sp.Expr) -> sp.Expr:
    """Take symbols by their names: a user's own Symbol("q") is the q of cooperon.symbols."""
    known = {x: s.TABLE[x.name].symbol for x in value.atoms(sp.Symbol) if x.name in s.TABLE}
    return value.xreplace(known)


def _number(value: Any) -> sp.Expr | None:
    if isinstance(value, bool | str):
        return None
    if isinstance(value, complex):
        return sp.sympify(value)
    if isinstance(value, Fraction):
        return sp.Rational(value)
    try:
        near = Fraction(value).limit_denominator(1000)
        return sp.Rational(near) if near == value or float(near) == value else sp.Float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def positive(value: Any, name: str, hint: str = "") -> sp.Expr:
    """Make an expression that is, or can be, positive.

    Raises
    ------
    InputError
        When it is not.

    Examples
    --------
    >>> positive(3, "x")
    3
    """
    found = expression(value, name, hint)
    if found.is_positive is False or found.is_real is False or isinstance(value, complex):
        raise InputError(f"{name} = {value!r}", expected="a positive number or expression", hint=hint)
    return found


def count(value: Any, name: str, hint: str = "") -> int:
    """Make an int of a whole number 0, 1, 2, ... (also one of numpy or sympy; a bool is none).

    Raises
    ------
    InputError
        For anything else.

    Examples
    --------
    >>> count(sp.Integer(3), "order")
    3
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 0:
        raise InputError(f"{name} = {value!r}", expected="a number 0, 1, 2, ...", hint=hint or f"{name}=2")
    return int(value)


def require(value: Any, kind: type, name: str, hint: str = "") -> None:
    """Raise an InputError unless ``value`` is of a kind.

    Examples
    --------
    >>> require(2, int, "order")
    """
    if not isinstance(value, kind):
        raise InputError(f"{name} = {value!r}", expected=f"a {kind.__name__}", hint=hint)
