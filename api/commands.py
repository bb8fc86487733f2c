"""The commands ``derive`` and ``check``: from parsed arguments to text and an exit code."""

from __future__ import annotations

import json
import re
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sympy as sp

import cooperon as cp
from cooperon.diagrams import drawing
from cooperon.diagrams.errors import InputError
from cooperon.formats import FORMATS, Derived, form_of_ending, mechanism, wrapped, written_up
from cooperon.symbolic.notebook import source_of
from cooperon.symbolic.writing import written
from cooperon.terminal import ascii_only, note, say, write

if TYPE_CHECKING:
    from cooperon.symbolic.check_steps import StepsVerdict
    from cooperon.symbolic.verdict import Verdict

__all__ = ["check", "derive", "formula_of"]

_COLUMNS = 3
_SETTINGS = ("loops", "cutoff", "infrared", "route", "omega", "kernel")
_MECHANISMS = {"spin-orbit": cp.SpinOrbit, "magnetic": cp.Magnetic}
_FIELDS = {"perpendicular": cp.PerpendicularField, "parallel": cp.ParallelField, "tilted": cp.TiltedField}
_SHAPES = {"bulk": cp.Bulk, "film": cp.Film, "wire": cp.Wire, "ring": cp.Ring, "cylinder": cp.Cylinder}
# Settings that a quantity other than the conductivity does not have, with the value that says nothing.
_FIXED: Mapping[str, Mapping[str, tuple[object, ...]]] = {
    "conductivity": {},
    "conductance": {"infrared": ("tau_phi",), "route": ("diagrams",), "kernel": ("diffusive",)},
    "magnetoconductivity": {
        "loops": (0, 1),
        "infrared": ("tau_phi",),
        "route": ("diagrams",),
        "kernel": ("diffusive",),
    },
}
_LOOPS = {"conductivity": 0, "conductance": 1, "magnetoconductivity": 1}
"""What the functions take where nothing is said."""
_NUMBER = re.compile(r"[+-]?[0-9.]{1,12}(/[0-9]{1,6})?", re.ASCII)


def derive(arguments: Namespace) -> int:
    """Derive a formula; print it, or write it where the options say.

    Returns
    -------
    int
        0, or 1 when ``--verify`` was asked for and a line could not be confirmed.
    """
    derived = _derived(arguments)
    _draw(derived, arguments)
    _show(derived, arguments)
    report = derived.report
    if report is not None and (arguments.format in ("latex", "python") or written_up(arguments)):
        note(str(report).splitlines()[-1])
    return 0 if report is None or report.confirmed else 1


def check(arguments: Namespace) -> int:
    """Hold an expression against a formula; print the verdict.

    Returns
    -------
    int
        0 when it agrees, 1 when it does not or is undecided.
    """
    if (arguments.expression is None) == (arguments.steps is None):
        raise InputError(
            "both an expression and --steps" if arguments.steps else "nothing to check",
            expected="an expression, or --steps with a file",
        )
    if arguments.steps is not None:
        return _check_steps(arguments)
    arguments.against = arguments.against or "conductivity"
    formula = formula_of(arguments, arguments.against)
    verdict = cp.check(arguments.expression, formula, notation=_notation(arguments.notation))
    against = f"{formula.name}, {_described(formula, arguments)}"
    say(
        _as_json(_entries(verdict, against))
        if arguments.format == "json"
        else _verdict_text(verdict, against)
    )
    return 0 if verdict.agrees else 1


def _check_steps(arguments: Namespace) -> int:
    """Hold each line of a file against the one before it, and the last against a formula if asked for."""
    from cooperon.symbolic.check_steps import check_steps

    formula = None if arguments.against is None else formula_of(arguments, arguments.against)
    against = "" if formula is None else f"{formula.name}, {_described(formula, arguments)}"
    found = check_steps(_text_of(arguments.steps), formula, notation=_notation(arguments.notation))
    say(
        _as_json(_steps_entries(found, against))
        if arguments.format == "json"
        else _steps_text(found, against)
    )
    return 0 if found.agrees else 1


def _notation(given: Sequence[str]) -> dict[str, str]:
    """Take NAME=MEANING apart, for each name once."""
    table: dict[str, str] = {}
    for text in given:
        name, sign, meaning = (part.strip() for part in text.partition("="))
        if not (name and sign and meaning):
            raise InputError(f"--notation {text}", expected="NAME=MEANING", hint=r"--notation '\Gamma=1/tau'")
        if name in table:
            raise InputError(f"{name} twice in --notation", expected="one meaning for each name")
        table[name] = meaning
    return table


def _text_of(path: str) -> str:
    """Read a file, or standard input."""
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text in UTF-8"
        raise InputError(f"--steps {path}", expected=f"a file that can be read ({reason})") from None


def _derived(arguments: Namespace) -> Derived:
    formula = formula_of(arguments, arguments.quantity)
    settings = {"quantity": arguments.quantity} | {name: getattr(arguments, name) for name in _SETTINGS}
    settings["loops"] = _loops(arguments, arguments.quantity)
    report = formula.verify() if arguments.verify else None
    return Derived(formula, _contributing(formula, arguments), settings, report)


