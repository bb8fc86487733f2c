"""The proof that a set of diagrams is complete: its sum against the exact average over disorder."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add
from typing import Any

import numpy as np

from cooperon.diagrams.contraction import Contraction, is_count, require_shape
from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.enumeration import enumerate as enumerate_diagrams
from cooperon.diagrams.errors import InputError
from cooperon.numerics.exact_arrays import ExactArray
from cooperon.numerics.impurity_words import ImpurityWords, impurity_words
from cooperon.numerics.lattice import Lattice, random_lattice
from cooperon.numerics.lattice_average import lattice_average
from cooperon.numerics.lattice_diagrams import LatticeRules, read_words

__all__ = ["LatticeProof", "OrderProof", "lattice_proof"]

_CLOSE = 1e-12
_ALIKE = 1e-10  # values that differ by less count as one in floating-point numbers
# seconds: for each diagram, for each number in its largest tensor, and at most
_OVERHEAD, _ROUNDED, _EXACT, _PATIENCE = 1e-3, 3e-8, 6e-7, 7200


@dataclass(frozen=True, eq=False)
class OrderProof:
    """The two sides at one order.

    Attributes
    ----------
    order : int
        n, half of the power of the potential; for Gaussian disorder the number of impurity lines.
    values : tuple of arrays
        The value of each diagram.
    average : array
        The term of the exact average with 2n powers of the potential.
    exact : bool
        True when all numbers are exact.
    """

    order: int
    values: tuple[Any, ...]
    average: Any
    exact: bool

    @cached_property
    def total(self) -> Any:
        """The sum of the diagrams."""
        return reduce(add, self.values, self.average - self.average)

    @cached_property
    def difference(self) -> float:
        """Largest difference of the two sides, in units of the largest entry of the average."""
        apart, average = self.total - self.average, self.average
        if self.exact:
            apart, average = apart.numbers(), average.numbers()
        largest = float(np.abs(average).max())
        return float(np.abs(apart).max()) / largest if largest else float("nan")

    @cached_property
    def holds(self) -> bool:
        """True when the two sides agree and are not zero, exactly or to 12 digits."""
        if self.exact:
            return bool(self.total == self.average) and any(map(any, self.average.entries))
        return self.difference <= _CLOSE

    @cached_property
    def different(self) -> int:
        """How many values there are among the diagrams: the proof does not see two of one value change places."""
        return _count_different(self.values, self.exact)

    def __str__(self) -> str:
        number, apart = len(self.values), self.difference
        verdict = "equal" if self.holds else f"NOT EQUAL: off by {apart:.1e} of the average"
        if apart != apart:
            verdict = "both sides vanish, NOTHING IS PROVED"
        how = "" if self.exact or not self.holds else f" to {_CLOSE:.0e}"
        diagrams = f"{number} diagram{'s' * (number != 1)}"
        values = f"{self.different} different value{'s' * (self.different != 1)}"
        return f"order {self.order}: {diagrams}, {values}: {verdict}{how}"


@dataclass(frozen=True, eq=False)
class LatticeProof:
    """What :func:`lattice_proof` finds.

    Attributes
    ----------
    quantity : str
        What is averaged.
    lattice : Lattice
        Where.
    exact : bool
        True when all numbers are exact.
    orders : tuple of OrderProof
        The two sides, order by order.
    """

    quantity: str
    lattice: Lattice
    exact: bool
    orders: tuple[OrderProof, ...]

    @property
    def holds(self) -> bool:
        """True when the diagrams add up to the exact average at every order."""
        return bool(self.orders) and all(order.holds for order in self.orders)

    @property
    def blind(self) -> bool:
        """True when some diagrams have equal values, so that one in place of another would not be seen."""
        return any(order.different < len(order.values) for order in self.orders)

    def __str__(self) -> str:
        numbers = "exact numbers" if self.exact else "floating-point numbers"
        head = f"{self.quantity}, {self.lattice}, {numbers}"
        verdict = "the diagrams are the average" if self.holds else "the diagrams are NOT the average"
        blind = "; like values: an exchange would not be seen" if self.blind else ""
        return "\n".join([head, *map(str, self.orders), verdict + blind])

    __repr__ = __str__


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
    >>> complete = list(enumerate_diagrams(2, of="line"))
    >>> lattice_proof(2, diagrams=complete).holds, lattice_proof(2, diagrams=complete[1:]).holds
    (True, False)
    """
    letters, kind = require_shape(of, lines, vertex)
    if open_ends and of != "bubble":
        raise InputError(f'open_ends=True of="{of}"', expected='of="bubble"')
    wanted = _read_orders(orders)
    if diagrams is not None and len(wanted) != 1:
        raise InputError(f"diagrams for the orders {wanted}", expected="one order with diagrams of one's own")
    where = random_lattice() if lattice is None else lattice
    question = _Question(where, of, letters, kind, open_ends, connected, exact)
    rules = LatticeRules(where, exact=exact, open_ends=open_ends)
    compared = []
    for order in wanted:
        drawn = _all_diagrams(question, order) if diagrams is None else _required(diagrams, question, order)
        compared.append(OrderProof(order, tuple(map(rules, drawn)), question.average(order), exact))
    return LatticeProof(str(question), where, exact, tuple(compared))


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


def _read_orders(orders: Any) -> tuple[int, ...]:
    found = (orders,) if isinstance(orders, int) else tuple(orders) if isinstance(orders, Iterable) else ()
    if not found or not all(map(is_count, found)):
        raise InputError(f"orders = {orders!r}", expected="a number 0, 1, 2, ... or several", hint="range(1, 5)")
    return found


def _all_diagrams(question: _Question, order: int) -> Iterator[Diagram | ImpurityWords]:
    lines = len(question.lines)
    shares = math.comb(2 * order + lines - 1, lines - 1)
    count = math.prod(range(1, 2 * order, 2)) * shares
    size = question.lattice.sites ** (order + (4 if question.open_ends else 2))
    seconds = count * (_OVERHEAD + size * (_EXACT if question.exact else _ROUNDED))
    if seconds > _PATIENCE:
        raise InputError(
            f"order {order}: {count} diagrams on {question.lattice.sites} sites, some {seconds / 3600:.0f} hours",
            expected=f"what takes less than {_PATIENCE / 3600:.0f} hours",
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
        if (words.of, words.lines) != (question.of, question.lines) or (closed and words.vertex != question.vertex):
            given = f"a {words.of} of the lines {words.lines} with {words.vertex} vertices"
            raise InputError(given, expected=f"a {question.of} of the lines {question.lines}{closed}")
        if words.power != 2 * order:
            given = f"a diagram with {words.power} impurity vertices"
            raise InputError(given, expected=f"{2 * order} of them at order {order}")
        yield diagram


def _count_different(values: tuple[Any, ...], exact: bool) -> int:
    if not values:
        return 0
    if exact:
        common = math.lcm(*(value.denominator for value in values))
        return len({_over(value, common) for value in values})
    flat = np.array(values).reshape(len(values), -1)
    # one number for each diagram: a sum of its entries with weights that no symmetry relates
    weights = np.exp(1j * np.arange(1, flat.shape[1] + 1) ** 2)
    projected = np.sort((flat @ weights).real)
    return 1 + int((np.diff(projected) > _ALIKE * np.abs(projected).max()).sum())


def _over(value: ExactArray, denominator: int) -> tuple[int, ...]:
    scale = denominator // value.denominator
    return (*(value.real.ravel() * scale), *(value.imaginary.ravel() * scale))
