"""What a magnetic field changes of the conductivity, as a whole and channel by channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic.channels import Channel, ladder_channels
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.kubo import derive, require_case, require_cutoff
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.options import Options
from cooperon.symbolic.requests import Derived

__all__ = ["channel_contributions", "magnetoconductivity"]


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
    return _named(_change(metal, _options(metal, cutoff, omega)))


def channel_contributions(
    metal: Metal, *, cutoff: str = "diffusive", omega: Any = None
) -> Mapping[str, Formula]:
    """Derive what each channel of the Cooperon adds to the magnetoconductivity.

    Each is derived as the whole is, from the poles of its channels alone. They add up to
    :func:`~cooperon.magnetoconductivity`.

    Parameters
    ----------
    metal, cutoff, omega
        As in :func:`~cooperon.magnetoconductivity`.

    Returns
    -------
    mapping of str to Formula
        By the names of the channels, their weights put in. Triplets with one and the same gap are one
        entry, as ``"triplet x, y, z"``.

    Raises
    ------
    InputError
        For a metal without a field.
    DivergenceError
        When the correction without field is infinite.

    Examples
    --------
    >>> from cooperon.symbolic.fields import PerpendicularField
    >>> from cooperon.symbolic.scattering import SpinOrbit
    >>> film = Metal(dim=2, scattering=[SpinOrbit(axes="z")], field=PerpendicularField())
    >>> list(channel_contributions(film))
    ['singlet', 'triplet x, y', 'triplet z']
    """
    options = _options(metal, cutoff, omega)
    groups = _alike(ladder_channels("cooperon", metal, omega=omega).channels)
    if len({one.gap for group in groups.values() for one in group}) == 1:
        whole = _change(metal, options)
        parts = {name: _weighed(whole, group) for name, group in groups.items()}
    else:
        chosen = {
            name: replace(options, channels=tuple(one.name for one in group))
            for name, group in groups.items()
        }
        parts = {name: _change(metal, only) for name, only in chosen.items()}
    return MappingProxyType({name: _named(part, name) for name, part in parts.items()})


def _options(metal: Metal, cutoff: str, omega: Any) -> Options:
    """Check what is asked for."""
    require_case(metal, 1, "diagrams")
    if metal.field is None:
        raise InputError(
            f"the magnetoconductivity of {metal}",
            expected="a metal with a field",
            hint="metal.replace(field=cooperon.PerpendicularField())",
        )
    if metal.zeeman and metal.spin_scatterers:
        raise InputError(
            f"the magnetoconductivity of {metal}",
            expected="a metal without Zeeman() beside mechanisms that scatter spins: its gaps depend on B",
            hint="cooperon.conductivity(metal, loops=1), less its value at B = 0",
        )
    options = replace(Options.read(cutoff, "tau_phi", omega), change=True)
    require_cutoff(metal, cutoff, "tau_phi")
    return options


def _change(metal: Metal, options: Options) -> Formula:
    return replace(_finished(metal, options), request=Derived(_finished, metal, options))


def _finished(metal: Metal, options: Options) -> Formula:
    return finish(derive(metal, 1, options))


def _weighed(whole: Formula, group: list[Channel]) -> Formula:
    """Take the share of some channels where the gaps of all are equal."""
    weight = sp.Add(*(one.weight for one in group))
    part: Formula = whole * weight
    step = Step("weight", sp.Mul(weight, whole.expr, evaluate=False), part.expr, "share of these channels")
    return replace(part, derivation=part.derivation + (step,))


def _named(formula: Formula, channels: str = "") -> Formula:
    names = f", {channels}" if channels else ""
    index = rf"_{{\mathrm{{{channels}}}}}" if channels else ""
    symbol = rf"\left[\sigma(B) - \sigma(0)\right]{index}" if channels else r"\sigma(B) - \sigma(0)"
    return replace(formula, name=f"sigma(B) - sigma(0){names}", symbol=symbol)


def _alike(channels: Iterable[Channel]) -> Mapping[str, list[Channel]]:
    """Put channels of one spin and one gap together, under their name with all components."""
    together: dict[Any, list[Channel]] = {}
    for one in channels:
        together.setdefault((one.spin, one.gap), []).append(one)
    return {_listed(group): group for group in together.values()}


def _listed(group: list[Channel]) -> str:
    first = group[0]
    kind = first.name.removesuffix(first.component).strip()
    return f"{kind} {', '.join(one.component for one in group)}".strip()