def _contributing(formula: cp.Formula, arguments: Namespace) -> tuple[cp.Diagram, ...]:
    """Return the diagrams that are not zero."""
    options = _cutoffs(arguments)
    if arguments.kernel == "exact":
        parts = cp.interference(formula.metal, omega=options["omega"])
        return parts.backscattering.diagrams + parts.nonbackscattering.diagrams
    return tuple(x for x in formula.diagrams if cp.evaluate(x, formula.metal, **options).expr != 0)


def formula_of(arguments: Namespace, quantity: str) -> cp.Formula:
    """Derive what the options describe.

    Raises
    ------
    InputError
        When an option is none, or one that the quantity does not have.
    """
    metal = cp.Metal(
        dim=_number(arguments.dim, "--dim", cp.symbols.d),
        spin=_number(arguments.spin, "--spin"),
        dephasing=_dephasing(arguments.power_law),
        scattering=[cp.Potential(harmonics=_harmonics(arguments.harmonics)), *_mechanisms(arguments)],
        field=None if arguments.field is None else _chosen(arguments.field, _FIELDS, "--field")(),
        geometry=_geometry(arguments.geometry),
        diffusion=arguments.diffusion,
    )
    for name, possible in _FIXED[quantity].items():
        given = getattr(arguments, name)
        if given not in possible:
            raise InputError(
                f"--{name} {given} of the {quantity}",
                expected=f"--{name} {possible[-1]}",
                hint="leave it out",
            )
    how = {"cutoff": arguments.cutoff, "omega": cp.symbols.omega if arguments.omega else None}
    if quantity == "magnetoconductivity":
        return cp.magnetoconductivity(metal, **how)
    if quantity == "conductance":
        return cp.conductance(metal, loops=arguments.loops, **how)
    rest = {name: getattr(arguments, name) for name in ("loops", "infrared", "route", "kernel")}
    return cp.conductivity(metal, **rest, **how)


def _loops(arguments: Namespace, quantity: str) -> int:
    """Return the number of loops, which the magnetoconductivity does not leave open."""
    return 1 if quantity == "magnetoconductivity" else int(arguments.loops)


def _mechanisms(arguments: Namespace) -> list[Any]:
    """Read mechanisms that act on the spin, each with its axes behind a colon."""
    found = []
    for one in [] if arguments.scattering is None else arguments.scattering.split(","):
        name, _, axes = one.strip().partition(":")
        kind = _chosen(name, _MECHANISMS, "--scattering")
        found.append(kind(axes=axes) if axes else kind())
    return found


def _geometry(given: str) -> Any:
    """Read a shape, with the lengths that count behind a colon, each as its symbol."""
    name, _, lengths = given.strip().partition(":")
    shape = _chosen(name, _SHAPES, "--geometry")
    chosen = {one: _chosen(one, shape.lengths, f"--geometry {name}:") for one in lengths.split(",") if one}
    return shape(**chosen)


def _chosen(given: str, table: Mapping[str, Any], option: str) -> Any:
    if given not in table:
        raise InputError(f"{option} {given!r}", expected=f"one of {', '.join(table)}" if table else "nothing")
    return table[given]


def _cutoffs(arguments: Namespace) -> dict[str, Any]:
    frequency = cp.symbols.omega if arguments.omega else None
    return {"cutoff": arguments.cutoff, "infrared": arguments.infrared, "omega": frequency}


def _dephasing(power: str | None) -> cp.Dephasing | cp.PowerLaw:
    return cp.Dephasing() if power is None else cp.PowerLaw(_number(power, "--power-law", cp.symbols.p))


def _harmonics(given: str | None) -> tuple[sp.Expr, ...]:
    parts = [] if given is None else given.split(",")
    symbols = {1: cp.symbols.w_1, 2: cp.symbols.w_2}
    return tuple(_number(text, "--harmonics", symbols.get(n)) for n, text in enumerate(parts, 1))


def _number(text: str, option: str, symbol: sp.Symbol | None = None) -> sp.Expr:
    """Read a number or the name of one symbol; nothing is evaluated."""
    given = text.strip()
    if symbol is not None and given == symbol.name:
        return symbol
    try:
        if _NUMBER.fullmatch(given):
            return sp.Rational(Fraction(given))
    except (ValueError, ZeroDivisionError):
        pass
    named = "" if symbol is None else f", or {symbol.name}"
    raise InputError(f"{option} {text!r}", expected=f"a number such as 2, 2.5 or 5/2{named}")


