"""The first-order diagrams: their polygons by brute force, their sum, what it owes to each of them."""

from functools import cache

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams.diagram import LineKind
from cooperon.symbolic import interaction_diagrams as module
from cooperon.symbolic.interaction_diagrams import leading_set
from cooperon.symbolic.interaction_faces import Face

s = cp.symbols
q2 = s.D * s.q**2
BELOW, ABOVE = "Omega < omega", "Omega > omega"
HBAR, TAU, V_F = 0.8, 1.7, 1.3
FACES = sorted(
    {
        (f.retarded, f.advanced, f.currents)
        for one in leading_set(cp.Metal(dim=2), "conductivity")[0]
        for f in one.faces
    }
)
ALL = range(26)


@cache
def found(dim=2):
    return cp.interaction_diagrams(cp.Metal(dim=dim))


def vanishes(expr):
    return sp.simplify(expr) == 0


def at_rest(diagrams):
    """The sum where the potential is the same everywhere, for each region."""
    return [diagrams.total(region).subs(s.q, 0) for region in (BELOW, ABOVE)]


def by_brute_force(retarded, advanced, currents, momentum, dim):
    """The polygon: the trapezoidal rule for energies on a tangent, and for directions on a circle or a sphere."""
    if dim == 2:
        cosines = np.cos((np.arange(200) + 0.5) * np.pi / 200)
        weights = np.ones(200)
    else:
        cosines, weights = np.polynomial.legendre.leggauss(40)
    xi = np.tan((np.arange(2000) + 0.5) * np.pi / 2000 - np.pi / 2)
    half = HBAR / (2 * TAU)
    shift = HBAR * V_F * momentum * cosines[:, None]
    lines = (-xi + 1j * half) ** -retarded * (-(xi - shift) - 1j * half) ** -advanced
    averaged = weights @ ((V_F * cosines)[:, None] ** currents * lines) / weights.sum()
    return averaged @ (1 + xi**2) * np.pi / 2000


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("lines", FACES)
def test_polygons_by_brute_force(lines, dim):
    retarded, advanced, currents = lines
    got = Face(retarded, advanced, currents).value(cp.Metal(dim=dim))
    numbers = {s.hbar: HBAR, s.tau: TAU, s.v_F: V_F, s.nu: 1, s.q: 1, s.ell: V_F * TAU}
    got = complex(sp.N(got.subs(numbers)))
    if currents % 2:
        step = 1e-3
        there = by_brute_force(retarded, advanced, currents, step, dim)
        expected = (there - by_brute_force(retarded, advanced, currents, -step, dim)) / (2 * step)
        assert abs(got - expected) < 1e-5 * abs(expected)
    else:
        expected = by_brute_force(retarded, advanced, currents, 0.0, dim)
        assert abs(got - expected) < 1e-8 * abs(expected)


def test_the_faces_are_those_of_the_set():
    assert set(FACES) == {
        (1, 1, 0),
        (1, 2, 0),
        (2, 1, 0),
        (1, 2, 1),
        (2, 1, 1),
        (2, 1, 2),
        (1, 2, 2),
        (2, 2, 2),
        (3, 1, 2),
        (1, 3, 2),
    }


def test_the_number_of_diagrams():
    assert len(found()) == 26
    assert [sum(one.region == region for one in found()) for region in (BELOW, ABOVE)] == [8, 18]
    ladders = [len(one.ring.ladders) for one in found()]
    assert sorted(set(ladders)) == [2, 3]
    assert ladders.count(2) == 16


@pytest.mark.parametrize("dim", [1, 2, 3, sp.Rational(3, 2), s.d])
def test_the_sum_is_that_of_altshuler_and_aronov(dim):
    """-(16/d) D**2 e**2 nu q**2/(hbar**2 (D q**2 + Omega)**2 (D q**2 + Omega + omega)), and Omega/omega of it."""
    expected = -16 / sp.sympify(dim) * s.D**2 * s.e**2 * s.nu * s.q**2 / s.hbar**2
    expected /= (q2 + s.Omega) ** 2 * (q2 + s.Omega + s.omega_n)
    assert vanishes(found(dim).total(ABOVE) - expected)
    assert vanishes(found(dim).total(BELOW) - expected * s.Omega / s.omega_n)


def test_two_diffusons_cancel_region_by_region():
    for region in (BELOW, ABOVE):
        two = [one.value for one in found() if one.region == region and len(one.ring.ladders) == 2]
        assert two
        assert vanishes(sp.Add(*two))


def test_a_potential_that_is_the_same_everywhere_does_nothing():
    assert at_rest(found()) == [0, 0]


@pytest.mark.parametrize("number", ALL)
def test_each_diagram_counts(number):
    less, region = found().without(number), found()[number].region
    assert len(less) == 25
    assert not vanishes(less.total(region) - found().total(region))


