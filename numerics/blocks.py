"""Programs of formulas, run over blocks of values that fit into a core's own memory.

Temporary arrays as large as the input would travel to main memory and back at each step; a block of some
thousand values stays. What depends on no array is computed once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.numerics.stages import Call, Loop, Program, program

__all__ = ["BLOCK", "BlockFunction", "Compiler", "Done", "Function", "Maker"]

BLOCK = 16384
"""Values that are worked on at once."""

Function = Callable[..., Any]
Done = tuple[tuple[sp.Symbol, ...], tuple[sp.Symbol, ...], Function]
"""What a function makes, of what, and the function."""
Compiler = Callable[[Program, Sequence[Function], Mapping[sp.Symbol, Any]], list[Done]]
"""Makes quicker functions of the steps of a program: see :class:`BlockFunction`."""
Maker = Callable[[Sequence[sp.Symbol], Any], Callable[..., Any]]
"""Makes a function of arrays of symbols and an expression, or a tuple of expressions."""


@dataclass(frozen=True)
class BlockFunction:
    """An expression as a function of numbers and arrays that is evaluated block by block.

    Parameters
    ----------
    expr : sympy.Expr
        In functions that ``make`` knows.
    arguments : tuple of Symbol
        In this order.
    make : callable
        Makes functions of arrays.
    compiler : callable or None
        Replaces steps by quicker ones: takes a program, its functions by ``make``, and the types of the
        symbols that are arrays.

    Examples
    --------
    >>> x, c = sp.symbols("x c")
    >>> f = BlockFunction(sp.log(1 + x) + c, (x, c), sp.lambdify)
    >>> f(np.linspace(0, 1, 3), 1.0).round(6).tolist()
    [1.0, 1.405465, 1.693147]
    """

    expr: sp.Expr
    arguments: tuple[sp.Symbol, ...]
    make: Maker
    compiler: Compiler | None = None

    def __call__(self, *values: Any) -> Any:
        """Evaluate; arrays broadcast."""
        given = [np.asarray(value) for value in values]
        shape = np.broadcast_shapes(*(value.shape for value in given))
        arrays = tuple(value.size > 1 for value in given)
        if math.prod(shape) <= BLOCK or not any(arrays):
            return self._plain(*values)
        flat = [
            _flat(value, shape) if many else value.reshape(-1)[0]
            for value, many in zip(given, arrays, strict=True)
        ]
        return self._runner(arrays)(flat).reshape(shape)

    @cached_property
    def _plain(self) -> Callable[..., Any]:
        return self.make(self.arguments, self.expr)

    @cached_property
    def _runners(self) -> dict[tuple[bool, ...], _Runner]:
        return {}

    def _runner(self, arrays: tuple[bool, ...]) -> _Runner:
        if arrays not in self._runners:
            chosen = {x for x, many in zip(self.arguments, arrays, strict=True) if many}
            self._runners[arrays] = _Runner(program(self.expr, chosen), self, arrays)
        return self._runners[arrays]


@dataclass(frozen=True)
class _Runner:
    """A program whose steps are functions."""

    program: Program
    owner: BlockFunction
    arrays: tuple[bool, ...]

    def __call__(self, values: Sequence[Any]) -> npt.NDArray[Any]:
        given = list(zip(self.owner.arguments, values, self.arrays, strict=True))
        constants = {x: value for x, value, many in given if not many}
        columns = {x: value for x, value, many in given if many}
        numbers = self._numbers(*constants.values())
        constants |= {x: number for (x, _), number in zip(self.program.numbers, numbers, strict=True)}
        size = next(iter(columns.values())).size
        first = self._run(constants, {x: value[:1] for x, value in columns.items()}, self._simple)
        steps = self._steps({x: str(np.asarray(first[x]).dtype) for x in first if x not in constants})
        if len(steps) == 1 and self.owner.compiler is not None:
            return np.asarray(self._run(constants, columns, steps)[self._last])
        result = np.empty(size, dtype=first[self._last].dtype)
        for start in range(0, size, BLOCK):
            part = slice(start, start + BLOCK)
            block = {x: value[part] for x, value in columns.items()}
            result[part] = self._run(constants, block, steps)[self._last]
        return result

    def _run(
        self, constants: Mapping[Any, Any], block: Mapping[Any, Any], steps: Sequence[Any]
    ) -> dict[Any, Any]:
        known = {**constants, **block}
        for targets, used, function in steps:
            values = function(*(known[x] for x in used))
            known.update(zip(targets, values, strict=True))
        return known

    @property
    def _last(self) -> sp.Symbol:
        return self.program.steps[-1].targets[-1]

    @cached_property
    def _numbers(self) -> Function:
        symbols = [x for x, many in zip(self.owner.arguments, self.arrays, strict=True) if not many]
        return self.owner.make(symbols, tuple(number for _, number in self.program.numbers))

    @cached_property
    def _simple(self) -> list[Done]:
        return [(step.targets, step.used, self._function(step)) for step in self.program.steps]

    def _function(self, step: Loop | Call) -> Function:
        if isinstance(step, Loop):
            return self.owner.make(step.used, step.expressions)
        return self.owner.make(step.used, (step.function(*step.arguments, evaluate=False),))

    @cached_property
    def _compiled(self) -> dict[tuple[tuple[sp.Symbol, str], ...], list[Done]]:
        return {}

    def _steps(self, kinds: Mapping[sp.Symbol, str]) -> list[Done]:
        if self.owner.compiler is None:
            return self._simple
        key = tuple(kinds.items())
        if key not in self._compiled:
            functions = [function for _, _, function in self._simple]
            self._compiled[key] = self.owner.compiler(self.program, functions, kinds)
        return self._compiled[key]


def _flat(value: npt.NDArray[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    return np.ascontiguousarray(np.broadcast_to(value, shape)).reshape(-1)
