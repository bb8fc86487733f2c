"""The scaling function beta(g) = d ln g/d ln L, from the conductivity that the diagrams give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Integral

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.conductance_units import unit_size
from cooperon.symbolic.dephasing import Dephasing
from cooperon.symbolic.derivation import STORED, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.geometry import Bulk
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scaling_ends import interpolated, strong
from cooperon.symbolic.sigma_model import coupling, stored_beta
from cooperon.symbolic.size_dependence import size_dependence
from cooperon.symbolic.slips import NO_SLIP, Slip

__all__ = ["ENDS", "beta_function"]

ENDS = ("weak", "strong", "interpolation")
_STORED_SLOPE = sp.Function("beta_t")


def beta_function(metal: Metal, *, unit: str = "hbar/e^2", loops: int = 1, end: str = "weak") -> Formula:
    r"""Derive the scaling function beta(g) = d ln g/d ln L of a metal.

    The conductance of a cube, G = sigma(L) L**(d-2), with sigma(L) the Drude conductivity and the quantum
    correction from momenta q > 1/L, is differentiated, and sigma(L) put back as g.

    Parameters
    ----------
    metal : Metal
        Which metal. Mechanisms and a field act above lengths of their own: there spin-orbit scattering is the
        symplectic class, magnetic impurities and a field the unitary one.
    unit : str
        Of g: ``"hbar/e^2"`` for g = hbar G/e**2, ``"e^2/(pi hbar)"``, ``"e^2/h"`` or ``"2e^2/h"``. All are
        those of the whole conductance, spins included.
    loops : int
        1: derived. Up to 5: with the terms of higher order of the non-linear sigma model in 2 + epsilon
        dimensions, which are stored, not derived, by minimal subtraction.
    end : str
        ``"weak"`` disorder, g >> 1. ``"strong"``: ln g, of a conductance that decays exponentially.
        ``"interpolation"``: a curve with both ends, which is no theory of what lies between.

    Returns
    -------
    Formula
        A function of the symbol ``g``.

    Raises
    ------
    InputError
        For unknown options, a metal with a shape or principal axes of diffusion, and where a class has no
        such end or no stored terms.

    References
    ----------
    E. Abrahams, P. W. Anderson, D. C. Licciardello and T. V. Ramakrishnan, Phys. Rev. Lett. 42, 673 (1979),
    eqs. (6), (8); higher orders: F. Wegner, Nucl. Phys. B 316, 663 (1989).

    Examples
    --------
    >>> beta_function(Metal(dim=2)).expr
    -1/(pi**2*g)
    >>> beta_function(Metal(dim=3), unit="e^2/(pi hbar)").expr
    1 - 1/(pi**2*g)
    >>> from cooperon.symbolic.scattering import SpinOrbit
    >>> beta_function(Metal(dim=2, scattering=[SpinOrbit()])).expr
    1/(2*pi**2*g)
    """
    _require(metal, loops, end)
    size = unit_size(unit)
    if end == "strong":
        return strong(metal, unit)
    found = _with_stored(metal, size, loops) if loops > 1 else _one_loop(metal, size)
    found = _named(found, unit, loops)
    if end == "interpolation":
        return interpolated(found)
    request = _Asked(metal, unit) if loops == 1 else None
    return replace(found, assumptions=(*found.assumptions, _weak(found.expr, metal.dim)), request=request)


def _require(metal: Metal, loops: object, end: object) -> None:
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    if end not in ENDS:
        raise InputError(f"end = {end!r}", expected="one of " + ", ".join(ENDS))
    if isinstance(loops, bool) or not isinstance(loops, Integral) or int(loops) not in range(1, 6):
        raise InputError(f"loops = {loops!r}", expected="1 (derived), or up to 5 (stored)")
    if int(loops) > 1 and metal.dim.is_number and metal.dim < 2:
        raise InputError(
            f"loops = {loops} in {metal.dim} dimensions",
            expected="2 dimensions or more: the stored terms are those of an expansion around 2",
            hint="loops=1",
        )
    if loops == 1 and metal.field is not None and not metal.dim.is_Integer:
        raise InputError(
            f"the scaling function of {metal}",
            expected="a whole number of dimensions beside a field",
            hint="dim=2 or 3; with loops=2 and more any dimension from 2 on",
        )
    if int(loops) > 1 and end == "strong":
        raise InputError(
            f'loops = {loops} with end = "strong"',
            expected="loops = 1: of strong disorder there is no expansion in loops",
            hint='loops=1, or end="weak"',
        )
    if not isinstance(metal.geometry, Bulk):
        raise InputError(
            f"the scaling function of a metal with geometry = {metal.geometry}",
            expected="a cube: all of its sizes are L",
            hint="dim=1 or 2 for a wire or a film that is thinner than all other lengths",
        )
    if metal.diffusion != "isotropic":
        raise InputError(
            f'the scaling function of a metal with diffusion = "{metal.diffusion}"',
            expected="isotropic diffusion: one g for all directions",
        )


@dataclass(frozen=True)
class _Asked:
    """A scaling function of one loop that can be derived again, with a slip in the conductivity."""

    metal: Metal
    unit: str

    def again(self, slip: Slip) -> Formula:
        found = _one_loop(self.metal, unit_size(self.unit), slip)
        table = dict(slip.names)
        return replace(found, expr=found.expr.xreplace(table), asymptote=found.asymptote.xreplace(table))


def _one_loop(metal: Metal, size: sp.Expr, slip: Slip = NO_SLIP) -> Formula:
    """Differentiate the conductivity of a cube, and write it in g."""
    plain = replace(metal.without_values, dephasing=Dephasing())
    drude, scaling = conductivity(plain), size_dependence(plain, slip)
    dim = metal.dim
    own = s.g * size * s.e**2 / s.hbar * s.L ** (2 - dim)
    result = sp.expand(sp.powsimp(sp.expand(dim - 2 + scaling.rate / own), force=True))
    step = Step(
        "scaling function",
        sp.Add(dim - 2, sp.Mul(scaling.rate, 1 / own, evaluate=False), evaluate=False),
        result,
        "G is sigma times L to the power d - 2: of its logarithm the power gives d - 2, and sigma gives "
        "d sigma/d ln(L) over sigma, which is g again",
    )
    said = [
        Assumption(str(one))
        for one in (*drude.assumptions, *scaling.correction.assumptions, *scaling.assumptions)
    ]
    return Formula(
        "beta",
        result,
        result,
        metal,
        diagrams=drude.diagrams + scaling.correction.diagrams,
        derivation=drude.derivation + scaling.correction.derivation + scaling.steps + (step,),
        assumptions=tuple(dict.fromkeys(said)),
        symbol=r"\beta(g)",
    )


def _weak(beta: sp.Expr, dim: sp.Expr) -> Assumption:
    """Perturbation theory: what is added to d - 2 is smaller than 1, where -1 is strong."""
    change = sp.expand(beta - (dim - 2))
    return Assumption(
        "g >> 1, weak disorder: what is added to d - 2 is small against 1",
        sp.Abs(change) < 1 if change.free_symbols == {s.g} else None,
    )


def _with_stored(metal: Metal, size: sp.Expr, loops: int) -> Formula:
    """Add the terms of the sigma model to the one-loop term, which is that of two dimensions."""
    plane = _one_loop(replace(metal, dim=2), size)
    name = metal.symmetry_class
    entry = stored_beta(name)
    t = coupling(metal, name, s.g * size)
    more = {n: c for n, c in entry.coefficients.items() if 1 < n <= loops}
    added = sp.Add(*(c * t**n for n, c in more.items()))  # d ln g/d ln L = d ln t/d ln(1/L), as g t is fixed
    result = sp.expand(metal.dim - 2 + plane.expr + added)
    flow = entry.beta(int(loops))
    quoted = Step(
        STORED,
        _STORED_SLOPE(*sorted(flow.free_symbols, key=str)),
        flow,
        f"dt/d ln(1/L) of the {name} class in 2 + epsilon dimensions ({entry.cited}); t = {t}",
    )
    total = Step(
        "terms of the sigma model",
        sp.Add(metal.dim - 2, plane.expr, added, evaluate=False),
        result,
        f"derived: d - 2 and one loop; stored: {', '.join(map(str, more)) or 'no others, which are 0'}",
    )
    said = (
        *plane.assumptions,
        Assumption(f"loops beyond the first: {STORED} ({entry.cited}), with t = {t}"),
        Assumption("minimal subtraction: g in 2 + epsilon dimensions is such that its terms are those of 2"),
    )
    return replace(
        plane,
        expr=result,
        asymptote=result,
        metal=metal,
        derivation=plane.derivation + (quoted, total),
        assumptions=said,
    )


def _named(formula: Formula, unit: str, loops: int) -> Formula:
    """Say in which unit g is, and that loops are stored."""
    what = "g = hbar G/e**2" if unit == "hbar/e^2" else f"g = G/({unit})"
    said = [Assumption(f"{what}, of all spins; beta = d ln g/d ln L")]
    if formula.metal.interaction is not None:
        said.append(Assumption("interference alone: what the interaction adds to sigma(L) is left out"))
    if loops == 1:
        return replace(formula, assumptions=(*said, *formula.assumptions))
    return replace(
        formula,
        name=f"beta ({loops} loops, those beyond one {STORED})",
        symbol=rf"\beta_{{\text{{{loops} loops, {STORED}}}}}(g)",
        assumptions=(*said, *formula.assumptions),
    )
