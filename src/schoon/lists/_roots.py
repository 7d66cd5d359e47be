"""Reads a batch back and shows that it is what was imported: every entry opens, and together they give the root."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from schoon.kinds import Transaction
from schoon.kinds.merkle import RootBuilder, leaf_hash
from schoon.lists._chunks import root_of_block
from schoon.lists._context import ListContext
from schoon.lists._sealing import CONTENT_BYTES, Ragged, Sealer
from schoon.lists.errors import TamperedError
from schoon.lists.types import BLOCK_ENTRIES, Batch, EntryBlock, StoredBlock

THREADS = 2
"""Opening releases the GIL nearly all of the time; the thread that reads needs a core of its own too."""

_AHEAD = 4


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OpenedBlock:
    """A stored block, its packed digests, and the root of the hash tree over it."""

    stored: StoredBlock
    packed: Ragged
    root: bytes


def add_leaves(builder: RootBuilder, block: EntryBlock, root: bytes = b"") -> None:
    """Append the entries of a block, in one step where the root over it is a node of the batch's tree."""
    if len(block) == BLOCK_ENTRIES and builder.count % BLOCK_ENTRIES == 0:
        builder.append_tree(root or root_of_block(block), len(block))
        return
    contents = block.contents
    builder.extend(leaf_hash(contents[at : at + CONTENT_BYTES]) for at in range(0, len(contents), CONTENT_BYTES))


def opened_blocks(context: ListContext, tx: Transaction, batch: Batch) -> Iterator[OpenedBlock]:
    """The blocks of a batch, opened, in the order of their ids; at the end the root is compared.

    Raises:
        TamperedError: An entry was changed, added, moved or removed since the import. What was yielded before counts
            for nothing then.
    """
    named = context.ports.entries.count(tx, batch)
    if named != batch.entry_count:
        raise TamperedError(f"batch {batch.batch_id} names {named} entries; {batch.entry_count} were imported")
    builder = RootBuilder()
    for opened in _opened(context.sealer, context.ports.entries.stream(tx, batch)):
        add_leaves(builder, opened.stored.block, opened.root)
        yield opened
    if builder.count != batch.entry_count:
        raise TamperedError(f"batch {batch.batch_id} holds {builder.count} entries; {batch.entry_count} were imported")
    if builder.root() != batch.root:
        raise TamperedError(f"batch {batch.batch_id} does not give its root")


def verified_root(context: ListContext, tx: Transaction, batch: Batch) -> bytes:
    """The root of a batch, recomputed from its sealed entries.

    Raises:
        TamperedError: It is not the one that was recorded when the batch was imported.
    """
    for _ in opened_blocks(context, tx, batch):
        pass
    return batch.root or b""


def _opened(sealer: Sealer, blocks: Iterable[StoredBlock]) -> Generator[OpenedBlock]:
    """Opens blocks in threads while the next ones are read; a batch of one block needs none."""
    waiting: deque[Future[OpenedBlock]] = deque()
    held: StoredBlock | None = None
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        for stored in blocks:
            if held is not None:
                waiting.append(pool.submit(_open, sealer, held))
            held = stored
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    if held is not None:
        yield _open(sealer, held)


def _open(sealer: Sealer, stored: StoredBlock) -> OpenedBlock:
    """One block.

    Raises:
        TamperedError: It is not what was imported.
    """
    if stored.entry_count != len(stored.block):
        raise TamperedError(f"{stored.entry_count} entries were stored from {stored.first_id} on; others are there now")
    packed = sealer.open(stored.block)
    return OpenedBlock(stored=stored, packed=packed, root=root_of_block(stored.block))


def ids_of(stored: StoredBlock) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """(n,) uint32 ids of a block's entries."""
    return np.arange(stored.first_id, stored.first_id + len(stored.block), dtype=np.uint32)
