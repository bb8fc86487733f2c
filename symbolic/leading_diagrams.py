"""Which diagrams count: the families with a number of loops, found among all bubbles, and the tally."""

from __future__ import annotations

from functools import cache

import sympy as sp

from cooperon.diagrams import (
    Classification,
    Diagram,
    Family,
    attach_ladders,
    classify,
    dress,
    enumerate,
    resum,
)
from cooperon.symbolic.derivation import Derivation, Step

__all__ = ["HIGHEST_ORDER", "counting", "families"]

HIGHEST_ORDER = 3
"""Impurity lines up to which families are looked for: two make the shortest Cooperon, one dresses it."""

_PHRASES = {Family.SELF_ENERGY: "with self-energy insertions"}
_INDEX = sp.Symbol("i", integer=True, positive=True)


@cache
def families(loops: int, *, vertex_ladders: bool = False) -> tuple[Diagram, ...]:
    """Find the diagrams with a number of independent slow momenta, to leading order in 1/(k_F l).

    All bubbles with up to three impurity lines are enumerated, classified and resummed; those that
    are left are dressed. Three lines are enough to meet each family at least once, but for those with a
    ladder at both current vertices, which vanish for isotropic scattering: with ``vertex_ladders`` a
    ladder is attached to the current vertices in all ways.

    Examples
    --------
    >>> families(0)
    (Diagram(2 current, 1 retarded, 1 advanced), Diagram(2 current, 2 retarded, 2 advanced, 1 diffuson))
    """
    found = dict.fromkeys(
        resum(diagram)
        for order in range(HIGHEST_ORDER + 1)
        for diagram, kind in _survey(order)
        if kind.leading and kind.loops == loops
    )
    if vertex_ladders:
        found |= dict.fromkeys(
            new for diagram in found if not diagram.order for new in attach_ladders(diagram)
        )
    dressed = (new for diagram in found if not diagram.order for new in dress(diagram))
    return tuple(dict.fromkeys([*dressed, *found]))


@cache
def _survey(order: int) -> tuple[tuple[Diagram, Classification], ...]:
    return tuple((diagram, classify(diagram)) for diagram in enumerate(order))


@cache
def counting() -> Derivation:
    """How many diagrams were looked at, and what they are."""
    return Derivation(tuple(_count(order) for order in range(1, HIGHEST_ORDER + 1)))


def _counted(number: int, family: Family) -> str:
    if family in _PHRASES:
        return f"{number} {_PHRASES[family]}"
    many = number > 1 and not family.endswith("crossed")
    return f"{number} {family}{'s' * many}"


def _count(order: int) -> Step:
    found = [kind.family for _, kind in _survey(order)]
    counts = {family: found.count(family) for family in Family if family in found}
    return Step(
        f"enumeration, {order} impurity line{'s' * (order > 1)}",
        sp.Product(2 * _INDEX + 1, (_INDEX, 1, order)),
        sp.Add(*map(sp.Integer, counts.values()), evaluate=False),
        "; ".join(_counted(number, family) for family, number in counts.items()),
    )
