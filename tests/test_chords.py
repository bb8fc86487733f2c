"""Chord diagrams as integers: canonical forms, and two kernels against plain Python."""

import sys
import tracemalloc
from collections import Counter
from itertools import chain, islice
from types import SimpleNamespace

import numpy as np
import pytest
from chord_tools import (
    all_pairings,
    crossings,
    hangs_together,
    irreducible,
    ring_classes,
    ring_orbit,
    turned,
    word,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperon.diagrams import batches, chord_batches, chord_kernels, classes, contractions, count
from cooperon.diagrams.chord_arrays import closed_stretches, number_of_batches, partners_in
from cooperon.diagrams.chord_batches import batch, choose_kernel
from cooperon.diagrams.chords import (
    canonical_words,
    images,
    is_least,
    is_least_ring,
    pack,
    pairs_of,
    partners_of,
    reflect,
    repeated,
    rotate,
    unpack,
)
from cooperon.diagrams.errors import CooperonError, DiagramError

needs_numba = pytest.mark.skipif(not chord_kernels.installed(), reason="numba is an extra")
FIELDS = ("crossings", "irreducible", "skeleton", "least")


@st.composite
def pairings(draw, most=8):
    order = draw(st.integers(1, most))
    points = draw(st.permutations(range(2 * order)))
    return tuple(sorted(tuple(sorted(pair)) for pair in zip(points[::2], points[1::2], strict=True)))


@pytest.fixture
def uncompiled(monkeypatch):
    """The loops for the compiler, run by Python itself."""
    loops = (chord_kernels.fill, chord_kernels.look, chord_kernels.least)
    plain = chord_kernels.Compiled(*loops, chord_kernels.survive, chord_kernels.survive_rings)
    for module in (chord_kernels, chord_batches):
        monkeypatch.setattr(module, "compiled", lambda: plain)
    monkeypatch.setattr("cooperon.diagrams.chords.compiled", lambda: plain)


def pairs_in(order, index=0):
    return [tuple((a, b) for a, b in enumerate(p) if a < b) for p in partners_in(order, index)[0].T.tolist()]


# --- Words


@given(pairings())
def test_a_word_has_the_distances_for_digits(pairs):
    order = len(pairs)
    (packed,) = pack(partners_of([pairs]))
    assert packed == word(pairs)
    assert pairs_of(int(packed), order) == pairs
    assert (unpack([packed], order) == partners_of([pairs])).all()


@given(pairings())
def test_rotations_and_reflections_are_those_of_the_ring(pairs):
    order = len(pairs)
    given_word = word(pairs)
    assert rotate(given_word, order) == word(turned(pairs, -1))
    assert reflect(given_word, order) == word(turned(pairs, -1, over=True))
    assert reflect(reflect(given_word, order), order) == given_word
    met = [int(image) for image in images(given_word, order)]
    assert len(met) == 4 * order
    assert set(met) == set(map(word, ring_orbit(pairs)))


@given(pairings(), st.integers(0, 40), st.booleans())
def test_the_canonical_form_is_the_least_of_the_orbit_wherever_one_begins(pairs, shift, over):
    order = len(pairs)
    least = min(map(word, ring_orbit(pairs)))
    begun = np.array([word(pairs), word(turned(pairs, shift, over))], dtype=np.uint64)
    assert canonical_words(begun, order).tolist() == [least, least]
    assert is_least(begun, order).tolist() == (begun == least).tolist()
    assert canonical_words(canonical_words(begun, order), order).tolist() == [least, least]


@given(pairings(most=16))
@settings(max_examples=60)
def test_rings_of_any_size_know_the_first_of_their_orbit(pairs):
    orbit = sorted(ring_orbit(pairs))
    points = 2 * len(pairs)
    partner = partners_of(orbit)
    distances = [tuple((q - p) % points for p, q in enumerate(column)) for column in partner.T.tolist()]
    assert is_least_ring(partner).tolist() == [own == min(distances) for own in distances]


@pytest.mark.parametrize("order", range(1, 6))
def test_canonical_forms_are_as_many_as_orbits(order):
    words = batch(order, 0).words
    assert len(np.unique(canonical_words(words, order))) == ring_classes(order)
    assert is_least(words, order).sum() == ring_classes(order)


def test_different_diagrams_have_different_words():
    words = np.concatenate([each.words for each in batches(7)])
    assert len(np.unique(words)) == count("all", 7)
    assert len(np.unique(canonical_words(words, 7))) == 5283


def test_arrays_of_any_shape():
    words = batch(3, 0).words.reshape(3, 5)
    assert canonical_words(words, 3).shape == (3, 5)
    assert (canonical_words(words, 3).ravel() == canonical_words(words.ravel(), 3)).all()


def test_nothing_to_join():
    assert canonical_words([0], 0).tolist() == [0]
    assert rotate([0], 0).tolist() == reflect([0], 0).tolist() == [0]
    assert pairs_of(0, 0) == ()


@pytest.mark.parametrize("order", [-1, 9, 2.0, None, True])
def test_orders_without_words(order):
    for function in (rotate, reflect, canonical_words, unpack):
        with pytest.raises(DiagramError, match=r"order = .*four bits"):
            function([0], order)


def test_too_many_points_for_a_word():
    with pytest.raises(DiagramError, match="order = 9"):
        pack(partners_in(9, 0)[0])


# --- Batches


@pytest.mark.parametrize("order", range(6))
def test_all_diagrams_in_the_order_of_the_contractions(order):
    assert pairs_in(order) == [each.pairs for each in contractions(order, of="line")]
    assert sorted(pairs_in(order)) == sorted(all_pairings(order))


def test_batches_follow_one_another():
    """The eighth order: 195 batches, in the order of the contractions."""
    assert number_of_batches(8) == 195
    first = [each.pairs for each in islice(contractions(8, of="line"), 10395, 10398)]
    assert pairs_in(8, 1)[:3] == first
    assert pairs_in(8, 194)[-1] == tuple((i, 15 - i) for i in range(8))
    last = next(batches(8, start=194))
    assert int(last.words[-1]) == word(pairs_in(8, 194)[-1])
    assert last.crossings[-1] == 0


def is_same(found, pairs):
    assert found.crossings.tolist() == list(map(crossings, pairs))
    assert found.irreducible.tolist() == list(map(irreducible, pairs))
    assert found.skeleton.tolist() == list(map(hangs_together, pairs))
    assert found.least.tolist() == [word(each) == min(map(word, ring_orbit(each))) for each in pairs]


@pytest.mark.slow
@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("kernel", ["numpy", pytest.param("numba", marks=needs_numba)])
def test_kernels_against_graphs(order, kernel):
    (found,) = batches(order, kernel=kernel)
    is_same(found, pairs_in(order))


@pytest.mark.parametrize("order", range(5))
def test_the_loops_without_a_compiler_against_graphs(order, uncompiled):
    (found,) = batches(order, kernel="numba")
    is_same(found, pairs_in(order))
    assert found.words.tolist() == list(map(word, pairs_in(order)))
    least = canonical_words(found.words, order, kernel="numba")
    assert least.tolist() == [min(map(word, ring_orbit(pairs))) for pairs in pairs_in(order)]


def test_the_loops_without_a_compiler_on_long_rings(uncompiled, monkeypatch):
    """With fewer lines to vary, a batch of order nine is short."""
    for name in ("chord_arrays", "chord_batches"):
        monkeypatch.setattr(f"cooperon.diagrams.{name}.INNER", 3)
    total = number_of_batches(9)
    for index in (0, 1, 2, 3, total // 2, total - 1):
        one, other = batch(9, index, "numpy"), batch(9, index, "numba")
        assert len(one) == len(other) == 15
        assert all((getattr(one, name) == getattr(other, name)).all() for name in FIELDS)
        assert one.skeleton.tolist() == list(map(hangs_together, pairs_in(9, index)))
        assert one.irreducible.tolist() == list(map(irreducible, pairs_in(9, index)))
        assert one.crossings.tolist() == list(map(crossings, pairs_in(9, index)))


@needs_numba
@pytest.mark.parametrize("order", range(9))
def test_kernels_agree(order):
    for one, other in zip(batches(order, kernel="numpy"), batches(order, kernel="numba"), strict=True):
        assert (one.words == other.words).all()
        assert all((getattr(one, name) == getattr(other, name)).all() for name in FIELDS)


@needs_numba
@pytest.mark.parametrize(
    ("order", "index"), [(9, 0), (9, 1), (9, 1234), (10, 50_000), (12, 10**6), (30, 10**20)]
)
def test_kernels_agree_on_long_rings(order, index):
    one, other = batch(order, index, "numpy"), batch(order, index, "numba")
    assert one.words is other.words is None
    assert all((getattr(one, name) == getattr(other, name)).all() for name in FIELDS)


@needs_numba
@given(st.lists(pairings(most=4), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_compiled_canonical_forms(drawn):
    for pairs in drawn:
        words = np.array([word(pairs)], dtype=np.uint64)
        compiled = canonical_words(words, len(pairs), kernel="numba")
        assert compiled.tolist() == canonical_words(words, len(pairs)).tolist()


@needs_numba
def test_compiled_canonical_forms_of_sixteen_points():
    words = batch(8, 77).words
    assert (canonical_words(words, 8, kernel="numba") == canonical_words(words, 8)).all()


def test_loops_without_a_compiler_on_sixteen_points(uncompiled):
    words = batch(8, 77).words[::500]
    assert (canonical_words(words, 8, kernel="numba") == canonical_words(words, 8)).all()
    found = np.zeros(len(words), dtype=np.bool_)
    chord_kernels.survive(64, repeated(15, 8), repeated(1, 8), words, found)
    assert (found == is_least(words, 8)).all()


def test_crossings_of_the_ninth_order_one_by_one():
    found = batch(9, 2000, "numpy")
    chosen = range(0, 10395, 111)
    pairs = pairs_in(9, 2000)
    assert [found.crossings[i] for i in chosen] == [crossings(pairs[i]) for i in chosen]
    assert [found.skeleton[i] for i in chosen] == [hangs_together(pairs[i]) for i in chosen]


def test_closed_stretches_by_looking():
    for pairs, column in zip(pairs_in(4), partners_in(4, 0)[0].T, strict=True):
        found = {(a, b) for a, b, closed in closed_stretches(column[:, None]) if closed[0]}
        inside = {(a, b) for a in range(8) for b in range(a + 2, 9, 2)}
        assert found == {(a, b) for a, b in inside if all((a <= p < b) == (a <= q < b) for p, q in pairs)}


def test_one_diagram_of_each_class():
    for order in range(6):
        found = [each.pairs for each in classes(order)]
        orbits = [frozenset(ring_orbit(pairs)) for pairs in found]
        assert len(set(orbits)) == len(found) == count("classes", order)
        assert set(chain.from_iterable(orbits)) == set(all_pairings(order))


@pytest.mark.slow
def test_classes_of_any_order_come_one_by_one():
    first, second, third = islice(classes(11), 3)
    assert first.order == 11
    assert len({first.diagram, second.diagram, third.diagram}) == 3


def test_orbits_are_as_long_as_the_group_allows():
    lengths = Counter(len(ring_orbit(each.pairs)) for each in classes(5))
    assert sum(length * number for length, number in lengths.items()) == count("all", 5)
    assert all(20 % length == 0 for length in lengths)


# --- Memory and refusals


def test_memory_does_not_grow_with_the_number_of_diagrams():
    peaks = []
    next(batches(9, kernel="numpy"))  # tables are made once
    for number in (2, 20):
        tracemalloc.start()
        for _ in islice(batches(9, kernel="numpy"), number):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
    assert peaks[1] < 8e6  # bytes


def test_nothing_is_made_before_it_is_asked_for(monkeypatch):
    made = []
    monkeypatch.setitem(chord_batches.KERNELS, "numpy", lambda *given: made.append(given))
    found = batches(8, kernel="numpy", start=3)
    assert made == []
    next(found)
    assert made == [(8, 3)]


@pytest.mark.parametrize("order", [-1, 33, 2.0, "3", None, True])
def test_orders_that_are_none(order):
    for function in (batches, classes, number_of_batches):
        with pytest.raises(DiagramError, match=r"order = .*number of impurity lines"):
            function(order)


def test_unknown_batches_and_kernels():
    for index in (-1, 195, 0.0, None):
        with pytest.raises(DiagramError, match="expected: less than 195"):
            batch(8, index)
    with pytest.raises(DiagramError, match="start = -1"):
        batches(3, start=-1)
    with pytest.raises(DiagramError, match="one of numpy, numba"):
        batches(3, kernel="fortran")
    with pytest.raises(DiagramError, match="at most 30"):
        batches(31, kernel="numba")
    with pytest.raises(DiagramError, match="numpy or numba"):
        canonical_words([0], 1, kernel="fortran")


def test_without_numba_everything_still_works(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    chord_kernels.compiled.cache_clear()
    try:
        assert not chord_kernels.installed()
        assert choose_kernel(9, None) == "numpy"
        assert len(next(batches(9))) == 10395
        with pytest.raises(CooperonError, match=r'numba installed.*pip install "cooperon\[fast\]"'):
            batches(3, kernel="numba")
    finally:
        chord_kernels.compiled.cache_clear()


def test_compiled_code_need_not_be_kept(monkeypatch):
    """Where no folder can be written to, numba refuses to keep what it compiles."""

    def njit(loop=None, *, cache=False):
        if cache:
            return njit_and_keep
        return loop

    def njit_and_keep(loop):
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setitem(sys.modules, "numba", SimpleNamespace(njit=njit))
    chord_kernels.compiled.cache_clear()
    try:
        assert chord_kernels.compiled().fill is chord_kernels.fill
        assert next(batches(3, kernel="numba")).skeleton.sum() == 4
    finally:
        chord_kernels.compiled.cache_clear()


def test_numba_is_chosen_where_it_pays(monkeypatch):
    monkeypatch.setattr(chord_batches, "installed", lambda: True)
    assert [choose_kernel(order, None) for order in (6, 8, 9, 30, 31)] == ["numpy"] * 2 + ["numba"] * 2 + [
        "numpy"
    ]
