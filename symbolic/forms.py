"""Equivalent forms of a formula: multiplied out, in lengths, in fields, as a sum over Landau levels.

What is kept here is how each form is made of any formula. A form is listed when it differs from the others
and has the formula's value at random points, once its own symbols are put in again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import mpmath
import sympy as sp

from cooperon.diagrams.errors import CooperonError, DivergenceError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arrangement import arranged, common_factor
from cooperon.symbolic.conventions import CONVENTIONS
from cooperon.symbolic.digits import BREAKDOWNS, Digits, UndecidedError
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.landau_levels import LevelFunction
from cooperon.symbolic.points import Point, random_points
from cooperon.symbolic.relations import rewriting, tidy

__all__ = ["NAMES", "Form", "form_of", "forms"]

_HALF = sp.Rational(1, 2)
_POINTS, _FEW = 4, 2
_DIGITS = 40
_CLOSE = 1e-8
_SINGLY = 60
_Table = dict[sp.Symbol, sp.Expr]


@dataclass(frozen=True)
class Form:
    """A form of a formula.

    Attributes
    ----------
    expr : sympy.Expr
        The form.
    meaning : mapping of Symbol to Expr
        What its own symbols stand for, in those of the formula or of the metal's relations.
    """

    expr: sp.Expr
    meaning: Mapping[sp.Symbol, sp.Expr]


_SAME: Mapping[sp.Symbol, sp.Expr] = MappingProxyType({})


def _factored(formula: Formula) -> Form:
    return Form(arranged(formula.expr), _SAME)


def _expanded(formula: Formula) -> Form:
    return Form(_multiplied_out(formula.expr), _SAME)


def _multiplied_out(expr: sp.Expr) -> sp.Expr:
    """Multiply the sums out that are factors; denominators stay as they are."""
    sums = [x for x in sp.Mul.make_args(expr) if x.is_Add]
    if not sums:
        return expr
    rest = sp.Mul(*(x for x in sp.Mul.make_args(expr) if not x.is_Add))
    terms = [rest]
    for one in sums:
        terms = [term * each for term in terms for each in one.args]
    return sp.Add(*map(_multiplied_out, terms)) if len(sums) > 1 else sp.Add(*terms)


def _log(formula: Formula) -> Form:
    """Put logarithms together to one, where their weights are alike."""
    common, rest = common_factor(sp.Add(*map(_multiplied_out, sp.Add.make_args(formula.expr))))
    logs: dict[sp.Expr, list[sp.Expr]] = {}
    others = []
    for term in sp.Add.make_args(rest):
        weight, function = term.as_coeff_Mul()
        if isinstance(function, sp.log):
            logs.setdefault(abs(weight), []).append(term)
        else:
            others.append(term)
    if all(len(terms) == 1 for terms in logs.values()):
        raise InputError("no two logarithms of one weight", expected="some to put together")
    together = [_one_log(terms, weight) for weight, terms in logs.items()]
    return Form(arranged(sp.Add(*(common * term for term in (*together, *others)))), _SAME)


def _one_log(terms: list[sp.Expr], weight: sp.Expr) -> sp.Expr:
    if len(terms) == 1:
        return terms[0]
    signs = [(sp.sign(x), function.args[0]) for x, function in (term.as_coeff_Mul() for term in terms)]
    lead = signs[0][0]
    return lead * weight * sp.log(tidy(sp.Mul(*(argument ** (lead * sign) for sign, argument in signs))))


def _landau(formula: Formula) -> Form:
    """Write digammas and zetas as sums over Landau levels, each held against the integral over its width."""
    expr = formula.expr.replace(sp.polygamma, _digamma_sum).replace(sp.zeta, _zeta_sum)
    if expr == formula.expr:
        raise InputError("no digamma or zeta function of the field", expected="a sum over Landau levels")
    terms = map(_multiplied_out, sp.Add.make_args(sp.Add(*map(_multiplied_out, sp.Add.make_args(expr)))))
    return Form(arranged(sp.Add(*terms)), _SAME)


def _digamma_sum(order: sp.Expr, argument: sp.Expr) -> sp.Expr:
    if order != 0 or argument.is_number:
        return sp.polygamma(order, argument)
    level, x = _level(argument), argument - _HALF
    return sp.log(x) + sp.Sum(
        sp.log((level + 1 + x) / (level + x)) - 1 / (level + argument), (level, 0, sp.oo)
    )


def _zeta_sum(power: sp.Expr, argument: sp.Expr = sp.S.One) -> sp.Expr:
    if argument.is_number:
        return sp.zeta(power, argument)
    level, x = _level(argument), argument - _HALF
    rest = 1 - power
    inside = ((level + 1 + x) ** rest - (level + x) ** rest) / rest
    return sp.Sum((level + argument) ** -power - inside, (level, 0, sp.oo)) - x**rest / rest


def _level(argument: sp.Expr) -> sp.Symbol:
    return sp.Symbol("N" if argument.has(s.n) else "n", integer=True, nonnegative=True)


def _lengths(formula: Formula) -> Form:
    """Write times as lengths: L_phi**2 = D tau_phi, and ell where D and tau make it."""
    metal = formula.metal
    if metal.diffusion != "isotropic":
        raise InputError(f"diffusion {metal.diffusion}", expected="one length for all directions")
    meaning: _Table = {}
    table: _Table = {}
    if formula.expr.has(s.tau_phi) and metal.dephasing is not None and metal.coherence_time == s.tau_phi:
        table[s.tau_phi], meaning[s.L_phi] = s.L_phi**2 / s.D, sp.sqrt(s.D * s.tau_phi)
    if formula.expr.has(s.tau) and not metal.anisotropic:
        table[s.tau], meaning[s.ell] = s.ell**2 / (metal.dim * s.D), sp.sqrt(metal.dim * s.D * s.tau)
    return Form(arranged(_put(formula.expr, table)), meaning)


def _path(formula: Formula) -> Form:
    """Write the formula in k_F ell by the metal's relations."""
    metal = formula.metal
    table = rewriting([s.k_F, s.ell], metal.relations)
    based = formula.expr.xreplace(dict(metal.relations))
    return Form(arranged(_put(based, table)), {x: metal.relations[x] for x in (s.ell,)})


