"""LaTeX in the house style of papers: of expressions, of formulas, of lines of reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sympy as sp

from cooperon.symbolic.arrangement import arranged
from cooperon.symbolic.latex_printer import HousePrinter
from cooperon.symbolic.letters import letters
from cooperon.symbolic.prose import sentence

if TYPE_CHECKING:
    from cooperon.symbolic.derivation import Derivation, Step
    from cooperon.symbolic.formula import Formula

__all__ = ["derivation", "equation", "formula", "latex", "relation", "sentence", "shown"]


def latex(expr: sp.Expr, *, symbols: Mapping[Any, str] | None = None) -> str:
    r"""Typeset an expression as it stands.

    Parameters
    ----------
    expr : sympy.Expr
        The expression.
    symbols : mapping of str or Symbol to str, optional
        LaTeX for symbols, by their names; for the others that of the table of symbols.

    Raises
    ------
    InputError
        When a symbol is unknown, its LaTeX is no letter, or two symbols would look alike.

    Examples
    --------
    >>> from cooperon.symbolic import symbols as s
    >>> print(latex(sp.log(s.tau_phi / s.tau) / s.hbar))
    \frac{1}{\hbar} \ln\left(\frac{\tau_{\phi}}{\tau}\right)
    >>> print(latex(s.tau_phi, symbols={"tau_phi": r"\tau_{\varphi}"}))
    \tau_{\varphi}
    >>> from cooperon.symbolic.momenta import products
    >>> print(latex(2 * products(1, 2) * products(1, 3)))
    2 \left(\mathbf{q}_{1}\cdot\mathbf{q}_{2}\right) \left(\mathbf{q}_{1}\cdot\mathbf{q}_{3}\right)
    """
    text: str = HousePrinter(letters(symbols)).doprint(expr)
    return text


def formula(found: Formula, form: str | None = None, symbols: Mapping[Any, str] | None = None) -> str:
    """Typeset a formula: what all terms share is taken out in front."""
    text = latex(shown(found, form), symbols=symbols)
    return f"{found.symbol} = {text}" if found.symbol else text


def equation(step: Step, symbols: Mapping[Any, str] | None = None) -> str:
    """Typeset the equation of a step in one line."""
    return f"{latex(step.lhs, symbols=symbols)} {relation(step)} {latex(step.rhs, symbols=symbols)}"


def relation(step: Step) -> str:
    """Return the sign between the sides of a step."""
    return r"\simeq" if step.scaling else "="


def shown(found: Formula, form: str | None) -> sp.Expr:
    """Return the expression that is typeset: what all terms share taken out, or a form by its name."""
    from cooperon.symbolic.forms import form_of

    return arranged(found.expr) if form is None else form_of(found, form)


def derivation(pages: Derivation, symbols: Mapping[Any, str] | None = None) -> str:
    """Typeset a derivation: aligned equations, a line of reason before each."""
    from cooperon.symbolic.latex_document import aligned
    from cooperon.symbolic.manuscript import equations

    return aligned(equations(pages, symbols), symbols)
