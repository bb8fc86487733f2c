"""Spin-orbit scattering and magnetic impurities: the correction in every dimension, against quadrature."""

from __future__ import annotations

import itertools
import warnings
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.linalg
import sympy as sp

import cooperon as cp
from cooperon.symbolic import channels, scattering

s = cp.symbols
HALF = sp.Rational(1, 2)
CUTOFFS = ["diffusive", "mean_free_path", "time", "window", "smooth", "dimensional"]
SPINS = [cp.SpinOrbit(), cp.Magnetic()]
VALUES = {"e": 1.3, "hbar": 0.8, "D": 1.7, "tau": 0.05, "tau_phi": 3.1, "tau_so": 0.9, "tau_s": 2.3}


def metal(dim=2, *mechanisms, **more):
    return cp.Metal(dim=dim, scattering=[cp.Potential(), *mechanisms], **more)


def correction(one, **options):
    return cp.conductivity(one, loops=1, **options)


def value_of(formula, **more):
    table = {s.lookup(name): sp.Float(str(x), 30) for name, x in (VALUES | more).items()}
    return mpmath.mpmathify(sp.N(formula.expr.xreplace(table), 25))


# --- channel by channel


def gaps(value, coherent=False):
    """Weights and gaps of Hikami, Larkin and Nagaoka, with isotropic rates."""
    base = 0 if coherent else 1 / mpmath.mpf(value["tau_phi"])
    so, m = 1 / mpmath.mpf(value["tau_so"]), 1 / mpmath.mpf(value["tau_s"])
    return [(mpmath.mpf(3) / 2, base + 4 * so / 3 + 2 * m / 3), (-mpmath.mpf(1) / 2, base + 2 * m)]


def by_quadrature(dim, cutoff):
    """-(2 e^2 D/(pi hbar)) sum_c w_c C(gap_c), the integral over q or over durations left to mpmath."""
    v = {name: mpmath.mpf(x) for name, x in VALUES.items()}
    half = mpmath.mpf(dim.p) / dim.q / 2 if isinstance(dim, sp.Rational) else mpmath.mpf(dim) / 2
    around = 2 * mpmath.pi**half / mpmath.gamma(half) / (2 * mpmath.pi) ** (2 * half)

    def over_q(gap, largest):
        def radial(u):
            q = mpmath.exp(u)
            return around * q ** (2 * half) / (v["D"] * q**2 + gap)

        return mpmath.quad(radial, [-80, -10, -2, mpmath.log(largest)])

    def over_time(gap, weight, first, last):
        def path(u):
            t = mpmath.exp(u)
            return t * weight(t) * (4 * mpmath.pi * v["D"] * t) ** -half * mpmath.exp(-gap * t)

        return mpmath.quad(path, [first, (first + last) / 2, last])

    start, end = mpmath.log(v["tau"]), mpmath.log(400)
    close = {
        "diffusive": lambda gap: over_q(gap, 1 / mpmath.sqrt(v["D"] * v["tau"])),
        "mean_free_path": lambda gap: over_q(gap, 1 / mpmath.sqrt(2 * half * v["D"] * v["tau"])),
        "time": lambda gap: over_time(gap, lambda _: 1, start, end),
        "window": lambda gap: over_time(gap, lambda _: 1, start, mpmath.log(v["tau_phi"])),
        "smooth": lambda gap: over_time(gap, lambda t: -mpmath.expm1(-t / v["tau"]), -100, end),
    }[cutoff]
    total = sum(weight * close(gap) for weight, gap in gaps(v, coherent=cutoff == "window"))
    return -2 * v["e"] ** 2 * v["D"] / (mpmath.pi * v["hbar"]) * total


@pytest.mark.parametrize("cutoff", CUTOFFS[:-1])
@pytest.mark.parametrize("dim", [1, 2, sp.Rational(5, 2), 3], ids=str)
def test_each_channel_with_its_gap(dim, cutoff):
    found = value_of(correction(metal(dim, *SPINS), cutoff=cutoff))
    assert abs(found / by_quadrature(dim, cutoff) - 1) < 1e-10


