"""Mistakes made on purpose: what stands at a station of a derivation in place of what the rules give.

A derivation goes through a few stations: the metal, the options, the diagrams, what the Feynman rules make of
each, the ladders. A slip changes what comes out of one of them; everything behind it is derived with that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import sympy as sp

if TYPE_CHECKING:
    from cooperon.diagrams import Diagram
    from cooperon.symbolic.ladder import Block
    from cooperon.symbolic.metal import Metal
    from cooperon.symbolic.options import Options
    from cooperon.symbolic.penetration import Penetration
    from cooperon.symbolic.rules import Integrand

__all__ = ["NO_SLIP", "Slip", "kept"]

_Value = TypeVar("_Value")


def kept(value: _Value) -> _Value:
    """Leave what a station gives as it is.

    Examples
    --------
    >>> kept(2)
    2
    """
    return value


@dataclass(frozen=True)
class Slip:
    """What a mistake makes of what the stations of a derivation give; each leaves it as it is by default.

    Attributes
    ----------
    metal : callable
        Of the metal that was asked for.
    options : callable
        Of cutoffs and frequency.
    diagrams : callable
        Of the diagrams that are evaluated.
    integrand : callable
        Of what the Feynman rules make of a diagram.
    block : callable
        Of a resummed ladder.
    level : callable
        Of the gap of a Cooperon in Landau levels, beside the levels' own n + 1/2.
    inside : callable
        Of what a field does to a Cooperon within a thin shape.
    names : mapping of Symbol to Expr
        What is written in place of symbols in the result.

    Examples
    --------
    >>> from cooperon.symbolic.metal import Metal
    >>> Slip(metal=lambda metal: metal.replace(spin=0)).metal(Metal()).spin
    0
    """

    metal: Callable[[Metal], Metal] = kept
    options: Callable[[Options], Options] = kept
    diagrams: Callable[[tuple[Diagram, ...]], tuple[Diagram, ...]] = kept
    integrand: Callable[[Integrand], Integrand] = kept
    block: Callable[[Block], Block] = kept
    level: Callable[[sp.Expr], sp.Expr] = kept
    inside: Callable[[Penetration], Penetration] = kept
    names: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)

    @property
    def renames(self) -> bool:
        """Whether nothing is derived in another way, and only symbols of the result are replaced."""
        stations = (
            self.metal,
            self.options,
            self.diagrams,
            self.integrand,
            self.block,
            self.level,
            self.inside,
        )
        return bool(self.names) and all(station is kept for station in stations)

    def __hash__(self) -> int:
        return id(self)


NO_SLIP = Slip()
"""A derivation as it should be."""
