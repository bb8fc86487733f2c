"""Sums over Matsubara frequencies: the limit of a static field, real frequencies, and powers added up.

A function F(Omega) without singularities for Re Omega > 0 stands for the sum over q of a channel. With
Omega_m = 2 pi m k_B T/hbar the conductivity asks for the sum of -Omega_m F'(Omega_m) over m = 1, 2, ...,
which is also

    k_B T sum_m -Omega_m F'(Omega_m)
        = (hbar/2 pi) int_0^oo domega d/domega[omega coth(hbar omega/2 k_B T)] Im F(-i omega).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.interaction_integrals import Power, power_sum
from cooperon.symbolic.log_ratio import LogRatio
from cooperon.symbolic.real_part import RealPart

__all__ = [
    "GAP",
    "Summed",
    "gap_together",
    "index",
    "low_temperature",
    "real_axis_step",
    "real_part",
    "static_steps",
    "static_sum",
    "static_sums",
    "thermal_frequency",
    "thermal_number",
]

index = sp.Symbol("m", integer=True, positive=True)
"""Number of a Matsubara frequency."""
GAP = sp.Symbol("Gamma", positive=True)
"""Stands for the gap of a channel's diffusons."""
_STIFF = sp.Symbol("Gamma_s", positive=True)
_FIELD = sp.Symbol("j", integer=True, nonnegative=True)
_M = sp.Symbol("m", positive=True)
thermal_frequency = 2 * sp.pi * s.k_B * s.T / s.hbar
"""Distance of two Matsubara frequencies."""
thermal_number = s.hbar / (2 * sp.pi * s.k_B * s.T * s.tau)
"""Number of Matsubara frequencies below 1/tau."""


def static_steps(integrand: sp.Expr) -> Iterator[Step]:
    """Pages from a sum at the frequency omega_n of the field to the static conductivity.

    Parameters
    ----------
    integrand : sympy.Expr
        Of Omega and omega_n: the summand for Omega > omega_n; below it is Omega/omega_n as large.
    """
    n = _FIELD + 1

    def at(m: sp.Expr) -> sp.Expr:
        return integrand.xreplace({s.Omega: m * thermal_frequency, s.omega_n: n * thermal_frequency})

    yield Step(
        "sum over the frequencies of the interaction",
        sp.Sum(index / n * at(index), (index, 1, n)) + sp.Sum(at(index), (index, n + 1, sp.oo)),
        sp.Sum(index / n * (at(index) - at(index + n)), (index, 1, sp.oo)),
        "omega_n is the frequency number j + 1 and Omega that number m; on the right each term is a function "
        "of omega_n without singularities, so that i omega_n can become a real frequency",
    )
    place = index * thermal_frequency
    here, there = (integrand.xreplace({s.Omega: size}) for size in (place, place + s.omega_n))
    yield Step(
        "static field",
        sp.Sum(place / s.omega_n * (here - there), (index, 1, sp.oo)),
        static_sum(integrand),
        "omega_n -> 0",
        ((s.omega_n, 1),),
        sp.S.One,
    )


def static_sum(integrand: sp.Expr) -> sp.Sum:
    """Return the sum in the limit of a static field, not carried out."""
    place = index * thermal_frequency
    slope = sp.diff(integrand.xreplace({s.omega_n: sp.S.Zero}), s.Omega)
    return sp.Sum(-place * slope.xreplace({s.Omega: place}), (index, 1, sp.oo))


def real_axis_step(integrand: sp.Expr, conjugate: sp.Expr | None = None) -> Step:
    """Write the static sum as an integral over real frequencies.

    Parameters
    ----------
    integrand : sympy.Expr
        As in :func:`static_steps`.
    conjugate : sympy.Expr, optional
        The same of the component that precesses the other way; the two are taken together.
    """
    both = integrand if conjugate is None else (integrand + conjugate) / 2
    size = both.xreplace({s.omega_n: sp.S.Zero})
    thermal = sp.diff(s.omega * sp.coth(s.hbar * s.omega / (2 * s.k_B * s.T)), s.omega)
    weight = sp.im(size.xreplace({s.Omega: -sp.I * s.omega}))
    return Step(
        "real frequencies",
        s.k_B * s.T * static_sum(both),
        s.hbar / (2 * sp.pi) * sp.Integral(thermal * weight, (s.omega, 0, sp.oo)),
        "the frequencies 2 pi i m k_B T are the poles of coth(hbar omega/2 k_B T)",
    )


