"""Laws of dephasing: derived rates against quadrature, differential equations and random walks."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy import integrate

import cooperon as cp
from cooperon.symbolic import noise
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dephasing_rate import electron_rate
from cooperon.symbolic.references import cited

EE = cp.ElectronElectron()
PHONONS = cp.ElectronPhonon(p=3)
UNITS = {"e": 1.3, "hbar": 0.7, "k_B": 1.1}
POINTS = [
    {"D": 0.8, "nu": 1.7, "T": 0.4, "T_0": 1.2, "tau_ep_0": 2.3},
    {"D": 2.1, "nu": 0.6, "T": 3.1, "T_0": 0.9, "tau_ep_0": 40.0},
]


def number(expr, **values):
    """An expression in thirty digits."""
    put_in = {s.lookup(name): sp.Float(str(x), 40) for name, x in (UNITS | values).items()}
    return mpmath.mpmathify(sp.N(sp.sympify(expr).xreplace(put_in), 30))


def wire(*laws, **more):
    return cp.Metal(dim=1, dephasing=list(laws) or [EE], **more)


def loss(values, spins=2):
    """The a of a |r|: e^2 k_B T/(hbar^2 sigma_1)."""
    v = UNITS | values
    sigma = spins * v["e"] ** 2 * v["nu"] * v["D"]
    return v["e"] ** 2 * v["k_B"] * v["T"] / (v["hbar"] ** 2 * sigma)


def at_its_place(D, a, gap):
    """C(0) of [-D C'' + (a |r| + gap) C] = delta(r): u = C/C' from far out to r = 0."""
    length = (D / a) ** (1 / 3)
    end = 30 * length
    start = -np.sqrt(D / (a * end + gap))
    found = integrate.solve_ivp(
        lambda r, u: 1 - u * u * (a * r + gap) / D, (end, 0), [start], method="DOP853", rtol=1e-13, atol=1e-16
    )
    return -found.y[0, -1] / (2 * D)


def interference(values, gap, **kind):
    v = UNITS | values
    spins = kind.get("spins", 2)
    return (
        -spins * v["e"] ** 2 * v["D"] / (np.pi * v["hbar"]) * at_its_place(v["D"], loss(values, **kind), gap)
    )


# one dimension


@pytest.mark.parametrize("values", POINTS)
@pytest.mark.parametrize("phonons", [False, True])
def test_the_wire_solves_its_equation(values, phonons):
    metal = wire(EE, PHONONS) if phonons else wire()
    gap = (values["T"] / values["T_0"]) ** 3 / values["tau_ep_0"] if phonons else 0.0
    found = cp.conductivity(metal, loops=1)
    assert float(number(found.expr, **values)) == pytest.approx(interference(values, gap), rel=1e-10)
    assert found.leading() == found.expr


def test_the_wire_is_the_published_formula():
    """(e^2/pi hbar) L_N Ai(s)/Ai'(s), L_N^3 = hbar^2 D sigma_1/(e^2 k_B T), s = tau_N/tau_H."""
    for values in POINTS:
        v = {name: mpmath.mpf(str(x)) for name, x in (UNITS | values).items()}
        sigma = 2 * v["e"] ** 2 * v["nu"] * v["D"]
        length = mpmath.cbrt(v["hbar"] ** 2 * v["D"] * sigma / (v["e"] ** 2 * v["k_B"] * v["T"]))
        place = length**2 / v["D"] * (v["T"] / v["T_0"]) ** 3 / v["tau_ep_0"]
        ratio = mpmath.airyai(place) / mpmath.airyai(place, derivative=1)
        found = number(cp.conductivity(wire(EE, PHONONS), loops=1).expr, **values)
        assert abs(found / (v["e"] ** 2 / (mpmath.pi * v["hbar"]) * length * ratio) - 1) < 1e-14


