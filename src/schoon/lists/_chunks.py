"""An import's chunks, ready for the tables: made in this process, or in a helper beside it for large files."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import msgspec
import numpy as np

from schoon.index import ListKeys, tree_root
from schoon.lists._prepare import Preparer
from schoon.lists._reports import ImportOptions
from schoon.lists._sealing import CONTENT_BYTES, Sealer
from schoon.lists.formats import (
    PARSERS,
    BadRow,
    NextPage,
    Parsed,
    ParsedBlock,
    ParsedEntry,
    ParsedWithdrawal,
    ParseOptions,
)
from schoon.lists.types import BLOCK_ENTRIES, EntryBlock


class Prepared(msgspec.Struct):
    """A chunk of a file: what came of `BLOCK_ENTRIES` of its rows.

    Attributes:
        block: The entries; None when there are none.
        others: Names of the kinds that are not searched, per entry; empty when no entry has any.
        gone: Withdrawals: stored id, and the supplier's time or None.
        refused: Line and reason of bad rows.
        root: Of the hash tree over the block when it is a whole one, or empty.
        next_page: Where the supplier says that the list goes on, or "".
        failure: Why nothing more comes, or "".
        last: Whether the file ends here.
    """

    block: EntryBlock | None = None
    others: list[list[str]] = []
    gone: list[tuple[str, int | None]] = []
    refused: list[tuple[int, str]] = []
    root: bytes = b""
    next_page: str = ""
    failure: str = ""
    last: bool = False


def parse_options(options: ImportOptions) -> ParseOptions:
    """What the parsers need of an import's options."""
    return ParseOptions(kind=options.kind, category=options.category)


def prepare(stream: BinaryIO, options: ImportOptions, keys: ListKeys, supplier_id: int) -> Iterator[Prepared]:
    """The chunks of a file, in order.

    Raises:
        UnreadableSourceError: It is not of the format.
    """
    preparer = Preparer(Sealer(keys), supplier_id)
    parsed = PARSERS[options.source_format](stream, parse_options(options))
    for chunk in chunked(parsed, BLOCK_ENTRIES):
        yield _prepared(chunk, preparer)


def chunked(parsed: Iterator[Parsed], size: int) -> Iterator[list[Parsed]]:
    """What was parsed, cut so that each chunk holds `size` rows, the last one fewer; columns are cut where needed."""
    chunk: list[Parsed] = []
    room = size
    for item in parsed:
        begin, count = 0, len(item.refs) if isinstance(item, ParsedBlock) else 1
        while begin < count:
            take = min(room, count - begin)
            chunk.append(item.part(begin, begin + take) if isinstance(item, ParsedBlock) and take < count else item)
            begin, room = begin + take, room - take
            if not room:
                yield chunk
                chunk, room = [], size
    if chunk:
        yield chunk


def root_of_block(block: EntryBlock) -> bytes:
    """The root of the hash tree over a block's contents."""
    return tree_root(np.frombuffer(block.contents, dtype=np.uint8).reshape(-1, CONTENT_BYTES))


def _prepared(chunk: Sequence[Parsed], preparer: Preparer) -> Prepared:
    made = Prepared()
    entries = [item for item in chunk if isinstance(item, ParsedEntry | ParsedBlock)]
    if entries:
        made.block = preparer.block(entries)
        made.root = root_of_block(made.block) if len(made.block) == BLOCK_ENTRIES else b""
        if any(entry.others for entry in entries if isinstance(entry, ParsedEntry)):
            made.others = [names for entry in entries for names in _others(entry)]
    for item in chunk:
        match item:
            case ParsedWithdrawal():
                made.gone.append((preparer.ref_of(item), item.micros))
            case BadRow():
                made.refused.append((item.line, item.reason))
            case NextPage():
                made.next_page = item.link
            case ParsedEntry() | ParsedBlock():
                pass
    return made


def _others(item: ParsedEntry | ParsedBlock) -> list[list[str]]:
    return [[]] * len(item.refs) if isinstance(item, ParsedBlock) else [sorted(item.others or ())]
