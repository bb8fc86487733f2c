"""What a diagram is, read off its graph and never from how it was built."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.polygons import crossings, slow_loops
from cooperon.diagrams.resummation import Words, resum, strip_self_energies, words

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
    resummed = resum(diagram)
    return Classification(
        family=_family(read),
        crossings=crossings(diagram),
        loops=slow_loops(resummed),
        reducible=_reducible(read),
        leading=crossings(resummed) == 0 and not _crossed_insertion(read),
    )


def _family(read: Words) -> Family:
    if not read.upper and not read.lower:
        return Family.BUBBLE
    if strip_self_energies(read) != read:
        return Family.SELF_ENERGY
    if read.upper == read.lower[::-1]:
        return Family.LADDER
    if read.upper == read.lower:
        return Family.MAXIMALLY_CROSSED
    return Family.OTHER


def _crossed_insertion(read: Words) -> bool:
    """True when two impurity lines of self-energy insertions cross."""
    kept = strip_self_energies(read)
    pairs = ((read.upper, kept.upper), (read.lower, kept.lower))
    return any(_crossed(word, set(word) - set(outside)) for word, outside in pairs)


def _crossed(word: tuple[int, ...], labels: set[int]) -> bool:
    spans = [(word.index(x), len(word) - 1 - word[::-1].index(x)) for x in labels]
    return any(a < c < b < e for a, b in spans for c, e in spans)


def _reducible(read: Words) -> bool:
    """Look for a cut through both lines with all partners on one side of it."""
    stripped = strip_self_energies(read)
    upper, lower = stripped.upper, stripped.lower[::-1]
    cuts = ((i, j) for i in range(len(upper) + 1) for j in range(len(lower) + 1))
    inner = ((i, j) for i, j in cuts if 0 < i + j < len(upper) + len(lower))
    return any(not set(upper[:i] + lower[:j]) & set(upper[i:] + lower[j:]) for i, j in inner)
