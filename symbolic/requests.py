"""What a formula was asked for, so that it can be derived once more: with a mistake made on purpose."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from cooperon.symbolic.slips import Slip

if TYPE_CHECKING:
    from cooperon.symbolic.formula import Formula
    from cooperon.symbolic.metal import Metal
    from cooperon.symbolic.options import Options

__all__ = ["Combined", "Derived", "Request", "combined"]


class Request(Protocol):
    """A derivation that can be run again."""

    def again(self, slip: Slip) -> Formula:
        """Derive the formula with a slip in it."""


@dataclass(frozen=True)
class Derived:
    """A formula that a function derives from a metal and options.

    Attributes
    ----------
    derive : callable
        From the metal and the options to the formula.
    metal : Metal
        Which metal was asked for.
    options : Options
        Its cutoffs and the frequency.
    """

    derive: Callable[[Metal, Options], Formula]
    metal: Metal
    options: Options

    def again(self, slip: Slip) -> Formula:
        """Derive the formula with a slip in it."""
        options = replace(slip.options(self.options), slip=slip)
        found = self.derive(slip.metal(self.metal), options)
        table = dict(slip.names)
        return replace(found, expr=found.expr.xreplace(table), asymptote=found.asymptote.xreplace(table))


@dataclass(frozen=True)
class Combined:
    """A sum, a difference or a ratio of formulas, or a multiple of one.

    Attributes
    ----------
    rule : str
        The name of the operation in the module ``operator``.
    left : Request
        How the formula on the left was derived.
    right : Request or number
        How the one on the right was derived, or the factor.
    """

    rule: str
    left: Request
    right: Any

    def again(self, slip: Slip) -> Formula:
        """Derive both with a slip in them, and combine what comes out."""
        right = self.right.again(slip) if hasattr(self.right, "again") else self.right
        found: Formula = getattr(operator, self.rule)(self.left.again(slip), right)
        return found


def combined(rule: str, left: Request | None, right: Any) -> Combined | None:
    """Combine requests, where both are known.

    Examples
    --------
    >>> combined("add", None, None) is None
    True
    """
    return None if left is None or right is None else Combined(rule, left, right)
