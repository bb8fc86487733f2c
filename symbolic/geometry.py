"""Shapes of a metal: in which directions electrons diffuse freely, and what ends the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import ShortRepr
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import positive

__all__ = ["Bulk", "Cylinder", "Film", "Geometry", "Ring", "Wire", "require_geometry"]


@dataclass(frozen=True, repr=False)
class Geometry(ShortRepr):
    """A shape. Its lengths are symbols, or values that are put in for them at the end.

    Attributes
    ----------
    lengths : mapping of str to Symbol
        The names of its lengths, with the symbols that stand for them.
    dimension : int or None
        Number of directions in which diffusion has a slow momentum when the shape is thin; None: all.
    closed : bool
        Whether it is closed upon itself, around a flux.
    """

    lengths: ClassVar[Mapping[str, sp.Symbol]] = {}
    dimension: ClassVar[int | None] = None
    closed: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for name, symbol in self.lengths.items():
            given = getattr(self, name)
            if given is not None:
                hint = f"{name}=cooperon.symbols.{symbol}"
                value = positive(given, f"{name} of {type(self).__name__}", hint)
                if value != symbol and value.free_symbols & set(self.lengths.values()):
                    raise InputError(
                        f"{name} = {value}", expected="an expression in other symbols", hint=hint
                    )
                object.__setattr__(self, name, value)

    @property
    def values(self) -> dict[sp.Symbol, sp.Expr]:
        """Values put in for its lengths, where they are not the symbols themselves."""
        given = {symbol: getattr(self, name) for name, symbol in self.lengths.items()}
        return {symbol: value for symbol, value in given.items() if value is not None and value != symbol}

    @property
    def without_values(self) -> Geometry:
        """The same shape with symbols in place of the values put in."""
        return replace(
            self, **{name: x for name, x in self.lengths.items() if getattr(self, name) is not None}
        )


@dataclass(frozen=True, repr=False)
class Bulk(Geometry):
    """No boundaries: diffusion is free in all directions of the metal.

    Examples
    --------
    >>> Bulk().dimension is None
    True
    """


@dataclass(frozen=True, repr=False)
class Film(Geometry):
    """A film between two walls that reflect electrons.

    In a metal with dim=2 it is thin: nothing depends on the coordinate across. With dim=3 its transverse
    modes are summed: the crossover from a film to the bulk.

    Parameters
    ----------
    thickness : number or sympy.Expr
        Distance of the walls; default the symbol ``thickness``.

    Examples
    --------
    >>> Film().thickness, list(map(float, Film(thickness=2.0e-8).values.values()))
    (thickness, [2e-08])
    """

    thickness: Any = s.thickness

    lengths: ClassVar[Mapping[str, sp.Symbol]] = {"thickness": s.thickness}
    dimension: ClassVar[int | None] = 2


SECTIONS = ("rectangular", "round")
BOUNDARIES = ("diffusive", "specular", "diffuse")


@dataclass(frozen=True, repr=False)
class Wire(Geometry):
    """A wire along x with walls that reflect electrons; with a length, between two leads.

    In a metal with dim=1 it is thin: nothing depends on the coordinates across. With dim=2 it is a strip,
    whose transverse modes are summed: the crossover from one to two dimensions; between leads, or narrower
    than the mean free path, it is thin. With dim=3 it is thin, and conductivity is per cross-section.

    Parameters
    ----------
    width : number or sympy.Expr
        Width along y; of a round wire the diameter. Default the symbol ``width``.
    thickness : number or sympy.Expr
        Thickness along z, the direction of a perpendicular field. Default the symbol ``thickness``.
    section : str
        ``"rectangular"`` or ``"round"``.
    length : number or sympy.Expr, optional
        Distance of the leads, where interference ends: ``cooperon.symbols.L``. Default: a wire without end.
    boundary : str
        ``"diffusive"``: wider than the mean free path. ``"specular"`` or ``"diffuse"``: narrower, so that
        electrons fly from wall to wall, which reflect them like a mirror or in all directions.

    Raises
    ------
    InputError
        For other sections or boundaries, or lengths that are not positive.

    Examples
    --------
    >>> Wire(length=s.L).length
    L
    """

    width: Any = s.width
    thickness: Any = s.thickness
    section: str = "rectangular"
    length: Any = None
    boundary: str = "diffusive"

    lengths: ClassVar[Mapping[str, sp.Symbol]] = {
        "width": s.width,
        "thickness": s.thickness,
        "length": s.L,
    }
    dimension: ClassVar[int | None] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, given, known in (
            ("section", self.section, SECTIONS),
            ("boundary", self.boundary, BOUNDARIES),
        ):
            if given not in known:
                raise InputError(f"{name} = {given!r}", expected="one of " + ", ".join(known))


@dataclass(frozen=True, repr=False)
class Ring(Geometry):
    """A thin ring, closed upon itself, with a flux through it.

    Parameters
    ----------
    circumference : number or sympy.Expr
        Default the symbol ``L``; the ring is a circle, of the area L**2/(4 pi).
    width : number or sympy.Expr, optional
        Width of the arm, in which the field stands as well; default: thin.

    Examples
    --------
    >>> Ring().circumference
    L
    """

    circumference: Any = s.L
    width: Any = None

    lengths: ClassVar[Mapping[str, sp.Symbol]] = {"circumference": s.L, "width": s.width}
    dimension: ClassVar[int | None] = 1
    closed: ClassVar[bool] = True


@dataclass(frozen=True, repr=False)
class Cylinder(Geometry):
    """A hollow cylinder with a thin wall and a flux along its axis.

    Parameters
    ----------
    circumference : number or sympy.Expr
        Default the symbol ``L``; its area is L**2/(4 pi).
    thickness : number or sympy.Expr, optional
        Thickness of the wall, in which the field stands as well; default: thin.

    Examples
    --------
    >>> Cylinder(thickness=s.thickness).thickness
    thickness
    """

    circumference: Any = s.L
    thickness: Any = None

    lengths: ClassVar[Mapping[str, sp.Symbol]] = {"circumference": s.L, "thickness": s.thickness}
    dimension: ClassVar[int | None] = 2
    closed: ClassVar[bool] = True


def require_geometry(given: Any, dim: sp.Expr) -> None:
    """Raise an InputError unless this is a shape that a metal of ``dim`` dimensions can have."""
    if not isinstance(given, Geometry):
        raise InputError(
            f"geometry = {given!r}",
            expected="Bulk(), Film(), Wire(), Ring() or Cylinder()",
            hint="geometry=cooperon.Film()",
        )
    own = given.dimension
    if own is not None and (not dim.is_Integer or not own <= dim <= 3):
        raise InputError(
            f"geometry = {given} in {dim} dimensions",
            expected=f"dim = {own} (thin) to 3, as a whole number",
            hint=f"dim={own}",
        )
    if isinstance(given, Wire) and given.section == "round" and dim == 2:
        raise InputError(
            f"geometry = {given} in 2 dimensions",
            expected="dim = 1 (thin) or 3: a round wire has two directions across",
            hint="dim=3",
        )
