"""What follows from the self-consistent equation at rest, J = 1: length, mobility edge and exponent."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.assumptions import drude_assumptions
from cooperon.symbolic.cutoffs import Cutoff
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.self_consistent_steps import Theory

__all__ = [
    "critical_exponent",
    "critical_k_F_ell",
    "exponential",
    "in_k_F_ell",
    "length",
    "only_leading",
    "parts",
    "power_of",
    "require_edge",
    "stated",
]


def parts(form: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Take a leading form apart: what does not depend on L_loc, and what does."""
    constant, rest = sp.expand(sp.expand_log(form, force=True)).as_independent(s.L_loc, as_Add=True)
    return constant, rest


def power_of(form: sp.Expr) -> sp.Expr:
    """Exponent of L_loc in what depends on it; 0 of a logarithm."""
    _, rest = parts(form)
    return sp.simplify(s.L_loc * sp.diff(rest, s.L_loc) / rest) if not rest.has(sp.log) else sp.S.Zero


def critical_exponent(form: sp.Expr) -> sp.Expr:
    """Exponent nu of a localization length that diverges at an edge where J = 1 at L_loc -> infinity.

    J(0) - J(L_loc) goes with the power -1/nu of L_loc, and J(0) - 1 with the distance from the edge.

    Examples
    --------
    >>> critical_exponent(1 - 1 / s.L_loc)
    1
    """
    return sp.simplify(-1 / power_of(form))


def require_edge(metal: Metal, form: sp.Expr) -> sp.Expr:
    """Return J at L_loc -> infinity, which an edge makes 1; refuse where there is no edge."""
    constant, _ = parts(form)
    if metal.dim.is_number and metal.dim <= 2:
        raise DivergenceError(
            f"the mobility edge in {metal.dim} dimensions",
            expected="more than two dimensions: up to two all states are localized in this theory",
            hint="self_consistent(metal).localization_length",
        )
    if constant == 0:
        raise InputError(
            'cutoff = "dimensional" for the mobility edge',
            expected="a cutoff that says how strong the interference of short paths is",
            hint='cutoff="diffusive" or "mean_free_path"',
        )
    return constant


def _assumptions(metal: Metal, cutoff: Cutoff, omega: sp.Expr = sp.S.Zero) -> tuple[Assumption, ...]:
    drude = drude_assumptions(omega, metal.potential)
    found = [
        # the theory is made for the end of weak disorder: k_F ell >> 1 is not asked for
        *(one for one in drude if one.condition != (s.k_F * s.ell > 1)),
        Assumption("self-consistent theory: all diagrams beyond one Cooperon by D(omega) in its pole"),
        Assumption("orthogonal class, no dephasing, no interaction: T = 0"),
        Assumption(
            f'cutoff "{cutoff.name}": {cutoff.statement}; where the edge lies, and a length in '
            "units of ell, depend on it"
        ),
    ]
    if not metal.dim.is_number:
        found += [
            Assumption("more than two dimensions", metal.dim > 2),
            Assumption("less than four dimensions", metal.dim < 4),
        ]
    return tuple(found)


def stated(
    name: str, symbol: str, expr: sp.Expr, metal: Metal, known: Theory, cutoff: Cutoff, *steps: Step
) -> Formula:
    """Put a result together with its pages and what it takes for granted."""
    omega = s.omega if expr.has(s.omega) else sp.S.Zero
    return Formula(
        name,
        expr,
        expr,
        metal,
        diagrams=known.diagrams,
        derivation=known.steps + steps,
        assumptions=_assumptions(metal, cutoff, omega),
        symbol=symbol,
    )


def only_leading(known: Theory, what: str) -> tuple[Assumption, ...]:
    """Say when the leading form may be taken, where it is not the whole of J."""
    if known.order is None:
        return ()
    return (Assumption(f"{what}: the leading form of the integral is taken"),)


