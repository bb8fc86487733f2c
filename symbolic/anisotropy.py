"""The Bethe-Salpeter equation in the space of harmonics: how tau becomes tau_tr.

Without slow momentum each harmonic keeps to itself, and the ladder is a geometric series in w_n. A slow
momentum couples each to its neighbours, in first order; to second order in q the harmonic 0 can make a
visit to the harmonic 1, and the others drop out.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fast import (
    Advanced,
    AngularAverage,
    EnergyIntegral,
    Retarded,
    cosine,
    energy_integral,
    fast_integral,
)
from cooperon.symbolic.harmonics import kernel, ladder_weight, line_weight
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import impurity_line, ladder_series

__all__ = ["current_ladder", "in_diffusion", "visits"]


def in_diffusion(expr: sp.Expr, metal: Metal) -> sp.Expr:
    """Write v_F as sqrt(d D/tau_tr), and the first harmonic of scattering by tau and tau_tr.

    Examples
    --------
    >>> in_diffusion(s.v_F**2 * s.tau, Metal(dim=3))
    3*D
    """
    table = {s.v_F: sp.sqrt(metal.dim * s.D / metal.transport_time)}
    return expr.xreplace(table | _first_harmonic(metal))


def _first_harmonic(metal: Metal) -> dict[sp.Symbol, sp.Expr]:
    return {s.w_1: 1 - s.tau / s.tau_tr} if metal.anisotropic else {}


def _line_step(metal: Metal) -> Step:
    """Say what an impurity line hands on of the harmonic 1, from its kernel."""
    weight = line_weight(metal)
    highest = max(len(metal.potential.harmonics), 1)
    return Step(
        "impurity line and harmonic 1",
        AngularAverage(kernel(weight, highest, metal.dim) * cosine, cosine, metal.dim),
        weight(1),
        "a collision hands on the share w_1 = 1 - tau/tau_tr of the current",
    )


def visits(
    kind: str, metal: Metal, rung: sp.Expr, straight: sp.Expr, scaling: tuple[tuple[sp.Symbol, int], ...]
) -> tuple[Step, ...]:
    """Add what visits to the harmonic 1 make of a rung that keeps to the harmonic 0.

    Parameters
    ----------
    kind : str
        Diffuson or Cooperon.
    metal : Metal
        Gives harmonics and dimension.
    rung : sympy.Expr
        The rung as a function of the direction.
    straight : sympy.Expr
        Its average over directions, to second order in q.
    scaling : tuple
        How the small quantities scale.

    Returns
    -------
    tuple of Step
        The right-hand side of the last is the rung with its visits.
    """
    unit = sp.sqrt(metal.dim) * cosine
    front, projection = impurity_line() * s.nu, sp.sqrt(metal.dim) / s.v_F
    step_out = front * projection * _rung(metal, velocities=1, order=1)
    stay = front * projection**2 * _rung(metal, velocities=2, order=0)
    weight = line_weight(metal)(1)
    dwell = sp.expand(in_diffusion(weight / (1 - weight * stay), metal))
    whole = straight + step_out**2 * dwell
    return (
        Step(
            f"from harmonic 0 to 1 and back ({kind})",
            front * AngularAverage(unit * rung, cosine, metal.dim),
            step_out,
            "each way, between harmonics of unit norm; the second and higher ones come in at order q**4",
            scaling,
            sp.Integer(2),
        ),
        Step(
            f"in harmonic 1 ({kind})",
            front * AngularAverage(unit**2 * rung, cosine, metal.dim),
            stay,
            "a rung without slow momentum",
            scaling,
            sp.Integer(2),
        ),
        _line_step(metal),
        Step(
            "rungs in harmonic 1",
            ladder_series(weight, weight * stay),
            dwell,
            "a geometric series; w_1 = 1 - tau/tau_tr",
        ),
        Step(
            f"rung with visits to harmonic 1 ({kind})",
            whole,
            sp.expand(in_diffusion(whole, metal)),
            "the Schur complement of the harmonic 1, to second order in q; D = v_F**2 tau_tr/d",
        ),
    )


def _rung(metal: Metal, *, velocities: int, order: int) -> sp.Expr:
    """Average a rung with factors v_x over directions, to an order in the slow momentum."""
    return fast_integral(
        retarded=1, advanced=1, velocities=velocities, dim=metal.dim, momentum=s.q, order=order
    )


def current_ladder(metal: Metal, frequency: sp.Expr) -> Iterator[Step]:
    """Sum the ladder at a current vertex: without slow momentum, in the harmonic 1."""
    weight, share = line_weight(metal)(1), ladder_weight(metal, frequency)(1)
    product = Retarded(s.xi - s.hbar * frequency) * Advanced(s.xi)
    rung = impurity_line() * s.nu * energy_integral(1, 1, 1 / s.tau - sp.I * frequency)
    yield Step(
        "rung at a current vertex",
        impurity_line() * s.nu * EnergyIntegral(product, (s.xi, -sp.oo, sp.oo)),
        sp.cancel(rung),
        "residues; no slow momentum",
    )
    yield _line_step(metal)
    yield Step(
        "Bethe-Salpeter equation at a current vertex",
        ladder_series(impurity_line() * weight, weight * sp.cancel(rung)),
        impurity_line() * share,
        "the ladder is a geometric series in the harmonic 1, w_1/(1 - w_1) at omega = 0",
    )
    dressed = s.v_F * (1 + sp.cancel(rung) * share)
    yield Step(
        "current vertex with its ladder",
        dressed,
        s.v_F * sp.factor(in_diffusion(dressed / s.v_F, metal)),
        "the vertex and its ladder: at omega = 0 v_F becomes v_F tau_tr/tau",
    )
