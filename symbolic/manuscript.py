"""What is said about a formula, block by block: the same for LaTeX, Markdown, HTML and a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import sympy as sp

from cooperon.diagrams.diagram import Diagram
from cooperon.symbolic import symbols as s
from cooperon.symbolic.landau_levels import LEVEL, LevelFunction
from cooperon.symbolic.latex_breaking import broken, rows
from cooperon.symbolic.latex_printer import HousePrinter
from cooperon.symbolic.letters import letters
from cooperon.symbolic.metal_words import metal_in_words, metal_named
from cooperon.symbolic.references import Reference, cited, topics

if TYPE_CHECKING:
    from cooperon.symbolic.derivation import Derivation
    from cooperon.symbolic.formula import Formula

__all__ = [
    "Block",
    "Equation",
    "Heading",
    "Items",
    "Legend",
    "Literature",
    "Pictures",
    "Sources",
    "Text",
    "Title",
    "manuscript",
]

_NO_LIMIT = 1e9
_MOST_PICTURES = 12
QUANTITIES: Mapping[str, str] = MappingProxyType(
    {
        "sigma_0": "Drude conductivity",
        "delta sigma": "Quantum correction to the conductivity",
        "sigma(B) - sigma(0)": "Magnetoconductivity",
        "delta G": "Quantum correction to the conductance",
        "G_0": "Drude conductance",
        "backscattering enhancement": "Coherent backscattering",
        "delta sigma (backscattering)": "Backscattering part of the quantum correction",
        "delta sigma (nonbackscattering)": "Nonbackscattering part of the quantum correction",
        "var g": "Variance of the conductance",
        "P(t)": "Return probability",
        "diagram": "Value of a diagram",
    }
)
"""What the names of formulas stand for."""


@dataclass(frozen=True)
class Title:
    """The title, a sentence."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading of a section."""

    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Literature:
    """On what to read what: topics with the keys of publications."""

    topics: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Equation:
    """An equation.

    Attributes
    ----------
    line : str
        LaTeX in one line.
    rows : tuple of str
        LaTeX in rows of an alignment that fit a page.
    rule, reason : str
        What it follows from; empty for the result.
    number : int
        Its number; 0 without one.
    """

    line: str
    rows: tuple[str, ...]
    rule: str = ""
    reason: str = ""
    number: int = 0


@dataclass(frozen=True)
class Legend:
    """What the symbols of a formula mean: LaTeX of each, with a sentence."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Pictures:
    """Diagrams, drawn."""

    diagrams: tuple[Diagram, ...]


@dataclass(frozen=True)
class Sources:
    """The list of references."""

    references: tuple[Reference, ...]


Block: TypeAlias = Title | Heading | Text | Literature | Equation | Legend | Items | Pictures | Sources


def manuscript(
    formula: Formula, symbols: Mapping[Any, str] | None = None, form: str | None = None
) -> tuple[Block, ...]:
    """Write a formula up: the metal, the result, diagrams, assumptions, derivation, references.

    Parameters
    ----------
    formula : Formula
        What is written up.
    symbols : mapping of str or Symbol to str, optional
        LaTeX for symbols.
    form : str, optional
        The form of the result, as :meth:`Formula.forms` names it.

    Examples
    --------
    >>> import cooperon as cp
    >>> [block.text for block in manuscript(cp.conductivity(cp.Metal(dim=3))) if isinstance(block, Heading)]
    ['Result', 'Diagrams', 'Assumptions', 'Derivation', 'References']
    """
    return tuple(_blocks(formula, symbols, form))


def equations(pages: Derivation, symbols: Mapping[Any, str] | None = None) -> Iterator[Equation]:
    """Write the steps of a derivation."""
    printer = HousePrinter(letters(symbols))
    for number, step in enumerate(pages, 1):
        (line,) = rows(step, printer, _NO_LIMIT)
        yield Equation(line[1:], tuple(rows(step, printer)), step.rule, step.reason, number)


def _blocks(formula: Formula, symbols: Mapping[Any, str] | None, form: str | None) -> Iterator[Block]:
    sources = cited(formula)
    quantity = QUANTITIES.get(formula.name, formula.name)
    yield Title(f"{quantity} of {metal_named(formula.metal)}")
    yield Text(" ".join(metal_in_words(formula.metal)))
    yield Literature(tuple(topics(formula).items()))
    yield Heading("Result")
    yield _result(formula, symbols, form)
    yield Legend(_legend(formula, symbols, form))
    if formula.diagrams:
        yield Heading("Diagrams")
        yield from _drawn(formula)
    if formula.assumptions:
        yield Heading("Assumptions")
        yield Items(tuple(assumption.statement for assumption in formula.assumptions))
    if len(formula.derivation):
        yield Heading("Derivation")
        yield Text("Each line follows by the rule named before it.")
        yield from equations(formula.derivation, symbols)
    yield Heading("References")
    yield Sources(sources)


def _result(formula: Formula, symbols: Mapping[Any, str] | None, form: str | None) -> Equation:
    from cooperon.symbolic import latex

    expr = latex.shown(formula, form)
    printer = HousePrinter(letters(symbols))
    name = f"{formula.symbol} = " if formula.symbol else ""
    first, *more = broken(expr, printer)
    return Equation(name + printer.doprint(expr), (f"&{name}{first}", *(rf"&\quad{{}} {x}" for x in more)))


def _legend(
    formula: Formula, symbols: Mapping[Any, str] | None, form: str | None
) -> tuple[tuple[str, str], ...]:
    from cooperon.symbolic import latex

    expr = latex.shown(formula, form)
    names = letters(symbols)
    known = ((names[x.symbol], x.meaning) for x in s.TABLE.values() if x.symbol in expr.free_symbols)
    kinds = sorted({type(x) for x in expr.atoms(LevelFunction)}, key=lambda kind: kind.letter)
    return (*known, *(_level_entry(kind, HousePrinter(names)) for kind in kinds))


def _level_entry(kind: type[LevelFunction], printer: HousePrinter) -> tuple[str, str]:
    """Say what a flight between levels stands for."""
    flight = kind(LEVEL, sp.Symbol("b", positive=True), sp.Symbol("z", positive=True))
    return f"{printer.doprint(flight)} = {printer.doprint(flight.doit())}", kind.meaning


def _drawn(formula: Formula) -> Iterator[Block]:
    total = len(formula.diagrams)
    shown = formula.diagrams[:_MOST_PICTURES]
    first = f", the first {len(shown)} of them" if len(shown) < total else ""
    yield Text(
        f"Retarded lines run above, advanced ones below; dashed lines are impurities{first}. "
        "What each diagram gives, and which of them vanish, is said in the derivation."
    )
    yield Pictures(shown)
