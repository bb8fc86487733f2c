"""What a magnetic field does in thin shapes, against eigenvalues that know no perturbation theory."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest
import sympy as sp
from numpy.polynomial import legendre
from scipy.linalg import eigh
from scipy.optimize import minimize_scalar

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.numerics.lambdify import lambdify
from cooperon.numerics.verification import verify
from cooperon.symbolic import cross_sections, flux_cancellation
from cooperon.symbolic.derivation import Derivation
from cooperon.symbolic.dimensions import dimension_of
from cooperon.symbolic.penetration import Penetration, penetration

s = cp.symbols
B, D, E, HBAR, W, A, L = s.B, s.D, s.e, s.hbar, s.width, s.thickness, s.L
ACROSS, ALONG = cp.PerpendicularField(), cp.ParallelField()
ROUND = cp.Wire(section="round")
UNIT = D * E**2 * B**2 / HBAR**2
LONG, SHORT = sp.Max(W, A), sp.Min(W, A)


def of(geometry, field, dim, **more):
    return penetration(cp.Metal(dim=dim, geometry=geometry, field=field, **more))


def at(expr, **values):
    """In numbers, with e = hbar = D = 1."""
    given = {E: 1, HBAR: 1, D: 1} | {s.lookup(name): value for name, value in values.items()}
    return float(sp.N(expr.xreplace({x: sp.Float(value, 30) for x, value in given.items()}), 20))


CASES = {
    "film": (of(cp.Film(), ALONG, 2), UNIT * A**2 / 3),
    "strip": (of(cp.Wire(), ACROSS, 1), UNIT * W**2 / 3),
    "wire in space": (of(cp.Wire(), ACROSS, 3), UNIT * W**2 / 3),
    "round, across": (of(ROUND, ACROSS, 1), UNIT * (W / 2) ** 2),
    "round, along": (of(ROUND, ALONG, 3), UNIT * (W / 2) ** 2 / 2),
    "ring": (of(cp.Ring(width=W), ACROSS, 1), UNIT * W**2 / 3),
    "cylinder": (of(cp.Cylinder(thickness=A), ALONG, 2), UNIT * A**2 / 3),
}
BAR = of(cp.Wire(), ALONG, 1)
ALL = (
    {name: found for name, (found, _) in CASES.items()}
    | {"bar": BAR}
    | {name: of(cp.Wire(boundary=name), ACROSS, 2) for name in ("specular", "diffuse")}
)


@pytest.mark.parametrize("name", CASES)
def test_published_rates(name):
    """Al'tshuler and Aronov (1981), Aronov and Sharvin (1987), and their like for round wires."""
    found, expected = CASES[name]
    assert sp.simplify(found.rate - expected) == 0


@pytest.mark.parametrize("name", ALL)
def test_every_step_is_confirmed(name):
    report = verify(Derivation(ALL[name].steps), cp.Metal(dim=2))
    assert report.confirmed, report


@pytest.mark.parametrize("name", ALL)
def test_a_rate_is_a_rate_and_vanishes_with_the_field(name):
    found = ALL[name]
    assert str(dimension_of(found.rate, s.dimensions())) == "s^-1"
    assert found.rate.subs(B, 0) == 0
    assert dimension_of(found.flux_phase, s.dimensions()).is_dimensionless


# --- exact eigenvalues of the Cooperon between walls, by a Galerkin method in any gauge ---


def lowest(gradients, values, weights, potential):
    """Lowest eigenvalue of (-i grad - a)**2, where the flux through the walls vanishes.

    gradients: (dim, functions, points); values: (functions, points); potential a: (dim, points).
    """
    shifted = -1j * gradients - potential[:, np.newaxis, :] * values
    energy = sum((part.conj() * weights) @ part.T for part in shifted)
    return eigh(energy, (values * weights) @ values.T, eigvals_only=True)[0]


def polynomials(points, count):
    """Legendre polynomials and their slopes."""
    rows = np.eye(count)
    values = np.array([legendre.legval(points, row) for row in rows])
    return values, np.array([legendre.legval(points, legendre.legder(row)) for row in rows])


NODES, WEIGHTS = legendre.leggauss(40)


