"""Names of its own that a text has: notation, and the variables of integrals and sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic.reading_names import Meaning
from cooperon.symbolic.reading_undone import OPEN_ENDS

__all__ = ["Scope"]


class Scope:
    """The names of its own that a text has at the place that is being read.

    Parameters
    ----------
    notation : mapping of str to Expr
        People's own names.

    Examples
    --------
    >>> scope = Scope({})
    >>> with scope.binding("x", sp.Symbol("x")):
    ...     dict(scope.names)
    {'x': x}
    >>> dict(scope.names)
    {}
    """

    def __init__(self, notation: Mapping[str, sp.Expr]) -> None:
        self.names = dict(notation)
        self._bound: set[str] = set()
        self._written: set[str] = set()
        self._open: list[str] = []

    @contextmanager
    def binding(self, name: str, variable: sp.Symbol) -> Iterator[None]:
        """Give a name the meaning of a bound variable for a while.

        Raises
        ------
        ReadingError
            When it is bound already.
        """
        if name in self._open:
            raise ReadingError(f"two integrals or sums over {name} in one another", expected="two letters")
        outer = self.names.get(name)
        self._bound |= {name, variable.name}
        self._open.append(name)
        self.names[name] = variable
        yield
        self._open.pop()
        del self.names[name]
        if outer is not None:
            self.names[name] = outer

    def note_open_ends(self, found: tuple[Meaning, ...]) -> None:
        """Remember which ends of integrals and sums the text names itself."""
        self._written |= {str(meaning.value) for meaning in found if meaning.value in OPEN_ENDS.values()}

    def require_bound(self, value: sp.Expr) -> None:
        """Refuse a letter that is a variable of an integral or a sum and stands outside of it, too.

        Raises
        ------
        ReadingError
            When there is one.
        """
        left_open = {end.name for end in OPEN_ENDS.values()} - self._written
        outside = sorted({symbol.name for symbol in value.free_symbols} & (self._bound - left_open))
        if outside:
            raise ReadingError(
                f"{outside[0]} inside and outside of the integral or sum over it",
                expected="one meaning for one letter",
                hint="brackets around all that belongs to the integral, or another letter",
            )
