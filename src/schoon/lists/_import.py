"""Imports a file: streamed, in short transactions, resumable, and twice the same as once.

1. Find out what the file is (its SHA-256 and the options); when strict, parse it to the end and stop at a bad row.
2. Parse, seal and store chunk by chunk; a large file is parsed and sealed in a second process. A chunk first goes in
   as if all of it were new; when something was there before, each row is compared with what is known.
3. Store the withdrawals of a chunk after its entries. Whether an entry is withdrawn depends on the times that the
   supplier gives, never on the order of rows: it comes back only with a time later than its withdrawal.
4. Close the batch with its count and root. A crash before that leaves it `importing`; the same file goes on there.
"""

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from schoon.journal import Event
from schoon.kinds import KIND_BITS, SupplierId, Transaction
from schoon.kinds.merkle import RootBuilder
from schoon.lists._chunk import Added, ChunkStore, Tally
from schoon.lists._chunks import Prepared, parse_options, prepare
from schoon.lists._context import ListContext
from schoon.lists._helper import WORTH_IT_BYTES, prepare_beside
from schoon.lists._marks import MARKS_AT_A_TIME
from schoon.lists._reports import ImportOptions, ImportReport, Refused
from schoon.lists._roots import add_leaves
from schoon.lists.errors import UnreadableSourceError
from schoon.lists.formats import PARSERS, BadRow
from schoon.lists.types import Batch, BatchState

MAX_REFUSED_SHOWN = 1_000
_READ = 1 << 20


@dataclass(slots=True)
class _Progress:
    """What an import has come to so far."""

    tally: Tally = field(default_factory=Tally)
    refused: list[Refused] = field(default_factory=list)
    refused_count: int = 0
    next_page: str | None = None
    longest_write: float = 0.0
    others: Counter[str] = field(default_factory=Counter)