@pytest.mark.parametrize("dim", [1, sp.Rational(5, 2), 3, s.d], ids=str)
def test_dimensional_continuation_is_linear_in_the_channels(dim):
    """Each channel is weak localization with its own tau_phi."""
    plain = correction(metal(dim), cutoff="dimensional").expr
    found = correction(metal(dim, *SPINS), cutoff="dimensional").expr
    so, m, phi = 1 / s.tau_so, 1 / s.tau_s, 1 / s.tau_phi
    triplet, singlet = phi + 4 * so / 3 + 2 * m / 3, phi + 2 * m
    expected = 3 * HALF * plain.subs(s.tau_phi, 1 / triplet) - HALF * plain.subs(s.tau_phi, 1 / singlet)
    assert sp.simplify((found - expected).subs({s.tau_so: 2, s.tau_s: 3, s.tau_phi: 7, s.D: 5})) == 0


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_frequency_stands_beside_every_rate(dim):
    """Against the sum of channels with 1/tau_phi - i omega, in numbers."""
    omega = 0.7
    at_rest = correction(metal(dim, *SPINS))
    table = {s.lookup(name): sp.Float(str(x), 30) for name, x in VALUES.items()}
    moving = sp.N(correction(metal(dim, *SPINS), omega=s.omega).expr.xreplace(table | {s.omega: omega}), 20)
    turned = table | {s.tau_phi: 1 / (1 / table[s.tau_phi] - sp.I * omega)}
    assert abs(sp.N(at_rest.expr.subs(turned), 20) - moving) < 1e-13
    assert abs(sp.im(moving)) > 1e-3


# --- limits, on symbols


def slope(formula):
    """What ends long paths, in the leading form."""
    return sp.diff(formula.leading(), s.tau_phi)


CASES = [case for case in itertools.product(CUTOFFS, (1, 2, 3)) if case != ("dimensional", 2)]


@pytest.mark.parametrize(("cutoff", "dim"), CASES)
def test_strong_spin_orbit_scattering_is_antilocalization(cutoff, dim):
    """-1/2 of weak localization for tau_so -> 0+, all of it for tau_so -> infinity."""
    ratio = slope(correction(metal(dim, cp.SpinOrbit()), cutoff=cutoff)) / slope(
        correction(metal(dim), cutoff=cutoff)
    )
    assert sp.limit(sp.simplify(ratio), s.tau_so, 0, "+") == -HALF
    assert sp.limit(sp.simplify(ratio), s.tau_so, sp.oo) == 1


def test_strong_spin_orbit_scattering_in_full():
    """1D: the correction itself, which has no cutoff in its leading form."""
    strong = correction(metal(1, cp.SpinOrbit()), cutoff="dimensional").expr
    plain = correction(metal(1), cutoff="dimensional").expr
    assert sp.limit(strong, s.tau_so, 0, "+") == -plain / 2


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_magnetic_impurities_kill_it(dim):
    ratio = slope(correction(metal(dim, cp.Magnetic()))) / slope(correction(metal(dim)))
    assert sp.limit(sp.simplify(ratio), s.tau_s, 0, "+") == 0
    assert sp.limit(sp.simplify(ratio), s.tau_s, sp.oo) == 1


def test_magnetic_impurities_end_paths_without_dephasing():
    found = correction(metal(2, cp.Magnetic(), dephasing=None)).leading()
    expected = (
        -(s.e**2)
        / (4 * sp.pi**2 * s.hbar)
        * (3 * sp.log(3 * s.tau_s / (2 * s.tau)) - sp.log(s.tau_s / (2 * s.tau)))
    )
    assert sp.simplify(sp.expand_log(found - expected, force=True)) == 0


@pytest.mark.parametrize("dim", [1, 2])
@pytest.mark.parametrize("mechanisms", [(), (cp.SpinOrbit(),), (cp.SpinOrbit("xyz"),)], ids=str)
def test_a_singlet_without_gap_is_infinite_and_says_what_ends_it(dim, mechanisms):
    with pytest.raises(cp.DivergenceError, match=r"omega, infrared.*dephasing"):
        correction(metal(dim, *mechanisms, dephasing=None))


def test_a_conserved_component_of_the_spin_leaves_two_channels_that_cancel():
    """Each spin by itself is unitary: finite without dephasing, and 0 for strong scattering."""
    found = correction(metal(2, cp.SpinOrbit("z"), dephasing=None)).leading()
    expected = -(s.e**2) / (2 * sp.pi**2 * s.hbar) * sp.log(s.tau_so_z / (2 * s.tau))
    assert sp.simplify(sp.expand_log(found - expected, force=True)) == 0
    ratio = slope(correction(metal(2, cp.SpinOrbit("z")))) / slope(correction(metal(2)))
    assert sp.limit(sp.simplify(ratio), s.tau_so_z, 0, "+") == 0


