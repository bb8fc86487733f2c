"""What a fit has found: values, errors, intervals, correlations, a report and a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.fit_data import FitData
from cooperon.numerics.fit_model import OFFSET, PREFACTOR, FitModel, FitParameter
from cooperon.numerics.fit_run import Minimum, profiled
from cooperon.numerics.quantity import unit_of
from cooperon.symbolic import symbols as s
from cooperon.symbolic.formula import Formula

__all__ = ["FitResult"]

_Array = npt.NDArray[np.float64]
_METHODS = ("covariance", "profile")
_ONE_SIGMA = 0.6826894921370859
# Uncertainty of a logarithm up to which a curve's curvature at the minimum says how wide the minimum is.
_SURE = 0.1
# Correlation from which on a parameter takes part in what makes another one uncertain.
_BOUND = 0.7


@dataclass(frozen=True, eq=False, repr=False)
class FitResult(PublicNames):
    """Parameters of a formula, fitted to data; made by :func:`cooperon.fit`. All numbers are in SI.

    Attributes
    ----------
    formula : Formula
        What was fitted.
    data : FitData
        What it was fitted to: conductivity against field or temperature.
    doubts : tuple of str
        What the data cannot tell, one sentence each; also given as warnings.
    open : mapping of str to (bool, bool)
        Parameters whose 95 % interval has no end below, above.

    Examples
    --------
    >>> import numpy as np
    >>> import cooperon as cp
    >>> film = cp.Metal(dim=2, field=cp.PerpendicularField())
    >>> formula = cp.magnetoconductivity(film).in_convention("HLN")
    >>> B = np.linspace(-0.5, 0.5, 101)
    >>> sigma = 1e-3 + formula.lambdify("B", "B_phi", si=True)(B, 0.01)
    >>> noise = 1e-8 * np.random.default_rng(1).standard_normal(B.size)
    >>> found = cp.fit({"B": B, "sigma": sigma + noise}, formula)
    >>> print(f"{found.values['B_phi']:.3f} T, {found.units['B_phi']}")
    0.010 T, T
    >>> low, high = found.intervals()["B_phi"]
    >>> low < 0.01 < high
    True
    """

    formula: Formula
    data: FitData
    doubts: tuple[str, ...]
    open: Mapping[str, tuple[bool, bool]]
    _model: FitModel
    _best: Minimum

    @cached_property
    def values(self) -> Mapping[str, float]:
        """The value of each parameter by its name."""
        pairs = zip(self._model.parameters, self._best.coordinates, strict=True)
        return MappingProxyType({one.name: one.outer(float(at)) for one, at in pairs})

    @cached_property
    def errors(self) -> Mapping[str, float]:
        """The standard error (1 sigma) of each parameter; infinite where the data say nothing.

        Where the data had errors they are taken as they are; else their size is that of the residuals. Of a
        positive parameter that is uncertain by more than 10 %, and of those correlated with it, it is half
        the width of the interval of 68 %.
        """
        pairs = zip(self._model.parameters, self._best.coordinates, self._deviations, strict=True)
        found = {one.name: abs(one.slope(float(at))) * float(d) for one, at, d in pairs}
        if self._uncertain:
            ends = self.intervals(_ONE_SIGMA)
            for i in self._uncertain:
                low, high = ends[self._model.parameters[i].name]
                found[self._model.parameters[i].name] = (high - low) / 2
        return MappingProxyType(found)

    @cached_property
    def units(self) -> Mapping[str, str]:
        """The SI unit of each parameter."""
        return MappingProxyType({one.name: self._unit(one) for one in self._model.parameters})

    @property
    def fixed(self) -> Mapping[str, float]:
        """The numbers that were held."""
        return MappingProxyType({x.name: value for x, value in self._model.fixed.items()})

    @cached_property
    def correlations(self) -> Mapping[tuple[str, str], float]:
        """The correlation of each pair of parameters, positive ones by their logarithms."""
        covariance = self._covariance
        with np.errstate(all="ignore"):
            found = np.nan_to_num(covariance / np.outer(self._deviations, self._deviations))
        names = [one.name for one in self._model.parameters]
        return MappingProxyType(
            {(a, b): float(found[i, j]) for i, a in enumerate(names) for j, b in enumerate(names) if i < j}
        )

    @property
    def chi2(self) -> float:
        """Sum of squared residuals over the errors, which are 1 in the data's unit where none are given."""
        return self._best.chi2

    @property
    def degrees_of_freedom(self) -> int:
        """Rows less parameters."""
        return self._best.degrees

    @cached_property
    def residuals(self) -> _Array:
        """Data less the fitted curve, in the unit of the formula."""
        return self.data.values - self._model.values(self._best.coordinates, self.data.known, self.data.group)

    @property
    def derivatives(self) -> str:
        """How derivatives were taken."""
        numerical = self._model.numerical
        return "analytic" if not numerical else f"analytic, by differences for {', '.join(numerical)}"

    def intervals(
        self, level: float = 0.95, *, method: str = "covariance"
    ) -> Mapping[str, tuple[float, float]]:
        """Return the confidence interval of each parameter.

        Parameters
        ----------
        level : float
            The probability that an interval contains the true value.
        method : str
            ``"covariance"``: from the curvature at the minimum, symmetric in the logarithm of a positive
            parameter. ``"profile"``: where the sum of squares, with the others fitted again, has grown by
            what belongs to the level (``lmfit.conf_interval``). Positive parameters that are uncertain by
            more than 10 %, and parameters correlated with them, always take the profile; an end that does
            not exist is 0 or infinite.

        Raises
        ------
        InputError
            When the level is not between 0 and 1, or the method is another.

        Examples
        --------
        >>> import cooperon as cp
        >>> film = cp.Metal(dim=2, field=cp.PerpendicularField())
        >>> formula = cp.magnetoconductivity(film).in_convention("HLN")
        >>> B = np.linspace(-0.5, 0.5, 101)
        >>> noise = 1e-8 * np.random.default_rng(1).standard_normal(B.size)
        >>> sigma = 1e-3 + formula.lambdify("B", "B_phi", si=True)(B, 0.01) + noise
        >>> found = cp.fit({"B": B, "sigma": sigma}, formula)
        >>> low, high = found.intervals(0.99)["B_phi"]
        >>> low < 0.01 < high
        True
        """
        if not isinstance(level, int | float) or not 0 < level < 1:
            raise InputError(f"level = {level!r}", expected="a probability between 0 and 1", hint="0.95")
        if method not in _METHODS:
            raise InputError(f"method = {method!r}", expected=" or ".join(_METHODS))
        parameters = self._model.parameters
        chosen = list(range(len(parameters)) if method == "profile" else self._uncertain)
        ends = profiled(self._model, self.data, self._best, level, chosen) if chosen else {}
        reach = self._quantile(level) * self._deviations
        at = self._best.coordinates
        found = {}
        for i, one in enumerate(parameters):
            low, high = ends.get(i, (float(at[i] - reach[i]), float(at[i] + reach[i])))
            found[one.name] = (one.outer(low), one.outer(high))
        return MappingProxyType(found)

    def curve(self, B: npt.ArrayLike | None = None, *, T: npt.ArrayLike | None = None) -> Any:
        """Return the fitted curve, offset included, in the unit of the formula.

        Parameters
        ----------
        B : array_like, optional
            In tesla, of either sign; for curves over the field.
        T : array_like, optional
            In kelvin: one of the temperatures of the data where there are several curves over the field.

        Raises
        ------
        InputError
            When what the curve runs over is missing, or T is none of the temperatures.

        Examples
        --------
        >>> import cooperon as cp
        >>> film = cp.Metal(dim=2, field=cp.PerpendicularField())
        >>> formula = cp.magnetoconductivity(film).in_convention("HLN")
        >>> B = np.linspace(-0.5, 0.5, 101)
        >>> noise = 1e-8 * np.random.default_rng(1).standard_normal(B.size)
        >>> sigma = 1e-3 + formula.lambdify("B", "B_phi", si=True)(B, 0.01) + noise
        >>> found = cp.fit({"B": B, "sigma": sigma}, formula)
        >>> bool(np.max(abs(found.curve(B) - sigma)) < 5e-8)
        True
        """
        given = {s.B: B, s.T: T}
        known: dict[Any, Any] = {x: np.asarray(v, dtype=float) for x, v in given.items() if v is not None}
        group: Any = 0
        if self.data.temperatures:
            if T is None or np.ndim(T) or T not in self.data.temperatures:
                listed = ", ".join(f"{kelvin:g}" for kelvin in self.data.temperatures)
                raise InputError(f"a curve at T = {T!r}", expected=f"one of the temperatures {listed} K")
            group = self.data.temperatures.index(float(np.asarray(T)))
        missing = [str(x) for x in self.data.known if x in self._model.symbols and x not in known]
        if missing:
            raise InputError(f"a curve without {', '.join(missing)}", expected="what the data run over")
        shape = np.broadcast_shapes(*(v.shape for v in known.values()))
        flat = {x: np.broadcast_to(v, shape).ravel() for x, v in known.items()}
        rows = np.full(next(iter(flat.values())).size, group)
        found = self._model.values(self._best.coordinates, flat, rows)
        full = np.broadcast_to(found, rows.shape).reshape(shape)
        return full if shape else float(full)

    def report(self) -> str:
        """Return all that was found as text.

        Examples
        --------
        >>> import cooperon as cp
        >>> film = cp.Metal(dim=2, field=cp.PerpendicularField())
        >>> formula = cp.magnetoconductivity(film).in_convention("HLN")
        >>> B = np.linspace(-0.5, 0.5, 101)
        >>> noise = 1e-8 * np.random.default_rng(1).standard_normal(B.size)
        >>> sigma = 1e-3 + formula.lambdify("B", "B_phi", si=True)(B, 0.01) + noise
        >>> found = cp.fit({"B": B, "sigma": sigma}, formula)
        >>> print(found.report().splitlines()[0])
        fit of sigma(B) - sigma(0) + offset to 101 rows
        """
        from cooperon.numerics.fit_report import report

        return report(self)

    def plot(self, axes: Any = None) -> Any:
        """Draw data, curve and residuals.

        Parameters
        ----------
        axes : matplotlib Axes or two of them, optional
            One: data and curve. Two: residuals on the second. Default: two of a new figure.

        Returns
        -------
        tuple of Axes
            Those that were drawn on.

        Raises
        ------
        CooperonError
            When matplotlib is not installed.

        Examples
        --------
        >>> import cooperon as cp
        >>> film = cp.Metal(dim=2, field=cp.PerpendicularField())
        >>> formula = cp.magnetoconductivity(film).in_convention("HLN")
        >>> B = np.linspace(-0.5, 0.5, 101)
        >>> noise = 1e-8 * np.random.default_rng(1).standard_normal(B.size)
        >>> sigma = 1e-3 + formula.lambdify("B", "B_phi", si=True)(B, 0.01) + noise
        >>> found = cp.fit({"B": B, "sigma": sigma}, formula)
        >>> curve, residuals = found.plot()
        >>> residuals.get_xlabel()
        'magnetic field (T)'
        """
        from cooperon.numerics.fit_plot import draw

        return draw(self, axes)

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self.formula, self.data, self.doubts, dict(self.open), self._model, self._best)
        return FitResult, parts

    def __str__(self) -> str:
        return self.report()

    def __repr__(self) -> str:
        found = (f"{name}={value:.4g}" for name, value in self.values.items())
        return f"<FitResult of {self.formula.name}: {', '.join(found)}>"

    def _repr_html_(self) -> str:
        from cooperon.numerics.fit_report import html

        return html(self)

    @cached_property
    def _covariance(self) -> _Array:
        return self._best.covariance(self.data.absolute)

    @cached_property
    def _deviations(self) -> _Array:
        return np.asarray(np.sqrt(np.diag(self._covariance)))

    @cached_property
    def _uncertain(self) -> tuple[int, ...]:
        """The parameters whose covariance does not say how far they may be off, and those bound to them."""
        parameters, deviations = self._model.parameters, self._deviations
        positive = np.array([one.positive for one in parameters])
        loose = positive & (deviations > _SURE) | np.array([one.name in self.open for one in parameters])
        with np.errstate(all="ignore"):
            correlations = np.nan_to_num(self._covariance / np.outer(deviations, deviations))
        bound = (np.abs(correlations) > _BOUND) & loose[None, :]
        return tuple(map(int, np.flatnonzero(loose | bound.any(axis=1))))

    def _quantile(self, level: float) -> float:
        from scipy import stats

        tail = (1 + level) / 2
        if self.data.absolute:
            return float(stats.norm.ppf(tail))
        return float(stats.t.ppf(tail, max(self.degrees_of_freedom, 1)))

    def _unit(self, one: FitParameter) -> str:
        space = {s.d: self.formula.metal.dim}
        if one.symbol == OFFSET:
            return unit_of(self.formula.dimension.subs(space))
        if one.symbol == PREFACTOR:
            return "1"
        return unit_of(s.dimension(one.symbol).subs(space))
