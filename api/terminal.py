"""What leaves the command line: text to a terminal of any encoding, notes, files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

from cooperon.diagrams.errors import CooperonError, InputError

__all__ = ["as_json", "ascii_only", "make_folder", "note", "say", "write"]

_NEEDED = "≈≡─│┄┊╭╮╰╯┬┴┼▶◀●○⊗×░╲╱"


def ascii_only() -> bool:
    """Whether standard output lacks the characters that drawings are made of."""
    try:
        _NEEDED.encode(_encoding())
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def say(text: str) -> None:
    """Print on standard output; a character that its encoding lacks becomes a question mark."""
    encoding = _encoding()
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def _encoding() -> str:
    """Return the encoding of standard output; a stream without one (also: no stream) takes any text."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def note(text: str) -> None:
    """Print on standard error what is not part of the result."""
    print(text, file=sys.stderr)


def write(path: Path, text: str) -> None:
    """Write a file in UTF-8.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        _refuse("file", path, error)


def as_json(error: CooperonError) -> str:
    """Write an error in the input as a verdict that says so, for programs."""
    message = " ".join(str(error).split())
    return json.dumps({"agrees": False, "kind": "input error", "sentence": message}, indent=2)


def make_folder(path: Path) -> None:
    """Make a folder, and those that it lies in, where there is none.

    Raises
    ------
    InputError
        When that cannot be done.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _refuse("folder", path, error)


def _refuse(kind: str, path: Path, error: OSError) -> NoReturn:
    raise InputError(
        f"the {kind} {str(path)!r} ({error.strerror})", expected=f"a {kind} that can be written"
    ) from None
