"""Turns parsed rows into blocks for the tables: sealed digests, keyed content. The hot part of an import."""

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from schoon.kinds import KIND_BITS, Kind
from schoon.lists._sealing import NONCE_BYTES, PREFIXES, PlainBlock, Ragged, Sealer, pack
from schoon.lists.formats import ParsedBlock, ParsedEntry, ParsedWithdrawal
from schoon.lists.types import NO_TIME, UNSEARCHED_BIT, EntryBlock

_ORDER = (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.PDQ)
_MD5, _SHA1, _SHA256, _PDQ = (KIND_BITS[kind] for kind in _ORDER)
_P_MD5, _P_SHA1, _P_SHA256, _P_PDQ = PREFIXES


class Preparer:
    """Prepares the entries of one supplier."""

    def __init__(self, sealer: Sealer, supplier_id: int) -> None:
        """Take what seals."""
        self._sealer = sealer
        self._supplier_id = supplier_id

    def block(self, items: Sequence[ParsedBlock | ParsedEntry]) -> EntryBlock:
        """The entries in their order, at least one; in columns from end to end when all of them came so."""
        blocks = [item for item in items if type(item) is ParsedBlock]
        if len(blocks) == len(items) and len({frozenset(block.digests) for block in blocks}) == 1:
            plain = self._from_columns(blocks)
        else:
            plain = self._from_entries([entry for item in items for entry in _one_by_one(item)])
        return self._sealer.seal(plain, os.urandom(NONCE_BYTES))

    def ref_of(self, withdrawal: ParsedWithdrawal) -> str:
        """Under which id the withdrawn entry is stored."""
        if withdrawal.ref is not None or withdrawal.entry is None:
            return self._sealer.stored_ref(withdrawal.ref or "")
        entry = withdrawal.entry
        return self._sealer.keyed_ref(pack((entry.md5, entry.sha1, entry.sha256, entry.pdq), entry.others))

    def _from_columns(self, blocks: Sequence[ParsedBlock]) -> PlainBlock:
        refs = [ref for block in blocks for ref in block.refs]
        count = len(refs)
        parts: list[NDArray[np.uint8]] = []
        kinds = 0
        for kind, prefix in zip(_ORDER, PREFIXES, strict=True):
            if kind in blocks[0].digests:
                kinds |= KIND_BITS[kind]
                parts.append(np.broadcast_to(np.frombuffer(prefix, dtype=np.uint8), (count, len(prefix))))
                parts.append(np.concatenate([block.digests[kind] for block in blocks]))
        packed = np.concatenate(parts, axis=1)
        return PlainBlock(
            supplier_id=self._supplier_id,
            refs=self._sealer.stored_refs(refs),
            categories=np.array([code for block in blocks for code in block.categories], dtype=np.uint8),
            kinds=np.full(count, kinds, dtype=np.uint8),
            times=_times([time for block in blocks for time in block.times]),
            packed=Ragged(joined=packed.reshape(-1), ends=np.arange(1, count + 1, dtype=np.int64) * packed.shape[1]),
        )

    def _from_entries(self, entries: Sequence[ParsedEntry]) -> PlainBlock:
        refs, bits, packs = [], [], []
        for entry in entries:
            _, given, _, _, md5, sha1, sha256, pdq, others = entry
            kinds, packed = 0, b""
            if md5 is not None:
                kinds, packed = _MD5, _P_MD5 + md5
            if sha1 is not None:
                kinds, packed = kinds | _SHA1, packed + _P_SHA1 + sha1
            if sha256 is not None:
                kinds, packed = kinds | _SHA256, packed + _P_SHA256 + sha256
            if pdq is not None:
                kinds, packed = kinds | _PDQ, packed + _P_PDQ + pdq
            if others:
                kinds, packed = kinds | UNSEARCHED_BIT, packed + pack((None,) * 4, others)
            refs.append(self._sealer.keyed_ref(packed) if given is None else self._sealer.stored_ref(given))
            bits.append(kinds)
            packs.append(packed)
        return PlainBlock(
            supplier_id=self._supplier_id,
            refs=refs,
            categories=np.array([entry.category for entry in entries], dtype=np.uint8),
            kinds=np.array(bits, dtype=np.uint8),
            times=_times([entry.micros for entry in entries]),
            packed=Ragged.of(packs),
        )


def _one_by_one(item: ParsedBlock | ParsedEntry) -> Sequence[ParsedEntry]:
    return item.entries() if isinstance(item, ParsedBlock) else (item,)


def _times(micros: Sequence[int | None]) -> NDArray[np.int64]:
    return np.array([NO_TIME if time is None else time for time in micros], dtype=np.int64)
