"""Publishes in full: one snapshot of everything that belongs on the list."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import numpy as np

from schoon.index import Columns, Head, write_snapshot
from schoon.kinds import Kind, Standing
from schoon.lists._content import Target, decide_standings, read_target
from schoon.lists._locks import head_lock
from schoon.lists._publish import Publisher, file_names
from schoon.lists.errors import ListChangedError, PublishingElsewhereError
from schoon.lists.types import PublicationForm, PublicationRecord

ATTEMPTS = 5
"""How often a snapshot is written again because a mark came in meanwhile."""


def publish_snapshot(
    publisher: Publisher, columns: Columns, target: Target, *, by: str, now: datetime, restores: int | None = None
) -> PublicationRecord:
    """The version that holds the target as a snapshot.

    Args:
        publisher: Does the steps.
        columns: Every entry of the target's batches, each with its batch's standing.
        target: What the list should hold.
        by: Who publishes.
        now: When.
        restores: The version whose content this brings back.

    Raises:
        ListChangedError: A batch was withdrawn or held back meanwhile: read the target and the columns again.
        PublishingElsewhereError: Marks came in faster than the snapshot could be written.
    """
    for _ in range(ATTEMPTS):
        record = publisher.reserve(PublicationForm.SNAPSHOT, by=by, now=now, restores=restores)
        decided = decided_columns(columns, target)
        header = publisher.header(record.version, target.suppliers, now)
        write = partial(
            write_snapshot, header=header, columns=decided, keys=publisher.context.keys, signing_key=publisher.key
        )
        file = publisher.write_file(file_names(record.version)[0], write)
        record = replace(
            record,
            file=file,
            entry_count=int(np.count_nonzero(decided.entries["standing"] != Standing.WITHDRAWN)),
            last_entry_id=int(columns.entries["entry_id"][-1]) if len(columns.entries) else 0,
            change=target.change,
        )
        newer = _publish_unless_changed(publisher, record, target, now=now)
        if newer is None:
            return record
        target = newer
    raise PublishingElsewhereError("decisions about entries kept coming in while the snapshot was written")


def _publish_unless_changed(
    publisher: Publisher, record: PublicationRecord, target: Target, *, now: datetime
) -> Target | None:
    """None when it is published; the target with newer decisions when there are some since the old one was read."""
    with head_lock(publisher.directory):
        with publisher.context.ports.transactions.read() as tx:
            newer = read_target(publisher.context, tx)
        if any(newer.standings.get(batch_id) is not standing for batch_id, standing in target.standings.items()):
            publisher.abandon(record, now=now)
            raise ListChangedError("a batch is no longer what it was when its entries were read")
        head = publisher.head()
        overtaken = head is not None and head.version > record.version
        if overtaken or record.file is None or not publisher.settle(record, target.standings):
            publisher.abandon(record, now=now)
            return replace(target, marks=newer.marks, change=newer.change)
        name = publisher.context.publication.list_name
        head = Head(list_name=name, version=record.version, issued_at=now, snapshot=record.file, deltas=())
        publisher.publish_head(record, head, now=now)
    return None


def decided_columns(columns: Columns, target: Target) -> Columns:
    """The columns after marks and replacements: standings decided, withdrawn entries left out."""
    entries = columns.entries
    standings, keep = decide_standings(entries["entry_id"], entries["standing"], target.marks, target.replaced)
    decided = entries.copy()
    decided["standing"] = standings
    if keep.all():
        return replace(columns, entries=decided)
    place = np.cumsum(keep, dtype=np.int64) - 1
    exact = {}
    for kind, (tags, rows) in columns.exact.items():
        kept = keep[rows]
        exact[Kind(kind)] = (tags[kept], place[rows[kept]].astype(np.uint32))
    kept = keep[columns.vector_rows]
    return Columns(
        entries=decided[keep],
        exact=exact,
        vectors=columns.vectors[kept],
        vector_rows=place[columns.vector_rows[kept]].astype(np.uint32),
    )
