r"""How wide LaTeX will be in print, in em: an estimate on the safe side, by which equations are broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["width"]

_TOKEN = re.compile(r"\\begin\{[a-z]+\}|\\end\{[a-z]+\}|\\[A-Za-z]+|\\.|.", re.DOTALL)
_SPACES = {r"\,": 0.17, r"\:": 0.22, r"\;": 0.28, r"\!": -0.17, r"\ ": 0.33, r"\quad": 1.0, r"\qquad": 2.0}
_WORDS = {r"\ln", r"\exp", r"\sin", r"\cos", r"\tan", r"\cot", r"\sinh", r"\cosh", r"\tanh", r"\coth"}
_WORDS |= {r"\arcsin", r"\arccos", r"\arctan", r"\min", r"\max"}
_RELATIONS = {"+", "-", "=", r"\simeq", r"\times", r"\cdot", r"\otimes", r"\gg", r"\ll", r"\to", "<", ">"}
_SILENT = {"{", "}", " ", "\n", "&", r"\displaystyle", r"\limits", r"\left", r"\right", r"\biggl", r"\biggr"}
_NAMED = {r"\mathrm", r"\operatorname", r"\text", r"\mathbf", r"\substack"}
_LARGE = {r"\sum": 1.45, r"\prod": 1.3, r"\int": 1.0}
_BRACKETS = {"(": 0.62, ")": 0.62, "[": 0.52, "]": 0.52, r"\{": 0.75, r"\}": 0.75, "|": 0.35, ".": 0.3}
_BRACKETS |= {r"\langle": 0.6, r"\rangle": 0.6}
_SMALL = {",": 0.45, ";": 0.45, "'": 0.3}
_WIDE = {"m": 0.88, "w": 0.72, "M": 1.0, r"\omega": 0.65, r"\psi": 0.66}
_DIGIT, _LETTER, _CAPITAL, _COMMAND = 0.5, 0.56, 0.78, 0.72
_SCRIPT = 0.72
_GAP = 1.0
"""Between the columns of a matrix."""


def width(text: str) -> float:
    r"""Estimate the width of LaTeX in em.

    Examples
    --------
    >>> width(r"\frac{1}{2}") < width(r"\frac{1}{2} + x") < width(r"\frac{1}{2} + xyz")
    True
    """
    return _Measure(text).row(1.0, 0)


class _Measure:
    """Walks over the tokens once."""

    def __init__(self, text: str) -> None:
        self.tokens = [token for token in _TOKEN.findall(text) if token not in (" ", "\n")]
        self.at = 0

    def row(self, scale: float, level: int, *ends: str) -> float:
        """Add up widths until one of the ends, which is passed over."""
        total = 0.0
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token in ends:
                break
            total += self.one(token, scale, level)
        return total

    def group(self, scale: float, level: int) -> float:
        """Measure an argument: what is in braces, or one token."""
        if self.at >= len(self.tokens):
            return 0.0
        token = self.tokens[self.at]
        self.at += 1
        return self.row(scale, level, "}") if token == "{" else self.one(token, scale, level)

    def one(self, token: str, scale: float, level: int) -> float:
        """Measure what begins with a token."""
        if token == "{":
            return self.row(scale, level, "}")
        if token == r"\frac":
            inner = scale if level == 0 else scale * _SCRIPT
            return max(self.group(inner, level + 1), self.group(inner, level + 1)) + 0.3 * scale
        if token == r"\sqrt":
            return self.group(scale, level) + 1.0 * scale
        if token in ("^", "_"):
            return self.scripts(token, scale)
        return self.rest(token, scale, level)

    def rest(self, token: str, scale: float, level: int) -> float:
        """Measure sums, matrices, letters."""
        if token in _LARGE:
            return self.large(token, scale, level)
        return self.matrix(scale, level) if token.startswith(r"\begin") else scale * _plain(token)

    def scripts(self, token: str, scale: float) -> float:
        """Measure an index and an exponent, which stand one over the other."""
        first = self.group(scale * _SCRIPT, 1)
        if self.at < len(self.tokens) and self.tokens[self.at] in "^_" and self.tokens[self.at] != token:
            self.at += 1
            return max(first, self.group(scale * _SCRIPT, 1))
        return first

    def large(self, token: str, scale: float, level: int) -> float:
        """Measure a sum or an integral with its limits."""
        limits = 0.0
        if self.at < len(self.tokens) and self.tokens[self.at] in "^_":
            self.at += 1
            limits = self.scripts(self.tokens[self.at - 1], scale)
        own = _LARGE[token] * scale
        beside = token == r"\int" or level > 0
        return 0.2 + (own + limits if beside else max(own, limits))

    def matrix(self, scale: float, level: int) -> float:
        """Measure a matrix: the widest entry of each column."""
        columns: list[float] = []
        inner = level if level else 1
        for row in self.rows():
            cells = [_Measure.of(cell).row(scale, inner) for cell in row]
            columns += [0.0] * (len(cells) - len(columns))
            columns = [max(pair) for pair in zip(columns, cells + [0.0] * len(columns), strict=False)]
        return sum(columns) + _GAP * max(len(columns) - 1, 0) + 0.6

    @classmethod
    def of(cls, tokens: list[str]) -> _Measure:
        """Measure tokens."""
        found = cls("")
        found.tokens = tokens
        return found

    def rows(self) -> Iterator[list[list[str]]]:
        """Split what follows, up to its end, into rows and cells."""
        row: list[list[str]] = [[]]
        depth = 0
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            depth += token.startswith(r"\begin") - token.startswith(r"\end")
            if depth < 0:
                break
            if depth == 0 and token == r"\\":
                yield row
                row = [[]]
            elif depth == 0 and token == "&":
                row.append([])
            else:
                row[-1].append(token)
        yield row


def _plain(token: str) -> float:
    for table in (_SPACES, _BRACKETS, _SMALL, _WIDE):
        if token in table:
            return table[token]
    if token in _RELATIONS:
        return 1.25
    if token in _SILENT or token in _NAMED or token.startswith(r"\end"):
        return 0.0
    if token in _WORDS:
        return 0.5 * (len(token) - 1) + 0.17
    if token.isdigit():
        return _DIGIT
    return _COMMAND if token[0] == "\\" else _CAPITAL if token.isupper() else _LETTER
