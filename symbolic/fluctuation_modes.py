r"""Sums of 1/(D q**2 + gap)**2 over the modes of a sample between two leads, in units of (L**2/D)**2.

Between the leads, at x = 0 and x = L, q_x L = pi n with n = 1, 2, ...; across, where walls reflect,
q_y w = pi m with m = 0, 1, ... The sum over n is done once for all gaps, by images
(:mod:`cooperon.symbolic.images`); m only adds to the gap. What it leaves falls off as exp(-2 pi m L/w) beside
powers of m, and these add up to zeta functions: of two m by the number of ways to write an integer as a sum
of two squares.

References
----------
G. H. Hardy, Mess. Math. 49, 85 (1919), for the sum over two squares (found by L. Lorenz, 1871).
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

__all__ = ["ModeSum", "coherent_sum", "correlated_sums", "gapped_sum", "pole_sum", "square_sum"]

_N = sp.Symbol("n", integer=True, positive=True)
_M, _K = sp.Symbol("m", integer=True, positive=True), sp.Symbol("k", integer=True, positive=True)
_ACROSS = sp.Symbol("m", integer=True, nonnegative=True)
_X = sp.Symbol("x", positive=True)
_A, _W = sp.Symbol("a", nonnegative=True), sp.Symbol("w", positive=True)
_LENGTH = s.L / s.L_phi
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


def _master_steps() -> Iterator[Step]:
    """Sum over the modes along the wire, for any gap."""
    here = {_X: _LENGTH}
    gap = sp.pi**2 * _N**2 + _LENGTH**2
    yield from (
        Step(one.rule, one.lhs.xreplace(here), one.rhs.xreplace(here), one.reason) for one in _images()[1]
    )
    yield Step(
        "sum over modes",
        sp.Sum(1 / gap, (_N, 1, sp.oo)),
        pole_sum(_LENGTH),
        "modes between the leads, in units of L**2/D; L_phi stands for any gap D/L_phi**2",
    )
    yield Step(
        "squared poles",
        sp.Sum(1 / gap**2, (_N, 1, sp.oo)),
        square_sum(_LENGTH),
        "the derivative with respect to the gap, turned over",
    )


def _bulk(dim: int, ratio: sp.Expr) -> sp.Expr:
    """Integral over q in place of the sum, int d^dx/(2 pi)**d 1/(x**2 + X**2)**2, times (w/L)**(d-1)."""
    half = sp.Rational(dim, 2)
    return sp.gamma(2 - half) * _X ** (dim - 4) / (4 * sp.pi) ** half / ratio ** (dim - 1)


def gapped_sum(dim: int, ratio: sp.Expr, x: sp.Expr) -> ModeSum:
    """Sum the squared poles of a gap D x**2/L**2; ``ratio`` is L/w.

    Examples
    --------
    >>> gapped_sum(1, sp.S.One, s.L / s.L_phi).leading
    L_phi**3/(4*L**3)
    """
    steps = tuple(_master_steps())
    value = square_sum(x)
    if dim > 1:
        value = sp.Sum(square_sum(sp.sqrt(x**2 + (sp.pi * ratio * _ACROSS) ** 2)), (_ACROSS, 0, sp.oo))
    return ModeSum(value, _bulk(dim, ratio).xreplace({_X: x}), steps)


def coherent_sum(dim: int, ratio: sp.Expr) -> ModeSum:
    """Sum the squared poles where nothing but the leads ends coherence; ``ratio`` is L/w.

    Examples
    --------
    >>> [coherent_sum(dim, sp.S.One).value for dim in (1, 2)]
    [1/90, Catalan/(6*pi**2)]
    """
    first = _wire()
    start = Step(
        "no dephasing",
        sp.Sum(1 / (sp.pi * _N) ** 4, (_N, 1, sp.oo)),
        first,
        "the limit of a small gap: zeta(4)/pi**4",
    )
    steps = [*_master_steps(), start]
    if dim > 1:
        steps.append(_split())
        steps += _across(dim, ratio)
        first = steps[-1].rhs
    return ModeSum(first, first, tuple(steps))


def _powers(x: sp.Expr) -> sp.Expr:
    """Return what of :func:`square_sum` falls off as powers."""
    return 1 / (4 * x**3) - 1 / (2 * x**4)


def _rest(x: sp.Expr) -> sp.Expr:
    """Return what of :func:`square_sum` falls off as exp(-2x)."""
    return _fast_rest().xreplace({_X: x})


@cache
def _fast_rest() -> sp.Expr:
    left = square_sum(_X) - _powers(_X)
    grown = sp.Symbol("E", positive=True)
    left = left.rewrite(sp.exp).xreplace({sp.exp(-_X): 1 / sp.sqrt(grown), sp.exp(_X): sp.sqrt(grown)})
    parts = sp.apart(sp.factor(sp.simplify(left)), grown)
    return sp.Add(*map(sp.factor, sp.Add.make_args(parts))).xreplace({grown: sp.exp(2 * _X)})


def _split() -> Step:
    return Step(
        "powers and rest",
        square_sum(_LENGTH),
        _powers(_LENGTH) + _rest(_LENGTH),
        "for a large gap two powers are left, up to exponentially small terms",
    )


def _across(dim: int, ratio: sp.Expr) -> Iterator[Step]:
    """Sum over the modes across, of which the first is the wire's."""
    if dim == 2:
        row = sp.Sum(square_sum(sp.pi * ratio * _M), (_M, 1, sp.oo))
        yield _line(row, ratio)
        whole = _wire() + row
        if ratio == 1:
            power = two_squares(2)
            yield Step(
                "sum of two squares",
                whole,
                power / sp.pi**4,
                "of (n**2 + m**2)**-2 over n >= 1 and m >= 0: a quarter of the plane without its middle",
            )
        else:
            yield Step("modes across", whole, _wire() + _line(row, ratio).rhs, "m = 0 is the wire")
        return
    yield from _plane_steps()
    squares = 2 * sp.Sum(square_sum(sp.pi * ratio * _M), (_M, 1, sp.oo))
    plane, both = _filled(ratio)
    row, single = _row(ratio)
    rest = sp.Sum(2 * single + both, (_M, 1, sp.oo))
    yield Step(
        "modes across",
        _wire() + squares + plane + sp.Sum(both, (_M, 1, sp.oo)),
        _wire() + 2 * row + plane + rest,
        "m = k = 0 is the wire; m = 0 or k = 0: powers of m add up to zeta functions",
    )


