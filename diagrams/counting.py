"""How many diagrams there are, from functional equations of their generating functions.

With x for an impurity line, G(x) counts the diagrams of a single Green's function; all others follow from it
by what the diagrams are made of. The equations are the rows of a table, `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import comb, gcd

from cooperon.diagrams.arguments import require_order
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.series import Series, geometric, multiply, power, undress

__all__ = ["RULES", "Rule", "count", "crossing_numbers"]

HIGHEST_CROSSINGS = 60  # a list of 1771 numbers


@dataclass(frozen=True)
class Rule:
    """How a kind of diagrams is counted.

    Attributes
    ----------
    of : str
        What is counted.
    equation : str
        The equation that the generating function obeys.
    number : callable
        From the number of impurity lines to the number of diagrams.
    """

    of: str
    equation: str
    number: Callable[[int], int]


def count(kind: str, order: int) -> int:
    """Count the diagrams of a kind with ``order`` impurity lines, exactly, without drawing them up.

    Parameters
    ----------
    kind : str
        Of a single Green's function: ``"all"``; ``"1PI"`` and ``"skeleton"`` (self-energies that one cut
        does not take apart, and those of them without insertions); ``"non-crossing"``; ``"classes"`` (the
        line closed to a ring, up to rotations and reflections). Of a bubble: ``"bubble"`` (all) and
        ``"skeleton bubble"`` (without self-energy insertions). Of the vertex that is irreducible in the
        channel of the bubble: ``"vertex"`` (bare lines inside) and ``"skeleton vertex"`` (without
        insertions). Of two bubbles: ``"pair"`` and ``"connected pair"`` (the two can change places).
    order : int
        Number of impurity lines, 0 to 300.

    Returns
    -------
    int

    Raises
    ------
    DiagramError
        When the kind is unknown or the order is not such a number.

    Notes
    -----
    The equations are in ``cooperon.diagrams.counting.RULES``. G = 1 + x B says that the first impurity line
    of a Green's function ends anywhere on the rest; B = (1 + 2x d/dx) G that a bubble is a Green's function
    with an external vertex put in; Sigma = 1 - 1/G is Dyson's equation and U = 1/G² - 1/B that of Bethe
    and Salpeter. A diagram without self-energy insertions gives all others when its lines are dressed: a
    series in x G² then.

    References
    ----------
    P. Cvitanovic, B. Lautrup and R. B. Pearson, Phys. Rev. D 18, 1939 (1978), count Feynman diagrams in this
    way; OEIS A001147, A000698, A000699, A000108 and, for the classes, A054499.

    Examples
    --------
    >>> [count("1PI", order) for order in range(1, 8)]
    [1, 2, 10, 74, 706, 8162, 110410]
    >>> [count("classes", order) for order in range(1, 9)]
    [1, 2, 5, 17, 79, 554, 5283, 65346]
    >>> print(RULES["skeleton"].equation)
    G Sigma(x) = S(x G²)
    """
    if not isinstance(kind, str) or kind not in RULES:
        raise DiagramError(f"kind = {kind!r}", expected="one of " + ", ".join(RULES))
    return RULES[kind].number(require_order(order))


def crossing_numbers(order: int) -> tuple[int, ...]:
    """Count the diagrams of a single Green's function by the number of crossings of impurity lines.

    Along the electron line, with k impurity lines open, one more may begin, or one of the k ends: the one
    that began last crosses none, the next crosses one, ..., the first k - 1.

    Parameters
    ----------
    order : int
        Number of impurity lines, n, 0 to 60.

    Returns
    -------
    tuple of int
        The number of diagrams with 0, 1, ..., n(n-1)/2 crossings.

    Raises
    ------
    DiagramError
        When the order is not a number 0 to 60.

    References
    ----------
    J. Touchard, Canad. J. Math. 4, 2 (1952); J. Riordan, Math. Comp. 29, 215 (1975).

    Examples
    --------
    >>> crossing_numbers(3)
    (5, 6, 3, 1)
    """
    order = require_order(order, HIGHEST_CROSSINGS)
    most = order * (order - 1) // 2
    empty = (0,) * (most + 1)
    open_lines: dict[int, Series] = {0: (1, *empty[1:])}
    for left in range(2 * order - 1, -1, -1):
        begun = {k + 1: ways for k, ways in open_lines.items()}
        ended = {k - 1: geometric(ways, k) for k, ways in open_lines.items() if k}
        reached = {k for k in begun | ended if k <= left}
        open_lines = {
            k: tuple(map(sum, zip(begun.get(k, empty), ended.get(k, empty), strict=True))) for k in reached
        }
    return open_lines[0]


# --- Generating functions in x, to a given order


@cache
def _line(order: int) -> Series:
    """G = 1 + x (1 + 2x d/dx) G, coefficient by coefficient."""
    found = [1]
    for k in range(order):
        found.append(_cut(found[k], k, 1))
    return tuple(found)


def _cut(ways: int, order: int, cuts: int) -> int:
    """Put in external vertices: the 2n + 1 pieces of an electron line are cut in that many places."""
    return ways * comb(2 * order + cuts, cuts)


def _bubble(order: int) -> Series:
    return tuple(_cut(ways, k, 1) for k, ways in enumerate(_line(order)))


def _self_energy(order: int) -> Series:
    """Solve Dyson's equation G = 1 + Sigma G."""
    return (0, *(-ways for ways in power(_line(order), -1)[1:]))


