"""Sums that a hand cut off at a last term N which it did not name: what is left when N goes to infinity.

With F(N) the whole expression, F(infinity) = F(N0) + sum over n > N0 of F(n) - F(n - 1), and in the
difference of two neighbours a sum leaves its last term alone. Whether the new sum has a value decides whether
there is a limit.
"""

from __future__ import annotations

import sympy as sp

from cooperon.symbolic.reading_undone import LAST_N

__all__ = ["FIRST_N", "carried_on", "is_open"]

FIRST_N = sp.Integer(3)
"""From here on the terms are added up one by one."""


def is_open(expr: sp.Expr) -> bool:
    """Whether an expression depends on a last term that has no name.

    Examples
    --------
    >>> is_open(sp.log(LAST_N)), is_open(sp.log(2))
    (True, False)
    """
    return LAST_N in expr.free_symbols


def carried_on(expr: sp.Expr) -> sp.Expr | None:
    """Write the limit of an expression for N -> infinity as a sum without end.

    It is None where the expression is not linear in its sums.

    Examples
    --------
    >>> n = sp.Symbol("n", integer=True, nonnegative=True)
    >>> limit = carried_on(sp.Sum(1 / (n + 1), (n, 0, LAST_N)) - sp.log(LAST_N))
    >>> sorted(str(one.limits[0]) for one in limit.atoms(sp.Sum))
    ['(n, 0, 3)', '(n, 4, oo)']
    """
    sums = [one for one in expr.atoms(sp.Sum) if is_open(one)]
    marks = {one: sp.Dummy(real=True) for one in sums}
    plain = expr.xreplace(marks)
    rest = plain.xreplace(dict.fromkeys(marks.values(), sp.S.Zero))
    n = sp.Symbol("n", integer=True, positive=True)
    step = rest.xreplace({LAST_N: n}) - rest.xreplace({LAST_N: n - 1})
    for one, mark in marks.items():
        factor = sp.diff(plain, mark)
        index, _, upper = one.limits[0]
        shift = upper - LAST_N
        if is_open(factor) or factor.has(*marks.values()) or not shift.is_Integer or len(one.limits) > 1:
            return None
        if is_open(one.function):
            return None
        step += factor * one.function.xreplace({index: n + shift})
    return expr.xreplace({LAST_N: FIRST_N}) + sp.Sum(step, (n, FIRST_N + 1, sp.oo))
