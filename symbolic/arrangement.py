r"""A formula as papers arrange it: what all terms share in front, digammas with their logarithms.

The value does not change: factors are taken out, and terms are put together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import sympy as sp

from cooperon.symbolic.products import parts

__all__ = ["arranged", "common_factor"]

_HALF = sp.Rational(1, 2)
_Powers = dict[sp.Expr, sp.Rational]


def arranged(expr: sp.Expr) -> sp.Expr:
    """Take out what all terms of a sum share, and put each digamma beside its logarithm.

    Examples
    --------
    >>> from cooperon.symbolic import symbols as s
    >>> unit, x = s.e**2 / (2 * sp.pi**2 * s.hbar), s.B_phi / s.B
    >>> arranged(unit * sp.polygamma(0, _HALF + x) - unit * sp.log(x))
    e**2*(-log(B_phi/B) + polygamma(0, 1/2 + B_phi/B))/(2*pi**2*hbar)
    """
    if expr.is_Mul:
        return _product(expr)
    if not expr.is_Add:
        return expr
    common, rest = common_factor(expr)
    return _times(common, _paired(rest))


def common_factor(expr: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return what all terms of a sum share, numbers and powers of positive symbols, and the rest.

    Examples
    --------
    >>> from cooperon.symbolic import symbols as s
    >>> common_factor(2 / sp.sqrt(s.tau) - 4 / s.tau)
    (-2/sqrt(tau), -1 + 2/sqrt(tau))
    """
    terms = [_product(term) if term.is_Mul else term for term in sp.Add.make_args(expr)]
    if len(terms) == 1:
        return sp.S.One, expr
    number = reduce(sp.gcd, (_number(term) for term in terms))
    powers = reduce(_shared, (_powers(term) for term in terms))
    common = number * sp.Mul(*(base**exponent for base, exponent in powers.items()))
    if _leads_negative(terms):
        common = -common
    return common, sp.Add(*(_divided(term, common) for term in terms))


def _leads_negative(terms: Sequence[sp.Expr]) -> bool:
    """Whether the largest of the terms, by its number, is negative, and no other as large is positive."""
    sizes = [(parts(term).number, not parts(term).negative) for term in terms if not term.is_number]
    return bool(sizes) and not max(sizes)[1] and all(parts(x).negative for x in terms if x.is_number)


def _divided(term: sp.Expr, common: sp.Expr) -> sp.Expr:
    sums = [x for x in term.args if x.is_Add] if term.is_Mul else []
    rest = [x for x in sp.Mul.make_args(term) if not x.is_Add]
    return _times(sp.Mul(*rest) / common, *sums) if sums else term / common


def _product(expr: sp.Expr) -> sp.Expr:
    """Take the common factors out of the sums that are factors of a product."""
    before = sp.S.One
    sums: list[sp.Expr] = []
    for factor in expr.args:
        if factor.is_Add:
            common, rest = common_factor(factor)
            before, sums = before * common, [*sums, _paired(rest)]
        else:
            before = before * factor
    return _times(before, *sums)


def _times(factor: sp.Expr, *sums: sp.Expr) -> sp.Expr:
    """Multiply without multiplying out: sympy would hand a number on to the terms of a sum."""
    kept = [one for one in sums if one != 1]
    if factor == 1 and len(kept) == 1:
        return kept[0]
    if not kept:
        return factor
    return sp.Mul(*sp.Mul.make_args(factor), *kept, evaluate=False)


def _number(term: sp.Expr) -> sp.Rational:
    return parts(term).number


def _powers(term: sp.Expr) -> _Powers:
    """Exponents of the positive symbols and whole numbers under roots that a term is divisible by."""
    found: _Powers = {}
    for factor in sp.Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        positive = (base.is_Symbol and base.is_positive) or base == sp.pi or (base.is_Integer and base > 1)
        if positive and exponent.is_Rational and not factor.is_Rational:
            found[base] = found.get(base, sp.S.Zero) + exponent
        elif base.is_positive and not exponent.is_Rational:
            found[factor] = sp.S.One
    return found


def _shared(one: _Powers, other: _Powers) -> _Powers:
    """Exponents that both have, the one nearer to zero; nothing where their signs differ."""
    both = {base: (one[base], other[base]) for base in one.keys() & other.keys()}
    return {base: min(pair, key=abs) for base, pair in both.items() if pair[0] * pair[1] > 0}


def _paired(expr: sp.Expr) -> sp.Expr:
    """Put together each digamma and the logarithm that its own argument brings, where there are several."""
    left = list(sp.Add.make_args(expr))
    pairs = []
    for term, weight, argument in _digammas(left):
        partner = -weight * sp.log(argument)
        if partner in left:
            left.remove(term)
            left.remove(partner)
            pairs.append((weight, sp.polygamma(0, _HALF + argument), sp.log(argument)))
    if len(pairs) < 2:
        return expr
    ordered = sorted(pairs, key=lambda pair: (-pair[0], str(pair[1])))
    grouped = [_times(sp.sympify(w), sp.Add(psi, -log, evaluate=False)) for w, psi, log in ordered]
    return sp.Add(*grouped, *left, evaluate=False)


def _digammas(terms: Sequence[sp.Expr]) -> Iterator[tuple[sp.Expr, sp.Expr, sp.Expr]]:
    for term in list(terms):
        weight, function = term.as_coeff_Mul()
        if isinstance(function, sp.polygamma) and function.args[0] == 0:
            yield term, weight, function.args[1] - _HALF
