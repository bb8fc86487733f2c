"""Files in which a formula is written up; the ending of the name says what is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cooperon.diagrams.errors import InputError

if TYPE_CHECKING:
    from cooperon.symbolic.formula import Formula

__all__ = ["ENDINGS", "write", "written"]

_MARK = "% references of a derivation, written by cooperon"

Settings = Mapping[str, Any]


def write(
    formula: Formula,
    path: str | Path,
    *,
    symbols: Mapping[Any, str] | None = None,
    form: str | None = None,
    call: str | None = None,
) -> tuple[Path, ...]:
    """Write a formula up; see :meth:`Formula.write`.

    Raises
    ------
    InputError
        When the ending is none of ``ENDINGS``, or the file cannot be written.
    """
    files = written(formula, path, symbols=symbols, form=form, call=call)
    for file, text in files.items():
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"the file {str(file)!r}", expected=f"a file that can be written ({error.strerror})"
            ) from None
    return tuple(files)


def written(
    formula: Formula,
    path: str | Path,
    *,
    symbols: Mapping[Any, str] | None = None,
    form: str | None = None,
    call: str | None = None,
) -> dict[Path, str]:
    """Return the files that :func:`write` writes, with what is in them.

    Examples
    --------
    >>> import cooperon as cp
    >>> list(map(str, written(cp.conductivity(cp.Metal(dim=2)), "drude.tex")))
    ['drude.tex', 'drude.bib']
    """
    if not isinstance(path, (str, Path)):
        raise InputError(f"the file {path!r}", expected="the name of a file")
    file = Path(path)
    ending = file.suffix.lower()
    if ending not in _WRITERS:
        raise InputError(
            f"the file {str(file)!r} for a formula", expected="a name that ends in " + ", ".join(ENDINGS)
        )
    return _WRITERS[ending](formula, file, {"symbols": symbols, "form": form}, call)


def _tex(formula: Formula, file: Path, settings: Settings, _: str | None) -> dict[Path, str]:
    from cooperon.symbolic.latex_document import document

    beside = file.with_suffix(".bib")
    if set(file.stem) & set(r" %#$&~^\{},"):
        return {file: document(formula, **settings)}
    _require_ours(beside, file)
    entries = f"{_MARK}\n\n{formula.bibtex()}"
    return {file: document(formula, bibliography=file.stem, **settings), beside: entries}


def _require_ours(beside: Path, file: Path) -> None:
    """Refuse to write over somebody's own bibliography."""
    try:
        ours = not beside.exists() or beside.read_text(encoding="utf-8").startswith(_MARK)
    except (OSError, UnicodeDecodeError):
        ours = False
    if not ours:
        raise InputError(
            f"the file {str(file)!r}, beside which {beside.name} would be written over",
            expected=f"a name whose {beside.suffix} file does not exist, or was written by cooperon",
            hint="take another name",
        )


def _markdown(formula: Formula, file: Path, settings: Settings, _: str | None) -> dict[Path, str]:
    from cooperon.symbolic.markdown import markdown

    return {file: markdown(formula, **settings)}


def _html(formula: Formula, file: Path, settings: Settings, _: str | None) -> dict[Path, str]:
    from cooperon.symbolic.html_document import html

    return {file: html(formula, **settings)}


def _notebook(formula: Formula, file: Path, _: Settings, call: str | None) -> dict[Path, str]:
    from cooperon.symbolic.notebook import notebook

    if call is None:
        raise InputError(
            f"the notebook {str(file)!r}",
            expected="the Python that derives the formula",
            hint='call="cp.conductivity(cp.Metal(dim=2), loops=1)"',
        )
    return {file: notebook(formula, call)}


_Writer = Callable[["Formula", Path, Settings, "str | None"], dict[Path, str]]
_WRITERS: Mapping[str, _Writer] = MappingProxyType(
    {".tex": _tex, ".md": _markdown, ".html": _html, ".ipynb": _notebook}
)
ENDINGS = tuple(_WRITERS)
"""Endings of the files that a formula can be written up in."""
