"""Formulas as functions in the Wolfram Language, with exact constants, for any number of digits."""

from __future__ import annotations

from typing import Any

import sympy as sp

from cooperon.numerics.constants import exact_constants
from cooperon.numerics.source_parts import parts_of, refused, words
from cooperon.symbolic import symbols
from cooperon.symbolic.landau_levels import LevelFunction
from cooperon.symbolic.log_ratio import LogRatio
from cooperon.symbolic.pole_functions import Folded

__all__ = ["mathematica_source"]

_RESERVED = frozenset("CDEIKNO")
_CALLS = {"re": "Re", "im": "Im", "RealPart": "Re"}


def mathematica_source(formula: Any) -> str:
    """Write a formula as a function of the Wolfram Language, as it was derived: it does integrals itself.

    Raises
    ------
    InputError
        For a sum over Landau levels of a field of any strength.

    Examples
    --------
    >>> import cooperon as cp
    >>> print(mathematica_source(cp.conductivity(cp.Metal(dim=2))).splitlines()[-1])
    ]
    """
    if formula.expr.has(LevelFunction):
        raise refused("the Wolfram Language", ["a sum over Landau levels of any field"])
    parts = parts_of(formula, as_derived=True)
    used = [*parts.arguments, *(x for x, _ in parts.constants)]
    names = {x: _name(x.name) for x in used}
    body = _text(formula.expr.xreplace({x: sp.Symbol(names[x]) for x in used}))
    arguments = ", ".join(f"{names[x]}_" for x in parts.arguments)
    constants = ", ".join(f"{names[x]} = {_exact(x)}" for x, _ in parts.constants)
    comment = (
        "\n".join(line.rstrip() for line in words(formula, names)).replace("(*", "( *").replace("*)", "* )")
    )
    return (
        f"(* {formula.name}, a formula derived by cooperon.\n\n{comment}\n\n"
        "What cancels at small fields takes digits: give numbers such as 0.1`30. *)\n"
        f"{_name(parts.name)}[{arguments}] := With[{{{constants}}},\n    {body}\n]\n"
    )


def _name(name: str) -> str:
    """Underscores stand for patterns, and some capitals are taken: tau_phi is tauPhi, and D is d0."""
    if name in _RESERVED:
        return f"{name.lower()}0"
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _exact(x: sp.Symbol) -> str:
    if x == symbols.hbar:
        return f"{_exact(symbols.h)}/(2*Pi)"
    digits, exponent = str(exact_constants()[x]).split("e")
    whole, _, fraction = digits.partition(".")
    return f"{whole}{fraction}*10^({int(exponent) - len(fraction)})"


def _text(expr: sp.Expr) -> str:
    """NIntegrate and NSum in place of what is left undone."""
    plain = expr.replace(LogRatio, lambda x: sp.log(1 + x) / x)
    plain = plain.replace(lambda node: isinstance(node, Folded), lambda node: node.written_out())
    undone = {node: sp.Dummy() for node in plain.atoms(sp.Integral, sp.Sum)}
    text = _code(plain.xreplace(undone))
    for node, place in undone.items():
        ((variable, lower, upper),) = node.limits
        ends = ", ".join(map(_code, (variable, lower, upper)))
        call = "NSum" if isinstance(node, sp.Sum) else "NIntegrate"
        text = text.replace(_code(place), f"{call}[{_code(node.function)}, {{{ends}}}]")
    return text


def _code(expr: sp.Expr) -> str:
    return str(sp.mathematica_code(expr, user_functions=_CALLS))
