"""Hits and the outbox in memory, written from the ports' words alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from schoon.check import Verdict
from schoon.hits import (
    Action,
    ActionTaken,
    DeadLetter,
    Dispute,
    FileSighting,
    Hit,
    HitCounts,
    HitsAlike,
    HitState,
    Leased,
    Message,
    Shelf,
    Wanted,
)
from schoon.kinds import EntryId, HitId, MemberId, Transaction

ACTED = {HitState.REMOVED, HitState.QUARANTINED}


def on_shelf(hit: Hit, shelf: Shelf, now: datetime) -> bool:
    listed = hit.verdict is Verdict.LISTED
    match shelf:
        case Shelf.ALL:
            return True
        case Shelf.OPEN:
            return listed and hit.state is HitState.OPEN
        case Shelf.OVERDUE:
            return listed and hit.state is HitState.OPEN and hit.is_overdue(now)
        case Shelf.DISPUTED:
            return listed and hit.state in {HitState.DISPUTED, HitState.SUSPENDED}
        case Shelf.ACTED:
            return hit.state in ACTED
        case Shelf.RESTORE:
            return hit.state is HitState.WITHDRAWN and hit.action in {Action.REMOVED, Action.QUARANTINED}
        case Shelf.REVIEW:
            return not listed and hit.closed_at is None


class MemoryHits:
    def __init__(self) -> None:
        self._hits: dict[HitId, Hit] = {}
        self._files: dict[tuple[HitId, str], FileSighting] = {}
        self._actions: list[tuple[HitId, ActionTaken]] = []
        self._disputes: list[Dispute] = []

    def take_turn(self, tx: Transaction, member_id: MemberId) -> None:
        """A write here has everybody's turn."""

    def open_hits(self, tx: Transaction, member_id: MemberId, entry_ids: Sequence[EntryId]) -> dict[EntryId, Hit]:
        mine = self.hits_on(tx, entry_ids, member_id=member_id, open_only=True)
        return {hit.entry_id: hit for hit in mine}

    def ever_hit(self, tx: Transaction, member_id: MemberId, entry_ids: Sequence[EntryId]) -> set[EntryId]:
        mine = self.hits_on(tx, entry_ids, member_id=member_id, open_only=False)
        return {hit.entry_id for hit in mine if hit.closed_at is not None}

    def add_missing(self, tx: Transaction, hits: HitsAlike) -> HitsAlike:
        added: dict[HitId, EntryId] = {}
        for hit in hits.each():
            if hit.closed_at is None and self.open_hits(tx, hit.member_id, [hit.entry_id]):
                continue
            self._hits[hit.hit_id] = hit
            added[hit.hit_id] = hit.entry_id
        return replace(hits, entries=added)

    def save(self, tx: Transaction, hits: Sequence[Hit]) -> None:
        for hit in hits:
            now = self._hits[hit.hit_id]
            self._hits[hit.hit_id] = replace(hit, sightings=now.sightings, last_seen_at=now.last_seen_at)

    def add_sightings(
        self,
        tx: Transaction,
        seen: Mapping[HitId, Mapping[str | None, int]],
        now: datetime,
        *,
        counted: Collection[HitId] = (),
    ) -> None:
        for hit_id, refs in seen.items():
            hit = self._hits[hit_id]
            total = hit.sightings + (0 if hit_id in counted else sum(refs.values()))
            self._hits[hit_id] = replace(hit, sightings=total, last_seen_at=max(hit.last_seen_at, now))
            for file_ref, count in refs.items():
                if file_ref is not None:
                    fresh = FileSighting(file_ref=file_ref, first_seen_at=now, last_seen_at=now, count=0)
                    before = self._files.get((hit_id, file_ref), fresh)
                    self._files[hit_id, file_ref] = replace(before, last_seen_at=now, count=before.count + count)

    def hits(self, tx: Transaction, hit_ids: Sequence[HitId], member_id: MemberId | None) -> dict[HitId, Hit]:
        found = [self._hits[hit_id] for hit_id in hit_ids if hit_id in self._hits]
        return {hit.hit_id: hit for hit in found if member_id in {None, hit.member_id}}

    def hits_on(
        self, tx: Transaction, entry_ids: Sequence[EntryId], *, member_id: MemberId | None = None, open_only: bool
    ) -> list[Hit]:
        return sorted(
            (
                hit
                for hit in self._hits.values()
                if hit.entry_id in set(entry_ids)
                and member_id in {None, hit.member_id}
                and not (open_only and hit.closed_at)
            ),
            key=lambda hit: hit.hit_id,
        )

    def page(self, tx: Transaction, member_id: MemberId | None, wanted: Wanted) -> list[Hit]:
        number = {hit_id: place for place, hit_id in enumerate(self._hits)}
        some = [
            hit
            for hit in self._hits.values()
            if member_id in {None, hit.member_id}
            and on_shelf(hit, wanted.shelf, wanted.now)
            and wanted.state in {None, hit.state}
        ]
        if wanted.shelf in {Shelf.OPEN, Shelf.OVERDUE}:
            some.sort(key=lambda hit: (hit.due_at or wanted.now, number[hit.hit_id]))
        else:
            some.sort(key=lambda hit: -number[hit.hit_id])
        if wanted.after is not None:
            names = [hit.hit_id for hit in some]
            some = some[names.index(wanted.after) + 1 :] if wanted.after in names else []
        return some[: wanted.limit]

    def counts(self, tx: Transaction, member_id: MemberId | None, now: datetime) -> HitCounts:
        mine = [hit for hit in self._hits.values() if member_id in {None, hit.member_id}]
        by_shelf = {shelf: sum(on_shelf(hit, shelf, now) for hit in mine) for shelf in Shelf}
        listed = [hit for hit in mine if hit.verdict is Verdict.LISTED]
        return HitCounts(
            by_state={state: sum(hit.state is state for hit in listed) for state in HitState},
            overdue=by_shelf[Shelf.OVERDUE],
            review=by_shelf[Shelf.REVIEW],
            by_shelf=by_shelf,
        )

    def due(self, tx: Transaction, now: datetime, *, limit: int, unmarked: bool) -> list[Hit]:
        some = [hit for hit in self._hits.values() if hit.is_overdue(now) and not (unmarked and hit.overdue_at)]
        return sorted(some, key=lambda hit: hit.due_at or now)[:limit]

    def opened_since(self, tx: Transaction, moment: datetime) -> list[Hit]:
        return [hit for hit in self._hits.values() if hit.opened_at >= moment and hit.withdrawn_at is None]

    def files(self, tx: Transaction, hit_id: HitId, limit: int) -> list[FileSighting]:
        mine = sorted((f for (hit, _), f in self._files.items() if hit == hit_id), key=lambda f: f.file_ref)
        return sorted(mine, key=lambda f: f.last_seen_at, reverse=True)[:limit]

    def file_count(self, tx: Transaction, hit_id: HitId) -> int:
        return sum(hit == hit_id for hit, _ in self._files)

    def add_actions(self, tx: Transaction, taken: Sequence[tuple[HitId, ActionTaken]]) -> None:
        self._actions.extend(taken)

    def actions(self, tx: Transaction, hit_id: HitId) -> list[ActionTaken]:
        return [taken for hit, taken in self._actions if hit == hit_id]

    def add_disputes(self, tx: Transaction, disputes: Sequence[Dispute]) -> None:
        for dispute in disputes:
            if not any(d.member_id == dispute.member_id for d in self.open_disputes(tx, [dispute.entry_id])):
                self._disputes.append(replace(dispute, dispute_id=len(self._disputes) + 1))

    def open_disputes(self, tx: Transaction, entry_ids: Sequence[EntryId]) -> list[Dispute]:
        return [d for d in self._disputes if d.entry_id in set(entry_ids) and d.outcome is None]

    def dispute(self, tx: Transaction, dispute_id: int) -> Dispute | None:
        return next((d for d in self._disputes if d.dispute_id == dispute_id), None)

    def disputes(
        self, tx: Transaction, member_id: MemberId | None, *, open_only: bool, hit_id: HitId | None = None
    ) -> list[Dispute]:
        some = [
            d
            for d in self._disputes
            if member_id in {None, d.member_id} and hit_id in {None, d.hit_id} and not (open_only and d.outcome)
        ]
        return sorted(some, key=lambda d: (d.due_at, d.dispute_id))

    def overdue_disputes(self, tx: Transaction, now: datetime) -> list[Dispute]:
        return [d for d in self._disputes if d.outcome is None and d.due_at <= now and d.overdue_at is None]

    def save_dispute(self, tx: Transaction, dispute: Dispute) -> None:
        self._disputes[dispute.dispute_id - 1] = dispute


