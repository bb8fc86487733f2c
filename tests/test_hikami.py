"""Hikami boxes against quadrature, a non-linear sigma model and brute force over impurity lines.

The reference integrates products of Green's functions with numbers in them, for complex slow momenta on
a small circle: the Fourier coefficients on it are the coefficients of the expansion.
"""

import pickle
import random
from functools import cache
from itertools import chain, combinations
from math import comb, pi

import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams import chord_diagram, dress, resum
from cooperon.diagrams.boxes import count_dressings, dressings
from cooperon.symbolic.momenta import component, products, values

s = cp.symbols
D_SYMBOL, NU, TAU, OMEGA, V_F = s.D, s.nu, s.tau, s.omega, s.v_F
IN_V_F = {s.D: V_F**2 * TAU / s.d}
NUMBERS = {s.nu: 0.83, s.tau: 1.27, s.v_F: 0.71}
WEAK_LOCALIZATION = (None, "current", None, "current")


def equal(one, other):
    return sp.simplify(sp.expand(one.subs(IN_V_F) - other.subs(IN_V_F))) == 0


def squares(*numbers):
    """The square of a sum of slow momenta."""
    return sum(products(i, j) for i in numbers for j in numbers)


# --- A reference that shares no code: brute force over chords, quadrature over energy and directions


@cache
def brute_force(lines):
    """All sets of impurity lines between lines of one kind that do not cross and mix the kinds on each face."""
    possible = [pair for pair in combinations(range(lines), 2) if (pair[1] - pair[0]) % 2 == 0]
    subsets = chain.from_iterable(combinations(possible, size) for size in range(lines))
    uncrossed = (chords for chords in subsets if not any(cross(*two) for two in combinations(chords, 2)))
    return [
        chords for chords in uncrossed if all({i % 2 for i in face} == {0, 1} for face in walk(lines, chords))
    ]


def cross(one, other):
    return len({*one, *other}) == 4 and (one[0] < other[0] < one[1]) != (one[0] < other[1] < one[1])


def walk(lines, chords):
    """The faces, by walking along their borders: at the end of a chord turn into it.

    A border piece of line i lies before, between or after the ends of chords on it; those that lead to lines
    closer ahead are met last.
    """
    ends = {i: [j for chord in chords for j in chord if i in chord and j != i] for i in range(lines)}
    met = {i: sorted(others, key=lambda j, i=i: -((j - i) % lines)) for i, others in ends.items()}
    left = {(i, place) for i in range(lines) for place in range(len(met[i]) + 1)}
    while left:
        i, place = min(left)
        face = []
        while (i, place) in left:
            left.remove((i, place))
            face.append(i)
            if place == len(met[i]):
                i, place = (i + 1) % lines, 0
            else:
                i, place = met[i][place], met[met[i][place]].index(i) + 1
        yield face


