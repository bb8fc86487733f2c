"""The command ``sweep``: a formula over a grid of numbers, to a Zarr store or a NetCDF file."""

from __future__ import annotations

import argparse
import math
import re
import warnings
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np

import cooperon as cp
from cooperon.commands import formula_of
from cooperon.diagrams.errors import AssumptionWarning, CooperonError, InputError
from cooperon.terminal import note, say

__all__ = ["add_sweep", "sweep"]

_ABOUT = "Evaluate a formula over a grid of numbers, in SI units; what was interrupted goes on."
_EXIT = """
numbers: B=0.1, B=0,0.1,0.2, B=-0.1:0.1:201 (from, to, how many), T=log:0.1:10:50 (in equal ratios)

exit code: 0, 1 when values leave the assumptions (they are said on standard error), 2 for an error in the
input
"""
_SPACED = re.compile(r"(log:)?([^:,]+):([^:,]+):([0-9]{1,9})")


def add_sweep(
    commands: Any, metal: argparse.ArgumentParser, quantities: Sequence[str], layout: type
) -> argparse.ArgumentParser:
    """Add the command to the command line.

    Parameters
    ----------
    commands : argparse's subparsers
        Where.
    metal : ArgumentParser
        The options that describe a metal.
    quantities : sequence of str
        What can be derived.
    layout : type
        How help is laid out.
    """
    parser: argparse.ArgumentParser = commands.add_parser(
        "sweep",
        help="evaluate a formula over a grid of numbers",
        description=_ABOUT,
        parents=[metal],
        epilog=_EXIT,
        formatter_class=layout,
        allow_abbrev=False,
    )
    parser.add_argument("quantity", choices=quantities, help="what to derive: %(choices)s")
    parser.add_argument("numbers", nargs="+", metavar="NAME=NUMBERS", help="of each symbol, see below")
    parser.add_argument("--output", metavar="FILE", required=True, help="a name that ends in .zarr or .nc")
    parser.add_argument("--overwrite", action="store_true", help="begin again where there is a sweep already")
    parser.add_argument("--chunk", type=int, metavar="N", help="values that are written down at a time")
    parser.add_argument("--cluster", metavar="ADDRESS", help="of a scheduler of dask.distributed")
    return parser


def sweep(arguments: Namespace) -> int:
    """Evaluate, and say what was written.

    Returns
    -------
    int
        0, or 1 when values leave the assumptions.

    Raises
    ------
    InputError
        When numbers cannot be read, or do not fit the formula.
    """
    values = _values(arguments.numbers)
    formula = formula_of(arguments, arguments.quantity)
    with ExitStack() as stack:
        client = None if arguments.cluster is None else stack.enter_context(_client(arguments.cluster))
        caught = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always", AssumptionWarning)
        found = cp.sweep(
            formula,
            to=arguments.output,
            overwrite=arguments.overwrite,
            chunk=arguments.chunk,
            client=client,
            **values,
        )
    sizes = " x ".join(f"{size} {dim}" for dim, size in found.value.sizes.items()) or "1 value"
    say(f"{formula.name} [{found.value.attrs['units']}]: {sizes}")
    note(f"wrote {arguments.output}")
    doubts = [str(each.message) for each in caught if each.category is AssumptionWarning]
    for doubt in doubts:
        note(doubt)
    return 1 if doubts else 0


def _values(given: Sequence[str]) -> dict[str, Any]:
    """Read the numbers of each symbol."""
    found: dict[str, Any] = {}
    for text in given:
        name, sign, numbers = text.partition("=")
        if not sign or name in found:
            raise InputError(f"{text!r}", expected="the numbers of each symbol once, as in B=0:0.1:201")
        found[cp.symbols.lookup(name).name] = _numbers(text, numbers)
    return found


def _numbers(text: str, numbers: str) -> Any:
    spaced = _SPACED.fullmatch(numbers)
    if spaced is None:
        read = [_number(text, one) for one in numbers.split(",")]
        return read[0] if len(read) == 1 else read
    first, last, count = _number(text, spaced[2]), _number(text, spaced[3]), int(spaced[4])
    if spaced[1] is None:
        return np.linspace(first, last, count)
    if not (first > 0 and last > 0):
        raise InputError(f"{text!r}", expected="positive numbers, in equal ratios")
    return np.geomspace(first, last, count)


def _number(text: str, number: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{text!r}", expected="numbers such as B=0.1, B=0,0.1 or B=0:0.1:201")
    return value


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise CooperonError(
            "dask.distributed is not installed",
            expected="dask.distributed for a cluster",
            hint='pip install "cooperon[cluster]"',
        ) from None
    try:
        return Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise InputError(f"--cluster {address}", expected=f"a scheduler that answers ({error})") from None
