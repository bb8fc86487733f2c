"""Two expressions held against each other in numbers in the limit tau/tau_phi -> 0.

Nothing here is taken on trust: a value that cannot be had is an UndecidedError, and whoever asked has to
say so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from cooperon.symbolic.digits import Digits
from cooperon.symbolic.points import (
    Point,
    random_points,
    toward_the_limit,
    with_one_other,
    with_other_temperature,
)

__all__ = ["Limit"]

_LIMIT_DIGITS = 140
_SMALL = (20, 30, 40)
_LIMIT_POINTS = 4
_VANISHES = 0.2
_STEADY = 0.05
_SAME_NUMBER = 1e-9


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
        """Whether a difference stays when temperature, or tau_phi, a field, ... by itself, is another."""
        hand, expr, _ = self.expressions
        close = self._close(point, _SMALL[-1])
        others = [self._close(with_other_temperature(point), _SMALL[-1]), *with_one_other(close, self._known)]
        here, *there = (
            self.digits.value(hand, end) - self.digits.value(expr, end) for end in (close, *others)
        )
        return all(abs(here - one) < _SAME_NUMBER * abs(here) for one in there)

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
