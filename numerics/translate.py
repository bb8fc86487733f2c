"""From a sympy expression to a plain function of arrays: the part that knows numpy's names.

What numpy and scipy lack, or do without all digits, is replaced by the functions of
:mod:`cooperon.numerics.kernels` before the expression is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np
import sympy as sp
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import Boolean

from cooperon.diagrams.errors import InputError
from cooperon.numerics import kernels
from cooperon.numerics.level_sums import level_sums_apart
from cooperon.numerics.quadrature import quadrature
from cooperon.symbolic import symbols as s

__all__ = ["array_function"]

# Known to numpy and scipy under the names that sympy prints.
_PRINTABLE = (
    *(sp.log, sp.exp, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh),
    *(sp.asin, sp.acos, sp.atan, sp.atan2, sp.asinh, sp.acosh, sp.atanh),
    *(sp.Abs, sp.sign, sp.re, sp.im, sp.conjugate, sp.arg, sp.Min, sp.Max),
    *(sp.erf, sp.erfc, sp.gamma, sp.loggamma),
)
_STRUCTURE = (
    *(sp.Symbol, sp.Number, sp.NumberSymbol, sp.core.numbers.ImaginaryUnit),
    *(sp.Add, sp.Mul, sp.Pow, sp.Piecewise, ExprCondPair, Boolean),
)
_KERNELS: dict[str, Callable[..., Any]] = {
    "upper_gamma": kernels.upper_gamma,
    "expint": kernels.expint,
    "digamma": kernels.digamma,
    "hyp2f1_radial": kernels.hyp2f1_radial,
    "log1p": np.log1p,
}
_OWN = {name: sp.Function(name) for name in _KERNELS}
# Guard digits when a constant such as zeta(1/2) is put in numbers.
_CONSTANT_DIGITS = 20


@lru_cache(maxsize=256)
def array_function(expr: sp.Basic, symbols: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    """Compile an expression or a relation to a function of arrays, in the order of the symbols.

    Common subexpressions are computed once.

    Raises
    ------
    InputError
        When the expression is infinite, or contains a function that has no kernel.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> float(array_function(sp.log(1 + x), (x,))(1e-20))
    1e-20
    """
    without_sums, sums = level_sums_apart(expr, array_function)
    without_integrals, integrals = _integrals_apart(without_sums)
    translated = _to_kernels(_constants_in_numbers(without_integrals))
    apart = sums | integrals
    _require_known_functions(translated, tuple(apart))
    named = {function.__name__: value for function, value in apart.items()}
    compiled: Callable[..., Any] = sp.lambdify(
        symbols, translated, modules=[_KERNELS | named, "scipy", "numpy"], cse=True
    )
    return compiled


def _integrals_apart(expr: sp.Basic) -> tuple[sp.Basic, dict[Any, Callable[..., Any]]]:
    """Replace every integral that is left undone by a function of its limits and parameters."""
    table: dict[sp.Basic, sp.Basic] = {}
    functions: dict[Any, Callable[..., Any]] = {}
    for i, node in enumerate(sorted(expr.atoms(sp.Integral), key=sp.default_sort_key)):
        ((variable, lower, upper),) = node.limits
        if variable in s.dimensions():
            continue  # it would be one of the arguments: refused with the functions that have no array form
        parameters = sorted(node.function.free_symbols - {variable}, key=str)
        integrand = array_function(node.function, (variable, *parameters))
        ends = (lower,) if upper == sp.oo else (lower, upper)
        function = sp.Function(f"integral_{i}")
        functions[function] = partial(_integrate, integrand, len(ends))
        table[node] = function(*ends, *parameters)
    return expr.xreplace(table), functions


def _integrate(integrand: Callable[..., Any], ends: int, *values: Any) -> Any:
    """Integrate from the first value to the second, or to infinity where only one end is given.

    A second value that is infinite, as one of the arguments, is none: nobody asked whether it converges.
    """
    upper = np.where(np.isposinf(values[1]), np.nan, values[1]) if ends == 2 else np.inf
    return quadrature(integrand, values[0], upper, *values[ends:])


def _constants_in_numbers(expr: sp.Basic) -> sp.Basic:
    return expr.replace(
        lambda node: isinstance(node, sp.Function) and not node.free_symbols,
        lambda node: sp.N(node, _CONSTANT_DIGITS),
    )


def _to_kernels(expr: sp.Basic) -> sp.Basic:
    """Replace what numpy cannot do by our own functions, innermost first."""
    for function, rule in _RULES.items():
        if expr.has(function):
            expr = expr.replace(lambda node, kind=function: isinstance(node, kind), rule)
    return expr


def _hyper(node: sp.Expr) -> sp.Expr:
    """2F1(1, a; 1 + a; z) is the radial integral; no other hypergeometric function is known."""
    upper = list(node.ap)
    if len(upper) != 2 or sp.S.One not in upper:
        return node
    upper.remove(sp.S.One)
    return _OWN["hyp2f1_radial"](upper[0], -node.argument) if tuple(node.bq) == (1 + upper[0],) else node


def _polygamma(node: sp.Expr) -> sp.Expr:
    return _OWN["digamma"](node.args[1]) if node.args[0] == 0 else node


def _logarithm(node: sp.Expr) -> sp.Expr:
    """ln(1 + x) of a real x keeps the digits of a small x."""
    one, rest = node.args[0].as_coeff_Add()
    return _OWN["log1p"](rest) if one == 1 and not rest.has(sp.I) else node


_RULES: dict[Any, Callable[[sp.Expr], sp.Expr]] = {
    sp.uppergamma: lambda node: _OWN["upper_gamma"](*node.args),
    sp.expint: lambda node: _OWN["expint"](*node.args),
    sp.polygamma: _polygamma,
    sp.hyper: _hyper,
    sp.log: _logarithm,
    sp.coth: lambda node: 1 / sp.tanh(node.args[0]),
    sp.cot: lambda node: 1 / sp.tan(node.args[0]),
}


def _require_known_functions(expr: sp.Basic, more: tuple[Any, ...] = ()) -> None:
    if expr.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise InputError(f"the expression {expr}", expected="a finite expression")
    known = (*_PRINTABLE, *_STRUCTURE, *_OWN.values(), *more)
    unknown = {type(node).__name__ for node in sp.preorder_traversal(expr) if not isinstance(node, known)}
    if unknown:
        raise InputError(
            f"an expression with {', '.join(sorted(unknown))}",
            expected="functions that have an array form: " + ", ".join(f.__name__ for f in _PRINTABLE),
            hint="rewrite it, or evaluate it with sympy's evalf",
        )
