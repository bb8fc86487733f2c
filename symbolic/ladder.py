"""The resummed blocks: the Bethe-Salpeter equation as a geometric series with a diffusion pole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams.diagram import LineKind
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.anisotropy import in_diffusion, visits
from cooperon.symbolic.arguments import expression, require
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fast import (
    Advanced,
    AngularAverage,
    EnergyIntegral,
    Retarded,
    cosine,
    energy_integral,
    fast_integral,
)
from cooperon.symbolic.metal import Metal, require_plain
from cooperon.symbolic.rules import impurity_line, ladder_series

__all__ = ["Block", "ladder", "orbital_ladder", "orbital_steps", "self_energy"]

_MOMENTA = {
    LineKind.DIFFUSON: "the electrons of a rung have momenta k and k - q",
    LineKind.COOPERON: "the advanced line turned round, the electrons of a rung have momenta k and q - k",
}


@dataclass(frozen=True, repr=False)
class Block(PublicNames):
    """A resummed ladder: its value as a function of q, and how it was found.

    Attributes
    ----------
    kind : LineKind
        Diffuson or Cooperon.
    value : sympy.Expr
        (hbar/(2 pi nu tau**2))/(D q**2 + gap).
    gap : sympy.Expr
        What stands beside D q**2: -i omega and, for a Cooperon, 1/tau_phi.
    steps : tuple of Step
        The derivation.
    poles : tuple of (sympy.Expr, sympy.Expr)
        Weight and gap of each of its poles, where it is the sum over the channels of spins.
    """

    kind: LineKind
    value: sp.Expr
    gap: sp.Expr
    steps: tuple[Step, ...]
    poles: tuple[tuple[sp.Expr, sp.Expr], ...] = ()

    def __repr__(self) -> str:
        return f"<{self.kind}: {self.value}>"

    def _repr_latex_(self) -> str:
        from cooperon.symbolic.latex import latex

        return rf"$\displaystyle {latex(self.value)}$"


def self_energy() -> Step:
    """Self-consistent Born approximation: the strength of the impurity line in terms of tau.

    The integral over xi is taken symmetrically about the Fermi energy; its real part shifts the
    Fermi energy only.
    """
    both_sides = Retarded(s.xi) + Retarded(-s.xi)
    return Step(
        "self-energy",
        impurity_line() * s.nu * sp.Integral(both_sides, (s.xi, 0, sp.oo)),
        -sp.I * s.hbar / (2 * s.tau),
        "the impurity line hbar/(2 pi nu tau) gives the averaged Green's function its lifetime tau",
    )


def ladder(kind: str, metal: Metal, *, omega: sp.Expr = sp.S.Zero, coherent: bool = False) -> Block:
    """Sum a ladder of impurity lines.

    Parameters
    ----------
    kind : str
        ``"diffuson"`` or ``"cooperon"``.
    metal : Metal
        Gives the dimension and whether phases are broken.
    omega : sympy.Expr
        Frequency.
    coherent : bool
        True leaves the dephasing out (when another cutoff takes its place).

    Returns
    -------
    Block

    Raises
    ------
    InputError
        For an unknown kind, or what is no metal or frequency.

    References
    ----------
    J. S. Langer and T. Neal, Phys. Rev. Lett. 16, 984 (1966); E. Akkermans and G. Montambaux, Mesoscopic
    Physics of Electrons and Photons (Cambridge, 2007), ch. 4.

    Examples
    --------
    >>> ladder("cooperon", Metal(dim=2)).value
    hbar/(2*pi*nu*tau**2*(D*q**2 + 1/tau_phi))
    """
    if not isinstance(kind, str) or kind not in _MOMENTA:
        raise InputError(f"kind = {kind!r}", expected="one of " + ", ".join(_MOMENTA))
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    require_plain(metal, "a ladder")
    if metal.noisy and kind == LineKind.COOPERON:
        raise InputError(
            f"the Cooperon of {metal}",
            expected="dephasing that adds a rate: with the noise of electrons along a wire it is no "
            "diffusion pole",
            hint="cooperon.conductivity(metal, loops=1), or dephasing=cooperon.PowerLaw(2/3)",
        )
    frequency = expression(omega, "omega", "omega=cooperon.symbols.omega")
    return orbital_ladder(LineKind(kind), metal, frequency, coherent=coherent)


def orbital_ladder(block: LineKind, metal: Metal, omega: sp.Expr, *, coherent: bool) -> Block:
    """Sum the same, whatever acts on the modes of q or on the spins beside it."""
    breaks_phase = block is LineKind.COOPERON and not coherent
    decay = metal.coherence_gap if breaks_phase else sp.S.Zero
    steps = tuple(_steps(block, metal, omega + sp.I * decay))
    pole = impurity_line() / s.tau / steps[-1].rhs
    gap = sp.expand(pole.xreplace({s.q: sp.S.Zero}))
    return Block(block, steps[-1].rhs, gap, steps, ((sp.S.One, gap),))


def orbital_steps(kind: LineKind, metal: Metal, frequency: sp.Expr) -> Iterator[Step]:
    """Pages of one rung: what it hands on, of which the last line's right-hand side is left."""
    yield self_energy()
    shift = s.v_F * s.q * cosine
    product = Retarded(s.xi - s.hbar * frequency) * Advanced(s.xi - s.hbar * shift)
    rate = 1 / s.tau - sp.I * frequency + sp.I * shift
    rung = energy_integral(1, 1, rate)
    phase = "; dephasing is an imaginary part of the frequency" if frequency.has(*_LAWS) else ""
    yield Step(
        f"rung of the {kind}",
        EnergyIntegral(product, (s.xi, -sp.oo, sp.oo)),
        rung,
        f"residues; {_MOMENTA[kind]}{phase}",
    )
    scaling = ((s.q, 1), *((time, -2) for time in _ends(frequency)), (s.omega, 2))
    expanded = _expanded_rung(metal, frequency)
    yield Step(
        f"average over directions ({kind})",
        impurity_line() * s.nu * AngularAverage(rung, cosine, metal.dim),
        expanded,
        f"tensor reduction, to second order in q; D = v_F**2 {metal.transport_time}/d",
        scaling,
        sp.Integer(4),
    )
    if metal.anisotropic:
        through = visits(kind, metal, rung, expanded, scaling)
        yield from through


_LAWS = (s.tau_phi, s.tau_phi_0, s.tau_ep_0)


def _ends(frequency: sp.Expr) -> tuple[sp.Symbol, ...]:
    """Name the times of dephasing, long against tau: tau_phi, and those that stand in its place."""
    return tuple(time for time in _LAWS if time == s.tau_phi or frequency.has(time))


def _steps(kind: LineKind, metal: Metal, frequency: sp.Expr) -> Iterator[Step]:
    rung = tuple(orbital_steps(kind, metal, frequency))
    yield from rung
    expanded = rung[-1].rhs
    yield Step(
        f"Bethe-Salpeter equation ({kind})",
        ladder_series(impurity_line(), expanded),
        impurity_line() / s.tau / sp.expand((1 - expanded) / s.tau),
        "the ladder is a geometric series: a diffusion pole, which a finite number of rungs more or less "
        "does not change",
    )


def _expanded_rung(metal: Metal, frequency: sp.Expr) -> sp.Expr:
    value = fast_integral(retarded=1, advanced=1, dim=metal.dim, momentum=s.q, frequency=frequency, order=2)
    return sp.expand(in_diffusion(sp.expand(impurity_line() * s.nu * value), metal))
