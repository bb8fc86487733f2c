"""A formula written up as one HTML file: MathML, pictures in SVG, no script and no network."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from cooperon.diagrams import drawing
from cooperon.diagrams.errors import CooperonError
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
from cooperon.symbolic.markdown import unscaled
from cooperon.symbolic.prose import headed, pieces

if TYPE_CHECKING:
    from cooperon.symbolic.formula import Formula

__all__ = ["html", "mathml"]

_STYLE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 Georgia, serif; color: #222; }
math { font-size: 1.05em; }
math[display=block] { display: block math; text-align: left; margin: 0.2rem 0; }
.equation { display: flex; align-items: center; overflow-x: auto; margin: 0.6rem 0 1.2rem; }
.equation .number { margin-left: auto; padding-left: 2rem; color: #666; }
.diagrams { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-end; }
figure { margin: 0; text-align: center; }
li { margin: 0.2rem 0; }
"""

Names = Mapping[str, str]


def html(formula: Formula, *, symbols: Mapping[Any, str] | None = None, form: str | None = None) -> str:
    """Write a formula up as an HTML file that needs nothing else.

    Parameters
    ----------
    formula : Formula
        What is written up.
    symbols : mapping of str or Symbol to str, optional
        LaTeX for symbols.
    form : str, optional
        The form of the result.

    Raises
    ------
    CooperonError
        When the package latex2mathml is missing.

    Examples
    --------
    >>> import cooperon as cp
    >>> html(cp.conductivity(cp.Metal(dim=3))).startswith("<!DOCTYPE html>")
    True
    """
    names = named_letters(symbols)
    blocks = manuscript(formula, symbols, form)
    title = next(block.text for block in blocks if isinstance(block, Title))
    body = "\n".join(_written(block, names) for block in blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def mathml(latex: str, *, display: bool = False) -> str:
    """Write LaTeX of this library as MathML.

    Raises
    ------
    CooperonError
        When the package latex2mathml is missing.
    """
    try:
        from latex2mathml.converter import convert
    except ImportError:
        raise CooperonError(
            "latex2mathml is not installed, which writes equations for HTML: pip install 'cooperon[html]'"
        ) from None
    return str(convert(_simple(latex), display="block" if display else "inline"))


def _simple(latex: str) -> str:
    """Write upright letters as text, for in MathML they are slanted; curly brackets at their own size."""
    latex = re.sub(r"\\bigg[lr]\\([{}])", r"\\\1", latex)
    return re.sub(r"\\mathrm\{([A-Za-z])\}", r"\\text{\1}", latex)


def _prose(text: str, names: Names) -> str:
    found = pieces(text, names)
    return "".join(mathml(x.text) if x.maths else escape(x.text, quote=False) for x in found)


def _written(block: Block, names: Names) -> str:
    return _WRITERS[type(block)](block, names)


def _title(block: Title, names: Names) -> str:
    return f"<h1>{_prose(block.text, names)}</h1>"


def _heading(block: Heading, names: Names) -> str:
    return f"<h2>{_prose(block.text, names)}</h2>"


def _text(block: Text, names: Names) -> str:
    return f"<p>{_prose(block.text, names)}</p>"


def _literature(block: Literature, names: Names) -> str:
    rows = (
        (_prose(topic, names), ", ".join(f'<a href="#{key}">{key}</a>' for key in keys))
        for topic, keys in block.topics
    )
    return "<p>To read: " + "; ".join(f"{topic}, {listed}" for topic, listed in rows) + ".</p>"


def _equation(block: Equation, names: Names) -> str:
    said = (
        f"<p><b>{_prose(headed(block.rule), names)}:</b> {_prose(block.reason, names)}.</p>\n"
        if block.rule
        else ""
    )
    number = f'<span class="number">({block.number})</span>' if block.number else ""
    rows = [block.line] if len(block.rows) == 1 else [unscaled(row) for row in block.rows]
    lines = "".join(f"<div>{mathml(row.replace('&', '', 1), display=True)}</div>" for row in rows)
    return f'{said}<div class="equation"><div>{lines}</div>{number}</div>'


def _legend(block: Legend, names: Names) -> str:
    return _list(f"{mathml(letter)}: {_prose(text, names)}" for letter, text in block.entries)


def _items(block: Items, names: Names) -> str:
    return _list(_prose(item, names) for item in block.items)


def _list(items: Any) -> str:
    return "<ul>\n" + "\n".join(f"<li>{item}</li>" for item in items) + "\n</ul>"


def _pictures(block: Pictures, _: Names) -> str:
    drawn = "\n".join(
        f"<figure>{_inline(drawing.svg(diagram))}<figcaption>({number})</figcaption></figure>"
        for number, diagram in enumerate(block.diagrams, 1)
    )
    return f'<div class="diagrams">\n{drawn}\n</div>'


def _inline(svg: str) -> str:
    """Take off what only a file of its own has."""
    return re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>", "", svg, flags=re.DOTALL).strip()


def _sources(block: Sources, _: Names) -> str:
    return _list(
        f'<span id="{one.key}">[{one.key}] {escape(one.names)}, <i>{escape(one.title)}</i>, '
        f"{escape(one.where)}.</span>"
        for one in block.references
    )


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