@dataclass(frozen=True)
class Summed:
    """A sum over m: the terms that are powers, and a rest that is left undone.

    Attributes
    ----------
    powers : tuple of Power
        The powers.
    first : sympy.Expr
        The first m.
    continued : bool
        Whether the sum of the powers does not converge and is continued in their exponent.
    strength : sympy.Expr
        By which the powers are multiplied.
    rest : sympy.Expr
        Further terms, as a function of :data:`index`.
    """

    powers: tuple[Power, ...]
    first: sp.Expr = sp.S.One
    continued: bool = False
    strength: sp.Expr = sp.S.One
    rest: sp.Expr = sp.S.Zero

    @property
    def done(self) -> sp.Expr:
        """The sum, as far as it can be carried out."""
        return self.strength * power_sum(self.powers, self.first) + self._rest

    @property
    def undone(self) -> sp.Expr:
        """The sum, not carried out.

        Where the terms fall off too slowly, each goes with its integral from m - 1/2 to m + 1/2.
        """
        terms = sp.Add(*(one.at(index) for one in self.powers))
        limits = (index, self.first, sp.oo)
        if not self.continued:
            return self.strength * sp.Sum(terms, limits) + self._rest
        edge = self.first - sp.Rational(1, 2)
        below = (
            one.coefficient * (edge + one.shift) ** (1 - one.exponent) / (1 - one.exponent)
            for one in self.powers
        )
        means = sp.Add(*(one.mean(index) for one in self.powers))
        return self.strength * (sp.Sum(terms - means, limits) - sp.Add(*below)) + self._rest

    @property
    def _rest(self) -> sp.Expr:
        return sp.Sum(self.rest, (index, self.first, sp.oo)) if self.rest != 0 else sp.S.Zero

    @property
    def reason(self) -> str:
        """What was done to add it up."""
        reason = "powers add up to Hurwitz zeta functions, or to digammas"
        if self.continued:
            reason += (
                "; beside the terms stands their integral over m: what is left out is the value at high "
                "frequencies, which depends neither on the temperature nor on the field"
            )
        return reason

    def step(self, factor: sp.Expr) -> Step:
        """State the sum, times a factor; of what is complex the real part."""
        undone, done = factor * real_part(self.undone), factor * real_part(self.done)
        return Step("sum over Matsubara frequencies", undone, done, self.reason)


def real_part(value: sp.Expr) -> sp.Expr:
    """Take the real part of the terms that are complex.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> real_part(sp.polygamma(0, 1 + x) - sp.polygamma(0, 1 + sp.I * x))
    -RealPart(polygamma(0, I*x + 1)) + polygamma(0, x + 1)
    """
    terms = sp.Add.make_args(value)
    complex_ones = sp.Add(*(term for term in terms if term.has(sp.I)))
    rest = sp.Add(*(term for term in terms if not term.has(sp.I)))
    if complex_ones == 0:
        return rest
    return rest + (
        -RealPart(-complex_ones) if complex_ones.could_extract_minus_sign() else RealPart(complex_ones)
    )


def static_sums(
    function: sp.Expr, gap: sp.Expr, bare: sp.Expr, dim: sp.Expr, *, ahead: sp.Expr = sp.S.Zero
) -> tuple[sp.Expr, Summed]:
    """Write the sum of -Omega_m F'(Omega) over m = 1, 2, ... as a factor and what is to be added up.

    Parameters
    ----------
    function : sympy.Expr
        F of Omega and :data:`GAP`, homogeneous of the degree dim/2 - 2 in the two.
    gap : sympy.Expr
        The gap of the channel.
    bare : sympy.Expr
        The channel's bare interaction, in whose place a gap comes as (1 + bare) gap where it is screened.
    dim : sympy.Expr
        Dimension of space.
    ahead : sympy.Expr
        By how many frequencies the place of F is ahead of Omega_m.
    """
    exponent = 2 - dim / 2
    front = sp.powsimp(function.xreplace({GAP: sp.S.Zero, s.Omega: sp.S.One}))
    factor = exponent * thermal_frequency ** (-exponent)
    own = gap / thermal_frequency
    scaled = function.xreplace({s.Omega: _M})
    if gap == 0 or sp.simplify(scaled * (_M + GAP) ** exponent / front) == 1:
        return factor * front, _powers(exponent, own + ahead)
    # of the strength of the interaction nothing is divided by, as it may be 0
    units, strength = front.as_independent(*bare.free_symbols, as_Add=False)
    place, power = _M - ahead, strength * _M ** (-exponent)
    slope = -place * sp.diff(scaled / units, _M) / exponent + place * sp.diff(power, _M) / exponent
    rest = gap_together(slope, bare, own).xreplace({_M: index + ahead})
    plain = _powers(exponent, ahead)
    return factor * units, replace(plain, strength=strength, rest=rest)


