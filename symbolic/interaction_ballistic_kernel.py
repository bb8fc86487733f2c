r"""The kernel of the interaction correction at any q ell and Omega tau, summed from the rings.

What stands beside the screened interaction, summed over the electron's frequency, is Phi(Omega, omega_n),
of one form for Omega < omega_n and another for Omega > omega_n. Of its sum over Omega = 2 pi m k_B T/hbar,
continued to the field at rest, the term of first order in omega_n is

    k_B T sum_m { d/dOmega [U Phi_>(Omega, 0)] + U dPhi_>/domega_n - d/dOmega [U Phi_<(Omega, 0)] }:

for Omega > omega_n the sum starts at omega_n, and is shifted to start at 0; a sum of f(m) from 1 to n is at
small n minus n times the sum of f' over all m. The rings say that Phi_>(Omega, 0) = 0 (a field at rest does
nothing to electrons in equilibrium), Phi_<(Omega, 0) = Omega B and dPhi_>/domega_n = B with one and the
same kernel B. So the term is -k_B T sum_m Omega d/dOmega (U B).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import sympy as sp

from cooperon.diagrams.diagram import VertexKind
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.interaction_rings import Sector, interaction_rings, sectors
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.exact_ladder import exact_ladder
from cooperon.symbolic.interaction_ballistic_average import (
    AHEAD,
    LENGTH,
    LOSS,
    SECOND,
    in_lengths,
    in_symbols,
)
from cooperon.symbolic.interaction_ballistic_rings import BEYOND, DressedRing, dressed_rings
from cooperon.symbolic.metal import Metal

__all__ = ["Kernel", "RingSum", "ballistic_kernel", "ring_sums", "summed"]

_CURRENTS = ((VertexKind.CURRENT, (1, 0)), (VertexKind.CURRENT, (-1, 0)))
_ABOVE = "Omega > omega"
_DIM = sp.Integer(2)
_SPINS = sp.Integer(2)
_UNIT = sp.pi * s.nu * s.tau**3 * s.v_F**2 / s.hbar**3
"""Of a ring; each further order in omega_n brings tau."""


@dataclass(frozen=True)
class RingSum:
    """A ring with signs for its frequencies, summed over its dressings.

    Attributes
    ----------
    sector : Sector
        The ring and its signs.
    order : int
        Power of omega_n, 0 or 1.
    rings : tuple of DressedRing
        The ring with each set of chords.
    """

    sector: Sector
    order: int
    rings: tuple[DressedRing, ...]

    @property
    def above(self) -> bool:
        """Whether it is there for Omega > omega_n."""
        return self.sector.region == _ABOVE

    @property
    def beyond(self) -> bool:
        """Whether omega_n stands for what the field's frequency has beyond Omega."""
        return self.sector.count == BEYOND

    @property
    def undone(self) -> sp.Expr:
        """Its terms with averages that are not carried out."""
        return sp.Add(*(term for ring in self.rings for term in ring.undone(self.order)))

    @property
    def value(self) -> sp.Expr:
        """The same, in S, x, z and u."""
        return sp.Add(*(_value(ring, self.order) for ring in self.rings))

    @property
    def at_rest(self) -> sp.Expr:
        """Value for omega_n -> 0, in S, z and S', in units of pi nu tau**3 v_F**2/hbar**3."""
        value = self.value / (_UNIT * s.tau**self.order)
        return in_lengths(value.xreplace({AHEAD: 2 - LOSS})) if self.beyond else value


@cache
def _value(ring: DressedRing, order: int) -> sp.Expr:
    return ring.value(order)


@cache
def ring_sums() -> tuple[RingSum, ...]:
    """List all rings that the field at rest leaves, to first order in its frequency where it asks for that.

    Examples
    --------
    >>> len(ring_sums())
    34
    """
    found = [each for ring in interaction_rings(_CURRENTS) for each in sectors(ring)]
    steep = [each for each in found if each.region == _ABOVE and each.count[1]]
    return tuple(
        RingSum(sector, order, dressed_rings(sector))
        for order, some in enumerate((found, steep))
        for sector in some
    )


def summed(rings: Sequence[RingSum], which: str) -> sp.Expr:
    """Add rings up, with the lengths of their stretches of the electron's frequency.

    Parameters
    ----------
    rings : sequence of RingSum
        The rings; :func:`ring_sums`, or fewer.
    which : str
        ``"static"``: Phi_>(Omega, 0)/Omega; ``"below"``: Phi_<(Omega, 0)/Omega; ``"above"``: dPhi_>/domega_n.

    Examples
    --------
    >>> summed(ring_sums(), "static")
    0
    """
    found: dict[bool, sp.Expr] = {True: sp.S.Zero, False: sp.S.Zero}
    for weight, ring in _weighted(rings, which):
        found[ring.beyond] += weight * ring.at_rest
    return sp.factor(sp.cancel(found[False]) + _without_second(found[True]))


