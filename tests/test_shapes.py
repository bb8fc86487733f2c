"""Wires, films, rings and cylinders against sums over modes, finite samples solved in numbers, and limits."""

from functools import cache

import mpmath
import numpy as np
import pytest
import sympy as sp
from diffusion_tools import (
    Section,
    annulus,
    disc,
    lattice_plate,
    lattice_ring,
    rectangle,
    return_sum,
    slab,
    whole_line,
)

import cooperon as cp
from cooperon.diagrams.errors import AssumptionError, DivergenceError, InputError

s = cp.symbols
UP, ALONG = cp.PerpendicularField(), cp.ParallelField()
SPINS = (cp.SpinOrbit(), cp.Magnetic())
N = {
    "e": 0.7,
    "hbar": 1.3,
    "D": 0.8,
    "tau": 0.05,
    "tau_phi": 1.9,
    "tau_so": 0.9,
    "tau_s": 3.1,
    "width": 0.4,
    "thickness": 0.3,
    "L": 1.6,
    "B": 2.1,
    "omega": 0.8,
}
AMPLITUDE = -2 * N["e"] ** 2 / (np.pi * N["hbar"])  # times D times the return sum
QUANTUM = s.e**2 / (sp.pi * s.hbar)  # 2 e**2/h
KINDS = {"plain": ((), False), "spins": (SPINS, False), "frequency": ((), True), "both": (SPINS, True)}


def gaps(kind):
    """Weights and gaps of the channels, written down."""
    spins, frequency = KINDS[kind]
    gap = 1 / N["tau_phi"] - 1j * N["omega"] * frequency
    if not spins:
        return [(1, gap)]
    triplet = 4 / (3 * N["tau_so"]) + 2 / (3 * N["tau_s"])
    return [(-0.5, gap + 2 / N["tau_s"]), (1.5, gap + triplet)]


@cache
def derived(kind, dim, geometry, field=None, cutoff="diffusive", change=False, **more):
    spins, frequency = KINDS[kind]
    metal = cp.Metal(dim=dim, geometry=geometry, field=field, scattering=[cp.Potential(), *spins], **more)
    options = {"cutoff": cutoff, "omega": s.omega if frequency else None}
    if change:
        return cp.magnetoconductivity(metal, **options)
    return cp.conductivity(metal, loops=1, **options)


def value(formula, **other):
    numbers = {**N, **other}
    names = sorted(map(str, formula.expr.free_symbols))
    return complex(formula.lambdify(*names, checks=False)(*(numbers[name] for name in names)))


# Return sums by their modes. All are given times D, for a gap over D.


def line(gap):
    return 1 / (2 * mpmath.sqrt(gap))


def plane(gap):
    return -mpmath.log(gap) / (4 * mpmath.pi)


def point(gap):
    return 1 / gap


def modes(kind, length, free, phase=0.0):
    """Sum over the modes of an axis, each with its free directions, for two gaps less each other."""
    momentum = {
        "walls": lambda n: [mpmath.pi * n / length],
        "leads": lambda n: [mpmath.pi * (n + 1) / length],
        "closed": lambda n: [(2 * mpmath.pi * m + phase) / length for m in {n, -n}],
    }[kind]

    def difference(gap, other):
        def term(n):
            return sum(free(q**2 + gap) - (free(q**2 + other) if other else 0) for q in momentum(int(n)))

        return mpmath.nsum(term, [0, mpmath.inf]) / length

    return difference


def free(function):
    return lambda gap, other: function(gap) - (function(other) if other else 0)


PAIR = 2 * N["e"] * N["B"] / N["hbar"]
FLUX = PAIR * N["L"] ** 2 / (4 * np.pi)  # 2 pi times the flux in units of h/2e


def across(size):
    """Published rate over D of a strip or of a film, (e B/hbar)**2 size**2/3."""
    return (PAIR / 2) ** 2 * size**2 / 3


