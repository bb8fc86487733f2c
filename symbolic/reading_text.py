r"""From what somebody typed to the one spelling that the grammar reads.

Delimiters ($, \[ \]), signs of other alphabets, a left-hand side such as ``\delta\sigma =`` and the
short forms of TeX (``\frac12``) are dealt with here, and what is too large or not a formula is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic.reading_differentials import MARK, Differential, paired
from cooperon.symbolic.reading_lists import with_signs
from cooperon.symbolic.reading_refusals import refuse, shortened

__all__ = [
    "Source",
    "equals_signs",
    "is_nearly",
    "is_quantity",
    "normalise",
    "plain_signs",
    "too_large",
]

MAX_LENGTH = 8000
MAX_DEPTH = 20
MAX_DIGITS = 30

_LETTERS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "Γ": "Gamma", "δ": "delta", "Δ": "Delta", "ε": "epsilon",
    "ζ": "zeta", "θ": "theta", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Ω": "Omega",
    "ħ": "hbar", "ℏ": "hbar", "ℓ": "ell", "√": "sqrt",
}  # fmt: skip
_SIGNS = {
    "−": "-",
    "–": "-",
    "·": "*",
    "⋅": "*",
    "×": "*",
    "∗": "*",
    "÷": "/",
    "∕": "/",
    MARK: "d",
    "½": "(1/2)",
}
_BRACKETS = ((r"\{", "("), (r"\}", ")"), (r"\left|", r"\operatorname{abs}("), (r"\right|", ")"))
_STYLED = re.compile("[\U0001d400-\U0001d7ff\u210e]")
"""Italic and bold letters, as they come out of a page in PDF."""
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))
_TRAILING = " \t\r\n.,;:\\"

_EQUALS = re.compile(r":=|=|\\(?:approx|simeq|cong|equiv)(?![A-Za-z])|[≈≃≅≡]")
_NEARLY = ("\\approx", "\\simeq", "\\cong", "≈", "≃", "≅")
_SCRIPT = r"[_^]\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\?[A-Za-z0-9]+)"
_CHANGE = r"(?:\\?(?:[dD]elta|d(?![A-Za-z])|mathrm\s*\{d\})\s*_?|d(?=sigma))?"
_NO_NAME = (
    r"(?!\\?(?:[dct]?frac|int|sum|prod|sqrt|ln|log|exp|[a-z]*sinh?|[a-z]*cosh?|[a-z]*tanh?|coth?|left)"
    r"(?![A-Za-z]))"
)
_LETTER = r"(?:\\(?:mathrm|text|operatorname|mathcal|rm)\s*\{\s*[A-Za-z]+\s*\}|\\[A-Za-z]+|[A-Za-z]+[0-9]*)"
_NAMED = rf"\s*{_CHANGE}\s*{_NO_NAME}{_LETTER}\s*(?:{_SCRIPT}\s*)*"
_OF = r"(?:\((?:[^()=]|\([^()=]*\))*\)|\[[^\[\]=]*\])\s*"
_VARIANCE = (
    r"\s*(?:\\(?:mathrm|operatorname)\s*\{\s*[Vv]ar\s*\}|\\?[Vv]ar)\s*(?:\\,)?"
    rf"\s*\(?\s*{_LETTER}\s*(?:{_SCRIPT}\s*)*\)?\s*"
)
_STRENGTH = (
    r"\s*\(?\s*k_(?:F|\{\s*(?:F|\\(?:mathrm|text|rm)\s*\{?\s*F\s*\}?)\s*\})\s*(?:\\ell|ell|l)\s*\)?"
    rf"\s*(?:{_SCRIPT}\s*)*"
)
"""k_F ell, of which formulas say where it is critical."""
_QUANTITY = re.compile(
    rf"{_VARIANCE}|{_STRENGTH}|{_NAMED}(?:{_OF})?|{_NAMED}{_OF}-{_NAMED}{_OF}"
    rf"|\s*\\[dt]?frac\s*(?:1|\{{1\}})\s*\{{{_NAMED}\}}\s*|\s*1\s*/{_NAMED}"
)
_CHANGED = (
    rf"\s*(?:{_CHANGE[:-1]}\s*{_LETTER}\s*(?:{_SCRIPT}\s*)*(?:{_OF})?|{_NAMED}{_OF})(?:-{_NAMED}{_OF})?"
)
_RELATIVE = re.compile(
    rf"\s*\\[dt]?frac\s*\{{{_CHANGED}\}}\s*\{{{_NAMED}(?:{_OF})?\}}\s*|{_CHANGED}/{_NAMED}(?:{_OF})?"
)

_ROMAN_GROUP = re.compile(r"\{\s*\\rm\s+([A-Za-z]+)\s*\}")
_POWER_BEFORE_INDEX = re.compile(
    r"(\\[A-Za-z]+|(?<![A-Za-z\\])[A-Za-z])(\^(?:[0-9]|\{[^{}]*\}))\s*"
    r"(_(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+(?:\{[^{}]*\})?|[A-Za-z0-9]))"
)
_FERMI_LIQUID = re.compile(
    r"F\s*(?:_\s*\{?\s*0\s*\}?\s*\^\s*(?:\{\s*\\?(?:sigma|a)\s*\}|\\?sigma(?![A-Za-z])|a(?![A-Za-z]))"
    r"|\^\s*(?:\{\s*\\?(?:sigma|a)\s*\}|\\sigma|a)\s*_\s*\{?\s*0\s*\}?)"
)
_PRIMES = re.compile(
    r"(\\[pP]si)\s*(?:('+)|\^\s*\{?\s*((?:\\prime\s*)+)\}?)(?=\s*(?:\\left\s*|\\[bB]igg?l?\s*)?[(\[])"
)
_BOLD_SQUARE = re.compile(
    r"\\(?:mathbf|boldsymbol|vec|bm)\s*(?:\{\s*)?([A-Za-z])\s*\}?\s*\^\s*(?:\{(?:\s|\\[,;:!])*)?([24])(?:\s*\})?"
)
_AIRY_SLOPE = re.compile(
    r"(\\(?:operatorname|mathrm|text)\s*\{\s*Ai\s*\}|(?<![A-Za-z\\])Ai)\s*(?:'|′|\^\s*(?:\{\s*)?\\prime(?:\s*\})?)"
)
"""Ai', the one derivative that papers write with a prime and that has a value of its own."""
_TEX_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_NEEDS = {r"\frac": 2, r"\tfrac": 2, r"\dfrac": 2, r"\cfrac": 2, r"\sqrt": 1}
_SPACES = {r"\,", r"\;", r"\:", r"\!", r"\ "}


