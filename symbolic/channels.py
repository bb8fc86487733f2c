r"""Channels of a ladder: the Bethe-Salpeter equation in the space of the spins of its two lines.

Every mechanism gives its impurity line a matrix M x M on the two spins. The ladder's kernel is their sum,
weighted with the rates; each of its eigenvectors is a channel, a diffusion pole with a gap of its own.
In a Cooperon the electrons walk along both lines the same way and a vertex u(k', k) M stands on both, once
with momenta turned round: u(k', k)**2, which is -|u|**2 where u is odd under the exchange of k and k'. In a
diffuson the second line is walked backwards: |u|**2, and M becomes its transpose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import sympy as sp
from sympy import ImmutableDenseMatrix as Matrix

from cooperon.diagrams.diagram import LineKind
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.channel_states import (
    common_eigenvectors,
    component_of,
    eigenvalue_of,
    labels,
    name_of,
    swap_of,
    together_of,
    weight_of,
)
from cooperon.symbolic.channel_steps import channel_poles
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.ladder import Block, orbital_steps, require_pole
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.options import Options
from cooperon.symbolic.precession import precessing
from cooperon.symbolic.rules import impurity_line
from cooperon.symbolic.scattering import Vertex
from cooperon.symbolic.spin import identity

__all__ = ["Channel", "Channels", "channel_block", "cooperon", "diffuson", "ladder_channels"]


@dataclass(frozen=True, repr=False)
class Channel(PublicNames):
    """A channel of a ladder: an eigenvector of its kernel.

    Attributes
    ----------
    name : str
        ``"singlet"``, ``"triplet x"``, ...
    weight : sympy.Expr
        Share in the response, relative to the same metal without scattering of spins; all weights add up
        to 1. Of a Cooperon: in the conductivity. Of a diffuson: in the response to a density.
    gap : sympy.Expr
        What stands beside D q**2.
    spin : sympy.Expr
        Quantum number of the two lines' spin together.
    component : str
        The axis along which that spin has the component 0 (spin 1), or its component along z.
    vector : sympy matrix
        The eigenvector, of length 1.

    Examples
    --------
    >>> from cooperon.symbolic.scattering import SpinOrbit
    >>> singlet = cooperon(Metal(dim=2, scattering=[SpinOrbit()])).channels[0]
    >>> singlet.name, singlet.weight, singlet.gap
    ('singlet', -1/2, 1/tau_phi)
    """

    name: str
    weight: sp.Expr
    gap: sp.Expr
    spin: sp.Expr
    component: str
    vector: Matrix

    def __str__(self) -> str:
        return f"{self.name}: weight {self.weight}, gap {self.gap}"

    def __repr__(self) -> str:
        return f"<Channel {self}>"


@dataclass(frozen=True)
class Channels(PublicNames):
    """All channels of a ladder, and how they were found.

    Attributes
    ----------
    kind : LineKind
        Cooperon or diffuson.
    kernel : sympy matrix
        The rate with which a rung hands on the two spins.
    channels : tuple of Channel
        One for each eigenvector.
    derivation : Derivation
        The matrix, its eigenvalues and the poles.

    Examples
    --------
    >>> found = cooperon(Metal(dim=2, spin=0))
    >>> found.kernel
    Matrix([[1/tau]])
    >>> found
    cooperon with 1 channel
      singlet: weight 1, gap 1/tau_phi
    """

    kind: LineKind
    kernel: Matrix
    channels: tuple[Channel, ...]
    derivation: Derivation

    def __repr__(self) -> str:
        number = len(self.channels)
        head = f"{self.kind} with {number} channel{'s' * (number != 1)}"
        return "\n".join((head, *(f"  {one}" for one in self.channels)))

    def _repr_markdown_(self) -> str:
        from cooperon.symbolic.latex import latex

        rows = (f"| {one.name} | ${latex(one.weight)}$ | ${latex(one.gap)}$ |" for one in self.channels)
        return "\n".join((f"| {self.kind} | weight | gap |", "| --- | --- | --- |", *rows))


def cooperon(metal: Metal, *, omega: sp.Expr | None = None) -> Channels:
    """Sum the ladder of maximally crossed diagrams in the space of two spins.

    Parameters
    ----------
    metal : Metal
        Its mechanisms give the kernel.
    omega : sympy.Expr, optional
        Frequency, ``cooperon.symbols.omega``.

    Returns
    -------
    Channels
        With ``.channels``: weight, gap and quantum numbers of each.

    Raises
    ------
    InputError
        When the lifetime would depend on the spin, and for a wire in the noise of its electrons.

    References
    ----------
    S. Hikami, A. I. Larkin and Y. Nagaoka, Prog. Theor. Phys. 63, 707 (1980).

    Examples
    --------
    >>> from cooperon.symbolic.scattering import Magnetic, SpinOrbit
    >>> cooperon(Metal(dim=2, scattering=[SpinOrbit(), Magnetic()]))
    cooperon with 4 channels
      singlet: weight -1/2, gap 2/tau_s + 1/tau_phi
      triplet x: weight 1/2, gap 4/(3*tau_so) + 2/(3*tau_s) + 1/tau_phi
      triplet y: weight 1/2, gap 4/(3*tau_so) + 2/(3*tau_s) + 1/tau_phi
      triplet z: weight 1/2, gap 4/(3*tau_so) + 2/(3*tau_s) + 1/tau_phi
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    require_pole(metal)
    return ladder_channels("cooperon", metal, omega=omega)


