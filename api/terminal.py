"""What leaves the command line: text to a terminal of any encoding, notes, files."""

from __future__ import annotations

import sys
from pathlib import Path

from cooperon.diagrams.errors import InputError

__all__ = ["ascii_only", "note", "say", "write"]

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
    """Return the encoding of standard output, which is None where a process has none."""
    return getattr(sys.stdout, "encoding", None) or "ascii"


def note(text: str) -> None:
    """Print on standard error what is not part of the result."""
    print(text, file=sys.stderr)


def write(path: Path, text: str) -> None:
    """Write a file in UTF-8, with the folder that it goes to.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"the file {str(path)!r} ({error.strerror})", "a file that can be written") from None
