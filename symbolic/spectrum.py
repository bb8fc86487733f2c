"""The slow modes that the shape of a metal leaves: free directions, one axis that is not, and thin ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.axes import Axis, Closed, Leads, Walls
from cooperon.symbolic.geometry import Cylinder, Film, Geometry, Ring, Wire
from cooperon.symbolic.metal import Metal

__all__ = ["Spectrum", "spectrum", "thin_spectrum"]


@dataclass(frozen=True)
class Spectrum(PublicNames):
    """The slow modes of a metal.

    Attributes
    ----------
    dim : sympy.Expr
        Number of directions in which modes vary, the axis included.
    section : sympy.Expr
        Area or length across, over which they do not; conductivity is per section.
    axis : Axis or None
        A direction that is not free.
    """

    dim: sp.Expr
    section: sp.Expr = sp.S.One
    axis: Axis | None = None

    @property
    def whole(self) -> bool:
        """Whether the sum over modes converges without a cutoff: one direction, and quantised."""
        return self.axis is not None and bool((self.dim - 1).is_nonpositive)


def spectrum(metal: Metal, phase: sp.Expr = sp.S.Zero) -> Spectrum:
    """Find the slow modes of a metal, with the phase that its flux gives a closed path.

    Examples
    --------
    >>> spectrum(Metal(dim=3, geometry=Film()))
    Spectrum(dim=3, section=1, axis=Walls(length=thickness))
    >>> spectrum(Metal(dim=3, geometry=Wire()))
    Spectrum(dim=1, section=thickness*width, axis=None)
    """
    shape, dim = metal.geometry.without_values, metal.dim
    across = _TRANSVERSE.get(type(shape))
    one_more = shape.dimension is not None and dim == shape.dimension + 1
    if across is not None and one_more and not _thin(shape):
        return Spectrum(dim, axis=Walls(across))
    return thin_spectrum(metal, phase)


def thin_spectrum(metal: Metal, phase: sp.Expr = sp.S.Zero) -> Spectrum:
    """Find the modes that do not vary across a thin shape.

    Examples
    --------
    >>> thin_spectrum(Metal(dim=3, geometry=Film()))
    Spectrum(dim=2, section=thickness, axis=None)
    """
    shape = metal.geometry.without_values
    if shape.dimension is None:
        return Spectrum(metal.dim)
    thin = sp.Integer(int(metal.dim - shape.dimension))
    return Spectrum(sp.Integer(shape.dimension), _section(shape, int(thin)), _axis(shape, phase))


_TRANSVERSE: Mapping[type[Geometry], sp.Symbol] = {Film: s.thickness, Wire: s.width}
"""Direction whose modes are summed in a metal of one dimension more than the shape."""


def _thin(shape: Geometry) -> bool:
    """Whether nothing varies across: between leads, or where electrons fly from wall to wall."""
    return isinstance(shape, Wire) and (shape.length is not None or shape.boundary != "diffusive")


def _axis(shape: Geometry, phase: sp.Expr) -> Axis | None:
    if isinstance(shape, Ring | Cylinder):
        return Closed(shape.circumference, phase)
    return Leads(shape.length) if isinstance(shape, Wire) and shape.length is not None else None


def _section(shape: Geometry, directions: int) -> sp.Expr:
    """Length or area of the directions across."""
    lengths = [getattr(shape, name) for name in ("width", "thickness") if hasattr(shape, name)]
    if isinstance(shape, Wire) and shape.section == "round" and directions == len(lengths):
        return sp.pi * shape.width**2 / 4
    if directions > len(lengths) or None in lengths[:directions]:
        raise InputError(
            f"{shape} in {directions} dimensions more than its own",
            expected="a shape that says how wide and how thick it is there",
            hint="a thinner metal, or width=cooperon.symbols.width",
        )
    return sp.prod(lengths[:directions])
