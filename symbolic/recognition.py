"""Closed forms of numbers: factors made of 2, pi and roots, and constants made of logarithms and gamma."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy as sp

from cooperon.symbolic.digits import Digits

__all__ = ["constant_form", "factor_form", "factor_parts"]

_LARGEST_DENOMINATOR = 2000
_PI_POWERS = range(-8, 9)
_BASIS: tuple[sp.Expr, ...] = (sp.S.One, sp.log(2), sp.log(3), sp.log(sp.pi), sp.EulerGamma)
_LARGEST_COEFFICIENT = 50


def factor_form(
    number: Any, digits: Digits, *, tolerance: float = 1e-18, largest: int = _LARGEST_DENOMINATOR
) -> sp.Expr | None:
    """Write a real number as a root of a rational times a power of pi, where it is one.

    Examples
    --------
    >>> digits = Digits(30)
    >>> factor_form(2 / digits.context.sqrt(digits.context.pi), digits)
    2/sqrt(pi)
    """
    square = number * number
    for power in sorted(_PI_POWERS, key=abs):
        candidate = square / digits.context.pi**power
        rational = _rational(candidate, tolerance, largest)
        if rational is not None:
            sign = 1 if number > 0 else -1
            return sign * sp.sqrt(rational) * sp.pi ** sp.Rational(power, 2)
    return None


def _rational(number: Any, tolerance: float, largest: int) -> sp.Rational | None:
    if not 1e-6 < number < 1e6:
        return None
    scale = 10**40
    guess = Fraction(int(number * scale), scale).limit_denominator(largest)
    close = abs(number - number.context.mpf(guess.numerator) / guess.denominator) < tolerance * number
    return sp.Rational(guess.numerator, guess.denominator) if close else None


def factor_parts(form: sp.Expr) -> tuple[int, int, int] | None:
    """Take a factor apart into sign * 2**a * (2 pi)**b, where it is one; return (sign, a, b).

    Examples
    --------
    >>> factor_parts(-4 * sp.pi), factor_parts(sp.Integer(3))
    ((-1, 1, 1), None)
    """
    sign = -1 if form.is_negative else 1
    powers = (sign * form).as_powers_dict()
    of_pi, of_two = powers.pop(sp.pi, 0), powers.pop(sp.Integer(2), 0)
    rest = sp.Mul(*(base**exponent for base, exponent in powers.items()))
    if not rest.is_Rational or not sp.sympify(of_pi).is_Integer or not sp.sympify(of_two).is_Integer:
        return None
    twos = int(of_two) + (sp.multiplicity(2, rest) if rest != 1 else 0)
    if rest != sp.Integer(2) ** (twos - int(of_two)):
        return None
    return sign, twos - int(of_pi), int(of_pi)


def constant_form(number: Any, *, accuracy: int = 18) -> sp.Expr | None:
    """Write a real number in ln 2, ln 3, ln pi, Euler's constant and rationals, where that is possible.

    Examples
    --------
    >>> digits = Digits(30)
    >>> constant_form(digits.context.ln(2) / 2 - digits.context.euler)
    -EulerGamma + log(2)/2
    """
    digits = Digits(accuracy)
    values = [digits.number(str(number)), *(digits.value(term) for term in _BASIS)]
    found = digits.context.pslq(values, maxcoeff=_LARGEST_COEFFICIENT, maxsteps=2000)
    if found is None or found[0] == 0:
        return None
    return sp.Add(
        *(-sp.Rational(count, found[0]) * term for count, term in zip(found[1:], _BASIS, strict=True))
    )
