"""All diagrams of an order on one sheet, sorted by class."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from cooperon.diagrams import axes, svg_document
from cooperon.diagrams.arguments import HIGHEST_ORDER, is_count, require_order
from cooperon.diagrams.classification import Family, classify
from cooperon.diagrams.counting import count as count_diagrams
from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.enumeration import enumerate as diagrams_of_order
from cooperon.diagrams.enumeration import multiplicity
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.files import Writer, plotted, write_as, written
from cooperon.diagrams.layout import lay_out
from cooperon.diagrams.repl import PublicNames
from cooperon.diagrams.shapes import SHAPES, require_shape
from cooperon.diagrams.sheet import Section, Sheet, Tile, arrange, fitting

__all__ = ["Gallery", "Group", "gallery"]

LIMIT = 400
DRAWABLE = 20_000  # contractions: a minute or two
COUNTED = 10**18  # contractions; a larger number is not written out
NAMES = {"line": "Single Green's function", "bubble": "Bubble", "pair": "Pair of bubbles"}


@dataclass(frozen=True)
class Group:
    """Diagrams of one class, and what the class is called."""

    name: str
    diagrams: tuple[Diagram, ...]

    @property
    def heading(self) -> str:
        """The name of the class and the number of its diagrams."""
        return f"{self.name}: {_counted(len(self.diagrams), 'diagram')}"


@dataclass(frozen=True)
class Gallery(PublicNames):
    """All diagrams of an order, sorted by class, ready to be drawn on one sheet.

    A notebook shows it; ``svg()`` and ``save(path)`` draw it elsewhere. Its length is the number of diagrams.
    """

    title: str
    groups: tuple[Group, ...]
    columns: int | None = None

    def __len__(self) -> int:
        return sum(len(group.diagrams) for group in self.groups)

    def svg(self, *, width: float | None = None) -> str:
        """Draw the sheet as a self-contained SVG document, by default in its natural size.

        Raises
        ------
        InputError
            When ``width`` is not a positive number of pixels.
        """
        return svg_document.document(self.sheet(), title=self.title, width=width)

    def save(self, path: str | Path) -> None:
        """Draw the sheet into a file: .svg, or with the extra ``plot`` .pdf and .png.

        Raises
        ------
        InputError
            When the ending of the file's name is not one of these, or the file cannot be written.
        CooperonError
            When matplotlib is needed and missing.
        """
        write_as(self, path, _FORMATS)

    def _repr_svg_(self) -> str:
        return self.svg()

    def sheet(self) -> Sheet:
        """Place every diagram with its number under the heading of its class."""
        number = count(1)
        sections = [
            Section(tuple(_tile(diagram, next(number)) for diagram in group.diagrams), group.heading)
            for group in self.groups
        ]
        if self.columns is None:
            return fitting(sections, title=self.title)
        return arrange(sections, self.columns, title=self.title)


def _tile(diagram: Diagram, number: int) -> Tile:
    """Write under a diagram its number, and how many contractions it stands for unless it is one."""
    weight = multiplicity(diagram)
    return Tile(lay_out(diagram), f"{number} (×{weight})" if weight > 1 else str(number))


_FORMATS: dict[str, Writer[Gallery]] = {
    ".svg": written(Gallery.svg),
    ".pdf": plotted(lambda shown: axes.sheet_figure(shown.sheet())),
    ".png": plotted(lambda shown: axes.sheet_figure(shown.sheet())),
}


def gallery(
    order: int,
    *,
    of: str = "bubble",
    lines: str | None = None,
    vertex: str = "current",
    connected: bool = False,
    columns: int | None = None,
    limit: int = LIMIT,
) -> Gallery:
    """Collect all diagrams with ``order`` impurity lines on one sheet, sorted by class.

    The class of a diagram is its family and the number of impurity lines that cross. The diagrams are
    numbered; one that stands for several Wick contractions (two electron lines of one kind can change
    places) says for how many.

    Parameters
    ----------
    order, of, lines, vertex, connected
        Which diagrams, as in :func:`~cooperon.diagrams.enumerate`.
    columns : int, optional
        Diagrams in a row; by default as many, up to six, as bring the sheet nearest to a square.
    limit : int
        The most Wick contractions that are drawn.

    Raises
    ------
    DiagramError
        When ``order`` or another argument that says which diagrams is unknown.
    InputError
        When there are more contractions than ``limit`` or no diagram at all, or ``columns`` is not a
        number of columns.

    Examples
    --------
    >>> sheet = gallery(2)
    >>> len(sheet)
    15
    >>> for group in sheet.groups:
    ...     print(group.heading)
    self-energy insertion, no crossing: 9 diagrams
    self-energy insertion, 1 crossing: 2 diagrams
    ladder, no crossing: 1 diagram
    maximally crossed, 1 crossing: 1 diagram
    other, 1 crossing: 2 diagrams
    """
    require_shape(of, lines, vertex)
    _require_drawable(order, of, limit)
    if columns is not None and not (is_count(columns) and columns > 0):
        raise InputError(f"columns = {columns!r}", "a number of columns 1, 2, ...")
    found = list(diagrams_of_order(order, of=of, lines=lines, vertex=vertex, connected=connected))
    if not found:
        raise InputError(
            f"order = {order} with connected=True", "an impurity line between the bubbles", "order=1"
        )
    classes = list(map(_class_of, found))
    groups = [
        Group(each[1], tuple(diagram for diagram, its in zip(found, classes, strict=True) if its == each))
        for each in sorted(set(classes))
    ]
    kind = (
        "Joined pair of bubbles" if connected and of == "pair" else NAMES[of]
    ) + f" {lines or ''}".rstrip()
    title = f"{kind} with {_counted(order, 'impurity line')}: {_counted(len(found), 'diagram')}"
    return Gallery(title, tuple(groups), columns)


def _class_of(diagram: Diagram) -> tuple[tuple[int, int], str]:
    """Name the class of a diagram, after the two numbers by which classes are sorted."""
    found = classify(diagram)
    rank = list(Family).index(found.family)
    return (rank, found.crossings), f"{found.family}, {_counted(found.crossings, 'crossing')}"


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number < 2 else 's'}"


def _require_drawable(order: int, of: str, limit: int) -> None:
    """Refuse what would be no sheet to look at, and say how many contractions there are."""
    # of more lines than can be counted there are more than can be drawn, too
    counted = require_order(min(order, HIGHEST_ORDER) if is_count(order) else order)
    if not is_count(limit):
        raise InputError(f"limit = {limit!r}", "a number of contractions")
    lines = len(SHAPES[of].joints)
    total = count_diagrams("all", counted) * math.comb(2 * counted + lines - 1, lines - 1)
    if total > limit:
        number = str(total) if total < COUNTED else "more than 10**18"
        remedy = f"limit={number}" if total < DRAWABLE else "single ones of cooperon.diagrams.enumerate"
        expected = f"at most {limit} on a sheet"
        raise InputError(f"order = {order}: {number} contractions", expected, f"a lower order, or {remedy}")
