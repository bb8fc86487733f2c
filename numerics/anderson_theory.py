"""Conductances of disordered wires beside theory: weak localization and fluctuations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.anderson_result import Conductances
from cooperon.symbolic.dmpk import dmpk_mean, dmpk_variance

__all__ = ["Comparison", "compare"]

_Array = npt.NDArray[np.float64]
_RESAMPLED = 200
_FEWEST, _WIRES = 3, 5
"""Lengths, and wires for each of them."""
_MIXED = 1.0
"""Mean free paths after which a wire has forgotten that neighbouring channels are scattered alike."""
_SLACK = 0.1
"""A flux that far from h/4e still breaks time reversal symmetry within a mean free path."""


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(PublicNames):
    """A measurement beside theory; made by :meth:`Conductances.compare`.

    Two numbers are fitted to the means at all lengths: the mean free path, and the amplitude of weak
    localization in N/(1 + s) + amplitude (s/(1 + s))³ + (terms of the order 1/N). One number is
    fitted to the variances at s >= 1: the amplitude of 1 - (1 + 6 s)/(1 + s)⁶. In shorter wires neighbouring
    channels are scattered alike, and the variance is larger. Errors are by bootstrap over the wires.

    Attributes
    ----------
    measured : Conductances
        What is compared.
    beta : int
        The symmetry class, 1 or 2, of the theory.
    free_path, free_path_error : float
        ell, in sites.
    correction, correction_error : float
        The amplitude of weak localization.
    fluctuation, fluctuation_error : float
        The amplitude of the variance.

    Examples
    --------
    >>> import cooperon as cp
    >>> wire = cp.anderson.AndersonWire(6, disorder=1.2)
    >>> found = cp.anderson.conductances(wire, range(10, 91, 20), samples=500).compare()
    >>> round(found.expected_correction, 6), round(found.expected_fluctuation, 6)
    (-0.333333, 0.133333)
    >>> bool(abs(found.correction + 1 / 3) < 4 * found.correction_error + 0.1)
    True
    """

    measured: Conductances
    beta: int
    free_path: float
    free_path_error: float
    correction: float
    correction_error: float
    fluctuation: float
    fluctuation_error: float

    @cached_property
    def s(self) -> _Array:
        """The lengths in mean free paths."""
        return np.asarray(self.measured.lengths) / self.free_path

    @cached_property
    def classical(self) -> _Array:
        """N/(1 + s)."""
        return _Theory(self.measured.wire.channels, self.beta).classical(self.s)

    @cached_property
    def expected_mean(self) -> _Array:
        """The mean in theory, up to the order 1/N."""
        own = _Theory(self.measured.wire.channels, self.beta)
        return own.mean(self.s, self.expected_correction)

    @cached_property
    def expected_variance(self) -> _Array:
        """The variance in theory, for many channels."""
        return self.expected_fluctuation * _Theory(self.measured.wire.channels, self.beta).spread(self.s)

    @property
    def expected_correction(self) -> float:
        """The amplitude of weak localization in theory."""
        return _limit("mean", self.beta)

    @property
    def expected_fluctuation(self) -> float:
        """The amplitude of the variance in theory."""
        return _limit("variance", self.beta)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        rows = [
            f"{self.measured!r}, beta = {self.beta}",
            f"mean free path {self.free_path:.2f} ± {self.free_path_error:.2f} sites "
            f"(Born {self.measured.wire.free_path:.2f})",
            f"weak localization {self.correction:.4f} ± {self.correction_error:.4f} "
            f"(theory {self.expected_correction:.4f})",
            f"variance {self.fluctuation:.4f} ± {self.fluctuation_error:.4f} "
            f"(theory {self.expected_fluctuation:.4f})",
        ]
        return "\n".join(rows)


def compare(measured: Conductances, beta: int | None = None) -> Comparison:
    """Hold a measurement against theory; behind :meth:`Conductances.compare`.

    Examples
    --------
    >>> from cooperon.numerics.anderson import AndersonWire, conductances
    >>> compare(conductances(AndersonWire(3, disorder=1.0), [20, 40, 80], samples=200)).beta
    1
    """
    own = _read_class(measured, beta)
    wires, lengths = measured.values.shape
    if lengths < _FEWEST or wires < _WIRES * lengths or not measured.wire.disorder:
        raise InputError(
            f"{measured!r} with disorder {measured.wire.disorder:g}",
            expected=f"{_FEWEST} lengths or more, and {_WIRES} disordered wires or more for each of them",
        )
    fit = _Fit(measured, _Theory(measured.wire.channels, own))
    best = fit(measured.values, (measured.wire.free_path, 0.0))
    random = np.random.default_rng(0)
    again = [fit(measured.values[random.integers(wires, size=wires)], best[:2]) for _ in range(_RESAMPLED)]
    errors = np.std(again, axis=0, ddof=1)
    pairs = (float(number) for both in zip(best, errors, strict=True) for number in both)
    return Comparison(measured, own, *pairs)


def _read_class(measured: Conductances, beta: Any) -> int:
    wire = measured.wire
    if beta is None:
        if wire.beta == 1:
            return 1
        if not wire.field and abs(2 * wire.flux % 1 - 0.5) <= 2 * _SLACK:
            return 2
        raise InputError(
            f"flux = {wire.flux:g}, field = {wire.field:g}, maybe too weak to break time reversal symmetry",
            expected="flux = 1/4, or beta = 2 given",
            hint="compare(beta=2) where a flux h/e goes through a small part of the wire",
        )
    if beta not in (1, 2) or isinstance(beta, bool) or (beta == 2 and wire.beta == 1):
        raise InputError(
            f"beta = {shortened(beta)} of a wire of class {wire.beta}", expected="1, or 2 in a field"
        )
    return int(beta)


class _Theory:
    """Functions of s = L/ell for a number of channels and a class."""

    def __init__(self, channels: int, beta: int) -> None:
        self.classical = _curve("classical", channels, beta)
        self.shape = _curve("shape", channels, beta)
        self.rest = _curve("rest", channels, beta)
        self.spread = _curve("spread", channels, beta)

    def mean(self, s: _Array, amplitude: float) -> _Array:
        found: _Array = self.classical(s) + amplitude * self.shape(s) + self.rest(s)
        return found


@lru_cache(maxsize=256)
def _curve(name: str, channels: int, beta: int) -> Callable[[_Array], _Array]:
    s = sp.Dummy("s", positive=True)
    number = sp.Integer(channels)
    if name == "classical":
        found = dmpk_mean(s, number, beta, order=-1)
    elif name == "shape":
        # of the orthogonal class: in the others the amplitude is another one, or zero
        found = (dmpk_mean(s, number, order=0) - dmpk_mean(s, number, order=-1)) / sp.nsimplify(
            _limit("mean", 1)
        )
    elif name == "rest":
        found = dmpk_mean(s, number, beta, order=1) - dmpk_mean(s, number, beta, order=0)
    else:
        found = dmpk_variance(s, beta) / sp.nsimplify(_limit("variance", beta))
    made: Callable[[_Array], _Array] = sp.lambdify(s, sp.factor(found))
    return made


@lru_cache(maxsize=8)
def _limit(name: str, beta: int) -> float:
    s = sp.Dummy("s", positive=True)
    if name == "variance":
        return float(sp.limit(dmpk_variance(s, beta), s, sp.oo))
    return float(
        sp.limit(sp.expand(dmpk_mean(s, 1, beta, order=0) - dmpk_mean(s, 1, beta, order=-1)), s, sp.oo)
    )


class _Fit:
    """Finds the mean free path and both amplitudes, for all wires or for wires drawn again."""

    def __init__(self, measured: Conductances, theory: _Theory) -> None:
        self.theory, self.lengths = theory, np.asarray(measured.lengths)
        self.weights = 1 / measured.variance_errors**2
        # the same wires at several lengths: their means are correlated
        self.whiten = np.linalg.inv(np.linalg.cholesky(np.cov(measured.values.T) / len(measured.values)))

    def __call__(self, values: _Array, start: tuple[float, ...]) -> tuple[float, float, float]:
        from scipy.optimize import least_squares

        means, lengths = values.mean(axis=0), self.lengths

        def rest(numbers: _Array) -> _Array:
            found: _Array = self.whiten @ (self.theory.mean(lengths / np.exp(numbers[0]), numbers[1]) - means)
            return found

        path, amplitude = least_squares(rest, [np.log(start[0]), start[1]], method="lm").x
        free_path = float(np.exp(path))
        long = lengths >= min(_MIXED * free_path, lengths[-1])
        spread, variances = self.theory.spread(lengths[long] / free_path), values[:, long].var(axis=0, ddof=1)
        weighted = self.weights[long] * spread
        return free_path, float(amplitude), float(weighted @ variances / (weighted @ spread))
