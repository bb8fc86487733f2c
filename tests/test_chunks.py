"""Long tasks in parts: recorded, interrupted, gone on with, and on a cluster of which a process dies."""

import json
import math
import os
import signal
from fractions import Fraction
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from cluster_tools import at_chunk, logged_square, two_workers

import cooperon as cp
from cooperon.diagrams import Tally, survey, tally
from cooperon.diagrams import enumerate as enumerate_diagrams
from cooperon.diagrams.chunk_record import Record
from cooperon.diagrams.chunks import finished_chunks
from cooperon.diagrams.errors import CooperonError, DiagramError, InputError
from cooperon.diagrams.json_values import from_json, to_json
from cooperon.numerics.lattice_chunks import Sides


def evaluations(log):
    return [int(line.split()[0]) for line in log.read_text().splitlines()] if log.exists() else []


def failing(log, fails_at, number):
    if number == fails_at:
        raise RuntimeError("out of luck")
    return logged_square(log, number)


# --- Values


@pytest.mark.parametrize(
    "value",
    [
        None,
        [True, 1, "x", {"a": (1, [2])}],
        10**50,
        0.1,
        -math.inf,
        complex(0.1, -math.inf),
        Fraction(10**40, 3),
        range(3, 10, 2),
        np.float64(0.1),
        np.array([[1 + 2j, 0.1]]),
        np.arange(3, dtype=np.uint8),
        np.zeros((0, 3)),
    ],
)
def test_values_come_back_as_they_were(value):
    back = from_json(json.loads(json.dumps(to_json(value))))
    assert type(back) is type(value)
    np.testing.assert_array_equal(back, value)
    if isinstance(value, np.ndarray):
        assert back.dtype == value.dtype


@pytest.mark.parametrize("value", [object(), {1: 2}, {"is a": 1}, np.array([None]), [{2}]])
def test_other_values_are_refused(value):
    with pytest.raises(InputError, match="expected"):
        to_json(value)


@pytest.mark.parametrize("written", [{"is a": "module", "value": 1}, {"is a": "array", "value": "x"}])
def test_what_was_not_written_is_not_read(written):
    with pytest.raises(InputError, match="recorded"):
        from_json(written)


# --- Records


def test_a_finished_run_is_not_run_again(tmp_path):
    log, to = tmp_path / "log", tmp_path / "run.jsonl"
    for _ in range(2):
        assert cp.run_chunks(partial(logged_square, str(log)), [3, 1, 2], to=to) == [9, 1, 4]
    assert evaluations(log) == [3, 1, 2]
    assert cp.run_chunks(partial(logged_square, str(log)), [3, 1, 2], to=to, overwrite=True) == [9, 1, 4]
    assert evaluations(log) == [3, 1, 2] * 2


def test_after_an_error_the_rest_is_done(tmp_path):
    log, to = tmp_path / "log", tmp_path / "run.jsonl"
    with pytest.raises(RuntimeError, match="luck"):
        cp.run_chunks(lambda x: failing(log, 3, x), range(6), to=to, about="squares")
    assert evaluations(log) == [0, 1, 2]
    assert cp.run_chunks(lambda x: failing(log, None, x), range(6), to=to, about="squares") == [
        x**2 for x in range(6)
    ]
    assert evaluations(log) == list(range(6))


def test_a_torn_line_is_as_if_it_were_not_there(tmp_path):
    log, to = tmp_path / "log", tmp_path / "run.jsonl"
    cp.run_chunks(partial(logged_square, str(log)), range(4), to=to)
    whole = to.read_bytes()
    to.write_bytes(whole[:-3])
    assert cp.run_chunks(partial(logged_square, str(log)), range(4), to=to) == [0, 1, 4, 9]
    assert evaluations(log) == [0, 1, 2, 3, 3]
    assert to.read_bytes() == whole


@pytest.mark.parametrize("size", [0, 1, 15, 30])
def test_a_record_whose_first_line_is_torn_begins_again(tmp_path, size):
    to = tmp_path / "run.jsonl"
    cp.run_chunks(abs, [1, 2], to=to)
    whole = to.read_bytes()
    to.write_bytes(whole[:size])
    assert cp.run_chunks(abs, [1, 2], to=to) == [1, 2]
    assert to.read_bytes() == whole


