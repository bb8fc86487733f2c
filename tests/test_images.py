"""Sums over images against sums over modes, published forms and limits, none of which share code with them."""

import itertools

import mpmath
import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.numerics.translate import array_function
from cooperon.numerics.verification import verify
from cooperon.symbolic import windings
from cooperon.symbolic.axes import Closed, Leads, Walls
from cooperon.symbolic.derivation import Derivation
from cooperon.symbolic.images import complete, images

s = cp.symbols
HALF = sp.Rational(1, 2)
GAP = 1 / s.tau_phi
COMPLEX = GAP - sp.I * s.omega
D, RATE, FREQUENCY, LENGTH, PHASE = 0.8, 0.6, 0.7, 1.7, 2.2
FLUX = s.B * s.L**2 * s.e / (2 * sp.pi * s.hbar)
AXES = {
    "ring": Closed(s.L),
    "flux": Closed(s.L, PHASE),
    "walls": Walls(s.L),
    "leads": Leads(s.L),
}
ORDER = (s.D, s.tau_phi, s.omega, s.L)


def momenta(kind, length, n):
    """The momentum of the mode n >= 0, or of n and -n."""
    if kind in ("walls", "leads"):
        return [mpmath.pi * n / length] if n >= (kind == "leads") else []
    phase = PHASE if kind == "flux" else 0
    both = (n, -n) if n else (0,)
    return [(2 * mpmath.pi * k + phase) / length for k in both]


def by_modes(kind, length, gap):
    """Sum of 1/(D q**2 + gap) over all modes, per length."""
    return (
        mpmath.nsum(lambda n: sum(1 / (D * q**2 + gap) for q in momenta(kind, length, n)), [0, mpmath.inf])
        / length
    )


def excess_in_time(kind, length, gap, dim):
    """Integral over time of what the modes of the axis have beyond the bulk and the surface."""
    surface = {"walls": 1, "leads": -1}.get(kind, 0) / (2 * mpmath.mpf(length))
    period = length * (2 if surface else 1)

    def excess(t):
        most = int(mpmath.sqrt(70 / (D * t)) * length / 3) + 3
        modes = sum(mpmath.exp(-D * q**2 * t) for n in range(most) for q in momenta(kind, length, n)) / length
        rest = modes - 1 / mpmath.sqrt(4 * mpmath.pi * D * t) - surface
        return rest * mpmath.exp(-gap * t) / (4 * mpmath.pi * D * t) ** (mpmath.mpf(dim - 1) / 2)

    with mpmath.workdps(30):
        start = period**2 / (4 * D * 60)  # before it, the excess is exp(-60) of the bulk
        return mpmath.quad(
            excess, [start, 4 * start, 16 * start, 64 * start, 256 * start, 1024 * start, mpmath.inf]
        )


def value(expr, length=LENGTH, omega=0.0, rate=RATE):
    return complex(array_function(expr, ORDER)(D, 1 / rate, omega, length))


@pytest.mark.parametrize("kind", AXES)
@pytest.mark.parametrize("omega", [0.0, FREQUENCY])
def test_one_dimension_is_the_sum_over_modes(kind, omega):
    for length in (0.4, 1.7, 9.0):
        found = value(complete(AXES[kind], gap=COMPLEX).value, length, omega)
        assert found == pytest.approx(complex(by_modes(kind, length, RATE - 1j * omega)), rel=1e-12)


@pytest.mark.parametrize("kind", AXES)
def test_bulk_images_and_surface_make_the_whole(kind):
    """In one dimension the surface term has no dimension left: 1/gap."""
    found = images(AXES[kind], gap=COMPLEX, dim=1)
    gap = RATE - 1j * FREQUENCY
    pieces = 1 / (2 * np.sqrt(D * gap)) + value(found.value, omega=FREQUENCY) + value(found.surface) / gap
    assert pieces == pytest.approx(complex(by_modes(kind, LENGTH, gap)), rel=1e-12)


