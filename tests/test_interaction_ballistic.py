"""The interaction correction of a film from diffusive to ballistic temperatures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad

import cooperon as cp
from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.numerics.evaluation import number
from cooperon.symbolic import symbols as s
from cooperon.symbolic.fast import cosine
from cooperon.symbolic.interaction_ballistic import ballistic_interaction
from cooperon.symbolic.interaction_ballistic_average import (
    AHEAD,
    LENGTH,
    LOSS,
    SECOND,
    SIZE,
    over_directions,
)
from cooperon.symbolic.interaction_ballistic_kernel import ballistic_kernel, ring_sums, summed
from cooperon.symbolic.interaction_ballistic_slow import FREQUENCY, REAL, over_momenta

FILM = cp.Metal(dim=2)
NATURAL = {s.e: 1, s.hbar: 1, s.k_B: 1, s.tau: 1}
PLACES = [(0.3, 0.7), (2.0, 1.0), (0.05, 3.0), (4.0, 9.0), (0.02, 0.1)]


@pytest.fixture(scope="module", autouse=True)
def _rings_summed_once() -> None:
    ballistic_kernel()


def _shape(w: complex, x: float) -> complex:
    """The kernel in units of nu tau**3 v_F**2/(2 hbar**2), at a complex frequency w = Omega tau."""
    z = 1 + w
    return complex(_kernel()(np.sqrt(z * z + x * x), z))


@cache
def _kernel() -> Callable[..., Any]:
    return sp.lambdify((LENGTH, LOSS), ballistic_kernel().shape, "numpy")  # type: ignore[no-any-return]


def _screened(w: complex, x: float, strength: float) -> complex:
    length = np.sqrt((1 + w) ** 2 + x * x)
    return complex(strength * (length - 1) / (length - 1 - strength * w))


def _eilenberger(own: float, q: float, field: float, size: int = 128) -> float:
    """Response of the quasiclassical Green's function to a field and twice to a potential, tau = v_F = 1.

    v n·grad g + [eps + i A n_x + i phi + <g>/2, g] = 0, g**2 = 1, solved order by order on a grid of
    directions, without a diagram. Summed over the electron's frequency and traced over the current's direction.
    """
    angle = 2 * np.pi * (np.arange(size) + 0.5) / size
    total = 0.0
    for current in (np.cos(angle), np.sin(angle)):
        one = np.ones(size)
        sources = {"a": (current, field, 0), "f": (one, own, 1), "g": (one, -own, -1)}
        edges = sorted({-i * field - j * own for i in (0, 1) for j in (-1, 0, 1)})
        for low, high in pairwise(edges):
            response = _order("afg", (low + high) / 2, q * np.cos(angle), sources, {})
            total += float(((high - low) * -1j * np.pi * (current * response).mean()).real)
    return total


def _order(names: str, eps: float, flow: Any, sources: dict[str, Any], known: dict[Any, Any]) -> Any:
    """Green's function of the order in which each of the named sources stands once."""
    if (names, eps) in known:
        return known[names, eps]

    def gained(some: str) -> float:
        return sum(sources[name][1] for name in some)

    def green(some: str, at: float) -> Any:
        return _order(some, at, flow, sources, known)

    def force(some: str, at: float) -> Any:
        mean = green(some, at).mean() / 2 if some != names else 0.0
        return mean + (1j * sources[some][0] if len(some) == 1 else 0.0)

    here, there = np.sign(eps), np.sign(eps + gained(names))
    splits = [
        ("".join(part), "".join(name for name in names if name not in part))
        for size in range(len(names) + 1)
        for part in combinations(names, size)
    ]
    if not names:
        found = here * np.ones_like(flow)
    elif here == there:
        found = -here / 2 * sum(green(b, eps + gained(c)) * green(c, eps) for b, c in splits if b and c)
    else:
        rest = sum(green(b, eps + gained(c)) * force(c, eps) for b, c in splits if c) - sum(
            force(b, eps + gained(c)) * green(c, eps) for b, c in splits if b
        )
        flight = gained(names) + (there - here) / 2 + 1j * sum(sources[name][2] for name in names) * flow
        turned = (there - here) / 2
        mean = (rest / flight).mean() / (1 - turned * (1 / flight).mean())
        found = (rest + turned * mean) / flight
    known[names, eps] = found
    return found