# --- metals that are equal


@pytest.mark.parametrize("cutoff", ["diffusive", "time", "smooth"])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_equal_gaps(dim, cutoff):
    """With tau_so = tau_s all gaps are 1/tau_phi + 2/tau_s: weak localization with that rate."""
    found = correction(metal(dim, *SPINS), cutoff=cutoff).expr.subs(s.tau_so, s.tau_s)
    plain = correction(metal(dim), cutoff=cutoff).expr.subs(s.tau_phi, 1 / (1 / s.tau_phi + 2 / s.tau_s))
    assert sp.simplify(found - plain) == 0


@pytest.mark.parametrize("derive", [correction, cp.magnetoconductivity], ids=["correction", "field"])
def test_three_equal_axes_are_isotropic(derive):
    field = None if derive is correction else cp.PerpendicularField()
    axes = metal(2, cp.SpinOrbit("xyz"), cp.Magnetic("xyz"), field=field)
    thirds = {s.lookup(f"{time}_{i}"): 3 * s.lookup(time) for time in ("tau_so", "tau_s") for i in "xyz"}
    found = derive(axes).expr.subs(thirds) - derive(metal(2, *SPINS, field=field)).expr
    assert sp.simplify(found) == 0


def test_rare_scattering_of_spins_is_none():
    found = correction(metal(3, *SPINS)).expr.subs({s.tau_so: sp.oo, s.tau_s: sp.oo})
    assert sp.simplify(found - correction(metal(3)).expr) == 0


def test_an_axis_that_is_never_used():
    found = correction(metal(2, cp.SpinOrbit("xyz"))).expr.subs({s.tau_so_x: sp.oo, s.tau_so_y: sp.oo})
    assert sp.simplify(found - correction(metal(2, cp.SpinOrbit("z"))).expr) == 0


def test_axes_of_space_may_be_exchanged():
    found = correction(metal(2, cp.SpinOrbit("xyz"), cp.Magnetic("xyz"))).expr
    cycle = {
        s.lookup(f"{t}_{i}"): s.lookup(f"{t}_{j}")
        for t in ("tau_so", "tau_s")
        for i, j in zip("xyz", "yzx", strict=True)
    }
    assert sp.simplify(found - found.xreplace(cycle)) == 0


def test_the_classical_conductivity_knows_no_spins():
    assert cp.conductivity(metal(2, *SPINS)).expr == cp.conductivity(metal(2)).expr


@pytest.mark.slow
def test_anisotropic_scattering_beside_spins():
    """The channels' gaps stay, D is that of tau_tr."""
    rough = cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(s.w_1,)), *SPINS])
    assert [one.gap for one in cp.cooperon(rough).channels] == [
        one.gap for one in cp.cooperon(metal(2, *SPINS)).channels
    ]
    assert correction(rough).expr == correction(metal(2, *SPINS)).expr
    assert correction(rough).verify().confirmed


# --- any spin


def spin_matrices(size):
    """Components of a spin with `size` states from ladder operators, scaled: their squares add up to 3."""
    j = (size - 1) / 2
    m = j - np.arange(size)
    plus = np.diag(np.sqrt(j * (j + 1) - m[1:] * (m[1:] + 1)), 1).astype(complex)
    parts = [(plus + plus.T) / 2, (plus - plus.T) / 2j, np.diag(m).astype(complex)]
    return [one * np.sqrt(3 / (j * (j + 1))) for one in parts]


