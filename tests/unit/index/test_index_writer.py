"""What cannot be read back is not written; what is written is there whole, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from schoon.index import Columns, InvalidColumnsError, open_index, tags_of, write_snapshot
from schoon.kinds import Kind, SnapshotHeader, SupplierLabel
from tests.index_lists import KEYS, PUBLIC_KEY, SIGNING_KEY, SUPPLIERS, Publication, a_header, a_list

WRONG_ENTRIES = {
    "ids do not ascend": ("entry_id", 1),
    "supplier code 9 is unknown": ("supplier", 9),
    "category code 0 is unknown": ("category", 0),
    "standing code 5 is unknown": ("standing", 5),
    "kinds of the entries": ("kinds", 0),
}


def spoilt(columns: Columns, harm: str) -> Columns:
    """Columns with one thing wrong."""
    entries = columns.entries.copy()
    tags, rows = columns.exact[Kind.MD5]
    exact = dict(columns.exact)
    vector_rows = columns.vector_rows.copy()
    column, value = WRONG_ENTRIES.get(harm, ("kinds", entries["kinds"][1]))
    entries[column][1] = value
    if harm == "there are 5 entries":
        vector_rows[0] = 5
    if harm == "same md5 digest twice":
        exact[Kind.MD5] = np.concatenate([tags, tags[:1]]), np.concatenate([rows, rows[:1]])
    if harm == "md5 comes as":
        exact[Kind.MD5] = tags[:, :8], rows
    return replace(columns, entries=entries, exact=exact, vector_rows=vector_rows)


@pytest.mark.parametrize("harm", [*WRONG_ENTRIES, "there are 5 entries", "same md5 digest twice", "md5 comes as"])
def test_columns_that_do_not_form_an_index_are_not_written(tmp_path: Path, harm: str) -> None:
    columns = spoilt(a_list(5).columns(), harm)
    with pytest.raises(InvalidColumnsError, match=harm):
        write_snapshot(tmp_path / "x.schoon", a_header(), columns, keys=KEYS, signing_key=SIGNING_KEY)
    assert not list(tmp_path.iterdir())


HEADERS: list[tuple[str, Callable[[SnapshotHeader], SnapshotHeader]]] = [
    ("list name", lambda header: replace(header, list_name="../nl")),
    ("version", lambda header: replace(header, version=0)),
    (
        "label",
        lambda header: replace(header, suppliers=(*SUPPLIERS, SupplierLabel(code=8, name="", supplier_class="x"))),
    ),
    ("twice", lambda header: replace(header, suppliers=(*SUPPLIERS, SUPPLIERS[0]))),
    ("naive", lambda header: replace(header, created_at=datetime(2026, 11, 22, 12))),  # noqa: DTZ001 that is the point
]


@pytest.mark.parametrize("change", [change for _, change in HEADERS], ids=[name for name, _ in HEADERS])
def test_a_header_that_no_reader_takes_is_not_written(
    tmp_path: Path, change: Callable[[SnapshotHeader], SnapshotHeader]
) -> None:
    with pytest.raises(InvalidColumnsError):
        write_snapshot(
            tmp_path / "x.schoon", change(a_header()), a_list(5).columns(), keys=KEYS, signing_key=SIGNING_KEY
        )
    assert not list(tmp_path.iterdir())


def test_columns_in_any_order_of_tags_and_vectors_are_sorted(tmp_path: Path) -> None:
    plain = a_list(300)
    columns = plain.columns()
    mixed = np.random.default_rng(3).permutation(300)
    tags, rows = columns.exact[Kind.SHA1]
    columns = replace(
        columns,
        exact={**columns.exact, Kind.SHA1: (tags[mixed], rows[mixed])},
        vectors=columns.vectors[mixed],
        vector_rows=columns.vector_rows[mixed],
    )
    path = tmp_path / "x.schoon"
    write_snapshot(path, a_header(), columns, keys=KEYS, signing_key=SIGNING_KEY)
    index = open_index(path, keys=KEYS, public_key=PUBLIC_KEY)
    assert index.find_exact(Kind.SHA1, tags)[1].tolist() == rows.tolist()
    assert index.find_pdq(plain.digests[Kind.PDQ][0], 0)[1].tolist() == list(range(300))


def test_entries_may_share_a_digest(tmp_path: Path) -> None:
    """Two suppliers know the same image: both entries answer, by entry."""
    plain = a_list(6)
    for digests, _ in plain.digests.values():
        digests[3:] = digests[:3]
    publication = Publication(tmp_path)
    publication.snapshot(plain)
    index = publication.open()
    positions, rows = index.find_exact(Kind.MD5, tags_of(KEYS, Kind.MD5, plain.digests[Kind.MD5][0][:3]))
    assert list(zip(positions.tolist(), rows.tolist(), strict=True)) == [(0, 0), (0, 3), (1, 1), (1, 4), (2, 2), (2, 5)]
    assert index.find_pdq(plain.digests[Kind.PDQ][0][:1], 31)[1].tolist() == [0, 3]


def test_an_entry_with_several_vectors_near_a_query_is_told_once_with_the_least_distance(tmp_path: Path) -> None:
    columns = a_list(1).columns()
    near = columns.vectors.copy()
    near[0, 0] ^= 7
    columns = replace(
        columns, vectors=np.concatenate([near, columns.vectors]), vector_rows=np.zeros(2, dtype=np.uint32)
    )
    path = tmp_path / "x.schoon"
    write_snapshot(path, a_header(), columns, keys=KEYS, signing_key=SIGNING_KEY)
    found = open_index(path, keys=KEYS, public_key=PUBLIC_KEY).find_pdq(columns.vectors[1:], 31)
    assert [part.tolist() for part in found] == [[0], [0], [0]]


def test_every_file_has_a_nonce_of_its_own(tmp_path: Path) -> None:
    records = [
        write_snapshot(tmp_path / name, a_header(), a_list(5).columns(), keys=KEYS, signing_key=SIGNING_KEY)
        for name in ("a.schoon", "b.schoon")
    ]
    assert records[0].sha256 != records[1].sha256


def test_a_file_record_is_what_sha256sum_says_and_nothing_else_is_left(tmp_path: Path) -> None:
    publication = Publication(tmp_path)
    record = publication.snapshot(a_list(5))
    assert publication.open().files == (record,)
    assert [path.name for path in tmp_path.iterdir()] == [record.name]
    assert (tmp_path / record.name).stat().st_size == record.size


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(5))
    publication.head()
    before = (tmp_path / "head").read_bytes()
    (tmp_path / "there").mkdir()
    with pytest.raises(OSError, match="there"):
        write_snapshot(tmp_path / "there", a_header(), a_list(5).columns(), keys=KEYS, signing_key=SIGNING_KEY)
    assert (tmp_path / "head").read_bytes() == before
    assert not list(tmp_path.glob(".*"))
