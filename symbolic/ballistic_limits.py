"""The leading form of an exact slow integral for tau/tau_phi -> 0, and the logarithm of three dimensions.

Two regions: x = q ell small (soft), where the integrand is the diffusion pole, and x of order one (hard),
where tau_phi plays no part. In three dimensions the hard integral grows as a logarithm of its upper end.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.asymptotics import Leading
from cooperon.symbolic.ballistic_integral import LOSS, SIZE, Closed
from cooperon.symbolic.directions import direction_average, lost
from cooperon.symbolic.slow import radial_measure, slow_integral

__all__ = ["LOGARITHMIC", "Limits", "without_differences"]

LOGARITHMIC = 3
"""Dimension in which closed paths through three scatterers and more make a logarithm at large momenta."""

_GAP = sp.Symbol("delta", positive=True)


@dataclass(frozen=True)
class Limits:
    """An integrand over x, in x and z, and what becomes of its integral in limits.

    Attributes
    ----------
    integrand : sympy.Expr
        The measure x**(d-1) included.
    dim : sympy.Expr
        Dimension, a number up to 3.
    closed : Closed or None
        The integral, where it is known.
    """

    integrand: sp.Expr
    dim: sp.Expr
    closed: Closed | None

    def leading(self, gap: sp.Expr, upper: sp.Expr) -> Leading:
        """Leading form for a small gap z - 1; its error vanishes as a power of sqrt(gap).

        Parameters
        ----------
        gap : sympy.Expr
            z - 1.
        upper : sympy.Expr
            Upper end of the integral in three dimensions, large.
        """
        if self.dim == 2 and self.closed is not None:
            return Leading(_logarithm(self.closed.value, gap), sp.Integer(2))
        soft = sp.S.Zero if gap == 0 else self.soft().xreplace({_GAP: gap})
        if soft == 0:
            return Leading(self.hard(upper), sp.Min(self.dim, 2))
        if self.dim < 2:
            return Leading(soft, 2 - self.dim)
        return Leading(self.hard(upper) + soft, sp.Integer(2))

    def soft(self) -> sp.Expr:
        """Add up small x: the diffusion pole x**(d-1)/(gap + x**2/d), continued in the dimension."""
        at_rest = without_differences(self.integrand, self.dim) * lost(SIZE, self.dim)
        density = sp.powsimp(at_rest / SIZE ** (self.dim - 1))
        # a hypergeometric series begins with 1
        weight = sp.limit(density.replace(sp.hyper, lambda *_: sp.S.One), SIZE, 0) * self.dim
        pole = 1 / (s.q**2 + self.dim * _GAP)
        whole = slow_integral(pole, dim=self.dim, cutoff="dimensional")
        return sp.simplify(weight * whole / radial_measure(self.dim))

    def hard(self, upper: sp.Expr) -> sp.Expr:
        """Integral without a gap, for a large upper end."""
        if self.closed is not None:
            return sp.limit(self.closed.value, LOSS, 1)
        logarithm = self.logarithm()
        rest = without_differences(self.integrand, self.dim) - logarithm * SIZE / (1 + SIZE**2)
        constant = sp.Integral(rest, (SIZE, 0, sp.oo))
        return constant + logarithm * sp.log(upper) if logarithm != 0 else constant

    def logarithm(self) -> sp.Expr:
        """Coefficient of the logarithm of the upper end: the integrand is coefficient/x at large x."""
        if self.dim != LOGARITHMIC:
            return sp.S.Zero
        return sp.limit(SIZE * self.integrand.xreplace({LOSS: sp.S.One}), SIZE, sp.oo)


def without_differences(expr: sp.Expr, dim: sp.Expr) -> sp.Expr:
    """Put z = 1, and write 1 - Pi such that no digits are lost at small x.

    Examples
    --------
    >>> without_differences(1 / (1 - direction_average(SIZE, LOSS, 3)), sp.Integer(3))
    3/(x**2*hyper((1, 3/2), (5/2,), -x**2))
    """
    rung = direction_average(SIZE, 1, dim)
    series = direction_average(SIZE, 1, dim, folded=True)
    return expr.xreplace({LOSS: sp.S.One}).xreplace({1 - rung: lost(SIZE, dim)}).xreplace({rung: series})


def _logarithm(value: sp.Expr, gap: sp.Expr) -> sp.Expr:
    """Expand a closed form for a small gap, down to what is constant beside the logarithm of 1/gap."""
    series = sp.series(sp.expand_log(value.subs(LOSS, 1 + _GAP)), _GAP, 0, 1).removeO()
    return series.xreplace({sp.log(_GAP): -sp.log(1 / gap)})
