"""What a search in the index costs, in things that do not depend on the machine. The bounds lie close above today's."""

import numpy as np
import pytest
from numpy.typing import NDArray

from schoon.index._bands import Bands, reorder
from schoon.index._bit_order import choose_bit_order
from schoon.index._compiled import kernels
from schoon.index._exact import ExactTable
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
    assert apart[0] == together[0]
    assert apart[2] == together[2]


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
