"""What a check finds: its kinds, its sentence, and what a factor is likely to mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy as sp

from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic.recognition import factor_parts

__all__ = ["Kind", "Verdict", "factor_meaning"]

Kind = Literal[
    "agrees",
    "agrees to leading order",
    "differs by a cutoff constant",
    "differs by a factor",
    "differs",
    "different dimension",
    "wrong limit",
    "undecided",
]


@dataclass(frozen=True, repr=False)
class Verdict(PublicNames):
    """The answer of a check.

    Attributes
    ----------
    kind : str
        ``"agrees"``, ``"agrees to leading order"``, ``"differs by a cutoff constant"``, ``"differs by a
        factor"``, ``"differs"``, ``"different dimension"``, ``"wrong limit"`` (right in some limits and
        wrong in others) or ``"undecided"``.
    sentence : str
        What was found, and what to look for.
    hand : sympy.Expr
        The hand's expression, as it was read.
    formula : sympy.Expr
        The formula's expression.
    factor : sympy.Expr, optional
        hand/formula, where that is a number other than 1.
    constant : sympy.Expr, optional
        What the hand has more beside the logarithm: ln(tau_phi/tau) + constant.
    certainty : str
        How sure an agreement is: proved, or equal at so many points to so many digits.
    chance : str
        What would have to happen for an agreement that is not proved to be an accident.
    mistakes : tuple of str
        Names of mistakes with which the engine, deriving the formula again, gets the hand's expression.
    limits : tuple of str
        What the two do in the limits of single parameters where they part.
    notes : tuple of str
        How the hand's expression was read where it could have been meant otherwise.
    relations : tuple of str
        The metal's relations that were put in for names that the formula does not contain.

    Notes
    -----
    A verdict is true where the hand's expression agrees: ``assert check(hand, formula)`` is safe.

    Examples
    --------
    >>> import cooperon as cp
    >>> verdict = cp.check("2 e^2 nu D", cp.conductivity(cp.Metal(dim=2)))
    >>> verdict.kind, bool(verdict)
    ('agrees', True)
    """

    kind: Kind
    sentence: str
    hand: sp.Expr
    formula: sp.Expr
    factor: sp.Expr | None = None
    constant: sp.Expr | None = None
    certainty: str = ""
    chance: str = ""
    mistakes: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """True for the kinds "agrees" and "agrees to leading order" only."""
        return self.kind in ("agrees", "agrees to leading order")

    def __bool__(self) -> bool:
        return self.agrees

    def __str__(self) -> str:
        read = (f"  read: {note}" for note in self.notes)
        put_in = (f"  with: {relation}" for relation in self.relations)
        return "\n".join((f"{self.kind}: {self.sentence}", *read, *put_in))

    __repr__ = __str__


def factor_meaning(factor: sp.Expr, spin_degeneracy: int) -> str:
    """Say what a factor between hand and formula is likely to come from.

    Examples
    --------
    >>> factor_meaning(sp.Rational(-1, 2), 2)
    'the sign; a factor 1/2 is often spin, left out'
    """
    if abs(float(factor) - 1) < 0.01:
        return "so close to 1 that a number may have been rounded"
    parts = factor_parts(factor)
    if parts is None:
        return "no factor of spin, sign or h against hbar"
    sign, twos, planck = parts
    found = (
        "the sign" if sign < 0 else "",
        _spin_meaning(twos, spin_degeneracy),
        _planck_meaning(planck),
    )
    return "; ".join(text for text in found if text)


def _spin_meaning(twos: int, spin_degeneracy: int) -> str:
    if twos == 0:
        return ""
    number = sp.Integer(2) ** twos
    if abs(twos) > 1:
        return f"a factor {number} is {abs(twos)} factors of 2, of which spin may be one"
    if twos < 0:
        return f"a factor {number} is often spin, left out"
    if spin_degeneracy == 1:
        return f"a factor {number} is often spin, which this metal's electrons do not have"
    return f"a factor {number} is often spin, counted twice"


def _planck_meaning(planck: int) -> str:
    if planck == 0:
        return ""
    if planck == 1:
        return "a factor 2 pi is often hbar written where h belongs in the denominator (h = 2 pi hbar)"
    if planck == -1:
        return "a factor 1/(2 pi) is often h written where hbar belongs in the denominator (h = 2 pi hbar)"
    return f"a factor (2 pi)^{planck} is often h against hbar, or the measure of an integral over q"
