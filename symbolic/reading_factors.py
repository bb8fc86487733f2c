"""Factors as they stand on the page, and neighbours that can be read in two ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic import symbols
from cooperon.symbolic.reading_functions import Function
from cooperon.symbolic.reading_spellings import INTEGRATION_VARIABLES
from cooperon.symbolic.reading_text import Source

__all__ = [
    "Factor",
    "Row",
    "Shape",
    "bottom",
    "refuse_two_readings",
    "said_of_power",
    "said_of_powers",
    "value_of",
]


class Shape(Enum):
    """How a factor looks on the page, which decides where it belongs."""

    NUMBER = auto()
    CONSTANT = auto()
    SYMBOL = auto()
    POWER = auto()
    ROOT = auto()
    BRACKET = auto()
    BRACE = auto()
    FRACTION = auto()
    CALL = auto()
    FUNCTION = auto()
    GAMMA = auto()
    RAISED_TO_FUNCTION = auto()
    DIFFERENTIAL = auto()


@dataclass(frozen=True)
class Factor:
    """A factor in a row: its value, its shape, and where it stands in the text.

    ``function`` is set for a function that waits for its argument; ``base`` and ``exponent`` remember what
    a power was made of, since a power on a bracket behind a function belongs to the function.
    """

    value: Any = None
    shape: Shape = Shape.CALL
    start: int = 0
    end: int = 0
    function: Function | None = None
    base: Factor | None = None
    exponent: sp.Expr | None = None


@dataclass(frozen=True)
class Row:
    """Factors side by side, and the operator in front of them."""

    factors: tuple[Factor, ...] = ()
    divides: bool = False
    sign: int = 1

    def followed_by(self, factors: Sequence[Factor]) -> Row:
        """Return the row with more factors at its end."""
        return replace(self, factors=(*self.factors, *factors))


def value_of(factor: Factor) -> sp.Expr:
    """Value of a factor that is not a list or a function without argument."""
    if isinstance(factor.value, sp.Expr):
        return factor.value
    what = "a function without its argument" if factor.function else "a list in brackets"
    raise ReadingError(what, expected="one value", hint="lists belong behind a function: Gamma(s, x)")


def refuse_two_readings(left: Factor, right: Factor, text: str) -> None:
    r"""Refuse neighbours that mean different things to different readers.

    Raises
    ------
    ReadingError
        For ``2 3``, ``2\frac12``, ``d^2q``, ``D(q)`` and ``\gamma(x)``.
    """
    if bottom(left).shape is Shape.NUMBER and bottom(right).shape is Shape.NUMBER:
        raise ReadingError(
            f"two numbers side by side, {text}", expected="an operator between them", hint="2*3"
        )
    if left.shape is Shape.NUMBER and right.shape is Shape.FRACTION and value_of(right).is_Rational:
        raise ReadingError(
            f"{text}, a mixed number or a product",
            expected="one or the other",
            hint=r"\frac{5}{2}, or 2\cdot\frac12",
        )
    if bottom(left).value == symbols.d and str(bottom(right).value) in INTEGRATION_VARIABLES:
        raise ReadingError(
            f"{text}, which looks like a differential",
            expected="an expression without undone integrals",
            hint=r"do the integral; d \cdot q for a product with the dimension d",
        )
    named = left.shape in (Shape.SYMBOL, Shape.POWER) and bottom(left).shape is Shape.SYMBOL
    if named and right.shape is Shape.BRACKET and _is_atom(right.value):
        raise ReadingError(
            f"{text}, a product or a function of what is in the brackets",
            expected="one or the other",
            hint="leave the brackets out: tau_phi T for a product, tau_phi for a value that depends on T",
        )
    if left.shape is Shape.GAMMA and left.function is None and bottom(right).shape is Shape.BRACKET:
        raise ReadingError(
            f"{text}, Euler's constant times a bracket or a Gamma function",
            expected="one or the other",
            hint=r"\Gamma(...) or \gamma \cdot (...)",
        )


def said_of_power(
    base: Factor, exponent: Factor, power: sp.Expr, text: str, *, latex: bool
) -> tuple[str, ...]:
    r"""Return notes on what is raised, and refuse a raised number that may be an index.

    Raises
    ------
    ReadingError
        For ``\tau^0`` and ``\tau^{(1)}``.
    """
    in_brackets = latex and exponent.shape is Shape.BRACKET and power.is_Integer
    if base.shape is Shape.SYMBOL and (power == 0 or in_brackets):
        raise ReadingError(
            f"{text}, a power or an index",
            expected="one or the other",
            hint="T^{2} for a power; for an index a name of your own: notation={'tau_0': 'tau'}",
        )
    whole = latex and base.shape is Shape.FRACTION
    return (f"{text} is read as a power of the whole fraction",) if whole else ()


def said_of_powers(row: Row, following: Row | None, source: Source) -> Iterator[str]:
    """Yield notes on powers in a row: an upright e, and ``T^3/2``.

    Raises
    ------
    ReadingError
        For ``tau^1/2`` and ``tau^-1/2``, which may be meant as roots.
    """
    for factor in row.factors:
        below = bottom(factor)
        plain = factor.exponent is None or factor.exponent.is_Rational
        if below.value == sp.E and below.shape is Shape.CONSTANT and plain:
            text = source.quoted(factor.start, factor.end)
            yield f"{text} is read with Euler's number: the charge is an italic e"
    last = row.factors[-1]
    if following is None or not following.divides or last.exponent is None or not following.factors:
        return
    unbraced = source.text[last.start : last.end].rstrip()[-1:].isdigit()
    if not unbraced or following.factors[0].shape is not Shape.NUMBER or not last.exponent.is_odd:
        return
    text = source.quoted(last.start, following.factors[0].end)
    if abs(last.exponent) == 1:
        raise ReadingError(
            f"{text}, a power that is a fraction or a division",
            expected="one or the other",
            hint="x^(1/2) or x^{1/2} for the root, x/2 for the half",
        )
    yield f"{text} is read as a power and then a division"


def bottom(factor: Factor) -> Factor:
    """Return what stands below all powers."""
    return bottom(factor.base) if factor.base is not None else factor


def _is_atom(value: Any) -> bool:
    return isinstance(value, tuple) or value.is_Symbol or value.is_Rational
