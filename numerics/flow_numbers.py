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
        For lengths or a start that are not positive.

    Examples
    --------
    >>> print(f"{flow_values(-1 / s.g, sp.Integer(2), np.e, 3.0):.8f}")
    2.00000000
    """
    x, first = np.asarray(lengths, dtype=float), float(start)
    if not (np.isfinite(x) & (x > 0)).all() or not 0 < first < np.inf:
        raise InputError(f"lengths = {lengths!r}, start = {start!r}", expected="positive numbers")
    slope, added = array_function(beta, (s.g,)), array_function(beta - (dim - 2), (s.g,))
    weak = abs(float(added(first))) <= _END_OF_WEAK or beta.has(sp.log)
    if not weak:
        found = np.full(x.shape, np.nan)
    elif closed is None:
        found = _integrated(slope, np.log(x).ravel(), first, None if beta.has(sp.log) else added)
        found = found.reshape(x.shape)
    else:
        expr, *names = closed
        with np.errstate(invalid="ignore"):
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


def _integrated(slope: Any, logs: _Array, start: float, added: Any) -> _Array:
    """Integrate d ln g/d ln L up and down from 0; nan beyond the end of weak disorder."""
    found = np.full(logs.shape, np.nan)
    for part in (logs >= 0, logs < 0):
        if part.any():
            found[part] = _one_way(slope, logs[part], start, added)
    return found


def _one_way(slope: Any, logs: _Array, start: float, added: Any) -> _Array:
    from scipy.integrate import solve_ivp

    def left(_: float, y: _Array) -> float:
        return 1.0 if added is None else _END_OF_WEAK - abs(float(added(np.exp(y[0]))))

    left.terminal = True  # type: ignore[attr-defined]
    farthest = logs[np.argmax(np.abs(logs))]
    if farthest == 0:
        return np.full_like(logs, start)
    solved = solve_ivp(
        lambda _, y: [float(slope(np.exp(y[0])))],
        (0.0, farthest),
        [np.log(start)],
        method="DOP853",
        rtol=_ACCURACY,
        atol=_ACCURACY,
        events=left,
        dense_output=True,
    )
    within = np.abs(logs) <= np.abs(solved.t[-1])
    found = np.full_like(logs, np.nan)
    if within.any():
        found[within] = np.exp(solved.sol(logs[within])[0])  # type: ignore[misc]
    return found
