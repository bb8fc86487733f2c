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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy as sp

from cooperon.diagrams.boxes import Chord, Face, cut_out, dressings
from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import count, positive
from cooperon.symbolic.derivation import Derivation
from cooperon.symbolic.hikami_corners import (
    require_corners,
    require_direction,
    require_frequencies,
    require_harmonics,
    require_lines,
    sign,
    velocities,
)
from cooperon.symbolic.hikami_harmonics import average_over_tree
from cooperon.symbolic.hikami_integrals import Expansion, Graded
from cooperon.symbolic.hikami_steps import at_rest
from cooperon.symbolic.hikami_writing import Units, write
from cooperon.symbolic.latex import latex
from cooperon.symbolic.metal import Metal, to_dimension
from cooperon.symbolic.rules import impurity_line

if TYPE_CHECKING:
    from cooperon.numerics.verification import Report

__all__ = ["Dressing", "HikamiBox", "chord_factor", "hikami_box"]


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
        momenta: ``q1**2`` and ``q1·q2``. ``cooperon.symbolic.momenta.values`` makes a table of them from
        vectors, for ``subs``.

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
    sides = require_lines(lines)
    at = require_corners(corners, sides)
    require_direction(direction, at)
    highest = count(order, "order")
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


@dataclass(frozen=True, repr=False)
class HikamiBox:
    """A box as the set of its dressings; made by :func:`hikami_box`.

    Iteration goes over the set, the bare box first. Expressions are derived when they are first asked
    for.

    Attributes
    ----------
    lines : int
        Number of lines.
    corners : tuple of str or None
        What is at each corner.
    order : int
        Order of the expansion.
    dim, frequencies, direction, harmonics, hbar
        As in :func:`hikami_box`.
    members : tuple of tuple of Chord
        The impurity lines of every member of the set, as pairs of sides numbered 0, 1, ... as in
        :mod:`cooperon.diagrams.boxes`.
    written_in : str
        ``"v_F"``, or ``"D"`` after :meth:`in_terms_of`.
    """

    lines: int
    corners: tuple[str | None, ...]
    order: int
    dim: sp.Expr
    frequencies: tuple[sp.Expr, ...]
    direction: str
    harmonics: tuple[sp.Expr, ...]
    hbar: sp.Expr
    members: tuple[tuple[Chord, ...], ...]
    written_in: str = "v_F"

    def __reduce__(self) -> tuple[type[HikamiBox], tuple[Any, ...]]:
        # what was derived is left behind: rings of polynomials do not pickle
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[Dressing]:
        whole = self.whole
        return (Dressing(whole, joined) for joined in self.members)

    def __getitem__(self, number: int) -> Dressing:
        return Dressing(self.whole, self.members[number])

    @cached_property
    def whole(self) -> HikamiBox:
        """The same box with all its dressings."""
        members = dressings("RA" * (self.lines // 2))
        return self if members == self.members else replace(self, members=members)

    @property
    def bare(self) -> sp.Expr:
        """Value of the box without impurity lines (0 when it was left out)."""
        return sp.Add(*(each.value for each in self if not each.joined))

    @property
    def dressed(self) -> tuple[Dressing, ...]:
        """The dressings, each with its ``value``."""
        return tuple(each for each in self if each.joined)

    @cached_property
    def total(self) -> sp.Expr:
        """The sum of the bare box and its dressings, to the order asked for."""
        return self._written(self.members)

    def value(self, joined: tuple[Chord, ...]) -> sp.Expr:
        """Value of one member of the set, given by its impurity lines."""
        return self._written((joined,))

    def without(self, *numbers: int) -> HikamiBox:
        """Return the set with some of its members left out, by their number in the iteration.

        Raises
        ------
        InputError
            When there is no such member.

        Examples
        --------
        >>> hikami_box(order=0).without(2).total
        2*pi*nu*tau**3
        """
        if not set(numbers) <= set(range(len(self))):
            raise InputError(f"the members {numbers}", expected=f"numbers from 0 to {len(self) - 1}")
        left = tuple(joined for i, joined in enumerate(self.members) if i not in numbers)
        return replace(self, members=left)

    def at_rest(self) -> HikamiBox:
        """Return the same set without slow momenta and frequencies, its vertices taken off.

        Examples
        --------
        >>> hikami_box(6, order=2).at_rest().total
        0
        """
        nothing = (sp.S.Zero,) * self.lines
        return replace(self, corners=("density",) * self.lines, order=0, frequencies=nothing, harmonics=())

    def in_terms_of(self, name: str) -> HikamiBox:
        """Write the results in ``"D"`` in place of v_F, or back in ``"v_F"``.

        D = v_F**2 tau/d; with harmonics, D = v_F**2 tau_tr/d with tau_tr = tau/(1 - w_1).

        Raises
        ------
        InputError
            For another name.

        Examples
        --------
        >>> hikami_box(2).in_terms_of("D").total
        2*pi*nu*tau*(-D*q1**2*tau + I*omega*tau + 1)
        """
        return replace(self, written_in=replace(self._units, written_in=name).written_in)

    @cached_property
    def derivation(self) -> Derivation:
        """The equations for every member at rest, hbar written out, and their sum."""
        return at_rest(self)

    def verify(self) -> Report:
        """Put numbers into both sides of every line of the derivation: quadrature against residues.

        Examples
        --------
        >>> hikami_box(4, (None, "current", None, "current")).verify().confirmed
        True
        """
        from cooperon.numerics.verification import verify

        return verify(self.derivation, Metal(dim=self.dim))

    def latex(self) -> str:
        """Return the sum in LaTeX."""
        return latex(self.total)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"

    def __repr__(self) -> str:
        corners = ", ".join(str(corner) for corner in self.corners)
        return f"<Hikami box of {self.lines} lines ({corners}), order {self.order}, {len(self)} members>"

    @cached_property
    def _expansion(self) -> Expansion:
        return Expansion(self.lines, self.order, self.frequencies)

    @property
    def _units(self) -> Units:
        """The bare box: a face, 2 pi nu, tau/hbar for all but one of the lines, and the velocities."""
        power = self.lines - 1
        prefactor = 2 * sp.pi * s.nu / self.hbar**power
        return Units(prefactor, power, velocities(self.corners), self.dim, self.written_in)

    def _written(self, members: tuple[tuple[Chord, ...], ...]) -> sp.Expr:
        if self.harmonics:
            return sp.factor(sp.Add(*(self._scattered(joined) for joined in members)))
        expansion = self._expansion
        value = expansion.summed([self._polynomial(joined) for joined in members])
        if velocities(self.corners) and self.direction == "average":
            value = expansion.over_directions(value)
        return write(expansion, value, self._units)

    def _polynomial(self, joined: tuple[Chord, ...]) -> Graded:
        """Product of the faces of one member in units of tau, v_F and the prefactor of the box."""
        faces, expansion = cut_out(self.lines, joined), self._expansion
        factors = [expansion.face(face.sides, _velocities(face, self.corners)) for face in faces]
        # each face has i to the number of advanced less retarded lines: in all an even number
        turns = sum(1 if side % 2 else -1 for face in faces for side in face.sides) // 2
        weight = (-1) ** abs(turns) * sign(self.corners) * self._chord_factor ** len(joined)
        return expansion.multiplied(factors, weight)

    @cached_property
    def _chord_factor(self) -> Any:
        return sp.QQ.from_sympy(chord_factor())

    def _scattered(self, joined: tuple[Chord, ...]) -> sp.Expr:
        """Value of one member at rest, with the harmonics of its impurity lines."""
        faces = cut_out(self.lines, joined)
        powers = [_velocities(face, self.corners) for face in faces]
        angles = average_over_tree(faces, joined, powers, self.harmonics, self.dim)
        at_rest = self.at_rest().value(joined)
        times, power, dims = replace(self._units, prefactor=sp.S.One, times=0).powers(0, 0)
        scale = self._units.scale(times, power) * dims
        if self.written_in == "D":  # D = v_F**2 tau_tr/d, and tau/tau_tr = 1 - w_1
            scale *= (1 - self.harmonics[0]) ** (sum(powers) // 2)
        return sign(self.corners) * at_rest * scale * angles


@dataclass(frozen=True)
class Dressing:
    """A member of a box: the polygon with some impurity lines.

    Attributes
    ----------
    box : HikamiBox
        The whole box to which it belongs.
    joined : tuple of Chord
        The impurity lines as pairs of sides, numbered 0, 1, ...
    """

    box: HikamiBox
    joined: tuple[Chord, ...]

    @cached_property
    def value(self) -> sp.Expr:
        """Its value, to the order of the box."""
        return self.box.value(self.joined)

    @property
    def chords(self) -> tuple[Chord, ...]:
        """The impurity lines: the two lines that each joins, numbered 1, 2, ..."""
        return tuple((one + 1, other + 1) for one, other in self.joined)

    @property
    def faces(self) -> tuple[Face, ...]:
        """The faces that the impurity lines cut out; each is an integral of its own."""
        return cut_out(self.box.lines, self.joined)

    @property
    def label(self) -> str:
        """What it is, in words."""
        chords = ", ".join(f"{one}-{other}" for one, other in self.chords)
        return f"{self.box.lines} lines, {f'dressed {chords}' if chords else 'bare'}"

    def __repr__(self) -> str:
        return f"<{self.label}: {self.value}>"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {latex(self.value)}$"


def _velocities(face: Face, corners: tuple[str | None, ...]) -> int:
    return velocities([corners[corner] for corner in face.corners])


def chord_factor() -> sp.Expr:
    """Find by what an impurity line multiplies the prefactor of a box.

    It has a strength, and it adds a face (2 pi nu) and two lines (tau/hbar for all but one in a face).

    Examples
    --------
    >>> chord_factor()
    1
    """
    return impurity_line() * 2 * sp.pi * s.nu * s.tau / s.hbar
