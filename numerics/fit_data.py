"""Measured columns as what a formula gives: conductivity in SI, by temperatures, even in the field."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import AssumptionWarning, InputError, UnitError
from cooperon.numerics.fit_geometry import geometry_factor
from cooperon.numerics.fit_table import Table, read_table
from cooperon.numerics.quantity import unit_of
from cooperon.numerics.symmetrise import symmetrised
from cooperon.numerics.units import bracketed_unit, unit
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dimensions import Dimension
from cooperon.symbolic.formula import Formula

__all__ = ["OFFSETS", "FitData", "prepared"]

_Array = npt.NDArray[np.float64]
OFFSETS = ("fit", "subtract", "none")
_SIEMENS = Dimension(mass=-1, length=-2, time=3, current=2)
# What may be measured: the power of it that is a conductance, and whether it is one of the formula's kind.
_MEASURED = {"R": (-1, False), "G": (1, False), "rho": (-1, True), "sigma": (1, True), "change": (1, True)}
_STRONGEST_FIELD = 100.0
_EXAMPLES = {s.B: "T, mT or Oe", s.T: "K or mK"}


@dataclass(frozen=True)
class FitData:
    """Rows of data, in SI, as a fit takes them.

    Attributes
    ----------
    known : mapping of Symbol to array
        What was set: field (of either sign), temperature.
    values, errors : array
        Conductivity (or conductance), and its errors: of 1 sigma, or relative to each other.
    absolute : bool
        Whether the errors were given.
    group : array of int
        The number of the temperature of each row.
    temperatures : tuple of float
        In kelvin; empty where all rows are one curve.
    offset : str
        How the conductivity without field comes in.
    notes : tuple of str
        What was done to the data.
    """

    known: Mapping[sp.Symbol, _Array]
    values: _Array
    errors: _Array
    absolute: bool
    group: npt.NDArray[np.int64]
    temperatures: tuple[float, ...]
    offset: str
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.values.size)


def prepared(
    data: Any,
    formula: Formula,
    *,
    columns: Mapping[str, str | int] | None,
    units: Mapping[str, str] | None,
    geometry: str | Mapping[str, float] | None,
    symmetrize: bool,
    offset: str | None,
) -> FitData:
    """Read data, convert them to what the formula gives, and symmetrise them.

    Raises
    ------
    InputError
        When columns, units, numbers or the geometry do not fit the formula.
    """
    inputs = {x.name: x for x in formula.expr.free_symbols if x in s.dimensions()}
    known = [*dict.fromkeys(("B", "T", *sorted(inputs))), *_MEASURED, "error"]
    table = read_table(data, columns, known)
    measured = _measured(table)
    factors = _factors(table, formula, measured, units or {})
    settings = {s.lookup(key): table.columns[key] * factors[key] for key in _inputs(table)}
    _require_settings(table, formula, settings)
    _require_positive(table, measured)
    absolute = "error" in table.columns
    raw = table.columns[measured] * factors[measured]
    error = table.columns["error"] * factors["error"] if absolute else np.ones(raw.size)
    group, temperatures = _groups(formula, settings)
    kind = _offset(offset, measured)
    rows = FitData(settings, raw, error, absolute, group, temperatures, kind, ())
    if symmetrize:
        rows = _symmetrised(rows)
    power, own_kind = _MEASURED[measured]
    size = 1.0 if own_kind else geometry_factor(formula, measured, geometry)
    if own_kind and geometry not in (None, "sheet"):
        raise InputError(
            f"geometry={geometry!r} for {measured!r}, which is a {'change of ' * (measured == 'change')}"
            "conductivity or resistivity",
            expected="no geometry, or resistance (R) or conductance (G)",
        )
    values = size * rows.values**power
    errors = rows.errors * np.abs(values / rows.values) if power < 0 else rows.errors * size
    note = (f"conductivity = 1/{measured}: rho_xy << rho_xx is taken for granted",) if power < 0 else ()
    converted = replace(rows, values=values, errors=errors, notes=rows.notes + note)
    return _subtracted(converted) if kind == "subtract" else converted


def _inputs(table: Table) -> list[str]:
    return [key for key in table.columns if key not in _MEASURED and key != "error"]


def _measured(table: Table) -> str:
    found = [key for key in table.columns if key in _MEASURED]
    if len(found) != 1:
        raise InputError(
            f"columns of {', '.join(found) or 'nothing'} as what was measured",
            expected="one of R (resistance), G (conductance), rho, sigma, change (of the conductivity)",
        )
    return found[0]


def _factors(table: Table, formula: Formula, measured: str, units: Mapping[str, str]) -> dict[str, float]:
    """Return the factor to SI of each column, and hold a unit in its header against it."""
    strange = [key for key in units if key not in table.columns]
    if strange:
        raise InputError(
            f"units of {', '.join(strange)}", expected="units of columns: " + ", ".join(table.columns)
        )
    own = formula.dimension.subs({s.d: formula.metal.dim})
    power, own_kind = _MEASURED[measured]
    dimensions = {key: s.dimension(s.lookup(key)) for key in _inputs(table)}
    dimensions[measured] = (own if own_kind else _SIEMENS) ** power
    dimensions["error"] = dimensions[measured]
    found = {}
    for key in table.columns:
        examples = _EXAMPLES.get(s.TABLE[key].symbol if key in s.TABLE else s.d, unit_of(dimensions[key]))
        name = units.get(key, units.get(measured) if key == "error" else None)
        header = bracketed_unit(table.headers[key])
        factor = (
            1.0
            if name is None
            else unit(name).require(dimensions[key], f"{key} ({table.headers[key]!r})", examples)
        )
        if header is not None and (
            header.dimension != dimensions[key] or abs(header.factor / factor - 1) > 1e-9
        ):
            raise UnitError(
                f"the column {table.headers[key]!r} as {key} in {name or unit_of(dimensions[key])}",
                expected="the unit that its header says",
                hint=f'units={{"{key}": "{header.name}"}}',
            )
        found[key] = factor
    return found


def _require_settings(table: Table, formula: Formula, settings: Mapping[sp.Symbol, _Array]) -> None:
    """Check what was set: something that the formula depends on, with possible values."""
    if not any(x in formula.expr.free_symbols for x in settings):
        raise InputError(
            f"data with {', '.join(map(str, settings)) or 'no settings'}",
            expected=f"a column of what {formula.name} depends on: B or T, as far as it has them",
            hint=", ".join(sorted(map(str, formula.expr.free_symbols & {s.B, s.T}))),
        )
    for x, values in settings.items():
        if x != s.B:
            _positive(table, x.name, values)
        elif values.size and np.max(np.abs(values)) > _STRONGEST_FIELD:
            warnings.warn(
                f"fields up to {np.max(np.abs(values)):g} T: more than any magnet has; is the unit right?",
                AssumptionWarning,
                stacklevel=5,
            )


def _require_positive(table: Table, measured: str) -> None:
    if measured != "change":
        _positive(table, measured, table.columns[measured])
    if "error" in table.columns:
        _positive(table, "error", table.columns["error"])


def _positive(table: Table, key: str, values: _Array) -> None:
    wrong = np.flatnonzero(values <= 0)
    if wrong.size:
        raise InputError(
            f"{table.source}, {table.places[wrong[0]]}: {key} = {table.columns[key][wrong[0]]:g}",
            expected="a positive number",
        )


def _groups(
    formula: Formula, settings: Mapping[sp.Symbol, _Array]
) -> tuple[npt.NDArray[np.int64], tuple[float, ...]]:
    """Sort rows by temperature, where curves over the field were measured at several."""
    rows = next(iter(settings.values())).size
    if s.T not in settings or s.B not in formula.expr.free_symbols or s.B not in settings:
        return np.zeros(rows, dtype=np.int64), ()
    found, group = np.unique(settings[s.T], return_inverse=True)
    if 2 * found.size > rows:
        raise InputError(
            f"{found.size} temperatures in {rows} rows",
            expected="a few temperatures, each with a curve over the field",
            hint="round the column T to the temperatures that were set",
        )
    return group.astype(np.int64), tuple(map(float, found))


def _offset(offset: str | None, measured: str) -> str:
    chosen = ("none" if measured == "change" else "fit") if offset is None else offset
    if chosen not in OFFSETS:
        raise InputError(f"offset={offset!r}", expected="one of " + ", ".join(OFFSETS))
    return chosen


def _symmetrised(rows: FitData) -> FitData:
    others = set(rows.known) - {s.B, s.T}
    if s.B not in rows.known or others:
        raise InputError(
            f"symmetrize=True for data with {', '.join(map(str, rows.known))}", expected="curves over B"
        )
    parts = []
    for i in range(int(rows.group.max()) + 1):
        chosen = rows.group == i
        parts.append(symmetrised(rows.known[s.B][chosen], rows.values[chosen], rows.errors[chosen]))
    sizes = [part.fields.size for part in parts]
    group = np.repeat(np.arange(len(parts)), sizes).astype(np.int64)
    known = {s.B: np.concatenate([part.fields for part in parts])}
    if s.T in rows.known:
        of_group = [rows.known[s.T][rows.group == i][0] for i in range(len(parts))]
        known[s.T] = np.asarray(of_group)[group]
    note = (
        f"symmetrised as measured: {len(rows)} rows make {sum(sizes)} at |B|"
        f" ({sum(part.interpolated for part in parts)} with one branch interpolated,"
        f" {sum(part.left_out for part in parts)} rows beyond the other branch left out)"
    )
    return replace(
        rows,
        known=known,
        values=np.concatenate([part.values for part in parts]),
        errors=np.concatenate([part.errors for part in parts]),
        group=group,
        notes=(*rows.notes, note),
    )


def _subtracted(rows: FitData) -> FitData:
    """Subtract the conductivity that was measured at B = 0, at each temperature."""
    if s.B not in rows.known:
        raise InputError('offset="subtract" without a field', expected="curves over B", hint='offset="fit"')
    at_zero = rows.known[s.B] == 0
    values = rows.values.copy()
    for i in range(int(rows.group.max()) + 1):
        zero = at_zero & (rows.group == i)
        if not zero.any():
            where = f" at {rows.temperatures[i]:g} K" if rows.temperatures else ""
            raise InputError(
                f'offset="subtract" without a row at B = 0{where}', expected="such a row", hint='offset="fit"'
            )
        values[rows.group == i] -= np.average(rows.values[zero], weights=rows.errors[zero] ** -2)
    keep = ~at_zero
    note = "the value at B = 0 is subtracted: its noise is in all rows, and errors do not know of it"
    return replace(
        rows,
        known={x: value[keep] for x, value in rows.known.items()},
        values=values[keep],
        errors=rows.errors[keep],
        group=rows.group[keep],
        notes=(*rows.notes, note),
    )