def diffuson(metal: Metal, *, omega: sp.Expr | None = None) -> Channels:
    """Sum the ladder of a particle and a hole in the space of two spins.

    The singlet is the density of charge, which is conserved: its gap is -i omega whatever the mechanisms.
    The triplets are the components of the density of spin.

    Parameters
    ----------
    metal : Metal
        Its mechanisms give the kernel.
    omega : sympy.Expr, optional
        Frequency, ``cooperon.symbols.omega``.

    Returns
    -------
    Channels

    References
    ----------
    S. Hikami, A. I. Larkin and Y. Nagaoka, Prog. Theor. Phys. 63, 707 (1980).

    Examples
    --------
    >>> from cooperon.symbolic.scattering import SpinOrbit
    >>> [one.gap for one in diffuson(Metal(dim=2, scattering=[SpinOrbit()])).channels]
    [0, 4/(3*tau_so), 4/(3*tau_so), 4/(3*tau_so)]
    """
    return ladder_channels("diffuson", metal, omega=omega)


def ladder_channels(
    kind: str, metal: Metal, *, omega: sp.Expr | None = None, coherent: bool = False
) -> Channels:
    """Find the channels of a ladder of either kind; ``coherent`` leaves the dephasing out."""
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    frequency = Options.read("diffusive", "tau_phi", omega).omega
    found = _channels(LineKind(kind), metal.without_values, frequency, coherent)
    if metal.zeeman is None or not metal.spin_scatterers:
        return found
    if found.kind is not LineKind.COOPERON or frequency != 0:
        raise InputError(
            f"the {kind} of {metal}" + " at a frequency" * (frequency != 0),
            expected="without Zeeman() beside mechanisms that scatter spins",
            hint="leave Zeeman() out where g_L mu_B B << hbar/tau_so",
        )
    return precessing(found, metal)


def channel_block(
    metal: Metal, *, omega: sp.Expr, coherent: bool, names: Sequence[str] | None = None
) -> Block:
    """Sum the Cooperon over its channels, as it closes upon a box that does not act on the spins.

    With ``names`` only over the channels of these names.

    Returns
    -------
    Block
        Its value is the sum of the poles with their weights; poles of one gap stand together.
    """
    found = ladder_channels("cooperon", metal, omega=omega, coherent=coherent)
    weights: dict[sp.Expr, sp.Expr] = {}
    for one in (one for one in found.channels if names is None or one.name in names):
        weights[one.gap] = weights.get(one.gap, sp.S.Zero) + one.weight
    line = impurity_line() / s.tau
    poles = tuple((weight, gap) for gap, weight in weights.items() if weight != 0)
    value = sp.Add(*(weight * line / (s.D * s.q**2 + gap) for weight, gap in poles))
    return Block(found.kind, value, min(weights, key=sp.count_ops), found.derivation.steps, poles)


@cache
def _channels(kind: LineKind, metal: Metal, omega: sp.Expr, coherent: bool) -> Channels:
    vertices = metal.vertices
    lifetime = _lifetime(vertices)
    parts = _parts(kind, vertices)
    kernel = Matrix(
        sum((rate * part for rate, part in parts.items()), sp.zeros(*next(iter(parts.values())).shape))
    )
    breaks_phase = kind is LineKind.COOPERON and not coherent
    decay = metal.coherence_gap if breaks_phase else sp.S.Zero
    gap = decay - sp.I * omega
    found = tuple(_sorted(_found(kind, metal.spin, parts, kernel, gap)))
    rung = tuple(orbital_steps(kind, metal, omega + sp.I * decay))
    steps = (
        lifetime,
        _kernel_step(kind, vertices, kernel),
        *(_eigenvalue(one, kernel, gap) for one in found),
        *rung,
        *channel_poles(kind, rung[-1].rhs, found, gap),
    )
    return Channels(kind, kernel, found, Derivation(tuple(dict.fromkeys(steps))))


