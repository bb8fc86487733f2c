"""The interaction correction against the integral it comes from, against literature, and its rules changed."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
import sympy as sp
from interaction_tools import COLD, WARM, by_gaps, channel, channel_of_temperature, close, value

import cooperon as cp
from cooperon.symbolic import interaction_diagrams
from cooperon.symbolic.interactions import Interaction

s = cp.symbols
F0, LOG = s.F0, sp.log(s.hbar / (s.k_B * s.T * s.tau))
HALF = sp.Rational(3, 2)
ALONE = cp.Coulomb(F0=0)
DRUDE_FILM = s.e**2 / (2 * sp.pi**2 * s.hbar)
POINTS = (COLD, WARM)


@cache
def correction(dim, interaction=ALONE, part="all", triplet="exact", scattering=(), spin=sp.S.Half):
    metal = cp.Metal(
        dim=dim, interaction=interaction, scattering=list(scattering) or [cp.Potential()], spin=spin
    )
    return cp.interaction_correction(metal, part=part, triplet=triplet)


def one_channel(dim, strength, point):
    if dim == 3:
        return channel_of_temperature(dim, strength, point)
    return channel(dim, strength, point, damping=point[s.tau] if dim == 2 else 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("dim", [1, HALF, 2, 3])
def test_short_range_exchange_is_the_integral_over_frequencies(dim, point):
    formula = correction(dim, cp.ShortRange(F0=0)).expr
    for size in (0.1, point[s.U_0], 50.0):
        strength = 2 * point[s.nu] * size
        assert close(value(formula, point, U_0=size), one_channel(dim, strength, point))


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("dim", [1, HALF, 2, 3])
def test_screened_coulomb_exchange_is_the_integral_over_frequencies(dim, point):
    assert close(value(correction(dim).expr, point), one_channel(dim, np.inf, point))


@pytest.mark.slow
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_triplet_is_three_integrals_over_frequencies(dim):
    formula = correction(dim, cp.Coulomb(), "triplet").expr
    for point in POINTS:
        for size in (-0.7, -0.2, 0.4, 3.0):
            assert close(value(formula, point, F0=size), 3 * one_channel(dim, size, point))


@pytest.mark.parametrize("temperature", [0.01, 0.3, 4.0, 80.0])
def test_over_temperatures(temperature):
    for dim in (1, 3):
        point = COLD | {s.T: temperature}
        assert close(value(correction(dim).expr, point), one_channel(dim, np.inf, point))


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_parts_add_up(dim):
    whole, *parts = (
        value(correction(dim, cp.Coulomb(), part).expr, COLD) for part in ("all", "exchange", "triplet")
    )
    assert close(whole, sum(parts), 13)


def test_exchange_in_a_film():
    assert correction(2).leading() == -DRUDE_FILM * LOG


def test_constants_in_one_and_three_dimensions():
    """4.911... and 0.9151..., with zeta(3/2) and zeta(1/2)."""
    length = sp.sqrt(s.hbar * s.D / (s.k_B * s.T))
    one = 3 * sp.pi / sp.sqrt(2) * sp.gamma(-sp.S.Half) * sp.zeta(-sp.S.Half)
    assert abs(float(one) - 4.91119043472304798) < 1e-14
    three = sp.sqrt(sp.pi) * sp.Abs(sp.zeta(sp.S.Half)) / (2 * sp.sqrt(2))
    assert abs(float(three) - 0.915141475691744204) < 1e-15
    expected = {1: -one / sp.pi**2 * length, 3: sp.Rational(4, 3) * three / (4 * sp.pi**2) / length}
    for dim, size in expected.items():
        assert close(value(correction(dim).expr, COLD), value(s.e**2 / s.hbar * size, COLD), 13)


def test_exact_triplet_in_a_film():
    """Finkel'stein: 1 + 3(1 - ln(1 + F0)/F0)."""
    found = correction(2, cp.Coulomb()).leading().rewrite(sp.log)
    assert sp.simplify(found + DRUDE_FILM * LOG * (1 + 3 * (1 - sp.log(1 + F0) / F0))) == 0


