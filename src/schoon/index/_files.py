"""Writes snapshot, delta and head: sorted, encrypted, signed, and on disk at once or not at all."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from schoon.index import _format
from schoon.index._bit_order import choose_bit_order
from schoon.index._columns import Sorted, sort_columns
from schoon.index._keys import key_check
from schoon.index.errors import InvalidColumnsError
from schoon.index.types import Columns, DeltaContents, Head, ListKeys
from schoon.kinds import EXACT_KINDS, FileRecord, Kind, SnapshotHeader, require_utc

HEAD_NAME = "head"
Part = bytes | memoryview


def write_snapshot(
    path: Path, header: SnapshotHeader, columns: Columns, *, keys: ListKeys, signing_key: Ed25519PrivateKey
) -> FileRecord:
    """What the head should say of the snapshot that now stands at `path`, written atomically and synced.

    Raises:
        InvalidColumnsError: The columns do not form a valid index.
        OSError: The disk did not take it; nothing is left behind.
    """
    nonce = secrets.token_bytes(_format.NONCE_BYTES)
    return _replace(path, _snapshot_parts(header, columns, keys=keys, signing_key=signing_key, nonce=nonce))


def write_delta(
    path: Path,
    contents: DeltaContents,
    *,
    previous_sha256: bytes,
    previous_version: int,
    keys: ListKeys,
    signing_key: Ed25519PrivateKey,
) -> FileRecord:
    """What the head should say of the delta that now stands at `path`, written atomically and synced.

    Args:
        path: Where to write it.
        contents: The change.
        previous_sha256: Of the snapshot or delta that this one follows on.
        previous_version: The version of that file.
        keys: The list's keys.
        signing_key: The publishing key.

    Raises:
        InvalidColumnsError: The contents do not form a valid delta, or its version is not higher than the one before.
        OSError: The disk did not take it; nothing is left behind.
    """
    if contents.header.version <= previous_version:
        raise InvalidColumnsError(f"version {contents.header.version} does not follow on {previous_version}")
    previous = _format.PreviousJson(version=previous_version, sha256=previous_sha256.hex())
    nonce = secrets.token_bytes(_format.NONCE_BYTES)
    return _replace(path, _delta_parts(contents, previous, keys=keys, signing_key=signing_key, nonce=nonce))


def write_head(directory: Path, head: Head, *, signing_key: Ed25519PrivateKey) -> None:
    """Replace the publication's head atomically; from then on services serve what it names."""
    body = _format.HeadJson(
        list_name=head.list_name,
        version=head.version,
        issued_at=_utc(head.issued_at),
        snapshot=_file_json(head.snapshot),
        deltas=tuple(_file_json(delta) for delta in head.deltas),
    )
    raw = _checked(body)
    size = _format.body_start(len(raw), 0)
    prefix = _format.PREFIX.pack(_format.HEAD_MAGIC, _format.FORMAT_VERSION, 0, len(raw), size)
    _replace(directory / HEAD_NAME, [prefix, raw, _format.sign(prefix + raw, signing_key)])


def sync_directory(directory: Path) -> None:
    """The names in the directory survive a power cut from here on."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, parts: Iterable[Part]) -> None:
    """Put the parts at `path` in one step: a reader sees the old file or the new one, also after a power cut."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def _replace(path: Path, parts: list[Part]) -> FileRecord:
    whole = hashlib.sha256()
    size = 0
    for part in parts:
        whole.update(part)
        size += memoryview(part).nbytes
    replace_file(path, parts)
    return FileRecord(name=path.name, sha256=whole.digest(), size=size)


def _snapshot_parts(
    header: SnapshotHeader, columns: Columns, *, keys: ListKeys, signing_key: Ed25519PrivateKey, nonce: bytes
) -> list[Part]:
    ordered = sort_columns(header, columns)
    raw = _header_json(header, ordered, keys=keys, nonce=nonce)
    sections = _sections(_format.SNAPSHOT_MAGIC, raw, ordered, keys)
    sections["bit-order"] = choose_bit_order(ordered.vectors).data
    return _assemble(_format.SNAPSHOT_MAGIC, raw, sections, signing_key)


def _delta_parts(
    contents: DeltaContents,
    previous: _format.PreviousJson,
    *,
    keys: ListKeys,
    signing_key: Ed25519PrivateKey,
    nonce: bytes,
) -> list[Part]:
    ordered = sort_columns(contents.header, contents.added)
    ids, standings = contents.changed_ids, contents.changed_standings
    if ids.shape != standings.shape or np.any(ids[1:] <= ids[:-1]) or np.any((standings < 1) | (standings > 4)):
        raise InvalidColumnsError("changed ids must ascend, each with the standing it gets")
    raw = _header_json(contents.header, ordered, keys=keys, nonce=nonce, previous=previous, changes=len(ids))
    sections = _sections(_format.DELTA_MAGIC, raw, ordered, keys)
    sections["changed-ids"] = _bytes_of(ids, "<u4")
    sections["new-standings"] = _bytes_of(standings, "u1")
    return _assemble(_format.DELTA_MAGIC, raw, sections, signing_key)


