"""Functions of arrays made of formulas: calls, shapes, errors, warnings, and their numbers."""

import inspect
import pickle
import warnings

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import constants, integrate

from cooperon.diagrams.errors import AssumptionWarning, InputError
from cooperon.numerics.lambdify import lambdify
from cooperon.numerics.translate import array_function
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dephasing import PowerLaw
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal

FILM = -(s.e**2) * sp.log(1 + s.tau_phi / s.tau) / (2 * sp.pi**2 * s.hbar)
ONES = {"e": 1.0, "hbar": 1.0}
CUTOFFS = ["diffusive", "mean_free_path", "time", "window"]


@pytest.fixture
def film():
    return lambdify(FILM, ["tau_phi", "tau"], conditions=[s.tau_phi > s.tau])


def test_arguments_by_position_and_by_keyword(film):
    assert film(20.0, 1.0, **ONES) == pytest.approx(-np.log(21) / (2 * np.pi**2), rel=1e-15)
    by_symbol = lambdify(FILM, [s.tau, s.tau_phi])
    assert by_symbol(1.0, 20.0, **ONES) == film(20.0, 1.0, **ONES)
    no_positions = lambdify(FILM, [])
    assert no_positions(tau=1.0, tau_phi=20.0, **ONES) == film(20.0, 1.0, **ONES)
    assert lambdify(FILM, "tau")(1.0, tau_phi=20.0, **ONES) == film(20.0, 1.0, **ONES)


@pytest.mark.parametrize(
    "number", [3, 3.0, np.float32(3), np.int64(3), np.array(3), sp.Integer(3), 3 * 10**30]
)
def test_a_number_gives_a_float(film, number):
    assert type(film(number, 1, **ONES)) is float


def test_arrays_give_arrays_of_the_common_shape(film):
    values = film([[2, 3, 4]], [[0.5], [1.0]], **ONES)
    assert values.shape == (2, 3)
    assert values.dtype == np.float64
    assert values[1, 2] == film(4, 1, **ONES)
    assert film(np.array([2, 3]), 1, **ONES).tolist() == film([2.0, 3.0], 1.0, **ONES).tolist()
    assert film([], 1.0, **ONES).shape == (0,)
    assert film(2.0, 1.0, e=[1.0, 2.0], hbar=1.0).shape == (2,)


def test_integers_are_taken_as_real_numbers():
    assert lambdify(s.tau**-2, ["tau"])(np.array([1, 2])).tolist() == [1.0, 0.25]


def test_an_argument_that_the_expression_lacks_takes_part_in_the_shape():
    f = lambdify(FILM, ["tau_phi", "tau", "T"], si=True)
    assert f(2.0, 1.0, [1.0, 2.0, 4.0]).shape == (3,)
    assert lambdify(sp.Integer(3), ["tau"])([1, 2]).tolist() == [3.0, 3.0]
    assert lambdify(sp.Integer(3), [])() == 3.0


def test_the_result_is_never_the_argument():
    given_array = np.array([1.0, 2.0])
    result = lambdify(s.tau, ["tau"])(given_array)
    result[0] = 7.0
    assert given_array[0] == 1.0


def test_a_complex_expression_gives_complex_numbers():
    f = lambdify(sp.log(1 - sp.I * s.omega * s.tau), ["omega"])
    assert f(2.0, tau=1.0) == pytest.approx(np.log(1 - 2j))
    assert type(f(2.0, tau=1.0)) is complex
    assert f([0.0, 1.0], tau=1.0).dtype == np.complex128


def test_si_fills_the_constants_and_a_keyword_overrides_them():
    f = lambdify(s.e * s.hbar * s.h * s.k_B, [], si=True)
    assert f() == pytest.approx(constants.e * constants.hbar * constants.h * constants.k, rel=1e-15)
    assert f(e=1.0) == pytest.approx(constants.hbar * constants.h * constants.k, rel=1e-15)
    assert lambdify(s.e * s.tau, ["e"], si=True)(2.0, tau=1.0) == 2.0


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["tau", "taupi"], ["'taupi'", "tau_phi", "k_F"]),
        (["tau", "tau"], ["tau more than once"]),
        (["tau", s.tau], ["tau more than once"]),
        ([sp.Symbol("tau")], ["argument tau"]),
        ([3], ["argument 3"]),
        ([None], ["None"]),
    ],
)
def test_names_that_are_refused(names, words):
    with pytest.raises(InputError) as caught:
        lambdify(FILM, names)
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize(
    ("args", "keywords", "words"),
    [
        ((2.0, 1.0), {}, ["no value of e, hbar", "si=True"]),
        ((2.0, 1.0), {"e": 1.0}, ["no value of hbar"]),
        ((2.0,), ONES, ["1 positional", "tau_phi, tau"]),
        ((2.0, 1.0, 1.0), ONES, ["3 positional"]),
        ((2.0, 1.0), {**ONES, "tua": 1.0}, ["'tua'"]),
        ((2.0, 1.0), {**ONES, "tau": 1.0}, ["by position and as keyword"]),
        ((2.0, "1.0"), ONES, ["tau = '1.0'", "real number"]),
        ((2.0, None), ONES, ["tau = None"]),
        ((2.0, 1j), ONES, ["tau = 1j"]),
        (([1.0, [2.0, 3.0]], 1.0), ONES, ["tau_phi = "]),
        ((["1.0", 2.0], 1.0), ONES, ["tau_phi = "]),
        (([1.0, 2.0], [1.0, 2.0, 3.0]), ONES, ["(2,)", "(3,)", "broadcast"]),
    ],
)
def test_calls_that_are_refused(film, args, keywords, words):
    with pytest.raises(InputError) as caught:
        film(*args, **keywords)
    assert all(word in str(caught.value) for word in words)


