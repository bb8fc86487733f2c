"""A hand's expression and a formula, brought to base symbols, with all that a comparison needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.comparison import POINTS, Limit, Sampled
from cooperon.symbolic.digits import UndecidedError
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.reading import Reading
from cooperon.symbolic.reading_limits import bounded_substitution
from cooperon.symbolic.verdict import Kind, Verdict

__all__ = ["COHERENCE", "Case"]

COHERENCE = (s.tau_phi, s.tau_phi_0)
_PROVABLE_OPERATIONS = 300
_PROVABLE_POWER = 6
_RELATION_ROUNDS = 4

_Substitution = Callable[[sp.Expr, dict[sp.Symbol, sp.Expr]], sp.Expr]


@dataclass(frozen=True)
class Case:
    """A hand's expression and a formula, both as they are and in base symbols."""

    reading: Reading
    given: Formula

    @cached_property
    def hand(self) -> sp.Expr:
        """The hand's expression in base symbols."""
        return _in_base_symbols(self.reading.expr, self.given.metal, bounded_substitution)

    @cached_property
    def expr(self) -> sp.Expr:
        """The formula's closed form in base symbols."""
        return self.in_base_symbols(self.given.expr)

    @cached_property
    def leading(self) -> sp.Expr:
        """The formula's leading form in base symbols."""
        return self.in_base_symbols(self.given.leading())

    def in_base_symbols(self, expr: sp.Expr) -> sp.Expr:
        """Write an expression in base symbols, with the metal's values put in."""
        return _in_base_symbols(expr, self.given.metal, sp.Expr.xreplace)

    @cached_property
    def sampled(self) -> Sampled:
        """Values at random points."""
        return Sampled(self.given.metal.values, rounded=self.expr.has(sp.Float))

    @cached_property
    def limit(self) -> Limit | None:
        """The limit tau/tau_phi -> 0, for a formula that has one and where it can be followed."""
        if not self.expr.has(*COHERENCE) or self.expr.has(sp.Float):
            return None
        limit = Limit(self.hand, self.expr, self.leading)
        try:
            limit.factor()
        except UndecidedError:
            return None
        return limit

    def certainty(self, form: sp.Expr) -> str:
        """Say how sure it is that the hand's expression, equal to a form in numbers, is equal to it."""
        if _proved(self.hand, form):
            return "proved symbolically"
        return f"to {self.sampled.agreed_digits} digits at {POINTS} random points"

    def verdict(self, kind: Kind, sentence: str, **found: Any) -> Verdict:
        """Make a verdict on this case."""
        hand, expr = self.reading.expr, self.given.expr
        relations = _relations_used(hand, self.given)
        return Verdict(kind, sentence, hand, expr, notes=self.reading.notes, relations=relations, **found)


def _in_base_symbols(expr: sp.Expr, metal: Metal, substitution: _Substitution) -> sp.Expr:
    table = dict(metal.relations)
    for _ in range(_RELATION_ROUNDS):
        if not expr.free_symbols & set(table):
            break
        expr = substitution(expr, table)
    return substitution(expr, dict(metal.values))


def _relations_used(hand: sp.Expr, formula: Formula) -> tuple[str, ...]:
    symbols = sorted(hand.free_symbols - formula.expr.free_symbols, key=str)
    return tuple(f"{x} = {formula.metal.relations[x]}" for x in symbols if x in formula.metal.relations)


def _proved(left: sp.Expr, right: sp.Expr) -> bool:
    """Whether the difference cancels by rules that are cheap and safe for positive symbols."""
    difference = left - right
    if difference.has(sp.Float):
        return False
    if difference.count_ops() > _PROVABLE_OPERATIONS or _has_high_power(difference):
        return False
    plain = difference.replace(sp.log, lambda x: sp.log(sp.factor_terms(sp.together(x))))
    return bool(sp.expand(sp.expand_log(plain, force=True)) == 0)


def _has_high_power(expr: sp.Expr) -> bool:
    return any(
        power.base.is_Add and abs(power.exp) > _PROVABLE_POWER
        for power in expr.atoms(sp.Pow)
        if power.exp.is_number
    )
