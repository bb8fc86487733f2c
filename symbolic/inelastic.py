r"""The rate of electron-electron collisions above two dimensions, by the golden rule.

Put in as rules are the screened interaction U = [U_0**(-1) + 2 nu D q**2/(D q**2 - i omega)]**(-1), the
density that an electron leaves by diffusion, and what states are empty or full. The rate at which an electron
of the energy epsilon leaves its state is

.. math:: \frac{1}{\tau_\phi} = \frac{1}{\pi\hbar} \int_{-\infty}^{\infty} d\omega
   \left[\coth\frac{\hbar\omega}{2 k_B T} - \tanh\frac{\hbar\omega - \epsilon}{2 k_B T}\right]
   \int \frac{d^dq}{(2\pi)^d}\, \mathrm{Re} \frac{1}{D q^2 - i\omega}\; \mathrm{Im}[-U(q, \omega)].

Where k_B T is large against hbar omega this is the noise 2 k_B T/sigma again.

References
----------
A. Schmid, Z. Phys. 271, 251 (1974); B. L. Altshuler and A. G. Aronov, in Electron-Electron Interactions in
Disordered Systems (North-Holland, 1985), section 4; H. Fukuyama and E. Abrahams, Phys. Rev. B 27, 5976
(1983).
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.interactions import Coulomb
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.slow import radial_measure
from cooperon.symbolic.spectrum import thin_spectrum

__all__ = ["collision_steps"]

_ENERGY = sp.Symbol("epsilon", real=True)
_X = sp.Symbol("x", positive=True)
_K = sp.Symbol("k", integer=True, nonnegative=True)


def collision_steps(metal: Metal, energy: str) -> tuple[Step, ...]:
    """Pages of the rate; the last one's right-hand side is it.

    Examples
    --------
    >>> collision_steps(Metal(dim=3), "fermi")[-1].rhs.has(s.T ** sp.Rational(3, 2))
    True
    """
    return tuple(_steps(metal, energy))


def _steps(metal: Metal, energy: str) -> Iterator[Step]:
    dim = metal.dim
    states = metal.spin_degeneracy * s.nu * thin_spectrum(metal).section
    screened = _screened(states, dim)
    yield screened
    density = _density()
    yield density
    lost = sp.simplify(-sp.im(sp.expand(screened.rhs))) * density.rhs
    over_q = _over_momenta(sp.factor(lost), dim)
    yield over_q
    kernel = _KERNELS[energy]()
    yield kernel
    weights = tuple(_frequencies(dim / 2, energy))
    yield from weights
    yield _rate(over_q.rhs, kernel.rhs, weights[-1].rhs, dim)


def _screened(states: sp.Expr, dim: sp.Expr) -> Step:
    pole = s.D * s.q**2 - sp.I * s.omega
    bare = Coulomb(F0=0).bare(dim)
    return Step(
        "screened interaction",
        1 / (states * (1 / bare + s.D * s.q**2 / pole)),
        sp.Add(1 / states, -sp.I * s.omega / (states * s.D * s.q**2)),
        "the bare Coulomb interaction is strong at small q: only how charge spreads is left",
        ((s.kappa, -1),),
        dim - 1,
    )


def _density() -> Step:
    lost = sp.Integral(sp.cos(s.omega * s.t) * sp.exp(-s.D * s.q**2 * s.t), (s.t, 0, sp.oo))
    pole = s.D * s.q**2
    return Step(
        "density of a diffusing electron",
        lost,
        pole / (pole**2 + s.omega**2),
        "Re 1/(D q**2 - i omega): how much of the density between two states is at q, over pi",
    )


def _over_momenta(lost: sp.Expr, dim: sp.Expr) -> Step:
    """Integrate over q, by x = q sqrt(D/omega)."""
    integrand = radial_measure(dim) * s.q ** (dim - 1) * lost
    scale = sp.sqrt(s.omega / s.D)
    shape = sp.powsimp(sp.powdenest((lost.xreplace({s.q: _X * scale}) * (1 + _X**4)), force=True))
    front = sp.simplify(shape)  # free of x
    master = sp.integrate(_X ** (dim - 1) / (1 + _X**4), (_X, 0, sp.oo))
    value = sp.powsimp(sp.powdenest(radial_measure(dim) * scale**dim * front * master, force=True))
    return Step(
        "slow integral",
        sp.Integral(integrand, (s.q, 0, sp.oo)),
        value,
        "what an electron loses to the others at a frequency: Re 1/(D q**2 - i omega) Im(-U)",
    )


def _at_the_fermi_energy() -> Step:
    x = s.hbar * s.omega / (2 * s.k_B * s.T)
    return Step(
        "empty and full states",
        sp.coth(x) - sp.tanh(x),
        2 / sp.sinh(2 * x),
        "an electron at the Fermi energy: epsilon = 0",
    )


def _thermal() -> Step:
    x = s.hbar * s.omega / (2 * s.k_B * s.T)
    slope = 1 / (4 * sp.cosh(_ENERGY / 2) ** 2)
    return Step(
        "empty and full states",
        sp.coth(x) - sp.Integral(slope * sp.tanh(x - _ENERGY / 2), (_ENERGY, -sp.oo, sp.oo)),
        x / sp.sinh(x) ** 2,
        "the average over the energies of electrons, -df/d epsilon",
    )


_KERNELS = {"fermi": _at_the_fermi_energy, "thermal": _thermal}


def _frequencies(power: sp.Expr, energy: str) -> Iterator[Step]:
    """Integrate x**(power - 1) times the kernel over x = hbar omega/k_B T: a series of exponentials."""
    if energy == "fermi":
        odd = 2 * _K + 1
        found = (1 - 2**-power) * sp.zeta(power)
        yield Step(
            "sum over odd numbers", sp.Sum(odd**-power, (_K, 0, sp.oo)), found, "all less the even ones"
        )
        kernel, weight = 2 / sp.sinh(_X), 4 * sp.gamma(power)
        reason = "1/sinh(x) = 2 sum of exp(-(2 k + 1) x), each a Gamma function"
    else:
        kernel, weight, found = _X / (2 * sp.sinh(_X / 2) ** 2), 2 * sp.gamma(power + 1), sp.zeta(power)
        reason = "1/sinh(x/2)**2 = 4 sum of k exp(-k x), each a Gamma function"
    integrand = _X ** (power - 1) * kernel
    yield Step("integral over frequencies", sp.Integral(integrand, (_X, 0, sp.oo)), weight * found, reason)


def _rate(over_q: sp.Expr, kernel: sp.Expr, weight: sp.Expr, dim: sp.Expr) -> Step:
    """Put it together; frequencies of both signs count alike."""
    front = 2 / (sp.pi * s.hbar)
    scale = s.k_B * s.T / s.hbar
    power = sp.simplify(over_q / s.omega ** (dim / 2 - 1))
    value = front * power * scale ** (dim / 2) * weight
    return Step(
        "golden rule",
        front * sp.Integral(over_q * kernel, (s.omega, 0, sp.oo)),
        sp.powsimp(sp.powdenest(value, force=True)),
        "both signs of omega, and x = hbar omega/k_B T",
    )
