"""Magnetic fields: which way they point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames

__all__ = ["Field", "ParallelField", "PerpendicularField", "require_field"]


@dataclass(frozen=True)
class Field(PublicNames):
    """A homogeneous magnetic field of the strength ``cooperon.symbols.B``."""


@dataclass(frozen=True)
class PerpendicularField(Field):
    """A field along z: upright on a two-dimensional metal, a film, the plane of a wire or of a ring.

    In three dimensions it points along z.

    Examples
    --------
    >>> PerpendicularField()
    PerpendicularField()
    """


@dataclass(frozen=True)
class ParallelField(Field):
    """A field in the plane of a film, along a wire, or along the axis of a cylinder.

    Examples
    --------
    >>> ParallelField()
    ParallelField()
    """


def require_field(given: Any) -> None:
    """Raise an InputError unless this is a field or None."""
    if given is not None and not isinstance(given, Field):
        raise InputError(
            f"field = {given!r}",
            expected="PerpendicularField(), ParallelField() or None",
            hint="field=cooperon.PerpendicularField(); its strength is the symbol B",
        )
