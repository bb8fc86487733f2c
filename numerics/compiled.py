"""Steps of a formula's program as machine code, by numba.

numba compiles plain loops, those of a whole formula as one function where it can; divisions follow IEEE 754
as in numpy, and products and sums may be fused, which rounds once in place of twice. A sum over levels of one
order takes the ratios of :mod:`cooperon.numerics.level_rationals`, several values at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from cooperon.diagrams.errors import CooperonError
from cooperon.numerics.blocks import Done, Function
from cooperon.numerics.compiled_levels import WORKSPACE, levels_source
from cooperon.numerics.level_rests import has_rationals
from cooperon.numerics.stages import Call, Loop, Program

__all__ = ["compiled_steps", "require_numba"]

_NAMES = ("sqrt", "empty", "int64", "float64", "complex128", "nan", "inf")
_OPTIONS = {"error_model": "numpy", "fastmath": {"contract"}, "boundscheck": False}
_STRIP = 1024
"""Values that go through all steps together: what is in use fits into a core's nearest memory."""


@dataclass(frozen=True)
class _Pass:
    """Steps that are one pass over all values; the outputs are kept."""

    steps: tuple[Loop | Call, ...]
    outputs: tuple[sp.Symbol, ...]
    kinds: tuple[tuple[sp.Symbol, str], ...]
    """The types of all symbols that are arrays."""

    @cached_property
    def sources(self) -> tuple[sp.Symbol, ...]:
        """Symbols that are given."""
        made = {x for step in self.steps for x in step.targets}
        used = set().union(*(step.used for step in self.steps)) - made
        return tuple(sorted(used, key=str))


def compiled_steps(
    program: Program, simple: Sequence[Function], kinds: Mapping[sp.Symbol, Any]
) -> list[Done]:
    """Return a program's steps as functions, compiled where that is quicker than numpy's.

    Parameters
    ----------
    program : Program
        Loops and calls.
    simple : sequence of callable
        What numpy does for each: the arguments are the step's symbols, sorted by name.
    kinds : mapping
        The types of the symbols that are arrays.

    Returns
    -------
    list of tuple
        What each function makes, of what, and the function. A program all of whose steps can be compiled is
        one function.

    Examples
    --------
    >>> from cooperon.numerics.stages import program
    >>> x, v = sp.symbols("x v0")
    >>> kinds = dict.fromkeys((x, v), "float64")
    >>> ((targets, used, function),) = compiled_steps(  # doctest: +SKIP
    ...     program(1 + x * x, {x}), [None], kinds
    ... )
    >>> targets, used, function(np.array([2.0]))[0].tolist()  # doctest: +SKIP
    ((v0,), (x,), [5.0])
    """
    types = {x: str(kind) for x, kind in kinds.items()}
    steps = program.steps
    if all(_can_be_compiled(step, types) for step in steps):
        return [_done(steps, steps[-1].targets[-1:], types)]
    return [
        _done((step,), step.targets, types)
        if _can_be_compiled(step, types)
        else (step.targets, step.used, function)
        for step, function in zip(steps, simple, strict=True)
    ]


def _can_be_compiled(step: Loop | Call, kinds: Mapping[sp.Symbol, str]) -> bool:
    if isinstance(step, Loop):
        return not _divides_complex(step, kinds)
    order = _order(step)
    if order is None or any(kinds.get(x) == "complex128" for x in (*step.targets, *step.used)):
        return False
    return bool(order.is_Number and (2 * order).is_Integer) and has_rationals(float(order))


def _divides_complex(step: Loop, kinds: Mapping[sp.Symbol, str]) -> bool:
    """Whether complex numbers may be divided by zero, where numba raises an error and numpy does not."""
    divides = any(node.exp.is_negative for x in step.expressions for node in x.atoms(sp.Pow))
    return divides and any(kinds.get(x) == "complex128" for x in (*step.targets, *step.used))


def _order(step: Call) -> sp.Expr | None:
    """Return the order of a sum over levels; None for any other call."""
    name = step.function.__name__
    return {"digamma_rest": sp.S.One, "zeta_rest": step.arguments[0]}.get(name)


