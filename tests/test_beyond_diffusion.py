"""Weak localization with the exact kernel, against quadrature over energies, angles and momenta."""

from dataclasses import replace
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.special import hyp2f1, k0

import cooperon as cp
from cooperon.diagrams.errors import DiagramError, DivergenceError, InputError
from cooperon.numerics.evaluation import number
from cooperon.symbolic import symbols as s
from cooperon.symbolic.ballistic_box import Face, box
from cooperon.symbolic.ballistic_integral import over_half_line
from cooperon.symbolic.kubo import families
from cooperon.symbolic.rules import feynman_rules

UNITS = {"e": 1, "hbar": 1, "tau": 1}
PARTS = ("backscattering", "nonbackscattering")
NODES, WEIGHTS = np.polynomial.legendre.leggauss(400)


@pytest.fixture(scope="module")
def parts():
    return {dim: cp.interference(cp.Metal(dim=dim)) for dim in (1, 2, 3)}


def put(expr, **values):
    return complex(sp.N(expr.xreplace({s.lookup(name): sp.sympify(x) for name, x in values.items()})))


def at(formula, **values):
    return number(formula.expr, {s.lookup(name): value for name, value in (UNITS | values).items()})


# --- the box: Green's functions as numbers, integrated over energy and angle ---


def mean(function, dim):
    """Average over directions of a function of the cosine; dim = 1, 2 or 3."""
    if dim == 1:
        return (function(np.array(1.0)) + function(np.array(-1.0))) / 2
    if dim == 2:
        return np.mean(function(np.cos(2 * np.pi * (np.arange(400) + 0.5) / 400)))
    return np.sum(WEIGHTS * function(NODES)) / 2


def over_energy(function):
    """Integral over xi from -oo to oo by xi = tan(t)/2, where Green's functions of tau = 1 are smooth."""
    angle = np.pi * (np.arange(1000) + 0.5) / 1000 - np.pi / 2
    return np.sum(function(np.tan(angle) / 2) / (2 * np.cos(angle) ** 2), axis=-1) * np.pi / 1000


def retarded(xi):
    return 1 / (-xi + 0.5j)


def advanced(xi):
    return 1 / (-xi - 0.5j)


def box_by_quadrature(x, dim, dressing):
    """Box of the two current vertices at momenta k and Q - k, traced; units nu = tau = v_F = hbar = 1."""

    def of_angle(function):
        return mean(lambda c: over_energy(lambda xi: function(xi, np.asarray(c)[..., None])), dim)

    if dressing is None:
        return -of_angle(lambda xi, c: abs(retarded(xi) * retarded(xi - x * c)) ** 2)
    # R(k) A(k) at one current vertex, joined by an impurity line to the same at the other
    across = {"retarded": retarded, "advanced": advanced}[dressing]
    face = of_angle(lambda xi, c: c * retarded(xi) * advanced(xi) * across(xi - x * c))
    return face**2 / (2 * np.pi)


def dressing_of(diagram):
    if not diagram.order:
        return None
    counts = {
        kind: sum(str(line.kind) == kind for line in diagram.lines) for kind in ("retarded", "advanced")
    }
    return max(counts, key=counts.get)


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_boxes_against_quadrature_over_energy_and_angle(dim, index):
    diagram = families(1)[index]
    found = box(feynman_rules(diagram, cp.Metal(dim=dim)), omega=sp.S.Zero, loss=sp.S.One).value
    for x in (0.3, 0.7, 2.5):
        value = put(found, nu=1, tau=1, v_F=1, hbar=1, ell=1, q=x)
        assert abs(value - box_by_quadrature(x, dim, dressing_of(diagram))) < 1e-10