def test_random_walks_lose_their_phase():
    """Closed paths drawn at random, each with exp(-a int |x(t') - x(t - t')| dt'): no sqrt(2) anywhere."""
    random = np.random.default_rng(7)
    steps, walks = 400, 6000
    walk = np.cumsum(random.normal(size=(walks, steps)), axis=1) / np.sqrt(steps)
    walk = np.hstack([np.zeros((walks, 1)), walk])
    bridge = walk - np.linspace(0, 1, steps + 1) * walk[:, -1:]
    area = np.abs(bridge - bridge[:, ::-1])[:, :-1].mean(axis=1)  # of a bridge with <x^2> = t for t = 1
    D, a, gap = 0.8, 0.5, 0.1
    t = np.geomspace(1e-6, 300, 1200)
    kept = np.array([np.exp(-a * area * np.sqrt(2 * D) * x**1.5).mean() for x in t])
    returned = kept * np.exp(-gap * t) / np.sqrt(4 * np.pi * D * t)
    sampled = integrate.simpson(returned * t, x=np.log(t)) + 2 * np.sqrt(t[0] / (4 * np.pi * D))
    assert sampled == pytest.approx(at_its_place(D, a, gap), rel=8e-3)


@pytest.mark.slow
def test_noise_of_a_conductor_between_two_paths():
    """A potential drawn mode by mode: the mean of exp(i phase) between a path and the path run backwards."""
    random = np.random.default_rng(3)
    steps, box, modes, draws = 80, 12.0, 150, 4000
    values = POINTS[0] | {"T": 6.0}
    v = UNITS | values
    strength = 2 * v["k_B"] * v["T"] / (2 * v["e"] ** 2 * v["nu"] * v["D"])  # <E E> = 2 k_B T/sigma
    dt = 1 / steps
    walk = np.concatenate([[0], np.cumsum(random.normal(size=steps))]) * np.sqrt(0.6 * dt)
    path = (walk - np.linspace(0, 1, steps + 1) * walk[-1])[:-1]
    back = np.roll(path[::-1], 1)
    q = 2 * np.pi * np.arange(1, modes + 1) / box
    size = np.sqrt(strength / q**2 / dt * 2 / box)  # of cos(q x) and sin(q x), at each instant
    phases = np.zeros(draws)
    for here, there in zip(path, back, strict=True):
        even, odd = random.normal(size=(2, draws, modes))
        phases += dt * (even @ (size * (np.cos(q * here) - np.cos(q * there))))
        phases += dt * (odd @ (size * (np.sin(q * here) - np.sin(q * there))))
    mean = np.cos(v["e"] / v["hbar"] * phases).mean()
    rate = float(number(noise.dephasing_between(cp.Metal(dim=1)), **values))
    lost = rate * np.abs(path - back).sum() * dt
    assert 0.5 < lost < 2
    assert mean == pytest.approx(np.exp(-lost), abs=0.03)


def test_rates_of_others_alone():
    """Far from the noise the wire is that of a given time: -(e^2/pi hbar) sqrt(D tau_H)."""
    found = cp.conductivity(wire(EE, PHONONS), loops=1).expr
    values = POINTS[0] | {"tau_ep_0": 1e-7}
    hot = {"T": values["T_0"]}
    exact = number(found, **(values | hot))
    plain = -number(s.e**2 / (sp.pi * s.hbar) * sp.sqrt(s.D * s.tau_ep_0), **values)
    assert abs(exact / plain - 1) < 1e-8


