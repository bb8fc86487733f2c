"""Long tasks in parts: one after the other here, or on the workers of a cluster; recorded, and continued."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

from cooperon.diagrams.chunk_record import Record
from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.diagrams.json_values import to_json
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.progress import Bar

__all__ = ["finished_chunks", "in_order", "recorded_chunks", "require_client", "run_chunks", "workers_of"]

_IN_FLIGHT = 4
"""Chunks that a cluster has at a time, for each thread of a worker."""
_AGAIN = ("pending", "lost")
"""States of a chunk that was finished by a worker that died before it was asked for the result."""


def run_chunks(
    function: Callable[[Any], Any],
    chunks: Sequence[Any],
    *,
    client: Any = None,
    to: str | Path | None = None,
    about: str = "",
    overwrite: bool = False,
    progress: bool = True,
) -> list[Any]:
    """Call a function for each of several arguments; what is finished is never computed again.

    Parameters
    ----------
    function : callable
        Of one chunk. For a cluster it has to be one that can be pickled: a function of a module, or
        ``functools.partial`` of one.
    chunks : sequence
        The arguments. With ``to``: numbers, strings, arrays, or tuples of such.
    client : dask.distributed.Client, optional
        Whose workers do it; a worker that dies is replaced by the others. Without it all is done here.
    to : str or Path, optional
        A file in which each result is written down as soon as it is there. A later call with the same
        function and chunks goes on from it, after an error, an interrupt or a crash.
    about : str
        What is computed, in words that are kept in the file: a file about something else is refused. The
        name of the function, what ``partial`` gives to it and the chunks are compared, too. Has to be given
        where that does not tell functions apart: for a lambda, a method, a function within a function.
    overwrite : bool
        True begins again in a file that is there.
    progress : bool
        False for no bar. There is one only on a terminal.

    Returns
    -------
    list
        The results, in the order of the chunks.

    Raises
    ------
    InputError
        When the file is about something else, or a chunk or result cannot be written down.
    CooperonError
        When ``dask.distributed`` is not installed, or workers die of a chunk again and again.

    Notes
    -----
    An error in one chunk ends the run when the chunks that are under way are finished and recorded.

    Examples
    --------
    >>> run_chunks(abs, [-1, 2, -3])
    [1, 2, 3]
    """
    require_client(client)
    title = _named(function)
    with ExitStack() as stack:
        record = None
        if to is not None:
            known = {"function": _described(function, about), "about": about, "chunks": _digest(chunks)}
            record = stack.enter_context(Record(to, known, overwrite=overwrite))
        done = 0 if record is None else len(record.finished)
        bar = stack.enter_context(Bar(title, len(chunks), done=done, shown=progress))
        results = {}
        for index, result in recorded_chunks(function, chunks, record=record, client=client):
            results[index] = result
            bar.show(max(done, len(results)))
    return [results[index] for index in range(len(chunks))]


def finished_chunks(
    function: Callable[[Any], Any],
    chunks: Sequence[Any],
    *,
    skip: Set[int] = frozenset(),
    client: Any = None,
) -> Generator[tuple[int, Any], None, None]:
    """Yield the number and the result of each chunk as soon as it is finished, in any order.

    Parameters
    ----------
    function, chunks, client
        As in :func:`run_chunks`.
    skip : set of int
        Chunks that are not to be done.

    Raises
    ------
    CooperonError
        When workers die of a chunk again and again.

    Examples
    --------
    >>> list(finished_chunks(abs, [-1, 2, -3], skip={1}))
    [(0, 1), (2, 3)]
    """
    todo = [index for index in range(len(chunks)) if index not in skip]
    if client is None:
        return ((index, function(chunks[index])) for index in todo)
    return _on_workers(function, chunks, todo, client)


def recorded_chunks(
    function: Callable[[Any], Any], chunks: Sequence[Any], *, record: Record | None, client: Any = None
) -> Generator[tuple[int, Any], None, None]:
    """Yield what a record has, and then what is finished, each when it is recorded.

    Examples
    --------
    >>> list(recorded_chunks(abs, [-1, 2], record=None))
    [(0, 1), (1, 2)]
    """
    known = {} if record is None else dict(record.finished)
    yield from known.items()
    for index, result in finished_chunks(function, chunks, skip=known.keys(), client=client):
        if record is not None:
            record.add(index, result)
        yield index, result


def in_order(finished: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """Put results in the order of their numbers 0, 1, 2, ...; each waits for those before it.

    Examples
    --------
    >>> list(in_order([(1, "b"), (0, "a"), (2, "c")]))
    [(0, 'a'), (1, 'b'), (2, 'c')]
    """
    waiting: dict[int, Any] = {}
    following = 0
    for index, result in finished:
        waiting[index] = result
        while following in waiting:
            yield following, waiting.pop(following)
            following += 1


def _on_workers(
    function: Callable[[Any], Any], chunks: Sequence[Any], todo: Sequence[int], client: Any
) -> Generator[tuple[int, Any], None, None]:
    """Keep the workers busy; after an error hand out what is under way, and then raise it."""
    from distributed import as_completed

    left, run = iter(todo), f"chunk-{uuid4().hex}"
    under_way: dict[Any, int] = {}
    failure: tuple[int, BaseException] | None = None

    def handed_out() -> list[Any]:
        room = 0 if failure else _IN_FLIGHT * workers_of(client) - len(under_way)
        more = {
            client.submit(function, chunks[i], key=f"{run}-{i}", pure=False): i
            for i in islice(left, max(room, 0))
        }
        under_way.update(more)
        return list(more)

    completed = as_completed(handed_out(), raise_errors=False)
    try:
        for future in completed:
            if future.status in _AGAIN:
                completed.add(future)
                continue
            index = under_way.pop(future)
            if future.status == "finished":
                yield index, future.result()
            elif failure is None:
                failure = index, _reason(future)
            completed.update(handed_out())
    finally:
        client.cancel(list(under_way))
    if failure is not None:
        raise _explained(*failure)


def _reason(future: Any) -> BaseException:
    if future.status == "error":
        found: BaseException = future.exception()
        return found
    return CooperonError("a chunk that the cluster gave up", expected="a client that stays open")


def _explained(index: int, error: BaseException) -> BaseException:
    from distributed import KilledWorker

    if not isinstance(error, KilledWorker):
        return error
    return CooperonError(
        f"chunk {index}, during which {error.last_worker.address} died, as others before it",
        expected="workers with memory enough for a chunk",
        hint="smaller chunks, or fewer threads a worker",
    )


def workers_of(client: Any) -> int:
    """Return how many chunks are done at a time: the threads of all workers, at least 1.

    Examples
    --------
    >>> workers_of(None)
    1
    """
    return 1 if client is None else max(1, sum(client.nthreads().values()))


def require_client(client: Any) -> None:
    """Refuse what is no client of a cluster.

    Raises
    ------
    InputError
        When it is something else, or works asynchronously.
    CooperonError
        When ``dask.distributed`` is not installed.

    Examples
    --------
    >>> require_client(None)
    """
    if client is None:
        return
    try:
        from distributed import Client
    except ImportError:
        raise CooperonError(
            "dask.distributed is not installed",
            expected="it, to work with a client",
            hint='pip install "cooperon[cluster]"',
        ) from None
    if not isinstance(client, Client) or client.asynchronous:
        raise InputError(
            f"client = {client!r}",
            expected="a dask.distributed.Client that is not asynchronous",
            hint="Client(n_workers=4)",
        )


def _named(function: Any) -> str:
    if isinstance(function, partial):
        return _named(function.func)
    return str(getattr(function, "__qualname__", type(function).__qualname__))


def _described(function: Any, about: str) -> Any:
    """Tell a function from others, by its name and what was given to it; or leave that to the words."""
    if isinstance(function, partial):
        with suppress(InputError):
            given = to_json([function.args, function.keywords])
            return [_described(function.func, about), given]
    name, module = getattr(function, "__qualname__", ""), getattr(function, "__module__", None)
    owner = getattr(function, "__self__", None)
    tells = bool(name) and "<" not in name and (owner is None or isinstance(owner, ModuleType))
    if about or tells:
        return f"{module}.{name}"
    raise InputError(
        f"the function {shortened(function)}, which its name does not tell from others",
        expected="words on what is computed, beside to=",
        hint='about="..."',
    )


def _digest(chunks: Sequence[Any]) -> Mapping[str, Any]:
    """Tell chunks from others: their number, and a fingerprint."""
    written = hashlib.sha256()
    for chunk in chunks:
        written.update(json.dumps(to_json(chunk)).encode() + b"\n")
    return {"number": len(chunks), "sha256": written.hexdigest()}
