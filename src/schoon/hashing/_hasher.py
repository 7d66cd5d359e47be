"""Files in, digests out, from any number of threads over a fixed number of decoder processes."""

import fcntl
import itertools
import os
import queue
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from schoon.hashing._decoder import Decoder
from schoon.hashing._digests import ExactDigests, Reading
from schoon.hashing._frames import MAX_FRAMES, REFUSALS, Answer, Outcome, Request
from schoon.hashing.types import FileDigests, NotHashable
from schoon.kinds import InputError

MAX_PIXELS = 100_000_000
"""The default pixel limit: phones make pictures of 50 to 108 million; a decoder's memory holds one of a hundred."""

_SECOND_TRY_SECONDS = 2.0


class NotARegularFileError(InputError):
    """Only regular files have digests; this is a folder, a pipe, a socket or a device."""

    next_step = "give the path of a file"


class Hasher:
    """Hashes files: exact digests in the calling thread, PDQ in a decoder process at the same time.

    The exact digests are made in this process alone; a decoder that a hostile file has taken over can at worst
    give a wrong PDQ digest. Close it, or use it as a context manager, to end its processes.
    """

    def __init__(
        self,
        jobs: int = 2,
        *,
        max_pixels: int = MAX_PIXELS,
        frames: int = 1,
        dihedral: bool = False,
        timeout_seconds: float = 5.0,
    ) -> None:
        """Start the decoder processes; they get ready while the first files are read.

        Args:
            jobs: Decoder processes, hence files decoded at the same time.
            max_pixels: Pictures with more, by their own header, are not decoded.
            frames: Digests per animation: 1 for the first frame; more are spread evenly from first frame to last.
            dihedral: Give the eight turned and mirrored variants too.
            timeout_seconds: How long a decoder may take over one file.

        Raises:
            ValueError: A number out of range.
            DecoderStartError: No process could be started.
        """
        if jobs < 1 or not 1 <= frames <= MAX_FRAMES or max_pixels < 1 or timeout_seconds <= 0:
            raise ValueError(
                f"jobs={jobs}, frames={frames} (1 to {MAX_FRAMES}), max_pixels={max_pixels}, {timeout_seconds=}"
            )
        self._max_pixels, self._frames, self._dihedral = max_pixels, frames, dihedral
        self._timeout_seconds = timeout_seconds
        self._sequence = itertools.count(1)
        self._all: list[Decoder] = []
        self._idle: queue.SimpleQueue[Decoder] = queue.SimpleQueue()
        try:
            for _ in range(jobs):
                self._all.append(Decoder())
                self._idle.put(self._all[-1])
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def decoder_pids(self) -> tuple[int, ...]:
        """The process ids of the decoders, for a supervisor's metrics."""
        return tuple(decoder.pid for decoder in self._all)

    def close(self) -> None:
        """End the decoder processes; do not call it while a thread still hashes."""
        for decoder in self._all:
            decoder.close()
        self._all.clear()

    def hash_path(self, path: Path) -> FileDigests:
        """The digests of the file at a path; links are followed.

        Raises:
            NotARegularFileError: There is something else.
            OSError: It cannot be opened or read.
            DecoderStartError: A decoder process had to be replaced and could not be.
        """
        # O_NONBLOCK: opening a pipe that nobody writes to must not wait.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            return self.hash_fd(fd)
        finally:
            os.close(fd)

    def hash_fd(self, fd: int) -> FileDigests:
        """The digests of an open file, read from its first byte; its offset stays where it is.

        Digests and size are of the bytes read here. The picture is read once more by the decoder: of a file that is
        written to meanwhile the two may differ, so that a caller who minds compares `os.fstat` before and after.

        Raises:
            NotARegularFileError: There is something else behind it.
            OSError: It cannot be read.
            DecoderStartError: A decoder process had to be replaced and could not be.
        """
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise NotARegularFileError(f"descriptor {fd} is not of a regular file")
        return self.hash_reading(Reading(fd, found.st_size))

    def hash_reading(self, reading: Reading) -> FileDigests:
        """See `hash_fd`: the digests of a file of which this thread has read the first block.

        Raises:
            OSError: It cannot be read.
            DecoderStartError: A decoder process had to be replaced and could not be.
        """
        media = reading.media
        if media is None:
            return _not_an_image(reading.digests())
        request = Request(
            sequence=next(self._sequence) % (1 << 32),
            media=media,
            frames=self._frames,
            dihedral=self._dihedral,
            max_pixels=self._max_pixels,
            milliseconds=int(self._timeout_seconds * 1000),
        )
        decoder = self._idle.get()
        try:
            return self._hash_picture(reading, decoder, request)
        finally:
            self._idle.put(decoder)

    def _hash_picture(self, reading: Reading, decoder: Decoder, request: Request) -> FileDigests:
        with _read_only(reading.fd) as readable:
            decoder.send(readable, request)
            deadline = time.monotonic() + self._timeout_seconds
            try:
                exact = reading.digests()
            finally:
                # Also when reading fails: an answer left behind would be taken for the next file's.
                answer = decoder.receive(request, deadline)
            if answer.outcome is Outcome.DIED:
                # Perhaps not over this file: the system ends processes when memory runs out. One more try.
                decoder.send(readable, request)
                answer = decoder.receive(request, max(deadline, time.monotonic() + _SECOND_TRY_SECONDS))
        refusal, detail = _refusal_of(answer)
        return FileDigests(
            size_bytes=exact.size_bytes,
            md5=exact.md5,
            sha1=exact.sha1,
            sha256=exact.sha256,
            media=request.media,
            pdq=answer.digests,
            refusal=refusal,
            detail=detail,
        )


def _not_an_image(exact: ExactDigests) -> FileDigests:
    return FileDigests(
        size_bytes=exact.size_bytes,
        md5=exact.md5,
        sha1=exact.sha1,
        sha256=exact.sha256,
        media=None,
        refusal=NotHashable.NOT_AN_IMAGE,
        detail="Its first bytes are not those of a supported image format.",
    )


def _refusal_of(answer: Answer) -> tuple[NotHashable | None, str]:
    return (None, "") if answer.outcome is Outcome.HASHED else REFUSALS[answer.outcome]


@contextmanager
def _read_only(fd: int) -> Iterator[int]:
    """A descriptor of the same file through which a decoder can do no more than read.

    Raises:
        OSError: The caller's is open for writing and cannot be opened anew.
    """
    if fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        yield fd
        return
    opened = os.open(f"/proc/self/fd/{fd}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield opened
    finally:
        os.close(opened)
