"""The rate at which electrons lose their phase, from what makes them lose it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.assumptions import drude_assumptions, electron_assumptions
from cooperon.symbolic.channels import cooperon
from cooperon.symbolic.dephasing import Dephasing, ElectronElectron
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.inelastic import collision_steps
from cooperon.symbolic.interactions import ShortRange
from cooperon.symbolic.matthiessen import laws_of, time_in
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.noise import classical_conductivity, film_steps
from cooperon.symbolic.noisy_wire import airy_steps, coherence_length, require_open
from cooperon.symbolic.spectrum import spectrum

__all__ = ["dephasing_rate", "electron_collisions", "electron_rate"]

_RATE = "rate of dephasing"


def dephasing_rate(metal: Metal, *, channel: str | None = None) -> Formula:
    r"""Derive the rate 1/tau_phi at which the electrons of a metal lose their phase.

    Parameters
    ----------
    metal : Metal
        Its ``dephasing`` says what does it: the rates of several laws add up. A tau_phi that is given
        (``Dephasing()``, the default) or None stand for ``ElectronElectron()`` here.
    channel : str, optional
        The name of a channel of the Cooperon (``"singlet"``, ``"triplet x"``, ...), whose gap by spin-orbit
        scattering and magnetic impurities is added: magnetic impurities, a mechanism in ``scattering``,
        break the phase of each channel at a rate of its own.

    Returns
    -------
    Formula
        In 1/s. Electron-electron collisions: ~T**(2/3) in one dimension, T times a logarithm in two, where
        :meth:`~cooperon.Formula.leading` is (e**2 k_B T/(2 pi hbar**2 sigma)) ln(2 pi hbar sigma/e**2), and
        T**(d/2) between two and four dimensions.

    Raises
    ------
    InputError
        For a dimension or a shape in which the rate is not derived, and for an unknown channel.

    References
    ----------
    B. L. Altshuler, A. G. Aronov and D. E. Khmelnitsky, J. Phys. C 15, 7367 (1982): one and two dimensions;
    A. Schmid, Z. Phys. 271, 251 (1974): three.

    Examples
    --------
    >>> dephasing_rate(Metal(dim=2)).leading()
    T*k_B*log(4*pi*D*hbar*nu)/(4*pi*D*hbar**2*nu)
    >>> from cooperon.symbolic.dephasing import ElectronPhonon
    >>> dephasing_rate(Metal(dim=3, dephasing=ElectronPhonon(p=3))).expr
    T**3/(T_0**3*tau_ep_0)
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    given = metal.dephasing is None or isinstance(metal.dephasing, Dephasing)
    asked = replace(metal, tau_phi=s.tau_phi, dephasing=ElectronElectron()) if given else metal
    plain = asked.without_values
    parts = [_of_law(law, plain) for law in laws_of(asked.dephasing)]
    pages = [step for part in parts for step in part.derivation]
    assumptions = [statement for part in parts for statement in part.assumptions]
    gap = _gap(plain, channel)
    rates = [part.expr for part in parts] + ([gap] if gap != 0 else [])
    exact = sp.Add(*rates)
    if len(rates) > 1:
        pages.append(Step("Matthiessen's rule", sp.Add(*rates, evaluate=False), exact, "rates add up"))
    form = sp.Add(*(part.asymptote for part in parts), gap)
    if plain.spin_scatterers and channel is None:
        names = ", ".join(one.name for one in cooperon(plain).channels)
        assumptions.append(
            Assumption(f"spin scattering adds the gap of each channel to it: channel= one of {names}")
        )
    return finish(
        Formula(
            "1/tau_phi",
            exact,
            form,
            asked,
            derivation=Derivation(tuple(dict.fromkeys(pages))),
            assumptions=tuple(dict.fromkeys(assumptions)),
            symbol=r"\frac{1}{\tau_{\phi}}",
        )
    )


def _gap(metal: Metal, channel: str | None) -> sp.Expr:
    """Return what spin scattering adds to the gap of a channel."""
    if channel is None:
        return sp.S.Zero
    found = {one.name: one for one in cooperon(replace(metal, dephasing=None)).channels}
    if channel not in found:
        raise InputError(f"channel = {channel!r}", expected="one of " + ", ".join(found))
    return found[channel].gap


def _of_law(law: object, metal: Metal) -> Formula:
    """Derive the rate of one law."""
    if isinstance(law, ElectronElectron):
        return electron_collisions(metal, law.energy)
    rate = 1 / time_in(law, metal)  # type: ignore[arg-type]
    said = Assumption(f"put in as a law: {law!r}")
    step = Step(_RATE, rate, rate, f"the law {law!r}")
    return Formula("rate", rate, rate, metal, derivation=Derivation((step,)), assumptions=(said,))


