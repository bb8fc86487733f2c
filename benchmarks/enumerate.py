"""Time per diagram: drawing up, classifying and reducing to classes, in integers and by networkx; memory.

The diagrams are those of a single Green's function with n impurity lines, (2n - 1)!! of them; the classes are
those of the line closed to a ring, under rotations and reflections.

python benchmarks/enumerate.py
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise

import networkx as nx
import numpy as np

from cooperon.diagrams import Diagram, batches, canonical, classes, contractions, count, enumerate, tally
from cooperon.diagrams.chord_arrays import choices, number_of_batches, partners_in, self_energies
from cooperon.diagrams.chord_batches import INNER, pair_words
from cooperon.diagrams.chord_kernels import compiled, installed
from cooperon.diagrams.chords import canonical_words, is_least, pack, repeated
from cooperon.diagrams.contraction import Contraction

ORDERS = (4, 5, 6, 7, 8)
BY_NETWORKX = (4, 5, 6)
SAMPLE = 300  # diagrams that networkx is given where there are more
REPEATS = 3


def clock(function: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some calls, the first of which may compile."""
    times = []
    for _ in range(REPEATS):
        begun = time.process_time()
        function()
        times.append(time.process_time() - begun)
    return min(times)


def stages(order: int, kernel: str) -> Iterator[float]:
    """Seconds of each stage for all diagrams of an order, batch by batch."""
    run = by_numpy if kernel == "numpy" else by_numba
    totals = [0.0] * 4
    for index in range(number_of_batches(order)):
        totals = [a + b for a, b in zip(totals, run(order, index), strict=True)]
    return iter(totals)


def seconds(marks: list[float]) -> list[float]:
    """Return the times between marks."""
    return [b - a for a, b in pairwise(marks)]


def by_numpy(order: int, index: int) -> list[float]:
    """Time one batch: partners and words, kinds, canonical forms, the first of each class."""
    marks = [time.process_time()]
    partners, _ = partners_in(order, index)
    words = pack(partners)
    marks.append(time.process_time())
    self_energies(partners)
    marks.append(time.process_time())
    canonical_words(words, order)
    marks.append(time.process_time())
    is_least(words, order)
    marks.append(time.process_time())
    return seconds(marks)


def by_numba(order: int, index: int) -> list[float]:
    """Time the same of the compiled loops."""
    loops, size = compiled(), count("all", min(order, INNER))
    words, least = np.empty(size, np.uint64), np.empty(size, np.uint64)
    rings, first = np.empty((size, 2 * order), np.uint8), np.empty(size, np.bool_)
    crossings, kinds = np.empty(size, np.uint16), np.empty(size, np.uint8)
    bits, most, one = 8 * order, repeated(2 * order - 1, order), repeated(1, order)
    marks = [time.process_time()]
    loops.fill(2 * order, np.array(choices(order, index), np.int64), pair_words(order), words, rings)
    marks.append(time.process_time())
    loops.look(rings, crossings, kinds)
    marks.append(time.process_time())
    loops.least(bits, most, one, words, least)
    marks.append(time.process_time())
    loops.survive(bits, most, one, words, first)
    marks.append(time.process_time())
    return seconds(marks)


def integers() -> None:
    """Print each stage per diagram, and the seconds for a whole order."""
    kernels = ["numpy", "numba"] if installed() else ["numpy"]
    print("integers, ns of processor time per diagram; the best of", REPEATS)
    print("   n diagrams  kernel  enumerate  classify  canonical form  first of its class   all, s")
    for order in ORDERS:
        for kernel in kernels:
            fastest = np.min([list(stages(order, kernel)) for _ in range(REPEATS)], axis=0)
            total = count("all", order)
            a, b, c, d = 1e9 * fastest / total
            whole = clock(lambda order=order, kernel=kernel: tally(order, kernel=kernel, progress=False))
            print(f"  {order:2} {total:8}  {kernel}  {a:9.1f}  {b:8.1f}  {c:14.1f}  {d:18.1f}  {whole:7.4f}")
    print("  all: enumerated, classified and reduced to classes by tally, which needs no canonical forms")


