r"""Faces of a Hikami box that are not carried out: averages over directions, with several slow momenta.

A line with slow momentum Q and frequency omega has the Green's function G(xi - hbar omega + hbar v_F n·Q),
where n is the direction of the fast momentum. An average over n of a function of the products n·q_i
depends on the products q_i·q_j only, so that it has a value for slow momenta of which no coordinates are
known, in any dimension.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from cooperon.diagrams.boxes import Face
from cooperon.symbolic import symbols as s
from cooperon.symbolic.fast import Advanced, Average, EnergyIntegral, Retarded
from cooperon.symbolic.momenta import MomentumProduct, component, products

__all__ = ["DirectionAverage", "over_currents", "projection", "undone"]

_ALONG_X = sp.Symbol("n_x", real=True)


class DirectionAverage(Average):
    """Average over the directions of a unit vector n in d dimensions, not carried out.

    ``DirectionAverage(f, projections, products, d)``: f is a function of the symbols ``projections`` for the
    products of n with some vectors, and ``products`` the table of the products of these vectors with each
    other, row by row.
    """

    def __new__(cls, function: Any, projections: Any, table: Any, dim: Any) -> DirectionAverage:
        """Keep the function, the symbols, the table and the dimension."""
        rows = sp.Tuple(*(sp.Tuple(*row) for row in table))
        symbols = sp.Tuple(*projections)
        return super().__new__(cls, sp.sympify(function), symbols, rows, sp.sympify(dim))  # type: ignore[no-any-return]

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols of the value: the projections are bound."""
        function, projections, table, dim = self.args
        return set(function.free_symbols - set(projections)) | set(table.free_symbols) | set(dim.free_symbols)


def projection(number: int) -> sp.Symbol:
    r"""Return the symbol for the product of a slow momentum with the direction n of a fast one.

    Examples
    --------
    >>> projection(2), sp.latex(projection(2))
    (n·q2, '\\mathbf{n}\\cdot\\mathbf{q}_{2}')
    """
    return MomentumProduct(f"n·q{number}", real=True)


def undone(face: Face, frequencies: Sequence[sp.Expr], signs: Sequence[int], dim: sp.Expr) -> sp.Expr:
    """Write the integral over a face, not carried out; its fast momentum is that of its first line.

    Parameters
    ----------
    face : Face
        The face.
    frequencies : sequence of sympy.Expr
        The frequency of every line of the box.
    signs : sequence of int
        One sign for each current vertex of the face: the velocity is this sign times v_F n_x.
    dim : sympy.Expr
        Dimension of space.

    Examples
    --------
    >>> print(undone(Face((0, 1), (0, 1)), (s.omega, 0), (), s.d))
    nu*<Integral(G_A(n·q1*hbar*v_F + xi)*G_R(-hbar*omega + xi), (xi, -oo, oo))>
    """
    sides = sorted(face.sides)
    product = sp.S.One
    for side in sides:
        slow = sp.Add(*(projection(i) for i in range(sides[0] + 1, side + 1)))
        kind = Advanced if side % 2 else Retarded
        product *= kind(s.xi - s.hbar * frequencies[side] + sp.expand(s.hbar * s.v_F * slow))
    velocities = sp.Mul(*(sign * s.v_F * _ALONG_X for sign in signs))
    numbers = list(range(sides[0] + 1, sides[-1] + 1))
    symbols, table = [projection(i) for i in numbers], [[products(i, j) for j in numbers] for i in numbers]
    if signs:
        along = [component(i) for i in numbers]
        symbols = [*symbols, _ALONG_X]
        table = [*([*row, x] for row, x in zip(table, along, strict=True)), [*along, sp.S.One]]
    integral = velocities * EnergyIntegral(product, (s.xi, -sp.oo, sp.oo))
    return s.nu * DirectionAverage(integral, symbols, table, dim)


def over_currents(function: sp.Expr, lines: int, dim: sp.Expr) -> sp.Expr:
    """Average a function of the components of slow momenta along x over the direction of x, not carried out.

    Examples
    --------
    >>> average = over_currents(component(1)**2, 2, s.d)
    >>> average, average.free_symbols == {s.d, sp.Symbol("q1", real=True)}
    (<q1_x**2>, True)
    """
    numbers = [i for i in range(1, lines) if function.has(component(i))]
    table = [[products(i, j) for j in numbers] for i in numbers]
    return DirectionAverage(function, [component(i) for i in numbers], table, dim)