@pytest.mark.parametrize("mechanism", [cp.SpinOrbit, cp.Magnetic])
@pytest.mark.parametrize("spin", [Fraction(1, 2), 1, Fraction(3, 2)], ids=str)
def test_weights_and_gaps_of_any_spin(spin, mechanism):
    """sum_c w_c exp(-gap_c t) is tr[P exp(-(1/tau - K) t)]/(2s+1): P exchanges the spins of both lines."""
    size = int(2 * spin + 1)
    rate, tau = 0.11, 1.0
    sign = -1 if mechanism is cp.SpinOrbit else 1
    kernel = (1 / tau - rate) * np.eye(size**2, dtype=complex)
    for matrix in spin_matrices(size):
        kernel += sign * rate / 3 * np.kron(matrix, matrix)
    swap = np.zeros((size**2, size**2))
    for i, j in itertools.product(range(size), repeat=2):
        swap[i * size + j, j * size + i] = 1
    time = s.tau_so if mechanism is cp.SpinOrbit else s.tau_s
    found = cp.cooperon(metal(2, mechanism(), spin=spin, dephasing=None)).channels
    for t in (0.0, 0.7, 5.0, 40.0):
        expected = np.trace(swap @ scipy.linalg.expm(-t * (np.eye(size**2) / tau - kernel))).real / size
        total = sum(one.weight * sp.exp(-one.gap * t) for one in found).subs(time, 1 / rate)
        assert float(total) == pytest.approx(expected, abs=1e-12)


def test_spinless_carriers_have_half_the_correction():
    assert sp.simplify(correction(metal(2, spin=0)).expr * 2 - correction(metal(2)).expr) == 0
    assert cp.Metal(spin=0).symmetry_class == "orthogonal"


@pytest.mark.parametrize(
    ("spin", "limit"), [(HALF, -HALF), (1, sp.Rational(1, 3)), (3 * HALF, -sp.Rational(1, 4))], ids=str
)
def test_strong_spin_orbit_scattering_of_any_spin(spin, limit):
    """One singlet is left, of weight (-1)**(2s)/(2s+1): time reversal squares to (-1)**(2s)."""
    ratio = slope(correction(metal(2, cp.SpinOrbit(), spin=spin))) / slope(correction(metal(2, spin=spin)))
    assert sp.limit(sp.simplify(ratio), s.tau_so, 0, "+") == limit


# --- classes


@pytest.mark.parametrize(
    ("mechanisms", "more", "name"),
    [
        ((), {}, "orthogonal"),
        ((cp.SpinOrbit(),), {}, "symplectic"),
        ((cp.SpinOrbit("xyz"),), {}, "symplectic"),
        ((cp.SpinOrbit("xy"),), {}, "symplectic"),
        ((cp.SpinOrbit("z"),), {}, "unitary"),
        ((cp.Magnetic(),), {}, "unitary"),
        ((cp.Magnetic("z"),), {}, "orthogonal"),  # two spins, each with a real potential of its own
        ((cp.Magnetic("xy"),), {}, "orthogonal"),  # sigma_x K commutes and squares to 1
        ((cp.Magnetic("xz"),), {}, "orthogonal"),  # real matrices
        ((cp.Magnetic("xyz"),), {}, "unitary"),
        ((cp.SpinOrbit("z"), cp.Magnetic("z")), {}, "unitary"),
        (tuple(SPINS), {}, "unitary"),
        ((), {"field": cp.PerpendicularField()}, "unitary"),
        ((cp.SpinOrbit(),), {"field": cp.PerpendicularField()}, "unitary"),
        ((cp.SpinOrbit(),), {"dephasing": None}, "symplectic"),
        ((cp.SpinOrbit(),), {"spin": 1}, "orthogonal"),
        ((cp.SpinOrbit(),), {"spin": 3 * HALF}, "symplectic"),
        ((cp.Magnetic(),), {"spin": 1}, "unitary"),
    ],
)
def test_symmetry_classes(mechanisms, more, name):
    assert metal(2, *mechanisms, **more).symmetry_class == name


# --- pages, assumptions, rules


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "options"),
    [
        (metal(2, *SPINS), {"omega": s.omega}),
        (metal(3, cp.SpinOrbit("xyz"), cp.Magnetic("xy")), {"cutoff": "time"}),
        (metal(1, cp.SpinOrbit()), {"cutoff": "smooth"}),
        (metal(sp.Rational(5, 2), cp.Magnetic()), {"cutoff": "dimensional"}),
        (metal(2, cp.SpinOrbit(), spin=1), {}),
        (metal(2, cp.SpinOrbit("z"), dephasing=None), {"cutoff": "smooth"}),
        (metal(2, cp.Magnetic("xz")), {"cutoff": "window"}),
        (metal(3, cp.SpinOrbit(), diffusion="xyz"), {}),
    ],
)
def test_every_line_is_confirmed(one, options):
    formula = correction(one, **options)
    report = formula.verify()
    assert report.confirmed, report
    rules = {line.step.rule for line in report.lines}
    assert {"lifetime", "kernel of the cooperon", "eigenvalue, singlet"} <= rules
    assert formula.dimension == cp.conductivity(one).dimension


