"""What a proof on a lattice found: both sides, order by order, and how sharp its eyes are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add
from typing import Any

import numpy as np

from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.exact_arrays import ExactArray
from cooperon.numerics.finite_lattice import Lattice

__all__ = ["LatticeProof", "OrderProof"]

_CLOSE = 1e-12
_ALIKE = 1e-10  # values that differ by less count as one in floating-point numbers


@dataclass(frozen=True, eq=False)
class OrderProof(PublicNames):
    """The two sides at one order.

    Attributes
    ----------
    order : int
        n, half of the power of the potential; for Gaussian disorder the number of impurity lines.
    values : tuple of arrays
        The value of each diagram.
    average : array
        The term of the exact average with 2n powers of the potential.
    exact : bool
        True when all numbers are exact.
    """

    order: int
    values: tuple[Any, ...]
    average: Any
    exact: bool

    @cached_property
    def total(self) -> Any:
        """The sum of the diagrams."""
        return reduce(add, self.values, self.average - self.average)

    @cached_property
    def difference(self) -> float:
        """Largest difference of the two sides, over the largest entry of the average; nan if both vanish."""
        apart, average = self.total - self.average, self.average
        if self.exact:
            apart, average = apart.numbers(), average.numbers()
        off, largest = float(np.abs(apart).max()), float(np.abs(average).max())
        if largest:
            return off / largest
        return math.inf if off else math.nan

    @cached_property
    def holds(self) -> bool:
        """True when the two sides agree and are not zero, exactly or to 12 digits."""
        if self.exact:
            return bool(self.total == self.average) and any(map(any, self.average.entries))
        return self.difference <= _CLOSE

    @cached_property
    def different(self) -> int:
        """Number of different values: one diagram in place of another of the same value is not seen."""
        return _count_different(self.values, self.exact)

    @cached_property
    def vanishing(self) -> int:
        """Number of diagrams of value zero: that one of them is missing, or there twice, is not seen."""
        if self.exact:
            return sum(not any(map(any, value.entries)) for value in self.values)
        sizes = [float(np.abs(value).max()) for value in self.values]
        return sum(size <= _ALIKE * max(sizes) for size in sizes)

    def __str__(self) -> str:
        number, apart = len(self.values), self.difference
        counted = f"{number} diagram{'s' * (number != 1)}"
        if self.different < number:
            counted += f" with {self.different} different value{'s' * (self.different != 1)}"
        if self.vanishing:
            counted += f", {self.vanishing} of value zero"
        verdict = "equal" if self.exact else f"equal to {_CLOSE:.0e}"
        if not self.holds:
            off = f"NOT EQUAL, off by {apart:.1e} of the average"
            verdict = "BOTH SIDES VANISH" if math.isnan(apart) else off
        return f"order {self.order}: {counted}: {verdict}"


@dataclass(frozen=True, eq=False)
class LatticeProof(PublicNames):
    """What :func:`~cooperon.lattice_proof` finds.

    Attributes
    ----------
    quantity : str
        What is averaged.
    lattice : Lattice
        Where.
    exact : bool
        True when all numbers are exact.
    orders : tuple of OrderProof
        The two sides, order by order.

    Examples
    --------
    >>> import cooperon as cp
    >>> proof = cp.lattice_proof([2])
    >>> proof.holds, proof.exact
    (True, True)
    """

    quantity: str
    lattice: Lattice
    exact: bool
    orders: tuple[OrderProof, ...]

    @property
    def holds(self) -> bool:
        """True when the diagrams add up to the exact average at every order."""
        return bool(self.orders) and all(order.holds for order in self.orders)

    @property
    def blind(self) -> bool:
        """True when a wrong set would pass: diagrams have equal values, or one has the value zero."""
        return any(order.different < len(order.values) or order.vanishing for order in self.orders)

    def __str__(self) -> str:
        numbers = "exact numbers" if self.exact else "floating-point numbers"
        head = f"{self.quantity}: {self.lattice}, {numbers}"
        verdict = f"proved{self._unseen()}" if self.holds else "NOT PROVED"
        return "\n".join([head, *map(str, self.orders), verdict])

    __repr__ = __str__

    def _unseen(self) -> str:
        faults = []
        if any(order.different < len(order.values) for order in self.orders):
            faults.append("diagrams of equal values could stand for one another")
        if any(order.vanishing for order in self.orders):
            faults.append("one of value zero could be missing")
        return f", but {' and '.join(faults)}" if faults else ""


def _count_different(values: tuple[Any, ...], exact: bool) -> int:
    if not values:
        return 0
    if exact:
        common = math.lcm(*(value.denominator for value in values))
        return len({_over(value, common) for value in values})
    flat = np.array(values).reshape(len(values), -1)
    # one number for each diagram: a sum of its entries with weights that no symmetry relates
    weights = np.exp(1j * np.arange(1, flat.shape[1] + 1) ** 2)
    projected = np.sort((flat @ weights).real)
    return 1 + int((np.diff(projected) > _ALIKE * np.abs(projected).max()).sum())


def _over(value: ExactArray, denominator: int) -> tuple[int, ...]:
    scale = denominator // value.denominator
    return (*(value.real.ravel() * scale), *(value.imaginary.ravel() * scale))
