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
_CHUNK = 1 << 18
_BY_LENGTH = {32: Kind.MD5, 40: Kind.SHA1}
_AMBIGUOUS = 64


def read_blocks(stream: BinaryIO) -> Iterator[tuple[int, list[bytes | None]]]:
    """Lines without their ends, many at a time, each block with the number of its first line (from 1).

    None stands for a line over a mebibyte, which is skipped.
    """
    number, carry, skipping = 1, b"", False
    chunk = stream.read(_CHUNK).removeprefix(_BOM)
    while chunk:
        lines: list[bytes | None] = [*(carry + chunk).split(b"\n")]
        carry = lines.pop() or b""
        if lines and (skipping or len(lines[0] or b"") > MAX_LINE_BYTES):
            lines[0], skipping = None, False
        if skipping or len(carry) > MAX_LINE_BYTES:
            carry, skipping = b"", True
        if b"\r" in chunk:
            lines = [line and line.rstrip(b"\r") for line in lines]
        if lines:
            yield number, lines
            number += len(lines)
        chunk = stream.read(_CHUNK)
    if carry or skipping:
        yield number, [None if skipping else carry.rstrip(b"\r")]


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Line numbers from 1 and lines without their ends; None for a line over a mebibyte, which is skipped."""
    for first, lines in read_blocks(stream):
        yield from enumerate(lines, first)


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
