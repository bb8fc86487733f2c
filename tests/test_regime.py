"""Regimes in words, the Thouless energy and the criteria, against numbers worked out apart."""

import pickle

import numpy as np
import pytest
import sympy as sp

import cooperon as cp

S = cp.symbols


@pytest.mark.parametrize("dim", [1, 2, 3, S.d])
def test_the_conductance_is_the_ratio_of_two_energies(dim):
    metal = cp.Metal(dim=dim)
    energy, spacing, g = cp.thouless_energy(metal), cp.level_spacing(metal), cp.thouless_conductance(metal)
    assert sp.simplify(g.expr - 2 * sp.pi * energy.expr / spacing.expr) == 0
    sigma = cp.conductivity(metal).expr
    assert sp.simplify(g.expr - sigma * S.L ** (dim - 2) * 2 * sp.pi * S.hbar / (2 * S.e**2)) == 0
    for formula, unit in ((energy, "kg m^2 s^-2"), (spacing, "kg m^2 s^-2"), (g, "1")):
        assert formula.verify().confirmed, formula.verify()
        assert str(formula.dimension) == unit


@pytest.mark.slow
def test_the_thouless_energy_with_pi_squared_is_the_slowest_mode_of_a_lattice():
    """A chain of sites that hop at the rate 1, absorbed at both ends."""
    formula = cp.thouless_energy(cp.Metal(dim=1), unit="pi^2 hbar D/L^2")
    assert formula.verify().confirmed
    sites = 400
    hops = 2 * np.eye(sites) - np.eye(sites, k=1) - np.eye(sites, k=-1)
    slowest = np.linalg.eigvalsh(hops)[0]
    value = float(formula.expr.subs({S.hbar: 1, S.D: 1, S.L: sites + 1}))
    assert value == pytest.approx(slowest, rel=1e-4)
    plain = cp.thouless_energy(cp.Metal(dim=1))
    assert formula.expr / plain.expr == sp.pi**2


def test_the_level_spacing_is_that_of_a_box():
    """Free electrons in a large square with periodic ends: levels of one spin near an energy."""
    size, energy = 1.0, 4.0e5  # hbar = m = 1
    most = int(np.sqrt(3 * energy) * size / (2 * np.pi)) + 10
    n = np.arange(-most, most + 1)
    levels = (2 * np.pi / size) ** 2 * (n[:, None] ** 2 + n[None, :] ** 2) / 2
    number = np.count_nonzero(np.abs(levels - energy) < energy / 4)
    metal = cp.Metal(dim=2)
    nu = metal.relations[S.nu].subs({S.m: 1, S.hbar: 1})
    spacing = float(cp.level_spacing(metal).expr.subs({S.nu: nu, S.L: size}))
    assert (energy / 2) / number == pytest.approx(spacing, rel=5e-3)


def test_criteria_of_samples():
    film = cp.Sample(dim=2, k_F=1e8, ell=3e-8)
    assert cp.ioffe_regel_criterion(cp.Metal(dim=2)).holds(film)
    assert not cp.ioffe_regel_criterion(cp.Metal(dim=2)).holds(film, ell=0.9e-8)
    assert cp.thouless_criterion(cp.Metal(dim=2)).holds(film)  # g = k_F ell/2 per spin
    assert not cp.thouless_criterion(cp.Metal(dim=2)).holds(film, ell=1.9e-8)
    wire = cp.Sample(dim=1, k_F=1e9, ell=1e-8)  # g = 2 ell/L per spin, of one channel
    assert cp.thouless_criterion(cp.Metal(dim=1)).holds(wire, L=1.99e-8)
    assert not cp.thouless_criterion(cp.Metal(dim=1)).holds(wire, L=2.01e-8)
    with pytest.raises(cp.InputError, match="dim"):
        cp.thouless_criterion(cp.Metal(dim=1)).holds(film)
    with pytest.raises(cp.InputError, match="L"):
        cp.thouless_criterion(cp.Metal(dim=1)).holds(wire)


