"""JPEG straight to luma at full size, strict about damage and lenient about what every browser overlooks.

libjpeg answers damaged data with a warning and a grey or garbled rest, which would give a wrong digest: every warning
is a refusal here, but for three faults that leave the picture whole: bytes between the header's segments, an unknown
revision number in them, and a missing or late end marker.
"""

import re
from dataclasses import dataclass, field

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

MAX_BYTES = 256 << 20
"""More of a file is not read: no picture within the pixel limit is that long."""

_ORIENTATION_TAG = 0x0112
_START_OF_SCAN = 0xDA
_APP0, _APP1, _APP14 = 0xE0, 0xE1, 0xEE
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ONE_SCAN_FRAMES = frozenset({0xC0, 0xC1})
_END = b"\xff\xd9"
_NO_END = "Premature end of JPEG file"
_EXIF = b"Exif\x00\x00"
_LATE_END = re.compile(r"Corrupt JPEG data: (\d+) extraneous bytes before marker 0xd9")
_HEADER_FAULT = re.compile(r"extraneous bytes before marker|JFIF revision|Adobe color transform")
_MOST_LATE_BYTES = 1024


@dataclass(slots=True)
class Header:
    """The segments before the picture's data.

    Attributes:
        segments: (marker, body without the length), in order; the last is the start of the first scan.
        data_from: Where the first scan's data begins.
    """

    segments: list[tuple[int, bytes]] = field(default_factory=list)
    data_from: int = 0

    def body(self, markers: frozenset[int]) -> tuple[int, bytes]:
        """The first segment with one of these markers, or (0, b"")."""
        return next(((marker, body) for marker, body in self.segments if marker in markers), (0, b""))


def size_of(data: bytes) -> tuple[int, int]:
    """Rows and columns by the header.

    Raises:
        ValueError: It has no readable header.
    """
    rows, cols, _, _ = simplejpeg.decode_jpeg_header(data, strict=False)
    return int(rows), int(cols)


def luma_of(data: bytes) -> NDArray[np.uint8]:
    """(rows, cols) luma of the whole picture, as stored.

    Raises:
        ValueError: It cannot be decoded without a gap.
    """
    try:
        return _decode(data)
    except ValueError as fault:
        message, header = str(fault), header_of(data)
        if _HEADER_FAULT.search(message):
            return _decode(_rebuilt(data, header))
        if message == _NO_END and _is_one_scan(header):
            return _strictly(data + _END)
        raise


def orientation_of(data: bytes) -> int:
    """EXIF orientation 1 to 8; 1 when there is none or it is unreadable, as browsers take it."""
    for marker, body in header_of(data).segments:
        if marker == _APP1 and body.startswith(_EXIF):
            return orientation_in(body)
    return 1


def orientation_in(exif: bytes) -> int:
    """EXIF orientation 1 to 8 in an EXIF block; 1 when there is none or it is unreadable."""
    block = Image.Exif()
    try:
        block.load(exif)
        value = block.get(_ORIENTATION_TAG, 1)
    except Exception:  # noqa: BLE001 - Pillow's parser of hostile EXIF raises anything; the picture may be fine
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def header_of(data: bytes) -> Header:
    """The segments up to the first scan, skipping whatever lies between them; fewer when the header is broken."""
    header = Header()
    at = 2
    while (at := data.find(b"\xff", at)) >= 0 and at + 4 <= len(data):
        marker = data[at + 1]
        if marker in {0x00, 0xFF} or 0xD0 <= marker <= 0xD8 or marker == 0x01:
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        header.segments.append((marker, data[at + 4 : end]))
        if marker == _START_OF_SCAN:
            header.data_from = end
            break
        at = max(end, at + 2)
    return header


def _strictly(data: bytes) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, "GRAY", strict=True)
    return pixels[:, :, 0]


def _decode(data: bytes) -> NDArray[np.uint8]:
    try:
        return _strictly(data)
    except ValueError as fault:
        late = _LATE_END.fullmatch(str(fault))
        if late is None or int(late[1]) > _MOST_LATE_BYTES:
            raise
    # The first warning stands after the last row: the picture itself is whole.
    pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, "GRAY", strict=False)
    return pixels[:, :, 0]


def _is_one_scan(header: Header) -> bool:
    """Whether the first scan holds the whole picture, so that a missing end marker hides no further one."""
    frame, body = header.body(_FRAME_HEADERS)
    scan = header.body(frozenset({_START_OF_SCAN}))[1]
    return frame in _ONE_SCAN_FRAMES and len(body) > 5 and scan[:1] == body[5:6]


def _rebuilt(data: bytes, header: Header) -> bytes:
    """The same picture with nothing between its segments and with revision numbers that decoders know."""
    parts = [b"\xff\xd8"]
    for marker, body in header.segments:
        known = body
        if marker == _APP0 and body.startswith(b"JFIF\x00"):
            known = body[:5] + b"\x01\x02" + body[7:]
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) > 11 and body[11] > 2:
            known = body[:11] + b"\x01" + body[12:]
        parts.append(bytes((0xFF, marker)) + (len(known) + 2).to_bytes(2, "big") + known)
    return b"".join((*parts, data[header.data_from :]))
