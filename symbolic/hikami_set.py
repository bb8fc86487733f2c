"""The Hikami box as a value: the set of its members, each with its value, and their sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import sympy as sp

from cooperon.diagrams.boxes import Chord, Face, cut_out, dressings
from cooperon.diagrams.diagram import LineKind
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Derivation
from cooperon.symbolic.harmonics import Bond, averaged, directions
from cooperon.symbolic.hikami_corners import sign, velocities
from cooperon.symbolic.hikami_dressing import Dressing
from cooperon.symbolic.hikami_integrals import Expansion, Graded
from cooperon.symbolic.hikami_steps import box_derivation
from cooperon.symbolic.hikami_writing import Units, write
from cooperon.symbolic.latex import latex
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import impurity_line
from cooperon.symbolic.scattering import Potential

if TYPE_CHECKING:
    from cooperon.numerics.verification import Report

__all__ = ["HikamiBox", "chord_factor"]


@dataclass(frozen=True, repr=False)
class HikamiBox(PublicNames):
    """A box as the set of its dressings; made by :func:`~cooperon.hikami_box`.

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
        As in :func:`~cooperon.hikami_box`.
    members : tuple of tuple of Chord
        The impurity lines of every member of the set, as pairs of sides numbered 0, 1, ... as in
        :mod:`cooperon.diagrams.boxes`.
    written_in : str
        ``"v_F"``, or ``"D"`` after :meth:`in_terms_of`.

    Examples
    --------
    >>> import cooperon as cp
    >>> box = cp.hikami_box(4, order=0)
    >>> box, box.bare, box.total
    (<Hikami box of 4 lines (None, None, None, None), order 0, 3 members>, 4*pi*nu*tau**3, 0)
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

    @overload
    def __getitem__(self, number: int) -> Dressing: ...

    @overload
    def __getitem__(self, number: slice) -> tuple[Dressing, ...]: ...

    def __getitem__(self, number: int | slice) -> Dressing | tuple[Dressing, ...]:
        return tuple(self)[number]

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
        """Value of one member of the set, given by its impurity lines.

        Parameters
        ----------
        joined : tuple of (int, int)
            The pairs of lines that an impurity line joins; none for the bare box.

        Examples
        --------
        >>> from cooperon.symbolic.hikami import hikami_box
        >>> box = hikami_box(4, order=0)
        >>> box.value(()), [box.value(member) for member in box.members[1:]]
        (4*pi*nu*tau**3, [-2*pi*nu*tau**3, -2*pi*nu*tau**3])
        """
        return self._written((joined,))

    def without(self, *numbers: int) -> HikamiBox:
        """Return the set with some of its members left out, by their number in the iteration.

        Parameters
        ----------
        *numbers : int
            Which members, counted from 0.

        Raises
        ------
        InputError
            When there is no such member.

        Examples
        --------
        >>> from cooperon.symbolic.hikami import hikami_box
        >>> hikami_box(order=0).without(2).total
        2*pi*nu*tau**3
        """
        if not all(isinstance(number, int) and 0 <= number < len(self) for number in numbers):
            raise InputError(
                f"the members {shortened(numbers)}",
                expected=f"numbers from 0 to {len(self) - 1}",
                hint="box.without(1, 2)",
            )
        left = tuple(joined for i, joined in enumerate(self.members) if i not in numbers)
        return replace(self, members=left)

    def at_rest(self) -> HikamiBox:
        """Return the same set without slow momenta and frequencies, its vertices taken off.

        Examples
        --------
        >>> from cooperon.symbolic.hikami import hikami_box
        >>> hikami_box(6, order=2).at_rest().total
        0
        """
        nothing = (sp.S.Zero,) * self.lines
        return replace(self, corners=("density",) * self.lines, order=0, frequencies=nothing, harmonics=())

    def in_terms_of(self, name: str) -> HikamiBox:
        """Write the results in ``"D"`` in place of v_F, or back in ``"v_F"``.

        D = v_F**2 tau/d; with harmonics, D = v_F**2 tau_tr/d with tau_tr = tau/(1 - w_1).

        Parameters
        ----------
        name : str
            ``"D"`` or ``"v_F"``.

        Raises
        ------
        InputError
            For another name.

        Examples
        --------
        >>> from cooperon.symbolic.hikami import hikami_box
        >>> hikami_box(2).in_terms_of("D").total
        2*pi*nu*tau*(-D*q1**2*tau + I*omega*tau + 1)
        """
        return replace(self, written_in=replace(self._units, written_in=name).written_in)

    @cached_property
    def derivation(self) -> Derivation:
        """The equations for every member of the set, hbar written out, and their sum.

        At rest they are equalities. With slow momenta an expansion stands against the integrals over energy
        and directions, marked with the order in which its error vanishes.

        Raises
        ------
        InputError
            With harmonics: the equations are those of scatterers without range.
        """
        if self.harmonics:
            raise InputError(
                f"the derivation of a box with harmonics {self.harmonics}",
                expected="scatterers without range",
                hint="cp.conductivity(metal, loops=1).derivation for a metal with Potential(harmonics=...)",
            )
        return box_derivation(self)

    def verify(self) -> Report:
        """Put numbers into both sides of every line of the derivation: quadrature against residues.

        The slow momenta are vectors in a plane; along one line where current vertices are averaged over
        the direction of x.

        Examples
        --------
        >>> from cooperon.symbolic.hikami import hikami_box
        >>> hikami_box(4).verify().confirmed
        True
        """
        from cooperon.numerics.verification import verify

        given = {symbol for each in self.frequencies for symbol in each.free_symbols}
        return verify(self.derivation, Metal(dim=self.dim), frequencies=given)

    def latex(self) -> str:
        r"""Return the sum in LaTeX.

        Examples
        --------
        >>> from cooperon.symbolic.hikami import hikami_box
        >>> print(hikami_box(2, order=0).latex())
        2 \pi \nu \tau
        """
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
        return write(self._expansion, self._averaged(members), self._units)

    def _averaged(self, members: tuple[tuple[Chord, ...], ...]) -> Graded:
        value = self._expansion.summed([self._polynomial(joined) for joined in members])
        averages = velocities(self.corners) and self.direction == "average"
        return self._expansion.over_directions(value) if averages else value

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
        metal = Metal(dim=self.dim, scattering=[Potential(harmonics=self.harmonics)])
        average = averaged(directions([(1,) * power for power in powers], _bonds(faces, joined), metal))
        angles = average.xreplace({s.w_1: self.harmonics[0], s.v_F: sp.S.One})
        at_rest = self.at_rest().value(joined)
        times, power, dims = replace(self._units, prefactor=sp.S.One, times=0).powers(0, 0)
        scale = self._units.scale(times, power) * dims
        if self.written_in == "D":  # D = v_F**2 tau_tr/d, and tau/tau_tr = 1 - w_1
            scale *= (1 - self.harmonics[0]) ** (sum(powers) // 2)
        return sign(self.corners) * at_rest * scale * angles


def _velocities(face: Face, corners: tuple[str | None, ...]) -> int:
    return velocities([corners[corner] for corner in face.corners])


def _bonds(faces: Sequence[Face], joined: tuple[Chord, ...]) -> list[Bond]:
    """Join the two faces on the sides of each impurity line."""
    pairs = ((i for i, face in enumerate(faces) if set(chord) <= set(face.sides)) for chord in joined)
    return [Bond(LineKind.IMPURITY, (one, other)) for one, other in pairs]


def chord_factor() -> sp.Expr:
    """Find by what an impurity line multiplies the prefactor of a box.

    It has a strength, and it adds a face (2 pi nu) and two lines (tau/hbar for all but one in a face).

    Examples
    --------
    >>> chord_factor()
    1
    """
    return impurity_line() * 2 * sp.pi * s.nu * s.tau / s.hbar
