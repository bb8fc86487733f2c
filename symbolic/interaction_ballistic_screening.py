"""The screened interaction with the density response of a film at any q ell and Omega tau."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fast import energy_integral
from cooperon.symbolic.interaction_ballistic_average import LENGTH, LOSS, in_symbols
from cooperon.symbolic.interactions import Coulomb
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import ladder_series

__all__ = ["BallisticChannel", "ballistic_channels", "screening_steps"]

PARTS = ("all", "exchange", "triplet")
_RESPONSE = 1 - (LOSS - 1) / (LENGTH - 1)
"""Density response over that at rest."""
_SPINS = sp.Integer(2)


@dataclass(frozen=True)
class BallisticChannel:
    """A channel of the interaction.

    Attributes
    ----------
    name : str
        ``"singlet"`` or ``"triplet"``.
    bare : sympy.Expr
        The bare interaction, times the density of states of both spins.
    count : int
        Number of components.
    complete : bool
        Whether it is screened completely.
    """

    name: str
    bare: sp.Expr
    count: int
    complete: bool = False

    @property
    def strength(self) -> sp.Expr:
        """Screened interaction at rest, times the density of states of both spins; at most 1."""
        return sp.S.One if self.complete else self.bare / (1 + self.bare)

    @property
    def dyson(self) -> sp.Expr:
        """Screened interaction, times the density of states of both spins, at any strength; in S and z."""
        return 1 / (1 / self.bare + _RESPONSE)

    @property
    def screened(self) -> sp.Expr:
        """The same where screening is complete if it is taken for that."""
        share = self.strength
        return share * (LENGTH - 1) / (LENGTH - 1 - share * (LOSS - 1))


def ballistic_channels(metal: Metal, part: str) -> tuple[BallisticChannel, ...]:
    """List the channels of a metal's interaction.

    Raises
    ------
    InputError
        For an unknown part, or one that the metal does not have.

    Examples
    --------
    >>> ballistic_channels(Metal(dim=2, interaction=Coulomb(F0=0)), "all")
    (BallisticChannel(name='singlet', bare=kappa/q, count=1, complete=True),)
    """
    if not isinstance(part, str) or part not in PARTS:
        raise InputError(f"part = {part!r}", expected="one of " + ", ".join(PARTS))
    interaction = metal.interaction or Coulomb()
    found = []
    if part != "triplet":
        complete = isinstance(interaction, Coulomb)
        found.append(BallisticChannel("singlet", interaction.bare(metal.dim), 1, complete))
    if part != "exchange" and interaction.F0 != 0:
        found.append(BallisticChannel("triplet", sp.sympify(interaction.F0), 3))
    if not found:
        raise InputError(
            f"the {part} part of {interaction}", expected="an interaction that has it", hint='part="all"'
        )
    return tuple(found)


def screening_steps(channels: tuple[BallisticChannel, ...]) -> Iterator[Step]:
    """Write the pages of the screened interaction of each channel."""
    states = _SPINS * s.nu
    pair = s.nu * energy_integral(1, 1) / in_symbols(LENGTH)
    yield Step(
        "density response",
        states - _SPINS * s.hbar * s.Omega / (2 * sp.pi) * ladder_series(pair, 1 / in_symbols(LENGTH)),
        states * in_symbols(_RESPONSE),
        "at rest 2 nu; less the bubbles of a retarded and an advanced line, in a stretch Omega of "
        "frequencies, with any number of rungs",
    )
    for channel in channels:
        screened, dyson = (in_symbols(value) / states for value in (channel.screened, channel.dyson))
        if channel.complete:
            reason = "q much below the inverse screening length"
            yield Step("complete screening", dyson, screened, reason, ((s.kappa, -1),), sp.S.One)
        else:
            yield Step(f"screened interaction, {channel.name}", dyson, screened, "U = 1/(1/U_0 + Pi)")
