"""Positive quantities tied by monomials: a linear system in their logarithms.

Every relation x = c y**a z**b ... is linear in the logarithms, and so is every number that is given.
What follows from the numbers given is what lies in the span of these rows, whichever they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import sympy as sp

__all__ = ["LogLinear", "Row"]

_IN_THE_SPAN = 1e-9


@dataclass(frozen=True)
class Row:
    """One equation, sum of coefficients times logarithms = value, and the name of who gave it."""

    coefficients: tuple[float, ...]
    value: float
    name: str


@dataclass(frozen=True)
class LogLinear:
    """What is known of some positive quantities.

    Parameters
    ----------
    unknowns : tuple of Symbol
        The quantities.
    rows : tuple of Row
        Independent equations between their logarithms.

    Examples
    --------
    >>> a, b = sp.symbols("a b", positive=True)
    >>> system = LogLinear.of_relations((a, b), {a: 2 * b**3}, {})
    >>> round(system.given(a, 54.0, "a").follows(b), 12)
    3.0
    """

    unknowns: tuple[sp.Symbol, ...]
    rows: tuple[Row, ...]

    @classmethod
    def of_relations(
        cls,
        unknowns: Iterable[sp.Symbol],
        relations: Mapping[sp.Symbol, sp.Expr],
        constants: Mapping[sp.Symbol, float],
    ) -> LogLinear:
        """Take the logarithm of monomials, with constants put in numbers."""
        columns = tuple(unknowns)
        rows = (_row_of(x, expr, columns, constants) for x, expr in relations.items())
        return cls(columns, tuple(rows))

    def given(self, quantity: sp.Symbol, value: float, name: str) -> LogLinear:
        """Add the value of a quantity that does not follow yet."""
        row = Row(tuple(self._unit(quantity)), float(np.log(value)), name)
        return replace(self, rows=(*self.rows, row))

    def follows(self, quantity: sp.Symbol) -> float | None:
        """Value of a quantity, or None where it does not follow; infinite beyond what a double holds."""
        weights = self._weights(quantity)
        if weights is None:
            return None
        with np.errstate(over="ignore", under="ignore"):
            return float(np.exp(sum(w * row.value for w, row in zip(weights, self.rows, strict=True))))

    def sources(self, quantity: sp.Symbol) -> tuple[str, ...]:
        """Names of the equations that a value which follows comes from."""
        weights = self._weights(quantity)
        if weights is None:
            return ()
        return tuple(
            row.name for w, row in zip(weights, self.rows, strict=True) if row.name and abs(w) > _IN_THE_SPAN
        )

    def would_settle(self, quantity: sp.Symbol, candidate: sp.Symbol) -> bool:
        """Tell whether a value of the candidate would be new and make the quantity follow."""
        if self._weights(candidate) is not None:
            return False
        return self.given(candidate, 1.0, "")._weights(quantity) is not None

    def _weights(self, quantity: sp.Symbol) -> npt.NDArray[np.float64] | None:
        """Return how the rows add up to the quantity alone; None where they do not."""
        target = self._unit(quantity)
        matrix = np.array([row.coefficients for row in self.rows]).T
        weights = np.linalg.lstsq(matrix, target, rcond=None)[0]
        return weights if np.abs(matrix @ weights - target).max() < _IN_THE_SPAN else None

    def _unit(self, quantity: sp.Symbol) -> npt.NDArray[np.float64]:
        return np.array([float(x == quantity) for x in self.unknowns])


def _row_of(
    quantity: sp.Symbol, expr: sp.Expr, columns: tuple[sp.Symbol, ...], constants: Mapping[sp.Symbol, float]
) -> Row:
    logarithm = sp.expand_log(sp.log(quantity / expr), force=True)
    coefficients = tuple(float(logarithm.coeff(sp.log(x))) for x in columns)
    numbers = logarithm.xreplace({sp.log(x): sp.S.Zero for x in columns})
    values = {x: sp.Float(value) for x, value in constants.items()}
    return Row(coefficients, -float(numbers.xreplace(values)), "")
