"""Numbers for the flow of a conductance: a closed form on arrays, or an ordinary differential equation."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import AssumptionWarning, InputError
from cooperon.numerics.translate import array_function
from cooperon.symbolic import symbols as s

__all__ = ["flow_values"]

_END_OF_WEAK = 2.0
"""Where disorder changes beta by more, no formula of weak disorder means anything."""
_ACCURACY = 1e-11
_SMALLEST = -700.0
"""Of ln g: a smaller g is 0 as a float."""
_LOGARITHM = sp.Symbol("y", real=True)
_Array = npt.NDArray[np.float64]


def flow_values(
    beta: sp.Expr,
    dim: sp.Expr,
    lengths: npt.ArrayLike,
    start: float,
    *,
    closed: tuple[sp.Expr, sp.Symbol, sp.Symbol] | None = None,
) -> Any:
    """Return g at lengths, where it is ``start`` at length 1.

    Parameters
    ----------
    beta : sympy.Expr
        d ln g/d ln L, in g.
    dim : sympy.Expr
        Dimension of space.
    lengths : array_like
        Positive; below 1 the flow runs back.
    start : float
        Positive.
    closed : tuple, optional
        A closed form, its symbol for the length, and that for the start.

    Raises
    ------
    InputError
        For lengths or a start that are not positive numbers, a beta with symbols beside g, and a start of 1
        and more for strong disorder.

    Examples
    --------
    >>> print(f"{flow_values(-1 / s.g, sp.Integer(2), np.e, 3.0):.8f}")
    2.00000000
    """
    x, first = _checked(lengths, start)
    unknown = beta.free_symbols - {s.g}
    if unknown:
        raise InputError(
            f"beta = {beta}",
            expected="numbers but for g",
            hint=f"a number for {', '.join(sorted(map(str, unknown)))}",
        )
    if beta == sp.log(s.g) and first >= 1:
        raise InputError(f"start = {start!r}", expected="a number below 1, as strong disorder has it")
    both_ends, above = beta.has(sp.log), float(dim - 2)
    added = array_function(beta - (dim - 2), (s.g,))
    with np.errstate(over="ignore", invalid="ignore"):
        if not (both_ends or abs(float(added(first))) <= _END_OF_WEAK):
            found = np.full(x.shape, np.nan)
        elif closed is None:
            found = _integrated(beta - (dim - 2), above, not both_ends, np.log(x), first)
        else:
            expr, *names = closed
            found = np.broadcast_to(array_function(expr, tuple(names))(x, np.full_like(x, first)), x.shape)
            found = np.where(found > 0, found, np.nan)
            found = np.where(np.abs(added(found)) > _END_OF_WEAK, np.nan, found)
    if np.isnan(found).any():
        warnings.warn(
            f"the flow leaves weak disorder (beta not within {_END_OF_WEAK:g} of d - 2): nan from there on",
            AssumptionWarning,
            stacklevel=3,
        )
    return found[()]


def _checked(lengths: npt.ArrayLike, start: float) -> tuple[_Array, float]:
    """Return lengths and start as positive numbers."""
    refused = InputError(
        f"lengths = {lengths!r}, start = {start!r}",
        expected="positive numbers, and one start for all lengths",
    )
    try:
        x, first = np.asarray(lengths, dtype=float), float(start)
    except (TypeError, ValueError) as error:
        raise refused from error
    if not (np.isfinite(x) & (x > 0)).all() or not 0 < first < np.inf:
        raise refused
    return x, first


def _integrated(added: sp.Expr, above: float, ends: bool, logs: _Array, start: float) -> _Array:
    """Integrate what disorder adds to d - 2 = above, from ln L = 0 up and down; ends: of weak disorder."""
    change = array_function(added.xreplace({s.g: sp.exp(_LOGARITHM)}), (_LOGARITHM,))
    found = np.full(logs.shape, np.nan)
    for part in (logs >= 0, logs < 0):
        if part.any():
            found[part] = _one_way(change, above, ends, logs[part], float(np.log(start)))
    return found


def _one_way(change: Any, above: float, ends: bool, logs: _Array, first: float) -> _Array:
    """Integrate to the farthest of logs: nan beyond the end of weak disorder, 0 where g is below all floats.

    The unknown is what disorder adds to ln g = first + above ln L: large cubes of a metal lose no digits.
    """
    from scipy.integrate import solve_ivp

    def height(x: _Array | float, z: _Array) -> Any:
        return first + above * x + z[0]

    def weak(x: float, z: _Array) -> float:
        return _END_OF_WEAK - abs(float(change(height(x, z)))) if ends else 1.0

    def visible(x: float, z: _Array) -> float:
        return float(height(x, z)) - _SMALLEST

    weak.terminal = visible.terminal = True  # type: ignore[attr-defined]
    farthest = logs[np.argmax(np.abs(logs))]
    if farthest == 0:
        return np.full_like(logs, np.exp(first))
    solved = solve_ivp(
        lambda x, z: [float(change(height(x, z)))],
        (0.0, farthest),
        [0.0],
        method="DOP853",
        rtol=_ACCURACY,
        atol=_ACCURACY,
        events=(weak, visible),
        dense_output=True,
    )
    within = np.abs(logs) <= np.abs(solved.t[-1])
    vanished = abs(visible(solved.t[-1], solved.y[:, -1])) < 1e-6
    found = np.full_like(logs, 0.0 if vanished else np.nan)
    if within.any():
        found[within] = np.exp(height(logs[within], solved.sol(logs[within])))  # type: ignore[misc]
    return found
