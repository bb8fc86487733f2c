"""Numbers for expressions whose integrals, sums and averages are not carried out.

It shares nothing with the rules of :mod:`cooperon.symbolic`: integrals are done by quadrature, sums by
adding up (slow ones by the integral of their term), averages over directions by quadrature over the sphere.
Sums over the levels of a field of any strength are the exception: they are the arrays' own
(:mod:`cooperon.numerics.landau_kernels`).
"""

from __future__ import annotations

import cmath
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import mpmath
import sympy as sp

from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.numerics.infinite_sums import infinite_sum
from cooperon.numerics.line_integrals import END, beyond, guarded, integral
from cooperon.numerics.sphere import over_directions
from cooperon.numerics.translate import array_function
from cooperon.symbolic.fast import AngularAverage, EnergyIntegral
from cooperon.symbolic.landau_levels import FlightBetweenLevels, FlightInLevel, LevelFunction
from cooperon.symbolic.pole_functions import folded_numbers
from cooperon.symbolic.slow_faces import DirectionAverage

__all__ = ["number", "unfolded_lines"]

_TOLERANCE = 1e-11
_DIGITS = 30
_ALL_DIGITS = 300
_SMALL = 1e-3
"""Down to here an error is held against the value, before more digits are asked for."""
_MOST_TERMS, _MOST_TERMS_OF_SUMS = 10000, 100
"""So many terms are added up one by one; of sums in which each term is a sum or an integral, so many."""
_NESTED = 200
"""What a value of an integrand that is an integral or a sum itself counts."""
_OUT_OF_REACH = 10_000
"""Bits before the point of an exponent."""
_FAR_OUT = 30
"""Bits before the point from which on the Airy function Ai is taken for 0."""
_LEFT: ContextVar[list[int] | None] = ContextVar("work left", default=None)
_MANY_DIGITS = 70
"""Enough for what cancels at a finite end, as in (t/sinh(t) - 1)/t**(5/2)."""


def number(expr: sp.Expr, values: Mapping[sp.Symbol, Any], *, most: int | None = None) -> complex:
    """Numerical value of an expression.

    Parameters
    ----------
    expr : sympy.Expr
        May contain undone integrals over one variable, sums, angular averages, folded Green's functions.
    values : mapping of Symbol to number
        A value for every free symbol.
    most : int, optional
        Bounds the work: values of integrands and summands, one that is an integral or a sum itself counted as
        two hundred.

    Raises
    ------
    InputError
        When a symbol has no value.
    DivergenceError
        When an integral or a sum does not converge, or takes more work than ``most``.

    Examples
    --------
    >>> from cooperon.symbolic.fast import cosine
    >>> x = sp.Symbol("x")
    >>> print(f"{number(sp.Integral(x**2, (x, 0, 3)), {}).real:.12f}")
    9.000000000000
    >>> print(f"{number(AngularAverage(cosine**2, cosine, 5), {}).real:.12f}")
    0.200000000000
    """
    unfolded = unfolded_lines(expr)
    missing = sorted(map(str, unfolded.free_symbols - set(values)))
    if missing:
        raise InputError(f"no value for {', '.join(missing)}", expected="a value for every free symbol")
    free = {symbol: _exact(sp.sympify(values[symbol])) for symbol in unfolded.free_symbols}
    token = _LEFT.set(None if most is None else [most])
    try:
        put = unfolded.xreplace(_level_sums(unfolded, free)).xreplace(free)
        return complex(_value(put.replace(sp.UnevaluatedExpr, lambda kept: kept)))
    finally:
        _LEFT.reset(token)


def _level_sums(expr: sp.Expr, values: Mapping[sp.Symbol, Any]) -> dict[sp.Expr, sp.Expr]:
    """Values of the sums over Landau levels."""
    found = {}
    for node in expr.atoms(sp.Sum):
        if node.has(LevelFunction):
            free = tuple(sorted(node.free_symbols, key=str))
            found[node] = sp.sympify(complex(array_function(node, free)(*(float(values[x]) for x in free))))
    return found


def _exact(value: sp.Expr) -> sp.Expr:
    """Take a number for what its digits say: sums and differences of it are not rounded."""
    return value.xreplace({number: sp.Float(number, _ALL_DIGITS) for number in value.atoms(sp.Float)})


