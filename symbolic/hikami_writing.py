"""From the polynomial of a Hikami box to an expression, terms with one factor in common put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd, lcm
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.fast import moment
from cooperon.symbolic.hikami_integrals import Expansion, Graded

__all__ = ["Units", "write"]

_Key = tuple[int, tuple[int, ...]]
_Terms = tuple[tuple[sp.Expr, sp.Rational], ...]


@dataclass(frozen=True)
class Units:
    """What stands in front of the polynomial of a box, and in which symbols it is written.

    Attributes
    ----------
    prefactor : sympy.Expr
        Without tau and velocities.
    times : int
        Power of tau in front.
    velocities : int
        Power of v_F in front.
    dim : sympy.Expr
        Dimension of space.
    written_in : str
        ``"v_F"`` or ``"D"``: D = v_F**2 tau/d takes the place of v_F.
    """

    prefactor: sp.Expr
    times: int
    velocities: int
    dim: sp.Expr
    written_in: str = "v_F"

    def __post_init__(self) -> None:
        if not isinstance(self.written_in, str) or self.written_in not in ("v_F", "D"):
            raise InputError(f"in terms of {self.written_in!r}", expected="v_F or D")

    def powers(self, times: int, velocities: int) -> tuple[int, int, sp.Expr]:
        """Powers of tau and of v_F (or sqrt(D)) of a term, and what d is left of D = v_F**2 tau/d."""
        times, velocities = self.times + times, self.velocities + velocities
        if self.written_in == "D":
            return times - velocities // 2, velocities, self.dim ** (velocities // 2)
        return times, velocities, sp.S.One

    def scale(self, times: int, velocities: int) -> sp.Expr:
        """Return powers of tau and of v_F (or sqrt(D))."""
        size = sp.sqrt(s.D) if self.written_in == "D" else s.v_F
        return s.tau**times * size**velocities


@dataclass(frozen=True)
class _Group:
    """Terms with the same powers of tau, v_F, d and the frequencies."""

    content: Any
    times: int
    velocities: int
    angles: sp.Expr
    factor: sp.Expr


def write(expansion: Expansion, value: Graded, units: Units) -> sp.Expr:
    """Write a polynomial out: what is common to all terms in front of a sum."""
    sorted_terms = sorted(_sorted(expansion, value).items(), key=lambda found: _place(found[0]))
    groups = [group for key, by_angle in sorted_terms for group in _groups(expansion, key, by_angle, units)]
    if not groups:
        return sp.S.Zero
    content = _content([group.content for group in groups])
    times, velocities = (min(getattr(each, name) for each in groups) for name in ("times", "velocities"))
    at_rest = sorted_terms[0][0][0] == 0
    angles = groups[0].angles if at_rest else sp.S.One
    summed = sp.Add(
        *(
            (group.content / content)
            * units.scale(group.times - times, group.velocities - velocities)
            * sp.factor(group.angles / angles)
            * group.factor
            for group in groups
        )
    )
    return content * units.prefactor * units.scale(times, velocities) * angles * summed


def _place(key: _Key) -> tuple[int, int]:
    """Order in which terms are written: by their order, those with momenta first."""
    order, frequencies = key
    return order + 2 * sum(frequencies), -order


def _sorted(expansion: Expansion, value: Graded) -> dict[_Key, dict[tuple[int, ...], _Terms]]:
    """Sort terms by their order in the momenta and their frequencies, and by their angular weights."""
    found: dict[_Key, dict[tuple[int, ...], _Terms]] = {}
    first = len(expansion.distinct)
    last = first + len(expansion.labels)
    for order, polynomial in enumerate(value):
        for exponents, coefficient in polynomial.items():
            frequencies, weights = exponents[:first], exponents[last:]
            chosen = zip(expansion.labels, exponents[first:last], strict=True)
            label = sp.Mul(*(symbol**power for symbol, power in chosen if power))
            terms = found.setdefault((order - 2 * sum(frequencies), frequencies), {})
            terms[weights] = (*terms.get(weights, ()), (label, sp.QQ.to_sympy(coefficient)))
    return found


def _groups(
    expansion: Expansion, key: _Key, by_angle: dict[tuple[int, ...], _Terms], units: Units
) -> Iterator[_Group]:
    """Add up the angular weights of what is otherwise the same."""
    order, frequencies = key
    times, velocities, dims = units.powers(order + sum(frequencies), order)
    phase = (-sp.I) ** order * sp.I ** sum(frequencies)
    sign = -1 if phase in (-1, -sp.I) else 1
    shifts = sp.Mul(*(x**power for x, power in zip(expansion.distinct, frequencies, strict=True)))
    summed: dict[sp.Expr, sp.Expr] = {}
    for weights, terms in by_angle.items():
        content = _content([coefficient for _, coefficient in terms])
        inner = sp.Add(*(coefficient / content * label for label, coefficient in terms))
        angles = sp.Mul(*(_weight(k, units.dim) ** power for k, power in enumerate(weights, 1)))
        summed[inner] = summed.get(inner, sp.S.Zero) + content * angles
    for inner, angles in summed.items():
        content, rest = sp.factor(dims * angles).as_coeff_Mul()
        if content != 0:
            yield _Group(sign * content, times, velocities, rest, sign * phase * shifts * inner)


def _weight(pairs: int, dim: sp.Expr) -> sp.Expr:
    """Weight of each of the ways to pair 2k velocities: 1/(d (d+2) ... (d+2k-2))."""
    return moment(2 * pairs, dim) / sp.factorial2(2 * pairs - 1)


def _content(numbers: list[sp.Rational]) -> sp.Rational:
    """Greatest common divisor, with the sign of the first number."""
    top = gcd(*(int(number.p) for number in numbers))
    bottom = lcm(*(int(number.q) for number in numbers))
    return sp.Rational(top if numbers[0] > 0 else -top, bottom)
