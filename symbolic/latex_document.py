r"""An article in LaTeX: title, metal, formula, diagrams in TikZ, assumptions, derivation, references.

It needs what every distribution has: amsmath, graphicx and tikz.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cooperon.diagrams import drawing
from cooperon.diagrams.layout import lay_out
from cooperon.diagrams.tikz import CENTIMETRES
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
from cooperon.symbolic.prose import headed, sentence

if TYPE_CHECKING:
    from cooperon.diagrams.diagram import Diagram
    from cooperon.symbolic.formula import Formula

__all__ = ["aligned", "document"]

_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[margin=24mm]{geometry}
\usepackage{amsmath}
\usepackage{graphicx}
\usepackage{tikz}
\allowdisplaybreaks
\emergencystretch=3em
\raggedbottom
"""
_COLUMNS = 3
_CELL = 4.8
"""Width of a picture in centimetres."""

Names = Mapping[str, str]


def document(
    formula: Formula,
    *,
    symbols: Mapping[Any, str] | None = None,
    form: str | None = None,
    bibliography: str | None = None,
) -> str:
    r"""Write a formula up as an article.

    Parameters
    ----------
    formula : Formula
        What is written up.
    symbols : mapping of str or Symbol to str, optional
        LaTeX for symbols.
    form : str, optional
        The form of the result.
    bibliography : str, optional
        Name of a BibTeX file, without its ending; by default the references are part of the document.

    Examples
    --------
    >>> import cooperon as cp
    >>> print(document(cp.conductivity(cp.Metal(dim=3))).splitlines()[0])
    \documentclass[11pt,a4paper]{article}
    """
    names = named_letters(symbols)
    parts: list[str] = []
    pages: list[Equation] = []
    for block in manuscript(formula, symbols, form):
        if isinstance(block, Equation) and block.number:
            pages.append(block)
            continue
        if pages:
            parts.append(aligned(pages, symbols))
            pages = []
        parts.append(_written(block, names, bibliography))
    return _PREAMBLE + "\n".join(part for part in parts if part) + "\n\\end{document}\n"


def aligned(equations: Iterable[Equation], symbols: Mapping[Any, str] | None = None) -> str:
    """Write numbered equations in one alignment, a line of reason before each."""
    names = named_letters(symbols)
    written = [_line(equation, names) for equation in equations]
    if not written:
        return ""
    return "\\begin{align}\n" + " \\\\\n".join(written) + "\n\\end{align}"


def _line(equation: Equation, names: Names) -> str:
    rule = sentence(headed(equation.rule), names)
    said = rf"\intertext{{\textbf{{{rule}:}} {sentence(equation.reason, names)}.}}"
    return said + "\n" + " \\nonumber \\\\*\n".join(equation.rows)


def _written(block: Block, names: Names, bibliography: str | None) -> str:
    if isinstance(block, Sources):
        return _sources(block, bibliography)
    return _WRITERS[type(block)](block, names)


def _title(block: Title, names: Names) -> str:
    return (
        f"\\title{{{sentence(block.text, names)}}}\n\\author{{derived with cooperon}}\n\\date{{}}\n"
        "\\begin{document}\n\\maketitle"
    )


def _heading(block: Heading, names: Names) -> str:
    return "" if block.text == "References" else rf"\section*{{{sentence(block.text, names)}}}"


def _text(block: Text, names: Names) -> str:
    return sentence(block.text, names)


def _literature(block: Literature, names: Names) -> str:
    said = "; ".join(
        rf"for {sentence(topic, names)}~\cite{{{','.join(keys)}}}" for topic, keys in block.topics
    )
    return f"{said[:1].upper()}{said[1:]}.".replace(r"~\cite", r" see~\cite", 1)


def _equation(block: Equation, _: Names) -> str:
    return "\\begin{align*}\n" + " \\\\\n".join(block.rows) + "\n\\end{align*}"


def _legend(block: Legend, names: Names) -> str:
    return (
        "Here "
        + "; ".join(f"${letter}$ is the {sentence(text, names)}" for letter, text in block.entries)
        + "."
    )


def _items(block: Items, names: Names) -> str:
    listed = "\n".join(rf"\item {sentence(item, names)}" for item in block.items)
    return f"\\begin{{itemize}}\n{listed}\n\\end{{itemize}}"


def _pictures(block: Pictures, _: Names) -> str:
    cells = [_cell(diagram, number) for number, diagram in enumerate(block.diagrams, 1)]
    lines = ["%\n".join(cells[start : start + _COLUMNS]) for start in range(0, len(cells), _COLUMNS)]
    return "\\begin{center}\n" + "\n\n".join(lines) + "\n\\end{center}"


def _cell(diagram: Diagram, number: int) -> str:
    left, _, right, _ = lay_out(diagram).box
    scale = min(1.0, _CELL / (CENTIMETRES * abs(right - left)))
    picture = drawing.tikz(diagram).rstrip()
    return (
        f"\\begin{{minipage}}{{0.32\\textwidth}}\\centering\n\\scalebox{{{scale:.2f}}}{{%\n{picture}%\n}}\n\n"
        f"({number})\\bigskip\n\\end{{minipage}}"
    )


def _sources(block: Sources, bibliography: str | None) -> str:
    if bibliography is not None:
        return f"\\bibliographystyle{{unsrt}}\n\\bibliography{{{bibliography}}}"
    widest = "9" * len(str(len(block.references)))
    entries = "\n".join(
        rf"\bibitem{{{one.key}}} {one.names}, \emph{{{one.title}}}, {one.where}." for one in block.references
    )
    return f"\\begin{{thebibliography}}{{{widest}}}\n{entries}\n\\end{{thebibliography}}"


_WRITERS: Mapping[type, Callable[[Any, Names], str]] = {
    Title: _title,
    Heading: _heading,
    Text: _text,
    Literature: _literature,
    Equation: _equation,
    Items: _items,
    Legend: _legend,
    Pictures: _pictures,
}
