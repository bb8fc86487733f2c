"""Interference and interaction side by side: the parts of a metal's conductivity, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fields import Field, require_field
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.geometry import Film
from cooperon.symbolic.interaction_correction import interaction_correction
from cooperon.symbolic.interactions import Coulomb
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scattering import Zeeman
from cooperon.symbolic.spectrum import spectrum

__all__ = ["Parts", "separate"]

_PLANE = 2
_HALF = sp.Rational(1, 2)
_ADDING_UP = ("Drude", "interference", "exchange", "triplet")
_SYMBOLS = {
    "interference": r"\delta\sigma_{\mathrm{WL}}",
    "exchange": r"\delta\sigma_{ee,\mathrm{exchange}}",
    "triplet": r"\delta\sigma_{ee,\mathrm{triplet}}",
    "interaction": r"\delta\sigma_{ee}",
    "correction": r"\delta\sigma",
    "total": r"\sigma",
}
_NAMES = {
    "interference": "delta sigma_WL",
    "exchange": "delta sigma_ee, exchange",
    "triplet": "delta sigma_ee, triplet",
    "interaction": "delta sigma_ee",
    "correction": "delta sigma",
    "total": "sigma",
}


@dataclass(frozen=True, repr=False, eq=False)
class Parts(PublicNames, Mapping[str, Formula]):
    """The parts of a conductivity, by name.

    Attributes
    ----------
    metal : Metal
        With the field, and the Zeeman splitting where it counts.
    formulas : mapping of str to Formula
        ``"Drude"``, ``"interference"``, ``"exchange"`` and ``"triplet"``, which add up to ``"total"``;
        ``"interaction"``, the sum of exchange and triplet; ``"correction"``, the total without Drude; and
        ``"resistivity"``, 1/total. Without a triplet part its name is not there.

    Examples
    --------
    >>> import cooperon as cp
    >>> parts = cp.separate(cp.Metal(dim=2, interaction=cp.Coulomb(F0=0)))
    >>> list(parts)
    ['Drude', 'interference', 'exchange', 'interaction', 'correction', 'total', 'resistivity']
    """

    metal: Metal
    formulas: Mapping[str, Formula]

    @property
    def adding_up(self) -> tuple[str, ...]:
        """Names of the parts that add up to the total.

        Examples
        --------
        >>> import cooperon as cp
        >>> cp.separate(cp.Metal(dim=2)).adding_up
        ('Drude', 'interference', 'exchange', 'triplet')
        """
        return tuple(name for name in _ADDING_UP if name in self.formulas)

    def __getitem__(self, name: str) -> Formula:
        if name not in self.formulas:
            raise InputError(f"the part {name!r}", expected="one of " + ", ".join(self.formulas))
        return self.formulas[name]

    def __contains__(self, name: object) -> bool:
        return name in self.formulas

    def get(self, name: str, default: Any = None) -> Any:
        """Return a part, or something else where it is not there.

        Parameters
        ----------
        name : str
            Its name.
        default : object
            What stands in its place.

        Examples
        --------
        >>> import cooperon as cp
        >>> cp.separate(cp.Metal(dim=2, spin=0)).get("triplet") is None
        True
        """
        return self.formulas.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.formulas)

    def __len__(self) -> int:
        return len(self.formulas)

    def __repr__(self) -> str:
        widest = max(map(len, self))
        shown = (f"  {name:{widest}}  {self[name].leading()}" for name in self if name not in _SUMS)
        return "\n".join((f"parts of the conductivity of {self.metal}", *shown))

    def _repr_markdown_(self) -> str:
        from cooperon.symbolic.latex import latex

        rows = (f"| {name} | ${latex(self[name].leading())}$ |" for name in self if name not in _SUMS)
        return "\n".join(("| part | leading form |", "| --- | --- |", *rows))


_SUMS = ("interaction", "correction", "total", "resistivity")


def separate(
    metal: Metal,
    *,
    field: Field | None = None,
    zeeman: bool = True,
    triplet: str = "exact",
    cutoff: str | None = None,
) -> Parts:
    """Derive what interference and what the interaction add to a conductivity, as formulas by name.

    They depend on the temperature T, the field B and, in a tilted field, on the angle theta of the field with
    the film. Interference feels the component upright on a film by Landau levels, the one in its plane by
    the rate 1/tau_B; the interaction feels the size of the field alone, by the Zeeman splitting.

    Parameters
    ----------
    metal : Metal
        Its dephasing law brings the temperature into interference. ``interaction=None`` counts as
        ``Coulomb()``.
    field : PerpendicularField, ParallelField, TiltedField or None
        None: that of the metal, if it has one.
    zeeman : bool
        Whether a field splits the energies of the spins. False: it acts on orbits alone, unless the metal has
        :class:`~cooperon.Zeeman` among its mechanisms.
    triplet : str
        As in :func:`~cooperon.interaction_correction`.
    cutoff : str, optional
        Of interference, as in :func:`~cooperon.conductivity`. Default: ``"diffusive"``; where interference
        has a limit without a cutoff, ``"dimensional"``, which leaves out what depends neither on the
        temperature nor on the field.

    Returns
    -------
    Parts
        A mapping: ``"Drude"``, ``"interference"``, ``"exchange"``, ``"triplet"``, their sum ``"total"``,
        ``"interaction"`` (exchange and triplet), ``"correction"`` (all but Drude: what
        :func:`~cooperon.fit` takes), and ``"resistivity"``, in two dimensions per square.

    Raises
    ------
    InputError
        For unknown options, or a metal for which one of the parts is not derived.

    References
    ----------
    P. A. Lee and T. V. Ramakrishnan, Rev. Mod. Phys. 57, 287 (1985), sections II and III; G. Bergmann, Phys.
    Rep. 107, 1 (1984).

    Examples
    --------
    >>> from cooperon.symbolic.dephasing import PowerLaw
    >>> parts = separate(Metal(dim=2, dephasing=PowerLaw(1), interaction=Coulomb(F0=0)))
    >>> parts["interference"].leading()
    -e**2*log(T_0*tau_phi_0/(T*tau))/(2*pi**2*hbar)
    >>> parts["interaction"].leading()
    -e**2*log(hbar/(T*k_B*tau))/(2*pi**2*hbar)
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    require_field(field)
    metal = _in_field(metal, field, zeeman=zeeman)
    found = {
        "Drude": _drude(metal),
        "interference": _interference(metal, cutoff),
        **_interaction(metal, triplet),
    }
    electrons = [found[name] for name in ("exchange", "triplet") if name in found]
    found["interaction"] = _sum(metal, electrons, "interaction")
    adding = [found[name] for name in _ADDING_UP if name in found]
    found["correction"] = _sum(metal, adding[1:], "correction")
    found["total"] = _sum(metal, adding, "total")
    found["resistivity"] = _resistivity(found["total"], adding)
    return Parts(metal, found)


