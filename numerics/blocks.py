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

__all__ = ["BLOCK", "BlockFunction", "Compiler", "Maker"]

BLOCK = 16384
"""Values that are worked on at once."""

Compiler = Callable[[Loop | Call, Callable[..., Any], Mapping[sp.Symbol, Any]], Callable[..., Any]]
"""Makes a quicker function of a step: see :class:`BlockFunction`."""
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
        Replaces steps by quicker ones: takes a step, its function by ``make``, and the types of the symbols
        that are arrays.

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
        arguments = self.owner.arguments
        numbers = [x for x, many in zip(values, self.arrays, strict=True) if not many]
        constants = dict(
            zip((x for x, many in zip(arguments, self.arrays, strict=True) if not many), numbers, strict=True)
        )
        constants |= dict(zip((x for x, _ in self.program.numbers), self._numbers(*numbers), strict=True))
        columns = {x: value for x, value, many in zip(arguments, values, self.arrays, strict=True) if many}
        size = next(iter(columns.values())).size
        first = self._run(constants, {x: value[:1] for x, value in columns.items()}, self._simple)
        result = np.empty(size, dtype=first[self._last].dtype)
        steps = self._steps(constants, first)
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
        return _targets(self.program.steps[-1])[-1]

    @cached_property
    def _numbers(self) -> Callable[..., Any]:
        symbols = [x for x, many in zip(self.owner.arguments, self.arrays, strict=True) if not many]
        return self.owner.make(symbols, tuple(number for _, number in self.program.numbers))

    @cached_property
    def _simple(self) -> list[Any]:
        return [
            (_targets(step), used := _used(step), self._function(step, used)) for step in self.program.steps
        ]

    def _function(self, step: Loop | Call, used: Sequence[sp.Symbol]) -> Callable[..., Any]:
        if isinstance(step, Loop):
            return self.owner.make(used, step.expressions)
        return self.owner.make(used, (step.function(*step.arguments, evaluate=False),))

    def _steps(self, constants: Mapping[Any, Any], first: Mapping[Any, Any]) -> list[Any]:
        compiler = self.owner.compiler
        if compiler is None:
            return self._simple
        kinds = {x: np.asarray(value).dtype for x, value in first.items() if x not in constants}
        return [
            (targets, used, compiler(step, function, kinds))
            for step, (targets, used, function) in zip(self.program.steps, self._simple, strict=True)
        ]


def _flat(value: npt.NDArray[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    return np.ascontiguousarray(np.broadcast_to(value, shape)).reshape(-1)


def _targets(step: Loop | Call) -> tuple[sp.Symbol, ...]:
    return step.targets if isinstance(step, Loop) else (step.target,)


def _used(step: Loop | Call) -> tuple[sp.Symbol, ...]:
    sources = step.expressions if isinstance(step, Loop) else step.arguments
    return tuple(sorted(set().union(*(x.free_symbols for x in sources)), key=str))
