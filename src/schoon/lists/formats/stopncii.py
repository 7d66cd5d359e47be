"""StopNCII: the JSON answer of `FetchHashes`, read one record at a time.

A record has no id of its own, so it is named by a keyed hash of its digest. `Received` and `Active` records are
entries, `Withdrawn` and `Deleted` ones take the entry back. The people in these images are adults, so the category is
`other` unless the person who imports says otherwise.
"""

import json
from collections.abc import Iterator
from typing import BinaryIO

from schoon.kinds import CATEGORY_CODES, Category, Kind
from schoon.lists.errors import UnreadableSourceError
from schoon.lists.formats.rows import (
    MAX_LINE_BYTES,
    BadRow,
    NextPage,
    Parsed,
    ParsedWithdrawal,
    ParseOptions,
    RowError,
    digest_of,
    entry_of,
    kept_kind,
    kept_value,
    micros_of,
)

_CHUNK = 1 << 16
_SPACE = " \t\r\n"
_SEARCHED = {"ImagePDQ": Kind.PDQ, "VideoMD5": Kind.MD5}
_KEPT = {"VideoTMK": "tmk_pdqf", "Text": "text", "URL": "url"}
_LIVE, _GONE = frozenset({"Received", "Active"}), frozenset({"Withdrawn", "Deleted"})


def parse_stopncii(stream: BinaryIO, options: ParseOptions) -> Iterator[Parsed]:
    """Entries, withdrawals and the next page of one `FetchHashes` answer, or of several one after the other.

    Raises:
        UnreadableSourceError: It does not begin with a JSON object.
    """
    reader = _Reader(stream)
    if reader.peek() != "{":
        raise UnreadableSourceError("the file does not begin with a JSON object")
    try:
        while reader.peek():
            yield from _page(reader, options)
    except _BrokenError:
        yield BadRow(reader.line, "the JSON is broken here; nothing behind it could be read")


class _BrokenError(Exception):
    """The JSON cannot be read any further."""


class _Reader:
    """Takes JSON values off a stream one by one, holding one of them and a chunk."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decode = json.JSONDecoder(parse_constant=_no_constant).raw_decode
        self._text = ""
        self._rest = b""
        self._at = 0
        self._lines_before = 1
        self._more = True

    @property
    def line(self) -> int:
        """The line of the next character, from 1."""
        return self._lines_before + self._text.count("\n", 0, self._at)

    def peek(self) -> str:
        """The next character that is not a space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                return ""

    def take(self, character: str) -> bool:
        """Whether that is the next character; it is taken when it is."""
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def expect(self, character: str) -> None:
        """Take that character."""
        if not self.take(character):
            raise _BrokenError

    def value(self) -> object:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except (ValueError, RecursionError):
                value, end = None, -1
            # a number at the very end of what was read may go on behind it
            if 0 <= end < len(self._text) or (end >= 0 and not self._more):
                self._at = end
                return value
            if len(self._text) - self._at > MAX_LINE_BYTES or not self._fill():
                raise _BrokenError

    def _fill(self) -> bool:
        chunk = self._stream.read(max(_CHUNK, len(self._text) - self._at))
        self._more = bool(chunk)
        raw = self._rest + chunk
        cut = len(raw) if not chunk else _whole_characters(raw)
        fresh, self._rest = raw[:cut].decode("utf-8", "replace").removeprefix("\ufeff"), raw[cut:]
        self._lines_before += self._text.count("\n", 0, self._at)
        self._text, self._at = self._text[self._at :] + fresh, 0
        return bool(fresh)


def _whole_characters(raw: bytes) -> int:
    """How many bytes at the beginning end with a whole UTF-8 character."""
    for back in range(1, min(4, len(raw)) + 1):
        if raw[-back] >= 0xC0:
            return len(raw) - back
        if raw[-back] < 0x80:
            break
    return len(raw)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _page(reader: _Reader, options: ParseOptions) -> Iterator[Parsed]:
    reader.expect("{")
    if reader.take("}"):
        return
    more, token = False, ""
    while True:
        key = reader.value()
        reader.expect(":")
        if key == "hashRecords":
            yield from _records(reader, options)
        else:
            value = reader.value()
            more = value is True if key == "hasMoreRecords" else more
            token = str(value or "") if key == "nextPageToken" else token
        if reader.take("}"):
            break
        reader.expect(",")
    if more and token:
        yield NextPage(token)


def _records(reader: _Reader, options: ParseOptions) -> Iterator[Parsed]:
    reader.expect("[")
    if reader.take("]"):
        return
    while True:
        reader.peek()
        line = reader.line
        record = reader.value()
        try:
            yield _parsed(line, record, options)
        except RowError as error:
            yield BadRow(line, str(error))
        if reader.take("]"):
            return
        reader.expect(",")


def _parsed(line: int, record: object, options: ParseOptions) -> Parsed:
    if not isinstance(record, dict):
        raise RowError("the record is not an object")
    signal, text, status = (record.get(name) for name in ("signalType", "hashValue", "hashStatus"))
    if not isinstance(signal, str) or not isinstance(text, str) or not text:
        raise RowError("signalType or hashValue is missing")
    if status not in _LIVE | _GONE:
        raise RowError("hashStatus is not Received, Active, Withdrawn or Deleted")
    micros = _time(record.get("lastModtimestamp"))
    code = CATEGORY_CODES[options.category or Category.OTHER]
    if signal in _SEARCHED:
        kind = _SEARCHED[signal]
        entry = entry_of(line, code, micros, {kind: digest_of(kind, text.strip())})
    else:
        name = _KEPT.get(signal) or kept_kind(signal)
        entry = entry_of(line, code, micros, {}, {name: kept_value(name, text)})
    return ParsedWithdrawal(line, None, micros, entry) if status in _GONE else entry


def _time(value: object) -> int | None:
    if value is None or isinstance(value, str):
        return micros_of(value or "")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise RowError("lastModtimestamp is not a time")
    return int(value * 1_000_000)
