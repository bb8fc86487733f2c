r"""Flights between high Landau levels: series in the field at a fixed (n + 1/2) b.

Along a direction the momentum of a closed path in a field is sqrt(b) times the coordinate X of an oscillator,
a tridiagonal matrix in the levels. So 1/(s + i sqrt(b) X) is made of continued fractions, one that runs up
from a level and one that runs down,

    y_n = s + (b/2)(n + 1)/y_(n+1),    w_n = s + (b/2) n/w_(n-1),    P_n = 1/(y_n + w_n - s).

In t = (n + 1/2) b and u = sqrt(s**2 + 2 t) the first is a series y = u sum_k (b/u**2)**k Y_k(s/u), Y_k a
polynomial; the second is the same with -b, but for what the lowest level reflects: there P_n = P (1 + rho_n),
rho_n = (-1)**n exp(-psi), with the exact derivative d psi/ds = (2/b)/P and psi = 0 at s = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Levels", "smooth_levels", "upward"]

Values = npt.NDArray[Any]
_ORDERS = 8
"""Highest power of b/u**2; where the series is used this is below 1/200."""


@dataclass(frozen=True)
class Levels:
    """What a flight does in a level n (arrays that broadcast).

    Attributes
    ----------
    stays : ndarray
        P_n, amplitude to stay in the level.
    lost : ndarray
        1 - P_n, without a difference of nearly equal numbers.
    up, down : ndarray
        Q_n and Q_(n-1), amplitudes weighted with the direction, to the next level and the one below.
    """

    stays: Values
    lost: Values
    up: Values
    down: Values


def smooth_levels(t: Values, parity: Values, b: Values, gap: Values) -> Levels:
    """High levels as functions of a continuous t = (n + 1/2) b.

    Parameters
    ----------
    t : ndarray
        Above some 100 b.
    parity : ndarray
        1 for what belongs to even levels, -1 to odd ones.
    b, gap : ndarray
        Strength of the field, and s - 1.

    Examples
    --------
    >>> far = smooth_levels(*map(np.array, (200.5, 1.0, 1.0, 0.1)))
    >>> print(f"{far.stays:.10f} {1 / np.sqrt(1.1**2 + 401):.10f}")
    0.0498623683 0.0498624447
    """
    loss = 1 + gap
    size = np.sqrt(loss**2 + 2 * t)
    small, ratio = b / size**2, loss / size
    even, odd = size * _series(small, ratio, 0), size * _series(small, ratio, 1)
    below = t / (size + loss)  # (size - loss)/2 with all digits
    above, under = below + even + odd, below + even - odd  # y - s and w - s, without reflection
    reflected = parity * np.exp(-_attenuation(t, b, loss, size, ratio))
    missing = (gap * (2 + gap) + 2 * t) / (size + 1) + 2 * even
    stays = (1 + reflected) / (1 + missing)
    at_rest = t <= 0
    under = (under - (above + loss) * reflected) / (1 + reflected)
    return Levels(
        stays,
        (missing - reflected) / (1 + missing),
        stays * above / np.sqrt(np.where(at_rest, 1, t / 2 + b / 4)),
        stays * under / np.sqrt(np.where(at_rest, 1, t / 2 - b / 4)),
    )


def upward(t: Values, b: Values, gap: Values) -> Values:
    """Continued fraction y that runs up from a high level."""
    loss = 1 + gap
    size = np.sqrt(loss**2 + 2 * t)
    small, ratio = b / size**2, loss / size
    whole = _series(small, ratio, 0) + _series(small, ratio, 1)
    return np.asarray((size + loss) / 2 + size * whole)


def _series(small: Values, ratio: Values, rest: int) -> Values:
    """Sum of small**k Y_k(ratio) over the k > 0 that are even (``rest`` 0) or odd (1)."""
    powers = (k for k in range(1, _ORDERS + 1) if k % 2 == rest)
    square = ratio**2
    return np.asarray(sum(small**k * _value(polynomials()[k], ratio, square) for k in powers))


def _value(table: npt.NDArray[np.float64], ratio: Values, square: Values) -> Values:
    """Value of a polynomial that has even powers only, or odd ones only."""
    value = np.polyval(table[::2], square)
    return np.asarray(value if len(table) % 2 else value * ratio)


def _attenuation(t: Values, b: Values, loss: Values, size: Values, ratio: Values) -> Values:
    """Integrate 2/(b P) from s' = 0 to s: by parts in u, and polynomials in s/u.

    With a frequency the levels below t = abs(s)**2/2 are those that a path does not reach.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        first = loss * size + 2 * t * np.arcsinh(loss / np.sqrt(2 * t))
        later = (
            2 * (b / (2 * t)) ** (2 * k - 1) * _value(table, ratio, ratio**2)
            for k, table in enumerate(_reflections(), 1)
        )
        value = first / b + sum(later)
    seen = (b > 0) & (2 * t > abs(loss) ** 2 * (np.imag(loss) != 0))
    return np.asarray(np.where(seen, value, np.inf))


