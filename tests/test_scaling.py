"""The scaling function: against differences of the conductivity, quadrature and the literature."""

from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy import integrate, optimize

import cooperon as cp
from cooperon.symbolic.conductance_units import UNITS
from cooperon.symbolic.derivation import STORED, Derivation, Step
from cooperon.symbolic.rule_words import rule_in_words
from cooperon.symbolic.scaling_ends import terms
from cooperon.symbolic.sigma_model import EPSILON, TABLE, blocks, coupling
from cooperon.symbolic.simulated_exponents import NUMERICAL

S = cp.symbols
SO, MAGNETIC = [cp.SpinOrbit()], [cp.Magnetic()]
CLASSES = {"orthogonal": (), "unitary": MAGNETIC, "symplectic": SO}
E2, HBAR, D, NU, TAU = 1.3**2, 0.7, 0.9, 11.0, 0.4


def metal(dim=2, scattering=(), **more):
    return cp.Metal(dim=dim, scattering=scattering or [cp.Potential()], **more)


def slope(dim, spins, weights, length):
    """d ln G/d ln L by differences, sigma(L) by quadrature over q of the Cooperon's channels, and g."""
    top = 1 / np.sqrt(D * TAU)

    def sigma(size):
        measure = 2 * np.pi ** (dim / 2) / (mpmath.gamma(dim / 2) * (2 * np.pi) ** dim)
        total = mpmath.mpf(0)
        for weight, gap in weights:
            f = lambda q, gap=gap: q ** (dim - 1) / (q**2 + gap / D)  # noqa: E731
            total += weight * mpmath.quad(f, mpmath.linspace(1 / mpmath.mpf(size), top, 9))
        # -(2 e^2/pi hbar) for two spins: each channel counts e^2/(pi hbar)
        return spins * E2 * NU * D - E2 / (mpmath.pi * HBAR) * measure * total

    size = mpmath.mpf(length)
    beta = mpmath.diff(
        lambda y: mpmath.log(mpmath.e ** (y * (dim - 2)) * sigma(mpmath.e**y)), mpmath.log(size)
    )
    return float(beta), float(HBAR / E2 * sigma(size) * size ** (dim - 2))


@pytest.mark.parametrize("dim", [1, 2, 3, Fraction(5, 2)])
@pytest.mark.parametrize(("spin", "spins"), [(Fraction(1, 2), 2), (0, 1)])
def test_beta_is_the_derivative_of_the_conductance_of_a_cube(dim, spin, spins):
    found = cp.beta_function(cp.Metal(dim=dim, spin=spin))
    for length in (9.0, 40.0):
        expected, g = slope(float(dim), spins, [(spins, 0.0)], length)
        assert float(found.expr.subs(S.g, g)) == pytest.approx(expected, rel=1e-8)
    assert found.verify().confirmed


