r"""The slow integral of an exact Cooperon: over x = q ell, in closed form where there is one.

The integrand is a function of x and of the rung Pi(x). Where Pi is rational in x**2 (one dimension) it splits
into the poles of :mod:`cooperon.symbolic.slow`. Where Pi knows x through u = sqrt(z**2 + x**2) alone (even
dimensions), u = z + w makes a rational function of w > 0 of it: partial fractions, and logarithms. In three
dimensions an arctangent stays in the denominator, and the integral stands as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy as sp

from cooperon.diagrams.errors import DivergenceError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.slow import radial_measure, slow_integral

__all__ = ["LOSS", "SIZE", "Closed", "closed_form", "over_half_line"]

SIZE, LOSS = sp.symbols("x z", positive=True)
"""x = q ell and z: the integrand's variables. Results hold for Re z > 1 by continuation."""

_FLIGHT = sp.Symbol("w", positive=True)


@dataclass(frozen=True)
class Closed:
    """An integral over x from 0 to infinity, carried out.

    Attributes
    ----------
    value : sympy.Expr
        Closed form, in z.
    substituted : sympy.Expr
        The integral in the variable in which it is done, not carried out.
    reason : str
        How it was done.
    """

    value: sp.Expr
    substituted: sp.Expr
    reason: str


@cache
def closed_form(integrand: sp.Expr) -> Closed | None:
    """Integrate over x from 0 to infinity, or return None where no rule applies.

    Examples
    --------
    >>> found = closed_form(SIZE / (SIZE**2 + LOSS**2) ** sp.Rational(3, 2))
    >>> found.value, found.reason
    (1/z, 'sqrt(z**2 + x**2) = z + w; partial fractions')
    """
    if integrand.is_rational_function(SIZE):
        return _over_line(integrand)
    rational = _in_flight(integrand)
    if not rational.is_rational_function(_FLIGHT):
        return None
    undone = sp.Integral(rational, (_FLIGHT, 0, sp.oo))
    reason = "sqrt(z**2 + x**2) = z + w; partial fractions"
    return Closed(over_half_line(rational, _FLIGHT), undone, reason)


def _over_line(integrand: sp.Expr) -> Closed:
    undone = sp.Integral(integrand, (SIZE, 0, sp.oo))
    one = sp.S.One
    poles = slow_integral(sp.cancel(integrand).xreplace({SIZE: s.q}), dim=one, cutoff="dimensional")
    value = sp.expand(sp.simplify(poles / radial_measure(one)))
    return Closed(value, undone, "partial fractions in x**2")


def _in_flight(integrand: sp.Expr) -> sp.Expr:
    """Substitute u = sqrt(z**2 + x**2) = z + w, x dx = u dw."""
    u = LOSS + _FLIGHT
    measured = (integrand / SIZE).subs(SIZE, sp.sqrt(u**2 - LOSS**2)) * u
    return sp.factor(sp.simplify(measured))


def over_half_line(rational: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """Integrate a rational function with linear denominators from 0 to infinity.

    Partial fractions c/(w + a) give -sum c ln a, for the sum of the c is 0 where the integral converges;
    c/(w + a)**n gives c a**(1-n)/(n-1). All a have a positive real part.

    Raises
    ------
    DivergenceError
        When the integral does not converge at infinity.

    Examples
    --------
    >>> w = sp.Symbol("w", positive=True)
    >>> over_half_line(1 / ((w + 1) * (w + 3)), w)
    log(3)/2
    """
    residues: dict[sp.Expr, sp.Expr] = {}
    higher = sp.S.Zero
    for term in sp.Add.make_args(sp.apart(rational, variable)):
        coefficient, end, power = _fraction(term, variable)
        if power == 1:
            residues[end] = residues.get(end, sp.S.Zero) + coefficient
        else:
            higher += coefficient * end ** (1 - power) / (power - 1)
    if sp.simplify(sp.Add(*residues.values())) != 0:
        raise _divergent(rational)
    reference = min(residues, key=lambda end: end.subs(LOSS, 1), default=sp.S.One)
    logarithms = (-c * sp.log(sp.cancel(a / reference)) for a, c in residues.items() if a != reference)
    return sp.Add(higher, *logarithms)


def _fraction(term: sp.Expr, variable: sp.Symbol) -> tuple[sp.Expr, sp.Expr, int]:
    """Read c, a and n off a term c/(w + a)**n."""
    top, bottom = sp.fraction(sp.together(term))
    denominator = sp.Poly(bottom, variable)
    power = int(denominator.degree())
    if power == 0 or top.has(variable):
        raise _divergent(term)
    end = sp.cancel(denominator.nth(power - 1) / (power * denominator.LC()))
    return sp.cancel(top / denominator.LC()), end, power


def _divergent(rational: sp.Expr) -> DivergenceError:
    return DivergenceError(f"the integral of {rational} from 0 to infinity", expected="a decay as 1/w**2")
