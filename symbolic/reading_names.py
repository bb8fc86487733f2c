"""What the names in a formula mean: the symbols of the library, constants and functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic import symbols
from cooperon.symbolic.reading_functions import FUNCTIONS, Function
from cooperon.symbolic.reading_refusals import shortened
from cooperon.symbolic.reading_spellings import (
    ALIASES,
    CONSTANTS,
    INFINITE,
    INTEGRATION_VARIABLES,
    SAID,
    SAME,
)
from cooperon.symbolic.reading_undone import OPEN_ENDS

__all__ = ["Meaning", "known_names", "meanings", "name_key", "symbol_named"]


@dataclass(frozen=True)
class Meaning:
    """What a name stands for: a value, a function, or either, depending on what follows.

    ``own`` is set for what the text, or its notation, gives a meaning of its own.
    """

    value: sp.Expr | None = None
    function: Function | None = None
    note: str = ""
    own: bool = False


Own = Mapping[str, sp.Expr]
_NOTHING: Own = {}

_STYLE = re.compile(r"\\(?:mathrm|mathit|mathsf|textrm|textit|text|rm|operatorname)(?![A-Za-z])")
_UPRIGHT_STYLE = re.compile(r"\\(?:mathrm|mathsf|textrm|text|rm|operatorname)(?![A-Za-z])")
_PIECES = re.compile(r"[A-Za-z]+|[0-9]+")
_SUBSCRIPT = re.compile(r"_\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+(?:\s*\{[^{}]*\})?|[A-Za-z0-9]+)")
_NAME = re.compile(
    rf"({_STYLE.pattern}\s*\{{\s*[A-Za-z]+\s*\}}|\\[A-Za-z]+|[A-Za-z]+[0-9]*)\s*((?:{_SUBSCRIPT.pattern}\s*)*)"
)
_MAX_SPLIT = 24
_MARKS = (
    *("mathbf", "boldsymbol", "vec", "bm", "mathcal", "mathscr", "mathfrak"),
    *("bar", "overline", "underline", "tilde", "widetilde", "hat", "widehat", "dot", "ddot", "check"),
)
_LONG_PRODUCT = 3


def known_names() -> tuple[str, ...]:
    """All names that are read: symbols, constants, functions."""
    return (*symbols.names(), *CONSTANTS, *FUNCTIONS)


def symbol_named(name: str) -> sp.Symbol:
    """Return the library's symbol of a name (or of another spelling of it).

    Raises
    ------
    ReadingError
        When there is none; the message lists close names.
    """
    entry = symbols.TABLE.get(ALIASES.get(name, name))
    if entry is None:
        raise unknown_name(name, name)
    return entry.symbol


def unknown_name(shown: str, key: str) -> ReadingError:
    """Make the error for a name that means nothing, with names that are close to it."""
    if shown.startswith("\\") and key in _MARKS:
        return ReadingError(
            f"{shown}, a vector or a letter in another script or with a mark of its own",
            expected="letters as they are; the square of a vector, \\mathbf{q}^2, is read",
            hint="a letter of your own in its place, with notation={'x': ...}",
        )
    close = get_close_matches(key, known_names(), n=4, cutoff=0.5) if 1 < len(key) < _MAX_SPLIT else []
    known = f"close names: {', '.join(close)}" if close else "cooperon.symbols.names() lists the symbols"
    own = "a name of your own goes into notation={...}, as in {'Gamma': '1/tau'}"
    return ReadingError(
        f"the name {shortened(shown)}",
        expected="a symbol of cooperon.symbols, a constant or a function",
        hint=f"{known}; {own}",
    )


def name_key(text: str) -> str:
    r"""Return the key under which a name with its subscripts is looked up.

    Raises
    ------
    ReadingError
        When it is not one name.

    Examples
    --------
    >>> name_key(r"\tau_{\mathrm{el}}")
    'tau_el'
    """
    found = _NAME.fullmatch(text.strip())
    if found is None:
        raise ReadingError(
            f"{shortened(text)} as a name",
            expected="one name with its subscripts",
            hint=r"\Gamma, D_0, \tau_{\mathrm{el}}, x",
        )
    return _key(found[1], _SUBSCRIPT.findall(found[2]), text)


def _key(name: str, subscripts: Sequence[str], shown: str) -> str:
    base = _plain(name)
    return "_".join((SAME.get(base, base), *(_subscript_key(text, shown) for text in subscripts)))


def meanings(
    name: str, subscripts: Sequence[str], *, latex: bool, own: Own = _NOTHING
) -> tuple[Meaning, ...]:
    r"""Look up what a name with its subscripts stands for.

    Mostly one thing; in LaTeX, where ``eB`` is typeset as a product, one for each letter. ``own`` holds
    what the text gives a meaning of its own: bound variables, and people's notation.

    Raises
    ------
    ReadingError
        When the name is not known.

    Examples
    --------
    >>> meanings(r"\tau", [r"_{\varphi}"], latex=True)[0].value
    tau_phi
    >>> [meaning.value for meaning in meanings("eB", [], latex=True)]
    [e, B]
    """
    shown = name + "".join(subscripts)
    base, styled = _plain(name), bool(_UPRIGHT_STYLE.match(name))
    key = _key(name, subscripts, shown)
    if key in own and not (styled and base in _UPRIGHT):
        return (Meaning(own[key], own=True),)
    if styled and base in _UPRIGHT and not subscripts:
        return (_upright(base, shown),)
    meaning = _meaning(key, latex=latex)
    if meaning is not None:
        letters = _split(base, _letters, own) if latex and name == base and len(base) > 1 else None
        if letters and meaning.function is None:
            note = f"{name} is read as the one symbol {key}, not as the product {' '.join(letters)}"
            meaning = Meaning(meaning.value, note=note)
        return (meaning,)
    if key in INFINITE:
        raise ReadingError(
            "infinity", expected="a limit of an integral or a sum", hint="take the limit and write the result"
        )
    return _product(name, base, subscripts, key, latex=latex, own=own)


_UPRIGHT = ("e", "d")


def _upright(base: str, shown: str) -> Meaning:
    if base == "e":
        return Meaning(sp.E)
    raise ReadingError(
        f"the differential {shortened(shown)}",
        expected="an expression without undone integrals and derivatives",
        hint="do the integral; an italic d is the dimension of space",
    )


def _plain(name: str) -> str:
    return "".join(_PIECES.findall(_STYLE.sub("", name)))


def _subscript_key(text: str, shown: str) -> str:
    content = _STYLE.sub("", text[1:]).replace(".", "")
    left_over = re.sub(r"[\sA-Za-z0-9{}\\,_]", "", content)
    pieces = _PIECES.findall(content)
    if left_over or not pieces:
        raise unknown_name(shown, shown)
    return "_".join(SAME.get(piece, piece) for piece in pieces)


def _meaning(key: str, *, latex: bool) -> Meaning | None:
    if key in OPEN_ENDS:
        return _open_end(key)
    said = f"{key} is read as the {ALIASES[key]}" if key in SAID else ""
    key = ALIASES.get(key, key)
    if key == "gamma":
        note = "gamma is read as Euler's constant: notation={'gamma': ...} for a rate of this name"
        return Meaning(sp.EulerGamma, None if latex else FUNCTIONS["Gamma"], note=note)
    if key in symbols.TABLE:
        return Meaning(symbols.TABLE[key].symbol, note=said)
    if key in CONSTANTS:
        return Meaning(CONSTANTS[key])
    if key in FUNCTIONS:
        return Meaning(function=FUNCTIONS[key])
    return None


def _product(
    name: str, base: str, subscripts: Sequence[str], key: str, *, latex: bool, own: Own
) -> tuple[Meaning, ...]:
    """Read a name that is not in the table as a product of letters, where LaTeX leaves no other reading."""
    parts: list[str] | None = None
    if latex and not subscripts and name == base:
        parts = _split(base, _letters, own)
    elif latex and len(subscripts) == 1 and subscripts[0][1:].isalnum():
        parts = _split_subscript(base, subscripts[0][1:], own)
    if parts is None:
        raise _not_one_name(name + "".join(subscripts), key)
    found = tuple(_letter(part, own) for part in parts)
    if len(parts) < _LONG_PRODUCT or not base.islower() or subscripts:
        return found
    return (
        Meaning(found[0].value, note=f"{name} is read as the product {' '.join(parts)}", own=found[0].own),
        *found[1:],
    )


def _letter(name: str, own: Own) -> Meaning:
    """Return what a name that is known to be no function stands for."""
    if name in own:
        return Meaning(own[name], own=True)
    if name in OPEN_ENDS:
        return _open_end(name)
    return Meaning(CONSTANTS[name] if name in CONSTANTS else symbol_named(name))


def _open_end(key: str) -> Meaning:
    return Meaning(
        OPEN_ENDS[key], note=f"{key} is taken as the end of a sum or integral that the formula cuts off"
    )


def _letters(rest: str) -> list[str]:
    return [rest[0]]


def _prefixes(rest: str) -> list[str]:
    return [rest[:end] for end in range(len(rest), 0, -1)]


def _is_value(name: str, own: Own) -> bool:
    return name in own or name in OPEN_ENDS or ALIASES.get(name, name) in symbols.TABLE or name in CONSTANTS


def _split(word: str, candidates: Callable[[str], list[str]], own: Own = _NOTHING) -> list[str] | None:
    """Cut a word into names that are known; None when it cannot be done."""
    if len(word) > _MAX_SPLIT:
        return None
    best: list[list[str] | None] = [[]]
    for end in range(1, len(word) + 1):
        cuts: list[list[str]] = []
        for start in range(end):
            head, piece = best[start], word[start:end]
            if head is not None and piece in candidates(word[start:]) and _is_value(piece, own):
                cuts.append([*head, piece])
        best.append(min(cuts, key=len) if cuts else None)
    return best[-1]


def _split_subscript(base: str, subscript: str, own: Own) -> list[str] | None:
    r"""In LaTeX k_Fl is k_F times l: a subscript without braces is one letter."""
    head, tail = f"{base}_{subscript[0]}", _split(subscript[1:], _letters, own)
    return [head, *tail] if _is_value(head, own) and tail else None


def _not_one_name(shown: str, key: str) -> ReadingError:
    if key[:1] == "d" and key[1:] in INTEGRATION_VARIABLES:
        return ReadingError(
            f"the differential {shortened(shown)}",
            expected="an expression without undone integrals and derivatives",
            hint="do the integral and write the result",
        )
    parts = _split(shown, _prefixes)
    if parts and not get_close_matches(key, symbols.names(), cutoff=0.9):
        return ReadingError(
            f"the name {shortened(shown)}",
            expected="names with a space or * between them",
            hint=" ".join(parts) + ", if a product is meant",
        )
    head, digits = key.rstrip("0123456789"), key[len(key.rstrip("0123456789")) :]
    if digits and (head in FUNCTIONS or _is_value(head, _NOTHING)):
        written = f"{head}({digits})" if head in FUNCTIONS else f"{head}^{digits} or {digits} {head}"
        return ReadingError(
            f"the name {shortened(shown)}", expected="a number apart from the name", hint=written
        )
    return unknown_name(shown, key)
