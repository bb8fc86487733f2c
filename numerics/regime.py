"""In which regime a set of numbers is, from ballistic to strongly localized, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.constants import si_constants
from cooperon.numerics.regime_lengths import Lengths, lengths_of, reasons_of_coherence, reasons_of_size
from cooperon.numerics.regime_numbers import Conducting, mobility_edge
from cooperon.numerics.sample import Sample
from cooperon.numerics.sample_table import INPUTS
from cooperon.symbolic.fields import PerpendicularField
from cooperon.symbolic.metal import Metal, require_plain

__all__ = ["Regime", "judged", "regime"]

_FELT = 0.01
_HALF = 0.5
_ROUNDING = 1e-9
_RARE = 1e5
"""Spin scattering within so many lengths of coherence is none."""
_DIMENSIONS = (1, 2, 3)


@dataclass(frozen=True, repr=False)
class Regime(PublicNames):
    """A regime, with the reasons for it.

    Attributes
    ----------
    name : str
        ``"ballistic"``, ``"diffusive"`` (interference takes less than 1 percent of the conductivity),
        ``"weakly localized"`` or, with spin-orbit scattering, ``"weakly antilocalized"``, ``"critical"``
        (more than half of it, shorter than the localization length), ``"strongly localized"``; where no
        length is known ``"weakly disordered"`` or ``"strongly disordered"``.
    dimension : int
        Of the diffusion of what interferes: of a thin film 2, of a thin wire 1.
    reasons : tuple of str
        Sentences, with the numbers.
    numbers : mapping of str to float
        What was compared: ``k_F_ell``, ``g`` (per spin, in e**2/h), ``correction`` (as a part of the Drude
        value), and in metres ``ell``, ``L`` (the shortest of the size, L_phi and, in a field, L_B) and
        ``L_loc``, where it is not another class's.
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
        In one, two or three dimensions, without a shape. A metal with spin scattering or a perpendicular
        field takes the numbers of them: tau_so, tau_s, B.
    **numbers : float
        Numbers in SI units by the names of a :class:`~cooperon.Sample` (``k_F``, ``ell``, ``k_F_ell``,
        ``L``, ``L_phi``, ``thickness``, ``width``, ...), beside or in place of the sample's.

    Returns
    -------
    Regime

    Raises
    ------
    InputError
        For a metal with a shape, another field or another dimension, or when neither k_F ell nor the
        conductivity follows.

    References
    ----------
    P. A. Lee and T. V. Ramakrishnan, Rev. Mod. Phys. 57, 287 (1985); D. J. Thouless, Phys. Rev. Lett. 39,
    1167 (1977).

    Notes
    -----
    Lengths and corrections are those of the cutoff q < 1/ell; the localization length is that of
    :func:`~cooperon.self_consistent`, which is that of the orthogonal class. Of a film or a wire only the
    modes that do not vary across are counted. In a field interference ends at L_B = sqrt(hbar/(4 e B)), in a
    wire of the width w at sqrt(3) hbar/(e B w).

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
    try:
        return judged(sample, known)
    except (ArithmeticError, CooperonError):
        raise InputError(f"regime of {sample!r}", expected="numbers of ordinary size, in SI units") from None


def _sample(metal: Metal | Sample, numbers: Mapping[str, float]) -> Sample:
    if isinstance(metal, Sample):
        sample = metal.replace(**numbers)
    elif isinstance(metal, Metal):
        unknown = sorted(numbers.keys() - INPUTS.keys())
        if unknown:
            raise InputError(", ".join(unknown), expected="any of " + ", ".join(INPUTS))
        _require_known(metal, numbers)
        sample = Sample(float(metal.dim), spin=float(metal.spin), scattering=[metal.potential], **numbers)
    else:
        raise InputError(f"{metal!r}", expected="a Metal or a Sample", hint="cp.Metal(dim=2)")
    if sample.dim not in _DIMENSIONS:
        raise InputError(f"a regime in {sample.dim} dimensions", expected="1, 2 or 3", hint="dim=3")
    return sample


