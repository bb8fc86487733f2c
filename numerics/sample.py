"""A real sample in SI units: every number that follows from the ones that were measured."""

from __future__ import annotations

import cmath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from math import isfinite
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from cooperon.diagrams.errors import AssumptionError, DivergenceError, InputError
from cooperon.numerics.constants import si_constants
from cooperon.numerics.lambdify import EVEN_IN, MAY_VANISH
from cooperon.numerics.loglinear import LogLinear
from cooperon.numerics.quantity import Quantity, unit_of
from cooperon.numerics.sample_table import (
    ATTRIBUTES,
    INPUTS,
    K_F_ELL,
    OUTSIDE,
    QUANTITIES,
    meaning,
    metal_of,
    positive_number,
    scale,
    solve,
    unit,
)
from cooperon.numerics.translate import array_function, is_complex
from cooperon.symbolic import symbols as s
from cooperon.symbolic.log_ratio import LogRatio
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scattering import Potential

if TYPE_CHECKING:
    from cooperon.symbolic.formula import Assumption, Formula

__all__ = ["MissingQuantityError", "Sample", "evaluate", "number_of", "numbers_for"]


class MissingQuantityError(InputError, AttributeError):
    """A number of a sample does not follow from the ones that were given."""


@dataclass(frozen=True, init=False, repr=False)
class Sample:
    """A sample, by measured numbers in SI units; every number that follows is an attribute.

    The relations are those of a parabolic band (:attr:`cooperon.symbolic.metal.Metal.relations`), with
    sigma_0 = (2s+1) e**2 nu D and mobility = e tau_tr/m. A number that follows from others may be given
    too; one that contradicts them by more than 1 percent is refused.

    Parameters
    ----------
    dim : number
        Dimension of space: 1, 2 or 3 (any positive number is accepted).
    spin : number
        Spin of the carriers: 1/2 for electrons.
    density : float
        Electrons of all spins per volume, m^-d.
    mobility : float
        m^2/(V s).
    mass : float
        Effective mass in electron masses.
    sheet_resistance, resistivity, conductivity : float
        Of the classical (Drude) metal: ohm, ohm m^(d-2), S m^(2-d). Sheet resistance: d = 2 only.
    diffusion_constant : float
        m^2/s.
    density_of_states : float
        Per spin, energy and volume, J^-1 m^-d.
    fermi_energy : float
        In joules.
    k_F, v_F, ell, tau, tau_tr, k_F_ell : float
        Fermi wave number (1/m) and velocity (m/s), mean free path (m), lifetime and transport time (s), k_F
        times ell.
    tau_phi, L_phi : float
        Phase-coherence time (s) and length (m), at the temperature T.
    T, L, B : float
        Temperature (K), size (m), magnetic field (T).
    tau_so, tau_s : float
        Spin-orbit and magnetic scattering time (s), all axes together.
    width, thickness : float
        Of a wire or a film (m).
    scattering : tuple of Potential
        How the impurities scatter, its first harmonic a number: tau_tr = tau/(1 - w_1).

    Attributes
    ----------
    k_F, v_F, tau, tau_tr, ell, D, nu, n, m, k_F_ell, sigma_0, E_F, tau_phi, L_phi, T, L, B : float
        In SI units (m in kg), where they follow; also under the names of the parameters.

    Raises
    ------
    InputError
        When a number is not positive and finite, contradicts the others, or tau_phi < tau.
    MissingQuantityError
        At an attribute that does not follow; an InputError and an AttributeError.

    Examples
    --------
    >>> sample = Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12)
    >>> print(f"{sample.k_F_ell:.2f}, {sample.tau:.3g} s, {sample.L_phi:.3g} m")
    14.89, 4.57e-13 s, 5.07e-07 m
    """

    metal: Metal
    inputs: tuple[tuple[str, float], ...]
    _known: LogLinear = field(compare=False)

    def __init__(
        self,
        dim: float = 2,
        *,
        spin: float = 0.5,
        density: float | None = None,
        mobility: float | None = None,
        mass: float | None = None,
        sheet_resistance: float | None = None,
        resistivity: float | None = None,
        conductivity: float | None = None,
        diffusion_constant: float | None = None,
        density_of_states: float | None = None,
        fermi_energy: float | None = None,
        k_F: float | None = None,
        v_F: float | None = None,
        ell: float | None = None,
        tau: float | None = None,
        tau_tr: float | None = None,
        k_F_ell: float | None = None,
        tau_phi: float | None = None,
        L_phi: float | None = None,
        T: float | None = None,
        L: float | None = None,
        B: float | None = None,
        tau_so: float | None = None,
        tau_s: float | None = None,
        width: float | None = None,
        thickness: float | None = None,
        scattering: Iterable[Potential] = (Potential(),),
    ) -> None:
        arguments = locals()
        given = {name: arguments[name] for name in INPUTS if arguments[name] is not None}
        object.__setattr__(self, "metal", metal_of(dim, spin, scattering))
        checked = {name: positive_number(name, value, self.metal) for name, value in given.items()}
        object.__setattr__(self, "inputs", tuple(checked.items()))
        object.__setattr__(self, "_known", solve(self.metal, checked))
        self._require_coherence()

    @property
    def dim(self) -> float:
        """Dimension of space."""
        return int(self.metal.dim) if self.metal.dim.is_Integer else float(self.metal.dim)

    @property
    def spin(self) -> float:
        """Spin of the carriers."""
        return float(self.metal.spin)

    @cached_property
    def quantities(self) -> Mapping[sp.Symbol, float]:
        """Every number that follows, in SI units, by its symbol."""
        given = {INPUTS[name]: value * scale(name) for name, value in self.inputs}
        found = {x: given.get(x, self._known.follows(x)) for x in QUANTITIES}
        return MappingProxyType({x: value for x, value in found.items() if value is not None})

    @property
    def values(self) -> Mapping[sp.Symbol, float]:
        """Every number that follows and the constants of nature, by the symbols of the formulas."""
        library = {x: value for x, value in self.quantities.items() if x in s.dimensions()}
        first = float(self.metal.potential.weight(1))
        return MappingProxyType({**si_constants(), s.d: float(self.metal.dim), s.w_1: first, **library})

    def replace(self, **changes: float | None) -> Sample:
        """Return another sample with some of the numbers changed, added or, by None, left out.

        Parameters
        ----------
        **changes : float or None
            Numbers by their names, as for a new sample.

        Examples
        --------
        >>> Sample(dim=2, k_F=1e8, ell=1e-7, T=4.2).replace(T=None, ell=2e-7)
        Sample(dim=2, k_F=100000000, ell=2e-07)
        """
        unknown = sorted(changes.keys() - INPUTS.keys())
        if unknown:
            raise InputError(", ".join(unknown), expected="any of " + ", ".join(INPUTS))
        numbers: dict[str, float | None] = {**dict(self.inputs), **changes}
        return Sample(self.dim, spin=self.spin, scattering=self.metal.scattering, **numbers)

    def __getattr__(self, name: str) -> float:
        if name not in ATTRIBUTES:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        value = self.quantities.get(ATTRIBUTES[name])
        if value is None:
            raise MissingQuantityError(
                f"{name} of {self!r}",
                expected="numbers that it follows from",
                hint=self.remedy(ATTRIBUTES[name]),
            )
        return value / scale(name)

    def remedy(self, quantity: sp.Symbol) -> str:
        """Say which one further number would make a quantity follow.

        Parameters
        ----------
        quantity : Symbol
            Which one.

        Examples
        --------
        >>> Sample(dim=2, density=3.0e15, mass=0.067).remedy(s.D).split(" or ")[0]
        'one more number of the Sample: mobility='
        """
        settling = [name for name, x in INPUTS.items() if self._known.would_settle(quantity, x)]
        return "one more number of the Sample: " + " or ".join(f"{name}=" for name in settling)

    def _require_coherence(self) -> None:
        tau, tau_phi = (self.quantities.get(x) for x in (s.tau, s.tau_phi))
        if tau is not None and tau_phi is not None and tau_phi < tau:
            raise InputError(
                f"tau_phi = {tau_phi:.4g} s < tau = {tau:.4g} s",
                expected="tau_phi >= tau: phase coherence outlasts a collision",
                hint="check the units: all in SI, the mass in electron masses",
            )

    def __reduce__(self) -> tuple[partial[Sample], tuple[()]]:
        scattering = self.metal.scattering
        return partial(Sample, self.dim, spin=self.spin, scattering=scattering, **dict(self.inputs)), ()

    def __dir__(self) -> Iterable[str]:
        own = (name for name in super().__dir__() if not name.startswith("_"))
        return sorted({*own, *(name for name, x in ATTRIBUTES.items() if x in self.quantities)})

    def __repr__(self) -> str:
        spin = () if self.spin == 0.5 else (f"spin={self.spin:g}",)
        given = (f"{name}={value:.10g}" for name, value in self.inputs)
        potential = self.metal.potential
        mechanism = () if potential == Potential() else (f"scattering=[{potential}]",)
        return f"Sample({', '.join((f'dim={self.dim}', *spin, *given, *mechanism))})"

    def __str__(self) -> str:
        rows = [
            (x.name, f"{value:.5g}", unit(x, self.metal), meaning(x)) for x, value in self.quantities.items()
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:3]
        lines = ("  ".join((*map(str.ljust, row, widths), row[3])) for row in rows)
        return "\n".join((f"sample in {self.dim} dimensions, spin {self.metal.spin}", *lines))


