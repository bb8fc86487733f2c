"""The slow integral of a metal: over the modes that its field and its shape leave to a Cooperon.

The bulk without a field is integrated with the cutoff that was asked for. A field or a boundary is felt by
long paths alone: what it changes converges, and is added.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.cutoffs import Cutoff, Regulator
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.images import Images, complete, images
from cooperon.symbolic.landau import landau_steps, reference_gap, smooth_steps
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.noisy_wire import airy_steps
from cooperon.symbolic.options import Options
from cooperon.symbolic.penetration import Penetration, penetration
from cooperon.symbolic.real_part import RealPart
from cooperon.symbolic.shift import shift_step
from cooperon.symbolic.slow import Pole
from cooperon.symbolic.slow_steps import leading_form, outcome, pole_steps
from cooperon.symbolic.spectrum import Spectrum, spectrum, thin_spectrum

__all__ = ["Part", "mode_steps", "real", "total"]

_SMALL = "for tau small against all durations that end paths"


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
        Cutoff, infrared end and frequency; or that only the change by the field is asked for.
    """
    inside = options.slip.inside(penetration(metal))
    if metal.noisy:
        return _noisy(coefficient, gap, metal, inside, options)
    if options.change:
        parts = _changes(coefficient, gap, metal, inside, options)
        return total(parts, "change by the field", "its parts together")
    if inside.levels:
        return _with_levels(coefficient, gap, metal, inside, options)
    modes = spectrum(metal, inside.flux_phase)
    if modes.whole or (gap == 0 and inside.rate != 0):  # without a cutoff, or without an end of long paths
        pages = Part(sp.S.Zero, sp.S.Zero, inside.steps)
        return total([pages, _shape(coefficient, gap + inside.rate, modes, options)], "sum", "all modes")
    if gap == 0 and inside.flux_phase != 0:
        raise DivergenceError(
            f"{metal.geometry} around a flux, with a Cooperon that has no gap",
            expected="a gap: what the flux alone ends in two dimensions is not derived",
            hint="dephasing (tau_phi), omega, or thickness=cooperon.symbols.thickness: a field in the wall",
        )
    shape = _shape(coefficient, gap, spectrum(metal), options)
    if metal.field is None:
        return shape
    changes = _changes(coefficient, gap, metal, inside, options)
    return total([shape, *changes], "sum", "without the field, and what it changes")


def _shape(coefficient: sp.Expr, gap: sp.Expr, modes: Spectrum, options: Options) -> Part:
    """Integrate over the modes of a shape without a field."""
    weight = coefficient / modes.section
    if modes.axis is None:
        return _bulk(weight, gap, modes.dim, options)
    if modes.whole:
        whole = _cut_off(lambda gap: _images(weight, gap, modes, complete), gap, options.cutoff)
        return total(whole, "whole sum", "with the weight 1 - exp(-t/tau) of each path")
    found = images(modes.axis, gap=gap, dim=modes.dim)
    parts = [_bulk(weight, gap, modes.dim, options)]
    parts += _cut_off(lambda gap: _images(weight, gap, modes, images), gap, options.cutoff)
    if found.surface != 0:
        parts.append(_bulk(weight * found.surface, gap, modes.dim - 1, options))
    return total(parts, "sum", "paths of the bulk, images, and the surface term")


def _noisy(coefficient: sp.Expr, gap: sp.Expr, metal: Metal, inside: Penetration, options: Options) -> Part:
    """Solve the Cooperon of a wire in the noise of its electrons: all durations converge."""
    modes = _with_plane(metal) if inside.levels else spectrum(metal)
    weight = coefficient * s.D / modes.section

    def cooperon(gap: sp.Expr) -> Part:
        steps = airy_steps(metal, gap)
        value = weight * steps[-1].rhs
        last = Step(
            "interference with noise",
            sp.Mul(weight, steps[-1].rhs, evaluate=False),
            value,
            "the Cooperon at its own place, in place of the integral over q",
        )
        return Part(value, value, (*steps, last))

    parts = [
        Part(sp.S.Zero, sp.S.Zero, inside.steps),
        *_cut_off(lambda gap: cooperon(gap + inside.rate), gap, options.cutoff),
    ]
    if options.change:
        parts += map(_negative, _cut_off(cooperon, gap, options.cutoff))
        return total(parts, "change by the field", "its parts together")
    return total(parts, "whole sum", "with the weight 1 - exp(-t/tau) of each path")


