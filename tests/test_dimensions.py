"""Physical dimensions: the laws of exponents, and what happens to numbers in other units."""

import dataclasses
import math
import operator
from functools import reduce

import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cooperon.diagrams.errors import UnitError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dephasing import PowerLaw
from cooperon.symbolic.dimensions import DIMENSIONLESS, Dimension, dimension_of
from cooperon.symbolic.metal import Metal

TABLE = s.dimensions()
BASES = ("mass", "length", "time", "current", "temperature")
CONDUCTANCE = Dimension(mass=-1, length=-2, time=3, current=2)

exponents = st.one_of(st.integers(-4, 4), st.fractions(-2, 2, max_denominator=4), st.just(s.d))
dimensions = st.builds(Dimension, *[exponents] * 5)


def of(expr):
    return dimension_of(sp.sympify(expr), TABLE)


def numbers(units=(1.0,) * 5):
    """A value for every symbol, measured in other units: each multiplied by its unit to the dimension."""
    values = {}
    for i, (symbol, dimension) in enumerate(TABLE.items()):
        unit = math.prod(
            u ** float(e.xreplace({s.d: sp.Integer(3)}))
            for u, e in zip(units, dimension.exponents, strict=True)
        )
        values[symbol] = sp.Float((1.3 + 0.37 * i) * unit, 30)
    return values | {s.d: sp.Integer(3), s.p: sp.Rational(3, 2)}


def scales(expr, units):
    """By how much the number of an expression changes in other units."""
    return complex(expr.xreplace(numbers(units)) / expr.xreplace(numbers())).real


def expected_scale(dimension, units):
    powers = dimension.subs({s.d: sp.Integer(3), s.p: sp.Rational(3, 2)}).exponents
    return math.prod(u ** float(e) for u, e in zip(units, powers, strict=True))


UNITS = [(2.0, 3.0, 0.7, 1.9, 0.4), (1.1, 0.6, 5.0, 0.8, 2.5)]


# --- Exponents


@given(a=dimensions, b=dimensions, c=dimensions)
@settings(max_examples=60, deadline=None)
def test_dimensions_multiply_as_exponents_add(a, b, c):
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a * DIMENSIONLESS == a
    assert (a / a).is_dimensionless
    assert (a / b) * b == a
    assert [x - y for x, y in zip((a * b).exponents, b.exponents, strict=True)] == list(a.exponents)
    assert hash(a * b) == hash(b * a)


@given(a=dimensions, b=dimensions, power=exponents)
@settings(max_examples=60, deadline=None)
def test_dimensions_raised_to_a_power(a, b, power):
    assert (a * b) ** power == a**power * b**power
    assert a**3 == a * a * a
    assert a**0 == DIMENSIONLESS
    assert (a**2) ** sp.Rational(1, 2) == a


