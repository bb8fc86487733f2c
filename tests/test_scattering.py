"""A potential and its harmonics: against Gegenbauer polynomials and averages over directions done in numbers."""

from __future__ import annotations

import math
import pickle
import warnings

import numpy as np
import pytest
import sympy as sp
from scipy.special import eval_gegenbauer, roots_legendre

import cooperon as cp
from cooperon.diagrams import LineKind
from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.symbolic.fast import AngularAverage, cosine
from cooperon.symbolic.harmonics import Bond, averaged, directions, hand_on, kernel, ladder_weight, zonal

s = cp.symbols
HALF = sp.Rational(1, 2)
NAMED = cp.Potential(harmonics=(s.w_1, s.w_2))
DIMENSIONS = (2, 3, 5 * HALF, 4)


def metal(dim=2, harmonics=(s.w_1,), **more):
    return cp.Metal(dim=dim, scattering=[cp.Potential(harmonics=harmonics)], **more)


# --- The value


def test_white_noise_is_the_default():
    assert cp.Metal().scattering == (cp.Potential(),)
    assert cp.Potential().harmonics == ()
    assert [cp.Potential().weight(n) for n in range(4)] == [1, 0, 0, 0]
    assert not cp.Metal().anisotropic


def test_weights_in_order():
    potential = cp.Potential(harmonics=[0.5, s.w_2, -0.25])
    assert potential.harmonics == (HALF, s.w_2, -HALF / 2)
    assert [potential.weight(n) for n in range(5)] == [1, HALF, s.w_2, -HALF / 2, 0]


def test_harmonics_that_vanish_at_the_end_say_nothing():
    assert cp.Potential(harmonics=(0, 0)) == cp.Potential()
    assert cp.Potential(harmonics=(0.3, 0)) == cp.Potential(harmonics=(0.3,))
    assert cp.Potential(harmonics=(0, 0.3)) != cp.Potential()


def test_equal_metals_hash_alike():
    assert len({metal(), metal(), metal(harmonics=(0.5,)), cp.Metal()}) == 3
    assert metal().replace(dim=3) == metal(3)


@pytest.mark.parametrize(
    "harmonics",
    [
        (1,),
        (1.01,),
        (-1.01,),
        (0, 1.2),
        (0.1, 0.1, -2),
        (1j,),
        ("w_1",),
        3,
        "w",
        None,
        (s.tau_tr,),
        (1 - s.tau / s.tau_tr,),
        (s.w_1 / 2,),
        (s.w_2, s.w_1),
        (float("nan"),),
        (float("inf"),),
        (True,),
        (1 + s.tau,),
        (-s.tau,),
        (s.hbar,),
        {0.5, 0.25},
        {0.5: 1},
    ],
)
def test_what_no_potential_can_have(harmonics):
    with pytest.raises(InputError):
        cp.Potential(harmonics=harmonics)


def test_what_a_potential_can_have():
    for harmonics in ((-1,), (0, 1), (0, -1), (s.w_1, s.w_1**2), (sp.Symbol("w_1"),), (s.w_2,)):
        assert cp.Potential(harmonics=harmonics).harmonics == tuple(
            x.xreplace({sp.Symbol("w_1"): s.w_1}) for x in map(sp.sympify, harmonics)
        )


@pytest.mark.parametrize(
    "scattering", [(), None, cp.Potential, [cp.Potential(), cp.Potential()], ["x"], s.w_1]
)
def test_a_metal_has_one_potential(scattering):
    with pytest.raises(InputError, match="one Potential"):
        cp.Metal(scattering=scattering)


def test_a_first_harmonic_may_have_either_sign():
    assert s.w_1.is_positive is None
    assert s.w_1.is_real
    assert s.tau_tr.is_positive


# --- The relations of the metal


@pytest.mark.parametrize("dim", [1, 2, 3, 5 * HALF, s.d])
def test_relations(dim):
    related = metal(dim).relations
    assert related[s.w_1] == 1 - s.tau / s.tau_tr
    assert sp.simplify(related[s.D] - (s.hbar * s.k_F / s.m) ** 2 * s.tau_tr / dim) == 0
    assert related[s.ell] == s.hbar * s.k_F * s.tau / s.m
    assert s.tau_tr not in related


