"""From a metal to its conductivity: the table of what must come out, and how it depends on the options."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest
import sympy as sp

import cooperon as cp

s = cp.symbols
D, TAU, TAU_PHI, L, OMEGA, E, HBAR, NU = s.D, s.tau, s.tau_phi, s.L, s.omega, s.e, s.hbar, s.nu
HALF = sp.Rational(1, 2)
CUTOFFS = ("diffusive", "mean_free_path", "time", "window", "dimensional")
QUANTUM = E**2 / (2 * sp.pi**2 * HBAR)
L_PHI = sp.sqrt(D * TAU_PHI)


def wl(dim, **options):
    metal = options.pop("metal", None) or cp.Metal(dim=dim)
    return cp.conductivity(metal, loops=1, **options)


def vanishes(expr):
    flat = sp.expand_log(sp.expand(sp.expand_func(expr)), force=True)
    return flat == 0 or sp.simplify(sp.powdenest(flat, force=True)) == 0


def put(expr, **values):
    names = sorted(expr.free_symbols, key=str)
    with mpmath.workdps(30):
        return mpmath.mpmathify(
            sp.lambdify(names, expr, "mpmath")(*(mpmath.mpf(values[x.name]) for x in names))
        )


SOME = {
    "D": "0.83",
    "tau": "0.57",
    "tau_phi": "9.1",
    "e": "1.1",
    "hbar": "0.9",
    "nu": "2.3",
    "L": "6",
    "omega": "0.2",
}


@pytest.mark.parametrize("dim", [1, 2, 3, 4, 5 * HALF, HALF, s.d])
def test_drude(dim):
    drude = cp.conductivity(cp.Metal(dim=dim))
    assert vanishes(drude.expr - 2 * E**2 * NU * D)
    assert drude.leading() == drude.expr
    by_velocity = drude.in_terms_of("nu", "v_F", "tau").expr
    assert vanishes(by_velocity - 2 * E**2 * NU * s.v_F**2 * TAU / dim)


@pytest.mark.parametrize("dim", [1, 2, 3, 5 * HALF])
def test_drude_is_the_textbook_one(dim):
    assert vanishes(
        cp.conductivity(cp.Metal(dim=dim)).in_terms_of("n", "tau", "m").expr - s.n * E**2 * TAU / s.m
    )


def test_drude_at_a_frequency():
    found = cp.conductivity(cp.Metal(dim=3), omega=OMEGA).expr
    assert sp.simplify(found - 2 * E**2 * NU * D / (1 - sp.I * OMEGA * TAU)) == 0


def test_wire():
    found = wl(1)
    expected = -(2 * E**2 / (sp.pi**2 * HBAR)) * L_PHI * sp.atan(sp.sqrt(TAU_PHI / TAU))
    assert vanishes(found.expr - expected)
    assert vanishes(found.leading() + E**2 / (sp.pi * HBAR) * L_PHI)


def test_film():
    found = wl(2)
    assert vanishes(found.expr + QUANTUM * sp.log(1 + TAU_PHI / TAU))
    assert vanishes(found.leading() + QUANTUM * sp.log(TAU_PHI / TAU))
    assert vanishes(wl(2, cutoff="mean_free_path").leading() + QUANTUM * sp.log(TAU_PHI / (2 * TAU)))
    assert vanishes(wl(2, cutoff="time").leading() + QUANTUM * (sp.log(TAU_PHI / TAU) - sp.EulerGamma))
    assert vanishes(wl(2, cutoff="window").expr + QUANTUM * sp.log(TAU_PHI / TAU))


@pytest.mark.parametrize(("cutoff", "largest"), [("diffusive", 1), ("mean_free_path", 3)])
def test_bulk(cutoff, largest):
    q_c = 1 / sp.sqrt(largest * D * TAU)
    found = wl(3, cutoff=cutoff)
    expected = -(E**2 / (sp.pi**3 * HBAR)) * (q_c - sp.atan(q_c * L_PHI) / L_PHI)
    assert vanishes(found.expr - expected)
    assert vanishes(found.leading() - (-(E**2) * q_c / (sp.pi**3 * HBAR) + QUANTUM / L_PHI))


def test_bulk_in_a_time():
    constant = -(2 * E**2 * D / (sp.pi * HBAR)) * 2 / sp.sqrt(TAU) / (4 * sp.pi * D) ** sp.Rational(3, 2)
    assert vanishes(wl(3, cutoff="time").leading() - (constant + QUANTUM / L_PHI))


PREFACTOR = -(2 * E**2 * D / (sp.pi * HBAR)) * (4 * sp.pi * D) ** (-s.d / 2)
POWER = 1 - s.d / 2


def test_symbolic_dimension_in_a_time():
    found = wl(s.d, cutoff="time").expr
    expected = PREFACTOR * TAU_PHI**POWER * sp.uppergamma(POWER, TAU / TAU_PHI)
    for dim in ("0.7", "1", "1.5", "2.2", "3", "3.6"):
        left, right = put(found, d=dim, **SOME), put(expected, d=dim, **SOME)
        assert abs(left / right - 1) < mpmath.mpf("1e-24")
    exact_two = -QUANTUM * sp.expint(1, TAU / TAU_PHI)
    assert vanishes(wl(2, cutoff="time").expr - exact_two)
    assert vanishes(found.subs(s.d, 2) - exact_two)
    assert vanishes(sp.limit(found, s.d, 2) - exact_two)


def test_symbolic_dimension_in_a_window():
    found = wl(s.d, cutoff="window").expr
    assert vanishes(found - PREFACTOR * (TAU_PHI**POWER - TAU**POWER) / POWER)
    assert vanishes(sp.limit(found, s.d, 2) + QUANTUM * sp.log(TAU_PHI / TAU))


def test_symbolic_dimension_continued():
    found = wl(s.d, cutoff="dimensional").expr
    assert vanishes(found - PREFACTOR * sp.gamma(POWER) * TAU_PHI**POWER)
    finite = found.subs(s.d, 2 + s.g) - QUANTUM * 2 / s.g * (4 * sp.pi * D) ** (-s.g / 2)
    assert put(finite, g="1e-8", **SOME) == pytest.approx(
        float(put(-QUANTUM * (sp.log(TAU_PHI) - sp.EulerGamma), **SOME)), rel=1e-6
    ), "minus a pole at d = 2, the logarithm of tau_phi"


@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_symbolic_dimension_holds_the_integers(cutoff):
    general = wl(s.d, cutoff=cutoff).expr
    for dim in (1, 2, 3):
        if (cutoff, dim) == ("dimensional", 2):
            continue
        special = put(wl(dim, cutoff=cutoff).expr, **SOME)
        below, above = (put(general, d=dim + mpmath.mpf(shift), **SOME) for shift in ("-1e-9", "1e-9"))
        assert abs((below + above) / 2 - special) < 1e-9 * abs(special)
        assert abs(below - above) < 1e-7 * abs(special)


@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_two_and_a_half_dimensions(cutoff):
    """By quadrature over q or over the duration of paths, written out here."""
    metal = cp.Metal(dim=5 * HALF)
    stiff, tau, tau_phi, e, hbar = (mpmath.mpf(SOME[x]) for x in ("D", "tau", "tau_phi", "e", "hbar"))
    half = mpmath.mpf(5) / 4
    front = -2 * e**2 * stiff / (mpmath.pi * hbar)
    around = 2 * mpmath.pi**half / mpmath.gamma(half) / (2 * mpmath.pi) ** (2 * half)

    def over_q(largest):
        return around * mpmath.quad(
            lambda q: q ** (2 * half - 1) / (stiff * q * q + 1 / tau_phi), [0, 0.1, largest]
        )

    def over_t(start, end, weight):
        return (4 * mpmath.pi * stiff) ** -half * mpmath.quad(
            lambda t: t**-half * weight(t), [start, 10, end]
        )

    def sharp(start, end):
        return (4 * mpmath.pi * stiff) ** -half * mpmath.quad(lambda t: t**-half, [start, end])

    def over_t_from_zero():
        inner = mpmath.quad(lambda t: t**-half * (mpmath.exp(-t / tau_phi) - 1), [0, 1e-3, 1, 10, 1000])
        inner += mpmath.quad(lambda t: t**-half * mpmath.exp(-t / tau_phi), [1000, mpmath.inf])
        inner -= mpmath.mpf(1000) ** (1 - half) / (half - 1)
        return (4 * mpmath.pi * stiff) ** -half * inner

    expected = {
        "diffusive": lambda: over_q(1 / mpmath.sqrt(stiff * tau)),
        "mean_free_path": lambda: over_q(1 / mpmath.sqrt(2 * half * stiff * tau)),
        "time": lambda: over_t(tau, mpmath.inf, lambda t: mpmath.exp(-t / tau_phi)),
        "window": lambda: over_t(tau, tau_phi, lambda t: 1) if tau_phi > 10 else sharp(tau, tau_phi),
        "dimensional": over_t_from_zero,
    }

    found = put(wl(None, metal=metal, cutoff=cutoff).expr, **SOME)
    assert abs(found / (front * expected[cutoff]()) - 1) < 1e-8


@pytest.mark.parametrize("dim", [1, 2, 3, 5 * HALF, s.d])
def test_spinless_electrons_have_half_of_everything(dim):
    spinless, electrons = cp.Metal(dim=dim, spin=0), cp.Metal(dim=dim)
    for options in ({}, {"loops": 1}, {"loops": 1, "cutoff": "time"}, {"loops": 1, "infrared": "L"}):
        half, whole = cp.conductivity(spinless, **options), cp.conductivity(electrons, **options)
        assert vanishes(2 * half.expr - whole.expr)
        assert vanishes(2 * half.leading() - whole.leading())


def test_more_spin_states_add_up():
    for spin, states in ((1, 3), (3 * HALF, 4)):
        found = cp.conductivity(cp.Metal(dim=2, spin=spin), loops=1).expr
        assert vanishes(found + states * QUANTUM / 2 * sp.log(1 + TAU_PHI / TAU))


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_cutoff_moves_constants_only(dim):
    """d/d(tau_phi) of all regulators agrees in the limit; a sharp window has its factor."""
    slopes = {}
    for cutoff in CUTOFFS:
        if (cutoff, dim) != ("dimensional", 2):
            slope = sp.diff(wl(dim, cutoff=cutoff).expr, TAU_PHI)
            slopes[cutoff] = put(slope, **(SOME | {"tau": "1e-10"}))
    window = slopes.pop("window")
    factor = {1: "1.12838", 2: "1", 3: "0.56419"}[dim]
    reference = slopes["time"]
    assert all(abs(slope / reference - 1) < 1e-4 for slope in slopes.values())
    assert abs(window / reference - mpmath.mpf(factor)) < 1e-4


@pytest.mark.parametrize("dim", [1, 2, 3, 5 * HALF])
def test_a_sample_shorter_than_the_coherence_length(dim):
    found = wl(dim, infrared="L")
    assert TAU_PHI not in found.expr.free_symbols
    q_c = 1 / sp.sqrt(D * TAU)
    dim = sp.sympify(dim)
    around = 2 * sp.pi ** (dim / 2) / sp.gamma(dim / 2) / (2 * sp.pi) ** dim
    radial = sp.log(q_c * L) if dim == 2 else (q_c ** (dim - 2) - L ** (2 - dim)) / (dim - 2)
    assert vanishes(found.expr + 2 * E**2 / (sp.pi * HBAR) * around * radial)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_frequency_takes_the_place_of_dephasing(dim):
    """-i omega beside 1/tau_phi, by putting it into the formula without a frequency."""
    for cutoff in ("diffusive", "time"):
        still, moving = wl(dim, cutoff=cutoff), wl(dim, cutoff=cutoff, omega=OMEGA)
        values = {name: mpmath.mpf(value) for name, value in SOME.items()}
        complex_time = 1 / (1 / values["tau_phi"] - 1j * values["omega"])
        names = (D, TAU, TAU_PHI, E, HBAR)
        front = sp.lambdify(names, still.expr, "mpmath")
        arguments = [complex_time if x == TAU_PHI else values[x.name] for x in names]
        expected, found = front(*arguments), put(moving.expr, **SOME)
        assert abs(found / expected - 1) < 1e-12
        assert found.imag != 0


def test_film_at_a_frequency_without_dephasing():
    found = cp.conductivity(cp.Metal(dim=2, dephasing=None), loops=1, omega=OMEGA).expr
    assert vanishes(found + QUANTUM * sp.log(1 + sp.I / (OMEGA * TAU)))
    assert put(found, **SOME).real < 0


@pytest.mark.parametrize("power", [1, 2, sp.Rational(3, 2), s.p])
def test_resistance_rises_on_cooling(power):
    metal = cp.Metal(dim=2, dephasing=cp.PowerLaw(power))
    form = cp.conductivity(metal, loops=1).leading()
    assert vanishes(s.T * sp.diff(form, s.T) - power * QUANTUM)
    assert TAU_PHI not in form.free_symbols


def test_power_law_in_other_dimensions():
    wire = cp.conductivity(cp.Metal(dim=1, dephasing=cp.PowerLaw(2)), loops=1).leading()
    assert vanishes(s.T * sp.diff(wire, s.T) + wire)
    bulk = cp.conductivity(cp.Metal(dim=3, dephasing=cp.PowerLaw(2)), loops=1).leading()
    assert vanishes(s.T * sp.diff(bulk, s.T) - QUANTUM * s.T / (sp.sqrt(D * s.tau_phi_0) * s.T_0))


def test_ioffe_regel():
    metal = cp.Metal(dim=3, dephasing=None)
    ratio = wl(None, metal=metal, cutoff="mean_free_path") / cp.conductivity(metal)
    assert vanishes(ratio.expr + 3 / (sp.pi * (s.k_F * s.ell) ** 2))
    with_dephasing = wl(3, cutoff="mean_free_path") / cp.conductivity(cp.Metal(dim=3))
    assert vanishes(sp.limit(with_dephasing.expr, TAU_PHI, sp.oo) + 3 / (sp.pi * (s.k_F * s.ell) ** 2))
    said = " ".join(a.statement for a in ratio.assumptions)
    assert "does not depend on tau_phi" in said


def test_ratio_in_two_dimensions():
    metal = cp.Metal(dim=2)
    ratio = wl(2) / cp.conductivity(metal)
    assert vanishes(ratio.leading() + sp.log(TAU_PHI / TAU) / (sp.pi * s.k_F * s.ell))


def test_values_of_the_metal_are_put_in():
    metal = cp.Metal(dim=2, tau=sp.Rational(1, 2), tau_phi=8)
    found = cp.conductivity(metal, loops=1)
    assert vanishes(found.expr + QUANTUM * sp.log(17))
    assert not found.expr.has(TAU, TAU_PHI)
    assert found.verify().confirmed
    conditions = [a.condition for a in found.assumptions if a.condition is not None]
    assert not any(condition.has(TAU, TAU_PHI) for condition in conditions if hasattr(condition, "has"))


def test_it_comes_from_its_diagrams():
    drude, found = cp.conductivity(cp.Metal()), wl(2)
    assert isinstance(found.diagrams, tuple)
    kinds = [[str(line.kind) for line in diagram.blocks] for diagram in found.diagrams]
    assert all(blocks.count("cooperon") == 1 for blocks in kinds)
    assert ["cooperon"] in kinds
    assert ["diffuson"] in [[str(line.kind) for line in diagram.blocks] for diagram in drude.diagrams]
    total = sum(cp.evaluate(diagram, cp.Metal()).expr for diagram in found.diagrams)
    assert vanishes(total - found.expr)
    assert sum(cp.evaluate(diagram, cp.Metal()).expr != 0 for diagram in found.diagrams) == 1


def test_assumptions_travel_along():
    found = wl(2, cutoff="time", omega=OMEGA)
    said = " ".join(a.statement for a in found.assumptions)
    for word in ("k_F ell", "cutoff", "time", "tau_phi", "omega", "renormalise", "crossed"):
        assert word in said
    conditions = [a.condition for a in found.assumptions if a.condition is not None]
    assert sp.StrictGreaterThan(TAU_PHI, TAU) in conditions


@pytest.mark.parametrize(("dim", "number"), [(1, "1.128"), (3, "0.5642")])
def test_window_says_its_factor(dim, number):
    said = " ".join(a.statement for a in wl(dim, cutoff="window").assumptions)
    assert number in said
    assert "1/Gamma(2 - d/2)" in said
    power = wl(dim, cutoff="window").leading() - wl(dim, cutoff="time").leading()
    in_time = wl(dim, cutoff="time").leading()
    soft = [
        sp.Add(*(x for x in sp.Add.make_args(sp.expand(f)) if x.has(TAU_PHI)))
        for f in (in_time + power, in_time)
    ]
    assert vanishes(soft[0] / soft[1] - 1 / sp.gamma(2 - sp.Rational(dim, 2)))


@pytest.mark.parametrize("dim", [1, 2, 3 * HALF])
@pytest.mark.parametrize("cutoff", ["diffusive", "mean_free_path", "time", "dimensional"])
def test_infinite_without_dephasing(dim, cutoff):
    with pytest.raises(cp.DivergenceError) as caught:
        wl(None, metal=cp.Metal(dim=dim, dephasing=None), cutoff=cutoff)
    assert caught.value.hint


def test_dimensional_continuation_has_a_pole_in_two_dimensions():
    with pytest.raises(cp.DivergenceError):
        wl(2, cutoff="dimensional")


def test_a_window_ends_at_a_time_that_the_metal_has():
    for route in ("diagrams", "return_probability"):
        with pytest.raises(cp.InputError) as caught:
            wl(None, metal=cp.Metal(dim=3, dephasing=None), cutoff="window", route=route)
        assert caught.value.hint


BAD = [("loops", value) for value in (2, -1, True, False, 1.0, "1", None, [1], np.True_, float("nan"), 10**9)]
BAD += [("cutoff", value) for value in ("hard", "", None, 1, ["time"])]
BAD += [("infrared", value) for value in ("l", "", None, 1, ["L"])]
BAD += [("route", value) for value in ("graphs", "", None, 1, ["diagrams"])]
BAD += [
    ("omega", value) for value in (-1, -s.omega, "omega", True, 1j, [1], float("nan"), float("inf"), sp.nan)
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=str)
def test_bad_options(name, value):
    with pytest.raises(cp.InputError) as caught:
        cp.conductivity(cp.Metal(), **({"loops": 1} | {name: value}))
    assert name in caught.value.given
    assert caught.value.expected


@pytest.mark.parametrize("metal", [None, 2, "copper", cp.Metal, {"dim": 2}, [cp.Metal()]], ids=str)
def test_no_metal(metal):
    for function in (cp.conductivity, cp.return_probability, cp.backscattering):
        with pytest.raises(cp.InputError) as caught:
            function(metal)
        assert "Metal" in caught.value.expected
    with pytest.raises(cp.InputError):
        cp.evaluate(cp.diagrams.bubble(), metal)


@pytest.mark.parametrize("cutoff", ["time", "window"])
def test_two_ends_of_long_paths(cutoff):
    options = {"infrared": "L"} | ({"omega": OMEGA} if cutoff == "time" else {})
    with pytest.raises(cp.InputError) as caught:
        wl(2, cutoff=cutoff, **options)
    assert caught.value.hint


@pytest.mark.parametrize("loops", [1, sp.Integer(1), np.int64(1)])
def test_whole_numbers_of_any_kind(loops):
    assert cp.conductivity(cp.Metal(), loops=loops).expr == wl(2).expr


VERIFIED = [
    (cp.Metal(dim=1), {"loops": 1}),
    (cp.Metal(dim=2, spin=0), {"loops": 1, "cutoff": "time", "omega": OMEGA}),
    (cp.Metal(dim=3), {"loops": 1, "cutoff": "mean_free_path", "infrared": "L"}),
    (cp.Metal(dim=5 * HALF), {"loops": 1, "cutoff": "dimensional"}),
    (cp.Metal(dim=s.d), {"loops": 1, "cutoff": "window"}),
    (cp.Metal(dim=s.d), {"loops": 1, "cutoff": "mean_free_path"}),
    (cp.Metal(dim=2, dephasing=cp.PowerLaw(2)), {"loops": 1}),
    (cp.Metal(dim=3, tau=2e-13, tau_phi=4e-12), {"loops": 1, "cutoff": "time"}),
    (cp.Metal(dim=2, tau_phi=20e-12), {"loops": 1}),
    (cp.Metal(dim=3, dephasing=None), {"loops": 1}),
    (cp.Metal(dim=2, tau_phi=20 * TAU), {"loops": 1}),
    (cp.Metal(dim=3), {"loops": 0, "omega": OMEGA}),
    (cp.Metal(dim=2), {"loops": 1, "cutoff": "time", "infrared": "L"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("metal", "options"), VERIFIED, ids=str)
def test_every_line_is_confirmed(metal, options):
    formula = cp.conductivity(metal, **options)
    report = formula.verify()
    assert report.confirmed, report
    assert len(report.lines) == len(formula.derivation)


@pytest.mark.parametrize(("dim", "cutoff"), list(itertools.product((1, 3, s.d), CUTOFFS)), ids=str)
def test_dimension_is_that_of_a_conductivity(dim, cutoff):
    metal = cp.Metal(dim=dim)
    assert wl(dim, cutoff=cutoff).dimension == cp.conductivity(metal).dimension


@pytest.mark.parametrize(
    ("vertices", "kinds", "reason"),
    [(2, "RR", "of one kind only"), (3, "RRR", "of one kind only"), (3, "RRA", "an odd number of currents")],
)
def test_what_vanishes_says_why(vertices, kinds, reason):
    names = {"R": "retarded", "A": "advanced"}
    lines = [(names[kind], i, (i + 1) % vertices) for i, kind in enumerate(kinds)]
    found = cp.evaluate(cp.Diagram.build(["current"] * vertices, lines), cp.Metal(dim=3))
    assert found.expr == 0
    assert reason in found.derivation[-1].reason
