"""Brings the hash list in line with the hotline's judgements: entries where they belong, none where it was wrong."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from schoon.agenda import Claimed
from schoon.journal import Event
from schoon.kinds import Digest, ItemId, SchoonError
from schoon.reports._assessment_types import Known, Proposal
from schoon.reports._counting import is_own_baseline
from schoon.reports._opened import open_digest
from schoon.reports._parts import ReportParts
from schoon.reports.ports import ListProposals, StoredItem
from schoon.reports.rules import retry_after
from schoon.reports.types import ItemState

_log = logging.getLogger(__name__)

_WITHDRAWN = "the hotline's judgement was changed"
_LIST = "hash list"


def propose_due(parts: ReportParts, claimed: Sequence[Claimed], *, now: datetime) -> None:
    """See `ReportService.propose_due`."""
    if parts.proposals is None:
        with parts.transactions.write() as tx:
            parts.agenda.done(tx, claimed)
        return
    with parts.transactions.read() as tx:
        items = parts.item_book.items(tx, {ItemId(task.subject) for task in claimed})
        wanted = {one.item_id for one in items.values() if _belongs(one)}
        rows = parts.item_book.digests(tx, wanted)
    digests: dict[ItemId, list[Digest]] = {}
    for row in rows:
        digests.setdefault(row.item_id, []).append(open_digest(parts.vault, row))
    add = [one for one in digests if not items[one].proposed and items[one].known is not Known.LISTED]
    drop = [one.item_id for one in items.values() if one.proposed and _is_wrong(one)]
    try:
        _tell(parts.proposals, [Proposal(item_id=one, digests=tuple(digests[one])) for one in add], drop, now=now)
    except SchoonError as error:  # whatever keeps the list from taking them: no judgement of ours is lost over it
        _log.warning("proposals wait", extra={"event": "report.propose", "why": type(error).__name__})
        _later(parts, claimed, now)
        return
    _write(parts, claimed, set(add), set(drop), now=now)


def _belongs(item: StoredItem) -> bool:
    """While the police are first, nothing goes out: an entry would be seen by every member."""
    return is_own_baseline(item) and item.state is not ItemState.HELD


def _is_wrong(item: StoredItem) -> bool:
    return not is_own_baseline(item)


def _tell(list_: ListProposals, add: Sequence[Proposal], drop: Sequence[ItemId], *, now: datetime) -> None:
    if add:
        list_.propose(add, now=now)
    if drop:
        list_.withdraw(drop, reason=_WITHDRAWN, now=now)


def _later(parts: ReportParts, claimed: Sequence[Claimed], now: datetime) -> None:
    with parts.transactions.write() as tx:
        for attempts in {task.attempts for task in claimed}:
            again = [task for task in claimed if task.attempts == attempts]
            parts.agenda.again(tx, again, due_at=now + retry_after(attempts))


def _write(
    parts: ReportParts, claimed: Sequence[Claimed], added: set[ItemId], dropped: set[ItemId], *, now: datetime
) -> None:
    with parts.transactions.write() as tx:
        ours = {ItemId(task.subject) for task in parts.agenda.done(tx, claimed)}
        items = parts.item_book.items(tx, ours & (added | dropped))
        parts.item_book.save(tx, [replace(item, proposed=item.item_id in added) for item in items.values()])
        parts.write_down(
            tx,
            [
                Event(
                    action="report:item:propose" if item_id in added else "report:item:withdraw",
                    actor=_LIST,
                    subject=f"item:{item_id}",
                    at=now,
                )
                for item_id in sorted(items)
            ],
        )
