"""What an Anderson wire is: a strip or a cylinder of sites with random energies, between clean leads."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.arguments import is_count, whole
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.anderson_leads import Leads, leads

__all__ = ["AndersonWire"]

_WIDEST = 400
_WEAKEST = 1e-9
_MOST_FLUX = 1e6
"""Quanta: a whole number more or less makes no difference, and a large one has no digits for the rest."""


@dataclass(frozen=True)
class AndersonWire(PublicNames):
    """A wire of sites with random energies; lengths in sites, energies in the hopping along the wire.

    Parameters
    ----------
    width : int
        Sites across. Around a cylinder an odd number is best: with an even one q and q + pi are scattered
        into each other alike, both ways, whatever the flux.
    disorder : float
        w: the energies of sites are uniform between -w/2 and w/2.
    energy : float
        E, from the centre of the band.
    across : float
        Hopping across the wire. Weak enough, all channels are alike.
    flux : float
        Through a cylinder, along its axis, in h/e.
    field : float
        Through each plaquette of a strip with walls, in h/e.
    walls : bool
        True for a strip between walls, False for a cylinder.

    Raises
    ------
    InputError
        When an argument is not one of those, or the energy outside of the band or at the edge of a subband.

    Examples
    --------
    >>> wire = AndersonWire(8, disorder=1.0)
    >>> wire.channels, wire.beta, round(wire.free_path, 1)
    (8, 1, 43.4)
    >>> wire.replace(flux=0.25).beta
    2
    >>> AndersonWire(8, disorder=1.0, energy=2.5).channels
    3
    """

    width: int
    disorder: float
    energy: float = 0.2
    across: float = 0.4
    flux: float = 0.0
    field: float = 0.0
    walls: bool = False

    def __post_init__(self) -> None:
        width = whole(self.width)
        if not is_count(width) or not 1 <= width <= _WIDEST:
            raise InputError(f"width = {shortened(self.width)}", expected=f"sites across, 1 ... {_WIDEST}")
        object.__setattr__(self, "width", width)
        for name in ("disorder", "energy", "across", "flux", "field"):
            object.__setattr__(self, name, _number(name, getattr(self, name)))
        for name in ("flux", "field"):
            if abs(getattr(self, name)) > _MOST_FLUX:
                raise InputError(
                    f"{name} = {getattr(self, name)!r}", expected="a number of flux quanta h/e, best below 1"
                )
        if self.disorder and not _WEAKEST <= self.disorder <= 1 / _WEAKEST:
            raise InputError(
                f"disorder = {self.disorder!r}",
                expected=f"the width of a distribution: 0, or {_WEAKEST:.0e} ... {1 / _WEAKEST:.0e}",
            )
        if not isinstance(self.walls, bool):
            raise InputError(f"walls = {shortened(self.walls)}", expected="True or False")
        if not self.walls and width == 2:
            raise InputError("a cylinder of 2 sites", expected="1, or 3 or more", hint="walls=True")
        if self.flux and (self.walls or width == 1):
            raise InputError(
                f"flux = {self.flux!r} through a strip", expected="a cylinder", hint="field=, walls=True"
            )
        if self.field and not self.walls:
            raise InputError(
                f"field = {self.field!r} through a cylinder's plaquettes",
                expected="a strip: walls=True",
                hint="flux= goes along a cylinder's axis",
            )
        _ = self.leads

    def replace(self, **changes: Any) -> AndersonWire:
        """Return a wire with something changed.

        Raises
        ------
        InputError
            As for a new one, and for what a wire does not have.

        Examples
        --------
        >>> AndersonWire(8, disorder=1.0).replace(disorder=2).disorder
        2.0
        """
        unknown = sorted(set(changes) - set(self.__dataclass_fields__))
        if unknown:
            raise InputError(", ".join(unknown), expected=f"one of {', '.join(self.__dataclass_fields__)}")
        return replace(self, **changes)

    @cached_property
    def leads(self) -> Leads:
        """The clean wires at both ends."""
        return leads(self.slice, self.hop, self.energy)

    @cached_property
    def slice(self) -> npt.NDArray[Any]:
        """The Hamiltonian of one slice without disorder."""
        hops = np.full(self.width - 1, -self.across)
        found = np.diag(hops, 1) + np.diag(hops, -1)
        if self.walls or self.width == 1:
            return found
        if not self.flux:
            found[0, -1] = found[-1, 0] = -self.across
            return found
        # the flux sits on one seam: every way around the cylinder crosses it
        phased = found.astype(complex)
        phased[0, -1] = -self.across * np.exp(2j * np.pi * self.flux)
        phased[-1, 0] = phased[0, -1].conj()
        return phased

    @cached_property
    def hop(self) -> npt.NDArray[Any]:
        """The hopping from each site to that in the next slice."""
        if not self.field:
            return -np.ones(self.width)
        return np.asarray(-np.exp(2j * np.pi * self.field * (np.arange(self.width) - (self.width - 1) / 2)))

    @property
    def channels(self) -> int:
        """N: modes of the leads that propagate, in each direction."""
        return self.leads.channels

    @property
    def beta(self) -> int:
        """1 with time reversal symmetry, 2 in a field; without disorder, too.

        Examples
        --------
        >>> cylinder = AndersonWire(5, disorder=1.0)
        >>> [cylinder.replace(flux=flux).beta for flux in (0.1, 0.5, 1)]
        [2, 1, 1]
        """
        # half a quantum turned round is half a quantum, but for a whole one; a chain has no plaquettes
        fluxes = (self.flux, self.field if self.width > 1 else 0.0)
        return 1 if all(math.isclose(2 * x, round(2 * x), abs_tol=1e-12) for x in fluxes) else 2

    @property
    def free_path(self) -> float:
        """The mean free path for scattering backwards in Born's approximation, averaged over channels.

        ``1/ell = (1/N) sum_mn <|V_mn|²>/(hbar² v_m v_n)``; infinite without disorder.

        Examples
        --------
        >>> chain = AndersonWire(1, disorder=1.0, energy=0.0)
        >>> round(chain.free_path, 9), chain.replace(disorder=2).free_path == chain.free_path / 4
        (48.0, True)
        """
        if not self.disorder:
            return math.inf
        # a site scatters on its own: the two densities of waves there say how much
        start, end = (self._density(side) for side in ("left", "right"))
        return self.channels / (self.disorder**2 / 12 * float(start @ end))

    def _density(self, side: str) -> npt.NDArray[np.float64]:
        """Return the sum of |f|²/(hbar v) over the normalised modes that come from one side, at each site."""
        own = self.leads
        green = np.linalg.inv(self.energy * np.eye(self.width) - self.slice - own.left - own.right)
        return np.real(np.einsum("ij,jk,ik->i", green, own.broadening(side), green.conj()))

    @property
    def numbers(self) -> tuple[Any, ...]:
        """What it was made of, in the order of the parameters."""
        return astuple(self)


def _number(name: str, value: Any) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if isinstance(value, (bool, str)) or not math.isfinite(found):
        raise InputError(f"{name} = {shortened(value)}", expected="a real number")
    return found