@pytest.mark.parametrize("kind", AXES)
@pytest.mark.parametrize("dim", [1, sp.Rational(6, 5), 2, 5 * HALF, 3])
def test_images_are_what_modes_have_beyond_the_bulk(kind, dim):
    found = value(images(AXES[kind], gap=COMPLEX, dim=dim).value, omega=FREQUENCY)
    expected = excess_in_time(kind, LENGTH, RATE - 1j * FREQUENCY, sp.Rational(dim).p / sp.Rational(dim).q)
    assert found == pytest.approx(complex(expected), rel=1e-11)


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("kind", AXES)
def test_difference_of_two_gaps(kind, dim):
    """Modes subtracted mode by mode; the integral across and the bulk in closed form: logarithms and roots."""
    rates = (RATE, 3.1)

    def across(gap, p):
        return (
            -mpmath.log(gap) / (4 * mpmath.pi * D)
            if p == 2
            else (4 * mpmath.pi * D) ** (-p / 2) * mpmath.gamma(1 - p / 2) * gap ** (p / 2 - 1)
        )

    def bulk(p):
        return across(rates[0], mpmath.mpf(p)) - across(rates[1], mpmath.mpf(p))

    def term(n):
        energies = [D * q**2 for q in momenta(kind, LENGTH, n)]
        p = mpmath.mpf(dim - 1)
        return mpmath.fsum(across(x + rates[0], p) - across(x + rates[1], p) for x in energies) / LENGTH

    modes = mpmath.nsum(term, [0, mpmath.inf])
    found = images(AXES[kind], gap=GAP, dim=dim)
    change = value(found.value) - value(found.value, rate=rates[1])
    total = bulk(dim) + change + value(found.surface) * bulk(dim - 1)
    assert total == pytest.approx(complex(modes), rel=1e-10)


@pytest.mark.parametrize("phase", [0, 2.2, 3.1])
@pytest.mark.parametrize("x", [1e-4, 1e-2, 0.3, 4.0, 40.0, 600.0])
def test_two_dimensions_over_the_whole_range(x, phase):
    """K_0 summed: for small x by the series 8.526 of Gradshteyn and Ryzhik, for large x term by term."""
    found = images(Closed(s.L, phase), gap=GAP, dim=2).value
    if x < 2:
        turn = 2 * mpmath.pi

        def pair(k):
            return sum(
                1 / mpmath.sqrt(x**2 + (turn * k + sign * phase) ** 2) - 1 / (turn * k) for sign in (1, -1)
            )

        total = mpmath.euler + mpmath.log(x / (2 * turn)) + mpmath.pi / mpmath.sqrt(x**2 + phase**2)
        total += mpmath.pi * mpmath.nsum(pair, [1, mpmath.inf])
    else:
        total = 2 * mpmath.fsum(mpmath.besselk(0, m * x) * mpmath.cos(m * phase) for m in range(1, 30))
    expected = complex(total / (2 * mpmath.pi))
    assert value(found * s.D, x * np.sqrt(D / RATE)) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("kind", AXES)
@pytest.mark.parametrize("dim", [1, 2, 5 * HALF, 3])
def test_no_overflow(kind, dim):
    """Without a warning, which would be an error: at kappa L = 10000 nothing but the bulk is left."""
    found = images(AXES[kind], gap=COMPLEX, dim=dim).value
    far = array_function(found, ORDER)(1.0, 1.0, np.array([0.0, 1e-4]), 1e4)
    assert np.all(abs(far) < 1e-300)
    if dim == 1:
        whole = array_function(complete(AXES[kind], gap=GAP).value, ORDER)(1.0, 1.0, 0.0, 1e4)
        assert abs(whole - 0.5) <= 1e-4


@pytest.mark.parametrize("kind", ["ring", "flux", "walls"])
@pytest.mark.parametrize("dim", [1, 3])
def test_digits_of_closed_forms(kind, dim):
    """From 1e-8 to 300 decay lengths, in double precision, against the same expression in 60 digits."""
    expr = images(AXES[kind], gap=GAP, dim=dim).value
    for length in (1e-8, 1e-4, 0.02, 1.0, 30.0, 300.0):
        exact = expr.xreplace(dict(zip(ORDER, (1, 1, 0, sp.Float(length, 60)), strict=True)))
        assert array_function(expr, ORDER)(1.0, 1.0, 0.0, length) == pytest.approx(
            float(exact.evalf(40)), rel=1e-12
        )


def test_wire_between_leads():
    """(x coth x - 1)/x**2, its limit 1/3 and the bulk for a long wire."""
    x = sp.Symbol("x", positive=True)
    found = complete(Leads(s.L), gap=s.D * x**2 / s.L**2).value * 2 * s.D / s.L
    assert sp.simplify(found - (x * sp.coth(x) - 1) / x**2) == 0
    assert sp.series(found, x, 0, 3).removeO() == sp.Rational(1, 3) - x**2 / 45
    assert complete(Leads(s.L), gap=0).value == s.L / (6 * s.D)
    long = sp.limit(complete(Leads(s.L), gap=GAP).value, s.L, sp.oo)
    assert sp.simplify(long - sp.sqrt(s.tau_phi / s.D) / 2) == 0


