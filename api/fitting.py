"""The command ``fit``: a file of data, a model by its name, and what comes out as text, JSON and a figure."""

from __future__ import annotations

import argparse
import json
import math
import warnings
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cooperon as cp
from cooperon.diagrams.errors import AssumptionWarning, CooperonError, InputError
from cooperon.terminal import note, say

__all__ = ["MODELS", "add_fit", "fit", "model"]

_FIGURES = (".png", ".pdf", ".svg")
_ABOUT = "Fit a formula, derived when it is asked for, to measured data."
_EXIT = """
models: {models}

exit code: 0, 1 when the data leave doubts (they are said on standard error), 2 for an error in the input
"""


def _in_field(dim: int, *mechanisms: Callable[[], Any], **settings: Any) -> Callable[[], cp.Formula]:
    def derived() -> cp.Formula:
        scattering = [cp.Potential(), *(one() for one in mechanisms)]
        field = settings.get("field", cp.PerpendicularField())
        metal = cp.Metal(
            dim=dim, scattering=scattering, field=field, geometry=settings.get("geometry", cp.Bulk())
        )
        return cp.magnetoconductivity(metal)

    return derived


def _over_temperature(dim: int) -> Callable[[], cp.Formula]:
    law = cp.PowerLaw(cp.symbols.p)
    return lambda: cp.conductivity(cp.Metal(dim=dim, dephasing=law), loops=1)


MODELS: Mapping[str, Callable[[], cp.Formula]] = MappingProxyType(
    {
        "hln": _in_field(2, cp.SpinOrbit),
        "hln-magnetic": _in_field(2, cp.SpinOrbit, cp.Magnetic),
        "wl2d": _in_field(2),
        "wl3d": _in_field(3),
        "wl3d-spin-orbit": _in_field(3, cp.SpinOrbit),
        "wire": _in_field(1, geometry=cp.Wire(width=cp.symbols.width)),
        "film-parallel": _in_field(
            2, field=cp.ParallelField(), geometry=cp.Film(thickness=cp.symbols.thickness)
        ),
        "rt2d": _over_temperature(2),
        "rt3d": _over_temperature(3),
    }
)
"""What derives the formula of each model, by its name."""


def model(name: str, convention: str | None = None) -> cp.Formula:
    """Derive the formula of a model.

    Parameters
    ----------
    name : str
        One of ``MODELS``.
    convention : str, optional
        The convention of its fields, or ``"times"``. Default: ``"HLN"``, where the model has a field.

    Raises
    ------
    InputError
        When there is no such model or convention.

    Examples
    --------
    >>> sorted(map(str, model("wl2d").expr.free_symbols))
    ['B', 'B_phi', 'e', 'hbar']
    """
    if name not in MODELS:
        raise InputError(f"--model {name!r}", expected="one of " + ", ".join(MODELS))
    formula = MODELS[name]()
    if convention is None and not formula.expr.has(cp.symbols.B):
        return formula
    return formula.in_convention(convention or "HLN")


