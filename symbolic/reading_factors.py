"""Factors as they stand on the page, and neighbours that can be read in two ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic import symbols
from cooperon.symbolic.reading_functions import Function
from cooperon.symbolic.reading_spellings import INTEGRATION_VARIABLES

__all__ = ["Factor", "Row", "Shape", "bottom", "refuse_two_readings", "value_of"]


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
    if left.shape is Shape.SYMBOL and right.shape is Shape.BRACKET and _is_atom(right.value):
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


def bottom(factor: Factor) -> Factor:
    """Return what stands below all powers."""
    return bottom(factor.base) if factor.base is not None else factor


def _is_atom(value: Any) -> bool:
    return isinstance(value, tuple) or value.is_Symbol or value.is_Rational
