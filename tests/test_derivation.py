"""Derivations: sequences of equations that keep both of their sides."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest
import sympy as sp

import cooperon as cp
from cooperon.symbolic.fast import AngularAverage

s = cp.symbols
A = cp.Step("first", s.tau + s.tau, 2 * s.tau, "twice")
B = cp.Step("second", s.tau**2 / s.tau, s.tau, "cancelled")
UNDONE = (sp.Integral, sp.Sum, sp.Product, AngularAverage)

FORMULAS = {
    f"{dim} {cutoff}": cp.conductivity(cp.Metal(dim=dim), loops=1, cutoff=cutoff)
    for dim in (1, 2, 3, s.d)
    for cutoff in ("diffusive", "time", "window")
}


def test_a_sequence():
    pages = cp.Derivation((A, B))
    assert len(pages) == 2
    assert list(pages) == [A, B]
    assert pages[1] == B
    assert pages.steps == (A, B)
    assert not cp.Derivation()


def test_sums_do_not_repeat_a_line():
    one, other = cp.Derivation((A,)), cp.Derivation((B, A))
    assert (one + other).steps == (A, B)
    assert (other + one).steps == (B, A)
    assert (one + [B]).steps == (A, B)
    assert (one + cp.Derivation()).steps == one.steps


def test_immutable():
    with pytest.raises(FrozenInstanceError):
        A.lhs = s.tau
    with pytest.raises(FrozenInstanceError):
        cp.Derivation((A,)).steps = ()


def test_an_identity_keeps_both_sides():
    step = cp.Step("same", s.tau, s.tau, "")
    assert (step.lhs, step.rhs) == (s.tau, s.tau)
    assert str(step) == "tau = tau"
    assert step.latex() == r"\tau = \tau"


def test_an_approximation_says_so():
    step = cp.Step("rough", 1 / (1 + s.tau), 1 - s.tau, "", ((s.tau, 1),), sp.Integer(2))
    assert step.relation == "≈"
    assert A.relation == "="
    assert r"\simeq" in step.latex()


def test_printed_pages_are_numbered():
    text = repr(cp.Derivation((A, B)))
    assert [line[:4] for line in text.splitlines() if line.startswith("(")] == ["(1) ", "(2) "]
    assert "first: twice" in text


@pytest.mark.parametrize("name", FORMULAS)
def test_every_step_says_which_rule_and_why(name):
    for step in FORMULAS[name].derivation:
        assert step.rule
        assert step.reason
        assert "\n" not in step.rule + step.reason
        assert isinstance(step.lhs, sp.Expr)
        assert isinstance(step.rhs, sp.Expr)
        assert bool(step.scaling) == (step.order > 0)


@pytest.mark.parametrize("name", FORMULAS)
def test_no_step_is_said_twice(name):
    steps = FORMULAS[name].derivation.steps
    assert len(set(steps)) == len(steps)
    assert len({(step.lhs, step.rhs) for step in steps}) == len(steps)


@pytest.mark.parametrize("name", FORMULAS)
def test_integrals_stand_undone_on_the_left_and_done_on_the_right(name):
    steps = FORMULAS[name].derivation.steps
    assert sum(step.lhs.has(*UNDONE) for step in steps) >= 8
    turned_round = {"durations"}  # a pole is opened as an integral over paths
    assert all(not step.rhs.has(*UNDONE) for step in steps if step.rule not in turned_round)


@pytest.mark.parametrize("name", FORMULAS)
def test_what_is_undone_stays_undone_when_it_is_pickled(name):
    steps = FORMULAS[name].derivation.steps
    assert str(steps[0].rhs) == "1 + 2"  # sympy would do the sum while it reads it
    assert pickle.loads(pickle.dumps(steps)) == steps


@pytest.mark.parametrize("name", FORMULAS)
def test_the_last_lines_are_the_result(name):
    formula = FORMULAS[name]
    *_, exact, form = formula.derivation
    assert exact.rhs == formula.expr
    assert form.lhs == formula.expr
    assert form.rhs == formula.leading()


@pytest.mark.parametrize("name", FORMULAS)
def test_lines_lead_from_one_to_the_next(name):
    """The block and the box are put together, and what comes out is integrated over q."""
    steps = {step.rule: step for step in FORMULAS[name].derivation}
    together = steps["Feynman rules"]
    block = next(step for rule, step in steps.items() if rule.startswith("Bethe-Salpeter"))
    box = steps["Hikami box"]
    product = sp.Mul(*together.lhs.args)
    assert sp.simplify(product / (block.rhs * box.rhs)).free_symbols <= {s.e, s.hbar}
    if "slow integral" in steps:
        integrand = steps["slow integral"].lhs.function
        assert sp.simplify(integrand / together.rhs).free_symbols <= {s.q, s.d}
    else:
        assert sp.simplify(steps["durations"].lhs / together.rhs).free_symbols <= {s.e, s.hbar, s.D}


def test_the_pages_name_the_diagrams_that_vanish():
    reasons = [step.reason for step in FORMULAS["2 diffusive"].derivation if step.rhs == 0]
    assert any("vertex correction" in reason for reason in reasons)
    assert any("dressed" in reason for reason in reasons)


def test_the_enumeration_is_counted():
    steps = [step for step in FORMULAS["2 diffusive"].derivation if step.rule.startswith("enumeration")]
    for lines, step in enumerate(steps, 1):
        assert step.lhs.doit() == sp.factorial2(2 * lines + 1)
        assert sp.Add(*step.rhs.args) == sp.factorial2(2 * lines + 1)


def test_latex_of_the_pages():
    text = FORMULAS["2 diffusive"].derivation.latex()
    assert text.count(r"\intertext{") == len(FORMULAS["2 diffusive"].derivation)
    assert text.startswith(r"\begin{align}")
