r"""Weak localization beyond diffusion: q ell of any size in the Cooperon and in the Hikami box.

The diagrams are those of one loop. What diffusion drops is kept: the rung of the Cooperon is not expanded, nor
is the box. Then the two dressed boxes do not vanish: the bare box is the interference of closed paths that
return with opposite momentum (backscattering), the dressed ones that of paths that return with any momentum.

Closed paths need three scatterers. Those through two, the Cooperon of two lines in the bare box, are the short
crossed diagram, which belongs to the crossed diagrams of second order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from cooperon.diagrams import Diagram
from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.assumptions import ballistic_assumptions, drude_assumptions
from cooperon.symbolic.ballistic_box import box, box_faces
from cooperon.symbolic.ballistic_integral import LOSS, SIZE, Closed, closed_form
from cooperon.symbolic.ballistic_limits import LOGARITHMIC, Limits, without_differences
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.directions import direction_average, lost
from cooperon.symbolic.exact_ladder import ExactLadder, exact_ladder
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.kubo import Options, conductivity, families, finish, smallness
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import Integrand, feynman_rules, impurity_line
from cooperon.symbolic.slow import radial_measure
from cooperon.symbolic.slow_steps import LEADING

__all__ = ["Interference", "interference"]

_SCATTERERS = 3
"""Scatterers on the shortest closed path."""

_RUNG = sp.Symbol("j", integer=True, nonnegative=True)
_SCALING = ((s.tau_phi, -2), (s.omega, 2), (s.k_F, -2))


@dataclass(frozen=True)
class Interference:
    """The weak-localization correction with the exact kernel, and its two parts.

    Attributes
    ----------
    backscattering : Formula
        From the bare box: paths that return with opposite momentum.
    nonbackscattering : Formula
        From the dressed boxes: paths that return with any momentum.
    total : Formula
        Their sum.
    """

    backscattering: Formula
    nonbackscattering: Formula
    total: Formula


@dataclass(frozen=True)
class _Setting:
    """What all diagrams of one calculation share."""

    metal: Metal
    omega: sp.Expr
    cooperon: ExactLadder
    largest_q: sp.Expr

    @property
    def loss(self) -> sp.Expr:
        return self.cooperon.loss

    @property
    def gap(self) -> sp.Expr:
        return sp.expand(self.loss - 1)


def interference(metal: Metal, *, cutoff: str | None = None, omega: Any = None) -> Interference:
    r"""Derive the weak-localization correction with the exact kernel, for any ratio of ell to L_phi.

    Parameters
    ----------
    metal : Metal
        Which metal, with isotropic scattering; dimension a number up to 3.
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
        In one and two dimensions without dephasing and frequency.

    Notes
    -----
    With s = 1 + tau/tau_phi the two parts in two dimensions are, in units of e**2/(2 pi**2 hbar),
    -ln(tau_phi/tau) and ln 2 for long tau_phi. Both vanish for short tau_phi, where diffusion fails.

    References
    ----------
    V. M. Gasparyan and A. Yu. Zyuzin, Sov. Phys. Solid State 27, 999 (1985); A. P. Dmitriev,
    V. Yu. Kachorovskii and I. V. Gornyi, Phys. Rev. B 56, 9910 (1997). The logarithm in three dimensions:
    K. I. Wysokinski, W. Park, D. Belitz and T. R. Kirkpatrick, Phys. Rev. E 52, 612 (1995).

    Examples
    --------
    >>> parts = interference(Metal(dim=2))
    >>> parts.backscattering.expr
    -e**2*log(1 + tau_phi/tau)/(2*pi**2*hbar)
    >>> parts.total.leading()
    -e**2*log(tau_phi/tau)/(2*pi**2*hbar) + e**2*log(2)/(2*pi**2*hbar)
    """
    setting = _read(metal, cutoff, omega)
    found = [_evaluate(diagram, setting) for diagram in families(1)]
    bare = [part for part in found if part.expr != 0 and not part.diagrams[0].order]
    dressed = [part for part in found if part.expr != 0 and part.diagrams[0].order]
    nothing = [part for part in found if part.expr == 0]
    drude = conductivity(metal.replace(tau=s.tau, tau_phi=s.tau_phi))
    back = _sum(bare, "delta sigma (backscattering)", r"\delta\sigma_{\mathrm{b}}", drude)
    other = _sum(dressed, "delta sigma (nonbackscattering)", r"\delta\sigma_{\mathrm{nb}}", drude)
    total = _sum([*nothing, back, other], "delta sigma", r"\delta\sigma", drude)
    if setting.metal.dim < 2:
        total = replace(total, asymptote=back.asymptote)  # what is constant is smaller than the first term
    return Interference(*map(finish, (back, other, total)))


def _read(metal: Metal, cutoff: object, omega: Any) -> _Setting:
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
    ladder = exact_ladder("cooperon", metal, omega=frequency)
    if ladder.loss == 1 and dim <= 2:
        raise DivergenceError(
            f'kernel = "exact" in {dim} dimensions without dephasing at omega = 0',
            expected="something that ends long paths",
            hint="a metal with dephasing, or omega=cooperon.symbols.omega",
        )
    return _Setting(metal, frequency, ladder, s.k_F if logarithmic else sp.oo)


def _sum(parts: list[Formula], name: str, symbol: str, drude: Formula) -> Formula:
    """Add up diagrams; what vanishes is said first."""
    whole = sum(parts[1:], parts[0])
    terms = [part.expr for part in parts if part.expr != 0]
    expr = _tidy(sp.expand_mul(sp.Add(*terms), deep=False))
    pages = whole.derivation
    if len(terms) > 1:
        pages += (Step("sum", sp.Add(*terms, evaluate=False), expr, f"the parts of {name} together"),)
    asymptote = sp.expand_mul(whole.asymptote, deep=False)
    asymptote = sp.collect(asymptote, asymptote.atoms(sp.log), sp.factor)
    found = replace(whole, name=name, symbol=symbol, expr=expr, asymptote=asymptote, derivation=pages)
    small = smallness(found, drude)
    others = tuple(a for a in found.assumptions if a.statement != small.statement)
    return replace(found, assumptions=(*others, small))


def _evaluate(diagram: Diagram, setting: _Setting) -> Formula:
    rules = feynman_rules(diagram, setting.metal)
    vanishing = _vanishing(rules)
    steps = (vanishing,) if vanishing is not None else tuple(_steps(rules, setting))
    form = steps[-1]
    exact = form.lhs if form.rule == LEADING else form.rhs
    assumptions = drude_assumptions(setting.omega) + ballistic_assumptions(setting.metal, setting.omega)
    return Formula("diagram", exact, form.rhs, setting.metal, (diagram,), Derivation(steps), assumptions)


def _vanishing(rules: Integrand) -> Step | None:
    """Find a face that is odd under a turn of k whatever q is: a ladder at a current vertex."""
    for face, loop in zip(box_faces(rules), rules.fast, strict=True):
        if len({offset for _, offset in face.lines}) == 1 and face.along():
            reason = "odd under a turn of k: a ladder at a current vertex (the vertex correction) drops out"
            return Step("vanishing polygon", loop.unevaluated(rules.metal), sp.S.Zero, reason)
    return None


def _steps(rules: Integrand, setting: _Setting) -> Iterator[Step]:
    """The pages of one diagram: Cooperon, box, Feynman rules, slow integral."""
    yield from setting.cooperon.steps
    lines = _SCATTERERS - rules.diagram.order
    yield _cooperon(lines, setting.cooperon)
    found = box(rules, omega=setting.omega, loss=setting.loss)
    yield from found.steps
    undone, integrand = _feynman(rules, found.value, lines, setting.loss)
    reason = f"hbar/(2 pi), charges, the trace over spin, {rules.metal.spin_degeneracy}; box, Cooperon; "
    yield Step("Feynman rules", undone, integrand, reason + "an average over the directions of q: 1/d")
    if setting.loss == 1:
        exact = _in_numbers(integrand, rules.metal.dim)
        yield Step("what a rung loses", integrand, exact, "1 - Pi as a series without its leading 1")
        integrand = exact
    template = box(rules, omega=setting.omega, loss=LOSS).value
    yield from _slow(integrand, _feynman(rules, template, lines, LOSS)[1], setting)


def _cooperon(lines: int, ladder: ExactLadder) -> Step:
    return Step(
        f"Cooperon from {lines} lines on",
        sp.Sum(impurity_line() * ladder.rung**_RUNG, (_RUNG, lines - 1, sp.oo)),
        _from(lines, ladder.rung),
        f"closed paths through {_SCATTERERS} scatterers and more; with two they are the crossed diagrams of "
        "second order",
    )


def _from(lines: int, rung: sp.Expr) -> sp.Expr:
    return impurity_line() * rung ** (lines - 1) / (1 - rung)


def _feynman(rules: Integrand, value: sp.Expr, lines: int, loss: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return the integrand over q as the rules give it, and in ell in place of v_F."""
    block = _from(lines, direction_average(s.q * s.ell, loss, rules.metal.dim))
    factors = (rules.prefactor / rules.metal.dim, value, block)
    return sp.Mul(*factors, evaluate=False), sp.prod(factors).xreplace({s.v_F: s.ell / s.tau})


