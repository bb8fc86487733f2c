"""The Fermi-liquid constant in published conventions, against the published functions, typed in here."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import mpmath
import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.symbolic.derivation import Derivation
from cooperon.symbolic.fermi_liquid import AMPLITUDES, amplitude
from cooperon.symbolic.fields import PerpendicularField
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.log_ratio import LogRatio
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.triplet_share import triplet_share

s = cp.symbols
VALUES = (-0.93, -0.5, -0.2, -1e-7, 1e-9, 0.3, 4.0)
CONSTANTS = ("cooperon", "Lee-Ramakrishnan", "Finkelstein", "Stoner")
FITTED = ("F_tilde", "lambda", "Altshuler-Aronov-Lee", "ratio")
OF_F0 = 1 + sp.sqrt(1 + s.F0) * LogRatio(s.F0) + s.F0


def read(text):
    return mpmath.mpf(str(sp.N(text, 25)))


def integrated(dim, f):
    """The share of one component by quadrature over t = ln x, with both powers of x in hyperbolic form."""
    d, f = mpmath.mpf(dim), mpmath.mpf(f)

    def triplet(t):
        x = mpmath.exp(t)
        return f * x ** (d / 2 + 1) / (((1 + f) * x + 1) * (x + 1) ** 2)

    def exchange(t):
        x = mpmath.exp(t)
        return x ** (d / 2) / (x + 1) ** 2

    ends = [-400, -60, -10, 0, 10, 60, 400]
    return mpmath.quad(triplet, ends) / mpmath.quad(exchange, ends)


# Functions of F as the reviews of Lee and Ramakrishnan and of Altshuler and Aronov have them.


def f_tilde(dim, f):
    f = mpmath.mpf(f)
    if dim == 1:
        return 32 / f * (1 + f / 4 - mpmath.sqrt(1 + f / 2))
    if dim == 2:
        return 8 * (1 + f / 2) * mpmath.log1p(f / 2) / f - 4
    return -32 / (3 * f) * (1 + 3 * f / 4 - (1 + f / 2) ** mpmath.mpf("1.5"))


@pytest.mark.parametrize("dim", [0.5, 1, 1.5, 2, 2.5, 3, 3.5])
@pytest.mark.parametrize("f", [-0.9, -0.3, 0.4, 5.0])
def test_the_share_of_the_triplet_is_its_integral(dim, f):
    with mpmath.workdps(20):
        assert mpmath.almosteq(read(triplet_share(dim, sp.Rational(f))), integrated(dim, f), rel_eps=1e-13)


@pytest.mark.parametrize("f", [-0.5, 0.7])
def test_the_share_in_any_dimension_has_that_in_two_as_its_limit(f):
    value = triplet_share(s.d, sp.Rational(f))
    near = [float(value.subs(s.d, 2 + step)) for step in (1e-4, -1e-4)]
    assert math.fsum(near) / 2 == pytest.approx(float(triplet_share(2, f)), rel=1e-6)


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("f", [-0.8, 0.02, 0.5, 0.93, 7.0])
def test_tilde_f_and_lambda_are_the_functions_of_the_reviews(dim, f):
    with mpmath.workdps(30):
        expected = float(f_tilde(dim, f))
    assert float(cp.fermi_liquid_constant(f, into="F_tilde", dim=dim)) == pytest.approx(expected, rel=1e-13)
    assert float(cp.fermi_liquid_constant(f, into="lambda", dim=dim)) == pytest.approx(-expected, rel=1e-13)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_tilde_f_of_a_symbol_is_the_function_of_the_reviews(dim):
    found = sp.lambdify(s.F, cp.fermi_liquid_constant(s.F, into="F_tilde", dim=dim).rewrite(sp.log), "mpmath")
    with mpmath.workdps(30):
        for value in (mpmath.mpf("0.3"), mpmath.mpf("-0.7"), mpmath.mpf(4)):
            assert mpmath.almosteq(found(value), f_tilde(dim, value), rel_eps=mpmath.mpf("1e-25"))


def test_the_slope_in_a_film_is_that_of_zala_and_of_finkelstein():
    with mpmath.workdps(30):
        f, g = mpmath.mpf("-0.3"), mpmath.mpf("0.8")
        zala = 1 + 3 * (1 - mpmath.log1p(f) / f)
        finkelstein = 1 + 3 * (1 - (1 + g) / g * mpmath.log1p(g))
    assert float(cp.fermi_liquid_constant(-0.3, "cooperon", into="ratio")) == pytest.approx(
        float(zala), rel=1e-14
    )
    found = cp.fermi_liquid_constant(0.8, "Finkelstein", into="ratio")
    assert float(found) == pytest.approx(float(finkelstein), rel=1e-14)


def test_a_slow_triplet_is_the_static_amplitude_and_a_fast_one_landaus_constant():
    """U_t = F0 (D q**2 - i omega)/((1 + F0) D q**2 - i omega), over 2 nu."""
    rate = s.D * s.q**2
    screened = s.F0 * (rate - sp.I * s.omega) / ((1 + s.F0) * rate - sp.I * s.omega)
    slow, fast = sp.limit(screened, s.omega, 0), sp.limit(screened, s.omega, sp.oo)
    assert sp.simplify(slow + cp.fermi_liquid_constant(s.F0, "cooperon", into="Finkelstein")) == 0
    assert sp.simplify(slow + cp.fermi_liquid_constant(s.F0, "cooperon", into="Lee-Ramakrishnan") / 2) == 0
    assert sp.simplify(fast - cp.fermi_liquid_constant(s.F0, "cooperon")) == 0


def test_the_stoner_enhancement_is_that_of_spins_in_a_field():
    """Spins in a field and in the mean field -F0/(2 nu) of the others' polarization M: M = 2 nu (b - F0 M/(2 nu))."""
    polarization, field = sp.symbols("M b", positive=True)
    (found,) = sp.solve(polarization - 2 * s.nu * (field - s.F0 / (2 * s.nu) * polarization), polarization)
    enhanced = cp.fermi_liquid_constant(s.F0, "cooperon", into="Stoner")
    assert sp.simplify(found / (2 * s.nu * field) - enhanced) == 0


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_what_is_fitted_begins_with_f(dim):
    """The F of 4/d - (3/2) F, that of 4/d - 2 F and the ratio belong to one correction."""
    small = sp.Rational(1, 10**6)
    tilde = cp.fermi_liquid_constant(small, into="F_tilde", dim=dim)
    assert float(tilde / small) == pytest.approx(1, abs=1e-6)
    scale = sp.Rational(4, dim)
    whole = {name: cp.fermi_liquid_constant(0.6, into=name, dim=dim) for name in FITTED}
    correction = float(scale * whole["ratio"])
    assert correction == pytest.approx(float(scale - 3 * whole["F_tilde"] / 2), rel=1e-13)
    assert correction == pytest.approx(float(scale + 3 * whole["lambda"] / 2), rel=1e-13)
    assert correction == pytest.approx(float(scale - 2 * whole["Altshuler-Aronov-Lee"]), rel=1e-13)


