"""Closes the windows of notices and freezes what is sent.

1. Close the windows: nothing is put on these notices any more.
2. Outside any transaction: trace each host afresh, drop what another hoster has now, write the messages.
3. Write down, for the tasks that are still ours, and only where no item has changed meanwhile: what was dropped, the
   message as it will be handed over, and the task to do that.

A notice whose message one channel refused comes here again, and goes by the next one.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from schoon.agenda import Claimed, Task, TaskKind
from schoon.hosting import HostingChain
from schoon.journal import Event
from schoon.kinds import ItemId, NoticeId, Transaction
from schoon.notices._attribute import chains_of, unusable_among
from schoon.notices._delivery_types import DeliveryState
from schoon.notices._events import note, notes
from schoon.notices._freezing import Message, compose, line_of
from schoon.notices._opening import Placing, place
from schoon.notices._parts import NoticeParts
from schoon.notices.rules import MOST_ITEMS, MOST_MOVES, attribution_of, channel_for, hoster_key
from schoon.notices.types import ChannelKind, Dropped, Notice, NoticeItem, NoticeKind, NoticeState, Unreached
from schoon.reports import Item, ItemState

_log = logging.getLogger(__name__)

_DAY = timedelta(days=1)
_NOT_READY = timedelta(hours=1)
_ASKED_FOR = {
    NoticeKind.FIRST: {ItemState.TO_NOTICE, ItemState.NOTICED},
    NoticeKind.AGAIN: {ItemState.NOTICED},
}
_NO_ANSWER = {"not_found", "not_configured"}
"""Kinds of a source's failure that leave nothing open: the source had nothing to say."""


