"""What a diagram is, read off its graph and never from how it was built."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.polygons import crossings, slow_loops
from cooperon.diagrams.resummation import Words, resum_words, strip_self_energies, words

__all__ = ["Classification", "Family", "classify"]


class Family(StrEnum):
    """The families of diagrams of the bubble."""

    BUBBLE = "bubble"
    SELF_ENERGY = "self-energy insertion"
    LADDER = "ladder"
    MAXIMALLY_CROSSED = "maximally crossed"
    OTHER = "other"


@dataclass(frozen=True)
class Classification:
    """What :func:`classify` reads off a diagram.

    Attributes
    ----------
    family : Family
        Bubble, self-energy insertion (at least one), ladder, maximally crossed, or other.
    crossings : int
        Number of pairs of impurity lines that cross, as drawn around the bubble.
    loops : int
        Independent slow momenta once ladders and maximally crossed lines are resummed to blocks.
    reducible : bool
        True when two electron lines, one retarded and one advanced, can be cut such that the
        diagram falls apart between the two external vertices (two-particle reducible).
    leading : bool
        True when, after resummation, no impurity lines cross, nor within self-energies: a diagram that
        is False here is smaller by at least one power of 1/(k_F l) (up to a logarithm in two
        dimensions).
    """

    family: Family
    crossings: int
    loops: int
    reducible: bool
    leading: bool


def classify(diagram: Diagram) -> Classification:
    """Classify a diagram of the bubble.

    Parameters
    ----------
    diagram : Diagram
        A bubble with impurity lines, as :func:`~cooperon.diagrams.enumerate` yields them.

    Returns
    -------
    Classification

    Raises
    ------
    DiagramError
        When the diagram is not one bubble of a retarded and an advanced line.

    Notes
    -----
    A single rung is a ladder. The maximally crossed family begins with two lines.

    Examples
    --------
    >>> from cooperon.diagrams import enumerate
    >>> [str(classify(diagram).family) for diagram in enumerate(1)]
    ['self-energy insertion', 'ladder', 'self-energy insertion']
    """
    read = words(diagram)
    averaged = strip_self_energies(read)
    resummed = resum_words(averaged)
    inserted = set(read.upper + read.lower) - set(averaged.upper + averaged.lower)
    return Classification(
        family=_family(read, averaged),
        crossings=_crossings(read, set(read.upper + read.lower)),
        loops=slow_loops(resummed),
        reducible=_reducible(averaged),
        leading=crossings(resummed) == 0 and _crossings(read, inserted) == 0,
    )


def _family(read: Words, averaged: Words) -> Family:
    if not read.upper and not read.lower:
        return Family.BUBBLE
    if averaged != read:
        return Family.SELF_ENERGY
    if read.upper == read.lower[::-1]:
        return Family.LADDER
    if read.upper == read.lower:
        return Family.MAXIMALLY_CROSSED
    return Family.OTHER


def _crossings(read: Words, labels: set[int]) -> int:
    """Count the pairs of labels whose places alternate on the way round the bubble."""
    places: dict[int, list[int]] = {}
    for place, label in enumerate(read.upper + read.lower):
        if label in labels:
            places.setdefault(label, []).append(place)
    return sum(a < c < b < e for (a, b), (c, e) in combinations(places.values(), 2))


def _reducible(averaged: Words) -> bool:
    """Look for a cut through both lines with all partners on one side of it."""
    upper, lower = averaged.upper, averaged.lower[::-1]
    cuts = ((i, j) for i in range(len(upper) + 1) for j in range(len(lower) + 1))
    inner = ((i, j) for i, j in cuts if 0 < i + j < len(upper) + len(lower))
    return any(not set(upper[:i] + lower[:j]) & set(upper[i:] + lower[j:]) for i, j in inner)
