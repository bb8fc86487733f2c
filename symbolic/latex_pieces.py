"""Small pieces of LaTeX: names of functions, brackets, exponents."""

from __future__ import annotations

__all__ = ["FUNCTIONS", "LETTERS", "brackets", "is_tall", "raised"]

FUNCTIONS = {
    "log": r"\ln",
    "exp": r"\exp",
    "sin": r"\sin",
    "cos": r"\cos",
    "tan": r"\tan",
    "cot": r"\cot",
    "sinh": r"\sinh",
    "cosh": r"\cosh",
    "tanh": r"\tanh",
    "coth": r"\coth",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "asinh": r"\operatorname{arsinh}",
    "acosh": r"\operatorname{arcosh}",
    "atanh": r"\operatorname{artanh}",
    "gamma": r"\Gamma",
    "zeta": r"\zeta",
    "digamma": r"\psi",
}
LETTERS = (r"\psi", r"\zeta", r"\Gamma", "K_", "E_", "{}_")


def raised(power: str | None) -> str:
    """Write an exponent; nothing for none."""
    return "" if not power else f"^{power}" if len(power) == 1 else f"^{{{power}}}"


def brackets(text: str) -> tuple[str, str]:
    """Return the brackets for what has others inside."""
    if r"\left[" in text:
        return r"\{", r"\}"
    return ("[", "]") if r"\left(" in text else ("(", ")")


def is_tall(text: str) -> bool:
    """Whether a fraction of this is no fraction in a line."""
    return any(mark in text for mark in (r"\frac", r"\left", r"\int", r"\sum", " + ", " - "))
