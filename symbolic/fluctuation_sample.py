"""The sample whose conductance fluctuates: its sides, what a field does in it, and when all of it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression
from cooperon.symbolic.assumptions import drude_assumptions, mechanism_assumptions
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.dimensions import dimension_of
from cooperon.symbolic.fields import ParallelField
from cooperon.symbolic.formula import Assumption
from cooperon.symbolic.geometry import Bulk, Wire
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.options import Options
from cooperon.symbolic.penetration import penetration

__all__ = [
    "MeasuredSample",
    "assumptions_of",
    "field_apart",
    "require_poles",
    "require_sample",
    "sample_of",
]

_LEADS = "geometry=cooperon.Wire(length=cooperon.symbols.L)"


@dataclass(frozen=True)
class MeasuredSample:
    """A sample between two leads.

    Attributes
    ----------
    ratios : tuple of sympy.Expr
        Its length over each side across in which its modes vary.
    diffuson_rate : sympy.Expr
        What two fields that differ add to the gap of a diffuson between their bubbles.
    cooperon_rate : sympy.Expr or None
        What the fields add to that of a Cooperon; None: it is left out, the field being strong.
    steps : tuple of Step
        Where the rates come from.
    assumptions : tuple of Assumption
        When they hold.
    field_step : sympy.Expr
        By how much the two fields differ.
    """

    ratios: tuple[sp.Expr, ...]
    diffuson_rate: sp.Expr = sp.S.Zero
    cooperon_rate: sp.Expr | None = sp.S.Zero
    steps: tuple[Step, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    field_step: sp.Expr = sp.S.Zero


def require_sample(metal: Metal) -> None:
    """Refuse metals whose fluctuations are not derived.

    Examples
    --------
    >>> require_sample(Metal(dim=2))
    """
    for refused, given, expected, hint in (*_of_the_metal(metal), *_of_the_shape(metal)):
        if refused:
            raise InputError(f"{given} of a sample whose conductance fluctuates", expected, hint)


_Refusal = tuple[bool, str, str, str]


def _of_the_metal(metal: Metal) -> Iterator[_Refusal]:
    sides = "dim = 1, 2 or 3: a wire, a square or a cube"
    yield metal.dim not in (1, 2, 3), f"dim = {metal.dim}", sides, "dim=2"
    scattering = f"scattering = {metal.scattering}"
    range_ = "leave the harmonics out: the variance does not depend on the range of scatterers"
    yield metal.anisotropic, scattering, "isotropic scattering", range_
    axes = "lengths measured in sqrt(D_i/D), for which it is isotropic"
    yield metal.diffusion != "isotropic", f"diffusion = {metal.diffusion!r}", "isotropic diffusion", axes


def _of_the_shape(metal: Metal) -> Iterator[_Refusal]:
    shape, given = metal.geometry, f"geometry = {metal.geometry}"
    sheet = metal.dim == 2 and isinstance(metal.field, ParallelField)
    through = "a field with a component through the sheet: one along it has no flux there"
    yield sheet, f"field = {metal.field}", through, "field=cp.PerpendicularField(), or no field"
    if not isinstance(shape, Wire):
        equal = "Bulk(), a sample of equal sides, or Wire(length=...)"
        yield not isinstance(shape, Bulk), given, equal, _LEADS
        return
    yield shape.length is None, given, "a wire between leads", _LEADS
    yield shape.boundary != "diffusive", given, "a wire wider than ell", 'boundary="diffusive"'
    round_ = metal.dim == 3 and shape.section == "round"
    yield round_, given, "a bar with flat sides", _LEADS


def require_poles(metal: Metal, options: Options) -> None:
    """Refuse a wire in which the noise of its electrons ends coherence: its blocks are no poles.

    Examples
    --------
    >>> require_poles(Metal(dim=1), Options.read("diffusive", "tau_phi", None))
    """
    if options.infrared != "L" and metal.noisy:
        raise InputError(
            f"dephasing = {metal.dephasing} in one dimension, with infrared = {options.infrared!r}",
            expected="a rate 1/tau_phi: the noise of a wire's own electrons ends coherence in no simple way, "
            "and in a block between two conductances otherwise than in a Cooperon",
            hint="infrared='L' where L << L_phi, or dephasing=cp.PowerLaw() as an estimate",
        )


def field_apart(step: Any) -> sp.Expr:
    """Read the difference of two fields: an expression that is a field.

    Examples
    --------
    >>> field_apart(None), field_apart(s.Delta_B)
    (0, Delta_B)
    """
    if step is None:
        return sp.S.Zero
    found = expression(step, "field_step", "cooperon.symbols.Delta_B")
    if found != 0 and dimension_of(found, s.dimensions()) != s.dimension(s.B):
        raise InputError(
            f"field_step = {step}",
            expected="an expression that is a magnetic field; numbers go into lambdify or evaluate",
            hint="cooperon.symbols.Delta_B",
        )
    return found


def sample_of(metal: Metal, step: sp.Expr) -> MeasuredSample:
    """Find what sample a metal is, at fields ``step`` apart.

    Examples
    --------
    >>> sample_of(Metal(dim=2, geometry=Wire(length=s.L)), sp.S.Zero).ratios
    (L/width,)
    """
    dim, shape = int(metal.dim), metal.geometry
    ratios = (sp.S.One,) * (dim - 1)
    if isinstance(shape, Wire):
        thickness = s.width if shape.thickness == shape.width else s.thickness
        ratios = (s.L / s.width, s.L / thickness)[: dim - 1]
    thin = isinstance(shape, Wire) and dim == 1
    if metal.field is None and step == 0:
        return MeasuredSample(ratios)
    if metal.field is not None and thin:
        inside = penetration(metal.without_values)

        def rate(field: sp.Expr) -> sp.Expr:
            return inside.rate.subs(s.B, field)

        steps = inside.steps
        if step != 0:
            steps += (_fields_step(rate, step),)
        return MeasuredSample(ratios, rate(step / 2), rate(s.B), steps, inside.assumptions, step)
    if step != 0:
        raise InputError(
            f"field_step = {step} with field = {metal.field}, geometry = {shape} and dim = {dim}",
            expected="a thin wire in a field",
            hint="cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L), field=cp.PerpendicularField())",
        )
    strong = Assumption("the field is strong: many flux quanta h/e go through the sample; no Cooperons")
    return MeasuredSample(ratios, cooperon_rate=None, assumptions=(strong,))


def _fields_step(rate: Callable[[sp.Expr], sp.Expr], step: sp.Expr) -> Step:
    """Say what two fields do to the phases of the two lines of a block."""
    apart, mean = (((s.B + step / 2) + sign * (s.B - step / 2)) / 2 for sign in (-1, 1))
    return Step(
        "fields of two bubbles",
        rate(sp.expand(apart)) + rate(sp.expand(mean)),
        rate(step / 2) + rate(s.B),
        "the lines of a block see B - step/2 and B + step/2: their phases subtract in a diffuson, as if for "
        "half the difference, and add in a Cooperon, as if for the mean field; the sum of both rates",
    )


def assumptions_of(
    metal: Metal, options: Options, sample: MeasuredSample, *, thermal: bool
) -> tuple[Assumption, ...]:
    """Say when the variance holds.

    Examples
    --------
    >>> metal = Metal(dim=1)
    >>> options = Options.read("diffusive", "L", None)
    >>> sample = sample_of(metal, sp.S.Zero)
    >>> assumptions_of(metal, options, sample, thermal=False)[3].statement
    'L >> ell: diffusion in the sample'
    """
    found = [
        *drude_assumptions(options.omega, metal.potential),
        *mechanism_assumptions(metal),
        *sample.assumptions,
        Assumption("L >> ell: diffusion in the sample", s.ell < s.L),
        _conducting(metal, sample),
        Assumption("between leads: a path that enters one does not come back; other sides reflect"),
        Assumption(
            "bubbles of two retarded or two advanced lines add nothing: leads do not feel a constant vector "
            "potential"
        ),
    ]
    if metal.spin_scatterers:
        found.append(
            Assumption("the spins of magnetic impurities stand still while one conductance is measured")
        )
    if options.omega != 0:
        found.append(Assumption("omega tau << 1 (diffusion)", s.omega * s.tau < 1))
    if options.infrared == "L" or metal.dephasing is None:
        found.append(Assumption("coherent: L_phi >> L", s.L_phi > s.L))
    else:
        found.append(Assumption("dephasing cuts off diffusons between two bubbles as it does Cooperons"))
    if not thermal:
        found.append(Assumption("at one energy: k_B T << hbar D/L**2", s.k_B * s.T < s.hbar * s.D / s.L**2))
    return tuple(found)


def _conducting(metal: Metal, sample: MeasuredSample) -> Assumption:
    """Say that g is large; in numbers where the sample is a cube of the metal's own dimension."""
    cube = len(sample.ratios) == metal.dim - 1 and all(ratio == 1 for ratio in sample.ratios)
    g = 2 * sp.pi * s.hbar * s.nu * s.D * s.L ** (metal.dim - 2)
    return Assumption(
        "the conductance is large against e**2/h: the sample is no insulator", g > 1 if cube else None
    )
