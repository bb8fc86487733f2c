"""Where tau and tau_tr part ways: against kinetic equations on a grid of directions, and boxes summed in numbers."""

from __future__ import annotations

from itertools import pairwise, product

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.special import roots_jacobi
from test_scattering import GRIDS, brute_kernel, metal

import cooperon as cp
from cooperon.diagrams import LineKind, attach_ladders, bubble, dress, resum
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.polygons import polygons
from cooperon.numerics.verification import verify
from cooperon.symbolic import anisotropy, harmonics, kubo, leading_diagrams
from cooperon.symbolic.derivation import Derivation

s = cp.symbols
D, TAU, TAU_TR, TAU_PHI, E, HBAR, NU = s.D, s.tau, s.tau_tr, s.tau_phi, s.e, s.hbar, s.nu
HALF = sp.Rational(1, 2)
QUANTUM = E**2 / (2 * sp.pi**2 * HBAR)
FIRST = 0.35
"""The first harmonic of the kernel in :mod:`test_scattering`."""
ANISOTROPIC = metal(s.d)
UNITS = {s.hbar: 1, s.nu: 1, s.tau: 1, s.v_F: 1, s.w_1: FIRST, s.tau_tr: 1 / (1 - FIRST)}
ONE_LOOP = kubo.families(1, vertex_ladders=True)


def vanishes(expr):
    return expr == 0 or sp.simplify(sp.expand_log(sp.expand(expr), force=True)) == 0


def numbers(dim):
    return UNITS | {s.d: dim, s.D: 1 / (1 - FIRST) / float(dim)}


def put(expr, table):
    return complex(sp.sympify(expr).xreplace({x: sp.Float(value, 20) for x, value in table.items()}).evalf())


# --- The ladder, exactly, on a grid of directions (tau = v_F = 1)


def cosines(dim):
    """Cosines with weights, and orthonormal polynomials on them: zonal functions in any dimension."""
    power = (float(dim) - 3) / 2
    nodes, weights = roots_jacobi(24, power, power)
    weights = weights / weights.sum()
    basis, _ = np.linalg.qr(np.vander(nodes, 6, increasing=True) * np.sqrt(weights)[:, None])
    return nodes, weights, basis / np.sqrt(weights)[:, None]


def grid(dim, weights):
    """Cosines, measure and kernel: on the whole circle in two dimensions, on a zone of the sphere else."""
    if dim == 2:
        points, measure = GRIDS[2]
        return points[:, 0], measure, brute_kernel(2, weights)
    nodes, measure, basis = cosines(dim)
    return nodes, measure, sum(w * np.outer(basis[:, n], basis[:, n]) for n, w in enumerate(weights))


def distribution(dim, q, omega, weights):
    """Solve the kinetic equation (1 - i omega + i q c - W) f = 1, a source that is the same in all directions."""
    cosine, measure, matrix = grid(dim, weights)
    collisions = np.eye(len(measure)) - matrix * measure
    flow = np.diag(-1j * omega + 1j * q * cosine)
    return np.linalg.solve(flow + collisions, np.ones(len(measure))), cosine, measure


def exact_ladder(dim, q, omega, weights):
    """Sum of all rungs between harmonics 0, in units of an impurity line."""
    cosine, measure, matrix = grid(dim, weights)
    rung = 1 / (1 - 1j * omega + 1j * q * cosine)
    return measure @ np.linalg.solve(np.eye(len(measure)) - matrix * (measure * rung), np.ones(len(measure)))


DIMENSIONS = (2, 3, 5 * HALF)
KERNELS = ((1, FIRST), (1, FIRST, -0.25), (1, FIRST, 0.3, 0.15))


