"""Physical dimensions: what a symbol is measured in, and what an expression then is.

A dimension is the vector of its exponents over mass, length, time, current and temperature.
Exponents may contain the dimension of space, ``d``: a density of states in d dimensions is per
energy and per length**d.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams.errors import UnitError

__all__ = ["DIMENSIONLESS", "Dimension", "dimension_of"]

_BASES = ("mass", "length", "time", "current", "temperature")
_UNITS = ("kg", "m", "s", "A", "K")


@dataclass(frozen=True)
class Dimension:
    """Exponents of mass, length, time, current and temperature.

    Examples
    --------
    >>> energy = Dimension(mass=1, length=2, time=-2)
    >>> print(energy * Dimension(time=1))
    kg m^2 s^-1
    """

    mass: sp.Expr = sp.S.Zero
    length: sp.Expr = sp.S.Zero
    time: sp.Expr = sp.S.Zero
    current: sp.Expr = sp.S.Zero
    temperature: sp.Expr = sp.S.Zero

    def __post_init__(self) -> None:
        for base in _BASES:
            object.__setattr__(self, base, sp.expand(sp.sympify(getattr(self, base))))

    @property
    def exponents(self) -> tuple[sp.Expr, ...]:
        """The five exponents, in the order of the fields."""
        return tuple(getattr(self, base) for base in _BASES)

    @property
    def is_dimensionless(self) -> bool:
        """True when every exponent is zero."""
        return all(exponent == 0 for exponent in self.exponents)

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension(*(a + b for a, b in zip(self.exponents, other.exponents, strict=True)))

    def __truediv__(self, other: Dimension) -> Dimension:
        return self * other**-1

    def __pow__(self, power: sp.Expr) -> Dimension:
        return Dimension(*(sp.sympify(power) * a for a in self.exponents))

    def subs(self, values: Mapping[sp.Symbol, sp.Expr]) -> Dimension:
        """The same dimension with symbols in the exponents replaced (``d`` by 2, say)."""
        return Dimension(*(a.xreplace(dict(values)) for a in self.exponents))

    def __str__(self) -> str:
        factors = [
            unit if exponent == 1 else f"{unit}^{exponent if exponent.is_Integer else f'({exponent})'}"
            for unit, exponent in zip(_UNITS, self.exponents, strict=True)
            if exponent != 0
        ]
        return " ".join(factors) or "1"


DIMENSIONLESS = Dimension()


def dimension_of(expr: sp.Expr, dimensions: Mapping[sp.Symbol, Dimension]) -> Dimension:
    """Physical dimension of an expression.

    Parameters
    ----------
    expr : sympy.Expr
        The expression. Logarithms of dimensionful arguments are allowed where they combine to a
        logarithm of a ratio.
    dimensions : mapping of Symbol to Dimension
        What each symbol is measured in; symbols that are absent count as dimensionless.

    Returns
    -------
    Dimension

    Raises
    ------
    UnitError
        When terms of different dimension are added, or a function is taken of something that has
        a dimension.

    Examples
    --------
    >>> a, t = sp.symbols("a t", positive=True)
    >>> table = {a: Dimension(length=1), t: Dimension(time=1)}
    >>> print(dimension_of(a**2 / t, table))
    m^2 s^-1
    >>> print(dimension_of(sp.log(a) - sp.log(2 * a), table))
    1
    """
    if expr.is_Symbol:
        return dimensions.get(expr, DIMENSIONLESS)
    if expr.is_Mul:
        product = DIMENSIONLESS
        for factor in expr.args:
            product = product * dimension_of(factor, dimensions)
        return product
    if expr.is_Pow and not isinstance(expr.base, sp.exp):
        _require_dimensionless(expr.exp, dimensions)
        return dimension_of(expr.base, dimensions) ** expr.exp
    if expr.is_Add:
        return _dimension_of_sum(expr, dimensions)
    if isinstance(expr, (sp.Abs, sp.re, sp.im, sp.conjugate)):
        return dimension_of(expr.args[0], dimensions)
    for argument in expr.args:
        if isinstance(argument, sp.Expr):
            _require_dimensionless(argument, dimensions)
    return DIMENSIONLESS


def _dimension_of_sum(expr: sp.Expr, dimensions: Mapping[sp.Symbol, Dimension]) -> Dimension:
    if expr.has(sp.log):
        combined = sp.logcombine(expr, force=True)
        if not combined.is_Add:
            return dimension_of(combined, dimensions)
        expr = combined
    first, *others = [term for term in expr.args if term != 0]
    expected = dimension_of(first, dimensions)
    for term in others:
        found = dimension_of(term, dimensions)
        if found != expected:
            raise UnitError(
                f"a sum of {first} [{expected}] and {term} [{found}]",
                expected="terms of the same physical dimension",
                hint="a missing or additional factor of a length, a time, hbar, ...",
            )
    return expected


def _require_dimensionless(expr: sp.Expr, dimensions: Mapping[sp.Symbol, Dimension]) -> None:
    found = dimension_of(expr, dimensions)
    if not found.is_dimensionless:
        raise UnitError(
            f"{expr}, measured in {found}, as an argument or exponent",
            expected="a number without dimension",
            hint="divide by a scale: tau_phi/tau, k_F*ell, q*ell, ...",
        )
