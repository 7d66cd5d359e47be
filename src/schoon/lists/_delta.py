"""Publishes the change since the last version as a signed delta: decisions at once, new batches where that can be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import numpy as np

from schoon.index import ENTRY_DTYPE, Columns, DeltaContents, Head, write_delta
from schoon.kinds import BatchId, EntryId, FileRecord, SnapshotHeader, Standing
from schoon.lists._content import Target, labels_of, standing_now
from schoon.lists._publish import Publisher, file_names
from schoon.lists.errors import TamperedError
from schoon.lists.types import PublicationForm, PublicationRecord, PublicationState

MARKS_IN_A_DELTA = 50_000


def send_marks(publisher: Publisher, head: Head, *, by: str, now: datetime) -> tuple[Head, int]:
    """The head that carries the waiting decisions about entries on the list, and how many it carries.

    Call it under the head's lock, after `Publisher.recover`.
    """
    books = publisher.context.ports
    with books.transactions.read() as tx:
        if not books.marks.waiting(tx):
            return head, 0
        suppliers = labels_of(books.batches.suppliers(tx))
    before = last_published(publisher, head)
    with books.transactions.write() as tx:
        books.marks.lock_change(tx)
        content = books.publications.content(tx, head.version)
        waiting = {mark.entry_id: mark for mark in books.marks.waiting(tx)}
        active = [batch_id for batch_id, standing in content.items() if standing is Standing.ACTIVE]
        replaced = frozenset(books.entries.replaced(tx, active))
        changes: dict[EntryId, Standing] = {}
        for entry_id, batch_id, _, _ in books.entries.described(tx, waiting):
            if batch_id in content and len(changes) < MARKS_IN_A_DELTA:
                changes[entry_id] = standing_now(entry_id, content[batch_id], waiting, replaced)
        if not changes:
            return head, 0
        gone = sum(standing is Standing.WITHDRAWN for standing in changes.values())
        record = books.publications.reserve(tx, PublicationForm.DELTA, restores=None, by=by, at=now)
        record = replace(
            record, entry_count=before.entry_count - gone, last_entry_id=before.last_entry_id, change=before.change
        )
        books.publications.set_content(tx, record, None)
        books.marks.carried(tx, [waiting[entry_id] for entry_id in changes], record.version)
    publisher.step("settled")
    contents = contents_of(publisher.header(record.version, suppliers, now), no_columns(), changes)
    file = _write(publisher, head, contents)
    return publish_delta(publisher, head, replace(record, file=file), now=now), len(changes)


def publish_added(  # noqa: PLR0913 PLR0917 (the parts of a delta)
    publisher: Publisher,
    head: Head,
    target: Target,
    added: Columns,
    before: Mapping[BatchId, Standing],
    *,
    now: datetime,
    by: str,
) -> PublicationRecord | None:
    """The delta that brings the target's new batches; None when something was decided since the target was read.

    Args:
        publisher: Does the steps.
        head: The head it follows on.
        target: What the list should hold.
        added: The entries of the new batches, after marks.
        before: The batches that are on the list, and what they count for.
        now: When.
        by: Who publishes.
    """
    changes = changes_between(publisher, target, before)
    last = last_published(publisher, head)
    record = publisher.reserve(PublicationForm.DELTA, by=by, now=now)
    contents = contents_of(publisher.header(record.version, target.suppliers, now), added, changes)
    file = _write(publisher, head, contents)
    fresh = int(np.count_nonzero(added.entries["standing"] != Standing.WITHDRAWN))
    gone = sum(standing is Standing.WITHDRAWN for standing in changes.values())
    highest = max((b.last_entry_id or 0 for b in target.batches), default=0)
    record = replace(
        record,
        file=file,
        entry_count=last.entry_count + fresh - gone,
        last_entry_id=max(last.last_entry_id, highest),
        change=target.change,
    )
    if not publisher.settle(record, target.standings):
        publisher.abandon(record, now=now)
        return None
    publish_delta(publisher, head, record, now=now)
    return record


def changes_between(
    publisher: Publisher, target: Target, before: Mapping[BatchId, Standing]
) -> dict[EntryId, Standing]:
    """What changes for entries that are on the list already: by marks, by a replacement, by their batch.

    Raises:
        TamperedError: One of them is not in the tables: nothing would carry its decision, which then must not count as
            carried.
    """
    books = publisher.context.ports
    changes: dict[EntryId, Standing] = {}
    gone = {entry_id for entry_id, mark in target.marks.items() if mark.version is not None and mark.is_final}
    with books.transactions.read() as tx:
        for batch in target.batches:
            if batch.batch_id in before and before[batch.batch_id] is not target.standings[batch.batch_id]:
                for stored in books.entries.stream(tx, batch):
                    for place in range(stored.entry_count):
                        changes[EntryId(stored.first_id + place)] = target.standings[batch.batch_id]
        touched = {*target.replaced, *(e for e, mark in target.marks.items() if mark.version is None), *changes}
        described = books.entries.described(tx, touched)
    if len(described) < len(touched):
        raise TamperedError(f"{len(touched) - len(described)} entries that change are not in the tables")
    decided: dict[EntryId, Standing] = {}
    for entry_id, batch_id, _, _ in described:
        if batch_id in before and entry_id not in gone:
            standing = target.standings.get(batch_id, Standing.WITHDRAWN)
            decided[entry_id] = standing_now(entry_id, standing, target.marks, target.replaced)
    return decided


def contents_of(header: SnapshotHeader, added: Columns, changes: Mapping[EntryId, Standing]) -> DeltaContents:
    """A delta's contents."""
    ids = sorted(changes)
    return DeltaContents(
        header=header,
        added=added,
        changed_ids=np.array(ids, dtype=np.uint32),
        changed_standings=np.array([changes[entry_id] for entry_id in ids], dtype=np.uint8),
    )


def publish_delta(publisher: Publisher, head: Head, record: PublicationRecord, *, now: datetime) -> Head:
    """The new head: the old one with the delta on top."""
    if record.file is None:
        raise ValueError(f"version {record.version} was not written")
    new_head = replace(head, version=record.version, issued_at=now, deltas=(*head.deltas, record.file))
    publisher.publish_head(record, new_head, now=now)
    return new_head


def last_published(publisher: Publisher, head: Head) -> PublicationRecord:
    """What the tables say of the version that the head names."""
    with publisher.context.ports.transactions.read() as tx:
        published = publisher.context.ports.publications.publications(tx, PublicationState.PUBLISHED)
    return next(record for record in reversed(published) if record.version == head.version)


def no_columns() -> Columns:
    """No entries."""
    return Columns(
        entries=np.empty(0, dtype=ENTRY_DTYPE),
        exact={},
        vectors=np.empty((0, 32), np.uint8),
        vector_rows=np.empty(0, np.uint32),
    )


def _write(publisher: Publisher, head: Head, contents: DeltaContents) -> FileRecord:
    last = head.deltas[-1] if head.deltas else head.snapshot
    write = partial(
        write_delta,
        contents=contents,
        previous_sha256=last.sha256,
        previous_version=head.version,
        keys=publisher.context.keys,
        signing_key=publisher.key,
    )
    return publisher.write_file(file_names(contents.header.version)[1], write)
