"""Formulas as functions of JAX: jit, vmap, grad, and arrays on a GPU."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
import sympy as sp

from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.numerics.jax_kernels import called_back, jax_kernels, require_jax
from cooperon.numerics.translate import Translation, translated

__all__ = ["JaxFunction", "even_in", "on_jax"]


def on_jax(values: Iterable[Any]) -> bool:
    """Whether some values are arrays of JAX, or stand for such in a function that is being traced.

    Examples
    --------
    >>> on_jax([1.0, np.array([2.0])])
    False
    """
    jax = sys.modules.get("jax")  # what is not imported has made no array
    return jax is not None and any(isinstance(value, jax.Array) for value in values)


def even_in(value: Any) -> Any:
    """Return absolute values, whose second derivative of an even function is right at zero, too.

    Examples
    --------
    >>> even_in(require_jax().numpy.asarray(-2.0)).item()  # doctest: +SKIP
    2.0
    """
    jnp = require_jax().numpy
    field = jnp.asarray(value)
    return jnp.where(field < 0, -field, field)


class JaxFunction:
    """An expression as a function of numbers and arrays that JAX evaluates.

    Parameters
    ----------
    expr : sympy.Expr
        In functions that have an array form.
    symbols : tuple of Symbol
        The arguments, in this order.

    Raises
    ------
    CooperonError
        When JAX is not installed.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> JaxFunction(sp.log(1 + x), (x,))(1e-20).item()  # doctest: +SKIP
    1e-20
    """

    def __init__(self, expr: sp.Expr, symbols: tuple[sp.Symbol, ...]) -> None:
        self.expr, self.symbols = expr, symbols
        self.jax = require_jax()
        self._translation = translated(expr)

    def __call__(self, *values: Any) -> Any:
        """Evaluate numbers and numpy arrays to a numpy array, with 64 bits."""
        with self.jax.enable_x64(True):
            return np.asarray(self._jitted(*values))

    def traced(self, *values: Any, shaped_as: Sequence[Any] = ()) -> Any:
        """Evaluate JAX arrays, also within jit, vmap and grad; the result takes the shape of more of them.

        Raises
        ------
        CooperonError
            When JAX works with 32 bits.
        """
        if not self.jax.config.jax_enable_x64:
            raise CooperonError(
                "JAX works with 32 bits",
                expected="64 bits, which these formulas need: e**2/hbar has no room in 32",
                hint='jax.config.update("jax_enable_x64", True), before arrays are made',
            )
        jnp = self.jax.numpy
        shape = jnp.broadcast_shapes(*(jnp.shape(value) for value in shaped_as))
        result = jnp.asarray(self._function(*(jnp.asarray(x, dtype=float) for x in values)))
        return result if result.shape == shape or not shaped_as else jnp.broadcast_to(result, shape)

    @cached_property
    def _jitted(self) -> Callable[..., Any]:
        compiled: Callable[..., Any] = self.jax.jit(self._function)
        return compiled

    @cached_property
    def _function(self) -> Callable[..., Any]:
        made = _made(self._translation, self.symbols)
        return made if not self._translation.own else self._ruled(made)

    def _ruled(self, made: Callable[..., Any]) -> Callable[..., Any]:
        """Integrals and sums are done on the host: their derivatives are those under the integral."""
        function = self.jax.custom_jvp(made)

        def differential(values: Sequence[Any], changes: Sequence[Any]) -> tuple[Any, Any]:
            zero = self.jax.custom_derivatives.SymbolicZero
            value = function(*values)
            slopes = (
                _slope(self.expr, self.symbols, i)(*values) * change
                for i, change in enumerate(changes)
                if not isinstance(change, zero)
            )
            return value, sum(slopes, start=self.jax.numpy.zeros_like(value))

        function.defjvp(differential, symbolic_zeros=True)
        return function  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def _slope(expr: sp.Expr, symbols: tuple[sp.Symbol, ...], index: int) -> Callable[..., Any]:
    """Differentiate an expression with undone integrals or sums; the result can be differentiated again."""
    found = sp.diff(expr, symbols[index])
    if found.has(sp.Derivative, sp.Subs):
        raise InputError(
            f"the derivative of {expr} by {symbols[index]}",
            expected="a derivative in functions with an array form",
            hint="finite differences of the values",
        )
    return JaxFunction(found, symbols)._function


def _made(translation: Translation, symbols: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    own = {node.__name__: partial(called_back, function) for node, function in translation.own.items()}
    made: Callable[..., Any] = sp.lambdify(
        list(symbols), translation.expr, modules=[dict(jax_kernels()) | own, "jax"], cse=True
    )
    return made
