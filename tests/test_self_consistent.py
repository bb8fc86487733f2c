"""The self-consistent theory, against quadrature of its own equation, limits, and numbers of the literature."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

import cooperon as cp

S = cp.symbols
CUTOFFS = ("diffusive", "mean_free_path", "time", "smooth")
EDGE = float(np.sqrt(3 / np.pi))


def theory(dim, cutoff="mean_free_path", **more):
    return cp.self_consistent(cp.Metal(dim=dim, **more), cutoff=cutoff)


def integral(dim, cutoff, y):
    """J for coupling 1 in units D = tau = 1, by quadrature of the integral over q."""
    dim = mpmath.mpf(float(dim))
    measure = 2 / ((4 * mpmath.pi) ** (dim / 2) * mpmath.gamma(dim / 2))
    largest = {"diffusive": 1, "mean_free_path": 1 / mpmath.sqrt(dim)}.get(cutoff, mpmath.inf)

    def weight(q):
        return {
            "time": lambda: mpmath.exp(-(q**2 + y)),
            "smooth": lambda: 1 / (q**2 + y + 1),
        }.get(cutoff, lambda: 1)()

    def f(q):
        return q ** (dim - 1) * weight(q) / (q**2 + y)

    scale = mpmath.sqrt(abs(y))
    points = sorted({p for p in (0, scale, 1, largest) if p <= largest})
    if largest == mpmath.inf:  # the tail by q = 1/p
        far = points[-2]
        tail = mpmath.quad(lambda p: f(1 / p) / p**2, [0, 1 / far])
        return measure * (mpmath.quad(f, points[:-1]) + tail)
    return measure * mpmath.quad(f, points)


def coupling(dim, k_F_ell):
    """(D tau)**(1-d/2)/(pi hbar nu D) of a parabolic band, from its density of states."""
    sphere = 2 * np.pi ** (dim / 2) / float(mpmath.gamma(dim / 2))
    nu = sphere / (2 * np.pi) ** dim  # k_F = m = hbar = 1, so that ell = tau
    ell = k_F_ell
    return (ell**2 / dim) ** (1 - dim / 2) / (np.pi * nu * ell / dim)


@pytest.mark.parametrize("cutoff", CUTOFFS)
@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("omega", [1e-5, 0.03, 0.7])
def test_the_root_solves_the_equation_with_its_integral_done_by_quadrature(dim, cutoff, omega):
    for k_F_ell in (0.4, 1.0, 2.5):
        found = theory(dim, cutoff).ratio(omega, k_F_ell=k_F_ell)
        y = -1j * omega / found
        right = 1 - coupling(dim, k_F_ell) * complex(integral(dim, cutoff, mpmath.mpc(y)))
        assert found == pytest.approx(right, rel=1e-7, abs=1e-12)
        assert found.real > 0
        assert found.imag < 0


@pytest.mark.parametrize("cutoff", ["diffusive", "smooth"])
def test_fractional_dimensions_solve_the_equation_too(cutoff):
    found = theory(Fraction(5, 2), cutoff).ratio(0.05, k_F_ell=1.2)
    right = 1 - coupling(2.5, 1.2) * complex(integral(2.5, cutoff, mpmath.mpc(-0.05j / found)))
    assert found == pytest.approx(right, rel=1e-7)


@pytest.mark.parametrize("cutoff", CUTOFFS)
@pytest.mark.parametrize(("dim", "k_F_ell"), [(1, 0.7), (2, 0.9), (3, 0.6)])
def test_the_localization_length_makes_the_integral_one(dim, k_F_ell, cutoff):
    length = theory(dim, cutoff).length(k_F_ell=k_F_ell) * np.sqrt(dim)
    assert coupling(dim, k_F_ell) * integral(dim, cutoff, 1 / length**2) == pytest.approx(1, rel=1e-8)


def test_lengths_and_edge_of_the_literature():
    two = theory(2).localization_length.in_terms_of("k_F", "ell").expr
    assert sp.simplify(two - S.ell * sp.sqrt(sp.exp(sp.pi * S.k_F * S.ell) - 1)) == 0
    assert theory(3).mobility_edge.expr == sp.sqrt(3 / sp.pi)
    assert float(theory(3).mobility_edge.expr) == pytest.approx(0.977205023805839843, rel=1e-15)
    one = theory(1).localization_length.in_terms_of("k_F", "ell").expr
    assert sp.simplify(one - 2 * S.ell) == 0
    assert theory(3).exponent == 1
    assert theory(S.d).exponent == 1 / (S.d - 2)
    assert theory(Fraction(5, 2)).exponent == 2


def test_a_single_channel():
    """J = (x/pi) atan x with x = L_loc/ell, for any k_F ell: 2.608, which is 2 as the leading form."""
    found = theory(1).length(k_F_ell=[0.5, 7.0])
    assert found * np.arctan(found) == pytest.approx(np.pi, rel=1e-12)
    assert found == pytest.approx(2.608, rel=1e-3)


def test_the_insulators_conductivity_is_written_shortly():
    z = sp.exp(4 * sp.pi**2 * S.D * S.hbar * S.nu)
    two = theory(2, "diffusive").insulator_conductivity.expr
    dissipated = 8 * sp.pi**2 * S.D**2 * S.e**2 * S.hbar * S.nu**2 * S.omega**2 * S.tau**2 * (z - 1) * z
    assert two == dissipated - 2 * sp.I * S.D * S.e**2 * S.nu * S.omega * S.tau * (z - 1)
    three = theory(3, "smooth").insulator_conductivity.expr
    assert max(-x.exp for x in three.atoms(sp.Pow) if x.base.is_Add) == 5


@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_the_length_in_three_dimensions_diverges_with_the_exponent_one(cutoff):
    found = theory(3, cutoff)
    edge = float(found.mobility_edge.expr)
    distances = np.array([1e-3, 1e-4, 1e-5])
    lengths = found.length(k_F_ell=edge * (1 - distances))
    slopes = np.diff(np.log(lengths)) / np.diff(np.log(distances))
    assert slopes == pytest.approx(-1, abs=2e-3)
    if cutoff == "mean_free_path":
        assert lengths * distances == pytest.approx(np.pi / 4, rel=3e-3)
    assert np.isinf(found.length(k_F_ell=edge))
    assert np.isinf(found.length(k_F_ell=2 * edge))


@pytest.mark.parametrize("dim", [Fraction(9, 4), Fraction(5, 2)])
def test_the_exponent_of_other_dimensions_is_that_of_the_roots(dim):
    found = theory(dim)
    edge = float(found.mobility_edge.expr)
    assert edge == pytest.approx(float(theory(S.d).mobility_edge.expr.subs(S.d, sp.Rational(dim))))
    near = np.array([1e-3, 1e-4])
    lengths = found.length(k_F_ell=edge * (1 - near))
    slope = np.diff(np.log(lengths)) / np.diff(np.log(near))
    assert slope == pytest.approx(-float(found.exponent), rel=5e-3)


@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_at_the_edge_it_goes_with_the_third_root_of_the_frequency(cutoff):
    found = theory(3, cutoff)
    edge = float(found.mobility_edge.expr)
    omega = np.array([1e-15, 1e-13])
    ratio = found.ratio(omega, k_F_ell=edge)
    assert np.diff(np.log(np.abs(ratio))) / np.log(100) == pytest.approx(1 / 3, abs=1e-4)
    assert np.angle(ratio) == pytest.approx(-np.pi / 6, abs=1e-3)
    assert ratio == pytest.approx(_values(found.edge_conductivity, found, edge, omega), rel=1e-3)


def _values(formula, found, k_F_ell, omega):
    """sigma/sigma_0 of a formula, in units k_F = m = hbar = e = 1 and with frequencies in 1/tau."""
    numbers = {S.e: 1, S.hbar: 1, S.m: 1, S.k_F: 1, S.tau: k_F_ell}
    numbers = {x: sp.Float(value, 40) for x, value in numbers.items()}
    relations = {x: y for x, y in found.metal.relations.items() if x in (S.D, S.nu)}
    expr = (formula.expr / (2 * S.e**2 * S.nu * S.D)).xreplace(relations).xreplace(numbers)
    return np.array(
        [complex(sp.N(expr.subs(S.omega, sp.Float(w, 40) / k_F_ell), 20, maxn=400)) for w in omega]
    )


@pytest.mark.parametrize(
    ("dim", "k_F_ell", "rel"),
    [(1, 1.0, 3e-3), (2, 2.5, 2e-3), (3, 0.976, 2e-3), (3, 0.978, 2e-3), (3, 3.0, 2e-3)],
)
def test_closed_forms_are_the_roots_where_the_frequency_is_low(dim, k_F_ell, rel):
    found = theory(dim, "smooth" if dim == 1 else "mean_free_path")
    omega = np.array([1e-11, 1e-9])
    kwargs = {"coupling": 1e-3} if dim == 1 else {"k_F_ell": k_F_ell}
    if dim == 1:  # many channels
        metal = found.metal
        expr = found.conductivity.expr / (2 * S.e**2 * S.nu * S.D)
        numbers = {S.e: 1, S.hbar: 1, S.D: 1, S.tau: 1, S.nu: 1000 / np.pi}
        closed = np.array([complex(expr.xreplace({**numbers, S.omega: w})) for w in omega])
        assert metal.dim == 1
    else:
        closed = _values(found.conductivity, found, k_F_ell, omega)
    assert found.ratio(omega, **kwargs) == pytest.approx(closed, rel=rel)


@pytest.mark.parametrize(("dim", "k_F_ell", "rel"), [(2, 0.8, 1e-6), (3, 0.97, 3e-2)])
def test_an_insulator_absorbs_with_the_square_of_the_frequency(dim, k_F_ell, rel):
    found = theory(dim)
    omega = np.array([1e-12, 1e-10])
    ratio = found.ratio(omega, k_F_ell=k_F_ell)
    series = _values(found.insulator_conductivity, found, k_F_ell, omega)
    assert ratio.real == pytest.approx(series.real, rel=rel)
    assert ratio.imag == pytest.approx(series.imag, rel=rel)
    assert np.diff(np.log(ratio.real)) == pytest.approx(2 * np.log(100), rel=1e-6)


def test_at_rest_a_metal_keeps_what_interference_leaves_and_an_insulator_nothing():
    assert theory(3).ratio(0.0, k_F_ell=[0.5, EDGE, 2.0]) == pytest.approx([0, 0, 1 - (EDGE / 2) ** 2])
    assert theory(2).ratio(0, k_F_ell=5.0) == 0
    assert theory(1).ratio(0, coupling=0.01) == 0


def test_weak_disorder_is_weak_localization():
    """To first order in 1/(k_F ell) the theory is the engine's own correction at the same frequency."""
    omega, k_F_ell = 0.01, 1e4
    found = theory(2, "diffusive").ratio(omega, k_F_ell=k_F_ell)
    loop = cp.conductivity(cp.Metal(dim=2, dephasing=None), loops=1, omega=S.omega)
    numbers = {S.e: 1, S.hbar: 1, S.tau: 1, S.omega: omega}
    first = complex(loop.expr.xreplace(numbers)) * 2 * np.pi / k_F_ell  # sigma_0 = k_F ell/(2 pi)
    assert found - 1 == pytest.approx(first, rel=1e-3)


