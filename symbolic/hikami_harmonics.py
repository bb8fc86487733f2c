"""Hikami boxes with anisotropic scattering, at rest: impurity lines that remember the direction.

Scattering from direction n to n' has the weight w(n, n') with harmonics 1, w_1, w_2, ...: it multiplies a
spherical harmonic of order l by w_l. Each face has a direction of its own and holds powers of its cosine
with x; the faces hang together by chords like the nodes of a tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import sympy as sp

from cooperon.diagrams.boxes import Chord, Face
from cooperon.symbolic.fast import cosine, moment

__all__ = ["average_over_tree", "scattered"]


def average_over_tree(
    faces: Sequence[Face],
    chords: Sequence[Chord],
    velocities: Sequence[int],
    harmonics: Sequence[sp.Expr],
    dim: sp.Expr,
) -> sp.Expr:
    """Average the velocities on all faces, in units of v_F, over the directions of all faces.

    Examples
    --------
    >>> from cooperon.diagrams.boxes import cut_out
    >>> w_1, d = sp.symbols("w_1 d")
    >>> average_over_tree(cut_out(4, [(0, 2)]), [(0, 2)], [1, 1], [w_1], d)
    w_1/d
    """
    joined = {
        pair
        for chord in chords
        for pair in permutations([i for i, face in enumerate(faces) if set(chord) <= set(face.sides)], 2)
    }

    def function(face: int, beyond: int | None) -> sp.Expr:
        others = [other for one, other in sorted(joined) if one == face and other != beyond]
        factors = (scattered(function(other, face), harmonics, dim) for other in others)
        return sp.expand(cosine ** velocities[face] * sp.prod(factors))

    return _average(function(0, None), dim)


def _average(function: sp.Expr, dim: sp.Expr) -> sp.Expr:
    powers = sp.Poly(function, cosine).terms()
    return sp.factor(sp.Add(*(coefficient * moment(power, dim) for (power,), coefficient in powers)))


def scattered(function: sp.Expr, harmonics: Sequence[sp.Expr], dim: sp.Expr) -> sp.Expr:
    """Apply the scattering to a polynomial in the cosine: harmonic l times w_l (w_0 = 1, unknown ones 0).

    Examples
    --------
    >>> w_1, w_2 = sp.symbols("w_1 w_2")
    >>> scattered(cosine, [w_1], sp.Integer(3)), scattered(cosine**2, [w_1, w_2], sp.Integer(3))
    (c*w_1, w_2*(c**2 - 1/3) + 1/3)
    """
    weights = [sp.S.One, *harmonics]
    found, rest = sp.S.Zero, sp.Poly(function, cosine)
    while not rest.is_zero:
        degree = rest.degree()
        part = rest.LC() * _harmonic(degree, dim)
        found += (weights[degree] if degree < len(weights) else 0) * part
        rest = sp.Poly([sp.cancel(x) for x in (rest - sp.Poly(part, cosine)).all_coeffs()], cosine)
    return found


def _harmonic(degree: int, dim: sp.Expr) -> sp.Expr:
    """Harmonic polynomial in the cosine, with highest coefficient 1.

    The Laplacian on the sphere takes c**k to -k (k+d-2) c**k + k (k-1) c**(k-2).
    """
    coefficient, found = sp.S.One, sp.S.Zero
    for k in range(degree, -1, -2):
        found += coefficient * cosine**k
        lower = k - 2
        coefficient *= sp.S(k * (k - 1)) / (lower * (lower + dim - 2) - degree * (degree + dim - 2))
    return found
