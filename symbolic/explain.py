"""A result, walked through in plain words: what was asked, which diagrams, each step, what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import sympy as sp

from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.kinds import LineKind
from cooperon.diagrams.messages import shortened
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.explanation import Explanation, Passage
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.manuscript import QUANTITIES
from cooperon.symbolic.metal_words import metal_in_words, metal_named
from cooperon.symbolic.references import cited
from cooperon.symbolic.rule_words import rule_in_words

__all__ = ["explain"]

_BLOCKS: Mapping[LineKind, str] = MappingProxyType(
    {
        LineKind.DIFFUSON: "A diffuson is the sum of all ladders: two electrons meet the same "
        "impurities in the same order.",
        LineKind.COOPERON: "A Cooperon is the sum of all maximally crossed diagrams: two electrons "
        "meet the same impurities in opposite order, and interfere.",
    }
)


_NAMES: Mapping[LineKind, tuple[str, str]] = MappingProxyType(
    {
        LineKind.COOPERON: ("a Cooperon", "Cooperons"),
        LineKind.DIFFUSON: ("a diffuson", "diffusons"),
        LineKind.IMPURITY: ("an impurity line", "impurity lines"),
    }
)


def explain(result: Any) -> Explanation:
    """Walk through a result step by step, in plain words.

    Parameters
    ----------
    result : Formula or another result that was derived
        A formula, a derivation or one step of it, an entry of the atlas, or what has a derivation of its
        own: channels, a ladder, a Hikami box, the parts of :func:`~cooperon.interference`.

    Returns
    -------
    Explanation
        Printed it is text, in a notebook Markdown; ``.steps`` are its passages.

    Raises
    ------
    InputError
        For what has no derivation.

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
    >>> [passage.title for passage in cp.explain(cp.ladder("diffuson", cp.Metal(dim=2)))][-2:]
    ['Step 4: Bethe-Salpeter equation (diffuson)', 'The result']
    """
    found = _unwrapped(result)
    if isinstance(found, Formula):
        return Explanation(found, tuple(_passages(found)))
    pages = _derivation_of(found)
    if not pages:
        raise InputError(
            f"a result = {shortened(result)}",
            expected="a formula, a derivation or another result that has one",
            hint="cp.explain(cp.conductivity(cp.Metal(dim=2), loops=1))",
        )
    return Explanation(found, (*_lines(pages), *_outcome(found, pages)))


def _unwrapped(result: Any) -> Any:
    """Return what an entry of the atlas derives, and of parts that are formulas their sum."""
    found = result.result if isinstance(getattr(result, "call", None), str) else result
    total = getattr(found, "total", None)
    return total if isinstance(total, Formula) else found


def _derivation_of(found: Any) -> Derivation:
    """Return the derivation of a result, an empty one if it has none."""
    if isinstance(found, (Derivation, Step)):
        return found if isinstance(found, Derivation) else Derivation((found,))
    steps = tuple(getattr(found, "derivation", None) or getattr(found, "steps", None) or ())
    return Derivation(steps if all(isinstance(step, Step) for step in steps) else ())


def _outcome(found: Any, pages: Derivation) -> Iterator[Passage]:
    """Say what a result is that is no formula; a derivation has said it."""
    if isinstance(found, (Derivation, Step)):
        return
    head, *rest = repr(found).splitlines()
    total = getattr(found, "total", None)
    last = pages[-1].rhs.free_symbols
    known = last if total is None else total.free_symbols
    units = " (hbar = 1)" if s.hbar in last - known else ""
    sums = () if total is None else (f"all together: {total}{units}",)
    letters = _letters(known)
    yield Passage("The result", head.strip("<>"), None, (*map(str.strip, rest), *sums, *letters))


def _passages(formula: Formula) -> Iterator[Passage]:
    yield _question(formula)
    yield _diagrams(formula)
    yield from _lines(formula.derivation)
    yield _result(formula)
    yield Passage("When it holds", "It was derived for:", None, tuple(map(str, formula.assumptions)))
    yield _onward(formula)


def _question(formula: Formula) -> Passage:
    quantity = " over ".join(QUANTITIES.get(name, name) for name in formula.name.split(" / "))
    _, *rest = metal_in_words(formula.metal)
    asked = f"{quantity[:1].upper()}{quantity[1:]} of {metal_named(formula.metal)}."
    return Passage("What was asked", " ".join((asked, *rest)))


def _diagrams(formula: Formula) -> Passage:
    """Count the diagrams by what is in them, and show one of each."""
    given = formula.diagrams
    if not given:
        return Passage("The diagrams", "None of its own: it follows from the steps below.")
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


def _lines(pages: Derivation) -> Iterator[Passage]:
    """Explain each line; a rule is explained where it is used first."""
    said: set[str] = set()
    for number, step in enumerate(pages, 1):
        words = rule_in_words(step.rule)
        rule = "The same rule again." if words in said else words
        said |= {words} - {""}
        here = f"Here: {step.reason}." if rule else f"{step.reason[:1].upper()}{step.reason[1:]}."
        text = " ".join(filter(None, (rule, here, _error(step) if step.scaling else "")))
        yield Passage(f"Step {number}: {step.rule}", text, step)


def _error(step: Step) -> str:
    """Say how good an approximation is, in the symbols that stand in it."""
    known = step.lhs.free_symbols | step.rhs.free_symbols
    scaled = " and ".join(f"{x} as eps{_power(power)}" for x, power in step.scaling if x in known)
    error = "error" if step.rhs == 0 else "error relative to the right-hand side"
    return f"An approximation: with {scaled}, its {error} falls off as eps{_power(step.order)}."


def _power(power: object) -> str:
    return "" if power == 1 else f"**{power}" if str(power).isdigit() else f"**({power})"


def _result(formula: Formula) -> Passage:
    from cooperon.numerics.quantity import unit_of

    unit = formula.dimension
    measured = "It is a pure number." if unit.is_dimensionless else f"It is measured in {unit_of(unit)}."
    leading = formula.leading()
    items = (f"leading form: {leading}",) if leading != formula.expr else ()
    return Passage("The result", measured, formula, (*items, *_letters(formula.expr.free_symbols)))


def _letters(known: set[sp.Symbol]) -> Iterator[str]:
    return (f"{name}: {entry.meaning}" for name, entry in s.TABLE.items() if entry.symbol in known)


def _onward(formula: Formula) -> Passage:
    """Say what can be done with the formula."""
    lines = len(formula.derivation)
    items = (
        f"formula.verify() puts numbers into both sides of each of the {lines} lines.",
        "cp.check(yours, formula) holds an expression of your own against it.",
        "formula.lambdify(...) makes a function of arrays, formula.evaluate(sample) a number with its unit.",
        *(f"To read: {reference}." for reference in cited(formula)),
    )
    return Passage("What to do with it", "With the formula in the variable formula:", None, items)