def add_fit(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "fit",
        help="fit a formula to measured data",
        description=_ABOUT,
        epilog=_EXIT.format(models=", ".join(MODELS)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("data", metavar="FILE", help="values separated by commas, semicolons, tabs or blanks")
    parser.add_argument("--model", required=True, metavar="NAME", help="what is fitted; see below")
    parser.add_argument("--convention", metavar="NAME", help="of fields: HLN (default), ..., or times")
    which = parser.add_argument_group("the data")
    pairs = {"action": "append", "default": [], "metavar": "A=B,..."}
    which.add_argument("--columns", **pairs, help="B=field,R=rxx; also G, rho, sigma, change, T, error")
    which.add_argument("--units", **pairs, help="B=mT,R=kohm; default: SI")
    which.add_argument("--sheet", action="store_true", help="R and G are values per square")
    which.add_argument("--bar", **pairs, help="length=1e-3,width=1e-4,thickness=... in metres, as needed")
    which.add_argument("--symmetrize", action="store_true", help="take (y(B) + y(-B))/2 first")
    how = parser.add_argument_group("the fit")
    how.add_argument("--offset", metavar="HOW", help="fit (default), subtract or none")
    how.add_argument("--prefactor", action="store_true", help="fit a prefactor, too")
    how.add_argument("--fix", **pairs, help="D=0.01,...: numbers that are held, in SI")
    how.add_argument("--start", **pairs, help="B_phi=0.01,...: where to start, in SI")
    how.add_argument("--shared", metavar="A,B,...", help="with several temperatures: one number for all")
    how.add_argument("--level", type=float, default=0.95, metavar="P", help="of intervals; default: 0.95")
    how.add_argument("--profile", action="store_true", help="intervals by the profile of the likelihood")
    output = parser.add_argument_group("the output")
    output.add_argument("--json", action="store_true", help="print JSON")
    output.add_argument("--figure", metavar="FILE", help="data, curve, residuals: " + ", ".join(_FIGURES))


def fit(arguments: Namespace) -> int:
    """Fit a model to a file of data; print what was found.

    Returns
    -------
    int
        0, or 1 when the data leave doubts.
    """
    _require_figure(arguments.figure)
    formula = model(arguments.model, arguments.convention)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = cp.fit(
            arguments.data,
            formula,
            columns=_columns(arguments.columns),
            units=_pairs(arguments.units, "--units"),
            geometry=_geometry(arguments),
            symmetrize=arguments.symmetrize,
            offset=arguments.offset,
            prefactor=arguments.prefactor,
            fixed=_numbers(arguments.fix, "--fix"),
            start=_numbers(arguments.start, "--start"),
            shared=None if arguments.shared is None else arguments.shared.split(","),
        )
    method = "profile" if arguments.profile else "covariance"
    intervals = found.intervals(arguments.level, method=method)
    doubts = [str(one.message) for one in caught if issubclass(one.category, AssumptionWarning)]
    say(
        _as_json(found, intervals, arguments, doubts)
        if arguments.json
        else _as_text(found, intervals, arguments)
    )
    for doubt in doubts:
        note(f"warning: {doubt}")
    if arguments.figure is not None:
        _save(found, arguments.figure)
    return 1 if doubts else 0


def _as_text(found: cp.FitResult, intervals: Mapping[str, tuple[float, float]], arguments: Namespace) -> str:
    if not arguments.profile and arguments.level == 0.95:
        return found.report()
    how = "profile" if arguments.profile else "covariance"
    lines = [
        f"{name}: {low:.6g} .. {high:.6g} {found.units[name]}" for name, (low, high) in intervals.items()
    ]
    return "\n".join((found.report(), f"{arguments.level:.4%} intervals ({how}):", *lines))


def _as_json(
    found: cp.FitResult,
    intervals: Mapping[str, tuple[float, float]],
    arguments: Namespace,
    doubts: Sequence[str],
) -> str:
    parameters = {
        name: {
            "value": value,
            "error": _finite(found.errors[name]),
            "interval": [_finite(end) for end in intervals[name]],
            "unit": found.units[name],
        }
        for name, value in found.values.items()
    }
    entries = {
        "model": arguments.model,
        "formula": str(found.formula.expr),
        "parameters": parameters,
        "fixed": dict(found.fixed),
        "level": arguments.level,
        "correlations": [[a, b, r] for (a, b), r in found.correlations.items()],
        "chi2": found.chi2,
        "degrees_of_freedom": found.degrees_of_freedom,
        "absolute_errors": found.data.absolute,
        "rows": len(found.data),
        "notes": list(found.data.notes),
        "warnings": list(doubts),
    }
    return json.dumps(entries, indent=2)


def _finite(value: float) -> float | None:
    """JSON has no infinity: an end that does not exist is null."""
    return value if math.isfinite(value) else None


def _geometry(arguments: Namespace) -> str | dict[str, float] | None:
    if arguments.sheet and arguments.bar:
        raise InputError("both --sheet and --bar", expected="one of them")
    return "sheet" if arguments.sheet else _numbers(arguments.bar, "--bar") or None


def _pairs(given: Sequence[str], option: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in (one for text in given for one in text.split(",")):
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value) or name in found:
            raise InputError(f"{option} {pair}", expected="name=value, each name once", hint="B=field,R=rxx")
        found[name] = value
    return found


def _columns(given: Sequence[str]) -> dict[str, str | int] | None:
    pairs = _pairs(given, "--columns")
    return {key: int(name) if name.isdecimal() else name for key, name in pairs.items()} or None


def _numbers(given: Sequence[str], option: str) -> dict[str, float]:
    found = {}
    for name, text in _pairs(given, option).items():
        try:
            found[name] = float(text)
        except ValueError:
            raise InputError(f"{option} {name}={text}", expected="a number in SI") from None
    return found


def _require_figure(path: str | None) -> None:
    if path is not None and Path(path).suffix not in _FIGURES:
        raise InputError(f"--figure {path}", expected="a name that ends with " + ", ".join(_FIGURES))


def _save(found: cp.FitResult, path: str) -> None:
    axes = found.plot()
    try:
        axes[0].figure.savefig(path, dpi=200)
    except OSError as error:
        raise CooperonError(
            f"--figure {path} ({error.strerror})", expected="a file that can be written"
        ) from None
    note(f"wrote {path}")