@pytest.mark.parametrize(
    ("index", "value"), [(0, -10.2947719323555003), (1, 0.419012786833962037), (2, 0.419012786833962037)]
)
def test_reference_values_of_the_boxes(index, value):
    rules = feynman_rules(families(1)[index], cp.Metal(dim=2))
    found = box(rules, omega=sp.S.Zero, loss=sp.S.One).value
    assert abs(put(found, nu=1, tau=1, v_F=1, hbar=1, ell=1, q=sp.Rational(7, 10)) - value) < 1e-14


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_frequency_shifts_the_retarded_lines(index):
    """R(xi - omega) in every face, by quadrature; the legs and the closed path both know omega."""
    omega, x, dim = 0.8, 0.7, 2
    rules = feynman_rules(families(1)[index], cp.Metal(dim=dim))
    found = box(rules, omega=s.omega, loss=1 - sp.I * s.omega * s.tau).value
    value = put(found, nu=1, tau=1, v_F=1, hbar=1, ell=1, q=x, omega=omega)

    def ahead(xi):
        return retarded(xi - omega)

    def of_angle(function):
        return mean(lambda c: over_energy(lambda xi: function(xi, c[..., None])), dim)

    if index == 0:
        expected = -of_angle(
            lambda xi, c: ahead(xi) * advanced(xi) * ahead(xi - x * c) * advanced(xi - x * c)
        )
    else:
        across = {"retarded": ahead, "advanced": advanced}[dressing_of(rules.diagram)]
        expected = of_angle(lambda xi, c: c * ahead(xi) * advanced(xi) * across(xi - x * c)) ** 2 / (
            2 * np.pi
        )
    assert abs(value - expected) < 1e-9


def test_at_zero_momentum_the_dressed_boxes_vanish():
    """Where diffusion is good only the bare box is left, -(4 pi nu tau**3 v_F**2)."""
    for index in (0, 1, 2):
        rules = feynman_rules(families(1)[index], cp.Metal(dim=3))
        found = box(rules, omega=sp.S.Zero, loss=sp.S.One).value
        value = put(found, nu=1, tau=1, v_F=1, hbar=1, ell=1, q=sp.Rational(1, 10**4))
        assert abs(value - (-4 * np.pi if index == 0 else 0)) < 1e-6


def test_lines_of_one_momentum_are_no_face_of_a_closed_path():
    with pytest.raises(DiagramError, match="two different momenta"):
        Face((("retarded", 0), ("advanced", 0)), (1,)).flights(sp.S.Zero)


# --- the correction: quadrature over q of what is written down here by hand ---


def rung(x, loss, dim):
    if dim == 1:
        return loss / (loss**2 + x**2)
    return 1 / np.sqrt(loss**2 + x**2) if dim == 2 else np.arctan(x / loss) / x


def integrand(part, x, loss, dim):
    """Integrand over x in units e = hbar = tau = ell = 1.

    (1/pi d) int d**d q/(2 pi)**d box Cooperon: the bare box is -4 pi nu P and goes with the Cooperon
    (P**2 + P**3 + ...)/(2 pi nu); the dressed ones are +4 pi nu ((1 - z P)/x)**2 and go with P + P**2 + ....
    """
    surface = {1: 1 / np.pi, 2: x / (2 * np.pi), 3: x**2 / (2 * np.pi**2)}[dim]
    p = rung(x, loss, dim)
    shape = -(p**3) if part == "backscattering" else ((1 - loss * p) / x) ** 2 * p
    return surface * 2 / (np.pi * dim) * shape / (1 - p)


def by_quadrature(part, loss, dim, upper=np.inf):
    last = min(np.log(upper), 45.0)
    stops = np.linspace(-26, last, 40)

    def over_x(take):
        def inner(u):
            return take(integrand(part, np.exp(u), loss, dim)) * np.exp(u)

        return sum(quad(inner, a, b, epsabs=1e-13)[0] for a, b in pairwise(stops))

    return complex(over_x(np.real), over_x(np.imag) if np.iscomplexobj(loss) else 0)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_what_is_written_down_here_is_the_average_over_angles(dim):
    for x, loss in ((0.4, 1.3), (3.0, 1.1 - 0.7j)):
        p = rung(x, loss, dim)
        assert abs(p - mean(lambda c, x=x, z=loss: 1 / (z + 1j * x * c), dim)) < 1e-12
        squared = mean(lambda c, x=x, z=loss: c / (z + 1j * x * c), dim) ** 2
        assert abs(-((1 - loss * p) ** 2) / x**2 - squared) < 1e-12


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("dim", [1, 2])
@pytest.mark.parametrize("ratio", [0.3, 1.0, 10.0, 1e4])
def test_the_parts_against_quadrature(parts, dim, part, ratio):
    found = at(getattr(parts[dim], part), tau_phi=ratio, D=sp.Rational(1, dim))
    assert abs(found - by_quadrature(part, 1 + 1 / ratio, dim)) < 1e-8 * abs(found)