@pytest.mark.parametrize("dim", [1, 2, 3, pytest.param(Fraction(5, 2), marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["unitary", "symplectic"])
def test_gapped_channels_drop_out_of_the_largest_cubes(dim, name):
    """Singlet and triplets by the gaps of facts: rates r_i (spin-orbit), s_i (magnetic) of 1/3 each."""
    gaps = {"symplectic": (0.0, 4 / 3), "unitary": (2.0, 2 / 3)}[name]
    weights = [(-1, gaps[0]), (3, gaps[1])]
    found = cp.beta_function(metal(dim, CLASSES[name])).expr

    def off(length):
        expected, g = slope(float(dim), 2, [(w, gap * 0.5) for w, gap in weights], length)
        return abs(float(found.subs(S.g, g)) - expected) * g

    assert off(400.0) < 1e-4
    assert off(800.0) == pytest.approx(off(400.0) / 4, rel=0.05)  # as 1/L**2


@pytest.mark.slow
@pytest.mark.parametrize("name", CLASSES)
def test_a_dimension_that_is_a_symbol(name):
    """Its beta is that of each dimension: also where the closed form of sigma(L) has other functions."""
    found = cp.beta_function(metal(S.d, CLASSES[name]))
    assert found.verify().confirmed
    for dim in (1, 2, 3):
        there = cp.beta_function(metal(dim, CLASSES[name])).expr
        assert sp.simplify(found.expr.subs(S.d, dim) - there) == 0


@pytest.mark.parametrize(
    ("dim", "scattering"),
    [(2, ()), pytest.param(2, SO, marks=pytest.mark.slow), pytest.param(3, (), marks=pytest.mark.slow)],
)
def test_a_field_leaves_nothing_at_one_loop(dim, scattering):
    found = cp.beta_function(metal(dim, scattering, field=cp.PerpendicularField()))
    assert found.expr == dim - 2
    assert found.verify().confirmed
    assert any("field" in str(a) for a in found.assumptions)


@pytest.mark.parametrize(
    ("dim", "unit", "expected"),
    [
        (1, "hbar/e^2", -1 - 2 / (sp.pi**2 * S.g)),
        (2, "hbar/e^2", -1 / (sp.pi**2 * S.g)),
        (3, "hbar/e^2", 1 - 1 / (sp.pi**3 * S.g)),
        (3, "e^2/(pi hbar)", 1 - 1 / (sp.pi**2 * S.g)),
        (2, "2e^2/h", -1 / (sp.pi * S.g)),
        (2, "e^2/h", -2 / (sp.pi * S.g)),
    ],
)
def test_known_values(dim, unit, expected):
    assert sp.simplify(cp.beta_function(metal(dim), unit=unit).expr - expected) == 0


def test_interactions_are_left_out_and_this_is_said():
    found = cp.beta_function(cp.Metal(dim=2, interaction=cp.Coulomb()))
    assert found.expr == cp.beta_function(cp.Metal(dim=2)).expr
    assert "interaction" in str(found)
    assert "interaction" not in str(cp.beta_function(cp.Metal(dim=2)))


def test_how_a_range_of_the_potential_enters():
    """Through the diffusion constant alone, which g has in it already."""
    forward = cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(S.w_1,))])
    assert cp.beta_function(forward).expr == cp.beta_function(metal(2)).expr


@pytest.mark.slow
@pytest.mark.parametrize("loops", [1, 4])
def test_a_unit_is_a_change_of_g_alone(loops):
    plain = cp.beta_function(metal(3), loops=loops).expr
    for unit, size in UNITS.items():
        other = cp.beta_function(metal(3), unit=unit, loops=loops).expr
        assert sp.simplify(other - plain.subs(S.g, S.g * size)) == 0


@pytest.mark.parametrize("name", CLASSES)
def test_the_table_agrees_with_what_is_derived(name):
    for spin_conserving in (False, True):
        which = [cp.SpinOrbit("z")] if spin_conserving and name == "unitary" else CLASSES[name]
        one = metal(2, which)
        assert one.symmetry_class == name
        derived = terms(cp.beta_function(one).expr, sp.Integer(2)).get(1, 0)
        stored = TABLE[name].coefficients.get(1, 0) * coupling(one, name, S.g) * S.g
        assert sp.simplify(derived - stored) == 0


def test_orthogonal_and_symplectic_terms_are_each_others_image():
    """beta_Sp(t) = -2 beta_O(-t/2), a property of the symmetric spaces; the unitary one is its own image."""
    t = sp.Symbol("t")
    o, sy, u = (TABLE[name].beta(5, t) - EPSILON * t for name in ("orthogonal", "symplectic", "unitary"))
    assert sp.expand(sy + 2 * o.subs(t, -t / 2)) == 0
    assert sp.expand(u + u.subs(t, -t)) == 0


def test_stored_terms_say_so_and_are_not_confirmed():
    found = cp.beta_function(metal(2), loops=4)
    lines = [line for line in found.verify().lines if not line.confirmed]
    assert [line.step.rule for line in lines] == [STORED]
    for said in (str(found), found.name, found.latex(), str(found.derivation), str(found.verify())):
        assert STORED in said
    assert "Quoted from the literature" in str(cp.explain(found))
    for said in (str(found), found.derivation.latex(), found.bibtex()):
        assert "Wegner" in said
    assert "$F$" not in found.derivation.latex()  # an author's initial is no symbol
    lengths = cp.flow(metal(2, MAGNETIC), loops=2)
    for formula in (lengths.conductance, lengths.localization_length, lengths.crossover_length):
        assert STORED in formula.name
        for written in (formula, formula.in_terms_of("k_F", "ell")):
            assert {line.step.rule for line in written.verify().lines if not line.confirmed} == {STORED}
    assert STORED not in cp.flow(metal(2)).conductance.name
    assert STORED in str(TABLE["unitary"])
    assert sp.simplify(found.expr + 1 / (sp.pi**2 * S.g) + 12 * sp.zeta(3) / (2 * sp.pi**2 * S.g) ** 4) == 0
    assert cp.beta_function(metal(2)).verify().confirmed


