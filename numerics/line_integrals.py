"""Integrals over one variable by quadrature with mpmath, with an honest error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import mpmath

__all__ = ["END", "Function", "beyond", "guarded", "integral"]

Function = Callable[[Any], Any]

_HALF_LINE = (-200, -40, -10, 0, 4, 10, 40, 200)
_ENOUGH = mpmath.mpf("1e-17")
_FINEST = 5
END = mpmath.exp(200)
"""Where an integral without an end ends, unless it still gains there."""
_FAR = 2000
"""Logarithm of where one ends that still gains: of a power that falls hardly faster than 1/x."""
_SPARE = 10
_LOST_A_DECADE = 2.5
_DECADES_A_BIT = 0.302


def guarded(function: Function) -> Function:
    """Give a function the digits that differences of its terms lose, more of them for large and small x.

    Examples
    --------
    >>> with mpmath.workdps(20):
    ...     rise = guarded(lambda x: x**2 * (mpmath.sqrt(x**4 + 1) - x**2))
    ...     print(mpmath.nstr(rise(mpmath.mpf(10) ** 15), 5))
    0.5
    """

    def value(x: Any) -> Any:
        decades = abs(mpmath.mag(x)) * _DECADES_A_BIT if x else 0
        with mpmath.workdps(mpmath.mp.dps + _SPARE + int(_LOST_A_DECADE * decades)):
            return function(x)

    return value


def integral(
    function: Function, lower: Any, upper: Any, *, finest: int = _FINEST, enough: Any = _ENOUGH
) -> tuple[Any, Any]:
    """Double-exponential quadrature from a finite end through x = lower + exp(u): it tames algebraic ends.

    Panels whose error is not below ``enough`` are halved, up to ``finest`` times.

    Returns
    -------
    tuple
        The value and its error: at least what the integral still gains beyond the last points on both sides.

    Examples
    --------
    >>> value, error = integral(lambda x: x**-1.5, mpmath.mpf(1), mpmath.inf)
    >>> print(mpmath.nstr(value, 12), bool(error < 1e-12))
    2.0 True
    """
    if lower == upper:
        return mpmath.mpf(0), mpmath.mpf(0)
    if upper < lower:
        value, error = integral(function, upper, lower, finest=finest, enough=enough)
        return -value, error
    if mpmath.isfinite(lower):
        return _from_finite_end(function, lower, upper, finest, enough)
    if mpmath.isfinite(upper):
        return _from_finite_end(lambda x: function(-x), -upper, mpmath.inf, finest, enough)
    missing = beyond(function, END) + beyond(lambda x: function(-x), END)
    return _on_panels(function, [lower, 0, 1, upper], missing, 0, enough)


def _from_finite_end(function: Function, lower: Any, upper: Any, finest: int, enough: Any) -> tuple[Any, Any]:
    last = mpmath.log(upper - lower) if mpmath.isfinite(upper) else _HALF_LINE[-1]

    def integrand(u: Any) -> Any:
        return function(lower + mpmath.exp(u)) * mpmath.exp(u)

    missing = beyond(lambda x: function(lower + x), 1 / END)
    if mpmath.isfinite(upper):
        missing += beyond(lambda x: function(upper - x), 1 / END)
    else:
        missing += beyond(lambda x: function(lower + x), END)
    panels = [*(u for u in _HALF_LINE if u < last), last]
    if not mpmath.isfinite(upper) and _ENOUGH < missing < 1:
        panels.append(_FAR)
        missing = beyond(lambda x: function(lower + x), 1 / END)
        missing += beyond(lambda x: function(lower + x), mpmath.exp(_FAR))
    return _on_panels(integrand, panels, missing, finest, enough)


def _on_panels(
    function: Function, ends: Sequence[Any], missing: Any, finest: int, enough: Any
) -> tuple[Any, Any]:
    """Integrate panel by panel, halving those that do not converge, unless there is no value anyway."""
    if not missing <= 1:
        return mpmath.mpf(0), mpmath.inf
    value, error = mpmath.mpf(0), missing
    for start, end in pairwise(ends):
        part, rough = _on_panel(function, start, end, finest, enough)
        value, error = value + part, error + rough
    return value, error


def _on_panel(function: Function, start: Any, end: Any, finest: int, enough: Any) -> tuple[Any, Any]:
    value, error = mpmath.quad(function, [start, end], error=True)
    if finest == 0 or error <= enough * max(1, abs(value)):
        return value, error
    middle = (mpmath.mpf(start) + end) / 2
    halves = [_on_panel(function, *ends, finest - 1, enough) for ends in ((start, middle), (middle, end))]
    return sum(part for part, _ in halves), sum(rough for _, rough in halves)


def beyond(function: Function, x: Any) -> Any:
    """Size of what an integral gains per unit of ln x; infinite where the function has no value.

    Examples
    --------
    >>> beyond(lambda x: 1 / x, mpmath.mpf(1000)) == 1
    True
    """
    try:
        gain = abs(function(x)) * x
    except ArithmeticError:
        return mpmath.inf
    return gain if mpmath.isfinite(gain) else mpmath.inf
