"""The Fermi-liquid constant put into expressions: no fraction is left under a root or in a logarithm."""

from __future__ import annotations

import sympy as sp

from cooperon.symbolic.log_ratio import LogRatio

__all__ = ["with_constant"]


def with_constant(expr: sp.Expr, symbol: sp.Symbol, value: sp.Expr) -> sp.Expr:
    """Put a value in place of F0, or of the symbol of another convention.

    Parameters
    ----------
    expr : sympy.Expr
        What it stands in. Bases of its powers are positive.
    symbol : Symbol
        What is put out.
    value : sympy.Expr
        What takes its place.

    Examples
    --------
    >>> from cooperon.symbolic import symbols as s
    >>> fraction = -s.gamma_2 / (1 + s.gamma_2)
    >>> with_constant(LogRatio(s.F0), s.F0, fraction), with_constant(sp.sqrt(1 + s.F0), s.F0, fraction)
    ((gamma_2 + 1)*LogRatio(gamma_2), 1/sqrt(gamma_2 + 1))
    """
    if not expr.has(symbol):
        return expr
    if expr == symbol:
        return value
    inner = [with_constant(x, symbol, value) for x in expr.args]
    if isinstance(expr, LogRatio):
        return _log_ratio(sp.factor(inner[0]))
    if expr.is_Pow and not expr.exp.is_integer:
        return _power(sp.factor(inner[0]), inner[1])
    return expr.func(*map(sp.factor, inner)) if isinstance(expr, sp.Function) else expr.func(*inner)


def _log_ratio(place: sp.Expr) -> sp.Expr:
    """Write LogRatio(x) without a fraction in it: it is (1 + y) LogRatio(y) where 1 + x = 1/(1 + y)."""
    turned = sp.factor(-place / (1 + place))
    if not _is_fraction(place) or _is_fraction(turned):
        return LogRatio(place)
    return (1 + turned) * LogRatio(turned)


def _power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    return (
        sp.expand(1 / base) ** -exponent
        if _is_fraction(base) and not _is_fraction(1 / base)
        else base**exponent
    )


def _is_fraction(expr: sp.Expr) -> bool:
    return not sp.denom(expr).is_number