@pytest.mark.parametrize("dim", DIMENSIONS)
@pytest.mark.parametrize("weights", KERNELS)
@pytest.mark.parametrize("kind", ["diffuson", "cooperon"])
def test_pole_of_the_exact_ladder(dim, weights, kind):
    """At q -> 0 the ladder is 1/(D q**2 - i omega), D = v_F**2 tau_tr/d, whatever the other harmonics are."""
    block = cp.ladder(kind, metal(dim, (s.w_1, *weights[2:]), dephasing=None), omega=s.omega)
    unit = s.hbar / (2 * sp.pi * s.nu * s.tau)
    errors = []
    for q in (0.08, 0.04, 0.02):
        table = numbers(dim) | {s.q: q, s.omega: 0.3 * q * q}
        found = put(block.value / unit, table)
        errors.append(abs(found / exact_ladder(dim, q, 0.3 * q * q, weights) - 1))
    assert errors[-1] < 2e-3
    assert [a / b for a, b in pairwise(errors)] == pytest.approx([4, 4], rel=0.05)


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_second_harmonic_enters_at_the_next_order(dim):
    """q**2 times the ladder does not know w_2 at q = 0, and does know it at order q**2."""

    def response(q, second):
        return q * q * exact_ladder(dim, q, 0.0, (1, FIRST, second))

    gaps = [abs(response(q, 0.3) - response(q, -0.3)) for q in (0.08, 0.04)]
    assert gaps[1] > 1e-5
    assert gaps[0] / gaps[1] == pytest.approx(4, rel=0.05)


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_first_harmonic_makes_the_transport_time(dim):
    """Fick's law of the exact distribution: current over gradient, with particles conserved (Ward identity)."""
    for weights in KERNELS:
        q, omega = 0.01, 2e-5
        found, cosine, measure = distribution(dim, q, omega, weights)
        density, current = measure @ found, measure @ (cosine * found)
        assert -1j * omega * density + 1j * q * current == pytest.approx(1, abs=1e-9)
        diffusion = put(metal(dim).relations[D], {s.hbar: 1, s.k_F: 1, s.m: 1, s.tau_tr: 1 / (1 - FIRST)})
        assert current / (-1j * q * density) == pytest.approx(diffusion, rel=2e-3)


def test_the_diffuson_has_no_gap_whatever_the_harmonics():
    for potential in ((s.w_1,), (s.w_1, s.w_2), (-0.7, 0.3)):
        assert cp.ladder("diffuson", metal(s.d, potential)).gap == 0
        assert cp.ladder("cooperon", metal(s.d, potential)).gap == 1 / TAU_PHI


@pytest.mark.parametrize("dim", [1, 2, 3, 5 * HALF, s.d])
def test_the_ladder_is_that_of_isotropic_scattering_with_another_diffusion_constant(dim):
    for kind in ("diffuson", "cooperon"):
        one, other = (cp.ladder(kind, of, omega=s.omega).value for of in (metal(dim), cp.Metal(dim=dim)))
        assert vanishes(one - other)


# --- Drude


@pytest.mark.parametrize("dim", [1, 2, 3, 5 * HALF, s.d])
def test_drude_conducts_with_the_transport_time(dim):
    found = cp.conductivity(metal(dim))
    assert vanishes(found.expr - 2 * E**2 * NU * D)
    assert len(found.diagrams) == 2
    table = {s.d: 2.6, s.n: 1.7, TAU_TR: 0.8, s.m: 1.3, E: 0.9, NU: 0.7, s.v_F: 1.4, HBAR: 1.1, s.k_F: 1.2}
    space = table[s.d] if dim == s.d else float(dim)
    by_density = put(found.in_terms_of("n", "tau_tr", "m").expr, table)
    assert by_density == pytest.approx(1.7 * 0.9**2 * 0.8 / 1.3)
    by_velocity = put(found.in_terms_of("nu", "v_F", "tau_tr").expr, table)
    assert by_velocity == pytest.approx(2 * 0.9**2 * 0.7 * 1.4**2 * 0.8 / space)
    assert found.verify().confirmed


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("omega", [0.0, 0.7])
def test_each_diagram_of_drude_by_the_kinetic_equation(dim, omega):
    """The bubble alone relaxes at 1/tau; with its ladder the current solves the kinetic equation."""
    points, measure = GRIDS[dim]
    velocity = points[:, 0]
    collisions = np.eye(len(measure)) - brute_kernel(dim) * measure
    # a constant does not relax: it is taken out, or the equation has no unique solution at omega = 0
    whole = np.linalg.solve(
        collisions - 1j * omega * np.eye(len(measure)) + np.outer(measure * 0 + 1, measure), velocity
    )
    expected = [2 * measure @ velocity**2 / (1 - 1j * omega), 2 * measure @ (velocity * whole)]
    options = {"omega": s.omega} if omega else {}
    diagrams = kubo.families(0)
    table = numbers(dim) | {s.e: 1, s.omega: omega}
    parts = [put(cp.evaluate(diagram, metal(dim), **options).expr, table) for diagram in diagrams]
    assert parts[0] == pytest.approx(expected[0], rel=1e-12)
    assert sum(parts) == pytest.approx(expected[1], rel=1e-12)
    assert put(cp.conductivity(metal(dim), **options).expr, table) == pytest.approx(expected[1], rel=1e-12)


