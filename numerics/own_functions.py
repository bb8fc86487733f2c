"""The functions that formulas are translated to, with their derivatives.

An expression in them keeps its digits, and so does its derivative: the rules below are taken after the
translation, where differences have gone already. The array functions of the same names are in
:mod:`cooperon.numerics.kernels` and its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

__all__ = ["OWN"]

_Rule = Callable[..., sp.Expr]


def _own(name: str, *rules: _Rule | None, start: sp.Expr | None = None) -> Any:
    """Make a function with the derivative by each argument; None where it is not known.

    ``start`` is its value where the last argument is zero.
    """

    def evaluated(cls: Any, *args: Any) -> sp.Expr | None:  # noqa: ARG001
        return start if args[-1].is_zero else None

    def fdiff(self: Any, argindex: int = 1) -> sp.Expr:
        rule = rules[argindex - 1]
        if rule is None:
            raise sp.core.function.ArgumentIndexError(self, argindex)
        return rule(*self.args)

    known = {"fdiff": fdiff} if start is None else {"fdiff": fdiff, "eval": classmethod(evaluated)}
    return type(name, (sp.Function,), known)


def _rest_by_place(s: Any, power: Any, numerator: Any, denominator: Any, shift: int) -> sp.Expr:
    """x**shift times the derivative of x**power h(s, x) by x = numerator/denominator; h(s)' = -s h(s + 1)."""
    own = OWN["powered_zeta_rest"]
    first = power * own(s, power - 1 + shift, numerator, denominator) if power != 0 else sp.S.Zero
    return first - s * own(s + 1, power + shift, numerator, denominator)


def _by_numerator(s: Any, power: Any, numerator: Any, denominator: Any) -> sp.Expr:
    return _rest_by_place(s, power, numerator, denominator, 1) / numerator


def _by_denominator(s: Any, power: Any, numerator: Any, denominator: Any) -> sp.Expr:
    return -_rest_by_place(s, power, numerator, denominator, 2) / numerator


def _fall_slope(x: Any, langevin: Any, fall: Any) -> sp.Expr:
    """Differentiate the function that times -x is the derivative of ``langevin``."""
    return (2 * langevin**2 - 5 * fall - 2 * x**2 * langevin * fall) / x


OWN: dict[str, Any] = {}
"""By the names that are printed."""

OWN |= {
    "digamma": _own("digamma", lambda x: OWN["hurwitz_zeta"](2, x)),
    "hurwitz_zeta": _own("hurwitz_zeta", None, lambda s, a: -s * OWN["hurwitz_zeta"](s + 1, a)),
    "digamma_rest": _own(
        "digamma_rest",
        lambda n, d: -_by_numerator(sp.S.One, sp.S.Zero, n, d),
        lambda n, d: -_by_denominator(sp.S.One, sp.S.Zero, n, d),
    ),
    "zeta_rest": _own(
        "zeta_rest",
        None,
        lambda s, n, d: _by_numerator(s, sp.S.Zero, n, d),
        lambda s, n, d: _by_denominator(s, sp.S.Zero, n, d),
    ),
    "powered_zeta_rest": _own("powered_zeta_rest", None, None, _by_numerator, _by_denominator),
    "upper_gamma": _own("upper_gamma", None, lambda s, x: -(x ** (s - 1)) * sp.exp(-x)),
    "expint": _own("expint", None, lambda n, x: -OWN["expint"](n - 1, x)),
    "hyp2f1_radial": _own(
        "hyp2f1_radial", None, lambda a, z: a * (1 / (1 + z) - OWN["hyp2f1_radial"](a, z)) / z
    ),
    "langevin": _own("langevin", lambda x: (1 - 3 * OWN["langevin"](x) - x**2 * OWN["langevin"](x) ** 2) / x),
    "langevin_fall": _own(
        "langevin_fall", lambda x: _fall_slope(x, OWN["langevin"](x), OWN["langevin_fall"](x))
    ),
    "pole_pairs": _own(
        "pole_pairs", None, lambda a, w: (OWN["pole_squares"](a, w) - OWN["pole_pairs"](a, w)) / w
    ),
    "pole_squares": _own("pole_squares", None, None),
    "thermal_window": _own("thermal_window", None),
    "airy_ratio": _own("airy_ratio", lambda x: 1 - x * OWN["airy_ratio"](x) ** 2),
    "lambertw": _own("lambertw", lambda x: OWN["lambertw"](x) / (x * (1 + OWN["lambertw"](x)))),
    "lambertw_exp": _own(
        "lambertw_exp",
        lambda r, a: OWN["lambertw_exp"](r, a) / (r * (1 + OWN["lambertw_exp"](r, a))),
        lambda r, a: 1 - 1 / (1 + OWN["lambertw_exp"](r, a)),
    ),
    "besselk": _own("besselk", None, lambda n, x: -(OWN["besselk"](n - 1, x) + OWN["besselk"](n + 1, x)) / 2),
    "log1p": _own("log1p", lambda x: 1 / (1 + x)),
    "expm1": _own("expm1", sp.exp),
    "powm1": _own("powm1", lambda x, p: p * (1 + x) ** (p - 1), lambda x, p: sp.log(1 + x) * (1 + x) ** p),
    "log_ratio": _own("log_ratio", None, lambda n, x: -(n + 1) * OWN["log_ratio"](n + 1, x)),
    "complex_root": _own("complex_root", lambda x: 1 / (2 * OWN["complex_root"](x))),
    "log_ratio_rise": _own("log_ratio_rise", lambda x: -OWN["log_ratio"](1, x), start=sp.S.Zero),
}

# Z(s, z) is zeta, or -psi for s = 1: its derivative is -s Z(s + 1, z).
OWN |= {
    "levels_rise": _own(
        "levels_rise", None, None, lambda s, a, x: -s * OWN["hurwitz_zeta"](s + 1, a + x), start=sp.S.Zero
    ),
    "levels_real_rise": _own(
        "levels_real_rise", None, None, lambda s, a, x: s * OWN["levels_imag"](s + 1, a, x), start=sp.S.Zero
    ),
    "levels_real": _own("levels_real", None, None, lambda s, a, x: s * OWN["levels_imag"](s + 1, a, x)),
    "levels_imag": _own(
        "levels_imag", None, None, lambda s, a, x: -s * OWN["levels_real"](s + 1, a, x), start=sp.S.Zero
    ),
}


def _second_slope(s: Any, h: Any) -> sp.Expr:
    """Second derivative of -Re Z(s, 1 + i x) - x Im Z(s + 1, 1 + i x) by x, at x = h/(2 pi)."""
    x = h / (2 * sp.pi)
    levels = OWN["levels_real"](s + 2, 1, x) + x * OWN["levels_imag"](s + 3, 1, x)
    return (s + 1) * (s + 2) * levels


OWN |= {
    "zeeman_2d": _own("zeeman_2d", lambda h: 1 * OWN["zeeman_2d_slope"](h), start=sp.S.Zero),
    "zeeman_2d_slope": _own(
        "zeeman_2d_slope", lambda h: _second_slope(sp.S.One, h) / (4 * sp.pi**2), start=sp.S.Zero
    ),
    "zeeman_3d": _own("zeeman_3d", lambda h: 1 * OWN["zeeman_3d_slope"](h), start=sp.S.Zero),
    "zeeman_3d_slope": _own(
        "zeeman_3d_slope",
        lambda h: sp.sqrt(sp.pi) / 2 * _second_slope(sp.S.Half, h) / (4 * sp.pi**2),
        start=sp.S.Zero,
    ),
}
