"""Letters of symbols and the order in which people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.symbolic import symbols as s

__all__ = ["letters", "named_letters", "rank"]

_HINT = 'symbols={"tau_phi": r"\\tau_{\\varphi}"}'
_LONGEST = 60
_ALLOWED = re.compile(r"(\\[A-Za-z]+|[A-Za-z0-9 {}_^',.*+-]|\\[,;:! ])+")
_LETTER = re.compile(r"[A-Za-z]")

_ORDER = (
    *("p", "g", "d", "w_1", "w_2", "n", "m", "e", "hbar", "h", "k_B", "nu", "D", "D_x", "D_y", "D_z", "v_F"),
    *("k_F", "ell", "xi", "B", "Delta_B", "B_phi", "B_so", "B_s", "B_e", "q", "r", "T_0", "T", "omega"),
    *("tau", "tau_tr", "tau_phi", "tau_phi_0", "tau_so", "tau_so_x", "tau_so_y", "tau_so_z"),
    *("tau_s", "tau_s_x", "tau_s_y", "tau_s_z", "L", "L_phi", "width", "thickness", "t"),
)
_RANK = {name: i for i, name in enumerate(_ORDER)}


@lru_cache(maxsize=4096)
def rank(expr: sp.Expr) -> tuple[int, str]:
    """Sort key of a factor: numbers, pi, i, then symbols in the order in which people write them.

    Examples
    --------
    >>> sorted([s.tau_phi, s.B, s.D, s.e, sp.pi], key=rank)
    [pi, e, D, B, tau_phi]
    """
    if expr == sp.pi:
        return -2, ""
    if expr == sp.I:
        return -1, ""
    first = min((_RANK.get(x.name, len(_RANK)) for x in expr.free_symbols), default=-3)
    return first, str(expr)


def letters(renamed: Mapping[Any, str] | None = None) -> dict[sp.Symbol, str]:
    r"""Return how each symbol is typeset, with some of them renamed.

    Parameters
    ----------
    renamed : mapping of str or Symbol to str, optional
        LaTeX by the names of symbols.

    Raises
    ------
    InputError
        When a name is unknown, the LaTeX is no letter with its indices, or two symbols would look alike.

    Examples
    --------
    >>> letters({"tau_phi": r"\tau_{\varphi}"})[s.tau_phi]
    '\\tau_{\\varphi}'
    """
    found = s.latex_names()
    if renamed is None:
        return found
    if not isinstance(renamed, Mapping):
        raise InputError(shortened(renamed), expected="names of symbols with their LaTeX", hint=_HINT)
    for name, text in renamed.items():
        found[s.lookup(name.name if isinstance(name, sp.Symbol) else name)] = _checked(text)
    _require_distinct(found)
    return found


def _checked(text: Any) -> str:
    fits = isinstance(text, str) and len(text) <= _LONGEST and _ALLOWED.fullmatch(text)
    if not fits or not _LETTER.search(text) or not _balanced(text):
        raise InputError(shortened(text), expected="LaTeX of one letter with its indices", hint=_HINT)
    return str(text)


def _balanced(text: str) -> bool:
    depth = 0
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _require_distinct(found: Mapping[sp.Symbol, str]) -> None:
    owners: dict[str, sp.Symbol] = {}
    for symbol, text in found.items():
        other = owners.setdefault("".join(text.split()), symbol)
        if other != symbol:
            raise InputError(f"the letter {text!r} for {other} and {symbol}", expected="letters that differ")


def named_letters(renamed: Mapping[Any, str] | None = None) -> dict[str, str]:
    r"""Return the same by the names of the symbols, as sentences have them.

    Examples
    --------
    >>> named_letters()["tau_phi"]
    '\\tau_{\\phi}'
    """
    return {symbol.name: text for symbol, text in letters(renamed).items()}
