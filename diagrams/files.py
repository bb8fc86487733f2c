"""Writing a picture into a file of the format that the file's name asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cooperon.diagrams.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Writer", "plotted", "write_as", "written"]

T = TypeVar("T")
Writer = Callable[[T, Path], object]
RESOLUTION = 200  # dots an inch of a .png
MOST_DOTS = 20_000  # of a .png in either direction: larger ones get fewer dots an inch


def write_as(value: T, path: str | Path, formats: Mapping[str, Writer[T]]) -> None:
    """Write a value into a file with the writer that the ending of its name stands for.

    Raises
    ------
    InputError
        When the ending is not one of those, or the file cannot be written.

    Examples
    --------
    >>> write_as("drawn", "drawn.docx", {".svg": written(str)})
    Traceback (most recent call last):
    cooperon.diagrams.errors.InputError: given: the file 'drawn.docx'; expected: a name that ends in .svg
    """
    if not isinstance(path, (str, Path)):
        raise InputError(f"the file {path!r}", "the name of a file")
    suffix = Path(path).suffix.lower()
    if suffix not in formats:
        raise InputError(f"the file {str(path)!r}", "a name that ends in " + ", ".join(formats))
    try:
        formats[suffix](value, Path(path))
    except OSError as error:
        raise InputError(
            f"the file {str(path)!r} ({error.strerror})", "a file that can be written"
        ) from error


def written(render: Callable[[T], str]) -> Writer[T]:
    """Make a writer of what turns a value into text."""
    return lambda value, path: path.write_text(render(value), encoding="utf-8")


def plotted(figure: Callable[[T], Figure]) -> Writer[T]:
    """Make a writer of what turns a value into a figure of matplotlib."""

    def write(value: T, path: Path) -> None:
        made = figure(value)
        fixed = {"CreationDate": None} if path.suffix.lower() == ".pdf" else {}
        dots = min(RESOLUTION, MOST_DOTS / max(made.get_size_inches()))
        made.savefig(path, dpi=dots, metadata=fixed)

    return write
