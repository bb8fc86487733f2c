"""What a sum over levels has beyond its integral, as arithmetic on arrays.

The bare ways of :mod:`cooperon.numerics.field_kernels`, which chooses where they hold::

    h(s, x) = sum over n of [(n + 1/2 + x)**(-s) - int from n + x to n + 1 + x of t**(-s) dt]

Every bracket is a series of terms of one sign, and so is the rest of the sum, by the Euler-Maclaurin
formula at midpoints: nothing is subtracted. For real x and one order s there are ratios of polynomials
(:mod:`cooperon.numerics.level_rests`), which are quicker.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np

from cooperon.numerics.incomplete_gamma import Values
from cooperon.numerics.incomplete_gamma import power as raised
from cooperon.numerics.level_rests import has_rationals, rest_of_real

__all__ = ["FAR", "Order", "chosen", "far_series", "midpoint_coefficients", "rest"]

Order = Values | float
"""An order for every place, or one for all."""

FAR = 10.0
"""From this modulus on the sum is its Euler-Maclaurin series; below, brackets are taken out of it."""
_FAR_TERMS = ((FAR, 15), (20.0, 10), (60.0, 7), (1e3, 5), (1e5, 3))
"""From each modulus on, terms that reach double precision."""
_NEAR = 0.8
"""A bracket whose midpoint is closer to zero is written out; the series of the others converges."""
_SMALLEST_TERM = 1e-18
_MANY = 1000
"""From this number of places on it pays to look for ratios of an order that is no half-integer."""


def chosen(s: Order, part: Values) -> Order:
    """Return the orders of some places.

    Examples
    --------
    >>> chosen(0.5, np.array([True])), chosen(np.array([1.0, 2.0]), np.array([False, True])).tolist()
    (0.5, [2.0])
    """
    return s[part] if isinstance(s, np.ndarray) else s


def rest(s: Order, x: Values) -> Values:
    """h(s, x) for a flat array of finite places with Re x >= 0.

    Examples
    --------
    >>> print(f"{rest(1.0, np.array([1.0])).item():.14f}")
    -0.03648997397858
    """
    if isinstance(s, float) and not np.iscomplexobj(x) and _pays(s, x.size):
        return rest_of_real(s, x)
    near = np.abs(x) < FAR
    result = np.empty_like(x)
    result[~near] = far_series(chosen(s, ~near), x[~near])
    result[near] = _brackets_and_far(chosen(s, near), x[near])
    return result


def _pays(s: float, places: int) -> bool:
    """Say whether ratios are taken: always for orders that come again, else from some places on."""
    return has_rationals(s) and (2 * s == int(2 * s) or places > _MANY)


@cache
def midpoint_coefficients() -> tuple[float, ...]:
    """B_2k(1/2)/(2k)! for k = 1, 2, ..."""
    import sympy as sp

    orders = range(2, 2 * _FAR_TERMS[0][1] + 1, 2)
    return tuple(float((sp.Integer(2) ** (1 - k) - 1) * sp.bernoulli(k) / sp.factorial(k)) for k in orders)


def far_series(s: Order, x: Values, power: Order = 0.0) -> Values:
    """Euler-Maclaurin at midpoints: x**power sum_k B_2k(1/2)/(2k)! (s)_(2k-1) x**(1-s-2k), abs(x) >= FAR.

    Examples
    --------
    >>> bool(abs(far_series(1.0, np.array([1e9]), 2.0) * 24 + 1) < 1e-15)
    True
    """
    modulus, result = np.abs(x), np.empty_like(x)
    for (lower, terms), (upper, _) in pairwise((*_FAR_TERMS, (np.inf, 0))):
        part = (modulus >= lower) & (modulus < upper)
        if part.any():
            order, place = chosen(s, part), x[part]
            result[part] = _far_sum(order, place, terms) * raised(place, chosen(power, part) - order - 1)
    return result


def _far_sum(s: Order, x: Values, terms: int) -> Values:
    """Horner's rule in 1/x**2."""
    rising, weights = s, []
    for k, coefficient in enumerate(midpoint_coefficients()[:terms], 1):
        weights.append(coefficient * rising)
        rising = rising * (s + 2 * k - 1) * (s + 2 * k)
    inverse_square = (1 / x) ** 2
    total = weights.pop() + np.zeros_like(x)
    while weights:
        total = total * inverse_square + weights.pop()
    return np.asarray(total)


def _brackets_and_far(s: Order, x: Values) -> Values:
    """Take brackets out of the sum until the real part is large."""
    steps = np.ceil(FAR - x.real)
    total = far_series(s, x + steps)
    for step in range(int(steps.max(initial=0)) - 1, -1, -1):
        part = step < steps
        total[part] += _bracket(chosen(s, part), x[part] + step)
    return total


def _bracket(s: Order, x: Values) -> Values:
    """(x + 1/2)**(-s) - int from x to x + 1 of t**(-s) dt."""
    middle = x + 0.5
    near = np.abs(middle) < _NEAR
    result = np.empty_like(x)
    result[near] = middle[near] ** -chosen(s, near) - _integral(chosen(s, near), x[near])
    result[~near] = _bracket_series(chosen(s, ~near), middle[~near])
    return result


def _bracket_series(s: Order, middle: Values) -> Values:
    """-m**(-s) sum_k (s)_2k/(2k+1)! (2m)**(-2k)."""
    if middle.size == 0:
        return middle
    square = (0.5 / middle) ** 2
    largest = float(np.max(np.abs(square)))
    term, total = np.ones_like(middle), np.zeros_like(middle)
    for k in range(1, 6 + int(math.log(_SMALLEST_TERM) / math.log(max(largest, 1e-3)))):
        term = term * square * ((s + 2 * k - 2) * (s + 2 * k - 1) / (2 * k * (2 * k + 1)))
        total = total + term
    return np.asarray(-total * middle**-s)


def _integral(s: Order, x: Values) -> Values:
    """Integral of t**(-s) from x to x + 1, through expm1: it is a logarithm at s = 1."""
    from scipy import special

    upper, lower = special.log1p(x), np.log(x)
    at_one = np.equal(s, 1)
    slope = np.where(at_one, 1.0, 1 - s)
    powers = (special.expm1(slope * upper) - special.expm1(slope * lower)) / slope
    regular = np.where(at_one, upper - lower, powers)
    at_zero = np.where(np.less(s, 1), 1 / slope, np.inf)
    return np.where(x == 0, at_zero, regular)
