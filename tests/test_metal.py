"""The metal: what it accepts, and the relations among its quantities."""

from __future__ import annotations

import itertools
from dataclasses import FrozenInstanceError
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import cooperon as cp
from cooperon.symbolic.dimensions import dimension_of
from cooperon.symbolic.metal import to_dimension

s = cp.symbols
DIMENSIONS = (1, 2, 3, sp.Rational(5, 2), s.d)
BASE = {s.e, s.hbar, s.k_B, s.m, s.k_F, s.tau, s.tau_phi, s.L, s.T, s.T_0, s.B, s.omega, s.tau_phi_0}


def vanishes(expr):
    return sp.simplify(sp.expand(expr)) == 0


@pytest.mark.parametrize(
    ("dim", "density", "states"),
    [
        (1, 2 * s.k_F / sp.pi, s.m / (sp.pi * s.hbar**2 * s.k_F)),
        (2, s.k_F**2 / (2 * sp.pi), s.m / (2 * sp.pi * s.hbar**2)),
        (3, s.k_F**3 / (3 * sp.pi**2), s.m * s.k_F / (2 * sp.pi**2 * s.hbar**2)),
    ],
)
def test_density_and_density_of_states_are_the_textbook_ones(dim, density, states):
    relations = cp.Metal(dim=dim).relations
    assert vanishes(relations[s.n] - density)
    assert vanishes(relations[s.nu] - states)


@pytest.mark.parametrize(("dim", "radius"), [(1, 3000.5), (2, 150.5), (3, 40.5)])
def test_density_counts_the_states_of_a_box(dim, radius):
    """Plane waves in a periodic box of side 1 have k = 2 pi times a vector of integers."""
    axis = np.arange(-int(radius), int(radius) + 1)
    squared = sum(np.meshgrid(*[axis**2] * dim, indexing="ij"))
    counted = 2 * np.count_nonzero(squared <= radius**2)
    density = cp.Metal(dim=dim).relations[s.n].xreplace({s.k_F: 2 * sp.pi * sp.Float(radius)})
    assert float(density) == pytest.approx(counted, rel=5e-3)


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_density_of_states_is_the_derivative_of_the_density(dim):
    relations = cp.Metal(dim=dim).relations
    slope = sp.diff(relations[s.n], s.k_F) / (s.hbar**2 * s.k_F / s.m)
    assert vanishes(slope - 2 * relations[s.nu])


@pytest.mark.parametrize("spin", [0, sp.Rational(1, 2), 1, sp.Rational(3, 2)])
@pytest.mark.parametrize("dim", DIMENSIONS)
def test_einstein_and_drude_agree(dim, spin):
    """(2s+1) nu D = n tau/m."""
    metal = cp.Metal(dim=dim, spin=spin)
    table = metal.relations
    assert vanishes((2 * spin + 1) * table[s.nu] * table[s.D] - table[s.n] * s.tau / s.m)


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_lengths_and_diffusion(dim):
    table = cp.Metal(dim=dim).relations
    assert vanishes(table[s.D] - table[s.v_F] ** 2 * s.tau / dim)
    assert vanishes(table[s.ell] - table[s.v_F] * s.tau)
    assert vanishes(table[s.L_phi] ** 2 - table[s.D] * s.tau_phi)
    assert vanishes(table[s.h] - 2 * sp.pi * s.hbar)


@pytest.mark.parametrize("dephasing", [cp.Dephasing(), cp.PowerLaw(), cp.PowerLaw(2), None])
@pytest.mark.parametrize("dim", DIMENSIONS)
def test_relations_are_monomials_of_base_symbols_with_the_right_dimension(dim, dephasing):
    metal = cp.Metal(dim=dim, dephasing=dephasing)
    dimensions = s.dimensions()
    for symbol, value in metal.relations.items():
        exponents = {s.d, s.p} if dim == s.d or dephasing == cp.PowerLaw() else set()
        assert value.free_symbols <= BASE | exponents
        assert not value.has(sp.Add) or dim == s.d
        measured = dimension_of(value, dimensions).subs({s.d: metal.dim})
        assert measured == s.dimension(symbol).subs({s.d: metal.dim})


def test_symbolic_dimension_holds_every_number():
    general = cp.Metal(dim=s.d).relations
    for dim in (1, 2, 3, sp.Rational(7, 3)):
        for symbol, value in cp.Metal(dim=dim).relations.items():
            if symbol != s.d:
                assert vanishes(general[symbol].subs(s.d, dim) - value)


def test_power_law_puts_the_temperature_in():
    metal = cp.Metal(dephasing=cp.PowerLaw(3))
    expected = s.tau_phi_0 * s.T_0**3 / s.T**3
    assert vanishes(metal.relations[s.tau_phi] - expected)
    assert vanishes(metal.relations[s.L_phi] ** 2 - metal.relations[s.D] * expected)
    assert cp.PowerLaw().time().has(s.p)


@given(st.fractions(min_value=Fraction(1, 9), max_value=9, max_denominator=999))
def test_dimensions_are_exact_and_equal_however_they_are_given(dim):
    exact = sp.Rational(dim.numerator, dim.denominator)
    ways = (dim, exact, float(dim), np.float64(dim))
    assert {cp.Metal(dim=way) for way in ways} == {cp.Metal(dim=exact)}
    assert all(to_dimension(way) == exact for way in ways)


