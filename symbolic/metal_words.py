"""A metal in words: what its electrons are, what scatters them, what its shape and its field are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import Any

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.fields import ParallelField, PerpendicularField, TiltedField
from cooperon.symbolic.geometry import Bulk, Cylinder, Film, Ring, Wire
from cooperon.symbolic.metal import Metal

__all__ = ["metal_in_words", "metal_named"]


def metal_named(metal: Metal) -> str:
    """Name a metal in a few words, as a title does.

    Examples
    --------
    >>> from cooperon.symbolic.scattering import SpinOrbit
    >>> metal_named(Metal(dim=2, scattering=[SpinOrbit()], field=PerpendicularField()))
    'a metal in two dimensions with spin-orbit scattering in a perpendicular magnetic field'
    """
    words = [_SHAPES[type(metal.geometry)](metal)]
    names = (vertex.name.removesuffix(_SCATTERING) for vertex in metal.vertices[1:])
    spins = tuple(dict.fromkeys(names))
    if spins:
        words.append(f"with {' and '.join(spins)}{_SCATTERING}")
    if metal.field is not None:
        words.append(f"in a {_FIELDS[type(metal.field)]} magnetic field")
    return " ".join(words)


def metal_in_words(metal: Metal) -> tuple[str, ...]:
    """Describe a metal in sentences; names of symbols are those of ``cooperon.symbols``.

    Examples
    --------
    >>> for sentence in metal_in_words(Metal(dim=2)):
    ...     print(sentence)
    We consider a metal in two dimensions.
    Its carriers have spin 1/2 and lose their momentum within the lifetime tau.
    They scatter off impurities without range (white-noise disorder).
    Their phase lives for the time tau_phi.
    """
    return tuple(_sentences(metal))


def _sentences(metal: Metal) -> Iterator[str]:
    yield f"We consider {metal_named(metal)}."
    carriers = "have no spin" if metal.spin == 0 else f"have spin {metal.spin}"
    yield f"Its carriers {carriers} and lose their momentum within the lifetime {_known(s.tau, metal.tau)}."
    weights = metal.potential.harmonics
    if weights:
        listed = ", ".join(_known(f"w_{n}", weight) for n, weight in zip(count(1), weights, strict=False))
        yield f"They scatter off impurities with the harmonics {listed} of the rate."
    else:
        yield "They scatter off impurities without range (white-noise disorder)."
    if metal.diffusion != "isotropic":
        yield "Diffusion has constants of its own along principal axes; the conductivity is that along x."
    yield from (f"Its {symbol} is {value}." for symbol, value in metal.geometry.values.items())
    if metal.noisy:
        yield f"Their phase is lost to the noise of the other electrons{_beside_noise(metal)}."
    elif metal.dephasing is None:
        yield "Nothing limits the coherence of their phase."
    else:
        yield f"Their phase lives for the time {_known(s.tau_phi, _coherence(metal))}."


def _coherence(metal: Metal) -> sp.Expr:
    """Return the time that stands in formulas: a value put in, a power law, or tau_phi."""
    return metal.tau_phi if metal.tau_phi != s.tau_phi else metal.coherence_time


def _beside_noise(metal: Metal) -> str:
    rate = metal.coherence_gap
    return f", and at the rate {rate} to other causes" if rate != 0 else ""


def _known(symbol: Any, value: Any) -> str:
    return str(symbol) if str(symbol) == str(value) else f"{symbol} = {value}"


def _dimensions(metal: Metal) -> str:
    return _COUNTED.get(metal.dim, f"{metal.dim} dimensions")


def _bulk(metal: Metal) -> str:
    return f"a metal in {_dimensions(metal)}"


def _film(metal: Metal) -> str:
    return "a thin film" if metal.dim == 2 else "a film with transverse modes"


def _wire(metal: Metal) -> str:
    ends = " between two leads" if getattr(metal.geometry, "length", None) is not None else ""
    shape = "a thin wire" if metal.dim == 1 else f"a wire of a metal in {_dimensions(metal)}"
    return f"{shape}{ends}"


def _ring(metal: Metal) -> str:
    return "a thin ring" if metal.dim == 1 else f"a ring of a metal in {_dimensions(metal)}"


def _cylinder(metal: Metal) -> str:
    return "a hollow cylinder" if metal.dim == 2 else f"a hollow cylinder of a metal in {_dimensions(metal)}"


_SHAPES: Mapping[type, Callable[[Metal], str]] = MappingProxyType(
    {Bulk: _bulk, Film: _film, Wire: _wire, Ring: _ring, Cylinder: _cylinder}
)
_COUNTED: Mapping[Any, str] = MappingProxyType(
    {1: "one dimension", 2: "two dimensions", 3: "three dimensions"}
)
_SCATTERING = " scattering"
_FIELDS: Mapping[type, str] = MappingProxyType(
    {PerpendicularField: "perpendicular", ParallelField: "parallel", TiltedField: "tilted"}
)
