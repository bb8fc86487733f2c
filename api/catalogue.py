"""The atlas: a list of what the engine can derive, each with the call that derives it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, overload

import sympy as sp

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames

__all__ = ["Atlas", "Entry", "atlas"]

_PUBLIC = re.compile(r"\bcp\.(\w+)")


@dataclass(frozen=True)
class Entry(PublicNames):
    """One thing that can be derived; nothing is, until it is asked for.

    Attributes
    ----------
    category : str
        What it belongs to: ``"weak localization"``, ``"field"``, ...
    name : str
        What it is.
    call : str
        One line of Python that derives it, after ``import cooperon as cp``.

    Examples
    --------
    >>> cp.atlas("Kawabata")[0].call
    'cp.magnetoconductivity(cp.Metal(dim=3, field=cp.PerpendicularField()))'
    """

    category: str
    name: str
    call: str
    _make: Callable[[], Any] = field(repr=False, compare=False)

    @cached_property
    def result(self) -> Any:
        """What the call returns, derived when it is first asked for: in most cases a ``Formula``."""
        return self._make()

    @property
    def text(self) -> str:
        """What a filter looks at: category, name and the public names in the call."""
        return " ".join((self.category, self.name, *_PUBLIC.findall(self.call)))

    @property
    def formula(self) -> sp.Basic:
        """The expression of the result; of channels a tuple of their weights and gaps."""
        found = self.result
        if isinstance(found, cp.Channels):
            return sp.Tuple(*(sp.Tuple(one.weight, one.gap) for one in found.channels))
        if isinstance(found, cp.HikamiBox):
            return found.total
        return getattr(found, "expr", getattr(found, "value", found))

    def __repr__(self) -> str:
        return f"<{self.category}: {self.name}: {self.call}>"


@dataclass(frozen=True)
class Atlas(PublicNames):
    """A list of what can be derived; in a notebook it is a table.

    Attributes
    ----------
    entries : tuple of Entry
        One each.

    Examples
    --------
    >>> cp.atlas("Drude")[:2]
    Drude
      in d dimensions
        cp.conductivity(cp.Metal(dim=cp.symbols.d))
      in the density of electrons
        cp.conductivity(cp.Metal(dim=3)).in_terms_of("n", "tau", "m")
    """

    entries: tuple[Entry, ...]

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories, in order."""
        return tuple(dict.fromkeys(entry.category for entry in self.entries))

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    @overload
    def __getitem__(self, index: int) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> Atlas: ...

    def __getitem__(self, index: int | slice) -> Entry | Atlas:
        """Return an entry by its number, or a part of the list."""
        found = self.entries[index]
        return Atlas(found) if isinstance(found, tuple) else found

    def __repr__(self) -> str:
        lines = []
        for category, entries in groupby(self.entries, key=lambda entry: entry.category):
            lines += [category, *(f"  {entry.name}\n    {entry.call}" for entry in entries)]
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        rows = (f"| {entry.category} | {entry.name} | `{entry.call}` |" for entry in self.entries)
        return "\n".join(("| | what | call |", "| --- | --- | --- |", *rows))


def atlas(filter: str = "") -> Atlas:
    """List everything that the engine can derive, each with a call of one line.

    Every entry is a case of the same few verbs: another metal, another number of loops or another cutoff is
    another argument. Formulas are derived when they are asked for (``entry.formula``), none is stored.

    Parameters
    ----------
    filter : str
        Words, in capitals or not. An entry is listed if each of them begins a word of it: of its category,
        of its name, or a public name in its call. Empty: all.

    Returns
    -------
    Atlas
        To look at, to index and to go through.

    Raises
    ------
    InputError
        When no entry has the words.

    Examples
    --------
    >>> import cooperon as cp
    >>> [entry.name for entry in cp.atlas("cutoff")][:2]
    ['q < 1/ell', 'paths longer than tau']
    >>> cp.atlas("ring")[0].call
    'cp.conductivity(cp.Metal(dim=1, geometry=cp.Ring(), field=cp.PerpendicularField()), loops=1)'
    >>> [entry.name for entry in cp.atlas("wire parallel")]
    ['wire, along it']
    >>> cp.atlas("weak localization")[1].formula
    -e**2*log(1 + tau_phi/tau)/(2*pi**2*hbar)
    """
    whole = Atlas(_entries())
    if not isinstance(filter, str):
        raise InputError(f"filter = {filter!r}", expected="a word", hint='cooperon.atlas("field")')
    words = [re.compile(r"(?<![^\W_])" + re.escape(word), re.IGNORECASE) for word in filter.split()]
    found = tuple(entry for entry in whole if all(word.search(entry.text) for word in words))
    if not found:
        raise InputError(
            f"{filter!r}, which no entry has", expected="a word of one", hint=", ".join(whole.categories)
        )
    return Atlas(found)


def _entries() -> tuple[Entry, ...]:
    from cooperon.atlas_table import ROWS

    return tuple(Entry(*row) for row in ROWS)
