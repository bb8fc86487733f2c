"""Universal conductance fluctuations: against sums, theta functions, random matrices, and by their limits."""

import re

import mpmath
import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams.diagram import LineKind
from cooperon.numerics.evaluation import number
from cooperon.symbolic.fluctuation_diagrams import joined_bubbles, members
from cooperon.symbolic.rules import feynman_rules
from cooperon.symbolic.thermal_window import window

s = cp.symbols
UNITS = {s.hbar: 1, s.k_B: 1, s.e: 1, s.D: 1, s.L: 1}
WIRE = cp.Wire(length=s.L)
UP = cp.PerpendicularField()


def variance(dim=1, *, spin=0, scattering=(), field=None, geometry=None, **how):
    given = {"geometry": geometry, "scattering": scattering, "field": field}
    metal = cp.Metal(dim=dim, spin=spin, **{name: value for name, value in given.items() if value})
    return cp.conductance_variance(metal, **how)


def modes(gap=0.0, *, ratio=1.0, dim=1, most=20000):
    """All (q L)**2 + gap up to a large one, as a flat array."""
    along = (np.pi * np.arange(1, most)) ** 2
    across = (np.pi * ratio * np.arange(most)) ** 2
    found = along + gap
    for _ in range(dim - 1):
        found = np.add.outer(found, across)
    return found


def theta(dim, ratio=1, gap=0):
    """Sum over modes of their inverse squares, by the probability to be still there after a time."""

    def waves(time, first):
        if time < 0.1:
            return (
                mpmath.jtheta(3, 0, mpmath.exp(-1 / time)) / mpmath.sqrt(mpmath.pi * time) + 1 - 2 * first
            ) / 2
        return (mpmath.jtheta(3, 0, mpmath.exp(-(mpmath.pi**2) * time)) + 1 - 2 * first) / 2

    def staying(root):
        time = root**2
        return (
            2
            * root
            * time
            * mpmath.exp(-gap * time)
            * waves(time, 1)
            * waves(time * ratio**2, 0) ** (dim - 1)
        )

    return mpmath.quad(staying, [0, 0.1, 0.2, 0.3, 0.5, 1, 2, 3])


@pytest.mark.parametrize(("spin", "factor"), [(0, 1), (sp.Rational(1, 2), 4), (sp.Rational(3, 2), 16)])
def test_the_closed_values_between_leads(spin, factor):
    assert variance(1, spin=spin).expr == sp.Rational(2, 15) * factor
    assert sp.simplify(variance(2, spin=spin).expr - 2 * sp.Catalan / sp.pi**2 * factor) == 0


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_lattice_sums_by_theta_functions(dim):
    expected = 12 * theta(dim)
    found = float(cp.conductance_variance(cp.Metal(dim=dim, spin=0)).lambdify()())
    assert found == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize(("dim", "ratio"), [(2, 0.5), (2, 3.0), (3, 2.0)])
def test_other_sides_by_theta_functions(dim, ratio):
    sides = cp.Wire(length=s.L, width=1 / ratio, thickness=1 / ratio)
    found = variance(dim, geometry=sides).lambdify()(L=1.0)
    assert found == pytest.approx(float(12 * theta(dim, ratio)), rel=1e-11)


def test_a_long_strip_is_a_wire():
    strip = variance(2, geometry=WIRE).lambdify()
    assert strip(L=1.0, width=1e-4) == pytest.approx(2 / 15, rel=1e-10)
    assert strip(L=1.0, width=1.0) == pytest.approx(2 * float(sp.Catalan) / np.pi**2, rel=1e-12)


def test_the_two_parts_stand_two_to_one():
    metal = cp.Metal(spin=0)
    for kind in (LineKind.DIFFUSON, LineKind.COOPERON):
        parts = {True: 0, False: 0}
        for family in joined_bubbles():
            if family.kind is kind:
                box = sum(feynman_rules(one, metal).polygons() for one in members(family.diagram))
                parts[family.from_diffusion] += box
        assert sp.simplify(parts[True] / parts[False]) == 2
    assert len(joined_bubbles()) == 6


