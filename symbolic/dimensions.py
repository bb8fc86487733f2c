"""Physical dimensions: what a symbol is measured in, and what an expression then is.

A dimension is the vector of its exponents over mass, length, time, current and temperature.
Exponents may contain the dimension of space, ``d``: a density of states in d dimensions is per
energy and per length**d.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import sympy as sp

from cooperon.diagrams.errors import UnitError
from cooperon.symbolic.real_part import RealPart

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
            exponent = sp.sympify(getattr(self, base))
            object.__setattr__(self, base, exponent if exponent.is_Atom else sp.expand(exponent))

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
        """Return the same dimension with symbols in the exponents replaced (``d`` by 2, say)."""
        return Dimension(*(a.xreplace(dict(values)) for a in self.exponents))

    def __str__(self) -> str:
        factors = [
            unit if exponent == 1 else f"{unit}^{exponent if exponent.is_Integer else f'({exponent})'}"
            for unit, exponent in zip(_UNITS, self.exponents, strict=True)
            if exponent != 0
        ]
        return " ".join(factors) or "1"


DIMENSIONLESS = Dimension()
_ALIKE = (sp.Add, sp.Max, sp.Min, sp.Piecewise, sp.Abs, sp.re, sp.im, sp.conjugate, RealPart)
"""What has the dimension of its arguments."""


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
        factors = (dimension_of(factor, dimensions) for factor in expr.args)
        return reduce(Dimension.__mul__, factors, DIMENSIONLESS)
    if expr.is_Pow and not isinstance(expr.base, sp.exp):
        _require_dimensionless(expr.exp, dimensions)
        power: Dimension = dimension_of(expr.base, dimensions) ** expr.exp
        return power
    if isinstance(expr, (sp.Integral, sp.Sum)):
        return _dimension_of_undone(expr, dimensions)
    if isinstance(expr, _ALIKE):
        terms = [term[0] if isinstance(term, sp.Tuple) else term for term in expr.args]
        return _dimension_of_terms(terms, dimensions)
    for argument in expr.args:
        if isinstance(argument, sp.Expr):
            _require_dimensionless(argument, dimensions)
    return DIMENSIONLESS


def _dimension_of_undone(expr: sp.Integral | sp.Sum, dimensions: Mapping[sp.Symbol, Dimension]) -> Dimension:
    """Dimension of an integral, that of its variables included, or of a sum."""
    table, found = dict(dimensions), DIMENSIONLESS
    for variable, *ends in expr.limits:
        finite = [end for end in ends if end != 0 and end.is_finite is not False]
        if isinstance(expr, sp.Integral):
            own = dimensions.get(variable)
            table[variable] = own if own is not None else _dimension_of_terms(finite, dimensions)
            found = found * _dimension_of_terms([variable, *finite], table)
    return found * dimension_of(expr.function, table)


def _dimension_of_terms(terms: Sequence[sp.Expr], dimensions: Mapping[sp.Symbol, Dimension]) -> Dimension:
    """Dimension that all terms share; bare logarithms among them must combine to one of a ratio."""
    split = [_split_logarithm(term, dimensions) for term in terms if term != 0]
    common = dimension_of(split[0][0], dimensions) if split else DIMENSIONLESS
    for part, _ in split[1:]:
        found = dimension_of(part, dimensions)
        if found != common:
            raise UnitError(
                f"a sum of {split[0][0]} [{common}] and {part} [{found}]",
                expected="terms of the same physical dimension",
                hint="a missing or additional factor of a length, a time, hbar, ...",
            )
    for base in _BASES:
        if sp.expand(sum(part * getattr(argument, base) for part, argument in split)) != 0:
            raise UnitError(
                f"logarithms in {sp.Add(*terms)} of what has a dimension",
                expected="logarithms that combine to one of a ratio",
                hint="log(tau_phi/tau), log(k_F*ell), ...",
            )
    return common


def _split_logarithm(term: sp.Expr, dimensions: Mapping[sp.Symbol, Dimension]) -> tuple[sp.Expr, Dimension]:
    """Return what a bare logarithm is multiplied with and the dimension of its argument."""
    logarithms = [factor for factor in sp.Mul.make_args(term) if isinstance(factor, sp.log)]
    if len(logarithms) != 1:
        return term, DIMENSIONLESS
    return term / logarithms[0], dimension_of(logarithms[0].args[0], dimensions)


def _require_dimensionless(expr: sp.Expr, dimensions: Mapping[sp.Symbol, Dimension]) -> None:
    found = dimension_of(expr, dimensions)
    if not found.is_dimensionless:
        raise UnitError(
            f"{expr}, measured in {found}, as an argument or exponent",
            expected="a number without dimension",
            hint="divide by a scale: tau_phi/tau, k_F*ell, q*ell, ...",
        )
