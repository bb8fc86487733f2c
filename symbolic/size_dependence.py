"""How the conductivity of a cube changes with its size, where that is above all other lengths."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scaling_ends import gain
from cooperon.symbolic.slips import NO_SLIP, Slip

__all__ = ["SizeDependence", "size_dependence"]


@dataclass(frozen=True)
class SizeDependence:
    """How the conductivity of a metal changes with its size, where that is large.

    Attributes
    ----------
    rate : sympy.Expr
        L d sigma/d L.
    steps : tuple of Step
        How it follows from the correction.
    assumptions : tuple of Assumption
        Beside those of the correction.
    correction : Formula
        The conductivity's, of one loop.
    """

    rate: sp.Expr
    steps: tuple[Step, ...]
    assumptions: tuple[Assumption, ...]
    correction: Formula


def _corrected(metal: Metal, slip: Slip, **options: str) -> Formula:
    found = conductivity(metal, loops=1, **options)
    return found.request.again(slip) if found.request is not None and slip != NO_SLIP else found


def size_dependence(metal: Metal, slip: Slip = NO_SLIP) -> SizeDependence:
    """Return L d sigma/d L of a cube that is larger than all lengths of the metal's own.

    Parameters
    ----------
    metal : Metal
        Without values, and with one phase-coherence time.
    slip : Slip
        A mistake that is made in deriving the conductivity.

    Raises
    ------
    InputError
        For a field that leaves modes without a gap.
    DivergenceError
        Where large sizes have no limit that can be taken.

    Examples
    --------
    >>> size_dependence(Metal(dim=2)).rate
    -e**2/(pi**2*hbar)
    """
    if metal.field is not None:
        correction, sigma = _by_coherence(metal, slip)
        order, ends = 4 - metal.dim, "q**2 > 1/L**2 as a gap, D/L**2 in place of 1/tau_phi"
        slope = sp.diff(sigma, s.L)
    else:
        correction = _corrected(metal, slip, infrared="L")
        sigma, order, ends = correction.expr, sp.Integer(2), ""
        slope = _by_lower_limit(correction)
    rate = sp.simplify(sp.expand(s.L * slope))
    pages = [gain(sigma, rate)]
    last = sp.simplify(rate * s.L ** (metal.dim - 2))
    said = []
    if last.has(s.L):
        limit = _large(last, metal)
        pages.append(
            Step(
                "largest scales",
                last,
                limit,
                "for L above the lengths of spin scattering and of the field only modes without a gap count",
                ((s.L, -1),),
                sp.sympify(order),
            )
        )
        said.append(Assumption("L above the lengths sqrt(D tau_i) of all mechanisms, and that of the field"))
        last = limit
    if ends:
        said.append(Assumption(f"in a field the size cuts off {ends}"))
        _require_zero(last, metal)
    return SizeDependence(last * s.L ** (2 - metal.dim), tuple(pages), tuple(said), correction)


def _by_lower_limit(correction: Formula) -> sp.Expr:
    """Return d sigma/d L from the integrals over q > 1/L undone: the integrand there, in any dimension."""
    undone = sp.Add(*(step.lhs for step in correction.derivation if step.rule == "slow integral"))
    return sp.diff(undone, s.L)


def _by_coherence(metal: Metal, slip: Slip) -> tuple[Formula, sp.Expr]:
    """In a field the levels have no q: the size cuts off as a time of coherence L**2/D does."""
    correction = _corrected(metal, slip)
    return correction, correction.expr.xreplace({s.tau_phi: s.L**2 / s.D})


def _require_zero(last: sp.Expr, metal: Metal) -> None:
    if last != 0:
        raise InputError(
            f"the scaling function of {metal}",
            expected="a field that leaves no mode without a gap",
            hint="a PerpendicularField, or no field",
        )


def _large(last: sp.Expr, metal: Metal) -> sp.Expr:
    """Return what is left for large L."""
    inverse = sp.Symbol("y", positive=True)
    try:
        found = sp.limit(last.xreplace({s.L: 1 / inverse}), inverse, 0, "+")
    except (NotImplementedError, ValueError) as error:
        raise DivergenceError(
            f"large L for {metal}", expected="a limit that can be taken", hint="a dimension in numbers"
        ) from error
    if found.has(sp.Limit, sp.nan) or found.is_infinite:
        raise DivergenceError(
            f"large L for {metal}", expected="a finite limit", hint="a dimension in numbers"
        )
    return sp.simplify(found)
