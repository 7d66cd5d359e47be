"""Turns parsed rows into rows for the tables: tags, sealed digests, keyed content. The hot part of an import."""

import os
from collections.abc import Sequence

import numpy as np

from schoon.index import ListKeys, tags_of
from schoon.kinds import KIND_BITS, KIND_BYTES, Kind
from schoon.lists._sealing import NONCE_BYTES, PREFIXES, Sealer, header_of, header_start, pack, time_bytes
from schoon.lists.formats import ParsedEntry, ParsedWithdrawal
from schoon.lists.types import UNSEARCHED_BIT, NewEntry

_MD5, _SHA1, _SHA256, _PDQ = (KIND_BITS[kind] for kind in (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.PDQ))
_P_MD5, _P_SHA1, _P_SHA256, _P_PDQ = PREFIXES
_TAG_BYTES = 16


class Preparer:
    """Prepares the rows of one supplier."""

    def __init__(self, keys: ListKeys, sealer: Sealer, supplier_id: int) -> None:
        """Take the list's keys."""
        self._keys = keys
        self._sealer = sealer
        self._start = header_start(supplier_id)

    def rows(self, entries: Sequence[ParsedEntry]) -> list[NewEntry]:
        """One row per entry, in the same order, each as revision 1."""
        sealer, start = self._sealer, self._start
        content_of, seal = sealer.content, sealer.seal
        nonces = os.urandom(NONCE_BYTES * len(entries))
        exact = (
            self._tags(Kind.MD5, [entry.md5 for entry in entries]),
            self._tags(Kind.SHA1, [entry.sha1 for entry in entries]),
            self._tags(Kind.SHA256, [entry.sha256 for entry in entries]),
        )
        rows: list[NewEntry] = []
        nonce_at = 0
        for entry, md5_tag, sha1_tag, sha256_tag in zip(entries, *exact, strict=True):
            _, given, category, micros, md5, sha1, sha256, pdq, others = entry
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
            ref = sealer.keyed_ref(packed) if given is None else sealer.stored_ref(given)
            header = header_of(start, category, kinds, ref)
            nonce = nonces[nonce_at : nonce_at + NONCE_BYTES]
            nonce_at += NONCE_BYTES
            sealed = nonce + seal(nonce, packed, header + time_bytes(micros))
            content = content_of(header, packed)
            rows.append((ref, 1, category, kinds, micros, md5_tag, sha1_tag, sha256_tag, content, sealed))
        return rows

    def ref_of(self, withdrawal: ParsedWithdrawal) -> str:
        """Under which id the withdrawn entry is stored."""
        if withdrawal.ref is not None or withdrawal.entry is None:
            return self._sealer.stored_ref(withdrawal.ref or "")
        entry = withdrawal.entry
        return self._sealer.keyed_ref(pack((entry.md5, entry.sha1, entry.sha256, entry.pdq), entry.others))

    def _tags(self, kind: Kind, digests: list[bytes | None]) -> list[bytes | None]:
        present = [digest for digest in digests if digest is not None]
        if not present:
            return [None] * len(digests)
        values = np.frombuffer(b"".join(present), dtype=np.uint8).reshape(-1, KIND_BYTES[kind])
        raw = tags_of(self._keys, kind, values).tobytes()
        tags = iter([raw[at : at + _TAG_BYTES] for at in range(0, len(raw), _TAG_BYTES)])
        return list(tags) if len(present) == len(digests) else [None if d is None else next(tags) for d in digests]
