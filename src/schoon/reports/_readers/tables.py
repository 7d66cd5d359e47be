"""Rows of a delimited file, found so that one broken row never swallows the rows behind it.

1. A row is read field by field; a quoted field may hold delimiters, doubled quotes and line breaks.
2. Where that does not come out (quotes that do not match, a row that is too long) the one line on which the row begins
   is given up, with the reason, and reading goes on behind it.
3. Every line is read a bounded number of times: what keeps a quote open over many lines is an even number of quotes in
   each of them, and such a line, read anew, ends where it ends.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MAX_ROW = 16_384
"""The longest row, in bytes."""

_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_BREAKS = frozenset({b"", b"\r", b"\n"})
_BLANK = re.compile(rb"[\r\n]*+")
_BACKSLASHED = re.compile(r"\\(.)", re.DOTALL)


class Row(NamedTuple):
    """A row as it stands in the file: its fields, or why it has none.

    `line` is the line on which it begins, as editors count.
    """

    line: int
    fields: Sequence[str]
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a file writes its rows.

    Attributes:
        delimiter: One byte between fields.
        is_escaped: A quote inside a quoted field stands behind a backslash, not doubled.
    """

    delimiter: bytes
    is_escaped: bool = False


def without_mark(data: bytes) -> bytes:
    """The file without a byte order mark."""
    return data.removeprefix(_BOM)


def is_wide(data: bytes) -> bool:
    """Whether the file is UTF-16, as some spreadsheets save it."""
    return data.startswith(_WIDE)


def first_row(data: bytes, dialect: Dialect) -> Sequence[str]:
    """The fields of the first line; none when it cannot be read."""
    return next(rows_of(data[: MAX_ROW + 2].split(b"\n", 1)[0], dialect), Row(1, ())).fields


def rows_of(data: bytes, dialect: Dialect) -> Iterator[Row]:
    """The rows in their order; lines without anything in them are passed over."""
    one_field = _field(dialect)
    line, at = 1, 0
    while True:
        if data[at : at + 1] in _BREAKS:
            begin = _BLANK.match(data, at).end()  # type: ignore[union-attr] # it matches the empty text too
            line, at = line + data.count(b"\n", at, begin), begin
            if at == len(data):
                return
        parts, end = _record(data, at, dialect.delimiter, one_field)
        if not parts:
            fault, end = _given_up(data, at)
            yield Row(line, (), fault)
        elif any(map(bytes.strip, parts)):
            yield _row(line, parts, is_escaped=dialect.is_escaped)
        line += data.count(b"\n", at, end)
        at = end


def _field(dialect: Dialect) -> re.Pattern[bytes]:
    inside = rb'(?:[^"\\]|\\.|"")*+' if dialect.is_escaped else rb'(?:[^"]|"")*+'
    return re.compile(rb'"(%s)"|([^%s\n]*+)' % (inside, re.escape(dialect.delimiter)), re.DOTALL)


def _record(data: bytes, at: int, delimiter: bytes, one_field: re.Pattern[bytes]) -> tuple[list[bytes], int]:
    """The fields of the row that begins at `at`, and where the next begins; no fields when it cannot be read."""
    limit = min(len(data), at + MAX_ROW)
    parts: list[bytes] = []
    while (found := one_field.match(data, at, limit)) is not None:
        quoted, plain = found.groups()
        at = found.end()
        parts.append(plain.removesuffix(b"\r") if quoted is None else quoted)
        if quoted is None and plain.startswith(b'"'):
            return [], at
        if data[at : at + 1] == delimiter:
            at += 1
        elif at == len(data):
            return parts, at
        elif data[at : at + 2].startswith((b"\n", b"\r\n")):
            return parts, at + 1 + (data[at : at + 1] == b"\r")
        else:
            break
    return [], at


def _given_up(data: bytes, at: int) -> tuple[str, int]:
    """Why the row that begins at `at` has no fields, and where the next line begins."""
    end = data.find(b"\n", at)
    end = len(data) if end < 0 else end + 1
    is_long = end - at > MAX_ROW + 1 or (end == len(data) and end - at > MAX_ROW and data[end - 1 :] != b"\n")
    return f"the row is longer than {MAX_ROW:,} bytes" if is_long else "the quotes do not match", end


def _row(line: int, parts: list[bytes], *, is_escaped: bool) -> Row:
    try:
        fields = [part.decode() for part in parts]
    except UnicodeDecodeError:
        return Row(line, (), "the row is not UTF-8")
    if is_escaped:
        return Row(line, [_BACKSLASHED.sub(r"\1", field) for field in fields])
    return Row(line, [field.replace('""', '"') for field in fields])
