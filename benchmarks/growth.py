"""How time and memory grow with the number of values: Hikami, Larkin and Nagaoka with three digammas.

Arrays of up to 1e8 values are evaluated in one call, more in pieces of 1e7, as a sweep to a file does.

python benchmarks/growth.py [largest power of ten] [backend ...]
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from importlib.util import find_spec

import numpy as np
from hln import NUMBERS, fields_and_weights, three_digammas

from cooperon.numerics.lambdify import NumericFunction, lambdify

AT_ONCE = 10**8
PIECE = 10**7


def measured(function: NumericFunction, size: int) -> tuple[float, float]:
    """Return seconds and the most megabytes in use beyond the input of one call."""
    rest = {name: NUMBERS[name] for name in function.keywords}
    pieces, length = (1, size) if size <= AT_ONCE else (size // PIECE, PIECE)
    values = fields_and_weights()[0][0] / np.geomspace(2e-4, 1e4, length)
    start = time.perf_counter()
    for _ in range(pieces):
        function(values, **rest)
    taken = time.perf_counter() - start
    tracemalloc.start()
    function(values, **rest)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken, peak / 1e6


def main() -> None:
    """Print a line a power of ten, for each backend."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    backends = sys.argv[2:] or ["numpy", *(["numba"] if find_spec("numba") else [])]
    for backend in backends:
        function = lambdify(three_digammas(), ["B"], backend=backend, checks=False)
        for size in (10**3, 10**5):
            measured(function, size)  # compiles
        print(f"{backend}: {'values':>8}{'seconds':>12}{'ns a value':>12}{'memory':>12}")
        for power in range(3, largest + 1):
            seconds, memory = measured(function, 10**power)
            row = f"{f'1e{power}':>8}{seconds:12.2e}{seconds / 10**power * 1e9:12.1f}{memory:9.3g} MB"
            print(" " * len(backend) + "  " + row)


if __name__ == "__main__":
    main()
