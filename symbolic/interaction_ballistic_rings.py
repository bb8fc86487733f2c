"""Rings with one interaction line beyond diffusion: every chord of impurity lines, every face at any q.

The rings and the signs of their Matsubara frequencies are those of
:mod:`cooperon.diagrams.interaction_rings`. Two sides of a ring may be joined by a chord: a ladder where their
signs differ, one impurity line where they do not (two in a row would leave a rung with its poles on one
side). Chords that do not cross cut the ring into faces, each with a fast momentum of its own.

The conductivity at rest asks for no more than the first order in the frequency omega_n of the field. Where
Omega > omega_n the rings are expanded in it. In the stretches of length omega_n - Omega, which there are for
Omega < omega_n alone, they are taken as they are; there ``omega_n`` stands for what the field's frequency has
beyond Omega.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations

import sympy as sp

from cooperon.diagrams.boxes import Chord, without_crossings
from cooperon.diagrams.diagram import VertexKind
from cooperon.diagrams.interaction_rings import Sector
from cooperon.symbolic import symbols as s
from cooperon.symbolic.fast import Advanced, AngularAverage, EnergyIntegral, Retarded, cosine
from cooperon.symbolic.interaction_ballistic_average import (
    AHEAD,
    LENGTH,
    LOSS,
    SIZE,
    in_flights,
    in_lengths,
    in_symbols,
    over_directions,
)
from cooperon.symbolic.rules import impurity_line

__all__ = ["BEYOND", "DressedRing", "FlightFace", "SideLine", "chord_sets", "dressed_rings"]

BEYOND = (1, -1)
"""Length omega_n - Omega of a stretch of the electron's frequency."""

_DIM = sp.Integer(2)
_Walk = tuple[tuple[int, int | None], ...]
"""Sides of a face with the vertex that follows each, None where a chord does."""
_Factors = tuple[sp.Expr, ...]


@dataclass(frozen=True, order=True)
class SideLine:
    """A line of a face.

    Attributes
    ----------
    kind : str
        R or A.
    field, own : int
        Its frequency, as coefficients of omega_n and Omega.
    momentum : int
        Its momentum beyond k, in units of q.
    """

    kind: str
    field: int
    own: int
    momentum: int

    def function(self, field: sp.Expr) -> sp.Expr:
        """Green's function of the energy xi of the momentum k."""
        frequency = self.field * field + self.own * s.Omega
        xi = s.xi + self.momentum * s.hbar * s.v_F * s.q * cosine - sp.I * s.hbar * frequency
        return Retarded(xi) if self.kind == "R" else Advanced(xi)


@dataclass(frozen=True)
class FlightFace:
    """A face of a ring.

    Attributes
    ----------
    lines : tuple of SideLine
        In the order of the walk.
    currents : int
        Number of its current vertices.
    field : sympy.Expr
        The frequency of the field, or 0.
    """

    lines: tuple[SideLine, ...]
    currents: int
    field: sp.Expr

    @property
    def vanishes(self) -> bool:
        """Whether its poles lie on one side, or it is odd under a turn of k whatever q is."""
        kinds, momenta = ({getattr(line, name) for line in self.lines} for name in ("kind", "momentum"))
        return len(kinds) == 1 or (len(momenta) == 1 and self.currents == 1)

    @property
    def integral(self) -> sp.Expr:
        """Integral over the energy, not carried out."""
        return _integral(tuple(sorted(self.lines)), self.field)

    @property
    def residue(self) -> sp.Expr:
        """The same by residues."""
        return _residue(self.integral)

    @property
    def undone(self) -> sp.Expr:
        """Average over directions, not carried out."""
        return self._speed * AngularAverage(cosine ** (self.currents % 2) * self.residue, cosine, _DIM)

    @property
    def value(self) -> sp.Expr:
        """Average over directions, in S and z, with 1/x where one current is alone; else in x, z and u."""
        found = _averaged(self.residue, self.currents % 2)
        return self._speed * (found if self.field else _reduced(found, self.currents % 2))

    @property
    def _speed(self) -> sp.Expr:
        return s.nu * s.v_F**self.currents

    def slopes(self) -> Iterator[tuple[sp.Expr, FlightFace]]:
        """Yield the terms of the derivative by omega_n: a line once more, and what stands before it."""
        for line in self.lines:
            if line.field:
                yield -sp.I * s.hbar * line.field, FlightFace((*self.lines, line), self.currents, self.field)


@cache
def _integral(lines: tuple[SideLine, ...], field: sp.Expr) -> sp.Expr:
    alike = Counter(line.function(field) for line in lines)
    return EnergyIntegral(sp.prod(line**power for line, power in alike.items()), (s.xi, -sp.oo, sp.oo))


@cache
def _residue(integral: sp.Expr) -> sp.Expr:
    return integral.doit()


@cache
def _averaged(residue: sp.Expr, power: int) -> sp.Expr:
    units, shape = in_flights(residue).as_independent(cosine, SIZE, LOSS, AHEAD, as_Add=False)
    return units * over_directions(cosine**power * shape)


@cache
def _reduced(average: sp.Expr, power: int) -> sp.Expr:
    units, shape = average.as_independent(SIZE, LOSS, as_Add=False)
    return units * in_lengths(shape * SIZE**power) / SIZE**power