def _in_numbers(integrand: sp.Expr, dim: sp.Expr) -> sp.Expr:
    size = s.q * s.ell
    return integrand.xreplace({1 - direction_average(size, 1, dim): lost(size, dim)})


def _slow(integrand: sp.Expr, template: sp.Expr, setting: _Setting) -> Iterator[Step]:
    """Integrate over q: in x = q ell, by a substitution where there is one; then the leading form."""
    dim = setting.metal.dim
    radial = radial_measure(dim) * s.q ** (dim - 1)
    in_size = (radial * template / s.ell).xreplace({s.q: SIZE / s.ell})
    weight, shape = in_size.as_independent(SIZE, LOSS, as_Add=False)
    closed = closed_form(shape)
    upper = setting.largest_q * s.ell
    shown = without_differences(shape, dim) if setting.loss == 1 else shape
    exact = _put(weight, sp.Integral(shown, (SIZE, 0, upper)), setting)
    end = "q < k_F; " if upper.is_finite else ""
    yield Step("slow integral", sp.Integral(radial * integrand, (s.q, 0, setting.largest_q)), exact, end + "x = q ell")
    if closed is not None:
        yield from _carried_out(weight, exact, closed, setting)
        exact = _put(weight, closed.value, setting)
    yield _leading(weight, exact, Limits(shape, dim, closed), setting)