def test_rungs_at_the_vertex_add_up_to_the_ladder():
    """Diagram by diagram: the n-th has n rungs and hands on w_1**n of the bubble's current."""
    rungs = [((0, 1),), ((0, 3), (1, 2)), ((0, 5), (1, 4), (2, 3))]
    single = [cp.evaluate(cp.diagrams.chord_diagram(n, n, x), metal()).expr for n, x in enumerate(rungs, 1)]
    plain, summed = (cp.evaluate(diagram, metal()).expr for diagram in kubo.families(0))
    w = 1 - TAU / TAU_TR
    assert [vanishes(value - plain * w**n) for n, value in enumerate(single, 1)] == [True] * 3
    assert vanishes(summed - plain * w / (1 - w))


def test_drude_at_a_frequency_relaxes_with_the_transport_time():
    found = cp.conductivity(metal(3), omega=s.omega)
    assert vanishes(found.expr - 2 * E**2 * NU * D / (1 - sp.I * s.omega * TAU_TR))
    assert found.verify().confirmed
    assert str(found.expr) == "2*D*e**2*nu/(-I*omega*tau_tr + 1)"  # as that of isotropic scattering


def test_the_vertex_is_renormalised_by_its_ladder():
    step = next(x for x in cp.conductivity(metal()).derivation if x.rule == "current vertex with its ladder")
    assert vanishes(step.rhs - s.v_F * TAU_TR / TAU)


# --- The diagrams of one loop


def at_vertices(diagram):
    """Number of ladders at current vertices, read off the polygons with two sides."""
    return sum(len(polygon.sides) == 2 for polygon in polygons(diagram))


def test_twelve_diagrams():
    """Three boxes, with a ladder at none, either or both of the current vertices."""
    kinds = sorted((x.order, at_vertices(x)) for x in ONE_LOOP)
    assert kinds == sorted([(0, 0), (0, 1), (0, 1), (0, 2)] + 2 * [(1, 0), (1, 1), (1, 1), (1, 2)])
    assert cp.conductivity(metal(), loops=1).diagrams == ONE_LOOP


@pytest.mark.slow
def test_four_impurity_lines_find_the_same(monkeypatch):
    """Enumerated to four lines, where a ladder at both vertices is met; what is new else has no value."""
    monkeypatch.setattr(leading_diagrams, "HIGHEST_ORDER", 4)
    kubo.families.cache_clear()
    try:
        found = kubo.families(1)
    finally:
        kubo.families.cache_clear()
    assert set(ONE_LOOP) < set(found)
    for diagram in set(found) - set(ONE_LOOP):
        assert cp.evaluate(diagram, metal()).expr == 0


def test_isotropic_scattering_needs_none_of_them():
    assert kubo.families(1) == cp.conductivity(cp.Metal(), loops=1).diagrams
    assert len(kubo.families(1)) == 9
    nonzero = [x for x in ONE_LOOP if cp.evaluate(x, cp.Metal()).expr != 0]
    assert [(x.order, at_vertices(x)) for x in nonzero] == [(0, 0)]


def test_ladders_are_attached_once():
    crossed = next(x for x in ONE_LOOP if not x.order and not at_vertices(x))
    assert [at_vertices(x) for x in attach_ladders(crossed)] == [0, 1, 1, 2]
    both = attach_ladders(crossed)[-1]
    assert attach_ladders(both) == (both,)
    assert attach_ladders(bubble()) == kubo.families(0)
    assert attach_ladders(kubo.families(0)[1]) == (kubo.families(0)[1],)
    assert [at_vertices(x) for x in dress(both)] == [2, 2, 2]


