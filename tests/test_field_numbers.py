"""Magnetoconductivities in numbers: digits at every field, however the expression is arranged."""

import warnings

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.numerics.counter_terms import apart, vanishes
from cooperon.numerics.exponents import scaled
from cooperon.numerics.lambdify import lambdify
from cooperon.numerics.translate import array_function
from cooperon.symbolic import symbols as s
from cooperon.symbolic.fields import PerpendicularField
from cooperon.symbolic.magnetoconductivity import magnetoconductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scattering import Magnetic, Potential, SpinOrbit

HALF = sp.Rational(1, 2)
SINGLET = 1 / s.tau_phi + 2 / s.tau_s
TRIPLET = 1 / s.tau_phi + 4 / (3 * s.tau_so) + 2 / (3 * s.tau_s)
POINT = {s.tau_phi: 3.0, s.tau_so: 0.7, s.tau_s: 9.0, s.D: 1.3, s.e: 1.1, s.hbar: 0.9, s.omega: 0.4}
LENGTHS = {s.L: 1.7, s.width: 0.3}
FIELDS = np.concatenate([10.0 ** np.arange(-9, 10), [0.03, 0.5, 2.0]])
LEVELS = 1 / (4 * s.e * s.B * s.D)


def x(gap):
    return s.hbar * gap * LEVELS


def f2(gap):
    return sp.digamma(HALF + x(gap)) - sp.log(x(gap))


def plane(gaps):
    return 3 * f2(gaps[0]) / 2 - f2(gaps[1]) / 2


def zeta_change(order, gap):
    """In d dimensions, order = 2 - d/2."""
    power = (4 * s.e * s.B * s.D / s.hbar) ** (1 - order)
    return power * (sp.zeta(order, HALF + x(gap)) - x(gap) ** (1 - order) / (order - 1))


def with_frequency(gap):
    return gap - sp.I * s.omega


ARRANGED = {
    "as it is": lambda expr: expr,
    "expanded": sp.expand,
    "logarithms apart": lambda expr: sp.expand_log(expr, force=True),
    "expanded inside": lambda expr: sp.expand(expr, deep=True),
    "together": sp.together,
    "one fraction inside": lambda expr: expr.replace(lambda node: node.is_Add, sp.together),
    "over a Drude value": lambda expr: expr / (2 * s.e**2 * s.nu * s.D),
    "in a bracket": lambda expr: 1 + 1 / (1 + expr),
}
CHANGES = {
    "plane": plane((TRIPLET, SINGLET)),
    "plane, omega": plane((with_frequency(TRIPLET), with_frequency(SINGLET))),
    "space": zeta_change(HALF, SINGLET) - 3 * zeta_change(HALF, TRIPLET),
    "space, omega": zeta_change(HALF, with_frequency(TRIPLET)),
    "5/2 dimensions": zeta_change(sp.Rational(3, 4), TRIPLET),
    "one dimension": zeta_change(sp.Rational(3, 2), TRIPLET) + zeta_change(sp.Rational(3, 2), SINGLET),
}


def exact(expr, fields, point):
    """The expression as it stands, with as many digits as cancel."""
    symbols = list(point)
    function = sp.lambdify([*symbols, s.B], expr, "mpmath")
    with mpmath.workdps(90):
        values = [function(*map(mpmath.mpf, point.values()), mpmath.mpf(float(b))) for b in fields]
    return np.array([complex(value) for value in values])


def found(expr, fields, point, **options):
    function = lambdify(expr, ["B"], **options)
    return function(fields, **{x.name: point[x] for x in point if x.name in function.keywords})


@pytest.mark.parametrize("arrangement", [name for name in ARRANGED if name != "in a bracket"])
@pytest.mark.parametrize("change", CHANGES)
def test_every_digit_at_every_field_however_it_is_arranged(change, arrangement):
    point = POINT | {s.nu: 0.8}
    expr = ARRANGED[arrangement](CHANGES[change])
    assert found(expr, FIELDS, point) == pytest.approx(
        exact(CHANGES[change], FIELDS, point) * factor(arrangement, point), rel=1e-12
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert found(expr, 0.0, point) == 0
        assert (found(expr, -FIELDS, point) == found(expr, FIELDS, point)).all()


def factor(arrangement, point):
    if arrangement != "over a Drude value":
        return 1
    return 1 / (2 * point[s.e] ** 2 * point[s.nu] * point[s.D])


def test_inside_of_another_function():
    expr = ARRANGED["in a bracket"](CHANGES["plane"])
    assert found(expr, FIELDS, POINT) == pytest.approx(exact(expr, FIELDS, POINT).real, rel=1e-12)
    assert found(expr, 0.0, POINT) == 2


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.floats(-8, 8), st.floats(-6, 6), st.floats(-6, 6))
def test_random_rates_and_fields(field, spin_orbit, magnetic):
    """Equal gaps, gaps far apart, fields far below and above all of them."""
    point = POINT | {s.tau_so: 10**spin_orbit, s.tau_s: 10**magnetic}
    for gap in (TRIPLET, SINGLET):
        for expr in (f2(gap), zeta_change(HALF, gap)):
            assert found(expr, 10**field, point) == pytest.approx(
                exact(expr, [10**field], point)[0].real, rel=1e-12
            )


