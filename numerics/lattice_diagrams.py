"""Feynman rules on a lattice: every diagram as a sum over the sites of its impurity vertices.

An electron line is walked along its arrow, with a tensor of where the electron is and which impurities it
has met that will be met again. Lines that begin alike share the beginning.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache, reduce
from typing import Any

from cooperon.diagrams.contraction import Contraction, read_contraction
from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.shapes import SHAPES
from cooperon.numerics.disorder import Disorder
from cooperon.numerics.exact_arrays import ExactArray
from cooperon.numerics.finite_lattice import Lattice
from cooperon.numerics.impurity_words import ImpurityWords

__all__ = ["LatticeRules", "lattice_value", "read_words"]

Array = Any
"""A complex array of numpy or, in exact arithmetic, an ``ExactArray``: both do the same things."""
Named = tuple[Array, tuple[Any, ...]]
"""An array and the names of its axes; to contract two is to sum over the names that they share."""
Step = tuple[int, int, bool, bool]
"""An impurity vertex met along a line: the impurity, by its place among those met on this line; the number of
its vertices; whether this one is the first of them; whether the sum over the impurity's site ends here."""

_KEPT = 2048  # beginnings of lines in memory


def lattice_value(
    diagram: Diagram | Contraction | ImpurityWords,
    lattice: Lattice,
    *,
    exact: bool = False,
    open_ends: bool = False,
) -> Array:
    """Evaluate a diagram on a lattice.

    Parameters
    ----------
    diagram : Diagram, Contraction or ImpurityWords
        A single line, a bubble or a pair of bubbles with impurities, such as
        :func:`~cooperon.diagrams.enumerate` and
        :func:`~cooperon.numerics.impurity_words.impurity_words` yield, or one's own. A diagram that stands
        for several contractions is their sum.
    lattice : Lattice
        Where.
    exact : bool
        True for exact numbers, False for floating-point ones.
    open_ends : bool
        For bubbles: leave out the external vertices.

    Returns
    -------
    array of complex or ExactArray
        For a line the matrix that it adds to <G_ab>. For a bubble the number that it adds to
        <Tr v G^R v G^A> (with density vertices: <Tr G^R G^A>); with open ends the tensor that it adds to
        <G^R_ab G^A_cd>.

    Raises
    ------
    InputError
        When it is not such a diagram, or has vertices that a lattice without spin has not.

    Examples
    --------
    >>> from cooperon.diagrams import enumerate
    >>> from cooperon.numerics.lattice import from_matrices
    >>> two_sites = from_matrices([[0, 1], [1, 0]], [[0, 1j], [-1j, 0]], energy=0)
    >>> for diagram in enumerate(1, of="bubble"):
    ...     print(lattice_value(diagram, two_sites, exact=True))
    352/625
    -512/625
    352/625
    """
    return LatticeRules(lattice, exact=exact, open_ends=open_ends)(diagram)


class LatticeRules:
    """The Feynman rules in numbers; call it with a diagram to evaluate many on one lattice.

    Parameters
    ----------
    lattice, exact, open_ends
        As in :func:`lattice_value`.

    Examples
    --------
    >>> from cooperon.numerics.lattice import ring
    >>> LatticeRules(ring(4), exact=False)(ImpurityWords("line", "R", ((0, 0),))).shape
    (4, 4)
    """

    def __init__(self, lattice: Lattice, *, exact: bool = False, open_ends: bool = False) -> None:
        self._number = (lambda array: array) if exact else ExactArray.numbers
        self._disorder = lattice.disorder
        self._open_ends = open_ends
        # an electron goes from s to s' with the amplitude G[s', s]
        self._onwards = {letter: self._number(lattice.green(letter)).transpose((1, 0)) for letter in "RA"}
        self._vertex = lru_cache(None)(lambda kind: self._number(lattice.vertex(kind)))
        self._legs = lru_cache(None)(self._make_legs)
        self._line = lru_cache(_KEPT)(self._walk)

    def __call__(self, diagram: Diagram | Contraction | ImpurityWords) -> Array:
        """Evaluate a diagram."""
        values = [self._value(words) for words in read_words(diagram)]
        return reduce(lambda a, b: a + b, values)

    def _value(self, diagram: ImpurityWords) -> Array:
        lines = self._lines(diagram)
        if diagram.of == "line" or self._open_ends:
            names = [(place, i) for i in range(len(lines)) for place in ("end", "start")]
            return _ordered(_product(lines), names)
        vertex = self._vertex(diagram.vertex)
        starts = {start: i for i, (start, _) in enumerate(SHAPES[diagram.of].joints)}
        factors: list[Named] = []
        for i, (_, end) in enumerate(SHAPES[diagram.of].joints):
            factors += [lines[i], (vertex, (("start", starts[end]), ("end", i)))]
        return _product(factors)[0]

    def _lines(self, diagram: ImpurityWords) -> list[Named]:
        """Evaluate every electron line, up to the sums over impurities that other lines meet."""
        lines: list[Named] = []
        for i, (letter, steps, met) in enumerate(_walks(diagram)):
            array, left = self._line(letter, steps)
            lines.append((array, (("start", i), *(met[label] for label in left), ("end", i))))
        return lines

    def _walk(self, letter: str, steps: tuple[Step, ...]) -> tuple[Array, tuple[int, ...]]:
        """Return the tensor over the start, the impurities left open and the end, and which those are."""
        onwards = self._onwards[letter]
        if not steps:
            return onwards, ()
        before, left = self._line(letter, steps[:-1])
        label, size, first, last = steps[-1]
        leg = self._legs(size)[0 if first else 1]
        if leg is None:  # the impurity is where the electron is
            return before.reshape((*before.shape, 1)) * onwards, (*left, label)
        if label not in left:
            return (before.reshape((*before.shape[:-1], 1, before.shape[-1])) * leg) @ onwards, (*left, label)
        axis = 1 + left.index(label)  # after the start
        ones = (1,) * (len(left) - axis)
        met = before * leg.reshape((leg.shape[0], *ones, leg.shape[1]))
        if not last:
            return met @ onwards, left
        return met.sum(axis) @ onwards, (*left[: axis - 1], *left[axis:])

    def _make_legs(self, size: int) -> tuple[Array, Array]:
        first, other = _weights(self._disorder, size)
        return first and self._number(first), self._number(other)


