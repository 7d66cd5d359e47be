"""The fixed binary frames between the hasher and its decoder processes; nothing that arrives is unpickled.

    request (with the file's descriptor beside it, SCM_RIGHTS)   <4sIBBHQI
        "ShRq", sequence, media, flags (1: dihedral), frames, most pixels, milliseconds
    ready (once, when the process has confined itself)           <4sI
        "ShOk", protocol version
    answer                                                       <4sIBB
        "ShAn", sequence, outcome, number of digests; then per digest: quality (1 byte), 32 bytes, or 8 x 32 bytes

A decoder works on hostile files, so that its answers are hostile too: every length, range and number is checked.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from schoon.hashing.types import MIN_QUALITY, NotHashable, PdqHash

PROTOCOL_VERSION = 1
MAX_FRAMES = 64
PDQ_BYTES = 32
MEDIA = ("jpeg", "png", "gif", "webp", "avif", "heic", "tiff", "bmp")
"""Their place is their number on the wire."""

_REQUEST = struct.Struct("<4sIBBHQI")
_READY = struct.Struct("<4sI")
_ANSWER = struct.Struct("<4sIBB")
_VARIANTS = 8
REQUEST_BYTES = _REQUEST.size
MAX_ANSWER_BYTES = _ANSWER.size + MAX_FRAMES * (1 + _VARIANTS * PDQ_BYTES)
READY = _READY.pack(b"ShOk", PROTOCOL_VERSION)


class Outcome(IntEnum):
    """What came of one file; the first seven travel, the rest is the hasher's own view of a decoder."""

    HASHED = 0
    TOO_SMALL = 1
    LOW_QUALITY = 2
    TOO_MANY_PIXELS = 3
    DAMAGED = 4
    NO_MEMORY = 5
    NO_CODEC = 6
    TIMED_OUT = 100
    DIED = 101
    NONSENSE = 102


REFUSALS: dict[Outcome, tuple[NotHashable, str]] = {
    Outcome.TOO_SMALL: (NotHashable.TOO_SMALL, "The picture has fewer than five rows or columns."),
    Outcome.LOW_QUALITY: (
        NotHashable.LOW_QUALITY,
        "The picture has too little structure: its PDQ quality is below 50.",
    ),
    Outcome.TOO_MANY_PIXELS: (NotHashable.TOO_MANY_PIXELS, "Its header announces more pixels than the limit allows."),
    Outcome.DAMAGED: (
        NotHashable.UNDECODABLE,
        "The picture is damaged, cut short, or of a variant that no decoder here reads.",
    ),
    Outcome.NO_MEMORY: (NotHashable.UNDECODABLE, "Decoding needs more memory than a decoder may use."),
    Outcome.NO_CODEC: (NotHashable.UNDECODABLE, "Reading HEIC needs the optional extra: pip install 'schoon[heic]'."),
    Outcome.TIMED_OUT: (NotHashable.UNDECODABLE, "Decoding took longer than the time limit."),
    Outcome.DIED: (NotHashable.UNDECODABLE, "The decoder process ended while it read this file."),
    Outcome.NONSENSE: (NotHashable.UNDECODABLE, "The decoder process gave an answer that cannot be; it was replaced."),
}
"""What a person is told of each outcome that gives no digest."""


class MalformedFrameError(ValueError):
    """A frame between hasher and decoder does not have its written form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One file for a decoder.

    Attributes:
        sequence: Tells a late answer from the one that is waited for.
        frames: At most that many digests, 1 to `MAX_FRAMES`.
        max_pixels: Pictures with more are not decoded.
        milliseconds: The decoder ends itself when it takes much longer.
    """

    sequence: int
    media: str
    frames: int
    dihedral: bool
    max_pixels: int
    milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a decoder says of one file: digests exactly when the outcome is HASHED."""

    sequence: int
    outcome: Outcome
    digests: tuple[PdqHash, ...] = ()


def pack_request(request: Request) -> bytes:
    """The request as it travels."""
    flags = 1 if request.dihedral else 0
    media = MEDIA.index(request.media)
    numbers = (request.frames, request.max_pixels, request.milliseconds)
    return _REQUEST.pack(b"ShRq", request.sequence, media, flags, *numbers)


def parse_request(frame: bytes) -> Request:
    """The request in a frame.

    Raises:
        MalformedFrameError: It is none.
    """
    if len(frame) != _REQUEST.size:
        raise MalformedFrameError(f"a request has {_REQUEST.size} bytes, not {len(frame)}")
    magic, sequence, media, flags, frames, max_pixels, milliseconds = _REQUEST.unpack(frame)
    if magic != b"ShRq" or media >= len(MEDIA) or flags > 1 or not 1 <= frames <= MAX_FRAMES:
        raise MalformedFrameError("a request holds a number out of range")
    return Request(
        sequence=sequence,
        media=MEDIA[media],
        frames=frames,
        dihedral=flags == 1,
        max_pixels=max_pixels,
        milliseconds=milliseconds,
    )


def pack_answer(sequence: int, outcome: Outcome, digests: Sequence[PdqHash] = ()) -> bytes:
    """The answer as it travels."""
    records = [bytes([one.quality]) + (b"".join(one.dihedral) or one.value) for one in digests]
    return _ANSWER.pack(b"ShAn", sequence, outcome, len(records)) + b"".join(records)


def parse_answer(frame: bytes, request: Request) -> Answer:
    """The answer to that request.

    Raises:
        MalformedFrameError: It is none, or not to that request, or says what cannot be.
    """
    if len(frame) < _ANSWER.size:
        raise MalformedFrameError(f"an answer has at least {_ANSWER.size} bytes, not {len(frame)}")
    magic, sequence, code, count = _ANSWER.unpack_from(frame)
    if magic != b"ShAn" or sequence != request.sequence or code > Outcome.NO_CODEC:
        raise MalformedFrameError("an answer has a wrong magic, sequence or outcome")
    outcome = Outcome(code)
    step = 1 + PDQ_BYTES * (_VARIANTS if request.dihedral else 1)
    if (outcome is Outcome.HASHED) != (count > 0) or count > request.frames:
        raise MalformedFrameError(f"an answer of outcome {code} holds {count} digests")
    if len(frame) != _ANSWER.size + count * step:
        raise MalformedFrameError(f"an answer with {count} digests has {len(frame)} bytes")
    records = [frame[at : at + step] for at in range(_ANSWER.size, len(frame), step)]
    return Answer(sequence=sequence, outcome=outcome, digests=tuple(_digest(record) for record in records))


def _digest(record: bytes) -> PdqHash:
    quality, views = record[0], [record[at : at + PDQ_BYTES] for at in range(1, len(record), PDQ_BYTES)]
    if not MIN_QUALITY <= quality <= 100:
        raise MalformedFrameError(f"a digest of quality {quality} is not given out")
    return PdqHash(value=views[0], quality=quality, dihedral=tuple(views) if len(views) > 1 else ())