def test_arrays_are_broadcast_and_agree_with_single_values():
    found = theory(3)
    whole = found.ratio(np.array([0.0, 1e-3, 0.1])[:, None], k_F_ell=np.array([0.5, 1.5]))
    assert whole.shape == (3, 2)
    assert whole[1, 0] == pytest.approx(found.ratio(1e-3, k_F_ell=0.5), rel=1e-12)
    assert isinstance(found.ratio(1e-3, k_F_ell=0.5), complex)


@pytest.mark.slow
@pytest.mark.parametrize("cutoff", CUTOFFS)
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_roots_of_any_coupling(dim, cutoff):
    """y = -i omega tau D/D(omega) makes J one less than D(omega)/D, at the strongest disorder, too."""
    highest = 0.3 if cutoff == "time" else 30.0  # above 1/tau the sharp end of paths makes D(omega) swing
    omega, strength = np.meshgrid([1e-12, 1e-3, highest], [1e-8, 1.0, 1e3, 1e8])
    found = theory(dim, cutoff).ratio(omega, coupling=strength)
    for w, a, value in zip(omega.flat, strength.flat, found.flat, strict=True):
        y = mpmath.mpc(-1j * w) / mpmath.mpc(value)
        assert complex(a * _in_logarithm(dim, cutoff, y)) == pytest.approx(1 - value, rel=1e-7)
        assert value.real > 0
        assert value.imag < 0