def test_the_boxes_are_those_of_hikami_box():
    """A box with a current of each bubble, and one with both of a bubble's, by the boxes of any size."""
    apart = cp.hikami_box(corners=("current", "diffuson", "current", "diffuson"), order=0)
    together = cp.hikami_box(corners=("current", "current", "diffuson", "diffuson"), order=0)
    assert sp.simplify((apart.total / together.total) ** 2) == 4
    # a pair of boxes of the one kind, two families of the other
    assert sp.simplify(apart.total**2 / (2 * together.total**2)) == 2


def test_a_box_without_its_dressing_is_not_two_to_one():
    together = cp.hikami_box(corners=("current", "current", "diffuson", "diffuson"), order=0)
    assert sp.simplify(together.bare / together.total) == 2


@pytest.mark.parametrize("dim", [1, 2])
def test_a_strong_field_halves(dim):
    assert sp.simplify(variance(dim, field=UP).expr / variance(dim).expr) == sp.Rational(1, 2)


def test_magnetic_impurities_leave_one_diffuson():
    found = variance(1, spin=sp.Rational(1, 2), scattering=[cp.Magnetic()])
    value = found.expr.subs(UNITS)
    assert float(sp.N(value.subs(s.tau_s, sp.Rational(1, 10**9)))) == pytest.approx(1 / 15, rel=1e-3)
    assert float(sp.N(value.subs(s.tau_s, 10**3), 40)) == pytest.approx(8 / 15, rel=1e-2)


def test_strong_spin_orbit_scattering_leaves_a_quarter():
    found = variance(1, spin=sp.Rational(1, 2), scattering=[cp.SpinOrbit()]).expr.subs(UNITS)
    assert float(sp.N(found.subs(s.tau_so, sp.Rational(1, 10**8)))) == pytest.approx(2 / 15, rel=1e-4)
    assert float(sp.N(found.subs(s.tau_so, 10**4), 40)) == pytest.approx(8 / 15, rel=1e-3)


def test_the_crossover_by_spin_is_the_sum_over_channels():
    """Singlets and triplets of diffusons and Cooperons, with the gaps that the channels have."""
    rate = 7.0
    metal = cp.Metal(dim=1, scattering=[cp.SpinOrbit()])
    gaps = [one.gap.subs({s.tau_so: 1 / rate, s.tau_phi: sp.oo}) for one in cp.cooperon(metal).channels]
    gaps += [one.gap.subs({s.tau_so: 1 / rate}) for one in cp.diffuson(metal).channels]
    expected = sum(6 * np.sum(modes(float(gap)) ** -2.0) for gap in gaps)
    found = cp.conductance_variance(metal).lambdify()(L=1.0, D=1.0, tau_so=1 / rate)
    assert found == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("length", [0.1, 0.5, 2.0])
def test_dephasing_by_adding_up(length):
    wire = variance(1, infrared="tau_phi").lambdify()
    gap = 1 / length**2
    assert wire(L=1.0, D=1.0, tau_phi=length**2) == pytest.approx(12 * np.sum(modes(gap) ** -2.0), rel=1e-7)
    square = variance(2, infrared="tau_phi").lambdify()
    expected = float(12 * theta(2, gap=gap))
    assert square(L=1.0, D=1.0, tau_phi=length**2) == pytest.approx(expected, rel=1e-9)


def test_samples_longer_than_coherence():
    """12 (L_phi/L)**3 with spin: C. W. J. Beenakker and H. van Houten, Solid State Phys. 44, 1 (1991)."""
    wire = variance(1, spin=sp.Rational(1, 2), infrared="tau_phi")
    assert sp.simplify(wire.leading() / (12 * (s.D * s.tau_phi) ** sp.Rational(3, 2) / s.L**3)) == 1
    square = variance(2, infrared="tau_phi")
    ratio = square.lambdify()(L=1.0, D=1.0, tau_phi=1e-6) / float(
        square.leading().subs({**UNITS, s.tau_phi: sp.Rational(1, 10**6)})
    )
    assert ratio == pytest.approx(1, rel=5e-3)