def _quantum(formula: Formula) -> Form:
    """Write e**2/h in place of e**2/hbar in front."""
    factors = sp.Mul.make_args(arranged(formula.expr))
    front = sp.Mul(*(x for x in factors if not x.is_Add and not x.has(sp.Function, sp.Integral, sp.Sum)))
    if front.as_powers_dict()[s.hbar] != -1 or front.as_powers_dict()[s.e] != 2:
        raise InputError(f"{front} in front", expected="e**2/hbar")
    rest = [x for x in factors if x.is_Add or x.has(sp.Function, sp.Integral, sp.Sum)]
    expr = sp.Mul(*sp.Mul.make_args(front.xreplace({s.hbar: s.h / (2 * sp.pi)})), *rest, evaluate=False)
    return Form(expr, {s.h: 2 * sp.pi * s.hbar})


def _fields(formula: Formula) -> Form:
    fields = CONVENTIONS["HLN"].fields(formula.metal)
    found = formula.in_convention("HLN")
    return Form(arranged(found.expr), {x: value for x, value in fields.items() if found.expr.has(x)})


def _put(expr: sp.Expr, table: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """Put expressions in, and gather powers in every argument."""
    put = expr.xreplace(dict(table))
    return put.replace(lambda x: x.is_Mul or x.is_Pow, tidy)


_MAKERS: Mapping[str, Callable[[Formula], Form]] = MappingProxyType(
    {
        "factored": _factored,
        "expanded": _expanded,
        "log": _log,
        "landau": _landau,
        "fields": _fields,
        "lengths": _lengths,
        "k_F ell": _path,
        "e^2/h": _quantum,
    }
)
_ALWAYS = ("derived", "factored", "expanded")
NAMES = ("derived", *_MAKERS)
"""Names of all forms that a formula can have."""


def forms(formula: Formula) -> dict[str, Form]:
    """Return the forms that a formula has, each of them equal to it.

    Parameters
    ----------
    formula : Formula
        Any formula.

    Returns
    -------
    dict
        By name: ``"derived"`` is the expression as derived. Two forms that read alike are listed once.

    Examples
    --------
    >>> import cooperon as cp
    >>> film = cp.conductivity(cp.Metal(dim=2), loops=1)
    >>> found = forms(film)
    >>> found["lengths"].expr
    -e**2*log(2*L_phi**2/ell**2 + 1)/(2*pi**2*hbar)
    >>> found["lengths"].meaning[cp.symbols.L_phi]
    sqrt(D)*sqrt(tau_phi)
    """
    return dict(_forms(formula))


@lru_cache(maxsize=32)
def _forms(formula: Formula) -> Mapping[str, Form]:
    found = {"derived": Form(formula.expr, _SAME)}
    for name, make in _MAKERS.items():
        form = _made(make, formula)
        if form is None or any(_alike(form.expr, other.expr) for other in found.values()):
            continue
        if _same_value(formula, form):
            found[name] = form
    return MappingProxyType(found)


def _made(make: Callable[[Formula], Form], formula: Formula) -> Form | None:
    """Make a form; None for a formula that cannot have it."""
    try:
        return make(formula)
    except CooperonError:
        return None


def _alike(one: sp.Expr, other: sp.Expr) -> bool:
    return str(one) == str(other)


def _same_value(formula: Formula, form: Form) -> bool:
    """Whether a form has the formula's value at random points, by numbers alone."""
    relations = dict(formula.metal.relations)
    written = form.expr.xreplace(dict(form.meaning)).xreplace(relations)
    try:
        return all(abs(value - _number(written, at)) <= _CLOSE * abs(value) for at, value in _values(formula))
    except (DivergenceError, InputError, ArithmeticError, ValueError):
        return False


@lru_cache(maxsize=32)
def _values(formula: Formula) -> tuple[tuple[Point, Any], ...]:
    """Random points, with the value that the formula has there."""
    derived = formula.expr.xreplace(dict(formula.metal.relations))
    count = _FEW if derived.has(sp.Integral, sp.Sum) else _POINTS
    points = random_points(count, Digits(_DIGITS), formula.metal.values)
    return tuple((at, _number(derived, at)) for at in points)


def _number(expr: sp.Expr, at: Point) -> Any:
    """Put numbers in: in many digits where that can be had, else by quadrature and adding up."""
    from cooperon.numerics.evaluation import number

    numbers = {symbol: sp.Float(str(value), _DIGITS) for symbol, value in at.items()}
    if expr.has(LevelFunction) or any(one.function.has(sp.Sum) for one in expr.atoms(sp.Sum)):
        return number(expr, {symbol: sp.Float(str(value)) for symbol, value in at.items()})
    added = expr.replace(lambda x: isinstance(x, sp.Sum), lambda x: _added(x.xreplace(numbers)))
    try:
        return Digits(_DIGITS).value(added, at)
    except (UndecidedError, *BREAKDOWNS):
        return number(added, {symbol: sp.Float(str(value)) for symbol, value in at.items()})


def _added(total: sp.Sum) -> sp.Float:
    """Add up a sum over all levels: the first ones singly, the others by Euler and Maclaurin.

    Its terms fall as a power of the level, such that what is beyond the last edge does not count.
    """
    level, low, _ = total.limits[0]
    with mpmath.workdps(_DIGITS):
        term = sp.lambdify(level, total.function, "mpmath")
        start = int(low) + _SINGLY
        head = mpmath.fsum(term(int(low) + i) for i in range(_SINGLY))
        series = mpmath.taylor(term, start, 3)
        edges = [start * mpmath.mpf(8) ** k for k in range(14)]
        tail = mpmath.quad(term, edges, maxdegree=5) + series[0] / 2 - series[1] / 12 + series[3] / 120
        return sp.Float(str(head + tail), _DIGITS)


def form_of(formula: Formula, name: Any) -> sp.Expr:
    """Return one form of a formula.

    Raises
    ------
    InputError
        When there is no form of this name, or this formula does not have it.
    """
    if not isinstance(name, str) or name not in NAMES:
        raise InputError(f"the form {name!r}", expected="one of " + ", ".join(NAMES), hint='form="lengths"')
    form = Form(formula.expr, _SAME) if name == NAMES[0] else _made(_MAKERS[name], formula)
    changed = name in _ALWAYS or (form and not _alike(form.expr, arranged(formula.expr)))
    if form is None or not changed or not _same_value(formula, form):
        raise InputError(
            f"the form {name!r} of {formula.name}",
            expected="one of " + ", ".join(_forms(formula)),
            hint="formula.forms() lists the forms that it has",
        )
    return form.expr
