"""The order of a diagram in 1/(k_F l), by counting which electron lines can be on shell together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from operator import le

import numpy as np

from cooperon.diagrams.diagram import ELECTRONS, Diagram, LineKind, require_diagram
from cooperon.diagrams.errors import DiagramError, InputError
from cooperon.diagrams.momenta import Routing, Vector, route_momenta
from cooperon.diagrams.regions import Component, Groups, Shells, slow_regions
from cooperon.diagrams.repl import PublicNames

__all__ = ["Region", "Weight", "weight"]


@dataclass(frozen=True)
class Region(PublicNames):
    """A region of the momenta of a diagram, and what it costs in phase space.

    Attributes
    ----------
    slow : int
        Independent combinations of momenta, sums or differences of two, that are small: below 1/l.
    parallel : int
        Independent directions that are parallel to others within an angle of (k_F l)**(-1/2).
    momenta : int
        Different momenta of the electron lines, up to a sign and up to slow momenta.
    independent : int
        How many of these are linearly independent. Each of them can be put on shell at no cost.
    conditions : int
        On-shell conditions on the other momenta that restrict an angle.
    one_sided : int
        Powers more where poles lie on one side: one for each electron line beyond the first that share a
        momentum and are all retarded or all advanced. Where all lines of the diagram are of one kind, or
        momenta are parallel, all that the region saves.
    groups : tuple of tuple of (int, int)
        The electron lines that share a momentum: the place of each in ``diagram.lines``, and its
        sign.
    """

    slow: int
    parallel: int
    momenta: int
    independent: int
    conditions: int
    one_sided: int
    groups: Groups

    def power(self, dim: float, *, poles: bool = False) -> float:
        """Return the power of 1/(k_F l) that the region costs (see :class:`Weight`)."""
        angles = (self.slow + self.parallel / 2) * (dim - 1)
        power = angles + self.conditions + (self.one_sided if poles else 0)
        return int(power) if power == int(power) else power

    def __str__(self) -> str:
        terms = ((self.slow, " (d - 1)"), (self.parallel, " (d - 1)/2"), (self.conditions, ""))
        cost = " + ".join(f"{number}{unit}" for number, unit in terms if number) or "0"
        made = [f"{self.slow} slow"] * (self.slow > 0) + [f"{self.parallel} parallel"] * (self.parallel > 0)
        where = f"with {' and '.join(made)}" if made else "anywhere"
        lost = f" ({self.one_sided} more with poles)" if self.one_sided else ""
        return f"{where}, {self.momenta} momenta, {self.independent} independent: {cost}{lost}"


@dataclass(frozen=True)
class Weight(PublicNames):
    """The order of a diagram in 1/(k_F l), region by region.

    Each electron line is large, of order tau, where its momentum is within 1/l of the Fermi surface. An
    integral over one independent momentum can put it there. A line whose momentum is a combination
    of others is there only for some of the angles between them, and that costs a factor
    1/(k_F l). Lines with the same momentum, or with opposite momenta, are on shell together. It may pay
    to make a sum or difference of two momenta small, at a cost of (1/(k_F l))**(d-1), because then
    other momenta coincide: so small momenta of diffusons and Cooperons are found. Likewise
    momenta that are parallel within (k_F l)**(-1/2), at a cost of (1/(k_F l))**((d-1)/2) a direction, put
    their combinations on shell.

    The power is that of the cheapest region, in comparison with the largest diagrams with as many impurity
    lines (for two bubbles: that hang together as much). Regions of equal power leave a logarithm
    of k_F l.

    This is the phase space of lines on shell, which bounds the size of a diagram. What it does not see is
    where the poles lie: the energy integral of two lines of one kind, both retarded, say, has them all on
    one side, can be moved away from the Fermi surface, and gives 1/E_F in place of tau. With ``poles=True``
    each line that shares its momentum with lines of its own kind only counts as one more power, and parallel
    momenta, for which it is not known where the poles lie, save nothing. A single retarded line
    shows the difference: a second-order rainbow has the power 0 in phase space and 1 with poles, and
    the crossed self-energy of second order has a logarithm in two dimensions in phase space only.

    Attributes
    ----------
    regions : tuple of Region
        The regions that can be the cheapest, for some dimension d >= 2, with or without poles.

    Examples
    --------
    >>> from cooperon.diagrams.contraction import Contraction
    >>> crossed = weight(Contraction("line", "R", (4,), ((0, 2), (1, 3))).diagram)
    >>> [(dim, crossed.power(dim), crossed.logarithm(dim)) for dim in (2, 3)]
    [(2, 1, True), (3, 1, False)]
    """

    regions: tuple[Region, ...]

    def power(self, dim: float, *, poles: bool = False) -> float:
        """Return the power of 1/(k_F l).

        Parameters
        ----------
        dim : float
            Dimension, 2 or more; or 1, where nothing is small: there are no angles to restrict.
        poles : bool
            Whether to count where the poles of energy integrals lie.

        Raises
        ------
        InputError
            When the dimension is not one of those.
        """
        return self.cheapest(dim, poles=poles)[0].power(dim, poles=poles)

    def logarithm(self, dim: float, *, poles: bool = False) -> bool:
        """Tell whether regions of equal power leave a logarithm of k_F l.

        Parameters and errors are those of :meth:`power`.
        """
        return len({(each.slow, each.parallel) for each in self.cheapest(dim, poles=poles)}) > 1

    def cheapest(self, dim: float, *, poles: bool = False) -> tuple[Region, ...]:
        """Return the regions that give the power.

        Parameters and errors are those of :meth:`power`.
        """
        _require_dimension(dim)
        powers = [region.power(dim, poles=poles) for region in self.regions]
        found = zip(self.regions, powers, strict=True)
        return tuple(region for region, power in found if power == min(powers))

    def explain(self, dim: float, *, poles: bool = False) -> str:
        """Say in a sentence what the power is and which region gave it.

        Parameters and errors are those of :meth:`power`.

        Examples
        --------
        >>> from cooperon.diagrams.contraction import Contraction
        >>> crossed = weight(Contraction("line", "R", (4,), ((0, 2), (1, 3))).diagram)
        >>> print(crossed.explain(3))
        (1/k_F l)^1 in d = 3 from momenta anywhere, 4 momenta, 3 independent: 1
        """
        power = self.power(dim, poles=poles)
        tie = ", with a logarithm," if self.logarithm(dim, poles=poles) else ""
        where = "; and ".join(map(str, self.cheapest(dim, poles=poles)))
        return f"(1/k_F l)^{power:g}{tie} in d = {dim:g} from momenta {where}"

    @property
    def rule(self) -> str:
        """The rule, and what it counts in every region that can be the cheapest."""
        return f"{_RULE}: {'; '.join(map(str, self.regions))}"


_RULE = (
    "each independent momentum can be put on shell; each other one, but for its sign, restricts an angle to "
    "1/(k_F l); a slow sum or difference costs d - 1 powers, a parallel direction (d - 1)/2; the "
    "cheapest region counts"
)


def weight(diagram: Diagram) -> Weight:
    """Count the order of a diagram in 1/(k_F l).

    Parameters
    ----------
    diagram : Diagram
        A diagram with impurity lines only: a single line, bubbles, or another that the user has built.

    Returns
    -------
    Weight

    Raises
    ------
    DiagramError
        When it is no diagram, or has blocks or interaction lines.

    Examples
    --------
    >>> from cooperon.diagrams.enumeration import chord_diagram
    >>> maximally_crossed = weight(chord_diagram(3, 3, ((0, 3), (1, 4), (2, 5))))
    >>> print(maximally_crossed.explain(2))
    (1/k_F l)^1 in d = 2 from momenta with 1 slow, 3 momenta, 3 independent: 1 (d - 1)
    """
    require_diagram(diagram)
    if not {line.kind for line in diagram.lines} <= ELECTRONS | {LineKind.IMPURITY}:
        raise DiagramError(
            repr(diagram),
            expected="electron lines and impurity lines only",
            hint="a diagram before it is resummed, as cooperon.diagrams.enumerate yields it",
        )
    lines = _Lines(diagram)
    found: list[Region] = []
    for level in slow_regions(lines.vectors):
        found += [region for shells in level for region in lines.regions(shells)]
        if any(map(lines.settled, found)):
            break
    return Weight(_cheapest(found))


@dataclass(frozen=True)
class _Lines:
    """The electron lines of a diagram with their momenta."""

    diagram: Diagram

    @cached_property
    def places(self) -> tuple[int, ...]:
        return tuple(i for i, line in enumerate(self.diagram.lines) if line.kind in ELECTRONS)

    @cached_property
    def routing(self) -> Routing:
        return route_momenta(self.diagram)

    @cached_property
    def vectors(self) -> tuple[Vector, ...]:
        return tuple(self.routing.momenta[i] for i in self.places)

    @cached_property
    def fixed(self) -> frozenset[int]:
        """The lines that carry a momentum given from outside, which no integral runs over."""
        external = self.routing.external
        return frozenset(i for i, vector in enumerate(self.vectors) if not any(vector[external:]))

    @cached_property
    def alike(self) -> bool:
        return len({self.diagram.lines[i].kind for i in self.places}) == 1

    @cached_property
    def spare(self) -> int:
        """The powers that are left when no two lines are on shell together."""
        generic = Shells(self.vectors)
        return generic.conditions + self._one_sided(generic)

    def regions(self, shells: Shells) -> Iterator[Region]:
        """Yield the region of given slow momenta, and those in which momenta are parallel besides."""
        aligned = [part for part in shells.components if part.alignable and _pays(part)]
        for number in range(len(aligned) + 1):
            for parts in combinations(aligned, number):
                saved = sum(part.momenta - part.independent for part in parts)
                conditions = shells.conditions - saved
                lost = self.spare - conditions if self.alike else self._one_sided(shells) + saved
                yield Region(
                    slow=shells.slow,
                    parallel=sum(part.independent - 1 for part in parts),
                    momenta=len(shells.distinct),
                    independent=shells.independent,
                    conditions=conditions,
                    one_sided=lost,
                    groups=self._named(shells.groups),
                )

    def settled(self, region: Region) -> bool:
        """Tell whether further slow momenta cost more and have nothing to save, with or without poles."""
        return not (region.conditions or region.parallel) and (self.alike or not region.one_sided)

    def _one_sided(self, shells: Shells) -> int:
        groups = [{place for place, _ in group} for group in shells.groups]
        kinds = [{self.diagram.lines[self.places[i]].kind for i in group} for group in groups]
        return sum(
            len(group) - 1
            for group, kind in zip(groups, kinds, strict=True)
            if len(kind) == 1 and not group & self.fixed
        )

    def _named(self, groups: Groups) -> Groups:
        return tuple(tuple((self.places[place], sign) for place, sign in group) for group in groups)


def _pays(part: Component) -> bool:
    """Tell whether parallel momenta cost less than on-shell conditions in two dimensions."""
    return (part.independent - 1) / 2 < part.momenta - part.independent


def _cheapest(regions: Sequence[Region]) -> tuple[Region, ...]:
    """Leave out the regions that cost no less than another one in every dimension, with and without poles."""
    first = {(each.slow, each.parallel, each.conditions, each.one_sided): each for each in reversed(regions)}
    return tuple(
        region
        for cost, region in sorted(first.items())
        if not any(other != cost and all(map(le, other, cost)) for other in first)
    )


def _require_dimension(dim: object) -> None:
    known = isinstance(dim, (int, float, Fraction, np.integer)) and not isinstance(dim, bool)
    if not known or not (dim == 1 or dim >= 2):  # type: ignore[operator]
        raise InputError(f"dim = {dim!r}", expected="a number, 2 or more, or 1", hint="dim=2")