@pytest.mark.parametrize("omega", [0.5, 20.0, 300.0])
def test_energies_apart_by_adding_up(omega):
    poles = modes()
    expected = 8 * np.sum(1 / (poles**2 + omega**2)) + 4 * np.sum((1 / (poles - 1j * omega) ** 2).real)
    found = variance(1, omega=s.omega).lambdify()(L=1.0, D=1.0, omega=omega)
    assert found == pytest.approx(expected, rel=1e-6)


def test_energies_apart_with_dephasing():
    poles = modes(4.0)
    expected = 8 * np.sum(1 / (poles**2 + 49)) + 4 * np.sum((1 / (poles - 7j) ** 2).real)
    found = variance(1, omega=s.omega, infrared="tau_phi").lambdify()(L=1.0, D=1.0, omega=7.0, tau_phi=0.25)
    assert found == pytest.approx(expected, rel=1e-7)


def test_the_correlation_energy_is_of_the_order_of_thouless_energy():
    """Half of the variance is left some ten hbar D/L**2 apart: the lowest mode has pi**2."""
    covariance = variance(1, omega=s.omega).lambdify()
    start, here, there = (
        float(covariance(L=1.0, D=1.0, omega=x)) for x in (1e-2, np.pi**2 / 2, 2 * np.pi**2)
    )
    assert start == pytest.approx(2 / 15, rel=1e-4)
    assert here > start / 2 > there


def test_far_apart_energies():
    found = variance(1, omega=s.omega)
    values = {**UNITS, s.omega: 10**6}
    assert float(sp.N(found.expr.subs(values) / found.leading().subs(values), 30)) == pytest.approx(
        1, rel=5e-3
    )


def test_the_window_is_a_distribution():
    start = 1e-3  # 1/6 in front of it, up to start**2
    with mpmath.workdps(30):
        rest = mpmath.quad(sp.lambdify(s.t, window(s.t), "mpmath"), [start, 1, 5, 20, 60])
    assert float(rest) + start / 6 == pytest.approx(0.5, rel=1e-9)
    direct = mpmath.quad(
        lambda x: 1 / (16 * mpmath.cosh(x / 2) ** 2 * mpmath.cosh((x - 3) / 2) ** 2), [-30, 0, 3, 30]
    )
    assert float(direct) == pytest.approx(float(window(sp.Integer(3)).evalf()), rel=1e-10)


@pytest.mark.parametrize("temperature", [0.3, 30.0])
def test_the_thermal_average_by_quadrature(temperature):
    poles = modes(most=400)

    def integrand(u):
        omega = float(u) * temperature
        pairs = 8 * np.sum(1 / (poles**2 + omega**2)) + 4 * np.sum((1 / (poles - 1j * omega) ** 2).real)
        half = float(u) / 2
        return 2 * pairs * (half / np.tanh(half) - 1) / (2 * np.sinh(half) ** 2)

    expected = mpmath.quad(integrand, [1e-3, 0.1, 0.5, 1, 3, 10, 40]) + 1e-3 * integrand(1e-3)
    found = number(variance(1, thermal=True).expr, {**UNITS, s.T: temperature}).real
    assert found == pytest.approx(float(expected), rel=1e-5)


