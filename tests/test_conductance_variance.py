"""Universal conductance fluctuations: against sums, theta functions, random matrices, and by their limits."""

import re

import mpmath
import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams.diagram import LineKind
from cooperon.numerics.evaluation import number
from cooperon.numerics.pole_kernels import langevin_fall
from cooperon.symbolic.fluctuation_diagrams import joined_bubbles, members
from cooperon.symbolic.pole_functions import ThermalWindow
from cooperon.symbolic.rules import feynman_rules

s = cp.symbols
UNITS = {s.hbar: 1, s.k_B: 1, s.e: 1, s.D: 1, s.L: 1}
WIRE = cp.Wire(length=s.L)
UP = cp.PerpendicularField()
HALF = sp.Rational(1, 2)
SPLIT_WIRE = {"spin": HALF, "scattering": (cp.Zeeman(),), "geometry": WIRE, "field": UP}


def variance(dim=1, *, spin=0, scattering=(), field=None, geometry=None, dephasing=..., **how):
    given = {"geometry": geometry, "scattering": scattering, "field": field}
    given = {name: value for name, value in given.items() if value}
    given |= {} if dephasing is ... else {"dephasing": dephasing}
    metal = cp.Metal(dim=dim, spin=spin, **given)
    return cp.conductance_variance(metal, **how)


def noisy(infrared):
    wire = cp.Metal(dim=1, dephasing=(cp.ElectronElectron(), cp.PowerLaw()))
    return cp.conductance_variance(wire, infrared=infrared)


def modes(gap=0.0, *, ratio=1.0, dim=1, most=20000):
    """All (q L)**2 + gap up to a large one, as a flat array."""
    along = (np.pi * np.arange(1, most)) ** 2
    across = (np.pi * ratio * np.arange(most)) ** 2
    found = along + gap
    for _ in range(dim - 1):
        found = np.add.outer(found, across)
    return found


def theta(dim, ratio=1, gap=0, other=None):
    """Sum over modes of their inverse squares, by the probability to be still there after a time."""

    def waves(time, first):
        if time < 0.1:
            return (
                mpmath.jtheta(3, 0, mpmath.exp(-1 / time)) / mpmath.sqrt(mpmath.pi * time) + 1 - 2 * first
            ) / 2
        return (mpmath.jtheta(3, 0, mpmath.exp(-(mpmath.pi**2) * time)) + 1 - 2 * first) / 2

    def staying(root):
        time = root**2
        sides = [ratio, ratio if other is None else other][: dim - 1]
        across = mpmath.fprod(waves(time * side**2, 0) for side in sides)
        return 2 * root * time * mpmath.exp(-gap * time) * waves(time, 1) * across

    return mpmath.quad(staying, [0, 0.1, 0.2, 0.3, 0.5, 1, 2, 3])


@pytest.mark.slow
@pytest.mark.parametrize(("spin", "factor"), [(0, 1), (sp.Rational(1, 2), 4), (sp.Rational(3, 2), 16)])
def test_the_closed_values_between_leads(spin, factor):
    assert variance(1, spin=spin).expr == sp.Rational(2, 15) * factor
    assert sp.simplify(variance(2, spin=spin).expr - 2 * sp.Catalan / sp.pi**2 * factor) == 0


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_bar_of_uneven_sides_by_theta_functions():
    bar = variance(3, geometry=WIRE).lambdify()
    expected = float(12 * theta(3, 0.5, other=3.0))
    assert bar(L=1.0, width=2.0, thickness=1 / 3) == pytest.approx(expected, rel=1e-11)
    even = cp.Wire(length=s.L, width=0.25, thickness=0.25)
    assert bar(L=1.0, width=0.25, thickness=0.25) == pytest.approx(
        variance(3, geometry=even).lambdify()(L=1.0), rel=1e-12
    )


def test_a_long_strip_is_a_wire():
    strip = variance(2, geometry=WIRE).lambdify()
    assert strip(L=1.0, width=1e-4) == pytest.approx(2 / 15, rel=1e-10)
    assert strip(L=1.0, width=1.0) == pytest.approx(2 * float(sp.Catalan) / np.pi**2, rel=1e-12)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_two_parts_stand_two_to_one(dim):
    metal = cp.Metal(dim=dim, spin=0)
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