def _in_logarithm(dim, cutoff, y):
    """J for coupling 1 by quadrature in ln q, which has room for any y."""
    measure = 2 / ((4 * mpmath.pi) ** (mpmath.mpf(dim) / 2) * mpmath.gamma(mpmath.mpf(dim) / 2))
    scale = mpmath.log(abs(y)) / 2
    end = {"diffusive": mpmath.mpf(0), "mean_free_path": -mpmath.log(dim) / 2, "time": mpmath.mpf(2)}
    last = end.get(cutoff, max(scale, 0) + 40)
    weight = {"time": lambda q: mpmath.exp(-(q**2 + y)), "smooth": lambda q: 1 / (q**2 + y + 1)}

    def f(u):
        q = mpmath.exp(u)
        return q**dim * weight.get(cutoff, lambda q: 1)(q) / (q**2 + y)

    points = {min(scale, 0) + x for x in (-40, -10)} | {scale + x for x in (-3, -1, 0, 1, 3)} | {-1, 0}
    return measure * mpmath.quad(f, [*sorted(p for p in points if p < last), last])


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_complex_frequencies(dim):
    """D(omega) has no singularity above the real axis: its values on a circle there average to the middle."""
    found = theory(dim)
    middle, radius = 0.02 + 0.05j, 0.04
    around = middle + radius * np.exp(2j * np.pi * np.arange(64) / 64)
    values = found.ratio(around, k_F_ell=0.9)
    assert values.mean() == pytest.approx(found.ratio(middle, k_F_ell=0.9), rel=1e-10)
    imaginary = found.ratio(0.03j, k_F_ell=0.9)
    assert imaginary.imag == pytest.approx(0, abs=1e-15)
    assert imaginary.real > 0
    mirrored = found.ratio([-0.1 + 0.01j, -0.1], k_F_ell=0.9)
    assert mirrored == pytest.approx(np.conj(found.ratio([0.1 + 0.01j, 0.1], k_F_ell=0.9)), rel=1e-12)


