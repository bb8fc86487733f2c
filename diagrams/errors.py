"""The errors of the library: each says what was given, what was expected, and what to try."""

from __future__ import annotations

__all__ = [
    "AssumptionError",
    "AssumptionWarning",
    "CooperonError",
    "DiagramError",
    "DivergenceError",
    "InputError",
    "ReadingError",
    "UnitError",
]


class CooperonError(Exception):
    """Base of all errors raised on purpose.

    Parameters
    ----------
    given : str
        What the caller handed over.
    expected : str
        What would have been accepted.
    hint : str, optional
        What to try next.

    Examples
    --------
    >>> print(CooperonError("dim = -1", expected="a positive dimension", hint="dim=2"))
    given: dim = -1; expected: a positive dimension; try: dim=2
    """

    def __init__(self, given: str, expected: str = "", hint: str = "") -> None:
        super().__init__(given, expected, hint)
        self.given = given
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        parts = (("given", self.given), ("expected", self.expected), ("try", self.hint))
        return "; ".join(f"{label}: {text}" for label, text in parts if text)


class InputError(CooperonError, ValueError):
    """An argument is not one that the function accepts."""


class DiagramError(InputError):
    """A graph is not a valid diagram, or not one that the operation can take."""


class ReadingError(InputError):
    """An expression written by a user cannot be read."""


class UnitError(InputError):
    """The physical dimensions of an expression do not fit together."""


class DivergenceError(CooperonError, ArithmeticError):
    """An integral is infinite with the cutoffs given."""


class AssumptionError(CooperonError, ValueError):
    """A formula is used where its assumptions do not hold."""


class AssumptionWarning(UserWarning):
    """A formula is evaluated at array values where its assumptions do not hold."""
