"""In which regime a set of numbers is, from ballistic to strongly localized, and why."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.constants import si_constants
from cooperon.numerics.sample import Sample
from cooperon.numerics.sample_table import INPUTS
from cooperon.symbolic import symbols as s
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal, require_plain
from cooperon.symbolic.self_consistent import self_consistent

__all__ = ["Regime", "regime"]

_CUTOFF = "mean_free_path"
_FELT = 0.01
_SMALL = 0.5
_DIMENSIONS = (1, 2, 3)
_LARGEST_EXPONENT = 700.0
_HALVINGS = 200


@dataclass(frozen=True, repr=False)
class Regime(PublicNames):
    """A regime, with the reasons for it.

    Attributes
    ----------
    name : str
        ``"ballistic"``, ``"diffusive"`` (interference takes less than 1 percent of the conductivity),
        ``"weakly localized"``, ``"critical"`` (more than half of it, shorter than the localization
        length), ``"strongly localized"``; where no length is known ``"weakly disordered"`` or
        ``"strongly disordered"``.
    dimension : int
        Of the diffusion of what interferes: of a thin film 2, of a thin wire 1.
    reasons : tuple of str
        Sentences, with the numbers.
    numbers : mapping of str to float
        What was compared: ``k_F_ell``, ``g`` (per spin, in e**2/h), ``correction`` (as a part of the Drude
        value), and in metres ``ell``, ``L`` (the shorter of the size and L_phi) and ``L_loc``.
    leaves : mapping of str to float
        Where the weakly disordered regime ends, where the correction is as large as the Drude
        value: at which ``L`` (m; infinite where it never is), and at which ``k_F_ell`` for the same L/ell.

    Examples
    --------
    >>> found = regime(Sample(dim=2, k_F=1e8, ell=1e-7, L_phi=1e-6))
    >>> found.name, found.dimension
    ('weakly localized', 2)
    """

    name: str
    dimension: int
    reasons: tuple[str, ...]
    numbers: Mapping[str, float]
    leaves: Mapping[str, float]

    def __str__(self) -> str:
        return f"{self.name}: {'; '.join(self.reasons)}"

    def __repr__(self) -> str:
        return f"<Regime {self}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.name, self.dimension, self.reasons, dict(self.numbers), dict(self.leaves))


def _restored(
    name: str,
    dimension: int,
    reasons: tuple[str, ...],
    numbers: Mapping[str, float],
    leaves: Mapping[str, float],
) -> Regime:
    return Regime(name, dimension, reasons, MappingProxyType(dict(numbers)), MappingProxyType(dict(leaves)))


def regime(metal: Metal | Sample, **numbers: float) -> Regime:
    """Say in which regime a metal is, and why.

    Parameters
    ----------
    metal : Metal or Sample
        In one, two or three dimensions; of the orthogonal class, without a field.
    **numbers : float
        Numbers in SI units by the names of a :class:`~cooperon.Sample` (``k_F``, ``ell``, ``k_F_ell``,
        ``L``, ``L_phi``, ``thickness``, ``width``, ...), beside or in place of the sample's.

    Returns
    -------
    Regime

    Raises
    ------
    InputError
        For a metal with a field, a shape or spin scattering, another dimension, or when neither k_F ell nor
        the conductivity follows.

    References
    ----------
    P. A. Lee and T. V. Ramakrishnan, Rev. Mod. Phys. 57, 287 (1985); D. J. Thouless, Phys. Rev. Lett. 39,
    1167 (1977).

    Notes
    -----
    Lengths and corrections are those of the cutoff q < 1/ell; the localization length is that of
    :func:`~cooperon.self_consistent`. Of a film or a wire only the modes that do not vary across are counted.

    Examples
    --------
    >>> found = regime(Metal(dim=2), k_F=1e8, ell=3e-8, L=1e-4)
    >>> found.name
    'strongly localized'
    >>> print(f"{found.leaves['L'] / 3e-8:.4g} ell, {found.leaves['k_F_ell']:.3f}")
    111.3 ell, 5.164
    """
    sample = _sample(metal, numbers)
    known = {x.name: value for x, value in sample.quantities.items()}
    if "sigma_0" not in known and "k_F_ell" not in known:
        raise InputError(
            f"regime of {sample!r}",
            expected="numbers from which k_F ell or the conductivity follows",
            hint="k_F_ell=..., or sheet_resistance=...",
        )
    return _judged(sample, known)


def _sample(metal: Metal | Sample, numbers: Mapping[str, float]) -> Sample:
    if isinstance(metal, Sample):
        sample = metal.replace(**numbers)
    elif isinstance(metal, Metal):
        require_plain(metal, "a regime")
        unknown = sorted(numbers.keys() - INPUTS.keys())
        if unknown:
            raise InputError(", ".join(unknown), expected="any of " + ", ".join(INPUTS))
        if not metal.dim.is_number:
            raise InputError(f"a regime in {metal.dim} dimensions", expected="1, 2 or 3", hint="dim=3")
        sample = Sample(float(metal.dim), spin=float(metal.spin), scattering=metal.scattering, **numbers)
    else:
        raise InputError(f"{metal!r}", expected="a Metal or a Sample", hint="cp.Metal(dim=2)")
    if sample.dim not in _DIMENSIONS:
        raise InputError(f"a regime in {sample.dim} dimensions", expected="1, 2 or 3", hint="dim=3")
    return sample


@dataclass(frozen=True)
class _Lengths:
    """What is compared: all in metres; None where it does not follow."""

    coherent: float | None
    ends: str
    ell: float | None
    dimension: int
    section: float
    thin: str


def _lengths(sample: Sample, known: Mapping[str, float]) -> _Lengths:
    ends = {name: known[name] for name in ("L", "L_phi") if name in known}
    shortest = min(ends, key=ends.__getitem__) if ends else ""
    coherent = ends.get(shortest)
    dimension, section, thin = int(sample.dim), 1.0, []
    for name in ("thickness", "width"):
        across = known.get(name)
        if across is not None and coherent is not None and across < coherent and dimension > 1:
            dimension, section = dimension - 1, section * across
            thin.append(f"{name} = {across:.3g} m < {shortest} = {coherent:.3g} m")
    return _Lengths(coherent, shortest, known.get("ell"), dimension, section, " and ".join(thin))


def _judged(sample: Sample, known: Mapping[str, float]) -> Regime:
    sizes = _lengths(sample, known)
    numbers = {name: known[name] for name in ("k_F_ell", "ell") if name in known}
    reasons = _reasons_of_disorder(sample, numbers)
    if sizes.thin:
        reasons.append(f"quasi-{sizes.dimension}D, as {sizes.thin}")
    leaves: dict[str, float] = {}
    name = "strongly disordered" if numbers.get("k_F_ell", math.inf) < 1 else "weakly disordered"
    if "sigma_0" in known and sizes.ell is not None:
        conducting = _Conducting(sample, known["sigma_0"], sizes)
        numbers["L_loc"] = conducting.localization_length
        leaves["L"] = conducting.leaving_length
        if sizes.coherent is not None:
            numbers |= {"L": sizes.coherent, "g": conducting.g(sizes.coherent)}
            name = _compared(conducting, sizes, sizes.coherent, numbers, reasons)
            if not sizes.thin and sample.dim > 1 and {"k_F_ell", "correction"} <= numbers.keys():
                leaves["k_F_ell"] = numbers["k_F_ell"] * numbers["correction"] ** (1 / (sample.dim - 1))
    elif sizes.coherent is not None and sizes.ell is not None and sizes.coherent < sizes.ell:
        name = "ballistic"
        reasons.append(f"{sizes.ends} = {sizes.coherent:.3g} m < ell = {sizes.ell:.3g} m")
    if name in ("weakly disordered", "strongly disordered"):
        reasons.append("no size and no L_phi is known, or no mean free path to compare them with")
    return Regime(name, sizes.dimension, tuple(reasons), MappingProxyType(numbers), MappingProxyType(leaves))


def _reasons_of_disorder(sample: Sample, numbers: Mapping[str, float]) -> list[str]:
    """Compare k_F ell with 1 and with the mobility edge."""
    if "k_F_ell" not in numbers:
        return []
    size = numbers["k_F_ell"]
    verdict = "> 1: weak disorder" if size > 1 else "<= 1: strong disorder"
    found = [f"k_F ell = {size:.3g} {verdict} by the criterion of Ioffe and Regel"]
    if sample.dim == 3:
        edge = _edge()
        side = "below" if size < edge else "above"
        found.append(f"{side} the mobility edge k_F ell = {edge:.3g} of the self-consistent theory")
    return found


@cache
def _edge() -> float:
    return float(self_consistent(Metal(dim=3), cutoff=_CUTOFF).mobility_edge.expr)


def _compared(
    conducting: _Conducting, sizes: _Lengths, length: float, numbers: dict[str, float], reasons: list[str]
) -> str:
    """Compare the length over which electrons interfere with ell and L_loc, and the correction with 1."""
    assert sizes.ell is not None
    what = f"{sizes.ends} = {length:.3g} m"
    far = numbers["L_loc"]
    if length < sizes.ell and length <= far:
        reasons.append(f"{what} < ell = {sizes.ell:.3g} m: no diffusion")
        return "ballistic"
    numbers["correction"] = conducting.part(max(length, sizes.ell))
    g = f"g = {numbers['g']:.3g} in e^2/h per spin"
    share = f"interference takes {100 * numbers['correction']:.3g} percent of the Drude conductivity"
    if length > far:
        reasons.append(f"{what} > localization length = {far:.3g} m, with {g} of the Drude metal")
        return "strongly localized"
    beyond = "infinite" if conducting.dimension > 2 else "more than 1e+290 m"
    shown = f"{far:.3g} m" if math.isfinite(far) else beyond
    reasons.append(f"ell = {sizes.ell:.3g} m < {what} < localization length, which is {shown}")
    reasons.append(f"{g}, {share}")
    if numbers["correction"] >= _SMALL:
        return "critical"
    return "weakly localized" if numbers["correction"] >= _FELT else "diffusive"


class _Conducting:
    """A metal whose Drude conductivity and mean free path are known."""

    def __init__(self, sample: Sample, sigma: float, sizes: _Lengths) -> None:
        constants = {x.name: value for x, value in si_constants().items()}
        quantum = float(sample.metal.spin_degeneracy) * constants["e"] ** 2 / constants["hbar"]
        assert sizes.ell is not None
        self.ell = sizes.ell
        self.dimension = sizes.dimension
        self.product = sigma * sizes.section / quantum
        """hbar nu D, of the dimension in which electrons interfere."""

    def g(self, length: float) -> float:
        """2 pi E_T/Delta of a piece of this length."""
        return 2 * math.pi * self.product * length ** (self.dimension - 2)

    def part(self, length: float) -> float:
        """Return the correction for q > 1/length as a part of the Drude value."""
        return _part(self.dimension)(length / self.ell) / (self.product * self.ell ** (self.dimension - 2))

    @property
    def localization_length(self) -> float:
        theory = self_consistent(Metal(dim=self.dimension), cutoff=_CUTOFF)
        # coupling in units of sqrt(D tau) = ell/sqrt(d)
        unit = self.ell / math.sqrt(self.dimension)
        coupling = unit ** (2 - self.dimension) / (math.pi * self.product)
        return float(theory.length(coupling=coupling)) * self.ell

    @property
    def leaving_length(self) -> float:
        """Length at which the correction is as large as the Drude value."""
        low, high = 0.0, _LARGEST_EXPONENT - max(math.log(self.ell), 0.0)
        if self.part(self.ell * math.exp(high)) < 1:
            return math.inf
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.part(self.ell * math.exp(middle)) < 1 else (low, middle)
        return self.ell * math.exp(high)


@cache
def _part(dimension: int) -> Callable[[float], float]:
    """Make the engine's correction over the Drude value, hbar nu D = ell = 1, a function of L/ell."""
    metal = Metal(dim=dimension)
    loop = conductivity(metal, loops=1, cutoff=_CUTOFF, infrared="L")
    ratio = sp.simplify(-loop.expr / conductivity(metal).expr)
    units = {s.D: sp.Integer(1), s.tau: sp.Rational(1, dimension), s.nu: sp.Integer(1), s.hbar: sp.Integer(1)}
    function = sp.lambdify(s.L, ratio.xreplace(units), "math")
    return lambda length: float(function(length))
