r"""Notations with a list in them, brought to the ones that the grammar reads.

``Sum(f, (n, 0, N))`` and ``Integral(f, (q, a, b))``, as sympy writes them, become ``∑_{n=0}^{N}`` and
``∫_{a}^{b}``; ``{}_2F_1(a, b; c; z)`` becomes ``hyper((a, b), (c,), z)``, and ``E_{3/2}(x)`` becomes
``expint(3/2, x)``.
"""

from __future__ import annotations

import re

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic.reading_differentials import closing

__all__ = ["with_signs"]

_MOST = 8
_LEFT = r"\s*(?:\\!|\\(?:left|[bB]igg?l?)(?![A-Za-z]))*\s*"
_UNDONE = re.compile(r"(?<![A-Za-z_\\])(Sum|summation|Integral|integrate)\s*\(")
_INDEX = r"_\s*(?:\{([0-9])\}|([0-9]))"
_HYPER = re.compile(rf"(?:\{{\s*\}})?\s*{_INDEX}\s*F\s*{_INDEX}{_LEFT}\(")
_EXPINT = re.compile(
    r"(?:\\(?:operatorname|mathrm|text|rm)\s*\{\s*E\s*\}|(?<![A-Za-z\\])E)\s*_\s*"
    rf"(?:\{{((?=[^}}]*[0-9])(?:[^{{}}]|\{{[^{{}}]*\}})*)\}}|([02-9])){_LEFT}\("
)
_NAME = re.compile(r"[A-Za-z]+(?:_[A-Za-z0-9]+)?")


def with_signs(text: str) -> str:
    r"""Write out what sympy's names, hypergeometric functions and exponential integrals stand for.

    Raises
    ------
    ReadingError
        When a list in them is not what it should be.

    Examples
    --------
    >>> with_signs("Integral(1/q, (q, 1/L, 1/ell))")
    '(∫_{1/L}^{1/ell} (1/q) dq)'
    >>> with_signs("Sum(1/n**2, (n, 1, oo))")
    '(∑_{n=1}^{oo} (1/n**2))'
    >>> with_signs(r"{}_2F_1(a, b; c; z)")
    ' hyper((a, b,), (c,), z)'
    """
    for pattern, written in ((_UNDONE, _undone), (_HYPER, _hyper), (_EXPINT, _expint)):
        for _ in range(_MOST):
            *_, found = (None, *pattern.finditer(text))
            if found is None:
                break
            end = closing(text, found.end() - 1, f"behind {text[: found.end()][-12:]}")
            latex = "\\" in text
            text = text[: found.start()] + written(found, text[found.end() : end - 1], latex) + text[end:]
    return text


def _parts(text: str, mark: str) -> list[str]:
    """Cut at the marks that stand outside of all brackets."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == mark and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _undone(found: re.Match[str], inside: str, _latex: bool) -> str:
    body, *limits = _parts(inside, ",")
    for limit in limits:
        ends = _parts(limit[1:-1], ",") if limit[:1] == "(" and limit[-1:] == ")" else []
        if len(ends) != 3 or not _NAME.fullmatch(ends[0]):
            raise ReadingError(f"{limit} in {found[1]}", expected="(name, first, last)", hint="(q, 0, 1/ell)")
        name, lower, upper = ends
        if found[1] in ("Sum", "summation"):
            body = f"(∑_{{{name}={lower}}}^{{{upper}}} ({body}))"
        else:
            body = f"(∫_{{{lower}}}^{{{upper}}} ({body}) d{name})"
    if not limits:
        raise ReadingError(f"{found[1]} without a range", expected=f"{found[1]}(..., (q, 0, 1/ell))")
    return body


def _hyper(found: re.Match[str], inside: str, latex: bool) -> str:
    inside = re.sub(r"\\right\s*$", "", inside.rstrip())
    lists = _parts(inside, ";")
    counts = [int(found[1] or found[2]), int(found[3] or found[4])]
    if len(lists) != 3 or [len(_parts(one, ",")) for one in lists[:2]] != counts:
        raise ReadingError(
            f"the hypergeometric function {found[0].strip()}...",
            expected="as many arguments as its indices say, the lists apart by semicolons",
            hint=r"{}_2F_1(a, b; c; z)",
        )
    return f"{_named('hyper', latex)}(({lists[0]},), ({lists[1]},), {lists[2]})"


def _expint(found: re.Match[str], inside: str, latex: bool) -> str:
    index = found[1] or found[2]
    argument = re.sub(r"\\(?:right|[bB]igg?r?)\s*$", "", inside.rstrip())
    name = "E_1" if index.strip() == "1" else "expint"
    arguments = argument if name == "E_1" else f"{index}, {argument}"
    return f"{_named(name, latex)}({arguments})"


def _named(name: str, latex: bool) -> str:
    """Write the name of a function, so that it stands apart from what is in front of it."""
    return rf"\operatorname{{{name}}}" if latex and name != "E_1" else f" {name}"