def test_an_attached_ladder_is_the_resummed_one():
    """Rungs at either end of crossed lines, drawn impurity line by impurity line."""
    crossed = next(x for x in ONE_LOOP if not x.order and not at_vertices(x))
    chord = cp.diagrams.chord_diagram
    left = resum(chord(3, 3, ((0, 5), (1, 3), (2, 4))))
    right = resum(chord(3, 3, ((0, 4), (1, 5), (2, 3))))
    both = resum(chord(4, 4, ((0, 7), (1, 5), (2, 6), (3, 4))))
    assert set(attach_ladders(crossed)) == {crossed, left, right, both}


def test_no_ladder_between_lines_of_one_kind():
    like = next(iter(cp.diagrams.enumerate(0, lines="RR")))
    assert attach_ladders(like) == (like,)


# --- The boxes in numbers (hbar = nu = tau = v_F = 1)


def energy(retarded, advanced):
    """Integral over xi by the trapezoidal rule in xi = tan(u)/2: it converges exponentially."""
    u = np.pi * (np.arange(60) + 0.5) / 60 - np.pi / 2
    xi = np.tan(u) / 2
    return np.sum((-xi + 0.5j) ** -retarded * (-xi - 0.5j) ** -advanced / (2 * np.cos(u) ** 2)) * np.pi / 60


def brute_box(dim, order, left, right):
    """One box with the current vertices given on all directions; the second electron runs against the first."""
    _, measure = GRIDS[dim]
    if order == 0:
        return measure @ (left * -right) * energy(2, 2)
    kinds = [(2, 1), (1, 2)]
    joined = (measure * left) @ brute_kernel(dim) @ (measure * -right)
    return np.mean([joined * energy(*kind) ** 2 for kind in kinds]) / (2 * np.pi)


def vertices(dim):
    """The bare vertex and what its ladder adds, from the Bethe-Salpeter equation on the grid."""
    points, measure = GRIDS[dim]
    matrix = brute_kernel(dim) * measure * energy(1, 1) / (2 * np.pi)
    whole = np.linalg.solve(np.eye(len(measure)) - matrix + measure, points[:, 0])
    return points[:, 0], whole - points[:, 0]


@pytest.mark.parametrize("dim", [2, 3])
def test_each_box_in_numbers(dim):
    """Every one of the twelve diagrams, by sums over two directions and quadrature over energies."""
    ends = vertices(dim)
    for diagram in ONE_LOOP:
        ladders = at_vertices(diagram)
        expected = brute_box(dim, diagram.order, ends[ladders > 0], ends[ladders > 1])
        found = put(cp.feynman_rules(diagram, metal(dim)).polygons(), numbers(dim))
        assert found == pytest.approx(expected, rel=1e-11), (diagram.order, ladders)


@pytest.mark.parametrize("dim", [2, 3])
def test_the_sum_of_the_boxes_in_numbers(dim):
    ends = vertices(dim)
    dressed = ends[0] + ends[1]
    boxes = [brute_box(dim, order, dressed, dressed) for order in (0, 1, 1)]
    bare = -(4 * np.pi / dim) / (1 - FIRST) ** 2
    assert boxes == pytest.approx([bare, -FIRST / 2 * bare, -FIRST / 2 * bare], rel=1e-11)
    step = next(x for x in cp.conductivity(metal(dim), loops=1).derivation if x.rule == "sum of the boxes")
    assert put(step.rhs, numbers(dim)) == pytest.approx(sum(boxes), rel=1e-11)
    assert sum(boxes) == pytest.approx((1 - FIRST) * bare, rel=1e-11)


def value_of(diagrams, of):
    return sp.Add(*(cp.feynman_rules(diagram, of).polygons() for diagram in diagrams))


