"""Conventions: which fields and rates the published forms of a magnetoconductivity are written in.

Times keep one meaning in all of the library; a convention says what the fields B_phi, B_so, B_s and B_e stand
for. What is kept here is how each of them follows from the rates, as its source defines it; formulas are
rewritten, never looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.fermi_liquid import AMPLITUDES
from cooperon.symbolic.metal import Metal

__all__ = ["CONVENTIONS", "TIMES", "Convention", "convention"]

TIMES = "cooperon"
"""Name of the library's own convention, in which rates are written as times."""

_FIELD = s.hbar / (4 * s.e * s.D)
_OWN = {s.B_phi: 1 / s.tau_phi, s.B_so: 1 / s.tau_so, s.B_s: 1 / s.tau_s, s.B_e: 1 / s.tau}
_SUMMED = "1/tau_so and 1/tau_s are sums over the three axes of the spin"
_TOTAL = "1/tau is the rate of all scattering together"
_ACTS_LIKE = "a rate 1/tau_i acts like the field B_i = hbar/(4 e D tau_i)"
_PLAIN = "B_i = hbar/(4 e D tau_i)"
_NO_LETTERS: Mapping[sp.Symbol, str] = MappingProxyType({})


@dataclass(frozen=True)
class Convention:
    """What the symbols of a published formula stand for.

    Attributes
    ----------
    name : str
        As :meth:`Formula.in_convention` takes it.
    source : str
        Where it is published.
    notation : mapping of Symbol to str
        Letters of the source for the fields, in LaTeX, where it has some.
    definitions : mapping of Symbol to Expr
        Each field by the times of the library, for a diffusion constant D.
    statement : str
        One line: what its fields stand for.
    note : str
        What to mind.
    equal : mapping of Symbol to Symbol
        Times that the source takes to be equal to others.
    partial : bool
        Whether rates that it has no field for may stay times.

    Examples
    --------
    >>> CONVENTIONS["Bergmann"].definitions[s.B_phi]
    hbar/(4*D*e*tau_phi)
    """

    name: str
    source: str
    notation: Mapping[sp.Symbol, str]
    definitions: Mapping[sp.Symbol, sp.Expr]
    statement: str
    note: str
    equal: Mapping[sp.Symbol, sp.Symbol] = field(default_factory=dict)
    partial: bool = False

    @property
    def times(self) -> frozenset[sp.Symbol]:
        """The times of the library that its fields are made of."""
        found = {x for value in self.definitions.values() for x in value.free_symbols}
        return frozenset(found - _FIELD.free_symbols)

    def fields(self, metal: Metal) -> dict[sp.Symbol, sp.Expr]:
        """Return the fields that a metal has, by its times.

        Examples
        --------
        >>> CONVENTIONS["Bergmann"].fields(Metal(dim=2))
        {B_phi: hbar/(4*D*e*tau_phi), B_e: hbar/(4*D*e*tau)}
        """
        absent = dict.fromkeys(self.times - times_of(metal), sp.oo)
        table = {symbol: value.subs(absent) for symbol, value in self.definitions.items()}
        across = {s.D: metal.diffusion_across}
        return {symbol: value.xreplace(across) for symbol, value in table.items() if value != 0}

    def says(self, metal: Metal) -> str:
        """Return the statement, as far as it is about scattering that a metal has."""
        if times_of(metal) - {s.tau, s.tau_phi}:
            return self.statement
        return _ACTS_LIKE if self.name == TIMES else _PLAIN

    def rates(self, metal: Metal) -> dict[sp.Symbol, sp.Expr]:
        """Return the times of a metal by the fields: the definitions, solved for them.

        Examples
        --------
        >>> CONVENTIONS["Bergmann"].rates(Metal(dim=2))[s.tau_phi]
        hbar/(4*B_phi*D*e)
        """
        fields = {symbol: value.xreplace(dict(self.equal)) for symbol, value in self.fields(metal).items()}
        unknown = sorted(set().union(*(x.free_symbols for x in fields.values())) & self.times, key=str)
        rates = {time: sp.Dummy() for time in unknown}
        inverse = {time: 1 / rate for time, rate in rates.items()}
        equations = [value.xreplace(inverse) - symbol for symbol, value in fields.items()]
        (solved,) = sp.solve(equations, list(rates.values()), dict=True)
        table = {time: 1 / sp.factor_terms(solved[rate]) for time, rate in rates.items()}
        others = {time: table[same] for time, same in self.equal.items() if same in table}
        return table | others


def times_of(metal: Metal) -> frozenset[sp.Symbol]:
    """Return the times that the rates of a metal are written in.

    Examples
    --------
    >>> sorted(map(str, times_of(Metal(dim=2))))
    ['tau', 'tau_phi']
    """
    return frozenset({s.tau_phi}.union(*(vertex.rate.free_symbols for vertex in metal.vertices)))