@pytest.mark.parametrize("part", PARTS)
def test_three_dimensions_against_quadrature(parts, part):
    for ratio, cut in ((1.0, 30.0), (200.0, 1000.0)):
        found = at(getattr(parts[3], part), tau_phi=ratio, D=sp.Rational(1, 3), k_F=cut)
        assert abs(found - by_quadrature(part, 1 + 1 / ratio, 3, upper=cut)) < 1e-8 * abs(found)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_frequency_against_quadrature(dim):
    """The two legs outside of the closed path make the factor 1/(1 - i omega tau)**2."""
    omega, ratio, cut = 0.7, 5.0, 50.0
    total = cp.conductivity(cp.Metal(dim=dim), loops=1, kernel="exact", omega=s.omega)
    found = at(total, tau_phi=ratio, omega=omega, D=sp.Rational(1, dim), k_F=cut)
    loss = 1 + 1 / ratio - 1j * omega
    upper = cut if dim == 3 else np.inf
    expected = sum(by_quadrature(part, loss, dim, upper=upper) for part in PARTS) / (1 - 1j * omega) ** 2
    assert abs(found - expected) < 1e-8 * abs(expected)


# --- two dimensions ---


def test_closed_forms_of_two_dimensions(parts):
    unit = s.e**2 / (2 * sp.pi**2 * s.hbar)
    back = parts[2].backscattering.expr / unit
    assert sp.simplify(back + sp.log(1 + s.tau_phi / s.tau)) == 0
    bracket = parts[2].nonbackscattering.expr / unit
    assert abs(put(bracket, tau=1, tau_phi=10) - 0.545954682780977888) < 1e-14
    assert abs(put(bracket, tau=1, tau_phi=10**12) - np.log(2)) < 1e-10
    assert sp.simplify(parts[2].nonbackscattering.leading() / unit - sp.log(2)) == 0


def test_backscattering_is_the_return_of_random_flights(parts):
    """sum_N 2 pi W_N(0) over N >= 3 flights in the plane: simulated, with exp(-length/(v_F tau_phi)).

    W_N is the density of the end point. The last two flights of the loop are added as the density of two
    flights, K_0(s r)/(2 pi); every flight costs 1/s, s = 1 + tau/tau_phi.
    """
    decay, walkers, flights = 2.5, 100_000, 25
    random = np.random.default_rng(7)
    at_end, returned = np.zeros(walkers, complex), 0.0
    for flight in range(1, flights):
        angle = random.uniform(0, 2 * np.pi, walkers)
        at_end += random.exponential(1 / decay, walkers) * np.exp(1j * angle)
        returned += decay**-flight * k0(decay * abs(at_end)).mean()
    found = -at(parts[2].backscattering, tau_phi=1 / (decay - 1)) * 2 * np.pi**2
    assert abs(returned - found) < 0.01 * abs(found)


def test_the_short_crossed_diagram_is_left_out():
    """The bare box with a Cooperon of two lines falls as 1/q: a logarithm at large q, not a closed path."""
    with_two = [x * integrand("backscattering", x, 1.1, 2) / rung(x, 1.1, 2) for x in (1e4, 1e5)]
    assert abs(with_two[0] / with_two[1] - 1) < 1e-3
    rules = {step.rule for step in cp.interference(cp.Metal(dim=2)).total.derivation}
    assert {"Cooperon from 3 lines on", "Cooperon from 2 lines on"} <= rules


def test_diffusion_has_the_same_logarithm(parts):
    """The coefficient of ln tau_phi is that of the diffusive kernel; beside it stands + ln 2."""
    exact = sp.expand_log(parts[2].total.leading(), force=True)
    diffusive = sp.expand_log(cp.conductivity(cp.Metal(dim=2), loops=1).leading(), force=True)
    difference = sp.simplify(exact - diffusive)
    assert sp.simplify(difference - s.e**2 * sp.log(2) / (2 * sp.pi**2 * s.hbar)) == 0


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_interference_ends_with_phase_coherence(parts, dim):
    """For tau_phi << tau nothing is left but closed paths of three scatterers, s**-3."""
    values = {"D": sp.Rational(1, dim), "k_F": 10}
    found = [abs(at(parts[dim].backscattering, tau_phi=x, **values)) for x in (0.01, 0.001)]
    assert found[1] < 0.2 * found[0] < 0.2 * abs(at(parts[dim].backscattering, tau_phi=1, **values))


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("ratio", [0.5, 5.0, 500.0])
def test_nonbackscattering_weakens_localization(parts, dim, ratio):
    values = {"tau_phi": ratio, "D": sp.Rational(1, dim), "k_F": 20}
    back, other = (at(getattr(parts[dim], part), **values).real for part in PARTS)
    assert back < 0 < other < -back
    assert abs(at(parts[dim].total, **values) - back - other) < 1e-12