W, A, L = N["width"], N["thickness"], N["L"]
# dim, shape, field, rate over D, section, return sum without and with field
SHAPES = {
    "wire": (1, cp.Wire(), UP, across(W), 1, free(line), free(line)),
    "wire in 3D": (3, cp.Wire(), UP, across(W), W * A, free(line), free(line)),
    "round": (
        3,
        cp.Wire(section="round"),
        UP,
        (PAIR / 2 * W / 2) ** 2,
        np.pi * W**2 / 4,
        free(line),
        free(line),
    ),
    "round, axial": (
        3,
        cp.Wire(section="round"),
        ALONG,
        (PAIR / 2 * W / 2) ** 2 / 2,
        np.pi * W**2 / 4,
        free(line),
        free(line),
    ),
    "film": (2, cp.Film(), ALONG, across(A), 1, free(plane), free(plane)),
    "ring": (1, cp.Ring(), UP, 0, 1, modes("closed", L, point), modes("closed", L, point, FLUX)),
    "broad ring": (
        2,
        cp.Ring(width=s.width),
        UP,
        across(W),
        W,
        modes("closed", L, point),
        modes("closed", L, point, FLUX),
    ),
    "cylinder": (2, cp.Cylinder(), ALONG, 0, 1, modes("closed", L, line), modes("closed", L, line, FLUX)),
    "thick cylinder": (
        3,
        cp.Cylinder(thickness=s.thickness),
        ALONG,
        across(A),
        A,
        modes("closed", L, line),
        modes("closed", L, line, FLUX),
    ),
    "leads": (1, cp.Wire(length=s.L), UP, across(W), 1, modes("leads", L, point), modes("leads", L, point)),
}
CONVERGES = {"ring", "broad ring", "leads"}
CROSSOVERS = {
    "strip": (2, cp.Wire(), UP, modes("walls", W, line)),
    "film": (3, cp.Film(), ALONG, modes("walls", A, plane)),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind"), [*((name, "both") for name in SHAPES), ("wire", "spins"), ("film", "frequency")]
)
def test_sum_over_modes(name, kind):
    """With the smooth cutoff all modes are counted exactly: those of a gap less those of 1/tau more."""
    dim, shape, field, rate, section, without, within = SHAPES[name]
    short = 1 / N["tau"] / N["D"]
    ends = [(weight, gap / N["D"]) for weight, gap in gaps(kind)]
    zero, up, change = (
        AMPLITUDE / section * complex(sum(weight * one(gap) for weight, gap in ends))
        for one in (
            lambda gap: without(gap, gap + short),
            lambda gap: within(gap + rate, gap + short + rate),
            lambda gap: within(gap + rate, gap + short + rate) - without(gap, gap + short),
        )
    )
    exact = {"cutoff": "smooth"}
    assert value(derived(kind, dim, shape, **exact)) == pytest.approx(zero, rel=1e-9)
    assert value(derived(kind, dim, shape, field, **exact)) == pytest.approx(up, rel=1e-9)
    assert value(derived(kind, dim, shape, field, change=True, **exact)) == pytest.approx(change, rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CONVERGES))
def test_what_converges_is_summed_without_a_cutoff(name):
    kind = "both"
    dim, shape, field, rate, section, without, within = SHAPES[name]
    ends = [(weight, gap / N["D"]) for weight, gap in gaps(kind)]
    expected = AMPLITUDE / section * complex(sum(w * within(gap + rate, None) for w, gap in ends))
    assert value(derived(kind, dim, shape, field)) == pytest.approx(expected, rel=1e-9)
    expected -= AMPLITUDE / section * complex(sum(w * without(gap, None) for w, gap in ends))
    assert value(derived(kind, dim, shape, field, change=True)) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("kind", ["plain", "both"])
@pytest.mark.parametrize("name", CROSSOVERS)
def test_crossover_is_the_sum_over_transverse_modes(name, kind):
    dim, shape, _, across_modes = CROSSOVERS[name]
    short = 1 / N["tau"] / N["D"]
    ends = [(weight, gap / N["D"]) for weight, gap in gaps(kind)]
    expected = AMPLITUDE * complex(sum(w * across_modes(gap, gap + short) for w, gap in ends))
    assert value(derived(kind, dim, shape, cutoff="smooth")) == pytest.approx(expected, rel=1e-9)


@pytest.mark.slow
def test_change_of_paths_in_time():
    """The same change as an integral over durations, with a theta function for the windings of a cylinder."""
    dim, shape, field, rate, *_ = SHAPES["thick cylinder"]

    def windings(t, phase):
        return mpmath.jtheta(3, phase / 2, mpmath.exp(-(L**2) / (4 * t)))

    def integrand(t):
        ends = sum(weight * mpmath.exp(-gap * t / N["D"]) for weight, gap in gaps("both"))
        turned = mpmath.exp(-rate * t) * windings(t, FLUX) - windings(t, 0)
        return ends * turned / (4 * mpmath.pi * t)

    expected = AMPLITUDE / A * complex(mpmath.quad(integrand, [0, 0.02, 0.2, 1, 4, 20, 60]))
    assert value(derived("both", dim, shape, field, change=True)) == pytest.approx(expected, rel=1e-9)


# Finite samples, solved in numbers: nothing is known about 1/tau_B here.

