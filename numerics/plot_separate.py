"""A figure of the parts that :func:`cooperon.separate` tells apart."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError
from cooperon.numerics.plot_curves import (
    axis_label,
    drawn_unit,
    labelled,
    new_axes,
    setting_label,
    unit_of_symbol,
)
from cooperon.numerics.quantity import unit_of
from cooperon.numerics.sample import numbers_for
from cooperon.symbolic import symbols as s

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cooperon.numerics.lambdify import NumericFunction
    from cooperon.numerics.sample import Sample
    from cooperon.symbolic.separate import Parts

__all__ = ["separate"]

_QUANTITIES = ("conductivity", "resistance")
_STYLES = ("-", "--", ":", "-.")
_SHOWN = {
    "conductivity": ("interference", "exchange", "triplet", "correction"),
    "resistance": ("Drude", "interference", "interaction", "correction"),
}
_LABELS = {
    "conductivity": {"correction": "all together"},
    "resistance": {
        "interference": "with interference",
        "interaction": "with interaction",
        "correction": "with both",
    },
}
_Array = npt.NDArray[np.float64]


def separate(
    parts: Parts,
    sample: Sample | None = None,
    *,
    quantity: str = "conductivity",
    ax: Axes | None = None,
    **values: npt.ArrayLike,
) -> Axes:
    """Plot the parts of a conductivity against temperature, field or angle.

    Parameters
    ----------
    parts : Parts
        From :func:`cooperon.separate`.
    sample : Sample, optional
        Its numbers. Without a sample all of them are given by name.
    quantity : str
        ``"conductivity"``: what each part adds to the Drude value. ``"resistance"``, or the resistivity: the
        Drude value, with interference, with the interaction, and with both.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the axes of a new figure, ``separate(...).figure``.
    **values : array_like
        Numbers in SI units by the names of the symbols. The first that is an array is the abscissa (``T``,
        ``B`` or ``theta``); a second one, of up to four values, gives each of them a style of lines.

    Returns
    -------
    matplotlib.axes.Axes
        Conductivities of a film are in e**2/h per square.

    Raises
    ------
    InputError
        When no value is an array, there are too many, or a number is missing.
    CooperonError
        When matplotlib is not installed.

    Examples
    --------
    >>> import cooperon as cp
    >>> film = cp.Metal(dim=2, dephasing=cp.PowerLaw(1), interaction=cp.Coulomb(F0=-0.2))
    >>> parts = cp.separate(film)
    >>> numbers = dict(tau=1e-14, tau_phi_0=1e-11, T_0=4.2, D=2e-3, nu=2e38)
    >>> axes = separate(parts, T=np.geomspace(1, 20, 50), **numbers)
    >>> [line.get_label() for line in axes.lines]
    ['interference', 'exchange', 'triplet', 'all together']
    """
    if quantity not in _QUANTITIES:
        raise InputError(f"quantity = {quantity!r}", expected="one of " + ", ".join(_QUANTITIES))
    arrays = {name: np.asarray(value, dtype=float) for name, value in values.items() if np.ndim(value)}
    _require_arrays(arrays)
    (x, along), *others = arrays.items()
    numbers = {name: value for name, value in values.items() if name not in arrays}
    if sample is not None:
        numbers |= _of_sample(parts, sample, numbers, arrays)
    drawn = new_axes() if ax is None else ax
    lines = others[0][1] if others else [None]
    shown = [name for name in _SHOWN[quantity] if name in parts]
    functions = {name: parts[name].lambdify(x, si=True) for name in {"Drude", *shown}}
    side, size = _side(parts, quantity)
    for (k, line), (color, name) in product(enumerate(lines), enumerate(shown)):
        setting = {} if line is None else {others[0][0]: line}
        label = _LABELS[quantity].get(name, name)
        if line is not None:
            label += ", " + setting_label(others[0][0], line, unit_of_symbol(others[0][0]))
        curve = _curve(functions, name, quantity, along, {**numbers, **setting})
        drawn.plot(along, curve / size, _STYLES[k], color=f"C{color}", label=label)
    return labelled(drawn, axis_label(x), side, legend=True)


def _require_arrays(arrays: Mapping[str, _Array]) -> None:
    given = list(arrays.values())
    if not 1 <= len(given) <= 2 or any(one.ndim > 1 or not one.size for one in given):
        raise InputError(
            f"{len(arrays)} arrays: {', '.join(arrays) or 'none'}",
            expected="one array for the abscissa, and at most one more",
            hint="T=np.geomspace(1, 20, 100), B=[0, 0.5]",
        )
    if len(given) == 2 and given[1].size > len(_STYLES):
        raise InputError(f"{given[1].size} values", expected=f"at most {len(_STYLES)} in one figure")


def _of_sample(
    parts: Parts, sample: Sample, numbers: Mapping[str, Any], arrays: Mapping[str, _Array]
) -> dict[str, float]:
    """Return what a sample says of the symbols of the formulas."""
    firsts = {name: float(value.flat[0]) for name, value in arrays.items()}
    known = numbers_for(parts["total"], sample, {**numbers, **firsts})
    needed = parts["total"].lambdify(si=True).keywords
    return {name: float(known[s.lookup(name)]) for name in needed if name not in arrays}


def _curve(
    functions: Mapping[str, NumericFunction],
    name: str,
    quantity: str,
    along: _Array,
    numbers: Mapping[str, Any],
) -> _Array:
    """Return what is drawn of a part, in SI."""

    def values(part: str) -> _Array:
        found = functions[part](along, **numbers)
        return np.broadcast_to(np.asarray(found, dtype=float), along.shape)

    if quantity == "conductivity":
        return values(name)
    return np.asarray(1 / (values("Drude") + (0 if name == "Drude" else values(name))))


def _side(parts: Parts, quantity: str) -> tuple[str, float]:
    """Return what stands at the side, and the size of the unit in SI."""
    if quantity == "resistance":
        formula = parts["resistivity"]
        unit, size = (unit_of(formula.dimension), 1.0)
        what = "resistance per square" if formula.name == "R_sq" else "resistivity"
    else:
        unit, size = drawn_unit(unit_of(parts["correction"].dimension))
        what = r"$\delta\sigma$"
    return f"{what} ({unit})", size
