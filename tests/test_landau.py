"""Landau levels of the Cooperon: the closed forms against sums over levels that are written out here."""

from __future__ import annotations

import itertools
import warnings

import mpmath
import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.symbolic import landau

s = cp.symbols
HALF = sp.Rational(1, 2)
FIELD = cp.PerpendicularField()
SPINS = [cp.SpinOrbit(), cp.Magnetic()]
UNIT = s.e**2 / (2 * sp.pi**2 * s.hbar)
GAP_RATIOS = [10.0**k for k in range(-8, 9, 2)] + [0.3, 3.0, 9.7, 10.2]


def film(**more):
    return cp.Metal(dim=2, field=FIELD, **more)


def bulk(**more):
    return cp.Metal(dim=3, field=FIELD, **more)


def levels_beyond_integral(order, x, first=25):
    """Sum over n of (n + 1/2 + x)**(-order) less its integral from 0: terms, and Euler's sum for the rest.

    At midpoints the rest is sum_k B_2k(1/2)/(2k)! order (order+1) ... y**(1-order-2k), y = first + x.
    """
    with mpmath.workdps(60):
        x, order = mpmath.mpmathify(x), mpmath.mpf(order)
        y = x + first
        total = mpmath.fsum((n + mpmath.mpf(1) / 2 + x) ** -order for n in range(first))
        total -= mpmath.log(y / x) if order == 1 else (y ** (1 - order) - x ** (1 - order)) / (1 - order)
        for k in range(1, 16):
            weight = mpmath.bernpoly(2 * k, mpmath.mpf(1) / 2) / mpmath.factorial(2 * k)
            total += weight * mpmath.rf(order, 2 * k - 1) * y ** (1 - order - 2 * k)
        return +total


def test_the_sum_in_this_file_is_a_sum():
    """Against mpmath's own summation, where that is sure."""
    with mpmath.workdps(25):
        for order, x in itertools.product((1, 0.5), (mpmath.mpf(1), mpmath.mpf("0.3"))):

            def term(n, order=order, x=x):
                edge = n + x
                if order == 1:
                    return 1 / (edge + 0.5) - mpmath.log1p(1 / edge)
                return 1 / mpmath.sqrt(edge + 0.5) - 2 / (mpmath.sqrt(edge) + mpmath.sqrt(edge + 1))

            direct = mpmath.nsum(term, [0, mpmath.inf], method="euler-maclaurin")
            assert abs(levels_beyond_integral(order, x) - direct) < 1e-15


def by_levels(dim, channels, value):
    """-(2 e^2 D/(pi hbar)) times what the field changes of sum_c w_c C(gap_c), from levels one by one.

    e B/(pi hbar) states per area; the d - 2 directions along the field are free, and their integral over
    1/(D k^2 + E) is Gamma(2 - d/2) (4 pi D)**(1 - d/2) E**(d/2 - 2).
    """
    d = mpmath.mpf(dim.p) / dim.q if isinstance(dim, sp.Rational) else mpmath.mpf(dim)
    order = 2 - d / 2
    spacing = 4 * value["e"] * value["B"] * value["D"] / value["hbar"]
    along = mpmath.gamma(order) * (4 * mpmath.pi * value["D"]) ** (1 - d / 2)
    found = sum(
        weight * spacing**-order * levels_beyond_integral(order, gap / spacing) for weight, gap in channels
    )
    states = value["e"] * value["B"] / (mpmath.pi * value["hbar"])
    return -2 * value["e"] ** 2 * value["D"] / (mpmath.pi * value["hbar"]) * states * along * found


def numbers(**more):
    found = {"e": 1.3, "hbar": 0.8, "D": 1.7, "tau_phi": 3.1, "tau_so": 0.9, "tau_s": 2.3, "omega": 0.6}
    return found | more


def gaps(value, spins, frequency):
    """Weights and gaps of Hikami, Larkin and Nagaoka."""
    base = 1 / mpmath.mpf(value["tau_phi"]) - (1j * mpmath.mpf(value["omega"]) if frequency else 0)
    if not spins:
        return [(1, base)]
    so, m = 1 / mpmath.mpf(value["tau_so"]), 1 / mpmath.mpf(value["tau_s"])
    return [(mpmath.mpf(3) / 2, base + 4 * so / 3 + 2 * m / 3), (-mpmath.mpf(1) / 2, base + 2 * m)]


