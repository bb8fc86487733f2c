"""The record of a run in parts: a file with one line for each part that is finished.

The first line says what is computed. A line that a crash has torn is as if it had not been written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.json_values import from_json, to_json

__all__ = ["Record"]

_TITLE = "chunks of cooperon"


class Record:
    """Results of finished chunks, in a file to which each is added when it is there.

    Parameters
    ----------
    path : str or Path
        The file; made unless it is there.
    about : mapping of str to JSON values
        What is computed. A file about something else is refused.
    overwrite : bool
        True begins again.

    Attributes
    ----------
    finished : dict of int to object
        Results by the number of the chunk.

    Raises
    ------
    InputError
        When the file is about something else, is no record, or cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with Record(f"{folder}/run.jsonl", {"order": 3}) as record:
    ...         record.add(0, (15, 4))
    ...     with Record(f"{folder}/run.jsonl", {"order": 3}) as record:
    ...         print(record.finished)
    {0: (15, 4)}
    """

    def __init__(self, path: str | Path, about: Mapping[str, Any], *, overwrite: bool = False) -> None:
        self._path = Path(path)
        self.finished: dict[int, Any] = {}
        try:
            sound = self._read(dict(about), overwrite)
            if self._path.exists():
                os.truncate(self._path, sound)
            self._stream = self._path.open("ab")
            if not sound:
                self._write({"record": _TITLE, "about": dict(about)})
        except OSError as error:
            raise InputError(
                f"the record {self._path}", expected=f"a file that can be written ({error.strerror})"
            ) from None

    def add(self, index: int, result: Any) -> None:
        """Note that a chunk is finished; on the disk when this returns."""
        self._write({"chunk": index, "result": to_json(result)})
        self.finished[index] = result

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def _read(self, about: dict[str, Any], overwrite: bool) -> int:
        """Take in what is there; return how many bytes of it are sound."""
        if not self._path.exists():
            return 0
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if not whole and content[:20] in b'{"record": "' + _TITLE.encode():  # torn at the first line
            return 0
        lines = whole.splitlines()
        header = _parsed(lines[0]) if lines else {}
        if header.get("record") != _TITLE:
            raise InputError(f"the file {self._path}", expected="a record of chunks, or a new file")
        if overwrite:
            return 0
        _require_the_same(self._path, header.get("about", {}), about)
        for line in lines[1:]:
            entry = _parsed(line)
            if not {"chunk", "result"} <= entry.keys():
                raise InputError(
                    f"the line {line[:40]!r} of {self._path}", expected="a finished chunk a line"
                )
            self.finished[entry["chunk"]] = from_json(entry["result"])
        return len(whole)

    def _write(self, entry: Mapping[str, Any]) -> None:
        self._stream.write(json.dumps(entry).encode() + b"\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _require_the_same(path: Path, there: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    differing = sorted(key for key in {*there, *wanted} if there.get(key) != wanted.get(key))
    if differing:
        raise InputError(
            f"{path}, in which another run was recorded: {', '.join(differing)} differ",
            expected="the run that was begun there",
            hint="another file, or overwrite=True",
        )
