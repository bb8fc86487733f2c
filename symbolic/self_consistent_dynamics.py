"""The conductivity at a frequency by the self-consistent theory, in closed form.

In terms of gamma = -i omega/D(omega) = 1/L_loc**2 the equation reads gamma (1 - J(gamma)) = -i omega/D. The
leading form of J is c_0 + c_1 gamma**(d/2 - 1), in two dimensions c_0 - c_1 ln gamma: a quadratic equation in
one dimension, Lambert's function in two, a cubic equation in three.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.cutoffs import Cutoff
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.self_consistent_closed import (
    exponential,
    length,
    only_leading,
    parts,
    power_of,
    require_edge,
    stated,
)
from cooperon.symbolic.self_consistent_steps import Theory
from cooperon.symbolic.slow_steps import pole_steps

__all__ = ["at_the_edge", "dynamical", "insulating"]

_GAMMA = sp.Symbol("gamma", positive=True)


def dynamical(metal: Metal, known: Theory, cutoff: Cutoff) -> Formula:
    """Solve the equation with the leading form of J for gamma, and D(omega) = -i omega/gamma."""
    power = power_of(known.form)
    if power not in _SOLVERS:
        raise InputError(
            f"sigma(omega) in {metal.dim} dimensions as a closed form",
            expected="1, 2 or 3 dimensions",
            hint="self_consistent(metal).ratio(...), which finds the root by numbers",
        )
    constant, rest = parts(known.form)
    slope = sp.diff(rest, s.L_loc) * s.L_loc / 2
    strength = rest.xreplace({s.L_loc: sp.S.One}) if power != 0 else slope
    solve, way = _SOLVERS[power]
    drive = -sp.I * s.omega / s.D
    ratio = solve(constant, strength, drive)
    gamma = drive / ratio
    pole = known.form.xreplace({s.L_loc: 1 / sp.sqrt(gamma)})
    found = sp.Mul(known.drude.expr, ratio)
    steps = (
        Step(
            "self-consistent equation",
            sp.Mul(gamma, 1 - pole, evaluate=False),
            drive,
            f"gamma (1 - J(gamma)) = -i omega/D for gamma = -i omega/D(omega): {way}; the "
            "root that is positive at imaginary frequencies",
        ),
        Step(
            "conductivity",
            sp.Mul(known.drude.expr, drive / gamma, evaluate=False),
            found,
            "Einstein's relation: D(omega)/D = -i omega/(D gamma) times the Drude value",
        ),
    )
    result = stated("sigma(omega)", r"\sigma(\omega)", found, metal, known, cutoff, *steps)
    more = only_leading(known, "omega tau << 1 and L_loc >> sqrt(D tau)")
    slow = Assumption(f"omega {metal.transport_time} << 1 (diffusion)", s.omega * metal.transport_time < 1)
    return finish(replace(result, assumptions=(*result.assumptions, slow, *more)))


def _quadratic(constant: sp.Expr, strength: sp.Expr, drive: sp.Expr) -> sp.Expr:
    """Solve z**2 (1 - c_0) - c_1 z = w for z = sqrt(gamma); return w/gamma, free of differences."""
    left = 1 - constant
    root = (strength + sp.sqrt(strength**2 + 4 * drive * left)) / (2 * left)
    return drive / root**2


def _lambert(constant: sp.Expr, strength: sp.Expr, drive: sp.Expr) -> sp.Expr:
    """Solve gamma (1 - c_0 + c_1 ln gamma) = w: w/gamma = c_1 W((w/c_1) exp((1 - c_0)/c_1))."""
    return strength * sp.LambertW(drive / strength * exponential((1 - constant) / strength))


def _cubic(constant: sp.Expr, strength: sp.Expr, drive: sp.Expr) -> sp.Expr:
    """Solve w u**3 - t u - b = 0 for u = 1/sqrt(gamma), t = 1 - c_0, b = -c_1: w/gamma = w u**2.

    By Cardano's formula. Its cube roots are the principal ones: at imaginary frequency (w > 0) the root is
    the largest, and no branch is crossed on the way to w = -i omega/D.
    """
    left, bend = 1 - constant, -strength
    discriminant = sp.sqrt(bend**2 / 4 - left**3 / (27 * drive))
    cube = sp.cbrt(bend / 2 + discriminant) / sp.cbrt(drive)
    return drive * (cube + left / (3 * drive * cube)) ** 2


_SOLVERS: Mapping[sp.Expr, tuple[Callable[[sp.Expr, sp.Expr, sp.Expr], sp.Expr], str]] = {
    sp.S.One: (_quadratic, "a quadratic equation in sqrt(gamma)"),
    sp.S.Zero: (_lambert, "Lambert's function"),
    sp.S.NegativeOne: (_cubic, "a cubic equation in 1/sqrt(gamma)"),
}
"""By the power of L_loc in J, 0 of a logarithm: how the equation is solved."""


def at_the_edge(metal: Metal, known: Theory, cutoff: Cutoff) -> Formula:
    """Solve the equation at the edge, where 1 - J is the power of gamma alone."""
    require_edge(metal, known.form)
    _, rest = parts(known.form)
    bend = -sp.simplify(rest / s.L_loc ** (2 - metal.dim))
    drive = -sp.I * s.omega / s.D
    gamma = (drive / bend) ** (2 / metal.dim)
    apart = drive ** (1 - 2 / metal.dim) * bend ** (2 / metal.dim) if bend.is_positive else drive / gamma
    found = known.drude.expr * apart
    steps = (
        Step(
            "self-consistent equation",
            sp.Mul(bend, sp.Pow(gamma, metal.dim / 2, evaluate=False), evaluate=False),
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
    result = stated("sigma(omega) at the edge", r"\sigma_{\mathrm{c}}(\omega)", found, metal, known, cutoff)
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
    by_logarithm = power_of(known.form) == 0 and known.exact.has(sp.log)
    double = last.lhs if by_logarithm else -sp.diff(known.form, s.L_loc) * -(s.L_loc**3) / 2
    there = sp.simplify(double.xreplace({s.L_loc: start}))
    drive = -sp.I * s.omega / s.D
    terms = (drive * start**2, -(drive**2) * start**6 / there)
    found = sp.Add(*(_factored(known.drude.expr * term) for term in terms))
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
    result = stated(name, r"\sigma_{\mathrm{loc}}(\omega)", found, metal, known, cutoff)
    result = replace(
        result,
        derivation=at_rest.derivation + steps,
        assumptions=(
            *at_rest.assumptions,
            Assumption("low frequency: omega L_loc**2/D << 1", s.omega * start**2 < s.D),
        ),
    )
    return finish(result)


def _factored(term: sp.Expr) -> sp.Expr:
    """Factor a term in powers of sqrt(D), sqrt(tau) and of the exponential that is in it."""
    grown = term.rewrite([sp.sinh, sp.cosh], sp.exp)
    exponents = [one.args[0] for one in grown.atoms(sp.exp)]
    unit = next((one for one in exponents if one.is_positive), sp.S.One)
    ratios = [sp.cancel(one / unit) for one in exponents]
    if not all(one.is_Rational for one in ratios):
        return sp.powsimp(term)
    least = min(map(abs, ratios), default=sp.S.One)
    unit, powers = least * unit, [one / least for one in ratios]
    root, other, base = sp.symbols("x y z", positive=True)
    pieces = {sp.exp(one): base**n for one, n in zip(exponents, powers, strict=True)}
    plain = sp.factor(grown.xreplace(pieces).xreplace({s.D: root**2, s.tau: other**2}))
    halved = sp.cancel(plain).subs(base, sp.sqrt(base))
    if exponents and not halved.has(sp.sqrt(base)):
        plain, unit = halved, 2 * unit
    back = {root: sp.sqrt(s.D), other: sp.sqrt(s.tau), base: sp.exp(unit)}
    return sp.powsimp(sp.factor(plain).xreplace(back))
