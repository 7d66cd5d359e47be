"""A serving process holds the newest good index, whatever happens to the files."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.index import Head, IndexHolder, tags_of, write_head
from schoon.kinds import Kind, Standing
from tests.index_lists import KEYS, NOON, OTHER_KEYS, PUBLIC_KEY, Publication, a_list

NONE = a_list(0)


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    (tmp_path / "published").mkdir()
    publication = Publication(tmp_path / "published")
    publication.snapshot(a_list(50))
    publication.head()
    return publication


def a_holder(publication: Publication, *, now: datetime = NOON + timedelta(minutes=1)) -> IndexHolder:
    state = publication.directory.parent / "seen.json"
    return IndexHolder(publication.directory, keys=KEYS, public_key=PUBLIC_KEY, state_path=state, clock=lambda: now)


def test_the_first_refresh_opens_the_list(publication: Publication) -> None:
    holder = a_holder(publication)
    assert (holder.current, holder.issued_at) == (None, None)
    assert holder.refresh()
    assert holder.fault is None
    assert holder.current is not None
    assert holder.current.version == 1
    assert holder.issued_at == publication.issued_at


def test_nothing_new_is_no_change_but_a_newer_word(publication: Publication) -> None:
    holder = a_holder(publication)
    holder.refresh()
    before = holder.current
    publication.head()
    assert not holder.refresh()
    assert holder.current is before
    assert holder.issued_at == publication.issued_at


def test_a_delta_is_applied_without_opening_the_snapshot_again(publication: Publication) -> None:
    holder = a_holder(publication)
    holder.refresh()
    before = holder.current
    assert before is not None
    (publication.directory / publication.files[0].name).write_bytes(b"gone" * 100)
    publication.delta(NONE, {1: Standing.WITHDRAWN})
    publication.head()
    path = publication.directory / publication.files[0].name
    assert path.exists()
    assert holder.refresh(), holder.fault
    assert holder.current is not None
    assert holder.current.base is before.base
    assert holder.current.entry_count == 49


def test_a_new_snapshot_takes_the_place_of_the_old(publication: Publication) -> None:
    holder = a_holder(publication)
    holder.refresh()
    publication.delta(a_list(5, first_id=51, seed=2))
    publication.snapshot(a_list(60, seed=3))
    publication.head()
    assert holder.refresh()
    assert holder.current is not None
    assert (holder.current.version, holder.current.entry_count) == (3, 60)


def broken_head(publication: Publication) -> None:
    path = publication.directory / "head"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def missing_head(publication: Publication) -> None:
    (publication.directory / "head").unlink()


def foreign_head(publication: Publication) -> None:
    head = Head(list_name="nl", version=9, issued_at=NOON, snapshot=publication.files[0], deltas=())
    write_head(publication.directory, head, signing_key=Ed25519PrivateKey.generate())


def future_head(publication: Publication) -> None:
    publication.head(issued_at=NOON + timedelta(minutes=7))


def missing_delta(publication: Publication) -> None:
    record = publication.delta(NONE)
    (publication.directory / record.name).unlink()
    publication.head()


def torn_delta(publication: Publication) -> None:
    record = publication.delta(NONE)
    path = publication.directory / record.name
    path.write_bytes(path.read_bytes()[:-5])
    publication.head()


def changed_delta(publication: Publication) -> None:
    record = publication.delta(a_list(3, first_id=51))
    path = publication.directory / record.name
    content = bytearray(path.read_bytes())
    content[-40] ^= 1
    path.write_bytes(content)
    publication.head()


def other_delta_of_the_same_name(publication: Publication) -> None:
    """Signed and in order, but not the file that the head names."""
    first = publication.delta(a_list(3, first_id=51, seed=2))
    publication.files.pop()
    publication.version -= 1
    publication.delta(a_list(3, first_id=51, seed=3))
    publication.files[-1] = first
    publication.head()


def version_that_the_files_do_not_make(publication: Publication) -> None:
    publication.delta(NONE)
    publication.head(version=7)


def lower_version(publication: Publication) -> None:
    publication.head(version=1, deltas=())


def other_list(publication: Publication) -> None:
    publication.head(list_name="be")


def directory_in_the_place_of_the_head(publication: Publication) -> None:
    (publication.directory / "head").unlink()
    (publication.directory / "head").mkdir()


FAULTS = [
    (broken_head, "UntrustedIndexError"),
    (missing_head, "UnreadableIndexError"),
    (foreign_head, "UntrustedIndexError"),
    (future_head, "FutureHeadError"),
    (missing_delta, "UnreadableIndexError"),
    (torn_delta, "CorruptIndexError"),
    (changed_delta, "CorruptIndexError"),
    (other_delta_of_the_same_name, "CorruptIndexError"),
    (version_that_the_files_do_not_make, "CorruptIndexError"),
    (lower_version, "RollbackError"),
    (other_list, "WrongListError"),
    (directory_in_the_place_of_the_head, "UnreadableIndexError"),
]


@pytest.mark.parametrize(("harm", "fault"), FAULTS, ids=[harm.__name__ for harm, _ in FAULTS])
def test_the_last_good_list_serves_on_and_the_fault_is_told(publication: Publication, harm: object, fault: str) -> None:
    publication.delta(NONE, {2: Standing.WITHDRAWN})
    publication.head()
    holder = a_holder(publication)
    assert holder.refresh()
    good, issued_at = holder.current, holder.issued_at
    harm(publication)  # type: ignore[operator] # one of the functions above
    for _ in range(2):
        assert not holder.refresh()
        assert holder.fault is not None
        assert holder.fault.startswith(fault)
    assert holder.current is good
    assert holder.issued_at == issued_at


def test_a_fault_goes_when_the_files_are_good_again(publication: Publication) -> None:
    holder = a_holder(publication)
    holder.refresh()
    broken_head(publication)
    holder.refresh()
    publication.delta(NONE)
    publication.head()
    assert holder.refresh()
    assert holder.fault is None


def test_a_lower_version_is_refused_after_a_restart_too(publication: Publication) -> None:
    old = (publication.directory / "head").read_bytes()
    publication.delta(NONE, {1: Standing.WITHDRAWN})
    publication.head()
    assert a_holder(publication).refresh()
    (publication.directory / "head").write_bytes(old)
    restarted = a_holder(publication)
    assert not restarted.refresh()
    assert restarted.current is None
    assert restarted.fault is not None
    assert restarted.fault.startswith("RollbackError")


def test_an_older_word_on_the_same_version_is_refused(publication: Publication) -> None:
    old = (publication.directory / "head").read_bytes()
    publication.head()
    holder = a_holder(publication)
    holder.refresh()
    (publication.directory / "head").write_bytes(old)
    assert not holder.refresh()
    assert holder.issued_at == publication.issued_at
    assert holder.fault is not None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"list_name":"nl","version":0,"issued_at":"2026-11-22T12:00:00Z"}']
)
def test_a_damaged_record_of_the_highest_version_is_not_taken_for_none(
    publication: Publication, content: bytes
) -> None:
    (publication.directory.parent / "seen.json").write_bytes(content)
    holder = a_holder(publication)
    assert not holder.refresh()
    assert holder.current is None
    assert holder.fault is not None
    assert "seen.json" in holder.fault


def test_a_list_whose_version_cannot_be_recorded_is_not_served(publication: Publication) -> None:
    state = publication.directory.parent / "no such folder" / "seen.json"
    holder = IndexHolder(publication.directory, keys=KEYS, public_key=PUBLIC_KEY, state_path=state)
    assert not holder.refresh()
    assert holder.current is None
    assert holder.fault is not None


def test_another_list_key_is_told_and_nothing_is_served(publication: Publication) -> None:
    holder = IndexHolder(publication.directory, keys=OTHER_KEYS, public_key=PUBLIC_KEY, state_path=None)
    assert not holder.refresh()
    assert holder.current is None
    assert holder.fault is not None
    assert holder.fault.startswith("WrongListKeyError")


def test_a_holder_of_a_given_index_keeps_it(publication: Publication) -> None:
    index = publication.open()
    holder = IndexHolder.holding(index, issued_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not holder.refresh()
    assert holder.current is index
    assert holder.fault is None


def test_queries_run_on_while_lists_are_swapped(publication: Publication) -> None:
    """Entry 1 is there in every version; a thread that asks all the time must always find it."""
    holder = a_holder(publication)
    holder.refresh()
    tags = tags_of(KEYS, Kind.MD5, a_list(50).digests[Kind.MD5][0])
    wrong: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            index = holder.current
            if index is None or index.find_exact(Kind.MD5, tags)[1].tolist()[:1] != [0]:
                wrong.append("entry 1 was not found")

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    for step in range(30):
        publication.delta(a_list(2, first_id=51 + 2 * step, seed=step + 2), {40: Standing.SUSPENDED})
        publication.head()
        assert holder.refresh(), holder.fault
    done.set()
    for asker in askers:
        asker.join()
    assert not wrong
    assert holder.current is not None
    assert np.array_equal(holder.current.find_exact(Kind.MD5, tags)[0], np.arange(50))
