r"""From what somebody typed to the one spelling that the grammar reads.

Delimiters ($, \[ \]), signs of other alphabets, a left-hand side such as ``\delta\sigma =`` and the
short forms of TeX (``\frac12``) are dealt with here, and what is too large or not a formula is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from cooperon.diagrams.errors import ReadingError

__all__ = ["Source", "normalise", "shortened", "too_large"]

MAX_LENGTH = 5000
MAX_DEPTH = 20
MAX_DIGITS = 30
_QUOTED = 80

_LETTERS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "Γ": "Gamma", "δ": "delta", "Δ": "Delta", "ε": "epsilon",
    "ζ": "zeta", "θ": "theta", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Ω": "Omega",
    "ħ": "hbar", "ℏ": "hbar", "ℓ": "ell", "√": "sqrt",
}  # fmt: skip
_SIGNS = {"−": "-", "–": "-", "·": "*", "⋅": "*", "×": "*", "∗": "*", "÷": "/", "∕": "/"}
_BRACKETS = ((r"\{", "("), (r"\}", ")"), (r"\left|", r"\operatorname{abs}("), (r"\right|", ")"))
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))
_TRAILING = " \t\r\n.,;:\\"

_EQUALS = re.compile(r":=|=|\\(?:approx|simeq|equiv)(?![A-Za-z])|[≈≃≡]")
_SCRIPT = r"[_^]\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\?[A-Za-z0-9]+)"
_QUANTITY = re.compile(
    r"\s*(?:\\?(?:[dD]elta|d(?![A-Za-z]))\s*_?|d(?=sigma))?\s*(?:\\?sigma|\\mathrm\{G\}|G)\s*"
    rf"(?:{_SCRIPT}\s*)*(?:\([^()=]*\)\s*)?&?\s*"
)

# Written as such, none of these is an expression with a value: said with the reason, before parsing.
_REFUSED: tuple[tuple[str, str, str], ...] = (
    (r"\\(?:i+|o)nt(?![A-Za-z])|∫", "an integral that is not done", "do the integral and write the result"),
    (r"\\(?:sum|prod)(?![A-Za-z])|∑|∏", "a sum or product that is not done", "write its closed form"),
    (r"\\(?:partial|nabla|lim)(?![A-Za-z])|∂", "a derivative or limit that is not done", "carry it out"),
    (r"\\[lr]angle|⟨|⟩", "an average in angle brackets", "write the averaged quantity itself"),
    (r"\\(?:pm|mp)(?![A-Za-z])|±|∓", "two expressions in one (plus or minus)", "choose one sign"),
    (r"\\infty|∞", "infinity", "take the limit and write the result"),
    (r"\\[lcd]?dots|…|\.\.\.", "an ellipsis", "write all terms"),
    (r"\\mathcal|\\mathrm\{O\}|(?<![A-Za-z\\])O\s*\(", "a remainder O(...)", "leave it out"),
    (r"\\begin|\\end|\\\\", "an environment or several lines", "one expression at a time"),
    (r"\\over(?![A-Za-z])", r"\over", r"\frac{...}{...}"),
    (r"\||\\[lr]?[vV]ert", "bars, which open and close alike", "abs(...)"),
    (r"!(?<!\\!)", "a factorial", "Gamma(n + 1)"),
    (r"(?<!\\)[<>]|\\(?:leq?|geq?|ll|gg)(?![A-Za-z])", "an inequality", "one expression"),
    (r"\\(?:propto|sim)(?![A-Za-z])|∝", "a proportionality", "the expression with its factor"),
    (r"'|\\prime|′", "a prime", "polygamma(1, x) for the derivative of psi"),
)  # fmt: skip

_SCIENTIFIC = re.compile(r"(?<![A-Za-z_0-9.])(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]")
_ROMAN_GROUP = re.compile(r"\{\s*\\rm\s+([A-Za-z]+)\s*\}")
_POWER_BEFORE_INDEX = re.compile(
    r"(\\[A-Za-z]+|(?<![A-Za-z\\])[A-Za-z])(\^(?:[0-9]|\{[^{}]*\}))\s*"
    r"(_(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+(?:\{[^{}]*\})?|[A-Za-z0-9]))"
)
_TEX_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_NEEDS = {r"\frac": 2, r"\tfrac": 2, r"\dfrac": 2, r"\cfrac": 2, r"\sqrt": 1}
_SPACES = {r"\,", r"\;", r"\:", r"\!", r"\ "}


@dataclass(frozen=True)
class Source:
    """A text made ready for the grammar, whether it is LaTeX, and what was taken off it."""

    text: str
    latex: bool
    notes: tuple[str, ...] = ()


def shortened(text: str) -> str:
    """Text as it is quoted in messages: its beginning and its end, where it is long."""
    text = text.strip()
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 20]} ... {text[-15:]}"


def too_large(what: str, limit: str) -> ReadingError:
    """Make the error for something that no formula of the subject contains."""
    return ReadingError(
        f"{what}: too large to be a formula",
        expected=limit,
        hint="check a part of it, or name a subexpression",
    )


def normalise(text: str) -> Source:
    r"""Bring a typed formula to the spelling that the grammar reads.

    Raises
    ------
    ReadingError
        When it is empty, too large, or contains what is not an expression with a value.

    Examples
    --------
    >>> normalise(r"$\delta\sigma = -\frac12 τ_φ$.").text
    '-\\frac{1}{2}  tau _ phi'
    """
    if len(text) > MAX_LENGTH:
        raise too_large(f"{len(text)} characters", f"at most {MAX_LENGTH}")
    text = _unwrapped(_ascii(text))
    text, notes = _right_hand_side(text)
    _refuse(text)
    _bound(text)
    if not text.strip():
        raise ReadingError("nothing to read", expected="an expression", hint=r"-\frac{e^2}{2\pi^2\hbar}\ln 2")
    text = _ROMAN_GROUP.sub(r"\\mathrm{\1}", text)
    text = _POWER_BEFORE_INDEX.sub(r"\1\3\2", text)
    return Source(_braced_arguments(text), latex="\\" in text, notes=notes)


def _ascii(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    for written, read in _BRACKETS:
        text = text.replace(written, read)
    text = re.sub(f"[{''.join(_RAISED)}]+", lambda found: _script("^", found[0], _RAISED), text)
    text = re.sub(f"[{''.join(_LOWERED)}]+", lambda found: _script("_", found[0], _LOWERED), text)
    text = "".join(f" {_LETTERS[sign]} " if sign in _LETTERS else _SIGNS.get(sign, sign) for sign in text)
    return re.sub(r"_\s+", "_ ", text)


def _script(mark: str, signs: str, table: dict[str, str]) -> str:
    return mark + "{" + "".join(table[sign] for sign in signs) + "}"


def _unwrapped(text: str) -> str:
    text = text.strip().rstrip(_TRAILING)
    for opening, closing in _DELIMITERS:
        if len(text) >= len(opening) + len(closing) and text.startswith(opening) and text.endswith(closing):
            return text[len(opening) : -len(closing)].strip().rstrip(_TRAILING)
    return text


def _right_hand_side(text: str) -> tuple[str, tuple[str, ...]]:
    signs = list(_EQUALS.finditer(text))
    if not signs:
        return text, ()
    left, right = text[: signs[0].start()], text[signs[0].end() :]
    if len(signs) > 1 or not _QUANTITY.fullmatch(left):
        raise ReadingError(
            f"an equation, {shortened(text)}",
            expected="one expression, alone or behind the name of the quantity",
            hint=r"the right-hand side alone, or \delta\sigma = ..., sigma = ..., G = ...",
        )
    return right.strip(), (f"{shortened(left)} {signs[0][0]} taken off the front",)


def _refuse(text: str) -> None:
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


def _bound(text: str) -> None:
    if re.search(rf"[0-9]{{{MAX_DIGITS + 1}}}", text):
        raise too_large(f"a number of more than {MAX_DIGITS} digits", f"at most {MAX_DIGITS} digits")
    depth = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if depth > MAX_DEPTH:
            raise too_large(f"more than {MAX_DEPTH} brackets in one another", f"at most {MAX_DEPTH}")


def _braced_arguments(text: str) -> str:
    r"""Put braces around the arguments of \frac and \sqrt that TeX lets go without."""
    out: list[str] = []
    missing, levels = 0, list[int]()
    for token in _TEX_TOKEN.findall(text):
        if token.isspace() or token in _SPACES:
            out.append(token)
        elif token in _NEEDS and not missing:
            missing = _NEEDS[token]
            out.append(token)
        elif token in "{[":
            levels.append(_missing_after(token, missing, out))
            missing = 0
            out.append(token)
        elif token in "}]" and levels:
            missing = levels.pop()
            out.append(token)
        elif missing and re.fullmatch(r"[0-9A-Za-z]|\\[A-Za-z]+", token):
            missing -= 1
            out.append("{" + token + "}")
        else:
            missing = 0
            out.append(token)
    return "".join(out)


def _missing_after(bracket: str, missing: int, before: list[str]) -> int:
    """How many arguments are still missing behind a bracket: an index of a root is not one of them."""
    if bracket == "{":
        return max(missing - 1, 0)
    return missing if before and before[-1] == r"\sqrt" else 0