def _without_second(expr: sp.Expr) -> sp.Expr:
    """Cancel S' = sqrt((2 - z)**2 + x**2), in terms of which z = 1 + (S**2 - S'**2)/4."""
    apart = sp.cancel(expr.xreplace({LOSS: 1 + (LENGTH**2 - SECOND**2) / 4}))
    return sp.factor(apart.subs(SECOND, sp.sqrt(LENGTH**2 + 4 * (1 - LOSS))))


def _weighted(rings: Sequence[RingSum], which: str) -> Iterator[tuple[sp.Expr, RingSum]]:
    for ring in rings:
        field, own = ring.sector.count
        if which == "above" and ring.above:
            weight = own * (LOSS - 1) if ring.order else sp.Integer(field)
        elif which != "above" and ring.above == (which == "static") and not ring.order:
            weight = sp.Integer(own)
        else:
            continue
        if weight != 0:
            yield weight, ring


@dataclass(frozen=True)
class Kernel:
    """The kernel B, what stands beside the screened interaction.

    Attributes
    ----------
    shape : sympy.Expr
        In S and z, in units of nu tau**3 v_F**2/(2 hbar**2).
    steps : tuple of Step
        The derivation; the last step ends with the kernel in symbols.
    """

    shape: sp.Expr
    steps: tuple[Step, ...]

    @property
    def value(self) -> sp.Expr:
        """The kernel in symbols."""
        return _FRONT * in_symbols(self.shape)


_FRONT = _SPINS * s.hbar / (2 * sp.pi) / _DIM * _UNIT
"""Trace over spin, the sum over the electron's frequency, one of the directions of the current."""


@cache
def ballistic_kernel() -> Kernel:
    """Sum the kernel from the rings.

    Raises
    ------
    DiagramError
        When the field at rest does something to electrons in equilibrium, or the two forms of Phi do not have
        the same kernel: then a diagram is missing.

    Examples
    --------
    >>> ballistic_kernel().shape.subs(LENGTH, LOSS)  # at q = 0 the potential is uniform and does nothing
    0
    """
    rings = ring_sums()
    static, below, above = (summed(rings, which) for which in ("static", "below", "above"))
    if static != 0 or sp.cancel(below - above) != 0:
        raise DiagramError("rings whose sum is not that of a conserved current", expected="all of them")
    return Kernel(below, tuple(dict.fromkeys(_steps(rings, below))))


def _steps(rings: Sequence[RingSum], shape: sp.Expr) -> Iterator[Step]:
    yield from exact_ladder("diffuson", Metal(dim=2), omega=sp.I * s.Omega).steps[:-1]
    faces = (
        face for ring in rings for one in ring.rings for _, some in one.expanded(ring.order) for face in some
    )
    for undone, done in dict.fromkeys((face.integral, face.residue) for face in faces):
        reason = "residues: lines of momentum k and k + q, at frequencies Omega and omega_n"
        yield Step("free flights of a face, any frequency", undone, done, reason)
    named: dict[tuple[sp.Expr, int], list[RingSum]] = {}
    for ring in rings:
        named.setdefault((ring.value, ring.order), []).append(ring)
    for (value, order), alike in named.items():
        rule = "ring with one interaction line" + ", slope" * order
        short = value if alike[0].beyond else sp.factor(sp.cancel(value))
        yield Step(rule, alike[0].undone, in_symbols(short), _reason(alike))
    for which, (rule, reason) in _SUMS.items():
        terms = (weight * _in_ring(ring) for weight, ring in _weighted(rings, which))
        lhs = sp.Add(*(_FRONT / _UNIT * in_symbols(term) for term in terms), evaluate=False)
        yield Step(rule, lhs, sp.S.Zero if which == "static" else _FRONT * in_symbols(shape), reason)


def _reason(alike: Sequence[RingSum]) -> str:
    signs = ", ".join(dict.fromkeys(ring.sector.kinds for ring in alike))
    first = alike[0]
    beyond = "; omega_n is what the field has beyond Omega" * first.beyond
    slope = ", first order in omega_n" * first.order
    return (
        f"signs {signs}: {len(first.rings)} sets of ladders and impurity lines{slope}{beyond}; averages over "
        "directions, traced over the current's"
    )


def _in_ring(ring: RingSum) -> sp.Expr:
    """Return what a ring is at the field at rest, as its step has it."""
    return ring.value.xreplace({AHEAD: 2 - LOSS}) if ring.beyond else ring.value / s.tau**ring.order


_SUMS = {
    "static": (
        "a field at rest",
        "Omega > omega_n, omega_n = 0: the stretches of length Omega add up to nothing, as they must in "
        "equilibrium",
    ),
    "below": (
        "sum of the rings, Omega < omega_n",
        "continued to omega_n = 0 at given Omega: stretches Omega less stretches omega_n - Omega, over "
        "Omega; traced over spin, hbar/(2 pi), 1/d",
    ),
    "above": (
        "sum of the rings, Omega > omega_n",
        "what is of first order in omega_n: stretches of length omega_n, and the slopes of the others",
    ),
}
