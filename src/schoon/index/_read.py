"""Reads snapshot, delta and head as if an enemy had written them, even when the signature is right.

1. Size and prefix fit each other; 2. the signature over prefix, header and section table holds; 3. the header is
canonical JSON within its limits; 4. the list key is the right one; 5. the section table is the one that the counts
give; 6. padding is zero and every section has its SHA-256; 7. vectors decrypt. What sections say is judged in `_judge`.
Everything is read into private memory: a mapped file could be cut or changed after it was verified.
"""

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from schoon.index import _format
from schoon.index._keys import key_check
from schoon.index.errors import CorruptIndexError, UnreadableIndexError, WrongListKeyError
from schoon.index.types import Head, ListKeys
from schoon.kinds import EXACT_KINDS, FileRecord, Kind

PIECE_BYTES = 1 << 20
LARGE_BYTES = 1 << 18
"""From this size on a piece is hashed for its section and for the file by two threads at a time."""
MAX_SECTIONS = 64
MAX_HEAD_BYTES = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a verified file holds, in columns of its own.

    Attributes:
        header: As in the file.
        record: Name, hash and size of the whole file.
        ids: (n,) uint32; the other entry columns are as long.
        tags: Per exact kind (m, 16) uint8.
        rows: Per kind (m,) uint32.
        vectors: (p, 32) uint8 in the clear.
        bit_order: (256,) uint8 in a snapshot, empty in a delta.
        changed_ids: (k,) uint32 in a delta, empty in a snapshot.
    """

    header: _format.HeaderJson
    record: FileRecord
    ids: NDArray[np.uint32]
    suppliers: NDArray[np.uint16]
    categories: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    standings: NDArray[np.uint8]
    tags: dict[Kind, NDArray[np.uint8]] = field(repr=False)
    rows: dict[Kind, NDArray[np.uint32]] = field(repr=False)
    vectors: NDArray[np.uint8] = field(repr=False)
    bit_order: NDArray[np.uint8]
    changed_ids: NDArray[np.uint32]
    changed_standings: NDArray[np.uint8]


def read_contents(path: Path, magic: bytes, *, keys: ListKeys, public_key: Ed25519PublicKey) -> Contents:
    """The verified contents of a snapshot or delta.

    Raises:
        UnreadableIndexError: The file is not there or cannot be read.
        CorruptIndexError: It is damaged, cut short or malformed.
        UntrustedIndexError: The signature is not that of the key.
        WrongListKeyError: It was written with another list key.
    """
    try:
        with _opened(path) as file:
            return _Reader(file, path.name, magic).contents(keys, public_key)
    except OSError as error:
        raise UnreadableIndexError(f"{path.name}: {error.strerror or error}") from error


def read_head(directory: Path, *, public_key: Ed25519PublicKey) -> Head:
    """The verified head of a publication.

    Raises:
        UnreadableIndexError: There is none, or it cannot be read.
        CorruptIndexError: It is damaged, cut short or malformed.
        UntrustedIndexError: The signature is not that of the key.
    """
    path = directory / "head"
    try:
        with _opened(path) as file:
            reader = _Reader(file, path.name, _format.HEAD_MAGIC)
            if reader.size > MAX_HEAD_BYTES:
                raise CorruptIndexError(f"{path.name}: {reader.size} bytes is too long for a head")
            raw = _format.decode(reader.signed_header(public_key), _format.HeadJson, name=path.name)
            if reader.sections or reader.position != reader.size:
                raise CorruptIndexError(f"{path.name}: something follows the signature")
    except OSError as error:
        raise UnreadableIndexError(f"{path.name}: {error.strerror or error}") from error
    return Head(
        list_name=raw.list_name,
        version=raw.version,
        issued_at=raw.issued_at,
        snapshot=_record(raw.snapshot),
        deltas=tuple(_record(delta) for delta in raw.deltas),
    )


class _Reader:
    """One pass over one file; `position` is how far it has come, `whole` the hash of everything so far."""

    def __init__(self, file: FileIO, name: str, magic: bytes) -> None:
        self.file = file
        self.name = name
        self.magic = magic
        self.size = os.fstat(file.fileno()).st_size
        self.position = 0
        self.whole = hashlib.sha256()
        self.sections: tuple[_format.Section, ...] = ()

    def contents(self, keys: ListKeys, public_key: Ed25519PublicKey) -> Contents:
        """Everything in the file (steps 1 to 7)."""
        header = _format.decode(self.signed_header(public_key), _format.HeaderJson, name=self.name)
        is_snapshot = self.magic == _format.SNAPSHOT_MAGIC
        if (header.previous is None) != is_snapshot or (is_snapshot and header.changes):
            raise CorruptIndexError(f"{self.name}: a delta names the file before it and changes, a snapshot neither")
        if header.key_check != key_check(keys, header.list_name).hex():
            raise WrongListKeyError(f"{self.name}: it was written with another list key")
        self._check_table(header)
        columns: dict[str, NDArray[np.uint8]] = {}
        with ThreadPoolExecutor(max_workers=1) as pool:
            for section in self.sections:
                self._skip_padding(section)
                if section.name == "vectors":
                    columns[section.name] = self._decrypted(section, header, keys, pool)
                else:
                    columns[section.name] = self._plain(section, pool)
        if self.file.read(1):
            raise CorruptIndexError(f"{self.name}: it grew while it was read")
        record = FileRecord(name=self.name, sha256=self.whole.digest(), size=self.size)
        return _contents(header, record, columns)

    def signed_header(self, public_key: Ed25519PublicKey) -> bytes:
        """The header's bytes, and `sections` filled in, once their signature holds (steps 1 and 2)."""
        if self.size < _format.PREFIX.size:
            raise CorruptIndexError(f"{self.name}: {self.size} bytes is too short for an index file")
        prefix = self._read(_format.PREFIX.size)
        magic, version, sections, header_bytes, size = _format.PREFIX.unpack(prefix)
        if magic != self.magic:
            raise CorruptIndexError(f"{self.name}: it starts with {magic!r}, not {self.magic!r}")
        if version != _format.FORMAT_VERSION:
            raise CorruptIndexError(f"{self.name}: format {version} is not {_format.FORMAT_VERSION}")
        start = _format.body_start(header_bytes, sections)
        if size != self.size or header_bytes > _format.MAX_HEADER_BYTES or sections > MAX_SECTIONS or start > size:
            raise CorruptIndexError(f"{self.name}: it has {self.size} bytes and says it has {size}")
        rest = self._read(start - _format.PREFIX.size)
        signature = rest[-_format.SIGNATURE_BYTES :]
        signed = prefix + rest[: -_format.SIGNATURE_BYTES]
        _format.check_signature(signed, signature, public_key, name=self.name)
        table = signed[_format.PREFIX.size + header_bytes :]
        self.sections = tuple(_section(*row) for row in _format.SECTION.iter_unpack(table))
        return rest[:header_bytes]

    def _check_table(self, header: _format.HeaderJson) -> None:
        """Step 5: the counts alone say where every section lies."""
        lengths = _format.section_lengths(header)
        offsets = _format.lay_out(lengths, self.position)
        expected = [(name, offsets[name], length) for name, length in lengths.items()]
        found = [(section.name, section.offset, section.length) for section in self.sections]
        if found != expected or expected[-1][1] + expected[-1][2] != self.size:
            raise CorruptIndexError(f"{self.name}: the section table does not fit the counts of the header")

    def _skip_padding(self, section: _format.Section) -> None:
        padding = self._read(section.offset - self.position)
        if any(padding):
            raise CorruptIndexError(f"{self.name}: the padding before {section.name} is not zero")

    def _plain(self, section: _format.Section, pool: ThreadPoolExecutor) -> NDArray[np.uint8]:
        column = np.empty(section.length, dtype=np.uint8)
        digest = hashlib.sha256()
        for start in range(0, section.length, PIECE_BYTES):
            self._fill(column[start : start + PIECE_BYTES], digest, pool)
        self._check_digest(section, digest.digest())
        return column

    def _decrypted(
        self, section: _format.Section, header: _format.HeaderJson, keys: ListKeys, pool: ThreadPoolExecutor
    ) -> NDArray[np.uint8]:
        """Step 7, chunk by chunk, so that plain text and cipher text are never both whole in memory."""
        vectors = np.empty(header.vectors * _format.VECTOR_BYTES, dtype=np.uint8)
        sealed = np.empty(_format.CHUNK_BYTES + _format.SEAL_BYTES, dtype=np.uint8)
        cipher, nonce, digest = AESGCM(keys.vector_key), bytes.fromhex(header.nonce), hashlib.sha256()
        for chunk in range(_format.chunk_count(header.vectors)):
            plain = vectors[chunk * _format.CHUNK_BYTES : (chunk + 1) * _format.CHUNK_BYTES]
            piece = sealed[: plain.size + _format.SEAL_BYTES]
            self._fill(piece, digest, pool)
            aad = _format.chunk_aad(self.magic, header, chunk)
            try:
                cipher.decrypt_into(_format.chunk_nonce(nonce, chunk), piece.data, aad, plain.data)
            except InvalidTag:
                raise CorruptIndexError(f"{self.name}: chunk {chunk} of the vectors does not decrypt") from None
        self._check_digest(section, digest.digest())
        return vectors

    def _check_digest(self, section: _format.Section, digest: bytes) -> None:
        if digest != section.sha256:
            raise CorruptIndexError(f"{self.name}: section {section.name} does not have its SHA-256")

    def _fill(self, piece: NDArray[np.uint8], digest: "hashlib._Hash", pool: ThreadPoolExecutor) -> None:
        """Fill the piece from the file and hash it twice: for the section, and for the whole file."""
        view = data = piece.data
        while view:
            count = self.file.readinto(view)
            if not count:
                raise CorruptIndexError(f"{self.name}: it was cut short while it was read")
            view = view[count:]
        self.position += piece.size
        if piece.size < LARGE_BYTES:
            self.whole.update(data)
            digest.update(data)
            return
        other = pool.submit(self.whole.update, data)
        digest.update(data)
        other.result()

    def _read(self, length: int) -> bytes:
        """Exactly that many bytes, hashed as part of the file."""
        parts: list[bytes] = []
        left = length
        while left:
            part = self.file.read(left)
            if not part:
                raise CorruptIndexError(f"{self.name}: it was cut short while it was read")
            parts.append(part)
            left -= len(part)
        read = b"".join(parts)
        self.whole.update(read)
        self.position += length
        return read


