r"""Recognised mistakes: wrong formulas as hands write them, and what the engine says was done to get them."""

from __future__ import annotations

import time
from functools import cache

import mpmath
import pytest
import sympy as sp

import cooperon as cp
from cooperon.symbolic import symbols as s
from cooperon.symbolic.check import check
from cooperon.symbolic.ends import ENDS, is_leading
from cooperon.symbolic.mistakes import MISTAKES
from cooperon.symbolic.recognised import remade

NAMED = {mistake.name: mistake for mistake in MISTAKES}
FIELD = cp.PerpendicularField()
FORMULAS = {
    "Drude": lambda: cp.conductivity(cp.Metal(dim=2)),
    "Drude w": lambda: cp.conductivity(cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(s.w_1,))])),
    "1": lambda: cp.conductivity(cp.Metal(dim=1), loops=1),
    "2": lambda: cp.conductivity(cp.Metal(dim=2), loops=1),
    "2 omega": lambda: cp.conductivity(cp.Metal(dim=2), loops=1, omega=s.omega),
    "2 w": lambda: cp.conductivity(cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(s.w_1,))]), loops=1),
    "2 exact": lambda: cp.conductivity(cp.Metal(dim=2), loops=1, kernel="exact"),
    "ratio": lambda: FORMULAS["2"]() / FORMULAS["Drude"](),
    "field": lambda: cp.magnetoconductivity(cp.Metal(dim=2, field=FIELD)),
    "so": lambda: cp.conductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit()]), loops=1),
    "HLN": lambda: cp.magnetoconductivity(cp.Metal(dim=2, field=FIELD, scattering=[cp.SpinOrbit()])),
    "HLN fields": lambda: FORMULAS["HLN"]().in_convention("HLN"),
    "Kawabata": lambda: cp.magnetoconductivity(cp.Metal(dim=3, field=FIELD)),
    "backscattering": lambda: cp.backscattering(cp.Metal(dim=2)),
    "beta 1": lambda: cp.beta_function(cp.Metal(dim=1)),
    "beta 3": lambda: cp.beta_function(cp.Metal(dim=3)),
}


@cache
def formula_of(name):
    return FORMULAS[name]()


def _f2(x):
    return rf"\left[\psi\left(\frac12+{x}\right)-\ln\left({x}\right)\right]"


