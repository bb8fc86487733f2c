"""What Zeeman splitting changes of the interaction correction."""

from dataclasses import replace
from functools import cache

import mpmath as mp
import pytest
import sympy as sp
from interaction_tools import COLD, STRONG, WARM, by_gaps, close, split, value

import cooperon as cp
from cooperon.numerics.zeeman_kernels import zeeman_2d, zeeman_3d
from cooperon.symbolic.derivation import Derivation
from cooperon.symbolic.references import cited

s = cp.symbols
POINTS = (COLD, WARM, STRONG)
DIMS = (1, 2, 3)
TRIPLETS = ("exact", "first_order")
CASES = [
    pytest.param(dim, triplet, marks=[pytest.mark.slow] * (dim != 2 and triplet == "exact"))
    for dim in DIMS
    for triplet in TRIPLETS
]
F0, h = s.F0, sp.Symbol("h", positive=True)
QUANTUM = s.e**2 / s.hbar
IN_H = {s.B: h, s.g_L: 1, s.mu_B: 1, s.k_B: 1, s.T: 1, s.D: 1, s.e: 1, s.hbar: 1}


def metal(dim, **options):
    return cp.Metal(dim=dim, scattering=[cp.Zeeman()], **options)


@cache
def change(dim, triplet="exact", limit=None):
    return cp.interaction_magnetoconductivity(metal(dim), triplet=triplet, limit=limit)


def in_h(dim, triplet, limit=None):
    """The formula where everything but h and F0 is 1."""
    return change(dim, triplet, limit).expr.subs(IN_H)


@pytest.mark.slow
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("point", POINTS)
def test_to_first_order_it_is_the_integral_over_frequencies(dim, point):
    expected = by_gaps(dim, point[F0], split(point), point, screened=False)
    assert close(value(change(dim, "first_order").expr, point), expected)


@pytest.mark.slow
@pytest.mark.parametrize("dim", [*DIMS, sp.Rational(3, 2)])
@pytest.mark.parametrize("point", POINTS)
def test_for_any_f0_it_is_the_integral_over_frequencies(dim, point):
    expected = by_gaps(dim, point[F0], split(point, stoner=1 + point[F0]), point)
    assert close(value(change(dim).expr, point), expected)


def test_in_a_film_to_first_order_it_is_the_integral_over_frequencies():
    expected = by_gaps(2, COLD[F0], split(COLD), COLD, screened=False)
    assert close(value(change(2, "first_order").expr, COLD), expected)


@pytest.mark.slow
def test_in_a_film_for_any_f0_it_is_the_integral_over_frequencies():
    expected = by_gaps(2, COLD[F0], split(COLD, stoner=1 + COLD[F0]), COLD)
    assert close(value(change(2).expr, COLD), expected)


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "triplet"), CASES)
def test_it_is_the_difference_of_two_corrections(dim, triplet):
    whole = cp.interaction_correction(metal(dim), triplet=triplet).expr
    still = cp.interaction_correction(cp.Metal(dim=dim), triplet=triplet).expr
    assert close(value(whole, COLD) - value(still, COLD), value(change(dim, triplet).expr, COLD), 9)


@pytest.mark.slow
@pytest.mark.parametrize("triplet", TRIPLETS)
@pytest.mark.parametrize("dim", DIMS)
def test_nothing_without_a_field_and_even_in_it(dim, triplet):
    formula = change(dim, triplet).expr
    assert value(formula, COLD, B=0) == 0
    assert close(value(formula, COLD, B=-1.7), value(formula, COLD), 12)


@pytest.mark.parametrize("dim", DIMS)
def test_exactly_nothing_on_symbols(dim):
    assert change(dim, "first_order").expr.subs(s.B, 0) == 0


@pytest.mark.slow
def test_weak_field_in_closed_form():
    two, three = (in_h(dim, "first_order", "weak") for dim in (2, 3))
    assert sp.simplify(two - F0 / (2 * sp.pi**2) * 3 * sp.zeta(3) * h**2 / (4 * sp.pi**2)) == 0
    unit = F0 * sp.sqrt(2) / (4 * sp.pi**2)
    g_3 = 15 * sp.sqrt(sp.pi) * sp.zeta(sp.Rational(5, 2)) * h**2 / (64 * sp.pi**2)
    assert sp.simplify(three - unit * g_3) == 0