@cache
def _wire() -> sp.Expr:
    """Sum of 1/(pi n)**4: the slope of :func:`pole_sum` at a gap of 0."""
    return -sp.series(pole_sum(_X), _X, 0, 4).removeO().coeff(_X, 2)


def _row(ratio: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Sum over m = 1, 2, ... of a square: its powers, and the term of what falls off faster."""
    powers = sp.Add(*(_row_of(term, ratio) for term in sp.Add.make_args(_powers(_X))))
    return powers, _rest(sp.pi * ratio * _M)


def _row_of(term: sp.Expr, ratio: sp.Expr) -> sp.Expr:
    number, power = term.as_coeff_exponent(_X)
    return number * (sp.pi * ratio) ** power * sp.zeta(-power)


def _line(row: sp.Expr, ratio: sp.Expr) -> Step:
    powers, rest = _row(ratio)
    found = powers + sp.Sum(rest, (_M, 1, sp.oo))
    return Step("zeta functions", row, found, "powers of m add up to zeta functions, the rest converges")


def two_squares(power: sp.Expr) -> sp.Expr:
    """Sum of (m**2 + k**2)**-power over m >= 1 and k >= 0: zeta times Dirichlet's beta function.

    An integer N is a sum of two squares in four times as many ways as its divisors of the form 4j + 1 are
    more than those of the form 4j + 3.

    Examples
    --------
    >>> two_squares(2)
    Catalan*pi**2/6
    """
    power = sp.sympify(power)
    quarter = sp.Rational(1, 4)
    beta = (sp.zeta(power, quarter) - sp.zeta(power, 3 * quarter)) / 4**power
    return sp.zeta(power) * (sp.Catalan if power == 2 else beta)


def _plane(power: sp.Expr) -> sp.Expr:
    """Sum of (m**2 + k**2)**-power over m, k >= 1."""
    return two_squares(power) - sp.zeta(2 * power)


def _plane_steps() -> Iterator[Step]:
    """Sum the powers 3/2 and 2 of m**2 + k**2, over k by Poisson's formula first."""
    reason = "by the number of ways to write an integer as a sum of two squares, those with a 0 taken off"
    odd, length = sp.Rational(3, 2), _LENGTH
    bessel = _N * sp.besselk(1, 2 * sp.pi * _N * length)
    yield Step(
        "Poisson's formula",
        sp.Sum((_K**2 + length**2) ** -odd, (_K, 1, sp.oo)),
        1 / length**2 - 1 / (2 * length**3) + 4 * sp.pi / length * sp.Sum(bessel, (_N, 1, sp.oo)),
        "the sum over k of (k**2 + x**2)**(-3/2), for any x = L/L_phi",
    )
    bessel = sp.Sum(_N * sp.besselk(1, 2 * sp.pi * _N * _M) / _M, (_N, 1, sp.oo))
    yield Step(
        "sum of two squares",
        sp.zeta(2) - sp.zeta(3) / 2 + 4 * sp.pi * sp.Sum(bessel, (_M, 1, sp.oo)),
        _plane(odd),
        f"the same for x = m, summed over m; on the right {reason}",
    )
    yield Step(
        "sum of two squares",
        sp.Sum(sp.pi**4 * square_sum(sp.pi * _M), (_M, 1, sp.oo)),
        _plane(sp.Integer(2)),
        f"the sum over k of (k**2 + m**2)**-2, summed over m; on the right {reason}",
    )


def _filled(ratio: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Sum over m, k = 1, 2, ...: its powers, and for each m the sum over k of what falls off faster."""
    terms = [term.as_coeff_exponent(_X) for term in sp.Add.make_args(_powers(_X))]
    powers = sp.Add(*(number * (sp.pi * ratio) ** power * _plane(-power / 2) for number, power in terms))
    return powers, sp.Sum(_rest(sp.pi * ratio * sp.sqrt(_M**2 + _K**2)), (_K, 1, sp.oo))


def correlated_sums(dim: int, ratio: sp.Expr, a: sp.Expr, w: sp.Expr) -> tuple[ModeSum, ModeSum]:
    """Sum 1/|z|**2 and Re 1/z**2 of the poles z = pi**2 n**2 + ... + a - i w, w being omega L**2/D.

    Examples
    --------
    >>> one, other = correlated_sums(1, sp.S.One, sp.S.Zero, _W)
    >>> one.leading, other.leading
    (sqrt(2)/(4*w**(3/2)), -sqrt(2)/(8*w**(3/2)))
    """
    across = (sp.pi * ratio * _ACROSS) ** 2 if dim > 1 else sp.S.Zero
    sums = [one(a + across, w) for one in (PolePairs, PoleSquares)]
    if dim > 1:
        sums = [sp.Sum(one, (_ACROSS, 0, sp.oo)) for one in sums]
    forms = [one.subs(_A, a).xreplace({_W: w}) for one in _bulk_poles(dim, ratio)]
    steps = tuple(_correlated_steps())
    return tuple(ModeSum(one, form, steps) for one, form in zip(sums, forms, strict=True))  # type: ignore[return-value]


def _bulk_poles(dim: int, ratio: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Integrals over q in place of both sums, from the imaginary part of that of 1/(x**2 + a - i w)."""
    size = sp.sqrt(_A**2 + _W**2)
    if dim == 1:
        imaginary = _W / (4 * size * sp.sqrt((size + _A) / 2))  # of 1/(2 sqrt(a - i w))
    else:
        imaginary = (sp.pi / 2 - sp.atan(_A / _W)) / (4 * sp.pi * ratio)  # of -ln(a - i w)/(4 pi)
    return imaginary / _W, sp.diff(imaginary, _W)


def _correlated_steps() -> Iterator[Step]:
    square, apart = sp.pi**2 * _N**2 + _LENGTH**2, s.omega * s.L**2 / s.D
    size = square**2 + apart**2
    place = sp.sqrt(_LENGTH**2 - sp.I * apart)
    yield from _master_steps()
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
