"""The Fermi-liquid constant F0 in the conventions of the literature.

Papers write the strength of the triplet channel as F, F_tilde, gamma_2, lambda or chi/chi_0. What is kept
here is how each of them is defined; translations are solved from that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression, positive
from cooperon.symbolic.triplet_share import constant_of_share, exact, triplet_share
from cooperon.symbolic.with_constant import with_constant

__all__ = ["AMPLITUDES", "Amplitude", "amplitude", "fermi_liquid_constant", "is_amplitude"]

OWN = "cooperon"
"""Name of the library's own convention."""

_HINT = 'cooperon.fermi_liquid_constant(0.3, "Lee-Ramakrishnan")'
_SHARE = sp.Symbol("R", real=True)
_STATIC = s.F0 / (1 + s.F0)
_DIGITS = 15


@dataclass(frozen=True)
class Amplitude:
    """How a source writes the strength of the triplet channel.

    Attributes
    ----------
    name : str
        As :func:`~cooperon.fermi_liquid_constant` takes it.
    letter : str
        Its letter, in LaTeX.
    source : str
        Where it is defined.
    statement : str
        What it is, in a few words.
    definition : sympy.Expr
        What it is in F0; or in the dimension d and R, the share of one component of the triplet
        (:func:`~cooperon.symbolic.triplet_share.triplet_share`).
    symbol : Symbol, optional
        What :meth:`~cooperon.Formula.in_convention` writes; None where F0 has no closed form in it.

    Examples
    --------
    >>> AMPLITUDES["Finkelstein"].definition
    -F0/(F0 + 1)
    """

    name: str
    letter: str
    source: str
    statement: str
    definition: sp.Expr
    symbol: sp.Symbol | None = None

    def value(self, F0: sp.Expr, dim: sp.Expr) -> sp.Expr:
        """Return what F0 is in this convention.

        Examples
        --------
        >>> AMPLITUDES["F_tilde"].value(s.F0, sp.Integer(2))
        4*LogRatio(F0) - 4
        """
        if not self.definition.has(_SHARE):
            return sp.cancel(self.definition.xreplace({s.F0: F0}))
        share = triplet_share(dim) if F0 != 0 else sp.S.Zero
        return sp.expand(self.definition.xreplace({_SHARE: with_constant(share, s.F0, F0), s.d: dim}))

    def constant(self, value: sp.Expr, dim: sp.Expr) -> sp.Expr:
        """Return the F0 of a value in this convention: the definition, solved for it.

        Raises
        ------
        InputError
            When no F0 has this value, or the value is not a number where only a number can be solved for.

        Examples
        --------
        >>> AMPLITUDES["Stoner"].constant(sp.Integer(2), sp.Integer(2))
        -1/2
        """
        wanted = sp.Dummy("wanted", real=True)
        unknown = _SHARE if self.definition.has(_SHARE) else s.F0
        (solved,) = sp.solve(self.definition - wanted, unknown)
        found = sp.factor(solved).subs(wanted, value).subs(s.d, dim)
        return found if unknown == s.F0 else constant_of_share(found, dim)


_TABLE = (
    Amplitude(
        OWN,
        r"F_0^{\sigma}",
        "G. Zala, B. N. Narozhny and I. L. Aleiner, Phys. Rev. B 64, 214204 (2001)",
        "Landau's constant of the spins, negative where exchange favours parallel ones",
        s.F0,
        s.F0,
    ),
    Amplitude(
        "Lee-Ramakrishnan",
        "F",
        "P. A. Lee and T. V. Ramakrishnan, Rev. Mod. Phys. 57, 287 (1985); B. L. Altshuler and "
        "A. G. Aronov, in Electron-Electron Interactions in Disordered Systems (1985)",
        "the screened interaction, averaged over the Fermi surface: twice the static amplitude",
        -2 * _STATIC,
        s.F,
    ),
    Amplitude(
        "Finkelstein",
        r"\gamma_2",
        "A. M. Finkel'stein, Sov. Phys. JETP 57, 97 (1983)",
        "the static amplitude of the triplet channel",
        -_STATIC,
        s.gamma_2,
    ),
    Amplitude(
        "Stoner",
        r"S = \chi/\chi_0",
        "the spin susceptibility over that of free electrons with the same density of states",
        "the Stoner enhancement",
        1 / (1 + s.F0),
        s.stoner,
    ),
    Amplitude(
        "F_tilde",
        r"\tilde F_{\sigma}",
        "P. A. Lee and T. V. Ramakrishnan, Rev. Mod. Phys. 57, 287 (1985)",
        "the triplets' part of a conductivity correction that goes as 4/d - (3/2) F_tilde",
        -8 * _SHARE / s.d,
    ),
    Amplitude(
        "lambda",
        r"\lambda_{\sigma}^{(j=1)}",
        "B. L. Altshuler and A. G. Aronov, in Electron-Electron Interactions in Disordered Systems (1985)",
        "the same with the other sign, 4/d + (3/2) lambda",
        8 * _SHARE / s.d,
    ),
    Amplitude(
        "Altshuler-Aronov-Lee",
        "F",
        "B. L. Altshuler, A. G. Aronov and P. A. Lee, Phys. Rev. Lett. 44, 1288 (1980)",
        "fitted to 4/d - 2 F: 1 - F in two dimensions, 4/3 - 2 F in three",
        -6 * _SHARE / s.d,
    ),
    Amplitude(
        "ratio",
        "K",
        "fits of a measured ln T or sqrt(T)",
        "the whole correction over that of the exchange alone",
        1 + 3 * _SHARE,
    ),
)

