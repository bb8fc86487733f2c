"""Interference and interaction apart: what each feels of temperature, field and angle."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy import constants as c

import cooperon as cp
from cooperon.numerics.verification import verify

S = cp.symbols
MU_B = c.value("Bohr magneton")
UNIT = c.e**2 / (2 * np.pi**2 * c.hbar)
FILM = {"tau": 1e-15, "D": 2e-3, "nu": 2e38, "T_0": 4.0, "tau_phi_0": 5e-11, "F0": -0.2}
KELVIN = np.array([0.5, 1.0, 2.0, 4.0])


def film(*scattering, **changes):
    return cp.Metal(
        dim=2,
        geometry=cp.Film(thickness=S.thickness),
        dephasing=cp.PowerLaw(1),
        scattering=[cp.Potential(), *scattering],
        **changes,
    )


@pytest.fixture(scope="module")
def tilted():
    return cp.separate(film(), field=cp.TiltedField())


@pytest.fixture(scope="module")
def numbers():
    return {**FILM, "thickness": 5e-9, "g_L": 2.0}


def function(parts, name, *names):
    return parts[name].lambdify(*names, si=True)


def slope(values):
    """Return the coefficient of ln T."""
    return np.polyfit(np.log(KELVIN), values, 1)[0]


# what there is


@pytest.mark.slow
def test_parts_and_their_sums(tilted, numbers):
    assert list(tilted) == [
        *("Drude", "interference", "exchange", "triplet"),
        *("interaction", "correction", "total", "resistivity"),
    ]
    values = {name: function(tilted, name, "T", "B", "theta")(KELVIN, 0.2, 0.4, **numbers) for name in tilted}
    assert values["interaction"] == pytest.approx(values["exchange"] + values["triplet"], rel=1e-12)
    assert values["correction"] == pytest.approx(values["interference"] + values["interaction"], rel=1e-12)
    adding = sum(values[name] for name in tilted.adding_up)
    assert values["total"] == pytest.approx(adding, rel=1e-14)
    assert values["resistivity"] == pytest.approx(1 / adding, rel=1e-14)
    assert values["Drude"] == pytest.approx(2 * c.e**2 * FILM["nu"] * FILM["D"], rel=1e-14)


@pytest.mark.slow
def test_every_line_of_the_total_and_its_inverse_is_confirmed(tilted):
    assert tilted["resistivity"].verify().confirmed
    assert len(tilted["resistivity"].derivation) > len(tilted["interference"].derivation)


def test_dimensions_and_names_in_two_and_three_dimensions(tilted):
    bulk = cp.separate(cp.Metal(dim=3, dephasing=cp.PowerLaw(2)))
    assert tilted["resistivity"].name == "R_sq"
    assert bulk["resistivity"].name == "rho"
    assert str(tilted["total"].dimension) == "kg^-1 m^-2 s^3 A^2"
    assert str(bulk["resistivity"].dimension) == "kg m^3 s^-3 A^-2"


def test_parts_show_themselves(tilted):
    assert "exchange      -e**2*log(hbar/(T*k_B*tau))/(2*pi**2*hbar)" in repr(tilted)
    assert r"| exchange | $- \frac{e^2}{2 \pi^2 \hbar} \ln" in tilted._repr_markdown_().replace(
        "$-\\", "$- \\"
    )
    assert "Drude" in tilted
    with pytest.raises(cp.InputError, match=r"the part 'tunnelling'.*Drude, interference"):
        tilted["tunnelling"]


def test_without_a_triplet_there_is_none():
    assert "triplet" not in cp.separate(film(interaction=cp.Coulomb(F0=0)))
    assert "triplet" not in cp.separate(cp.Metal(dim=2, spin=0))


@pytest.mark.slow
def test_field_and_zeeman_splitting_as_asked_for():
    by_default = cp.separate(film(), field=cp.PerpendicularField())
    assert by_default.metal.zeeman is not None
    assert by_default["interaction"].expr.has(S.B)
    orbits = cp.separate(film(), field=cp.PerpendicularField(), zeeman=False)
    assert not orbits["interaction"].expr.has(S.B)
    assert any("orbits alone" in str(one) for one in orbits["total"].assumptions)
    of_the_metal = cp.separate(film(field=cp.PerpendicularField()))
    assert of_the_metal["total"].expr == by_default["total"].expr
    assert cp.separate(film()).metal.zeeman is None
    for wrong in ({"field": "perpendicular"}, {"zeeman": 1}, {"triplet": "none"}, {"cutoff": "none"}):
        with pytest.raises(cp.InputError):
            cp.separate(film(), **wrong)


# telling them apart


def test_both_logarithms_add_up_without_a_field():
    parts = cp.separate(film())
    number = {key: FILM[key] for key in ("tau", "T_0", "tau_phi_0", "F0")}
    found = {name: slope(function(parts, name, "T")(KELVIN, **number)) / UNIT for name in parts.adding_up[1:]}
    assert found["interference"] == pytest.approx(1, rel=1e-3)  # p = 1
    assert found["exchange"] == pytest.approx(1, rel=1e-3)
    assert found["triplet"] == pytest.approx(3 * (1 - np.log(0.8) / -0.2), rel=1e-3)


def test_perpendicular_field_leaves_the_logarithm_of_the_interaction(tilted, numbers):
    """B is 200 B_phi and more, and g_L mu_B B at most 0.8 k_B T."""
    at = (KELVIN, 0.3, np.pi / 2)
    assert slope(function(tilted, "interference", "T", "B", "theta")(*at, **numbers)) / UNIT < 0.02
    whole = slope(function(tilted, "correction", "T", "B", "theta")(*at, **numbers)) / UNIT
    alone = slope(function(tilted, "interaction", "T", "B", "theta")(*at, **numbers)) / UNIT
    assert whole == pytest.approx(alone, abs=0.02)
    assert alone == pytest.approx(1 + 3 * (1 - np.log(0.8) / -0.2), rel=0.1)


def test_parallel_field_does_nearly_nothing_to_interference_in_a_thin_film(tilted, numbers):
    f = function(tilted, "interference", "B", "theta")
    without, along, upright = (
        f(B, theta, T=4.0, **numbers) for B, theta in ((0, 0), (0.3, 0), (0.3, np.pi / 2))
    )
    assert 0 < along - without < 0.1 * (upright - without)
    rate = FILM["D"] * (c.e * 0.3 * 5e-9 / c.hbar) ** 2 / 3
    assert along - without == pytest.approx(UNIT * np.log(1 + rate * FILM["tau_phi_0"]), rel=1e-9)
    assert f(0.3, 0.0, T=4.0, **{**numbers, "thickness": 1e-15}) == pytest.approx(without, rel=1e-12)


def test_interaction_does_not_know_the_angle(tilted):
    assert S.theta in tilted["interference"].expr.free_symbols
    for name in ("exchange", "triplet", "interaction"):
        assert S.theta not in tilted[name].expr.free_symbols
    assert S.B in tilted["triplet"].expr.free_symbols
    assert S.B not in tilted["exchange"].expr.free_symbols


@pytest.mark.parametrize("name", ["interference", "triplet", "correction"])
def test_without_a_field_nothing_is_left_of_it(tilted, numbers, name):
    bare = cp.separate(film())
    number = {key: FILM[key] for key in ("tau", "T_0", "tau_phi_0", "F0")}
    expected = function(bare, name, "T")(KELVIN, **number)
    f = function(tilted, name, "T", "B", "theta")
    assert f(KELVIN, 0.0, 0.7, **numbers) == pytest.approx(expected, rel=1e-13)
    assert f(KELVIN, 1e-9, 0.7, **numbers) == pytest.approx(expected, rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("theta", "field"), [(0.0, cp.ParallelField()), (np.pi / 2, cp.PerpendicularField())]
)
def test_ends_of_the_tilt(tilted, numbers, theta, field):
    parts = cp.separate(film(), field=field)
    own = function(parts, "correction", "T", "B")(KELVIN, 0.5, **numbers)
    assert function(tilted, "correction", "T", "B", "theta")(KELVIN, 0.5, theta, **numbers) == pytest.approx(
        own, rel=1e-12
    )


def test_a_tilted_field_is_even_in_the_angle_and_about_the_normal(tilted, numbers):
    f = function(tilted, "interference", "theta")
    at = f(np.array([0.3, -0.3, np.pi - 0.3, np.pi + 0.3]), B=0.2, T=4.0, **numbers)
    assert at == pytest.approx(np.full(4, at[0]), rel=1e-12)


# against integrals over the durations of paths


@mpmath.workdps(30)
def of_paths(B, theta, *, tau_so=None, zeeman=True, T=4.0, thickness=5e-9):
    """Return what a field changes: the trace of exp(-M t) over the pair's spins, weighted as closed paths are.

    M is the 4 x 4 matrix of a Cooperon's spins: losses by spin-orbit scattering, and precession.
    """
    pauli = [mpmath.matrix(m) for m in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]

    def pair(one, other):
        return mpmath.matrix(4, 4) + mpmath.matrix(
            [
                [one[i, k] * other[j, n] for k in range(2) for n in range(2)]
                for i in range(2)
                for j in range(2)
            ]
        )

    unit = mpmath.eye(2)
    swap = mpmath.matrix([[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
    loss = mpmath.matrix(4, 4)
    if tau_so is not None:
        for m in pauli:
            loss += (mpmath.eye(4) + pair(m, m)) / (3 * tau_so)
    turn = mpmath.mpf(2 * MU_B * B / c.hbar) / 2 * (pair(pauli[2], unit) - pair(unit, pauli[2]))
    tau_phi = FILM["tau_phi_0"] * FILM["T_0"] / T
    inside = FILM["D"] * (c.e * B * np.cos(theta) * thickness / c.hbar) ** 2 / 3
    half = 2 * FILM["D"] * c.e * B * abs(np.sin(theta)) / c.hbar

    def weight(matrix, t):
        image = swap * mpmath.expm(-matrix * t)
        return mpmath.re(sum(image[i, i] for i in range(4))) / 2

    def integrand(t):
        levels = half * t / mpmath.sinh(half * t) if half * t > 1e-12 else 1
        field = weight(loss + 1j * turn if zeeman else loss, t) * mpmath.exp(-inside * t) * levels
        return mpmath.exp(-t / tau_phi) * (field - weight(loss, t)) / t

    ends = [0, *(tau_phi * mpmath.mpf(10) ** k for k in (-3, -2, -1, 0)), 5 * tau_phi, 30 * tau_phi]
    return float(-UNIT * mpmath.quad(integrand, ends))


@pytest.mark.slow
@pytest.mark.parametrize(("B", "theta"), [(0.02, np.pi / 2), (0.5, 0.0), (0.5, 0.05)])
def test_interference_in_a_field_is_an_integral_over_paths(tilted, numbers, B, theta):
    f = function(tilted, "interference", "B", "theta")
    change = f(B, theta, T=4.0, **numbers) - f(0.0, theta, T=4.0, **numbers)
    assert change == pytest.approx(of_paths(B, theta), rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize(("B", "theta"), [(0.02, np.pi / 2), (0.05, 0.0), (0.5, 0.0), (0.5, 0.05)])
def test_spins_that_precess_and_are_scattered(numbers, B, theta):
    """Below and above g_L mu_B B = (2/3) hbar/tau_so, where the gaps of the mixed channels become complex."""
    parts = cp.separate(film(cp.SpinOrbit()), field=cp.TiltedField())
    f = function(parts, "interference", "B", "theta")
    own = {**numbers, "tau_so": 2e-11}
    change = f(B, theta, T=4.0, **own) - f(0.0, theta, T=4.0, **own)
    assert change == pytest.approx(of_paths(B, theta, tau_so=2e-11), rel=1e-7)
    assert change != pytest.approx(of_paths(B, theta, tau_so=2e-11, zeeman=False), rel=1e-4)


def test_precession_alone_is_not_seen_by_interference():
    plain, split = (
        cp.conductivity(film(*more, field=cp.PerpendicularField()), loops=1) for more in ((), (cp.Zeeman(),))
    )
    assert plain.expr == split.expr


def test_channels_that_precession_mixes():
    metal = film(cp.SpinOrbit(), cp.Magnetic(), cp.Zeeman())
    assert verify(cp.cooperon(metal).derivation, metal).confirmed
    assert sp.simplify(sum(one.weight for one in cp.cooperon(metal).channels)) == 1
    found = cp.cooperon(film(cp.SpinOrbit(), cp.Zeeman()))
    unsplit = cp.cooperon(film(cp.SpinOrbit()))
    for one, other in zip(found.channels, unsplit.channels, strict=True):
        assert sp.simplify(one.gap.subs(S.B, 0) - other.gap) == 0
        assert sp.simplify(one.weight.subs(S.B, 0) - other.weight) == 0
    with pytest.raises(cp.InputError, match="relax alike along all axes"):
        cp.cooperon(film(cp.SpinOrbit(axes="z"), cp.Zeeman()))
    with pytest.raises(cp.InputError, match="at a frequency"):
        cp.cooperon(metal, omega=S.omega)
    with pytest.raises(cp.InputError, match="its gaps depend on B"):
        cp.magnetoconductivity(metal.replace(field=cp.PerpendicularField()))


# the tilted field by itself


def test_a_tilted_field_asks_for_a_film():
    with pytest.raises(cp.InputError, match="direction does not matter"):
        cp.conductivity(cp.Metal(dim=3, field=cp.TiltedField()), loops=1)
    with pytest.raises(cp.InputError, match=r"TiltedField\(\)"):
        cp.conductivity(cp.Metal(dim=1, geometry=cp.Wire(), field=cp.TiltedField()), loops=1)


@pytest.mark.parametrize("cutoff", ["diffusive", "smooth"])
def test_formulas_in_a_tilted_field_are_confirmed(cutoff):
    metal = cp.Metal(dim=2, geometry=cp.Film(thickness=S.thickness), field=cp.TiltedField())
    for formula in (
        cp.conductivity(metal, loops=1, cutoff=cutoff),
        cp.magnetoconductivity(metal, cutoff=cutoff),
    ):
        assert formula.verify().confirmed


def test_magnetoconductivity_in_a_tilted_field_is_that_of_the_parts(tilted, numbers):
    change = cp.magnetoconductivity(tilted.metal).lambdify("B", "theta", si=True)
    f = function(tilted, "interference", "B", "theta")
    assert change(0.1, 0.2, T=4.0, **numbers) == pytest.approx(
        f(0.1, 0.2, T=4.0, **numbers) - f(0, 0.2, T=4.0, **numbers), rel=1e-9
    )
    assert change(0.0, 0.2, T=4.0, **numbers) == 0


# what a fit can say


@pytest.mark.slow
@pytest.mark.parametrize("noise", [1e-7, 1e-9])
def test_a_fit_over_temperature_alone_says_what_would_tell_them_apart(noise):
    pytest.importorskip("lmfit")
    formula = cp.separate(cp.Metal(dim=2, dephasing=cp.PowerLaw()))["correction"]
    T = np.geomspace(1, 20, 40)
    held = {"tau": 1e-15, "T_0": 4.0, "tau_phi_0": 5e-11}
    curve = 0.02 + formula.lambdify("T", si=True)(T, p=1.2, F0=-0.2, **held)
    data = {"T": T, "sigma": curve + noise * np.random.default_rng(3).standard_normal(T.size)}
    with pytest.warns(cp.IndistinguishableWarning, match="perpendicular field far above B_phi.*tunnelling"):
        cp.fit(data, formula, fixed=held)
    alone = cp.fit(data, formula, fixed={**held, "p": 1.2})
    assert alone.values["F0"] == pytest.approx(-0.2, abs=0.05)


# the figure


def test_figure_of_the_parts(tilted, numbers):
    pytest.importorskip("matplotlib")
    axes = cp.plot.separate(tilted, T=KELVIN, B=[0.0, 0.2], theta=np.pi / 2, **numbers)
    assert [line.get_label() for line in axes.lines][:2] == ["interference, B = 0 T", "exchange, B = 0 T"]
    assert len(axes.lines) == 8
    drawn = {line.get_label(): line.get_ydata() for line in axes.lines}
    own = function(tilted, "interference", "T", "B", "theta")(KELVIN, 0.2, np.pi / 2, **numbers)
    assert drawn["interference, B = 0.2 T"] == pytest.approx(own / (c.e**2 / c.h), rel=1e-12)
    resistance = cp.plot.separate(
        tilted, quantity="resistance", B=np.linspace(0, 1, 5), T=4.0, theta=0.1, **numbers
    )
    both = next(line.get_ydata() for line in resistance.lines if line.get_label() == "with both")
    own = function(tilted, "resistivity", "B")(np.linspace(0, 1, 5), T=4.0, theta=0.1, **numbers)
    assert both == pytest.approx(own, rel=1e-12)
    assert resistance.get_ylabel() == "resistance per square (ohm)"
    for wrong in ({"T": 4.0}, {"T": KELVIN, "B": KELVIN, "theta": KELVIN}, {"T": KELVIN, "quantity": "R"}):
        with pytest.raises(cp.InputError):
            cp.plot.separate(tilted, **{"B": 0.1, "theta": 0.1, **numbers, **wrong})


def test_figure_with_the_numbers_of_a_sample(tilted):
    pytest.importorskip("matplotlib")
    sample = cp.Sample(
        dim=2, sheet_resistance=50.0, diffusion_constant=2e-3, v_F=1.57e6, tau_phi=5e-11, T=4.0
    )
    axes = cp.plot.separate(tilted, sample, T=KELVIN, B=0.1, theta=0.1, F0=-0.2, g_L=2.0, thickness=5e-9)
    assert len(axes.lines) == 4
