"""The figure of a fit: data, curve, residuals, on given matplotlib axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cooperon.diagrams.errors import InputError
from cooperon.numerics.constants import conductance_quantum
from cooperon.numerics.fit_geometry import is_conductance
from cooperon.numerics.fit_model import OFFSET
from cooperon.numerics.plot_curves import new_figure
from cooperon.numerics.quantity import unit_of
from cooperon.symbolic import symbols as s

if TYPE_CHECKING:
    from cooperon.numerics.fit_result import FitResult

__all__ = ["draw"]

_POINTS = 401
_LABELS = {s.B: "magnetic field (T)", s.T: "temperature (K)"}


def draw(found: FitResult, axes: Any) -> tuple[Any, ...]:
    """Draw a fit on axes, by default those of a new figure.

    Curves over the field are drawn less the conductivity without field, as fitted.
    """
    if axes is None:
        axes = new_figure().subplots(2, 1, sharex=True, height_ratios=[3, 1])
    drawn = tuple(np.atleast_1d(np.asarray(axes, dtype=object)).ravel())
    if len(drawn) not in (1, 2) or not all(hasattr(one, "plot") for one in drawn):
        raise InputError(f"axes = {axes!r}", expected="one or two matplotlib axes")
    x = s.B if s.B in found.data.known else next(iter(found.data.known))
    name, unit = _unit(found)
    for i, kelvin in enumerate(found.data.temperatures or (None,)):
        _draw_curve(found, drawn, x, unit, i, kelvin)
    drawn[0].set_ylabel(f"{_measured(found)} ({name})")
    drawn[0].legend(fontsize="small")
    if len(drawn) == 2:
        drawn[1].axhline(0, color="0.5", linewidth=0.8)
        drawn[1].set_ylabel("data - fit")
    label = _LABELS.get(x, f"{x} (SI)")
    drawn[-1].set_xlabel(label)
    return drawn


def _draw_curve(
    found: FitResult, drawn: tuple[Any, ...], x: Any, unit: float, i: int, kelvin: float | None
) -> None:
    rows = found.data.group == i
    at, below = found.data.known[x][rows], _without_field(found, x, kelvin)
    bars = found.data.errors[rows] / unit if found.data.absolute else None
    color = f"C{i % 10}"
    marks = {"fmt": ".", "markersize": 3, "color": color, "alpha": 0.6, "elinewidth": 0.6}
    label = "data" if kelvin is None else f"{kelvin:g} K"
    drawn[0].errorbar(at, (found.data.values[rows] - below) / unit, yerr=bars, label=label, **marks)
    order, curve = _curve(found, x, at, rows, kelvin)
    drawn[0].plot(
        order,
        (curve - below) / unit,
        color="k" if kelvin is None else color,
        linewidth=1.2,
        label="fit" if i == 0 else None,
    )
    if len(drawn) == 2:
        drawn[1].errorbar(at, found.residuals[rows] / unit, yerr=bars, **marks)


def _curve(found: FitResult, x: Any, at: Any, rows: Any, kelvin: float | None) -> tuple[Any, Any]:
    """Return the fitted curve over the data's range; at the rows where it has more than one setting."""
    plain = set(found.data.known) <= ({s.B, s.T} if kelvin is not None else {x}) and x in (s.B, s.T)
    if not plain:
        order = np.argsort(at, kind="stable")
        return at[order], (found.data.values - found.residuals)[rows][order]
    points = np.linspace(at.min(), at.max(), _POINTS)
    return points, found.curve(points, T=kelvin) if x == s.B else found.curve(T=points)


def _without_field(found: FitResult, x: Any, kelvin: float | None) -> float:
    """Return the offset that is subtracted of a curve."""
    if x != s.B:
        return 0.0
    numbers = {**found.fixed, **found.values}
    name = OFFSET.name if kelvin is None else f"{OFFSET.name}[{kelvin:.6g} K]"
    return numbers.get(name, numbers.get(OFFSET.name, 0.0))


def _measured(found: FitResult) -> str:
    symbol = "G" if is_conductance(found.formula) else r"\sigma"
    if s.B in found.data.known:
        return rf"${symbol}(B) - {symbol}(0)$"
    return rf"${symbol}$" if found.data.offset == "fit" else rf"$\Delta {symbol}$"


def _unit(found: FitResult) -> tuple[str, float]:
    own = unit_of(found.formula.dimension.subs({s.d: found.formula.metal.dim}))
    return (r"$e^2/h$", conductance_quantum()) if own == "S" else (own, 1.0)
