"""The blocks between two bubbles: their boxes, their spins and their gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product, zip_longest

import sympy as sp
from sympy import ImmutableDenseMatrix as Matrix

from cooperon.diagrams.diagram import LineKind
from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.anisotropy import in_diffusion
from cooperon.symbolic.channel_states import swap_of
from cooperon.symbolic.channels import Channel, ladder_channels
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fluctuation_diagrams import Joined, joined_bubbles, members
from cooperon.symbolic.fluctuation_sample import MeasuredSample
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.options import Options
from cooperon.symbolic.rules import feynman_rules, impurity_line

__all__ = ["Mode", "box_steps", "modes_of"]

_QUANTUM = s.e**2 / (2 * sp.pi * s.hbar)


@dataclass(frozen=True)
class Mode:
    """Two equal blocks: a channel of their spins.

    Attributes
    ----------
    weight : sympy.Expr
        How many channels have this gap.
    gap : sympy.Expr
        What stands beside D q**2 in each of the two.
    shift : sympy.Expr
        Frequency by which the Zeeman splitting sets their two lines apart, in one half of the channels up, in
        the other down.
    """

    weight: sp.Expr
    gap: sp.Expr
    shift: sp.Expr = sp.S.Zero


@cache
def box_steps(dim: sp.Expr) -> tuple[tuple[sp.Expr, sp.Expr], tuple[Step, ...]]:
    """Evaluate the boxes of the two families of diffusons; those of Cooperons are the same.

    Returns
    -------
    tuple
        The coefficients of (D/L**2)**2 times the sum of two poles, in (e**2/h)**2: from the diffusion
        constant, and from the density of states, whose families are added up; and the pages.

    Examples
    --------
    >>> box_steps(sp.Integer(3))[0]
    (4, 2)
    """
    steps: list[Step] = []
    found: dict[tuple[LineKind, bool], list[sp.Expr]] = {}
    for family in joined_bubbles():
        pages = tuple(_family_steps(family, Metal(dim=dim, spin=0)))
        steps += pages
        found.setdefault((family.kind, family.from_diffusion), []).append(pages[-1].rhs / s.D**2)
    sums = {key: sp.Add(*parts) for key, parts in found.items()}
    for part in (True, False):
        one, other = (sums[kind, part] for kind in (LineKind.DIFFUSON, LineKind.COOPERON))
        steps.append(Step("time reversal", one, other, "a bubble walked the other way round: the same box"))
    by_diffusion, by_states = sums[LineKind.DIFFUSON, True], sums[LineKind.DIFFUSON, False]
    steps.append(
        Step(
            "two to one",
            by_diffusion / by_states,
            sp.Integer(2),
            "the part that comes from the diffusion constant, to that from the density of states",
        )
    )
    return (by_diffusion, by_states), tuple(dict.fromkeys(steps))


def _family_steps(family: Joined, spinless: Metal) -> Iterator[Step]:
    """Evaluate one family at rest, and put it together with the numerators of its two poles."""
    values = []
    for diagram in members(family.diagram):
        rules = feynman_rules(diagram, spinless)
        values.append(rules.polygons())
        yield Step(
            "Hikami box", rules.unevaluated_polygons(), values[-1], "residues and tensor reduction, at q = 0"
        )
    boxes = sp.Add(*values)
    if len(values) > 1:
        yield Step("sum of the boxes", sp.Add(*values, evaluate=False), boxes, "bare and dressed boxes")
    whole = rules.prefactor * boxes * (impurity_line() / s.tau) ** 2 / _QUANTUM**2
    yield Step(
        "Feynman rules",
        whole,
        in_diffusion(whole, spinless),
        "in (e**2/h)**2, without spin: charges, Kubo's hbar/(2 pi) of each bubble, boxes, and the numerators "
        "of two blocks, whose 1/(D q**2 + gap)**2 is summed over q and divided by L**4; D = v_F**2 tau/d",
    )


def modes_of(
    metal: Metal, options: Options, sample: MeasuredSample
) -> tuple[tuple[Mode, ...], tuple[Step, ...]]:
    """Find the gaps of the blocks, and how many channels of spins have each.

    Examples
    --------
    >>> from cooperon.symbolic.fluctuation_sample import sample_of
    >>> metal = Metal(dim=1)
    >>> modes_of(metal, Options.read("diffusive", "L", None), sample_of(metal, sp.S.Zero))[0]
    (Mode(weight=8, gap=0, shift=0),)
    """
    decay = sp.S.Zero if options.infrared == "L" else metal.coherence_gap
    counts: dict[tuple[sp.Expr, sp.Expr], sp.Expr] = {}
    steps = list(_zeeman_steps(metal, sample))
    shifts = [abs(step.rhs) for step in steps]
    for kind, rate in ((LineKind.DIFFUSON, sample.diffuson_rate), (LineKind.COOPERON, sample.cooperon_rate)):
        if rate is None:
            continue
        found = ladder_channels(kind, metal, coherent=True)
        if metal.spin != 0:
            steps += [step for step in found.derivation if "pole" not in step.rule]
            steps += _exchange_steps(kind, found.channels, metal)
        for one, shift in zip_longest(found.channels, shifts, fillvalue=sp.S.Zero):
            key = sp.expand(one.gap + decay + rate), shift
            counts[key] = counts.get(key, sp.S.Zero) + 1
    return tuple(Mode(weight, gap, shift) for (gap, shift), weight in counts.items()), tuple(steps)


def _zeeman_steps(metal: Metal, sample: MeasuredSample) -> Iterator[Step]:
    """Say how far apart in energy the two lines of a block are, for each pair of their spins.

    All channels have one gap then: what scatters spins is refused beside the splitting.
    """
    if metal.zeeman is None:
        return
    frequency = metal.zeeman.energy / s.hbar
    levels = [sign * frequency / 2 for sign in (1, -1)]
    for one, other in product(levels, levels):
        half = sample.field_step / 2
        here, there = one.subs(s.B, s.B - half), other.subs(s.B, s.B + half)
        yield Step(
            "Zeeman splitting",
            sp.Add(here, -there, evaluate=False),
            sp.factor(here - there),
            "the energies of the spins of a block's two lines, one in either bubble, over hbar",
        )


def _exchange_steps(kind: LineKind, channels: tuple[Channel, ...], metal: Metal) -> Iterator[Step]:
    """Hand the spins of one block to the other: where the electron lines of the bubbles change roles.

    Each electron line leaves a block through a box, which does not act on its spin, and enters the other
    block. The trace over the spins of both bubbles is that of a block times the other, with its lines
    exchanged and, for diffusons, walked backwards. A channel is carried into itself, or into one of the same
    gap, so that it meets that one alone.

    Raises
    ------
    InputError
        Where a channel is not.
    """
    swap = swap_of(int(metal.spin_degeneracy))
    projectors = [(one, Matrix(one.vector * one.vector.H)) for one in channels]
    for one, projector in projectors:
        inner = projector.T if kind is LineKind.DIFFUSON else projector
        image = Matrix(swap * inner * swap).applyfunc(sp.simplify)
        if not any(image == other and one.gap == each.gap for each, other in projectors):
            raise InputError(
                f"the {kind} {one.name} of {metal}",
                expected="channels that the exchange of the two bubbles leaves as they are",
                hint="mechanisms with rates along x, y and z",
            )
        yield Step(
            "exchange of the bubbles",
            sp.MatMul(swap, inner, swap),
            image,
            f"{kind}, {one.name}: a channel again, of the same gap; the trace over all spins is one for each",
        )
