"""Harmonics on the Fermi surface, and what a scattering event hands on of each.

A function of the cosine c = n.x of the direction n is a sum of harmonics of the sphere in d dimensions. A
kernel W(n.n') that depends on the angle only hands each of them on with a factor of its own (Funk and
Hecke): <W(n.n') Y_m(n')> = w_m Y_m(n). Hence the directions of the fast momenta on the two sides of an
impurity line, or of a ladder without slow momentum, are averaged one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import networkx as nx
import sympy as sp

from cooperon.diagrams.diagram import LineKind
from cooperon.diagrams.errors import DivergenceError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.fast import AngularAverage, cosine, moment
from cooperon.symbolic.metal import Metal

__all__ = [
    "Bond",
    "averaged",
    "directions",
    "hand_on",
    "infinite",
    "kernel",
    "ladder_weight",
    "line_weight",
    "zonal",
]

_Weight = Callable[[int], sp.Expr]


@dataclass(frozen=True)
class Bond:
    """What joins the directions of two fast momenta: an impurity line, or a ladder without slow momentum.

    Attributes
    ----------
    kind : LineKind
        Impurity line, diffuson or Cooperon.
    faces : tuple of int
        The two fast momenta, by their number.
    sign : int
        -1 where the electron that runs along one of them runs against the other: odd harmonics change sign.
    """

    kind: LineKind
    faces: tuple[int, int]
    sign: int = 1


@lru_cache(maxsize=256)
def zonal(degree: int, dim: sp.Expr) -> sp.Expr:
    """Harmonic of a degree about the x axis, as a polynomial in the cosine with leading coefficient 1.

    Each is orthogonal to all lower ones in the average over directions.

    Examples
    --------
    >>> zonal(2, s.d), zonal(2, sp.Integer(3))
    (c**2 - 1/d, c**2 - 1/3)
    """
    if degree < 2:
        return cosine**degree
    one, two = zonal(degree - 1, dim), zonal(degree - 2, dim)
    below = _norm(degree - 2, dim)
    ratio = sp.S.Zero if below == 0 else sp.factor(_norm(degree - 1, dim) / below)
    return sp.expand(cosine * one - ratio * two)


def _average(function: sp.Expr, dim: sp.Expr) -> sp.Expr:
    """Average a polynomial in the cosine over the directions."""
    return sp.Add(*(part * moment(power, dim) for power, part in _coefficients(function).items()))


def _coefficients(function: sp.Expr) -> dict[int, sp.Expr]:
    """Take a polynomial in the cosine apart, by power; the form of its coefficients is left alone."""
    sums = (part for part in sp.Mul.make_args(function) if part.is_Add or (part.is_Pow and part.base.is_Add))
    terms = sp.expand(function) if any(part.has(cosine) for part in sums) else function
    found: dict[int, sp.Expr] = {}
    for term in sp.Add.make_args(terms):
        part, power = term.as_coeff_exponent(cosine)
        found[int(power)] = found.get(int(power), sp.S.Zero) + part
    return found


@lru_cache(maxsize=256)
def _norm(degree: int, dim: sp.Expr) -> sp.Expr:
    return sp.factor(_average(zonal(degree, dim) ** 2, dim))


def kernel(weight: _Weight, highest: int, dim: sp.Expr) -> sp.Expr:
    """Rate of scattering through an angle with cosine c, over its average, up to a highest harmonic.

    Examples
    --------
    >>> kernel(lambda n: (1, s.w_1)[n], 1, s.d)
    c*d*w_1 + 1
    >>> kernel(lambda n: (1, 0, s.w_2)[n], 2, sp.Integer(3))
    5*w_2*(3*c**2 - 1)/2 + 1
    """
    terms = (
        weight(n) * sp.factor(zonal(n, dim) * zonal(n, dim).subs(cosine, 1) / _norm(n, dim))
        for n in range(highest + 1)
        if _norm(n, dim) != 0
    )
    return sp.Add(*terms)


def hand_on(function: sp.Expr, weight: _Weight, dim: sp.Expr) -> sp.Expr:
    """Multiply each harmonic of a polynomial in the cosine by its weight.

    Examples
    --------
    >>> hand_on(cosine, lambda n: (1, s.w_1)[n], s.d)
    c*w_1
    """
    found, rest = sp.S.Zero, _coefficients(function)
    for degree in range(max(rest), -1, -1):
        share = rest.get(degree, sp.S.Zero)
        if share == 0:
            continue
        for power, part in _coefficients(zonal(degree, dim)).items():
            rest[power] = rest.get(power, sp.S.Zero) - share * part
        if _norm(degree, dim) != 0:
            found += share * weight(degree) * zonal(degree, dim)
    return found


def infinite(what: str) -> DivergenceError:
    """Say why a diffuson without slow momentum has no value at rest."""
    return DivergenceError(
        f"{what} at omega = 0",
        expected="a frequency: particle conservation makes the diffuson infinite without one",
        hint="omega=cooperon.symbols.omega",
    )


def line_weight(metal: Metal) -> _Weight:
    """Share of each harmonic that an impurity line hands on: w_n, with w_1 as a symbol."""
    return lambda n: s.w_1 if n == 1 and metal.anisotropic else metal.potential.weight(n)


def ladder_weight(metal: Metal, frequency: sp.Expr = sp.S.Zero) -> _Weight:
    """Share of each harmonic that a ladder without slow momentum hands on, in units of an impurity line.

    The geometric series w_n/(1 - w_n P) with the rung P = 1/(1 - i omega tau); for n = 0 its pole.

    Examples
    --------
    >>> from cooperon.symbolic.scattering import Potential
    >>> ladder_weight(Metal(scattering=[Potential(harmonics=(s.w_1,))]))(1)
    w_1/(1 - w_1)
    """
    weight = line_weight(metal)

    def share(n: int) -> sp.Expr:
        slow = -sp.I * frequency * s.tau
        if n:
            return weight(n) / (1 - weight(n) / (1 + slow))
        if slow == 0:
            raise infinite("a ladder without slow momentum")
        return 1 / slow

    return share


def directions(
    velocities: Sequence[tuple[int, ...]], bonds: Sequence[Bond], metal: Metal, frequency: sp.Expr = sp.S.Zero
) -> sp.Expr:
    """Average the velocities on all faces over their directions, joined by bonds; not carried out.

    Parameters
    ----------
    velocities : sequence of tuple of int
        For each face one sign for each current vertex (see :class:`~cooperon.symbolic.rules.FastLoop`).
    bonds : sequence of Bond
        What joins the faces; faces and bonds are a forest.
    metal : Metal
        Gives the harmonics and the dimension.
    frequency : sympy.Expr
        Frequency, for the ladders.

    Returns
    -------
    sympy.Expr
        A product of averages over one direction each, one for each tree.

    Examples
    --------
    >>> from cooperon.symbolic.scattering import Potential
    >>> metal = Metal(scattering=[Potential(harmonics=(s.w_1,))])
    >>> directions([(1,), (-1,)], [Bond(LineKind.IMPURITY, (0, 1))], metal)
    <-c**2*v_F**2*w_1>
    """
    graph: nx.MultiGraph[int] = nx.MultiGraph()
    graph.add_nodes_from(range(len(velocities)))
    graph.add_edges_from((*bond.faces, {"bond": bond}) for bond in bonds)
    line, ladder = line_weight(metal), ladder_weight(metal, frequency)

    def gathered(face: int, parent: int | None) -> sp.Expr:
        function = sp.Mul(*(sign * s.v_F * cosine for sign in velocities[face]))
        for _, child, data in graph.edges(face, data=True):
            if child != parent:
                bond = data["bond"]
                weight = line if bond.kind is LineKind.IMPURITY else ladder
                function *= hand_on(gathered(child, face), weight, metal.dim).subs(cosine, bond.sign * cosine)
        return function

    trees = (gathered(_root(tree, velocities), None) for tree in nx.connected_components(graph))
    return sp.prod(
        AngularAverage(function, cosine, metal.dim) if function.has(cosine) else function
        for function in trees
    )


def _root(tree: set[int], velocities: Sequence[tuple[int, ...]]) -> int:
    """Choose the face with the most velocities: the shares of the others stay simple."""
    return max(sorted(tree), key=lambda face: len(velocities[face]))


def averaged(product: sp.Expr) -> sp.Expr:
    """Carry out the averages of polynomials that a product contains, by tensor reduction.

    Examples
    --------
    >>> averaged(AngularAverage(cosine**2, cosine, s.d))
    1/d
    """
    return product.replace(AngularAverage, lambda function, _, dim: _average(function, dim))