def _images(weight: sp.Expr, gap: sp.Expr, modes: Spectrum, rule: Callable[..., Images]) -> Part:
    """Weigh a sum over images as the integral over q is weighed."""
    found = rule(modes.axis, gap=gap, dim=modes.dim)
    value = sp.Add(*(weight * s.D * term for term in sp.Add.make_args(found.value)))
    last = Step("images", sp.Mul(weight * s.D, found.value, evaluate=False), value, "in the conductivity")
    return Part(value, value, (*found.steps, last))


def _cut_off(long: Callable[[sp.Expr], Part], gap: sp.Expr, cutoff: Cutoff) -> list[Part]:
    """Take the short paths off with a smooth cutoff; no other one touches what long paths alone make."""
    if cutoff.regulator is not Regulator.SMOOTH:
        return [long(gap)]
    short = long(gap + 1 / s.tau)
    off = Step("short paths", -short.exact, -short.exact, "they count with the weight 1 - exp(-t/tau)")
    return [long(gap), Part(-short.exact, sp.S.Zero, (*short.steps, off), sp.Rational(1, 2))]


def _bulk(coefficient: sp.Expr, gap: sp.Expr, dim: sp.Expr, options: Options) -> Part:
    pole = Pole(coefficient, 0, 1, gap / s.D)
    return Part.of(pole_steps(pole, dim, options.cutoff, options.infrared))


def _with_levels(
    coefficient: sp.Expr, gap: sp.Expr, metal: Metal, inside: Penetration, options: Options
) -> Part:
    """Integrate over Landau levels."""
    modes = _with_plane(metal)
    weight = coefficient / modes.section
    if inside.rate != 0 and gap != 0:
        bulk = _bulk(weight, gap, modes.dim, options)
        changes = _changes(coefficient, gap, metal, inside, options)
        return total([bulk, *changes], "sum", "without the field, and what it changes")
    reference = reference_gap(gap, modes.dim, across=metal.diffusion_across, field=_upright(metal))
    reference, gap = reference + inside.rate, gap + inside.rate
    pages = Part(sp.S.Zero, sp.S.Zero, inside.steps)
    bulk = _bulk(weight, reference, modes.dim, options)
    change = _landau(weight, options.slip.level(gap), metal, modes.dim, reference)
    if options.cutoff.regulator is Regulator.SMOOTH:
        whole = _smooth(weight, gap, metal, modes.dim, bulk.leading + change.leading)
        return total([pages, whole], "sum", "over all modes")
    return total([pages, bulk, change], "sum", "without the field, and what it changes")


def _with_plane(metal: Metal) -> Spectrum:
    """Find the modes where the field makes levels of the directions across it."""
    modes = spectrum(metal)
    if modes.axis is not None or (modes.dim - 2).is_negative:
        raise InputError(
            f"{metal.field} in {metal.dim} dimensions with geometry = {metal.geometry}",
            expected="two free directions across the field",
            hint="dim=2 for a thin film",
        )
    return modes


def _landau(coefficient: sp.Expr, gap: sp.Expr, metal: Metal, dim: sp.Expr, reference: sp.Expr) -> Part:
    across, field = metal.diffusion_across, _upright(metal)
    steps = tuple(landau_steps(coefficient, gap, dim, across=across, reference=reference, field=field))
    return Part(steps[-1].rhs, steps[-1].rhs, steps)


def _upright(metal: Metal) -> sp.Expr:
    """Return the component of the field that makes Landau levels."""
    return s.B if metal.field is None else metal.field.upright


