"""Mistakes that are made by hand, each as a change of the derivation: the table of what can be recognised.

A mistake is recognised when the engine, deriving the formula again with the mistake made (see
:mod:`cooperon.symbolic.slips`), gets the expression of the hand. No results of mistakes are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import sympy as sp

from cooperon.diagrams.diagram import LineKind
from cooperon.symbolic import symbols as s
from cooperon.symbolic.conductance_units import UNITS
from cooperon.symbolic.cutoffs import CUTOFFS
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scattering import Magnetic, SpinOrbit
from cooperon.symbolic.slip_makers import (
    channels,
    cut_off,
    dephasing,
    each_axis,
    frequency,
    from_a_wall,
    gap,
    ground_level,
    largest_potential,
    names,
    of_levels,
    of_momenta,
    of_prefactor,
    of_trace,
    rates_exchanged,
    transport,
    turned_into,
    undirected,
    unturned,
    weight,
    without,
)
from cooperon.symbolic.slips import Slip

__all__ = ["MISTAKES", "Mistake"]


@dataclass(frozen=True)
class Mistake:
    """A mistake.

    Attributes
    ----------
    name : str
        What it is, in a few words.
    sentence : str
        What was done, as in "derived again with ...".
    slip : callable
        From the metal to the change of the derivation.
    about : tuple of Symbol
        What a formula must contain, one of these at least; empty for any formula.

    Examples
    --------
    >>> MISTAKES[0].name
    'spin left out'
    """

    name: str
    sentence: str
    slip: Callable[[Metal], Slip]
    about: tuple[sp.Symbol, ...] = ()

    def concerns(self, formula: Formula) -> bool:
        """Whether a formula has what the mistake is about."""
        return not self.about or bool(formula.expr.has(*self.about))


def _cutoff_mistakes() -> Iterator[Mistake]:
    for name, cutoff in CUTOFFS.items():
        yield Mistake(
            f"cutoff {name}", f'the cutoff "{name}" ({cutoff.statement})', cut_off(cutoff), _COHERENCE
        )


_FIELD = (s.B,)
_COHERENCE = (s.tau_phi, s.tau_phi_0, s.B_phi, s.L, s.omega)
_INTEGRATED = (*_COHERENCE, s.g)
_SPINS = (
    s.tau_so,
    s.tau_s,
    s.B_so,
    s.B_s,
    *(s.lookup(f"tau_{kind}_{axis}") for kind in ("so", "s") for axis in "xyz"),
)
_ACROSS = (s.width, s.thickness)


def _unit_mistakes() -> Iterator[Mistake]:
    """Mistake a unit of conductance for another: g is 1/size times as large in it."""
    sizes = {size / other for size, other in product(UNITS.values(), repeat=2)} - {sp.S.One}
    for factor in sorted(sizes, key=lambda size: abs(float(sp.log(size)))):
        sentence = f"a unit of conductance {factor} times as large for g"
        yield Mistake(f"unit of g, {factor}", sentence, names({s.g: factor * s.g}), (s.g,))


_HALF = sp.Rational(1, 2)
_SPHERE = 2 * sp.pi ** (s.d / 2) / sp.gamma(s.d / 2)

MISTAKES: tuple[Mistake, ...] = (
    Mistake("spin left out", "the trace over the spin left out", of_trace(-1)),
    Mistake("spin counted twice", "the trace over the spin taken twice", of_trace(1)),
    Mistake("sign of the currents", "both currents of the crossed diagram in one direction", unturned),
    Mistake(
        "hbar for h", "hbar written where h belongs in the denominator in front", of_prefactor(2 * sp.pi)
    ),
    Mistake(
        "h for hbar",
        "h written where hbar belongs in the denominator in front",
        of_prefactor(1 / (2 * sp.pi)),
    ),
    Mistake("h for hbar throughout", "h in place of hbar everywhere", names({s.hbar: 2 * sp.pi * s.hbar})),
    Mistake("hbar for h throughout", "hbar in place of h everywhere", names({s.hbar: s.hbar / (2 * sp.pi)})),
    Mistake("nu of all spins", "nu taken for all spins together", names({s.nu: s.nu / 2}), (s.nu,)),
    Mistake("1/d left out", "the average over directions left out, <cos(theta)^2> = 1/d", undirected),
    Mistake(
        "D of three dimensions",
        "D = v_F^2 tau/3 in place of v_F^2 tau/d",
        names({s.D: s.D * s.d / 3}),
        (s.D,),
    ),
    Mistake(
        "half of D", "paths that spread as 2 D t and not as 4 D t, with D/2", names({s.D: s.D / 2}), (s.t,)
    ),
    Mistake("tau for tau_tr", "tau in place of tau_tr", names({s.tau_tr: s.tau}), (s.tau_tr,)),
    Mistake("tau_tr for tau", "tau_tr in place of tau", transport),
    Mistake("no vertex ladders", "the ladders at the current vertices left out", without(LineKind.DIFFUSON)),
    Mistake("no dressed boxes", "the dressed Hikami boxes left out", without(LineKind.IMPURITY)),
    Mistake(
        "bare box alone",
        "the dressed Hikami boxes and the ladders at the current vertices left out",
        without(LineKind.DIFFUSON, LineKind.IMPURITY),
    ),
    Mistake(
        "one side of q",
        "one component of q integrated from 0 and not from minus infinity",
        of_momenta(_HALF),
        _INTEGRATED,
    ),
    Mistake(
        "q on both sides twice", "the integral over q counted twice", of_momenta(sp.Integer(2)), _INTEGRATED
    ),
    Mistake("measure of q", "d^d q in place of d^d q/(2 pi)^d", of_momenta((2 * sp.pi) ** s.d), _INTEGRATED),
    Mistake(
        "sphere of q", "the surface of the unit sphere of q left out", of_momenta(1 / _SPHERE), _INTEGRATED
    ),
    Mistake(
        "charge of a pair", "a pair of charge e in place of 2e in the field", names({s.B: s.B / 2}), _FIELD
    ),
    Mistake(
        "charge of a pair doubled",
        "4e in place of 2e for a pair in the field",
        names({s.B: 2 * s.B}),
        _FIELD,
    ),
    Mistake(
        "half the width",
        "half the width or thickness in place of all of it",
        names({s.width: s.width / 2, s.thickness: s.thickness / 2}),
        _ACROSS,
    ),
    Mistake(
        "all of the width",
        "twice the width or thickness, as for a radius taken as the diameter",
        names({s.width: 2 * s.width, s.thickness: 2 * s.thickness}),
        _ACROSS,
    ),
    Mistake("A from a wall", "A = B y counted from a wall and not from the middle", from_a_wall, _ACROSS),
    Mistake("A at the wall", "A^2 at the wall in place of its average across", largest_potential, _ACROSS),
    Mistake("level at zero", "levels at n in place of n + 1/2", ground_level, _FIELD),
    Mistake("states of a level", "half the states of each level", of_levels(_HALF), _FIELD),
    Mistake("dephasing doubled", "2/tau_phi in place of 1/tau_phi", gap(dephasing(1)), _COHERENCE),
    Mistake("dephasing halved", "1/(2 tau_phi) in place of 1/tau_phi", gap(dephasing(-1)), _COHERENCE),
    Mistake("sign of the singlet", "the singlet with the sign of the triplets", weight(sp.Abs), _SPINS),
    Mistake("singlet alone", "the singlet alone", channels("singlet"), _SPINS),
    Mistake("triplets alone", "the triplets alone", channels("triplet x", "triplet y", "triplet z"), _SPINS),
    Mistake("one triplet", "one triplet in place of three", channels("singlet", "triplet z"), _SPINS),
    Mistake(
        "spin-orbit as magnetic",
        "spin-orbit vertices even in k, k'",
        turned_into(SpinOrbit, Magnetic),
        _SPINS,
    ),
    Mistake(
        "magnetic as spin-orbit", "magnetic vertices odd in k, k'", turned_into(Magnetic, SpinOrbit), _SPINS
    ),
    Mistake(
        "tau_so of each axis", "1/tau_so as the rate of each axis", each_axis(SpinOrbit, s.tau_so), _SPINS
    ),
    Mistake("tau_s of each axis", "1/tau_s as the rate of each axis", each_axis(Magnetic, s.tau_s), _SPINS),
    Mistake(
        "4/3 of tau_so", "1/tau_so in place of 4/(3 tau_so)", names({s.tau_so: 4 * s.tau_so / 3}), _SPINS
    ),
    Mistake("2/3 of tau_s", "1/tau_s as the gap of the triplets", names({s.tau_s: 2 * s.tau_s / 3}), _SPINS),
    Mistake("rates exchanged", "tau_so and tau_s exchanged", rates_exchanged, _SPINS),
    Mistake("sign of omega", "exp(+i omega t) in place of exp(-i omega t)", frequency(-1), (s.omega,)),
    Mistake("omega doubled", "2 omega in place of omega", frequency(2), (s.omega,)),
    Mistake("omega left out", "omega left out", frequency(0), (s.omega,)),
    *_unit_mistakes(),
    *_cutoff_mistakes(),
)
"""What is recognised, likeliest first."""
