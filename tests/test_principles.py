"""A formula is derived, never stored: change a rule, and every formula that rests on it changes."""

from __future__ import annotations

import inspect
import re

import pytest
import sympy as sp

import cooperon as cp
from cooperon.symbolic import (
    anisotropy,
    assumptions,
    backscattering,
    channel_steps,
    channels,
    conductance,
    cutoffs,
    diagram_steps,
    fast,
    fields,
    formula,
    harmonics,
    kubo,
    ladder,
    landau,
    leading_diagrams,
    magnetoconductivity,
    metal,
    metal_values,
    modes,
    momentum_routing,
    options,
    return_probability,
    rules,
    scattering,
    self_consistent,
    self_consistent_steps,
    shift,
    slow_steps,
    spectrum,
    spin,
    thouless,
)

s = cp.symbols
D, TAU, TAU_PHI, E, HBAR = s.D, s.tau, s.tau_phi, s.e, s.hbar
HALF = sp.Rational(1, 2)
PLAIN = {
    (dim, loops): cp.conductivity(cp.Metal(dim=dim), loops=loops).expr for dim in (2, 3) for loops in (0, 1)
}


def again(dim=2, loops=1, **options):
    return cp.conductivity(options.pop("metal", cp.Metal(dim=dim)), loops=loops, **options)


def vanishes(expr):
    return expr == 0 or sp.simplify(sp.expand_log(sp.expand(expr), force=True)) == 0


def faults(found):
    """Rules of the lines that are not confirmed."""
    return {line.step.rule for line in found.verify().lines if not line.confirmed}


def patch(monkeypatch, name, value, *modules):
    for module in modules:
        monkeypatch.setattr(module, name, value)


def test_as_it_is_nothing_is_at_fault():
    assert not faults(again())


@pytest.mark.slow
def test_residues(monkeypatch):
    """Twice the integral of G_R^2 G_A^2: twice the box, twice the correction; the Drude value stays."""
    right = fast.energy_integral

    def wrong(retarded, advanced, rate=None):
        return right(retarded, advanced, rate) * (2 if retarded == advanced == 2 else 1)

    patch(monkeypatch, "energy_integral", wrong, fast, rules, ladder)
    found = again()
    assert vanishes(found.expr - 2 * PLAIN[2, 1])
    assert faults(found) == {"Hikami box"}
    assert vanishes(again(loops=0).expr - PLAIN[2, 0])


@pytest.mark.slow
def test_every_residue_is_read_from_the_rule(monkeypatch):
    """Three times each: three times the Drude value, and a ladder whose rungs exceed one."""
    right = fast.energy_integral
    patch(monkeypatch, "energy_integral", lambda *args: 3 * right(*args), fast, rules, ladder)
    assert vanishes(again(loops=0).expr - 3 * PLAIN[2, 0])
    assert "Kubo formula" in faults(again(loops=0))


@pytest.mark.slow
def test_angular_averages(monkeypatch):
    """<c^2> = 2/d: twice the box and twice the diffusion constant of the pole."""
    right = fast.moment

    def wrong(power, dim):
        return right(power, dim) * (2 if power == 2 else 1)

    patch(monkeypatch, "moment", wrong, fast, rules)
    block = cp.ladder("cooperon", cp.Metal())
    expected = HBAR / (2 * sp.pi * s.nu * TAU**2 * (2 * D * s.q**2 + 1 / TAU_PHI))
    assert vanishes(block.value - expected)
    assert vanishes(again(loops=0).expr - 2 * PLAIN[2, 0])
    found = again()
    assert vanishes(found.expr + E**2 / (2 * sp.pi**2 * HBAR) * sp.log(1 + 2 * TAU_PHI / TAU))
    assert {"Hikami box", "average over directions (cooperon)"} <= faults(found)


