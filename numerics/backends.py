"""What evaluates a formula: numpy, or what is compiled from it."""

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
    from cooperon.numerics.compiled import compiled_step, require_numba

    require_numba()
    translation = translated(expr)
    return BlockFunction(translation.expr, symbols, translation.make, compiled_step)


def _automatic(expr: sp.Expr, symbols: tuple[sp.Symbol, ...]) -> Function:
    plain = _by_numpy(expr, symbols)

    def evaluate(*values: Any) -> Any:
        size = math.prod(np.broadcast_shapes(*(np.shape(value) for value in values)))
        pays = size >= _MANY and find_spec("numba") is not None
        return (_by_numba(expr, symbols) if pays else plain)(*values)

    return evaluate


BACKENDS: dict[str, Callable[[sp.Expr, tuple[sp.Symbol, ...]], Function]] = {
    "auto": _automatic,
    "numpy": _by_numpy,
    "numba": _by_numba,
}


def backend_function(backend: str, expr: sp.Expr, symbols: tuple[sp.Symbol, ...]) -> Function:
    """Return an expression as a function of numbers and arrays, in the order of the symbols.

    Parameters
    ----------
    backend : str
        ``"numpy"``; ``"numba"``, compiled at the first call with arrays, which takes seconds; ``"auto"``:
        numba where it is installed and there are millions of values, else numpy.

    Raises
    ------
    InputError
        For another name.
    CooperonError
        When the backend is not installed.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> float(backend_function("numpy", sp.log(1 + x), (x,))(1e-20))
    1e-20
    """
    if backend not in BACKENDS:
        raise InputError(f"backend = {backend!r}", expected="one of " + ", ".join(BACKENDS))
    return BACKENDS[backend](expr, symbols)
