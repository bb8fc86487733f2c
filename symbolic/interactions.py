"""Interactions of the electrons: what is stored of them is the bare one and the Fermi-liquid constant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import ShortRepr
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression

__all__ = ["Coulomb", "Interaction", "ShortRange", "require_interaction"]

_HINT = "interaction=cooperon.Coulomb()"


@dataclass(frozen=True, repr=False)
class Interaction(ShortRepr):
    """An interaction of the electrons."""

    F0: Any = s.F0

    def __post_init__(self) -> None:
        value = expression(self.F0, "F0", _HINT)
        if value.is_real is False or (1 + value).is_positive is False:
            raise InputError(
                f"F0 = {self.F0!r}",
                expected="a real number above -1: at -1 the metal becomes a ferromagnet",
                hint="F0=0 for an interaction without a triplet part",
            )
        object.__setattr__(self, "F0", value)

    def bare(self, dim: sp.Expr, spins: Any = 2) -> sp.Expr:
        """Return the bare interaction of two charges, times the density of states of all spins."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class Coulomb(Interaction):
    r"""The Coulomb interaction.

    .. math:: 2\nu U_0(q) = (\kappa/q)^{d - 1}, \quad d > 1,

    with the inverse screening length kappa: kappa = 4 pi nu e**2 in two dimensions, kappa**2 = 8 pi nu e**2
    in three (e**2 in Gaussian units; e**2/(4 pi epsilon_0 epsilon_r) in SI). In a wire U_0 = 2 e**2
    ln(1/(q a)) depends on q so little that it counts as a number.

    Parameters
    ----------
    F0 : number or sympy.Expr
        The Fermi-liquid constant of the triplet channel, above -1; negative where the interaction favours
        parallel spins. Default: the symbol. 0: no triplet part, exchange alone.

    Examples
    --------
    >>> Coulomb().bare(sp.Integer(2)), Coulomb(F0=-0.2)
    (kappa/q, Coulomb(F0=-1/5))
    """

    def bare(self, dim: sp.Expr, spins: Any = 2) -> sp.Expr:
        """Return 2 nu U_0(q).

        Parameters
        ----------
        dim : sympy.Expr
            Dimension of space.
        spins : number
            Number of spin states.

        Examples
        --------
        >>> Coulomb().bare(sp.Integer(3))
        kappa**2/q**2
        """
        return spins * s.nu * s.U_0 if dim == 1 else (s.kappa / s.q) ** (dim - 1)


@dataclass(frozen=True, repr=False)
class ShortRange(Interaction):
    """An interaction without range, U_0(q) = U_0.

    Parameters
    ----------
    F0 : number or sympy.Expr
        As for :class:`Coulomb`.

    Examples
    --------
    >>> ShortRange().bare(sp.Integer(2))
    2*U_0*nu
    """

    def bare(self, dim: sp.Expr, spins: Any = 2) -> sp.Expr:  # noqa: ARG002
        """Return 2 nu U_0.

        Parameters
        ----------
        dim : sympy.Expr
            Dimension of space.
        spins : number
            Number of spin states.

        Examples
        --------
        >>> ShortRange().bare(s.d)
        2*U_0*nu
        """
        return spins * s.nu * s.U_0


def require_interaction(given: Any) -> None:
    """Raise an InputError unless this is an interaction or None.

    Examples
    --------
    >>> require_interaction(Coulomb())
    """
    if given is not None and not isinstance(given, Interaction):
        raise InputError(f"interaction = {given!r}", expected="Coulomb(), ShortRange() or None", hint=_HINT)
