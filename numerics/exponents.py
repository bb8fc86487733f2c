"""Hyperbolic functions without their exponentials: sinh(y)/(cosh(y) - c) is finite where sinh(y) is not.

What coth(y) and tanh(y) differ from one by is exponentially small and written as such.

Every expression is written as exp(E) times a factor of order one; exponents add up in a product, and
what is left of them is put back at the end. Arguments have positive real parts: lengths over lengths. Where a
symbol in one may have either sign, such as a voltage, nothing is rewritten.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from cooperon.numerics.own_functions import OWN

__all__ = ["scaled"]

EXPM1 = OWN["expm1"]


def scaled(expr: sp.Basic) -> sp.Basic:
    """Rewrite quotients of hyperbolic functions such that nothing overflows that is finite.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> scaled(sp.exp(-x) * sp.cosh(x))
    1/2 + exp(-2*x)/2
    >>> scaled(1 - sp.tanh(x))
    2*exp(-2*x)/(1 + exp(-2*x))
    """
    if not isinstance(expr, sp.Expr) or not expr.has(*_HYPERBOLIC) or _may_be_negative(expr):
        return expr
    expr = expr.replace(lambda node: node.is_Add and node.has(sp.coth, sp.tanh), _less_one)
    if not expr.has(sp.sinh, sp.cosh):
        return expr
    exponent, factor = _apart(_half_angles(expr))
    return factor * sp.exp(exponent)


_HYPERBOLIC = (sp.sinh, sp.cosh, sp.coth, sp.tanh)


def _may_be_negative(expr: sp.Expr) -> bool:
    arguments = (node.args[0] for node in expr.atoms(*_HYPERBOLIC))
    return any(x.is_real and not x.is_nonnegative for argument in arguments for x in argument.free_symbols)


_COMPLEMENTS: dict[tuple[type, int], Callable[[sp.Expr], sp.Expr]] = {
    (sp.coth, 1): lambda y: -2 * sp.exp(-2 * y) / EXPM1(-2 * y),
    (sp.coth, 2): lambda y: 4 * sp.exp(-2 * y) / EXPM1(-2 * y) ** 2,
    (sp.tanh, 1): lambda y: -2 * sp.exp(-2 * y) / (1 + sp.exp(-2 * y)),
    (sp.tanh, 2): lambda y: -4 * sp.exp(-2 * y) / (1 + sp.exp(-2 * y)) ** 2,
}
"""A power of a function of y, less one."""


def _less_one(node: sp.Add) -> sp.Expr:
    """Find terms c f(y)**n - c, one of them."""
    for term in node.args:
        for factor in sp.Mul.make_args(term):
            base, exponent = factor.as_base_exp()
            rule = _COMPLEMENTS.get((type(base), exponent))
            weight = term / factor
            if rule is not None and -weight in node.args:
                return node - term + weight + weight * rule(base.args[0])
    return node


def _half_angles(expr: sp.Expr) -> sp.Expr:
    """cosh(y) - cos(z) = 2 sinh(y/2)**2 + 2 sin(z/2)**2, a sum of what is positive; also for z = 0."""
    return expr.replace(lambda node: node.is_Add and node.has(sp.cosh, sp.cos), _half_angles_of_sum)


def _half_angles_of_sum(node: sp.Add) -> sp.Expr:
    terms: dict[sp.Expr, sp.Expr] = {}
    for term in node.args:
        coefficient, rest = term.as_coeff_Mul()
        terms[rest] = coefficient
    for one, weight in list(terms.items()):
        if not isinstance(one, sp.cosh):
            continue
        other = next((x for x in terms if isinstance(x, sp.cos) or x == 1), None)
        if other is not None and terms[other] == -weight:
            angle = other.args[0] if other != 1 else sp.S.Zero
            rest = node - weight * (one - other)
            return rest + 2 * weight * (sp.sinh(one.args[0] / 2) ** 2 + sp.sin(angle / 2) ** 2)
    return node


_FACTORS: dict[type, Callable[[sp.Expr], sp.Expr]] = {
    sp.exp: lambda _: sp.S.One,
    sp.sinh: lambda y: -EXPM1(-2 * y) / 2,
    sp.cosh: lambda y: (1 + sp.exp(-2 * y)) / 2,
}
"""What is left of a function of y without exp(y)."""


def _apart(expr: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return E and factor with expr = exp(E) factor."""
    if type(expr) in _FACTORS:
        return expr.args[0], _FACTORS[type(expr)](expr.args[0])
    if isinstance(expr, sp.log):
        exponent, factor = _apart(expr.args[0])
        return sp.S.Zero, sp.log(factor) + exponent
    if expr.is_Mul:
        parts = [_apart(factor) for factor in expr.args]
        return sp.Add(*(part[0] for part in parts)), sp.Mul(*(part[1] for part in parts))
    if expr.is_Pow and not expr.exp.has(sp.sinh, sp.cosh) and (expr.exp.is_integer or expr.base.is_positive):
        exponent, factor = _apart(expr.base)
        return exponent * expr.exp, factor**expr.exp
    if expr.is_Add:
        return _apart_in_sum(expr)
    return sp.S.Zero, expr.func(*(scaled(x) for x in expr.args)) if expr.args else expr


def _apart_in_sum(expr: sp.Add) -> tuple[sp.Expr, sp.Expr]:
    """Take the largest exponent out of a sum, where one can be told; else leave each where it is."""
    parts = [_apart(term) for term in expr.args]
    largest = sp.S.Zero
    for exponent, _ in parts:
        if _at_least(exponent, largest):
            largest = exponent
    if all(_at_least(largest, exponent) for exponent, _ in parts):
        return largest, sp.Add(*(factor * sp.exp(sp.expand(x - largest)) for x, factor in parts))
    return sp.S.Zero, sp.Add(*(factor * sp.exp(x) for x, factor in parts))


def _at_least(one: sp.Expr, other: sp.Expr) -> bool:
    """Tell whether one exponent is another and positive multiples of what has a positive real part."""
    terms = sp.Add.make_args(sp.expand(one - other))
    return all(term.as_coeff_Mul()[0].is_nonnegative for term in terms)
