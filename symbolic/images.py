"""Return sums of shapes: one axis that is closed, walled or ends in leads, by the method of images.

Where one of d axes is not free its momentum is quantised. Poisson's formula turns the sum over modes into
one over images: closed paths that wind round the axis m times. The one with m = 0 is the return sum of the
bulk, which needs a cutoff; all others converge without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression, require
from cooperon.symbolic.axes import Axis
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.image_steps import image_steps, limit_step, whole_steps
from cooperon.symbolic.metal import to_dimension
from cooperon.symbolic.windings import elementary, every_winding, inverse_length, windings

__all__ = ["Images", "complete", "images"]

_KAPPA = sp.Symbol("kappa", positive=True)


@dataclass(frozen=True)
class Images:
    """What an axis that is not free makes of a return sum.

    Attributes
    ----------
    value : sympy.Expr
        The part that needs no cutoff; may hold one integral that is not carried out.
    surface : sympy.Expr
        Factor of the return sum in one dimension less, with the same gap, which is to be added.
    steps : tuple of Step
        How they follow.
    """

    value: sp.Expr
    surface: sp.Expr
    steps: tuple[Step, ...]


def images(axis: Axis, *, gap: Any, dim: Any) -> Images:
    r"""Sum over images: what an axis that is not free adds to the return sum of the bulk.

    The return sum is :math:`\int d^dq/(2\pi)^d\, 1/(D q^2 + \gamma)`, with a sum in place of the integral
    along the axis.

    Parameters
    ----------
    axis : Axis
        ``Closed(...)``, ``Walls(...)`` or ``Leads(...)``.
    gap : number or sympy.Expr
        Gap of the Cooperon, a rate; may be complex, with a real part that is not negative.
    dim : number or sympy.Expr
        Number of dimensions, this axis included: 1, or 1.2 and above.

    Returns
    -------
    Images
        The return sum is that of the bulk, plus ``value``, plus ``surface`` times that of dim - 1 dimensions.

    Raises
    ------
    DivergenceError
        Without a gap: windings of all lengths add up.
    InputError
        In other dimensions.

    References
    ----------
    B. L. Altshuler, A. G. Aronov and B. Z. Spivak, JETP Lett. 33, 94 (1981): the cylinder, d = 2.

    Examples
    --------
    >>> from cooperon.symbolic.axes import Walls
    >>> film = images(Walls(s.thickness), gap=1 / s.tau_phi, dim=3)
    >>> film.surface, [step.rule for step in film.steps][-1]
    (1/(2*thickness), 'sum over windings')
    """
    require(axis, Axis, "axis", "Walls(length)")
    gap, dim = _gap(gap), to_dimension(dim)
    if gap == 0:
        raise DivergenceError(
            f"images of an axis in {dim} dimensions with gap = 0: paths of all lengths add up",
            expected="a gap that ends long paths",
            hint="dephasing (tau_phi), omega, or a field",
        )
    value = windings(dim, gap, axis.period, axis.turn)
    return Images(value, axis.surface, image_steps(axis, dim, gap, value))


def complete(axis: Axis, *, gap: Any, dim: Any = 1) -> Images:
    """Return sum of a one-dimensional metal whose axis is not free: all of it converges.

    Parameters
    ----------
    axis : Axis
        ``Closed(...)``, ``Walls(...)`` or ``Leads(...)``.
    gap : number or sympy.Expr
        Gap of the Cooperon, a rate; may be complex, with a real part that is not negative, or 0.
    dim : number
        1: in other dimensions the bulk needs a cutoff, see :func:`images`.

    Returns
    -------
    Images
        ``value`` is the whole return sum; nothing is left to be added.

    Raises
    ------
    DivergenceError
        Without a gap where a mode never decays: between walls, or in a ring without flux.
    InputError
        In other dimensions.

    Examples
    --------
    >>> from cooperon.symbolic.axes import Leads
    >>> complete(Leads(), gap=0).value
    L/(6*D)
    """
    require(axis, Axis, "axis", "Leads(length)")
    gap, dim = _gap(gap), to_dimension(dim)
    known = elementary(dim, s.D * _KAPPA**2)
    if known is None or known[1] != 0:
        raise InputError(
            f"the whole return sum in {dim} dimensions",
            expected="dim = 1, where it needs no cutoff",
            hint="images(axis, gap=..., dim=...), beside the return sum of the bulk",
        )
    ends = 1 / s.tau_phi if gap == 0 else gap
    value = _whole(axis, ends)
    steps = whole_steps(axis, dim, ends, value)
    if gap == 0:
        found = _without_gap(axis)
        value, steps = found, (*steps, limit_step(value, found))
    return Images(value, sp.S.Zero, steps)


def _gap(gap: Any) -> sp.Expr:
    found = expression(gap, "gap", "gap=1/cooperon.symbols.tau_phi")
    if sp.re(found).is_negative:
        raise DivergenceError(f"gap = {found}", expected="a gap whose real part is not negative")
    return found


def _whole(axis: Axis, gap: sp.Expr) -> sp.Expr:
    """Bulk, images and the surface term together, over one denominator: what cancels stands in one place."""
    half = inverse_length(gap) * axis.period / 2
    return (half * every_winding(2 * half, axis.turn) + axis.surface * axis.period) / (axis.period * gap)


def _without_gap(axis: Axis) -> sp.Expr:
    """Leading term of the whole return sum for a small gap, where that is finite."""
    form = sp.series(_whole(axis, s.D * _KAPPA**2), _KAPPA, 0, 2).removeO().subs(_KAPPA, 0)
    if form.is_finite is False:
        raise DivergenceError(
            f"gap = 0 with {axis}: the lowest mode never decays",
            expected="a gap, or a flux that is no multiple of h/2e",
            hint="dephasing (tau_phi), omega, a field, or leads",
        )
    return form
