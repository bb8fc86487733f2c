"""Put into a formula what its metal says of tau_phi and of the numbers it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.dephasing import ElectronElectron
from cooperon.symbolic.derivation import VALUES, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.matthiessen import laws_of

__all__ = ["finish"]


def finish(formula: Formula) -> Formula:
    """Put in what the metal says of tau_phi and tau."""
    metal = formula.metal
    uses = formula.expr.has(s.tau_phi)
    law = metal.coherence_time if uses else s.tau_phi
    table = {s.tau_phi: law} if law != s.tau_phi else {}
    if table:
        statement = f"the phase-coherence time follows tau_phi = {law}"
        formula = _with_law(formula, Assumption(statement))
    formula = _put(formula, table, "how the phase-coherence time depends on temperature")
    return _put(formula, metal.values, "values of the metal put in")


def _with_law(formula: Formula, statement: Assumption) -> Formula:
    """Add where the law of dephasing comes from, and when it holds."""
    from cooperon.symbolic.dephasing_rate import electron_collisions

    electrons = (law for law in laws_of(formula.metal.dephasing) if isinstance(law, ElectronElectron))
    derived = [electron_collisions(formula.metal, law.energy) for law in electrons]
    said = (*formula.assumptions, statement, *(one for part in derived for one in part.assumptions))
    pages = tuple(step for part in derived for step in part.derivation)
    return replace(formula, assumptions=tuple(dict.fromkeys(said)), derivation=formula.derivation + pages)


def _put(formula: Formula, table: Mapping[sp.Symbol, sp.Expr], reason: str) -> Formula:
    table = {symbol: value for symbol, value in table.items() if formula.expr.has(symbol)}
    if not table:
        return formula
    exact, form = formula.expr.xreplace(table), formula.asymptote.xreplace(table)
    steps = [Step(VALUES, formula.expr, exact, reason)]
    if form != exact:
        steps.append(Step(VALUES, formula.asymptote, form, f"{reason}, leading form"))
    conditions = tuple(
        a if a.condition is None else replace(a, condition=a.condition.xreplace(table))
        for a in formula.assumptions
    )
    return replace(
        formula, expr=exact, asymptote=form, derivation=formula.derivation + steps, assumptions=conditions
    )