def _carried_out(weight: sp.Expr, undone: sp.Expr, closed: Closed, setting: _Setting) -> Iterator[Step]:
    substituted = _put(weight, closed.substituted, setting)
    if substituted != undone:
        yield Step("substitution", undone, substituted, closed.reason)
    yield Step("integral in closed form", substituted, _put(weight, closed.value, setting), closed.reason)


def _leading(weight: sp.Expr, exact: sp.Expr, limits: Limits, setting: _Setting) -> Step:
    form = limits.leading(setting.gap, setting.largest_q * s.ell)
    value = _put(weight.subs(s.omega, 0), sp.expand_mul(form.expr, deep=False), setting)
    small = "tau/tau_phi -> 0" + ", omega tau -> 0 alike" * (setting.omega != 0)
    large = ", k_F ell -> oo" if setting.largest_q != sp.oo else ""
    reason = f"for {small}{large}: the terms down to the first that knows what ends long paths"
    return Step(LEADING, exact, value, reason, _SCALING, form.order)


def _put(weight: sp.Expr, integral: sp.Expr, setting: _Setting) -> sp.Expr:
    """Put z in, write ell as sqrt(d D tau), and multiply out."""
    dim = setting.metal.dim
    product = sp.expand_mul(weight * integral.xreplace({LOSS: setting.loss}), deep=False)
    return _tidy(product.xreplace({s.ell: sp.sqrt(dim * s.D * s.tau)}))


def _tidy(expr: sp.Expr) -> sp.Expr:
    """Write the arguments of real logarithms as sums: ln(1 + tau_phi/tau)."""
    if expr.has(sp.I):
        return expr
    return expr.replace(sp.log, lambda argument: sp.log(sp.expand(sp.cancel(argument))))
