r"""Hikami boxes with the slow momentum kept: every face of the polygon for any q ell.

The lines of a face have momenta k and k - q (their differences are read off the routed diagram). Two lines
of one momentum meet at a current vertex: the legs of a path, before it closes and after. By partial
fractions they come apart,

    G_R(k) G_A(k) = (i tau/hbar)/(1 - i omega tau) (G_R(k) - G_A(k)),

and what is left are products of one retarded and one advanced line of different momenta: a free flight of
the closed path, run through in both directions. It is here, and in the Cooperon, that phases are broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import sympy as sp

from cooperon.diagrams.diagram import LineKind, VertexKind
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.polygons import Side, chords, faces, polygons
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.directions import direction_average
from cooperon.symbolic.fast import Advanced, AngularAverage, EnergyIntegral, Retarded, cosine, energy_integral
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import Integrand, impurity_line

__all__ = ["Box", "Face", "Flight", "box", "box_faces"]

_SIGN = {LineKind.RETARDED: 1, LineKind.ADVANCED: -1}
_Terms = tuple[tuple[sp.Expr, LineKind, int], ...]


@dataclass(frozen=True)
class Flight:
    """A retarded and an advanced line of different momenta.

    Attributes
    ----------
    weight : sympy.Expr
        Factor of the legs that were split off.
    offset : int
        Momentum of the advanced line minus that of the retarded one, in units of q.
    """

    weight: sp.Expr
    offset: int

    def undone(self, broken: sp.Expr) -> sp.Expr:
        """Integral over xi, with the phase-breaking rate as an imaginary part of the frequency."""
        shift = self.offset * s.hbar * s.v_F * s.q * cosine
        product = Retarded(s.xi - s.hbar * broken) * Advanced(s.xi + shift)
        return self.weight * EnergyIntegral(product, (s.xi, -sp.oo, sp.oo))

    def residue(self, broken: sp.Expr) -> sp.Expr:
        """Carry out the same by residues."""
        rate = 1 / s.tau - sp.I * broken - sp.I * self.offset * s.v_F * s.q * cosine
        return self.weight * energy_integral(1, 1, rate)

    def average(self, loss: sp.Expr, velocities: int, dim: sp.Expr) -> sp.Expr:
        """Average the residue times c**velocities over directions."""
        size = -self.offset * s.q * s.ell
        return self.weight * energy_integral(1, 1) * direction_average(size, loss, dim, power=velocities)


@dataclass(frozen=True)
class Face:
    """A face of a polygon with the slow momentum in its lines.

    Attributes
    ----------
    lines : tuple of (LineKind, int)
        Kind of each line, and the slow momentum (in units of q) by which it differs from k.
    velocities : tuple of int
        A sign for each current vertex: +1 where its electron runs with k, -1 against it.
    """

    lines: tuple[tuple[LineKind, int], ...]
    velocities: tuple[int, ...]

    def flights(self, omega: sp.Expr) -> tuple[Flight, ...]:
        """Split off the legs; the flights that are left have poles on both sides.

        Raises
        ------
        DiagramError
            Unless the lines have two different momenta, each at most once a kind.
        """
        offsets = sorted({offset for _, offset in self.lines})
        if len(offsets) != 2 or len(set(self.lines)) != len(self.lines):
            raise DiagramError(
                f"a face with the lines {self.lines}",
                expected="lines of two different momenta, one of a kind at most",
                hint="the families of one loop: cooperon.symbolic.kubo.families(1)",
            )
        first, second = (self._come_apart(offset, omega) for offset in offsets)
        return tuple(
            Flight(a * b, (n - m) * _SIGN[one])
            for a, one, m in first
            for b, other, n in second
            if one is not other
        )

    def _come_apart(self, offset: int, omega: sp.Expr) -> _Terms:
        kinds = [kind for kind, n in self.lines if n == offset]
        if len(kinds) == 1:
            return ((sp.S.One, kinds[0], offset),)
        return tuple((_SIGN[kind] * leg(omega), kind, offset) for kind in sorted(kinds))

    def along(self) -> int:
        """Count the components along q of its velocities: two on one face make v_F**2 in the trace."""
        return len(self.velocities) % 2

    @property
    def speed(self) -> sp.Expr:
        """Signs and sizes of the velocities, without the cosine."""
        return sp.prod(self.velocities) * s.v_F ** len(self.velocities)


def leg(omega: sp.Expr) -> sp.Expr:
    """Factor of two lines of one momentum that come apart.

    Examples
    --------
    >>> leg(sp.S.Zero)
    I*tau/hbar
    """
    return sp.I * s.tau / s.hbar / (1 - sp.I * omega * s.tau)


def box_faces(rules: Integrand) -> tuple[Face, ...]:
    """Read the faces of a routed diagram with one slow momentum.

    Examples
    --------
    >>> from cooperon.symbolic.kubo import families
    >>> from cooperon.symbolic.rules import feynman_rules
    >>> bare = feynman_rules(families(1)[0], Metal(dim=2))
    >>> [face.velocities for face in box_faces(bare)]
    [(1, -1)]
    """
    found = (face for cut in polygons(rules.diagram) for face in faces(cut, chords(rules.diagram, cut)))
    return tuple(_read(face, rules) for face in found)


def _read(face: tuple[Side, ...], rules: Integrand) -> Face:
    lines = []
    for side in face:
        momentum = side.sign * rules.momenta[side.line]  # k + n q on the walk around the face
        lines.append((side.line.kind, int(momentum.coeff(s.q))))
    at_current = [side for side in face if rules.diagram.kinds[side.vertex] is VertexKind.CURRENT]
    return Face(tuple(lines), tuple(side.sign for side in at_current))


@dataclass(frozen=True)
class Box:
    """A box for any q, traced over the directions of the current.

    Attributes
    ----------
    value : sympy.Expr
        In q, summed over the components x of v_x v_x.
    steps : tuple of Step
        The derivation.
    """

    value: sp.Expr
    steps: tuple[Step, ...]


def box(rules: Integrand, *, omega: sp.Expr, loss: sp.Expr) -> Box:
    """Evaluate the polygon of a diagram with one slow momentum, for any q.

    Parameters
    ----------
    rules : Integrand
        What :func:`~cooperon.symbolic.rules.feynman_rules` made of the diagram.
    omega : sympy.Expr
        Frequency.
    loss : sympy.Expr
        z of the Cooperon (see :class:`~cooperon.symbolic.exact_ladder.ExactLadder`).

    Examples
    --------
    >>> from cooperon.symbolic.kubo import families
    >>> from cooperon.symbolic.rules import feynman_rules
    >>> bare = feynman_rules(families(1)[0], Metal(dim=2))
    >>> box(bare, omega=sp.S.Zero, loss=sp.S.One).value
    -4*pi*nu*tau**3*v_F**2/(hbar**3*sqrt(ell**2*q**2 + 1))
    """
    steps = tuple(_steps(rules, omega, loss))
    return Box(steps[-1].rhs, steps)


def _steps(rules: Integrand, omega: sp.Expr, loss: sp.Expr) -> Iterator[Step]:
    retarded, advanced = Retarded(s.xi - s.hbar * omega), Advanced(s.xi)
    yield Step(
        "legs at a current vertex",
        retarded * advanced,
        leg(omega) * (retarded - advanced),
        "partial fractions: the two lines at a current vertex have the same momentum",
    )
    read, metal = box_faces(rules), rules.metal
    broken = sp.expand((1 - loss) / s.tau * -sp.I)
    residues = []
    for face in read:
        flights = face.flights(omega)
        speed = s.nu * face.speed * cosine ** face.along()
        undone = speed * sp.Add(*(flight.undone(broken) for flight in flights))
        residues.append(speed * sp.Add(*(flight.residue(broken) for flight in flights)))
        yield Step("free flights of a face", undone, residues[-1], _reason(broken != omega))
    impurities = impurity_line() ** rules.diagram.order
    yield Step(
        "Hikami box, any q",
        impurities * sp.prod(AngularAverage(residue, cosine, metal.dim) for residue in residues),
        impurities * sp.prod(_average(face, omega, loss, metal) for face in read),
        f"averages over directions, traced over the current's; {_what(rules)}",
    )


def _average(face: Face, omega: sp.Expr, loss: sp.Expr, metal: Metal) -> sp.Expr:
    parts = (flight.average(loss, face.along(), metal.dim) for flight in face.flights(omega))
    return s.nu * face.speed * reduce(sp.Add, parts)


def _reason(breaks: bool) -> str:
    phase = "; they are run through in both directions and lose their phase at the rate 1/tau_phi"
    return "residues: one retarded and one advanced line, a momentum q apart" + phase * breaks


def _what(rules: Integrand) -> str:
    dressed = rules.diagram.order
    return f"dressed with {dressed} impurity line" if dressed else "the bare box"
