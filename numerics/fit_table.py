"""Columns of numbers from a CSV file, a DataFrame or arrays; what cannot be read is named by its line."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError

__all__ = ["Table", "read_table"]

_Array = npt.NDArray[np.float64]
_DELIMITERS = (",", ";", "\t")
_MOST_BYTES = 200_000_000


@dataclass(frozen=True)
class Table:
    """Columns of numbers by the quantity that they measure.

    Attributes
    ----------
    columns : mapping of str to array
        By quantity: ``"B"``, ``"R"``, ``"error"``.
    headers : mapping of str to str
        The names of the columns in the data.
    places : tuple of str
        Where each row stands: ``"line 7"``, ``"row 3"``.
    source : str
        What was read.
    """

    columns: Mapping[str, _Array]
    headers: Mapping[str, str]
    places: tuple[str, ...]
    source: str


def read_table(data: Any, columns: Mapping[str, str | int] | None, known: Sequence[str]) -> Table:
    """Read the columns of some data.

    Parameters
    ----------
    data : str, Path, pandas.DataFrame or mapping of str to array_like
        A path is that of a file of comma-, semicolon-, tab- or blank-separated values with a header;
        lines that begin with ``#`` and empty ones are skipped.
    columns : mapping of str to str or int, optional
        For each quantity the name of its column, or its number from 0 on. Without it columns are found by
        the names of quantities.
    known : sequence of str
        The names of quantities.

    Raises
    ------
    InputError
        When there are no data, a column is missing or there twice, or a value is no number: with its line.

    Examples
    --------
    >>> read_table({"B": [0.0, 0.1], "R": [100, 101]}, None, ["B", "R"]).columns["R"].tolist()
    [100.0, 101.0]
    """
    if isinstance(data, str | Path):
        return _from_file(Path(data), columns, known)
    if hasattr(data, "columns") and hasattr(data, "iloc"):
        names = [str(name) for name in data.columns]
        chosen = _chosen(names, columns, known, "the DataFrame")
        found = {key: data.iloc[:, i] for key, i in chosen.items()}
        places = tuple(f"row {label}" for label in data.index)
        return _from_arrays(found, {key: names[i] for key, i in chosen.items()}, places, "a DataFrame")
    if isinstance(data, Mapping):
        names = [str(name) for name in data]
        chosen = _chosen(names, columns, known, "the data")
        values = list(data.values())
        found = {key: values[i] for key, i in chosen.items()}
        return _from_arrays(found, {key: names[i] for key, i in chosen.items()}, None, "arrays")
    raise InputError(
        f"data of type {type(data).__name__}",
        expected="the path of a CSV file, a pandas DataFrame, or arrays by name",
        hint='{"B": fields, "R": resistances}',
    )


def _from_arrays(
    found: Mapping[str, Any], headers: Mapping[str, str], places: tuple[str, ...] | None, source: str
) -> Table:
    arrays = {key: list(np.atleast_1d(np.asarray(values, dtype=object))) for key, values in found.items()}
    lengths = {key: len(values) for key, values in arrays.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{headers[key]}: {size}" for key, size in lengths.items())
        raise InputError(f"columns of different lengths ({listed})", expected="as many values in each")
    rows = next(iter(lengths.values()))
    where = places or tuple(f"row {i}" for i in range(rows))
    return _finished(arrays, headers, where, source)


def _from_file(path: Path, columns: Mapping[str, str | int] | None, known: Sequence[str]) -> Table:
    lines = _lines(path)
    if not lines:
        raise InputError(f"the file {path}, which is empty", expected="a header and rows of numbers")
    delimiter = next((mark for mark in _DELIMITERS if mark in lines[0][1]), None)
    rows = [(number, _split(text, delimiter)) for number, text in lines]
    (_, header), *body = rows
    if all(_is_number(cell) for cell in header):
        raise InputError(
            f"{path}, line {lines[0][0]}: numbers where the names of columns are looked for",
            expected="a header",
            hint='a first line such as "field,rxx"',
        )
    if not body:
        raise InputError(f"{path}, which has a header and no rows", expected="rows of numbers")
    for number, cells in body:
        if len(cells) != len(header):
            raise InputError(
                f"{path}, line {number}: {len(cells)} values",
                expected=f"{len(header)}, one for each column of the header ({', '.join(header)})",
                hint="a decimal comma needs another separator" if delimiter == "," else "",
            )
    chosen = _chosen(header, columns, known, str(path))
    arrays = {key: [cells[i] for _, cells in body] for key, i in chosen.items()}
    headers = {key: header[i] for key, i in chosen.items()}
    return _finished(arrays, headers, tuple(f"line {number}" for number, _ in body), str(path))


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"the file {path}", expected=f"at most {_MOST_BYTES // 10**6} MB")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text in UTF-8"
        raise InputError(f"the file {path} ({reason})", expected="a file that can be read") from None
    numbered = enumerate(text.splitlines(), start=1)
    return [(i, line.strip()) for i, line in numbered if line.strip() and not line.lstrip().startswith("#")]


def _split(text: str, delimiter: str | None) -> list[str]:
    if delimiter is None:
        return text.split()
    return [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter))]


def _chosen(
    names: Sequence[str], columns: Mapping[str, str | int] | None, known: Sequence[str], source: str
) -> dict[str, int]:
    """Return the number of the column of each quantity."""
    wanted: Mapping[str, str | int] = (
        columns if columns is not None else {name: name for name in names if name in known}
    )
    unknown = [key for key in wanted if key not in known]
    if unknown or not wanted:
        raise InputError(
            f"columns for {', '.join(map(repr, unknown))}" if unknown else f"{source} without columns=",
            expected="columns for quantities among " + ", ".join(known),
            hint='columns={"B": "field", "R": "rxx"}; there are the columns ' + ", ".join(names),
        )
    return {key: _position(names, name, source) for key, name in wanted.items()}


def _position(names: Sequence[str], name: str | int, source: str) -> int:
    if isinstance(name, int) and not isinstance(name, bool) and 0 <= name < len(names):
        return name
    found = [i for i, other in enumerate(names) if other == name]
    if len(found) != 1:
        raise InputError(
            f"the column {name!r}, which {source} has {'twice' if found else 'not'}",
            expected="one of " + ", ".join(names),
            hint="a column may be named by its number, from 0 on" if found else "",
        )
    return found[0]


def _finished(
    cells: Mapping[str, Sequence[Any]], headers: Mapping[str, str], places: tuple[str, ...], source: str
) -> Table:
    if not places:
        raise InputError(f"{source} without rows", expected="rows of numbers")
    found = {
        key: np.array(list(_numbers(values, headers[key], places, source))) for key, values in cells.items()
    }
    return Table(found, headers, places, source)


def _numbers(values: Sequence[Any], header: str, places: tuple[str, ...], source: str) -> Iterable[float]:
    for value, place in zip(values, places, strict=True):
        if isinstance(value, bool | np.bool_) or not _is_number(value):
            raise InputError(
                f"{source}, {place}: {value!r} in the column {header!r}",
                expected="a finite number",
                hint='pandas.read_csv(..., decimal=",")'
                if isinstance(value, str) and _is_number(value.replace(",", "."))
                else "take the row out",
            )
        yield float(value)


def _is_number(value: Any) -> bool:
    """Whether something is a finite number, also as text; as Python's float reads it, without underscores."""
    try:
        return math.isfinite(float(value)) and "_" not in str(value)
    except (TypeError, ValueError):
        return False
