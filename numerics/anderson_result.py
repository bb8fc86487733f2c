"""What an experiment on disordered wires has found, with error bars by bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.arguments import is_count, whole
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.anderson_wire import AndersonWire
from cooperon.symbolic.dmpk import dmpk_exponent

if TYPE_CHECKING:
    from cooperon.numerics.anderson_theory import Comparison

__all__ = ["Conductances", "Lyapunov"]

_RESAMPLED = 1000
_AT_ONCE = 20_000_000
"""Numbers in the arrays of resampled data, at most."""

_Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Conductances(PublicNames):
    """Conductances in e²/h for one spin direction; made by :func:`~cooperon.numerics.anderson.conductances`.

    Attributes
    ----------
    wire : AndersonWire
        What the wires have in common.
    lengths : tuple of int
        Numbers of slices.
    values : array
        Of each wire and length.

    Examples
    --------
    >>> import cooperon as cp
    >>> wire = cp.anderson.AndersonWire(4, disorder=1.5)
    >>> found = cp.anderson.conductances(wire, [20, 40], samples=500)
    >>> found
    Conductances: 500 wires of 4 channels at 2 lengths from 20 to 40
    >>> bool(np.all(found.mean_errors < 0.05) and np.all(found.mean > 1))
    True
    """

    wire: AndersonWire
    lengths: tuple[int, ...]
    values: _Array

    def __repr__(self) -> str:
        return (
            f"Conductances: {len(self.values)} wires of {self.wire.channels} channels at {len(self.lengths)} "
            f"lengths from {self.lengths[0]} to {self.lengths[-1]}"
        )

    @cached_property
    def mean(self) -> _Array:
        """At each length."""
        return np.asarray(self.values.mean(axis=0))

    @cached_property
    def variance(self) -> _Array:
        """At each length, without bias."""
        return np.asarray(self.values.var(axis=0, ddof=1))

    @cached_property
    def mean_log(self) -> _Array:
        """<ln g>, which grows with the length when waves are localized."""
        return np.asarray(np.log(self.values).mean(axis=0))

    @cached_property
    def mean_errors(self) -> _Array:
        """Standard errors of the means."""
        return self.errors(np.mean)

    @cached_property
    def variance_errors(self) -> _Array:
        """Standard errors of the variances."""
        return self.errors(_variance)

    def errors(self, statistic: Callable[..., Any], *, resamples: int = _RESAMPLED, seed: int = 0) -> _Array:
        """Return the standard error of a statistic at each length, by bootstrap over the wires.

        Parameters
        ----------
        statistic : callable
            Of an array, along ``axis``.
        resamples : int
            How often wires are drawn again, with repeats.
        seed : int
            Of these draws.

        Raises
        ------
        InputError
            When there is one wire only.

        Examples
        --------
        >>> import cooperon as cp
        >>> wire = cp.anderson.AndersonWire(3, disorder=1.5)
        >>> found = cp.anderson.conductances(wire, 20, samples=400)
        >>> plain = found.values.std(axis=0, ddof=1) / 400**0.5
        >>> bool(abs(found.errors(np.mean) / plain - 1) < 0.1)
        True
        """
        return np.asarray(self._bootstrap(statistic, resamples, seed).standard_error)

    def interval(
        self,
        statistic: Callable[..., Any] = np.mean,
        confidence: float = 0.95,
        *,
        resamples: int = _RESAMPLED,
        seed: int = 0,
    ) -> tuple[_Array, _Array]:
        """Return both ends of the interval of a statistic at each length, by bootstrap (percentiles).

        Parameters
        ----------
        statistic, resamples, seed
            As in :meth:`errors`.
        confidence : float
            How often such an interval is to hold the true value.

        Raises
        ------
        InputError
            When there is one wire only, or for a confidence not between 0 and 1.

        Examples
        --------
        >>> import cooperon as cp
        >>> wire = cp.anderson.AndersonWire(3, disorder=1.5)
        >>> found = cp.anderson.conductances(wire, 20, samples=400)
        >>> low, high = found.interval(np.median)
        >>> bool(low[0] < np.median(found.values) < high[0])
        True
        """
        if not isinstance(confidence, Real) or not 0 < confidence < 1:
            raise InputError(f"confidence = {shortened(confidence)}", expected="a number between 0 and 1")
        ends = self._bootstrap(statistic, resamples, seed, confidence).confidence_interval
        return ends.low, ends.high

    def _bootstrap(
        self, statistic: Callable[..., Any], resamples: int, seed: int, confidence: float = 0.95
    ) -> Any:
        from scipy.stats import bootstrap

        if len(self.values) < 2:
            raise InputError("one wire", expected="2 or more, for an error")
        if not is_count(whole(resamples)) or resamples < 2:
            raise InputError(f"resamples = {shortened(resamples)}", expected="2 or more")
        if not is_count(whole(seed)):
            raise InputError(f"seed = {shortened(seed)}", expected="a whole number, 0 or more")
        self._try(statistic)
        return bootstrap(
            (self.values,),
            statistic,
            axis=0,
            vectorized=True,
            n_resamples=resamples,
            batch=max(1, _AT_ONCE // self.values.size),
            confidence_level=confidence,
            method="percentile",
            rng=np.random.default_rng(seed),
        )

    def _try(self, statistic: Callable[..., Any]) -> None:
        try:
            shape = np.shape(statistic(self.values, axis=0))
        except TypeError:
            shape = ()
        if shape != (len(self.lengths),):
            raise InputError(
                f"statistic = {shortened(statistic)}",
                expected="a function of an array with an argument axis",
                hint="numpy.median",
            )

    def compare(self, beta: int | None = None) -> Comparison:
        """Hold the measurement against theory; see :class:`~cooperon.numerics.anderson_theory.Comparison`.

        Parameters
        ----------
        beta : int, optional
            1 with time reversal symmetry, 2 where a field has broken it altogether. Has to be given for a
            wire in a field, except for a cylinder with a flux near h/4e, where it has.

        Raises
        ------
        InputError
            When it is not given and cannot be told, contradicts the wire, lengths or wires are too few, or
            lengths such that waves are localized.

        Examples
        --------
        >>> import cooperon as cp
        >>> wire = cp.anderson.AndersonWire(3, disorder=1.0, flux=0.25)
        >>> found = cp.anderson.conductances(wire, [20, 40, 80], samples=200)
        >>> found.compare().beta
        2
        """
        from cooperon.numerics.anderson_theory import compare

        return compare(self, beta)


@dataclass(frozen=True, eq=False, repr=False)
class Lyapunov(PublicNames):
    """Lyapunov exponents of wires; made by :func:`~cooperon.numerics.anderson.localization`.

    Attributes
    ----------
    wire : AndersonWire
        What the wires have in common.
    length : int
        Slices that were counted.
    values : array
        Of each wire: an exponent per slice for each site of the width, falling.

    Examples
    --------
    >>> import cooperon as cp
    >>> found = cp.anderson.localization(cp.anderson.AndersonWire(3, disorder=2.0), 1000, samples=8)
    >>> bool(found.exponents[0] > found.exponents[1] > found.exponents[2] > 0)
    True
    >>> bool(0.5 < found.localization_length / found.expected_length() < 2)
    True
    """

    wire: AndersonWire
    length: int
    values: _Array

    def __repr__(self) -> str:
        return (
            f"Lyapunov: {len(self.values)} wires of {self.wire.channels} channels, {self.length} slices: "
            f"localization length {self.localization_length:.1f} ± {self.localization_error:.1f} sites"
        )

    @cached_property
    def exponents(self) -> _Array:
        """Their means, falling."""
        return np.asarray(self.values.mean(axis=0))

    @cached_property
    def errors(self) -> _Array:
        """Standard errors of the means."""
        return np.asarray(self.values.std(axis=0, ddof=1) / np.sqrt(len(self.values)))

    @property
    def localization_length(self) -> float:
        """Xi in sites: one over the smallest exponent; <ln g> falls as -2 L/xi."""
        return float(1 / self.exponents[-1])

    @property
    def localization_error(self) -> float:
        """The standard error of that."""
        return float(self.errors[-1] / self.exponents[-1] ** 2)

    def expected_length(self, free_path: float | None = None, beta: int | None = None) -> float:
        """Return the localization length of N channels that are all alike, ell (beta N + 2 - beta).

        Parameters
        ----------
        free_path : float, optional
            ell; Born's approximation unless given.
        beta : int, optional
            1 or 2; the wire's unless given.

        See :func:`cooperon.symbolic.dmpk.dmpk_exponent`.

        Examples
        --------
        >>> import cooperon as cp
        >>> wire = cp.anderson.AndersonWire(4, disorder=2.0)
        >>> found = cp.anderson.localization(wire, 100, samples=2)
        >>> bool(found.expected_length() == 5 * wire.free_path), found.expected_length(free_path=10)
        (True, 50.0)
        """
        index = self.wire.beta if beta is None else beta
        path = self.wire.free_path if free_path is None else free_path
        if isinstance(path, bool) or not isinstance(path, Real) or not path > 0:
            raise InputError(f"free_path = {shortened(path)}", expected="a number of sites")
        return float(path) / float(dmpk_exponent(1, self.wire.channels, index))


def _variance(values: _Array, axis: int) -> Any:
    return np.var(values, axis=axis, ddof=1)