def rectangle(width, height, field, origin=(0.0, 0.0), count=12):
    """Field at right angles to a rectangle, in a Landau gauge about any origin; 2 e B/hbar = field."""
    values, slopes = polynomials(NODES, count)
    y, _ = np.meshgrid(width / 2 * NODES, height / 2 * NODES, indexing="ij")
    both = np.einsum("ip,jq->ijpq", values, values).reshape(count**2, -1)
    gradients = np.stack(
        [
            np.einsum("ip,jq->ijpq", slopes * 2 / width, values).reshape(count**2, -1),
            np.einsum("ip,jq->ijpq", values, slopes * 2 / height).reshape(count**2, -1),
        ]
    )
    potential = field * np.stack([np.zeros(y.size), (y - origin[0]).ravel()])
    return lowest(gradients, both, np.outer(WEIGHTS, WEIGHTS).ravel(), potential)


def confined(field, size, count=16):
    """-f'' + (2 e B y/hbar)**2 f between two walls, minimised over the wave number along them."""
    values, slopes = polynomials(NODES, count)
    y = size / 2 * NODES

    def energy(k):
        potential = np.stack([np.zeros(y.size), k - field * y])
        gradients = np.stack([slopes * 2 / size, np.zeros_like(slopes)])
        return lowest(gradients, values, WEIGHTS, potential)

    return minimize_scalar(energy, bracket=(-field * size / 10, field * size / 7), tol=1e-12).fun


def disc(radius, field, across, count=9):
    """Disc with the field in its plane (A out of the plane) or upright on it, in the gauge A = (0, B x)."""
    angles = np.arange(48) * 2 * np.pi / 48
    r = radius * (1 + NODES) / 2
    rho, phi = (grid.ravel() for grid in np.meshgrid(r, angles, indexing="ij"))
    x, y = rho * np.cos(phi) / radius, rho * np.sin(phi) / radius
    powers = [(i, j) for i, j in itertools.product(range(count), repeat=2) if i + j < count]
    values = np.array([x**i * y**j for i, j in powers])
    zero = np.zeros_like(values)
    gradients = np.stack(
        [
            np.array([i * x ** max(i - 1, 0) * y**j for i, j in powers]) / radius,
            np.array([j * x**i * y ** max(j - 1, 0) for i, j in powers]) / radius,
            zero,
        ]
    )
    out = field * radius * x
    none = np.zeros_like(out)
    potential = np.stack([none, none, out] if across else [none, out, none])
    weights = np.repeat(WEIGHTS, angles.size) * rho
    return lowest(gradients, values, weights, potential)


def second_order(exact, rate, fields):
    """The first order is the whole of the coefficient of B**2, and what is missing falls off as B**2."""
    far, near = (exact(field) / rate(field) - 1 for field in fields)
    assert abs(near) < 2e-3
    assert far / near == pytest.approx((fields[0] / fields[1]) ** 2, rel=0.1)


def test_strip_against_the_exact_lowest_level():
    second_order(
        lambda b: confined(2 * b, 1.3), lambda b: at(CASES["strip"][0].rate, B=b, width=1.3), (0.6, 0.3)
    )


@pytest.mark.slow
@pytest.mark.parametrize("sides", [(1.0, 1.0), (2.0, 1.0), (1.0, 3.5)])
def test_bar_against_the_exact_lowest_level_in_another_gauge(sides):
    width, height = sides
    assert rectangle(width, height, 0.4) == pytest.approx(
        rectangle(width, height, 0.4, origin=(0.3, 0.0)), rel=1e-5
    )
    second_order(
        lambda b: rectangle(width, height, 2 * b),
        lambda b: at(BAR.rate, B=b, width=width, thickness=height),
        (0.4, 0.2),
    )


@pytest.mark.parametrize(("name", "across"), [("round, across", True), ("round, along", False)])
def test_round_wire_against_the_exact_lowest_level(name, across):
    second_order(
        lambda b: disc(0.8, 2 * b, across),
        lambda b: at(CASES[name][0].rate, B=b, width=1.6),
        (0.4, 0.2),
    )


def annulus(radius, size, field, winding):
    """Radial equation with the angular factor exp(i winding phi), for a winding that need not be whole."""
    values, slopes = polynomials(NODES, 16)
    rho = radius + size / 2 * NODES
    potential = np.stack([np.zeros(rho.size), winding / rho - field * rho / 2])
    gradients = np.stack([slopes * 2 / size, np.zeros_like(slopes)])
    return lowest(gradients, values, WEIGHTS * rho, potential)


