r"""People's own symbols: what ``notation={"\\Gamma": "1/tau"}`` means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic.reading_names import name_key
from cooperon.symbolic.reading_refusals import shortened
from cooperon.symbolic.reading_text import MAX_DIGITS, plain_signs, too_large

__all__ = ["Notation", "own_names"]

Notation = Mapping[str, Any]
"""From people's names to what they mean: a symbol, an expression in LaTeX or plain text, a number."""

MAX_NAMES = 50
MAX_PARTS = 200


def own_names(notation: Notation | None, read: Callable[[Any], sp.Expr]) -> dict[str, sp.Expr]:
    r"""Turn people's notation into a table of names and expressions.

    Parameters
    ----------
    notation : mapping of str to str, sympy.Expr or number, or None
        Names with their subscripts, in LaTeX or plain text.
    read : callable
        Reads one meaning, by the same grammar as a formula.

    Raises
    ------
    ReadingError
        When it is no such mapping, too large, or has a name twice in two spellings.

    Examples
    --------
    >>> own_names({r"\Gamma": "1/tau"}, lambda text: sp.Symbol(text))
    {'Gamma': 1/tau}
    """
    if notation is None:
        return {}
    if not isinstance(notation, Mapping) or not all(isinstance(name, str) for name in notation):
        raise ReadingError(
            f"notation = {shortened(repr(notation))}",
            expected="a mapping of names to expressions",
            hint=r"notation={'\\Gamma': '1/tau', 'D_0': 'D'}",
        )
    if len(notation) > MAX_NAMES:
        raise too_large(f"a notation of {len(notation)} names", f"at most {MAX_NAMES}")
    table: dict[str, sp.Expr] = {}
    for name, meaning in notation.items():
        key = name_key(plain_signs(name))
        if key in table:
            raise ReadingError(f"{name} twice in the notation", expected="one meaning for each name")
        table[key] = _bounded(name, read(meaning))
    return table


def _bounded(name: str, value: sp.Expr) -> sp.Expr:
    parts = sum(1 for _ in sp.preorder_traversal(value))
    digits = max((abs(number.p) + number.q for number in value.atoms(sp.Rational)), default=0)
    if parts > MAX_PARTS or digits >= 10**MAX_DIGITS or value.has(sp.Integral, sp.Sum):
        raise too_large(f"the meaning of {shortened(name)}", f"at most {MAX_PARTS} parts, and nothing undone")
    return value
