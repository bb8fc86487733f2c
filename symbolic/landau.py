r"""Landau levels of the Cooperon: what a perpendicular field changes of a slow integral.

A pair of charge 2e has q_perp**2 = (4 e B/hbar)(n + 1/2), with e B/(pi hbar) states per area. In time that is
(a t/2)/sinh(a t/2) times the return probability without a field, a = 4 e B D/hbar. Long paths alone feel
it: the change converges without a cutoff, for 2 <= d < 6. With x = gap/a it is a Mellin transform,

.. math:: \int_0^\infty dt\, t^{s-1} \frac{e^{-x a t}}{2 \sinh(a t/2)} = a^{-s} \Gamma(s) \zeta(s, 1/2 + x),
   \qquad s = 2 - d/2,

a digamma function where s = 1 (two dimensions).
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.slow import path_weight

__all__ = ["landau_change", "landau_rate", "landau_steps", "reference_gap", "smooth_steps", "vanishing_gap"]

_LEVEL = sp.Symbol("n", integer=True, nonnegative=True)


def landau_rate(diffusion: sp.Expr = s.D, field: sp.Expr = s.B) -> sp.Expr:
    """Return the distance of Landau levels in rate, for a diffusion constant across the field.

    Examples
    --------
    >>> landau_rate()
    4*B*D*e/hbar
    """
    return 4 * s.e * field * diffusion / s.hbar


def reference_gap(gap: sp.Expr, dim: sp.Expr, *, across: sp.Expr = s.D, field: sp.Expr = s.B) -> sp.Expr:
    """Gap of the bulk that the change refers to: that of the lowest level where there is none without it.

    Examples
    --------
    >>> reference_gap(sp.S.Zero, sp.Integer(2)), reference_gap(1 / s.tau_phi, sp.Integer(2))
    (2*B*D*e/hbar, 1/tau_phi)
    """
    infinite = gap == 0 and (dim - 2).is_positive is not True
    return landau_rate(across, field) / 2 if infinite else gap


def landau_steps(
    coefficient: sp.Expr,
    gap: sp.Expr,
    dim: sp.Expr,
    *,
    across: sp.Expr = s.D,
    reference: sp.Expr,
    field: sp.Expr = s.B,
) -> Iterator[Step]:
    """Derive what a perpendicular field adds to coefficient * int d^dq/(2 pi)**d 1/(q**2 + reference/D).

    Parameters
    ----------
    coefficient : sympy.Expr
        In front of 1/(q**2 + gap/D).
    gap : sympy.Expr
        Gap of the Cooperon, possibly complex with a positive real part.
    dim : sympy.Expr
        Dimension of space.
    across : sympy.Expr
        Diffusion constant across the field; D unless diffusion has principal axes.
    reference : sympy.Expr
        Gap of the bulk without field that the change refers to, in general the same gap.
    field : sympy.Expr
        The field across.

    Yields
    ------
    Step
        The last one's right-hand side is the change.
    """
    yield level_step(across, field)
    half = landau_rate(across, field) * s.t / 2
    weight = coefficient * path_weight(dim)
    if reference == gap:
        change = sp.exp(-gap * s.t) * (half / sp.sinh(half) - 1)
        reason = "the short ones do not feel the field, no cutoff is needed"
    else:
        change = sp.exp(-gap * s.t) * half / sp.sinh(half) - sp.exp(-reference * s.t)
        reason = "against a bulk whose gap is the lowest level: nothing else ends the long ones"
    yield Step(
        "change by the field",
        weight * sp.Integral(s.t ** (-dim / 2) * change, (s.t, 0, sp.oo)),
        landau_change(coefficient, gap, dim, across=across, reference=reference, field=field),
        f"over paths of all durations: {reason}",
    )


def level_step(across: sp.Expr, field: sp.Expr = s.B) -> Step:
    """State the return probability of a pair across the field: a geometric series over its levels."""
    rate = landau_rate(across, field)
    level = sp.exp(-rate * (_LEVEL + sp.Rational(1, 2)) * s.t)
    half = rate * s.t / 2
    return Step(
        "Landau levels",
        s.e * field / (sp.pi * s.hbar) * sp.Sum(level, (_LEVEL, 0, sp.oo)),
        1 / (4 * sp.pi * across * s.t) * half / sp.sinh(half),
        "q**2 across the field is (4 e B/hbar)(n + 1/2), with e B/(pi hbar) states per area: the return "
        "probability of a pair of charge 2e",
    )


def smooth_steps(
    coefficient: sp.Expr, gap: sp.Expr, dim: sp.Expr, *, across: sp.Expr = s.D, field: sp.Expr = s.B
) -> Iterator[Step]:
    """Sum over Landau levels with the cutoff that weights paths with 1 - exp(-t/tau).

    Yields
    ------
    Step
        The last one's right-hand side is the integral, bulk and all.
    """
    yield level_step(across, field)
    rate = landau_rate(across, field)
    half = rate * s.t / 2
    weight = coefficient * path_weight(dim)
    onset = (1 - sp.exp(-s.t / s.tau)) * half / sp.sinh(half)
    undone = weight * sp.Integral(s.t ** (-dim / 2) * sp.exp(-gap * s.t) * onset, (s.t, 0, sp.oo))
    order = 2 - dim / 2
    long, short = (_levels(order, sp.expand(one) / rate) for one in (gap, gap + 1 / s.tau))
    yield Step(
        "sum over Landau levels",
        undone,
        weight * rate ** (1 - order) * long - weight * rate ** (1 - order) * short,
        "paths of duration t count with the weight 1 - exp(-t/tau): a gap, and a gap that is 1/tau larger",
    )


def _levels(order: sp.Expr, ratio: sp.Expr) -> sp.Expr:
    """Mellin transform of 1/(2 sinh(t/2)); where it has a pole, what does not cancel in a difference."""
    half = sp.Rational(1, 2)
    if order == 1:
        return -sp.polygamma(0, half + ratio)
    return sp.gamma(order) * sp.zeta(order, half + ratio)


def landau_change(
    coefficient: sp.Expr,
    gap: sp.Expr,
    dim: sp.Expr,
    *,
    across: sp.Expr = s.D,
    reference: sp.Expr,
    field: sp.Expr = s.B,
) -> sp.Expr:
    """Carry out the same.

    Raises
    ------
    DivergenceError
        When nothing ends long paths without a field; in six dimensions and above, where short paths count.
    InputError
        In four dimensions, where the Mellin transform has a pole.

    Examples
    --------
    >>> gap = 1 / s.tau_phi
    >>> landau_change(s.D, gap, sp.Integer(2), reference=gap).count(sp.polygamma)
    1
    """
    rate = landau_rate(across, field)
    order = 2 - dim / 2
    weight = coefficient * path_weight(dim)
    _require_dimension(dim, order)
    if reference == 0 and (order - 1).is_negative is not True:
        raise vanishing_gap(dim)
    field = weight * rate ** (1 - order) * _levels(order, sp.expand(gap) / rate)
    if order == 1:  # the poles of zeta and of the power cancel: what is left is finite
        return weight * sp.log(reference / rate) + field
    without = sp.gamma(order - 1) * reference ** (1 - order) if reference != 0 else sp.S.Zero
    return field - weight * without


def _require_dimension(dim: sp.Expr, order: sp.Expr) -> None:
    if order.is_number and order <= -1:
        raise DivergenceError(
            f"what a field changes in {dim} dimensions",
            expected="fewer than six dimensions: in them short paths count as well",
            hint="dim=3",
        )
    if order == 0:
        raise InputError(
            f"what a field changes in {dim} dimensions",
            expected="a dimension where the Mellin transform has no pole (not 4)",
            hint="dim=3",
        )


def vanishing_gap(dim: sp.Expr) -> DivergenceError:
    """Return the error of a correction that nothing ends."""
    return DivergenceError(
        f"a Cooperon without gap in {dim} dimensions and no field: paths of all durations",
        expected="an infrared cutoff: dephasing or a frequency",
        hint="a metal with dephasing, or omega=cooperon.symbols.omega",
    )
