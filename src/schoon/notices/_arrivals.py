"""What follows when a notice was taken, arrived, or will not arrive; for every use case in which it turns out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from schoon.agenda import Task, TaskKind
from schoon.kinds import ItemId, Transaction
from schoon.norms import LAW_PROFILES, Act, ClockStart
from schoon.notices._events import ROOM, note
from schoon.notices._parts import NoticeParts
from schoon.notices.types import Notice, NoticeKind, NoticeState, SentNotice
from schoon.reports import ItemState, Move


def taken(parts: NoticeParts, tx: Transaction, notices: Sequence[Notice], *, now: datetime) -> list[Notice]:
    """The notices, sent: a channel took them. Their items are noticed, and the listener hears of it."""
    fresh = [one for one in notices if one.sent_at is None]
    sent = [_clocked(replace(one, state=NoticeState.SENT, sent_at=now), ClockStart.SENT, now) for one in fresh]
    if not sent:
        return []
    parts.notices.save(tx, sent)
    on_them = _with_items(parts, tx, sent)
    first = {item_id for one in on_them if one.notice.kind is NoticeKind.FIRST for item_id in one.item_ids}
    present = parts.items.items(tx, sorted(first))
    parts.items.move(
        tx,
        [
            Move(
                item_id=item_id,
                from_state=ItemState.TO_NOTICE,
                to_state=ItemState.NOTICED,
                by=ROOM,
                reason="notice sent",
            )
            for item_id in sorted(first)
            if item_id in present and present[item_id].state is ItemState.TO_NOTICE
        ],
        now=now,
    )
    parts.journal.append_all(tx, [note("send", one, now) for one in sent])
    parts.listener.sent(tx, on_them, now)
    return sent


def arrived(parts: NoticeParts, tx: Transaction, notices: Sequence[Notice], *, now: datetime) -> None:
    """These notices, sent before, were delivered; a contact that gets its mail works."""
    fresh = [one for one in notices if one.delivered_at is None]
    if not fresh:
        return
    found = [_clocked(replace(one, delivered_at=now), ClockStart.DELIVERED, now) for one in fresh]
    parts.notices.save(tx, found)
    parts.hosters.set_bounced(tx, {one.hoster_id for one in found}, None)
    parts.journal.append_all(tx, [note("deliver", one, now) for one in found])
    parts.listener.delivered(tx, _with_items(parts, tx, found), now)


def failed(parts: NoticeParts, tx: Transaction, notices: Sequence[Notice], *, now: datetime) -> None:
    """No channel to these hosters works: their contacts are bouncing, and their items go to the next in the chain."""
    lost = [replace(one, state=NoticeState.FAILED, failed_at=now) for one in notices]
    if not lost:
        return
    with_items = _with_items(parts, tx, lost)
    parts.notices.save(tx, lost)
    parts.hosters.set_bounced(tx, {one.hoster_id for one in lost}, now)
    item_ids = {item_id for one in with_items for item_id in one.item_ids}
    told = {
        one.item_id
        for one in parts.notices.live(tx, item_ids)
        if one.state is NoticeState.SENT and one.kind is NoticeKind.FIRST
    }
    present = parts.items.items(tx, sorted(item_ids))
    back = [
        Move(
            item_id=item_id,
            from_state=ItemState.NOTICED,
            to_state=ItemState.TO_NOTICE,
            by=ROOM,
            reason="the notice came back",
        )
        for item_id in sorted(item_ids - told)
        if item_id in present and present[item_id].state is ItemState.NOTICED
    ]
    parts.items.move(tx, back, now=now)
    look_again(parts, tx, item_ids, now=now)
    parts.journal.append_all(tx, [note("fail", one, now) for one in lost])
    were_sent = [one for one in with_items if one.notice.sent_at is not None]
    if were_sent:
        parts.listener.failed(tx, were_sent, now)


def look_again(parts: NoticeParts, tx: Transaction, item_ids: set[ItemId], *, now: datetime) -> None:
    """Have these items attributed anew, at once."""
    tasks = [Task(kind=TaskKind.ITEM_ATTRIBUTE, subject=item_id, due_at=now) for item_id in sorted(item_ids)]
    parts.agenda.put(tx, tasks)


def _with_items(parts: NoticeParts, tx: Transaction, notices: Sequence[Notice]) -> list[SentNotice]:
    rows = parts.notices.items_of(tx, [one.notice_id for one in notices])
    return [SentNotice(notice=one, item_ids=tuple(row.item_id for row in rows[one.notice_id])) for one in notices]


def _clocked(notice: Notice, event: ClockStart, now: datetime) -> Notice:
    """The notice with its clock, where the law profile starts it at that event."""
    profile = LAW_PROFILES[notice.profile_id]
    if profile.starts is not event or notice.clock_at is not None:
        return notice
    return replace(notice, clock_at=now, due_at=now + profile.terms[Act.NOTICE].length)
