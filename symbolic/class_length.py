"""The length above which a metal behaves as its symmetry class does."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.channels import ladder_channels
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.landau import landau_rate
from cooperon.symbolic.metal import Metal

__all__ = ["class_gaps", "class_length"]


def class_gaps(metal: Metal) -> tuple[sp.Expr, ...]:
    """Return the gaps that scattering and a field give to modes of the Cooperon.

    Examples
    --------
    >>> from cooperon.symbolic.fields import PerpendicularField
    >>> from cooperon.symbolic.scattering import Magnetic
    >>> class_gaps(Metal(dim=2, scattering=[Magnetic()])), class_gaps(Metal(dim=2))
    ((2/tau_s, 2/(3*tau_s)), ())
    >>> class_gaps(Metal(dim=2, field=PerpendicularField()))
    (2*B*D*e/hbar,)
    """
    plain = replace(metal.without_values, field=None)
    found = [one.gap for one in ladder_channels("cooperon", plain, coherent=True).channels if one.gap != 0]
    if metal.field is not None:
        found.append(landau_rate(field=metal.field.upright) / 2)
    return tuple(dict.fromkeys(found))


def class_length(metal: Metal) -> tuple[sp.Expr, Step]:
    """Return sqrt(D/gap) of the smallest gap, and what it solves.

    Raises
    ------
    InputError
        For a metal without gaps.

    Examples
    --------
    >>> from cooperon.symbolic.scattering import SpinOrbit
    >>> class_length(Metal(dim=2, scattering=[SpinOrbit()]))[0]
    sqrt(3)*sqrt(D)*sqrt(tau_so)/2
    """
    gaps = class_gaps(metal)
    if not gaps:
        raise InputError(
            f"the length of the class of {metal}",
            expected="SpinOrbit or Magnetic scattering, or a field: else the class holds at any length",
            hint="scattering=[cooperon.SpinOrbit()]",
        )
    value = sp.Max(*(sp.sqrt(s.D / gap) for gap in gaps))
    return value, Step(
        "length of a gap",
        s.D / sp.UnevaluatedExpr(value) ** 2,
        sp.Min(*gaps),
        "this q decays as the gap does",
    )
