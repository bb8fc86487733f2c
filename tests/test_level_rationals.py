"""Sums over levels as ratios of polynomials, against mpmath at many digits."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.numerics.level_rationals import NEAR, PIECES, far_ratio, near_ratio
from cooperon.numerics.level_rests import has_rationals, rest_of_real

ORDERS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 0.75)


def exact(s, x):
    with mpmath.workdps(50 + int(3 * abs(np.log10(x)))):
        x, order = mpmath.mpf(x), mpmath.mpf(s)
        if s == 1:
            return mpmath.log(x) - mpmath.digamma(x + 0.5)
        return mpmath.zeta(order, x + 0.5) - x ** (1 - order) / (order - 1)


def error(s, x, value):
    true = exact(s, x)
    return float(abs(mpmath.mpf(value) - true) / abs(true))


@pytest.mark.parametrize("s", ORDERS)
def test_fifteen_digits_from_zero_to_infinity(s):
    ends = np.array(PIECES)
    x = np.concatenate([np.geomspace(1e-12, 1e16, 40), np.linspace(0.01, 3, 60), ends, ends * (1 - 1e-15)])
    for place, value in zip(x, rest_of_real(s, x), strict=True):
        assert error(s, float(place), float(value)) < 3e-15


@pytest.mark.parametrize("piece", range(len(PIECES)))
@pytest.mark.parametrize("s", ORDERS)
def test_each_piece_holds_from_its_begin_to_infinity(s, piece):
    for x in PIECES[piece] * np.array([1.0, 1.3, 5.0, 1e3]):
        # a block whose least place is the piece's begin takes this piece for all of its places
        block = np.array([PIECES[piece], x])
        assert error(s, float(x), float(rest_of_real(s, block)[1])) < 3e-15


@pytest.mark.parametrize("s", ORDERS)
def test_nothing_cancels(s):
    for piece in range(len(PIECES)):
        ratio = far_ratio(s, piece)
        assert min(ratio.denominator) > 0
        assert max(ratio.numerator) < 0 or min(ratio.numerator) > 0
    powers = NEAR ** np.arange(len(near_ratio(s).denominator))
    terms = np.array(near_ratio(s).denominator) * powers
    assert np.abs(terms).sum() < 10 * abs(terms.sum())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ORDERS), st.lists(st.floats(-12, 15), min_size=1, max_size=12))
def test_blocks_of_any_places(s, exponents):
    x = 10.0 ** np.array(exponents)
    for place, value in zip(x, rest_of_real(s, x), strict=True):
        assert error(s, float(place), float(value)) < 3e-15


def test_at_zero_and_far_out():
    with np.errstate(divide="ignore"):
        assert rest_of_real(1.0, np.array([0.0])) == -np.inf
    assert rest_of_real(0.5, np.array([0.0])).item() == pytest.approx(float(mpmath.zeta(0.5, 0.5)), rel=1e-15)
    assert rest_of_real(1.0, np.array([1e200])).item() == 0.0


def test_which_orders_there_are():
    assert has_rationals(1.0)
    assert has_rationals(NEAR + 0.25)
    assert not has_rationals(1.01)
    assert not has_rationals(-0.5)