# --- one and three dimensions ---


def test_one_dimension_tends_to_the_diffusive_result(parts):
    total, diffusive = parts[1].total, cp.conductivity(cp.Metal(dim=1), loops=1)
    assert sp.simplify(total.leading() - diffusive.leading()) == 0
    assert (
        abs(at(total, tau_phi=1e10, D=1) / put(diffusive.leading(), e=1, hbar=1, tau_phi=1e10, D=1) - 1)
        < 1e-4
    )


def test_three_dimensions_have_the_term_of_diffusion(parts):
    """e**2/(2 pi**2 hbar L_phi), symbolically and as what changes with tau_phi in numbers."""
    term = s.e**2 / (2 * sp.pi**2 * s.hbar * sp.sqrt(s.D * s.tau_phi))
    rest = parts[3].total.leading() - term
    assert not sp.expand(rest).has(s.tau_phi)
    diffusive = cp.conductivity(cp.Metal(dim=3), loops=1).leading()
    assert sp.expand(diffusive).coeff(1 / sp.sqrt(s.tau_phi)) == term * sp.sqrt(s.tau_phi)
    one, other = (
        sum(by_quadrature(part, 1 + 1 / ratio, 3, upper=100) for part in PARTS).real for ratio in (1e5, 4e5)
    )
    expected = np.sqrt(3) / (2 * np.pi**2) * (1e5**-0.5 - 4e5**-0.5)
    assert abs((one - other) / expected - 1) < 0.01


def test_the_logarithm_of_three_dimensions(parts):
    """-(pi**2 - 4)/8 ln(k_F ell)/(k_F ell)**2 of the Drude value: pi**2/8 by Pi**3, 1/2 by Pi/x**2 at large x."""
    drude = cp.conductivity(cp.Metal(dim=3))
    ratio = (parts[3].total / drude).leading()
    logarithm = sp.log(s.k_F * s.ell)
    coefficient = sp.expand(ratio, log=False).coeff(logarithm)
    assert sp.simplify(coefficient * (s.k_F * s.ell) ** 2 + (sp.pi**2 - 4) / 8) == 0
    slopes = [
        by_quadrature(part, 1.0001, 3, upper=4e4) - by_quadrature(part, 1.0001, 3, upper=2e4)
        for part in PARTS
    ]
    in_units = [x.real / np.log(2) for x in slopes]  # e**2/(hbar ell)
    assert np.allclose(in_units, [-1 / 24, 1 / (6 * np.pi**2)], rtol=1e-3)


def test_the_constant_beside_the_logarithm(parts):
    values = {"tau_phi": 1e7, "D": sp.Rational(1, 3), "k_F": 1e5}
    leading = number(parts[3].total.leading(), {s.lookup(n): x for n, x in (UNITS | values).items()})
    assert abs(at(parts[3].total, **values) - leading) < 1e-5 * abs(leading)


def test_without_dephasing_three_dimensions_stay_finite():
    total = cp.conductivity(cp.Metal(dim=3, dephasing=None), loops=1, kernel="exact")
    found = at(total, D=sp.Rational(1, 3), k_F=40)
    # the integrand is regular at x = 0: the limit of long tau_phi
    expected = sum(by_quadrature(part, 1 + 1e-11, 3, upper=40) for part in PARTS)
    assert abs(found - expected) < 1e-4 * abs(found)


# --- the formulas as formulas ---


@pytest.mark.slow
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_every_line_is_confirmed(parts, dim):
    report = parts[dim].total.verify()
    assert report.confirmed, report
    rules = [line.step.rule for line in report.lines]
    assert "legs at a current vertex" in rules
    assert ("integral in closed form" in rules) == (dim < 3)


def test_a_wrong_line_is_found(parts):
    """Verification has teeth here: without the legs' partial fractions a face is another number."""
    pages = parts[2].total.derivation
    index = next(i for i, step in enumerate(pages) if step.rule == "free flights of a face")
    from cooperon.numerics.verification import verify
    from cooperon.symbolic.derivation import Derivation

    wrong = Derivation((replace(pages[index], rhs=2 * pages[index].rhs),))
    assert not verify(wrong, parts[2].total.metal).confirmed