GAP = 1 / N["tau_phi"] / N["D"]


def change_of(section, free, pair, reach):
    """Integrate what a field changes over the momentum along the potential."""
    k, weight = whole_line(120, np.sqrt(GAP), reach)
    difference = return_sum(section.across(k, pair), GAP, free) - return_sum(section.across(k, 0), GAP, free)
    return AMPLITUDE / section.area * np.sum(weight * difference) / (2 * np.pi)


def axial(section, pair):
    energies = (section.along(pair), section.along(0))
    return AMPLITUDE / section.area * (return_sum(energies[0], GAP, 1) - return_sum(energies[1], GAP, 1))


def turned(size, free, pair):
    radius, windings = L / (2 * np.pi), np.arange(-400, 401)
    rows = [annulus(radius - size / 2, radius + size / 2, windings, field) for field in (pair, 0)]
    change = np.sum(return_sum(rows[0], GAP, free) - return_sum(rows[1], GAP, free))
    return AMPLITUDE / (L * size) * change


def ended(size, pair):
    section = Section(*slab(size), 3)
    sums = [return_sum(section.between_leads(L, field, 60), GAP) for field in (pair, 0)]
    return AMPLITUDE / (L * size) * (sums[0] - sums[1])


SAMPLES = {
    "strip": (2, cp.Wire(), UP, lambda w, pair: change_of(Section(*slab(w), 10), 0, pair, 300 / w)),
    "film": (3, cp.Film(), ALONG, lambda w, pair: change_of(Section(*slab(w), 10), 1, pair, 300 / w)),
    "round wire": (
        3,
        cp.Wire(section="round"),
        UP,
        lambda w, pair: change_of(Section(*disc(w / 2), 5), 0, pair, 300 / w),
    ),
    "bar, axial": (
        3,
        cp.Wire(),
        ALONG,
        lambda w, pair: axial(Section(*rectangle(w, 0.7 * w), 12), pair),
    ),
    "rod, axial": (3, cp.Wire(section="round"), ALONG, lambda w, pair: axial(Section(*disc(w / 2), 8), pair)),
    "plate between leads": (2, cp.Wire(length=s.L), UP, ended),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_thin_samples_solved_in_numbers(name):
    """The formula is the limit of a thin sample: at a fixed 1/tau_B the rest falls as size**2, or with its log."""
    dim, shape, field, solve = SAMPLES[name]
    found = derived("plain", dim, shape, field, change=True)
    apart = []
    for size, strength in ((0.08, 2.5), (0.04, 5.0)):
        sizes = {"width": size, "thickness": size if name == "film" else 0.7 * size}
        expected = solve(size, 2 * N["e"] * strength / N["hbar"])
        apart.append(value(found, B=strength, **sizes).real / expected - 1)
    assert abs(apart[1]) < 0.005
    assert abs(4 * apart[1] - apart[0]) / 3 < 5e-4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dim", "shape", "field", "free"),
    [(2, cp.Ring(width=s.width), UP, 0), (3, cp.Cylinder(thickness=s.thickness), ALONG, 1)],
)
def test_flat_ring_and_tube_solved_in_numbers(dim, shape, field, free):
    """All winding numbers of an annulus, at fields of a fraction of a period to some."""
    found = derived("plain", dim, shape, field, change=True)
    for strength in (1.1, 2.7, 11.0):
        apart = [
            value(found, B=strength, width=size, thickness=size).real
            / turned(size, free, 2 * N["e"] * strength / N["hbar"])
            - 1
            for size in (0.08, 0.04)
        ]
        assert abs(apart[1]) < 0.003
        assert abs(4 * apart[1] - apart[0]) / 3 < 1e-4


def test_lattice_ring():
    """A chain of sites with Peierls phases of the charge 2e."""
    found = derived("plain", 1, cp.Ring(), UP)
    for strength in (0.4, 3.3):
        turn = 2 * N["e"] * strength / N["hbar"] * L**2 / (4 * np.pi)
        chains = [AMPLITUDE / L * return_sum(lattice_ring(n, L, turn), GAP) for n in (100, 200)]
        assert value(found, B=strength) == pytest.approx((4 * chains[1] - chains[0]) / 3, rel=1e-7)


def test_lattice_between_leads():
    """A lattice with leads and walls; the sites across sample y**2 with an error of their own, 1/number**2."""
    found = derived("plain", 2, cp.Wire(length=s.L), UP, change=True)
    size, strength = 0.04, 8.0
    plates = []
    for across_it in (3, 6):
        fields = (2 * N["e"] * strength / N["hbar"], 0)
        sums = [return_sum(lattice_plate(L, size, pair, 60, across_it), GAP) for pair in fields]
        plates.append(AMPLITUDE / (L * size) * (sums[0] - sums[1]))
    expected = (4 * plates[1] - plates[0]) / 3
    assert value(found, B=strength, width=size) == pytest.approx(expected, rel=6e-3)


