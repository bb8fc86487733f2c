r"""Reading a whole derivation, an ``align`` environment or a list of lines, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic.reading import Reading, read_with_notes
from cooperon.symbolic.reading_lines import MAX_LENGTH, MAX_LINES, Line, lines_of
from cooperon.symbolic.reading_notation import Notation
from cooperon.symbolic.reading_refusals import shortened
from cooperon.symbolic.reading_text import equals_signs, is_nearly, is_quantity, too_large

__all__ = ["read_steps"]


def read_steps(
    lines: str | Sequence[Any], *, dim: Any = None, notation: Notation | None = None
) -> tuple[Reading, ...]:
    r"""Read the lines of a derivation.

    Parameters
    ----------
    lines : str or sequence of str, sympy.Expr, number
        A LaTeX environment (``align``, ``eqnarray``, ...), rows that end with ``\\``, lines of text, or a
        list with one line an entry. A line that begins with a sign of equality goes on from the one before
        it; a chain ``a = b = c`` is as many steps as it has sides.
    dim : number or sympy.Expr, optional
        A dimension of space to put in for the symbol d.
    notation : mapping of str to str, sympy.Expr or number, optional
        Names of your own; see :func:`~cooperon.symbolic.reading.read`.

    Returns
    -------
    tuple of Reading
        One for each side that is an expression. ``name`` is the left-hand side that it is equal to,
        ``relation`` the sign in front of it, ``line`` where it stands and ``equation`` which steps are said
        to be equal, both counted from 1.

    Raises
    ------
    ReadingError
        When a line cannot be read; the message says which.

    Examples
    --------
    >>> steps = read_steps(r'''
    ... \begin{align}
    ...   \delta\sigma &= -\frac{2e^2D}{\pi\hbar}\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi} \\
    ...                &= -\frac{e^2}{2\pi^2\hbar}\ln\left(1+\frac{\tau_\phi}{\tau}\right)
    ... \end{align}''')
    >>> [(step.name, step.relation, step.line, step.undone) for step in steps]
    [('\\delta\\sigma', '=', 1, True), ('\\delta\\sigma', '=', 2, False)]
    """
    derivation = _Derivation(dim, notation)
    for line in _lines(lines):
        derivation.add(line)
        if len(derivation.steps) > MAX_LINES:
            raise too_large(f"more than {MAX_LINES} steps", f"at most {MAX_LINES}")
    if not derivation.steps:
        raise ReadingError("a derivation without an expression", expected="at least one")
    return tuple(derivation.steps)


class _Derivation:
    """The steps read so far, and the equation that the next one belongs to."""

    def __init__(self, dim: Any, notation: Notation | None) -> None:
        self.dim, self.notation = dim, notation
        self.steps: list[Reading] = []
        self.name, self.equation, self.number = "", 1, 0
        self.notes: tuple[str, ...] = ()

    def add(self, line: Line | tuple[int, Any]) -> None:
        """Read the sides of a line that are expressions."""
        if isinstance(line, tuple):
            self.number = line[0]
            self._append(self._read(line[1]), "")
            return
        self.number = line.number
        self.notes += line.notes
        (_, left), *sides = _cut(line.text)
        if not sides:
            self._append(self._read(left), "")
        elif left:
            self._begin(left)
        for relation, side in sides:
            if not self._is_another_name(side):
                self._append(self._read(side), relation)

    def _begin(self, left: str) -> None:
        """Start an equation with its left-hand side, an expression or a name; the same name goes on."""
        given = None if is_quantity(left) else self._tried(left)
        if given is not None or left != self.name:
            self.equation += bool(self.steps)
        self.name = "" if given else left
        if given is not None:
            self._append(given, "")
        elif not is_quantity(left):
            self.notes += (f"{shortened(left)} is taken as a name",)

    def _is_another_name(self, side: str) -> bool:
        r"""Whether a side is the second name in \Delta\sigma \equiv \sigma(B) - \sigma(0)."""
        begins = not self.steps or self.steps[-1].equation != self.equation
        if not begins or not self.name or not is_quantity(side) or self._tried(side) is not None:
            return False
        self.notes += (f"{shortened(side)} is taken as another name of {shortened(self.name)}",)
        return True

    def _append(self, reading: Reading, relation: str) -> None:
        notes, self.notes = (*self.notes, *reading.notes), ()
        placed = replace(reading, line=self.number, equation=self.equation)
        self.steps.append(replace(placed, notes=notes, name=self.name, relation=relation))

    def _tried(self, what: str) -> Reading | None:
        try:
            return self._read(what)
        except ReadingError:
            return None

    def _read(self, what: Any) -> Reading:
        try:
            return read_with_notes(getattr(what, "expr", what), dim=self.dim, notation=self.notation)
        except ReadingError as reason:
            raise ReadingError(f"line {self.number}: {reason.given}", reason.expected, reason.hint) from None


def _lines(lines: str | Sequence[Any]) -> Iterator[Line | tuple[int, Any]]:
    """Lines of text, and what stands in a list that is no text, with its number."""
    if isinstance(lines, str):
        yield from lines_of(lines)
        return
    if not isinstance(lines, Sequence) or isinstance(lines, bytes):
        raise ReadingError(
            f"{shortened(repr(lines))} as a derivation",
            expected="a text, or a list of lines",
            hint="['...', '...']",
        )
    if len(lines) > MAX_LINES:
        raise too_large(f"{len(lines)} lines", f"at most {MAX_LINES}")
    if sum(len(line) for line in lines if isinstance(line, str)) > MAX_LENGTH:
        raise too_large("a derivation", f"at most {MAX_LENGTH} characters")
    for index, line in enumerate(lines):
        if isinstance(line, str):
            yield from (replace(part, number=index + 1) for part in lines_of(line))
        else:
            yield index + 1, line


def _cut(text: str) -> list[tuple[str, str]]:
    """Cut a line at its signs of equality: the sign in front, and what stands behind it."""
    signs = equals_signs(text)
    starts, ends = [0, *(sign.end() for sign in signs)], [*(sign.start() for sign in signs), len(text)]
    relations = ["", *("≈" if is_nearly(sign[0]) else "=" for sign in signs)]
    return [
        (relation, text[start:end].strip())
        for relation, start, end in zip(relations, starts, ends, strict=True)
    ]
