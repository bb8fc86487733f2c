r"""From the grammar's tree to a sympy expression.

Names, numbers, brackets, fractions, roots and powers become factors here; what a row of factors means
is decided in :mod:`cooperon.symbolic.reading_rows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic.reading_factors import Factor, Row, Shape
from cooperon.symbolic.reading_limits import bounded_power
from cooperon.symbolic.reading_names import Function, Meaning, meanings
from cooperon.symbolic.reading_rows import product_of_rows, raised
from cooperon.symbolic.reading_text import Source, shortened, too_large

if TYPE_CHECKING:
    from lark import Token, Tree

__all__ = ["expression"]

MAX_LEVELS = 100


def expression(tree: Tree[Token], source: Source) -> tuple[sp.Expr, tuple[str, ...]]:
    """Turn a tree into an expression and the notes on how it was read.

    Raises
    ------
    ReadingError
        When a name is unknown, something could be read in two ways, or is too large.
    """
    reader = _Reader(source)
    value = reader.sum(_subtree(tree, 0))
    return value, tuple(dict.fromkeys((*source.notes, *reader.notes)))


class _Reader:
    """Walks down one tree, collecting notes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.notes: list[str] = []
        self.level = 0

    def sum(self, tree: Tree[Token]) -> sp.Expr:
        with self._one_level_down():
            terms: list[sp.Expr] = []
            sign = 1
            for part in _subtrees(tree):
                if part.data == "signs":
                    sign = _sign(part)
                else:
                    terms.append(sign * self.term(part))
                    sign = 1
            return sp.Add(*terms)

    def term(self, tree: Tree[Token]) -> sp.Expr:
        rows = [Row()]
        for part in _subtrees(tree):
            if part.data != "operation":
                rows[-1] = rows[-1].followed_by(self.factors(part))
                continue
            divides = str(part.children[0]) == "/"
            signs = [_sign(inner) for inner in _subtrees(part) if inner.data == "signs"]
            first = self.factors(_subtree(part, -1))
            rows.append(Row(tuple(first), divides=divides, sign=(*signs, 1)[0]))
        return product_of_rows(rows, self.source, self.notes)

    def factors(self, tree: Tree[Token]) -> list[Factor]:
        """Factors that one part of a row stands for: mostly one; several for letters such as eB."""
        with self._one_level_down():
            found: list[Factor] = getattr(self, f"_{tree.data}")(tree)
            return found

    def _number(self, tree: Tree[Token]) -> list[Factor]:
        text = str(tree.children[0])
        number = sp.Rational(text.rstrip("."))
        if number.q & (number.q - 1):
            self.notes.append(f"{text} is taken as the exact number {number}")
        return [self._factor(number, Shape.NUMBER, tree)]

    def _name(self, tree: Tree[Token]) -> list[Factor]:
        name, *subscripts = map(str, tree.children)
        found = meanings(name, subscripts, latex=self.source.latex)
        self.notes.extend(meaning.note for meaning in found if meaning.note)
        return [self._named(meaning, tree) for meaning in found]

    def _named(self, meaning: Meaning, tree: Tree[Token]) -> Factor:
        if meaning.value is None:
            shape = Shape.FUNCTION
        elif meaning.value is sp.EulerGamma:
            shape = Shape.GAMMA
        else:
            shape = Shape.SYMBOL if meaning.value.is_Symbol else Shape.CONSTANT
        return self._factor(meaning.value, shape, tree, function=meaning.function)

    def _round(self, tree: Tree[Token]) -> list[Factor]:
        if not _is_list(tree):
            return [self._factor(self.sum(_subtree(tree, 0)), Shape.BRACKET, tree)]
        return [self._factor(tuple(map(self._element, _subtrees(tree))), Shape.BRACKET, tree)]

    def _element(self, tree: Tree[Token]) -> sp.Expr | tuple[sp.Expr, ...]:
        """One element of a list, which may be a list itself: hyper((a, b), (c,), z)."""
        inner = _only_part(tree)
        if inner is not None and inner.data == "round" and _is_list(inner):
            return tuple(map(self.sum, _subtrees(inner)))
        return self.sum(tree)

    _square = _round

    def _brace(self, tree: Tree[Token]) -> list[Factor]:
        if not tree.children:
            return []
        inner = _only_part(_subtree(tree, 0)) if len(tree.children) == 1 else None
        if inner is not None and len(found := self.factors(inner)) == 1:
            return [replace(found[0], start=tree.meta.start_pos, end=tree.meta.end_pos)]
        return [self._factor(self._in_braces(tree), Shape.BRACE, tree)]

    def _in_braces(self, tree: Tree[Token]) -> sp.Expr:
        if len(tree.children) != 1:
            raise ReadingError(
                f"{shortened(self._text(tree))} in braces",
                expected="one expression",
                hint="round brackets around a list",
            )
        return self.sum(_subtree(tree, 0))

    def _fraction(self, tree: Tree[Token]) -> list[Factor]:
        above, below = (self._in_braces(part) for part in _subtrees(tree))
        return [self._factor(above * bounded_power(below, sp.S.NegativeOne), Shape.FRACTION, tree)]

    def _root(self, tree: Tree[Token]) -> list[Factor]:
        *index, inside = _subtrees(tree)
        degree = self.sum(index[0]) if index else sp.Integer(2)
        radicand = self.sum(_subtree(inside, 0)) if inside.children else self._in_braces(inside)
        power = bounded_power(degree, sp.S.NegativeOne)
        return [self._factor(bounded_power(radicand, power), Shape.ROOT, tree)]

    def _power(self, tree: Tree[Token]) -> list[Factor]:
        bases = self.factors(_subtree(tree, 0))
        sign, exponents = self._exponent(_subtree(tree, -1))
        if not bases or len(exponents) != 1:
            raise ReadingError(
                f"the power {shortened(self._text(tree))}",
                expected="one base and one exponent",
                hint="braces or brackets around a longer one",
            )
        return [*bases[:-1], raised(bases[-1], sign, exponents[0], tree.meta.end_pos, self.source)]

    def _exponent(self, tree: Tree[Token]) -> tuple[int, list[Factor]]:
        sign = _sign(_subtree(tree, 0)) if len(tree.children) > 1 else 1
        inner = _subtree(tree, -1)
        text = self._text(inner)
        if self.source.latex and inner.data == "number" and len(text) > 1:
            raise ReadingError(
                f"the exponent {shortened(text)} without braces, of which LaTeX raises the first digit alone",
                expected="braces around an exponent of several digits",
                hint=f"^{{{shortened(text)}}}",
            )
        return sign, self.factors(inner)

    def _factor(
        self, value: object, shape: Shape, tree: Tree[Token], *, function: Function | None = None
    ) -> Factor:
        return Factor(value, shape, tree.meta.start_pos, tree.meta.end_pos, function)

    def _text(self, tree: Tree[Token]) -> str:
        return "" if tree.meta.empty else self.source.text[tree.meta.start_pos : tree.meta.end_pos].strip()

    @contextmanager
    def _one_level_down(self) -> Iterator[None]:
        self.level += 1
        if self.level > MAX_LEVELS:
            raise too_large("brackets and exponents nested too deeply", f"at most {MAX_LEVELS} levels")
        yield
        self.level -= 1


def _sign(signs: Tree[Token]) -> int:
    return -1 if sum(str(sign) == "-" for sign in signs.children) % 2 else 1


def _subtrees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if not isinstance(child, str)]


def _subtree(tree: Tree[Token], position: int) -> Tree[Token]:
    return _subtrees(tree)[position]


def _is_list(bracket: Tree[Token]) -> bool:
    return any(str(child) == "," for child in bracket.children)


def _only_part(tree: Tree[Token]) -> Tree[Token] | None:
    """Return the one factor that a sum consists of, if it does: braces around it do not show on the page."""
    for level in ("sum", "term"):
        if tree.data != level or len(tree.children) != 1:
            return None
        tree = _subtree(tree, 0)
    return None if tree.data == "operation" else tree