@pytest.mark.parametrize("dim", [2, 3, 5 * HALF, s.d])
def test_dressings_of_the_box(dim):
    """Each is -w_1/2 times the bare box, -1/4 only for w_1 = 1/2; with all vertices the sum is tau/tau_tr."""
    of = metal(dim)
    by_order = [[x for x in ONE_LOOP if x.order == order] for order in (0, 1)]
    bare, dressed = (value_of(diagrams, of) for diagrams in by_order)
    expected = -4 * sp.pi * NU * TAU**3 * s.v_F**2 / (dim * HBAR**3 * (1 - s.w_1) ** 2)
    assert sp.factor(bare / expected) == 1
    share = sp.factor(dressed / bare)
    assert share == -s.w_1
    assert (share / 2).subs(s.w_1, HALF) == -HALF / 2
    assert 1 + share == 1 - s.w_1


# --- Weak localization


def without_dressings(monkeypatch):
    monkeypatch.setattr(leading_diagrams, "dress", lambda diagram: (diagram,))


def without_ladders(monkeypatch):
    monkeypatch.setattr(leading_diagrams, "attach_ladders", lambda diagram: (diagram,))


def derived_afresh(of):
    kubo.families.cache_clear()
    try:
        return cp.conductivity(of, loops=1).expr
    finally:
        kubo.families.cache_clear()


@pytest.mark.parametrize("dim", [2, 3, 5 * HALF, s.d])
def test_the_prefactor_is_universal_because_the_box_is_dressed(dim, monkeypatch):
    """With all diagrams it is that of isotropic scattering; without the dressings tau_tr/tau times as much."""
    universal = cp.conductivity(cp.Metal(dim=dim), loops=1).expr
    assert vanishes(derived_afresh(metal(dim)) - universal)
    with monkeypatch.context() as patch:
        without_dressings(patch)
        # the dressed diagrams that three impurity lines meet by themselves
        patch.setattr(leading_diagrams, "resum", lambda diagram: bare(resum(diagram)))
        assert vanishes(derived_afresh(metal(dim)) / universal - TAU_TR / TAU)


def bare(diagram):
    return ONE_LOOP[0] if diagram.order else diagram


@pytest.mark.parametrize("dim", [2, 3])
def test_the_prefactor_needs_the_vertices_too(dim, monkeypatch):
    """Three boxes with bare vertices: (tau/tau_tr)**2 of the correction; one ladder at most is not enough."""
    total = sum(cp.evaluate(x, metal(dim)).expr for x in ONE_LOOP if at_vertices(x) == 0)
    universal = cp.conductivity(cp.Metal(dim=dim), loops=1).expr
    assert vanishes(sp.cancel(total / universal) - (TAU / TAU_TR) ** 2)
    without_ladders(monkeypatch)
    lame = sp.cancel(derived_afresh(metal(dim)) / universal)
    w = 1 - TAU / TAU_TR
    assert vanishes(sp.together(lame - (TAU / TAU_TR) ** 2 * (1 + 2 * w / (1 - w))))


def test_film():
    found = cp.conductivity(metal(2), loops=1)
    assert vanishes(found.expr + QUANTUM * sp.log(1 + TAU_PHI / TAU))
    assert vanishes(found.leading() + QUANTUM * sp.log(TAU_PHI / TAU))


@pytest.mark.slow
def test_single_diagrams_add_up():
    for dim, options in ((2, {}), (3, {"cutoff": "mean_free_path"}), (1, {"cutoff": "time"})):
        total = sum(cp.evaluate(x, metal(dim), **options).expr for x in ONE_LOOP)
        assert vanishes(total - cp.conductivity(metal(dim), loops=1, **options).expr)


