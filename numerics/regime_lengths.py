"""The lengths that decide on a regime: over which electrons interfere, and in how many dimensions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cooperon.numerics.constants import si_constants
from cooperon.numerics.sample import Sample
from cooperon.symbolic import symbols as s

__all__ = ["Lengths", "lengths_of", "reasons_of_coherence", "reasons_of_size"]

_ALIKE = 3.0
"""Lengths whose ratio is smaller than this are of the same order."""


@dataclass(frozen=True)
class Lengths:
    """What is compared, in metres; None where it does not follow.

    Attributes
    ----------
    coherent, ends : float, str
        The length over which electrons interfere, and what ends it: ``"L"``, ``"L_phi"`` or ``"L_B"``.
    ell : float
        The mean free path.
    dimension, section : int, float
        Of what interferes, and the cross-section that it has.
    across : mapping of str to float
        Thickness and width of what is thin.
    orthogonal, ended : float, str
        Length beyond which the metal is of another class than the orthogonal one, and by what.
    """

    coherent: float | None
    ends: str
    ell: float | None
    dimension: int
    section: float
    across: Mapping[str, float]
    orthogonal: float
    ended: str


def lengths_of(sample: Sample, known: Mapping[str, float]) -> Lengths:
    """Find the lengths of a sample.

    Examples
    --------
    >>> film = Sample(dim=3, ell=1e-8, L_phi=1e-6, L=1e-3, thickness=2e-8)
    >>> found = lengths_of(film, {"ell": 1e-8, "L_phi": 1e-6, "L": 1e-3, "thickness": 2e-8})
    >>> found.dimension, found.ends, found.section
    (2, 'L_phi', 2e-08)
    """
    ends = {name: known[name] for name in ("L", "L_phi") if name in known}
    if "B" in known and sample.dim > 1:
        ends["L_B"] = math.sqrt(_flux() / (4 * known["B"]))
    shortest = min(ends.values(), default=0.0)
    across: dict[str, float] = {}
    for name in ("thickness", "width"):
        if known.get(name, math.inf) < shortest and sample.dim - len(across) > 1:
            across[name] = known[name]
    dimension = int(sample.dim) - len(across)
    if "L_B" in ends and dimension == 1:  # a wire: the flux through L_B times its width
        ends["L_B"] = math.sqrt(3) * _flux() / (known["B"] * max(across.values()))
    coherent = min(ends, key=ends.__getitem__) if ends else ""
    others = {name: ends[name] for name in ("L_B",) if name in ends} | _spin_lengths(sample, known)
    ended = min(others, key=others.__getitem__) if others else ""
    return Lengths(
        ends.get(coherent),
        coherent,
        known.get("ell"),
        dimension,
        math.prod(across.values()),
        across,
        others.get(ended, math.inf),
        ended,
    )


def _flux() -> float:
    """Return hbar/e."""
    constants = si_constants()
    return constants[s.hbar] / constants[s.e]


def _spin_lengths(sample: Sample, known: Mapping[str, float]) -> dict[str, float]:
    if "D" not in known or sample.spin == 0:
        return {}
    times = {"L_so": known.get("tau_so"), "L_s": known.get("tau_s")}
    return {name: math.sqrt(known["D"] * time) for name, time in times.items() if time is not None}


def reasons_of_size(sizes: Lengths, known: Mapping[str, float], unit: str) -> Iterator[str]:
    """Say why a sample is thin, and what else its thickness does."""
    if not sizes.across or sizes.coherent is None:
        return
    size = f"{sizes.ends} = {sizes.coherent:.3g}{unit}"
    thin = (f"{name} = {value:.3g}{unit} < {size}" for name, value in sizes.across.items())
    yield f"quasi-{sizes.dimension}D, as {' and '.join(thin)}"
    for name, value in sizes.across.items():
        if value * _ALIKE > sizes.coherent:
            yield f"{name} and {sizes.ends} are of the same order: between two dimensions"
        if value * known.get("k_F", math.inf) < math.pi:
            yield f"{name} < pi/k_F: one subband, whose electrons are those of one dimension less"
        elif value < known.get("ell", 0.0):
            yield f"{name} < ell = {known['ell']:.3g}{unit}: electrons fly from wall to wall"


def reasons_of_coherence(sizes: Lengths, known: Mapping[str, float], unit: str) -> Iterator[str]:
    """Compare size, phase coherence, temperature and what changes the class."""
    if {"L", "L_phi"} <= known.keys():
        size, phase = known["L"], known["L_phi"]
        shown = f"L = {size:.3g}{unit} {'<' if size < phase else '>='} L_phi = {phase:.3g}{unit}"
        rest = "coherent" if size < phase else "not coherent: pieces of the length L_phi add up"
        yield f"{shown}: {rest}"
    if sizes.ends == "L_B":
        yield f"L_B = {sizes.coherent:.3g}{unit} in the field B ends the interference of reversed paths"
    if "T" in known:
        yield from _of_temperature(sizes, known, unit)


def _of_temperature(sizes: Lengths, known: Mapping[str, float], unit: str) -> Iterator[str]:
    constants = {x.name: value for x, value in si_constants().items()}
    energy = constants["k_B"] * known["T"]
    if "E_F" in known and energy > known["E_F"]:
        yield f"k_B T = {energy / known['E_F']:.3g} E_F: not degenerate, where no formula of a metal holds"
    if "D" in known and sizes.coherent is not None:
        length = math.sqrt(constants["hbar"] * known["D"] / energy)
        warm = length < sizes.coherent
        shown = f"L_T = sqrt(hbar D/k_B T) = {length:.3g}{unit} {'<' if warm else '>='} {sizes.ends}"
        yield f"{shown}: {'thermal, energies are averaged over' if warm else 'electrons of one energy'}"
    if "tau" in known and energy * known["tau"] > constants["hbar"]:
        number = energy * known["tau"] / constants["hbar"]
        yield f"k_B T tau/hbar = {number:.3g} > 1: electrons fly straight between their collisions"
