"""What the command line prints of a derived formula: text, LaTeX, source code or JSON."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import get_terminal_size
from textwrap import indent, wrap
from typing import TYPE_CHECKING, Any

from cooperon.diagrams import drawing
from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.writing import ENDINGS

if TYPE_CHECKING:
    from cooperon.numerics.verification import Report

__all__ = ["CODE", "FORMATS", "Derived", "form_of_ending", "mechanism", "pages", "wrapped", "written_up"]

_INDENT = "  "
_NARROWEST, _WIDEST = 79, 99
_NUMBER = 4  # room for the number of an equation


@dataclass(frozen=True)
class Derived:
    """A formula with all that is said about it.

    Attributes
    ----------
    formula : Formula
        The formula.
    contributing : tuple of Diagram
        Those of its diagrams that are not zero.
    settings : mapping
        What was asked for: loops, cutoff, infrared, route, omega, kernel.
    report : Report, optional
        The verification, where it was asked for.
    """

    formula: Formula
    contributing: tuple[Diagram, ...]
    settings: Mapping[str, Any]
    report: Report | None = None


def wrapped(text: str, first: str = "", rest: str = "", *, margin: int = 0) -> str:
    """Break a sentence into lines that fit the terminal, with a margin that is put in later."""
    width = _width() - margin
    return "\n".join(wrap(text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False))


def _width() -> int:
    columns = get_terminal_size(fallback=(_NARROWEST, 0)).columns
    return min(max(columns - 1, _NARROWEST), _WIDEST)


def pages(derivation: Derivation, *, ascii_only: bool = False, margin: int = 0) -> str:
    """Write the numbered equations, each below its rule and reason.

    Examples
    --------
    >>> x = symbols.t
    >>> print(pages(Derivation((Step("sum", x + x, 2 * x, "collected"),))))
     (1) sum: collected
         2*t = 2*t
    """
    return "\n".join(
        f"{_reason(number, step, margin)}\n{_equation(step, ascii_only, margin)}"
        for number, step in enumerate(derivation, 1)
    )


def _reason(number: int, step: Step, margin: int) -> str:
    label = f"({number})".rjust(_NUMBER) + " "
    return wrapped(f"{step.rule}: {step.reason}", label, " " * len(label), margin=margin)


def _equation(step: Step, ascii_only: bool, margin: int) -> str:
    """Write an equation in one line where that fits, else in two; never broken, for it is there to copy."""
    relation = step.relation.replace("≈", "~=") if ascii_only else step.relation
    line = f"{step.lhs} {relation} {step.rhs}"
    indented = " " * (_NUMBER + 1)
    if len(indented + line) > _width() - margin:
        line = f"{step.lhs}\n{relation} {step.rhs}"
    return indent(line, indented)


def _text(derived: Derived, ascii_only: bool) -> str:
    return "\n\n".join(_sections(derived, ascii_only)) + "\n"


def _sections(derived: Derived, ascii_only: bool) -> Iterator[str]:
    formula = derived.formula
    yield wrapped(_title(derived))
    yield indent(_result(formula), _INDENT)
    yield indent("\n".join(_legend(formula)), _INDENT)
    if derived.contributing:
        yield _headline(derived)
    for diagram in derived.contributing:
        yield indent(drawing.text(diagram, ascii_only=ascii_only), _INDENT)
    yield "It holds for\n" + "\n".join(wrapped(str(a), "  - ", "    ") for a in formula.assumptions)
    yield "Derivation\n" + pages(formula.derivation, ascii_only=ascii_only)
    if derived.report is not None:
        lines = indent(str(derived.report), _INDENT)
        yield f"Verification: numbers put into both sides of every line\n{lines}"


def _title(derived: Derived) -> str:
    metal, settings = derived.formula.metal, derived.settings
    dimensions = f"{metal.dim} dimension{'s' * (metal.dim != 1)}"
    named = ", ".join((f"spin {metal.spin}", *mechanism(metal)))
    title = f"{settings['quantity'].capitalize()} in {dimensions}, {named}, loops = {settings['loops']}"
    if settings["kernel"] == "exact":
        title += ', kernel "exact"'
    elif settings["loops"]:
        title += f', cutoff "{settings["cutoff"]}"'
    return title if settings["route"] == "diagrams" else f"{title}, by the return probability"


def mechanism(metal: Metal) -> Iterator[str]:
    """Say what a metal has beside white noise: harmonics of scattering, spin scattering, a field, a shape.

    Examples
    --------
    >>> from cooperon.symbolic.scattering import Potential
    >>> list(mechanism(Metal(scattering=[Potential(harmonics=(0.5, symbols.w_2))])))
    ['harmonics 1/2, w_2']
    """
    harmonics = metal.potential.harmonics
    if harmonics:
        yield f"harmonics {', '.join(map(str, harmonics))}"
    yield from map(str, metal.scattering[1:])
    yield from (str(getattr(metal, name)) for name in metal.beyond if name in ("field", "geometry"))
    if metal.diffusion != "isotropic":
        yield f"diffusion {metal.diffusion}"


def _result(formula: Formula) -> str:
    leading = formula.leading()
    shown = "the same" if leading == formula.expr else leading
    return f"{formula.name} = {formula.expr}\nleading form: {shown}"


def _legend(formula: Formula) -> Iterator[str]:
    used = [entry for entry in symbols.TABLE.values() if entry.symbol in formula.expr.free_symbols]
    width = max((len(entry.symbol.name) for entry in used), default=0)
    return (f"{entry.symbol.name.ljust(width)}  {entry.meaning}" for entry in used)


def _headline(derived: Derived) -> str:
    kept, total = len(derived.contributing), len(derived.formula.diagrams)
    noun = "diagram" if kept == 1 else "diagrams"
    rest = f" ({kept} of {total}; the others vanish)" if kept < total else ""
    return f"The {noun} behind it{rest}"


def _latex(derived: Derived, _: bool) -> str:
    return derived.formula.latex(document=True)


def _code(language: str) -> Callable[[Derived, bool], str]:
    return lambda derived, _: derived.formula.code(language)


def _json(derived: Derived, _: bool) -> str:
    return json.dumps(dict(_entries(derived)), indent=2) + "\n"


def _entries(derived: Derived) -> Iterator[tuple[str, Any]]:
    formula, report = derived.formula, derived.report
    yield "name", formula.name
    yield "expr", str(formula.expr)
    yield "latex", formula.latex()
    yield "leading", str(formula.leading())
    yield (
        "symbols",
        {str(x): symbols.TABLE[x.name].meaning for x in sorted(formula.expr.free_symbols, key=str)},
    )
    yield "dim", str(formula.metal.dim)
    yield "spin", str(formula.metal.spin)
    yield "harmonics", [str(weight) for weight in formula.metal.potential.harmonics]
    yield "metal", list(mechanism(formula.metal))
    yield from derived.settings.items()
    yield "assumptions", [_assumption(a.statement, a.condition) for a in formula.assumptions]
    yield (
        "diagrams",
        [{"diagram": repr(x), "vanishes": x not in derived.contributing} for x in formula.diagrams],
    )
    yield "verified", None if report is None else report.confirmed
    yield "steps", [_step(i, derived) for i in range(len(formula.derivation))]


def _assumption(statement: str, condition: Any) -> dict[str, str | None]:
    return {"statement": statement, "condition": None if condition is None else str(condition)}


def _step(index: int, derived: Derived) -> dict[str, Any]:
    step = derived.formula.derivation[index]
    entry = {
        "number": index + 1,
        "rule": step.rule,
        "lhs": str(step.lhs),
        "relation": step.relation,
        "rhs": str(step.rhs),
        "reason": step.reason,
    }
    if derived.report is None:
        return entry
    line = derived.report.lines[index]
    return entry | {"confirmed": line.confirmed, "remark": line.remark}


def written_up(arguments: Namespace) -> bool:
    """Whether the output is a file in which the formula is written up, as its ending says."""
    return bool(arguments.output) and arguments.format is None and _ending(arguments.output) in ENDINGS


def form_of_ending(name: str) -> str:
    """Return the format that the ending of a file's name says.

    Raises
    ------
    InputError
        When it is none that is known.

    Examples
    --------
    >>> form_of_ending("wl.py")
    'python'
    """
    ending = _ending(name)
    if ending not in _FORMS:
        known = ", ".join([*ENDINGS, *(x for x in _FORMS if x)])
        raise InputError(
            f"the file {name!r}",
            expected=f"a name that ends in {known}",
            hint="--format says what to write in a file of another name",
        )
    return _FORMS[ending]


def _ending(name: str) -> str:
    return Path(name).suffix.lower()


CODE = {".py": "python", ".c": "c", ".f90": "fortran", ".jl": "julia", ".wl": "mathematica"}
"""Languages that a formula is written in as code, by the endings of files."""

_FORMS: Mapping[str, str] = {".txt": "text", "": "text", **CODE, ".json": "json"}

FORMATS: Mapping[str, Callable[[Derived, bool], str]] = {
    "text": _text,
    "latex": _latex,
    **{language: _code(language) for language in CODE.values()},
    "json": _json,
}
