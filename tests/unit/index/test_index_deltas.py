"""Deltas on top of a snapshot answer as a snapshot of the whole would, and only in their order."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schoon.index import (
    CorruptIndexError,
    DeltaOrderError,
    Index,
    InvalidColumnsError,
    WrongListError,
    tags_of,
    write_delta,
)
from schoon.kinds import EXACT_KINDS, Kind, Standing
from tests.index_lists import (
    KEYS,
    PUBLIC_KEY,
    SIGNING_KEY,
    SUPPLIERS,
    PlainList,
    Publication,
    a_delta,
    a_list,
)

NONE = a_list(0)


def everything(index: Index, lists: list[PlainList]) -> dict[tuple[int, str], tuple[int, ...]]:
    """For every digest ever published, the entry ids and standings that answer."""
    answers = {}
    for number, plain in enumerate(lists):
        for kind in Kind:
            digests, _ = plain.digests[kind]
            if kind in EXACT_KINDS:
                positions, rows = index.find_exact(kind, tags_of(KEYS, kind, digests))
            else:
                positions, rows, _ = index.find_pdq(digests, 31)
            entries = index.entries(rows)
            answers[number, str(kind)] = tuple(
                (int(position), int(entry["entry_id"]), int(entry["standing"]), int(entry["supplier"]))
                for position, entry in zip(positions, entries, strict=True)
            )
    return answers  # type: ignore[return-value] # compared as a whole, never looked into


def joined(lists: list[PlainList], standings: dict[int, Standing]) -> PlainList:
    """One list of all entries, with their last standing, as a full snapshot would hold it."""
    entries = np.concatenate([plain.entries for plain in lists])
    for entry_id, standing in standings.items():
        entries["standing"][entries["entry_id"] == entry_id] = standing
    starts = np.cumsum([0, *(len(plain.entries) for plain in lists)])
    digests = {}
    for kind in Kind:
        parts = [plain.digests[kind] for plain in lists]
        rows = [part[1] + np.uint32(start) for part, start in zip(parts, starts, strict=False)]
        digests[kind] = np.concatenate([part[0] for part in parts]), np.concatenate(rows)
    return PlainList(entries=entries, digests=digests)


changes = st.dictionaries(st.integers(0, 10**6), st.sampled_from(list(Standing)), max_size=6)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 40), st.lists(st.tuples(st.integers(0, 15), changes), max_size=5), st.booleans())
def test_deltas_answer_as_one_snapshot_of_the_whole_would(
    tmp_path_factory: pytest.TempPathFactory, first: int, steps: list[tuple[int, dict[int, Standing]]], at_once: bool
) -> None:
    publication = Publication(tmp_path_factory.mktemp("deltas"))
    lists, standings, count = [a_list(first, share=0.8)], {}, first
    publication.snapshot(lists[0])
    index = publication.open()
    for added, wanted in steps:
        chosen = {entry % count + 1: standing for entry, standing in wanted.items()} if count else {}
        plain = a_list(added, seed=count + 100, first_id=count + 1, share=0.8)
        record = publication.delta(plain, chosen)
        before = everything(index, lists)
        after = index.with_delta(publication.directory / record.name, keys=KEYS, public_key=PUBLIC_KEY)
        assert everything(index, lists) == before, "the index before a delta stays as it is"
        index, count = after, count + added
        standings.update(chosen)
        lists.append(plain)
    whole = Publication(tmp_path_factory.mktemp("whole"))
    whole.snapshot(joined(lists, standings))
    rebuilt = whole.open()
    if at_once:
        index = publication.open()
    assert everything(index, lists) == everything(rebuilt, lists)
    assert index.version == publication.version
    assert (index.entry_count, index.counts) == (rebuilt.entry_count, rebuilt.counts)
    ids = np.arange(count + 3, dtype=np.uint32)
    assert index.rows_of(ids).tolist() == [-1, *range(count), -1, -1]


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(10))
    return publication


def delta_path(publication: Publication, version: int) -> Path:
    return publication.directory / f"delta-{version:012}.schoon"


def test_a_withdrawn_entry_is_never_found_and_a_suspended_one_says_so(publication: Publication) -> None:
    publication.delta(NONE, {3: Standing.WITHDRAWN, 4: Standing.SUSPENDED})
    index = publication.open()
    plain = a_list(10)
    for kind in EXACT_KINDS:
        _, rows = index.find_exact(kind, tags_of(KEYS, kind, plain.digests[kind][0]))
        assert rows.tolist() == [0, 1, 3, 4, 5, 6, 7, 8, 9]
    _, rows, _ = index.find_pdq(plain.digests[Kind.PDQ][0], 31)
    assert rows.tolist() == [0, 1, 3, 4, 5, 6, 7, 8, 9]
    assert index.entries(rows)["standing"].tolist() == [2, 2, 3, 2, 2, 2, 2, 2, 2]
    assert index.entry_count == 9
    assert index.counts[Kind.PDQ] == 9


def test_a_delta_applied_twice_is_refused(publication: Publication) -> None:
    publication.delta(a_list(1, first_id=11, seed=2))
    index = publication.open()
    with pytest.raises(DeltaOrderError, match="version 2"):
        index.with_delta(delta_path(publication, 2), keys=KEYS, public_key=PUBLIC_KEY)


def test_a_delta_out_of_its_order_is_refused(publication: Publication) -> None:
    index = publication.open()
    publication.delta(a_list(1, first_id=11, seed=2))
    publication.delta(a_list(1, first_id=12, seed=3))
    with pytest.raises(DeltaOrderError):
        index.with_delta(delta_path(publication, 3), keys=KEYS, public_key=PUBLIC_KEY)


def test_a_delta_on_another_file_of_the_same_version_is_refused(publication: Publication, tmp_path: Path) -> None:
    index = publication.open()
    (tmp_path / "other").mkdir()
    other = Publication(tmp_path / "other")
    other.snapshot(a_list(10, seed=9))
    other.delta(NONE, {1: Standing.WITHDRAWN})
    with pytest.raises(DeltaOrderError):
        index.with_delta(delta_path(other, 2), keys=KEYS, public_key=PUBLIC_KEY)


def signed(publication: Publication, contents_version: int, added: PlainList, **other: object) -> Path:
    """A well-made delta that follows on the last file but says something that cannot be."""
    path = publication.directory / "strange.schoon"
    contents = a_delta(contents_version, added, other.pop("changes", None))  # type: ignore[arg-type] # a dict or None
    contents = replace(contents, header=replace(contents.header, **other))  # type: ignore[arg-type] # fields by name
    last = publication.files[-1].sha256
    write_delta(path, contents, previous_sha256=last, previous_version=1, keys=KEYS, signing_key=SIGNING_KEY)
    return path


def test_a_delta_of_another_list_is_refused(publication: Publication) -> None:
    path = signed(publication, 2, NONE, list_name="be")
    with pytest.raises(WrongListError, match="be"):
        publication.open().with_delta(path, keys=KEYS, public_key=PUBLIC_KEY)


def test_a_delta_that_changes_an_entry_that_is_not_there_is_refused(publication: Publication) -> None:
    path = signed(publication, 2, a_list(1, first_id=11), changes={11: Standing.WITHDRAWN})
    with pytest.raises(CorruptIndexError, match="11"):
        publication.open().with_delta(path, keys=KEYS, public_key=PUBLIC_KEY)


def test_a_delta_that_adds_an_id_once_more_is_refused(publication: Publication) -> None:
    path = signed(publication, 2, a_list(2, first_id=10))
    with pytest.raises(CorruptIndexError, match="10"):
        publication.open().with_delta(path, keys=KEYS, public_key=PUBLIC_KEY)


def test_a_delta_that_forgets_a_supplier_is_refused(publication: Publication) -> None:
    path = signed(publication, 2, NONE, suppliers=SUPPLIERS[:1])
    with pytest.raises(CorruptIndexError, match="7"):
        publication.open().with_delta(path, keys=KEYS, public_key=PUBLIC_KEY)


def test_a_delta_of_no_higher_version_cannot_be_written(publication: Publication) -> None:
    with pytest.raises(InvalidColumnsError, match="does not follow"):
        signed(publication, 1, NONE)


def test_a_delta_of_ten_thousand_joins_a_list_of_a_hundred_thousand(tmp_path: Path) -> None:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(100_000))
    index = publication.open()
    withdrawn = dict.fromkeys(range(1, 5001), Standing.WITHDRAWN)
    publication.delta(a_list(10_000, first_id=100_001, seed=4), withdrawn)
    after = index.with_delta(delta_path(publication, 2), keys=KEYS, public_key=PUBLIC_KEY)
    assert after.entry_count == 105_000