def test_a_root_that_is_not_found_is_said():
    with pytest.raises(cp.CooperonError, match="omega_tau below 1"):
        theory(3, "time").ratio([1e-3, 1e12], k_F_ell=1.0)


def test_extreme_numbers():
    found = theory(2)
    assert found.length(k_F_ell=1e3) == np.inf
    assert found.ratio(1e-9, k_F_ell=1e3) == pytest.approx(1, abs=0.05)
    assert np.isfinite(theory(3).ratio([1e-250, 1e-30, 1e6], k_F_ell=[EDGE, 0.3, 1.0])).all()
    assert theory(3).length(k_F_ell=1e-6) > 0


NAMES = {
    1: ("localization_length", "conductivity", "insulator_conductivity"),
    2: ("localization_length", "conductivity", "insulator_conductivity"),
    3: (
        "localization_length",
        "conductivity",
        "insulator_conductivity",
        "mobility_edge",
        "edge_conductivity",
    ),
    S.d: ("localization_length", "mobility_edge", "edge_conductivity"),
}


EQUATIONS = ("localization length", "mobility edge", "self-consistent equation")


@pytest.mark.parametrize(
    "cutoff", ["mean_free_path", *(pytest.param(one, marks=pytest.mark.slow) for one in ("time", "smooth"))]
)
@pytest.mark.parametrize(("dim", "name"), [(dim, name) for dim, names in NAMES.items() for name in names])
def test_every_formula_is_verified_and_has_its_dimension(dim, name, cutoff):
    formula = getattr(theory(dim, cutoff), name)
    assert formula.verify().confirmed, formula.verify()
    sigma = cp.conductivity(cp.Metal(dim=dim)).dimension
    expected = {"localization_length": "m", "mobility_edge": "1"}.get(name, str(sigma))
    assert str(formula.dimension) == expected
    solved = [step for step in formula.derivation if step.rule in EQUATIONS]
    assert solved
    assert all(step.lhs != step.rhs for step in solved)  # the root stands in the equation: not 1 = 1


