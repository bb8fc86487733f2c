"""Mistakes that are made by hand, each as a change of the derivation: the table of what can be recognised.

A mistake is recognised when the engine, deriving the formula again with the mistake made (see
:mod:`cooperon.symbolic.slips`), gets the expression of the hand. No results of mistakes are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import sympy as sp

from cooperon.diagrams import Diagram
from cooperon.diagrams.diagram import LineKind
from cooperon.symbolic import symbols as s
from cooperon.symbolic.cutoffs import CUTOFFS, Cutoff
from cooperon.symbolic.fast import moment
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.ladder import Block
from cooperon.symbolic.landau import landau_rate
from cooperon.symbolic.metal import Metal, is_plain
from cooperon.symbolic.options import Options
from cooperon.symbolic.rules import FastLoop, Integrand, impurity_line
from cooperon.symbolic.scattering import Magnetic, SpinOrbit
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


def _of_trace(power: int) -> Callable[[Metal], Slip]:
    """Trace over the spins once too little, or once too often."""

    def slip(metal: Metal) -> Slip:
        states = metal.spin_degeneracy ** (1 + power)
        if is_plain(metal):
            return Slip(metal=lambda one: one.replace(spin=sp.Rational(states - 1, 2)))
        return _prefactor(metal.spin_degeneracy**power)

    return slip


def _prefactor(factor: sp.Expr) -> Slip:
    return Slip(integrand=lambda rules: replace(rules, prefactor=rules.prefactor * factor))


def _of_prefactor(factor: sp.Expr) -> Callable[[Metal], Slip]:
    return lambda metal: _prefactor(factor.xreplace({s.d: metal.dim}))


def _interfering(factor: sp.Expr) -> Callable[[Metal], Slip]:
    """Return a factor of the integral over slow momenta, which only diagrams with a Cooperon have."""

    def slip(metal: Metal) -> Slip:
        value = sp.sympify(factor).xreplace({s.d: metal.dim})
        return Slip(block=lambda block: _poles(block, lambda weight, gap: (value * weight, gap)))

    return slip


def _poles(block: Block, change: Callable[[sp.Expr, sp.Expr], tuple[sp.Expr, sp.Expr]]) -> Block:
    """Change weights and gaps of a ladder's poles."""
    poles = tuple(change(*pole) for pole in block.poles)
    line = impurity_line() / s.tau
    value = sp.Add(*(weight * line / (s.D * s.q**2 + gap) for weight, gap in poles))
    return replace(block, value=value, gap=poles[0][1], poles=poles)


def _gap(change: Callable[[sp.Expr], sp.Expr]) -> Callable[[Metal], Slip]:
    return lambda _: Slip(
        block=lambda block: _poles(block, lambda weight, gap: (weight, sp.expand(change(gap))))
    )


def _weight(change: Callable[[sp.Expr], sp.Expr]) -> Callable[[Metal], Slip]:
    return lambda _: Slip(block=lambda block: _poles(block, lambda weight, gap: (change(weight), gap)))


def _dephasing(times: int) -> Callable[[sp.Expr], sp.Expr]:
    """Change how often the rate 1/tau_phi stands in a gap, by a power of 2."""
    factor = sp.Integer(2) ** times
    return lambda gap: gap.xreplace({s.tau_phi: s.tau_phi / factor})


def _names(table: dict[sp.Symbol, sp.Expr]) -> Callable[[Metal], Slip]:
    return lambda metal: Slip(
        names={symbol: value.xreplace({s.d: metal.dim}) for symbol, value in table.items()}
    )


def _unturned(_: Metal) -> Slip:
    """Let both currents of a maximally crossed diagram point the same way."""

    def integrand(rules: Integrand) -> Integrand:
        fast = tuple(replace(loop, velocities=tuple(map(abs, loop.velocities))) for loop in rules.fast)
        return replace(rules, fast=fast)

    return Slip(integrand=integrand)


@dataclass(frozen=True)
class _Along(FastLoop):
    """A fast integral in which all velocities point along the current, and directions are not averaged."""

    def evaluate(self, metal: Metal, frequency: sp.Expr = sp.S.Zero) -> sp.Expr:
        return super().evaluate(metal, frequency) / moment(len(self.velocities), metal.dim)


def _undirected(metal: Metal) -> Slip:
    """Leave out the average over directions, <cos(theta)**2> = 1/d."""

    def integrand(rules: Integrand) -> Integrand:
        return replace(rules, fast=tuple(_along(loop) for loop in rules.fast))

    return Slip() if metal.anisotropic else Slip(integrand=integrand)