@pytest.mark.parametrize(("weight", "share"), [(1, -sp.Rational(1, 3)), (-HALF, sp.Rational(1, 6)), (0, 0)])
def test_short_wire_by_class(weight, share):
    """The weights of the channels without a gap: all, the singlet alone, or none; in units of 2 e**2/h."""
    quantum = s.e**2 / (sp.pi * s.hbar)
    back = complete(Leads(s.L), gap=0).value
    assert sp.simplify(-2 * s.e**2 * s.D / (sp.pi * s.hbar) * weight * back / s.L / quantum - share) == 0


def test_ring():
    """(L_phi/2) sinh(L/L_phi)/(cosh(L/L_phi) - cos(4 pi Phi/Phi_0)), with its two limits."""
    phase = sp.Symbol("phi", real=True)
    found = complete(Closed(s.L, phase), gap=GAP).value
    length = sp.sqrt(s.D * s.tau_phi)
    published = length / (2 * s.D) * sp.sinh(s.L / length) / (sp.cosh(s.L / length) - sp.cos(phase))
    for numbers in itertools.product((0.3, 2.0), (0.1, 1.5), (0.2, 3.0), (-1.2, 3.0)):
        point = dict(zip((s.D, s.tau_phi, s.L, phase), map(sp.Rational, map(str, numbers)), strict=True))
        assert abs(sp.N((found / published - 1).subs(point), 30)) < 1e-25
    coherent = complete(Closed(s.L, phase), gap=0).value
    assert sp.simplify(coherent - s.L / (2 * s.D * (1 - sp.cos(phase)))) == 0
    assert (
        sp.simplify(complete(Closed(s.L), gap=GAP).value - length / (2 * s.D) * sp.coth(s.L / length / 2))
        == 0
    )
    assert sp.limit(images(Closed(s.L), gap=GAP, dim=3).value * s.L, s.L, sp.oo) == 0


def test_ring_without_a_gap_is_the_sum_over_modes():
    found = complete(Closed(s.L, PHASE), gap=0).value
    assert value(found) == pytest.approx(complex(by_modes("flux", LENGTH, 0)), rel=1e-12)


def test_whole_turns_are_no_flux():
    for phase in (2 * sp.pi, -4 * sp.pi):
        assert complete(Closed(s.L, phase), gap=GAP).value == complete(Closed(s.L), gap=GAP).value


def test_film_in_three_dimensions():
    """ln[kappa_2 sinh(kappa_2 a)/(kappa_1 sinh(kappa_1 a))]/(4 pi D a) for two gaps."""
    a, one, two = sp.symbols("a kappa_1 kappa_2", positive=True)
    film = [images(Walls(a), gap=s.D * kappa**2, dim=3) for kappa in (one, two)]
    bulk = -(one - two) / (4 * sp.pi * s.D)
    layer = -sp.log(one / two) / (2 * sp.pi * s.D)
    change = film[0].value - film[1].value + bulk + film[0].surface * layer
    published = two * sp.sinh(two * a) / (one * sp.sinh(one * a))
    ratio = sp.exp(sp.expand(4 * sp.pi * s.D * a * change)) / published
    assert sp.simplify(ratio.rewrite(sp.exp)) == 1


def test_narrow_strip_is_a_wire():
    """Images and surface give half of L_phi/(2 D width) each, and the bulk a logarithm that does not count."""
    strip = images(Walls(s.width), gap=GAP, dim=2)
    (integral,) = strip.value.atoms(sp.Integral)
    ((variable, *_),) = integral.limits
    narrow = sp.limit(integral.function * s.width, s.width, 0)
    lead = strip.value.coeff(integral) * sp.integrate(sp.simplify(narrow), (variable, 0, sp.oo))
    wire = sp.sqrt(s.D * s.tau_phi) / (2 * s.D)
    assert sp.simplify(lead - wire / 2) == 0
    assert strip.surface == 1 / (2 * s.width)
    numbers = value(strip.value.subs(s.width, s.L), 1e-6) * 1e-6
    assert numbers == pytest.approx(np.sqrt(D / RATE) / (4 * D), rel=1e-4)