def test_a_hot_wire():
    """(8 pi/3) L_T**2 L_phi/L**3 with spin, L_T**2 = hbar D/k_B T: Beenakker and van Houten (1991)."""
    hot = variance(1, spin=sp.Rational(1, 2), thermal=True, infrared="tau_phi").leading()
    thermal = s.hbar * s.D / (s.k_B * s.T)
    law = 8 * sp.pi / 3 * thermal * sp.sqrt(s.D * s.tau_phi) / s.L**3
    assert float((hot / law).subs({**UNITS, s.T: 5, s.tau_phi: sp.Rational(1, 10**8)})) == pytest.approx(
        1, rel=1e-3
    )
    coherent = variance(1, thermal=True)
    assert coherent.leading() == 2 * sp.pi * s.hbar * s.D / (9 * s.k_B * s.T * s.L**2)
    numbers = number(coherent.expr, {**UNITS, s.T: 10**5}).real
    assert numbers == pytest.approx(2 * np.pi / 9e5, rel=1e-2)


def test_a_field_takes_the_cooperons_of_a_wire_away():
    wire = variance(1, geometry=WIRE, field=UP)
    rate = s.D * (s.e * s.B * s.width) ** 2 / (3 * s.hbar**2)
    numbers = {**UNITS, s.width: sp.Rational(1, 20), s.B: 300}
    expected = 6 * np.sum(modes() ** -2.0) + 6 * np.sum(modes(float(rate.subs(numbers))) ** -2.0)
    assert float(sp.N(wire.expr.subs(numbers))) == pytest.approx(expected, rel=1e-7)
    assert float(sp.N(wire.expr.subs({**numbers, s.B: 10**7}))) == pytest.approx(1 / 15, rel=1e-6)


def test_fields_apart():
    """A diffuson sees half the difference, a Cooperon the mean of the fields."""
    step = s.B / 3
    wire = variance(1, geometry=WIRE, field=UP, field_step=step)
    numbers = {**UNITS, s.width: sp.Rational(1, 20), s.B: 300}
    rates = [(x * 0.05) ** 2 / 3 for x in (50, 350)]
    expected = 6 * sum(np.sum(modes(rate) ** -2.0) for rate in rates)
    assert float(sp.N(wire.expr.subs(numbers))) == pytest.approx(expected, rel=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dim", "how"),
    [
        (1, {}),
        (1, {"spin": sp.Rational(1, 2), "scattering": (cp.SpinOrbit(), cp.Magnetic())}),
        (2, {}),
        (2, {"geometry": WIRE}),
        (2, {"infrared": "tau_phi"}),
        (3, {}),
        (1, {"omega": s.omega}),
        (1, {"thermal": True, "infrared": "tau_phi"}),
        (1, {"geometry": WIRE, "field": UP, "field_step": s.B / 3}),
    ],
    ids=str,
)
def test_every_line_holds(dim, how):
    report = variance(dim, **how).verify()
    assert report.confirmed, str(report)


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda: variance(sp.Rational(5, 2)), "dim = 1, 2 or 3"),
        (lambda: variance(3, infrared="tau_phi"), "3 dimensions"),
        (lambda: variance(3, scattering=(cp.SpinOrbit(),), spin=sp.Rational(1, 2)), "3 dimensions"),
        (lambda: variance(3, omega=s.omega), "3 dimensions"),
        (lambda: variance(3, thermal=True), "3 dimensions"),
        (lambda: variance(1, geometry=cp.Ring()), "Wire(length=...)"),
        (lambda: variance(1, geometry=cp.Wire()), "between leads"),
        (lambda: variance(3, geometry=WIRE), "square section"),
        (lambda: variance(1, thermal=True, omega=s.omega), "omega = omega"),
        (lambda: variance(1, thermal=1), "True or False"),
        (lambda: variance(2, field=UP, field_step=s.B / 3), "a thin wire in a field"),
        (lambda: variance(1, scattering=(cp.Zeeman(),), spin=sp.Rational(1, 2)), "Zeeman"),
        (lambda: variance(2, scattering=(cp.Potential(harmonics=(s.w_1,)),)), "isotropic"),
        (lambda: cp.conductance_variance("wire"), "metal"),
    ],
)
def test_what_is_not_derived_is_refused(make, part):
    with pytest.raises(cp.CooperonError, match=re.escape(part)):
        make()