def test_relations_with_a_number():
    related = metal(3, (0.75,)).relations
    assert related[s.tau_tr] == 4 * s.tau
    assert related[s.w_1] == 3 * HALF / 2
    assert sp.simplify(related[s.D] / (s.hbar * s.k_F / s.m) ** 2 - 4 * s.tau / 3) == 0


def test_relations_without_a_first_harmonic():
    white = cp.Metal(dim=3).relations
    assert white[s.tau_tr] == s.tau
    assert metal(3, (0, 0.5)).relations == white
    assert not metal(3, (0, 0.5)).anisotropic


def test_values_put_in():
    assert metal().values == {}
    assert metal(harmonics=(0.5,)).values == {s.tau_tr: 2 * s.tau}
    assert metal(harmonics=(0.5,), tau=3).values == {s.tau: 3, s.tau_tr: 6}
    assert metal(harmonics=(0.5, 0.2), tau=3).without_values == metal(harmonics=(s.w_1, 0.2))


# --- Harmonics


@pytest.mark.parametrize("dim", DIMENSIONS)
@pytest.mark.parametrize("degree", range(6))
def test_zonal_harmonics_are_gegenbauer_polynomials(dim, degree):
    order = float(dim) / 2 - 1
    found = sp.lambdify(cosine, zonal(degree, sp.sympify(dim)))
    points = np.linspace(-1, 1, 7)
    expected = np.cos(degree * np.arccos(points)) if dim == 2 else eval_gegenbauer(degree, order, points)
    shape = np.array([found(x) for x in points])
    assert shape / shape[-1] == pytest.approx(expected / expected[-1], abs=1e-12)


def test_symbolic_dimension_holds_the_numbers():
    for degree in range(5):
        for dim in (2, 3, 5 * HALF):
            general = zonal(degree, s.d).subs(s.d, dim)
            assert sp.expand(general - zonal(degree, sp.sympify(dim))) == 0


def test_kernel_in_two_dimensions_is_a_fourier_series():
    weights = (1, 0.4, -0.3, 0.2)
    found = sp.lambdify(cosine, kernel(lambda n: weights[n], 3, sp.Integer(2)))
    for angle in (0.0, 0.3, 1.2, 2.5, math.pi):
        expected = 1 + 2 * sum(w * math.cos(n * angle) for n, w in enumerate(weights) if n)
        assert float(found(math.cos(angle))) == pytest.approx(expected, abs=1e-12)


def test_kernel_in_three_dimensions_is_a_legendre_series():
    weights = (1, 0.4, -0.3, 0.2)
    found = sp.lambdify(cosine, kernel(lambda n: weights[n], 3, sp.Integer(3)))
    for x in (-1.0, -0.2, 0.7, 1.0):
        expected = sum((2 * n + 1) * w * np.polynomial.Legendre.basis(n)(x) for n, w in enumerate(weights))
        assert float(found(x)) == pytest.approx(expected, abs=1e-12)


def test_kernel_in_one_dimension_knows_forward_and_back():
    """The share w_1 is the excess of forward over backward scattering; there is no second harmonic."""
    found = kernel(lambda n: (1, s.w_1, s.w_2)[n], 2, sp.S.One)
    assert found.subs(cosine, 1) == 1 + s.w_1
    assert found.subs(cosine, -1) == 1 - s.w_1


def sphere(number):
    """Directions in three dimensions with weights, exact for polynomials."""
    heights, weights = roots_legendre(number)
    turns = 2 * np.pi * np.arange(2 * number) / (2 * number)
    flat = np.sqrt(1 - heights**2)
    points = np.stack(
        [
            np.outer(heights, np.ones_like(turns)),
            np.outer(flat, np.cos(turns)),
            np.outer(flat, np.sin(turns)),
        ],
        axis=-1,
    ).reshape(-1, 3)
    return points, np.repeat(weights / 2 / len(turns), len(turns))


def circle(number):
    turns = 2 * np.pi * np.arange(number) / number
    return np.stack([np.cos(turns), np.sin(turns)], axis=-1), np.full(number, 1 / number)


GRIDS = {2: circle(24), 3: sphere(10)}
WEIGHTS = (1, 0.35, -0.25, 0.15)


