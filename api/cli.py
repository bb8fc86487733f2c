"""The command line: ``cooperon derive``, ``check``, ``fit``, ``sweep``, ``draw``, ``gallery``, ``tour``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import NoReturn

from cooperon import __version__
from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.terminal import as_json, say

__all__ = ["main"]

_INPUT_ERROR = 2
_INTERRUPTED = 130
_PIPE_CLOSED = 141

_ABOUT = "Derive the transport formulas of disordered metals from their diagrams, with every line checkable."
_EXAMPLES = r"""
examples:
  cooperon tour
  cooperon derive conductivity --dim 2 --loops 1 --verify
  cooperon derive conductivity --dim 3 --loops 1 --cutoff mean_free_path --output wl.tex
  cooperon derive conductivity --dim d --loops 1 --cutoff time --output wl.py
  cooperon derive magnetoconductivity --dim 2 --field perpendicular --format c
  cooperon derive conductivity --dim 2 --loops 1 --harmonics 0.5 --verify
  cooperon derive conductivity --dim 2 --loops 1 --kernel exact --output page.html
  cooperon derive conductivity --dim 2 --loops 1 --power-law 1 --draw diagram.svg
  cooperon derive magnetoconductivity --dim 2 --scattering spin-orbit,magnetic --field perpendicular
  cooperon derive conductance --dim 1 --loops 1 --geometry wire:length
  cooperon sweep conductivity --dim 2 --loops 1 tau_phi=log:1e-12:1e-10:50 tau=1e-13 --output wl.nc
  cooperon gallery --order 2 --output two_lines.svg
  cooperon draw diagram.json --output diagram.tex
  cooperon check "-\frac{e^2}{\pi h}\ln\frac{\tau_\phi}{\tau}" --against conductivity --dim 2 --loops 1
  cooperon check "e^2 \nu \lambda" --notation "\lambda=2 D"
  cooperon check --steps derivation.tex --against conductivity --dim 2 --loops 1 --format json
  cooperon fit data.csv --model hln --columns B=field,R=rxx --units B=mT --sheet --symmetrize --figure fit.png
"""
_DERIVE = """
exit code: 0, 1 when --verify was given and a line could not be confirmed, 2 for an error in the input
"""
_CHECK = """
exit code: 0 when it agrees (also: to leading order), 1 when it does not or is undecided, 2 for an error in
the input, which --format json writes as {"agrees": false, "kind": "input error", "sentence": ...}
"""
_DRAW = "Draw a diagram of your own, read from JSON."
_GALLERY = "Draw all diagrams with a number of impurity lines, sorted by class, on one sheet."
_TOUR = "The main job from end to end: derive, draw, verify, evaluate for a real sample, check by hand."
_QUANTITIES = ("conductivity", "magnetoconductivity", "conductance")


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are those of the library."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message, hint=f"{self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments, without the name of the program; default those of the process.

    Returns
    -------
    int
        The exit code: 0; 1 when a check does not agree or a line is not confirmed; 2 for an error in
        the input, which is said in one line on standard error.

    Examples
    --------
    >>> main(["check", "2 e^2 nu D", "--format", "text"])  # doctest: +ELLIPSIS
    agrees: ...
    0
    """
    given = _shielded(sys.argv[1:] if argv is None else argv)
    try:
        return _run(given)
    except CooperonError as error:
        if _wants_json(given):
            say(as_json(error))
        return _complain(str(error))
    except BrokenPipeError:
        _drop_output()
        return _PIPE_CLOSED
    except OSError as error:
        _drop_output()
        return _complain(f"standard output cannot be written ({error.strerror})")
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)
    if arguments.command == "tour":
        from cooperon.tour import tour

        return tour(arguments.output_dir)
    from cooperon import commands, fitting, pictures, sweeping

    run = {
        "check": commands.check,
        "derive": commands.derive,
        "fit": fitting.fit,
        "draw": pictures.draw,
        "gallery": pictures.gallery,
        "sweep": sweeping.sweep,
    }
    return run[arguments.command](arguments)


def _shielded(argv: Sequence[str]) -> list[str]:
    """Keep argparse from taking an expression with a minus in front for an option: a space hides it."""
    if list(argv[:1]) != ["check"]:
        return list(argv)
    kept = ("-", "-h")  # standard input, and help
    return [
        f" {text}" if text[:1] == "-" and text[:2] != "--" and text not in kept else text for text in argv
    ]


def _wants_json(argv: list[str]) -> bool:
    """Whether a check is to be read by a program, and with it what is wrong with the input."""
    return argv[:1] == ["check"] and ("--format=json" in argv or ("--format", "json") in pairwise(argv))


def _complain(message: str) -> int:
    print(f"cooperon: {' '.join(message.split())}", file=sys.stderr)
    return _INPUT_ERROR