@pytest.mark.parametrize("number", [i for i, one in enumerate(found()) if len(one.ring.ladders) == 2])
def test_without_one_with_two_diffusons_a_constant_potential_does_something(number):
    region = found()[number].region
    rest = dict(zip((BELOW, ABOVE), at_rest(found().without(number)), strict=True))
    assert rest[region] != 0


def static_vector_potential(diagrams):
    """omega times the conductivity for omega -> 0: what a vector potential that never changes does."""
    return sp.limit(sp.factor(s.omega_n * diagrams.total(ABOVE)), s.omega_n, 0)


def meeting(diagrams):
    """How far the two regions are apart where they meet, at Omega = omega."""
    return sp.simplify((diagrams.total(BELOW) - diagrams.total(ABOVE)).subs(s.Omega, s.omega_n))


def test_a_static_vector_potential_does_nothing():
    assert static_vector_potential(found()) == 0
    assert meeting(found()) == 0


@pytest.mark.parametrize("number", [i for i, one in enumerate(found()) if len(one.ring.ladders) == 3])
def test_without_one_with_three_diffusons_a_static_vector_potential_does_something(number):
    less = found().without(number)
    if found()[number].region == ABOVE:
        assert static_vector_potential(less) != 0
    else:
        assert meeting(less) != 0


@pytest.mark.parametrize("number", [0, 3, 7, 11, 25])
def test_a_set_that_lacks_a_diagram_gives_no_correction(monkeypatch, number):
    from cooperon.symbolic import interaction_correction

    def lacking(metal, response, gap=sp.S.Zero):
        full, gone = leading_set(metal, response, gap)
        return full.without(number), gone

    monkeypatch.setattr(interaction_correction, "leading_set", lacking)
    with pytest.raises(cp.InputError, match="conserved"):
        cp.interaction_correction(cp.Metal(dim=2))


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_sum_over_integers_is_the_form_that_is_continued(n):
    """Sums over Omega below and above omega_n, term by term, against the difference that has no cut."""
    total = {region: found(3).total(region) for region in (BELOW, ABOVE)}
    units = {s.D: 1, s.e: 1, s.nu: 1, s.hbar: 1, s.q: 1.3, s.omega_n: n}
    below, above = (sp.lambdify(s.Omega, total[region].subs(units), "mpmath") for region in (BELOW, ABOVE))
    explicit = mp.fsum(below(m) for m in range(1, n)) + mp.nsum(above, [n, mp.inf])
    shared = mp.fsum(below(m) for m in range(1, n + 1)) + mp.nsum(above, [n + 1, mp.inf])
    assert abs(explicit - shared) < 1e-12
    continued = mp.nsum(lambda m: m / n * (above(m) - above(m + n)), [1, mp.inf])
    assert abs(explicit - continued) < 1e-10


@pytest.mark.parametrize("response", ["conductivity", "density of states"])
def test_a_vertex_is_a_ladder(monkeypatch, response):
    """Twice as strong a line makes each diffuson and each impurity line twice as large."""
    metal = cp.Metal(dim=2)
    before = leading_set(metal, response)[0]
    plain = [one.value for one in before]
    line = module.impurity_line()
    monkeypatch.setattr(module, "impurity_line", lambda: 2 * line)
    for one, value in zip(before, plain, strict=True):
        lines = len(one.ring.ladders) + len(one.dressing.lines_of(LineKind.IMPURITY))
        assert vanishes(one.value - 2**lines * value)


def test_the_trace_over_spin_is_a_factor(monkeypatch):
    doubled = [2 * one.value for one in found()]
    monkeypatch.setattr(cp.Metal, "spin_degeneracy", property(lambda _: sp.Integer(4)))
    assert [one.value for one in cp.interaction_diagrams(cp.Metal(dim=2))] == doubled


def test_the_density_of_states_has_one_diagram():
    (only,) = cp.interaction_diagrams(cp.Metal(dim=2), response="density of states")
    assert only.region == ABOVE
    assert len(only.ring.ladders) == 2
    # -i/(pi nu) of a ring that is of second order in 1/(tau (D q**2 + Omega))
    assert sp.degree(sp.denom(only.value), s.Omega) == 2


@pytest.mark.parametrize("wrong", ["heat", "", None, 3, ["conductivity"]])
def test_another_response_is_refused(wrong):
    with pytest.raises(cp.InputError, match="response"):
        cp.interaction_diagrams(cp.Metal(dim=2), response=wrong)


@pytest.mark.parametrize("wrong", ["", "Omega", None, ABOVE.upper()])
def test_another_region_is_refused(wrong):
    with pytest.raises(cp.InputError, match="region"):
        found().total(wrong)


@pytest.mark.parametrize(
    ("metal", "words"),
    [
        (cp.Metal(dim=4), "4 dimensions"),
        (cp.Metal(dim=5), "5 dimensions"),
        (cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(s.w_1,))]), "scattering"),
        ("film", "metal"),
    ],
)
def test_metals_that_the_diagrams_do_not_know_are_refused(metal, words):
    with pytest.raises(cp.CooperonError, match=words):
        cp.interaction_diagrams(metal)
