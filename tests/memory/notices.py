"""Hosters, notices, deliveries, answers and referrals in memory, written from the ports' words alone."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median

from schoon.kinds import HosterId, ItemId, NoticeId, Transaction
from schoon.notices import (
    Answer,
    Delivery,
    DeliveryId,
    DeliveryState,
    Dropped,
    Figures,
    Hoster,
    HosterDraft,
    KeptAcknowledgement,
    KeptAnswer,
    KeptDispute,
    KeptReturn,
    Live,
    Moved,
    Notice,
    NoticeItem,
    NoticeKind,
    NoticePage,
    NoticeState,
    NoticesWanted,
    NoticeTimes,
    NoticeWish,
    Reconciliation,
    ReferralId,
    ReferralParcel,
    Settled,
    TakenUp,
    Unnoticed,
)

_ON_ITS_WAY = {NoticeState.OPEN, NoticeState.CLOSED}


class MemoryHosters:
    def __init__(self) -> None:
        self.kept: dict[HosterId, Hoster] = {}

    def by_key(self, tx: Transaction, keys: Collection[str]) -> dict[str, Hoster]:
        return {one.key: one for one in self.kept.values() if one.key in keys}

    def hosters(self, tx: Transaction, hoster_ids: Collection[HosterId] | None = None) -> dict[HosterId, Hoster]:
        return {one: hoster for one, hoster in self.kept.items() if hoster_ids is None or one in hoster_ids}

    def add_missing(self, tx: Transaction, drafts: Sequence[HosterDraft], now: datetime) -> dict[str, Hoster]:
        keys = {draft.email.casefold(): draft for draft in reversed(drafts)}
        for key in sorted(keys.keys() - self.by_key(tx, keys).keys()):
            draft = keys[key]
            hoster_id = HosterId(len(self.kept) + 1)
            self.kept[hoster_id] = Hoster(
                hoster_id=hoster_id,
                key=key,
                organisation=draft.organisation,
                country=draft.country,
                email=draft.email,
                language=draft.language,
                added_at=now,
                reseller_of=draft.reseller_of,
            )
        return self.by_key(tx, keys)

    def save(self, tx: Transaction, hosters: Sequence[Hoster]) -> None:
        self.kept |= {one.hoster_id: one for one in hosters}

    def set_bounced(self, tx: Transaction, hoster_ids: Collection[HosterId], at: datetime | None) -> None:
        for one in hoster_ids:
            self.kept[one] = replace(self.kept[one], bounced_at=at)


@dataclass
class _Row:
    item: NoticeItem
    hoster_id: HosterId
    kind: NoticeKind
    url: str
    from_hoster_id: HosterId | None = None
    waiting: bool = True


@dataclass
class MemoryNotices:
    kept: dict[NoticeId, Notice] = field(default_factory=dict)
    rows: list[_Row] = field(default_factory=list)
    alone: dict[ItemId, Unnoticed] = field(default_factory=dict)

    def open_for(self, tx: Transaction, wishes: Sequence[NoticeWish], now: datetime) -> list[Notice]:
        return [self._opened(wish, now) for wish in wishes]

    def _opened(self, wish: NoticeWish, now: datetime) -> Notice:
        wanted = (wish.hoster_id, wish.profile_id, wish.kind, NoticeState.OPEN)
        for one in self.kept.values():
            if (one.hoster_id, one.profile_id, one.kind, one.state) == wanted:
                return self._counted(one)
        self.kept[wish.notice_id] = new = Notice(
            notice_id=wish.notice_id,
            hoster_id=wish.hoster_id,
            profile_id=wish.profile_id,
            kind=wish.kind,
            state=NoticeState.OPEN,
            opened_at=now,
            closes_at=wish.closes_at,
            email=wish.email,
        )
        return new

    def add_items(self, tx: Transaction, taken: Sequence[TakenUp]) -> None:
        for one in taken:
            notice = one.notice
            is_there = any(
                row.item.item_id == one.item_id
                and (
                    row.item.notice_id == notice.notice_id
                    or (row.waiting and (row.hoster_id, row.kind) == (notice.hoster_id, notice.kind))
                )
                for row in self.rows
            )
            if not is_there:
                item = NoticeItem(
                    notice_id=notice.notice_id, item_id=one.item_id, taken_up_at=one.at, trace_id=one.trace_id
                )
                self.rows.append(_Row(item, notice.hoster_id, notice.kind, one.url, one.from_hoster_id))

    def notices(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> dict[NoticeId, Notice]:
        return {one: self._counted(self.kept[one]) for one in self.kept if one in notice_ids}

    def items_of(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> dict[NoticeId, list[NoticeItem]]:
        return {one: [row.item for row in self._on(one)] for one in notice_ids}

    def save(self, tx: Transaction, notices: Sequence[Notice]) -> None:
        for one in notices:
            self.kept[one.notice_id] = one
            if one.state not in _ON_ITS_WAY:
                for row in self._on(one.notice_id):
                    row.waiting = False

    def save_items(self, tx: Transaction, items: Sequence[NoticeItem]) -> None:
        new = {(one.notice_id, one.item_id): one for one in items}
        for row in self.rows:
            item = new.get((row.item.notice_id, row.item.item_id))
            if item is not None:
                row.item = item
                row.waiting = row.waiting and item.dropped_at is None

    def live(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[Live]:
        found = []
        for row in reversed(self.rows):
            notice = self.kept[row.item.notice_id]
            if row.item.item_id in item_ids and row.item.dropped_at is None and notice.state is not NoticeState.EMPTY:
                found.append(
                    Live(
                        item_id=row.item.item_id,
                        notice_id=notice.notice_id,
                        hoster_id=notice.hoster_id,
                        kind=notice.kind,
                        state=notice.state,
                        sent_at=notice.sent_at,
                        trace_id=row.item.trace_id,
                    )
                )
        return found

    def times_moved(self, tx: Transaction, item_ids: Collection[ItemId], since: datetime) -> dict[ItemId, int]:
        found: dict[ItemId, int] = {}
        for row in self.rows:
            item = row.item
            is_moved = item.dropped_because is Dropped.MOVED and item.dropped_at is not None
            if item.item_id in item_ids and is_moved and item.dropped_at is not None and item.dropped_at >= since:
                found[item.item_id] = found.get(item.item_id, 0) + 1
        return found

    def last_hosters(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, HosterId]:
        first = [row for row in self.rows if row.kind is NoticeKind.FIRST and row.item.item_id in item_ids]
        return {row.item.item_id: row.hoster_id for row in first}

    def moved(self, tx: Transaction, *, before: int | None, limit: int) -> list[Moved]:
        found = [
            Moved(
                number=number,
                item_id=row.item.item_id,
                notice_id=row.item.notice_id,
                from_hoster_id=row.from_hoster_id,
                to_hoster_id=row.hoster_id,
                at=row.item.taken_up_at,
                trace_id=row.item.trace_id,
            )
            for number, row in enumerate(self.rows, 1)
            if row.from_hoster_id is not None and (before is None or number < before)
        ]
        return found[::-1][:limit]

    def times(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, NoticeTimes]:
        found = {}
        for item_id in item_ids:
            sent = [self.kept[one.notice_id] for one in self.live(tx, [item_id]) if one.state is NoticeState.SENT]
            if sent:
                found[item_id] = NoticeTimes(
                    item_id=item_id,
                    first_sent_at=min(one.sent_at for one in sent if one.sent_at),
                    last_sent_at=max(one.sent_at for one in sent if one.sent_at),
                    first_delivered_at=min((one.delivered_at for one in sent if one.delivered_at), default=None),
                    first_acknowledged_at=min(
                        (one.acknowledged_at for one in sent if one.acknowledged_at), default=None
                    ),
                    notices=len(sent),
                )
        return found

    def page(self, tx: Transaction, wanted: NoticesWanted) -> list[Notice]:
        ids = list(reversed(self.kept))
        if wanted.after is not None:
            ids = ids[ids.index(wanted.after) + 1 :]
        on = {row.item.notice_id for row in self.rows if row.item.item_id == wanted.item_id}
        found = [self._counted(self.kept[one]) for one in ids if wanted.item_id is None or one in on]
        found = [one for one in found if wanted.hoster_id in {None, one.hoster_id}]
        return [one for one in found if wanted.states is None or one.state in wanted.states][: wanted.limit]

    def by_url(self, tx: Transaction, hoster_id: HosterId, urls: Collection[str]) -> dict[str, NoticeId]:
        return {
            row.url: row.item.notice_id
            for row in self.rows
            if row.hoster_id == hoster_id
            and row.url in urls
            and row.item.dropped_at is None
            and self.kept[row.item.notice_id].closed_at is not None
        }

    def keep_unnoticed(self, tx: Transaction, items: Sequence[Unnoticed]) -> None:
        self.alone |= {one.item_id: one for one in items}

    def forget_unnoticed(self, tx: Transaction, item_ids: Collection[ItemId]) -> None:
        for one in item_ids:
            self.alone.pop(one, None)

    def unnoticed(self, tx: Transaction, item_ids: Collection[ItemId] | None = None) -> dict[ItemId, Unnoticed]:
        found = [one for one in self.alone.values() if item_ids is None or one.item_id in item_ids]
        return {one.item_id: one for one in sorted(found, key=lambda one: (one.since, one.item_id))}

    def figures(
        self, tx: Transaction, hoster_id: HosterId | None, *, since: datetime, until: datetime, now: datetime
    ) -> dict[HosterId, Figures]:
        by_hoster: defaultdict[HosterId, list[tuple[datetime | None, Notice]]] = defaultdict(list)
        for row in self.rows:
            notice = self.kept[row.item.notice_id]
            counts = notice.kind is NoticeKind.FIRST and notice.state is NoticeState.SENT
            in_span = notice.sent_at is not None and since <= notice.sent_at < until
            if hoster_id in {None, notice.hoster_id} and counts and in_span and row.item.dropped_at is None:
                by_hoster[notice.hoster_id].append((row.item.gone_at, notice))
        return {one: self._figures(ends, now) for one, ends in by_hoster.items()}

    def _figures(self, ends: Sequence[tuple[datetime | None, Notice]], now: datetime) -> Figures:
        in_time = sum(bool(gone and notice.due_at and gone < notice.due_at) for gone, notice in ends)
        too_late = sum(bool(gone and notice.due_at and gone >= notice.due_at) for gone, notice in ends)
        overdue = sum(bool(not gone and notice.due_at and notice.due_at <= now) for gone, notice in ends)
        took = [(gone - notice.clock_at).total_seconds() for gone, notice in ends if gone and notice.clock_at]
        return Figures(
            items=len(ends),
            in_time=in_time,
            too_late=too_late,
            overdue=overdue,
            running=len(ends) - in_time - too_late - overdue,
            median=timedelta(seconds=round(median(took))) if took else None,
        )

    def _on(self, notice_id: NoticeId) -> list[_Row]:
        return [row for row in self.rows if row.item.notice_id == notice_id and row.item.dropped_at is None]

    def _counted(self, notice: Notice) -> Notice:
        return replace(notice, items=len(self._on(notice.notice_id)))


@dataclass
class MemoryDeliveries:
    kept: dict[DeliveryId, tuple[Delivery, bytes]] = field(default_factory=dict)
    came_back: list[KeptReturn] = field(default_factory=list)

    def put(self, tx: Transaction, deliveries: Sequence[tuple[Delivery, bytes]]) -> None:
        for delivery, content in deliveries:
            assert not any(
                one.notice_id == delivery.notice_id and one.state is DeliveryState.WAITING
                for one, _ in self.kept.values()
            )
            self.kept[delivery.delivery_id] = delivery, content

    def parcels(
        self, tx: Transaction, delivery_ids: Collection[DeliveryId]
    ) -> dict[DeliveryId, tuple[Delivery, bytes]]:
        return {one: self.kept[one] for one in self.kept if one in delivery_ids}

    def of_notices(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[Delivery]:
        return [one for one, _ in self.kept.values() if one.notice_id in notice_ids]

    def by_token(self, tx: Transaction, return_tokens: Collection[str]) -> dict[str, Delivery]:
        return {one.return_token: one for one, _ in self.kept.values() if one.return_token in return_tokens}

    def save(self, tx: Transaction, deliveries: Sequence[Delivery]) -> None:
        for one in deliveries:
            self.kept[one.delivery_id] = one, self.kept[one.delivery_id][1]

    def add_return(self, tx: Transaction, kept: KeptReturn) -> bool:
        same = [(one.delivery_id, one.mail_sha256) for one in self.came_back]
        if (kept.delivery_id, kept.mail_sha256) in same:
            return False
        self.came_back.append(kept)
        return True

    def returns(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[KeptReturn]:
        ids = {one.delivery_id for one in self.of_notices(tx, notice_ids)}
        return [one for one in self.came_back if one.delivery_id in ids]


@dataclass
class MemoryAnswers:
    pages: dict[bytes, NoticePage] = field(default_factory=dict)
    said: list[KeptAnswer] = field(default_factory=list)
    objections: list[KeptDispute] = field(default_factory=list)
    signed: list[KeptAcknowledgement] = field(default_factory=list)
    lists: list[Reconciliation] = field(default_factory=list)

    def add_pages(self, tx: Transaction, pages: Sequence[NoticePage]) -> None:
        self.pages |= {one.digest: one for one in pages}

    def page(self, tx: Transaction, digest: bytes) -> NoticePage | None:
        return self.pages.get(digest)

    def add_answers(self, tx: Transaction, answers: Sequence[KeptAnswer]) -> None:
        self.said += answers
        for one in answers:
            item_id = one.answer.item_id
            is_open = any(
                (old.notice_id, old.item_id, old.upheld) == (one.notice_id, item_id, None) for old in self.objections
            )
            if one.answer.answer is Answer.DISPUTED and not is_open:
                number = len(self.objections) + 1
                self.objections.append(
                    KeptDispute(
                        number=number, notice_id=one.notice_id, item_id=item_id, text=one.answer.text, at=one.at
                    )
                )

    def answers(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[KeptAnswer]:
        return [one for one in self.said if one.notice_id in notice_ids]

    def disputes(self, tx: Transaction, *, open_only: bool) -> list[KeptDispute]:
        return [one for one in self.objections if one.upheld is None or not open_only]

    def settle(self, tx: Transaction, settled: Settled) -> KeptDispute | None:
        for place, one in enumerate(self.objections):
            if one.number == settled.number and one.upheld is None:
                self.objections[place] = replace(
                    one,
                    upheld=settled.upheld,
                    reason=settled.reason,
                    settled_by=settled.by,
                    settled_at=settled.at,
                )
                return self.objections[place]
        return None

    def add_acknowledgement(self, tx: Transaction, kept: KeptAcknowledgement) -> bool:
        if any((one.notice_id, one.document) == (kept.notice_id, kept.document) for one in self.signed):
            return False
        self.signed.append(kept)
        return True

    def acknowledgements(self, tx: Transaction, notice_id: NoticeId) -> list[KeptAcknowledgement]:
        return [one for one in self.signed if one.notice_id == notice_id]

    def add_reconciliation(self, tx: Transaction, kept: Reconciliation) -> int:
        self.lists.append(replace(kept, number=len(self.lists) + 1))
        return len(self.lists)

    def reconciliations(self, tx: Transaction, hoster_id: HosterId, *, limit: int) -> list[Reconciliation]:
        return [one for one in reversed(self.lists) if one.hoster_id == hoster_id][:limit]


@dataclass
class MemoryReferrals:
    kept: dict[ReferralId, ReferralParcel] = field(default_factory=dict)

    def put(self, tx: Transaction, parcels: Sequence[ReferralParcel]) -> None:
        self.save(tx, parcels)

    def parcels(self, tx: Transaction, referral_ids: Collection[ReferralId]) -> dict[ReferralId, ReferralParcel]:
        return {one: self.kept[one] for one in self.kept if one in referral_ids}

    def save(self, tx: Transaction, parcels: Sequence[ReferralParcel]) -> None:
        self.kept |= {one.referral.referral_id: one for one in parcels}

    def referrals(self, tx: Transaction, *, limit: int) -> list[ReferralParcel]:
        return list(reversed(self.kept.values()))[:limit]