@pytest.mark.parametrize("name", ["ring", "cylinder"])
def test_flux_and_field_within_an_annulus(name):
    """As a function of the winding the lowest level is least at the flux, where it is the rate."""
    radius, size, field = 40.0, 1.0, 0.05
    found = CASES[name][0]
    guess = field * radius**2
    least = minimize_scalar(
        lambda m: annulus(radius, size, 2 * field, m), bracket=(guess - 1, guess + 1.5), tol=1e-10
    )
    values = {"B": field, "L": 2 * np.pi * radius, "width": size, "thickness": size}
    assert 2 * np.pi * least.x == pytest.approx(at(found.flux_phase, **values), rel=2e-4)
    assert least.fun == pytest.approx(at(found.rate, **values), rel=2e-3)
    beside = annulus(radius, size, 2 * field, least.x + 0.5) - least.fun
    assert beside == pytest.approx(0.25 / radius**2, rel=1e-2)


def test_flux_phase_is_four_pi_flux_quanta():
    flux, quantum = B * L**2 / (4 * sp.pi), 2 * sp.pi * HBAR / E
    for geometry, field, dim in ((cp.Ring(), ACROSS, 1), (cp.Cylinder(), ALONG, 2)):
        found = of(geometry, field, dim)
        assert sp.simplify(found.flux_phase - 2 * sp.pi * 2 * flux / quantum) == 0
        assert found.rate == 0


# --- a bar along its axis: torsion ---


def double_sum(width, height):
    """<|grad psi|**2> for B = 1, psi expanded in sines along both sides."""
    n = np.arange(1, 6001, 2) / width
    m = np.arange(1, 6001, 2)[:, np.newaxis] / height
    return 64 * np.sum(1 / (n**2 * m**2 * (n**2 + m**2))) / (np.pi**6 * width**2 * height**2)


def test_square_bar_has_the_torsion_constant_of_the_tables():
    """J = 0.140577 a**4 (Timoshenko and Goodier, sec. 94, 0.1406): the rate is J/a**4 of D e^2 B^2 a^2/hbar^2."""
    assert at(BAR.rate, B=1, width=1, thickness=1) == pytest.approx(0.14057701, rel=1e-7)


@pytest.mark.parametrize("sides", [(1.0, 1.0), (1.0, 1.7), (4.0, 1.0)])
def test_bar_as_a_double_sum(sides):
    expected = 4 * double_sum(*sides)
    assert at(BAR.rate, B=1, width=sides[0], thickness=sides[1]) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("ratio", [0.4, 0.8, 1.3])
def test_either_side_may_be_expanded_in_sines(ratio):
    """The formula with the sides exchanged looks different and is the same."""
    one = BAR.rate.xreplace({LONG: A, SHORT: W})
    other = BAR.rate.xreplace({LONG: W, SHORT: A})
    values = {"B": 1, "width": ratio, "thickness": 1}
    assert at(one, **values) == pytest.approx(at(other, **values), rel=1e-12)


def test_flat_bar_is_a_film():
    """On symbols: without the ends, whose sum is bounded, what is left is the film in a parallel field."""
    bounded = sp.Symbol("S", positive=True)
    flat = BAR.rate.xreplace({LONG: W, SHORT: A}).replace(
        lambda node: isinstance(node, sp.Sum), lambda _: bounded
    )
    assert sp.simplify(sp.limit(flat, W, sp.oo) - CASES["film"][0].rate) == 0
    correction = sp.limit((flat - CASES["film"][0].rate).subs(bounded, 0) * W, W, sp.oo)
    assert sp.simplify(correction / (UNIT * A**3 / 3) + 186 * sp.zeta(5) / sp.pi**5) == 0


def test_bar_in_arrays_keeps_its_digits_at_all_ratios():
    function = lambdify(BAR.rate, ["B", "width", "thickness"])
    ratios = np.geomspace(1e-4, 1e4, 33)
    found = function(1.0, ratios, 1.0, e=1.0, hbar=1.0, D=1.0)
    with mpmath.workdps(40):
        for ratio, value in zip(ratios, found, strict=True):
            short, long = min(mpmath.mpf(ratio), 1), max(mpmath.mpf(ratio), 1)
            series = sum(
                mpmath.tanh(n * mpmath.pi * long / short / 2) / mpmath.mpf(n) ** 5 for n in range(1, 4001, 2)
            )
            series += mpmath.zeta(5, mpmath.mpf(4001) / 2) / 32  # tanh = 1 from there on
            exact = short**2 / 3 * (1 - 192 / mpmath.pi**5 * short / long * series)
            assert value == pytest.approx(float(exact), rel=1e-13)