def test_axial_field_of_a_flat_bar():
    """A strip whose thickness is small is a film in a parallel field; sides can be exchanged."""
    found = derived("plain", 1, cp.Wire(), ALONG, change=True)
    film = derived("plain", 1, cp.Wire(), UP, change=True)
    flat = value(found, width=50.0, thickness=0.3)
    # ends of the longer side: 1 - (192 zeta(5) 31/32/pi**5) a/w of the rate
    lost = 1 - 186 * float(mpmath.zeta(5)) / np.pi**5 * 0.3 / 50
    assert flat == pytest.approx(value(film, width=0.3 * np.sqrt(lost)), rel=1e-9)
    assert value(found, width=0.2, thickness=0.7) == pytest.approx(
        value(found, width=0.7, thickness=0.2), rel=1e-14
    )


# Symbols


def published_rate(size):
    return s.D * (s.e * s.B * size / s.hbar) ** 2 / 3


def test_film_in_a_parallel_field():
    """Altshuler and Aronov: log(1 + tau_phi/tau_B)."""
    expected = QUANTUM / (2 * sp.pi) * sp.log(1 + s.tau_phi * published_rate(s.thickness))
    assert sp.simplify(derived("plain", 2, cp.Film(), ALONG, change=True).expr - expected) == 0


@pytest.mark.parametrize(
    ("field", "section", "rate"),
    [
        (UP, "rectangular", published_rate(s.width)),
        (UP, "round", (s.e * s.B * s.width / s.hbar) ** 2 * s.D / 4),
        (ALONG, "round", (s.e * s.B * s.width / s.hbar) ** 2 * s.D / 8),
    ],
)
def test_wire_and_its_limits(field, section, rate):
    """Altshuler and Aronov: L_phi becomes (1/L_phi**2 + 1/(D tau_B))**(-1/2)."""
    wire = derived("plain", 1, cp.Wire(section=section), field, change=True).expr
    length = sp.sqrt(s.D * s.tau_phi)
    assert sp.simplify(wire + QUANTUM * (length / sp.sqrt(1 + s.tau_phi * rate) - length)) == 0
    assert sp.limit(wire, s.B, sp.oo) == QUANTUM * length
    lowest = sp.series(wire, s.B, 0, 4).removeO()
    assert sp.simplify(lowest - QUANTUM * length * s.tau_phi * rate / 2) == 0


@pytest.mark.parametrize(
    ("boundary", "weak", "strong"),
    [("specular", sp.pi**5 / (31 * sp.zeta(5)), sp.Rational(24, 5)), ("diffuse", 4 * sp.pi, 3)],
)
def test_strip_narrower_than_the_mean_free_path(boundary, weak, strong):
    """Beenakker and van Houten: tau_B = C_1 l_m**4/(w**3 v_F) + C_2 l_m**2 ell/(w**2 v_F), C_1 = 9.5 or 4 pi."""
    shape = cp.Wire(boundary=boundary)
    wire = derived("plain", 2, shape, UP, change=True).expr * s.width
    square = s.hbar / (s.e * s.B)
    time = weak * square**2 / (s.width**3 * s.v_F) + strong * square * s.ell / (s.width**2 * s.v_F)
    length = sp.sqrt(s.D * s.tau_phi)
    expected = -QUANTUM * length * (1 / sp.sqrt(1 + s.tau_phi / time) - 1)
    point = {x: sp.Rational(i + 3, 7) for i, x in enumerate(sorted(expected.free_symbols, key=str))}
    assert abs(sp.N((wire / expected - 1).subs(point), 30)) < 1e-25
    if boundary == "specular":
        assert round(float(weak), 1) == 9.5


def test_strip_narrower_than_the_mean_free_path_has_no_modes_across():
    """Diffusion across ends at the mean free path: such a strip is a wire, whatever its dimension."""
    wire = derived("plain", 1, cp.Wire()).expr
    for boundary in ("specular", "diffuse"):
        strip, field = (derived("plain", 2, cp.Wire(boundary=boundary), one) for one in (None, UP))
        assert sp.simplify(wire - s.width * strip.expr) == 0
        assert not field.expr.has(sp.Integral)


def bulk(dim, **more):
    return cp.conductivity(cp.Metal(dim=dim), loops=1, cutoff="smooth", **more).expr


