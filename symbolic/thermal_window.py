"""The average of a covariance over the thermal window of energies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import sympy as sp
from sympy.utilities.iterables import sift

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fluctuation_modes import pole_sum
from cooperon.symbolic.pole_functions import ThermalWindow

if TYPE_CHECKING:
    from cooperon.symbolic.fluctuation_blocks import Mode

__all__ = ["ENERGY", "hot", "thermal_window", "window_step"]

ENERGY = sp.Symbol("u", positive=True)
"""Difference of two energies over k_B T."""
_X = sp.Symbol("x", real=True)


def window_step() -> Step:
    """Fold the weight of one energy with that of another.

    Examples
    --------
    >>> window_step().rule
    'thermal window'
    """
    apart = s.hbar * s.omega / (s.k_B * s.T)
    weight = 1 / (4 * sp.cosh(_X / 2) ** 2)
    return Step(
        "thermal window",
        sp.Integral(weight * weight.subs(_X, _X - apart), (_X, -sp.oo, sp.oo)),
        ThermalWindow(apart).written_out(),
        "energies hbar omega apart, each with the weight -df/dE in units of k_B T",
    )


def thermal_window(parts: Mapping[sp.Expr, sp.Expr]) -> tuple[sp.Expr, tuple[Step, ...]]:
    """Average covariances at energies hbar omega = u k_B T apart.

    Parameters
    ----------
    parts : mapping
        Covariances by the frequency by which the energies of spins lie apart beside that.

    Examples
    --------
    >>> thermal_window({sp.S.Zero: sp.S.One})[0]
    Integral(2*ThermalWindow(u), (u, 0, oo))
    """
    found, steps = sp.S.Zero, [window_step()]
    for shift, covariance in parts.items():
        at_spins = s.hbar * shift / (s.k_B * s.T)
        weight = sp.Add(*(ThermalWindow(ENERGY + sign * at_spins) for sign in (1, -1)))
        apart = covariance.xreplace({s.omega: ENERGY * s.k_B * s.T / s.hbar})
        sums, rest = (sp.Add(*part) for part in sift(sp.Add.make_args(apart), _is_sum, binary=True))
        found += sp.Add(*(_averaged(part, weight) for part in (*sp.Add.make_args(sums), rest) if part != 0))
        if shift != 0:
            steps.append(_shifted_step(at_spins, weight))
    return found, tuple(steps)


def _shifted_step(at_spins: sp.Expr, weight: sp.Expr) -> Step:
    """Say that the window may be shifted, in place of a covariance."""
    pole = (s.L / s.L_phi) ** 2
    shifted = sp.Add(*(1 / (pole + (ENERGY + sign * at_spins) ** 2) for sign in (1, -1)))
    return Step(
        "thermal window",
        sp.Integral(ThermalWindow(ENERGY) * shifted, (ENERGY, 0, sp.oo)),
        sp.Integral(weight / (pole + ENERGY**2), (ENERGY, 0, sp.oo)),
        "of spins whose energies lie apart: one pole, about the splitting, and the window about it instead",
    )


def _is_sum(term: sp.Expr) -> bool:
    return isinstance(term, sp.Sum)


def _averaged(part: sp.Expr, weight: sp.Expr) -> sp.Expr:
    """Average a part; a sum over modes mode by mode, which is quicker to do in numbers."""
    if _is_sum(part):
        return sp.Sum(_averaged(part.function, weight), *part.limits)
    return sp.Integral(weight * part, (ENERGY, 0, sp.oo))


def hot(coefficient: sp.Expr, modes: Sequence[Mode]) -> tuple[sp.Expr, tuple[Step, ...]]:
    """Average over a wide window: the covariance of near energies counts alone, by its integral.

    Parameters
    ----------
    coefficient : sympy.Expr
        Of the part from the diffusion constant.
    modes : sequence of Mode
        Weights, gaps, and how far apart the energies of spins are.

    Examples
    --------
    >>> from cooperon.symbolic.fluctuation_blocks import Mode
    >>> hot(sp.Integer(4), [Mode(sp.Integer(2), sp.S.Zero)])[0]
    2*pi*D*hbar/(9*L**2*T*k_B)
    """
    width = s.hbar * s.D / (s.L**2 * s.k_B * s.T)
    found = sp.Add(*(coefficient * sp.pi * width * _narrow(mode) for mode in modes))
    pole = s.L / s.L_phi
    steps = (
        Step(
            "narrow covariance",
            sp.Integral(1 / (pole**2 + ENERGY**2), (ENERGY, 0, sp.oo)),
            sp.pi / (2 * pole),
            "all energies of one pole, from the diffusion constant",
        ),
        Step(
            "narrow covariance",
            sp.Integral((pole**2 - ENERGY**2) / (pole**2 + ENERGY**2) ** 2, (ENERGY, 0, sp.oo)),
            sp.S.Zero,
            "the part from the density of states averages out",
        ),
        Step(
            "narrow covariance",
            ThermalWindow(sp.sqrt(s.hbar * s.D / (s.L**2 * s.k_B * s.T))),
            ThermalWindow(0),
            "the window is flat there",
            ((s.T, -1),),
            sp.S.One,
        ),
    )
    return sp.expand(found), steps


def _narrow(mode: Mode) -> sp.Expr:
    """Return a mode's sum of poles, times the window where its lines have one energy."""
    start = ThermalWindow(s.hbar * mode.shift / (s.k_B * s.T))
    return mode.weight * start * _poles(s.L * sp.sqrt(mode.gap / s.D))


def _poles(x: sp.Expr) -> sp.Expr:
    if x != 0:
        return pole_sum(x)
    small = sp.Symbol("x", positive=True)
    return sp.series(pole_sum(small), small, 0, 2).removeO()
