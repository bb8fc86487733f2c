"""A formula written up as a Jupyter notebook: cells that derive it again, show it and verify it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.letters import named_letters
from cooperon.symbolic.manuscript import Equation, Sources, manuscript
from cooperon.symbolic.markdown import block_text

if TYPE_CHECKING:
    from cooperon.symbolic.formula import Formula

__all__ = ["notebook", "source_of"]

_FORMAT, _MINOR = 4, 5
_HEAD = 2
"""Title and the metal in words."""


def notebook(formula: Formula, call: str) -> str:
    """Write a formula up as a notebook, in JSON of nbformat 4.

    Parameters
    ----------
    formula : Formula
        What is written up.
    call : str
        The Python that derives it, with ``cp`` for cooperon and ``sp`` for sympy.

    Raises
    ------
    InputError
        When the call is no Python expression.

    Examples
    --------
    >>> import cooperon as cp
    >>> page = notebook(cp.conductivity(cp.Metal(dim=3)), "cp.conductivity(cp.Metal(dim=3))")
    >>> [cell["cell_type"] for cell in json.loads(page)["cells"]][:3]
    ['markdown', 'code', 'code']
    """
    _require_expression(call)
    content = {
        "cells": [_cell(number, kind, text) for number, (kind, text) in enumerate(_cells(formula, call))],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": _FORMAT,
        "nbformat_minor": _MINOR,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _require_expression(call: Any) -> None:
    try:
        compile(call, "call", "eval")
    except (SyntaxError, TypeError, ValueError):
        raise InputError(
            f"the call {call!r}",
            expected="the Python expression that derives the formula",
            hint='"cp.conductivity(cp.Metal(dim=2), loops=1)"',
        ) from None


def _cells(formula: Formula, call: str) -> list[tuple[str, str]]:
    names = named_letters()
    blocks = manuscript(formula)
    sources = [block_text(x, names) for x in blocks if isinstance(x, Sources)]
    result = next(block_text(x, names) for x in blocks if isinstance(x, Equation))
    found = [
        ("markdown", "\n\n".join(block_text(x, names) for x in blocks[:_HEAD])),
        ("code", "import sympy as sp\n\nimport cooperon as cp"),
        ("code", f"formula = {call}\nformula"),
        ("markdown", f"The result, as it was when this notebook was written:\n\n{result}"),
        ("code", "formula.leading()"),
        ("code", "for assumption in formula.assumptions:\n    print(assumption)"),
        ("code", "for diagram in formula.diagrams:\n    display(diagram)"),
        ("markdown", "The derivation, and numbers put into both sides of every line of it:"),
        ("code", "formula.derivation"),
        ("code", "report = formula.verify()\nprint(report)\nassert report.confirmed"),
        ("markdown", "\n\n".join(["## References", *sources])),
    ]
    return found if formula.diagrams else [cell for cell in found if "diagram in" not in cell[1]]


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell | {"source": text.splitlines(keepends=True)}


def source_of(value: Any) -> str:
    """Write a metal, or what it is made of, as the Python that makes it.

    Examples
    --------
    >>> from cooperon.symbolic.metal import Metal
    >>> source_of(Metal(dim=sp.Rational(5, 2), tau_phi=3 * s.tau))
    'cp.Metal(dim=sp.Rational(5, 2), tau_phi=3*cp.symbols.tau)'
    """
    if is_dataclass(value) and not isinstance(value, type):
        given = {x.name: getattr(value, x.name) for x in fields(value)}
        plain = {x.name: x.default for x in fields(value)}
        changed = (f"{name}={source_of(x)}" for name, x in given.items() if x != plain[name])
        return f"cp.{type(value).__name__}({', '.join(changed)})"
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(source_of, value))}]"
    return _expression(value) if isinstance(value, sp.Basic) else repr(value)


def _expression(value: sp.Basic) -> str:
    if isinstance(value, sp.Rational):
        return str(value) if value.q == 1 else f"sp.Rational({value.p}, {value.q})"
    known = {symbol: sp.Symbol(f"cp.symbols.{symbol.name}") for symbol in value.free_symbols & set(_OURS)}
    if known.keys() != value.free_symbols:
        return f"sp.sympify({str(value)!r})"
    from sympy.printing.pycode import pycode

    return str(pycode(value.xreplace(known), fully_qualified_modules=False, allow_unknown_functions=True))


_OURS: Mapping[sp.Symbol, s.Entry] = {entry.symbol: entry for entry in s.TABLE.values()}