# --- the whole range


@pytest.mark.parametrize("frequency", [False, True], ids=["at rest", "alternating"])
@pytest.mark.parametrize("spins", [False, True], ids=["plain", "spins"])
@pytest.mark.parametrize("dim", [2, 3, sp.Rational(5, 2), 5], ids=str)
def test_the_change_is_the_sum_over_levels_to_twelve_digits(dim, spins, frequency):
    metal = cp.Metal(dim=dim, field=FIELD, scattering=SPINS if spins else [cp.Potential()])
    formula = cp.magnetoconductivity(metal, omega=s.omega if frequency else None)
    function = formula.lambdify("B", checks=False)
    for x in GAP_RATIOS:
        value = numbers()
        value["B"] = value["hbar"] / (4 * value["e"] * value["D"] * value["tau_phi"] * x)
        exact = by_levels(dim, gaps(value, spins, frequency), {k: mpmath.mpf(v) for k, v in value.items()})
        found = function(value["B"], **{name: value[name] for name in function.keywords})
        assert abs(mpmath.mpmathify(complex(found)) - exact) <= 1e-12 * abs(exact), x


@pytest.mark.parametrize("dim", [2, 2.3, 3])
def test_a_symbolic_dimension(dim):
    function = cp.magnetoconductivity(cp.Metal(dim=s.d, field=FIELD)).lambdify("B", "d", checks=False)
    value = numbers(B=0.4)
    exact = by_levels(dim, gaps(value, False, False), {k: mpmath.mpf(v) for k, v in value.items()})
    found = function(0.4, dim, **{name: value[name] for name in function.keywords})
    assert found == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("cutoff", ["diffusive", "smooth"])
