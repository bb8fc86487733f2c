"""Text that is no formula, and formulas with something changed: a reading or a ReadingError, in time."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.reading import Reading, read_with_notes
from cooperon.symbolic.reading_steps import read_steps
from cooperon.symbolic.reading_undone import OPEN_ENDS

FUZZ = Path(__file__).resolve().parents[1] / "fuzz"
SEEDS = (FUZZ / "seeds.txt").read_text(encoding="utf-8").splitlines()
_TOKENS = (FUZZ / "tokens.txt").read_text(encoding="utf-8").splitlines()
SYMBOLS = set(s.dimensions()) | set(OPEN_ENDS.values())
LONGEST = 5


def _read(text):
    """Read a text in all ways; anything but a ReadingError is raised on."""
    started = time.process_time()
    found = []
    for reader in (lambda: (read_with_notes(text, notation={"x": "B_phi/B"}),), lambda: read_steps(text)):
        with contextlib.suppress(ReadingError):
            found.extend(reader())
    assert time.process_time() - started < LONGEST
    for reading in found:
        assert isinstance(reading, Reading)
        assert isinstance(reading.expr, sp.Expr)
        assert reading.expr.free_symbols <= SYMBOLS
        assert all(isinstance(note, str) for note in reading.notes)
    return found


@settings(max_examples=300, deadline=None)
@given(data=st.one_of(st.binary(max_size=80).map(lambda data: data.decode("latin-1")), st.text(max_size=80)))
def test_random_bytes_and_letters_are_read_or_refused(data):
    _read(data)


_PIECE = st.one_of(
    st.sampled_from(list("0123456789abdeilnqtxDLNQT(){}[]^_+-*/=,.&|'!~<>%$ \\∞²τψ∫∑√")),
    st.sampled_from(_TOKENS),
)
_CHANGE = st.tuples(
    st.floats(0, 1), st.integers(0, 6), st.one_of(st.just(""), _PIECE, st.sampled_from(SEEDS))
)


@st.composite
def _changed(draw):
    """A formula with up to four places taken out, replaced or filled with something else."""
    text = draw(st.sampled_from(SEEDS))
    for place, length, piece in draw(st.lists(_CHANGE, min_size=1, max_size=4)):
        start = int(place * len(text))
        text = text[:start] + piece + text[start + length :]
    return text


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(text=_changed())
def test_formulas_with_something_changed_are_read_or_refused(text):
    _read(text)


@settings(max_examples=100, deadline=None)
@given(name=st.text(max_size=12), meaning=st.one_of(_changed(), st.none(), st.floats(), st.integers()))
def test_any_notation_is_taken_or_refused(name, meaning):
    started = time.process_time()
    try:
        reading = read_with_notes("x T", notation={name: meaning, "x": meaning})
    except ReadingError:
        reading = None
    assert time.process_time() - started < LONGEST
    assert reading is None or reading.expr.free_symbols <= SYMBOLS


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_read_once_is_read_alike_again(seed):
    assert _read(seed) == _read(seed)


@pytest.mark.parametrize(
    "text",
    [
        r"\int" * 1000,
        r"\int_" * 900,
        r"\int_{" * 800,
        r"\int_0^1 dx " * 400,
        r"\sum_{n=0}^{9}" * 300,
        "d^2q" * 1200,
        r"\int" + "dq" * 2400,
        r"\int_0^1 " + "x+" * 2000 + "x dx",
        r"\int_0^1 dx\, " + "x^{x^{x}}" * 100,
        r"\sum_{n=0}^{10^{29}} n^{1000}",
        r"\int_0^{\infty} dq\," + r"\zeta(1/2,q)\Gamma(q)" * 20,
        r"\int_0^{\infty} dq\,q^{-1}\exp(10^{29}q)\exp(-10^{29}q)",
        r"\int_0^{\infty} dq\,\operatorname{hyper}((1,q),(2,),-10^{29}q)",
        r"\int_0^1 dx \int_0^x dt \int_0^t dr \int_0^r dq (1+x+t+r+q)^{1000}",
        r"\begin{align}" * 300,
        r"\text{" * 900,
        r"\text{a{b}" * 500,
        r"\text{" + "{a}" * 1500,
        r"\\" * 150 + "T",
        "T\n" * 190,
        "(\n" * 190,
        "+\n" * 190 + "T",
        r"\left." * 800 + "T",
        r"\mathbf{" * 700,
        "½" * 4000,
        "∞" * 4000,
        r"\sigma" + "_{a}" * 1200 + " = T",
        r"\sigma" + "(a" * 1200 + " = T",
        r"\delta " * 700 + " = T",
        r"\frac{1}{\tau" + "_a" * 1500 + "} = T",
        "x" * 4000,
        "x" * 20 + "*" + "x*" * 1900 + "x",
    ],
    ids=lambda text: text[:18],
)
def test_long_and_nested_integrals_sums_and_lines_take_no_time(text):
    _read(text)


@pytest.mark.slow
def test_derivations_of_many_lines_take_no_time():
    _read("\n".join([r"\frac{1}{\zeta(1/2,1/2+T)}"] * 190))
    _read(r" \\ = ".join([r"\int_0^\infty dq\,q\,\Gamma(1/3,q)\ln q"] * 100))
    with pytest.raises(ReadingError, match="too large"):
        read_steps(["T " * 2000] * 20)


def test_the_fuzzing_script_runs_with_or_without_atheris():
    """Without atheris it says so; its own loop ends after the seconds given."""
    code = "import sys; sys.modules['atheris'] = None; import fuzz_reading as f; f.main()"
    run = subprocess.run(
        [sys.executable, "-c", code, "--seconds", "0.5"],
        cwd=FUZZ,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert "each read or refused" in run.stdout
