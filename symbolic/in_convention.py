"""Formulas rewritten in the fields of a convention, and what says which convention a formula follows."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.conventions import CONVENTIONS, TIMES, Convention, convention, times_of
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.fermi_liquid import is_amplitude
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.in_amplitude import in_amplitude, in_own_amplitude
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.relations import tidy

__all__ = ["convention_statement", "in_convention"]

RULE = "convention"
"""Rule of the steps that change the convention."""

_NOTHING: Mapping[sp.Symbol, sp.Expr] = MappingProxyType({})


def in_convention(formula: Formula, name: str) -> Formula:
    """Write a formula in the fields of a convention, or F0 as a convention has it, or go back.

    Parameters
    ----------
    formula : Formula
        A formula with a magnetic field in it, or with F0.
    name : str
        One of ``CONVENTIONS`` (fields) or ``AMPLITUDES`` (F0); "cooperon" (or "times") writes times and F0.

    Raises
    ------
    InputError
        When the name is unknown, the formula has no magnetic field (or no F0), or the metal scatters in a way
        that the convention has no symbols for.

    Examples
    --------
    >>> from cooperon.symbolic.fields import PerpendicularField
    >>> x = s.hbar / (4 * s.e * s.D * s.B * s.tau_phi)
    >>> metal = Metal(dim=2, field=PerpendicularField())
    >>> form = sp.polygamma(0, sp.Rational(1, 2) + x) - sp.log(x)
    >>> found = in_convention(Formula("change", form, form, metal), "HLN")
    >>> found.expr
    -log(B_phi/B) + polygamma(0, 1/2 + B_phi/B)
    >>> found.derivation[0].rhs.doit().equals(form)
    True
    """
    if is_amplitude(name):
        return in_amplitude(formula, name)
    target = convention(name)
    if target.name == TIMES:
        formula = in_own_amplitude(formula)
    if target.name == formula.convention:
        return formula
    plain = _in_times(formula)
    if target.name == TIMES:
        return plain
    _require_field(plain, target)
    _require_symbols(plain.metal, target)
    return _in_fields(plain, target)


def convention_statement(metal: Metal, name: str = TIMES) -> Assumption:
    """Say in one line which convention the rates and fields of a formula follow.

    Examples
    --------
    >>> print(convention_statement(Metal(dim=2)))
    convention "cooperon": a rate 1/tau_i acts like the field B_i = hbar/(4 e D tau_i)
    """
    chosen = convention(name)
    single = {time for time in times_of(metal) if time.name[-2:] in ("_x", "_y", "_z")}
    said = [chosen.says(metal)]
    if single and not chosen.equal:
        said.append(f"{_listed(single)} are times of single axes")
    if metal.diffusion == "xyz":
        said.append("D = sqrt(D_x D_y)")
    return Assumption(f'convention "{chosen.name}": {"; ".join(said)}')


def _in_times(formula: Formula) -> Formula:
    """Write a formula in times, by the definitions of the fields."""
    current = CONVENTIONS[formula.convention]
    if current.name == TIMES:
        return formula
    table = current.fields(formula.metal)
    last = _rewritten_last(formula)
    if all(form in last or not form.has(*table) for form in (formula.expr, formula.asymptote)):
        exact, leading = (last.get(form, form) for form in (formula.expr, formula.asymptote))
        steps = Derivation(formula.derivation.steps[: len(formula.derivation) - len(last)])
    else:
        exact, leading = (_gathered(form.xreplace(table)) for form in (formula.expr, formula.asymptote))
        pairs = {formula.expr: exact, formula.asymptote: leading}
        reason = f'the fields of the convention "{current.name}" put in'
        steps = formula.derivation + _steps(pairs, reason, before=table)
    return _changed(formula, exact, leading, steps, TIMES, table)


def _in_fields(formula: Formula, target: Convention) -> Formula:
    """Write a formula in fields, by the definitions solved for the times."""
    table = target.rates(formula.metal)
    forms = (formula.expr, formula.asymptote)
    exact, leading = (_gathered(_lengths(form, formula.metal).xreplace(table)) for form in forms)
    pairs = {formula.expr: exact, formula.asymptote: leading}
    reason = f'written in the fields of the convention "{target.name}", which are given beside it'
    meaning = {x: value.xreplace(dict(target.equal)) for x, value in target.fields(formula.metal).items()}
    steps = formula.derivation + _steps(pairs, reason, before=target.equal, after=meaning)
    return _changed(formula, exact, leading, steps, target.name, table)


def _steps(
    pairs: Mapping[sp.Expr, sp.Expr],
    reason: str,
    before: Mapping[sp.Symbol, sp.Expr] = _NOTHING,
    after: Mapping[sp.Symbol, sp.Expr] = _NOTHING,
) -> list[Step]:
    """Return a step for each form that changes, with the meaning of the symbols on either side."""
    return [Step(RULE, _at(old, before), _at(new, after), reason) for old, new in pairs.items() if old != new]


def _rewritten_last(formula: Formula) -> dict[sp.Expr, sp.Expr]:
    """Return what the last steps have put into fields, by what they made of it."""
    found: dict[sp.Expr, sp.Expr] = {}
    for step in reversed(formula.derivation.steps):
        fields = isinstance(step.rhs, sp.Subs) and step.rhs.expr in (formula.expr, formula.asymptote)
        if step.rule != RULE or not fields:
            break
        found[step.rhs.expr] = step.lhs.expr if isinstance(step.lhs, sp.Subs) else step.lhs
    return found


def _changed(
    formula: Formula,
    exact: sp.Expr,
    leading: sp.Expr,
    steps: Derivation,
    name: str,
    table: Mapping[sp.Symbol, sp.Expr],
) -> Formula:
    """Put the new forms in, with conditions in the new symbols and the statement of the new convention."""
    said = {convention_statement(formula.metal, known) for known in CONVENTIONS}
    kept = [
        a if a.condition is None else Assumption(a.statement, _condition(a.condition, table))
        for a in formula.assumptions
        if a not in said
    ]
    return replace(
        formula,
        expr=exact,
        asymptote=leading,
        derivation=steps,
        assumptions=(*kept, convention_statement(formula.metal, name)),
        convention=name,
    )


def _at(expr: sp.Expr, table: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """Write an expression with the meaning of its symbols beside it, a substitution that is not done."""
    used = {symbol: value for symbol, value in table.items() if expr.has(symbol)}
    return sp.Subs(expr, tuple(used), tuple(used.values())) if used else expr


def _lengths(expr: sp.Expr, metal: Metal) -> sp.Expr:
    """Write the phase-coherence length by the time, where it is that of the metal's relations."""
    known = metal.dephasing is not None and metal.coherence_time == s.tau_phi
    return expr.xreplace({s.L_phi: sp.sqrt(s.D * s.tau_phi)}) if known else expr


