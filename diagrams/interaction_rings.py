"""Electron rings with one interaction line: orders of the vertices, signs of the frequencies, ladders.

The frequencies are Matsubara's. A side of the ring is retarded where its frequency is positive and advanced
where it is negative, and a ladder of impurity lines can join two sides only where the signs differ. So the
diagrams follow from the ring by counting: which signs the sides have in which stretch of the electron's
frequency, and which sets of ladders do not cross.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise, permutations

import networkx as nx

from cooperon.diagrams.boxes import Chord, crossing, without_crossings
from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind
from cooperon.diagrams.polygons import polygons
from cooperon.diagrams.repl import PublicNames

__all__ = [
    "Ring",
    "RingDiagram",
    "Sector",
    "at_given_frequency",
    "interaction_rings",
    "ring_diagrams",
    "sectors",
]

Frequency = tuple[int, int]
"""Coefficients of omega, the frequency of the field, and of Omega, that of the interaction line."""

_KINDS = {"R": LineKind.RETARDED, "A": LineKind.ADVANCED}
_REGIONS: dict[str, Frequency] = {"Omega < omega": (2, 1), "Omega > omega": (1, 2)}
"""Where Omega lies, with two numbers for omega and Omega that lie so."""
_LEAVING, _ARRIVING = (0, 1), (0, -1)


@dataclass(frozen=True)
class Ring(PublicNames):
    """A closed electron line: its vertices, and the frequency that each brings in.

    Side i leads from vertex i to vertex i + 1.

    Attributes
    ----------
    vertices : tuple of VertexKind
        In the order of the arrow.
    gains : tuple of (int, int)
        What each adds to the electron's frequency, as coefficients of omega and Omega.

    Examples
    --------
    >>> ring = Ring((VertexKind.CURRENT, VertexKind.CURRENT), ((1, 0), (-1, 0)))
    >>> ring.shifts
    ((1, 0), (0, 0))
    """

    vertices: tuple[VertexKind, ...]
    gains: tuple[Frequency, ...]

    @property
    def shifts(self) -> tuple[Frequency, ...]:
        """What each side's frequency is ahead of the electron's, epsilon."""
        found, here = [], (0, 0)
        for gain in self.gains:
            here = _plus(here, gain)
            found.append(here)
        return tuple(found)

    @property
    def interacting(self) -> tuple[int, ...]:
        """The vertices of the interaction line."""
        return tuple(i for i, kind in enumerate(self.vertices) if kind is VertexKind.INTERACTION)


@dataclass(frozen=True)
class Sector(PublicNames):
    """A ring with a sign for the frequency of each side.

    Attributes
    ----------
    ring : Ring
        The ring, Omega counted along the direction in which it flows.
    kinds : str
        R or A for each side.
    region : str
        ``"Omega < omega"`` or ``"Omega > omega"``.
    count : tuple of (int, int)
        How long the stretch of epsilon is, as coefficients of omega and Omega; (0, 0) where epsilon is
        given and not summed over.
    """

    ring: Ring
    kinds: str
    region: str
    count: Frequency

    @property
    def dressed(self) -> bool:
        """Whether retarded and advanced lines meet at both ends of the interaction line.

        Each end has a ladder then, which is large as 1/(tau (D q**2 + Omega)).
        """
        return all(self.kinds[i - 1] != self.kinds[i] for i in self.ring.interacting)


@dataclass(frozen=True, eq=False)
class RingDiagram(PublicNames):
    """A ring with ladders.

    Attributes
    ----------
    sector : Sector
        The ring and the signs of its frequencies.
    ladders : tuple of Chord
        The pairs of sides that a ladder joins.

    Examples
    --------
    >>> current = ((VertexKind.CURRENT, (1, 0)), (VertexKind.CURRENT, (-1, 0)))
    >>> first = ring_diagrams(current)[0]
    >>> first.sector.kinds, first.ladders
    ('RARA', ((1, 2), (2, 3)))
    >>> first.diagram
    Diagram(2 current, 1 interaction, 2 diffuson, 4 retarded, 4 advanced)
    """

    sector: Sector
    ladders: tuple[Chord, ...]

    @cached_property
    def diagram(self) -> Diagram:
        """The same as a diagram of lines and vertices."""
        return _drawn(self)

    def frequency(self, ladder: Chord) -> Frequency:
        """Frequency of a ladder: that of its retarded side less that of its advanced side."""
        retarded, advanced = sorted(ladder, key=lambda side: self.sector.kinds[side], reverse=True)
        (a, b), (c, e) = (self.sector.ring.shifts[side] for side in (retarded, advanced))
        return a - c, b - e

    def carries_momentum(self, ladder: Chord) -> bool:
        """Whether a ladder carries the momentum of the interaction line: it has one end on either hand."""
        low, high = sorted(ladder)
        return sum(low < vertex <= high for vertex in self.sector.ring.interacting) == 1


def interaction_rings(external: Sequence[tuple[VertexKind, Frequency]]) -> tuple[Ring, ...]:
    """Put one interaction line on a ring with external vertices, in all ways.

    Parameters
    ----------
    external : sequence of (VertexKind, (int, int))
        The external vertices with the frequency that each brings in.

    Returns
    -------
    tuple of Ring
        One for each cyclic order; exchanging the ends of the interaction line makes no other diagram, as
        Omega runs over both signs.

    Examples
    --------
    >>> current = ((VertexKind.CURRENT, (1, 0)), (VertexKind.CURRENT, (-1, 0)))
    >>> for ring in interaction_rings(current):
    ...     print(*ring.vertices)
    current current interaction interaction
    current interaction current interaction
    current interaction interaction current
    """
    first, *others = external
    interaction = [(VertexKind.INTERACTION, _LEAVING), (VertexKind.INTERACTION, _ARRIVING)]
    found = []
    for order in permutations([*others, *interaction]):
        if order.index(interaction[0]) < order.index(interaction[1]):
            kinds, gains = zip(first, *order, strict=True)
            found.append(Ring(kinds, gains))
    return tuple(found)


def sectors(ring: Ring) -> tuple[Sector, ...]:
    """Find the stretches of the electron's frequency between which the signs of the sides change.

    Stretches without end, where all sides have one sign, are left out: all poles lie on one side there.

    Examples
    --------
    >>> ring = Ring((VertexKind.CURRENT, VertexKind.CURRENT), ((1, 0), (-1, 0)))
    >>> {(each.kinds, each.count) for each in sectors(ring)}
    {('RA', (1, 0))}
    """
    return tuple(
        sector
        for region, point in _REGIONS.items()
        for flow in (1, -1)
        for sector in _stretches(_flowing(ring, flow), region, point)
    )


def _stretches(ring: Ring, region: str, point: Frequency) -> Iterator[Sector]:
    def size(shift: Frequency) -> int:
        return shift[0] * point[0] + shift[1] * point[1]

    for low, high in pairwise(sorted(set(ring.shifts), key=size)):
        kinds = "".join("R" if size(shift) >= size(high) else "A" for shift in ring.shifts)
        yield Sector(ring, kinds, region, (high[0] - low[0], high[1] - low[1]))


def at_given_frequency(ring: Ring) -> tuple[Sector, ...]:
    """Find the signs of the sides where the electron's frequency is given: it is omega, and positive.

    Examples
    --------
    >>> (ring,) = interaction_rings([(VertexKind.DENSITY, (0, 0))])
    >>> [(each.kinds, each.region) for each in at_given_frequency(ring) if each.dressed]
    [('RAR', 'Omega > omega')]
    """
    found = []
    for region, (here, there) in _REGIONS.items():
        for flow in (1, -1):
            turned = _flowing(ring, flow)
            kinds = "".join("R" if here * (1 + a) + there * b > 0 else "A" for a, b in turned.shifts)
            found.append(Sector(turned, kinds, region, (0, 0)))
    return tuple(found)


def ring_diagrams(
    external: Sequence[tuple[VertexKind, Frequency]], *, given: bool = False
) -> tuple[RingDiagram, ...]:
    """Draw all rings with one interaction line, dressed at both ends, with every further ladder.

    Parameters
    ----------
    external : sequence of (VertexKind, (int, int))
        The external vertices with the frequency that each brings in.
    given : bool
        Whether the electron's frequency is given (and called omega) rather than summed over.

    Returns
    -------
    tuple of RingDiagram
        Ladders that would cross are left out: they cost a power of 1/(k_F ell).

    Examples
    --------
    >>> current = ((VertexKind.CURRENT, (1, 0)), (VertexKind.CURRENT, (-1, 0)))
    >>> len(ring_diagrams(current))
    34
    """
    find = at_given_frequency if given else sectors
    return tuple(
        RingDiagram(sector, chosen)
        for ring in interaction_rings(external)
        for sector in find(ring)
        if sector.dressed
        for chosen in _ladder_sets(sector)
    )


def _ladder_sets(sector: Sector) -> Iterator[tuple[Chord, ...]]:
    """Yield the sets of ladders: those at the ends of the interaction line, and others that do not cross."""
    size = len(sector.kinds)
    needed = tuple(_chord((i - 1) % size, i) for i in sector.ring.interacting)
    further = [
        (i, j)
        for i, j in combinations(range(size), 2)
        if sector.kinds[i] != sector.kinds[j] and (i, j) not in needed
    ]
    possible = [one for one in further if not any(crossing(one, other) for other in needed)]
    yield from (tuple(sorted((*needed, *chosen))) for chosen in without_crossings(possible))


def _chord(one: int, other: int) -> Chord:
    return min(one, other), max(one, other)


def _flowing(ring: Ring, flow: int) -> Ring:
    return Ring(ring.vertices, tuple((a, flow * b) for a, b in ring.gains))


def _plus(one: Frequency, other: Frequency) -> Frequency:
    return one[0] + other[0], one[1] + other[1]


def _drawn(ring: RingDiagram) -> Diagram:
    """Cut the sides at the ladders: each ladder has an end on either hand of its chord."""
    kinds, size = list(ring.sector.ring.vertices), len(ring.sector.kinds)
    lines = [Line(LineKind.INTERACTION, *ring.sector.ring.interacting)]
    on_side: dict[int, list[tuple[int, int, int]]] = {side: [] for side in range(size)}
    for low, high in ring.ladders:
        inner, outer = len(kinds), len(kinds) + 1
        kinds += [VertexKind.IMPURITY] * 2
        lines.append(Line(LineKind.DIFFUSON, inner, outer))
        # along a side the nearer the partner on the walk, the later: no two ladders cross
        on_side[low].append(((low - high) % size, outer, inner))
        on_side[high].append(((high - low) % size, inner, outer))
    for side, ladders in on_side.items():
        stops = [side, *(stop for _, *ends in sorted(ladders) for stop in ends), (side + 1) % size]
        kind = _KINDS[ring.sector.kinds[side]]
        lines += [Line(kind, a, b) for a, b in zip(stops[::2], stops[1::2], strict=True)]
    return _in_a_row(Diagram(tuple(kinds), tuple(lines)))


def _in_a_row(diagram: Diagram) -> Diagram:
    """Return it with vertices numbered polygon by polygon, along the ladders, back by the interaction line.

    Drawings place the polygons around a circle in this order, so that no ladder crosses another line.
    """
    corners = [polygon.corners for polygon in polygons(diagram)]
    home = {vertex: i for i, each in enumerate(corners) for vertex in each}
    chain = nx.Graph((home[line.start], home[line.end]) for line in diagram.blocks)
    first, _ = diagram.vertices_of(VertexKind.INTERACTION)
    end, *others = nx.dfs_preorder_nodes(chain, home[first])
    order = [vertex for i in (*others, end) for vertex in corners[i]]
    number = {vertex: i for i, vertex in enumerate(order)}
    lines = tuple(Line(line.kind, number[line.start], number[line.end]) for line in diagram.lines)
    return Diagram(tuple(diagram.kinds[vertex] for vertex in order), lines)
