"""Arrays of exact complex numbers, with the few operations that tensors need."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ExactArray", "integers"]

Integers = NDArray[Any]


def integers(values: Any) -> tuple[Integers, int]:
    """Write an array of fractions as Python integers over one common denominator.

    Examples
    --------
    >>> integers([Fraction(1, 2), Fraction(2, 3)])
    (array([3, 4], dtype=object), 6)
    """
    array = np.array(values, dtype=object)
    denominator = math.lcm(*(x.denominator for x in array.flat))
    scaled = [x.numerator * (denominator // x.denominator) for x in array.flat]
    result = np.empty(len(scaled), dtype=object)
    result[:] = scaled
    return result.reshape(array.shape), denominator


@dataclass(frozen=True, eq=False)
class ExactArray:
    """An array of complex numbers with rational parts, ``(real + i imaginary)/denominator``.

    The parts are numpy arrays of Python integers of any length, so nothing is ever rounded. It does what
    an array of numpy does for ``*`` (with broadcasting), ``@``, ``+``, ``-``, ``sum``, ``transpose`` and
    ``reshape``; ``==`` is equality of all entries.

    Parameters
    ----------
    real, imaginary : arrays of int
        Numerators, of one shape.
    denominator : int
        Common denominator, positive.

    Examples
    --------
    >>> half = ExactArray.read([Fraction(1, 2), Fraction(0)], [Fraction(0), Fraction(1, 3)])
    >>> print((half * half).sum(0))
    5/36
    >>> half + half == half
    False
    """

    real: Integers
    imaginary: Integers
    denominator: int = 1

    def __post_init__(self) -> None:
        # numpy makes a plain number of an array without axes
        object.__setattr__(self, "real", np.asarray(self.real, dtype=object))
        object.__setattr__(self, "imaginary", np.asarray(self.imaginary, dtype=object))

    @classmethod
    def read(cls, real: Any, imaginary: Any = None) -> ExactArray:
        """Make an array from nested sequences of fractions."""
        parts = [real, np.array(real, dtype=object) * 0 if imaginary is None else imaginary]
        numerators, denominator = integers(parts)
        return cls(numerators[0], numerators[1], denominator)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of entries along each axis."""
        return self.real.shape

    def __mul__(self, other: ExactArray) -> ExactArray:
        a, b, c, d = self.real, self.imaginary, other.real, other.imaginary
        denominator = self.denominator * other.denominator
        if not d.any():
            return ExactArray(a * c, b * c, denominator)
        return ExactArray(a * c - b * d, a * d + b * c, denominator)

    def __matmul__(self, other: ExactArray) -> ExactArray:
        a, b, c, d = self.real, self.imaginary, other.real, other.imaginary
        # three products of large integers in place of four
        first, second, third = (a + b) @ c, a @ (d - c), b @ (c + d)
        return ExactArray(first - third, first + second, self.denominator * other.denominator)

    def __add__(self, other: ExactArray) -> ExactArray:
        common = math.lcm(self.denominator, other.denominator)
        left, right = common // self.denominator, common // other.denominator
        real = self.real * left + other.real * right
        return ExactArray(real, self.imaginary * left + other.imaginary * right, common)

    def __neg__(self) -> ExactArray:
        return ExactArray(-self.real, -self.imaginary, self.denominator)

    def __sub__(self, other: ExactArray) -> ExactArray:
        return self + -other

    def sum(self, axis: int) -> ExactArray:
        """Add up along an axis."""
        return self._each(lambda part: part.sum(axis))

    def transpose(self, axes: Sequence[int]) -> ExactArray:
        """Put the axes into another order."""
        return self._each(lambda part: part.transpose(axes))

    def reshape(self, shape: Sequence[int]) -> ExactArray:
        """Arrange the same entries in another shape."""
        return self._each(lambda part: part.reshape(shape))

    def _each(self, change: Any) -> ExactArray:
        return ExactArray(change(self.real), change(self.imaginary), self.denominator)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExactArray):
            return NotImplemented
        return self.shape == other.shape and self.entries == other.entries

    __hash__ = None  # type: ignore[assignment]

    @property
    def entries(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """Real and imaginary parts of all entries, in order, as fractions in lowest terms."""
        pairs: Iterable[tuple[int, int]] = zip(self.real.flat, self.imaginary.flat, strict=True)
        return tuple((Fraction(a, self.denominator), Fraction(b, self.denominator)) for a, b in pairs)

    def numbers(self) -> NDArray[np.complex128]:
        """Round to an array of complex floating-point numbers."""
        rounded = [complex(float(a), float(b)) for a, b in self.entries]
        return np.array(rounded, dtype=complex).reshape(self.shape)

    def __str__(self) -> str:
        written = [str(a) if not b else f"{a} {'-' if b < 0 else '+'} {abs(b)}i" for a, b in self.entries]
        return written[0] if self.shape == () else f"[{', '.join(written)}] of shape {self.shape}"
