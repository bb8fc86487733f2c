"""Sampled flights between walls: what they give by quadrature, and the rates that rest on them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.numerics.trajectories import coherence_decay, diffusion, phase_spread, sample_paths
from cooperon.symbolic.flux_cancellation import ballistic_rate, strong_field, weak_field

s = cp.symbols
WALLS = ("specular", "diffuse")
SIGMAS = 4


def scaled(expr, field, mean_free_path):
    """A rate in units of v_F/width, with the field b = e B width**2/hbar and ell in widths."""
    values = {s.e: 1, s.hbar: 1, s.v_F: 1, s.width: 1, s.B: field, s.ell: mean_free_path}
    return float(expr.xreplace({x: sp.Float(value) for x, value in values.items()}))


def agrees(found, expected, slack=0.0):
    """Within four standard errors, and a share of what is neglected."""
    return abs(found.value - expected) < SIGMAS * found.error + slack * expected


def remembered(boundary, depth):
    """<y int exp(-p) y(p depth) dp> on a flight whose depth is ell |v_y|/v_F; the width is 1."""
    if depth > 300:  # cancels in floating point; by powers of 1/depth
        return 1 / (120 * depth**2) - (0 if boundary == "specular" else 1 / (288 * depth**3))
    if boundary == "specular":
        return 1 / 12 - depth**2 + 2 * depth**3 * math.tanh(1 / (2 * depth))
    ends = math.exp(-1 / depth)
    return 1 / 12 - (0.5 + depth) * depth * ((1 + ends) / 2 - depth * (1 - ends))


def spread(boundary, mean_free_path, dim):
    """<phase**2>/(2 t) over b**2, of 4 <v_x**2 int y(0) y(t) exp(-t/tau) dt>, by quadrature over directions."""

    def integrand(c):
        across = 1 if dim == 3 else 2 / (math.pi * math.sqrt(1 - c * c))
        return across * (1 - c * c) / (dim - 1) * remembered(boundary, mean_free_path * c)

    near = min(0.5, 5 / mean_free_path)
    parts = (quad(integrand, *ends, limit=200)[0] for ends in ((0, near), (near, 1)))
    return 4 * mean_free_path * sum(parts)


@pytest.mark.parametrize("boundary", WALLS)
def test_the_same_seed_gives_the_same_paths(boundary):
    one, again, other = (sample_paths(boundary, 5.0, walkers=100, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(one.areas, again.areas)
    assert not np.array_equal(one.areas, other.areas)


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("boundary", WALLS)
@pytest.mark.parametrize("mean_free_path", [0.3, 3.0, 20.0])
def test_spread_of_phases_at_any_mean_free_path(boundary, dim, mean_free_path):
    """Also where diffusion across is complete: there b**2 D/3 with D = ell/dim comes out."""
    paths = sample_paths(boundary, mean_free_path, walkers=30_000, collisions=3, dim=dim, seed=1)
    assert agrees(phase_spread(paths), spread(boundary, mean_free_path, dim))


def test_spread_of_phases_in_a_wide_strip_is_that_of_diffusion():
    assert spread("specular", 1e-3, 2) == pytest.approx(1e-3 / 2 / 3, rel=1e-5)
    assert spread("specular", 1e-3, 3) == pytest.approx(1e-3 / 3 / 3, rel=1e-5)


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("boundary", WALLS)
def test_quadrature_tends_to_the_derived_weak_field_rate(boundary, dim):
    derived = scaled(weak_field(boundary, sp.Integer(dim))[-1].rhs, 1, 1)
    errors = [spread(boundary, ell, dim) / derived - 1 for ell in (1e2, 1e3)]
    assert abs(errors[1]) < 6e-3
    assert abs(errors[1]) < abs(errors[0]) / 5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("boundary", "dim", "published"),
    [
        ("specular", 2, 9.5),
        ("diffuse", 2, 4 * math.pi),
        ("specular", 3, 12.1),
        ("diffuse", 3, 16.0),
    ],
)
def test_weak_field_coefficients_from_sampled_paths(boundary, dim, published):
    """C_1 of Beenakker and van Houten (1988), and of films, without any of the derivation."""
    found = phase_spread(sample_paths(boundary, 30.0, walkers=250_000, collisions=4, dim=dim, seed=2))
    assert found.error < 0.03 * found.value
    assert agrees(found, 1 / published, slack=0.03)  # what is left of width/ell
    assert agrees(found, scaled(weak_field(boundary, sp.Integer(dim))[-1].rhs, 1, 1), slack=0.03)


@pytest.mark.slow
@pytest.mark.parametrize(("boundary", "published"), [("specular", 24 / 5), ("diffuse", 3.0)])
def test_strong_field_coefficients_from_sampled_paths(boundary, published):
    """C_2 of Beenakker and van Houten (1988): tau_B - C_1/b**2 over ell/b."""
    field, ell = 0.15, 300.0
    found = coherence_decay(sample_paths(boundary, ell, walkers=60_000, collisions=3, seed=2), field)
    assert found.error < 0.02 * found.value
    assert agrees(found, field / (published * ell), slack=0.06)  # b, and width/(ell b)
    assert agrees(found, scaled(strong_field(boundary)[-1].rhs, field, ell), slack=0.06)


@pytest.mark.slow
@pytest.mark.parametrize(("boundary", "shorter"), [("specular", 1 / 4), ("diffuse", 1 / 8)])
def test_between_the_regimes_the_interpolation_is_as_good_as_it_says(boundary, shorter):
    """tau_B of sampled paths is shorter, by up to a quarter and an eighth: as penetration() tells."""
    ell = 60.0
    paths = sample_paths(boundary, ell, walkers=300_000, collisions=3, seed=5)
    rate = ballistic_rate(boundary)[-1].lhs
    ratios = []
    for strength in (0.3, 1.0, 2.0, 5.0, 12.0):  # e B width ell/hbar
        field = strength / ell
        found = coherence_decay(paths, field)
        assert found.error < 0.03 * found.value
        ratios.append(scaled(rate, field, ell) / found.value)
    assert max(ratios) < 1.03
    assert min(ratios) == pytest.approx(1 - shorter, abs=0.03)
    assert np.argmin(ratios) in (1, 2)


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("boundary", WALLS)
def test_diffusion_along_the_strip(boundary, dim):
    """Mirrors change nothing; with diffuse walls it is Fuchs's integral, in a film and its like in a strip."""
    ell = 5.0

    def integrand(c):
        across = 1 if dim == 3 else 2 / (math.pi * math.sqrt(1 - c * c))
        kept = 1 if boundary == "specular" else 1 - ell * c * (1 - math.exp(-1 / (ell * c)))
        return across * (1 - c * c) / (dim - 1) * kept

    expected = ell * quad(integrand, 0, 1)[0]
    found = diffusion(sample_paths(boundary, ell, walkers=40_000, collisions=3, dim=dim, seed=6))
    assert agrees(found, expected)
    assert (boundary == "specular") == (expected == pytest.approx(ell / dim))