@dataclass(frozen=True)
class Source:
    """A text made ready for the grammar, whether it is LaTeX, and what was taken off it.

    ``name`` is what stood before the sign of equality ``relation``; ``differentials`` has one entry for
    each integral sign, in their order.
    """

    text: str
    latex: bool
    notes: tuple[str, ...] = ()
    name: str = ""
    relation: str = ""
    differentials: tuple[Differential, ...] = ()

    def quoted(self, start: int, end: int) -> str:
        """Part of the text, as messages show it."""
        return shortened(re.sub(MARK + r"\{([A-Za-z0-9_]+)\}", r"d\1", self.text[start:end]))


def too_large(what: str, limit: str) -> ReadingError:
    """Make the error for something that no formula of the subject contains."""
    return ReadingError(
        f"{what}: too large to be a formula",
        expected=limit,
        hint="check a part of it, or name a subexpression",
    )


def _airy_slope(found: re.Match[str]) -> str:
    return r"\operatorname{airyaiprime}" if found[1].startswith("\\") else "airyaiprime"


def _one_spelling(text: str) -> str:
    r"""Write derivatives of psi by their order, and the Fermi-liquid constant without its upper index.

    Examples
    --------
    >>> _one_spelling(r"F_0^{\sigma} \psi'(x)")
    'F_0 \\psi^{(1)}(x)'
    """

    def order(found: re.Match[str]) -> str:
        primes = len(found[2]) if found[2] else found[3].count("prime")
        return f"{found[1]}^{{({primes})}}"

    return _PRIMES.sub(order, _FERMI_LIQUID.sub("F_0", text))


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
    if re.search(r"[0-9]\s*½", text):
        raise ReadingError("a mixed number or a product", expected="one or the other", hint="5/2, or 2*(1/2)")
    text = _AIRY_SLOPE.sub(_airy_slope, _unwrapped(_one_spelling(plain_signs(text))))
    if len(text) > MAX_LENGTH:
        raise too_large(f"{len(text)} characters, written out", f"at most {MAX_LENGTH}")
    left, relation, text = _sides(text)
    refuse(text)
    _bound(text)
    if not text.strip():
        raise ReadingError("nothing to read", expected="an expression", hint=r"-\frac{e^2}{2\pi^2\hbar}\ln 2")
    text = with_signs(text)
    latex = "\\" in text
    text = _ROMAN_GROUP.sub(r"\\mathrm{\1}", text)
    text = _BOLD_SQUARE.sub(r"\1^{\2}", text)
    text, differentials = paired(_POWER_BEFORE_INDEX.sub(r"\1\3\2", text), latex=latex)
    notes = (f"{shortened(left)} {relation} taken off the front",) if relation else ()
    return Source(_braced_arguments(text), latex, notes, left.strip(), relation, differentials)


