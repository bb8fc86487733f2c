"""The pages from the kernel to the conductivity: real frequencies, the integral over q, the temperature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.interaction_ballistic_average import in_symbols
from cooperon.symbolic.interaction_ballistic_kernel import Kernel
from cooperon.symbolic.interaction_ballistic_screening import BallisticChannel
from cooperon.symbolic.interaction_ballistic_slow import FREQUENCY, REAL, Logarithms, over_momenta
from cooperon.symbolic.slow import radial_measure
from cooperon.symbolic.slow_steps import LEADING

__all__ = ["Crossover", "channel_steps", "crossover", "crossover_steps"]

_M = sp.Symbol("m", integer=True, positive=True)
_X = sp.Symbol("x", positive=True)
"""hbar omega/(k_B T)."""
_DIM = sp.Integer(2)
_SPINS = sp.Integer(2)
_WARM = s.k_B * s.T * s.tau / s.hbar
_FRONT = s.tau / (4 * sp.pi * s.hbar**2)
"""Of the integral over q of U B, in units of f(Omega tau)."""


def _thermal(energy: sp.Expr) -> sp.Expr:
    """d/domega[omega coth(hbar omega/2 k_B T)] for the energy k_B T."""
    return sp.diff(s.omega * sp.coth(s.hbar * s.omega / (2 * energy)), s.omega)


def channel_steps(channel: BallisticChannel, kernel: Kernel) -> Iterator[Step]:
    """Write the pages of one channel: real frequencies at given q, the integral over q, what of it counts."""
    states = _SPINS * s.nu
    density = kernel.value * in_symbols(channel.screened) / states
    place = 2 * sp.pi * _M * s.k_B * s.T / s.hbar
    slope = sp.diff(density, s.Omega).xreplace({s.Omega: place})
    real = sp.im(density.xreplace({s.Omega: -sp.I * s.omega}))
    yield Step(
        f"real frequencies, {channel.name}",
        s.k_B * s.T * sp.Sum(-place * slope, (_M, 1, sp.oo)),
        s.hbar / (2 * sp.pi) * sp.Integral(_thermal(s.k_B * s.T) * real, (s.omega, 0, sp.oo)),
        "of sum U Phi what is of first order in omega_n -> 0 is -Omega d/dOmega (U B), summed over Omega = "
        "2 pi m k_B T/hbar: the poles of coth",
    )
    found = over_momenta(kernel.shape, channel.strength)
    radial = radial_measure(_DIM) * s.q
    tail = _FRONT * found.left_out * s.q * s.ell**2 / (1 + (s.q * s.ell) ** 2)
    yield Step(
        f"slow integral, {channel.name}",
        sp.Integral(radial * density - tail, (s.q, 0, sp.oo)),
        _FRONT * found.value.xreplace({FREQUENCY: s.Omega * s.tau}),
        "S = sqrt((1 + Omega tau)**2 + (q ell)**2), partial fractions; a tail 1/q that no frequency knows is "
        "left out",
    )
    turned = found.value.xreplace({FREQUENCY: -sp.I * s.omega * s.tau})
    yield Step(
        f"imaginary part, {channel.name}",
        sp.im(turned),
        found.pole / (s.omega * s.tau) + found.imaginary.xreplace({REAL: s.omega * s.tau}),
        "Omega = -i omega: a pole, which makes the logarithm of the temperature, and a regular part",
    )


@dataclass(frozen=True)
class Crossover:
    """The correction at any temperature, and its limits.

    Attributes
    ----------
    pole, regular, plateau : sympy.Expr
        Of the imaginary part of f, summed over channels: the coefficient of 1/y, the rest as a function of y,
        and what it tends to for large y.
    """

    pole: sp.Expr
    regular: sp.Expr
    plateau: sp.Expr

    @property
    def undone(self) -> sp.Expr:
        """The correction as integrals over omega."""
        cold = _thermal(s.hbar / s.tau)
        warm = _thermal(s.k_B * s.T)
        pole = self.pole / (s.omega * s.tau)
        rest = self.regular.xreplace({REAL: s.omega * s.tau})
        front = -(s.e**2) * s.tau / (8 * sp.pi**2 * s.hbar)
        return front * (
            sp.Integral((warm - cold) * pole, (s.omega, 0, sp.oo))
            + sp.Integral((warm - 1) * rest, (s.omega, 0, sp.oo))
        )

    @property
    def logarithm(self) -> sp.Expr:
        """What is left for k_B T tau/hbar -> 0."""
        return -(s.e**2) / (8 * sp.pi**2 * s.hbar) * self.pole * sp.log(1 / _WARM)

    @property
    def line(self) -> sp.Expr:
        """What is left for k_B T tau/hbar -> infinity."""
        return s.e**2 / (4 * sp.pi**2 * s.hbar) * self.plateau * _WARM

    @property
    def value(self) -> sp.Expr:
        """The correction, as an integral over x = hbar omega/(k_B T)."""
        weight = 1 / sp.tanh(_X / 2) - 1 - _X / (2 * sp.sinh(_X / 2) ** 2)
        rest = self.regular.xreplace({REAL: _WARM * _X})
        integral = sp.Integral(weight * rest, (_X, 0, sp.oo))
        return self.logarithm - s.e**2 / (8 * sp.pi**2 * s.hbar) * _WARM * integral


def crossover(channels: Sequence[BallisticChannel], kernel: Kernel) -> Crossover:
    """Sum the channels."""
    found: list[tuple[int, Logarithms]] = [
        (channel.count, over_momenta(kernel.shape, channel.strength)) for channel in channels
    ]
    pole, regular, plateau = (
        sp.Add(*(count * getattr(one, name) for count, one in found))
        for name in ("pole", "imaginary", "plateau")
    )
    return Crossover(sp.factor_terms(pole), regular, sp.factor_terms(plateau))


def crossover_steps(found: Crossover, limit: str) -> Iterator[Step]:
    """Write the last pages: what the temperature does, and the two limits, the one asked for at the end."""
    pole = sp.Integral((_thermal(s.k_B * s.T) - _thermal(s.hbar / s.tau)) / s.omega, (s.omega, 0, sp.oo))
    yield Step(
        "frequencies of the pole",
        pole,
        sp.log(1 / _WARM),
        "Frullani's integral: omega coth(hbar omega/2 k_B T) is a function of omega/T times T",
    )
    yield Step(
        "sum over channels",
        found.undone,
        found.value,
        "-e**2 tau/(8 pi**2 hbar) times the integral over omega; what no temperature changes is left out: of "
        "the pole its part at k_B T = hbar/tau, of the rest that at T = 0; omega = k_B T x/hbar",
    )
    line = Step(
        "ballistic limit",
        found.value,
        found.line,
        "for k_B T tau/hbar -> oo: frequencies far above 1/tau",
        ((s.T, -1),),
        sp.S.One,
    )
    logarithm = Step(
        LEADING,
        found.value,
        found.logarithm,
        "for k_B T tau/hbar -> 0: diffusion",
        ((s.T, 1),),
        sp.S.One,
    )
    steps = [line, logarithm] if limit == "diffusive" else [logarithm, line]
    yield from steps