def test_the_number_of_spin_states_follows_from_the_trace(parts):
    spinless = cp.conductivity(cp.Metal(dim=2, spin=0), loops=1, kernel="exact")
    assert sp.simplify(spinless.expr / parts[2].total.expr) == sp.Rational(1, 2)


@pytest.mark.slow
def test_a_dimension_in_between_follows_from_the_same_rules():
    """d = 3/2: the rung stays a hypergeometric function, and the integral undone."""
    parts = cp.interference(cp.Metal(dim=sp.Rational(3, 2)))
    found = at(parts.backscattering, tau_phi=2.0, D=sp.Rational(2, 3))

    def p(x):
        return hyp2f1(0.5, 1, 0.75, -((x / 1.5) ** 2)) / 1.5

    surface = 2 / ((4 * np.pi) ** 0.75 * float(sp.gamma(sp.Rational(3, 4))))
    value = quad(lambda u: np.exp(1.5 * u) * p(np.exp(u)) ** 3 / (1 - p(np.exp(u))), -20, 20, limit=200)[0]
    assert abs(found + surface * 4 / (3 * np.pi) * value) < 1e-5 * abs(found)


def test_parts_and_total_are_formulas_of_their_diagrams(parts):
    back, other, total = (getattr(parts[2], name) for name in (*PARTS, "total"))
    assert [diagram.order for diagram in back.diagrams] == [0]
    assert [diagram.order for diagram in other.diagrams] == [1, 1]
    assert set(total.diagrams) == set(families(1))
    assert total.expr == cp.conductivity(cp.Metal(dim=2), loops=1, kernel="exact").expr
    statements = " ".join(str(a) for a in total.assumptions)
    assert "three scatterers" in statements
    assert "tau_phi >> tau" not in statements
    assert len(statements) == len(" ".join(dict.fromkeys(str(a) for a in total.assumptions)))


def test_as_functions_of_arrays(parts):
    tau_phi = np.array([[2.0, 50.0], [1e3, 1e6]])
    for dim, more in ((1, {"D": 1.0}), (2, {}), (3, {"D": 1 / 3, "k_F": 80.0})):
        function = parts[dim].total.lambdify("tau_phi", "tau", checks=False)
        values = function(tau_phi, 1.0, e=1.0, hbar=1.0, **more)
        assert values.shape == tau_phi.shape
        by_number = [at(parts[dim].total, tau_phi=x, **more).real for x in tau_phi.ravel()]
        assert np.allclose(values.ravel(), by_number, rtol=1e-10)


def test_three_dimensions_with_a_frequency_as_a_function_of_arrays():
    total = cp.conductivity(cp.Metal(dim=3), loops=1, kernel="exact", omega=s.omega)
    values = {"tau_phi": 30.0, "D": 1 / 3, "k_F": 25.0}
    found = total.lambdify("omega", checks=False)(np.array([0.1, 2.0]), **UNITS, **values)
    assert np.allclose(found, [at(total, omega=x, **values) for x in (0.1, 2.0)], rtol=1e-10)


@pytest.mark.slow
def test_the_leading_form_as_a_function_of_arrays(parts):
    from cooperon.numerics.lambdify import lambdify

    form = parts[3].nonbackscattering.leading()
    values = {"tau": 1.0, "e": 1.0, "hbar": 1.0, "D": 1 / 3, "k_F": 1e4}
    found = lambdify(form, ["tau_phi"])(1e6, **values)
    by_number = number(form, {s.lookup(name): value for name, value in values.items()} | {s.tau_phi: 1e6})
    assert abs(found - by_number) < 1e-12


def test_values_of_the_metal_and_a_law_of_dephasing_are_put_in():
    fixed = cp.interference(cp.Metal(dim=2, tau=1, tau_phi=10)).nonbackscattering.expr
    assert abs(put(fixed, e=1, hbar=1) * 2 * np.pi**2 - 0.545954682780977888) < 1e-14
    law = cp.conductivity(cp.Metal(dim=2, dephasing=cp.PowerLaw(1)), loops=1, kernel="exact")
    assert law.expr.has(s.T)
    assert not law.expr.has(s.tau_phi)


def test_a_sample_is_evaluated(parts):
    sample = cp.Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=2e-12)
    exact = parts[2].total.evaluate(sample)
    diffusive = cp.conductivity(cp.Metal(dim=2), loops=1).evaluate(sample)
    assert 0.3 < exact.value / diffusive.value < 1


