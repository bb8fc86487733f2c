"""Draw a diagram the way papers do: in a notebook, in a terminal, in LaTeX, to a file.

Retarded lines run above, advanced ones below; impurity lines are dashed with a cross; the ladder of a
diffuson has rungs, that of a Cooperon a fan of crossing lines; current vertices are dots, density vertices
open circles, spin vertices crossed circles. A single Green's function is a horizontal line with its impurity
lines over it; two bubbles stand one over the other or one inside the other, as fewer lines cross. Anything
else is laid out on circles.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cooperon.diagrams import axes, svg_document
from cooperon.diagrams.arguments import is_count
from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.dot import to_dot
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.files import Writer, plotted, write_as, written
from cooperon.diagrams.layout import lay_out
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.picture import Picture
from cooperon.diagrams.sheet import Section, Tile, arrange
from cooperon.diagrams.text import text_picture
from cooperon.diagrams.tikz import tikzpicture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw", "save", "sheet", "svg", "text", "tikz"]

T = TypeVar("T")
COLUMNS = 5
MOST_VERTICES = 200


def svg(diagram: Diagram, *, width: float | None = None) -> str:
    """Draw a diagram as a self-contained SVG document.

    Parameters
    ----------
    diagram : Diagram
        Any diagram.
    width : float, optional
        Width in pixels; by default 44 pixels for the distance of neighbouring impurity vertices.

    Raises
    ------
    InputError
        When ``diagram`` is not a Diagram or ``width`` is not a positive number.

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> svg(bubble()).count('class="arrow"')
    2
    """
    alone = arrange([Section((Tile(_picture(diagram)),))], 1)
    return svg_document.document(alone, title=repr(diagram), width=width)


def sheet(
    diagrams: Iterable[Diagram],
    *,
    columns: int = COLUMNS,
    captions: Iterable[str] | None = None,
    width: float | None = None,
) -> str:
    """Draw several diagrams on one sheet, in rows, as a self-contained SVG document.

    Parameters
    ----------
    diagrams : iterable of Diagram
        At least one.
    columns : int
        Diagrams in a row.
    captions : iterable of str, optional
        What to write under each; by default 1, 2, 3, ...
    width : float, optional
        Width of the sheet in pixels.

    Raises
    ------
    InputError
        When there is no diagram, or an argument does not fit.

    Examples
    --------
    >>> from cooperon.diagrams import enumerate as all_of_order
    >>> sheet(all_of_order(1), columns=3).count('class="caption"')
    3
    """
    pictures = [_picture(diagram) for diagram in _several(diagrams, "Diagrams")]
    given = range(1, len(pictures) + 1) if captions is None else _several(captions, "captions")
    names = [str(name) for name in given]
    if not pictures:
        raise InputError("no diagrams", "at least one diagram on a sheet")
    if len(names) != len(pictures):
        raise InputError(f"{len(names)} captions", f"{len(pictures)} captions, one a diagram")
    if not is_count(columns) or columns < 1:
        raise InputError(f"columns = {columns!r}", "a number of columns 1, 2, ...")
    tiles = tuple(Tile(picture, name) for picture, name in zip(pictures, names, strict=True))
    together = arrange([Section(tiles)], columns)
    return svg_document.document(together, title=f"{len(tiles)} diagrams", width=width)


def tikz(diagram: Diagram) -> str:
    r"""Draw a diagram as a TikZ picture, for a LaTeX document with ``\usepackage{tikz}``.

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> print(tikz(bubble()).splitlines()[-1])
    \end{tikzpicture}
    """
    return tikzpicture(_picture(diagram))


def text(diagram: Diagram, *, ascii_only: bool = False) -> str:
    """Draw a diagram in characters, for a terminal.

    Impurity lines are dotted; one that crosses others turns corners. Blocks that cross are cut: the same
    letter and number stands at both halves. What is neither a bubble nor a single line is written as a
    list of its lines.

    Parameters
    ----------
    diagram : Diagram
        Any diagram.
    ascii_only : bool
        Do without the box-drawing characters.

    Examples
    --------
    >>> from cooperon.diagrams import chord_diagram
    >>> print(text(chord_diagram(2, 2, ((0, 3), (1, 2))), ascii_only=True))
    R +->-+->-+->-+
      |   :   :   |
      *   x   x   *
      |   :   :   |
    A +-<-+-<-+-<-+
    """
    return text_picture(_drawable(diagram), ascii_only=ascii_only)


def draw(diagram: Diagram, ax: Axes | None = None) -> Axes:
    """Draw a diagram on matplotlib axes, new ones without ``ax``.

    Needs the extra ``plot``. On axes of your own the diagram has their size, but its lines and letters the
    width and height that they always have.

    Raises
    ------
    InputError
        When ``diagram`` is not a Diagram or ``ax`` are no axes.
    CooperonError
        When matplotlib is missing.
    """
    return axes.paint(_picture(diagram), ax)


def save(diagram: Diagram, path: str | Path) -> None:
    """Draw a diagram into a file: .svg, .tex (TikZ), .txt, .dot, or with the extra ``plot`` .pdf and .png.

    Raises
    ------
    InputError
        When the ending of the file's name is not one of these, or the file cannot be written.
    CooperonError
        When matplotlib is needed and missing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from cooperon.diagrams import bubble
    >>> with TemporaryDirectory() as folder:
    ...     save(bubble(), Path(folder) / "bubble.svg")
    ...     [file.name for file in Path(folder).iterdir()]
    ['bubble.svg']
    """
    write_as(_checked(diagram), path, _FORMATS)


_FORMATS: dict[str, Writer[Diagram]] = {
    ".svg": written(svg),
    ".tex": written(tikz),
    ".txt": written(lambda diagram: text(diagram) + "\n"),
    ".pdf": plotted(lambda diagram: axes.figure(_picture(diagram))),
    ".png": plotted(lambda diagram: axes.figure(_picture(diagram))),
    ".dot": written(lambda diagram: to_dot(diagram) + "\n"),
}


def _several(values: Iterable[T], what: str) -> list[T]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise InputError(shortened(values), f"{what}, in a list")
    return list(values)


def _checked(diagram: Diagram) -> Diagram:
    if not isinstance(diagram, Diagram):
        raise InputError(shortened(diagram), "a Diagram")
    return diagram


def _picture(diagram: Diagram) -> Picture:
    return lay_out(_drawable(diagram))


def _drawable(diagram: Diagram) -> Diagram:
    """Refuse what would take minutes and be no picture to look at."""
    if len(_checked(diagram).kinds) > MOST_VERTICES:
        raise InputError(
            f"a picture of {len(diagram.kinds)} vertices",
            f"at most {MOST_VERTICES}",
            "cooperon.diagrams.resum, or a .dot file",
        )
    return diagram
