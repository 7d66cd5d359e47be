"""Digests at rest: tags to find them by, AES-256-GCM to keep them, a keyed hash to compare them.

Nothing in the tables lets somebody without the list key test whether a digest is on the list. So the leaves of a
batch's hash tree are keyed too: the root of a batch of one entry would otherwise be such a test.

    header  = "schoon entry v1" ‖ supplier (4) ‖ category (1) ‖ kinds (1) ‖ length of ref (2) ‖ ref in UTF-8
    packed  = for each digest: length of its kind's name (1) ‖ name ‖ length of value (4) ‖ value
              md5, sha1, sha256 and pdq first, in that order, then the kinds that are not searched, by name
    sealed  = nonce (12) ‖ AES-256-GCM(table key, packed, associated data = header ‖ supplier's time (8))
    content = BLAKE2b-256(key = leaf key, header ‖ packed); the leaf is SHA-256(0x00 ‖ content), RFC 6962
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schoon.index import ListKeys
from schoon.kinds import KIND_BYTES, Kind
from schoon.lists.errors import TamperedError
from schoon.lists.types import EntryRow

NONCE_BYTES = 12
CONTENT_BYTES = 32
_REF_BYTES = 16
_MAGIC = b"schoon entry v1"
_NO_TIME = b"\xff" * 8
_TIME_OFFSET = 1 << 63
_DIGEST_LENGTHS = frozenset({32, 40, 64, 96, 128})

PREFIXES = tuple(
    len(kind.value).to_bytes(1) + kind.value.encode() + KIND_BYTES[kind].to_bytes(4)
    for kind in (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.PDQ)
)
"""What stands before the value of each searched kind in `packed`, in that order."""


class Sealer:
    """Seals and opens the digests of entries with the list's keys. Holds keys: never log it."""

    def __init__(self, keys: ListKeys) -> None:
        """Derive what is needed from the list's keys."""
        self._cipher = AESGCM(keys.table_key)
        self._ref_key = hmac.digest(keys.table_key, b"schoon/list/ref", "sha256")
        leaf_key = hmac.digest(keys.table_key, b"schoon/list/leaf", "sha256")
        self._keyed = hashlib.blake2b(key=leaf_key, digest_size=CONTENT_BYTES)
        self.seal = self._cipher.encrypt

    def content(self, header: bytes, packed: bytes) -> bytes:
        """What an entry is, in 32 bytes that say nothing without the list key."""
        keyed = self._keyed.copy()
        keyed.update(header)
        keyed.update(packed)
        return keyed.digest()

    def open_rows(self, rows: Sequence[EntryRow]) -> list[bytes]:
        """The packed digests of stored entries, each shown to be what was imported under its id.

        Raises:
            TamperedError: One was changed, moved to another entry, or not sealed here.
        """
        decrypt, content_of = self._cipher.decrypt, self.content
        start, opened = b"", []
        supplier = -1
        try:
            for _, _, supplier_id, ref, _, category, kinds, micros, _, _, _, content, sealed in rows:
                if supplier_id != supplier:
                    supplier, start = supplier_id, header_start(supplier_id)
                header = header_of(start, category, kinds, ref)
                packed = decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], header + time_bytes(micros))
                if content_of(header, packed) != content:
                    raise TamperedError("a stored entry is not what was imported")
                opened.append(packed)
        except (InvalidTag, ValueError, OverflowError) as cause:
            raise TamperedError("a stored entry does not open: it was changed, or sealed under another key") from cause
        return opened

    def seal_vector(self, vector: bytes, nonce: bytes) -> bytes:
        """A PDQ digest of the allow-list, sealed."""
        return nonce + self._cipher.encrypt(nonce, vector, b"schoon allowed v1")

    def open_vector(self, sealed: bytes) -> bytes:
        """A PDQ digest of the allow-list.

        Raises:
            TamperedError: It was not sealed here.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], b"schoon allowed v1")
        except InvalidTag as cause:
            raise TamperedError("an allowed digest does not open") from cause

    def keyed_ref(self, raw: bytes) -> str:
        """An id that says nothing without the list key; the same input gives the same."""
        return "k-" + hashlib.blake2b(raw, key=self._ref_key, digest_size=_REF_BYTES).hexdigest()

    def stored_ref(self, ref: str) -> str:
        """How a supplier's id is stored: as it is, unless it could itself be a digest in hexadecimal."""
        if len(ref) in _DIGEST_LENGTHS and _is_hex(ref):
            return self.keyed_ref(ref.lower().encode())
        return ref


def header_start(supplier_id: int) -> bytes:
    """The part of `header` that all entries of a supplier share."""
    return _MAGIC + supplier_id.to_bytes(4)


def header_of(start: bytes, category: int, kinds: int, ref: str) -> bytes:
    """The header of one entry: what of it must not change, and is not a digest."""
    raw = ref.encode()
    return start + ((category << 24) | (kinds << 16) | len(raw)).to_bytes(4) + raw


def time_bytes(micros: int | None) -> bytes:
    """A supplier's time as it is bound to the sealed digests."""
    return _NO_TIME if micros is None else (micros + _TIME_OFFSET).to_bytes(8)


def pack(searched: Iterable[bytes | None], others: Mapping[str, bytes] | None) -> bytes:
    """Digests in one string.

    Args:
        searched: md5, sha1, sha256 and pdq, None where there is none.
        others: Digests of kinds that are not searched, by name.
    """
    parts = [prefix + value for prefix, value in zip(PREFIXES, searched, strict=True) if value is not None]
    for name in sorted(others or ()):
        raw_name, value = name.encode(), (others or {})[name]
        parts.append(len(raw_name).to_bytes(1) + raw_name + len(value).to_bytes(4) + value)
    return b"".join(parts)


def unpack(packed: bytes) -> dict[str, bytes]:
    """Digests by name of kind.

    Raises:
        TamperedError: The string was not made by `pack`.
    """
    digests: dict[str, bytes] = {}
    at = 0
    while at < len(packed):
        name_end = at + 1 + packed[at]
        value_at = name_end + 4
        end = value_at + int.from_bytes(packed[name_end:value_at])
        if end > len(packed):
            raise TamperedError("a sealed entry is cut short")
        digests[packed[at + 1 : name_end].decode()] = packed[value_at:end]
        at = end
    return digests


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True
