"""The magnetoconductivity channel by channel, and its figure: parts, units, ranges, what is refused."""

import numpy as np
import pytest
import sympy as sp
from matplotlib.figure import Figure
from scipy import constants as c
from scipy.special import digamma

import cooperon as cp
from cooperon.numerics.field_curves import field_curves
from cooperon.symbolic.magnetoconductivity import channel_contributions

S = cp.symbols
ACROSS, ALONG = cp.PerpendicularField(), cp.ParallelField()
SPIN_ORBIT = cp.Metal(dim=2, scattering=[cp.SpinOrbit()], field=ACROSS)
FILM = cp.Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12)
NUMBERS = {"D": 1e-2, "tau": 1e-14, "tau_phi": 5e-11}
QUANTUM = c.e**2 / c.h

METALS = [
    cp.Metal(dim=2, field=ACROSS),
    cp.Metal(dim=2, spin=0, field=ACROSS),
    SPIN_ORBIT,
    cp.Metal(dim=2, scattering=[cp.SpinOrbit(axes="xyz"), cp.Magnetic()], field=ACROSS),
    cp.Metal(dim=3, scattering=[cp.Magnetic()], field=ACROSS),
    cp.Metal(dim=1, scattering=[cp.SpinOrbit()], field=ACROSS, geometry=cp.Ring(width=S.width)),
    cp.Metal(dim=2, scattering=[cp.SpinOrbit(axes="z")], field=ALONG, geometry=cp.Film()),
    cp.Metal(dim=2, spin=sp.Rational(3, 2), scattering=[cp.SpinOrbit()], field=ACROSS),
    cp.Metal(dim=2, scattering=[cp.Magnetic()], field=ACROSS, dephasing=cp.PowerLaw(1)),
    cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(S.w_1,))], field=ACROSS),
]


def by_hand(field, gap, diffusion):
    """One channel of weight 1 in two dimensions, in e**2/h: (1/pi)(psi(1/2 + x) - ln x)."""
    x = c.hbar * gap / (4 * c.e * diffusion * np.abs(field))
    return (digamma(0.5 + x) - np.log(x)) / np.pi


# --- channels ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metal", METALS, ids=str)
def test_the_channels_add_up_to_the_whole(metal):
    parts = channel_contributions(metal)
    whole = cp.magnetoconductivity(metal)
    assert sp.simplify(sp.Add(*(part.expr for part in parts.values())) - whole.expr) == 0
    assert sp.simplify(sp.Add(*(part.leading() for part in parts.values())) - whole.leading()) == 0


@pytest.mark.parametrize("options", [{"omega": S.omega}, {"cutoff": "smooth"}], ids=str)
def test_options_reach_every_channel(options):
    parts = channel_contributions(SPIN_ORBIT, **options)
    whole = cp.magnetoconductivity(SPIN_ORBIT, **options).expr
    assert all(part.expr.free_symbols >= {S.B, S.tau_phi} for part in parts.values())
    assert sp.simplify(sp.Add(*(part.expr for part in parts.values())) - whole) == 0
    assert whole != cp.magnetoconductivity(SPIN_ORBIT).expr


