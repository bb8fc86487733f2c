"""What follows from the self-consistent equation D(omega)/D = 1 - J in closed form.

In terms of gamma = -i omega/D(omega) = 1/L_loc**2 the equation reads gamma (1 - J(gamma)) = -i omega/D. The
leading form of J is c_0 + c_1 gamma**(d/2 - 1), in two dimensions c_0 - c_1 ln gamma: a quadratic equation in
one dimension, Lambert's function in two, a cubic equation in three.
"""

from __future__ import annotations

from collections.abc import Callable
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
from cooperon.symbolic.slow_steps import pole_steps

__all__ = ["at_the_edge", "critical_exponent", "critical_k_F_ell", "dynamical", "insulating", "length"]

_GAMMA = sp.Symbol("gamma", positive=True)


def _parts(form: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Take a leading form apart: what does not depend on L_loc, and what does."""
    constant, rest = sp.expand(sp.expand_log(form, force=True)).as_independent(s.L_loc, as_Add=True)
    return constant, rest


def _power(form: sp.Expr) -> sp.Expr:
    """Exponent of L_loc in what depends on it; 0 of a logarithm."""
    _, rest = _parts(form)
    return sp.simplify(s.L_loc * sp.diff(rest, s.L_loc) / rest) if not rest.has(sp.log) else sp.S.Zero


def critical_exponent(form: sp.Expr) -> sp.Expr:
    """Exponent nu of a localization length that diverges at an edge where J = 1 at L_loc -> infinity.

    J(0) - J(L_loc) goes with the power -1/nu of L_loc, and J(0) - 1 with the distance from the edge.

    Examples
    --------
    >>> critical_exponent(1 - 1 / s.L_loc)
    1
    """
    return sp.simplify(-1 / _power(form))


def require_edge(metal: Metal, form: sp.Expr) -> sp.Expr:
    """Return J at L_loc -> infinity, which an edge makes 1; refuse where there is no edge."""
    constant, _ = _parts(form)
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


def _formula(
    name: str, symbol: str, expr: sp.Expr, metal: Metal, known: Theory, cutoff: Cutoff, *steps: Step
) -> Formula:
    omega = s.omega if expr.has(s.omega) else sp.S.Zero
    return Formula(
        name,
        expr,
        expr,
        metal,
        derivation=known.steps + steps,
        assumptions=_assumptions(metal, cutoff, omega),
        symbol=symbol,
    )


def _only_to_leading_order(known: Theory, what: str) -> tuple[Assumption, ...]:
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
    if metal.dim == 2 and known.exact.has(sp.log):
        integral, exact = known.exact, True
        (inside,) = integral.atoms(sp.log)
        strength = integral / inside
        slope = (inside.args[0] - 1) / s.L_loc**2
        found = sp.sqrt((sp.exp(1 / strength) - 1) / slope)
    elif metal.dim == 2:
        constant, rest = _parts(integral)
        strength = sp.diff(rest, s.L_loc) * s.L_loc
        found = _exponential((1 - constant) / strength)
    else:
        constant, rest = _parts(integral)
        power = _power(integral)
        strength = sp.simplify(rest / s.L_loc**power)
        found = ((1 - constant) / strength) ** (1 / power)
        found = sp.factor(found) if metal.dim.is_number and power.is_Integer else found
    step = Step(
        "localization length",
        integral.xreplace({s.L_loc: found}),
        sp.S.One,
        "at rest an insulator has D(omega) -> 0 with -i omega/D(omega) = 1/L_loc**2: the equation is J = 1",
    )
    result = _formula("localization length", r"\xi_{\mathrm{loc}}", found, metal, known, cutoff, step)
    more = () if exact else _only_to_leading_order(known, "L_loc >> sqrt(D tau)")
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
    at_found = strength / found**power if metal.dim.is_number else strength * sp.exp(-sp.log(strength))
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
    return _formula(name, r"(k_{\mathrm{F}}\ell)_{\mathrm{c}}", found, metal, known, cutoff, *steps)


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


def dynamical(metal: Metal, known: Theory, cutoff: Cutoff) -> Formula:
    """Solve the equation with the leading form of J for gamma, and D(omega) = -i omega/gamma."""
    solvers: dict[sp.Expr, Callable[[sp.Expr, sp.Expr, sp.Expr], sp.Expr]] = {
        sp.Integer(1): _quadratic,
        sp.Integer(2): _lambert,
        sp.Integer(3): _cubic,
    }
    if metal.dim not in solvers:
        raise InputError(
            f"sigma(omega) in {metal.dim} dimensions as a closed form",
            expected="1, 2 or 3 dimensions",
            hint="self_consistent(metal).ratio(...), which finds the root by numbers",
        )
    constant, rest = _parts(known.form)
    strength = sp.diff(rest, s.L_loc) * s.L_loc / 2 if metal.dim == 2 else rest.xreplace({s.L_loc: sp.S.One})
    drive = -sp.I * s.omega / s.D
    ratio = solvers[metal.dim](constant, strength, drive)
    gamma = drive / ratio
    pole = known.form.xreplace({s.L_loc: 1 / sp.sqrt(gamma)})
    ways = {1: "a quadratic equation in sqrt(gamma)", 2: "Lambert's function", 3: "a cubic equation"}
    found = sp.Mul(known.drude.expr, ratio)
    steps = (
        Step(
            "self-consistent equation",
            sp.Mul(gamma, 1 - pole, evaluate=False),
            drive,
            f"gamma (1 - J(gamma)) = -i omega/D for gamma = -i omega/D(omega): {ways[int(metal.dim)]}; the "
            "root that is positive at imaginary frequencies",
        ),
        Step(
            "conductivity",
            sp.Mul(known.drude.expr, drive / gamma, evaluate=False),
            found,
            "Einstein's relation: D(omega)/D = -i omega/(D gamma) times the Drude value",
        ),
    )
    result = _formula("sigma(omega)", r"\sigma(\omega)", found, metal, known, cutoff, *steps)
    more = _only_to_leading_order(known, "omega tau << 1 and L_loc >> sqrt(D tau)")
    slow = Assumption(f"omega {metal.transport_time} << 1 (diffusion)", s.omega * metal.transport_time < 1)
    return finish(replace(result, assumptions=(*result.assumptions, slow, *more)))


def _quadratic(constant: sp.Expr, strength: sp.Expr, drive: sp.Expr) -> sp.Expr:
    """Solve z**2 (1 - c_0) - c_1 z = w for z = sqrt(gamma); return w/gamma, free of differences."""
    left = 1 - constant
    root = (strength + sp.sqrt(strength**2 + 4 * drive * left)) / (2 * left)
    return drive / root**2


def _lambert(constant: sp.Expr, strength: sp.Expr, drive: sp.Expr) -> sp.Expr:
    """Solve gamma (1 - c_0 + c_1 ln gamma) = w: w/gamma = c_1 W((w/c_1) exp((1 - c_0)/c_1))."""
    return strength * sp.LambertW(drive / strength * _exponential((1 - constant) / strength))


def _exponential(exponent: sp.Expr) -> sp.Expr:
    """Write exp of a sum that may hold logarithms as a product of powers and exponentials."""
    terms = sp.Add.make_args(sp.expand(exponent))
    return sp.Mul(*(sp.simplify(sp.exp(sp.logcombine(term, force=True))) for term in terms))


def _cubic(constant: sp.Expr, strength: sp.Expr, drive: sp.Expr) -> sp.Expr:
    """Solve w u**3 - t u - b = 0 for u = 1/sqrt(gamma), t = 1 - c_0, b = -c_1: w/gamma = w u**2.

    By Cardano's formula. Its cube roots are the principal ones: at imaginary frequency (w > 0) the root is
    the largest, and no branch is crossed on the way to w = -i omega/D.
    """
    left, bend = 1 - constant, -strength
    discriminant = sp.sqrt(bend**2 / 4 - left**3 / (27 * drive))
    cube = sp.cbrt(bend / 2 + discriminant) / sp.cbrt(drive)
    return drive * (cube + left / (3 * drive * cube)) ** 2


def at_the_edge(metal: Metal, known: Theory, cutoff: Cutoff) -> Formula:
    """Solve the equation at the edge, where 1 - J is the power of gamma alone."""
    require_edge(metal, known.form)
    _, rest = _parts(known.form)
    bend = -sp.simplify(rest / s.L_loc ** (2 - metal.dim))
    drive = -sp.I * s.omega / s.D
    gamma = (drive / bend) ** (2 / metal.dim)
    found = known.drude.expr * drive / gamma
    steps = (
        Step(
            "self-consistent equation",
            bend * gamma ** (metal.dim / 2),
            drive,
            "gamma (1 - J(gamma)) = -i omega/D at the edge, where J(0) = 1",
        ),
        Step(
            "conductivity",
            sp.Mul(known.drude.expr, drive / gamma, evaluate=False),
            found,
            "Einstein's relation: D(omega)/D = -i omega/(D gamma) times the Drude value",
        ),
    )
    result = _formula("sigma(omega) at the edge", r"\sigma_{\mathrm{c}}(\omega)", found, metal, known, cutoff)
    more = Assumption("at the mobility edge: J(0) = 1", None)
    result = replace(result, derivation=result.derivation + steps, assumptions=(*result.assumptions, more))
    return finish(result)


def insulating(metal: Metal, known: Theory, cutoff: Cutoff) -> Formula:
    """Expand gamma about rest, where J = 1: -i omega L_loc**2/D and the first dissipation, in omega**2.

    With the slope -dJ/dgamma = I_2, the same integral over a double pole, gamma (1 - J) = w gives gamma =
    gamma_0 + w/(gamma_0 I_2) and w/gamma = w L_loc**2 - w**2 L_loc**6/I_2.
    """
    if not metal.dim.is_number:
        raise InputError(
            f"the insulator's conductivity in {metal.dim} dimensions", expected="a number", hint="dim=3"
        )
    plain = metal.without_values
    at_rest = length(plain, known, cutoff)
    start = at_rest.expr
    *integral, last = pole_steps(replace(known.pole, power=2), plain.dim, cutoff, "tau_phi")
    by_logarithm = plain.dim == 2 and known.exact.has(sp.log)
    double = last.lhs if by_logarithm else -sp.diff(known.form, s.L_loc) * -(s.L_loc**3) / 2
    there = sp.simplify(double.xreplace({s.L_loc: start}))
    drive = -sp.I * s.omega / s.D
    terms = (drive * start**2, -(drive**2) * start**6 / there)
    found = sp.Add(*(known.drude.expr * sp.powsimp(term) for term in terms))
    steps = (
        *integral,
        Step(
            "slope",
            -sp.Derivative(known.exact.xreplace({s.L_loc: 1 / sp.sqrt(_GAMMA)}), _GAMMA)
            .doit()
            .xreplace({_GAMMA: 1 / s.L_loc**2}),
            integral[-1].rhs,
            "-dJ/dgamma is the integral over the double pole",
        ),
        Step(
            "conductivity",
            sp.Mul(known.drude.expr, sp.Add(*terms), evaluate=False),
            found,
            "D(omega)/D = w/gamma with w = -i omega/D and gamma = 1/L_loc**2 + w L_loc**2/I_2, to second "
            "order in omega",
        ),
    )
    name = "sigma(omega) of the insulator"
    result = _formula(name, r"\sigma_{\mathrm{loc}}(\omega)", found, metal, known, cutoff)
    result = replace(
        result,
        derivation=at_rest.derivation + steps,
        assumptions=(
            *at_rest.assumptions,
            Assumption("low frequency: omega L_loc**2/D << 1", s.omega * start**2 < s.D),
        ),
    )
    return finish(result)
