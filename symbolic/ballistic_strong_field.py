r"""The exact kernel in a strong field: loops around a flux quantum are shorter than the mean free path.

For b -> oo a flight knows the oscillator at its centre alone: P_n is pi/sqrt(b) times the density there, Q_n
the matrix element of 1/(sqrt(b) y) from n to n + 1. Both vanish for odd levels, where what is left is smaller
by another root of b. Each part is 1/sqrt(b) times a hypergeometric series over the even levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.ballistic import Interference, interference
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.landau_levels import (
    FlightBetweenLevels,
    FlightInLevel,
    LevelFunction,
    oscillator,
)
from cooperon.symbolic.metal import Metal

__all__ = ["strong_field"]

_PAIR = sp.Symbol("m", integer=True, nonnegative=True)
_SMALL = sp.Symbol("epsilon", positive=True)
_HALF = sp.Rational(1, 2)


def strong_field(metal: Metal) -> Interference:
    r"""Derive the weak-localization correction for B much above hbar/(2 e ell**2), with the exact kernel.

    Parameters
    ----------
    metal : Metal
        A metal in two dimensions with a ``PerpendicularField``.

    Returns
    -------
    Interference
        Both parts fall as 1/sqrt(B) and do not know tau_phi.

    Raises
    ------
    InputError
        For a metal without a field, or one that the exact kernel does not know.

    References
    ----------
    V. M. Gasparyan and A. Yu. Zyuzin, Sov. Phys. Solid State 27, 999 (1985); M. I. Dyakonov, Solid State
    Commun. 92, 711 (1994); A. Zduniak, M. I. Dyakonov and W. Knap, Phys. Rev. B 56, 1996 (1997).

    Examples
    --------
    >>> from cooperon.symbolic.fields import PerpendicularField
    >>> strong_field(Metal(dim=2, field=PerpendicularField())).nonbackscattering.expr
    e**(3/2)/(8*sqrt(pi)*sqrt(B)*sqrt(D)*sqrt(hbar)*sqrt(tau))
    """
    if not isinstance(metal, Metal) or metal.field is None:
        raise InputError(
            f"{metal!r} in a strong field",
            expected="a metal with a field",
            hint="cp.Metal(dim=2, field=cp.PerpendicularField())",
        )
    parts = interference(metal)
    return Interference(*map(_strong, (parts.backscattering, parts.nonbackscattering, parts.total)))


def _strong(formula: Formula) -> Formula:
    """Carry out every sum over levels of a formula for strong fields."""
    ((b, gap),) = {flight.args[1:] for flight in formula.expr.atoms(LevelFunction)}
    found, steps = formula.expr, list(_flight_steps(b, gap))
    for node in sorted(formula.expr.atoms(sp.Sum), key=sp.default_sort_key):
        step = _series(node)
        steps.append(step)
        found = found.xreplace({node: step.rhs})
    found = sp.expand_mul(found)
    steps.append(
        Step("strong field", formula.expr, found, "b -> oo: the even levels alone", ((s.B, -2),), sp.S.One)
    )
    strong = Assumption("B >> hbar/(2 e ell**2): loops of a flux quantum are short against ell", b > 1)
    return replace(
        formula,
        expr=found,
        asymptote=found,
        derivation=formula.derivation + steps,
        assumptions=(*formula.assumptions, strong),
    )


def _flight_steps(b: sp.Expr, gap: sp.Expr) -> Iterator[Step]:
    """State what becomes of the flights from an even level."""
    reasons = (
        (FlightInLevel, "z/(z**2 + b y**2) is pi/sqrt(b) times a delta function"),
        (
            FlightBetweenLevels,
            "y/(z**2 + b y**2) is 1/(b y); y times 1/y is 1, level by level",
        ),
    )
    for flight, reason in reasons:
        full, leading = flight(2 * _PAIR, b, gap), _at_even(flight(2 * _PAIR, b, gap))
        scaling = ((s.B, -2),)
        yield Step(
            f"strong field: {flight.letter} of an even level", full, leading, reason, scaling, sp.S.One
        )


def _at_even(flight: LevelFunction) -> sp.Expr:
    """Return the leading form of a flight from an even level n."""
    n, b, _ = flight.args
    if isinstance(flight, FlightInLevel):
        return sp.combsimp(sp.pi * oscillator(n, sp.S.Zero) ** 2) / sp.sqrt(b)
    return sp.sqrt(2 / (n + 1)) / sp.sqrt(b)


def _series(node: sp.Sum) -> Step:
    """Add up the even levels of a sum."""
    term = _term(node)
    first = sp.simplify(term.subs(_PAIR, 0))
    series = _hypergeometric(sp.hypersimp(sp.combsimp(term / first), _PAIR))
    return Step(
        "sum over even levels",
        first * series,
        first * _at_one(series),
        "successive terms have a rational ratio; Clausen's square of a series, and Gauss's value at 1",
    )


def _term(node: sp.Sum) -> sp.Expr:
    """Return the leading term of an even level; a flight from an odd one is smaller by a root of b."""
    ((level, _, _),) = node.limits
    flights = node.function.atoms(LevelFunction)
    table = {flight: _at_even(flight.func(2 * _PAIR, *flight.args[1:])) * _SMALL for flight in flights}
    table |= {flight: sp.S.Zero for flight in flights if flight.args[0] == level - 1}
    b = next(iter(flights)).args[1]
    in_flights = (node.function / b).xreplace(table)
    power = sp.degree(sp.numer(sp.together(in_flights)), _SMALL)
    return b * sp.limit(in_flights / _SMALL**power, _SMALL, 0)


def _hypergeometric(ratio: sp.Expr) -> sp.Expr:
    """Sum a series that begins with 1 and whose successive terms have this ratio."""
    parts = (sp.Poly(part, _PAIR) for part in sp.fraction(sp.together(ratio)))
    upper, lower = ([-root for root, times in sp.roots(part).items() for _ in range(times)] for part in parts)
    return sp.hyper((*upper, 1), lower, 1)


def _at_one(series: sp.Expr) -> sp.Expr:
    """Value at 1 of a series with two parameters above (Gauss), or the square of one (Clausen)."""
    upper, lower = list(series.ap), list(series.bq)
    if len(upper) == 2:
        (a, b), (c,) = upper, lower
        return sp.gamma(c) * sp.gamma(c - a - b) / (sp.gamma(c - a) * sp.gamma(c - b))
    a, b, both = (x / 2 for x in sorted(upper))
    if 2 * both != a + b or sorted(lower) != sorted((2 * (a + b), a + b + _HALF)):
        raise InputError(f"the series {series}", expected="one that is the square of Gauss's (Clausen)")
    return _at_one(sp.hyper((a, b), (a + b + _HALF,), 1)) ** 2
