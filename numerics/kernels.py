"""Array functions that keep their digits: what these formulas contain and numpy does not.

Every kernel takes real or complex arrays, broadcasts its arguments and returns float64, or
complex128 when an argument is complex. The errors that the docstrings state are relative, with
respect to the modulus where the value is complex; the tests hold them against mpmath.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from cooperon.numerics import fixed_orders, incomplete_gamma
from cooperon.numerics.incomplete_gamma import ON_THE_INTEGER, REACH, Values, log_gamma_1p, power

__all__ = ["complex_root", "digamma", "expint", "hyp2f1_radial", "upper_gamma"]

# Beyond this order the recurrences get long, and mpmath takes over.
_LARGEST_ORDER = 10.0
# From this number of places on it pays to look for ratios of an order that is no half-integer.
_MANY = 1000
_EPSILON = float(np.finfo(float).eps)
_HIGH, _REACH_OF_HIGH = 2.5, 1.4
"""Of orders above the first the recurrence loses digits up to this modulus: there the series is taken."""


def digamma(x: npt.ArrayLike) -> Values:
    """Logarithmic derivative of the gamma function, psi(x).

    Parameters
    ----------
    x : array_like
        Real or complex, off the poles 0, -1, -2, ...

    Returns
    -------
    ndarray
        Relative error below 1e-15 for real x > 0 except next to the zero at 1.46..., below 6e-15 for
        complex x with Re x > 0.

    Examples
    --------
    >>> round(float(digamma(1.0)), 12)
    -0.577215664902
    """
    from scipy import special

    return np.asarray(special.digamma(np.asarray(x)))


def upper_gamma(s: npt.ArrayLike, x: npt.ArrayLike) -> Values:
    """Upper incomplete gamma function, Gamma(s, x) = int_x^oo t**(s-1) exp(-t) dt.

    The order may be any real number, also zero, a negative integer or next to one: the pole of
    Gamma(s) cancels analytically and not in the arithmetic.

    Parameters
    ----------
    s : array_like
        Order, real.
    x : array_like
        Real or complex with Re x >= 0; elsewhere, and for abs(s) > 10, mpmath is called value by
        value, which is slow. Real places and one order, half an integer, are the quickest.

    Returns
    -------
    ndarray
        Relative error for abs(x) from 1e-12 to 600: below 3e-15 for real x, below 5e-15 for complex x.

    Examples
    --------
    >>> round(float(upper_gamma(-0.5, 1.0)), 12)
    0.178147711782
    """
    if _one_order(s, x, lambda order: fixed_orders.has_expint(1 - order)):
        return np.asarray(fixed_orders.upper_gamma_of_real(float(np.asarray(s)), np.asarray(x)))
    return _evaluate(incomplete_gamma.upper_gamma, _mp_upper_gamma, s, x, lowest=-_LARGEST_ORDER)


def expint(order: npt.ArrayLike, x: npt.ArrayLike) -> Values:
    """Exponential integral, E_n(x) = int_1^oo t**(-n) exp(-x t) dt, for any real order n.

    Parameters
    ----------
    order : array_like
        Order n, real.
    x : array_like
        Real or complex with Re x >= 0; elsewhere, and for abs(n) > 10, mpmath is called value by
        value, which is slow. Real places and one order, half an integer, are the quickest.

    Returns
    -------
    ndarray
        Relative error for abs(x) from 1e-12 to 600: below 4e-15 for real x, below 5e-15 for complex x.

    Examples
    --------
    >>> round(float(expint(1, 0.1)), 12)
    1.822923958419
    """
    if _one_order(order, x, fixed_orders.has_expint):
        return np.asarray(fixed_orders.expint_of_real(float(np.asarray(order)), np.asarray(x)))
    return _evaluate(incomplete_gamma.expint, _mp_expint, order, x, lowest=-_LARGEST_ORDER)


def hyp2f1_radial(a: npt.ArrayLike, z: npt.ArrayLike) -> Values:
    """Diffusion pole averaged over a ball, 2F1(1, a; 1 + a; -z) = a int_0^1 t**(a-1)/(1 + z t) dt.

    In d dimensions a = d/2 and z = (q_c L_phi)**2.

    Parameters
    ----------
    a : array_like
        Half of the dimension, real and positive; integers and their neighbourhood included.
    z : array_like
        Real or complex with Re z >= 0; elsewhere, and for a > 10, mpmath is called value by
        value, which is slow. Real places and one order, half an integer, are the quickest.

    Returns
    -------
    ndarray
        Relative error for abs(z) from 0 to 1e12: below 4e-15; for one order that is half an integer and
        real z, below 2e-15.

    Examples
    --------
    >>> bool(abs(hyp2f1_radial(1.0, 3.0) - np.log(4) / 3) < 1e-15)
    True
    """
    if _one_order(a, z, fixed_orders.has_radial):
        return np.asarray(fixed_orders.radial_of_real(float(np.asarray(a)), np.asarray(z)))
    return _evaluate(_hyp2f1_radial, _mp_hyp2f1_radial, a, z, lowest=0.0)


def _one_order(order: npt.ArrayLike, x: npt.ArrayLike, known: Callable[[float], bool]) -> bool:
    """Say whether ratios of polynomials are taken: one order, real places on the right."""
    orders, points = np.asarray(order), np.asarray(x)
    if orders.ndim or np.iscomplexobj(points) or not points.size:
        return False
    value = float(orders)
    pays = 2 * value == int(2 * value) if np.isfinite(value) else False
    return (pays or points.size > _MANY) and known(value) and not np.fmin.reduce(points, axis=None) < 0


def _evaluate(
    kernel: Callable[[Values, Values], Values],
    fallback: Callable[[float, complex], complex],
    order: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    lowest: float,
) -> Values:
    """Send each pair of values to the fast kernel or, outside of its domain, to mpmath."""
    orders, points = np.broadcast_arrays(np.asarray(order, dtype=float), np.asarray(x) + 0.0)
    shape, orders, points = points.shape, orders.ravel(), points.ravel()
    result = np.full(points.shape, np.nan, dtype=points.dtype)
    finite = np.isfinite(orders) & np.isfinite(points)
    fast = finite & (points.real >= 0) & (orders >= lowest) & (orders <= _LARGEST_ORDER)
    with np.errstate(all="ignore"):
        result[np.isfinite(orders) & (points == np.inf)] = 0.0
        result[fast] = kernel(orders[fast], points[fast])
    for i in np.flatnonzero(finite & ~fast):
        value = fallback(float(orders[i]), points[i].item())
        result[i] = value if np.iscomplexobj(points) else _real_part(value)
    return result.reshape(shape)


def _real_part(value: complex) -> float:
    return value.real if value.imag == 0 else np.nan


def _mp_upper_gamma(s: float, x: complex) -> complex:
    import mpmath

    with mpmath.workdps(30):
        return complex(mpmath.gammainc(s, x))


def _mp_expint(order: float, x: complex) -> complex:
    import mpmath

    with mpmath.workdps(30):
        return complex(mpmath.expint(order, x))


def _mp_hyp2f1_radial(a: float, z: complex) -> complex:
    import mpmath

    with mpmath.workdps(30):
        return complex(mpmath.hyp2f1(1, a, 1 + mpmath.mpf(a), -z))


def _hyp2f1_radial(a: Values, z: Values) -> Values:
    far = np.abs(z) > np.where(a > _HIGH, _REACH_OF_HIGH, REACH)
    result = np.empty_like(z)
    result[~far] = _ratio_series(1 + a[~far], z[~far] / (1 + z[~far])) / (1 + z[~far])
    low = far & (a <= 0.5)
    result[low] = _radial_of_low_order(a[low], z[low])
    high = far & (a > 0.5)
    result[high] = a[high] * _radial_integral(a[high], z[high])
    return result


def _radial_of_low_order(a: Values, z: Values) -> Values:
    """2F1(1, a; 1 + a; -z) for |z| > 1 and a <= 1/2: connection formula, no pole in reach."""
    y = 1 / (1 + z)
    return np.asarray(power(z, -a) / np.sinc(a) + a / (a - 1) * y * _ratio_series(2 - a, y))


def _radial_integral(a: Values, z: Values) -> Values:
    """int_0^1 t**(a-1)/(1 + z t) dt for |z| > 1 and a > 1/2: connection formula, recurrence up."""
    steps = np.ceil(a - 1.5)
    base = a - steps
    value = _radial_integral_near_one(base - 1, z)
    for step in range(int(steps.max(initial=0))):
        value = np.where(step < steps, (1 / (base + step) - value) / z, value)
    return value


def _radial_integral_near_one(excess: Values, z: Values) -> Values:
    """Return the integral at a = 1 + excess, |excess| <= 1/2; the two poles at excess = 0 cancel."""
    y = 1 / (1 + z)
    log_z = np.log(z)
    reflection = log_gamma_1p(excess) + log_gamma_1p(-excess)
    on_pole = np.abs(excess) < ON_THE_INTEGER
    divisor = np.where(on_pole, 1.0, excess)
    pole_free = -np.expm1(reflection - excess * log_z) / divisor
    return np.where(on_pole, log_z, pole_free) / z + y * _ratio_slope_series(excess, y)


def _ratio_series(c: Values, w: Values) -> Values:
    """2F1(1, 1; c; w) = sum_k k!/(c)_k w**k."""
    term = np.ones_like(w)
    total = term
    for k in range(_terms_needed(w)):
        term = term * w * ((k + 1) / (c + k))
        total = total + term
    return total


def _ratio_slope_series(excess: Values, y: Values) -> Values:
    """sum_k y**k (k!/(1 - excess)_k - 1)/excess, finite at excess = 0."""
    slope, weight, total = np.zeros_like(y), np.ones_like(y), np.zeros_like(y)
    for k in range(1, _terms_needed(y) + 1):
        slope = (slope * k + 1) / (k - excess)
        weight = weight * y
        total = total + slope * weight
    return total


def _terms_needed(w: Values) -> int:
    """Terms of a geometric-like series that reach double precision."""
    largest = float(np.max(np.abs(w), initial=0.0))
    if largest == 0:
        return 0
    return 8 + int(np.log(_EPSILON) / np.log(min(largest, 0.75)))


def complex_root(x: npt.ArrayLike) -> npt.NDArray[np.complex128]:
    """Return the principal square root, of numbers of either sign.

    Examples
    --------
    >>> complex_root([4.0, -4.0]).tolist()
    [(2+0j), 2j]
    """
    return np.asarray(np.sqrt(np.asarray(x, dtype=complex)))