@dataclass(frozen=True)
class DressedRing:
    """A ring with signs for its frequencies and a set of chords.

    Attributes
    ----------
    sector : Sector
        The ring and its signs.
    chords : tuple of (int, int)
        The pairs of sides that are joined.
    """

    sector: Sector
    chords: tuple[Chord, ...]

    @property
    def beyond(self) -> bool:
        """Whether omega_n stands for what the field's frequency has beyond Omega."""
        return self.sector.count == BEYOND

    @cached_property
    def faces(self) -> tuple[FlightFace, ...]:
        """The faces that the chords cut the ring into."""
        size = len(self.sector.kinds)
        around = tuple((side, (side + 1) % size) for side in range(size))
        return tuple(self._face(walk) for walk in _walks(around, self.chords))

    @property
    def vanishes(self) -> bool:
        """Whether one of its faces does."""
        return any(face.vanishes for face in self.faces)

    def undone(self, order: int) -> tuple[sp.Expr, ...]:
        """List the terms of order omega_n**order (0 or 1), their averages not carried out."""
        lines = impurity_line() ** len(self.chords)
        return tuple(
            sp.Mul(lines, *map(in_symbols, factors), *(face.undone for face in faces))
            for factors, faces in self.expanded(order)
        )

    def value(self, order: int) -> sp.Expr:
        """Add these terms up, carried out, in S and z; where the field is ahead of Omega in x, z and u."""
        lines = impurity_line() ** len(self.chords)
        put = {} if self.beyond else {SIZE**-2: 1 / (LENGTH**2 - LOSS**2)}
        terms = (
            sp.Mul(lines, *factors, *(face.value for face in faces))
            for factors, faces in self.expanded(order)
        )
        return sp.Add(*(term.xreplace(put) for term in terms))

    def expanded(self, order: int) -> Iterator[tuple[_Factors, tuple[FlightFace, ...]]]:
        """Yield the factors and the faces of each of these terms."""
        ladders = [self._ladder(chord) for chord in self.chords]
        values = tuple(value for value, _ in ladders)
        if order == 0:
            yield values, self.faces
            return
        for i, (_, slope) in enumerate(ladders):
            if slope != 0:
                yield (*values[:i], slope, *values[i + 1 :]), self.faces
        for i, face in enumerate(self.faces):
            for factor, longer in face.slopes():
                yield (*values, factor), (*self.faces[:i], longer, *self.faces[i + 1 :])

    def _ladder(self, chord: Chord) -> tuple[sp.Expr, sp.Expr]:
        """Return a ladder over its first line, and its derivative by omega_n."""
        one, other = (self._line(side) for side in chord)
        if one.kind == other.kind:
            return sp.S.One, sp.S.Zero
        sign = 1 if one.kind == "R" else -1
        by_field, by_own = sign * (one.field - other.field), sign * (one.own - other.own)
        field = AHEAD - 1 if self.beyond else sp.S.Zero
        loss = 1 + by_own * (LOSS - 1) + by_field * field
        size = SIZE if one.momentum != other.momentum else sp.S.Zero
        length = LENGTH if loss == LOSS and size != 0 else sp.sqrt(loss**2 + size**2)
        return 1 / (1 - 1 / length), -by_field * s.tau * loss / length / (length - 1) ** 2

    def _line(self, side: int) -> SideLine:
        ring = self.sector.ring
        first, last = ring.interacting
        field, own = ring.shifts[side]
        shifted = own + field - 1 if self.beyond else own
        return SideLine(self.sector.kinds[side], field, shifted, int(first <= side < last))

    def _face(self, walk: _Walk) -> FlightFace:
        kinds = self.sector.ring.vertices
        currents = sum(kinds[vertex] is VertexKind.CURRENT for _, vertex in walk if vertex is not None)
        field = s.omega_n if self.beyond else sp.S.Zero
        return FlightFace(tuple(self._line(side) for side, _ in walk), currents, field)


def _walks(walk: _Walk, chords: tuple[Chord, ...]) -> tuple[_Walk, ...]:
    """Cut a walk along chords: both sides of a chord have a piece in either part."""
    sides = [side for side, _ in walk]
    for low, high in chords:
        if low in sides and high in sides:
            i, j = sides.index(low), sides.index(high)
            others = tuple(chord for chord in chords if chord != (low, high))
            inner = (*walk[i:j], (high, None))
            outer = (*walk[:i], (low, None), *walk[j:])
            return _walks(inner, others) + _walks(outer, others)
    return (walk,)


@cache
def chord_sets(size: int) -> tuple[tuple[Chord, ...], ...]:
    """List the sets of chords of a ring that do not cross, each chord at most once.

    Examples
    --------
    >>> len(chord_sets(3)), len(chord_sets(4))
    (8, 48)
    """
    return tuple(without_crossings(tuple(combinations(range(size), 2))))


def dressed_rings(sector: Sector) -> tuple[DressedRing, ...]:
    """Dress a ring in all ways that do not vanish.

    Examples
    --------
    >>> from cooperon.diagrams.interaction_rings import interaction_rings, sectors
    >>> current = ((VertexKind.CURRENT, (1, 0)), (VertexKind.CURRENT, (-1, 0)))
    >>> ring = interaction_rings(current)[1]
    >>> [(sector.kinds, len(dressed_rings(sector))) for sector in sectors(ring)[:2]]
    [('RRRA', 4), ('RRAA', 3)]
    """
    drawn = (DressedRing(sector, chords) for chords in chord_sets(len(sector.kinds)))
    return tuple(ring for ring in drawn if not ring.vanishes)