@pytest.mark.slow
def test_impurity_line(monkeypatch):
    """A weaker line than the self-energy asks for: the Cooperon has a gap from the first."""
    share = sp.Rational(9, 10)
    right = rules.impurity_line
    patch(monkeypatch, "impurity_line", lambda: share * right(), rules, ladder)
    block = cp.ladder("diffuson", cp.Metal())
    assert vanishes(block.gap - (1 - share) / TAU)
    found = again()
    gap = (1 - share) / TAU + share / TAU_PHI
    expected = -share * E**2 / (2 * sp.pi**2 * HBAR) / share * sp.log(1 + share / (gap * TAU))
    assert vanishes(found.expr - expected)
    assert "self-energy" in faults(found)
    assert vanishes(again(loops=0).expr - PLAIN[2, 0])


def test_spin_degeneracy(monkeypatch):
    monkeypatch.setattr(metal.Metal, "spin_degeneracy", property(lambda self: sp.Integer(7)))
    for (dim, loops), plain in PLAIN.items():
        assert vanishes(again(dim, loops).expr - sp.Rational(7, 2) * plain)
    ratio = again() / again(loops=0)
    assert vanishes(ratio.expr + sp.log(1 + TAU_PHI / TAU) / (sp.pi * s.k_F * s.ell))


def test_sign_of_the_velocity(monkeypatch):
    """With both current vertices along k the correction would be positive."""
    right = rules._fast_loop

    def wrong(*args):
        loop = right(*args)
        return rules.FastLoop(loop.retarded, loop.advanced, tuple(map(abs, loop.velocities)))

    monkeypatch.setattr(rules, "_fast_loop", wrong)
    assert vanishes(again().expr + PLAIN[2, 1])
    assert vanishes(again(loops=0).expr - PLAIN[2, 0])


def test_the_sign_comes_from_turning_the_line_round():
    """In the ladder both vertices see k, in the Cooperon's box k and -k."""
    drude, correction = (
        kubo.families(0)[0],
        next(d for d in kubo.families(1) if cp.evaluate(d, cp.Metal()).expr != 0),
    )
    signs = [sp.prod(cp.feynman_rules(d, cp.Metal()).fast[0].velocities) for d in (drude, correction)]
    assert signs == [1, -1]


def test_charge(monkeypatch):
    right = rules._prefactor
    monkeypatch.setattr(rules, "_prefactor", lambda diagram, metal: right(diagram, metal).subs(E, 2 * E))
    for (dim, loops), plain in PLAIN.items():
        assert vanishes(again(dim, loops).expr - 4 * plain)


def test_largest_wave_number(monkeypatch):
    """A cutoff is a line of a table; a new one needs no other code."""
    new = cutoffs.Cutoff("twice", cutoffs.Regulator.MOMENTUM, "q < 2/sqrt(D tau)", 2 / sp.sqrt(D * TAU))
    monkeypatch.setitem(cutoffs.CUTOFFS, "twice", new)
    found = again(cutoff="twice")
    assert vanishes(found.expr + E**2 / (2 * sp.pi**2 * HBAR) * sp.log(1 + 4 * TAU_PHI / TAU))
    assert vanishes(found.leading() + E**2 / (2 * sp.pi**2 * HBAR) * sp.log(4 * TAU_PHI / TAU))
    assert any("2/sqrt(D tau)" in a.statement for a in found.assumptions)


def test_diffusion_law(monkeypatch):
    """The second route solves its equation: with twice the spreading D is doubled in P(t)."""
    right = return_probability._spreading
    monkeypatch.setattr(return_probability, "_spreading", lambda density, dim: 2 * right(density, dim))
    found = cp.return_probability(cp.Metal(dim=3)).expr
    assert vanishes(found - (8 * sp.pi * D * s.t) ** (-3 * HALF))


def test_a_law_of_dephasing_of_ones_own():
    class TwoRates:
        def time(self):
            return 1 / (1 / s.tau_phi_0 + s.T / (s.T_0 * s.tau_phi_0))

    found = again(metal=cp.Metal(dim=2, dephasing=TwoRates()))
    expected = PLAIN[2, 1].subs(TAU_PHI, TwoRates().time())
    assert vanishes(found.expr - expected)


