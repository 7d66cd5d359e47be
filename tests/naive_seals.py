"""How the first schema sealed an entry, one by one: what a migration finds in old tables, and the judge of contents."""

import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schoon.index import ListKeys


def header_of(supplier_id: int, category: int, kinds: int, ref: str) -> bytes:
    raw = ref.encode()
    start = b"schoon entry v1" + supplier_id.to_bytes(4)
    return start + bytes([category, kinds]) + len(raw).to_bytes(2) + raw


def packed_of(**digests: bytes) -> bytes:
    parts = [len(name).to_bytes(1) + name.encode() + len(v).to_bytes(4) + v for name, v in digests.items()]
    return b"".join(parts)


def content_of(keys: ListKeys, header: bytes, packed: bytes) -> bytes:
    leaf_key = hmac.digest(keys.table_key, b"schoon/list/leaf", "sha256")
    return hashlib.blake2b(header + packed, key=leaf_key, digest_size=32).digest()


def sealed_of(keys: ListKeys, header: bytes, packed: bytes, micros: int | None) -> bytes:
    nonce = os.urandom(12)
    time = b"\xff" * 8 if micros is None else (micros + (1 << 63)).to_bytes(8)
    return nonce + AESGCM(keys.table_key).encrypt(nonce, packed, header + time)
