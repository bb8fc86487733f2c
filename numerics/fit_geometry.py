"""From the conductance of a sample to the conductivity that a formula gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from cooperon.diagrams.errors import InputError
from cooperon.numerics.quantity import unit_of
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dimensions import Dimension
from cooperon.symbolic.formula import Formula

__all__ = ["geometry_factor", "is_conductance"]

_SIEMENS = Dimension(mass=-1, length=-2, time=3, current=2)
_LENGTHS = ("length", "width", "thickness")


def geometry_factor(formula: Formula, measured: str, geometry: Any) -> float:
    """Return what makes a conductivity of the formula's kind out of a conductance.

    Parameters
    ----------
    formula : Formula
        A conductivity in S m**(2-d), or a conductance.
    measured : str
        What was measured, for the error.
    geometry : str or mapping
        ``"sheet"``, or lengths in metres.

    Raises
    ------
    InputError
        When the geometry is not what the dimension asks for.

    Examples
    --------
    >>> import cooperon as cp
    >>> film = cp.magnetoconductivity(cp.Metal(dim=2, field=cp.PerpendicularField()))
    >>> geometry_factor(film, "R", {"length": 1e-3, "width": 2e-4})
    5.0
    """
    length = (formula.dimension.subs({s.d: formula.metal.dim}) / _SIEMENS).length
    if is_conductance(formula):
        needed: Sequence[Sequence[str]] = [()]
    else:
        needed = {0: (("sheet",), _LENGTHS[:2]), -1: (_LENGTHS[2:], _LENGTHS), 1: (_LENGTHS[:1],)}.get(
            length, ()
        )
    given = {"sheet": 1.0} if geometry == "sheet" else {} if geometry is None else geometry
    if not isinstance(given, Mapping) or not any(set(given) == set(one) for one in needed):
        ways = " or ".join(
            '"sheet"'
            if one == ("sheet",)
            else "{" + ", ".join(f'"{x}": ...' for x in one) + "}"
            if one
            else "None"
            for one in needed
        )
        raise InputError(
            f"{measured} with geometry={geometry!r} for {formula.name} in {unit_of(formula.dimension)}",
            expected=f"geometry={ways}",
            hint='"sheet" for values per square; a thickness alone makes values per square those of a bulk',
        )
    for name, value in given.items():
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < inf:
            raise InputError(f"{name} = {value!r}", expected="a positive length in metres")
    size = float(given.get("length", 1.0))
    return size / float(given.get("width", 1.0)) / float(given.get("thickness", 1.0))


def is_conductance(formula: Formula) -> bool:
    """Whether a formula is that of a conductance, not of a conductivity."""
    return "G" in formula.name.split()
