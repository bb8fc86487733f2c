"""The non-linear sigma model's beta functions: stored, not derived.

This is the one table of the library whose entries come from the literature and from no diagram of its own.
What is made of them says so: a step of the rule ``stored, not derived``, which ``verify()`` does not confirm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic.channels import ladder_channels
from cooperon.symbolic.derivation import STORED
from cooperon.symbolic.metal import Metal

__all__ = ["EPSILON", "TABLE", "StoredBeta", "blocks", "coupling", "stored_beta"]

EPSILON = sp.Symbol("epsilon", positive=True)
"""The dimension of space less 2."""
_T = sp.Symbol("t", positive=True)
_KRAMERS = 2
"""What the symplectic class counts as one unit of conductance: a pair of states, 2 e**2/h."""


@dataclass(frozen=True)
class StoredBeta:
    """An entry of the table: dt/d ln(1/L) = epsilon t + sum of c_n t**(n+1) over the loops n.

    Attributes
    ----------
    name : str
        The symmetry class.
    coefficients : mapping of int to sympy.Expr
        c_n by the number n of loops; a loop that is not listed and not beyond ``known`` adds nothing.
    known : int
        Number of loops up to which the literature has them.
    source, cited : str
        Where they come from, in full and in short.

    Examples
    --------
    >>> print(TABLE["unitary"])
    stored, not derived: unitary class, dt/d ln(1/L) = epsilon*t - 2*t**3 - 6*t**5 (F. Wegner, Nucl. Phys. B 316, 663 (1989))
    >>> TABLE["orthogonal"].beta(2)
    epsilon*t - 2*t**2
    """  # noqa: E501

    name: str
    coefficients: Mapping[int, sp.Expr]
    known: int
    source: str
    cited: str

    def beta(self, loops: int, t: sp.Expr = _T) -> sp.Expr:
        """Return dt/d ln(1/L) up to a number of loops."""
        return EPSILON * t + sp.Add(*(c * t ** (n + 1) for n, c in self.coefficients.items() if n <= loops))

    def __str__(self) -> str:
        terms = [EPSILON * _T, *(c * _T ** (n + 1) for n, c in self.coefficients.items())]
        written = " + ".join(map(str, terms)).replace("+ -", "- ")
        return f"{STORED}: {self.name} class, dt/d ln(1/L) = {written} ({self.source})"


_WEGNER = "F. Wegner, Nucl. Phys. B 316, 663 (1989)"
_HIKAMI = f"{_WEGNER}; fifth loop: S. Hikami, Prog. Theor. Phys. Suppl. 107, 213 (1992)"
_CITED = {_WEGNER: "Wegner 1989", _HIKAMI: "Wegner 1989; fifth loop: Hikami 1992"}
_ZETA3, _ZETA4 = sp.zeta(3), sp.zeta(4)


def _entry(name: str, coefficients: dict[int, sp.Expr], source: str) -> tuple[str, StoredBeta]:
    numbers = {n: sp.sympify(c) for n, c in coefficients.items()}
    return name, StoredBeta(name, MappingProxyType(numbers), 5, source, _CITED[source])


TABLE: Mapping[str, StoredBeta] = MappingProxyType(
    dict(
        (
            _entry("orthogonal", {1: sp.Integer(-2), 4: -12 * _ZETA3, 5: 27 * _ZETA4 / 2}, _HIKAMI),
            _entry("unitary", {2: sp.Integer(-2), 4: sp.Integer(-6)}, _WEGNER),
            _entry("symplectic", {1: sp.S.One, 4: -3 * _ZETA3 / 4, 5: -27 * _ZETA4 / 64}, _HIKAMI),
        )
    )
)
"""By the symmetry class. t = 1/(2 pi g_1) with g_1 = G/(e**2/h) of one block of the spins, in the symplectic
class G/(2 e**2/h)."""


def stored_beta(name: str) -> StoredBeta:
    """Return the entry of a symmetry class.

    Raises
    ------
    InputError
        For an unknown class.

    Examples
    --------
    >>> stored_beta("symplectic").coefficients[1]
    1
    """
    if name not in TABLE:
        raise InputError(f"symmetry class = {name!r}", expected="one of " + ", ".join(TABLE))
    return TABLE[name]


def blocks(metal: Metal) -> int:
    """Return how many blocks the spins make that no scattering joins, each a metal of its own.

    They are read off the diffuson: a component of the spin that is conserved has one without a gap.

    Raises
    ------
    InputError
        For spins other than 0 and 1/2 that scattering acts on.

    Examples
    --------
    >>> from cooperon.symbolic.scattering import Magnetic, SpinOrbit
    >>> [blocks(Metal(scattering=[one])) for one in (SpinOrbit("z"), Magnetic())], blocks(Metal(spin=0))
    ([2, 1], 1)
    """
    if not metal.spin_scatterers:
        return int(metal.spin_degeneracy)
    if metal.spin != sp.Rational(1, 2):
        raise InputError(
            f"scattering = {metal.scattering} with spin = {metal.spin}",
            expected="spin 1/2 or 0",
            hint="spin=0",
        )
    found = ladder_channels("diffuson", metal, coherent=True).channels
    return 2 if any(one.gap == 0 for one in found if one.name != "singlet") else 1


def coupling(metal: Metal, name: str, conductance: sp.Expr) -> sp.Expr:
    """Return t of the table for a conductance in e**2/hbar.

    Examples
    --------
    >>> g = sp.Symbol("g")
    >>> coupling(Metal(), "orthogonal", g), coupling(Metal(spin=0), "orthogonal", g)
    (1/(2*pi**2*g), 1/(4*pi**2*g))
    """
    shares = _KRAMERS if name == "symplectic" else blocks(metal)
    in_quanta = 2 * sp.pi * conductance / shares  # e**2/h = (e**2/hbar)/(2 pi)
    return 1 / (2 * sp.pi * in_quanta)
