"""Takes index files apart and puts them together wrongly, with a right signature: what a hostile publisher could do.

Written from docs/index-format.md and not from the code, so that a change of format shows here.
"""

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PREFIX = struct.Struct("<8sHHIQ")
ROW = struct.Struct("<16sQQ32s")
CONTEXT = b"schoon index file v1\x00"


@dataclass(slots=True, kw_only=True)
class Forged:
    """A file in parts, each of which may be changed before it is signed.

    Attributes:
        rows: Name, offset, length and hash of each section; None for what is right for `sections`.
        resize: Added to the file length that the prefix tells.
    """

    magic: bytes
    version: int
    header: dict[str, Any]
    names: list[bytes]
    sections: dict[bytes, bytearray]
    raw_header: bytes | None = None
    rows: dict[int, tuple[bytes, int, int, bytes]] = field(default_factory=dict)
    section_count: int | None = None
    header_length: int | None = None
    resize: int = 0
    padding: bytes = b"\0"
    tail: bytes = b""

    def signed(self, key: Ed25519PrivateKey) -> bytes:
        """The bytes of the file, signed as they are."""
        raw = self.raw_header
        if raw is None:
            raw = json.dumps(self.header, separators=(",", ":"), ensure_ascii=False).encode()
        position = PREFIX.size + len(raw) + ROW.size * len(self.names) + 64
        table, body = b"", b""
        for number, name in enumerate(self.names):
            data = bytes(self.sections[name])
            gap = -position % 64
            body += (self.padding * gap)[:gap] + data
            position += gap
            right = (name, position, len(data), hashlib.sha256(data).digest())
            table += ROW.pack(*self.rows.get(number, right))
            position += len(data)
        body += self.tail
        size = position + len(self.tail) + self.resize
        count = len(self.names) if self.section_count is None else self.section_count
        length = len(raw) if self.header_length is None else self.header_length
        signed = PREFIX.pack(self.magic, self.version, count, length, max(0, size)) + raw + table
        return signed + key.sign(CONTEXT + signed) + body


def taken_apart(content: bytes) -> Forged:
    """A valid file in parts."""
    magic, version, count, length, _ = PREFIX.unpack(content[: PREFIX.size])
    raw = content[PREFIX.size : PREFIX.size + length]
    table = content[PREFIX.size + length :][: ROW.size * count]
    names, sections = [], {}
    for name, offset, size, _ in ROW.iter_unpack(table):
        names.append(name.rstrip(b"\0"))
        sections[names[-1]] = bytearray(content[offset : offset + size])
    return Forged(magic=magic, version=version, header=json.loads(raw), names=names, sections=sections)


def spoil(forged: Forged, random: np.random.Generator) -> str:
    """Do one thing to the parts that no valid file has; the answer says what."""
    what = WAYS[int(random.integers(len(WAYS)))]
    what(forged, random)
    return what.__name__


def numbers(forged: Forged, name: bytes, dtype: str) -> Any:
    return np.frombuffer(forged.sections[name], dtype=dtype)


def entry_of_no_order(forged: Forged, random: np.random.Generator) -> None:
    ids = numbers(forged, b"ids", "<u4")
    at = random.integers(1, len(ids))
    ids[at] = random.integers(0, ids[at - 1] + 1)


def unknown_code(forged: Forged, random: np.random.Generator) -> None:
    name, low = [(b"categories", 5), (b"standings", 5), (b"kinds", 16)][random.integers(3)]
    column = numbers(forged, name, "u1")
    column[random.integers(len(column))] = [random.integers(low, 256), 0 if low == 5 else 255][random.integers(2)]


def unknown_supplier(forged: Forged, random: np.random.Generator) -> None:
    column = numbers(forged, b"suppliers", "<u2")
    column[random.integers(len(column))] = random.integers(100, 65536)


def kind_that_is_not_there(forged: Forged, random: np.random.Generator) -> None:
    column = numbers(forged, b"kinds", "u1")
    column[random.integers(len(column))] ^= 1 << random.integers(4)