_X = r"\frac{\hbar}{4eBD\tau_\phi}"
_FIELDS = r"\frac{B_\phi}{B}"
_Y = r"\frac{\hbar}{4eBD}\left(\frac{1}{\tau_\phi}+\frac{%s}{\tau_{so}}\right)"
WRONG = [
    ("beta 1", r"-1-\frac{1}{\pi^2 g}", "spin left out"),
    ("beta 1", r"-1-\frac{4}{\pi g}", "unit of g, 1/(2*pi)"),
    ("beta 3", r"1-\frac{1}{\pi^2 g}", "unit of g, 1/pi"),
    ("beta 3", r"1+\frac{1}{\pi^3 g}", "sign of the currents"),
    ("beta 3", r"1-\frac{8}{g}", "measure of q"),
    ("Drude", r"\nu e^2 D", "spin left out"),
    ("Drude", r"\nu e^2 D", "nu of all spins"),
    ("Drude", r"2\nu e^2 v_F^2\tau", "1/d left out"),
    ("Drude w", r"\frac{n e^2\tau}{m}", "no vertex ladders"),
    ("1", r"-\frac{e^2}{2\pi\hbar}L_\phi", "one side of q"),
    ("2", r"+\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", "sign of the currents"),
    ("2", r"-\frac{e^2}{4\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", "spin left out"),
    ("2", r"-\frac{e^2}{\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", "1/d left out"),
    ("2", r"-\frac{e^2}{\pi\hbar}\ln\frac{\tau_\phi}{\tau}", "hbar for h"),
    ("2", r"-\frac{2e^2}{\hbar}\ln\frac{\tau_\phi}{\tau}", "measure of q"),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{2\tau}", "cutoff mean_free_path"),
    ("2", r"-\frac{e^2}{\pi^2\hbar}\ln\frac{L_\phi}{\ell}", "cutoff mean_free_path"),
    ("2", r"-\frac{e^2}{2\pi^2\hbar}\left[\ln\frac{\tau_\phi}{\tau}-\gamma\right]", "cutoff time"),
    ("2", r"+\frac{e^2}{4\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", "spin left out, sign of the currents"),
    ("2 omega", r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau(1+i\omega\tau_\phi)}", "sign of omega"),
    ("2 w", r"-\frac{e^2}{2\pi^2\hbar}\frac{\tau_{tr}}{\tau}\ln\left(1+\frac{\tau_\phi}{\tau}\right)", "no dressed boxes"),
    ("2 exact", r"-\frac{e^2}{2\pi^2\hbar}\ln\left(1+\frac{\tau_\phi}{\tau}\right)", "no dressed boxes"),
    ("ratio", r"+\frac{1}{\pi k_F\ell}\ln\frac{\tau_\phi}{\tau}", "sign of the currents"),
    ("field", rf"\frac{{e^2}}{{2\pi^2\hbar}}{_f2(_X.replace('4', '2'))}", "charge of a pair"),
    ("field", rf"\frac{{e^2}}{{4\pi^2\hbar}}{_f2(_X.replace('4', '2'))}", "spin left out, charge of a pair"),
    ("field", r"\frac{e^2}{2\pi^2\hbar}\left[\psi\left(\frac{B_\phi}{B}\right)-\ln\frac{B_\phi}{B}\right]", "level at zero"),
    ("so", r"-\frac{e^2}{4\pi^2\hbar}\left[3\ln\left(1+\frac{1}{\tau(4/(3\tau_{so})+1/\tau_\phi)}\right)"
     r"+\ln\left(1+\frac{\tau_\phi}{\tau}\right)\right]", "sign of the singlet"),
    ("so", r"-\frac{e^2}{4\pi^2\hbar}\left[3\ln\left(1+\frac{1}{\tau(2/(3\tau_{so})+1/\tau_\phi)}\right)"
     r"-\ln\left(1+\frac{1}{\tau(2/\tau_{so}+1/\tau_\phi)}\right)\right]", "spin-orbit as magnetic"),
    ("HLN", rf"\frac{{e^2}}{{4\pi^2\hbar}}\left(3{_f2(_Y % '1')}-{_f2(_X)}\right)", "4/3 of tau_so"),
    ("HLN", rf"\frac{{e^2}}{{4\pi^2\hbar}}\left(3{_f2(_Y % '4')}-{_f2(_X)}\right)", "tau_so of each axis"),
    ("HLN", rf"\frac{{e^2}}{{4\pi^2\hbar}}\left({_f2(_Y % '4/3')}-{_f2(_X)}\right)", "one triplet"),
    ("HLN", rf"-\frac{{e^2}}{{4\pi^2\hbar}}{_f2(_X)}", "singlet alone"),
    ("HLN fields", r"-\frac{e^2}{4\pi^2\hbar}\left[\psi\left(\frac12+\frac{B_\phi}{B}\right)-\ln\frac{B_\phi}{B}\right]",
     "singlet alone"),
    ("backscattering", r"1+\exp(-2t/\tau_\phi-Dq^2t)", "dephasing doubled"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "hand", "mistake"), WRONG)
def test_a_mistake_is_recognised(formula, hand, mistake):
    started = time.process_time()
    verdict = check(hand, formula_of(formula))
    assert mistake in verdict.mistakes, verdict
    renamed = {one.name for one in MISTAKES if one.slip(formula_of(formula).metal).renames}
    assert ("Recognised: derived again with" in verdict.sentence) == (not renamed >= set(verdict.mistakes))
    assert ("written with" in verdict.sentence) == bool(renamed & set(verdict.mistakes))
    assert not verdict
    assert time.process_time() - started < 12


@pytest.mark.parametrize("name", FORMULAS)
def test_what_is_right_has_no_mistake(name):
    formula = formula_of(name)
    assert check(formula.expr, formula).mistakes == ()
    assert check(formula.leading(), formula).mistakes == ()


def test_what_no_mistake_leads_to_is_not_recognised():
    for hand in (
        r"-\frac{7e^2}{5\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}",
        r"-\frac{e^2}{\hbar}\sqrt{\tau_\phi/\tau}",
    ):
        verdict = check(hand, formula_of("2"))
        assert verdict.mistakes == ()
        assert "Recognised" not in verdict.sentence