@pytest.mark.parametrize("boundary", WALLS)
def test_wall_to_wall_flights_collect_no_flux(boundary):
    """Where impurities are rare, the phases are those of a few flights and the spread does not grow."""
    paths = sample_paths(boundary, 200.0, walkers=400, collisions=1, seed=7)
    assert np.median(abs(paths.areas)) < 0.5


REFUSED = [
    (("rough", 1.0), {}, "specular, diffuse"),
    (("diffuse", 0.0), {}, "positive number of widths"),
    (("diffuse", math.inf), {}, "positive number of widths"),
    (("diffuse", 1.0), {"dim": 4}, "2 \\(a strip\\)"),
    (("diffuse", 1.0), {"walkers": 10}, "from 64 on"),
    (("diffuse", 1.0), {"collisions": 0}, "from 1 on"),
    (("diffuse", 1.0), {"collisions": 1.5}, "collisions"),
]


@pytest.mark.parametrize(("given", "more", "expected"), REFUSED)
def test_what_cannot_be_sampled_is_refused(given, more, expected):
    with pytest.raises(InputError, match=expected):
        sample_paths(*given, **more)


def test_coherence_that_drowns_in_noise_is_refused():
    paths = sample_paths("diffuse", 2.0, walkers=200, collisions=20)
    with pytest.raises(InputError, match="more walkers"):
        coherence_decay(paths, 50.0)