def row_of_no_entry(forged: Forged, random: np.random.Generator) -> None:
    rows = numbers(forged, random.choice([b"rows-md5", b"rows-sha1", b"rows-sha256", b"rows-pdq"]), "<u4")
    rows[-1 if random.random() < 0.5 else random.integers(len(rows))] = random.choice(
        [len(forged.sections[b"kinds"]), 2**31, 2**32 - 1]
    )


def tags_of_no_order(forged: Forged, random: np.random.Generator) -> None:
    tags = numbers(forged, random.choice([b"tags-md5", b"tags-sha1", b"tags-sha256"]), "u1").reshape(-1, 16)
    a, b = sorted(random.choice(len(tags), 2, replace=False))
    tags[[a, b]] = tags[[b, a]]


def the_same_tag_twice(forged: Forged, random: np.random.Generator) -> None:
    tags = numbers(forged, b"tags-md5", "u1").reshape(-1, 16)
    rows = numbers(forged, b"rows-md5", "<u4")
    at = random.integers(1, len(tags))
    tags[at], rows[at] = tags[at - 1], rows[at - 1]


def vectors_of_no_order(forged: Forged, random: np.random.Generator) -> None:
    rows = numbers(forged, b"rows-pdq", "<u4")
    a, b = sorted(random.choice(len(rows), 2, replace=False))
    rows[[a, b]] = rows[[b, a]]


def vectors_that_do_not_decrypt(forged: Forged, random: np.random.Generator) -> None:
    forged.sections[b"vectors"][random.integers(len(forged.sections[b"vectors"]))] ^= 1 << random.integers(8)


def another_nonce(forged: Forged, random: np.random.Generator) -> None:
    forged.header["nonce"] = random.bytes(12).hex()


def another_key_check(forged: Forged, random: np.random.Generator) -> None:
    forged.header["key_check"] = random.bytes(16).hex()


def another_version_in_the_header(forged: Forged, random: np.random.Generator) -> None:
    """The vectors are bound to the version they were encrypted for."""
    forged.header["version"] = int(random.integers(2, 2**62))


def bits_that_are_no_permutation(forged: Forged, random: np.random.Generator) -> None:
    order = numbers(forged, b"bit-order", "u1")
    a, b = random.choice(256, 2, replace=False)
    order[a] = order[b]


def a_count_that_lies(forged: Forged, random: np.random.Generator) -> None:
    change = int(random.choice([-1, 1, 7, 2**20, 2**32 - 1, 2**32, 2**63, -(2**40)]))
    place = random.choice(["entries", "vectors", "changes", "md5", "sha1", "sha256"])
    target = forged.header["tags"] if str(place) in forged.header["tags"] else forged.header
    target[str(place)] += change


def a_header_of_another_shape(forged: Forged, random: np.random.Generator) -> None:
    header = forged.header
    name = str(random.choice(sorted(header)))
    choice = int(random.integers(6))
    if choice == 0:
        del header[name]
    elif choice == 1:
        header["extra"] = 1
    elif choice == 2:
        header[name] = [None, 3.5, [], {}, "x" * 70, True][random.integers(6)] if name != "previous" else 3
    elif choice == 3:
        header["list_name"] = ["", "../nl", "n l", "x" * 65, "nl\n", "\0"][random.integers(6)]
    elif choice == 4:
        header["created_at"] = ["2026-11-22", "2026-11-22T12:00:00", "2026-11-22T12:00:00+01:00", "x"][
            random.integers(4)
        ]
    else:
        header["version"] = [0, -1, 2**63, 2**70, 1.5][random.integers(5)]


def suppliers_that_cannot_be(forged: Forged, random: np.random.Generator) -> None:
    labels = forged.header["suppliers"]
    choice = int(random.integers(6))
    if choice == 0:
        labels.append(dict(labels[0]))
    elif choice == 1:
        labels.reverse()
    elif choice == 2:
        labels.pop(int(random.integers(len(labels))))
    elif choice == 3:
        labels[0]["code"] = int(random.choice([-1, 65536, 2**40]))
    elif choice == 4:
        labels[0]["name"] = ["", "x" * 201][random.integers(2)]
    else:
        del labels[0]["supplier_class"]


