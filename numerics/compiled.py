"""Steps of a formula's program as machine code, by numba.

numba compiles plain loops; divisions follow IEEE 754 as in numpy, and products and sums may be fused, which
rounds once in place of twice. A sum over levels of one order takes the ratios of
:mod:`cooperon.numerics.level_rationals`, several values at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from cooperon.diagrams.errors import CooperonError
from cooperon.numerics.compiled_levels import levels_source
from cooperon.numerics.level_rests import has_rationals
from cooperon.numerics.stages import Call, Loop

__all__ = ["compiled_step", "require_numba"]

_NAMES = ("sqrt", "empty", "int64", "float64", "nan", "inf")
_OPTIONS = {"error_model": "numpy", "fastmath": {"contract"}, "boundscheck": False}


def compiled_step(
    step: Loop | Call, function: Callable[..., Any], kinds: Mapping[sp.Symbol, Any]
) -> Callable[..., Any]:
    """Return a step's function, compiled where that is quicker than numpy's.

    Parameters
    ----------
    step : Loop or Call
    function : callable
        What numpy does: its arguments are the step's symbols, sorted by name.
    kinds : mapping
        The types of the symbols that are arrays.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> step = Loop((y,), (1 + x * x,))
    >>> compiled_step(step, None, {x: np.dtype(float), y: np.dtype(float)})(np.array([2.0]))[0].tolist()
    [5.0]
    """
    if isinstance(step, Loop) and _divides_complex(step, kinds):
        return function
    if isinstance(step, Loop):
        sources = tuple(sorted(set().union(*(x.free_symbols for x in step.expressions)), key=str))
        return _loop(step, sources, tuple(x in kinds for x in sources), tuple(kinds[x] for x in step.targets))
    found = _levels(step, kinds)
    return function if found is None else found


def _divides_complex(step: Loop, kinds: Mapping[sp.Symbol, Any]) -> bool:
    """Whether complex numbers may be divided by zero, where numba raises an error and numpy does not."""
    types = [kinds[x] for x in (*step.targets, *step.expressions[0].free_symbols) if x in kinds]
    divides = any(node.exp.is_negative for x in step.expressions for node in x.atoms(sp.Pow))
    return divides and any(np.issubdtype(kind, np.complexfloating) for kind in types)


def _levels(step: Call, kinds: Mapping[sp.Symbol, Any]) -> Callable[..., Any] | None:
    """Take a sum over levels of half-integer order at real places; None for any other call."""
    name = step.function.__name__
    if name not in ("digamma_rest", "zeta_rest") or kinds[step.target].kind != "f":
        return None
    *orders, top, bottom = step.arguments
    order = orders[0] if orders else sp.S.One
    if not (order.is_Number and (2 * order).is_Integer and has_rationals(float(order))):
        return None
    arrays = (top in kinds, bottom in kinds)
    levels = _machine_code(levels_source(float(order), arrays, -1 if name == "digamma_rest" else 1), "levels")
    sources = tuple(sorted(set().union(*(x.free_symbols for x in step.arguments)), key=str))
    places = sp.lambdify(sources, (top, bottom), modules="math")
    position = sources.index(top if arrays[0] else bottom)

    def run(*values: Any) -> tuple[Any]:
        result = np.empty(values[position].size)
        levels(*places(*values), result)
        return (result,)

    return run


@lru_cache(maxsize=256)
def _loop(
    step: Loop, sources: tuple[sp.Symbol, ...], arrays: tuple[bool, ...], kinds: tuple[Any, ...]
) -> Callable[..., Any]:
    """One pass over all values: ``target[i] = expression`` for every target."""
    indexed = {x: sp.Symbol(f"{x}[i]") for x, many in zip(sources, arrays, strict=True) if many}
    common, results = sp.cse(
        [x.xreplace(indexed) for x in step.expressions], symbols=sp.numbered_symbols("c")
    )
    lines = [f"{name} = {_written(expr)}" for name, expr in common]
    lines += [f"{name}[i] = {_written(expr)}" for name, expr in zip(step.targets, results, strict=True)]
    body = "".join(f"        {line}\n" for line in lines)
    names = ", ".join(map(str, (*step.targets, *sources)))
    length = next(str(x) for x, many in zip(sources, arrays, strict=True) if many)
    loop = _machine_code(f"def loop({names}):\n    for i in range({length}.size):\n{body}", "loop")
    first = next(i for i, many in enumerate(arrays) if many)

    def run(*values: Any) -> tuple[Any, ...]:
        results = tuple(np.empty(values[first].size, dtype=kind) for kind in kinds)
        loop(*results, *values)
        return results

    return run


class _Printer(PythonCodePrinter):  # type: ignore[misc]
    """Powers as products, roots by sqrt; complex numbers as Python writes them."""

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        del rational
        whole, half = divmod(sp.Rational(abs(expr.exp)), 1)
        base = self.parenthesize(expr.base, 100)
        factors = [base] * int(whole) + [f"sqrt({self._print(expr.base)})"] * (half != 0)
        product = "*".join(factors)
        return f"(1.0/({product}))" if expr.exp < 0 else f"({product})"

    def _print_Rational(self, expr: Any) -> str:
        return repr(float(expr))

    def _print_ImaginaryUnit(self, expr: Any) -> str:
        del expr
        return "1j"


def _written(expr: sp.Expr) -> str:
    return str(_Printer({"fully_qualified_modules": False}).doprint(expr))


def require_numba() -> Any:
    """Import numba.

    Raises
    ------
    CooperonError
        When it is not installed.

    Examples
    --------
    >>> require_numba().__name__
    'numba'
    """
    try:
        import numba
    except ImportError:
        raise CooperonError(
            "numba is not installed",
            expected="numba for compiled functions",
            hint='pip install "cooperon[fast]"',
        ) from None
    return numba


@lru_cache(maxsize=256)
def _machine_code(source: str, name: str) -> Callable[..., Any]:
    numba = require_numba()
    namespace: dict[str, Any] = {
        x: getattr(np, x) for x in ("sqrt", "empty", "int64", "float64", "nan", "inf")
    }
    exec(
        compile(source, f"<cooperon: {name}>", "exec"), namespace
    )  # the source is made here, of symbols alone
    compiled: Callable[..., Any] = numba.njit(**_OPTIONS)(namespace[name])
    return compiled
