"""The resummed blocks against the exact ladder of isotropic scatterers, summed in numbers."""

from __future__ import annotations

import cmath

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.special import roots_jacobi

import cooperon as cp
from cooperon.numerics.verification import verify
from cooperon.symbolic.derivation import Derivation
from cooperon.symbolic.ladder import ladder, self_energy

s = cp.symbols
KINDS = ("diffuson", "cooperon")
DIMENSIONS = (1, 2, 3, sp.Rational(5, 2))


def rung(z, x, dim):
    """Exact average <1/(z + i x c)> over directions: the ratio of successive rungs, x = q ell."""
    if dim == 1:
        return z / (z**2 + x**2)
    if dim == 2:
        return 1 / cmath.sqrt(z**2 + x**2)
    if dim == 3:
        return cmath.atan(x / z) / x
    cosines, weights = roots_jacobi(60, (float(dim) - 3) / 2, (float(dim) - 3) / 2)
    return np.sum(weights / (z + 1j * x * cosines)) / weights.sum()


def numbers(dim, **values):
    """Numbers for all symbols in units hbar = v_F = tau = nu = 1."""
    table = {s.hbar: 1, s.nu: 1, s.tau: 1, s.v_F: 1, s.D: sp.Rational(1) / dim, s.d: dim}
    return table | {s.lookup(name): sp.Float(value, 25) for name, value in values.items()}


def put(expr, table):
    return complex(expr.xreplace(table).evalf(20))


@pytest.mark.parametrize(
    ("dim", "value"),
    [
        (2, 0.510956260238163588 + 0.0844743009907338937j),
        (3, 0.586367721449363921 + 0.153818905173924663j),
    ],
)
def test_the_exact_rung_of_these_tests(dim, value):
    assert rung(1 - 0.6j, 1.7, dim) == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize("dim", DIMENSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_pole_is_the_small_momentum_limit_of_the_exact_series(kind, dim):
    block = cp.ladder(kind, cp.Metal(dim=dim), omega=s.omega)
    ratios = []
    for scale in (0.1, 0.05, 0.025):
        rate = 0.6 * scale**2 if kind == "cooperon" else 0.0
        omega = 0.4 * scale**2
        ratio = rung(1 - 1j * omega + rate, scale, dim)
        exact = 1 / (2 * np.pi) / (1 - ratio)
        table = numbers(dim, q=scale, omega=omega, tau_phi=1 / rate if rate else 1)
        ratios.append(abs(put(block.value, table) / exact - 1))
    assert ratios[2] < 5e-3
    assert ratios[0] / ratios[1] == pytest.approx(4, rel=0.1)
    assert ratios[1] / ratios[2] == pytest.approx(4, rel=0.1)


def test_partial_sums_of_the_series_approach_the_pole():
    """Rung after rung, nothing resummed: 1 + P + P^2 + ... to 4000 rungs."""
    q, rate, dim = 0.1, 0.02, 2
    ratio = rung(1 + rate, q, dim).real
    total, term = 0.0, 1.0
    for _ in range(4000):
        total, term = total + term, term * ratio
    block = cp.ladder("cooperon", cp.Metal(dim=dim))
    value = put(block.value, numbers(dim, q=q, tau_phi=1 / rate)).real
    assert value == pytest.approx(total / (2 * np.pi), rel=0.05)


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_next_term_of_the_exact_series_is_finite(dim):
    """1/(1 - P) = d/(q ell)^2 + 3 d/(d + 2) + ...: only the pole diverges."""
    block = cp.ladder("diffuson", cp.Metal(dim=dim))
    for x in (0.05, 0.02):
        exact = 1 / (1 - mpmath.mpf(complex(rung(1, x, dim)).real))
        pole = put(block.value, numbers(dim, q=x)).real * 2 * np.pi
        d = float(dim)
        following = -6 * d * (d - 1) / ((d + 2) ** 2 * (d + 4))
        assert float(exact) - pole == pytest.approx(3 * d / (d + 2) + following * x**2, abs=1e-5)


@pytest.mark.parametrize("dim", [*DIMENSIONS, s.d])
def test_value_and_gap(dim):
    metal = cp.Metal(dim=dim)
    strength = s.hbar / (2 * sp.pi * s.nu * s.tau**2)
    decay, turn = 1 / s.tau_phi, -sp.I * s.omega
    expected = {
        ("diffuson", False): 0,
        ("diffuson", True): turn,
        ("cooperon", False): decay,
        ("cooperon", True): decay + turn,
    }
    for (kind, moving), gap in expected.items():
        block = cp.ladder(kind, metal, omega=s.omega if moving else 0)
        assert str(block.kind) == kind
        assert sp.expand(block.gap - gap) == 0
        assert sp.simplify(block.value - strength / (s.D * s.q**2 + gap)) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_without_dephasing_both_blocks_are_alike(kind):
    still = cp.ladder(kind, cp.Metal(dephasing=None), omega=s.omega)
    coherent = cp.ladder(kind, cp.Metal(), omega=s.omega, coherent=True)
    assert still.value == coherent.value
    assert still.gap == coherent.gap == -sp.I * s.omega


STEPS = [("cooperon", dim, s.omega) for dim in (1, 2, sp.Rational(5, 2), s.d)]
STEPS += [("diffuson", 3, sp.S.Zero), ("cooperon", 2, sp.S.Zero)]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "dim", "omega"), STEPS)
def test_steps_are_confirmed(kind, dim, omega):
    metal = cp.Metal(dim=dim)
    block = ladder(kind, metal, omega=omega)
    report = verify(Derivation(block.steps), metal)
    assert report.confirmed, report
    assert block.steps[-1].rhs == block.value


def test_self_energy_by_quadrature():
    step = self_energy()
    nu, tau, hbar = 0.8, 0.7, 1.3
    strength = hbar / (2 * np.pi * nu * tau)
    broadening = hbar / (2 * tau)
    total = mpmath.quad(lambda xi: 2 * broadening / (xi**2 + broadening**2), [0, 1, mpmath.inf])
    found = complex(step.rhs.xreplace({s.hbar: hbar, s.tau: tau}))
    assert found == pytest.approx(-1j * strength * nu * float(total), rel=1e-10)


def test_conservation_of_particles_holds_the_diffuson_at_zero():
    """The exact rung at q = 0 is 1: impurity line times nu times 2 pi tau/hbar."""
    for dim in DIMENSIONS:
        value = cp.ladder("diffuson", cp.Metal(dim=dim)).value
        assert sp.limit(value * s.q**2, s.q, 0).is_finite
        assert cp.ladder("diffuson", cp.Metal(dim=dim)).gap == 0


@pytest.mark.parametrize("kind", ["ladder", "", None, 3, ["cooperon"], True])
def test_unknown_kinds(kind):
    with pytest.raises(cp.InputError) as caught:
        cp.ladder(kind, cp.Metal())
    assert "cooperon" in caught.value.expected


@pytest.mark.parametrize("metal", [None, 2, "metal", cp.Metal])
def test_no_metal(metal):
    with pytest.raises(cp.InputError) as caught:
        cp.ladder("cooperon", metal)
    assert "Metal" in caught.value.expected


@pytest.mark.parametrize("omega", ["omega", None, [1], sp.nan, float("inf")])
def test_bad_frequency(omega):
    with pytest.raises(cp.InputError):
        cp.ladder("cooperon", cp.Metal(), omega=omega)
