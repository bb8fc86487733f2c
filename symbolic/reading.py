r"""Reading a formula that somebody wrote: LaTeX as in papers, plain text, or a sympy expression.

Nothing is ever evaluated as Python. Names mean the symbols of :mod:`cooperon.symbolic.symbols`; what could
be read in two ways is refused, or read by the rule of papers and said so in the notes:

- ``e`` is the charge; the exponential function is ``\exp(...)`` or ``\mathrm{e}^{...}``, and ``e^{-t/\tau}``,
  since a charge is raised to numbers alone;
- ``log`` is the natural logarithm;
- ``e^2/2\pi^2\hbar \ln x``: all up to the function is below the slash; ``*`` ends a denominator;
- ``\ln k_F\ell``: the function takes what stands side by side, up to the next function;
- an integral or a sum that is not done takes all that follows in its term, and stays undone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sympy as sp

from cooperon.diagrams.errors import CooperonError, ReadingError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols
from cooperon.symbolic.digits import BREAKDOWNS
from cooperon.symbolic.metal import to_dimension
from cooperon.symbolic.reading_limits import bounded_expression, bounded_substitution
from cooperon.symbolic.reading_names import symbol_named
from cooperon.symbolic.reading_notation import Notation, own_names
from cooperon.symbolic.reading_refusals import shortened
from cooperon.symbolic.reading_text import MAX_DIGITS, Source, normalise, too_large
from cooperon.symbolic.reading_tree import expression
from cooperon.symbolic.reading_undone import OPEN_ENDS, UNDONE, ended

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedInput

__all__ = ["Reading", "read", "read_with_notes"]


@dataclass(frozen=True)
class Reading(PublicNames):
    r"""An expression that was read, and how.

    Attributes
    ----------
    expr : sympy.Expr
        The expression, in ``cooperon.symbols``. Integrals and sums that were not done are ``sympy.Integral``
        and ``sympy.Sum`` with the measure written out, as factors of its terms.
    notes : tuple of str
        What could have been meant otherwise, and how it was taken.
    name : str
        What stood on the left of the sign of equality; empty without one.
    relation : str
        ``"="`` or ``"≈"``, the sign in front of the expression; empty without one.
    text : str
        What was read, as it was written; empty for what is not text.
    line : int
        The line of a derivation that it comes from, counted from 1; 0 for a single expression.
    equation : int
        Which equation of a derivation it is a side of, counted from 1: those of one equation are equal.
    """

    expr: sp.Expr
    notes: tuple[str, ...] = ()
    name: str = ""
    relation: str = ""
    text: str = ""
    line: int = 0
    equation: int = 0

    @property
    def undone(self) -> bool:
        """Whether it has integrals or sums that are not done."""
        return bool(self.expr.has(*UNDONE))

    @property
    def open_ends(self) -> tuple[sp.Symbol, ...]:
        """Ends of integrals and sums that the hand left to a cutoff: Q, the largest q; N, the last term."""
        ends = dict.fromkeys(OPEN_ENDS.values())
        return tuple(end for end in ends if end in self.expr.free_symbols)


def read(text: Any, *, dim: Any = None, notation: Notation | None = None) -> sp.Expr:
    r"""Read a formula.

    Parameters
    ----------
    text : str, sympy.Expr or number
        LaTeX or plain text, with or without the name of the quantity in front (``\delta\sigma = ...``).
        The symbols of a sympy expression are taken by their names.
    dim : number or sympy.Expr, optional
        A dimension of space to put in for the symbol d.
    notation : mapping of str to str, sympy.Expr or number, optional
        Names of your own and what they mean: ``{r"\Gamma": "1/tau", "x": "B_phi/B"}``.

    Returns
    -------
    sympy.Expr
        The expression, in ``cooperon.symbols``.

    Raises
    ------
    ReadingError
        When it cannot be read, can be read in two ways, has a name that is not known, or is too large to
        be a formula.

    Examples
    --------
    >>> read(r"-\frac{e^2}{\pi h}\ln\frac{\tau_\phi}{\tau}")
    -e**2*log(tau_phi/tau)/(pi*h)
    >>> read("v_F^2 tau/d", dim=3)
    tau*v_F**2/3
    >>> read(r"\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+\Gamma}", notation={r"\Gamma": "1/tau_phi"})
    Integral(q/(2*pi*(D*q**2 + 1/tau_phi)), (q, 0, Q))
    """
    return read_with_notes(text, dim=dim, notation=notation).expr


def read_with_notes(text: Any, *, dim: Any = None, notation: Notation | None = None) -> Reading:
    r"""Read a formula, and say where it could have been meant otherwise; see :func:`read`.

    Examples
    --------
    >>> read_with_notes(r"1/2\pi\tau").notes
    ('/2\\pi\\tau: all of it is below the slash',)
    """
    try:
        reading = _read(text, own_names(notation, _meaning))
        if dim is None:
            return reading
        return replace(reading, expr=bounded_substitution(reading.expr, {symbols.d: to_dimension(dim)}))
    except CooperonError:
        raise
    except BREAKDOWNS as reason:
        raise ReadingError(
            f"{shortened(str(text))}, which cannot be worked out ({type(reason).__name__})",
            expected="an expression with a value",
        ) from None


def _meaning(text: Any) -> sp.Expr:
    return _read(text, {}).expr


def _read(text: Any, own: dict[str, sp.Expr]) -> Reading:
    if isinstance(text, str):
        return _read_text(text, own)
    if not isinstance(text, sp.Expr):
        return Reading(_number(text))
    found = ended(_ours(text, own))
    return Reading(found.value, found.notes)


def _read_text(text: str, own: dict[str, sp.Expr]) -> Reading:
    source = normalise(text)
    value, notes = expression(_parse(source), source, own)
    return Reading(bounded_expression(value), notes, source.name, source.relation, text.strip())


def _parse(source: Source) -> Tree[Token]:
    from lark.exceptions import UnexpectedInput

    try:
        return _parser().parse(source.text)
    except UnexpectedInput as error:
        raise _unreadable(source, error) from None


@cache
def _parser() -> Lark:
    from lark import Lark

    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _unreadable(source: Source, error: UnexpectedInput) -> ReadingError:
    text = source.text
    position = error.pos_in_stream
    ended = getattr(getattr(error, "token", None), "type", "") == "$END"
    if ended or position is None or not 0 <= position < len(text):
        return ReadingError(
            f"{source.quoted(0, len(text))}, which breaks off",
            expected="a complete expression",
            hint="look for an open bracket",
        )
    before, found = text[max(0, position - 20) : position], text[position : position + 12]
    return ReadingError(
        f"{found!r} behind {before!r}" if before else f"{found!r} at the start",
        expected="an expression in LaTeX or plain text",
        hint=r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}, or -e^2/(2 pi^2 hbar) ln(tau_phi/tau)",
    )


def _ours(expr: sp.Expr, own: dict[str, sp.Expr]) -> sp.Expr:
    """Put the library's symbols in place of others of the same names, and exact numbers for decimals."""
    expr = bounded_expression(expr)
    known = {**OPEN_ENDS, **own}
    table = {symbol: known.get(symbol.name) or symbol_named(symbol.name) for symbol in expr.free_symbols}
    exact = expr.xreplace({number: sp.Rational(str(number)) for number in expr.atoms(sp.Float)})
    return bounded_expression(bounded_substitution(exact, table))


def _number(value: Any) -> sp.Expr:
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        raise ReadingError(
            f"{shortened(repr(value))}, a {type(value).__name__}",
            expected="text in LaTeX or plain notation, or a sympy expression",
        )
    try:
        exact = Fraction(int(value)) if isinstance(value, Integral) else Fraction(str(value))
    except ValueError:
        raise ReadingError(f"the number {shortened(str(value))}", expected="a finite number") from None
    if max(abs(exact.numerator), exact.denominator) >= 10**MAX_DIGITS:
        raise too_large("a number", f"at most {MAX_DIGITS} digits")
    return sp.Rational(exact.numerator, exact.denominator)
