r"""Spins that precess in a field while they are scattered: a Cooperon whose singlet mixes with a triplet.

The Zeeman energy adds i (e_1 - e_2)/hbar to what stands beside D q**2, with the energies e of the two spins:
in the space of two spins the matrix i (g_L mu_B B/2 hbar)(sigma_z x 1 - 1 x sigma_z), which takes the
singlet to the triplet whose spin has no component along the field, and back. Without scattering of spins the
two have one gap and opposite weights, and nothing is seen of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy as sp
from sympy import ImmutableDenseMatrix as Matrix

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.spin import identity, spin_matrices

if TYPE_CHECKING:
    from cooperon.symbolic.channels import Channel, Channels
    from cooperon.symbolic.metal import Metal

__all__ = ["is_mixed", "precessing"]

_ALONG = "z"


def precessing(found: Channels, metal: Metal) -> Channels:
    """Mix the singlet of a Cooperon with the triplet along the field.

    Parameters
    ----------
    found : Channels
        The channels without the Zeeman splitting.
    metal : Metal
        With the splitting, and mechanisms that scatter spins alike along all axes.

    Raises
    ------
    InputError
        When the triplets have several gaps: then it matters how the field lies to their axes.

    References
    ----------
    S. Maekawa and H. Fukuyama, J. Phys. Soc. Jpn. 50, 2516 (1981).

    Examples
    --------
    >>> from cooperon.symbolic.channels import cooperon
    >>> from cooperon.symbolic.metal import Metal
    >>> from cooperon.symbolic.scattering import SpinOrbit, Zeeman
    >>> [str(one)[:15] for one in cooperon(Metal(scattering=[SpinOrbit(), Zeeman()])).channels]
    ['singlet, mixed:', 'triplet x: weig', 'triplet y: weig', 'triplet z, mixe']
    """
    triplets = [one for one in found.channels if one.spin == 1]
    if len({one.gap for one in triplets}) > 1:
        raise InputError(
            f"Zeeman splitting beside {', '.join(map(str, metal.spin_scatterers))}",
            expected="spins that relax alike along all axes",
            hint='axes="isotropic"',
        )
    (singlet,) = (one for one in found.channels if one.spin == 0)
    (along,) = (one for one in triplets if one.component == _ALONG)
    if singlet.gap == along.gap:
        return found
    coupling = _coupling_step(singlet, along, metal)
    mixed = tuple(_mixed(singlet, along, metal))
    pages = (*found.derivation.steps, coupling, _fractions_step(singlet, along, mixed, metal))
    table = {singlet.name: mixed[0], along.name: mixed[1]}
    return replace(
        found,
        channels=tuple(table.get(one.name, one) for one in found.channels),
        derivation=type(found.derivation)(pages),
    )


def is_mixed(gap: sp.Expr) -> bool:
    """Whether a gap is one of a pair that may be complex, by the root of a number of either sign.

    Examples
    --------
    >>> is_mixed(1 / s.tau_phi), is_mixed(sp.sqrt(1 / s.tau - s.omega))
    (False, True)
    """
    return not gap.has(sp.I) and gap.is_real is None


def _rate(metal: Metal) -> sp.Expr:
    """Return the angular frequency of precession."""
    return metal.zeeman.energy / s.hbar  # type: ignore[union-attr]


def _coupling_step(singlet: Channel, along: Channel, metal: Metal) -> Step:
    one, up = identity(metal.spin), spin_matrices(metal.spin)[-1]
    difference = Matrix(sp.kronecker_product(up, one) - sp.kronecker_product(one, up))
    there = (singlet.vector.H * difference * along.vector)[0]
    back = (along.vector.H * difference * singlet.vector)[0]
    half = _rate(metal) / 2
    return Step(
        "precession of a pair",
        sp.Mul(
            half**2,
            sp.Trace(sp.MatMul(singlet.vector.H, difference, along.vector)).doit(),
            sp.Trace(sp.MatMul(along.vector.H, difference, singlet.vector)).doit(),
            evaluate=False,
        ),
        sp.expand(half**2 * there * back),
        "from the singlet to the triplet along the field and back, by the difference of the spins' energies",
    )


def _mixed(singlet: Channel, along: Channel, metal: Metal) -> Iterator[Channel]:
    """Yield the two poles of the singlet and the triplet that it mixes with."""
    half = (along.gap - singlet.gap) / 2
    root = sp.sqrt(half**2 - _rate(metal) ** 2)
    difference = (along.weight - singlet.weight) / 2
    mean = (along.weight + singlet.weight) / 2
    for one, sign in ((singlet, -1), (along, 1)):
        yield replace(
            one,
            name=f"{one.name}, mixed",
            weight=mean + sign * difference * half / root,
            gap=sp.expand(singlet.gap + half) + sign * root,
        )


def _fractions_step(singlet: Channel, along: Channel, mixed: tuple[Channel, ...], metal: Metal) -> Step:
    one, other = (s.D * s.q**2 + channel.gap for channel in (singlet, along))
    both = singlet.weight * other + along.weight * one
    return Step(
        "mixed channels",
        both / (one * other + _rate(metal) ** 2),
        sp.Add(*(channel.weight / (s.D * s.q**2 + channel.gap) for channel in mixed)),
        "the inverse of the matrix of two channels that precession couples, in partial fractions",
    )
