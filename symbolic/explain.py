"""A formula, walked through in plain words: what was asked, which diagrams, each step, the result."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.kinds import LineKind
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.manuscript import QUANTITIES
from cooperon.symbolic.metal_words import metal_in_words, metal_named
from cooperon.symbolic.references import cited
from cooperon.symbolic.rule_words import rule_in_words

__all__ = ["Explanation", "Passage", "explain"]

_WIDTH = 96
_BLOCKS: Mapping[LineKind, str] = MappingProxyType(
    {
        LineKind.DIFFUSON: "A diffuson is the sum of all ladders: two electrons meet the same "
        "impurities in the same order.",
        LineKind.COOPERON: "A Cooperon is the sum of all maximally crossed diagrams: two electrons "
        "meet the same impurities in opposite order, and interfere.",
    }
)


@dataclass(frozen=True)
class Passage(PublicNames):
    """A piece of an explanation.

    Attributes
    ----------
    title : str
        What it is about.
    text : str
        In words.
    equation : Step, Formula or None
        The line of the derivation that it is about, or the formula.
    items : tuple of str
        A list below the text.
    diagrams : tuple of Diagram
        To be drawn below it.
    """

    title: str
    text: str
    equation: Step | Formula | None = None
    items: tuple[str, ...] = ()
    diagrams: tuple[Diagram, ...] = ()

    def __str__(self) -> str:
        lines = [self.title, *textwrap.wrap(self.text, _WIDTH, initial_indent="  ", subsequent_indent="  ")]
        if isinstance(self.equation, Formula):
            lines.append(f"    {self.equation.name} = {self.equation.expr}")
        elif self.equation is not None:
            lines += [f"      {self.equation.lhs}", f"    {self.equation.relation} {self.equation.rhs}"]
        for item in self.items:
            lines += textwrap.wrap(item, _WIDTH, initial_indent="  - ", subsequent_indent="    ")
        return "\n".join(lines)

    @property
    def markdown(self) -> str:
        """The same in Markdown, with its mathematics between dollars."""
        from cooperon.symbolic.manuscript import Heading, Items, Pictures, Text, equations
        from cooperon.symbolic.markdown import block_text, plain_latex

        parts = [block_text(Heading(self.title), {}), block_text(Text(self.text), {})]
        if isinstance(self.equation, Formula):
            parts.append(f"$$\n{self.equation.latex()}\n$$")
        elif self.equation is not None:
            (equation,) = equations(Derivation((self.equation,)))
            parts.append(f"$$\n{plain_latex(equation)}\n$$")
        if self.items:
            parts.append(block_text(Items(self.items), {}))
        if self.diagrams:
            parts.append(block_text(Pictures(self.diagrams), {}))
        return "\n\n".join(parts)


@dataclass(frozen=True)
class Explanation(PublicNames):
    """A walk through a formula.

    Printed it is text, in a notebook Markdown with equations and drawings.

    Attributes
    ----------
    formula : Formula
        What is explained.
    steps : tuple of Passage
        What was asked, which diagrams, each line of the derivation, the result, its assumptions, what to do
        next.

    Examples
    --------
    >>> import cooperon as cp
    >>> walk = cp.explain(cp.conductivity(cp.Metal(dim=2), loops=1))
    >>> print(walk[9])
    Step 8: rung of the cooperon
      One rung of a ladder: the two electrons between two impurities, integrated over their energy.
      Here: residues; the advanced line turned round, the electrons of a rung have momenta k and q -
      k; dephasing is an imaginary part of the frequency.
          Integral(G_A(-c*hbar*q*v_F + xi)*G_R(-I*hbar/tau_phi + xi), (xi, -oo, oo))
        = 2*pi/(hbar*(I*c*q*v_F + 1/tau_phi + 1/tau))
    """

    formula: Formula
    steps: tuple[Passage, ...]

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Passage]:
        return iter(self.steps)

    def __getitem__(self, index: int) -> Passage:
        return self.steps[index]

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.steps))

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return "\n\n".join(passage.markdown for passage in self.steps)


_NAMES: Mapping[LineKind, tuple[str, str]] = MappingProxyType(
    {
        LineKind.COOPERON: ("a Cooperon", "Cooperons"),
        LineKind.DIFFUSON: ("a diffuson", "diffusons"),
        LineKind.IMPURITY: ("an impurity line", "impurity lines"),
    }
)


def explain(formula: Formula) -> Explanation:
    """Walk through a formula step by step, in plain words.

    Parameters
    ----------
    formula : Formula
        Any formula that was derived.

    Returns
    -------
    Explanation
        Printed it is text, in a notebook Markdown; ``.steps`` are its passages.

    Raises
    ------
    InputError
        For what is no formula.

    Examples
    --------
    >>> import cooperon as cp
    >>> walk = cp.explain(cp.conductivity(cp.Metal(dim=2), loops=1))
    >>> print(walk[1])
    The diagrams
      9 diagrams were evaluated. A diffuson is the sum of all ladders: two electrons meet the same
      impurities in the same order. A Cooperon is the sum of all maximally crossed diagrams: two
      electrons meet the same impurities in opposite order, and interfere.
      - 1 with a Cooperon
      - 2 with a Cooperon and a diffuson
      - 2 with a Cooperon and an impurity line
      - 4 with a Cooperon, a diffuson and an impurity line
    >>> [passage.title for passage in walk][-3:]
    ['The result', 'When it holds', 'What to do with it']
    """
    require(formula, Formula, "formula", "cp.explain(cp.conductivity(cp.Metal(dim=2), loops=1))")
    return Explanation(formula, tuple(_passages(formula)))


def _passages(formula: Formula) -> Iterator[Passage]:
    yield _question(formula)
    yield _diagrams(formula)
    yield from _lines(formula)
    yield _result(formula)
    yield Passage("When it holds", "It was derived for:", None, tuple(map(str, formula.assumptions)))
    yield _onward(formula)


def _question(formula: Formula) -> Passage:
    quantity = QUANTITIES.get(formula.name, formula.name)
    _, *rest = metal_in_words(formula.metal)
    asked = f"{quantity[:1].upper()}{quantity[1:]} of {metal_named(formula.metal)}."
    return Passage("What was asked", " ".join((asked, *rest)))


def _diagrams(formula: Formula) -> Passage:
    """Count the diagrams by what is in them, and show one of each."""
    given = formula.diagrams
    if not given:
        return Passage("The diagrams", "None: it was derived without diagrams, by the steps below.")
    found = Counter(map(_content, given))
    examples = {_content(diagram): diagram for diagram in reversed(given)}
    kinds = {line.kind for diagram in given for line in diagram.blocks}
    counted = "1 diagram was evaluated." if len(given) == 1 else f"{len(given)} diagrams were evaluated."
    text = " ".join((counted, *(said for kind, said in _BLOCKS.items() if kind in kinds)))
    order = sorted(found, key=lambda content: (sum(map(bool, content)), content[::-1]))
    items = tuple(f"{found[content]} {_described(content)}" for content in order)
    return Passage("The diagrams", text, None, items, tuple(examples[content] for content in order))


def _content(diagram: Diagram) -> tuple[int, ...]:
    """Return the numbers of Cooperons, diffusons and impurity lines."""
    return tuple(len(diagram.lines_of(kind)) for kind in _NAMES)


def _described(content: tuple[int, ...]) -> str:
    parts = [
        one if number == 1 else f"{number} {many}"
        for number, (one, many) in zip(content, _NAMES.values(), strict=True)
        if number
    ]
    listed = ", ".join(parts[:-1])
    return f"with {f'{listed} and ' if listed else ''}{parts[-1]}" if parts else "without any impurity line"


def _lines(formula: Formula) -> Iterator[Passage]:
    """Explain each line; a rule is explained where it is used first."""
    said: set[str] = set()
    for number, step in enumerate(formula.derivation, 1):
        words = rule_in_words(step.rule)
        rule = "The same rule again." if words in said else words
        said |= {words} - {""}
        here = f"Here: {step.reason}." if rule else f"{step.reason[:1].upper()}{step.reason[1:]}."
        about = f"An approximation: its error falls off as eps{_power(step.order)}, with {_scaled(step)}."
        text = " ".join(filter(None, (rule, here, about if step.scaling else "")))
        yield Passage(f"Step {number}: {step.rule}", text, step)


def _scaled(step: Step) -> str:
    """Say how the symbols follow the small parameter."""
    return " and ".join(f"{symbol} as eps{_power(power)}" for symbol, power in step.scaling)


def _power(power: object) -> str:
    return "" if power == 1 else f"**{power}" if str(power).isdigit() else f"**({power})"


def _result(formula: Formula) -> Passage:
    unit = formula.dimension
    measured = "It is a pure number." if unit.is_dimensionless else f"It is measured in {unit}."
    leading = formula.leading()
    known = formula.expr.free_symbols
    letters = (f"{name}: {entry.meaning}" for name, entry in s.TABLE.items() if entry.symbol in known)
    items = (f"leading form: {leading}",) if leading != formula.expr else ()
    return Passage("The result", measured, formula, (*items, *letters))


def _onward(formula: Formula) -> Passage:
    """Say what can be done with the formula."""
    lines = len(formula.derivation)
    items = (
        f"formula.verify() puts numbers into both sides of each of the {lines} lines.",
        "cooperon.check(yours, formula) holds an expression of your own against it.",
        "formula.lambdify(...) makes a function of arrays, formula.evaluate(sample) a number with its unit.",
        *(f"To read: {reference}." for reference in cited(formula)),
    )
    return Passage("What to do with it", "With the formula in the variable formula:", None, items)
