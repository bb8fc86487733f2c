"""The ratio of Airy functions and Lambert's function, against mpmath."""

import mpmath
import numpy as np
import pytest
import sympy as sp

from cooperon.numerics.airy_kernels import airy_ratio, lambertw, lambertw_exp
from cooperon.numerics.evaluation import number
from cooperon.numerics.own_functions import OWN
from cooperon.numerics.source_kernels import noise_kernels
from cooperon.numerics.translate import translated
from cooperon.symbolic.airy import AiryRatio, airy_ratios
from cooperon.symbolic.digits import Digits

PLACES = np.concatenate([[0.0, 5e-324, 1.9999999999999998, 2.0], np.geomspace(1e-9, 1e6, 300)])
X = sp.Symbol("x", positive=True)


def true(x):
    with mpmath.workdps(30):
        place = mpmath.mpmathify(x)
        return mpmath.airyai(place) / mpmath.airyai(place, derivative=1)


def test_ratio():
    found = airy_ratio(PLACES)
    assert (
        max(abs(float(mpmath.mpf(a) / true(x) - 1)) for a, x in zip(found.tolist(), PLACES, strict=True))
        < 2e-15
    )
    assert airy_ratio(np.ones((2, 3))).shape == (2, 3)
    assert airy_ratio(1e300) == pytest.approx(-1e-150, rel=1e-15)
    assert airy_ratio(np.inf) == 0
    assert np.isnan(airy_ratio([-1.0, np.nan])).all()


def test_ratio_of_complex_places():
    z = np.geomspace(1e-3, 1e6, 40)[:, None] * np.exp(1j * np.linspace(-1.5, 1.5, 7))
    for place, value in zip(z.ravel().tolist(), airy_ratio(z).ravel().tolist(), strict=True):
        assert abs(mpmath.mpmathify(value) / true(place) - 1) < 2e-13


def test_lambert():
    places = np.geomspace(1e-12, 1e300, 300)
    for x, value in zip(places.tolist(), lambertw(places).tolist(), strict=True):
        with mpmath.workdps(30):
            assert abs(mpmath.mpf(value) / mpmath.lambertw(x).real - 1) < 1e-15
    assert lambertw([0.0]).tolist() == [0]
    assert np.isnan(lambertw(-1.0))


def run(kernel, x):
    values = {"x": x, "sqrt": np.sqrt, "log": np.log}
    for name, value in kernel.lines:
        if not isinstance(value, str):
            value = value.one if eval(value.condition, {}, values) else value.other  # noqa: PLW2901
        values[name] = eval(value, {}, values)
    return values["value"]


def test_source():
    ratio, lambert = noise_kernels()
    for x in (0.0, 0.3, 1.99, 2.0, 17.0, 1e6):
        assert run(ratio, x) == pytest.approx(float(true(x)), rel=2e-15)
    for x in (1e-200, 1e-9, 0.3, 0.6, 2.0, 1e3, 1e300):
        assert run(lambert, x) == pytest.approx(float(mpmath.lambertw(x).real), rel=2e-15)


def test_wherever_it_stands():
    ai, slope = sp.airyai(X), sp.airyaiprime(X)
    assert airy_ratios(3 * X * ai / slope) == 3 * X * AiryRatio(X)
    assert airy_ratios(1 + slope / ai) == 1 + 1 / AiryRatio(X)
    assert airy_ratios(ai * slope) == ai * slope
    assert airy_ratios(ai**2 / slope) == ai**2 / slope
    two = ai / slope * sp.airyai(2 * X) / sp.airyaiprime(2 * X)
    assert airy_ratios(two) == AiryRatio(X) * AiryRatio(2 * X)
    assert str(translated(ai / slope + sp.LambertW(X)).expr) == "airy_ratio(x) + lambertw(x)"


def test_derivatives():
    """Those of the functions that arrays have."""
    point = {X: sp.Rational(7, 5)}
    for function in (sp.airyai(X) / sp.airyaiprime(X), sp.LambertW(X)):
        ours = sp.diff(translated(function).expr, X)
        written = ours.replace(
            lambda node: type(node).__name__ in ("airy_ratio", "lambertw"),
            lambda node: {"airy_ratio": AiryRatio, "lambertw": sp.LambertW}[type(node).__name__](*node.args),
        )
        assert complex(sp.N(written.xreplace(point))) == pytest.approx(
            complex(sp.N(sp.diff(function, X).xreplace(point))), rel=1e-12
        )


def test_many_digits():
    """Far out both functions are smaller than what is taken for zero."""
    digits = Digits(40)
    for x in (3, 10**6):
        found = digits.value(2 * sp.airyai(X) / sp.airyaiprime(X), {X: digits.number(x)})
        with mpmath.workdps(30):
            assert abs(found / (2 * true(x)) - 1) < 1e-25
    assert float(digits.value(sp.airyai(X), {X: digits.number(1)})) == pytest.approx(float(mpmath.airyai(1)))
    assert float(digits.value(sp.LambertW(X), {X: digits.number(1)})) == pytest.approx(0.5671432904097838)


def test_integrals_to_infinity():
    """Ai is 0 where its exponent has thousands of digits: int Ai from 0 on is 1/3."""
    assert number(sp.Integral(sp.airyai(X), (X, 0, sp.oo)), {}).real == pytest.approx(1 / 3, rel=1e-11)
    slope = number(sp.Integral(sp.airyaiprime(X), (X, 0, sp.oo)), {}).real
    assert slope == pytest.approx(-float(mpmath.airyai(0)), rel=1e-11)


@pytest.mark.parametrize("exponent", [-5.0, 0.0, 250.0, 299.0, 301.0, 1000.0, 1e8])
def test_lambert_of_exponentials(exponent):
    """W(r exp(a)), where exp(a) overflows, too: against mpmath, which has no largest number."""
    for r in (2.0, 0.3 - 0.7j, -1e-4j):
        found = lambertw_exp(r, exponent).item()
        expected = complex(mpmath.lambertw(mpmath.mpmathify(r) * mpmath.exp(exponent)))
        assert found == pytest.approx(expected, rel=1e-14)
        assert np.iscomplexobj(found) == np.iscomplexobj(r)
    assert lambertw_exp(0.0, exponent) == 0


def test_lambert_of_exponentials_in_formulas():
    r, a = sp.symbols("r a", positive=True)
    place = -sp.I * r * sp.exp(a)
    assert str(translated(sp.LambertW(place)).expr) == "lambertw_exp(-I*r, a)"
    node = OWN["lambertw_exp"](r, a)
    for x, step in ((r, 2.0), (a, 1.0)):
        slope = sp.lambdify((r, a), node.diff(x), [{"lambertw_exp": lambertw_exp}])(2.0, 500.0)
        with mpmath.workdps(30):
            expected = mpmath.diff(
                lambda t, x=x: mpmath.lambertw((t if x == r else 2) * mpmath.exp(t if x == a else 500)),
                step if x == r else 500,
            )
        assert slope == pytest.approx(float(expected), rel=1e-12)
