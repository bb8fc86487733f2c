"""The second route: weak localization from the probability to return, without a diagram.

A diffusing particle that comes back does so on two time-reversed paths; their interference doubles the
chance. The diffusion equation is solved as such, in space and time, and not through q.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.assumptions import drude_assumptions, interference_assumptions
from cooperon.symbolic.asymptotics import leading
from cooperon.symbolic.cutoffs import Regulator, require_end
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.metal import Metal, require_plain
from cooperon.symbolic.options import Options
from cooperon.symbolic.requests import Derived
from cooperon.symbolic.slow import Pole, durations
from cooperon.symbolic.slow_steps import duration_steps, leading_step

__all__ = ["correction", "return_probability"]

_A, _B, _NORM = sp.symbols("a b A")


def return_probability(metal: Metal) -> Formula:
    r"""Probability density to be back at the start after the time t, from the diffusion equation.

    .. math:: \partial_t P = D \nabla^2 P, \qquad P(r, 0) = \delta(r)

    The ansatz P = A t**a exp(-b r**2/t) turns the equation into two for a and b; conservation gives A.

    Parameters
    ----------
    metal : Metal
        Gives the dimension; what it has beside a potential is refused.

    Returns
    -------
    Formula
        (4 pi D t)**(-d/2), per volume (in two dimensions per area).

    References
    ----------
    S. Chakravarty and A. Schmid, Phys. Rep. 140, 193 (1986).

    Examples
    --------
    >>> return_probability(Metal(dim=3)).expr
    1/(8*pi**(3/2)*D**(3/2)*t**(3/2))
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    require_plain(metal, "the return probability")
    options = Options.read("time", "tau_phi", None)
    return replace(_returning(metal, options), request=Derived(_returning, metal, options))


def _returning(metal: Metal, _options: Options) -> Formula:
    spread, steps = _solve_diffusion(metal.dim)
    value = spread.xreplace({s.r: sp.S.Zero})
    back = Step("return", sp.Subs(spread, s.r, 0), value, "the density at the starting point")
    return Formula(
        "P(t)",
        value,
        value,
        metal,
        derivation=Derivation((*steps, back)),
        assumptions=(Assumption("diffusion: t >> tau", s.t > s.tau),),
        symbol="P(t)",
    )


def _solve_diffusion(dim: sp.Expr) -> tuple[sp.Expr, tuple[Step, ...]]:
    """Solve the diffusion equation for a point source in ``dim`` dimensions."""
    ansatz = s.t**_A * sp.exp(-_B * s.r**2 / s.t)
    residual = sp.expand((_rate(ansatz) - _spreading(ansatz, dim)) / ansatz)
    powers = sp.Poly(sp.expand(residual * s.t**2), s.r).coeffs()
    solutions = [found for found in sp.solve(powers, [_A, _B], dict=True) if found[_B] != 0]
    shape = ansatz.xreplace(solutions[0])
    sphere = 2 * sp.pi ** (dim / 2) / sp.gamma(dim / 2)
    width = solutions[0][_B]
    # the radial Gaussian integral, by r**2 = t x/b, is a Gamma function
    total = sphere * sp.gamma(dim / 2) / 2 * (1 / width) ** (dim / 2)
    spread = shape / total
    steps = (
        Step(
            "diffusion equation",
            _rate(spread),
            _spreading(spread, dim),
            "dP/dt = D laplace P, solved by the ansatz",
        ),
        Step(
            "particle conservation",
            sp.Integral(sphere * s.r ** (dim - 1) * spread, (s.r, 0, sp.oo)),
            sp.S.One,
            "one particle was put in: this fixes the factor in front",
        ),
    )
    return spread, steps


def _rate(density: sp.Expr) -> sp.Expr:
    return sp.diff(density, s.t)


def _spreading(density: sp.Expr, dim: sp.Expr) -> sp.Expr:
    """D times the Laplacian of a function of r."""
    slope = sp.diff(density, s.r)
    return s.D * (sp.diff(slope, s.r) + (dim - 1) / s.r * slope)


def correction(metal: Metal, drude: Formula, options: Options) -> Formula:
    """Correction to the conductivity, -(1/(pi hbar nu)) int dt P(t) exp(-t/tau_phi) of the Drude value.

    The factor 1/(pi hbar nu) is a rule: the volume of a path's tube for a unit of time.

    References
    ----------
    S. Chakravarty and A. Schmid, Phys. Rep. 140, 193 (1986), sec. 3; G. Bergmann, Phys. Rep. 107, 1 (1984).
    """
    cutoff = options.cutoff
    if cutoff.regulator is Regulator.MOMENTUM or options.infrared == "L":
        raise InputError(
            f'route = "return_probability" with cutoff = "{cutoff.name}", infrared = "{options.infrared}"',
            expected='a cutoff in time: "time", "window" or "dimensional", with infrared="tau_phi"',
        )
    require_end(cutoff, metal.dephasing)
    back = return_probability(metal)
    breaks = metal.dephasing is not None and cutoff.regulator is not Regulator.WINDOW
    gap = (1 / s.tau_phi if breaks else sp.S.Zero) - sp.I * options.omega
    share = -1 / (sp.pi * s.hbar * s.nu)
    weight = sp.cancel(drude.expr * share)
    density = (4 * sp.pi * s.D) ** (-metal.dim / 2)
    exact = weight * density * durations(1 - metal.dim / 2, gap, cutoff)
    pole = Pole(weight / s.D, 0, 1, gap / s.D)
    pages = (
        Step(
            "relative change",
            sp.Mul(share, drude.expr, evaluate=False),
            weight,
            "put in as a rule: each return costs 1/(pi hbar nu) of the Drude value",
        ),
        *duration_steps(weight, gap, metal.dim, cutoff, exact),
        leading_step(pole, metal.dim, cutoff, options.infrared, exact),
    )
    return Formula(
        "delta sigma",
        exact,
        leading(pole, metal.dim, cutoff, options.infrared).expr,
        metal,
        derivation=drude.derivation + back.derivation + pages,
        assumptions=drude_assumptions(options.omega, metal.potential)
        + interference_assumptions(metal, replace(options, cutoff=cutoff)),
        symbol=r"\delta\sigma",
    )