def gap_together(expr: sp.Expr, bare: sp.Expr, value: sp.Expr) -> sp.Expr:
    """Put a value for GAP, and (1 + bare) value, simplified, wherever GAP + bare GAP stands in a sum."""
    pair = (GAP, sp.expand(bare * GAP))
    together = expr.replace(
        lambda part: part.is_Add and set(pair) <= set(part.args),
        lambda part: part - sp.Add(*pair) + _STIFF,
    )
    stiff = sp.simplify((1 + bare) * value)
    return _logarithms_apart(together, bare).xreplace({GAP: value, _STIFF: stiff})


def _logarithms_apart(slope: sp.Expr, bare: sp.Expr) -> sp.Expr:
    """Write LogRatio(F) - LogRatio(F u) without a difference of nearly equal numbers, for u near 1.

    With v = 1 - u it is v [LogRatio(F v/(1 + F u))/(1 + F u) - LogRatio(F u)].
    """
    whole = LogRatio(bare)
    others = slope.atoms(LogRatio) - {whole}
    if not slope.has(whole) or len(others) != 1:
        return slope
    (part,) = others
    marks = {whole: sp.Dummy(), part: sp.Dummy()}
    marked = slope.xreplace(marks)
    rest = marked.xreplace(dict.fromkeys(marks.values(), sp.S.Zero))
    first, second = (sp.diff(marked, mark) for mark in marks.values())
    close = sp.factor(part.args[0])
    near = sp.factor(1 - close / bare)
    difference = near * (LogRatio(sp.cancel(bare * near / (1 + close))) / (1 + close) - part)
    return sp.factor(rest) + sp.factor(first + second) * part + sp.factor(first) * difference


def _powers(exponent: sp.Expr, shift: sp.Expr) -> Summed:
    """-m d/dm of (m + a)**(-s), over s; in two dimensions with the weight 1/(1 + Omega tau)."""
    terms = [Power(sp.S.One, exponent, shift)] + [Power(-shift, exponent + 1, shift)] * (shift != 0)
    if exponent == 1:
        far = thermal_number
        terms += [Power(sp.S.NegativeOne, exponent, far), Power(far, exponent + 1, far)]
    return Summed(tuple(terms), continued=(exponent - 1).is_positive is not True and exponent != 1)


def low_temperature(value: sp.Expr, first: sp.Expr = sp.S.One) -> tuple[sp.Expr, sp.Expr]:
    """Return what depends on the temperature for k_B T tau -> 0, and the constant beside it.

    psi(first + M) tends to ln M for large M, the number of frequencies below 1/tau, and M psi'(first + M),
    where it stands beside it, to 1. At rest the sum itself is ln M - psi(first).

    Parameters
    ----------
    value : sympy.Expr
        A sum that is carried out.
    first : sympy.Expr
        Its first frequency, over 2 pi k_B T/hbar.
    """
    slow, curved = (sp.polygamma(n, first + thermal_number) for n in (0, 1))
    if not value.has(slow):
        return value, sp.S.Zero
    frequencies, own = sp.Symbol("N", real=True), sp.polygamma(0, first)
    linear = value.xreplace({slow: frequencies, curved: sp.S.Zero})
    logarithm = sp.log(s.hbar / (s.k_B * s.T * s.tau))
    constant = (1 if value.has(curved) else 0) - own - sp.log(2 * sp.pi)
    return linear.xreplace({frequencies: logarithm + own}), sp.diff(linear, frequencies) * constant