def test_a_symbol_of_the_library_that_the_formula_lacks_is_taken_as_keyword(film):
    assert film(2.0, 1.0, **ONES, D=3.0) == film(2.0, 1.0, **ONES)


@pytest.mark.parametrize(
    "expr",
    [
        s.tau + sp.Symbol("x"),
        s.tau + sp.Symbol("tau"),
        sp.Integral(s.tau**s.q, (s.q, 0, 1)),
        sp.Function("f")(s.tau),
        sp.besselj(0, s.tau),
        sp.hyper((2, 2), (3,), -s.tau),
        sp.zoo,
        sp.nan,
        "tau",
        1.0,
    ],
)
def test_expressions_that_are_refused(expr):
    with pytest.raises(InputError):
        lambdify(expr, ["tau"])


def test_values_outside_of_a_condition_warn_once_a_call(film):
    with pytest.warns(AssumptionWarning, match=r"tau_phi > tau does not hold at 2 of 4 values") as caught:
        values = film([0.5, 1.0, 2.0, 3.0], 1.0, **ONES)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert np.isfinite(values).all()


@pytest.mark.parametrize("bad", [-1.0, 0.0, np.nan])
def test_values_that_are_not_positive_warn(film, bad):
    with pytest.warns(AssumptionWarning, match=r"tau > 0 does not hold at 1 of 1 values, first at tau = "):
        film(2.0, bad, **ONES)


def test_a_masked_value_is_not_a_number(film):
    masked = np.ma.array([2.0, 3.0], mask=[False, True])
    with pytest.warns(AssumptionWarning, match="tau_phi > 0"):
        assert np.isnan(film(masked, 1.0, **ONES)[1])


def test_a_result_that_is_not_finite_warns(film):
    with pytest.warns(AssumptionWarning, match="finiteness of the result"):
        assert film(np.inf, 1.0, **ONES) == -np.inf


def test_checks_can_be_turned_off():
    f = lambdify(FILM, ["tau_phi", "tau"], conditions=[s.tau_phi > s.tau], checks=False)
    assert np.isnan(f([-3.0, 1.0], 1.0, **ONES)).tolist() == [True, False]


def test_conditions_on_symbols_that_are_not_given_are_left_out():
    f = lambdify(FILM, ["tau_phi", "tau"], conditions=[s.k_F * s.ell > 1], si=True)
    f(2.0, 1.0)
    f(2.0, 1.0, k_F=0.5)
    with pytest.warns(AssumptionWarning, match=r"ell\*k_F > 1"):
        f(2.0, 1.0, k_F=0.5, ell=1.0)


def test_what_may_be_switched_off_may_be_zero():
    assert lambdify(s.B * s.omega * s.q, ["B", "omega", "q"])(0.0, 0.0, 0.0) == 0.0
    with pytest.warns(AssumptionWarning, match="omega > 0"):
        lambdify(s.omega, ["omega"])(-1.0)


def test_formulas_are_even_in_the_field():
    assert lambdify(s.B**3, ["B"])([-2.0, 2.0]).tolist() == [8.0, 8.0]


def test_a_function_describes_itself(film):
    assert repr(film) == "NumericFunction(tau_phi, tau, *, e, hbar): " + str(FILM)
    assert "tau_phi : phase-coherence time (positional)" in film.__doc__
    assert "hbar : Planck constant over 2 pi (keyword)" in film.__doc__
    assert "Holds where tau_phi > tau." in film.__doc__
    assert str(inspect.signature(film)) == "(tau_phi, tau, /, *, e, hbar)"
    assert film.keywords == ("e", "hbar")


def test_functions_are_values(film):
    again = pickle.loads(pickle.dumps(film))
    assert again == film
    assert hash(again) == hash(film)
    assert again([2.0, 3.0], 1.0, **ONES).tolist() == film([2.0, 3.0], 1.0, **ONES).tolist()
    with pytest.raises(AttributeError):
        film.si = True


def test_common_subexpressions_are_computed_once():
    repeated = sp.sqrt(1 + s.tau_phi / s.tau)
    source = inspect.getsource(array_function(repeated + sp.atan(repeated), (s.tau, s.tau_phi)))
    assert source.count("tau_phi/tau") == 1