def evaluate(formula: Formula, sample: Sample, **values: float) -> Quantity:
    """Put the numbers of a sample into a formula.

    Parameters
    ----------
    formula : Formula
        Any formula, of the sample's dimension and spin; a symbolic dimension becomes the sample's.
    sample : Sample
        The numbers.
    **values : float
        Further numbers in SI units (``omega=1e9``), or other ones in place of the sample's. Of a field
        (``B=-0.1``, also 0) the absolute value is taken: formulas are even in it. Where the metal's tau_phi
        follows a power of the temperature, the sample's tau_phi and T are its tau_phi_0 and T_0, and
        ``T=...`` is the temperature to evaluate at.

    Returns
    -------
    Quantity
        The value with its SI unit.

    Raises
    ------
    InputError
        When dimension or spin differ, or a number is missing (:class:`MissingQuantityError`).
    AssumptionError
        When the sample is outside of what the formula assumes.
    DivergenceError
        When the formula has no finite value.

    Warns
    -----
    AssumptionWarning
        When a formula for weak disorder is evaluated where :func:`cooperon.regime` finds that it is not weak.
    """
    formula, numbers = _in_known_numbers(formula, sample, values)
    value = _value(formula, sample, numbers)
    from cooperon.numerics.regime_watch import of_sample, told, warn_of_regime

    def in_words(condition: sp.Basic) -> str:
        found = of_sample(formula.metal, sample, values) if told(condition) else None
        return f"another regime; this one is {found}" if found is not None else ""

    for assumption in formula.assumptions:
        _require_assumption(assumption, numbers, in_words)
    warn_of_regime(formula, sample, values)
    return Quantity(value, unit_of(formula.dimension.subs({s.d: sample.metal.dim})))


