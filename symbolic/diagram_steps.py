"""The pages of one diagram, or of several that differ in their polygons only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import sympy as sp

from cooperon.diagrams.diagram import LineKind, VertexKind
from cooperon.diagrams.errors import DiagramError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.anisotropy import current_ladder, in_diffusion
from cooperon.symbolic.assumptions import (
    drude_assumptions,
    interference_assumptions,
    mechanism_assumptions,
    mode_assumptions,
)
from cooperon.symbolic.channels import channel_block
from cooperon.symbolic.cutoffs import Regulator, cutoff_of, require_end
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.harmonics import infinite
from cooperon.symbolic.in_convention import convention_statement
from cooperon.symbolic.ladder import Block, ladder, orbital_ladder, self_energy
from cooperon.symbolic.metal import Metal, is_plain
from cooperon.symbolic.modes import Part, mode_steps, real, total
from cooperon.symbolic.options import Options
from cooperon.symbolic.precession import is_mixed
from cooperon.symbolic.rules import FastLoop, Integrand, impurity_line
from cooperon.symbolic.slow_steps import outcome, slow_steps

__all__ = ["evaluated"]

_UNIT = sp.Symbol("i")


def evaluated(alike: tuple[Integrand, ...], metal: Metal, options: Options) -> Formula:
    """Evaluate the sum of diagrams that differ in their polygons only."""
    options = replace(options, cutoff=cutoff_of(metal, options.cutoff))
    assumptions = drude_assumptions(options.omega, metal.potential) + mechanism_assumptions(metal)
    if metal.field is not None or metal.spin_scatterers:
        assumptions += (convention_statement(metal),)
    if len(alike[0].slow_momenta) == 1:
        assumptions += mode_assumptions(metal)
        assumptions += interference_assumptions(metal, options)
    steps = tuple(_steps(alike, options))
    exact, form = outcome(steps)
    diagrams = tuple(rules.diagram for rules in alike)
    return Formula("diagram", exact, form, metal, diagrams, Derivation(steps), assumptions)


def _steps(alike: tuple[Integrand, ...], options: Options) -> Iterator[Step]:
    rules = alike[0]
    vanishing = rules.vanishing
    if vanishing:
        yield _vanish(min(vanishing, key=lambda loop: loop.retarded + loop.advanced), rules)
    elif not rules.slow_momenta:
        yield from _fast_steps(alike, options)
    elif len(rules.slow_momenta) == 1:
        yield from _loop_steps(alike, options)
    else:
        raise DiagramError(
            f"{rules.diagram!r} with {len(rules.slow_momenta)} independent slow momenta",
            expected="at most one",
            hint="diagrams with two or more loops are not derived yet",
        )


def _vanish(loop: FastLoop, rules: Integrand) -> Step:
    odd = "odd under a turn of k"
    if 0 in (loop.retarded, loop.advanced):
        reason = "all poles on one side: electron lines of one kind only"
    elif len(rules.fast) == 1:
        reason = f"{odd}: an odd number of currents"
    elif loop.retarded == loop.advanced == 1:
        reason = f"{odd}: a ladder or rung at a current vertex (the vertex correction) drops out"
    else:
        reason = f"{odd}: a box dressed with an impurity line between its current vertices drops out"
    return Step("vanishing polygon", loop.unevaluated(rules.metal), sp.S.Zero, reason)


def _fast_steps(alike: tuple[Integrand, ...], options: Options) -> Iterator[Step]:
    """Polygons whose blocks, if any, carry no momentum."""
    yield self_energy()
    values = []
    for rules in alike:
        at_rest = tuple(_blocks_at_rest(rules, options))
        yield from _rest_steps(rules, at_rest, options.omega)
        undone = rules.prefactor * rules.unevaluated_polygons(options.omega) * _at_rest(at_rest)
        found = rules.prefactor * rules.polygons(options.omega) * _at_rest(at_rest)
        values.append(in_diffusion(found, rules.metal))
        yield Step(
            "Kubo formula",
            undone,
            values[-1],
            f"hbar/(2 pi), charges, the trace over spin, {rules.metal.spin_degeneracy}; residues, tensor "
            f"reduction; D = v_F**2 {rules.metal.transport_time}/d",
        )
    if len(values) > 1:
        yield _sum("sum of the diagrams", values)
    if rules.metal.diffusion != "isotropic":
        yield principal_axes(values[-1] if len(values) == 1 else sp.Add(*values), rules)


def _blocks_at_rest(rules: Integrand, options: Options) -> Iterator[Block]:
    """Sum the blocks without slow momentum that hand on a density."""
    for kind in () if rules.carries_current else rules.blocks_at_rest:
        block = ladder(kind, rules.metal, omega=options.omega)
        if block.gap == 0:
            raise infinite(repr(rules.diagram))
        yield block


def _at_rest(blocks: tuple[Block, ...]) -> sp.Expr:
    return sp.prod(block.value.xreplace({s.q: sp.S.Zero}) for block in blocks)


def _rest_steps(rules: Integrand, blocks: tuple[Block, ...], omega: sp.Expr) -> Iterator[Step]:
    """Sum the ladders without slow momentum, of a density or at a current vertex."""
    yield from chain(*(block.steps for block in blocks))
    if rules.carries_current:
        yield from current_ladder(rules.metal, omega)


def principal_axes(isotropic: sp.Expr, rules: Integrand) -> Step:
    """Turn what was found in coordinates of isotropic diffusion into the response along x."""
    currents = len(rules.diagram.vertices_of(VertexKind.CURRENT))
    return Step(
        "principal axes",
        sp.Mul(sp.sqrt(s.D_x / s.D) ** currents, isotropic, evaluate=False),
        along_x(rules) * isotropic,
        "x_i is measured in units of sqrt(D_i/D), D**d = product of D_i: diffusion is isotropic there, "
        "volumes are what they were, and each current along x is sqrt(D_x/D) as long",
    )


def along_x(rules: Integrand) -> sp.Expr:
    """Return the factor of the currents along x, in coordinates in which diffusion is isotropic."""
    if rules.metal.diffusion == "isotropic":
        return sp.S.One
    return (s.D_x / s.D) ** sp.Rational(len(rules.diagram.vertices_of(VertexKind.CURRENT)), 2)


def _sum(rule: str, values: list[sp.Expr]) -> Step:
    plain = {sp.I: _UNIT}  # factors over the complex numbers are found as they are
    top, bottom = sp.fraction(sp.factor(sp.Add(*values).xreplace(plain)))
    sign = -1 if bottom.as_coeff_Add()[0].is_negative else 1  # 1 - i omega tau_tr, not i omega tau_tr - 1
    total = (sign * top / (sign * bottom)).xreplace({_UNIT: sp.I})
    return Step(
        rule,
        sp.Add(*values, evaluate=False),
        total,
        f"{len(values)} diagrams, each with weight one; equal ones stand above once",
    )


def _loop_steps(alike: tuple[Integrand, ...], options: Options) -> Iterator[Step]:
    """One independent slow momentum: ladder, polygon, Feynman rules, slow integral."""
    rules = alike[0]
    if not rules.diagram.vertices_of(VertexKind.CURRENT):
        raise DiagramError(
            repr(rules.diagram),
            expected="current vertices: with density vertices the box vanishes at q = 0 with its dressings",
            hint="expand the Hikami box in its slow momenta",
        )
    require_end(options.cutoff, rules.metal.dephasing)
    blocks = tuple(options.slip.block(block) for block in _slow_blocks(rules, options))
    for block in blocks:
        yield from block.steps
    boxes = []
    for one in alike:
        at_rest = tuple(_blocks_at_rest(one, options))
        yield from _rest_steps(one, at_rest, sp.S.Zero)
        boxes.append(one.polygons() * _at_rest(at_rest))
        undone = one.unevaluated_polygons() * _at_rest(at_rest)
        yield Step("Hikami box", undone, boxes[-1], "residues and tensor reduction, at q = 0")
    if len(boxes) > 1:
        total = _sum("sum of the boxes", boxes)
        yield total
        boxes = [total.rhs]
    yield from _slow_steps(rules, boxes[0], blocks, options)


def _slow_blocks(rules: Integrand, options: Options) -> Iterator[Block]:
    """Sum the ladders that carry a slow momentum, in all channels of the spins."""
    metal, kinds = rules.metal, [kind for kind, _ in rules.slow_blocks]
    coherent = options.infrared == "L" or options.cutoff.regulator is Regulator.WINDOW
    if not metal.spin_scatterers and (is_plain(metal) or kinds == [LineKind.COOPERON]):
        for kind in kinds:
            yield orbital_ladder(kind, metal, options.omega, coherent=coherent)
        return
    if kinds != [LineKind.COOPERON] or len(rules.fast) > 1:
        raise DiagramError(
            f"{rules.diagram!r} of a metal with {', '.join(metal.beyond)}",
            expected="one Cooperon that closes upon a bare box of one electron line",
            hint="cooperon.conductivity(metal, loops=1)",
        )
    yield channel_block(metal, omega=options.omega, coherent=coherent, names=options.channels)


def _slow_steps(
    rules: Integrand, box: sp.Expr, blocks: tuple[Block, ...], options: Options
) -> Iterator[Step]:
    """Put box and blocks together and integrate over the slow momentum, channel by channel."""
    metal = rules.metal
    product = sp.prod(block.value for block in blocks)
    integrand = in_diffusion(rules.prefactor * box * product, metal)
    yield Step(
        "Feynman rules",
        sp.Mul(rules.prefactor, box, product, evaluate=False),
        integrand,
        f"hbar/(2 pi), charges, the trace over spin, {metal.spin_degeneracy}; box, block; "
        f"D = v_F**2 {metal.transport_time}/d",
    )
    if is_plain(metal) and not metal.noisy:
        yield from slow_steps(integrand, metal.dim, options.cutoff, options.infrared)
        return
    numerator = in_diffusion(rules.prefactor * box * impurity_line() / s.tau, metal)
    if metal.diffusion != "isotropic":
        yield principal_axes(integrand, rules)
        numerator *= along_x(rules)
    parts: list[Part] = []
    mixed: list[Part] = []
    for weight, gap in blocks[0].poles:
        part = mode_steps(weight * numerator / s.D, gap, metal, options)
        (mixed if is_mixed(gap) else parts).append(part)
    parts += [real(total(mixed, "sum of the mixed channels", "each with its weight"))] if mixed else []
    yield from total(parts, "sum over channels", "each with its weight").steps