@dataclass
class Row:
    number: int
    message: Message
    due_at: datetime
    attempts: int = 0
    lease: str = ""
    delivered_at: datetime | None = None
    dead_at: datetime | None = None
    fault: str = ""


class MemoryOutbox:
    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._leases = 0
        self._numbers = 0

    def put(self, tx: Transaction, messages: Sequence[Message], now: datetime) -> int:
        known = {row.message.key for row in self._rows}
        new = {message.key: message for message in reversed(messages) if message.key not in known}
        for message in new.values():
            self._numbers += 1
            self._rows.append(Row(number=self._numbers, message=message, due_at=message.due_at))
        return len(new)

    def lease(
        self, tx: Transaction, now: datetime, *, until: datetime, without: frozenset[MemberId] = frozenset()
    ) -> Leased | None:
        due = [row for row in self._waiting() if row.due_at <= now and row.message.member_id not in without]
        if not due:
            return None
        row = min(due, key=lambda row: (row.due_at, row.number))
        self._leases += 1
        row.due_at, row.lease = until, f"lease {self._leases}"
        return Leased(
            message_id=row.number,
            delivery_id=f"delivery{row.number}",
            member_id=row.message.member_id,
            body=row.message.body,
            attempts=row.attempts,
            lease=row.lease,
        )

    def delivered(self, tx: Transaction, leased: Leased, now: datetime) -> bool:
        row = self._held(leased)
        if row is not None:
            row.delivered_at = now
        return row is not None

    def retry(self, tx: Transaction, leased: Leased, *, due_at: datetime, fault: str) -> bool:
        row = self._held(leased)
        if row is not None:
            row.due_at, row.fault = due_at, fault
        return row is not None

    def give_up(self, tx: Transaction, leased: Leased, now: datetime, *, fault: str) -> bool:
        row = self._held(leased)
        if row is not None:
            row.dead_at, row.fault = now, fault
        return row is not None

    def dead_letters(self, tx: Transaction, limit: int) -> list[DeadLetter]:
        return [
            DeadLetter(
                message_id=row.number,
                delivery_id=f"delivery{row.number}",
                member_id=row.message.member_id,
                attempts=row.attempts,
                dead_at=row.dead_at,
                fault=row.fault,
            )
            for row in reversed(self._rows)
            if row.dead_at
        ][:limit]

    def requeue(self, tx: Transaction, message_id: int, now: datetime) -> bool:
        for row in self._rows:
            if row.number == message_id and row.dead_at:
                row.dead_at, row.due_at, row.attempts = None, now, 0
                return True
        return False

    def waiting(self, tx: Transaction) -> int:
        return len(self._waiting())

    def forget_before(self, tx: Transaction, moment: datetime) -> int:
        keep = [row for row in self._rows if not row.delivered_at or row.delivered_at >= moment]
        forgotten = len(self._rows) - len(keep)
        self._rows = keep
        return forgotten

    def _waiting(self) -> list[Row]:
        return [row for row in self._rows if not row.delivered_at and not row.dead_at]

    def _held(self, leased: Leased) -> Row | None:
        for row in self._waiting():
            if row.number == leased.message_id and row.lease == leased.lease:
                row.lease = ""
                row.attempts += 1
                return row
        return None
