"""An import's chunks, ready for the tables: made in this process, or in a helper beside it for large files."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

import msgspec

from schoon.index import ListKeys
from schoon.kinds.merkle import leaf_hash, root_of
from schoon.lists._prepare import Preparer
from schoon.lists._reports import ImportOptions
from schoon.lists._sealing import Sealer
from schoon.lists.formats import PARSERS, BadRow, NextPage, Parsed, ParsedEntry, ParsedWithdrawal, ParseOptions
from schoon.lists.types import NewEntry

CHUNK = 4_096
"""Rows in one write transaction: about a tenth of a second on SQLite, so that hits are not kept waiting.

A power of two: the root over a whole chunk is then a node of the batch's tree.
"""


class Prepared(msgspec.Struct, array_like=True):
    """A chunk of a file.

    Attributes:
        rows: New rows, each as revision 1.
        others: Names of the kinds that are not searched, per row; empty when no row has any.
        gone: Withdrawals: stored id, and the supplier's time or None.
        refused: Line and reason of bad rows.
        root: Of the hash tree over `rows` when they are a whole chunk, or empty.
        next_page: Where the supplier says that the list goes on, or "".
        failure: Why nothing more comes, or "".
        last: Whether the file ends here.
    """

    rows: list[NewEntry]
    others: list[list[str]]
    gone: list[tuple[str, int | None]]
    refused: list[tuple[int, str]]
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
    preparer = Preparer(keys, Sealer(keys), supplier_id)
    parsed = PARSERS[options.source_format](stream, parse_options(options))
    while chunk := list(islice(parsed, CHUNK)):
        yield _prepared(chunk, preparer)


def _prepared(chunk: Sequence[Parsed], preparer: Preparer) -> Prepared:
    entries = [item for item in chunk if type(item) is ParsedEntry]
    rows = preparer.rows(entries)
    made = Prepared(rows=rows, others=[], gone=[], refused=[], root=_root_of_whole(rows))
    if any(entry.others for entry in entries):
        made.others = [sorted(entry.others or ()) for entry in entries]
    if len(entries) < len(chunk):
        for item in chunk:
            match item:
                case ParsedWithdrawal():
                    made.gone.append((preparer.ref_of(item), item.micros))
                case BadRow():
                    made.refused.append((item.line, item.reason))
                case NextPage():
                    made.next_page = item.link
                case ParsedEntry():
                    pass
    return made


def _root_of_whole(rows: Sequence[NewEntry]) -> bytes:
    return root_of([leaf_hash(row[8]) for row in rows]) if len(rows) == CHUNK else b""
