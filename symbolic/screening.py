"""The screened interaction: the bare one and the density response of the diffusing electrons.

In the channel of charge (singlet) and in those of spin (triplet) the electrons respond as

    Pi = g nu (D q**2 + gap)/(D q**2 + Omega + gap),

with the number g of spin states, at the Matsubara frequency Omega. A gap is what becomes of a spin: its loss
by scattering, or, imaginary, its precession in a field. The charge has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.channels import diffuson
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fast import energy_integral
from cooperon.symbolic.interactions import Coulomb, Interaction
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import impurity_line, ladder_series

__all__ = ["InteractionChannel", "asked_channels", "interaction_channels", "screening_steps"]

TRIPLETS = ("exact", "first_order")
_PARTS = ("all", "exchange", "triplet")


@dataclass(frozen=True)
class InteractionChannel:
    """A channel of the interaction.

    Attributes
    ----------
    name : str
        ``"singlet"`` or ``"triplet"``.
    bare : sympy.Expr
        The bare interaction, times the density of states of all spins.
    gap : sympy.Expr
        Of its diffusons.
    count : int
        Number of components alike. The gaps of the two that precess are complex conjugates: one stands for
        both, by its real part.
    limit : tuple of Symbol
        The symbol that is large where screening is complete; empty where it is not taken for complete.
    first_order : bool
        Whether the interaction is not screened: first order in its strength.
    """

    name: str
    bare: sp.Expr
    gap: sp.Expr
    count: int
    limit: tuple[sp.Symbol, ...] = ()
    first_order: bool = False

    @property
    def precesses(self) -> bool:
        """Whether the gap is complex."""
        return bool(self.gap.has(sp.I))

    @property
    def response(self) -> sp.Expr:
        """The density response over that at rest, g nu."""
        slow = s.D * s.q**2 + self.gap
        return slow / (slow + s.Omega)

    @property
    def dyson(self) -> sp.Expr:
        """G nu times the screened interaction, at any strength."""
        return self.bare if self.first_order else 1 / (1 / self.bare + self.response)

    @property
    def screened(self) -> sp.Expr:
        """The same, where screening is complete if it is taken for that."""
        if self.limit:
            return sp.factor(1 / self.response)
        if self.first_order:
            return self.bare
        slow = s.D * s.q**2 + self.gap
        stiff = (1 + self.bare) * s.D * s.q**2 + sp.simplify((1 + self.bare) * self.gap)
        return self.bare * (slow + s.Omega) / (stiff + s.Omega)


def interaction_channels(
    metal: Metal, *, part: str, triplet: str, complete: bool
) -> tuple[InteractionChannel, ...]:
    """List the channels of a metal's interaction.

    Parameters
    ----------
    metal : Metal
        With its interaction; None counts as Coulomb().
    part : str
        ``"all"``, ``"exchange"`` (singlet) or ``"triplet"``.
    triplet : str
        ``"exact"`` in F0, or ``"first_order"``.
    complete : bool
        Whether a Coulomb interaction is screened completely: q much below the inverse screening length.
    """
    for name, value, known in (("part", part, _PARTS), ("triplet", triplet, TRIPLETS)):
        if not isinstance(value, str) or value not in known:
            raise InputError(f"{name} = {value!r}", expected="one of " + ", ".join(known))
    interaction = metal.interaction or Coulomb()
    found = [_singlet(metal, interaction, complete)] if part != "triplet" else []
    if part != "exchange" and interaction.F0 != 0:
        found += _triplets(metal, interaction, first_order=triplet == "first_order")
    return tuple(found)


def asked_channels(
    metal: Metal, *, part: str, triplet: str, complete: bool
) -> tuple[InteractionChannel, ...]:
    """List the channels of the part of a metal's interaction that was asked for.

    Parameters
    ----------
    metal, part, triplet, complete
        As in :func:`interaction_channels`.

    Raises
    ------
    InputError
        When the metal has no such part.

    Examples
    --------
    >>> [one.name for one in asked_channels(Metal(dim=2), part="all", triplet="exact", complete=True)]
    ['singlet', 'triplet']
    """
    channels = interaction_channels(metal, part=part, triplet=triplet, complete=complete)
    if not channels:
        raise InputError(
            f"the {part} part of the interaction of {metal}",
            expected="a metal that has it",
            hint='part="all"',
        )
    return channels


def _singlet(metal: Metal, interaction: Interaction, complete: bool) -> InteractionChannel:
    bare = interaction.bare(metal.dim, metal.spin_degeneracy)
    limit = (
        tuple(bare.free_symbols & {s.kappa, s.U_0}) if complete and isinstance(interaction, Coulomb) else ()
    )
    return InteractionChannel("singlet", bare, sp.S.Zero, 1, limit)


def _triplets(metal: Metal, interaction: Interaction, *, first_order: bool) -> Iterator[InteractionChannel]:
    if metal.spin == 0:
        return
    if metal.spin != sp.Rational(1, 2):
        raise InputError(
            f"a triplet part for carriers of spin {metal.spin}", expected="spin 1/2", hint="Coulomb(F0=0)"
        )
    bare = sp.sympify(interaction.F0)
    gaps = [
        one.gap for one in diffuson(metal.replace(scattering=_scatterers(metal))).channels if one.spin == 1
    ]
    if metal.zeeman is None:
        for gap in dict.fromkeys(gaps):
            yield InteractionChannel("triplet", bare, gap, gaps.count(gap), (), first_order)
        return
    if len(set(gaps)) > 1:
        raise InputError(
            f"Zeeman splitting beside {', '.join(map(str, metal.spin_scatterers))}",
            expected="spins that relax alike along all axes",
            hint='axes="isotropic"',
        )
    stoner = sp.S.One if first_order else 1 + bare
    precession = sp.I * metal.zeeman.energy / (s.hbar * stoner)
    yield InteractionChannel("triplet, along the field", bare, gaps[0], 1, (), first_order)
    yield InteractionChannel("triplet, precessing", bare, gaps[0] + precession, 2, (), first_order)


def _scatterers(metal: Metal) -> tuple[object, ...]:
    return (metal.potential, *metal.spin_scatterers)


def screening_steps(metal: Metal, channels: tuple[InteractionChannel, ...]) -> Iterator[Step]:
    """Pages of the screened interaction of each channel."""
    number = metal.spin_degeneracy
    for channel in channels:
        slow = s.D * s.q**2 + channel.gap
        if not channel.first_order:
            yield _response_step(number, slow, channel)
        if channel.precesses and not channel.first_order:
            own = metal.zeeman.energy / (1 + channel.bare)  # type: ignore[union-attr]
            yield Step(
                "exchange field",
                metal.zeeman.energy - channel.bare * own,  # type: ignore[union-attr]
                own,
                "the field that splits the spins is the magnet's less F0/(2 nu) times their magnetisation",
            )
        yield Step(
            f"screened interaction, {channel.name}",
            channel.dyson / (number * s.nu),
            (channel.dyson if channel.limit else channel.screened) / (number * s.nu),
            "first order in F0: not screened" if channel.first_order else "U = 1/(1/U_0 + Pi)",
        )
        if channel.limit:
            (large,) = channel.limit
            yield Step(
                "complete screening",
                channel.dyson / (number * s.nu),
                channel.screened / (number * s.nu),
                "q much below the inverse screening length" if large == s.kappa else "2 nu U_0 >> 1",
                ((large, -1),),
                metal.dim - 1 if large == s.kappa else sp.S.One,
            )


def _response_step(number: sp.Expr, slow: sp.Expr, channel: InteractionChannel) -> Step:
    """Density response: what a static potential moves, less the ladder with its stretch of frequencies."""
    rung = 1 - s.tau * (slow + s.Omega)
    pair = s.nu * energy_integral(1, 1)
    bubble = number * s.hbar * s.Omega / (2 * sp.pi) * ladder_series(pair, rung)
    return Step(
        f"density response, {channel.name}",
        number * s.nu - bubble,
        number * s.nu * channel.response,
        "at rest g nu; less the bubbles with a retarded and an advanced line, in a stretch Omega of "
        f"frequencies, with any number of rungs {impurity_line()}",
    )
