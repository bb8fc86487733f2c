"""The point in parameter space at which an expression and a formula are farthest apart."""

from __future__ import annotations

from typing import Any

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.case import Case

__all__ = ["where_most"]


def where_most(case: Case) -> str:
    """Name the point at which the two differ most, by numbers without a unit."""
    context = case.sampled.digits.context
    found = [
        (_apart(hand, ours, context), hand / ours if ours != 0 else None, point)
        for hand, ours, point in zip(
            case.sampled.values(case.hand), case.sampled.values(case.expr), case.sampled.points, strict=True
        )
    ]
    _, ratio, point = max(found, key=lambda one: one[0])
    if ratio is None:
        return ""
    named = (
        f"{name} = {context.nstr(case.sampled.digits.value(case.in_base_symbols(number), point), 3)}"
        for name, (keys, number) in _NUMBERS.items()
        if case.written & keys
    )
    at = f"at {told}: there the" if (told := ", ".join(named)) else "at one where the"
    return (
        f"Of {len(found)} random points they are farthest apart {at} "
        f"expression is {context.nstr(ratio, 4)} times {case.subject}."
    )


def _apart(hand: Any, ours: Any, context: Any) -> Any:
    """How far two values are apart: infinitely where one is zero, or the signs are opposite."""
    if hand == 0 or ours == 0:
        return context.inf if hand != ours else 0
    return abs(context.ln(hand / ours))


_STEP = sp.sqrt(s.D * s.tau)
_NUMBERS: dict[str, tuple[set[sp.Symbol], sp.Expr]] = {
    "tau_phi/tau": ({s.tau_phi, s.L_phi, s.B_phi}, s.tau_phi / s.tau),
    "tau_phi_0/tau": ({s.tau_phi_0}, s.tau_phi_0 / s.tau),
    "B/B_phi": ({s.B}, 4 * s.e * s.D * s.tau_phi * s.B / s.hbar),
    "tau_so/tau": ({s.tau_so, s.B_so}, s.tau_so / s.tau),
    "tau_s/tau": ({s.tau_s, s.B_s}, s.tau_s / s.tau),
    "tau_tr/tau": ({s.tau_tr}, s.tau_tr / s.tau),
    "omega tau": ({s.omega}, s.omega * s.tau),
    "L/sqrt(D tau)": ({s.L}, s.L / _STEP),
    "thickness/sqrt(D tau)": ({s.thickness}, s.thickness / _STEP),
    "width/sqrt(D tau)": ({s.width}, s.width / _STEP),
    "k_F ell": ({s.k_F, s.ell}, s.k_F * s.ell),
    "T/T_0": ({s.T}, s.T / s.T_0),
}
"""How a point in parameter space is told."""