def _require_known(metal: Metal, numbers: Mapping[str, float]) -> None:
    """Refuse what is not compared, and what a metal has without a number of it."""
    if not metal.dim.is_number:
        raise InputError(f"a regime in {metal.dim} dimensions", expected="1, 2 or 3", hint="dim=3")
    if not metal.spin.is_number:
        raise InputError(f"a regime of the spin {metal.spin}", expected="a number", hint="spin=0.5")
    rates = sp.Add(*(vertex.rate for vertex in metal.vertices[1:]))
    needs = {"B"} if metal.field is not None else set()
    needs |= {x.name for x in rates.free_symbols}
    upright = metal.field is None or isinstance(metal.field, PerpendicularField)
    if not needs <= {"B", "tau_so", "tau_s"} or not upright:
        require_plain(metal, "a regime")
    require_plain(metal.replace(field=None, scattering=[metal.potential]), "a regime")
    missing = sorted(needs - numbers.keys())
    if missing:
        raise InputError(
            f"a regime of {metal!r} without {', '.join(missing)}",
            expected="its field and its times of spin scattering as numbers",
            hint=", ".join(f"{name}=..." for name in missing),
        )


def judged(sample: Sample, known: Mapping[str, float], unit: str = " m") -> Regime:
    """Compare the numbers of a sample.

    Parameters
    ----------
    sample : Sample
        In one, two or three dimensions.
    known : mapping
        What follows from it, by names.
    unit : str
        Of lengths, as the reasons write it.

    Examples
    --------
    >>> judged(Sample(dim=2, k_F_ell=3.0), {"k_F_ell": 3.0}).name
    'weakly disordered'
    """
    sizes = lengths_of(sample, known)
    numbers = {name: known[name] for name in ("k_F_ell", "ell") if name in known}
    reasons = [*_reasons_of_disorder(sample, numbers), *reasons_of_size(sizes, known, unit)]
    leaves: dict[str, float] = {}
    name = "strongly disordered" if numbers.get("k_F_ell", math.inf) < 1 else "weakly disordered"
    if "sigma_0" in known and sizes.ell is not None:
        conducting = _conducting(sample, known, sizes)
        if not sizes.ended or conducting.localization_length < sizes.orthogonal:
            numbers["L_loc"] = conducting.localization_length
            leaves["L"] = conducting.leaving_length
        if sizes.coherent is not None:
            numbers |= {"L": sizes.coherent, "g": conducting.g(sizes.coherent)}
            name = _compared(conducting, sizes, numbers, reasons, unit)
            if not sizes.across and sample.dim > 1 and numbers.get("correction", 0) > 0 and "L" in leaves:
                leaves["k_F_ell"] = numbers["k_F_ell"] * numbers["correction"] ** (1 / (sample.dim - 1))
    elif sizes.coherent is not None and sizes.ell is not None and sizes.coherent < sizes.ell:
        name = "ballistic"
        reasons.append(f"{sizes.ends} = {sizes.coherent:.3g}{unit} < ell = {sizes.ell:.3g}{unit}")
    reasons += _where_it_ends(leaves, sizes.dimension, unit)
    if name in ("weakly disordered", "strongly disordered"):
        reasons.append("no size and no L_phi is known, or no mean free path to compare them with")
    reasons += reasons_of_coherence(sizes, known, unit)
    return Regime(name, sizes.dimension, tuple(reasons), MappingProxyType(numbers), MappingProxyType(leaves))


def _where_it_ends(leaves: Mapping[str, float], dimension: int, unit: str) -> Iterator[str]:
    if "L" not in leaves:
        return
    never = "at no L" if dimension > 2 else f"at an L of more than 1e+290{unit}"
    length = f"at L = {leaves['L']:.3g}{unit}" if math.isfinite(leaves["L"]) else never
    number = f", or at k_F ell = {leaves['k_F_ell']:.3g} for this L/ell" if "k_F_ell" in leaves else ""
    yield f"interference would take all of the Drude conductivity {length}{number}"


