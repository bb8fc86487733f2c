"""Samples: what follows from what, contradictions, and formulas evaluated on them."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import constants as c

from cooperon.diagrams.errors import AssumptionError, CooperonError, DivergenceError, InputError, UnitError
from cooperon.numerics.quantity import Quantity
from cooperon.numerics.sample import MissingQuantityError, Sample
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dephasing import PowerLaw
from cooperon.symbolic.fields import PerpendicularField
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.magnetoconductivity import magnetoconductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scattering import Magnetic, Potential, SpinOrbit

WELL = {"density": 3.0e15, "mobility": 1.2, "mass": 0.067, "tau_phi": 20e-12}
FILM = {"sheet_resistance": 500.0, "diffusion_constant": 1e-3, "tau_phi": 1e-11}
DERIVED = {
    "diffusion_constant": "D",
    "conductivity": "sigma_0",
    "density_of_states": "nu",
    "fermi_energy": "E_F",
    "k_F": "k_F",
    "v_F": "v_F",
    "ell": "ell",
    "tau": "tau",
    "k_F_ell": "k_F_ell",
    "L_phi": "L_phi",
    "resistivity": "resistivity",
    "sheet_resistance": "sheet_resistance",
}


@pytest.fixture
def well():
    return Sample(dim=2, **WELL)


def test_a_quantum_well_by_hand(well):
    mass = 0.067 * c.m_e
    k_F = np.sqrt(2 * np.pi * 3.0e15)
    v_F, tau = c.hbar * k_F / mass, 1.2 * mass / c.e
    D = v_F**2 * tau / 2
    expected = {
        "k_F": k_F,
        "v_F": v_F,
        "tau": tau,
        "ell": v_F * tau,
        "D": D,
        "nu": mass / (2 * np.pi * c.hbar**2),
        "E_F": mass * v_F**2 / 2,
        "sigma_0": 3.0e15 * c.e * 1.2,
        "L_phi": np.sqrt(D * 20e-12),
        "sheet_resistance": 1 / (3.0e15 * c.e * 1.2),
        "m": mass,
        "mass": 0.067,
        "n": 3.0e15,
    }
    assert {name: getattr(well, name) for name in expected} == pytest.approx(expected, rel=1e-12)
    assert well.k_F_ell == pytest.approx(14.89, abs=5e-3)
    assert well.tau == pytest.approx(0.457e-12, rel=1e-3)


@pytest.mark.parametrize(
    ("dim", "density", "states"),
    [
        (1, lambda k: 2 * k / np.pi, lambda k, m: m / (np.pi * c.hbar**2 * k)),
        (2, lambda k: k**2 / (2 * np.pi), lambda k, m: m / (2 * np.pi * c.hbar**2)),
        (3, lambda k: k**3 / (3 * np.pi**2), lambda k, m: m * k / (2 * np.pi**2 * c.hbar**2)),
    ],
)
def test_the_free_electron_gas_in_each_dimension(dim, density, states):
    sample = Sample(dim=dim, k_F=1.2e10, mass=1.0, tau=1e-14)
    assert sample.n == pytest.approx(density(1.2e10), rel=1e-12)
    assert sample.nu == pytest.approx(states(1.2e10, c.m_e), rel=1e-12)
    assert sample.sigma_0 == pytest.approx(sample.n * c.e**2 * 1e-14 / c.m_e, rel=1e-12)
    assert sample.mobility == pytest.approx(c.e * 1e-14 / c.m_e, rel=1e-12)


def test_spinless_electrons_have_half_the_density_and_half_the_conductivity():
    spinful, spinless = (Sample(dim=2, spin=spin, k_F=1e8, ell=1e-7, mass=0.1) for spin in (0.5, 0))
    assert spinless.n == pytest.approx(spinful.n / 2)
    assert spinless.sigma_0 == pytest.approx(spinful.sigma_0 / 2)


def test_a_film_by_sheet_resistance_and_diffusion_constant():
    film = Sample(dim=2, **FILM)
    assert film.sigma_0 == pytest.approx(2e-3)
    assert film.nu == pytest.approx(2e-3 / (2 * c.e**2 * 1e-3))
    assert film.k_F_ell == pytest.approx(2e-3 * c.h / c.e**2)
    assert film.m == pytest.approx(film.k_F_ell * c.hbar / (2 * 1e-3))
    assert not hasattr(film, "tau")
    assert Sample(dim=2, **FILM, ell=5e-9).tau == pytest.approx((5e-9) ** 2 / (2 * 1e-3))


def test_what_does_not_follow_says_what_to_give():
    film = Sample(dim=2, **FILM)
    with pytest.raises(MissingQuantityError, match=r"tau of Sample.*density= or .*ell= or tau=") as caught:
        _ = film.tau
    assert isinstance(caught.value, (AttributeError, CooperonError))
    assert "mass=" not in str(caught.value)
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        _ = film.colour


def test_numbers_in_any_order_and_any_choice_give_the_same_sample(well):
    again = Sample(dim=2, k_F_ell=well.k_F_ell, tau=well.tau, diffusion_constant=well.D, L_phi=well.L_phi)
    assert dict(again.quantities) == pytest.approx(dict(well.quantities), rel=1e-11)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(DERIVED)), st.floats(-0.5, 0.5))
def test_a_redundant_number_is_taken_within_one_percent_and_refused_beyond(keyword, shift):
    sample = Sample(dim=2, **WELL)
    value = getattr(sample, DERIVED[keyword]) * np.exp(shift)
    if abs(shift) < 0.0099:
        assert Sample(dim=2, **WELL, **{keyword: value}).k_F > 0
    elif abs(shift) > 0.01:
        with pytest.raises(InputError, match="follows from the others"):
            Sample(dim=2, **WELL, **{keyword: value})


def test_a_contradiction_names_the_numbers_that_it_comes_from():
    with pytest.raises(InputError) as caught:
        Sample(dim=2, density=3e15, mobility=1.2, mass=0.067, tau=1e-12)
    message = str(caught.value)
    assert "tau=1e-12 together with mobility=1.2, mass=0.067" in message
    assert "density" not in message.split("expected", maxsplit=1)[0]
    assert "tau=4.571" in message


@pytest.mark.parametrize("value", [0, -1.0, np.nan, np.inf, "3", [1.0], None.__class__, 1j, True])
def test_values_that_are_refused(value):
    with pytest.raises(InputError, match=r"density = .*positive, finite number, measured in m\^-2"):
        Sample(dim=2, density=value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"dim": 2}, "without any number"),
        ({"dim": 0, "k_F": 1.0}, "dim = 0"),
        ({"dim": -2, "k_F": 1.0}, "dim = -2"),
        ({"dim": "2", "k_F": 1.0}, "dim = '2'"),
        ({"dim": s.d, "k_F": 1.0}, "dim = d"),
        ({"spin": 0.3, "k_F": 1.0}, "spin = 0.3"),
        ({"dim": 3, "sheet_resistance": 1.0}, "resistivity="),
        ({"tau": 1e-12, "tau_phi": 1e-13}, "tau_phi = 1e-13 s < tau = 1e-12 s"),
        ({**WELL, "tau_phi": 1e-13}, "tau_phi = 1e-13 s < tau = 4.571e-13 s"),
        ({"mass": 0.0}, "electron masses"),
    ],
)
def test_samples_that_are_refused(arguments, words):
    with pytest.raises(InputError) as caught:
        Sample(**arguments)
    assert words in str(caught.value)


def test_samples_are_values(well):
    assert well == Sample(dim=2, **WELL)
    assert well != well.replace(tau_phi=30e-12)
    assert repr(well) == "Sample(dim=2, density=3e+15, mobility=1.2, mass=0.067, tau_phi=2e-11)"
    assert repr(Sample(dim=2.5, spin=0, k_F=1.0)) == "Sample(dim=2.5, spin=0, k_F=1)"
    assert copy.deepcopy(well) == pickle.loads(pickle.dumps(well)) == well
    assert len({well, Sample(dim=2, **WELL)}) == 1
    with pytest.raises(AttributeError):
        well.tau = 1.0
    with pytest.raises(InputError, match="colour"):
        well.replace(colour=1.0)


def test_the_table_names_every_number_with_its_unit(well):
    text = str(well)
    for words in ("sigma_0", "0.00057678", "phase-coherence length", "V^-1 s^-1 m^2", "J^-1 m^-2", "ohm"):
        assert words in text
    assert {"k_F", "sigma_0", "density"} <= set(dir(well))
    assert "T" not in dir(well)


def test_the_values_are_those_of_the_symbols(well):
    assert well.values[s.tau] == well.tau
    assert well.values[s.e] == c.e
    assert well.values[s.d] == 2.0
    assert s.T not in well.values


def test_the_main_job_on_a_sample(well):
    drude, correction = (conductivity(Metal(dim=2), loops=loops) for loops in (0, 1))
    classical, quantum = drude.evaluate(well), correction.evaluate(well)
    by_hand = -(c.e**2) / (2 * np.pi**2 * c.hbar) * np.log(1 + 20e-12 / well.tau)
    assert (classical.unit, quantum.unit) == ("S", "S")
    assert float(classical) == pytest.approx(3.0e15 * c.e * 1.2, rel=1e-12)
    assert float(quantum) == pytest.approx(by_hand, rel=1e-12)
    assert classical.in_e2_over_h == pytest.approx(well.k_F_ell, rel=1e-12)
    assert quantum.in_e2_over_h == pytest.approx(by_hand / 3.874045865e-5, rel=1e-9)
    ratio = (correction / drude).evaluate(well)
    assert ratio.unit == "1"
    assert float(ratio) == pytest.approx(float(quantum) / float(classical), rel=1e-12)


@pytest.mark.parametrize(
    ("dim", "unit"), [(1, "S m"), (2, "S"), (3, "S/m"), (4, "S m^-2"), (2.5, "S m^(-1/2)")]
)
def test_the_unit_follows_from_the_dimension(dim, unit):
    sample = Sample(dim=dim, k_F=1e9, ell=1e-7, mass=1.0, tau_phi=1.5e-12)
    fixed = conductivity(Metal(dim=dim), loops=1, cutoff="time").evaluate(sample)
    symbolic = conductivity(Metal(dim=s.d), loops=1, cutoff="time").evaluate(sample)
    assert fixed.unit == symbolic.unit == unit
    assert fixed.value == pytest.approx(symbolic.value, rel=1e-12)


@pytest.mark.parametrize("cutoff", ["diffusive", "mean_free_path", "time", "window"])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_evaluation_and_function_agree(dim, cutoff):
    sample = Sample(dim=dim, k_F=1e9, ell=1e-7, mass=1.0, tau_phi=1.5e-12)
    formula = conductivity(Metal(dim=dim), loops=1, cutoff=cutoff)
    function = formula.lambdify("tau_phi", si=True)
    rest = {name: sample.values[s.lookup(name)] for name in function.keywords}
    assert formula.evaluate(sample).value == pytest.approx(function(sample.tau_phi, **rest), rel=1e-14)


def test_a_value_of_the_call_takes_the_place_of_the_samples(well):
    formula = conductivity(Metal(dim=2), loops=1)
    longer = formula.evaluate(well.replace(tau_phi=1e-9))
    assert formula.evaluate(well, tau_phi=1e-9) == longer
    heavier = formula.evaluate(well.replace(mass=0.1))
    assert formula.evaluate(well, m=0.1 * c.m_e).value == pytest.approx(heavier.value, rel=1e-13)
    assert formula.evaluate(well, mass=0.1) == heavier
    cut = conductivity(Metal(dim=2), loops=1, infrared="L")
    assert cut.evaluate(well, L=1e-5) == cut.evaluate(well.replace(L=1e-5))


def test_a_frequency_is_given_with_the_call(well):
    formula = conductivity(Metal(dim=2), loops=1, omega=s.omega)
    slow = formula.evaluate(well, omega=1e3).value
    assert slow == pytest.approx(conductivity(Metal(dim=2), loops=1).evaluate(well).value, rel=1e-6)
    assert isinstance(slow, complex)
    with pytest.raises(InputError, match="complex"):
        float(formula.evaluate(well, omega=1e9))
    with pytest.raises(MissingQuantityError, match=r"evaluate\(sample, omega=\.\.\.\)"):
        formula.evaluate(well)
    with pytest.raises(AssumptionError, match=r"omega\*tau < 1"):
        formula.evaluate(well, omega=1e13)


def test_temperature_moves_the_phase_coherence_time(well):
    formula = conductivity(Metal(dim=2, dephasing=PowerLaw(2)), loops=1)
    fixed = conductivity(Metal(dim=2), loops=1)
    cold = well.replace(T=4.0)
    assert formula.evaluate(cold).value == pytest.approx(fixed.evaluate(well).value, rel=1e-14)
    at_half = fixed.evaluate(well, tau_phi=4 * 20e-12)
    assert formula.evaluate(cold, T=2.0).value == pytest.approx(at_half.value, rel=1e-14)
    with pytest.raises(MissingQuantityError, match=r"T_0 follows.*T="):
        formula.evaluate(well, T=2.0)
    with pytest.raises(AssumptionError, match="tau_phi_0"):
        formula.evaluate(cold, T=400.0)
    free = conductivity(Metal(dim=2, dephasing=PowerLaw()), loops=1)
    assert free.evaluate(cold, T=2.0, p=2.0).value == pytest.approx(at_half.value, rel=1e-14)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"tau_phi": 1e-14}, "tau_phi = 1e-14 s < tau"),
        ({"tau_phi": -1.0}, "tau_phi = -1.0"),
        ({"omega": -1.0}, "omega = -1.0"),
        ({"colour": 1.0}, "'colour'"),
        ({"e": 1.0}, "e beside a sample"),
        ({"L_phi": 1e-6}, "follows from the others"),
    ],
)
def test_values_of_the_call_that_are_refused(well, values, words):
    with pytest.raises(InputError) as caught:
        conductivity(Metal(dim=2), loops=1).evaluate(well, **values)
    assert words in str(caught.value)


def test_another_dimension_or_spin_is_refused(well):
    with pytest.raises(InputError, match="dim = 2 in a formula with dim = 3"):
        conductivity(Metal(dim=3), loops=1).evaluate(well)
    with pytest.raises(InputError, match="spin = 1/2 in a formula with spin = 0"):
        conductivity(Metal(dim=2, spin=0), loops=1).evaluate(well)
    with pytest.raises(InputError, match="Sample"):
        conductivity(Metal(dim=2), loops=1).evaluate({"tau": 1.0})


def test_a_missing_number_is_named():
    with pytest.raises(MissingQuantityError, match=r"from which tau follows.*ell="):
        conductivity(Metal(dim=2), loops=1).evaluate(Sample(dim=2, **FILM))


@pytest.mark.parametrize("numbers", [{"k_F": 1e8, "ell": 5e-9, "mass": 1.0}, {"k_F_ell": 0.5, "mass": 1.0}])
def test_beyond_the_ioffe_regel_limit_a_formula_says_nothing(numbers):
    sample = Sample(dim=2, **numbers)
    assert sample.k_F_ell == pytest.approx(0.5)
    with pytest.raises(AssumptionError, match=r"k_F = 0.5; expected: ell\*k_F > 1: k_F ell"):
        conductivity(Metal(dim=2), loops=0).evaluate(sample)


def test_a_pole_of_the_formula_is_no_number(well):
    symbolic = conductivity(Metal(dim=s.d), loops=1, cutoff="window")
    with pytest.raises(DivergenceError, match="dim=2"):
        symbolic.evaluate(well)


def test_quantities_show_number_and_unit():
    sheet = Quantity(-4.6501e-05, "S")
    assert str(sheet) == "-4.6501e-05 S = -1.2003 e^2/h"
    assert str(Quantity(1.0, "S/m")) == "1 S/m = 25813 (e^2/h)/m"
    assert str(Quantity(0.25, "1")) == "0.25"
    assert f"{sheet:.1e}" == "-4.7e-05 S"
    assert f"{Quantity(0.25, '1'):.3f}" == "0.250"
    assert complex(Quantity(1 + 2j, "S")) == 1 + 2j
    with pytest.raises(UnitError):
        _ = Quantity(1.0, "m").in_e2_over_h


SPINS = [Potential(), SpinOrbit(), Magnetic()]


def test_a_sample_in_a_field():
    """Fields of either sign and none, times of spins from the sample or the call."""
    sample = Sample(dim=2, **WELL, tau_so=9e-12, tau_s=5e-11)
    formula = magnetoconductivity(Metal(dim=2, scattering=SPINS, field=PerpendicularField()))
    scale = 2 * c.e * sample.D / c.hbar

    def by_hand(field):
        """Pairs of closed paths, exp(-t/tau) (b t/sinh(b t) - 1)/t, added up on a logarithmic scale."""
        u = np.linspace(-40, 8, 20001)
        t = np.exp(u) * sample.tau_phi
        product = np.minimum(scale * field * t, 700)
        shape = np.where(
            product < 1e-2, -(product**2) / 6 + 7 * product**4 / 360, product / np.sinh(product) - 1
        )
        rates = (1.5, 4 / (3 * 9e-12) + 2 / (3 * 5e-11)), (-0.5, 2 / 5e-11)
        weights = sum(w * np.exp(-t * (1 / sample.tau_phi + rate)) for w, rate in rates)
        return -(c.e**2) / (2 * np.pi**2 * c.hbar) * np.sum(weights * shape) * (u[1] - u[0])

    for field in (1e-3, 1e-2):
        assert formula.evaluate(sample, B=field).value == pytest.approx(by_hand(field), rel=1e-7)
    assert formula.evaluate(sample, B=-1e-3) == formula.evaluate(sample, B=1e-3)
    assert formula.evaluate(sample.replace(B=1e-3)) == formula.evaluate(sample, B=1e-3)
    assert formula.evaluate(sample, B=0).value == 0
    assert str(formula.evaluate(sample, B=0)) == "0 S = 0 e^2/h"
    tiny = formula.evaluate(sample, B=1e-9).value
    assert tiny == pytest.approx(formula.evaluate(sample, B=1e-8).value / 100, rel=1e-10)
    rather = formula.evaluate(sample, B=1e-3, tau_so=1e-10)
    assert rather == formula.evaluate(sample.replace(tau_so=1e-10), B=1e-3)
    with pytest.raises(MissingQuantityError, match=r"tau_s follows.*tau_s="):
        formula.evaluate(Sample(dim=2, **WELL, tau_so=9e-12), B=1e-3)
    with pytest.raises(MissingQuantityError, match=r"B follows.*B="):
        formula.evaluate(sample)


def test_a_sample_has_a_shape():
    wire = Sample(dim=3, k_F=1e10, ell=1e-8, mass=1.0, width=1e-7, thickness=2e-8)
    assert (wire.width, wire.thickness) == (1e-7, 2e-8)
    assert "width" in str(wire)
    with pytest.raises(InputError, match=r"width = 0.*measured in m"):
        Sample(dim=3, k_F=1e10, width=0)


@pytest.mark.parametrize("value", ["0.1", None, 1j, np.nan])
def test_fields_that_are_refused(well, value):
    formula = magnetoconductivity(Metal(dim=2, field=PerpendicularField()))
    with pytest.raises(InputError, match="B = "):
        formula.evaluate(well, B=value)
