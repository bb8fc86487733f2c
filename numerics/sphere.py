"""Averages over directions of functions of several projections, by quadrature.

The vectors enter by their products with each other. They span a space of r <= 3 dimensions, and there the
projection u of a unit vector in d dimensions is distributed with the weight (1 - u**2)**((d-r-2)/2). With
u = sqrt(t) e, and e on the unit sphere in r dimensions, it is a Gauss-Jacobi rule in t = u**2. In front of
an integral over xi the weight is that of two dimensions more,

    <f>_d = <f + u.grad f/d>_{d+2},

which is regular for every d > r - 2; anything else needs d >= r. The integral over xi goes over the circle
xi = width tan(theta/2), for which rational functions are periodic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, reduce
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.diagrams.messages import shortened

__all__ = ["over_directions"]

_TOLERANCE = 1e-11  # between two levels; the error of the finer one is the square of it or so
_NOISE = 1e-14  # of the sum of all sizes
_RANK = 1e-9
_LEVELS = ((3, 8, 12), (4, 10, 18), (6, 14, 28), (9, 20, 44), (14, 30, 70), (20, 44, 120))
"""Points in t, on a circle of directions, and in xi: from coarse to fine until two agree."""

_Level = tuple[int, int, int]
_Dual = tuple[Any, Any]
_Points = tuple[NDArray[np.float64], NDArray[np.float64]]


def over_directions(expr: sp.Expr, evaluate: Callable[[sp.Expr], Any]) -> complex:
    """Average over directions, all parameters being numbers.

    Parameters
    ----------
    expr : DirectionAverage
        Of an integral over all xi of a rational function times powers of projections, or of anything else
        that ``evaluate`` gives a number for.
    evaluate : callable
        Gives numbers for what is not an integral over xi.

    Raises
    ------
    InputError
        When the vectors span more than three dimensions, or more than there are.
    DivergenceError
        When the quadrature does not converge.

    Examples
    --------
    >>> from cooperon.symbolic.slow_faces import DirectionAverage
    >>> x, y = sp.symbols("x y")
    >>> average = DirectionAverage(x**2 * y**2, (x, y), ((1, 0), (0, 1)), 3)
    >>> print(f"{over_directions(average, complex).real:.12f}")
    0.066666666667
    """
    function = expr.args[0]
    integral = next(iter(function.atoms(sp.Integral)), None)
    if integral is not None and not function.has(type(expr)):
        return _joint(expr)
    return _outer(expr, evaluate)


@lru_cache(maxsize=4096)
def _joint(expr: sp.Expr) -> complex:
    """Integral over xi and average over directions in one."""
    function, projections, table, dim = expr.args
    (integral,) = function.atoms(sp.Integral)
    ((xi, *limits),) = integral.limits
    if limits != [-sp.oo, sp.oo]:
        raise InputError(f"{integral}", expected="an integral from -oo to oo")
    dimension, vectors = float(dim), _coordinates(table)
    integrand = function.xreplace({integral: integral.function})
    width = _width(integral.function, xi)

    def at(level: _Level) -> tuple[complex, float]:
        points, weights = _directions(vectors.shape[1], dimension + 2, level)
        theta = np.pi * (2 * np.arange(level[2]) + 1 - level[2]) / level[2]
        line = width * np.tan(theta / 2)
        steps = (width**2 + line**2) / width * np.pi / level[2]
        along = (vectors @ points.T)[:, None, :]
        put_in = dict(zip(projections, zip(along, along, strict=True), strict=True))
        value, slope = _with_slope(integrand, put_in | {xi: (line[:, None], 0.0)})
        found = value + slope / dimension
        return complex(steps @ found @ weights), float(steps @ abs(found) @ abs(weights))

    return _converged(expr, at)


def _with_slope(expr: sp.Expr, put_in: Mapping[sp.Symbol, _Dual]) -> _Dual:
    """Value of a rational function and its derivative u.grad, from those of its variables."""
    if expr in put_in:
        return put_in[expr]
    if expr.is_number:
        return complex(expr), 0.0
    if expr.is_Pow and expr.exp.is_Integer:
        power = int(expr.exp)
        value, slope = _with_slope(expr.base, put_in)
        raised = value ** float(power)
        return raised, power * raised / value * slope
    if not (expr.is_Add or expr.is_Mul):
        raise InputError(shortened(expr), expected="a rational function")
    parts = [_with_slope(part, put_in) for part in expr.args]
    return reduce(_added if expr.is_Add else _multiplied, parts)


def _added(one: _Dual, other: _Dual) -> _Dual:
    return one[0] + other[0], one[1] + other[1]


def _multiplied(one: _Dual, other: _Dual) -> _Dual:
    return one[0] * other[0], one[0] * other[1] + one[1] * other[0]


def _outer(expr: sp.Expr, evaluate: Callable[[sp.Expr], Any]) -> complex:
    """Average of a polynomial in the projections whose coefficients have no closed form."""
    function, projections, table, dim = expr.args
    vectors = _coordinates(table)

    def at(level: _Level) -> tuple[complex, float]:
        points, weights = _directions(vectors.shape[1], float(dim), level)
        numbers = [map(sp.Float, row) for row in points @ vectors.T]
        found = [evaluate(function.xreplace(dict(zip(projections, row, strict=True)))) for row in numbers]
        values = np.array([complex(value) for value in found])
        return complex(weights @ values), float(weights @ abs(values))

    return _converged(expr, at)


def _converged(expr: sp.Expr, at: Callable[[_Level], tuple[complex, float]]) -> complex:
    """Refine until two levels agree, to the digits of the result or of the terms that cancel in it."""
    last, _ = at(_LEVELS[0])
    for level in _LEVELS[1:]:
        found, size = at(level)
        if abs(found - last) <= max(_TOLERANCE * abs(found), _NOISE * size):
            return found
        last = found
    raise DivergenceError(shortened(expr), expected="an average that converges", hint="smaller slow momenta")


def _width(function: sp.Expr, xi: sp.Symbol) -> float:
    """Distance of the poles from the real axis, all projections being zero."""
    bases = [power.base for power in function.atoms(sp.Pow) if power.exp.is_negative and power.has(xi)]
    sizes = [abs(complex(base.subs(dict.fromkeys(base.free_symbols, 0))).imag) for base in bases]
    return max(sizes, default=0.0) or 1.0


def _coordinates(table: sp.Tuple) -> NDArray[np.float64]:
    """Vectors with given products, a row each, in the space that they span."""
    products = np.array([[float(x) for x in row] for row in table])
    sizes = np.sqrt(products.diagonal())
    values, axes = np.linalg.eigh(products / np.outer(sizes, sizes))
    spanned = values > _RANK
    if np.count_nonzero(spanned) > 3 or values.min() < -_RANK:
        raise InputError("products of vectors", expected="those of vectors in at most three dimensions")
    vectors: NDArray[np.float64] = sizes[:, None] * axes[:, spanned] * np.sqrt(values[spanned])
    return vectors


def _directions(rank: int, dim: float, level: _Level) -> _Points:
    """Points and weights for the projection of a unit vector in ``dim`` dimensions on ``rank`` of them."""
    if dim < rank:
        raise InputError(
            f"vectors that span {rank} dimensions, in d = {dim}", expected="no more than there are"
        )
    sphere, on_it = _sphere(rank, level[1])
    if dim == rank:
        return sphere, on_it
    from scipy.special import roots_jacobi

    x, weights = roots_jacobi(level[0], (dim - rank - 2) / 2, (rank - 2) / 2)
    points = np.sqrt((1 + x) / 2)[:, None, None] * sphere
    return points.reshape(-1, rank), np.outer(weights / weights.sum(), on_it).ravel()


def _sphere(rank: int, number: int) -> _Points:
    if rank == 1:
        return np.array([[1.0], [-1.0]]), np.full(2, 0.5)
    angles = 2 * np.pi * (np.arange(number) + 0.5) / number
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    if rank == 2:
        return circle, np.full(number, 1 / number)
    z, weights = np.polynomial.legendre.leggauss(number // 2)
    flat = np.sqrt(1 - z**2)[:, None, None] * circle
    height = np.broadcast_to(z[:, None, None], (*flat.shape[:2], 1))
    points = np.concatenate([flat, height], axis=2).reshape(-1, 3)
    return points, np.repeat(weights / 2 / number, number)
