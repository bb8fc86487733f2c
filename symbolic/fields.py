"""Magnetic fields: which way they point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s

__all__ = ["Field", "ParallelField", "PerpendicularField", "TiltedField", "require_field"]


@dataclass(frozen=True)
class Field(PublicNames):
    """A homogeneous magnetic field of the strength ``cooperon.symbols.B``."""

    @property
    def upright(self) -> sp.Expr:
        """The component upright on a film."""
        return sp.S.Zero

    @property
    def in_plane(self) -> sp.Expr:
        """The component in the plane of a film."""
        return sp.S.Zero


@dataclass(frozen=True)
class PerpendicularField(Field):
    """A field along z: upright on a two-dimensional metal, a film, the plane of a wire or of a ring.

    In three dimensions it points along z.

    Examples
    --------
    >>> PerpendicularField(), PerpendicularField().upright
    (PerpendicularField(), B)
    """

    @property
    def upright(self) -> sp.Expr:
        """The component upright on a film: all of it."""
        return s.B


@dataclass(frozen=True)
class ParallelField(Field):
    """A field in the plane of a film, along a wire, or along the axis of a cylinder.

    Examples
    --------
    >>> ParallelField(), ParallelField().in_plane
    (ParallelField(), B)
    """

    @property
    def in_plane(self) -> sp.Expr:
        """The component in the plane of a film: all of it."""
        return s.B


@dataclass(frozen=True)
class TiltedField(Field):
    """A field at the angle ``cooperon.symbols.theta`` with the plane of a film: pi/2 is perpendicular.

    Examples
    --------
    >>> TiltedField().upright, TiltedField().in_plane
    (B*Abs(sin(theta)), B*Abs(cos(theta)))
    """

    @property
    def upright(self) -> sp.Expr:
        """The component upright on a film."""
        return s.B * sp.Abs(sp.sin(s.theta))

    @property
    def in_plane(self) -> sp.Expr:
        """The component in the plane of a film."""
        return s.B * sp.Abs(sp.cos(s.theta))


def require_field(given: Any) -> None:
    """Raise an InputError unless this is a field or None."""
    if given is not None and not isinstance(given, Field):
        raise InputError(
            f"field = {given!r}",
            expected="PerpendicularField(), ParallelField(), TiltedField() or None",
            hint="field=cooperon.PerpendicularField(); its strength is the symbol B",
        )
