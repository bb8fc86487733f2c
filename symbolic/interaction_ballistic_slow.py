"""The integral over q of the screened interaction and the kernel, and its values at real frequencies.

With S = sqrt(z**2 + q**2 ell**2) the integrand is a rational function of S: partial fractions. What is left
is a function f(w) of w = Omega tau: logarithms of w, of 1 + w, and of numbers, with rational coefficients.
At a real frequency w = -i y, and the imaginary part is what counts. It has a pole 1/y, which makes the
logarithm of the temperature, and a rest that tends to a constant on either side.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property

import sympy as sp

from cooperon.diagrams.errors import DivergenceError
from cooperon.symbolic.interaction_ballistic_average import LENGTH, LOSS
from cooperon.symbolic.log_ratio import LogRatio

__all__ = ["FREQUENCY", "REAL", "Logarithms", "over_momenta"]

FREQUENCY, REAL = sp.symbols("w y", positive=True)
"""w = Omega tau, and y = omega tau at a real frequency."""

_PHI = sp.Symbol("phi", real=True)
_STIFF = sp.Symbol("ln(1 + F)", real=True)
"""Stands for ln(1 + F), with phi = F/(1 + F)."""
_HALF = sp.Rational(1, 2)


@dataclass(frozen=True)
class Logarithms:
    """A function sum(constant*rational(w)) + slow(w) ln w + fast(w) ln(1 + w).

    Attributes
    ----------
    terms : tuple of (sympy.Expr, sympy.Expr)
        The constants and their rational functions of w and of phi, the strength.
    slow, fast : sympy.Expr
        Rational functions of w and phi.
    cutoff : sympy.Expr
        What stood beside the logarithm of a largest q ell, which is left out; in phi.
    strength : sympy.Expr
        What phi is.
    """

    terms: tuple[tuple[sp.Expr, sp.Expr], ...]
    slow: sp.Expr
    fast: sp.Expr
    cutoff: sp.Expr
    strength: sp.Expr

    @property
    def value(self) -> sp.Expr:
        """The function of w."""
        plain = sp.Add(*(constant * rational for constant, rational in self.terms))
        return self._put(plain + self.slow * sp.log(FREQUENCY) + self.fast * sp.log(1 + FREQUENCY))

    @cached_property
    def pole(self) -> sp.Expr:
        """Residue of the pole at w = 0."""
        found = sp.S.Zero
        for constant, rational in self.terms:
            residue = _residue(rational)
            # ln(1 + F) = F LogRatio(F), with F = phi/(1 - phi)
            stiff = constant == _STIFF
            share = (
                sp.cancel(residue * _PHI / (1 - _PHI)) * LogRatio(self.bare) if stiff else residue * constant
            )
            found += share
        return self._put(found)

    @cached_property
    def imaginary(self) -> sp.Expr:
        """Imaginary part at w = -i y, less the pole 1/y."""
        found = sp.S.Zero
        for constant, rational in self.terms:
            regular = sp.cancel(rational - _residue(rational) / FREQUENCY)
            found += constant * _parts(regular)[1]
        (here, turned), (near, phase) = _parts(self.slow), _parts(self.fast)
        found += turned * sp.log(REAL) - sp.pi / 2 * here
        found += phase * sp.log(1 + REAL**2) / 2 - near * sp.atan(REAL)
        return found.xreplace({_STIFF: sp.log(1 + self.bare), _PHI: self.strength})

    @property
    def bare(self) -> sp.Expr:
        """The interaction that is not screened, F; infinite for complete screening."""
        return sp.oo if self.strength == 1 else sp.cancel(self.strength / (1 - self.strength))

    @property
    def left_out(self) -> sp.Expr:
        """What stood beside the logarithm of a largest q ell."""
        return self._put(self.cutoff)

    @property
    def plateau(self) -> sp.Expr:
        """What the imaginary part tends to for large y: that of -left_out ln w."""
        return sp.pi / 2 * self.left_out

    def _put(self, expr: sp.Expr) -> sp.Expr:
        """Put in what phi is, with ln(1 + F) = F LogRatio(F): it stands beside 1/F."""
        return expr.xreplace({_STIFF: self.bare * LogRatio(self.bare), _PHI: self.strength})


@cache
def over_momenta(shape: sp.Expr, strength: sp.Expr) -> Logarithms:
    """Integrate x dx times half the kernel and the screened interaction over x = q ell.

    Parameters
    ----------
    shape : sympy.Expr
        The kernel, in S and z.
    strength : sympy.Expr
        The interaction screened at rest, times the density of states: 1, or F/(1 + F).

    Raises
    ------
    DivergenceError
        When the coefficient of the logarithm of a largest q ell depends on the frequency, or logarithms of
        other arguments come out.
    """
    share = sp.S.One if strength == 1 else _PHI
    screened = share * (LENGTH - 1) / (LENGTH - 1 - share * (LOSS - 1))
    integrand = (_HALF * LENGTH * screened * shape).xreplace({LOSS: 1 + FREQUENCY})
    rest, cutoff = sp.S.Zero, sp.S.Zero
    logarithms: dict[sp.Expr, sp.Expr] = defaultdict(lambda: sp.S.Zero)
    for term in sp.Add.make_args(sp.apart(sp.cancel(integrand), LENGTH)):
        weight, end, power = _fraction(term)
        if power > 1:
            rest += weight * end ** (1 - power) / (power - 1)
            continue
        cutoff += weight
        for argument in _factors(end):
            logarithms[argument] -= weight
    cutoff = sp.cancel(cutoff)
    if cutoff.has(FREQUENCY):
        raise DivergenceError(
            f"the integral of {integrand} over S", expected="a cutoff that no frequency knows"
        )
    slow, fast = (logarithms.pop(one, sp.S.Zero) for one in (FREQUENCY, 1 + FREQUENCY))
    terms = ((sp.S.One, rest), *(_constant(number, part) for number, part in logarithms.items()))
    tidy = tuple((constant, _tidy(part)) for constant, part in terms)
    return Logarithms(tidy, _tidy(slow), _tidy(fast), cutoff, strength)


def _fraction(term: sp.Expr) -> tuple[sp.Expr, sp.Expr, int]:
    """Read weight, z + r and n off a term weight/(S + r)**n."""
    top, bottom = sp.fraction(sp.together(term))
    poly = sp.Poly(bottom, LENGTH)
    power = int(poly.degree())
    if power == 0 or top.has(LENGTH):
        raise DivergenceError(f"the integral of {term} over S", expected="a decay as 1/S")
    end = 1 + FREQUENCY + poly.nth(power - 1) / (power * poly.LC())
    return sp.cancel(top / poly.LC()), sp.factor(end), power


def _factors(end: sp.Expr) -> tuple[sp.Expr, ...]:
    """Take the argument of a logarithm apart into w, 1 + w and a number."""
    for part in (FREQUENCY, 1 + FREQUENCY):
        number = sp.cancel(end / part)
        if not number.has(FREQUENCY):
            return (part,) if number == 1 else (part, number)
    raise DivergenceError(f"ln({end})", expected="logarithms of w and 1 + w")


def _constant(number: sp.Expr, part: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Write part*ln(number) as a constant and its rational function: 1 - phi is 1/(1 + F)."""
    if not number.has(_PHI):
        return sp.log(number), part
    if sp.expand(number - 1 + _PHI) != 0:
        raise DivergenceError(f"ln({number})", expected="ln(1 - phi)")
    return _STIFF, -part


def _tidy(part: sp.Expr) -> sp.Expr:
    return sp.factor(sp.cancel(part))


def _residue(rational: sp.Expr) -> sp.Expr:
    """Residue of a simple pole at w = 0."""
    return sp.cancel(sp.cancel(FREQUENCY * rational).subs(FREQUENCY, 0))


def _parts(rational: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Real and imaginary part of a rational function at w = -i y."""
    top, bottom = (
        sp.expand(part.subs(FREQUENCY, -sp.I * REAL)) for part in sp.fraction(sp.together(rational))
    )
    conjugate = bottom.xreplace({sp.I: -sp.I})
    both = sp.expand(top * conjugate)
    size = sp.expand(bottom * conjugate)
    real, imaginary = (sp.factor(sp.cancel(both.coeff(sp.I, n) / size)) for n in (0, 1))
    return real, imaginary
