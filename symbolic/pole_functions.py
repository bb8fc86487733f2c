r"""Two sums over the modes of a wire between leads, and the thermal window: functions that are whole at zero.

Written out, their numerators cancel where energies are close together. The array functions of
:mod:`cooperon.numerics.pole_kernels` keep their digits there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import sympy as sp

__all__ = [
    "FOLDED",
    "Folded",
    "PolePairs",
    "PoleSquares",
    "ThermalWindow",
    "folded_numbers",
    "imaginary_part",
]

_A, _W = sp.Symbol("a", nonnegative=True), sp.Symbol("w", positive=True)


def imaginary_part(a: sp.Expr, w: sp.Expr) -> sp.Expr:
    """Imaginary part of the sum of 1/(pi**2 n**2 + a - i w) over n = 1, 2, ..., in real functions.

    The sum is (x coth(x) - 1)/(2 x**2) at x**2 = a - i w.

    Examples
    --------
    >>> sp.N(imaginary_part(sp.S.One, sp.Integer(2)), 5)
    0.017991
    >>> sp.N(sum(2 / ((sp.pi**2 * n**2 + 1) ** 2 + 4) for n in range(1, 500)), 5)
    0.017991
    """
    return _imaginary_part().subs(_A, a).xreplace({_W: w})


@cache
def _imaginary_part() -> sp.Expr:
    up, down, fall = (sp.Symbol(name, positive=True) for name in "uvE")
    # (u - iv) coth(u - iv) with E = exp(-2u), which falls off where cosh(2u) would be too large
    bottom = 1 + fall**2 - 2 * fall * sp.cos(2 * down)
    over = (up * (1 - fall**2) + 2 * down * fall * sp.sin(2 * down)) / bottom - 1
    under = (2 * up * fall * sp.sin(2 * down) - down * (1 - fall**2)) / bottom
    found = (over * _W + under * _A) / (2 * (_A**2 + _W**2))
    real = sp.sqrt((sp.sqrt(_A**2 + _W**2) + _A) / 2)
    return found.xreplace({fall: sp.exp(-2 * up)}).xreplace({down: _W / (2 * up)}).xreplace({up: real})


class Folded(sp.Function):  # type: ignore[misc]
    """A function with a closed form that loses its digits near zero: ``written_out()``."""

    is_extended_real = True

    def written_out(self) -> sp.Expr:
        """Return the closed form."""
        raise NotImplementedError

    @staticmethod
    def number(context: Any, *places: Any) -> Any:
        """Return the value at numbers of a context of mpmath, to as many digits as it carries."""
        raise NotImplementedError

    def _eval_evalf(self, prec: int) -> sp.Expr:
        import mpmath

        places = [one._eval_evalf(prec) for one in self.args]
        if not all(one.is_number for one in places):
            return self.func(*places)
        with mpmath.workprec(prec):
            found = self.number(mpmath.mp, *(one._to_mpmath(prec) for one in places))
            return sp.Expr._from_mpmath(found, prec)


def _more(context: Any, small: Any, power: int) -> int:
    """Binary digits to be carried where a difference is of the order of a small number to a power."""
    return int(2 * context.prec + power * max(0, -context.mag(small) if small else 0))


class PolePairs(Folded):
    """Sum of 1/((pi**2 n**2 + a)**2 + w**2) over n = 1, 2, ..., also at w = 0.

    Examples
    --------
    >>> a, w = sp.symbols("a w", positive=True)
    >>> PolePairs(0, 0), sp.N(PolePairs(1, 2), 5), PolePairs(a, w).diff(w)
    (1/90, 0.0089955, (-PolePairs(a, w) + PoleSquares(a, w))/w)
    """

    nargs = 2

    @classmethod
    def eval(cls, a: sp.Expr, w: sp.Expr) -> sp.Expr | None:
        """Put in zeta(4)/pi**4 where nothing is left."""
        return sp.zeta(4) / sp.pi**4 if a.is_zero and w.is_zero else None

    def written_out(self) -> sp.Expr:
        """Return the closed form."""
        a, w = self.args
        return imaginary_part(a, w) / w

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return the derivative by w."""
        a, w = self.args
        if argindex == 1:
            raise sp.core.function.ArgumentIndexError(self, argindex)
        return (PoleSquares(a, w) - self) / w

    @staticmethod
    def number(context: Any, a: Any, w: Any) -> Any:
        """Return the value: the imaginary part of a sum of poles, over w."""
        if not w:
            return PoleSquares.number(context, a, w)
        with context.workprec(_more(context, w, 2)):
            square = context.mpc(a, -w)
            x = context.sqrt(square)
            return context.im((x * context.coth(x) - 1) / (2 * square)) / w

    def _latex(self, printer: Any, exp: Any = None) -> str:
        a, w = self.args
        bottom = rf"\left({_pole(printer, a)}\right)^{{2}} + \left({printer._print(w)}\right)^{{2}}"
        return _sum(rf"\frac{{1}}{{{bottom}}}", exp)


