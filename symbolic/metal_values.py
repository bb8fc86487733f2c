"""Put into a formula what its metal says of tau_phi and of the numbers it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.dephasing import ElectronElectron, laws_of
from cooperon.symbolic.derivation import VALUES, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.metal import Metal

__all__ = ["finish"]


def finish(formula: Formula) -> Formula:
    """Put in what the metal says of tau_phi and tau."""
    metal = formula.metal
    uses = formula.expr.has(s.tau_phi)
    law = metal.coherence_time if uses else s.tau_phi
    table = {s.tau_phi: law} if law != s.tau_phi else {}
    if table:
        statement = f"the phase-coherence time follows tau_phi = {law}"
        said = (*formula.assumptions, Assumption(statement), *_of_collisions(metal))
        formula = replace(formula, assumptions=tuple(dict.fromkeys(said)))
    formula = _put(formula, table, "how the phase-coherence time depends on temperature")
    return _put(formula, metal.values, "values of the metal put in")


def _of_collisions(metal: Metal) -> tuple[Assumption, ...]:
    """Say when electron-electron collisions have the rate that is put in."""
    from cooperon.symbolic.assumptions import electron_assumptions

    electrons = (law for law in laws_of(metal.dephasing) if isinstance(law, ElectronElectron))
    return tuple(one for law in electrons for one in electron_assumptions(metal, law.energy))


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
