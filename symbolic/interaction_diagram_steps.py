"""The pages of an interaction's diagrams: the diffuson, the polygons, each value once, and the sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy as sp

from cooperon.diagrams.diagram import LineKind
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fast import AngularAverage, cosine, energy_integral
from cooperon.symbolic.interaction_diagrams import REGIONS, InteractionDiagram, leading_set, summed
from cooperon.symbolic.ladder import orbital_ladder
from cooperon.symbolic.metal import Metal

__all__ = ["diagram_steps"]


def diagram_steps(metal: Metal, response: str) -> Iterator[Step]:
    """Pages of the diagrams: the diffuson, the polygons, each value once, and the sums."""
    found, gone = leading_set(metal, response)
    yield from orbital_ladder(LineKind.DIFFUSON, metal, s.omega, coherent=True).steps
    yield from dict.fromkeys(step for one in found for face in one.faces for step in face.steps(metal))
    if response == "conductivity":
        yield Step(
            "vanishing polygon",
            s.nu * AngularAverage(s.v_F * cosine * energy_integral(1, 1), cosine, metal.dim),
            sp.S.Zero,
            f"{gone} diagrams in which a ladder or an impurity line cuts off a current vertex "
            "(one current, q = 0) or lines of one kind",
        )
    for region in REGIONS:
        here = [one for one in found if one.region == region]
        if here:
            yield from _region_steps(here)


def _region_steps(here: Sequence[InteractionDiagram]) -> Iterator[Step]:
    values: dict[sp.Expr, list[InteractionDiagram]] = {}
    for one in here:
        values.setdefault(one.value, []).append(one)
    region = here[0].region
    for value, alike in values.items():
        signs = ", ".join(dict.fromkeys(one.ring.sector.kinds for one in alike))
        yield Step(
            f"Feynman rules, {region}",
            sp.Mul(*alike[0].factors, evaluate=False),
            value,
            f"beside k_B T U(q, Omega): signs {signs}, {len(alike[0].ladders)} diffusons; {len(alike)} such; "
            "-i omega of a diffuson is |frequency| on the imaginary axis",
        )
    if len(here) > 1:
        terms = [one.value for one in here]
        two = summed([one.value for one in here if len(one.ladders) == 2])
        yield Step(
            f"sum of the diagrams, {region}",
            sp.Add(*terms, evaluate=False),
            summed(terms),
            f"{len(here)} diagrams" + "; those with two diffusons cancel one another" * (two == 0),
        )