@pytest.mark.slow
def test_strong_field_in_closed_form():
    two, three = (in_h(dim, "first_order", "strong") for dim in (2, 3))
    assert sp.simplify(two - F0 / (2 * sp.pi**2) * (sp.log(h / (2 * sp.pi)) + sp.EulerGamma + 1)) == 0
    g_3 = sp.sqrt(h) + sp.sqrt(sp.pi) / 2 * sp.zeta(sp.Rational(1, 2))
    assert sp.simplify(three - F0 * sp.sqrt(2) / (4 * sp.pi**2) * g_3) == 0


@pytest.mark.slow
def test_rounded_coefficients_of_the_literature():
    """Lee and Ramakrishnan 1985: 0.084 h**2 and ln(h/1.3), 0.053 h**2 and sqrt(h) - 1.3."""
    units = {2: F0 / (2 * sp.pi**2), 3: F0 * sp.sqrt(2) / (4 * sp.pi**2)}
    weak = {dim: float(sp.simplify(in_h(dim, "first_order", "weak") / units[dim] / h**2)) for dim in units}
    assert abs(weak[2] - 0.0913453711752) < 1e-12
    assert abs(weak[3] - 0.0564642) < 1e-7
    assert 0.05 < weak[2] / 0.084 - 1 < 0.09
    assert 0.05 < weak[3] / 0.053 - 1 < 0.09
    strong = {dim: sp.simplify(in_h(dim, "first_order", "strong") / units[dim]) for dim in units}
    assert abs(float(sp.exp(-strong[2].subs(h, 1))) - 1.29779) < 1e-5
    assert abs(float(strong[3].subs(h, 1)) - 1 + 1.29420) < 1e-4


def test_weak_field_in_a_film_for_any_f0():
    """Castellani, Di Castro, Lee 1998: gamma_2 (1 + gamma_2) in place of -F0."""
    gamma = -F0 / (1 + F0)
    expected = -gamma * (1 + gamma) * 3 * sp.zeta(3) * h**2 / (8 * sp.pi**4)
    assert sp.simplify(in_h(2, "exact", "weak") - expected) == 0


@pytest.mark.slow
def test_strong_field_in_a_film_for_any_f0():
    """The two components that precess lose their logarithm: a share 2(1 - ln(1 + F0)/F0) of that in T."""
    strong = in_h(2, "exact", "strong")
    slope = sp.diff(strong, h) * h
    assert sp.simplify(slope.rewrite(sp.log) - (1 - sp.log(1 + F0) / F0) / sp.pi**2) == 0
    ratio = sp.log(1 + F0) / F0
    constant = (
        (1 - ratio) * (sp.log(1 / (2 * sp.pi)) + sp.EulerGamma + 1) - (1 + F0) * ratio + 1 + F0 * ratio**2 / 2
    )
    assert abs(complex((strong.rewrite(sp.log) - constant / sp.pi**2).subs({h: 1, F0: 0.7}))) < 1e-14


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "triplet"), CASES)
def test_limits_are_approached_as_fast_as_they_say(dim, triplet):
    """Relative errors of the order h**2 in a weak field, and h**(d/2 - 3) or faster in a strong one."""

    def error(limit, field):
        exact = value(change(dim, triplet).expr, COLD, B=field)
        return abs(value(change(dim, triplet, limit).expr, COLD, B=field) / exact - 1)

    near, nearer = error("weak", 0.1), error("weak", 0.05)
    assert nearer < 1e-2
    assert abs(near / nearer - 4) < 0.1
    far, farther = error("strong", 300), error("strong", 600)
    assert farther < 1e-3
    assert far / farther > 2 ** (3 - dim / 2) * 0.95


@pytest.mark.slow
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("limit", [None, "weak", "strong"])
def test_first_order_is_the_slope_at_no_interaction(dim, limit):
    small = 1e-7
    exact, first = (value(change(dim, kind, limit).expr, COLD, F0=small) for kind in TRIPLETS)
    assert abs(exact / first - 1) < 1e-6


