"""Disordered wires: against whole matrices, transfer matrices, chains, and the theory of many channels."""

from __future__ import annotations

import numpy as np
import pytest
from cluster_tools import two_workers

import cooperon as cp
from cooperon.numerics import anderson
from cooperon.numerics.anderson import AndersonWire, conductances, extrapolate, localization
from cooperon.numerics.anderson_green import scattering_matrices, transmissions
from cooperon.numerics.anderson_leads import leads
from cooperon.numerics.anderson_lyapunov import lyapunov_exponents

WIRES = (
    AndersonWire(1, 1.5, energy=0.7),
    AndersonWire(4, 1.5),
    AndersonWire(5, 1.5, energy=1.7, across=0.9),
    AndersonWire(5, 1.5, flux=0.25),
    AndersonWire(4, 1.5, walls=True, energy=0.3, across=1.0),
    AndersonWire(4, 1.5, walls=True, field=0.07, energy=0.3),
)
NAMES = ("chain", "cylinder", "evanescent", "flux", "walls", "field")


def parts(wire):
    return wire.slice, wire.hop, wire.energy, wire.leads


def potentials(wire, length, count=3, seed=0):
    shape = (count, length, wire.width)
    return wire.disorder * (np.random.default_rng(seed).random(shape) - 0.5)


def hamiltonian(wire, potential):
    """Write the matrix of all sites, link by link."""
    length, width = potential.shape
    found = np.diag(potential.ravel()).astype(complex)

    def link(a, b, value):
        found[b, a] += value
        found[a, b] += np.conj(value)

    for x in range(length):
        for y in range(width):
            here = x * width + y
            if x + 1 < length:
                phase = 2 * np.pi * wire.field * (y - (width - 1) / 2)
                link(here, here + width, -np.exp(1j * phase))
            if y + 1 < width:
                link(here, here + 1, -wire.across)
            elif not wire.walls and width > 1:
                link(here, x * width, -wire.across * np.exp(2j * np.pi * wire.flux))
    return found


def clean_leads(wire, slices=3000, eta=2e-2):
    """Return the self-energies of leads by joining slices one by one, with a slowly vanishing absorption."""
    hop = np.diag(wire.hop)
    found = []
    for out, back in ((hop, hop.conj().T), (hop.conj().T, hop)):
        own = np.zeros_like(hop, dtype=complex)
        for i in range(slices):
            damped = (wire.energy + 1j * eta * (1 - i / slices) ** 2) * np.eye(wire.width)
            own = out @ np.linalg.inv(damped - wire.slice - own) @ back
        found.append(own)
    return found


@pytest.mark.parametrize("wire", WIRES, ids=NAMES)
def test_leads_are_those_of_long_clean_wires(wire):
    for ours, theirs in zip((wire.leads.left, wire.leads.right), clean_leads(wire), strict=True):
        assert np.abs(ours - theirs).max() < 2e-3


@pytest.mark.parametrize("wire", WIRES, ids=NAMES)
def test_leads_continue_themselves_and_carry_the_channels(wire):
    hop, clean = np.diag(wire.hop), wire.energy * np.eye(wire.width) - wire.slice
    for own, there in ((wire.leads.left, hop), (wire.leads.right, hop.conj().T)):
        again = there @ np.linalg.inv(clean - own) @ there.conj().T
        assert np.abs(again - own).max() < 1e-10
        values = np.linalg.eigvalsh(1j * (own - own.conj().T))
        assert values.min() > -1e-9
        assert np.count_nonzero(values > 1e-6) == wire.channels


@pytest.mark.parametrize("width", [3, 6, 9])
@pytest.mark.parametrize("flux", [0.0, 0.25, 0.4])
def test_channels_are_the_modes_of_a_cylinder_whose_energy_is_in_the_band(width, flux):
    momenta = 2 * np.pi * (np.arange(width) + flux) / width
    for energy in (0.13, 1.05, 2.21):
        across = energy + 2 * 0.9 * np.cos(momenta)
        wire = AndersonWire(width, 1.0, energy=energy, across=0.9, flux=flux)
        assert wire.channels == np.count_nonzero(np.abs(across) < 2)


