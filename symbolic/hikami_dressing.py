"""One member of a Hikami box: the polygon with some impurity lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sympy as sp

from cooperon.diagrams.boxes import Chord, Face, cut_out
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic.latex import latex

if TYPE_CHECKING:
    from cooperon.symbolic.hikami_set import HikamiBox

__all__ = ["Dressing"]


@dataclass(frozen=True)
class Dressing(PublicNames):
    """A member of a box: the polygon with some impurity lines.

    Attributes
    ----------
    box : HikamiBox
        The whole box to which it belongs.
    joined : tuple of Chord
        The impurity lines as pairs of sides, numbered 0, 1, ...
    """

    box: HikamiBox
    joined: tuple[Chord, ...]

    @cached_property
    def value(self) -> sp.Expr:
        """Its value, to the order of the box."""
        return self.box.value(self.joined)

    @property
    def leading_order(self) -> int | None:
        """The lowest order in slow momenta and frequencies in which it does not vanish; None if it does."""
        by_order = enumerate(self.box._averaged((self.joined,)))
        return next((order for order, terms in by_order if terms), None)

    @property
    def chords(self) -> tuple[Chord, ...]:
        """The impurity lines: the two lines that each joins, numbered 1, 2, ..."""
        return tuple((one + 1, other + 1) for one, other in self.joined)

    @property
    def faces(self) -> tuple[Face, ...]:
        """The faces that the impurity lines cut out; each is an integral of its own."""
        return cut_out(self.box.lines, self.joined)

    @property
    def label(self) -> str:
        """What it is, in words."""
        chords = ", ".join(f"{one}-{other}" for one, other in self.chords)
        return f"{self.box.lines} lines, {f'dressed {chords}' if chords else 'bare'}"

    def __repr__(self) -> str:
        return f"<{self.label}: {self.value}>"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {latex(self.value)}$"
