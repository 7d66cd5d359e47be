"""The byte layout of snapshot, delta and head: docs/index-format.md in code, shared by writer and reader.

A file is prefix, header (canonical JSON), section table, signature, and the sections. The header holds the counts, and
the counts fix where every section lies; a table that says otherwise is refused, so no offset is ever believed.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schoon.index.errors import CorruptIndexError, UntrustedIndexError
from schoon.kinds import SnapshotHeader, SupplierLabel

SNAPSHOT_MAGIC = b"SCHOON\x00S"
DELTA_MAGIC = b"SCHOON\x00D"
HEAD_MAGIC = b"SCHOON\x00H"
FORMAT_VERSION = 1
PREFIX = struct.Struct("<8sHHIQ")
"""Magic, format version, number of sections, length of the header, length of the file."""
SECTION = struct.Struct("<16sQQ32s")
"""Name (NUL-padded), offset, length, SHA-256."""
SIGNATURE_BYTES = 64
SIGNATURE_CONTEXT = b"schoon index file v1\x00"
ALIGNMENT = 64
MAX_HEADER_BYTES = 16 << 20
CHUNK_BYTES = 1 << 20
"""Plain bytes of PDQ vectors per encrypted chunk."""
SEAL_BYTES = 16
NONCE_BYTES = 12
VECTOR_BYTES = 32
BIT_ORDER_BYTES = 256

Count = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}\Z")]
Version = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,63}\.schoon\Z")]


class SupplierJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A supplier, as the header has it."""

    code: Annotated[int, msgspec.Meta(ge=0, le=65535)]
    name: Label
    supplier_class: Label


class TagCounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many tags of each exact kind follow."""

    md5: Count
    sha1: Count
    sha256: Count


class PreviousJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file that a delta follows on."""

    version: Version
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


class HeaderJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The header of a snapshot (`previous` is null, `changes` 0) or of a delta."""

    list_name: Name
    version: Version
    created_at: datetime
    suppliers: Annotated[tuple[SupplierJson, ...], msgspec.Meta(max_length=65536)]
    entries: Count
    tags: TagCounts
    vectors: Count
    changes: Count
    nonce: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{24}\Z")]
    key_check: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    previous: PreviousJson | None


class FileJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file, as the head names it."""

    name: FileName
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    size: Annotated[int, msgspec.Meta(ge=1, le=2**62)]


class HeadJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The head."""

    list_name: Name
    version: Version
    issued_at: datetime
    snapshot: FileJson
    deltas: Annotated[tuple[FileJson, ...], msgspec.Meta(max_length=100_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Where a section lies and what it must hash to."""

    name: str
    offset: int
    length: int
    sha256: bytes


_Json = TypeVar("_Json", HeaderJson, HeadJson)


def section_lengths(header: HeaderJson) -> dict[str, int]:
    """Name and length in bytes of every section, in file order: all of it follows from the counts."""
    lengths = {
        "ids": 4 * header.entries,
        "suppliers": 2 * header.entries,
        "categories": header.entries,
        "kinds": header.entries,
        "standings": header.entries,
    }
    for kind, count in msgspec.structs.asdict(header.tags).items():
        lengths[f"tags-{kind}"] = 16 * count
        lengths[f"rows-{kind}"] = 4 * count
    lengths["vectors"] = VECTOR_BYTES * header.vectors + SEAL_BYTES * chunk_count(header.vectors)
    lengths["rows-pdq"] = 4 * header.vectors
    if header.previous is None:
        lengths["bit-order"] = BIT_ORDER_BYTES
    else:
        lengths["changed-ids"] = 4 * header.changes
        lengths["new-standings"] = header.changes
    return lengths


def chunk_count(vectors: int) -> int:
    """How many encrypted chunks that many vectors take."""
    return -(-vectors * VECTOR_BYTES // CHUNK_BYTES)


def lay_out(lengths: Mapping[str, int], start: int) -> dict[str, int]:
    """The offset of every section, each at the next multiple of 64 after the one before."""
    offsets: dict[str, int] = {}
    position = start
    for name, length in lengths.items():
        position += -position % ALIGNMENT
        offsets[name] = position
        position += length
    return offsets


def body_start(header_bytes: int, sections: int) -> int:
    """The offset just behind the signature."""
    return PREFIX.size + header_bytes + SECTION.size * sections + SIGNATURE_BYTES


def chunk_nonce(base: bytes, chunk: int) -> bytes:
    """The AES-GCM nonce of one chunk: the file's random base, with the chunk number XORed into its last four bytes."""
    return base[:8] + (int.from_bytes(base[8:], "big") ^ chunk).to_bytes(4, "big")


def chunk_aad(magic: bytes, header: HeaderJson, chunk: int) -> bytes:
    """What a chunk is bound to: kind of file, list, version, its number and how many there are."""
    place = struct.pack(">QII", header.version, chunk, chunk_count(header.vectors))
    return b"schoon vectors v1\x00" + magic + place + header.list_name.encode()


def sign(signed_part: bytes, key: Ed25519PrivateKey) -> bytes:
    """The Ed25519 signature over prefix, header and section table."""
    return key.sign(SIGNATURE_CONTEXT + signed_part)


def check_signature(signed_part: bytes, signature: bytes, key: Ed25519PublicKey, *, name: str) -> None:
    """Nothing, when the signature holds.

    Raises:
        UntrustedIndexError: It does not.
    """
    try:
        key.verify(signature, SIGNATURE_CONTEXT + signed_part)
    except InvalidSignature:
        raise UntrustedIndexError(f"{name}: the signature is not that of the publishing key") from None


def encode(header: HeaderJson | HeadJson) -> bytes:
    """The header as canonical JSON: fields in declared order, no spaces."""
    return msgspec.json.encode(header)


def decode(raw: bytes, kind: type[_Json], *, name: str) -> _Json:
    """The header, when it is exactly what `encode` would write.

    Raises:
        CorruptIndexError: It is not JSON of that shape, or not canonical.
    """
    try:
        header = msgspec.json.decode(raw, type=kind)
        canonical = encode(header)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise CorruptIndexError(f"{name}: the header is not valid: {error}") from error
    if _moment(header).utcoffset() != timedelta(0) or canonical != raw:
        raise CorruptIndexError(f"{name}: the header is not written canonically")
    return header


def _moment(header: HeaderJson | HeadJson) -> datetime:
    return header.created_at if isinstance(header, HeaderJson) else header.issued_at


def header_of(raw: HeaderJson) -> SnapshotHeader:
    """The header in the words of the room."""
    suppliers = tuple(
        SupplierLabel(code=label.code, name=label.name, supplier_class=label.supplier_class) for label in raw.suppliers
    )
    return SnapshotHeader(list_name=raw.list_name, version=raw.version, created_at=raw.created_at, suppliers=suppliers)
