"""The conductance of a wire between leads: by standing waves, by class, and its limits on symbols."""

import mpmath
import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams.errors import AssumptionError, InputError

s = cp.symbols
UP, ALONG = cp.PerpendicularField(), cp.ParallelField()
WIRE = cp.Wire(length=s.L)
QUANTUM = s.e**2 / (sp.pi * s.hbar)  # 2 e**2/h
COHERENT = {"dim": 1, "geometry": WIRE, "dephasing": None}
SPIN_ORBIT, MAGNETIC = (cp.Potential(), cp.SpinOrbit()), (cp.Potential(), cp.Magnetic())
X = sp.Symbol("x", positive=True)
ONE = {s.L: 1, s.D: 1}
THIRD, SIXTH = sp.Rational(1, 3), sp.Rational(1, 6)


def change(omega=None, cutoff="diffusive", **metal):
    return cp.conductance(cp.Metal(**{**COHERENT, **metal}), omega=omega, cutoff=cutoff)


def published(gap):
    """Per channel and 2 e**2/h: -(x coth x - 1)/x**2 with x**2 = gap L**2/D."""
    x = sp.sqrt(gap * s.L**2 / s.D)
    return -(x * sp.coth(x) - 1) / x**2


def agree(found, expected):
    for seed in range(3):
        names = sorted(found.free_symbols | expected.free_symbols, key=str)
        point = {x: sp.Rational(5 + seed + 3 * i, 6 + seed) for i, x in enumerate(names)}
        assert abs(sp.N((found / expected - 1).subs(point), 30)) < 1e-24


@pytest.mark.slow
def test_a_short_wire_by_class():
    """-(1/3)(2 e**2/h), +1/6, 0: the classes as limits of the mechanisms, not as labels."""
    assert change().expr == -THIRD * QUANTUM
    for scattering, time, share in (
        (SPIN_ORBIT, s.tau_so, SIXTH),
        (MAGNETIC, s.tau_s, 0),
    ):
        metal = cp.Metal(**{**COHERENT, "scattering": scattering})
        found = (cp.conductance(metal).expr / QUANTUM).subs(ONE)
        name = {SIXTH: "symplectic", 0: "unitary"}[share]
        assert metal.symmetry_class == name
        strong = sp.expand(found).subs(time, 1 / X**2).rewrite(sp.exp)
        assert sp.limit(strong, X, sp.oo) == share
    weak = (change(scattering=SPIN_ORBIT).expr / QUANTUM).subs(ONE).subs(s.tau_so, 1 / X**2)
    assert sp.series(weak, X, 0, 2).removeO() == -THIRD
    field = (change(field=UP).expr / QUANTUM).subs(ONE).subs({s.e: 1, s.hbar: 1, s.width: 1})
    assert cp.Metal(**COHERENT, field=UP).symmetry_class == "unitary"
    assert sp.limit(field.rewrite(sp.exp), s.B, sp.oo) == 0
    assert sp.series(field, s.B, 0, 2).removeO() == -THIRD


def test_crossovers_between_the_classes():
    """A channel each with its gap and weight; strong scattering approaches its class as 1/x."""
    triplet = 4 / (3 * s.tau_so) + 2 / (3 * s.tau_s)
    found = change(scattering=(*SPIN_ORBIT, cp.Magnetic())).expr
    expected = sp.Rational(3, 2) * published(triplet) - published(2 / s.tau_s) / 2
    agree(found, QUANTUM * expected)
    found = change(scattering=SPIN_ORBIT).expr
    agree(found, QUANTUM * (sp.Rational(3, 2) * published(4 / (3 * s.tau_so)) + SIXTH))


def test_one_axis_of_spin_orbit_scattering_is_unitary():
    """Rates about z alone leave the singlet and one triplet, which cancel; x and y together are symplectic."""
    scattering = (cp.Potential(), cp.SpinOrbit(axes="xyz"))
    found = (change(scattering=scattering).expr / QUANTUM).subs(ONE)
    slow, fast = 10**10, sp.Rational(1, 10**10)
    one = found.subs({s.tau_so_x: slow, s.tau_so_y: slow, s.tau_so_z: fast})
    assert abs(sp.N(one, 30)) < 2e-5
    two = found.subs({s.tau_so_x: fast, s.tau_so_y: fast, s.tau_so_z: slow})
    assert abs(sp.N(two, 30) - SIXTH) < 2e-5


