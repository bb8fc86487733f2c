"""Formulas to any number of digits, from the expression as it was derived.

Nothing of what arrays need is used here: no kernel, no rearrangement. What cancels is met with more digits: a
value is worked out twice, with different numbers of them, until both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.numerics import counter_terms
from cooperon.numerics.level_sums import level_summand
from cooperon.numerics.line_integrals import guarded, integral
from cooperon.numerics.own_functions import OWN
from cooperon.numerics.precise_levels import sum_over_levels
from cooperon.numerics.precise_sums import smooth_sum
from cooperon.symbolic import symbols as s
from cooperon.symbolic.digits import BREAKDOWNS, Digits, UndecidedError
from cooperon.symbolic.landau_levels import LevelFunction
from cooperon.symbolic.pole_functions import folded_numbers

__all__ = ["PreciseFunction"]

_GUARD = 12
"""Digits beyond those that are asked for, at first."""
_MORE = 2.0
"""By how much their number grows when two values do not agree."""
_MOST = 1000
"""Digits that may be lost: what is zero to so many is zero."""


class PreciseFunction:
    """An expression as a function of numbers and arrays with as many digits as are asked for.

    Parameters
    ----------
    expr : sympy.Expr
        May contain integrals over one variable and sums over Landau levels that are not carried out.
    symbols : tuple of Symbol
        The arguments, in this order.
    digits : int or None
        Decimal digits of the result; None: those of ``mpmath.mp.dps`` at the call.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> print(PreciseFunction(sp.log(1 + x) - x, (x,), 25)(mpmath.mpf(10) ** -30))
    -5.0e-61
    """

    def __init__(self, expr: sp.Expr, symbols: tuple[sp.Symbol, ...], digits: int | None) -> None:
        self.expr, self.symbols, self.digits = expr, symbols, digits

    def __call__(self, *values: Any) -> npt.NDArray[Any]:
        """Evaluate value by value; arrays of mpmath's numbers broadcast to one.

        Raises
        ------
        DivergenceError
            When an integral or a sum does not settle to so many digits.
        """
        columns = np.broadcast_arrays(*(np.asarray(x, dtype=object) for x in values)) if values else []
        result = np.empty(np.shape(columns[0]) if columns else (), dtype=object)
        digits = mpmath.mp.dps if self.digits is None else self.digits
        for place in np.ndindex(result.shape):
            result[place] = self._at([column[place] for column in columns], digits)
        return result

    def _at(self, values: list[Any], digits: int) -> Any:
        point = dict(zip(self.symbols, values, strict=True))
        if any(mpmath.isnan(value) or mpmath.isinf(value) for value in values):
            return mpmath.nan
        without_field = point.get(s.B) == 0
        expr = self._without_field if without_field else self.expr
        try:
            return _agreed(expr, point, digits)
        except UndecidedError:
            return mpmath.nan

    @cached_property
    def _without_field(self) -> sp.Expr:
        """What is left at B = 0, where counter terms cancel."""
        return _at_no_field(self.expr)


def _at_no_field(expr: Any) -> Any:
    if not expr.has(s.B):
        return expr
    if expr.is_Add or expr.is_Mul:
        parts = counter_terms.apart(expr)
        if parts is not None and _vanish_with_field(parts.levels):
            return _at_no_field(parts.rest)
    if isinstance(expr, sp.Sum) and expr.has(LevelFunction):
        return expr  # which knows the integral that it becomes
    if not expr.args:
        return sp.S.Zero if expr == s.B else expr
    return expr.func(*map(_at_no_field, expr.args))


def _vanish_with_field(levels: sp.Expr) -> bool:
    kernels = levels.atoms(*(OWN[name] for name in counter_terms.KERNELS))
    return all(node.args[-1] == s.B for node in kernels)


def _agreed(expr: sp.Expr, point: Mapping[sp.Symbol, Any], digits: int) -> Any:
    """Evaluate with more and more digits until two values agree to those that are asked for.

    Raises
    ------
    UndecidedError
        Where the expression has no value.
    DivergenceError
        When they never do.
    """
    enough = mpmath.mpf(10) ** -(digits + 1)
    before = None
    for work in _precisions(point, digits):
        with mpmath.workdps(work):
            value = _AtPoint(work).value(expr, point)
            if before is not None and value != 0 and abs(value - before) <= enough * abs(value):
                break
            before = value
    else:
        if abs(value) <= mpmath.mpf(10) ** -(_MOST // 2):
            value = mpmath.mpf(0)  # rounding of what cancels
        else:
            raise DivergenceError(
                f"{expr}", expected=f"a value to {digits} digits", hint="fewer digits, or other values"
            )
    with mpmath.workdps(digits):
        return +value


def _precisions(point: Mapping[sp.Symbol, Any], digits: int) -> Iterator[int]:
    largest = max((abs(mpmath.mag(x)) for x in point.values() if x != 0), default=0)
    most = 4 * digits + _MOST + int(largest)
    work = digits + _GUARD
    while work < most:
        yield work
        work = int(work * _MORE) if work > 2 * digits + _GUARD else work + digits // 2 + _GUARD
    yield most


class _AtPoint(Digits):
    """Values with mpmath's own context, also of integrals and of sums over levels."""

    def __init__(self, digits: int) -> None:
        super().__init__(digits)
        self.context = mpmath.mp

    def value(self, expr: sp.Expr, point: Mapping[sp.Symbol, Any] | None = None) -> Any:
        """Value of an expression; an integral or a sum that does not settle is no value that is undefined.

        Raises
        ------
        UndecidedError
            As those of :class:`Digits`.
        DivergenceError
            When an integral or a sum does not settle.
        """
        try:
            return self._value(expr, dict(point or {}))
        except (UndecidedError, DivergenceError):
            raise
        except BREAKDOWNS as reason:
            raise UndecidedError(f"{type(reason).__name__}: {reason}") from None

    def _evaluate(self, expr: sp.Expr, known: dict[sp.Expr, Any]) -> Any:
        if isinstance(expr, sp.Integral):
            return self._integral(expr, known)
        if isinstance(expr, sp.Sum) and expr.has(LevelFunction):
            return self._levels(expr, known)
        if isinstance(expr, sp.Sum):
            return self._sum(expr, known)
        return super()._evaluate(expr, known)

    def _integral(self, expr: sp.Integral, known: dict[sp.Expr, Any]) -> Any:
        _require_one(expr)
        ((variable, *limits),) = expr.limits
        lower, upper = (mpmath.inf if x == sp.oo else self._value(x, known) for x in limits)
        parameters = sorted(expr.function.free_symbols - {variable}, key=str)
        function = _function((variable, *parameters), expr.function)
        values = [self._value(x, known) for x in parameters]
        enough = mpmath.mpf(10) ** (_GUARD // 2 - mpmath.mp.dps)
        value, error = integral(guarded(lambda x: function(x, *values)), lower, upper, enough=enough)
        if not error <= mpmath.mpf(10) ** (_GUARD - mpmath.mp.dps) * max(1, abs(value)):
            raise DivergenceError(f"{expr}", expected="an integral that converges")
        return value

    def _sum(self, expr: sp.Sum, known: dict[sp.Expr, Any]) -> Any:
        _require_one(expr)
        ((variable, lower, upper),) = expr.limits
        parameters = sorted(expr.function.free_symbols - {variable}, key=str)
        function = _function((variable, *parameters), expr.function)
        values = [self._value(x, known) for x in parameters]
        ends = [int(lower), mpmath.inf if upper == sp.oo else int(upper)]
        term = guarded(lambda n: function(n, *values))
        found = smooth_sum(term, ends[0]) if upper == sp.oo else None
        return mpmath.nsum(term, ends) if found is None else found

    def _levels(self, expr: sp.Sum, known: dict[sp.Expr, Any]) -> Any:
        b, gap, summand = level_summand(expr)
        return sum_over_levels(summand, self._value(b, known), self._value(gap, known))


def _require_one(expr: sp.Expr) -> None:
    """Refuse sums within sums or integrals: they take too long to many digits."""
    if len(expr.limits) > 1 or expr.function.has(sp.Sum):
        raise DivergenceError(
            f"{expr}",
            expected="sums that do not stand within one another, with backend='mpmath'",
            hint="the default backend of lambdify",
        )


def _function(symbols: tuple[sp.Symbol, ...], expr: sp.Expr) -> Callable[..., Any]:
    try:
        found: Callable[..., Any] = sp.lambdify(symbols, expr, [folded_numbers(), "mpmath"])
    except (NameError, TypeError):
        raise InputError(f"the integrand {expr}", expected="functions that mpmath has") from None
    return found
