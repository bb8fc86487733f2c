"""The report of a fit, as text and as a table for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import floor, isfinite, log10, sqrt
from typing import TYPE_CHECKING

from cooperon.numerics.fit_model import OFFSET, PREFACTOR
from cooperon.numerics.quantity import unit_of
from cooperon.symbolic import symbols as s

if TYPE_CHECKING:
    from cooperon.numerics.fit_result import FitResult

__all__ = ["html", "report"]

_WORTH_SAYING = 0.5
_MEANINGS = {PREFACTOR.name: "what the formula is multiplied by"}


def report(found: FitResult) -> str:
    """Return what a fit has found as text."""
    rows = [("parameter", "value", "error", "95 % interval", "unit"), *_rows(found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join((*_head(found), "", *table, "", *_tail(found)))


def html(found: FitResult) -> str:
    """Return the parameters as a table, the doubts below it."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in _rows(found)
    )
    head = "".join(f"<th>{name}</th>" for name in ("parameter", "value", "error", "95 % interval", "unit"))
    doubts = "".join(f"<p>{escape(doubt)}</p>" for doubt in found.doubts)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{doubts}"


def _rows(found: FitResult) -> Iterator[tuple[str, str, str, str, str]]:
    intervals = found.intervals()
    for name, value in found.values.items():
        low, high = intervals[name]
        yield (
            name,
            _number(value, found.errors[name]),
            f"{found.errors[name]:.2g}",
            f"{_number(low, found.errors[name])} .. {_number(high, found.errors[name])}",
            found.units[name],
        )


def _number(value: float, error: float) -> str:
    """Write a number with two digits of its error."""
    digits = 4
    if isfinite(value) and value and isfinite(error) and error > 0:
        digits = min(max(floor(log10(abs(value))) - floor(log10(error)) + 2, 3), 12)
    return f"{value:.{digits}g}"


def _head(found: FitResult) -> Iterator[str]:
    data = found.data
    curves = f", {len(data.temperatures)} temperatures" if data.temperatures else ""
    parts = {"fit": " + offset", "subtract": ", less the value measured at B = 0", "none": ""}
    times = "prefactor x " if PREFACTOR.name in "".join(found.values) else ""
    yield f"fit of {times}{found.formula.name}{parts[data.offset]} to {len(data)} rows{curves}"
    yield f"{found.formula.name} = {found.formula.expr}"
    for note in data.notes:
        yield f"data: {note}"
    errors = "as given (absolute)" if data.absolute else "of a size taken from the residuals"
    yield f"errors: {errors}; derivatives: {found.derivatives}"
    if found.fixed:
        yield "held: " + ", ".join(f"{name} = {value:.6g}" for name, value in found.fixed.items())


def _tail(found: FitResult) -> Iterator[str]:
    freedom = found.degrees_of_freedom
    if found.data.absolute:
        yield f"chi2 = {found.chi2:.5g} with {freedom} degrees of freedom"
    else:
        yield f"{freedom} degrees of freedom, standard deviation {_deviation(found):.3g} {_own_unit(found)}"
    strong = {pair: r for pair, r in found.correlations.items() if abs(r) > _WORTH_SAYING}
    if strong:
        yield "correlations: " + ", ".join(f"{a}, {b}: {r:.3f}" for (a, b), r in strong.items())
    for name in dict.fromkeys(one.split("[")[0] for one in found.values):
        meaning = _meaning(found, name)
        yield f"{name}: {meaning}"
    for doubt in found.doubts:
        yield f"WARNING: {doubt}"


def _meaning(found: FitResult, name: str) -> str:
    if name == OFFSET.name:
        without = "the field" if s.B in found.formula.expr.free_symbols else "the correction"
        return f"conductivity without {without}"
    return _MEANINGS.get(name) or s.TABLE[name].meaning


def _own_unit(found: FitResult) -> str:
    return unit_of(found.formula.dimension.subs({s.d: found.formula.metal.dim}))


def _deviation(found: FitResult) -> float:
    return sqrt(float(found.residuals @ found.residuals) / max(found.degrees_of_freedom, 1))