def _weights(disorder: Disorder, size: int) -> tuple[ExactArray | None, ExactArray]:
    """Return what stands at the first and at every other vertex of an impurity, over sources and sites.

    The two vertices of an impurity line are at s and s' with the weight C_ss': the first one sets s, and
    has None. An impurity with more vertices is a source k: A_sk at each vertex, and the cumulant of x_k once.
    """
    if size == 2:
        return None, ExactArray.read(disorder.covariance)
    by_source = list(zip(*disorder.mixing, strict=True))
    weighted = [[disorder.cumulant(k, size) * a for a in row] for k, row in enumerate(by_source)]
    return ExactArray.read(weighted), ExactArray.read(by_source)


def read_words(diagram: Diagram | Contraction | ImpurityWords) -> list[ImpurityWords]:
    """Read the contractions that a diagram stands for off its graph, retarded lines first.

    Raises
    ------
    DiagramError
        When it is not a single line, a bubble or a pair of bubbles with impurity lines only.

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> [(contraction.lines, contraction.words) for contraction in read_words(bubble())]
    [('RA', ((), ()))]
    """
    if isinstance(diagram, ImpurityWords):
        return [diagram]
    if isinstance(diagram, Contraction):
        return [ImpurityWords.of_contraction(diagram)]
    return [ImpurityWords.of_contraction(image) for image in sorted(read_contraction(diagram).images)]


def _walks(diagram: ImpurityWords) -> Iterator[tuple[str, tuple[Step, ...], list[int]]]:
    """Yield for each electron line its letter, its steps and the impurities in the order of meeting."""
    sizes: Mapping[int, int] = dict(enumerate(diagram.legs))
    begun: set[int] = set()
    for letter, word in zip(diagram.lines, diagram.words, strict=True):
        seen: Counter[int] = Counter()
        steps = []
        for label in word:
            seen[label] += 1
            place = list(seen).index(label)
            steps.append((place, sizes[label], label not in begun, seen[label] == sizes[label]))
            begun.add(label)
        yield letter, tuple(steps), list(seen)


def _product(factors: list[Named]) -> Named:
    """Multiply arrays and sum over every name that two or more of them have."""
    result = factors[0]
    for i, factor in enumerate(factors[1:], 2):
        result = _contract(result, factor, {name for _, names in factors[i:] for name in names})
    return result


def _contract(left: Named, right: Named, later: set[Any]) -> Named:
    """Multiply two arrays and sum over the names that they share, but for those that come again later."""
    sizes = dict(zip((*left[1], *right[1]), (*left[0].shape, *right[0].shape), strict=True))
    shared = [name for name in left[1] if name in right[1]]
    groups = (
        [name for name in shared if name in later],
        [name for name in left[1] if name not in shared],
        [name for name in shared if name not in later],
        [name for name in right[1] if name not in shared],
    )
    kept, rows, inner, columns = groups
    k, m, s, n = (math.prod(sizes[name] for name in names) for names in groups)
    first = _ordered(left, [*kept, *rows, *inner]).reshape((k, m, s))
    second = _ordered(right, [*kept, *inner, *columns]).reshape((k, s, n))
    names = (*kept, *rows, *columns)
    return (first @ second).reshape(tuple(sizes[name] for name in names)), names


def _ordered(named: Named, names: list[Any]) -> Array:
    array, present = named
    return array.transpose(tuple(present.index(name) for name in names))