def _drop_output() -> None:
    """Send what is left to nowhere, so that Python does not fail once more when it ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> _Parser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="cooperon", description=_ABOUT, epilog=_EXAMPLES, formatter_class=layout, allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"cooperon {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    metal = _metal_options()

    derive = commands.add_parser(
        "derive",
        help="derive a formula, with its diagrams and the pages that lead to it",
        parents=[metal],
        epilog=_DERIVE,
        formatter_class=layout,
        allow_abbrev=False,
    )
    derive.add_argument("quantity", choices=_QUANTITIES, help="what to derive: %(choices)s")
    _add_output_options(derive)

    check = commands.add_parser(
        "check",
        help="hold an expression of your own against a formula",
        parents=[metal],
        epilog=_CHECK,
        formatter_class=layout,
        allow_abbrev=False,
    )
    check.add_argument("expression", nargs="?", help="in LaTeX or plain text; put it in quotes")
    check.add_argument(
        "--steps",
        metavar="FILE",
        help="a derivation, each line held against the one before it: an align environment or a line of "
        "LaTeX or plain text a step; - for standard input",
    )
    check.add_argument(
        "--against",
        choices=_QUANTITIES,
        help="default: conductivity; of steps none, and the last line is held against nothing",
    )
    check.add_argument(
        "--notation",
        action="append",
        default=[],
        metavar="NAME=MEANING",
        help="a symbol of your own and what it means, such as '\\Gamma=1/tau'; may be given more than once",
    )
    check.add_argument("--format", choices=("text", "json"), default="text", help="default: %(default)s")

    from cooperon.fitting import add_fit
    from cooperon.sweeping import add_sweep

    add_sweep(commands, metal, _QUANTITIES, layout)
    add_fit(commands)
    _add_pictures(commands)
    tour = commands.add_parser("tour", help=_TOUR, description=_TOUR, allow_abbrev=False)
    tour.add_argument(
        "--output-dir",
        default="cooperon-tour",
        metavar="DIR",
        help="where its files go; default: %(default)s",
    )
    return parser


def _add_pictures(commands: argparse._SubParsersAction[_Parser]) -> None:
    """Add the commands that draw diagrams: one of one's own, all of an order."""
    draw = commands.add_parser(
        "draw", help="draw a diagram of your own", description=_DRAW, allow_abbrev=False
    )
    draw.add_argument("diagram", metavar="FILE", help="the diagram as JSON; - for standard input")
    draw.add_argument(
        "--output", metavar="FILE", help=".svg, .tex, .txt, .pdf, .png or .dot; default: characters, printed"
    )
    gallery = commands.add_parser(
        "gallery",
        help="draw all diagrams of an order on one sheet",
        description=_GALLERY,
        allow_abbrev=False,
    )
    gallery.add_argument("--order", type=int, required=True, metavar="N", help="number of impurity lines")
    gallery.add_argument("--of", default="bubble", help="bubble (default), line or pair")
    gallery.add_argument("--lines", help="kinds of the electron lines, such as RR; default: R, RA or RARA")
    gallery.add_argument(
        "--vertex", default="current", help="current (default), density or spin vertices on bubbles"
    )
    gallery.add_argument(
        "--connected", action="store_true", help="for pairs: only those that impurity lines hold together"
    )
    gallery.add_argument("--columns", type=int, metavar="N", help="diagrams in a row")
    gallery.add_argument(
        "--limit", type=int, metavar="N", help="the most contractions that are drawn; default: 400"
    )
    gallery.add_argument("--output", metavar="FILE", help=".svg, .pdf or .png; default: characters, printed")


def _metal_options() -> _Parser:
    """Which metal, and how it is evaluated: the options that derive and check share."""
    parser = _Parser(add_help=False)
    which = parser.add_argument_group("the metal")
    which.add_argument("--dim", default="2", help="dimension: 2, 2.5, 5/2, or d for a symbol; default: 2")
    which.add_argument(
        "--spin", default="1/2", help="spin of the carriers: 1/2 (default), 0 for spinless ones"
    )
    which.add_argument(
        "--harmonics",
        metavar="W",
        help="scattering that depends on the angle: its harmonics w_1,w_2,... as numbers or by name "
        "(--harmonics=-0.5,w_2); default: none",
    )
    which.add_argument(
        "--scattering",
        metavar="LIST",
        help="what scatters beside a potential: spin-orbit, magnetic; with axes as in spin-orbit:xyz",
    )
    which.add_argument("--field", help="a magnetic field B: perpendicular or parallel; default: none")
    which.add_argument(
        "--geometry",
        default="bulk",
        metavar="SHAPE",
        help="bulk (default), film, wire, ring or cylinder; with lengths that count as in wire:length "
        "(between leads) or ring:width (a field in the arm)",
    )
    which.add_argument("--diffusion", default="isotropic", help="isotropic (default), or xyz: D_x, D_y, D_z")
    which.add_argument(
        "--power-law",
        metavar="P",
        help="tau_phi ~ T^-P: a number, or p for a symbol; default: tau_phi is given",
    )
    how = parser.add_argument_group("the evaluation")
    how.add_argument(
        "--loops", type=int, default=0, help="0: Drude (default); 1: the leading quantum correction"
    )
    how.add_argument(
        "--cutoff",
        default="diffusive",
        help="diffusive (default), mean_free_path, time, window, smooth or dimensional",
    )
    how.add_argument("--infrared", default="tau_phi", help="what ends long paths: tau_phi (default) or L")
    how.add_argument("--omega", action="store_true", help="at a frequency omega; the default is at rest")
    how.add_argument(
        "--kernel",
        default="diffusive",
        help="diffusive (default), or exact: q ell of any size, with no cutoff (q < k_F in three dimensions)",
    )
    how.add_argument("--route", default="diagrams", help="diagrams (default) or return_probability")
    return parser


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    output = parser.add_argument_group("the output")
    output.add_argument(
        "--format",
        choices=("text", "latex", "json", "python", "c", "fortran", "julia", "mathematica"),
        help="default: what the ending of the output says, else text",
    )
    output.add_argument(
        "--output",
        metavar="FILE",
        help="write there and not to standard output: .tex (with a .bib beside it), .md, .html, .ipynb, .py, "
        ".json or .txt",
    )
    output.add_argument(
        "--draw", metavar="FILE", help="draw the diagram that contributes: .svg, .tex, .txt, .pdf or .png"
    )
    output.add_argument("--sheet", metavar="FILE", help="draw all diagrams on one sheet: .svg")
    output.add_argument("--verify", action="store_true", help="put numbers into both sides of every line")
