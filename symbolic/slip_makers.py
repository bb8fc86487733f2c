"""Changes of a derivation, of which the table of mistakes is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy as sp

from cooperon.diagrams import Diagram
from cooperon.symbolic import symbols as s
from cooperon.symbolic.cutoffs import Cutoff
from cooperon.symbolic.fast import moment
from cooperon.symbolic.ladder import Block
from cooperon.symbolic.landau import landau_rate
from cooperon.symbolic.metal import Metal, is_plain
from cooperon.symbolic.options import Options
from cooperon.symbolic.penetration import Penetration, penetration
from cooperon.symbolic.rules import FastLoop, Integrand, impurity_line
from cooperon.symbolic.slips import Slip

__all__ = [
    "channels",
    "cut_off",
    "dephasing",
    "each_axis",
    "frequency",
    "from_a_wall",
    "gap",
    "ground_level",
    "largest_potential",
    "names",
    "of_levels",
    "of_momenta",
    "of_prefactor",
    "of_trace",
    "rates_exchanged",
    "transport",
    "turned_into",
    "undirected",
    "unturned",
    "weight",
    "without",
]


def of_trace(power: int) -> Callable[[Metal], Slip]:
    """Trace over the spins once too little, or once too often."""

    def slip(metal: Metal) -> Slip:
        states = metal.spin_degeneracy ** (1 + power)
        if is_plain(metal):
            return Slip(metal=lambda one: one.replace(spin=sp.Rational(states - 1, 2)))
        return _prefactor(metal.spin_degeneracy**power)

    return slip


def _prefactor(factor: sp.Expr) -> Slip:
    return Slip(integrand=lambda rules: replace(rules, prefactor=rules.prefactor * factor))


def of_prefactor(factor: sp.Expr) -> Callable[[Metal], Slip]:
    """Multiply what stands in front of a diagram."""
    return lambda metal: _prefactor(factor.xreplace({s.d: metal.dim}))


def interfering(factor: sp.Expr) -> Callable[[Metal], Slip]:
    """Return a factor of the integral over slow momenta, which only diagrams with a Cooperon have."""

    def slip(metal: Metal) -> Slip:
        value = sp.sympify(factor).xreplace({s.d: metal.dim})
        return Slip(block=lambda block: _poles(block, lambda weight, gap: (value * weight, gap)))

    return slip


def of_momenta(factor: sp.Expr) -> Callable[[Metal], Slip]:
    """Return a factor of the integral over slow momenta, where they are not Landau levels."""
    return lambda metal: Slip() if _has_levels(metal) else interfering(factor)(metal)


def of_levels(factor: sp.Expr) -> Callable[[Metal], Slip]:
    """Return a factor of the sum over Landau levels."""
    return lambda metal: interfering(factor)(metal) if _has_levels(metal) else Slip()


def _has_levels(metal: Metal) -> bool:
    return metal.field is not None and penetration(metal).levels


def _poles(block: Block, change: Callable[[sp.Expr, sp.Expr], tuple[sp.Expr, sp.Expr]]) -> Block:
    """Change weights and gaps of a ladder's poles."""
    poles = tuple(change(*pole) for pole in block.poles)
    line = impurity_line() / s.tau
    value = sp.Add(*(weight * line / (s.D * s.q**2 + gap) for weight, gap in poles))
    return replace(block, value=value, gap=poles[0][1], poles=poles)


def gap(change: Callable[[sp.Expr], sp.Expr]) -> Callable[[Metal], Slip]:
    """Change the gap of every channel of a Cooperon."""
    return lambda _: Slip(
        block=lambda block: _poles(block, lambda weight, gap: (weight, sp.expand(change(gap))))
    )


def weight(change: Callable[[sp.Expr], sp.Expr]) -> Callable[[Metal], Slip]:
    """Change the weight of every channel of a Cooperon."""
    return lambda _: Slip(block=lambda block: _poles(block, lambda weight, gap: (change(weight), gap)))


def dephasing(times: int) -> Callable[[sp.Expr], sp.Expr]:
    """Change how often the rate 1/tau_phi stands in a gap, by a power of 2."""
    factor = sp.Integer(2) ** times
    return lambda gap: gap.xreplace({s.tau_phi: s.tau_phi / factor})