@pytest.mark.parametrize(("w", "x"), PLACES)
def test_kernel_is_the_response_of_the_quasiclassical_equation(w: float, x: float) -> None:
    step = min(1e-3, w / 20, x * x / 200)
    coarse, fine = (_eilenberger(w, x, field) / field for field in (step, step / 2))
    finest = _eilenberger(w, x, step / 4) / (step / 4)
    first, second = 2 * fine - coarse, 2 * finest - fine
    extrapolated = (4 * second - first) / 3
    assert _shape(w, x).real == pytest.approx(extrapolated / np.pi, rel=1e-7)


def test_stretches_of_the_length_of_the_field_add_up_to_nothing_below_it() -> None:
    """Rings that are continued from beyond Omega cancel those of the stretches omega_n, at the field at rest."""
    below = [ring for ring in ring_sums() if not ring.above]
    put = {LENGTH: sp.Rational(17, 10), LOSS: sp.Rational(13, 10)}
    second = {SECOND: sp.sqrt(put[LENGTH] ** 2 + 4 * (1 - put[LOSS]))}
    terms = [ring.sector.count[0] * sp.N(ring.at_rest.xreplace(put | second)) for ring in below]
    assert sum(ring.beyond for ring in below) == 4
    assert max(map(abs, terms)) > 0.5
    assert abs(sum(terms)) < 1e-12


def test_uniform_potential_does_nothing() -> None:
    assert sp.simplify(ballistic_kernel().shape.subs(LENGTH, LOSS)) == 0


def test_diffusive_kernel() -> None:
    """8 nu D (D q**2)/(hbar**2 (D q**2 + Omega)**3): the one of Altshuler and Aronov, 4 sigma_0/(pi d) apart."""
    put = {s.nu: 0.7, s.hbar: 1.3, s.tau: 1e-7, s.v_F: 2e3, s.ell: 2e-4, s.q: 1.1, s.Omega: 0.4}
    constant = put[s.v_F] ** 2 * put[s.tau] / 2
    slow = constant * put[s.q] ** 2
    expected = 8 * 0.7 * constant * slow / (1.3**2 * (slow + 0.4) ** 3)
    assert float(sp.N(ballistic_kernel().value.xreplace(put), 30)) == pytest.approx(expected, rel=2e-6)


def _contributions() -> tuple[dict[Any, Any], Callable[[dict[Any, Any]], bool]]:
    """Weights and values of each dressed ring at a place, and whether they make a conserved current."""
    place = {LENGTH: sp.Rational(17, 10), LOSS: sp.Rational(13, 10), SIZE: sp.sqrt(sp.Rational(12, 10))}
    unit = {s.nu: 1, s.hbar: 1, s.tau: 1, s.v_F: 1, AHEAD: sp.Rational(7, 10)}
    values: dict[Any, Any] = {}
    for i, some in enumerate(ring_sums()):
        counts = some.above or some.sector.count[1]
        for ring in some.rings if counts else ():
            value = float(sp.N(ring.value(some.order).xreplace(unit).xreplace(place)))
            values[i, ring.chords] = value
    rings = ring_sums()

    def consistent(kept: dict[Any, Any]) -> bool:
        total: dict[str, float] = defaultdict(float)
        for (i, _), value in kept.items():
            field, own = rings[i].sector.count
            if rings[i].above:
                total["static"] += own * value * (not rings[i].order)
                total["above"] += own * 0.3 * value if rings[i].order else field * value
            else:
                total["below"] += own * value
        return abs(total["static"]) < 1e-9 and abs(total["below"] - total["above"]) < 1e-9

    return values, consistent


def test_every_diagram_is_needed() -> None:
    values, consistent = _contributions()
    assert len(values) > 200
    assert consistent(values)
    needed = [key for key, value in values.items() if abs(value) > 1e-9]
    assert len(needed) > 180
    for left_out in needed:
        assert not consistent({key: value for key, value in values.items() if key != left_out})


def test_a_ring_left_out_is_noticed() -> None:
    assert summed(ring_sums()[1:], "static") == 0  # the first is there below omega_n alone
    above = [ring for ring in ring_sums() if ring.above and ring.sector.count[1] and not ring.order]
    fewer = [ring for ring in ring_sums() if ring is not above[0]]
    assert summed(fewer, "static") != 0


