"""A formula as the model of a fit: parameters, values and derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import CooperonError
from cooperon.numerics.backends import backend_function
from cooperon.numerics.constants import si_constants
from cooperon.numerics.derivatives import derivative
from cooperon.numerics.fit_data import FitData
from cooperon.numerics.lambdify import EVEN_IN
from cooperon.symbolic import symbols as s

__all__ = ["OFFSET", "PREFACTOR", "FitModel", "FitParameter", "parameters_of"]

_Array = npt.NDArray[np.float64]
OFFSET = sp.Symbol("offset", real=True)
"""What is added to the formula: the conductivity without field, or without the correction."""
PREFACTOR = sp.Symbol("prefactor", real=True)
"""What the formula is multiplied by, where that is asked for."""
# Logarithms are taken of a number in units of this, so that they are positive for all that a lab measures.
_TINY = 1e-30
_STEP = 1e-5


@dataclass(frozen=True)
class FitParameter:
    """A number that is fitted: one symbol, for all rows or for those of one temperature.

    A positive one is fitted by its logarithm.

    Attributes
    ----------
    name : str
        ``"tau_phi"``, or ``"tau_phi[4.2 K]"``.
    symbol : Symbol
    group : int or None
        The number of its temperature; None: all.
    scale : float
        The unit of a parameter that may have either sign.
    """

    name: str
    symbol: sp.Symbol
    group: int | None
    scale: float = 1.0

    @property
    def positive(self) -> bool:
        """Whether its logarithm is fitted."""
        return bool(self.symbol.is_positive)

    def inner(self, value: float) -> float:
        """Return the coordinate of the fit that belongs to a value."""
        return float(np.log(value / _TINY)) if self.positive else value / self.scale

    def outer(self, coordinate: float) -> float:
        """Return the value that belongs to a coordinate of the fit."""
        if not self.positive:
            return coordinate * self.scale
        with np.errstate(over="ignore"):
            return float(_TINY * np.exp(coordinate))

    def slope(self, coordinate: float) -> float:
        """Return the derivative of the value by the coordinate."""
        return self.outer(coordinate) if self.positive else self.scale


def parameters_of(
    free: Sequence[sp.Symbol], shared: frozenset[sp.Symbol], data: FitData, scale: float
) -> tuple[FitParameter, ...]:
    """Return the parameters of a fit; those that are not shared for each temperature."""
    found = []
    for x in free:
        if x in shared or not data.temperatures:
            found.append(FitParameter(x.name, x, None, scale if x == OFFSET else 1.0))
            continue
        found += [
            FitParameter(f"{x.name}[{kelvin:.6g} K]", x, i, scale if x == OFFSET else 1.0)
            for i, kelvin in enumerate(data.temperatures)
        ]
    return tuple(found)


@dataclass(frozen=True)
class FitModel:
    """A formula whose free symbols are parameters; values at rows, and derivatives by the parameters.

    Attributes
    ----------
    expr : sympy.Expr
        The formula.
    parameters : tuple of FitParameter
    fixed : mapping of Symbol to float
        In SI units.
    """

    expr: sp.Expr
    parameters: tuple[FitParameter, ...]
    fixed: Mapping[sp.Symbol, float]

    @cached_property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The formula's symbols, sorted by name."""
        return tuple(sorted(self.expr.free_symbols, key=str))

    @cached_property
    def free(self) -> tuple[sp.Symbol, ...]:
        """The symbols of the formula that are fitted."""
        return tuple(dict.fromkeys(p.symbol for p in self.parameters if p.symbol in self.expr.free_symbols))

    def __reduce__(self) -> tuple[Any, ...]:
        return FitModel, (self.expr, self.parameters, dict(self.fixed))

    def fits(self, x: sp.Symbol) -> bool:
        """Whether a symbol is a parameter."""
        return any(one.symbol == x for one in self.parameters)

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The formula as a function of its symbols."""
        return backend_function("auto", self.expr, self.symbols)

    @cached_property
    def derivatives(self) -> Mapping[sp.Symbol, Callable[..., Any] | None]:
        """The derivative by each free symbol; None where it has no array form."""
        return {x: self._derivative(x) for x in self.free}

    @property
    def numerical(self) -> tuple[str, ...]:
        """Symbols whose derivatives are taken by differences."""
        return tuple(str(x) for x, function in self.derivatives.items() if function is None)

    def _derivative(self, x: sp.Symbol) -> Callable[..., Any] | None:
        try:
            found = derivative(self.expr, x)
        except CooperonError:
            return None
        return found.make(self.symbols, found.expr)

    def values(self, coordinates: _Array, known: Mapping[sp.Symbol, _Array], group: Any) -> _Array:
        """Return the model at rows: prefactor times the formula plus offset."""
        put_in = self._put_in(coordinates, group)
        raw = self.formula({**put_in, **known})
        offset = put_in.get(OFFSET, self.fixed.get(OFFSET, 0.0))
        return np.asarray(put_in.get(PREFACTOR, self.fixed.get(PREFACTOR, 1.0)) * raw + offset)

    def formula(self, known: Mapping[sp.Symbol, Any]) -> _Array:
        """Return the formula itself, with the value of every symbol that is not fixed given."""
        with np.errstate(all="ignore"):
            return np.asarray(self.function(*self._arguments(known)))

    def _arguments(self, known: Mapping[sp.Symbol, Any]) -> list[_Array]:
        """Return the numbers of all symbols; of the field, in which formulas are even, its size."""
        numbers = {**si_constants(), **self.fixed, **known}
        arrays = {x: np.asarray(numbers[x], dtype=float) for x in self.symbols}
        return [np.abs(array) if x in EVEN_IN else array for x, array in arrays.items()]

    def jacobian(self, coordinates: _Array, known: Mapping[sp.Symbol, _Array], group: Any) -> _Array:
        """Return the derivatives of the values by the coordinates, one row for each parameter."""
        put_in = self._put_in(coordinates, group)
        rows = np.asarray(group).size
        by_symbol: dict[sp.Symbol, Any] = {OFFSET: 1.0}
        if self.fits(PREFACTOR):
            by_symbol[PREFACTOR] = self.formula({**put_in, **known})
        factor = put_in.get(PREFACTOR, self.fixed.get(PREFACTOR, 1.0))
        for x in self.free:
            by_symbol[x] = factor * self._slope(x, {**put_in, **known})
        found = np.empty((len(self.parameters), rows))
        for k, (one, at) in enumerate(zip(self.parameters, coordinates, strict=True)):
            mask = 1.0 if one.group is None else np.asarray(group) == one.group
            found[k] = by_symbol[one.symbol] * one.slope(float(at)) * mask
        return found

    def _slope(self, x: sp.Symbol, known: Mapping[sp.Symbol, Any]) -> _Array:
        function = self.derivatives[x]
        if function is None:
            ends = [self.formula({**known, x: known[x] * np.exp(sign * _STEP)}) for sign in (1, -1)]
            return np.asarray((ends[0] - ends[1]) / (2 * _STEP * known[x]))
        with np.errstate(all="ignore"):
            raw = np.asarray(function(*self._arguments(known)))
        # a change by the field is 0 at B = 0 whatever the parameters are
        at_zero = np.asarray(known.get(s.B, 1.0)) == 0
        return np.where(at_zero & ~np.isfinite(raw), 0.0, raw)

    def _put_in(self, coordinates: _Array, group: Any) -> dict[sp.Symbol, Any]:
        """Return the value of each free symbol at rows."""
        found: dict[sp.Symbol, Any] = {}
        of_rows = np.asarray(group)
        for one, at in zip(self.parameters, coordinates, strict=True):
            value = one.outer(float(at))
            if one.group is None:
                found[one.symbol] = value
            else:
                start = found.setdefault(one.symbol, np.full(of_rows.size, np.nan))
                start[of_rows == one.group] = value
        return found
