"""A derivation by hand, line by line: the first line that does not follow from the one before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import sympy as sp

from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.case import PROVED, Case
from cooperon.symbolic.check import found, largest_q, require_formula
from cooperon.symbolic.cutoffs import find_cutoff
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.reading import Reading
from cooperon.symbolic.reading_notation import Notation
from cooperon.symbolic.reading_steps import read_steps
from cooperon.symbolic.verdict import Kind, Verdict

__all__ = ["CheckedStep", "StepsVerdict", "check_steps"]

_DEFAULT_CUTOFF = "diffusive"
_FORMULA = "the formula"


@dataclass(frozen=True, repr=False)
class CheckedStep(PublicNames):
    """A line of a derivation, held against the one before it or against the formula.

    Attributes
    ----------
    line : int
        Where it stands, counted from 1.
    against : str
        What it was held against: ``"line 2"`` or ``"the formula"``.
    verdict : Verdict
        What was found.

    Examples
    --------
    >>> (step,) = check_steps(["2 tau", "3 tau"]).steps
    >>> step.line, step.against, step.verdict.agrees
    (2, 'line 1', False)
    """

    line: int
    against: str
    verdict: Verdict

    def __str__(self) -> str:
        return f"line {self.line} against {self.against}: {self.verdict}"

    def __repr__(self) -> str:
        return f"<{self}>"


@dataclass(frozen=True, repr=False)
class StepsVerdict(PublicNames):
    """The answer of a check of a derivation.

    Attributes
    ----------
    kind : str
        That of the first wrong line; else ``"undecided"`` where one could not be decided; else ``"agrees"``,
        or ``"agrees to leading order"`` where a line is an approximation.
    sentence : str
        Which line is wrong first, and what changed in it.
    first_wrong : int, optional
        The line, counted from 1; None where none was found to be wrong.
    steps : tuple of CheckedStep
        Every comparison that was made.
    lines : tuple of Reading
        The lines as they were read.

    Notes
    -----
    It is true where every line follows, and the last one agrees with the formula if one was given.

    Examples
    --------
    >>> check_steps(["2 tau", "3 tau"]).first_wrong
    2
    >>> bool(check_steps(["2 tau", "tau + tau"]))
    True
    """

    kind: Kind
    sentence: str
    first_wrong: int | None
    steps: tuple[CheckedStep, ...]
    lines: tuple[Reading, ...]

    @property
    def agrees(self) -> bool:
        """True where every comparison agrees, exactly or to leading order."""
        return self.kind in ("agrees", "agrees to leading order")

    def __bool__(self) -> bool:
        return self.agrees

    def __str__(self) -> str:
        return "\n".join((f"{self.kind}: {self.sentence}", *(f"  {step}" for step in self.steps)))

    __repr__ = __str__


def check_steps(
    lines: str | Sequence[Any], formula: Formula | None = None, *, notation: Notation | None = None
) -> StepsVerdict:
    r"""Hold each line of a derivation against the one before it, and the last against a formula.

    Parameters
    ----------
    lines : str or sequence of str, sympy.Expr or number
        A LaTeX environment (``align``, ...), or a list with one line an entry; see
        :func:`~cooperon.symbolic.reading_steps.read_steps`. Integrals and sums need not be done: they are
        compared by value.
    formula : Formula, optional
        What the last line should be. Its metal gives the relations among symbols, and its cutoff ends
        integrals over q that are left open; else relations that hold in any dimension, and q < 1/sqrt(D tau).
    notation : mapping of str to str, sympy.Expr or number, optional
        Names of your own; see :func:`~cooperon.symbolic.reading.read`.

    Returns
    -------
    StepsVerdict

    Raises
    ------
    ReadingError
        When a line cannot be read; the message says which.
    InputError
        When ``formula`` is not a Formula.

    Examples
    --------
    >>> verdict = check_steps(
    ...     [
    ...         r"-\frac{2e^2D}{\pi\hbar}\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi}",
    ...         r"-\frac{e^2}{\pi^2\hbar}\ln\left(1+\frac{\tau_\phi}{\tau}\right)",
    ...         r"-\frac{e^2}{\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}",
    ...     ]
    ... )
    >>> verdict.first_wrong, verdict.kind, verdict.steps[0].verdict.factor
    (2, 'differs by a factor', 2)
    """
    if formula is not None:
        require_formula(formula)
    readings = read_steps(lines, notation=notation)
    metal = Metal(dim=s.d) if formula is None else formula.metal
    end = find_cutoff(_DEFAULT_CUTOFF).upper(metal.dim) if formula is None else largest_q(formula)
    steps = tuple(_between(readings, metal, end))
    wrong = next((step for step in steps if _is_wrong(step)), None)
    if wrong is not None and formula is not None:
        start = _wrong_from_the_start(readings, wrong, formula, end)
        steps, wrong = steps + start, start[0] if start else wrong
    elif formula is not None:
        steps += tuple(_ends(readings, formula, end))
        wrong = next((step for step in reversed(steps) if _is_wrong(step)), None)
    return _verdict(readings, steps, wrong)


def _between(readings: Sequence[Reading], metal: Metal, end: sp.Expr | None) -> Iterator[CheckedStep]:
    """Hold each side of an equation against the one before it."""
    for before, here in pairwise(readings):
        if before.equation == here.equation:
            name = f"line {before.line}" if before.line != here.line else "the side before it"
            told = Formula(name, before.expr, before.expr, metal)
            verdict = found(Case(here, told, end, name))
            yield CheckedStep(here.line, name, _in_open_dimension(verdict) if metal.dim == s.d else verdict)


def _in_open_dimension(verdict: Verdict) -> Verdict:
    """Say so where one line has D, the other has not, and nothing says in how many dimensions."""
    hand, before = verdict.hand.free_symbols, verdict.formula.free_symbols
    if verdict.kind not in ("differs", "wrong limit") or s.D not in hand ^ before or s.d in hand | before:
        return verdict
    told = "D = v_F^2 tau/d was put in with d left open: with a formula it is that of its metal."
    return replace(verdict, sentence=f"{verdict.sentence} {told}")


def _ends(readings: Sequence[Reading], formula: Formula, end: sp.Expr | None) -> Iterator[CheckedStep]:
    """Hold the result against the formula, and where it is wrong the line that all others follow from."""
    first, last = readings[0], readings[-1]
    result = CheckedStep(last.line, _FORMULA, found(Case(last, formula, end)))
    yield result
    if first is not last and first.equation == last.equation and _is_wrong(result):
        yield CheckedStep(first.line, _FORMULA, found(Case(first, formula, end)))


def _wrong_from_the_start(
    readings: Sequence[Reading], wrong: CheckedStep, formula: Formula, end: sp.Expr | None
) -> tuple[CheckedStep, ...]:
    """Return what is found where the first line is not the formula, and the one that breaks with it is."""
    first, here = readings[0], next(one for one in readings if one.line == wrong.line)
    if first.line == here.line or any(one.equation != first.equation for one in readings):
        return ()
    steps = tuple(CheckedStep(one.line, _FORMULA, found(Case(one, formula, end))) for one in (first, here))
    return steps if _is_wrong(steps[0]) and steps[1].verdict else ()


def _is_wrong(step: CheckedStep) -> bool:
    return not step.verdict and step.verdict.kind != "undecided"


def _verdict(
    readings: tuple[Reading, ...], steps: tuple[CheckedStep, ...], wrong: CheckedStep | None
) -> StepsVerdict:
    undecided = [step for step in steps if step.verdict.kind == "undecided"]
    if wrong is not None:
        doubt = f" (Before it, line {undecided[0].line} is undecided.)" if undecided else ""
        right = steps[-1]
        if wrong.against == _FORMULA and right.line > wrong.line and right.verdict:
            doubt = f" Line {right.line}, which does not follow from it, is the formula.{doubt}"
        return StepsVerdict(wrong.verdict.kind, _said(wrong) + doubt, wrong.line, steps, readings)
    if undecided or not steps:
        reason = _said(undecided[0]) if undecided else "There is nothing to hold a single line against."
        return StepsVerdict("undecided", reason, None, steps, readings)
    exact = all(step.verdict.kind == "agrees" for step in steps)
    kind: Kind = "agrees" if exact else "agrees to leading order"
    against = [step.against == _FORMULA for step in steps]
    said = (
        "Each line follows from the one before it" if not all(against) else "",
        "the last one agrees with the formula" if any(against) else "",
    )
    nearly = dict.fromkeys(str(step.line) for step in steps if step.verdict.kind == "agrees to leading order")
    order = f", to leading order in line {', '.join(nearly)}" if nearly else ""
    sentence = f"{', and '.join(one for one in said if one)}{order} ({_weakest(steps)})."
    return StepsVerdict(kind, sentence[0].upper() + sentence[1:], None, steps, readings)


def _said(step: CheckedStep) -> str:
    if step.against == _FORMULA:
        return f"Line {step.line} is not the formula. {step.verdict.sentence}"
    return f"Line {step.line} does not follow from {step.against}. {step.verdict.sentence}"


def _weakest(steps: Sequence[CheckedStep]) -> str:
    """Return the certainty of the comparison that is least sure: not proved, and to the fewest digits."""
    sure = {step.verdict.certainty or "found in numbers" for step in steps}
    return min(sure, key=lambda one: (one == PROVED, *(int(n) for n in re.findall(r"to (\d+) digits", one))))
