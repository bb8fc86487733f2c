"""Whole numbers that users hand over: how many impurity lines, which of several."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.messages import shortened

__all__ = ["HIGHEST_ORDER", "is_count", "require_order", "whole"]

HIGHEST_ORDER = 300
"""Impurity lines: (2n - 1)!! is a number of 700 digits, and counting takes a few tenths of a second."""


def whole(value: Any) -> Any:
    """Make a plain integer of a whole number of numpy or sympy; hand on anything else as it is."""
    return int(value) if isinstance(value, Integral) and not isinstance(value, bool) else value


def is_count(value: object) -> bool:
    """Tell whether a value is a number 0, 1, 2, ..."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def require_order(order: Any, highest: int = HIGHEST_ORDER, *, why: str = "") -> int:
    """Check a number of impurity lines.

    Raises
    ------
    DiagramError
        When it is not a number 0, 1, 2, ..., ``highest``.

    Examples
    --------
    >>> require_order(3)
    3
    """
    number = whole(order)
    if not is_count(number) or number > highest:
        raise DiagramError(
            f"order = {shortened(order)}", expected=f"a number of impurity lines 0, 1, 2, ..., {highest}{why}"
        )
    return int(number)