def send_due(parts: NoticeParts, claimed: Sequence[Claimed], *, now: datetime) -> None:
    """Freeze what these notices say, and put their messages on their way."""
    if parts.terms.sender is None or now.date() in parts.terms.blocked_days:
        _wait(parts, claimed, now)
        return
    ids = [NoticeId(one.subject) for one in claimed]
    _close(parts, ids, now)
    with parts.transactions.read() as tx:
        batch = _Batch(parts, tx, ids, now=now)
    batch.trace()
    frozen = batch.freeze()
    with parts.transactions.write() as tx:
        ours = {NoticeId(one.subject) for one in parts.agenda.done(tx, claimed)}
        _write_down(parts, tx, [one for one in frozen if one.notice.notice_id in ours], now=now)
    _log.info("notices closed", extra={"event": "notices.send", "notices": len(frozen)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frozen:
    """What is sent of one notice.

    Attributes:
        kept: With the items as they were when the message was written.
        message: None when nothing is left to ask.
    """

    notice: Notice
    kept: tuple[tuple[NoticeItem, Item], ...]
    dropped: tuple[tuple[NoticeItem, Item | None], ...]
    message: Message | None


class _Batch:
    """What is known of the notices of one batch."""

    def __init__(self, parts: NoticeParts, tx: Transaction, ids: Sequence[NoticeId], *, now: datetime) -> None:
        self._parts, self._now = parts, now
        self._refused: dict[NoticeId, set[ChannelKind]] = defaultdict(set)
        on_its_way = set()
        for delivery in parts.deliveries.of_notices(tx, ids):
            if delivery.state is DeliveryState.WAITING:
                on_its_way.add(delivery.notice_id)
            elif delivery.state is DeliveryState.REFUSED:
                self._refused[delivery.notice_id].add(delivery.channel)
        found = parts.notices.notices(tx, ids).values()
        self._notices = [one for one in found if one.state is NoticeState.CLOSED and one.notice_id not in on_its_way]
        self._rows = parts.notices.items_of(tx, [one.notice_id for one in self._notices])
        item_ids = {row.item_id for rows in self._rows.values() for row in rows}
        self._items = parts.items.items(tx, sorted(item_ids))
        self._hosters = parts.hosters.hosters(tx, {one.hoster_id for one in self._notices})
        self._moved = parts.notices.times_moved(tx, item_ids, now - _DAY)
        self._told: dict[tuple[int, ItemId], datetime] = {}
        for one in parts.notices.live(tx, item_ids):  # the newest first: the oldest stays
            if one.sent_at is not None and one.state is NoticeState.SENT:
                self._told[one.hoster_id, one.item_id] = one.sent_at
        self._chains: dict[str, HostingChain | None] = {}

    def trace(self) -> None:
        """Ask anew who hosts each item."""
        parts, now = self._parts, self._now
        self._chains = chains_of(parts, self._items.values(), now=now, fresh=True)
        with parts.transactions.read() as tx:
            unusable = unusable_among(parts, tx, self._chains.values(), now)
        self._found = {host: attribution_of(chain, unusable) for host, chain in self._chains.items()}

    def freeze(self) -> list[_Frozen]:
        """What is sent of each notice, and what is not."""
        return [self._frozen(notice) for notice in self._notices]

    def _frozen(self, notice: Notice) -> _Frozen:
        kept: list[tuple[NoticeItem, Item]] = []
        dropped: list[tuple[NoticeItem, Item | None]] = []
        for row in self._rows[notice.notice_id]:
            item = self._items.get(row.item_id)
            because = Dropped.FULL if len(kept) == MOST_ITEMS else self._why_dropped(notice, row, item)
            if because is not None or item is None:
                dropped.append((replace(row, dropped_at=self._now, dropped_because=because), item))
            else:
                kept.append((self._renewed(row, item), item))
        message = self._message(notice, [item for _, item in kept]) if kept else None
        return _Frozen(notice=notice, kept=tuple(kept), dropped=tuple(dropped), message=message)

    def _why_dropped(self, notice: Notice, row: NoticeItem, item: Item | None) -> Dropped | None:
        """Why an item is not asked of this hoster now; None when it is. What a trace cannot say takes nothing off."""
        if item is None or item.state not in _ASKED_FOR[notice.kind]:
            return Dropped.STATE
        found, chain = self._found.get(item.url.host), self._chains.get(item.url.host)
        if row.trace_id is None or found is None or chain is None:
            return None
        if found.unreached is Unreached.GONE or (not found.told and not found.unreached):
            return Dropped.GONE
        named = found.named | {hoster_key(contact.email) for contact in found.told}
        if not named or self._hosters[notice.hoster_id].key in named:
            return None
        is_sure = all(failure.kind in _NO_ANSWER for failure in chain.failures)
        return Dropped.MOVED if is_sure and self._moved.get(item.item_id, 0) < MOST_MOVES else None

    def _renewed(self, row: NoticeItem, item: Item) -> NoticeItem:
        chain = self._chains.get(item.url.host)
        return row if row.trace_id is None or chain is None else replace(row, trace_id=chain.trace_id)

    def _message(self, notice: Notice, items: Sequence[Item]) -> Message:
        hoster = self._hosters[notice.hoster_id]
        channel = channel_for(hoster, self._refused[notice.notice_id]) or ChannelKind.MAIL
        lines = [
            line_of(one, self._chains.get(one.url.host), hoster, self._told.get((hoster.hoster_id, one.item_id)))
            for one in items
        ]
        return compose(self._parts, notice, hoster, lines, channel=channel, now=self._now)


def _wait(parts: NoticeParts, claimed: Sequence[Claimed], now: datetime) -> None:
    """A blocked day ends at midnight (UTC); an installation that may not send yet is asked again in an hour."""
    midnight = datetime.combine(now.date() + _DAY, time(), UTC)
    due_at = now + _NOT_READY if parts.terms.sender is None else midnight
    with parts.transactions.write() as tx:
        parts.agenda.again(tx, claimed, due_at=due_at)


def _close(parts: NoticeParts, ids: Sequence[NoticeId], now: datetime) -> None:
    with parts.transactions.write() as tx:
        found = parts.notices.notices(tx, ids).values()
        is_open = [one for one in found if one.state is NoticeState.OPEN]
        parts.notices.save(tx, [replace(one, state=NoticeState.CLOSED, closed_at=now) for one in is_open])


def _write_down(parts: NoticeParts, tx: Transaction, frozen: Sequence[_Frozen], *, now: datetime) -> None:
    present = parts.items.items(tx, sorted({row.item_id for one in frozen for row, _ in one.kept}))
    is_stale = [any(_has_changed(item, present) for _, item in one.kept) for one in frozen]
    stale = [one for one, is_so in zip(frozen, is_stale, strict=True) if is_so]
    good = [one for one, is_so in zip(frozen, is_stale, strict=True) if not is_so]
    parts.agenda.put(tx, [_task(TaskKind.NOTICE_SEND, one.notice.notice_id, now) for one in stale])
    notices, events, tasks = [], [], []
    for one in good:
        backed = any(item.police_backed for _, item in one.kept)
        state = NoticeState.EMPTY if one.message is None else NoticeState.CLOSED
        notices.append(replace(one.notice, state=state, police_backed=backed))
        events += _told(one, now)
        tasks += [_task(TaskKind.ITEM_ATTRIBUTE, row.item_id, now) for row, _ in one.dropped if _has_left(row)]
        if one.message is not None:
            tasks.append(_task(TaskKind.DELIVERY_ATTEMPT, one.message.delivery.delivery_id, now))
    messages = [one.message for one in good if one.message is not None]
    parts.notices.save_items(tx, [row for one in good for row, _ in (*one.kept, *one.dropped)])
    parts.notices.save(tx, notices)
    parts.deliveries.put(tx, [(message.delivery, message.content) for message in messages])
    parts.answers.add_pages(tx, [message.page for message in messages])
    parts.agenda.put(tx, tasks)
    parts.journal.append_all(tx, events)
    place(parts, tx, [placing for one in good for placing in _onto_the_next(parts, tx, one)], now=now)


def _has_changed(item: Item, present: dict[ItemId, Item]) -> bool:
    found = present.get(item.item_id)
    return found is None or found.moves != item.moves


def _has_left(row: NoticeItem) -> bool:
    return row.dropped_because in {Dropped.MOVED, Dropped.GONE}


def _told(one: _Frozen, now: datetime) -> list[Event]:
    if one.message is None:
        return [note("empty", one.notice, now, dropped=len(one.dropped))]
    return list(notes("close", one.notice, [row.item_id for row, _ in one.kept], now))


def _onto_the_next(parts: NoticeParts, tx: Transaction, one: _Frozen) -> list[Placing]:
    full = [(row, item) for row, item in one.dropped if row.dropped_because is Dropped.FULL and item is not None]
    if not full:
        return []
    hoster = parts.hosters.hosters(tx, [one.notice.hoster_id])[one.notice.hoster_id]
    return [
        Placing(
            item_id=row.item_id,
            url=item.url.text,
            hoster=hoster,
            kind=one.notice.kind,
            profile_id=one.notice.profile_id,
            trace_id=row.trace_id,
            hurried=True,
        )
        for row, item in full
    ]


def _task(kind: TaskKind, subject: str, due_at: datetime) -> Task:
    return Task(kind=kind, subject=subject, due_at=due_at)
