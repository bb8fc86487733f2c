"""The pages of a slow integral: what is integrated, the result, and its leading form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.asymptotics import leading
from cooperon.symbolic.cutoffs import Cutoff, Regulator
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.slow import Pole, evaluate, radial_measure, split

__all__ = [
    "LEADING",
    "diffusion_kernel",
    "duration_steps",
    "leading_form",
    "leading_step",
    "outcome",
    "pole_steps",
    "slow_steps",
]

LEADING = "leading form"
"""Rule of the step from the exact result for a cutoff (left) to its leading form (right)."""


def outcome(steps: Sequence[Step]) -> tuple[sp.Expr, sp.Expr]:
    """Read the exact result and its leading form off the last of the pages of a diagram."""
    form = steps[-1]
    return (form.lhs if form.rule == LEADING else form.rhs), form.rhs


def slow_steps(integrand: sp.Expr, dim: sp.Expr, cutoff: Cutoff, infrared: str) -> tuple[Step, ...]:
    """Integrate a diffusion pole over q.

    Returns
    -------
    tuple of Step
        The last but one states the exact result for the cutoff, the last its leading form.
    """
    (pole,) = split(integrand)
    return pole_steps(pole, dim, cutoff, infrared, integrand)


def pole_steps(
    pole: Pole, dim: sp.Expr, cutoff: Cutoff, infrared: str, integrand: sp.Expr | None = None
) -> tuple[Step, ...]:
    """Integrate a pole over q; the integrand is how it is to be written."""
    if integrand is None:
        integrand = pole.coefficient / (s.q**2 + pole.gamma) ** pole.power
    exact = evaluate(pole, dim, cutoff, infrared)
    return (
        *_exact_steps(integrand, pole, dim, cutoff, infrared, exact),
        leading_step(pole, dim, cutoff, infrared, exact),
    )


def leading_step(pole: Pole, dim: sp.Expr, cutoff: Cutoff, infrared: str, exact: sp.Expr) -> Step:
    """Step from the exact result of a pole to its leading form."""
    form = leading(pole, dim, cutoff, infrared)
    if sp.expand(form.expr - exact) == 0:
        return leading_form(exact, form.expr, None)
    small = "tau -> 0 at fixed L" if infrared == "L" else "tau/tau_phi -> 0"
    if pole.gamma.has(s.omega):
        small += ", omega tau -> 0 alike"
    reason = f"for {small}: the terms down to the first that knows what ends long paths"
    return leading_form(exact, form.expr, form.order, reason)


def leading_form(exact: sp.Expr, form: sp.Expr, order: sp.Expr | None, reason: str = "") -> Step:
    """State the leading form of what was found with a cutoff; without an order the two are equal."""
    if order is None:
        return Step(LEADING, exact, form, "the result is its own leading form")
    scaling = ((s.tau, 1), (s.tau_tr, 1)) if exact.has(s.tau_tr) else ((s.tau, 1),)
    return Step(LEADING, exact, form, reason, scaling, order)


def _exact_steps(
    integrand: sp.Expr, pole: Pole, dim: sp.Expr, cutoff: Cutoff, infrared: str, exact: sp.Expr
) -> Iterator[Step]:
    radial = radial_measure(dim) * s.q ** (dim - 1) * integrand
    rule = "slow integral"
    if cutoff.regulator is Regulator.MOMENTUM:
        lower = 1 / s.L if infrared == "L" else 0
        undone = sp.Integral(radial, (s.q, lower, cutoff.upper(dim)))
        yield Step(rule, undone, exact, f"over all directions and {cutoff.statement}")
    elif infrared == "L" and cutoff.regulator is Regulator.DIMENSIONAL:
        undone = sp.Integral(radial, (s.q, 1 / s.L, sp.oo))
        if dim.is_number and dim > 2 * pole.power:
            undone = -sp.Integral(radial, (s.q, 0, 1 / s.L))
        yield Step(rule, undone, exact, "q > 1/L, continued in the dimension")
    elif infrared == "L":
        x = s.D * s.q**2 * s.tau
        rest = sp.Add(*(x**k / sp.factorial(k) for k in range(pole.power))) * sp.exp(-x)
        undone = sp.Integral(radial * rest, (s.q, 1 / s.L, sp.oo))
        yield Step(rule, undone, exact, f"q > 1/L; {cutoff.statement}: a factor {rest}")
    else:
        yield from _time_steps(pole, dim, cutoff, exact)


def _time_steps(pole: Pole, dim: sp.Expr, cutoff: Cutoff, exact: sp.Expr) -> Iterator[Step]:
    gap, power = sp.expand(pole.gamma * s.D), pole.power
    relaxation = s.D * s.q**2 + gap
    weight = s.t ** (power - 1) / sp.factorial(power - 1)
    yield Step(
        "durations",
        1 / relaxation**power,
        sp.Integral(weight * sp.exp(-relaxation * s.t), (s.t, 0, sp.oo)),
        "the pole as a sum over paths of duration t",
    )
    spread = sp.exp(-s.D * s.q**2 * s.t)
    yield Step(
        "Gaussian integral over q",
        radial_measure(dim) * sp.Integral(s.q ** (dim - 1) * spread, (s.q, 0, sp.oo)),
        diffusion_kernel(dim),
        "the probability to be back at the origin",
    )
    yield from duration_steps(pole.coefficient * s.D**power, gap, dim, cutoff, exact, power)


def diffusion_kernel(dim: sp.Expr) -> sp.Expr:
    """Gaussian integral over q of exp(-D q**2 t) in ``dim`` dimensions.

    Examples
    --------
    >>> diffusion_kernel(sp.Integer(2))
    1/(4*pi*D*t)
    """
    return (4 * sp.pi * s.D * s.t) ** (-dim / 2)


def duration_steps(
    coefficient: sp.Expr, gap: sp.Expr, dim: sp.Expr, cutoff: Cutoff, exact: sp.Expr, power: int = 1
) -> Iterator[Step]:
    """Integrate over the durations that a cutoff admits."""
    first, last = s.tau, s.tau_phi if cutoff.regulator is Regulator.WINDOW else sp.oo
    half = dim / 2 - power + 1
    weight = coefficient * (4 * sp.pi * s.D) ** (-dim / 2) / sp.factorial(power - 1)
    reason = cutoff.statement
    by_parts = 0
    if cutoff.regulator is Regulator.DIMENSIONAL:
        first = sp.S.Zero
        by_parts = max(int(sp.ceiling(half - 1)), 0) if dim.is_number else 0
        weight *= gap**by_parts / sp.prod(k - half for k in range(1, by_parts + 1))
        reason += "; integrated by parts, what is infinite at t = 0 dropped" if by_parts else ""
    integrand = s.t ** (by_parts - half) * sp.exp(-gap * s.t)
    if cutoff.regulator is Regulator.SMOOTH:
        first = sp.S.Zero
        integrand *= 1 - sp.exp(-s.t / s.tau)
    yield Step("integral over durations", weight * sp.Integral(integrand, (s.t, first, last)), exact, reason)