def a_header_that_is_not_canonical(forged: Forged, random: np.random.Generator) -> None:
    raw = json.dumps(forged.header, separators=(",", ":"), ensure_ascii=False)
    other = [
        json.dumps(forged.header),
        raw + " ",
        raw.replace('"version":1', '"version":01'),
        raw.replace('"entries"', '"entries":1,"entries"'),
        json.dumps(dict(reversed(forged.header.items())), separators=(",", ":")),
        raw[:-1],
        "",
        "null",
        "[" * 50_000,
        raw.replace("Meldpunt", "\\u004deldpunt"),
    ][random.integers(10)]
    forged.raw_header = other.encode()


def a_header_of_any_bytes(forged: Forged, random: np.random.Generator) -> None:
    raw = bytearray(json.dumps(forged.header, separators=(",", ":"), ensure_ascii=False).encode())
    raw[raw.index(b"Meldpunt")] = random.choice([0xFF, 0x80, 0x00, 0x1F, 0xC0])
    forged.raw_header = bytes(raw)


def a_row_that_lies(forged: Forged, random: np.random.Generator) -> None:
    number = int(random.integers(len(forged.names)))
    data = bytes(forged.sections[forged.names[number]])
    huge = [0, 1, 63, 64, 2**31, 2**63, 2**64 - 1]
    row = [forged.names[number], 1024, len(data), hashlib.sha256(data).digest()]
    field_number = int(random.integers(4))
    row[field_number] = {
        0: random.bytes(5),
        1: huge[random.integers(len(huge))],
        2: len(data) + huge[1 + random.integers(4)],
        3: random.bytes(32),
    }[field_number]
    forged.rows[number] = tuple(row)  # type: ignore[assignment] # four fields of the right types


def sections_in_another_order(forged: Forged, random: np.random.Generator) -> None:
    a, b = random.choice(len(forged.names), 2, replace=False)
    forged.names[a], forged.names[b] = forged.names[b], forged.names[a]


def a_section_too_many_or_few(forged: Forged, random: np.random.Generator) -> None:
    name = forged.names[random.integers(len(forged.names))]
    if random.random() < 0.5:
        forged.names.remove(name)
    else:
        forged.names.append(name)


def a_section_of_another_length(forged: Forged, random: np.random.Generator) -> None:
    section = forged.sections[forged.names[random.integers(len(forged.names))]]
    if random.random() < 0.5 and section:
        del section[random.integers(len(section)) :]
    else:
        section += random.bytes(int(random.integers(1, 100)))


def a_prefix_that_lies(forged: Forged, random: np.random.Generator) -> None:
    choice = int(random.integers(5))
    if choice == 0:
        forged.magic = [b"SCHOON\0D", b"SCHOON\0H", b"SCHOON\0X", bytes(8)][random.integers(4)]
    elif choice == 1:
        forged.version = int(random.choice([0, 2, 65535]))
    elif choice == 2:
        forged.section_count = int(random.choice([0, 1, 13, 15, 65535]))
    elif choice == 3:
        forged.header_length = int(random.choice([0, 1, 2**31, 2**32 - 1]))
    else:
        forged.resize = int(random.choice([-1, 1, 4096, 2**62, -(2**30)]))


def padding_that_is_not_zero(forged: Forged, random: np.random.Generator) -> None:
    forged.padding = bytes([random.integers(1, 256)])


def something_behind_the_end(forged: Forged, random: np.random.Generator) -> None:
    forged.tail = random.bytes(int(random.integers(1, 200)))


WAYS = [
    entry_of_no_order, unknown_code, unknown_supplier, kind_that_is_not_there, row_of_no_entry, tags_of_no_order,
    the_same_tag_twice, vectors_of_no_order, vectors_that_do_not_decrypt, another_nonce, another_key_check,
    another_version_in_the_header, bits_that_are_no_permutation, a_count_that_lies, a_header_of_another_shape,
    suppliers_that_cannot_be, a_header_that_is_not_canonical, a_header_of_any_bytes, a_row_that_lies,
    sections_in_another_order, a_section_too_many_or_few, a_section_of_another_length, a_prefix_that_lies,
    padding_that_is_not_zero, something_behind_the_end,
]  # fmt: skip
