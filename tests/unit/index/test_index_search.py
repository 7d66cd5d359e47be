"""What is on the list is found, all of it and nothing else; the kernels against their plain twins."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from schoon.index import InvalidQueryError, tags_of
from schoon.index._bands import Bands, reorder
from schoon.index._compiled import kernels
from schoon.index._exact import ExactTable
from schoon.index._pdq import PdqTable
from schoon.kinds import EXACT_KINDS, Kind
from tests import naive_index
from tests.index_lists import KEYS, Publication, a_list, a_list_of_vectors, flipped, skewed_vectors

PLAIN_ORDER = np.arange(256, dtype=np.uint8)


def triples(found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]) -> list[tuple[int, int, int]]:
    return sorted(zip(*(part.tolist() for part in found), strict=True))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 17, 1000, 20_000])
def test_every_entry_is_found_after_save_and_open(tmp_path: Path, count: int) -> None:
    plain = a_list(count, share=0.7)
    publication = Publication(tmp_path)
    publication.snapshot(plain)
    index = publication.open()
    assert index.entry_count == count
    for kind in EXACT_KINDS:
        digests, rows = plain.digests[kind]
        positions, found = index.find_exact(kind, tags_of(KEYS, kind, digests))
        assert positions.tolist() == list(range(len(rows)))
        assert np.array_equal(found, rows)
    vectors, rows = plain.digests[Kind.PDQ]
    positions, found, distances = index.find_pdq(vectors, 31)
    assert positions.tolist() == list(range(len(rows)))
    assert np.array_equal(found, rows)
    assert not distances.any()
    assert np.array_equal(index.entries(np.arange(count)), plain.entries)
    assert index.counts == {kind: len(plain.digests[kind][1]) for kind in Kind}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 40), max_size=60),
    st.lists(st.integers(0, 60), max_size=60),
    st.sampled_from(["<", ">", "="]),
)
def test_tags_with_duplicates_are_found_as_the_twin_finds_them(listed: list[int], asked: list[int], alike: str) -> None:
    """Tags of few distinct bytes, so that equal tags, equal halves and equal prefixes are common."""

    def tag(number: int) -> bytes:
        half = number.to_bytes(8, "little")
        return {"<": bytes(8) + half, ">": half + bytes(8), "=": half + half}[alike]

    order = sorted((tag(number), row) for row, number in enumerate(listed))
    tags = np.frombuffer(b"".join(t for t, _ in order), np.uint8).reshape(-1, 16).copy()
    rows = np.array([row for _, row in order], dtype=np.uint32)
    queries = np.frombuffer(b"".join(map(tag, asked)), np.uint8).reshape(-1, 16)
    found = ExactTable(tags, rows).find(queries)
    assert sorted(zip(*(part.tolist() for part in found), strict=True)) == naive_index.find_tags(tags, rows, queries)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 9), max_size=30), st.lists(st.integers(0, 9), max_size=30), st.booleans())
def test_two_tables_are_merged_as_the_twin_merges_them(first: list[int], second: list[int], low: bool) -> None:
    """Few distinct tags, which differ in their first half or in their second."""

    def table(numbers: list[int], start: int) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        ordered = sorted(bytes(8) * low + number.to_bytes(8, "little") + bytes(8) * (not low) for number in numbers)
        tags = np.frombuffer(b"".join(ordered), np.uint8).reshape(-1, 16).copy()
        return tags, np.arange(start, start + len(numbers), dtype=np.uint32)

    tables = table(first, 0), table(second, len(first))
    tags, rows = np.empty((len(first) + len(second), 2), np.uint64), np.empty(len(first) + len(second), np.uint32)
    words = [(one.view(np.uint64), numbers) for one, numbers in tables]
    kernels().merge_tags(*words[0], *words[1], tags, rows)
    merged = [(tag.tobytes(), int(row)) for tag, row in zip(tags, rows, strict=True)]
    assert merged == naive_index.merge_tags(*tables)


def test_more_matches_than_the_first_guess_are_all_told() -> None:
    tags = np.zeros((5000, 16), dtype=np.uint8)
    rows = np.arange(5000, dtype=np.uint32)
    positions, found = ExactTable(tags, rows).find(np.zeros((3, 16), np.uint8))
    assert len(found) == 15_000
    assert np.bincount(positions).tolist() == [5000] * 3


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_large_batch_answers_alike_on_any_number_of_threads(threads: int) -> None:
    random = np.random.default_rng(8)
    tags = random.integers(0, 256, (50_000, 16), dtype=np.uint8)
    tags = tags[np.lexsort(tags.T[::-1])]
    table = ExactTable(tags, np.arange(50_000, dtype=np.uint32))
    queries = random.integers(0, 256, (150_001, 16), dtype=np.uint8)
    listed = random.choice(150_001, 700, replace=False)
    queries[listed] = tags[:700]
    positions, rows = table.find(queries, threads=threads)
    assert np.array_equal(positions, np.sort(listed))
    assert np.array_equal(rows, np.argsort(listed))


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 2**32), st.integers(1, 700), st.integers(0, 6), st.lists(st.integers(0, 31), min_size=1, max_size=12)
)
def test_vectors_are_found_as_the_twin_finds_them(seed: int, count: int, families: int, radii: list[int]) -> None:
    """Every layout on the same vectors: families near each other, asked at distances around each radius."""
    random = np.random.default_rng(seed)
    vectors = random.integers(0, 256, (count, 32), dtype=np.uint8)
    for member in range(families):
        at = random.integers(0, count, 20)
        vectors[at] = flipped(np.repeat(vectors[member % count][None], 20, axis=0), random.integers(0, 34, 20))
    radius = np.array(radii, dtype=np.uint8)
    near = np.clip(radius.astype(int) + random.integers(-2, 3, len(radii)), 0, 256)
    queries = flipped(vectors[random.integers(0, count, len(radii))], near, seed=seed)
    expected = sorted(naive_index.find_vectors(vectors, queries, radius))
    order = random.permutation(256).astype(np.uint8)
    assert triples(PdqTable(vectors, order, scan_below=10**9).find(queries, radius)) == expected
    assert triples(PdqTable(vectors, order, scan_below=1).find(queries, radius)) == expected
    ordered, asked = reorder(vectors, order), reorder(queries, order)
    for ways in ({"together_from": 10**9}, *({"together_from": 1, "bucket_bits": bits} for bits in (0, 3, 16))):
        assert triples(Bands(ordered, **ways).find(asked, radius)) == expected


@pytest.mark.parametrize("together_from", [1, 10**9])
@pytest.mark.parametrize("make", ["same", "two", "band"])
def test_lists_of_nearly_equal_vectors_are_found_whole(make: str, together_from: int) -> None:
    """The worst skew: all vectors equal, of two kinds, or equal in the bits of one band and more."""
    random = np.random.default_rng(2)
    vectors = np.zeros((3000, 32), dtype=np.uint8)
    if make == "two":
        vectors[::2] = 255
    if make == "band":
        vectors[:, 16:] = random.integers(0, 256, (3000, 16), dtype=np.uint8)
    queries = flipped(vectors[:20], np.arange(20) + 13)
    radii = np.full(20, 31, dtype=np.uint8)
    table = Bands(vectors, together_from=together_from, bucket_bits=4)
    assert triples(table.find(queries, radii)) == sorted(naive_index.find_vectors(vectors, queries, radii))


def recall(directory: Path, vectors: NDArray[np.uint8], planted: int, *, random_queries: int) -> None:
    """Neighbours planted at every distance from 0 to 32 are found to 31, and brute force finds no other match.

    The list is saved and opened, nine tenths as a snapshot and the rest as two deltas.
    """
    random = np.random.default_rng(11)
    publication = Publication(directory)
    cuts = [0, len(vectors) * 9 // 10, len(vectors) * 19 // 20, len(vectors)]
    publication.snapshot(a_list_of_vectors(vectors[: cuts[1]]))
    for start, stop in pairwise(cuts[1:]):
        publication.delta(a_list_of_vectors(vectors[start:stop], first_id=start + 1))
    index = publication.open()
    distances = np.tile(np.arange(33), planted)
    sources = random.choice(len(vectors), len(distances), replace=False)
    queries = flipped(vectors[sources], distances)
    positions, rows, apart = index.find_pdq(queries, 31)
    found = set(zip(positions.tolist(), rows.tolist(), strict=True))
    for query, (source, distance) in enumerate(zip(sources.tolist(), distances.tolist(), strict=True)):
        assert ((query, source) in found) == (distance <= 31), f"planted at {distance}"
    assert len(found) == len(positions)
    differ = queries[positions].view(np.uint64) ^ vectors[rows].view(np.uint64)
    assert np.array_equal(apart, np.bitwise_count(differ).sum(axis=1))
    sample = np.concatenate([queries[:66], vectors[random.choice(len(vectors), random_queries)]])
    radii = np.full(len(sample), 31, dtype=np.uint8)
    assert triples(index.find_pdq(sample, radii)) == naive_index.find_vectors(vectors, sample, radii)


def test_recall_is_full_on_random_vectors(tmp_path: Path) -> None:
    recall(tmp_path, np.random.default_rng(1).integers(0, 256, (30_000, 32), dtype=np.uint8), 30, random_queries=50)


def test_recall_is_full_on_skewed_vectors(tmp_path: Path) -> None:
    recall(tmp_path, skewed_vectors(30_000), 30, random_queries=50)


@pytest.mark.slow
def test_recall_is_full_on_a_million_random_vectors(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).integers(0, 256, (1_000_000, 32), dtype=np.uint8)
    recall(tmp_path, vectors, 300, random_queries=200)


@pytest.mark.slow
def test_recall_is_full_on_a_million_skewed_vectors(tmp_path: Path) -> None:
    recall(tmp_path, skewed_vectors(1_000_000), 300, random_queries=200)


def test_a_list_of_exactly_one_finds_to_thirty_one_and_no_further(tmp_path: Path) -> None:
    vector = np.random.default_rng(1).integers(0, 256, (1, 32), dtype=np.uint8)
    publication = Publication(tmp_path)
    publication.snapshot(a_list_of_vectors(vector))
    queries = flipped(np.repeat(vector, 33, axis=0), np.arange(33))
    positions, rows, distances = publication.open().find_pdq(queries, 31)
    assert positions.tolist() == distances.tolist() == list(range(32))
    assert not rows.any()


def test_a_radius_per_query_is_kept(tmp_path: Path) -> None:
    plain = a_list(1)
    publication = Publication(tmp_path)
    publication.snapshot(plain)
    index = publication.open()
    vectors = np.repeat(plain.digests[Kind.PDQ][0], 33, axis=0)
    queries = flipped(vectors, np.arange(33))
    for radius in (0, 1, 15, 30, 31):
        positions, _, distances = index.find_pdq(queries, radius)
        assert positions.tolist() == list(range(radius + 1))
        assert np.array_equal(positions, distances)
    radii = np.minimum(np.arange(33), 31).astype(np.uint8)
    assert index.find_pdq(queries, radii)[0].tolist() == list(range(32))


@pytest.mark.parametrize("radius", [-1, 32, 256])
def test_a_distance_that_could_miss_something_is_refused(tmp_path: Path, radius: int) -> None:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(2))
    with pytest.raises(InvalidQueryError, match="31"):
        publication.open().find_pdq(np.zeros((1, 32), np.uint8), radius)


def test_questions_of_the_wrong_shape_are_refused(tmp_path: Path) -> None:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(2))
    index = publication.open()
    with pytest.raises(InvalidQueryError):
        index.find_exact(Kind.MD5, np.zeros((1, 20), np.uint8))
    with pytest.raises(InvalidQueryError):
        index.find_exact(Kind.PDQ, np.zeros((1, 16), np.uint8))
    with pytest.raises(InvalidQueryError):
        index.find_pdq(np.zeros((1, 31), np.uint8), 31)
    with pytest.raises(InvalidQueryError):
        index.find_pdq(np.zeros((2, 32), np.uint8), np.array([1, 2, 3], np.uint8))


def test_an_empty_question_has_an_empty_answer(tmp_path: Path) -> None:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(9000))
    index = publication.open()
    assert len(index.find_exact(Kind.MD5, np.empty((0, 16), np.uint8))[0]) == 0
    assert len(index.find_pdq(np.empty((0, 32), np.uint8), 31)[0]) == 0
    assert len(index.entries(np.empty(0, np.int64))) == 0


def test_a_batch_straight_from_a_request_body_is_taken(tmp_path: Path) -> None:
    """Read-only, and not aligned to eight bytes."""
    plain = a_list(9000)
    publication = Publication(tmp_path)
    publication.snapshot(plain)
    index = publication.open()
    tags = tags_of(KEYS, Kind.MD5, plain.digests[Kind.MD5][0][:5])
    body = b"x" + tags.tobytes()
    assert index.find_exact(Kind.MD5, np.frombuffer(body, np.uint8)[1:].reshape(-1, 16))[0].tolist() == [0, 1, 2, 3, 4]
    body = b"x" + plain.digests[Kind.PDQ][0][:5].tobytes()
    assert index.find_pdq(np.frombuffer(body, np.uint8)[1:].reshape(-1, 32), 31)[0].tolist() == [0, 1, 2, 3, 4]