def test_exponents_are_brought_to_one_form():
    assert Dimension(length=(s.d - 1) * 2) == Dimension(length=2 * s.d - 2)
    assert Dimension(length=s.d - s.d).is_dimensionless
    assert Dimension(length=s.d).subs({s.d: 2}) == Dimension(length=2)
    assert Dimension(1, 2, 3, 4, 5).exponents == (1, 2, 3, 4, 5)
    assert Dimension(time=1) != Dimension(length=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Dimension(time=1).time = 2


@pytest.mark.parametrize(
    ("dimension", "text"),
    [
        (DIMENSIONLESS, "1"),
        (CONDUCTANCE, "kg^-1 m^-2 s^3 A^2"),
        (Dimension(length=2 - s.d, temperature=1), "m^(2 - d) K"),
        (Dimension(length=sp.Rational(1, 2)), "m^(1/2)"),
    ],
)
def test_dimensions_as_text(dimension, text):
    assert str(dimension) == text


# --- Expressions


@pytest.mark.parametrize(
    ("expr", "dimension"),
    [
        (s.e**2 / s.hbar, CONDUCTANCE),
        (2 * s.e**2 * s.nu * s.D, CONDUCTANCE * Dimension(length=2 - s.d)),
        (s.e**2 / s.h * sp.log(s.tau_phi / s.tau), CONDUCTANCE),
        (s.e**2 / s.hbar * (sp.log(s.tau_phi) - sp.log(s.tau)), CONDUCTANCE),
        (sp.expand(s.e**2 / s.hbar * (sp.log(s.tau_phi) - sp.log(s.tau))), CONDUCTANCE),
        (sp.expand(s.e**2 / s.hbar * (3 + sp.log(s.L_phi) * 2 - 2 * sp.log(s.ell))), CONDUCTANCE),
        (sp.log(s.D) + sp.log(s.tau) - 2 * sp.log(s.ell), DIMENSIONLESS),
        (sp.expand(s.ell * s.p * (sp.log(s.T) - sp.log(s.T_0))), Dimension(length=1)),
        (sp.sqrt(s.D * s.tau_phi) + s.L_phi - 3 * s.ell, Dimension(length=1)),
        (s.tau_phi_0 * (s.T_0 / s.T) ** s.p, Dimension(time=1)),
        (s.k_F**s.d + s.n, Dimension(length=-s.d)),
        (s.L_phi ** (2 - s.d), Dimension(length=2 - s.d)),
        (s.D * sp.exp(-s.t / s.tau_phi), Dimension(length=2, time=-1)),
        (s.ell * sp.expint(1, s.tau / s.tau_phi), Dimension(length=1)),
        (s.tau * sp.uppergamma(1 - s.d / 2, s.tau / s.tau_phi), Dimension(time=1)),
        (s.hbar * s.omega + s.k_B * s.T + s.xi, Dimension(mass=1, length=2, time=-2)),
        (s.hbar / (s.e * s.L_phi**2) - 3 * s.B, Dimension(mass=1, time=-2, current=-1)),
        (sp.Abs(s.omega - sp.I / s.tau), Dimension(time=-1)),
        (sp.re(1 / (s.omega - sp.I / s.tau)) + s.tau, Dimension(time=1)),
        (sp.Max(s.tau, s.tau_phi), Dimension(time=1)),
        (sp.Min(s.L_phi, s.ell) * s.k_F, DIMENSIONLESS),
        (sp.Piecewise((s.ell, s.d > 2), (s.L_phi, True)), Dimension(length=1)),
        (s.v_F * s.tau / s.ell, DIMENSIONLESS),
        (sp.Integer(3), DIMENSIONLESS),
        (sp.S.Zero, DIMENSIONLESS),
        (sp.oo, DIMENSIONLESS),
        (sp.Symbol("unknown"), DIMENSIONLESS),
    ],
)
def test_dimension_of(expr, dimension):
    assert of(expr) == dimension
    if expr.free_symbols and not expr.has(sp.Piecewise, sp.Symbol("unknown")):
        for units in UNITS:
            assert math.isclose(scales(expr, units), expected_scale(dimension, units), rel_tol=1e-9)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_numbers_change_with_the_units_as_the_dimension_says(data):
    """Any product of powers, times a function of something without dimension, and sums of such."""
    symbols = st.sampled_from(sorted(set(TABLE) - {s.d, s.p}, key=str))
    powers = st.sampled_from([-2, -1, sp.Rational(1, 2), 1, 3, s.d / 2])
    monomials = st.lists(st.tuples(symbols, powers), min_size=1, max_size=5)
    factor = reduce(operator.mul, (symbol**power for symbol, power in data.draw(monomials)))
    ratio = data.draw(st.sampled_from([s.tau / s.tau_phi, s.k_F * s.ell, s.D * s.tau / s.L**2]))
    expr = factor * sp.log(1 + ratio) + data.draw(st.integers(1, 5)) * factor * sp.exp(-ratio)
    found = of(expr)
    assert found == of(factor)
    for units in UNITS:
        assert math.isclose(scales(expr, units), expected_scale(found, units), rel_tol=1e-9)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_sum_stands_exactly_when_its_terms_scale_alike(data):
    symbols = st.sampled_from(sorted(set(TABLE) - {s.d, s.p}, key=str))
    one, other = (
        reduce(
            operator.mul,
            (
                x**k
                for x, k in data.draw(st.lists(st.tuples(symbols, st.sampled_from([-1, 1, 2])), max_size=3))
            ),
            sp.S.One,
        )
        for _ in range(2)
    )
    assume((one + other).is_Add)
    alike = all(math.isclose(scales(one, units), scales(other, units), rel_tol=1e-9) for units in UNITS)
    if alike:
        assert of(one + other) == of(one)
    else:
        with pytest.raises(UnitError):
            of(one + other)


@pytest.mark.parametrize("dim", [1, 2, 3, sp.Rational(5, 2), s.d])
@pytest.mark.parametrize("dephasing", [None, PowerLaw(), PowerLaw(3)])
def test_the_relations_of_a_metal_are_consistent(dim, dephasing):
    metal = Metal(dim=dim) if dephasing is None else Metal(dim=dim, dephasing=dephasing)
    assert {s.h, s.v_F, s.ell, s.D, s.nu, s.n, s.L_phi} <= set(metal.relations)
    for symbol, value in metal.relations.items():
        assert of(value).subs({s.d: metal.dim}) == s.dimension(symbol).subs({s.d: metal.dim})


# --- What is refused


@pytest.mark.parametrize(
    "expr",
    [
        s.tau + s.ell,
        s.tau + 1,
        s.tau**2 - s.tau,
        s.k_F**3 + s.n,
        s.e**2 / s.hbar + s.e**2 / s.hbar * s.tau,
        s.D * (s.q**2 + 1 / s.D),
    ],
)
def test_terms_of_different_dimension(expr):
    with pytest.raises(UnitError, match=r"a sum of .* and ") as caught:
        of(expr)
    assert caught.value.expected == "terms of the same physical dimension"
    assert caught.value.hint


def test_the_terms_are_shown_with_their_dimensions():
    with pytest.raises(UnitError) as caught:
        of(s.tau + s.ell)
    assert sorted(caught.value.given.removeprefix("a sum of ").split(" and ")) == ["ell [m]", "tau [s]"]


@pytest.mark.parametrize(
    "expr",
    [
        sp.exp(s.tau),
        sp.cos(s.omega),
        sp.log(s.tau),
        s.ell * sp.log(s.tau_phi),
        2**s.tau,
        s.ell**s.omega,
        sp.expint(1, s.tau),
        sp.uppergamma(s.tau, 1),
        sp.log(s.tau) ** 2 - sp.log(s.tau_phi) ** 2,
        sp.erfc(sp.sqrt(s.tau)),
    ],
)
def test_functions_and_exponents_of_what_has_a_dimension(expr):
    with pytest.raises(UnitError, match=r"measured in .* as an argument or exponent"):
        of(expr)


@pytest.mark.parametrize(
    "expr",
    [
        2 * sp.log(s.tau) - sp.log(s.tau_phi),
        sp.log(s.tau) + sp.log(s.tau_phi),
        sp.log(s.tau) - sp.log(s.ell),
        1 + sp.log(s.tau),
        sp.expand(s.e**2 / s.hbar * (2 * sp.log(s.tau_phi) - sp.log(s.tau))),
    ],
)
def test_logarithms_that_do_not_combine(expr):
    with pytest.raises(UnitError, match=r"logarithms .* of what has a dimension") as caught:
        of(expr)
    assert caught.value.expected == "logarithms that combine to one of a ratio"


@pytest.mark.parametrize(
    "expr",
    [
        sp.Max(s.tau, s.ell),
        sp.Piecewise((s.tau, s.d > 2), (s.ell, True)),
        sp.Abs(s.tau + s.ell),
        s.hbar * (s.tau + s.ell),
        (s.tau + s.ell) ** 2,
        sp.exp(s.tau + s.ell),
    ],
)
def test_errors_deep_inside(expr):
    with pytest.raises(UnitError, match=r"tau|ell"):
        of(expr)
