"""The derivation of a Hikami box: a line for every member of the set, their sum, and what is put in.

The left-hand sides are the integrals over the faces, not carried out. At rest the right-hand sides are
equal to them; with slow momenta they are expansions, whose error vanishes with the order after the last
that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.hikami_corners import arrows, velocities
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.momenta import orders
from cooperon.symbolic.rules import FastLoop, impurity_line
from cooperon.symbolic.slow_faces import over_currents, undone

if TYPE_CHECKING:
    from cooperon.diagrams.boxes import Face
    from cooperon.symbolic.hikami_dressing import Dressing
    from cooperon.symbolic.hikami_set import HikamiBox

__all__ = ["box_derivation"]


def box_derivation(box: HikamiBox) -> Derivation:
    """Write down the members of a box to its order, hbar written out.

    Frequencies that are no symbols of their own are put in at the end.
    """
    general = replace(box, frequencies=_symbols(box), hbar=s.hbar, written_in="v_F")
    steps = tuple(_members(general))
    if box.written_in == "D":
        general = replace(general, written_in="D")
        if general.total != steps[-1].rhs:
            steps += (Step("diffusion constant", steps[-1].rhs, general.total, "D = v_F**2 tau/d"),)
    if general.frequencies != box.frequencies and box.order > 1:
        steps += (_put_in(general, replace(box, hbar=s.hbar)),)
    return Derivation(steps)


def _symbols(box: HikamiBox) -> tuple[sp.Expr, ...]:
    """Frequencies of the lines as symbols that are nothing else; at rest there are none."""
    if box.order == 0:
        return (sp.S.Zero,) * box.lines
    taken = {entry.symbol for entry in s.TABLE.values()} - {s.omega}
    distinct = dict.fromkeys(each for each in box.frequencies if each != 0)
    if all(each.is_Symbol and each not in taken for each in distinct):
        return box.frequencies
    used = {symbol for each in distinct for symbol in each.free_symbols}
    fresh = sp.numbered_symbols("omega_", start=1, exclude=used, real=True)
    names = dict(zip(distinct, fresh, strict=False))
    return tuple(names.get(each, each) for each in box.frequencies)


def _put_in(general: HikamiBox, box: HikamiBox) -> Step:
    table = dict(zip(general.frequencies, box.frequencies, strict=True))
    symbols = [symbol for symbol in table if symbol.is_Symbol]
    lhs = sp.Subs(general.total, symbols, [table[symbol] for symbol in symbols])
    return Step("frequencies", lhs, box.total, "the frequencies of the lines put in")


def _members(box: HikamiBox) -> Iterator[Step]:
    for each in box:
        yield _at_rest(each) if box.order == 0 else _expanded(each)
    where = "to this order" if box.order else "at zero momentum and frequency"
    conserved = box.order == 0 and box.total == 0 and not velocities(box.corners)
    yield Step(
        "Hikami box",
        sp.Add(*(each.value for each in box), evaluate=False),
        box.total,
        f"the set of its dressings, {where}" + (": particles are conserved" if conserved else ""),
    )


def _faces(member: Dressing) -> str:
    return f"{len(member.faces)} face{'s' * (len(member.joined) > 0)}"


def _at_rest(member: Dressing) -> Step:
    metal = Metal(dim=member.box.dim)
    loops = (
        FastLoop(
            sum(1 for side in face.sides if side % 2 == 0),
            sum(1 for side in face.sides if side % 2 == 1),
            tuple(_signs(member, face)),
        )
        for face in member.faces
    )
    lhs = _joined(member, *(loop.unevaluated(metal) for loop in loops))
    return Step(member.label, lhs, member.value, f"residues and tensor reduction; {_faces(member)}")


def _expanded(member: Dressing) -> Step:
    """Expand in slow momenta and frequencies: all terms have the parity of the number of velocities."""
    box = member.box
    lhs = _joined(
        member,
        *(undone(face, box.frequencies, _signs(member, face), box.dim) for face in member.faces),
    )
    if velocities(box.corners) and box.direction == "average":
        lhs = over_currents(lhs, box.lines, box.dim)
    powers = orders(lhs.free_symbols) | {each: 2 for each in box.frequencies if each != 0}
    following = box.order + 1 + (box.order + 1 - velocities(box.corners)) % 2
    return Step(
        member.label,
        lhs,
        member.value,
        f"residues and tensor reduction, to order {box.order} in the slow momenta; {_faces(member)}",
        tuple(powers.items()),
        sp.Integer(following - (member.leading_order or 0)),
    )


def _signs(member: Dressing, face: Face) -> list[int]:
    """Return the signs of the velocities at the current vertices of a face."""
    corners = member.box.corners
    signs = arrows(corners)
    return [signs[corner] for corner in face.corners if corners[corner] == "current"]


def _joined(member: Dressing, *faces: sp.Expr) -> sp.Expr:
    return sp.Mul(impurity_line() ** len(member.joined), *faces)
