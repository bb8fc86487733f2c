"""Hyperbolic functions that overflow or run into one, against mpmath."""

import mpmath
import numpy as np
import pytest
import sympy as sp

from cooperon.numerics.translate import array_function

X, Y = sp.symbols("x y", positive=True)
PLACES = [1e-8, 1e-3, 0.3, 1.0, 5.0, 30.0, 300.0]


@pytest.mark.parametrize(
    "expr",
    [
        sp.coth(X) - 1,
        3 * sp.coth(X) - 3,
        1 - sp.tanh(X),
        sp.coth(X) ** 2 - 1,
        Y - Y * sp.tanh(X) ** 2,
        sp.exp(2 * X) * (1 - sp.tanh(X)),
        sp.sinh(X) / (sp.cosh(X) - sp.cos(Y)),
        X / sp.sinh(X),
        sp.log(sp.sinh(X)),
    ],
    ids=str,
)
def test_nothing_is_lost(expr):
    symbols = tuple(sorted(expr.free_symbols, key=str))
    function = array_function(expr, symbols)
    exact = sp.lambdify(symbols, expr, "mpmath")
    for x in PLACES:
        numbers = (x, 0.7)[: len(symbols)]
        with mpmath.workdps(400):
            true = exact(*map(mpmath.mpf, numbers))
            # exp(2 x) alone has the rounding of its argument
            assert abs(function(*numbers) / true - 1) < 1e-15 * max(1, x)


def test_a_logarithm_of_what_overflows():
    function = array_function(sp.log(sp.sinh(X) / sp.cosh(Y)), (X, Y))
    assert function(np.array([2e4]), 5e3) == pytest.approx(1.5e4, rel=1e-15)
