"""LaTeX in the house style: ln for the logarithm, hbar, tau_phi with a proper index."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sympy as sp
from sympy.printing.latex import LatexPrinter

from cooperon.symbolic import symbols as s
from cooperon.symbolic.momenta import MomentumProduct

if TYPE_CHECKING:
    from cooperon.symbolic.derivation import Derivation
    from cooperon.symbolic.formula import Formula

__all__ = ["derivation", "document", "latex", "sentence"]

_SPECIAL = re.compile(r"([#$%&_{}])")
_MORE = {
    "pi": r"\pi",
    "Gamma": r"\Gamma",
    "omega_c": r"\omega_{\mathrm{c}}",
    "tau_i": r"\tau_{i}",
    "tau_B": r"\tau_{B}",
    "B_i": "B_{i}",
    "D_i": "D_{i}",
}
_NAMES = sorted({*s.names(), *_MORE}, key=len, reverse=True)
_WORD = re.compile(r"\b(" + "|".join(_NAMES) + r")\b(\*\*(\d+))?")
_QUOTED = re.compile('"([^"]*)"')
_PROSE = {"d", "p", "g", "e", "h", "m", "n", "t", "r", "L", "T", "B"}

_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage[margin=22mm]{geometry}
\usepackage{amsmath}
\allowdisplaybreaks
\begin{document}
"""


def latex(expr: sp.Expr) -> str:
    r"""Typeset an expression.

    Examples
    --------
    >>> print(latex(sp.log(s.tau_phi / s.tau) / s.hbar))
    \frac{\ln{\left(\frac{\tau_{\phi}}{\tau} \right)}}{\hbar}
    >>> from cooperon.symbolic.momenta import products
    >>> print(latex(2 * products(1, 2) * products(1, 3)))
    2 \left(\mathbf{q}_{1}\cdot\mathbf{q}_{2}\right) \left(\mathbf{q}_{1}\cdot\mathbf{q}_{3}\right)
    """
    settings = {"symbol_names": s.latex_names(), "ln_notation": True, "imaginary_unit": "ri"}
    text: str = _Printer(settings).doprint(expr)
    return text


class _Printer(LatexPrinter):  # type: ignore[misc]
    """Puts brackets around products of vectors that stand beside more than numbers."""

    _beside = False

    def _print_Mul(self, expr: sp.Expr) -> str:
        before, self._beside = self._beside, sum(not factor.is_number for factor in expr.args) > 1
        text: str = super()._print_Mul(expr)
        self._beside = before
        return text

    def _print_polygamma(self, expr: sp.Expr, exp: str | None = None) -> str:
        order, argument = expr.args
        if order != 0:
            return str(super()._print_polygamma(expr, exp))
        power = f"^{{{exp}}}" if exp else ""
        return rf"\psi{power}\left({self._print(argument)}\right)"

    def _needs_mul_brackets(self, expr: sp.Expr, **place: bool) -> bool:
        bracketed = self._beside and isinstance(expr, MomentumProduct)
        return bracketed or bool(super()._needs_mul_brackets(expr, **place))


def sentence(text: str) -> str:
    r"""Typeset a line of reason: names of symbols become mathematics, special characters are escaped.

    Examples
    --------
    >>> print(sentence("tau_phi >> tau, with k_F"))
    $\tau_{\phi}$ $\gg$ $\tau$, with $k_{\mathrm{F}}$
    """
    text = _QUOTED.sub(r"``\1''", text)
    pieces, last = [], 0
    for match in _WORD.finditer(text):
        name, _, power = match.groups()
        if name in _PROSE and not power:
            continue
        pieces += [_escape(text[last : match.start()]), _math(name, power)]
        last = match.end()
    return "".join([*pieces, _escape(text[last:])])


def _escape(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", text).replace("^", r"\^{}").replace("~", r"\~{}").replace("**", r"\^{}")
    escaped = escaped.replace("->", r"$\to$")
    return escaped.replace(">>", r"$\gg$").replace("<<", r"$\ll$").replace("<", "$<$").replace(">", "$>$")


def _math(name: str, power: str | None) -> str:
    typeset = _MORE[name] if name in _MORE else s.TABLE[name].latex
    return f"${typeset}{f'^{power}' if power else ''}$"


def derivation(pages: Derivation) -> str:
    """Typeset a derivation: for every line a sentence and a numbered equation."""
    parts = []
    for step in pages:
        relation = r"\simeq" if step.relation == "≈" else "="
        equation = f"{latex(step.lhs)} \\\\\n&{relation} {latex(step.rhs)}"
        parts.append(
            f"\\noindent\\textbf{{{sentence(step.rule)}.}} {sentence(step.reason)}\n"
            f"\\begin{{equation}}\\begin{{split}}\n&{equation}\n\\end{{split}}\\end{{equation}}\n"
        )
    return "\n".join(parts)


def document(formula: Formula) -> str:
    """Write a formula with its derivation and assumptions as a LaTeX document."""
    assumptions = "\n".join(rf"\item {sentence(a.statement)}" for a in formula.assumptions)
    return (
        f"{_PREAMBLE}\\section*{{{sentence(formula.name)}}}\n"
        f"\\begin{{equation*}}\n{formula.latex()}\n\\end{{equation*}}\n"
        f"\\subsection*{{It holds for}}\n\\begin{{itemize}}\n{assumptions}\n\\end{{itemize}}\n"
        f"\\subsection*{{Derivation}}\n{derivation(formula.derivation)}\n\\end{{document}}\n"
    )
