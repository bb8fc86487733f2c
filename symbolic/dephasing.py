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
    "Matthiessen",
    "PowerLaw",
    "dephasing_law",
    "laws_of",
    "time_in",
]

_ENERGIES = ("fermi", "thermal")
_HINT = "dephasing=[cooperon.ElectronElectron(), cooperon.ElectronPhonon(p=3)]"


class DephasingLaw(Protocol):
    """What cuts off interference: the phase-coherence time as an expression, or None."""

    def time(self) -> sp.Expr | None:
        """Phase-coherence time; None where coherence is never lost."""


class _Summable:
    """A law that can be added to others."""

    def __add__(self, other: Any) -> DephasingLaw:
        found: DephasingLaw = dephasing_law((self, other))
        return found


@dataclass(frozen=True)
class Dephasing(PublicNames, _Summable):
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
class PowerLaw(PublicNames, _Summable):
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
class ElectronPhonon(ShortRepr, _Summable):
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

    p: Any = sp.Integer(3)

    def __post_init__(self) -> None:
        object.__setattr__(self, "p", positive(self.p, "the power p of ElectronPhonon", "ElectronPhonon(p=3)"))

    def time(self) -> sp.Expr:
        """Return the time between collisions with phonons.

        Examples
        --------
        >>> ElectronPhonon(p=2).time()
        T_0**2*tau_ep_0/T**2
        """
        return s.tau_ep_0 * (s.T_0 / s.T) ** self.p


@dataclass(frozen=True, repr=False)
class ElectronElectron(ShortRepr, _Summable):
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


@dataclass(frozen=True, repr=False)
class Matthiessen(_Summable):
    """Several laws, whose rates add up.

    Attributes
    ----------
    laws : tuple
        The laws, each kind once.

    Examples
    --------
    >>> PowerLaw(1) + ElectronPhonon(p=3)
    PowerLaw(exponent=1) + ElectronPhonon()
    >>> (PowerLaw(1) + ElectronPhonon(p=3)).time()
    1/(T/(T_0*tau_phi_0) + T**3/(T_0**3*tau_ep_0))
    """

    laws: tuple[DephasingLaw, ...]

    def time(self, metal: Metal | None = None) -> sp.Expr:
        """Return one over the sum of the rates.

        Parameters
        ----------
        metal : Metal, optional
            Where a law asks for it.

        Examples
        --------
        >>> Matthiessen((PowerLaw(1),)).time()
        T_0*tau_phi_0/T
        """
        return 1 / sp.Add(*(1 / time_in(law, metal) for law in self.laws))

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.laws))


def time_in(law: DephasingLaw, metal: Metal | None) -> sp.Expr:
    """Return the time of a law in a metal; a law of one's own need not ask for the metal.

    Examples
    --------
    >>> time_in(PowerLaw(1), None)
    T_0*tau_phi_0/T
    """
    return law.time(metal) if isinstance(law, ElectronElectron | Matthiessen) else law.time()


def laws_of(law: DephasingLaw | None) -> tuple[DephasingLaw, ...]:
    """Return the laws that a metal's dephasing is the sum of.

    Examples
    --------
    >>> laws_of(PowerLaw(1) + ElectronPhonon()), laws_of(None)
    ((PowerLaw(exponent=1), ElectronPhonon()), ())
    """
    if law is None:
        return ()
    return law.laws if isinstance(law, Matthiessen) else (law,)


def dephasing_law(given: Any) -> DephasingLaw | None:
    """Make one law of a law, several of them, or None.

    Raises
    ------
    InputError
        For what is no law, for two of one kind, and for ``Dephasing()`` beside others: its tau_phi is the
        time of all of them together.

    Examples
    --------
    >>> dephasing_law([PowerLaw(1), ElectronPhonon(p=3)])
    PowerLaw(exponent=1) + ElectronPhonon()
    """
    listed = tuple(given) if isinstance(given, list | tuple) else (given,)
    if given is None:
        return None
    for one in listed:
        if isinstance(one, type) or not callable(getattr(one, "time", None)):
            raise InputError(
                f"dephasing = {given!r}",
                expected="Dephasing(), PowerLaw(p), ElectronElectron(), ElectronPhonon(p), several of them, "
                "or None",
                hint=_HINT,
            )
    laws = tuple(law for one in listed for law in laws_of(one))
    if len(laws) == 1:
        return laws[0]
    kinds = [type(law) for law in laws]
    if not laws or len(set(kinds)) != len(kinds) or Dephasing in kinds:
        raise InputError(
            f"dephasing = {given!r}",
            expected="laws of different kinds, and no Dephasing() among them: tau_phi is what all of them "
            "make together",
            hint=_HINT,
        )
    return Matthiessen(laws)
