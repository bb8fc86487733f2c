"""The exact isotropic ladder: against angular quadrature, random flights and the diffusion pole."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.directions import direction_average, hypergeometric, lost, moment_ratio
from cooperon.symbolic.fast import moment

DIMENSIONS = (1, 2, 3, 4, 5, sp.Rational(5, 2))
RANDOM = np.random.default_rng(4)


def angles_and_weights(dim):
    """Angles from 0 to pi, crowded at both ends, with weights of the unit sphere in ``dim`` dimensions."""
    nodes, weights = np.polynomial.legendre.leggauss(16)
    edges = np.linspace(0, np.pi, 301)
    turn = (edges[:-1, None] + np.diff(edges)[:, None] * (1 + nodes) / 2).ravel()
    theta = np.pi * (1 - np.cos(turn)) / 2
    weight = np.tile(weights, 300) * np.sin(turn) * np.sin(theta) ** (float(dim) - 2)
    return theta, weight / weight.sum()


def over_directions(function, dim):
    """Average over the unit sphere in ``dim`` dimensions by quadrature in the angle."""
    if dim == 1:
        return (function(1) + function(-1)) / 2
    theta, weight = angles_and_weights(dim)
    return np.sum(weight * function(np.cos(theta)))


def over_directions_in_many_digits(function, dim):
    if dim == 1:
        return (function(1) + function(-1)) / 2
    power = mpmath.mpf(dim) - 2
    points = [0, mpmath.pi / 2, mpmath.pi]
    total = mpmath.quad(lambda t: mpmath.sin(t) ** power * function(mpmath.cos(t)), points)
    return total / mpmath.quad(lambda t: mpmath.sin(t) ** power, points)


def put(expr, **values):
    table = {s.lookup(name): sp.sympify(value) for name, value in values.items()}
    return complex(sp.N(expr.xreplace(table)))


@pytest.mark.parametrize(
    ("dim", "value"),
    [
        (2, 0.510956260238163588 + 0.0844743009907338937j),
        (3, 0.586367721449363921 + 0.153818905173924663j),
    ],
)
def test_reference_values_of_a_rung(dim, value):
    rung = cp.exact_ladder("diffuson", cp.Metal(dim=dim), omega=s.omega).rung
    assert abs(put(rung, q=1.7, ell=1, omega=0.6, tau=1) - value) < 1e-14


@pytest.mark.parametrize("dim", DIMENSIONS)
@pytest.mark.parametrize("loss", [1, 1.3, 1 - 0.6j, 1.1 + 2.5j, 1.05 - 8j])
def test_a_rung_is_the_average_over_directions(dim, loss):
    """Also where omega tau is large and the root of z**2 + x**2 could leave its sheet."""
    for x in (0.05, 1.7, 40):
        found = complex(sp.N(direction_average(x, loss, dim)))
        by_angles = over_directions(lambda c, x=x: 1 / (loss + 1j * x * c), dim)
        assert abs(found - by_angles) < 1e-11 * abs(by_angles)


@pytest.mark.parametrize("power", [1, 2, 3])
@pytest.mark.parametrize("dim", [1, 2, 3, sp.Rational(5, 2)])
def test_averages_with_cosines_in_the_numerator(power, dim):
    found = complex(sp.N(direction_average(0.9, 1.2 - 0.4j, dim, power=power)))
    by_angles = over_directions(lambda c: c**power / (1.2 - 0.4j + 0.9j * c), dim)
    assert abs(found - by_angles) < 1e-11


@given(st.integers(0, 6), st.fractions(min_value=sp.Rational(1, 3), max_value=9, max_denominator=6))
@settings(max_examples=25, deadline=None)
def test_the_ratio_of_moments_is_that_of_the_moments(n, dim):
    dim = sp.Rational(dim)
    ratio = moment_ratio(dim).subs(sp.Symbol("n", integer=True, nonnegative=True), n)
    assert ratio == moment(2 * n + 2, dim) / moment(2 * n, dim)


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_series_is_summed_from_its_ratio(first):
    y, dim = sp.Rational(-3, 10), sp.Integer(3)
    added_up = sum(moment(2 * n, dim) * y**n for n in range(first, 60))
    assert abs(sp.N(hypergeometric(moment_ratio(dim), y, first=first) - added_up)) < 1e-14


def test_what_a_rung_loses_keeps_its_digits():
    """At x = 1e-9 the difference 1 - Pi has none left in double precision."""
    with mpmath.workdps(60):
        x = mpmath.mpf(10) ** -9
        exact = 1 - mpmath.atan(x) / x
    assert abs(sp.N(lost(sp.Rational(1, 10**9), sp.Integer(3))) / exact - 1) < 1e-14


def test_elementary_forms_are_found_where_there_are_any():
    x, z = sp.symbols("x z", positive=True)
    opened = {dim: not direction_average(x, z, dim).has(sp.hyper) for dim in (*DIMENSIONS, s.d)}
    assert opened == {dim: sp.sympify(dim).is_integer is True for dim in (*DIMENSIONS, s.d)}


def test_a_rung_is_the_transform_of_random_flights():
    """After N flights of exponential length in the plane, <exp(iqR)> = Pi**N: simulated, no integral."""
    walkers, flights, q = 200_000, 3, 0.8
    lengths = RANDOM.exponential(size=(flights, walkers))
    angles = RANDOM.uniform(0, 2 * np.pi, size=(flights, walkers))
    transform = np.cos(q * np.sum(lengths * np.cos(angles), axis=0)).mean()
    rung = put(cp.exact_ladder("diffuson", cp.Metal(dim=2)).rung, q=q, ell=1).real
    assert abs(transform - rung**flights) < 5 / np.sqrt(walkers)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_ladder_is_the_sum_of_its_rungs(dim):
    ladder = cp.exact_ladder("cooperon", cp.Metal(dim=dim), omega=s.omega)
    values = {"q": 1.1, "ell": 1, "omega": 0.4, "tau": 1, "tau_phi": 3, "nu": 1, "hbar": 1}
    rung = over_directions(lambda c: 1 / (1 - 0.4j + 1 / 3 + 1.1j * c), dim)
    added_up = sum(rung**j for j in range(200)) / (2 * mpmath.pi)
    assert abs(put(ladder.value, **values) - added_up) < 1e-10


def test_only_the_cooperon_knows_tau_phi():
    metal = cp.Metal(dim=2)
    assert cp.exact_ladder("cooperon", metal).value.has(s.tau_phi)
    assert not cp.exact_ladder("diffuson", metal).value.has(s.tau_phi)
    assert not cp.exact_ladder("cooperon", metal.replace(dephasing=None)).value.has(s.tau_phi)


def test_the_expansion_in_any_dimension():
    """1/(1 - Pi) = d/x**2 + 3d/(d + 2) - 6 d (d - 1) x**2/((d + 2)**2 (d + 4)), by its coefficients."""
    ladder = cp.exact_ladder("diffuson", cp.Metal(dim=s.d))
    series = sp.expand(ladder.diffusive(2) * 2 * sp.pi * s.nu * s.tau / s.hbar)
    d = s.d
    expected = {-2: d, 0: 3 * d / (d + 2), 2: -6 * d * (d - 1) / ((d + 2) ** 2 * (d + 4))}
    for power, coefficient in expected.items():
        found = sp.simplify(series.coeff(s.q, power) / s.ell**power)
        assert sp.simplify(found - coefficient) == 0


@pytest.mark.parametrize("dim", [1, 2, 3, sp.Rational(5, 2)])
@pytest.mark.parametrize("order", [0, 1, 3])
def test_the_error_of_the_expansion_falls_as_it_should(dim, order):
    """The rung by quadrature, with a gap: each order leaves an error smaller by (q ell)**2."""
    ladder = cp.exact_ladder("cooperon", cp.Metal(dim=dim), omega=s.omega)

    def error(eps):
        with mpmath.workdps(25):
            loss = 1 + eps**2 * mpmath.mpc(0.3, -0.5)
            rung = over_directions_in_many_digits(lambda c: 1 / (loss + 1j * eps * c), dim)
            exact = 1 / (1 - rung) / (2 * mpmath.pi)
            numbers = {"q": eps, "ell": 1, "tau": 1, "nu": 1, "hbar": 1}
            numbers |= {"omega": 0.5 * eps**2, "tau_phi": 1 / (0.3 * eps**2)}
            return abs(put(ladder.diffusive(order), **numbers) / exact - 1)

    near, far = mpmath.mpf(1) / 8, mpmath.mpf(1) / 16
    assert abs(mpmath.log(error(near) / error(far), 2) - 2 * (order + 1)) < 0.3


@pytest.mark.parametrize("kind", ["cooperon", "diffuson"])
def test_the_lowest_order_is_the_diffusion_pole(kind):
    metal = cp.Metal(dim=s.d)
    exact, pole = cp.exact_ladder(kind, metal, omega=s.omega), cp.ladder(kind, metal, omega=s.omega)
    in_ell = {s.D: s.ell**2 / (s.tau * s.d)}
    assert sp.simplify(exact.diffusive() / pole.value.xreplace(in_ell)) == 1


@pytest.mark.parametrize("dim", [1, 2, 3, s.d])
def test_every_step_is_confirmed(dim):
    report = cp.exact_ladder("cooperon", cp.Metal(dim=dim), omega=s.omega).verify()
    assert report.confirmed, report


@pytest.mark.parametrize("kind", ["ladder", 3, None])
def test_unknown_kinds_are_refused(kind):
    with pytest.raises(InputError, match="diffuson"):
        cp.exact_ladder(kind, cp.Metal())


def test_what_is_no_metal_or_order_is_refused():
    with pytest.raises(InputError, match="metal"):
        cp.exact_ladder("cooperon", 2)
    with pytest.raises(InputError, match="order"):
        cp.exact_ladder("cooperon", cp.Metal()).diffusive(-1)


@pytest.mark.parametrize("harmonics", [(s.w_1,), (0, sp.Rational(1, 3))])
def test_anisotropic_scattering_is_refused(harmonics):
    """Also with w_1 = 0: the second harmonic does not enter diffusion, but it does enter the rung."""
    metal = cp.Metal(dim=2, scattering=[cp.Potential(harmonics=harmonics)])
    for derive in (lambda: cp.exact_ladder("cooperon", metal), lambda: cp.interference(metal)):
        with pytest.raises(InputError, match="isotropic"):
            derive()


@pytest.mark.parametrize("loss", [-1, 0, -0.5 + 2j, -s.tau])
def test_a_loss_that_is_none_is_refused(loss):
    """The elementary forms would give their value for the opposite sign."""
    with pytest.raises(InputError, match="positive real part"):
        direction_average(1.5, loss, 2)


@pytest.mark.parametrize("dim", [1, 2, 3, s.d])
@pytest.mark.parametrize("power", [0, 1, 2])
def test_without_momentum_only_the_moment_is_left(dim, power):
    expected = {0: sp.S.One, 1: sp.S.Zero, 2: 1 / sp.sympify(dim)}[power]
    assert direction_average(0, 1 + 2j, dim, power=power) == expected / sp.sympify(1 + 2j)
