"""The first-order diagrams of an interaction: each polygon by fast integrals, each ladder a diffuson.

To lowest order in D q**2 tau and Omega tau. A diagram's value is what stands beside k_B T U(q, Omega) in the
conductivity (or in the relative density of states), still to be summed over the Matsubara frequencies
Omega > 0 and integrated over q.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import sympy as sp

from cooperon.diagrams import Diagram, dress
from cooperon.diagrams.diagram import LineKind, VertexKind
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.interaction_rings import RingDiagram, ring_diagrams
from cooperon.diagrams.polygons import chords, faces, polygons
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.anisotropy import in_diffusion
from cooperon.symbolic.arguments import require
from cooperon.symbolic.geometry import Bulk, Film, Wire
from cooperon.symbolic.interaction_faces import Face, face_of
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import impurity_line

__all__ = [
    "REGIONS",
    "InteractionDiagram",
    "InteractionDiagrams",
    "interaction_diagrams",
    "leading_set",
    "require_diffusive",
    "summed",
]

REGIONS = ("Omega < omega", "Omega > omega")
_SIZES = (s.omega_n, s.Omega)
_CURRENTS = ((VertexKind.CURRENT, (1, 0)), (VertexKind.CURRENT, (-1, 0)))
_UPPER = 4
_PLACE = ((VertexKind.DENSITY, (0, 0)),)


@dataclass(frozen=True)
class InteractionDiagram(PublicNames):
    """A diagram of first order in the interaction, with its value.

    Attributes
    ----------
    ring : RingDiagram
        The electron ring with the signs of its frequencies and its ladders.
    dressing : Diagram
        The diagram with the impurity lines that dress its polygons.
    metal : Metal
        Whose it is.
    gap : sympy.Expr
        What the diffusons have beside D q**2 and their frequency: the loss of a spin, or its precession.

    Examples
    --------
    >>> import cooperon as cp
    >>> first = cp.interaction_diagrams(cp.Metal(dim=2))[0]
    >>> first.value
    -4*D*Omega*e**2*nu/(hbar**2*omega_n*(D*q**2 + Omega)**2)
    """

    ring: RingDiagram
    dressing: Diagram
    metal: Metal
    gap: sp.Expr = sp.S.Zero

    @cached_property
    def faces(self) -> tuple[Face, ...]:
        """The faces of all polygons."""
        return tuple(
            face_of(self.dressing, sides)
            for polygon in polygons(self.dressing)
            for sides in faces(polygon, chords(self.dressing, polygon))
        )

    @property
    def vanishes(self) -> bool:
        """Whether a ladder or an impurity line cuts off a current vertex, or lines of one kind alone."""
        resting = [one for one in self.ring.ladders if not self.ring.carries_momentum(one)]
        alone = sum(face.order for face in self.faces)
        return bool(resting) or bool(alone % 2) or any(0 in (f.retarded, f.advanced) for f in self.faces)

    @property
    def order(self) -> int:
        """Power of q at D q**2 ~ Omega: that of the faces less 2 for each ladder."""
        return sum(face.order for face in self.faces) - 2 * len(self.ring.ladders)

    @property
    def region(self) -> str:
        """Where it contributes: ``"Omega < omega"`` or ``"Omega > omega"``."""
        return self.ring.sector.region

    @property
    def stretch(self) -> sp.Expr:
        """Length of the stretch of the electron's frequency in which the lines have these signs."""
        return _linear(self.ring.sector.count)

    @property
    def ladders(self) -> tuple[sp.Expr, ...]:
        """The diffusons, one for each ladder."""
        return tuple(
            impurity_line() / s.tau / (s.D * s.q**2 + _linear(self.ring.frequency(one)) + self.gap)
            for one in self.ring.ladders
        )

    @property
    def factors(self) -> tuple[sp.Expr, ...]:
        """All factors: prefactor, faces, impurity lines, and diffusons."""
        values = [face.value(self.metal) for face in self.faces]
        lines = impurity_line() ** (len(self.dressing.lines_of(LineKind.IMPURITY)))
        apart = sp.Rational(1) / self.metal.dim if sum(face.order for face in self.faces) else sp.S.One
        return (self.prefactor, *values, lines, apart, *self.ladders)

    @property
    def prefactor(self) -> sp.Expr:
        """Sign of the interaction, trace over spin, charges and the number of frequencies."""
        spins = self.metal.spin_degeneracy
        if VertexKind.CURRENT in self.ring.sector.ring.vertices:
            return -(s.e**2) / s.omega_n * spins * s.hbar * self.stretch / (2 * sp.pi)
        return -sp.I / (sp.pi * s.nu)

    @property
    def value(self) -> sp.Expr:
        """What stands beside k_B T U(q, Omega)."""
        return _tidy(sp.Mul(*self.factors), self.metal)

    def __str__(self) -> str:
        kinds = "".join(self.ring.sector.kinds)
        return f"{kinds}, {len(self.ring.ladders)} diffusons, {self.region}: {self.value}"

    def _repr_svg_(self) -> str:
        return self.dressing._repr_svg_()