@pytest.mark.parametrize("dim", [HALF, sp.Rational(7, 5), 5 * HALF, sp.Rational(17, 5), 4])
def test_another_dimension(dim):
    """By quadrature: -(2 e^2 D/pi hbar) K_d int q^(d-1) dq/(D q^2 + 1/tau_phi)."""
    import mpmath

    values = {"D": 0.8, "tau": 0.6, "tau_phi": 7.0, "e": 1.0, "hbar": 1.0}
    half = mpmath.mpf(dim.p if hasattr(dim, "p") else dim) / (dim.q if hasattr(dim, "q") else 1) / 2
    around = 2 * mpmath.pi**half / mpmath.gamma(half) / (2 * mpmath.pi) ** (2 * half)
    top = 1 / mpmath.sqrt(values["D"] * values["tau"])
    radial = mpmath.quad(
        lambda u: mpmath.exp(2 * half * u) / (values["D"] * mpmath.exp(2 * u) + 1 / values["tau_phi"]),
        [-60, -10, -3, 0, mpmath.log(top)],
    )
    found = again(dim).expr.subs({s.lookup(name): value for name, value in values.items()})
    assert complex(found.evalf()).real == pytest.approx(
        float(-2 * values["D"] / mpmath.pi * around * radial), rel=1e-8
    )


@pytest.mark.slow
def test_a_fourth_impurity_line_adds_nothing(monkeypatch):
    monkeypatch.setattr(leading_diagrams, "HIGHEST_ORDER", 4)
    kubo.families.cache_clear()
    try:
        found = kubo.families(1)
        values = [cp.evaluate(diagram, cp.Metal()).expr for diagram in found]
    finally:
        kubo.families.cache_clear()
    assert [value for value in values if value != 0] == [PLAIN[2, 1]]


def test_without_the_crossed_diagrams_there_is_no_correction():
    """Only the family that a turned line makes a ladder has a slow momentum."""
    for order in (1, 2, 3):
        for diagram in cp.diagrams.enumerate(order):
            kind = cp.diagrams.classify(diagram)
            if kind.loops == 1:
                assert "cooperon" in {str(line.kind) for line in cp.diagrams.resum(diagram).blocks}


CLOSED_FORMS = re.compile(r"\b(log|ln|atan|uppergamma|expint|erfc|erf|hyper|EulerGamma|digamma|zeta)\b")
ENGINE = [
    kubo,
    leading_diagrams,
    options,
    diagram_steps,
    metal_values,
    rules,
    momentum_routing,
    ladder,
    formula,
    fast,
    assumptions,
    slow_steps,
    return_probability,
    backscattering,
    metal,
    anisotropy,
    harmonics,
    channels,
    channel_steps,
    scattering,
    spin,
    fields,
    spectrum,
    modes,
    magnetoconductivity,
    conductance,
    self_consistent,
    self_consistent_steps,
    thouless,
]
INTEGRALS = [landau, shift]
"""Rules for one integral each, whose closed form stands beside the integral and is held against it."""


def code_of(module):
    """Source without docstrings, comments and strings."""
    source = inspect.getsource(module)
    source = re.sub(r'"""[\s\S]*?"""', "", source)
    source = re.sub(r"#.*", "", source)
    return re.sub(r'f?r?"[^"\n]*"|f?r?\'[^\'\n]*\'', "", source)


@pytest.mark.parametrize("module", ENGINE, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_no_closed_form_is_stored(module):
    assert not CLOSED_FORMS.findall(code_of(module))


def test_the_engine_knows_no_dimension_by_number():
    """No branch on d = 1, 2, 3 between the graphs and the slow integral."""
    for module in {*ENGINE, *INTEGRALS} - {assumptions}:
        assert not re.findall(r"\bdim\s*(?:==|!=|in)\s*[\d(\[{]", code_of(module))


def test_no_result_of_the_table_in_the_source():
    """-e^2/(2 pi^2 hbar) and its like are products of rules: 2 pi^2 hbar stands nowhere."""
    for module in (*ENGINE, *INTEGRALS):
        assert not re.findall(r"pi\s*\*\*\s*[23]\s*\*\s*(?:s\.)?hbar", code_of(module))
