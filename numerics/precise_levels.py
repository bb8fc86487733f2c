"""Sums over Landau levels of a closed path to any number of digits, for the flights of any field.

Each level is a pair of continued fractions. Beyond the levels that are added up the sum is a power series in
h = 1/sqrt(s**2 + 2 n b), s = 1 + gap: sums that end at different levels are extrapolated to h = 0. The levels
of :mod:`cooperon.numerics.landau_kernels` are joined to an integral instead: the two share nothing but the
continued fractions.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp

from cooperon.diagrams.errors import DivergenceError
from cooperon.numerics.level_sums import STAYS_LOST_UP_DOWN

__all__ = ["sum_over_levels"]

_MOST = 200_000
"""Levels that are added up at most."""
_AMPLIFIED = 0.8
"""Digits a partial sum that its extrapolation to h = 0, from twice as far, takes away."""


def sum_over_levels(summand: sp.Expr, b: Any, gap: Any) -> Any:
    """Sum b f(P_n, 1 - P_n, Q_n, Q_(n-1)) over all levels, to mpmath's precision less some digits.

    Parameters
    ----------
    summand : sympy.Expr
        f; it falls as P_n**3.
    b, gap : mpf or mpc
        Strength of the field, not negative; and what a flight loses at rest, of positive real part.

    Raises
    ------
    DivergenceError
        When more than 200000 levels would have to be added up: far from b = 1.

    Examples
    --------
    >>> stays = STAYS_LOST_UP_DOWN[0]
    >>> with mpmath.workdps(20):
    ...     print(mpmath.nstr(sum_over_levels(stays**3, mpmath.mpf(1), mpmath.mpf("0.5")), 12))
    0.665756680836
    """
    function = _function(summand)
    return _without_field(function, gap) if b == 0 else _in_field(function, mpmath.mpf(b), gap)


@lru_cache(maxsize=64)
def _function(summand: sp.Expr) -> Any:
    return sp.lambdify(STAYS_LOST_UP_DOWN, summand, "mpmath")


def _without_field(function: Any, gap: Any) -> Any:
    """Integral over t = (q ell)**2/2 of the same, in h = 1/sqrt(s**2 + 2 t)."""
    loss = 1 + gap

    def of(h: Any) -> Any:
        """P = h, and Q for a flight weighted with its direction."""
        sideways = h * mpmath.sqrt((1 - loss * h) / (1 + loss * h))
        return function(h, 1 - h, sideways, sideways) / h**3

    value = mpmath.quad(of, [0, 1 / loss])
    return value if mpmath.im(gap) else mpmath.re(value)


def _in_field(function: Any, b: Any, gap: Any) -> Any:
    """Extrapolate partial sums by Neville's scheme in h."""
    digits = mpmath.mp.dps
    loss = 1 + gap
    number = 3 * digits // 2  # partial sums; the series in h converges geometrically
    reach = max(4 * (abs(loss) + 1), digits / 4)  # 1/h from here to twice as far
    far_out = int((reach**2 - abs(loss) ** 2) / (2 * b)) + 2 * digits
    lost = int(_AMPLIFIED * number)
    first = max(_where_nothing_is_reflected(b, loss, digits + lost), far_out)
    last = 4 * first + 2 * number
    if last > _MOST:
        raise DivergenceError(
            f"a sum over {last} Landau levels",
            expected=f"at most {_MOST}",
            hint="a field nearer to hbar/(4 e D tau), or the other backends",
        )
    ends = sorted({first + (last - first) * k * k // number**2 for k in range(1, number + 1)})
    with mpmath.workdps(digits + 2 * lost):
        sums = _partial_sums(function, b, gap, ends)
        places = [1 / mpmath.sqrt(loss**2 + 2 * b * n) for n in ends]
        return _at_zero(places, sums)


def _where_nothing_is_reflected(b: Any, loss: Any, digits: int) -> int:
    """Level from which on a path no longer feels the lowest level: exp(-2 s sqrt(2 n/b)) is negligible."""
    return int((mpmath.log(10) * (digits + 2) / mpmath.re(loss)) ** 2 * b / 8) + 1


def _partial_sums(function: Any, b: Any, gap: Any, ends: list[int]) -> list[Any]:
    """Add up b f over the levels below each of some ends."""
    loss = 1 + gap
    spare = mpmath.sqrt(ends[-1]) + mpmath.log(10) * (mpmath.mp.dps + 2) / mpmath.re(loss) * mpmath.sqrt(
        b / 8
    )
    start = int(spare**2) + 2
    above = _fractions_from_above(b, loss, start, ends[-1])
    sums, total, below = [], mpmath.mpf(0), loss
    wanted = set(ends)
    for n in range(ends[-1] + 1):
        if n in wanted:
            sums.append(b * total)
        missing = gap + b / 2 * ((n + 1) / above[n] + n / below)
        stays = 1 / (1 + missing)
        up, down = stays * mpmath.sqrt(b * (n + 1) / 2) / above[n], stays * mpmath.sqrt(b * n / 2) / below
        total += function(stays, missing * stays, up, down)
        below = loss + b / 2 * n / below
    return sums


def _fractions_from_above(b: Any, loss: Any, start: int, number: int) -> list[Any]:
    """Return y of the level above each of the lowest; on the way down its beginning is forgotten."""
    value = (mpmath.sqrt(loss**2 + 2 * b * start) + loss) / 2
    found = []
    for level in range(start, -1, -1):
        if level <= number:
            found.append(value)
        value = loss + b / 2 * (level + 1) / value
    return found[::-1]


def _at_zero(places: list[Any], values: list[Any]) -> Any:
    """Neville's scheme."""
    table = list(values)
    for width in range(1, len(table)):
        for i in range(len(table) - width):
            one, other = places[i], places[i + width]
            table[i] = (other * table[i] - one * table[i + 1]) / (other - one)
    return table[0]