def _conducting(sample: Sample, known: Mapping[str, float], sizes: Lengths) -> Conducting:
    assert sizes.ell is not None
    constants = {x.name: value for x, value in si_constants().items()}
    quantum = float(sample.metal.spin_degeneracy) * constants["e"] ** 2 / constants["hbar"]
    product = known["sigma_0"] * sizes.section / quantum * sizes.ell ** (sizes.dimension - 2)
    spins = [name for name in ("tau_so", "tau_s") if name in known and "D" in known and sample.spin]
    longest = (_RARE * (sizes.coherent or 0.0) / sizes.ell) ** 2
    sized = ((name, known["D"] * known[name] / sizes.ell**2) for name in spins)
    rates = tuple((name, size) for name, size in sized if size < longest)
    return Conducting(product, sizes.ell, sizes.dimension, rates)


def _reasons_of_disorder(sample: Sample, numbers: Mapping[str, float]) -> list[str]:
    """Compare k_F ell with 1 and with the mobility edge."""
    if "k_F_ell" not in numbers:
        return []
    size = numbers["k_F_ell"]
    verdict = "> 1: weak disorder" if size > 1 + _ROUNDING else "<= 1: strong disorder"
    found = [f"k_F ell = {size:.3g} {verdict} by the criterion of Ioffe and Regel"]
    if sample.dim == 3:
        edge = mobility_edge()
        side = "below" if size < edge else "above"
        found.append(f"{side} the mobility edge k_F ell = {edge:.3g} of the self-consistent theory")
    return found


def _compared(
    conducting: Conducting, sizes: Lengths, numbers: dict[str, float], reasons: list[str], unit: str
) -> str:
    """Compare the length over which electrons interfere with ell and L_loc, and the correction with 1."""
    length = sizes.coherent
    assert sizes.ell is not None
    assert length is not None
    what = f"{sizes.ends} = {length:.3g}{unit}"
    far = numbers.get("L_loc", math.inf)
    if length < sizes.ell and length <= far:
        ended = sizes.ends == "L_B"
        why = "no interference of diffusing electrons is left" if ended else "no diffusion"
        reasons.append(f"{what} < ell = {sizes.ell:.3g}{unit}: {why}")
        return "diffusive" if ended else "ballistic"
    numbers["correction"] = conducting.part(max(length, sizes.ell))
    g = f"g = {numbers['g']:.3g} in e^2/h per spin"
    if length > far:
        reasons.append(f"{what} > localization length = {far:.3g}{unit}, with {g} of the Drude metal")
        return "strongly localized"
    if "L_loc" in numbers:
        beyond = "infinite" if conducting.dimension > 2 else f"more than 1e+290{unit}"
        shown = f"{far:.3g}{unit}" if math.isfinite(far) else beyond
        reasons.append(f"ell = {sizes.ell:.3g}{unit} < {what} < localization length, which is {shown}")
    else:
        reasons.append(f"ell = {sizes.ell:.3g}{unit} < {what}: diffusion")
        other, end = _CLASSES[sizes.ended], f"{sizes.ended} = {sizes.orthogonal:.3g}{unit}"
        reasons.append(f"beyond {end} the {other} class, whose localization length is not compared")
    share = 100 * numbers["correction"]
    does = "takes" if share >= 0 else "adds"
    reasons.append(f"{g}, interference {does} {abs(share):.3g} percent of the Drude conductivity")
    if abs(numbers["correction"]) >= _HALF:
        return "critical"
    if abs(numbers["correction"]) < _FELT:
        return "diffusive"
    return "weakly localized" if share > 0 else "weakly antilocalized"


_CLASSES = {"L_B": "unitary", "L_s": "unitary", "L_so": "symplectic"}
"""What ends the orthogonal class, and the class that is beyond."""
