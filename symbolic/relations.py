"""A metal's relations, solved for the symbols that somebody wants to see."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s

__all__ = ["rewriting", "tidy"]

_ELIMINATED_FIRST = (s.m, s.k_F, s.tau, s.tau_phi, s.hbar, s.e, s.tau_tr)


def rewriting(targets: list[sp.Symbol], relations: Mapping[sp.Symbol, sp.Expr]) -> dict[sp.Symbol, sp.Expr]:
    """Solve relations for base symbols, such that the targets take their place.

    Raises
    ------
    InputError
        When a target follows from the others.

    Examples
    --------
    >>> from cooperon.symbolic.metal import Metal
    >>> rewriting([s.ell], Metal(dim=2).relations)
    {m: hbar*k_F*tau/ell}
    """
    table: dict[sp.Symbol, sp.Expr] = {}
    for target in targets:
        if target not in relations:
            continue
        value = relations[target].xreplace(table)
        free = [x for x in _ELIMINATED_FIRST if value.has(x) and x not in targets]
        if not free:
            raise InputError(
                f"{', '.join(map(str, targets))} together",
                expected=f"independent symbols ({target} follows from the others)",
            )
        base = free[0]
        solved = _solved(target, value, base)
        table = {key: tidy(old.xreplace({base: solved})) for key, old in table.items()} | {base: solved}
    return table


def _solved(target: sp.Symbol, value: sp.Expr, base: sp.Symbol) -> sp.Expr:
    """Solve target = value for a base symbol: a monomial, or a sum that is linear in it or in its inverse."""
    if value.is_Add:
        (found,) = sp.solve(value - target, base)
        return found
    power = value.as_powers_dict()[base]
    return tidy((target / (value / base**power)) ** (1 / power))


def tidy(expr: sp.Expr) -> sp.Expr:
    """Gather powers of products of positive symbols."""
    return sp.powsimp(sp.powdenest(expr, force=True))