def test_average_over_directions() -> None:
    function = cosine / ((LOSS + sp.I * SIZE * cosine) ** 2 * (AHEAD - sp.I * SIZE * cosine))
    point = {LOSS: 1.3, AHEAD: 1.9, SIZE: 0.8}
    angles = 2 * np.pi * np.arange(400) / 400
    mean = sp.lambdify(cosine, function.xreplace(point), "numpy")(np.cos(angles)).mean()
    assert complex(sp.N(over_directions(function).xreplace(point))) == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize("strength", [1.0, 0.4, -1.5])
@pytest.mark.parametrize("y", [0.2, 3.0, 40.0])
def test_integral_over_momenta_at_real_frequencies(strength: float, y: float) -> None:
    """Im of the q integral at omega, by quadrature, against the closed form."""

    def integrand(x: float) -> float:
        return (x * _screened(-1j * y, x, strength) * _shape(-1j * y, x) / 2).imag

    pieces = sorted([0, 0.1, 1, y, 3 * y, 100 * (1 + y)])
    direct = sum(quad(integrand, a, b, limit=400, epsabs=1e-11)[0] for a, b in pairwise(pieces))
    direct += quad(lambda t: integrand(1 / t) / t**2, 0, 1 / pieces[-1], limit=400)[0]
    symbol = sp.Symbol("f", real=True)
    bare = sp.S.One if strength == 1 else symbol / (1 + symbol)
    found = over_momenta(ballistic_kernel().shape, bare)
    put = {symbol: strength / (1 - strength) if strength != 1 else 0, REAL: y}
    closed = float(sp.N((found.pole / REAL + found.imaginary).xreplace(put)))
    assert closed == pytest.approx(direct, rel=1e-7)


def test_integral_over_momenta_at_matsubara_frequencies() -> None:
    found = over_momenta(ballistic_kernel().shape, sp.S.One)

    def integrand(x: Any, w: float) -> Any:
        return (x * _screened(w, float(x), 1.0) * _shape(w, float(x)) / 2).real

    both = [
        quad(lambda x, w=w: integrand(x, w) - 8 * x / (1 + x * x), 0, np.inf, limit=400)[0]
        for w in (0.2, 1.7)
    ]
    expected = [float(found.value.subs(FREQUENCY, w)) for w in (0.2, 1.7)]
    assert both == pytest.approx(expected, rel=1e-6)


def test_share_of_the_slope_at_low_temperature() -> None:
    """Zala, Narozhny and Aleiner: 1 - (3/8) f(T tau) with f(0) = 1, and the same with t(0; F0) = 1."""
    charge = over_momenta(ballistic_kernel().shape, sp.S.One)
    spin = over_momenta(ballistic_kernel().shape, s.F0 / (1 + s.F0))
    assert charge.plateau == 4 * sp.pi
    assert sp.limit(charge.imaginary, REAL, 0) / charge.plateau == sp.Rational(5, 8)
    for value in (-0.6, 0.5, 3):
        part = spin.imaginary.subs(s.F0, value).subs(REAL, sp.Float("1e-14", 30))
        assert float(part / spin.plateau.subs(s.F0, value)) == pytest.approx(0.625, abs=1e-9)


def test_first_order_of_a_sum_that_depends_on_the_frequency_of_the_field() -> None:
    """The rule of the continuation, for U B = 1/(m + a)**2, whose sum is known for any n."""
    a = mpmath.mpf("0.7")

    def at(n: Any) -> Any:
        """Sum of min(m, n)/(m + a)**2 over m, a function of n without singularities."""
        end, start = n + a, a
        return (
            end * mpmath.psi(1, end)
            - start * mpmath.psi(1, start)
            + mpmath.psi(0, end)
            - mpmath.psi(0, start)
        )

    direct = 1 / (1 + a) ** 2 + 2 / (2 + a) ** 2 + 3 * mpmath.nsum(lambda m: (m + a) ** -2, [3, mpmath.inf])
    assert float(at(3)) == pytest.approx(float(direct), rel=1e-12)
    rule = mpmath.nsum(lambda m: 2 * m / (m + a) ** 3, [1, mpmath.inf])
    assert float(mpmath.diff(at, 0)) == pytest.approx(float(rule), rel=1e-10)