@pytest.mark.parametrize("dim", [1, 2, 3, 5 * HALF])
@pytest.mark.parametrize("cutoff", ["diffusive", "mean_free_path"])
def test_cutoffs_by_quadrature(dim, cutoff):
    """-(2 e^2 D/pi hbar) K_d int q^(d-1) dq/(D q^2 + 1/tau_phi), with ell = v_F tau and D = v_F^2 tau_tr/d."""
    of = metal(dim)
    speed, tau, share, tau_phi = 1.3, 0.6, 0.4, 9.0
    transport = tau / (1 - share)
    diffusion = speed**2 * transport / float(dim)
    largest = 1 / (speed * tau) if cutoff == "mean_free_path" else 1 / np.sqrt(diffusion * tau)
    half = float(dim) / 2
    around = 2 * np.pi**half / mpmath.gamma(half) / (2 * np.pi) ** (2 * half)
    radial = mpmath.quad(
        lambda u: mpmath.exp(2 * half * u) / (diffusion * mpmath.exp(2 * u) + 1 / tau_phi),
        [-60, -10, -3, 0, mpmath.log(largest)],
    )
    table = {D: diffusion, TAU: tau, TAU_TR: transport, TAU_PHI: tau_phi, E: 1, HBAR: 1}
    found = put(cp.conductivity(of, loops=1, cutoff=cutoff).expr, table)
    assert found == pytest.approx(complex(-2 * diffusion / np.pi * around * radial), rel=1e-9)


@pytest.mark.parametrize("cutoff", ["time", "window", "dimensional"])
def test_the_second_route_agrees(cutoff):
    by_diagrams, by_return = (
        cp.conductivity(metal(3), loops=1, cutoff=cutoff, route=route).expr
        for route in ("diagrams", "return_probability")
    )
    assert vanishes(by_diagrams - by_return)


def test_relative_correction_knows_the_transport_path():
    ratio = cp.conductivity(metal(2), loops=1) / cp.conductivity(metal(2))
    assert vanishes(ratio.leading() + sp.log(TAU_PHI / TAU) * TAU / (sp.pi * s.k_F * s.ell * TAU_TR))


@pytest.mark.slow
def test_numbers_for_the_harmonics():
    found = cp.conductivity(metal(2, (0.5, 0.2)), loops=1, cutoff="mean_free_path")
    assert vanishes(found.expr + QUANTUM * sp.log(1 + TAU_PHI / TAU))
    assert vanishes(found.derivation[-2].lhs + QUANTUM * sp.log(1 + TAU_PHI * TAU_TR / (2 * TAU**2)))
    held = cp.conductivity(metal(2, (-1,), tau=2), loops=1, cutoff="mean_free_path")
    assert vanishes(held.expr + QUANTUM * sp.log(1 + TAU_PHI / 8))
    assert held.verify().confirmed


def test_no_first_harmonic_no_change():
    for loops in (0, 1):
        plain, second = (cp.conductivity(of, loops=loops) for of in (cp.Metal(), metal(2, (0, 0.5))))
        assert (plain.expr, plain.derivation, plain.diagrams) == (
            second.expr,
            second.derivation,
            second.diagrams,
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dim", "options"),
    [(2, {}), (3, {"cutoff": "mean_free_path"}), (5 * HALF, {"cutoff": "time"}), (s.d, {"omega": s.omega})],
)
def test_every_line_is_confirmed(dim, options):
    found = cp.conductivity(metal(dim, (s.w_1, s.w_2)), loops=1, **options)
    assert found.verify().confirmed
    said = [step.rule for step in found.derivation if step.lhs == step.rhs]
    assert set(said) <= {"leading form"}, "a line that says that something is itself"
    rules = [step.rule for step in found.derivation]
    assert rules.count("Hikami box") >= 7
    assert "rung with visits to harmonic 1 (cooperon)" in rules


def test_backscattering_is_twofold():
    assert cp.backscattering(metal(3)).leading() == 2
    assert vanishes(cp.backscattering(metal(3)).expr - cp.backscattering(cp.Metal(dim=3)).expr)


def test_written_in_the_first_harmonic():
    found = cp.conductivity(metal(2), loops=1, cutoff="mean_free_path").in_terms_of("w_1", "tau")
    assert vanishes(found.expr + QUANTUM * sp.log(1 + TAU_PHI / (2 * TAU * (1 - s.w_1))))
    drude = cp.conductivity(metal(2)).in_terms_of("n", "m", "w_1", "tau").expr
    assert vanishes(sp.factor(drude) - sp.factor(s.n * E**2 * TAU / (s.m * (1 - s.w_1))))
    with pytest.raises(InputError, match="independent"):
        cp.conductivity(metal(2)).in_terms_of("w_1", "tau", "tau_tr")


