"""The ends of a scaling function: strong disorder, and a curve between weak and strong."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.metal import Metal

__all__ = ["gain", "interpolated", "strong", "terms"]

_LENGTH = sp.Symbol("x", positive=True)


def terms(beta: sp.Expr, dim: sp.Expr) -> dict[int, sp.Expr]:
    """Return the coefficients of beta = d - 2 + sum of c_n/g**n, by n.

    Examples
    --------
    >>> terms(sp.S.One - 3 / s.g**2, sp.Integer(3))
    {2: -3}
    """
    inverse = sp.Dummy("u")
    polynomial = sp.Poly(sp.expand((beta - (dim - 2)).xreplace({s.g: 1 / inverse})), inverse)
    return {n: c for (n,), c in polynomial.terms() if c != 0}


def gain(sigma: sp.Expr, rate: sp.Expr) -> Step:
    """State the derivative as what the conductivity gains from L to 2 L, which quadrature confirms."""
    return Step(
        "derivative in ln L",
        sp.Integral(rate.xreplace({s.L: _LENGTH}) / _LENGTH, (_LENGTH, s.L, 2 * s.L)),
        sigma.xreplace({s.L: 2 * s.L}) - sigma,
        "L d sigma/d L, added up from L to 2 L, is what the conductivity gains",
    )


def strong(metal: Metal, unit: str) -> Formula:
    """Differentiate a conductance that decays as exp(-L/xi)."""
    xi = sp.Symbol("xi_loc", positive=True)
    decay = sp.exp(-s.L / xi)
    rate = s.L * sp.diff(sp.log(decay), s.L)
    steps = (
        _gain_of_decay(decay, rate, xi),
        Step(
            "strong localization",
            sp.Integral(1 / _LENGTH, (_LENGTH, 1, s.g)),
            sp.log(s.g),
            "-L/xi_loc is ln g, by the decay of g from 1",
        ),
    )
    return Formula(
        "beta (strong disorder)",
        sp.log(s.g),
        sp.log(s.g),
        metal,
        derivation=Derivation(steps),
        assumptions=(
            Assumption(
                "strong disorder: a conductance g = exp(-L/xi_loc); put in as a law, not derived", s.g < 1
            ),
            Assumption(
                f"the factor in front, a conductance of the order of 1, is taken to be the unit {unit}"
            ),
        ),
        symbol=r"\beta(g)",
    )


def _gain_of_decay(decay: sp.Expr, rate: sp.Expr, xi: sp.Symbol) -> Step:
    """State the same for ln g; in numbers xi is of the order of L."""
    length = {xi: s.ell, s.L: _LENGTH}
    return Step(
        "derivative in ln L",
        sp.Integral(rate.xreplace(length) / _LENGTH, (_LENGTH, s.L, 2 * s.L)),
        sp.log((decay.xreplace({s.L: 2 * s.L}) / decay).xreplace({xi: s.ell})),
        "d ln g/d ln L = -L/xi_loc of an exponential decay, added up from L to 2 L (here with xi_loc = ell)",
    )


def interpolated(weak: Formula) -> Formula:
    """Return d - 2 - ln(1 + n c/g**n)/n: d - 2 - c/g**n for large g, ln g and a constant for small g."""
    dim = weak.metal.dim
    found = terms(weak.expr, dim)
    n = min(found, default=0)
    if not found or not (-found[n]).is_positive:
        raise InputError(
            f'end = "interpolation" of the {weak.metal.symmetry_class} class, beta = {weak.expr}',
            expected="a leading term that lowers beta: then one curve joins both ends",
            hint='end="weak"' if dim.is_number and dim < 2 else 'end="weak"; for the unitary class loops=2',
        )
    if len(found) > 1:
        raise InputError(
            f'end = "interpolation" of beta = {weak.expr}',
            expected="one term beside d - 2",
            hint="loops=1 or 2",
        )
    c = -found[n]
    curve = dim - 2 - sp.log(1 + n * c / s.g**n) / n
    step = Step(
        "interpolation",
        curve - (dim - 2),
        weak.expr - (dim - 2),
        "chosen, not derived: for large g the beta of weak disorder",
        ((s.g, -1),),
        sp.Integer(n),
    )
    small = Step(
        "interpolation",
        curve - sp.log(s.g),
        dim - 2 - sp.log(n * c) / n,
        "the other end: ln g and a constant",
        ((s.g, 1),),
        sp.Integer(n),
    )
    said = Assumption(
        "an interpolation between weak and strong disorder, chosen for its ends: between them it is a guess"
    )
    return replace(
        weak,
        name=f"{weak.name} (interpolation)",
        expr=curve,
        asymptote=curve,
        derivation=weak.derivation + (step, small),
        assumptions=(said, *weak.assumptions),
    )
