"""What ``import cooperon`` costs beyond sympy, numpy and networkx, and what it leaves alone.

python benchmarks/import_time.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 15
ALLOWED = 0.15  # seconds beyond the three
LATER = ("scipy", "matplotlib", "lark", "numba")

CODE = """
import time
start = time.perf_counter()
import sympy, numpy, networkx
three = time.perf_counter()
import cooperon
end = time.perf_counter()
import sys
print(three - start, end - three, *({"scipy", "matplotlib", "lark", "numba"} & set(sys.modules)))
"""


def once() -> tuple[float, float, tuple[str, ...]]:
    """Seconds for the three, seconds beyond them, and what was imported too early."""
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    three, beyond, *early = run.stdout.split()
    return float(three), float(beyond), tuple(early)


def main() -> bool:
    """Print the medians; return whether the import is light enough."""
    once()  # compiles the modules
    runs = [once() for _ in range(RUNS)]
    three, beyond = (statistics.median(run[i] for run in runs) for i in (0, 1))
    early = sorted({name for run in runs for name in run[2]})
    print(f"sympy, numpy, networkx: {three:.3f} s (median of {RUNS})")
    print(f"cooperon beyond them:   {beyond:.3f} s (allowed: {ALLOWED}), ratio {beyond / three:.2f}")
    print(f"imported too early: {', '.join(early) or 'nothing'} (of {', '.join(LATER)})")
    return beyond < ALLOWED and not early


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