def ring(contraction: Contraction) -> nx.Graph[int]:
    """Make the graph that networkx compares; a point knows the length of its impurity line.

    Every point has two electron lines and an impurity line: without the lengths all hashes would be equal.
    """
    points = 2 * contraction.order
    graph: nx.Graph[int] = nx.cycle_graph(points)
    nx.set_edge_attributes(graph, "electron", "kind")
    for a, b in contraction.pairs:
        length = str(min(b - a, points - b + a))
        graph.nodes[a]["length"] = graph.nodes[b]["length"] = length
        # a line to the next point is told from the electron line beside it by its length
        if not graph.has_edge(a, b):
            graph.add_edge(a, b, kind="impurity")
    return graph


def hashed(graph: nx.Graph[int]) -> str:
    """Return networkx's hash."""
    return nx.weisfeiler_lehman_graph_hash(graph, edge_attr="kind", node_attr="length")


def isomorphic(one: nx.Graph[int], other: nx.Graph[int]) -> bool:
    """Ask vf2."""
    return nx.is_isomorphic(
        one,
        other,
        node_match=lambda a, b: a["length"] == b["length"],
        edge_match=lambda a, b: a["kind"] == b["kind"],
    )


def networkx() -> None:
    """Print what it costs to find the class of a diagram by Weisfeiler-Lehman hash and vf2."""
    print("networkx, ms per diagram: its class by Weisfeiler-Lehman hash, then vf2 among equal hashes")
    for order in BY_NETWORKX:
        known: dict[str, list[nx.Graph[int]]] = {}
        for each in classes(order):
            graph = ring(each)
            known.setdefault(hashed(graph), []).append(graph)
        given, note = list(contractions(order, of="line")), "all of them"
        if len(given) > SAMPLE:
            given, note = random.Random(1).sample(given, SAMPLE), f"a sample of {SAMPLE}"
        spent = 1e3 * classify_by_networkx(given, known) / len(given)
        found = f"{len(known)} hashes for {count('classes', order)} classes"
        print(f"  {order:2}  {spent:6.2f}  ({note}; {found})")


def classify_by_networkx(given: list[Contraction], known: dict[str, list[nx.Graph[int]]]) -> float:
    """Return the seconds it takes to find each diagram's class, of which there has to be one."""
    begun = time.process_time()
    for each in given:
        graph = ring(each)
        like = [other for other in known[hashed(graph)] if isomorphic(graph, other)]
        if len(like) != 1:
            raise SystemExit(f"{len(like)} classes for {each}")
    return time.process_time() - begun


def values() -> None:
    """Print what a Diagram costs, its graph, which is built when it is asked for, and its canonical form."""
    print("Diagram values, us per diagram: enumerate, the same and the networkx graph of each,")
    print("the same and the canonical form under exchange of R and A and reversal")
    jobs: tuple[Callable[[Diagram], object], ...] = (bool, lambda each: each.graph, canonical)
    for order in (3, 4):
        spent = [clock(lambda o=order, job=job: [job(each) for each in enumerate(o)]) for job in jobs]
        print(f"  {order:2}", *(f"{1e6 * each / count('bubble', order):6.0f}" for each in spent))


MEASURE = """
from resource import RUSAGE_SELF, getrusage
from cooperon.diagrams import tally
before = getrusage(RUSAGE_SELF).ru_maxrss
tally(8)
print(before, getrusage(RUSAGE_SELF).ru_maxrss)
"""


def memory() -> None:
    """Print the peak of what the eighth order allocates, and of a process that does nothing else."""
    next(batches(8))
    tracemalloc.start()
    tally(8, kernel="numpy", progress=False)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    process = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, check=True, text=True)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    before, after = (int(word) / unit for word in process.stdout.split())
    print("memory at n = 8, MiB")
    print(f"  peak of the allocations of tally(8): {peak:.1f}")
    print(f"  peak of a process: {before:.0f} after the import, {after:.0f} after tally(8)")


SECTIONS = (integers, networkx, values, memory)  # the time of a lattice proof per order comes last


def main() -> None:
    """Print all sections."""
    for section in SECTIONS:
        section()


if __name__ == "__main__":
    main()
