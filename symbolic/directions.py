r"""Averages over directions with a denominator: :math:`\langle c^p/(z + i x c) \rangle` in any dimension.

c is the cosine of the angle between the electron's velocity and the slow momentum, x = q ell, and z what is
left of 1 without it. One rule gives all dimensions: expanded in c, the average is a hypergeometric series,

    <1/(z + i x c)> = (1/z) sum_n <c**(2n)> (-x**2/z**2)**n = (1/z) 2F1(1/2, 1; d/2; -x**2/z**2),

because successive even moments of the cosine have the ratio (2n + 1)/(d + 2n).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic.arguments import count, expression
from cooperon.symbolic.fast import moment
from cooperon.symbolic.metal import to_dimension

__all__ = ["direction_average", "hypergeometric", "lost", "moment_ratio"]

_N = sp.Symbol("n", integer=True, nonnegative=True)
_SIZE, _LOSS = sp.symbols("x z", positive=True)


def moment_ratio(dim: sp.Expr) -> sp.Expr:
    """Ratio <c**(2n+2)>/<c**(2n)> of successive moments of the cosine, as a function of the symbol n.

    Tensor reduction: two components more are one factor 2n + 1 of ways to pair them, over d + 2n.

    Examples
    --------
    >>> moment_ratio(sp.Integer(3)), moment(6, sp.Integer(3)) / moment(4, sp.Integer(3))
    ((2*n + 1)/(2*n + 3), 5/7)
    """
    return (2 * _N + 1) / (dim + 2 * _N)


def hypergeometric(ratio: sp.Expr, argument: sp.Expr, *, first: int = 0) -> sp.Expr:
    """Sum c_n argument**n from n = ``first`` on, where c_0 = 1 and c_(n+1)/c_n is a rational function of n.

    The roots of its numerator and denominator, with the sign turned, are the parameters of the series.

    Examples
    --------
    >>> y = sp.Symbol("y")
    >>> hypergeometric(moment_ratio(sp.Integer(3)), y)
    hyper((1/2, 1), (3/2,), y)
    """
    lead = sp.prod(ratio.xreplace({_N: sp.Integer(j)}) * argument for j in range(first))
    top, bottom = (sp.Poly(part, _N) for part in sp.fraction(sp.together(ratio.subs(_N, _N + first))))
    upper, lower = ([-root for root in sp.roots(part)] for part in (top, bottom))
    return lead * sp.hyper((*upper, 1), lower, argument * top.LC() / bottom.LC())


def direction_average(size: Any, loss: Any, dim: Any, *, power: int = 0, folded: bool = False) -> sp.Expr:
    r"""Average of c**power/(z + i x c) over the directions in d dimensions.

    Parameters
    ----------
    size : number or sympy.Expr
        x, real; q ell for one rung.
    loss : number or sympy.Expr
        z, with positive real part.
    dim : number or sympy.Expr
        Dimension of space.
    power : int
        Factors c of the numerator. They are divided out: i x c = (z + i x c) - z.
    folded : bool
        True leaves the hypergeometric function as it is; otherwise it is opened where it is elementary.

    Returns
    -------
    sympy.Expr

    Raises
    ------
    InputError
        For what is no number or expression, or a number z whose real part is not positive.

    Examples
    --------
    >>> x, z = sp.symbols("x z", positive=True)
    >>> [direction_average(x, z, dim) for dim in (1, 2, 3)]
    [z/(x**2 + z**2), 1/sqrt(x**2 + z**2), atan(x/z)/x]
    >>> direction_average(x, z, 2, power=1)
    -I*(-z/sqrt(x**2 + z**2) + 1)/x
    """
    x, z = expression(size, "size"), expression(loss, "loss")
    dim, power = to_dimension(dim), count(power, "power")
    if sp.re(z).is_positive is False:
        raise InputError(f"loss = {loss!r}", expected="a positive real part: paths end", hint="loss=1")
    if x == 0:
        return moment(power, dim) / z
    if power:
        below = direction_average(x, z, dim, power=power - 1, folded=folded)
        return (moment(power - 1, dim) - z * below) / (sp.I * x)
    if folded:
        return hypergeometric(moment_ratio(dim), -((x / z) ** 2)) / z
    # both sides are analytic in z for Re z > 0: what is found for positive z holds there
    return _opened(dim).subs({_SIZE: x, _LOSS: z}, simultaneous=True)


def lost(size: sp.Expr, dim: sp.Expr) -> sp.Expr:
    """Return what one rung loses, 1 - <1/(1 + i x c)>, without a difference of nearly equal numbers.

    Examples
    --------
    >>> lost(_SIZE, sp.Integer(3))
    x**2*hyper((1, 3/2), (5/2,), -x**2)/3
    """
    return -hypergeometric(moment_ratio(dim), -(size**2), first=1)


@cache
def _opened(dim: sp.Expr) -> sp.Expr:
    """Open the hypergeometric function where sympy knows an elementary form of it."""
    folded = direction_average(_SIZE, _LOSS, dim, folded=True)
    found = sp.hyperexpand(folded)
    return folded if found.has(sp.hyper) else sp.simplify(found)
