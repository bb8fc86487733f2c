"""What the names in a formula mean: the symbols of the library, constants and functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic import symbols
from cooperon.symbolic.reading_text import shortened

__all__ = ["FUNCTIONS", "Function", "Meaning", "known_names", "meanings", "symbol_named"]


@dataclass(frozen=True)
class Function:
    """A function that a formula may contain.

    Attributes
    ----------
    name : str
        How messages call it.
    build : callable
        Makes the sympy expression from the arguments.
    arity : tuple of int
        The numbers of arguments that it takes.
    grows : bool
        Whether it grows like an exponential or a factorial: nested, its value has no end of digits.
    special : bool
        Whether sympy works it out at numbers, at a cost that grows with the number.
    """

    name: str
    build: Callable[..., sp.Expr]
    arity: tuple[int, ...] = (1,)
    grows: bool = False
    special: bool = False


@dataclass(frozen=True)
class Meaning:
    """What a name stands for: a value, a function, or either, depending on what follows."""

    value: sp.Expr | None = None
    function: Function | None = None
    note: str = ""


def _gamma(*args: sp.Expr) -> sp.Expr:
    return sp.gamma(*args) if len(args) == 1 else sp.uppergamma(*args)


def _digamma(x: sp.Expr) -> sp.Expr:
    return sp.polygamma(0, x)


def _exponential_integral(x: sp.Expr) -> sp.Expr:
    return sp.expint(1, x)


def _square_root(x: sp.Expr) -> sp.Expr:
    return sp.sqrt(x)


def _unevaluated(kind: type[sp.Function]) -> Callable[[sp.Expr], sp.Expr]:
    """Build a function as it stands: sympy takes some apart, at a cost that has no bound."""
    return lambda x: kind(x, evaluate=False)


_DEFINITIONS: tuple[tuple[str, Function], ...] = (
    ("ln log", Function("ln", sp.log)),
    ("exp", Function("exp", sp.exp, grows=True)),
    ("sqrt", Function("sqrt", _square_root)),
    ("sin", Function("sin", sp.sin)),
    ("cos", Function("cos", sp.cos)),
    ("tan", Function("tan", sp.tan)),
    ("cot", Function("cot", sp.cot)),
    ("sinh", Function("sinh", sp.sinh, grows=True)),
    ("cosh", Function("cosh", sp.cosh, grows=True)),
    ("tanh", Function("tanh", sp.tanh, grows=True)),
    ("coth", Function("coth", sp.coth, grows=True)),
    ("arcsin asin", Function("arcsin", sp.asin)),
    ("arccos acos", Function("arccos", sp.acos)),
    ("arctan atan", Function("arctan", sp.atan)),
    ("arsinh arcsinh asinh", Function("arsinh", sp.asinh)),
    ("arcosh arccosh acosh", Function("arcosh", sp.acosh)),
    ("artanh arctanh atanh", Function("artanh", sp.atanh)),
    ("psi digamma", Function("psi", _digamma, special=True)),
    ("polygamma", Function("polygamma", sp.polygamma, (2,), special=True)),
    ("Gamma", Function("Gamma", _gamma, (1, 2), grows=True, special=True)),
    ("uppergamma", Function("uppergamma", sp.uppergamma, (2,), grows=True, special=True)),
    ("zeta", Function("zeta", sp.zeta, (1, 2), grows=True, special=True)),
    ("erf", Function("erf", sp.erf)),
    ("erfc", Function("erfc", sp.erfc)),
    ("E_1 E1", Function("E_1", _exponential_integral, grows=True)),
    ("expint", Function("expint", sp.expint, (2,), grows=True, special=True)),
    ("Ei", Function("Ei", sp.Ei, grows=True)),
    ("hyper", Function("hyper", sp.hyper, (3,), grows=True, special=True)),
    ("Re re", Function("Re", _unevaluated(sp.re))),
    ("Im im", Function("Im", _unevaluated(sp.im))),
    ("abs Abs", Function("abs", _unevaluated(sp.Abs))),
)

FUNCTIONS: dict[str, Function] = {name: entry for names, entry in _DEFINITIONS for name in names.split()}

_CONSTANTS: dict[str, sp.Expr] = {
    "pi": sp.pi,
    "i": sp.I,
    "I": sp.I,
    "gamma_E": sp.EulerGamma,
    "EulerGamma": sp.EulerGamma,
}

_ALIASES = {
    "l": "ell",
    "hslash": "hbar",
    "h_bar": "hbar",
    "kF": "k_F",
    "k_f": "k_F",
    "vF": "v_F",
    "v_f": "v_F",
    "kB": "k_B",
    "k_b": "k_B",
    "tauphi": "tau_phi",
    "Lphi": "L_phi",
    "T0": "T_0",
    "tau_phi0": "tau_phi_0",
    "imath": "i",
}

# Written before an integration variable, the letter d is a differential and not the dimension.
INTEGRATION_VARIABLES = ("q", "t", "r", "xi", "omega", "k", "x", "theta", "phi", "E", "p")

_STYLE = re.compile(r"\\(?:mathrm|mathit|mathsf|textrm|textit|text|rm|operatorname)(?![A-Za-z])")
_PIECES = re.compile(r"[A-Za-z]+|[0-9]+")
_MAX_SPLIT = 24


def known_names() -> tuple[str, ...]:
    """All names that are read: symbols, constants, functions."""
    return (*symbols.names(), *_CONSTANTS, *FUNCTIONS)


def symbol_named(name: str) -> sp.Symbol:
    """Return the library's symbol of a name (or of another spelling of it).

    Raises
    ------
    ReadingError
        When there is none; the message lists close names.
    """
    entry = symbols.TABLE.get(_ALIASES.get(name, name))
    if entry is None:
        raise unknown_name(name, name)
    return entry.symbol


def unknown_name(shown: str, key: str) -> ReadingError:
    """Make the error for a name that means nothing, with names that are close to it."""
    close = get_close_matches(key, known_names(), n=4, cutoff=0.5) if 1 < len(key) < _MAX_SPLIT else []
    hint = f"close names: {', '.join(close)}" if close else "cooperon.symbols.names() lists the symbols"
    return ReadingError(
        f"the name {shortened(shown)}",
        expected="a symbol of cooperon.symbols, a constant or a function",
        hint=hint,
    )


def meanings(name: str, subscripts: Sequence[str], *, latex: bool) -> tuple[Meaning, ...]:
    r"""Look up what a name with its subscripts stands for.

    Mostly one thing; in LaTeX, where ``eB`` is typeset as a product, one for each letter.

    Raises
    ------
    ReadingError
        When the name is not known.

    Examples
    --------
    >>> meanings(r"\tau", [r"_{\varphi}"], latex=True)[0].value
    tau_phi
    >>> [meaning.value for meaning in meanings("eB", [], latex=True)]
    [e, B]
    """
    shown = name + "".join(subscripts)
    base, styled = _plain(name), bool(_STYLE.match(name))
    key = "_".join((base, *(_subscript_key(text, shown) for text in subscripts)))
    if styled and base in _UPRIGHT and not subscripts:
        return (_upright(base, shown),)
    meaning = _meaning(key, latex=latex)
    if meaning is not None:
        letters = _split(base, _letters) if latex and name == base and len(base) > 1 else None
        if letters and meaning.function is None:
            note = f"{name} is read as the one symbol {key}, not as the product {' '.join(letters)}"
            meaning = Meaning(meaning.value, note=note)
        return (meaning,)
    return _product(name, base, subscripts, key, latex=latex)


_UPRIGHT = ("e", "d")


def _upright(base: str, shown: str) -> Meaning:
    if base == "e":
        return Meaning(sp.E)
    raise ReadingError(
        f"the differential {shortened(shown)}",
        expected="an expression without undone integrals and derivatives",
        hint="do the integral; an italic d is the dimension of space",
    )


def _plain(name: str) -> str:
    return "".join(_PIECES.findall(_STYLE.sub("", name)))


def _subscript_key(text: str, shown: str) -> str:
    content = _STYLE.sub("", text[1:])
    left_over = re.sub(r"[\sA-Za-z0-9{}\\,_]", "", content)
    pieces = _PIECES.findall(content)
    if left_over or not pieces:
        raise unknown_name(shown, shown)
    return "_".join("phi" if piece == "varphi" else piece for piece in pieces)


def _meaning(key: str, *, latex: bool) -> Meaning | None:
    key = _ALIASES.get(key, key)
    if key == "gamma":
        return Meaning(sp.EulerGamma, None if latex else FUNCTIONS["Gamma"])
    if key in symbols.TABLE:
        return Meaning(symbols.TABLE[key].symbol)
    if key in _CONSTANTS:
        return Meaning(_CONSTANTS[key])
    if key in FUNCTIONS:
        return Meaning(function=FUNCTIONS[key])
    return None


def _product(
    name: str, base: str, subscripts: Sequence[str], key: str, *, latex: bool
) -> tuple[Meaning, ...]:
    """Read a name that is not in the table as a product of letters, where LaTeX leaves no other reading."""
    parts: list[str] | None = None
    if latex and not subscripts and name == base:
        parts = _split(base, _letters)
    elif latex and len(subscripts) == 1 and subscripts[0][1:].isalpha():
        parts = _split_subscript(base, subscripts[0][1:])
    if parts is None:
        raise _not_one_name(name + "".join(subscripts), key)
    return tuple(Meaning(symbol_or_constant(part)) for part in parts)


def symbol_or_constant(name: str) -> sp.Expr:
    """Return what a name that is known to be no function stands for."""
    return _CONSTANTS[name] if name in _CONSTANTS else symbol_named(name)


def _letters(rest: str) -> list[str]:
    return [rest[0]]


def _prefixes(rest: str) -> list[str]:
    return [rest[:end] for end in range(len(rest), 0, -1)]


def _is_value(name: str) -> bool:
    return _ALIASES.get(name, name) in symbols.TABLE or name in _CONSTANTS


def _split(word: str, candidates: Callable[[str], list[str]]) -> list[str] | None:
    """Cut a word into names that are known; None when it cannot be done."""
    if len(word) > _MAX_SPLIT:
        return None
    best: list[list[str] | None] = [[]]
    for end in range(1, len(word) + 1):
        cuts: list[list[str]] = []
        for start in range(end):
            head, piece = best[start], word[start:end]
            if head is not None and piece in candidates(word[start:]) and _is_value(piece):
                cuts.append([*head, piece])
        best.append(min(cuts, key=len) if cuts else None)
    return best[-1]


def _split_subscript(base: str, subscript: str) -> list[str] | None:
    r"""In LaTeX k_Fl is k_F times l: a subscript without braces is one letter."""
    head, tail = f"{base}_{subscript[0]}", _split(subscript[1:], _letters)
    return [head, *tail] if _is_value(head) and tail else None


def _not_one_name(shown: str, key: str) -> ReadingError:
    if key[:1] == "d" and key[1:] in INTEGRATION_VARIABLES:
        return ReadingError(
            f"the differential {shortened(shown)}",
            expected="an expression without undone integrals and derivatives",
            hint="do the integral and write the result",
        )
    parts = _split(shown, _prefixes)
    if parts and not get_close_matches(key, symbols.names(), cutoff=0.9):
        return ReadingError(
            f"the name {shortened(shown)}",
            expected="names with a space or * between them",
            hint=" ".join(parts) + ", if a product is meant",
        )
    head, digits = key.rstrip("0123456789"), key[len(key.rstrip("0123456789")) :]
    if digits and (head in FUNCTIONS or _is_value(head)):
        written = f"{head}({digits})" if head in FUNCTIONS else f"{head}^{digits} or {digits} {head}"
        return ReadingError(
            f"the name {shortened(shown)}", expected="a number apart from the name", hint=written
        )
    return unknown_name(shown, key)
