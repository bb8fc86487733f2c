"""From a sympy expression to a plain function of arrays: the part that knows numpy's names.

What numpy and scipy lack, or do without all digits, is replaced before the expression is printed: functions
by those of :mod:`cooperon.numerics.kernels` and its neighbours, and differences of large terms by what they
leave (:mod:`cooperon.numerics.counter_terms`, :mod:`cooperon.numerics.rises`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import sympy as sp
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import Boolean

from cooperon.diagrams.errors import InputError
from cooperon.numerics import (
    airy_kernels,
    bessel,
    counter_terms,
    field_kernels,
    kernels,
    matsubara_kernels,
    pole_kernels,
    shape_kernels,
    small_differences,
    zeeman_kernels,
)
from cooperon.numerics.exponents import scaled
from cooperon.numerics.level_sums import level_sums_apart
from cooperon.numerics.matsubara_terms import matsubara_terms
from cooperon.numerics.own_functions import OWN
from cooperon.numerics.rises import rise
from cooperon.numerics.tolerance import FINEST, asking
from cooperon.numerics.undone import UndoneIntegral, UndoneSum
from cooperon.symbolic import symbols as s
from cooperon.symbolic.airy import AiryRatio, airy_ratios
from cooperon.symbolic.log_ratio import LogRatio
from cooperon.symbolic.pole_functions import PolePairs, PoleSquares, ThermalWindow
from cooperon.symbolic.real_part import RealPart

__all__ = [
    "Translation",
    "array_function",
    "array_kernels",
    "is_complex",
    "level_kernels_alone",
    "translated",
]

# Known to numpy and scipy under the names that sympy prints.
_PRINTABLE = (
    *(sp.log, sp.exp, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh),
    *(sp.asin, sp.acos, sp.atan, sp.atan2, sp.asinh, sp.acosh, sp.atanh),
    *(sp.Abs, sp.sign, sp.re, sp.im, sp.conjugate, sp.arg, sp.Min, sp.Max),
    *(sp.erf, sp.erfc, sp.gamma, sp.loggamma),
)
_STRUCTURE = (
    *(sp.Symbol, sp.Number, sp.NumberSymbol, sp.core.numbers.ImaginaryUnit),
    *(sp.Add, sp.Mul, sp.Pow, sp.Piecewise, ExprCondPair, Boolean),
)
_KERNELS: dict[str, Callable[..., Any]] = {
    "upper_gamma": kernels.upper_gamma,
    "expint": kernels.expint,
    "digamma": kernels.digamma,
    "hyp2f1_radial": kernels.hyp2f1_radial,
    "digamma_rest": field_kernels.at_ratio(field_kernels.digamma_rest),
    "zeta_rest": field_kernels.at_ratio(field_kernels.zeta_rest),
    "powered_zeta_rest": field_kernels.at_ratio(field_kernels.powered_zeta_rest),
    "hurwitz_zeta": field_kernels.hurwitz_zeta,
    "langevin": shape_kernels.langevin,
    "langevin_fall": pole_kernels.langevin_fall,
    "pole_pairs": pole_kernels.pole_pairs,
    "pole_squares": pole_kernels.pole_squares,
    "thermal_window": pole_kernels.thermal_window,
    "besselk": bessel.besselk,
    "airy_ratio": airy_kernels.airy_ratio,
    "lambertw": airy_kernels.lambertw,
    "lambertw_exp": airy_kernels.lambertw_exp,
    "RealPart": np.real,
    "complex_root": kernels.complex_root,
    "log1p": small_differences.log1p,
    "expm1": small_differences.expm1,
    "powm1": small_differences.powm1,
    "log_ratio": small_differences.log_ratio,
    "log_ratio_rise": small_differences.log_ratio_rise,
    "levels_rise": matsubara_kernels.levels_rise,
    "levels_real_rise": matsubara_kernels.levels_real_rise,
    "levels_real": matsubara_kernels.levels_real,
    "levels_imag": matsubara_kernels.levels_imag,
    "zeeman_2d": zeeman_kernels.zeeman_2d,
    "zeeman_2d_slope": zeeman_kernels.zeeman_2d_slope,
    "zeeman_3d": zeeman_kernels.zeeman_3d,
    "zeeman_3d_slope": zeeman_kernels.zeeman_3d_slope,
}


def array_kernels() -> Mapping[str, Callable[..., Any]]:
    """Return the array functions of translated expressions, by their names.

    Examples
    --------
    >>> float(array_kernels()["log1p"](1e-20))
    1e-20
    """
    return _KERNELS


def is_complex(expr: sp.Basic) -> bool:
    """Say whether the values of an expression of real symbols are complex: parts and moduli in it are real.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> is_complex(sp.polygamma(0, 1 + sp.I * x)), is_complex(sp.re(sp.polygamma(0, 1 + sp.I * x)))
    (True, False)
    """
    if isinstance(expr, sp.re | sp.im | sp.Abs | sp.arg | RealPart):
        return False
    return expr == sp.I or any(map(is_complex, expr.args))


_UNDONE = (sp.Sum, sp.Integral)
# Guard digits when a constant such as zeta(1/2) is put in numbers.
_CONSTANT_DIGITS = 20


@dataclass(frozen=True)
class Translation:
    """An expression in functions that arrays have, and those of them that are its own.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> translated(sp.log(1 + x)).expr
    log1p(x)
    """

    expr: sp.Basic
    own: Mapping[Any, Callable[..., Any]]
    """Undone integrals and sums, and differences, as functions of their parameters."""

    def make(self, symbols: Sequence[sp.Symbol], expr: Any) -> Callable[..., Any]:
        """Return a function of arrays of an expression, or of a tuple of such, in these functions."""
        named = {function.__name__: value for function, value in self.own.items()}
        made: Callable[..., Any] = sp.lambdify(
            list(symbols), expr, modules=[_KERNELS | named, "scipy", "numpy"], cse=True
        )
        return made


@lru_cache(maxsize=256)
def array_function(expr: sp.Basic, symbols: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    """Compile an expression or a relation to a function of arrays, in the order of the symbols.

    Common subexpressions are computed once.

    Raises
    ------
    InputError
        When the expression is infinite, or contains a function that has no kernel.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> float(array_function(sp.log(1 + x), (x,))(1e-20))
    1e-20
    """
    translation = translated(expr)
    return translation.make(symbols, translation.expr)


@lru_cache(maxsize=256)
def translated(expr: sp.Basic) -> Translation:
    """Replace what numpy lacks, or does without all digits, by functions that have an array form.

    Raises
    ------
    InputError
        As :func:`array_function`.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> translated(sp.coth(x) - 1 / x).expr
    x*langevin(x)
    """
    unfolded = expr.replace(RealPart, _real_part)
    without_levels, levels = level_sums_apart(unfolded, array_function)
    hidden, undone = _undone_hidden(without_levels)
    if not hidden.has(sp.polygamma, sp.zeta, LogRatio):  # then a difference of two of them may be a rise
        hidden, undone = without_levels, {}
    without_differences, differences = _differences_apart(matsubara_terms(hidden))
    for mark, node in reversed(undone.items()):
        without_differences = without_differences.xreplace({mark: node})
    return _in_kernels(_roots_of_either_sign(without_differences), levels | differences)


def _undone_hidden(expr: sp.Basic) -> tuple[sp.Basic, dict[sp.Dummy, sp.Expr]]:
    """Put a symbol for each undone sum and integral: multiplied out, it would be torn into infinite parts."""
    marks: dict[sp.Dummy, sp.Expr] = {}

    def hidden(node: sp.Expr) -> sp.Dummy:
        mark = sp.Dummy(real=True)
        marks[mark] = node
        return mark

    return expr.replace(lambda node: isinstance(node, RealPart | sp.Sum | sp.Integral), hidden), marks


def _real_part(expr: sp.Expr) -> sp.Expr:
    """Take the real part, once what cancels between Landau levels is out: it would be torn apart.

    Sums that are left undone would be torn apart, too.
    """
    if expr.has(*_UNDONE):
        return RealPart(expr)
    parts = counter_terms.apart(expr)
    return sp.re(expr if parts is None else parts.levels + parts.rest)


def _roots_of_either_sign(expr: sp.Basic) -> sp.Basic:
    """Let the roots within a real part be complex: of what may be negative."""

    def may_be_complex(node: Any) -> bool:
        half = node.is_Pow and node.exp.is_Rational and node.exp.q == 2
        return bool(half and node.base.is_real and node.base.is_nonnegative is None)

    def complex_roots(part: sp.Expr) -> sp.Expr:
        return part.replace(may_be_complex, lambda node: OWN["complex_root"](node.base) ** (2 * node.exp))

    return expr.replace(lambda node: isinstance(node, sp.re), complex_roots)


def level_kernels_alone(expr: sp.Expr) -> sp.Expr:
    """Write an expression without undone integrals in functions that have an array form, and none of its own.

    What cancels between Landau levels is taken out; other differences are left as they are.

    Raises
    ------
    InputError
        As :func:`array_function`.

    Examples
    --------
    >>> level_kernels_alone(sp.log(1 + s.B))
    log1p(B)
    """

    def visit(node: Any) -> Any:
        if not node.has(sp.polygamma, sp.zeta):
            return node
        parts = counter_terms.apart(node) if node.is_Add or node.is_Mul else None
        if parts is not None:
            return parts.levels + parts.rest
        return node.func(*map(visit, node.args)) if node.args else node

    unfolded = _roots_of_either_sign(expr.replace(RealPart, _real_part))
    return _in_kernels(visit(matsubara_terms(unfolded)), {}).expr


def _in_kernels(expr: sp.Basic, more: Mapping[Any, Callable[..., Any]]) -> Translation:
    without_sums, sums = _sums_apart(expr)
    without_integrals, integrals = _integrals_apart(without_sums)
    found = _to_kernels(_constants_in_numbers(_without_poles(without_integrals)))
    own = {**more, **sums, **integrals}
    _require_known_functions(found, tuple(own))
    return Translation(found, own)


def _compiled(expr: sp.Basic, symbols: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    translation = _in_kernels(expr, {})
    return translation.make(symbols, translation.expr)


def _sums_apart(expr: sp.Basic) -> tuple[sp.Basic, dict[Any, Callable[..., Any]]]:
    """Replace every infinite sum that is left undone by a function of its parameters."""
    table: dict[sp.Basic, sp.Basic] = {}
    functions: dict[Any, Callable[..., Any]] = {}
    for i, node in enumerate(sorted(expr.atoms(sp.Sum), key=sp.default_sort_key)):
        *within, (variable, first, last) = node.limits
        body = sp.Sum(node.function, *within) if within else node.function
        if not first.is_Integer or last != sp.oo:
            continue  # refused with the functions that have no array form
        parameters = sorted(body.free_symbols - {variable}, key=str)
        term = array_function(body, (variable, *parameters))
        function = sp.Function(f"sum_{i}")
        functions[function] = UndoneSum(term, int(first))
        # a sum without parameters is a number
        table[node] = function(*parameters) if parameters else _number(functions[function])
    return expr.xreplace(table), functions


def _number(function: Callable[..., Any]) -> sp.Float:
    """Evaluate what has no parameters, once and for all, to full precision."""
    with asking(FINEST):
        return sp.Float(float(function()))


def _differences_apart(expr: sp.Basic) -> tuple[sp.Basic, dict[Any, Callable[..., Any]]]:
    """Take out what cancels between Landau levels; make F(B) - F(0) a function that keeps its digits."""
    functions: dict[Any, Callable[..., Any]] = {}

    def visit(node: Any) -> Any:
        if isinstance(node, _UNDONE) or not node.has(s.B, sp.polygamma, sp.zeta):
            return node
        found = _without_levels(node) if node.is_Add or node.is_Mul else None
        if found is None:
            return node.func(*map(visit, node.args)) if node.args else node
        levels, rest = found
        forms = _rise_forms(rest)
        if forms is None:
            return levels + rest
        function = sp.Function(f"rise_{len(functions)}")
        parameters = tuple(sorted(rest.free_symbols - {s.B}, key=str))
        call, slope, start = (_compiled(form, (s.B, *parameters)) for form in forms)
        functions[function] = partial(rise, call, slope, start)
        return levels + function(s.B, *parameters)

    return visit(expr), functions


def _without_levels(expr: sp.Expr) -> tuple[sp.Expr, sp.Expr] | None:
    """Return kernels of Landau levels and the rest; None where neither has fewer differences than before."""
    parts = counter_terms.apart(expr)
    if parts is not None:
        return parts.levels, parts.rest
    alone = not expr.has(sp.polygamma, sp.zeta) and _rise_forms(expr) is not None
    return (sp.S.Zero, expr) if alone else None


def _rise_forms(expr: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr] | None:
    """Return F(B), its derivative and F(0) where an expression is F(B) - F(0); else None."""
    with_field = sp.Add(*(term for term in sp.Add.make_args(expr) if term.has(s.B)))
    if with_field in (0, expr):
        return None
    at_zero = with_field.subs(s.B, 0)
    if not counter_terms.vanishes(expr - with_field + at_zero):
        return None
    return with_field, sp.diff(with_field, s.B), at_zero


def _without_poles(expr: sp.Basic) -> sp.Basic:
    """Take out the poles at x = 0 of coth(x) and 1/sinh(x)**2, where all poles of an expression cancel.

    coth(x) = 1/x + x langevin(x), and 1/sinh(x)**2 = 1/x**2 - langevin(x) + x**2 langevin_fall(x).
    """
    if not isinstance(expr, sp.Expr) or not expr.has(sp.coth):
        return expr
    places = sorted({node.args[0] for node in expr.atoms(sp.coth)}, key=sp.default_sort_key)
    left = {x: (sp.Dummy(), sp.Dummy()) for x in places}
    poles = {sp.coth(x): 1 / x + x * first for x, (first, _) in left.items()}
    poles |= {1 / sp.sinh(x) ** 2: x**-2 - first + x**2 * second for x, (first, second) in left.items()}
    written_out = expr.xreplace(poles)
    weights = {mark: sp.diff(written_out, mark) for pair in left.values() for mark in pair}
    rest = written_out.xreplace(dict.fromkeys(weights, sp.S.Zero))
    regular = next((part for part in _regular(expr) if counter_terms.vanishes(rest - part)), None)
    if regular is None or any(weight.has(*weights) for weight in weights.values()):
        return expr
    own = (OWN["langevin"], OWN["langevin_fall"])
    kernels = {mark: kernel(x) for x, pair in left.items() for mark, kernel in zip(pair, own, strict=True)}
    parts = ((weight, kernels[mark]) for mark, weight in weights.items())
    return regular + sp.Add(*(weight * one for weight, one in parts if not counter_terms.vanishes(weight)))


def _regular(expr: sp.Expr) -> Iterator[sp.Expr]:
    """Yield what may be left of an expression once poles cancel: nothing, its numbers, one of its terms."""
    yield sp.S.Zero
    terms = [term for term in sp.Add.make_args(expr) if not term.has(sp.coth, sp.sinh)]
    yield sp.Add(*(term for term in terms if term.is_number))
    yield from terms


def _integrals_apart(expr: sp.Basic) -> tuple[sp.Basic, dict[Any, Callable[..., Any]]]:
    """Replace every integral that is left undone by a function of its limits and parameters."""
    table: dict[sp.Basic, sp.Basic] = {}
    functions: dict[Any, Callable[..., Any]] = {}
    for i, node in enumerate(sorted(expr.atoms(sp.Integral), key=sp.default_sort_key)):
        ((variable, lower, upper),) = node.limits
        if variable in s.dimensions():
            continue  # it would be one of the arguments: refused with the functions that have no array form
        parameters = sorted(node.function.free_symbols - {variable}, key=str)
        integrand = array_function(node.function, (variable, *parameters))
        ends = (lower,) if upper == sp.oo else (lower, upper)
        function = sp.Function(f"integral_{i}")
        functions[function] = UndoneIntegral(integrand, len(ends))
        table[node] = function(*ends, *parameters)
    return expr.xreplace(table), functions


def _constants_in_numbers(expr: sp.Basic) -> sp.Basic:
    return expr.replace(
        lambda node: isinstance(node, sp.Function) and not node.free_symbols,
        lambda node: sp.N(node, _CONSTANT_DIGITS),
    )


def _to_kernels(expr: sp.Basic) -> sp.Basic:
    """Replace what numpy cannot do by our own functions, innermost first."""
    expr = _powers_less_one(scaled(airy_ratios(expr)))
    for function, rule in _RULES.items():
        if expr.has(function):
            expr = expr.replace(lambda node, kind=function: isinstance(node, kind), rule)
    return expr


def _hyper(node: sp.Expr) -> sp.Expr:
    """2F1(1, a; 1 + a; z) is the radial integral; no other hypergeometric function is known."""
    upper = list(node.ap)
    if len(upper) != 2 or sp.S.One not in upper:
        return node
    upper.remove(sp.S.One)
    return OWN["hyp2f1_radial"](upper[0], -node.argument) if tuple(node.bq) == (1 + upper[0],) else node


def _polygamma(node: sp.Expr) -> sp.Expr:
    order, x = node.args
    if order.is_Integer and order > 0:
        return (-1) ** (order + 1) * sp.factorial(order) * OWN["hurwitz_zeta"](order + 1, x)
    return OWN["digamma"](x) if order == 0 else node


def _logarithm(node: sp.Expr) -> sp.Expr:
    """ln(1 + x) keeps the digits of a small x, and so does the logarithm of a power of 1 + x."""
    base, exponent = node.args[0].as_base_exp()
    one, rest = base.as_coeff_Add()
    if one != 1 or rest == 0 or not (exponent == 1 or (rest.is_nonnegative and exponent.is_real)):
        return node
    return exponent * OWN["log1p"](rest)


def _lambert(node: sp.Expr) -> sp.Expr:
    """Lambert's function of r exp(a) as one of r and a, of which no exponential overflows."""
    if len(node.args) != 1:
        return node
    place = node.args[0]
    grown = [factor for factor in sp.Mul.make_args(place) if isinstance(factor, sp.exp)]
    exponent = sp.Add(*(factor.args[0] for factor in grown))
    if not grown or not exponent.is_real:
        return OWN["lambertw"](place)
    return OWN["lambertw_exp"](place / sp.Mul(*grown), exponent)


