"""Sums over the Matsubara frequencies of a tunnelling electron: at an energy, and spread by the temperature.

The electron has the frequency eps_n = 2 pi (n + 1/2) k_B T/hbar, and Omega > eps_n. What is left, Omega -
eps_n, is a frequency of the same kind, so that with F(Omega) for the sum over q

    sum over Omega > eps_n of F(Omega) = sum_n' F(eps_n' + eps_n),    eps_n -> -i e V/hbar.

A junction averages over energies with the derivative of the Fermi function, whose poles are at eps_n'' again:
the sum over n' and n'' is one over m = n' + n'' + 1, that many times, of -Omega_m F'(Omega_m - i e V/hbar).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.interaction_integrals import Power
from cooperon.symbolic.interaction_sums import (
    GAP,
    Summed,
    gap_together,
    index,
    real_part,
    thermal_frequency,
    thermal_number,
)

__all__ = ["energy_steps", "energy_sums", "voltage"]

_HALF = sp.Rational(1, 2)
_N = sp.Symbol("n", integer=True, nonnegative=True)
_J = sp.Symbol("j", integer=True, nonnegative=True)
_M = sp.Symbol("m", positive=True)
voltage = s.e * s.V / (2 * sp.pi * s.k_B * s.T)
"""The energy in units of the distance of Matsubara frequencies."""


def energy_steps(integrand: sp.Expr) -> Iterator[Step]:
    """Pages from the Matsubara frequency of an electron to its energy e V.

    Parameters
    ----------
    integrand : sympy.Expr
        Of Omega: the summand for Omega > eps_n.
    """

    def at(number: sp.Expr) -> sp.Expr:
        return integrand.xreplace({s.Omega: number * thermal_frequency})

    yield Step(
        "sum over the frequencies of the interaction",
        sp.Sum(at(index), (index, _J + 1, sp.oo)),
        sp.Sum(at(_N + _HALF + (_J + _HALF)), (_N, 0, sp.oo)),
        "the electron has the frequency eps_j, number j + 1/2; on the right each term is a function of it "
        "without singularities, so that i eps_j can become the energy e V",
    )
    energy = s.e * s.V
    thermal = sp.tanh((s.hbar * s.omega - energy) / (2 * s.k_B * s.T))
    real = sp.im(integrand.xreplace({s.Omega: -sp.I * s.omega}))
    yield Step(
        "real frequencies",
        s.k_B * s.T * real_part(sp.Sum(at(_N + _HALF - sp.I * voltage), (_N, 0, sp.oo))),
        s.hbar / (4 * sp.pi) * sp.Integral(thermal * real, (s.omega, -sp.oo, sp.oo)),
        "the frequencies are the poles of tanh((hbar omega - e V)/2 k_B T)",
    )


def energy_sums(function: sp.Expr, gap: sp.Expr, bare: sp.Expr, dim: sp.Expr) -> tuple[sp.Expr, Summed]:
    """Write the sum of F(Omega) over n = 0, 1, ... at an energy as a factor and what is to be added up.

    Parameters
    ----------
    function : sympy.Expr
        F of Omega and GAP, homogeneous of the degree dim/2 - 2 in the two.
    gap, bare, dim : sympy.Expr
        As in :func:`~cooperon.symbolic.interaction_sums.static_sums`.
    """
    exponent = 2 - dim / 2
    front = sp.powsimp(function.xreplace({GAP: sp.S.Zero, s.Omega: sp.S.One}))
    factor = thermal_frequency ** (-exponent)
    own, ahead = gap / thermal_frequency, -sp.I * voltage
    scaled = function.xreplace({s.Omega: _M})
    if gap == 0 or sp.simplify(scaled * (_M + GAP) ** exponent / front) == 1:
        return factor * front, _powers(exponent, own + ahead)
    units, strength = front.as_independent(*bare.free_symbols, as_Add=False)
    rest = gap_together(scaled / units - strength * _M ** (-exponent), bare, own)
    plain = _powers(exponent, ahead)
    return factor * units, replace(plain, strength=strength, rest=rest.xreplace({_M: index + _HALF + ahead}))


def _powers(exponent: sp.Expr, shift: sp.Expr) -> Summed:
    """z**(-s) at z = n + 1/2 + a; in two dimensions with 1/(1 + Omega tau)."""
    terms = [Power(sp.S.One, exponent, _HALF + shift)]
    if exponent == 1:
        terms.append(Power(sp.S.NegativeOne, exponent, _HALF + thermal_number))
    continued = (exponent - 1).is_positive is not True and exponent != 1
    return Summed(tuple(terms), sp.S.Zero, continued)