def test_each_channel_has_its_own_gap_and_weight():
    parts = channel_contributions(SPIN_ORBIT)
    assert list(parts) == ["singlet", "triplet x, y, z"]
    values = {"B": 0.02, "D": 0.013, "tau_phi": 2e-11, "tau_so": 4e-12}
    found = [part.lambdify(*values, si=True, checks=False)(*values.values()) for part in parts.values()]
    gaps = (1 / 2e-11, 1 / 2e-11 + 4 / (3 * 4e-12))
    expected = [
        weight * by_hand(0.02, gap, 0.013) * QUANTUM for weight, gap in zip((-0.5, 1.5), gaps, strict=True)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_name_of_a_part_says_which_channels_it_is_of():
    part = channel_contributions(SPIN_ORBIT)["triplet x, y, z"]
    assert part.name == "sigma(B) - sigma(0), triplet x, y, z"
    assert "triplet x, y, z" in part.latex()


def test_a_part_keeps_its_pages_and_its_assumptions():
    metal = cp.Metal(dim=2, field=ACROSS)
    part = channel_contributions(metal)["singlet"]
    assert part.verify().confirmed
    assert part.derivation[-1].rhs == part.expr
    assert {a.statement for a in part.assumptions} == {
        a.statement for a in cp.magnetoconductivity(metal).assumptions
    }


def test_every_line_of_a_part_is_confirmed():
    assert channel_contributions(SPIN_ORBIT)["triplet x, y, z"].verify().confirmed


def test_channels_without_a_field_are_refused():
    with pytest.raises(cp.InputError, match="a metal with a field"):
        channel_contributions(cp.Metal(dim=2))


# --- numbers of the figure --------------------------------------------------------------------------------


def test_a_film_by_hand():
    curves = field_curves(cp.Metal(dim=2, field=ACROSS), FILM, {}, fields=[-0.01, 0.004, 0.02])
    expected = by_hand(curves.fields, 1 / 20e-12, FILM.D) * QUANTUM
    np.testing.assert_allclose(curves.total, expected, rtol=1e-12)
    assert dict(curves.channels) == {}
    assert curves.classical == pytest.approx(np.log(1 + 20e-12 / FILM.tau) / np.pi * QUANTUM)


def test_the_classical_limit_is_what_a_high_field_leaves_of_a_wire():
    wire = cp.Metal(dim=1, geometry=cp.Wire(length=S.L), field=ACROSS)
    numbers = {**NUMBERS, "width": 1e-7, "L": 2e-6}
    with pytest.warns(cp.AssumptionWarning):
        curves = field_curves(wire, None, numbers, fields=[1e4])
    assert curves.total[0] == pytest.approx(curves.classical, rel=1e-3)


def test_spin_orbit_scattering_turns_the_classical_limit_round():
    numbers = {**NUMBERS, "tau_so": 1e-13}
    line = field_curves(SPIN_ORBIT, None, numbers).classical
    assert line / QUANTUM == pytest.approx(
        (1.5 * np.log(1 + 1 / (1e-14 * (1 / 5e-11 + 4 / 3e-13))) - 0.5 * np.log(1 + 5e3)) / np.pi
    )


def test_a_frequency_gives_the_real_part():
    metal = cp.Metal(dim=2, field=ACROSS)
    omega, field = 3e10, 0.01
    curves = field_curves(metal, None, {**NUMBERS, "omega": omega}, fields=[field])
    x = c.hbar * (1 / 5e-11 - 1j * omega) / (4 * c.e * 1e-2 * field)
    expected = ((digamma(0.5 + x) - np.log(x)) / np.pi).real * QUANTUM
    assert curves.total[0] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("metal", "numbers"),
    [
        (cp.Metal(dim=2, field=ACROSS), {}),
        (SPIN_ORBIT, {"tau_so": 4e-12}),
        (cp.Metal(dim=3, field=ACROSS, diffusion="xyz"), {"D_x": 1e-2, "D_y": 2e-3, "D_z": 1e-3}),
        (cp.Metal(dim=1, field=ACROSS, geometry=cp.Wire()), {"width": 1e-7}),
        (cp.Metal(dim=2, field=ALONG, geometry=cp.Film(thickness=2e-8)), {}),
        (cp.Metal(dim=1, field=ACROSS, geometry=cp.Ring()), {"L": 3e-6}),
    ],
    ids=str,
)
def test_the_default_sweep_is_symmetric_starts_at_zero_change_and_stays_within_the_assumptions(
    metal, numbers, recwarn
):
    curves = field_curves(metal, None, {**NUMBERS, **numbers}, classical=False)
    assert curves.classical is None
    middle = curves.fields.size // 2
    assert curves.fields.tolist() == (-curves.fields[::-1]).tolist()
    assert curves.fields[middle] == curves.total[middle] == 0
    np.testing.assert_allclose(curves.total, curves.total[::-1], rtol=1e-9, atol=1e-15 * QUANTUM)
    assert np.abs(curves.total).max() > 0
    assert not [one for one in recwarn if one.category is cp.AssumptionWarning]


def test_the_default_sweep_of_a_film_ends_where_diffusion_does():
    metal = cp.Metal(dim=2, field=ACROSS)
    long, short = (
        field_curves(metal, None, {"D": 1e-2, "tau_phi": 5e-11, "tau": tau}).fields[-1]
        for tau in (1e-14, 9e-12)
    )
    assert long == pytest.approx(20 * c.hbar / (4 * c.e * 1e-2 * 5e-11), rel=0.01)
    assert 0.98 < short / (c.hbar / (4 * c.e * 1e-2 * 9e-12)) <= 1


def test_a_ring_shows_three_periods_of_half_a_flux_quantum():
    ring = cp.Metal(dim=1, field=ACROSS, geometry=cp.Ring())
    curves = field_curves(ring, None, {**NUMBERS, "L": 3e-6})
    area = (3e-6) ** 2 / (4 * np.pi)
    assert curves.fields[-1] * area == pytest.approx(3 * c.h / (2 * c.e), rel=0.01)


def test_the_power_law_sets_the_scale_at_the_temperature_asked_for():
    metal = cp.Metal(dim=2, field=ACROSS, dephasing=cp.PowerLaw(1))
    film = FILM.replace(T=1.0)
    ends = [field_curves(metal, film, {"T": T}).fields[-1] for T in (0.25, 0.5)]
    assert ends[1] / ends[0] == pytest.approx(2, rel=0.01)


