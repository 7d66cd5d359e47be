"""Nothing but a whole, right file is served: flipped bytes, cut files, and well-signed nonsense are refused."""

import json
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.index import (
    CorruptIndexError,
    Head,
    InvalidColumnsError,
    UnreadableIndexError,
    UntrustedIndexError,
    WrongListKeyError,
    open_index,
    read_head,
    write_head,
)
from schoon.kinds import Standing
from tests.index_forge import WAYS, Forged, spoil, taken_apart
from tests.index_lists import KEYS, NOON, OTHER_KEYS, PUBLIC_KEY, SIGNING_KEY, Publication, a_list

REFUSALS = (CorruptIndexError, UntrustedIndexError, WrongListKeyError)


@pytest.fixture
def snapshot(tmp_path: Path) -> bytes:
    publication = Publication(tmp_path)
    record = publication.snapshot(a_list(40))
    return (tmp_path / record.name).read_bytes()


def refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(REFUSALS):
        open_index(path, keys=KEYS, public_key=PUBLIC_KEY)


def flip_and_cut(snapshot: bytes, path: Path, count: int) -> None:
    random = np.random.default_rng(12)
    for _ in range(count):
        content = bytearray(snapshot)
        if random.random() < 0.8:
            for at in random.integers(0, len(content), random.integers(1, 4)):
                content[at] ^= random.integers(1, 256)
            if content == snapshot:
                continue
        elif random.random() < 0.8:
            del content[random.integers(0, len(content)) :]
        else:
            content += random.bytes(int(random.integers(1, 5000)))
        refused(path, bytes(content))


def test_flipped_bytes_and_cut_files_are_refused(snapshot: bytes, tmp_path: Path) -> None:
    flip_and_cut(snapshot, tmp_path / "x.schoon", 400)


@pytest.mark.slow
def test_ten_thousand_flips_and_cuts_are_refused(snapshot: bytes, tmp_path: Path) -> None:
    flip_and_cut(snapshot, tmp_path / "x.schoon", 10_000)


def test_a_flip_in_any_byte_of_the_first_kilobytes_and_of_every_border_is_refused(
    snapshot: bytes, tmp_path: Path
) -> None:
    """Prefix, header, table, signature, padding: one bit each."""
    for at in [*range(2200), *range(2200, len(snapshot), 97)]:
        content = bytearray(snapshot)
        content[at] ^= 1 << (at % 8)
        refused(tmp_path / "x.schoon", bytes(content))


def malformed(snapshot: bytes, path: Path, count: int) -> Counter[str]:
    random = np.random.default_rng(13)
    ways: Counter[str] = Counter()
    while sum(ways.values()) < count:
        forged = taken_apart(snapshot)
        ways[spoil(forged, random)] += 1
        content = forged.signed(SIGNING_KEY)
        if content == snapshot:
            continue
        refused(path, content)
    return ways


def test_the_forge_makes_a_file_that_opens_when_nothing_is_spoilt(snapshot: bytes, tmp_path: Path) -> None:
    content = taken_apart(snapshot).signed(SIGNING_KEY)
    assert content == snapshot
    (tmp_path / "y.schoon").write_bytes(content)
    assert open_index(tmp_path / "y.schoon", keys=KEYS, public_key=PUBLIC_KEY).entry_count == 40


def test_well_signed_malformed_files_are_refused(snapshot: bytes, tmp_path: Path) -> None:
    malformed(snapshot, tmp_path / "x.schoon", 150)


@pytest.mark.slow
def test_a_thousand_well_signed_malformed_files_are_refused(snapshot: bytes, tmp_path: Path) -> None:
    ways = malformed(snapshot, tmp_path / "x.schoon", 1_000)
    assert len(ways) == len(WAYS)


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])
def test_every_way_to_spoil_a_file_is_refused(snapshot: bytes, tmp_path: Path, way: object) -> None:
    for seed in range(12):
        forged = taken_apart(snapshot)
        way(forged, np.random.default_rng(seed))  # type: ignore[operator] # one of the ways
        content = forged.signed(SIGNING_KEY)
        if content != snapshot:
            refused(tmp_path / "x.schoon", content)


def test_malformed_deltas_are_refused(tmp_path: Path) -> None:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(40))
    index = publication.open()
    record = publication.delta(a_list(20, first_id=41, seed=2), {1: Standing.WITHDRAWN, 2: Standing.SUSPENDED})
    good = (tmp_path / record.name).read_bytes()
    random = np.random.default_rng(14)
    path = tmp_path / "x.schoon"
    for number in range(120):
        forged = taken_apart(good)
        if number < 8:
            spoil_changes(forged, number % 4)
        elif spoil_delta(forged, random):
            continue
        content = forged.signed(SIGNING_KEY)
        if content == good:
            continue
        path.write_bytes(content)
        with pytest.raises(REFUSALS):
            index.with_delta(path, keys=KEYS, public_key=PUBLIC_KEY)
    path.write_bytes(good)
    assert index.with_delta(path, keys=KEYS, public_key=PUBLIC_KEY).entry_count == 59


def spoil_changes(forged: Forged, choice: int) -> None:
    if choice == 0:
        forged.sections[b"new-standings"][0] = 9
    elif choice == 1:
        forged.sections[b"changed-ids"][:4] = forged.sections[b"changed-ids"][4:8]
    elif choice == 2:
        forged.header["previous"] = None
    else:
        forged.header["previous"]["sha256"] = "x" * 64


