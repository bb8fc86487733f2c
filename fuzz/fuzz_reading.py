"""Throw text at the reader of formulas until something else than a reading or a ReadingError comes back.

With atheris (``pip install atheris``) the text is found by coverage; without it, by changing the formulas of
``seeds.txt`` at random. Run it as ``python fuzz/fuzz_reading.py``, with ``-max_total_time=600`` for atheris
or ``--seconds 600`` without it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import random
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["SEEDS", "changed", "read_or_refuse"]


def _lines(name: str) -> tuple[str, ...]:
    return tuple(Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines())


SEEDS = _lines("seeds.txt")
_TOKENS = _lines("tokens.txt")
LONGEST = 5.0
"""Seconds that a reading may take; a longer one counts as a crash."""

_ALPHABET = [*"0123456789abdeilnqtxBDLNQT(){}[]^_+-*/=,.&|'!~<>%$ ", "∞", "²", "τ", "ψ", "∫", "∑", "√", "\\"]


@cache
def _readers() -> tuple[type[Exception], tuple[Callable[[str], Any], ...]]:
    """Import the library when it is first used: atheris has to be there before it."""
    from cooperon.diagrams.errors import ReadingError
    from cooperon.symbolic.reading import read_with_notes
    from cooperon.symbolic.reading_steps import read_steps

    return ReadingError, (
        read_with_notes,
        lambda text: read_with_notes("x", notation={"x": text}),
        read_steps,
    )


def read_or_refuse(text: str) -> None:
    """Read a text as a formula and as a derivation; anything but a reading or a ReadingError is raised."""
    refusal, readers = _readers()
    for reader in readers:
        started = time.monotonic()
        with contextlib.suppress(refusal):
            reader(text)
        seconds = time.monotonic() - started
        if seconds > LONGEST:
            raise TimeoutError(f"{seconds:.1f} s for {text!r}")


def changed(text: str, source: random.Random) -> str:
    """Change a formula in a few places: take pieces out, double them, put others in."""
    for _ in range(source.randint(1, 4)):
        start = source.randint(0, len(text))
        end = min(len(text), start + source.randint(0, 8))
        piece = source.choice([source.choice(_ALPHABET), source.choice(_TOKENS), "", text[start:end] * 2])
        other = source.choice(SEEDS)
        cut = source.randint(0, len(other))
        piece = source.choice([piece, piece, piece, other[cut : cut + source.randint(1, 30)]])
        text = text[:start] + piece + text[end:]
    return text


def _by_chance(seconds: float, seed: int) -> int:
    source = random.Random(seed)
    started, count = time.monotonic(), 0
    while time.monotonic() - started < seconds:
        read_or_refuse(changed(source.choice(SEEDS), source))
        count += 1
    return count


def _by_coverage() -> None:
    import atheris

    with atheris.instrument_imports(include=["cooperon"]):
        _readers()

    def one(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        text = provider.ConsumeUnicodeNoSurrogates(len(data))
        start = provider.ConsumeIntInRange(0, len(SEEDS) - 1)
        read_or_refuse(text)
        read_or_refuse(SEEDS[start] + text)

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


def main() -> None:
    """Run the fuzzer that there is."""
    if importlib.util.find_spec("atheris") is not None:
        _by_coverage()
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("atheris is not installed (pip install atheris): formulas are changed at random instead")
    print(f"{_by_chance(options.seconds, options.seed)} texts, each read or refused")


if __name__ == "__main__":
    main()
