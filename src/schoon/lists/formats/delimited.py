"""Our CSV: a header line, then one entry a line."""

import csv
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO

from schoon.kinds import Kind
from schoon.lists.errors import UnreadableSourceError
from schoon.lists.formats.blocks import BlockReader
from schoon.lists.formats.lines import TOO_LONG, read_blocks
from schoon.lists.formats.rows import (
    UNSEARCHED_KINDS,
    BadRow,
    Parsed,
    ParsedEntry,
    ParsedWithdrawal,
    ParseOptions,
    RowError,
    category_of,
    digest_of,
    kept_value,
    micros_of,
    ref_of,
)

_PLAIN = ("id", "category", "time", "withdrawn")
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"", "false", "no", "0"})
_CATEGORY_SPELLINGS = 64
_KNOWN = frozenset((*_PLAIN, *Kind, *UNSEARCHED_KINDS))


def parse_csv(stream: BinaryIO, options: ParseOptions) -> Iterator[Parsed]:
    """Entries and withdrawals of our CSV.

    Raises:
        UnreadableSourceError: The header is missing or names a column that is not known.
    """
    source = read_blocks(stream)
    start, lines = next(source, (1, []))
    columns = _header(lines[0] if lines else b"")
    read_row = _row_reader(columns, options)
    blocks = BlockReader(columns, _category_reader(options))
    for first, block in chain([(start + 1, lines[1:])], source):
        columns_read = blocks.read(first, block) if blocks.can_read and block else None
        if columns_read is not None:
            yield columns_read
            continue
        for number, line in enumerate(block, first):
            if line != b"":
                yield _one(number, line, read_row)


def _one(number: int, line: bytes | None, read_row: Callable[[int, list[bytes]], Parsed]) -> Parsed:
    if line is None:
        return BadRow(number, TOO_LONG)
    try:
        return read_row(number, line.split(b",") if b'"' not in line else _quoted(line))
    except RowError as error:
        return BadRow(number, str(error))
    except UnicodeDecodeError:
        return BadRow(number, "the line is not UTF-8")


def _header(line: bytes | None) -> list[str]:
    step = f"name the columns in the first line, out of: {', '.join(sorted(_KNOWN))}"
    text = (line or b"").decode("utf-8", "replace")
    if not text.strip() or "\ufffd" in text:
        found = "is not text in UTF-8" if text.strip() else "is empty"
        raise UnreadableSourceError(f"line 1 {found}", next_step=step)
    columns = [name.strip().lower() for name in text.split(",")]
    unknown = [name for name in columns if name not in _KNOWN]
    if unknown:
        raise UnreadableSourceError(f"line 1: {unknown[0][:40]!r} is not a column", next_step=step)
    if len(set(columns)) != len(columns):
        raise UnreadableSourceError("line 1: a column is there twice")
    if not set(columns) - set(_PLAIN):
        raise UnreadableSourceError("line 1: there is no column with digests")
    return columns


def _quoted(line: bytes) -> list[bytes]:
    try:
        return [field.encode() for field in next(csv.reader([line.decode()], strict=True))]
    except (csv.Error, StopIteration):
        raise RowError("the quotes do not match") from None


def _row_reader(columns: list[str], options: ParseOptions) -> Callable[[int, list[bytes]], Parsed]:
    place = {name: index for index, name in enumerate(columns)}
    at_id, at_time, at_gone, at_category = (place.get(name) for name in ("id", "time", "withdrawn", "category"))
    searched = [(place[kind.value], kind) for kind in Kind if kind.value in place]
    kept = [(place[name], name) for name in UNSEARCHED_KINDS if name in place]
    code_of = _category_reader(options)
    slots: list[bytes | None] = [None] * len(Kind)
    position = {kind: index for index, kind in enumerate(Kind)}

    def read_row(number: int, fields: list[bytes]) -> Parsed:
        if len(fields) != len(columns):
            raise RowError(f"{len(fields)} fields; the header has {len(columns)}")
        digests = slots.copy()
        for index, kind in searched:
            text = fields[index]
            if text:
                digests[position[kind]] = digest_of(kind, text)
        others = {name: kept_value(name, fields[i].decode()) for i, name in kept if fields[i]} if kept else None
        ref = None if at_id is None else ref_of(fields[at_id].decode())
        micros = None if at_time is None else micros_of(fields[at_time].decode())
        withdrawn = at_gone is not None and _flag(fields[at_gone].decode())
        if ref is None and not (any(digests) or others):
            raise RowError("neither an id nor a digest")
        code = 0 if withdrawn else code_of(b"" if at_category is None else fields[at_category])
        entry = ParsedEntry(number, ref, code, micros, digests[0], digests[1], digests[2], digests[3], others)
        if withdrawn:
            return ParsedWithdrawal(number, ref, micros, entry)
        if not any(digests) and not others:
            raise RowError("no digest")
        return entry

    return read_row


def _category_reader(options: ParseOptions) -> Callable[[bytes], int]:
    """Finds a category's code; a file has ten million rows and four categories, so each is looked at once."""
    codes: dict[bytes, int] = {}

    def code_of(raw: bytes) -> int:
        code = codes.get(raw)
        if code is None:
            code = category_of(raw.decode().strip(), options)
            if len(codes) < _CATEGORY_SPELLINGS:
                codes[raw] = code
        return code

    return code_of


def _flag(text: str) -> bool:
    lower = text.strip().lower()
    if lower in _TRUE:
        return True
    if lower in _FALSE:
        return False
    raise RowError("withdrawn is neither true nor false")
