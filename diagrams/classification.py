"""What a diagram is, read off its graph and never from how it was built."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from cooperon.diagrams.contraction import Contraction, Wordings, find_contraction
from cooperon.diagrams.cuts import crossed_pairs, cut_by_one_line, cut_by_two_lines
from cooperon.diagrams.diagram import Diagram, require_diagram
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.polygons import bridges, crossings, slow_loops
from cooperon.diagrams.power_counting import Weight, weight
from cooperon.diagrams.repl import PublicNames
from cooperon.diagrams.resummation import inserted, resum_contraction, without_insertions
from cooperon.diagrams.shapes import SHAPES

__all__ = ["Classification", "Family", "classify"]


class Family(StrEnum):
    """The families of diagrams of a single line, of a bubble and of a pair of bubbles."""

    LINE = "line"
    BUBBLE = "bubble"
    SELF_ENERGY = "self-energy insertion"
    LADDER = "ladder"
    MAXIMALLY_CROSSED = "maximally crossed"
    OTHER = "other"


_QUESTIONS = ("leading", "reducible", "one_particle_irreducible", "two_particle_irreducible", "skeleton")


@dataclass(frozen=True, repr=False)
class Classification(PublicNames):
    """What :func:`classify` reads off a diagram.

    Attributes
    ----------
    family : Family
        *Bubbles*: bubble (no impurity line); self-energy insertion (at least one); ladder and maximally
        crossed (the impurity lines join two electron lines, and follow one another in opposite or in
        equal order along their arrows; in a pair of bubbles, every electron line with one partner); other.
        *Single line*: line (no impurity line); self-energy insertion (the one-line self-energy, and
        all diagrams with a self-energy that is only a part of them: strings, and all with rainbows);
        maximally crossed (every two impurity lines cross); other (the skeletons that are left).
    crossings : int
        Number of pairs of impurity lines that cross, as drawn around each bubble, or on one side of a
        single line. Lines between two bubbles are drawn such that as few as possible cross.
        Diagrams without crossings are the rainbows and their like.
    loops : int
        Independent slow momenta once ladders and maximally crossed lines between retarded and advanced
        lines are resummed to blocks. Between lines of one kind nothing is slow.
    reducible : bool
        *Bubbles*: two-particle reducible, self-energy insertions aside: one cut through each of the two
        electron lines splits the impurity vertices in two, and parts the external vertices. *Single
        line*: one-particle reducible, a string of self-energies.
    leading : bool
        True when, after resummation, no impurity lines cross, nor within self-energies: a diagram that
        is False here is smaller by at least one power of 1/(k_F l) (up to a logarithm in two
        dimensions). The one line that holds two bubbles together crosses nothing.
    one_particle_irreducible : bool
        True when the diagram holds together whichever electron line is cut. A single line without its two
        ends: then it is a self-energy. Bubbles always do, unless they are two that no impurity line joins.
    two_particle_irreducible : bool
        *Bubbles*: the part between the external vertices is an irreducible vertex: it joins both electron
        lines (or both bubbles), and no cut through one electron line each splits its impurity vertices; its
        outer lines are bare. *Single line*: a self-energy that holds together whichever two electron lines
        are cut, which is the same as a skeleton.
    skeleton : bool
        True when no self-energy is inserted in an electron line. A single line: it is a self-energy
        without one inside.
    diagram : Diagram
        What was classified; it takes no part in comparisons.
    """

    family: Family
    crossings: int
    loops: int
    reducible: bool
    leading: bool
    one_particle_irreducible: bool
    two_particle_irreducible: bool
    skeleton: bool
    diagram: Diagram = field(compare=False, repr=False)

    def __repr__(self) -> str:
        said = (
            f"{self.crossings} crossing{'s' * (self.crossings != 1)}",
            f"{self.loops} loop{'s' * (self.loops != 1)}",
            *(name.replace("_", " ") for name in _QUESTIONS if getattr(self, name)),
        )
        return f"<Classification {self.family}: {', '.join(said)}>"

    @cached_property
    def weight(self) -> Weight:
        """The order in 1/(k_F l), and the rule that gave it: counted when it is asked for."""
        return weight(self.diagram)


def classify(diagram: Diagram) -> Classification:
    """Classify a diagram: a single line, a bubble or a pair of bubbles with impurity lines.

    Parameters
    ----------
    diagram : Diagram
        As :func:`~cooperon.diagrams.enumerate` yields them.

    Returns
    -------
    Classification

    Raises
    ------
    DiagramError
        When the diagram is none of these.

    Notes
    -----
    A single rung is a ladder. The maximally crossed family begins with two lines.

    Examples
    --------
    >>> from cooperon.diagrams import enumerate
    >>> [str(classify(diagram).family) for diagram in enumerate(1)]
    ['self-energy insertion', 'ladder', 'self-energy insertion']
    >>> [classify(diagram).one_particle_irreducible for diagram in enumerate(2, of="line")]
    [False, True, True]
    >>> classify(next(enumerate(2, of="line"))).weight.power(3)
    0
    """
    require_diagram(diagram)
    contraction = find_contraction(diagram)
    if contraction is None:
        raise DiagramError(
            repr(diagram),
            expected="a single line, one bubble or a pair of bubbles, external vertices of one kind and "
            "impurity lines only",
            hint="one of the diagrams of cooperon.diagrams.enumerate",
        )
    read = _closed if SHAPES[contraction.of].closed else _single
    return read(diagram, contraction)


def _single(diagram: Diagram, contraction: Contraction) -> Classification:
    """Classify a single line."""
    (word,) = contraction.words
    reducible = cut_by_one_line(word)
    skeleton = bool(word) and not inserted(word[1:]) and not inserted(word[:-1])
    crossed = crossed_pairs((word,))
    return Classification(
        family=_family_of_line(contraction.order, crossed, skeleton=skeleton),
        crossings=crossed,
        loops=0,
        reducible=reducible,
        leading=crossed == 0,
        one_particle_irreducible=bool(word) and not reducible,
        two_particle_irreducible=skeleton,
        skeleton=skeleton,
        diagram=diagram,
    )


def _family_of_line(order: int, crossed: int, *, skeleton: bool) -> Family:
    if order == 0:
        return Family.LINE
    if order == 1 or not skeleton:
        return Family.SELF_ENERGY
    return Family.MAXIMALLY_CROSSED if crossed == order * (order - 1) // 2 else Family.OTHER


def _closed(diagram: Diagram, contraction: Contraction) -> Classification:
    """Classify bubbles."""
    words = contraction.words
    averaged = without_insertions(words)
    resummed = resum_contraction(contraction)
    gone = {label for word in words for label in word} - {label for word in averaged for label in word}
    vertex = contraction.connected and (all(words) or (len(words) > 2 and any(words)))
    return Classification(
        family=_family(words, averaged),
        crossings=crossed_pairs(words),
        loops=slow_loops(resummed),
        reducible=cut_by_two_lines(averaged),
        leading=crossings(resummed) == bridges(resummed) and crossed_pairs(words, gone) == 0,
        one_particle_irreducible=contraction.connected,
        two_particle_irreducible=vertex and not cut_by_two_lines(words),
        skeleton=not gone,
        diagram=diagram,
    )


def _family(words: Wordings, averaged: Wordings) -> Family:
    if not any(words):
        return Family.BUBBLE
    if averaged != words:
        return Family.SELF_ENERGY
    couples = [_partner(words, i) for i, word in enumerate(words) if word]
    if all(partner == word[::-1] for word, partner in couples):
        return Family.LADDER
    if all(partner == word for word, partner in couples):
        return Family.MAXIMALLY_CROSSED
    return Family.OTHER


def _partner(words: Wordings, line: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the word of an electron line, and that of the other line with the same impurities."""
    word = words[line]
    others = (other for i, other in enumerate(words) if i != line and set(other) == set(word))
    return word, next(others, ())
