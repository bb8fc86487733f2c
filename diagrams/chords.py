"""Chord diagrams as integers: the line closed to a ring, each of its 2n points written as a distance.

A diagram with n impurity lines joins 2n points 0, 1, ... in pairs. Point i is written as the distance
d = (partner - i) mod 2n to its partner, four bits each, point 0 in the highest ones: up to n = 8, one
unsigned 64-bit integer, a *word*. To rotate the ring is to rotate bits; a reflection reads the word
backwards with 2n - d for d. The least word among the 4n images is the canonical form.

Functions work on arrays of words, and on arrays of *partners*, one row a point and one column a diagram,
for which 2n need not be small.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cooperon.diagrams.arguments import require_order
from cooperon.diagrams.chord_kernels import compiled
from cooperon.diagrams.contraction import Pairing
from cooperon.diagrams.errors import DiagramError

__all__ = [
    "LARGEST",
    "Partners",
    "Words",
    "canonical_words",
    "images",
    "is_least",
    "pack",
    "pairs_of",
    "partners_of",
    "reflect",
    "rotate",
    "unpack",
]

Words = NDArray[np.uint64]
Partners = NDArray[np.uint8]
Mask = NDArray[np.bool_]

LARGEST = 8  # impurity lines that fit into 64 bits
_NIBBLES = np.uint64(0x0F0F0F0F0F0F0F0F)


def partners_of(pairings: list[Pairing] | tuple[Pairing, ...]) -> Partners:
    """Write pairings of the points 0, 1, ... as an array of partners, one column a pairing.

    Examples
    --------
    >>> partners_of([((0, 1), (2, 3)), ((0, 3), (1, 2))]).T
    array([[1, 0, 3, 2],
           [3, 2, 1, 0]], dtype=uint8)
    """
    points = 2 * len(pairings[0]) if pairings else 0
    found = np.zeros((points, len(pairings)), dtype=np.uint8)
    for column, pairs in enumerate(pairings):
        for a, b in pairs:
            found[a, column], found[b, column] = b, a
    return found


def pairs_of(word: int, order: int) -> Pairing:
    """Read one word as a pairing of points.

    Examples
    --------
    >>> pairs_of(0x3131, 2)
    ((0, 3), (1, 2))
    """
    partner = unpack([word], order)[:, 0].tolist()
    return tuple((a, b) for a, b in enumerate(partner) if a < b)


def pack(partners: Partners) -> Words:
    """Write each column of partners as a word.

    Raises
    ------
    DiagramError
        When there are more than 16 points.

    Examples
    --------
    >>> [hex(word) for word in pack(partners_of([((0, 1), (2, 3)), ((0, 3), (1, 2))]))]
    ['0x1313', '0x3131']
    """
    _bits(len(partners) // 2)
    found = np.zeros(partners.shape[1], dtype=np.uint64)
    digits = distances(partners)
    for byte in digits[::2] << 4 | digits[1::2]:
        found <<= np.uint64(8)
        found |= byte
    return found


def unpack(words: ArrayLike, order: int) -> Partners:
    """Read words as partners, one column a word.

    Raises
    ------
    DiagramError
        When the order does not fit into a word.

    Examples
    --------
    >>> unpack([0x3131], 2).T
    array([[3, 2, 1, 0]], dtype=uint8)
    """
    bits, given = _bits(order), _words(words)
    rows = [(i, given >> np.uint64(bits - 4 * (i + 1)) & np.uint64(15)) for i in range(2 * order)]
    found = [(distance + np.uint64(i)) % np.uint64(2 * order) for i, distance in rows]
    return np.array(found, dtype=np.uint8).reshape(2 * order, given.size)


def distances(partners: Partners) -> Partners:
    """Tell how far on round the ring each partner is.

    Examples
    --------
    >>> distances(np.array([[3], [2], [1], [0]], dtype=np.uint8)).T
    array([[3, 1, 3, 1]], dtype=uint8)
    """
    points = np.arange(len(partners), dtype=np.uint8)[:, None]
    found = partners - points  # modulo 256
    found += np.uint8(len(partners)) * (partners < points)
    return found


def rotate(words: ArrayLike, order: int) -> Words:
    """Turn the ring by one point: point 1 becomes point 0.

    Examples
    --------
    >>> hex(rotate(0x1313, 2))
    '0x3131'
    """
    bits, given = _bits(order), _words(words)
    if bits == 0:
        return given
    return (given << np.uint64(4) | given >> np.uint64(bits - 4)) & np.uint64(2**bits - 1)


def reflect(words: ArrayLike, order: int) -> Words:
    """Turn the ring over: the last point becomes point 0.

    Examples
    --------
    >>> hex(reflect(0x315315, 3))
    '0x153153'
    """
    bits, given = _bits(order), _words(words)
    if bits == 0:
        return given
    backwards = given.byteswap() >> np.uint64(64 - bits)
    backwards = (backwards & _NIBBLES) << np.uint64(4) | backwards >> np.uint64(4) & _NIBBLES
    return repeated(2 * order - 1, order) - backwards + repeated(1, order)  # without a carry: 2n can be 16


def repeated(distance: int, order: int) -> np.uint64:
    """Write one number, 0 to 15, for every distance.

    Examples
    --------
    >>> hex(repeated(5, 3))
    '0x555555'
    """
    return np.uint64(sum(distance << 4 * i for i in range(2 * order)))


def images(words: ArrayLike, order: int) -> Iterator[Words]:
    """Yield the words as they are, rotated by 1, 2, ... points, then the same turned over: 4n in all.

    Examples
    --------
    >>> sorted({hex(image) for image in images(0x1313, 2)})
    ['0x1313', '0x3131']
    """
    turned = _words(words)
    for image in (turned, reflect(turned, order)):
        turned = image
        for _ in range(2 * order):
            yield turned
            turned = rotate(turned, order)


def canonical_words(words: ArrayLike, order: int, *, kernel: str = "numpy") -> Words:
    """Find the least of the images of each word under rotations and reflections.

    Parameters
    ----------
    words : array of uint64, any shape
        As :func:`pack` makes them.
    order : int
        Number of impurity lines, at most 8.
    kernel : str
        ``"numpy"``, or ``"numba"``, compiled.

    Raises
    ------
    DiagramError
        When the order does not fit into a word, or the kernel is unknown.
    CooperonError
        When numba is asked for and not installed.

    Examples
    --------
    >>> hex(canonical_words(0x3131, 2))
    '0x1313'
    """
    if kernel not in ("numpy", "numba"):
        raise DiagramError(f"kernel = {kernel!r}", expected="numpy or numba")
    least = _words(words).copy()
    if kernel == "numba" and _bits(order):
        most, one = repeated(2 * order - 1, order), repeated(1, order)
        compiled().least(_bits(order), most, one, least.ravel(), least.ravel())
        return least
    for image in images(words, order):
        np.minimum(least, image, out=least)
    return least


def is_least(words: Words, order: int) -> Mask:
    """Tell which words are their own canonical form: one of each class under rotations and reflections.

    Examples
    --------
    >>> is_least(np.array([0x1313, 0x3131, 0x2222], dtype=np.uint64), 2)
    array([ True, False,  True])
    """
    left, turned = np.arange(words.size), words
    for step in range(1, 4 * order):
        turned = reflect(words[left], order) if step == 2 * order else rotate(turned, order)
        stay = turned >= words[left]
        left, turned = left[stay], turned[stay]
    found = np.zeros(words.size, dtype=np.bool_)
    found[left] = True
    return found


def is_least_ring(partners: Partners) -> Mask:
    """Tell the same of partners, of any number: one column of each class is True.

    Examples
    --------
    >>> is_least_ring(partners_of([((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))]))
    array([ True,  True, False])
    """
    points = len(partners)
    own = distances(partners)
    over = np.uint8(points) - own[::-1]
    left = np.arange(own.shape[1])
    for step in range(1, 2 * points):
        source, turn = (own, step) if step < points else (over, step - points)
        left = left[~_comes_first(source, turn, own, left)]
    found = np.zeros(own.shape[1], dtype=np.bool_)
    found[left] = True
    return found


def _comes_first(source: Partners, turn: int, own: Partners, columns: NDArray[np.intp]) -> Mask:
    """Compare columns of an image with the same columns themselves, in the order of the dictionary."""
    found = np.zeros(columns.size, dtype=np.bool_)
    tied = np.arange(columns.size)
    for row in range(len(own)):
        image, itself = source[(row + turn) % len(own), columns[tied]], own[row, columns[tied]]
        found[tied[image < itself]] = True
        tied = tied[image == itself]
        if tied.size == 0:
            break
    return found


def _words(words: ArrayLike) -> Words:
    return np.asarray(words, dtype=np.uint64)


def _bits(order: Any) -> int:
    """Tell how many bits a word has."""
    return 8 * require_order(order, LARGEST, why=": four bits for each of 2n points")