def number_of(formula: Formula, sample: Sample, values: Mapping[str, float]) -> float | complex:
    """Put the numbers of a sample into a formula, as :func:`evaluate`, without looking at its assumptions.

    Examples
    --------
    >>> import cooperon as cp
    >>> weak = Sample(dim=2, k_F=1e8, ell=1e-9)
    >>> print(f"{number_of(cp.thouless_conductance(cp.Metal(dim=2)), weak, {}):.3f}")
    0.050
    """
    formula, numbers = _in_known_numbers(formula, sample, values)
    return _value(formula, sample, numbers)


def _in_known_numbers(
    formula: Formula, sample: Sample, values: Mapping[str, float]
) -> tuple[Formula, dict[sp.Expr, float]]:
    """Write the formula in k_F and ell where the sample does not tell the numbers that it has now."""
    try:
        return formula, numbers_for(formula, sample, values)
    except MissingQuantityError as missing:
        rewritten = formula.in_terms_of("k_F", "ell")
        try:
            return rewritten, numbers_for(rewritten, sample, values)
        except MissingQuantityError:
            raise missing from None


def numbers_for(formula: Formula, sample: Sample, values: Mapping[str, float]) -> dict[sp.Expr, float]:
    """Return the value of every symbol of a formula (and more), as :func:`evaluate` puts them in."""
    if not isinstance(sample, Sample):
        raise InputError(f"{sample!r}", expected="a Sample", hint="cp.Sample(dim=2, k_F=..., ell=...)")
    _require_same_metal(formula.metal, sample)
    changed, outside = _changed(sample, values)
    numbers = _numbers(formula.metal, changed, outside)
    _require_numbers(formula.expr, changed, numbers)
    return numbers


def _require_same_metal(metal: Metal, sample: Sample) -> None:
    for name, of_formula, of_sample in (
        ("dim", metal.dim, sample.metal.dim),
        ("spin", metal.spin, sample.metal.spin),
        ("w_1", metal.potential.weight(1), sample.metal.potential.weight(1)),
    ):
        if of_formula.is_number and of_formula != of_sample:
            raise InputError(
                f"a sample with {name} = {of_sample} in a formula with {name} = {of_formula}",
                expected=f"one and the same {name}",
            )


def _changed(sample: Sample, values: Mapping[str, float]) -> tuple[Sample, dict[sp.Symbol, float]]:
    """Return the sample with other numbers, and the numbers that are tied to none of the sample's."""
    inside: dict[str, float] = {}
    outside: dict[sp.Symbol, float] = {}
    for name, value in values.items():
        quantity = ATTRIBUTES.get(name)
        if quantity is None or quantity in OUTSIDE:
            symbol = _free_symbol(name)
            size = -value if symbol in EVEN_IN and isinstance(value, Real) and value < 0 else value
            vanishes = size == 0 and symbol in MAY_VANISH
            signed = not symbol.is_positive and isinstance(value, Real) and isfinite(value)
            outside[symbol] = float(size) if vanishes or signed else positive_number(name, size, sample.metal)
        else:
            keyword = next(key for key, x in INPUTS.items() if x == quantity)
            number = positive_number(name, value, sample.metal)
            inside[keyword] = number * scale(name) / scale(keyword)
    return (sample.replace(**inside) if inside else sample), outside


