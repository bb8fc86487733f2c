"""The fast integrals of an interaction's diagrams: one for each face of a polygon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams import Diagram
from cooperon.diagrams.diagram import LineKind, VertexKind
from cooperon.diagrams.polygons import Side
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fast import (
    Advanced,
    AngularAverage,
    EnergyIntegral,
    Retarded,
    cosine,
    energy_integral,
    fast_integral,
)
from cooperon.symbolic.metal import Metal

__all__ = ["Face", "face_of"]


@dataclass(frozen=True)
class Face(PublicNames):
    """A face of a polygon: numbers of its lines, and of its current vertices.

    All retarded lines have one momentum and all advanced lines the same less q. Where one current vertex
    stands alone its average vanishes at q = 0, and is taken to first order in q.
    """

    retarded: int
    advanced: int
    currents: int

    @property
    def order(self) -> int:
        """Power of q."""
        return self.currents % 2

    def value(self, metal: Metal) -> sp.Expr:
        """Integral over the energy, averaged over directions, by residues and tensor reduction."""
        return s.nu * fast_integral(
            retarded=self.retarded,
            advanced=self.advanced,
            velocities=self.currents,
            dim=metal.dim,
            momentum=s.q if self.order else 0,
            order=self.order,
        )

    def steps(self, metal: Metal) -> Iterator[Step]:
        """Pages of the face."""
        shift = s.v_F * s.q * cosine if self.order else sp.S.Zero
        product = Retarded(s.xi) ** self.retarded * Advanced(s.xi - s.hbar * shift) ** self.advanced
        folded = EnergyIntegral(product, (s.xi, -sp.oo, sp.oo))
        residue = energy_integral(self.retarded, self.advanced, 1 / s.tau + sp.I * shift)
        named = f"{self.retarded} retarded, {self.advanced} advanced"
        yield Step(f"polygon with {named} lines", folded, residue, "residues")
        velocities = (s.v_F * cosine) ** self.currents
        if self.currents:
            yield Step(
                f"polygon with {self.currents} current, {named}",
                s.nu * AngularAverage(velocities * residue, cosine, metal.dim),
                self.value(metal),
                "tensor reduction" + ", to first order in q" * self.order,
                ((s.q, 1),) if self.order else (),
                sp.Integer(2 * self.order),
            )


def face_of(diagram: Diagram, sides: Sequence[Side]) -> Face:
    """Count the lines and the current vertices around a face."""
    kinds = [side.line.kind for side in sides]
    currents = sum(diagram.kinds[side.vertex] is VertexKind.CURRENT for side in sides)
    return Face(kinds.count(LineKind.RETARDED), kinds.count(LineKind.ADVANCED), currents)
