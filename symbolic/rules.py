"""The Feynman rules: from a diagram and a metal to the integrand.

Rules (hbar written out): an electron line is an averaged Green's function; an impurity line is
hbar/(2 pi nu tau) and carries any momentum (scatterers without range), or, where scattering depends on
the angle, hands on the harmonic n of the direction with the weight w_n; a current vertex is e v_x; a closed
electron line is traced over spin, and the Kubo formula puts hbar/(2 pi) in front of it (scattering is
elastic: each has an energy of its own, which is the Fermi energy); a block is the sum of its ladder
(:mod:`cooperon.symbolic.ladder`). Every diagram of the bubble has weight one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import sympy as sp

from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.polygons import Side, chords, crossings, electron_loops, faces, polygons
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.fast import (
    Advanced,
    AngularAverage,
    EnergyIntegral,
    Retarded,
    cosine,
    energy_integral,
    moment,
)
from cooperon.symbolic.harmonics import Bond, averaged, directions
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.momentum_routing import block_momenta, impurity_momenta, offsets

__all__ = ["FastLoop", "Integrand", "feynman_rules", "impurity_line", "ladder_series"]

_WITH_RULES = (VertexKind.CURRENT, VertexKind.DENSITY, VertexKind.IMPURITY)


def impurity_line() -> sp.Expr:
    """Strength of an impurity line: the average <V V> = hbar/(2 pi nu tau).

    It is what the self-consistent Born self-energy makes of the lifetime: Im Sigma_R = -hbar/(2 tau).

    Examples
    --------
    >>> impurity_line()
    hbar/(2*pi*nu*tau)
    """
    return s.hbar / (2 * sp.pi * s.nu * s.tau)


def ladder_series(first: sp.Expr, ratio: sp.Expr, *, start: int = 0) -> sp.Sum:
    """Sum of a ladder, not carried out: each rung more is one factor more, the ``start``-th power first.

    Examples
    --------
    >>> ladder_series(impurity_line(), sp.Symbol("P"))
    Sum(P**j*hbar/(2*pi*nu*tau), (j, 0, oo))
    """
    rungs = sp.Symbol("j", integer=True, nonnegative=True)
    return sp.Sum(first * ratio**rungs, (rungs, start, sp.oo))


@dataclass(frozen=True)
class FastLoop(PublicNames):
    """A face of a polygon: one fast momentum k, integrated near the Fermi surface.

    Attributes
    ----------
    retarded, advanced : int
        Number of Green's functions of each kind.
    velocities : tuple of int
        One sign for each current vertex: +1 where its electron has momentum k, -1 where -k (up to
        slow momenta).
    """

    retarded: int
    advanced: int
    velocities: tuple[int, ...]

    def unevaluated(self, metal: Metal, frequency: sp.Expr = sp.S.Zero) -> sp.Expr:
        """Return nu int dxi <...> with the Green's functions written out, not carried out."""
        directions = sp.prod(sign * s.v_F * cosine for sign in self.velocities)
        average = AngularAverage(directions, cosine, metal.dim) if self.velocities else 1
        product = Retarded(s.xi - s.hbar * frequency) ** self.retarded * Advanced(s.xi) ** self.advanced
        return s.nu * average * EnergyIntegral(product, (s.xi, -sp.oo, sp.oo))

    def evaluate(self, metal: Metal, frequency: sp.Expr = sp.S.Zero) -> sp.Expr:
        """Carry out the integral by residues and tensor reduction."""
        number = len(self.velocities)
        directions = sp.prod(self.velocities) * s.v_F**number * moment(number, metal.dim)
        rate = (1 - sp.I * frequency * s.tau) / s.tau
        return s.nu * directions * energy_integral(self.retarded, self.advanced, rate)


