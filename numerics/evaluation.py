"""Numbers for expressions whose integrals, sums and averages are not carried out.

It shares nothing with the rules of :mod:`cooperon.symbolic`: integrals are done by quadrature, sums by
adding up, averages over directions by quadrature over the sphere.
"""

from __future__ import annotations

import cmath
from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import sympy as sp

from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.numerics.sphere import over_directions
from cooperon.symbolic.fast import AngularAverage
from cooperon.symbolic.slow_faces import DirectionAverage

__all__ = ["number"]

_TOLERANCE = 1e-11
_SMALL = 1e-3
"""Down to here an error is held against the value, before more digits are asked for."""
_HALF_LINE = [-200, -40, -10, 0, 4, 10, 40, 200]
_FAR = mpmath.exp(200)
_MANY_DIGITS = 70
"""Enough for what cancels at a finite end, as in (t/sinh(t) - 1)/t**(5/2)."""


def number(expr: sp.Expr, values: Mapping[sp.Symbol, Any]) -> complex:
    """Numerical value of an expression.

    Parameters
    ----------
    expr : sympy.Expr
        May contain undone integrals over one variable, sums, angular averages, folded Green's functions.
    values : mapping of Symbol to number
        A value for every free symbol.

    Raises
    ------
    InputError
        When a symbol has no value.
    DivergenceError
        When an integral or a sum does not converge.

    Examples
    --------
    >>> from cooperon.symbolic.fast import cosine
    >>> x = sp.Symbol("x")
    >>> print(f"{number(sp.Integral(x**2, (x, 0, 3)), {}).real:.12f}")
    9.000000000000
    >>> print(f"{number(AngularAverage(cosine**2, cosine, 5), {}).real:.12f}")
    0.200000000000
    """
    unfolded = _unfold(expr)
    missing = sorted(map(str, unfolded.free_symbols - set(values)))
    if missing:
        raise InputError(f"no value for {', '.join(missing)}", expected="a value for every free symbol")
    free = {symbol: sp.sympify(values[symbol]) for symbol in unfolded.free_symbols}
    return complex(_value(unfolded.xreplace(free)))


def _value(expr: sp.Expr) -> Any:
    if type(expr) in _RULES:
        return _RULES[type(expr)](expr)
    if not expr.has(*_RULES):
        return mpmath.mpmathify(sp.N(expr, 20))
    arguments = [_value(argument) for argument in expr.args]
    return mpmath.mpmathify(sp.N(expr.func(*(sp.sympify(value) for value in arguments)), 20))


def _unfold(expr: sp.Expr) -> sp.Expr:
    """Write folded Green's functions out."""
    return expr.replace(lambda part: hasattr(part, "side"), lambda part: part.doit())


def _function(expr: sp.Expr, variable: sp.Symbol) -> Callable[[Any], Any]:
    if expr.has(*_RULES):
        return lambda x: _value(expr.xreplace({variable: sp.sympify(x)}))
    function: Callable[[Any], Any] = sp.lambdify(variable, expr, [{"atan": _arctangent}, "mpmath"])
    return function


def _arctangent(x: Any) -> Any:
    """Do what mpmath's own does, which loses all digits of a small complex argument."""
    if mpmath.im(x) == 0 or abs(x) > 0.5:
        return mpmath.atan(x)
    return x * mpmath.hyp2f1(0.5, 1, 1.5, -x * x)


def _integral(expr: sp.Integral) -> Any:
    ((variable, *limits),) = expr.limits
    lower, upper = (_limit(limit) for limit in limits)
    function = _function(expr.function, variable)
    value, error = _quadrature(function, lower, upper)
    frequency = _frequency(expr.function, variable) if upper == mpmath.inf else 0
    if frequency and not _converged(value, error, _SMALL):
        value, error = _oscillating(function, lower, frequency)
    if not _converged(value, error, _SMALL):
        with mpmath.workdps(_MANY_DIGITS):
            value, error = _quadrature(function, lower, upper)
    _require_converged(expr, value, error)
    return value


def _frequency(expr: sp.Expr, variable: sp.Symbol) -> Any:
    """Return w of a factor exp(i w x), 0 where there is none or more than one."""
    found = {sp.Abs(sp.im(one.args[0].coeff(variable))) for one in expr.atoms(sp.exp)} - {sp.S.Zero}
    return mpmath.mpmathify(found.pop()) if len(found) == 1 else 0


def _oscillating(function: Callable[[Any], Any], lower: Any, frequency: Any) -> tuple[Any, Any]:
    """Add up half periods, and extrapolate: nothing but its oscillation ends the integral.

    The error is infinite where the oscillation does not die down.
    """
    near, far = (abs(function(lower + n * mpmath.pi / frequency)) for n in (1, 10**8))
    if not far < near / 10:
        return mpmath.mpf(0), mpmath.inf
    found = []
    for first in (lower + mpmath.pi / frequency, lower + 2 * mpmath.pi / frequency):
        start, error = _quadrature(function, lower, first)
        found.append(start + mpmath.quadosc(function, [first, mpmath.inf], omega=frequency))
    return found[0], error + abs(found[0] - found[1])


