"""Least squares of a model by lmfit, with analytic derivatives, and the covariance at the minimum."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import CooperonError
from cooperon.numerics.fit_data import FitData
from cooperon.numerics.fit_model import FitModel

__all__ = ["Minimum", "minimum", "profiled", "refitted", "require_lmfit"]

_Array = npt.NDArray[np.float64]
# Tolerance and number of steps, of a search among starts and of the fit itself.
_ROUGH, _FINE = (1e-5, 60), (1e-10, 400)
_SMALLEST = 1e-13
_PROFILE_STEPS = 200
# A profile is walked along in steps of one standard deviation, from this value on: lmfit finds its ends to a
# part of the value. It does not stop where a curve is flat for a while (no change is so small).
_FAR, _NEVER = 10.0, -2.0


@dataclass(frozen=True)
class Minimum:
    """Where the sum of squares is smallest, in the coordinates of the fit.

    Attributes
    ----------
    coordinates : array
    chi2 : float
        Sum of squared residuals over the errors as given.
    jacobian : array
        Derivatives of the residuals, a row for each parameter.
    bounds : array
        Lowest and highest coordinate of each parameter.
    """

    coordinates: _Array
    chi2: float
    jacobian: _Array
    bounds: _Array

    @property
    def degrees(self) -> int:
        """Rows less parameters."""
        return int(self.jacobian.shape[1] - self.jacobian.shape[0])

    def covariance(self, absolute: bool) -> _Array:
        """Return the covariance of the coordinates; infinite where the data say nothing.

        Where errors are not absolute, their size is taken from the residuals.
        """
        sizes = np.linalg.norm(self.jacobian, axis=1)
        scale = np.where(sizes > 0, sizes, 1.0)
        _, values, vectors = np.linalg.svd((self.jacobian / scale[:, None]).T, full_matrices=False)
        held = values > _SMALLEST * values.max(initial=1.0)
        inverse = (vectors[held].T / values[held] ** 2) @ vectors[held]
        loose = (sizes == 0) | (np.abs(vectors[~held]).max(axis=0, initial=0.0) > 1e-3)
        found = inverse / np.outer(scale, scale) * (1.0 if absolute else self.chi2 / max(self.degrees, 1))
        found[np.diag_indices_from(found)] = np.where(loose, np.inf, np.diag(found))
        return np.asarray(found)


@dataclass(frozen=True)
class _Frame:
    """What lmfit's numbers stand for: coordinate = origin + unit times the number."""

    origin: _Array
    unit: _Array

    def inner(self, coordinates: _Array) -> _Array:
        return np.asarray((coordinates - self.origin) / self.unit)

    def outer(self, numbers: _Array, i: int) -> _Array:
        return np.asarray(self.origin[i] + self.unit[i] * numbers)


def require_lmfit() -> Any:
    """Import lmfit.

    Raises
    ------
    CooperonError
        When it is not installed.
    """
    try:
        import lmfit
    except ImportError:
        raise CooperonError(
            "lmfit is not installed", expected="lmfit for fits", hint='pip install "cooperon[fit]"'
        ) from None
    return lmfit


def minimum(model: FitModel, data: FitData, start: _Array, bounds: _Array, *, rough: bool = False) -> Minimum:
    """Minimise from one start; roughly, to see which start is worth it."""
    _, result = _solved(model, data, start, bounds, effort=_ROUGH if rough else _FINE)
    return _at(model, data, _vector(result.params), bounds)


def refitted(model: FitModel, data: FitData, best: Minimum, held: int, coordinate: float) -> float:
    """Return the sum of squares with one coordinate held, the others fitted again."""
    start = best.coordinates.copy()
    start[held] = coordinate
    _, result = _solved(model, data, start, best.bounds, held)
    return float(result.chisqr) * _level(data) ** 2


