"""What an explanation is: passages, printed as text or shown in a notebook as Markdown with drawings."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic.derivation import Derivation, Step, one_line
from cooperon.symbolic.formula import Formula

__all__ = ["Explanation", "Passage"]

_WIDTH = 96


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
            left, right = one_line(self.equation.lhs), one_line(self.equation.rhs)
            lines += [f"      {left}", f"    {self.equation.relation} {right}"]
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
    """A walk through a result.

    Printed it is text, in a notebook Markdown with equations and drawings.

    Attributes
    ----------
    result : Formula, Derivation or another result
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

    result: Any
    steps: tuple[Passage, ...]

    @property
    def formula(self) -> Formula | None:
        """The formula that is explained; None where the result is not one."""
        return self.result if isinstance(self.result, Formula) else None

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
