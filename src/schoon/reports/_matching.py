"""Known material: what the hash list says of items' digests, and what an identical file was judged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from schoon.agenda import Claimed, Task, TaskKind
from schoon.kinds import Digest, ItemId, Transaction
from schoon.reports._assessment_types import Known, Match
from schoon.reports._counting import count, heirs, is_own_baseline, listed, proposals_of
from schoon.reports._opened import open_digest
from schoon.reports._parts import ReportParts
from schoon.reports.ports import StoredDigest, StoredItem
from schoon.reports.rules import retry_after

_ASK_AGAIN = timedelta(minutes=1)

Key = TypeVar("Key", bound=str)


def look(parts: ReportParts, digests: Mapping[Key, Collection[Digest]], *, now: datetime) -> dict[Key, Match]:
    """What the hash list says of each, in one question."""
    if not digests:
        return {}
    matches = parts.known.look([tuple(some) for some in digests.values()], now=now)
    return dict(zip(digests, matches, strict=True))


def settle(
    parts: ReportParts,
    tx: Transaction,
    matches: Mapping[ItemId, Match],
    *,
    family: Mapping[ItemId, StoredItem],
    digests: Collection[StoredDigest],
    now: datetime,
) -> None:
    """Write down what the list said, and assess what need not be looked at.

    Args:
        parts: The room.
        tx: Where to.
        matches: What the list says; where it could not be asked it is asked again.
        family: The items asked about, and every other with one of their digests; locked.
        digests: Theirs.
        now: When.
    """
    if not matches:
        return
    known = {
        item_id: replace(family[item_id], known=_stronger(family[item_id].known, match.known))
        for item_id, match in matches.items()
    }
    parts.item_book.save(tx, [item for item_id, item in known.items() if family[item_id].known is not item.known])
    waiting = [item_id for item_id, match in matches.items() if match.known is Known.UNAVAILABLE]
    parts.agenda.put(
        tx, [Task(kind=TaskKind.ITEM_MATCH, subject=item_id, due_at=now + _ASK_AGAIN) for item_id in waiting]
    )
    own = [item for item_id, item in known.items() if family[item_id].known is None and is_own_baseline(item)]
    parts.agenda.put(tx, proposals_of(parts, own, now=now))
    now_known = {**family, **known}
    settled = {item.item_id: item for item in count(parts, tx, listed(now_known, matches), now=now)}
    count(parts, tx, heirs(now_known | settled, digests), now=now)


def match_due(parts: ReportParts, claimed: Sequence[Claimed], *, now: datetime) -> None:
    """See `ReportService.match_due`."""
    ids = [ItemId(task.subject) for task in claimed]
    with parts.transactions.read() as tx:
        rows = parts.item_book.digests(tx, ids)
    opened: dict[ItemId, list[Digest]] = {}
    for row in rows:
        opened.setdefault(row.item_id, []).append(open_digest(parts.vault, row))
    matches = look(parts, opened, now=now)
    with parts.transactions.write() as tx:
        parts.item_book.take_turns(tx, {row.tag for row in rows})
        later = [task for task in claimed if _unavailable(matches, task)]
        for attempts in {task.attempts for task in later}:
            again = [task for task in later if task.attempts == attempts]
            parts.agenda.again(tx, again, due_at=now + retry_after(attempts))
        ours = {ItemId(task.subject) for task in parts.agenda.done(tx, [task for task in claimed if task not in later])}
        sharing = parts.item_book.sharing(tx, {row.tag for row in rows if row.item_id in ours})
        family = parts.item_book.items(tx, ours | {row.item_id for row in sharing})
        found = {one: match for one, match in matches.items() if one in ours}
        settle(parts, tx, found, family=family, digests=sharing, now=now)


def _stronger(before: Known | None, now: Known) -> Known:
    """What was found once is not lost by asking about another digest of the same item."""
    if before is Known.LISTED or (before is Known.REVIEW and now is not Known.LISTED):
        return before
    return now


def _unavailable(matches: Mapping[ItemId, Match], task: Claimed) -> bool:
    match = matches.get(ItemId(task.subject))
    return match is not None and match.known is Known.UNAVAILABLE