def test_energies_as_temperatures():
    """A wire of 10 um with D = 100 cm^2/s: hbar D/L^2 is 0.76 mK."""
    wire = cp.Sample(dim=1, diffusion_constant=1e-2, tau=1e-14, L=1e-5)
    energy = cp.thouless_energy(cp.Metal(dim=1)).evaluate(wire)
    assert energy.unit == "J"
    assert energy.in_kelvin() == pytest.approx(1.054571817e-34 * 1e-2 / 1e-10 / 1.380649e-23)
    assert energy.in_kelvin() == pytest.approx(0.764e-3, rel=1e-3)
    with pytest.raises(cp.UnitError, match="an energy"):
        cp.Quantity(1.0, "S").in_kelvin()


def test_values_of_a_metal_are_put_in():
    metal = cp.Metal(dim=3, spin=0)
    assert cp.thouless_conductance(metal).expr == cp.thouless_conductance(cp.Metal(dim=3)).expr
    assert cp.ioffe_regel_criterion(metal).condition == (S.k_F * S.ell > 1)
    assert cp.thouless_criterion(metal).quantity.expr == cp.thouless_conductance(metal).expr
    assert cp.ioffe_regel_criterion(metal).quantity.verify().confirmed


FILM = {"k_F": 1e8, "ell": 1e-7}


@pytest.mark.parametrize(
    ("metal", "numbers", "name", "dimension"),
    [
        (cp.Metal(dim=2), {**FILM, "L": 5e-8}, "ballistic", 2),
        (cp.Metal(dim=2), {**FILM, "L_phi": 1e-6}, "weakly localized", 2),
        (cp.Metal(dim=2), {"k_F": 1e10, "ell": 1e-7, "L_phi": 1e-6}, "diffusive", 2),
        (cp.Metal(dim=2), {"k_F": 1e8, "ell": 1e-8, "L": 1.5e-8}, "weakly localized", 2),
        (cp.Metal(dim=2), {"k_F": 1e8, "ell": 1.5e-8, "L": 1e-7}, "critical", 2),
        (cp.Metal(dim=2), {"k_F": 1e8, "ell": 1.5e-8, "L": 1e-3}, "strongly localized", 2),
        (cp.Metal(dim=3), {"k_F": 1e10, "ell": 1e-8, "L": 1e-3}, "diffusive", 3),
        (cp.Metal(dim=3), {"k_F": 1e10, "ell": 1e-10, "L": 1e-6}, "critical", 3),
        (cp.Metal(dim=3), {"k_F": 1e10, "ell": 8e-11, "L": 1e-6}, "strongly localized", 3),
        (cp.Metal(dim=3), {"k_F": 1e10, "ell": 1e-8, "L_phi": 1e-6, "thickness": 5e-9}, "diffusive", 2),
        (
            cp.Metal(dim=3),
            {"k_F": 1e10, "ell": 1e-8, "L_phi": 1e-6, "thickness": 5e-9, "width": 1e-7},
            "weakly localized",
            1,
        ),
        (
            cp.Metal(dim=3),
            {"k_F": 1e10, "ell": 1e-8, "L_phi": 1e-6, "L": 1e-2, "thickness": 5e-6},
            "diffusive",
            3,
        ),
        (cp.Metal(dim=3), {"k_F_ell": 0.5}, "strongly disordered", 3),
        (cp.Metal(dim=3), {"k_F_ell": 20.0}, "weakly disordered", 3),
        (cp.Metal(dim=2), {"sheet_resistance": 500.0, "ell": 1e-8, "L_phi": 1e-6}, "weakly localized", 2),
    ],
)
def test_names(metal, numbers, name, dimension):
    found = cp.regime(metal, **numbers)
    assert (found.name, found.dimension) == (name, dimension)
    assert str(found).startswith(name + ": ")
    assert pickle.loads(pickle.dumps(found)) == found
    assert cp.regime(cp.Sample(dim=metal.dim, **numbers)) == found


