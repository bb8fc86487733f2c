"""Channels of the Cooperon and the diffuson: the Bethe-Salpeter equation in the space of two spins."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import cooperon as cp

s = cp.symbols
SETS = ["isotropic", "xyz", "z", "xy"]
METALS = {
    f"{kind} {axes}": [one(axes=axes)]
    for (kind, one), axes in itertools.product(
        {"spin-orbit": cp.SpinOrbit, "magnetic": cp.Magnetic}.items(), SETS
    )
} | {"both": [cp.SpinOrbit(), cp.Magnetic()], "both xyz": [cp.SpinOrbit("xyz"), cp.Magnetic("xyz")]}


def values_for(metal, seed=1):
    """Random times for every symbol of a metal's rates."""
    draw = np.random.default_rng(seed)
    times = {x for vertex in metal.vertices for x in vertex.rate.free_symbols}
    point = {x: sp.Float(draw.uniform(5, 40)) for x in sorted(times, key=str)}
    return point | {s.tau: sp.Float(1), s.tau_phi: sp.Float(50)}


PAULI = {
    "x": np.array([[0, 1], [1, 0]], dtype=complex),
    "y": np.array([[0, -1j], [1j, 0]]),
    "z": np.array([[1, 0], [0, -1]], dtype=complex),
}


def rates_of(metal, name, point):
    """Rate of each axis, in numbers, read off the description of the metal."""
    found = dict.fromkeys("xyz", 0.0)
    for one in metal.scattering[1:]:
        if isinstance(one, name):
            found |= {axis: float(rate.xreplace(point)) for axis, rate in one.rates.items()}
    return found


@pytest.mark.parametrize("scattering", METALS.values(), ids=METALS)
def test_gaps_are_those_of_the_axis_rates(scattering):
    metal = cp.Metal(dim=3, scattering=scattering)
    point = values_for(metal)
    r, m = rates_of(metal, cp.SpinOrbit, point), rates_of(metal, cp.Magnetic, point)
    expected = {"singlet": 2 * sum(m.values())} | {
        f"triplet {j}": 2 * sum(r[i] for i in "xyz" if i != j) + 2 * m[j] for j in "xyz"
    }
    found = {one.name: float(one.gap.xreplace(point)) - 1 / 50 for one in cp.cooperon(metal).channels}
    assert found.keys() == expected.keys()
    assert all(math.isclose(found[name], expected[name], abs_tol=1e-12) for name in found)


@pytest.mark.parametrize("scattering", METALS.values(), ids=METALS)
def test_singlet_of_the_diffuson_has_no_gap(scattering):
    """Particles are conserved, whatever acts on their spin."""
    channels = {one.name: one for one in cp.diffuson(cp.Metal(dim=2, scattering=scattering)).channels}
    assert channels["singlet"].gap == 0
    assert channels["singlet"].weight == 1
    moving = cp.diffuson(cp.Metal(dim=2, scattering=scattering), omega=s.omega).channels[0]
    assert moving.gap == -sp.I * s.omega


@pytest.mark.parametrize("scattering", METALS.values(), ids=METALS)
def test_weights(scattering):
    channels = cp.cooperon(cp.Metal(dim=2, scattering=scattering)).channels
    weights = {one.name: one.weight for one in channels}
    half = sp.Rational(1, 2)
    assert weights == {"singlet": -half, "triplet x": half, "triplet y": half, "triplet z": half}
    assert sum(one.weight for one in cp.diffuson(cp.Metal(dim=2, scattering=scattering)).channels) == 1


def test_diffusons_of_spin_relax_at_the_rates_of_the_bloch_equations():
    """The spin density along j is turned over by every mechanism that acts across j: 2 (a_i + a_k)."""
    metal = cp.Metal(dim=2, scattering=[cp.SpinOrbit("xyz"), cp.Magnetic("xyz")])
    point = values_for(metal)
    r, m = rates_of(metal, cp.SpinOrbit, point), rates_of(metal, cp.Magnetic, point)
    for one in cp.diffuson(metal).channels[1:]:
        expected = 2 * sum(r[i] + m[i] for i in "xyz" if i != one.component)
        assert math.isclose(float(one.gap.xreplace(point)), expected)


