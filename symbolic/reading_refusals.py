"""What is no expression with a value, as it is written: refused before parsing, with the reason."""

from __future__ import annotations

import re

from cooperon.diagrams.errors import ReadingError

__all__ = ["refuse", "shortened"]

_QUOTED = 80

_OF_WHAT = r"(?:\s|\\[,;:!])*(?:[A-Za-z]|\\(?!(?:cdot|times|left|right|frac)(?![A-Za-z]))[A-Za-z])"
_UPRIGHT_D = r"(?:\\(?:mathrm|rm|text)\s*\{\s*d\s*\}|d)"
_DERIVATIVE = (
    rf"\\[dt]?frac\s*\{{\s*{_UPRIGHT_D}(?:\s*\^\s*\{{?[0-9]\}}?)?(?:\s*\}}|{_OF_WHAT}[^{{}}]*\}})"
    rf"\s*\{{\s*{_UPRIGHT_D}{_OF_WHAT}"
    r"|(?<![A-Za-z_^\\])d\s+[A-Za-z]\w*\s*/\s*d\s+[A-Za-z]"
)

_REFUSED: tuple[tuple[str, str, str], ...] = (
    (r"\\prod(?![A-Za-z])|∏", "a product over many factors that is not done", "write its closed form"),
    (r"\\(?:partial|nabla|lim)(?![A-Za-z])|∂", "a derivative or limit that is not done", "carry it out"),
    (_DERIVATIVE, "a derivative that is not done", r"carry it out; d\cdot L for a product"),
    (r"\\[lr]angle|⟨|⟩", "an average in angle brackets: over what?", "write the averaged quantity itself"),
    (r"\\(?:pm|mp)(?![A-Za-z])|±|∓", "two expressions in one (plus or minus)", "choose one sign"),
    (r"\\[lcd]?dots|…|\.\.\.", "an ellipsis", "write all terms"),
    (
        r"\\mathcal\s*\{?\s*O(?![A-Za-z])|\\mathrm\{O\}|(?<![A-Za-z\\])O\s*\(",
        "a remainder O(...)",
        "leave it out",
    ),
    (
        r"\^\s*(?:\{\s*)?(?:\*(?!\*)|\\(?:ast|star|dagger|dag)(?![A-Za-z]))",
        "a star or a dagger as an index",
        "the name without it, or a name of your own in notation={...}",
    ),
    (r"\\begin|\\end|\\\\", "an environment or several lines", "one expression at a time, or read_steps"),
    (r"\\over(?![A-Za-z])", r"\over", r"\frac{...}{...}"),
    (r"\||\\[lr]?[vV]ert", "bars, which open and close alike", "abs(...)"),
    (r"!(?<!\\!)", "a factorial", "Gamma(n + 1)"),
    (
        r"_\s*\{[^{}]*(?:[<>]|\\(?:leq?|geq?|ll|gg)(?![A-Za-z]))",
        "an integral or sum over a region, an inequality below it",
        r"limits, \int_0^{Q}; or none, and an integral over q ends at the formula's cutoff",
    ),
    (r"(?<!\\)[<>]|\\(?:leq?|geq?|ll|gg)(?![A-Za-z])", "an inequality", "one expression"),
    (r"\\(?:long)?(?:to|rightarrow)(?![A-Za-z])|→", "a limit (infinity, or an arrow)", "take the limit"),
    (r"\\(?:propto|sim)(?![A-Za-z])|∝", "a proportionality", "the expression with its factor"),
    (r"'|\\prime|′", "a prime", "polygamma(1, x) for the derivative of psi"),
)  # fmt: skip

_SCIENTIFIC = re.compile(r"(?<![A-Za-z_0-9.])(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]")


def shortened(text: str) -> str:
    """Text as it is quoted in messages: its beginning and its end, where it is long."""
    text = text.strip()
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 20]} ... {text[-15:]}"


def refuse(text: str) -> None:
    r"""Refuse what no grammar can give a value: derivatives, limits, averages, remainders, inequalities.

    Raises
    ------
    ReadingError
        With the reason, and what to write.

    Examples
    --------
    >>> refuse(r"\ln(\tau_\phi/\tau)")
    """
    for pattern, what, hint in _REFUSED:
        if re.search(pattern, text):
            raise ReadingError(what, expected="one expression with a value", hint=hint)
    found = _SCIENTIFIC.search(text)
    if found:
        raise ReadingError(
            f"{shortened(found[0])}, which is a number in scientific notation or a product with the charge e",
            expected="one or the other",
            hint="10^{-3} for the power of ten, 2*e for the product",
        )
