"""Curves, and what Matsubara sums leave, as arithmetic that runs wherever JAX does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cooperon.numerics.curves import LOGARITHM, Curve
from cooperon.numerics.matsubara_kernels import curve_of
from cooperon.numerics.ratios import Ratio
from cooperon.numerics.zeeman_kernels import ZEEMAN

__all__ = ["curve_function"]


def curve_function(jnp: Any, name: str, orders: tuple[float, ...]) -> Callable[[Any], Any] | None:
    """Return a kernel of one real argument as a function of JAX arrays; None where it is no curve.

    Parameters
    ----------
    jnp : module
        ``jax.numpy``, or numpy.
    name : str
        Of a kernel.
    orders : tuple of float
        Its orders.

    Examples
    --------
    >>> import numpy as np
    >>> print(f"{curve_function(np, 'zeeman_2d', ())(np.array([1.0])).item():.12f}")
    0.088129899466
    """
    if name in ZEEMAN:
        scale = 1.0 if not name.endswith("slope") else 1 / (2 * jnp.pi)
        return lambda h: scale * _values(jnp, ZEEMAN[name], h / (2 * jnp.pi))
    curve = (
        curve_of(name, *orders) if name in ("levels_real_rise", "levels_imag") and len(orders) == 2 else None
    )
    return None if curve is None else lambda x: _values(jnp, curve, x)


def _values(jnp: Any, curve: Curve, x: Any) -> Any:
    """Evaluate every piece at a place where it holds, and choose."""
    size = jnp.abs(x)
    ends = (*curve.begins,)
    value = _far(jnp, curve, jnp.maximum(size, ends[-1]))
    for piece in range(len(ends) - 1, -1, -1):
        near = jnp.minimum(size, ends[piece])
        found = _ratio(curve.ratio(piece), near * near)
        if not piece:
            for _ in range(curve.at_zero):
                found = found * near
        value = jnp.where(size < ends[piece], found, value)
    return jnp.sign(x) * value if curve.odd else value


def _far(jnp: Any, curve: Curve, x: Any) -> Any:
    inverse = 1 / x
    value = _ratio(curve.ratio(len(curve.begins)), inverse * inverse) * x**curve.far
    for coefficient, power in curve.tail_in_numbers():
        value = value + coefficient * (jnp.log(x) if power is LOGARITHM else x**power)
    return value


def _ratio(ratio: Ratio, u: Any) -> Any:
    return _polynomial(ratio.numerator, u) / _polynomial(ratio.denominator, u)


def _polynomial(coefficients: tuple[float, ...], u: Any) -> Any:
    value = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        value = value * u + coefficient
    return value