def test_a_wrong_eigenvector_is_found_out(monkeypatch):
    right = channels._eigenvalue

    def wrong(channel, kernel, gap):
        step = right(channel, kernel, gap)
        return cp.Step(step.rule, step.lhs, 2 * step.rhs, step.reason)

    monkeypatch.setattr(channels, "_eigenvalue", wrong)
    channels._channels.cache_clear()
    try:
        lines = correction(metal(2, cp.SpinOrbit())).verify().lines
    finally:
        channels._channels.cache_clear()
    faults = {line.step.rule for line in lines if not line.confirmed}
    assert faults == {f"eigenvalue, {name}" for name in ("singlet", "triplet x", "triplet y", "triplet z")}


@pytest.fixture
def fresh():
    """Channels are remembered for a metal: a changed rule has to be read again."""
    channels._channels.cache_clear()
    yield
    channels._channels.cache_clear()


def test_the_sign_under_exchange_makes_the_difference(monkeypatch, fresh):
    """Spin-orbit scattering with the sign of a magnetic impurity kills interference as that does."""
    magnetic = correction(metal(2, cp.Magnetic())).expr.xreplace({s.tau_s: s.tau_so})
    monkeypatch.setattr(scattering.SpinOrbit, "_exchange", 1)
    channels._channels.cache_clear()
    assert sp.simplify(correction(metal(2, cp.SpinOrbit())).expr - magnetic) == 0
    assert metal(2, cp.SpinOrbit()).symmetry_class == "unitary"
    assert cp.diffuson(metal(2, cp.SpinOrbit())).channels[0].gap == 0


def test_the_trace_over_the_spins_gives_the_weights(monkeypatch, fresh):
    """Without the exchange of the two spins on a closed path, all four channels would count alike."""
    monkeypatch.setattr(channels, "weight_of", lambda kind, vector, swap, size: sp.Rational(1, 4))
    strong = slope(correction(metal(2, cp.SpinOrbit()))) / slope(correction(metal(2)))
    assert sp.limit(sp.simplify(strong), s.tau_so, 0, "+") == sp.Rational(1, 4)


class Turning(scattering.Mechanism):
    """A mechanism of one's own: the spin along x, odd under exchange, at the rate 1/tau_so_x."""

    def vertices(self, spin):
        yield scattering.Vertex(
            "turning", sp.ImmutableDenseMatrix([[0, 1], [1, 0]]), 1 / s.tau_so_x, exchange=-1
        )


def test_a_new_mechanism_is_a_description():
    found = correction(cp.Metal(dim=2, scattering=[cp.Potential(), Turning()])).expr
    assert sp.simplify(found - correction(metal(2, cp.SpinOrbit("x"))).expr) == 0


@pytest.mark.parametrize("name", ["tau_so", "tau_s"])
def test_spins_that_scatter_as_often_as_everything_else_are_warned_of(name):
    function = correction(metal(2, *SPINS)).lambdify(name)
    rest = {k: x for k, x in VALUES.items() if k in function.keywords}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        function(1.5, **rest)
    with pytest.warns(cp.AssumptionWarning):
        function(0.04, **rest)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scattering": [cp.SpinOrbit]}, "scattering"),
        ({"scattering": "spin-orbit"}, "scattering"),
        ({"scattering": [cp.SpinOrbit(), cp.SpinOrbit("xyz")]}, "each kind once"),
        ({"scattering": [cp.Magnetic()], "spin": 0}, "spin 0"),
        ({"spin": Fraction(1, 3)}, "spin"),
        ({"spin": -1}, "spin"),
        ({"spin": "up"}, "spin"),
    ],
)
def test_nonsense(given, said):
    with pytest.raises(cp.InputError, match=said):
        cp.Metal(dim=2, **given)


def test_what_does_not_know_spins_refuses():
    for options in ({"kernel": "exact"}, {"route": "return_probability", "cutoff": "time"}):
        with pytest.raises(cp.InputError, match="scattering"):
            correction(metal(2, *SPINS), **options)
    for name in ("ladder", "return_probability", "interference"):
        arguments = ("cooperon",) if name == "ladder" else ()
        with pytest.raises(cp.InputError, match="scattering"):
            getattr(cp, name)(*arguments, metal(2, *SPINS))
