"""Figures of scaling: beta against ln g, and the conductance against the size."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import AssumptionWarning, InputError
from cooperon.numerics.plot_curves import new_axes
from cooperon.numerics.translate import array_function
from cooperon.symbolic import symbols as s

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cooperon.symbolic.flow import Flow
    from cooperon.symbolic.formula import Formula

__all__ = ["beta_function", "flow"]

_POINTS = 400


def beta_function(
    formulas: Mapping[str, Formula],
    *,
    g: npt.ArrayLike | None = None,
    lowest: float = -2.0,
    ax: Axes | None = None,
) -> Axes:
    """Plot scaling functions against ln g.

    Parameters
    ----------
    formulas : mapping of str to Formula
        From :func:`cooperon.beta_function`, by the label of the line.
    g : array_like, optional
        At which g; default from 0.001 to 100.
    lowest : float
        What lies below is left out: there weak disorder has ended.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the axes of a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        For a formula that is no function of g alone.

    Examples
    --------
    >>> import cooperon as cp
    >>> axes = beta_function({"film": cp.beta_function(cp.Metal(dim=2))})
    >>> axes.get_xlabel()
    'g'
    """
    points = np.geomspace(1e-3, 1e2, _POINTS) if g is None else np.asarray(g, dtype=float)
    drawn = new_axes() if ax is None else ax
    for label, formula in formulas.items():
        if formula.expr.free_symbols - {s.g}:
            raise InputError(
                f"{formula.expr}", expected="a function of g", hint="cooperon.beta_function(metal)"
            )
        values = array_function(formula.expr, (s.g,))(points) + np.zeros_like(points)
        drawn.plot(points, np.where(values >= lowest, values, np.nan), label=label)
    drawn.axhline(0, color="0.7", linewidth=0.8)
    drawn.set(xscale="log", xlabel="g", ylabel=r"$\beta = d\,\ln g/d\,\ln L$")
    drawn.legend(fontsize="small")
    return drawn


def flow(
    flows: Mapping[str, Flow],
    start: npt.ArrayLike,
    *,
    lengths: npt.ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot conductances against the size, each from several starting values.

    Parameters
    ----------
    flows : mapping of str to Flow
        From :func:`cooperon.flow`, by the label of the lines.
    start : array_like
        Values of g at length 1.
    lengths : array_like, optional
        Default from 1 to 1000. A line ends where weak disorder does.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the axes of a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import cooperon as cp
    >>> axes = flow({"film": cp.flow(cp.Metal(dim=2))}, [0.5, 1.0])
    >>> len(axes.lines)
    2
    """
    points = np.geomspace(1, 1e3, _POINTS) if lengths is None else np.asarray(lengths, dtype=float)
    drawn = new_axes() if ax is None else ax
    for k, (label, one) in enumerate(flows.items()):
        for i, first in enumerate(np.atleast_1d(np.asarray(start, dtype=float))):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", AssumptionWarning)
                values = one(points, first)
            drawn.plot(points, values, color=f"C{k}", label=label if i == 0 else None)
    drawn.set(xscale="log", yscale="log", xlabel=r"$L/\ell$", ylabel="g")
    drawn.legend(fontsize="small")
    return drawn