def test_hartree_to_first_order_is_three_quarters_of_f():
    """Altshuler, Aronov, Lee: 1 - 3F/4, with the F of the convention that F0 is translated into."""
    found = correction(2, cp.Coulomb(), triplet="first_order")
    assert sp.expand(found.leading() + DRUDE_FILM * LOG * (1 + 3 * F0 / 2)) == 0
    weak = cp.Metal(dim=2, interaction=cp.Coulomb(F0=-s.F / 2))
    assert sp.expand(cp.interaction_correction(weak, triplet="first_order").leading()) == sp.expand(
        -DRUDE_FILM * LOG * (1 - 3 * s.F / 4)
    )


@pytest.mark.parametrize("dim", [1, HALF, 2, 3, s.d])
@pytest.mark.parametrize("triplet", ["exact", "first_order"])
def test_without_f0_exchange_is_left(dim, triplet):
    whole = correction(dim, cp.Coulomb(), triplet=triplet).expr.subs(F0, 0)
    assert sp.simplify(whole - correction(dim).expr) == 0


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_first_order_is_the_slope_at_no_interaction(dim):
    exact, first = (correction(dim, cp.Coulomb(), "triplet", kind).expr for kind in ("exact", "first_order"))
    assert abs(value(exact, COLD, F0=1e-7) / value(first, COLD, F0=1e-7) - 1) < 1e-6
    assert abs(value(exact, COLD, F0=0.5) / value(first, COLD, F0=0.5) - 1) > 0.1


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("size", [-0.5, -0.2, 0.4, 2])
def test_numbers_for_f0_are_put_in(dim, size):
    given = correction(dim, cp.Coulomb(F0=size)).expr
    assert not given.has(F0)
    assert close(value(given, COLD), value(correction(dim, cp.Coulomb()).expr, COLD, F0=size), 13)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_strong_short_range_interaction_is_coulombs(dim):
    """It differs by 1/U_0, and ln(U_0)/U_0 in a film."""
    coulomb = value(correction(dim).expr, COLD)
    apart = [
        abs(value(correction(dim, cp.ShortRange(F0=0)).expr, COLD, U_0=size) / coulomb - 1)
        for size in (1e6, 1e10)
    ]
    assert apart[1] < apart[0] / 50 < 1e-4


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_weak_short_range_interaction_is_first_order_in_it(dim):
    formula = correction(dim, cp.ShortRange(F0=0)).expr
    assert abs(value(formula, COLD, U_0=2e-7) / value(formula, COLD, U_0=1e-7) - 2) < 1e-6


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("spin", [0, HALF])
def test_the_number_of_spins_drops_out_of_the_exchange(dim, spin):
    assert correction(dim, spin=spin).expr == correction(dim).expr


def test_electrons_without_spin_have_no_triplet():
    assert correction(2, cp.Coulomb(), spin=0).expr == correction(2).expr
    with pytest.raises(cp.InputError, match="triplet"):
        correction(2, cp.Coulomb(), "triplet", spin=0)


def test_a_short_range_interaction_of_one_spin_has_half_the_density_of_states():
    one, two = (correction(2, cp.ShortRange(F0=0), spin=spin).expr for spin in (0, sp.S.Half))
    assert close(value(one, COLD, U_0=1.6), value(two, COLD, U_0=0.8), 13)


@pytest.mark.slow
def test_spin_orbit_scattering_is_a_gap_of_the_triplet():
    formula = correction(1, cp.Coulomb(), "triplet", scattering=(cp.SpinOrbit(axes="isotropic"),)).expr
    gap = 4 / (3 * COLD[s.tau_so])
    expected = 3 * one_channel(1, COLD[F0], COLD) + by_gaps(1, COLD[F0], [gap] * 3, COLD)
    assert close(value(formula, COLD), expected, 9)


@pytest.mark.slow
@pytest.mark.parametrize("dim", [2, 3])
def test_with_a_gap_differences_in_temperature_are_integrals(dim):
    formula = correction(dim, cp.Coulomb(), "triplet", scattering=(cp.SpinOrbit(axes="isotropic"),)).leading()
    points = [COLD | {s.T: size} for size in (0.9, 2.3)]
    here, there = (
        3 * channel_of_temperature(dim, COLD[F0], point, 4 / (3 * COLD[s.tau_so])) for point in points
    )
    assert close(value(formula, points[0]) - value(formula, points[1]), here - there, 9)


