r"""Which differential belongs to which integral sign, found on the text before it is parsed.

The letter d is also the dimension of space, so ``d^2q`` is a differential only where an integral sign
stands before it. A differential closes the innermost sign that is still open. Here every differential is
marked for the grammar, limits get their braces, and an integrand that is a sum gets its brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import sympy as sp

from cooperon.diagrams.errors import ReadingError

__all__ = ["MARK", "Differential", "closing", "paired"]

_IN_LIMIT = "in the limit of an integral or a sum"

MARK = "\N{MATHEMATICAL ITALIC SMALL D}"
MAX_SIGNS = 4

_GREEK = (
    r"\\(?:xi|omega|Omega|epsilon|varepsilon|theta|phi|varphi|tau|eta|kappa|lambda|mu|rho|sigma|chi|alpha"
    r"|beta|ell)(?![A-Za-z])"
)
_SPACE = r"(?:\s|~|\\[,;:!> ])*"
_BOLD = r"\\(?:mathbf|boldsymbol|vec|bm)\s*(?:\{\s*[A-Za-z]\s*\}|[A-Za-z])"
_STYLE = r"\\(?:mathrm|textrm|text|rm|operatorname)"
_D = rf"(?:{_STYLE}\s*\{{\s*d\s*\}}|{_STYLE}\s+d|\\dd(?![A-Za-z])|\\diff(?![A-Za-z])|(?<![A-Za-z\\_^])d)"
_ORDER = r"(?:\s*\^\s*(?:\{\s*([0-9]+|d)\s*\}|([0-9]|d)))?"
_INDEX = r"(?:\s*_\s*(?:\{[A-Za-z0-9]+\}|[A-Za-z0-9]))?"
_WORDS = "xi|omega|epsilon|theta|phi|tau"
_LATEX_VARIABLE = rf"({_BOLD}|{_GREEK}|[A-Za-z])({_INDEX})"
_PLAIN_VARIABLE = rf"({_WORDS}|[A-Za-z])((?:_[A-Za-z0-9]+)?)(?![A-Za-z0-9_])"
_SIGN = re.compile(r"\\int(?![A-Za-z])|∫|\\sum(?![A-Za-z])|∑")
_LATEX_SCRIPT = r"\{|\\[A-Za-z]+|[A-Za-z0-9]"
_PLAIN_SCRIPT = r"[({]|[+-]?(?:∞|[0-9.]+|[A-Za-z]+[0-9]*(?:\s*_\s*(?:[A-Za-z0-9]+|\{[A-Za-z0-9]+\}))*)"
_SUM_WITHOUT_START = re.compile(r"(?:\\sum(?![A-Za-z])|∑)(?!_\{\s*[A-Za-z]\s*=)")
_SEVERAL = re.compile(r"\\(?:i{2,}nt|idotsint|oi*nt)(?![A-Za-z])|[∬∭∮]")
_RUN = re.compile(r"(?<![A-Za-z\\])([A-Za-z]+)d([A-Za-z])(?![A-Za-z])")
_TEXT_COMMAND = re.compile(r"\\(?:mathrm|textrm|text|rm|operatorname|mathit|mathsf)\s*\{?\s*$")
_TWO_PI = r"(?:2\s*(?:\\pi(?![A-Za-z])|\*?\s*pi\b)|\(\s*2\s*\*?\s*\\?pi\s*\))"


@dataclass(frozen=True)
class Differential:
    r"""What an integral sign integrates over.

    Attributes
    ----------
    name : str
        The variable, as names are looked up.
    shown : str
        The differential as it was written.
    order : sympy.Expr or None
        The dimension in ``d^2q``; None without a power.
    over_two_pi : bool
        Whether it stands over 2 pi and nothing else, as in ``dq/2\pi``.
    integrand : str
        The sum without brackets that stands between it and its sign; empty without one.
    """

    name: str
    shown: str
    order: sp.Expr | None = None
    over_two_pi: bool = False
    integrand: str = ""


def paired(text: str, *, latex: bool) -> tuple[str, tuple[Differential, ...]]:
    r"""Mark the differentials of a text, one for each integral sign, in the order of the signs.

    Raises
    ------
    ReadingError
        When signs and differentials do not go together, or are too many.

    Examples
    --------
    >>> paired(r"\int_0^\infty dt f", latex=True)[1][0].name
    't'
    """
    if _SEVERAL.search(text):
        raise ReadingError("several integral signs in one, or a ring", expected=r"one \int for each variable")
    if not _SIGN.search(text):
        return text, ()
    text = _braced_scripts(_spread(text) if latex else text, latex=latex)
    if _SUM_WITHOUT_START.search(text):
        raise ReadingError(
            "a sum that does not say where it begins",
            expected=r"\sum_{n=0}^{\infty} ..., \sum_{n=0}^{N} ...",
            hint="an index that is one letter, a first and a last term",
        )
    signs = [sign.start() for sign in _SIGN.finditer(text) if not _is_sum(sign[0])]
    if len(signs) > MAX_SIGNS or len(_SIGN.findall(text)) > MAX_SIGNS:
        raise ReadingError(
            f"{len(_SIGN.findall(text))} integrals and sums",
            expected=f"at most {MAX_SIGNS} that are not done",
            hint="check a part of it",
        )
    return _marked(text, signs, latex=latex) if signs else (text, ())


def _is_sum(sign: str) -> bool:
    return sign in (r"\sum", "∑")


def _spread(text: str) -> str:
    """In LaTeX the letters of qdq stand for themselves: q dq."""

    def apart(found: re.Match[str]) -> str:
        if _TEXT_COMMAND.search(text[: found.start()]):
            return found[0]
        return f"{found[1]} d{found[2]}"

    return _RUN.sub(apart, text)


def _braced_scripts(text: str, *, latex: bool) -> str:
    """Put the limits of each sign in braces, the lower one first."""
    out, position = list[str](), 0
    for sign in _SIGN.finditer(text):
        out.append(text[position : sign.start()])
        scripts, position = _scripts(text, sign.end(), latex=latex)
        out.append(sign[0] + "".join(f"{mark}{{{scripts[mark]}}}" for mark in "_^" if mark in scripts) + " ")
    return "".join([*out, text[position:]])


def _scripts(text: str, position: int, *, latex: bool) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    opening = re.compile(r"(?:\s|\\(?:no)?limits(?![A-Za-z])|\\[,;:!])*([_^])\s*")
    script = re.compile(_LATEX_SCRIPT if latex else _PLAIN_SCRIPT)
    while (mark := opening.match(text, position)) and mark[1] not in found:
        begin = script.match(text, mark.end())
        if begin is None:
            break
        end = closing(text, begin.start(), _IN_LIMIT) if begin[0] in "({" else begin.end()
        content = text[begin.start() : end]
        found[mark[1]] = content[1:-1] if begin[0] == "{" else content
        position = end
    return found, position


def closing(text: str, opening: int, where: str) -> int:
    """Return the position behind the bracket that closes the one at ``opening``.

    Raises
    ------
    ReadingError
        When nothing closes it; ``where`` says where it stands.

    Examples
    --------
    >>> closing("f(a(b)) + c", 1, "in f")
    7
    """
    depth = 0
    for position in range(opening, len(text)):
        depth += (text[position] in "([{") - (text[position] in ")]}")
        if not depth:
            return position + 1
    raise ReadingError(f"an open bracket {where}", expected="a bracket that closes it")


def _marked(text: str, signs: list[int], *, latex: bool) -> tuple[str, tuple[Differential, ...]]:
    pattern = re.compile(_D + _ORDER + _SPACE + (_LATEX_VARIABLE if latex else _PLAIN_VARIABLE))
    candidates = [found for found in pattern.finditer(text) if found.start() > signs[0]]
    owner = _owners(signs, candidates)
    out, position = list[str](), 0
    table: dict[int, Differential] = {}
    edits: list[tuple[int, int, str]] = []
    for sign, found in owner.items():
        table[sign] = _differential(text, found)
        edits.append((found.start(), found.end(), f"{MARK}{{{table[sign].name}}} "))
        if _is_open_sum(text, sign, found.start()):
            start = _behind_limits(text, sign)
            table[sign] = replace(table[sign], integrand=text[start : found.start()].strip())
            edits.append((start, start, "("))
            edits.append((found.end(), found.end(), ")"))
    for start, end, new in sorted(edits):
        out.append(text[position:start] + new)
        position = end
    return "".join([*out, text[position:]]), tuple(table[sign] for sign in signs)


def _owners(signs: list[int], candidates: list[re.Match[str]]) -> dict[int, re.Match[str]]:
    events = sorted(
        [(sign, None) for sign in signs] + [(found.start(), found) for found in candidates], key=_first
    )
    waiting, owner = list[int](), dict[int, re.Match[str]]()
    for position, found in events:
        if found is None:
            waiting.append(position)
        elif not waiting:
            raise ReadingError(
                f"the differential {found[0]} without an integral sign of its own",
                expected="one integral sign for each differential",
                hint=r"d\cdot q for a product with the dimension d",
            )
        else:
            owner[waiting.pop()] = found
    if waiting:
        raise ReadingError(
            "an integral sign without its differential",
            expected=r"\int\frac{d^2q}{(2\pi)^2} ..., \int_0^\infty dt ...",
            hint="write the measure out; the letter behind d is the variable",
        )
    return owner


def _first(event: tuple[int, object]) -> int:
    return event[0]


def _differential(text: str, found: re.Match[str]) -> Differential:
    order = found[1] or found[2]
    dimension = (
        None if order is None else sp.Symbol("d", positive=True) if order == "d" else sp.Integer(order)
    )
    letter = re.sub(r"^\\(?:mathbf|boldsymbol|vec|bm)|[\s{}\\]", "", found[3])
    name = "_".join(re.findall(r"[A-Za-z0-9]+", letter + found[4]))
    name = {"varphi": "phi", "varepsilon": "epsilon"}.get(name, name)
    before, behind = text[: found.start()], text[found.end() :]
    in_fraction = re.search(r"\\[dtc]?frac\s*\{\s*$", before) and re.match(
        rf"\s*\}}\s*\{{\s*{_TWO_PI}\s*\}}", behind
    )
    after_slash = re.match(rf"\s*/\s*(?:{_TWO_PI})", behind)
    return Differential(name, found[0].strip(), dimension, bool(in_fraction or after_slash))


def _behind_limits(text: str, sign: int) -> int:
    found = _SIGN.match(text, sign)
    assert found is not None
    position = found.end()
    while text[position] in "_^":
        position = closing(text, position + 1, _IN_LIMIT)
    return position


def _is_open_sum(text: str, sign: int, end: int) -> bool:
    """Whether a sum without brackets stands between a sign and its differential."""
    inside = text[_behind_limits(text, sign) : end]
    depth, found = 0, False
    for position, character in enumerate(inside):
        depth += (character in "([{") - (character in ")]}")
        if depth < 0:
            return False
        after_mark = inside[:position].rstrip().endswith(("^", "_", "/", "*"))
        found = found or (not depth and character in "+-" and not after_mark)
    return found and not depth