def test_sides_larger_than_all_floats_are_compared():
    """As of a localization length exp(a large number): by their logarithms."""
    huge = sp.exp(5000 * S.k_F * S.ell)
    for more, confirmed in ((0, True), (1, False)):
        step = Step("relations", huge * sp.exp(S.k_F), sp.exp((5000 * S.ell + 1 + more) * S.k_F), "the same")
        formula = replace(cp.conductivity(metal(2)), derivation=Derivation((step,)))
        assert formula.verify().confirmed is confirmed


def test_blocks_of_the_spins_count_in_the_unitary_class():
    """Two spins in a field are two metals, each with half of g; one metal of mixed spins has it all."""
    both = cp.beta_function(metal(2, field=cp.PerpendicularField()), loops=2).expr
    mixed = cp.beta_function(metal(2, MAGNETIC), loops=2).expr
    single = cp.beta_function(metal(2, spin=0, field=cp.PerpendicularField()), loops=2).expr
    assert sp.simplify(both - single.subs(S.g, S.g / 2)) == 0
    assert sp.simplify(mixed - single) == 0
    for axis in "xyz":
        assert blocks(metal(2, [cp.SpinOrbit(axis)])) == blocks(metal(2, [cp.Magnetic(axis)])) == 2
    assert blocks(metal(2, [cp.Magnetic("x"), cp.SpinOrbit("z")])) == 1


def test_every_rule_has_words():
    found = [
        cp.beta_function(metal(3), **kind)
        for kind in ({"loops": 2}, {"end": "strong"}, {"end": "interpolation"})
    ]
    found += [cp.flow(metal(3)).crossover_length, cp.flow(metal(2)).localization_length]
    for formula in found:
        for step in formula.derivation:
            assert rule_in_words(step.rule), step.rule


@pytest.mark.parametrize("options", [{}, {"loops": 2}, {"end": "interpolation", "loops": 2}])
def test_what_is_assumed_is_said_once(options):
    said = [str(a) for a in cp.beta_function(metal(3, MAGNETIC), **options).assumptions]
    assert len(said) == len(set(said))
    assert any("small against 1" in one for one in said) is ("end" not in options)


def test_ends_of_the_interpolation():
    curve = cp.beta_function(metal(3), end="interpolation")
    assert curve.verify().confirmed
    assert "interpolation" in curve.name
    weak = cp.beta_function(metal(3)).expr
    f, w = (sp.lambdify(S.g, one) for one in (curve.expr, weak))
    assert (f(1e6) - w(1e6)) * 1e6 == pytest.approx(0, abs=1e-5)
    assert f(1e-9) - f(1e-12) == pytest.approx(np.log(1e3), rel=1e-6)
    strong = cp.beta_function(metal(3), end="strong")
    assert strong.expr == sp.log(S.g)
    assert strong.verify().confirmed
    two = cp.beta_function(metal(2, MAGNETIC), loops=2, end="interpolation")
    assert all(line.confirmed for line in two.verify().lines if line.step.rule != STORED)


# beyond two dimensions by epsilon


def test_the_exponent_of_the_orthogonal_class():
    nu = cp.transition(metal()).nu
    expected = (
        1 / EPSILON
        - sp.Rational(9, 4) * sp.zeta(3) * EPSILON**2
        + sp.Rational(27, 16) * sp.zeta(4) * EPSILON**3
    )
    assert sp.simplify(nu - expected) == 0


@pytest.mark.parametrize("name", ["orthogonal", "unitary"])
@pytest.mark.parametrize("loops", [2, 4, 5])
def test_the_expansion_against_the_root_itself(name, loops):
    """The zero of beta by bisection in many digits, for smaller and smaller epsilon."""
    found = cp.transition(metal(2, CLASSES[name]), loops=loops)
    off = []
    with mpmath.workdps(60):
        for small in (mpmath.mpf(10) ** -4, mpmath.mpf(10) ** -6):
            t = sp.Symbol("t", positive=True)
            beta = sp.lambdify(t, found.beta.subs(EPSILON, sp.Float(str(small), 60)) / t, "mpmath")
            start = sp.N(found.critical_coupling.subs(EPSILON, sp.Float(str(small), 60)), 60)
            root = mpmath.findroot(beta, mpmath.mpf(start))
            nu = -1 / (root * mpmath.diff(beta, root))
            series = mpmath.mpf(sp.N((found.nu * EPSILON).subs(EPSILON, sp.Float(str(small), 60)), 60))
            off.append(abs(nu * small - series))
    if off[1] < mpmath.mpf(10) ** -45:  # no term beyond: the series is exact
        assert off[0] < mpmath.mpf(10) ** -45
    else:
        rate = mpmath.log(off[0] / off[1]) / mpmath.log(100)
        assert rate > len(found.coefficients) - 0.02