class InteractionDiagrams(tuple[InteractionDiagram, ...]):
    """All diagrams of first order, each with its value; made by :func:`~cooperon.interaction_diagrams`.

    Examples
    --------
    >>> import cooperon as cp
    >>> found = cp.interaction_diagrams(cp.Metal(dim=2))
    >>> len(found), found.total("Omega > omega")
    (26, -8*D**2*e**2*nu*q**2/(hbar**2*(D*q**2 + Omega)**2*(D*q**2 + Omega + omega_n)))
    """

    def total(self, region: str) -> sp.Expr:
        """Return the sum of the values in a region.

        Parameters
        ----------
        region : str
            ``"Omega < omega"`` or ``"Omega > omega"``.

        Raises
        ------
        InputError
            For another region.
        """
        if region not in REGIONS:
            raise InputError(f"region = {region!r}", expected="one of " + ", ".join(REGIONS))
        return summed([one.value for one in self if one.region == region])

    def without(self, *numbers: int) -> InteractionDiagrams:
        """Return the set with some diagrams left out, by their number in the iteration.

        Parameters
        ----------
        *numbers : int
            Which, counted from 0.
        """
        return InteractionDiagrams(one for i, one in enumerate(self) if i not in numbers)

    def __repr__(self) -> str:
        return "\n".join(f"{i}: {one}" for i, one in enumerate(self))

    def _repr_html_(self) -> str:
        from cooperon.symbolic.latex import latex

        rows = (
            f"<tr><td>{i}</td><td>{one._repr_svg_()}</td><td>{one.region}</td><td>\\({latex(one.value)}\\)</td></tr>"
            for i, one in enumerate(self)
        )
        return f"<table>{''.join(rows)}</table>"


def _linear(coefficients: tuple[int, int]) -> sp.Expr:
    return sp.Add(*(number * size for number, size in zip(coefficients, _SIZES, strict=True)))


def _tidy(value: sp.Expr, metal: Metal) -> sp.Expr:
    return sp.factor(in_diffusion(value, metal))


def summed(values: Sequence[sp.Expr]) -> sp.Expr:
    """Add up and factor.

    Examples
    --------
    >>> summed([s.q**2, s.q])
    q*(q + 1)
    """
    return sp.factor(sp.Add(*values))


_RESPONSES = {"conductivity": (_CURRENTS, False), "density of states": (_PLACE, True)}


def interaction_diagrams(metal: Metal, *, response: str = "conductivity") -> InteractionDiagrams:
    """Draw the diagrams of first order in the interaction, and find the value of each.

    Parameters
    ----------
    metal : Metal
        Which metal.
    response : str
        ``"conductivity"`` or ``"density of states"``.

    Returns
    -------
    InteractionDiagrams
        Those of the leading order in D q**2 tau; each value is what stands beside k_B T U(q, Omega), with
        Omega > 0 the Matsubara frequency of the interaction line (both directions of its flow are in the
        set), and omega_n that of the field, or of the electron in the density of states.

    Raises
    ------
    InputError
        For another response, or a metal with more than isotropic scattering off a potential.

    References
    ----------
    B. L. Altshuler and A. G. Aronov, in Electron-Electron Interactions in Disordered Systems, eds. A. L.
    Efros and M. Pollak (North-Holland, 1985), section 3.

    Examples
    --------
    >>> import cooperon as cp
    >>> cp.interaction_diagrams(cp.Metal(dim=2)).total("Omega < omega")
    -8*D**2*Omega*e**2*nu*q**2/(hbar**2*omega_n*(D*q**2 + Omega)**2*(D*q**2 + Omega + omega_n))
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    if not isinstance(response, str) or response not in _RESPONSES:
        raise InputError(f"response = {response!r}", expected="one of " + ", ".join(_RESPONSES))
    require_diffusive(metal)
    return leading_set(metal, response)[0]


def require_diffusive(metal: Metal) -> None:
    """Refuse metals for which the diagrams of an interaction are not derived."""
    shape = metal.geometry
    thin = (
        shape == Bulk()
        or (isinstance(shape, Film) and metal.dim == 2)
        or (shape == Wire() and metal.dim == 1)
    )
    refused = {
        "scattering": metal.anisotropic,
        "diffusion": metal.diffusion != "isotropic",
        "geometry": not thin,
    }
    for name, given in refused.items():
        if given:
            raise InputError(
                f"the interaction correction of a metal with {name} = {getattr(metal, name)}",
                expected="isotropic scattering and diffusion in the bulk, a film (dim=2) or a wire (dim=1)",
                hint="the result knows the scattering by D alone",
            )
    if metal.dim.is_number and metal.dim >= _UPPER:
        raise InputError(f"the interaction correction in {metal.dim} dimensions", expected="fewer than 4")


@cache
def leading_set(metal: Metal, response: str, gap: sp.Expr = sp.S.Zero) -> tuple[InteractionDiagrams, int]:
    """Return the diagrams of the leading order, and the number of those that vanish."""
    external, given = _RESPONSES[response]
    drawn = [
        InteractionDiagram(ring, dressed, metal, gap)
        for ring in ring_diagrams(external, given=given)
        for dressed in dress(ring.diagram)
    ]
    alive = [one for one in drawn if not one.vanishes]
    lowest = min(one.order for one in alive)
    return InteractionDiagrams(one for one in alive if one.order == lowest), len(drawn) - len(alive)