def _done(
    steps: tuple[Loop | Call, ...], outputs: tuple[sp.Symbol, ...], kinds: Mapping[sp.Symbol, str]
) -> Done:
    one = _Pass(steps, outputs, tuple(sorted(kinds.items(), key=str)))
    return outputs, one.sources, _compiled(one)


@lru_cache(maxsize=256)
def _compiled(one: _Pass) -> Function:
    kinds = dict(one.kinds)
    levels = {
        f"_levels{j}": _levels(step, kinds) for j, step in enumerate(one.steps) if isinstance(step, Call)
    }
    run = _machine_code(_source(one, kinds), "run", tuple(levels.items()))
    first = next(j for j, x in enumerate(one.sources) if x in kinds)

    def evaluate(*values: Any) -> tuple[Any, ...]:
        results = tuple(np.empty(values[first].size, dtype=kinds[x]) for x in one.outputs)
        run(*results, *values)
        return results

    return evaluate


def _levels(step: Call, kinds: Mapping[sp.Symbol, str]) -> Function:
    *_, top, bottom = step.arguments
    sign = -1 if step.function.__name__ == "digamma_rest" else 1
    order = _order(step)
    return _machine_code(levels_source(float(order), (top in kinds, bottom in kinds), sign), "levels", ())  # type: ignore[arg-type]


def _source(one: _Pass, kinds: Mapping[sp.Symbol, str]) -> str:
    """Write a loop over strips of values, in which the steps are done one after the other."""
    targets = [x for step in one.steps for x in step.targets if x not in one.outputs]
    arrays = [*one.outputs, *(x for x in one.sources if x in kinds)]
    strips = {x: sp.Symbol(f"_{x}") for x in (*arrays, *targets)}
    own = {str(x): kinds[x] for x in targets} | {f"_{name}": kind for name, kind in WORKSPACE.items()}
    lines = [
        f"def run({', '.join(map(str, (*one.outputs, *one.sources)))}):",
        *(f"    {name} = empty({_STRIP}, {kind})" for name, kind in own.items()),
        f"    for _start in range(0, {one.outputs[0]}.size, {_STRIP}):",
        *(f"        _{x} = {x}[_start:_start + {_STRIP}]" for x in arrays),
        f"        _size = _{one.outputs[0]}.size",
        *(f"        _{x} = {x}[:_size]" for x in targets),
    ]
    for j, step in enumerate(one.steps):
        lines += _loop(step, strips) if isinstance(step, Loop) else [_call(f"_levels{j}", step, strips)]
    return "\n".join(lines) + "\n"


def _call(name: str, step: Call, strips: Mapping[sp.Symbol, sp.Symbol]) -> str:
    *_, top, bottom = (_written(x.xreplace(dict(strips))) for x in step.arguments)
    work = ", ".join(f"_{x}" for x in WORKSPACE)
    return f"        {name}({top}, {bottom}, {strips[step.target]}, {work})"


def _loop(step: Loop, strips: Mapping[sp.Symbol, sp.Symbol]) -> Iterator[str]:
    indexed = {x: sp.Symbol(f"{strip}[_i]") for x, strip in strips.items()}
    expressions = [x.xreplace(indexed) for x in step.expressions]
    common, results = sp.cse(expressions, symbols=sp.numbered_symbols("_c"))
    yield "        for _i in range(_size):"
    yield from (f"            {name} = {_written(expr)}" for name, expr in common)
    for target, expr in zip(step.targets, results, strict=True):
        yield f"            {indexed[target]} = {_written(expr)}"


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
    >>> require_numba().__name__  # doctest: +SKIP
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
def _machine_code(source: str, name: str, known: tuple[tuple[str, Function], ...]) -> Function:
    numba = require_numba()
    namespace: dict[str, Any] = {x: getattr(np, x) for x in _NAMES} | dict(known)
    exec(
        compile(source, f"<cooperon: {name}>", "exec"), namespace
    )  # the source is made here, of symbols alone
    compiled: Function = numba.njit(**_OPTIONS)(namespace[name])
    return compiled