def names(table: dict[sp.Symbol, sp.Expr]) -> Callable[[Metal], Slip]:
    """Write other expressions in place of symbols, in the result."""
    return lambda metal: Slip(
        names={symbol: value.xreplace({s.d: metal.dim}) for symbol, value in table.items()}
    )


def unturned(_: Metal) -> Slip:
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


def undirected(metal: Metal) -> Slip:
    """Leave out the average over directions, <cos(theta)**2> = 1/d."""

    def integrand(rules: Integrand) -> Integrand:
        return replace(rules, fast=tuple(_along(loop) for loop in rules.fast))

    return Slip() if metal.anisotropic else Slip(integrand=integrand)


def _along(loop: FastLoop) -> FastLoop:
    if len(loop.velocities) % 2:
        return loop
    return _Along(loop.retarded, loop.advanced, loop.velocities)


def without(*kinds: str) -> Callable[[Metal], Slip]:
    """Leave out the diagrams that have lines of some kinds."""

    def diagrams(found: tuple[Diagram, ...]) -> tuple[Diagram, ...]:
        return tuple(one for one in found if not one.lines_of(*kinds)) or found

    return lambda _: Slip(diagrams=diagrams)


def channels(*names: str) -> Callable[[Metal], Slip]:
    """Count some channels only."""
    return lambda _: Slip(options=lambda options: replace(options, channels=names))


def transport(metal: Metal) -> Slip:
    """Take the transport time for the lifetime, where they are two."""
    return Slip(names={s.tau: s.tau_tr}) if metal.anisotropic else Slip()


def frequency(factor: int) -> Callable[[Metal], Slip]:
    """Multiply the frequency by a number."""
    return lambda _: Slip(options=lambda options: replace(options, omega=factor * options.omega))


def cut_off(cutoff: Cutoff) -> Callable[[Metal], Slip]:
    """Cut off somewhere else; in plain metals, where every cutoff has a meaning."""

    def options(given: Options) -> Options:
        return replace(given, cutoff=cutoff)

    return lambda metal: Slip(options=options) if is_plain(metal) else Slip()


def ground_level(metal: Metal) -> Slip:
    """Let the levels of a pair begin at 0 and not at 1/2."""
    return Slip(level=lambda gap: gap - landau_rate(metal.diffusion_across) / 2)


def from_a_wall(_: Metal) -> Slip:
    """Let A = B y count from a wall and not from the middle, where the average of A**2 is smallest."""
    return Slip(inside=lambda inside: _other_average(inside, lambda f, y, a: f.xreplace({y: y + a})))


def largest_potential(_: Metal) -> Slip:
    """Take A**2 at the wall for its average."""
    return Slip(inside=lambda inside: _other_average(inside, lambda f, y, a: f.xreplace({y: a})))


def _other_average(
    inside: Penetration, change: Callable[[sp.Expr, sp.Expr, sp.Expr], sp.Expr]
) -> Penetration:
    """Average something else between two walls; what has no plain average across stays as it is."""
    if inside.rate == 0 or not inside.steps:
        return inside
    average = inside.steps[-1].lhs
    table = {}
    for one in average.atoms(sp.Integral):
        variable, lower, upper = one.limits[0]
        if lower != -upper or not one.function.is_polynomial(variable):
            return inside
        table[one] = one.func(change(one.function, variable, upper), *one.limits)
    return replace(inside, rate=average.xreplace(table).doit())


def turned_into(old: type, new: type) -> Callable[[Metal], Slip]:
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


def each_axis(kind: type, time: sp.Symbol) -> Callable[[Metal], Slip]:
    """Give the rate 1/time to each axis in place of a third of it."""

    def metal_with(metal: Metal) -> Metal:
        spread = (kind(axes="xyz") if one == kind() else one for one in metal.scattering)
        return metal.replace(scattering=tuple(spread))

    names = {s.lookup(f"{time.name}_{axis}"): time for axis in "xyz"}
    return lambda metal: Slip(metal=metal_with, names=names) if kind() in metal.scattering else Slip()


def rates_exchanged(_: Metal) -> Slip:
    """Take each of the two scattering times of the spin for the other."""
    return Slip(names={s.tau_so: s.tau_s, s.tau_s: s.tau_so})
