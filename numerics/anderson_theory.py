"""Conductances of disordered wires beside theory: weak localization and fluctuations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.anderson_fit import Curves, Fit, amplitude
from cooperon.numerics.anderson_result import Conductances

__all__ = ["Comparison", "compare"]

_Array = npt.NDArray[np.float64]
_RESAMPLED = 200
_FEWEST, _WIRES = 3, 5
"""Lengths, and wires for each of them."""
_SLACK = 0.1
"""A flux that far from h/4e still breaks time reversal symmetry within a mean free path."""


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(PublicNames):
    """A measurement beside theory; made by :meth:`~cooperon.numerics.anderson_result.Conductances.compare`.

    Two numbers are fitted to the means at all lengths: the mean free path, and the amplitude of weak
    localization in N/(1 + s) + amplitude (s/(1 + s))³ + (terms of the order 1/N). One number is
    fitted to the variances at s >= 2: the amplitude in amplitude (1 - (1 + 6 s)/(1 + s)⁶) + (terms of the
    order 1/N). Errors are by bootstrap over the wires.

    What is systematic is given beside: theory has channels that are all alike, and a wire's are not. Their
    velocities differ; the amplitude of weak localization is fitted again with Boltzmann's equation in the
    place of N/(1 + s), and is taken to be wrong by what that changes. And neighbouring channels, with nearly
    the same wave vector, are scattered alike until their waves are out of step, which makes variances too
    large, by less in longer wires; the amplitude is taken to be wrong by as much as it is less than that at
    1 <= s < 2, which is too much as long as the excess is halved from there on.

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
    correction_systematic, fluctuation_systematic : float or None
        What is not by chance; None where it is not known: a strip in a field, no length at 1 <= s < 2 with
        others at s >= 2.

    Examples
    --------
    >>> import cooperon as cp
    >>> wire = cp.anderson.AndersonWire(6, disorder=1.2)
    >>> found = cp.anderson.conductances(wire, range(10, 91, 20), samples=500).compare()
    >>> round(found.expected_correction, 6), round(found.expected_fluctuation, 6)
    (-0.333333, 0.133333)
    >>> bool(abs(found.correction + 1 / 3) < 4 * found.correction_error + 0.1)
    True
    >>> 0 < found.correction_systematic < 0.02
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
    correction_systematic: float | None = None
    fluctuation_systematic: float | None = None

    @cached_property
    def s(self) -> _Array:
        """The lengths in mean free paths."""
        return np.asarray(self.measured.lengths) / self.free_path

    @cached_property
    def classical(self) -> _Array:
        """N/(1 + s)."""
        return self._curves.classical(self.s)

    @cached_property
    def expected_mean(self) -> _Array:
        """The mean in theory, up to the order 1/N."""
        return self._curves.mean(self.s, self.expected_correction)

    @cached_property
    def expected_variance(self) -> _Array:
        """The variance in theory, up to the order 1/N."""
        return self._curves.variance(self.s, self.expected_fluctuation)

    @property
    def _curves(self) -> Curves:
        return Curves(self.measured.wire.channels, self.beta)

    @property
    def expected_correction(self) -> float:
        """The amplitude of weak localization in theory."""
        return amplitude("mean", self.beta)

    @property
    def expected_fluctuation(self) -> float:
        """The amplitude of the variance in theory."""
        return amplitude("variance", self.beta)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        rows = [
            f"{self.measured!r}, beta = {self.beta}",
            f"mean free path {self.free_path:.2f} ± {self.free_path_error:.2f} sites "
            f"(Born {self.measured.wire.free_path:.2f})",
            f"weak localization {self.correction:.4f} ± {self.correction_error:.4f} "
            f"(theory {self.expected_correction:.4f}; {_systematic(self.correction_systematic)})",
            f"variance {self.fluctuation:.4f} ± {self.fluctuation_error:.4f} "
            f"(theory {self.expected_fluctuation:.4f}; {_systematic(self.fluctuation_systematic)})",
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
    last = measured.lengths[-1] / measured.wire.free_path
    if last > measured.wire.channels + _SLACK:
        raise InputError(
            f"L = {last:.3g} ell with {measured.wire.channels} channels, where waves are localized",
            expected="weak localization: lengths up to N mean free paths",
            hint="shorter wires, weaker disorder, more channels, or localization(wire, length)",
        )
    if not measured.variance.all():
        raise InputError(f"{measured!r} that are all alike", expected="wires with a spread")
    fit = Fit(measured, Curves(measured.wire.channels, own))
    best = fit(measured.values, (measured.wire.free_path, 0.0))
    random = np.random.default_rng(0)
    again = [fit(measured.values[random.integers(wires, size=wires)], best[:2]) for _ in range(_RESAMPLED)]
    errors = np.std(again, axis=0, ddof=1)
    pairs = (float(number) for both in zip(best, errors, strict=True) for number in both)
    others = (
        fit.without_equal_channels(measured.mean, best[:2]),
        fit.of_shorter_wires(measured.values, best[0]),
    )
    systematic = (None if it is None else abs(it - mine) for it, mine in zip(others, best[1:], strict=True))
    return Comparison(measured, own, *pairs, *systematic)


def _systematic(error: float | None) -> str:
    return "systematic error not known" if error is None else f"systematic {error:.4f}"


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