@dataclass(frozen=True, repr=False)
class Integrand(PublicNames):
    """What the Feynman rules make of a diagram.

    Attributes
    ----------
    diagram, metal
        What the rules were applied to.
    prefactor : sympy.Expr
        The charges, and for each closed electron line Kubo's hbar/(2 pi) and the trace over spin.
    fast : tuple of FastLoop
        The integrals over fast momenta, as factors.
    blocks : tuple of (LineKind, momentum)
        The resummed blocks with the slow momentum that each carries.
    bonds : tuple of Bond
        The impurity lines, and the blocks without slow momentum: they join the directions of the fast
        momenta on their two sides where scattering depends on the angle.
    momenta : mapping of Line to sympy.Expr
        The momentum of every line along its direction: sums of fast momenta k_1, k_2, ... and slow
        momenta q (q_1, q_2, ...); the symbols stand for vectors.
    """

    diagram: Diagram
    metal: Metal
    prefactor: sp.Expr
    fast: tuple[FastLoop, ...]
    blocks: tuple[tuple[LineKind, sp.Expr], ...]
    bonds: tuple[Bond, ...]
    momenta: Mapping[Line, sp.Expr]

    def __repr__(self) -> str:
        blocks = (f"{kind} of momentum {momentum}" for kind, momentum in self.blocks)
        loops = (
            f"fast momentum on {loop.retarded} retarded, {loop.advanced} advanced lines" for loop in self.fast
        )
        joined = (f"impurities {self.metal.scattering[0]}",) if self.metal.anisotropic else ()
        factors = (f"prefactor {self.prefactor}", *loops, *blocks, *joined)
        return f"<Integrand of {self.diagram}: {'; '.join(factors)}>"

    @cached_property
    def slow_momenta(self) -> tuple[sp.Symbol, ...]:
        """The independent slow momenta, over which the blocks are integrated."""
        found = {symbol for _, momentum in self.blocks for symbol in momentum.free_symbols}
        return tuple(sorted(found, key=str))

    def polygons(self, frequency: sp.Expr = sp.S.Zero) -> sp.Expr:
        """Value of the polygons: the product of the fast integrals and of their impurity lines.

        Where scattering depends on the angle, the blocks without slow momentum that hand on a current are
        among the factors: they join directions, as impurity lines do.
        """
        if self.metal.anisotropic:
            energies = sp.prod(loop.evaluate(self.metal, frequency) for loop in self._energies)
            return self._impurities * energies * averaged(self.directions(frequency))
        return self._impurities * sp.prod(loop.evaluate(self.metal, frequency) for loop in self.fast)

    def unevaluated_polygons(self, frequency: sp.Expr = sp.S.Zero) -> sp.Expr:
        """Return the same product with the integrals not carried out."""
        if self.metal.anisotropic:
            energies = sp.prod(loop.unevaluated(self.metal, frequency) for loop in self._energies)
            return self._impurities * energies * self.directions(frequency)
        return self._impurities * sp.prod(loop.unevaluated(self.metal, frequency) for loop in self.fast)

    def directions(self, frequency: sp.Expr = sp.S.Zero) -> sp.Expr:
        """Return the velocities averaged over directions, not carried out, with what the bonds hand on."""
        return directions([loop.velocities for loop in self.fast], self._joining, self.metal, frequency)

    @property
    def vanishing(self) -> tuple[FastLoop, ...]:
        """The fast integrals for which the diagram vanishes; empty where it does not."""
        loops = self.fast
        if self.metal.anisotropic and averaged(self.directions(s.omega)) != 0:
            loops = self._energies
        return tuple(loop for loop in loops if loop.evaluate(self.metal) == 0)

    @property
    def slow_blocks(self) -> tuple[tuple[LineKind, sp.Expr], ...]:
        """The blocks that carry a slow momentum."""
        return tuple((kind, momentum) for kind, momentum in self.blocks if momentum != 0)

    @property
    def blocks_at_rest(self) -> tuple[LineKind, ...]:
        """The blocks that carry no slow momentum."""
        return tuple(kind for kind, momentum in self.blocks if momentum == 0)

    @property
    def carries_current(self) -> bool:
        """Whether a block without slow momentum hands on a current: scattering has a first harmonic."""
        return (
            bool(self.blocks_at_rest)
            and self.metal.anisotropic
            and any(loop.velocities for loop in self.fast)
        )

    @property
    def _energies(self) -> tuple[FastLoop, ...]:
        return tuple(replace(loop, velocities=()) for loop in self.fast)

    @property
    def _impurities(self) -> sp.Expr:
        return impurity_line() ** len(self._joining)

    @property
    def _joining(self) -> tuple[Bond, ...]:
        """Impurity lines, and the blocks at rest that hand on a current."""
        return tuple(bond for bond in self.bonds if bond.kind is LineKind.IMPURITY or self.carries_current)