def test_a_mistake_in_a_line_is_found():
    formula = theory(2).localization_length
    wrong = cp.Step("localization length", 2 * formula.derivation[-1].lhs, formula.derivation[-1].rhs, "")
    report = type(formula)(
        "wrong", formula.expr, formula.expr, formula.metal, (), formula.derivation + [wrong]
    ).verify()
    assert not report.lines[-1].confirmed


def test_spin_does_not_matter():
    assert theory(3, spin=0).mobility_edge.expr == theory(3).mobility_edge.expr
    assert theory(2, spin=0).localization_length.expr == theory(2).localization_length.expr


def test_a_sample_on_the_wrong_side_is_refused():
    length = theory(3).localization_length
    with pytest.raises(cp.AssumptionError, match="beyond the mobility edge"):
        length.evaluate(cp.Sample(dim=3, k_F=1e10, ell=1e-9))
    insulator = cp.Sample(dim=3, k_F=1e10, ell=0.97e-10, mass=1)
    assert length.evaluate(insulator).value == pytest.approx(
        theory(3).length(k_F_ell=0.97) * 0.97e-10, rel=2e-2
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: theory(3, "window"), "tau_phi"),
        (lambda: theory(3, "guess"), "one of"),
        (lambda: theory(4), "less than four"),
        (lambda: theory(2, field=cp.PerpendicularField()), "field"),
        (lambda: theory(2, scattering=[cp.SpinOrbit()]), "scattering"),
        (lambda: theory(2, scattering=[cp.Potential(harmonics=(S.w_1,))]), "isotropic"),
        (lambda: cp.self_consistent(2), "Metal"),
        (lambda: theory(Fraction(5, 2)).localization_length, "closed form"),
        (lambda: theory(Fraction(5, 2)).conductivity, "closed form"),
        (lambda: theory(S.d).ratio(0.1, k_F_ell=1.0), "a number"),
        (lambda: theory(3).ratio(0.1 - 0.1j, k_F_ell=1.0), "upper half plane"),
        (lambda: theory(3).ratio("0.1", k_F_ell=1.0), "finite real numbers"),
        (lambda: theory(3).ratio(np.inf, k_F_ell=1.0), "finite real numbers"),
        (lambda: theory(3).ratio(None, k_F_ell=1.0), "finite real numbers"),
        (lambda: theory(3).ratio([0.1, [0.2]], k_F_ell=1.0), "finite real numbers"),
        (lambda: theory(3).ratio(0.1, k_F_ell=1j), "positive"),
        (lambda: theory(3).ratio(0.1, k_F_ell=True), "positive"),
        (lambda: theory(3).ratio(0.1, coupling=-1.0), "positive"),
        (lambda: theory(3).ratio(0.1), "one of the two"),
        (lambda: theory(3).ratio(0.1, k_F_ell=1.0, coupling=1.0), "one of the two"),
        (lambda: theory(3).length(k_F_ell=0.0), "positive"),
        (lambda: theory(3).length(k_F_ell=np.nan), "positive"),
        (lambda: theory(3, "dimensional").mobility_edge, "short paths"),
    ],
)
def test_what_it_cannot_do_is_refused(make, message):
    with pytest.raises(cp.InputError, match=message):
        make()


@pytest.mark.parametrize("dim", [1, 2])
def test_there_is_no_edge_up_to_two_dimensions(dim):
    for name in ("mobility_edge", "exponent", "edge_conductivity"):
        with pytest.raises(cp.DivergenceError, match="all states are localized"):
            getattr(theory(dim), name)
    with pytest.raises(cp.DivergenceError):
        theory(2, "dimensional")


def test_what_is_cited():
    from cooperon.symbolic.references import cited

    keys = {one.key for one in cited(theory(3).mobility_edge)}
    assert {"Vollhardt1980", "Vollhardt1982", "Gorkov1979"} <= keys
    assert "Chakravarty1986" not in keys
    assert [one.key for one in cited(cp.thouless_energy(cp.Metal(dim=2)))] == ["Edwards1972", "Thouless1977"]
