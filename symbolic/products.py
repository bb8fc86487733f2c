"""The parts of a product as they are written: sign, numbers, plain factors, roots, and what is tall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.letters import rank

__all__ = ["Parts", "parts", "term_key"]

_HALF = sp.Rational(1, 2)
_FIRST = {"polygamma": 0, "zeta": 1, "log": 3}


@dataclass(frozen=True)
class Parts:
    """A product, sorted.

    Attributes
    ----------
    negative : bool
        Its sign.
    number : sympy.Rational
        Its number, without the sign.
    over, under : tuple of Expr
        Plain factors of the numerator and of the denominator: powers of symbols.
    root_over, root_under : tuple of Expr
        What stands under a square root.
    tall_over, tall_under : tuple of Expr
        Sums, functions, integrals.
    """

    negative: bool
    number: sp.Rational
    over: tuple[sp.Expr, ...] = ()
    under: tuple[sp.Expr, ...] = ()
    root_over: tuple[sp.Expr, ...] = ()
    root_under: tuple[sp.Expr, ...] = ()
    tall_over: tuple[sp.Expr, ...] = ()
    tall_under: tuple[sp.Expr, ...] = ()

    @property
    def root_ratio(self) -> sp.Expr | None:
        """The fraction under the root, where both sides of it have something."""
        if not (self.root_over and self.root_under):
            return None
        return sp.Mul(*self.root_over) / sp.Mul(*self.root_under)

    @property
    def fractional(self) -> bool:
        """Whether it is written with a fraction."""
        divided = self.number.q != 1 or self.under or self.tall_under or self.root_under
        return bool(divided) or any(not x.is_Symbol for x in self.tall_over)


def parts(expr: sp.Expr) -> Parts:
    """Sort the factors of a product.

    Examples
    --------
    >>> found = parts(-(s.e**2) * sp.sqrt(s.D) * sp.sqrt(s.tau_phi) / (2 * sp.pi * s.hbar))
    >>> found.negative, found.number, found.over, found.under, found.root_over
    (True, 1/2, (e**2,), (pi, hbar), (D, tau_phi))
    """
    number = sp.S.One
    rows: dict[str, list[sp.Expr]] = {name: [] for name in ("over", "under", "tall_over", "tall_under")}
    roots: dict[str, list[sp.Expr]] = {"over": [], "under": []}
    for factor in _factors(expr):
        if factor.is_Rational:
            number *= factor
            continue
        base, exponent = factor.as_base_exp() if factor.is_Pow else (factor, sp.S.One)
        base, exponent = _unrooted(base, exponent)
        if exponent == 1 and _is_negative_sum(base):
            number, base = -number, _negated(base)
        down = _is_negative(exponent)
        size, side = (-exponent if down else exponent), ("under" if down else "over")
        if size.is_Rational and size.q == 2 and _rootable(base):
            roots[side].append(base)
            size -= _HALF
        if size != 0:
            rows[side if _plain(base, size) else f"tall_{side}"].append(base**size)
    _charge_squared(rows, roots)
    ordered = {name: tuple(sorted(_gathered(row), key=_place)) for name, row in rows.items()}
    under = {f"root_{side}": tuple(sorted(row, key=rank)) for side, row in roots.items()}
    return Parts(bool(number < 0), abs(number), **ordered, **under)


def _gathered(row: list[sp.Expr]) -> list[sp.Expr]:
    """Write x**a y**a as (x y)**a where a is a symbol, for positive x and y."""
    found: dict[sp.Expr, list[sp.Expr]] = {}
    rest = []
    for factor in row:
        base, exponent = factor.as_base_exp() if factor.is_Pow else (factor, sp.S.One)
        if base.is_positive and not exponent.is_number and _plain(base):
            found.setdefault(exponent, []).append(base)
        else:
            rest.append(factor)
    return rest + [sp.Mul(*bases) ** exponent for exponent, bases in found.items()]


def _place(factor: sp.Expr) -> tuple[int, tuple[int, str]]:
    """Sort key of a factor: numbers such as Gamma(5/4) and powers with a symbol as exponent come last."""
    if factor.has(sp.Function) and factor.is_number:
        return 1, rank(factor)
    return 2 * bool(factor.is_Pow and not factor.exp.is_number), rank(factor)


def _factors(expr: sp.Expr) -> Iterator[sp.Expr]:
    for factor in expr.args if expr.is_Mul else (expr,):
        if factor.is_Mul:
            yield from _factors(factor)
        else:
            yield factor


def _exponent(factor: sp.Expr) -> sp.Expr:
    """Exponent of a factor; -1 for 1/4 and the like."""
    if factor.is_Rational:
        return sp.S.NegativeOne if factor.p == 1 and factor.q != 1 else sp.S.One
    return factor.as_base_exp()[1]


def _unrooted(base: sp.Expr, exponent: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Write (1/sqrt(x y))**a as (x y)**(-a/2), for positive x and y and a symbol a."""
    if exponent.is_number or not base.is_positive:
        return base, exponent
    powers = [_exponent(x) for x in sp.Mul.make_args(base)]
    if not all(power.is_Rational for power in powers):
        return base, exponent
    if any(power.q == 2 for power in powers):
        base, exponent = base**2, exponent / 2
    down = all(_exponent(x).is_negative for x in sp.Mul.make_args(base))
    return (1 / base, -exponent) if down else (base, exponent)