def test_the_numbers_of_a_film():
    """sigma_0 = (e^2/h) k_F ell, and the correction is -(e^2/h) (2/pi) ln(L/ell)."""
    found = cp.regime(cp.Metal(dim=2), **FILM, L=1e-5)
    assert found.numbers["k_F_ell"] == pytest.approx(10)
    assert found.numbers["g"] == pytest.approx(10 / 2)
    assert found.numbers["correction"] == pytest.approx(2 * np.log(100) / (np.pi * 10))
    assert found.numbers["L_loc"] == pytest.approx(1e-7 * np.exp(5 * np.pi), rel=1e-4)
    assert found.leaves["L"] == pytest.approx(1e-7 * np.exp(5 * np.pi))
    assert found.leaves["k_F_ell"] == pytest.approx(2 * np.log(100) / np.pi)


def test_the_correction_is_the_engines_own():
    film = cp.Sample(dim=2, k_F=1e8, ell=1e-7, mass=0.067, L=1e-5)
    loop = cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="mean_free_path", infrared="L").evaluate(film)
    drude = cp.conductivity(cp.Metal(dim=2)).evaluate(film)
    assert cp.regime(film).numbers["correction"] == pytest.approx(-loop.value / drude.value)


def test_a_wire_of_many_channels():
    """The localization length is pi hbar sigma A/e^2: there g = 1."""
    numbers = {"k_F": 1e10, "ell": 1e-8, "L_phi": 1e-6, "thickness": 1e-8, "width": 1e-8}
    wire = cp.Sample(dim=3, **numbers)
    found = cp.regime(wire)
    e, hbar = 1.602176634e-19, 1.054571817e-34
    length = np.pi * hbar * wire.conductivity * 1e-16 / e**2
    assert found.numbers["L_loc"] == pytest.approx(length, rel=5e-2)
    assert found.numbers["g"] == pytest.approx(length / 1e-6, rel=1e-2)


def test_where_a_metal_in_three_dimensions_leaves_the_regime():
    weak = cp.regime(cp.Metal(dim=3), k_F=1e10, ell=1e-9, L=1e-6)
    assert weak.leaves["L"] == np.inf
    assert weak.numbers["L_loc"] == np.inf
    assert weak.leaves["k_F_ell"] == pytest.approx(np.sqrt(3 / np.pi * (1 - 1e-3)), rel=1e-6)
    strong = cp.regime(cp.Metal(dim=3), k_F=1e10, ell=0.9e-10, L=1e-6)
    edge = float(cp.self_consistent(cp.Metal(dim=3), cutoff="mean_free_path").mobility_edge.expr)
    assert strong.leaves["L"] == pytest.approx(0.9e-10 / (1 - (0.9 / edge) ** 2), rel=1e-6)


def test_extreme_numbers():
    film = cp.regime(cp.Metal(dim=2), k_F=1e10, ell=1e-4, L=1.0)
    assert film.name == "diffusive"
    assert "more than 1e+290 m" in str(film)


def test_the_error_of_an_evaluation_says_in_which_regime_a_sample_is():
    loop = cp.conductivity(cp.Metal(dim=2), loops=1)
    sample = cp.Sample(dim=2, k_F=1e9, ell=1.1e-9, tau_phi=1e-9, mass=1)
    with pytest.raises(cp.AssumptionError, match=r"this one is strongly localized: k_F ell = 1.1 > 1"):
        loop.evaluate(sample)
    with pytest.raises(cp.AssumptionError, match=r"strongly localized"):
        loop.evaluate(sample.replace(tau_phi=None), tau_phi=1e-9)


