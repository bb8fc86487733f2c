r"""Weak localization beyond diffusion: q ell of any size in the Cooperon and in the Hikami box.

The diagrams are those of one loop. What diffusion drops is kept: the rung of the Cooperon is not expanded,
nor is the box. Then the two dressed boxes do not vanish. The bare box is the interference of closed paths
that return with opposite momentum (backscattering), the dressed ones that of all other returns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sympy as sp

from cooperon.diagrams import Diagram
from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.assumptions import ballistic_assumptions, drude_assumptions
from cooperon.symbolic.ballistic_field import field_assumptions, level_steps, require_levels
from cooperon.symbolic.ballistic_limits import LOGARITHMIC
from cooperon.symbolic.ballistic_steps import Setting, diagram_steps, tidy_logarithms
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.exact_ladder import exact_ladder
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.kubo import conductivity, families, smallness
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.options import Options
from cooperon.symbolic.requests import Derived
from cooperon.symbolic.slow_steps import outcome

__all__ = ["Interference", "interference"]


@dataclass(frozen=True, repr=False)
class Interference(PublicNames):
    """The weak-localization correction with the exact kernel, and its two parts.

    Attributes
    ----------
    backscattering : Formula
        From the bare box: paths that return with opposite momentum.
    nonbackscattering : Formula
        From the dressed boxes: paths that return with any momentum.
    total : Formula
        Their sum.

    Examples
    --------
    >>> interference(Metal(dim=2)).backscattering
    <Formula delta sigma (backscattering) = -e**2*log(1 + tau_phi/tau)/(2*pi**2*hbar)>
    """

    backscattering: Formula
    nonbackscattering: Formula
    total: Formula

    def __repr__(self) -> str:
        parts = (self.backscattering, self.nonbackscattering, self.total)
        return "\n".join(map(repr, parts))

    def _repr_latex_(self) -> str:
        parts = (self.backscattering, self.nonbackscattering, self.total)
        lines = r" \\ ".join(formula.latex().replace(" = ", " &= ", 1) for formula in parts)
        return rf"$\displaystyle\begin{{aligned}}{lines}\end{{aligned}}$"


def interference(metal: Metal, *, cutoff: str | None = None, omega: Any = None) -> Interference:
    r"""Derive the weak-localization correction with the exact kernel, for any ratio of ell to L_phi.

    Parameters
    ----------
    metal : Metal
        Which metal, with isotropic scattering; dimension a number up to 3. In two dimensions also with
        a ``PerpendicularField``, of any strength against hbar/(2 e ell**2).
    cutoff : str, optional
        ``"k_F"`` (q < k_F) in three dimensions, where large momenta make a logarithm; None is the same
        there. In lower dimensions the integral converges and there is nothing to cut off.
    omega : sympy.Expr, optional
        Frequency, ``cooperon.symbols.omega``; omega tau of any size.

    Returns
    -------
    Interference

    Raises
    ------
    InputError
        For a dimension above 3 or a symbolic one, or a cutoff that has no place here.
    DivergenceError
        In one and two dimensions without dephasing, frequency and field.

    Notes
    -----
    With s = 1 + tau/tau_phi the two parts in two dimensions are, in units of e**2/(2 pi**2 hbar),
    -ln(tau_phi/tau) and ln 2 for long tau_phi. Both vanish for short tau_phi, where diffusion fails.

    References
    ----------
    V. M. Gasparyan and A. Yu. Zyuzin, Sov. Phys. Solid State 27, 999 (1985); A. P. Dmitriev,
    I. V. Gornyi and V. Yu. Kachorovskii, Phys. Rev. B 56, 9910 (1997). The logarithm in three dimensions:
    J. S. Langer and T. Neal, Phys. Rev. Lett. 16, 984 (1966).

    Examples
    --------
    >>> parts = interference(Metal(dim=2))
    >>> parts.backscattering.expr
    -e**2*log(1 + tau_phi/tau)/(2*pi**2*hbar)
    >>> parts.total.leading()
    -e**2*log(tau_phi/tau)/(2*pi**2*hbar) + e**2*log(2)/(2*pi**2*hbar)
    """
    setting = _read(metal, cutoff, omega)
    options = Options.read("diffusive", "tau_phi", omega)
    parts = _derived(metal, setting)
    back, other = (
        replace(
            getattr(parts, name), request=Derived(partial(_part, name=name, cutoff=cutoff), metal, options)
        )
        for name in ("backscattering", "nonbackscattering")
    )
    total = Derived(partial(_total, cutoff=cutoff), metal, options)
    return Interference(back, other, replace(parts.total, request=total))


def _total(metal: Metal, options: Options, *, cutoff: str | None) -> Formula:
    """Derive the sum, of the diagrams that a slip leaves."""
    omega = options.omega if options.omega != 0 else None
    parts = _derived(metal, replace(_read(metal, cutoff, omega), slip=options.slip))
    left = options.slip.diagrams(families(1))
    both = (parts.backscattering, parts.nonbackscattering)
    kept = [part for part in both if set(part.diagrams) <= set(left)]
    return parts.total if len(kept) == len(both) else sum(kept[1:], kept[0])


def _part(metal: Metal, options: Options, *, name: str, cutoff: str | None) -> Formula:
    """Derive one of the parts, with a slip in it."""
    omega = options.omega if options.omega != 0 else None
    parts = _derived(metal, replace(_read(metal, cutoff, omega), slip=options.slip))
    found: Formula = getattr(parts, name)
    return found


def _derived(metal: Metal, setting: Setting) -> Interference:
    found = [_evaluate(diagram, setting) for diagram in families(1)]
    bare = [part for part in found if part.expr != 0 and not part.diagrams[0].order]
    dressed = [part for part in found if part.expr != 0 and part.diagrams[0].order]
    nothing = [part for part in found if part.expr == 0]
    drude = conductivity(metal.without_values.replace(field=None))
    back = _sum(bare, "delta sigma (backscattering)", r"\delta\sigma_{\mathrm{b}}", drude)
    other = _sum(dressed, "delta sigma (nonbackscattering)", r"\delta\sigma_{\mathrm{nb}}", drude)
    total = _sum([*nothing, back, other], "delta sigma", r"\delta\sigma", drude)
    if setting.metal.dim < 2:
        total = replace(total, asymptote=back.asymptote)  # what is constant is smaller than the first term
    return Interference(*map(finish, (back, other, total)))


def _read(metal: Metal, cutoff: object, omega: Any) -> Setting:
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    frequency = Options.read("diffusive", "tau_phi", omega).omega
    dim = metal.dim
    if not dim.is_number or dim > LOGARITHMIC:
        raise InputError(
            f'kernel = "exact" in {dim} dimensions',
            expected=f"a dimension up to {LOGARITHMIC}, as a number",
            hint='kernel="diffusive"; the exact ladder itself has any dimension: cooperon.exact_ladder',
        )
    logarithmic = dim == LOGARITHMIC
    if cutoff not in ((None, "k_F") if logarithmic else (None,)):
        raise InputError(
            f'cutoff = {cutoff!r} with kernel = "exact" in {dim} dimensions',
            expected='"k_F"' if logarithmic else "none: the integral over q converges by itself",
            hint="leave cutoff out",
        )
    require_levels(metal)
    ladder = exact_ladder("cooperon", metal.replace(field=None), omega=frequency)
    if ladder.loss == 1 and dim <= 2 and metal.field is None:
        raise DivergenceError(
            f'kernel = "exact" in {dim} dimensions without dephasing at omega = 0',
            expected="something that ends long paths",
            hint="a metal with dephasing or in a field, or omega=cooperon.symbols.omega",
        )
    return Setting(metal, frequency, ladder, s.k_F if logarithmic else sp.oo)


def _sum(parts: list[Formula], name: str, symbol: str, drude: Formula) -> Formula:
    """Add up diagrams; what vanishes is said first."""
    whole = sum(parts[1:], parts[0])
    terms = [part.expr for part in parts if part.expr != 0]
    expr = tidy_logarithms(sp.expand_mul(sp.Add(*terms), deep=False))
    pages = whole.derivation
    if len(terms) > 1:
        pages += (Step("sum", sp.Add(*terms, evaluate=False), expr, f"the parts of {name} together"),)
    asymptote = _gather_logarithms(whole.asymptote)
    found = replace(whole, name=name, symbol=symbol, expr=expr, asymptote=asymptote, derivation=pages)
    small = smallness(found, drude)
    others = tuple(a for a in found.assumptions if a.statement != small.statement)
    return replace(found, assumptions=(*others, small))


def _evaluate(diagram: Diagram, setting: Setting) -> Formula:
    steps = (diagram_steps if setting.metal.field is None else level_steps)(diagram, setting)
    exact, form = outcome(steps)
    assumptions = drude_assumptions(setting.omega) + ballistic_assumptions(setting.metal)
    assumptions += field_assumptions(setting.metal)
    return Formula("diagram", exact, form, setting.metal, (diagram,), Derivation(steps), assumptions)


def _gather_logarithms(expr: sp.Expr) -> sp.Expr:
    expanded = sp.expand_mul(expr, deep=False)
    terms = sp.collect(expanded, expanded.atoms(sp.log), evaluate=False)
    return sp.Add(
        *(logarithm * sp.together(c, deep=False) for logarithm, c in terms.items() if logarithm != 1),
        terms.get(sp.S.One, 0),
    )
