"""The Kubo formula: from a metal to its conductivity, by way of the diagrams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from numbers import Integral
from typing import Any

import sympy as sp

from cooperon.diagrams import Classification, Diagram, Family, classify, dress, enumerate, resum
from cooperon.diagrams.diagram import VertexKind
from cooperon.diagrams.errors import DiagramError, DivergenceError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression, require
from cooperon.symbolic.assumptions import drude_assumptions, interference_assumptions
from cooperon.symbolic.cutoffs import Cutoff, Regulator, find_cutoff, require_end, require_infrared
from cooperon.symbolic.derivation import VALUES, Derivation, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.ladder import ladder, self_energy
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import FastLoop, Integrand, feynman_rules
from cooperon.symbolic.slow_steps import LEADING, slow_steps

__all__ = ["Options", "conductivity", "evaluate", "families"]

_HIGHEST_ORDER = 3
"""Impurity lines up to which families are looked for: two make the shortest Cooperon, one dresses it."""

_INDEX = sp.Symbol("i", integer=True, positive=True)
_ROUTES = ("diagrams", "return_probability")
_KERNELS = ("diffusive", "exact")


@dataclass(frozen=True)
class Options:
    """How slow integrals are cut off, and the frequency."""

    cutoff: Cutoff
    infrared: str
    omega: sp.Expr

    @classmethod
    def read(cls, cutoff: object, infrared: object, omega: Any) -> Options:
        """Check what a user asked for."""
        require_infrared(infrared)
        hint = "omega=cooperon.symbols.omega"
        frequency = sp.S.Zero if omega is None else expression(omega, "omega", hint)
        if frequency != 0 and not (frequency.is_positive and frequency.has(s.omega)):
            expected = "None or cooperon.symbols.omega; numbers go into lambdify or evaluate"
            raise InputError(f"omega = {omega!r}", expected=expected, hint=hint)
        return cls(find_cutoff(cutoff), str(infrared), frequency)


def conductivity(
    metal: Metal,
    *,
    loops: int = 0,
    cutoff: str = "diffusive",
    infrared: str = "tau_phi",
    omega: Any = None,
    route: str = "diagrams",
    kernel: str = "diffusive",
) -> Formula:
    r"""Derive the conductivity of a metal from its diagrams.

    Parameters
    ----------
    metal : Metal
        Which metal.
    loops : int
        Number of independent slow momenta: 0 for the Drude conductivity, 1 for the leading quantum
        correction (what is added to the Drude value; weak localization is negative).
    cutoff : str
        Where diffusion is given up: ``"diffusive"`` (q < 1/sqrt(D tau)), ``"mean_free_path"`` (q < 1/ell),
        ``"time"`` (paths longer than tau), ``"window"`` (sharp, tau < t < tau_phi) or ``"dimensional"``.
        With the exact kernel diffusion is not given up anywhere: the default stands for no cutoff, in
        three dimensions for ``"k_F"``, and nothing else makes sense.
    infrared : str
        ``"tau_phi"``, or ``"L"`` for q > 1/L without tau_phi.
    omega : sympy.Expr, optional
        Frequency, ``cooperon.symbols.omega``; the time dependence is exp(-i omega t).
    route : str
        ``"diagrams"``, or ``"return_probability"``: the correction from the diffusion equation, without a
        diagram (an independent check; cutoffs ``"time"``, ``"window"`` and ``"dimensional"``).
    kernel : str
        ``"diffusive"``, or ``"exact"`` for loops=1: no expansion in q ell, any ratio of ell to L_phi; its
        two parts are in :func:`~cooperon.symbolic.ballistic.interference`.

    Returns
    -------
    Formula

    Raises
    ------
    InputError
        For unknown options, or a number of loops that is not derived yet.
    DivergenceError
        When the correction is infinite with this cutoff.

    References
    ----------
    L. P. Gor'kov, A. I. Larkin, D. E. Khmel'nitskii, JETP Lett. 30, 228 (1979); E. Akkermans and
    G. Montambaux, Mesoscopic Physics of Electrons and Photons (Cambridge, 2007), ch. 7.

    Examples
    --------
    >>> conductivity(Metal(dim=2), loops=0).expr
    2*D*e**2*nu
    >>> conductivity(Metal(dim=2), loops=1).expr
    -e**2*log(1 + tau_phi/tau)/(2*pi**2*hbar)
    """
    _require(metal, loops, route)
    if kernel != "diffusive":
        return _exact(metal, loops, cutoff, infrared, omega, route, kernel)
    options = Options.read(cutoff, infrared, omega)
    if route == "return_probability":
        from cooperon.symbolic.return_probability import correction

        if loops != 1:
            raise InputError(f"loops = {loops} by the return probability", expected="loops=1")
        drude = _derive(metal, 0, Options(options.cutoff, options.infrared, sp.S.Zero))
        found = correction(metal, drude, options)
        return finish(replace(found, assumptions=(*found.assumptions, smallness(found, drude))))
    return finish(_derive(metal, loops, options))


def _exact(
    metal: Metal, loops: int, cutoff: Any, infrared: object, omega: Any, route: str, kernel: object
) -> Formula:
    """Refuse what the exact kernel has no use for, and derive the correction with it."""
    from cooperon.symbolic.ballistic import interference

    given = {"kernel": kernel, "loops": loops, "infrared": infrared, "route": route}
    possible = {"kernel": "exact", "loops": 1, "infrared": "tau_phi", "route": "diagrams"}
    for name, value in given.items():
        if value != possible[name]:
            raise InputError(
                f"{name} = {value!r}" + f' with kernel = "{kernel}"' * (name != "kernel"),
                expected=" or ".join(_KERNELS) if name == "kernel" else f"{name} = {possible[name]!r}",
                hint='kernel="diffusive"',
            )
    return interference(metal, cutoff=None if cutoff == "diffusive" else cutoff, omega=omega).total


_NAMES = {0: ("sigma_0", r"\sigma_0"), 1: ("delta sigma", r"\delta\sigma")}


def _derive(metal: Metal, loops: int, options: Options) -> Formula:
    """Evaluate all diagrams with a number of loops and add them up."""
    parts = [_evaluate(diagram, metal, options) for diagram in families(loops)]
    total = sum(parts[1:], parts[0])
    # what vanishes is said first: the last line is the result
    pages = _counting() + chain(*(part.derivation for part in sorted(parts, key=lambda part: part.expr != 0)))
    name, symbol = _NAMES[loops]
    small = () if loops == 0 else (smallness(total, _derive(metal, 0, options)),)
    return replace(total, name=name, symbol=symbol, derivation=pages, assumptions=total.assumptions + small)


def smallness(correction: Formula, drude: Formula) -> Assumption:
    """Perturbation theory: the correction is small against what it corrects; in numbers at omega = 0."""
    at_rest = not (correction.expr.has(sp.I) or drude.expr.has(sp.I))
    size = sp.Abs(correction.expr) < drude.expr if at_rest else None
    return Assumption("the correction is small against the Drude value (else: localization)", size)


def _require(metal: object, loops: object, route: object) -> None:
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    if isinstance(loops, bool) or not isinstance(loops, Integral) or loops not in _NAMES:
        raise InputError(
            f"loops = {loops!r}",
            expected="0 (Drude) or 1 (leading quantum correction)",
            hint="more loops are not derived yet",
        )
    if route not in _ROUTES:
        raise InputError(f"route = {route!r}", expected="one of " + ", ".join(_ROUTES))


@cache
def families(loops: int) -> tuple[Diagram, ...]:
    """Find the diagrams with a number of independent slow momenta, to leading order in 1/(k_F l).

    All bubbles with up to three impurity lines are enumerated, classified and resummed; those that
    are left are dressed. Three lines are enough to meet each family at least once.

    Examples
    --------
    >>> families(0)
    (Diagram(2 current, 1 retarded, 1 advanced), Diagram(2 current, 2 retarded, 2 advanced, 1 diffuson))
    """
    found = dict.fromkeys(
        resum(diagram)
        for order in range(_HIGHEST_ORDER + 1)
        for diagram, kind in _survey(order)
        if kind.leading and kind.loops == loops
    )
    dressed = (new for diagram in found if not diagram.order for new in dress(diagram))
    return tuple(dict.fromkeys([*dressed, *found]))


@cache
def _survey(order: int) -> tuple[tuple[Diagram, Classification], ...]:
    return tuple((diagram, classify(diagram)) for diagram in enumerate(order))


@cache
def _counting() -> Derivation:
    """How many diagrams were looked at, and what they are."""
    return Derivation(tuple(_count(order) for order in range(1, _HIGHEST_ORDER + 1)))


def _count(order: int) -> Step:
    found = [kind.family for _, kind in _survey(order)]
    counts = {family: found.count(family) for family in Family if family in found}
    return Step(
        f"enumeration, {order} impurity line{'s' * (order > 1)}",
        sp.Product(2 * _INDEX + 1, (_INDEX, 1, order)),
        sp.Add(*map(sp.Integer, counts.values()), evaluate=False),
        "; ".join(f"{number} {family}" for family, number in counts.items()),
    )


def evaluate(
    diagram: Diagram,
    metal: Metal,
    *,
    cutoff: str = "diffusive",
    infrared: str = "tau_phi",
    omega: Any = None,
) -> Formula:
    """Evaluate one diagram: what it adds to the conductivity.

    Parameters
    ----------
    diagram : Diagram
        A diagram with two current vertices (or two density vertices: then the value is hbar/(2 pi)
        times the trace), with at most one independent slow momentum.
    metal : Metal
        Which metal.
    cutoff, infrared, omega
        As in :func:`conductivity`.

    Returns
    -------
    Formula

    Raises
    ------
    DiagramError
        For a diagram whose value is not a product of fast and slow integrals.

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> evaluate(bubble(), Metal(spin=0)).expr
    D*e**2*nu
    """
    if not isinstance(diagram, Diagram):
        raise DiagramError(f"{diagram!r}", expected="a Diagram", hint="cp.diagrams.bubble()")
    _require(metal, 0, "diagrams")
    return finish(_evaluate(diagram, metal, Options.read(cutoff, infrared, omega)))


def _evaluate(diagram: Diagram, metal: Metal, options: Options) -> Formula:
    rules = feynman_rules(diagram, metal)
    assumptions = drude_assumptions(options.omega)
    if len(rules.slow_momenta) == 1:
        assumptions += interference_assumptions(metal, options.cutoff, options.infrared, options.omega)
    steps = tuple(_steps(rules, options))
    form = steps[-1]
    exact = form.lhs if form.rule == LEADING else form.rhs
    return Formula("diagram", exact, form.rhs, metal, (diagram,), Derivation(steps), assumptions)


def _steps(rules: Integrand, options: Options) -> Iterator[Step]:
    metal = rules.metal
    vanishing = [loop for loop in rules.fast if loop.evaluate(metal) == 0]
    if vanishing:
        yield _vanish(min(vanishing, key=lambda loop: loop.retarded + loop.advanced), metal)
    elif not rules.slow_momenta:
        yield from _fast_steps(rules, options)
    elif len(rules.slow_momenta) == 1:
        yield from _loop_steps(rules, options)
    else:
        raise DiagramError(
            f"{rules.diagram!r} with {len(rules.slow_momenta)} independent slow momenta",
            expected="at most one",
            hint="diagrams with two or more loops are not derived yet",
        )


def _vanish(loop: FastLoop, metal: Metal) -> Step:
    ladder_at_vertex = loop.retarded == loop.advanced == 1
    what = (
        "a ladder or rung at a current vertex (the vertex correction)"
        if ladder_at_vertex
        else "the box dressed with an impurity line between the current vertices"
    )
    reason = "all poles on one side" if 0 in (loop.retarded, loop.advanced) else "odd under a turn of k"
    return Step("vanishing polygon", loop.unevaluated(metal), sp.S.Zero, f"{reason}: {what} drops out")


def _fast_steps(rules: Integrand, options: Options) -> Iterator[Step]:
    """Polygons whose blocks, if any, carry no momentum."""
    yield self_energy()
    at_rest = sp.S.One
    for kind, _ in rules.blocks:
        block = ladder(kind, rules.metal, omega=options.omega)
        yield from block.steps
        if block.gap == 0:
            raise DivergenceError(
                f"{rules.diagram!r} at omega = 0",
                expected="a frequency: particle conservation makes the diffuson infinite without one",
                hint="omega=cooperon.symbols.omega",
            )
        at_rest *= block.value.xreplace({s.q: sp.S.Zero})
    undone = rules.prefactor * rules.unevaluated_polygons(options.omega) * at_rest
    value = in_diffusion(rules.prefactor * rules.polygons(options.omega) * at_rest, rules.metal)
    yield Step(
        "Kubo formula",
        undone,
        value,
        f"hbar/(2 pi), charges, the trace over spin, {rules.metal.spin_degeneracy}; residues, tensor "
        "reduction; D = v_F**2 tau/d",
    )


def _loop_steps(rules: Integrand, options: Options) -> Iterator[Step]:
    """One independent slow momentum: ladder, polygon, Feynman rules, slow integral."""
    if not rules.diagram.vertices_of(VertexKind.CURRENT):
        raise DiagramError(
            repr(rules.diagram),
            expected="current vertices: with density vertices the box vanishes at q = 0 with its dressings",
            hint="expand the Hikami box in its slow momenta",
        )
    metal = rules.metal
    require_end(options.cutoff, metal.dephasing)
    coherent = options.infrared == "L" or options.cutoff.regulator is Regulator.WINDOW
    blocks = [ladder(kind, metal, omega=options.omega, coherent=coherent) for kind, _ in rules.blocks]
    for block in blocks:
        yield from block.steps
    box = rules.polygons()
    yield Step("Hikami box", rules.unevaluated_polygons(), box, "residues and tensor reduction, at q = 0")
    product = sp.prod(block.value for block in blocks)
    integrand = in_diffusion(rules.prefactor * box * product, metal)
    yield Step(
        "Feynman rules",
        sp.Mul(rules.prefactor, box, product, evaluate=False),
        integrand,
        f"hbar/(2 pi), charges, the trace over spin, {metal.spin_degeneracy}; box, block; D = v_F**2 tau/d",
    )
    yield from slow_steps(integrand, metal.dim, options.cutoff, options.infrared)


def in_diffusion(expr: sp.Expr, metal: Metal) -> sp.Expr:
    """Write v_F as sqrt(d D/tau).

    Examples
    --------
    >>> in_diffusion(s.v_F**2 * s.tau, Metal(dim=3))
    3*D
    """
    return expr.xreplace({s.v_F: sp.sqrt(metal.dim * s.D / s.tau)})


def finish(formula: Formula) -> Formula:
    """Put in what the metal says of tau_phi and tau."""
    metal = formula.metal
    law = metal.dephasing.time() if metal.dephasing is not None else s.tau_phi
    table = {s.tau_phi: law} if law != s.tau_phi else {}
    if formula.expr.has(*table):
        statement = f"the phase-coherence time follows tau_phi = {law}"
        formula = replace(formula, assumptions=(*formula.assumptions, Assumption(statement)))
    formula = _put(formula, table, "how the phase-coherence time depends on temperature")
    return _put(formula, metal.values, "values of the metal put in")


def _put(formula: Formula, table: Mapping[sp.Symbol, sp.Expr], reason: str) -> Formula:
    table = {symbol: value for symbol, value in table.items() if formula.expr.has(symbol)}
    if not table:
        return formula
    exact, form = formula.expr.xreplace(table), formula.asymptote.xreplace(table)
    steps = [Step(VALUES, formula.expr, exact, reason)]
    if form != exact:
        steps.append(Step(VALUES, formula.asymptote, form, f"{reason}, leading form"))
    conditions = tuple(
        a if a.condition is None else replace(a, condition=a.condition.xreplace(table))
        for a in formula.assumptions
    )
    return replace(
        formula, expr=exact, asymptote=form, derivation=formula.derivation + steps, assumptions=conditions
    )
