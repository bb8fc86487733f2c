"""Figures of scaling: beta against ln g, and the conductance against the size."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import AssumptionWarning, InputError
from cooperon.numerics.plot_curves import new_axes
from cooperon.numerics.translate import array_function
from cooperon.symbolic import symbols as s
from cooperon.symbolic.flow import Flow
from cooperon.symbolic.formula import Formula

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["beta_function", "flow"]

_POINTS = 400


def beta_function(
    formulas: Mapping[str, Formula] | Formula,
    *,
    g: npt.ArrayLike | None = None,
    lowest: float = -2.0,
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """Plot scaling functions against ln g. A dot marks where one rises through 0: a transition.

    Parameters
    ----------
    formulas : mapping of str to Formula, or Formula
        From :func:`cooperon.beta_function`, by the label of the line.
    g : array_like, optional
        At which g; default from 0.001 to 100.
    lowest : float
        What lies below is left out: there weak disorder has ended.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the axes of a new figure.
    **line
        How the lines look, as matplotlib's ``plot`` takes it: ``linestyle=":"``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        For a formula that is no function of g alone, and values of g that are not positive.

    Examples
    --------
    >>> import cooperon as cp
    >>> axes = beta_function({"film": cp.beta_function(cp.Metal(dim=2))})
    >>> axes.get_xlabel()
    'g'
    """
    given = _by_label(formulas, Formula, "cooperon.beta_function(metal)")
    points = np.geomspace(1e-3, 1e2, _POINTS) if g is None else _positive(g, "g")
    for formula in given.values():
        if not formula.symbol.startswith(r"\beta") or formula.expr.free_symbols - {s.g}:
            raise InputError(
                f"{formula.name} = {formula.expr}",
                expected="a scaling function of g alone",
                hint="cooperon.beta_function(metal)",
            )
    drawn = _started(ax)
    for label, formula in given.items():
        values = array_function(formula.expr, (s.g,))(points) + np.zeros_like(points)
        (curve,) = drawn.plot(points, np.where(values >= lowest, values, np.nan), label=label or None, **line)
        drawn.plot(*_transition(points, values), "o", color=curve.get_color())
    drawn.axhline(0, color="0.7", linewidth=0.8, zorder=0)
    drawn.set(xscale="log", xlabel="g", ylabel=r"$\beta = d\,\ln g/d\,\ln L$")
    _legend(drawn)
    return drawn


def flow(
    flows: Mapping[str, Flow] | Flow,
    start: npt.ArrayLike,
    *,
    lengths: npt.ArrayLike | None = None,
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """Plot conductances against the size, each from several starting values.

    Parameters
    ----------
    flows : mapping of str to Flow, or Flow
        From :func:`cooperon.flow`, by the label of the lines.
    start : array_like
        Values of g at length 1.
    lengths : array_like, optional
        Default from 1 to 1000. A line ends where weak disorder does.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the axes of a new figure.
    **line
        How the lines look, as matplotlib's ``plot`` takes it.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        For anything but flows, and lengths and starts that are not positive.

    Examples
    --------
    >>> import cooperon as cp
    >>> axes = flow({"film": cp.flow(cp.Metal(dim=2))}, [0.5, 1.0])
    >>> len(axes.lines)
    2
    """
    given = _by_label(flows, Flow, "cooperon.flow(metal)")
    points = np.geomspace(1, 1e3, _POINTS) if lengths is None else _positive(lengths, "lengths")
    starts = _positive(start, "start")
    drawn = _started(ax)
    for label, one in given.items():
        look = line
        for i, first in enumerate(starts):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", AssumptionWarning)
                values = one(points, first)
            (curve,) = drawn.plot(points, values, label=(label or None) if i == 0 else None, **look)
            look = {"color": curve.get_color(), **line}
    drawn.set(xscale="log", yscale="log", xlabel=r"$L/\ell$", ylabel="g")
    _legend(drawn)
    return drawn


def _by_label(given: Any, kind: type, hint: str) -> Mapping[str, Any]:
    found = {"": given} if isinstance(given, kind) else given
    if not (isinstance(found, Mapping) and found and all(isinstance(one, kind) for one in found.values())):
        raise InputError(
            f"{given!r}", expected=f"a {kind.__name__}, or several in a dict by label", hint=f'{{"": {hint}}}'
        )
    return found


def _positive(given: Any, name: str) -> npt.NDArray[np.float64]:
    try:
        found = np.atleast_1d(np.asarray(given, dtype=float))
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} = {given!r}", expected="positive numbers") from error
    if not (np.isfinite(found) & (found > 0)).all():
        raise InputError(f"{name} = {given!r}", expected="positive numbers")
    return found


def _transition(points: npt.NDArray[Any], values: npt.NDArray[Any]) -> tuple[list[float], list[float]]:
    """Return where values rise through 0, between points on a logarithmic scale, and as many zeros."""
    at = np.flatnonzero((values[:-1] < 0) & (values[1:] > 0))
    share = values[at] / (values[at] - values[at + 1])
    logs = np.log(points)
    found = np.exp(logs[at] + share * (logs[at + 1] - logs[at]))
    return list(found), [0.0] * len(found)


def _started(ax: Axes | None) -> Axes:
    return new_axes() if ax is None else ax


def _legend(drawn: Axes) -> None:
    if drawn.get_legend_handles_labels()[1]:
        drawn.legend(fontsize="small")