def profiled(
    model: FitModel, data: FitData, best: Minimum, level: float, chosen: Sequence[int]
) -> dict[int, tuple[float, float]]:
    """Return intervals of coordinates by the profile of the likelihood (:func:`lmfit.conf_interval`).

    A side on which the sum of squares never grows enough is infinite.
    """
    if len(best.coordinates) < 2:  # lmfit has no profile of one parameter: there is nothing to fit again
        return {i: _single(model, data, best, level) for i in chosen}
    lmfit = require_lmfit()
    spread = np.sqrt(np.diag(best.covariance(data.absolute)))
    loose = np.array([one.positive for one in model.parameters]) & ~(spread < 1)
    unit = np.where(loose | ~np.isfinite(spread), 1.0, spread)
    frame = _Frame(best.coordinates - _FAR * unit, unit)
    fitter, result = _solved(model, data, best.coordinates, best.bounds, frame=frame)
    for one in result.params.values():
        one.stderr = 1.0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of ends that do not exist: they are infinite
        found = lmfit.conf_interval(
            fitter,
            result,
            p_names=[_name(i) for i in chosen],
            sigmas=[level],
            prob_func=_probability(data, best.degrees),
            maxiter=_PROFILE_STEPS,
            min_rel_change=_NEVER,
        )
    ends = {i: np.array([found[_name(i)][0][1], found[_name(i)][-1][1]]) for i in chosen}
    return {i: (float(low), float(high)) for i in chosen for low, high in [frame.outer(ends[i], i)]}


def _probability(data: FitData, degrees: int) -> Any:
    from scipy import stats

    def known_errors(best: Any, other: Any) -> float:
        return float(stats.chi2.cdf(max(other.chisqr - best.chisqr, 0.0), 1))

    def estimated_errors(best: Any, other: Any) -> float:
        rise = max(other.chisqr / best.chisqr - 1, 0.0)
        return float(stats.f.cdf(rise * degrees, 1, degrees))

    return known_errors if data.absolute else estimated_errors


def _single(model: FitModel, data: FitData, best: Minimum, level: float) -> tuple[float, float]:
    from scipy.optimize import brentq

    probability = _probability(data, best.degrees)
    center = SimpleNamespace(chisqr=best.chi2)

    def excess(coordinate: float) -> float:
        found = _at(model, data, np.array([coordinate]), best.bounds)
        return float(probability(center, SimpleNamespace(chisqr=found.chi2)) - level)

    middle = float(best.coordinates[0])
    ends = []
    for bound, none in zip(best.bounds[0], (-np.inf, np.inf), strict=True):
        ends.append(float(brentq(excess, middle, bound)) if excess(float(bound)) > 0 else none)
    return ends[0], ends[1]


def _name(i: int) -> str:
    return f"p{i}"


def _vector(parameters: Any) -> _Array:
    return np.array([one.value for one in parameters.values()])


def _at(model: FitModel, data: FitData, coordinates: _Array, bounds: _Array) -> Minimum:
    residuals = (model.values(coordinates, data.known, data.group) - data.values) / data.errors
    jacobian = model.jacobian(coordinates, data.known, data.group) / data.errors
    return Minimum(coordinates, float(residuals @ residuals), jacobian, bounds)


def _solved(
    model: FitModel,
    data: FitData,
    start: _Array,
    bounds: _Array,
    held: int | None = None,
    effort: tuple[float, int] = _FINE,
    frame: _Frame | None = None,
) -> tuple[Any, Any]:
    """Run lmfit's Levenberg-Marquardt method."""
    lmfit = require_lmfit()
    size = len(start)
    used = frame or _Frame(np.zeros(size), np.ones(size))
    parameters = lmfit.Parameters()
    lows, highs = used.inner(bounds[:, 0]), used.inner(bounds[:, 1])
    for i, value in enumerate(np.clip(used.inner(start), lows, highs)):
        parameters.add(_name(i), value=float(value), min=lows[i], max=highs[i], vary=i != held)
    # residuals of order one whatever the errors are
    scale = data.errors * _level(data)

    def at(given: Any) -> _Array:
        return np.asarray(used.origin + used.unit * _vector(given))

    def residuals(given: Any) -> _Array:
        found = (model.values(at(given), data.known, data.group) - data.values) / scale
        return np.where(np.isfinite(found), found, 1e12)

    def derivatives(given: Any) -> _Array:
        varied = [i for i, one in enumerate(given.values()) if one.vary]
        found = model.jacobian(at(given), data.known, data.group) * used.unit[:, None] / scale
        return np.where(np.isfinite(found), found, 0.0)[varied]

    fitter = lmfit.Minimizer(
        residuals,
        parameters,
        scale_covar=not data.absolute,
        max_nfev=effort[1],
        Dfun=derivatives,
        col_deriv=True,
        ftol=effort[0],
        xtol=effort[0],
    )
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of a covariance that does not exist: it is looked at afterwards
        result = fitter.leastsq()
    return fitter, result


def _level(data: FitData) -> float:
    """Return a size of the residuals to measure them in; 1 where it is known."""
    if data.absolute:
        return 1.0
    spread = float(np.std(data.values / data.errors))
    return spread if spread > 0 else 1.0
