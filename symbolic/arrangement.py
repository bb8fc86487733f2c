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
    expr = _outside(paths_around(expr))
    if expr.is_Mul:
        return _product(expr)
    if not expr.is_Add:
        return expr
    common, rest = common_factor(expr)
    return _times(common, _paired(rest))


def paths_around(expr: sp.Expr) -> sp.Expr:
    """Write sums over windings and reflections as people do: 1/(exp(2 x) - 1) for (1 + coth(x)) exp(-2 x)/2.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> paths_around(sp.log(1 + (1 + sp.coth(x)) * sp.exp(-2 * x) / 2))
    -log(1 - exp(-2*x))
    """
    written = expr.replace(lambda part: part.is_Mul and part.has(sp.coth), _decaying)
    return written.replace(lambda part: isinstance(part, sp.log), _log_of_paths)


def _decaying(product: sp.Expr) -> sp.Expr:
    number = sp.S.One
    factors: list[sp.Expr] = []
    for factor in product.args:
        content, rest = factor.primitive() if factor.is_Add else (sp.S.One, factor)
        number, factors = number * content, [*factors, rest]
    for factor in factors:
        base, power = factor.as_base_exp()
        x = next((y.args[0] for y in base.args if isinstance(y, sp.coth)), None) if base.is_Add else None
        if x is None or base != 1 + sp.coth(x) or power not in (1, 2):
            continue
        fading = next(
            (y for y in factors if isinstance(y, sp.exp) and sp.expand(y.args[0] + 2 * x) == 0), None
        )
        if fading is not None:
            sum_of_all = 2 / (sp.exp(-fading.args[0]) - 1) if power == 1 else sp.sinh(x) ** -2
            return sp.Mul(number, sum_of_all, *(y for y in factors if y not in (factor, fading)))
    return product


def _log_of_paths(log: sp.Expr) -> sp.Expr:
    """Write ln(1 + 1/(exp(y) - 1)) as -ln(1 - exp(-y))."""
    rest = 1 / (log.args[0] - 1) + 1 if log.args[0].is_Add and log.args[0] != 1 else None
    return -sp.log(1 - sp.exp(-rest.args[0])) if isinstance(rest, sp.exp) else log


def _outside(expr: sp.Expr) -> sp.Expr:
    """Take in front of an integral or a sum what does not depend on its variable."""
    return expr.replace(lambda part: isinstance(part, (sp.Integral, sp.Sum)), _constant_in_front)


def _constant_in_front(whole: sp.Expr) -> sp.Expr:
    front = sp.S.One
    factors: list[sp.Expr] = []
    for factor in sp.Mul.make_args(whole.function):
        base, power = factor.as_base_exp()
        content, rest = base.primitive() if base.is_Add and power.is_Rational else (sp.S.One, base)
        front, factors = front * content**power, [*factors, rest**power]
    kept = [x for x in factors if x.has(*whole.variables)]
    front *= sp.Mul(*(x for x in factors if not x.has(*whole.variables)))
    return front * whole.func(sp.Mul(*kept), *whole.limits) if kept else whole


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
        elif isinstance(base, sp.Function) and base.is_number and base.is_positive and exponent.is_Rational:
            found[base] = found.get(base, sp.S.Zero) + exponent
    return found


def _shared(one: _Powers, other: _Powers) -> _Powers:
    """Exponents that both have, the one nearer to zero; nothing where their signs differ."""
    both = {base: (one[base], other[base]) for base in one.keys() & other.keys()}
    return {base: _common(*pair) for base, pair in both.items() if pair[0] * pair[1] > 0}


def _common(one: sp.Rational, other: sp.Rational) -> sp.Rational:
    """Return what two exponents share, without making new roots of the fourth order."""
    smaller = min(one, other, key=abs)
    return smaller if (2 * (one - other)).is_Integer else sp.Rational(int(2 * smaller), 2)


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
