"""Values as messages quote them: no longer than a line has room for."""

from __future__ import annotations

from reprlib import Repr

__all__ = ["shortened"]

_BRIEF = Repr()
_BRIEF.maxlevel, _BRIEF.maxlist, _BRIEF.maxtuple, _BRIEF.maxdict = 2, 4, 4, 3
_BRIEF.maxstring = _BRIEF.maxother = _BRIEF.maxlong = 60


def shortened(value: object) -> str:
    """Write a value as Python does, but only so much of it as a message has room for.

    Examples
    --------
    >>> shortened(list(range(1000)))
    '[0, 1, 2, 3, ...]'
    """
    return _BRIEF.repr(value)
