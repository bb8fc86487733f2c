"""What a fit cannot know: parameters that its data do not tell apart, curves that the formula misses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import AssumptionWarning
from cooperon.numerics.constants import si_constants
from cooperon.numerics.fit_data import FitData
from cooperon.numerics.fit_model import OFFSET, PREFACTOR, FitModel, FitParameter
from cooperon.numerics.fit_run import Minimum, refitted
from cooperon.symbolic import symbols as s

__all__ = ["FitWarning", "IndistinguishableWarning", "doubts_about", "misfit", "open_sides"]

_Array = npt.NDArray[np.float64]
_ALIKE = 0.98
# Uncertainty of a logarithm from which on a parameter is looked at closer, and one that is no longer small.
_LOOSE, _NOT_SMALL = 0.3, 0.1
_CHI2_95 = 3.841
_SAME_VALUE = 0.2
_IMPROBABLE = 1e-3
# Residuals next to each other are alike when their correlation is so large, and so many standard deviations.
_ALIKE_RESIDUALS, _NO_CHANCE = 0.3, 4.0
# What the interaction has for itself; other parameters of a curve over T are those of interference.
_OF_INTERACTION = frozenset({s.F0, s.F, s.gamma_2, s.stoner})
_APART = (
    "what would help: the conductivity in a perpendicular field far above B_phi, which leaves the "
    "interaction alone; the magnetoconductance at low fields, which is interference alone; a parallel field, "
    "which a film's interference hardly feels; or the tunnelling density of states, which interference does "
    "not change"
)
# Not asked where there is no noise: residuals of the size of rounding, or well below the errors given.
_ROUNDING, _BELOW_ERRORS = 1e-14, 0.5


class FitWarning(AssumptionWarning):
    """A formula does not describe the data that it was fitted to.

    Examples
    --------
    >>> issubclass(FitWarning, AssumptionWarning)
    True
    """


class IndistinguishableWarning(FitWarning):
    """Data cannot tell parameters apart, or say how large one is.

    Examples
    --------
    >>> issubclass(IndistinguishableWarning, FitWarning)
    True
    """


@dataclass(frozen=True)
class _Fit:
    model: FitModel
    data: FitData
    best: Minimum
    deviations: _Array
    correlations: _Array


def open_sides(model: FitModel, data: FitData, best: Minimum) -> dict[str, tuple[bool, bool]]:
    """Return for parameters whose 95 % interval does not end: whether below, whether above.

    A parameter is held at its lowest and highest value and the others are fitted again; where the sum of
    squares does not grow by 3.84 variances, all values up to there are possible.
    """
    spread = np.sqrt(np.diag(best.covariance(data.absolute)))
    variance = 1.0 if data.absolute else best.chi2 / max(best.degrees, 1)
    found = {}
    for i, one in enumerate(model.parameters):
        if one.positive and not spread[i] < _LOOSE:
            sides = tuple(
                refitted(model, data, best, i, float(end)) - best.chi2 < _CHI2_95 * variance
                for end in best.bounds[i]
            )
            if any(sides):
                found[one.name] = (sides[0], sides[1])
    return found


def doubts_about(
    model: FitModel,
    data: FitData,
    best: Minimum,
    others: list[Minimum],
    sides: Mapping[str, tuple[bool, bool]],
) -> tuple[str, ...]:
    """Say which parameters data do not tell apart, and what would help."""
    covariance = best.covariance(data.absolute)
    deviations = np.sqrt(np.diag(covariance))
    with np.errstate(all="ignore"):
        correlations = np.nan_to_num(covariance / np.outer(deviations, deviations))
    fit = _Fit(model, data, best, deviations, correlations)
    return (*_open(fit, sides), *_mixed(fit, sides), *_alike(fit, sides), *_second(fit, others, sides))


def misfit(model: FitModel, data: FitData, best: Minimum) -> tuple[str, ...]:
    """Say where residuals are no noise: larger than the errors, or of one sign over long stretches."""
    from scipy import stats

    found = []
    if data.absolute and best.degrees > 0:
        chance = float(stats.chi2.sf(best.chi2, best.degrees))
        if chance < _IMPROBABLE:
            found.append(
                f"chi2 = {best.chi2:.4g} of {best.degrees} degrees of freedom has a chance of {chance:.1g}: "
                "the formula does not describe the data within their errors, or the errors are too small"
            )
    correlation = _neighbours(model, data, best)
    if correlation > max(_ALIKE_RESIDUALS, _NO_CHANCE / np.sqrt(len(data))):
        both = s.B in data.known and data.known[s.B].min() < 0 < data.known[s.B].max()
        found.append(
            f"residuals are no noise: neighbours have a correlation of {correlation:.2f}. Either the formula "
            "does not follow the data, or the noise is slow; the errors of the parameters are too small"
            + ("; where the data are not even in B, symmetrize=True makes them so" if both else "")
        )
    return tuple(found)


def _neighbours(model: FitModel, data: FitData, best: Minimum) -> float:
    """Return the correlation of residuals that are neighbours on the axis of the data; 0 without noise."""
    axis = data.known[s.B] if s.B in data.known else next(iter(data.known.values()))
    order = np.lexsort((axis, data.group))
    residuals = (data.values - model.values(best.coordinates, data.known, data.group)) / data.errors
    found, total = residuals[order], float(residuals @ residuals)
    nothing = _ROUNDING * float(np.std(data.values / data.errors)) ** 2 * len(data)
    if total <= (_BELOW_ERRORS * best.degrees if data.absolute else nothing):
        return 0.0
    return float(found[1:] @ found[:-1]) / total


def _open(fit: _Fit, sides: Mapping[str, tuple[bool, bool]]) -> Iterator[str]:
    for name, (below, above) in sides.items():
        i = next(j for j, one in enumerate(fit.model.parameters) if one.name == name)
        says = {
            (True, True): "say nothing about it",
            (True, False): "give an upper limit alone",
            (False, True): "give a lower limit alone",
        }[below, above]
        partner = _partner(fit, i)
        with_whom = (
            "" if partner is None else f" (it goes with {partner}: what one does the other does as well)"
        )
        yield f"{name}: the data {says}{with_whom}; {_help(fit, fit.model.parameters[i])}"


def _partner(fit: _Fit, i: int) -> str | None:
    sizes = np.abs(fit.correlations[i]).copy()
    sizes[i] = 0.0
    j = int(np.argmax(sizes)) if sizes.size > 1 else i
    return fit.model.parameters[j].name if sizes[j] > _ALIKE else None


def _mixed(fit: _Fit, sides: Mapping[str, tuple[bool, bool]]) -> Iterator[str]:
    """Say where interference and interaction are told apart by the shape of a curve over T alone.

    However small the noise: the shape is that of the cutoffs, on which the theory of neither has a hold.
    """
    for i, j in _of_both(fit):
        one, other = (fit.model.parameters[k] for k in (i, j))
        if abs(fit.correlations[i, j]) > _ALIKE and not {one.name, other.name} & set(sides):
            yield (
                f"{one.name} and {other.name}: without a magnetic field interference and the interaction of "
                f"the electrons can hardly be told apart, their correlation is {fit.correlations[i, j]:.4f}; "
                f"{_APART}; or hold one of the two by fixed="
            )


def _of_both(fit: _Fit) -> Iterator[tuple[int, int]]:
    """Yield pairs of parameters, of the interaction and of interference, in data without a field."""
    if s.B in fit.data.known or s.B in fit.model.fixed:
        return
    symbols = [one.symbol for one in fit.model.parameters]
    for i, one in enumerate(symbols):
        for j, other in enumerate(symbols):
            if one in _OF_INTERACTION and other not in _OF_INTERACTION | {OFFSET, PREFACTOR}:
                yield i, j


def _alike(fit: _Fit, sides: Mapping[str, tuple[bool, bool]]) -> Iterator[str]:
    parameters = fit.model.parameters
    mixed = set(_of_both(fit))
    for i, one in enumerate(parameters):
        for j, other in enumerate(parameters[:i]):
            loose = max((fit.deviations[k] for k in (i, j) if parameters[k].positive), default=0.0)
            known = one.name in sides or other.name in sides or {(i, j), (j, i)} & mixed
            if abs(fit.correlations[i, j]) > _ALIKE and loose > _NOT_SMALL and not known:
                yield (
                    f"{other.name} and {one.name} can hardly be told apart: their correlation is "
                    f"{fit.correlations[i, j]:.4f}; {_help(fit, one if one.positive else other)}"
                )


def _second(fit: _Fit, others: list[Minimum], sides: Mapping[str, tuple[bool, bool]]) -> Iterator[str]:
    variance = 1.0 if fit.data.absolute else fit.best.chi2 / max(fit.best.degrees, 1)
    for other in others:
        far = [
            one.name
            for one, a, b in zip(fit.model.parameters, fit.best.coordinates, other.coordinates, strict=True)
            if one.positive and abs(a - b) > _SAME_VALUE
        ]
        if (
            set(far) - set(sides)
            and 0 <= other.chi2 - fit.best.chi2 < _CHI2_95 * variance
            and _apart(fit, other)
        ):
            values = ", ".join(
                f"{one.name} = {one.outer(float(at)):.4g}"
                for one, at in zip(fit.model.parameters, other.coordinates, strict=True)
                if one.name in far
            )
            yield f"a second set of values fits as well: {values}; hold one of them by fixed="
            return


def _apart(fit: _Fit, other: Minimum) -> bool:
    """Whether two minima lie farther from each other than one of them is wide."""
    with np.errstate(all="ignore"):
        distance = np.abs(other.coordinates - fit.best.coordinates) / fit.deviations
    return bool(np.max(distance[np.isfinite(distance)], initial=0.0) > 4)


def _help(fit: _Fit, one: FitParameter) -> str:
    """Say what data would settle a parameter."""
    if any(_of_both(fit)):
        return f"{_APART}; or hold {one.symbol} by fixed="
    if s.B not in fit.data.known:
        return (
            "what would help: a wider range of temperature, or the magnetoconductance, in which phase "
            f"coherence has a field of its own; or hold {one.symbol} by fixed="
        )
    fields = np.abs(fit.data.known[s.B])
    weakest, strongest = float(fields[fields > 0].min(initial=np.inf)), float(fields.max(initial=0.0))
    i = fit.model.parameters.index(one)
    scale = _field_of(one.symbol, one.outer(float(fit.best.coordinates[i])), fit)
    if scale is None:
        return f"what would help: a value of {one.symbol} from another measurement, by fixed="
    if scale > strongest / 3:
        return (
            f"what would help: fields several times as strong (the data end at {strongest:.3g} T); "
            f"or hold {one.symbol} by fixed="
        )
    if scale < 3 * weakest:
        return (
            f"what would help: rows at fields below {weakest:.2g} T, weakest in the data, or less noise "
            f"there; or hold {one.symbol} by fixed="
        )
    return f"what would help: less noise around {scale:.2g} T, where it acts; or hold {one.symbol} by fixed="


def _field_of(x: sp.Symbol, value: float, fit: _Fit) -> float | None:
    """Return the field at which a parameter acts, where that follows from its kind."""
    numbers = si_constants()
    flux = numbers[s.hbar] / (4 * numbers[s.e])
    dimension = s.dimension(x) if x in s.dimensions() else None
    if dimension == s.dimension(s.B):
        return value
    if dimension == s.dimension(s.L_phi) and x == s.L_phi:
        return flux / value**2
    if dimension == s.dimension(s.tau_phi) and s.D in fit.model.fixed:
        return flux / (fit.model.fixed[s.D] * value)
    return None
