"""Put into a formula what its metal says of tau_phi and of the numbers it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import VALUES, Step
from cooperon.symbolic.formula import Assumption, Formula

__all__ = ["finish"]


def finish(formula: Formula) -> Formula:
    """Put in what the metal says of tau_phi and tau."""
    metal = formula.metal
    law = metal.dephasing.time() if metal.dephasing is not None else s.tau_phi
    table = {s.tau_phi: law} if law != s.tau_phi else {}
    if formula.expr.has(*table):
        statement = f"the phase-coherence time follows tau_phi = {law}"
        formula = replace(formula, assumptions=(*formula.assumptions, Assumption(statement)))
    formula = _put(formula, table, "how the phase-coherence time depends on temperature")
    return _put(formula, metal.values, "values of the metal put in")


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
