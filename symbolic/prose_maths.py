r"""Mathematics in sentences: the longest piece of a line of reason that reads as a formula, as LaTeX.

A small grammar, read from left to right: relations, sums, products (also of factors side by side), powers,
functions, brackets, averages. What is no formula is left to the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cooperon.symbolic import symbols as s

__all__ = ["formula_at"]

_MORE: Mapping[str, str] = MappingProxyType(
    {
        "pi": r"\pi",
        "oo": r"\infty",
        "Gamma": r"\Gamma",
        "eps": r"\epsilon",
        "kappa": r"\kappa",
        "theta": r"\theta",
        "sigma": r"\sigma",
        "delta": r"\delta",
        "laplace": r"\nabla^2",
        "dP": r"\mathrm{d}P",
        "dt": r"\mathrm{d}t",
        "i": r"\mathrm{i}",
        "omega_c": r"\omega_{\mathrm{c}}",
        "tau_i": r"\tau_{i}",
        "tau_B": r"\tau_{B}",
        **{
            f"{letter}_{index}": f"{letter}_{index}"
            for letter, index in ("Bi", "Di", "xi", "qx", "qy", "Pn", "Qn")
        },
        "y_0": "y_0",
        **{letter: letter for letter in "GPQbkwxyz"},
        "k'": "k'",
    }
)
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "a": "a",
        "A": "A",
        "phase": r"\mathrm{phase}",
        **{name: s.TABLE[name].latex for name in ("width", "thickness")},
    }
)
"""What is a symbol beside an operator, and a word elsewhere."""
_LETTERS: Mapping[str, str] = MappingProxyType(
    {**_MORE, **{name: one.latex for name, one in s.TABLE.items()}, **_WORDS}
)
_FUNCTIONS = {"exp": r"\exp", "cos": r"\cos", "cot": r"\cot", "sinh": r"\sinh", "ln": r"\ln", "log": r"\ln"}
_RELATIONS = {
    ">>": r"\gg",
    "<<": r"\ll",
    "->": r"\to",
    ">=": r"\ge",
    "<=": r"\le",
    "<": "<",
    ">": ">",
    "=": "=",
}
_NAME = re.compile(
    r"(?<![A-Za-z_.])(?:[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)(?:'(?![A-Za-z]))?"
    r"(?!\w|\.\w|-[A-Za-z]|'[A-Za-z])"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?![\w.]*_)")
_RELATION = re.compile(r"\s*(>>|<<|->|>=|<=|<|>|=)\s*")
_SIGN = re.compile(r"\s+([+-])\s+")
_TIMES = re.compile(r"\s*([*/])(?!\*)\s*")
_BESIDE = re.compile(r"\s*")
_OPERATOR = re.compile(r"\s*(?:[*/<>=]|->|(?:sqrt|exp|cos|cot|sinh)\()|\s[+-]\s")
_AFTER_OPERATOR = re.compile(r".*(?:[*/=<>(]|\s[+-])\s?", re.DOTALL)


@dataclass(frozen=True)
class _Read:
    """What was read: its LaTeX, where it ends, and whether there is a symbol in it."""

    text: str
    end: int
    symbolic: bool


def formula_at(text: str, start: int, names: Mapping[str, str] | None = None) -> tuple[str, int] | None:
    r"""Read the longest formula that begins at a place of a sentence; None where there is none.

    Parameters
    ----------
    text : str
        The sentence.
    start : int
        Where to begin.
    names : mapping of str to str, optional
        LaTeX of symbols by their names.

    Examples
    --------
    >>> formula_at("hbar/(2 pi nu tau) gives the lifetime", 0)
    ('\\hbar/(2 \\pi \\nu \\tau)', 18)
    >>> formula_at("a path of duration t", 0)
    """
    reader = _Reader(text, names or {})
    found = reader.relations(start)
    if found is None or not found.symbolic:
        return None
    return found.text, found.end


class _Reader:
    """Reads formulas in one sentence."""

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self.text = text
        self.names = names

    def relations(self, at: int) -> _Read | None:
        """Read sums with relations between them; a relation may be the first."""
        averaged = self.text.startswith("<", at) and self.factor(at, first=True)
        first = None if averaged else _RELATION.match(self.text, at)
        found = self.sum(first.end() if first else at)
        if found is None:
            return None
        if first:
            found = _Read(f"{_RELATIONS[first[1]]} {found.text}", found.end, True)
        while sign := _RELATION.match(self.text, found.end):
            right = self.sum(sign.end())
            if right is None:
                break
            found = _Read(f"{found.text} {_RELATIONS[sign[1]]} {right.text}", right.end, True)
        return found

    def sum(self, at: int) -> _Read | None:
        """Read products with plus and minus between them."""
        minus = self.text.startswith("-", at)
        found = self.product(at + minus)
        if found is None:
            return None
        if minus:
            found = _Read(f"-{found.text}", found.end, found.symbolic)
        while sign := _SIGN.match(self.text, found.end):
            right = self.product(sign.end())
            if right is None:
                break
            found = _Read(f"{found.text} {sign[1]} {right.text}", right.end, found.symbolic or right.symbolic)
        return found

    def product(self, at: int) -> _Read | None:
        """Read factors: multiplied, divided, or side by side."""
        found = self.factor(at, first=True)
        while found is not None:
            times = _TIMES.match(self.text, found.end)
            beside = None if times else _BESIDE.match(self.text, found.end)
            sign = times or beside
            right = self.factor(sign.end(), first=bool(times)) if sign else None
            if right is None or (beside and (found.text.endswith(" 0") or found.text == "0")):
                return found
            between = "/" if times and times[1] == "/" else " "
            found = _Read(f"{found.text}{between}{right.text}", right.end, found.symbolic or right.symbolic)
        return None

    def factor(self, at: int, *, first: bool) -> _Read | None:
        """Read a base with its power; what stands beside another factor is no number."""
        base = self.base(at, first)
        if base is None or not self.text.startswith("**", base.end):
            return base
        power = self.base(base.end + 2, True)
        if power is None:
            return base
        raised = (
            power.text if len(power.text) == 1 else f"{{{power.text.removeprefix('(').removesuffix(')')}}}"
        )
        return _Read(f"{base.text}^{raised}", power.end, base.symbolic or power.symbolic)

    def base(self, at: int, first: bool) -> _Read | None:
        """Read a number, a symbol, a function of something, something in brackets."""
        number = _NUMBER.match(self.text, at)
        if number:
            return _Read(number[0], number.end(), False) if first else None
        for left, right, pair in (("(", ")", "()"), ("<", ">", (r"\langle ", r" \rangle")), ("[", "]", "[]")):
            if self.text.startswith(left, at):
                return self.within(at + 1, right, *pair)
        name = _NAME.match(self.text, at)
        return None if name is None else self.named(name, at)

    def within(self, at: int, closing: str, left: str, right: str) -> _Read | None:
        """Read what is in brackets, with commas."""
        parts = []
        while True:
            inner = self.sum(at) if closing == ">" else self.relations(at)
            if inner is None:
                return None
            parts.append(inner)
            if not self.text.startswith(", ", inner.end):
                break
            at = inner.end + 2
        if not self.text.startswith(closing, parts[-1].end):
            return None
        body = ", ".join(part.text for part in parts)
        symbolic = any(part.symbolic for part in parts)
        return _Read(f"{left}{body}{right}", parts[-1].end + 1, symbolic)

    def named(self, name: re.Match[str], at: int) -> _Read | None:
        """Read a symbol, or a function with its argument."""
        word, end = name[0], name.end()
        if (word in _FUNCTIONS or word == "sqrt") and self.text.startswith("(", end):
            inner = self.within(end + 1, ")", "", "")
            if inner is None:
                return None
            written = rf"\sqrt{{{inner.text}}}" if word == "sqrt" else rf"{_FUNCTIONS[word]}({inner.text})"
            return _Read(written, inner.end, True)
        if word not in _LETTERS or (word in _WORDS and not self.in_formula(at, end)):
            return None
        return _Read(self.names.get(word) or _LETTERS[word], end, True)

    def in_formula(self, at: int, end: int) -> bool:
        """Whether a word is a symbol where it stands: beside an operator, or between symbols."""
        if _OPERATOR.match(self.text, end):
            return True
        after = self.text[end : end + 1]
        if _AFTER_OPERATOR.fullmatch(self.text[:at]) and (
            after in (")", ">", ",", "") or self.text[:at].endswith("= ")
        ):
            return True
        left, right = re.search(r"[\w']+(?= $)", self.text[:at]), _NAME.match(self.text, end + 1)
        return all(word is not None and word[0] in _LETTERS.keys() - _WORDS.keys() for word in (left, right))
