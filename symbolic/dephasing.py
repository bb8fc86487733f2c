"""Laws of dephasing: what the phase-coherence time depends on.

A metal has one law, or several whose rates add up (Matthiessen's rule).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames, ShortRepr
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import positive

if TYPE_CHECKING:
    from cooperon.symbolic.metal import Metal

__all__ = [
    "Dephasing",
    "DephasingLaw",
    "ElectronElectron",
    "ElectronPhonon",
    "PowerLaw",
    "Summable",
]

_CLEAN = sp.Integer(3)
_ENERGIES = ("fermi", "thermal")


class DephasingLaw(Protocol):
    """What cuts off interference: the phase-coherence time as an expression, or None."""

    def time(self) -> sp.Expr | None:
        """Phase-coherence time; None where coherence is never lost."""


class Summable:
    """A law that can be added to others.

    Examples
    --------
    >>> PowerLaw(1) + ElectronPhonon(p=3)
    PowerLaw(exponent=1) + ElectronPhonon()
    """

    def __add__(self, other: Any) -> DephasingLaw:
        from cooperon.symbolic.matthiessen import Matthiessen, several

        return Matthiessen(several((self, other)))


@dataclass(frozen=True)
class Dephasing(PublicNames, Summable):
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
class PowerLaw(PublicNames, Summable):
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


@dataclass(frozen=True, repr=False)
class ElectronPhonon(ShortRepr, Summable):
    """Dephasing by phonons: the rate 1/tau_ep_0 (T/T_0)**p, with its value 1/tau_ep_0 at T_0.

    Parameters
    ----------
    p : number or sympy.Expr
        The power p > 0. 3: a clean metal below the Debye temperature; 2 to 4 in disordered ones.

    Raises
    ------
    InputError
        When p is not positive.

    References
    ----------
    J. Rammer and A. Schmid, Phys. Rev. B 34, 1352 (1986); A. Sergeev and V. Mitin, Phys. Rev. B 61, 6041
    (2000).

    Examples
    --------
    >>> ElectronPhonon(p=3).time()
    T_0**3*tau_ep_0/T**3
    """

    p: Any = _CLEAN

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "p", positive(self.p, "the power p of ElectronPhonon", "ElectronPhonon(p=3)")
        )

    def time(self) -> sp.Expr:
        """Return the time between collisions with phonons.

        Examples
        --------
        >>> ElectronPhonon(p=2).time()
        T_0**2*tau_ep_0/T**2
        """
        return s.tau_ep_0 * (s.T_0 / s.T) ** self.p


@dataclass(frozen=True, repr=False)
class ElectronElectron(ShortRepr, Summable):
    r"""Dephasing by collisions of the electrons, derived for each metal.

    In one and two dimensions the other electrons are a classical noise of the field, 2 k_B T/sigma; in one
    the Cooperon is solved with it exactly, and the conductivity has Airy functions in place of a
    phase-coherence time. Above two dimensions the rate is that of the golden rule. See
    :func:`~cooperon.dephasing_rate`.

    Parameters
    ----------
    energy : str
        Above two dimensions, of which electrons: ``"fermi"``, those at the Fermi energy, or ``"thermal"``,
        the average with the weight -df/d epsilon. The noise in one and two dimensions is the same for all.

    Raises
    ------
    InputError
        For another energy.

    References
    ----------
    B. L. Altshuler, A. G. Aronov and D. E. Khmelnitsky, J. Phys. C 15, 7367 (1982).

    Examples
    --------
    >>> from cooperon.symbolic.metal import Metal
    >>> ElectronElectron().time(Metal(dim=2))
    4*pi*D*hbar**2*nu/(T*k_B*LambertW(4*pi*D*hbar*nu))
    """

    energy: str = _ENERGIES[0]

    def __post_init__(self) -> None:
        if self.energy not in _ENERGIES:
            raise InputError(f"energy = {self.energy!r}", expected="one of " + ", ".join(_ENERGIES))

    def time(self, metal: Metal | None = None) -> sp.Expr:
        """Return the phase-coherence time in a metal.

        Parameters
        ----------
        metal : Metal
            Its dimension and shape decide.

        Raises
        ------
        InputError
            Without a metal, and for one in which it is not derived.

        Examples
        --------
        >>> from cooperon.symbolic.metal import Metal
        >>> ElectronElectron().time(Metal(dim=1)).has(s.T)
        True
        """
        from cooperon.symbolic.dephasing_rate import electron_rate

        if metal is None:
            raise InputError(
                "ElectronElectron().time()",
                expected="a metal: the rate depends on its dimension, D and nu",
                hint="ElectronElectron().time(cooperon.Metal(dim=2))",
            )
        return 1 / electron_rate(metal, self.energy)

    def along(self, metal: Metal) -> bool:
        """Whether the noise is that along a wire, in which the Cooperon is solved.

        Parameters
        ----------
        metal : Metal
            Its slow modes decide.

        Examples
        --------
        >>> from cooperon.symbolic.metal import Metal
        >>> ElectronElectron().along(Metal(dim=1)), ElectronElectron().along(Metal(dim=2))
        (True, False)
        """
        from cooperon.symbolic.spectrum import thin_spectrum

        return bool(thin_spectrum(metal).dim == 1)