@pytest.mark.slow
def test_dephasing_in_a_cube():
    cube = variance(3, infrared="tau_phi").lambdify()
    found = cube(L=1.0, D=1.0, tau_phi=np.array([0.04, 1.0, 1e12]))
    expected = [float(12 * theta(3, gap=gap)) for gap in (25, 1, 0)]
    assert found == pytest.approx(expected, rel=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_variance_of_many_coherent_pieces(dim):
    """Integrals over q in place of sums: the leading form, beside numbers of a sample ever so long."""
    formula = variance(dim, infrared="tau_phi")
    values = {s.L: 1, s.D: 1, s.tau_phi: sp.Rational(1, 10**8)}
    found = formula.lambdify()(L=1.0, D=1.0, tau_phi=1e-8)
    assert found == pytest.approx(float(formula.leading().subs(values)), rel=1e-3)


@pytest.mark.parametrize("dim", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
def test_small_gaps_and_energies_lose_no_digits(dim):
    coherent = float(variance(dim).lambdify()())
    dephased, apart = variance(dim, infrared="tau_phi"), variance(dim, omega=s.omega)
    assert dephased.lambdify()(L=1.0, D=1.0, tau_phi=1e20) == pytest.approx(coherent, rel=1e-12)
    assert apart.lambdify()(L=1.0, D=1.0, omega=np.array([0.0, 1e-9])) == pytest.approx(coherent, rel=1e-12)
    heavy = cp.conductance_variance(cp.Metal(dim=1, scattering=[cp.SpinOrbit()])).lambdify()
    assert heavy(L=1.0, D=1.0, tau_so=1e15) == pytest.approx(8 / 15, rel=1e-12)


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
        rest = mpmath.quad(
            sp.lambdify(s.t, ThermalWindow(s.t).written_out(), "mpmath"), [start, 1, 5, 20, 60]
        )
    assert float(rest) + start / 6 == pytest.approx(0.5, rel=1e-9)
    direct = mpmath.quad(
        lambda x: 1 / (16 * mpmath.cosh(x / 2) ** 2 * mpmath.cosh((x - 3) / 2) ** 2), [-30, 0, 3, 30]
    )
    assert float(direct) == pytest.approx(float(ThermalWindow(sp.Integer(3)).evalf()), rel=1e-10)


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


@pytest.mark.slow
def test_the_array_form_of_the_thermal_average():
    """The same by quadrature of the covariance at one energy, with scipy, for a wire and a square."""
    from scipy.integrate import quad

    for dim in (1, 2):
        apart = variance(dim, omega=s.omega).lambdify()
        averaged = variance(dim, thermal=True).lambdify()(L=1.0, D=1.0, T=5.0, hbar=1.0, k_B=1.0)
        expected, _ = quad(
            lambda u, apart=apart: (
                (u / 2 / np.tanh(u / 2) - 1) / np.sinh(u / 2) ** 2 * apart(L=1.0, D=1.0, omega=5.0 * u)
            ),
            *(1e-3, 40.0),
            limit=40,
        )
        assert averaged == pytest.approx(expected + 1e-3 / 3 * float(variance(dim).lambdify()()), rel=1e-6)


def test_a_wide_splitting_of_the_spins_halves():
    """Electrons of unlike spin see other energies: what is left are two kinds of electrons, each with its own."""
    metal = cp.Metal(dim=1, scattering=[cp.Zeeman()])
    split = cp.conductance_variance(metal).lambdify()
    spins = {"L": 1.0, "D": 1.0, "hbar": 1.0, "mu_B": 1.0, "g_L": 2.0}
    apart = variance(1, omega=s.omega).lambdify()
    for energy in (0.0, 3.0, 1e9):
        covariance = apart(L=1.0, D=1.0, omega=2 * energy)
        assert split(B=energy, **spins) == pytest.approx(2 * 2 / 15 + 2 * covariance, rel=1e-12)
    both = cp.conductance_variance(metal, omega=s.omega).lambdify()(B=3.0, omega=2.0, **spins)
    pairs = [apart(L=1.0, D=1.0, omega=w) for w in (2.0, 8.0, 4.0)]
    assert both == pytest.approx(2 * pairs[0] + pairs[1] + pairs[2], rel=1e-12)


def test_the_splitting_at_two_fields():
    """Like spins lie half of the step apart, unlike ones the splitting at the mean field."""
    thin = cp.Metal(dim=1, scattering=[cp.Zeeman()], geometry=WIRE, field=UP)
    found = cp.conductance_variance(thin, field_step=s.Delta_B).lambdify()(
        L=1.0,
        D=1.0,
        hbar=1.0,
        mu_B=1.0,
        g_L=2.0,
        e=1.0,
        width=0.5,
        B=3.0,
        Delta_B=2.0,
    )
    rates = [(0.5 * x) ** 2 / 3 for x in (1.0, 3.0)]
    expected = 0.0
    for rate in rates:
        for energy in (2.0, 6.0):
            poles = modes(rate)
            one = 4 * np.sum(1 / (poles**2 + energy**2)) + 2 * np.sum((1 / (poles - 1j * energy) ** 2).real)
            expected += 2 * one
    assert found == pytest.approx(expected, rel=1e-7)


def test_a_hot_wire_whose_spins_are_split():
    metal = cp.Metal(dim=1, scattering=[cp.Zeeman()])
    hot = cp.conductance_variance(metal, thermal=True)
    values = {"L": 1.0, "D": 1.0, "hbar": 1.0, "k_B": 1.0, "mu_B": 1.0, "g_L": 2.0, "T": 1e5, "B": 1e5}
    form = hot.leading().subs({s.lookup(name): value for name, value in values.items()})
    assert hot.lambdify()(**values) == pytest.approx(float(form), rel=1e-2)


def test_a_noisy_wire_that_is_short_is_coherent():
    assert noisy("L").expr == sp.Rational(8, 15)
    assert variance(2, dephasing=None, infrared="tau_phi").expr == variance(2).expr


def test_what_is_cited_and_how_it_is_called():
    wire = cp.conductance_variance(cp.Metal(dim=1))
    keys = wire.bibtex()
    for key in (
        "Lee1985fluctuations",
        "Altshuler1985fluctuations",
        "Altshuler1986",
        "Lee1987",
        "Akkermans2007",
    ):
        assert f"{{{key}," in keys
    assert "Langer1966" not in keys
    assert "Beenakker1991" in variance(1, thermal=True).bibtex()
    assert "Variance of the conductance" in str(cp.explain(wire))
    assert wire == cp.conductance_variance(cp.Metal(dim=1))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dim", "how"), [(1, {"omega": s.omega}), (1, {"infrared": "tau_phi"}), (1, {"thermal": True})], ids=str
)
def test_many_digits(dim, how):
    formula = variance(dim, **how)
    names = {"L", "D", "omega", "tau_phi", "T", "hbar", "k_B"} & {x.name for x in formula.expr.free_symbols}
    numbers = dict.fromkeys(names, 0.7)
    plain = float(formula.lambdify()(**numbers))
    assert float(formula.lambdify(backend="mpmath", digits=15)(**numbers)) == pytest.approx(plain, rel=1e-10)


def test_sums_within_sums_are_refused_to_many_digits():
    cube = variance(3, infrared="tau_phi").lambdify(backend="mpmath", digits=20)
    with pytest.raises(cp.CooperonError, match="within one another"):
        cube(L=1, D=1, tau_phi=1)


@pytest.mark.parametrize("language", ["c", "python", "mathematica"])
def test_code_of_a_variance(language):
    """Energies apart are written out; a gap keeps its digits."""
    code = variance(1, omega=s.omega).code(language)
    assert "Pole" not in re.split("return|With", code)[-1]
    if language == "python":
        names = {}
        exec(variance(1, infrared="tau_phi").code(language), names)
        assert names["var_g"](1.0, 1e18, 1.0) == pytest.approx(2 / 15, rel=1e-12)


def test_a_covariance_knows_no_sign_of_the_fields():
    """Two opposite fields, B = 0 between them: Onsager makes a diffuson of the Cooperon."""
    wire = variance(1, geometry=WIRE, field=UP, field_step=s.Delta_B).lambdify()
    numbers = {"L": 1.0, "D": 1.0, "e": 1.0, "hbar": 1.0, "width": 0.02}
    assert wire(B=0.0, Delta_B=0.0, **numbers) == pytest.approx(2 / 15, rel=1e-12)
    assert wire(B=-9.0, Delta_B=-4.0, **numbers) == wire(B=9.0, Delta_B=4.0, **numbers)
    assert wire(B=0.0, Delta_B=60.0, **numbers) == pytest.approx(
        wire(B=30.0, Delta_B=0.0, **numbers), rel=1e-12
    )


def test_fields_apart():
    """A diffuson sees half the difference, a Cooperon the mean of the fields."""
    step = s.B / 3
    wire = variance(1, geometry=WIRE, field=UP, field_step=step)
    numbers = {**UNITS, s.width: sp.Rational(1, 20), s.B: 300}
    rates = [(x * 0.05) ** 2 / 3 for x in (50, 300)]
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
        (3, {"infrared": "tau_phi", "omega": s.omega}),
        (3, {"geometry": WIRE}),
        (1, {"omega": s.omega, "spin": HALF, "scattering": (cp.Zeeman(),)}),
        (1, {"thermal": True, "infrared": "tau_phi"}),
        (1, {"geometry": WIRE, "field": UP, "field_step": s.Delta_B}),
        (1, SPLIT_WIRE | {"field_step": s.Delta_B, "infrared": "tau_phi", "thermal": True}),
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
        (lambda: variance(3, thermal=True), "3 dimensions"),
        (lambda: variance(1, geometry=cp.Ring()), "Wire(length=...)"),
        (lambda: variance(1, geometry=cp.Wire()), "between leads"),
        (lambda: variance(3, geometry=cp.Wire(length=s.L, section="round")), "flat sides"),
        (lambda: variance(1, thermal=True, omega=s.omega), "omega = omega"),
        (lambda: variance(1, thermal=1), "True or False"),
        (lambda: variance(2, field=UP, field_step=s.B / 3), "a thin wire in a field"),
        (lambda: variance(1, scattering=(cp.Zeeman(), cp.SpinOrbit()), spin=HALF), "without Zeeman()"),
        (lambda: variance(1, geometry=WIRE, field=UP, field_step=0.1), "numbers go into lambdify"),
        (lambda: variance(1, geometry=WIRE, field=UP, field_step=s.T), "Delta_B"),
        (lambda: variance(1, geometry=WIRE, field=UP, field_step="B"), "field_step"),
        (lambda: variance(2, field=cp.ParallelField()), "through the sheet"),
        (lambda: noisy("tau_phi"), "own electrons"),
        (lambda: variance(2, scattering=(cp.Potential(harmonics=(s.w_1,)),)), "isotropic"),
        (lambda: cp.conductance_variance("wire"), "metal"),
    ],
)
def test_what_is_not_derived_is_refused(make, part):
    with pytest.raises(cp.CooperonError, match=re.escape(part)):
        make()


def test_the_fall_of_langevins_function_at_complex_places():
    rng = np.random.default_rng(2)
    places = 10 ** rng.uniform(-4, 1.5, 60) * np.exp(1j * rng.uniform(-1.3, 1.3, 60))
    found = langevin_fall(np.append(places, [0.0, np.inf]))
    with mpmath.workdps(50):
        exact = [
            complex((x * mpmath.coth(x) + (x / mpmath.sinh(x)) ** 2 - 2) / x**4)
            for x in map(mpmath.mpmathify, places.tolist())
        ]
    assert np.max(np.abs(found[:-2] / exact - 1)) < 1e-14
    assert found[-2:] == pytest.approx([2 / 45, 0], rel=1e-15)
