"""The units in which a conductance is a number g."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import sympy as sp

from cooperon.diagrams.errors import InputError

__all__ = ["UNITS", "unit_size"]

UNITS: Mapping[str, sp.Expr] = MappingProxyType(
    {
        "hbar/e^2": sp.S.One,
        "e^2/(pi hbar)": 1 / sp.pi,
        "e^2/h": 1 / (2 * sp.pi),
        "2e^2/h": 1 / sp.pi,
    }
)
"""Their sizes in e**2/hbar, by name. The first is that of g = hbar G/e**2."""


def unit_size(name: object) -> sp.Expr:
    """Return the size of a unit of conductance in e**2/hbar.

    Raises
    ------
    InputError
        For an unknown unit.

    Examples
    --------
    >>> unit_size("e^2/h")
    1/(2*pi)
    """
    if not isinstance(name, str) or name not in UNITS:
        raise InputError(f"unit = {name!r}", expected="one of " + ", ".join(UNITS))
    return UNITS[name]
