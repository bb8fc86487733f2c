"""Fits of formulas to measured data."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from math import isfinite
from numbers import Real
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import AssumptionWarning, InputError
from cooperon.numerics.constants import si_constants
from cooperon.numerics.fit_data import FitData, prepared
from cooperon.numerics.fit_doubts import (
    FitWarning,
    IndistinguishableWarning,
    doubts_about,
    misfit,
    open_sides,
)
from cooperon.numerics.fit_model import OFFSET, PREFACTOR, FitModel, parameters_of
from cooperon.numerics.fit_result import FitResult
from cooperon.numerics.fit_run import Minimum, minimum, require_lmfit
from cooperon.numerics.fit_starts import felt_ranges, starts
from cooperon.symbolic import symbols as s
from cooperon.symbolic.formula import Formula

__all__ = ["fit"]

_Array = npt.NDArray[np.float64]
_OF_TEMPERATURE = frozenset({s.tau_phi, s.B_phi, s.L_phi, OFFSET})
_BEYOND = 1e3
_NOTHING = 1e-9
_FOLLOWED = 2


def fit(
    data: Any,
    formula: Formula,
    *,
    columns: Mapping[str, str | int] | None = None,
    units: Mapping[str, str] | None = None,
    geometry: str | Mapping[str, float] | None = None,
    symmetrize: bool = False,
    offset: str | None = None,
    prefactor: bool = False,
    fixed: Mapping[str, float] | None = None,
    start: Mapping[str, float] | None = None,
    shared: Iterable[str] | None = None,
) -> FitResult:
    """Fit a formula to measured data.

    What is fitted is a conductivity (or conductance): ``offset + formula``, in SI. Resistances are inverted,
    which takes for granted that the Hall resistance is small, as the formulas do (omega_c tau << 1). Positive
    parameters are fitted by their logarithms. Starts and bounds come from where the formula, as a function of
    each parameter, still changes over the data.

    Parameters
    ----------
    data : str, Path, pandas.DataFrame or mapping of str to array_like
        A CSV file with a header, a DataFrame, or arrays by name.
    formula : Formula
        A magnetoconductivity, or a correction that depends on T or on other settings that were measured.
    columns : mapping of str to str or int, optional
        For each quantity the name of its column. What was set: ``"B"``, ``"T"``, or other symbols of the
        formula. What was measured, one of: ``"R"`` resistance, ``"G"`` conductance, ``"rho"`` resistivity,
        ``"sigma"`` conductivity, ``"change"`` of the conductivity. ``"error"``: 1 sigma of what was measured.
    units : mapping of str to str, optional
        Units of columns: ``{"B": "mT", "R": "kohm"}``; default SI. A unit in the header has to agree.
    geometry : str or mapping, optional
        For R and G: ``"sheet"``, where they are values per square, or the lengths of a bar in metres:
        ``{"length": ..., "width": ...}``; in three dimensions with ``"thickness"``, which alone goes with
        values per square.
    symmetrize : bool
        Take (y(B) + y(-B))/2 of what was measured first.
    offset : str, optional
        How sigma(B=0), for formulas without B the classical conductivity, comes in: ``"fit"``, a parameter
        (default); ``"subtract"``, the measured value at B = 0; ``"none"`` (default for ``"change"``).
    prefactor : bool
        Fit what the formula is multiplied by, too: 1 where the theory holds.
    fixed : mapping of str to float, optional
        Numbers in SI that are held; also ``"prefactor"``, ``"offset"``, and ones that only the formula's
        assumptions contain.
    start : mapping of str to float, optional
        Values to start from, in place of those that are found.
    shared : iterable of str, optional
        With curves over B at several T: what is one number for all of them; the others become
        ``"B_phi[4.2 K]"``. Default: all but tau_phi (L_phi, B_phi) and the offset.

    Returns
    -------
    FitResult

    Raises
    ------
    InputError
        When data, columns, units or geometry do not fit the formula; the line of a bad row is named.
        When rows are too few, or only a combination of parameters is in the formula.
    CooperonError
        When lmfit is not installed.

    Warns
    -----
    IndistinguishableWarning
        When the data do not tell parameters apart, or leave an interval open.
    FitWarning
        When the formula does not describe the data.
    AssumptionWarning
        When the result is outside of what the formula assumes.

    Examples
    --------
    >>> import numpy as np
    >>> import cooperon as cp
    >>> film = cp.Metal(dim=2, field=cp.PerpendicularField())
    >>> formula = cp.magnetoconductivity(film).in_convention("HLN")
    >>> B = np.linspace(-500, 500, 101)
    >>> sigma = 1e-3 + formula.lambdify("B", "B_phi", si=True)(B / 1e3, 0.01)
    >>> R = 1 / sigma + 0.01 * np.random.default_rng(1).standard_normal(B.size)
    >>> found = fit({"B": B, "R": R}, formula, units={"B": "mT"}, geometry="sheet", symmetrize=True)
    >>> print(f"{found.values['B_phi']:.2g} T, {found.values['offset']:.4g} S")
    0.01 T, 0.001 S
    """
    require_lmfit()
    if not isinstance(formula, Formula):
        raise InputError(f"{formula!r}", expected="a formula", hint="cp.magnetoconductivity(...)")
    rows = prepared(
        data,
        formula,
        columns=columns,
        units=units,
        geometry=geometry,
        symmetrize=symmetrize,
        offset=offset,
    )
    held = _numbers(fixed or {}, rows, "fixed")
    model, given = _model(formula, rows, held, start or {}, shared, prefactor)
    ranges = felt_ranges(model, rows, given)
    minima = _minima(model, rows, ranges, given)
    best, *others = minima
    sides = open_sides(model, rows, best)
    unclear = doubts_about(model, rows, best, others, sides)
    wrong = misfit(model, rows, best)
    found = FitResult(formula, rows, (*unclear, *wrong), MappingProxyType(sides), model, best)
    for category, sentences in ((IndistinguishableWarning, unclear), (FitWarning, wrong)):
        for sentence in sentences:
            warnings.warn(sentence, category, stacklevel=2)
    _watch_assumptions(found)
    return found


def _numbers(given: Mapping[str, float], rows: FitData, what: str) -> dict[sp.Symbol, float]:
    found = {}
    for name, value in given.items():
        x = {PREFACTOR.name: PREFACTOR, OFFSET.name: OFFSET}.get(name) or s.lookup(name)
        number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else float("nan")
        if not isfinite(number) or (x.is_positive and number <= 0):
            raise InputError(f"{what}: {name} = {value!r}", expected="a positive number in SI")
        if x in rows.known or x in si_constants():
            reason = "a column of the data" if x in rows.known else "a constant of nature"
            raise InputError(f"{what}: {name}, {reason}", expected="another symbol")
        found[x] = number
    return found


def _model(
    formula: Formula,
    rows: FitData,
    held: Mapping[sp.Symbol, float],
    start: Mapping[str, float],
    shared: Iterable[str] | None,
    prefactor: bool,
) -> tuple[FitModel, dict[sp.Symbol, float]]:
    """Make the model: what is free, and what of it each temperature has for itself."""
    inside = formula.expr.free_symbols - set(rows.known) - set(si_constants()) - set(held)
    free = sorted(inside, key=str)
    free += [PREFACTOR] if prefactor and PREFACTOR not in held else []
    free += [OFFSET] if rows.offset == "fit" and OFFSET not in held else []
    given = _numbers(start, rows, "start")
    if not free or set(given) - set(free) or (OFFSET in held and rows.offset != "fit"):
        strange = ", ".join(map(str, (set(given) - set(free)) or {OFFSET}))
        raise InputError(
            f"{strange} in start=" if given else f"{strange} in fixed= with offset={rows.offset!r}",
            expected="one of " + ", ".join(map(str, free)),
        )
    if not inside:
        raise InputError(f"{formula.name} with nothing to fit", expected="a symbol that is not in fixed=")
    model = FitModel(
        formula.expr, parameters_of(free, _shared(free, shared, rows), rows, _scale(rows)), dict(held)
    )
    if len(rows) <= len(model.parameters):
        raise InputError(
            f"{len(rows)} rows for {len(model.parameters)} parameters",
            expected="more rows than parameters (" + ", ".join(p.name for p in model.parameters) + ")",
        )
    return model, given


def _shared(free: list[sp.Symbol], shared: Iterable[str] | None, rows: FitData) -> frozenset[sp.Symbol]:
    if shared is None:
        return frozenset(free) - _OF_TEMPERATURE
    names = [shared] if isinstance(shared, str) else list(shared)
    by_name = {x.name: x for x in free}
    strange = [name for name in names if name not in by_name]
    if strange or not rows.temperatures:
        raise InputError(
            f"shared={names!r}" + ("" if rows.temperatures else " for one curve"),
            expected="names among " + ", ".join(by_name) + ", with a column T beside B",
        )
    return frozenset(by_name[name] for name in names)


def _scale(rows: FitData) -> float:
    spread = float(np.std(rows.values))
    if not spread > 0:
        raise InputError("data that are the same in all rows", expected="a curve")
    return spread


def _minima(
    model: FitModel,
    rows: FitData,
    ranges: Mapping[sp.Symbol, tuple[float, float]],
    given: Mapping[sp.Symbol, float],
) -> list[Minimum]:
    """Return the minima that are reached from the best starts, the lowest first."""
    bounds = np.array([_bounds(one.symbol, one.inner, ranges, given) for one in model.parameters])
    points = starts(model, rows, ranges, given)
    _require_independent(model, rows, points[0])
    rough = sorted((minimum(model, rows, one, bounds, rough=True) for one in points), key=_chi2)
    return sorted((minimum(model, rows, one.coordinates, bounds) for one in rough[:_FOLLOWED]), key=_chi2)


def _chi2(one: Minimum) -> float:
    return one.chi2


def _bounds(
    x: sp.Symbol,
    inner: Any,
    ranges: Mapping[sp.Symbol, tuple[float, float]],
    given: Mapping[sp.Symbol, float],
) -> tuple[float, float]:
    if x not in ranges:
        return -np.inf, np.inf
    low, high = ranges[x]
    low, high = min(low, given.get(x, low)), max(high, given.get(x, high))
    return inner(low / _BEYOND), inner(high * _BEYOND)


def _require_independent(model: FitModel, rows: FitData, at: _Array) -> None:
    """Refuse parameters of which the formula contains a combination alone."""
    jacobian = model.jacobian(at, rows.known, rows.group) / rows.errors
    sizes = np.linalg.norm(jacobian, axis=1)
    if not np.isfinite(jacobian).all() or not (sizes > 0).all():
        return
    vectors, values, _ = np.linalg.svd(jacobian / sizes[:, None], full_matrices=False)
    if values[-1] > _NOTHING * values[0]:
        return
    involved = [p.name for p, part in zip(model.parameters, vectors[:, -1], strict=True) if abs(part) > 1e-2]
    raise InputError(
        f"{', '.join(involved)} as parameters",
        expected="parameters that change the curve in different ways: it depends on a combination of these",
        hint='fixed= for one of them, or formula.in_convention("HLN"), with fields in place of D and times',
    )


def _watch_assumptions(found: FitResult) -> None:
    """Warn where the fitted curve leaves what the formula assumes, as far as the numbers are known."""
    formula, rows = found.formula, found.data
    names = [x.name for x in rows.known]
    function = formula.lambdify(*names, si=True)
    numbers: dict[str, Any] = {x: v for x, v in found.fixed.items() if x in s.TABLE}
    for one in found._model.parameters:
        if one.symbol.name in s.TABLE:
            value = found.values[one.name]
            if one.group is None:
                numbers[one.symbol.name] = value
            else:
                column = numbers.setdefault(one.symbol.name, np.full(len(rows), np.nan))
                column[rows.group == one.group] = value
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*(rows.known[s.lookup(name)] for name in names), **numbers)
    for said in caught:
        if issubclass(said.category, AssumptionWarning):
            warnings.warn(f"the fitted curve: {said.message}", AssumptionWarning, stacklevel=3)