def test_check_knows_tau_tr():
    found = cp.conductivity(metal(2))
    assert cp.check("n e^2 tau_tr/m", found)
    assert cp.check(r"\frac{n e^2 \tau_{\mathrm{tr}}}{m}", found)
    assert cp.check("n e^2 tau/(m (1 - w_1))", found)
    assert not cp.check("n e^2 tau/m", found)
    assert cp.check("n e^2 tau_tr/m", cp.conductivity(cp.Metal(dim=2)))
    assert cp.check("-e^2/(2 pi^2 hbar) ln(1 + tau_phi/tau)", cp.conductivity(metal(2), loops=1))


@pytest.mark.slow
@pytest.mark.parametrize("harmonics", [(s.w_1,), (0.5,), (-0.5,), (0.75,)])
def test_check_says_that_the_lifetime_stands_where_the_transport_time_belongs(harmonics):
    """Also where tau/tau_tr is 1/2 and could be taken for spin."""
    drude, correction = (cp.conductivity(metal(2, harmonics), loops=loops) for loops in (0, 1))
    found = cp.check("n e^2 tau/m", drude)
    assert found.kind == "differs by a factor"
    assert "tau/tau_tr" in found.sentence
    assert "a lifetime where the transport time belongs" in found.sentence
    assert "spin" not in found.sentence
    expected = TAU / TAU_TR if harmonics == (s.w_1,) else 1 - sp.nsimplify(harmonics[0])
    assert found.factor == expected
    undressed = cp.check("-e^2/(2 pi^2 hbar) ln(tau_phi/tau) tau_tr/tau", correction)
    assert "tau_tr/tau" in undressed.sentence
    assert "the formula's leading form: a transport time where the lifetime belongs" in undressed.sentence
    assert cp.check("2 n e^2 tau_tr/m", drude).factor == 2


# --- A formula is derived


def test_a_line_that_turns_the_current_round(monkeypatch):
    """A line that hands the first harmonic on with the other sign: tau_tr = tau/(1 + w_1) in the diagrams."""
    right = harmonics.line_weight
    for module in (harmonics, anisotropy):
        monkeypatch.setattr(
            module, "line_weight", lambda of: lambda n: -right(of)(n) if n == 1 else right(of)(n)
        )
    found = cp.conductivity(metal(2))
    w = 1 - TAU / TAU_TR
    pole = s.hbar / (2 * sp.pi * NU * TAU**2) / cp.ladder("diffuson", metal(2)).value
    assert vanishes(sp.together(pole - D * s.q**2 * TAU / TAU_TR / (1 + w)))
    assert vanishes(sp.together(found.expr - 2 * E**2 * NU * D * TAU / TAU_TR / (1 + w)))


def test_a_wrong_average_is_noticed(monkeypatch):
    right = harmonics.moment
    monkeypatch.setattr(harmonics, "moment", lambda power, dim: right(power, dim) * (2 if power == 2 else 1))
    harmonics.zonal.cache_clear()
    harmonics._norm.cache_clear()
    try:
        pages = [x for x in cp.conductivity(metal(2), loops=1).derivation if x.rule == "Hikami box"]
        found = verify(Derivation(tuple(pages[:2])), metal(2))
    finally:
        harmonics.zonal.cache_clear()
        harmonics._norm.cache_clear()
    assert not any(line.confirmed for line in found.lines)


@pytest.mark.parametrize(("number", "harmonic"), list(product((0, 1), (0.0, 0.5))))
def test_the_block_that_hands_on_a_density(number, harmonic):
    """Density vertices see the harmonic 0 only."""
    found = kubo.families(0)[number]
    kinds = tuple("density" if kind == "current" else kind for kind in found.kinds)
    density = cp.Diagram(tuple(map(cp.diagrams.VertexKind, kinds)), found.lines)
    plain, other = (
        cp.evaluate(density, of, omega=s.omega).expr for of in (cp.Metal(), metal(2, (harmonic,)))
    )
    assert vanishes(plain - other)
    assert LineKind.DIFFUSON in {x.kind for x in density.blocks} or number == 0