def _value(expr: sp.Expr) -> Any:
    if type(expr) in _RULES:
        return _RULES[type(expr)](expr)
    if not expr.has(*_RULES):
        return mpmath.mpmathify(sp.N(expr, _DIGITS))
    arguments = [_value(argument) for argument in expr.args]
    return mpmath.mpmathify(sp.N(expr.func(*(sp.sympify(value) for value in arguments)), _DIGITS))


def unfolded_lines(expr: sp.Expr) -> sp.Expr:
    """Write folded Green's functions out.

    Examples
    --------
    >>> from cooperon.symbolic import symbols as s
    >>> from cooperon.symbolic.fast import Retarded
    >>> unfolded_lines(Retarded(s.xi))
    1/(I*hbar/(2*tau) - xi)
    """
    return expr.replace(lambda part: hasattr(part, "side"), lambda part: part.doit())


def _function(expr: sp.Expr, variable: sp.Symbol) -> Callable[[Any], Any]:
    expr = _settled(expr)
    if expr.has(*_RULES):
        return _counted(lambda x: _value(expr.xreplace({variable: sp.sympify(x)})), _NESTED)
    own = {
        "atan": _arctangent,
        "exp": _exponential,
        "airyai": _airy,
        "airyaiprime": _airy_slope,
        "LogRatio": _log_ratio,
        "RealPart": mpmath.re,
        **folded_numbers(),
    }
    function: Callable[[Any], Any] = sp.lambdify(variable, expr, [own, "mpmath"])
    return _counted(guarded(function), 1)


def _counted(function: Callable[[Any], Any], weight: int) -> Callable[[Any], Any]:
    """Take what a value costs off the work that is left."""
    left = _LEFT.get()
    if left is None:
        return function

    def value(x: Any) -> Any:
        left[0] -= weight
        if left[0] < 0:
            raise DivergenceError(
                "integrals or sums that take too long",
                expected="less work",
                hint="doing the inner one by hand",
            )
        return function(x)

    return value


def _settled(expr: sp.Expr) -> sp.Expr:
    """Carry out what is left undone and depends on no variable: once, and not at every point."""
    known = {part: sp.sympify(_value(part)) for part in expr.atoms(*_RULES) if not part.free_symbols}
    return expr.xreplace(known)


def _log_ratio(x: Any) -> Any:
    return mpmath.log1p(x) / x if x else mpmath.mpf(1)


def _exponential(x: Any) -> Any:
    """Return exp(x); 0 or infinity where its exponent alone would have thousands of digits."""
    if x == 0 or mpmath.mag(x) < _OUT_OF_REACH:
        return mpmath.exp(x)
    return mpmath.inf if mpmath.re(x) > 0 else mpmath.mpf(0)


def _airy(x: Any, derivative: int = 0) -> Any:
    """Return Ai(x) or its derivative; 0 where it is smaller than any number."""
    far = mpmath.mag(x) > _FAR_OUT and mpmath.re(x) > 0
    return mpmath.mpf(0) if far else mpmath.airyai(x, derivative=derivative)


def _airy_slope(x: Any) -> Any:
    return _airy(x, 1)


def _arctangent(x: Any) -> Any:
    """Do what mpmath's own does, which loses all digits of a small complex argument."""
    if mpmath.im(x) == 0 or abs(x) > 0.5:
        return mpmath.atan(x)
    return x * mpmath.hyp2f1(0.5, 1, 1.5, -x * x)


def _integral(expr: sp.Integral) -> Any:
    integrand, variable, limits = _outermost(expr)
    lower, upper = (_limit(limit) for limit in limits)
    function = _function(integrand, variable)
    value, error = integral(function, lower, upper)
    frequency = _frequency(integrand, variable) if upper == mpmath.inf else 0
    if frequency and not _converged(value, error, _SMALL):
        value, error = _oscillating(function, lower, frequency)
    if not _converged(value, error, _SMALL):
        with mpmath.workdps(_MANY_DIGITS):
            value, error = integral(function, lower, upper)
    _require_converged(expr, value, error)
    return value


def _outermost(expr: sp.Integral | sp.Sum) -> tuple[sp.Expr, sp.Symbol, tuple[sp.Expr, ...]]:
    """Take the last of several integrations or sums in one: what is left for it, its variable, its limits."""
    *inner, (variable, *limits) = expr.limits
    return (expr.func(expr.function, *inner) if inner else expr.function), variable, tuple(limits)