def electron_rate(metal: Metal, energy: str) -> sp.Expr:
    """Return the rate of electron-electron collisions, in D, nu and the lengths across.

    Examples
    --------
    >>> electron_rate(Metal(dim=2), "fermi")
    T*k_B*LambertW(4*pi*D*hbar*nu)/(4*pi*D*hbar**2*nu)
    """
    return electron_collisions(metal, energy).expr


def electron_collisions(metal: Metal, energy: str) -> Formula:
    """Derive the same, with its pages and its assumptions.

    Examples
    --------
    >>> len(electron_collisions(Metal(dim=2), "fermi").derivation) > 5
    True
    """
    metal = metal.without_values
    bare = replace(metal, dephasing=None, field=None, scattering=(metal.potential,), diffusion="isotropic")
    return _electrons_in(bare, energy)


@cache
def _electrons_in(metal: Metal, energy: str) -> Formula:
    dim = _noise_dimension(metal)
    drude = classical_conductivity(metal)
    if dim == 1:
        steps, leading = tuple(_wire(metal)), None
    elif dim == 2:
        steps, leading = tuple(_film(metal)), sp.log
    else:
        steps, leading = collision_steps(metal, energy), None
    exact = steps[-1].rhs
    form = exact if leading is None else exact.replace(sp.LambertW, leading)
    return Formula(
        "rate",
        exact,
        form,
        metal,
        derivation=drude.derivation + steps,
        assumptions=(*drude_assumptions(sp.S.Zero, metal.potential), *electron_assumptions(metal, energy)),
    )


def _noise_dimension(metal: Metal) -> sp.Expr:
    """Return the dimension in which electrons make their noise.

    Raises
    ------
    InputError
        Where the rate is not derived.
    """
    require_open(metal)
    if isinstance(metal.interaction, ShortRange):
        raise InputError(
            f"ElectronElectron() with interaction = {metal.interaction}",
            expected="the screened Coulomb interaction",
            hint="interaction=cooperon.Coulomb()",
        )
    modes = spectrum(metal)
    dim = modes.dim
    if modes.axis is not None:
        raise InputError(
            f"ElectronElectron() in {metal.dim} dimensions with geometry = {metal.geometry}",
            expected="a shape that is thin for the noise too, or no shape",
            hint=f"dim={metal.dim - 1}, a metal without modes across",
        )
    if not (dim.is_number and (dim in (1, 2) or 2 < dim < 4)):
        raise InputError(
            f"ElectronElectron() in {dim} dimensions",
            expected="1, 2, or a number between 2 and 4",
            hint="dephasing=cooperon.PowerLaw(...)",
        )
    return dim


def _wire(metal: Metal) -> Iterator[Step]:
    yield from airy_steps(metal, sp.S.Zero)
    length = coherence_length(metal)
    yield Step(
        _RATE,
        sp.Mul(s.D, length**-2, evaluate=False),
        sp.powsimp(sp.powdenest(s.D / length**2, force=True)),
        "D/L_phi**2, with the L_phi that interference would need without noise to be as large: "
        "L_phi = 2 D C(0)",
    )


def _film(metal: Metal) -> Iterator[Step]:
    yield from film_steps(metal)
    rate = film_steps(metal)[-1].rhs
    scale = s.k_B * s.T / s.hbar
    logarithm = sp.log(sp.expand(scale * s.tau_phi))
    strength = sp.cancel(scale * logarithm / rate)  # g = 2 pi hbar sigma/e**2
    y = sp.Symbol("y", positive=True)
    g = sp.Symbol("g", positive=True)
    (root,) = sp.solve(y * sp.log(y) - g, y)
    time = root.xreplace({g: strength}) / scale
    solved = scale * sp.LambertW(strength) / strength
    yield Step(
        "self-consistent rate",
        rate.xreplace({s.tau_phi: time}),
        solved,
        "1/tau_phi is the rate that it cuts off itself: y ln y = g with y = k_B T tau_phi/hbar and g = 2 pi "
        "hbar sigma/e**2, solved by Lambert's function W, the W of W exp(W) = g",
    )
    yield Step(
        _RATE,
        scale / strength * (sp.log(strength) - sp.log(sp.LambertW(strength))),
        solved,
        "W(g) = ln g - ln W(g), where ln g leads",
    )
