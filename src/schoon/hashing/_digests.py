"""MD5, SHA-1 and SHA-256 of an open file in one pass and constant memory."""

import hashlib
import os
import threading
from typing import NamedTuple

from typing_extensions import override

from schoon.hashing._sniff import SNIFF_BYTES, sniff

BLOCK_BYTES = 1 << 18
"""Small enough to stay in the cache for three hashes, large enough that the interpreter's lock is let go."""


class _Blocks(threading.local):
    """One block a thread: making and clearing one for each file takes as long as hashing a small file."""

    def __init__(self) -> None:
        self.block = memoryview(bytearray(BLOCK_BYTES))


_blocks = _Blocks()


class ExactDigests(NamedTuple):
    """The three exact digests of the bytes that were read, and how many those were."""

    size_bytes: int
    md5: bytes
    sha1: bytes
    sha256: bytes

    @override
    def __repr__(self) -> str:
        """The size alone: digests reach no log through `repr`."""
        return f"ExactDigests(size_bytes={self.size_bytes})"


class Reading:
    """One pass over an open file, its first block read at once; a thread has one at a time.

    Small files that are no pictures are most of a disk, so that each is read in one system call: whoever has to see
    how a file begins before it is hashed makes the reading, and gives it to the hasher.

    Attributes:
        fd: The open file.
        media: What `sniff` says of its first bytes.
    """

    def __init__(self, fd: int, size_bytes: int, flags: int = 0) -> None:
        """Read the first block; the descriptor's offset stays where it is.

        Args:
            fd: Of a regular file.
            size_bytes: What `os.fstat` said: a short block that ends there is the last one.
            flags: For the first block, as of `os.preadv`.

        Raises:
            OSError: It cannot be read.
        """
        self.fd = fd
        self._expected = size_bytes
        self._block = _blocks.block
        self._count = os.preadv(fd, [self._block], 0, flags)
        self.media = sniff(self.start(SNIFF_BYTES))

    @classmethod
    def in_memory(cls, fd: int, size_bytes: int) -> "Reading | None":
        """The same of a file of one block; None when the system would have to fetch it, or cannot say."""
        if size_bytes > BLOCK_BYTES:
            return None
        try:
            reading = cls(fd, size_bytes, os.RWF_NOWAIT)
        except OSError:
            return None
        return reading if reading._count >= size_bytes else None

    def start(self, count: int) -> bytes:
        """The first bytes, fewer when the file is shorter. Not to be asked after `digests`."""
        return bytes(self._block[: min(count, self._count)])

    def digests(self) -> ExactDigests:
        """The digests from its first byte to its end.

        Raises:
            OSError: It cannot be read to its end.
        """
        # Not for secrecy: the lists are made of these digests, also on hosts where MD5 is otherwise forbidden.
        md5 = hashlib.md5(usedforsecurity=False)
        sha1 = hashlib.sha1(usedforsecurity=False)
        sha256 = hashlib.sha256()
        block, count, size = self._block, self._count, 0
        while count:
            size += count
            piece = block[:count]
            md5.update(piece)
            sha1.update(piece)
            sha256.update(piece)
            if count < BLOCK_BYTES and size >= self._expected:
                break
            count = os.preadv(self.fd, [block], size)
        return ExactDigests(size, md5.digest(), sha1.digest(), sha256.digest())
