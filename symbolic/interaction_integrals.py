"""The integrals of the interaction correction: over the momentum, and over the Matsubara frequencies.

Over q one master does all, Euler's integral of the hypergeometric function (DLMF 15.6.1): with y = q**2/p,

    int_0^oo dy y**(beta-1) (1 + y)**(1-gamma) (1 + p y/r)**(-1)
        = B(beta, gamma - beta) 2F1(1, beta; gamma; 1 - p/r).

Over the frequencies powers of m + a, with a complex a, add up to Hurwitz zeta functions, or to digammas and
their derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams.errors import DivergenceError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.log_ratio import LogRatio
from cooperon.symbolic.slow import radial_measure

__all__ = ["Power", "hypergeometric", "momentum_integral", "power_sum"]

_B = sp.Symbol("b", positive=True)
_ROOT = sp.Symbol("r", positive=True)


def hypergeometric(beta: sp.Expr, gamma: sp.Expr, b: sp.Expr) -> sp.Expr:
    """2F1(1, beta; gamma; -b), in closed form where beta is a half or whole number.

    Examples
    --------
    >>> b = sp.Symbol("b", positive=True)
    >>> hypergeometric(sp.Rational(3, 2), sp.Integer(3), b)
    4/(sqrt(b + 1) + 1)**2
    >>> hypergeometric(sp.Integer(2), sp.Integer(3), b)
    -2*(LogRatio(b) - 1)/b
    """
    if b == 0:
        return sp.S.One
    undone = sp.hyper((1, beta), (gamma,), -_B)
    if beta.is_integer and gamma.is_integer:
        done = sp.expand(sp.hyperexpand(undone))
        if done.is_Add:  # what cancels for b -> 0 is kept together
            done = done.replace(sp.log(_B + 1), _B * LogRatio(_B))
        return sp.factor(sp.expand(done)).xreplace({_B: b})
    if (2 * beta).is_integer and gamma.is_integer:
        done = sp.factor(sp.simplify(sp.hyperexpand(undone).subs(_B, _ROOT**2 - 1)))
        return done.xreplace({_ROOT: sp.sqrt(1 + b)})
    return undone.xreplace({_B: b})


def momentum_integral(integrand: sp.Expr, dim: sp.Expr) -> sp.Expr:
    """Integrate a product of powers of q and of a q**2 + c over all momenta.

    Parameters
    ----------
    integrand : sympy.Expr
        With at most two different factors a q**2 + c, one of them in the power -1.
    dim : sympy.Expr
        Dimension of space.

    Raises
    ------
    DivergenceError
        When it does not converge.

    Examples
    --------
    >>> momentum_integral(1 / (s.D * s.q**2 + s.Omega) ** 2, sp.Integer(2))
    1/(4*pi*D*Omega)
    """
    front, power, poles = _taken_apart(integrand)
    beta = dim / 2 + sp.Rational(power, 2) if power == int(power) else (dim + power) / 2
    (place, order), other = _main(poles), _other(poles)
    gamma = order + (1 if other else 0)
    if beta.is_positive is False or (gamma - beta).is_positive is False:
        raise DivergenceError(f"the integral of {integrand} over q in {dim} dimensions")
    ratio = sp.S.One
    value = sp.gamma(beta) * sp.gamma(gamma - beta) / sp.gamma(gamma)
    if other:
        front /= other
        ratio = hypergeometric(beta, sp.sympify(gamma), sp.factor(sp.cancel(place / other - 1)))
    half = radial_measure(dim) / 2
    return sp.powsimp(half * front * value * ratio * place ** (beta - order))


def _taken_apart(integrand: sp.Expr) -> tuple[sp.Expr, sp.Expr, dict[sp.Expr, int]]:
    """Split into a constant, the power of q, and poles c/a of 1/(q**2 + c/a) with their orders."""
    front, power = sp.S.One, sp.S.Zero
    poles: dict[sp.Expr, int] = {}
    for factor in sp.Mul.make_args(sp.powsimp(sp.expand_power_base(integrand))):
        base, exponent = factor.as_base_exp()
        if not base.has(s.q):
            front *= factor
        elif base == s.q:
            power += exponent
        else:
            number, base = _without_number(base)
            leading, _, constant = sp.Poly(base, s.q).all_coeffs()
            front *= (number * leading) ** exponent
            place = constant / leading
            poles[place] = poles.get(place, 0) - int(exponent)
    return front, power, poles


def _without_number(base: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Take a number out of a sum, so that sums that differ by it are one pole."""
    number, rest = base.primitive()
    return (-number, -rest) if rest.coeff(s.q, 2).is_negative else (number, rest)


def _main(poles: dict[sp.Expr, int]) -> tuple[sp.Expr, int]:
    return max(poles.items(), key=lambda pole: (pole[1], -sp.count_ops(pole[0])))


def _other(poles: dict[sp.Expr, int]) -> sp.Expr | None:
    rest = [place for place in poles if place != _main(poles)[0]]
    if len(rest) > 1 or any(poles[place] != 1 for place in rest):
        raise DivergenceError(f"an integral with the poles {poles}")
    return rest[0] if rest else None


@dataclass(frozen=True)
class Power:
    """A term coefficient*(m + shift)**(-exponent) of a sum over m."""

    coefficient: sp.Expr
    exponent: sp.Expr
    shift: sp.Expr

    def at(self, m: sp.Expr) -> sp.Expr:
        """Return the term itself."""
        return self.coefficient * (m + self.shift) ** (-self.exponent)

    def mean(self, m: sp.Expr) -> sp.Expr:
        """Integral of the term from m - 1/2 to m + 1/2: it falls off as the term itself."""
        half = sp.Rational(1, 2)
        rise = 1 - self.exponent
        return self.coefficient * ((m + half + self.shift) ** rise - (m - half + self.shift) ** rise) / rise


def power_sum(terms: tuple[Power, ...], first: sp.Expr) -> sp.Expr:
    """Add up terms over m = first, first + 1, ...: Hurwitz zeta functions, continued in the exponent.

    Terms 1/(m + a), whose coefficients add up to nothing, become digammas.

    Raises
    ------
    DivergenceError
        When they do not.

    Examples
    --------
    >>> a = sp.Symbol("a", positive=True)
    >>> power_sum((Power(1, sp.S.One, 0), Power(-1, sp.S.One, a)), sp.S.One)
    polygamma(0, a + 1) + EulerGamma
    """
    simple = [term for term in terms if term.exponent == 1]
    if sp.simplify(sp.Add(*(term.coefficient for term in simple))) != 0:
        raise DivergenceError(f"the sum over {[term.at(sp.Symbol('m')) for term in simple]}")
    return sp.Add(*(term.coefficient * _one(term.exponent, first + term.shift) for term in terms))


def _one(exponent: sp.Expr, place: sp.Expr) -> sp.Expr:
    if exponent == 1:
        return -sp.polygamma(0, place)
    if exponent.is_Integer and exponent > 1:
        n = exponent - 1
        return (-1) ** exponent / sp.factorial(n) * sp.polygamma(n, place)
    return sp.zeta(exponent) if place == 1 else sp.zeta(exponent, place)