# --- the figure -------------------------------------------------------------------------------------------


def test_the_figure_shows_the_whole_its_channels_and_the_classical_limit():
    axes = cp.plot.magnetoconductance(SPIN_ORBIT, FILM, tau_so=4e-12)
    labels = ["with the field", "singlet", "triplet x, y, z", "without interference (classical)"]
    whole, singlet, triplet, line = axes.get_lines()
    assert [one.get_label() for one in axes.get_lines()] == labels
    assert [text.get_text() for text in axes.get_legend().get_texts()] == labels
    np.testing.assert_allclose(
        whole.get_ydata(), singlet.get_ydata() + triplet.get_ydata(), rtol=1e-9, atol=1e-15
    )
    assert (singlet.get_ydata() <= 0).all()
    assert (triplet.get_ydata() >= 0).all()
    curves = field_curves(SPIN_ORBIT, FILM, {"tau_so": 4e-12})
    np.testing.assert_allclose(whole.get_ydata(), curves.total / QUANTUM)
    assert line.get_ydata()[0] == pytest.approx(curves.classical / QUANTUM)
    assert axes.get_xlabel() == "magnetic field (T)"
    axes.figure.canvas.draw()


@pytest.mark.parametrize(
    ("metal", "numbers", "unit", "size"),
    [
        (cp.Metal(dim=2, field=ACROSS), {}, "e^2/h$ per square", QUANTUM),
        (cp.Metal(dim=1, field=ACROSS, geometry=cp.Wire()), {"width": 1e-7}, "mu", QUANTUM * 1e-6),
        (cp.Metal(dim=3, field=ACROSS), {}, "(S/m)", 1.0),
        (cp.Metal(dim=sp.Rational(5, 2), field=ACROSS), {}, "S m$^{-1/2}$", 1.0),
    ],
    ids=str,
)
def test_units_by_dimension(metal, numbers, unit, size):
    numbers = NUMBERS | numbers
    axes = cp.plot.magnetoconductance(metal, fields=[0.0, 0.01], classical=False, **numbers)
    (line,) = axes.get_lines()
    curve = field_curves(metal, None, numbers, fields=[0.0, 0.01], classical=False)
    np.testing.assert_allclose(line.get_ydata(), curve.total / size, rtol=1e-12)
    assert unit in axes.get_ylabel()


def test_given_axes_are_used():
    axes = Figure().subplots()
    assert cp.plot.magnetoconductance(SPIN_ORBIT, FILM, tau_so=4e-12, fields=[0.0, 0.01], ax=axes) is axes
    assert axes.get_lines()[0].get_xdata().tolist() == [0.0, 0.01]


def test_a_metal_without_field_is_refused():
    with pytest.raises(cp.InputError, match="PerpendicularField"):
        cp.plot.magnetoconductance(cp.Metal(dim=2), FILM)


@pytest.mark.parametrize("fields", [[], [[0.1]], 0.1, "strong", [np.nan]])
def test_fields_that_are_refused(fields):
    with pytest.raises(cp.InputError, match="fields = "):
        cp.plot.magnetoconductance(cp.Metal(dim=2, field=ACROSS), FILM, fields=fields)


@pytest.mark.parametrize(
    ("sample", "numbers", "missing"),
    [
        (FILM, {}, "tau_so"),
        (None, {"D": 1e-2, "tau_phi": 5e-11, "tau_so": 4e-12}, "no value of tau"),
        (None, {"D": 1e-2, "tau": 1e-14, "tau_so": 4e-12}, "tau_phi"),
        (None, {}, "D"),
    ],
)
def test_what_is_missing_is_said(sample, numbers, missing):
    with pytest.raises(cp.InputError, match=missing):
        cp.plot.magnetoconductance(SPIN_ORBIT, sample, **numbers)


@pytest.mark.parametrize("numbers", [{"B": 0.1}, {"size": 1.0}, {"D": -1e-2}, {"D": "large"}])
def test_numbers_that_are_refused(numbers):
    with pytest.raises(cp.InputError):
        cp.plot.magnetoconductance(cp.Metal(dim=2, field=ACROSS), **{**NUMBERS, **numbers})


def test_numbers_without_a_field_in_which_the_formula_holds_are_refused():
    numbers = {"D": 1e-2, "tau_phi": 5e-11, "tau": 1e-14, "thickness": 1e-4}
    metal = cp.Metal(dim=2, field=ALONG, geometry=cp.Film())
    with pytest.raises(cp.InputError, match="no field worth a figure"):
        cp.plot.magnetoconductance(metal, **{**numbers, "D": 1e-12})
