"""The exact average over disorder, power by power of the potential, without diagrams."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from cooperon.diagrams.arguments import is_count
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.shapes import require_shape
from cooperon.numerics.finite_lattice import Lattice
from cooperon.numerics.lattice_series import (
    Polynomial,
    average,
    average_of_product,
    bubble_series,
    green_series,
)

__all__ = ["lattice_average"]


def lattice_average(
    power: int,
    lattice: Lattice,
    *,
    of: str = "line",
    lines: str | None = None,
    vertex: str = "current",
    open_ends: bool = False,
    connected: bool = False,
    exact: bool = False,
) -> Any:
    """Average over disorder the terms with a given power of the potential.

    The Green's functions are expanded in the potential and averaged with the moments of independent random
    numbers.

    Parameters
    ----------
    power : int
        The power of the potential.
    lattice : Lattice
        Where.
    of, lines, vertex, open_ends, connected, exact
        As in :func:`~cooperon.lattice_proof`.

    Returns
    -------
    array of complex or ExactArray
        The matrix <G_ab>; the tensor <G_ab G_cd>; or one number, <Tr v G v G> or <Tr v G v G Tr v G v G>.

    Raises
    ------
    InputError
        When an argument is unknown.

    Examples
    --------
    >>> from cooperon.numerics.lattice import from_matrices, ring
    >>> lattice_average(0, ring(4), exact=True) == ring(4).green("R")
    True
    >>> two_levels = from_matrices([[1, 0], [0, -1]], [[0, 1], [1, 0]], energy=0)
    >>> print(lattice_average(0, two_levels, of="bubble", vertex="density", exact=True))
    8/5
    """
    letters, kind = require_shape(of, lines, vertex)
    if not is_count(power):
        raise InputError(f"power = {power!r}", expected="a number 0, 1, 2, ...")
    series = [green_series(letter, lattice, power, exact=exact) for letter in letters]
    disorder = lattice.disorder
    if of == "line":
        return average(series[0][power], disorder)
    if open_ends:
        return _convolved(series[0], series[1], lattice)
    bubbles = [
        bubble_series(a, b, lattice.vertex(kind)) for a, b in zip(series[::2], series[1::2], strict=True)
    ]
    if of == "bubble":
        return average(bubbles[0][power], disorder)
    apart = [[average(term, disorder) for term in bubble] for bubble in bubbles]
    whole = _convolved(bubbles[0], bubbles[1], lattice)
    if not connected:
        return whole
    return whole - reduce(add, (apart[0][m] * apart[1][power - m] for m in range(power + 1)))


def _convolved(a: list[Polynomial], b: list[Polynomial], lattice: Lattice) -> Any:
    """Average a product of two series, at the highest power of the potential."""
    power = len(a) - 1
    return reduce(add, (average_of_product(a[m], b[power - m], lattice.disorder) for m in range(power + 1)))
