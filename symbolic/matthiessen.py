"""Several laws of dephasing in one metal: their rates add up (Matthiessen's rule)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic.dephasing import Dephasing, DephasingLaw, ElectronElectron, Summable

if TYPE_CHECKING:
    from cooperon.symbolic.metal import Metal

__all__ = ["Matthiessen", "dephasing_law", "laws_of", "several", "time_in"]

_HINT = "dephasing=[cooperon.ElectronElectron(), cooperon.ElectronPhonon(p=3)]"


@dataclass(frozen=True, repr=False)
class Matthiessen(Summable):
    """Several laws, whose rates add up.

    Attributes
    ----------
    laws : tuple
        The laws, each kind once.

    Examples
    --------
    >>> from cooperon.symbolic.dephasing import ElectronPhonon, PowerLaw
    >>> PowerLaw(1) + ElectronPhonon(p=3)
    PowerLaw(exponent=1) + ElectronPhonon()
    >>> (PowerLaw(1) + ElectronPhonon(p=3)).time()
    1/(T**3/(T_0**3*tau_ep_0) + T/(T_0*tau_phi_0))
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
        >>> from cooperon.symbolic.dephasing import PowerLaw
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
    >>> from cooperon.symbolic.dephasing import PowerLaw
    >>> time_in(PowerLaw(1), None)
    T_0*tau_phi_0/T
    """
    return law.time(metal) if isinstance(law, ElectronElectron | Matthiessen) else law.time()


def laws_of(law: DephasingLaw | None) -> tuple[DephasingLaw, ...]:
    """Return the laws that a metal's dephasing is the sum of.

    Examples
    --------
    >>> from cooperon.symbolic.dephasing import ElectronPhonon, PowerLaw
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
    >>> from cooperon.symbolic.dephasing import ElectronPhonon, PowerLaw
    >>> dephasing_law([PowerLaw(1), ElectronPhonon(p=3)])
    PowerLaw(exponent=1) + ElectronPhonon()
    """
    if given is None:
        return None
    laws = several(given)
    return laws[0] if len(laws) == 1 else Matthiessen(laws)


def several(given: Any) -> tuple[DephasingLaw, ...]:
    """Check laws, each kind once; see :func:`dephasing_law`.

    Examples
    --------
    >>> from cooperon.symbolic.dephasing import PowerLaw
    >>> several(PowerLaw(1))
    (PowerLaw(exponent=1),)
    """
    listed = tuple(given) if isinstance(given, list | tuple) else (given,)
    for one in listed:
        if isinstance(one, type) or not callable(getattr(one, "time", None)):
            raise InputError(
                f"dephasing = {given!r}",
                expected="Dephasing(), PowerLaw(p), ElectronElectron(), ElectronPhonon(p), several of them, "
                "or None",
                hint=_HINT,
            )
    laws = tuple(law for one in listed for law in laws_of(one))
    kinds = [type(law) for law in laws]
    if not laws or len(set(kinds)) != len(kinds) or (Dephasing in kinds and len(laws) > 1):
        raise InputError(
            f"dephasing = {given!r}",
            expected="laws of different kinds, and no Dephasing() among them: tau_phi is what all of them "
            "make together",
            hint=_HINT,
        )
    return laws
