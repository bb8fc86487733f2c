"""Formulas with the Fermi-liquid constant written as F, gamma_2 or the Stoner enhancement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fermi_liquid import AMPLITUDES, OWN, Amplitude, amplitude
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.with_constant import with_constant

__all__ = ["in_amplitude", "in_own_amplitude"]

RULE = "convention"
"""Rule of the steps that change the convention."""

_Rewriting = Callable[[sp.Expr], sp.Expr]
_WRITABLE = {one.symbol: one for one in AMPLITUDES.values() if one.symbol is not None and one.name != OWN}


def in_amplitude(formula: Formula, name: str) -> Formula:
    """Write a formula with F0 in it in another convention of the Fermi-liquid constant.

    Parameters
    ----------
    formula : Formula
        A formula with F0 in it, or with the symbol of another convention.
    name : str
        One of ``AMPLITUDES``.

    Raises
    ------
    InputError
        When the convention is unknown, F0 has no closed form in it, or the formula has no F0.

    Examples
    --------
    >>> from cooperon.symbolic.log_ratio import LogRatio
    >>> from cooperon.symbolic.metal import Metal
    >>> form = 4 - 3 * LogRatio(s.F0)
    >>> in_amplitude(Formula("K", form, form, Metal(dim=2)), "Finkelstein").expr
    -3*(gamma_2 + 1)*LogRatio(gamma_2) + 4
    """
    target = amplitude(name)
    plain = in_own_amplitude(formula)
    symbol = target.symbol
    if symbol is None:
        raise InputError(
            f"{formula.name} in the convention {target.name!r}",
            expected="a convention in which F0 has a closed form: "
            + ", ".join(x.name for x in _WRITABLE.values()),
            hint="cooperon.fermi_liquid_constant translates numbers",
        )
    if not plain.expr.has(s.F0):
        raise InputError(
            f"{formula.name} in the convention {target.name!r}",
            expected="a formula with the Fermi-liquid constant F0 in it",
            hint="a metal with interaction=cooperon.Coulomb()",
        )
    if symbol == s.F0:
        return plain
    reason = f'written in the convention "{target.name}": {target.statement}'
    put = partial(with_constant, symbol=s.F0, value=target.constant(symbol, plain.metal.dim))
    return _changed(plain, put, reason, after=_said(target, plain))


def in_own_amplitude(formula: Formula) -> Formula:
    """Write a formula in F0 again; one without the symbol of a convention is returned as it is.

    Examples
    --------
    >>> from cooperon.symbolic.log_ratio import LogRatio
    >>> from cooperon.symbolic.metal import Metal
    >>> form = 2 * LogRatio(s.gamma_2)
    >>> in_own_amplitude(Formula("K", form, form, Metal(dim=2))).expr
    2*(F0 + 1)*LogRatio(F0)
    """
    for symbol, one in _WRITABLE.items():
        if formula.expr.has(symbol) or formula.asymptote.has(symbol):
            put = partial(with_constant, symbol=symbol, value=one.value(s.F0, formula.metal.dim))
            reason = f'the definition of the convention "{one.name}" put in'
            formula = _changed(formula, put, reason, before=_said(one, formula))
    return formula


def _same(expr: sp.Expr) -> sp.Expr:
    return expr


def _said(one: Amplitude, formula: Formula) -> _Rewriting:
    """Return what writes the meaning of a convention's symbol beside an expression."""
    return partial(_beside, symbol=one.symbol, meaning=one.value(s.F0, formula.metal.dim))


def _changed(
    formula: Formula, put: _Rewriting, reason: str, before: _Rewriting = _same, after: _Rewriting = _same
) -> Formula:
    """Rewrite both forms and the conditions, with a step for each form that changes."""
    exact, leading = put(formula.expr), put(formula.asymptote)
    pairs = {formula.expr: exact, formula.asymptote: leading}
    steps = [Step(RULE, before(old), after(new), reason) for old, new in pairs.items() if old != new]
    kept = tuple(_with_condition(one, put) for one in formula.assumptions)
    return replace(
        formula, expr=exact, asymptote=leading, derivation=formula.derivation + steps, assumptions=kept
    )


def _with_condition(assumption: Assumption, put: _Rewriting) -> Assumption:
    condition = assumption.condition
    if condition is None or not condition.has(s.F0, *_WRITABLE):
        return assumption
    return Assumption(assumption.statement, condition.func(*map(put, condition.args)))


def _beside(expr: sp.Expr, symbol: sp.Symbol, meaning: sp.Expr) -> sp.Expr:
    """Write an expression with the meaning of its symbol beside it, a substitution that is not done."""
    return sp.Subs(expr, (symbol,), (meaning,)) if expr.has(symbol) else expr