def test_length_of_coherence():
    """coth, with its limits: short wires, and a classical resistor in series of L_phi each."""
    found = change(dephasing=cp.Dephasing()).expr
    agree(found, QUANTUM * published(1 / s.tau_phi))
    short = found.subs(s.tau_phi, s.L**2 / (s.D * X**2))
    assert sp.simplify(sp.series(short, X, 0, 4).removeO() - QUANTUM * (-THIRD + X**2 / 45)) == 0
    long = sp.limit(sp.expand(found.subs(s.tau_phi, 1 / s.D) * s.L), s.L, sp.oo)
    assert long == -QUANTUM  # -(2 e**2/h) L_phi/L, here with L_phi = 1


@pytest.mark.parametrize("omega", [None, s.omega])
@pytest.mark.parametrize("field", [None, UP])
def test_standing_waves(field, omega):
    """-(2 e**2/h) 2 sum 1/(n**2 pi**2 + gap L**2/D) over n >= 1, with all channels."""
    numbers = {"e": 0.9, "hbar": 1.2, "D": 0.8, "tau_phi": 2.1, "tau_so": 0.7, "tau_s": 1.9, "L": 1.4}
    numbers |= {"width": 0.3, "B": 1.7, "omega": 0.6}
    scattering = (*SPIN_ORBIT, cp.Magnetic())
    found = change(omega, field=field, scattering=scattering, dephasing=cp.Dephasing())
    names = sorted(map(str, found.expr.free_symbols))
    value = found.lambdify(*names, checks=False)(*(numbers[name] for name in names))
    rate = 1 / 2.1 - 0.6j * bool(omega)
    rate += 0.8 * (0.9 * 1.7 * 0.3 / 1.2) ** 2 / 3 * bool(field)
    expected = sum(
        weight
        * mpmath.nsum(lambda n, gap=gap: 2 / ((n * mpmath.pi) ** 2 + gap * 1.4**2 / 0.8), [1, mpmath.inf])
        for weight, gap in ((-0.5, rate + 2 / 1.9), (1.5, rate + 4 / 2.1 + 2 / 5.7))
    )
    assert complex(value) == pytest.approx(complex(-(0.9**2) / (np.pi * 1.2) * expected), rel=1e-11)


def test_the_field_ends_interference():
    """Without dephasing tau_B stands where tau_phi stood."""
    for field, section, rate in (
        (UP, "rectangular", s.D * (s.e * s.B * s.width / s.hbar) ** 2 / 3),
        (UP, "round", s.D * (s.e * s.B * s.width / s.hbar) ** 2 / 4),
        (ALONG, "round", s.D * (s.e * s.B * s.width / s.hbar) ** 2 / 8),
    ):
        found = change(geometry=cp.Wire(length=s.L, section=section), field=field).expr
        agree(found, QUANTUM * published(rate))


@pytest.mark.slow
@pytest.mark.parametrize("section", ["rectangular", "round"])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_universal_in_any_dimension(dim, section):
    """G does not know the section, in units of e**2/h; conductivity does."""
    if (dim, section) == (2, "round"):
        return
    found = change(dim=dim, geometry=cp.Wire(length=s.L, section=section))
    assert found.expr == -THIRD * QUANTUM
    assert found.dimension == cp.conductivity(cp.Metal(dim=2)).dimension
    assert found.verify().confirmed
    classical = cp.conductance(cp.Metal(dim=dim, geometry=cp.Wire(length=s.L, section=section)), loops=0)
    area = {
        1: 1,
        2: s.width,
        3: s.width * s.thickness if section == "rectangular" else sp.pi * s.width**2 / 4,
    }
    assert sp.simplify(classical.expr - 2 * s.e**2 * s.nu * s.D * area[dim] / s.L) == 0
    assert classical.dimension == found.dimension


def test_another_spin():
    assert change(spin=0).expr == -THIRD * QUANTUM / 2


def test_the_smooth_cutoff_takes_short_paths_off():
    found = change(cutoff="smooth", dephasing=cp.Dephasing()).expr
    agree(found, QUANTUM * (published(1 / s.tau_phi) - published(1 / s.tau_phi + 1 / s.tau)))


