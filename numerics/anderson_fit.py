"""Fits of the theory of many channels to the conductances of disordered wires."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.numerics.anderson_classical import classical_conductance
from cooperon.numerics.anderson_result import Conductances
from cooperon.symbolic.dmpk import dmpk_mean, dmpk_variance

__all__ = ["Curves", "Fit", "amplitude"]

_Array = npt.NDArray[np.float64]
_FROM, _LONG = 1.0, 2.0
"""Variances are fitted from the second number of mean free paths on; those between the first and the second
show how much is left of the likeness of neighbouring channels."""


class Curves:
    """Theory as functions of s = L/ell, for a number of channels and a class.

    Attributes
    ----------
    classical : callable
        Ohm's law with its contacts.
    shape : callable
        Weak localization of the orthogonal class, in units of its value in long wires.
    rest : callable
        The terms of the mean of the order 1/N.
    spread : callable
        The variance of many channels, in units of its value in long wires.
    few : callable
        The term of the variance of the order 1/N.

    Examples
    --------
    >>> curves = Curves(5, 2)
    >>> curves.classical(1.0), curves.shape(1.0), float(curves.few(1.0))
    (2.5, 0.125, 0.0)
    """

    def __init__(self, channels: int, beta: int) -> None:
        self.classical = _curve("classical", channels, beta)
        self.shape = _curve("shape", channels, beta)
        self.rest = _curve("rest", channels, beta)
        self.spread = _curve("spread", channels, beta)
        self.few = _curve("few", channels, beta)

    def mean(self, s: _Array, correction: float) -> _Array:
        """Return the mean with weak localization of this amplitude."""
        found: _Array = self.classical(s) + correction * self.shape(s) + self.rest(s)
        return found

    def variance(self, s: _Array, fluctuation: float) -> _Array:
        """Return the variance with this amplitude."""
        found: _Array = fluctuation * self.spread(s) + self.few(s)
        return found


@lru_cache(maxsize=256)
def _curve(name: str, channels: int, beta: int) -> Callable[[_Array], _Array]:
    s = sp.Dummy("s", positive=True)
    number = sp.Integer(channels)
    if name == "classical":
        found = dmpk_mean(s, number, beta, order=-1)
    elif name == "shape":
        # of the orthogonal class: in the others the amplitude is another one, or zero
        found = dmpk_mean(s, number, order=0) - dmpk_mean(s, number, order=-1)
        found /= sp.nsimplify(amplitude("mean", 1))
    elif name == "rest":
        found = dmpk_mean(s, number, beta, order=1) - dmpk_mean(s, number, beta, order=0)
    elif name == "spread":
        found = dmpk_variance(s, beta) / sp.nsimplify(amplitude("variance", beta))
    else:
        found = dmpk_variance(s, beta, channels=number) - dmpk_variance(s, beta)
    made: Callable[[_Array], _Array] = sp.lambdify(s, sp.factor(found))
    return made


@lru_cache(maxsize=8)
def amplitude(name: str, beta: int) -> float:
    """Return what long wires of many channels have: of the ``"mean"`` less Ohm's law, or ``"variance"``.

    Examples
    --------
    >>> round(amplitude("mean", 1), 6), round(amplitude("variance", 2), 6)
    (-0.333333, 0.066667)
    """
    s = sp.Dummy("s", positive=True)
    if name == "variance":
        return float(sp.limit(dmpk_variance(s, beta), s, sp.oo))
    return float(
        sp.limit(sp.expand(dmpk_mean(s, 1, beta, order=0) - dmpk_mean(s, 1, beta, order=-1)), s, sp.oo)
    )


class Fit:
    """Finds the mean free path and both amplitudes, for all wires or for wires drawn again."""

    def __init__(self, measured: Conductances, curves: Curves) -> None:
        self.wire, self.curves = measured.wire, curves
        self.lengths = np.asarray(measured.lengths)
        # lengths are whole numbers of slices: half a one is no difference
        born = (self.lengths + 0.5) / measured.wire.free_path
        self.long = born >= min(_LONG, born[-1])
        self.between = (born >= _FROM) & ~self.long
        self.weights = 1 / measured.variance_errors**2
        # the same wires at several lengths: their means are correlated
        self.whiten = np.linalg.inv(np.linalg.cholesky(np.cov(measured.values.T) / len(measured.values)))

    def __call__(self, values: _Array, start: tuple[float, ...]) -> tuple[float, float, float]:
        """Return the mean free path, and the amplitudes of weak localization and of the variance."""
        path, correction = self._of_means(values.mean(axis=0), start, self.curves.mean)
        return path, correction, self._of_variances(values, path, self.long)

    def without_equal_channels(self, means: _Array, start: tuple[float, ...]) -> float | None:
        """Return the amplitude of weak localization on top of Boltzmann's equation."""
        if self.wire.field:
            return None

        def mean(s: _Array, correction: float) -> _Array:
            own = classical_conductance(self.wire, s * self.wire.free_path)
            return own + self.curves.mean(s, correction) - self.curves.classical(s)

        return self._of_means(means, start, mean)[1]

    def of_shorter_wires(self, values: _Array, path: float) -> float | None:
        """Return the amplitude of the variance between one mean free path and two."""
        return self._of_variances(values, path, self.between) if self.between.any() else None

    def _of_means(
        self, means: _Array, start: tuple[float, ...], mean: Callable[[_Array, float], _Array]
    ) -> tuple[float, float]:
        from scipy.optimize import least_squares

        def apart(numbers: _Array) -> _Array:
            found: _Array = self.whiten @ (mean(self.lengths / np.exp(numbers[0]), numbers[1]) - means)
            return found

        path, correction = least_squares(apart, [np.log(start[0]), start[1]], method="lm").x
        return float(np.exp(path)), float(correction)

    def _of_variances(self, values: _Array, path: float, at: npt.NDArray[np.bool_]) -> float:
        s = self.lengths[at] / path
        weighted = self.weights[at] * self.curves.spread(s)
        known = values[:, at].var(axis=0, ddof=1) - self.curves.few(s)
        return float(weighted @ known / (weighted @ self.curves.spread(s)))
