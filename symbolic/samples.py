"""Two expressions held against each other in numbers: at random points, and in other units.

Nothing here is taken on trust: a value that cannot be had is an UndecidedError, and whoever asked has to
say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import CooperonError, UnitError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.digits import Digits, UndecidedError
from cooperon.symbolic.dimensions import Dimension, dimension_of
from cooperon.symbolic.points import (
    Point,
    in_other_units,
    random_points,
)
from cooperon.symbolic.reading_undone import LAST_N, UNDONE

__all__ = [
    "POINTS",
    "Sampled",
    "dimension_found",
    "inconsistency",
    "measured_dimension",
    "sampled_at",
    "told",
]

POINTS = 8
AGREED_DIGITS = 50
UNDONE_DIGITS = 9
_UNDONE_POINTS = 3
ROUNDED_DIGITS = 12
_CARRIED = 80
_MANY, _LOST, _LOOKED_CLOSER = 400, 30, 2
_QUADRATURE_DIGITS = 40
_QUOTED = 200
_DEEPEST = 2
# Values of integrands and summands at one point: a second or two.
_MOST_WORK = 60_000
_LONG_NUMBER = re.compile(r"(\d\.\d{5})\d{6,}")
_REMEMBERED = 500
_UNITS = ("1.7", "2.3", "0.6", "1.4", "0.8")


class Sampled:
    """Values of expressions at random points.

    Parameters
    ----------
    values : mapping of Symbol to Expr, optional
        Numbers that tau or tau_phi are held at.
    rounded : bool
        Whether numbers in the expressions are rounded: then they are compared to fewer digits.
    undone : bool
        Whether integrals or sums in them are not carried out: they are done by quadrature and adding up,
        to fewer digits and at fewer points.
    """

    def __init__(
        self,
        values: Mapping[sp.Symbol, sp.Expr] | None = None,
        *,
        rounded: bool = False,
        undone: bool = False,
    ) -> None:
        self.digits = Digits(_CARRIED)
        self._held = dict(values or {})
        self.undone = undone
        self.points = random_points(_UNDONE_POINTS if undone else POINTS, self.digits, values)
        self.agreed_digits = UNDONE_DIGITS if undone else ROUNDED_DIGITS if rounded else AGREED_DIGITS
        self.tolerance = self.digits.number(10) ** -self.agreed_digits
        self._values: dict[sp.Expr, list[Any]] = {}

    def values(self, expr: sp.Expr) -> list[Any]:
        """Values at all points.

        Raises
        ------
        UndecidedError
            When one of them cannot be had.
        """
        if expr not in self._values:
            if len(self._values) >= _REMEMBERED:
                self._values.clear()
            self._values[expr] = [self.value(expr, point) for point in self.points]
        return self._values[expr]

    def value(self, expr: sp.Expr, point: Point) -> Any:
        """Value at a point, with integrals and sums carried out."""
        return (
            _by_quadrature(expr, point, self.digits) if expr.has(*UNDONE) else self.digits.value(expr, point)
        )

    def same(self, one: Any, other: Any) -> bool:
        """Whether two values are equal to the digits asked for."""
        return bool(abs(one - other) <= self.tolerance * max(abs(one), abs(other)))

    def equal(self, left: sp.Expr, right: sp.Expr) -> bool:
        """Whether two expressions have the same value at every point."""
        return all(map(self.same, self.values(left), self.values(right)))

    def nearly(self, left: sp.Expr, right: sp.Expr) -> Any | None:
        """Return by which part of them two expressions that :meth:`equal` takes for equal differ.

        A factor 1 + 10**-60 shows in many more digits; None where nothing does.
        """
        if self.agreed_digits < AGREED_DIGITS or left == right:
            return None
        digits = Digits(_MANY)
        for point in random_points(_LOOKED_CLOSER, digits, self._held):
            one, other = digits.value(left, point), digits.value(right, point)
            apart = abs(one - other)
            if apart > digits.number(10) ** (_LOST - _MANY) * max(abs(one), abs(other)):
                return apart / max(abs(one), abs(other))
        return None

    def ratios(self, left: sp.Expr, right: sp.Expr) -> list[Any]:
        """Ratio of two expressions at every point; empty where the second is zero."""
        below = self.values(right)
        if any(value == 0 for value in below):
            return []
        return [above / value for above, value in zip(self.values(left), below, strict=True)]

    def constant_ratio(self, left: sp.Expr, right: sp.Expr) -> Any | None:
        """Return the ratio of two expressions, if it is one real number other than zero."""
        ratios = self.ratios(left, right)
        if not ratios or ratios[0] == 0 or not all(self.same(ratio, ratios[0]) for ratio in ratios):
            return None
        first = self.digits.context.mpc(ratios[0])
        return first.real if abs(first.imag) <= self.tolerance * abs(first) else None

    def same_dimension(self, left: sp.Expr, right: sp.Expr) -> bool:
        """Whether the ratio of two expressions is the same in all systems of units; true of zero."""
        factors = tuple(map(self.digits.number, _UNITS))
        for point, ratio in zip(self.points[:2], self.ratios(left, right)[:2], strict=False):
            elsewhere = in_other_units(point, factors)
            above, below = self.value(left, elsewhere), self.value(right, elsewhere)
            if not self.same(above, ratio * below):
                return False
        return True


@lru_cache(maxsize=16)
def sampled_at(
    values: tuple[tuple[sp.Symbol, sp.Expr], ...], *, rounded: bool = False, undone: bool = False
) -> Sampled:
    """Return the samples of a metal's values, which remember what was evaluated at their points.

    Examples
    --------
    >>> sampled_at(()) is sampled_at(())
    True
    """
    return Sampled(dict(values), rounded=rounded, undone=undone)


def _by_quadrature(expr: sp.Expr, point: Point, digits: Digits) -> Any:
    """Carry out what is undone by routes that share nothing with the rules of the engine."""
    from cooperon.numerics.evaluation import number

    if _depth(expr) > _DEEPEST:
        raise UndecidedError(f"more than {_DEEPEST} integrals or sums in one another: do one of them")
    values = {
        x: sp.Integer(int(point[x])) if x == LAST_N else sp.Float(str(point[x]), _QUADRATURE_DIGITS)
        for x in expr.free_symbols
        if x in point
    }
    try:
        found = number(expr, values, most=_MOST_WORK)
    except CooperonError as error:
        given = _LONG_NUMBER.sub(r"\1...", error.given)
        raise UndecidedError(f"{given}: {error.expected}"[:_QUOTED]) from None
    return digits.context.mpc(found) if found.imag else digits.context.mpf(found.real)


def _depth(expr: sp.Basic) -> int:
    """How many integrals and sums are done inside one another at most."""
    own = len(expr.limits) if isinstance(expr, UNDONE) else 0
    return own + max((_depth(one) for one in expr.args if one.has(*UNDONE)), default=0)


def measured_dimension(expr: sp.Expr, sampled: Sampled) -> Dimension | None:
    """Dimension of an expression, found by measuring in other units; None where it has none.

    Examples
    --------
    >>> from cooperon.symbolic import symbols as s
    >>> print(measured_dimension(sp.log(s.tau_phi) * s.D - s.D * sp.log(s.tau), Sampled()))
    m^2 s^-1
    """
    exponents = []
    number, context = sampled.digits.number, sampled.digits.context
    for base in range(len(_UNITS)):
        found = set()
        for text, point in zip(("2", "3.5"), sampled.points[:2], strict=True):
            factors = tuple(number(text) if i == base else number(1) for i in range(len(_UNITS)))
            here = sampled.value(expr, point)
            there = sampled.value(expr, in_other_units(point, factors))
            if not sampled.same(there * abs(here), here * abs(there)):
                return None
            found.add(_fraction(context.ln(abs(there) / abs(here)) / context.ln(factors[base]), sampled))
        exponent = found.pop()
        if found or exponent is None:
            return None
        exponents.append(sp.Rational(exponent.numerator, exponent.denominator))
    return Dimension(*exponents)


def dimension_found(expr: sp.Expr, sampled: Sampled, dim: sp.Expr) -> Dimension | None:
    """Dimension of an expression in a space of a dimension, by its symbols or else measured."""
    try:
        return dimension_of(expr, s.dimensions()).subs({s.d: dim})
    except UnitError:
        return measured_dimension(expr, sampled)


def inconsistency(expr: sp.Expr) -> str:
    """Say which terms of an expression do not fit together."""
    try:
        dimension_of(expr, s.dimensions())
    except UnitError as error:
        return f"{error.given} ({error.hint})"
    return str(expr)


def told(dimension: Dimension | None) -> str:
    """Say a dimension in words.

    Examples
    --------
    >>> told(Dimension(length=2)), told(Dimension())
    ('is in m^2', 'has no dimension')
    """
    return "has no dimension" if dimension in (None, Dimension()) else f"is in {dimension}"


def _fraction(number: Any, sampled: Sampled) -> Fraction | None:
    guess = Fraction(float(number)).limit_denominator(24)
    exact = sampled.digits.number(guess.numerator) / guess.denominator
    return guess if abs(number - exact) < sampled.tolerance * 1e6 else None