class PoleSquares(Folded):
    """Sum of the real part of 1/(pi**2 n**2 + a - i w)**2 over n = 1, 2, ..., also at w = 0.

    Examples
    --------
    >>> PoleSquares(0, 0), sp.N(PoleSquares(1, 2), 5)
    (1/90, 0.0084562)
    """

    nargs = 2

    @classmethod
    def eval(cls, a: sp.Expr, w: sp.Expr) -> sp.Expr | None:
        """Put in zeta(4)/pi**4 where nothing is left."""
        return PolePairs.eval(a, w)

    def written_out(self) -> sp.Expr:
        """Return the closed form: the derivative of the imaginary part of a sum of poles by w."""
        a, w = self.args
        return sp.diff(_imaginary_part(), _W).subs(_A, a).xreplace({_W: w})

    @staticmethod
    def number(context: Any, a: Any, w: Any) -> Any:
        """Return the value."""
        if not a and not w:
            return context.mpf(1) / 90
        with context.workprec(_more(context, max(abs(a), abs(w)), 2)):
            square = context.mpc(a, -w)
            x = context.sqrt(square)
            return context.re((x * context.coth(x) + (x * context.csch(x)) ** 2 - 2) / (4 * square**2))

    def _latex(self, printer: Any, exp: Any = None) -> str:
        a, w = self.args
        bottom = rf"\left({_pole(printer, a)} - i {printer._print(w)}\right)^{{2}}"
        return _sum(rf"\mathrm{{Re}} \frac{{1}}{{{bottom}}}", exp)


def _pole(printer: Any, a: sp.Expr) -> str:
    start = r"\pi^{2} n^{2}"
    return start if a == 0 else f"{start} + {printer._print(a)}"


def _sum(term: str, exp: Any) -> str:
    written = rf"\sum_{{n=1}}^{{\infty}} {term}"
    return written if exp is None else rf"\left({written}\right)^{{{exp}}}"


class ThermalWindow(Folded):
    """Distribution of the difference u k_B T of two energies, each with the weight -df/dE.

    Examples
    --------
    >>> ThermalWindow(0), sp.N(ThermalWindow(1), 5), ThermalWindow(sp.Symbol("u")).written_out()
    (1/6, 0.15095, (u*(1 + exp(-u)) - 2 + 2*exp(-u))*exp(-u)/(1 - exp(-u))**3)
    """

    nargs = 1

    @classmethod
    def eval(cls, u: sp.Expr) -> sp.Expr | None:
        """Put in the limit where both energies are the same."""
        return sp.Rational(1, 6) if u.is_zero else None

    def written_out(self) -> sp.Expr:
        """Return the closed form."""
        (u,) = self.args
        fall = sp.exp(-u)
        return fall * (u * (1 + fall) - 2 * (1 - fall)) / (1 - fall) ** 3

    @staticmethod
    def number(context: Any, u: Any) -> Any:
        """Return the value."""
        if not u:
            return context.mpf(1) / 6
        with context.workprec(_more(context, u, 3)):
            fall = context.exp(-u)
            return fall * (u * (1 + fall) - 2 * (1 - fall)) / (1 - fall) ** 3

    def _latex(self, printer: Any, exp: Any = None) -> str:
        half = rf"\frac{{{printer._print(self.args[0])}}}{{2}}"
        written = rf"\frac{{{half} \coth {half} - 1}}{{2 \sinh^{{2}} {half}}}"
        return written if exp is None else rf"\left({written}\right)^{{{exp}}}"


FOLDED: tuple[type[Folded], ...] = (PolePairs, PoleSquares, ThermalWindow)
"""All of them."""


def folded_numbers() -> dict[str, Callable[..., Any]]:
    """Return functions of mpmath's numbers by the names that folded functions are printed with.

    Examples
    --------
    >>> sorted(folded_numbers())
    ['PolePairs', 'PoleSquares', 'ThermalWindow']
    """
    import mpmath

    return {kind.__name__: partial(kind.number, mpmath.mp) for kind in FOLDED}