def brute_kernel(dim, weights=WEIGHTS):
    """Matrix of the kernel between directions, from cos(n theta) or Legendre polynomials."""
    points, _ = GRIDS[dim]
    angles = np.clip(points @ points.T, -1, 1)
    if dim == 2:
        return sum((2 if n else 1) * w * np.cos(n * np.arccos(angles)) for n, w in enumerate(weights))
    return sum((2 * n + 1) * w * np.polynomial.Legendre.basis(n)(angles) for n, w in enumerate(weights))


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("power", range(4))
def test_a_collision_hands_on_each_harmonic(dim, power):
    """<W(n.n') f(n'_x)> by a sum over directions."""
    points, measure = GRIDS[dim]
    expected = brute_kernel(dim) @ (measure * points[:, 0] ** power)
    found = sp.lambdify(cosine, hand_on(cosine**power, lambda n: WEIGHTS[n], sp.Integer(dim)))
    assert [float(found(x)) for x in points[:, 0]] == pytest.approx(expected, abs=1e-12)


def test_odd_powers_only_ask_for_odd_harmonics():
    asked = []

    def weight(n):
        asked.append(n)
        return sp.S.One

    assert sp.expand(hand_on(2 * cosine**3, weight, s.d)) == 2 * cosine**3
    assert set(asked) == {1, 3}


# --- Directions joined by bonds


LINE, LADDER = LineKind.IMPURITY, LineKind.DIFFUSON


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize(
    ("velocities", "pairs"),
    [
        ([(1,), (-1,)], [(0, 1)]),
        ([(1, 1), (1, -1)], [(0, 1)]),
        ([(1, 1), ()], [(1, 0)]),
        ([(1,), (), (1,)], [(0, 1), (1, 2)]),
        ([(1,), (1, -1), (1,)], [(0, 1), (1, 2)]),
        ([(1,), (1,), (1,), (-1,)], [(0, 1), (2, 1), (1, 3)]),
        ([(1, 1), (1, 1), (1, 1)], [(2, 0), (0, 1)]),
        ([(1,), (-1,), (1, 1)], [(0, 1)]),
        ([(1,), (1,)], []),
    ],
)
def test_averages_over_joined_directions(dim, velocities, pairs):
    """All directions summed over at once, a kernel matrix for each impurity line."""
    points, measure = GRIDS[dim]
    matrix = brute_kernel(dim, (1, 0.35, -0.25))
    letters = "abcd"[: len(velocities)]
    faces = [np.prod(signs) * measure * points[:, 0] ** len(signs) for signs in velocities]
    indices = [*letters, *(letters[i] + letters[j] for i, j in pairs)]
    expected = np.einsum(",".join(indices) + "->", *faces, *[matrix] * len(pairs), optimize=True)
    anisotropic = metal(dim, (s.w_1, sp.Rational(-1, 4)))
    bonds = [Bond(LINE, pair) for pair in pairs]
    product = averaged(directions(velocities, bonds, anisotropic))
    found = sp.sympify(product).subs({s.w_1: sp.Rational(35, 100), s.v_F: 1})
    assert float(found) == pytest.approx(float(expected), abs=1e-12)


@pytest.mark.parametrize("dim", [2, 3])
def test_a_ladder_is_the_sum_of_its_rungs(dim):
    """1/(1 - W) on odd functions, by a linear solve; turned over where the electrons run against each other."""
    points, measure = GRIDS[dim]
    matrix = brute_kernel(dim) * measure
    far = np.linalg.solve(np.eye(len(measure)) - matrix + measure, matrix @ points[:, 0])
    expected = measure @ (points[:, 0] * far)
    for sign in (1, -1):
        product = directions([(1,), (1,)], [Bond(LADDER, (0, 1), sign)], metal(dim))
        found = averaged(product).subs({s.w_1: sp.Rational(35, 100), s.v_F: 1})
        assert float(found) == pytest.approx(sign * expected, abs=1e-12)


def test_a_ladder_of_a_density_at_rest_is_infinite():
    with pytest.raises(DivergenceError, match="omega"):
        ladder_weight(metal())(0)
    assert ladder_weight(metal(), s.omega)(0) == 1 / (-sp.I * s.omega * s.tau)


