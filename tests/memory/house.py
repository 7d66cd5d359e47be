"""Check and hits put together as `main` does it, over memory or a database, with small words to use them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from schoon.check import Match, Member, MemberDraft, Sighting, Strength, Verdict
from schoon.check.ports import NearStore, UsageStore
from schoon.check.service import MemberService
from schoon.hits import Hit, HitAction, HitStore, Outbox
from schoon.hits.service import HitService
from schoon.hits.types import Action, ActionResult, Wanted
from schoon.journal import Journal
from schoon.kinds import Category, EntryId, HitId, Kind, Transactions
from schoon.store import Database
from schoon.store.hits import SqlHits
from schoon.store.journal import SqlJournal
from schoon.store.members import SqlMembers
from schoon.store.outbox import SqlOutbox
from schoon.store.usage import SqlNear, SqlUsage
from tests.memory.hits import MemoryHits, MemoryOutbox
from tests.memory.journal import MemoryJournal
from tests.memory.members import MemoryMembers, MemoryNear, MemoryUsage
from tests.memory.office import MemoryOffice
from tests.memory.transactions import MemoryTransactions

T0 = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
"""A Monday without a holiday near."""

DAY = timedelta(hours=24)
SECRET_KEY = bytes(range(32))


@dataclass
class House:
    transactions: Transactions
    journal: Journal
    store: HitStore
    outbox: Outbox
    member_store: Any
    usage: UsageStore
    near: NearStore
    office: MemoryOffice
    members: MemberService
    hits: HitService

    def member(self, name: str = "hoster") -> Member:
        return self.members.add(MemberDraft(name=name), actor="test", now=T0).member

    def see(self, member: Member, *sightings: Sighting, now: datetime = T0, hit_term: timedelta = DAY) -> list[HitId]:
        with self.transactions.write() as tx:
            recorded = self.hits.record(tx, member.member_id, sightings, now, hit_term=hit_term)
        return [one.hit_id for one in recorded]

    def act(self, member: Member, hit_id: HitId, action: Action, note: str = "", now: datetime = T0) -> ActionResult:
        given = [HitAction(hit_id=hit_id, action=action, note=note)]
        return self.hits.act(member.member_id, given, actor="member", now=now)[0]

    def hit(self, hit_id: HitId) -> Hit:
        return self.hits.hit(hit_id).hit

    def all_hits(self, member: Member | None = None) -> list[Hit]:
        return self.hits.list_hits(None if member is None else member.member_id, Wanted(now=T0, limit=1000))

    def events(self, action: str) -> int:
        with self.transactions.read() as tx:
            return sum(one.event.action == action for one in self.journal.read(tx, limit=100_000))


def memory_house() -> House:
    memory = MemoryTransactions()
    store, outbox, members, journal = MemoryHits(), MemoryOutbox(), MemoryMembers(), MemoryJournal()
    usage, near = MemoryUsage(), MemoryNear()
    for book in (store, outbox, members, journal, usage, near):
        memory.register(book)
    return _house(memory, journal, store, outbox, members, usage, near)


def sql_house(database: Database) -> House:
    members = SqlMembers(secret_key=SECRET_KEY)
    return _house(database, SqlJournal(), SqlHits(), SqlOutbox(), members, SqlUsage(), SqlNear())


def _house(
    transactions: Transactions,
    journal: Journal,
    store: HitStore,
    outbox: Outbox,
    members: MemoryMembers | SqlMembers,
    usage: UsageStore,
    near: NearStore,
) -> House:
    office = MemoryOffice(transactions)
    hits = HitService(
        transactions=transactions,
        store=store,
        outbox=outbox,
        webhooks=members,
        complaints=members,
        office=office,
        journal=journal,
    )
    office.listener = hits
    return House(
        transactions=transactions,
        journal=journal,
        store=store,
        outbox=outbox,
        member_store=members,
        usage=usage,
        near=near,
        office=office,
        members=MemberService(transactions, members, journal),
        hits=hits,
    )


def a_sighting(
    entry: int,
    verdict: Verdict = Verdict.LISTED,
    *,
    file_ref: str | None = None,
    kind: Kind = Kind.SHA256,
    strength: Strength = Strength.STRONG,
    category: Category = Category.BASELINE,
    supplier_class: str = "police",
) -> Sighting:
    return Sighting(
        entry_id=EntryId(entry),
        verdict=verdict,
        match=Match(kind=kind, strength=strength, band=None, category=category, supplier_class=supplier_class),
        list_version=7,
        file_ref=file_ref,
    )


def some_sightings(entries: Sequence[int]) -> list[Sighting]:
    return [a_sighting(entry) for entry in entries]
