"""The slow integral of a metal: over the modes that its field and its shape leave to a Cooperon.

The bulk without a field is integrated with the cutoff that was asked for. A field or a boundary is felt by
long paths alone: what it changes converges, and is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.cutoffs import Cutoff, Regulator
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.landau import landau_steps, reference_gap, smooth_steps
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.options import Options
from cooperon.symbolic.slow import Pole
from cooperon.symbolic.slow_steps import LEADING, outcome, pole_steps

__all__ = ["Part", "across", "mode_steps", "total"]


@dataclass(frozen=True)
class Part:
    """A term of a slow integral: exact for the cutoff, its leading form, and the pages of both."""

    exact: sp.Expr
    leading: sp.Expr
    steps: tuple[Step, ...]
    order: sp.Expr | None = None

    @classmethod
    def of(cls, steps: Sequence[Step]) -> Part:
        """Read a part off its pages."""
        exact, form = outcome(steps)
        order = steps[-1].order if steps[-1].scaling else None
        return cls(exact, form, tuple(steps), order)


def mode_steps(coefficient: sp.Expr, gap: sp.Expr, metal: Metal, options: Options) -> Part:
    """Integrate coefficient/(q**2 + gap/D) over the modes of a metal.

    Parameters
    ----------
    coefficient : sympy.Expr
        In front of 1/(q**2 + gap/D).
    gap : sympy.Expr
        The gap of the Cooperon.
    metal : Metal
        Its dimension, field and shape.
    options : Options
        Cutoff, infrared end and frequency.
    """
    if metal.field is None:
        return _bulk(coefficient, gap, metal, options)
    if options.change:
        return total(_changes(coefficient, gap, metal, options.cutoff), "change by the field", "together")
    diffusion = across(metal)
    reference = reference_gap(gap, metal.dim, across=diffusion)
    bulk = _bulk(coefficient, reference, metal, options)
    change = _landau(coefficient, gap, metal, reference)
    if options.cutoff.regulator is Regulator.SMOOTH:
        return _smooth(coefficient, gap, metal, bulk.leading + change.leading)
    return total([bulk, change], "sum", "the bulk and what the field changes")


def across(metal: Metal) -> sp.Expr:
    """Diffusion constant across a field along z."""
    return sp.sqrt(s.D_x * s.D_y) if metal.diffusion == "xyz" else s.D


def _bulk(coefficient: sp.Expr, gap: sp.Expr, metal: Metal, options: Options) -> Part:
    pole = Pole(coefficient, 0, 1, gap / s.D)
    return Part.of(pole_steps(pole, metal.dim, options.cutoff, options.infrared))


def _landau(coefficient: sp.Expr, gap: sp.Expr, metal: Metal, reference: sp.Expr) -> Part:
    steps = tuple(landau_steps(coefficient, gap, metal.dim, across=across(metal), reference=reference))
    return Part(steps[-1].rhs, steps[-1].rhs, steps)


def _changes(coefficient: sp.Expr, gap: sp.Expr, metal: Metal, cutoff: Cutoff) -> list[Part]:
    """Derive what the field changes; with a smooth cutoff that of short paths is taken off."""
    whole = _landau(coefficient, gap, metal, gap)
    if cutoff.regulator is not Regulator.SMOOTH:
        return [whole]
    short = gap + 1 / s.tau
    taken_off = _landau(-coefficient, short, metal, short)
    return [whole, replace(taken_off, leading=sp.S.Zero, order=3 - metal.dim / 2)]


def _smooth(coefficient: sp.Expr, gap: sp.Expr, metal: Metal, form: sp.Expr) -> Part:
    """Sum over Landau levels with the smooth cutoff, whose leading form is the bulk's with its change."""
    steps = tuple(smooth_steps(coefficient, gap, metal.dim, across=across(metal)))
    order = sp.Min(2 - metal.dim / 2, 1) if metal.dim.is_number else sp.S.One
    last = leading_form(steps[-1].rhs, form, order)
    return Part(steps[-1].rhs, form, (*steps, last), order)


def leading_form(exact: sp.Expr, form: sp.Expr, order: sp.Expr | None) -> Step:
    """State the leading form of what was found with a cutoff."""
    if order is None:
        return Step(LEADING, exact, form, "the result is its own leading form")
    scaling = ((s.tau, 1), (s.tau_tr, 1)) if exact.has(s.tau_tr) else ((s.tau, 1),)
    return Step(LEADING, exact, form, "for tau small against all durations that end paths", scaling, order)


def total(parts: Sequence[Part], rule: str, reason: str) -> Part:
    """Add up parts: their pages, the sum, and its leading form."""
    if len(parts) == 1:
        return parts[0]
    exact, form = (sp.Add(*(getattr(part, name) for part in parts)) for name in ("exact", "leading"))
    terms = sp.Add(*(part.exact for part in parts), evaluate=False)
    steps = [step for part in parts for step in part.steps]
    steps.append(Step(rule, terms, exact, reason))
    orders = [part.order for part in parts if part.order is not None]
    order = min(orders) if orders else None
    steps.append(leading_form(exact, form, order))
    return Part(exact, form, tuple(steps), order)