def test_the_screened_interaction_averaged_over_a_circle_is_f_to_first_order():
    """F = average of kappa/(kappa + q) over the Fermi circle, kappa = sqrt(2) r_s k_F; F0 of Zala et al. is -F/2."""
    for r_s in (0.05, 0.3, 1.1):
        over = math.sqrt(2) / r_s
        average = (
            mpmath.quad(lambda angle, over=over: 1 / (1 + over * mpmath.sin(angle / 2)), [0, mpmath.pi])
            / mpmath.pi
        )
        root = mpmath.sqrt(2 - r_s**2)
        zala = -r_s / (2 * mpmath.pi * root) * mpmath.log((mpmath.sqrt(2) + root) / (mpmath.sqrt(2) - root))
        assert float(-average / 2) == pytest.approx(float(zala), rel=1e-12)
        constant = float(cp.fermi_liquid_constant(float(average)))
        assert constant == pytest.approx(float(zala), abs=float(average) ** 2 / 4)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("name", [*CONSTANTS, *FITTED])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_there_and_back(value, name, dim):
    there = cp.fermi_liquid_constant(value, "cooperon", dim, name)
    back = float(cp.fermi_liquid_constant(there, name, dim))
    lost = (
        1e-15 / abs(value) if name in ("ratio", "Stoner") else 0
    )  # 1 + a small number keeps few digits of it
    assert back == pytest.approx(value, rel=1e-11 + 10 * lost)


def test_numbers_that_are_exact_stay_exact():
    assert cp.fermi_liquid_constant(0.5) == sp.Rational(-1, 5)
    assert cp.fermi_liquid_constant(0, "F_tilde") == 0
    assert cp.fermi_liquid_constant(1, "ratio", dim=3) == 0
    assert cp.fermi_liquid_constant(0, "cooperon", into="ratio") == 1
    assert cp.fermi_liquid_constant(s.F) == -s.F / (2 + s.F)
    assert cp.Coulomb(F0=cp.fermi_liquid_constant(0.5)) == cp.Coulomb(F0=-0.2)