@pytest.mark.parametrize(
    "expr",
    [
        sp.uppergamma(1 - s.d / 2, s.tau / s.tau_phi),
        sp.expint(1, (s.tau / s.tau_phi) * (1 - sp.I * s.omega)),
        sp.expint(2, s.tau / s.tau_phi),
        sp.hyper((1, s.d / 2), (1 + s.d / 2,), -s.tau_phi / s.tau),
        sp.hyper((sp.Rational(5, 4), 1), (sp.Rational(9, 4),), -s.tau_phi / s.tau),
        sp.digamma(sp.Rational(1, 2) + s.tau_phi) - sp.log(s.tau_phi),
        sp.log(1 + s.tau / s.tau_phi) * sp.zeta(sp.Rational(1, 2)) + sp.EulerGamma + sp.Catalan,
        sp.coth(s.tau) * sp.cot(s.tau_phi) * sp.erfc(sp.sqrt(s.tau)) * sp.gamma(s.d) * sp.exp(-s.tau),
        sp.Piecewise((s.tau, s.tau < 1), (s.tau**2, True)),
    ],
)
def test_every_function_agrees_with_sympy(expr):
    point = {s.tau: 0.3, s.tau_phi: 2.0, s.d: 1.7, s.omega: 0.8}
    exact = complex(expr.xreplace({x: sp.Float(v, 40) for x, v in point.items()}).evalf(30))
    found = lambdify(expr, list(point))(*point.values())
    assert complex(found) == pytest.approx(exact, rel=2e-15)


@settings(max_examples=50, deadline=None)
@given(st.floats(1e-18, 1e-3))
def test_the_logarithm_of_nearly_one_keeps_its_digits(small):
    found = lambdify(sp.log(1 + s.tau / s.tau_phi), ["tau", "tau_phi"])(small, 1.0)
    assert found == pytest.approx(float(mpmath.log1p(small)), rel=1e-15)


@pytest.mark.parametrize("dim", [1, 2, 3, sp.Rational(5, 2)])
def test_a_derived_correction_is_the_return_probability_integrated_numerically(dim):
    f = conductivity(Metal(dim=dim), loops=1, cutoff="time").lambdify("tau_phi", "tau")
    half, tau, tau_phi, D = float(dim) / 2, 0.4, 3.0, 1.7

    def paths(x):
        return np.exp(x) * (4 * np.pi * D * np.exp(x)) ** -half * np.exp(-np.exp(x) / tau_phi)

    exact = -2 * D / np.pi * integrate.quad(paths, np.log(tau), np.log(60 * tau_phi), epsrel=1e-12)[0]
    # D is written in whichever symbols the formula contains, with v_F = 1.
    others = {"D": D, "k_F": 1.0, "m": np.sqrt(tau / (float(dim) * D)), "v_F": np.sqrt(D * float(dim) / tau)}
    given_values = {name: value for name, value in others.items() if name in f.keywords}
    assert f(tau_phi, tau, **ONES, **given_values) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_every_formula_is_smooth_across_integer_dimensions(cutoff):
    symbolic = conductivity(Metal(dim=s.d), loops=1, cutoff=cutoff).lambdify("d", "tau_phi", "tau", si=True)
    plane = conductivity(Metal(dim=2), loops=1, cutoff=cutoff).lambdify("d", "tau_phi", "tau", si=True)
    rest = dict.fromkeys(("D", "ell", "k_F", "m", "L_phi", "v_F", "nu"), 1.0)
    needed = {name: rest[name] for name in symbolic.keywords}
    needed_plane = {name: rest[name] for name in plane.keywords}
    assert symbolic(2 + 1e-7, 50.0, 1.0, **needed) == pytest.approx(
        plane(2.0, 50.0, 1.0, **needed_plane), rel=1e-5
    )


def test_formulas_hand_over_their_conditions():
    f = conductivity(Metal(dim=2), loops=1).lambdify("tau_phi", "tau")
    with pytest.warns(AssumptionWarning, match="tau_phi > tau"):
        f([0.5, 2.0], 1.0, **ONES)
    cold = conductivity(Metal(dim=2, dephasing=PowerLaw(1)), loops=1).lambdify("T", si=True)
    reference = {"T_0": 4.0, "tau_phi_0": 1e-11, "tau": 1e-13}
    rise = cold([1.0, np.e], **reference)
    assert rise[1] - rise[0] == pytest.approx(constants.e**2 / (2 * np.pi**2 * constants.hbar), rel=1e-2)
    with pytest.warns(AssumptionWarning, match="T_0"):
        cold([1.0, 1e4], **reference)


def test_admissible_numbers_never_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for cutoff in CUTOFFS:
            for dim in (1, 2, 3):
                f = conductivity(Metal(dim=dim), loops=1, cutoff=cutoff).lambdify("tau_phi", "tau", si=True)
                rest = dict.fromkeys(f.keywords, 1.0)
                assert (f(np.geomspace(1.5, 1e12, 40), 1.0, **rest) < 0).all()