def test_where_it_ends_in_words():
    film = str(cp.regime(cp.Metal(dim=2), **FILM, L=1e-5))
    assert (
        "interference would take all of the Drude conductivity at L = 0.664 m, or at k_F ell = 2.93" in film
    )
    assert "at no L" in str(cp.regime(cp.Metal(dim=3), k_F=1e10, ell=1e-9, L=1e-6))
    assert "k_F ell = 1 <= 1: strong disorder" in str(cp.regime(cp.Metal(dim=2), k_F=1e8, ell=1e-8))


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"L": 1e-6, "L_phi": 2e-6}, "L = 1e-06 m < L_phi = 2e-06 m: coherent"),
        ({"L": 4e-6, "L_phi": 2e-6}, "not coherent: pieces of the length L_phi add up"),
        ({"L": 1e-6, "T": 1.0, "mass": 0.067}, "L_T = sqrt(hbar D/k_B T) = 2.57e-07 m < L: thermal"),
        ({"L": 1e-6, "T": 0.01, "mass": 0.067}, ">= L: electrons of one energy"),
        ({"L": 1e-6, "T": 300.0, "mass": 1.0}, "k_B T = 67.9 E_F: not degenerate"),
        ({"L": 1e-6, "T": 30.0, "mass": 0.067}, "k_B T tau/hbar = 2.27 > 1: electrons fly straight"),
        ({"L": 1e-6, "B": 1e-3}, "L_B = 4.06e-07 m in the field B ends the interference of reversed paths"),
    ],
)
def test_coherence_and_temperature_in_words(numbers, words):
    assert words in str(cp.regime(cp.Metal(dim=2), **FILM, **numbers))


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"thickness": 5e-8}, ("quasi-2D, as thickness = 5e-08 m < L_phi = 1e-06 m",)),
        ({"thickness": 5e-9}, ("thickness < ell = 1e-08 m: electrons fly from wall to wall",)),
        ({"thickness": 2e-10}, ("thickness < pi/k_F: one subband",)),
        ({"thickness": 5e-7}, ("thickness and L_phi are of the same order: between two dimensions",)),
        ({"thickness": 5e-8, "width": 6e-8}, ("quasi-1D", "and width = 6e-08 m < L_phi")),
    ],
)
def test_dimensions_in_words(numbers, words):
    found = str(cp.regime(cp.Metal(dim=3), k_F=1e10, ell=1e-8, L_phi=1e-6, **numbers))
    assert all(one in found for one in words)
    assert "between two" not in found or numbers["thickness"] == 5e-7


def test_a_field_ends_interference():
    """The class beyond L_B = sqrt(hbar/(4 e B)) is another one: no localization length of the orthogonal."""
    weak = cp.regime(cp.Metal(dim=2), k_F=1e8, ell=2e-8, L=1e-3)
    assert weak.name == "strongly localized"
    upright = cp.Metal(dim=2, field=cp.PerpendicularField())
    found = cp.regime(upright, k_F=1e8, ell=2e-8, L=1e-3, B=0.1)
    length = np.sqrt(1.054571817e-34 / (4 * 1.602176634e-19 * 0.1))
    assert found.numbers["L"] == pytest.approx(length)
    assert found.numbers["correction"] == pytest.approx(np.log(length / 2e-8) / np.pi)
    assert (found.name, "L_loc" in found.numbers, dict(found.leaves)) == ("weakly localized", False, {})
    assert "the unitary class" in str(found)
    tiny = cp.regime(upright, k_F=1e8, ell=2e-8, L=1e-3, B=1e-12)
    assert tiny.name == "strongly localized"
    assert cp.regime(upright, k_F=1e8, ell=2e-8, L=1e-3, B=10.0).name == "diffusive"


def test_the_field_across_a_wire():
    numbers = {"k_F": 1e10, "ell": 1e-8, "L_phi": 1e-6, "thickness": 2e-8, "width": 4e-8, "mass": 1}
    found = cp.regime(cp.Metal(dim=3), **numbers, B=0.05)
    rate = (1.602176634e-19 * 0.05 * 4e-8 / 1.054571817e-34) ** 2 / 3  # over D, for the wire's lowest mode
    assert found.numbers["L"] == pytest.approx(rate**-0.5)
    assert found.dimension == 1


