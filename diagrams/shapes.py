"""What electron lines are part of: a single Green's function, a bubble or two bubbles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.kinds import EXTERNAL, LineKind, VertexKind
from cooperon.diagrams.messages import shortened

__all__ = ["LETTERS", "SHAPES", "Shape", "require_shape"]

LETTERS = {"R": LineKind.RETARDED, "A": LineKind.ADVANCED}


@dataclass(frozen=True)
class Shape:
    """What electron lines are part of.

    Attributes
    ----------
    joints : tuple of (int, int)
        For every electron line the external vertices from which and to which it leads.
    lines : str
        The kinds of the electron lines unless others are asked for, one letter each: R or A.
    symmetries : tuple of tuple of int
        The permutations of the electron lines that carry the shape into itself.
    """

    joints: tuple[tuple[int, int], ...]
    lines: str
    symmetries: tuple[tuple[int, ...], ...]

    @property
    def closed(self) -> bool:
        """True when the electron lines close to loops."""
        return sorted(a for a, _ in self.joints) == sorted(b for _, b in self.joints)


SHAPES: Mapping[str, Shape] = {
    "line": Shape(((0, 1),), "R", ((0,),)),
    "bubble": Shape(((0, 1), (1, 0)), "RA", ((0, 1), (1, 0))),
    "pair": Shape(
        ((0, 1), (1, 0), (2, 3), (3, 2)),
        "RARA",
        (
            *((0, 1, 2, 3), (1, 0, 2, 3), (0, 1, 3, 2), (1, 0, 3, 2)),
            *((2, 3, 0, 1), (3, 2, 0, 1), (2, 3, 1, 0), (3, 2, 1, 0)),
        ),
    ),
}


def require_shape(of: object, lines: object, vertex: object) -> tuple[str, VertexKind]:
    """Check the name of a shape, the letters of its lines (None: the usual ones) and its vertex.

    Raises
    ------
    DiagramError
        When one of them is unknown.
    """
    if not isinstance(of, str) or of not in SHAPES:
        raise DiagramError(f"of = {of!r}", expected="one of " + ", ".join(SHAPES))
    usual = SHAPES[of].lines
    letters = usual if lines is None else lines
    if not isinstance(letters, str) or len(letters) != len(usual) or not set(letters) <= set(LETTERS):
        raise DiagramError(
            f"lines = {shortened(lines)}",
            expected=f'{len(usual)} letter{"s" * (len(usual) > 1)} R or A for of="{of}"',
            hint=f'"{usual}"',
        )
    if not SHAPES[of].closed:
        return letters, VertexKind.END
    if isinstance(vertex, str) and vertex in EXTERNAL:
        return letters, VertexKind(vertex)
    raise DiagramError(f"vertex = {vertex!r}", expected="one of " + ", ".join(sorted(EXTERNAL)))
