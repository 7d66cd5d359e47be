"""A decoder process: reads one file after another by descriptor and answers with PDQ digests. Started by exec.

    python -I -m schoon.hashing._worker SOCKET_FD

It ends when its socket closes, when a file takes much longer than allowed, and on whatever a decoder does to it.
"""

import io
import os
import signal
import socket
import sys
from typing import IO, cast

import numpy as np
from typing_extensions import Buffer

from schoon.hashing import _confine, _decode
from schoon.hashing._frames import (
    READY,
    REQUEST_BYTES,
    Outcome,
    Request,
    pack_answer,
    parse_request,
)
from schoon.hashing._pdq import MIN_SIDE, pdq_of_image, pdq_of_raster
from schoon.hashing.types import MIN_QUALITY, PdqHash


class _PositionedFile(io.RawIOBase):
    """A file read by position: the descriptor's own offset is shared with the caller and stays where it is."""

    def __init__(self, fd: int) -> None:
        super().__init__()
        self._fd = fd
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        count = os.preadv(self._fd, [buffer], self._at)
        self._at += count
        return count

    def readall(self) -> bytes:
        """The rest of the file in one piece: the inherited way holds it twice for a moment."""
        rest = os.pread(self._fd, max(0, os.fstat(self._fd).st_size - self._at), self._at)
        self._at += len(rest)
        return rest

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}.get(whence)
        if base is None:
            base = os.fstat(self._fd).st_size
        if base + offset < 0:
            raise ValueError(f"position {base + offset} lies before the file")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at


def main() -> None:
    """Prepare, give up every right that is not needed, say so, then answer requests until the socket closes."""
    _decode.prepare()
    pdq_of_image(np.zeros((8, 8), dtype=np.uint8))
    with socket.socket(fileno=_confine.confine(int(sys.argv[1]), may_thread=_decode.HAS_HEIC)) as channel:
        channel.send(READY)
        while _serve_one(channel):
            pass


def _serve_one(channel: socket.socket) -> bool:
    frame, fds, _, _ = socket.recv_fds(channel, REQUEST_BYTES, 1)
    if not frame:
        return False
    request = parse_request(frame)
    # The hasher ends an overdue decoder itself; this is for when the hasher is gone. The default action kills.
    signal.setitimer(signal.ITIMER_REAL, request.milliseconds / 1000 + 1)
    needs_threads = _decode.HAS_HEIC and request.media == "heic"
    if needs_threads:
        _confine.allow_threads(allowed=True)
    try:
        outcome, digests = _hash(fds[0], request)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for fd in fds:
            os.close(fd)
        if needs_threads:
            _confine.allow_threads(allowed=False)
    channel.send(pack_answer(request.sequence, outcome, digests))
    return True


def _hash(fd: int, request: Request) -> tuple[Outcome, list[PdqHash]]:
    digests: list[PdqHash] = []
    fault = Outcome.LOW_QUALITY
    try:
        with io.BufferedReader(_PositionedFile(fd), 1 << 16) as stream:
            pictures = _decode.pictures_of(
                cast("IO[bytes]", stream), request.media, frames=request.frames, max_pixels=request.max_pixels
            )
            for raster, orientation in pictures:
                if min(raster.rows, raster.cols) < MIN_SIDE:
                    fault = Outcome.TOO_SMALL
                    break
                digest = pdq_of_raster(
                    raster, orientation=orientation, dihedral=request.dihedral, min_quality=MIN_QUALITY
                )
                if digest.quality >= MIN_QUALITY:
                    digests.append(digest)
    except _decode.TooManyPixelsError:
        fault = Outcome.TOO_MANY_PIXELS
    except _decode.MissingCodecError:
        fault = Outcome.NO_CODEC
    except MemoryError:
        fault = Outcome.NO_MEMORY
    except Exception:  # noqa: BLE001 - the outermost loop over hostile input: the next file must still be read
        fault = Outcome.DAMAGED
    return (Outcome.HASHED if digests else fault), digests


if __name__ == "__main__":
    main()