def test_undone_sums_that_do_not_settle_are_nan():
    j = sp.Symbol("j", integer=True)
    slow = sp.Sum(1 / (j + W), (j, 1, sp.oo))
    with pytest.warns(cp.AssumptionWarning, match="finiteness"):
        assert np.isnan(lambdify(slow, ["width"])(1.0))
    assert lambdify(sp.Sum(W**-j, (j, 0, sp.oo)) + 1, ["width"])([2.0, 4.0]) == pytest.approx([3, 7 / 3])
    assert lambdify(sp.Sum(sp.Integer(3) ** -j, (j, 1, sp.oo)) * W, ["width"])(2.0) == pytest.approx(1)
    with pytest.raises(InputError, match="Sum"):
        lambdify(sp.Sum(W**j, (j, 0, s.d)), ["width"])


# --- narrower than the mean free path ---

PUBLISHED = {"specular": (9.5, sp.Rational(24, 5)), "diffuse": (4 * sp.pi, sp.Integer(3))}
FILMS = {"specular": 12.1, "diffuse": 16}


@pytest.mark.parametrize("boundary", PUBLISHED)
def test_published_coefficients_of_flux_cancellation(boundary):
    """Beenakker and van Houten (1988), in the limits of a weak and a strong field, on symbols."""
    rate = ALL[boundary].rate
    l_m = sp.sqrt(HBAR / (E * B))
    first = sp.limit(W**3 * s.v_F / l_m**4 / rate, B, 0)
    second = sp.limit(W**2 * s.v_F / (l_m**2 * s.ell) / rate, B, sp.oo)
    known = PUBLISHED[boundary]
    assert float(first) == pytest.approx(float(known[0]), abs=0.05)
    assert sp.simplify(second - known[1]) == 0
    total = first * l_m**4 / (W**3 * s.v_F) + second * l_m**2 * s.ell / (W**2 * s.v_F)
    assert sp.simplify(1 / rate - total) == 0


def test_coefficients_in_closed_form():
    first = {name: flux_cancellation.weak_field(name)[-1].rhs for name in PUBLISHED}
    unit = s.v_F * W**3 * (E * B / HBAR) ** 2
    assert sp.simplify(unit / first["specular"] - sp.pi**5 / (31 * sp.zeta(5))) == 0
    assert sp.simplify(unit / first["diffuse"] - 4 * sp.pi) == 0


@pytest.mark.parametrize("boundary", FILMS)
def test_films_narrower_than_the_mean_free_path(boundary):
    """Dugaev and Khmel'nitskii (1984), Beenakker and van Houten (1988)."""
    rate = flux_cancellation.weak_field(boundary, sp.Integer(3))[-1].rhs
    assert float(s.v_F * W**3 * (E * B / HBAR) ** 2 / rate) == pytest.approx(FILMS[boundary], abs=0.05)


@pytest.mark.parametrize("tail", [0.2, 1.0, 3.0])
def test_phases_of_isotropic_flights_have_a_tail(tail):
    """The average of cos(a cot theta) over the directions of a plane is exp(-a): the rule of a strong field."""
    found = mpmath.quadosc(lambda x: mpmath.cos(tail * x) / (1 + x**2), [0, mpmath.inf], omega=tail)
    assert float(2 * found / mpmath.pi) == pytest.approx(np.exp(-tail), rel=1e-9)


def test_ballistic_strips_say_when_they_hold():
    conditions = {a.condition for a in ALL["specular"].assumptions if a.condition is not None}
    assert conditions == {sp.Lt(W, s.ell), sp.Lt(W, sp.sqrt(HBAR / (E * B)))}
    assert all("tau_B" in " ".join(map(str, ALL[name].assumptions)) for name in PUBLISHED)
    slower = s.v_F * s.ell / 2 > s.D
    assert slower in {a.condition for a in ALL["diffuse"].assumptions}


def test_a_sample_with_the_diffusion_constant_of_the_plane_is_no_strip_with_diffuse_walls():
    strip = cp.Metal(dim=2, geometry=cp.Wire(boundary="diffuse"), field=ACROSS)
    sample = cp.Sample(dim=2, k_F=1e8, ell=1e-6, mass=0.067, tau_phi=1e-10)
    with pytest.raises(cp.AssumptionError, match="diffuse walls"):
        cp.magnetoconductivity(strip).evaluate(sample, B=1e-3, width=2e-7)


# --- when it holds, and what is refused ---


@pytest.mark.parametrize("name", CASES)
def test_thin_shapes_say_when_they_hold(name):
    found = CASES[name][0]
    (size,) = found.rate.free_symbols & {W, A}
    conditions = {a.condition for a in found.assumptions}
    assert conditions >= {size < sp.sqrt(HBAR / (E * B)), s.ell < size, size < s.L_phi}


def test_without_dephasing_there_is_no_length_of_it():
    found = of(cp.Film(), ALONG, 2, dephasing=None)
    conditions = [a.condition for a in found.assumptions if a.condition is not None]
    assert conditions
    assert not any(condition.has(s.L_phi) for condition in conditions)


