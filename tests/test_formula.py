"""Arithmetic of formulas: sums and ratios, what is merged, what is refused, other symbols."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import sympy as sp

import cooperon as cp

s = cp.symbols
METAL = cp.Metal(dim=2)
DRUDE = cp.conductivity(METAL, loops=0)
WL = cp.conductivity(METAL, loops=1)


def vanishes(expr):
    return expr == 0 or sp.simplify(sp.expand_log(sp.expand(expr), force=True)) == 0


def test_sum_and_difference():
    assert vanishes((DRUDE + WL).expr - DRUDE.expr - WL.expr)
    assert vanishes((WL - DRUDE).expr - WL.expr + DRUDE.expr)
    assert vanishes((DRUDE + WL).leading() - DRUDE.leading() - WL.leading())
    assert vanishes((WL - DRUDE).leading() - WL.leading() + DRUDE.leading())
    assert (WL - WL).expr == 0


def test_multiples():
    for number in (2, 2.0, sp.Rational(2), np.float64(2), np.int64(2)):
        for product in (number * WL, WL * number):
            assert isinstance(product, cp.Formula)
            assert vanishes(product.expr - 2 * WL.expr)
            assert vanishes(product.leading() - 2 * WL.leading())
    assert vanishes((-WL).expr + WL.expr)
    assert vanishes((WL / 4).expr - WL.expr / 4)
    assert vanishes((WL * sp.pi).expr - sp.pi * WL.expr)
    assert (0 * WL).expr == 0


def test_sum_of_a_list():
    assert vanishes(sum([DRUDE, WL, WL]).expr - DRUDE.expr - 2 * WL.expr)
    assert sum([WL]).expr == WL.expr


def test_ratio_has_no_dimension():
    ratio = WL / DRUDE
    assert ratio.dimension.is_dimensionless
    assert vanishes(ratio.expr + sp.log(1 + s.tau_phi / s.tau) / (sp.pi * s.k_F * s.ell))
    assert vanishes(ratio.leading() + sp.log(s.tau_phi / s.tau) / (sp.pi * s.k_F * s.ell))
    assert (WL / WL).expr == 1


def test_ratio_with_a_dimension_is_left_as_it_is():
    back = cp.return_probability(METAL)
    ratio = WL / back
    assert not ratio.dimension.is_dimensionless
    assert vanishes(ratio.expr * back.expr - WL.expr)


@pytest.mark.parametrize("dim", [1, 3, sp.Rational(5, 2), s.d])
def test_ratio_in_numbers(dim):
    """The ratio at a point where all symbols obey the relations of the metal."""
    metal = cp.Metal(dim=dim)
    drude, wl = cp.conductivity(metal), cp.conductivity(metal, loops=1)
    base = {"d": 1.3, "hbar": 0.9, "m": 1.2, "k_F": 6.1, "tau": 0.7, "tau_phi": 8.0, "e": 1.1}
    point = {s.lookup(name): sp.Float(value, 20) for name, value in base.items()}
    point |= {key: value.xreplace(point) for key, value in metal.relations.items()}
    for kind in ("expr", "leading"):
        pick = (lambda f: f.expr) if kind == "expr" else (lambda f: f.leading())
        expected = complex(pick(wl).xreplace(point).evalf()) / complex(pick(drude).xreplace(point).evalf())
        assert complex(pick(wl / drude).xreplace(point).evalf()) == pytest.approx(expected, rel=1e-12)


def test_derivations_are_merged_without_repeated_lines():
    both = DRUDE + WL
    assert len(set(both.derivation.steps)) == len(both.derivation)
    assert set(DRUDE.derivation) | set(WL.derivation) <= set(both.derivation)
    assert len(both.derivation) < len(DRUDE.derivation) + len(WL.derivation)
    assert len((WL + WL).derivation) <= len(WL.derivation) + 1


def test_assumptions_and_diagrams_are_merged():
    both = DRUDE + WL
    assert len(set(both.assumptions)) == len(both.assumptions)
    assert set(both.assumptions) == set(DRUDE.assumptions) | set(WL.assumptions)
    assert set(both.diagrams) == set(DRUDE.diagrams) | set(WL.diagrams)
    assert isinstance(both.diagrams, tuple)
    assert (WL + WL).diagrams == WL.diagrams


def test_the_ratio_carries_its_pages():
    ratio = WL / DRUDE
    assert set(ratio.derivation) > set(DRUDE.derivation)
    assert vanishes(ratio.derivation.steps[-1].rhs - ratio.expr) or any(
        vanishes(step.rhs - ratio.expr) for step in ratio.derivation.steps[-2:]
    )


@pytest.mark.slow
@pytest.mark.parametrize("formula", [WL / DRUDE, 2 * WL], ids=["ratio", "multiple"])
def test_results_of_arithmetic_are_verified(formula):
    report = formula.verify()
    assert report.confirmed, report


OTHER_METALS = [cp.Metal(dim=3), cp.Metal(spin=0), cp.Metal(dephasing=None), cp.Metal(tau=2)]


@pytest.mark.parametrize("metal", OTHER_METALS, ids=str)
def test_different_metals_are_refused(metal):
    other = cp.conductivity(metal)
    for operation in (lambda: WL + other, lambda: WL - other, lambda: WL / other, lambda: sum([WL, other])):
        with pytest.raises(cp.InputError) as caught:
            operation()
        assert "metal" in caught.value.expected


def test_different_dimensions_are_refused():
    back = cp.return_probability(METAL)
    for operation in (lambda: WL + back, lambda: back - WL):
        with pytest.raises(cp.UnitError) as caught:
            operation()
        assert "dimension" in caught.value.expected


def test_sums_have_a_dimension():
    """The density of states and hbar meet only in the metal's own dimension of space."""
    assert (DRUDE + WL).dimension == DRUDE.dimension == WL.dimension
    assert ((DRUDE + WL) / DRUDE).dimension.is_dimensionless
    assert vanishes(((DRUDE + WL) / DRUDE).expr - 1 - (WL / DRUDE).expr)
    for dim in (1, 3, s.d):
        metal = cp.Metal(dim=dim)
        total = cp.conductivity(metal) + cp.conductivity(metal, loops=1)
        assert total.dimension == cp.conductivity(metal).dimension