@pytest.mark.parametrize("wire", WIRES, ids=NAMES)
def test_recursion_and_the_inverse_of_the_whole_matrix_agree(wire):
    potential = potentials(wire, 7)
    ours = transmissions(*parts(wire), potential, [1, 4, 7])
    start, end = wire.leads.broadening("left"), wire.leads.broadening("right")
    w = wire.width
    for i, one in enumerate(potential):
        for j, length in enumerate((1, 4, 7)):
            whole = wire.energy * np.eye(length * w) - hamiltonian(wire, one[:length])
            whole[:w, :w] -= wire.leads.left
            whole[-w:, -w:] -= wire.leads.right
            across = np.linalg.inv(whole)[-w:, :w]
            direct = np.trace(end @ across @ start @ across.conj().T).real
            assert abs(ours[i, j] - direct) < 1e-11


@pytest.mark.parametrize("wire", WIRES, ids=NAMES)
def test_scattering_is_unitary_and_current_is_conserved(wire):
    n, potential = wire.channels, potentials(wire, 12)
    s = scattering_matrices(*parts(wire), potential)
    assert np.abs(s.conj().swapaxes(1, 2) @ s - np.eye(2 * n)).max() < 1e-10
    passed = np.sum(np.abs(s[:, n:, :n]) ** 2, axis=(1, 2))
    back = np.sum(np.abs(s[:, :n, :n]) ** 2, axis=(1, 2))
    other_way = np.sum(np.abs(s[:, :n, n:]) ** 2, axis=(1, 2))
    assert np.allclose(passed + back, n, atol=1e-10)
    assert np.allclose(passed, other_way, atol=1e-10)
    assert np.allclose(passed, transmissions(*parts(wire), potential, [12])[:, 0], atol=1e-10)


def test_the_gauge_of_a_flux_makes_no_difference():
    wire, potential = WIRES[3], potentials(WIRES[3], 9)
    spread_out = -wire.across * np.roll(np.eye(5), 1, axis=0) * np.exp(-2j * np.pi * wire.flux / 5)
    spread_out = spread_out + spread_out.conj().T
    ends = leads(spread_out, wire.hop, wire.energy)
    found = transmissions(spread_out, wire.hop, wire.energy, ends, potential, [9])
    assert np.allclose(found, transmissions(*parts(wire), potential, [9]), atol=1e-11)
    strip = WIRES[5]
    around = strip.hop[:-1].conj() * strip.hop[1:]  # up a plaquette's far side, down the near one
    assert np.allclose(np.angle(around), 2 * np.pi * strip.field)


@pytest.mark.parametrize("x", [0.5, 1.0, -2.0, 0.3])
def test_time_reversal_symmetry_is_left_by_half_a_quantum(x):
    """Every loop of the lattice has a real product of hoppings, or not."""
    for wire in (AndersonWire(5, 1.5, flux=x), AndersonWire(4, 1.5, walls=True, field=x, energy=1.2)):
        around = np.prod(wire.slice.diagonal(1)) * wire.slice[-1, 0] if not wire.walls else 1.0
        plaquette = wire.hop[0].conj() * wire.hop[1]
        real = abs(np.imag(around)) < 1e-12 and abs(np.imag(plaquette)) < 1e-12
        assert wire.beta == (1 if real else 2)
    assert AndersonWire(1, 1.5, walls=True, field=0.2).beta == 1


def test_time_reversal_exchanges_the_leads_and_turns_the_field_round():
    for wire, turned in (
        (WIRES[3], WIRES[3].replace(flux=-0.25)),
        (WIRES[5], WIRES[5].replace(field=-0.07)),
    ):
        potential = potentials(wire, 9)
        there = transmissions(*parts(wire), potential, [9])
        assert np.allclose(there, transmissions(*parts(turned), potential, [9]), atol=1e-11)
    potential = potentials(WIRES[3], 9)
    one = transmissions(*parts(WIRES[3].replace(flux=0.1)), potential, [9])
    assert np.allclose(one, transmissions(*parts(WIRES[3].replace(flux=1.1)), potential, [9]), atol=1e-11)
    assert not np.allclose(one, transmissions(*parts(WIRES[3].replace(flux=0.3)), potential, [9]), atol=1e-3)