@cache
def directions(dim, number):
    """Points and weights of a quadrature over the unit sphere."""
    angles = 2 * pi * (np.arange(number) + 0.3) / number
    if dim == 1:
        return np.array([[1.0], [-1.0]]), np.full(2, 0.5)
    if dim == 2:
        return np.stack([np.cos(angles), np.sin(angles)], axis=1), np.full(number, 1 / number)
    z, weight = np.polynomial.legendre.leggauss(number // 2)
    z, angle = (grid.ravel() for grid in np.meshgrid(z, angles, indexing="ij"))
    flat = np.sqrt(1 - z**2)
    points = np.stack([flat * np.cos(angle), flat * np.sin(angle), z], axis=1)
    return points, np.repeat(weight, number) / 2 / number


STEPS = np.arange(-30, 30, 0.08)
ENERGIES, ENERGY_WEIGHTS = np.sinh(STEPS), np.cosh(STEPS) * 0.08  # in units of 1/tau


def over_energy(face, shifts, frequencies, points):
    """nu int dxi of the product of G on the lines of a face, for every direction; tau and v_F as in NUMBERS."""
    nu, tau, speed = (NUMBERS[x] for x in (NU, TAU, V_F))
    product = np.ones((len(points), len(ENERGIES)), dtype=complex)
    for line in face:
        shifted = frequencies[line] - speed * (points @ shifts[line])
        sign = 1 if line % 2 == 0 else -1
        product /= shifted[:, None] + (sign * 0.5j - ENERGIES) / tau
    return nu / tau * (product @ ENERGY_WEIGHTS)


def summed(lines, chosen, corners, momenta, frequencies, axes):
    """Sum of dressings with numbers: faces, impurity lines, signs of velocities along every axis, averaged."""
    dim = momenta.shape[1]
    points, weights = directions(dim, 24 if dim == 2 else 16)
    shifts = [sum(momenta[:i], np.zeros(dim)) for i in range(lines)]
    along = NUMBERS[V_F] * axes[0] @ points.T
    arrow, signs = 1, []
    for corner in corners:
        signs.append(arrow)
        arrow *= -1 if corner in (None, "cooperon") else 1

    @cache
    def integral(face, currents):
        velocities = np.prod([signs[i] * along for i in currents] or [np.ones_like(along)], axis=0)
        return velocities @ (weights * over_energy(face, shifts, frequencies, points))

    total = 0
    for chords in chosen:
        value = (1 / (2 * pi * NUMBERS[NU] * NUMBERS[TAU])) ** len(chords)
        for face in walk(lines, chords):
            at = [i for i, j in zip(face, face[1:] + face[:1], strict=True) if j == (i + 1) % lines]
            currents = tuple(i for i in at if corners[i] == "current")
            value = value * integral(tuple(sorted(face)), currents)
        total = total + value @ axes[1]
    return total


def coefficients(lines, chosen, corners, momenta, frequencies, order, axes):
    """Taylor coefficients in eps of the sum over dressings, q -> eps q, omega -> eps**2 omega."""
    radius, number = (0.02, 5) if order < 4 else (0.05, 8)
    circle = radius * np.exp(1j * pi * np.arange(number) / number)
    found = [summed(lines, chosen, corners, eps * momenta, eps**2 * frequencies, axes) for eps in circle]
    # half a circle is enough: all orders are even, or odd where the number of currents is
    powers = np.arange(corners.count("current") % 2, order + 1, 2)
    phases = np.exp(-1j * pi * np.outer(powers, np.arange(number)) / number)
    return (phases @ np.array(found)) / number / radius**powers


def every_axis(dim):
    return directions(dim, 6)


def one_axis(dim):
    return np.eye(dim)[:1], np.ones(1)


def numbers(lines, dim, seed):
    draw = np.random.default_rng(seed)
    return draw.uniform(-1, 1, size=(lines - 1, dim)), draw.uniform(-1, 1, size=lines)


def expanded(expr, momenta, frequencies, order, odd=0):
    """Coefficients of the engine's polynomial for the same momenta and frequencies."""
    eps = sp.Symbol("eps")
    table = {key: value * eps for key, value in values(momenta.tolist()).items() if "·" not in key.name}
    table |= {key: value * eps**2 for key, value in values(momenta.tolist()).items() if "·" in key.name}
    table |= {w: value * eps**2 for w, value in zip(LINE_FREQUENCIES, frequencies, strict=False)}
    poly = sp.Poly(expr.subs(NUMBERS).xreplace(table).evalf(17), eps)
    assert poly.degree() <= order
    return np.array([complex(poly.coeff_monomial(eps**k)) for k in range(odd, order + 1, 2)])


LINE_FREQUENCIES = sp.symbols("w1:9", real=True)

CASES = [
    (2, (None,) * 2, 2, 4),
    (2, ("current", "current"), 3, 4),
    (4, (None,) * 4, 2, 4),
    (4, (None,) * 4, 3, 4),
    (4, (None,) * 4, 1, 2),
    (4, WEAK_LOCALIZATION, 2, 4),
    (4, ("current", "diffuson", "current", "density"), 3, 2),
    (4, ("current", "current", None, None), 2, 2),
    (4, ("current",) * 4, 2, 2),
    (6, ("current", None, "diffuson", "current", None, "diffuson"), 2, 2),
    (6, (None,) * 6, 2, 4),
]


@pytest.mark.parametrize(("lines", "corners", "dim", "order"), CASES)
def test_every_dressing_against_quadrature(lines, corners, dim, order):
    frequencies = LINE_FREQUENCIES[:lines]
    box = cp.hikami_box(lines, corners, order=order, dim=dim, frequencies=frequencies)
    momenta, energies = numbers(lines, dim, lines + order)
    for each in list(box) if lines < 6 else random.Random(5).sample(list(box), 4):
        chords = tuple((a - 1, b - 1) for a, b in each.chords)
        reference = coefficients(lines, [chords], corners, momenta, energies, order, every_axis(dim))
        agree(expanded(each.value, momenta, energies, order), reference)


def agree(found, reference):
    assert np.abs(reference).max() > 1e-2
    assert np.allclose(found, reference, rtol=1e-8, atol=1e-8 * np.abs(reference).max())


@pytest.mark.slow
@pytest.mark.parametrize(("lines", "dim", "order"), [(4, 2, 4), (6, 3, 2), (6, 2, 4), (8, 2, 2)])
def test_the_sum_against_quadrature_over_all_dressings_found_by_brute_force(lines, dim, order):
    box = cp.hikami_box(lines, order=order, dim=dim, frequencies=LINE_FREQUENCIES[:lines])
    momenta, energies = numbers(lines, dim, 3)
    chosen = brute_force(lines)
    reference = coefficients(lines, chosen, (None,) * lines, momenta, energies, order, one_axis(dim))
    agree(expanded(box.total, momenta, energies, order), reference)


@pytest.mark.parametrize(
    "corners", [("current", "density", "diffuson", "diffuson"), ("current",) * 3 + ("density",)]
)
def test_an_odd_number_of_currents_along_x(corners):
    box = cp.hikami_box(4, corners, order=3, dim=2, frequencies=LINE_FREQUENCIES[:4], direction="x")
    momenta, energies = numbers(4, 2, 1)
    for each in box:
        chords = tuple((a - 1, b - 1) for a, b in each.chords)
        reference = coefficients(4, [chords], corners, momenta, energies, 3, one_axis(2))
        agree(expanded(each.value, momenta, energies, 3, odd=1), reference)


def test_the_average_over_x_of_components_is_the_default():
    fixed, averaged = (
        cp.hikami_box(4, WEAK_LOCALIZATION, direction=direction, dim=2) for direction in ("x", "average")
    )
    rotated = [values([(x, y), (1, -2), (3, 1)]) for x, y in [(2, 1)]]
    turned = [values([(-y, x), (2, 1), (-1, 3)]) for x, y in [(2, 1)]]
    both = [fixed.total.subs(table) for table in rotated + turned]
    assert sp.expand(sum(both) / 2 - averaged.total.subs(rotated[0])) == 0
    assert fixed.total.has(component(1))
    assert not averaged.total.has(component(1))


# --- Facts


def test_hikamis_box():
    """The facts of the issue, hbar = 1."""
    box = cp.hikami_box(4)
    D = V_F**2 * TAU / s.d
    momenta = products(1, 1) + 2 * products(2, 2) + products(3, 3) + 2 * products(1, 2) + 2 * products(2, 3)
    assert equal(box.total, 2 * sp.pi * NU * TAU**4 * (D * momenta - 2 * sp.I * OMEGA))
    rest = cp.hikami_box(4, order=0)
    assert rest.bare == 4 * sp.pi * NU * TAU**3
    assert [each.value for each in rest.dressed] == [-2 * sp.pi * NU * TAU**3] * 2
    assert rest.total == 0
    assert [each.chords for each in box] == [(), ((1, 3),), ((2, 4),)]


def test_in_terms_of_the_diffusion_constant():
    for box in (cp.hikami_box(4), cp.hikami_box(4, WEAK_LOCALIZATION), cp.hikami_box(6, order=4)):
        diffusive = box.in_terms_of("D")
        assert not diffusive.total.has(V_F)
        assert diffusive.total.has(s.D)
        assert equal(diffusive.total, box.total)
        assert diffusive.in_terms_of("v_F").total == box.total


def test_two_lines_are_the_bubble():
    D = V_F**2 * TAU / s.d
    bubble = cp.hikami_box(2)
    assert bubble.dressed == ()
    assert equal(bubble.total, 2 * sp.pi * NU * TAU * (1 - D * TAU * products(1, 1) + sp.I * OMEGA * TAU))


def test_planck_constant():
    """With hbar written out, a box of N lines has hbar**(1 - N) at rest, and the frequency none more."""
    for lines in (2, 4, 6):
        plain, written = (cp.hikami_box(lines, hbar=hbar).total for hbar in (1, s.hbar))
        assert sp.expand(written * s.hbar ** (lines - 1) - plain) == 0
    assert not cp.hikami_box(4).total.has(s.hbar)


@pytest.mark.parametrize("corners", [WEAK_LOCALIZATION, WEAK_LOCALIZATION[1:] + WEAK_LOCALIZATION[:1]])
def test_weak_localization(corners):
    box = cp.hikami_box(4, corners, order=0)
    assert equal(box.bare, -4 * sp.pi * NU * TAU**3 * V_F**2 / s.d)
    assert [each.value for each in box.dressed] == [0, 0]
    onward = cp.hikami_box(4, [corner or "diffuson" for corner in corners], order=0)
    assert onward.total == -box.total


def test_weak_localization_with_the_momentum_of_the_cooperon():
    """Isotropic, 2D: bare -4 pi nu tau^3 v_F^2 P/d, each dressed one 2 pi nu tau^3 v_F^2 ((1-P)/Ql)^2/d."""
    Q, x = sp.symbols("Q x", positive=True)
    box = cp.hikami_box(4, WEAK_LOCALIZATION, order=6, dim=2, frequencies=(0,) * 4)
    table = values([(Q, 0), (0, 0), (-Q, 0)])
    P = 1 / sp.sqrt(1 + x**2)
    unit = sp.pi * NU * TAU**3 * V_F**2

    def found(expr):
        return sp.expand(expr.subs(table).subs(Q, x / (V_F * TAU)) / unit)

    assert sp.expand(found(box.bare) + 2 * sp.series(P, x, 0, 7).removeO()) == 0
    for each in box.dressed:
        assert sp.expand(found(each.value) - sp.series(((1 - P) / x) ** 2, x, 0, 7).removeO()) == 0


@pytest.mark.parametrize("lines", [4, 6, 8])
def test_the_sum_vanishes_at_rest(lines):
    box = cp.hikami_box(lines, order=0)
    assert box.total == 0
    values_at_rest = [each.value for each in box]
    assert sum(values_at_rest) == 0
    m = lines // 2
    assert box.bare == 2 * sp.pi * NU * TAU ** (lines - 1) * comb(lines - 2, m - 1)
    assert all(value != 0 for value in values_at_rest)


def test_the_continuity_equation():
    """G_R (omega + i/tau + v.q) G_A = G_A - G_R, integrated: 2 pi i nu on the right, with hbar = 1, q along x."""
    density = cp.hikami_box(2, ("density", "density"), order=6).total
    current = cp.hikami_box(2, ("current", "density"), order=5, direction="x").total
    q = sp.Symbol("q", real=True)
    table = values([(q,)])
    left = sp.expand(((OMEGA + sp.I / TAU) * density + q * current).subs(table))
    eps = sp.Symbol("eps")
    left = sp.expand(left.subs({q: eps * q, OMEGA: eps**2 * OMEGA}, simultaneous=True))
    kept = sum(left.coeff(eps, k) for k in range(7))
    assert sp.simplify(kept - 2 * sp.pi * sp.I * NU) == 0


# --- The non-linear sigma model


def sigma_model(lines):
    """Order q**2 and omega of the box of the sigma model, up to factors that no box knows.

    Off-diagonal fields b at the corners, the diagonal ones eliminated: Q has sqrt(1 - b b+) on its
    diagonal, and the action is D Tr (grad Q)**2 + 2 i omega Tr Lambda Q. sqrt(1 - x) = sum of c_k x**k.
    """
    c = [sp.binomial(sp.Rational(1, 2), k) * (-1) ** k for k in range(lines)]
    half = lines // 2
    gradient = sp.S.Zero
    for start in range(1, lines + 1):
        for k in range(1, half):
            entering = [(start + i - 1) % lines + 1 for i in range(2 * k)]
            if lines in entering:  # the momentum at the last corner is minus the sum of the others
                entering = [i for i in range(1, lines) if i not in entering]
            gradient += c[k] * c[half - k] * squares(*entering)
    return gradient, lines * c[half]


@pytest.mark.parametrize("lines", [6, 8])
def test_larger_boxes_are_those_of_the_sigma_model(lines):
    """The four-line box fixes both factors, the bubble the normalisation of b; the larger boxes follow."""
    D, w = s.D, sp.I * OMEGA
    gradient, frequency = sigma_model(4)
    four = cp.hikami_box(4).in_terms_of("D").total
    stiffness = sp.cancel(
        sp.expand(four).coeff(D * products(2, 2)) / sp.expand(gradient).coeff(products(2, 2))
    )
    inertia = sp.expand(four).coeff(w) / frequency
    assert sp.expand(stiffness * D * gradient + inertia * w * frequency - four) == 0
    two = sp.expand(cp.hikami_box(2).total).coeff(w)
    norm = sp.cancel(inertia * sigma_model(2)[1] / two)  # each further pair of corners costs 1/norm
    gradient, frequency = sigma_model(lines)
    expected = (stiffness * D * gradient + inertia * w * frequency) * norm ** ((lines - 4) // 2)
    assert sp.expand(cp.hikami_box(lines).in_terms_of("D").total - expected) == 0


# --- Symmetries


@pytest.mark.parametrize(("lines", "order"), [(4, 4), (6, 2), (6, 4), (8, 2)])
def test_lines_may_be_numbered_from_any_retarded_one(lines, order):
    total = sp.expand(cp.hikami_box(lines, order=order, dim=3).total)
    draw = np.random.default_rng(lines).integers(-5, 6, size=(lines - 1, 3))
    last = -draw.sum(axis=0)
    turned = [*draw[2:], last, draw[0]]
    assert total.subs(values(draw.tolist())) - total.subs(values([list(map(int, q)) for q in turned])) == 0


def test_retarded_and_advanced_lines_change_places():
    """Numbered from the second line, R and A change places: complex conjugation, omega to -omega."""
    frequencies = sp.symbols("w1:5", real=True)
    box = cp.hikami_box(4, frequencies=frequencies, order=4)
    other = cp.hikami_box(4, frequencies=frequencies[1:] + frequencies[:1], order=4)
    q = np.random.default_rng(1).integers(-5, 6, size=(3, 2))
    one = sp.expand(box.total.subs(values(q.tolist())))
    turned = [list(map(int, x)) for x in [*q[1:], -q.sum(axis=0)]]
    assert sp.expand(one - sp.conjugate(other.total.subs(values(turned)))) == 0


def test_only_differences_of_frequencies_matter():
    w = sp.Symbol("w", real=True)
    moved = cp.hikami_box(4, frequencies=(OMEGA + w, w) * 2).total
    assert sp.expand(moved - cp.hikami_box(4).total) == 0


@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_lower_orders_are_part_of_higher_ones(order):
    eps = sp.Symbol("eps")
    table = {products(i, j): eps**2 * products(i, j) for i, j in combinations((1, 2, 3), 2)}
    table |= {sp.sqrt(products(i, i)): eps * sp.Symbol(f"q{i}", real=True) for i in (1, 2, 3)}
    scaled = {sp.Symbol(f"q{i}", real=True): eps * sp.Symbol(f"q{i}", real=True) for i in (1, 2, 3)}
    scaled |= {products(i, j): eps**2 * products(i, j) for i, j in combinations((1, 2, 3), 2)}
    scaled[OMEGA] = eps**2 * OMEGA
    high, low = (
        sp.expand(cp.hikami_box(4, order=k).bare.subs(scaled, simultaneous=True)) for k in (4, order)
    )
    assert sp.expand(sum(high.coeff(eps, k) * eps**k for k in range(order + 1)) - low) == 0


def test_the_dimension_is_put_in():
    general, special = cp.hikami_box(4, order=4), cp.hikami_box(4, order=4, dim=sp.Rational(5, 2))
    assert sp.expand(general.total.subs(s.d, sp.Rational(5, 2)) - special.total) == 0


def test_density_vertices_are_ones():
    blocks = cp.hikami_box(6, ("density", None) * 3, order=2)
    assert blocks.total == cp.hikami_box(6, order=2).total


# --- The set


@pytest.mark.parametrize("lines", [2, 4, 6, 8])
def test_the_set_against_brute_force(lines):
    found = [tuple((a - 1, b - 1) for a, b in each.chords) for each in cp.hikami_box(lines)]
    assert len(found) == len(set(found))
    assert set(found) == set(brute_force(lines))
    for each in cp.hikami_box(lines):
        ours = sorted(tuple(sorted(face.sides)) for face in each.faces)
        chords = tuple((a - 1, b - 1) for a, b in each.chords)
        assert ours == sorted(tuple(sorted(face)) for face in walk(lines, chords))
        assert sorted(corner for face in each.faces for corner in face.corners) == list(range(lines))


def test_the_number_of_dressings_is_known_beforehand():
    assert [count_dressings(lines) for lines in (2, 4, 6, 8)] == [len(brute_force(k)) for k in (2, 4, 6, 8)]
    for lines in (10, 12):
        assert count_dressings(lines) == len(set(dressings("RA" * (lines // 2))))
    with pytest.raises(cp.InputError, match="553189"):
        cp.hikami_box(16)


def test_leaving_out():
    box = cp.hikami_box(6, order=0)
    for i, each in enumerate(box):
        rest = box.without(i)
        assert len(rest) == len(box) - 1
        assert rest.total == -each.value
        assert each not in list(rest)
    assert box.without(0).bare == 0
    assert len(box.without(1, 2, 3)) == 13
    assert box[0].value == box.bare


def test_a_box_is_a_value():
    assert cp.hikami_box(4) == cp.hikami_box(lines=4, corners=(None,) * 4, order=2)
    assert hash(cp.hikami_box(4)) == hash(cp.hikami_box(4))
    assert cp.hikami_box(4) != cp.hikami_box(4, WEAK_LOCALIZATION)
    with pytest.raises(AttributeError):
        cp.hikami_box(4).lines = 6


def test_a_box_can_be_pickled_after_use():
    box = cp.hikami_box(4)
    total = box.total
    copy = pickle.loads(pickle.dumps(box))
    assert copy == box
    assert copy.total == total
    assert pickle.loads(pickle.dumps(box[1])) == box[1]


def test_results_become_functions():
    """The symbols of products pass through sympy's own printers."""
    total = cp.hikami_box(4, dim=2).total
    table = values([(1, 2), (3, -1), (0, 2)]) | NUMBERS | {OMEGA: 0.3}
    names = sorted(total.free_symbols, key=str)
    for modules in ("numpy", "mpmath"):
        function = sp.lambdify(names, total, modules)
        assert abs(function(*(float(table[name]) for name in names)) - complex(total.subs(table))) < 1e-12


def test_how_a_box_shows_itself():
    box = cp.hikami_box(8)
    assert repr(box) == f"<Hikami box of 8 lines ({', '.join(['None'] * 8)}), order 2, 109 members>"
    assert repr(cp.hikami_box(4, order=0)[1]) == "<4 lines, dressed 1-3: -2*pi*nu*tau**3>"


def test_products_are_typeset():
    text = cp.hikami_box(4)._repr_latex_()
    assert r"\mathbf{q}_{1}\cdot\mathbf{q}_{2}" in text
    assert r"\tau" in text
    assert "q_{1}^2" in text


def test_powers_of_products_are_bracketed():
    """q1·q2**2 would be the product of q1 and the square of q2."""
    total = cp.hikami_box(4, order=4).total
    assert "(q1·q2)**2" in str(total)
    assert "q2**2" in str(total)
    text = sp.latex(total)
    assert r"\left(\mathbf{q}_{1}\cdot\mathbf{q}_{2}\right)^{2}" in text
    assert r"\mathbf{q}_{2}^{2}" not in text
    assert sp.pretty(products(1, 2) ** 2).splitlines()[-1].strip() == "(q1·q2)"


def test_a_slice_is_members_of_the_set():
    box = cp.hikami_box(4)
    assert box[1:] == box.dressed
    assert box[-1] == box.dressed[-1]
    assert box[:] == tuple(box)


@pytest.mark.parametrize(
    ("lines", "corners"),
    [(2, None), (4, None), (4, WEAK_LOCALIZATION), (6, ("current", None) * 2 + (None,) * 2)],
)
def test_the_derivation_at_rest_is_confirmed_in_numbers(lines, corners):
    box = cp.hikami_box(lines, corners, order=0)
    assert len(box.derivation) == len(box) + 1
    assert not any(step.scaling for step in box.derivation)
    assert box.verify().confirmed
    assert box.derivation[-1].rhs.subs(s.hbar, 1) == box.total


def test_the_diagrams_of_weak_localization_have_the_same_values():
    """By way of the graph: Cooperon bubble, dressed, its polygons by the Feynman rules at rest."""
    whole = dress(resum(chord_diagram(2, 2, ((0, 2), (1, 3)))))
    by_rules = [cp.feynman_rules(diagram, cp.Metal(dim=3)).polygons() for diagram in whole]
    box = cp.hikami_box(4, WEAK_LOCALIZATION, order=0, dim=3, hbar=s.hbar)
    assert [sp.expand(value) for value in by_rules] == [sp.expand(each.value) for each in box]


# --- Anisotropic scattering, at rest


def kernel_average(velocities, weights):
    """Average in 2D of products of cosines on two faces joined by a chord with harmonics 1, w_1, w_2, ..."""
    points = 2 * pi * np.arange(64) / 64
    one, other = np.meshgrid(points, points)
    kernel = 1 + 2 * sum(w * np.cos(n * (one - other)) for n, w in enumerate(weights, 1))
    return np.mean(kernel * np.cos(one) ** velocities[0] * np.cos(other) ** velocities[1])


def test_harmonics_in_the_box_of_weak_localization():
    w_1, w_2 = s.w_1, s.w_2
    box = cp.hikami_box(4, WEAK_LOCALIZATION, order=0, harmonics=(w_1, w_2))
    assert equal(box.bare, -4 * sp.pi * NU * TAU**3 * V_F**2 / s.d)
    assert all(equal(each.value, -w_1 / 2 * box.bare) for each in box.dressed)
    assert equal(box.total, (1 - w_1) * box.bare)
    assert not equal(box.without(1).total, (1 - w_1) * box.bare)
    assert cp.hikami_box(4, order=0, harmonics=(w_1, w_2)).total == 0


def test_the_dressed_box_knows_tau_through_the_diffusion_constant_only():
    """Each current vertex gets tau_tr/tau from its ladder; then the sum is -4 pi nu tau**2 D for any w_1."""
    w_1 = s.w_1
    box = cp.hikami_box(4, WEAK_LOCALIZATION, order=0, harmonics=(w_1,)).in_terms_of("D")
    universal = -4 * sp.pi * NU * TAU**2 * s.D
    assert sp.simplify(box.total / (1 - w_1) ** 2 - universal) == 0
    assert sp.simplify(box.bare / (1 - w_1) ** 2 - universal) != 0


def test_harmonics_of_four_currents():
    weights = (0.4, 0.3, 0.2)
    corners = ("current", "current", "current", "current")
    box = cp.hikami_box(4, corners, order=0, dim=2, harmonics=weights)
    isotropic = cp.hikami_box(4, order=0)
    for each, plain in zip(box, isotropic, strict=True):
        expected = kernel_average((2, 2) if each.chords else (4, 0), weights)
        ratio = sp.simplify(each.value / plain.value / V_F**4)
        assert abs(float(ratio) - expected) < 1e-12


# --- What is refused


@pytest.mark.parametrize("lines", [0, 1, 3, 5, -2, 4.5, "4", True, None])
def test_numbers_of_lines_that_are_none(lines):
    with pytest.raises(cp.InputError, match="lines"):
        cp.hikami_box(lines)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"corners": (None,) * 3}, "one for each of the 4 corners"),
        ({"corners": "none"}, "one for each of the 4 corners"),
        ({"corners": 3}, "one for each of the 4 corners"),
        ({"corners": (None, "spin", None, None)}, "density"),
        ({"corners": (None, 1, None, None)}, "density"),
        ({"corners": ("current", "current", "density", None)}, "diffuson"),
        ({"corners": ("current", None, None, "density")}, 'direction="x"'),
        ({"order": -1}, "order"),
        ({"order": 1.5}, "order"),
        ({"dim": 0}, "dim"),
        ({"direction": "y"}, "average, x"),
        ({"frequencies": (0, 0)}, "one for each of the 4 lines"),
        ({"frequencies": ("omega",) * 4}, "a frequency"),
        ({"hbar": -1}, "hbar"),
        ({"harmonics": (0.5,)}, "order=0"),
        ({"harmonics": 0.5, "order": 0}, "harmonics"),
        ({"harmonics": (5,), "order": 0}, "between -1 and 1"),
        ({"order": 1000}, "within an hour"),
    ],
)
def test_what_makes_no_box(options, match):
    with pytest.raises(cp.InputError, match=match):
        cp.hikami_box(4, **options)


@pytest.mark.parametrize(
    ("lines", "order"), [(10**6, 2), (10**40, 2), (18, 0), (12, 4), (2, 1000), (2, 10**40)]
)
def test_what_would_take_hours(lines, order):
    with pytest.raises(cp.InputError, match="members"):
        cp.hikami_box(lines, order=order)


def test_no_derivation_that_forgets_the_harmonics():
    box = cp.hikami_box(4, WEAK_LOCALIZATION, order=0, harmonics=(s.w_1,))
    for asked in (lambda: box.derivation, box.verify):
        with pytest.raises(cp.InputError, match="harmonics"):
            asked()


def test_other_misuse():
    box = cp.hikami_box(4)
    with pytest.raises(cp.InputError, match="v_F or D"):
        box.in_terms_of("ell")
    for number in (3, -1, [1], "a", box[1]):
        with pytest.raises(cp.InputError, match="from 0 to 2"):
            box.without(number)
    with pytest.raises(cp.InputError, match="coordinates"):
        values([(1, 2), (3,)])
    for vectors in (3, [1, 2], ["ab"], [(1, None)]):
        with pytest.raises(cp.InputError):
            values(vectors)


def test_the_rules_are_used(monkeypatch):
    """Twice as strong an impurity line makes each dressing twice as strong: nothing is stored."""
    from cooperon.symbolic import hikami_set

    strength = hikami_set.impurity_line()
    monkeypatch.setattr(hikami_set, "impurity_line", lambda: 2 * strength)
    assert cp.hikami_box(4, order=0).total == -4 * sp.pi * NU * TAU**3