def _is_negative_sum(expr: sp.Expr) -> bool:
    return bool(expr.is_Add) and all(term.could_extract_minus_sign() for term in expr.args)


def _negated(expr: sp.Expr) -> sp.Expr:
    return sp.Add(*(-term for term in expr.args))


def _charge_squared(rows: dict[str, list[sp.Expr]], roots: dict[str, list[sp.Expr]]) -> None:
    """Write e sqrt(e/hbar) as e**2/hbar sqrt(hbar/e): papers have e**2/hbar in front."""
    if s.e in rows["over"] and s.e in roots["over"] and s.hbar in roots["under"]:
        rows["over"][rows["over"].index(s.e)] = s.e**2
        rows["under"].append(s.hbar)
        roots["over"][roots["over"].index(s.e)] = s.hbar
        roots["under"][roots["under"].index(s.hbar)] = s.e


def _is_negative(exponent: sp.Expr) -> bool:
    if exponent.is_Rational:
        return bool(exponent < 0)
    return not exponent.is_Add and bool(exponent.could_extract_minus_sign())


def _rootable(base: sp.Expr) -> bool:
    return bool((base.is_Symbol and base.is_positive) or (base.is_Integer and base > 0))


def _plain(base: sp.Expr, exponent: sp.Expr = sp.S.One) -> bool:
    """Whether a factor goes into the fraction in front: numbers, symbols, powers of their products."""
    if base.is_Symbol or (base.is_number and (base.is_Atom or isinstance(base, (sp.gamma, sp.zeta)))):
        return not exponent.is_Add
    powers = [x.as_base_exp() for x in base.args] if base.is_Mul else []
    return bool(powers) and not exponent.is_Add and all(_plain(x) and a.is_positive for x, a in powers)


@lru_cache(maxsize=4096)
def term_key(term: sp.Expr) -> tuple[int, int, int, str]:
    """Sort key of a term of a sum: numbers, then q, i omega, digammas before logarithms."""
    if term.is_number:
        return 0, 0, 0, str(term)
    kinds = [_FIRST.get(type(x).__name__, 2) for x in sp.Mul.make_args(term) if isinstance(x, sp.Function)]
    slow = 0 if term.has(s.q) else 1 if term.has(sp.I) else 2
    return 1, min(kinds, default=-1), slow, f"{rank(term)[0]:03d}{term.as_coeff_Mul()[1]}"
