"""Figures of formulas, sweeps and fits, on given matplotlib axes and nothing global."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.numerics.constants import conductance_quantum
from cooperon.numerics.quantity import unit_of
from cooperon.symbolic import symbols as s

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cooperon.numerics.fit_result import FitResult
    from cooperon.symbolic.formula import Formula

__all__ = [
    "axis_label",
    "drawn_unit",
    "fit",
    "formula",
    "labelled",
    "new_axes",
    "new_figure",
    "setting_label",
    "sweep",
    "unit_of_symbol",
]

_MOST_LINES = 12


def formula(formula: Formula, *, ax: Axes | None = None, **values: npt.ArrayLike) -> Axes:
    r"""Plot a formula against one of its symbols, in SI units.

    Parameters
    ----------
    formula : Formula
        Any real formula.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the axes of a new figure.
    **values : array_like
        The symbols by name. The first that is an array is the abscissa; a second one gives a line a value;
        the others are numbers. Constants of nature are filled in.

    Returns
    -------
    matplotlib.axes.Axes
        With the symbol and its unit below, the formula's name and unit at the side: e**2/h for siemens.

    Raises
    ------
    InputError
        When no value is an array, more than two are, a symbol is missing, or there are too many lines.
    CooperonError
        When matplotlib is not installed.

    Examples
    --------
    >>> import cooperon as cp
    >>> wl = cp.conductivity(cp.Metal(dim=2), loops=1)
    >>> axes = formula(wl, tau_phi=np.geomspace(1e-12, 1e-10, 50), tau=[1e-13, 2e-13])
    >>> axes.get_xlabel(), len(axes.lines)
    ('phase-coherence time $\\tau_{\\phi}$ (s)', 2)
    """
    arrays = {name: np.asarray(value) for name, value in values.items() if np.ndim(value)}
    if not 1 <= len(arrays) <= 2 or any(value.ndim > 1 for value in arrays.values()):
        raise InputError(
            f"{len(arrays)} arrays: {', '.join(arrays) or 'none'}",
            expected="one array for the abscissa, and at most one more for a line a value",
        )
    (x, along), *others = arrays.items()
    _require_few(others[0][1].size if others else 1)
    function = formula.lambdify(x, si=True)
    drawn = new_axes() if ax is None else ax
    unit, size = drawn_unit(unit_of(formula.dimension.subs({s.d: formula.metal.dim})))
    numbers = {name: value for name, value in values.items() if name not in arrays}
    for line in others[0][1] if others else [None]:
        setting = {} if line is None else {others[0][0]: line}
        label = (
            None if line is None else setting_label(_letter(others[0][0]), line, unit_of_symbol(others[0][0]))
        )
        drawn.plot(along, _real(function(along, **numbers, **setting)) / size, label=label)
    return labelled(drawn, axis_label(x), f"{_name(formula.latex())} ({unit})", legend=bool(others))


def sweep(
    dataset: xarray.Dataset, variable: str | None = None, *, x: str | None = None, ax: Axes | None = None
) -> Axes:
    """Plot what :func:`cooperon.sweep` returned: a line for every combination of the other dimensions.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep.
    variable : str, optional
        Which of its variables; needed where there are several.
    x : str, optional
        The dimension that is the abscissa; default the first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the axes of a new figure.

    Raises
    ------
    InputError
        When the variable or the dimension is not there, there are none, or too many lines.
    CooperonError
        When matplotlib is not installed.

    Examples
    --------
    >>> import cooperon as cp
    >>> wl = cp.conductivity(cp.Metal(dim=2), loops=1)
    >>> curves = cp.sweep(wl, tau_phi=[1e-12, 1e-11, 1e-10], tau=[1e-13, 2e-13], progress=False)
    >>> axes = sweep(curves)
    >>> axes.get_ylabel(), len(axes.lines)
    ('delta sigma ($e^2/h$)', 2)
    """
    values = dataset[_chosen(variable, list(map(str, dataset.data_vars)), "variable")]
    along = _chosen(x, list(map(str, values.dims)), "x", first=True)
    others = [name for name in values.dims if name != along]
    _require_few(int(np.prod([values.sizes[name] for name in others], dtype=int)))
    unit, size = drawn_unit(str(values.attrs.get("units", "")))
    drawn = new_axes() if ax is None else ax
    for places in product(*(range(values.sizes[name]) for name in others)):
        part = values.isel(dict(zip(others, places, strict=True)))
        fixed = ((name, part.coords[name]) for name in others)
        label = ", ".join(setting_label(name, at.item(), at.attrs.get("units", "")) for name, at in fixed)
        drawn.plot(part.coords[along], _real(part.values) / size, label=label or None)
    attributes = dataset.coords[along].attrs
    below = attributes.get("long_name", along)
    below += f" ({attributes['units']})" if attributes.get("units") else ""
    side = f"{values.attrs.get('long_name', values.name)}" + (f" ({unit})" if unit else "")
    return labelled(drawn, below, side, legend=bool(others))


def fit(result: FitResult, *, ax: Any = None) -> tuple[Any, ...]:
    """Plot a fit: data, curve and residuals; the same as ``result.plot(ax)``.

    Parameters
    ----------
    result : FitResult
        From :func:`cooperon.fit`.
    ax : matplotlib axes or two of them, optional
        One: data and curve. Two: residuals on the second. Default: two of a new figure.

    Raises
    ------
    CooperonError
        When matplotlib is not installed.

    Examples
    --------
    >>> import cooperon as cp
    >>> wl = cp.conductivity(cp.Metal(dim=2, dephasing=cp.PowerLaw(1)), loops=1)
    >>> kelvin = np.linspace(1, 10, 30)
    >>> law = wl.lambdify("T", si=True)
    >>> data = {"T": kelvin, "sigma": 1e-3 + law(kelvin, tau=1e-13, tau_phi_0=1e-11, T_0=1.0)}
    >>> found = cp.fit(data, wl, columns={"T": "T", "sigma": "sigma"}, fixed={"tau": 1e-13, "T_0": 1.0})
    >>> len(fit(found))
    2
    """
    return tuple(result.plot(ax))


def new_axes() -> Axes:
    """Return the axes of a new figure that no window shows.

    Examples
    --------
    >>> new_axes().lines
    <Axes.ArtistList of 0 lines>
    """
    return new_figure().subplots()


def new_figure() -> Figure:
    """Return a new figure that no window shows.

    Raises
    ------
    CooperonError
        When matplotlib is not installed.

    Examples
    --------
    >>> new_figure().axes
    []
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise CooperonError(
            "matplotlib is not installed",
            expected="matplotlib for plots",
            hint='pip install "cooperon[plot]"',
        ) from None
    return Figure(layout="constrained")