@pytest.mark.parametrize(("width", "alike"), [(4, 2), (5, 0), (6, 3), (7, 0)])
def test_around_an_even_number_of_sites_some_of_time_reversal_is_left(width, alike):
    """Reflection from q to q + pi is that from q + pi to q, to first order; no other is that of its reverse."""
    wire = AndersonWire(width, 1e-5, flux=0.25)
    reflected = np.abs(scattering_matrices(*parts(wire), potentials(wire, 6))[:, :width, :width])
    same = np.isclose(reflected, reflected.swapaxes(1, 2), rtol=1e-3).all(axis=0)
    assert np.count_nonzero(same) == width + 2 * alike


@pytest.mark.parametrize("wire", WIRES, ids=NAMES)
def test_a_clean_wire_has_a_quantum_for_each_channel(wire):
    clean = wire.replace(disorder=0.0)
    found = conductances(clean, [1, 2, 50], samples=2)
    assert np.allclose(found.values, clean.channels, atol=1e-9)


def chain_transmission(energy, potential):
    """Multiply the transfer matrices of a chain, in plain waves."""
    k = np.arccos(-energy / 2)
    m = np.eye(2)
    for v in potential:
        m = np.array([[v - energy, -1.0], [1.0, 0.0]]) @ m
    to_waves = np.array([[1, 1], [np.exp(-1j * k), np.exp(1j * k)]])
    return 1 / abs((np.linalg.inv(to_waves) @ m @ to_waves)[1, 1]) ** 2


def test_a_chain_against_its_transfer_matrices():
    wire = WIRES[0]
    potential = potentials(wire, 30, count=20)
    ours = transmissions(*parts(wire), potential, [30])[:, 0]
    direct = [chain_transmission(wire.energy, one[:, 0]) for one in potential]
    assert np.allclose(ours, direct, rtol=1e-10)


def test_the_logarithm_of_a_chain_falls_with_the_length_over_the_mean_free_path():
    wire = AndersonWire(1, 0.8, energy=0.9)
    assert wire.free_path == pytest.approx(4 * (1 - 0.9**2 / 4) / (0.8**2 / 12), rel=1e-12)
    found = conductances(wire, [100, 300], samples=3000, seed=3)
    slope = (found.mean_log[0] - found.mean_log[1]) * wire.free_path / 200
    difference = np.log(found.values[:, 0] / found.values[:, 1])
    sigma = difference.std(ddof=1) / 3000**0.5 * wire.free_path / 200
    assert abs(slope - 1) < 4 * sigma + 0.02  # and corrections to weak disorder of 2 %
    assert sigma < 0.05


def test_lyapunov_exponents_against_the_product_itself():
    for wire in WIRES[1:]:
        length, w = 8, wire.width
        potential = potentials(wire, length, count=2)
        ours = lyapunov_exponents(*parts(wire)[:3], potential)
        for one, found in zip(potential, ours, strict=True):
            product = np.eye(2 * w, w, dtype=complex)
            for v in one:
                u = np.diag(wire.hop)
                step = u @ (wire.energy * np.eye(w) - wire.slice - np.diag(v))
                product = np.block([[step, -u @ u], [np.eye(w), np.zeros((w, w))]]) @ product
            volume = np.log(np.linalg.svd(product, compute_uv=False)).sum()
            assert found.sum() * length == pytest.approx(volume, rel=1e-9)


def test_what_transmits_falls_with_twice_the_smallest_exponent():
    wire = AndersonWire(3, 2.0)
    rates = localization(wire, 6000, samples=8, seed=1)
    found = conductances(wire, [600, 1200], samples=100, seed=2)
    slope = (found.mean_log[0] - found.mean_log[1]) / 600
    sigma = np.log(found.values[:, 0] / found.values[:, 1]).std(ddof=1) / 10 / 600
    assert abs(slope - 2 * rates.exponents[-1]) < 4 * np.hypot(sigma, 2 * rates.errors[-1])
    assert sigma < 0.1 * slope


