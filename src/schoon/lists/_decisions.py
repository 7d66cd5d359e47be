"""Decisions of people about entries and batches: withdraw, suspend, release, hold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from schoon.journal import Event
from schoon.kinds import BatchId, EntryId, SupplierId, Transaction
from schoon.lists._context import ListContext
from schoon.lists._marks import MARKS_AT_A_TIME, every_revision, set_marks
from schoon.lists.errors import NothingToDoError, UnknownEntryError
from schoon.lists.types import EntryState, Mark, MarkStanding, SupplierWithdrawal


def decide(
    context: ListContext,
    entry_ids: Sequence[EntryId],
    standing: MarkStanding,
    *,
    reason: str,
    by: str,
    now: datetime,
) -> tuple[list[EntryId], list[EntryId]]:
    """The entries that changed, every revision of each, and those that did not.

    Raises:
        NothingToDoError: No entry or no reason was given.
        UnknownEntryError: One of them does not exist; nothing changed then.
    """
    if not entry_ids or not reason.strip():
        raise NothingToDoError("name at least one entry, and a reason")
    with context.ports.transactions.read() as tx:
        unknown = set(entry_ids) - set(context.ports.entries.names(tx, entry_ids))
        if unknown:
            raise UnknownEntryError(f"there is no entry {min(unknown)}")
        revisions = every_revision(context, tx, entry_ids)
    changed: list[EntryId] = []
    for at in range(0, len(revisions), MARKS_AT_A_TIME):
        chunk = revisions[at : at + MARKS_AT_A_TIME]
        marks = [Mark(entry_id=entry_id, standing=standing, reason=reason, by=by, at=now) for entry_id in chunk]
        with context.ports.transactions.write() as tx:
            changed.extend(set_marks(context, tx, marks))
            if standing is MarkStanding.WITHDRAWN:
                _keep_off(context, tx, chunk, now=now)
    return changed, sorted(set(revisions) - set(changed))


def decide_on_batch(
    context: ListContext,
    batch_id: BatchId,
    decision: Literal["withdraw", "hold", "release"],
    *,
    reason: str,
    by: str,
    now: datetime,
) -> None:
    """Withdraw, hold back or let on a whole batch; the listener hears of a withdrawal, entry by entry.

    Raises:
        NothingToDoError: No reason was given.
        UnknownBatchError: There is no such batch.
    """
    if not reason.strip():
        raise NothingToDoError("give a reason")
    books = context.ports
    with books.transactions.write() as tx:
        batch = books.batches.batch(tx, batch_id)
        if decision == "withdraw":
            books.batches.withdraw_batch(tx, batch_id)
        else:
            books.batches.hold(tx, [batch_id], reason=reason if decision == "hold" else "")
        event = Event(
            action=f"list:batch:{decision}",
            actor=by,
            subject=f"batch:{batch_id}",
            at=now,
            detail={"reason": reason, "entries": batch.entry_count},
        )
        books.journal.append(tx, event)
    if decision != "withdraw" or context.listener is None:
        return
    with books.transactions.read() as read:
        ids = [
            EntryId(stored.first_id + place)
            for stored in books.entries.stream(read, batch)
            for place in range(stored.entry_count)
        ]
    for at in range(0, len(ids), MARKS_AT_A_TIME):
        with books.transactions.write() as tx:
            chunk = ids[at : at + MARKS_AT_A_TIME]
            context.listener.entries_changed(tx, chunk, EntryState.WITHDRAWN, reason=reason, now=now)


def _keep_off(context: ListContext, tx: Transaction, entry_ids: Sequence[EntryId], *, now: datetime) -> None:
    """Remember that it was withdrawn here, so that its supplier cannot bring it back."""
    by_supplier: dict[SupplierId, set[str]] = {}
    for supplier_id, ref in context.ports.entries.names(tx, entry_ids).values():
        by_supplier.setdefault(supplier_id, set()).add(ref)
    for supplier_id, refs in by_supplier.items():
        withdrawals = [SupplierWithdrawal(ref=ref, supplier_time=None, by_operator=True) for ref in sorted(refs)]
        context.ports.marks.set_withdrawals(tx, supplier_id, withdrawals, at=now)