def test_another_law_of_dephasing():
    metal = cp.Metal(dim=1, geometry=WIRE, dephasing=cp.PowerLaw(2))
    found = cp.conductance(metal).expr
    assert s.T in found.free_symbols
    assert s.tau_phi not in found.free_symbols
    agree(found, QUANTUM * published(s.T**2 / (s.T_0**2 * s.tau_phi_0)))


def test_numbers_of_a_sample():
    """A metal wire in SI units, by hand; a field that is too strong for it is refused."""
    sample = cp.Sample(
        dim=3, k_F=1.36e10, ell=1e-8, mass=1.0, tau_phi=2e-10, L=1e-6, width=5e-8, thickness=2e-8
    )
    charge, planck = 1.602176634e-19, 6.62607015e-34
    wire = cp.conductance(cp.Metal(dim=3, geometry=WIRE))
    x = 1e-6 / np.sqrt(sample.D * 2e-10)
    expected = -2 * charge**2 / planck * (x / np.tanh(x) - 1) / x**2
    found = wire.evaluate(sample)
    assert float(found) == pytest.approx(expected, rel=1e-9)
    assert "S" in str(found)
    in_field = cp.conductance(cp.Metal(dim=3, geometry=WIRE, field=UP))
    assert float(in_field.evaluate(sample, B=0.0)) == pytest.approx(expected, rel=1e-9)
    rate = sample.D * (2 * np.pi * charge * 0.05 * 5e-8 / planck) ** 2 / 3
    x = 1e-6 / np.sqrt(sample.D / (1 / 2e-10 + rate))
    assert float(in_field.evaluate(sample, B=-0.05)) == pytest.approx(
        -2 * charge**2 / planck * (x / np.tanh(x) - 1) / x**2, rel=1e-9
    )
    with pytest.raises(AssumptionError, match="magnetic length"):
        in_field.evaluate(sample, B=5.0)


def test_lengths_in_numbers():
    wire = cp.Wire(length=2e-6, width=1e-7, thickness=3e-8)
    found = cp.conductance(cp.Metal(dim=3, geometry=wire, field=UP))
    assert not found.expr.has(s.L, s.width, s.thickness)
    symbols = cp.conductance(cp.Metal(dim=3, geometry=WIRE, field=UP)).expr
    whole = symbols.subs({s.L: sp.Rational(2, 10**6), s.width: sp.Rational(1, 10**7)})
    numbers = {s.D: 3e-3, s.tau_phi: 2e-10, s.e: 1.6e-19, s.hbar: 1.05e-34, s.B: 0.3}
    assert sp.N(found.expr.subs(numbers)) == pytest.approx(sp.N(whole.subs(numbers)), rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("scattering", [None, (*SPIN_ORBIT, cp.Magnetic())])
@pytest.mark.parametrize("omega", [None, s.omega])
def test_every_line_is_confirmed(scattering, omega):
    metal = cp.Metal(dim=2, geometry=WIRE, field=UP, scattering=scattering or [cp.Potential()])
    found = cp.conductance(metal, omega=omega)
    report = found.verify()
    assert report.confirmed, report
    assert found.derivation[-1].rhs == found.expr


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: cp.conductance(cp.Metal(dim=1, geometry=cp.Wire())), "between leads"),
        (lambda: cp.conductance(cp.Metal(dim=1, geometry=cp.Ring())), "between leads"),
        (lambda: cp.conductance(cp.Metal(dim=2)), "between leads"),
        (lambda: cp.conductance("wire"), "metal"),
        (lambda: cp.conductance(cp.Metal(dim=1, geometry=WIRE), loops=2), "loops"),
        (lambda: cp.conductance(cp.Metal(dim=1, geometry=WIRE), loops=True), "loops"),
        (lambda: change(cutoff="time"), "cuts off nothing"),
        (lambda: change(cutoff="window"), "cuts off nothing"),
        (lambda: change(dim=2, geometry=cp.Wire(length=s.L, width=None)), "how wide"),
    ],
)
def test_refusals(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_letters():
    found = change(dephasing=cp.Dephasing(), field=UP)
    assert found.latex().startswith(r"\delta G = ")
    assert "width" not in found.latex()
    assert found.name == "delta G"
