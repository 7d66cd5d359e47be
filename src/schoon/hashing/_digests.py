"""MD5, SHA-1 and SHA-256 of an open file in one pass and constant memory."""

import hashlib
import os
from dataclasses import dataclass

BLOCK_BYTES = 1 << 18
"""Small enough to stay in the cache for three hashes, large enough that the interpreter's lock is let go."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ExactDigests:
    """The three exact digests of the bytes that were read, and how many those were."""

    size_bytes: int
    md5: bytes
    sha1: bytes
    sha256: bytes


def first_bytes(fd: int, count: int) -> bytes:
    """The first bytes of an open file, fewer when it is shorter; its offset stays where it is.

    Raises:
        OSError: It cannot be read.
    """
    return os.pread(fd, count, 0)


def exact_digests(fd: int) -> ExactDigests:
    """The digests of an open file from its first byte to its end, wherever its offset stands.

    Raises:
        OSError: It cannot be read to its end.
    """
    # Not for secrecy: the lists are made of these digests, also on hosts where MD5 is otherwise forbidden.
    md5 = hashlib.md5(usedforsecurity=False)
    sha1 = hashlib.sha1(usedforsecurity=False)
    sha256 = hashlib.sha256()
    block, size = memoryview(bytearray(BLOCK_BYTES)), 0
    while count := os.preadv(fd, [block], size):
        size += count
        for hasher in (md5, sha1, sha256):
            hasher.update(block[:count])
    return ExactDigests(size_bytes=size, md5=md5.digest(), sha1=sha1.digest(), sha256=sha256.digest())
