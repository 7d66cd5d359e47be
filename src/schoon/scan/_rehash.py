"""Exact digests of an open file, for looking once more before it is touched."""

import hashlib
import os

_PIECE_BYTES = 1 << 20


def exact_digests(handle: int) -> bytes:
    """MD5, SHA-1 and SHA-256 of the whole file, one after the other: 68 bytes."""
    hashes = (
        hashlib.md5(usedforsecurity=False),
        hashlib.sha1(usedforsecurity=False),
        hashlib.sha256(usedforsecurity=False),
    )
    place = 0
    while piece := os.pread(handle, _PIECE_BYTES, place):
        for one in hashes:
            one.update(piece)
        place += len(piece)
    return b"".join(one.digest() for one in hashes)