ORBIT = cp.Metal(dim=2, scattering=[cp.Potential(), cp.SpinOrbit()])


def test_spins():
    """Singlet without, triplet with the gap 4/(3 tau_so): (3/2) ln of what is below L_so, -(1/2) ln beyond."""
    film = {**FILM, "mass": 0.067, "tau_so": 1e-11}
    found = cp.regime(ORBIT, **film, L=1e-4)
    sample = cp.Sample(dim=2, **film)
    gap = 4 / (3 * sample.D * 1e-11)  # one over the square of a length
    triplet = np.log((1e14 + gap) / (1e8 + gap)) / 2
    expected = (3 * triplet - np.log(1e-4 / 1e-7)) / np.pi / 10
    assert found.numbers["correction"] == pytest.approx(expected, rel=1e-9)
    assert found.name == "weakly antilocalized"
    assert "interference adds" in str(found)
    assert "the symplectic class" in str(found)
    assert cp.regime(ORBIT, **film, L=4e-7).name == "weakly localized"
    for dim in (1, 2, 3):  # rare scattering is none
        numbers = {"k_F": 1e10, "ell": 1e-9, "mass": 1, "L": 2e-9}
        rare = cp.regime(cp.Metal(dim=dim), **numbers, tau_so=1e290).numbers["correction"]
        assert rare == cp.regime(cp.Metal(dim=dim), **numbers).numbers["correction"]
    magnetic = cp.Metal(dim=2, scattering=[cp.Potential(), cp.Magnetic()])
    assert "the unitary class" in str(cp.regime(magnetic, **FILM, mass=0.067, tau_s=1e-11, L=1e-4))


CRITICAL = cp.Sample(dim=2, k_F=1e8, ell=3e-8, L_phi=5e-7, mass=0.067, T=1.0)
LOCALIZED = CRITICAL.replace(ell=1.2e-8, L_phi=1e-6)
FIELD = cp.Metal(dim=2, field=cp.PerpendicularField())


@pytest.mark.parametrize("sample", [CRITICAL, LOCALIZED])
@pytest.mark.parametrize(
    ("make", "values"),
    [
        (lambda: cp.conductivity(cp.Metal(dim=2)), {}),
        (lambda: cp.magnetoconductivity(FIELD), {"B": 1e-5}),
        (lambda: cp.interaction_correction(cp.Metal(dim=2)), {"F0": -0.2, "T": 20.0}),
        (lambda: cp.thouless_conductance(cp.Metal(dim=2)), {"L": 4e-7}),
    ],
)
def test_formulas_for_weak_disorder_warn_where_it_is_not_weak(sample, make, values):
    name = "critical" if sample is CRITICAL else "strongly localized"
    with pytest.warns(cp.AssumptionWarning, match=f"derived for weak disorder; this sample is {name}: "):
        make().evaluate(sample, **values)


def test_formulas_that_do_not_need_weak_disorder_do_not_warn():
    cp.self_consistent(cp.Metal(dim=2)).localization_length.evaluate(LOCALIZED)
    cp.level_spacing(cp.Metal(dim=2)).evaluate(LOCALIZED, L=1e-6)
    cp.thouless_energy(cp.Metal(dim=2)).evaluate(LOCALIZED, L=1e-6)


def test_fluctuations_and_interaction_of_an_insulator_are_refused():
    with pytest.raises(cp.AssumptionError, match=r"no insulator.*strongly localized"):
        cp.conductance_variance(cp.Metal(dim=2)).evaluate(LOCALIZED, L=5e-7, T=1e-6)
    cold = LOCALIZED.replace(T=1e-3)
    with pytest.raises(cp.AssumptionError, match=r"small against the Drude value.*strongly localized"):
        cp.interaction_correction(cp.Metal(dim=2)).evaluate(cold, F0=0.0)