@pytest.mark.slow
def test_random_chains_of_translations_close():
    draw = random.Random(5)
    for _ in range(20):
        value, names = draw.uniform(-0.8, 1), draw.sample([*CONSTANTS, *FITTED], 4)
        current, name = value, "cooperon"
        for into in (*names, "cooperon"):
            current, name = cp.fermi_liquid_constant(current, name, 3, into), into
        assert float(current) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((-2,), "F0 above -1"),
        ((-3,), "F0 above -1"),
        ((0, "Stoner"), "F0 above -1"),
        ((-1, "Stoner"), "F0 above -1"),
        ((-1, "Finkelstein"), "F0 above -1"),
        ((-1, "cooperon"), "F0 above -1"),
        ((4, "ratio"), "F0 > -1"),
        ((-4, "F_tilde"), "F0 > -1"),
        ((-9, "ratio", 1), "F0 > -1"),
        ((s.F, "F_tilde"), "no closed form"),
        ((0.3, "F_tilde", 4), "below 4"),
        ((0.3, "F_tilde", s.d), "no closed form"),
        ((0.3, "Lee-Ramakrishnan", 0), "dim"),
        ((0.3, "Lee"), "Lee-Ramakrishnan"),
        ((0.3, None), "Lee-Ramakrishnan"),
        ((0.3, "Lee-Ramakrishnan", 2, "Altshuler-Aronov"), "Lee-Ramakrishnan"),
        (("0.3",), "a number"),
        ((2j,), "F0"),
        ((float("nan"),), "a number"),
    ],
)
def test_what_no_metal_has_is_refused(arguments, said):
    with pytest.raises(InputError, match=said):
        cp.fermi_liquid_constant(*arguments)


def test_every_convention_says_where_it_is_from():
    assert all(one.source and one.statement and one.letter for one in AMPLITUDES.values())
    assert {one.symbol for one in AMPLITUDES.values()} == {s.F0, s.F, s.gamma_2, s.stoner, None}
    assert amplitude("Castellani") is AMPLITUDES["Finkelstein"]


def made(expr: sp.Expr, metal: Metal) -> Formula:
    return Formula("it", expr, sp.sqrt(2) * expr, metal, assumptions=(Assumption("F0 > -1", s.F0 > -1),))


@pytest.mark.parametrize("name", ["Lee-Ramakrishnan", "Finkelstein", "Stoner"])
def test_a_formula_is_rewritten_with_a_line_that_holds(name):
    formula = made(OF_F0, Metal(dim=2))
    found = formula.in_convention(name)
    symbol = AMPLITUDES[name].symbol
    assert found.expr.free_symbols == {symbol}
    assert found.assumptions[0].condition.free_symbols == {symbol}
    assert len(found.derivation) == 2
    value = sp.Rational(2, 7)
    constant = cp.fermi_liquid_constant(value, name)
    for old, new in ((formula.expr, found.expr), (formula.asymptote, found.asymptote)):
        assert read(new.subs(symbol, value)) == pytest.approx(read(old.subs(s.F0, constant)), rel=1e-20)
    assert found.verify().confirmed
    back = found.in_convention("cooperon")
    assert back.verify().confirmed
    assert back.expr.free_symbols == {s.F0}
    assert read(back.expr.subs(s.F0, constant)) == pytest.approx(
        read(formula.expr.subs(s.F0, constant)), rel=1e-20
    )
    other = found.in_convention("Finkelstein")
    assert other.expr.free_symbols == {s.gamma_2}
    assert other.verify().confirmed


def test_a_wrong_definition_does_not_pass_verification():
    found = made(OF_F0, Metal(dim=2)).in_convention("Finkelstein")
    step = found.derivation[0]
    wrong = sp.Subs(step.rhs.expr, step.rhs.variables, (step.rhs.point[0] * 2,))

    assert not replace(found, derivation=Derivation((replace(step, rhs=wrong),))).verify().confirmed


def test_fields_and_the_constant_are_written_each_in_its_own_convention():
    metal = Metal(dim=2, field=PerpendicularField())
    form = (
        s.e**2
        / s.hbar
        * sp.polygamma(0, sp.Rational(1, 2) + s.hbar / (4 * s.e * s.D * s.B * s.tau_phi))
        * OF_F0
    )
    both = Formula("it", form, form, metal).in_convention("HLN").in_convention("Stoner")
    assert {s.B_phi, s.stoner} < both.expr.free_symbols
    assert not {s.tau_phi, s.F0} & both.expr.free_symbols
    assert both.verify().confirmed
    back = both.in_convention("times")
    assert {s.tau_phi, s.F0} < back.expr.free_symbols
    assert not {s.B_phi, s.stoner} & back.expr.free_symbols
    assert back.verify().confirmed


@pytest.mark.parametrize(
    ("expr", "name", "said"),
    [
        (OF_F0, "F_tilde", "closed form"),
        (sp.log(s.tau_phi), "Finkelstein", "F0 in it"),
        (OF_F0, "HLN", "magnetic field"),
        (OF_F0, "Finkel", "Finkelstein"),
    ],
)
def test_formulas_that_cannot_be_rewritten(expr, name, said):
    with pytest.raises(InputError, match=said):
        made(expr, Metal(dim=2)).in_convention(name)