def test_pade_and_borel_pade():
    found = cp.transition(metal())
    pade, small = found.pade(1, 3), sp.Symbol("epsilon", positive=True)
    series = sp.series(pade * small, small, 0, 5).removeO()
    assert sp.expand(series - found.nu * EPSILON) == 0
    # another way to the approximant, and another quadrature
    series = [mpmath.mpf(sp.N(c, 20)) / mpmath.factorial(k) for k, c in enumerate(found.coefficients)]
    over, under = (part[::-1] for part in mpmath.pade(series, 1, 3))
    borel = mpmath.quad(
        lambda y: mpmath.exp(-y) * mpmath.polyval(over, y) / mpmath.polyval(under, y),
        [0, 1, 4, 16, mpmath.inf],
    )
    assert float(sp.N(found.borel_pade(1, 3).subs(EPSILON, 1))) == pytest.approx(float(borel), rel=1e-8)
    exact = cp.transition(metal(), loops=1).borel_pade(0, 0)
    assert sp.simplify(exact.doit() - 1 / EPSILON) == 0
    for refused in (
        lambda: found.pade(1, 1),
        lambda: found.pade(3, 2),
        lambda: found.pade("1", 3),
        lambda: found.pade(None, 3),
        lambda: found.pade(1.0, 3),
        lambda: found.borel_pade(0, 4),
    ):
        with pytest.raises(cp.InputError):
            refused()


def test_values_of_simulations_stand_beside():
    found = {(one.name, one.dim, one.value) for one in NUMERICAL}
    assert found == {
        ("orthogonal", 3, 1.571),
        ("orthogonal", 3, 1.590),
        ("unitary", 3, 1.43),
        ("unitary", 3, 1.446),
        ("symplectic", 3, 1.375),
        ("symplectic", 2, 2.746),
    }
    for one in NUMERICAL:  # of one class in one dimension they agree within three of their errors
        for other in NUMERICAL:
            if (one.name, one.dim) == (other.name, other.dim):
                assert abs(one.value - other.value) < 3 * (one.error + other.error)
    assert all(word in str(cp.transition(metal())) for word in ("1.571", STORED))
    with pytest.raises(cp.InputError, match="antilocalization"):
        cp.transition(metal(2, SO))


# flow


def numeric(beta, lengths, start):
    """Integrate dg/d ln L = g beta by another method than the library's."""
    f = sp.lambdify(S.g, beta)
    out = integrate.solve_ivp(
        lambda _, g: g * f(g),
        (0, np.log(lengths[-1])),
        [start],
        t_eval=np.log(lengths),
        rtol=1e-12,
        atol=1e-14,
        method="LSODA",
    )
    return out.y[0]


@pytest.mark.parametrize(
    ("dim", "scattering", "options", "start"),
    [
        (1, (), {}, 5.0),
        (2, (), {}, 1.0),
        (2, SO, {}, 0.5),
        (2, MAGNETIC, {"loops": 2}, 0.3),
        (3, (), {}, 0.04),
        (Fraction(5, 2), (), {}, 0.3),
        (3, MAGNETIC, {"loops": 2}, 0.3),
        (2, (), {"loops": 4}, 1.0),
        (3, (), {"loops": 5}, 0.3),
        (3, (), {"end": "interpolation"}, 0.01),
        (2, (), {"end": "interpolation"}, 0.05),
    ],
)
def test_the_flow_against_another_integration(dim, scattering, options, start):
    one = cp.flow(metal(dim, scattering), **options)
    lengths = np.geomspace(1.0, 6.0, 7)
    found = one(lengths, start)
    assert found == pytest.approx(numeric(one.beta.expr, lengths, start), rel=1e-8)
    assert found[0] == pytest.approx(start, rel=1e-12)
    assert one(1 / 3.0, float(one(3.0, start))) == pytest.approx(start, rel=1e-9)  # back again


