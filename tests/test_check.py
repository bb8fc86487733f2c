r"""Checking a hand calculation: every kind of verdict, traps, and mutants that must never agree."""

from __future__ import annotations

import time
from functools import cache

import mpmath
import pytest
import sympy as sp
from expression_tools import nodes, put
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cooperon.diagrams.errors import InputError, ReadingError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.check import check
from cooperon.symbolic.dephasing import PowerLaw
from cooperon.symbolic.digits import Digits, UndecidedError
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.recognition import constant_form, factor_form
from cooperon.symbolic.samples import Sampled, measured_dimension
from cooperon.symbolic.verdict import factor_meaning

HALF = sp.Rational(1, 2)
KINDS = {
    "agrees",
    "agrees to leading order",
    "differs by a cutoff constant",
    "differs by a factor",
    "differs",
    "different dimension",
    "wrong limit",
    "undecided",
}


@cache
def drude(dim=2, spin=HALF):
    return conductivity(Metal(dim=dim, spin=spin), loops=0)


@cache
def weak(dim=2, cutoff="diffusive", spin=HALF, **options):
    return conductivity(Metal(dim=dim, spin=spin), loops=1, cutoff=cutoff, **options)


@cache
def power_law(p=s.p):
    return conductivity(Metal(dim=2, dephasing=PowerLaw(p)), loops=1)


FORMULAS = {
    "drude 2": drude,
    "drude 3": lambda: drude(3),
    "1": lambda: weak(1),
    "2": weak,
    "3": lambda: weak(3),
    "5/2": lambda: weak(sp.Rational(5, 2)),
    "d": lambda: weak(s.d),
    "2 mean free path": lambda: weak(2, "mean_free_path"),
    "3 mean free path": lambda: weak(3, "mean_free_path"),
    "1 time": lambda: weak(1, "time"),
    "2 time": lambda: weak(2, "time"),
    "3 time": lambda: weak(3, "time"),
    "d time": lambda: weak(s.d, "time"),
    "2 window": lambda: weak(2, "window"),
    "3 window": lambda: weak(3, "window"),
    "1 dimensional": lambda: weak(1, "dimensional"),
    "2 spinless": lambda: weak(2, spin=0),
    "2 omega": lambda: weak(2, omega=s.omega),
    "3 omega": lambda: weak(3, omega=s.omega),
    "2 L": lambda: weak(2, infrared="L"),
    "3 L": lambda: weak(3, infrared="L"),
    "2 power law": power_law,
    "2 ratio": lambda: weak(2) / drude(2),
}
AGREE, LEADING, CONSTANT, FACTOR, DIFFERS, DIMENSION = (
    "agrees",
    "agrees to leading order",
    "differs by a cutoff constant",
    "differs by a factor",
    "differs",
    "different dimension",
)