Polynomial = list[Fraction]


@cache
def polynomials() -> tuple[npt.NDArray[np.float64], ...]:
    """Return Y_k for k = 0, 1, ..., highest power first.

    Examples
    --------
    >>> [table.tolist() for table in polynomials()[:3]]
    [[0.5, 0.5], [0.25, 0.0], [-0.3125, 0.0, 0.125]]
    """
    return tuple(_highest_first(table) for table in _exact())


@cache
def _exact() -> tuple[Polynomial, ...]:
    """Solve y(t) y(t+b) = s y(t+b) + t/2 + b/4 order by order in b; 2 y_0 - s = u."""
    found: list[Polynomial] = [[Fraction(1, 2), Fraction(1, 2)]]
    for k in range(1, _ORDERS + 1):
        rest = [Fraction(1, 4) if k == 1 else Fraction(0)]
        for j in range(k):
            rest = _sum(rest, _product([Fraction(0), Fraction(1)], _shifted(found, j, k - j)))
            for i in range(k - j + 1):
                if i < k:
                    taken = _product(found[i], _shifted(found, j, k - i - j))
                    rest = _sum(rest, [-x for x in taken])
        found.append(rest)
    return tuple(found)


def _shifted(found: list[Polynomial], j: int, order: int) -> Polynomial:
    """Take the term of the Taylor series in the step b, of the part u**(1-2j) Y_j(s/u); d/dt = (1/u) d/du."""
    table, power = found[j], 1 - 2 * j
    for _ in range(order):
        table = [(power - i) * x for i, x in enumerate(table)]
        power -= 2
    return [x / factorial(order) for x in table]


@cache
def _reflections() -> tuple[npt.NDArray[np.float64], ...]:
    """Integrals over v = s/u of 2 Y_(2k)(v) (1 - v**2)**(2k-2)."""
    found = []
    for k in range(1, _ORDERS // 2 + 1):
        table = [2 * x for x in _exact()[2 * k]]
        for _ in range(2 * k - 2):
            table = _product(table, [Fraction(1), Fraction(0), Fraction(-1)])
        found.append(_highest_first([Fraction(0), *(x / (i + 1) for i, x in enumerate(table))]))
    return tuple(found)


def _highest_first(table: Polynomial) -> npt.NDArray[np.float64]:
    trimmed = list(table)
    while len(trimmed) > 1 and trimmed[-1] == 0:
        trimmed.pop()
    return np.array([float(x) for x in reversed(trimmed)])


def _sum(a: Polynomial, b: Polynomial) -> Polynomial:
    longest = max(len(a), len(b))
    padded = ([*x, *[Fraction(0)] * (longest - len(x))] for x in (a, b))
    return [x + y for x, y in zip(*padded, strict=True)]


def _product(a: Polynomial, b: Polynomial) -> Polynomial:
    found = [Fraction(0)] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            found[i + j] += x * y
    return found