def _condition(condition: Any, table: Mapping[sp.Symbol, sp.Expr]) -> Any:
    """Rewrite a relation of positive quantities, without what both sides have in common."""
    if not condition.has(*table):
        return condition
    left, right = (side.xreplace(dict(table)) for side in condition.args)
    if (left / right).is_rational_function():
        return condition.func(*sp.fraction(sp.cancel(left / right)))
    return condition.func(_gathered(left), _gathered(right))


def _gathered(expr: sp.Expr) -> sp.Expr:
    """Gather what was put in: ratios of fields in the arguments of functions and under roots."""
    if not expr.args or expr.is_number:
        return expr
    inner = [_gathered(argument) for argument in expr.args]
    if isinstance(expr, sp.Function):
        inner = [_ratio(argument) for argument in inner]
    if expr.is_Pow and not expr.exp.is_integer:
        beside, ratio = inner[0].as_coeff_Add()
        base = _ratio(inner[0]) if beside else sp.factor_terms(sp.cancel(ratio))
        return tidy(base ** inner[1])
    return expr.func(*inner)


def _ratio(expr: sp.Expr) -> sp.Expr:
    """Cancel a fraction, and write it as a sum where its denominator is a product.

    A number beside it is left there: 1 + x keeps the digits of a small x.
    """
    number, rest = expr.as_coeff_Add()
    found = sp.cancel(rest)
    return number + (found if sp.denom(found).is_Add else sp.collect(sp.expand(found), s.B))


def _require_field(formula: Formula, target: Convention) -> None:
    if not formula.expr.has(s.B):
        raise InputError(
            f'{formula.name} in the fields of the convention "{target.name}"',
            expected="a formula with the magnetic field B in it",
            hint="cooperon.magnetoconductivity of a metal with field=cooperon.PerpendicularField()",
        )


def _require_symbols(metal: Metal, target: Convention) -> None:
    rates, known = times_of(metal), target.times | {s.tau_phi, s.tau}
    if (rates <= known or target.partial) and set(target.equal) <= rates:
        return
    raise InputError(
        f'the convention "{target.name}" for a metal with the times {_listed(rates)}',
        expected=f"a metal whose rates it has fields for, those of {_listed(known)}",
        hint='in_convention("HLN"), where rates of single axes stay times, or a metal with those rates',
    )


def _listed(symbols: Set[sp.Symbol]) -> str:
    return ", ".join(sorted(map(str, symbols)))