class Importer:
    """One import of one file of one supplier."""

    def __init__(self, context: ListContext, supplier_id: SupplierId, options: ImportOptions) -> None:
        """Say whose file it is and how to read it."""
        self._context = context
        self._supplier_id = supplier_id
        self._options = options
        self._progress = _Progress()

    def run(self, path: Path, *, by: str, now: datetime, after_withdrawals: Callable[[], None]) -> ImportReport:
        """What the import did.

        Args:
            path: The file.
            by: Who imports.
            now: When.
            after_withdrawals: Called when withdrawals were stored, so that they go out at once.

        Raises:
            UnreadableSourceError: The file is not there, changed while it was read, or not of the format.
        """
        try:
            with path.open("rb") as stream:
                digest = self._digest(stream)
                if self._options.strict and self._bad_rows(stream):
                    return self._report(None)
                return self._import(stream, digest, by=by, now=now, after_withdrawals=after_withdrawals)
        except OSError as cause:
            raise UnreadableSourceError(f"{path.name}: {cause.strerror}") from cause

    def _digest(self, stream: BinaryIO) -> bytes:
        """SHA-256 over the file and the options that change what it says: what an interrupted import goes on by."""
        found = hashlib.sha256()
        while block := stream.read(_READ):
            found.update(block)
        options = self._options
        found.update(f"\0{options.source_format}\0{options.kind}\0{options.category}".encode())
        return found.digest()

    def _bad_rows(self, stream: BinaryIO) -> bool:
        stream.seek(0)
        for item in PARSERS[self._options.source_format](stream, parse_options(self._options)):
            if isinstance(item, BadRow):
                self._refuse(item.line, item.reason)
        return bool(self._progress.refused_count)

    def _import(
        self, stream: BinaryIO, digest: bytes, *, by: str, now: datetime, after_withdrawals: Callable[[], None]
    ) -> ImportReport:
        transactions = self._context.ports.transactions
        with transactions.read() as tx:
            batch = self._interrupted(tx, digest)
            builder = self._leaves_so_far(tx, batch)
        store = ChunkStore(
            self._context, self._supplier_id, digest, self._options.source_format, batch, self._progress.tally
        )
        for chunk in self._chunks(stream):
            if chunk.block is not None:
                with self._timed_write() as tx:
                    added = store.add(tx, chunk.block, by=by, now=now)
                if added.block is not None:
                    add_leaves(builder, added.block, chunk.root if added.block is chunk.block else b"")
                self._count_others(chunk, added)
            self._note(chunk)
            for at in range(0, len(chunk.gone), MARKS_AT_A_TIME):
                with self._timed_write() as tx:
                    marked = store.withdraw(tx, chunk.gone[at : at + MARKS_AT_A_TIME], by=by, now=now)
                if marked:
                    after_withdrawals()
        if store.batch is not None:
            self._close(store.batch, builder, by=by, now=now)
        return self._report(store.batch)

    def _interrupted(self, tx: Transaction, digest: bytes) -> Batch | None:
        for batch in self._context.ports.batches.batches(tx, {BatchState.IMPORTING}):
            if batch.supplier_id == self._supplier_id and batch.source_sha256 == digest:
                return batch
        return None

    def _leaves_so_far(self, tx: Transaction, batch: Batch | None) -> RootBuilder:
        builder = RootBuilder()
        if batch is not None:
            for stored in self._context.ports.entries.stream(tx, batch):
                add_leaves(builder, stored.block)
        return builder

    def _close(self, batch: Batch, builder: RootBuilder, *, by: str, now: datetime) -> None:
        with self._timed_write() as tx:
            self._context.ports.batches.close_batch(tx, batch.batch_id, entry_count=builder.count, root=builder.root())
            tally = self._progress.tally
            event = Event(
                action="list:batch:import",
                actor=by,
                subject=f"batch:{batch.batch_id}",
                at=now,
                detail={
                    "supplier": self._supplier_id,
                    "new": tally.new,
                    "superseding": tally.superseding,
                    "refused": self._progress.refused_count,
                },
            )
            self._context.ports.journal.append(tx, event)

    def _chunks(self, stream: BinaryIO) -> Iterator[Prepared]:
        large = os.fstat(stream.fileno()).st_size >= WORTH_IT_BYTES
        os.lseek(stream.fileno(), 0, os.SEEK_SET)
        stream.seek(0)
        make = prepare_beside if large else prepare
        return make(stream, self._options, self._context.keys, self._supplier_id)

    def _note(self, chunk: Prepared) -> None:
        for line, reason in chunk.refused:
            self._refuse(line, reason)
        self._progress.next_page = chunk.next_page or self._progress.next_page

    def _refuse(self, line: int, reason: str) -> None:
        self._progress.refused_count += 1
        if len(self._progress.refused) < MAX_REFUSED_SHOWN:
            self._progress.refused.append(Refused(line=line, reason=reason))

    @contextmanager
    def _timed_write(self) -> Iterator[Transaction]:
        with self._context.ports.transactions.write() as tx:
            started = time.monotonic()
            yield tx
            # the commit itself is not in it; the store's own tests time that
        self._progress.longest_write = max(self._progress.longest_write, time.monotonic() - started)

    def _count_others(self, chunk: Prepared, added: Added) -> None:
        if chunk.others:
            for place in added.places:
                self._progress.others.update(chunk.others[place])

    def _report(self, batch: Batch | None) -> ImportReport:
        progress, tally = self._progress, self._progress.tally
        kinds = {
            kind.value: sum(count for bits, count in tally.kinds.items() if bits & bit)
            for kind, bit in KIND_BITS.items()
        }
        return ImportReport(
            batch_id=batch.batch_id if batch else None,
            new=tally.new,
            superseding=tally.superseding,
            unchanged=tally.unchanged,
            withdrawn=tally.withdrawn,
            held_back=tally.held_back,
            refused=tuple(progress.refused),
            refused_count=progress.refused_count,
            kinds={name: count for name, count in (kinds | progress.others).items() if count},
            next_page=progress.next_page,
            longest_write=timedelta(seconds=progress.longest_write),
        )