def test_a_conductivity_in_a_field_keeps_its_logarithm():
    """psi(1/2 + B_e/B) - psi(1/2 + B_phi/B) tends to ln(B_e/B_phi), without a field."""
    expr = sp.digamma(HALF + s.B_e / s.B) - sp.digamma(HALF + s.B_phi / s.B)
    point = {s.B_e: 50.0, s.B_phi: 0.02}
    assert found(expr, FIELDS, point) == pytest.approx(exact(expr, FIELDS, point).real, rel=1e-12)
    assert found(expr, 0.0, point) == pytest.approx(np.log(2500), rel=1e-15)


def test_a_gap_that_vanishes():
    """Coherence that is never lost: finite in three dimensions and below two, infinite in two."""
    forever = POINT | {s.tau_phi: np.inf}
    gap = 1 / s.tau_phi
    space = found(zeta_change(HALF, gap), 0.25, forever)
    assert space == pytest.approx(np.sqrt(1.3 * 1.1 / 0.9) * float(mpmath.zeta(0.5, 0.5)), rel=1e-14)
    with pytest.warns(match="finiteness"):
        assert found(f2(gap), 0.25, forever) == np.inf


def test_functions_of_levels_alone():
    """Without their counterpart they are what they are."""
    expr = (
        sp.zeta(HALF, HALF + s.B_phi) + sp.digamma(HALF + s.B_phi) + sp.zeta(sp.Rational(3, 2), 2 * s.B_phi)
    )
    function = lambdify(expr, ["B_phi"])
    for value in (0.01, 1.0, 30.0):
        true = mpmath.zeta(0.5, 0.5 + value) + mpmath.digamma(0.5 + value) + mpmath.zeta(1.5, 2 * value)
        assert function(value) == pytest.approx(float(true), rel=1e-13)
    assert apart(expr) is None
    assert apart(sp.log(s.B)) is None


def test_what_depends_on_the_field_is_not_taken_for_cancelled():
    expr = sp.digamma(HALF + s.B_phi / s.B) - 2 * sp.log(s.B_phi / s.B)
    assert apart(expr) is None
    point = {s.B_phi: 0.02}
    assert found(expr, [0.01, 3.0], point) == pytest.approx(exact(expr, [0.01, 3.0], point).real, rel=1e-14)
    assert not vanishes(sp.log(s.B) - sp.log(s.B * (1 + sp.Rational(1, 10**30))))


GAP = 1 / (s.D * s.tau_phi)
IN_A_WIRE = GAP + (s.e * s.B * s.width / s.hbar) ** 2 / 3
PHASE = s.e * s.B * s.L * s.width / s.hbar


def ring(phase):
    y = s.L * sp.sqrt(GAP)
    return s.L * sp.sinh(y) / (sp.cosh(y) - sp.cos(phase))


RISES = {
    "wire": 1 / sp.sqrt(IN_A_WIRE) - 1 / sp.sqrt(GAP),
    "wire, omega": 1 / sp.sqrt(IN_A_WIRE - sp.I * s.omega) - 1 / sp.sqrt(GAP - sp.I * s.omega),
    "film": sp.log(IN_A_WIRE) - sp.log(GAP),
    "leads": sp.coth(s.L * sp.sqrt(IN_A_WIRE)) / sp.sqrt(IN_A_WIRE)
    - sp.coth(s.L * sp.sqrt(GAP)) / sp.sqrt(GAP),
    "ring": ring(PHASE) - ring(0),
    "plane and wire": plane((TRIPLET, SINGLET)) + 1 / sp.sqrt(IN_A_WIRE) - 1 / sp.sqrt(GAP),
    "a factor": s.D * (sp.sqrt(IN_A_WIRE) - sp.sqrt(GAP)) / s.L,
}


@pytest.mark.parametrize("name", RISES)
def test_rises_from_zero_field(name):
    point, fields = POINT | LENGTHS, 10.0 ** np.arange(-9, 2)
    assert found(RISES[name], fields, point) == pytest.approx(exact(RISES[name], fields, point), rel=1e-12)
    assert found(RISES[name], 0.0, point) == 0