@pytest.mark.slow
def test_exponents_are_evenly_spaced_and_a_field_makes_the_length_longer():
    wire = AndersonWire(5, 0.8, across=0.6)
    lengths = []
    for flux, steps in ((0.0, [1, 2, 3, 4, 5]), (0.25, [1, 3, 5, 7, 9])):
        found = localization(wire.replace(flux=flux), 20000, samples=64, seed=1)
        unit = found.expected_length()
        apart = np.abs(found.exponents[::-1] * unit - steps)
        # 4 sigma, and 2 % for disorder that is not infinitely weak
        assert np.all(apart < 4 * found.errors[::-1] * unit + 0.02 * np.array(steps))
        assert found.localization_error < 0.04 * found.localization_length
        lengths.append(found.localization_length)
    assert 1.5 < lengths[1] / lengths[0] < 1.85  # 5/3


@pytest.mark.slow
def test_intervals_of_the_bootstrap_hold_the_truth_as_often_as_they_say():
    wire = AndersonWire(3, 1.5)
    truth = conductances(wire, 20, samples=20000, seed=99)
    many = conductances(wire, 20, samples=200 * 100, seed=7).values.reshape(200, 100)
    held = {np.mean: 0, spread: 0}
    for one in many:
        found = anderson.Conductances(wire, (20,), one[:, None])
        for statistic, exact in ((np.mean, truth.mean[0]), (spread, truth.variance[0])):
            low, high = found.interval(statistic, 0.9, resamples=300)
            held[statistic] += bool(low[0] < exact < high[0])
    assert 0.83 < held[np.mean] / 200 < 0.97  # 0.9 ± 3 sigma of 200 draws
    assert 0.78 < held[spread] / 200 < 0.97  # a variance of 100 values: percentiles are a little narrow


def spread(values, axis):
    return np.var(values, axis=axis, ddof=1)


def test_more_wires_begin_with_the_same_and_seeds_differ():
    wire = AndersonWire(3, 1.5)
    few, many = (conductances(wire, [5, 9], samples=n, seed=4).values for n in (250, 600))
    assert np.array_equal(few, many[:250])
    assert not np.isclose(many[:250], many[250:500]).any()
    assert not np.isclose(few, conductances(wire, [5, 9], samples=250, seed=5).values).any()


def test_a_run_goes_on_from_its_record(tmp_path, monkeypatch):
    wire, to = AndersonWire(3, 1.5), tmp_path / "wires.json"
    whole = conductances(wire, [5, 9], samples=600, seed=4, to=to).values

    def never(*_, **__):
        raise AssertionError("computed again")

    monkeypatch.setattr("cooperon.numerics.anderson_green.transmissions", never)
    assert np.array_equal(conductances(wire, [5, 9], samples=600, seed=4, to=to).values, whole)
    with pytest.raises(cp.InputError):
        conductances(wire.replace(disorder=1.6), [5, 9], samples=600, seed=4, to=to)