@pytest.mark.parametrize("dim", [2, 3, sp.Rational(5, 2), s.d], ids=str)
@pytest.mark.parametrize("spins", [[cp.Potential()], SPINS], ids=["plain", "spins"])
@pytest.mark.parametrize("omega", [None, s.omega], ids=["at rest", "alternating"])
def test_no_field_changes_nothing(dim, spins, omega, cutoff):
    """Exactly: no rounding is left, and no warning."""
    metal = cp.Metal(dim=dim, field=FIELD, scattering=spins)
    function = cp.magnetoconductivity(metal, omega=omega, cutoff=cutoff).lambdify("B")
    value = numbers(tau=1e-3, d=2.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rest = {name: value[name] for name in function.keywords}
        assert function(0.0, **rest) == 0
        found = function(np.array([0.0, 1e-300, 1e-160, 1e-9, 1e-6]), **rest)
    assert found[0] == 0
    assert np.all(np.abs(found[:3]) < 1e-300)
    assert abs(found[4] / found[3] - 1e6) < 1e-3  # quadratic
    assert function(-1e-3, **rest) == function(1e-3, **rest)


# --- two dimensions: Hikami, Larkin and Nagaoka

BETA = sp.Symbol("beta", positive=True)  # B/B_phi


def in_ratio(expr, ratio=BETA):
    """B in units of B_phi."""
    return sp.simplify(expr.xreplace({s.B: ratio * s.hbar / (4 * s.e * s.D * s.tau_phi)}))


def test_low_field_of_the_film():
    change = in_ratio(cp.magnetoconductivity(film()).expr / UNIT)
    assert sp.series(change, BETA, 0, 4).removeO() == BETA**2 / 24


def test_high_field_of_the_film():
    change = in_ratio(cp.magnetoconductivity(film()).expr / UNIT)
    assert sp.limit(change - sp.log(BETA), BETA, sp.oo) == -sp.EulerGamma - 2 * sp.log(2)


def low_field(expr):
    """Coefficient of B**2, with psi(1/2 + X) = ln X + 1/(24 X**2) + O(X**(-4))."""
    large = sp.Symbol("X", positive=True)
    series = sp.series(sp.polygamma(0, HALF + large), large, sp.oo, 4).removeO()
    assert sp.expand_log(series - sp.log(large) - 1 / (24 * large**2), force=True) == 0
    put = expr.replace(
        lambda part: isinstance(part, sp.polygamma), lambda part: series.subs(large, part.args[1] - HALF)
    )
    return sp.expand(sp.expand_log(sp.expand(put), force=True)).coeff(s.B, 2)


def test_each_channel_has_its_own_low_field():
    """w_c (B/B_c)**2/24, with B_c = hbar gap_c/(4 e D)."""
    metal = film(scattering=[cp.SpinOrbit("xyz"), cp.Magnetic("xyz")])
    quadratic = [
        one.weight * (4 * s.e * s.D / (s.hbar * one.gap)) ** 2 / 24 for one in cp.cooperon(metal).channels
    ]
    found = low_field(cp.magnetoconductivity(metal).expr / UNIT)
    values = {
        s.lookup(f"tau_{kind}_{i}"): 2 + j
        for j, (kind, i) in enumerate(itertools.product(("so", "s"), "xyz"))
    }
    assert sp.simplify((found - sum(quadratic)).xreplace(values)) == 0


def test_strong_spin_orbit_scattering_turns_the_low_field():
    """-1/2 of the curve without spins for tau_so -> 0+."""
    low = low_field(cp.magnetoconductivity(film(scattering=[cp.SpinOrbit()])).expr)
    plain = low_field(cp.magnetoconductivity(film()).expr)
    assert sp.limit(sp.simplify(low / plain), s.tau_so, 0, "+") == -HALF
    assert sp.limit(sp.simplify(low / plain), s.tau_so, sp.oo) == 1


def hln(value):
    """Eq. (18) of Prog. Theor. Phys. 63, 707: the four digammas, in fields."""
    b, first, triplet, singlet = value["B"], value["B_1"], value["B_2"], value["B_3"]

    def psi(field):
        return sp.polygamma(0, HALF + field / b)

    return -UNIT * (psi(first) - psi(triplet) + (psi(singlet) - psi(triplet)) / 2)


def fields_of(metal_rates):
    return {name: s.hbar * rate / (4 * s.e * s.D) for name, rate in metal_rates.items()}


def test_four_digammas_and_logarithms_are_equal_to_second_order_in_the_field_of_the_lifetime():
    """The difference form, and the four digammas: (B/B_e)**2/24, by a series in 1/B_e."""
    ratio = sp.Symbol("b_e", positive=True)  # B/B_e
    metal = film(scattering=SPINS)
    with_levels = cp.conductivity(metal, loops=1, cutoff="smooth").expr
    bulk_part = cp.conductivity(metal.replace(field=None), loops=1, cutoff="smooth").expr
    with_logarithms = bulk_part + cp.magnetoconductivity(metal).expr
    lifetime = {s.tau: ratio * s.hbar / (4 * s.e * s.D * s.B)}
    rest = {s.B: 2, s.hbar: 1, s.e: 1, s.D: HALF, s.tau_phi: 3, s.tau_so: HALF, s.tau_s: 5}
    apart = sp.expand_log(((with_levels - with_logarithms) / UNIT).xreplace(lifetime).xreplace(rest))
    assert sp.series(apart, ratio, 0, 3).removeO().coeff(ratio, 2) == -sp.Rational(1, 24)
    assert sp.limit(apart / ratio, ratio, 0) == 0


def test_the_published_four_digammas():
    """Ours have a gap of their own beside 1/tau in each; apart by tau/tau_phi, tau/tau_so and tau/tau_s."""
    small = sp.Symbol("eps", positive=True)
    found = cp.conductivity(film(scattering=SPINS), loops=1, cutoff="smooth").expr
    triplet = 1 / s.tau_phi + 4 / (3 * s.tau_so) + 2 / (3 * s.tau_s)
    rates = {"B_1": 1 / s.tau, "B_2": triplet, "B_3": 1 / s.tau_phi + 2 / s.tau_s}
    published = hln(fields_of(rates) | {"B": s.B})
    point = {s.B: 2, s.hbar: 1, s.e: 1, s.D: HALF, s.tau_phi: 3, s.tau_so: HALF, s.tau_s: 5, s.tau: small}
    apart = ((found - published) / UNIT).xreplace(point)
    series = sp.series(apart, small, 0, 2).removeO()
    weighted = sp.Rational(3, 2) * triplet - (1 / s.tau_phi + 2 / s.tau_s) / 2
    assert sp.simplify(series + small * weighted.xreplace(point)) == 0


# --- three dimensions: Kawabata


def kawabata_terms(x):
    """f_3 by its sum, x = B/B_phi: 2 [sqrt(n+1+1/x) - sqrt(n+1/x)] - 1/sqrt(n+1/2+1/x)."""
    with mpmath.workdps(40):
        start = 1 / mpmath.mpf(x)

        def term(n):
            edge = n + start
            return 2 / (mpmath.sqrt(edge + 1) + mpmath.sqrt(edge)) - 1 / mpmath.sqrt(edge + mpmath.mpf(1) / 2)

        return mpmath.nsum(term, [0, mpmath.inf], method="euler-maclaurin")


def kawabata_of(metal):
    """The engine's f_3: the change in units of (e^2/2 pi^2 hbar) sqrt(eB/hbar)."""
    return in_ratio(cp.magnetoconductivity(metal).expr / (UNIT * sp.sqrt(s.e * s.B / s.hbar)))


@pytest.mark.slow
def test_the_bulk_is_kawabatas_function():
    found = kawabata_of(bulk())
    hurwitz = -2 * sp.sqrt(1 / BETA) - sp.zeta(HALF, HALF + 1 / BETA)
    for x in (0.2, 1, 7, 100):
        value = sp.N(found.subs(BETA, sp.Rational(str(x))), 25)
        assert abs(mpmath.mpf(str(value)) - kawabata_terms(str(x))) < 1e-14
        assert abs(value - sp.N(hurwitz.subs(BETA, sp.Rational(str(x))), 25)) < 1e-20


def test_known_values_of_kawabatas_function():
    found = kawabata_of(bulk())
    assert float(sp.N(found.subs(BETA, 1), 25)) == pytest.approx(0.019112205794725419, rel=1e-14)
    assert float(sp.N(found.subs(BETA, 100), 25)) == pytest.approx(0.42855063673580496, rel=1e-14)


def test_high_field_of_the_bulk():
    limit = sp.limit(kawabata_of(bulk()), BETA, sp.oo)
    assert sp.simplify(limit + (sp.sqrt(2) - 1) * sp.zeta(HALF)) == 0 or limit == -sp.zeta(HALF, HALF)
    assert float(limit) == pytest.approx(0.60489864342163037, rel=1e-15)


def test_low_field_of_the_bulk():
    """x**(3/2)/48: the integral over durations that the derivation leaves undone, its integrand a series."""
    formula = cp.magnetoconductivity(bulk())
    step = next(one for one in formula.derivation if one.rule == "change by the field")
    integral = next(iter(step.lhs.atoms(sp.Integral)))
    quadratic = sp.series(integral.function, s.B, 0, 3).removeO()
    low = step.lhs.xreplace({integral: sp.integrate(quadratic, (s.t, 0, sp.oo))})
    assert (
        sp.simplify(in_ratio(low / (UNIT * sp.sqrt(s.e * s.B / s.hbar))) - BETA ** sp.Rational(3, 2) / 48)
        == 0
    )
    with mpmath.workdps(50):
        closed = sp.lambdify(BETA, kawabata_of(bulk()), "mpmath")
        x = mpmath.mpf("1e-8")
        assert abs(closed(x) / (x ** mpmath.mpf("1.5") / 48) - 1) < 1e-14


# --- principal axes of diffusion


def by_levels_and_k(value):
    """-(2 e^2 D_x/(pi hbar)): levels of sqrt(D_x D_y) for every k_z, and a quadrature over k_z."""
    e, hbar, b = value["e"], value["hbar"], value["B"]
    spacing = 4 * e * b * mpmath.sqrt(value["D_x"] * value["D_y"]) / hbar

    def at(k):
        x = (1 / value["tau_phi"] + value["D_z"] * k**2) / spacing
        return levels_beyond_integral(1, x, first=12) / spacing

    along = mpmath.quad(at, [-mpmath.inf, -1, 0, 1, mpmath.inf]) / (2 * mpmath.pi)
    return -2 * e**2 * value["D_x"] / (mpmath.pi * hbar) * e * b / (mpmath.pi * hbar) * along


def test_current_along_x_field_along_z():
    function = cp.magnetoconductivity(bulk(diffusion="xyz")).lambdify("B")
    value = {"e": 1.3, "hbar": 0.8, "D_x": 0.4, "D_y": 2.9, "D_z": 1.1, "tau_phi": 3.1, "B": 0.7}
    exact = by_levels_and_k({name: mpmath.mpf(x) for name, x in value.items()})
    found = function(value["B"], **{name: value[name] for name in function.keywords})
    assert found == pytest.approx(float(exact), rel=1e-10)


def test_a_film_with_two_principal_axes():
    """sqrt(D_x/D_y) of the film with D = sqrt(D_x D_y)."""
    found = cp.magnetoconductivity(film(diffusion="xyz")).expr
    plain = cp.magnetoconductivity(film()).expr.xreplace({s.D: sp.sqrt(s.D_x * s.D_y)})
    assert sp.simplify(sp.expand_log(found - sp.sqrt(s.D_x / s.D_y) * plain, force=True)) == 0


@pytest.mark.parametrize("dim", [2, 3])
def test_equal_axes_are_no_axes(dim):
    axes = cp.Metal(dim=dim, field=FIELD, diffusion="xyz", scattering=SPINS)
    plain = axes.replace(diffusion="isotropic")
    for derive in (
        cp.magnetoconductivity,
        lambda m: cp.conductivity(m, loops=1),
        lambda m: cp.conductivity(m, loops=1, cutoff="smooth"),
    ):
        equal = derive(axes).expr.xreplace({s.D_x: s.D, s.D_y: s.D, s.D_z: s.D})
        assert sp.simplify(equal - derive(plain).expr) == 0


# --- no dephasing: the field alone ends long paths


@pytest.mark.parametrize("scattering", [[cp.Potential()], [cp.SpinOrbit()]], ids=str)
@pytest.mark.parametrize("cutoff", ["diffusive", "smooth"])
def test_a_film_without_dephasing_has_no_conductivity_to_compare_with(scattering, cutoff):
    metal = film(dephasing=None, scattering=scattering)
    with pytest.raises(cp.DivergenceError, match="infrared cutoff: dephasing or a frequency"):
        cp.magnetoconductivity(metal, cutoff=cutoff)


@pytest.mark.parametrize("mechanism", [cp.Magnetic(), cp.SpinOrbit("z")], ids=str)
def test_spins_end_paths_as_well(mechanism):
    """All channels, or with a conserved component of the spin the sum of the two that last: -1/2 + 1/2."""
    metal = film(dephasing=None, scattering=[mechanism])
    found = cp.magnetoconductivity(metal).expr
    expected = sp.limit(
        cp.magnetoconductivity(metal.replace(dephasing=cp.Dephasing())).expr, s.tau_phi, sp.oo
    )
    assert sp.simplify(sp.expand_log(found - expected, force=True)) == 0


def test_the_field_alone_as_cutoff():
    """-(e^2/2 pi^2 hbar) [ln(B_e/B) + gamma + 2 ln 2], the limit of long tau_phi."""
    metal = film(dephasing=None)
    expected = -UNIT * (sp.log(s.hbar / (4 * s.e * s.D * s.tau * s.B)) + sp.EulerGamma + 2 * sp.log(2))
    for cutoff in ("diffusive", "smooth"):
        form = cp.conductivity(metal, loops=1, cutoff=cutoff).leading()
        assert sp.simplify(sp.expand_log(form - expected, force=True)) == 0
    kept = cp.conductivity(metal.replace(dephasing=cp.Dephasing()), loops=1).leading()
    assert sp.simplify(sp.expand_log(sp.limit(kept, s.tau_phi, sp.oo) - expected, force=True)) == 0


def test_the_bulk_needs_no_dephasing():
    found = cp.magnetoconductivity(bulk(dephasing=None)).expr
    assert sp.simplify(found - sp.limit(cp.magnetoconductivity(bulk()).expr, s.tau_phi, sp.oo)) == 0


@pytest.mark.parametrize("dim", [2, 3])
def test_a_frequency_is_an_imaginary_rate(dim):
    metal = cp.Metal(dim=dim, field=FIELD, scattering=SPINS)
    at_rest, moving = cp.magnetoconductivity(metal).expr, cp.magnetoconductivity(metal, omega=s.omega).expr
    turned = at_rest.subs(s.tau_phi, 1 / (1 / s.tau_phi - sp.I * s.omega))
    values = {s.lookup(k): v for k, v in numbers(B=0.37).items()}
    assert abs(sp.N((turned - moving).subs(values), 20)) < 1e-16
    assert abs(sp.N(moving.subs(values), 20)) > 1e-4
    alone = cp.magnetoconductivity(metal.replace(dephasing=None), omega=s.omega).expr
    late = values | {s.tau_phi: sp.Integer(10) ** 30}
    assert abs(sp.N(moving.subs(late) - alone.subs(values), 20)) < 1e-16


# --- parts and wholes


@pytest.mark.parametrize("cutoff", ["diffusive", "smooth"])
@pytest.mark.parametrize("dim", [2, 3, sp.Rational(5, 2)], ids=str)
@pytest.mark.parametrize("omega", [None, s.omega], ids=["at rest", "alternating"])
def test_the_change_is_a_difference_of_conductivities(dim, cutoff, omega):
    metal = cp.Metal(dim=dim, field=FIELD, scattering=SPINS)
    within, without = (
        cp.conductivity(one, loops=1, cutoff=cutoff, omega=omega).expr
        for one in (metal, metal.replace(field=None))
    )
    change = cp.magnetoconductivity(metal, cutoff=cutoff, omega=omega).expr
    values = {s.lookup(k): v for k, v in numbers(B=0.37, tau=0.01).items()}
    left, right = (sp.N(one.subs(values), 25) for one in (within - without, change))
    assert abs(left - right) < 1e-12 * abs(right)


def test_sums():
    metal = film(scattering=SPINS)
    change, whole = cp.magnetoconductivity(metal), cp.conductivity(metal, loops=1)
    drude = cp.conductivity(metal)
    together = drude + whole
    assert together.expr == drude.expr + whole.expr
    assert set(drude.assumptions) | set(whole.assumptions) == set(together.assumptions)
    assert (whole - change).expr == whole.expr - change.expr
    assert (change / drude).dimension.is_dimensionless
    with pytest.raises(cp.InputError, match="one and the same metal"):
        _ = change + cp.conductivity(metal.replace(field=None), loops=1)


@pytest.mark.parametrize("dim", [2, 3, sp.Rational(5, 2), s.d], ids=str)
def test_dimensions(dim):
    metal = cp.Metal(dim=dim, field=FIELD, scattering=SPINS)
    wanted = cp.conductivity(metal).dimension
    assert cp.magnetoconductivity(metal).dimension == wanted
    for cutoff in ("diffusive", "smooth"):
        assert cp.conductivity(metal, loops=1, cutoff=cutoff).dimension == wanted
    assert cp.magnetoconductivity(metal, omega=s.omega).dimension == wanted


VERIFIED = {
    "film": (film(scattering=[cp.SpinOrbit(), cp.Magnetic("xyz")]), {}),
    "film, smooth": (film(), {"cutoff": "smooth"}),
    "bulk, alternating": (bulk(scattering=[cp.Magnetic()]), {"omega": s.omega}),
    "bulk, smooth": (bulk(dephasing=None), {"cutoff": "smooth"}),
    "axes": (bulk(diffusion="xyz"), {}),
    "no dephasing, alternating": (film(dephasing=None), {"omega": s.omega}),
    "d": (cp.Metal(dim=s.d, field=FIELD), {}),
    "five dimensions": (cp.Metal(dim=5, field=FIELD), {}),
}


@pytest.mark.slow
@pytest.mark.parametrize(("metal", "options"), VERIFIED.values(), ids=VERIFIED)
def test_every_line_is_confirmed(metal, options):
    report = cp.magnetoconductivity(metal, **options).verify()
    assert report.confirmed, report
    assert {"Landau levels", "change by the field"} <= {line.step.rule for line in report.lines}


@pytest.mark.slow
@pytest.mark.parametrize("cutoff", ["time", "dimensional"])
def test_every_line_of_the_conductivity_is_confirmed(cutoff):
    report = cp.conductivity(bulk(), loops=1, cutoff=cutoff).verify()
    assert report.confirmed, report


# --- rules that are changed


def test_another_spacing_of_levels(monkeypatch):
    """2 e B in place of 4 e B: the curve at half the field, and the line that says so is not confirmed."""
    right = landau.landau_rate
    expected = cp.magnetoconductivity(film(scattering=SPINS)).expr.subs(s.B, s.B / 2)
    bulk_expected = cp.magnetoconductivity(bulk()).expr.subs(s.B, s.B / 2)
    monkeypatch.setattr(landau, "landau_rate", lambda diffusion=s.D, field=s.B: right(diffusion, field) / 2)
    assert sp.simplify(cp.magnetoconductivity(film(scattering=SPINS)).expr - expected) == 0
    wrong = cp.magnetoconductivity(bulk())
    assert sp.simplify(wrong.expr - bulk_expected) == 0
    assert {line.step.rule for line in wrong.verify().lines if not line.confirmed} == {"Landau levels"}


@pytest.mark.parametrize("metal", [film(), bulk()], ids=["film", "bulk"])
def test_a_wrong_sum_is_found_out(monkeypatch, metal):
    """Levels at n instead of n + 1/2 in the closed form alone."""
    right = landau._levels
    monkeypatch.setattr(landau, "_levels", lambda order, ratio: right(order, ratio - HALF))
    lines = cp.magnetoconductivity(metal).verify().lines
    assert {line.step.rule for line in lines if not line.confirmed} == {"change by the field"}


# --- what is refused, and what is warned of


@pytest.mark.parametrize("dim", [1, sp.Rational(3, 2), 4, 6, 7], ids=str)
def test_dimensions_without_levels_or_without_convergence(dim):
    metal = cp.Metal(dim=dim, field=FIELD)
    for derive in (cp.magnetoconductivity, lambda one: cp.conductivity(one, loops=1)):
        with pytest.raises((cp.InputError, cp.DivergenceError), match=f"{dim} dimensions"):
            derive(metal)


def test_a_smooth_cutoff_above_four_dimensions():
    with pytest.raises(cp.DivergenceError, match="fewer than four dimensions"):
        cp.magnetoconductivity(cp.Metal(dim=5, field=FIELD), cutoff="smooth")


@pytest.mark.parametrize(
    ("metal", "options", "said"),
    [
        (cp.Metal(dim=2), {}, "a metal with a field"),
        ("film", {}, "metal"),
        (film(), {"cutoff": "hard"}, "cutoff"),
        (film(), {"cutoff": "window"}, "window"),
        (film(), {"omega": 3.0}, "omega"),
        (film(), {"omega": -s.omega}, "omega"),
        (film(), {"omega": s.tau}, "omega"),
    ],
)
def test_nonsense(metal, options, said):
    with pytest.raises(cp.InputError, match=said):
        cp.magnetoconductivity(metal, **options)


@pytest.mark.parametrize("field", ["B", 1.0, cp.PerpendicularField, s.B])
def test_what_is_no_field(field):
    with pytest.raises(cp.InputError, match="field"):
        cp.Metal(dim=2, field=field)


def test_conductivity_refuses_two_ends_of_long_paths():
    with pytest.raises(cp.InputError, match="infrared"):
        cp.conductivity(film(), loops=1, infrared="L")
    with pytest.raises(cp.InputError, match="field"):
        cp.conductivity(film(), loops=1, route="return_probability", cutoff="time")


LEFT = {
    "B_e > B": {"B": 300.0},
    "tau_so, tau_s >> tau": {"tau_so": 1e-14, "B": 0.01},
}


@pytest.mark.parametrize("given", LEFT.values(), ids=LEFT)
def test_values_outside_of_the_assumptions_are_warned_of(given):
    function = cp.conductivity(film(scattering=SPINS), loops=1).lambdify("B", si=True)
    value = {"D": 1e-3, "tau": 1e-13, "tau_phi": 1e-11, "tau_so": 1e-11, "tau_s": 1e-11, "B": 0.01}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        function(value.pop("B"), **value)
    value = {"B": 0.01} | value | given
    with pytest.warns(cp.AssumptionWarning):
        function(value.pop("B"), **value)


def test_a_symbolic_dimension_says_where_it_holds():
    said = " ".join(a.statement for a in cp.magnetoconductivity(cp.Metal(dim=s.d, field=FIELD)).assumptions)
    assert "d >= 2" in said
    assert "d < 4" in said
