r"""Sums of 1/(D q**2 + gap)**2 over the modes of a sample between two leads, in units of (L**2/D)**2.

Between the leads, at x = 0 and x = L, q_x L = pi n with n = 1, 2, ...; across, where walls reflect,
q_y w = pi m with m = 0, 1, ... The sum over n is done once for all gaps, by images
(:mod:`cooperon.symbolic.images`); m only adds to the gap. Coherent samples of equal sides are in
:mod:`cooperon.symbolic.fluctuation_lattice`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.axes import Leads
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.images import complete
from cooperon.symbolic.pole_functions import PolePairs, PoleSquares
from cooperon.symbolic.real_part import RealPart

__all__ = [
    "LENGTH",
    "ModeSum",
    "Ratios",
    "bulk_pole",
    "correlated_sums",
    "gapped_sum",
    "master_steps",
    "pole_sum",
    "square_sum",
    "uneven_sum",
]

Ratios = tuple[sp.Expr, ...]
"""Of the length to each side across."""

_N = sp.Symbol("n", integer=True, positive=True)
_ACROSS = sp.symbols("m k", integer=True, nonnegative=True)
_X = sp.Symbol("x", positive=True)
_A, _W = sp.Symbol("a", nonnegative=True), sp.Symbol("w", positive=True)
LENGTH = s.L / s.L_phi
"""A gap D/L_phi**2 stands for any gap in the pages that hold for all of them."""


@dataclass(frozen=True)
class ModeSum:
    """A sum over modes.

    Attributes
    ----------
    value, leading : sympy.Expr
        The sum, and its form for a gap (or a frequency) large against D/L**2.
    steps : tuple of Step
        How they follow.
    """

    value: sp.Expr
    leading: sp.Expr
    steps: tuple[Step, ...]


def pole_sum(x: sp.Expr) -> sp.Expr:
    """Sum of 1/(pi**2 n**2 + x**2) over n = 1, 2, ..., by images.

    Examples
    --------
    >>> pole_sum(_X)
    (x*coth(x) - 1)/(2*x**2)
    """
    return _pole_sum().xreplace({_X: x})


@cache
def _pole_sum() -> sp.Expr:
    return sp.simplify(_images()[0] * s.D / s.L).replace(sp.tanh, lambda z: 1 / sp.coth(z))


@cache
def _images() -> tuple[sp.Expr, tuple[Step, ...]]:
    found = complete(Leads(s.L), gap=s.D * _X**2 / s.L**2, dim=sp.Integer(1))
    return found.value, found.steps


def square_sum(x: sp.Expr) -> sp.Expr:
    """Sum of 1/(pi**2 n**2 + x**2)**2 over n = 1, 2, ...: the derivative of :func:`pole_sum`.

    Examples
    --------
    >>> some = sp.N(sum(1 / (sp.pi**2 * n**2 + 1) ** 2 for n in range(1, 99)), 5)
    >>> sp.N(square_sum(sp.S.One), 5), some
    (0.0092742, 0.0092742)
    """
    return _square_sum().xreplace({_X: x})


@cache
def _square_sum() -> sp.Expr:
    slope = -sp.diff(pole_sum(_X), _X) / (2 * _X)
    return sp.expand(slope.replace(sp.coth(_X) ** 2, 1 + 1 / sp.sinh(_X) ** 2))


def master_steps() -> Iterator[Step]:
    """Sum over the modes along the wire, for any gap."""
    here = {_X: LENGTH}
    gap = sp.pi**2 * _N**2 + LENGTH**2
    yield from (
        Step(one.rule, one.lhs.xreplace(here), one.rhs.xreplace(here), one.reason) for one in _images()[1]
    )
    yield Step(
        "sum over modes",
        sp.Sum(1 / gap, (_N, 1, sp.oo)),
        pole_sum(LENGTH),
        "modes between the leads, in units of L**2/D; L_phi stands for any gap D/L_phi**2",
    )
    yield Step(
        "squared poles",
        sp.Sum(1 / gap**2, (_N, 1, sp.oo)),
        square_sum(LENGTH),
        "the derivative with respect to the gap, turned over",
    )


def _across(ratios: Ratios) -> sp.Expr:
    """Return what the modes across add to (q_x L)**2."""
    return sp.Add(*((sp.pi * ratio * m) ** 2 for ratio, m in zip(ratios, _ACROSS, strict=False)))


def _over_modes(term: sp.Expr, ratios: Ratios) -> sp.Expr:
    """Sum a term over the modes across."""
    limits = [(m, 0, sp.oo) for _, m in zip(ratios, _ACROSS, strict=False)]
    return sp.Sum(term, *limits) if limits else term


def gapped_sum(ratios: Ratios, x: sp.Expr) -> ModeSum:
    """Sum the squared poles of a gap D x**2/L**2.

    Examples
    --------
    >>> gapped_sum((), s.L / s.L_phi).leading
    L_phi**3/(4*L**3)
    """
    value = _over_modes(square_sum(sp.sqrt(x**2 + _across(ratios))), ratios)
    form = bulk_pole(ratios)
    leading = -sp.diff(form, _X) / (2 * _X)
    steps = list(master_steps())
    if not ratios:
        steps.append(_long(square_sum(LENGTH), leading.xreplace({_X: LENGTH})))
    return ModeSum(value, leading.xreplace({_X: x}), tuple(steps))


def _long(exact: sp.Expr, form: sp.Expr) -> Step:
    """Say what is left of a sum over modes of a long wire."""
    return Step(
        "long sample",
        exact,
        form,
        "an integral over q in place of the sum over modes",
        ((s.L, -1),),
        sp.S.One,
    )


def uneven_sum(ratios: Ratios) -> sp.Expr:
    """Sum the squared poles of a coherent sample of any sides, mode by mode.

    Examples
    --------
    >>> uneven_sum((s.L / s.width,))
    Sum(PolePairs(pi**2*L**2*m**2/width**2, 0), (m, 0, oo))
    """
    return _over_modes(PolePairs(_across(ratios), sp.S.Zero), ratios)


def bulk_pole(ratios: Ratios) -> sp.Expr:
    """Integral over q in place of the sum of 1/(q**2 + x**2), up to what does not depend on x.

    Examples
    --------
    >>> [bulk_pole((sp.S.One,) * across) for across in (0, 1, 2)]
    [1/(2*x), -log(x)/(2*pi), -x/(4*pi)]
    """
    half = sp.Rational(len(ratios) + 1, 2)
    squared = sp.gamma(2 - half) * _X ** (2 * half - 4) / (4 * sp.pi) ** half  # of 1/(q**2 + x**2)**2
    return -sp.integrate(2 * _X * squared, _X) / sp.Mul(*ratios)


def correlated_sums(ratios: Ratios, a: sp.Expr, w: sp.Expr) -> tuple[ModeSum, ModeSum]:
    """Sum 1/|z|**2 and Re 1/z**2 of the poles z = pi**2 n**2 + ... + a - i w, w being omega L**2/D.

    Examples
    --------
    >>> one, other = correlated_sums((), sp.S.Zero, _W)
    >>> one.leading, other.leading
    (sqrt(2)/(4*w**(3/2)), -sqrt(2)/(8*w**(3/2)))
    """
    steps = list(_correlated_steps())
    bulk = _bulk_poles(ratios)
    if not ratios:
        here, there = LENGTH**2, s.omega * s.L**2 / s.D
        both = zip((PolePairs, PoleSquares), bulk, strict=True)
        steps += [_long(one(here, there), form.subs(_A, here).xreplace({_W: there})) for one, form in both]
    sums = [_over_modes(one(a + _across(ratios), w), ratios) for one in (PolePairs, PoleSquares)]
    forms = [one.subs(_A, a).xreplace({_W: w}) for one in bulk]
    one, other = (ModeSum(value, form, tuple(steps)) for value, form in zip(sums, forms, strict=True))
    return one, other


def _bulk_poles(ratios: Ratios) -> tuple[sp.Expr, sp.Expr]:
    """Integrals over q in place of both sums, from the imaginary part of that of 1/(q**2 + a - i w)."""
    size = sp.sqrt(_A**2 + _W**2)
    up = sp.sqrt((size + _A) / 2)
    down = _W / (2 * up)  # x = up - i down
    parts = {1 / _X: down / size, sp.log(_X): -sp.acot(_A / _W) / 2, _X: -down}
    pole = bulk_pole(ratios)
    imaginary = next(pole.coeff(kind) * part for kind, part in parts.items() if pole.has(kind))
    return imaginary / _W, sp.diff(imaginary, _W)


def _correlated_steps() -> Iterator[Step]:
    square, apart = sp.pi**2 * _N**2 + LENGTH**2, s.omega * s.L**2 / s.D
    size = square**2 + apart**2
    place = sp.sqrt(LENGTH**2 - sp.I * apart)
    yield from master_steps()
    yield Step(
        "poles apart in energy",
        sp.Sum(1 / size, (_N, 1, sp.oo)),
        RealPart(-sp.I * pole_sum(place)) / apart,
        "partial fractions: the imaginary part of the sum of poles at a gap - i omega",
    )
    yield Step(
        "poles apart in energy",
        sp.Sum((square**2 - apart**2) / size**2, (_N, 1, sp.oo)),
        RealPart(square_sum(place)),
        "the real part of the squared poles there",
    )
