"""Real and imaginary parts of digamma and zeta functions, and what they differ by from their values at zero.

Interaction corrections contain

    EulerGamma + re(polygamma(0, 1 + I*x)) - x*im(polygamma(1, 1 + I*x))

which is of the order x**2, ``polygamma(0, 1 + M) + EulerGamma``, of the order M, or ``1 - LogRatio(F0)``, of
the order F0. Each is written as a function of its own that keeps its digits. With Z as in
:mod:`cooperon.numerics.matsubara_kernels`, a function is its value at zero and a rise; the rise is taken
where that value has its counterpart in the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from cooperon.numerics.own_functions import OWN
from cooperon.symbolic import symbols as s
from cooperon.symbolic.log_ratio import LogRatio

__all__ = ["matsubara_terms"]

_FUNCTIONS = (sp.polygamma, sp.zeta)
_UNDONE = (sp.Sum, sp.Integral)


@dataclass(frozen=True)
class _Rising:
    """A node of an expression that is ``start + weight*kernel`` with a kernel that vanishes at zero."""

    start: sp.Expr
    weight: sp.Expr
    kernel: sp.Expr


def matsubara_terms(expr: sp.Basic) -> sp.Basic:
    """Write what Matsubara sums leave, and ln(1 + x)/x, in functions of our own.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> z = 1 + sp.I * x
    >>> matsubara_terms(sp.EulerGamma + sp.re(sp.polygamma(0, z) + sp.I * x * sp.polygamma(1, z)))
    zeeman_2d(2*pi*x)
    >>> matsubara_terms(1 - LogRatio(x)), matsubara_terms(sp.polygamma(0, 1 + x) + sp.EulerGamma)
    (-log_ratio_rise(x), -levels_rise(1, 1, x))
    """
    if not expr.has(*_FUNCTIONS, LogRatio):
        return expr
    return _visited(expr)


def _visited(node: Any) -> Any:
    if isinstance(node, _UNDONE) or not node.has(*_FUNCTIONS, LogRatio):
        return node
    if node.is_Add:
        return _of_sum(node)
    found = _part(node)
    if found is not None:
        return found
    return node.func(*map(_visited, node.args)) if node.args else node


def _of_sum(node: sp.Add) -> sp.Expr:
    """Take rises where values at zero cancel; the rest of the terms one by one."""
    undone = {part: sp.Dummy(real=True) for part in node.atoms(*_UNDONE)}  # not to be multiplied out
    if undone:
        back = {place: part for part, place in undone.items()}
        return _visited(node.xreplace(undone)).xreplace(back)
    risen = node
    candidates = {one: rising for one in _candidates(node) if (rising := _rising(one)) is not None}
    for group in _groups(list(candidates)):
        better = _cancelled(risen, {one: candidates[one] for one in group})
        risen = risen if better is None else better
    if not risen.is_Add:
        return _visited(risen)
    return _paired(risen.func(*map(_visited, risen.args)))


def _candidates(node: sp.Expr) -> list[sp.Expr]:
    """Return what may rise from zero, outside of functions and undone sums of it."""
    found: set[sp.Expr] = set()

    def visit(one: Any) -> None:
        if isinstance(one, (*_FUNCTIONS, LogRatio)) or (isinstance(one, sp.re) and one.args[0].args):
            found.add(one)
        elif isinstance(one, sp.Add | sp.Mul):
            for argument in one.args:
                visit(argument)

    visit(node)
    return sorted(found, key=sp.default_sort_key)


def _groups(nodes: Sequence[sp.Expr]) -> Iterator[Sequence[sp.Expr]]:
    """All, those of one order, and each by itself: not all need have counterparts in the sum."""
    kinds: dict[sp.Expr, list[sp.Expr]] = {}
    for node in nodes:
        kinds.setdefault(node.args[0].args[0] if isinstance(node, sp.re) else node.args[0], []).append(node)
    seen: list[Sequence[sp.Expr]] = []
    for group in (list(nodes), *kinds.values(), *([node] for node in nodes)):
        if group and group not in seen:
            seen.append(group)
            yield group


def _cancelled(node: sp.Expr, rising: dict[sp.Expr, _Rising]) -> sp.Expr | None:
    """Return a sum with rises in it, if their values at zero have counterparts in it; else None."""
    if not any(node.has(one) for one in rising):
        return None
    places = {one: sp.Dummy(real=True) for one in rising}
    marked = node.xreplace(places)
    without = marked.xreplace(dict.fromkeys(places.values(), sp.S.Zero))
    if not _has_counterparts(without, rising):
        return None
    weights = {one: sp.diff(marked, place) for one, place in places.items()}
    if any(weight.has(*places.values()) for weight in weights.values()):
        return None
    starts = sp.expand_mul(sp.Add(*(weights[one] * found.start for one, found in rising.items())))
    rest = sp.expand_mul(without + starts)
    if starts != 0 and len(_terms(rest)) >= len(_terms(sp.expand_mul(without))):
        return None
    kernels = (weights[one] * found.weight * found.kernel for one, found in rising.items())
    return sp.Add(rest, *kernels)


def _terms(expr: sp.Expr) -> tuple[sp.Expr, ...]:
    return () if expr == 0 else sp.Add.make_args(expr)


def _has_counterparts(rest: sp.Expr, rising: dict[sp.Expr, _Rising]) -> bool:
    """Tell whether something in a sum may cancel a value at zero, before anything is multiplied out."""
    constants = set().union(*(found.start.atoms(sp.NumberSymbol, *_FUNCTIONS) for found in rising.values()))
    return len(rising) > 1 or not constants or rest.has(*constants)


def _rising(node: sp.Expr) -> _Rising | None:
    """Return a node as its value at zero and a rise from there."""
    if isinstance(node, LogRatio):
        return _Rising(sp.S.One, sp.S.One, OWN["log_ratio_rise"](node.args[0]))
    if isinstance(node, sp.re):
        return _real_rising(node.args[0])
    found = _order_and_place(node)
    if found is None or not found[1].is_real:
        return None
    weight, place, order = found
    a, x = place.as_coeff_Add()
    if not a.is_positive or x == 0 or not x.is_nonnegative:
        return None
    if a == sp.S.Half and x.has(s.B):  # Landau levels, which have counterparts of their own
        return None
    return _Rising(weight * _start(order, a), weight, OWN["levels_rise"](order, a, x))


def _real_rising(node: sp.Expr) -> _Rising | None:
    found = _complex_place(node)
    if found is None:
        return None
    weight, order, a, x, _ = found
    return _Rising(weight * _start(order, a), weight, OWN["levels_real_rise"](order, a, x))


def _start(order: sp.Expr, a: sp.Expr) -> sp.Expr:
    """Z(order, a)."""
    return -sp.polygamma(0, a) if order == 1 else sp.zeta(order, a)


def _order_and_place(node: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr] | None:
    """Write a function as weight*Z(order, place); returns weight, place and order."""
    if isinstance(node, sp.zeta) and len(node.args) == 2:
        return sp.S.One, node.args[1], node.args[0]
    if isinstance(node, sp.polygamma) and node.args[0].is_Integer and node.args[0] >= 0:
        n = node.args[0]
        return (-1) ** (n + 1) * sp.factorial(n), node.args[1], n + 1
    return None


def _complex_place(node: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr, sp.Expr, int] | None:
    """Write a function as weight*Z(order, a + i*sign*x); returns weight, order, a, x and sign."""
    found = _order_and_place(node)
    if found is None:
        return None
    weight, place, order = found
    a, rest = place.as_coeff_Add()
    x = sp.expand_mul(rest / sp.I) if rest.is_Add else rest / sp.I
    if not (a.is_positive and x.is_real and order.is_real):
        return None
    return (weight, order, a, -x, -1) if x.could_extract_minus_sign() else (weight, order, a, x, 1)


def _part(node: sp.Expr) -> sp.Expr | None:
    """Write a real or imaginary part of a digamma or zeta function in real functions."""
    if not isinstance(node, sp.re | sp.im):
        return None
    found = _complex_place(node.args[0])
    if found is None:
        return None
    weight, order, a, x, sign = found
    if isinstance(node, sp.im):
        return sign * weight * _imaginary(order, a, x)
    return weight * _real(order, a, x)


def _real(order: sp.Expr, a: sp.Expr, x: sp.Expr) -> sp.Expr:
    """Re Z: what grows is its value at zero and a rise of the same sign."""
    if order == 2 and a == sp.S.Half:  # it falls off exponentially
        return sp.pi**2 / (2 * sp.cosh(sp.pi * x) ** 2)
    if order.is_number and order <= 1:
        return _start(order, a) + OWN["levels_real_rise"](order, a, x)
    return OWN["levels_real"](order, a, x)


def _imaginary(order: sp.Expr, a: sp.Expr, x: sp.Expr) -> sp.Expr:
    """Im Z; of the digamma function it is elementary."""
    if order == 1 and a == sp.S.Half:
        return -sp.pi / 2 * sp.tanh(sp.pi * x)
    if order == 1 and a == 1:
        return -(sp.pi**2) * x / 2 * OWN["langevin"](sp.pi * x)
    return OWN["levels_imag"](order, a, x)


_ZEEMAN: dict[sp.Expr, Callable[[sp.Expr], sp.Expr]] = {
    sp.S.One: lambda x: OWN["zeeman_2d"](2 * sp.pi * x),
    sp.S.Half: lambda x: 2 / sp.sqrt(sp.pi) * OWN["zeeman_3d"](2 * sp.pi * x),
}
"""-(rise of Re Z(order, 1 + i x)) - x Im Z(order + 1, 1 + i x)."""


def _paired(node: sp.Expr) -> sp.Expr:
    """Put c rise(order) + c x Im Z(order + 1) together."""
    if not node.is_Add:
        return node
    for term in node.args:
        for kernel in sp.Mul.make_args(term):
            if not isinstance(kernel, OWN["levels_real_rise"]):
                continue
            order, a, x = kernel.args
            weight = term / kernel
            partner = weight * x * OWN["levels_imag"](order + 1, a, x)
            if a == 1 and order in _ZEEMAN and partner in node.args:
                return _paired(node - term - partner - weight * _ZEEMAN[order](x))
    return node
