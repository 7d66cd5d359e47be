"""The format of index files changes on purpose only: a 3-entry snapshot and delta, byte for byte."""

import os

import pytest

from schoon.index import open_index, tags_of
from schoon.kinds import EXACT_KINDS, Kind
from tests.golden.write_index import FOLDER, golden_files, three_entries, write
from tests.index_lists import KEYS, PUBLIC_KEY


@pytest.fixture(scope="module", autouse=True)
def rewritten_when_asked() -> None:
    if os.environ.get("SCHOON_GOLDEN") == "1":  # noqa: TID251 `make golden` asks this way
        write()


@pytest.mark.parametrize("name", ["snapshot.schoon", "delta.schoon"])
def test_a_file_of_three_entries_is_byte_for_byte_the_golden_one(name: str) -> None:
    assert golden_files()[name] == (FOLDER / name).read_bytes()


def test_the_golden_snapshot_opens_and_finds_its_entries() -> None:
    index = open_index(FOLDER / "snapshot.schoon", keys=KEYS, public_key=PUBLIC_KEY)
    plain = three_entries()
    assert index.version == 12
    for kind in EXACT_KINDS:
        digests, rows = plain.digests[kind]
        assert index.find_exact(kind, tags_of(KEYS, kind, digests))[1].tolist() == rows.tolist()
    assert {0, 1} <= set(index.find_pdq(plain.digests[Kind.PDQ][0], 0)[1].tolist())
    assert index.entries(index.rows_of(plain.entries["entry_id"])).tolist() == plain.entries.tolist()