@pytest.mark.parametrize(
    ("dim", "scattering", "options"),
    [(1, (), {}), (2, (), {}), (3, (), {}), (2, SO, {}), (2, MAGNETIC, {}), (3, MAGNETIC, {})],
)
def test_closed_forms_are_confirmed(dim, scattering, options):
    assert cp.flow(metal(dim, scattering), **options).conductance.verify().confirmed


def test_lengths_of_films_and_wires():
    k, ell = S.k_F, S.ell
    plain = cp.flow(metal(2)).localization_length
    assert plain.verify().confirmed
    assert sp.simplify(plain.in_terms_of("k_F", "ell").expr - ell * sp.exp(sp.pi * k * ell / 2)) == 0
    field = cp.flow(metal(2, field=cp.PerpendicularField()), loops=2).localization_length
    assert sp.simplify(field.in_terms_of("k_F", "ell").expr - ell * sp.exp((sp.pi * k * ell / 2) ** 2)) == 0
    wire = cp.flow(metal(1))
    assert wire.localization_length.verify().confirmed
    # beyond it an array meets a warning, not a negative conductance without a word
    given = {"D": 1.0, "hbar": 1.0, "nu": 1.0, "ell": 1.0}
    g = cp.flow(metal(2)).conductance.lambdify()
    assert g(L=10.0, **given) == pytest.approx(2 - np.log(10) / np.pi**2)
    with pytest.warns(cp.AssumptionWarning, match="does not hold at 1 of 2"):
        g(L=[10.0, 1e12], **given)
    # g comes down to 0 there
    numbers = {S.D: 3.0, S.nu: 2.0, S.hbar: 1.0, S.ell: 0.5}
    end = float(wire.localization_length.expr.subs(numbers))
    start = float(wire.start.subs(numbers))
    assert start * 0.5 == pytest.approx(2 * 3.0 * 2.0)
    g = numeric(wire.beta.expr, np.array([1.0, (1 - 1e-6) * end / 0.5]), start)[-1]
    assert g == pytest.approx(0, abs=1e-5)
    for which, said in (
        (metal(2, SO), "antilocalization"),
        (metal(2, MAGNETIC), "loops=2"),
        (metal(1, MAGNETIC), "without magnetic impurities"),
        (metal(S.d), "a dimension in numbers"),
    ):
        with pytest.raises(cp.InputError, match=said):
            _ = cp.flow(which).localization_length


@pytest.mark.parametrize("loops", [1, 2])
def test_lengths_do_not_depend_on_the_unit(loops):
    which = metal(2, MAGNETIC) if loops == 2 else metal(3)
    plain = cp.flow(which, loops=loops)
    for unit, size in UNITS.items():
        other = cp.flow(which, loops=loops, unit=unit)
        assert sp.simplify(other.crossover_length.expr / plain.crossover_length.expr) == 1
        assert other(7.0, 0.8 / float(size)) * float(size) == pytest.approx(plain(7.0, 0.8), rel=1e-12)


@pytest.mark.parametrize("ratio", [0.4, 0.9, 1.1, 3.0])
def test_the_correlation_length_in_three_dimensions(ratio):
    one = cp.flow(metal(3))
    fixed = float(one.fixed_point)
    assert fixed == pytest.approx(np.pi**-3)
    numbers = {S.D: ratio * fixed / 2, S.nu: 1.0, S.hbar: 1.0, S.ell: 1.0}
    length = float(one.crossover_length.expr.subs(numbers))
    assert length == pytest.approx(1 / abs(ratio - 1))
    assert one.crossover_length.verify().confirmed
    if ratio < 1:
        assert length == pytest.approx(float(one.localization_length.expr.subs(numbers)))
    else:
        assert numeric(one.beta.expr, np.array([1.0, length]), ratio * fixed)[-1] == pytest.approx(2 * fixed)


