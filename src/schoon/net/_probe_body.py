"""A body on its way through memory: counted, hashed, unpacked within bounds, and gone. Nothing is written anywhere.

1. Each piece goes through MD5, SHA-1 and SHA-256. Of a packed body the bytes that it unpacks to are hashed beside those
   that came, since one of the two is the file.
2. Unpacking stops where the ratio or the cap is passed; counting and hashing of what comes goes on.
3. The first bytes are kept for the comparison of pages; a picture is kept whole, in memory that has no name, when it is
   to be hashed by its looks.
"""

import hashlib
import os
import zlib
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from schoon.hashing import SNIFF_BYTES, DecoderStartError, Hasher, sniff
from schoon.kinds import Digest, Kind
from schoon.net._probe_words import ProbeLimits, Reason

START_BYTES = 256 * 1024
"""Of a body, kept for the comparison of pages."""

_STEP = 64 * 1024
_RATIO_FROM = 64 * 1024
"""Unpacked bytes up to which the ratio is not judged: short texts of one letter pack better than anything hostile."""

_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""Encodings that are unpacked though none was asked for, with zlib's word for each."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Body:
    """What was learnt of a body.

    Attributes:
        size: Bytes that came over the line.
        digests: Empty when it was not read whole.
        start: Its first bytes, unpacked.
        fault: Why it was not read whole, or not unpacked; None when it was.
    """

    size: int
    digests: tuple[Digest, ...] = ()
    start: bytes = b""
    fault: Reason | None = None

    @property
    def sha256(self) -> bytes:
        """The digest by which two bodies are compared; empty when it was not read whole."""
        return next((digest.value for digest in self.digests if digest.kind is Kind.SHA256), b"")


class _Hashes:
    def __init__(self) -> None:
        # Not for secrecy: the lists are made of these digests.
        self._all = {
            Kind.MD5: hashlib.md5(usedforsecurity=False),
            Kind.SHA1: hashlib.sha1(usedforsecurity=False),
            Kind.SHA256: hashlib.sha256(),
        }

    def feed(self, piece: bytes) -> None:
        for one in self._all.values():
            one.update(piece)

    def digests(self) -> list[Digest]:
        return [Digest(kind=kind, value=one.digest()) for kind, one in self._all.items()]


class _Unpacking:
    """Unpacks one layer; `fault` is set, and nothing more comes out, once it is a bomb or is no such thing at all."""

    def __init__(self, window: int, limits: ProbeLimits) -> None:
        self._zlib = zlib.decompressobj(window)
        self._limits = limits
        self._in = self._out = 0
        self.fault: Reason | None = None

    def feed(self, piece: bytes) -> list[bytes]:
        self._in += len(piece)
        unpacked = []
        while piece and self.fault is None and not self._zlib.eof:
            try:
                unpacked.append(self._zlib.decompress(piece, _STEP))
            except zlib.error:
                self.fault = Reason.MALFORMED
                break
            piece = self._zlib.unconsumed_tail
            self._out += len(unpacked[-1])
            if self._out > min(self._limits.body_bytes, max(_RATIO_FROM, self._in * self._limits.ratio)):
                self.fault = Reason.BOMB
        return unpacked

    @property
    def is_whole(self) -> bool:
        return self.fault is None and self._zlib.eof and not self._zlib.unused_data


class _Picture:
    """A file in memory, without a name, that ends with the block."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self.fd: int | None = os.memfd_create("picture", os.MFD_CLOEXEC)

    def feed(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            self.close()
        if self.fd is None:
            return
        try:
            left = memoryview(piece)
            while left:
                left = left[os.write(self.fd, left) :]
        except OSError:  # no memory, or a limit on the size of files
            self.close()

    def close(self) -> None:
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None


@dataclass
class BodyReader:
    """Takes the pieces of one body; a context manager, at whose end everything is forgotten."""

    limits: ProbeLimits
    encoding: str = ""
    hasher: Hasher | None = None
    _size: int = 0
    _start: bytearray = field(default_factory=bytearray)
    _came: _Hashes = field(default_factory=_Hashes)
    _unpacked: _Hashes = field(default_factory=_Hashes)
    _unpacking: _Unpacking | None = None
    _picture: _Picture | None = None
    _is_sniffed: bool = False

    def __post_init__(self) -> None:
        """Prepare to unpack, where the encoding is one that can be."""
        window = _WINDOW.get(self.encoding.strip().lower())
        if window is not None:
            self._unpacking = _Unpacking(window, self.limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._picture is not None:
            self._picture.close()

    @property
    def size(self) -> int:
        """Bytes that came."""
        return self._size

    def feed(self, piece: bytes) -> bool:
        """Take a piece; false when the body has become too large, and no more is to be read."""
        self._size += len(piece)
        if self._size > self.limits.body_bytes:
            return False
        self._came.feed(piece)
        if self._unpacking is None:
            self._keep(piece)
            return True
        for one in self._unpacking.feed(piece):
            self._unpacked.feed(one)
            self._keep(one)
        return True

    def body(self, fault: Reason | None = None) -> Body:
        """What was learnt.

        Args:
            fault: Why it was not read whole.
        """
        if fault is not None:
            return Body(size=self._size, start=bytes(self._start), fault=fault)
        digests = self._came.digests()
        if self._unpacking is None:
            digests += self._looks()
        elif self._unpacking.is_whole:
            digests = self._unpacked.digests() + digests + self._looks()
        else:
            fault = self._unpacking.fault or Reason.MALFORMED
        return Body(size=self._size, digests=tuple(digests), start=bytes(self._start), fault=fault)

    def _keep(self, piece: bytes) -> None:
        self._start += piece[: START_BYTES - len(self._start)]
        if self._picture is not None:
            self._picture.feed(piece)
        elif not self._is_sniffed and len(self._start) >= SNIFF_BYTES:
            self._sniff()

    def _sniff(self) -> None:
        self._is_sniffed = True
        if self.hasher is not None and sniff(bytes(self._start[:SNIFF_BYTES])) is not None:
            self._picture = _Picture(self.limits.picture_bytes)
            self._picture.feed(bytes(self._start))

    def _looks(self) -> list[Digest]:
        """PDQ of a picture in its eight orientations; nothing for anything else."""
        if not self._is_sniffed:
            self._sniff()
        if self._picture is None or self._picture.fd is None or self.hasher is None:
            return []
        try:
            found = self.hasher.hash_fd(self._picture.fd)
        except DecoderStartError:
            return []
        values = [value for one in found.pdq for value in (one.dihedral or (one.value,))]
        return [Digest(kind=Kind.PDQ, value=value) for value in dict.fromkeys(values)]
