"""The proof that a set of diagrams is complete: its sum against the exact average over disorder."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from cooperon.diagrams.arguments import HIGHEST_ORDER, is_count, whole
from cooperon.diagrams.contraction import Contraction
from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.enumeration import enumerate as enumerate_diagrams
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.shapes import SHAPES, require_shape
from cooperon.numerics.finite_lattice import Lattice
from cooperon.numerics.impurity_words import ImpurityWords, impurity_words
from cooperon.numerics.lattice import random_hamiltonian
from cooperon.numerics.lattice_average import lattice_average
from cooperon.numerics.lattice_chunks import Sides, sides_in_chunks
from cooperon.numerics.lattice_diagrams import LatticeRules, read_words
from cooperon.numerics.lattice_report import LatticeProof, OrderProof

__all__ = ["LatticeProof", "lattice_proof"]

# seconds for a diagram; seconds and bytes for a number in its largest tensor
_OVERHEAD = 1e-3
_ROUNDED, _EXACT = (3e-8, 16), (6e-7, 150)
_PATIENCE, _MEMORY = 3600, 2.5e8
_MOMENTS = 2e6  # monomials in all the independent random numbers that the exact average looks at


def lattice_proof(
    orders: int | Iterable[int],
    *,
    of: str = "line",
    lines: str | None = None,
    vertex: str = "current",
    open_ends: bool = False,
    connected: bool = False,
    lattice: Lattice | None = None,
    exact: bool = True,
    diagrams: Iterable[Diagram | Contraction | ImpurityWords] | None = None,
    client: Any = None,
    to: str | Path | None = None,
) -> LatticeProof:
    """Prove on a small lattice that the diagrams of an order are all there, once, with the right weight.

    Every diagram is evaluated with the Feynman rules, G0 for a line and <V_s V_s'> for an impurity line, as a
    sum over sites. The sum of the diagrams is held against the exact average over disorder, expanded to the
    same order, which comes from the moments of independent random numbers and knows of no diagrams.

    Parameters
    ----------
    orders : int or iterable of int
        n: the terms with 2n powers of the potential.
    of : str
        ``"line"`` for <G_ab>, all entries of the matrix; ``"bubble"`` for <Tr v G v G>;
        ``"pair"`` for <Tr v G v G Tr v G v G>, from which conductance fluctuations follow.
    lines : str, optional
        The kinds of the electron lines, as in :func:`cooperon.diagrams.enumerate`.
    vertex : str
        Of a bubble: ``"current"`` (v is the velocity) or ``"density"`` (the unit matrix).
    open_ends : bool
        For a bubble: compare <G_ab G_cd>, all entries, without the vertices.
    connected : bool
        For a pair of bubbles: the diagrams that connect them, against the average of the product less the
        product of the averages.
    lattice : Lattice, optional
        Where; a random Hamiltonian of three sites with correlated disorder unless given, on which no two
        diagrams have equal values.
    exact : bool
        True: in rational numbers, and the two sides must be equal. False: in floating-point numbers, and
        they must agree to 1e-12.
    diagrams : iterable, optional
        The diagrams to be summed. Unless given: those of :func:`cooperon.diagrams.enumerate`, and for a
        potential that is not Gaussian those of
        :func:`~cooperon.numerics.impurity_words.impurity_words`.
    client : dask.distributed.Client, optional
        Whose workers evaluate diagrams and average, as in :func:`cooperon.run_chunks`.
    to : str or Path, optional
        A file for what is evaluated so far, with which the same call goes on.

    Returns
    -------
    LatticeProof
        With ``holds``, and both sides of each order.

    Raises
    ------
    InputError
        When an argument is not one of those, or a diagram has another order, shape or other lines.

    Examples
    --------
    >>> from cooperon.numerics.lattice import ring
    >>> print(lattice_proof(2, lattice=ring(4)))
    <G^R_ab>: ring of 4 sites, uncorrelated Gaussian disorder, E = 1/3, eta = 1/2, exact numbers
    order 2: 3 diagrams: equal
    proved
    >>> complete = list(enumerate_diagrams(2, of="line"))
    >>> lattice_proof(2, diagrams=complete).holds, lattice_proof(2, diagrams=complete[1:]).holds
    (True, False)
    """
    letters, kind = require_shape(of, lines, vertex)
    letters = _in_order(of, letters)
    if open_ends and of != "bubble":
        raise InputError(f'open_ends=True of="{of}"', expected='of="bubble"')
    if connected and of != "pair":
        raise InputError(f'connected=True of="{of}"', expected='of="pair"')
    wanted = _read_orders(orders)
    if diagrams is not None and (len(wanted) != 1 or not isinstance(diagrams, Iterable)):
        given = f"{diagrams!r}" if len(wanted) == 1 else f"diagrams for the orders {wanted}"
        raise InputError(given, expected="one order and an iterable of its diagrams")
    where = random_hamiltonian() if lattice is None else lattice
    if not isinstance(where, Lattice):
        raise InputError(f"lattice = {lattice!r}", expected="a Lattice", hint="cooperon.lattice.ring(4)")
    question = _Question(where, of, letters, kind, open_ends, connected, exact)
    drawn: dict[int, Iterator[Any]] = {}
    for order in wanted:
        _require_an_average(question, order)
        drawn[order] = (
            _all_diagrams(question, order) if diagrams is None else _required(diagrams, question, order)
        )
    sides = _sides(question, drawn) if client is None and to is None else _parts(question, drawn, client, to)
    compared = tuple(OrderProof(order, values, average, exact) for order, values, average in sides)
    return LatticeProof(str(question), where, exact, compared)


@dataclass(frozen=True)
class _Question:
    lattice: Lattice
    of: str
    lines: str
    vertex: str
    open_ends: bool
    connected: bool
    exact: bool

    def average(self, order: int) -> Any:
        rest = {field: value for field, value in vars(self).items() if field != "lattice"}
        return lattice_average(2 * order, self.lattice, **rest)

    def __str__(self) -> str:
        green = [f"G^{letter}" for letter in self.lines]
        if self.of == "line" or self.open_ends:
            return f"<{' '.join(line + index for line, index in zip(green, ('_ab', '_cd'), strict=False))}>"
        v = "v " if self.vertex == "current" else ""
        bubbles = [f"Tr {v}{a} {v}{b}" for a, b in zip(green[::2], green[1::2], strict=True)]
        apart = f" - {' '.join(f'<{bubble}>' for bubble in bubbles)}" if self.connected else ""
        return f"<{' '.join(bubbles)}>{apart}"


_Drawn = Mapping[int, Iterable[Diagram | Contraction | ImpurityWords]]
_Side = Iterator[tuple[int, tuple[Any, ...], Any]]


def _sides(question: _Question, drawn: _Drawn) -> _Side:
    """Yield each order with the values of its diagrams and the average."""
    rules = LatticeRules(question.lattice, exact=question.exact, open_ends=question.open_ends)
    for order, diagrams in drawn.items():
        yield order, tuple(map(rules, diagrams)), question.average(order)


def _parts(question: _Question, drawn: _Drawn, client: Any, to: str | Path | None) -> _Side:
    """Do the same in chunks."""
    rest = {name: value for name, value in vars(question).items() if name != "lattice"}
    held = {order: tuple(diagrams) for order, diagrams in drawn.items()}
    words = hashlib.sha256(repr([list(map(read_words, each)) for each in held.values()]).encode())
    about = {"lattice proof": rest, "orders": list(held), "diagrams": words.hexdigest()}
    work = Sides(question.lattice, question.average, question.exact, question.open_ends)
    return sides_in_chunks(work, held, about=about, client=client, to=to)


def _in_order(of: str, lines: str) -> str:
    """Put the retarded lines first, as far as the symmetry of the shape allows: so diagrams are read."""
    return max("".join(lines[i] for i in order) for order in SHAPES[of].symmetries)


def _read_orders(orders: Any) -> tuple[int, ...]:
    given = orders if isinstance(orders, Iterable) else (orders,)
    found = tuple(map(whole, islice(given, HIGHEST_ORDER + 2)))
    possible = all(is_count(order) and order <= HIGHEST_ORDER for order in found)
    if not (possible and 0 < len(found) < HIGHEST_ORDER + 2):
        expected = f"a number 0, 1, 2, ..., {HIGHEST_ORDER} or several"
        raise InputError(f"orders = {orders!r}", expected=expected, hint="range(1, 5)")
    return found


def _require_an_average(question: _Question, order: int) -> None:
    """Refuse what has too many monomials in the independent random numbers of each factor."""
    factors = min(len(question.lines), 2) * question.lattice.sites
    products = math.comb(2 * order + factors, factors)
    if products > _MOMENTS:
        raise InputError(
            f"order {order} on {question.lattice.sites} sites: {products:.1e} monomials to average",
            expected=f"less than {_MOMENTS:.0e}",
            hint="a lower order or fewer sites",
        )


def _all_diagrams(question: _Question, order: int) -> Iterator[Diagram | ImpurityWords]:
    lines = len(question.lines)
    shares = math.comb(2 * order + lines - 1, lines - 1)
    count = math.prod(range(1, 2 * order, 2)) * shares
    size = question.lattice.sites ** (order + (4 if question.open_ends else 2))
    each, wide = _EXACT if question.exact else _ROUNDED
    seconds, memory = count * (_OVERHEAD + size * each), size * wide
    if seconds > _PATIENCE or memory > _MEMORY:
        raise InputError(
            f"order {order} on {question.lattice.sites} sites: {count} diagrams, "
            f"some {seconds / 3600:.2g} hours and {memory / 1e9:.2g} GB for a tensor",
            expected=f"less than {_PATIENCE / 3600:.2g} hours and {_MEMORY / 1e9:.2g} GB",
            hint="a lower order, fewer sites, or exact=False",
        )
    shape = {"of": question.of, "lines": question.lines, "vertex": question.vertex}
    if question.lattice.disorder.law == "gaussian":
        return enumerate_diagrams(order, **shape, connected=question.connected)
    words = impurity_words(order, **shape)
    return (each for each in words if each.connected) if question.connected else words


def _required(
    diagrams: Iterable[Diagram | Contraction | ImpurityWords], question: _Question, order: int
) -> Iterator[ImpurityWords | Diagram | Contraction]:
    """Yield the diagrams, or refuse one that can be no part of the average that is asked for."""
    for diagram in diagrams:
        words = read_words(diagram)[0]
        closed = "" if question.of == "line" or question.open_ends else f" with {question.vertex} vertices"
        if (words.of, words.lines) != (question.of, question.lines) or (
            closed and words.vertex != question.vertex
        ):
            given = f"a {words.of} of the lines {words.lines} with {words.vertex} vertices"
            raise InputError(given, expected=f"a {question.of} of the lines {question.lines}{closed}")
        if words.power != 2 * order:
            given = f"a diagram with {words.power} impurity vertices"
            raise InputError(given, expected=f"{2 * order} of them at order {order}")
        yield diagram
