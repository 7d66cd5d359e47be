"""Which entries match what is wanted: the same whichever side is indexed, and what a comparison of all pairs says."""

import numpy as np
import pytest

from schoon.index import ENTRY_DTYPE, Columns
from schoon.kinds import Kind
from schoon.lists import _matching
from schoon.lists._matching import Search, Wanted, matches

RANDOM = np.random.default_rng(5)


def columns_with(vectors, tags):
    entries = np.zeros(len(vectors) * 2, dtype=ENTRY_DTYPE)
    entries["entry_id"] = np.arange(1, len(entries) + 1)
    rows = np.arange(0, len(entries), 2).astype(np.uint32)
    return Columns(entries=entries, exact={Kind.MD5: (tags, rows + 1)}, vectors=vectors, vector_rows=rows)


def near(vector, distance):
    flips = np.zeros(256, dtype=np.uint8)
    flips[RANDOM.choice(256, distance, replace=False)] = 1
    return vector ^ np.packbits(flips)


@pytest.fixture(params=["a few wanted", "many wanted"])
def way(request, monkeypatch):
    if request.param == "many wanted":
        monkeypatch.setattr(_matching, "_FEW", 0)
    return request.param


@pytest.mark.usefixtures("way")
def test_what_lies_within_31_bits_or_has_the_same_tag_is_found_and_nothing_else(tmp_path):
    vectors, tags = (RANDOM.integers(0, 256, (300, size), dtype=np.uint8) for size in (32, 16))
    wanted_vectors, wanted_tags = (RANDOM.integers(0, 256, (40, size), dtype=np.uint8) for size in (32, 16))
    for query, distance in enumerate((0, 1, 31, 32)):
        vectors[100 + query] = near(wanted_vectors[query], distance)
    tags[7], tags[8], wanted_tags[3] = tags[9], tags[9], tags[9]
    tags[50, :8] = wanted_tags[4, :8]  # half a tag is none
    wanted = Wanted(tags={Kind.MD5: wanted_tags}, vectors=wanted_vectors)
    columns = columns_with(vectors, tags)
    found = {
        kind: sorted(zip(rows.tolist(), queries.tolist(), strict=True))
        for kind, rows, queries in matches(wanted, columns, tmp_path)
    }
    bits = np.bitwise_count(vectors[:, None] ^ wanted_vectors[None]).sum(axis=2, dtype=int)
    assert found[Kind.PDQ] == [(2 * int(place), int(query)) for place, query in np.argwhere(bits <= 31)]
    assert found[Kind.PDQ] == [(200, 0), (202, 1), (204, 2)]
    assert found[Kind.MD5] == [(15, 3), (17, 3), (19, 3)]
    assert not list(tmp_path.iterdir())


def test_portions_give_what_the_whole_gives(tmp_path):
    vectors, tags = (RANDOM.integers(0, 256, (300, size), dtype=np.uint8) for size in (32, 16))
    wanted = Wanted(tags={Kind.MD5: tags[::9].copy()}, vectors=vectors[::7].copy())
    search = Search(wanted, tmp_path, entries=300)
    found: set[tuple[Kind, int, int]] = set()
    assert search.by_portion
    for at in range(0, 300, 50):
        for kind, rows, queries in search.matches(columns_with(vectors[at : at + 50], tags[at : at + 50])):
            found.update(
                (kind, row + 2 * at, query) for row, query in zip(rows.tolist(), queries.tolist(), strict=True)
            )
    whole = matches(wanted, columns_with(vectors, tags), tmp_path)
    assert found == {
        (k, row, q) for k, rows, queries in whole for row, q in zip(rows.tolist(), queries.tolist(), strict=True)
    }


def test_nothing_wanted_or_no_entries_match_nothing(tmp_path):
    none = columns_with(np.empty((0, 32), np.uint8), np.empty((0, 16), np.uint8))
    some = Wanted(tags={Kind.MD5: np.zeros((1, 16), np.uint8)}, vectors=np.zeros((1, 32), np.uint8))
    assert [len(rows) for _, rows, _ in matches(some, none, tmp_path)] == [0]
    assert not list(matches(Wanted(), columns_with(np.zeros((3, 32), np.uint8), np.zeros((3, 16), np.uint8)), tmp_path))