@pytest.mark.slow
def test_above_which_length_the_class_holds():
    """The largest of the lengths sqrt(D/gap): triplets 4/(3 tau_so), singlet 2/tau_s, triplets 2/(3 tau_s)."""
    spin_orbit, impurities = (cp.flow(metal(2, which)).class_length for which in (SO, MAGNETIC))
    assert sp.simplify(spin_orbit.expr - sp.sqrt(3 * S.D * S.tau_so / 4)) == 0
    assert sp.simplify(impurities.expr - sp.sqrt(3 * S.D * S.tau_s / 2)) == 0
    assert impurities.verify().confirmed
    # in a field the lowest level of a charge 2e decays as 2 e B D/hbar; the largest of all lengths counts
    level = sp.sqrt(S.hbar / (2 * S.e * S.B))
    field = cp.flow(metal(2, field=cp.PerpendicularField())).class_length
    assert sp.simplify(field.expr - level) == 0
    assert field.verify().confirmed
    both = cp.flow(metal(2, SO, field=cp.PerpendicularField())).class_length.expr
    assert both.has(sp.Max)
    for strength in (0.1, 10.0):
        numbers = {S.D: 2.0, S.tau_so: 3.0, S.hbar: 1.0, S.e: 1.0, S.B: strength}
        assert float(both.subs(numbers)) == pytest.approx(
            max(np.sqrt(0.5 / strength), np.sqrt(3 * 2.0 * 3.0 / 4))
        )
    for which, said in ((metal(2, SO), True), (metal(2), False)):
        held = map(str, cp.flow(which).conductance.assumptions)
        assert any("length of the class" in one for one in held) is said
    with pytest.raises(cp.InputError, match="SpinOrbit"):
        _ = cp.flow(metal(2)).class_length


