"""Suspends, withdraws and releases entries: a mark, a journal event and word to the listener, in one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

from schoon.journal import Event
from schoon.kinds import EntryId, SupplierId, Transaction
from schoon.lists._context import ListContext
from schoon.lists.rules import entry_state
from schoon.lists.types import EntryState, Mark, MarkStanding

MARKS_AT_A_TIME = 2_000
"""Marks in one write transaction, so that it stays far under a second."""

_VERB = {
    MarkStanding.SUSPENDED: "list:entry:suspend",
    MarkStanding.WITHDRAWN: "list:entry:withdraw",
    MarkStanding.RELEASED: "list:entry:release",
}


def set_marks(context: ListContext, tx: Transaction, marks: Sequence[Mark]) -> list[EntryId]:
    """Set those marks that change something, and tell journal and listener; the entries that changed.

    A withdrawn entry keeps its mark, and only a suspended one is released.
    """
    present = context.ports.marks.marks(tx, [mark.entry_id for mark in marks])
    changing = [mark for mark in marks if _changes(present.get(mark.entry_id), mark.standing)]
    context.ports.marks.set_marks(tx, changing)
    for mark in changing:
        event = Event(
            action=_VERB[mark.standing],
            actor=mark.by,
            subject=f"entry:{mark.entry_id}",
            at=mark.at,
            detail={"reason": mark.reason},
        )
        context.ports.journal.append(tx, event)
    _tell(context, tx, changing)
    return [mark.entry_id for mark in changing]


def every_revision(context: ListContext, tx: Transaction, entry_ids: Collection[EntryId]) -> list[EntryId]:
    """The given entries and all their other revisions: a decision is about the material, not about one row."""
    refs: dict[SupplierId, set[str]] = {}
    for supplier_id, ref in context.ports.entries.names(tx, entry_ids).values():
        refs.setdefault(supplier_id, set()).add(ref)
    found: list[EntryId] = []
    for supplier_id, names in refs.items():
        found.extend(context.ports.entries.revisions(tx, supplier_id, names))
    return sorted(found)


def _changes(present: Mark | None, wanted: MarkStanding) -> bool:
    standing = present.standing if present else None
    if standing is MarkStanding.WITHDRAWN or standing is wanted:
        return False
    return wanted is not MarkStanding.RELEASED or standing is MarkStanding.SUSPENDED


def _tell(context: ListContext, tx: Transaction, marks: Sequence[Mark]) -> None:
    if context.listener is None or not marks:
        return
    states = {b.batch_id: b.state for b in context.ports.batches.batches(tx)}
    batch_of = {e: b for e, b, _, _ in context.ports.entries.described(tx, [mark.entry_id for mark in marks])}
    groups: dict[tuple[EntryState, str, datetime], list[EntryId]] = {}
    for mark in marks:
        standing = entry_state(states[batch_of[mark.entry_id]], mark)
        groups.setdefault((standing, mark.reason, mark.at), []).append(mark.entry_id)
    for (standing, reason, at), entry_ids in groups.items():
        context.listener.entries_changed(tx, entry_ids, standing, reason=reason, now=at)
