"""Digests at rest: AES-256-GCM to keep them, a keyed hash to compare and to prove them.

Nothing in the tables lets somebody without the list key test whether a digest is on the list. So the leaves of a
batch's hash tree are keyed too: the root of a batch of one entry would otherwise be such a test.

    header  = "schoon entry v1" ‖ supplier (4) ‖ category (1) ‖ kinds (1) ‖ length of ref (2) ‖ ref in UTF-8
    packed  = for each digest: length of its kind's name (1) ‖ name ‖ length of value (4) ‖ value
              md5, sha1, sha256 and pdq first, in that order, then the kinds that are not searched, by name
    content = BLAKE2b-256(key = leaf key, header ‖ packed); the leaf is SHA-256(0x00 ‖ content), RFC 6962
    sealed  = nonce (12) ‖ AES-256-GCM(table key, length of each packed (4, little-endian) ‖ every packed,
              associated data = "schoon block v1" ‖ supplier (4) ‖ count (4) ‖ categories ‖ kinds ‖ times (8 each) ‖
              length of each ref (2) ‖ every ref in UTF-8)

A block is sealed as one message, since ten million small ones take longer than everything else together. Every entry
has a content and a leaf of its own all the same: each is proved by its own path to the root.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from schoon.index import ListKeys, keyed_hashes, woven
from schoon.kinds import KIND_BYTES, Kind
from schoon.lists._sealed_each import open_each
from schoon.lists.errors import TamperedError
from schoon.lists.types import EntryBlock, SealForm

NONCE_BYTES = 12
CONTENT_BYTES = 32
_REF_BYTES = 16
_ENTRY_MAGIC, _BLOCK_MAGIC = b"schoon entry v1", b"schoon block v1"
_DIGEST_LENGTHS = frozenset({32, 40, 64, 96, 128})
_TIME, _LENGTH, _REF_LENGTH = np.dtype("<i8"), np.dtype("<u4"), np.dtype(">u2")

PREFIXES = tuple(
    len(kind.value).to_bytes(1) + kind.value.encode() + KIND_BYTES[kind].to_bytes(4)
    for kind in (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.PDQ)
)
"""What stands before the value of each searched kind in `packed`, in that order."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Ragged:
    """Byte strings one after the other, and (n,) where each one ends."""

    joined: NDArray[np.uint8]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, parts: Sequence[bytes]) -> "Ragged":
        """Byte strings, put together."""
        return cls.with_lengths(b"".join(parts), np.fromiter(map(len, parts), dtype=np.int64, count=len(parts)))

    @classmethod
    def with_lengths(cls, joined: bytes, lengths: NDArray[np.int64]) -> "Ragged":
        """Byte strings that are put together already."""
        return cls(joined=np.frombuffer(joined, dtype=np.uint8), ends=np.cumsum(lengths, dtype=np.int64))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How long each one is."""
        return np.diff(self.ends, prepend=0)

    def texts(self) -> list[bytes]:
        """The byte strings themselves."""
        raw = self.joined.tobytes()
        return [raw[begin:end] for begin, end in pairwise([0, *self.ends.tolist()])]

    def chosen(self, places: Sequence[int]) -> "Ragged":
        """Those at some places."""
        texts = self.texts()
        return Ragged.of([texts[at] for at in places])

    def before(self, others: "Ragged") -> "Ragged":
        """Each one with its partner of the others behind it."""
        joined, ends = woven(self.joined, self.ends, others.joined, others.ends)
        return Ragged(joined=joined, ends=ends)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PlainBlock:
    """Entries before they are sealed.

    Attributes:
        categories, kinds: (n,) uint8.
        times: (n,) int64, `NO_TIME` where there is none.
        packed: The digests of each.
    """

    supplier_id: int
    refs: list[str]
    categories: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    times: NDArray[np.int64]
    packed: Ragged


class Sealer:
    """Seals and opens the digests of entries with the list's keys. Holds keys: never log it."""

    def __init__(self, keys: ListKeys) -> None:
        """Derive what is needed from the list's keys."""
        self._cipher = AESGCM(keys.table_key)
        self._ref_key = hmac.digest(keys.table_key, b"schoon/list/ref", "sha256")
        self._leaf_key = hmac.digest(keys.table_key, b"schoon/list/leaf", "sha256")

    def seal(self, plain: PlainBlock, nonce: bytes) -> EntryBlock:
        """The entries as they are stored.

        Args:
            plain: At least one.
            nonce: 12 random bytes, never used twice.
        """
        facts = _Facts(
            supplier_id=plain.supplier_id,
            categories=plain.categories.tobytes(),
            kinds=plain.kinds.tobytes(),
            times=plain.times.astype(_TIME).tobytes(),
            refs=_in_utf8(plain.refs),
        )
        message = plain.packed.lengths.astype(_LENGTH).tobytes() + plain.packed.joined.tobytes()
        return EntryBlock(
            supplier_id=plain.supplier_id,
            refs=plain.refs,
            categories=facts.categories,
            kinds=facts.kinds,
            times=facts.times,
            contents=self._contents(facts, plain.packed),
            sealed=nonce + self._cipher.encrypt(nonce, message, facts.bound()),
        )

    def open(self, block: EntryBlock) -> Ragged:
        """The packed digests of the entries, each shown to be what was imported under its ref.

        Raises:
            TamperedError: One was changed, moved to another entry, or not sealed here.
        """
        try:
            _check_widths(block)
            facts = _Facts(
                supplier_id=block.supplier_id,
                categories=block.categories,
                kinds=block.kinds,
                times=block.times,
                refs=_in_utf8(block.refs),
            )
            packed = self._opened(block, facts)
            contents = self._contents(facts, packed)
        except (InvalidTag, ValueError, OverflowError, TypeError) as cause:  # a column may hold anything by now
            raise TamperedError("a stored entry does not open: it was changed, or sealed under another key") from cause
        if contents != block.contents:
            raise TamperedError("a stored entry is not what was imported")
        return packed

    def part(self, block: EntryBlock, places: Sequence[int], nonce: bytes) -> EntryBlock:
        """A block of some entries of another."""
        plain = PlainBlock(
            supplier_id=block.supplier_id,
            refs=[block.refs[at] for at in places],
            categories=np.frombuffer(block.categories, dtype=np.uint8)[places],
            kinds=np.frombuffer(block.kinds, dtype=np.uint8)[places],
            times=times_of(block)[places],
            packed=self.open(block).chosen(places),
        )
        return self.seal(plain, nonce)

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

    def stored_refs(self, refs: list[str]) -> list[str]:
        """How many suppliers' ids are stored; mostly a look at their lengths is enough."""
        return refs if _DIGEST_LENGTHS.isdisjoint(map(len, refs)) else [self.stored_ref(ref) for ref in refs]

    def _opened(self, block: EntryBlock, facts: "_Facts") -> Ragged:
        if block.form == SealForm.EACH:
            return Ragged.of(open_each(self._cipher, block, facts.headers().texts()))
        message = self._cipher.decrypt(block.sealed[:NONCE_BYTES], block.sealed[NONCE_BYTES:], facts.bound())
        lengths = np.frombuffer(message, dtype=_LENGTH, count=len(block)).astype(np.int64)
        return Ragged.with_lengths(message[_LENGTH.itemsize * len(block) :], lengths)

    def _contents(self, facts: "_Facts", packed: Ragged) -> bytes:
        """What each entry is, in 32 bytes that say nothing without the list key."""
        messages = facts.headers().before(packed)
        return keyed_hashes(self._leaf_key, messages.joined, messages.ends).tobytes()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Facts:
    """What of a block is not secret, and must not change either."""

    supplier_id: int
    categories: bytes
    kinds: bytes
    times: bytes
    refs: Ragged

    def headers(self) -> Ragged:
        """The header of each entry."""
        start = _ENTRY_MAGIC + self.supplier_id.to_bytes(4)
        count, width = len(self.categories), len(start) + 4
        fixed = np.empty((count, width), dtype=np.uint8)
        fixed[:, : len(start)] = np.frombuffer(start, dtype=np.uint8)
        fixed[:, -4] = np.frombuffer(self.categories, dtype=np.uint8)
        fixed[:, -3] = np.frombuffer(self.kinds, dtype=np.uint8)
        fixed[:, -2:] = self.refs.lengths.astype(_REF_LENGTH).view(np.uint8).reshape(-1, 2)
        ends = np.arange(1, count + 1, dtype=np.int64) * width
        return Ragged(joined=fixed.reshape(-1), ends=ends).before(self.refs)

    def bound(self) -> bytes:
        """The associated data: whoever changes one of these cannot open the block."""
        start = _BLOCK_MAGIC + self.supplier_id.to_bytes(4) + len(self.categories).to_bytes(4)
        lengths = self.refs.lengths.astype(_REF_LENGTH).tobytes()
        return b"".join((start, self.categories, self.kinds, self.times, lengths, self.refs.joined.tobytes()))


def times_of(block: EntryBlock) -> NDArray[np.int64]:
    """(n,) supplier's times, `NO_TIME` where there is none."""
    return np.frombuffer(block.times, dtype=_TIME).astype(np.int64)


def _check_widths(block: EntryBlock) -> None:
    count = len(block)
    widths = (len(block.categories), len(block.kinds), len(block.times), len(block.contents))
    if not count or widths != (count, count, _TIME.itemsize * count, CONTENT_BYTES * count):
        raise TamperedError("a stored block holds another number of entries than was imported")


def _in_utf8(refs: Sequence[str]) -> Ragged:
    joined = "".join(refs)
    if joined.isascii():
        lengths = np.fromiter(map(len, refs), dtype=np.int64, count=len(refs))
        return Ragged.with_lengths(joined.encode(), lengths)
    return Ragged.of([ref.encode() for ref in refs])


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


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True
