r"""From the grammar's tree to a sympy expression.

Names, numbers, brackets, fractions, roots and powers become factors here; what a row of factors means
is decided in :mod:`cooperon.symbolic.reading_rows`. An integral or a sum takes all that follows in its term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic.reading_factors import Factor, Row, Shape
from cooperon.symbolic.reading_functions import Function
from cooperon.symbolic.reading_limits import bounded_power
from cooperon.symbolic.reading_names import Meaning, meanings
from cooperon.symbolic.reading_refusals import shortened
from cooperon.symbolic.reading_rows import product_of_rows, raised
from cooperon.symbolic.reading_scope import Scope
from cooperon.symbolic.reading_subtrees import (
    closing_mark,
    is_list,
    only_part,
    places,
    sign_of,
    subtree,
    subtrees,
)
from cooperon.symbolic.reading_text import Source, too_large
from cooperon.symbolic.reading_undone import (
    Limits,
    Undone,
    bound_index,
    bound_variable,
    integral,
    summation,
)

if TYPE_CHECKING:
    from lark import Token, Tree

__all__ = ["expression"]

MAX_LEVELS = 100
_INFINITE = re.compile(r"([+-]?)\s*(?:\\infty|oo|infinity)\s*")


def expression(
    tree: Tree[Token], source: Source, own: Mapping[str, sp.Expr]
) -> tuple[sp.Expr, tuple[str, ...]]:
    """Turn a tree into an expression and the notes on how it was read; ``own`` is people's notation.

    Raises
    ------
    ReadingError
        When a name is unknown, something could be read in two ways, or is too large.
    """
    reader = _Reader(source, tree, own)
    value = reader.sum(subtree(tree, 0))
    reader.scope.require_bound(value)
    return value, tuple(dict.fromkeys((*source.notes, *reader.notes)))


class _Reader:
    """Walks down one tree, collecting notes."""

    def __init__(self, source: Source, tree: Tree[Token], own: Mapping[str, sp.Expr]) -> None:
        self.source = source
        self.scope = Scope(own)
        self.notes: list[str] = []
        self.level = 0
        self.signs = places(tree, "INTEGRAL")
        self.marks = places(tree, "DIFFERENTIAL")

    def sum(self, tree: Tree[Token]) -> sp.Expr:
        with self._one_level_down():
            terms: list[sp.Expr] = []
            sign = 1
            for part in subtrees(tree):
                if part.data == "signs":
                    sign = sign_of(part)
                else:
                    terms.append(sign * self.term(part))
                    sign = 1
            return sp.Add(*terms)

    def term(self, tree: Tree[Token]) -> sp.Expr:
        return self._product(subtrees(tree))

    def _product(self, parts: Sequence[Tree[Token]]) -> sp.Expr:
        rows = [Row()]
        for position, part in enumerate(parts):
            first = subtree(part, -1) if part.data == "operation" else part
            undone = first.data in ("integral", "summation")
            factors = [self._undone(first, parts[position + 1 :])] if undone else self.factors(first)
            if part.data == "operation":
                divides = str(part.children[0]) == "/"
                signs = [sign_of(inner) for inner in subtrees(part) if inner.data == "signs"]
                rows.append(Row(tuple(factors), divides=divides, sign=(*signs, 1)[0]))
            else:
                rows[-1] = rows[-1].followed_by(factors)
            if undone:
                break
        return product_of_rows(rows, self.source, self.notes)

    def _undone(self, tree: Tree[Token], inside: Sequence[Tree[Token]]) -> Factor:
        with self._one_level_down():
            made = self._integral(tree, inside) if tree.data == "integral" else self._summation(tree, inside)
        self.notes.extend(made.notes)
        return self._factor(made.value, Shape.CALL, tree)

    def _integral(self, tree: Tree[Token], inside: Sequence[Tree[Token]]) -> Undone:
        index = self.signs.index(tree.meta.start_pos)
        differential, mark = self.source.differentials[index], closing_mark(self.signs, self.marks, index)
        if not inside or not inside[0].meta.start_pos <= mark < inside[-1].meta.end_pos:
            raise ReadingError(
                f"{differential.shown} apart from its integral sign",
                expected="both in one term",
                hint="brackets around the integrand",
            )
        if differential.integrand:
            self.notes.append(f"all of {shortened(differential.integrand)} is integrated")
        limits = self._limits(tree)
        variable = bound_variable(differential, limits)
        with self.scope.binding(differential.name, variable):
            integrand = self._product(inside)
        return integral(integrand, differential, variable, limits)

    def _limits(self, tree: Tree[Token]) -> Limits:
        found: dict[str, sp.Expr] = {}
        mark = ""
        for child in tree.children:
            if isinstance(child, str):
                mark = str(child)
            else:
                found["lower" if mark == "_" else "upper"] = self._limit(child)
        return found.get("lower"), found.get("upper")

    def _limit(self, tree: Tree[Token]) -> sp.Expr:
        infinite = _INFINITE.fullmatch(self._text(tree).strip("{} "))
        if infinite:
            return -sp.oo if infinite[1] == "-" else sp.oo
        return self._in_braces(tree) if tree.data == "brace" else self.sum(tree)

    def _summation(self, tree: Tree[Token], inside: Sequence[Tree[Token]]) -> Undone:
        name, start, *end = (part for part in subtrees(tree))
        letter = "".join(map(str, name.children))
        if len(name.children) != 1 or not letter.isalpha() or len(letter) != 1:
            raise ReadingError(f"{shortened(letter)} as the index of a sum", expected="one letter")
        if not end or not inside:
            raise ReadingError(
                f"the sum over {letter} without its end" if inside else "a sum of nothing",
                expected=r"\sum_{n=0}^{\infty} ..., \sum_{n=0}^{N} ...",
            )
        lower, upper = self._limit(start), self._limit(end[0])
        index = bound_index(letter, lower)
        with self.scope.binding(letter, index):
            summand = self._product(inside)
        return summation(summand, index, lower, upper)

    def factors(self, tree: Tree[Token]) -> list[Factor]:
        """Factors that one part of a row stands for: mostly one; several for letters such as eB."""
        with self._one_level_down():
            name = "in_a_power" if tree.data in ("integral", "summation") else tree.data
            found: list[Factor] = getattr(self, f"_{name}")(tree)
            return found

    def _number(self, tree: Tree[Token]) -> list[Factor]:
        text = str(tree.children[0])
        number = sp.Rational(text.rstrip("."))
        if number.q & (number.q - 1):
            self.notes.append(f"{text} is taken as the exact number {number}")
        return [self._factor(number, Shape.NUMBER, tree)]

    def _name(self, tree: Tree[Token]) -> list[Factor]:
        name, *subscripts = map(str, tree.children)
        found = meanings(name, subscripts, latex=self.source.latex, own=self.scope.names)
        self.notes.extend(meaning.note for meaning in found if meaning.note)
        self.scope.note_open_ends(found)
        return [self._named(meaning, tree) for meaning in found]

    def _named(self, meaning: Meaning, tree: Tree[Token]) -> Factor:
        if meaning.value is None:
            shape = Shape.FUNCTION
        elif meaning.value is sp.EulerGamma and not meaning.own:
            shape = Shape.GAMMA
        else:
            shape = Shape.SYMBOL if meaning.value.is_Symbol or meaning.own else Shape.CONSTANT
        return self._factor(meaning.value, shape, tree, function=meaning.function)

    def _differential(self, tree: Tree[Token]) -> list[Factor]:
        return [self._factor(sp.S.One, Shape.DIFFERENTIAL, tree)]

    def _in_a_power(self, _tree: Tree[Token]) -> list[Factor]:
        raise ReadingError(
            "an integral or a sum in a power",
            expected="a factor or a term",
            hint="brackets around it",
        )

    def _round(self, tree: Tree[Token]) -> list[Factor]:
        if not is_list(tree):
            return [self._factor(self.sum(subtree(tree, 0)), Shape.BRACKET, tree)]
        return [self._factor(tuple(map(self._element, subtrees(tree))), Shape.BRACKET, tree)]

    def _element(self, tree: Tree[Token]) -> sp.Expr | tuple[sp.Expr, ...]:
        """One element of a list, which may be a list itself: hyper((a, b), (c,), z)."""
        inner = only_part(tree)
        if inner is not None and inner.data == "round" and is_list(inner):
            return tuple(map(self.sum, subtrees(inner)))
        return self.sum(tree)

    _square = _round

    def _brace(self, tree: Tree[Token]) -> list[Factor]:
        if not tree.children:
            return []
        inner = only_part(subtree(tree, 0)) if len(tree.children) == 1 else None
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
        return self.sum(subtree(tree, 0))

    def _fraction(self, tree: Tree[Token]) -> list[Factor]:
        above, below = (self._in_braces(part) for part in subtrees(tree))
        return [self._factor(above * bounded_power(below, sp.S.NegativeOne), Shape.FRACTION, tree)]

    def _root(self, tree: Tree[Token]) -> list[Factor]:
        *index, inside = subtrees(tree)
        degree = self.sum(index[0]) if index else sp.Integer(2)
        radicand = self.sum(subtree(inside, 0)) if inside.children else self._in_braces(inside)
        power = bounded_power(degree, sp.S.NegativeOne)
        return [self._factor(bounded_power(radicand, power), Shape.ROOT, tree)]

    def _power(self, tree: Tree[Token]) -> list[Factor]:
        bases = self.factors(subtree(tree, 0))
        sign, exponents = self._exponent(subtree(tree, -1))
        if not bases or len(exponents) != 1:
            raise ReadingError(
                f"the power {shortened(self._text(tree))}",
                expected="one base and one exponent",
                hint="braces or brackets around a longer one",
            )
        return [*bases[:-1], self._raised(bases[-1], sign, exponents[0], tree)]

    def _raised(self, base: Factor, sign: int, exponent: Factor, tree: Tree[Token]) -> Factor:
        return raised(base, sign, exponent, tree.meta.end_pos, self.source, self.notes)

    def _exponent(self, tree: Tree[Token]) -> tuple[int, list[Factor]]:
        sign = sign_of(subtree(tree, 0)) if len(tree.children) > 1 else 1
        inner = subtree(tree, -1)
        text = self._text(inner)
        if self.source.latex and inner.data == "power":
            raise ReadingError(
                f"^{shortened(text)}, two exponents in a row, which TeX does not take",
                expected="braces around what is raised",
                hint="{x^2}^2 is (x^2)^2, and x^{2^2} the other",
            )
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