def test_division_by_nothing():
    with pytest.raises(cp.InputError):
        WL / (WL - WL)
    with pytest.raises(cp.InputError):
        WL / 0


NOT_NUMBERS = [
    "2",
    None,
    [1],
    (1,),
    {},
    WL,
    s.tau,
    sp.nan,
    sp.oo,
    sp.zoo,
    float("nan"),
    float("inf"),
    Ellipsis,
]


@pytest.mark.parametrize("value", NOT_NUMBERS, ids=repr)
def test_products_are_with_numbers(value):
    with pytest.raises(cp.CooperonError):
        WL * value
    if value is not WL:
        with pytest.raises(cp.CooperonError):
            WL / value


@pytest.mark.parametrize("value", [1, "x", None, s.tau, 2.5, [WL], sp.Integer(3)], ids=repr)
def test_sums_are_with_formulas(value):
    for operation in (lambda: WL + value, lambda: WL - value, lambda: value + WL):
        with pytest.raises((cp.InputError, TypeError)):
            operation()


def test_in_terms_of_the_density():
    for dim in (1, 2, 3, sp.Rational(5, 2)):
        drude = cp.conductivity(cp.Metal(dim=dim))
        assert vanishes(drude.in_terms_of("n", "tau", "m").expr - s.n * s.e**2 * s.tau / s.m)
        assert drude.in_terms_of(s.n, s.tau, s.m).expr == drude.in_terms_of("n", "tau", "m").expr


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("k_F", "ell"), s.e**2 * s.k_F * s.ell / (2 * sp.pi * s.hbar)),
        (("D", "nu"), 2 * s.e**2 * s.nu * s.D),
        (("h", "k_F", "ell"), s.e**2 * s.k_F * s.ell / s.h),
        (("v_F", "tau", "nu"), s.e**2 * s.nu * s.v_F**2 * s.tau),
        (("tau", "m", "k_F"), s.e**2 * s.k_F**2 * s.tau / (2 * sp.pi * s.m)),
    ],
    ids=str,
)
def test_the_drude_conductivity_in_other_symbols(names, expected):
    assert vanishes(DRUDE.in_terms_of(*names).expr - expected)


