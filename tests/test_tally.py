"""Counting by drawing up: complete, interrupted, continued, refused, and watched from a terminal."""

import io
import itertools
import signal
from dataclasses import FrozenInstanceError
from types import SimpleNamespace

import pytest
from chord_tools import all_pairings, crossings, has_insertion, is_vertex

from cooperon.diagrams import Tally, classify, count, crossing_numbers, progress, survey, tally
from cooperon.diagrams import enumerate as diagrams_of_order
from cooperon.diagrams.chord_kernels import installed
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.progress import Bar, duration

BATCH = 10395
needs_numba = pytest.mark.skipif(not installed(), reason="numba is an extra")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """A terminal that looks on, and a bar without patience."""
    stream = Terminal()
    standard_error(monkeypatch, stream)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "PAUSE", 0.0)
    return stream


def standard_error(monkeypatch, stream):
    """For the bar alone: pytest puts its own in place of sys.stderr."""
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))


def interrupt_after(monkeypatch, batches):
    """Press control-C while the bar is drawn, once."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it runs behind
    left = itertools.count(batches, -1)
    show = Bar.show

    def pressed(self, done):
        show(self, done)
        if next(left) == 1:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Bar, "show", pressed)


# --- Complete


@pytest.mark.parametrize("order", range(8))
def test_lines_are_as_many_as_the_functional_equations_say(order):
    found = tally(order)
    assert found.complete
    assert found.counts == {kind: count(kind, order) for kind in found.counts}
    assert set(found.counts) == {"all", "1PI", "skeleton", "non-crossing", "classes"}
    assert found.crossings == crossing_numbers(order)
    assert found.done == found.total == count("all", order)


def test_the_eighth_order():
    found = tally(8)
    assert found.counts["classes"] == 65346
    assert found.counts["skeleton"] == count("skeleton", 8)


@pytest.mark.parametrize("order", range(7))
def test_bubbles_are_as_many_as_the_functional_equations_say(order):
    found = tally(order, of="bubble")
    assert found.complete
    assert found.counts == {kind: count(kind, order) for kind in found.counts}
    assert set(found.counts) == {"bubble", "skeleton bubble", "vertex", "skeleton vertex"}
    assert found.crossings == tuple((2 * order + 1) * number for number in crossing_numbers(order))


def test_bubbles_by_brute_force():
    bubbles = [(pairs, place) for pairs in all_pairings(3) for place in range(7)]
    vertices = [each for each in bubbles if is_vertex(*each)]
    assert tally(3, of="bubble").counts == {
        "bubble": len(bubbles),
        "skeleton bubble": sum(not has_insertion(*each) for each in bubbles),
        "vertex": len(vertices),
        "skeleton vertex": sum(not has_insertion(*each) for each in vertices),
    }
    assert tally(3).crossings == tuple(list(map(crossings, all_pairings(3))).count(k) for k in range(4))


def test_bubbles_without_insertions_are_those_that_classify_finds():
    families = [str(classify(diagram).family) for diagram in diagrams_of_order(4)]
    without = len(families) - families.count("self-energy insertion")
    assert tally(4, of="bubble").counts["skeleton bubble"] == without == 248


@needs_numba
def test_the_compiled_kernel_counts_the_same():
    assert tally(7, kernel="numba") == tally(7, kernel="numpy")


def test_a_tally_is_a_value():
    found = tally(3)
    assert found == tally(3)
    assert hash(found) == hash(tally(3))
    with pytest.raises(FrozenInstanceError):
        found.order = 4
    assert str(found).splitlines()[0] == "all 15 diagrams of a line with 3 impurity lines"
    assert "skeleton      4" in str(found)


# --- Interrupted


@pytest.mark.parametrize("batches", [1, 5, 12])
def test_an_interrupt_keeps_the_counts_and_the_rest_can_be_added(monkeypatch, batches):
    whole = tally(7)
    with monkeypatch.context() as patch:
        interrupt_after(patch, batches)
        part = tally(7)
    assert not part.complete
    assert part.done == batches * BATCH == sum(part.crossings)
    assert part.total == whole.total
    assert all(part.counts[kind] <= whole.counts[kind] for kind in whole.counts)
    assert str(part).startswith(f"{batches * BATCH} of the 135135 diagrams")
    assert tally(7, start=part) == whole


def test_interrupts_again_and_again(monkeypatch):
    part = None
    for batches in range(2, 13, 2):
        with monkeypatch.context() as patch:
            interrupt_after(patch, 2)
            part = tally(7, start=part)
        assert part.done == batches * BATCH
    assert tally(7, start=part) == tally(7)


def test_an_interrupt_within_a_batch_leaves_whole_batches(monkeypatch):
    """What was under way is done again."""
    number = itertools.count()
    read = survey.batch

    def interrupted(*given):
        if next(number) == 4:
            raise KeyboardInterrupt
        return read(*given)

    with monkeypatch.context() as patch:
        patch.setattr(survey, "batch", interrupted)
        part = tally(7)
    assert part.done == 4 * BATCH
    assert tally(7, start=part) == tally(7)


def test_bubbles_are_interrupted_alike(monkeypatch):
    with monkeypatch.context() as patch:
        interrupt_after(patch, 3)
        part = tally(7, of="bubble")
    assert part.done == 3 * 15 * BATCH
    assert not part.complete
    assert tally(7, of="bubble", start=part).counts == {kind: count(kind, 7) for kind in part.counts}


def test_nothing_is_left_to_do_for_a_complete_tally(monkeypatch):
    whole = tally(5)
    monkeypatch.setattr(survey, "batch", None)
    assert tally(5, start=whole) == whole


def test_other_errors_are_not_swallowed(monkeypatch):
    monkeypatch.setattr(survey, "batch", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tally(3)


# --- Refused


@pytest.mark.parametrize(("order", "number"), [(14, "213458046676875"), (20, "319830986772877770815625")])
def test_what_would_take_days_is_refused_with_the_number_and_the_time(order, number):
    with pytest.raises(
        DiagramError, match=rf"order = {order}: {number} diagrams.*about \S+ (day|year)s?; .*at most 1 day"
    ):
        tally(order)


def test_the_refusal_says_what_to_do():
    with pytest.raises(DiagramError, match=r'try: count\("bubble", 14\).*limit=None'):
        tally(14, of="bubble")


def test_it_can_be_done_all_the_same(monkeypatch):
    interrupt_after(monkeypatch, 2)
    part = tally(14, limit=None, kernel="numpy")
    assert part.done == 2 * BATCH
    assert part.total == 213458046676875


def test_the_limit_is_what_one_likes(monkeypatch):
    with pytest.raises(DiagramError, match=r"order = 9: 34459425 diagrams.*at most 1 second"):
        tally(9, limit=1e-3, kernel="numpy")
    interrupt_after(monkeypatch, 1)
    assert tally(9, limit=1e9, kernel="numpy").done == BATCH


def test_what_is_left_is_what_counts():
    """Of a long tally only the end is left."""
    number = 19 * 17 * 15 * 13 * 11 * 9 * 7 // (11 * 9 * 7)  # batches of order 10
    almost = Tally(10, "line", number - 1, (654729075 - BATCH, 0, 0, 0, 0), (0,))
    assert tally(10, start=almost, limit=60.0, kernel="numpy").complete


@pytest.mark.parametrize(
    "given",
    [
        {"order": -1},
        {"order": 2.0},
        {"order": 33},
        {"of": "pair"},
        {"of": None},
        {"of": ["line"]},
        {"limit": 0},
        {"limit": "day"},
        {"limit": float("nan")},
        {"kernel": "fortran"},
        pytest.param({"of": "bubble", "kernel": "numba"}, marks=needs_numba),
        {"start": 3},
        {"start": tally(4)},
        {"start": tally(3, of="bubble")},
    ],
)
def test_arguments_that_are_refused(given):
    with pytest.raises(DiagramError, match="expected"):
        tally(**{"order": 3, **given})


# --- Watched


def test_a_bar_on_a_terminal(terminal):
    tally(7)
    drawn = terminal.getvalue().split("\r")
    assert "line, 7 lines |" in drawn[1]
    assert [text.split("| ")[1].split(",")[0].split("\x1b")[0] for text in drawn[1:4]] == [
        "8 %",
        "15 %",
        "23 %",
    ]
    assert "left" in drawn[3]
    assert drawn[-1] == "\x1b[K"  # the line is empty again


def test_a_continued_bar_begins_where_it_stopped(terminal, monkeypatch):
    with monkeypatch.context() as patch:
        interrupt_after(patch, 6)
        part = tally(7)
    assert terminal.getvalue().endswith("\n")  # what was reached stays to be read
    assert "46 %" in terminal.getvalue().split("\r")[-1]
    terminal.truncate(0)
    tally(7, start=part)
    assert "54 %" in terminal.getvalue().split("\r")[1]


def test_no_bar_when_nobody_asks_for_it(terminal):
    tally(7, progress=False)
    assert terminal.getvalue() == ""


def test_no_bar_without_a_terminal(monkeypatch):
    stream = io.StringIO()
    standard_error(monkeypatch, stream)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    tally(7)
    assert stream.getvalue() == ""


def test_no_bar_without_standard_error(monkeypatch):
    standard_error(monkeypatch, None)
    assert tally(6).complete


def test_no_bar_for_what_is_quick(monkeypatch):
    stream = Terminal()
    standard_error(monkeypatch, stream)
    monkeypatch.setattr(progress, "PATIENCE", 60.0)
    tally(6)
    assert stream.getvalue() == ""


def test_a_bar_waits_and_pauses():
    stream, now = Terminal(), itertools.count()
    ticks = {"now": 0.0}
    with Bar("task", 100, stream=stream, clock=lambda: ticks["now"]) as bar:
        for step in range(1, 100):
            ticks["now"] = step * 0.02
            bar.show(step)
            next(now)
    drawn = stream.getvalue().count("|\x20")
    assert 10 <= drawn <= 17  # from half a second to two seconds, ten times a second
    assert "1 second left" in stream.getvalue()


def test_a_narrow_terminal(monkeypatch, terminal):
    monkeypatch.setenv("COLUMNS", "20")
    tally(7)
    drawn = [text.split("\x1b")[0] for text in terminal.getvalue().split("\r")]
    assert max(map(len, drawn)) == 19


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 second"),
        (1.4, "1 second"),
        (59, "59 seconds"),
        (119, "2 minutes"),
        (86_400, "1 day"),
        (1e20, "3e+12 years"),
    ],
)
def test_durations(seconds, text):
    assert duration(seconds) == text
