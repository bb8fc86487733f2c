"""The relative error that a call asks of integrals and sums that a formula leaves undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["DEFAULT", "FINEST", "asking", "requested"]

DEFAULT = 1e-10
FINEST = 1e-13
"""What double precision can be asked for."""
_RTOL: ContextVar[float] = ContextVar("rtol", default=DEFAULT)


def requested() -> float:
    """Return what the call that is going on asks for.

    Examples
    --------
    >>> requested()
    1e-10
    """
    return _RTOL.get()


@contextmanager
def asking(rtol: float) -> Iterator[None]:
    """Ask for another relative error inside of a block.

    Examples
    --------
    >>> with asking(1e-6):
    ...     requested()
    1e-06
    """
    token = _RTOL.set(rtol)
    try:
        yield
    finally:
        _RTOL.reset(token)
