r"""Larkin's beta function of superconducting fluctuations, to all digits from T_c on.

::

    beta = (pi**2/4) sum over all integers m of (-1)**m G(abs(m)) - sum over n >= 0 of G''(2n + 1),
    1/G(m) = ln t + psi(1/2 + m/2) - psi(1/2),    t = T/T_c                       (Larkin 1980)

Both sums fall off only as powers of logarithms. Here they are done term by term up to some m = M, and from
there on by Boole's and Euler's series in the derivatives of G at M, which come from those of psi by the
series of a reciprocal. beta ln t is then a ratio of polynomials in ln t, in pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.ratios import Array, between, blockwise, in_pieces, outward

__all__ = ["larkin_beta", "larkin_beta_slope"]

_BEGINS = (2.0, 10.0)
_SIZES = (9, 8, 8)
_TERMS, _ORDERS = 24, 36
_DIGITS = 45


def larkin_beta(log_t: npt.ArrayLike) -> Any:
    """Return Larkin's beta as a function of ln(T/T_c).

    Parameters
    ----------
    log_t : array_like
        ln(T/T_c), real: the argument keeps its digits next to T_c. 0 gives infinity, what is
        below it nan.

    Returns
    -------
    ndarray
        Relative error below 2e-15; (pi**2/4)/ln t next to T_c, pi**2/6/(ln t)**2 far above it.

    Examples
    --------
    >>> print(f"{larkin_beta(1.0).item():.14f} {larkin_beta(1e-9).item() * 4e-9 / np.pi**2:.9f}")
    1.05402097160882 0.999999999
    """
    return blockwise(_beta, log_t)


def larkin_beta_slope(log_t: npt.ArrayLike) -> Any:
    """Return d beta/d ln t, with its own ratios.

    Parameters
    ----------
    log_t : array_like
        As for :func:`larkin_beta`.

    Returns
    -------
    ndarray
        Relative error below 2e-15.

    Examples
    --------
    >>> print(f"{larkin_beta_slope(1.0).item():.10f}")
    -1.6859458088
    """
    return blockwise(_slope, log_t)


def _beta(x: Array) -> Any:
    return in_pieces(np.where(x < 0, np.nan, x), _BEGINS, _pieces(0))


def _slope(x: Array) -> Any:
    return in_pieces(np.where(x < 0, np.nan, x), _BEGINS, _pieces(1))


@cache
def _pieces(order: int) -> tuple[Callable[[Array], Any], ...]:
    """Return a derivative of beta for each piece: next to T_c, in between, and far out."""
    near, middle = (
        between(lambda x: x ** (order + 1) * _exact(x, order), lower, upper, size)
        for lower, upper, size in ((0.0, _BEGINS[0], _SIZES[0]), (*_BEGINS, _SIZES[1]))
    )
    far = outward(lambda x: x ** (order + 2) * _exact(x, order), _BEGINS[1], _BEGINS[1], _SIZES[2])
    return (
        lambda x: near(x) / x ** (order + 1),
        lambda x: middle(x) / x ** (order + 1),
        lambda x: far(1 / x) / x ** (order + 2),
    )


def _exact(log_t: Any, order: int) -> Any:
    """Beta, or its slope, with mpmath."""
    import mpmath

    with mpmath.workdps(_DIGITS):
        log_t = mpmath.mpf(log_t)
        flat, at = _digammas()
        pairs = [_inverse(log_t, *values) for values in flat]
        alternating = mpmath.fsum(
            (2 if m else 1) * (-1) ** m * pair[order][0] for m, pair in enumerate(pairs)
        )
        curvature = mpmath.fsum(2 * pair[order][2] for pair in pairs[1::2])
        tail = _inverse(log_t, *at)[order]
        boole, euler = _weights()
        alternating += 2 * mpmath.fdot(boole, tail)
        curvature += mpmath.fdot(euler, tail)
        return mpmath.pi**2 / 4 * alternating - curvature


def _inverse(log_t: Any, *digammas: Any) -> tuple[list[Any], list[Any]]:
    """Taylor coefficients of G = 1/(ln t + D(m)) about a place m, and of dG/d ln t = -G**2."""
    first = digammas[0] + log_t
    found = [1 / first]
    for k in range(1, len(digammas)):
        found.append(-sum(digammas[j] * found[k - j] for j in range(1, k + 1)) / first)
    square = [-sum(found[j] * found[k - j] for j in range(k + 1)) for k in range(len(found))]
    return found, square


@cache
def _digammas() -> tuple[list[list[Any]], list[Any]]:
    """Taylor coefficients of psi(1/2 + m/2) - psi(1/2): two at each m below M, and many at m = M."""
    import mpmath

    with mpmath.workdps(_DIGITS):
        half = mpmath.mpf(1) / 2

        def coefficients(m: int, number: int) -> list[Any]:
            rises = [mpmath.psi(k, half + half * m) * half**k / mpmath.factorial(k) for k in range(number)]
            return [rises[0] - mpmath.psi(0, half), *rises[1:]]

        return [coefficients(m, 3) for m in range(_TERMS)], coefficients(_TERMS, _ORDERS)


@cache
def _weights() -> tuple[list[Any], list[Any]]:
    """Of the Taylor coefficients of G at M: for sum (-1)**(m - M) G(m), and for sum of G''(M + 1 + 2n)."""
    import mpmath

    with mpmath.workdps(_DIGITS):
        boole = [mpmath.eulerpoly(k, 0) / 2 for k in range(_ORDERS)]
        euler = [mpmath.mpf(0)] * _ORDERS
        for k in range(1, _ORDERS, 2):
            # sum of f(M + 1 + 2n) = -(1/2) sum of B_j(1/2)/j! 2**j f^(j-1)(M), f = G'', k = j + 1
            j = k - 1
            euler[k] = -mpmath.bernpoly(j, mpmath.mpf(1) / 2) * mpmath.mpf(2) ** (j - 1)
            euler[k] *= mpmath.factorial(k) / mpmath.factorial(j)
        return boole, euler