CASES = [
    # two dimensions
    ("2", r"-\frac{e^2}{\pi h}\ln\frac{\tau_\phi}{\tau}", LEADING),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\varphi}{\tau}", LEADING),
    ("2", r"\delta\sigma = -\frac{e^2}{\pi h}\ln\left(1+\frac{\tau_\phi}{\tau}\right)", AGREE),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\left[\ln(\tau+\tau_\phi)-\ln\tau\right]", AGREE),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}(\ln\tau_\phi-\ln\tau)", LEADING),
    ("2", r"-\frac{e^2}{\pi^2\hbar}\ln\frac{L_\phi}{\sqrt{D\tau}}", LEADING),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\ln(2+\tau_\phi/\tau)", LEADING),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}(\ln(\tau_\phi/\tau)+\frac{\tau}{\tau_\phi})", LEADING),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{2\tau_\phi}{\tau}", CONSTANT),
    ("2", r"-\frac{e^2}{\pi^2\hbar}\ln\frac{L_\phi}{\ell}", CONSTANT),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}(\ln(\tau_\phi/\tau)-\gamma)", CONSTANT),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}(\ln(\tau_\phi/\tau)+0.3)", CONSTANT),
    ("2", r"+\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", FACTOR),
    ("2", r"-\frac{e^2}{\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", FACTOR),
    ("2", r"-\frac{e^2}{\pi\hbar}\ln\frac{\tau_\phi}{\tau}", FACTOR),
    ("2", r"-\frac{e^2}{\pi^2\hbar}\ln\left(2+\frac{\tau_\phi}{\tau}\right)", FACTOR),
    ("2", r"-0.0507\frac{e^2}{\hbar}\ln\frac{\tau_\phi}{\tau}", FACTOR),
    ("2", r"-\frac{e^2}{\pi^2\hbar}\ln\frac{2\tau_\phi}{\tau}", DIFFERS),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\ln(k_F L_\phi)", DIFFERS),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\ln^2\frac{\tau_\phi}{\tau}", DIFFERS),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\frac{\tau_\phi}{\tau}", DIFFERS),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\left(1+\frac{1}{k_F\ell}\right)\ln\frac{\tau_\phi}{\tau}", DIFFERS),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{T_0}{T}", DIFFERS),
    ("2", "0", DIFFERS),
    ("2", r"-\frac{e^2}{2\pi^2}\ln\frac{\tau_\phi}{\tau}", DIMENSION),
    ("2", r"-\frac{e}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", DIMENSION),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\ln\tau_\phi", DIMENSION),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\left(\ln\frac{\tau_\phi}{\tau}+\tau\right)", DIMENSION),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\left(\ln\frac{\tau_\phi}{\tau}+\frac{1}{\tau_\phi}\right)", DIMENSION),
    ("2", "2", DIMENSION),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}L_\phi", DIMENSION),
    # another cutoff
    ("2 mean free path", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{2\tau}", LEADING),
    ("2 mean free path", r"-\frac{e^2}{\pi^2\hbar}\ln\frac{L_\phi}{\ell}", LEADING),
    ("2 mean free path", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", CONSTANT),
    ("2 time", r"-\frac{e^2}{2\pi^2\hbar}E_1(\tau/\tau_\phi)", AGREE),
    ("2 time", r"-\frac{e^2}{2\pi^2\hbar}\Gamma(0,\tau/\tau_\phi)", AGREE),
    ("2 time", r"-\frac{e^2}{2\pi^2\hbar}\left[\ln\frac{\tau_\phi}{\tau}-\gamma\right]", LEADING),
    ("2 time", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", CONSTANT),
    # one dimension
    ("1", r"-\frac{e^2}{\pi\hbar}\sqrt{D\tau_\phi}", LEADING),
    ("1", r"-\frac{2e^2}{h}L_\phi", LEADING),
    ("1", r"-\frac{2e^2}{h}(L_\phi-\ell)", LEADING),
    ("1", r"-\frac{2e^2}{\pi^2\hbar}L_\phi\arctan\sqrt{\tau_\phi/\tau}", AGREE),
    ("1", r"-\frac{e^2}{h}L_\phi", FACTOR),
    ("1", r"-\frac{e^2}{h}(L_\phi-\ell)", FACTOR),
    ("1", r"-\frac{2e^2}{h}\ell", DIFFERS),
    ("1", r"-\frac{2e^2}{h}\sqrt{L_\phi\ell}", DIFFERS),
    ("1", r"-\frac{2e^2}{h}\sqrt{\frac{D}{\tau_\phi}}", DIMENSION),
    # three dimensions: the constant and the term in 1/L_phi
    ("3", r"\frac{e^2}{2\pi^2\hbar L_\phi}-\frac{e^2}{\pi^3\hbar\sqrt{D\tau}}", LEADING),
    (
        "3",
        r"-\frac{e^2}{\pi^3\hbar}\left[\frac{1}{\sqrt{D\tau}}-\frac{1}{L_\phi}\arctan\frac{L_\phi}{\sqrt{D\tau}}\right]",
        AGREE,
    ),
    ("3", r"\frac{e^2}{2\pi^2\hbar L_\phi}", CONSTANT),
    ("3", r"\frac{e^2}{2\pi^2\hbar}\left(\frac{1}{L_\phi}-\frac{1}{\ell}\right)", CONSTANT),
    ("3", r"-\frac{e^2}{\pi^3\hbar\sqrt{D\tau}}", LEADING),
    ("3", r"-\frac{e^2}{2\pi^2\hbar L_\phi}", DIFFERS),
    ("3", r"\frac{e^2}{\pi^2\hbar L_\phi}-\frac{e^2}{\pi^3\hbar\sqrt{D\tau}}", DIFFERS),
    (
        "3",
        r"\frac{e^2}{2\pi^2\hbar L_\phi}-\frac{e^2}{\pi^3\hbar\sqrt{D\tau}}+\frac{T e^2}{T_0\hbar\ell}",
        DIFFERS,
    ),
    ("3", r"\frac{e^2}{\pi^2\hbar L_\phi}-\frac{2e^2}{\pi^3\hbar\sqrt{D\tau}}", FACTOR),
    ("3", r"\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", DIMENSION),
    # Drude
    ("drude 2", r"\sigma_0 = 2e^2\nu D", AGREE),
    ("drude 2", r"\frac{ne^2\tau}{m}", AGREE),
    ("drude 2", r"\frac{e^2}{h}k_F\ell", AGREE),
    ("drude 3", r"\frac{ne^2\tau}{m}", AGREE),
    ("drude 3", r"\frac{e^2k_F^2\ell}{3\pi^2\hbar}", AGREE),
    ("drude 2", r"e^2\nu D", FACTOR),
    ("drude 2", r"\frac{e^2}{\hbar}k_F\ell", FACTOR),
    ("drude 2", r"2e^2\nu v_F^2\tau", FACTOR),
    ("drude 2", r"\frac{e^2}{h}(k_F\ell)^2", DIFFERS),
    ("drude 2", r"2e^2\nu D^2", DIMENSION),
    # the rest
    ("2 spinless", r"-\frac{e^2}{4\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", LEADING),
    ("2 spinless", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", FACTOR),
    ("2 ratio", r"-\frac{1}{\pi k_F\ell}\ln\frac{\tau_\phi}{\tau}", LEADING),
    ("2 ratio", r"-\frac{\ln(\tau_\phi/\tau)}{\pi k_F\ell}\left(1+\frac{1}{k_F\ell}\right)", DIFFERS),
    ("2 omega", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau(1-i\omega\tau_\phi)}", LEADING),
    ("2 omega", r"-\frac{e^2}{2\pi^2\hbar}\ln\left[1+\frac{1}{\tau(1/\tau_\phi-i\omega)}\right]", AGREE),
    ("2 omega", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{1}{-i\omega\tau}", DIFFERS),
    ("2 omega", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau(1+i\omega\tau_\phi)}", DIFFERS),
    ("2 omega", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau(1-2i\omega\tau_\phi)}", DIFFERS),
    ("2 L", r"-\frac{e^2}{\pi^2\hbar}\ln\frac{L}{\sqrt{D\tau}}", AGREE),
    (
        "2 power law",
        r"-\frac{e^2}{2\pi^2\hbar}\ln\left[\frac{\tau_{\phi 0}}{\tau}\left(\frac{T_0}{T}\right)^p\right]",
        LEADING,
    ),
    ("2 power law", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", LEADING),
    (
        "2 power law",
        r"-\frac{e^2}{2\pi^2\hbar}\ln\left[\frac{\tau_{\phi 0}}{\tau}\left(\frac{T_0}{T}\right)^2\right]",
        DIFFERS,
    ),
    (
        "2 power law",
        r"-\frac{e^2}{2\pi^2\hbar}\ln\left[\frac{\tau_{\phi 0}}{\tau}\frac{T_0}{T}\right]",
        DIFFERS,
    ),
    ("d time", r"-\frac{2e^2D}{\pi\hbar}(4\pi D)^{-d/2}\tau_\phi^{1-d/2}\Gamma(1-d/2,\tau/\tau_\phi)", AGREE),
    ("d time", r"-\frac{2e^2D}{\pi\hbar}(4\pi D)^{-d/2}\tau_\phi^{1-d/2}\Gamma(1-d/2)", CONSTANT),
    ("d time", r"-\frac{e^2D}{\pi\hbar}(4\pi D)^{-d/2}\tau_\phi^{1-d/2}\Gamma(1-d/2,\tau/\tau_\phi)", FACTOR),
]


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "hand", "kind"), CASES)
def test_the_verdict_is_of_the_right_kind(formula, hand, kind):
    derived = FORMULAS[formula]()
    started = time.process_time()
    verdict = check(hand, derived)
    elapsed = time.process_time() - started
    assert verdict.kind == kind, verdict
    assert verdict.agrees == (kind in (AGREE, LEADING)) == bool(verdict)
    assert verdict.sentence.endswith(".")
    assert kind in str(verdict)
    assert elapsed < 2


@pytest.mark.parametrize("name", FORMULAS)
def test_every_formula_agrees_with_itself_as_written_and_as_sympy(name):
    formula = FORMULAS[name]()
    for hand in (formula.expr, str(formula.expr)):
        verdict = check(hand, formula)
        assert verdict.kind == AGREE
        assert verdict.certainty
    assert check(formula.leading(), formula).agrees
    assert check(formula, formula).kind == AGREE
    theirs = formula.expr.xreplace({x: sp.Symbol(x.name) for x in formula.expr.free_symbols})
    assert check(theirs, formula).kind == AGREE


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize(
    "factor", [2, sp.Rational(1, 2), -1, -2, 2 * sp.pi, 1 / (2 * sp.pi), sp.Rational(3, 7), sp.sqrt(2)]
)
def test_a_factor_is_found_whatever_the_formula(name, factor):
    formula = FORMULAS[name]()
    for form in (formula.expr, formula.leading()):
        verdict = check(factor * form, formula)
        assert verdict.kind == FACTOR
        assert verdict.factor == factor
        assert not verdict


@pytest.mark.parametrize(
    ("hand", "words"),
    [
        (r"-\frac{e^2}{\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", "spin, counted twice"),
        (r"-\frac{e^2}{4\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", "spin, left out"),
        (r"\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", "sign"),
        (r"-\frac{e^2}{\pi\hbar}\ln\frac{\tau_\phi}{\tau}", "hbar written where h belongs"),
        (r"-\frac{e^2}{2\pi^2h}\ln\frac{\tau_\phi}{\tau}", "h written where hbar belongs"),
        (r"-0.0507\frac{e^2}{\hbar}\ln\frac{\tau_\phi}{\tau}", "rounded"),
        (r"-3\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", "no factor of spin"),
        (r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{2\tau_\phi}{\tau}", "log(2) = 0.693147"),
        (r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{2\tau_\phi}{\tau}", "a factor 2 inside the logarithm"),
        (r"-\frac{e^2}{2\pi^2}\ln\frac{\tau_\phi}{\tau}", "Multiplied by 1/hbar it agrees"),
        (r"-\frac{e^2}{2\pi^2\hbar}L_\phi", "kg^-1 m^-1 s^3 A^2, the formula in kg^-1 m^-2 s^3 A^2"),
        (r"-\frac{e^2}{2\pi^2\hbar}(\ln\frac{\tau_\phi}{\tau}+\tau)", "do not fit together"),
        (r"-\frac{e^2}{2\pi^2\hbar}\ln(k_F L_\phi)", "Only the expression contains k_F"),
        (r"-\frac{e^2}{\pi^2\hbar}\ln\frac{2\tau_\phi}{\tau}", "The term in tau_phi is 2 times"),
        ("0", "zero"),
    ],
)
def test_the_sentence_names_what_to_look_for(hand, words):
    assert words in check(hand, weak()).sentence


def test_a_factor_of_spin_is_said_for_spinless_electrons():
    hand = r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}"
    assert "electrons do not have" in check(hand, weak(2, spin=0)).sentence


@pytest.mark.slow
def test_constants_of_cutoffs_come_out_in_closed_form():
    base = weak(2)
    assert check(weak(2, "time").expr, base).constant == -sp.EulerGamma
    assert check(weak(2, "mean_free_path").expr, base).constant == -sp.log(2)
    assert check(weak(3, "time").expr, weak(3)).kind == CONSTANT
    assert check(weak(3, "mean_free_path").expr, weak(3)).kind == CONSTANT
    assert check(weak(1, "time").expr, weak(1)).kind == LEADING
    assert check(weak(1, "window").expr, weak(1)).factor == 2 / sp.sqrt(sp.pi)


def test_the_relations_put_in_and_the_readings_are_told():
    verdict = check(r"\sigma = -\frac{e^2}{\pi h}\ln(\tau_\phi/\tau)", weak())
    assert verdict.relations == ("h = 2*pi*hbar",)
    assert verdict.notes == (r"\sigma = taken off the front",)
    assert "with: h = 2*pi*hbar" in str(verdict)


def test_certainty_is_stated():
    assert check(weak().expr, weak()).certainty == "proved symbolically"
    half = sp.log(sp.sqrt(1 + s.tau_phi / s.tau) + 1) + sp.log(sp.sqrt(1 + s.tau_phi / s.tau) - 1)
    verdict = check(-(s.e**2) / (2 * sp.pi**2 * s.hbar) * half, weak())
    assert verdict.kind == LEADING
    assert "proved" not in verdict.certainty
    through_atan = sp.atan(sp.sqrt(s.tau / s.tau_phi))
    hand = -2 * s.e**2 * s.L_phi / (sp.pi**2 * s.hbar) * (sp.pi / 2 - through_atan)
    verdict = check(hand, weak(1))
    assert verdict.kind == AGREE
    assert "50 digits at 8 random points" in verdict.certainty


def test_nothing_agrees_by_default():
    unknown = sp.Function("f")(s.tau)
    for hand in (unknown, weak().expr + unknown - unknown.xreplace({s.tau: s.tau_phi})):
        verdict = check(hand, weak())
        assert verdict.kind == "undecided"
        assert not verdict
        assert "Undecided" in verdict.sentence
    with pytest.raises(ReadingError, match="no finite value"):
        check(r"\Gamma(d-2)\,T", weak())


@pytest.mark.slow
def test_tiny_differences_are_seen():
    formula = weak()
    for hand in (
        formula.expr * (1 + sp.Rational(1, 10**25)),
        formula.expr + sp.Rational(1, 10**28) * s.e**2 / s.hbar,
        formula.expr * (1 + sp.exp(-s.k_F * s.ell) / 10**10),
    ):
        assert not check(hand, formula).agrees


@pytest.mark.parametrize(
    "extra", [r"\frac{\ell}{L}", r"\omega\tau", r"\frac{eBD\tau}{\hbar}", r"q^2D\tau", r"\frac{\tau}{t}"]
)
def test_a_term_in_something_that_the_formula_does_not_know_is_not_small(extra):
    hand = rf"-\frac{{e^2}}{{2\pi^2\hbar}}\left(\ln\frac{{\tau_\phi}}{{\tau}}+{extra}\right)"
    assert check(hand, weak()).kind == DIFFERS


def test_rounded_numbers_in_a_metal_are_compared_to_their_digits():
    formula = conductivity(Metal(dim=2, tau=1.1e-12, tau_phi=3.7e-11), loops=1)
    verdict = check("-e^2/(2 pi^2 hbar)*(ln(tau_phi + tau) - ln(tau))", formula)
    assert verdict.kind == AGREE
    assert "12 digits" in verdict.certainty
    assert check("-e^2/(2 pi^2 hbar) ln(1.0001 + tau_phi/tau)", formula).kind == FACTOR
    half = conductivity(Metal(dim=2, tau=1.1e-12), loops=1)
    assert check("-e^2/(2 pi^2 hbar)*(ln(tau_phi) - ln(tau))", half).kind == LEADING
    assert not check("-e^2/(2 pi^2 hbar)*(ln(tau_phi) - ln(2 tau))", half)


def test_a_formula_that_is_zero_has_its_verdict_too():
    nothing = weak() - weak()
    assert check("0", nothing).kind == AGREE
    assert check("e^2/h", nothing).kind == DIFFERS


def test_only_a_formula_is_checked_against():
    for wrong in (weak().expr, "T", None, 2):
        with pytest.raises(InputError, match="Formula"):
            check("T", wrong)
    with pytest.raises(ReadingError, match="tau_x"):
        check(r"\tau_x", weak())


@pytest.mark.parametrize(
    "hand",
    [
        r"\zeta(d^\tau\ln\tau, -1)",
        r"\Gamma(\operatorname{erfc}(50), 3+\pi)",
        r"\Gamma((i/L)^L, 3+\pi)",
        r"\operatorname{Re}\zeta(E_1(\hbar), 0^{k_F})",
        r"\zeta(-9.5, 10^6 k_F)",
        r"\psi^{(3)}(-10^{100}k_F)",
        r"\sin(\exp(10^5 k_F))",
        r"(2+i)^{10^{29}k_F}",
        r"\ln(1+i\exp(-10^9 k_F))",
        r"\frac{1}{\exp(-10^9 k_F)}",
    ],
)
def test_values_out_of_reach_take_no_time(hand):
    started = time.process_time()
    verdict = check(hand, weak())
    assert not verdict.agrees
    assert time.process_time() - started < 3


def test_numbers_that_a_dimension_makes_too_large_are_refused():
    with pytest.raises(ReadingError, match="too large"):
        check(r"\Gamma(10^{29}/(1+d), T/T_0)", weak())


# --- mutants -------------------------------------------------------------------------------------

_OTHERS = [s.tau, s.tau_phi, s.D, s.hbar, s.e, s.h, s.ell, s.k_F, s.L_phi, s.m, s.nu]
_FUNCTIONS = [sp.log, sp.atan, sp.sqrt, sp.exp, sp.sinh, sp.erfc]


def _mutate(draw, node):
    """Put another expression in place of a node: another sign, factor, exponent, symbol, function."""
    if node.is_Symbol:
        return draw(st.sampled_from([*_OTHERS, 2 * node, node**2, -node, 1 / node]))
    if node.is_Rational:
        return draw(
            st.sampled_from([-node, node + 1, node - 1, 2 * node, node / 2, node + sp.Rational(1, 2)])
        )
    if (node.is_Add or node.is_Mul) and len(node.args) > 1:
        left_out = draw(st.integers(0, len(node.args) - 1))
        return draw(
            st.sampled_from(
                [node.func(*(a for i, a in enumerate(node.args) if i != left_out)), -node, 2 * node]
            )
        )
    if isinstance(node, sp.Function) and len(node.args) == 1:
        return draw(
            st.sampled_from([*(f(node.args[0]) for f in _FUNCTIONS), node**2, node.func(1 / node.args[0])])
        )
    return draw(st.sampled_from([2 * node, -node, 1 / node, node + 1]))


def _independent_value(expr, metal, point):
    """Value of an expression by sympy's own evaluation, sharing nothing with the check."""
    reduced = expr
    for _ in range(3):
        reduced = reduced.xreplace(dict(metal.relations))
    value = sp.N(reduced.xreplace(point), 30)
    assume(value.is_finite is not False)
    return mpmath.mpmathify(value)


_POINTS = [
    {x: sp.Rational(13 + 7 * k + (k + shift) % 5, 11 + 3 * k) for k, x in enumerate(s.dimensions())}
    for shift in (0, 2, 3)
]


def _same_value(left, right, metal):
    for point in _POINTS:
        a, b = (_independent_value(expr, metal, point) for expr in (left, right))
        if abs(a - b) > 1e-12 * max(abs(a), abs(b)):
            return False
    return True


_MUTATED = [
    "drude 2",
    "drude 3",
    "1",
    "2",
    "3",
    "2 mean free path",
    "1 time",
    "2 time",
    "3 time",
    "2 omega",
    "2 L",
    "2 power law",
]


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_no_mutant_of_a_formula_agrees(data):
    formula = FORMULAS[data.draw(st.sampled_from(_MUTATED))]()
    path, node = data.draw(st.sampled_from(list(nodes(formula.expr))))
    mutant = put(formula.expr, path, _mutate(data.draw, node))
    assume(not mutant.has(sp.nan, sp.zoo, sp.oo))
    assume(not _same_value(mutant, formula.expr, formula.metal))
    verdict = check(mutant, formula)
    assert verdict.kind in KINDS - {AGREE}
    left_out = not mutant.has(s.tau_phi, s.tau_phi_0) and "tau_phi is left out" in verdict.sentence
    known = left_out or _same_value(mutant, formula.leading(), formula.metal)
    if verdict.kind == LEADING and not known:
        assert _vanishes_in_the_limit(mutant, formula)


def test_a_constant_is_no_leading_term_of_what_changes():
    """erfc dies out where the formula's arcus tangent gives the term 1/L_phi."""
    formula = FORMULAS["3"]()
    mutant = formula.expr.replace(sp.atan, sp.erfc)
    assert mutant != formula.expr
    assert check(mutant, formula).kind not in (AGREE, LEADING)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_no_mutant_of_a_leading_form_agrees(data):
    """The leading form has no term to spare: whatever is changed in it is wrong at the order kept."""
    formula = FORMULAS[data.draw(st.sampled_from(_MUTATED))]()
    leading = formula.leading()
    path, node = data.draw(st.sampled_from(list(nodes(leading))))
    mutant = put(leading, path, _mutate(data.draw, node))
    assume(not mutant.has(sp.nan, sp.zoo, sp.oo))
    assume(not _same_value(mutant, leading, formula.metal))
    assume(not _vanishes_in_the_limit(mutant, formula))
    verdict = check(mutant, formula)
    # a mutant without tau_phi may be what is left for tau_phi -> infinity; the verdict then says so
    left_out = not mutant.has(s.tau_phi, s.tau_phi_0) and "tau_phi is left out" in verdict.sentence
    assert left_out or not verdict.agrees


def _vanishes_in_the_limit(mutant, formula):
    """Whether a mutant differs from the leading form by next to nothing, at tau_phi = 10^40 tau."""
    point, further = _POINTS[0] | _long(40), _POINTS[0] | _long(44)
    mutated, leading = (
        _independent_value(expr, formula.metal, point) for expr in (mutant, formula.leading())
    )
    last = abs(_independent_value(formula.leading(), formula.metal, further) - leading)
    return abs(mutated - leading) < 1e-8 * last


def _long(power):
    time = sp.Integer(3) * 10**power
    return {s.tau_phi: time, s.tau_phi_0: time, s.omega: 1 / (7 * time)}


# --- the pieces ----------------------------------------------------------------------------------


def test_digits_are_those_of_mpmath():
    x, digits = sp.Symbol("x"), Digits(40)
    with mpmath.workdps(40):
        for expr, expected in [
            (sp.log(x), mpmath.log(mpmath.mpf("0.3"))),
            (sp.uppergamma(sp.Rational(-1, 4), x), mpmath.gammainc(mpmath.mpf(-1) / 4, mpmath.mpf("0.3"))),
            (
                sp.hyper((1, sp.Rational(5, 4)), (sp.Rational(9, 4),), -x),
                mpmath.hyp2f1(1, 1.25, 2.25, mpmath.mpf("-0.3")),
            ),
            (sp.polygamma(0, x), mpmath.digamma(mpmath.mpf("0.3"))),
            (sp.expint(1, x), mpmath.e1(mpmath.mpf("0.3"))),
            (sp.zeta(sp.Rational(1, 2), x), mpmath.zeta(mpmath.mpf("0.5"), mpmath.mpf("0.3"))),
            (sp.exp(sp.I * x), mpmath.expj(mpmath.mpf("0.3"))),
        ]:
            found = digits.value(expr, {x: digits.number("0.3")})
            assert mpmath.almosteq(mpmath.mpmathify(found), expected, 1e-37)


@pytest.mark.parametrize("order", ["-0.25", "0.3712345", "0.5", "-1.75", "0", "-1", "1e-9"])
@pytest.mark.parametrize("argument", ["1e-7", "1e-12", "1e-30"])
def test_the_incomplete_gamma_function_keeps_its_digits_near_zero(order, argument):
    (a, z), digits = sp.symbols("a z"), Digits(60)
    point = {a: digits.number(order), z: digits.number(argument)}
    with mpmath.workdps(90):
        expected = mpmath.gammainc(mpmath.mpf(point[a]), mpmath.mpf(point[z]))
    with mpmath.workdps(60):
        assert mpmath.almosteq(mpmath.mpf(digits.value(sp.uppergamma(a, z), point)), expected, 1e-50)


@pytest.mark.parametrize(
    "expr",
    [
        sp.exp(10**25 * s.T),
        sp.sin(sp.exp(sp.exp(10 * s.T))),
        sp.Symbol("y"),
        sp.gamma(sp.Integer(10) ** 30 * s.T),
        sp.zeta(sp.Rational(1, 2) + sp.I * 10**9 * s.T),
        sp.Function("f")(s.T),
        sp.log(s.T - 2),
        1 / (s.T - 2),
    ],
)
def test_what_has_no_value_in_reach_is_undecided(expr):
    digits = Digits(30)
    with pytest.raises(UndecidedError):
        digits.value(expr, {s.T: digits.number(2)})


def test_a_huge_negative_exponent_is_nothing():
    digits = Digits(30)
    assert digits.value(sp.exp(-(10**25) * s.T), {s.T: digits.number(2)}) == 0


def test_dimensions_are_measured_where_logarithms_hide_them():
    sampled = Sampled()
    split = s.e**2 / s.hbar * sp.log(s.tau_phi) - s.e**2 / s.hbar * sp.log(3 * s.tau)
    assert str(measured_dimension(split, sampled)) == "kg^-1 m^-2 s^3 A^2"
    assert measured_dimension(s.tau + s.tau_phi**2, sampled) is None
    assert str(measured_dimension(sp.sqrt(s.tau), sampled)) == "s^(1/2)"


@pytest.mark.parametrize(
    "form", [2 / sp.sqrt(sp.pi), -4 * sp.pi, sp.Rational(-3, 7), sp.sqrt(6) / 5, sp.pi ** sp.Rational(-3, 2)]
)
def test_factors_are_recognised(form):
    digits = Digits(40)
    assert factor_form(digits.value(form), digits) == form


def test_what_is_no_simple_number_is_not_recognised():
    digits = Digits(40)
    assert factor_form(digits.value(sp.log(7)), digits) is None
    assert constant_form(digits.value(sp.sqrt(7))) is None
    assert constant_form(digits.value(sp.log(sp.pi) / 2 + sp.Rational(3, 4))) == sp.log(
        sp.pi
    ) / 2 + sp.Rational(3, 4)


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (sp.Integer(4), "2 factors of 2"),
        (-2 * sp.pi, "the sign; a factor 2 pi"),
        (4 * sp.pi**2, "(2 pi)^2"),
        (1 / sp.pi, "spin, counted twice; a factor 1/(2 pi)"),
    ],
)
def test_the_meaning_of_a_factor(factor, words):
    assert words in factor_meaning(factor, 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hand", "agrees"),
    [
        ("-3/(pi (k_F ell)^2)", True),
        ("-6/(pi (k_F ell)^2)", False),
        ("3/(pi (k_F ell)^2)", False),
        ("-3/(pi (k_F ell)^2) (1 - sqrt(tau/tau_phi))", False),
    ],
)
def test_in_three_dimensions_what_is_left_without_dephasing_is_the_leading_term(hand, agrees):
    metal = Metal(dim=3)
    verdict = check(hand, conductivity(metal, loops=1, cutoff="mean_free_path") / conductivity(metal))
    assert verdict.agrees is agrees
    assert ("tau_phi is left out" in verdict.sentence) is agrees


def test_an_approximation_says_what_it_leaves_out():
    verdict = check("-e^2/(2 pi^2 hbar) ln(tau_phi/tau - 1)", weak())
    assert verdict.kind == "agrees to leading order"
    assert str(weak().expr) in verdict.sentence
    assert "farthest apart at tau_phi/tau" in verdict.sentence


def test_a_number_without_dimension_is_said_to_have_none():
    sentence = check("tau_phi/tau", weak()).sentence
    assert sentence.startswith("The expression has no dimension, the formula is in kg^-1")
