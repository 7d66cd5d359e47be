"""Small earlier rooms for the follow-up: items that move by the table of moves, notices that were asked for, rules."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from schoon.kinds import Digest, ItemId, NoticeId, ReportId, Transaction
from schoon.notices import ItemEnd, ReferralId
from schoon.reports import (
    Item,
    ItemKind,
    ItemMovedError,
    ItemState,
    KeyReusedError,
    Move,
    Receipt,
    Submission,
    TargetUrl,
    may_move,
)

T0 = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass
class MemoryItems:
    kept: dict[ItemId, Item] = field(default_factory=dict)
    known: dict[ItemId, tuple[Digest, ...]] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    taken: dict[str, Submission] = field(default_factory=dict)

    def add(self, name: str, *, at: datetime = T0, host: str = "example.org", kind: ItemKind = ItemKind.PAGE) -> ItemId:
        item_id = ItemId(name)
        self.kept[item_id] = Item(
            item_id=item_id,
            kind=kind,
            url=TargetUrl.parse(f"https://{host}/{name}"),
            site=host,
            state=ItemState.TO_NOTICE,
            moves=0,
            moved_at=at,
            first_reported_at=at,
            last_reported_at=at,
            reports=1,
        )
        return item_id

    def put(self, item_id: ItemId, state: ItemState, at: datetime | None = None) -> None:
        """Let somebody else move an item."""
        self.kept[item_id] = replace(self.kept[item_id], state=state, moved_at=at or self.kept[item_id].moved_at)

    def items(self, tx: Transaction, item_ids: Sequence[ItemId]) -> Mapping[ItemId, Item]:
        return {one: self.kept[one] for one in item_ids if one in self.kept}

    def digests(self, tx: Transaction, item_ids: Collection[ItemId]) -> Mapping[ItemId, tuple[Digest, ...]]:
        return {one: self.known[one] for one in item_ids if one in self.known}

    def move(self, tx: Transaction, moves: Sequence[Move], *, now: datetime) -> None:
        for one in moves:
            if self.kept[one.item_id].state is not one.from_state or not may_move(one.from_state, one.to_state):
                raise ItemMovedError(f"item {one.item_id} is not {one.from_state}")
            self.put(one.item_id, one.to_state, now)
            self.moves.append(one)

    def take(self, submissions: Sequence[Submission], *, now: datetime) -> list[Receipt]:
        for one in submissions:
            if self.taken.get(one.idempotency_key, one) != one:
                raise KeyReusedError
        known = [one.idempotency_key in self.taken for one in submissions]
        self.taken |= {one.idempotency_key: one for one in submissions}
        return [Receipt(report_id=ReportId("r"), status_code="", item_ids=(), known=was_known) for was_known in known]


@dataclass
class MemoryNotices:
    again: list[tuple[ItemId, datetime]] = field(default_factory=list)
    police: list[tuple[ItemId, datetime]] = field(default_factory=list)
    ends: dict[tuple[NoticeId, ItemId], datetime | None] = field(default_factory=dict)

    def notice_again(self, tx: Transaction, item_ids: Sequence[ItemId], *, now: datetime) -> None:
        self.again += [(one, now) for one in item_ids]

    def refer_to_police(
        self, tx: Transaction, item_ids: Sequence[ItemId], *, reasons: str, now: datetime
    ) -> ReferralId:
        self.police += [(one, now) for one in item_ids]
        return ReferralId(f"r{len(self.police)}")

    def out_of_reach(self, tx: Transaction, ends: Sequence[ItemEnd]) -> None:
        self.ends |= {(one.notice_id, one.item_id): one.gone_at for one in ends}


@dataclass
class MemoryRules:
    """Hosts at which nobody looks."""

    not_to_probe: set[str] = field(default_factory=set)

    def forbidden(self, hosts: Collection[str], *, now: datetime) -> frozenset[str]:
        return frozenset(self.not_to_probe & set(hosts))
