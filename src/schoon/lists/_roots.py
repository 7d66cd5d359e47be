"""Reads a batch back and shows that it is what was imported: every entry opens, and together they give the root."""

import hashlib
from collections.abc import Iterator, Sequence

from schoon.kinds import Transaction
from schoon.kinds.merkle import RootBuilder
from schoon.lists._context import ListContext
from schoon.lists._opener import opened_chunks
from schoon.lists.errors import TamperedError
from schoon.lists.types import Batch, EntryRow

ROWS_AT_A_TIME = 8_192
"""A power of two: the root over a whole chunk is then a node of the batch's tree."""


def add_leaves(builder: RootBuilder, contents: Sequence[bytes]) -> None:
    """Append the keyed contents of entries as leaves."""
    sha256 = hashlib.sha256
    builder.extend([sha256(b"\x00" + content).digest() for content in contents])


def opened_rows(
    context: ListContext, tx: Transaction, batch: Batch, *, keep: bool = True
) -> Iterator[tuple[Sequence[EntryRow], list[bytes]]]:
    """The rows of a batch and their packed digests, in the order of their ids; at the end the root is compared.

    Args:
        context: The list.
        tx: Where to read.
        batch: The batch.
        keep: Whether the packed digests are wanted; without, the lists of them are empty.

    Raises:
        TamperedError: A row was changed, added, moved or removed since the import. What was yielded before counts for
            nothing then.
    """
    builder = RootBuilder()
    chunks = context.ports.entries.stream(tx, batch, size=ROWS_AT_A_TIME)
    count = batch.entry_count
    for rows, opened in opened_chunks(context.sealer, context.keys.table_key, chunks, keep=keep, count=count):
        if len(rows) == ROWS_AT_A_TIME and builder.count % ROWS_AT_A_TIME == 0:
            builder.append_tree(opened.root, len(rows))
        else:
            add_leaves(builder, [row[11] for row in rows])
        yield rows, opened.packed
    if builder.count != batch.entry_count:
        raise TamperedError(f"batch {batch.batch_id} holds {builder.count} entries; {batch.entry_count} were imported")
    if builder.root() != batch.root:
        raise TamperedError(f"batch {batch.batch_id} does not give its root")


def verified_root(context: ListContext, tx: Transaction, batch: Batch) -> bytes:
    """The root of a batch, recomputed from its sealed entries.

    Raises:
        TamperedError: It is not the one that was recorded when the batch was imported.
    """
    for _ in opened_rows(context, tx, batch, keep=False):
        pass
    return batch.root or b""