@pytest.mark.slow
def test_film_between_two_and_three_dimensions():
    film = derived("plain", 3, cp.Film(), cutoff="smooth").expr
    kappa, larger = sp.symbols("kappa kappa_1", positive=True)
    rates = {s.tau_phi: 1 / (s.D * kappa**2), s.tau: 1 / (s.D * (larger**2 - kappa**2))}
    film, plate, whole = (sp.simplify(one.subs(rates, simultaneous=True)) for one in (film, bulk(2), bulk(3)))
    point = {kappa: 2, larger: 5, s.D: 3, s.e: 1, s.hbar: 1}
    thin = sp.limit((film * s.thickness).subs(point), s.thickness, 0)
    assert abs(sp.N(thin - plate.subs(point), 30)) < 1e-25
    thick = sp.limit(film.subs(point), s.thickness, sp.oo)
    assert abs(sp.N(thick - whole.subs(point), 30)) < 1e-25


def test_film_in_closed_form():
    """ln[kappa_1 sinh(kappa_1 a)/(kappa sinh(kappa a))] of two gaps, summed by the product of the sine."""
    film = derived("plain", 3, cp.Film(), cutoff="smooth").expr
    one, other = sp.sqrt(1 / (s.D * s.tau_phi)), sp.sqrt((1 / s.tau_phi + 1 / s.tau) / s.D)
    published = sp.log(other * sp.sinh(other * s.thickness) / (one * sp.sinh(one * s.thickness)))
    expected = -QUANTUM / (2 * sp.pi * s.thickness) * published
    for seed in range(3):
        point = {
            x: sp.Rational(5 + seed + 3 * i, 7) for i, x in enumerate(sorted(film.free_symbols, key=str))
        }
        assert abs(sp.N((film / expected - 1).subs(point), 30)) < 1e-25


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "shape", "size"), [(2, cp.Wire(), s.width), (2, cp.Cylinder(), s.L)])
def test_wide_strips_and_cylinders_are_bulk(dim, shape, size):
    """The images vanish under the integral, and what walls add falls as 1/size."""
    found = derived("plain", dim, shape, cutoff="smooth").expr
    integrals = found.atoms(sp.Integral)
    assert len(integrals) == 2
    far = {one: sp.limit(one.function, size, sp.oo) for one in integrals}
    assert set(far.values()) == {0}
    assert sp.simplify(sp.limit(found.xreplace(far), size, sp.oo) - bulk(2)) == 0


@pytest.mark.parametrize(("shape", "name"), [(cp.Wire(), "width"), (cp.Cylinder(), "L")])
def test_narrow_strips_and_cylinders_are_wires(shape, name):
    found = derived("plain", 2, shape, cutoff="smooth")
    wire = derived("plain", 1, cp.Wire(), cutoff="smooth")
    for size in (1e-2, 1e-3):
        # the other modes: (1/tau) zeta(3) (size/2 pi)**3/D, a part of about size**3 or less
        assert value(found, **{name: size}) * size == pytest.approx(value(wire), rel=10 * size**2)


def test_ring_with_its_limits():
    """The published amplitude; a long ring is a wire, whose images are 2 cos(phase) exp(-L/L_phi)."""
    ring = derived("plain", 1, cp.Ring(), UP).expr
    length = sp.sqrt(s.D * s.tau_phi)
    flux = s.B * s.L**2 / (4 * sp.pi)
    phase = 4 * sp.pi * flux / (2 * sp.pi * s.hbar / s.e)
    published = -QUANTUM * length * sp.sinh(s.L / length) / (sp.cosh(s.L / length) - sp.cos(phase))
    for seed in range(4):
        point = {
            x: sp.Rational(4 + seed + 3 * i, 5) for i, x in enumerate(sorted(ring.free_symbols, key=str))
        }
        assert abs(sp.N((ring / published - 1).subs(point), 30)) < 1e-25
    assert sp.limit(derived("plain", 1, cp.Ring()).expr, s.L, sp.oo) == -QUANTUM * length
    coherent = derived("plain", 1, cp.Ring(), UP, dephasing=None).expr
    assert sp.simplify(coherent + QUANTUM * s.L / 2 / sp.sin(phase / 2) ** 2) == 0