@pytest.mark.parametrize(
    ("function", "chunks", "about"),
    [
        (partial(pow, 2), [1, 2, 4], ""),
        (partial(pow, 2), [1, 2], ""),
        (partial(pow, 2), [1.0, 2, 3], ""),
        (partial(pow, 3), [1, 2, 3], ""),
        (partial(divmod, 2), [1, 2, 3], ""),
        (partial(pow, 2), [1, 2, 3], "other"),
    ],
)
def test_another_run_in_the_same_file_is_refused(tmp_path, function, chunks, about):
    to = tmp_path / "run.jsonl"
    cp.run_chunks(partial(pow, 2), [1, 2, 3], to=to)
    before = to.read_bytes()
    with pytest.raises(InputError, match="differ"):
        cp.run_chunks(function, chunks, to=to, about=about)
    assert to.read_bytes() == before


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("content", [b"my thesis\n", b"my thesis", b'{"a": 1}\n', b"\xff\xfe\n"])
def test_a_file_that_is_no_record_is_left_alone(tmp_path, content, overwrite):
    file = tmp_path / "thesis.txt"
    file.write_bytes(content)
    with pytest.raises(InputError, match="record of chunks"):
        cp.run_chunks(abs, [1], to=file, overwrite=overwrite)
    assert file.read_bytes() == content


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="can be written"):
        cp.run_chunks(abs, [1], to=tmp_path / "nowhere" / "run.jsonl")


@pytest.mark.parametrize("function", [lambda x: x, [].append, partial(lambda a, b: a, object())])
def test_a_function_without_a_name_needs_words(tmp_path, function):
    with pytest.raises(InputError, match="about="):
        cp.run_chunks(function, [1], to=tmp_path / "run.jsonl")


def test_what_cannot_be_recorded_is_said_and_what_was_stays(tmp_path):
    to = tmp_path / "run.jsonl"
    with pytest.raises(InputError, match="numbers, fractions"):
        cp.run_chunks(lambda x: x if x < 2 else object(), range(4), to=to, about="objects")
    with Record(to, json.loads(to.read_text().splitlines()[0])["about"]) as record:
        assert record.finished == {0: 0, 1: 1}


@pytest.mark.parametrize("client", [3, "tcp://127.0.0.1:1"])
def test_what_is_no_client_is_refused(client):
    with pytest.raises(InputError, match=r"Client"):
        cp.run_chunks(abs, [1], client=client)


# --- Tallies


def interrupted(monkeypatch, number):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    at_chunk(monkeypatch, number, lambda: signal.raise_signal(signal.SIGINT))


@pytest.mark.slow
@pytest.mark.parametrize(("of", "order"), [("line", 8), ("bubble", 7)])
def test_an_interrupted_tally_goes_on_from_its_file(tmp_path, monkeypatch, of, order):
    whole, to = tally(order, of=of), tmp_path / "tally.jsonl"
    with monkeypatch.context() as here:
        interrupted(here, 5)
        part = tally(order, of=of, to=to)
    assert part.batches == 5
    assert not part.complete
    recorded = len(to.read_text().splitlines()) - 1
    read = []
    counted = survey._read_all
    monkeypatch.setattr(survey, "_read_all", lambda *args: read.append(args[-1]) or counted(*args))
    assert tally(order, of=of, to=to) == whole
    assert len(read) == whole.batches - recorded
    assert tally(order, of=of, start=part) == whole


def test_many_batches_go_into_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("cooperon.diagrams.survey._CHUNKS", 10)
    to = tmp_path / "tally.jsonl"
    assert tally(8, to=to) == tally(8)
    assert len(to.read_text().splitlines()) == 11


def test_a_tally_of_something_else_is_refused(tmp_path):
    to = tmp_path / "tally.jsonl"
    tally(3, to=to)
    with pytest.raises(InputError, match="order differ"):
        tally(4, to=to)
    with pytest.raises(DiagramError, match="start beside to"):
        tally(3, to=to, start=Tally(3, "line", 1, (15,) * 5, ()))


# --- A cluster


@pytest.mark.slow
def test_on_a_cluster_of_which_a_process_dies(tmp_path, monkeypatch):
    log, to, chunks = tmp_path / "log", tmp_path / "run.jsonl", list(range(40))
    function = partial(logged_square, str(log))
    with two_workers() as client:
        pids = set(client.run(os.getpid).values())
        victim = min(pids)
        with monkeypatch.context() as here:
            at_chunk(here, 6, lambda: os.kill(victim, signal.SIGKILL))
            assert cp.run_chunks(function, chunks, client=client, to=to) == [x**2 for x in chunks]
        seen = {int(line.split()[1]) for line in log.read_text().splitlines()}
        assert seen >= pids  # both had work
        assert victim not in client.run(os.getpid).values()
        assert len(evaluations(log)) <= len(chunks) + 4  # what the victim had not handed over
        log.unlink()
        assert cp.run_chunks(function, chunks, client=client, to=to) == [x**2 for x in chunks]
        assert not log.exists()
        with pytest.raises(RuntimeError, match="luck"):
            cp.run_chunks(partial(failing, str(log), 20), chunks, client=client, to=tmp_path / "b.jsonl")
        done = evaluations(log)
        recorded = (tmp_path / "b.jsonl").read_text().splitlines()[1:]
        assert sorted(json.loads(line)["chunk"] for line in recorded) == sorted(done)  # none is lost
        assert 0 < len(done) < 40
        assert tally(8, client=client) == tally(8)
        with pytest.raises(CooperonError, match="during which"):
            cp.run_chunks(suicide, [0], client=client)