AMPLITUDES: Mapping[str, Amplitude] = MappingProxyType({one.name: one for one in _TABLE})
"""Every convention of the Fermi-liquid constant by its name."""

_ALIASES = {"Zala-Narozhny-Aleiner": OWN, "Castellani": "Finkelstein"}


def amplitude(name: object) -> Amplitude:
    """Return the convention of a name.

    Raises
    ------
    InputError
        When there is none; the message lists those that there are.

    Examples
    --------
    >>> amplitude("Zala-Narozhny-Aleiner").symbol
    F0
    """
    given = _ALIASES.get(name, name) if isinstance(name, str) else name
    if not isinstance(given, str) or given not in AMPLITUDES:
        raise InputError(
            f"the convention {name!r} of the Fermi-liquid constant",
            expected="one of " + ", ".join([*AMPLITUDES, *_ALIASES]),
            hint=_HINT,
        )
    return AMPLITUDES[given]


def is_amplitude(name: object) -> bool:
    """Return whether a name is a convention of the Fermi-liquid constant alone.

    Examples
    --------
    >>> is_amplitude("Finkelstein"), is_amplitude("HLN")
    (True, False)
    """
    return isinstance(name, str) and name != OWN and (name in AMPLITUDES or name in _ALIASES)


def fermi_liquid_constant(
    value: Any, convention: str = "Lee-Ramakrishnan", dim: Any = 2, into: str = OWN
) -> sp.Expr:
    r"""Translate the strength of the triplet channel from the convention of a paper, by default to F0.

    .. math:: 1 + F_0 = \frac{1}{1 + F/2} = \frac{1}{1 + \gamma_2} = \frac{\chi_0}{\chi}

    Parameters
    ----------
    value : number or sympy.Expr
        What the paper has.
    convention : str
        How the paper writes it: ``"cooperon"`` (F0), ``"Lee-Ramakrishnan"`` (F), ``"Finkelstein"``
        (gamma_2), ``"Stoner"`` (chi/chi_0); or, of what is fitted to a conductivity, ``"F_tilde"``,
        ``"lambda"``, ``"Altshuler-Aronov-Lee"`` (F of 1 - F) and ``"ratio"`` (correction over that of the
        exchange alone). ``cooperon.symbolic.fermi_liquid.AMPLITUDES`` has all.
    dim : number or sympy.Expr
        Dimension of space, on which the last four depend.
    into : str
        The convention of the result.

    Returns
    -------
    sympy.Expr
        Exact, or a Float where an equation was solved with numbers.

    Raises
    ------
    InputError
        When a convention is unknown, or no metal (F0 > -1) has this value.

    Notes
    -----
    Sources are named in ``AMPLITUDES``; F and F_tilde are those of P. A. Lee and T. V. Ramakrishnan, Rev.
    Mod. Phys. 57, 287 (1985), section III.

    Examples
    --------
    >>> fermi_liquid_constant(0.5), fermi_liquid_constant(0.25, "Finkelstein")
    (-1/5, -1/5)
    >>> fermi_liquid_constant(0.4725, "F_tilde", dim=2)
    -0.203574860719406
    >>> fermi_liquid_constant(-0.2, "cooperon", into="Stoner")
    5/4
    """
    source, target = amplitude(convention), amplitude(into)
    at = positive(dim, "dim", "dim=2")
    given = expression(value, f"the value in the convention {source.name!r}", _HINT)
    found = source.constant(given, at)
    if found.is_finite is False or found.is_real is False or (1 + found).is_positive is False:
        raise InputError(
            f"{given} in the convention {source.name!r}: F0 = {found}",
            expected="a value of a metal, F0 above -1",
            hint=_HINT,
        )
    result = target.value(exact(found), at)
    rounded = found.has(sp.Float) or not result.is_Rational
    return sp.N(result, _DIGITS) if result.is_number and rounded else result
