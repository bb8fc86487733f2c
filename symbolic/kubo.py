"""The Kubo formula: from a metal to its conductivity, by way of the diagrams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, count
from numbers import Integral
from typing import Any

import sympy as sp

from cooperon.diagrams import Diagram
from cooperon.diagrams.errors import DiagramError, InputError
from cooperon.symbolic.arguments import require
from cooperon.symbolic.cutoffs import CUTOFFS
from cooperon.symbolic.diagram_steps import evaluated
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.leading_diagrams import counting, families
from cooperon.symbolic.metal import Metal, require_plain
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.options import Options
from cooperon.symbolic.requests import Derived
from cooperon.symbolic.rules import Integrand, feynman_rules
from cooperon.symbolic.spectrum import spectrum

__all__ = [
    "conductivity",
    "derive",
    "evaluate",
    "families",
    "require_case",
    "require_cutoff",
    "smallness",
]

_ROUTES = ("diagrams", "return_probability")
_KERNELS = ("diffusive", "exact")


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
        ``"time"`` (paths longer than tau), ``"window"`` (sharp, tau < t < tau_phi), ``"smooth"`` (weight
        1 - exp(-t/tau)) or ``"dimensional"``.
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
        two parts are in :func:`~cooperon.interference`. In two dimensions it knows a ``PerpendicularField``.

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
    require_case(metal, loops, route)
    if kernel != "diffusive":
        return _exact(metal, loops, cutoff, infrared, omega, route, kernel)
    if route != "diagrams":
        require_plain(metal, f"route={route!r} with kernel={kernel!r}")
    require_cutoff(metal, cutoff, infrared)
    options = Options.read(cutoff, infrared, omega)
    request = Derived(partial(_finished, loops=loops), metal, options)
    if route == "return_probability":
        from cooperon.symbolic.return_probability import correction

        if loops != 1:
            raise InputError(f"loops = {loops} by the return probability", expected="loops=1")
        drude = derive(metal, 0, Options(options.cutoff, options.infrared, sp.S.Zero))
        found = correction(metal, drude, options)
        assumptions = (*found.assumptions, smallness(found, drude))
        return finish(replace(found, assumptions=assumptions, request=request))
    return replace(_finished(metal, options, loops=loops), request=request)


def _finished(metal: Metal, options: Options, *, loops: int) -> Formula:
    return finish(derive(metal, loops, options))


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


def derive(metal: Metal, loops: int, options: Options) -> Formula:
    """Evaluate all diagrams with a number of loops and add them up."""
    diagrams = options.slip.diagrams(families(loops, vertex_ladders=metal.anisotropic))
    ruled = (options.slip.integrand(feynman_rules(diagram, metal)) for diagram in diagrams)
    parts = [evaluated(some, metal, options) for some in _alike(ruled)]
    total = sum(parts[1:], parts[0])
    # what vanishes is said first: the last line is the result
    pages = counting() + chain(*(part.derivation for part in sorted(parts, key=lambda part: part.expr != 0)))
    name, symbol = _NAMES[loops]
    small = () if loops == 0 else (smallness(total, derive(metal, 0, options)),)
    total = replace(total, name=name, symbol=symbol, diagrams=diagrams)
    return replace(total, derivation=pages, assumptions=total.assumptions + small)


def _alike(ruled: Iterable[Integrand]) -> Iterator[tuple[Integrand, ...]]:
    """Put the diagrams together that differ in their polygons only; what vanishes stays alone."""
    together: dict[Any, list[Integrand]] = {}
    for i, rules in zip(count(), ruled, strict=False):
        together.setdefault(i if rules.vanishing else rules.slow_blocks, []).append(rules)
    return map(tuple, together.values())


def smallness(correction: Formula, drude: Formula) -> Assumption:
    """Perturbation theory: the correction is small against what it corrects; in numbers at omega = 0."""
    at_rest = not (correction.expr.has(sp.I) or drude.expr.has(sp.I))
    size = sp.Abs(correction.expr) < drude.expr if at_rest else None
    return Assumption("the correction is small against the Drude value (else: localization)", size)


def require_cutoff(metal: Metal, cutoff: str, infrared: str) -> None:
    """Refuse cutoffs that a field or a shape gives no meaning: two ends of long paths, sharp ones."""
    modes = {"field", "geometry"} & set(metal.beyond)
    whole = metal.noisy or (bool(modes) and spectrum(metal).whole)
    sharp = {"mean_free_path", "time", "dimensional"}
    known = [name for name in CUTOFFS if name != "window" and not (whole and name in sharp)]
    if (modes or metal.noisy) and (infrared != "tau_phi" or cutoff not in known):
        what = "the noise of its electrons" if metal.noisy else "a field or a shape"
        raise InputError(
            f"cutoff = {cutoff!r}, infrared = {infrared!r} of a metal with {what}",
            expected=f'infrared = "tau_phi" and cutoff one of {", ".join(known)}',
            hint="paths of all durations converge: the default cuts off nothing" if whole else "",
        )


def require_case(metal: object, loops: object, route: object) -> None:
    """Raise an InputError unless there is a derivation for a metal, a number of loops and a route."""
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    if isinstance(loops, bool) or not isinstance(loops, Integral) or loops not in _NAMES:
        raise InputError(
            f"loops = {loops!r}",
            expected="0 (Drude) or 1 (leading quantum correction)",
            hint="more loops are not derived yet",
        )
    if route not in _ROUTES:
        raise InputError(f"route = {route!r}", expected="one of " + ", ".join(_ROUTES))


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

    References
    ----------
    R. Kubo, J. Phys. Soc. Jpn. 12, 570 (1957); S. F. Edwards, Philos. Mag. 3, 1020 (1958).

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> evaluate(bubble(), Metal(spin=0)).expr
    D*e**2*nu
    """
    if not isinstance(diagram, Diagram):
        raise DiagramError(f"{diagram!r}", expected="a Diagram", hint="cp.diagrams.bubble()")
    require_case(metal, 0, "diagrams")
    options = Options.read(cutoff, infrared, omega)
    return finish(evaluated((feynman_rules(diagram, metal),), metal, options))
