r"""Squared poles of a coherent sample between two leads: lattice sums, closed or convergent exponentially.

What the sum along the sample leaves falls off as exp(-2 pi m L/w) beside powers of m, and these add up to
zeta functions: of two m by the number of ways to write an integer as a sum of two squares.

References
----------
G. H. Hardy, Mess. Math. 49, 85 (1919), for the sum over two squares (found by L. Lorenz, 1871).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import sympy as sp

from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fluctuation_modes import (
    LENGTH,
    ModeSum,
    Ratios,
    master_steps,
    pole_sum,
    square_sum,
    uneven_sum,
)

__all__ = ["coherent_sum", "two_squares"]

_N = sp.Symbol("n", integer=True, positive=True)
_M, _K = sp.Symbol("m", integer=True, positive=True), sp.Symbol("k", integer=True, positive=True)
_X = sp.Symbol("x", positive=True)


def coherent_sum(ratios: Ratios) -> ModeSum:
    """Sum the squared poles where nothing but the leads ends coherence.

    Examples
    --------
    >>> [coherent_sum(ratios).value for ratios in ((), (sp.S.One,))]
    [1/90, Catalan/(6*pi**2)]
    """
    first = _wire()
    start = Step(
        "no dephasing",
        sp.Sum(1 / (sp.pi * _N) ** 4, (_N, 1, sp.oo)),
        first,
        "the limit of a small gap: zeta(4)/pi**4",
    )
    steps = [*master_steps(), start]
    if len(set(ratios)) > 1:
        first = uneven_sum(ratios)
    elif ratios:
        steps.append(_split())
        steps += _across(len(ratios) + 1, ratios[0])
        first = steps[-1].rhs
    return ModeSum(first, first, tuple(steps))


def _powers(x: sp.Expr) -> sp.Expr:
    """Return what of :func:`square_sum` falls off as powers."""
    return 1 / (4 * x**3) - 1 / (2 * x**4)


def _rest(x: sp.Expr) -> sp.Expr:
    """Return what of :func:`square_sum` falls off as exp(-2x)."""
    return _fast_rest().xreplace({_X: x})


@cache
def _fast_rest() -> sp.Expr:
    left = square_sum(_X) - _powers(_X)
    grown = sp.Symbol("E", positive=True)
    left = left.rewrite(sp.exp).xreplace({sp.exp(-_X): 1 / sp.sqrt(grown), sp.exp(_X): sp.sqrt(grown)})
    parts = sp.apart(sp.factor(sp.simplify(left)), grown)
    return sp.Add(*map(sp.factor, sp.Add.make_args(parts))).xreplace({grown: sp.exp(2 * _X)})


def _split() -> Step:
    return Step(
        "powers and rest",
        square_sum(LENGTH),
        _powers(LENGTH) + _rest(LENGTH),
        "for a large gap two powers are left, up to exponentially small terms",
    )


def _across(dim: int, ratio: sp.Expr) -> Iterator[Step]:
    """Sum over the modes across, of which the first is the wire's."""
    if dim == 2:
        row = sp.Sum(square_sum(sp.pi * ratio * _M), (_M, 1, sp.oo))
        yield _line(row, ratio)
        whole = _wire() + row
        if ratio == 1:
            power = two_squares(2)
            yield Step(
                "sum of two squares",
                whole,
                power / sp.pi**4,
                "of (n**2 + m**2)**-2 over n >= 1 and m >= 0: a quarter of the plane without its middle",
            )
        else:
            yield Step("modes across", whole, _wire() + _line(row, ratio).rhs, "m = 0 is the wire")
        return
    yield from _plane_steps()
    squares = 2 * sp.Sum(square_sum(sp.pi * ratio * _M), (_M, 1, sp.oo))
    plane, both = _filled(ratio)
    row, single = _row(ratio)
    rest = sp.Sum(2 * single + both, (_M, 1, sp.oo))
    yield Step(
        "modes across",
        _wire() + squares + plane + sp.Sum(both, (_M, 1, sp.oo)),
        _wire() + 2 * row + plane + rest,
        "m = k = 0 is the wire; m = 0 or k = 0: powers of m add up to zeta functions",
    )