class Chunk:
    """A chunk on a cluster that is in one state after the other when it is asked."""

    def __init__(self, value, states):
        self.value, self.states = value, states

    @property
    def status(self):
        return self.states[0] if len(self.states) == 1 else self.states.pop(0)

    def result(self):
        return self.value


class Completed(list):
    def __init__(self, chunks, raise_errors):
        super().__init__(chunks)

    def __iter__(self):
        while self:
            yield self.pop(0)

    add, update = list.append, list.extend


@pytest.mark.parametrize("state", ["lost", "pending"])
def test_a_chunk_that_was_finished_by_a_worker_that_died_is_waited_for(monkeypatch, state):
    client = SimpleNamespace(
        nthreads=lambda: {"one": 1},
        submit=lambda function, x, key, pure: Chunk(function(x), [state, state, "finished"]),
        cancel=lambda chunks: None,
    )
    monkeypatch.setattr("distributed.as_completed", Completed)
    assert dict(finished_chunks(abs, range(-9, 0), client=client)) == {i: 9 - i for i in range(9)}


def test_a_client_that_is_closed_is_said(monkeypatch):
    client = SimpleNamespace(
        nthreads=lambda: {"one": 1},
        submit=lambda function, x, key, pure: Chunk(function(x), ["cancelled"]),
        cancel=lambda chunks: None,
    )
    monkeypatch.setattr("distributed.as_completed", Completed)
    with pytest.raises(CooperonError, match="stays open"):
        list(finished_chunks(abs, range(3), client=client))


def suicide(_):
    os.kill(os.getpid(), signal.SIGKILL)


# --- Proofs: sums of diagrams and averages over disorder


PROOFS = [
    {"orders": [1, 2, 3], "of": "line"},
    {"orders": 2, "of": "bubble", "open_ends": True},
    {"orders": 1, "of": "pair", "connected": True, "exact": False},
    {"orders": 2, "of": "bubble", "lattice": cp.lattice.ring(3, disorder=cp.disorder.box(3))},
]


def same_proof(one, other):
    assert str(one) == str(other)
    for a, b in zip(one.orders, other.orders, strict=True):
        assert len(a.values) == len(b.values)
        for x, y in [(a.average, b.average), *zip(a.values, b.values, strict=True)]:
            assert type(x) is type(y)
            assert np.array_equal(x, y) if isinstance(x, np.ndarray | np.generic) else x == y


@pytest.mark.parametrize("options", PROOFS)
def test_a_proof_in_parts_is_the_same_and_goes_on(tmp_path, monkeypatch, options):
    monkeypatch.setattr("cooperon.numerics.lattice_chunks._TOGETHER", 4)
    plain, to = cp.lattice_proof(**options), tmp_path / "proof.jsonl"
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with monkeypatch.context() as here:
        at_chunk(here, 2, lambda: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            cp.lattice_proof(**options, to=to)
    recorded, called, call = len(to.read_text().splitlines()) - 1, [], Sides.__call__
    assert recorded == 2
    monkeypatch.setattr(Sides, "__call__", lambda self, chunk: called.append(chunk) or call(self, chunk))
    again = cp.lattice_proof(**options, to=to)
    same_proof(again, plain)
    assert again.holds
    assert len(called) == len(to.read_text().splitlines()) - 1 - recorded
    called.clear()
    same_proof(cp.lattice_proof(**options, to=to), plain)
    assert called == []


@pytest.mark.parametrize(
    "other",
    [
        {"orders": 3},
        {"orders": 2, "of": "bubble"},
        {"orders": 2, "exact": False},
        {"orders": 2, "lattice": cp.lattice.ring(3)},
        {"orders": 2, "lines": "A"},
    ],
)
def test_another_proof_in_the_same_file_is_refused(tmp_path, other):
    cp.lattice_proof(2, to=tmp_path / "proof.jsonl")
    with pytest.raises(InputError, match="differ"):
        cp.lattice_proof(**other, to=tmp_path / "proof.jsonl")


def test_other_diagrams_in_the_same_file_are_refused(tmp_path):
    complete = list(enumerate_diagrams(2, of="line"))
    to = tmp_path / "proof.jsonl"
    assert not cp.lattice_proof(2, diagrams=complete[1:], to=to).holds
    for diagrams in (complete[:-1], complete, None):
        with pytest.raises(InputError, match="diagrams"):
            cp.lattice_proof(2, diagrams=diagrams, to=to)


@pytest.mark.slow
def test_a_proof_on_a_cluster(monkeypatch):
    monkeypatch.setattr("cooperon.numerics.lattice_chunks._TOGETHER", 4)
    with two_workers() as client:
        same_proof(cp.lattice_proof([2, 3], client=client), cp.lattice_proof([2, 3]))
