"""Infinite sums with mpmath: by their terms where these fall off, else by what kind of slow sum it is.

A smooth slow sum is the integral of its term and the Euler-Maclaurin series, an oscillating one is
added up with weights that fall to zero smoothly. Each is done twice, from two places on, and the difference
is the error: what fits neither description has none that is small.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath

from cooperon.numerics.line_integrals import Function, integral

__all__ = ["infinite_sum"]

_FEW, _MANY = 512, 8192
_STARTS = (32, 512)
_TERMS = 10
_FINEST = 2
_SMOOTH = 0.25
"""Terms of a smooth sum change by less than this from one to the next, far out."""
_NEGLIGIBLE = mpmath.mpf("1e-16")
_FALL = 1e-4
"""Terms fall off exponentially where they do so by more than this while their number doubles."""
_DECAY = 0.8
_GOOD = mpmath.mpf("1e-13")


def infinite_sum(function: Function, first: int) -> tuple[Any, Any]:
    """Add up function(first) + function(first + 1) + ...

    Parameters
    ----------
    function : callable
        The term; where it falls off slowly and does not oscillate it is asked at non-integers, too.
    first : int
        Where it begins.

    Returns
    -------
    tuple
        The value and its error, which is large where there is no value.

    Examples
    --------
    >>> value, error = infinite_sum(lambda n: 1 / (n + mpmath.mpf(1)) ** 1.5, 0)
    >>> bool(abs(value - mpmath.zeta(1.5)) < 1e-12 and error < 1e-12)
    True
    >>> bool(infinite_sum(lambda n: 1 / (n + mpmath.mpf(1)), 0)[1] > 0.1)
    True
    """
    terms = _Terms(function, first)
    found: list[tuple[Any, Any]] = []
    for method in (_by_terms(_FEW), _smooth, _by_terms(_MANY), _oscillating):
        value, error = method(terms)
        if error <= _GOOD * max(1, abs(value)):
            return value, error
        found.append((value, error))
    return min(found, key=lambda pair: pair[1])


class _Terms:
    """The terms of a sum, each computed once."""

    def __init__(self, function: Function, first: int) -> None:
        self.function, self.first = function, first
        self._known: list[Any] = []

    def up_to(self, number: int) -> list[Any]:
        while len(self._known) < number:
            self._known.append(mpmath.mpmathify(self.function(self.first + len(self._known))))
        return self._known[:number]

    def size(self, start: int, end: int) -> Any:
        """Largest of some terms."""
        return max(map(abs, self.up_to(end)[start:end]))


def _by_terms(number: int) -> Callable[[_Terms], tuple[Any, Any]]:
    """Add up terms that fall off exponentially; their number is doubled until the last ones do not count."""

    def method(terms: _Terms) -> tuple[Any, Any]:
        count = 32
        while count <= number:
            value = mpmath.fsum(terms.up_to(count))
            last, before = terms.size(count // 2, count), terms.size(count // 4, count // 2)
            if last == 0 and before == 0:
                return value, mpmath.mpf(0)
            end = terms.size(count - count // 16, count) * count
            if last < _FALL * before and end <= _NEGLIGIBLE * max(abs(value), last):
                return value, end
            count *= 2
        return value, mpmath.inf

    return method


def _smooth(terms: _Terms) -> tuple[Any, Any]:
    far = terms.up_to(_FEW)[_FEW // 2 :]
    if not all(abs(after - before) <= _SMOOTH * abs(before) for before, after in pairwise(far)):
        return mpmath.mpf(0), mpmath.inf
    try:
        values, errors = zip(*(_euler_maclaurin(terms, start) for start in _STARTS), strict=True)
    except (ArithmeticError, ValueError):
        return mpmath.mpf(0), mpmath.inf
    error = max(abs(values[0] - values[1]), *errors)
    return values[1], error if mpmath.isfinite(error) else mpmath.inf


def _euler_maclaurin(terms: _Terms, start: int) -> tuple[Any, Any]:
    """Terms below start, the integral from there on, and the series at its end."""
    place = mpmath.mpf(terms.first + start)
    tail, error = integral(terms.function, place, mpmath.inf, finest=_FINEST)
    slopes = mpmath.taylor(terms.function, place, 2 * _TERMS)
    series = [mpmath.bernoulli(2 * k) / (2 * k) * slopes[2 * k - 1] for k in range(1, _TERMS + 1)]
    value = mpmath.fsum([*terms.up_to(start), slopes[0] / 2, tail, *(-x for x in series)])
    return value, error + abs(series[-1])


def _oscillating(terms: _Terms) -> tuple[Any, Any]:
    """Weigh the terms with a smooth step down: what oscillates about zero has no tail left."""
    if not terms.size(_MANY // 2, _MANY) < _DECAY * terms.size(_MANY // 4, _MANY // 2):
        return mpmath.mpf(0), mpmath.inf
    half, whole = (
        mpmath.fsum(_step(mpmath.mpf(n) / number) * term for n, term in enumerate(terms.up_to(number)))
        for number in (_MANY // 2, _MANY)
    )
    return whole, abs(whole - half)


def _step(x: Any) -> Any:
    """Fall from 1 below 1/4 to 0 above 1, infinitely smoothly."""
    if x <= 0.25:
        return mpmath.mpf(1)
    y = (x - mpmath.mpf("0.25")) / mpmath.mpf("0.75")
    return 1 / (1 + mpmath.exp(1 / (1 - y) - 1 / y)) if 0 < y < 1 else mpmath.mpf(0)
