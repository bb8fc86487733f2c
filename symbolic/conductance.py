"""The conductance of a wire between leads."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.kubo import conductivity, derive
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.options import Options
from cooperon.symbolic.requests import Derived
from cooperon.symbolic.spectrum import thin_spectrum

__all__ = ["conductance"]


def conductance(metal: Metal, *, loops: int = 1, cutoff: str = "diffusive", omega: Any = None) -> Formula:
    r"""Derive the conductance of a wire between leads, or what interference adds to it.

    G = sigma A/L, with the cross-section A and the length L of the wire.

    Parameters
    ----------
    metal : Metal
        With ``geometry=Wire(length=...)``.
    loops : int
        0 for the classical conductance, 1 for the correction by interference.
    cutoff, omega
        As in :func:`conductivity`.

    Returns
    -------
    Formula

    Raises
    ------
    InputError
        For a metal without leads.

    References
    ----------
    E. Akkermans and G. Montambaux, Mesoscopic Physics of Electrons and Photons (Cambridge, 2007), ch. 7.

    Examples
    --------
    >>> from cooperon.symbolic.geometry import Wire
    >>> wire = Metal(dim=1, geometry=Wire(length=s.L), dephasing=None)
    >>> conductance(wire).expr  # -(1/3) (2 e**2/h)
    -e**2/(3*pi*hbar)
    """
    require(metal, Metal, "metal", "cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L))")
    if getattr(metal.geometry, "length", None) is None:
        raise InputError(
            f"the conductance of a metal with geometry = {metal.geometry}",
            expected="a wire between leads",
            hint="geometry=cooperon.Wire(length=cooperon.symbols.L)",
        )
    found = conductivity(metal.without_values, loops=loops, cutoff=cutoff, omega=omega)
    request = Derived(partial(_again, loops=loops), metal, Options.read(cutoff, "tau_phi", omega))
    return replace(_with_size(found, metal, loops), request=request)


def _again(metal: Metal, options: Options, *, loops: int) -> Formula:
    return _with_size(finish(derive(metal.without_values, loops, options)), metal, loops)


def _with_size(found: Formula, metal: Metal, loops: int) -> Formula:
    """Multiply with the cross-section and divide by the length."""
    size = thin_spectrum(metal).section / s.L
    whole, form = (
        sp.Add(*(size * term for term in sp.Add.make_args(one))) for one in (found.expr, found.asymptote)
    )
    step = Step("conductance", sp.Mul(found.expr, size, evaluate=False), whole, "G = sigma A/L")
    name, symbol = {0: ("G_0", "G_0"), 1: ("delta G", r"\delta G")}[loops]
    return finish(
        replace(
            found,
            name=name,
            symbol=symbol,
            expr=whole,
            asymptote=form,
            metal=metal,
            derivation=found.derivation + (step,),
        )
    )