def test_thin_rings_and_cylinders_have_the_period_h_2e():
    """B -> B + (h/2e)/area, on symbols; a broad ring has no period."""
    period = sp.pi * s.hbar / s.e / (s.L**2 / (4 * sp.pi))
    for dim, shape, field, periodic in (
        (1, cp.Ring(), UP, True),
        (2, cp.Cylinder(), ALONG, True),
        (2, cp.Ring(width=s.width), UP, False),
        (3, cp.Cylinder(thickness=s.thickness), ALONG, False),
    ):
        found = derived("plain", dim, shape, field).expr
        moved = found.subs(s.B, s.B + period)
        moved, found = (
            sp.expand(
                one.replace(sp.sin, lambda x: sp.sin(sp.expand(x))).replace(
                    sp.cos, lambda x: sp.cos(sp.expand(x))
                )
            )
            for one in (moved, found)
        )
        assert (sp.expand(moved - found) == 0) is periodic
        half = found.subs(s.B, s.B + period / 2)
        assert sp.expand(half - found) != 0


def test_harmonics_of_a_cylinder():
    """Altshuler, Aronov and Spivak: -(e**2/pi**2 hbar) 2 K_0(m L/L_phi) for the period m h/2e."""
    number = 64
    period = np.pi * N["hbar"] / N["e"] / (L**2 / (4 * np.pi))
    found = derived("plain", 2, cp.Cylinder(), ALONG).lambdify("B", checks=False)
    names = map(str, derived("plain", 2, cp.Cylinder(), ALONG).expr.free_symbols - {s.B})
    curve = found(period * np.arange(number) / number, **{name: N[name] for name in names})
    harmonics = np.fft.rfft(curve).real / number
    x = L * np.sqrt(GAP)
    for m in range(1, 6):
        aliases = mpmath.besselk(0, m * x) + mpmath.besselk(0, (number - m) * x)
        expected = -(N["e"] ** 2) / (np.pi**2 * N["hbar"]) * float(aliases)
        assert harmonics[m] == pytest.approx(expected, rel=1e-9)
    plain = cp.conductivity(cp.Metal(dim=2), loops=1)
    assert harmonics[0] == pytest.approx(value(plain).real, rel=1e-9)


def test_field_in_the_wall_damps_the_oscillations():
    """The m-th harmonic at the field B has L_phi(B): swings of later periods are smaller."""
    thick = derived("plain", 3, cp.Cylinder(thickness=s.thickness), ALONG)
    period = np.pi * N["hbar"] / N["e"] / (L**2 / (4 * np.pi))
    swings = []
    for n in (1, 4):
        top, bottom = (value(thick, B=period * x, thickness=0.05).real for x in (n + 0.5, n))
        swings.append(top - bottom)
    assert swings[0] > 1.2 * swings[1] > 0


# Identities

CUTOFFS = ("diffusive", "mean_free_path", "time", "smooth", "dimensional")
FIELDS = [
    (1, cp.Wire(), UP),
    (2, cp.Wire(), UP),
    (1, cp.Wire(), ALONG),
    (2, cp.Wire(boundary="diffuse"), UP),
    (3, cp.Film(), ALONG),
    (2, cp.Film(), ALONG),
    (1, cp.Wire(length=s.L), UP),
    (1, cp.Ring(), UP),
    (1, cp.Ring(width=s.width), UP),
    (2, cp.Cylinder(), ALONG),
    (3, cp.Cylinder(thickness=s.thickness), ALONG),
]


@pytest.mark.parametrize("cutoff", CUTOFFS)
@pytest.mark.parametrize(("dim", "shape", "field"), FIELDS, ids=str)
def test_magnetoconductivity_is_a_difference(dim, shape, field, cutoff):
    """On symbols, and the same for all cutoffs but the smooth one."""
    thin = isinstance(shape, cp.Ring) or getattr(shape, "length", None) is not None
    if thin and cutoff not in ("diffusive", "smooth"):
        with pytest.raises(InputError, match="cuts off nothing"):
            derived("plain", dim, shape, field, cutoff)
        return
    change = derived("plain", dim, shape, field, cutoff, change=True)
    logarithm = dim - shape.dimension == 1 or shape.dimension == 2
    if cutoff == "dimensional" and logarithm and getattr(shape, "boundary", "diffusive") == "diffusive":
        with pytest.raises(DivergenceError, match="pole"):
            derived("plain", dim, shape, field, cutoff)
        assert change.expr == derived("plain", dim, shape, field, change=True).expr
        return
    zero, up = (derived("plain", dim, shape, one, cutoff) for one in (None, field))
    assert sp.expand(up.expr - zero.expr - change.expr) == 0
    if cutoff != "smooth":
        assert change.expr == derived("plain", dim, shape, field, change=True).expr


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain", "both"])
@pytest.mark.parametrize(
    ("dim", "shape", "field"),
    [pytest.param(*row, id=str(row[:2])) for row in FIELDS],
)
def test_no_field_is_no_change(dim, shape, field, kind):
    """Exactly 0 at B = 0, even in B, and as B**2 for the smallest fields that doubles have."""
    found = derived(kind, dim, shape, field, change=True)
    names = sorted(map(str, (found.expr.free_symbols | {s.ell, s.v_F}) - {s.B}))
    numbers = {**N, "ell": 30.0, "v_F": 0.05}
    curve = found.lambdify("B", checks=False)
    names = [name for name in names if name in map(str, found.expr.free_symbols)]
    fields = np.array([0.0, 1e-7, 1e-6, 0.7, -0.7])
    at_zero, tiny, small, up, down = curve(fields, **{name: numbers[name] for name in names})
    assert at_zero == 0
    assert up == down != 0
    assert small / tiny == pytest.approx(100, rel=1e-4)