def _header_json(
    header: SnapshotHeader,
    ordered: Sorted,
    *,
    keys: ListKeys,
    nonce: bytes,
    previous: _format.PreviousJson | None = None,
    changes: int = 0,
) -> _format.HeaderJson:
    labels = sorted(header.suppliers, key=lambda label: label.code)
    return _format.HeaderJson(
        list_name=header.list_name,
        version=header.version,
        created_at=_utc(header.created_at),
        suppliers=tuple(
            _format.SupplierJson(code=label.code, name=label.name, supplier_class=label.supplier_class)
            for label in labels
        ),
        entries=len(ordered.entries),
        tags=_format.TagCounts(**{str(kind): len(ordered.rows[kind]) for kind in EXACT_KINDS}),
        vectors=len(ordered.rows[Kind.PDQ]),
        changes=changes,
        nonce=nonce.hex(),
        key_check=key_check(keys, header.list_name).hex(),
        previous=previous,
    )


def _sections(magic: bytes, header: _format.HeaderJson, ordered: Sorted, keys: ListKeys) -> dict[str, Part]:
    entries = ordered.entries
    sections: dict[str, Part] = {
        "ids": _bytes_of(entries["entry_id"], "<u4"),
        "suppliers": _bytes_of(entries["supplier"], "<u2"),
        "categories": _bytes_of(entries["category"], "u1"),
        "kinds": _bytes_of(entries["kinds"], "u1"),
        "standings": _bytes_of(entries["standing"], "u1"),
    }
    for kind in EXACT_KINDS:
        sections[f"tags-{kind}"] = ordered.tags[kind].reshape(-1).data
        sections[f"rows-{kind}"] = _bytes_of(ordered.rows[kind], "<u4")
    sections["vectors"] = _encrypted(magic, header, ordered.vectors, keys).data
    sections["rows-pdq"] = _bytes_of(ordered.rows[Kind.PDQ], "<u4")
    return sections


def _encrypted(
    magic: bytes, header: _format.HeaderJson, vectors: NDArray[np.uint8], keys: ListKeys
) -> NDArray[np.uint8]:
    plain = vectors.reshape(-1)
    chunks = _format.chunk_count(len(vectors))
    sealed = np.empty(plain.size + chunks * _format.SEAL_BYTES, dtype=np.uint8)
    cipher, nonce = AESGCM(keys.vector_key), bytes.fromhex(header.nonce)
    position = 0
    for chunk in range(chunks):
        part = plain[chunk * _format.CHUNK_BYTES : (chunk + 1) * _format.CHUNK_BYTES]
        end = position + part.size + _format.SEAL_BYTES
        aad = _format.chunk_aad(magic, header, chunk)
        cipher.encrypt_into(_format.chunk_nonce(nonce, chunk), part.data, aad, sealed[position:end].data)
        position = end
    return sealed


def _assemble(
    magic: bytes, header: _format.HeaderJson, sections: Mapping[str, Part], signing_key: Ed25519PrivateKey
) -> list[Part]:
    """Every part of the file in order, padding included."""
    raw = _checked(header)
    lengths = _format.section_lengths(header)
    start = _format.body_start(len(raw), len(lengths))
    offsets = _format.lay_out(lengths, start)
    last = next(reversed(offsets))
    size = offsets[last] + lengths[last]
    signed = bytearray(_format.PREFIX.pack(magic, _format.FORMAT_VERSION, len(lengths), len(raw), size) + raw)
    for name, length in lengths.items():
        digest = hashlib.sha256(sections[name]).digest()
        signed += _format.SECTION.pack(name.encode(), offsets[name], length, digest)
    parts: list[Part] = [bytes(signed), _format.sign(bytes(signed), signing_key)]
    position = start
    for name, length in lengths.items():
        parts += [bytes(offsets[name] - position), sections[name]]
        position = offsets[name] + length
    return parts


def _checked(header: _format.HeaderJson | _format.HeadJson) -> bytes:
    """The header's bytes, when a reader will accept them: names and labels are judged by the reader's rules."""
    raw = _format.encode(header)
    try:
        msgspec.json.decode(raw, type=type(header))
    except msgspec.ValidationError as error:
        raise InvalidColumnsError(f"the header cannot be published: {error}") from error
    if len(raw) > _format.MAX_HEADER_BYTES:
        raise InvalidColumnsError(f"the header takes {len(raw)} bytes; {_format.MAX_HEADER_BYTES} is the most")
    return raw


def _file_json(record: FileRecord) -> _format.FileJson:
    return _format.FileJson(name=record.name, sha256=record.sha256.hex(), size=record.size)


def _bytes_of(column: NDArray[Any], dtype: str) -> memoryview:
    return np.ascontiguousarray(column, dtype=dtype).view(np.uint8).data


def _utc(moment: datetime) -> datetime:
    try:
        return require_utc(moment)
    except ValueError as error:
        raise InvalidColumnsError(str(error)) from error
