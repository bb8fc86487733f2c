"""Curves over a field of either sign made even in it: what a misplaced contact adds is odd, and goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError

__all__ = ["Symmetrised", "symmetrised"]

_Array = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]
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
        Fields beyond those that both branches reach, at which nothing was used.
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
    zero = _averaged(0 * fields[at_zero], values[at_zero], errors[at_zero], tolerance)
    sides = [
        _averaged(sign * fields[chosen], values[chosen], errors[chosen], tolerance)
        for sign in (1, -1)
        for chosen in [~at_zero & (sign * fields > 0)]
    ]
    if not all(side.x.size for side in sides):
        raise InputError(
            "a curve to be symmetrised with fields of one sign alone",
            expected="fields of both signs",
            hint="symmetrize=False",
        )
    whole = [zero.before(side) for side in sides]
    start, end = max(side.x[0] for side in whole) - tolerance, min(side.x[-1] for side in whole) + tolerance
    inside = [(side.x >= start) & (side.x <= end) for side in sides]
    first = 0 if inside[0].sum() <= inside[1].sum() else 1
    keep, other = inside[first], whole[1 - first]
    if not keep.any():
        raise InputError(
            "a curve to be symmetrised whose two signs of the field do not overlap",
            expected="fields of both signs in one range",
        )
    own = sides[first].at_rows(keep)
    opposite, exact, used = _interpolated(other, own.x, tolerance)
    unused = ((other.x < start) | (other.x > end)) & ~used
    even = _Branch(own.x, (own.y + opposite.y) / 2, np.hypot(own.error, opposite.error) / 2)
    found = zero.before(even)
    left_out = np.count_nonzero(~keep) + np.count_nonzero(unused)
    return Symmetrised(found.x, found.y, found.error, int(np.count_nonzero(~exact)), int(left_out))


@dataclass(frozen=True)
class _Branch:
    """Rows in rising order of the field's size."""

    x: _Array
    y: _Array
    error: _Array

    def before(self, other: _Branch) -> _Branch:
        pairs = ((self.x, other.x), (self.y, other.y), (self.error, other.error))
        return _Branch(*(np.concatenate(pair) for pair in pairs))

    def at_rows(self, chosen: _Flags) -> _Branch:
        return _Branch(self.x[chosen], self.y[chosen], self.error[chosen])


def _averaged(x: _Array, y: _Array, error: _Array, tolerance: float) -> _Branch:
    """Sort by the field, and average rows of one and the same field by their weights."""
    order = np.argsort(x, kind="stable")
    x, y, error = x[order], y[order], error[order]
    label = np.cumsum(np.concatenate([[0], np.diff(x) > tolerance])) if x.size else np.zeros(0, dtype=int)
    weight = error**-2
    total = np.bincount(label, weight)
    mean_x, mean_y = (np.asarray(np.bincount(label, weight * column) / total) for column in (x, y))
    return _Branch(mean_x, mean_y, np.asarray(total**-0.5))


def _interpolated(branch: _Branch, points: _Array, tolerance: float) -> tuple[_Branch, _Flags, _Flags]:
    """Return a branch at some fields, where it has rows of these fields, and which of its rows were used."""
    x, y, error = branch.x, branch.y, branch.error
    if x.size == 1:
        every = np.ones(points.size, dtype=bool)
        return _Branch(points, np.repeat(y, points.size), np.repeat(error, points.size)), every, every[:1]
    right = np.clip(np.searchsorted(x, points), 1, x.size - 1)
    span = x[right] - x[right - 1]
    share = np.clip((points - x[right - 1]) / span, 0.0, 1.0)
    share = np.where(share * span <= tolerance, 0.0, np.where((1 - share) * span <= tolerance, 1.0, share))
    used = np.zeros(x.size, dtype=bool)
    used[right[share > 0]] = used[right[share < 1] - 1] = True
    value = (1 - share) * y[right - 1] + share * y[right]
    spread = np.hypot((1 - share) * error[right - 1], share * error[right])
    return _Branch(points, value, spread), (share == 0) | (share == 1), used