def test_rises_of_what_is_left_undone():
    """Windings of a cylinder: a sum of Bessel functions, and an integral, each less its value without a field."""
    n, u = sp.Symbol("n", integer=True), sp.Symbol("u", positive=True)

    def windings(gap, phase):
        return sp.Sum(sp.cos(n * phase) * sp.besselk(0, n * s.L * sp.sqrt(gap)), (n, 1, sp.oo))

    def thermal(gap, phase):
        return sp.Integral(sp.exp(-s.L * sp.sqrt(gap) * sp.cosh(u)) * sp.cos(phase / (1 + u)), (u, 0, sp.oo))

    point, fields = POINT | LENGTHS, np.array([1e-9, 1e-6, 1e-3, 0.1, 1.0])
    for change in (windings, thermal):
        expr = change(IN_A_WIRE, PHASE) - change(GAP, 0)
        direct = lambdify(change(IN_A_WIRE, PHASE), ["B"], checks=False)
        values = {x.name: point[x] for x in point if x.name in direct.keywords}
        assert found(expr, fields[3:], point) == pytest.approx(
            direct(fields[3:], **values) - direct(0.0, **values), rel=1e-11
        )
        slopes = found(expr, fields[:3], point) / fields[:3] ** 2
        assert slopes == pytest.approx(np.full(3, slopes[0]), rel=1e-5)
        assert slopes[0] == pytest.approx(slopes[1], rel=1e-11)
        assert found(expr, 0.0, point) == 0


@pytest.mark.parametrize("ratio", [1e-4, 0.3, 5.0, 800.0, 1e6])
def test_lengths_of_any_ratio(ratio):
    """sinh and cosh of large numbers, and what is left of them when their arguments are small."""
    y = s.L / s.L_phi
    forms = {
        sp.sinh(y) / (sp.cosh(y) - sp.cos(s.d)): lambda v: (
            mpmath.sinh(v) / (mpmath.cosh(v) - mpmath.cos(0.7))
        ),
        sp.sinh(y) / (sp.cosh(y) - 1): lambda v: mpmath.coth(v / 2),
        (y * sp.coth(y) - 1) / y**2: lambda v: (v * mpmath.coth(v) - 1) / v**2,
        sp.coth(y) / y - s.L_phi**2 / s.L**2: lambda v: (v * mpmath.coth(v) - 1) / v**2,
        1 / sp.sinh(y): lambda v: 1 / mpmath.sinh(v),
        sp.cosh(y / 2) / sp.cosh(y): lambda v: mpmath.cosh(v / 2) / mpmath.cosh(v),
        sp.exp(-y) * sp.besselk(0, y): lambda v: mpmath.exp(-v) * mpmath.besselk(0, v),
        sp.sqrt(1 + 1 / y) - 1: lambda v: mpmath.sqrt(1 + 1 / v) - 1,
    }
    for expr, true in forms.items():
        with mpmath.workdps(40):
            value = float(true(mpmath.mpf(ratio)))
        assert lambdify(expr, ["L", "L_phi", "d"])(ratio, 1.0, 0.7) == pytest.approx(
            value, rel=1e-13, abs=1e-300
        )


def test_exponentials_that_cannot_be_told_apart_are_left_where_they_are():
    expr = sp.sinh(s.L) * sp.cosh(s.width) / (sp.cosh(s.L) + sp.cosh(s.width))
    rewritten = array_function(scaled(expr), (s.L, s.width))
    assert rewritten(2.0, 3.0) == pytest.approx(
        np.sinh(2) * np.cosh(3) / (np.cosh(2) + np.cosh(3)), rel=1e-14
    )


def test_complex_logarithms_keep_their_digits():
    expr = sp.log(1 + s.tau / s.tau_phi - sp.I * s.omega * s.tau)
    value = lambdify(expr, ["tau"])(1e-18, tau_phi=2.0, omega=3.0)
    assert value == pytest.approx(0.5e-18 - 3e-18j, rel=1e-15)


METALS = [
    Metal(dim=dim, scattering=scattering, field=PerpendicularField())
    for dim in (2, 3, sp.Rational(5, 2), s.d)
    for scattering in ([Potential()], [Potential(), SpinOrbit("xyz"), Magnetic()])
]


@pytest.mark.slow
@pytest.mark.parametrize("metal", METALS, ids=str)
def test_derived_changes(metal):
    formula = magnetoconductivity(metal, omega=s.omega)
    axes = {s.tau_so_x: 0.8, s.tau_so_y: 2.1, s.tau_so_z: 0.9, s.d: 1.4}
    function = formula.lambdify("B", checks=False)
    point = {x: value for x, value in (POINT | axes).items() if x.name in function.keywords}
    fields = np.append(FIELDS, 1e-12)
    values = function(fields, **{x.name: value for x, value in point.items()})
    assert values == pytest.approx(exact(formula.expr, fields, point), rel=1e-12)
    assert function(0.0, **{x.name: value for x, value in point.items()}) == 0
