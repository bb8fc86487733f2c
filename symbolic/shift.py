r"""A rate that a field adds to the gap of a Cooperon: what it changes of a slow integral.

Long paths alone feel it: the change converges without a cutoff below four dimensions,

.. math:: \int_0^\infty dt\, t^{-d/2} e^{-\gamma t} (e^{-\delta t} - 1)
   = \Gamma(1 - d/2)\, \gamma^{d/2-1} [(1 + \delta/\gamma)^{d/2-1} - 1],

and -ln(1 + delta/gamma) in two dimensions.
"""

from __future__ import annotations

import sympy as sp

from cooperon.diagrams.errors import DivergenceError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.landau import vanishing_gap
from cooperon.symbolic.slow import path_weight

__all__ = ["shift_change", "shift_step"]


def shift_step(coefficient: sp.Expr, gap: sp.Expr, shift: sp.Expr, dim: sp.Expr) -> Step:
    """State what a gap that is ``shift`` larger changes of coefficient * int d^dq/(2 pi)**d 1/(q**2 + gap/D).

    Examples
    --------
    >>> gap = 1 / s.tau_phi
    >>> shift_step(sp.S.One, gap, gap, sp.Integer(2)).rhs
    -log(2)/(4*pi)
    """
    weight = coefficient * path_weight(dim)
    lost = sp.exp(-gap * s.t) * (sp.exp(-shift * s.t) - 1)
    return Step(
        "change by the field",
        weight * sp.Integral(s.t ** (-dim / 2) * lost, (s.t, 0, sp.oo)),
        shift_change(coefficient, gap, shift, dim),
        "over paths of all durations: the short ones do not feel the field, no cutoff is needed",
    )


def shift_change(coefficient: sp.Expr, gap: sp.Expr, shift: sp.Expr, dim: sp.Expr) -> sp.Expr:
    """Carry out the same.

    Raises
    ------
    DivergenceError
        Without a gap in one and two dimensions, and in four and above.

    Examples
    --------
    >>> shift_change(s.D, 1 / s.tau_phi, 1 / s.tau_s, sp.Integer(1)).has(sp.log)
    False
    """
    power = dim / 2 - 1
    weight = coefficient * path_weight(dim)
    if power.is_number and power >= 1:
        raise DivergenceError(
            f"the change of a gap in {dim} dimensions",
            expected="fewer than four dimensions: short paths count as well",
            hint="a thinner metal",
        )
    if gap == 0 and power.is_positive is not True:
        raise vanishing_gap(dim)
    if gap == 0:
        return weight * sp.gamma(-power) * shift**power
    ratio = 1 + sp.expand(shift / gap)
    if power == 0:
        return -weight * sp.log(ratio)
    return weight * sp.gamma(-power) * gap**power * (ratio**power - 1)
