"""The kernels of formulas for JAX: traced, mapped and differentiated like JAX's own functions.

Sums over levels of half-integer order at real places are the ratios of
:mod:`cooperon.numerics.level_rationals`, arithmetic that runs wherever JAX does. What has no such form is
called back on the host: there it is numpy's kernel. Derivatives are the rules of
:mod:`cooperon.numerics.own_functions`, not those of the arithmetic: they keep the digits that kernels keep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np
import sympy as sp

from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.numerics.airy_kernels import BEYOND, far_airy, near_airy
from cooperon.numerics.jax_curves import curve_function
from cooperon.numerics.level_rationals import NEAR, far_ratio, near_ratio
from cooperon.numerics.level_rests import has_rationals
from cooperon.numerics.matsubara_kernels import NEAR_RISE, near_rise, start_value
from cooperon.numerics.own_functions import OWN
from cooperon.numerics.source_kernels import FRITSCH_STEPS

__all__ = ["called_back", "jax_kernels", "require_jax"]

Function = Callable[..., Any]
# Which arguments of a kernel are orders: as plain numbers they choose the kernel, and are not traced.
_ORDERS: Mapping[str, int] = {
    "upper_gamma": 1,
    "expint": 1,
    "hyp2f1_radial": 1,
    "hurwitz_zeta": 1,
    "besselk": 1,
    "digamma": 0,
    "digamma_rest": 0,
    "zeta_rest": 1,
    "powered_zeta_rest": 2,
    "langevin": 0,
    "langevin_fall": 0,
    "pole_pairs": 0,
    "pole_squares": 0,
    "thermal_window": 0,
    "log_ratio": 1,
    "log_ratio_rise": 0,
    "levels_rise": 2,
    "levels_real_rise": 2,
    "levels_real": 2,
    "levels_imag": 2,
    "zeeman_2d": 0,
    "zeeman_2d_slope": 0,
    "zeeman_3d": 0,
    "zeeman_3d_slope": 0,
    "airy_ratio": 0,
    "lambertw": 0,
    "lambertw_exp": 0,
}
# Places in the plane, after the orders: sums over levels have a numerator and a denominator.
_PLACES: Mapping[str, int] = {
    name: 2 if name.endswith("_rest") or name.startswith("pole_") or name == "lambertw_exp" else 1
    for name in _ORDERS
}
_SERIES_TERMS = 17


def require_jax() -> Any:
    """Import JAX.

    Raises
    ------
    CooperonError
        When it is not installed.

    Examples
    --------
    >>> require_jax().__name__  # doctest: +SKIP
    'jax'
    """
    try:
        import jax
    except ImportError:
        raise CooperonError(
            "JAX is not installed",
            expected="JAX for functions that are differentiated, mapped or run on a GPU",
            hint='pip install "cooperon[jax]"',
        ) from None
    return jax


@cache
def jax_kernels() -> Mapping[str, Function]:
    """Return functions of JAX arrays by the names that translated expressions have for them.

    Raises
    ------
    CooperonError
        When JAX is not installed.

    Examples
    --------
    >>> sorted(jax_kernels())[:3]  # doctest: +SKIP
    ['acoth', 'besselk', 'digamma']
    """
    jax = require_jax()
    special = jax.scipy.special
    own = {name: partial(_kernel_of, name) for name in _ORDERS}
    return own | {
        "RealPart": jax.numpy.real,
        "complex_root": lambda x: jax.numpy.sqrt(x + 0j),
        "log1p": jax.numpy.log1p,
        "expm1": jax.numpy.expm1,
        "powm1": lambda x, power: jax.numpy.expm1(power * jax.numpy.log1p(x)),
        "erf": special.erf,
        "erfc": special.erfc,
        "gamma": special.gamma,
        "loggamma": special.gammaln,
    }


def _kernel_of(name: str, *arguments: Any) -> Any:
    """Call a kernel, with orders that are plain numbers taken out of what is traced."""
    jnp = require_jax().numpy
    count = _ORDERS[name]
    orders = arguments[:count]
    if all(isinstance(order, int | float) for order in orders):
        fixed, rest = tuple(map(float, orders)), arguments[count:]
    else:
        fixed, rest = (), arguments
    arrays = jnp.broadcast_arrays(*(jnp.asarray(x) for x in rest))
    kinds = jnp.result_type(float, *arrays)
    first = len(rest) - _PLACES[name]
    return _ruled(name, fixed)(*arrays[:first], *(x.astype(kinds) for x in arrays[first:]))


@lru_cache(maxsize=256)
def _ruled(name: str, orders: tuple[float, ...]) -> Function:
    """Give a kernel of some orders the derivatives that stand in the table of our functions."""
    jax = require_jax()

    function: Any = jax.custom_jvp(lambda *values: _plain(name, orders, values))

    def differential(values: Sequence[Any], changes: Sequence[Any]) -> tuple[Any, Any]:
        zero = jax.custom_derivatives.SymbolicZero
        slopes = [
            _slope(name, orders, i)(*values) * change
            for i, change in enumerate(changes)
            if not isinstance(change, zero)
        ]
        value = function(*values)
        return value, sum(slopes, start=jax.numpy.zeros_like(value))

    function.defjvp(differential, symbolic_zeros=True)
    return function  # type: ignore[no-any-return]


def _places(name: str, orders: Sequence[float]) -> list[sp.Symbol]:
    return [sp.Symbol(f"z{i}") for i in range(_ORDERS[name] - len(orders) + _PLACES[name])]


@lru_cache(maxsize=1024)
def _slope(name: str, orders: tuple[float, ...], index: int) -> Function:
    """Differentiate by one of the arguments that are traced.

    Raises
    ------
    InputError
        By an order.
    """
    places = _places(name, orders)
    node = OWN[name](*(sp.nsimplify(order, rational=True) for order in orders), *places)
    try:
        rule = node.fdiff(len(orders) + index + 1)
    except sp.core.function.ArgumentIndexError:
        raise InputError(
            f"the derivative of {name} by its order",
            expected="derivatives by other symbols",
            hint="numbers in place of what is in the order",
        ) from None
    found: Function = sp.lambdify(places, rule, modules=[dict(jax_kernels()), "jax"])
    return found


def _plain(name: str, orders: tuple[float, ...], values: Sequence[Any]) -> Any:  # noqa: PLR0911
    jnp = require_jax().numpy
    real = not any(jnp.iscomplexobj(x) for x in values)
    if name == "langevin":
        return _langevin(*values)
    curve = curve_function(jnp, name, orders) if real else None
    if curve is not None:
        return curve(*values)
    if name == "airy_ratio" and real:
        return _airy_ratio(*values)
    if name == "lambertw" and real:
        return _lambertw(*values)
    if name == "digamma" and real:
        return require_jax().scipy.special.digamma(*values)
    if name == "log_ratio" and real and orders == (0.0,):
        return jnp.where(
            values[0] == 0, 1.0, jnp.log1p(values[0]) / jnp.where(values[0] == 0, 1.0, values[0])
        )
    if name in _SHIFTED and real and _has_shifted(name, orders):
        return _SHIFTED[name](*orders, *values)
    if name.endswith("_rest") and real:
        sign = -1 if name == "digamma_rest" else 1
        order, power = {"digamma_rest": (1.0, 0.0), "zeta_rest": (*orders, 0.0)}.get(name, orders or (0, 0))
        fixed = len(orders) == _ORDERS[name]
        if fixed and has_rationals(order) and order % 0.5 == 0:
            return sign * _rest(order, power, *values)
    return called_back(partial(_numpy_kernel(name), *orders), *values)


def _numpy_kernel(name: str) -> Function:
    from cooperon.numerics.translate import array_kernels

    return array_kernels()[name]


def called_back(function: Function, *values: Any) -> Any:
    """Call a function of numpy arrays on the host.

    Parameters
    ----------
    function : callable
        Of arrays of one shape, to an array of that shape.
    *values : jax.Array
        They broadcast.

    Examples
    --------
    >>> import numpy as np
    >>> called_back(np.sin, 0.0).item()  # doctest: +SKIP
    0.0
    """
    jax = require_jax()
    arrays = jax.numpy.broadcast_arrays(*(jax.numpy.asarray(x) for x in values))
    kind = jax.numpy.result_type(float, *arrays, _kind_of_result(function, *(x.dtype for x in arrays)))

    def on_host(*given: Any) -> Any:
        with np.errstate(all="ignore"):
            return np.asarray(function(*map(np.asarray, given)), dtype=kind)

    shape = jax.ShapeDtypeStruct(arrays[0].shape, kind)
    return jax.pure_callback(on_host, shape, *arrays, vmap_method="broadcast_all")


def _kind_of_result(function: Function, *kinds: Any) -> Any:
    """Try what a function gives: complex values may come from real ones."""
    with np.errstate(all="ignore"):
        return np.asarray(function(*(np.ones(1, kind) for kind in kinds))).dtype


def _rest(s: float, power: float, numerator: Any, denominator: Any) -> Any:
    """x**power h(s, x) at real x = numerator/denominator; a denominator 0 is allowed."""
    jnp = require_jax().numpy
    y = jnp.where(denominator == 0, 0.0, denominator / numerator)
    near = y > 1 / NEAR
    far = jnp.where(near, 1.0, y)
    ratio = far_ratio(s, 0)
    square = far * far
    value = _raised(far, s + 1 - power) * _polynomial(ratio.numerator, square)
    value = value / _polynomial(ratio.denominator, square)
    x = jnp.where(near, numerator / jnp.where(denominator == 0, 1.0, denominator), NEAR)
    return jnp.where(y >= 0, jnp.where(near, _near(s, power, x), value), jnp.nan)


def _near(s: float, power: float, x: Any) -> Any:
    jnp = require_jax().numpy
    ratio = near_ratio(s)
    levels = _polynomial(ratio.numerator, x) / _polynomial(ratio.denominator, x)
    if s == 1 and power:
        integral = jnp.where(x == 0, 0.0, _raised(x, power) * jnp.log(x))
    else:
        integral = jnp.log(x) if s == 1 else _raised(x, power + 1 - s) / (1 - s)
    return _raised(x, power) * levels + integral


def _levels_from(s: float, y: Any) -> Any:
    """Z(s, 1/2 + y) for y from 1/8 on."""
    integral = -require_jax().numpy.log(y) if s == 1 else _raised(y, 1 - s) / (s - 1)
    return integral + _rest(s, 0.0, y, 1.0)


def _hurwitz_zeta(s: float, place: Any) -> Any:
    jnp = require_jax().numpy
    low = place < 1
    first = jnp.where(low, _raised(jnp.where(low, place, 1.0), -s), 0.0)
    return jnp.where(
        place > 0, first + _levels_from(s, jnp.where(place > 0, place + low - 0.5, 1.0)), jnp.nan
    )


def _levels_rise(s: float, a: float, x: Any) -> Any:
    jnp = require_jax().numpy
    near = x < NEAR_RISE
    close = jnp.where(near, x, 0.0)
    ratio = near_rise(s, a)
    low = close * _polynomial(ratio.numerator, close) / _polynomial(ratio.denominator, close)
    far = _levels_from(s, jnp.where(near, NEAR_RISE, x) + (a - 0.5)) - start_value(s, a)
    return jnp.where(near, low, far)


_SHIFTED: Mapping[str, Function] = {"hurwitz_zeta": _hurwitz_zeta, "levels_rise": _levels_rise}


def _has_shifted(name: str, orders: Sequence[float]) -> bool:
    if len(orders) != _ORDERS[name] or orders[0] % 0.5 or not has_rationals(orders[0]):
        return False
    return orders[0] != 1 if name == "hurwitz_zeta" else orders[1] in (0.5, 1.0)


def _raised(x: Any, power: float) -> Any:
    """Take a half-integer power, by products and a root."""
    jnp = require_jax().numpy
    if 2 * power % 1:
        return x**power
    whole, half = divmod(abs(power), 1)
    value = jnp.sqrt(x) if half else jnp.ones_like(x)
    for _ in range(int(whole)):
        value = value * x
    return value if power >= 0 else 1 / value


def _polynomial(coefficients: Sequence[float], u: Any) -> Any:
    value = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        value = value * u + coefficient
    return value


def _airy_ratio(x: Any) -> Any:
    """Ai(x)/Ai'(x) at real x, by the same ratios as for numpy."""
    jnp = require_jax().numpy
    far = jnp.where(x >= BEYOND, x, BEYOND)
    root = jnp.sqrt(far)
    w = 1 / (far * root)
    above, below = far_airy(), near_airy()
    beyond = _polynomial(above.numerator, w) / _polynomial(above.denominator, w) / root
    near = jnp.clip(x, 0, BEYOND)
    within = _polynomial(below.numerator, near) / _polynomial(below.denominator, near)
    return jnp.where(x >= 0, -jnp.where(x >= BEYOND, beyond, within), jnp.nan)


def _lambertw(x: Any) -> Any:
    """Lambert's function at x >= 0, by F. N. Fritsch's iteration of the fourth order."""
    jnp = require_jax().numpy
    inside = jnp.where(x > 0, x, 1.0)
    w = jnp.log1p(inside)
    for _ in range(FRITSCH_STEPS):
        z = jnp.log(inside / w) - w
        q = 2 * (1 + w) * (1 + w + 2 * z / 3)
        w = w * (1 + z / (1 + w) * (q - z) / (q - 2 * z))
    return jnp.where(x > 0, w, jnp.where(x == 0, 0.0, jnp.nan))


def _langevin(x: Any) -> Any:
    """(x coth(x) - 1)/x**2, below 1 by its series."""
    from scipy import special

    jnp = require_jax().numpy
    near = jnp.abs(x) < 1
    square = jnp.where(near, x, 0.0) ** 2 / np.pi**2
    total = jnp.zeros_like(square)
    for k in range(_SERIES_TERMS, 0, -1):
        total = float(special.zeta(2 * k)) - square * total
    inverse = 1 / jnp.where(near, 1.0, x)
    return jnp.where(near, total * (2 / np.pi**2), inverse / jnp.tanh(1 / inverse) - inverse**2)