def _opened(path: Path) -> FileIO:
    """The open file; never waits, should a pipe stand in its place."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UnreadableIndexError(f"{path.name}: it is not a regular file")
    return FileIO(handle)


def _section(name: bytes, offset: int, length: int, sha256: bytes) -> _format.Section:
    return _format.Section(name=name.rstrip(b"\x00").decode("latin-1"), offset=offset, length=length, sha256=sha256)


def _contents(header: _format.HeaderJson, record: FileRecord, columns: dict[str, NDArray[np.uint8]]) -> Contents:
    none = np.empty(0, dtype=np.uint8)
    return Contents(
        header=header,
        record=record,
        ids=columns["ids"].view("<u4"),
        suppliers=columns["suppliers"].view("<u2"),
        categories=columns["categories"],
        kinds=columns["kinds"],
        standings=columns["standings"],
        tags={kind: columns[f"tags-{kind}"].reshape(-1, 16) for kind in EXACT_KINDS},
        rows={kind: columns[f"rows-{kind}"].view("<u4") for kind in Kind},
        vectors=columns["vectors"].reshape(-1, _format.VECTOR_BYTES),
        bit_order=columns.get("bit-order", none),
        changed_ids=columns.get("changed-ids", none).view("<u4"),
        changed_standings=columns.get("new-standings", none),
    )


def _record(raw: _format.FileJson) -> FileRecord:
    return FileRecord(name=raw.name, sha256=bytes.fromhex(raw.sha256), size=raw.size)
