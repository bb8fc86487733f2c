"""Weak and strong fields of the interaction correction: powers of the gap, and integrals in place of sums.

Where a field splits the triplet, two components have an imaginary gap, i g. What stands for their sum over q
is a function F(Omega, i g) without singularities for Re Omega > 0, of the degree -s = d/2 - 2 in its two
arguments. In a weak field it is expanded in g, and the powers of m add up to a zeta function. In a strong one
the sum over m is an integral, which is turned onto the imaginary axis, where the gap is real:

    Re int_0^oo dOmega F(Omega, i g) = Re i**(1 - s) int_0^oo dOmega F(Omega, g).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.interaction_integrals import momentum_integral
from cooperon.symbolic.interaction_sums import GAP, index, thermal_frequency
from cooperon.symbolic.log_ratio import LogRatio
from cooperon.symbolic.real_part import RealPart
from cooperon.symbolic.slow import radial_measure

__all__ = ["Splitting", "beta_integral"]

_EPS = sp.Symbol("epsilon")
_X, _Y = sp.symbols("x y", positive=True)
_STONER = sp.Symbol("b", positive=True)
"""Stands for 1 + F0."""
_ROOT = sp.Symbol("r", positive=True)


def beta_integral(kernel: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """Integrate x**(-epsilon) times a ratio of polynomials, with negative roots, from 0 to infinity.

    Examples
    --------
    >>> value = beta_integral(1 / ((_X + 1) * (_X + 2)), _X)
    >>> sp.limit(value, _EPS, 0)
    log(2)
    """
    return sp.Add(*(_euler(part, x) for part in sp.Add.make_args(sp.apart(kernel, x))))


def _euler(part: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """Euler's integral of x**(-epsilon) (x + a)**(-n)."""
    front, rest = part.as_independent(x, as_Add=False)
    base, power = rest.as_base_exp()
    slope, constant = sp.Poly(base, x).all_coeffs()
    rise = 1 + power - _EPS
    value = sp.gamma(1 - _EPS) * sp.gamma(-rise) / sp.gamma(-power)
    return front * slope**power * (constant / slope) ** rise * value


