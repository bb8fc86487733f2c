"""Sentences: names of symbols in a line of reason become mathematics, the rest is text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cooperon.symbolic import symbols as s

__all__ = ["Piece", "pieces", "sentence"]

_SPECIAL = re.compile(r"([#$%&_{}])")
_MORE = {
    "pi": r"\pi",
    "oo": r"\infty",
    "Gamma": r"\Gamma",
    "omega_c": r"\omega_{\mathrm{c}}",
    "tau_i": r"\tau_{i}",
    "tau_B": r"\tau_{B}",
    "B_i": "B_{i}",
    "D_i": "D_{i}",
}
_NAMES = sorted({*s.names(), *_MORE}, key=len, reverse=True)
_SIGNS = {">>": r"\gg", "<<": r"\ll", "->": r"\to", ">=": r"\ge", "<=": r"\le", "<": "<", ">": ">"}
_MATHS = re.compile(
    r"\b(?P<name>" + "|".join(_NAMES) + r")\b(\*\*(?P<power>\d+))?|(?P<sign>>>|<<|->|>=|<=|<|>)"
    r"|sqrt\((?P<root>[^()]+)\)|\*\*(?P<raised>\d+)"
)
_TIMES = re.compile(r"(?<=\d)\*(?=[A-Za-z(])")
_QUOTED = re.compile('"([^"]*)"')
_PROSE = {"d", "p", "g", "e", "h", "m", "n", "t", "r", "L", "T", "B"}


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
    >>> [piece.text for piece in pieces("tau_phi >> tau, with k_F")]
    ['\\tau_{\\phi}', ' ', '\\gg', ' ', '\\tau', ', with ', 'k_{\\mathrm{F}}']
    """
    text = _TIMES.sub(" ", text)
    found, last = [], 0
    for match in _MATHS.finditer(text):
        if match["name"] in _PROSE and not match["power"]:
            continue
        maths = _maths(match, names)
        found += [Piece(text[last : match.start()]), Piece(maths, True)]
        last = match.end()
    return tuple(piece for piece in (*found, Piece(text[last:])) if piece.text)


def sentence(text: str, names: Mapping[str, str] | None = None) -> str:
    r"""Typeset a line of reason in LaTeX; special characters are escaped.

    Examples
    --------
    >>> print(sentence("tau_phi >> tau, with k_F"))
    $\tau_{\phi}$ $\gg$ $\tau$, with $k_{\mathrm{F}}$
    """
    quoted = _QUOTED.sub(r"``\1''", text)
    return "".join(f"${x.text}$" if x.maths else _escaped(x.text) for x in pieces(quoted, names))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("**", "^").replace("^", r"\^{}").replace("~", r"\~{}")


def _maths(match: re.Match[str], names: Mapping[str, str] | None) -> str:
    if match["sign"]:
        return _SIGNS[match["sign"]]
    if match["raised"]:
        return f"{{}}^{match['raised']}"
    if match["root"]:
        words = re.split(r"(\W)", match["root"])
        known = (_math(word, None, names) if word in _NAMES else word for word in words)
        return rf"\sqrt{{{''.join(known).replace('**', '^')}}}"
    return _math(match["name"], match["power"], names)


def _math(name: str, power: str | None, names: Mapping[str, str] | None) -> str:
    typeset = (names or {}).get(name) or (_MORE[name] if name in _MORE else s.TABLE[name].latex)
    return typeset + (f"^{power}" if power else "")
