"""What the pages take from the library: formulas, lines of a derivation, tables, output of the command line.

Nothing of it is typed by hand. Mathematics is written as MathML, which browsers draw themselves.

- ``{formula}`dim=2 loops=1 leading``` (role): a formula, its closed form (``expr``) or leading form.
- ``{line} 8`` (directive): one numbered equation of the derivation in two dimensions; the option ``rule``
  names the rule that is expected there, so that a page does not outlive a change of the derivation.
- ``{symbols}`` (directive): the table of symbols.
- ``{conventions}`` (directive): every convention of fields, with what a film's magnetoconductivity is in it.
- ``{factors}`` (directive): the table of the fields of all conventions, by those of one.
- ``{cooperon} check ...`` (directive): a command and what it prints.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import tempfile
from functools import cache
from typing import Any, ClassVar

import sympy as sp
from docutils import nodes
from docutils.parsers.rst import directives
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

import cooperon as cp
from cooperon.cli import main
from cooperon.symbolic.conventions import CONVENTIONS, TIMES, Convention
from cooperon.symbolic.latex import latex, sentence

_INLINE_MATH = re.compile(r"\$(.+?)\$")
_ESCAPED = re.compile(r"\\([#$%&_{}])")
_UPRIGHT = re.compile(r"\\mathrm\{(\w)\}")
# a function and its argument; a function with an exponent or index of its own has a gap already
_FUNCTION = re.compile(
    r"(?<!<msup>)(?<!<msub>)(?<!<msubsup>)(<mi>(?:ln|log|exp|cos|sin|tan|cot|coth|arctan)</mi>)"
    r"(?=<m(?:i|n|frac|sqrt|sup|sub)\b)"
)
_CURLY = re.compile(r">\\([{}])<")  # a bracket with a size, which the translation leaves as it is
_EXPONENT = re.compile(r"\^(\([^)]*\)|-?\w+)")
_SLASH = "<mo>&#x0002F;</mo>"
_INITIAL = re.compile(r"^(\s*)([A-Z])\. (?=\w)")
_DEFINED_IN = re.compile(r"^cooperon\.[a-z_.]+\.(?=[A-Z][.\w])")
_METAL = {"dim", "spin"}


@cache
def derived(options: str) -> cp.Formula:
    """Derive the conductivity that options such as ``dim=2 loops=1 cutoff=time`` describe."""
    given = {name: _value(text) for name, text in (pair.split("=") for pair in options.split())}
    if "power_law" in given:
        given["dephasing"] = cp.PowerLaw(given.pop("power_law"))
    metal = cp.Metal(**{name: given.pop(name) for name in _METAL | {"dephasing"} if name in given})
    return cp.conductivity(metal, **given)


def _value(text: str) -> Any:
    if text in cp.symbols.names() and text not in ("L", "tau_phi"):
        return cp.symbols.lookup(text)
    return sp.Rational(text) if re.fullmatch(r"\d+(/\d+)?", text) else text


class FormulaRole(SphinxRole):
    """A formula in the text: options of ``derived``, and ``leading`` for its leading form."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        words = self.text.split()
        formula = derived(" ".join(word for word in words if "=" in word))
        text = latex(formula.leading()) if "leading" in words else latex(formula.expr)
        return [nodes.math(self.rawtext, rf"\displaystyle {text}")], []