@pytest.mark.parametrize("unit", [1.0, 1e3])
def test_warnings_of_array_functions_say_the_regime_in_any_units(unit):
    """k_F ell = 3, as 4 pi hbar nu D; the size in units of ell = sqrt(2 D tau)."""
    loop = cp.conductivity(cp.Metal(dim=2), loops=1).lambdify("tau_phi")
    numbers = {"tau": 1.0, "D": 0.5, "nu": 1.5 / np.pi / unit, "hbar": unit / 1.0, "e": 1.0}
    with pytest.warns(
        cp.AssumptionWarning, match=r"which is strongly localized: k_F ell = 3 > 1.*= 111, with g"
    ):
        loop([10.0, 1e7], **numbers)


def test_warnings_of_array_functions_in_si_and_of_sweeps():
    formula = cp.conductivity(cp.Metal(dim=2), loops=1)
    numbers = {x: LOCALIZED.values[getattr(S, x)] for x in ("tau", "D", "nu")}
    with pytest.warns(cp.AssumptionWarning, match=r"which is strongly localized: .* 7.81e-08 m"):
        formula.lambdify("tau_phi", si=True)(LOCALIZED.tau_phi, **numbers)
    with pytest.warns(cp.AssumptionWarning, match=r"which is strongly localized"):
        cp.sweep(formula, tau_phi=[1e-12, LOCALIZED.tau_phi], **numbers)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: cp.regime(cp.Metal(dim=2), L=1e-6), "k_F ell or the conductivity"),
        (lambda: cp.regime(cp.Metal(dim=4), k_F_ell=3.0), "1, 2 or 3"),
        (lambda: cp.regime(cp.Metal(dim=S.d), k_F_ell=3.0), "1, 2 or 3"),
        (lambda: cp.regime(cp.Metal(dim=2, field=cp.PerpendicularField()), k_F_ell=3.0), "without B"),
        (lambda: cp.regime(cp.Metal(dim=2, field=cp.ParallelField()), k_F_ell=3.0, B=1.0), "field"),
        (lambda: cp.regime(ORBIT, k_F_ell=3.0), "without tau_so"),
        (lambda: cp.regime(cp.Metal(dim=1, geometry=cp.Ring()), k_F_ell=3.0), "geometry"),
        (lambda: cp.regime(cp.Metal(dim=3), k_F_ell=1e-200, ell=1e-9, L=1.0), "ordinary size"),
        (lambda: cp.regime(cp.Metal(dim=3), k_F_ell=1e200, ell=1e-9, L=1.0), "ordinary size"),
        (lambda: cp.regime(cp.Metal(dim=3), k_F=1e10, ell=1e-9, L=1e300), "ordinary size"),
        (lambda: cp.regime(cp.Metal(dim=2), k_F=1e10, ell=1e-300, L=1e-290), "ordinary size"),
        (lambda: cp.regime(cp.Metal(dim=2), k_F_ell="3"), "positive, finite"),
        (lambda: cp.regime(cp.Metal(dim=2), k_F_ell=-3.0), "positive, finite"),
        (lambda: cp.regime(cp.Metal(dim=2), k_F_ell=None), "k_F ell or the conductivity|any number"),
        (lambda: cp.regime(cp.Metal(dim=2), kF=3.0), "any of"),
        (lambda: cp.regime(3), "Metal or a Sample"),
        (lambda: cp.thouless_energy(cp.Metal(dim=2), unit="meV"), "one of"),
        (lambda: cp.thouless_energy(2), "Metal"),
        (lambda: cp.thouless_conductance(cp.Metal(dim=2, field=cp.PerpendicularField())), "field"),
    ],
)
def test_what_it_cannot_do_is_refused(make, message):
    with pytest.raises(cp.InputError, match=message):
        make()