def test_averages_stay_undone_until_asked_for():
    product = directions([(1,), (-1,)], [Bond(LINE, (0, 1))], metal(s.d))
    assert product.has(AngularAverage)
    assert averaged(product) == -(s.v_F**2) * s.w_1 / s.d


# --- Where the harmonics show


def test_rules_show_what_joins_the_fast_momenta():
    dressed = next(
        x for x in cp.conductivity(metal(), loops=1).diagrams if x.order == 1 and len(x.blocks) == 3
    )
    rules = cp.feynman_rules(dressed, metal(harmonics=(0.5, s.w_2)))
    kinds = [bond.kind for bond in rules.bonds]
    assert sorted(kinds) == [LADDER, LADDER, LINE]
    assert all(max(bond.faces) < len(rules.fast) for bond in rules.bonds)
    assert "Potential(harmonics=(1/2, w_2))" in repr(rules)


@pytest.mark.parametrize(
    ("harmonics", "words"),
    [
        ((), "white-noise potential disorder: isotropic scattering, tau_tr = tau"),
        ((s.w_1,), "the harmonics w_1 of scattering: tau_tr = tau/(1 - w_1)"),
        ((0.5, s.w_2), "the harmonics w_1 = 1/2, w_2 of scattering: tau_tr = tau/(1 - w_1)"),
        ((0, 0.5), "the harmonics w_1 = 0, w_2 = 1/2 of scattering: tau_tr = tau"),
    ],
)
def test_assumptions_name_the_disorder(harmonics, words):
    for loops in (0, 1):
        statements = [a.statement for a in cp.conductivity(metal(2, harmonics), loops=loops).assumptions]
        assert sum(words in statement for statement in statements) == 1


def test_diffusion_holds_for_times_longer_than_the_transport_time():
    conditions = {a.condition for a in cp.conductivity(metal(), loops=1, omega=s.omega).assumptions}
    assert {s.tau_phi > s.tau_tr, s.omega * s.tau_tr < 1} <= conditions
    assert not {s.tau_phi > s.tau, s.omega * s.tau < 1} & conditions


@pytest.mark.parametrize("cutoff", ["diffusive", "time", "window", "mean_free_path"])
def test_a_cutoff_at_the_lifetime_is_said_to_be_early(cutoff):
    """Between tau and tau_tr paths are not diffusive; nothing to say where tau_tr is tau or shorter."""
    words = "not diffusive yet"
    metals = (metal(), metal(2, (0.5,)), metal(2, (-0.5,)), cp.Metal())
    said = [str(cp.conductivity(x, loops=1, cutoff=cutoff).assumptions) for x in metals]
    assert [words in text for text in said] == [True, True, False, False]


def test_a_small_sample_is_longer_than_the_transport_path():
    found = [cp.conductivity(x, loops=1, infrared="L").assumptions for x in (metal(), cp.Metal())]
    assert [any("L >> sqrt(D tau_tr)" in a.statement for a in each) for each in found] == [True, False]


def test_numbers_of_either_sign_go_into_a_function():
    found = cp.evaluate(cp.diagrams.bubble(), metal()).in_terms_of("nu", "v_F", "tau")
    assert found.expr == 2 * s.e**2 * s.nu * s.tau * s.v_F**2 / 2
    from cooperon.numerics.lambdify import lambdify

    function = lambdify(1 / (1 - s.w_1), ("w_1",))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert function([-0.5, 0.5]).tolist() == pytest.approx([2 / 3, 2])


FILM = {"density": 3.0e15, "mobility": 1.2, "mass": 0.067, "tau_phi": 20e-12}
FORWARD = [cp.Potential(harmonics=(0.75,))]


