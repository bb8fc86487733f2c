"""Symbols for the slow momenta at the corners of a Hikami box, and for their products.

The momentum that enters between line i and line i + 1 is q_i. Results hold its square as ``q1**2``, with
the symbol ``q1`` for its size, and products as the symbols ``q1·q2``; ``q1_x`` is a component.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pretty.stringpict import prettyForm

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.symbolic.arguments import expression

__all__ = ["MomentumProduct", "component", "orders", "products", "size", "values"]

_NAME = re.compile(r"q(\d+)(_x)?(·q(\d+))?")
_HINT = "values([(1, 0), (0, 1), (1, 1)])"


class MomentumProduct(sp.Symbol):  # type: ignore[misc]
    r"""The product of two slow momenta as a symbol that is typeset as one.

    Examples
    --------
    >>> product = MomentumProduct("q1·q2", real=True)
    >>> product, sp.latex(product)
    (q1·q2, '\\mathbf{q}_{1}\\cdot\\mathbf{q}_{2}')
    >>> product**2
    (q1·q2)**2
    """

    # between a product and a power: printers put its power in brackets, for q1·q2**2 is something else
    precedence = (PRECEDENCE["Mul"] + PRECEDENCE["Pow"]) // 2

    def _pretty(self, _: Any) -> prettyForm:
        return prettyForm(self.name, binding=prettyForm.ADD)

    def _latex(self, _: Any) -> str:
        return r"\cdot".join(map(_vector, self.name.split("·")))


def _vector(name: str) -> str:
    return rf"\mathbf{{{name[0]}}}" + (f"_{{{name[1:]}}}" if name[1:] else "")


def size(number: int) -> sp.Symbol:
    """Return the symbol for the size of a slow momentum."""
    return sp.Symbol(f"q{number}", real=True)


def component(number: int) -> sp.Symbol:
    """Return the symbol for the component of a slow momentum along x."""
    return sp.Symbol(f"q{number}_x", real=True)


def products(one: int, other: int) -> sp.Expr:
    """Return the product of two slow momenta: the square of a size or a symbol of its own.

    Examples
    --------
    >>> products(1, 1), products(3, 2)
    (q1**2, q2·q3)
    """
    low, high = sorted((one, other))
    return size(low) ** 2 if low == high else MomentumProduct(f"q{low}·q{high}", real=True)


def orders(symbols: Iterable[sp.Symbol]) -> dict[sp.Symbol, int]:
    """Pick out the symbols for slow momenta: 1 for a size or a component, 2 for a product.

    Examples
    --------
    >>> orders([products(1, 2), size(1), component(2), sp.Symbol("tau")])
    {q1: 1, q1·q2: 2, q2_x: 1}
    """
    found = {symbol: _NAME.fullmatch(symbol.name) for symbol in sorted(symbols, key=str)}
    named = {symbol: match for symbol, match in found.items() if match and symbol.is_real}
    return {symbol: 2 if match[4] else 1 for symbol, match in named.items()}


def values(vectors: Sequence[Sequence[Any]]) -> dict[sp.Symbol, sp.Expr]:
    """Values of all these symbols for given vectors, the first coordinate being x.

    Parameters
    ----------
    vectors : sequence of sequences of numbers
        q1, q2, ..., all with the same number of coordinates.

    Returns
    -------
    dict
        To be put into an expression by ``subs``.

    Raises
    ------
    InputError
        When the vectors have no or different numbers of coordinates, or these are no numbers.

    Examples
    --------
    >>> values([(3, 4), (1, 0)])
    {q1: 5, q1_x: 3, q2: 1, q2_x: 1, q1·q2: 3}
    """
    rows = [_coordinates(vector) for vector in _items(vectors, "a sequence of vectors")]
    if len({len(row) for row in rows}) > 1 or not all(rows):
        raise InputError(
            shortened(vectors), expected="vectors with one and the same number of coordinates", hint=_HINT
        )
    found: dict[sp.Symbol, sp.Expr] = {}
    for i, row in enumerate(rows, 1):
        found |= {size(i): sp.sqrt(sum(x**2 for x in row)), component(i): row[0]}
    for (i, one), (j, other) in combinations(enumerate(rows, 1), 2):
        found[products(i, j)] = sum(a * b for a, b in zip(one, other, strict=True))
    return found


def _coordinates(vector: Any) -> tuple[sp.Expr, ...]:
    given = _items(vector, "the coordinates of a vector")
    return tuple(x if isinstance(x, sp.Expr) else expression(x, "a coordinate", _HINT) for x in given)


def _items(given: Any, what: str) -> tuple[Any, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(shortened(given), expected=what, hint=_HINT)
    return tuple(given)