# Refusals, verification, units, writing


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: derived("plain", 1, cp.Wire(), dephasing=None), DivergenceError, "dephasing"),
        (lambda: derived("plain", 2, cp.Wire(), dephasing=None), DivergenceError, "tau_phi"),
        (lambda: derived("plain", 3, cp.Film(), dephasing=None), DivergenceError, "tau_phi"),
        (lambda: derived("plain", 1, cp.Ring(), dephasing=None), DivergenceError, "tau_phi"),
        (lambda: derived("plain", 2, cp.Cylinder(), dephasing=None), DivergenceError, "tau_phi"),
        (lambda: derived("plain", 2, cp.Cylinder(), ALONG, dephasing=None), DivergenceError, "thickness"),
        (
            lambda: derived("plain", 1, cp.Wire(), UP, change=True, dephasing=None),
            DivergenceError,
            "dephasing",
        ),
        (
            lambda: derived("plain", 2, cp.Film(), ALONG, change=True, dephasing=None),
            DivergenceError,
            "dephasing",
        ),
        (lambda: derived("plain", 1, cp.Ring(), UP, change=True, dephasing=None), DivergenceError, "tau_phi"),
        (lambda: derived("plain", 1, cp.Ring(), ALONG), InputError, "Ring with PerpendicularField"),
        (lambda: derived("plain", 2, cp.Cylinder(), UP), InputError, "Cylinder with ParallelField"),
        (lambda: derived("plain", 2, cp.Bulk(), ALONG), InputError, "Film with ParallelField"),
        (lambda: derived("plain", 1, cp.Bulk(), UP), InputError, "two free directions"),
        (lambda: derived("plain", 3, cp.Film(), UP), InputError, "dim=2"),
        (lambda: derived("plain", 1, cp.Wire(boundary="specular"), ALONG), InputError, "strip only"),
        (lambda: derived("plain", 3, cp.Wire(boundary="diffuse"), UP), InputError, "dim = 2"),
        (lambda: derived("plain", 2, cp.Ring()), InputError, "how wide"),
        (lambda: derived("plain", 3, cp.Ring(width=s.width)), InputError, "how wide"),
        (lambda: derived("plain", 3, cp.Cylinder()), InputError, "how wide"),
        (lambda: derived("plain", 4, cp.Wire()), InputError, "to 3"),
        (lambda: derived("plain", 1, cp.Film()), InputError, "to 3"),
        (lambda: derived("plain", sp.Rational(5, 2), cp.Film()), InputError, "whole number"),
        (lambda: derived("plain", s.d, cp.Wire()), InputError, "whole number"),
        (lambda: derived("plain", 2, cp.Wire(section="round")), InputError, "round"),
        (lambda: derived("plain", 1, cp.Wire(), cutoff="window"), InputError, "cutoff one of"),
        (lambda: cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire())), InputError, "with a field"),
        (
            lambda: cp.conductivity(cp.Metal(dim=1, geometry=cp.Wire()), loops=1, infrared="L"),
            InputError,
            "infrared",
        ),
        (
            lambda: cp.conductivity(cp.Metal(dim=1, geometry=cp.Wire()), loops=1, kernel="exact"),
            InputError,
            "geometry",
        ),
    ],
)
def test_refusals(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize(
    ("dim", "shape"),
    [
        (1, cp.Wire()),
        (2, cp.Wire()),
        (3, cp.Wire()),
        (2, cp.Film()),
        (3, cp.Film()),
        (1, cp.Ring(width=s.width)),
        (2, cp.Cylinder(thickness=s.thickness)),
    ],
)
def test_a_field_can_be_the_only_end(dim, shape):
    """Without dephasing, and the limit of a long tau_phi for a field that gets in."""
    field = UP if isinstance(shape, cp.Wire | cp.Ring) else ALONG
    coherent = derived("plain", dim, shape, field, "smooth", dephasing=None)
    assert not coherent.expr.has(s.tau_phi)
    # in crossovers 1/tau_B counts for the lowest mode alone or for all: they differ by (width/l_m)**4
    sizes = {"width": 0.05, "thickness": 0.05, "B": 3.0}
    long = value(derived("plain", dim, shape, field, "smooth"), tau_phi=1e9, **sizes)
    assert value(coherent, **sizes) == pytest.approx(long, rel=1e-4)


def test_a_frequency_can_be_the_only_end():
    for dim, shape in ((1, cp.Wire()), (2, cp.Wire()), (3, cp.Film()), (1, cp.Ring()), (2, cp.Cylinder())):
        found = derived("frequency", dim, shape, dephasing=None, cutoff="smooth")
        same = derived("frequency", dim, shape, cutoff="smooth")
        assert value(found) == pytest.approx(value(same, tau_phi=1e12), rel=1e-9)


VERIFIED = [
    ("spins", 1, cp.Wire(), UP, "smooth", True),
    ("plain", 3, cp.Wire(), ALONG, "diffusive", False),
    ("plain", 2, cp.Wire(boundary="specular"), UP, "diffusive", True),
    ("plain", 3, cp.Film(), None, "diffusive", False),
    ("frequency", 2, cp.Film(), ALONG, "time", False),
    ("plain", 1, cp.Ring(width=s.width), UP, "diffusive", True),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "dim", "shape", "field", "cutoff", "change"), VERIFIED, ids=str)