def feynman_rules(diagram: Diagram, metal: Metal) -> Integrand:
    """Apply the Feynman rules to a diagram of a metal's response.

    Momenta are routed along a cycle basis: one fast momentum around each face of each polygon, one
    slow momentum through each independent cycle of blocks.

    Parameters
    ----------
    diagram : Diagram
        A diagram whose impurity lines do not cross (resummed, where a family was infinite) and
        without self-energy insertions: the lines are averaged Green's functions already.
    metal : Metal
        Gives dimension and spin.

    Returns
    -------
    Integrand

    Raises
    ------
    DiagramError
        When impurity lines cross (the diagram is of higher order in 1/(k_F l) and not a product of
        fast integrals), when a self-energy would be counted twice, or for vertices and lines that
        have no rule.

    References
    ----------
    S. F. Edwards, Philos. Mag. 3, 1020 (1958).

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> rules = feynman_rules(bubble(), Metal(dim=2))
    >>> rules.prefactor, rules.fast
    (e**2*hbar/pi, (FastLoop(retarded=1, advanced=1, velocities=(1, 1)),))
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    _require_rules(diagram)
    flow = block_momenta(diagram)
    fast: list[FastLoop] = []
    momenta = dict(flow)
    home: dict[int, int] = {}
    along: dict[int, int] = {}
    for polygon in polygons(diagram):
        pairs = chords(diagram, polygon)
        gathered = offsets(polygon, flow)
        for side in polygon.sides:
            if side.line.kind is LineKind.RETARDED:
                along |= {side.line.start: side.sign, side.line.end: side.sign}
        for face in faces(polygon, pairs):
            k = sp.Symbol(f"k_{len(fast) + 1}")
            momenta.update({side.line: side.sign * (k + gathered[side]) for side in face})
            home.update({side.vertex: len(fast) for side in face})
            fast.append(_fast_loop(diagram, face))
    momenta.update(impurity_momenta(diagram, momenta))
    return Integrand(
        diagram,
        metal,
        _prefactor(diagram, metal),
        tuple(fast),
        tuple((line.kind, momentum) for line, momentum in flow.items()),
        _bonds(diagram, flow, home, along),
        momenta,
    )


def _require_rules(diagram: Diagram) -> None:
    require(diagram, Diagram, "diagram", "cp.diagrams.bubble()")
    unknown = sorted({str(kind) for kind in diagram.kinds if kind not in _WITH_RULES})
    if unknown:
        raise DiagramError(
            f"{diagram!r} with vertices of kind {', '.join(unknown)}",
            expected="vertices that have a rule: " + ", ".join(_WITH_RULES),
            hint="closed electron lines, with impurity lines, diffusons and Cooperons only",
        )
    crossed = crossings(diagram)
    if crossed:
        raise DiagramError(
            f"{diagram!r} with {crossed} crossing{'s' * (crossed > 1)} of impurity lines, or lines from one "
            "closed polygon of electron lines to another",
            expected="impurity lines that do neither: a crossing costs a power of 1/(k_F l)",
            hint="cooperon.diagrams.resum for the maximally crossed family; other crossed diagrams "
            "renormalise tau",
        )
    for polygon in polygons(diagram):
        for face in faces(polygon, chords(diagram, polygon)):
            if len(face) == 1:
                raise DiagramError(
                    f"{diagram!r} with a self-energy insertion",
                    expected="averaged Green's functions only: the insertion would be counted twice",
                    hint="cooperon.diagrams.resum takes insertions out",
                )


def _fast_loop(diagram: Diagram, face: tuple[Side, ...]) -> FastLoop:
    kinds = [side.line.kind for side in face]
    signs = (side.sign for side in face if diagram.kinds[side.vertex] is VertexKind.CURRENT)
    return FastLoop(kinds.count(LineKind.RETARDED), kinds.count(LineKind.ADVANCED), tuple(signs))


def _bonds(
    diagram: Diagram, flow: Mapping[Line, sp.Expr], home: Mapping[int, int], along: Mapping[int, int]
) -> tuple[Bond, ...]:
    """Join the faces on the two sides of impurity lines and of blocks at rest.

    A block leads from the walk around one polygon to the walk around another: where they go opposite ways
    along the retarded electron, the direction is turned over.
    """
    at_rest = [line for line in diagram.blocks if flow[line] == 0]
    return tuple(
        Bond(
            line.kind,
            (home[line.start], home[line.end]),
            along[line.start] * along[line.end] if line in at_rest else 1,
        )
        for line in (*diagram.lines_of(LineKind.IMPURITY), *at_rest)
    )


def _prefactor(diagram: Diagram, metal: Metal) -> sp.Expr:
    charge = s.e ** len(diagram.vertices_of(VertexKind.CURRENT))
    loop = s.hbar / (2 * sp.pi) * sp.eye(metal.spin_degeneracy).trace()
    return charge * loop ** electron_loops(diagram)
