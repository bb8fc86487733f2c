"""The Kubo formula: from a metal to its conductivity, by way of the diagrams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, count
from numbers import Integral
from typing import Any

import sympy as sp

from cooperon.diagrams import (
    Classification,
    Diagram,
    Family,
    attach_ladders,
    classify,
    dress,
    enumerate,
    resum,
)
from cooperon.diagrams.diagram import VertexKind
from cooperon.diagrams.errors import DiagramError, DivergenceError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.anisotropy import current_ladder, in_diffusion
from cooperon.symbolic.arguments import expression, require
from cooperon.symbolic.assumptions import drude_assumptions, interference_assumptions
from cooperon.symbolic.cutoffs import Cutoff, Regulator, cutoff_of, find_cutoff, require_end, require_infrared
from cooperon.symbolic.derivation import VALUES, Derivation, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.ladder import Block, ladder, self_energy
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import FastLoop, Integrand, feynman_rules
from cooperon.symbolic.slow_steps import LEADING, slow_steps

__all__ = ["Options", "conductivity", "evaluate", "families"]

_HIGHEST_ORDER = 3
"""Impurity lines up to which families are looked for: two make the shortest Cooperon, one dresses it."""

_INDEX = sp.Symbol("i", integer=True, positive=True)
_UNIT = sp.Symbol("i")
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
        two parts are in :func:`~cooperon.interference`.

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
    diagrams = families(loops, vertex_ladders=metal.anisotropic)
    parts = [_evaluate(some, metal, options) for some in _alike(diagrams, metal)]
    total = sum(parts[1:], parts[0])
    # what vanishes is said first: the last line is the result
    pages = _counting() + chain(*(part.derivation for part in sorted(parts, key=lambda part: part.expr != 0)))
    name, symbol = _NAMES[loops]
    small = () if loops == 0 else (smallness(total, _derive(metal, 0, options)),)
    total = replace(total, name=name, symbol=symbol, diagrams=diagrams)
    return replace(total, derivation=pages, assumptions=total.assumptions + small)


def _alike(diagrams: tuple[Diagram, ...], metal: Metal) -> Iterator[tuple[Integrand, ...]]:
    """Put the diagrams together that differ in their polygons only; what vanishes stays alone."""
    together: dict[Any, list[Integrand]] = {}
    for i, rules in zip(count(), (feynman_rules(diagram, metal) for diagram in diagrams), strict=False):
        together.setdefault(i if rules.vanishing else rules.slow_blocks, []).append(rules)
    return map(tuple, together.values())


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
def families(loops: int, *, vertex_ladders: bool = False) -> tuple[Diagram, ...]:
    """Find the diagrams with a number of independent slow momenta, to leading order in 1/(k_F l).

    All bubbles with up to three impurity lines are enumerated, classified and resummed; those that
    are left are dressed. Three lines are enough to meet each family at least once, but for those with a
    ladder at both current vertices, which vanish for isotropic scattering: with ``vertex_ladders`` a
    ladder is attached to the current vertices in all ways.

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
    if vertex_ladders:
        found |= dict.fromkeys(
            new for diagram in found if not diagram.order for new in attach_ladders(diagram)
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
        A diagram of closed electron lines, with at most one independent slow momentum. With two density
        vertices the value is hbar/(2 pi) times the trace; with two bubbles it is the part of a product of
        two conductivities, and of <delta sigma**2> times the volume where the bubbles are joined.
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
    options = Options.read(cutoff, infrared, omega)
    return finish(_evaluate((feynman_rules(diagram, metal),), metal, options))


def _evaluate(alike: tuple[Integrand, ...], metal: Metal, options: Options) -> Formula:
    """Evaluate the sum of diagrams that differ in their polygons only."""
    options = replace(options, cutoff=cutoff_of(metal, options.cutoff))
    assumptions = drude_assumptions(options.omega, metal.potential)
    if len(alike[0].slow_momenta) == 1:
        assumptions += interference_assumptions(metal, options.cutoff, options.infrared, options.omega)
    steps = tuple(_steps(alike, options))
    form = steps[-1]
    exact = form.lhs if form.rule == LEADING else form.rhs
    diagrams = tuple(rules.diagram for rules in alike)
    return Formula("diagram", exact, form.rhs, metal, diagrams, Derivation(steps), assumptions)


def _steps(alike: tuple[Integrand, ...], options: Options) -> Iterator[Step]:
    rules = alike[0]
    vanishing = rules.vanishing
    if vanishing:
        yield _vanish(min(vanishing, key=lambda loop: loop.retarded + loop.advanced), rules)
    elif not rules.slow_momenta:
        yield from _fast_steps(alike, options)
    elif len(rules.slow_momenta) == 1:
        yield from _loop_steps(alike, options)
    else:
        raise DiagramError(
            f"{rules.diagram!r} with {len(rules.slow_momenta)} independent slow momenta",
            expected="at most one",
            hint="diagrams with two or more loops are not derived yet",
        )


def _vanish(loop: FastLoop, rules: Integrand) -> Step:
    odd = "odd under a turn of k"
    if 0 in (loop.retarded, loop.advanced):
        reason = "all poles on one side: electron lines of one kind only"
    elif len(rules.fast) == 1:
        reason = f"{odd}: an odd number of currents"
    elif loop.retarded == loop.advanced == 1:
        reason = f"{odd}: a ladder or rung at a current vertex (the vertex correction) drops out"
    else:
        reason = f"{odd}: a box dressed with an impurity line between its current vertices drops out"
    return Step("vanishing polygon", loop.unevaluated(rules.metal), sp.S.Zero, reason)


def _fast_steps(alike: tuple[Integrand, ...], options: Options) -> Iterator[Step]:
    """Polygons whose blocks, if any, carry no momentum."""
    yield self_energy()
    values = []
    for rules in alike:
        at_rest = tuple(_blocks_at_rest(rules, options))
        yield from _rest_steps(rules, at_rest, options.omega)
        undone = rules.prefactor * rules.unevaluated_polygons(options.omega) * _at_rest(at_rest)
        found = rules.prefactor * rules.polygons(options.omega) * _at_rest(at_rest)
        values.append(in_diffusion(found, rules.metal))
        yield Step(
            "Kubo formula",
            undone,
            values[-1],
            f"hbar/(2 pi), charges, the trace over spin, {rules.metal.spin_degeneracy}; residues, tensor "
            f"reduction; D = v_F**2 {rules.metal.transport_time}/d",
        )
    if len(values) > 1:
        yield _sum("sum of the diagrams", values)


def _blocks_at_rest(rules: Integrand, options: Options) -> Iterator[Block]:
    """Sum the blocks without slow momentum that hand on a density."""
    for kind in () if rules.carries_current else rules.blocks_at_rest:
        block = ladder(kind, rules.metal, omega=options.omega)
        if block.gap == 0:
            raise DivergenceError(
                f"{rules.diagram!r} at omega = 0",
                expected="a frequency: particle conservation makes the diffuson infinite without one",
                hint="omega=cooperon.symbols.omega",
            )
        yield block


def _at_rest(blocks: tuple[Block, ...]) -> sp.Expr:
    return sp.prod(block.value.xreplace({s.q: sp.S.Zero}) for block in blocks)


def _rest_steps(rules: Integrand, blocks: tuple[Block, ...], omega: sp.Expr) -> Iterator[Step]:
    """Sum the ladders without slow momentum, of a density or at a current vertex."""
    yield from chain(*(block.steps for block in blocks))
    if rules.carries_current:
        yield from current_ladder(rules.metal, omega)


def _sum(rule: str, values: list[sp.Expr]) -> Step:
    plain = {sp.I: _UNIT}  # factors over the complex numbers are found as they are
    total = sp.factor(sp.Add(*values).xreplace(plain)).xreplace({_UNIT: sp.I})
    return Step(
        rule,
        sp.Add(*values, evaluate=False),
        total,
        f"{len(values)} diagrams, each with weight one; equal ones stand above once",
    )


def _loop_steps(alike: tuple[Integrand, ...], options: Options) -> Iterator[Step]:
    """One independent slow momentum: ladder, polygon, Feynman rules, slow integral."""
    rules = alike[0]
    if not rules.diagram.vertices_of(VertexKind.CURRENT):
        raise DiagramError(
            repr(rules.diagram),
            expected="current vertices: with density vertices the box vanishes at q = 0 with its dressings",
            hint="expand the Hikami box in its slow momenta",
        )
    metal = rules.metal
    require_end(options.cutoff, metal.dephasing)
    coherent = options.infrared == "L" or options.cutoff.regulator is Regulator.WINDOW
    blocks = [ladder(kind, metal, omega=options.omega, coherent=coherent) for kind, _ in rules.slow_blocks]
    for block in blocks:
        yield from block.steps
    boxes = []
    for one in alike:
        at_rest = tuple(_blocks_at_rest(one, options))
        yield from _rest_steps(one, at_rest, sp.S.Zero)
        boxes.append(one.polygons() * _at_rest(at_rest))
        undone = one.unevaluated_polygons() * _at_rest(at_rest)
        yield Step("Hikami box", undone, boxes[-1], "residues and tensor reduction, at q = 0")
    if len(boxes) > 1:
        total = _sum("sum of the boxes", boxes)
        yield total
        boxes = [total.rhs]
    product = sp.prod(block.value for block in blocks)
    integrand = in_diffusion(rules.prefactor * boxes[0] * product, metal)
    yield Step(
        "Feynman rules",
        sp.Mul(rules.prefactor, boxes[0], product, evaluate=False),
        integrand,
        f"hbar/(2 pi), charges, the trace over spin, {metal.spin_degeneracy}; box, block; "
        f"D = v_F**2 {metal.transport_time}/d",
    )
    yield from slow_steps(integrand, metal.dim, options.cutoff, options.infrared)


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