def test_a_mistake_is_made_on_the_derivation_and_not_on_its_result():
    """The derivation is another one, line by line: diagrams are missing, signs turned, levels moved."""
    right = formula_of("2 w")
    bare = remade(NAMED["bare box alone"], right)
    assert len(bare.diagrams) < len(right.diagrams)
    turned = remade(NAMED["sign of the currents"], formula_of("2"))
    assert [step.rhs for step in turned.derivation] != [step.rhs for step in formula_of("2").derivation]
    # the same mistake in another dimension is another factor: it is made on the average over directions
    for dim in (1, 2, 3, sp.Rational(5, 2)):
        plain = cp.conductivity(cp.Metal(dim=dim), loops=1)
        assert sp.simplify(remade(NAMED["1/d left out"], plain).expr / plain.expr) == dim


def test_a_slip_shows_in_the_numbers():
    """Levels that begin at zero: the sum over them, done by mpmath."""
    made = remade(NAMED["level at zero"], formula_of("field"))
    x = mpmath.mpf("0.37")
    point = {s.e: 1, s.hbar: 1, s.D: 1, s.B: 1, s.tau_phi: 1 / (4 * sp.Float(str(x), 30))}
    with mpmath.workdps(25):
        change = mpmath.nsum(lambda n: 1 / (n + x) - mpmath.log1p(1 / (n + x)), [0, mpmath.inf])
        expected = -change / (2 * mpmath.pi**2)
    assert float(made.expr.xreplace(point)) == pytest.approx(float(expected), rel=1e-9)


# --- limits, relations, certainty ------------------------------------------------------------------------


def test_relations_are_named():
    field = formula_of("field")
    verdict = check(rf"\frac{{e^2}}{{\pi h}}{_f2(_FIELDS)}", field)
    assert verdict.kind == "agrees"
    assert set(verdict.relations) == {"h = 2*pi*hbar", "B_phi = hbar/(4*D*e*tau_phi)"}
    assert "after" in verdict.sentence
    by_length = check(r"-\frac{e^2}{2\pi^2\hbar}\ln\left(1+\frac{L_\phi^2}{D\tau}\right)", formula_of("2"))
    assert by_length.kind == "agrees"
    assert any(one.startswith("L_phi = ") for one in by_length.relations)


@pytest.mark.parametrize(
    ("name", "hand", "small"),
    [
        ("field", r"\frac{e^2}{48\pi^2\hbar}\left(\frac{B}{B_\phi}\right)^2", "B/B_phi"),
        ("field", r"\frac{e^2}{2\pi^2\hbar}\left[\ln\frac{B}{B_\phi}-\gamma-2\ln2\right]", "B_phi/B"),
        (
            "Kawabata",
            r"\frac{e^2}{96\pi^2\hbar}\sqrt{\frac{eB}{\hbar}}\left(\frac{4eD\tau_\phi B}{\hbar}\right)^{3/2}",
            "B/B_phi",
        ),
    ],
)
def test_the_leading_term_in_a_weak_or_strong_field(name, hand, small):
    verdict = check(hand, formula_of(name))
    assert verdict.kind == "agrees to leading order"
    assert small in verdict.sentence


@pytest.mark.parametrize(
    "hand",
    [
        r"\frac{e^2}{47\pi^2\hbar}\left(\frac{B}{B_\phi}\right)^2",
        r"\frac{e^2}{48\pi^2\hbar}\left(\frac{B}{B_\phi}\right)^3",
        r"\frac{e^2}{2\pi^2\hbar}\left[\ln\frac{B}{B_\phi}-\gamma-\ln2\right]",
        r"\frac{e^2}{2\pi^2\hbar}\ln\frac{B}{B_\phi}",
        "0",
    ],
)
def test_a_wrong_leading_term_does_not_agree(hand):
    assert not check(hand, formula_of("field"))


