"""Reads lines without ever holding a long one, and one hash a line."""

from collections.abc import Iterator
from typing import BinaryIO

from schoon.kinds import Kind
from schoon.lists.formats.rows import (
    MAX_LINE_BYTES,
    BadRow,
    Parsed,
    ParsedEntry,
    ParseOptions,
    RowError,
    category_of,
    digest_of,
    entry_of,
)

_BOM = b"\xef\xbb\xbf"
_BY_LENGTH = {32: Kind.MD5, 40: Kind.SHA1}
_AMBIGUOUS = 64


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Line numbers from 1 and lines without their ends; None for a line over a mebibyte, which is skipped."""
    line = stream.readline(MAX_LINE_BYTES).removeprefix(_BOM)
    number = 1
    while line:
        if len(line) >= MAX_LINE_BYTES and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE_BYTES)
            yield number, None
        else:
            yield number, line.rstrip(b"\r\n")
        line = stream.readline(MAX_LINE_BYTES)
        number += 1


TOO_LONG = f"the line is longer than {MAX_LINE_BYTES} bytes"


def parse_lines(stream: BinaryIO, options: ParseOptions) -> Iterator[Parsed]:
    """One hash a line in hexadecimal; empty lines and lines that begin with # are passed over."""
    for number, line in read_lines(stream):
        if line is None:
            yield BadRow(number, TOO_LONG)
            continue
        text = line.strip()
        if not text or text.startswith(b"#"):
            continue
        try:
            yield _entry(number, text, options)
        except RowError as error:
            yield BadRow(number, str(error))


def _entry(number: int, text: bytes, options: ParseOptions) -> ParsedEntry:
    kind = options.kind or _BY_LENGTH.get(len(text))
    if kind is None:
        if len(text) == _AMBIGUOUS:
            raise RowError("64 digits can be sha256 or pdq; say which with --kind")
        raise RowError(f"{len(text)} characters are no md5, sha1, sha256 or pdq in hexadecimal")
    value = digest_of(kind, text)
    return entry_of(number, category_of("", options), None, {kind: value})