@pytest.mark.parametrize("values", POINTS)
def test_channels_of_the_spins(values):
    """Each channel has an Airy function of its own gap; the weights are -1/2 and three times 1/2."""
    found = cp.conductivity(wire(EE, scattering=[cp.SpinOrbit(), cp.Magnetic()]), loops=1)
    rest = {"tau_so": 0.9, "tau_s": 3.0}
    singlet, triplet = 2 / rest["tau_s"], 4 / (3 * rest["tau_so"]) + 2 / (3 * rest["tau_s"])
    expected = -interference(values, singlet) / 2 + 3 * interference(values, triplet) / 2
    assert float(number(found.expr, **values, **rest)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("values", POINTS)
def test_thin_wire_of_a_bulk_in_a_field(values):
    """sigma_1 is the conductivity of the whole cross-section; the field adds D e^2 B^2 w^2/3 hbar^2."""
    shape = cp.Wire(width=s.width, thickness=s.thickness)
    metal = cp.Metal(dim=3, dephasing=EE, geometry=shape, field=cp.PerpendicularField())
    rest = {"width": 0.4, "thickness": 0.3, "B": 1.9}
    v = UNITS | values
    section = rest["width"] * rest["thickness"]
    line = values | {"nu": values["nu"] * section}
    rate = v["D"] * (v["e"] * rest["B"] * rest["width"] / v["hbar"]) ** 2 / 3
    within, without = (interference(line, x) / section for x in (rate, 0.0))
    whole = cp.conductivity(metal, loops=1)
    change = cp.magnetoconductivity(metal)
    assert float(number(whole.expr, **values, **rest)) == pytest.approx(within, rel=1e-9)
    assert float(number(change.expr, **values, **rest)) == pytest.approx(within - without, rel=1e-8)


def test_short_paths_off():
    """The smooth cutoff takes the paths off that 1/tau more would end."""
    found = cp.conductivity(wire(), loops=1, cutoff="smooth").expr
    values = POINTS[0]
    expected = interference(values, 0.0) - interference(values, 1 / 0.3)
    assert float(number(found, **values, tau=0.3)) == pytest.approx(expected, rel=1e-9)


def test_a_frequency_in_the_wire():
    found = cp.conductivity(wire(EE, PHONONS), loops=1, omega=s.omega).expr
    values, omega = POINTS[0], 0.6
    gap = (values["T"] / values["T_0"]) ** 3 / values["tau_ep_0"] - 1j * omega
    expected = interference(values, gap)
    assert complex(number(found, **values, omega=omega)) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("values", POINTS)
def test_rate_of_the_wire(values):
    """D/L_phi**2 with -(e^2/pi hbar) L_phi for the correction."""
    rate = number(cp.dephasing_rate(cp.Metal(dim=1)).expr, **values)
    correction = number(cp.conductivity(wire(), loops=1).expr, **values)
    length = -correction * mpmath.pi * UNITS["hbar"] / UNITS["e"] ** 2
    assert abs(rate * length**2 / values["D"] - 1) < 1e-12


def test_the_noise_is_what_the_rule_says(monkeypatch):
    """With twice the noise L_N**3 is halved."""
    right = noise.noise_strength
    before = number(cp.conductivity(wire(), loops=1).expr, **POINTS[0])
    monkeypatch.setattr(noise, "noise_strength", lambda metal: 2 * right(metal))
    after = number(cp.conductivity(wire(), loops=1).expr, **POINTS[0])
    assert abs(after / before - mpmath.mpf(2) ** (-mpmath.mpf(1) / 3)) < 1e-14


def test_electrons_without_spin():
    """Half the conductivity makes twice the noise."""
    found = number(cp.conductivity(wire(spin=0), loops=1).expr, **POINTS[0])
    assert float(found) == pytest.approx(interference(POINTS[0], 0.0, spins=1), rel=1e-10)


# two dimensions


@pytest.mark.parametrize("values", POINTS)
def test_the_film_is_self_consistent(values):
    values = values | {"nu": 30 * values["nu"]}
    v = {name: mpmath.mpf(str(x)) for name, x in (UNITS | values).items()}
    sigma = 2 * v["e"] ** 2 * v["nu"] * v["D"]
    rate = number(cp.dephasing_rate(cp.Metal(dim=2)).expr, **values)
    front = v["e"] ** 2 * v["k_B"] * v["T"] / (2 * mpmath.pi * v["hbar"] ** 2 * sigma)
    assert abs(rate / (front * mpmath.log(v["k_B"] * v["T"] / (rate * v["hbar"]))) - 1) < 1e-12
    low, high = mpmath.sqrt(rate / v["D"]), mpmath.sqrt(v["k_B"] * v["T"] / (v["hbar"] * v["D"]))
    noise_2d = 2 * v["e"] ** 2 * v["k_B"] * v["T"] / (v["hbar"] ** 2 * sigma)
    quadrature = mpmath.quad(lambda q: noise_2d / (2 * mpmath.pi * q), [low, high])
    assert abs(rate / quadrature - 1) < 1e-12


def test_the_film_leads_with_a_logarithm():
    rate = cp.dephasing_rate(cp.Metal(dim=2))
    sigma = 2 * s.e**2 * s.nu * s.D
    front = s.k_B * s.T * s.e**2 / (2 * sp.pi * s.hbar**2 * sigma)
    assert sp.simplify(rate.leading() / (front * sp.log(2 * sp.pi * s.hbar * sigma / s.e**2))) == 1
    apart = [
        float(number(rate.expr / rate.leading(), **(POINTS[0] | {"nu": size}))) for size in (1e3, 1e9, 1e27)
    ]
    assert apart == sorted(apart)
    assert 0.9 < apart[-1] < 1


# above two dimensions


def golden_rule(values, kernel, dim=3, ends=(0, 0.5, 1, 2, 4, 7, 10)):
    """1/tau from the rules, all integrals by quadrature; q by tan."""
    v = {name: mpmath.mpf(str(x)) for name, x in (UNITS | values).items()}
    around = (
        2 * mpmath.pi ** (mpmath.mpf(dim) / 2) / mpmath.gamma(mpmath.mpf(dim) / 2) / (2 * mpmath.pi) ** dim
    )

    def over_q(omega):
        unit = mpmath.sqrt(omega / v["D"])

        def integrand(x):
            q = unit * x
            pole = mpmath.mpc(v["D"] * q * q, -omega)
            screened = 1 / (2 * v["nu"] * v["D"] * q * q / pole)
            return around * q ** (dim - 1) * (1 / pole).real * (-screened.imag) * unit

        return mpmath.quad(integrand, [0, 1, mpmath.inf])

    scale = v["k_B"] * v["T"] / v["hbar"]
    at_one = over_q(mpmath.mpf(1))  # ~ omega**(d/2 - 1)
    assert abs(over_q(mpmath.mpf(3)) / at_one / mpmath.mpf(3) ** (mpmath.mpf(dim) / 2 - 1) - 1) < 1e-12
    # x = u**2: smooth at 0
    power = mpmath.mpf(dim) / 2 - 1
    weight = mpmath.quad(lambda u: 2 * u * (u * u) ** power * kernel(u * u) if u else 0, ends)
    return 2 / (mpmath.pi * v["hbar"]) * at_one * scale ** (power + 1) * weight


def at_the_fermi_energy(x):
    return mpmath.coth(x / 2) - mpmath.tanh(x / 2)


def averaged(x):
    return mpmath.coth(x / 2) - mpmath.quad(
        lambda y: mpmath.tanh((x - y) / 2) / (4 * mpmath.cosh(y / 2) ** 2), [-90, -10, 0, x, 10 + x, 90 + x]
    )


@pytest.mark.parametrize("values", POINTS)
def test_the_bulk_against_quadrature(values):
    found = number(cp.dephasing_rate(cp.Metal(dim=3)).expr, **values)
    assert abs(found / golden_rule(values, at_the_fermi_energy) - 1) < 1e-10


def test_another_dimension_against_quadrature():
    metal = cp.Metal(dim=sp.Rational(5, 2))
    found = number(cp.dephasing_rate(metal).expr, **POINTS[0])
    assert abs(found / golden_rule(POINTS[0], at_the_fermi_energy, mpmath.mpf(5) / 2) - 1) < 1e-9


@pytest.mark.slow
def test_the_average_over_energies_against_quadrature():
    metal = cp.Metal(dim=3, dephasing=cp.ElectronElectron(energy="thermal"))
    found = number(cp.dephasing_rate(metal).expr, **POINTS[0])
    assert abs(found / golden_rule(POINTS[0], averaged) - 1) < 1e-10


def test_the_constant_of_the_literature():
    """(sqrt(3)/2) (epsilon/k_F l)^(3/2)/(hbar sqrt(E_F)) is that of an electron at epsilon, T = 0.

    It is often quoted with k_B T in place of epsilon. The rate of an electron at the Fermi energy is larger
    than that by 3 sqrt(pi) (1 - 2^(-3/2)) zeta(3/2) = 8.980.
    """
    energy = s.hbar**2 * s.k_F**2 / (2 * s.m)
    quoted = (
        sp.sqrt(3) / 2 * (s.k_B * s.T / (s.k_F * s.ell)) ** sp.Rational(3, 2) / (s.hbar * sp.sqrt(energy))
    )
    hot = cp.dephasing_rate(cp.Metal(dim=3)).in_terms_of("k_F", "ell").expr
    rest = {"k_F": 7.0, "ell": 2.0, "m": 1.4, "T": 0.3}
    diffusion = UNITS["hbar"] * rest["k_F"] * rest["ell"] / (3 * rest["m"])
    nu = rest["m"] * rest["k_F"] / (2 * np.pi**2 * UNITS["hbar"] ** 2)
    hot = hot.xreplace({s.tau: rest["ell"] * s.m / (s.hbar * s.k_F), s.nu: nu, s.D: diffusion})
    # at T = 0 the states are empty up to epsilon: the kernel is 2 there, and 0 beyond
    over_q = golden_rule(rest | {"nu": nu, "D": diffusion}, lambda x: 2 if x < 1 else 0, ends=[0, 1]) / 2
    assert abs(over_q / number(quoted, **rest) - 1) < 1e-10
    factor = 3 * mpmath.sqrt(mpmath.pi) * (1 - mpmath.mpf(2) ** -1.5) * mpmath.zeta(1.5)
    assert float(factor) == pytest.approx(8.980, abs=5e-4)
    assert abs(number(hot / quoted, **rest) / factor - 1) < 1e-12


# all of them


@pytest.mark.parametrize(
    ("dim", "power"),
    [(1, sp.Rational(2, 3)), (2, 1), (3, sp.Rational(3, 2)), (sp.Rational(7, 3), sp.Rational(7, 6))],
)
def test_powers_of_the_temperature(dim, power):
    rate = cp.dephasing_rate(cp.Metal(dim=dim))
    assert sp.simplify(s.T * sp.diff(sp.log(rate.expr), s.T)) == power
    assert str(rate.dimension) == "s^-1"


@pytest.mark.slow
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_every_line_is_confirmed(dim):
    report = cp.dephasing_rate(cp.Metal(dim=dim, dephasing=[EE, PHONONS])).verify()
    assert report.confirmed, report
    assert len(report.lines) > 10


@pytest.mark.slow
@pytest.mark.parametrize(
    "formula",
    [
        lambda: cp.conductivity(wire(EE, PHONONS, scattering=[cp.SpinOrbit(axes="z")]), loops=1),
        lambda: cp.conductivity(wire(), loops=1, cutoff="smooth", omega=s.omega),
        lambda: cp.magnetoconductivity(
            wire(EE, cp.PowerLaw(1), geometry=cp.Wire(width=s.width), field=cp.PerpendicularField())
        ),
        lambda: cp.conductivity(cp.Metal(dim=2, dephasing=[EE, PHONONS]), loops=1),
        lambda: cp.conductivity(cp.Metal(dim=3, dephasing=EE), loops=1),
    ],
)
def test_every_line_of_a_correction_is_confirmed(formula):
    report = formula().verify()
    assert report.confirmed, report


@pytest.mark.parametrize("dim", [2, 3])
def test_any_formula_becomes_one_of_temperature(dim):
    """What stands for tau_phi is one over the rate."""
    metal = cp.Metal(dim=dim)
    given = cp.conductivity(metal, loops=1)
    found = cp.conductivity(metal.replace(dephasing=EE), loops=1)
    rate = cp.dephasing_rate(metal).expr
    assert sp.simplify(found.expr - given.expr.xreplace({s.tau_phi: 1 / rate})) == 0
    assert s.T in found.expr.free_symbols
    assert s.tau_phi not in found.expr.free_symbols
    assert any("<< 1" in str(a) or ">> tau" in str(a) for a in found.assumptions)


def test_rates_add_up():
    both = cp.dephasing_rate(cp.Metal(dim=3, dephasing=(EE, PHONONS))).expr
    alone = cp.dephasing_rate(cp.Metal(dim=3)).expr
    assert sp.expand(both - alone - (s.T / s.T_0) ** 3 / s.tau_ep_0) == 0
    assert cp.Metal(dim=3, dephasing=EE + PHONONS) == cp.Metal(dim=3, dephasing=[EE, PHONONS])
    assert cp.Metal(dephasing=[EE]) == cp.Metal(dephasing=EE)
    three = EE + PHONONS + cp.PowerLaw(2)
    assert repr(cp.Metal(dephasing=three)) == (
        "Metal(dim=2, dephasing=ElectronElectron() + ElectronPhonon() + PowerLaw(exponent=2))"
    )


def test_magnetic_impurities_add_the_gap_of_a_channel():
    metal = cp.Metal(dim=3, dephasing=[EE, PHONONS], scattering=[cp.Magnetic(), cp.SpinOrbit()])
    plain = cp.dephasing_rate(metal)
    assert not plain.expr.has(s.tau_s, s.tau_so)
    assert any("channel" in str(a) for a in plain.assumptions)
    assert sp.expand(cp.dephasing_rate(metal, channel="singlet").expr - plain.expr) == 2 / s.tau_s
    triplet = cp.dephasing_rate(metal, channel="triplet z").expr - plain.expr
    assert sp.expand(triplet) == sp.Rational(2, 3) / s.tau_s + sp.Rational(4, 3) / s.tau_so
    with pytest.raises(cp.InputError, match="singlet, triplet"):
        cp.dephasing_rate(metal, channel="third")


def test_a_given_time_stands_for_electrons():
    for given in (None, cp.Dephasing()):
        assert cp.dephasing_rate(cp.Metal(dephasing=given)).expr == electron_rate(cp.Metal(), "fermi")
    law = cp.dephasing_rate(cp.Metal(dephasing=cp.PowerLaw(2)))
    assert law.expr == s.T**2 / (s.T_0**2 * s.tau_phi_0)
    assert cp.dephasing_rate(cp.Metal(tau_phi=3)).expr == electron_rate(cp.Metal(), "fermi")


REFUSED = [
    (wire(geometry=cp.Ring()), {}, "without ends or holes"),
    (wire(geometry=cp.Wire(length=s.L)), {}, "without ends or holes"),
    (cp.Metal(dim=2, dephasing=EE, geometry=cp.Cylinder()), {}, "without ends or holes"),
    (cp.Metal(dim=3, dephasing=EE, geometry=cp.Film()), {}, "dim=2"),
    (cp.Metal(dim=2, dephasing=EE, geometry=cp.Wire()), {}, "dim=1"),
    (cp.Metal(dim=s.d, dephasing=EE), {}, "between 2 and 4"),
    (cp.Metal(dim=sp.Rational(3, 2), dephasing=EE), {}, "between 2 and 4"),
    (cp.Metal(dim=4, dephasing=EE), {}, "between 2 and 4"),
    (cp.Metal(dim=3, dephasing=EE, interaction=cp.ShortRange()), {}, "Coulomb"),
    (wire(), {"cutoff": "time"}, "diffusive, smooth"),
    (wire(), {"cutoff": "window"}, "diffusive, smooth"),
    (wire(), {"infrared": "L"}, "diffusive, smooth"),
    (wire(), {"kernel": "exact"}, "no diffusion pole"),
    (wire(), {"route": "return_probability"}, "cutoff in time"),
    (wire(), {"route": "return_probability", "cutoff": "time"}, "diffusive, smooth"),
]


@pytest.mark.parametrize(("metal", "options", "message"), REFUSED)
def test_where_it_is_not_derived(metal, options, message):
    with pytest.raises(cp.InputError, match=message):
        cp.conductivity(metal, loops=1, **options)


@pytest.mark.parametrize(
    "given",
    [[], [EE, EE], [PHONONS, cp.ElectronPhonon(p=2)], [EE, cp.Dephasing()], "fast", [EE, 3], cp.PowerLaw, 2],
)
def test_what_is_no_law(given):
    with pytest.raises(cp.InputError, match="dephasing = "):
        cp.Metal(dephasing=given)


def test_other_refusals():
    with pytest.raises(cp.InputError, match="p of ElectronPhonon"):
        cp.ElectronPhonon(p=-1)
    with pytest.raises(cp.InputError, match="fermi, thermal"):
        cp.ElectronElectron(energy="hot")
    with pytest.raises(cp.InputError, match="a metal"):
        EE.time()
    with pytest.raises(cp.InputError, match="tau_phi is not free"):
        cp.Metal(tau_phi=2, dephasing=EE)
    with pytest.raises(cp.InputError, match="no diffusion pole"):
        cp.ladder("cooperon", wire())
    with pytest.raises(cp.InputError, match="no diffusion pole"):
        cp.cooperon(wire())
    with pytest.raises(cp.InputError, match="a Metal"):
        cp.dephasing_rate(2)


@pytest.mark.slow
@pytest.mark.parametrize(
    "formula",
    [
        lambda: cp.conductivity(wire(EE, scattering=[cp.SpinOrbit(), cp.Magnetic()]), loops=1),
        lambda: cp.conductivity(wire(EE, PHONONS), loops=1),
        lambda: cp.dephasing_rate(cp.Metal(dim=1)),
        lambda: cp.dephasing_rate(cp.Metal(dim=2, dephasing=[EE, PHONONS])),
        lambda: cp.dephasing_rate(cp.Metal(dim=3)),
    ],
)
def test_what_is_written_is_read_back(formula):
    found = formula()
    for text in (str(found.expr), *(found.latex(form=name) for name in found.forms())):
        assert cp.check(text, found).kind == "agrees", text


@pytest.mark.slow
def test_a_prime_is_read_where_it_is_known():
    formula = cp.conductivity(wire(EE, PHONONS), loops=1)
    place = "2^(2/3)*D^(1/3)*T^(7/3)*hbar^(4/3)*nu^(2/3)/(T_0^3*k_B^(2/3)*tau_ep_0)"
    front = "e^2/(pi*hbar)*(2*D^2*hbar^2*nu/(k_B*T))^(1/3)"
    assert cp.check(f"{front}*Ai({place})/Ai'({place})", formula).kind == "agrees"
    assert cp.check(f"{front}*Ai({place})/Ai({place})", formula).kind != "agrees"
    with pytest.raises(cp.ReadingError, match="a prime"):
        cp.check("D'", formula)
    rate = cp.dephasing_rate(cp.Metal(dim=2))
    assert cp.check("k_B T W(4 pi hbar nu D)/(4 pi hbar^2 nu D)", rate).kind == "agrees"


def test_it_says_so_in_words():
    assert "noise of the other electrons" in str(cp.explain(cp.conductivity(wire(), loops=1)))
    found = [one.key for one in cited(cp.dephasing_rate(cp.Metal(dim=3)))]
    assert "Schmid1974" in found
    assert "Altshuler1982" in [one.key for one in cited(cp.conductivity(wire(), loops=1))]


# numbers


def test_a_sample():
    """The film's tau_phi of its own numbers."""
    film = cp.Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, T=4.2)
    rate = cp.dephasing_rate(cp.Metal(dim=2)).evaluate(film)
    hbar, e, k_B = 1.054571817e-34, 1.602176634e-19, 1.380649e-23
    g = 2 * np.pi * hbar * film.sigma_0 / e**2
    expected = k_B * 4.2 / hbar / g * float(mpmath.lambertw(g).real)
    assert rate.value == pytest.approx(expected, rel=1e-8)
    law = cp.conductivity(cp.Metal(dim=2, dephasing=EE), loops=1).evaluate(film, T=1.0)
    cold = expected / 4.2
    assert law.value == pytest.approx(
        -(e**2) / (2 * np.pi**2 * hbar) * np.log1p(1 / (cold * film.tau)), rel=1e-8
    )


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["numpy", "numba", "jax", "mpmath"])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_arrays(dim, backend):
    if backend in ("numba", "jax"):
        pytest.importorskip(backend)
    formula = cp.conductivity(cp.Metal(dim=dim, dephasing=[EE, PHONONS]), loops=1)
    rest = {name: x for name, x in (UNITS | POINTS[0]).items() if name != "T"}
    rest |= {"tau": 1e-3} if dim > 1 else {}
    temperatures = np.array([1e-6, 0.02, 0.4, 7.0, 300.0])
    found = formula.lambdify("T", backend=backend, checks=False)(temperatures, **rest)
    for T, value in zip(temperatures, found, strict=True):
        true = number(formula.expr, **(rest | {"T": T}))
        assert float(value) == pytest.approx(float(true), rel=1e-13)


