"""Holding a hand calculation against a derived formula, and saying what is different.

Both sides are written in base symbols by the metal's relations. They are compared in numbers at random
points to fifty digits, always; and symbolically where that is cheap. Nothing agrees by default: what
cannot be decided is said to be undecided, with the reason. What differs is held against the formula derived
again with the mistakes of a table.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.symbolic.case import Case
from cooperon.symbolic.cutoffs import Regulator, cutoff_of
from cooperon.symbolic.digits import BREAKDOWNS
from cooperon.symbolic.findings import FINDINGS
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.last_terms import is_open
from cooperon.symbolic.reading import Reading, read_with_notes
from cooperon.symbolic.reading_notation import Notation
from cooperon.symbolic.reading_undone import LARGEST_Q
from cooperon.symbolic.recognised import explained
from cooperon.symbolic.requests import Derived
from cooperon.symbolic.verdict import Verdict

__all__ = ["check", "found", "largest_q", "require_formula"]


def check(hand: Any, formula: Formula, *, notation: Notation | None = None) -> Verdict:
    r"""Hold an expression of one's own against a formula.

    Parameters
    ----------
    hand : str, sympy.Expr or number
        The expression: LaTeX, plain text (see :func:`~cooperon.symbolic.reading.read`) or sympy.
    formula : Formula
        What the engine derived.
    notation : mapping of str to str, sympy.Expr or number, optional
        Names of your own; see :func:`~cooperon.symbolic.reading.read`.

    Returns
    -------
    Verdict
        ``.agrees``, ``.kind`` and a ``.sentence`` that says what to look for.

    Raises
    ------
    ReadingError
        When the expression cannot be read.
    InputError
        When ``formula`` is not a Formula.

    Examples
    --------
    >>> import cooperon as cp
    >>> wl = cp.conductivity(cp.Metal(dim=2), loops=1)
    >>> print(check(r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", wl).kind)
    agrees to leading order
    >>> print(check("-e^2/(2 pi^2 hbar) ln(2 tau_phi/tau)", wl).kind)
    differs by a cutoff constant
    """
    require_formula(formula)
    reading = Reading(hand.expr) if isinstance(hand, Formula) else read_with_notes(hand, notation=notation)
    return found(Case(reading, formula, largest_q(formula)))


def require_formula(formula: object) -> None:
    """Raise an InputError for what is no formula."""
    if not isinstance(formula, Formula):
        raise InputError(
            f"{formula!r} as the formula",
            expected="a Formula",
            hint="cp.conductivity(cp.Metal(dim=2), loops=1)",
        )


def largest_q(formula: Formula) -> sp.Expr | None:
    """Return where a formula's integrals over q end, which a hand's open integral takes over.

    Examples
    --------
    >>> import cooperon as cp
    >>> largest_q(cp.conductivity(cp.Metal(dim=2), loops=1))
    1/(sqrt(D)*sqrt(tau))
    """
    if not isinstance(formula.request, Derived):
        return None
    cutoff, metal = cutoff_of(formula.metal, formula.request.options.cutoff), formula.metal
    return cutoff.upper(metal.dim) if cutoff.regulator is Regulator.MOMENTUM else None


def found(case: Case) -> Verdict:
    """Look for what is the matter with a case."""
    try:
        verdict = next(one for one in (test(case) for test in FINDINGS) if one is not None)
        return explained(case, verdict)
    except CooperonError:
        raise
    except BREAKDOWNS as reason:
        return case.verdict("undecided", f"Undecided, and so not said to agree: {_why(case, reason)}.")


def _why(case: Case, reason: BaseException) -> object:
    """Say why a case is undecided: an end that is open, or what could not be worked out."""
    written = case.reading.expr
    if is_open(written) and not is_open(case.given.expr):
        return (
            "a sum ends at N, and no limit of the expression for N -> infinity was found; a sum that grows "
            "with N is cut off there: subtract what it grows with (ln N), or its value without a field"
        )
    if LARGEST_Q in written.free_symbols and case.largest_q is None:
        return "an integral over q is open, and there is no cutoff in momentum to end it"
    return reason
