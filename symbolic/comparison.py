"""Two expressions held against each other in numbers: at random points, in other units, in the limit.

Nothing here is taken on trust: a value that cannot be had is an UndecidedError, and whoever asked has to
say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import CooperonError
from cooperon.symbolic.digits import Digits, UndecidedError
from cooperon.symbolic.dimensions import Dimension
from cooperon.symbolic.points import (
    Point,
    in_other_units,
    random_points,
    toward_the_limit,
    with_other_temperature,
)
from cooperon.symbolic.reading_undone import UNDONE

__all__ = ["POINTS", "Limit", "Sampled", "measured_dimension", "sampled_at"]

POINTS = 8
AGREED_DIGITS = 50
UNDONE_DIGITS = 9
_UNDONE_POINTS = 3
ROUNDED_DIGITS = 12
_CARRIED = 80
_LIMIT_DIGITS = 140
_SMALL = (20, 30, 40)
_LIMIT_POINTS = 4
_VANISHES = 0.2
_STEADY = 0.05
_SAME_NUMBER = 1e-9
_QUADRATURE_DIGITS = 40
_QUOTED = 200
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

    values = {x: sp.Float(str(point[x]), _QUADRATURE_DIGITS) for x in expr.free_symbols if x in point}
    try:
        found = number(expr, values)
    except CooperonError as error:
        raise UndecidedError(f"{error.given}: {error.expected}"[:_QUOTED]) from None
    return digits.context.mpc(found) if found.imag else digits.context.mpf(found.real)


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


def _fraction(number: Any, sampled: Sampled) -> Fraction | None:
    guess = Fraction(float(number)).limit_denominator(24)
    exact = sampled.digits.number(guess.numerator) / guess.denominator
    return guess if abs(number - exact) < sampled.tolerance * 1e6 else None


@dataclass(frozen=True)
class _Trend:
    """Values of something ever closer to the limit, at small = 10**-20, 10**-30, 10**-40 and 1/10 of each."""

    values: tuple[Any, ...]
    tenth: tuple[Any, ...]

    def combined(self, other: _Trend, rule: Callable[[Any, Any], Any]) -> _Trend:
        return _Trend(tuple(map(rule, self.values, other.values)), tuple(map(rule, self.tenth, other.tenth)))

    @property
    def steps(self) -> tuple[Any, ...]:
        """How much a tenth of the small parameter changes the value: constants drop out."""
        return tuple(b - a for a, b in zip(self.values, self.tenth, strict=True))


class Limit:
    """The limit tau/tau_phi -> 0 of a hand expression and of a formula with a given leading form.

    The hand, the closed form and the leading form are followed to tau/tau_phi = 10**-40 from several
    random points. All that ends interference in the formula (1/omega, say) grows with tau_phi.
    """

    def __init__(self, hand: sp.Expr, expr: sp.Expr, leading: sp.Expr) -> None:
        self.digits = Digits(_LIMIT_DIGITS)
        self.points = random_points(_LIMIT_POINTS, self.digits)
        self.expressions = (hand, expr, leading)
        self._known = frozenset(expr.free_symbols)
        self._noise = self.digits.number(10) ** (20 - _LIMIT_DIGITS)

    @cached_property
    def _trends(self) -> list[tuple[_Trend, _Trend, _Trend]]:
        return [
            (
                self._trend(self.expressions[0], point),
                self._trend(self.expressions[1], point),
                self._trend(self.expressions[2], point),
            )
            for point in self.points
        ]

    def _trend(self, expr: sp.Expr, point: Point) -> _Trend:
        def at(power: int) -> Any:
            return self.digits.value(expr, self._close(point, power))

        return _Trend(tuple(map(at, _SMALL)), tuple(at(power + 1) for power in _SMALL))

    def _close(self, point: Point, power: int) -> Point:
        return toward_the_limit(point, self.digits.number(10) ** -power, self._known)

    def agrees(self, factor: Any = 1) -> bool:
        """Whether hand/factor differs from the closed form only by terms that the leading form drops.

        The difference has to vanish, as a power, against the leading form's last term; from every point.
        """
        return all(
            self._vanishes(self._difference(hand, expr, factor), self._last_order(leading))
            for hand, expr, leading in self._trends
        )

    def factor(self) -> Any | None:
        """Return the number by which the hand's dependence on tau_phi is off, if it is one real number."""
        found = []
        for hand, _, leading in self._trends:
            if leading.steps[-1] == 0:
                return None
            found.append(hand.steps[-1] / leading.steps[-1])
        return self._one_number(found)

    def constant(self) -> Any | None:
        """Return what the hand has more beside the logarithm, if it is one number other than zero.

        It is measured in the coefficient of ln(tau_phi/tau), as in ln(tau_phi/tau) + constant.
        """
        found = []
        for hand, _, leading in self._trends:
            steps = leading.steps
            if not all(steps) or abs(self._orders(steps)[-1]) > _SAME_NUMBER:
                return None
            coefficient = steps[-1] / self.digits.context.ln(10)
            difference = self._difference(hand, leading, 1)
            if not self._vanishes_values(difference.steps, 0.0, steps):
                return None
            found.append(difference.values[-1] / coefficient)
        number = self._one_number(found)
        return number if number is not None and abs(number) > _SAME_NUMBER else None

    def only_constant_differs(self) -> bool:
        """Whether the term in tau_phi is the hand's too, and what differs depends on no temperature or time.

        For leading forms with a cutoff's constant beside a power of tau_phi, as in three dimensions.
        """
        verdicts = set()
        for (hand, expr, leading), point in zip(self._trends, self.points, strict=True):
            last = self._last_order(leading)
            difference = self._difference(hand, expr, 1)
            if self._vanishes(difference, last):
                verdicts.add("agrees")
            elif (
                last is not None
                and abs(last) > _STEADY
                and self._vanishes_values(difference.steps, last, difference.values)
            ):
                verdicts.add("constant" if self._independent_of_temperature(point) else "differs")
            else:
                return False
        return verdicts in ({"constant"}, {"constant", "agrees"})

    def _independent_of_temperature(self, point: Point) -> bool:
        hand, expr, _ = self.expressions
        here, there = (
            self.digits.value(hand, end) - self.digits.value(expr, end)
            for end in (
                self._close(point, _SMALL[-1]),
                self._close(with_other_temperature(point), _SMALL[-1]),
            )
        )
        return bool(abs(here - there) < _SAME_NUMBER * abs(here))

    def _difference(self, hand: _Trend, other: _Trend, factor: Any) -> _Trend:
        def subtract(a: Any, b: Any) -> Any:
            difference = a / factor - b
            return self.digits.context.zero if abs(difference) <= self._noise * abs(b) else difference

        return hand.combined(other, subtract)

    def _last_order(self, leading: _Trend) -> float | None:
        """Power of tau/tau_phi of the term in the leading form that depends on it; None if none does."""
        return self._orders(leading.steps)[-1] if all(leading.steps) else None

    def _vanishes(self, difference: _Trend, last: float | None) -> bool:
        return last is not None and self._vanishes_values(difference.values, last, difference.values)

    def _vanishes_values(self, values: Sequence[Any], last: float, scale: Sequence[Any]) -> bool:
        """Whether values go to zero faster than small**last, as a power; all zero counts."""
        negligible = [
            abs(value) <= self._noise * abs(size) for value, size in zip(values, scale, strict=True)
        ]
        if negligible[-1]:
            return True
        return not any(negligible) and min(self._orders(values)) > last + _VANISHES

    def _orders(self, values: Sequence[Any]) -> list[float]:
        """Powers of the small parameter that values other than zero follow, from one to the next."""
        context = self.digits.context
        return [
            float(context.log10(abs(a) / abs(b))) / (there - here)
            for a, b, here, there in zip(values, values[1:], _SMALL, _SMALL[1:], strict=False)
        ]

    def _one_number(self, found: Sequence[Any]) -> Any | None:
        """Return the real number that all found values are."""
        first = self.digits.context.mpc(found[-1])
        if any(abs(value - first) > _SAME_NUMBER * max(1, abs(first)) for value in found):
            return None
        return first.real if abs(first.imag) <= _SAME_NUMBER * max(1, abs(first)) else None
