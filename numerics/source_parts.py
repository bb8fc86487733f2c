"""What the source of a formula is made of in any language: its expression, arguments, constants and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.numerics.constants import si_constants
from cooperon.numerics.translate import is_complex, level_kernels_alone
from cooperon.symbolic import symbols
from cooperon.symbolic.landau_levels import LevelFunction
from cooperon.symbolic.pole_functions import Folded

__all__ = ["Parts", "identifier", "in_kernels", "parts_of", "refused", "variables", "words"]

_WIDTH = 90


@dataclass(frozen=True)
class Parts:
    """A formula for a printer of code.

    Attributes
    ----------
    name : str
        What the function is called.
    expr : sympy.Expr
        In the functions of :mod:`cooperon.numerics.own_functions` and elementary ones.
    arguments : tuple of Symbol
        In the order of the library's table.
    constants : tuple of (Symbol, float)
        Constants of nature and their SI values.
    is_complex : bool
        Whether its values are complex.
    """

    name: str
    expr: sp.Expr
    arguments: tuple[sp.Symbol, ...]
    constants: tuple[tuple[sp.Symbol, float], ...]
    is_complex: bool


def parts_of(formula: Any, *, as_derived: bool = False) -> Parts:
    """Take a formula apart; ``as_derived`` leaves its expression as it is.

    Examples
    --------
    >>> import cooperon as cp
    >>> parts_of(cp.conductivity(cp.Metal(dim=2))).arguments
    (nu, D)
    """
    expr = formula.expr if as_derived else in_kernels(formula.expr)
    constants = tuple((x, value) for x, value in si_constants().items() if x in formula.expr.free_symbols)
    return Parts(
        identifier(formula.name),
        expr,
        tuple(variables(formula.expr)),
        constants,
        is_complex(formula.expr),
    )


def in_kernels(expr: sp.Expr) -> sp.Expr:
    """Write an expression in functions that keep their digits.

    Raises
    ------
    InputError
        When an integral or a sum is left undone in it.

    Examples
    --------
    >>> in_kernels(sp.log(1 + symbols.tau_phi / symbols.tau))
    log1p(tau_phi/tau)
    """
    undone = next(iter(expr.atoms(sp.Integral, sp.Sum)), None)
    if undone is not None:
        levels = undone.has(LevelFunction)
        what = "a sum over Landau levels" if levels else f"the integral {undone}"
        raise InputError(
            f"source code of a formula with {what}",
            expected="a formula whose integrals and sums are carried out",
            hint="Formula.lambdify" if levels else 'Formula.lambdify, or "mathematica", which does integrals',
        )
    return level_kernels_alone(
        expr.replace(lambda node: isinstance(node, Folded), lambda node: node.written_out())
    )


def refused(language: str, functions: object, hint: str = "Formula.lambdify") -> InputError:
    """Return the error for functions that a language, and the libraries it uses, do not have.

    Examples
    --------
    >>> print(refused("C", ["besselk"]))
    given: a formula with besselk; expected: functions that C has; try: Formula.lambdify
    """
    names = ", ".join(sorted(map(str, functions)))  # type: ignore[call-overload]
    return InputError(f"a formula with {names}", expected=f"functions that {language} has", hint=hint)


def identifier(name: str) -> str:
    """Return a name of a formula as one of a function.

    Examples
    --------
    >>> identifier("delta sigma(B)")
    'delta_sigma_B'
    """
    return re.sub(r"\W+", "_", name).strip("_")


def variables(expr: sp.Expr) -> list[sp.Symbol]:
    """Return the symbols of an expression that are no constants of nature, in the library's order.

    Examples
    --------
    >>> variables(symbols.hbar * symbols.D / symbols.tau)
    [tau, D]
    """
    free = expr.free_symbols - si_constants().keys()
    return [entry.symbol for entry in symbols.TABLE.values() if entry.symbol in free]


def words(formula: Any, names: dict[sp.Symbol, str] | None = None) -> Iterator[str]:
    """Say what a formula is, what its arguments are, and when it holds: lines of a comment.

    Examples
    --------
    >>> import cooperon as cp
    >>> next(words(cp.conductivity(cp.Metal(dim=2))))
    'sigma_0 = 2*D*e**2*nu'
    """
    yield from wrap(
        f"{formula.name} = {formula.expr}", _WIDTH, subsequent_indent="    ", break_long_words=False
    )
    yield ""
    yield "Arguments, in SI units:"
    for x in variables(formula.expr):
        name = (names or {}).get(x, x.name)
        called = name if name == x.name else f"{name} ({x.name})"
        unit = str(symbols.dimension(x))
        yield f"  {called}: {symbols.TABLE[x.name].meaning} [{unit}]"
    yield ""
    yield "It holds for:"
    for assumption in formula.assumptions:
        yield from wrap(str(assumption), _WIDTH, initial_indent="  - ", subsequent_indent="    ")
