"""A progress bar on a terminal, and nothing where no terminal looks on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from shutil import get_terminal_size
from time import monotonic
from types import TracebackType
from typing import Self, TextIO

__all__ = ["Bar", "duration"]

PATIENCE = 0.5  # seconds before a bar appears
PAUSE = 0.1  # seconds between two looks
WIDTH = 30
UNITS = (("years", 31_557_600), ("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


class Bar:
    """Show on a terminal how much of a long task is done; gone when all is, left standing otherwise.

    Parameters
    ----------
    label : str
        What is being done.
    total : int
        How much there is to do.
    done : int
        How much was done before.
    shown : bool
        False keeps it away.
    stream : text stream, optional
        Standard error, unless given. Nothing is written unless it is a terminal.
    clock : callable
        The time in seconds.

    Examples
    --------
    >>> with Bar("order 9", 100) as bar:
    ...     bar.show(50)
    """

    def __init__(
        self,
        label: str,
        total: int,
        *,
        done: int = 0,
        shown: bool = True,
        stream: TextIO | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._watched = shown and self._stream is not None and self._stream.isatty()
        self._label, self._total, self._before, self._clock = label, total, done, clock
        self._begun = clock()
        self._next = self._begun + PATIENCE
        self._done, self._drawn = done, False

    def show(self, done: int) -> None:
        """Say how much is done by now."""
        self._done = done
        if self._watched and self._clock() >= self._next:
            self._draw()
            self._next = self._clock() + PAUSE

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            if self._done < self._total:
                self._draw()
            self._stream.write("\r\x1b[K" if self._done >= self._total else "\n")
            self._stream.flush()

    def _draw(self) -> None:
        """Write over the line."""
        part = self._done / self._total
        bar = "#" * int(WIDTH * part)
        text = f"{self._label} |{bar:.<{WIDTH}}| {100 * part:.0f} %{self._left()}"
        self._stream.write("\r" + text[: get_terminal_size().columns - 1] + "\x1b[K")
        self._stream.flush()
        self._drawn = True

    def _left(self) -> str:
        fresh = self._done - self._before
        if fresh <= 0:
            return ""
        return f", {duration((self._clock() - self._begun) * (self._total - self._done) / fresh)} left"


def duration(seconds: float) -> str:
    """Say how long something takes, in a unit that suits.

    Examples
    --------
    >>> duration(0.2), duration(200), duration(4e5)
    ('1 second', '3 minutes', '5 days')
    """
    name, unit = next(((name, unit) for name, unit in UNITS if seconds >= unit), UNITS[-1])
    number = max(1, round(seconds / unit))
    return f"{number if number < 10_000 else format(number, '.0e')} {name if number > 1 else name[:-1]}"
