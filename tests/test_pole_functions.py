"""Sums of poles between leads and the thermal window, against mpmath with many digits."""

import mpmath
import numpy as np
import pytest
import sympy as sp

from cooperon.numerics.pole_kernels import langevin_fall, pole_pairs, pole_squares, thermal_window
from cooperon.numerics.source_kernels import shape_kernels
from cooperon.numerics.translate import array_function
from cooperon.symbolic.pole_functions import PolePairs, PoleSquares, ThermalWindow, imaginary_part

PLACES = [0.0, 1e-300, 1e-9, 1e-3, 0.3, 1.0, 3.9, 4.1, 9.8, 50.0, 1e4, 1e9]


def summed(term):
    """Add up terms of a whole number of poles, by Euler's and Maclaurin's formula."""
    with mpmath.workdps(30):
        return mpmath.nsum(lambda n: term((mpmath.pi * n) ** 2), [1, mpmath.inf], method="e")


@pytest.mark.parametrize("a", [0.0, 1e-9, 0.3, 3.9, 4.1, 50.0, 1e4])
def test_pairs_and_squares_of_poles(a):
    for w in PLACES:
        with mpmath.workdps(700):
            square = mpmath.mpc(a, -w)
            if not square:
                expected = mpmath.mpf(1) / 90, mpmath.mpf(1) / 90
            else:
                x = mpmath.sqrt(square)
                one = mpmath.im((x * mpmath.coth(x) - 1) / (2 * square)) / w if w else None
                other = mpmath.re((x * mpmath.coth(x) + (x * mpmath.csch(x)) ** 2 - 2) / (4 * square**2))
                expected = (other if one is None else one), other
        pair, fall = pole_pairs(a, w), pole_squares(a, w)
        assert float(abs(pair / expected[0] - 1)) < 1e-14
        assert float(abs(fall - expected[1])) < 1e-14 * float(expected[0])


@pytest.mark.parametrize(("a", "w"), [(0.0, 2.0), (1.5, 0.4), (30.0, 7.0)])
def test_the_functions_are_the_sums_that_they_stand_for(a, w):
    pairs = summed(lambda p: 1 / ((p + a) ** 2 + w**2))
    squares = summed(lambda p: ((p + a) ** 2 - w**2) / ((p + a) ** 2 + w**2) ** 2)
    assert float(sp.N(PolePairs(a, w), 20)) == pytest.approx(float(pairs), rel=1e-12)
    assert float(sp.N(PoleSquares(a, w), 20)) == pytest.approx(float(squares), rel=1e-12)
    assert float(imaginary_part(sp.Float(a), sp.Float(w)).evalf()) == pytest.approx(
        w * float(pairs), rel=1e-10
    )
    for kind in (PolePairs, PoleSquares):
        written = kind(sp.Rational(a), sp.Rational(w)).written_out()
        assert abs(sp.N(written - kind(sp.Rational(a), sp.Rational(w)), 30)) < 1e-25


def test_the_thermal_window_near_and_far():
    for u in [1e-300, 1e-8, 0.1, 1.0, 30.0, 700.0]:
        with mpmath.workdps(700):
            half = mpmath.mpf(u) / 2
            exact = (half * mpmath.coth(half) - 1) / (2 * mpmath.sinh(half) ** 2)
        assert thermal_window(u) == pytest.approx(float(exact), rel=1e-14)
    assert thermal_window([0.0, np.inf]).tolist() == pytest.approx([1 / 6, 0])
    assert float(sp.N(ThermalWindow(sp.Rational(1, 10**12)), 15)) == pytest.approx(1 / 6, rel=1e-14)


def test_the_slope_of_langevins_function():
    for x in [0.0, 1e-20, 0.3, 1.9, 2.1, 30.0, 1e5]:
        with mpmath.workdps(60):
            y = mpmath.mpf(x) if x > 1e-9 else mpmath.mpf("1e-9")
            exact = (y * mpmath.coth(y) + (y * mpmath.csch(y)) ** 2 - 2) / y**4
        assert langevin_fall(x) == pytest.approx(float(exact), rel=1e-14)


def test_the_slope_in_other_languages():
    from test_code_export import run

    kernel = shape_kernels()[1]
    for x in [1e-9, 0.5, 1.99, 2.01, 40.0]:
        assert run(kernel, x=x) == pytest.approx(float(langevin_fall(x)), rel=1e-13)


def test_poles_that_cancel_are_taken_out_beside_what_is_regular():
    x = sp.Symbol("x", positive=True)
    square = sp.coth(x) / (4 * x**3) + 1 / (4 * x**2 * sp.sinh(x) ** 2) - 1 / (2 * x**4)
    function = array_function(sp.Rational(1, 15) + 12 * square, (x,))
    assert function(1e-9) == pytest.approx(1 / 15 + 2 / 15, rel=1e-14)
    other = array_function((sp.coth(x) - 1 / x) / x + sp.sqrt(x), (x,))
    assert other(1e-20) == pytest.approx(1 / 3, rel=1e-9)