@dataclass(frozen=True)
class Splitting:
    """What the field makes of two components of the triplet, in its two limits.

    Attributes
    ----------
    integrand : sympy.Expr
        As a function of q, Omega, :data:`GAP` and the symbol F0.
    bare : sympy.Expr
        What is to be put in place of F0.
    size : sympy.Expr
        The gap of the two is plus and minus i times this.
    factor : sympy.Expr
        What stands before the sum over m.
    dim : sympy.Expr
        Dimension of space.
    """

    integrand: sp.Expr
    bare: sp.Expr
    size: sp.Expr
    factor: sp.Expr
    dim: sp.Expr

    @property
    def function(self) -> sp.Expr:
        """The sum over q."""
        return momentum_integral(self.integrand, self.dim)

    def _put(self, expr: sp.Expr, gap: sp.Expr | None = None) -> sp.Expr:
        return expr.xreplace({s.F0: self.bare, GAP: self.size if gap is None else gap})

    def weak_steps(self) -> Iterator[Step]:
        """Pages to lowest order in the field; the right-hand side of the last is the result."""
        power = 4 - self.dim / 2
        function = self.function
        term = -(GAP**2) / 2 * _curvature(function) * s.Omega**-power
        yield Step(
            "weak field",
            RealPart(self._put(function, sp.I * self.size)) - self._put(function, sp.S.Zero),
            self._put(term),
            "to second order in the gap, which is imaginary: the first order has no real part",
            ((s.B, 1),),
            sp.Integer(2),
        )
        place = index * thermal_frequency
        summand = -s.Omega * sp.diff(self._put(term), s.Omega)
        units, falls = sp.powsimp(summand.xreplace({s.Omega: place})).as_independent(index, as_Add=False)
        value = sp.powsimp(power * term * (thermal_frequency / s.Omega) ** -power)
        yield Step(
            "sum over Matsubara frequencies",
            self.factor * units * sp.Sum(falls, (index, 1, sp.oo)),
            sp.powsimp(self._put(sp.powsimp(self.factor * value)) * sp.zeta(power)),
            "powers of m add up to a zeta function",
        )

    def strong_steps(self, change: sp.Expr, at_rest: sp.Expr) -> Iterator[Step]:
        """Pages to the leading terms of a strong field; the right-hand side of the last is the result.

        Parameters
        ----------
        change : sympy.Expr
            What the field changes, in closed form or as a sum.
        at_rest : sympy.Expr
            The share of the two components without a field.
        """
        taken_off = self._taken_off()
        per_term = self.factor / thermal_frequency
        turned = sp.cos(sp.pi * (self.dim - 2) / 4)
        constant = -at_rest
        if self.dim == 2:
            strength = (taken_off * (s.Omega + GAP)).xreplace({s.Omega: sp.S.One, GAP: sp.S.Zero})
            level = sp.log(self.size / thermal_frequency) + sp.EulerGamma + 1
            constant = -per_term * self._put(strength) * level
        undone = sp.Integral(self._put(self.function - taken_off), (s.Omega, 0, sp.oo))
        done = self._put(self._integral(taken_off))
        yield Step(
            "strong field",
            change,
            constant + per_term * turned * undone,
            "the two components no longer know the temperature: their sum is an integral, over imaginary "
            "frequencies, where the gap is real; what they gave without the field is lost",
            ((s.B, -1),),
            3 - self.dim / 2,
        )
        yield Step("integral over frequencies", undone, done, "over Omega first, then over q")
        yield Step(
            "strong field",
            constant + per_term * turned * undone,
            sp.factor_terms(constant + per_term * turned * done),
            "the integral put in",
        )

    def _taken_off(self) -> sp.Expr:
        """Return F of no gap, where the integral over frequencies does not converge by itself."""
        if (self.dim - 2).is_positive is not True and self.dim != 2:
            return sp.S.Zero
        at_rest = self.function.xreplace({GAP: sp.S.Zero})
        return at_rest if self.dim != 2 else at_rest * s.Omega / (s.Omega + GAP)

    def _integral(self, taken_off: sp.Expr) -> sp.Expr:
        """Integral of F over frequencies, less what is taken off; powers of Omega have no integral.

        With y = D q**2 + GAP in place of q and Omega = x y the two integrals are Euler's.
        """
        half = self.dim / 2
        place = {s.q: sp.sqrt((_Y - GAP) / s.D), s.Omega: _X * _Y, s.F0: _STONER - 1}
        kernel = sp.factor(sp.cancel((self.integrand / s.q**2).xreplace(place) * _Y**3))
        momenta = radial_measure(self.dim) / 2 * (GAP / s.D) ** half / (s.D * GAP) * GAP**-_EPS
        momenta *= sp.gamma(half + 1) * sp.gamma(1 - half + _EPS) / sp.gamma(2 + _EPS)
        total = momenta * beta_integral(kernel, _X)
        if self.dim == 2:
            strength = (taken_off * (s.Omega + GAP)).rewrite(sp.log).xreplace({s.F0: _STONER - 1})
            total -= strength * sp.gamma(1 - _EPS) * sp.gamma(_EPS) * GAP**-_EPS
        value = sp.expand(sp.simplify(sp.series(total, _EPS, 0, 1).removeO().coeff(_EPS, 0)))
        value = value.xreplace({sp.log(_STONER): s.F0 * LogRatio(s.F0)}).xreplace({_STONER: 1 + s.F0})
        return sp.factor(sp.simplify(value))


def _curvature(function: sp.Expr) -> sp.Expr:
    """Second derivative by the gap, where it is 0 and Omega = 1."""
    found = sp.diff(function.xreplace({s.Omega: sp.S.One}), GAP, 2).xreplace({GAP: sp.S.Zero})
    in_root = sp.factor(sp.simplify(found.xreplace({s.F0: _ROOT**2 - 1})))
    in_root = sp.factor(in_root.xreplace({_ROOT - 1: s.F0 / (_ROOT + 1)}))
    return in_root.xreplace({_ROOT: sp.sqrt(1 + s.F0)})