@pytest.mark.parametrize("omega", [0.3, 10.0, 60.0])
def test_functions_of_a_large_frequency_in_three_dimensions(omega):
    """The rung has its branch point close to q ell = omega tau: own quadrature, with points around it."""
    function = cp.interference(cp.Metal(dim=3), omega=s.omega).total.lambdify("omega")
    found = function(omega, tau=1.0, tau_phi=50.0, D=1 / 3, k_F=200.0, e=1.0, hbar=1.0)
    z, leg = 1.02 - 1j * omega, 1 / (1 - 1j * omega)

    def integrand(x):
        rung = mpmath.atan(x / z) / x
        boxes = 2 * ((1 - z * rung) / x) ** 2 * rung - 2 * rung**3
        return x**2 / (2 * mpmath.pi**2) * boxes / (1 - rung)

    around = [omega + y for y in (-5, -2, -1, 0, 1, 2, 5, 20) if omega + y > 0]
    expected = mpmath.quad(integrand, [0, *around, 200]) * leg**2 / (3 * mpmath.pi)
    assert abs(found - complex(expected)) < 1e-9 * abs(expected)


def test_a_sample_is_evaluated_at_a_frequency_in_three_dimensions():
    sample = cp.Sample(dim=3, density=1e26, mobility=0.002, mass=1, tau_phi=20e-12)
    rest, moving = (cp.interference(cp.Metal(dim=3), omega=x).total for x in (None, s.omega))
    assert moving.evaluate(sample, omega=1e11).value.imag < 0
    slow = moving.evaluate(sample, omega=1e-3).value
    assert abs(slow / rest.evaluate(sample).value - 1) < 1e-9


@pytest.mark.slow
def test_a_check_puts_the_integral_in_numbers(parts):
    """The term of diffusion alone is not all that there is with the exact kernel."""
    verdict = cp.check("e^2/(2 pi^2 hbar L_phi)", parts[3].total)
    assert not verdict.agrees
    assert verdict.kind == "differs"
    assert "farthest apart" in verdict.sentence


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"kernel": "ballistic"}, "diffusive or exact"),
        ({"kernel": None}, "kernel"),
        ({"loops": 0}, "loops"),
        ({"infrared": "L"}, "infrared"),
        ({"route": "return_probability"}, "route"),
        ({"cutoff": "time"}, "converges"),
        ({"cutoff": "k_F"}, "converges"),
        ({"omega": 3}, "omega"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, match):
    with pytest.raises(InputError, match=match):
        cp.conductivity(cp.Metal(dim=2), **({"loops": 1, "kernel": "exact"} | options))


@pytest.mark.parametrize("dim", [4, s.d])
def test_dimensions_that_are_not_done_are_refused(dim):
    with pytest.raises(InputError, match="up to 3"):
        cp.interference(cp.Metal(dim=dim))


def test_other_cutoffs_in_three_dimensions_are_refused(parts):
    with pytest.raises(InputError, match="k_F"):
        cp.interference(cp.Metal(dim=3), cutoff="time")
    assert cp.interference(cp.Metal(dim=3), cutoff="k_F").total == parts[3].total


@pytest.mark.parametrize("dim", [1, 2])
def test_without_an_end_of_long_paths_the_correction_is_infinite(dim):
    with pytest.raises(DivergenceError, match="omega"):
        cp.interference(cp.Metal(dim=dim, dephasing=None))
    assert cp.interference(cp.Metal(dim=dim, dephasing=None), omega=s.omega).total.expr.has(s.omega)


def test_the_default_kernel_is_what_it_was():
    metal = cp.Metal(dim=2)
    assert cp.conductivity(metal, loops=1, kernel="diffusive") == cp.conductivity(metal, loops=1)
    assert cp.conductivity(metal, loops=1, cutoff="diffusive") == cp.conductivity(metal, loops=1)


def test_partial_fractions_over_the_half_line():
    w = sp.Symbol("w", positive=True)
    function = (2 * w + 1) / ((w + 1) ** 2 * (w + 3) * (w + 4))
    expected = mpmath.quad(sp.lambdify(w, function, "mpmath"), [0, 1, mpmath.inf])
    assert abs(sp.N(over_half_line(function, w)) - expected) < 1e-12
    for divergent in (1 / (w + 1), w / (w + 1), sp.S.One):
        with pytest.raises(DivergenceError):
            over_half_line(divergent, w)
