"""What evaluates a formula: numpy, what is compiled from it, JAX, or mpmath with any number of digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.numerics.blocks import BlockFunction
from cooperon.numerics.translate import translated

__all__ = ["BACKENDS", "backend_function"]

Function = Callable[..., Any]
# From this many values on, compiling pays, where numba is installed.
_MANY = 5_000_000


@lru_cache(maxsize=256)
def _by_numpy(expr: sp.Expr, symbols: tuple[sp.Symbol, ...]) -> Function:
    translation = translated(expr)
    return BlockFunction(translation.expr, symbols, translation.make)


@lru_cache(maxsize=256)
def _by_numba(expr: sp.Expr, symbols: tuple[sp.Symbol, ...]) -> Function:
    from cooperon.numerics.compiled import compiled_steps, require_numba

    require_numba()
    translation = translated(expr)
    return BlockFunction(translation.expr, symbols, translation.make, compiled_steps)


@lru_cache(maxsize=256)
def _automatic(expr: sp.Expr, symbols: tuple[sp.Symbol, ...]) -> Function:
    plain = _by_numpy(expr, symbols)

    def evaluate(*values: Any) -> Any:
        size = math.prod(np.broadcast_shapes(*(np.shape(value) for value in values)))
        pays = size >= _MANY and find_spec("numba") is not None
        return (_by_numba(expr, symbols) if pays else plain)(*values)

    return evaluate


@lru_cache(maxsize=256)
def _by_jax(expr: sp.Expr, symbols: tuple[sp.Symbol, ...]) -> Function:
    from cooperon.numerics.jax_functions import JaxFunction

    return JaxFunction(expr, symbols)


@lru_cache(maxsize=256)
def _by_mpmath(expr: sp.Expr, symbols: tuple[sp.Symbol, ...], digits: int | None = None) -> Function:
    from cooperon.numerics.precise import PreciseFunction

    return PreciseFunction(expr, symbols, digits)


BACKENDS: dict[str, Callable[..., Function]] = {
    "auto": _automatic,
    "numpy": _by_numpy,
    "numba": _by_numba,
    "jax": _by_jax,
    "mpmath": _by_mpmath,
}
_MOST_DIGITS = 1000


def backend_function(
    backend: str, expr: sp.Expr, symbols: tuple[sp.Symbol, ...], digits: int | None = None
) -> Function:
    """Return an expression as a function of numbers and arrays, in the order of the symbols.

    Parameters
    ----------
    backend : str
        ``"numpy"``; ``"numba"``, compiled at the first call with arrays, which takes seconds; ``"auto"``:
        numba where it is installed and there are millions of values, else numpy; ``"jax"``; ``"mpmath"``.
    digits : int, optional
        Digits of the results, of mpmath alone; default: ``mpmath.mp.dps`` at the call.

    Raises
    ------
    InputError
        For another name, or digits of another backend than mpmath.
    CooperonError
        When the backend is not installed.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> float(backend_function("numpy", sp.log(1 + x), (x,))(1e-20))
    1e-20
    """
    if not isinstance(backend, str) or backend not in BACKENDS:
        raise InputError(f"backend = {backend!r}", expected="one of " + ", ".join(BACKENDS))
    if digits is None:
        return BACKENDS[backend](expr, symbols)
    if backend != "mpmath":
        raise InputError(f"digits = {digits!r}, backend = {backend!r}", expected='digits of backend="mpmath"')
    if not isinstance(digits, int) or not 1 <= digits <= _MOST_DIGITS:
        raise InputError(f"digits = {digits!r}", expected=f"a whole number from 1 to {_MOST_DIGITS}")
    return BACKENDS[backend](expr, symbols, digits)
