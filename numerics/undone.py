"""Integrals and sums that a formula leaves undone, as functions of their parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cooperon.numerics.quadrature import quadrature_with_error
from cooperon.numerics.summation import add_up_with_error

__all__ = ["UndoneIntegral", "UndoneSum"]


@dataclass(frozen=True)
class UndoneIntegral:
    """An integral as a function of its ends and parameters.

    Parameters
    ----------
    integrand : callable
        Of the variable and the parameters, arrays.
    ends : int
        2, or 1 where the upper end is infinity.

    Examples
    --------
    >>> UndoneIntegral(lambda x, a: np.exp(-a * x), 1)(0.0, 2.0).round(12).item()
    0.5
    """

    integrand: Callable[..., Any]
    ends: int

    def __call__(self, *values: Any) -> Any:
        """Integrate from the first value to the second, or to infinity where only one end is given."""
        return self.with_error(*values)[0]

    def with_error(self, *values: Any) -> tuple[Any, Any]:
        """Return value and absolute error.

        A second value that is infinite, as one of the arguments, is none: nobody asked whether it converges.
        """
        upper = np.where(np.isposinf(values[1]), np.nan, values[1]) if self.ends == 2 else np.inf
        return quadrature_with_error(self.integrand, values[0], upper, *values[self.ends :])


@dataclass(frozen=True)
class UndoneSum:
    """An infinite sum as a function of its parameters.

    Examples
    --------
    >>> UndoneSum(lambda n, x: x**n, 0)(0.5).round(12).item()
    2.0
    """

    term: Callable[..., Any]
    first: int

    def __call__(self, *values: Any) -> Any:
        """Add up all terms."""
        return self.with_error(*values)[0]

    def with_error(self, *values: Any) -> tuple[Any, Any]:
        """Return value and absolute error."""
        return add_up_with_error(self.term, self.first, *values)