def test_matsubara_sum_of_the_triplet_is_the_integral_over_real_frequencies() -> None:
    x, strength, warm = 0.8, -0.7, 0.35

    def product(w: Any) -> Any:
        z = 1 + w
        length = mpmath.sqrt(z * z + x * x)
        screened = strength * (length - 1) / (length - 1 - strength * w)
        return screened * _kernel()(length, z)

    place = 2 * mpmath.pi * warm
    total = warm * mpmath.nsum(lambda m: -m * place * mpmath.diff(product, m * place), [1, mpmath.inf])

    def thermal(y: Any) -> Any:
        half = y / (2 * warm)
        return mpmath.coth(half) - half / mpmath.sinh(half) ** 2

    ends = [0, 0.5, 2, 10, mpmath.inf]
    integral = mpmath.quad(lambda y: thermal(y) * mpmath.im(product(-1j * y)), ends)
    assert float(total) == pytest.approx(float(integral / (2 * mpmath.pi)), rel=1e-8)


def test_charge_at_real_frequencies_in_closed_form() -> None:
    y = REAL
    found = over_momenta(ballistic_kernel().shape, sp.S.One).imaginary
    written = 4 * sp.pi - (
        4 * (y**2 + 3) * sp.atan(1 / y) - y * (y**2 + 6) * sp.log(1 + y**-2) / 2 - 2 * y * sp.log(2)
    ) / (y**2 + 4)
    assert sp.simplify(found - written) == 0


def test_leading_forms_are_those_of_the_literature() -> None:
    low = ballistic_interaction(FILM).leading().rewrite(sp.log)
    factor = 1 + 3 * (1 - sp.log(1 + s.F0) / s.F0)
    diffusive = s.e**2 / (2 * sp.pi**2 * s.hbar) * factor * sp.log(s.k_B * s.T * s.tau / s.hbar)
    assert sp.simplify(sp.expand_log(low - diffusive, force=True)) == 0
    high = ballistic_interaction(FILM, limit="ballistic").leading()
    slope = s.e**2 / (sp.pi * s.hbar) * (1 + 3 * s.F0 / (1 + s.F0))
    assert sp.simplify(high - slope * s.k_B * s.T * s.tau / s.hbar) == 0


@pytest.mark.parametrize("limit", ["diffusive", "ballistic"])
def test_correction_tends_to_its_limits(limit: str) -> None:
    formula = ballistic_interaction(FILM, limit=limit)
    put = NATURAL | {s.F0: -0.4, s.T: 1e-7 if limit == "diffusive" else 1e7}
    exact, form = (number(expr, put).real for expr in (formula.expr, formula.leading()))
    assert exact == pytest.approx(form, rel=1e-5)


def test_correction_against_a_double_integral() -> None:
    """The change from one temperature to another, over omega and q by quadrature."""
    bare, low, high = -0.3, 0.3, 1.1
    strength = bare / (1 + bare)

    def over_q(y: float) -> float:
        def integrand(x: float) -> float:
            interaction = _screened(-1j * y, x, 1.0) + 3 * _screened(-1j * y, x, strength)
            return (x * interaction * _shape(-1j * y, x) / 2).imag

        near = quad(integrand, 0, 2 * (1 + y), limit=300, epsrel=1e-9)[0]
        return near + quad(lambda t: integrand(1 / t) / t**2, 0, 1 / (2 * (1 + y)), limit=300, epsrel=1e-9)[0]

    def thermal(y: float, temperature: float) -> float:
        x = y / (2 * temperature)
        return 1 / np.tanh(x) - x / np.sinh(x) ** 2

    weighted = [
        quad(lambda y: (thermal(y, high) - thermal(y, low)) * over_q(y), a, b, epsrel=1e-7)[0]
        for a, b in ((1e-9, 1), (1, 5), (5, 40))
    ]
    change = -sum(weighted) / (8 * np.pi**2)
    value = ballistic_interaction(FILM).lambdify("T", "tau", "F0", checks=False)
    unit = {"e": 1.0, "hbar": 1.0, "k_B": 1.0}
    found = value(high, 1.0, bare, **unit) - value(low, 1.0, bare, **unit)
    assert found == pytest.approx(change, rel=1e-5)


def test_arrays_have_the_digits_of_mpmath() -> None:
    formula = ballistic_interaction(FILM)
    values = formula.lambdify("T", "tau", "F0", checks=False)
    unit = {"e": 1.0, "hbar": 1.0, "k_B": 1.0}
    for temperature, bare in ((1e-3, -0.3), (0.4, 0.5), (30.0, -0.8), (2.0, 1e-6)):
        expected = number(formula.expr, NATURAL | {s.T: temperature, s.F0: bare}).real
        assert values(temperature, 1.0, bare, **unit) == pytest.approx(expected, rel=1e-9)
    temperatures = np.geomspace(1e-4, 1e3, 30)
    assert np.all(np.isfinite(values(temperatures, 1.0, 0.0, **unit)))


