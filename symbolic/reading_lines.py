r"""From a derivation as it stands on the page to its lines: environments, ``\\``, ``&``, remarks.

A line that begins with a sign of equality goes on from the one before; one that begins with an operator, or
stands in an open bracket, belongs to it. What is no mathematics is dropped, and said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic.reading_refusals import shortened
from cooperon.symbolic.reading_text import equals_signs, too_large

__all__ = ["Line", "lines_of"]

MAX_LENGTH = 20_000
MAX_LINES = 200

_ENVIRONMENTS = (
    "align|aligned|alignat|alignedat|flalign|eqnarray|equation|gather|gathered|multline|multlined|split|dmath"
    "|displaymath|math"
)
_ENVIRONMENT = re.compile(rf"\\(?:begin|end)\s*\{{(?:{_ENVIRONMENTS})\*?\}}(?:\s*\{{[0-9]+\}}|\s*\[[tbc]\])?")
_OTHER = re.compile(r"\\begin\s*\{([^}]*)\}")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_WORDS = r"(?:text|mbox|textrm|textit|intertext|shortintertext)"
_DROPPED = re.compile(
    r"\\(?:label|tag|eqref|ref|cite|hspace|vspace|phantom|hphantom)\*?\s*\{[^{}]*\}"
    r"|\\(?:nonumber|notag|noindent|displaybreak|allowdisplaybreaks|hfill|boxed)(?![A-Za-z])"
)
_INSIDE = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*"
_ASIDE = re.compile(
    rf"\\{_WORDS}\s*\{{\s*(?:where|with|for|if|as|when|since|because|using|and|at|in)\b{_INSIDE}\}}.*",
    re.DOTALL,
)
_REMARK = re.compile(rf"\\{_WORDS}\s*\{{({_INSIDE})\}}")
_TRAILING = re.compile(r"(?:[\s.,;~]|\\(?:quad|qquad)(?![A-Za-z])|\\[,;:!])+$")
_BREAK = re.compile(r"\\\\\*?(?:\s*\[\s*-?[0-9.]+\s*[a-z]{2}\s*\])?|\\newline(?![A-Za-z])|\\cr(?![A-Za-z])")
_EMPTY = r"(?:\s|&|\{\}|~|\\[,;:!> ]|\\(?:quad|qquad|thinspace|hskip)(?![A-Za-z]))*"
_LEADING = re.compile(_EMPTY)
_SIGN = r"(?:[-+−]|\\(?:pm|mp)(?![A-Za-z]))"
_TIMES = r"(?:[*/·×⋅]|\\(?:times|cdot)(?![A-Za-z]))"
_JOINS = re.compile(rf"{_TIMES}")
_ADDS = re.compile(rf"{_SIGN}")
_UNFINISHED = re.compile(rf"(?:{_SIGN}|{_TIMES}|=|\\(?:approx|simeq|equiv)){_EMPTY}$")
_UPRIGHT = re.compile(r"\s*(?:[A-Za-z]|Re|Im|ln|log|exp|erfc?|[a-z]*(?:sin|cos|tan|cot)h?)\s*")
_INVISIBLE = re.compile(r"\\(?:left|right)\s*\.")
_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))


@dataclass(frozen=True)
class Line:
    """One line of a derivation: its text, its number on the page, and what was dropped from it or joined."""

    text: str
    number: int
    notes: tuple[str, ...] = ()


def lines_of(text: str, *, first: int = 1) -> tuple[Line, ...]:
    r"""Cut a text into the lines of its derivation.

    Parameters
    ----------
    text : str
        An environment such as ``align``, rows that end with ``\\``, or lines of plain text.
    first : int
        The number of its first line.

    Raises
    ------
    ReadingError
        When it is too long, or has an environment that is no list of lines.

    Examples
    --------
    >>> [line.text for line in lines_of(r"\begin{align} x &= y \\ &= z \nonumber \end{align}")]
    ['x = y', '= z']
    """
    if len(text) > MAX_LENGTH:
        raise too_large(f"{len(text)} characters", f"at most {MAX_LENGTH}")
    commented = _COMMENT.search(text) is not None
    body = _without_delimiters(_COMMENT.sub("", text).strip())
    plain = _ENVIRONMENT.sub(" ", body)
    other = _OTHER.search(plain)
    if other:
        raise ReadingError(
            f"the environment {shortened(other[1])}",
            expected="align, aligned, eqnarray, gather, split, equation, or plain lines",
        )
    typeset = plain != body or _BREAK.search(plain) is not None
    rows = list(_BREAK.split(plain) if typeset else plain.splitlines())
    if len(rows) > MAX_LINES:
        raise too_large(f"{len(rows)} lines", f"at most {MAX_LINES}")
    found = [_cleaned(row, first + index) for index, row in enumerate(rows)]
    lines = tuple(_joined([line for line in found if line.text], typeset=typeset))
    if commented and lines:
        lines = (replace(lines[0], notes=(*lines[0].notes, "comments (% ...) dropped")), *lines[1:])
    return lines


def _without_delimiters(text: str) -> str:
    for opening, closing in _DELIMITERS:
        if text.startswith(opening) and text.endswith(closing) and len(text) >= len(opening) + len(closing):
            return text[len(opening) : -len(closing)]
    return text


def _cleaned(row: str, number: int) -> Line:
    """Take off a row what is no mathematics."""
    dropped: list[str] = []

    def drop(found: re.Match[str]) -> str:
        dropped.append(shortened(found[0]))
        return " "

    row = _ASIDE.sub(drop, _INVISIBLE.sub(" ", row))
    row = _REMARK.sub(lambda found: drop(found) if _is_remark(found) else found[0], row)
    row = _DROPPED.sub(drop, row)
    start = _LEADING.match(row)
    text = row[start.end() if start else 0 :].replace("&", " ")
    text = _TRAILING.sub("", re.sub(r"\s+", " ", text).strip())
    return Line(text, number, tuple(f"{what} dropped" for what in dropped))


def _is_remark(found: re.Match[str]) -> bool:
    r"""Whether \text{...} holds words: not an index, not Re, and not a letter set upright."""
    before = found.string[: found.start()].rstrip()
    opening, depth = len(before), 0
    while opening and depth >= 0:
        opening -= 1
        depth += (before[opening] == "}") - (before[opening] == "{")
    outside = before if depth >= 0 else before[:opening].rstrip()
    if before.endswith(("_", "^")) or outside.endswith(("_", "^")):
        return False
    return _UPRIGHT.fullmatch(found[1]) is None


def _joined(lines: list[Line], *, typeset: bool) -> Iterator[Line]:
    """Join the lines that go on in the next one."""
    equations = any(equals_signs(line.text) for line in lines)
    waiting: Line | None = None
    for line in lines:
        if waiting is None:
            waiting = line
        elif _goes_on(waiting.text, line.text, typeset=typeset and equations):
            note = f"line {line.number} goes on from the line before it"
            waiting = Line(f"{waiting.text} {line.text}", waiting.number, (*waiting.notes, *line.notes, note))
        else:
            yield waiting
            waiting = line
    if waiting is not None:
        yield waiting


def _goes_on(before: str, text: str, *, typeset: bool) -> bool:
    if _depth(before) > 0 or _UNFINISHED.search(before) or _JOINS.match(text):
        return True
    return typeset and _ADDS.match(text) is not None and not equals_signs(text)


def _depth(text: str) -> int:
    """How many brackets are open at the end."""
    return sum((sign in "([{") - (sign in ")]}") for sign in text)
