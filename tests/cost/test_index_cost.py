"""What a search in the index costs, in things that do not depend on the machine. The bounds lie close above today's."""

import numpy as np
import pytest
from numpy.typing import NDArray

from schoon.index._bands import QUERIES_PER_THREAD, Bands, _reordering, reorder
from schoon.index._bit_order import choose_bit_order
from schoon.index._compiled import kernels
from schoon.index._exact import ExactTable
from schoon.index._pdq import PdqTable
from schoon.index._threads import _pool
from tests.index_lists import skewed_vectors

LIST = 200_000
QUERIES = 300
RADII = np.full(QUERIES, 31, np.uint8)


def looked_at(vectors: NDArray[np.uint8], together_from: int, queries: NDArray[np.uint8]) -> list[float]:
    """Keys, sketches and candidates a query, and the share of queries that were scanned instead."""
    order = choose_bit_order(vectors)
    bands = Bands(reorder(vectors, order), together_from=together_from)
    bands.find(reorder(queries, order), RADII)
    return [float(number) for number in bands.work / QUERIES]


@pytest.mark.parametrize("together_from", [1, 10**9])
def test_a_query_looks_at_few_keys_sketches_and_candidates(together_from: int) -> None:
    """A key is a run of cache lines, a candidate two cache misses more: time is proportional to these."""
    random = np.random.default_rng(6)
    vectors, queries = (random.integers(0, 256, (count, 32), dtype=np.uint8) for count in (LIST, QUERIES))
    keys, sketches, candidates, scans = looked_at(vectors, together_from, queries)
    assert keys == 272
    assert sketches <= 900
    assert candidates <= 3
    assert scans == 0


@pytest.mark.parametrize("together_from", [1, 10**9])
def test_correlated_bits_cost_little_more(together_from: int) -> None:
    """The bit order is chosen from the data, so that the keys of a skewed list are about as even as of a random one."""
    vectors, queries = skewed_vectors(LIST), skewed_vectors(QUERIES, seed=9)
    keys, sketches, candidates, scans = looked_at(vectors, together_from, queries)
    assert keys == 272
    assert sketches <= 1_000
    assert candidates <= 3
    assert scans == 0


def test_the_bands_take_few_bytes_a_vector() -> None:
    """Five bytes a vector and band besides the starts: 10 million vectors take 0.8 GB and themselves 0.32 GB."""
    vectors = np.random.default_rng(6).integers(0, 256, (LIST, 32), dtype=np.uint8)
    starts, room = 16 * 65_537 * 4, 32
    assert Bands(vectors).nbytes == starts + room + 16 * 5 * LIST


def test_the_same_is_looked_at_together_and_apart() -> None:
    """Searching together is another order of the same work, not more of it."""
    random = np.random.default_rng(7)
    vectors, queries = (random.integers(0, 256, (count, 32), dtype=np.uint8) for count in (LIST, QUERIES))
    apart, together = (looked_at(vectors, way, queries) for way in (10**9, 1))
    assert apart == together


def test_an_exact_look_up_of_what_is_not_listed_touches_one_cache_line() -> None:
    """All queries read one word of the filter; one in a hundred goes on, to a prefix and some four tags behind it."""
    random = np.random.default_rng(8)
    tags = random.integers(0, 256, (LIST, 16), dtype=np.uint8)
    tags = tags[np.lexsort(tags.T[::-1])]
    words, starts, table = exact_parts(tags)
    queries = random.integers(0, 2**63, (100_000, 2), dtype=np.uint64)
    passing = np.empty(len(queries), np.uint32)
    passed = kernels().pass_filter(queries, 0, len(queries), words, passing)
    assert passed <= 0.01 * len(queries)
    assert np.diff(starts).mean() <= 4
    assert words.nbytes + starts.nbytes <= 4 * LIST
    assert len(table.find(queries.view(np.uint8))[0]) == 0


def exact_parts(tags: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.uint32], ExactTable]:
    """The filter, the prefixes and the table over sorted tags."""
    table = ExactTable(tags, np.arange(len(tags), dtype=np.uint32))
    return table._filter, table._starts, table


def test_a_search_makes_no_table_anew() -> None:
    """The table that reorders bits is 2 MB: to make it takes fifty times as long as a query."""
    vectors = np.random.default_rng(9).integers(0, 256, (3_000, 32), dtype=np.uint8)
    table = PdqTable(vectors, choose_bit_order(vectors))
    made = _reordering.cache_info().misses
    for _ in range(3):
        table.find(vectors[:1], RADII[:1])
    assert _reordering.cache_info().misses == made


def test_small_batches_never_wait_for_the_pool() -> None:
    """One photo with its eight variants is searched in its own thread, whatever large batches the others are at."""
    random = np.random.default_rng(11)
    vectors = random.integers(0, 256, (LIST, 32), dtype=np.uint8)
    table = PdqTable(vectors, choose_bit_order(vectors))
    _pool.cache_clear()
    small = 2 * QUERIES_PER_THREAD - 1
    assert small > 8
    table.find(vectors[:small], RADII[:small], threads=8)
    assert _pool.cache_info().currsize == 0
    table.find(vectors[:QUERIES], RADII, threads=8)
    assert _pool.cache_info().currsize == 1


def test_a_costly_query_is_bounded_on_any_number_of_threads() -> None:
    """Near-copies of one key in every band: together as apart, a query stops at twice the list and is scanned."""
    random = np.random.default_rng(10)
    vectors = random.integers(0, 256, (20_000, 32), dtype=np.uint8)
    words = vectors.view(np.uint16)
    words[random.random(words.shape) < 0.3] = 0
    queries = np.zeros((QUERIES, 32), np.uint8)
    for ways in ({"together_from": 10**9}, {"together_from": 1}):
        for threads in (1, 2, 8):
            bands = Bands(vectors, **ways)
            bands.find(queries, RADII, threads=threads)
            assert bands.work[3] == QUERIES
            assert bands.work[1] / QUERIES <= 2 * len(vectors) + 4096 + 17 * 0.4 * len(vectors)