def test_every_line_is_confirmed(kind, dim, shape, field, cutoff, change):
    report = derived(kind, dim, shape, field, cutoff, change).verify()
    assert report.confirmed, report


@pytest.mark.slow
def test_every_line_with_an_integral_that_is_left_undone():
    report = derived("plain", 2, cp.Wire(), UP).verify()
    assert report.confirmed, report


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_units(dim):
    """Conductivity per section: S m**(2-d)."""
    plain = cp.conductivity(cp.Metal(dim=dim)).dimension
    for shape, field in ((cp.Wire(), UP), (cp.Wire(length=s.L), UP), (cp.Film(), ALONG)):
        if shape.dimension <= dim:
            assert derived("plain", dim, shape, field).dimension == plain
            assert derived("both", dim, shape, field, change=True).dimension == plain


def test_numbers_are_put_in_for_lengths():
    for dim, shape, field, other in (
        (3, cp.Film(thickness=0.3), ALONG, cp.Film()),
        (2, cp.Wire(width=0.4), UP, cp.Wire()),
        (1, cp.Ring(circumference=1.6, width=0.4), UP, cp.Ring(width=s.width)),
        (1, cp.Wire(width=0.4, length=1.6), UP, cp.Wire(length=s.L)),
    ):
        found = derived("plain", dim, shape, field)
        assert not found.expr.has(s.width, s.thickness, s.L)
        assert value(found) == pytest.approx(value(derived("plain", dim, other, field)), rel=1e-12)


def test_letters():
    """Width and thickness have letters of their own; no sympy names."""
    found = derived("both", 2, cp.Wire(), UP).latex()
    assert r"\exp" in found
    assert "coth(" not in found
    assert "w" in found
    assert "width" not in found
    assert "thickness" not in derived("both", 3, cp.Film(), ALONG).latex()


def test_of_a_sample():
    """A film of copper, 20 nm, in a parallel field: in SI units, by hand."""
    sample = cp.Sample(dim=3, k_F=1.36e10, ell=1e-8, mass=1.0, tau_phi=2e-10, thickness=2e-8)
    film = derived("plain", 3, cp.Film(), ALONG, change=True)
    charge, planck = 1.602176634e-19, 6.62607015e-34 / (2 * np.pi)
    quantum = charge**2 / planck
    rate = sample.D * (charge * 0.1 * 2e-8 / planck) ** 2 / 3
    expected = quantum / (2 * np.pi**2) * np.log1p(2e-10 * rate) / 2e-8
    found = film.evaluate(sample, B=0.1)
    assert float(found) == pytest.approx(expected, rel=1e-9)
    assert float(film.evaluate(sample, B=-0.1)) == float(found)
    assert float(film.evaluate(sample, B=0.0)) == 0
    with pytest.raises(AssumptionError, match="magnetic length"):
        film.evaluate(sample, B=20.0)
    with pytest.raises(AssumptionError, match="thin"):
        film.evaluate(sample.replace(thickness=1e-5), B=1e-7)
