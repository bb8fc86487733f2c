"""Loops over chord diagrams for a compiler: plain functions of integers and arrays, which numba compiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cooperon.diagrams.errors import CooperonError

__all__ = [
    "IRREDUCIBLE",
    "SKELETON",
    "compiled",
    "fill",
    "installed",
    "least",
    "look",
    "survive",
    "survive_rings",
]

IRREDUCIBLE, SKELETON = 1, 2  # bits that say what a diagram is

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]


def fill(points: int, choices: Integers, pair_words: NDArray[np.uint64], words: Words, rings: Bytes) -> None:
    """Write all pairings of points that begin with given choices, in the order of the dictionary.

    The first free point is joined to each free one beyond it in turn. Free points are a linked list.

    Parameters
    ----------
    points : int
        Number of points, 2n.
    choices : array of int
        For the first lines: how many free points are passed over.
    pair_words : array of uint64, shape (points, points)
        The bits of a line between two points.
    words, rings : arrays
        What is written: the words, and a row of distances for each diagram.

    Examples
    --------
    >>> words, rings = np.zeros(3, np.uint64), np.zeros((3, 4), np.uint8)
    >>> fill(4, np.zeros(0, np.int64), np.zeros((4, 4), np.uint64), words, rings)
    >>> rings
    array([[1, 3, 1, 3],
           [2, 2, 2, 2],
           [3, 1, 3, 1]], dtype=uint8)
    """
    lines = points // 2
    after, before = np.arange(1, points + 2), np.arange(-1, points)
    after[points], before[0] = 0, points
    begin, end = np.zeros(lines, np.int64), np.zeros(lines, np.int64)
    word, ring = np.zeros(lines + 1, np.uint64), np.zeros(points, np.uint8)
    level, place, entered = 0, 0, True
    while level >= 0:
        if entered:
            a = after[points]
            after[points], before[after[a]] = after[a], points
            begin[level], b = a, after[a]
            for _ in range(choices[level] if level < choices.size else 0):
                b = after[b]
        else:
            a, b = begin[level], end[level]
            after[before[b]], before[after[b]] = b, b
            b = after[b]
            if b == points or level < choices.size:
                after[before[a]], before[after[a]] = a, a
                level -= 1
                continue
        end[level] = b
        after[before[b]], before[after[b]] = after[b], before[b]
        word[level + 1] = word[level] | pair_words[a, b]
        ring[a], ring[b] = b - a, points - b + a
        entered = level + 1 < lines
        if entered:
            level += 1
            continue
        words[place] = word[lines]
        for i in range(points):
            rings[place, i] = ring[i]
        place += 1


def look(rings: Bytes, crossings: NDArray[np.uint16], kinds: Bytes) -> None:
    """Go along each diagram and write down how many lines cross, and what it is.

    ``ends`` has a bit for every later point at which an impurity line ends that has begun. Lines that cross,
    directly or through others, hang together; ``last`` has the bits of ``ends`` at which such a group ends. A
    group that ends before all lines have is an insertion, and where no line is open the diagram falls apart.

    Examples
    --------
    >>> crossings, kinds = np.zeros(3, np.uint16), np.zeros(3, np.uint8)
    >>> look(np.array([[1, 3, 1, 3], [2, 2, 2, 2], [3, 1, 3, 1]], np.uint8), crossings, kinds)
    >>> crossings, kinds
    (array([0, 1, 0], dtype=uint16), array([0, 3, 1], dtype=uint8))
    """
    points = rings.shape[1]
    for i in range(rings.shape[0]):
        ends, last, crossed, insertions, cuts = 0, 0, 0, 0, 0
        for a in range(points - 1):
            b = a + int(rings[i, a])
            bit = 1 << b if b < points else 0  # no bit where a line ends
            insertions += last >> a & 1
            ends = ends & ~(1 << a) | bit
            cuts += ends == 0
            under = ends & (bit - 1) if bit else 0
            old = last & under
            joins = under & ~old > old  # a group reaches from under b beyond it
            last = last & ~old & ~(1 << a) | (0 if joins else bit)
            while under:
                under &= under - 1
                crossed += 1
        crossings[i] = crossed
        kinds[i] = (0 if cuts else IRREDUCIBLE) | (0 if insertions else SKELETON)


def least(bits: int, most: np.uint64, one: np.uint64, words: Words, found: Words) -> None:
    """Write the least image of each word of some bits under rotations and reflections.

    Parameters
    ----------
    bits : int
        Length of a word, 8n.
    most, one : uint64
        The words of distances 2n - 1 and 1: a word read backwards and its reflection add up to their sum.
    words, found : arrays of uint64
        What is read and what is written.

    Examples
    --------
    >>> found = np.zeros(1, np.uint64)
    >>> least(16, np.uint64(0x3333), np.uint64(0x1111), np.array([0x3131], np.uint64), found)
    >>> hex(found[0])
    '0x1313'
    """
    four, rest, nibble = np.uint64(4), np.uint64(bits - 4), np.uint64(15)
    for i in range(words.size):
        turned = words[i]
        backwards = np.uint64(0)
        smallest = turned
        for _ in range(bits // 4):
            backwards = backwards << four | turned & nibble
            turned = turned >> four | (turned & nibble) << rest
            smallest = min(smallest, turned)
        turned = most - backwards + one
        for _ in range(bits // 4):
            smallest = min(smallest, turned)
            turned = turned >> four | (turned & nibble) << rest
        found[i] = smallest


def survive(bits: int, most: np.uint64, one: np.uint64, words: Words, found: NDArray[np.bool_]) -> None:
    """Tell which words are the least of their images; the first smaller image settles the matter.

    Examples
    --------
    >>> found = np.zeros(2, np.bool_)
    >>> survive(16, np.uint64(0x3333), np.uint64(0x1111), np.array([0x1313, 0x3131], np.uint64), found)
    >>> found
    array([ True, False])
    """
    four, rest, nibble = np.uint64(4), np.uint64(bits - 4), np.uint64(15)
    for i in range(words.size):
        word = words[i]
        turned = word >> four | (word & nibble) << rest
        while turned > word:  # the word itself comes round again at last
            turned = turned >> four | (turned & nibble) << rest
        found[i] = turned == word
        if turned < word:
            continue
        backwards = np.uint64(0)
        for _ in range(bits // 4):
            backwards = backwards << four | turned & nibble
            turned >>= four
        turned = most - backwards + one
        for _ in range(bits // 4):
            if turned < word:
                found[i] = False
                break
            turned = turned >> four | (turned & nibble) << rest


def survive_rings(rings: Bytes, found: NDArray[np.bool_]) -> None:
    """Tell which rows of distances come first, in the order of the dictionary, among their images.

    Examples
    --------
    >>> found = np.zeros(2, np.bool_)
    >>> survive_rings(np.array([[1, 3, 1, 3], [3, 1, 3, 1]], np.uint8), found)
    >>> found
    array([ True, False])
    """
    points = rings.shape[1]
    for i in range(rings.shape[0]):
        least = True
        step = 1
        while least and step < 2 * points:
            for place in range(points):
                if step < points:
                    image = rings[i, (place + step) % points]
                else:
                    image = points - rings[i, (2 * points - 1 + step - place) % points]
                if image != rings[i, place]:
                    least = image > rings[i, place]
                    break
            step += 1
        found[i] = least


def installed() -> bool:
    """Tell whether numba is there.

    Examples
    --------
    >>> installed() in (True, False)
    True
    """
    return find_spec("numba") is not None


@dataclass(frozen=True)
class Compiled:
    """The loops of this module, compiled."""

    fill: Callable[..., None]
    look: Callable[..., None]
    least: Callable[..., None]
    survive: Callable[..., None]
    survive_rings: Callable[..., None]


@cache
def compiled() -> Compiled:
    """Compile the functions of this module when they are called; what was compiled once is kept on disk.

    Raises
    ------
    CooperonError
        When numba is not installed.

    Examples
    --------
    >>> not installed() or callable(compiled().fill)
    True
    """
    try:
        import numba
    except ImportError:
        raise CooperonError(
            'kernel = "numba"', "numba installed", 'pip install "cooperon[fast]", or kernel="numpy"'
        ) from None
    njit: Any = numba.njit
    loops = fill, look, least, survive, survive_rings
    try:
        return Compiled(*map(njit(cache=True), loops))
    except RuntimeError:  # no place to keep compiled code
        return Compiled(*map(njit, loops))