def length(metal: Metal, known: Theory, cutoff: Cutoff) -> Formula:
    """Solve J = 1 for the length L_loc: exactly where the integral is a logarithm, else its leading form."""
    if metal.dim.is_number and not metal.dim.is_Integer:
        raise InputError(
            f"the localization length in {metal.dim} dimensions as a closed form",
            expected="1, 2 or 3 dimensions, or a symbolic dimension",
            hint="self_consistent(metal).length(k_F_ell=...), which finds the root by numbers",
        )
    integral, exact = known.form, known.order is None
    power = power_of(integral)
    if power == 0 and known.exact.has(sp.log):
        integral, exact = known.exact, True
        (inside,) = integral.atoms(sp.log)
        strength = integral / inside
        slope = (inside.args[0] - 1) / s.L_loc**2
        found = sp.sqrt((sp.exp(1 / strength) - 1) / slope)
    elif power == 0:
        constant, rest = parts(integral)
        strength = sp.diff(rest, s.L_loc) * s.L_loc
        found = exponential((1 - constant) / strength)
    else:
        constant, rest = parts(integral)
        strength = sp.simplify(rest / s.L_loc**power)
        found = ((1 - constant) / strength) ** (1 / power)
        found = sp.factor(found) if metal.dim.is_number and power.is_Integer else found
    step = Step(
        "localization length",
        integral.xreplace({s.L_loc: sp.UnevaluatedExpr(found)}),
        sp.S.One,
        "at rest an insulator has D(omega) -> 0 with -i omega/D(omega) = 1/L_loc**2: the equation is J = 1",
    )
    result = stated("localization length", r"\xi_{\mathrm{loc}}", found, metal, known, cutoff, step)
    more = () if exact else only_leading(known, "L_loc >> sqrt(D tau)")
    above = metal.dim.is_number and metal.dim > 2
    if above or not metal.dim.is_number:
        edge = critical_k_F_ell(metal.without_values, known, cutoff).expr
        more += (Assumption("an insulator: beyond the mobility edge", s.k_F * s.ell < edge),)
    return finish(replace(result, assumptions=result.assumptions + more))


def critical_k_F_ell(metal: Metal, known: Theory, cutoff: Cutoff) -> Formula:
    """Solve J = 1 at infinite L_loc for k_F ell."""
    constant = require_edge(metal, known.form)
    written = in_k_F_ell(constant, metal)
    power = metal.dim - 1
    found = sp.simplify(sp.powdenest((written * (s.k_F * s.ell) ** power), force=True)) ** (1 / power)
    found = sp.powdenest(sp.simplify(found), force=True)
    strength = sp.simplify(written * (s.k_F * s.ell) ** power)
    # of a symbolic dimension the power is taken by its logarithm: for 2 < d < 4 the two are the same
    root = found**power if metal.dim.is_number else sp.exp(sp.log(strength))
    at_found = strength / sp.UnevaluatedExpr(root)
    steps = (
        Step("relations", constant, written, "J at infinite L_loc, by the relations of the metal"),
        Step(
            "mobility edge",
            at_found,
            sp.S.One,
            f"an infinite localization length: J = 1 at L_loc -> infinity, (k_F ell)**({power}) = {strength}",
        ),
    )
    name = "(k_F ell)_c"
    return stated(name, r"(k_{\mathrm{F}}\ell)_{\mathrm{c}}", found, metal, known, cutoff, *steps)


def in_k_F_ell(expr: sp.Expr, metal: Metal) -> sp.Expr:
    """Write what is one over a conductance, in units of ell, in k_F ell: its power 1 - d.

    Examples
    --------
    >>> in_k_F_ell(1 / (s.hbar * s.nu * s.D), Metal(dim=2))
    4*pi/(ell*k_F)
    """
    based = expr.xreplace(dict(metal.relations)).xreplace({s.tau: s.ell * s.m / (s.hbar * s.k_F)})
    power = 1 - metal.dim
    number = sp.powsimp(sp.powdenest(sp.simplify(based / (s.k_F * s.ell) ** power), force=True))
    number = sp.simplify(number.xreplace({s.k_F: sp.S.One, s.ell: sp.S.One, s.m: sp.S.One, s.hbar: sp.S.One}))
    return number * (s.k_F * s.ell) ** power


def exponential(exponent: sp.Expr) -> sp.Expr:
    """Write exp of a sum that may hold logarithms as a product of powers and exponentials."""
    terms = sp.Add.make_args(sp.expand(exponent))
    return sp.Mul(*(sp.simplify(sp.exp(sp.logcombine(term, force=True))) for term in terms))
