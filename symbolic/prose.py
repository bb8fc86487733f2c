"""Sentences: what reads as a formula in a line of reason becomes mathematics, the rest is text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cooperon.symbolic.prose_maths import formula_at

__all__ = ["Piece", "headed", "pieces", "sentence"]

_SPECIAL = re.compile(r"([#$%&_{}])")
_SIGNS = {">>": r"\gg", "<<": r"\ll", "->": r"\to", ">=": r"\ge", "<=": r"\le", "<": "<", ">": ">"}
_START = re.compile(r"(?<![\w.*])(?=[\w(<\[-])(?!<\s)|(?=>>|<<|->|>=|<=|[<>]\s)")
_SIGN = re.compile(r">>|<<|->|>=|<=|<|>")
_QUOTED = re.compile('"([^"]*)"')
_PROPER = re.compile(r"(?<![\w\"`.])cooperon(?![\w\"'.])")


@dataclass(frozen=True)
class Piece:
    """A piece of a sentence: text, or LaTeX of mathematics."""

    text: str
    maths: bool = False


def pieces(text: str, names: Mapping[str, str] | None = None) -> tuple[Piece, ...]:
    r"""Split a sentence into text and mathematics.

    Parameters
    ----------
    text : str
        A line of reason.
    names : mapping of str to str, optional
        LaTeX of symbols by their names.

    Examples
    --------
    >>> [piece.text for piece in pieces("tau_phi >> tau, with k_F ell")]
    ['\\tau_{\\phi} \\gg \\tau', ', with ', 'k_{\\mathrm{F}} \\ell']
    """
    found: list[Piece] = []
    last = at = 0
    while match := _START.search(text, at):
        start = match.start()
        formula = formula_at(text, start, names) or _sign(text, start)
        at = start + 1
        if formula is not None:
            maths, end = formula
            found += [Piece(_proper(text[last:start])), Piece(maths, True)]
            last = at = end
    return tuple(piece for piece in (*found, Piece(_proper(text[last:]))) if piece.text)


def _sign(text: str, at: int) -> tuple[str, int] | None:
    """Read a relation that has no formula on its right."""
    match = _SIGN.match(text, at)
    return None if match is None else (_SIGNS[match[0]], match.end())


def _proper(text: str) -> str:
    """Write the Cooperon with a capital, as papers do; the library's own name stays."""
    return _PROPER.sub("Cooperon", text)


def headed(text: str) -> str:
    """Return a text with a capital in front, where it begins with a word.

    Examples
    --------
    >>> headed("self-energy"), headed("q < 1/ell")
    ('Self-energy', 'q < 1/ell')
    """
    first = pieces(text)[:1]
    return text if not first or first[0].maths else text[:1].upper() + text[1:]


def sentence(text: str, names: Mapping[str, str] | None = None) -> str:
    r"""Typeset a line of reason in LaTeX; special characters are escaped.

    Examples
    --------
    >>> print(sentence("tau_phi >> tau, with k_F"))
    $\tau_{\phi} \gg \tau$, with $k_{\mathrm{F}}$
    """
    quoted = _QUOTED.sub(r"``\1''", text)
    return "".join(f"${x.text}$" if x.maths else _escaped(x.text) for x in pieces(quoted, names))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("^", r"\^{}").replace("~", r"\~{}")
