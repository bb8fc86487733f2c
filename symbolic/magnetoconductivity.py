"""What a magnetic field changes of the conductivity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cooperon.diagrams.errors import InputError
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.kubo import derive, require_case, require_cutoff
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.options import Options

__all__ = ["magnetoconductivity"]


def magnetoconductivity(metal: Metal, *, cutoff: str = "diffusive", omega: Any = None) -> Formula:
    r"""Derive what a magnetic field changes of the conductivity: conductivity(B) - conductivity(0).

    The difference is that of the quantum correction, and converges: short paths do not feel the field.

    Parameters
    ----------
    metal : Metal
        A metal with a field.
    cutoff : str
        As in :func:`conductivity`. The difference depends on ``"smooth"`` alone, at relative order
        (B/B_e)**2, B_e = hbar/(4 e D tau).
    omega : sympy.Expr, optional
        Frequency, ``cooperon.symbols.omega``.

    Returns
    -------
    Formula
        Exactly 0 for B = 0.

    Raises
    ------
    InputError
        For a metal without a field.
    DivergenceError
        When the correction without field is infinite.

    References
    ----------
    S. Hikami, A. I. Larkin and Y. Nagaoka, Prog. Theor. Phys. 63, 707 (1980); A. Kawabata, J. Phys. Soc.
    Jpn. 49, 628 (1980).

    Examples
    --------
    >>> from cooperon.symbolic.fields import PerpendicularField
    >>> film = Metal(dim=2, field=PerpendicularField())
    >>> sorted(map(str, magnetoconductivity(film).expr.atoms(sp.log, sp.polygamma)))
    ['log(hbar/(4*B*D*e*tau_phi))', 'polygamma(0, 1/2 + hbar/(4*B*D*e*tau_phi))']
    """
    require_case(metal, 1, "diagrams")
    if metal.field is None:
        raise InputError(
            f"the magnetoconductivity of {metal}",
            expected="a metal with a field",
            hint="metal.replace(field=cooperon.PerpendicularField())",
        )
    options = replace(Options.read(cutoff, "tau_phi", omega), change=True)
    require_cutoff(metal, cutoff, "tau_phi")
    found = derive(metal, 1, options)
    return finish(replace(found, name="sigma(B) - sigma(0)", symbol=r"\sigma(B) - \sigma(0)"))
