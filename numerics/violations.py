"""What a call of a formula violates of its assumptions: where, and at how many values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

__all__ = ["Violation", "violations_of"]


@dataclass(frozen=True)
class Violation:
    """An assumption that does not hold.

    Attributes
    ----------
    statement : str
        The assumption.
    count, size : int
        At how many of how many values it does not hold.
    where : str
        The first of them.
    first : tuple of int
        Its place in the array.
    regime : str
        In which regime it is, where that can be said.

    Examples
    --------
    >>> print(Violation("tau_phi > tau", 1, 10, "tau = 1, tau_phi = 0.5"))
    tau_phi > tau does not hold at 1 of 10 values, first at tau = 1, tau_phi = 0.5
    """

    statement: str
    count: int
    size: int
    where: str
    first: tuple[int, ...] = ()
    regime: str = ""

    def __add__(self, later: Violation) -> Violation:
        return replace(self, count=self.count + later.count)

    def __str__(self) -> str:
        said = f"{self.statement} does not hold at {self.count} of {self.size} values, first at {self.where}"
        return f"{said}, which is {self.regime}" if self.regime else said


def violations_of(
    statement: object,
    holds: npt.NDArray[np.bool_],
    values: Mapping[sp.Symbol, npt.NDArray[Any]],
    shape: tuple[int, ...],
) -> Iterator[Violation]:
    """Yield a violation where a statement does not hold everywhere.

    Examples
    --------
    >>> x = np.array([1.0, -1.0, -2.0])
    >>> [str(found) for found in violations_of("x > 0", x > 0, {sp.Symbol("x"): x}, (3,))]
    ['x > 0 does not hold at 2 of 3 values, first at x = -1']
    """
    if not holds.all():
        failed = np.broadcast_to(~holds, shape)
        first = np.unravel_index(int(np.argmax(failed)), shape) if shape else ()
        where = ", ".join(f"{x} = {np.broadcast_to(value, shape)[first]:.6g}" for x, value in values.items())
        place = tuple(map(int, first))
        yield Violation(str(statement), int(np.count_nonzero(failed)), failed.size, where, place)