def _quadrature(function: Callable[[Any], Any], lower: Any, upper: Any) -> tuple[Any, Any]:
    """Double-exponential quadrature from a finite end through x = lower + exp(u): it tames algebraic ends.

    The error is at least what the integral still gains beyond the last points on both sides.
    """
    if lower == upper:
        return mpmath.mpf(0), mpmath.mpf(0)
    if upper < lower:
        value, error = _quadrature(function, upper, lower)
        return -value, error
    if mpmath.isfinite(lower):
        return _from_finite_end(function, lower, upper)
    if mpmath.isfinite(upper):
        return _from_finite_end(lambda x: function(-x), -upper, mpmath.inf)
    value, error = mpmath.quad(function, [lower, 0, 1, upper], error=True)
    return value, error + _beyond(function, _FAR) + _beyond(lambda x: function(-x), _FAR)


def _from_finite_end(function: Callable[[Any], Any], lower: Any, upper: Any) -> tuple[Any, Any]:
    last = mpmath.log(upper - lower) if mpmath.isfinite(upper) else _HALF_LINE[-1]

    def integrand(u: Any) -> Any:
        return function(lower + mpmath.exp(u)) * mpmath.exp(u)

    value, error = mpmath.quad(integrand, [*(u for u in _HALF_LINE if u < last), last], error=True)
    error += _beyond(lambda x: function(lower + x), 1 / _FAR)
    if mpmath.isfinite(upper):
        error += _beyond(lambda x: function(upper - x), 1 / _FAR)
    else:
        error += _beyond(lambda x: function(lower + x), _FAR)
    return value, error


def _beyond(function: Callable[[Any], Any], x: Any) -> Any:
    """Size of what an integral gains per unit of ln x; infinite where the function has no value."""
    try:
        gain = abs(function(x)) * x
    except ArithmeticError:
        return mpmath.inf
    return gain if mpmath.isfinite(gain) else mpmath.inf


def _limit(limit: sp.Expr) -> Any:
    infinite = {sp.oo: mpmath.inf, -sp.oo: -mpmath.inf}
    return infinite[limit] if limit in infinite else mpmath.mpmathify(sp.N(limit, 20))


def _average(function: sp.Expr, variable: sp.Symbol, dim: sp.Expr) -> Any:
    """Average over the sphere, by quadrature in two dimensions more.

    With the weight (1-c**2)**((d-3)/2), <f>_d = <f + c f'/d>_{d+2}: the right-hand side is regular for every
    d > 0, also for d = 1 with its two directions.
    """
    raised = function + variable * sp.diff(function, variable) / dim
    power = mpmath.mpmathify(sp.N((dim - 1) / 2, 20))
    norm = mpmath.beta(mpmath.mpf(1) / 2, power + 1)
    integrand = _function(raised, variable)
    value, error = mpmath.quad(lambda c: (1 - c * c) ** power * integrand(c), [-1, 0, 1], error=True)
    error += _beyond(_function(function, variable), 1 / _FAR)
    _require_converged(function, value / norm, error / norm)
    return value / norm


def _sum(expr: sp.Sum) -> Any:
    ((variable, lower, upper),) = expr.limits
    function = _function(expr.function, variable)
    value = mpmath.nsum(lambda j: function(int(j)), [_limit(lower), _limit(upper)])
    tail = abs(function(int(lower) + 2000)) if upper == sp.oo else 0
    _require_converged(expr, value, tail)
    return value


def _product(expr: sp.Product) -> Any:
    ((variable, lower, upper),) = expr.limits
    if not (lower.is_Integer and upper.is_Integer):
        raise DivergenceError(f"{expr}", expected="a product of finitely many factors")
    function = _function(expr.function, variable)
    return mpmath.fprod(function(j) for j in range(int(lower), int(upper) + 1))


def _converged(value: Any, error: Any, least: float = 1) -> bool:
    return cmath.isfinite(complex(value)) and bool(error <= _TOLERANCE * max(least, abs(value)))


def _require_converged(expr: sp.Expr, value: Any, error: Any) -> None:
    if not _converged(value, error):
        raise DivergenceError(
            f"{expr}", expected=f"a numerical value with error below {_TOLERANCE}", hint="other numbers"
        )


_RULES: Mapping[type, Callable[[Any], Any]] = {
    sp.Integral: _integral,
    sp.Sum: _sum,
    sp.Product: _product,
    sp.Subs: lambda expr: mpmath.mpmathify(sp.N(expr.doit(), 20)),
    AngularAverage: lambda expr: _average(*expr.args),
    DirectionAverage: lambda expr: mpmath.mpmathify(over_directions(expr, _value)),
}
"""How what is left undone is done in numbers."""