LEVELS = [(cp.Bulk(), 2), (cp.Bulk(), 3), (cp.Film(), 2), (cp.Film(), 3)]


@pytest.mark.parametrize(("geometry", "dim"), LEVELS)
def test_landau_levels_are_another_matter(geometry, dim):
    assert of(geometry, ACROSS, dim) == Penetration(levels=True)
    assert of(geometry, None, dim) == Penetration()


NO_ROOM = [
    (cp.Film(thickness=None), ALONG, 2),
    (cp.Wire(width=None), ACROSS, 1),
    (cp.Wire(thickness=None), ALONG, 1),
    (cp.Wire(width=None, section="round"), ALONG, 1),
]


@pytest.mark.parametrize(("geometry", "field", "dim"), NO_ROOM)
def test_a_field_that_does_not_get_in_changes_nothing(geometry, field, dim):
    """It makes no Landau levels either."""
    found = of(geometry, field, dim)
    assert (found.rate, found.flux_phase, found.levels) == (0, 0, False)
    assert cp.magnetoconductivity(cp.Metal(dim=dim, geometry=geometry, field=field)).expr == 0


REFUSED = [
    (cp.Bulk(), ALONG, 2, "Film with ParallelField"),
    (cp.Bulk(), ALONG, 3, "Film with ParallelField"),
    (cp.Ring(), ALONG, 1, "Ring with PerpendicularField"),
    (cp.Cylinder(), ACROSS, 2, "Cylinder with ParallelField"),
    (cp.Wire(boundary="diffuse"), ALONG, 1, "a strip only"),
    (cp.Wire(boundary="diffuse"), ACROSS, 3, "rectangular wire"),
    (cp.Wire(boundary="specular", section="round"), ACROSS, 1, "rectangular wire"),
]


@pytest.mark.parametrize(("geometry", "field", "dim", "expected"), REFUSED)
def test_what_is_not_known_is_refused(geometry, field, dim, expected):
    with pytest.raises(InputError, match=expected):
        of(geometry, field, dim)


@pytest.mark.parametrize(
    ("geometry", "field", "dim", "same"),
    [(cp.Film(), ALONG, 3, "film"), (cp.Wire(), ACROSS, 2, "strip"), (cp.Wire(), ALONG, 2, "bar")],
)
def test_where_modes_are_summed_the_lowest_one_feels_the_field(geometry, field, dim, same):
    found = of(geometry, field, dim)
    assert found.rate == ALL[same].rate
    assert any(a.condition is not None and a.condition.has(s.L_phi) for a in found.assumptions)


def test_flights_between_walls_ask_for_isotropic_scattering():
    with pytest.raises(InputError, match="isotropic"):
        of(cp.Wire(boundary="diffuse"), ACROSS, 2, scattering=[cp.Potential(harmonics=(s.w_1,))])
    with pytest.raises(InputError, match="metal"):
        penetration("a wire")


def test_values_stay_symbols():
    assert of(cp.Film(thickness=2e-8), ALONG, 2).rate == CASES["film"][0].rate


# --- derived, not stored ---


def test_another_charge_of_the_pair(monkeypatch):
    monkeypatch.setattr(cross_sections, "_SHIFT", D * (E / HBAR) ** 2)
    assert sp.simplify(of(cp.Wire(), ALONG, 1).rate - BAR.rate / 4) == 0
    assert sp.simplify(of(ROUND, ACROSS, 1).rate - CASES["round, across"][0].rate / 4) == 0


def test_another_average_over_directions_is_found_out(monkeypatch):
    monkeypatch.setattr(cross_sections, "moment", lambda power, dim: sp.Rational(power, 3) / dim)
    found = of(ROUND, ACROSS, 1)
    assert sp.simplify(found.rate / CASES["round, across"][0].rate) == sp.Rational(2, 3)
    assert not verify(Derivation(found.steps), cp.Metal(dim=1)).confirmed


def test_another_share_of_grazing_flights_is_found_out(monkeypatch):
    monkeypatch.setattr(flux_cancellation, "_grazing", lambda dim: 3 / sp.pi)
    found = of(cp.Wire(boundary="specular"), ACROSS, 2)
    faults = {x.step.rule for x in verify(Derivation(found.steps), cp.Metal(dim=2)).lines if not x.confirmed}
    assert faults == {"grazing flights"}
    assert sp.simplify(found.steps[2].rhs / ALL["specular"].steps[2].rhs) == sp.Rational(3, 2)