def convention(name: object) -> Convention:
    """Return the convention of a name.

    Raises
    ------
    InputError
        When there is none; the message lists those that there are.

    Examples
    --------
    >>> convention("times").name
    'cooperon'
    """
    given = _ALIASES.get(name, name) if isinstance(name, str) else name
    if not isinstance(given, str) or given not in CONVENTIONS:
        raise InputError(
            f"the convention {name!r}",
            expected="one of " + ", ".join([*CONVENTIONS, *_ALIASES, *AMPLITUDES]),
            hint='formula.in_convention("HLN")',
        )
    return CONVENTIONS[given]


def _in_tesla(rates: Mapping[sp.Symbol, sp.Expr]) -> Mapping[sp.Symbol, sp.Expr]:
    return MappingProxyType({field: _FIELD * rate for field, rate in rates.items()})


_ALIASES = {"times": TIMES}

_TABLE = (
    Convention(
        TIMES,
        "cooperon",
        _NO_LETTERS,
        _in_tesla({}),
        f"{_SUMMED}; {_TOTAL}; {_ACTS_LIKE}",
        "The convention in which formulas are derived.",
    ),
    Convention(
        "HLN",
        "S. Hikami, A. I. Larkin and Y. Nagaoka, Prog. Theor. Phys. 63, 707 (1980), eq. (18)",
        _NO_LETTERS,
        _in_tesla(_OWN),
        f"{_PLAIN}, where {_SUMMED} and {_TOTAL}",
        "The paper has rates for each axis, those of x and y equal: their sums are 1/tau_so and 1/tau_s.",
        partial=True,
    ),
    Convention(
        "Bergmann",
        "G. Bergmann, Phys. Rep. 107, 1 (1984)",
        MappingProxyType({s.B_phi: "H_i", s.B_so: "H_{so}", s.B_s: "H_s", s.B_e: "H_0"}),
        _in_tesla(_OWN | {s.B_e: 1 / s.tau - 1 / s.tau_so - 1 / s.tau_s}),
        f"{_PLAIN}, where {_SUMMED}, and B_e is H_0, that of the potential alone: "
        "B_e + B_so + B_s belongs to 1/tau",
        "H_1 = H_0 + H_so + H_s takes the place of B_e.",
    ),
    Convention(
        "Altshuler-Aronov",
        "B. L. Altshuler, A. G. Aronov, A. I. Larkin and D. E. Khmelnitskii, Sov. Phys. JETP 54, 411 (1981); "
        "B. L. Altshuler and A. G. Aronov, in Electron-Electron Interactions in Disordered Systems (1985)",
        _NO_LETTERS,
        _in_tesla(_OWN | {s.B_phi: 1 / s.tau_phi + 2 / s.tau_s}),
        f"{_PLAIN}, where {_SUMMED} and {_TOTAL}, and B_phi is that of the whole gap of the "
        "singlet, magnetic scattering included: 1/tau_phi + 2/tau_s of the library",
        "The gap of the triplets is then B_phi + (4/3)(B_so - B_s).",
    ),
    Convention(
        "Maekawa-Fukuyama",
        "S. Maekawa and H. Fukuyama, J. Phys. Soc. Jpn. 50, 2516 (1981), as quoted by A. D. Caviglia et al., "
        "Phys. Rev. Lett. 104, 126803 (2010), without Zeeman splitting",
        MappingProxyType({s.B_phi: "H_i", s.B_so: "H_{so}"}),
        _in_tesla({s.B_phi: 1 / s.tau_phi, s.B_so: 1 / s.tau_so_x + 1 / s.tau_so_y, s.B_e: 1 / s.tau}),
        f"{_PLAIN}, where 1/tau_so is the sum of equal rates of the x and y axes, and the z axis has none; "
        f"{_TOTAL}",
        "Two triplets have the gap B_phi + B_so and one B_phi + 2 B_so: nowhere a factor 4/3.",
        equal=MappingProxyType({s.tau_so_y: s.tau_so_x}),
    ),
    Convention(
        "spin relaxation",
        "Y. Niimi et al., Phys. Rev. Lett. 110, 016805 (2013): L_s = (sqrt(3)/2) L_so",
        _NO_LETTERS,
        _in_tesla(_OWN | {s.B_so: 4 / (3 * s.tau_so), s.B_s: 4 / (3 * s.tau_s)}),
        f"{_PLAIN}, where B_so and B_s are those of the rates at which a spin polarization relaxes, 4/3 of "
        f"the rates 1/tau_so and 1/tau_s of scattering; {_TOTAL}",
        "The rate at which spins relax is what spin valves measure.",
    ),
)

CONVENTIONS: Mapping[str, Convention] = MappingProxyType({one.name: one for one in _TABLE})
"""Every convention by its name."""
