"""What the list should hold, read from the tables in one consistent view, and every batch of it verified."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from schoon.kinds import BatchId, EntryId, Standing, SupplierLabel, Transaction
from schoon.lists._attest import good_attestors, good_keys
from schoon.lists._columns import ColumnBuilder
from schoon.lists._context import ListContext
from schoon.lists._roots import opened_blocks
from schoon.lists.rules import standing_of, what_lacks
from schoon.lists.types import (
    Batch,
    BatchState,
    Mark,
    MarkStanding,
    Supplier,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which batches belong on the list, and what is decided about single entries.

    Attributes:
        batches: Those on the list, by ascending first entry.
        standings: What each of them counts for.
        waiting: Those that are not active yet, with what they lack.
        replaced: Entries of which an active batch has a newer revision.
        change: The counter of marks and allow-list that this rests on.
    """

    batches: tuple[Batch, ...]
    standings: Mapping[BatchId, Standing]
    waiting: Mapping[BatchId, str]
    replaced: frozenset[EntryId] = field(repr=False)
    marks: Mapping[EntryId, Mark] = field(repr=False)
    change: int
    suppliers: tuple[SupplierLabel, ...]

    @property
    def activating(self) -> tuple[BatchId, ...]:
        """Batches that count as active here and are not active in the tables yet."""
        return tuple(
            b.batch_id
            for b in self.batches
            if self.standings[b.batch_id] is Standing.ACTIVE and b.state is BatchState.ATTESTED
        )


def read_target(context: ListContext, tx: Transaction) -> Target:
    """What the list should hold now."""
    books = context.ports
    standings: dict[BatchId, Standing] = {}
    waiting: dict[BatchId, str] = {}
    chosen: list[Batch] = []
    keys = good_keys(context, tx)
    for batch in books.batches.batches(tx):
        if batch.state is BatchState.WITHDRAWN or (batch.root is not None and not batch.entry_count):
            continue
        good = good_attestors(context, tx, batch, keys)
        standing = standing_of(batch, good)
        if standing is not None:
            standings[batch.batch_id] = standing
            chosen.append(batch)
        if standing is not Standing.ACTIVE:
            waiting[batch.batch_id] = what_lacks(batch, good)
    chosen.sort(key=lambda batch: batch.first_entry_id or 0)
    active = [batch_id for batch_id, standing in standings.items() if standing is Standing.ACTIVE]
    return Target(
        batches=tuple(chosen),
        standings=standings,
        waiting=waiting,
        replaced=frozenset(books.entries.replaced(tx, active)) if active else frozenset(),
        marks=books.marks.marks(tx),
        change=books.marks.change(tx),
        suppliers=labels_of(books.batches.suppliers(tx)),
    )


def labels_of(suppliers: Iterable[Supplier]) -> tuple[SupplierLabel, ...]:
    """How suppliers are shown in a file."""
    return tuple(SupplierLabel(code=s.supplier_id, name=s.name, supplier_class=s.supplier_class) for s in suppliers)


def read_columns(
    context: ListContext, tx: Transaction, target: Target, batch_ids: frozenset[BatchId] | None = None
) -> ColumnBuilder:
    """The entries of the target's batches (or of some), each batch shown to be what was imported and attested.

    Raises:
        TamperedError: A batch is not what was imported.
    """
    batches = [batch for batch in target.batches if batch_ids is None or batch.batch_id in batch_ids]
    builder = ColumnBuilder(context.keys, sum(batch.entry_count for batch in batches))
    for batch in batches:
        for opened in opened_blocks(context, tx, batch):
            builder.add(opened, standing=target.standings[batch.batch_id])
    return builder


def standing_now(
    entry_id: EntryId, batch_standing: Standing, marks: Mapping[EntryId, Mark], replaced: frozenset[EntryId]
) -> Standing:
    """What one entry counts for: its own mark or its replacement before its batch."""
    mark = marks.get(entry_id)
    if (mark and mark.standing is MarkStanding.WITHDRAWN) or entry_id in replaced:
        return Standing.WITHDRAWN
    if mark and mark.standing is MarkStanding.SUSPENDED:
        return Standing.SUSPENDED
    return batch_standing


def decide_standings(
    ids: NDArray[np.uint32], standings: NDArray[np.uint8], marks: Mapping[EntryId, Mark], replaced: frozenset[EntryId]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Standings after marks and replacements, and which entries go into the file.

    A withdrawn entry stays out. A replaced one goes in as withdrawn, so that a later delta may still name it.

    Args:
        ids: (n,) entry ids, in any order.
        standings: (n,) what their batches count for.
        marks: Decisions.
        replaced: Entries with a newer, active revision.
    """
    decided, keep = standings.copy(), np.ones(len(ids), dtype=np.bool_)
    by_standing: dict[MarkStanding, list[int]] = {standing: [] for standing in MarkStanding}
    for entry_id, mark in marks.items():
        by_standing[mark.standing].append(entry_id)
    decided[_are_in(ids, by_standing[MarkStanding.SUSPENDED])] = Standing.SUSPENDED
    decided[_are_in(ids, list(replaced))] = Standing.WITHDRAWN
    gone = _are_in(ids, by_standing[MarkStanding.WITHDRAWN])
    decided[gone], keep[gone] = Standing.WITHDRAWN, False
    return decided, keep


def _are_in(ids: NDArray[np.uint32], wanted: list[int]) -> NDArray[np.bool_]:
    if not wanted:
        return np.zeros(len(ids), dtype=np.bool_)
    return np.isin(ids, np.array(wanted, dtype=np.uint32))
