r"""Long equations broken into lines: at sums, inside the brackets of a product, between factors.

What cannot be broken, such as a matrix, is made smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import sympy as sp

from cooperon.symbolic.derivation import Step
from cooperon.symbolic.latex_pieces import brackets
from cooperon.symbolic.latex_printer import HousePrinter
from cooperon.symbolic.latex_width import width
from cooperon.symbolic.products import Parts, parts

__all__ = ["LIMIT", "broken", "rows"]

LIMIT = 39.0
"""Width of a line in em, of the documents that this library writes."""

_INDENT = 2.0
_SMALLEST_PIECE = 10.0


def rows(step: Step, printer: HousePrinter, limit: float = LIMIT) -> list[str]:
    """Write the equation of a step in rows of an alignment; the first mark of alignment is in front.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> rows(Step("sum", x + x, 2 * x, "collected"), HousePrinter())
    ['&2 x = 2 x']
    """
    sign = r"\simeq" if step.scaling else "="
    left, right = printer.doprint(step.lhs), printer.doprint(step.rhs)
    if width(f"{left} {sign} {right}") <= limit:
        return [f"&{left} {sign} {right}"]
    first, *rest = broken(step.lhs, printer, limit)
    second, *more = broken(step.rhs, printer, limit - _INDENT)
    return [f"&{first}", *_indented(rest), f"&{sign} {second}", *_indented(more)]


def _indented(lines: Sequence[str]) -> list[str]:
    return [rf"&\quad{{}} {line}" for line in lines]


def broken(expr: sp.Expr, printer: HousePrinter, limit: float = LIMIT) -> list[str]:
    """Write an expression in lines, none of them wider than the limit in em."""
    lines = _Breaker(printer, limit - _INDENT).lines(expr)
    return [_fitted(line, limit - _INDENT) for line in lines]


def _fitted(line: str, limit: float) -> str:
    size = width(line)
    if size <= limit:
        return line
    return rf"\scalebox{{{max(limit / size, 0.1):.2f}}}{{$\displaystyle {line}$}}"


class _Breaker:
    """Breaks what is too wide, from outside to inside."""

    def __init__(self, printer: HousePrinter, limit: float) -> None:
        self.printer = printer
        self.limit = limit
        # matrices first: sympy takes their sums and products for sums and products
        self._ways: tuple[tuple[tuple[type, ...], Callable[[Any, str, str], list[str]]], ...] = (
            ((sp.MatMul, sp.KroneckerProduct), self._matrices),
            ((sp.Add, sp.MatAdd), self._sum),
            ((sp.Mul, sp.Pow), lambda expr, *beside: self._product(parts(expr), *beside)),
            ((sp.Integral, sp.Sum), self._summed),
        )

    def lines(self, expr: sp.Expr, before: str = "", after: str = "") -> list[str]:
        """Write an expression with what stands before and after it."""
        text = self.printer.doprint(expr)
        whole = f"{before}{text}{after}"
        if width(whole) <= self.limit or width(text) < _SMALLEST_PIECE:
            return [whole]
        for kinds, broken_up in self._ways:
            if isinstance(expr, kinds):
                return broken_up(expr, before, after)
        if isinstance(expr, sp.Function) and len(expr.args) == 1 and r"\left(" in text:
            name = text[: text.index(r"\left(")]
            return self.lines(expr.args[0], rf"{before}{name}\biggl(", rf"\biggr){after}")
        return [whole]

    def _sum(self, expr: sp.Expr, before: str, after: str) -> list[str]:
        terms = expr.args if isinstance(expr, sp.MatAdd) else self.printer.ordered(expr)
        done: list[str] = []
        line = before
        for i, term in enumerate(terms):
            end = after if i == len(terms) - 1 else ""
            text = self.printer.doprint(term)
            negative = text.startswith("-")
            sign = "-" if negative else "+" if i else ""
            piece = text.removeprefix("-").lstrip()
            if width(f"{line} {sign} {piece}{end}") <= self.limit:
                line = f"{line} {sign} {piece}".strip() + end
                continue
            fits = width(f"{sign} {piece}{end}") <= self.limit
            if line and (fits or width(line) > self.limit / 2):
                done.append(line)
                line = ""
            rest = -term if negative else term
            opened, closed = self._bracket(rest, "") if rest.is_Add else ("", "")
            *full, line = self.lines(rest, f"{line} {sign} {opened}".lstrip(), closed + end)
            done += full
        return [*done, line]

    def _product(self, found: Parts, before: str, after: str) -> list[str]:
        sums = [x for x in found.tall_over if _inner(x).is_Add]
        if not sums:
            return self._factors(found, before, after)
        longest = max(sums, key=lambda x: width(self.printer.doprint(x)))
        others = list(found.tall_over)
        others.remove(longest)
        front = self.printer.prefactor(replace(found, tall_over=tuple(others)))
        inner, power = _inner(longest), self._power(longest)
        opened, closed = self._bracket(inner, power)
        if width(before + front) <= self.limit / 2:
            return self.lines(inner, f"{before}{front} {opened}", closed + after)
        rest = replace(found, tall_over=tuple(others))
        first = self._factors(rest, before, "")
        return [*first, *self.lines(inner, rf"\times {opened}", closed + after)]

    def _factors(self, found: Parts, before: str, after: str) -> list[str]:
        """Write one factor after another; the denominator as a power of -1."""
        bare = replace(found, tall_over=(), tall_under=())
        front = self.printer.prefactor(bare)
        done: list[str] = []
        line = before + front
        whole = [*found.tall_over, *(1 / x for x in found.tall_under)]
        for i, factor in enumerate(whole):
            end = after if i == len(whole) - 1 else ""
            text = self.printer.doprint(factor)
            text = (self.printer.bracketed(text) if factor.is_Add else text) + end
            if width(f"{line} {text}") <= self.limit:
                line = f"{line} {text}".lstrip()
                continue
            if width(line) > self.limit / 3 and (i or front not in ("", "-")):
                done, line = [*done, line], r"\times"
            base, power = _inner(factor), self._power(factor)
            opened, closed = self._bracket(base, power) if power or base.is_Add else ("", "")
            *full, line = self.lines(base, f"{line} {opened}".lstrip(), closed + end)
            done += full
        return [*done, line if whole else line + after]

    def _summed(self, expr: sp.Expr, before: str, after: str) -> list[str]:
        inner = expr.function
        sign, measure = self.printer.limits(expr)
        opened, closed = self._bracket(inner, "") if inner.is_Add else ("", "")
        return self.lines(inner, f"{before}{sign} {opened}", f"{closed}{measure}{after}")

    def _matrices(self, expr: sp.Expr, before: str, after: str) -> list[str]:
        """Write a product of matrices, which keeps its order."""
        sign = r"\otimes " if isinstance(expr, sp.KroneckerProduct) else ""
        done, line = [], before
        for i, factor in enumerate(expr.args):
            opened, closed = self._bracket(factor, "") if factor.is_Add else ("", "")
            end = closed + (after if i == len(expr.args) - 1 else "")
            text = f"{sign if i else ''}{opened}{self.printer.doprint(factor)}{end}"
            if width(line + text) <= self.limit:
                line = f"{line} {text}".lstrip()
                continue
            done += [line] if line else []
            start = sign if i else ""
            *full, line = self.lines(factor, start + opened, end)
            done += full
        return [*done, line]

    def _power(self, expr: sp.Expr) -> str:
        return f"^{{{self.printer.in_line(expr.exp)}}}" if expr.is_Pow else ""

    def _bracket(self, inner: sp.Expr, power: str) -> tuple[str, str]:
        left, right = brackets(self.printer.doprint(inner))
        return rf"\biggl{left} ", rf" \biggr{right}{power}"


def _inner(expr: sp.Expr) -> sp.Expr:
    """Return what a power is a power of, or the expression."""
    return expr.base if expr.is_Pow else expr
