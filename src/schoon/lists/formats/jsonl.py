"""Our JSON lines: one entry a line, as an object."""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from schoon.kinds import Kind
from schoon.lists.formats.lines import TOO_LONG, read_lines
from schoon.lists.formats.rows import (
    BadRow,
    Parsed,
    ParsedEntry,
    ParsedWithdrawal,
    ParseOptions,
    RowError,
    category_of,
    digest_of,
    kept_kind,
    kept_value,
    micros_of,
    ref_of,
)


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    id: str = ""
    category: str = ""
    time: str = ""
    withdrawn: bool = False
    md5: str = ""
    sha1: str = ""
    sha256: str = ""
    pdq: str = ""
    other: dict[str, str] = {}


_DECODER = msgspec.json.Decoder(_Line)


def parse_json_lines(stream: BinaryIO, options: ParseOptions) -> Iterator[Parsed]:
    """Entries and withdrawals of our JSON lines."""
    for number, line in read_lines(stream):
        if line is None:
            yield BadRow(number, TOO_LONG)
        elif line.strip():
            try:
                yield _entry(number, _DECODER.decode(line), options)
            except RowError as error:
                yield BadRow(number, str(error))
            except msgspec.ValidationError as error:
                yield BadRow(number, str(error))
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                yield BadRow(number, "the line is not a JSON object in UTF-8")


def _entry(number: int, line: _Line, options: ParseOptions) -> Parsed:
    md5 = digest_of(Kind.MD5, line.md5) if line.md5 else None
    sha1 = digest_of(Kind.SHA1, line.sha1) if line.sha1 else None
    sha256 = digest_of(Kind.SHA256, line.sha256) if line.sha256 else None
    pdq = digest_of(Kind.PDQ, line.pdq) if line.pdq else None
    others = _others(line.other)
    has_digest = bool(md5 or sha1 or sha256 or pdq or others)
    ref, micros = ref_of(line.id), micros_of(line.time)
    if ref is None and not has_digest:
        raise RowError("neither an id nor a digest")
    code = 0 if line.withdrawn else category_of(line.category, options)
    entry = ParsedEntry(number, ref, code, micros, md5, sha1, sha256, pdq, others)
    if line.withdrawn:
        return ParsedWithdrawal(number, ref, micros, entry)
    if not has_digest:
        raise RowError("no digest")
    return entry


def _others(given: dict[str, str]) -> dict[str, bytes] | None:
    others = {}
    for name, text in given.items():
        kind = kept_kind(name)
        if kind in set(Kind):
            raise RowError(f"{kind} stands under other; it is searched, so give it as a field of its own")
        if kind in others:
            raise RowError(f"{kind} is there twice")
        others[kind] = kept_value(kind, text)
    return others or None