class LineDirective(SphinxDirective):
    """One line of the derivation of weak localization in two dimensions."""

    required_arguments = 1
    option_spec: ClassVar = {"rule": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        number = int(self.arguments[0])
        step = derived("dim=2 loops=1").derivation[number - 1]
        if step.rule != self.options.get("rule"):
            raise self.error(f'line {number} is "{step.rule}", not "{self.options.get("rule")}"')
        title = nodes.paragraph(
            "", "", nodes.strong("", f"({number}) {step.rule}. "), *_sentence(step.reason)
        )
        equation = nodes.math_block("", step.latex(), nowrap=True, number=None)
        return [nodes.container("", title, equation, classes=["derivation-line"])]


def _sentence(text: str) -> list[nodes.Node]:
    """Turn a line of reason into text and mathematics."""
    pieces = _INLINE_MATH.split(sentence(text))
    plain = (nodes.Text(_ESCAPED.sub(r"\1", piece)) for piece in pieces[::2])
    maths = [nodes.math("", piece) for piece in pieces[1::2]]
    return [node for pair in zip(plain, [*maths, nodes.Text("")], strict=True) for node in pair]


class SymbolsDirective(SphinxDirective):
    """The table of symbols: name, letter, unit, meaning."""

    def run(self) -> list[nodes.Node]:
        head = nodes.thead("", _row(*(nodes.Text(text) for text in ("name", "letter", "unit", "meaning"))))
        body = nodes.tbody("")
        for name, entry in cp.symbols.TABLE.items():
            letter, meaning = nodes.math("", entry.latex), nodes.Text(entry.meaning)
            body += _row(nodes.literal("", name), letter, _unit(str(entry.dimension)), meaning)
        columns = [nodes.colspec(colwidth=width) for width in (12, 8, 25, 55)]
        return [nodes.table("", nodes.tgroup("", *columns, head, body, cols=len(columns)))]


def _unit(text: str) -> nodes.Node:
    """Write a unit with raised exponents."""
    first, *rest = _EXPONENT.split(text)
    written = nodes.inline("", "", nodes.Text(first))
    for exponent, after in zip(rest[::2], rest[1::2], strict=True):
        raised = exponent.strip("()").replace("-", "\N{MINUS SIGN}")
        written += [nodes.superscript("", raised), nodes.Text(after)]
    return written


def displayed(symbol: str, lines: list[str]) -> nodes.math_block:
    """Display a formula that was broken into lines."""
    first, *rest = lines
    left = f"{symbol} = " if symbol else ""
    if not rest:
        return nodes.math_block("", left + first, nowrap=True, number=None)
    rows = [
        rf"{left.replace('=', '&=')}{'' if left else '&'}{first}",
        *(rf"&\quad{{}} {line}" for line in rest),
    ]
    lines_of_it = r" \\ ".join(rows)
    written = rf"\begin{{align*}}{lines_of_it}\end{{align*}}"
    return nodes.math_block("", written, nowrap=True, number=None)


def _row(*cells: nodes.Node) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def _film(convention: Convention) -> cp.Metal:
    """A film in a field, with the scattering that a convention is for."""
    spin = [cp.SpinOrbit(axes="xy")] if convention.equal else [cp.SpinOrbit(), cp.Magnetic()]
    return cp.Metal(dim=2, scattering=spin, field=cp.PerpendicularField())


@cache
def _changed_by_the_field(name: str) -> tuple[str, tuple[str, ...]]:
    """Return the symbol and the lines of the formula, a channel each."""
    formula = cp.magnetoconductivity(_film(CONVENTIONS[name])).in_convention(name)
    unit = cp.symbols.e**2 / (2 * sp.pi**2 * cp.symbols.hbar)
    half = sp.Rational(1, 2)
    channels = {x.args[1] - half: formula.expr.coeff(x) / unit for x in formula.expr.atoms(sp.polygamma)}
    whole = sp.Add(*(w * (sp.polygamma(0, half + x) - sp.log(x)) for x, w in channels.items()))
    if sp.expand(formula.expr - unit * whole) != 0:
        raise ValueError(f"{formula.expr} is not a sum over channels of a digamma and its logarithm")
    ordered = sorted(channels.items(), key=lambda pair: (-pair[1], str(pair[0])))
    weights = {sp.S.One: ""}
    terms = [
        rf"{weights.get(w, latex(w))}\left[{latex(sp.polygamma(0, half + x))} - {latex(sp.log(x))}\right]"
        for x, w in ordered
    ]
    signed = [terms[0], *(term if term.startswith("-") else f"+ {term}" for term in terms[1:])]
    signed[0] = rf"{latex(unit)} \biggl\{{ {signed[0]}"
    signed[-1] = rf"{signed[-1]} \biggr\}}"
    return formula.symbol, tuple(signed)


class ConventionsDirective(SphinxDirective):
    """What each convention is: its source, its fields, a formula in it."""

    def run(self) -> list[nodes.Node]:
        return [node for one in CONVENTIONS.values() if one.name != TIMES for node in self._about(one)]

    def _about(self, convention: Convention) -> list[nodes.Node]:
        fields = convention.fields(_film(convention))
        letters = {x: f"{letter} = " for x, letter in convention.notation.items()}
        meanings = (f"{letters.get(x, '')}{latex(x)} = {latex(value)}" for x, value in fields.items())
        head = nodes.paragraph(
            "", "", nodes.strong("", convention.name), nodes.Text(f" ({convention.source}).")
        )
        text = nodes.paragraph("", "", *_sentence(convention.note))
        symbol, lines = _changed_by_the_field(convention.name)
        definitions = nodes.math_block("", r", \quad ".join(meanings), nowrap=True, number=None)
        blocks = [definitions, displayed(symbol, list(lines))]
        return [nodes.container("", head, *blocks, text, classes=["derivation-line"])]


class FactorsDirective(SphinxDirective):
    """Fields of all conventions by those of HLN, for a metal with equal rates of the axes."""

    def run(self) -> list[nodes.Node]:
        base = CONVENTIONS["HLN"]
        film = _film(base)
        shown = [one for one in CONVENTIONS.values() if one.definitions and not one.equal]
        symbols = list(base.fields(film))
        head = nodes.thead("", _row(nodes.Text("field"), *(nodes.Text(one.name) for one in shown)))
        body = nodes.tbody("")
        for symbol in symbols:
            cells = (sp.expand(one.fields(film)[symbol].xreplace(base.rates(film))) for one in shown)
            body += _row(*(nodes.math("", latex(cell)) for cell in (symbol, *cells)))
        columns = [nodes.colspec(colwidth=10) for _ in (symbols, *shown)]
        return [nodes.table("", nodes.tgroup("", *columns, head, body, cols=len(columns)))]


class CommandDirective(SphinxDirective):
    """A command of the command line and what it prints."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        command = self.arguments[0]
        printed = io.StringIO()
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.chdir(folder))  # for the files that a command writes
            stack.enter_context(contextlib.redirect_stdout(_Utf8(printed)))
            main(shlex.split(command))
        text = f"$ cooperon {command}\n{printed.getvalue()}".rstrip()
        return [nodes.literal_block(text, text, language="text")]


class _Utf8(io.TextIOBase):
    """A standard output that says it takes all characters."""

    encoding = "utf-8"

    def __init__(self, target: io.StringIO) -> None:
        self._target = target

    def write(self, text: str) -> int:
        return self._target.write(text)


def mathml(text: str, display: str) -> str:
    """Translate LaTeX to MathML, with gaps around functions and hardly one around a slash."""
    plain = _UPRIGHT.sub(r"\\text{\1}", text)
    for old, new in ((r"\!", ""), (r"\displaystyle", ""), (r"\ln", r"\,\ln"), (r"\cos", r"\,\cos")):
        plain = plain.replace(old, new)
    written = _FUNCTION.sub(r'\1<mspace width="0.17em"/>', str(convert(plain, display=display)))
    written = _CURLY.sub(r">\1<", written)
    return written.replace(_SLASH, _SLASH.replace("<mo>", '<mo lspace="0.08em" rspace="0.08em">'))


def visit_inline(self: Any, node: nodes.math) -> None:
    """Write mathematics in a line of text."""
    display = r"\displaystyle" in node.astext()
    written = mathml(node.astext(), "inline")
    self.body.append(written.replace("<math ", '<math displaystyle="true" ', 1) if display else written)
    raise nodes.SkipNode


def visit_block(self: Any, node: nodes.math_block) -> None:
    """Write a displayed equation."""
    self.body.append(f'<div class="equation">{mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def keep_initials(_app: Sphinx, _what: str, *rest: Any) -> None:
    """Hide that a line begins with the initial of an author, which else makes a numbered list of it."""
    lines = rest[-1]
    lines[:] = [_INITIAL.sub(r"\1\2\\. ", line) for line in lines]


def keep_first_line(_app: Sphinx, what: str, *rest: Any) -> None:
    """Hide a colon in the first line of a property, before which a type is looked for otherwise."""
    lines = rest[-1]
    if what == "property" and lines:
        lines[0] = lines[0].replace(": ", " -- ")


def find_public_name(app: Sphinx, env: Any, node: nodes.Element, content: nodes.Element) -> nodes.Node | None:
    """Let a reference to where a class is defined find the public name that it is documented under."""
    target = _DEFINED_IN.sub("cooperon.", node.get("reftarget", ""))
    if node.get("refdomain") != "py" or target == node["reftarget"]:
        return None
    python = env.domains["py"]
    return python.resolve_xref(env, node["refdoc"], app.builder, node["reftype"], target, node, content)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the roles, directives and the renderer ``mathml``."""
    app.add_role("formula", FormulaRole())
    app.add_directive("line", LineDirective)
    app.add_directive("symbols", SymbolsDirective)
    app.add_directive("conventions", ConventionsDirective)
    app.add_directive("factors", FactorsDirective)
    app.add_directive("cooperon", CommandDirective)
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("autodoc-process-docstring", keep_first_line, priority=400)
    app.connect("autodoc-process-docstring", keep_initials, priority=410)
    app.connect("missing-reference", find_public_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
