"""Scattering mechanisms: what the impurities do to an electron."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression
from cooperon.symbolic.dimensions import DIMENSIONLESS, dimension_of

__all__ = ["Potential", "mechanisms"]

_HINT = "Potential(harmonics=(cooperon.symbols.w_1,))"


@dataclass(frozen=True)
class Potential:
    r"""Elastic scattering off a static potential, with any dependence on the angle.

    The rate of scattering from the direction n to n' follows the harmonics of the angle between them,

    .. math:: W(n \cdot n') \propto 1 + \sum_{n \geq 1} w_n N_n P_n(n \cdot n'),

    where P_n is the Legendre polynomial of the dimension with P_n(1) = 1 (cos(n theta) in two dimensions) and
    N_n the number of spherical harmonics of degree n. The total rate is 1/tau; the n-th harmonic of a
    distribution relaxes at the rate

    .. math:: 1/\tau_n = (1 - w_n)/\tau, \qquad \tau_{\mathrm{tr}} = \tau_1 .

    Parameters
    ----------
    harmonics : tuple of numbers or sympy.Expr
        w_1, w_2, ..., each between -1 and 1, and w_1 < 1. Default: white noise, where all vanish and
        scattering is isotropic.

    Raises
    ------
    InputError
        When a harmonic is not real, out of bounds or measured in a unit.

    Notes
    -----
    The harmonics that are not listed count as 0. Diffusion asks for w_1 alone, so that (w_1,) stands for
    every potential with this ratio of tau and tau_tr, also where 1 + w_1 N_1 P_1 by itself would be
    negative somewhere.

    Examples
    --------
    >>> Potential(harmonics=(0.5, s.w_2)).harmonics
    (1/2, w_2)
    >>> Potential(harmonics=(s.w_1,)).weight(1), Potential().weight(1)
    (w_1, 0)
    """

    harmonics: Any = ()

    def __post_init__(self) -> None:
        given = self.harmonics
        if isinstance(given, str | Set | Mapping) or not isinstance(given, Iterable):
            raise InputError(f"harmonics = {given!r}", expected="a tuple (w_1, w_2, ...)", hint=_HINT)
        found = [_harmonic(value, n) for n, value in enumerate(given, 1)]
        while found and found[-1] == 0:
            found.pop()
        _require_names(found)
        object.__setattr__(self, "harmonics", tuple(found))

    def weight(self, degree: int) -> sp.Expr:
        """Return w_n, with w_0 = 1: the share of the n-th harmonic that a collision hands on."""
        weights = (sp.S.One, *self.harmonics)
        return weights[degree] if degree < len(weights) else sp.S.Zero


def _harmonic(value: Any, degree: int) -> sp.Expr:
    name = f"harmonic w_{degree}"
    found = expression(value, name, _HINT)
    if found.is_real is False or isinstance(value, complex):
        raise InputError(f"{name} = {value!r}", expected="a real number or expression", hint=_HINT)
    if (1 - sp.Abs(found)).is_negative:
        raise InputError(
            f"{name} = {value!r}",
            expected="a number between -1 and 1: a rate of scattering is not negative",
            hint="the average of cos(n theta) over the angles of scattering, weighted with the rate",
        )
    if degree == 1 and (1 - found).is_positive is False:
        raise InputError(
            f"{name} = {value!r}",
            expected="w_1 < 1: with w_1 = 1 the current never relaxes",
            hint=_HINT,
        )
    _require_plain(found, name)
    return found


def _require_plain(weight: sp.Expr, name: str) -> None:
    known = s.dimensions()
    if weight.free_symbols <= known.keys() and dimension_of(weight, known) != DIMENSIONLESS:
        raise InputError(f"{name} = {weight}", expected="a number without a unit", hint=_HINT)


def _require_names(harmonics: list[sp.Expr]) -> None:
    """Refuse what would say the same thing twice: w_1 and tau_tr have their meaning already."""
    taken = {s.tau_tr} if harmonics[:1] == [s.w_1] else {s.tau_tr, s.w_1}
    for n, value in enumerate(harmonics, 1):
        found = sorted(map(str, value.free_symbols & taken))
        if found:
            raise InputError(
                f"harmonic w_{n} = {value}",
                expected=f"an expression without {', '.join(found)}, which follows from the first harmonic",
                hint=_HINT,
            )


def mechanisms(given: Any) -> tuple[Potential, ...]:
    """Check a metal's scattering mechanisms: one potential.

    Raises
    ------
    InputError
        For anything else.

    Examples
    --------
    >>> mechanisms([Potential()])
    (Potential(harmonics=()),)
    """
    found = tuple(given) if isinstance(given, list | tuple) else (given,)
    if len(found) != 1 or not isinstance(found[0], Potential):
        raise InputError(
            f"scattering = {given!r}", expected="one Potential", hint=f"scattering=[cooperon.{_HINT}]"
        )
    return found
