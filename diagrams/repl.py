"""How a value shows itself in a REPL: what tab completion offers, and a short repr."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from typing import Any

__all__ = ["PublicNames", "ShortRepr", "changed"]


class PublicNames:
    """Let ``dir`` list public names only, so that tab completion shows what is meant.

    Examples
    --------
    >>> class Value(PublicNames):
    ...     _inner = shown = 1
    >>> dir(Value())
    ['shown']
    """

    def __dir__(self) -> Iterable[str]:
        return sorted(name for name in super().__dir__() if not name.startswith("_"))


class ShortRepr(PublicNames):
    """Let a dataclass (with ``repr=False``) show only what differs from its defaults.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, repr=False)
    ... class Wire(ShortRepr):
    ...     width: float
    ...     thickness: float = 1.0
    ...     section: str = "rectangular"
    >>> Wire(2.0, section="round")
    Wire(width=2.0, section='round')
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in changed(self))})"


def changed(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a dataclass that differ from their defaults, or have none."""
    for field in fields(value):
        found = getattr(value, field.name)
        if field.default is MISSING or found != field.default:
            yield field.name, found
