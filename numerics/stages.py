"""A formula as a program for arrays: what is computed once, and what goes over all values, step by step.

An expression with some arguments that are arrays is taken apart into

- numbers: all that depends on no array, computed once a call;
- loops: sums, products and powers, which a compiler makes one pass of;
- calls: functions of one pass, such as a logarithm or a sum over levels.

Loops and calls alternate. The program is data; :mod:`cooperon.numerics.blocks` runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

__all__ = ["Call", "Loop", "Program", "program"]


@dataclass(frozen=True)
class Loop:
    """Arithmetic: every target from its expression in arguments, numbers and earlier targets.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> Loop((y,), (1 + x,)).targets
    (y,)
    """

    targets: tuple[sp.Symbol, ...]
    expressions: tuple[sp.Expr, ...]

    @property
    def used(self) -> tuple[sp.Symbol, ...]:
        """The symbols in the expressions, by name."""
        return _symbols(self.expressions)


@dataclass(frozen=True)
class Call:
    """A function of arguments, numbers and earlier targets.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> Call(y, sp.log, (x,)).function
    log
    """

    target: sp.Symbol
    function: Any
    arguments: tuple[sp.Expr, ...]

    @property
    def targets(self) -> tuple[sp.Symbol, ...]:
        """The target, as for a loop."""
        return (self.target,)

    @property
    def used(self) -> tuple[sp.Symbol, ...]:
        """The symbols in the arguments, by name."""
        return _symbols(self.arguments)


def _symbols(expressions: tuple[sp.Expr, ...]) -> tuple[sp.Symbol, ...]:
    return tuple(sorted(set().union(*(x.free_symbols for x in expressions)), key=str))


@dataclass(frozen=True)
class Program:
    """The steps of a formula; the last target is its value.

    Examples
    --------
    >>> x, c = sp.symbols("x c")
    >>> for step in program(sp.log(1 + x) * sp.sin(c), {x}).steps:
    ...     print(step)
    Loop(targets=(v0,), expressions=(x + 1,))
    Call(target=v1, function=log, arguments=(v0,))
    Loop(targets=(v2,), expressions=(n0*v1,))
    """

    numbers: tuple[tuple[sp.Symbol, sp.Expr], ...]
    steps: tuple[Loop | Call, ...]


@dataclass
class _Builder:
    """Takes expressions apart; symbols of numbers are n0, n1, ..., those of arrays v0, v1, ..."""

    arrays: Set[sp.Symbol]
    numbers: dict[sp.Expr, sp.Symbol] = field(default_factory=dict)
    levels: dict[sp.Symbol, int] = field(default_factory=dict)
    inputs: dict[sp.Expr, sp.Symbol] = field(default_factory=dict)
    calls: dict[sp.Expr, Call] = field(default_factory=dict)

    def lowered(self, node: Any) -> Any:
        """Return arithmetic in arguments, numbers and targets that equals an expression."""
        if node.is_Symbol or node.is_Number:
            return node
        if not node.free_symbols & self.arrays:
            return self.numbers.setdefault(node, sp.Symbol(f"n{len(self.numbers)}"))
        if node.is_Add or node.is_Mul:
            return self._combined(node)
        if node.is_Pow and (2 * node.exp).is_Integer and abs(node.exp) <= _LARGEST_POWER:
            return sp.Pow(self.lowered(node.base), node.exp, evaluate=False)
        return self._called(node)

    def _combined(self, node: Any) -> Any:
        alone = [x for x in node.args if not x.free_symbols & self.arrays]
        together = [self.lowered(node.func(*alone))] if alone else []
        rest = [self.lowered(x) for x in node.args if x.free_symbols & self.arrays]
        return node.func(*together, *rest, evaluate=False)

    def _called(self, node: Any) -> sp.Symbol:
        if node not in self.calls:
            arguments = tuple(self._input(self.lowered(x)) for x in node.args)
            self.calls[node] = Call(self._target(arguments, own=1), node.func, arguments)
        return self.calls[node].target

    def _input(self, argument: Any) -> Any:
        if argument.is_Symbol or argument.is_Number:
            return argument
        if argument not in self.inputs:
            self.inputs[argument] = self._target((argument,), own=0)
        return self.inputs[argument]

    def _target(self, sources: Sequence[Any], *, own: int) -> sp.Symbol:
        target = sp.Symbol(f"v{len(self.levels)}")
        used = set().union(*(x.free_symbols for x in sources))
        self.levels[target] = own + max((self.levels.get(x, 0) for x in used), default=0)
        return target

    def steps(self, result: Any) -> Iterator[Loop | Call]:
        """All loops and calls, in an order in which each has what it needs."""
        value = self._target((result,), own=0)
        loops = {symbol: expr for expr, symbol in self.inputs.items()} | {value: result}
        for level in range(self.levels[value] + 1):
            yield from (x for x in self.calls.values() if self.levels[x.target] == level)
            here = [x for x in loops if self.levels[x] == level]
            if here:
                yield Loop(tuple(here), tuple(loops[x] for x in here))


_LARGEST_POWER = 8


def program(expr: sp.Expr, arrays: Set[sp.Symbol]) -> Program:
    """Take an expression apart for those of its symbols that are arrays.

    Examples
    --------
    >>> x, c = sp.symbols("x c")
    >>> program(x * sp.sqrt(1 + c), {x}).numbers
    ((n0, sqrt(c + 1)),)
    """
    builder = _Builder(arrays)
    result = builder.lowered(expr)
    steps = tuple(builder.steps(result))
    return Program(tuple((symbol, number) for number, symbol in builder.numbers.items()), steps)
