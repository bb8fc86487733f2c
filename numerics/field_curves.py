"""Numbers for a figure of the magnetoconductivity: the curve, its channels, the classical limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.constants import si_constants
from cooperon.numerics.sample import Sample, numbers_for
from cooperon.numerics.sample_table import positive_number
from cooperon.numerics.translate import array_function
from cooperon.symbolic import symbols as s
from cooperon.symbolic.channels import cooperon
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.landau import landau_rate
from cooperon.symbolic.magnetoconductivity import channel_contributions, magnetoconductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.penetration import penetration

__all__ = ["FieldCurves", "field_curves"]

_Array = npt.NDArray[np.float64]
_Numbers = Mapping[sp.Expr, float]

_POINTS = 201
# Without fields given, the rate of the lowest mode in the field comes up to this many times the smallest
# gap, and this many times the largest; of a flux so many periods are shown.
_SMALLEST_GAPS = 10.0
_LARGEST_GAPS = 3.0
_PERIODS = 3
_SCALE = np.geomspace(1e-12, 1e6, 7201)


@dataclass(frozen=True)
class FieldCurves(PublicNames):
    """What a magnetic field does, in SI units.

    Attributes
    ----------
    fields : array
        In tesla.
    total : array
        conductivity(B) - conductivity(0).
    channels : mapping of str to array
        What the channels of the Cooperon add to it; empty where all of them have one gap.
    classical : float or None
        The conductivity without interference, measured from conductivity(0).
    """

    fields: _Array
    total: _Array
    channels: Mapping[str, _Array]
    classical: float | None


def field_curves(
    metal: Metal,
    sample: Sample | None,
    values: Mapping[str, float],
    *,
    fields: npt.ArrayLike | None = None,
    cutoff: str = "diffusive",
    classical: bool = True,
) -> FieldCurves:
    """Evaluate the magnetoconductivity of a metal, channel by channel, over a range of fields.

    Parameters
    ----------
    metal : Metal
        A metal with a field.
    sample : Sample, optional
        Its numbers; without it all of them are in ``values``.
    values : mapping of str to float
        Further numbers in SI units, by the names of the symbols.
    fields : array_like, optional
        In tesla, of either sign; default a range symmetric about zero, as wide as the gaps ask for and
        as the formula allows.
    cutoff : str
        As in :func:`cooperon.magnetoconductivity`.
    classical : bool
        Whether the classical limit is asked for.

    Returns
    -------
    FieldCurves

    Raises
    ------
    InputError
        When a number is missing.

    Examples
    --------
    >>> from cooperon.symbolic.fields import PerpendicularField
    >>> numbers = {"D": 0.01, "tau": 1e-13, "tau_phi": 1e-11}
    >>> curves = field_curves(Metal(dim=2, field=PerpendicularField()), None, numbers, fields=[0, 0.1])
    >>> [f"{value:.3g}" for value in (*curves.total, curves.classical)]
    ['0', '2.74e-05', '5.69e-05']
    """
    if "B" in values:
        raise InputError("B among the numbers of a curve over B", expected="fields", hint="fields=[...]")
    values = {name: value for name, value in values.items() if (name, value) != ("omega", 0)}
    omega = s.omega if "omega" in values else None
    whole = magnetoconductivity(metal, cutoff=cutoff, omega=omega)
    numbers = _numbers(whole, sample, values)
    points = _checked(fields) if fields is not None else _default_fields(whole, numbers)
    parts = channel_contributions(metal, cutoff=cutoff, omega=omega) if _gaps(metal) > 1 else {}
    line = None
    if classical:
        without = conductivity(metal.replace(field=None), loops=1, cutoff=cutoff, omega=omega)
        line = -float(_evaluated(without, points[:1], _numbers(without, sample, values), checks=False)[0])
    return FieldCurves(
        points,
        _evaluated(whole, points, numbers),
        MappingProxyType(
            {name: _evaluated(part, points, numbers, checks=False) for name, part in parts.items()}
        ),
        line,
    )


def _gaps(metal: Metal) -> int:
    return len({one.gap for one in cooperon(metal).channels})


def _numbers(formula: Formula, sample: Sample | None, values: Mapping[str, float]) -> _Numbers:
    """Return the numbers of a sample and those given beside it, by symbol."""
    if sample is not None:
        found = numbers_for(formula, sample, {**values, "B": 1.0})
        return {x: value for x, value in found.items() if x in s.dimensions()}
    given = {s.lookup(name): positive_number(name, value, formula.metal) for name, value in values.items()}
    found = {**si_constants(), **given}
    missing = sorted(str(x) for x in formula.expr.free_symbols - {s.B} if x not in found)
    if missing:
        hint = ", ".join(f"{name}=..." for name in missing)
        raise InputError(
            f"no value of {', '.join(missing)}", expected="a sample, or numbers in SI", hint=hint
        )
    return found


def _evaluated(formula: Formula, points: _Array, numbers: _Numbers, *, checks: bool = True) -> _Array:
    function = formula.lambdify("B", si=True, checks=checks)
    constants = {*si_constants(), s.B}
    known: dict[str, Any] = {str(x): value for x, value in numbers.items() if x not in constants}
    return np.real(function(points, **known))


def _checked(fields: npt.ArrayLike) -> _Array:
    points = np.asarray(fields)
    if points.dtype.kind not in "iuf" or points.ndim != 1 or not points.size or not np.isfinite(points).all():
        raise InputError(f"fields = {fields!r}", expected="a list of numbers, in tesla")
    return points.astype(float)


def _default_fields(formula: Formula, numbers: _Numbers) -> _Array:
    """Choose a range of fields, symmetric about zero, in which the formula holds."""
    end = _holds_up_to(formula, numbers, _span(formula.metal, numbers))
    half = np.linspace(0, end, _POINTS)
    return np.concatenate([-half[:0:-1], half])


def _span(metal: Metal, numbers: _Numbers) -> float:
    """Choose how far fields are interesting."""
    inside = penetration(metal)
    if inside.flux_phase != 0:
        return _first(inside.flux_phase, 2 * np.pi * _PERIODS, metal, numbers)
    rate = inside.rate if inside.rate != 0 else landau_rate(metal.diffusion_across) / 2
    law = metal.coherence_time
    noise = 1 / law if metal.noisy else sp.S.Zero
    gaps = [one.gap.xreplace({s.tau_phi: law}) + noise for one in cooperon(metal).channels]
    found = [float(_number(gap, metal, numbers)) for gap in gaps if gap != 0]
    if not found:
        raise InputError("no gap that sets a scale of the field", expected="fields", hint="fields=[...]")
    target = max(_SMALLEST_GAPS * min(found), _LARGEST_GAPS * max(found))
    return _first(rate, target, metal, numbers)


def _number(expr: sp.Expr, metal: Metal, numbers: _Numbers) -> Any:
    """Put numbers into an expression that may still depend on the field."""
    put_in = expr.xreplace(metal.values)
    known = {x: value for x, value in numbers.items() if x in put_in.free_symbols - {s.B}}
    return array_function(put_in, (s.B, *known))(_SCALE, *known.values())


def _first(expr: sp.Expr, target: float, metal: Metal, numbers: _Numbers) -> float:
    """Find the field where an expression that grows with it comes up to a value."""
    reached = np.flatnonzero(_number(expr, metal, numbers) >= target)
    return float(_SCALE[reached[0]] if reached.size else _SCALE[-1])


def _holds_up_to(formula: Formula, numbers: _Numbers, end: float) -> float:
    """Return the largest field up to an end at which what the formula assumes of the field holds."""
    points = np.linspace(0, end, _POINTS)[1:]
    holds = np.ones(points.size, dtype=bool)
    for condition in _on_field(formula):
        names = [x for x in condition.free_symbols - {s.B} if x in numbers]
        if len(names) == len(condition.free_symbols) - 1:
            test = array_function(condition, (s.B, *names))
            holds &= np.asarray(test(points, *(numbers[x] for x in names)))
    broken = np.flatnonzero(~holds)
    if broken.size and broken[0] == 0:
        raise InputError(
            "numbers with which the formula holds at no field worth a figure",
            expected="; ".join(a.statement for a in formula.assumptions if _depends(a.condition)),
            hint="fields=[...] draws it all the same, with a warning",
        )
    return float(points[broken[0] - 1] if broken.size else end)


def _depends(condition: sp.Basic | None) -> bool:
    return condition is not None and condition.has(s.B)


def _on_field(formula: Formula) -> Iterable[sp.Basic]:
    return [a.condition for a in formula.assumptions if _depends(a.condition)]