def test_spin_orbit_scattering_takes_the_triplet_away():
    """In a film its logarithm ends at 1/tau_so in place of k_B T."""
    scattering = (cp.SpinOrbit(axes="isotropic"),)
    formula = correction(2, cp.Coulomb(), "triplet", "first_order", scattering).leading()

    def slope(tau_so):
        low, high = (value(formula, COLD, tau_so=tau_so, T=size) for size in (0.9, 1.8))
        return (high - low) / np.log(2)

    full = 3 * COLD[F0] / (4 * np.pi**2) * COLD[s.e] ** 2 / COLD[s.hbar]
    assert abs(slope(1e6) / full - 1) < 1e-4
    assert abs(slope(1e-4) / full) < 1e-4


def test_a_gap_that_some_axes_have_leaves_the_others_alone():
    """Spin-orbit scattering along z: the component along z keeps its logarithm, as there is no gap in it."""
    formula = correction(2, cp.Coulomb(), "triplet", "first_order", (cp.SpinOrbit(axes="z"),)).leading()
    low, high = (value(formula, COLD, tau_so_z=1e-4, T=size) for size in (0.9, 1.8))
    full = COLD[F0] / (4 * np.pi**2) * COLD[s.e] ** 2 / COLD[s.hbar]
    assert abs((high - low) / np.log(2) / full - 1) < 1e-4


@dataclass(frozen=True, repr=False)
class Fixed(Interaction):
    """An interaction whose strength is a number."""

    strength: float = 1.0

    def bare(self, dim, spins=2):
        return sp.Rational(str(self.strength))


def test_another_bare_interaction_is_another_formula():
    given = value(correction(2, Fixed(F0=0, strength=2.5)).expr, COLD)
    assert close(given, value(correction(2, cp.ShortRange(F0=0)).expr, COLD, U_0=2.5 / (2 * COLD[s.nu])), 12)


def test_a_prefactor_changed_changes_the_result(monkeypatch):
    plain = correction(3).expr
    rule = interaction_diagrams.InteractionDiagram.prefactor.fget
    changed = property(lambda self: 3 * rule(self))
    monkeypatch.setattr(interaction_diagrams.InteractionDiagram, "prefactor", changed)
    assert sp.simplify(cp.interaction_correction(cp.Metal(dim=3, interaction=ALONE)).expr / plain) == 3


def test_an_impurity_line_changed_spoils_the_cancellation(monkeypatch):
    """The dressed polygons no longer cancel the bare ones: the current is not conserved."""
    line = interaction_diagrams.impurity_line()
    monkeypatch.setattr(interaction_diagrams, "impurity_line", lambda: 2 * line)
    with pytest.raises(cp.InputError, match="conserved"):
        cp.interaction_correction(cp.Metal(dim=2, interaction=ALONE))


@pytest.mark.slow
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_every_line_of_the_exchange_is_confirmed(dim):
    report = correction(dim).verify()
    assert report.confirmed, report


@pytest.mark.slow
@pytest.mark.parametrize("interaction", [cp.Coulomb(), cp.ShortRange()])
@pytest.mark.parametrize("dim", [1, HALF, 2, 3, s.d])
def test_every_line_is_confirmed(dim, interaction):
    report = correction(dim, interaction).verify()
    assert report.confirmed, report


@pytest.mark.slow
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_every_line_is_confirmed_where_the_spin_relaxes(dim):
    report = correction(dim, cp.Coulomb(), scattering=(cp.SpinOrbit(), cp.Magnetic())).verify()
    assert report.confirmed, report


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"part": "hartree"}, "part"),
        ({"part": None}, "part"),
        ({"part": ["all"]}, "part"),
        ({"triplet": "second"}, "triplet"),
        ({"triplet": 1}, "triplet"),
    ],
)
def test_options_that_do_not_exist_are_refused(options, words):
    with pytest.raises(cp.InputError, match=words):
        cp.interaction_correction(cp.Metal(dim=2), **options)


@pytest.mark.parametrize(
    ("metal", "words"),
    [
        (cp.Metal(dim=4), "4 dimensions"),
        (cp.Metal(dim=2, spin=HALF, interaction=cp.Coulomb()), "spin"),
        ("film", "metal"),
        (None, "metal"),
        (2, "metal"),
    ],
)
def test_metals_that_are_out_of_reach_are_refused(metal, words):
    with pytest.raises(cp.CooperonError, match=words):
        cp.interaction_correction(metal)


@pytest.mark.parametrize("size", [-1, -1.5, "strong", None, 1j])
def test_an_unstable_metal_is_refused(size):
    with pytest.raises(cp.CooperonError, match="F0"):
        cp.Coulomb(F0=size)