@pytest.mark.slow
def test_jax_differentiates():
    jax = pytest.importorskip("jax")
    formula = cp.conductivity(wire(EE, PHONONS), loops=1)
    rest = {name: x for name, x in (UNITS | POINTS[0]).items() if name != "T"}
    with jax.enable_x64(True):
        function = formula.lambdify("T", backend="jax", checks=False)
        slope = jax.grad(lambda T: function(T, **rest))(0.7)
    true = number(sp.diff(formula.expr, s.T), **(rest | {"T": 0.7}))
    assert float(slope) == pytest.approx(float(true), rel=1e-12)


def test_small_fields_keep_their_digits():
    metal = wire(geometry=cp.Wire(width=s.width), field=cp.PerpendicularField())
    change = cp.magnetoconductivity(metal)
    rest = {name: x for name, x in (UNITS | POINTS[0]).items() if name not in ("T_0", "tau_ep_0")}
    fields = np.array([0.0, 1e-9, 1e-2])
    found = change.lambdify("B", checks=False)(fields, width=0.3, **rest)
    assert found[0] == 0
    with mpmath.workdps(60):
        exact = change.lambdify("B", checks=False, backend="mpmath", digits=25)(fields[1:], width=0.3, **rest)
    assert found[1:] == pytest.approx([float(x) for x in exact], rel=1e-13)


def test_a_fit_over_temperature():
    law = cp.conductivity(wire(EE, PHONONS), loops=1)
    random = np.random.default_rng(5)
    held = {"T_0": 1.0, "nu": 2.5e33, "tau": 1e-14}
    T = np.geomspace(0.05, 8, 60)
    true = {"D": 0.011, "tau_ep_0": 2e-9}
    values = law.lambdify("T", si=True, checks=False)(T, T_0=1.0, nu=2.5e33, **true)
    noisy = 1e-5 * abs(values).max() * random.normal(size=T.size)
    found = cp.fit({"T": T, "sigma": 1e3 * abs(values).max() + values + noisy}, law, fixed=held)
    for name, value in true.items():
        assert found.values[name] == pytest.approx(value, rel=1e-2)
        assert abs(found.values[name] - value) < 5 * found.errors[name]
