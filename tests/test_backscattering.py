"""Coherent backscattering: the factor 2, out of the ladder and the maximally crossed diagrams."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

import cooperon as cp

s = cp.symbols
DIMENSIONS = (1, 2, 3, sp.Rational(5, 2), s.d)


@pytest.fixture(scope="module")
def enhancement():
    return cp.backscattering(cp.Metal(dim=3))


def test_twice_the_classical_intensity_at_exact_backscattering(enhancement):
    assert enhancement.leading() == 2
    assert enhancement.expr.subs({s.q: 0}).subs(s.tau_phi, sp.oo) == 2
    assert sp.limit(enhancement.expr, s.t, 0) == 2


def test_expression(enhancement):
    expected = 1 + sp.exp(-(s.D * s.q**2 + 1 / s.tau_phi) * s.t)
    assert sp.simplify(enhancement.expr - expected) == 0


def test_classical_far_from_backscattering_and_after_dephasing(enhancement):
    for symbol in (s.q, s.t):
        assert sp.limit(enhancement.expr, symbol, sp.oo) == 1
    assert sp.limit(enhancement.expr, s.tau_phi, 0, "+") == 1


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_the_same_in_any_dimension_and_for_any_spin(dim, enhancement):
    for spin in (0, 0.5, 1):
        assert cp.backscattering(cp.Metal(dim=dim, spin=spin)).expr == enhancement.expr


def test_without_dephasing():
    still = cp.backscattering(cp.Metal(dephasing=None)).expr
    assert sp.simplify(still - 1 - sp.exp(-s.D * s.q**2 * s.t)) == 0


def test_width_of_the_cone_against_walks():
    """Two time-reversed walks differ by the phase q.r of their ends: 1 + <cos(q.r)>, over all walks."""
    n, q = 200, 0.07
    walks = sum(math.comb(n, k) * math.cos(q * (n - 2 * k)) for k in range(n + 1)) / 2**n
    found = cp.backscattering(cp.Metal(dim=1, dephasing=None)).expr
    value = float(found.subs({s.D: 0.5, s.t: n, s.q: q}))
    assert value == pytest.approx(1 + walks, rel=1e-3)


def test_it_comes_from_a_ladder_and_its_crossed_partner(enhancement):
    kinds = [sorted(str(line.kind) for line in diagram.blocks) for diagram in enhancement.diagrams]
    assert kinds == [["diffuson"], ["cooperon"]]
    straight, crossed = (cp.diagrams.resum(diagram) for diagram in enhancement.diagrams)
    assert straight != crossed


def test_assumptions(enhancement):
    said = " ".join(a.statement for a in enhancement.assumptions)
    assert "single scattering" in said
    assert "diffusion" in said
    assert enhancement.dimension.is_dimensionless


@pytest.mark.slow
def test_every_line_is_confirmed(enhancement):
    report = enhancement.verify()
    assert report.confirmed, report


def test_fast_function(enhancement):
    f = enhancement.lambdify("q", "t", checks=False)
    values = f(np.array([0.0, 1.0]), 2.0, D=0.3, tau_phi=5.0)
    assert values == pytest.approx([1 + math.exp(-0.4), 1 + math.exp(-1.0)])