def test_a_flow_ends_where_weak_disorder_does():
    one = cp.flow(metal(2))
    with pytest.warns(cp.AssumptionWarning, match="leaves weak disorder"):
        values = one([1.0, 10.0, 1e9], 0.5)
    assert np.isfinite(values).tolist() == [True, True, False]
    with pytest.warns(cp.AssumptionWarning, match="leaves weak disorder"):
        assert np.isnan(cp.flow(metal(2), loops=5)(1e9, 0.5))
    with pytest.warns(cp.AssumptionWarning, match="leaves weak disorder"):
        assert np.isnan(cp.flow(metal(2, SO))(2.0, 0.02))  # antilocalization as strong means as little
    assert cp.flow(metal(3), end="interpolation")(30.0, 0.01) > 0
    for bad in ((-1.0, 1.0), (1.0, 0.0), (np.nan, 1.0), ("a", 1.0), (None, 1.0), (1.0, None), (1j, 1.0)):
        with pytest.raises(cp.InputError, match="positive numbers"):
            one(*bad)
    with pytest.raises(cp.InputError, match="one start"):
        one([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(cp.InputError, match="a number for d"):
        cp.flow(metal(S.d))(2.0, 1.0)
    with pytest.raises(cp.InputError, match="below 1"):
        cp.flow(metal(3), end="strong")(2.0, 1.5)


def test_a_flow_far_away():
    """Neither a metal's conductance nor an insulator's meets the ends of floats before it must."""
    assert cp.flow(metal(3), end="strong")([1.0, 10.0, 1e6], 0.9) == pytest.approx([0.9, 0.9**10, 0.0])
    bulk = cp.flow(metal(3), end="interpolation")
    assert bulk([1e6], 1e-3)[0] == 0.0
    assert bulk(1e-3, 1e20) == pytest.approx(1e17)
    derived = cp.flow(metal(3), loops=4)  # a fixed point of about 0.1 is taken off g at L = 1
    assert derived(1e280, 1e6) == pytest.approx(1e280 * (1e6 - 1 / np.pi**2), rel=1e-12)


def test_fixed_points_and_their_exponents():
    """Against bisection and differences of beta."""
    cases = [
        cp.flow(metal(3)),
        cp.flow(metal(3), end="interpolation"),
        cp.flow(metal(3), loops=4),
        cp.flow(metal(3, MAGNETIC), loops=2),
        cp.flow(metal(3, MAGNETIC), loops=4),
        cp.flow(metal(Fraction(5, 2))),
    ]
    for one in cases:
        beta = sp.lambdify(S.g, one.beta.expr)
        root = optimize.brentq(beta, 0.01, 20.0, xtol=1e-15)
        assert float(one.fixed_point) == pytest.approx(root, rel=1e-9)
        rise = (beta(root * (1 + 1e-5)) - beta(root * (1 - 1e-5))) / 2e-5
        assert float(one.exponent) == pytest.approx(1 / rise, rel=1e-7)
    with pytest.raises(cp.InputError, match="opposite sign"):
        _ = cp.flow(metal(2)).fixed_point
    with pytest.raises(cp.InputError, match="opposite sign"):
        _ = cp.flow(metal(3), end="strong").fixed_point
    with pytest.raises(cp.InputError, match="says nothing"):
        _ = cp.flow(metal(2), loops=5).fixed_point
    with pytest.raises(cp.InputError, match="rises"):
        _ = cp.flow(metal(1, SO)).exponent


@pytest.mark.parametrize(
    ("given", "options"),
    [
        (metal(2), {"unit": "e"}),
        (metal(2), {"loops": 6}),
        (metal(2), {"loops": True}),
        (metal(1), {"loops": 2}),
        (metal(2), {"end": "middle"}),
        (metal(2, SO), {"end": "interpolation"}),
        (metal(2), {"end": "interpolation", "loops": 4}),
        (cp.Metal(dim=3, geometry=cp.Film()), {}),
        (cp.Metal(dim=3, diffusion="xyz"), {}),
        (metal(S.d, field=cp.PerpendicularField()), {}),
        (metal(2), {"end": "strong", "loops": 4}),
        (metal(2), {"end": None}),
        (metal(2), {"loops": "2"}),
        (metal(1, MAGNETIC), {"end": "interpolation"}),
        ("film", {}),
    ],
)
def test_what_is_refused(given, options):
    with pytest.raises(cp.CooperonError):
        cp.beta_function(given, **options)


def test_figures_of_beta():
    scaling = {f"d = {dim}": cp.beta_function(metal(dim), end="interpolation") for dim in (1, 2, 3)}
    axes = cp.plot.beta_function(scaling)
    curves = {line.get_label(): line for line in axes.lines if line.get_label() in scaling}
    assert [curve.get_ydata()[-1] for curve in curves.values()] == pytest.approx([-1, 0, 1], abs=0.01)
    assert all(np.nanmin(curve.get_ydata()) >= -2 for curve in curves.values())
    dots = [line.get_xdata() for line in axes.lines if line.get_marker() == "o"]
    assert [len(dot) for dot in dots] == [0, 0, 1]  # a transition in three dimensions alone
    assert dots[2][0] == pytest.approx(float(cp.flow(metal(3), end="interpolation").fixed_point), rel=1e-3)
    again = cp.plot.beta_function(cp.beta_function(metal(2)), g=[0.5, 1.0], ax=axes, linestyle=":", color="k")
    assert again is axes
    assert any(line.get_linestyle() == ":" and line.get_color() == "k" for line in axes.lines)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(scaling)


def test_figures_of_a_flow():
    drawn = cp.plot.flow({"film": cp.flow(metal(2)), "bulk": cp.flow(metal(3))}, [0.5, 1.0])
    assert [len(drawn.lines), len(drawn.get_legend().get_texts())] == [4, 2]
    assert drawn.lines[1].get_ydata()[-1] == pytest.approx(1.0 - np.log(1e3) / np.pi**2)
    colors = [line.get_color() for line in drawn.lines]
    assert colors[0] == colors[1] != colors[2] == colors[3]
    single = cp.plot.flow(cp.flow(metal(2)), 1.0, lengths=[1.0, 2.0], linestyle="--")
    assert [line.get_linestyle() for line in single.lines] == ["--"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: cp.plot.beta_function({"sigma": cp.conductivity(metal(2))}),
        lambda: cp.plot.beta_function({"d": cp.beta_function(metal(S.d))}),
        lambda: cp.plot.beta_function(cp.flow(metal(2))),
        lambda: cp.plot.beta_function({}),
        lambda: cp.plot.beta_function(cp.beta_function(metal(2)), g=[-1.0, 1.0]),
        lambda: cp.plot.beta_function(cp.beta_function(metal(2)), g="g"),
        lambda: cp.plot.flow(cp.beta_function(metal(2)), 1.0),
        lambda: cp.plot.flow([cp.flow(metal(2))], 1.0),
        lambda: cp.plot.flow(cp.flow(metal(2)), 0.0),
        lambda: cp.plot.flow(cp.flow(metal(2)), 1.0, lengths=[0.0, 1.0]),
        lambda: cp.plot.flow(cp.flow(metal(2)), None),
    ],
)
def test_figures_that_are_refused(draw):
    with pytest.raises(cp.InputError):
        draw()
