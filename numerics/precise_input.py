"""What a call with many digits is given: numbers of mpmath, or others for what their bits say."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.numerics.constants import exact_constants

__all__ = ["precise_array", "precise_constants"]

_SPARE = 30


def precise_array(name: str, value: object) -> npt.NDArray[Any]:
    """Convert numbers to those of mpmath, without rounding them.

    Raises
    ------
    InputError
        For what is no real number; a text is none.

    Examples
    --------
    >>> import mpmath
    >>> precise_array("tau", [1.0, mpmath.mpf(10) ** 40]).tolist()
    [mpf('1.0'), mpf('1.0e+40')]
    """
    try:
        if isinstance(value, np.ma.MaskedArray):
            value = np.ma.filled(value.astype(float), np.nan)
        array = np.asarray(value, dtype=object)
        return np.frompyfunc(_number, 1, 1)(array) if array.ndim else _in_array(_number(array.item()))
    except (TypeError, ValueError):
        raise InputError(
            f"{name} = {value!r}",
            expected="a real number or an array of real numbers",
            hint="mpmath.mpf(text) makes a number of a text",
        ) from None


def _in_array(number: Any) -> npt.NDArray[Any]:
    array = np.empty((), dtype=object)
    array[()] = number
    return array


def _number(value: Any) -> Any:
    import mpmath

    if isinstance(value, mpmath.mpf):
        return value
    if isinstance(value, mpmath.ctx_mp_python.mpnumeric) or not isinstance(value, Real | sp.Number):
        raise TypeError(value)
    if isinstance(value, np.floating):
        value = value.item()
    if isinstance(value, sp.Float):
        return mpmath.mp.make_mpf(value._mpf_)
    if isinstance(value, float):
        return mpmath.mpf(value)
    with mpmath.workdps(max(mpmath.mp.dps, _SPARE) + _SPARE):
        return mpmath.mpf(value.numerator) / mpmath.mpf(value.denominator)


def precise_constants(digits: int | None) -> dict[sp.Symbol, Any]:
    """Return e, hbar, h and k_B in SI units with some digits to spare.

    Examples
    --------
    >>> import cooperon as cp
    >>> print(precise_constants(20)[cp.symbols.h])
    6.62607015e-34
    """
    import mpmath

    with mpmath.workdps((mpmath.mp.dps if digits is None else digits) + _SPARE):
        return exact_constants()
