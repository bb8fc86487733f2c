"""Incomplete gamma functions of any real order in the right half plane, as arithmetic on arrays.

The bare ways of :mod:`cooperon.numerics.kernels`, which chooses where they hold. Gamma(s, x) and
E_n(x) are the same function, Gamma(s, x) = x**s E_{1-s}(x): the exponential integral is computed
where n >= 1/2 and the gamma function where s > 1/2, for there their recurrences are stable.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["ON_THE_INTEGER", "REACH", "Values", "expint", "log_gamma_1p", "power", "upper_gamma"]

Values = npt.NDArray[Any]

# An order this close to an integer is the integer: the difference is below the last digit.
ON_THE_INTEGER = 1e-25
# Below this modulus power series are summed, above it their counterparts at infinity.
REACH = 1.0
_SERIES_TERMS = 20
# From each modulus on, terms of the continued fraction that reach double precision for real x;
# twice as many do for any x with Re x >= 0.
_FRACTION_TERMS = ((REACH, 95), (2.0, 52), (4.0, 32), (10.0, 16), (40.0, 8))
_LOG_GAMMA_TERMS = 28


def power(x: Values, exponent: Values | float) -> Values:
    """Return x**exponent; in polar form, where numpy's complex power loses digits at large abs(log x)."""
    if not np.iscomplexobj(x):
        return np.asarray(x**exponent)
    return np.asarray(np.abs(x) ** exponent * np.exp(1j * exponent * np.angle(x)))


def upper_gamma(s: Values, x: Values) -> Values:
    """Gamma(s, x) for flat arrays of one length."""
    low = s <= 0.5
    result = np.empty_like(x)
    result[low] = power(x[low], s[low]) * _expint_of_high_order(1 - s[low], x[low])
    result[~low] = _upper_gamma_of_high_order(s[~low], x[~low])
    return _with_limit_at_zero(result, x, s, _gamma(s))


def expint(order: Values, x: Values) -> Values:
    """E_n(x) for flat arrays of one length."""
    high = order >= 0.5
    result = np.empty_like(x)
    result[high] = _expint_of_high_order(order[high], x[high])
    # Not x**(order - 1): at small x the rounding of order - 1 would show.
    inverse_power = power(x[~high], order[~high]) / x[~high]
    result[~high] = inverse_power * _upper_gamma_of_high_order(1 - order[~high], x[~high])
    return _with_limit_at_zero(result, x, order - 1, 1 / (order - 1))


def _with_limit_at_zero(result: Values, x: Values, excess: Values, limit: Values) -> Values:
    """Both integrals are finite at x = 0 when the excess of their order is positive, else infinite."""
    return np.where(x == 0, np.where(excess > 0, limit, np.inf), result)


def _gamma(s: Values) -> Values:
    from scipy import special

    return np.asarray(special.gamma(s))


def _expint_of_high_order(order: Values, x: Values) -> Values:
    """E_n(x) for n >= 1/2, each value on the way that keeps its digits."""
    library = (order == np.rint(order)) & (not np.iscomplexobj(x))
    far = ~library & (np.abs(x) > REACH)
    near = ~library & ~far
    result = np.empty_like(x)
    result[library] = _expint_by_library(order[library], x[library])
    result[far] = _expint_by_fraction(order[far], x[far])
    result[near] = _expint_by_recurrence(order[near], x[near])
    return result


def _expint_by_library(order: Values, x: Values) -> Values:
    from scipy import special

    return np.asarray(special.expn(order.astype(int), x.real))


def _expint_by_recurrence(order: Values, x: Values) -> Values:
    """E_n(x) for |x| <= 1: the series at |n - 1| <= 1/2, then upward in n."""
    steps = np.maximum(np.ceil(order - 1.5), 0)
    base = order - steps
    value = _expint_by_series(1 - base, x)
    for step in range(int(steps.max(initial=0))):
        raised = (np.exp(-x) - x * value) / (base + step)
        value = np.where(step < steps, raised, value)
    return value


def _expint_by_fraction(order: Values, x: Values) -> Values:
    """Legendre's continued fraction, from its tail, with as many terms as the modulus asks for."""
    result = np.empty_like(x)
    modulus = np.abs(x)
    factor = 2 if np.iscomplexobj(x) else 1
    for (lower, terms), (upper, _) in pairwise((*_FRACTION_TERMS, (np.inf, 0))):
        part = (modulus > lower) & (modulus <= upper)
        result[part] = _fraction(order[part], x[part], factor * terms)
    return result


def _fraction(order: Values, x: Values, terms: int) -> Values:
    tail = np.zeros_like(x)
    for k in range(terms, 0, -1):
        tail = k * (order + k - 1) / (x + order + 2 * k - tail)
    return np.asarray(np.exp(-x) / (x + order - tail))


def _expint_by_series(s: Values, x: Values) -> Values:
    """E_{1-s}(x) for |s| <= 1/2 and |x| <= 1; the poles of Gamma(s) and x**s/s at s = 0 cancel."""
    log_x = np.log(x)
    on_pole = np.abs(s) < ON_THE_INTEGER
    divisor = np.where(on_pole, 1.0, s)
    pole_free = (np.expm1(log_gamma_1p(s)) - np.expm1(s * log_x)) / divisor
    head = np.where(on_pole, -np.euler_gamma - log_x, pole_free)
    rest, term = np.zeros_like(x), np.ones_like(x)
    for k in range(1, _SERIES_TERMS):
        term = term * (-x / k)
        rest = rest + term / (s + k)
    return np.asarray(power(x, -s) * head - rest)


@cache
def _log_gamma_coefficients() -> Values:
    from scipy import special

    k = np.arange(2, _LOG_GAMMA_TERMS)
    return np.concatenate(([0.0, 1 - np.euler_gamma], special.zetac(k) * (-1.0) ** k / k))


def log_gamma_1p(s: Values) -> Values:
    """Return ln Gamma(1 + s) for |s| <= 1/2, with all digits at small s."""
    return np.polynomial.polynomial.polyval(s, _log_gamma_coefficients()) - np.log1p(s)


def _upper_gamma_of_high_order(s: Values, x: Values) -> Values:
    """Gamma(s, x) for s > 1/2: started where each way keeps its digits, then recurrence up."""
    far = np.abs(x) > REACH
    steps = np.ceil(s - 1.5) + far
    base = s - steps
    value = np.empty_like(x)
    value[far] = power(x[far], base[far]) * _expint_by_fraction(1 - base[far], x[far])
    value[~far] = _gamma(base[~far]) - _lower_gamma_by_series(base[~far], x[~far])
    for step in range(int(steps.max(initial=0))):
        order = base + step
        raised = order * value + power(x, order) * np.exp(-x)
        value = np.where(step < steps, raised, value)
    return value


def _lower_gamma_by_series(s: Values, x: Values) -> Values:
    term = power(x, s) * np.exp(-x) / s
    total = term
    for k in range(1, _SERIES_TERMS):
        term = term * x / (s + k)
        total = total + term
    return total
