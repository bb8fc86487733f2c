"""A formula as the source of a Python function that needs nothing of this library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import indent, wrap
from typing import Any

import sympy as sp
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.numpy import NumPyPrinter

from cooperon.diagrams.errors import InputError
from cooperon.numerics.constants import si_constants
from cooperon.numerics.own_functions import OWN
from cooperon.numerics.source_kernels import Kernel
from cooperon.numerics.source_languages import NUMPY, kernels_of
from cooperon.numerics.source_parts import identifier, in_kernels, parts_of, variables
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
    "kv": "scipy.special.kv",
    "psi": "scipy.special.psi",
    "wrightomega": "scipy.special.wrightomega",
    "zeta": "scipy.special.zeta",
    "log1p": "numpy.log1p",
    "expm1": "numpy.expm1",
    "upper_gamma": "_upper_gamma",
}
_exp1, _gammaincc, _hyp2f1, _upper_gamma = map(sp.Function, ("exp1", "gammaincc", "hyp2f1", "upper_gamma"))
_kv, _psi, _zeta, _log1p, _expm1 = map(sp.Function, ("kv", "psi", "zeta", "log1p", "expm1"))
_wrightomega = sp.Function("wrightomega")


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
    expr, kernels = kernels_of(parts_of(formula, as_derived=True), _in_library_functions(formula), NUMPY)
    body = _printed(expr, kernels)
    helpers = [_written(kernel) for kernel in kernels]
    helpers += [_helper(formula.expr)] if _CALLS["upper_gamma"] in body else []
    imports = [f"import {module}" for module in _MODULES if f"{module}." in "".join(helpers) + body]
    head = "\n".join((f'"""{formula.name}, a formula derived by cooperon."""', "", *imports)).rstrip()
    signature = f"def {identifier(formula.name)}({', '.join(_parameters(formula.expr))}):"
    doc = indent("\n".join(_docstring(formula)), "    ", lambda line: bool(line.strip()))
    function = f"{signature}\n{doc}\n    return {body}\n"
    return "\n\n\n".join(part for part in (head, *helpers, function) if part)


def _printed(expr: sp.Expr, kernels: list[Kernel]) -> str:
    try:
        calls = _CALLS | {kernel.name: f"_{kernel.name}" for kernel in kernels}
        return str(NumPyPrinter({"user_functions": calls}).doprint(expr))
    except PrintMethodNotImplementedError:
        raise InputError(
            f"the formula {expr} as Python source",
            expected="functions that numpy, scipy and mpmath know",
            hint="--format json, or Formula.lambdify",
        ) from None


def _written(kernel: Kernel) -> str:
    """Write a kernel as a function of arrays."""
    lines = [f"def _{kernel.name}({', '.join(kernel.arguments)}):", f'    """Return {kernel.about}."""']
    for name, value in kernel.lines:
        if isinstance(value, str):
            text = value
        else:
            text = f"numpy.where({value.condition}, {value.one}, {value.other})"
        lines.append(f"    {name} = {_in_numpy(text)}")
    return "\n".join([*lines, "    return value"])


def _in_numpy(text: str) -> str:
    for name in ("sqrt", "log", "log1p", "tanh", "exp"):
        text = text.replace(f"{name}(", f"numpy.{name}(")
    return text


def _in_library_functions(formula: Formula) -> sp.Expr:
    expr = in_kernels(formula.expr)
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


_RULES: dict[Any, Callable[..., sp.Expr]] = {
    OWN["expint"]: _expint,
    OWN["upper_gamma"]: _incomplete_gamma,
    OWN["hyp2f1_radial"]: lambda a, z: _hyp2f1(1, a, 1 + a, -z),
    OWN["besselk"]: _kv,
    OWN["digamma"]: _psi,
    OWN["lambertw_exp"]: lambda r, a: _wrightomega(sp.log(r) + a),
    OWN["log1p"]: _log1p,
    OWN["expm1"]: _expm1,
    OWN["hurwitz_zeta"]: lambda s, a: _zeta(s, a) if s.is_number and s > 1 else OWN["hurwitz_zeta"](s, a),
    OWN["powm1"]: lambda x, p: _expm1(p * _log1p(x)),
}


def _helper(expr: sp.Expr) -> str:
    """Incomplete gamma function of an order or argument that scipy does not take."""
    kind = "complex" if expr.has(sp.I) else "float"
    return f"_upper_gamma = numpy.vectorize(mpmath.gammainc, otypes=[{kind}])"


def _parameters(expr: sp.Expr) -> Iterator[str]:
    yield from map(str, variables(expr))
    constants = [f"{x}={value!r}" for x, value in si_constants().items() if x in expr.free_symbols]
    if constants:
        yield from ("*", *constants)


def _docstring(formula: Formula) -> Iterator[str]:
    yield f'"""Return {formula.name} = {formula.expr}.'
    yield ""
    for x in (*variables(formula.expr), *(c for c in si_constants() if c in formula.expr.free_symbols)):
        yield f"{x}: {symbols.TABLE[x.name].meaning}{' (default: SI)' * (x in si_constants())}"
    yield ""
    yield "It holds for:"
    for assumption in formula.assumptions:
        yield from wrap(str(assumption), _WIDTH, initial_indent="- ", subsequent_indent="  ")
    yield '"""'