@pytest.mark.parametrize("kind", [cp.cooperon, cp.diffuson])
def test_numerical_diagonalisation_of_random_vertices(kind):
    """The kernel from scattering amplitudes as complex matrices, diagonalised by numpy.

    The Cooperon has V(k', k) on one line and V(-k', -k) on the other, the diffuson V(k', k) and its complex
    conjugate. The amplitude of spin-orbit scattering, i (k' x k), is the same for -k' and -k.
    """
    r, m, rest = {"x": 0.03, "y": 0.05, "z": 0.02}, {"x": 0.04, "y": 0.01, "z": 0.07}, 0.78
    total = rest + sum(r.values()) + sum(m.values())
    vertices = [(np.eye(2, dtype=complex), np.sqrt(rest), 1.0, 1.0)]
    # amplitude on k -> k', and its value on -k -> -k': real for potential and magnetic, i c for spin-orbit
    vertices += [(PAULI[i], np.sqrt(m[i]), 1.0, 1.0) for i in "xyz"]
    vertices += [(PAULI[i], np.sqrt(r[i]), 1j, 1j) for i in "xyz"]
    kernel = np.zeros((4, 4), dtype=complex)
    for matrix, size, forward, turned in vertices:
        amplitude = size * forward * matrix
        other = size * turned * matrix if kind is cp.cooperon else amplitude.conj()
        kernel += np.kron(amplitude, other)
    gaps = sorted(total - np.linalg.eigvalsh(kernel))
    metal = cp.Metal(dim=3, scattering=[cp.SpinOrbit("xyz"), cp.Magnetic("xyz")], dephasing=None)
    point = {s.lookup(f"tau_so_{i}"): sp.Float(1 / r[i]) for i in "xyz"}
    point |= {s.lookup(f"tau_s_{i}"): sp.Float(1 / m[i]) for i in "xyz"}
    found = sorted(float(one.gap.xreplace(point)) for one in kind(metal).channels)
    assert np.allclose(found, gaps, atol=1e-12)


def test_lifetime_adds_up_all_mechanisms():
    metal = cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Magnetic()])
    assert sp.simplify(sum(vertex.rate for vertex in metal.vertices) - 1 / s.tau) == 0
    step = cp.cooperon(metal).derivation[0]
    assert step.rhs == sp.eye(2) / s.tau


def test_the_matrix_and_its_eigenvalues_are_in_the_pages():
    found = cp.cooperon(cp.Metal(dim=2, scattering=[cp.SpinOrbit()]))
    rules = [step.rule for step in found.derivation]
    assert "kernel of the cooperon" in rules
    assert {f"eigenvalue, {one.name}" for one in found.channels} <= set(rules)
    for one in found.channels:
        step = next(x for x in found.derivation if x.rule == f"eigenvalue, {one.name}")
        assert sp.simplify(found.kernel * one.vector - step.rhs) == sp.zeros(4, 1)
    assert r"\begin{matrix}" in found.derivation.latex() or r"\begin{array}" in found.derivation.latex()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [cp.cooperon, cp.diffuson])
def test_every_line_is_confirmed(kind):
    from cooperon.numerics.verification import verify

    metal = cp.Metal(dim=3, scattering=[cp.SpinOrbit(), cp.Magnetic("xyz")])
    report = verify(kind(metal, omega=s.omega).derivation, metal, frequencies=[s.omega])
    assert report.confirmed, report


@pytest.mark.parametrize(("spin", "size"), [(0, 1), (Fraction(1, 2), 4), (1, 9), (Fraction(3, 2), 16)])
def test_any_spin(spin, size):
    """2s+1 states make (2s+1)**2 channels; without spin scattering all have one gap and weights add to 1."""
    channels = cp.cooperon(cp.Metal(dim=2, spin=spin)).channels
    assert len(channels) == size
    assert {one.gap for one in channels} == {1 / s.tau_phi}
    assert sum(one.weight for one in channels) == 1


def test_integer_spin_has_a_positive_singlet():
    """Time reversal squares to +1 there: spin-orbit scattering leaves +1/3 of weak localization."""
    channels = cp.cooperon(cp.Metal(dim=2, spin=1, scattering=[cp.SpinOrbit()])).channels
    (singlet,) = (one for one in channels if one.name == "singlet")
    assert (singlet.weight, singlet.gap) == (sp.Rational(1, 3), 1 / s.tau_phi)
    assert all((one.gap - 1 / s.tau_phi).is_positive for one in channels if one is not singlet)


def test_what_is_refused():
    with pytest.raises(cp.InputError, match="spin 0"):
        cp.Metal(dim=2, spin=0, scattering=[cp.Magnetic()])
    with pytest.raises(cp.InputError, match="depends on the spin"):
        cp.cooperon(cp.Metal(dim=2, spin=1, scattering=[cp.Magnetic("z")]))
    for axes in ("xx", "", "w", None, "isotropic "):
        with pytest.raises(cp.InputError, match="axes"):
            cp.SpinOrbit(axes=axes)
    with pytest.raises(cp.InputError, match="each kind once"):
        cp.Metal(dim=2, scattering=[cp.Magnetic(), cp.Magnetic("xyz")])


def test_order_and_potential_are_understood():
    assert cp.Metal(scattering=[cp.SpinOrbit(), cp.Magnetic()]) == cp.Metal(
        scattering=[cp.Magnetic(), cp.Potential(), cp.SpinOrbit()]
    )
    assert cp.SpinOrbit("zyx") == cp.SpinOrbit("xyz")
