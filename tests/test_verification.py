"""verify(): right pages are confirmed, wrong ones never."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

import cooperon as cp
from cooperon.numerics.verification import sample_point, verify
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.fast import AngularAverage, cosine

s = cp.symbols
METALS = [cp.Metal(dim=1), cp.Metal(dim=2), cp.Metal(dim=3), cp.Metal(dim=s.d)]


def formulas():
    yield cp.conductivity(cp.Metal(dim=3), loops=0, omega=s.omega)
    yield cp.conductivity(cp.Metal(dim=2), loops=1, omega=s.omega)
    yield cp.conductivity(cp.Metal(dim=3), loops=1, cutoff="mean_free_path")
    yield cp.conductivity(cp.Metal(dim=sp.Rational(5, 2)), loops=1, cutoff="dimensional")
    yield cp.conductivity(cp.Metal(dim=1), loops=1, cutoff="time", route="return_probability")
    yield cp.conductivity(cp.Metal(dim=2), loops=1, infrared="L")
    yield cp.conductivity(cp.Metal(dim=3, dephasing=cp.PowerLaw(2)), loops=1, cutoff="window")
    yield cp.backscattering(cp.Metal(dim=2))
    wire = cp.Metal(dim=1)
    yield cp.conductivity(wire, loops=1) / cp.conductivity(wire)


def pages():
    """Every step of every formula once, with its metal."""
    found = {}
    for formula in formulas():
        for step in formula.derivation:
            found.setdefault(step, formula.metal)
    return [pytest.param(step, metal, id=f"{i}-{step.rule}") for i, (step, metal) in enumerate(found.items())]


PAGES = pages()
PLAIN = [page for page in PAGES if not page.values[0].scaling]
APPROXIMATE = [page for page in PAGES if page.values[0].scaling]


def confirmed(step, metal):
    report = verify(Derivation((step,)), metal)
    assert len(report.lines) == 1
    return report.confirmed


def test_there_are_both_kinds_of_steps():
    assert len(PLAIN) > 20
    assert len(APPROXIMATE) >= 5


@pytest.mark.slow
@pytest.mark.parametrize(("step", "metal"), PAGES)
def test_right_steps_are_confirmed(step, metal):
    assert confirmed(step, metal)


def wrong_sides(rhs):
    """Twice the right-hand side, its negative, and a little more of it; anything but zero for a zero."""
    if rhs == 0:
        return (sp.S.One, s.tau)
    return (2 * rhs, -rhs, rhs * sp.Rational(1001, 1000))


@pytest.mark.slow
@pytest.mark.parametrize(("step", "metal"), PLAIN)
def test_wrong_factors_are_not_confirmed(step, metal):
    for rhs in wrong_sides(step.rhs):
        assert not confirmed(replace(step, rhs=rhs), metal)


@pytest.mark.slow
@pytest.mark.parametrize(("step", "metal"), APPROXIMATE)
def test_wrong_approximations_are_not_confirmed(step, metal):
    for rhs in (2 * step.rhs, -step.rhs, step.rhs * sp.Rational(101, 100)):
        assert not confirmed(replace(step, rhs=rhs), metal)


@pytest.mark.slow
@pytest.mark.parametrize(("step", "metal"), APPROXIMATE)
def test_an_order_that_is_claimed_must_be_kept(step, metal):
    assert not confirmed(replace(step, order=step.order + 3), metal)


@pytest.mark.slow
@pytest.mark.parametrize(("step", "metal"), [page for page in PAGES if page.values[0].rhs.has(sp.Pow)])
def test_wrong_exponents_are_not_confirmed(step, metal):
    """Each power of a symbol on the right-hand side, raised by one, in turn."""
    powers = sorted((x for x in step.rhs.atoms(sp.Pow) if x.base.is_Symbol), key=str)
    for power in powers[:2]:
        wrong = step.rhs.xreplace({power: power * power.base})
        if wrong != step.rhs:
            assert not confirmed(replace(step, rhs=wrong), metal)


def integral(function, lower, upper):
    return sp.Integral(function, (s.t, lower, upper))


HOPELESS = {
    "divergent at infinity": integral(1 / s.t, 1, sp.oo),
    "divergent at zero": integral(1 / s.t, 0, 1),
    "pole on the way": integral(1 / (s.t - sp.Rational(1, 2)), 0, 1),
    "nearly integrable": integral(s.t ** sp.Rational(-101, 100), 1, sp.oo),
    "divergent sum": sp.Sum(sp.Symbol("j"), (sp.Symbol("j"), 0, sp.oo)),
    "nan": sp.nan,
    "infinite": sp.oo,
    "complex infinity": sp.zoo,
    "an unknown function": sp.Function("f")(s.tau),
    "an unknown symbol": sp.Symbol("unknown"),
    "average that diverges": AngularAverage(1 / cosine**2, cosine, sp.Integer(2)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOPELESS)
def test_what_has_no_value_is_not_confirmed(name):
    """Not even against itself: equal pages without a number prove nothing."""
    side = HOPELESS[name]
    for lhs, rhs in ((side, side), (side, s.tau), (s.tau, side)):
        for scaling in ((), ((s.tau, 1),)):
            report = verify(Derivation((Step("hopeless", lhs, rhs, "", scaling, sp.S.One),)), cp.Metal())
            assert not report.confirmed
            assert report.lines[0].remark


def test_one_wrong_line_is_found_among_the_right_ones():
    formula = cp.conductivity(cp.Metal(dim=2), loops=0)
    steps = list(formula.derivation)
    steps[-1] = replace(steps[-1], rhs=3 * steps[-1].rhs)
    report = replace(formula, derivation=Derivation(tuple(steps))).verify()
    assert not report.confirmed
    assert [line.confirmed for line in report.lines] == [True] * (len(steps) - 1) + [False]
    assert report.lines[-1].index == len(steps)
    assert "NOT CONFIRMED" in str(report)
    assert f"{len(steps) - 1} of {len(steps)}" in str(report)


def test_a_report_without_lines_is_not_confirmed():
    assert not verify(Derivation(), cp.Metal()).confirmed
    assert not cp.Report(()).confirmed


def test_a_report_has_a_line_for_every_step():
    formula = cp.conductivity(cp.Metal(dim=3), loops=0)
    report = formula.verify()
    assert report.confirmed
    assert [line.step for line in report.lines] == list(formula.derivation)
    assert len(str(report).splitlines()) == len(formula.derivation) + 1


def test_a_difference_of_digits_is_seen():
    step = Step("rounded", s.tau * sp.pi, s.tau * sp.Rational(3141592654, 10**9), "")
    assert confirmed(step, cp.Metal())
    assert not confirmed(replace(step, rhs=s.tau * sp.Rational(3141593, 10**6)), cp.Metal())


def test_an_exact_identity_is_not_an_approximation_of_low_order():
    """1/(1 + q^2) is 1 - q^2 up to q^4, not up to q^6, and not equal."""
    lhs, rhs = 1 / (1 + s.q**2 * s.ell**2), 1 - s.q**2 * s.ell**2
    step = Step("expanded", lhs, rhs, "", ((s.q, 1),), sp.Integer(4))
    assert confirmed(step, cp.Metal())
    assert not confirmed(replace(step, order=sp.Integer(6)), cp.Metal())
    assert not confirmed(replace(step, scaling=()), cp.Metal())


def test_an_approximation_claims_an_order():
    step = Step("rough", s.tau, 2 * s.tau, "", ((s.tau, 1),))
    assert not confirmed(step, cp.Metal())
    assert not confirmed(replace(step, rhs=s.tau), cp.Metal())


@pytest.mark.parametrize(
    "metal", [*METALS, cp.Metal(dim=2, tau=2e-13, tau_phi=3e-12), cp.Metal(dephasing=None)], ids=str
)
def test_sample_points_obey_the_metal(metal):
    for seed in range(5):
        point = sample_point(metal, seed)
        assert set(point) >= {entry.symbol for entry in s.TABLE.values()}
        for symbol, value in (*metal.relations.items(), *metal.values.items()):
            assert float(point[symbol]) == pytest.approx(float(value.xreplace(point)), rel=1e-14)
        assert all(float(value) > 0 for symbol, value in point.items() if symbol != cosine)
        assert point[s.tau_phi] > point[s.tau]
        assert point[s.k_F] * point[s.ell] > 1 or metal.values


@pytest.mark.parametrize("seed", range(5))
def test_sample_points_of_metals_with_spins_fields_and_shapes(seed):
    """Spins scatter rarely, fields are those of their times, values that were put in stay."""
    mechanisms = [cp.Potential(), cp.SpinOrbit("xyz"), cp.Magnetic("xyz")]
    metal = cp.Metal(dim=3, scattering=mechanisms, geometry=cp.Film(thickness=0.125))
    point = sample_point(metal, seed)
    assert sum(vertex.rate.xreplace(point) for vertex in metal.vertices[1:]) < 1 / point[s.tau]
    assert float(point[s.thickness]) == 0.125
    for field, time in {s.B_phi: s.tau_phi, s.B_so: s.tau_so, s.B_s: s.tau_s, s.B_e: s.tau}.items():
        expected = point[s.hbar] / (4 * point[s.e] * point[s.D] * point[time])
        assert float(point[field]) == pytest.approx(float(expected), rel=1e-14)
    assert 0.01 < point[s.B] / point[s.B_phi] < 100
    assert 0.1 < point[s.width] / point[s.L_phi] < 10


def test_sample_points_are_reproducible_and_different():
    assert sample_point(cp.Metal(), 3) == sample_point(cp.Metal(), 3)
    assert sample_point(cp.Metal(), 3) != sample_point(cp.Metal(), 4)


def test_an_error_without_words_is_named(monkeypatch):
    def fails(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("cooperon.numerics.verification.entries", fails)
    report = verify(
        Derivation((Step("power", s.tau**7, s.tau**7, "a line not looked at before"),)), cp.Metal()
    )
    assert {line.remark for line in report.lines} == {"could not be evaluated (ZeroDivisionError)"}


def test_matrices_are_compared_entry_by_entry():
    metal = cp.Metal()
    turn = sp.ImmutableDenseMatrix([[0, 1], [1, 0]])

    def confirmed(rhs):
        return verify(Derivation((Step("product", sp.MatMul(s.tau, turn, turn), rhs, ""),)), metal).confirmed

    assert confirmed(s.tau * sp.eye(2))
    assert not confirmed(s.tau * sp.ImmutableDenseMatrix([[1, 0], [0, 1 + sp.Rational(1, 10**6)]]))
    assert not confirmed(s.tau * sp.ImmutableDenseMatrix([[1, sp.Rational(1, 10**6)], [0, 1]]))
    assert not confirmed(s.tau * sp.eye(3))
    assert not confirmed(s.tau)


def test_times_of_spins_are_long_and_fields_are_weak():
    for metal in (cp.Metal(dim=2), cp.Metal(dim=3, scattering=[cp.Potential(harmonics=(s.w_1,))])):
        for seed in range(4):
            point = sample_point(metal, seed)
            assert all(
                point[s.lookup(f"tau_{kind}{axis}")] > 5 * point[s.tau]
                for kind in ("so", "s")
                for axis in ("", "_x", "_y", "_z")
            )
            assert 4 * point[s.e] * point[s.B] * point[s.D] * point[s.tau] < point[s.hbar]
