"""Blocks of sealed entries: what goes in comes out, each entry has the content it always had, a change is found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from schoon.index import derive_keys
from schoon.kinds import Kind
from schoon.lists import NO_TIME, EntryBlock, SealForm, TamperedError
from schoon.lists._prepare import Preparer
from schoon.lists._sealing import Sealer
from schoon.lists.formats import ParsedBlock, ParsedEntry
from tests.naive_seals import content_of, header_of, packed_of, sealed_of

KEYS = derive_keys(b"\x05" * 32)
SEALER = Sealer(KEYS)
RANDOM = np.random.default_rng(8)
SIZES = [1, 3, 700]


def entries_of(count: int) -> list[ParsedEntry]:
    """Entries of every combination of kinds, with and without times, ids that are not ASCII, and kept kinds."""
    made = []
    for n in range(count):
        raw = RANDOM.bytes(100)
        kinds = n % 15 + 1
        digests = [raw[:16], raw[16:36], raw[36:68], raw[68:]]
        md5, sha1, sha256, pdq = (value if kinds >> place & 1 else None for place, value in enumerate(digests))
        others = {"photodna": b"p" * n, "sha512": b"s"} if n % 4 == 3 else None
        made.append(ParsedEntry(n, f"é-{n}", 1 + n % 4, None if n % 3 else n - 50, md5, sha1, sha256, pdq, others))
    return made


def block_of(count: int) -> EntryBlock:
    return Preparer(SEALER, 7).block(entries_of(count))


def expected(block: EntryBlock, entries: list[ParsedEntry]) -> list[tuple[bytes, bytes]]:
    """The header and the packed digests of each entry, one by one."""
    made = []
    for entry, kinds in zip(entries, block.kinds, strict=True):
        named = {"md5": entry.md5, "sha1": entry.sha1, "sha256": entry.sha256, "pdq": entry.pdq, **(entry.others or {})}
        packed = packed_of(**{name: value for name, value in named.items() if value is not None})
        made.append((header_of(7, entry.category, kinds, entry.ref or ""), packed))
    return made


@pytest.mark.parametrize("count", SIZES)
def test_what_is_sealed_opens_and_has_the_content_of_one_entry_alone(count: int) -> None:
    entries = entries_of(count)
    block = Preparer(SEALER, 7).block(entries)
    pairs = expected(block, entries)
    assert SEALER.open(block).texts() == [packed for _, packed in pairs]
    assert block.contents == b"".join(content_of(KEYS, header, packed) for header, packed in pairs)
    assert np.frombuffer(block.times, "<i8").tolist() == [NO_TIME if e.micros is None else e.micros for e in entries]


def test_columns_and_single_rows_make_the_same_block() -> None:
    count = 600
    raw = np.frombuffer(RANDOM.bytes(68 * count), dtype=np.uint8).reshape(count, 68)
    digests = {Kind.MD5: raw[:, :16], Kind.SHA1: raw[:, 16:36], Kind.PDQ: raw[:, 36:]}
    refs = [f"r{n}" if n % 9 else "ab" * 16 for n in range(count)]
    columns = ParsedBlock(2, refs, [1] * count, [None if n % 2 else n for n in range(count)], digests)
    preparer = Preparer(SEALER, 7)
    whole = preparer.block([columns.part(0, 250), columns.part(250, count)])
    single = preparer.block([columns.part(0, 1), *columns.part(1, count).entries()])
    assert replace(whole, sealed=b"") == replace(single, sealed=b"")
    assert SEALER.open(whole).texts() == SEALER.open(single).texts()
    assert "ab" * 16 not in whole.refs


def test_a_part_of_a_block_holds_the_entries_at_those_places() -> None:
    block = block_of(30)
    part = SEALER.part(block, [2, 3, 29], bytes(12))
    assert part.refs == ["é-2", "é-3", "é-29"]
    assert SEALER.open(part).texts() == [SEALER.open(block).texts()[place] for place in (2, 3, 29)]
    assert part.contents == b"".join(block.contents[32 * place : 32 * place + 32] for place in (2, 3, 29))


def each_sealed(count: int) -> EntryBlock:
    """The block that the migration makes of old rows."""
    entries = entries_of(count)
    block = Preparer(SEALER, 7).block(entries)
    parts = [
        sealed_of(KEYS, header, packed, entry.micros)
        for (header, packed), entry in zip(expected(block, entries), entries, strict=True)
    ]
    sealed = b"".join([*(len(part).to_bytes(4, "little") for part in parts), *parts])
    return replace(block, sealed=sealed, form=SealForm.EACH)


@pytest.mark.parametrize("count", SIZES)
def test_entries_that_were_sealed_one_by_one_open_too(count: int) -> None:
    block = each_sealed(count)
    assert len(SEALER.open(block).texts()) == count
    part = SEALER.part(block, [count - 1], bytes(12))
    assert (part.form, part.refs) == (SealForm.TOGETHER, [f"é-{count - 1}"])


def changed(block: EntryBlock, **change: Any) -> EntryBlock:
    return replace(block, **change)


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


@pytest.mark.parametrize("make", [block_of, each_sealed])
@pytest.mark.parametrize("count", [40, 700])
@pytest.mark.parametrize("column", ["categories", "kinds", "times", "contents", "sealed"])
def test_one_bit_anywhere_is_found(make: Callable[[int], EntryBlock], count: int, column: str) -> None:
    block = make(count)
    raw = getattr(block, column)
    for at in (0, len(raw) // 2, len(raw) - 1):
        with pytest.raises(TamperedError):
            SEALER.open(changed(block, **{column: flipped(raw, at)}))
    for other in (b"", raw[:-1], raw + b"\0", 5, None):
        with pytest.raises(TamperedError):
            SEALER.open(changed(block, **{column: other}))


@pytest.mark.parametrize("make", [block_of, each_sealed])
def test_a_name_or_a_supplier_that_was_exchanged_is_found(make: Callable[[int], EntryBlock]) -> None:
    block = make(40)
    changes: tuple[dict[str, Any], ...] = (
        {"refs": ["other", *block.refs[1:]]},
        {"refs": [block.refs[1], block.refs[0], *block.refs[2:]]},
        {"refs": block.refs[:-1]},
        {"refs": [*block.refs[:-2], block.refs[-2] + block.refs[-1][:1], block.refs[-1][1:]]},
        {"supplier_id": 8},
        {"refs": []},
    )
    for change in changes:
        with pytest.raises(TamperedError):
            SEALER.open(changed(block, **change))
