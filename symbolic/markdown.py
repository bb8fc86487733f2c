r"""A formula written up in Markdown, with its mathematics between dollars."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cooperon.diagrams import drawing
from cooperon.symbolic.letters import named_letters
from cooperon.symbolic.manuscript import (
    Block,
    Equation,
    Heading,
    Items,
    Legend,
    Literature,
    Pictures,
    Sources,
    Text,
    Title,
    manuscript,
)
from cooperon.symbolic.prose import headed, pieces

if TYPE_CHECKING:
    from cooperon.symbolic.formula import Formula

__all__ = ["block_text", "markdown", "plain_latex", "unscaled"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#$|])")

Names = Mapping[str, str]


def markdown(formula: Formula, *, symbols: Mapping[Any, str] | None = None, form: str | None = None) -> str:
    r"""Write a formula up in Markdown.

    Parameters
    ----------
    formula : Formula
        What is written up.
    symbols : mapping of str or Symbol to str, optional
        LaTeX for symbols.
    form : str, optional
        The form of the result.

    Examples
    --------
    >>> import cooperon as cp
    >>> print(markdown(cp.conductivity(cp.Metal(dim=3))).splitlines()[0])
    # Drude conductivity of a metal in three dimensions
    """
    names = named_letters(symbols)
    return "\n\n".join(block_text(block, names) for block in manuscript(formula, symbols, form)) + "\n"


def block_text(block: Block, names: Names) -> str:
    """Write one block."""
    return _WRITERS[type(block)](block, names)


def _prose(text: str, names: Names) -> str:
    found = pieces(text, names)
    return "".join(f"${x.text}$" if x.maths else _SPECIAL.sub(r"\\\1", x.text) for x in found)


def _title(block: Title, names: Names) -> str:
    return f"# {_prose(block.text, names)}"


def _heading(block: Heading, names: Names) -> str:
    return f"## {_prose(block.text, names)}"


def _text(block: Text, names: Names) -> str:
    return _prose(block.text, names)


def _literature(block: Literature, names: Names) -> str:
    rows = ((_prose(topic, names), ", ".join(rf"\[{key}\]" for key in keys)) for topic, keys in block.topics)
    return "To read: " + "; ".join(f"{topic}, {listed}" for topic, listed in rows) + "."


def _equation(block: Equation, names: Names) -> str:
    number = rf" \tag{{{block.number}}}" if block.number else ""
    said = (
        f"**{_prose(headed(block.rule), names)}:** {_prose(block.reason, names)}.\n\n" if block.rule else ""
    )
    return f"{said}$$\n{plain_latex(block)}{number}\n$$"


def plain_latex(block: Equation) -> str:
    r"""Write an equation for MathJax and KaTeX: in rows where it is long, with nothing but amsmath.

    Examples
    --------
    >>> plain_latex(Equation("a = b", ("&a = b",)))
    'a = b'
    """
    if len(block.rows) == 1:
        return block.line
    rows = " \\\\\n".join(unscaled(row) for row in block.rows)
    return f"\\begin{{aligned}}\n{rows}\n\\end{{aligned}}"


def unscaled(row: str) -> str:
    r"""Take out what makes a row smaller: a browser scrolls.

    Examples
    --------
    >>> unscaled(r"&\scalebox{0.50}{$\displaystyle a$}")
    '&a'
    """
    found = re.fullmatch(r"(.*?)\\scalebox\{[\d.]+\}\{\$\\displaystyle (.*)\$\}", row, re.DOTALL)
    return found[1] + found[2] if found else row


def _legend(block: Legend, names: Names) -> str:
    return "\n".join(f"- ${letter}$: {_prose(text, names)}" for letter, text in block.entries)


def _items(block: Items, names: Names) -> str:
    return "\n".join(f"- {_prose(item, names)}" for item in block.items)


def _pictures(block: Pictures, _: Names) -> str:
    return "\n\n".join(
        f"({number})\n\n```text\n{drawing.text(diagram)}\n```"
        for number, diagram in enumerate(block.diagrams, 1)
    )


def _sources(block: Sources, _: Names) -> str:
    return "\n".join(rf"- \[{one.key}\] {one.names}, *{one.title}*, {one.where}." for one in block.references)


_WRITERS: Mapping[type, Callable[[Any, Names], str]] = {
    Title: _title,
    Heading: _heading,
    Text: _text,
    Literature: _literature,
    Equation: _equation,
    Legend: _legend,
    Items: _items,
    Pictures: _pictures,
    Sources: _sources,
}
