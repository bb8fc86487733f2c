"""A formula as the source of a Python function that needs nothing of this library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from textwrap import indent, wrap
from typing import Any

import sympy as sp
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.numpy import NumPyPrinter

from cooperon.diagrams.errors import InputError
from cooperon.numerics.constants import si_constants
from cooperon.symbolic import symbols
from cooperon.symbolic.formula import Formula

__all__ = ["python_source"]

_WIDTH = 75
_MODULES = ("mpmath", "numpy", "scipy.special")

# Our names of functions -> what they are called where the source runs.
_CALLS = {
    "erfc": "scipy.special.erfc",
    "gamma": "scipy.special.gamma",
    "exp1": "scipy.special.exp1",
    "gammaincc": "scipy.special.gammaincc",
    "hyp2f1": "scipy.special.hyp2f1",
    "upper_gamma": "_upper_gamma",
}
_exp1, _gammaincc, _hyp2f1, _upper_gamma = map(sp.Function, ("exp1", "gammaincc", "hyp2f1", "upper_gamma"))


def python_source(formula: Formula) -> str:
    """Write a formula as a Python function of numbers or numpy arrays.

    The arguments are the symbols of the formula, in any consistent units; constants of nature are
    keywords whose defaults are SI values. It needs numpy, and scipy or mpmath for special functions.

    Raises
    ------
    InputError
        When the formula contains a function that numpy, scipy and mpmath do not know.

    Examples
    --------
    >>> import cooperon as cp
    >>> print(python_source(cp.conductivity(cp.Metal(dim=2))).splitlines()[-1])
        return 2*D*e**2*nu
    """
    body = _printed(formula.expr)
    helper = _helper(formula.expr) if _CALLS["upper_gamma"] in body else ""
    imports = [f"import {module}" for module in _MODULES if f"{module}." in helper + body]
    head = "\n".join((f'"""{formula.name}, a formula derived by cooperon."""', "", *imports)).rstrip()
    signature = f"def {_identifier(formula.name)}({', '.join(_parameters(formula.expr))}):"
    doc = indent("\n".join(_docstring(formula)), "    ", lambda line: bool(line.strip()))
    function = f"{signature}\n{doc}\n    return {body}\n"
    return "\n\n\n".join(part for part in (head, helper, function) if part)


def _printed(expr: sp.Expr) -> str:
    try:
        return str(NumPyPrinter({"user_functions": _CALLS}).doprint(_in_library_functions(expr)))
    except PrintMethodNotImplementedError:
        raise InputError(
            f"the formula {expr} as Python source",
            expected="functions that numpy, scipy and mpmath know",
            hint="--format json, or Formula.lambdify",
        ) from None


def _in_library_functions(expr: sp.Expr) -> sp.Expr:
    for function, rule in _RULES.items():
        expr = expr.replace(function, rule)
    return expr


def _expint(order: sp.Expr, x: sp.Expr) -> sp.Expr:
    """E_n(x) by recurrence from E_1(x), which scipy knows for complex x too; stable for small x."""
    if order == 1:
        return _exp1(x)
    if order.is_Integer and order.is_positive:
        return (sp.exp(-x) - x * _expint(order - 1, x)) / (order - 1)
    return x ** (order - 1) * _incomplete_gamma(1 - order, x)


def _incomplete_gamma(order: sp.Expr, x: sp.Expr) -> sp.Expr:
    """Gamma(s, x), by recurrence from positive s: scipy knows no other; none for complex x."""
    if not order.is_number or x.has(sp.I):
        return _upper_gamma(order, x)
    if order.is_positive:
        return sp.gamma(order) * _gammaincc(order, x)
    if order == 0:
        return _exp1(x)
    return (_incomplete_gamma(order + 1, x) - x**order * sp.exp(-x)) / order


def _hypergeometric(upper: Sequence[sp.Expr], lower: Sequence[sp.Expr], z: sp.Expr) -> sp.Expr:
    if (len(upper), len(lower)) != (2, 1):
        return sp.hyper(upper, lower, z)
    return _hyp2f1(*upper, *lower, z)


_RULES: dict[Any, Callable[..., sp.Expr]] = {
    sp.expint: _expint,
    sp.uppergamma: _incomplete_gamma,
    sp.hyper: _hypergeometric,
}


def _helper(expr: sp.Expr) -> str:
    """Incomplete gamma function of an order or argument that scipy does not take."""
    kind = "complex" if expr.has(sp.I) else "float"
    return f"_upper_gamma = numpy.vectorize(mpmath.gammainc, otypes=[{kind}])"


def _identifier(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_")


def _parameters(expr: sp.Expr) -> Iterator[str]:
    yield from map(str, _variables(expr))
    constants = [f"{x}={value!r}" for x, value in si_constants().items() if x in expr.free_symbols]
    if constants:
        yield from ("*", *constants)


def _variables(expr: sp.Expr) -> list[sp.Symbol]:
    free = expr.free_symbols - si_constants().keys()
    return [entry.symbol for entry in symbols.TABLE.values() if entry.symbol in free]


def _docstring(formula: Formula) -> Iterator[str]:
    yield f'"""Return {formula.name} = {formula.expr}.'
    yield ""
    for x in (*_variables(formula.expr), *(c for c in si_constants() if c in formula.expr.free_symbols)):
        yield f"{x}: {symbols.TABLE[x.name].meaning}{' (default: SI)' * (x in si_constants())}"
    yield ""
    yield "It holds for:"
    for assumption in formula.assumptions:
        yield from wrap(str(assumption), _WIDTH, initial_indent="- ", subsequent_indent="  ")
    yield '"""'