def plain_signs(text: str) -> str:
    """Write the letters and signs of other alphabets as names, indices and powers."""
    text = _STYLED.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]), text.replace("\u1d69", "_phi "))
    text = unicodedata.normalize("NFC", text)
    for written, read in _BRACKETS:
        text = text.replace(written, read)
    text = text.replace("∞", r"\infty " if "\\" in text else " oo ")
    text = re.sub(r"\\(?:left|right)\s*\.", " ", text)
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


def equals_signs(text: str) -> list[re.Match[str]]:
    r"""Signs of equality that stand outside of all brackets: not the one in ``\sum_{n=0}``.

    Examples
    --------
    >>> [sign[0] for sign in equals_signs(r"x = \sum_{n=0}^N n \approx y")]
    ['=', '\\approx']
    """
    depths, depth = list[int](), 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        depths.append(depth)
    return [found for found in _EQUALS.finditer(text) if depths[found.start()] == 0]


def is_nearly(sign: str) -> bool:
    """Whether a sign of equality says that something was left out."""
    return sign in _NEARLY


def is_quantity(text: str) -> bool:
    r"""Whether a left-hand side is the name of a quantity: ``\Delta\sigma(B)``, ``1/\tau``.

    Examples
    --------
    >>> is_quantity(r"\delta\sigma_{xx}(B)"), is_quantity(r"\sigma(B) - \sigma(0)"), is_quantity(r"2\pi T")
    (True, True, False)
    """
    text = plain_signs(text).replace("&", " ").replace(r"\left", "").replace(r"\right", "")
    return bool(_QUANTITY.fullmatch(text))


def _is_relative(text: str) -> bool:
    """Whether a left-hand side is a change, or a function of something, over the name of a quantity."""
    return bool(_RELATIVE.fullmatch(text.replace(r"\left", "").replace(r"\right", "")))


def _sides(text: str) -> tuple[str, str, str]:
    """Left-hand side, sign of equality and right-hand side; the first two are empty without a sign."""
    signs = equals_signs(text)
    if not signs:
        return "", "", text
    left, right = text[: signs[0].start()].replace("&", " "), text[signs[0].end() :]
    if len(signs) > 1 or not (is_quantity(left) or _is_relative(left)):
        raise ReadingError(
            f"an equation, {shortened(text)}",
            expected="one expression, alone or behind the name of the quantity",
            hint=r"the right-hand side alone, \delta\sigma = ..., or read_steps for a derivation",
        )
    return left, "≈" if is_nearly(signs[0][0]) else "=", right.replace("&", " ").strip()


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