def test_mobility_of_a_sample_tells_the_transport_time():
    """mobility = e tau_tr/m and D = v_F**2 tau_tr/d stay; the lifetime is a quarter of it."""
    plain, forward = cp.Sample(dim=2, **FILM), cp.Sample(dim=2, scattering=FORWARD, **FILM)
    for name in ("D", "sigma_0", "L_phi", "v_F", "sheet_resistance"):
        assert getattr(forward, name) == pytest.approx(getattr(plain, name), rel=1e-12)
    assert forward.tau == pytest.approx(plain.tau / 4, rel=1e-12)
    assert forward.ell == pytest.approx(plain.ell / 4, rel=1e-12)
    assert forward.values[s.tau_tr] == pytest.approx(plain.tau, rel=1e-12)
    by_lifetime = cp.Sample(dim=2, scattering=FORWARD, density=3.0e15, mass=0.067, tau=forward.tau)
    assert by_lifetime.mobility == pytest.approx(1.2, rel=1e-12)


@pytest.mark.parametrize("harmonics", [(s.w_1,), (0.75, 0.2), (0.75, s.w_2)])
def test_formula_of_a_sample_that_scatters_forward(harmonics):
    """By the formula with ell = v_F tau cut off, numbers put in by hand."""
    sample = cp.Sample(dim=2, scattering=FORWARD, **FILM)
    found = cp.conductivity(metal(2, harmonics), loops=1, cutoff="mean_free_path").evaluate(sample)
    charge, planck = 1.602176634e-19, 1.054571817e-34
    transport = 1.2 * 0.067 * 9.1093837139e-31 / charge
    lifetime = transport / 4
    diffusion = planck * 2 * math.pi * 3.0e15 * planck * transport / (2 * (0.067 * 9.1093837139e-31) ** 2)
    path = math.sqrt(2 * diffusion * lifetime**2 / transport)
    expected = -(charge**2) / (2 * math.pi**2 * planck) * math.log(1 + diffusion * 20e-12 / path**2)
    assert float(found) == pytest.approx(expected, rel=1e-7)


def test_samples_and_formulas_of_other_scatterers_do_not_mix():
    plain, forward = cp.Sample(dim=2, **FILM), cp.Sample(dim=2, scattering=FORWARD, **FILM)
    for of, sample in ((cp.Metal(dim=2), forward), (metal(2, (0.75,)), plain), (metal(2, (0.5,)), forward)):
        with pytest.raises(InputError, match="w_1"):
            cp.conductivity(of, loops=1).evaluate(sample)
    with pytest.raises(InputError, match="a number"):
        cp.Sample(dim=2, scattering=[cp.Potential(harmonics=(s.w_1,))], **FILM)
    isotropic = cp.conductivity(cp.Metal(dim=2), loops=1).evaluate(plain)
    for harmonics in ((s.w_1,), (0, 0.5)):
        assert float(cp.conductivity(metal(2, harmonics), loops=1).evaluate(plain)) == pytest.approx(
            float(isotropic), rel=1e-12
        )


def test_a_sample_knows_its_transport_time():
    forward = cp.Sample(dim=2, scattering=FORWARD, **FILM)
    assert forward.tau_tr == pytest.approx(4 * forward.tau, rel=1e-12)
    assert cp.Sample(dim=2, tau=1e-13).tau_tr == pytest.approx(1e-13, rel=1e-12)
    given = cp.Sample(dim=2, scattering=FORWARD, density=3.0e15, mass=0.067, tau_tr=forward.tau_tr)
    assert given.mobility == pytest.approx(1.2, rel=1e-12)
    assert "tau_tr" in str(forward)
    assert "e tau_tr/m" in str(forward)
    with pytest.raises(InputError, match="follows from the others"):
        cp.Sample(dim=2, scattering=FORWARD, tau=1e-13, tau_tr=1e-13)


def test_a_sample_keeps_its_scatterers():
    forward = cp.Sample(dim=2, scattering=FORWARD, **FILM)
    assert forward.replace(tau_phi=30e-12).metal.scattering == tuple(FORWARD)
    assert pickle.loads(pickle.dumps(forward)) == forward
    assert forward != cp.Sample(dim=2, **FILM)
    assert eval(repr(forward), {"Sample": cp.Sample, "Potential": cp.Potential}) == cp.Sample(
        dim=2, scattering=[cp.Potential(harmonics=(3 / 4,))], **FILM
    )


def test_grids_are_exact():
    for dim, (points, measure) in GRIDS.items():
        assert measure.sum() == pytest.approx(1)
        assert measure @ points[:, 0] ** 4 == pytest.approx(3 / (dim * (dim + 2)))