def _lifetime(vertices: Sequence[Vertex]) -> Step:
    """Self-energy: an electron leaves its state by any of the mechanisms.

    Raises
    ------
    InputError
        When the rate depends on the spin.
    """
    squares = [vertex.rate * vertex.matrix**2 for vertex in vertices]
    total = sum(squares, sp.zeros(*squares[0].shape)).applyfunc(sp.expand)
    if total != sp.eye(total.rows) / s.tau:
        raise InputError(
            f"a self-energy that depends on the spin: {total}",
            expected="mechanisms whose squared matrices add up to a multiple of the unit matrix",
            hint='axes="isotropic" for a spin above 1/2',
        )
    undone = sp.MatAdd(*(sp.MatMul(vertex.rate, vertex.matrix, vertex.matrix) for vertex in vertices))
    return Step(
        "lifetime",
        undone,
        Matrix(total),
        "the self-energy adds up the rates of all mechanisms: tau is the total lifetime",
    )


def _second(kind: LineKind, vertex: Vertex) -> Matrix:
    """Matrix and sign of a vertex on the second line."""
    if kind is LineKind.COOPERON:
        return Matrix(vertex.exchange * vertex.matrix)
    return Matrix(vertex.matrix.T)


def _parts(kind: LineKind, vertices: Sequence[Vertex]) -> dict[sp.Expr, Matrix]:
    """Collect the matrices M x M that stand with the same independent rate."""
    parts: dict[sp.Expr, Matrix] = {}
    for vertex in vertices:
        pair = sp.kronecker_product(vertex.matrix, _second(kind, vertex))
        for term in sp.Add.make_args(vertex.rate):
            number, rate = term.as_coeff_Mul()
            parts[rate] = Matrix(parts.get(rate, sp.zeros(*pair.shape)) + number * pair)
    return parts


def _kernel_step(kind: LineKind, vertices: Sequence[Vertex], kernel: Matrix) -> Step:
    pairs = (
        sp.MatMul(vertex.rate, sp.KroneckerProduct(vertex.matrix, _second(kind, vertex)))
        for vertex in vertices
    )
    reason = {
        LineKind.COOPERON: "each vertex on both lines; odd under the exchange of k and k': with a minus sign",
        LineKind.DIFFUSON: "each vertex on both lines, transposed on the one that is walked backwards",
    }
    return Step(f"kernel of the {kind}", sp.MatAdd(*pairs), kernel, reason[kind])


def _found(
    kind: LineKind, spin: sp.Rational, parts: dict[sp.Expr, Matrix], kernel: Matrix, gap: sp.Expr
) -> Iterator[Channel]:
    together = together_of(kind, spin)
    square = Matrix(sum((one**2 for one in together), sp.zeros(kernel.rows)))
    swap = swap_of(identity(spin).rows)
    for vector in common_eigenvectors([*parts.values(), *labels(kind, spin, square, together, swap)]):
        rate = eigenvalue_of(kernel, vector)
        total = eigenvalue_of(square, vector)
        own = (sp.sqrt(1 + 4 * total) - 1) / 2
        component = component_of(together, vector)
        weight = weight_of(kind, vector, swap, identity(spin).rows)
        name = name_of(own, component)
        yield Channel(name, weight, sp.expand(gap + 1 / s.tau - rate), own, component, vector)


def _sorted(found: Iterator[Channel]) -> list[Channel]:
    return sorted(found, key=lambda one: (one.spin, one.component))


def _eigenvalue(channel: Channel, kernel: Matrix, gap: sp.Expr) -> Step:
    rate = sp.expand(1 / s.tau - channel.gap + gap)
    return Step(
        f"eigenvalue, {channel.name}",
        sp.MatMul(kernel, channel.vector),
        Matrix((rate * channel.vector).applyfunc(sp.expand)),
        f"the rungs hand this state on at the rate {rate}; what is lacking to 1/tau is its gap",
    )
