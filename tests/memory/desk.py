"""Small earlier rooms for the follow-up: items that move by the table of moves, notices that were asked for, traces."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from schoon.hits import Language
from schoon.hosting import Confidence, Contact, HostingChain, Outcome, Residence, Scope, Source, TraceId, Where
from schoon.kinds import Digest, HosterId, ItemId, ReportId, Transaction
from schoon.notices import Hoster
from schoon.reports import (
    Item,
    ItemKind,
    ItemMovedError,
    ItemState,
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

    def put(self, item_id: ItemId, state: ItemState) -> None:
        """Let somebody else move an item."""
        self.kept[item_id] = replace(self.kept[item_id], state=state)

    def items(self, tx: Transaction, item_ids: Collection[ItemId]) -> Mapping[ItemId, Item]:
        return {one: self.kept[one] for one in item_ids if one in self.kept}

    def digests(self, tx: Transaction, item_ids: Collection[ItemId]) -> Mapping[ItemId, tuple[Digest, ...]]:
        return {one: self.known[one] for one in item_ids if one in self.known}

    def move(self, tx: Transaction, moves: Sequence[Move], *, now: datetime) -> None:
        for one in moves:
            if self.kept[one.item_id].state is not one.from_state or not may_move(one.from_state, one.to_state):
                raise ItemMovedError(f"item {one.item_id} is not {one.from_state}")
            self.put(one.item_id, one.to_state)
            self.moves.append(one)

    def take(self, submissions: Sequence[Submission], *, now: datetime) -> list[Receipt]:
        known = [one.idempotency_key in self.taken for one in submissions]
        self.taken |= {one.idempotency_key: one for one in submissions}
        return [Receipt(report_id=ReportId("r"), status_code="", item_ids=(), known=was_known) for was_known in known]


@dataclass
class MemoryNotices:
    by_id: dict[HosterId, Hoster] = field(default_factory=dict)
    again: list[tuple[ItemId, datetime]] = field(default_factory=list)
    police: list[tuple[ItemId, datetime]] = field(default_factory=list)

    def add(self, number: int) -> HosterId:
        hoster_id = HosterId(number)
        self.by_id[hoster_id] = Hoster(
            hoster_id=hoster_id,
            organisation=f"hoster {number}",
            country="NL",
            email=f"Abuse@hoster{number}.example",
            language=Language.DUTCH,
            added_at=T0,
        )
        return hoster_id

    def notice_again(self, tx: Transaction, item_ids: Sequence[ItemId], *, now: datetime) -> None:
        self.again += [(one, now) for one in item_ids]

    def refer_to_police(self, tx: Transaction, item_ids: Sequence[ItemId], *, reasons: str, now: datetime) -> None:
        self.police += [(one, now) for one in item_ids]

    def hosters(self, tx: Transaction, hoster_ids: Collection[HosterId]) -> Mapping[HosterId, Hoster]:
        return {one: self.by_id[one] for one in hoster_ids}


@dataclass
class MemoryTraces:
    """Whoever hosts a host, by its number; a host of which nothing is known cannot be traced."""

    hosted_by: dict[str, int] = field(default_factory=dict)
    not_to_probe: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def trace(self, url: str, *, by: str, now: datetime, fresh: bool = False) -> HostingChain:
        target = TargetUrl.parse(url)
        self.asked.append(target.host)
        number = self.hosted_by.get(target.host)
        contact = Contact(
            scope=Scope.HOSTER,
            about="",
            organisation="",
            email=f"abuse@hoster{number}.example",
            country="NL",
            source=Source.RDAP,
            obtained_at=now,
            confidence=Confidence.HIGH,
            evidence=1,
        )
        return HostingChain(
            trace_id=TraceId("t"),
            target=target,
            asked_by=by,
            traced_at=now,
            outcome=Outcome.UNRESOLVED if number is None else Outcome.TRACED,
            outcome_reason="",
            residence=Residence(where=Where.OURS, countries=(), reason=""),
            contacts=() if number is None else (contact,),
        )

    def forbidden(self, hosts: Collection[str], *, now: datetime) -> frozenset[str]:
        return frozenset(self.not_to_probe & set(hosts))
