"""Holding a hand calculation against a derived formula, and saying what is different.

Both sides are written in base symbols by the metal's relations. They are compared in numbers at random
points to fifty digits, always; and symbolically where that is cheap. Nothing agrees by default: what
cannot be decided is said to be undecided, with the reason. What differs is held against the formula derived
again with the mistakes of a table.
"""

from __future__ import annotations

from typing import Any

from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.symbolic.case import Case
from cooperon.symbolic.digits import BREAKDOWNS
from cooperon.symbolic.findings import FINDINGS
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.reading import Reading, read_with_notes
from cooperon.symbolic.recognised import explained
from cooperon.symbolic.verdict import Verdict

__all__ = ["check", "found"]


def check(hand: Any, formula: Formula) -> Verdict:
    r"""Hold an expression of one's own against a formula.

    Parameters
    ----------
    hand : str, sympy.Expr or number
        The expression: LaTeX, plain text (see :func:`~cooperon.symbolic.reading.read`) or sympy.
    formula : Formula
        What the engine derived.

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
    if not isinstance(formula, Formula):
        raise InputError(
            f"{formula!r} as the formula",
            expected="a Formula",
            hint="cp.conductivity(cp.Metal(dim=2), loops=1)",
        )
    reading = Reading(hand.expr) if isinstance(hand, Formula) else read_with_notes(hand)
    return found(Case(reading, formula))


def found(case: Case) -> Verdict:
    """Look for what is the matter with a case."""
    try:
        verdict = next(one for one in (test(case) for test in FINDINGS) if one is not None)
        return explained(case, verdict)
    except CooperonError:
        raise
    except BREAKDOWNS as reason:
        return case.verdict("undecided", f"Undecided, and so not said to agree: {reason}.")
