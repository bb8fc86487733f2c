"""Amplitudes measured on wires of several widths, continued to infinitely many channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.anderson_theory import Comparison

__all__ = ["Extrapolation", "extrapolate"]

_Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Extrapolation(PublicNames):
    """Amplitudes for infinitely many channels, by straight lines in 1/N; made by :func:`extrapolate`.

    Attributes
    ----------
    correction, correction_error : float
        Of weak localization.
    fluctuation, fluctuation_error : float
        Of the variance.

    Examples
    --------
    >>> Extrapolation(-0.33, 0.02, 0.13, 0.01)
    Extrapolation(correction=-0.33, correction_error=0.02, fluctuation=0.13, fluctuation_error=0.01)
    """

    correction: float
    correction_error: float
    fluctuation: float
    fluctuation_error: float


def extrapolate(comparisons: Iterable[Comparison]) -> Extrapolation:
    """Continue amplitudes of wires with several numbers of channels to infinitely many.

    Parameters
    ----------
    comparisons : iterable of Comparison
        With three numbers of channels or more, of one symmetry class.

    Returns
    -------
    Extrapolation
        With statistical errors.

    Raises
    ------
    InputError
        When there are fewer, or more than one class.

    Examples
    --------
    >>> import cooperon as cp
    >>> def measured(width):
    ...     wire = cp.anderson.AndersonWire(width, disorder=1.5)
    ...     return cp.anderson.conductances(wire, range(6, 60, 12), samples=250).compare()
    >>> found = extrapolate(map(measured, (3, 4, 6)))
    >>> bool(0 < found.fluctuation_error < 0.1)
    True
    """
    given = tuple(comparisons)
    if not all(isinstance(one, Comparison) for one in given):
        raise InputError(shortened(given), expected="comparisons", hint="conductances(...).compare()")
    numbers = sorted({one.measured.wire.channels for one in given})
    if len(numbers) < 3 or len({one.beta for one in given}) > 1:
        raise InputError(
            f"wires of {numbers} channels and beta = {sorted({one.beta for one in given})}",
            expected="three numbers of channels or more, and one beta",
        )
    inverse = np.array([1 / one.measured.wire.channels for one in given])
    amplitudes = [
        _line(
            inverse, [getattr(one, name) for one in given], [getattr(one, f"{name}_error") for one in given]
        )
        for name in ("correction", "fluctuation")
    ]
    return Extrapolation(*amplitudes[0], *amplitudes[1])


def _line(x: _Array, values: Sequence[float], errors: Sequence[float]) -> tuple[float, float]:
    """Return where a straight line begins, and the error of that."""
    weights = 1 / np.square(errors)
    terms = np.stack([np.ones_like(x), x])
    covariance = np.linalg.inv(terms * weights @ terms.T)
    return float((covariance @ (terms * weights @ values))[0]), float(np.sqrt(covariance[0, 0]))