def _powers_less_one(expr: sp.Basic) -> sp.Basic:
    """Keep the digits of a small x in c (1 + x)**p - c."""
    return expr.replace(lambda node: node.is_Add, _power_less_one)


def _power_less_one(node: sp.Add) -> sp.Expr:
    for term in node.args:
        for power in sp.Mul.make_args(term):
            one, rest = power.base.as_coeff_Add() if power.is_Pow else (0, 0)
            if one == 1 and rest != 0 and -term / power in node.args:
                weight = term / power
                return node - term + weight + weight * OWN["powm1"](rest, power.exp)
    return node


_RULES: dict[Any, Callable[[sp.Expr], sp.Expr]] = {
    sp.uppergamma: lambda node: OWN["upper_gamma"](*node.args),
    sp.expint: lambda node: OWN["expint"](*node.args),
    sp.polygamma: _polygamma,
    sp.zeta: lambda node: OWN["hurwitz_zeta"](*node.args, *[1][len(node.args) - 1 :]),
    sp.besselk: lambda node: OWN["besselk"](*node.args),
    PolePairs: lambda node: OWN["pole_pairs"](*node.args),
    PoleSquares: lambda node: OWN["pole_squares"](*node.args),
    ThermalWindow: lambda node: OWN["thermal_window"](*node.args),
    AiryRatio: lambda node: OWN["airy_ratio"](*node.args),
    sp.LambertW: _lambert,
    sp.hyper: _hyper,
    sp.log: _logarithm,
    LogRatio: lambda node: OWN["log_ratio"](0, node.args[0]),
    sp.coth: lambda node: 1 / sp.tanh(node.args[0]),
    sp.cot: lambda node: 1 / sp.tan(node.args[0]),
}


def _require_known_functions(expr: sp.Basic, more: tuple[Any, ...] = ()) -> None:
    if expr.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise InputError(f"the expression {expr}", expected="a finite expression")
    known = (*_PRINTABLE, *_STRUCTURE, *OWN.values(), RealPart, *more)
    unknown = {type(node).__name__ for node in sp.preorder_traversal(expr) if not isinstance(node, known)}
    if unknown:
        raise InputError(
            f"an expression with {', '.join(sorted(unknown))}",
            expected="functions that have an array form: " + ", ".join(f.__name__ for f in _PRINTABLE),
            hint="rewrite it, or evaluate it with sympy's evalf",
        )
