"""Puts items on the open notices of hosters, for every use case that does so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schoon.agenda import Task, TaskKind
from schoon.hosting import TraceId
from schoon.kinds import HosterId, ItemId, NoticeId, Transaction
from schoon.notices._events import note
from schoon.notices._parts import NoticeParts
from schoon.notices.types import Hoster, NoticeKind, NoticeWish, TakenUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """One item for one hoster.

    Attributes:
        from_hoster_id: See `TakenUp`.
        hurried: It waits no window: the notice that it comes on is sent now.
    """

    item_id: ItemId
    url: str = field(repr=False)
    hoster: Hoster
    kind: NoticeKind
    profile_id: str
    trace_id: TraceId | None
    from_hoster_id: HosterId | None = None
    hurried: bool = False


def place(parts: NoticeParts, tx: Transaction, placings: Sequence[Placing], *, now: datetime) -> None:
    """Put items on the open notice of each hoster, profile and kind; one that is not there is opened."""
    if not placings:
        return
    groups: dict[tuple[int, str, NoticeKind], list[Placing]] = {}
    for one in placings:
        groups.setdefault((one.hoster.hoster_id, one.profile_id, one.kind), []).append(one)
    wishes = [_wish(parts, group, now) for group in groups.values()]
    opened = parts.notices.open_for(tx, wishes, now)
    taken, tasks, events = [], [], []
    for wish, notice, group in zip(wishes, opened, groups.values(), strict=True):
        taken += [
            TakenUp(
                notice=notice,
                item_id=one.item_id,
                url=one.url,
                at=now,
                trace_id=one.trace_id,
                from_hoster_id=one.from_hoster_id,
            )
            for one in group
        ]
        is_new = wish.notice_id == notice.notice_id
        if is_new or any(one.hurried for one in group):
            tasks.append(Task(kind=TaskKind.NOTICE_SEND, subject=notice.notice_id, due_at=wish.closes_at))
        if is_new:
            events.append(note("open", notice, now))
    parts.notices.add_items(tx, taken)
    parts.agenda.put(tx, tasks)
    parts.journal.append_all(tx, events)


def _wish(parts: NoticeParts, group: Sequence[Placing], now: datetime) -> NoticeWish:
    first = group[0]
    closes_at = now if any(one.hurried for one in group) else now + parts.terms.window
    return NoticeWish(
        notice_id=NoticeId(parts.new_name()),
        hoster_id=first.hoster.hoster_id,
        profile_id=first.profile_id,
        kind=first.kind,
        email=first.hoster.email,
        closes_at=closes_at,
    )