def _along(loop: FastLoop) -> FastLoop:
    if len(loop.velocities) % 2:
        return loop
    return _Along(loop.retarded, loop.advanced, loop.velocities)


def _without(*kinds: str) -> Callable[[Metal], Slip]:
    """Leave out the diagrams that have lines of some kinds."""

    def diagrams(found: tuple[Diagram, ...]) -> tuple[Diagram, ...]:
        return tuple(one for one in found if not one.lines_of(*kinds)) or found

    return lambda _: Slip(diagrams=diagrams)


def _channels(*names: str) -> Callable[[Metal], Slip]:
    return lambda _: Slip(options=lambda options: replace(options, channels=names))


def _transport(metal: Metal) -> Slip:
    return Slip(names={s.tau: s.tau_tr}) if metal.anisotropic else Slip()


def _frequency(factor: int) -> Callable[[Metal], Slip]:
    return lambda _: Slip(options=lambda options: replace(options, omega=factor * options.omega))


def _cut_off(cutoff: Cutoff) -> Callable[[Metal], Slip]:
    def options(given: Options) -> Options:
        return replace(given, cutoff=cutoff)

    return lambda metal: Slip(options=options) if is_plain(metal) else Slip()


def _ground_level(metal: Metal) -> Slip:
    """Let the levels of a pair begin at 0 and not at 1/2."""
    across = sp.sqrt(s.D_x * s.D_y) if metal.diffusion == "xyz" else s.D
    return Slip(level=lambda gap: gap - landau_rate(across) / 2)


def _turned_into(old: type, new: type) -> Callable[[Metal], Slip]:
    """Take one mechanism for the other: the other sign under exchange of momenta."""

    def metal_with(metal: Metal) -> Metal:
        return metal.replace(scattering=tuple(_turned(one, old, new) for one in metal.scattering))

    def slip(metal: Metal) -> Slip:
        if [type(one) for one in metal.scattering[1:]] != [old]:
            return Slip()
        here, there = metal_with(metal).vertices, metal.vertices
        names = {_time(a.rate): _time(b.rate) for a, b in zip(here[1:], there[1:], strict=True)}
        return Slip(metal=metal_with, names=names)

    return slip


def _turned(one: object, old: type, new: type) -> object:
    return new(axes=one.axes) if isinstance(one, old) else one  # type: ignore[attr-defined]


def _time(rate: sp.Expr) -> sp.Symbol:
    (symbol,) = rate.free_symbols
    return symbol


def _each_axis(kind: type, time: sp.Symbol) -> Callable[[Metal], Slip]:
    """Give the rate 1/time to each axis in place of a third of it."""

    def metal_with(metal: Metal) -> Metal:
        spread = (kind(axes="xyz") if one == kind() else one for one in metal.scattering)
        return metal.replace(scattering=tuple(spread))

    names = {s.lookup(f"{time.name}_{axis}"): time for axis in "xyz"}
    return lambda metal: Slip(metal=metal_with, names=names) if kind() in metal.scattering else Slip()


def _rates_exchanged(_: Metal) -> Slip:
    return Slip(names={s.tau_so: s.tau_s, s.tau_s: s.tau_so})


def _cutoff_mistakes() -> Iterator[Mistake]:
    for name, cutoff in CUTOFFS.items():
        yield Mistake(
            f"cutoff {name}", f'the cutoff "{name}" ({cutoff.statement})', _cut_off(cutoff), _COHERENCE
        )


_FIELD = (s.B,)
_COHERENCE = (s.tau_phi, s.tau_phi_0, s.B_phi, s.L, s.omega)
_SPINS = (
    s.tau_so,
    s.tau_s,
    s.B_so,
    s.B_s,
    *(s.lookup(f"tau_{kind}_{axis}") for kind in ("so", "s") for axis in "xyz"),
)
_HALF = sp.Rational(1, 2)
_SPHERE = 2 * sp.pi ** (s.d / 2) / sp.gamma(s.d / 2)

