"""The known-good test, the allow-list, and what a publish would newly match."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from schoon.index import Columns, tags_of
from schoon.journal import Event
from schoon.kinds import EXACT_KINDS, KIND_BYTES, BatchId, Digest, EntryId, Kind, Standing, Transaction
from schoon.lists._columns import ColumnBuilder
from schoon.lists._content import Target, read_columns
from schoon.lists._context import ListContext
from schoon.lists._marks import MARKS_AT_A_TIME, set_marks
from schoon.lists._matching import Search, Wanted, matches
from schoon.lists._reports import Collision, CollisionReport, KnownGood
from schoon.lists._roots import opened_blocks
from schoon.lists._sealing import NONCE_BYTES
from schoon.lists.errors import BatchStateError, NothingToDoError
from schoon.lists.types import BLOCK_ENTRIES, AllowedDigest, Batch, BatchState, Mark, MarkStanding

COLLISION_REASON = "known_good_collision"
ALLOWED_REASON = "allow_listed"


def run_test(
    context: ListContext, batch_ids: Sequence[BatchId], known_good: KnownGood, *, by: str, now: datetime
) -> CollisionReport:
    """What the known-good test found; colliding entries are suspended, and the batches count as tested.

    Raises:
        NothingToDoError: No batch or no known-good digest was given.
        BatchStateError: A batch is still being imported, or was withdrawn.
        TamperedError: A batch is not what was imported.
    """
    if not batch_ids or not known_good.count:
        raise NothingToDoError("the test needs at least one batch and one known-good file")
    wanted = Wanted.of(context.keys, known_good)
    collisions: list[Collision] = []
    tested = 0
    for batch_id in dict.fromkeys(batch_ids):
        found, count = _test_batch(context, batch_id, wanted)
        tested += count
        _suspend(context, [c.entry_id for c in found], by=by, now=now)
        with context.ports.transactions.write() as tx:
            context.ports.batches.set_tested(tx, batch_id, known_good_count=known_good.count, at=now)
            detail = {"known_good": known_good.count, "collisions": len(found)}
            event = Event(action="list:batch:test", actor=by, subject=f"batch:{batch_id}", at=now, detail=detail)
            context.ports.journal.append(tx, event)
        collisions.extend(found)
    return CollisionReport(
        batch_ids=tuple(batch_ids),
        known_good_count=known_good.count,
        entries_tested=tested,
        collisions=tuple(collisions),
    )


def allow(context: ListContext, digests: Sequence[Digest], *, reason: str, by: str, now: datetime) -> int:
    """How many of the digests are new on the allow-list; entries that match are withdrawn at the next publish.

    Raises:
        NothingToDoError: None was given.
    """
    if not digests:
        raise NothingToDoError("no digest was given")
    rows = [_allowed(context, digest) for digest in digests]
    with context.ports.transactions.write() as tx:
        new = context.ports.marks.allow(tx, rows, reason=reason, by=by, at=now)
        event = Event(
            action="list:allowed:add", actor=by, subject="allow-list", at=now, detail={"new": new, "reason": reason}
        )
        context.ports.journal.append(tx, event)
    return new


def allowed_entries(context: ListContext, columns: Columns, target: Target) -> list[EntryId]:
    """Entries that match the allow-list and are not withdrawn yet."""
    with context.ports.transactions.read() as tx:
        listed = context.ports.marks.allowed(tx)
    tags = {
        kind: np.frombuffer(b"".join(a.tag for a in listed[kind]), dtype=np.uint8).reshape(-1, 16)
        for kind in EXACT_KINDS
        if listed[kind]
    }
    opened = [context.sealer.open_vector(a.sealed or b"") for a in listed[Kind.PDQ]]
    wanted = Wanted(tags=tags, vectors=np.frombuffer(b"".join(opened), dtype=np.uint8).reshape(-1, 32))
    found: set[int] = set()
    for _, rows, _ in matches(wanted, columns, context.publication.directory):
        found.update(columns.entries["entry_id"][rows].tolist())
    return sorted(EntryId(e) for e in found if not (e in target.marks and target.marks[EntryId(e)].is_final))


def withdraw_allowed(context: ListContext, entry_ids: Sequence[EntryId], *, by: str, now: datetime) -> None:
    """Withdraw entries because the allow-list says that they are of lawful files."""
    for at in range(0, len(entry_ids), MARKS_AT_A_TIME):
        marks = [
            Mark(entry_id=entry_id, standing=MarkStanding.WITHDRAWN, reason=ALLOWED_REASON, by=by, at=now)
            for entry_id in entry_ids[at : at + MARKS_AT_A_TIME]
        ]
        with context.ports.transactions.write() as tx:
            set_marks(context, tx, marks)


def newly_matching(context: ListContext, tx: Transaction, target: Target, sample: KnownGood) -> int:
    """How many of the digests in a sample would match what is activated."""
    columns = read_columns(context, tx, target, frozenset(target.activating)).columns()
    wanted = Wanted.of(context.keys, sample)
    total = 0
    for _, _, queries in matches(wanted, columns, context.publication.directory):
        total += len(np.unique(queries))
    return total


def _test_batch(context: ListContext, batch_id: BatchId, wanted: Wanted) -> tuple[list[Collision], int]:
    with context.ports.transactions.read() as tx:
        batch = context.ports.batches.batch(tx, batch_id)
        if batch.state in {BatchState.IMPORTING, BatchState.WITHDRAWN}:
            raise BatchStateError(f"batch {batch_id} is {batch.state}: it cannot be tested")
        suppliers = {s.supplier_id: s for s in context.ports.batches.suppliers(tx)}
        kinds = _colliding(context, tx, batch, wanted)
        names = context.ports.entries.names(tx, kinds)
    found = [
        Collision(entry_id=entry_id, supplier=suppliers[names[entry_id][0]].name, ref=names[entry_id][1], kind=kind)
        for entry_id, kind in sorted(kinds.items())
    ]
    return found, batch.entry_count


def _colliding(context: ListContext, tx: Transaction, batch: Batch, wanted: Wanted) -> dict[EntryId, Kind]:
    """The entries of a batch that match, each with the first kind that does."""
    search = Search(wanted, context.publication.directory, entries=batch.entry_count)
    kinds: dict[EntryId, Kind] = {}

    def look(columns: Columns) -> None:
        for kind, at, _ in search.matches(columns):
            for entry_id in columns.entries["entry_id"][at].tolist():
                kinds.setdefault(EntryId(entry_id), kind)

    room = min(batch.entry_count, BLOCK_ENTRIES) if search.by_portion else batch.entry_count
    builder = ColumnBuilder(context.keys, room)
    for opened in opened_blocks(context, tx, batch):
        builder.add(opened, standing=Standing.ACTIVE)
        if search.by_portion:
            look(builder.columns())
            builder = ColumnBuilder(context.keys, room)
    look(builder.columns())
    return kinds


def _suspend(context: ListContext, entry_ids: Iterable[EntryId], *, by: str, now: datetime) -> None:
    wanted = list(entry_ids)
    for at in range(0, len(wanted), MARKS_AT_A_TIME):
        marks = [
            Mark(entry_id=entry_id, standing=MarkStanding.SUSPENDED, reason=COLLISION_REASON, by=by, at=now)
            for entry_id in wanted[at : at + MARKS_AT_A_TIME]
        ]
        with context.ports.transactions.write() as tx:
            set_marks(context, tx, marks)


def _allowed(context: ListContext, digest: Digest) -> AllowedDigest:
    if digest.kind is Kind.PDQ:
        tag = bytes.fromhex(context.sealer.keyed_ref(digest.value).removeprefix("k-"))
        sealed = context.sealer.seal_vector(digest.value, secrets.token_bytes(NONCE_BYTES))
        return AllowedDigest(kind=digest.kind, tag=tag, sealed=sealed)
    value = np.frombuffer(digest.value, dtype=np.uint8).reshape(1, KIND_BYTES[digest.kind])
    return AllowedDigest(kind=digest.kind, tag=tags_of(context.keys, digest.kind, value).tobytes(), sealed=None)