def _changes(
    coefficient: sp.Expr, gap: sp.Expr, metal: Metal, inside: Penetration, options: Options
) -> list[Part]:
    """Derive what the field changes; with a smooth cutoff that of short paths is taken off."""
    if inside.levels:
        modes = _with_plane(metal)
        _require_few(modes.dim, options.cutoff)
        weight = coefficient / modes.section

        def levels(gap: sp.Expr) -> Part:
            within = gap + inside.rate
            return _landau(weight, options.slip.level(within), metal, modes.dim, within)

        found = _cut_off(levels, gap, options.cutoff)
        if inside.rate == 0:
            return found
        return [
            *_cut_off(lambda gap: _penetrated(coefficient, gap, metal, inside), gap, options.cutoff),
            *found,
        ]
    return _cut_off(lambda gap: _penetrated(coefficient, gap, metal, inside), gap, options.cutoff)


def _require_few(dim: sp.Expr, cutoff: Cutoff) -> None:
    """Refuse a smooth cutoff where it does not make the correction itself finite."""
    if cutoff.regulator is Regulator.SMOOTH and (dim - 4).is_nonnegative:
        raise DivergenceError(
            f'cutoff = "{cutoff.name}" in {dim} dimensions',
            expected="fewer than four dimensions",
            hint='cutoff="diffusive"',
        )


def _penetrated(coefficient: sp.Expr, gap: sp.Expr, metal: Metal, inside: Penetration) -> Part:
    """Derive what a rate and a flux change in a thin shape."""
    without, within = thin_spectrum(metal), thin_spectrum(metal, inside.flux_phase)
    weight = coefficient / without.section
    parts = [Part(sp.S.Zero, sp.S.Zero, inside.steps)]
    if not without.whole and inside.rate != 0:
        step = shift_step(weight, gap, inside.rate, without.dim)
        parts.append(Part(step.rhs, step.rhs, (step,)))
    if without.axis is not None:
        rule = complete if without.whole else images
        parts.append(_images(weight, gap + inside.rate, within, rule))
        parts.append(_negative(_images(weight, gap, without, rule)))
    return total(parts, "change by the field", "its parts together")


def _negative(part: Part) -> Part:
    last = Step("without the field", -part.exact, -part.exact, "what is taken off")
    return Part(-part.exact, -part.leading, (*part.steps, last))


def _smooth(coefficient: sp.Expr, gap: sp.Expr, metal: Metal, dim: sp.Expr, form: sp.Expr) -> Part:
    """Sum over Landau levels with the smooth cutoff, whose leading form is the bulk's with its change."""
    across, field = metal.diffusion_across, _upright(metal)
    steps = tuple(smooth_steps(coefficient, gap, dim, across=across, field=field))
    order = sp.Min(2 - dim / 2, 1) if dim.is_number else sp.S.One
    last = leading_form(steps[-1].rhs, form, order, _SMALL)
    return Part(steps[-1].rhs, form, (*steps, last), order)


def real(part: Part) -> Part:
    """Say that a part is real: the sum of two that are complex conjugates, or real both."""
    steps = [
        Step("real part", one, RealPart(one), "two terms that are real, or complex conjugates")
        for one in dict.fromkeys((part.leading, part.exact))
    ]
    pages = (*part.steps, *steps)
    if part.order is not None:
        pages += (leading_form(RealPart(part.exact), RealPart(part.leading), part.order, _SMALL),)
    return Part(RealPart(part.exact), RealPart(part.leading), pages, part.order)


def total(parts: Sequence[Part], rule: str, reason: str) -> Part:
    """Add up parts: their pages, the sum, and its leading form."""
    terms = [part for part in parts if part.exact != 0]
    if len(parts) == 1:
        return parts[0]
    if len(terms) == 1:
        pages = [step for part in parts if part.exact == 0 for step in part.steps]
        return replace(terms[0], steps=(*pages, *terms[0].steps))
    exact, form = (sp.Add(*(getattr(part, name) for part in parts)) for name in ("exact", "leading"))
    steps = [step for part in parts for step in part.steps]
    if len(terms) > 1:
        steps.append(Step(rule, sp.Add(*(part.exact for part in terms), evaluate=False), exact, reason))
    orders = [part.order for part in parts if part.order is not None]
    order = min(orders) if orders else None
    steps.append(leading_form(exact, form, order, _SMALL))
    return Part(exact, form, tuple(steps), order)
