"""Which mistake leads to an expression: the formula is derived again with each, and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import CooperonError
from cooperon.symbolic.case import Case
from cooperon.symbolic.comparison import Limit
from cooperon.symbolic.digits import BREAKDOWNS, UndecidedError
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.mistakes import MISTAKES, Mistake
from cooperon.symbolic.slips import NO_SLIP
from cooperon.symbolic.verdict import Verdict

__all__ = ["explained", "remade"]

_AS_IT_IS = ("agrees", "agrees to leading order", "different dimension", "undecided")
_MOST = 3


@dataclass(frozen=True)
class _Made:
    """A mistake, and the forms of the formula that it leads to, in base symbols."""

    mistake: Mistake
    expr: sp.Expr
    leading: sp.Expr
    ratio: object = None
    """What the formula is multiplied with, where the mistake is no more than a factor."""

    @property
    def forms(self) -> tuple[sp.Expr, sp.Expr]:
        return self.expr, self.leading


def remade(mistake: Mistake, formula: Formula) -> Formula | None:
    """Derive a formula again with a mistake; None where there is nothing to make it on.

    Examples
    --------
    >>> import cooperon as cp
    >>> spinless = remade(MISTAKES[0], cp.conductivity(cp.Metal(dim=2)))
    >>> spinless.expr
    D*e**2*nu
    """
    slip = mistake.slip(formula.metal)
    if formula.request is None or slip == NO_SLIP or not mistake.concerns(formula):
        return None
    try:
        key: Any = formula.request
        found = _again(mistake, key, formula.metal)
        return found if found.convention == formula.convention else found.in_convention(formula.convention)
    except (CooperonError, *BREAKDOWNS):
        return None


@lru_cache(maxsize=1024)
def _again(mistake: Mistake, request: Any, metal: Metal) -> Formula:
    found: Formula = request.again(mistake.slip(metal))
    return found


_TIMES = re.compile(r"where the (transport time|lifetime) belongs")
_OF_TIMES = ("tau for tau_tr", "tau_tr for tau", "no vertex ladders", "no dressed boxes", "bare box alone")


def explained(case: Case, verdict: Verdict) -> Verdict:
    """Add to a verdict the mistakes that lead to the hand's expression."""
    if verdict.kind in _AS_IT_IS or case.given.request is None:
        return verdict
    if case.sampled.equal(case.hand, case.expr):  # to all digits that are compared: no mistake to look for
        return verdict
    made = tuple(_all_made(case))
    names = _singles(case, made) or list(_pairs(case, made))
    if _TIMES.search(verdict.sentence):  # a lifetime that stands where it is not right is no pure number
        names = [one for one in names if one.name in _OF_TIMES]
    if not names:
        return verdict
    first = names[:_MOST]
    sentence = (
        f"{verdict.sentence} Recognised: {_said(first, case.given.metal)}, the formula is this expression."
    )
    return replace(verdict, sentence=sentence, mistakes=tuple(one.name for one in first))


def _said(mistakes: list[Mistake], metal: Metal) -> str:
    """Say what was done: derived again with what is wrong, or only written with another symbol."""
    kinds: tuple[tuple[str, bool], ...] = (("derived again with", False), ("written with", True))
    parts = (
        (how, [one.sentence for one in mistakes if one.slip(metal).renames is renamed])
        for how, renamed in kinds
    )
    return ", or ".join(f"{how} {', or with '.join(told)}" for how, told in parts if told)


def _all_made(case: Case) -> Iterator[_Made]:
    for mistake in MISTAKES:
        found = remade(mistake, case.given)
        if found is None or found.expr == case.given.expr:
            continue
        made = _Made(mistake, case.in_base_symbols(found.expr), case.in_base_symbols(found.leading()))
        try:
            if not case.sampled.equal(made.expr, case.expr):
                yield replace(made, ratio=case.sampled.constant_ratio(made.expr, case.expr))
        except UndecidedError:
            continue


def _singles(case: Case, made: tuple[_Made, ...]) -> list[Mistake]:
    """Find the mistakes that lead to the hand by themselves: exactly, or else for long tau_phi."""
    exactly = [one.mistake for one in made if any(_multiple(case, form, 1) for form in one.forms)]
    return exactly or [one.mistake for one in made if _in_the_limit(case, one)]


def _in_the_limit(case: Case, made: _Made) -> bool:
    if case.limit is None or made.expr == made.leading:
        return False
    try:
        return Limit(case.hand, made.expr, made.leading).agrees()
    except UndecidedError:
        return False


def _multiple(case: Case, form: sp.Expr, factor: object) -> bool:
    values = zip(case.sampled.values(case.hand), case.sampled.values(form), strict=True)
    return all(case.sampled.same(hand, factor * value) for hand, value in values)


def _pairs(case: Case, made: tuple[_Made, ...]) -> Iterator[Mistake]:
    """Find two mistakes, of which one is a factor: spin and h, a sign and a gap."""
    factors = [one for one in made if one.ratio is not None]
    for factor in factors:
        for other in made:
            if other is not factor and any(_multiple(case, form, factor.ratio) for form in other.forms):
                yield _both(factor.mistake, other.mistake)
                return


def _both(one: Mistake, other: Mistake) -> Mistake:
    return Mistake(f"{one.name}, {other.name}", f"{one.sentence} and {other.sentence}", one.slip)