def test_cylinder():
    """Harmonics of h/2e: -(e**2/pi**2 hbar) 2 K_0(m L/L_phi), by quadrature over the flux."""
    phase = sp.Symbol("phi", real=True)
    found = images(Closed(s.L, phase), gap=GAP, dim=2).value
    correction = -2 * s.e**2 * s.D / (sp.pi * s.hbar) * found / (-(s.e**2) / (sp.pi**2 * s.hbar))
    function = array_function(correction, (s.D, s.tau_phi, s.L, phase))
    number = 64
    turns = 2 * np.pi * np.arange(number) / number
    samples = function(D, 1 / RATE, LENGTH, turns)
    x = LENGTH / np.sqrt(D / RATE)
    for m in (1, 2, 5):
        harmonic = np.mean(samples * np.cos(m * turns)) * 2
        aliased = sum(mpmath.besselk(0, k * x) for k in (m, number - m, number + m))
        assert harmonic == pytest.approx(float(2 * aliased), abs=1e-12)
    assert np.mean(samples) == pytest.approx(float(2 * mpmath.besselk(0, number * x)), abs=1e-12)


@pytest.mark.parametrize(
    "axis", [Closed(s.L, FLUX), Walls(s.thickness), Leads(s.L)], ids=lambda a: type(a).__name__
)
@pytest.mark.parametrize(
    "dim", [1, 3, pytest.param(2, marks=pytest.mark.slow), pytest.param(5 * HALF, marks=pytest.mark.slow)]
)
def test_every_step_is_confirmed(axis, dim):
    report = verify(Derivation(images(axis, gap=GAP, dim=dim).steps), cp.Metal(dim=dim))
    assert report.confirmed, report


@pytest.mark.slow
def test_every_step_is_confirmed_in_any_dimension():
    report = verify(Derivation(images(Leads(s.L), gap=COMPLEX, dim=s.d).steps), cp.Metal(dim=s.d))
    assert report.confirmed, report


@pytest.mark.parametrize("gap", [COMPLEX, -sp.I * s.omega, 0], ids=str)
@pytest.mark.parametrize(
    "axis", [Closed(s.L, FLUX), Walls(s.thickness), Leads(s.L)], ids=lambda a: type(a).__name__
)
def test_every_step_of_the_whole_is_confirmed(axis, gap):
    if gap == 0 and isinstance(axis, Walls):
        pytest.skip("infinite")
    report = verify(Derivation(complete(axis, gap=gap).steps), cp.Metal(dim=1))
    assert report.confirmed, report


def test_a_wrong_sum_is_found(monkeypatch):
    right = windings.SUMS[1]
    monkeypatch.setattr(windings, "SUMS", {0: windings.SUMS[0], 1: lambda x, phase: 2 * right(x, phase)})
    found = images(Walls(s.thickness), gap=GAP, dim=3)
    report = verify(Derivation(found.steps), cp.Metal(dim=3))
    assert [line.step.rule for line in report.lines if not line.confirmed] == ["sum over windings"]


def test_another_lowest_mode_is_found(monkeypatch):
    """The surface term is that of one mode: a rule with two modes less does not pass."""
    monkeypatch.setattr(Leads, "first", 2)
    report = verify(Derivation(images(Leads(s.L), gap=GAP, dim=3).steps), cp.Metal(dim=3))
    assert [line.step.rule for line in report.lines if not line.confirmed] == ["quantised momenta"]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: images(Walls(), gap=0, dim=3), DivergenceError, "tau_phi"),
        (lambda: complete(Walls(), gap=0), DivergenceError, "never decays"),
        (lambda: complete(Closed(), gap=0), DivergenceError, "never decays"),
        (lambda: complete(Closed(s.L, 2 * sp.pi), gap=0), DivergenceError, "flux"),
        (lambda: complete(Leads(), gap=-1), DivergenceError, "not negative"),
        (lambda: complete(Leads(), gap=GAP, dim=2), InputError, "dim = 1"),
        (lambda: images(Leads(), gap=GAP, dim=HALF), InputError, "dim = 1, or 6/5"),
        (lambda: images(Leads(), gap=GAP, dim=1.05), InputError, "dim = 1, or 6/5"),
        (lambda: images("film", gap=GAP, dim=3), InputError, "axis"),
        (lambda: images(Walls(), gap="1", dim=3), InputError, "gap"),
        (lambda: Walls(-1), InputError, "positive"),
        (lambda: Closed(s.L, sp.I), InputError, "real phase"),
    ],
)
def test_refusals(make, error, words):
    with pytest.raises(error, match=words):
        make()
