"""Curves over a field of either sign made even in it: what a misplaced contact adds is odd, and goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError

__all__ = ["Symmetrised", "symmetrised"]

_Array = npt.NDArray[np.float64]
# Fields that differ by less than this part of the largest one are one and the same.
_SAME = 1e-9


@dataclass(frozen=True)
class Symmetrised:
    """The even part of a curve.

    Attributes
    ----------
    fields, values, errors : array
        At fields >= 0, in rising order.
    interpolated : int
        How many values of one branch were interpolated, as no row had the opposite field.
    left_out : int
        Rows beyond the fields that both branches reach.
    """

    fields: _Array
    values: _Array
    errors: _Array
    interpolated: int
    left_out: int


def symmetrised(fields: _Array, values: _Array, errors: _Array) -> Symmetrised:
    """Return (y(B) + y(-B))/2 of a curve; each pair of rows counts once.

    Rows may stand in any order; rows of one field are averaged first. The fields are those of the branch
    with fewer of them where both overlap; the other branch is interpolated between its neighbours where it
    has no row of the opposite field, and never extrapolated. Errors are added as independent ones.

    Raises
    ------
    InputError
        When fields of one sign are missing.

    Examples
    --------
    >>> B = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    >>> found = symmetrised(B, B**2 + 0.3 * B, np.ones(5))
    >>> found.fields.tolist(), found.values.tolist(), found.errors.round(3).tolist()
    ([0.0, 1.0, 2.0], [0.0, 1.0, 4.0], [1.0, 0.707, 0.707])
    """
    tolerance = _SAME * float(np.max(np.abs(fields), initial=0.0))
    at_zero = np.abs(fields) <= tolerance
    branches = [
        _averaged(side * fields[chosen], values[chosen], errors[chosen], tolerance)
        for side in (1, -1)
        for chosen in [~at_zero & (side * fields > 0)]
    ]
    if not all(branch[0].size for branch in branches):
        raise InputError(
            "a curve to be symmetrised with fields of one sign alone",
            expected="fields of both signs",
            hint="symmetrize=False",
        )
    zero = _averaged(np.zeros(int(at_zero.sum())), values[at_zero], errors[at_zero], tolerance)
    with_zero = [tuple(np.concatenate(pair) for pair in zip(zero, branch, strict=True)) for branch in branches]
    start = max(float(branch[0][0]) for branch in with_zero)
    end = min(float(branch[0][-1]) for branch in with_zero)
    inside = [(x >= start - tolerance) & (x <= end + tolerance) for x, *_ in branches]
    order = (0, 1) if inside[0].sum() <= inside[1].sum() else (1, 0)
    (x, y, error), other = branches[order[0]], with_zero[order[1]]
    keep = inside[order[0]]
    if not keep.any():
        raise InputError(
            "a curve to be symmetrised whose two signs of the field do not overlap",
            expected="fields of both signs in one range",
        )
    y_other, error_other, exact = _at(x[keep], *other, tolerance)
    return Symmetrised(
        np.concatenate([zero[0], x[keep]]),
        np.concatenate([zero[1], (y[keep] + y_other) / 2]),
        np.concatenate([zero[2], np.hypot(error[keep], error_other) / 2]),
        int(np.count_nonzero(~exact)),
        int(sum(np.count_nonzero(~one) for one in inside)),
    )


def _averaged(x: _Array, y: _Array, error: _Array, tolerance: float) -> tuple[_Array, _Array, _Array]:
    """Sort by the field, and average rows of one and the same field by their weights."""
    order = np.argsort(x, kind="stable")
    x, y, error = x[order], y[order], error[order]
    label = np.cumsum(np.concatenate([[0], np.diff(x) > tolerance])) if x.size else np.zeros(0, dtype=int)
    weight = error**-2
    total = np.bincount(label, weight)
    mean = [np.bincount(label, weight * column) / total for column in (x, y)]
    return mean[0], mean[1], total**-0.5


def _at(
    points: _Array, x: _Array, y: _Array, error: _Array, tolerance: float
) -> tuple[_Array, _Array, npt.NDArray[np.bool_]]:
    """Return values and errors of a branch at some fields, and where it has a row of that field."""
    if x.size == 1:
        return np.full(points.size, y[0]), np.full(points.size, error[0]), np.ones(points.size, dtype=bool)
    right = np.clip(np.searchsorted(x, points), 1, x.size - 1)
    share = np.clip((points - x[right - 1]) / (x[right] - x[right - 1]), 0.0, 1.0)
    span = x[right] - x[right - 1]
    share = np.where(share * span <= tolerance, 0.0, np.where((1 - share) * span <= tolerance, 1.0, share))
    value = (1 - share) * y[right - 1] + share * y[right]
    spread = np.hypot((1 - share) * error[right - 1], share * error[right])
    return value, spread, (share == 0) | (share == 1)