def _frequency(expr: sp.Expr, variable: sp.Symbol) -> Any:
    """Return w of a factor exp(i w x), 0 where there is none or more than one."""
    phases = (sp.N(sp.im(one.args[0].coeff(variable)), _DIGITS) for one in expr.atoms(sp.exp))
    found = {abs(float(phase)) for phase in phases} - {0.0}
    return mpmath.mpf(found.pop()) if len(found) == 1 else 0


def _oscillating(function: Callable[[Any], Any], lower: Any, frequency: Any) -> tuple[Any, Any]:
    """Add up half periods, and extrapolate: nothing but its oscillation ends the integral."""
    found = []
    for first in (lower + mpmath.pi / frequency, lower + 2 * mpmath.pi / frequency):
        near, error = integral(function, lower, first)
        found.append(near + mpmath.quadosc(function, [first, mpmath.inf], omega=frequency))
    return found[0], error + abs(found[0] - found[1])


def _limit(limit: sp.Expr) -> Any:
    infinite = {sp.oo: mpmath.inf, -sp.oo: -mpmath.inf}
    return infinite[limit] if limit in infinite else mpmath.mpmathify(sp.N(limit, _DIGITS))


def _average(function: sp.Expr, variable: sp.Symbol, dim: sp.Expr) -> Any:
    """Average over the sphere, by quadrature in two dimensions more.

    With the weight (1-c**2)**((d-3)/2), <f>_d = <f + c f'/d>_{d+2}: the right-hand side is regular for every
    d > 0, also for d = 1 with its two directions.
    """
    raised = function + variable * sp.diff(function, variable) / dim
    power = mpmath.mpmathify(sp.N((dim - 1) / 2, _DIGITS))
    norm = mpmath.beta(mpmath.mpf(1) / 2, power + 1)
    integrand = _function(raised, variable)
    value, error = mpmath.quad(lambda c: (1 - c * c) ** power * integrand(c), [-1, 0, 1], error=True)
    error += beyond(_function(function, variable), 1 / END)
    _require_converged(function, value / norm, error / norm)
    return value / norm


def _sum(expr: sp.Sum) -> Any:
    summand, variable, (lower, upper) = _outermost(expr)
    place = sp.Dummy()  # a number that need not be whole
    function = _function(summand.xreplace({variable: place}), place)
    if lower == -sp.oo:
        mirrored = sp.Sum(summand.xreplace({variable: -variable}), (variable, 1, sp.oo))
        return _sum(mirrored) + _sum(sp.Sum(summand, (variable, 0, upper)))
    if upper != sp.oo:
        _require_few(expr, upper - lower, nested=summand.has(*_RULES))
        return mpmath.fsum(function(j) for j in range(int(lower), int(upper) + 1))
    value, error = infinite_sum(function, int(lower))
    _require_converged(expr, value, error)
    return value


def _require_few(expr: sp.Expr, terms: sp.Expr, *, nested: bool = False) -> None:
    most = _MOST_TERMS_OF_SUMS if nested else _MOST_TERMS
    if terms > most:
        raise DivergenceError(
            f"{expr}",
            expected=f"at most {most} terms to add up",
            hint="infinity as its end, or a closed form",
        )


def _flight(expr: LevelFunction) -> Any:
    """Integrate over the length of a flight, in units in which it is of order one in any field."""
    integral, unit = expr.doit(), 1 / sp.sqrt(1 + expr.args[1])
    ((length, lower, upper),) = integral.limits
    in_units = integral.function.xreplace({length: unit * length}) * unit
    return _value(sp.Integral(in_units, (length, lower, upper)))


def _product(expr: sp.Product) -> Any:
    ((variable, lower, upper),) = expr.limits
    if not (lower.is_Integer and upper.is_Integer):
        raise DivergenceError(f"{expr}", expected="a product of finitely many factors")
    _require_few(expr, upper - lower)
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
    EnergyIntegral: _integral,
    sp.Sum: _sum,
    sp.Product: _product,
    sp.Subs: lambda expr: mpmath.mpmathify(sp.N(expr.doit(), _DIGITS)),
    AngularAverage: lambda expr: _average(*expr.args),
    FlightInLevel: _flight,
    FlightBetweenLevels: _flight,
    DirectionAverage: lambda expr: mpmath.mpmathify(over_directions(expr, _value)),
}
"""How what is left undone is done in numbers."""