def test_parts_add_up() -> None:
    whole, charge, spin = (ballistic_interaction(FILM, part=part) for part in ("all", "exchange", "triplet"))
    put = NATURAL | {s.T: 0.7, s.F0: -0.25}
    one, two, three = (number(formula.expr, put).real for formula in (whole, charge, spin))
    assert one == pytest.approx(two + three, rel=1e-12)
    alone = ballistic_interaction(cp.Metal(dim=2, interaction=cp.Coulomb(F0=0)))
    assert number(alone.expr, put).real == pytest.approx(two, rel=1e-12)


@pytest.mark.slow
def test_short_range_charge_is_one_component_of_the_spin() -> None:
    """The screened interaction knows its strength alone: 2 nu U_0 in one channel, F0 in the other."""
    metal = cp.Metal(dim=2, interaction=cp.ShortRange())
    charge, spin = (ballistic_interaction(metal, part=part).expr for part in ("exchange", "triplet"))
    put = NATURAL | {s.T: 0.7, s.nu: 0.5}
    one = number(charge, put | {s.U_0: 0.4}).real
    assert 3 * one == pytest.approx(number(spin, put | {s.F0: 0.4}).real, rel=1e-12)
    strong = number(charge, put | {s.U_0: 1e9}).real
    assert strong == pytest.approx(
        number(ballistic_interaction(FILM, part="exchange").expr, put).real, rel=1e-6
    )


def test_slope_changes_its_sign() -> None:
    """Metallic for F0 < -1/4: the conductivity falls with temperature."""
    line = ballistic_interaction(FILM, limit="ballistic").leading()
    assert line.subs(s.F0, -sp.Rational(1, 4)) == 0
    assert line.subs(NATURAL | {s.T: 1, s.F0: -0.3}) < 0 < line.subs(NATURAL | {s.T: 1, s.F0: -0.2})


@pytest.mark.slow
@pytest.mark.parametrize("metal", [FILM, cp.Metal(dim=2, interaction=cp.ShortRange(F0=0))])
def test_every_line_is_confirmed(metal: cp.Metal) -> None:
    report = ballistic_interaction(metal).verify()
    assert report.confirmed, report
    assert len(report.lines) > 65


def test_a_wrong_kernel_is_refused() -> None:
    with pytest.raises(DivergenceError, match="cutoff that no frequency knows"):
        over_momenta(ballistic_kernel().shape * LOSS, sp.S.One)


@pytest.mark.parametrize(
    ("metal", "named"),
    [
        (cp.Metal(dim=3), "3 dimensions"),
        (cp.Metal(dim=2, spin=0), "spin 0"),
        (cp.Metal(dim=2, field=cp.PerpendicularField()), "field"),
        (cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(s.w_1,))]), "harmonics"),
        (cp.Metal(dim=2, scattering=[cp.Zeeman()]), "Zeeman"),
        (cp.Metal(dim=2, scattering=[cp.SpinOrbit()]), "scattering"),
    ],
)
def test_other_metals_are_refused(metal: cp.Metal, named: str) -> None:
    with pytest.raises(InputError, match=named):
        ballistic_interaction(metal)


def test_unknown_options_are_refused() -> None:
    with pytest.raises(InputError, match="limit"):
        ballistic_interaction(FILM, limit="cold")
    with pytest.raises(InputError, match="part"):
        ballistic_interaction(FILM, part="hartree")
    with pytest.raises(InputError, match="triplet"):
        ballistic_interaction(cp.Metal(dim=2, interaction=cp.Coulomb(F0=0)), part="triplet")
    with pytest.raises(InputError, match="metal"):
        ballistic_interaction("film")  # type: ignore[arg-type]


def test_dimension_and_assumptions() -> None:
    formula = ballistic_interaction(FILM)
    assert str(formula.dimension) == "kg^-1 m^-2 s^3 A^2"
    statements = " ".join(map(str, formula.assumptions))
    assert "white-noise" in statements
    assert "Cooper channel" in statements
    assert mpmath.isfinite(number(formula.leading(), NATURAL | {s.T: 0.1, s.F0: 0}))
