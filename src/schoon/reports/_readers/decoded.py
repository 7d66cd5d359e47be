"""From the bytes of a part to text, whatever its sender's program did wrong."""

import re
from binascii import a2b_base64, a2b_qp
from encodings.aliases import aliases

from schoon.reports._readers.mime import Part

MAX_TEXT_PART = 512 * 1024
"""The longest part that is read as text, as it was sent, in bytes."""

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_NO_TEXTS = frozenset(
    {
        *("base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"),
        *("idna", "punycode", "undefined", "raw_unicode_escape", "unicode_escape", "mbcs", "oem"),
    }
)
"""Codecs of Python that are no character sets of mail; some take a time that grows with the square of the length."""

_CHARSETS = {name: codec for name, codec in aliases.items() if codec not in _NO_TEXTS} | {
    codec: codec for codec in aliases.values() if codec not in _NO_TEXTS
}
_SHIFTED = ("utf_16", "utf_32", "utf_7", "iso2022", "hz")
"""Character sets in which the bytes of ASCII can mean something else."""

_NEVER_TEXT = (b"\xff\xd8\xff", b"\x89PNG")
_MEDIA = (
    *_NEVER_TEXT,
    b"GIF8",
    b"RIFF",
    b"BM",
    b"II*",
    b"MM\x00",
    b"\x1aE\xdf\xa3",
    b"\x00\x00",
    b"%PDF",
    b"PK\x03",
    b"OggS",
    b"FLV",
)
_WESTERN = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
"""Bytes that are no UTF-8, as Windows-1252 has them."""

_ENCODED_WORD = re.compile(r"=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=(?:\s+(?==\?))?", re.IGNORECASE)


class NotTextError(Exception):
    """The part says that it is text, and is a file."""


def texts_of(part: Part) -> list[str]:
    """What the part says: mostly one reading, two where the declared character set may be wrong.

    Raises:
        NotTextError: It holds the bytes of a picture, film or other file.
    """
    raw = transferred(part)
    codec = _CHARSETS.get(part.charset.replace("-", "_").replace(" ", "_"), "")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = codec or "utf_16"
    is_shifted = codec.startswith(_SHIFTED)
    is_wide = codec.startswith(("utf_16", "utf_32"))
    if raw.startswith(_MEDIA if is_wide else _NEVER_TEXT) or (b"\x00" in raw and not is_wide):
        raise NotTextError  # the bytes of every picture and film hold a zero early on
    plain = _plain(raw, codec if not is_shifted else "")
    shifted = _decode(raw, codec) if is_shifted else plain
    return [shifted] if shifted == plain or b"\x00" in raw else [shifted, plain]


def header_text(value: str) -> str:
    """A header's value as people read it (RFC 2047)."""
    return _ENCODED_WORD.sub(_word, value[:2_000]) if "=?" in value else _plain(value.encode("latin-1"), "")


def transferred(part: Part) -> bytes:
    """The part's bytes, out of base64 or quoted-printable; what is no base64 is passed over, as all programs do."""
    if part.encoding == "base64":
        chunks = _NOT_BASE64.sub(b"", part.body).split(b"=")
        whole = (chunk[: len(chunk) - (len(chunk) % 4 == 1)] for chunk in chunks if chunk)
        return b"".join(a2b_base64(chunk + b"=" * (-len(chunk) % 4)) for chunk in whole)
    if part.encoding == "quoted-printable":
        return a2b_qp(part.body)
    return part.body


def _plain(raw: bytes, codec: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        if codec in {"", "utf_8"}:
            return raw.decode("utf-8", "surrogateescape").translate(_WESTERN)
        return _decode(raw, codec)


def _decode(raw: bytes, codec: str) -> str:
    return raw.decode(codec, "replace")


def _word(word: re.Match[str]) -> str:
    charset, how, text = word[1].split("*")[0].lower(), word[2].lower(), word[3]
    part = Part(
        place="",
        media_type="text/plain",
        parameters={"charset": charset},
        encoding="base64" if how == "b" else "quoted-printable",
        name="",
        body=(text if how == "b" else text.replace("_", " ")).encode("latin-1"),
    )
    try:
        return texts_of(part)[0]
    except NotTextError:
        return word[0]