def _draw(derived: Derived, arguments: Namespace) -> None:
    if (arguments.draw or arguments.sheet) and not derived.formula.diagrams:
        raise InputError(
            f"a drawing of the route {arguments.route}",
            expected="a route with diagrams",
            hint="--route diagrams",
        )
    if arguments.draw:
        _write_contributing(derived.contributing, arguments.draw)
        note(f"wrote {arguments.draw}")
    if arguments.sheet:
        names = ["contributes" if x in derived.contributing else "vanishes" for x in derived.formula.diagrams]
        _write_sheet(derived.formula.diagrams, arguments.sheet, names)
        note(f"wrote {arguments.sheet}")


def _write_contributing(diagrams: Sequence[cp.Diagram], path: str) -> None:
    if len(diagrams) == 1:
        drawing.save(diagrams[0], path)
    else:
        _write_sheet(diagrams, path)


def _write_sheet(diagrams: Sequence[cp.Diagram], path: str, captions: Sequence[str] | None = None) -> None:
    if Path(path).suffix.lower() != ".svg":
        raise InputError(f"the file {path!r} for several diagrams", expected="a name that ends in .svg")
    write(Path(path), drawing.sheet(diagrams, captions=captions, columns=_COLUMNS))


def _show(derived: Derived, arguments: Namespace) -> None:
    if written_up(arguments):
        _write_up(derived, arguments)
    elif arguments.output:
        render = FORMATS[arguments.format or form_of_ending(arguments.output)]
        write(Path(arguments.output), render(derived, False))
        note(f"wrote {arguments.output}")
    else:
        say(FORMATS[arguments.format or "text"](derived, ascii_only()).rstrip("\n"))


def _write_up(derived: Derived, arguments: Namespace) -> None:
    for file, text in written(
        derived.formula, arguments.output, call=_call(derived.formula, arguments)
    ).items():
        write(file, text)
        note(f"wrote {file}")


def _call(formula: cp.Formula, arguments: Namespace) -> str:
    """Write the Python that derives the formula, for a notebook."""
    quantity = arguments.quantity
    given = {name: getattr(arguments, name) for name in _SETTINGS}
    plain = {"loops": _LOOPS[quantity], "cutoff": "diffusive", "infrared": "tau_phi", "route": "diagrams"}
    plain |= {"omega": False, "kernel": "diffusive"}
    taken = {name for name in given if name not in _FIXED[quantity]}
    changed = {name: value for name, value in given.items() if name in taken and value != plain[name]}
    options = (f"{name}={'cp.symbols.omega' if name == 'omega' else repr(x)}" for name, x in changed.items())
    return f"cp.{quantity}({', '.join([source_of(formula.metal), *options])})"


def _described(formula: cp.Formula, arguments: Namespace) -> str:
    """Say which formula it was, with every option that it depends on."""
    metal, loops = formula.metal, _loops(arguments, arguments.against)
    parts = [f"dim = {metal.dim}", f"spin {metal.spin}", *mechanism(metal), f"loops = {loops}"]
    if arguments.kernel == "exact":
        parts.append('kernel "exact"')
    elif loops:
        parts += [f'cutoff "{arguments.cutoff}"', f'infrared "{arguments.infrared}"']
    return ", ".join(parts + ["at frequency omega"] * arguments.omega)


def _verdict_text(verdict: Verdict, against: str) -> str:
    lines = (
        wrapped(f"{verdict.kind}: {verdict.sentence}"),
        f"  hand:    {verdict.hand}",
        f"  formula: {verdict.formula}",
        f"  of:      {against}",
        *([f"  sure:    {verdict.certainty}"] if verdict.certainty else []),
        *(f"  with:    {relation}" for relation in verdict.relations),
        *(f"  read:    {reading}" for reading in verdict.notes),
    )
    return "\n".join(lines)


def _steps_text(found: StepsVerdict, against: str) -> str:
    lines = (
        wrapped(f"{found.kind}: {found.sentence}"),
        *(f"  line {one.line} against {one.against}: {one.verdict.kind}" for one in found.steps),
        *([f"  of:      {against}"] if against else []),
        *(f"  read:    {note}" for reading in found.lines for note in reading.notes),
    )
    return "\n".join(lines)


def _steps_entries(found: StepsVerdict, against: str) -> dict[str, Any]:
    return {
        "agrees": found.agrees,
        "kind": found.kind,
        "sentence": found.sentence,
        "first_wrong": found.first_wrong,
        "against": against or None,
        "steps": [{"line": one.line, **_entries(one.verdict, one.against)} for one in found.steps],
    }


def _as_json(entries: Mapping[str, Any]) -> str:
    return json.dumps(entries, indent=2)


def _entries(verdict: Verdict, against: str) -> dict[str, Any]:
    return {
        "agrees": verdict.agrees,
        "kind": verdict.kind,
        "sentence": verdict.sentence,
        "against": against,
        "hand": str(verdict.hand),
        "formula": str(verdict.formula),
        "factor": None if verdict.factor is None else str(verdict.factor),
        "constant": None if verdict.constant is None else str(verdict.constant),
        "certainty": verdict.certainty,
        "chance": verdict.chance,
        "mistakes": verdict.mistakes,
        "limits": verdict.limits,
        "relations": verdict.relations,
        "notes": verdict.notes,
    }
