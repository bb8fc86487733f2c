"""Digits of a magnetoconductivity: what cancels between its terms is taken out before it is put in numbers.

A digamma function is a kernel that falls off and a logarithm; a Hurwitz zeta function is one and a power. The
logarithms and powers of all channels together do not depend on the field. That they do not is
tested by numbers of many digits at random points: an identity need not be found by algebra, and
however sympy has arranged the expression, the test is the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import mpmath
import sympy as sp

from cooperon.numerics.own_functions import OWN
from cooperon.symbolic import symbols as s

__all__ = ["Parts", "apart", "vanishes"]

KERNELS = {name: sp.Function(name) for name in ("digamma_rest", "zeta_rest", "powered_zeta_rest")}
_DIGITS = 60
_CANCELLED = mpmath.mpf(10) ** -45
_POINTS = 3
_OVER_FIELD = (1 / s.B, 1 / sp.Abs(sp.sin(s.theta)))
"""What grows where a field or its component across vanishes."""


@dataclass(frozen=True)
class Parts:
    """An expression as a sum.

    Attributes
    ----------
    levels : sympy.Expr
        Kernels of Landau levels with their prefactors; all of it vanishes at B = 0.
    rest : sympy.Expr
        What is left.
    """

    levels: sp.Expr
    rest: sp.Expr


def apart(expr: sp.Expr) -> Parts | None:
    """Split the functions of Landau levels off, where what is left does not depend on them.

    Returns
    -------
    Parts or None
        None where nothing is gained: no such function, or its counterpart is not in the expression.

    Examples
    --------
    >>> x = s.hbar / (4 * s.e * s.B * s.D * s.tau_phi)
    >>> apart(sp.digamma(x + sp.S.Half) - sp.log(s.hbar / s.e) + sp.log(4 * s.B * s.D * s.tau_phi))
    Parts(levels=digamma_rest(hbar/(4*D*e*tau_phi), B), rest=0)
    """
    nodes = sorted(filter(_of_levels, expr.atoms(sp.polygamma, sp.zeta)), key=sp.default_sort_key)
    if not nodes:
        return None
    kernels = {node: sp.Dummy() for node in nodes}
    written_out = expr.xreplace({node: kernels[node] + _counterpart(node) for node in nodes})
    weights = {node: sp.diff(written_out, kernels[node]) for node in nodes}
    if any(weight.has(*kernels.values()) for weight in weights.values()):
        return None
    rest = _without_counterparts(written_out.xreplace(dict.fromkeys(kernels.values(), sp.S.Zero)), nodes)
    if rest is None:
        return None
    return Parts(sp.Add(*(_kernel(node, weight) for node, weight in weights.items())), rest)


def _of_levels(node: sp.Expr) -> bool:
    """Whether it is a function of 1/2 + x; those of 1 + x are sums over Matsubara frequencies."""
    if not node.free_symbols or len(node.args) != 2 or (isinstance(node, sp.polygamma) and node.args[0] != 0):
        return False
    return bool(sp.expand(node.args[1]).as_coeff_Add()[0] != 1)


def _distance(node: sp.Expr) -> sp.Expr:
    """Return x of a function of 1/2 + x."""
    return node.args[1] - sp.S.Half


def _counterpart(node: sp.Expr) -> sp.Expr:
    x = _distance(node)
    return x ** (1 - node.args[0]) / (node.args[0] - 1) if isinstance(node, sp.zeta) else sp.log(x)


def _kernel(node: sp.Expr, weight: sp.Expr) -> sp.Expr:
    """Write weight times kernel such that both are finite at B = 0."""
    numerator, denominator = _ratio(_distance(node))
    if not isinstance(node, sp.zeta):
        return weight * OWN["digamma_rest"](numerator, denominator)
    order = node.args[0]
    power = sp.simplify(s.B * sp.diff(weight, s.B) / weight) if denominator == s.B else sp.S.Zero
    if power.is_nonnegative or power.has(s.B):
        return weight * OWN["zeta_rest"](order, numerator, denominator)
    constant = weight.xreplace({s.B: sp.S.One}) * numerator**power
    return constant * OWN["powered_zeta_rest"](order, -power, numerator, denominator)


def _ratio(x: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Write x as a numerator over the field where that is all that it does with the field."""
    for numerator in (x * s.B, sp.expand(x * s.B)):
        if x.has(s.B) and not numerator.has(s.B):
            return numerator, s.B
    terms = sp.Add.make_args(x)
    factors = {factor for term in terms for factor in sp.Mul.make_args(term)}
    upright = sp.Mul(*(1 / one for one in _OVER_FIELD if one in factors))
    return sp.Add(*(term * upright for term in terms)), upright


def _without_counterparts(rest: sp.Expr, nodes: list[sp.Expr]) -> sp.Expr | None:
    """Return a rest without counterparts in it; None where some are left."""
    if vanishes(rest):
        return sp.S.Zero
    if not rest.has(s.B):
        in_field = any(node.has(s.B) for node in nodes)
        return rest if in_field or not rest.has(*map(_counterpart, nodes)) else None
    singular = sp.Add(*(term for term in sp.Add.make_args(sp.expand_mul(rest)) if _is_singular(term)))
    for part in (rest, singular):
        at_one = part.xreplace({s.B: sp.S.One})
        if vanishes(part - at_one):
            return (rest - part if part != rest else sp.S.Zero) + _collected_logs(at_one)
    return None


def _is_singular(term: sp.Expr) -> bool:
    """Whether a term has no value at B = 0."""
    return bool(term.subs(s.B, 0).has(sp.nan, sp.zoo, sp.oo, -sp.oo))


def _collected_logs(expr: sp.Expr) -> sp.Expr:
    """Expand logarithms of products, in which all symbols are positive: their large parts cancel."""
    return sp.expand_mul(sp.expand_log(expr, force=True))


def vanishes(expr: sp.Expr) -> bool:
    """Tell whether an expression is zero for all positive values of its symbols.

    Examples
    --------
    >>> vanishes(sp.log(s.tau * s.e) - sp.log(s.tau) - sp.log(s.e)), vanishes(sp.log(s.tau))
    (True, False)
    """
    if expr == 0:
        return True
    if expr.has(sp.Integral, sp.Sum, sp.nan, sp.zoo, sp.oo):
        return False
    symbols = sorted(expr.free_symbols, key=str)
    terms = sp.Add.make_args(sp.expand_mul(expr))
    functions = [sp.lambdify(symbols, term, "mpmath") for term in terms]
    with mpmath.workdps(_DIGITS):
        try:
            return all(_cancel([f(*point) for f in functions]) for point in _random_points(len(symbols)))
        except (ArithmeticError, ValueError, TypeError, NameError, NotImplementedError):
            return False


def _random_points(number: int) -> Iterator[list[mpmath.mpf]]:
    draw = random.Random(1)
    for _ in range(_POINTS):
        yield [mpmath.mpf(draw.randrange(3001, 9001)) / draw.randrange(3001, 9001) for _ in range(number)]


def _cancel(values: list[mpmath.mpc]) -> bool:
    return bool(abs(mpmath.fsum(values)) <= _CANCELLED * mpmath.fsum(map(abs, values)))
