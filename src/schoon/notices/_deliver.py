"""Hands messages to their channels, until each was taken or will not be.

1. Look the messages up. One that holds what may not be asked any more (held for the police, judged otherwise) is taken
   back, and written anew without it.
2. Outside any transaction, hand them over: the very same bytes at every attempt, under the same name.
3. Write down what became of those that are still ours. Who lost a claim has handed a message over a second time, under
   the name by which the other side drops it.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from schoon.agenda import Claimed, Task, TaskKind
from schoon.kinds import Clock, NoticeId, Transaction
from schoon.notices._arrivals import arrived, failed, look_again, taken
from schoon.notices._delivery_types import Delivery, DeliveryState, Handed, HandOver, Parcel
from schoon.notices._parts import NoticeParts
from schoon.notices.rules import GIVE_UP, GIVE_WAY, OUR_FAULT, channel_for, is_usable, retry_after
from schoon.notices.types import ChannelKind, DeliveryId, Notice
from schoon.reports import ItemState

_log = logging.getLogger(__name__)

_MAY_NOT_GO = {ItemState.HELD, ItemState.NOT_ILLEGAL, ItemState.IGNORED, ItemState.TO_ASSESS}
_TAKEN = {Handed.SENT, Handed.DELIVERED}
_NO_CHANNEL = HandOver(handed=Handed.NOT_TRIED, fault="this installation has no such channel now")
_GIVEN_UP = "given up after many attempts"


def deliver_due(parts: NoticeParts, claimed: Sequence[Claimed], clock: Clock) -> None:
    """Hand over the messages of these tasks."""
    with parts.transactions.read() as tx:
        parcels, halted = _looked_up(parts, tx, [DeliveryId(one.subject) for one in claimed])
    became = _handed_over(parts, [one for key, one in parcels.items() if key not in halted], clock)
    became |= dict.fromkeys(halted, None)
    now = clock()
    with parts.transactions.write() as tx:
        ours = [DeliveryId(one.subject) for one in parts.agenda.done(tx, claimed)]
        results = {one: became[one] for one in ours if one in became}
        if results:
            _Ending(parts, tx, {parcels[one].delivery.notice_id for one in results}, now=now).write_down(results)
    for delivery_id, result in became.items():
        fields = {"event": "notices.deliver", "delivery_id": delivery_id}
        handed, fault = ("taken_back", "") if result is None else (result.handed.value, result.fault)
        _log.info("notice handed over", extra=fields | {"handed": handed, "fault": fault})


def _looked_up(
    parts: NoticeParts, tx: Transaction, ids: Sequence[DeliveryId]
) -> tuple[dict[DeliveryId, Parcel], set[DeliveryId]]:
    """The messages that wait, and those among them that may not go as they are."""
    found = {
        delivery_id: one
        for delivery_id, one in parts.deliveries.parcels(tx, ids).items()
        if one[0].state is DeliveryState.WAITING
    }
    notices = parts.notices.notices(tx, {delivery.notice_id for delivery, _ in found.values()})
    hosters = parts.hosters.hosters(tx, {one.hoster_id for one in notices.values()})
    rows = parts.notices.items_of(tx, list(notices))
    items = parts.items.items(tx, sorted({row.item_id for some in rows.values() for row in some}))
    stopped = {item_id for item_id, item in items.items() if item.state in _MAY_NOT_GO}
    halted = {notice_id for notice_id, some in rows.items() if any(row.item_id in stopped for row in some)}
    parcels = {
        delivery_id: Parcel(
            delivery=delivery, content=content, webhook=hosters[notices[delivery.notice_id].hoster_id].webhook
        )
        for delivery_id, (delivery, content) in found.items()
    }
    return parcels, {delivery_id for delivery_id, one in parcels.items() if one.delivery.notice_id in halted}


def _handed_over(parts: NoticeParts, parcels: Sequence[Parcel], clock: Clock) -> dict[DeliveryId, HandOver | None]:
    by_kind: dict[ChannelKind, list[Parcel]] = defaultdict(list)
    for parcel in parcels:
        by_kind[parcel.delivery.channel].append(parcel)
    became: dict[DeliveryId, HandOver | None] = {}
    for kind, some in by_kind.items():
        channel = parts.channels.get(kind)
        results = [_NO_CHANNEL] * len(some) if channel is None else channel.hand_over(some, clock)
        became |= {one.delivery.delivery_id: result for one, result in zip(some, results, strict=True)}
    return became


class _Ending:
    """What is written down of one call."""

    def __init__(self, parts: NoticeParts, tx: Transaction, notice_ids: Collection[NoticeId], *, now: datetime) -> None:
        self._parts, self._tx, self._now = parts, tx, now
        self._notices = parts.notices.notices(tx, notice_ids)  # locked: what comes back meanwhile waits
        deliveries = parts.deliveries.of_notices(tx, notice_ids)
        self._waiting = {one.delivery_id: one for one in deliveries if one.state is DeliveryState.WAITING}
        self._refused: dict[NoticeId, set[ChannelKind]] = defaultdict(set)
        for one in deliveries:
            if one.state is DeliveryState.REFUSED:
                self._refused[one.notice_id].add(one.channel)
        self._hosters = parts.hosters.hosters(tx, {one.hoster_id for one in self._notices.values()})
        self._saved: list[Delivery] = []
        self._tasks: list[Task] = []
        self._taken: list[Notice] = []
        self._arrived: set[NoticeId] = set()
        self._lost: list[Notice] = []
        self._slow: list[Notice] = []

    def write_down(self, results: Mapping[DeliveryId, HandOver | None]) -> None:
        """Settle each delivery, then what follows for its notice."""
        for delivery_id, result in results.items():
            delivery = self._waiting.get(delivery_id)
            if delivery is not None:
                self._settle(delivery, result)
        parts, tx, now = self._parts, self._tx, self._now
        parts.deliveries.save(tx, self._saved)
        parts.agenda.put(tx, self._tasks)
        sent = taken(parts, tx, self._taken, now=now)
        arrived(parts, tx, [one for one in sent if one.notice_id in self._arrived], now=now)
        failed(parts, tx, self._lost, now=now)
        self._give_way()

    def _settle(self, delivery: Delivery, result: HandOver | None) -> None:
        notice = self._notices[delivery.notice_id]
        if result is None:
            self._keep(delivery, DeliveryState.TAKEN_BACK, "", is_attempt=False)
            self._put(TaskKind.NOTICE_SEND, notice.notice_id, self._now)
        elif result.handed in _TAKEN:
            is_there = result.handed is Handed.DELIVERED
            self._keep(delivery, DeliveryState.DELIVERED if is_there else DeliveryState.SENT, "")
            self._taken.append(notice)
            self._arrived |= {notice.notice_id} if is_there else set()
        elif result.handed is Handed.REFUSED:
            self._refuse(delivery, notice, result.fault)
        elif result.handed is Handed.NOT_TRIED:
            self._saved.append(replace(delivery, fault=result.fault or delivery.fault))
            self._put(TaskKind.DELIVERY_ATTEMPT, delivery.delivery_id, self._now + OUR_FAULT)
        else:
            self._retry(delivery, notice, result.fault)

    def _retry(self, delivery: Delivery, notice: Notice, fault: str) -> None:
        since = delivery.tried_at or self._now
        if self._now - since >= GIVE_UP:
            self._refuse(delivery, notice, _GIVEN_UP)
            return
        attempts = delivery.attempts + 1
        self._saved.append(replace(delivery, attempts=attempts, fault=fault, tried_at=since))
        self._put(TaskKind.DELIVERY_ATTEMPT, delivery.delivery_id, self._now + retry_after(attempts))
        if self._now - since >= GIVE_WAY and is_usable(self._hosters[notice.hoster_id], self._now):
            self._slow.append(notice)

    def _refuse(self, delivery: Delivery, notice: Notice, fault: str) -> None:
        """The next channel to the same hoster has its turn; after the last, the next contact of the chain."""
        self._keep(delivery, DeliveryState.REFUSED, fault)
        refused = self._refused[notice.notice_id] | {delivery.channel}
        if channel_for(self._hosters[notice.hoster_id], refused) is None:
            self._lost.append(notice)
        else:
            self._put(TaskKind.NOTICE_SEND, notice.notice_id, self._now)

    def _give_way(self) -> None:
        """These messages are tried on; but others of the chain are told meanwhile."""
        if self._slow:
            parts, tx, now = self._parts, self._tx, self._now
            parts.hosters.set_bounced(tx, {one.hoster_id for one in self._slow}, now)
            rows = parts.notices.items_of(tx, [one.notice_id for one in self._slow])
            look_again(parts, tx, {row.item_id for some in rows.values() for row in some}, now=now)

    def _keep(self, delivery: Delivery, state: DeliveryState, fault: str, *, is_attempt: bool = True) -> None:
        self._saved.append(
            replace(
                delivery,
                state=state,
                fault=fault,
                attempts=delivery.attempts + is_attempt,
                tried_at=delivery.tried_at or (self._now if is_attempt else None),
                ended_at=self._now,
            )
        )

    def _put(self, kind: TaskKind, subject: str, due_at: datetime) -> None:
        self._tasks.append(Task(kind=kind, subject=subject, due_at=due_at))
