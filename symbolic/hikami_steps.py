"""The derivation of a Hikami box at rest: one line for every member of the set, and their sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.hikami_corners import arrows, velocities
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import FastLoop, impurity_line

if TYPE_CHECKING:
    from cooperon.symbolic.hikami_set import Dressing, HikamiBox

__all__ = ["at_rest"]


def at_rest(box: HikamiBox) -> Derivation:
    """Write down the members of a box at zero momentum and frequency, hbar written out.

    The left-hand sides are the integrals over the faces, not carried out.
    """
    nothing = (sp.S.Zero,) * box.lines
    rest = replace(box, order=0, frequencies=nothing, hbar=s.hbar, written_in="v_F")
    return Derivation(tuple(_steps(rest)))


def _steps(rest: HikamiBox) -> Iterator[Step]:
    metal = Metal(dim=rest.dim)
    for each in rest:
        faces = f"{len(each.faces)} face{'s' * (len(each.joined) > 0)}"
        yield Step(each.label, _undone(each, metal), each.value, f"residues and tensor reduction; {faces}")
    yield Step(
        "Hikami box",
        sp.Add(*(each.value for each in rest), evaluate=False),
        rest.total,
        "the set of its dressings, at zero momentum and frequency"
        + (": particles are conserved" if rest.total == 0 and not velocities(rest.corners) else ""),
    )


def _undone(member: Dressing, metal: Metal) -> sp.Expr:
    """Write the impurity lines and the integral over every face, not carried out."""
    corners = member.box.corners
    signs = arrows(corners)
    loops = (
        FastLoop(
            sum(1 for side in face.sides if side % 2 == 0),
            sum(1 for side in face.sides if side % 2 == 1),
            tuple(signs[corner] for corner in face.corners if corners[corner] == "current"),
        )
        for face in member.faces
    )
    return sp.Mul(impurity_line() ** len(member.joined), *(loop.unevaluated(metal) for loop in loops))