MISTAKES: tuple[Mistake, ...] = (
    Mistake("spin left out", "the trace over the spin left out", _of_trace(-1)),
    Mistake("spin counted twice", "the trace over the spin taken twice", _of_trace(1)),
    Mistake("sign of the currents", "both currents of the crossed diagram in one direction", _unturned),
    Mistake(
        "hbar for h", "hbar written where h belongs in the denominator in front", _of_prefactor(2 * sp.pi)
    ),
    Mistake(
        "h for hbar",
        "h written where hbar belongs in the denominator in front",
        _of_prefactor(1 / (2 * sp.pi)),
    ),
    Mistake("h for hbar throughout", "h in place of hbar everywhere", _names({s.hbar: 2 * sp.pi * s.hbar})),
    Mistake("hbar for h throughout", "hbar in place of h everywhere", _names({s.hbar: s.hbar / (2 * sp.pi)})),
    Mistake("nu of all spins", "nu taken for all spins together", _names({s.nu: s.nu / 2}), (s.nu,)),
    Mistake("1/d left out", "the average over directions left out, <cos(theta)^2> = 1/d", _undirected),
    Mistake(
        "D of three dimensions",
        "D = v_F^2 tau/3 in place of v_F^2 tau/d",
        _names({s.D: s.D * s.d / 3}),
        (s.D,),
    ),
    Mistake("tau for tau_tr", "tau in place of tau_tr", _names({s.tau_tr: s.tau}), (s.tau_tr,)),
    Mistake("tau_tr for tau", "tau_tr in place of tau", _transport),
    Mistake("no vertex ladders", "the ladders at the current vertices left out", _without(LineKind.DIFFUSON)),
    Mistake("no dressed boxes", "the dressed Hikami boxes left out", _without(LineKind.IMPURITY)),
    Mistake(
        "bare box alone",
        "the dressed Hikami boxes and the ladders at the current vertices left out",
        _without(LineKind.DIFFUSON, LineKind.IMPURITY),
    ),
    Mistake(
        "one side of q", "q integrated from 0 and not from minus infinity", _interfering(_HALF), _COHERENCE
    ),
    Mistake(
        "q on both sides twice", "the integral over q counted twice", _interfering(sp.Integer(2)), _COHERENCE
    ),
    Mistake("measure of q", "d^d q in place of d^d q/(2 pi)^d", _interfering((2 * sp.pi) ** s.d), _COHERENCE),
    Mistake(
        "sphere of q", "the surface of the unit sphere of q left out", _interfering(1 / _SPHERE), _COHERENCE
    ),
    Mistake(
        "charge of a pair", "a pair of charge e in place of 2e in the field", _names({s.B: s.B / 2}), _FIELD
    ),
    Mistake(
        "charge of a pair doubled",
        "4e in place of 2e for a pair in the field",
        _names({s.B: 2 * s.B}),
        _FIELD,
    ),
    Mistake("level at zero", "levels at n in place of n + 1/2", _ground_level, _FIELD),
    Mistake("states of a level", "half the states of each level", _interfering(_HALF), _FIELD),
    Mistake("dephasing doubled", "2/tau_phi in place of 1/tau_phi", _gap(_dephasing(1)), _COHERENCE),
    Mistake("dephasing halved", "1/(2 tau_phi) in place of 1/tau_phi", _gap(_dephasing(-1)), _COHERENCE),
    Mistake("sign of the singlet", "the singlet with the sign of the triplets", _weight(sp.Abs), _SPINS),
    Mistake("singlet alone", "the singlet alone", _channels("singlet"), _SPINS),
    Mistake("triplets alone", "the triplets alone", _channels("triplet x", "triplet y", "triplet z"), _SPINS),
    Mistake("one triplet", "one triplet in place of three", _channels("singlet", "triplet z"), _SPINS),
    Mistake(
        "spin-orbit as magnetic",
        "spin-orbit vertices even in k, k'",
        _turned_into(SpinOrbit, Magnetic),
        _SPINS,
    ),
    Mistake(
        "magnetic as spin-orbit", "magnetic vertices odd in k, k'", _turned_into(Magnetic, SpinOrbit), _SPINS
    ),
    Mistake(
        "tau_so of each axis", "1/tau_so as the rate of each axis", _each_axis(SpinOrbit, s.tau_so), _SPINS
    ),
    Mistake("tau_s of each axis", "1/tau_s as the rate of each axis", _each_axis(Magnetic, s.tau_s), _SPINS),
    Mistake(
        "4/3 of tau_so", "1/tau_so in place of 4/(3 tau_so)", _names({s.tau_so: 4 * s.tau_so / 3}), _SPINS
    ),
    Mistake("2/3 of tau_s", "1/tau_s as the gap of the triplets", _names({s.tau_s: 2 * s.tau_s / 3}), _SPINS),
    Mistake("rates exchanged", "tau_so and tau_s exchanged", _rates_exchanged, _SPINS),
    Mistake("sign of omega", "exp(+i omega t) in place of exp(-i omega t)", _frequency(-1), (s.omega,)),
    Mistake("omega doubled", "2 omega in place of omega", _frequency(2), (s.omega,)),
    Mistake("omega left out", "omega left out", _frequency(0), (s.omega,)),
    *_cutoff_mistakes(),
)
"""What is recognised, likeliest first."""
