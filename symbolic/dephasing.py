"""Laws of dephasing: what the phase-coherence time depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import sympy as sp

from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import positive

__all__ = ["Dephasing", "DephasingLaw", "PowerLaw"]


class DephasingLaw(Protocol):
    """What cuts off interference: the phase-coherence time as an expression, or None."""

    def time(self) -> sp.Expr | None:
        """Phase-coherence time; None where coherence is never lost."""


@dataclass(frozen=True)
class Dephasing(PublicNames):
    """A phase-coherence time ``tau_phi`` that is given.

    It adds 1/tau_phi to the gap of the Cooperon.

    Examples
    --------
    >>> Dephasing().time()
    tau_phi
    """

    def time(self) -> sp.Expr:
        """Return the symbol tau_phi.

        Examples
        --------
        >>> Dephasing().time()
        tau_phi
        """
        return s.tau_phi


@dataclass(frozen=True)
class PowerLaw(PublicNames):
    """A phase-coherence time that follows a power of the temperature.

    tau_phi(T) = tau_phi_0 (T_0/T)**p, where tau_phi_0 is its value at the temperature T_0.

    Parameters
    ----------
    exponent : number or sympy.Expr, optional
        The power p > 0: near 1 for electron-electron collisions in a film, 2 to 4 for phonons.
        Default: the symbol ``cooperon.symbols.p``.

    Raises
    ------
    InputError
        When the exponent is not positive.

    Examples
    --------
    >>> PowerLaw(2).time()
    T_0**2*tau_phi_0/T**2
    """

    exponent: Any = s.p

    def __post_init__(self) -> None:
        exponent = positive(self.exponent, "the exponent of PowerLaw", "PowerLaw(1)")
        object.__setattr__(self, "exponent", exponent)

    def time(self) -> sp.Expr:
        """Return tau_phi as a function of temperature.

        Examples
        --------
        >>> PowerLaw(2).time()
        T_0**2*tau_phi_0/T**2
        """
        return s.tau_phi_0 * (s.T_0 / s.T) ** self.exponent
