"""Where a fit starts, and how far it may go: from what the formula does between its limits.

Far out on either side a parameter does nothing more: at low fields a formula goes with B**2, at high fields
with a logarithm or a root, whatever the parameter is. In between lies the range of the parameter that some
data can feel. It is found by going through all values that a laboratory meets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.numerics.fit_data import FitData
from cooperon.numerics.fit_model import OFFSET, PREFACTOR, FitModel
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dimensions import DIMENSIONLESS, Dimension

__all__ = ["felt_ranges", "starts"]

_Array = npt.NDArray[np.float64]
_LENGTH, _TIME = Dimension(length=1), Dimension(time=1)
# What laboratories meet, in SI.
_MET: Mapping[Dimension, tuple[float, float]] = {
    s.dimension(s.B): (1e-8, 1e4),
    _TIME: (1e-17, 1e-3),
    _LENGTH: (1e-10, 1e-1),
    s.dimension(s.D): (1e-8, 1e2),
    s.dimension(s.T): (1e-3, 1e4),
    DIMENSIONLESS: (0.05, 20.0),
}
_PER_DECADE = 4
# A parameter is felt where its derivative is at least this part of the largest, of curves that are at most so
# many times as high as the data.
_FELT, _TOO_HIGH = 0.03, 100.0
_PASSES = 3
_ROWS = 48
_MOST_POINTS = 3000
_MOST_STARTS = 4


@dataclass(frozen=True)
class _Curve:
    """Some rows of one temperature."""

    known: Mapping[sp.Symbol, _Array]
    values: _Array
    weights: _Array


def felt_ranges(
    model: FitModel, data: FitData, given: Mapping[sp.Symbol, float]
) -> dict[sp.Symbol, tuple[float, float]]:
    """Return for each free symbol of a formula the values between which the data can feel it.

    Parameters
    ----------
    given : mapping of Symbol to float
        Starts that the caller gave.

    Raises
    ------
    InputError
        When a symbol has no such range, or is of a kind for which none is known.
    """
    curve = _curves(data)[0]
    positive = [x for x in model.free if x.is_positive]
    ranges = {x: _met(x) for x in positive}
    middles = {x: given.get(x, float(np.sqrt(ranges[x][0] * ranges[x][1]))) for x in positive}
    signed = {x: given.get(x, 0.0) for x in model.free if x not in ranges}
    for _ in range(_PASSES):
        for x in positive:
            ranges[x] = _felt(model, curve, x, {**signed, **middles}, centred=model.fits(OFFSET))
            middles[x] = given.get(x, float(np.sqrt(ranges[x][0] * ranges[x][1])))
    return ranges


def starts(
    model: FitModel,
    data: FitData,
    ranges: Mapping[sp.Symbol, tuple[float, float]],
    given: Mapping[sp.Symbol, float],
) -> list[_Array]:
    """Return coordinates to start from, the best of a grid over the felt ranges first.

    Prefactor and offset, in which the model is linear, are solved for at each point of the grid. Symbols that
    all temperatures share are chosen by the sum over the temperatures.
    """
    searched = [x for x in model.free if x in ranges and x not in given]
    signed = {x: given.get(x, 0.0) for x in model.free if x not in ranges}
    held = {**signed, **{x: given[x] for x in model.free if x in given}}
    number = max(3, int(_MOST_POINTS ** (1 / max(1, len(searched)))))
    axes = {x: _grid(*ranges[x], number) for x in searched}
    own = {p.symbol for p in model.parameters if p.group is not None}
    ordered = [x for x in searched if x not in own] + [x for x in searched if x in own]
    shape = tuple(axes[x].size for x in ordered)
    linear = [_linear(model, one, held, ordered, axes, given) for one in _curves(data)]
    costs = [cost.reshape(shape) for cost, *_ in linear]
    common = len([x for x in ordered if x not in own])
    within = tuple(range(common, len(shape)))
    total = np.sum([cost.min(axis=within) if within else cost for cost in costs], axis=0)
    return [
        _coordinates(model, held, ordered, axes, _completed(point, costs, within), linear, shape)
        for point in _valleys(np.asarray(total))
    ]


def _met(x: sp.Symbol) -> tuple[float, float]:
    found = _MET.get(s.dimension(x))
    if found is None:
        raise InputError(
            f"{x} as a parameter of a fit", expected="a field, time, length, D or plain number", hint="fixed="
        )
    return found


def _felt(
    model: FitModel, curve: _Curve, x: sp.Symbol, others: Mapping[sp.Symbol, float], *, centred: bool
) -> tuple[float, float]:
    """Find the range of one symbol, with the others at some values."""
    low, high = _met(x)
    points = _grid(low, high, int(_PER_DECADE * np.log10(high / low)) + 1)
    rest = {y: value for y, value in others.items() if y != x}
    known = {y: value[None, :] for y, value in curve.known.items()}
    values = np.broadcast_to(
        model.formula({**rest, **known, x: points[:, None]}), (points.size, curve.values.size)
    )
    measured = curve.values
    if centred:
        share = curve.weights / curve.weights.sum()
        values, measured = values - (values @ share)[:, None], measured - measured @ share
    with np.errstate(all="ignore"):
        change = np.sqrt(np.diff(values, axis=0) ** 2 @ curve.weights)
        possible = values**2 @ curve.weights < _TOO_HIGH**2 * (measured**2 @ curve.weights)
    use = possible[1:] & possible[:-1] if possible.sum() > 1 else np.ones(change.size, dtype=bool)
    change = np.where(np.isfinite(change) & use, change, 0.0)
    if not change.max(initial=0.0) > 0:
        raise InputError(
            f"data on which {x} has no influence",
            expected="a parameter that the data can feel",
            hint="fixed=",
        )
    felt = np.flatnonzero(change > _FELT * change.max())
    return float(points[felt[0]]), float(points[felt[-1] + 1])


def _grid(low: float, high: float, number: int) -> _Array:
    return np.asarray(np.geomspace(low, high, number))


def _curves(data: FitData) -> list[_Curve]:
    """Return some rows of each temperature, spread over them evenly."""
    found = []
    for i in range(int(data.group.max()) + 1):
        rows = np.flatnonzero(data.group == i)
        axis = data.known[s.B] if s.B in data.known else next(iter(data.known.values()))
        rows = rows[np.argsort(axis[rows], kind="stable")]
        rows = rows[np.unique(np.linspace(0, rows.size - 1, min(rows.size, _ROWS)).astype(int))]
        known = {x: value[rows] for x, value in data.known.items()}
        found.append(_Curve(known, data.values[rows], data.errors[rows] ** -2))
    return found


def _linear(
    model: FitModel,
    curve: _Curve,
    held: Mapping[sp.Symbol, float],
    ordered: Sequence[sp.Symbol],
    axes: Mapping[sp.Symbol, _Array],
    given: Mapping[sp.Symbol, float],
) -> tuple[_Array, _Array, _Array]:
    """Return cost, prefactor and offset of a curve at every point of the grid."""
    mesh = np.meshgrid(*(axes[x] for x in ordered), indexing="ij")
    columns = {x: part.reshape(-1, 1) for x, part in zip(ordered, mesh, strict=True)}
    size = mesh[0].size if mesh else 1
    known = {x: value[None, :] for x, value in curve.known.items()}
    f = np.broadcast_to(model.formula({**held, **known, **columns}), (size, curve.values.size))
    weights, y = curve.weights / curve.weights.sum(), curve.values
    fixed = model.fixed.get(OFFSET, 0.0)
    mean_f, mean_y = (f @ weights, float(y @ weights)) if model.fits(OFFSET) else (np.zeros(size), fixed)
    f_centred, y_centred = f - mean_f[:, None], y - mean_y
    factor = np.full(size, given.get(PREFACTOR, model.fixed.get(PREFACTOR, 1.0)))
    if model.fits(PREFACTOR) and PREFACTOR not in given:
        with np.errstate(all="ignore"):
            factor = (f_centred @ (weights * y_centred)) / (f_centred**2 @ weights)
    cost = (y_centred - factor[:, None] * f_centred) ** 2 @ curve.weights
    return np.where(np.isfinite(cost), cost, np.inf), factor, mean_y - factor * mean_f


def _valleys(total: _Array) -> list[tuple[int, ...]]:
    """Return the lowest points of a grid that have no lower neighbour."""
    from scipy.ndimage import minimum_filter

    if total.ndim == 0:
        return [()]
    low = np.where(np.isfinite(total), total, np.finfo(float).max)
    lowest = np.argwhere(minimum_filter(low, size=3, mode="nearest") == low)
    ranked = sorted((tuple(map(int, point)) for point in lowest), key=lambda point: low[point])
    return ranked[:_MOST_STARTS]


def _completed(
    point: tuple[int, ...], costs: Sequence[_Array], within: tuple[int, ...]
) -> list[tuple[int, ...]]:
    """Return the whole point of each curve that goes with a point of the shared axes."""
    found = []
    for cost in costs:
        rest = cost[point]
        found.append(point + tuple(map(int, np.unravel_index(int(np.argmin(rest)), rest.shape))))
    return found if within else [point for _ in costs]


def _coordinates(
    model: FitModel,
    held: Mapping[sp.Symbol, float],
    ordered: Sequence[sp.Symbol],
    axes: Mapping[sp.Symbol, _Array],
    points: Sequence[tuple[int, ...]],
    linear: Sequence[tuple[_Array, _Array, _Array]],
    shape: tuple[int, ...],
) -> _Array:
    found = []
    flat = [int(np.ravel_multi_index(point, shape)) if shape else 0 for point in points]
    for one in model.parameters:
        i = one.group or 0
        if one.symbol == OFFSET:
            value: Any = linear[i][2][flat[i]]
        elif one.symbol == PREFACTOR:
            value = linear[i][1][flat[i]]
        elif one.symbol in held:
            value = held[one.symbol]
        else:
            value = axes[one.symbol][points[i][ordered.index(one.symbol)]]
        found.append(one.inner(float(value)))
    return np.array(found)