def _vertex(order: int) -> Series:
    """Solve the Bethe-Salpeter equation B = G² + G² U B."""
    apart, joined = power(_line(order), -2), power(_bubble(order), -1)
    return tuple(a - b for a, b in zip(apart, joined, strict=True))


def _undressed(series: Series, order: int) -> int:
    """Read a coefficient in x G²: each impurity line has two electron lines, dressed by G, for its own."""
    return undress(series, power(_line(order), 2), order)


# --- The rules


def _skeleton(order: int) -> int:
    return _undressed(multiply(_line(order), _self_energy(order)), order)


def _skeleton_bubble(order: int) -> int:
    return _undressed(multiply(_bubble(order), power(_line(order), -2)), order)


def _skeleton_vertex(order: int) -> int:
    return _undressed(multiply(power(_line(order), 2), _vertex(order)), order)


def _non_crossing(order: int) -> int:
    """Without crossings the first impurity line encloses one Green's function and precedes another."""
    found = [1]
    for k in range(order):
        found.append(sum(found[j] * found[k - j] for j in range(k + 1)))
    return found[order]


def _kept(length: int, cycles: int) -> int:
    """Count the ways to pair points that a permutation with cycles of one length carries into themselves.

    The last cycle is paired with itself (half a turn away, when the length is even) or with another one
    (turned by any amount).
    """
    before, ways = 0, 1
    for k in range(cycles):
        before, ways = ways, (1 - length % 2) * ways + length * k * before
    return ways


def _classes(order: int) -> int:
    """Burnside: the average of what each rotation and reflection of the 2n points carries into itself."""
    if order == 0:
        return 1
    points = 2 * order
    turns = (gcd(points, turn) for turn in range(points))
    rotations = sum(_kept(points // cycles, cycles) for cycles in turns)
    between, through = _kept(2, order), _kept(1, 2) * _kept(2, order - 1)  # the axis misses or hits points
    return (rotations + order * (between + through)) // (2 * points)


def _pair(order: int) -> int:
    """Burnside for two bubbles that change places; kept are those whose bubbles share n points out alike."""
    alike = (order + 1) * _kept(2, order)
    return (_cut(_line(order)[order], order, 3) + alike) // 2


def _connected_pair(order: int) -> int:
    """Without the products of two bubbles; two equal ones are carried into themselves."""
    bubbles = _bubble(order)
    apart = multiply(bubbles, bubbles)[order]
    equal = 0 if order % 2 else bubbles[order // 2]
    return _pair(order) - (apart + equal) // 2


RULES: Mapping[str, Rule] = {
    "all": Rule("a single Green's function", "G = 1 + x B", lambda n: _line(n)[n]),
    "1PI": Rule("irreducible self-energies", "Sigma = 1 - 1/G", lambda n: _self_energy(n)[n]),
    "skeleton": Rule("self-energies without insertions", "G Sigma(x) = S(x G²)", _skeleton),
    "non-crossing": Rule("Green's functions without crossings", "C = 1 + x C²", _non_crossing),
    "classes": Rule("rings up to rotations and reflections", "average over the dihedral group", _classes),
    "bubble": Rule("bubbles", "B = (1 + 2x d/dx) G", lambda n: _bubble(n)[n]),
    "skeleton bubble": Rule("bubbles without self-energy insertions", "B/G² = V(x G²)", _skeleton_bubble),
    "vertex": Rule("irreducible vertices, bare lines inside", "U = 1/G² - 1/B", lambda n: _vertex(n)[n]),
    "skeleton vertex": Rule("irreducible vertices without insertions", "G² U(x) = W(x G²)", _skeleton_vertex),
    "pair": Rule("pairs of bubbles", "average over the two orders of P = (3 cuts of G)", _pair),
    "connected pair": Rule("pairs of bubbles that hang together", "the same of P - B²", _connected_pair),
}