@pytest.mark.parametrize(
    "dim", [2, 2.0, np.int64(2), np.int8(2), np.float64(2), sp.Integer(2), sp.Float(2.0)]
)
def test_two_is_two(dim):
    assert cp.Metal(dim=dim).dim == sp.Integer(2)
    assert cp.conductivity(cp.Metal(dim=dim), loops=1).expr.has(sp.log)


BAD_NUMBERS = [0, -1, -0.5, float("nan"), float("inf"), -float("inf"), "2", "", None, True, False]
BAD_NUMBERS += [2 + 0j, 1j, [2], (2,), {}, np.array([1, 2]), np.nan, np.True_, Ellipsis, sp.true]
BAD_NUMBERS += [sp.nan, sp.zoo, sp.oo, -sp.oo, sp.I, 1 + sp.I, -s.d, sp.Integer(0), sp.sin, sp.Eq(s.d, 2)]


def is_clear(error):
    return bool(error.given) and bool(error.expected)


@pytest.mark.parametrize("value", BAD_NUMBERS, ids=repr)
@pytest.mark.parametrize("name", ["dim", "tau", "tau_phi"])
def test_bad_numbers_are_refused(name, value):
    with pytest.raises(cp.InputError) as caught:
        cp.Metal(**{name: value})
    assert is_clear(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize("value", BAD_NUMBERS, ids=repr)
def test_bad_exponents_are_refused(value):
    with pytest.raises(cp.InputError) as caught:
        cp.PowerLaw(value)
    assert is_clear(caught.value)


BAD_SPINS = [Fraction(1, 3), 0.3, -0.5, -1, "1/2", None, True, float("nan"), float("inf"), 1j, s.d, [0]]
BAD_SPINS += [sp.nan, sp.oo, sp.Rational(1, 4)]


@pytest.mark.parametrize("spin", BAD_SPINS, ids=repr)
def test_bad_spins_are_refused(spin):
    with pytest.raises(cp.InputError) as caught:
        cp.Metal(spin=spin)
    assert is_clear(caught.value)
    assert "spin" in str(caught.value)


@pytest.mark.parametrize(
    ("spin", "states"), [(0, 1), (0.5, 2), (Fraction(1, 2), 2), (1, 3), (np.float64(1.5), 4)]
)
def test_spin_degeneracy(spin, states):
    metal = cp.Metal(spin=spin)
    assert metal.spin_degeneracy == states
    assert metal.spin_degeneracy.is_Integer


def test_spin_states_share_the_density():
    halves = cp.Metal(spin=0).relations, cp.Metal().relations
    assert halves[0][s.nu] == halves[1][s.nu]
    assert vanishes(2 * halves[0][s.n] - halves[1][s.n])


@pytest.mark.parametrize("dephasing", ["tau_phi", 5, True, cp.PowerLaw, cp.Dephasing, Ellipsis, 1.0])
def test_unknown_dephasing_is_refused(dephasing):
    with pytest.raises(cp.InputError) as caught:
        cp.Metal(dephasing=dephasing)
    assert is_clear(caught.value)


@pytest.mark.parametrize(("tau", "tau_phi"), [(2, 1), (2e-12, 1e-12), (s.T * 2, s.T)])
def test_coherence_outlasts_a_collision(tau, tau_phi):
    with pytest.raises(cp.InputError) as caught:
        cp.Metal(tau=tau, tau_phi=tau_phi)
    assert is_clear(caught.value)
    assert "tau_phi" in str(caught.value)


@pytest.mark.parametrize("dephasing", [cp.PowerLaw(2), None])
def test_a_time_that_would_be_passed_over_is_refused(dephasing):
    """A number for tau_phi beside a law that gives another one."""
    with pytest.raises(cp.InputError):
        cp.Metal(dephasing=dephasing, tau_phi=20)


def test_replace():
    metal = cp.Metal(dim=2, tau=3)
    assert metal.replace(dim=3) == cp.Metal(dim=3, tau=3)
    assert metal.dim == 2
    with pytest.raises(cp.InputError) as caught:
        metal.replace(colour="red")
    assert "colour" in str(caught.value)
    assert "dim" in caught.value.expected
    with pytest.raises(cp.InputError):
        metal.replace(dim=-1)


def test_immutable_and_hashable():
    metal = cp.Metal()
    with pytest.raises(FrozenInstanceError):
        metal.dim = 3
    metals = [cp.Metal(dim=dim, spin=spin) for dim, spin in itertools.product((1, 2), (0, 1))]
    assert len({*metals, *metals}) == 4


def test_values():
    assert cp.Metal().values == {}
    assert cp.Metal(tau=2, tau_phi=7).values == {s.tau: 2, s.tau_phi: 7}


@pytest.mark.parametrize(("name", "value"), [("tau", 2 * s.tau), ("tau_phi", s.tau_phi + s.tau)])
def test_a_time_is_not_made_of_itself(name, value):
    with pytest.raises(cp.InputError) as caught:
        cp.Metal(**{name: value})
    assert name in caught.value.given
