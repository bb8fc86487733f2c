"""An expression at a point, to as many digits as wanted, or a plain statement that it cannot be had.

sympy's ``evalf`` may run without end on towers of powers and returns NaN in silence; here every
intermediate value is looked at, and what is infinite, undefined or out of reach is an
:class:`UndecidedError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import sympy as sp
from mpmath.ctx_mp import MPContext
from mpmath.libmp import NoConvergence

from cooperon.symbolic.airy import AiryRatio, airy_ratios
from cooperon.symbolic.log_ratio import LogRatio
from cooperon.symbolic.pole_functions import FOLDED, Folded
from cooperon.symbolic.real_part import RealPart

__all__ = ["BREAKDOWNS", "Digits", "UndecidedError"]

# How sympy and mpmath give up on an expression that is out of their reach.
BREAKDOWNS = (
    NoConvergence,
    ArithmeticError,
    ValueError,
    TypeError,
    NotImplementedError,
    RecursionError,
    MemoryError,
)

# A value is held between 2**-_REACH_BITS (below, it is zero) and 2**_REACH_BITS (above, out of reach); the
# arguments of functions below the bits named here, and their orders below _ORDER: beyond, mpmath may run
# without end. The left half plane, where sums are shifted step by step, is left at _LEFTMOST.
_REACH_BITS = 10**7
_EXPONENT_BITS = 24
_ARGUMENT_BITS = 512
_PERIOD_BITS = 4096
_PARTS_BITS = 10000
_ORDER = 50
_WHOLE = 1000
_LEFTMOST = -1000
_TERMS = 1000
_SERIES_BITS = -20
_FROM_POLE = 0.001
_TOO_CLOSE = 1e-12
_QUOTED = 120


class UndecidedError(ArithmeticError):
    """The value of an expression at a point is undefined, infinite or out of reach."""


_CONSTANTS: dict[sp.Expr, str] = {
    sp.pi: "pi",
    sp.E: "e",
    sp.EulerGamma: "euler",
    sp.Catalan: "catalan",
    sp.GoldenRatio: "phi",
}

_PLAIN: dict[type, str] = {
    sp.log: "ln",
    sp.atan: "atan",
    sp.asin: "asin",
    sp.acos: "acos",
    sp.acot: "acot",
    sp.asinh: "asinh",
    sp.acosh: "acosh",
    sp.atanh: "atanh",
    sp.acoth: "acoth",
    sp.Abs: "fabs",
    sp.re: "re",
    RealPart: "re",
    sp.im: "im",
    sp.arg: "arg",
    sp.conjugate: "conj",
    sp.sign: "sign",
}
_PERIODIC: dict[type, str] = {
    sp.sin: "sin",
    sp.cos: "cos",
    sp.tan: "tan",
    sp.cot: "cot",
    sp.sinc: "sinc",
    sp.tanh: "tanh",
    sp.coth: "coth",
    sp.loggamma: "loggamma",
}
_BOUNDED: dict[type, str] = {sp.erf: "erf", sp.erfc: "erfc", sp.erfi: "erfi", sp.Ei: "ei"}
_GROWING: dict[type, str] = {sp.sinh: "sinh", sp.cosh: "cosh", sp.gamma: "gamma"}
_ORDERED: dict[type, str] = {
    sp.polygamma: "psi",
    sp.besselj: "besselj",
    sp.bessely: "bessely",
    sp.besseli: "besseli",
    sp.besselk: "besselk",
}


class Digits:
    """Values of expressions to a number of digits.

    Parameters
    ----------
    digits : int
        Decimal digits carried.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> digits = Digits(15)
    >>> digits.value(sp.sqrt(1 + x), {x: digits.number(3)})
    mpf('2.0')
    """

    def __init__(self, digits: int = 50) -> None:
        self.context = MPContext()
        self.context.dps = digits
        self._rules: dict[type, Callable[..., Any]] = {
            sp.Add: lambda *terms: self.context.fsum(terms),
            sp.Mul: lambda *factors: self.context.fprod(factors),
            sp.Pow: self._power,
            sp.exp: self._exp,
            sp.uppergamma: self._upper_gamma,
            sp.expint: self._exponential_integral,
            sp.zeta: self._zeta,
            LogRatio: self._log_ratio,
            sp.Min: lambda *values: min(values, key=self.context.re),
            sp.Max: lambda *values: max(values, key=self.context.re),
            AiryRatio: self._airy_ratio,
            sp.airyai: self._airy,
            sp.airyaiprime: lambda x: self._airy(x, 1),
            sp.LambertW: self.context.lambertw,  # which grows as a logarithm
            **{kind: partial(self._folded, kind) for kind in FOLDED},
        }

    def number(self, text: str | int) -> Any:
        """Make a number of this precision."""
        return self.context.mpf(text)

    def value(self, expr: sp.Expr, point: Mapping[sp.Symbol, Any] | None = None) -> Any:
        """Value of an expression at a point, real or complex.

        Raises
        ------
        UndecidedError
            When it is undefined or infinite, when a symbol has no value, or when it cannot be worked
            out in reasonable time.
        """
        known: dict[sp.Expr, Any] = dict(point or {})
        try:
            return self._value(expr, known)
        except UndecidedError:
            raise
        except BREAKDOWNS as reason:
            raise UndecidedError(f"{type(reason).__name__}: {reason}"[:_QUOTED]) from None

    def _value(self, expr: sp.Expr, known: dict[sp.Expr, Any]) -> Any:
        if expr not in known:
            found = self._evaluate(expr, known)
            known[expr] = self._within_reach(found, expr)
        return known[expr]

    def _evaluate(self, expr: sp.Expr, known: dict[sp.Expr, Any]) -> Any:
        if expr.is_Atom:
            return self._constant(expr)
        if isinstance(expr, sp.Integral):
            raise UndecidedError("an integral that is not carried out")
        if expr.is_Mul and expr.has(sp.airyaiprime):
            ratios = airy_ratios(expr)
            return self._function(type(ratios), self._values(ratios.args, known))
        if isinstance(expr, sp.hyper):
            upper, lower, argument = expr.args
            return self._hypergeometric(
                self._values(upper, known), self._values(lower, known), self._value(argument, known)
            )
        return self._function(type(expr), self._values(expr.args, known))

    def _values(self, exprs: Iterable[sp.Expr], known: dict[sp.Expr, Any]) -> list[Any]:
        return [self._value(expr, known) for expr in exprs]

    def _constant(self, expr: sp.Expr) -> Any:
        if expr.is_Rational:
            return self.context.mpf(expr.p) / expr.q
        if expr.is_Float:
            return self.context.make_mpf(expr._mpf_)
        if expr is sp.I:
            return self.context.mpc(0, 1)
        if expr in _CONSTANTS:
            return +getattr(self.context, _CONSTANTS[expr])
        raise UndecidedError(f"{expr} has no value")

    def _within_reach(self, found: Any, expr: sp.Expr) -> Any:
        """Return a value that can be worked with further; next to nothing is zero."""
        if not self.context.isfinite(found):
            raise UndecidedError(f"{expr} is infinite or undefined there")
        bits = self._bits(found)
        if bits > _REACH_BITS or self._lopsided(found):
            raise UndecidedError(f"{expr} is out of reach there")
        return found if bits > -_REACH_BITS else self.context.zero

    def _exp(self, exponent: Any) -> Any:
        if self._bits(exponent) <= _EXPONENT_BITS:
            return self.context.exp(exponent)
        if self.context.re(exponent) < -(self.context.mpf(2) ** (_EXPONENT_BITS - 1)):
            return self.context.zero
        raise UndecidedError("an exponential out of reach")

    def _power(self, base: Any, exponent: Any) -> Any:
        if base == 0:
            return self.context.zero ** self.context.sign(self.context.re(exponent))
        if abs(exponent) <= _WHOLE:
            return self.context.power(base, exponent)
        return self._exp(exponent * self.context.ln(base))

    def _function(self, kind: type, arguments: list[Any]) -> Any:
        if kind in self._rules:
            return self._rules[kind](*arguments)
        if kind in _PLAIN:
            return getattr(self.context, _PLAIN[kind])(*arguments)
        if kind in _PERIODIC:
            return self._guarded(_PERIODIC[kind], arguments, _PERIOD_BITS)
        if kind in _BOUNDED:
            return self._guarded(_BOUNDED[kind], arguments, _ARGUMENT_BITS)
        if kind in _GROWING:
            return self._guarded(_GROWING[kind], arguments, _EXPONENT_BITS)
        if kind in _ORDERED:
            return self._special(_ORDERED[kind], arguments[:1], arguments)
        raise UndecidedError(f"no rule for the value of {kind.__name__}")

    def _guarded(self, name: str, arguments: list[Any], bits: int) -> Any:
        if self._bits(arguments[-1]) > bits:
            raise UndecidedError(f"{name} of a number out of reach")
        function: Callable[..., Any] = getattr(self.context, name)
        return function(*arguments)

    def _hypergeometric(self, upper: list[Any], lower: list[Any], argument: Any) -> Any:
        if len(upper) > len(lower) + 1 or any(abs(order) > _ORDER for order in (*upper, *lower)):
            raise UndecidedError("a hypergeometric function out of reach")
        return self._guarded("hyper", [upper, lower, argument], _ARGUMENT_BITS)

    def _upper_gamma(self, order: Any, argument: Any) -> Any:
        """Upper incomplete Gamma function; near zero by its series, which is a hundred times faster there.

        Gamma(s, z) = Gamma(s) - z**s sum_k (-z)**k/(k! (s + k)), unless s is next to a pole of Gamma.
        """
        from_pole = self._from_pole(order)
        if abs(order) > _ORDER or 0 < from_pole < _TOO_CLOSE:
            raise UndecidedError("an incomplete Gamma function out of reach")
        if argument == 0 or self._bits(argument) > _SERIES_BITS or from_pole < _FROM_POLE:
            return self._special("gammainc", [order], [order, argument])
        terms, factor, k = [1 / order], self.context.one, 0
        while abs(terms[-1]) > self.context.eps * abs(terms[0]):
            k += 1
            factor *= -argument / k
            terms.append(factor / (order + k))
        return self.context.gamma(order) - argument**order * self.context.fsum(terms)

    def _from_pole(self, order: Any) -> Any:
        """Distance of an order to the nearest pole of Gamma, as far as it matters."""
        if abs(order) > _ORDER or self.context.re(order) > 0.5:
            return 1
        return abs(order - self.context.nint(self.context.re(order)))

    def _exponential_integral(self, order: Any, argument: Any) -> Any:
        """E_order(z) = z**(order - 1) Gamma(1 - order, z); of order 1 with mpmath's own E_1."""
        if argument == 0 or self._bits(argument) > _ARGUMENT_BITS or abs(order) > _ORDER:
            return self._special("expint", [order], [order, argument])
        if order == 1:
            return self.context.e1(argument)
        return argument ** (order - 1) * self._upper_gamma(1 - order, argument)

    def _zeta(self, order: Any, shift: Any = 1) -> Any:
        """Return the Hurwitz zeta function; mpmath sums ``shift`` terms unless the order is positive."""
        plain = self.context.im(order) == 0 and self.context.re(order) > 0
        if self.context.re(shift) <= 0 or (not plain and abs(shift) > _TERMS):
            raise UndecidedError("zeta of a number out of reach")
        return self._special("zeta", [order], [order, shift])

    def _log_ratio(self, place: Any) -> Any:
        """ln(1 + x)/x, and 1 at x = 0."""
        return self.context.log1p(place) / place if place else self.context.one

    def _folded(self, kind: type[Folded], *places: Any) -> Any:
        return kind.number(self.context, *places)

    def _airy_ratio(self, argument: Any) -> Any:
        """Ai/Ai', where each of the two may be smaller than what is taken for zero."""
        return self._airy(argument) / self._airy(argument, 1)

    def _airy(self, argument: Any, derivative: int = 0) -> Any:
        if self._bits(argument) > _ARGUMENT_BITS or self.context.re(argument) < _LEFTMOST:
            raise UndecidedError("an Airy function of a number out of reach")
        return self.context.airyai(argument, derivative=derivative)

    def _special(self, name: str, orders: list[Any], arguments: list[Any]) -> Any:
        last = arguments[-1]
        too_high = any(abs(order) > _ORDER for order in orders)
        if too_high or self._bits(last) > _ARGUMENT_BITS or self.context.re(last) < _LEFTMOST:
            raise UndecidedError(f"{name} of a number out of reach")
        function: Callable[..., Any] = getattr(self.context, name)
        return function(*arguments)

    def _lopsided(self, value: Any) -> bool:
        """Whether the two parts of a complex number are so far apart that its logarithm cannot be had."""
        real, imaginary = self.context.re(value), self.context.im(value)
        return bool(real and imaginary and abs(self._bits(real) - self._bits(imaginary)) > _PARTS_BITS)

    def _bits(self, value: Any) -> float:
        """Size of a number as the number of bits before its point (below zero for small ones)."""
        return 0 if value == 0 else float(self.context.mag(value))