def test_a_wrong_limit_is_named_with_both_values():
    """Without spin-orbit scattering HLN is one f2 of weight 1; with it at its strongest one of weight -1/2."""
    verdict = check(rf"-\frac{{e^2}}{{4\pi^2\hbar}}{_f2(_X)}", formula_of("HLN"))
    assert verdict.kind == "wrong limit"
    assert "Right for tau_so -> 0" in verdict.sentence
    (told,) = (one for one in verdict.limits if "tau_so -> oo" in one)
    assert "the expression tends to" in told or "-1/2 times" in told
    (strong,) = (one for one in verdict.limits if "B -> oo" in one)
    # -(1/2) and 1 times e^2/(2 pi^2 hbar) ln B
    assert "-1/(4*pi**2) = -0.0253303 e^2/hbar ln B" in strong
    assert "1/(2*pi**2) = 0.0506606 e^2/hbar ln B" in strong


def test_where_most_is_said_in_numbers_without_unit():
    verdict = check(r"-\frac{e^2}{2\pi^2\hbar}\sqrt{\tau_\phi/\tau}", formula_of("2"))
    assert "farthest apart at tau_phi/tau = " in verdict.sentence
    assert "B/B_phi" not in verdict.sentence


def test_a_leading_term_is_one_power_and_no_more():
    (weak,) = (one for one in ENDS if one.name == "B -> 0")
    lorentz = s.B**2 / (1 + s.B**2)
    assert is_leading(s.B**2, lorentz, weak, {})
    assert not is_leading(2 * s.B**2, lorentz, weak, {})
    assert not is_leading(s.B**2 / (1 + 2 * s.B**2), lorentz, weak, {})
    assert not is_leading(sp.Integer(0), lorentz, weak, {})


def test_certainty_says_what_an_accident_would_take():
    through_atan = sp.atan(sp.sqrt(s.tau / s.tau_phi))
    hand = -2 * s.e**2 * s.L_phi / (sp.pi**2 * s.hbar) * (sp.pi / 2 - through_atan)
    verdict = check(hand, formula_of("1"))
    assert verdict.certainty == "to 50 digits at 8 random points"
    assert "10^-50" in verdict.chance
    proved = check(formula_of("1").expr, formula_of("1"))
    assert (proved.certainty, proved.chance) == ("proved symbolically", "")


_WIRE = cp.Metal(dim=1, geometry=cp.Wire(), field=cp.PerpendicularField())
_FILM = cp.Metal(dim=2, geometry=cp.Film(), field=cp.ParallelField())


@pytest.mark.parametrize(("metal", "size"), [(_WIRE, s.width), (_FILM, s.thickness)])
@pytest.mark.parametrize(
    ("share", "names"),
    [
        (sp.Rational(1, 12), {"charge of a pair", "half the width"}),
        (1, {"A at the wall"}),
        (sp.Rational(4, 3), {"charge of a pair doubled", "all of the width", "A from a wall"}),
    ],
)
def test_a_wrong_rate_of_the_field_across_is_recognised(metal, size, share, names):
    formula = cp.magnetoconductivity(metal)
    rate = s.D * s.e**2 * s.B**2 * size**2 / s.hbar**2 * share
    gain = rate * s.tau_phi
    conductance = s.e**2 / (sp.pi * s.hbar)
    hand = {
        1: conductance * sp.sqrt(s.D * s.tau_phi) * (1 - 1 / sp.sqrt(1 + gain)),
        2: conductance * sp.log(1 + gain) / (2 * sp.pi),
    }[int(metal.dim)]
    assert set(cp.check(hand, formula).mistakes) == names
    assert cp.check(hand.xreplace({s.B: s.B / sp.sqrt(3 * share)}), formula).kind == "agrees"


@pytest.mark.slow
@pytest.mark.parametrize("part", ["backscattering", "nonbackscattering", "total"])
def test_mistakes_in_the_parts_of_the_exact_kernel_are_recognised(part):
    formula = getattr(cp.interference(cp.Metal(dim=2)), part)
    assert "spin left out" in cp.check(formula.expr / 2, formula).mistakes
    assert "h for hbar" in cp.check(formula.expr / (2 * sp.pi), formula).mistakes


def test_mistakes_in_the_return_probability_are_recognised():
    formula = cp.return_probability(cp.Metal(dim=2))
    assert cp.check("1/(2 pi D t)", formula).mistakes == ("half of D",)
    assert cp.check("3/(8 pi D t)", formula).mistakes == ("D of three dimensions",)
    assert cp.check("1/(3 pi D t)", formula).mistakes == ()