def _in_field(metal: Metal, field: Field | None, *, zeeman: object) -> Metal:
    """Return the metal in the field that was asked for, with the Zeeman splitting it brings."""
    if not isinstance(zeeman, bool):
        raise InputError(f"zeeman = {zeeman!r}", expected="True or False")
    if field is not None:
        metal = metal.replace(field=field)
    if metal.field is None or not zeeman or metal.zeeman or metal.spin != _HALF:
        return metal
    return metal.replace(scattering=(*metal.scattering, Zeeman()))


def _without_zeeman(metal: Metal) -> Metal:
    return metal.replace(scattering=tuple(one for one in metal.scattering if one != metal.zeeman))


def _drude(metal: Metal) -> Formula:
    return replace(conductivity(_without_zeeman(metal), loops=0), metal=metal)


def _interference(metal: Metal, cutoff: str | None) -> Formula:
    """Derive weak localization; the Zeeman splitting changes it where spins are scattered."""
    chosen = cutoff if cutoff is not None else _cutoff(metal)
    return _named(conductivity(metal, loops=1, cutoff=chosen), metal, "interference")


def _cutoff(metal: Metal) -> str:
    modes = spectrum(metal)
    converges = modes.axis is None and not metal.noisy and modes.dim != _PLANE
    return "dimensional" if converges else "diffusive"


def _interaction(metal: Metal, triplet: str) -> dict[str, Formula]:
    """Derive the parts that there are of the interaction correction."""
    names = ["exchange"]
    if (metal.interaction or Coulomb()).F0 != 0 and metal.spin != 0:
        names.append("triplet")
    found = {}
    for name in names:
        part = interaction_correction(metal.replace(field=None), part=name, triplet=triplet)
        found[name] = replace(
            _named(part, metal, name), assumptions=(*part.assumptions, *_interaction_assumptions(metal))
        )
    return found


def _interaction_assumptions(metal: Metal) -> Iterator[Assumption]:
    thickness = metal.geometry.thickness if isinstance(metal.geometry, Film) else None
    if thickness is not None:
        yield Assumption(
            "thickness << sqrt(hbar D/(k_B T)), the thermal length: two dimensions for the interaction",
            thickness**2 * s.k_B * s.T < s.hbar * s.D,
        )
    if metal.field is not None and metal.zeeman is None:
        yield Assumption("the field acts on orbits alone: no Zeeman splitting")


def _named(formula: Formula, metal: Metal, name: str) -> Formula:
    return replace(formula, name=_NAMES[name], symbol=_SYMBOLS[name], metal=metal)


def _sum(metal: Metal, parts: list[Formula], name: str) -> Formula:
    found = _named(sum(parts[1:], parts[0]), metal, name)
    if len(parts) == 1:
        return found
    undone = sp.Add(*(one.expr for one in parts), evaluate=False)
    step = Step("sum of the parts", undone, found.expr, "to first order, they do not know of each other")
    return replace(found, derivation=found.derivation + (step,))


def _resistivity(total: Formula, parts: list[Formula]) -> Formula:
    """Invert the conductivity."""
    name, symbol = ("R_sq", r"R_\square") if total.metal.dim == _PLANE else ("rho", r"\rho")
    value = 1 / total.expr
    undone = sp.Add(*(one.expr for one in parts), evaluate=False)
    step = Step("resistivity", 1 / undone, value, "the inverse of the conductivity")
    return replace(
        total,
        name=name,
        symbol=symbol,
        expr=value,
        asymptote=1 / total.asymptote,
        derivation=total.derivation + (step,),
    )
