"""Which diagrams make conductance fluctuate: two bubbles joined by two blocks that carry one slow momentum.

All contractions of two bubbles with four impurity lines are drawn up and resummed: two blocks of two or more
lines each are the longest that four lines can show, and the shortest in which a Cooperon differs from a
diffuson. Bubbles of one conductance can change places, so a diagram counts as often as contractions give it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import sympy as sp

from cooperon.diagrams.contraction import Contraction
from cooperon.diagrams.diagram import Diagram, LineKind
from cooperon.diagrams.dressing import dress
from cooperon.diagrams.enumeration import contractions
from cooperon.diagrams.polygons import polygons
from cooperon.diagrams.resummation import resum_contraction
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import feynman_rules

__all__ = ["ORDER", "Joined", "counting", "joined_bubbles", "members", "splittings"]

ORDER = 4
"""Impurity lines with which families are looked for."""
_ACROSS = (((0, 3), 1), ((1, 2), -1))
"""Lines between which a rung joins the bubbles, and whether the first bubble's is the retarded one."""


@dataclass(frozen=True)
class Joined:
    """A family: two bubbles joined by two blocks.

    Attributes
    ----------
    diagram : Diagram
        With its two blocks.
    kind : LineKind
        Of the blocks.
    retarded : tuple of int
        For each block +1 where its retarded line belongs to the first bubble, else -1.
    contractions : int
        How many contractions of :data:`ORDER` impurity lines belong to it.
    """

    diagram: Diagram
    kind: LineKind
    retarded: tuple[int, int]
    contractions: int

    @property
    def from_diffusion(self) -> bool:
        """Whether each box has a current of either bubble: the part from the diffusion constant.

        Where both currents of a bubble are in one box, it is the part from the density of states.
        """
        return self.retarded[0] != self.retarded[1]


@cache
def joined_bubbles() -> tuple[Joined, ...]:
    """Find the families of two bubbles joined by two diffusons or by two Cooperons.

    Examples
    --------
    >>> [(str(one.kind), one.retarded) for one in joined_bubbles()][:3]
    [('diffuson', (1, 1)), ('diffuson', (1, -1)), ('diffuson', (-1, -1))]
    """
    counts: dict[tuple[Diagram, tuple[int, int]], int] = {}
    for contraction in contractions(ORDER, of="pair"):
        sides = _sides(contraction)
        if not sides:
            continue
        diagram = resum_contraction(contraction)
        if _counts(diagram):
            retarded = (1, -1) if len(sides) > 1 else (sides.pop(),) * 2
            counts[diagram, retarded] = counts.get((diagram, retarded), 0) + 1
    found = (Joined(diagram, diagram.blocks[0].kind, at, n) for (diagram, at), n in counts.items())
    return tuple(sorted(found, key=lambda one: (one.kind is LineKind.COOPERON, -sum(one.retarded))))


def _sides(contraction: Contraction) -> set[int]:
    """Return between which lines the rungs are; nothing where one does not join the bubbles."""
    line = [index for index, size in enumerate(contraction.sizes) for _ in range(size)]
    across = dict(_ACROSS)
    found = {across.get((line[a], line[b]), 0) for a, b in contraction.pairs}
    return set() if 0 in found else found


def _counts(diagram: Diagram) -> bool:
    """Whether two blocks of one kind are all that is left, between two boxes of four lines.

    Where a box falls apart, or one box has all lines, there is a pole less for the same number of integrals.
    """
    kinds = [block.kind for block in diagram.blocks]
    if diagram.order or len(kinds) != 2 or kinds[0] is not kinds[1]:
        return False
    return sorted(len(polygon.sides) for polygon in polygons(diagram)) == [4, 4]


def splittings(kind: LineKind) -> int:
    """In how many ways the impurity lines are shared by two blocks, a Cooperon having two at least.

    Examples
    --------
    >>> splittings(LineKind.DIFFUSON), splittings(LineKind.COOPERON)
    (3, 1)
    """
    least = 2 if kind is LineKind.COOPERON else 1
    return ORDER + 1 - 2 * least


@cache
def counting() -> tuple[Step, ...]:
    """Say how many contractions were looked at, and that each family has one for each length of its blocks.

    Examples
    --------
    >>> [step.rhs for step in counting()]
    [17325, 3, 1]
    """
    return tuple(_counting())


def _counting() -> Iterator[Step]:
    total = sum(1 for _ in contractions(ORDER, of="pair"))
    yield Step(
        f"enumeration, two bubbles with {ORDER} impurity lines",
        sp.binomial(2 * ORDER + 3, 3) * sp.factorial2(2 * ORDER - 1),
        sp.Integer(total),
        "all ways to put the impurity lines' ends on four electron lines, and to join them",
    )
    for kind in (LineKind.DIFFUSON, LineKind.COOPERON):
        found = [one for one in joined_bubbles() if one.kind is kind]
        drawn = sum(one.from_diffusion for one in found)
        yield Step(
            f"two bubbles joined by {kind}s",
            sp.Rational(sum(one.contractions for one in found), len(found)),
            sp.Integer(splittings(kind)),
            f"{len(found)} families with one contraction for each pair of lengths of the blocks: "
            f"{drawn} with a current of either bubble in each box, {len(found) - drawn} with both currents "
            "of a bubble in one",
        )


@cache
def members(diagram: Diagram) -> tuple[Diagram, ...]:
    """Draw the dressings of a family's two boxes that do not vanish for isotropic scattering.

    Examples
    --------
    >>> [len(members(one.diagram)) for one in joined_bubbles()[:2]]
    [4, 1]
    """
    metal = Metal()
    return tuple(one for one in dress(diagram) if not feynman_rules(one, metal).vanishing)