@pytest.mark.slow
def test_workers_of_a_cluster_find_the_same():
    wire = AndersonWire(3, 1.5, flux=0.25)
    here = conductances(wire, [5, 9], samples=600, seed=4).values
    rates = localization(wire, 200, samples=4).values
    with two_workers() as client:
        assert np.array_equal(conductances(wire, [5, 9], samples=600, seed=4, client=client).values, here)
        assert np.array_equal(localization(wire, 200, samples=4, client=client).values, rates)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: AndersonWire(0, 1.0), "width"),
        (lambda: AndersonWire(2, 1.0), "cylinder of 2"),
        (lambda: AndersonWire(3, -1.0), "disorder"),
        (lambda: AndersonWire(3, float("nan")), "disorder"),
        (lambda: AndersonWire(3, 1e200), "disorder"),
        (lambda: AndersonWire(3, 1e-200), "disorder"),
        (lambda: AndersonWire(3, 1.0, walls="no"), "walls"),
        (lambda: AndersonWire(3, 1.0, flux=1e17), "flux"),
        (lambda: localization(AndersonWire(3, 0.0), 50), "localizes nothing"),
        (lambda: localization(AndersonWire(3, 1.0), [50, 60]), "length"),
        (lambda: localization(AndersonWire(3, 1.0), 50, 2).expected_length("long"), "free_path"),
        (lambda: conductances(AndersonWire(3, 6.0), [20, 50, 90], samples=20).compare(), "localized"),
        (lambda: anderson.Conductances(AndersonWire(3, 1.0), (1, 2, 3), np.ones((20, 3))).compare(), "alike"),
        (lambda: measured().interval(np.mean, "high"), "confidence"),
        (lambda: measured().interval(3), "statistic"),
        (lambda: measured().interval(lambda values, axis: values.mean()), "statistic"),
        (lambda: measured().errors(np.mean, resamples=0), "resamples"),
        (lambda: measured().errors(np.mean, seed="x"), "seed"),
        (lambda: extrapolate(3), "comparisons"),
        (lambda: AndersonWire(3, 1.0, energy=9.0), "energy"),
        (lambda: AndersonWire(1, 1.0, energy=2.0), "energy"),
        (lambda: AndersonWire(3, 1.0, flux=0.2, walls=True), "flux"),
        (lambda: AndersonWire(3, 1.0, field=0.2), "field"),
        (lambda: AndersonWire(3, 1.0).replace(colour=1), "colour"),
        (lambda: conductances(3, 5), "wire"),
        (lambda: conductances(AndersonWire(3, 1.0), 0), "length"),
        (lambda: conductances(AndersonWire(3, 1.0), []), "no length"),
        (lambda: conductances(AndersonWire(3, 1.0), 5, samples=0), "samples"),
        (lambda: conductances(AndersonWire(3, 1.0), 5, seed=-1), "seed"),
        (lambda: localization(AndersonWire(3, 1.0), 50, samples=1), "spread"),
        (lambda: conductances(AndersonWire(3, 1.0), 5, samples=1).mean_errors, "one wire"),
        (lambda: conductances(AndersonWire(3, 1.0), [5, 9], samples=20).compare(), "3 lengths"),
        (lambda: measured(flux=0.05).compare(), "too weak"),
        (lambda: measured().compare(beta=2), "beta = 2"),
        (lambda: extrapolate([measured().compare()] * 3), "three numbers"),
        (lambda: extrapolate([measured().compare()] * 3, to="weak disorder"), "three free paths"),
        (lambda: extrapolate([measured().compare()] * 3, to="the moon"), "many channels"),
        (lambda: extrapolate([measured()] * 3), "comparisons"),
    ],
)
def test_refuses_in_plain_words(make, said):
    with pytest.raises(cp.InputError, match=said):
        make()


def measured(**more):
    return conductances(AndersonWire(3, 1.5, **more), [10, 20, 30], samples=20)


@pytest.mark.slow
def test_weak_localization_and_fluctuations_within_their_errors():
    """Allow 3 sigma, and 0.03 and 0.01 for what disorder and few channels leave."""
    amplitudes = {}
    for flux in (0.0, 0.25):
        found = []
        for width in (4, 5, 7):
            wire = AndersonWire(width, 0.5, across=0.6, flux=flux)
            lengths = [round(x * wire.free_path) for x in (0.25, 0.5, 1.0, 1.5, 2.0, 3.0)]
            found.append(conductances(wire, lengths, samples=1500, seed=width).compare())
        for one in found:
            assert abs(one.correction - one.expected_correction) < 3 * one.correction_error + 0.03
            assert one.correction_error < 0.04
            # seen by 7 sigma, or not at all
            assert (one.correction < -7 * one.correction_error) == (flux == 0)
            assert one.free_path == pytest.approx(one.measured.wire.free_path, rel=0.03)
        amplitudes[flux] = extrapolate(found)
    without, within = amplitudes[0.0], amplitudes[0.25]
    assert abs(without.fluctuation - 2 / 15) < 3 * without.fluctuation_error + 0.01
    assert abs(within.fluctuation - 1 / 15) < 3 * within.fluctuation_error + 0.01
    assert within.fluctuation_error < 0.01
    assert abs(without.correction + 1 / 3) < 3 * without.correction_error + 0.03
    assert abs(within.correction) < 3 * within.correction_error + 0.03