def spoil_delta(forged: Forged, random: np.random.Generator) -> bool:
    """Whether the way drawn is one for snapshots only."""
    way = WAYS[int(random.integers(len(WAYS)))]
    if way.__name__ == "bits_that_are_no_permutation":
        return True
    way(forged, random)
    return False


def test_another_publishing_key_is_refused(snapshot: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.schoon"
    path.write_bytes(taken_apart(snapshot).signed(Ed25519PrivateKey.generate()))
    with pytest.raises(UntrustedIndexError, match=r"x\.schoon"):
        open_index(path, keys=KEYS, public_key=PUBLIC_KEY)


def test_another_list_key_is_told_and_does_not_find_nothing(snapshot: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.schoon"
    path.write_bytes(snapshot)
    with pytest.raises(WrongListKeyError, match="another list key"):
        open_index(path, keys=OTHER_KEYS, public_key=PUBLIC_KEY)


def test_a_list_without_vectors_still_tells_another_list_key(tmp_path: Path) -> None:
    publication = Publication(tmp_path)
    record = publication.snapshot(a_list(0))
    with pytest.raises(WrongListKeyError):
        open_index(tmp_path / record.name, keys=OTHER_KEYS, public_key=PUBLIC_KEY)


def test_what_is_not_a_file_is_unreadable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.schoon")
    for name in ("missing.schoon", "pipe.schoon", "."):
        with pytest.raises(UnreadableIndexError):
            open_index(tmp_path / name, keys=KEYS, public_key=PUBLIC_KEY)


def test_no_digest_stands_in_a_file_in_the_clear(tmp_path: Path) -> None:
    plain = a_list(200)
    record = Publication(tmp_path).snapshot(plain)
    content = (tmp_path / record.name).read_bytes()
    for digests, _ in plain.digests.values():
        for digest in digests:
            assert digest[:8].tobytes() not in content


def test_flipped_and_cut_heads_are_refused(tmp_path: Path) -> None:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(3))
    publication.delta(a_list(1, first_id=4))
    head = publication.head()
    assert read_head(tmp_path, public_key=PUBLIC_KEY) == head
    good = (tmp_path / "head").read_bytes()
    for at in range(len(good)):
        for content in (good[:at], good[:at] + bytes([good[at] ^ (1 << at % 8)]) + good[at + 1 :]):
            (tmp_path / "head").write_bytes(content)
            with pytest.raises(REFUSALS):
                read_head(tmp_path, public_key=PUBLIC_KEY)
    (tmp_path / "head").write_bytes(good + b"\0")
    with pytest.raises(REFUSALS):
        read_head(tmp_path, public_key=PUBLIC_KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"snapshot": {"name": "../snapshot.schoon", "sha256": "0" * 64, "size": 3}},
        {"snapshot": {"name": "/etc/passwd", "sha256": "0" * 64, "size": 3}},
        {"snapshot": {"name": "a.schoon", "sha256": "0" * 63, "size": 3}},
        {"snapshot": {"name": "a.schoon", "sha256": "0" * 64, "size": 0}},
        {"snapshot": None},
        {"deltas": None},
        {"version": 0},
        {"issued_at": "2026-11-22T12:00:00"},
        {"issued_at": 5},
        {"other": 1},
    ],
)
def test_well_signed_malformed_heads_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(3))
    publication.head()
    forged = taken_apart((tmp_path / "head").read_bytes())
    forged.header.update(change)
    (tmp_path / "head").write_bytes(forged.signed(SIGNING_KEY))
    with pytest.raises(CorruptIndexError):
        read_head(tmp_path, public_key=PUBLIC_KEY)


def test_a_head_with_sections_is_refused(tmp_path: Path) -> None:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(3))
    publication.head()
    forged = taken_apart((tmp_path / "head").read_bytes())
    forged.names, forged.sections = [b"more"], {b"more": bytearray(10)}
    (tmp_path / "head").write_bytes(forged.signed(SIGNING_KEY))
    with pytest.raises(CorruptIndexError, match="follows"):
        read_head(tmp_path, public_key=PUBLIC_KEY)


def test_one_kind_of_file_is_not_taken_for_another(tmp_path: Path) -> None:
    publication = Publication(tmp_path)
    publication.snapshot(a_list(3))
    delta = publication.delta(a_list(1, first_id=4))
    publication.head()
    for name in (delta.name, "head"):
        with pytest.raises(CorruptIndexError, match="starts with"):
            open_index(tmp_path / name, keys=KEYS, public_key=PUBLIC_KEY)


def test_a_file_name_that_a_head_may_not_hold_cannot_be_written(tmp_path: Path) -> None:
    record = Publication(tmp_path).snapshot(a_list(1))
    strange = type(record)(name="../x.schoon", sha256=record.sha256, size=record.size)
    head = Head(list_name="nl", version=1, issued_at=NOON, snapshot=strange, deltas=())
    with pytest.raises(InvalidColumnsError, match="published"):
        write_head(tmp_path, head, signing_key=SIGNING_KEY)


def test_header_json_is_what_the_documentation_says(snapshot: bytes) -> None:
    header = taken_apart(snapshot).header
    assert json.loads(json.dumps(header)) == header
    names = "list_name version created_at suppliers entries tags vectors changes nonce key_check previous"
    assert list(header) == names.split()