def test_the_correction_in_other_symbols():
    by_length = WL.in_terms_of("L_phi", "D", "tau").expr
    assert vanishes(by_length + s.e**2 / (2 * sp.pi**2 * s.hbar) * sp.log(1 + s.L_phi**2 / (s.D * s.tau)))
    by_h = WL.in_terms_of("h").leading()
    assert vanishes(by_h + s.e**2 / (sp.pi * s.h) * sp.log(s.tau_phi / s.tau))
    wire = cp.conductivity(cp.Metal(dim=1), loops=1).in_terms_of("L_phi", "D", "tau").leading()
    assert vanishes(wire + s.e**2 / (sp.pi * s.hbar) * s.L_phi)


@pytest.mark.parametrize(
    "names", [("L_phi", "ell"), ("h",), ("n", "tau"), ("D",), ("v_F", "ell"), ()], ids=str
)
@pytest.mark.parametrize("dim", [1, 2, 3, s.d])
def test_other_symbols_leave_the_number_as_it_is(dim, names):
    metal = cp.Metal(dim=dim)
    base = {"d": 1.3, "hbar": 0.9, "m": 1.2, "k_F": 6.1, "tau": 0.7, "tau_phi": 8.0, "e": 1.1}
    point = {s.lookup(name): sp.Float(value, 20) for name, value in base.items()}
    point |= {key: value.xreplace(point) for key, value in metal.relations.items()}
    for loops in (0, 1):
        formula = cp.conductivity(metal, loops=loops)
        found = formula.in_terms_of(*names)
        assert complex(found.expr.xreplace(point).evalf()) == pytest.approx(
            complex(formula.expr.xreplace(point).evalf()), rel=1e-12
        )


@pytest.mark.parametrize("names", [("x",), ("",), (3,), (None,), ("sigma",), ("__class__",)], ids=str)
def test_unknown_names(names):
    with pytest.raises(cp.InputError) as caught:
        WL.in_terms_of(*names)
    assert "tau_phi" in caught.value.expected


@pytest.mark.parametrize(
    "names",
    [("tau", "ell", "v_F"), ("n", "k_F"), ("hbar", "h"), ("L_phi", "D", "tau_phi"), ("D", "ell", "v_F")],
    ids=str,
)
def test_names_that_follow_from_each_other(names):
    with pytest.raises(cp.InputError) as caught:
        DRUDE.in_terms_of(*names)
    assert "independent" in caught.value.expected


def test_rewriting_is_a_step():
    found = DRUDE.in_terms_of("n", "tau", "m")
    assert len(found.derivation) == len(DRUDE.derivation) + 1
    step = found.derivation.steps[-1]
    assert (step.lhs, step.rhs) == (DRUDE.expr, found.expr)
    assert found.verify().confirmed


def test_immutable():
    with pytest.raises(dataclasses.FrozenInstanceError):
        WL.expr = 0
    assert isinstance(WL.assumptions, tuple)
    assert isinstance(WL.derivation.steps, tuple)


def test_only_public_symbols():
    table = {entry.symbol for entry in s.TABLE.values()}
    for formula in (DRUDE, WL, WL / DRUDE, cp.conductivity(cp.Metal(dim=s.d), loops=1, omega=s.omega)):
        assert formula.expr.free_symbols <= table
        assert formula.leading().free_symbols <= table


def test_text():
    assert "tau_phi" in str(WL)
    assert "k_F ell" in str(WL)
    assert repr(WL).count("\n") == 0
    assert WL._repr_latex_().startswith("$")


def test_names_of_combinations_say_what_they_are():
    assert DRUDE.name in (DRUDE + WL).name
    assert WL.name in (WL / DRUDE).name
    assert (WL - DRUDE).symbol != (WL + DRUDE).symbol
