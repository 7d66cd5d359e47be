"""Stores one chunk of an import in one write transaction."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from schoon.journal import Event
from schoon.kinds import BatchId, EntryId, SupplierId, Transaction
from schoon.lists._context import ListContext
from schoon.lists._marks import set_marks
from schoon.lists._sealing import CONTENT_BYTES, NONCE_BYTES, times_of
from schoon.lists.errors import ImportingElsewhereError
from schoon.lists.rules import RowFate, fate_of_row, is_stale
from schoon.lists.types import (
    NO_TIME,
    Batch,
    EntryBlock,
    KnownEntry,
    Mark,
    MarkStanding,
    SourceFormat,
    SupplierWithdrawal,
)

_THIS_CHUNK = BatchId(0)
SUPPLIER_REASON = "withdrawn by its supplier"


@dataclass(slots=True)
class Tally:
    """Counts of what became of rows."""

    new: int = 0
    superseding: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    held_back: int = 0
    kinds: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Added:
    """What was stored of a chunk: a block of its own (None when nothing was), and its places in the chunk."""

    block: EntryBlock | None
    places: Sequence[int]


class _Given(NamedTuple):
    """What decides about one entry of a chunk."""

    ref: str
    kinds: int
    micros: int | None
    content: bytes


class ChunkStore:
    """Adds chunks to one batch, which is opened with the first row that is news."""

    def __init__(  # noqa: PLR0917 (made in one place)
        self,
        context: ListContext,
        supplier_id: SupplierId,
        digest: bytes,
        source_format: SourceFormat,
        batch: Batch | None,
        tally: Tally,
    ) -> None:
        """Go on with an interrupted batch, or with none."""
        self._context = context
        self._supplier_id = supplier_id
        self._digest = digest
        self._format = source_format
        self.batch = batch
        self._tally = tally
        self._resumed_to = batch.last_entry_id if batch and batch.last_entry_id else 0
        self._expect_known = True

    def add(self, tx: Transaction, block: EntryBlock, *, by: str, now: datetime) -> Added:
        """Store what is news of a chunk."""
        books = self._context.ports
        whole = Added(block=block, places=range(len(block)))
        if not self._expect_known and not books.marks.any_withdrawal(tx, self._supplier_id):
            if self._insert(tx, block, [1] * len(block), by=by, now=now):
                self._tally.new += len(block)
                return whole
            self._expect_known = True
        places, revisions = self._news(tx, block)
        self._expect_known = len(places) < len(block)
        if not places:
            return Added(block=None, places=places)
        fresh = whole
        if self._expect_known:
            fresh = Added(block=self._context.sealer.part(block, places, os.urandom(NONCE_BYTES)), places=places)
        if not self._insert(tx, fresh.block or block, revisions, by=by, now=now):
            raise ImportingElsewhereError(f"supplier {self._supplier_id} is being imported elsewhere")
        return fresh

    def withdraw(self, tx: Transaction, gone: Sequence[tuple[str, int | None]], *, by: str, now: datetime) -> int:
        """Store withdrawals of a chunk; how many entries here they took off."""
        if not gone:
            return 0
        books = self._context.ports
        refs = {ref for ref, _ in gone}
        known = books.entries.known(tx, self._supplier_id, refs)
        before = books.marks.withdrawals(tx, self._supplier_id, refs)
        news: dict[str, SupplierWithdrawal] = {}
        for ref, micros in gone:
            entry = known.get(ref)
            if (entry and is_stale(micros, entry.supplier_time)) or not _is_news(
                micros, news.get(ref, before.get(ref))
            ):
                self._tally.unchanged += 1
                continue
            if ref not in before and ref not in news:
                self._tally.withdrawn += 1
            news[ref] = SupplierWithdrawal(ref=ref, supplier_time=micros, by_operator=False)
        books.marks.set_withdrawals(tx, self._supplier_id, list(news.values()), at=now)
        entry_ids = books.entries.revisions(tx, self._supplier_id, news)
        marks = [
            Mark(entry_id=entry_id, standing=MarkStanding.WITHDRAWN, reason=SUPPLIER_REASON, by=by, at=now)
            for entry_id in entry_ids
        ]
        return len(set_marks(self._context, tx, marks))

    def _insert(self, tx: Transaction, block: EntryBlock, revisions: Sequence[int], *, by: str, now: datetime) -> bool:
        batches, entries = self._context.ports.batches, self._context.ports.entries
        batch = self.batch or batches.open_batch(
            tx, self._supplier_id, sha256=self._digest, source_format=self._format, at=now
        )
        first = entries.add(tx, batch.batch_id, block, revisions)
        if first is None:
            return False
        batches.widen_batch(tx, batch.batch_id, first, EntryId(first + len(block) - 1))
        if self.batch is None:
            event = Event(action="list:batch:open", actor=by, subject=f"batch:{batch.batch_id}", at=now)
            self._context.ports.journal.append(tx, event)
            self.batch = batch
        self._tally.kinds.update(block.kinds)
        return True

    def _news(self, tx: Transaction, block: EntryBlock) -> tuple[list[int], list[int]]:
        """The places of the entries that are new or changed, and the revision that each of them becomes."""
        books = self._context.ports
        refs = set(block.refs)
        known = books.entries.known(tx, self._supplier_id, refs)
        withdrawals = books.marks.withdrawals(tx, self._supplier_id, refs)
        states = {b.batch_id: b.state for b in books.batches.batches(tx)} if known else {}
        own = self.batch.batch_id if self.batch else None
        places, revisions, lifted = [], [], []
        for place, given in enumerate(_facts(block)):
            ref = given.ref
            entry = known.get(ref)
            state = states.get(entry.batch_id) if entry and entry.batch_id != own else None
            fate = fate_of_row(
                given.micros, given.content, known=entry, known_in=state, withdrawal=withdrawals.get(ref)
            )
            self._count(fate, entry, given.kinds)
            if fate in {RowFate.UNCHANGED, RowFate.HELD_BACK}:
                continue
            if withdrawals.pop(ref, None) is not None:
                lifted.append(ref)
            places.append(place)
            revisions.append(entry.revision + 1 if entry else 1)
            known[ref] = KnownEntry(
                entry_id=EntryId(0),
                batch_id=_THIS_CHUNK,
                revision=revisions[-1],
                supplier_time=given.micros,
                content=given.content,
            )
        if lifted:
            books.marks.lift_withdrawals(tx, self._supplier_id, lifted)
        return places, revisions

    def _count(self, fate: RowFate, entry: KnownEntry | None, kinds: int) -> None:
        tally = self._tally
        if fate is RowFate.UNCHANGED and entry and 0 < entry.entry_id <= self._resumed_to and self._is_own(entry):
            tally.kinds[kinds] += 1
            fate = RowFate.NEW if entry.revision == 1 else RowFate.SUPERSEDES
        match fate:
            case RowFate.NEW:
                tally.new += 1
            case RowFate.SUPERSEDES:
                tally.superseding += 1
            case RowFate.UNCHANGED:
                tally.unchanged += 1
            case RowFate.HELD_BACK:
                tally.held_back += 1

    def _is_own(self, entry: KnownEntry) -> bool:
        return self.batch is not None and entry.batch_id == self.batch.batch_id


def _is_news(micros: int | None, before: SupplierWithdrawal | None) -> bool:
    """Whether a withdrawal says more than what is known of it."""
    if before is None:
        return True
    if before.by_operator or micros is None:
        return False
    return before.supplier_time is None or micros > before.supplier_time


def _facts(block: EntryBlock) -> Iterator[_Given]:
    times = times_of(block).tolist()
    for place, (ref, kinds, time) in enumerate(zip(block.refs, block.kinds, times, strict=True)):
        content = block.contents[CONTENT_BYTES * place : CONTENT_BYTES * (place + 1)]
        yield _Given(ref, kinds, None if time == NO_TIME else time, content)
