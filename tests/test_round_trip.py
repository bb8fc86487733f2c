"""What a formula writes of itself is read back and agrees: every formula of the atlas, as text and in LaTeX."""

from __future__ import annotations

import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.real_part import RealPart

CALLS = [entry.call for entry in cp.atlas()]
FLIGHTS = "cp.interference(cp.Metal(dim=2, field=cp.PerpendicularField())).total"
"""Sums over levels of flights, whose functions P_n and Q_n have no notation of papers."""
THERMAL = "cp.conductance_variance(cp.Metal(dim=1), thermal=True)"
"""In LaTeX an integral over sums, which takes too long in fifty digits to be compared."""


def _has_sum_inside(expr):
    """Undone sums and integrals in a power or a real part are refused by the reader, with the reason."""
    return any(whole.has(sp.Sum, sp.Integral) for whole in expr.atoms(sp.Pow, RealPart))


@pytest.mark.slow
@pytest.mark.parametrize("call", [call for call in CALLS if call != FLIGHTS])
def test_what_a_formula_writes_is_read_back_and_agrees(call):
    formula = eval(call, {"cp": cp})
    if not isinstance(formula, Formula):
        return
    if _has_sum_inside(formula.expr):
        with pytest.raises(ReadingError, match="not done"):
            cp.check(str(formula.expr), formula)
        return
    undone = formula.expr.has(sp.Integral, sp.Sum)
    forms = formula.forms()
    names = ["derived"] if undone else [name for name in forms if not _has_sum_inside(forms[name])]
    texts = [str(formula.expr), *(formula.latex(form=name) for name in names)]
    for text in texts:
        expected = "undecided" if call == THERMAL and "sum" in text else "agrees"
        assert cp.check(text, formula).kind == expected, text


@pytest.mark.slow
def test_flights_between_levels_are_refused():
    formula = eval(FLIGHTS, {"cp": cp})
    for text in (str(formula.expr), formula.latex()):
        with pytest.raises(ReadingError):
            cp.check(text, formula)
    assert cp.check(formula.expr, formula).kind == "agrees"
