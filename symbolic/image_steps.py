"""The pages of a sum over images: modes, Poisson's formula, propagators, the sum over windings."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.axes import Axis
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.slow_steps import diffusion_kernel
from cooperon.symbolic.windings import (
    elementary,
    inverse_length,
    propagator,
    spread_out,
    windings_undone,
)

__all__ = ["image_steps", "limit_step", "whole_steps"]

_N = sp.Symbol("n", integer=True)
_M = sp.Symbol("m", integer=True, positive=True)
_U = sp.Symbol("u", positive=True)


def image_steps(axis: Axis, dim: sp.Expr, gap: sp.Expr, value: sp.Expr) -> tuple[Step, ...]:
    """Go from the quantised momenta to the sum over images."""
    return (*_propagation(axis, dim, gap), _summed(axis, dim, gap, sp.S.Zero, value))


def whole_steps(axis: Axis, dim: sp.Expr, gap: sp.Expr, value: sp.Expr) -> tuple[Step, ...]:
    """Go on to the whole return sum in one dimension: the bulk and the mode n = 0 added."""
    rest = spread_out(dim, gap, sp.S.Zero) + axis.surface / gap
    return (*_propagation(axis, dim, gap), _summed(axis, dim, gap, rest, value))


def limit_step(value: sp.Expr, limit: sp.Expr) -> Step:
    """Let nothing end long paths but the axis itself."""
    return Step("no dephasing", value, limit, "for tau_phi -> oo", ((s.tau_phi, -1),), sp.S.One)


def _propagation(axis: Axis, dim: sp.Expr, gap: sp.Expr) -> Iterator[Step]:
    running = _running(axis)
    if axis.first is not None:
        wave = _decay(2 * sp.pi * _N / axis.period) * 2 / axis.period
        yield Step(
            "quantised momenta",
            sp.Sum(wave, (_N, axis.first, sp.oo)),
            running + axis.surface,
            "standing waves: half of the running waves of a ring of twice the length, but for n = 0",
        )
    bulk = diffusion_kernel(sp.S.One)
    winding = sp.cos(_M * axis.turn) * sp.exp(-((_M * axis.period) ** 2) / (4 * s.D * s.t))
    yield Step(
        "Poisson's formula",
        running,
        bulk + 2 * bulk * sp.Sum(winding, (_M, 1, sp.oo)),
        "return along the axis after the time t: modes on the left, windings on the right; m = 0 is the bulk",
    )
    bessel = propagator(dim, gap, s.r)
    yield Step(
        "integral over durations", _durations(dim, gap), bessel, "paths of all durations over a distance r"
    )
    simple = elementary(dim, gap) is not None
    yield Step(
        "propagator",
        bessel,
        spread_out(dim, gap, s.r),
        "a Bessel function of order 1/2 is elementary"
        if simple
        else "one-dimensional propagators at every momentum q across: 1 + w**2 = sqrt(1 + (q/kappa)**2)",
    )


def _running(axis: Axis) -> sp.Expr:
    """Sum over the running waves of a ring, n and -n beside each other."""
    # whole turns of the phase only rename the modes: the sum then starts with the slowest
    phase = sp.Mod(axis.turn + sp.pi, 2 * sp.pi) - sp.pi if axis.turn != 0 else sp.S.Zero
    one, other = (_decay((2 * sp.pi * _N + sign * phase) / axis.period) for sign in (1, -1))
    return (_decay(phase / axis.period) + sp.Sum(one + other, (_N, 1, sp.oo))) / axis.period


def _decay(q: sp.Expr) -> sp.Expr:
    return sp.exp(-s.D * q**2 * s.t)


def _durations(dim: sp.Expr, gap: sp.Expr) -> sp.Expr:
    """Paths of all durations; where only omega ends them, in a unit that makes the integral converge."""
    spread = diffusion_kernel(dim) * sp.exp(-(s.r**2) / (4 * s.D * s.t) - gap * s.t)
    if sp.re(gap) != 0:
        return sp.Integral(spread, (s.t, 0, sp.oo))
    unit = s.r / (2 * inverse_length(gap) * s.D)
    return sp.Integral(unit * spread.xreplace({s.t: unit * _U}), (_U, 0, sp.oo))


def _summed(axis: Axis, dim: sp.Expr, gap: sp.Expr, rest: sp.Expr, value: sp.Expr) -> Step:
    known = elementary(dim, gap)
    reason = {None: "geometric series", 0: "a geometric series", 1: "the series of a logarithm"}
    return Step(
        "sum over windings",
        rest + windings_undone(dim, gap, axis.period, axis.turn),
        value,
        f"{reason[known[1] if known else None]}; with both directions, of opposite phases"
        + ("; the bulk and the mode n = 0 are added" if rest != 0 else ""),
    )
