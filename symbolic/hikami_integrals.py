"""The fast integral over a face of a Hikami box, as a polynomial in slow momenta and frequencies.

Line i of the box has momentum k + Q_i and frequency omega_i. Near the Fermi surface its Green's function
depends on xi + hbar v.Q_i - hbar omega_i only, with v of fixed size and the density of states constant
(the curvature of the spectrum is of relative order q/k_F). In units of tau, with u_i = omega_i - v.Q_i,

    G_i = 1/(-xi + u_i +- i/2) = sum over a of (-u_i)**a g**(a+1),    g_{R/A} = 1/(-xi +- i/2),

so that the lines of one kind together give complete homogeneous polynomials h_a of their u:

    product of the G_i = sum over a, b of (-1)**(a+b) h_a(u_R) h_b(u_A) g_R**(m+a) g_A**(n+b).

The integral over xi is the residue rule of :mod:`cooperon.symbolic.fast`; the average over directions sums
over all ways to pair the velocities (tensor reduction).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing, ring

from cooperon.symbolic import symbols as s
from cooperon.symbolic.fast import energy_integral
from cooperon.symbolic.momenta import component, products

__all__ = ["Expansion", "Graded"]

Graded = tuple[PolyElement, ...]
"""A polynomial by order: entry w holds the terms of order w (a momentum counts 1, a frequency 2)."""

_Exponents = tuple[int, ...]


@dataclass(frozen=True)
class Expansion:
    """The expansion of the faces of one box.

    Parameters
    ----------
    lines : int
        Number of lines; the lines 0, 2, 4, ... are retarded.
    order : int
        Order up to which the polynomials are kept.
    frequencies : tuple of sympy.Expr
        The frequency of every line.
    """

    lines: int
    order: int
    frequencies: tuple[sp.Expr, ...]

    @cached_property
    def distinct(self) -> tuple[sp.Expr, ...]:
        """The frequencies that occur, each once, without 0."""
        return tuple(dict.fromkeys(each for each in self.frequencies if each != 0))

    @cached_property
    def fast(self) -> PolyRing:
        """Polynomials in i omega tau and -i v.q tau, before the average over directions."""
        return self._ring("y")

    @cached_property
    def slow(self) -> PolyRing:
        """Polynomials in frequencies, products and components of -i v_F q tau, and angular weights."""
        pairs = (f"g{i}_{j}" for i, j in combinations_with_replacement(range(self.momenta), 2))
        return self._ring("x", *pairs, *(f"a{k}" for k in self._weights))

    def _ring(self, name: str, *more: str) -> PolyRing:
        names = [f"w{f}" for f in range(len(self.distinct))] + [f"{name}{i}" for i in range(self.momenta)]
        return ring([*names, *more], sp.QQ)[0]

    @cached_property
    def labels(self) -> tuple[sp.Expr, ...]:
        """What the generators for the slow momenta stand for: components along x, then products."""
        numbers = range(1, self.lines)
        pairs = combinations_with_replacement(numbers, 2)
        return (*map(component, numbers), *(products(i, j) for i, j in pairs))

    @property
    def momenta(self) -> int:
        """Number of independent slow momenta."""
        return self.lines - 1

    def face(self, sides: Sequence[int], currents: int) -> Graded:
        """Integrate a face: (1/2 pi) int dxi <v_x**p product of G>, in units of tau and v_F.

        Parameters
        ----------
        sides : sequence of int
            The lines around the face.
        currents : int
            Number p of velocities.

        Returns
        -------
        Graded
            To be multiplied by i**(number of advanced - number of retarded lines).
        """
        key = tuple(sorted(sides)), currents
        if key not in self._faces:
            self._faces[key] = self._integrated(*key)
        return self._faces[key]

    @cached_property
    def _faces(self) -> dict[tuple[_Exponents, int], Graded]:
        return {}

    def _integrated(self, sides: tuple[int, ...], currents: int) -> Graded:
        shifts = {line: self.shift(line, sides[0]) for line in sides}
        retarded, advanced = ([shifts[line] for line in sides if line % 2 == kind] for kind in (0, 1))
        first, second = (_homogeneous(self.fast, each, self.order) for each in (retarded, advanced))
        total = [self.fast.zero] * (self.order + 1)
        for a in range(self.order + 1):
            for b in range(self.order + 1 - a):
                weight = self._residue(len(retarded), len(advanced), a, b)
                for w, terms in enumerate(_times(first[a], second[b])):
                    total[w] += weight * terms
        return tuple(_average(self, terms, currents) for terms in total)

    def _residue(self, m: int, n: int, a: int, b: int) -> Any:
        """(1/2 pi) int dxi g_R**(m+a) g_A**(n+b), but for the i that goes with the face, h_a(iu), h_b(iu)."""
        key = m, n, a, b
        if key not in self._residues:
            value = energy_integral(m + a, n + b).subs({s.tau: 1, s.hbar: 1}) / (2 * sp.pi)
            self._residues[key] = sp.QQ.from_sympy(sp.expand(value * sp.I ** (a + b + m - n)))
        return self._residues[key]

    @cached_property
    def _residues(self) -> dict[_Exponents, Any]:
        return {}

    def shift(self, line: int, reference: int) -> Graded:
        """Return i u of a line, measured from another line that comes before it."""
        gens, zero = self.fast.gens, self.fast.zero
        first = len(self.distinct)
        shifted = [zero] * (self.order + 1)
        if self.order >= 1:
            shifted[1] = sum(gens[first + reference : first + line], zero)
        if self.order >= 2:
            shifted[2] = self._frequency(line) - self._frequency(reference)
        return tuple(shifted)

    def _frequency(self, line: int) -> PolyElement:
        value = self.frequencies[line]
        return self.fast.zero if value == 0 else self.fast.gens[self.distinct.index(value)]

    def averaged(self, exponents: _Exponents, currents: int = 0) -> PolyElement:
        """Average a product of components of a vector on the unit sphere: all pairings, over d (d+2) ...

        ``exponents`` are the powers of the components along the slow momenta, ``currents`` the power of
        the one along x.
        """
        total = sum(exponents) + currents
        if total % 2:
            return self.slow.zero
        weight = self.slow.gens[total // 2 - 1 - len(self._weights)] if total else self.slow.one
        return weight * self.pairings(exponents, currents)

    def pairings(self, exponents: _Exponents, currents: int) -> PolyElement:
        """Sum over all ways to pair the components of :meth:`averaged`, without the angular weight."""
        key = exponents, currents
        if key not in self._pairings:
            self._pairings[key] = _pairings(self, *key)
        return self._pairings[key]

    @cached_property
    def _pairings(self) -> dict[tuple[_Exponents, int], PolyElement]:
        return {}

    @property
    def _weights(self) -> range:
        """The numbers of pairs for which there is an angular weight: the last generators."""
        return range(1, (self.lines + self.order) // 2 + 1)

    def product(self, one: int, other: int) -> PolyElement:
        """Return the generator for the product of two slow momenta."""
        low, high = sorted((one, other))
        before = low * self.momenta - low * (low - 1) // 2
        return self.slow.gens[len(self.distinct) + self.momenta + before + high - low]

    def along(self, number: int) -> PolyElement:
        """Return the generator for the component of a slow momentum along x."""
        return self.slow.gens[len(self.distinct) + number]

    def over_directions(self, value: Graded) -> Graded:
        """Average over the direction of x, all velocities together."""
        first = len(self.distinct)
        last = first + self.momenta
        blank = (0,) * self.momenta

        def average(terms: PolyElement) -> PolyElement:
            found = self.slow.zero
            for exponents, coefficient in terms.items():
                rest = self.slow.from_dict({exponents[:first] + blank + exponents[last:]: coefficient})
                found += rest * self.averaged(exponents[first:last])
            return found

        return tuple(map(average, value))

    def multiplied(self, factors: Sequence[Graded], weight: Any) -> Graded:
        """Multiply polynomials and a number, and keep what is within the order."""
        found = _one(self.slow, self.order)
        for factor in factors:
            found = _times(found, factor)
        return tuple(weight * terms for terms in found)

    def summed(self, values: Sequence[Graded]) -> Graded:
        """Add polynomials up."""
        nothing = (self.slow.zero,) * (self.order + 1)
        return tuple(sum(terms, self.slow.zero) for terms in zip(nothing, *values, strict=True))


def _average(expansion: Expansion, terms: PolyElement, currents: int) -> PolyElement:
    first = len(expansion.distinct)
    rest = (0,) * (expansion.slow.ngens - first)
    found = expansion.slow.zero
    for exponents, coefficient in terms.items():
        frequencies = expansion.slow.from_dict({exponents[:first] + rest: coefficient})
        found += frequencies * expansion.averaged(exponents[first:], currents)
    return found


def _pairings(expansion: Expansion, exponents: _Exponents, currents: int) -> PolyElement:
    """Sum over all ways to pair vectors, each as often as its exponent says; x pairs to 1 with itself."""
    if not any(exponents):
        return expansion.slow.one * int(sp.factorial2(currents - 1))
    first = next(i for i, power in enumerate(exponents) if power)
    left = _lowered(exponents, first)
    found = expansion.slow.zero
    if currents:
        found += currents * expansion.along(first) * expansion.pairings(left, currents - 1)
    for i, power in enumerate(left):
        if power:
            rest = expansion.pairings(_lowered(left, i), currents)
            found += power * expansion.product(first, i) * rest
    return found


def _lowered(exponents: _Exponents, index: int) -> _Exponents:
    return exponents[:index] + (exponents[index] - 1,) + exponents[index + 1 :]


def _homogeneous(polynomials: PolyRing, variables: Sequence[Graded], order: int) -> Mapping[int, Graded]:
    """Complete homogeneous polynomials h_0, h_1, ... of the variables."""
    nothing = (polynomials.zero,) * (order + 1)
    found = {a: nothing if a else _one(polynomials, order) for a in range(order + 1)}
    for variable in variables:
        for a in range(1, order + 1):
            step = _times(variable, found[a - 1])
            found[a] = tuple(x + y for x, y in zip(found[a], step, strict=True))
    return found


def _one(polynomials: PolyRing, order: int) -> Graded:
    return (polynomials.one, *([polynomials.zero] * order))


def _times(one: Graded, other: Graded) -> Graded:
    found = [one[0].ring.zero] * len(one)
    for i, x in enumerate(one):
        for j, y in enumerate(other[: len(one) - i]):
            if x and y:
                found[i + j] += x * y
    return tuple(found)