def _chosen(name: str | None, there: list[str], what: str, *, first: bool = False) -> str:
    if name is None and there and (first or len(there) == 1):
        return there[0]
    if name is None or name not in there:
        raise InputError(f"{what} = {name!r}", expected="one of " + (", ".join(there) or "none: a number"))
    return name


def _require_few(lines: int) -> None:
    if lines > _MOST_LINES:
        raise InputError(
            f"{lines} lines", expected=f"at most {_MOST_LINES} in one figure", hint="dataset.isel(...)"
        )


def drawn_unit(unit: str) -> tuple[str, float]:
    """Return the unit in which values are drawn, and its size in SI.

    Examples
    --------
    >>> drawn_unit("S")[0], drawn_unit("S/m")
    ('$e^2/h$', ('S/m', 1.0))
    """
    return (r"$e^2/h$", conductance_quantum()) if unit == "S" else (unit or "1", 1.0)


def unit_of_symbol(name: str) -> str:
    """Return the SI unit of a symbol; nothing for a plain number.

    Examples
    --------
    >>> unit_of_symbol("B"), unit_of_symbol("theta")
    ('T', '')
    """
    unit = unit_of(s.TABLE[name].dimension)
    return "" if unit == "1" else unit


def _letter(name: str) -> str:
    return f"${s.TABLE[name].latex}$"


def axis_label(name: str) -> str:
    r"""Return what stands beside an axis along which a symbol runs.

    Examples
    --------
    >>> axis_label("T")
    'temperature $T$ (K)'
    """
    unit = unit_of_symbol(name)
    return f"{s.TABLE[name].meaning} {_letter(name)}" + (f" ({unit})" if unit else "")


def _name(latex: str) -> str:
    return f"${latex.split(' = ', maxsplit=1)[0]}$"


def setting_label(name: Hashable, value: float, unit: str) -> str:
    """Return what a line says that was drawn for one value of something.

    Examples
    --------
    >>> setting_label("B", 0.25, "T")
    'B = 0.25 T'
    """
    return f"{name} = {value:.4g} {unit}".rstrip()


def _real(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if np.iscomplexobj(values):
        raise InputError(
            "complex values", expected="real ones", hint="its real and imaginary parts, one by one"
        )
    return values


def labelled(drawn: Axes, below: str, side: str, *, legend: bool) -> Axes:
    """Write on the axes, and return them.

    Examples
    --------
    >>> labelled(new_axes(), "below", "beside", legend=False).get_xlabel()
    'below'
    """
    drawn.set_xlabel(below)
    drawn.set_ylabel(side)
    if legend:
        drawn.legend(fontsize="small")
    return drawn
