"""Sums over Landau levels in an expression, as calls of the kernel that adds them up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.numerics.landau_kernels import level_sum
from cooperon.symbolic.landau_levels import FlightBetweenLevels, FlightInLevel, LevelFunction

__all__ = ["STAYS_LOST_UP_DOWN", "level_summand", "level_sums_apart"]

STAYS_LOST_UP_DOWN = _STAYS, _LOST, _UP, _DOWN = sp.symbols("P_n lost Q_n Q_below")
"""P_n, 1 - P_n, Q_n and Q_(n-1) in a summand."""


def level_sums_apart(
    expr: sp.Basic, compiled: Callable[[sp.Basic, tuple[sp.Symbol, ...]], Callable[..., Any]]
) -> tuple[sp.Basic, dict[Any, Callable[..., Any]]]:
    """Replace every sum over levels by a function of the field's strength and the gap.

    Parameters
    ----------
    expr : sympy.Basic
        An expression.
    compiled : callable
        Makes an array function of the summand.

    Returns
    -------
    tuple
        The expression without the sums, and the functions that took their places.

    Raises
    ------
    InputError
        For flights of different fields in one sum, or a summand that is not b times a function of P_n,
        Q_n and Q_(n-1).

    Examples
    --------
    >>> from cooperon.numerics.translate import array_function
    >>> from cooperon.symbolic.landau_levels import LEVEL
    >>> b, gap = sp.symbols("b gap", positive=True)
    >>> three = sp.Sum(b * FlightInLevel(LEVEL, b, gap) ** 3, (LEVEL, 0, sp.oo))
    >>> level_sums_apart(2 * three, array_function)[0]
    2*level_sum_0(b, gap)
    """
    table: dict[sp.Basic, sp.Basic] = {}
    functions: dict[Any, Callable[..., Any]] = {}
    sums = (node for node in expr.atoms(sp.Sum) if node.has(LevelFunction))
    for i, node in enumerate(sorted(sums, key=sp.default_sort_key)):
        b, gap, summand = level_summand(node)
        function = sp.Function(f"level_sum_{i}")
        functions[function] = partial(level_sum, compiled(summand, STAYS_LOST_UP_DOWN))
        table[node] = function(b, gap)
    return expr.xreplace(table), functions


def level_summand(node: sp.Sum) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Return b, the gap and f of a sum of b f(P_n, 1 - P_n, Q_n, Q_(n-1)) from n = 0 to infinity.

    Raises
    ------
    InputError
        For another sum.

    Examples
    --------
    >>> from cooperon.symbolic.landau_levels import LEVEL
    >>> b, gap = sp.symbols("b gap", positive=True)
    >>> level_summand(sp.Sum(b * FlightInLevel(LEVEL, b, gap) ** 3, (LEVEL, 0, sp.oo)))
    (b, gap, P_n**3)
    """
    flights = node.function.atoms(LevelFunction)
    arguments = {flight.args[1:] for flight in flights}
    ((level, lower, upper),) = node.limits
    if len(arguments) != 1 or (lower, upper) != (0, sp.oo):
        raise _unknown(node)
    ((b, gap),) = arguments
    stays = FlightInLevel(level, b, gap)
    known = {
        1 - stays: _LOST,
        stays: _STAYS,
        FlightBetweenLevels(level, b, gap): _UP,
        FlightBetweenLevels(level - 1, b, gap): _DOWN,
    }
    summand = (node.function / b).xreplace(known)
    if summand.free_symbols - set(STAYS_LOST_UP_DOWN) or summand.has(LevelFunction):
        raise _unknown(node)
    return b, gap, summand


def _unknown(node: sp.Sum) -> InputError:
    return InputError(
        f"the sum {node}",
        expected="a sum of b f(P_n, Q_n, Q_(n-1)) over all levels n, of one field b and one gap",
        hint="what stands before it, outside of the sum",
    )
