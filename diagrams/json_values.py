"""Results as JSON and back: numbers keep every digit, arrays their type; what is read is never run."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened

__all__ = ["from_json", "to_json"]

_MARK = "is a"


def to_json(value: Any) -> Any:
    """Write a value in what JSON has.

    Parameters
    ----------
    value : object
        None, a bool, number, string, fraction or array, or a list, tuple, range, or dict by strings of such.

    Raises
    ------
    InputError
        For anything else.

    Examples
    --------
    >>> to_json([1, 0.1, Fraction(1, 3)])
    [1, 0.1, {'is a': 'fraction', 'value': ['1', '3']}]
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [to_json(each) for each in value]
    if type(value) is dict and all(isinstance(key, str) for key in value) and _MARK not in value:
        return {key: to_json(each) for key, each in value.items()}
    for name, (kind, write, _) in _KINDS.items():
        if isinstance(value, kind):
            return {_MARK: name, "value": write(value)}
    raise InputError(
        f"{shortened(value)}",
        expected="numbers, fractions, strings and arrays, or lists, tuples and dicts of such",
    )


def from_json(written: Any) -> Any:
    """Read what :func:`to_json` has written.

    Raises
    ------
    InputError
        For what it does not write.

    Examples
    --------
    >>> from_json(to_json((1 + 2j, np.arange(3))))
    ((1+2j), array([0, 1, 2]))
    """
    if isinstance(written, list):
        return [from_json(each) for each in written]
    if not isinstance(written, dict):
        return written
    if _MARK not in written:
        return {key: from_json(each) for key, each in written.items()}
    try:
        return _KINDS[written[_MARK]][2](written["value"])
    except (KeyError, TypeError, ValueError, EOFError) as error:
        raise InputError(f"{shortened(written)}", expected="a value that was recorded") from error


def _write_array(array: np.ndarray[Any, Any]) -> str:
    if array.dtype.hasobject:
        raise InputError(f"an array of {array.dtype}", expected="an array of numbers")
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def _read_array(text: str) -> Any:
    return np.load(io.BytesIO(base64.b64decode(text, validate=True)), allow_pickle=False)


def _read_scalar(text: str) -> Any:
    return _read_array(text)[()]


_KINDS: Mapping[str, tuple[Any, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "tuple": (tuple, lambda value: [to_json(x) for x in value], lambda read: tuple(map(from_json, read))),
    "range": (range, lambda value: [value.start, value.stop, value.step], lambda read: range(*read)),
    "array": (np.ndarray, _write_array, _read_array),
    "scalar": (np.generic, lambda value: _write_array(np.asarray(value)), _read_scalar),
    "complex": (complex, lambda value: [value.real, value.imag], lambda read: complex(*read)),
    "fraction": (
        Fraction,
        lambda value: [str(value.numerator), str(value.denominator)],
        lambda read: Fraction(int(read[0]), int(read[1])),
    ),
}