@pytest.mark.parametrize(("dim", "power"), [(1, -1), (3, 1)])
def test_strong_field_to_first_order_is_a_power_and_the_loss_of_two_components(dim, power):
    strong = in_h(dim, "first_order", "strong")
    still = cp.interaction_correction(cp.Metal(dim=dim), part="triplet", triplet="first_order").expr.subs(
        IN_H
    )
    rest = sp.simplify(strong + still * sp.Rational(2, 3))
    assert sp.diff(sp.simplify(rest / h ** sp.Rational(power, 2)), h) == 0
    assert rest != 0


@pytest.mark.slow
@pytest.mark.parametrize("limit", [None, "weak", "strong"])
@pytest.mark.parametrize("triplet", TRIPLETS)
@pytest.mark.parametrize("dim", [2, 3])
def test_every_line_is_confirmed(dim, triplet, limit):
    report = change(dim, triplet, limit).verify()
    assert report.confirmed, report


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["weak", "strong"])
def test_every_line_is_confirmed_in_other_dimensions(limit):
    for dim in (1, s.d):
        report = cp.interaction_magnetoconductivity(metal(dim), triplet="first_order", limit=limit).verify()
        assert report.confirmed, report


def test_the_rounded_coefficient_is_not_confirmed():
    formula = change(2, "first_order", "weak")
    step = replace(formula.derivation[-1], rhs=formula.derivation[-1].rhs * sp.Rational(84, 91))
    assert not replace(formula, derivation=Derivation((step,))).verify().confirmed


@pytest.mark.slow
def test_numbers_for_f0_are_put_in():
    for limit in ("weak", "strong"):
        given = cp.interaction_magnetoconductivity(metal(2, interaction=cp.Coulomb(F0=-0.2)), limit=limit)
        assert not given.expr.has(F0)
        assert close(value(given.expr, COLD), value(change(2, "exact", limit).expr, COLD, F0=-0.2), 13)


@pytest.mark.slow
def test_spins_that_relax_feel_the_field_less():
    """With a gap of all axes alike the formula is the integral, too, and has no limits."""
    relaxing = cp.Metal(dim=2, scattering=[cp.Zeeman(), cp.SpinOrbit(axes="isotropic")])
    formula = cp.interaction_magnetoconductivity(relaxing)
    gap = 4 / (3 * COLD[s.tau_so])
    gaps = [gap + each for each in split(COLD, stoner=1 + COLD[F0])]
    expected = by_gaps(2, COLD[F0], gaps, COLD) - by_gaps(2, COLD[F0], [gap, gap], COLD)
    assert close(value(formula.expr, COLD), expected, 9)
    assert abs(value(formula.expr, COLD)) < abs(value(change(2).expr, COLD))
    with pytest.raises(cp.InputError, match="relax"):
        cp.interaction_magnetoconductivity(relaxing, limit="weak")


@pytest.mark.parametrize(
    ("given", "options", "words"),
    [
        (cp.Metal(dim=2), {}, "Zeeman"),
        (metal(2, interaction=cp.Coulomb(F0=0)), {}, "triplet part"),
        (metal(2), {"limit": "medium"}, "limit"),
        (metal(2), {"limit": 3}, "limit"),
        (metal(2), {"limit": ["weak"]}, "limit"),
        (metal(2), {"triplet": "second"}, "triplet"),
        (metal(4), {}, "4 dimensions"),
        ("a metal", {}, "metal"),
        (None, {}, "metal"),
    ],
)
def test_nonsense_is_refused(given, options, words):
    with pytest.raises(cp.CooperonError, match=words):
        cp.interaction_magnetoconductivity(given, **options)


@pytest.mark.slow
def test_the_kernels_of_arrays_are_the_derived_functions():
    units = {2: F0 / (2 * sp.pi**2), 3: F0 * sp.sqrt(2) / (4 * sp.pi**2)}
    for dim, kernel in ((2, zeeman_2d), (3, zeeman_3d)):
        derived = sp.lambdify(h, (in_h(dim, "first_order") / units[dim]).doit(), "mpmath")
        for size in (0.3, 2.0, 20.0):
            assert close(float(mp.re(derived(mp.mpf(size)))), float(kernel(size)), 12)


def test_it_cites_no_interference_and_names_no_cutoff():
    formula = change(2, "first_order")
    assert {"Kawabata1981", "Lee1982"} <= {one.key for one in cited(formula)}
    assert "Abrahams1979" not in {one.key for one in cited(formula)}
    assert not any("1/tau fade" in str(one) for one in formula.assumptions)
    assert not formula.expr.has(s.tau)
