"""A hand's expression and a formula, brought to base symbols, with all that a comparison needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.comparison import Limit
from cooperon.symbolic.conventions import CONVENTIONS, TIMES
from cooperon.symbolic.digits import UndecidedError
from cooperon.symbolic.ends import Seen, followed
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.last_terms import carried_on, is_open
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.reading import Reading
from cooperon.symbolic.reading_limits import bounded_substitution
from cooperon.symbolic.reading_undone import LARGEST_Q, LAST_N, UNDONE
from cooperon.symbolic.samples import Sampled, sampled_at
from cooperon.symbolic.verdict import Kind, Verdict

__all__ = ["COHERENCE", "PROVED", "Case"]

COHERENCE = (s.tau_phi, s.tau_phi_0)
PROVED = "proved symbolically"
"""The certainty of an agreement that is not found in numbers."""
_FIELDS = "HLN"
"""The convention whose fields B_phi, B_so and B_s a hand may use: those of the symbols' table."""
_PROVABLE_OPERATIONS = 300
_PROVABLE_POWER = 6
_RELATION_ROUNDS = 4

_Substitution = Callable[[sp.Expr, dict[sp.Symbol, sp.Expr]], sp.Expr]


@dataclass(frozen=True)
class Case:
    """A hand's expression and a formula, both as they are and in base symbols."""

    reading: Reading
    given: Formula
    largest_q: sp.Expr | None = None
    """Where integrals over q end that the hand left open."""
    subject: str = "the formula"
    """What the hand's expression is held against, as sentences call it."""

    @cached_property
    def hand(self) -> sp.Expr:
        """The hand's expression in base symbols; its sums without end, where the other side has none."""
        return self._hand(self.relations)

    def _hand(self, relations: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
        hand = _in_base_symbols(self.reading.expr, relations, self.given.metal, bounded_substitution)
        return hand if is_open(self.given.expr) else _ended(hand)

    @cached_property
    def expr(self) -> sp.Expr:
        """The formula's closed form in base symbols."""
        expr = self.in_base_symbols(self.given.expr)
        return expr if is_open(self.reading.expr) else _ended(expr)

    @cached_property
    def leading(self) -> sp.Expr:
        """The formula's leading form in base symbols."""
        leading = self.in_base_symbols(self.given.leading())
        return leading if is_open(self.reading.expr) else _ended(leading)

    def in_base_symbols(self, expr: sp.Expr) -> sp.Expr:
        """Write an expression in base symbols, with the metal's values put in."""
        return _in_base_symbols(expr, self.relations, self.given.metal, sp.Expr.xreplace)

    @cached_property
    def relations(self) -> Mapping[sp.Symbol, sp.Expr]:
        """The metal's relations, and what fields such as B_phi stand for in the formula's convention."""
        metal, name = self.given.metal, self.given.convention
        fields = CONVENTIONS[_FIELDS if name == TIMES else name].fields(metal.without_values)
        ends = {} if self.largest_q is None else {LARGEST_Q: self.largest_q}
        return {**fields, **metal.relations, **ends}

    @cached_property
    def sampled(self) -> Sampled:
        """Values at random points."""
        undone = any(one.has(*UNDONE) for one in (self.hand, self.expr, self.leading))
        values = tuple(self.given.metal.values.items())
        return sampled_at(values, rounded=self.expr.has(sp.Float), undone=undone)

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

    def agreement(self, form: sp.Expr) -> dict[str, str]:
        """Say how sure it is that the hand's expression, equal to a form in numbers, is equal to it."""
        if not self.sampled.undone and _proved(self.hand, form):
            return {"certainty": PROVED}
        digits, points = self.sampled.agreed_digits, len(self.sampled.points)
        return {
            "certainty": f"to {digits} digits at {points} random points",
            "chance": (
                "for an accident a difference as large as the expressions would have to fall below "
                f"10^-{digits} of them at each of {points} points, a chance of the order of 10^-{digits} "
                "for one; a difference that is smaller than that everywhere is not seen"
            ),
        }

    @cached_property
    def limits(self) -> tuple[Seen, ...]:
        """What the two do in the limits of single parameters, where that can be followed."""
        if self.sampled.undone or self.expr.has(sp.Float):
            return ()
        metal = self.given.metal
        space = metal.dim if metal.dim.is_number else sp.Integer(2)
        name, unit = "", sp.S.One
        conductance = s.e**2 / s.hbar
        for power, told in ((0, "e^2/hbar"), (space - 2, f"e^2/hbar (D tau)^({(2 - space) / 2})")):
            wanted = conductance * (s.D * s.tau) ** (-power / 2)
            if self.sampled.same_dimension(self.in_base_symbols(wanted), self.expr):
                name, unit = told, self.in_base_symbols(wanted)
                break
        return tuple(followed(self.hand, self.expr, metal.values, unit, name))

    @cached_property
    def relations_used(self) -> tuple[str, ...]:
        """The relations put in for names that the formula does not contain."""
        others = sorted(self.reading.expr.free_symbols - self.given.expr.free_symbols, key=str)
        used = (x for x in others if x in self.relations and self._needs(x))
        return tuple(f"{x} = {self.relations[x]}" for x in used)

    def _needs(self, symbol: sp.Symbol) -> bool:
        """Whether a relation matters: with another one in its place the value would be another."""
        other = {**self.relations, symbol: 2 * self.relations[symbol]}
        try:
            changed, point = self._hand(other), self.sampled.points[0]
            return not self.sampled.same(
                self.sampled.value(changed, point), self.sampled.value(self.hand, point)
            )
        except UndecidedError:
            return True

    @property
    def written(self) -> frozenset[sp.Symbol]:
        """The symbols that the hand or the formula is written in."""
        return frozenset(self.reading.expr.free_symbols | self.given.expr.free_symbols)

    def verdict(self, kind: Kind, sentence: str, **found: Any) -> Verdict:
        """Make a verdict on this case."""
        hand, expr = self.reading.expr, self.given.expr
        relations, notes = self.relations_used, self.reading.notes
        if is_open(hand) != is_open(expr):
            notes = (*notes, f"{LAST_N}, the last term, is taken to infinity")
        return Verdict(kind, sentence, hand, expr, notes=notes, relations=relations, **found)


def _ended(expr: sp.Expr) -> sp.Expr:
    """Let sums that are cut off somewhere go on without end."""
    found = carried_on(expr) if is_open(expr) else expr
    if found is None:
        raise UndecidedError(f"{LAST_N} stands where no limit of it can be taken")
    return found


def _in_base_symbols(
    expr: sp.Expr, relations: Mapping[sp.Symbol, sp.Expr], metal: Metal, substitution: _Substitution
) -> sp.Expr:
    table = dict(relations)
    for _ in range(_RELATION_ROUNDS):
        if not expr.free_symbols & set(table):
            break
        expr = substitution(expr, table)
    return substitution(expr, dict(metal.values))


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
