"""Hikami boxes of any size: the bare polygon, every dressing, and their sum.

A box is what is left of a diagram when it is cut at its diffusons and Cooperons: a polygon of alternately
retarded and advanced lines. It is the *set* of its dressings by impurity lines that do not cross, join
lines of one kind and leave no face with one kind only (:func:`cooperon.diagrams.boxes.dressings`).

Conventions. Lines are numbered 1, 2, ...; the odd ones are retarded and carry the frequency omega.
Corner i lies between line i and line i + 1, and there the slow momentum q_i enters: line 1 has k, line 2
has k + q_1, line 3 has k + q_1 + q_2, ...; at the last corner enters minus the sum of the others.
**hbar is 1** unless ``hbar=cp.symbols.hbar`` is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cooperon.diagrams.boxes import dressings
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import count, positive
from cooperon.symbolic.hikami_corners import (
    require_corners,
    require_direction,
    require_frequencies,
    require_harmonics,
    require_lines,
    require_size,
)
from cooperon.symbolic.hikami_set import HikamiBox
from cooperon.symbolic.metal import to_dimension

__all__ = ["hikami_box"]


def hikami_box(
    lines: int = 4,
    corners: Sequence[str | None] | None = None,
    *,
    order: int = 2,
    dim: Any = s.d,
    frequencies: Sequence[Any] | None = None,
    direction: str = "average",
    harmonics: Sequence[Any] = (),
    hbar: Any = 1,
) -> HikamiBox:
    r"""Derive a Hikami box with all its dressings, expanded in slow momenta and frequency.

    .. math:: \left(\frac{\hbar}{2\pi\nu\tau}\right)^{n} \prod_{\text{faces}} \nu \int d\xi
        \left\langle v_x^p \prod_{i \in \text{face}} G_i \right\rangle, \qquad
        G_i = G^{R/A}(\mathbf{k} + \mathbf{Q}_i, \omega_i),

    summed over all sets of n impurity lines that dress the box.

    Parameters
    ----------
    lines : int
        Number of lines, even: 4 for Hikami's box, 6, 8, ...; 2 is the bubble. Lines 1, 3, ... are retarded.
    corners : sequence of str or None, optional
        What is at corner 1 (between the lines 1 and 2), ..., at the last corner (between the last line
        and line 1). ``"current"``: a current vertex, the factor v_x (no charge); ``"density"``: the
        factor 1; ``"diffuson"``, ``"cooperon"``: a block, factor 1. At a Cooperon the arrow of the
        electron turns round, so that velocities on either side of one have opposite signs. ``None``, and
        every corner by default, is a block of which nothing is said: its arrow turns as at a Cooperon.
    order : int
        Order of the expansion in the slow momenta, where a frequency counts as of second order.
    dim : number or sympy.Expr
        Dimension of space.
    frequencies : sequence of sympy.Expr, optional
        The frequency of each line; by default ``cooperon.symbols.omega`` on the retarded and 0 on the
        advanced lines.
    direction : str
        ``"average"``: results with current vertices are averaged over the direction of x; with two of them
        it is the trace over it, divided by d. ``"x"``: x is kept, and results hold components ``q1_x``.
    harmonics : sequence of sympy.Expr
        Harmonics w_1, w_2, ... of anisotropic scattering by the impurity lines of the dressings, tau being
        the lifetime (w_1 = 1 - tau/tau_tr); for a box at rest, ``order=0``. Current vertices are bare.
    hbar : number or sympy.Expr
        1 by default: **momenta, times and frequencies with hbar = 1**. ``cooperon.symbols.hbar`` writes
        it out.

    Returns
    -------
    HikamiBox
        With ``bare``, ``dressed`` and ``total``, in tau, nu, v_F, d, omega, and the products of slow
        momenta: ``q1**2`` and ``q1·q2``, with real symbols. ``cooperon.symbolic.momenta.products(1, 2)``
        is the symbol of a product, and ``values`` of the same module makes a table of them from vectors, for
        ``subs``.

    Raises
    ------
    InputError
        For an odd number of lines, corners that do not fit, an unknown vertex, arrows that do not close
        around current vertices, or an odd number of current vertices without a direction.

    Notes
    -----
    Green's functions are those of the Born approximation; scatterers have no range unless harmonics are
    given. The density of states and the size of the velocity are constant near the Fermi energy. An impurity
    line between a retarded and an advanced line is a rung and belongs to a block.

    References
    ----------
    S. Hikami, Phys. Rev. B 24, 2671 (1981); E. Akkermans and G. Montambaux, Mesoscopic Physics of Electrons
    and Photons (Cambridge, 2007), ch. 4 and 7.

    Examples
    --------
    >>> box = hikami_box()
    >>> box.in_terms_of("D").total
    2*pi*nu*tau**4*(D*(2*q1·q2 + 2*q2·q3 + q1**2 + 2*q2**2 + q3**2) - 2*I*omega)
    >>> rest = hikami_box(order=0)
    >>> rest.bare, [each.value for each in rest.dressed], rest.total
    (4*pi*nu*tau**3, [-2*pi*nu*tau**3, -2*pi*nu*tau**3], 0)
    >>> hikami_box(corners=(None, "current", None, "current"), order=0).bare
    -4*pi*nu*tau**3*v_F**2/d
    """
    sides, highest = require_lines(lines), count(order, "order")
    require_size(sides, highest)
    at = require_corners(corners, sides)
    require_direction(direction, at)
    return HikamiBox(
        sides,
        at,
        highest,
        to_dimension(dim),
        require_frequencies(frequencies, sides),
        direction,
        require_harmonics(harmonics, highest),
        positive(hbar, "hbar", "hbar=cp.symbols.hbar"),
        dressings("RA" * (sides // 2)),
    )