def _free_symbol(name: str) -> sp.Symbol:
    symbol = s.lookup(name)
    if symbol == s.d or symbol in si_constants():
        raise InputError(f"{name} beside a sample", expected="numbers that a sample leaves open")
    return symbol


def _numbers(metal: Metal, sample: Sample, outside: Mapping[sp.Symbol, float]) -> dict[sp.Expr, float]:
    """Return the value of every symbol, and of k_F*ell, which may follow where the factors do not.

    Where tau_phi depends on the temperature, the sample's is the one at T_0.
    """
    numbers: dict[sp.Expr, float] = dict(sample.values)
    if K_F_ELL in sample.quantities:
        numbers[s.k_F * s.ell] = sample.quantities[K_F_ELL]
    if s.tau_phi in metal.relations:
        at_reference = {s.tau_phi_0: numbers.pop(s.tau_phi, None), s.T_0: numbers.get(s.T)}
        numbers.pop(s.L_phi, None)
        numbers |= {x: value for x, value in at_reference.items() if value is not None}
    numbers |= outside
    for x, expr in metal.relations.items():
        if x not in numbers and expr.free_symbols <= numbers.keys():
            numbers[x] = float(expr.xreplace(_as_floats(numbers)))
    return numbers


def _as_floats(numbers: Mapping[sp.Expr, float]) -> dict[sp.Expr, sp.Float]:
    return {x: sp.Float(value) for x, value in numbers.items()}


def _require_numbers(expr: sp.Expr, sample: Sample, numbers: Mapping[sp.Expr, float]) -> None:
    missing = sorted(expr.free_symbols - numbers.keys(), key=str)
    if missing:
        sources = {s.tau_phi_0: s.tau_phi, s.T_0: s.T}
        remedies = dict.fromkeys(_remedy(sample, sources.get(x, x)) for x in missing)
        raise MissingQuantityError(
            f"{sample!r}",
            expected=f"a sample from which {', '.join(map(str, missing))} follows",
            hint="; ".join(remedies),
        )


def _remedy(sample: Sample, quantity: sp.Symbol) -> str:
    return sample.remedy(quantity) if quantity in QUANTITIES else f"evaluate(sample, {quantity}=...)"


def _require_assumption(
    assumption: Assumption, numbers: Mapping[sp.Expr, float], in_words: Callable[[sp.Basic], str]
) -> None:
    if assumption.condition is None:
        return
    products = {x: value for x, value in numbers.items() if x.is_Mul and assumption.condition.has(x)}
    condition = assumption.condition.xreplace(_as_floats(products))
    if condition.free_symbols <= numbers.keys() and not _computed(condition, numbers):
        used = [*products, *sorted(condition.free_symbols, key=str)]
        found = ", ".join(f"{x} = {numbers[x]:.4g}" for x in used)
        expected = f"{assumption.condition}: {assumption.statement}"
        raise AssumptionError(found, expected, in_words(assumption.condition))


def _number(expr: sp.Expr, numbers: Mapping[sp.Expr, float]) -> sp.Expr:
    """Put numbers in; by the function of arrays where digits may cancel: it has a value at B = 0, too."""
    if not expr.has(sp.Integral, sp.Sum, s.B, sp.polygamma, sp.zeta, LogRatio):
        return sp.N(expr.xreplace(_as_floats(numbers)))
    value = complex(_computed(expr, numbers))
    return sp.sympify(value) if cmath.isfinite(value) else sp.nan


def _computed(expr: sp.Basic, numbers: Mapping[sp.Expr, float]) -> Any:
    symbols = tuple(sorted(expr.free_symbols, key=str))
    with np.errstate(all="ignore"):
        return array_function(expr, symbols)(*(np.float64(numbers[x]) for x in symbols))


def _value(formula: Formula, sample: Sample, numbers: Mapping[sp.Expr, float]) -> float | complex:
    exact = formula.expr.xreplace({s.d: sample.metal.dim})
    result = _number(exact, numbers)
    if not result.is_number or not result.is_finite:
        raise DivergenceError(
            f"{formula.name}, which is {result} for {sample!r}",
            expected="a formula that is finite there",
            hint=f"derive it with dim={sample.dim:g}, or with another cutoff",
        )
    value = complex(result)
    return value if is_complex(formula.expr) else value.real
