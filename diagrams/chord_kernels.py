"""Loops over chord diagrams for a compiler: plain functions of integers and arrays, compiled where numba is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cooperon.diagrams.chords import Words
from cooperon.diagrams.errors import CooperonError

__all__ = ["IRREDUCIBLE", "SKELETON", "compiled", "fill", "installed", "least", "survive", "survive_rings"]

IRREDUCIBLE, SKELETON = 1, 2  # bits that say what a diagram is

Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]


def fill(
    points: int,
    choices: Integers,
    pair_words: NDArray[np.uint64],
    words: Words,
    rings: Bytes,
    crossings: NDArray[np.uint16],
    kinds: Bytes,
) -> None:
    """Write all pairings of points that begin with given choices, in the order of the dictionary.

    The first free point is joined to each free one beyond it in turn; free points are a linked list. What the
    diagram is follows on the way. ``ends`` has a bit for every later point at which an impurity line ends that
    has begun. Lines that cross, directly or through others, hang together; ``last`` has the bits of ``ends``
    at which such a group ends. A group that ends before the others begin is an insertion, and where no line
    is open the diagram falls apart.

    Parameters
    ----------
    points : int
        Number of points, 2n.
    choices : array of int
        For the first lines: how many free points are passed over.
    pair_words : array of uint64, shape (points, points)
        The bits of a line between two points.
    words, rings, crossings, kinds : arrays
        What is written, in as many places as there are pairings; ``rings`` has a row of distances for each.
        Words or rings of length 0 are left out.

    Examples
    --------
    >>> rings, crossings, kinds = np.zeros((3, 4), np.uint8), np.zeros(3, np.uint16), np.zeros(3, np.uint8)
    >>> none, unused = np.zeros(0, np.int64), np.zeros((4, 4), np.uint64)
    >>> fill(4, none, unused, np.zeros(0, np.uint64), rings, crossings, kinds)
    >>> rings
    array([[1, 3, 1, 3],
           [2, 2, 2, 2],
           [3, 1, 3, 1]], dtype=uint8)
    >>> crossings, kinds
    (array([0, 1, 0], dtype=uint16), array([0, 3, 1], dtype=uint8))
    """
    lines = points // 2
    after, before = np.arange(1, points + 2), np.arange(-1, points)
    after[points], before[0] = 0, points
    stack = np.zeros((7, lines + 1), np.int64)
    begin, end, passed, crossed = stack[0], stack[1], stack[2], stack[3]
    ends, last, kind = stack[4], stack[5], stack[6]
    word, ring = np.zeros(lines + 1, np.uint64), np.zeros(points, np.uint8)
    kind[0] = IRREDUCIBLE | SKELETON
    level, place, entered = 0, 0, True
    while level >= 0:
        if entered:
            a = after[points]
            after[points], before[after[a]] = after[a], points
            begin[level] = a
            done = (1 << a) - 1
            if last[level] & done:
                kind[level] &= ~SKELETON
            ends[level] &= ~done
            last[level] &= ~done
            if level > 0 and ends[level] == 0:
                kind[level] &= ~IRREDUCIBLE
            b, skip = after[a], 0
            while level < choices.size and skip < choices[level]:
                b, skip = after[b], skip + 1
        else:
            a, b, skip = begin[level], end[level], passed[level] + 1
            after[before[b]], before[after[b]] = b, b
            b = after[b]
            if b == points or level < choices.size:
                after[before[a]], before[after[a]] = a, a
                level -= 1
                continue
        end[level], passed[level] = b, skip
        after[before[b]], before[after[b]] = after[b], before[b]
        under = (1 << b) - 1
        old = last[level] & under
        joins = (ends[level] & under & ~old) > old  # a group reaches from under b beyond it
        last[level + 1] = last[level] & ~under | (0 if joins else 1 << b)
        ends[level + 1] = ends[level] | 1 << b
        crossed[level + 1] = crossed[level] + b - a - 1 - skip
        kind[level + 1] = kind[level]
        word[level + 1] = word[level] | pair_words[a, b]
        ring[a], ring[b] = b - a, points - b + a
        level += 1
        entered = level < lines
        if not entered:
            if words.size:
                words[place] = word[lines]
            if rings.size:
                rings[place] = ring
            crossings[place] = crossed[lines]
            whole = last[lines] & (last[lines] - 1) == 0
            kinds[place] = kind[lines] if whole else kind[lines] & ~SKELETON
            place += 1
            after[before[b]], before[after[b]] = b, b
            after[before[a]], before[after[a]] = a, a
            level -= 2


def least(bits: int, full: np.uint64, words: Words, found: Words) -> None:
    """Write the least image of each word of some bits under rotations and reflections.

    Parameters
    ----------
    bits : int
        Length of a word, 8n.
    full : uint64
        The word of distances 2n, modulo 2**64: what a word and its reflection, read backwards, add up to.
    words, found : arrays of uint64
        What is read and what is written.

    Examples
    --------
    >>> found = np.zeros(1, np.uint64)
    >>> least(16, np.uint64(0x4444), np.array([0x3131], np.uint64), found)
    >>> hex(found[0])
    '0x1313'
    """
    four, rest, nibble = np.uint64(4), np.uint64(bits - 4), np.uint64(15)
    ones = ~np.uint64(0) >> np.uint64(64 - bits)
    for i in range(words.size):
        turned = words[i]
        backwards = np.uint64(0)
        smallest = turned
        for _ in range(bits // 4):
            backwards = backwards << four | turned & nibble
            turned = turned >> four | (turned & nibble) << rest
            smallest = min(smallest, turned)
        turned = (full - backwards) & ones
        for _ in range(bits // 4):
            smallest = min(smallest, turned)
            turned = turned >> four | (turned & nibble) << rest
        found[i] = smallest


def survive(bits: int, full: np.uint64, words: Words, found: NDArray[np.bool_]) -> None:
    """Tell which words are the least of their images; the first smaller image settles the matter.

    Examples
    --------
    >>> found = np.zeros(2, np.bool_)
    >>> survive(16, np.uint64(0x4444), np.array([0x1313, 0x3131], np.uint64), found)
    >>> found
    array([ True, False])
    """
    four, rest, nibble = np.uint64(4), np.uint64(bits - 4), np.uint64(15)
    ones = ~np.uint64(0) >> np.uint64(64 - bits)
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
        turned = (full - backwards) & ones
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
    """
    try:
        import numba
    except ImportError:
        raise CooperonError(
            'kernel = "numba"', "numba installed", 'pip install "cooperon[fast]", or kernel="numpy"'
        ) from None
    compiler: Any = numba.njit(cache=True)
    return Compiled(*map(compiler, (fill, least, survive, survive_rings)))