@cache
def _wire() -> sp.Expr:
    """Sum of 1/(pi n)**4: the slope of :func:`pole_sum` at a gap of 0."""
    return -sp.series(pole_sum(_X), _X, 0, 4).removeO().coeff(_X, 2)


def _row(ratio: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Sum over m = 1, 2, ... of a square: its powers, and the term of what falls off faster."""
    powers = sp.Add(*(_row_of(term, ratio) for term in sp.Add.make_args(_powers(_X))))
    return powers, _rest(sp.pi * ratio * _M)


def _row_of(term: sp.Expr, ratio: sp.Expr) -> sp.Expr:
    number, power = term.as_coeff_exponent(_X)
    return number * (sp.pi * ratio) ** power * sp.zeta(-power)


def _line(row: sp.Expr, ratio: sp.Expr) -> Step:
    powers, rest = _row(ratio)
    found = powers + sp.Sum(rest, (_M, 1, sp.oo))
    return Step("zeta functions", row, found, "powers of m add up to zeta functions, the rest converges")


def two_squares(power: sp.Expr) -> sp.Expr:
    """Sum of (m**2 + k**2)**-power over m >= 1 and k >= 0: zeta times Dirichlet's beta function.

    An integer N is a sum of two squares in four times as many ways as its divisors of the form 4j + 1 are
    more than those of the form 4j + 3.

    Examples
    --------
    >>> two_squares(2)
    Catalan*pi**2/6
    """
    power = sp.sympify(power)
    quarter = sp.Rational(1, 4)
    beta = (sp.zeta(power, quarter) - sp.zeta(power, 3 * quarter)) / 4**power
    return sp.zeta(power) * (sp.Catalan if power == 2 else beta)


def _plane(power: sp.Expr) -> sp.Expr:
    """Sum of (m**2 + k**2)**-power over m, k >= 1."""
    return two_squares(power) - sp.zeta(2 * power)


def _plane_steps() -> Iterator[Step]:
    """Sum the powers 3/2 and 2 of m**2 + k**2, over k by Poisson's formula first."""
    reason = "by the number of ways to write an integer as a sum of two squares, those with a 0 taken off"
    odd, length = sp.Rational(3, 2), LENGTH
    bessel = _N * sp.besselk(1, 2 * sp.pi * _N * length)
    yield Step(
        "Poisson's formula",
        sp.Sum((_K**2 + length**2) ** -odd, (_K, 1, sp.oo)),
        1 / length**2 - 1 / (2 * length**3) + 4 * sp.pi / length * sp.Sum(bessel, (_N, 1, sp.oo)),
        "the sum over k of (k**2 + x**2)**(-3/2), for any x = L/L_phi",
    )
    bessel = sp.Sum(_N * sp.besselk(1, 2 * sp.pi * _N * _M) / _M, (_N, 1, sp.oo))
    yield Step(
        "sum of two squares",
        sp.zeta(2) - sp.zeta(3) / 2 + 4 * sp.pi * sp.Sum(bessel, (_M, 1, sp.oo)),
        _plane(odd),
        f"the same for x = m, summed over m; on the right {reason}",
    )
    yield Step(
        "sum of two squares",
        sp.Sum(sp.pi**4 * square_sum(sp.pi * _M), (_M, 1, sp.oo)),
        _plane(sp.Integer(2)),
        f"the sum over k of (k**2 + m**2)**-2, summed over m; on the right {reason}",
    )


def _filled(ratio: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Sum over m, k = 1, 2, ...: its powers, and for each m the sum over k of what falls off faster."""
    terms = [term.as_coeff_exponent(_X) for term in sp.Add.make_args(_powers(_X))]
    powers = sp.Add(*(number * (sp.pi * ratio) ** power * _plane(-power / 2) for number, power in terms))
    return powers, sp.Sum(_rest(sp.pi * ratio * sp.sqrt(_M**2 + _K**2)), (_K, 1, sp.oo))
