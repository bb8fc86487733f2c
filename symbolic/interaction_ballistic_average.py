"""Averages over directions in two dimensions of what residues leave: fractions in a flight.

A face of a ring has lines of at most two momenta, k and k + q, so after the integral over the energy it knows
the direction by flights y = z +- i x c alone, with x = q ell and z = 1 + tau times a frequency. Negative
powers of y come from <1/y> = 1/sqrt(z**2 + x**2) by derivatives in z, positive ones from the moments of c.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from cooperon.diagrams.errors import DiagramError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.directions import direction_average
from cooperon.symbolic.fast import cosine, moment

__all__ = [
    "AHEAD",
    "LENGTH",
    "LOSS",
    "SECOND",
    "SIZE",
    "in_flights",
    "in_lengths",
    "in_symbols",
    "over_directions",
]

SIZE, LOSS, LENGTH, AHEAD, SECOND = sp.symbols("x z S u S'", positive=True)
"""x = q ell, z = 1 + Omega tau, S = sqrt(z**2 + x**2), u = 1 + omega_n tau, S' = sqrt((2 - z)**2 + x**2)."""

_FLIGHT = sp.Symbol("y")
_DIM = sp.Integer(2)


def in_flights(residue: sp.Expr) -> sp.Expr:
    """Write q, v_F and the frequencies as x, z and u; what is left of units are powers of tau and hbar.

    Examples
    --------
    >>> in_flights(s.tau / (1 + s.Omega * s.tau))
    tau/z
    """
    table = {
        s.Omega: (LOSS - 1) / s.tau,
        s.omega_n: (AHEAD - 1) / s.tau,
        s.v_F: SIZE / (s.q * s.tau),
    }
    return residue.xreplace(table)


def over_directions(function: sp.Expr) -> sp.Expr:
    """Average a function of c, x and losses whose poles in c are those of flights.

    Raises
    ------
    DiagramError
        When there are other poles.

    Examples
    --------
    >>> over_directions(1 / (LOSS - sp.I * SIZE * cosine) ** 2)
    z/(x**2 + z**2)**(3/2)
    """
    if not function.has(cosine):
        return function
    along = function.xreplace({cosine: _FLIGHT / (sp.I * SIZE)})  # y = i x c
    (front, top), (back, bottom) = (_real(part) for part in sp.fraction(sp.together(along)))
    terms = sp.Add.make_args(sp.apart(sp.cancel(top / bottom), _FLIGHT))
    return front / back * sp.Add(*(_term(term) for term in terms))


def _real(expr: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Take a factor i out of a polynomial that has it in all its terms."""
    expanded = sp.expand(expr)
    return (sp.I, sp.expand(expanded / sp.I)) if expanded.has(sp.I) else (sp.S.One, expanded)


def _term(term: sp.Expr) -> sp.Expr:
    """Average a power of y, or C/(a y + b)**n."""
    top, bottom = sp.fraction(sp.together(term))
    if not bottom.has(_FLIGHT):
        powers = sp.Poly(top, _FLIGHT).terms()
        return sp.Add(*(factor * (sp.I * SIZE) ** n * moment(n, _DIM) for (n,), factor in powers)) / bottom
    poly = sp.Poly(bottom, _FLIGHT)
    order, lead = int(poly.degree()), poly.LC()
    loss = sp.cancel(poly.nth(order - 1) / (order * lead))
    if top.has(_FLIGHT) or sp.expand(bottom - lead * (_FLIGHT + loss) ** order) != 0:
        raise DiagramError(f"the average of {term} over directions", expected="the poles of flights")
    sign = -1 if _negative(loss) else 1
    return top / lead * sign**order * _flight(order).xreplace({LOSS: sp.expand(sign * loss)})


def _negative(loss: sp.Expr) -> bool:
    """Tell whether a flight y is written with the other sign: losses are sums of positive frequencies."""
    ahead = loss.xreplace({LOSS: LOSS + 1, AHEAD: AHEAD + 1})  # z and u above 1
    return bool(sp.expand(ahead).is_negative)


@cache
def _flight(order: int) -> sp.Expr:
    """Average of (z + i x c)**(-order)."""
    free = direction_average(SIZE, LOSS, _DIM)
    return sp.diff(free, LOSS, order - 1) * (-1) ** (order - 1) / sp.factorial(order - 1)


def in_lengths(expr: sp.Expr) -> sp.Expr:
    """Write sqrt(z**2 + x**2) as S, sqrt((2 - z)**2 + x**2) as S', and x**2 as S**2 - z**2.

    Examples
    --------
    >>> in_lengths(SIZE**2 / sp.sqrt(LOSS**2 + SIZE**2))
    -(-S + z)*(S + z)/S
    """
    squares = {sp.expand(loss**2 + SIZE**2): length for loss, length in ((LOSS, LENGTH), (2 - LOSS, SECOND))}
    named = expr.replace(
        lambda part: part.is_Pow and sp.expand(part.base) in squares,
        lambda part: squares[sp.expand(part.base)] ** (2 * part.exp),
    )
    even = sp.cancel(sp.together(named))
    return sp.factor(even.subs(SIZE, sp.sqrt(LENGTH**2 - LOSS**2)))


def in_symbols(expr: sp.Expr) -> sp.Expr:
    """Write S, x, z and u out.

    Examples
    --------
    >>> in_symbols(LENGTH)
    sqrt(ell**2*q**2 + (Omega*tau + 1)**2)
    """
    loss, size = 1 + s.Omega * s.tau, s.q * s.ell
    table = {
        LENGTH: sp.sqrt(loss**2 + size**2),
        SECOND: sp.sqrt((1 - s.Omega * s.tau) ** 2 + size**2),
        LOSS: loss,
        SIZE: size,
        AHEAD: 1 + s.omega_n * s.tau,
    }
    return expr.xreplace(table)
