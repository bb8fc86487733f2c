"""The leading form of a slow integral for tau/tau_phi -> 0, by the method of regions.

An integral over q up to Q of a pole 1/(q**2 + gamma) has two regions: q**2 ~ gamma gives one power
gamma**(d/2-1) (soft), q ~ Q gives a Taylor series in gamma (hard). Where the exponents meet, the poles
of the two cancel and leave a logarithm. Higher powers of the pole are derivatives with respect to gamma. The
leading form keeps all terms down to the first one that knows gamma.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.cutoffs import Cutoff, Regulator
from cooperon.symbolic.slow import Pole, evaluate, path_weight, radial_integral, radial_measure, tail

__all__ = ["Leading", "leading"]

_GAMMA = sp.Symbol("gamma", positive=True)


@dataclass(frozen=True)
class Leading:
    """A leading form and how fast its relative error vanishes.

    Attributes
    ----------
    expr : sympy.Expr
        The leading form.
    order : sympy.Expr
        The relative error vanishes at least as (tau/tau_phi)**order (where there is an error).
    """

    expr: sp.Expr
    order: sp.Expr


@dataclass(frozen=True)
class _Regions:
    """Soft and hard terms of an integral, in units where the small parameter is eps.

    ``hard(k)`` is proportional to eps**k, ``soft`` to eps**exponent; ``merged(k)`` takes the place of both
    where exponent = k.
    """

    exponent: sp.Expr
    soft: sp.Expr
    hard: Callable[[int], sp.Expr]
    merged: Callable[[int], sp.Expr]

    def lowered(self, times: int, gamma: sp.Expr) -> _Regions:
        """Go from the pole of first power at ``_GAMMA`` to that of power ``times + 1`` at gamma."""
        weight = sp.Rational((-1) ** times, sp.factorial(times))

        def derivative(term: sp.Expr) -> sp.Expr:
            return (weight * sp.diff(term, _GAMMA, times)).xreplace({_GAMMA: gamma})

        exponent = self.exponent - times
        met = bool(self.exponent.is_integer and self.exponent >= 0 > exponent)
        return _Regions(
            exponent,
            derivative(self.merged(int(self.exponent)) if met else self.soft),
            lambda k: derivative(self.hard(k + times)),
            lambda k: derivative(self.merged(k + times)),
        )


def leading(pole: Pole, dim: sp.Expr, cutoff: Cutoff, infrared: str) -> Leading:
    """Leading form of the integral of a pole with numerator 1.

    Parameters
    ----------
    pole : Pole
        The integrand, coefficient/(q**2 + gamma)**power.
    dim : sympy.Expr
        Dimension of space.
    cutoff : Cutoff
        The cutoff.
    infrared : str
        ``"tau_phi"`` or ``"L"``.

    Examples
    --------
    >>> from cooperon.symbolic.cutoffs import find_cutoff
    >>> pole = Pole(1 / s.D, 0, 1, 1 / (s.D * s.tau_phi))
    >>> leading(pole, sp.Integer(2), find_cutoff("diffusive"), "tau_phi").expr
    log(tau_phi/tau)/(4*pi*D)
    >>> squared = Pole(1 / s.D**2, 0, 2, 1 / (s.D * s.tau_phi))
    >>> leading(squared, sp.Integer(2), find_cutoff("diffusive"), "tau_phi").expr
    tau_phi/(4*pi*D)
    """
    find = _regions if pole.power == 1 else _regions_of_a_power
    regions = find(pole, dim, cutoff, infrared)
    if regions is None:
        return Leading(evaluate(pole, dim, cutoff, infrared), sp.S.One)
    if cutoff.regulator is Regulator.MOMENTUM or infrared == "L":
        weight = radial_measure(dim)
    else:
        weight = path_weight(dim)
    kept = _keep(regions, dim)
    return Leading(sp.expand_mul(pole.coefficient * weight * kept.expr, deep=False), kept.order)


def _regions(pole: Pole, dim: sp.Expr, cutoff: Cutoff, infrared: str) -> _Regions | None:
    """Find the regions of an integral, or None where it is one power already."""
    gap = sp.expand(pole.gamma * s.D)
    in_sample = infrared == "L"
    if cutoff.regulator is Regulator.DIMENSIONAL:
        return None
    if cutoff.regulator is Regulator.WINDOW:
        return _window(gap.subs(s.tau_phi, sp.oo), dim)
    if gap == 0 and not in_sample:
        return None
    if cutoff.regulator is Regulator.SMOOTH:
        return _smooth(gap, dim)
    if cutoff.regulator is Regulator.TIME:
        return _time_in_sample(dim) if in_sample else _time(gap, dim)
    upper = cutoff.upper(dim)
    return _momentum_in_sample(dim, upper) if gap == 0 else _momentum(pole.gamma, dim, upper, in_sample)


def _regions_of_a_power(pole: Pole, dim: sp.Expr, cutoff: Cutoff, infrared: str) -> _Regions | None:
    """Lower the regions of the first power; without a gap to do it with the whole integral is kept."""
    if pole.gamma == 0 or cutoff.regulator is Regulator.WINDOW:
        return None
    first = _regions(replace(pole, power=1, gamma=_GAMMA), dim, cutoff, infrared)
    return first and first.lowered(pole.power - 1, pole.gamma)


def _keep(regions: _Regions, dim: sp.Expr) -> Leading:
    """Add up the terms down to the first that knows the small parameter."""
    exponent = regions.exponent
    if not dim.is_number:
        return Leading(regions.hard(0) + regions.soft, sp.S.One)
    meets = bool(exponent.is_integer and exponent >= 0)
    powers = {sp.Integer(k) for k in range(max(int(exponent), 0) + 3)} | {exponent}
    terms = []
    for power in sorted(powers):
        if power == exponent:
            term = regions.merged(int(power)) if meets else regions.soft
        else:
            term = regions.hard(int(power))
        if term != 0:
            terms.append((power, term))
    last = next(i for i, (power, _) in enumerate(terms) if power != 0 or (meets and exponent == 0))
    expr = sp.Add(*(term for _, term in terms[: last + 1]))
    following = terms[last + 1][0] if len(terms) > last + 1 else exponent + 1
    return Leading(expr, following - terms[0][0])


def _momentum(gamma: sp.Expr, dim: sp.Expr, upper: sp.Expr, in_sample: bool) -> _Regions:
    """Integral of q**(d-1)/(q**2+gamma) up to q = Q; in a sample from 1/L on, where gap L**2 is any."""
    below = radial_integral(dim, 1 / s.L, gamma) if in_sample else sp.S.Zero
    sine = sp.sin(sp.pi * dim / 2)
    soft = sp.S.Zero if sine == 0 else sp.pi / 2 / sine * gamma ** (dim / 2 - 1)

    def hard(k: int) -> sp.Expr:
        return (-gamma) ** k * upper ** (dim - 2 - 2 * k) / (dim - 2 - 2 * k)

    def merged(k: int) -> sp.Expr:
        return (-gamma) ** k * sp.log(upper**2 / gamma) / 2 - below

    return _Regions(dim / 2 - 1, soft - below, hard, merged)


def _momentum_in_sample(dim: sp.Expr, upper: sp.Expr) -> _Regions:
    """Integral of q**(d-3) from 1/L to Q."""
    exponent = dim / 2 - 1
    largest = sp.S.Zero if exponent == 0 else upper ** (dim - 2) / (dim - 2)
    smallest = sp.S.Zero if exponent == 0 else -(s.L ** (2 - dim)) / (dim - 2)
    return _Regions(
        exponent,
        smallest,
        lambda k: largest if k == 0 else sp.S.Zero,
        lambda k: sp.log(upper * s.L) if k == 0 else smallest,
    )


def _time(gap: sp.Expr, dim: sp.Expr) -> _Regions:
    """Integral of t**(-d/2) exp(-gap t) from tau on."""
    half = dim / 2
    pole = half.is_integer and half >= 1
    soft = sp.S.Zero if pole else sp.gamma(1 - half) * (1 / gap) ** (1 - half)

    def hard(k: int) -> sp.Expr:
        return -((-gap) ** k) / sp.factorial(k) * s.tau ** (k + 1 - half) / (k + 1 - half)

    def merged(k: int) -> sp.Expr:
        return (-gap) ** k / sp.factorial(k) * (sp.log(1 / sp.expand(gap * s.tau)) + sp.digamma(k + 1))

    return _Regions(half - 1, soft, hard, merged)


def _smooth(gap: sp.Expr, dim: sp.Expr) -> _Regions:
    """Integral of t**(-d/2) exp(-gap t) (1 - exp(-t/tau)): powers of gap and of gap + 1/tau."""
    power = dim / 2 - 1
    weight = sp.S.Zero if power == 0 else sp.gamma(-power)

    def hard(k: int) -> sp.Expr:
        if power == 0:
            return -((-gap * s.tau) ** k) / k if k else sp.S.Zero
        return -weight * sp.binomial(power, k) * (gap * s.tau) ** k / s.tau**power

    logarithm = sp.log(1 / sp.expand(gap * s.tau))
    return _Regions(power, weight * (1 / gap) ** -power, hard, lambda k: hard(k) if k else logarithm)


def _window(gap: sp.Expr, dim: sp.Expr) -> _Regions:
    """Integral of t**(-d/2) exp(-gap t) from tau to tau_phi."""
    half = dim / 2
    if gap != 0:
        whole = _time(gap, dim)
        beyond = tail(1 - half, gap, s.tau_phi)
        return _Regions(half - 1, whole.soft - beyond, whole.hard, lambda k: whole.merged(k) - beyond)
    long = sp.S.Zero if half == 1 else s.tau_phi ** (1 - half) / (1 - half)
    short = sp.S.Zero if half == 1 else -(s.tau ** (1 - half)) / (1 - half)
    return _Regions(
        half - 1,
        long,
        lambda k: short if k == 0 else sp.S.Zero,
        lambda k: sp.log(s.tau_phi / s.tau) if k == 0 else long,
    )


def _time_in_sample(dim: sp.Expr) -> _Regions:
    """Integral of q**(d-3) exp(-D q**2 tau) from 1/L on."""
    exponent = dim / 2 - 1
    short = sp.S.Zero if exponent == 0 else sp.gamma(exponent) * (s.D * s.tau) ** (-exponent) / 2
    smallest = sp.S.Zero if exponent == 0 else -(s.L ** (2 - dim)) / (dim - 2)
    return _Regions(
        exponent,
        smallest,
        lambda k: short if k == 0 else sp.S.Zero,
        lambda k: (sp.log(s.L**2 / (s.D * s.tau)) - sp.EulerGamma) / 2 if k == 0 else smallest,
    )
