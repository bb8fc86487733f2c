"""Amplitudes measured on several kinds of wires, continued to many channels or to weak disorder."""

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
    """Amplitudes for many channels or weak disorder; made by :func:`~cooperon.numerics.anderson.extrapolate`.

    Attributes
    ----------
    correction, correction_error : float
        Of weak localization.
    fluctuation, fluctuation_error : float
        Of the variance.
    correction_systematic, fluctuation_systematic : float or None
        What is left of the systematic errors; None unless all are known.

    Examples
    --------
    >>> Extrapolation(-0.33, 0.02, 0.13, 0.01).correction
    -0.33
    """

    correction: float
    correction_error: float
    fluctuation: float
    fluctuation_error: float
    correction_systematic: float | None = None
    fluctuation_systematic: float | None = None


def extrapolate(comparisons: Iterable[Comparison], *, to: str = "many channels") -> Extrapolation:
    """Continue amplitudes of several kinds of wires to infinitely many channels, or to weak disorder.

    Parameters
    ----------
    comparisons : iterable of Comparison
        Of one symmetry class, with three numbers of channels or more; or, for weak disorder, of one number of
        channels with three mean free paths or more.
    to : str
        ``"many channels"``, by a straight line in 1/N, or ``"weak disorder"``, by one in 1/ell.

    Returns
    -------
    Extrapolation
        With statistical errors. The systematic ones of all wires, taken to be of the same sign, are continued
        by the same line.

    Raises
    ------
    InputError
        When there are fewer, or wires that cannot be compared.

    Notes
    -----
    One limit is not the other. With more and more channels at the same disorder neighbouring channels come so
    close that they are scattered alike: the wire is no longer one-dimensional.

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
    given = tuple(comparisons) if isinstance(comparisons, Iterable) else (comparisons,)
    if not all(isinstance(one, Comparison) for one in given):
        raise InputError(shortened(given), expected="comparisons", hint="conductances(...).compare()")
    inverse = _abscissa(given, to)
    found: dict[str, float | None] = {}
    for name in ("correction", "fluctuation"):
        errors = np.array([getattr(one, f"{name}_error") for one in given])
        shares = _shares(inverse, errors)
        found[name] = float(shares @ [getattr(one, name) for one in given])
        found[f"{name}_error"] = float(np.linalg.norm(shares * errors))
        systematic = [getattr(one, f"{name}_systematic") for one in given]
        known = None not in systematic
        found[f"{name}_systematic"] = abs(float(shares @ systematic)) if known else None
    return Extrapolation(**found)  # type: ignore[arg-type]


def _abscissa(given: Sequence[Comparison], to: str) -> _Array:
    numbers = sorted({one.measured.wire.channels for one in given})
    paths = sorted({one.measured.wire.free_path for one in given})
    classes = sorted({one.beta for one in given})
    if to == "many channels":
        if len(numbers) < 3 or len(classes) > 1:
            raise InputError(
                f"wires of {numbers} channels and beta = {classes}",
                expected="three numbers of channels or more, and one beta",
            )
        return np.array([1 / one.measured.wire.channels for one in given])
    if to != "weak disorder":
        raise InputError(f"to = {shortened(to)}", expected="'many channels' or 'weak disorder'")
    if len(paths) < 3 or len(numbers) > 1 or len(classes) > 1:
        raise InputError(
            f"wires of {numbers} channels, beta = {classes}, ell = {[round(it) for it in paths]} sites",
            expected="one number of channels, one beta, and three free paths or more",
        )
    return np.array([1 / one.measured.wire.free_path for one in given])


def _shares(x: _Array, errors: _Array) -> _Array:
    """Return how much of each value there is in the beginning of the straight line through all."""
    terms = np.stack([np.ones_like(x), x]) / errors**2
    found: _Array = np.linalg.solve(terms @ np.stack([np.ones_like(x), x]).T, terms)[0]
    return found
